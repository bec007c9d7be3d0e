"""Writes the built-in model: f16 safetensors, config and tokenizer.

    python export.py WORK assets/models/builtin
"""

import json
import sys
from pathlib import Path

import torch
from model import config_dict
from safetensors.torch import save_file


def main(work, out):
    work, out = Path(work), Path(out)
    painter = torch.load(work / "painter.pt", map_location="cpu")
    autoencoder = torch.load(work / "autoencoder.pt", map_location="cpu")["model"]
    tensors = {key: value.half().contiguous() for key, value in painter["ema"].items()}
    tensors |= {f"autoencoder.{k}": v.half().contiguous() for k, v in autoencoder.items()}
    metadata = {"pictures_seen": str(painter["seen"]), "steps": str(painter["step"])}
    save_file(tensors, out / "model.safetensors", metadata)
    (out / "config.json").write_text(json.dumps(config_dict(), indent=2) + "\n")
    (out / "tokenizer.json").write_text((work / "tokenizer.json").read_text())
    size = (out / "model.safetensors").stat().st_size / 2**20
    print(f"{size:.1f} MiB after {painter['seen']} pictures: {out}")


if __name__ == "__main__":
    main(*sys.argv[1:])
