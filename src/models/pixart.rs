//! PixArt-alpha (Chen et al. 2023) and PixArt-Sigma (Chen et al. 2024): a DiT
//! whose blocks share one modulation (adaLN-single) and attend to T5 states.
//!
//! Keys and arithmetic of diffusers' `PixArtTransformer2DModel`, which older
//! folders call `Transformer2DModel`.

use burn::{
    module::{Module, Param},
    nn::{Initializer, Linear},
    tensor::{Bool, Device, Tensor, TensorData, activation::silu},
};
use serde::Deserialize;

use super::{
    ModelError,
    published_attention::{StreamAttention, StreamSizes},
    published_layers::{
        Between, EmbeddingMlp, FREQUENCY_SIZE, FeedForward, PatchProjection, bare_norm, check_counts,
        check_depth, demand, feed_forward_renames, grid_positions, linear, modulated, refuse, sinusoid,
        token_grid, unpatchify,
    },
    weights::{
        Renames,
        random::{Blank, blanks_of},
    },
};

const MODEL: &str = "PixArt transformer";
/// Epsilon of the last norm (diffusers, `PixArtTransformer2DModel.norm_out`).
const OUT_EPSILON: f64 = 1e-6;

/// `transformer/config.json`, with the reference's defaults.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct PixArtConfig {
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Elements of a head.
    pub attention_head_dim: usize,
    /// Channels of a latent.
    pub in_channels: usize,
    /// Channels of the output: twice as many where the variance is learned.
    pub out_channels: usize,
    /// Blocks.
    pub num_layers: usize,
    /// Width of the source of cross-attention; the blocks' own.
    pub cross_attention_dim: Option<usize>,
    /// Whether attention has biases.
    pub attention_bias: bool,
    /// Side of the latents that the model was trained on.
    pub sample_size: usize,
    /// Side of a patch.
    pub patch_size: usize,
    /// Must be `gelu-approximate`.
    pub activation_fn: String,
    /// Must be `ada_norm_single`.
    pub norm_type: String,
    /// Must be false: norms have no weights.
    pub norm_elementwise_affine: bool,
    /// Epsilon of the blocks' norms.
    pub norm_eps: f64,
    /// Scale of the positions; `max(sample_size / 64, 1)` by default.
    pub interpolation_scale: Option<f64>,
    /// Whether resolution and aspect ratio condition the blocks; by default
    /// where `sample_size` is 128.
    pub use_additional_conditions: Option<bool>,
    /// Width of the text states.
    pub caption_channels: Option<usize>,
    /// Must be `default`.
    pub attention_type: String,
}

impl Default for PixArtConfig {
    fn default() -> Self {
        Self {
            num_attention_heads: 16,
            attention_head_dim: 72,
            in_channels: 4,
            out_channels: 8,
            num_layers: 28,
            cross_attention_dim: None,
            attention_bias: true,
            sample_size: 0,
            patch_size: 2,
            activation_fn: "gelu-approximate".into(),
            norm_type: "ada_norm_single".into(),
            norm_elementwise_affine: false,
            norm_eps: 1e-6,
            interpolation_scale: None,
            use_additional_conditions: None,
            caption_channels: None,
            attention_type: "default".into(),
        }
    }
}

impl PixArtConfig {
    /// Width of a token.
    pub fn width(&self) -> usize {
        self.num_attention_heads * self.attention_head_dim
    }

    /// Whether resolution and aspect ratio condition the blocks.
    pub fn additional_conditions(&self) -> bool {
        self.use_additional_conditions.unwrap_or(self.sample_size == 128)
    }

    /// Whether a network can be built from these numbers.
    ///
    /// # Errors
    /// [`ModelError::Config`] naming the first key that cannot be followed.
    pub fn check(&self) -> Result<(), ModelError> {
        check_counts(
            MODEL,
            &[
                ("num_attention_heads", self.num_attention_heads),
                ("attention_head_dim", self.attention_head_dim),
                ("in_channels", self.in_channels),
                ("out_channels", self.out_channels),
                ("sample_size", self.sample_size),
                ("patch_size", self.patch_size),
                ("caption_channels", self.caption_channels.unwrap_or(0)),
                ("num_layers", self.num_layers),
            ],
        )?;
        check_depth(MODEL, &[("num_layers", self.num_layers)])?;
        demand(MODEL, "activation_fn", self.activation_fn.as_str(), "gelu-approximate")?;
        demand(MODEL, "norm_type", self.norm_type.as_str(), "ada_norm_single")?;
        demand(MODEL, "norm_elementwise_affine", &self.norm_elementwise_affine, &false)?;
        demand(MODEL, "attention_type", self.attention_type.as_str(), "default")?;
        if !self.width().is_multiple_of(4) {
            return Err(refuse(
                MODEL,
                "num_attention_heads * attention_head_dim",
                self.width(),
                "a multiple of 4",
            ));
        }
        if self.additional_conditions() && !self.width().is_multiple_of(3) {
            return Err(refuse(
                MODEL,
                "use_additional_conditions",
                true,
                "false (the width is no multiple of 3)",
            ));
        }
        if !(self.norm_eps > 0.0 && self.norm_eps.is_finite()) {
            return Err(refuse(MODEL, "norm_eps", self.norm_eps, "a number above 0"));
        }
        if !self.interpolation_scale.is_none_or(|scale| scale > 0.0) {
            return Err(refuse(MODEL, "interpolation_scale", self.interpolation_scale, "a number above 0"));
        }
        Ok(())
    }
}

