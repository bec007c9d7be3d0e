"""Trains text encoder and DiT by flow matching on encoded shards.

    python train_dit.py WORK --minutes 600

x_t = (1 - t) x_0 + t noise, the network predicts noise - x_0 (rectified flow,
Liu et al. 2022), t logit-normal (Esser et al. 2024, section 3.1). Resumes from
WORK/painter.pt; writes loss.csv and sample sheets as it goes.
"""

import argparse
import random
import time
from pathlib import Path

import torch
from checkpoint import replacing, restore
from model import Autoencoder, Painter
from muon import Muon
from PIL import Image
from safetensors.torch import load_file
from tokenizers import Tokenizer

from encode_latents import PAD, token_ids

CAPTION_DROP = 0.1
# Mean of the logit of t: noisier than even, because a picture's composition is
# decided there and latents of many channels hide it late (Esser et al. 2024).
LOGIT_MEAN = 0.5
# How much more a cell that a figure covers counts: figures are a tenth of a
# picture and most of what a reader looks at. The best answer in each cell stays
# the same, so this spends the network's attention without bending its aim.
FIGURE_WEIGHT = 9.0
SHEET_PROMPTS = [
    "watercolour, a girl in a red coat standing, holding a lantern, in a forest, at night, snow",
    "ink, a red fox walking, in a meadow, in the day, clear",
    "paper cut, an old man in a blue coat, in a harbour, at dusk",
    "pastel, a brown bear sitting, by a river, at dawn, fog",
    "watercolour, a witch in a black dress, at a castle, at night",
    "pixel art, a knight walking, in a cave, at night",
    "woodcut, a green dragon flying, in the mountains, at dusk",
    "paper cut, a boy with a kite on a beach, in the day",
    "水彩，穿黄衣服的小男孩站着，拿着雨伞，在城市街道上，白天，下雨",
    "剪纸，一只白猫坐着，在卧室里，夜晚",
    "粉彩，穿紫衣服的老奶奶，在村庄里，黄昏",
    "墨线，一只棕猫头鹰，在森林里，夜晚",
]


