//! CLIP's text encoders: ViT-L of OpenAI and ViT-bigG of LAION.
//!
//! Radford et al. 2021, "Learning Transferable Visual Models From Natural
//! Language Supervision", section 2.4; keys and defaults as `CLIPTextModel` and
//! `CLIPTextModelWithProjection` of transformers.

use std::path::Path;

use burn::{
    module::Module,
    nn::{LayerNorm, LayerNormConfig, Linear, LinearConfig},
    tensor::{DType, Device, Tensor, TensorData},
};
use serde::Deserialize;

pub use super::clip_tokenizer::ClipTokenizer;
use super::{
    ModelError, config,
    published_layers::{check_counts, check_depth},
    slots::Adapters,
    text_attention::{Activation, TokenTable, biased_attention, same_length},
    weights::{Renames, Weights},
};

const MODEL: &str = "CLIP text encoder";
/// What masks a token that lies ahead; finite, so that no row becomes NaN.
const AHEAD: f32 = -1e30;
/// The first configurations gave this id for the end of a text, wrongly; the
/// end is then where the largest id stands.
const MISTAKEN_END: u32 = 2;

/// `config.json` of a text encoder, with the defaults of transformers.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct ClipConfig {
    /// Tokens that the table holds.
    pub vocab_size: usize,
    /// Width of the states.
    pub hidden_size: usize,
    /// Width inside the MLPs.
    pub intermediate_size: usize,
    /// Width of the projected text.
    pub projection_dim: usize,
    /// Layers.
    pub num_hidden_layers: usize,
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Learned positions.
    pub max_position_embeddings: usize,
    /// The MLPs' activation.
    pub hidden_act: Activation,
    /// Epsilon of the layer norms.
    pub layer_norm_eps: f64,
    /// The token that ends a text; 2 stands for "the largest".
    pub eos_token_id: u32,
    /// Classes of transformers that the weights belong to.
    pub architectures: Vec<String>,
}

impl Default for ClipConfig {
    fn default() -> Self {
        Self {
            vocab_size: 49408,
            hidden_size: 512,
            intermediate_size: 2048,
            projection_dim: 512,
            num_hidden_layers: 12,
            num_attention_heads: 8,
            max_position_embeddings: 77,
            hidden_act: Activation::QuickGelu,
            layer_norm_eps: 1e-5,
            eos_token_id: 49407,
            architectures: Vec::new(),
        }
    }
}

impl ClipConfig {
    fn check(&self) -> Result<(), ModelError> {
        let wrong = |why: String| Err(ModelError::Config { model: MODEL.into(), why });
        let (width, heads) = (self.hidden_size, self.num_attention_heads);
        check_counts(
            MODEL,
            &[
                ("hidden_size", width),
                ("num_attention_heads", heads),
                ("intermediate_size", self.intermediate_size),
                ("projection_dim", self.projection_dim),
                ("max_position_embeddings", self.max_position_embeddings),
            ],
        )?;
        check_depth(MODEL, &[("num_hidden_layers", self.num_hidden_layers)])?;
        if !width.is_multiple_of(heads) {
            return wrong(format!("hidden_size {width} is no multiple of num_attention_heads {heads}"));
        }
        if self.layer_norm_eps.is_nan() || self.layer_norm_eps <= 0.0 {
            return wrong(format!("layer_norm_eps {} is not positive", self.layer_norm_eps));
        }
        Ok(())
    }
}

/// Causal self-attention.
#[derive(Module, Debug)]
pub struct ClipAttention {
    q_proj: Linear,
    k_proj: Linear,
    v_proj: Linear,
    out_proj: Linear,
    num_heads: usize,
}

impl ClipAttention {
    fn forward(&self, x: Tensor<3>, bias: Tensor<4>) -> Tensor<3> {
        let [texts, tokens, width] = x.dims();
        let head_size = width / self.num_heads;
        let split = |x: Tensor<3>| x.reshape([texts, tokens, self.num_heads, head_size]).swap_dims(1, 2);
        let query = split(self.q_proj.forward(x.clone()));
        let key = split(self.k_proj.forward(x.clone()));
        let value = split(self.v_proj.forward(x));
        let scale = 1.0 / (head_size as f32).sqrt();
        let out = biased_attention(query, key, value, bias, scale);
        self.out_proj.forward(out.swap_dims(1, 2).reshape([texts, tokens, width]))
    }
}