/// One block: self-attention, cross-attention, feed-forward.
#[derive(Module, Debug)]
pub struct PixArtBlock {
    attn1: StreamAttention,
    attn2: StreamAttention,
    ff: FeedForward,
    /// The block's own offset to the shared modulation, `[6, width]`.
    scale_shift_table: Param<Tensor<2>>,
    norm_eps: f64,
}

impl PixArtBlock {
    /// # Shapes
    /// - `x`, output: `[batch, tokens, width]`
    /// - `modulation`: `[batch, 6, width]`, shared by all blocks
    /// - `text`: `[batch, keys, width]`; `text_mask`: `[batch, keys]`
    fn forward(
        &self,
        x: Tensor<3>,
        modulation: Tensor<3>,
        text: Tensor<3>,
        text_mask: Option<Tensor<2, Bool>>,
    ) -> Tensor<3> {
        let all = modulation + self.scale_shift_table.val().unsqueeze_dim::<3>(0);
        let part = |index| all.clone().narrow(1, index, 1);
        let [shift_msa, scale_msa, gate_msa, shift_mlp, scale_mlp, gate_mlp] = [0, 1, 2, 3, 4, 5].map(part);
        let read = modulated(x.clone(), shift_msa, scale_msa, self.norm_eps);
        let x = x + gate_msa * self.attn1.forward(read.clone(), read, None);
        let x = x.clone() + self.attn2.forward(x, text, text_mask);
        let fed = self.ff.forward(modulated(x.clone(), shift_mlp, scale_mlp, self.norm_eps));
        x + gate_mlp * fed
    }
}

/// Timestep, and where the model has them resolution and aspect ratio.
#[derive(Module, Debug)]
pub struct SizeEmbeddings {
    timestep_embedder: EmbeddingMlp,
    resolution_embedder: Option<EmbeddingMlp>,
    aspect_ratio_embedder: Option<EmbeddingMlp>,
}

/// The modulation that all blocks share (section 2.3, "adaLN-single").
#[derive(Module, Debug)]
pub struct AdaLnSingle {
    emb: SizeEmbeddings,
    linear: Linear,
}

impl AdaLnSingle {
    /// # Shapes
    /// - `t`: one timestep a row
    /// - output: the modulation `[batch, 6, width]` and the embedding `[batch, 1, width]`
    fn forward(&self, t: &[f32], size_px: Option<(f32, f32)>) -> (Tensor<3>, Tensor<3>) {
        let batch = t.len();
        let mut embedded = self.emb.timestep_embedder.of_timesteps(t, 0.0);
        if let (Some(resolution), Some(ratio), Some((height, width))) =
            (&self.emb.resolution_embedder, &self.emb.aspect_ratio_embedder, size_px)
        {
            let (device, dtype) = (embedded.device(), embedded.dtype());
            let waves = |values: &[f32]| sinusoid(values, FREQUENCY_SIZE, 0.0, &device).cast(dtype);
            let of_size = resolution.forward(waves(&[height, width]), Between::Silu);
            let [_, third] = of_size.dims();
            let of_size = of_size.reshape([1, 2 * third]);
            let of_ratio = ratio.forward(waves(&[height / width]), Between::Silu);
            embedded = embedded + Tensor::cat(vec![of_size, of_ratio], 1);
        }
        let [_, width] = embedded.dims();
        let modulation = self.linear.forward(silu(embedded.clone())).reshape([batch, 6, width]);
        (modulation, embedded.unsqueeze_dim(1))
    }
}

/// The transformer. See the module.
#[derive(Module, Debug)]
pub struct PixArt {
    pos_embed: PatchProjection,
    transformer_blocks: Vec<PixArtBlock>,
    /// Shift and scale of the last norm, `[2, width]`.
    scale_shift_table: Param<Tensor<2>>,
    proj_out: Linear,
    adaln_single: AdaLnSingle,
    caption_projection: EmbeddingMlp,
    patch_size: usize,
    base_grid: usize,
    interpolation: f64,
}

impl PixArt {
    /// From the checkpoint's keys to fields.
    pub fn renames() -> Renames {
        feed_forward_renames()
    }

