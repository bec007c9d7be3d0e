//! Z-Image (Tongyi Lab 2025): one stream of picture and caption, both padded
//! with learned tokens to multiples of 32, rotary positions on three axes.
//!
//! Keys and arithmetic of diffusers' `ZImageTransformer2DModel`.

#![allow(non_snake_case, reason = "`adaLN_modulation` is the checkpoint's key")]

use burn::{
    module::{Module, Param},
    nn::{Initializer, Linear, LinearConfig, RmsNorm, RmsNormConfig},
    tensor::{Device, Tensor, activation::silu},
};
use serde::Deserialize;

use super::{
    ModelError,
    flux::check_axes,
    published_attention::{Rotary, head_norm, join_heads, split_heads},
    published_layers::{
        EmbeddingMlp, FREQUENCY_SIZE, bare_norm, check_counts, check_depth, linear, refuse, token_grid,
    },
    weights::Renames,
};
use crate::kernels;

const MODEL: &str = "Z-Image transformer";
/// Widest conditioning vector (`ADALN_EMBED_DIM`).
const CONDITION_SIZE: usize = 256;
/// Width within the timestep's embedding (`mid_size`).
const TIMESTEP_INNER: usize = 1024;
/// Sequences are padded to multiples of this (`SEQ_MULTI_OF`).
const SEQUENCE_STEP: usize = 32;
/// Epsilon of the norms of queries and keys, and of the last norm.
const HEAD_EPSILON: f64 = 1e-5;
const OUT_EPSILON: f64 = 1e-6;

/// `transformer/config.json`, with the reference's defaults.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct ZImageConfig {
    /// Must be `[2]`: sides of the patches.
    pub all_patch_size: Vec<usize>,
    /// Must be `[1]`: patches in time.
    pub all_f_patch_size: Vec<usize>,
    /// Channels of a latent.
    pub in_channels: usize,
    /// Width of a token.
    pub dim: usize,
    /// Blocks.
    pub n_layers: usize,
    /// Blocks that refine picture and caption alone.
    pub n_refiner_layers: usize,
    /// Attention heads.
    pub n_heads: usize,
    /// Must equal `n_heads`.
    pub n_kv_heads: usize,
    /// Epsilon of the blocks' norms.
    pub norm_eps: f64,
    /// Whether queries and keys are normed.
    pub qk_norm: bool,
    /// Width of the text states.
    pub cap_feat_dim: usize,
    /// Base of the rotary frequencies.
    pub rope_theta: f64,
    /// What timesteps are multiplied by.
    pub t_scale: f64,
    /// Elements of a head for each axis.
    pub axes_dims: [usize; 3],
    /// Places on each axis.
    pub axes_lens: [usize; 3],
    /// Must be absent: the edit models' pictures as input.
    pub siglip_feat_dim: Option<usize>,
}

impl Default for ZImageConfig {
    fn default() -> Self {
        Self {
            all_patch_size: vec![2],
            all_f_patch_size: vec![1],
            in_channels: 16,
            dim: 3840,
            n_layers: 30,
            n_refiner_layers: 2,
            n_heads: 30,
            n_kv_heads: 30,
            norm_eps: 1e-5,
            qk_norm: true,
            cap_feat_dim: 2560,
            rope_theta: 256.0,
            t_scale: 1000.0,
            axes_dims: [32, 48, 48],
            axes_lens: [1024, 512, 512],
            siglip_feat_dim: None,
        }
    }
}

impl ZImageConfig {
    /// Whether a network can be built from these numbers.
    ///
    /// # Errors
    /// [`ModelError::Config`] naming the first key that cannot be followed.
    pub fn check(&self) -> Result<(), ModelError> {
        check_counts(
            MODEL,
            &[
                ("in_channels", self.in_channels),
                ("dim", self.dim),
                ("n_layers", self.n_layers),
                ("n_heads", self.n_heads),
                ("cap_feat_dim", self.cap_feat_dim),
            ],
        )?;
        check_depth(MODEL, &[("n_layers", self.n_layers), ("n_refiner_layers", self.n_refiner_layers)])?;
        if let Some(length) = self.axes_lens.iter().find(|length| !(1..=1_000_000).contains(*length)) {
            return Err(refuse(MODEL, "axes_lens", length, "1 to 1000000"));
        }
        if self.all_patch_size != [2] {
            return Err(refuse(MODEL, "all_patch_size", &self.all_patch_size, "[2]"));
        }
        if self.all_f_patch_size != [1] {
            return Err(refuse(MODEL, "all_f_patch_size", &self.all_f_patch_size, "[1]"));
        }
        if self.n_kv_heads != self.n_heads {
            return Err(refuse(MODEL, "n_kv_heads", self.n_kv_heads, &format!("n_heads = {}", self.n_heads)));
        }
        if !self.dim.is_multiple_of(self.n_heads) {
            return Err(refuse(MODEL, "dim", self.dim, &format!("multiples of n_heads = {}", self.n_heads)));
        }
        if self.siglip_feat_dim.is_some() {
            return Err(refuse(MODEL, "siglip_feat_dim", self.siglip_feat_dim, "null"));
        }
        if !(self.norm_eps > 0.0 && self.rope_theta > 0.0 && self.t_scale.is_finite()) {
            return Err(refuse(
                MODEL,
                "norm_eps, rope_theta, t_scale",
                (self.norm_eps, self.rope_theta, self.t_scale),
                "numbers above 0",
            ));
        }
        check_axes(MODEL, "axes_dims", &self.axes_dims, self.dim / self.n_heads)
    }
}

