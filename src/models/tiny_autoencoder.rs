//! The tiny autoencoder (TAESD): previews of latents for little work.
//!
//! Source: `AutoencoderTiny` of diffusers and github.com/madebyollin/taesd.

use std::path::Path;

use burn::{
    module::Module,
    nn::{
        PaddingConfig2d,
        conv::{Conv2d, Conv2dConfig},
    },
    tensor::{DType, Device, Tensor, activation},
};
use serde::Deserialize;

use super::{
    ModelError, config,
    kl_autoencoder::upsample,
    published_layers::{check_counts, check_depth},
    weights::{Renames, Weights},
};

const MODEL: &str = "tiny autoencoder";

/// `config.json`, with the defaults of diffusers.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct TinyConfig {
    /// Channels of a picture that goes in.
    pub in_channels: usize,
    /// Channels of a picture that comes out.
    pub out_channels: usize,
    /// Channels of the encoder's stages.
    pub encoder_block_out_channels: Vec<usize>,
    /// Channels of the decoder's stages; they must be equal.
    pub decoder_block_out_channels: Vec<usize>,
    /// Activation.
    pub act_fn: TinyActivation,
    /// How pictures grow.
    pub upsample_fn: Upsample,
    /// Channels of a latent.
    pub latent_channels: usize,
    /// How many times a stage grows.
    pub upsampling_scaling_factor: usize,
    /// Blocks of the encoder's stages.
    pub num_encoder_blocks: Vec<usize>,
    /// Blocks of the decoder's stages.
    pub num_decoder_blocks: Vec<usize>,
    /// Latents are taken to lie within this, either side of zero.
    pub latent_magnitude: f32,
    /// What zero becomes when a latent is shown as a picture.
    pub latent_shift: f32,
    /// What latents are multiplied with for the transformer.
    pub scaling_factor: f32,
    /// What is taken from latents before that.
    pub shift_factor: f32,
}

/// Activations that tiny autoencoders have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TinyActivation {
    /// `max(x, 0)`.
    Relu,
}

/// Ways to grow a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Upsample {
    /// Each cell repeated.
    Nearest,
}

impl Default for TinyConfig {
    fn default() -> Self {
        Self {
            in_channels: 3,
            out_channels: 3,
            encoder_block_out_channels: vec![64; 4],
            decoder_block_out_channels: vec![64; 4],
            act_fn: TinyActivation::Relu,
            upsample_fn: Upsample::Nearest,
            latent_channels: 4,
            upsampling_scaling_factor: 2,
            num_encoder_blocks: vec![1, 3, 3, 3],
            num_decoder_blocks: vec![3, 3, 3, 1],
            latent_magnitude: 3.0,
            latent_shift: 0.5,
            scaling_factor: 1.0,
            shift_factor: 0.0,
        }
    }
}

impl TinyConfig {
    fn check(&self) -> Result<(), ModelError> {
        let wrong = |why: String| Err(ModelError::Config { model: MODEL.into(), why });
        for (channels, blocks, name) in [
            (&self.encoder_block_out_channels, &self.num_encoder_blocks, "encoder"),
            (&self.decoder_block_out_channels, &self.num_decoder_blocks, "decoder"),
        ] {
            if channels.is_empty() || channels.len() != blocks.len() || channels.contains(&0) {
                return wrong(format!(
                    "{name}_block_out_channels {channels:?} and num_{name}_blocks {blocks:?} do not belong together"
                ));
            }
            // The layers between stages keep their width (`EncoderTiny`, `DecoderTiny`).
            if channels.iter().any(|count| *count != channels[0]) {
                return wrong(format!("{name}_block_out_channels {channels:?} are not all equal"));
            }
        }
        check_counts(
            MODEL,
            &[
                ("in_channels", self.in_channels),
                ("out_channels", self.out_channels),
                ("latent_channels", self.latent_channels),
                ("encoder_block_out_channels", self.encoder_block_out_channels[0]),
                ("decoder_block_out_channels", self.decoder_block_out_channels[0]),
            ],
        )?;
        for count in self.num_encoder_blocks.iter().chain(&self.num_decoder_blocks) {
            check_depth(MODEL, &[("num_encoder_blocks or num_decoder_blocks", *count)])?;
        }
        if !(1..=8).contains(&self.upsampling_scaling_factor) {
            return wrong(format!(
                "upsampling_scaling_factor {} is not 1 to 8",
                self.upsampling_scaling_factor
            ));
        }
        Ok(())
    }
}

