//! T5's encoder: the first version and v1.1, as PixArt, SD3 and FLUX use it.
//!
//! Raffel et al. 2020, "Exploring the Limits of Transfer Learning with a Unified
//! Text-to-Text Transformer", section 2.1; keys and defaults as `T5EncoderModel`
//! of transformers.
//!
//! **Half precision.** The residual stream of the large T5s and the products
//! inside their feed-forward layers exceed what f16 holds. So whatever the
//! weights are loaded as, the residual stream, the norms, the attention scores
//! and the gated products are f32; the last linear layer gets each row divided
//! by the row's largest number, and its result multiplied by it again.

#![allow(non_snake_case, reason = "`SelfAttention` and `DenseReluDense` are the checkpoint's keys")]

use std::path::Path;

use burn::{
    module::Module,
    nn::{Linear, LinearConfig, RmsNorm, RmsNormConfig},
    tensor::{DType, Device, Tensor, TensorData},
};
use serde::Deserialize;

pub use super::t5_tokenizer::{PaddedText, T5Tokenizer};
use super::{
    ModelError, config,
    published_layers::{check_counts, check_depth},
    slots::Adapters,
    text_attention::{Activation, TokenTable, biased_attention, same_length},
    weights::{
        Renames, Weights,
        random::{Blank, blanks_of},
    },
};

const MODEL: &str = "T5 text encoder";
/// What masks a token that does not count; finite, so that no row becomes NaN.
const UNSEEN: f32 = -1e30;
/// The table of relative positions, which lives in the first block alone.
const BIAS_KEY: &str = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
/// Where the token table may be, in the order in which the reference ties them.
const TOKEN_KEYS: [&str; 2] = ["shared.weight", "encoder.embed_tokens.weight"];

/// `config.json` of a T5, with the defaults of transformers.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(default)]
pub struct T5Config {
    /// Tokens that the tokenizer may give; the table may hold more.
    pub vocab_size: usize,
    /// Width of the states.
    pub d_model: usize,
    /// Width of a head; heads times this need not be `d_model`.
    pub d_kv: usize,
    /// Width inside the feed-forward layers.
    pub d_ff: usize,
    /// Blocks.
    pub num_layers: usize,
    /// Attention heads.
    pub num_heads: usize,
    /// Rows of the table of relative positions.
    pub relative_attention_num_buckets: usize,
    /// From this distance on all positions are alike.
    pub relative_attention_max_distance: usize,
    /// Epsilon of the norms.
    pub layer_norm_epsilon: f64,
    /// The feed-forward layers' kind.
    pub feed_forward_proj: FeedForward,
}

impl Default for T5Config {
    fn default() -> Self {
        Self {
            vocab_size: 32128,
            d_model: 512,
            d_kv: 64,
            d_ff: 2048,
            num_layers: 6,
            num_heads: 8,
            relative_attention_num_buckets: 32,
            relative_attention_max_distance: 128,
            layer_norm_epsilon: 1e-6,
            feed_forward_proj: FeedForward { gated: false, activation: Activation::Relu },
        }
    }
}

/// `feed_forward_proj`: an activation's name, perhaps behind `gated-`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct FeedForward {
    /// Whether the activated half is multiplied with a linear one.
    pub gated: bool,
    /// The activation.
    pub activation: Activation,
}

impl FeedForward {
    /// That of T5 v1.1.
    pub const GATED_GELU: Self = Self { gated: true, activation: Activation::GeluNew };
}

impl TryFrom<String> for FeedForward {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let (gated, activation) = match name.strip_prefix("gated-") {
            Some(rest) => (true, rest),
            None => (false, name.as_str()),
        };
        let activation = match activation {
            // Transformers keeps the name of the first release for the tanh form.
            "gelu" if gated => Activation::GeluNew,
            "gelu" => Activation::Gelu,
            "gelu_new" => Activation::GeluNew,
            "relu" => Activation::Relu,
            "silu" => Activation::Silu,
            _ => return Err("known are relu, gelu, gelu_new and silu, alone or behind 'gated-'".into()),
        };
        Ok(Self { gated, activation })
    }
}