class Latents:
    """A random stream of batches over shards, all of one shape each."""

    def __init__(self, folder, batch, device):
        self.folder, self.size, self.device, self.cache = Path(folder), batch, device, {}

    def refresh(self):
        for path in sorted(self.folder.glob("shard-*.safetensors")):
            if path not in self.cache:
                self.cache[path] = load_file(path)
        return len(self.cache)

    def count(self):
        return sum(len(shard["latents"]) for shard in self.cache.values())

    def batch(self):
        shapes = {}
        for shard in self.cache.values():
            shapes.setdefault(shard["latents"].shape[1:], []).append(shard)
        kinds = list(shapes.values())
        group = random.choices(kinds, [sum(len(s["latents"]) for s in kind) for kind in kinds])[0]
        parts = random.choices(group, k=4)
        latents, ids, figures = [], [], []
        for shard in parts:
            rows = torch.randint(len(shard["latents"]), (self.size // 4,))
            latents.append(shard["latents"][rows])
            figures.append(shard["figures"][rows])
            caption = torch.randint(shard["ids"].shape[1], (self.size // 4,))
            ids.append(shard["ids"][rows, caption])
        ids = torch.cat(ids).long()
        # The longest caption of the batch, rounded up so that few shapes occur.
        longest = int((ids != PAD).sum(1).max())
        ids = ids[:, : min(ids.shape[1], -(-longest // 16) * 16)]
        figures = torch.cat(figures)[:, None].float() / 255
        return torch.cat(latents).float().to(self.device), ids.to(self.device), figures.to(self.device)


def flow_loss(model, latents, ids, figures):
    n = len(latents)
    t = torch.sigmoid(LOGIT_MEAN + torch.randn(n, device=latents.device))
    noise = torch.randn_like(latents)
    level = t[:, None, None, None]
    mixed = (1 - level) * latents + level * noise
    drop = torch.rand(n, device=latents.device) < CAPTION_DROP
    velocity = model(mixed, 1000 * t, ids, ids != PAD, drop)
    weight = 1 + FIGURE_WEIGHT * figures
    error = (velocity.float() - (noise - latents)).pow(2).mean(1, keepdim=True)
    return (weight * error).sum() / weight.sum()


def make_optimizers(model, lr):
    """Muon for the matrices of the blocks, AdamW for everything else."""
    blocks = {n: p for n, p in model.named_parameters() if p.ndim == 2 and "blocks" in n and "adaLN" not in n}
    rest = [p for n, p in model.named_parameters() if n not in blocks]
    adam = torch.optim.AdamW(
        [
            {"params": [p for p in rest if p.ndim > 1], "weight_decay": 0.01},
            {"params": [p for p in rest if p.ndim <= 1], "weight_decay": 0.0},
        ],
        lr=lr, betas=(0.9, 0.95), fused=True,
    )
    return [Muon(list(blocks.values()), lr), adam]


@torch.no_grad()
def sample(model, ids, noise, steps=20, guidance=4.0):
    """Euler steps from noise to latents under classifier-free guidance."""
    n = len(noise)
    ids2, x = torch.cat([ids, ids]), noise
    drop = torch.arange(2 * n, device=noise.device) >= n
    for i in range(steps):
        t, t_next = 1 - i / steps, 1 - (i + 1) / steps
        times = torch.full((2 * n,), 1000 * t, device=noise.device)
        cond, uncond = model(torch.cat([x, x]), times, ids2, ids2 != PAD, drop).float().chunk(2)
        x = x + (t_next - t) * (uncond + guidance * (cond - uncond))
    return x


def pad_ids(tokenizer, prompts, device):
    rows = [token_ids(tokenizer, prompt) for prompt in prompts]
    longest = max(map(len, rows))
    return torch.tensor([row + [PAD] * (longest - len(row)) for row in rows], device=device)


@torch.no_grad()
def write_sheet(model, autoencoder, tokenizer, path, device):
    ids = pad_ids(tokenizer, SHEET_PROMPTS, device)
    generator = torch.Generator().manual_seed(7)
    noise = torch.randn(len(ids), autoencoder.config.latent_channels, 16, 16, generator=generator).to(device)
    images = autoencoder.decode(sample(model, ids, noise)).float().clamp(-1, 1).cpu()
    rows = [torch.cat(list(images[i : i + 4]), 2) for i in range(0, len(images), 4)]
    pixels = ((torch.cat(rows, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--fall", type=float, default=0.3, help="share of the minutes in which the rate falls")
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--ema", type=float, default=0.9995, help="decay a step; 0.998 for a run of an hour")
    parser.add_argument("--sheet-every", type=float, default=6, help="minutes")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--from", dest="start", type=Path, help="folder of exported weights to start from")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    device = args.device
    checkpoint = args.work / "painter.pt"
    tokenizer = Tokenizer.from_file(str(args.work / "tokenizer.json"))
    autoencoder = Autoencoder()
    autoencoder.load_state_dict(torch.load(args.work / "autoencoder.pt")["model"])
    autoencoder = autoencoder.eval().to(device)

    model = Painter().to(device)
    optimizers = make_optimizers(model, args.lr)
    if args.start:
        weights = load_file(args.start / "model.safetensors")
        model.load_state_dict({k: v.float() for k, v in weights.items() if not k.startswith("autoencoder.")})
    ema = {k: v.detach().clone() for k, v in model.state_dict().items()}
    step, seen, before = 0, 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        model.load_state_dict(state["model"])
        restore(optimizers, state)
        ema, step, seen, before = state["ema"], state["step"], state["seen"], state["minutes"]

    def minutes():
        return before + (time.time() - started) / 60

    def save():
        state = {
            "model": model.state_dict(), "ema": ema,
            "optimizers": [optimizer.state_dict() for optimizer in optimizers],
            "step": step, "seen": seen, "minutes": minutes(),
        }
        with replacing(checkpoint) as temporary:
            torch.save(state, temporary)

    data = Latents(args.work / "latents", args.batch, device)
    data.refresh()
    if args.compile:
        # Block by block: all blocks share one compilation a shape.
        torch._dynamo.config.cache_size_limit = 64
        for block in [*model.text_encoder.blocks, *model.dit.blocks]:
            block.compile(dynamic=False)
    started = time.time()
    reported = sheet = started
    running = None
    while minutes() < args.minutes:
        done = minutes() / args.minutes
        # Warm up, hold, and let the last part fall to nothing (a "trapezoid":
        # a longer run can branch off before the fall).
        rate = args.lr * min(1.0, (step + 1) / 300) * min(1.0, max(0.01, (1 - done) / args.fall))
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
        latents, ids, figures = data.batch()
        with torch.autocast("cuda" if device == "cuda" else "cpu", torch.bfloat16):
            loss = flow_loss(model, latents, ids, figures)
        model.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
        step += 1
        seen += len(latents)
        if step % 4 == 0:
            # Every fourth step: the copy costs as much as a tenth of a step.
            decay_now = min(args.ema, (1 + step) / (10 + step)) ** 4
            with torch.no_grad():
                for name, value in model.state_dict().items():
                    ema[name].lerp_(value, 1 - decay_now)
        running = loss.item() if running is None else 0.99 * running + 0.01 * loss.item()
        now = time.time()
        if now - reported > 60:
            reported = now
            data.refresh()
            line = f"{minutes():.1f},{step},{seen},{running:.4f},{rate:.2e},{data.count()}"
            print(line, flush=True)
            with open(args.work / "loss.csv", "a") as log:
                log.write(line + "\n")
        if now - sheet > 60 * args.sheet_every:
            sheet = now
            save()
            copy = Painter().to(device)
            copy.load_state_dict(ema)
            write_sheet(copy.eval(), autoencoder, tokenizer, args.work / f"sheet-{seen:08d}.png", device)
    save()
    copy = Painter().to(device)
    copy.load_state_dict(ema)
    write_sheet(copy.eval(), autoencoder, tokenizer, args.work / "sheet-final.png", device)


if __name__ == "__main__":
    main()
