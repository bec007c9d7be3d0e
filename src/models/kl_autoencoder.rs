//! The autoencoder of latent diffusion, with 4 or 16 latent channels.
//!
//! Rombach et al. 2022, "High-Resolution Image Synthesis with Latent Diffusion
//! Models", section 3.1; keys and defaults as `AutoencoderKL` of diffusers.

use std::path::Path;

use burn::{
    module::Module,
    nn::{GroupNorm, conv::Conv2d},
    tensor::{DType, Device, Tensor},
};
use serde::Deserialize;

pub use super::kl_layers::upsample;
use super::{
    ModelError, config,
    kl_layers::{MidBlock, Resample, ResnetBlock, Strips, conv, conv3x3, group_norm, pointwise},
    published_layers::{check_counts, check_depth},
    weights::{
        Renames, Weights,
        random::{Blank, blanks_of},
    },
};

const MODEL: &str = "autoencoder";
/// Numbers of a strip: 64 MiB of f32, so that a binding of 128 MiB holds a
/// strip with its neighbours.
const MOST: usize = 16 << 20;

/// `config.json`, with the defaults of diffusers.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct KlConfig {
    /// Channels of a picture that goes in.
    pub in_channels: usize,
    /// Channels of a picture that comes out.
    pub out_channels: usize,
    /// The encoder's blocks, one a level.
    pub down_block_types: Vec<DownBlockType>,
    /// The decoder's blocks, one a level.
    pub up_block_types: Vec<UpBlockType>,
    /// Channels of each level, the picture's first.
    pub block_out_channels: Vec<usize>,
    /// Residual blocks of a level of the encoder; the decoder has one more.
    pub layers_per_block: usize,
    /// Activation.
    pub act_fn: KlActivation,
    /// Channels of a latent.
    pub latent_channels: usize,
    /// Groups of every norm.
    pub norm_num_groups: usize,
    /// What latents are multiplied with for the transformer.
    pub scaling_factor: f32,
    /// What is taken from latents before that.
    pub shift_factor: Option<f32>,
    /// Whether half precision is too narrow for these weights.
    pub force_upcast: bool,
    /// Whether a 1x1 convolution follows the encoder.
    pub use_quant_conv: bool,
    /// Whether a 1x1 convolution precedes the decoder.
    pub use_post_quant_conv: bool,
    /// Whether the middle attends.
    pub mid_block_add_attention: bool,
}

/// Blocks of the encoder that are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum DownBlockType {
    /// Residual blocks and a halving.
    DownEncoderBlock2D,
}

/// Blocks of the decoder that are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum UpBlockType {
    /// Residual blocks and a doubling.
    UpDecoderBlock2D,
}

/// Activations that KL autoencoders have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KlActivation {
    /// `x * sigmoid(x)`.
    #[serde(alias = "swish")]
    Silu,
}

impl Default for KlConfig {
    fn default() -> Self {
        Self {
            in_channels: 3,
            out_channels: 3,
            down_block_types: vec![DownBlockType::DownEncoderBlock2D],
            up_block_types: vec![UpBlockType::UpDecoderBlock2D],
            block_out_channels: vec![64],
            layers_per_block: 1,
            act_fn: KlActivation::Silu,
            latent_channels: 4,
            norm_num_groups: 32,
            scaling_factor: 0.18215,
            shift_factor: None,
            force_upcast: true,
            use_quant_conv: true,
            use_post_quant_conv: true,
            mid_block_add_attention: true,
        }
    }
}

impl KlConfig {
    /// Whether a network can be built from these numbers.
    ///
    /// # Errors
    /// [`ModelError::Config`] naming the first key that cannot be followed.
    pub fn check(&self) -> Result<(), ModelError> {
        let wrong = |why: String| Err(ModelError::Config { model: MODEL.into(), why });
        let levels = self.block_out_channels.len();
        if levels == 0
            || levels > 8
            || self.down_block_types.len() != levels
            || self.up_block_types.len() != levels
        {
            return wrong(format!(
                "block_out_channels has {levels} levels, down_block_types {} and up_block_types {}; expected were as \
                 many of each, at most 8",
                self.down_block_types.len(),
                self.up_block_types.len()
            ));
        }
        let (factor, shift) = (self.scaling_factor, self.shift_factor.unwrap_or(0.0));
        if !(factor.is_normal() && shift.is_finite()) {
            return wrong(format!(
                "scaling_factor {factor} and shift_factor {shift} cannot be undone; expected were a number other than 0 \
                 and any number"
            ));
        }
        let counts = [
            ("in_channels", self.in_channels),
            ("out_channels", self.out_channels),
            ("latent_channels", self.latent_channels),
            ("layers_per_block", self.layers_per_block),
        ];
        check_counts(MODEL, &counts)?;
        check_depth(MODEL, &counts[3..])?;
        for width in &self.block_out_channels {
            check_counts(MODEL, &[("block_out_channels", *width)])?;
        }
        let groups = self.norm_num_groups;
        match self.block_out_channels.iter().find(|&&width| width == 0 || groups == 0 || width % groups != 0)
        {
            Some(width) => wrong(format!("{width} channels cannot be parted into norm_num_groups {groups}")),
            None => Ok(()),
        }
    }

