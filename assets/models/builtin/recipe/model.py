"""The built-in model in PyTorch: autoencoder, text encoder, DiT.

The same architecture as src/models/{autoencoder,text_encoder,dit}.rs; the
attribute names are the checkpoint keys. tests/recipe.rs holds the two together
on stored activations (see parity.py).
"""

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn


# ---------------------------------------------------------------- autoencoder


@dataclass
class AutoencoderConfig:
    """A convolutional autoencoder that shrinks pictures 16 times a side."""

    latent_channels: int = 16
    widths: tuple = (48, 96, 160)  # at 1/4, 1/8 and 1/16 of the picture's side
    blocks: int = 2


class ResidualBlock(nn.Module):
    """x + conv(silu(conv(silu(x)))): no norms, so that tiles decode alike."""

    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x):
        return x + self.conv2(F.silu(self.conv1(F.silu(x))))


class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        a, b, c = config.widths
        self.conv_in = nn.Conv2d(48, a, 3, padding=1)
        self.stage1 = nn.ModuleList(ResidualBlock(a) for _ in range(config.blocks))
        self.down1 = nn.Conv2d(a, b, 3, stride=2, padding=1)
        self.stage2 = nn.ModuleList(ResidualBlock(b) for _ in range(config.blocks))
        self.down2 = nn.Conv2d(b, c, 3, stride=2, padding=1)
        self.stage3 = nn.ModuleList(ResidualBlock(c) for _ in range(config.blocks))
        self.conv_out = nn.Conv2d(c, config.latent_channels, 3, padding=1)

    def forward(self, image):
        x = self.conv_in(F.pixel_unshuffle(image, 4))
        for block in self.stage1:
            x = block(x)
        x = self.down1(x)
        for block in self.stage2:
            x = block(x)
        x = self.down2(x)
        for block in self.stage3:
            x = block(x)
        return self.conv_out(F.silu(x))


class Decoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        a, b, c = config.widths
        self.conv_in = nn.Conv2d(config.latent_channels, c, 3, padding=1)
        self.stage3 = nn.ModuleList(ResidualBlock(c) for _ in range(config.blocks))
        self.up2 = nn.Conv2d(c, 4 * b, 3, padding=1)
        self.stage2 = nn.ModuleList(ResidualBlock(b) for _ in range(config.blocks))
        self.up1 = nn.Conv2d(b, 4 * a, 3, padding=1)
        self.stage1 = nn.ModuleList(ResidualBlock(a) for _ in range(config.blocks))
        self.conv_out = nn.Conv2d(a, 48, 3, padding=1)

    def forward(self, latent):
        x = self.conv_in(latent)
        for block in self.stage3:
            x = block(x)
        x = F.pixel_shuffle(self.up2(F.silu(x)), 2)
        for block in self.stage2:
            x = block(x)
        x = F.pixel_shuffle(self.up1(F.silu(x)), 2)
        for block in self.stage1:
            x = block(x)
        return F.pixel_shuffle(self.conv_out(F.silu(x)), 4)


class Autoencoder(nn.Module):
    """Pictures [N, 3, H, W] in -1..1 to latents [N, C, H/16, W/16] and back.

    `latent_mean` and `latent_std` are per channel, measured after training;
    `encode` returns normalised latents, `decode` takes them.
    """

    def __init__(self, config=AutoencoderConfig()):
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.register_buffer("latent_mean", torch.zeros(config.latent_channels))
        self.register_buffer("latent_std", torch.ones(config.latent_channels))

    def encode(self, image):
        raw = self.encoder(image)
        return (raw - self.latent_mean[:, None, None]) / self.latent_std[:, None, None]

    def decode(self, latent):
        return self.decoder(latent * self.latent_std[:, None, None] + self.latent_mean[:, None, None])


# --------------------------------------------------------------- text encoder


@dataclass
class TextEncoderConfig:
    vocab_size: int = 4096
    max_tokens: int = 64
    hidden_size: int = 192
    depth: int = 3
    num_heads: int = 4


