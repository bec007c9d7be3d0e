//! The diffusion transformer (Peebles & Xie 2023, "Scalable Diffusion Models
//! with Transformers") with text: adaLN-Zero blocks that also attend to the
//! states of a text encoder, as PixArt-alpha does (Chen et al. 2023, section 2.3).
//! The paper's four ways of conditioning can be configured instead.
//!
//! The twin in PyTorch is `assets/models/builtin/recipe/model.py`.

#![allow(non_snake_case, reason = "`adaLN_modulation` is the checkpoint's key")]

use burn::{
    module::{Module, Param},
    nn::{
        LayerNorm, LayerNormConfig, Linear, LinearConfig,
        conv::{Conv2d, Conv2dConfig},
    },
    tensor::{Bool, Device, Tensor, activation::silu},
};
use serde::{Deserialize, Serialize};

use super::{
    ModelError,
    layers::{Attention, Mlp, NORM_EPSILON, modulate, plain_layer_norm, timestep_embedding, zero_linear},
};

/// Width of the sinusoidal timestep embedding (DiT, `models.py`).
const FREQUENCY_SIZE: usize = 256;
/// Positions are scaled as if every token grid had the area of a square of
/// this side, the one that the built-in model is trained on.
const BASE_GRID: f64 = 8.0;

/// How timestep and text reach the blocks (DiT, section 3.2, figure 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conditioning {
    /// As tokens beside those of the picture.
    InContext,
    /// By cross-attention onto timestep and text.
    CrossAttention,
    /// By scale and shift of the norms, from the timestep and the mean of the text.
    AdaLn,
    /// [`AdaLn`](Self::AdaLn) with gates that begin shut.
    AdaLnZero,
    /// [`AdaLnZero`](Self::AdaLnZero) with cross-attention onto the text: the built-in model.
    #[default]
    AdaLnZeroCross,
}

impl Conditioning {
    /// Vectors that modulate a block.
    fn modulations(self) -> usize {
        match self {
            Self::InContext | Self::CrossAttention => 0,
            Self::AdaLn => 4,
            Self::AdaLnZero | Self::AdaLnZeroCross => 6,
        }
    }

    /// Whether text states are brought to the width of a token first.
    fn projects_text(self) -> bool {
        matches!(self, Self::InContext | Self::CrossAttention)
    }
}

/// Widths and depths of a [`Dit`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DitConfig {
    /// Channels of a latent.
    pub in_channels: usize,
    /// Side of a patch, in latent cells.
    pub patch_size: usize,
    /// Width of a token.
    pub hidden_size: usize,
    /// Blocks.
    pub depth: usize,
    /// Attention heads.
    pub num_heads: usize,
    /// Width of the text states.
    pub context_size: usize,
    /// How timestep and text reach the blocks.
    #[serde(default)]
    pub conditioning: Conditioning,
}

impl DitConfig {
    /// The sizes of the paper (table 1) and of the built-in model, by name:
    /// `S`, `B`, `L`, `XL`, `builtin`. Patches are 2x2.
    ///
    /// # Errors
    /// [`ModelError::Config`] for another name, with the names that exist.
    pub fn preset(name: &str, in_channels: usize, context_size: usize) -> Result<Self, ModelError> {
        let (depth, hidden_size, num_heads) = match name {
            "S" => (12, 384, 6),
            "B" => (12, 768, 12),
            "L" => (24, 1024, 16),
            "XL" => (28, 1152, 16),
            "builtin" => (8, 288, 6),
            _ => {
                return Err(ModelError::Config {
                    model: "DiT".into(),
                    why: format!("there is no size '{name}'; use S, B, L, XL or builtin"),
                });
            }
        };
        Ok(Self {
            in_channels,
            patch_size: 2,
            hidden_size,
            depth,
            num_heads,
            context_size,
            conditioning: Conditioning::default(),
        })
    }

