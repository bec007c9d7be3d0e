//! SD3 (Esser et al. 2024, MMDiT) and SD3.5 medium (MMDiT-X): text and picture
//! in two streams that attend to each other.
//!
//! Keys and arithmetic of diffusers' `SD3Transformer2DModel`.

use burn::{
    module::{Module, Param},
    nn::{Initializer, Linear, RmsNorm},
    tensor::{Device, Tensor},
};
use serde::Deserialize;

use super::{
    ModelError,
    published_attention::{StreamAttention, StreamSizes, head_norm, join_heads, split_heads},
    published_layers::{
        FeedForward, Modulation, TimeTextEmbed, bare_norm, check_counts, check_depth, feed_forward_renames,
        linear, modulated, refuse, token_grid, unpatchify,
    },
    weights::Renames,
};
use crate::kernels;

const MODEL: &str = "SD3 transformer";
/// Epsilon of every norm (diffusers, `JointTransformerBlock`).
const EPSILON: f64 = 1e-6;

/// `transformer/config.json`, with the reference's defaults.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct Sd3Config {
    /// Side of the latents that the model was trained on.
    pub sample_size: usize,
    /// Side of a patch.
    pub patch_size: usize,
    /// Channels of a latent.
    pub in_channels: usize,
    /// Blocks.
    pub num_layers: usize,
    /// Elements of a head.
    pub attention_head_dim: usize,
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Width of the text states.
    pub joint_attention_dim: usize,
    /// Width of the text stream: that of the picture's.
    pub caption_projection_dim: usize,
    /// Width of the pooled text.
    pub pooled_projection_dim: usize,
    /// Channels of the output.
    pub out_channels: usize,
    /// Side of the stored grid of positions, in tokens.
    pub pos_embed_max_size: usize,
    /// Blocks in which the picture also attends to itself alone (MMDiT-X).
    pub dual_attention_layers: Vec<usize>,
    /// `rms_norm` or absent.
    pub qk_norm: Option<String>,
}

impl Default for Sd3Config {
    fn default() -> Self {
        Self {
            sample_size: 128,
            patch_size: 2,
            in_channels: 16,
            num_layers: 18,
            attention_head_dim: 64,
            num_attention_heads: 18,
            joint_attention_dim: 4096,
            caption_projection_dim: 1152,
            pooled_projection_dim: 2048,
            out_channels: 16,
            pos_embed_max_size: 96,
            dual_attention_layers: Vec::new(),
            qk_norm: None,
        }
    }
}

impl Sd3Config {
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
                ("sample_size", self.sample_size),
                ("patch_size", self.patch_size),
                ("in_channels", self.in_channels),
                ("num_layers", self.num_layers),
                ("attention_head_dim", self.attention_head_dim),
                ("num_attention_heads", self.num_attention_heads),
                ("joint_attention_dim", self.joint_attention_dim),
                ("pooled_projection_dim", self.pooled_projection_dim),
                ("out_channels", self.out_channels),
                ("pos_embed_max_size", self.pos_embed_max_size),
            ],
        )?;
        check_depth(MODEL, &[("num_layers", self.num_layers)])?;
        if self.caption_projection_dim != self.width() {
            return Err(refuse(
                MODEL,
                "caption_projection_dim",
                self.caption_projection_dim,
                &format!("num_attention_heads * attention_head_dim = {}", self.width()),
            ));
        }
        if let Some(layer) = self.dual_attention_layers.iter().find(|&&layer| layer >= self.num_layers) {
            return Err(refuse(
                MODEL,
                "dual_attention_layers",
                layer,
                &format!("blocks below {}", self.num_layers),
            ));
        }
        match self.qk_norm.as_deref() {
            None | Some("rms_norm") => Ok(()),
            Some(other) => Err(refuse(MODEL, "qk_norm", other, "\"rms_norm\" or null")),
        }
    }
}

/// The patch projection with its stored positions.
#[derive(Module, Debug)]
pub struct StoredPositions {
    proj: burn::nn::conv::Conv2d,
    /// `[1, side * side, width]`.
    pos_embed: Param<Tensor<3>>,
    side: usize,
}