class Attention(nn.Module):
    """Multi-head attention; `context` makes it cross-attention."""

    def __init__(self, hidden_size, num_heads, context_size=None):
        super().__init__()
        self.num_heads = num_heads
        self.q = nn.Linear(hidden_size, hidden_size)
        self.kv = nn.Linear(context_size or hidden_size, 2 * hidden_size)
        self.proj = nn.Linear(hidden_size, hidden_size)

    def forward(self, x, context=None, key_mask=None):
        n, tokens, width = x.shape
        context = x if context is None else context
        q = self.q(x).view(n, tokens, self.num_heads, -1).transpose(1, 2)
        kv = self.kv(context).view(n, context.shape[1], 2, self.num_heads, -1)
        k, v = kv[:, :, 0].transpose(1, 2), kv[:, :, 1].transpose(1, 2)
        # Written out: on CPUs the fused attention's backward pass took a third of
        # a training step, for tokens this few the plain one takes a twentieth.
        scores = q @ k.transpose(2, 3) * q.shape[-1] ** -0.5
        if key_mask is not None:
            scores = scores.masked_fill(~key_mask[:, None, None, :], float("-inf"))
        out = scores.softmax(dim=-1).to(v.dtype) @ v
        return self.proj(out.transpose(1, 2).reshape(n, tokens, width))


class Mlp(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.fc1 = nn.Linear(hidden_size, 4 * hidden_size)
        self.fc2 = nn.Linear(4 * hidden_size, hidden_size)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x), approximate="tanh"))


class TextBlock(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.norm1 = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config.hidden_size, config.num_heads)
        self.norm2 = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.mlp = Mlp(config.hidden_size)

    def forward(self, x, key_mask):
        x = x + self.attn(self.norm1(x), key_mask=key_mask)
        return x + self.mlp(self.norm2(x))


class TextEncoder(nn.Module):
    """Token ids [N, T] and their mask [N, T] to states [N, T, hidden]."""

    def __init__(self, config=TextEncoderConfig()):
        super().__init__()
        self.config = config
        self.token_embedding = nn.Embedding(config.vocab_size, config.hidden_size)
        self.position_embedding = nn.Embedding(config.max_tokens, config.hidden_size)
        nn.init.normal_(self.token_embedding.weight, std=0.5)
        nn.init.normal_(self.position_embedding.weight, std=0.1)
        self.blocks = nn.ModuleList(TextBlock(config) for _ in range(config.depth))
        self.norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, ids, mask):
        positions = torch.arange(ids.shape[1], device=ids.device)
        x = self.token_embedding(ids) + self.position_embedding(positions)
        for block in self.blocks:
            x = block(x, mask)
        return self.norm(x)


# ------------------------------------------------------------------------ DiT


@dataclass
class DitConfig:
    in_channels: int = 16
    patch_size: int = 2
    hidden_size: int = 288
    depth: int = 8
    num_heads: int = 6
    context_size: int = 192
    conditioning: str = "ada-ln-zero-cross"  # the one kind that is written here


def timestep_embedding(t, size=256, max_period=10000.0):
    """Sinusoidal embedding of t (0..1000), cosines first (DiT, models.py)."""
    half = size // 2
    freqs = torch.exp(-math.log(max_period) * torch.arange(half, device=t.device).float() / half)
    args = t.float()[:, None] * freqs
    return torch.cat([torch.cos(args), torch.sin(args)], dim=-1)


