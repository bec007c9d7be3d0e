//! FLUX.1 (Black Forest Labs 2024): text and picture in two streams, then in
//! one, with rotary positions.
//!
//! Keys and arithmetic of diffusers' `FluxTransformer2DModel`.

use burn::{
    module::Module,
    nn::{Linear, RmsNorm},
    tensor::{Device, Tensor, activation::gelu_approximate},
};
use serde::Deserialize;

use super::{
    ModelError,
    published_attention::{Rotary, head_norm, join_heads, split_heads},
    published_layers::{
        FeedForward, Modulation, TimeTextEmbed, bare_norm, check_counts, check_depth, feed_forward_renames,
        linear, modulated, refuse,
    },
    sd3::JointAttention,
    weights::Renames,
};
use crate::kernels;

const MODEL: &str = "FLUX transformer";
/// Epsilon of every norm (diffusers, `FluxTransformerBlock`).
const EPSILON: f64 = 1e-6;
/// Base of the rotary frequencies (diffusers, `FluxPosEmbed`).
const THETA: f64 = 10_000.0;

/// `transformer/config.json`, with the reference's defaults.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct FluxConfig {
    /// Must be 1: patches are packed before the network.
    pub patch_size: usize,
    /// Channels of a packed latent, four times those of the autoencoder.
    pub in_channels: usize,
    /// Channels of the output; as many by default.
    pub out_channels: Option<usize>,
    /// Blocks of two streams.
    pub num_layers: usize,
    /// Blocks of one stream.
    pub num_single_layers: usize,
    /// Elements of a head.
    pub attention_head_dim: usize,
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Width of the text states.
    pub joint_attention_dim: usize,
    /// Width of the pooled text.
    pub pooled_projection_dim: usize,
    /// Whether the guidance scale is an input (the dev model).
    pub guidance_embeds: bool,
    /// Elements of a head for each axis: text, row, column.
    pub axes_dims_rope: [usize; 3],
}

impl Default for FluxConfig {
    fn default() -> Self {
        Self {
            patch_size: 1,
            in_channels: 64,
            out_channels: None,
            num_layers: 19,
            num_single_layers: 38,
            attention_head_dim: 128,
            num_attention_heads: 24,
            joint_attention_dim: 4096,
            pooled_projection_dim: 768,
            guidance_embeds: false,
            axes_dims_rope: [16, 56, 56],
        }
    }
}

impl FluxConfig {
    /// Width of a token.
    pub fn width(&self) -> usize {
        self.num_attention_heads * self.attention_head_dim
    }

    /// Whether a network can be built from these numbers.
    ///
    /// # Errors
    /// [`ModelError::Config`] naming the first key that cannot be followed.
    pub fn check(&self) -> Result<(), ModelError> {
        check_counts(
            MODEL,
            &[
                ("in_channels", self.in_channels),
                ("num_layers + num_single_layers", self.num_layers.saturating_add(self.num_single_layers)),
                ("attention_head_dim", self.attention_head_dim),
                ("num_attention_heads", self.num_attention_heads),
                ("joint_attention_dim", self.joint_attention_dim),
                ("pooled_projection_dim", self.pooled_projection_dim),
            ],
        )?;
        check_depth(
            MODEL,
            &[("num_layers", self.num_layers), ("num_single_layers", self.num_single_layers)],
        )?;
        if self.patch_size != 1 {
            return Err(refuse(MODEL, "patch_size", self.patch_size, "1"));
        }
        if !self.in_channels.is_multiple_of(4) || self.out_channels.is_some_and(|out| out != self.in_channels)
        {
            return Err(refuse(
                MODEL,
                "in_channels and out_channels",
                (self.in_channels, self.out_channels),
                "equal multiples of 4",
            ));
        }
        check_axes(MODEL, "axes_dims_rope", &self.axes_dims_rope, self.attention_head_dim)
    }
}

/// Whether rotary axes are even and fill a head.
///
/// # Errors
/// [`ModelError::Config`] by the key's name.
pub fn check_axes(model: &str, key: &str, axes: &[usize; 3], head_size: usize) -> Result<(), ModelError> {
    let fits = axes.iter().all(|axis| axis.is_multiple_of(2) && *axis <= head_size)
        && axes.iter().fold(0usize, |sum, axis| sum.saturating_add(*axis)) == head_size;
    if fits {
        Ok(())
    } else {
        Err(refuse(model, key, axes, &format!("even numbers that sum to {head_size}")))
    }
}

/// A block of two streams.
#[derive(Module, Debug)]
pub struct FluxBlock {
    norm1: Modulation,
    norm1_context: Modulation,
    attn: JointAttention,
    ff: FeedForward,
    ff_context: FeedForward,
}

