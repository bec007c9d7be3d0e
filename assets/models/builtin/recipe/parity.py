"""Writes the fixture that holds PyTorch and Rust together.

    python parity.py tests/fixtures/recipe

A small model with random weights, inputs and what it computes. The Rust test
is tests/recipe.rs.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import torch
from model import Autoencoder, AutoencoderConfig, DitConfig, Painter, TextEncoderConfig
from safetensors.torch import save_file


@torch.no_grad()
def main(out):
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(20)
    configs = {
        "autoencoder": AutoencoderConfig(latent_channels=6, widths=(8, 10, 12), blocks=1),
        "text_encoder": TextEncoderConfig(vocab_size=50, max_tokens=12, hidden_size=24, depth=2, num_heads=3),
        "dit": DitConfig(in_channels=6, patch_size=2, hidden_size=48, depth=2, num_heads=4, context_size=24),
    }
    autoencoder = Autoencoder(configs["autoencoder"]).eval()
    painter = Painter(configs["text_encoder"], configs["dit"]).eval()
    for parameter in [*autoencoder.parameters(), *painter.parameters()]:
        # Zero-initialised layers must speak too.
        parameter.add_(0.15 * torch.randn_like(parameter))
    autoencoder.latent_mean.copy_(torch.randn(6))
    autoencoder.latent_std.copy_(torch.rand(6) + 0.5)

    ids = torch.tensor([[5, 9, 17, 1, 0, 0], [3, 1, 0, 0, 0, 0], [7, 8, 9, 10, 11, 1]])
    mask = ids != 0
    drop = torch.tensor([False, True, False])
    x, t = torch.randn(3, 6, 4, 6), torch.tensor([0.0, 431.5, 1000.0])
    image = torch.rand(2, 3, 32, 48) * 2 - 1
    latent = autoencoder.encode(image)
    tensors = {
        "in.ids": ids, "in.drop": drop, "in.x": x, "in.t": t, "in.image": image,
        "out.states": painter.text_encoder(ids, mask),
        "out.velocity": painter(x, t, ids, mask, drop),
        "out.latent": latent,
        "out.image": autoencoder.decode(latent),
    }
    tensors["in.ids"], tensors["in.drop"] = ids.int(), drop.to(torch.uint8)
    save_file({k: v.contiguous() for k, v in tensors.items()}, out / "expected.safetensors")
    weights = dict(painter.state_dict()) | {f"autoencoder.{k}": v for k, v in autoencoder.state_dict().items()}
    save_file({k: v.contiguous() for k, v in weights.items()}, out / "model.safetensors")
    (out / "config.json").write_text(json.dumps({k: asdict(v) for k, v in configs.items()}, indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
