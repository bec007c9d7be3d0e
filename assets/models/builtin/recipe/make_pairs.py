"""What the DiT makes of noised latents, for the decoder to learn from.

    python make_pairs.py SHARDS WORK --count 1600

A latent of a true picture is noised part of the way and denoised again by the
DiT under guidance: the outcome has the errors that the DiT makes, but nearly the
lie of the picture. A decoder that learned on encoded pictures alone turns such
errors into squares and lines; one that learned on these pairs paints them soft.
Writes WORK/pairs/; train_autoencoder.py --pairs reads it.
"""

import argparse
import random
from pathlib import Path

import torch
from checkpoint import replacing
from encode_latents import PAD
from model import Painter
from safetensors.torch import load_file, save_file
from shards import image_shards, read_images

# The level of noise to begin from: less changes next to nothing, more another picture.
LEVELS = (0.55, 0.65, 0.7, 0.75, 0.8, 0.84)
STEPS = 14
GUIDANCE = 4.0
BATCH = 80


@torch.no_grad()
def denoise(model, x, ids, level):
    """Euler steps from a noised latent at `level` to a clean one under guidance."""
    n, steps = len(x), max(4, round(STEPS * level))
    ids = torch.cat([ids, ids])
    drop = torch.arange(2 * n) >= n
    for i in range(steps):
        t, t_next = level * (1 - i / steps), level * (1 - (i + 1) / steps)
        with torch.autocast("cpu", torch.bfloat16):
            times = torch.full((2 * n,), 1000 * t)
            velocity = model(torch.cat([x, x]), times, ids, ids != PAD, drop)
        cond, uncond = velocity.float().chunk(2)
        x = x + (t_next - t) * (uncond + GUIDANCE * (cond - uncond))
    return x


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shards", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--count", type=int, default=1600)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    model = Painter()
    model.load_state_dict(torch.load(args.work / "painter.pt")["ema"])
    model.eval()
    out = args.work / "pairs"
    out.mkdir(exist_ok=True)
    paths = image_shards(args.shards)
    for number in range(-(-args.count // BATCH)):
        path = paths[number % len(paths)]
        shard = load_file(args.work / "latents" / path.name)
        rows = torch.randperm(len(shard["latents"]))[:BATCH]
        latents, ids = shard["latents"][rows].float(), shard["ids"][rows, 0].long()
        ids = ids[:, : int((ids != PAD).sum(1).max())]
        level = random.choice(LEVELS)
        noised = (1 - level) * latents + level * torch.randn_like(latents)
        made = denoise(model, noised, ids, level)
        with replacing(out / f"pairs-{number:05}.safetensors") as temporary:
            save_file({"made": made.half(), "images": read_images(path)[rows].contiguous()}, temporary)
        print(f"{(number + 1) * BATCH} pairs", flush=True)


if __name__ == "__main__":
    main()