impl FluxBlock {
    fn new(config: &FluxConfig, device: &Device) -> Self {
        let width = config.width();
        Self {
            norm1: Modulation::new(width, 6, device),
            norm1_context: Modulation::new(width, 6, device),
            attn: JointAttention::new(
                config.num_attention_heads,
                config.attention_head_dim,
                true,
                false,
                device,
            ),
            ff: FeedForward::new(width, device),
            ff_context: FeedForward::new(width, device),
        }
    }

    /// # Shapes
    /// - `x`: `[batch, tokens, width]`; `text`: `[batch, keys, width]`; `c`: `[batch, width]`
    /// - output: both streams
    fn forward(
        &self,
        x: Tensor<3>,
        text: Tensor<3>,
        c: Tensor<2>,
        rotary: &Rotary,
    ) -> (Tensor<3>, Tensor<3>) {
        let (tokens, keys) = (x.dims()[1], text.dims()[1]);
        let [shift, scale, gate, shift_mlp, scale_mlp, gate_mlp] = self.norm1.parts(c.clone());
        let [text_shift, text_scale, text_gate, text_shift_mlp, text_scale_mlp, text_gate_mlp] =
            self.norm1_context.parts(c);
        let read = modulated(x.clone(), shift, scale, EPSILON);
        let read_text = modulated(text.clone(), text_shift, text_scale, EPSILON);
        let ([q, k, v], [text_q, text_k, text_v]) = self.attn.qkv(read, read_text);
        let both = |text, x| Tensor::cat(vec![text, x], 2);
        let q = rotary.turn(both(text_q, q));
        let k = rotary.turn(both(text_k, k));
        let out = join_heads(kernels::attention(q, k, both(text_v, v), None, None));
        let (attended, attended_text) =
            self.attn.project(out.clone().narrow(1, keys, tokens), out.narrow(1, 0, keys));
        let x = x + gate * attended;
        let x = x.clone() + gate_mlp * self.ff.forward(modulated(x, shift_mlp, scale_mlp, EPSILON));
        let text = match attended_text {
            Some(attended) => text + text_gate * attended,
            None => text,
        };
        let fed = self.ff_context.forward(modulated(text.clone(), text_shift_mlp, text_scale_mlp, EPSILON));
        (x, text + text_gate_mlp * fed)
    }
}

/// Queries, keys and values of the single stream.
#[derive(Module, Debug)]
pub struct FluxSingleAttention {
    to_q: Linear,
    to_k: Linear,
    to_v: Linear,
    norm_q: RmsNorm,
    norm_k: RmsNorm,
}

/// A block of one stream: attention and feed-forward side by side.
#[derive(Module, Debug)]
pub struct FluxSingleBlock {
    norm: Modulation,
    proj_mlp: Linear,
    proj_out: Linear,
    attn: FluxSingleAttention,
    heads: usize,
}

impl FluxSingleBlock {
    fn new(config: &FluxConfig, device: &Device) -> Self {
        let width = config.width();
        let square = || linear(width, width, device);
        let norm = || head_norm(config.attention_head_dim, EPSILON, device);
        Self {
            norm: Modulation::new(width, 3, device),
            proj_mlp: linear(width, 4 * width, device),
            proj_out: linear(5 * width, width, device),
            attn: FluxSingleAttention {
                to_q: square(),
                to_k: square(),
                to_v: square(),
                norm_q: norm(),
                norm_k: norm(),
            },
            heads: config.num_attention_heads,
        }
    }

    /// # Shapes
    /// - `x`, output: `[batch, keys + tokens, width]`; `c`: `[batch, width]`
    fn forward(&self, x: Tensor<3>, c: Tensor<2>, rotary: &Rotary) -> Tensor<3> {
        let [shift, scale, gate] = self.norm.parts(c);
        let read = modulated(x.clone(), shift, scale, EPSILON);
        let fed = gelu_approximate(self.proj_mlp.forward(read.clone()));
        let head = |layer: &Linear| split_heads(layer.forward(read.clone()), self.heads);
        let q = rotary.turn(self.attn.norm_q.forward(head(&self.attn.to_q)));
        let k = rotary.turn(self.attn.norm_k.forward(head(&self.attn.to_k)));
        let attended = join_heads(kernels::attention(q, k, head(&self.attn.to_v), None, None));
        x + gate * self.proj_out.forward(Tensor::cat(vec![attended, fed], 2))
    }
}

/// The streams after each block: picture and text, `[batch, tokens, width]`.
pub type Traced = Vec<(Tensor<3>, Tensor<3>)>;

/// What the network is asked with, besides the latent.
#[derive(Clone, Debug)]
pub struct FluxInputs<'a> {
    /// One timestep a picture, 0..1000.
    pub t: &'a [f32],
    /// One guidance scale a picture; ignored by models without the embedding.
    pub guidance: &'a [f32],
    /// `[batch, keys, joint_attention_dim]`.
    pub text: Tensor<3>,
    /// `[batch, pooled_projection_dim]`.
    pub pooled: Tensor<2>,
}