    /// Whether a network can be built from these numbers.
    ///
    /// # Errors
    /// [`ModelError::Config`] naming the first that cannot be.
    pub fn check(&self) -> Result<(), ModelError> {
        let why = if self.num_heads == 0 || !self.hidden_size.is_multiple_of(self.num_heads) {
            format!("hidden_size {} is no multiple of num_heads {}", self.hidden_size, self.num_heads)
        } else if !self.hidden_size.is_multiple_of(4) {
            format!("hidden_size {} is no multiple of 4, which 2-D positions need", self.hidden_size)
        } else if self.hidden_size / self.num_heads > 128 {
            format!("heads of {} are larger than 128", self.hidden_size / self.num_heads)
        } else if self.patch_size == 0 || self.in_channels == 0 || self.depth == 0 {
            "patch_size, in_channels and depth must be at least 1".to_owned()
        } else {
            return Ok(());
        };
        Err(ModelError::Config { model: "DiT".into(), why })
    }
}

/// Timestep to conditioning vector.
#[derive(Module, Debug)]
pub struct TimestepEmbedder {
    fc1: Linear,
    fc2: Linear,
}

impl TimestepEmbedder {
    fn forward(&self, t: Tensor<1>) -> Tensor<2> {
        self.fc2.forward(silu(self.fc1.forward(timestep_embedding(t, FREQUENCY_SIZE))))
    }
}

/// One block (section 3.2, figure 3); which of its parts are there depends on
/// the [`Conditioning`].
#[derive(Module, Debug)]
pub struct DitBlock {
    attn: Attention,
    /// Norms with weights of their own, where nothing modulates them.
    norm1: Option<LayerNorm>,
    norm2: Option<LayerNorm>,
    norm_cross: Option<LayerNorm>,
    cross_attn: Option<Attention>,
    mlp: Mlp,
    adaLN_modulation: Option<Linear>,
}

/// What a block reads besides its tokens.
#[derive(Clone)]
struct BlockInputs {
    /// `[batch, hidden]`, the conditioning vector.
    c: Tensor<2>,
    /// `[batch, keys, context]` and `[batch, keys]`, for cross-attention.
    context: Tensor<3>,
    context_mask: Tensor<2, Bool>,
    /// `[batch, tokens]`, where some tokens do not count.
    token_mask: Option<Tensor<2, Bool>>,
}

impl DitBlock {
    fn new(config: &DitConfig, device: &Device) -> Self {
        let (width, conditioning) = (config.hidden_size, config.conditioning);
        let norm = || LayerNormConfig::new(width).with_epsilon(NORM_EPSILON).init(device);
        let count = conditioning.modulations();
        let modulation = (count > 0).then(|| LinearConfig::new(width, count * width).init(device));
        let context_size = if conditioning.projects_text() { width } else { config.context_size };
        let crosses = matches!(conditioning, Conditioning::CrossAttention | Conditioning::AdaLnZeroCross);
        let cross = crosses.then(|| Attention::new(width, config.num_heads, context_size, device));
        Self {
            attn: Attention::new(width, config.num_heads, width, device),
            norm1: (count == 0).then(norm),
            norm2: (count == 0).then(norm),
            norm_cross: crosses.then(norm),
            cross_attn: match conditioning {
                Conditioning::AdaLnZeroCross => cross.map(|cross| cross.with_zero_output(device)),
                _ => cross,
            },
            mlp: Mlp::new(width, device),
            adaLN_modulation: match conditioning {
                // Zero, so that every gate is shut and the block begins as the identity.
                Conditioning::AdaLnZero | Conditioning::AdaLnZeroCross => {
                    modulation.map(|layer| zero_linear(layer, device))
                }
                _ => modulation,
            },
        }
    }

