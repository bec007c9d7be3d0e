//! Qwen3 (Qwen Team 2025) as a text encoder: the states before its last block,
//! which Z-Image reads.
//!
//! Keys and arithmetic of transformers' `Qwen3Model`.

use std::path::Path;

use burn::{
    module::Module,
    nn::{Linear, RmsNorm, RmsNormConfig},
    tensor::{
        DType, Device, Tensor, TensorData,
        activation::{silu, softmax},
    },
};
use serde::Deserialize;
use tokenizers::Tokenizer;

use super::{
    ModelError, config,
    published_attention::{join_heads, split_heads},
    published_layers::{check_counts, check_depth, demand, linear_if, refuse},
    slots::Adapters,
    text_attention::TokenTable,
    tokenize,
    weights::{Renames, Weights},
};

const MODEL: &str = "Qwen3 text encoder";

/// `text_encoder/config.json`, with the reference's defaults.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct Qwen3Config {
    /// Rows of the table of tokens.
    pub vocab_size: usize,
    /// Width of the states.
    pub hidden_size: usize,
    /// Width within the feed-forward.
    pub intermediate_size: usize,
    /// Blocks.
    pub num_hidden_layers: usize,
    /// Heads of queries.
    pub num_attention_heads: usize,
    /// Heads of keys and values; divides the heads of queries.
    pub num_key_value_heads: usize,
    /// Elements of a head.
    pub head_dim: usize,
    /// Must be `silu`.
    pub hidden_act: String,
    /// Epsilon of every norm.
    pub rms_norm_eps: f64,
    /// Base of the rotary frequencies.
    pub rope_theta: f64,
    /// The newer place of `rope_theta`.
    pub rope_parameters: Option<RopeParameters>,
    /// Must be absent.
    pub rope_scaling: Option<serde_json::Value>,
    /// Whether queries, keys and values have biases.
    pub attention_bias: bool,
    /// Must be false.
    pub use_sliding_window: bool,
}

/// Rotary positions as newer files state them.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct RopeParameters {
    /// Base of the rotary frequencies.
    pub rope_theta: Option<f64>,
    /// Must be `default`.
    pub rope_type: Option<String>,
}

impl Default for Qwen3Config {
    fn default() -> Self {
        Self {
            vocab_size: 151_936,
            hidden_size: 4096,
            intermediate_size: 22_016,
            num_hidden_layers: 32,
            num_attention_heads: 32,
            num_key_value_heads: 32,
            head_dim: 128,
            hidden_act: "silu".into(),
            rms_norm_eps: 1e-6,
            rope_theta: 10_000.0,
            rope_parameters: None,
            rope_scaling: None,
            attention_bias: false,
            use_sliding_window: false,
        }
    }
}

impl Qwen3Config {
    /// Base of the rotary frequencies, wherever it stands.
    fn theta(&self) -> f64 {
        self.rope_parameters.as_ref().and_then(|rope| rope.rope_theta).unwrap_or(self.rope_theta)
    }

    /// Whether a network can be built from these numbers.
    ///
    /// # Errors
    /// [`ModelError::Config`] naming the first key that cannot be followed.
    pub fn check(&self) -> Result<(), ModelError> {
        check_counts(
            MODEL,
            &[
                ("vocab_size", self.vocab_size),
                ("hidden_size", self.hidden_size),
                ("intermediate_size", self.intermediate_size),
                ("num_hidden_layers", self.num_hidden_layers),
                ("num_attention_heads", self.num_attention_heads),
                ("num_key_value_heads", self.num_key_value_heads),
                ("head_dim", self.head_dim),
            ],
        )?;
        check_depth(MODEL, &[("num_hidden_layers", self.num_hidden_layers)])?;
        if !self.num_attention_heads.is_multiple_of(self.num_key_value_heads) {
            return Err(refuse(
                MODEL,
                "num_key_value_heads",
                self.num_key_value_heads,
                &format!("divisors of num_attention_heads = {}", self.num_attention_heads),
            ));
        }
        if !self.head_dim.is_multiple_of(2) {
            return Err(refuse(MODEL, "head_dim", self.head_dim, "even numbers"));
        }
        demand(MODEL, "hidden_act", self.hidden_act.as_str(), "silu")?;
        if self.rope_scaling.is_some() {
            return Err(refuse(MODEL, "rope_scaling", &self.rope_scaling, "null"));
        }
        if let Some(kind) = self.rope_parameters.as_ref().and_then(|rope| rope.rope_type.as_deref())
            && kind != "default"
        {
            return Err(refuse(MODEL, "rope_type", kind, "\"default\""));
        }
        demand(MODEL, "use_sliding_window", &self.use_sliding_window, &false)?;
        if !(self.rms_norm_eps > 0.0 && self.theta() > 0.0) {
            return Err(refuse(
                MODEL,
                "rms_norm_eps, rope_theta",
                (self.rms_norm_eps, self.theta()),
                "numbers above 0",
            ));
        }
        Ok(())
    }
}

