"""Writes the fixture that holds the two probes together.

    python parity_probe.py tests/fixtures/recipe

A small probe with random weights that learned with norms, folded; pictures and
what the unfolded one says of them. The Rust test is tests/evaluation.rs.
"""

import json
import sys
from pathlib import Path

import torch
from probe import Probe, ProbeConfig, folded
from safetensors.torch import save_file


@torch.no_grad()
def main(out):
    out = Path(out)
    torch.manual_seed(21)
    classes = {"time": ["dawn", "day", "night"], "count": ["0", "1"], "side": ["left", "centre", "right"]}
    config = ProbeConfig(widths=(8, 10, 12), blocks=(1, 2, 1), feature_size=6, classes=classes)
    probe = Probe(config, norm=True)
    for name, value in probe.state_dict().items():
        if name.endswith("running_var"):
            value.copy_(torch.rand_like(value) + 0.5)
        elif value.is_floating_point():
            value.add_(0.3 * torch.randn_like(value))
    probe.eval()
    image = torch.rand(3, 3, 32, 48) * 2 - 1
    logits, feature = probe(image)
    tensors = {"in.image": image, "out.feature": feature}
    tensors |= {f"out.logits.{index}": values for index, values in enumerate(logits)}
    save_file({k: v.contiguous() for k, v in tensors.items()}, out / "probe_expected.safetensors")
    weights = {k: v.contiguous() for k, v in folded(probe.state_dict()).items() if v.is_floating_point()}
    metadata = {"attributes": json.dumps(list(classes)), "classes": json.dumps(classes), "pictures": "0"}
    save_file(weights, out / "probe.safetensors", metadata)


if __name__ == "__main__":
    main(*sys.argv[1:])