def position_embedding(height, width, size, device=None):
    """Fixed 2-D sine-cosine positions [height * width, size] of a token grid.

    Coordinates are centred and scaled so that every grid has the area of 8x8:
    one model serves several aspect ratios.
    """
    scale = 8.0 / math.sqrt(height * width)
    y = (torch.arange(height, device=device).double() + 0.5 - height / 2) * scale
    x = (torch.arange(width, device=device).double() + 0.5 - width / 2) * scale
    quarter = size // 4
    omega = 1.0 / 10000.0 ** (torch.arange(quarter, device=device).double() / quarter)
    row, column = y[:, None] * omega, x[:, None] * omega
    row = torch.cat([row.sin(), row.cos()], dim=1)[:, None, :].expand(height, width, size // 2)
    column = torch.cat([column.sin(), column.cos()], dim=1)[None].expand(height, width, size // 2)
    return torch.cat([row, column], dim=2).reshape(height * width, size).float()


def modulate(x, shift, scale):
    return x * (1 + scale[:, None]) + shift[:, None]


class TimestepEmbedder(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.fc1 = nn.Linear(256, hidden_size)
        self.fc2 = nn.Linear(hidden_size, hidden_size)

    def forward(self, t):
        return self.fc2(F.silu(self.fc1(timestep_embedding(t))))


class DitBlock(nn.Module):
    """adaLN-Zero block (Peebles & Xie 2023, section 3.2) with cross-attention."""

    def __init__(self, config):
        super().__init__()
        width = config.hidden_size
        self.norm1 = nn.LayerNorm(width, eps=1e-6, elementwise_affine=False)
        self.attn = Attention(width, config.num_heads)
        self.norm_cross = nn.LayerNorm(width, eps=1e-6)
        self.cross_attn = Attention(width, config.num_heads, config.context_size)
        self.norm2 = nn.LayerNorm(width, eps=1e-6, elementwise_affine=False)
        self.mlp = Mlp(width)
        self.adaLN_modulation = nn.Linear(width, 6 * width)
        nn.init.zeros_(self.adaLN_modulation.weight)
        nn.init.zeros_(self.adaLN_modulation.bias)
        nn.init.zeros_(self.cross_attn.proj.weight)
        nn.init.zeros_(self.cross_attn.proj.bias)

    def forward(self, x, c, context, context_mask):
        modulation = self.adaLN_modulation(F.silu(c)).chunk(6, dim=1)
        shift_msa, scale_msa, gate_msa, shift_mlp, scale_mlp, gate_mlp = modulation
        x = x + gate_msa[:, None] * self.attn(modulate(self.norm1(x), shift_msa, scale_msa))
        x = x + self.cross_attn(self.norm_cross(x), context, context_mask)
        return x + gate_mlp[:, None] * self.mlp(modulate(self.norm2(x), shift_mlp, scale_mlp))


class FinalLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config.hidden_size
        self.norm_final = nn.LayerNorm(width, eps=1e-6, elementwise_affine=False)
        self.linear = nn.Linear(width, config.patch_size**2 * config.in_channels)
        self.adaLN_modulation = nn.Linear(width, 2 * width)
        for layer in (self.linear, self.adaLN_modulation):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x, c):
        shift, scale = self.adaLN_modulation(F.silu(c)).chunk(2, dim=1)
        return self.linear(modulate(self.norm_final(x), shift, scale))


class Dit(nn.Module):
    """Latents [N, C, H, W], t [N] in 0..1000, text states [N, T, context] and
    their mask [N, T] to a velocity [N, C, H, W]."""

    def __init__(self, config=DitConfig()):
        super().__init__()
        self.config = config
        width, patch = config.hidden_size, config.patch_size
        self.x_embedder = nn.Conv2d(config.in_channels, width, patch, stride=patch)
        self.t_embedder = TimestepEmbedder(width)
        self.y_embedder = nn.Linear(config.context_size, width)
        # What stands for "no text": one learned state.
        self.y_null = nn.Parameter(torch.randn(1, config.context_size) * 0.02)
        self.blocks = nn.ModuleList(DitBlock(config) for _ in range(config.depth))
        self.final_layer = FinalLayer(config)
        # As in DiT: the patch embedding is initialised like a linear layer.
        nn.init.xavier_uniform_(self.x_embedder.weight.view(width, -1))
        nn.init.zeros_(self.x_embedder.bias)

    def forward(self, x, t, context, context_mask):
        n, channels, height, width = x.shape
        patch = self.config.patch_size
        rows, columns = height // patch, width // patch
        x = self.x_embedder(x).flatten(2).transpose(1, 2)
        x = x + position_embedding(rows, columns, self.config.hidden_size, x.device).to(x.dtype)
        weight = context_mask.to(context.dtype)[:, :, None]
        pooled = (context * weight).sum(1) / weight.sum(1).clamp(min=1)
        c = self.t_embedder(t) + self.y_embedder(pooled)
        for block in self.blocks:
            x = block(x, c, context, context_mask)
        x = self.final_layer(x, c)
        x = x.view(n, rows, columns, patch, patch, channels)
        return x.permute(0, 5, 1, 3, 2, 4).reshape(n, channels, height, width)


class Painter(nn.Module):
    """Text encoder and DiT, trained together."""

    def __init__(self, text=TextEncoderConfig(), dit=DitConfig()):
        super().__init__()
        self.text_encoder = TextEncoder(text)
        self.dit = Dit(dit)

    def forward(self, x, t, ids, mask, drop=None):
        """`drop` [N] bool: rows whose text becomes the learned null."""
        context = self.text_encoder(ids, mask)
        if drop is not None:
            null = self.dit.y_null.to(context.dtype).expand(context.shape[1], -1)
            context = torch.where(drop[:, None, None], null, context)
            first = torch.zeros_like(mask)
            first[:, 0] = True
            mask = torch.where(drop[:, None], first, mask)
        return self.dit(x, t, context, mask)


def config_dict():
    """What `config.json` of the built-in model says."""
    return {
        "autoencoder": asdict(AutoencoderConfig()),
        "text_encoder": asdict(TextEncoderConfig()),
        "dit": asdict(DitConfig()),
    }