/// Two linear layers with the configured activation between them.
#[derive(Module, Debug)]
pub struct ClipMlp {
    fc1: Linear,
    fc2: Linear,
}

/// A pre-norm layer.
#[derive(Module, Debug)]
pub struct ClipLayer {
    layer_norm1: LayerNorm,
    self_attn: ClipAttention,
    layer_norm2: LayerNorm,
    mlp: ClipMlp,
}

impl ClipLayer {
    fn new(config: &ClipConfig, device: &Device) -> Self {
        let (width, inside) = (config.hidden_size, config.intermediate_size);
        let linear = |from, to| LinearConfig::new(from, to).init(device);
        let norm = || LayerNormConfig::new(width).with_epsilon(config.layer_norm_eps).init(device);
        Self {
            layer_norm1: norm(),
            self_attn: ClipAttention {
                q_proj: linear(width, width),
                k_proj: linear(width, width),
                v_proj: linear(width, width),
                out_proj: linear(width, width),
                num_heads: config.num_attention_heads,
            },
            layer_norm2: norm(),
            mlp: ClipMlp { fc1: linear(width, inside), fc2: linear(inside, width) },
        }
    }

    fn forward(&self, x: Tensor<3>, bias: Tensor<4>, activation: Activation) -> Tensor<3> {
        let x = x.clone() + self.self_attn.forward(self.layer_norm1.forward(x), bias);
        let inside = activation.apply(self.mlp.fc1.forward(self.layer_norm2.forward(x.clone())));
        x + self.mlp.fc2.forward(inside)
    }
}

/// The layers of an encoder.
#[derive(Module, Debug)]
pub struct ClipEncoder {
    layers: Vec<ClipLayer>,
}

/// The network without its tables of tokens and positions.
#[derive(Module, Debug)]
pub struct ClipNetwork {
    encoder: ClipEncoder,
    final_layer_norm: LayerNorm,
    text_projection: Option<Linear>,
}

/// What an encoder makes of texts.
#[derive(Clone, Debug)]
pub struct ClipStates {
    /// The states before the first layer and after each one, without the last
    /// norm, `[texts, tokens, hidden]` each, f32.
    pub hidden_states: Vec<Tensor<3>>,
    /// The last of them after the norm.
    pub last_hidden_state: Tensor<3>,
    /// Its row at each text's end, `[texts, hidden]`: the pooled text of FLUX.
    pub pooled: Tensor<2>,
    /// That row projected, `[texts, projection]`, where the weights hold a
    /// projection: the pooled text of SD3.
    pub text_embeds: Option<Tensor<2>>,
}

impl ClipStates {
    /// The states that SD3 conditions on: those before the last layer, or
    /// `clip_skip` layers further back.
    ///
    /// # Errors
    /// [`ModelError::Config`], when there are not so many layers.
    pub fn skipped(&self, clip_skip: usize) -> Result<Tensor<3>, ModelError> {
        let count = self.hidden_states.len();
        let index = clip_skip.checked_add(2).and_then(|back| count.checked_sub(back));
        index.and_then(|index| self.hidden_states.get(index)).cloned().ok_or_else(|| ModelError::Config {
            model: MODEL.into(),
            why: format!("clip_skip {clip_skip} is not possible with {} layers", count.saturating_sub(1)),
        })
    }
}

/// A text encoder on a device.
#[derive(Clone, Debug)]
pub struct ClipTextEncoder {
    network: ClipNetwork,
    adapters: Adapters,
    tokens: TokenTable,
    positions: TokenTable,
    config: ClipConfig,
    dtype: DType,
    device: Device,
}