    /// How many times smaller a latent is than its picture, a side.
    pub fn downscale(&self) -> usize {
        1 << (self.block_out_channels.len() - 1)
    }
}

/// A level of the encoder.
#[derive(Module, Debug)]
pub struct DownBlock {
    resnets: Vec<ResnetBlock>,
    downsamplers: Vec<Resample>,
}

/// Pictures to moments.
#[derive(Module, Debug)]
pub struct KlEncoder {
    conv_in: Conv2d,
    down_blocks: Vec<DownBlock>,
    mid_block: MidBlock,
    conv_norm_out: GroupNorm,
    conv_out: Conv2d,
}

impl KlEncoder {
    fn new(config: &KlConfig, device: &Device) -> Self {
        let (widths, groups) = (&config.block_out_channels, config.norm_num_groups);
        let last = widths.len() - 1;
        let level = |i: usize| DownBlock {
            resnets: (0..config.layers_per_block)
                .map(|k| {
                    let from = if k > 0 { widths[i] } else { widths[i.saturating_sub(1)] };
                    ResnetBlock::new(from, widths[i], groups, device)
                })
                .collect(),
            downsamplers: (i < last).then(|| Resample::new(widths[i], device)).into_iter().collect(),
        };
        Self {
            conv_in: conv(config.in_channels, widths[0], 3, device),
            down_blocks: (0..=last).map(level).collect(),
            mid_block: MidBlock::new(widths[last], groups, config.mid_block_add_attention, device),
            conv_norm_out: group_norm(groups, widths[last], device),
            conv_out: conv(widths[last], 2 * config.latent_channels, 3, device),
        }
    }

    fn forward(&self, image: Tensor<4>, most: usize) -> Tensor<4> {
        let [_, channels, ..] = image.dims();
        let widest = self.conv_in.weight.dims()[0].max(channels);
        // Cut where the most rows are: at the picture, at the first level's
        // width. Every halving halves strips too, so they must divide.
        let step = 1 << (self.down_blocks.len() - 1);
        let mut x = conv3x3(&Strips::cut(image, most / widest * channels, step), &self.conv_in);
        for block in &self.down_blocks {
            x = block.resnets.iter().fold(x, |x, resnet| resnet.forward(x));
            x = block.downsamplers.iter().fold(x, |x, half| half.down(x));
        }
        let x = self.mid_block.forward(x, most, 1);
        x.norm_silu_convolve(&self.conv_norm_out, &self.conv_out).whole()
    }
}

/// A level of the decoder.
#[derive(Module, Debug)]
pub struct UpBlock {
    resnets: Vec<ResnetBlock>,
    upsamplers: Vec<Resample>,
}

/// Latents to pictures.
#[derive(Module, Debug)]
pub struct KlDecoder {
    conv_in: Conv2d,
    mid_block: MidBlock,
    up_blocks: Vec<UpBlock>,
    conv_norm_out: GroupNorm,
    conv_out: Conv2d,
}

impl KlDecoder {
    fn new(config: &KlConfig, device: &Device) -> Self {
        let groups = config.norm_num_groups;
        let widths: Vec<usize> = config.block_out_channels.iter().rev().copied().collect();
        let last = widths.len() - 1;
        let level = |i: usize| UpBlock {
            resnets: (0..=config.layers_per_block)
                .map(|k| {
                    let from = if k > 0 { widths[i] } else { widths[i.saturating_sub(1)] };
                    ResnetBlock::new(from, widths[i], groups, device)
                })
                .collect(),
            upsamplers: (i < last).then(|| Resample::new(widths[i], device)).into_iter().collect(),
        };
        Self {
            conv_in: conv(config.latent_channels, widths[0], 3, device),
            mid_block: MidBlock::new(widths[0], groups, config.mid_block_add_attention, device),
            up_blocks: (0..=last).map(level).collect(),
            conv_norm_out: group_norm(groups, widths[last], device),
            conv_out: conv(widths[last], config.out_channels, 3, device),
        }
    }

    fn forward(&self, latent: Tensor<4>, most: usize) -> Tensor<4> {
        let x = conv3x3(&Strips(vec![latent]), &self.conv_in);
        let mut x = self.mid_block.forward(Strips::cut(x.whole(), most, 1), most, 1);
        for block in &self.up_blocks {
            x = block.resnets.iter().fold(x, |x, resnet| resnet.forward(x));
            x = block.upsamplers.iter().fold(x, |x, double| double.up(x, most));
        }
        x.norm_silu_convolve(&self.conv_norm_out, &self.conv_out).whole()
    }
}

/// Both halves.
#[derive(Module, Debug)]
pub struct KlNetwork {
    encoder: KlEncoder,
    decoder: KlDecoder,
    quant_conv: Option<Conv2d>,
    post_quant_conv: Option<Conv2d>,
}