impl StoredPositions {
    /// The middle of the stored grid.
    ///
    /// # Shapes
    /// - output: `[1, rows * columns, width]`
    fn cropped(&self, rows: usize, columns: usize) -> Result<Tensor<3>, ModelError> {
        let side = self.side;
        if rows > side || columns > side {
            return Err(ModelError::Size {
                model: MODEL.to_owned(),
                width_px: columns,
                height_px: rows,
                why: format!("it holds positions for {side}x{side} tokens; ask for a smaller picture"),
            });
        }
        let all = self.pos_embed.val();
        let width = all.dims()[2];
        let grid = all.reshape([side, side, width]);
        let middle = grid.narrow(0, (side - rows) / 2, rows).narrow(1, (side - columns) / 2, columns);
        Ok(middle.reshape([1, rows * columns, width]))
    }
}

/// The joint attention of both streams.
#[derive(Module, Debug)]
pub struct JointAttention {
    to_q: Linear,
    to_k: Linear,
    to_v: Linear,
    norm_q: Option<RmsNorm>,
    norm_k: Option<RmsNorm>,
    to_out: Vec<Linear>,
    add_q_proj: Linear,
    add_k_proj: Linear,
    add_v_proj: Linear,
    norm_added_q: Option<RmsNorm>,
    norm_added_k: Option<RmsNorm>,
    /// Absent in the last block, whose text goes nowhere.
    to_add_out: Option<Linear>,
    heads: usize,
}

impl JointAttention {
    /// Random weights.
    pub fn new(
        heads: usize,
        head_size: usize,
        qk_norm: bool,
        context_pre_only: bool,
        device: &Device,
    ) -> Self {
        let width = heads * head_size;
        let square = || linear(width, width, device);
        let norm = || qk_norm.then(|| head_norm(head_size, EPSILON, device));
        Self {
            to_q: square(),
            to_k: square(),
            to_v: square(),
            norm_q: norm(),
            norm_k: norm(),
            to_out: vec![square()],
            add_q_proj: square(),
            add_k_proj: square(),
            add_v_proj: square(),
            norm_added_q: norm(),
            norm_added_k: norm(),
            to_add_out: (!context_pre_only).then(square),
            heads,
        }
    }

    /// Queries, keys and values of the picture, then of the text, by heads, normed.
    ///
    /// # Shapes
    /// - `x`: `[batch, tokens, width]`; `text`: `[batch, keys, width]`
    /// - output: `[batch, heads, tokens, head_size]` each
    pub fn qkv(&self, x: Tensor<3>, text: Tensor<3>) -> ([Tensor<4>; 3], [Tensor<4>; 3]) {
        let head = |layer: &Linear, norm: Option<&RmsNorm>, x: &Tensor<3>| {
            let heads = split_heads(layer.forward(x.clone()), self.heads);
            match norm {
                Some(norm) => norm.forward(heads),
                None => heads,
            }
        };
        (
            [
                head(&self.to_q, self.norm_q.as_ref(), &x),
                head(&self.to_k, self.norm_k.as_ref(), &x),
                head(&self.to_v, None, &x),
            ],
            [
                head(&self.add_q_proj, self.norm_added_q.as_ref(), &text),
                head(&self.add_k_proj, self.norm_added_k.as_ref(), &text),
                head(&self.add_v_proj, None, &text),
            ],
        )
    }

    /// The output projections of both streams.
    pub fn project(&self, x: Tensor<3>, text: Tensor<3>) -> (Tensor<3>, Option<Tensor<3>>) {
        let x = self.to_out.iter().fold(x, |x, layer| layer.forward(x));
        (x, self.to_add_out.as_ref().map(|layer| layer.forward(text)))
    }

