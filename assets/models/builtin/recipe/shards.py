"""Reads the shards that `vignette train data` writes."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file


def image_shards(folder):
    """Finished shards of a folder, in order."""
    return sorted(Path(folder).glob("shard-*.safetensors"))


def read_images(path):
    """Pictures of a shard, u8 [N, H, W, 3]."""
    return load_file(path)["images"]


def read_figures(path):
    """How much of each latent cell figures cover, u8 [N, H/16, W/16]."""
    return load_file(path)["figures"]


def read_lines(path):
    """Spec and captions of each picture of a shard."""
    with open(Path(path).with_suffix(".jsonl"), encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def to_signed(images):
    """u8 [N, H, W, 3] to float [N, 3, H, W] in -1..1."""
    return images.permute(0, 3, 1, 2).float() / 127.5 - 1.0


def psnr_db(a, b):
    """Peak signal-to-noise ratio of pictures in -1..1, in dB."""
    mse = (a.clamp(-1, 1) - b.clamp(-1, 1)).pow(2).mean()
    return (10 * torch.log10(4.0 / mse)).item()