    /// The tensors of a checkpoint with this configuration.
    ///
    /// # Errors
    /// [`ModelError::Config`].
    pub fn blanks(config: &PixArtConfig) -> Result<Vec<Blank>, ModelError> {
        let keys =
            Renames::none().rule("**.net_0.proj.*", "**.net.0.proj.*").rule("**.net_2.*", "**.net.2.*");
        Ok(blanks_of(&Self::new(config, &Device::flex())?, &keys))
    }

    /// Random weights.
    ///
    /// # Errors
    /// [`ModelError::Config`].
    pub fn new(config: &PixArtConfig, device: &Device) -> Result<Self, ModelError> {
        config.check()?;
        let width = config.width();
        let attention = |context| {
            let sizes = StreamSizes {
                width,
                context,
                heads: config.num_attention_heads,
                head_size: config.attention_head_dim,
                bias: config.attention_bias,
                qk_norm: None,
            };
            StreamAttention::new(sizes, device)
        };
        let table = |rows: usize| Initializer::Zeros.init([rows, width], device);
        let additional = |parts| {
            config.additional_conditions().then(|| EmbeddingMlp::new(FREQUENCY_SIZE, width / parts, device))
        };
        Ok(Self {
            pos_embed: PatchProjection::new(config.in_channels, width, config.patch_size, device),
            transformer_blocks: (0..config.num_layers)
                .map(|_| PixArtBlock {
                    attn1: attention(width),
                    attn2: attention(config.cross_attention_dim.unwrap_or(width)),
                    ff: FeedForward::new(width, device),
                    scale_shift_table: table(6),
                    norm_eps: config.norm_eps,
                })
                .collect(),
            scale_shift_table: table(2),
            proj_out: linear(width, config.patch_size * config.patch_size * config.out_channels, device),
            adaln_single: AdaLnSingle {
                emb: SizeEmbeddings {
                    timestep_embedder: EmbeddingMlp::new(FREQUENCY_SIZE, width, device),
                    resolution_embedder: additional(3),
                    aspect_ratio_embedder: additional(3),
                },
                linear: linear(width, 6 * width, device),
            },
            caption_projection: EmbeddingMlp::new(config.caption_channels.unwrap_or(width), width, device),
            patch_size: config.patch_size,
            base_grid: (config.sample_size / config.patch_size).max(1),
            interpolation: config.interpolation_scale.unwrap_or((config.sample_size / 64).max(1) as f64),
        })
    }

    /// # Shapes
    /// - `latent`: `[batch, in_channels, h, w]`, sides divisible by the patch
    /// - `t`: one timestep a picture, 0..1000
    /// - `text`: `[batch, keys, caption_channels]`; `text_mask`: `[batch, keys]`, true where one counts
    /// - `size_px`: height and width of the picture, for models with micro-conditions
    /// - output: `[batch, out_channels, h, w]`
    ///
    /// # Errors
    /// [`ModelError::Size`].
    pub fn forward(
        &self,
        latent: Tensor<4>,
        t: &[f32],
        text: Tensor<3>,
        text_mask: Option<Tensor<2, Bool>>,
        size_px: (f32, f32),
    ) -> Result<Tensor<4>, ModelError> {
        Ok(self.forward_traced(latent, t, text, text_mask, size_px)?.0)
    }

    /// [`forward`](Self::forward) with the output of each block,
    /// `[batch, tokens, width]`, for comparison with a reference.
    ///
    /// # Errors
    /// [`ModelError::Size`].
    pub fn forward_traced(
        &self,
        latent: Tensor<4>,
        t: &[f32],
        text: Tensor<3>,
        text_mask: Option<Tensor<2, Bool>>,
        size_px: (f32, f32),
    ) -> Result<(Tensor<4>, Vec<Tensor<3>>), ModelError> {
        let [_, _, h, w] = latent.dims();
        let (rows, columns) = token_grid(MODEL, h, w, self.patch_size)?;
        let x = self.pos_embed.forward(latent);
        let [_, tokens, width] = x.dims();
        let positions =
            grid_positions(rows, columns, width, self.base_grid as f32, self.interpolation as f32);
        let positions = Tensor::<3>::from_data(TensorData::new(positions, [1, tokens, width]), &x.device());
        let mut x = x.clone() + positions.cast(x.dtype());
        let (modulation, embedded) = self.adaln_single.forward(t, Some(size_px));
        let text = self.caption_projection.forward(text, Between::Gelu);
        let mut traced = Vec::with_capacity(self.transformer_blocks.len());
        for block in &self.transformer_blocks {
            x = block.forward(x, modulation.clone(), text.clone(), text_mask.clone());
            traced.push(x.clone());
        }
        let last = embedded + self.scale_shift_table.val().unsqueeze_dim::<3>(0);
        let (shift, scale) = (last.clone().narrow(1, 0, 1), last.narrow(1, 1, 1));
        let x = self.proj_out.forward(bare_norm(x, OUT_EPSILON) * (scale + 1.0) + shift);
        Ok((unpatchify(x, rows, columns, self.patch_size), traced))
    }
}
