"""Random shapes, lines and gradients: pictures for the autoencoder's first
minutes, before the painter's are there."""

import random

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter

SUPERSAMPLE = 2


def colour():
    return tuple(random.randrange(256) for _ in range(3))


def gradient(side):
    a, b = np.array(colour(), float), np.array(colour(), float)
    ramp = np.linspace(0, 1, side)
    field = np.cos(random.random() * 6.3) * ramp[:, None] + np.sin(random.random() * 6.3) * ramp[None]
    field = (field - field.min()) / (np.ptp(field) + 1e-6)
    return Image.fromarray((a + (b - a) * field[..., None]).astype(np.uint8))


def picture(side):
    """One picture, u8 [side, side, 3]."""
    big = side * SUPERSAMPLE
    image = gradient(big)
    draw = ImageDraw.Draw(image)
    for _ in range(random.randrange(2, 14)):
        reach = big * random.choice([0.05, 0.1, 0.2, 0.5])
        x, y = random.random() * big, random.random() * big
        around = lambda: (x + random.gauss(0, reach), y + random.gauss(0, reach))
        kind = random.random()
        if kind < 0.4:
            draw.polygon([around() for _ in range(random.randrange(3, 7))], fill=colour())
        elif kind < 0.7:
            (x0, y0), (x1, y1) = around(), around()
            draw.ellipse([min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)], fill=colour())
        else:
            draw.line([around() for _ in range(4)], fill=colour(), width=random.randrange(1, 9), joint="curve")
    if random.random() < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(random.random() * 3))
    pixels = np.asarray(image.resize((side, side), Image.BOX)).astype(float)
    grain = np.random.randn(side // 2, side // 2, 1).repeat(2, 0).repeat(2, 1) * random.random() * 6
    return (pixels + grain).clip(0, 255).astype(np.uint8)


def batches(batch, side):
    """Endless batches, float [batch, 3, side, side] in -1..1."""
    while True:
        pictures = np.stack([picture(side) for _ in range(batch)])
        yield torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