/// Self-attention with rotary positions.
#[derive(Module, Debug)]
pub struct ZImageAttention {
    to_q: Linear,
    to_k: Linear,
    to_v: Linear,
    norm_q: Option<RmsNorm>,
    norm_k: Option<RmsNorm>,
    to_out: Vec<Linear>,
    heads: usize,
}

impl ZImageAttention {
    /// # Shapes
    /// - `x`, output: `[batch, tokens, dim]`
    fn forward(&self, x: Tensor<3>, rotary: &Rotary) -> Tensor<3> {
        let turned = |layer: &Linear, norm: &Option<RmsNorm>| {
            let heads = split_heads(layer.forward(x.clone()), self.heads);
            rotary.turn(match norm {
                Some(norm) => norm.forward(heads),
                None => heads,
            })
        };
        let (q, k) = (turned(&self.to_q, &self.norm_q), turned(&self.to_k, &self.norm_k));
        let v = split_heads(self.to_v.forward(x.clone()), self.heads);
        let out = join_heads(kernels::attention(q, k, v, None, None));
        self.to_out.iter().fold(out, |x, layer| layer.forward(x))
    }
}

/// `w2(silu(w1 x) * w3 x)`.
#[derive(Module, Debug)]
pub struct GatedFeedForward {
    w1: Linear,
    w2: Linear,
    w3: Linear,
}

impl GatedFeedForward {
    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.w2.forward(silu(self.w1.forward(x.clone())) * self.w3.forward(x))
    }
}

/// A block: norms before and after both of its halves.
#[derive(Module, Debug)]
pub struct ZImageBlock {
    attention: ZImageAttention,
    feed_forward: GatedFeedForward,
    attention_norm1: RmsNorm,
    ffn_norm1: RmsNorm,
    attention_norm2: RmsNorm,
    ffn_norm2: RmsNorm,
    /// Absent in the blocks that refine the caption.
    adaLN_modulation: Option<Linear>,
}

impl ZImageBlock {
    fn new(config: &ZImageConfig, modulated: bool, device: &Device) -> Self {
        let dim = config.dim;
        let plain = |from, to| LinearConfig::new(from, to).with_bias(false).init(device);
        let norm = || RmsNormConfig::new(dim).with_epsilon(config.norm_eps).init(device);
        let head = || config.qk_norm.then(|| head_norm(dim / config.n_heads, HEAD_EPSILON, device));
        // As the reference computes `int(dim / 3 * 8)`.
        let inner = (dim as f64 / 3.0 * 8.0) as usize;
        Self {
            attention: ZImageAttention {
                to_q: plain(dim, dim),
                to_k: plain(dim, dim),
                to_v: plain(dim, dim),
                norm_q: head(),
                norm_k: head(),
                to_out: vec![plain(dim, dim)],
                heads: config.n_heads,
            },
            feed_forward: GatedFeedForward {
                w1: plain(dim, inner),
                w2: plain(inner, dim),
                w3: plain(dim, inner),
            },
            attention_norm1: norm(),
            ffn_norm1: norm(),
            attention_norm2: norm(),
            ffn_norm2: norm(),
            adaLN_modulation: modulated.then(|| linear(dim.min(CONDITION_SIZE), 4 * dim, device)),
        }
    }