    /// # Shapes
    /// - `x`, output: `[batch, tokens, hidden]`
    fn forward(&self, x: Tensor<3>, inputs: &BlockInputs) -> Tensor<3> {
        let width = x.dims()[2];
        let modulation = self.adaLN_modulation.as_ref().map(|layer| layer.forward(silu(inputs.c.clone())));
        let count = modulation.as_ref().map_or(0, |all| all.dims()[1] / width);
        let part = |index: usize| {
            modulation
                .as_ref()
                .filter(|_| index < count)
                .map(|all| all.clone().narrow(1, index * width, width))
        };
        // Without gates the vectors are shift and scale of both norms alone.
        let [shift_msa, scale_msa, gate_msa, shift_mlp, scale_mlp, gate_mlp] = match count {
            4 => [part(0), part(1), None, part(2), part(3), None],
            _ => [0, 1, 2, 3, 4, 5].map(part),
        };
        let read = |x: Tensor<3>, norm: &Option<LayerNorm>, shift, scale| match (norm, shift, scale) {
            (None, Some(shift), Some(scale)) => modulate(plain_layer_norm(x), shift, scale),
            (Some(norm), ..) => norm.forward(x),
            _ => plain_layer_norm(x),
        };
        let gated = |x: Tensor<3>, gate: Option<Tensor<2>>| match gate {
            Some(gate) => gate.unsqueeze_dim::<3>(1) * x,
            None => x,
        };
        let attended =
            self.attn.forward(read(x.clone(), &self.norm1, shift_msa, scale_msa), inputs.token_mask.clone());
        let mut x = x + gated(attended, gate_msa);
        if let (Some(norm), Some(cross)) = (&self.norm_cross, &self.cross_attn) {
            let found = cross.forward_cross(
                norm.forward(x.clone()),
                inputs.context.clone(),
                Some(inputs.context_mask.clone()),
            );
            x = x + found;
        }
        let fed = self.mlp.forward(read(x.clone(), &self.norm2, shift_mlp, scale_mlp));
        x + gated(fed, gate_mlp)
    }
}

/// The last modulated projection (section 3.2, "Transformer decoder").
#[derive(Module, Debug)]
pub struct FinalLayer {
    linear: Linear,
    adaLN_modulation: Linear,
}

impl FinalLayer {
    fn forward(&self, x: Tensor<3>, c: Tensor<2>) -> Tensor<3> {
        let width = c.dims()[1];
        let modulation = self.adaLN_modulation.forward(silu(c));
        let (shift, scale) = (modulation.clone().narrow(1, 0, width), modulation.narrow(1, width, width));
        self.linear.forward(modulate(plain_layer_norm(x), shift, scale))
    }
}

/// A text-conditioned diffusion transformer. See the module.
#[derive(Module, Debug)]
pub struct Dit {
    x_embedder: Conv2d,
    t_embedder: TimestepEmbedder,
    y_embedder: Linear,
    /// What stands for "no text": one learned state, `[1, context]`.
    y_null: Param<Tensor<2>>,
    /// Text states to the width of a token, where blocks read them so.
    y_tokens: Option<Linear>,
    blocks: Vec<DitBlock>,
    final_layer: FinalLayer,
    in_channels: usize,
    patch_size: usize,
    in_context: bool,
}

impl Dit {
    /// Random weights; every block begins as the identity and the output as zero.
    ///
    /// # Errors
    /// [`ModelError::Config`].
    pub fn new(config: &DitConfig, device: &Device) -> Result<Self, ModelError> {
        config.check()?;
        let (width, patch) = (config.hidden_size, config.patch_size);
        let xavier = burn::nn::Initializer::XavierUniform { gain: 1.0 };
        let zero = |from, to| zero_linear(LinearConfig::new(from, to).init(device), device);
        Ok(Self {
            x_embedder: Conv2dConfig::new([config.in_channels, width], [patch, patch])
                .with_stride([patch, patch])
                .with_initializer(xavier)
                .init(device),
            t_embedder: TimestepEmbedder {
                fc1: LinearConfig::new(FREQUENCY_SIZE, width).init(device),
                fc2: LinearConfig::new(width, width).init(device),
            },
            y_embedder: LinearConfig::new(config.context_size, width).init(device),
            y_null: burn::nn::Initializer::Normal { mean: 0.0, std: 0.02 }
                .init([1, config.context_size], device),
            y_tokens: config
                .conditioning
                .projects_text()
                .then(|| LinearConfig::new(config.context_size, width).init(device)),
            blocks: (0..config.depth).map(|_| DitBlock::new(config, device)).collect(),
            final_layer: FinalLayer {
                linear: zero(width, patch * patch * config.in_channels),
                adaLN_modulation: zero(width, 2 * width),
            },
            in_channels: config.in_channels,
            patch_size: patch,
            in_context: config.conditioning == Conditioning::InContext,
        })
    }

    /// The learned state that stands for "no text".
    ///
    /// # Shapes
    /// - output: `[1, 1, context]`
    pub fn null_context(&self) -> Tensor<3> {
        self.y_null.val().unsqueeze_dim(0)
    }

