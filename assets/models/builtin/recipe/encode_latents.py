"""Encodes shards once: latents f16, token ids and figure maps, for train_dit.py.

    python encode_latents.py SHARDS WORK [--watch]

With --watch it goes on as the painter writes more, until killed.
"""

import argparse
import time
from pathlib import Path

import torch
from checkpoint import replacing
from model import Autoencoder
from safetensors.torch import save_file
from shards import image_shards, read_figures, read_images, read_lines, to_signed
from tokenizers import Tokenizer

MAX_TOKENS = 64
PAD, END = 0, 1


def token_ids(tokenizer, caption):
    """Ids of a caption, closed by <end>, at most MAX_TOKENS."""
    return tokenizer.encode(caption).ids[: MAX_TOKENS - 1] + [END]


@torch.no_grad()
def encode(model, tokenizer, path, out):
    images, figures = read_images(path), read_figures(path)
    with torch.autocast("cpu", torch.bfloat16):
        raw = [model.encoder(to_signed(part)) for part in images.split(32)]
    latents = (torch.cat(raw).float() - model.latent_mean[:, None, None]) / model.latent_std[:, None, None]
    latents = latents.half()
    captions = [line["captions"] for line in read_lines(path)]
    ids = torch.full((len(images), len(captions[0]), MAX_TOKENS), PAD, dtype=torch.int16)
    for row, group in enumerate(captions):
        for column, caption in enumerate(group):
            tokens = token_ids(tokenizer, caption)
            ids[row, column, : len(tokens)] = torch.tensor(tokens, dtype=torch.int16)
    with replacing(out) as temporary:
        save_file({"latents": latents.contiguous(), "ids": ids, "figures": figures}, temporary)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shards")
    parser.add_argument("work", type=Path)
    parser.add_argument("--watch", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    model = Autoencoder()
    model.load_state_dict(torch.load(args.work / "autoencoder.pt")["model"])
    model = model.eval().to(memory_format=torch.channels_last)
    tokenizer = Tokenizer.from_file(str(args.work / "tokenizer.json"))
    latents = args.work / "latents"
    latents.mkdir(exist_ok=True)
    while True:
        for path in image_shards(args.shards):
            out = latents / path.name
            if not out.exists():
                encode(model, tokenizer, path, out)
        if not args.watch:
            break
        time.sleep(20)


if __name__ == "__main__":
    main()