impl ClipTextEncoder {
    /// Loads a folder with `config.json` and weights; its layers compute in
    /// `dtype`, softmax and norms in f32.
    ///
    /// # Errors
    /// [`ModelError`] naming file, key or tensor.
    pub fn open(folder: &Path, device: &Device, dtype: DType) -> Result<Self, ModelError> {
        let config = config::read_checked(&folder.join("config.json"), MODEL, ClipConfig::check)?;
        let weights = Weights::open(folder)?;
        // Most weights carry the prefix of the whole model, some do not.
        let table = |name: &str, rows| {
            let (with, without) = (format!("text_model.embeddings.{name}"), format!("embeddings.{name}"));
            TokenTable::new(&weights, &[&with, &without], rows, config.hidden_size, MODEL)
        };
        let tokens = table("token_embedding.weight", config.vocab_size)?;
        let positions = table("position_embedding.weight", config.max_position_embeddings)?;
        let projected = weights.shape("text_projection.weight").is_some()
            || config.architectures.iter().any(|name| name == "CLIPTextModelWithProjection");
        let width = config.hidden_size;
        let mut network = ClipNetwork {
            encoder: ClipEncoder {
                layers: (0..config.num_hidden_layers).map(|_| ClipLayer::new(&config, device)).collect(),
            },
            final_layer_norm: LayerNormConfig::new(width).with_epsilon(config.layer_norm_eps).init(device),
            text_projection: projected
                .then(|| LinearConfig::new(width, config.projection_dim).with_bias(false).init(device)),
        };
        let adapters = weights.load(&mut network, &Self::renames(), dtype, MODEL)?;
        Ok(Self { network, adapters, tokens, positions, config, dtype, device: device.clone() })
    }

    /// From the checkpoint's keys to the network's fields.
    pub fn renames() -> Renames {
        Renames::none().rule("text_model.**", "**").ignore("embeddings.**")
    }

    /// The slots of its weights, for LoRA.
    pub fn adapters(&self) -> &Adapters {
        &self.adapters
    }

    /// Sizes.
    pub fn config(&self) -> &ClipConfig {
        &self.config
    }

    /// Encodes texts given as token ids of one length, at most
    /// `max_position_embeddings`. Padding is attended to, as the reference does.
    ///
    /// # Errors
    /// [`ModelError`], when ids and encoder do not belong together.
    pub fn encode(&self, ids: &[Vec<u32>]) -> Result<ClipStates, ModelError> {
        let tokens = same_length(ids, MODEL)?;
        let most = self.config.max_position_embeddings;
        if tokens > most {
            return Err(ModelError::Tokenizer {
                model: MODEL.into(),
                why: format!("it gave {tokens} tokens, but the text encoder has {most} positions"),
            });
        }
        let positions = self.positions.states(&[(0..tokens as u32).collect()], &self.device)?;
        let x = self.tokens.states(ids, &self.device)? + positions;
        let bias: Vec<f32> =
            (0..tokens * tokens).map(|i| if i % tokens > i / tokens { AHEAD } else { 0.0 }).collect();
        let bias =
            Tensor::<4>::from_data(TensorData::new(bias, [1, 1, tokens, tokens]), (&self.device, DType::F32));
        let mut x = x.cast(self.dtype);
        let mut hidden_states = vec![x.clone()];
        for layer in &self.network.encoder.layers {
            x = layer.forward(x, bias.clone(), self.config.hidden_act);
            hidden_states.push(x.clone());
        }
        let last = self.network.final_layer_norm.forward(x);
        let width = self.config.hidden_size;
        let rows = ids.iter().enumerate().map(|(i, ids)| {
            last.clone()
                .slice([i..i + 1, self.end_of(ids)..self.end_of(ids) + 1, 0..width])
                .reshape([1, width])
        });
        let pooled: Tensor<2> = Tensor::cat(rows.collect(), 0);
        let text_embeds =
            self.network.text_projection.as_ref().map(|layer| layer.forward(pooled.clone()).cast(DType::F32));
        Ok(ClipStates {
            hidden_states: hidden_states.into_iter().map(|x| x.cast(DType::F32)).collect(),
            last_hidden_state: last.cast(DType::F32),
            pooled: pooled.cast(DType::F32),
            text_embeds,
        })
    }

    /// Where a text ends: its first end token, or the first of the largest id.
    fn end_of(&self, ids: &[u32]) -> usize {
        let wanted = match self.config.eos_token_id {
            MISTAKEN_END => ids.iter().max().copied().unwrap_or(0),
            id => id,
        };
        ids.iter().position(|&id| id == wanted).unwrap_or(0)
    }
}