impl T5Config {
    fn check(&self) -> Result<(), ModelError> {
        let wrong = |why: String| Err(ModelError::Config { model: MODEL.into(), why });
        let (buckets, distance) = (self.relative_attention_num_buckets, self.relative_attention_max_distance);
        check_counts(
            MODEL,
            &[
                ("d_model", self.d_model),
                ("d_kv", self.d_kv),
                ("num_heads", self.num_heads),
                ("d_ff", self.d_ff),
                ("relative_attention_num_buckets", buckets),
                ("relative_attention_max_distance", distance),
            ],
        )?;
        check_depth(MODEL, &[("num_layers", self.num_layers)])?;
        if buckets < 4 || distance <= buckets / 4 {
            return wrong(format!(
                "relative_attention_num_buckets {buckets} and relative_attention_max_distance {distance} leave no \
                 room for distances"
            ));
        }
        if self.layer_norm_epsilon.is_nan() || self.layer_norm_epsilon <= 0.0 {
            return wrong(format!("layer_norm_epsilon {} is not positive", self.layer_norm_epsilon));
        }
        Ok(())
    }

    /// The row of the bias table for a key that lies `offset` tokens after the
    /// query (`T5Attention._relative_position_bucket`, bidirectional).
    pub fn bucket(&self, offset: i64) -> usize {
        let half = self.relative_attention_num_buckets / 2;
        let near = half / 2;
        let distance = offset.unsigned_abs() as usize;
        let bucket = if distance < near {
            distance
        } else {
            // In f32, as the reference rounds it.
            let wide = (distance as f32 / near as f32).ln();
            let widest = (self.relative_attention_max_distance as f64 / near as f64).ln() as f32;
            let far = (wide / widest * (half - near) as f32) as usize;
            (near + far).min(half - 1)
        };
        if offset > 0 { half + bucket } else { bucket }
    }
}

/// Self-attention without biases and without a scale.
#[derive(Module, Debug)]
pub struct T5Attention {
    q: Linear,
    k: Linear,
    v: Linear,
    o: Linear,
    num_heads: usize,
}

impl T5Attention {
    fn forward(&self, x: Tensor<3>, bias: Tensor<4>) -> Tensor<3> {
        let [texts, tokens, _] = x.dims();
        let split = |x: Tensor<3>| {
            let [_, _, width] = x.dims();
            x.reshape([texts, tokens, self.num_heads, width / self.num_heads]).swap_dims(1, 2)
        };
        let out = biased_attention(
            split(self.q.forward(x.clone())),
            split(self.k.forward(x.clone())),
            split(self.v.forward(x)),
            bias,
            1.0,
        );
        let [_, heads, _, head_size] = out.dims();
        self.o.forward(out.swap_dims(1, 2).reshape([texts, tokens, heads * head_size]))
    }
}

/// The feed-forward layers: `wi` alone, or `wi_0` gated by `wi_1`.
#[derive(Module, Debug)]
pub struct T5DenseReluDense {
    wi: Option<Linear>,
    wi_0: Option<Linear>,
    wi_1: Option<Linear>,
    wo: Linear,
}

impl T5DenseReluDense {
    /// # Shapes
    /// - `x`: `[texts, tokens, d_model]`
    /// - output: the same, f32
    fn forward(&self, x: Tensor<3>, activation: Activation) -> Tensor<3> {
        let dtype = x.dtype();
        let wide = |layer: &Option<Linear>| layer.as_ref().map(|l| l.forward(x.clone()).cast(DType::F32));
        let inside = match (wide(&self.wi), wide(&self.wi_0), wide(&self.wi_1)) {
            (_, Some(gate), Some(linear)) => activation.apply(gate) * linear,
            (Some(inside), ..) => activation.apply(inside),
            // A network is built with one or the other.
            _ => x.clone().cast(DType::F32),
        };
        if dtype == DType::F32 {
            return self.wo.forward(inside);
        }
        let largest = inside.clone().abs().max_dim(2).clamp_min(f32::MIN_POSITIVE);
        let out = self.wo.forward((inside / largest.clone()).cast(dtype));
        out.cast(DType::F32) * largest
    }
}

