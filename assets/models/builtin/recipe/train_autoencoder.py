"""Trains the autoencoder on shards; resumes from its checkpoint.

    python train_autoencoder.py shapes WORK --minutes 15     # a first start
    python train_autoencoder.py SHARDS WORK --minutes 30
    python train_autoencoder.py SHARDS WORK --minutes 25 --lr 4e-4 --pairs  # the end
"""

import argparse
import random
import time
from pathlib import Path

import torch
from checkpoint import replacing, restore
from model import Autoencoder
from muon import Muon
from PIL import Image
from safetensors.torch import load_file
from shards import image_shards, psnr_db, read_images, to_signed

import shapes

CROP_PX = 128
BATCH = 16
# Strength of the noise on latents while training. The decoder learns to
# shrug off the small errors that a DiT makes.
LATENT_NOISE = 0.1
# Weight of decoding latents at half their size to the picture at half its size
# (Skorokhodov et al. 2025): coarse shape then lies in the slow parts of the
# latents, which diffusion settles first, and not in fine code between cells.
HALF_SIZE = 0.25
# Weight of the DiT's own latents against true ones, with --pairs.
PAIRS = 1.0
# How far the decoder goes from what it was to what it learned from pairs: on the
# line between them it keeps most of both (Wortsman et al. 2022, WiSE-FT).
PAIRS_SHARE = 0.8
# Root mean square of what `encode` returns.
LATENT_SPREAD = 1.5