/// Causal attention with fewer heads of keys than of queries.
#[derive(Module, Debug)]
pub struct Qwen3Attention {
    q_proj: Linear,
    k_proj: Linear,
    v_proj: Linear,
    o_proj: Linear,
    q_norm: RmsNorm,
    k_norm: RmsNorm,
    heads: usize,
    key_heads: usize,
}

/// The feed-forward.
#[derive(Module, Debug)]
pub struct Qwen3Mlp {
    gate_proj: Linear,
    up_proj: Linear,
    down_proj: Linear,
}

/// One block.
#[derive(Module, Debug)]
pub struct Qwen3Layer {
    self_attn: Qwen3Attention,
    mlp: Qwen3Mlp,
    input_layernorm: RmsNorm,
    post_attention_layernorm: RmsNorm,
}

/// Turns both halves of a head against each other (transformers' `rotate_half`).
struct HalfRotary {
    /// `[1, 1, tokens, head_dim / 2]`.
    cos: Tensor<4>,
    /// `[1, 1, tokens, head_dim / 2]`.
    sin: Tensor<4>,
}

impl HalfRotary {
    fn new(tokens: usize, head_dim: usize, theta: f64, device: &Device) -> Self {
        let half = head_dim / 2;
        let angles: Vec<f64> = (0..tokens)
            .flat_map(|place| {
                (0..half).map(move |k| {
                    // Rounded to 32 bits where the reference rounds.
                    let frequency = (1.0 / theta.powf(2.0 * k as f64 / head_dim as f64)) as f32;
                    f64::from(place as f32 * frequency)
                })
            })
            .collect();
        let table = |of: fn(f64) -> f64| {
            let values: Vec<f32> = angles.iter().map(|&angle| of(angle) as f32).collect();
            Tensor::from_data(TensorData::new(values, [1, 1, tokens, half]), device)
        };
        Self { cos: table(f64::cos), sin: table(f64::sin) }
    }

    /// # Shapes
    /// - `x`, output: `[batch, heads, tokens, head_dim]`
    fn turn(&self, x: Tensor<4>) -> Tensor<4> {
        let half = x.dims()[3] / 2;
        let (a, b) = (x.clone().narrow(3, 0, half), x.narrow(3, half, half));
        Tensor::cat(
            vec![
                a.clone() * self.cos.clone() - b.clone() * self.sin.clone(),
                b * self.cos.clone() + a * self.sin.clone(),
            ],
            3,
        )
    }
}

impl Qwen3Layer {
    fn new(config: &Qwen3Config, device: &Device) -> Self {
        let (width, inner) = (config.hidden_size, config.intermediate_size);
        let norm = |size| RmsNormConfig::new(size).with_epsilon(config.rms_norm_eps).init(device);
        let biased = config.attention_bias;
        let of_heads = |heads: usize| linear_if(biased, width, heads * config.head_dim, device);
        Self {
            self_attn: Qwen3Attention {
                q_proj: of_heads(config.num_attention_heads),
                k_proj: of_heads(config.num_key_value_heads),
                v_proj: of_heads(config.num_key_value_heads),
                o_proj: linear_if(biased, config.num_attention_heads * config.head_dim, width, device),
                q_norm: norm(config.head_dim),
                k_norm: norm(config.head_dim),
                heads: config.num_attention_heads,
                key_heads: config.num_key_value_heads,
            },
            mlp: Qwen3Mlp {
                gate_proj: linear_if(false, width, inner, device),
                up_proj: linear_if(false, width, inner, device),
                down_proj: linear_if(false, inner, width, device),
            },
            input_layernorm: norm(width),
            post_attention_layernorm: norm(width),
        }
    }

    /// # Shapes
    /// - `x`, output: `[batch, tokens, hidden]`
    /// - `later`: `[1, 1, tokens, tokens]`, a large negative number where a later token would be read
    fn forward(&self, x: Tensor<3>, rotary: &HalfRotary, later: &Tensor<4>) -> Tensor<3> {
        let attention = &self.self_attn;
        let read = self.input_layernorm.forward(x.clone());
        let [batch, tokens, _] = read.dims();
        let q =
            attention.q_norm.forward(split_heads(attention.q_proj.forward(read.clone()), attention.heads));
        let k = attention
            .k_norm
            .forward(split_heads(attention.k_proj.forward(read.clone()), attention.key_heads));
        let v = split_heads(attention.v_proj.forward(read), attention.key_heads);
        let (q, k) = (rotary.turn(q), rotary.turn(k));
        let head_dim = q.dims()[3];
        let share = attention.heads / attention.key_heads;
        let shared =
            |x: Tensor<4>| {
                x.unsqueeze_dim::<5>(2)
                    .expand([batch, attention.key_heads, share, tokens, head_dim])
                    .reshape([batch, attention.heads, tokens, head_dim])
            };
        let scores = q.mul_scalar(1.0 / (head_dim as f64).sqrt()).matmul(shared(k).swap_dims(2, 3));
        let out = softmax(scores + later.clone(), 3).matmul(shared(v));
        let x = x + attention.o_proj.forward(join_heads(out));
        let read = self.post_attention_layernorm.forward(x.clone());
        let gate = silu(self.mlp.gate_proj.forward(read.clone()));
        x + self.mlp.down_proj.forward(gate * self.mlp.up_proj.forward(read))
    }
}