    /// # Shapes
    /// - `x`, first output: `[batch, tokens, width]`
    /// - `text`, second output: `[batch, keys, width]`
    fn forward(&self, x: Tensor<3>, text: Tensor<3>) -> (Tensor<3>, Option<Tensor<3>>) {
        let (tokens, keys) = (x.dims()[1], text.dims()[1]);
        let ([q, k, v], [text_q, text_k, text_v]) = self.qkv(x, text);
        let both = |x, text| Tensor::cat(vec![x, text], 2);
        let out = kernels::attention(both(q, text_q), both(k, text_k), both(v, text_v), None, None);
        let out = join_heads(out);
        self.project(out.clone().narrow(1, 0, tokens), out.narrow(1, tokens, keys))
    }
}

/// One MMDiT block.
#[derive(Module, Debug)]
pub struct Sd3Block {
    norm1: Modulation,
    norm1_context: Modulation,
    attn: JointAttention,
    attn2: Option<StreamAttention>,
    ff: FeedForward,
    ff_context: Option<FeedForward>,
}

impl Sd3Block {
    fn new(config: &Sd3Config, index: usize, device: &Device) -> Self {
        let width = config.width();
        let (heads, head_size) = (config.num_attention_heads, config.attention_head_dim);
        let last = index + 1 == config.num_layers;
        let qk_norm = config.qk_norm.is_some();
        let dual = config.dual_attention_layers.contains(&index);
        let sizes = StreamSizes {
            width,
            context: width,
            heads,
            head_size,
            bias: true,
            qk_norm: qk_norm.then_some(EPSILON),
        };
        Self {
            norm1: Modulation::new(width, if dual { 9 } else { 6 }, device),
            norm1_context: Modulation::new(width, if last { 2 } else { 6 }, device),
            attn: JointAttention::new(heads, head_size, qk_norm, last, device),
            attn2: dual.then(|| StreamAttention::new(sizes, device)),
            ff: FeedForward::new(width, device),
            ff_context: (!last).then(|| FeedForward::new(width, device)),
        }
    }

    /// # Shapes
    /// - `x`: `[batch, tokens, width]`; `text`: `[batch, keys, width]`; `c`: `[batch, width]`
    /// - output: both streams; the last block has no text
    fn forward(&self, x: Tensor<3>, text: Tensor<3>, c: Tensor<2>) -> (Tensor<3>, Option<Tensor<3>>) {
        let ([shift, scale, gate, shift_mlp, scale_mlp, gate_mlp], dual) = match &self.attn2 {
            None => (self.norm1.parts(c.clone()), None),
            Some(attn2) => {
                let [a, b, d, e, f, g, shift2, scale2, gate2] = self.norm1.parts(c.clone());
                ([a, b, d, e, f, g], Some((attn2, shift2, scale2, gate2)))
            }
        };
        let read = modulated(x.clone(), shift, scale, EPSILON);
        let context = match &self.ff_context {
            Some(ff) => {
                let [shift, scale, gate, shift_mlp, scale_mlp, gate_mlp] = self.norm1_context.parts(c);
                (
                    modulated(text.clone(), shift, scale, EPSILON),
                    Some((ff, gate, shift_mlp, scale_mlp, gate_mlp)),
                )
            }
            None => {
                // `AdaLayerNormContinuous`: the scale comes first.
                let [scale, shift] = self.norm1_context.parts(c);
                (modulated(text.clone(), shift, scale, EPSILON), None)
            }
        };
        let (read_text, rest) = context;
        let (attended, attended_text) = self.attn.forward(read, read_text);
        let residual = x.clone();
        let mut x = x + gate * attended;
        if let Some((attn2, shift2, scale2, gate2)) = dual {
            let read = modulated(residual, shift2, scale2, EPSILON);
            x = x + gate2 * attn2.forward(read.clone(), read, None);
        }
        let fed = self.ff.forward(modulated(x.clone(), shift_mlp, scale_mlp, EPSILON));
        let x = x + gate_mlp * fed;
        let text = match (rest, attended_text) {
            (Some((ff, gate, shift_mlp, scale_mlp, gate_mlp)), Some(attended)) => {
                let text = text + gate * attended;
                let fed = ff.forward(modulated(text.clone(), shift_mlp, scale_mlp, EPSILON));
                Some(text + gate_mlp * fed)
            }
            _ => None,
        };
        (x, text)
    }
}

