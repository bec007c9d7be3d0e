"""Trains the probe of `vignette train eval` on the painter's pictures.

    vignette train data --out SHARDS --count 40000 --seed 7
    python train_probe.py SHARDS WORK

The probe learns from what the painter paints alone, never from pictures of the
model that it is to judge. Half of what it sees went through the autoencoder,
with some noise on the latents, because every generated picture comes out of
that decoder: its softness is neither to be punished nor to be a sign of
anything. Resumes from WORK/probe.pt and writes probe.safetensors beside this
folder (see --out). The first shard, of squares, is kept out and measured at the
end; `vignette train eval --only-probe` measures the probe on held-out scenes.
5000 steps take about 20 minutes of one free core with bf16 matrix units.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from checkpoint import replacing, restore
from model import Autoencoder, AutoencoderConfig
from muon import Muon
from probe import Probe, ProbeConfig, folded
from safetensors.torch import load_file, save_file
from shards import image_shards, read_images, read_lines, to_signed

ATTRIBUTES = ["subject", "setting", "time", "weather", "style", "colour", "count", "side"]
# Those that say something of one figure; not asked of scenes with two or none.
OF_ONE_FIGURE = {"subject", "colour", "side"}
MIRRORED = {"left": "right", "right": "left"}
# The noise on latents before they are decoded: up to this much of their spread.
LATENT_NOISE = 0.35
# Of each shard this part is decoded from its latents too.
DECODED_SHARE = 0.2


def labels_of(spec):
    """Class names by attribute; None where the question makes no sense."""
    figures = spec["subjects"]
    names = {name: spec[name] for name in ("setting", "time", "weather", "style")}
    names["count"] = str(len(figures))
    one = figures[0] if len(figures) == 1 else None
    names["subject"] = one and one["subject"]
    names["colour"] = one and one["colour"]
    names["side"] = one and one["place"]
    return names


@torch.no_grad()
def decoded(autoencoder, images):
    """Pictures as the autoencoder gives them back from noisy latents."""
    latents = autoencoder.encode(to_signed(images).contiguous(memory_format=torch.channels_last)).float()
    latents = latents + torch.randn_like(latents) * torch.rand(len(latents), 1, 1, 1) * LATENT_NOISE
    return autoencoder.decode(latents).float().clamp(-1, 1)


def to_bytes(images):
    return ((images + 1) * 127.5).round().byte().contiguous()


def prepare(path, autoencoder, out):
    """A shard at half its size, and a part of it through the autoencoder."""
    images = read_images(path)
    half = [F.avg_pool2d(to_signed(part), 2) for part in images.split(64)]
    count = int(len(images) * DECODED_SHARE)
    with torch.autocast("cpu", torch.bfloat16):
        back = [F.avg_pool2d(decoded(autoencoder, part), 2) for part in images[:count].split(16)]
    with replacing(out) as temporary:
        save_file({"images": to_bytes(torch.cat(half)), "decoded": to_bytes(torch.cat(back))}, temporary)


def batch_of(parts, size):
    """Pictures of several shards of one shape, half of them as the autoencoder
    gives them back. `parts`: (images, decoded, labels) of each shard."""
    shape = random.choice(parts)[0].shape[1:]
    alike = [part for part in parts if part[0].shape[1:] == shape]
    images, labels = [], []
    for plain, back, names in random.choices(alike, k=8):
        for kind in (plain, back):
            rows = torch.randint(len(kind), (size // 16,))
            images.append(kind[rows])
            labels.append(names[rows])
    order = torch.randperm(size)
    return torch.cat(images)[order].float().div_(127.5).sub_(1), torch.cat(labels)[order]


class Grain:
    """A store of noise: drawing it anew for each batch costs as much as the
    network itself."""

    def __init__(self, size=1 << 23):
        self.values = torch.randn(size)

    def like(self, x):
        at = random.randrange(len(self.values) - x.numel())
        return self.values[at : at + x.numel()].view(x.shape)


def disturbed(x, labels, mirror, grain):
    """Mirrored, moved a little, softened, grainy, of slightly other tone."""
    n, across = len(x), torch.arange(labels.shape[1])
    # The rows come in random order, so the first half is any half.
    half, quarter = n // 2, n // 4
    x[:half] = x[:half].flip(3)
    labels = torch.cat([mirror[across, labels[:half]], labels[half:]])
    dx, dy = random.randint(-3, 3), random.randint(-3, 3)
    x = F.pad(x, (3, 3, 3, 3), mode="replicate")
    order = torch.randperm(n)
    x = x[order, :, 3 + dy : x.shape[2] - 3 + dy, 3 + dx : x.shape[3] - 3 + dx]
    labels = labels[order]
    soft = x[:quarter]
    for _ in range(random.randint(1, 2)):
        soft = F.avg_pool2d(F.pad(soft, (1, 1, 1, 1), mode="replicate"), (3, 3), stride=1)
    x[:quarter].lerp_(soft, torch.rand(quarter, 1, 1, 1))
    x[quarter:half].add_(grain.like(x[quarter:half]) * (torch.rand(quarter, 1, 1, 1) * 0.1))
    x.mul_(1 + 0.06 * torch.randn(n, 1, 1, 1)).add_(0.03 * torch.randn(n, 3, 1, 1))
    return x, labels


def loss_of(logits, labels):
    total = 0.0
    for index, (name, values) in enumerate(zip(ATTRIBUTES, logits)):
        weight = 2.0 if name in ("subject", "colour") else 1.0
        total = total + weight * F.cross_entropy(values.float(), labels[:, index], ignore_index=-1)
    return total


@torch.no_grad()
def accuracy(model, parts, shots, key):
    """Share of right answers by attribute, and of right subjects by shot."""
    right = {name: [0, 0] for name in ATTRIBUTES}
    by_shot = {}
    for (plain, back, labels), shot in zip(parts, shots):
        images = plain if key == "plain" else back
        for at in range(0, len(images), 64):
            logits, _ = model(images[at : at + 64].float() / 127.5 - 1)
            wanted = labels[at : at + 64][: len(images[at : at + 64])]
            for index, name in enumerate(ATTRIBUTES):
                asked = wanted[:, index] >= 0
                hit = (logits[index].argmax(1) == wanted[:, index]) & asked
                right[name][0] += int(hit.sum())
                right[name][1] += int(asked.sum())
                if name == "subject":
                    for row in asked.nonzero()[:, 0].tolist():
                        tally = by_shot.setdefault(shot[at + row], [0, 0])
                        tally[0] += int(hit[row])
                        tally[1] += 1
    share = lambda table: {name: round(a / max(b, 1), 4) for name, (a, b) in table.items()}
    return share(right), share(by_shot)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shards")
    parser.add_argument("work", type=Path)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--lr", type=float, default=4e-3)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, help="of shards")
    here = Path(__file__).resolve().parent.parent
    parser.add_argument("--model", type=Path, default=here, help="a folder of weights, for its autoencoder")
    parser.add_argument("--out", type=Path, default=here / "probe.safetensors")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    prepared = args.work / "probe-pictures"
    prepared.mkdir(parents=True, exist_ok=True)

    sizes = json.loads((args.model / "config.json").read_text())["autoencoder"]
    autoencoder = Autoencoder(AutoencoderConfig(**sizes)).eval().to(memory_format=torch.channels_last)
    weights = load_file(args.model / "model.safetensors")
    part = "autoencoder."
    autoencoder.load_state_dict({k[len(part) :]: v.float() for k, v in weights.items() if k.startswith(part)})

    paths = image_shards(args.shards)[: args.limit]
    names, shots = [], []
    for path in paths:
        if not (prepared / path.name).exists():
            started = time.time()
            prepare(path, autoencoder, prepared / path.name)
            print(f"{path.name} prepared in {time.time() - started:.0f} s", flush=True)
        lines = read_lines(path)
        names.append([labels_of(line["spec"]) for line in lines])
        shots.append([line["spec"]["shot"] for line in lines])
    classes = {
        name: sorted({row[name] for shard in names for row in shard if row[name] is not None})
        for name in ATTRIBUTES
    }
    number = {name: {value: i for i, value in enumerate(values)} for name, values in classes.items()}
    widest = max(map(len, classes.values()))
    # Row -1, of what is not asked, stays -1.
    mirror = torch.arange(widest).repeat(len(ATTRIBUTES), 1)
    mirror = torch.cat([mirror, torch.full((len(ATTRIBUTES), 1), -1)], 1)
    for value, other in MIRRORED.items():
        mirror[ATTRIBUTES.index("side"), number["side"][value]] = number["side"][other]

    parts = []
    for path, shard in zip(paths, names):
        stored = load_file(prepared / path.name)
        labels = [[-1 if row[name] is None else number[name][row[name]] for name in ATTRIBUTES] for row in shard]
        labels = torch.tensor(labels)
        parts.append((stored["images"], stored["decoded"], labels))

    torch.manual_seed(11)
    random.seed(11)
    config = ProbeConfig(classes=classes)
    model = Probe(config, norm=True).to(memory_format=torch.channels_last)
    print(f"{sum(p.numel() for p in model.parameters())} numbers, {sum(len(p[0]) for p in parts[1:])} pictures")
    kernels = [p for p in model.parameters() if p.ndim == 4 and p[0].numel() > 27]
    known = {id(p) for p in kernels}
    rest = [p for p in model.parameters() if id(p) not in known]
    optimizers = [
        Muon(kernels, args.lr / 2, weight_decay=0.02),
        torch.optim.AdamW(rest, lr=args.lr, weight_decay=0.02, fused=True),
    ]
    rates = [args.lr / 2, args.lr]
    average = {k: v.detach().clone() for k, v in model.state_dict().items()}
    checkpoint = args.work / "probe.pt"
    step, seen = 0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        if state["classes"] != classes:
            raise SystemExit(f"the shards show other things than those of the run; take another folder: {checkpoint}")
        model.load_state_dict(state["model"])
        restore(optimizers, state)
        average, step, seen = state["average"], state["step"], state["seen"]
    reported, since = time.time(), step

    def save():
        state = {
            "model": model.state_dict(), "average": average,
            "optimizers": [optimizer.state_dict() for optimizer in optimizers],
            "step": step, "seen": seen, "classes": classes,
        }
        with replacing(checkpoint) as temporary:
            torch.save(state, temporary)

    running, grain = None, Grain()
    while step < args.steps:
        done = step / args.steps
        share = min(1.0, (step + 1) / 200) * max(0.005, 0.5 + 0.5 * math.cos(math.pi * done))
        for optimizer, rate in zip(optimizers, rates):
            for group in optimizer.param_groups:
                group["lr"] = rate * share
        images, labels = disturbed(*batch_of(parts[1:], args.batch), mirror, grain)
        with torch.autocast("cpu", torch.bfloat16):
            logits, _ = model(images.contiguous(memory_format=torch.channels_last))
            loss = loss_of(logits, labels)
        model.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        for optimizer in optimizers:
            optimizer.step()
        step += 1
        seen += len(images)
        kept = min(0.998, (1 + step) / (10 + step))
        with torch.no_grad():
            for key, value in model.state_dict().items():
                if value.dtype.is_floating_point:
                    average[key].lerp_(value, 1 - kept)
        running = loss.item() if running is None else 0.99 * running + 0.01 * loss.item()
        if time.time() - reported > 60:
            rate_now = (step - since) * args.batch / (time.time() - reported)
            print(f"step {step}, {seen} seen, loss {running:.3f}, {rate_now:.0f} pictures/s", flush=True)
            save()
            reported, since = time.time(), step
    save()

    weights = {key: value.half().contiguous() for key, value in folded(average).items() if value.is_floating_point()}
    probe = Probe(config).eval().to(memory_format=torch.channels_last)
    probe.load_state_dict({key: value.float() for key, value in weights.items()})
    metadata = {
        "attributes": json.dumps(ATTRIBUTES),
        "classes": json.dumps(classes, ensure_ascii=False),
        "pictures": str(sum(len(part[0]) for part in parts[1:])),
        "pictures_seen": str(seen),
    }
    with replacing(args.out) as temporary:
        save_file(weights, temporary, metadata)
    print(f"{args.out.stat().st_size / 2**20:.2f} MiB after {seen} pictures: {args.out}")
    for key in ("plain", "decoded"):
        print(key, *accuracy(probe, parts[:1], shots[:1], key))


if __name__ == "__main__":
    main()