/// The transformer. See the module.
#[derive(Module, Debug)]
pub struct Flux {
    time_text_embed: TimeTextEmbed,
    context_embedder: Linear,
    x_embedder: Linear,
    transformer_blocks: Vec<FluxBlock>,
    single_transformer_blocks: Vec<FluxSingleBlock>,
    norm_out: Modulation,
    proj_out: Linear,
    axes_0: usize,
    axes_1: usize,
    axes_2: usize,
}

impl Flux {
    /// From the checkpoint's keys to fields.
    pub fn renames() -> Renames {
        feed_forward_renames()
    }

    /// Random weights.
    ///
    /// # Errors
    /// [`ModelError::Config`].
    pub fn new(config: &FluxConfig, device: &Device) -> Result<Self, ModelError> {
        config.check()?;
        let width = config.width();
        let [axes_0, axes_1, axes_2] = config.axes_dims_rope;
        Ok(Self {
            time_text_embed: TimeTextEmbed::new(
                width,
                config.pooled_projection_dim,
                config.guidance_embeds,
                device,
            ),
            context_embedder: linear(config.joint_attention_dim, width, device),
            x_embedder: linear(config.in_channels, width, device),
            transformer_blocks: (0..config.num_layers).map(|_| FluxBlock::new(config, device)).collect(),
            single_transformer_blocks: (0..config.num_single_layers)
                .map(|_| FluxSingleBlock::new(config, device))
                .collect(),
            norm_out: Modulation::new(width, 2, device),
            proj_out: linear(width, config.in_channels, device),
            axes_0,
            axes_1,
            axes_2,
        })
    }

    /// # Shapes
    /// - `packed`, output: `[batch, rows * columns, in_channels]`, see [`pack`]
    pub fn forward(
        &self,
        packed: Tensor<3>,
        rows: usize,
        columns: usize,
        inputs: FluxInputs<'_>,
    ) -> Tensor<3> {
        self.forward_traced(packed, rows, columns, inputs).0
    }

    /// [`forward`](Self::forward) with the streams after each block, for
    /// comparison with a reference.
    pub fn forward_traced(
        &self,
        packed: Tensor<3>,
        rows: usize,
        columns: usize,
        inputs: FluxInputs<'_>,
    ) -> (Tensor<3>, Traced) {
        let FluxInputs { t, guidance, text, pooled } = inputs;
        let keys = text.dims()[1];
        let tokens = rows * columns;
        let mut places = vec![[0.0; 3]; keys];
        for row in 0..rows {
            places.extend((0..columns).map(|column| [0.0, row as f32, column as f32]));
        }
        let axes = [self.axes_0, self.axes_1, self.axes_2];
        let rotary = Rotary::new(&places, &axes, THETA, &packed.device());
        let guidance: Vec<f32> = guidance.iter().map(|scale| scale * 1000.0).collect();
        let c = self.time_text_embed.forward(t, Some(&guidance), pooled);
        let mut x = self.x_embedder.forward(packed);
        let mut text = self.context_embedder.forward(text);
        let mut traced = Vec::new();
        for block in &self.transformer_blocks {
            (x, text) = block.forward(x, text, c.clone(), &rotary);
            traced.push((x.clone(), text.clone()));
        }
        let mut both = Tensor::cat(vec![text, x], 1);
        for block in &self.single_transformer_blocks {
            both = block.forward(both, c.clone(), &rotary);
            traced.push((both.clone().narrow(1, keys, tokens), both.clone().narrow(1, 0, keys)));
        }
        let x = both.narrow(1, keys, tokens);
        // `AdaLayerNormContinuous`: the scale comes first.
        let [scale, shift] = self.norm_out.parts(c);
        (self.proj_out.forward(bare_norm(x, EPSILON) * (scale + 1.0) + shift), traced)
    }
}

/// Patches of 2x2 latent cells to tokens, the channel outermost.
///
/// # Shapes
/// - `latent`: `[batch, channels, h, w]`, sides even
/// - output: `[batch, h / 2 * w / 2, channels * 4]`
pub fn pack(latent: Tensor<4>) -> Tensor<3> {
    let [batch, channels, h, w] = latent.dims();
    latent.reshape([batch, channels, h / 2, 2, w / 2, 2]).permute([0, 2, 4, 1, 3, 5]).reshape([
        batch,
        h / 2 * (w / 2),
        channels * 4,
    ])
}

/// What [`pack`] packed.
///
/// # Shapes
/// - `packed`: `[batch, rows * columns, channels * 4]`
/// - output: `[batch, channels, rows * 2, columns * 2]`
pub fn unpack(packed: Tensor<3>, rows: usize, columns: usize) -> Tensor<4> {
    let [batch, _, size] = packed.dims();
    let channels = size / 4;
    packed.reshape([batch, rows, columns, channels, 2, 2]).permute([0, 3, 1, 4, 2, 5]).reshape([
        batch,
        channels,
        rows * 2,
        columns * 2,
    ])
}
