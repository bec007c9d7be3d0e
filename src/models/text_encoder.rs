//! The built-in model's text encoder: a small bidirectional transformer.
//!
//! Trained together with the DiT from captions in English and Chinese. Its
//! twin in PyTorch is `assets/models/builtin/recipe/model.py`.

use burn::{
    module::Module,
    nn::{Embedding, EmbeddingConfig, LayerNorm, LayerNormConfig},
    tensor::{Bool, Device, Int, Tensor},
};
use serde::{Deserialize, Serialize};

use super::layers::{Attention, Mlp, NORM_EPSILON};

/// Widths and depths of a [`TextEncoder`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TextEncoderConfig {
    /// Tokens that the tokenizer knows.
    pub vocab_size: usize,
    /// The longest text, in tokens; more are cut off.
    pub max_tokens: usize,
    /// Width of the states.
    pub hidden_size: usize,
    /// Blocks.
    pub depth: usize,
    /// Attention heads.
    pub num_heads: usize,
}

/// A pre-norm transformer block.
#[derive(Module, Debug)]
pub struct TextBlock {
    norm1: LayerNorm,
    attn: Attention,
    norm2: LayerNorm,
    mlp: Mlp,
}

impl TextBlock {
    fn forward(&self, x: Tensor<3>, key_mask: Tensor<2, Bool>) -> Tensor<3> {
        let x = x.clone() + self.attn.forward(self.norm1.forward(x), Some(key_mask));
        x.clone() + self.mlp.forward(self.norm2.forward(x))
    }
}

/// Token ids to text states. See the module.
#[derive(Module, Debug)]
pub struct TextEncoder {
    token_embedding: Embedding,
    position_embedding: Embedding,
    blocks: Vec<TextBlock>,
    norm: LayerNorm,
}

impl TextEncoder {
    /// Random weights.
    pub fn new(config: &TextEncoderConfig, device: &Device) -> Self {
        let width = config.hidden_size;
        let norm = || LayerNormConfig::new(width).with_epsilon(NORM_EPSILON).init(device);
        let normal = |std| burn::nn::Initializer::Normal { mean: 0.0, std };
        Self {
            token_embedding: EmbeddingConfig::new(config.vocab_size, width)
                .with_initializer(normal(0.5))
                .init(device),
            position_embedding: EmbeddingConfig::new(config.max_tokens, width)
                .with_initializer(normal(0.1))
                .init(device),
            blocks: (0..config.depth)
                .map(|_| TextBlock {
                    norm1: norm(),
                    attn: Attention::new(width, config.num_heads, width, device),
                    norm2: norm(),
                    mlp: Mlp::new(width, device),
                })
                .collect(),
            norm: norm(),
        }
    }

    /// # Shapes
    /// - `ids`: `[batch, tokens]`, at most `max_tokens` of them
    /// - `mask`: `[batch, tokens]`, true where a token counts
    /// - output: `[batch, tokens, hidden]`
    pub fn forward(&self, ids: Tensor<2, Int>, mask: Tensor<2, Bool>) -> Tensor<3> {
        let [_, tokens] = ids.dims();
        let positions = Tensor::<1, Int>::arange(0..tokens as i64, &ids.device()).unsqueeze_dim::<2>(0);
        let x = self.token_embedding.forward(ids) + self.position_embedding.forward(positions);
        let x = self.blocks.iter().fold(x, |x, block| block.forward(x, mask.clone()));
        self.norm.forward(x)
    }
}