def batches(folder):
    """Endless random crops, a few shards in memory at a time."""
    if folder == "shapes":
        yield from shapes.batches(BATCH, CROP_PX)
    while True:
        paths = image_shards(folder)
        random.shuffle(paths)
        for path in paths:
            images = read_images(path)
            for _ in range(len(images) // BATCH):
                rows = torch.randint(len(images), (BATCH,))
                crops = []
                for row in rows.tolist():
                    y = random.randrange(0, images.shape[1] - CROP_PX + 1, 4)
                    x = random.randrange(0, images.shape[2] - CROP_PX + 1, 4)
                    crops.append(images[row, y : y + CROP_PX, x : x + CROP_PX])
                yield to_signed(torch.stack(crops))


def pairs(work):
    """Endless random crops of (latents that the DiT made, the true picture)."""
    shapes = {}
    for path in sorted((work / "pairs").glob("*.safetensors")):
        shard = load_file(path)
        shapes.setdefault(shard["made"].shape[2:], []).append(shard)
    cells = CROP_PX // 16
    while True:
        shards = random.choice(list(shapes.values()))
        made, images = [], []
        for _ in range(BATCH):
            shard = random.choice(shards)
            row = random.randrange(len(shard["made"]))
            y = random.randrange(shard["made"].shape[2] - cells + 1)
            x = random.randrange(shard["made"].shape[3] - cells + 1)
            made.append(shard["made"][row, :, y : y + cells, x : x + cells].float())
            images.append(shard["images"][row, 16 * y :, 16 * x :][:CROP_PX, :CROP_PX])
        yield torch.stack(made), to_signed(torch.stack(images))


def gradients(image):
    return image[:, :, 1:] - image[:, :, :-1], image[:, :, :, 1:] - image[:, :, :, :-1]


def picture_loss(out, image):
    pixel = torch.nn.functional.mse_loss(out, image) + 0.2 * (out - image).abs().mean()
    edges = sum((a - b).abs().mean() for a, b in zip(gradients(out), gradients(image)))
    return pixel + 0.2 * edges


def loss_of(model, image, frozen=False):
    with torch.set_grad_enabled(not frozen):
        raw = model.encoder(image)
    noisy = raw + LATENT_NOISE * torch.randn_like(raw)
    # A gentle pull keeps latents near unit size, which diffusion likes.
    loss = picture_loss(model.decoder(noisy).float(), image) + 1e-4 * raw.float().pow(2).mean()
    small = model.decoder(torch.nn.functional.avg_pool2d(raw, 2)).float()
    half = small - torch.nn.functional.avg_pool2d(image, 2)
    return loss + HALF_SIZE * (half.pow(2).mean() + 0.2 * half.abs().mean())


@torch.no_grad()
def measure(model, folder, work, label):
    if folder == "shapes":
        images = next(shapes.batches(32, CROP_PX))
    else:
        images = to_signed(read_images(image_shards(folder)[0])[:32])
    out = model.decoder(model.encoder(images)).clamp(-1, 1)
    rows = torch.cat([torch.cat(list(images[:8]), 2), torch.cat(list(out[:8]), 2)], 1)
    pixels = ((rows + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(work / f"autoencoder-{label}.png")
    return psnr_db(images, out)


@torch.no_grad()
def fit_latent_scale(model, folder):
    """Measures the mean of each latent channel and one spread of all, for `encode`.

    One spread, because it keeps what the encoder made large large: that is the
    lie of a picture, and noise of one strength then hides it last.
    """
    if folder == "shapes":
        return
    total, square, count = 0.0, 0.0, 0
    for path in image_shards(folder)[:4]:
        for images in read_images(path)[:256].split(32):
            raw = model.encoder(to_signed(images)).double()
            total = total + raw.sum((0, 2, 3))
            square = square + raw.pow(2).sum((0, 2, 3))
            count += raw[:, 0].numel()
    mean = total / count
    spread = (square / count - mean**2).mean().clamp(min=1e-6).sqrt()
    model.latent_mean.copy_(mean)
    model.latent_std.fill_(spread / LATENT_SPREAD)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shards")
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--decoder-only", action="store_true", help="latents stay as they are, for a DiT that knows them")
    parser.add_argument("--pairs", action="store_true", help="decoder only, also on what make_pairs.py wrote")
    args = parser.parse_args()
    args.decoder_only |= args.pairs
    torch.set_num_threads(args.threads)
    args.work.mkdir(parents=True, exist_ok=True)
    checkpoint = args.work / "autoencoder.pt"

    model = Autoencoder().to(memory_format=torch.channels_last)
    trained = model.decoder if args.decoder_only else model
    # Muon for the kernels of the residual blocks, AdamW for everything else.
    kernels = [p for n, p in trained.named_parameters() if p.ndim == 4 and "stage" in n]
    known = {id(p) for p in kernels}
    rest = [p for p in trained.parameters() if id(p) not in known]
    optimizers = [
        Muon(kernels, args.lr, weight_decay=0.0),
        torch.optim.AdamW(rest, lr=args.lr, betas=(0.9, 0.98), weight_decay=1e-4),
    ]
    step = 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"])
        if not args.decoder_only:
            # Those of a decoder alone are others.
            restore(optimizers, state)
        step = state.get("step", 0)

    def save():
        if not args.decoder_only:
            fit_latent_scale(model, args.shards)
        state = {"model": model.state_dict(), "optimizers": [optimizer.state_dict() for optimizer in optimizers], "step": step}
        with replacing(checkpoint) as temporary:
            torch.save(state, temporary)

    started, reported = time.time(), time.time()
    mean_loss = None
    made_pairs = pairs(args.work) if args.pairs else None
    before = {k: v.clone() for k, v in model.state_dict().items()}
    for image in batches(args.shards):
        done = (time.time() - started) / (60 * args.minutes)
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / 200)
        for group in [group for optimizer in optimizers for group in optimizer.param_groups]:
            group["lr"] = args.lr * warm * max(0.02, 1 - done)
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_of(model, image.contiguous(memory_format=torch.channels_last), args.decoder_only)
            if made_pairs:
                made, true = next(made_pairs)
                out = model.decode(made.contiguous(memory_format=torch.channels_last)).float()
                loss = loss + PAIRS * picture_loss(out, true)
        model.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
        step += 1
        mean_loss = loss.item() if mean_loss is None else 0.98 * mean_loss + 0.02 * loss.item()
        if time.time() - reported > 120:
            save()
            quality = measure(model, args.shards, args.work, "latest")
            print(f"step {step} loss {mean_loss:.4f} psnr {quality:.2f} dB", flush=True)
            reported = time.time()
    if args.pairs:
        model.load_state_dict({k: before[k].lerp(v, PAIRS_SHARE) for k, v in model.state_dict().items()})
    save()
    print(f"step {step} psnr {measure(model, args.shards, args.work, 'latest'):.2f} dB", flush=True)


if __name__ == "__main__":
    main()
