"""The probe of the evaluation in PyTorch: a small classifier with one trunk and
one head per attribute of a painter's scene.

The same architecture as src/train/eval/probe.rs; the attribute names are the
checkpoint keys. tests/recipe.rs holds the two together (see parity_probe.py).
"""

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import nn


@dataclass
class ProbeConfig:
    """Widths at 1/4, 1/8 and 1/16 of the side of what it looks at."""

    widths: tuple = (48, 64, 96)
    blocks: tuple = (0, 2, 1)
    feature_size: int = 64
    # Attributes and their classes, in the order of the heads.
    classes: dict = field(default_factory=dict)


def conv(inputs, outputs, stride=1, norm=False):
    """A 3x3 convolution; while it learns, with a batch norm that is folded into
    it afterwards (see `folded`)."""
    layer = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=not norm)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs)) if norm else layer


class Block(nn.Module):
    """relu(x + conv2(relu(conv1(x))))."""

    def __init__(self, width, norm):
        super().__init__()
        self.conv1 = conv(width, width, norm=norm)
        self.conv2 = conv(width, width, norm=norm)

    def forward(self, x):
        return F.relu(x + self.conv2(F.relu(self.conv1(x))))


class Probe(nn.Module):
    """Pictures [N, 3, H, W] in -1..1, half their size a side, to the logits of
    each attribute and a feature vector [N, feature_size]."""

    def __init__(self, config, norm=False):
        super().__init__()
        self.config = config
        a, b, c = config.widths
        stage = lambda width, count: nn.ModuleList(Block(width, norm) for _ in range(count))
        # Cells of 4x4 pixels, and where each of them is.
        self.conv_in = conv(48 + 2, a, norm=norm)
        self.stage1 = stage(a, config.blocks[0])
        self.down1 = conv(a, b, 2, norm)
        self.stage2 = stage(b, config.blocks[1])
        self.down2 = conv(b, c, 2, norm)
        self.stage3 = stage(c, config.blocks[2])
        # Where each attribute looks.
        self.attention = nn.Conv2d(c, len(config.classes), 1)
        self.feature = nn.Linear(c, config.feature_size)
        heads = [nn.Linear(c + config.feature_size, len(names)) for names in config.classes.values()]
        self.heads = nn.ModuleList(heads)

    def forward(self, image):
        x = F.pixel_unshuffle(image, 4)
        n, _, rows, columns = x.shape
        place = lambda count: (torch.arange(count, device=x.device) + 0.5) * 2 / count - 1
        y = place(rows)[:, None].expand(rows, columns)
        across = place(columns)[None].expand(rows, columns)
        grid = torch.stack([across, y])[None].expand(n, 2, rows, columns).to(x.dtype)
        x = F.relu(self.conv_in(torch.cat([x, grid], 1)))
        for block in self.stage1:
            x = block(x)
        x = F.relu(self.down1(x))
        for block in self.stage2:
            x = block(x)
        x = F.relu(self.down2(x))
        for block in self.stage3:
            x = block(x)
        cells = x.flatten(2)
        share = self.attention(x).flatten(2).softmax(-1)
        seen = share @ cells.transpose(1, 2)
        feature = F.relu(self.feature(cells.mean(-1)))
        logits = [head(torch.cat([seen[:, i], feature], 1)) for i, head in enumerate(self.heads)]
        return logits, feature


def folded(state, epsilon=1e-5):
    """The weights of a probe that learned with norms as those of one without."""
    out = {}
    normed = {key[: -len(".1.running_var")] for key in state if key.endswith(".1.running_var")}
    for key, value in state.items():
        stem = key.rsplit(".", 2)[0]
        if stem not in normed:
            out[key] = value
        elif key == f"{stem}.0.weight":
            gain = state[f"{stem}.1.weight"] / (state[f"{stem}.1.running_var"] + epsilon).sqrt()
            out[f"{stem}.weight"] = value * gain[:, None, None, None]
            out[f"{stem}.bias"] = state[f"{stem}.1.bias"] - state[f"{stem}.1.running_mean"] * gain
    return out
