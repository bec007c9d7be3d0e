//! The class-conditional DiT as published (Peebles & Xie 2023): adaLN-Zero,
//! learned sigma, one class index a picture.
//!
//! Keys and arithmetic of diffusers' `DiTTransformer2DModel` (older folders
//! call it `Transformer2DModel`), in which every block embeds timestep and
//! class itself. [`Dit::renames`] maps the keys of the authors' own
//! repository, where the blocks share one embedding.

use burn::{
    module::Module,
    nn::{Embedding, EmbeddingConfig, Linear},
    tensor::{Device, Int, Tensor, TensorData, activation::silu},
};
use serde::Deserialize;

use super::{
    ModelError,
    published_attention::{StreamAttention, StreamSizes},
    published_layers::{
        EmbeddingMlp, FREQUENCY_SIZE, FeedForward, PatchProjection, check_counts, check_depth, demand,
        feed_forward_renames, grid_positions, linear, modulated, refuse, token_grid, unpatchify,
    },
    weights::Renames,
};

const MODEL: &str = "DiT transformer";
/// Epsilon of the norms before attention and before the output (DiT, `models.py`).
const EPSILON: f64 = 1e-6;

/// `transformer/config.json`, with the reference's defaults.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct DitConfig {
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Elements of a head.
    pub attention_head_dim: usize,
    /// Channels of a latent.
    pub in_channels: usize,
    /// Channels of the output: twice as many where the variance is learned.
    pub out_channels: Option<usize>,
    /// Blocks.
    pub num_layers: usize,
    /// Whether attention has biases.
    pub attention_bias: bool,
    /// Side of the latents that the model was trained on.
    pub sample_size: usize,
    /// Side of a patch.
    pub patch_size: usize,
    /// Must be `gelu-approximate`.
    pub activation_fn: String,
    /// Classes; the index behind the last stands for "no class".
    pub num_embeds_ada_norm: usize,
    /// Must be `ada_norm_zero`.
    pub norm_type: String,
    /// Must be false: norms have no weights.
    pub norm_elementwise_affine: bool,
    /// Epsilon of the norm before the feed-forward.
    pub norm_eps: f64,
}

impl Default for DitConfig {
    fn default() -> Self {
        Self {
            num_attention_heads: 16,
            attention_head_dim: 72,
            in_channels: 4,
            out_channels: None,
            num_layers: 28,
            attention_bias: true,
            sample_size: 32,
            patch_size: 2,
            activation_fn: "gelu-approximate".into(),
            num_embeds_ada_norm: 1000,
            norm_type: "ada_norm_zero".into(),
            norm_elementwise_affine: false,
            norm_eps: 1e-5,
        }
    }
}

impl DitConfig {
    /// The sizes of the paper's table 1 for 256 px, by name as the authors give
    /// it: `DiT-XL/2`, `DiT-B/4`, and so on; sigma is learned.
    ///
    /// # Errors
    /// [`ModelError::Config`] for another name, with the names that exist.
    pub fn preset(name: &str) -> Result<Self, ModelError> {
        let sizes = [("S", 12, 384, 6), ("B", 12, 768, 12), ("L", 24, 1024, 16), ("XL", 28, 1152, 16)];
        let found =
            name.strip_prefix("DiT-").and_then(|rest| rest.split_once('/')).and_then(|(size, patch)| {
                let patch: usize = patch.parse().ok().filter(|patch| [2, 4, 8].contains(patch))?;
                let &(_, depth, width, heads) = sizes.iter().find(|(name, ..)| *name == size)?;
                Some(Self {
                    num_attention_heads: heads,
                    attention_head_dim: width / heads,
                    out_channels: Some(8),
                    num_layers: depth,
                    patch_size: patch,
                    ..Self::default()
                })
            });
        found
            .ok_or_else(|| refuse(MODEL, "the size", name, "DiT-S, DiT-B, DiT-L or DiT-XL with /2, /4 or /8"))
    }

    /// Width of a token.
    pub fn width(&self) -> usize {
        self.num_attention_heads * self.attention_head_dim
    }