/// Both streams after each block: picture `[batch, tokens, width]` and text.
pub type Traced = Vec<(Tensor<3>, Option<Tensor<3>>)>;

/// The transformer. See the module.
#[derive(Module, Debug)]
pub struct Sd3 {
    pos_embed: StoredPositions,
    time_text_embed: TimeTextEmbed,
    context_embedder: Linear,
    transformer_blocks: Vec<Sd3Block>,
    norm_out: Modulation,
    proj_out: Linear,
    patch_size: usize,
}

impl Sd3 {
    /// From the checkpoint's keys to fields.
    pub fn renames() -> Renames {
        feed_forward_renames()
    }

    /// Random weights.
    ///
    /// # Errors
    /// [`ModelError::Config`].
    pub fn new(config: &Sd3Config, device: &Device) -> Result<Self, ModelError> {
        config.check()?;
        let (width, patch, side) = (config.width(), config.patch_size, config.pos_embed_max_size);
        Ok(Self {
            pos_embed: StoredPositions {
                proj: burn::nn::conv::Conv2dConfig::new([config.in_channels, width], [patch, patch])
                    .with_stride([patch, patch])
                    .init(device),
                pos_embed: Initializer::Zeros.init([1, side * side, width], device),
                side,
            },
            time_text_embed: TimeTextEmbed::new(width, config.pooled_projection_dim, false, device),
            context_embedder: linear(config.joint_attention_dim, width, device),
            transformer_blocks: (0..config.num_layers)
                .map(|index| Sd3Block::new(config, index, device))
                .collect(),
            norm_out: Modulation::new(width, 2, device),
            proj_out: linear(width, patch * patch * config.out_channels, device),
            patch_size: patch,
        })
    }

    /// # Shapes
    /// - `latent`: `[batch, in_channels, h, w]`, sides divisible by the patch
    /// - `t`: one timestep a picture, 0..1000
    /// - `text`: `[batch, keys, joint_attention_dim]`; `pooled`: `[batch, pooled_projection_dim]`
    /// - `skip`: blocks left out (skip-layer guidance)
    /// - output: `[batch, out_channels, h, w]`
    ///
    /// # Errors
    /// [`ModelError::Size`].
    pub fn forward(
        &self,
        latent: Tensor<4>,
        t: &[f32],
        text: Tensor<3>,
        pooled: Tensor<2>,
        skip: &[usize],
    ) -> Result<Tensor<4>, ModelError> {
        Ok(self.forward_traced(latent, t, text, pooled, skip)?.0)
    }

    /// [`forward`](Self::forward) with both streams after each block, for
    /// comparison with a reference.
    ///
    /// # Errors
    /// [`ModelError::Size`].
    pub fn forward_traced(
        &self,
        latent: Tensor<4>,
        t: &[f32],
        text: Tensor<3>,
        pooled: Tensor<2>,
        skip: &[usize],
    ) -> Result<(Tensor<4>, Traced), ModelError> {
        let [_, _, h, w] = latent.dims();
        let (rows, columns) = token_grid(MODEL, h, w, self.patch_size)?;
        let x = self.pos_embed.proj.forward(latent).flatten::<3>(2, 3).swap_dims(1, 2);
        let mut x = x + self.pos_embed.cropped(rows, columns)?;
        let c = self.time_text_embed.forward(t, None, pooled);
        let mut text = self.context_embedder.forward(text);
        let mut traced = Vec::with_capacity(self.transformer_blocks.len());
        for (index, block) in self.transformer_blocks.iter().enumerate() {
            if skip.contains(&index) {
                continue;
            }
            let (next, next_text) = block.forward(x, text.clone(), c.clone());
            traced.push((next.clone(), next_text.clone()));
            x = next;
            text = next_text.unwrap_or(text);
        }
        let [scale, shift] = self.norm_out.parts(c);
        let x = self.proj_out.forward(bare_norm(x, EPSILON) * (scale + 1.0) + shift);
        Ok((unpatchify(x, rows, columns, self.patch_size), traced))
    }
}