    /// # Shapes
    /// - `x`, output: `[batch, tokens, dim]`; `c`: `[batch, condition]`
    fn forward(&self, x: Tensor<3>, rotary: &Rotary, c: &Tensor<2>) -> Tensor<3> {
        let Some(modulation) = &self.adaLN_modulation else {
            let attended = self.attention.forward(self.attention_norm1.forward(x.clone()), rotary);
            let x = x + self.attention_norm2.forward(attended);
            let fed = self.feed_forward.forward(self.ffn_norm1.forward(x.clone()));
            return x + self.ffn_norm2.forward(fed);
        };
        let [batch, _, dim] = x.dims();
        let all = modulation.forward(c.clone()).reshape([batch, 4, dim]);
        let part = |index| all.clone().narrow(1, index, 1);
        let [scale_msa, gate_msa, scale_mlp, gate_mlp] = [0, 1, 2, 3].map(part);
        let read = self.attention_norm1.forward(x.clone()) * (scale_msa + 1.0);
        let attended = self.attention.forward(read, rotary);
        let x = x + gate_msa.tanh() * self.attention_norm2.forward(attended);
        let fed = self.feed_forward.forward(self.ffn_norm1.forward(x.clone()) * (scale_mlp + 1.0));
        x + gate_mlp.tanh() * self.ffn_norm2.forward(fed)
    }
}

/// The last modulated projection.
#[derive(Module, Debug)]
pub struct ZImageFinal {
    linear: Linear,
    adaLN_modulation: Linear,
}

/// Outputs of the blocks, in the order in which they run: refined picture,
/// refined caption, both together.
#[derive(Clone, Debug, Default)]
pub struct Traced {
    /// `[batch, picture tokens, dim]`.
    pub noise_refiner: Vec<Tensor<3>>,
    /// `[batch, caption tokens, dim]`.
    pub context_refiner: Vec<Tensor<3>>,
    /// `[batch, all tokens, dim]`.
    pub layers: Vec<Tensor<3>>,
}

/// The transformer. See the module.
#[derive(Module, Debug)]
pub struct ZImage {
    all_x_embedder: Linear,
    all_final_layer: ZImageFinal,
    noise_refiner: Vec<ZImageBlock>,
    context_refiner: Vec<ZImageBlock>,
    t_embedder: EmbeddingMlp,
    cap_embedder_0: RmsNorm,
    cap_embedder_1: Linear,
    /// `[1, dim]`.
    x_pad_token: Param<Tensor<2>>,
    /// `[1, dim]`.
    cap_pad_token: Param<Tensor<2>>,
    layers: Vec<ZImageBlock>,
    axes_0: usize,
    axes_1: usize,
    axes_2: usize,
    theta: f64,
    t_scale: f64,
    caption_places: usize,
    grid_places: usize,
}

impl ZImage {
    /// From the checkpoint's keys to fields.
    pub fn renames() -> Renames {
        Renames::none()
            .rule("all_x_embedder.2-1.*", "all_x_embedder.*")
            .rule("all_final_layer.2-1.**", "all_final_layer.**")
            .rule("**.adaLN_modulation.0.*", "**.adaLN_modulation.*")
            .rule("**.adaLN_modulation.1.*", "**.adaLN_modulation.*")
            .rule("t_embedder.mlp.0.*", "t_embedder.linear_1.*")
            .rule("t_embedder.mlp.2.*", "t_embedder.linear_2.*")
            .rule("cap_embedder.0.*", "cap_embedder_0.*")
            .rule("cap_embedder.1.*", "cap_embedder_1.*")
    }

    /// Random weights.
    ///
    /// # Errors
    /// [`ModelError::Config`].
    pub fn new(config: &ZImageConfig, device: &Device) -> Result<Self, ModelError> {
        config.check()?;
        let (dim, condition) = (config.dim, config.dim.min(CONDITION_SIZE));
        let blocks = |count: usize, modulated| {
            (0..count).map(|_| ZImageBlock::new(config, modulated, device)).collect::<Vec<_>>()
        };
        let token = || Initializer::Zeros.init([1, dim], device);
        let [axes_0, axes_1, axes_2] = config.axes_dims;
        Ok(Self {
            all_x_embedder: linear(4 * config.in_channels, dim, device),
            all_final_layer: ZImageFinal {
                linear: linear(dim, 4 * config.in_channels, device),
                adaLN_modulation: linear(condition, dim, device),
            },
            noise_refiner: blocks(config.n_refiner_layers, true),
            context_refiner: blocks(config.n_refiner_layers, false),
            t_embedder: EmbeddingMlp::with_inner(FREQUENCY_SIZE, TIMESTEP_INNER, condition, device),
            cap_embedder_0: RmsNormConfig::new(config.cap_feat_dim)
                .with_epsilon(config.norm_eps)
                .init(device),
            cap_embedder_1: linear(config.cap_feat_dim, dim, device),
            x_pad_token: token(),
            cap_pad_token: token(),
            layers: blocks(config.n_layers, true),
            axes_0,
            axes_1,
            axes_2,
            theta: config.rope_theta,
            t_scale: config.t_scale,
            caption_places: config.axes_lens[0],
            grid_places: config.axes_lens[1].min(config.axes_lens[2]),
        })
    }