/// Half of a block: attention, or the feed-forward layers.
#[derive(Module, Debug)]
pub struct T5SubLayer {
    SelfAttention: Option<T5Attention>,
    DenseReluDense: Option<T5DenseReluDense>,
    layer_norm: RmsNorm,
}

/// A pre-norm block.
#[derive(Module, Debug)]
pub struct T5Block {
    layer: Vec<T5SubLayer>,
}

/// The blocks and the last norm.
#[derive(Module, Debug)]
pub struct T5Stack {
    block: Vec<T5Block>,
    final_layer_norm: RmsNorm,
}

/// The network without its tables of tokens and relative positions.
#[derive(Module, Debug)]
pub struct T5Network {
    encoder: T5Stack,
}

impl T5Network {
    fn new(config: &T5Config, device: &Device) -> Self {
        let linear = |from, to| LinearConfig::new(from, to).with_bias(false).init(device);
        let norm = || RmsNormConfig::new(config.d_model).with_epsilon(config.layer_norm_epsilon).init(device);
        let (width, inside, heads) = (config.d_model, config.d_ff, config.num_heads * config.d_kv);
        let gated = config.feed_forward_proj.gated;
        let wi = |wanted: bool| wanted.then(|| linear(width, inside));
        let block = |_| T5Block {
            layer: vec![
                T5SubLayer {
                    SelfAttention: Some(T5Attention {
                        q: linear(width, heads),
                        k: linear(width, heads),
                        v: linear(width, heads),
                        o: linear(heads, width),
                        num_heads: config.num_heads,
                    }),
                    DenseReluDense: None,
                    layer_norm: norm(),
                },
                T5SubLayer {
                    SelfAttention: None,
                    DenseReluDense: Some(T5DenseReluDense {
                        wi: wi(!gated),
                        wi_0: wi(gated),
                        wi_1: wi(gated),
                        wo: linear(inside, width),
                    }),
                    layer_norm: norm(),
                },
            ],
        };
        Self {
            encoder: T5Stack { block: (0..config.num_layers).map(block).collect(), final_layer_norm: norm() },
        }
    }

    /// # Shapes
    /// - `x`, output: `[texts, tokens, d_model]`, f32
    /// - `bias`: `[texts or 1, heads, tokens, tokens]`
    fn forward(&self, x: Tensor<3>, bias: Tensor<4>, dtype: DType, activation: Activation) -> Tensor<3> {
        let mut x = x;
        for layer in self.encoder.block.iter().flat_map(|block| &block.layer) {
            let normed = layer.layer_norm.forward(x.clone()).cast(dtype);
            if let Some(attention) = &layer.SelfAttention {
                x = x + attention.forward(normed, bias.clone()).cast(DType::F32);
            } else if let Some(feed_forward) = &layer.DenseReluDense {
                x = x + feed_forward.forward(normed, activation);
            }
        }
        self.encoder.final_layer_norm.forward(x)
    }
}

/// A text encoder on a device.
#[derive(Clone, Debug)]
pub struct T5Encoder {
    network: T5Network,
    adapters: Adapters,
    tokens: TokenTable,
    /// `[buckets, heads]`, row-major.
    relative_attention_bias: Vec<f32>,
    config: T5Config,
    dtype: DType,
    device: Device,
}