    /// Channels of the output.
    pub fn channels_out(&self) -> usize {
        self.out_channels.unwrap_or(self.in_channels)
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
                ("out_channels", self.channels_out()),
                ("num_layers", self.num_layers),
                ("sample_size", self.sample_size),
                ("patch_size", self.patch_size),
                ("num_embeds_ada_norm", self.num_embeds_ada_norm),
            ],
        )?;
        check_depth(MODEL, &[("num_layers", self.num_layers)])?;
        demand(MODEL, "activation_fn", self.activation_fn.as_str(), "gelu-approximate")?;
        demand(MODEL, "norm_type", self.norm_type.as_str(), "ada_norm_zero")?;
        demand(MODEL, "norm_elementwise_affine", &self.norm_elementwise_affine, &false)?;
        if !self.width().is_multiple_of(4) {
            return Err(refuse(
                MODEL,
                "num_attention_heads * attention_head_dim",
                self.width(),
                "a multiple of 4",
            ));
        }
        if !(self.norm_eps > 0.0 && self.norm_eps.is_finite()) {
            return Err(refuse(MODEL, "norm_eps", self.norm_eps, "a number above 0"));
        }
        Ok(())
    }
}

/// Which checkpoint the weights come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DitLayout {
    /// diffusers': an embedding in every block, `to_q`, `to_k`, `to_v`.
    #[default]
    Diffusers,
    /// The authors' repository: one embedding, `qkv` in one.
    Original,
}

/// The table of classes.
#[derive(Module, Debug)]
pub struct ClassEmbedder {
    embedding_table: Embedding,
}

/// Timestep and class to the conditioning vector.
#[derive(Module, Debug)]
pub struct TimeClassEmbed {
    timestep_embedder: EmbeddingMlp,
    class_embedder: ClassEmbedder,
}

impl TimeClassEmbed {
    /// # Shapes
    /// - `t`: one timestep a picture; `classes`: `[batch, 1]`
    /// - output: `[batch, width]`
    fn forward(&self, t: &[f32], classes: Tensor<2, Int>, frequency_shift: f32) -> Tensor<2> {
        let class = self.class_embedder.embedding_table.forward(classes).squeeze_dim(1);
        self.timestep_embedder.of_timesteps(t, frequency_shift) + class
    }
}

/// The norm before attention with what modulates it.
#[derive(Module, Debug)]
pub struct AdaLnZero {
    emb: Option<TimeClassEmbed>,
    linear: Linear,
}

/// One adaLN-Zero block (section 3.2, figure 3).
#[derive(Module, Debug)]
pub struct DitBlock {
    norm1: AdaLnZero,
    attn1: StreamAttention,
    ff: FeedForward,
    norm_eps: f64,
}

impl DitBlock {
    /// # Shapes
    /// - `x`, output: `[batch, tokens, width]`
    /// - `c`: `[batch, width]`, the conditioning vector
    fn forward(&self, x: Tensor<3>, c: Tensor<2>) -> Tensor<3> {
        let [batch, width] = c.dims();
        let all = self.norm1.linear.forward(silu(c)).reshape([batch, 6, width]);
        let part = |index| all.clone().narrow(1, index, 1);
        let [shift_msa, scale_msa, gate_msa, shift_mlp, scale_mlp, gate_mlp] = [0, 1, 2, 3, 4, 5].map(part);
        let read = modulated(x.clone(), shift_msa, scale_msa, EPSILON);
        let x = x + gate_msa * self.attn1.forward(read.clone(), read, None);
        let fed = self.ff.forward(modulated(x.clone(), shift_mlp, scale_mlp, self.norm_eps));
        x + gate_mlp * fed
    }
}

/// The transformer. See the module.
#[derive(Module, Debug)]
pub struct Dit {
    pos_embed: PatchProjection,
    transformer_blocks: Vec<DitBlock>,
    proj_out_1: Linear,
    proj_out_2: Linear,
    classes: usize,
    patch_size: usize,
    base_grid: usize,
    frequency_shift: f64,
}