    /// One picture at a time: captions differ in length.
    ///
    /// # Shapes
    /// - `latent`, output: `[1, in_channels, h, w]`, sides even
    /// - `t`: 0 (noise) to 1 (picture)
    /// - `caption`: `[1, tokens, cap_feat_dim]`, padding left out
    ///
    /// # Errors
    /// [`ModelError::Size`] for odd sides, or a picture or a caption that is too long.
    pub fn forward(&self, latent: Tensor<4>, t: f32, caption: Tensor<3>) -> Result<Tensor<4>, ModelError> {
        Ok(self.forward_traced(latent, t, caption)?.0)
    }

    /// [`forward`](Self::forward) with the output of each block, for
    /// comparison with a reference.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    pub fn forward_traced(
        &self,
        latent: Tensor<4>,
        t: f32,
        caption: Tensor<3>,
    ) -> Result<(Tensor<4>, Traced), ModelError> {
        let [_, channels, h, w] = latent.dims();
        let (rows, columns) = token_grid(MODEL, h, w, 2)?;
        let device = latent.device();
        let c = self.t_embedder.of_timesteps(&[(f64::from(t) * self.t_scale) as f32], 0.0);
        let (tokens, words) = (rows * columns, caption.dims()[1]);
        let padded = |count: usize| count.next_multiple_of(SEQUENCE_STEP);
        if rows.max(columns) > self.grid_places || padded(words) + 2 > self.caption_places {
            return Err(ModelError::Size {
                model: MODEL.to_owned(),
                width_px: w,
                height_px: h,
                why: format!(
                    "it has places for {0}x{0} tokens and {1} words",
                    self.grid_places, self.caption_places
                ),
            });
        }
        let mut places = Vec::with_capacity(padded(tokens) + padded(words));
        for row in 0..rows {
            let first = (padded(words) + 1) as f32;
            places.extend((0..columns).map(|column| [first, row as f32, column as f32]));
        }
        places.resize(padded(tokens), [0.0; 3]);
        places.extend((0..padded(words)).map(|index| [(index + 1) as f32, 0.0, 0.0]));
        let axes = [self.axes_0, self.axes_1, self.axes_2];
        let rotary = |places: &[[f32; 3]]| Rotary::new(places, &axes, self.theta, &device);
        let pad = |x: Tensor<3>, token: &Param<Tensor<2>>| {
            let [_, count, dim] = x.dims();
            match padded(count) - count {
                0 => x,
                missing => {
                    let token = token.val().unsqueeze_dim::<3>(0).expand([1, missing, dim]);
                    Tensor::cat(vec![x, token], 1)
                }
            }
        };
        let mut traced = Traced::default();

        // "c h ph w pw -> (h w) (ph pw c)"
        let x = latent.reshape([1, channels, rows, 2, columns, 2]).permute([0, 2, 4, 3, 5, 1]).reshape([
            1,
            tokens,
            4 * channels,
        ]);
        let mut x = pad(self.all_x_embedder.forward(x), &self.x_pad_token);
        let turn = rotary(&places[..padded(tokens)]);
        for block in &self.noise_refiner {
            x = block.forward(x, &turn, &c);
            traced.noise_refiner.push(x.clone());
        }
        let caption = self.cap_embedder_1.forward(self.cap_embedder_0.forward(caption));
        let mut caption = pad(caption, &self.cap_pad_token);
        let turn = rotary(&places[padded(tokens)..]);
        for block in &self.context_refiner {
            caption = block.forward(caption, &turn, &c);
            traced.context_refiner.push(caption.clone());
        }
        let mut both = Tensor::cat(vec![x, caption], 1);
        let turn = rotary(&places);
        for block in &self.layers {
            both = block.forward(both, &turn, &c);
            traced.layers.push(both.clone());
        }
        let scale = self.all_final_layer.adaLN_modulation.forward(silu(c)).unsqueeze_dim::<3>(1) + 1.0;
        let x = bare_norm(both.narrow(1, 0, tokens), OUT_EPSILON) * scale;
        let x = self.all_final_layer.linear.forward(x);
        let x = x.reshape([1, rows, columns, 2, 2, channels]).permute([0, 5, 1, 3, 2, 4]);
        Ok((x.reshape([1, channels, h, w]), traced))
    }
}