/// The layers of the encoder.
#[derive(Module, Debug)]
pub struct Qwen3Network {
    layers: Vec<Qwen3Layer>,
    norm: RmsNorm,
}

/// The encoder with its tokenizer. See the module.
#[derive(Debug)]
pub struct Qwen3TextEncoder {
    network: Qwen3Network,
    adapters: Adapters,
    tokens: TokenTable,
    tokenizer: Tokenizer,
    config: Qwen3Config,
    device: Device,
}

impl Qwen3TextEncoder {
    /// Loads the folders of the encoder and of its tokenizer; computes in f32.
    ///
    /// # Errors
    /// [`ModelError`] naming file, key or tensor.
    pub fn open(folder: &Path, tokenizer: &Path, device: &Device) -> Result<Self, ModelError> {
        let config = config::read_checked(&folder.join("config.json"), MODEL, Qwen3Config::check)?;
        let weights = Weights::open(folder)?;
        let keys = ["model.embed_tokens.weight", "embed_tokens.weight"];
        let tokens = TokenTable::new(&weights, &keys, config.vocab_size, config.hidden_size, MODEL)?;
        let mut network = Qwen3Network {
            layers: (0..config.num_hidden_layers).map(|_| Qwen3Layer::new(&config, device)).collect(),
            norm: RmsNormConfig::new(config.hidden_size).with_epsilon(config.rms_norm_eps).init(device),
        };
        let adapters = weights.load(&mut network, &Self::renames(), DType::F32, MODEL)?;
        let tokenizer = tokenize::open_json(&tokenizer.join("tokenizer.json"), MODEL)?;
        Ok(Self { network, adapters, tokens, tokenizer, config, device: device.clone() })
    }

    /// From the checkpoint's keys to fields. Token states are read from the
    /// file row by row; the head that predicts words is no part of the encoder.
    pub fn renames() -> Renames {
        Renames::none().rule("model.**", "**").ignore("embed_tokens.weight").ignore("lm_head.weight")
    }

    /// The slots of its weights, for LoRA.
    pub fn adapters(&self) -> &Adapters {
        &self.adapters
    }

    /// Token ids of a prompt as one turn of a conversation, at most `most` of them
    /// (the chat template of Qwen3 for a single message of the user, an answer to follow).
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`].
    pub fn chat_ids(&self, prompt: &str, most: usize) -> Result<Vec<u32>, ModelError> {
        let text = format!("<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n");
        let mut ids = tokenize::ids(&self.tokenizer, &text, MODEL)?;
        ids.truncate(most.max(1));
        Ok(ids)
    }

    /// The states before each layer and, normed, behind the last: one more than
    /// there are layers (the reference's `hidden_states`). Padding, which stands
    /// at the end, is left out of `ids`: later tokens never change earlier states.
    ///
    /// # Shapes
    /// - output: `[texts, tokens, hidden]` each
    ///
    /// # Errors
    /// [`ModelError`], when ids and encoder do not belong together.
    pub fn hidden_states(&self, ids: &[Vec<u32>]) -> Result<Vec<Tensor<3>>, ModelError> {
        let mut x = self.tokens.states(ids, &self.device)?;
        let tokens = x.dims()[1];
        let rotary = HalfRotary::new(tokens, self.config.head_dim, self.config.theta(), &self.device);
        let later: Vec<f32> = (0..tokens)
            .flat_map(|query| (0..tokens).map(move |key| if key > query { -1e30 } else { 0.0 }))
            .collect();
        let later = Tensor::from_data(TensorData::new(later, [1, 1, tokens, tokens]), &self.device);
        let mut states = Vec::with_capacity(self.network.layers.len() + 1);
        for layer in &self.network.layers {
            states.push(x.clone());
            x = layer.forward(x, &rotary, &later);
        }
        states.push(self.network.norm.forward(x));
        Ok(states)
    }

    /// What Z-Image conditions on: the states before the last layer,
    /// `[1, tokens, hidden]`.
    ///
    /// # Errors
    /// As [`hidden_states`](Self::hidden_states).
    pub fn encode(&self, ids: Vec<u32>) -> Result<Tensor<3>, ModelError> {
        let mut states = self.hidden_states(&[ids])?;
        // One layer at least, so two states.
        states.truncate(self.network.layers.len());
        states.pop().ok_or_else(|| refuse(MODEL, "num_hidden_layers", 0, "1 and more"))
    }
}