impl Dit {
    /// From the checkpoint's keys to fields.
    pub fn renames(layout: DitLayout) -> Renames {
        match layout {
            DitLayout::Diffusers => feed_forward_renames(),
            DitLayout::Original => Renames::none()
                // Positions are computed.
                .ignore("pos_embed")
                .rule("x_embedder.**", "pos_embed.**")
                .rule("t_embedder.mlp.0.*", "transformer_blocks.0.norm1.emb.timestep_embedder.linear_1.*")
                .rule("t_embedder.mlp.2.*", "transformer_blocks.0.norm1.emb.timestep_embedder.linear_2.*")
                .rule("y_embedder.**", "transformer_blocks.0.norm1.emb.class_embedder.**")
                .rule("blocks.*.attn.proj.*", "transformer_blocks.*.attn1.to_out.0.*")
                .rule("blocks.*.attn.qkv.*", "transformer_blocks.*.attn1.qkv.*")
                .split(
                    "transformer_blocks.*.attn1.qkv.*",
                    &[
                        "transformer_blocks.*.attn1.to_q.*",
                        "transformer_blocks.*.attn1.to_k.*",
                        "transformer_blocks.*.attn1.to_v.*",
                    ],
                )
                .rule("blocks.*.mlp.fc1.*", "transformer_blocks.*.ff.net_0.proj.*")
                .rule("blocks.*.mlp.fc2.*", "transformer_blocks.*.ff.net_2.*")
                .rule("blocks.*.adaLN_modulation.1.*", "transformer_blocks.*.norm1.linear.*")
                .rule("final_layer.adaLN_modulation.1.*", "proj_out_1.*")
                .rule("final_layer.linear.*", "proj_out_2.*"),
        }
    }

    /// Random weights.
    ///
    /// # Errors
    /// [`ModelError::Config`].
    pub fn new(config: &DitConfig, layout: DitLayout, device: &Device) -> Result<Self, ModelError> {
        config.check()?;
        let width = config.width();
        let sizes = StreamSizes {
            width,
            context: width,
            heads: config.num_attention_heads,
            head_size: config.attention_head_dim,
            bias: config.attention_bias,
            qk_norm: None,
        };
        let embed = || TimeClassEmbed {
            timestep_embedder: EmbeddingMlp::new(FREQUENCY_SIZE, width, device),
            class_embedder: ClassEmbedder {
                embedding_table: EmbeddingConfig::new(config.num_embeds_ada_norm + 1, width).init(device),
            },
        };
        let shared = layout == DitLayout::Original;
        Ok(Self {
            pos_embed: PatchProjection::new(config.in_channels, width, config.patch_size, device),
            transformer_blocks: (0..config.num_layers)
                .map(|index| DitBlock {
                    norm1: AdaLnZero {
                        emb: (index == 0 || !shared).then(embed),
                        linear: linear(width, 6 * width, device),
                    },
                    attn1: StreamAttention::new(sizes, device),
                    ff: FeedForward::new(width, device),
                    norm_eps: if shared { EPSILON } else { config.norm_eps },
                })
                .collect(),
            proj_out_1: linear(width, 2 * width, device),
            proj_out_2: linear(width, config.patch_size * config.patch_size * config.channels_out(), device),
            classes: config.num_embeds_ada_norm,
            patch_size: config.patch_size,
            base_grid: (config.sample_size / config.patch_size).max(1),
            // The two repositories differ here, and weights follow their own.
            frequency_shift: if shared { 0.0 } else { 1.0 },
        })
    }

    /// The index that stands for "no class".
    pub fn null_class(&self) -> usize {
        self.classes
    }

    /// # Shapes
    /// - `latent`: `[batch, in_channels, h, w]`, sides divisible by the patch
    /// - `t`: one timestep a picture, 0..1000
    /// - `classes`: one index a picture, 0 to [`null_class`](Self::null_class)
    /// - output: `[batch, out_channels, h, w]`
    ///
    /// # Errors
    /// [`ModelError::Size`], and [`ModelError::Config`] for a class that does not exist.
    pub fn forward(&self, latent: Tensor<4>, t: &[f32], classes: &[usize]) -> Result<Tensor<4>, ModelError> {
        Ok(self.forward_traced(latent, t, classes)?.0)
    }

