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
from model import Autoencoder, Painter
from PIL import Image
from safetensors.torch import load_file
from tokenizers import Tokenizer

from encode_latents import PAD, token_ids

CAPTION_DROP = 0.1
SHEET_PROMPTS = [
    "watercolour, a girl in a red coat standing, holding a lantern, in a forest, at night, snow",
    "ink, a red fox walking, in a meadow, in the day, clear",
    "paper cut, an old man in a blue coat, in a harbour, at dusk",
    "pastel, a brown bear sitting, by a river, at dawn, fog",
    "watercolour, a witch in a black dress, at a castle, at night",
    "a white rabbit in a snowfield, in the day, snow",
    "a green dragon flying over the mountains, at dusk",
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
        latents, ids = [], []
        for shard in parts:
            rows = torch.randint(len(shard["latents"]), (self.size // 4,))
            latents.append(shard["latents"][rows])
            caption = torch.randint(shard["ids"].shape[1], (self.size // 4,))
            ids.append(shard["ids"][rows, caption])
        ids = torch.cat(ids).long()
        # The longest caption of the batch, rounded up so that few shapes occur.
        longest = int((ids != PAD).sum(1).max())
        ids = ids[:, : min(ids.shape[1], -(-longest // 16) * 16)]
        return torch.cat(latents).float().to(self.device), ids.to(self.device)


def flow_loss(model, latents, ids):
    n = len(latents)
    t = torch.sigmoid(torch.randn(n, device=latents.device))
    noise = torch.randn_like(latents)
    level = t[:, None, None, None]
    mixed = (1 - level) * latents + level * noise
    drop = torch.rand(n, device=latents.device) < CAPTION_DROP
    velocity = model(mixed, 1000 * t, ids, ids != PAD, drop)
    return (velocity.float() - (noise - latents)).pow(2).mean()


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
    noise = torch.randn(len(ids), 32, 16, 16, generator=generator).to(device)
    images = autoencoder.decode(sample(model, ids, noise)).float().clamp(-1, 1).cpu()
    rows = [torch.cat(list(images[i : i + 4]), 2) for i in range(0, len(images), 4)]
    pixels = ((torch.cat(rows, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--batch", type=int, default=32)
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
    decay = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
        lr=args.lr, betas=(0.9, 0.95), fused=True,
    )
    if args.start:
        weights = load_file(args.start / "model.safetensors")
        model.load_state_dict({k: v.float() for k, v in weights.items() if not k.startswith("autoencoder.")})
    ema = {k: v.detach().clone() for k, v in model.state_dict().items()}
    step, seen, before = 0, 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        ema, step, seen, before = state["ema"], state["step"], state["seen"], state["minutes"]

    def minutes():
        return before + (time.time() - started) / 60

    def save():
        state = {
            "model": model.state_dict(), "ema": ema, "optimizer": optimizer.state_dict(),
            "step": step, "seen": seen, "minutes": minutes(),
        }
        torch.save(state, checkpoint.with_suffix(".tmp"))
        checkpoint.with_suffix(".tmp").replace(checkpoint)

    data = Latents(args.work / "latents", args.batch, device)
    data.refresh()
    run = torch.compile(model, dynamic=True) if args.compile else model
    started = time.time()
    reported = sheet = started
    running = None
    while minutes() < args.minutes:
        done = minutes() / args.minutes
        # Warm up, hold, and let the last 40% fall to nothing (a "trapezoid":
        # a longer run can branch off before the fall).
        rate = args.lr * min(1.0, (step + 1) / 300) * min(1.0, max(0.01, (1 - done) / 0.4))
        for group in optimizer.param_groups:
            group["lr"] = rate
        latents, ids = data.batch()
        with torch.autocast("cuda" if device == "cuda" else "cpu", torch.bfloat16):
            loss = flow_loss(run, latents, ids)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
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