fn conv3x3(from: usize, to: usize, stride: usize, bias: bool, device: &Device) -> Conv2d {
    Conv2dConfig::new([from, to], [3, 3])
        .with_stride([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
        .with_bias(bias)
        .init(device)
}

/// `relu(x + conv(relu(conv(relu(conv(x))))))`.
#[derive(Module, Debug)]
pub struct TinyBlock {
    conv: Vec<Conv2d>,
}

impl TinyBlock {
    fn new(width: usize, device: &Device) -> Self {
        Self { conv: (0..3).map(|_| conv3x3(width, width, 1, true, device)).collect() }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let mut inside = x.clone();
        for (i, conv) in self.conv.iter().enumerate() {
            inside = conv.forward(if i == 0 { inside } else { activation::relu(inside) });
        }
        activation::relu(inside + x)
    }
}

/// A stage: in the encoder the convolution comes first, in the decoder last.
#[derive(Module, Debug)]
pub struct TinyStage {
    conv: Conv2d,
    blocks: Vec<TinyBlock>,
}

impl TinyStage {
    fn blocks(&self, x: Tensor<4>) -> Tensor<4> {
        self.blocks.iter().fold(x, |x, block| block.forward(x))
    }
}

/// Pictures to latents.
#[derive(Module, Debug)]
pub struct TinyEncoder {
    stages: Vec<TinyStage>,
    conv_out: Conv2d,
}

/// Latents to pictures.
#[derive(Module, Debug)]
pub struct TinyDecoder {
    conv_in: Conv2d,
    stages: Vec<TinyStage>,
}

/// Both halves.
#[derive(Module, Debug)]
pub struct TinyNetwork {
    encoder: TinyEncoder,
    decoder: TinyDecoder,
}

/// A tiny autoencoder on a device.
#[derive(Clone, Debug)]
pub struct TinyAutoencoder {
    network: TinyNetwork,
    config: TinyConfig,
    dtype: DType,
}

impl TinyAutoencoder {
    /// Loads a folder with `config.json` and weights.
    ///
    /// # Errors
    /// [`ModelError`] naming file, key or tensor.
    pub fn open(folder: &Path, device: &Device, dtype: DType) -> Result<Self, ModelError> {
        let config = config::read_checked(&folder.join("config.json"), MODEL, TinyConfig::check)?;
        let stage = |conv, width, count| TinyStage {
            conv,
            blocks: (0..count).map(|_| TinyBlock::new(width, device)).collect(),
        };
        let latent = config.latent_channels;
        let width = config.encoder_block_out_channels[0];
        let encoder = TinyEncoder {
            stages: config
                .num_encoder_blocks
                .iter()
                .enumerate()
                .map(|(i, &count)| {
                    let conv = match i {
                        0 => conv3x3(config.in_channels, width, 1, true, device),
                        _ => conv3x3(width, width, 2, false, device),
                    };
                    stage(conv, width, count)
                })
                .collect(),
            conv_out: conv3x3(width, latent, 1, true, device),
        };
        let width = config.decoder_block_out_channels[0];
        let last = config.num_decoder_blocks.len() - 1;
        let decoder = TinyDecoder {
            conv_in: conv3x3(latent, width, 1, true, device),
            stages: config
                .num_decoder_blocks
                .iter()
                .enumerate()
                .map(|(i, &count)| {
                    let to = if i == last { config.out_channels } else { width };
                    stage(conv3x3(width, to, 1, i == last, device), width, count)
                })
                .collect(),
        };
        let mut network = TinyNetwork { encoder, decoder };
        Weights::open(folder)?.load(&mut network, &Self::renames(&config), dtype, MODEL)?;
        Ok(Self { network, config, dtype })
    }

    /// From the checkpoint's keys, which number all layers through, to the
    /// network's fields.
    pub fn renames(config: &TinyConfig) -> Renames {
        let mut renames = Renames::none();
        let mut name = |half: &str, layer: usize, field: String| {
            let (from, to) = (format!("{half}.layers.{layer}.**"), format!("{half}.{field}.**"));
            renames = std::mem::take(&mut renames).rule(&from, &to);
        };
        let mut layer = 0;
        for (stage, &count) in config.num_encoder_blocks.iter().enumerate() {
            name("encoder", layer, format!("stages.{stage}.conv"));
            for block in 0..count {
                name("encoder", layer + 1 + block, format!("stages.{stage}.blocks.{block}"));
            }
            layer += 1 + count;
        }
        name("encoder", layer, "conv_out".into());
        name("decoder", 0, "conv_in".into());
        // An activation follows the first convolution.
        layer = 2;
        let last = config.num_decoder_blocks.len() - 1;
        for (stage, &count) in config.num_decoder_blocks.iter().enumerate() {
            for block in 0..count {
                name("decoder", layer + block, format!("stages.{stage}.blocks.{block}"));
            }
            // So does an upsampling each stage but the last.
            layer += count + usize::from(stage < last);
            name("decoder", layer, format!("stages.{stage}.conv"));
            layer += 1;
        }
        // Within a block activations stand between the convolutions.
        for i in [2, 4] {
            let (from, to) = (format!("**.blocks.*.conv.{i}.*"), format!("**.blocks.*.conv.{}.*", i / 2));
            renames = renames.rule(&from, &to);
        }
        renames
    }

    /// Sizes.
    pub fn config(&self) -> &TinyConfig {
        &self.config
    }

    /// # Shapes
    /// - `image`: `[batch, 3, height, width]`, -1..1
    /// - output: `[batch, latent_channels, height / 8, width / 8]` with four stages, f32
    pub fn encode(&self, image: Tensor<4>) -> Tensor<4> {
        let encoder = &self.network.encoder;
        let mut x = (image.cast(self.dtype) + 1.0) / 2.0;
        for stage in &encoder.stages {
            x = stage.blocks(stage.conv.forward(x));
        }
        encoder.conv_out.forward(x).cast(DType::F32)
    }

    /// Latents as the transformer has them, to a picture.
    ///
    /// # Shapes
    /// - `latent`: `[batch, latent_channels, h, w]`
    /// - output: `[batch, 3, h * 8, w * 8]` with four stages, -1..1 but for overshoot, f32
    pub fn decode(&self, latent: Tensor<4>) -> Tensor<4> {
        let decoder = &self.network.decoder;
        let x = (latent.cast(self.dtype) / 3.0).tanh() * 3.0;
        let mut x = activation::relu(decoder.conv_in.forward(x));
        let last = decoder.stages.len() - 1;
        for (i, stage) in decoder.stages.iter().enumerate() {
            x = stage.blocks(x);
            if i < last {
                x = upsample(x, self.config.upsampling_scaling_factor);
            }
            x = stage.conv.forward(x);
        }
        (x * 2.0 - 1.0).cast(DType::F32)
    }

    /// Latents to 0..1, to be kept as a picture.
    pub fn scale_latents(&self, latent: Tensor<4>) -> Tensor<4> {
        (latent / (2.0 * self.config.latent_magnitude) + self.config.latent_shift).clamp(0.0, 1.0)
    }

    /// The way back from [`TinyAutoencoder::scale_latents`].
    pub fn unscale_latents(&self, picture: Tensor<4>) -> Tensor<4> {
        (picture - self.config.latent_shift) * (2.0 * self.config.latent_magnitude)
    }
}