impl T5Encoder {
    /// Loads a folder with `config.json` and weights; linear layers compute in
    /// `dtype`, everything between them in f32.
    ///
    /// # Errors
    /// [`ModelError`] naming file, key or tensor.
    pub fn open(folder: &Path, device: &Device, dtype: DType) -> Result<Self, ModelError> {
        let config = config::read_checked(&folder.join("config.json"), MODEL, T5Config::check)?;
        let weights = Weights::open(folder)?;
        let tokens = TokenTable::new(&weights, &TOKEN_KEYS, config.vocab_size, config.d_model, MODEL)?;
        let expected = [config.relative_attention_num_buckets, config.num_heads];
        match weights.shape(BIAS_KEY) {
            Some(found) if found == expected => {}
            found => {
                let found = found.map_or("is missing".to_owned(), |found| format!("has the shape {found:?}"));
                return Err(ModelError::Weights {
                    model: MODEL.into(),
                    why: format!(
                        "tensor '{BIAS_KEY}' {found}, but {expected:?} was expected: {}",
                        weights.path().display()
                    ),
                });
            }
        }
        let relative_attention_bias = weights.floats(BIAS_KEY)?;
        let mut network = T5Network::new(&config, device);
        let adapters = weights.load(&mut network, &Self::renames(), dtype, MODEL)?;
        Ok(Self { network, adapters, tokens, relative_attention_bias, config, dtype, device: device.clone() })
    }

    /// The tensors of a checkpoint with this configuration.
    ///
    /// # Errors
    /// [`ModelError::Config`].
    pub fn blanks(config: &T5Config) -> Result<Vec<Blank>, ModelError> {
        config.check()?;
        let network = T5Network::new(config, &Device::flex());
        let mut blanks = blanks_of(&network, &Renames::none());
        for (name, shape) in [
            (TOKEN_KEYS[0], [config.vocab_size, config.d_model]),
            (BIAS_KEY, [config.relative_attention_num_buckets, config.num_heads]),
        ] {
            blanks.push(Blank { name: name.to_owned(), shape: shape.to_vec() });
        }
        Ok(blanks)
    }

    /// From the checkpoint's keys to the network's fields. A decoder, which
    /// whole T5s have, is left out.
    pub fn renames() -> Renames {
        Renames::none()
            .ignore("shared.weight")
            .ignore("encoder.embed_tokens.weight")
            .ignore("encoder.block.*.layer.*.SelfAttention.relative_attention_bias.weight")
            .ignore("decoder.**")
            .ignore("lm_head.**")
            .in_f32("**.layer_norm.weight")
            .in_f32("**.final_layer_norm.weight")
    }

    /// The slots of its weights, for LoRA.
    pub fn adapters(&self) -> &Adapters {
        &self.adapters
    }

    /// Sizes.
    pub fn config(&self) -> &T5Config {
        &self.config
    }

    /// Encodes texts given as token ids of one length. With a mask only the
    /// tokens that it marks are attended to (PixArt); without one all are,
    /// padding too (SD3, FLUX).
    ///
    /// # Shapes
    /// - output: `[texts, tokens, d_model]`, f32
    ///
    /// # Errors
    /// [`ModelError`], when ids and encoder do not belong together.
    pub fn encode(&self, ids: &[Vec<u32>], mask: Option<&[Vec<bool>]>) -> Result<Tensor<3>, ModelError> {
        let tokens = same_length(ids, MODEL)?;
        let x = self.tokens.states(ids, &self.device)?;
        let bias = self.position_bias(tokens);
        let bias = match mask {
            None => bias,
            Some(mask) => {
                if mask.len() != ids.len() || mask.iter().any(|mask| mask.len() != tokens) {
                    return Err(ModelError::Tokenizer {
                        model: MODEL.into(),
                        why: format!("its mask does not cover {} texts of {tokens} tokens", ids.len()),
                    });
                }
                let unseen: Vec<f32> =
                    mask.iter().flatten().map(|&counts| if counts { 0.0 } else { UNSEEN }).collect();
                let unseen = TensorData::new(unseen, [ids.len(), 1, 1, tokens]);
                bias + Tensor::from_data(unseen, (&self.device, DType::F32))
            }
        };
        Ok(self.network.forward(x, bias, self.dtype, self.config.feed_forward_proj.activation))
    }

