//! The built-in model's autoencoder: pictures to latents, 16 times smaller a
//! side, and back.
//!
//! Convolutions without norms, so that a tile decodes as the whole does. Its
//! twin in PyTorch is `assets/models/builtin/recipe/model.py`.

use burn::{
    module::{Module, Param},
    nn::{
        PaddingConfig2d,
        conv::{Conv2d, Conv2dConfig},
    },
    tensor::{Device, Tensor, activation::silu},
};
use serde::{Deserialize, Serialize};

use super::layers::{pixel_shuffle, pixel_unshuffle};

/// How many times smaller a latent is than its picture, a side.
pub const DOWNSCALE: usize = 16;
/// Pictures enter and leave in cells of 4x4 pixels, three colours each.
const CELL_PX: usize = 4;
const CELL_CHANNELS: usize = 3 * CELL_PX * CELL_PX;

/// Widths and depths of an [`Autoencoder`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AutoencoderConfig {
    /// Channels of a latent.
    pub latent_channels: usize,
    /// Channels at 1/4, 1/8 and 1/16 of the picture's side.
    pub widths: [usize; 3],
    /// Residual blocks at each of them.
    pub blocks: usize,
}

/// `x + conv2(silu(conv1(silu(x))))`.
#[derive(Module, Debug)]
pub struct ResidualBlock {
    conv1: Conv2d,
    conv2: Conv2d,
}

impl ResidualBlock {
    fn new(width: usize, device: &Device) -> Self {
        let mut conv2 = conv3x3(width, width, 1, device);
        conv2.weight = conv2.weight.map(|w| w.zeros_like());
        conv2.bias = conv2.bias.map(|bias| bias.map(|b| b.zeros_like()));
        Self { conv1: conv3x3(width, width, 1, device), conv2 }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        x.clone() + self.conv2.forward(silu(self.conv1.forward(silu(x))))
    }
}

fn conv3x3(from: usize, to: usize, stride: usize, device: &Device) -> Conv2d {
    Conv2dConfig::new([from, to], [3, 3])
        .with_stride([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
        .init(device)
}

fn through(blocks: &[ResidualBlock], x: Tensor<4>) -> Tensor<4> {
    blocks.iter().fold(x, |x, block| block.forward(x))
}

/// Pictures to raw latents.
#[derive(Module, Debug)]
pub struct Encoder {
    conv_in: Conv2d,
    stage1: Vec<ResidualBlock>,
    down1: Conv2d,
    stage2: Vec<ResidualBlock>,
    down2: Conv2d,
    stage3: Vec<ResidualBlock>,
    conv_out: Conv2d,
}

impl Encoder {
    fn new(config: &AutoencoderConfig, device: &Device) -> Self {
        let [a, b, c] = config.widths;
        let stage = |width| (0..config.blocks).map(|_| ResidualBlock::new(width, device)).collect();
        Self {
            conv_in: conv3x3(CELL_CHANNELS, a, 1, device),
            stage1: stage(a),
            down1: conv3x3(a, b, 2, device),
            stage2: stage(b),
            down2: conv3x3(b, c, 2, device),
            stage3: stage(c),
            conv_out: conv3x3(c, config.latent_channels, 1, device),
        }
    }

    fn forward(&self, image: Tensor<4>) -> Tensor<4> {
        let x = self.conv_in.forward(pixel_unshuffle(image, CELL_PX));
        let x = self.down1.forward(through(&self.stage1, x));
        let x = self.down2.forward(through(&self.stage2, x));
        self.conv_out.forward(silu(through(&self.stage3, x)))
    }
}

/// Raw latents to pictures.
#[derive(Module, Debug)]
pub struct Decoder {
    conv_in: Conv2d,
    stage3: Vec<ResidualBlock>,
    up2: Conv2d,
    stage2: Vec<ResidualBlock>,
    up1: Conv2d,
    stage1: Vec<ResidualBlock>,
    conv_out: Conv2d,
}

impl Decoder {
    fn new(config: &AutoencoderConfig, device: &Device) -> Self {
        let [a, b, c] = config.widths;
        let stage = |width| (0..config.blocks).map(|_| ResidualBlock::new(width, device)).collect();
        Self {
            conv_in: conv3x3(config.latent_channels, c, 1, device),
            stage3: stage(c),
            up2: conv3x3(c, 4 * b, 1, device),
            stage2: stage(b),
            up1: conv3x3(b, 4 * a, 1, device),
            stage1: stage(a),
            conv_out: conv3x3(a, CELL_CHANNELS, 1, device),
        }
    }

    fn forward(&self, latent: Tensor<4>) -> Tensor<4> {
        let x = through(&self.stage3, self.conv_in.forward(latent));
        let x = pixel_shuffle(self.up2.forward(silu(x)), 2);
        let x = pixel_shuffle(self.up1.forward(silu(through(&self.stage2, x))), 2);
        pixel_shuffle(self.conv_out.forward(silu(through(&self.stage1, x))), CELL_PX)
    }
}

/// Pictures to normalised latents and back. See the module.
#[derive(Module, Debug)]
pub struct Autoencoder {
    encoder: Encoder,
    decoder: Decoder,
    /// Mean of each latent channel over the training pictures.
    latent_mean: Param<Tensor<1>>,
    /// Spread of each latent channel over the training pictures.
    latent_std: Param<Tensor<1>>,
}

impl Autoencoder {
    /// Random weights.
    pub fn new(config: &AutoencoderConfig, device: &Device) -> Self {
        let channels = [config.latent_channels];
        Self {
            encoder: Encoder::new(config, device),
            decoder: Decoder::new(config, device),
            latent_mean: burn::nn::Initializer::Zeros.init(channels, device),
            latent_std: burn::nn::Initializer::Ones.init(channels, device),
        }
    }

    /// # Shapes
    /// - `image`: `[batch, 3, height, width]`, -1..1, sides divisible by [`DOWNSCALE`]
    /// - output: `[batch, channels, height / 16, width / 16]`, mean 0 and spread 1
    pub fn encode(&self, image: Tensor<4>) -> Tensor<4> {
        let raw = self.encoder.forward(image);
        (raw - per_channel(&self.latent_mean)) / per_channel(&self.latent_std)
    }

    /// # Shapes
    /// - `latent`: `[batch, channels, h, w]`, mean 0 and spread 1
    /// - output: `[batch, 3, h * 16, w * 16]`, -1..1 but for overshoot
    pub fn decode(&self, latent: Tensor<4>) -> Tensor<4> {
        self.decoder.forward(latent * per_channel(&self.latent_std) + per_channel(&self.latent_mean))
    }
}

fn per_channel(values: &Param<Tensor<1>>) -> Tensor<4> {
    let values = values.val();
    let [channels] = values.dims();
    values.reshape([1, channels, 1, 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_go_round() {
        let device = Device::flex();
        let config = AutoencoderConfig { latent_channels: 5, widths: [4, 6, 8], blocks: 1 };
        let model = Autoencoder::new(&config, &device);
        let latent = model.encode(Tensor::zeros([2, 3, 64, 96], &device));
        assert_eq!(latent.dims(), [2, 5, 4, 6]);
        assert_eq!(model.decode(latent).dims(), [2, 3, 64, 96]);
    }
}