impl KlNetwork {
    fn new(config: &KlConfig, device: &Device) -> Self {
        let latent = config.latent_channels;
        Self {
            encoder: KlEncoder::new(config, device),
            decoder: KlDecoder::new(config, device),
            quant_conv: config.use_quant_conv.then(|| conv(2 * latent, 2 * latent, 1, device)),
            post_quant_conv: config.use_post_quant_conv.then(|| conv(latent, latent, 1, device)),
        }
    }
}

/// What the encoder knows of a picture's latent: a normal distribution.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// `[batch, latent_channels, h, w]`.
    pub mean: Tensor<4>,
    /// The logarithm of its variance, -30..20.
    pub logvar: Tensor<4>,
}

impl Posterior {
    /// Its spread.
    pub fn std(&self) -> Tensor<4> {
        (self.logvar.clone() * 0.5).exp()
    }

    /// A draw, given standard normal noise of the mean's shape.
    pub fn sample(&self, noise: Tensor<4>) -> Tensor<4> {
        self.mean.clone() + self.std() * noise
    }
}

/// An autoencoder on a device.
#[derive(Clone, Debug)]
pub struct KlAutoencoder {
    network: KlNetwork,
    config: KlConfig,
    dtype: DType,
    most: usize,
}

impl KlAutoencoder {
    /// Loads a folder with `config.json` and weights. Computes in `dtype`, or
    /// in f32 where the configuration says that half precision is too narrow;
    /// norms are f32 either way.
    ///
    /// # Errors
    /// [`ModelError`] naming file, key or tensor.
    pub fn open(folder: &Path, device: &Device, dtype: DType) -> Result<Self, ModelError> {
        let config = config::read_checked(&folder.join("config.json"), MODEL, KlConfig::check)?;
        let dtype = if config.force_upcast { DType::F32 } else { dtype };
        let mut network = KlNetwork::new(&config, device);
        Weights::open(folder)?.load(&mut network, &Self::renames(), dtype, MODEL)?;
        Ok(Self { network, config, dtype, most: MOST })
    }

    /// The tensors of a checkpoint with this configuration.
    ///
    /// # Errors
    /// [`ModelError::Config`].
    pub fn blanks(config: &KlConfig) -> Result<Vec<Blank>, ModelError> {
        config.check()?;
        let keys = Renames::none().rule("**.attentions.*.to_out.*", "**.attentions.*.to_out.0.*");
        Ok(blanks_of(&KlNetwork::new(config, &Device::flex()), &keys))
    }

    /// From the checkpoint's keys, of 2022 or of today, to the network's fields.
    pub fn renames() -> Renames {
        Renames::none()
            .rule("**.attentions.*.query.*", "**.attentions.*.to_q.*")
            .rule("**.attentions.*.key.*", "**.attentions.*.to_k.*")
            .rule("**.attentions.*.value.*", "**.attentions.*.to_v.*")
            .rule("**.attentions.*.proj_attn.*", "**.attentions.*.to_out.*")
            .rule("**.attentions.*.to_out.0.*", "**.attentions.*.to_out.*")
    }

    /// The same, working on strips of at most `most` numbers (16 Mi otherwise).
    #[must_use]
    pub fn with_strips_of(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// Sizes, and the factors between latents here and in the transformer.
    pub fn config(&self) -> &KlConfig {
        &self.config
    }

    /// # Shapes
    /// - `image`: `[batch, 3, height, width]`, -1..1, sides divisible by
    ///   [`KlConfig::downscale`]
    pub fn encode(&self, image: Tensor<4>) -> Posterior {
        let mut moments = self.network.encoder.forward(image.cast(self.dtype), self.most);
        if let Some(conv) = &self.network.quant_conv {
            moments = pointwise(moments, conv);
        }
        let latent = self.config.latent_channels;
        let moments = moments.cast(DType::F32);
        Posterior {
            mean: moments.clone().narrow(1, 0, latent),
            logvar: moments.narrow(1, latent, latent).clamp(-30.0, 20.0),
        }
    }

    /// # Shapes
    /// - `latent`: `[batch, latent_channels, h, w]`, as the encoder makes it
    /// - output: `[batch, 3, h * 8, w * 8]` with four levels, -1..1 but for overshoot, f32
    pub fn decode(&self, latent: Tensor<4>) -> Tensor<4> {
        let mut x = latent.cast(self.dtype);
        if let Some(conv) = &self.network.post_quant_conv {
            x = pointwise(x, conv);
        }
        self.network.decoder.forward(x, self.most).cast(DType::F32)
    }

    /// A latent of the encoder as the transformer wants it.
    pub fn scale(&self, latent: Tensor<4>) -> Tensor<4> {
        (latent - self.config.shift_factor.unwrap_or(0.0)) * self.config.scaling_factor
    }

    /// The way back from [`KlAutoencoder::scale`].
    pub fn unscale(&self, latent: Tensor<4>) -> Tensor<4> {
        latent / self.config.scaling_factor + self.config.shift_factor.unwrap_or(0.0)
    }
}