    /// What is added to the scores of every block.
    ///
    /// # Shapes
    /// - output: `[1, heads, tokens, tokens]`, f32
    pub fn position_bias(&self, tokens: usize) -> Tensor<4> {
        let heads = self.config.num_heads;
        let buckets: Vec<usize> =
            (0..2 * tokens - 1).map(|i| self.config.bucket(i as i64 - (tokens as i64 - 1))).collect();
        let mut values = Vec::with_capacity(heads * tokens * tokens);
        for head in 0..heads {
            for query in 0..tokens {
                let row = &buckets[tokens - 1 - query..2 * tokens - 1 - query];
                values.extend(row.iter().map(|bucket| self.relative_attention_bias[bucket * heads + head]));
            }
        }
        Tensor::from_data(TensorData::new(values, [1, heads, tokens, tokens]), (&self.device, DType::F32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_the_references() {
        let config = T5Config::default();
        // `T5Attention._relative_position_bucket` of transformers for these offsets.
        let expected = [
            (0, 0),
            (-1, 1),
            (-7, 7),
            (-8, 8),
            (-11, 8),
            (-12, 9),
            (-15, 9),
            (-16, 10),
            (-31, 11),
            (-32, 12),
            (-63, 13),
            (-64, 14),
            (-90, 14),
            (-91, 15),
            (-128, 15),
            (-500, 15),
            (1, 17),
            (7, 23),
            (8, 24),
            (200, 31),
        ];
        for (offset, bucket) in expected {
            assert_eq!(config.bucket(offset), bucket, "offset {offset}");
        }
    }

    #[test]
    fn feed_forward_kinds_go_by_name() {
        let parse =
            |name: &str| config::parse::<T5Config>(&format!(r#"{{"feed_forward_proj":"{name}"}}"#), "T5");
        let kind = |name| parse(name).unwrap().feed_forward_proj;
        assert_eq!(kind("gated-gelu"), FeedForward { gated: true, activation: Activation::GeluNew });
        assert_eq!(kind("relu"), FeedForward { gated: false, activation: Activation::Relu });
        assert_eq!(kind("gelu"), FeedForward { gated: false, activation: Activation::Gelu });
        assert_eq!(kind("gated-silu"), FeedForward { gated: true, activation: Activation::Silu });
        let error = parse("gated-mish").unwrap_err().to_string();
        assert!(error.contains("'feed_forward_proj' is \"gated-mish\""), "{error}");
    }

    /// Rows that f16 cannot hold come out as in f32, but for f16's rounding.
    #[test]
    fn half_precision_does_not_overflow() {
        let device = Device::flex();
        let config =
            T5Config { d_model: 8, d_ff: 16, num_layers: 1, num_heads: 2, d_kv: 4, ..T5Config::default() };
        let mut network = T5Network::new(&config, &device);
        let layer = network.encoder.block[0].layer.remove(1);
        let Some(mut dense) = layer.DenseReluDense else { unreachable!() };
        let large =
            |linear: Linear, by: f32| Linear { weight: linear.weight.map(|w| w.ones_like() * by), ..linear };
        dense.wi = dense.wi.map(|wi| large(wi, 20_000.0 / 8.0));
        dense.wo = large(dense.wo, 1.0);
        let x = Tensor::<3>::ones([1, 1, 8], &device);
        let narrow = |linear: Linear| Linear { weight: linear.weight.map(|w| w.cast(DType::F16)), ..linear };
        let expected: Vec<f32> = dense.forward(x.clone(), Activation::Relu).into_data().try_to_vec().unwrap();
        assert!(expected[0] > 70_000.0, "beyond f16: {}", expected[0]);
        let half =
            T5DenseReluDense { wi: dense.wi.map(narrow), wo: narrow(dense.wo), wi_0: None, wi_1: None };
        let out = half.forward(x.cast(DType::F16), Activation::Relu);
        let values: Vec<f32> = out.into_data().try_to_vec().unwrap();
        assert!((values[0] / expected[0] - 1.0).abs() < 2e-3, "{} for {}", values[0], expected[0]);
    }
}