    /// [`forward`](Self::forward) with the output of each block,
    /// `[batch, tokens, width]`, for comparison with a reference.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    pub fn forward_traced(
        &self,
        latent: Tensor<4>,
        t: &[f32],
        classes: &[usize],
    ) -> Result<(Tensor<4>, Vec<Tensor<3>>), ModelError> {
        let [_, _, h, w] = latent.dims();
        let (rows, columns) = token_grid(MODEL, h, w, self.patch_size)?;
        if let Some(class) = classes.iter().find(|&&class| class > self.classes) {
            return Err(refuse(MODEL, "the class", class, &format!("0 to {}", self.classes)));
        }
        let device = latent.device();
        let ids: Vec<i64> = classes.iter().map(|&class| class as i64).collect();
        let ids = Tensor::<2, Int>::from_data(TensorData::new(ids, [classes.len(), 1]), &device);
        let x = self.pos_embed.forward(latent);
        let [_, tokens, width] = x.dims();
        let positions = grid_positions(rows, columns, width, self.base_grid as f32, 1.0);
        let positions = Tensor::<3>::from_data(TensorData::new(positions, [1, tokens, width]), &device);
        let mut x = x.clone() + positions.cast(x.dtype());
        let mut traced = Vec::with_capacity(self.transformer_blocks.len());
        let mut first: Option<Tensor<2>> = None;
        for block in &self.transformer_blocks {
            let own =
                block.norm1.emb.as_ref().map(|emb| emb.forward(t, ids.clone(), self.frequency_shift as f32));
            let c = match (own, &first) {
                (Some(own), _) => own,
                (None, Some(first)) => first.clone(),
                // `new` gives block 0 an embedding.
                (None, None) => Tensor::zeros([classes.len(), width], &device),
            };
            first.get_or_insert_with(|| c.clone());
            x = block.forward(x, c);
            traced.push(x.clone());
        }
        if let Some(c) = first {
            let [batch, _] = c.dims();
            let all = self.proj_out_1.forward(silu(c)).reshape([batch, 2, width]);
            x = modulated(x, all.clone().narrow(1, 0, 1), all.narrow(1, 1, 1), EPSILON);
        }
        let x = self.proj_out_2.forward(x);
        Ok((unpatchify(x, rows, columns, self.patch_size), traced))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_the_papers() {
        let xl = DitConfig::preset("DiT-XL/2").unwrap();
        assert_eq!((xl.num_layers, xl.width(), xl.attention_head_dim, xl.patch_size), (28, 1152, 72, 2));
        for size in ["S", "B", "L", "XL"] {
            for patch in [2, 4, 8] {
                DitConfig::preset(&format!("DiT-{size}/{patch}")).unwrap().check().unwrap();
            }
        }
        let error = DitConfig::preset("DiT-XXL/2").unwrap_err().to_string();
        assert!(error.contains("DiT-XXL/2"), "{error}");
    }

    #[test]
    fn what_cannot_be_followed_is_named() {
        let refused = |config: DitConfig| config.check().unwrap_err().to_string();
        let error = refused(DitConfig { norm_type: "layer_norm".into(), ..DitConfig::default() });
        assert!(error.contains("norm_type") && error.contains("layer_norm"), "{error}");
        let error = refused(DitConfig { num_layers: 0, ..DitConfig::default() });
        assert!(error.contains("num_layers"), "{error}");
    }

    #[test]
    fn classes_and_sizes_are_checked() {
        let config = DitConfig {
            num_attention_heads: 2,
            attention_head_dim: 4,
            num_layers: 2,
            num_embeds_ada_norm: 5,
            ..DitConfig::default()
        };
        let device = Device::flex();
        for layout in [DitLayout::Diffusers, DitLayout::Original] {
            let model = Dit::new(&config, layout, &device).unwrap();
            let latent = |h| Tensor::zeros([1, 4, h, 6], &device);
            assert_eq!(model.forward(latent(4), &[10.0], &[5]).unwrap().dims(), [1, 4, 4, 6]);
            assert!(model.forward(latent(4), &[10.0], &[6]).unwrap_err().to_string().contains('6'));
            assert!(model.forward(latent(5), &[10.0], &[1]).is_err());
        }
    }
}