    /// # Shapes
    /// - `x`: `[batch, channels, h, w]`, `h` and `w` divisible by the patch size
    /// - `t`: `[batch]`, 0..1000
    /// - `context`: `[batch, keys, context]`, text states
    /// - `context_mask`: `[batch, keys]`, true where a text state counts
    /// - output: `[batch, channels, h, w]`, the velocity
    pub fn forward(
        &self,
        x: Tensor<4>,
        t: Tensor<1>,
        context: Tensor<3>,
        context_mask: Tensor<2, Bool>,
    ) -> Tensor<4> {
        let [batch, _, height, width] = x.dims();
        let (rows, columns) = (height / self.patch_size, width / self.patch_size);
        let x = self.x_embedder.forward(x).flatten::<3>(2, 3).swap_dims(1, 2);
        let hidden = x.dims()[2];
        let positions = position_embedding(rows, columns, hidden);
        let positions = Tensor::<1>::from_floats(positions.as_slice(), &x.device());
        let x = x + positions.reshape([1, rows * columns, hidden]);

        let time = self.t_embedder.forward(t);
        let c = time.clone() + self.y_embedder.forward(masked_mean(context.clone(), context_mask.clone()));
        let mut inputs = BlockInputs { c: c.clone(), context, context_mask, token_mask: None };
        if let Some(y_tokens) = &self.y_tokens {
            // The timestep is one more state, which always counts.
            let states = y_tokens.forward(inputs.context);
            inputs.context = Tensor::cat(vec![time.unsqueeze_dim::<3>(1), states], 1);
            inputs.context_mask =
                Tensor::cat(vec![everything(batch, 1, &x.device()), inputs.context_mask], 1);
        }
        let tokens = rows * columns;
        let mut x = x;
        if self.in_context {
            inputs.token_mask = Some(Tensor::cat(
                vec![everything(batch, tokens, &x.device()), inputs.context_mask.clone()],
                1,
            ));
            x = Tensor::cat(vec![x, inputs.context.clone()], 1);
        }
        let x = self.blocks.iter().fold(x, |x, block| block.forward(x, &inputs));
        let x = self.final_layer.forward(x.narrow(1, 0, tokens), c);

        let (patch, channels) = (self.patch_size, self.in_channels);
        x.reshape([batch, rows, columns, patch, patch, channels])
            .permute([0, 5, 1, 3, 2, 4])
            .reshape([batch, channels, height, width])
    }
}

/// A mask of states that all count.
fn everything(batch: usize, count: usize, device: &Device) -> Tensor<2, Bool> {
    Tensor::<2>::ones([batch, count], device).greater_elem(0.0)
}

/// The mean of the states that count. A text with none (never encoded so, but
/// possible through a mask) has the mean zero instead of a division by zero.
fn masked_mean(states: Tensor<3>, mask: Tensor<2, Bool>) -> Tensor<2> {
    let weight = mask.float().cast(states.dtype()).unsqueeze_dim::<3>(2);
    let count = weight.clone().sum_dim(1).clamp_min(1.0);
    ((states * weight).sum_dim(1) / count).squeeze_dim(1)
}

/// Fixed 2-D sine-cosine positions of a token grid, `[rows * columns, size]`
/// in row-major order: the first half of each row speaks of y, the second of x
/// (after MAE's and DiT's `get_2d_sincos_pos_embed`).
///
/// Coordinates are centred and scaled so that every grid has the same area;
/// one model so serves several aspect ratios.
pub fn position_embedding(rows: usize, columns: usize, size: usize) -> Vec<f32> {
    let scale = BASE_GRID / ((rows * columns) as f64).sqrt();
    let quarter = size / 4;
    let mut out = Vec::with_capacity(rows * columns * size);
    let mut push = |index: usize, count: usize| {
        let place = (index as f64 + 0.5 - count as f64 / 2.0) * scale;
        let angle = |k: usize| place / 10_000f64.powf(k as f64 / quarter as f64);
        out.extend((0..quarter).map(|k| angle(k).sin() as f32));
        out.extend((0..quarter).map(|k| angle(k).cos() as f32));
    };
    for row in 0..rows {
        for column in 0..columns {
            push(row, rows);
            push(column, columns);
        }
    }
    out
}

#[cfg(test)]
#[path = "dit_tests.rs"]
mod tests;
