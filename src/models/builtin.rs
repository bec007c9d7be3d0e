//! The model that ships in the binary: tokenizer, text encoder, DiT and
//! autoencoder of our own, trained on pictures of our own painter.
//!
//! `assets/models/builtin/CARD.md` says how, on what, and how well.

use burn::{
    module::Module,
    tensor::{Bool, Device, Int, Tensor, TensorData},
};
use serde::Deserialize;
use tokenizers::Tokenizer;

use super::{
    ModelError,
    autoencoder::{Autoencoder, AutoencoderConfig, DOWNSCALE},
    dit::{Dit, DitConfig},
    text_encoder::{TextEncoder, TextEncoderConfig},
    weights,
};

/// The name by which the built-in model is asked for.
pub const NAME: &str = "builtin";

const WEIGHTS: &[u8] = include_bytes!("../../assets/models/builtin/model.safetensors");
const CONFIG: &str = include_str!("../../assets/models/builtin/config.json");
const TOKENIZER: &[u8] = include_bytes!("../../assets/models/builtin/tokenizer.json");

/// Sides of a picture are multiples of this: a patch of two latent cells.
pub const SIDE_STEP_PX: u32 = 32;
/// The most pixels the model paints at once; it was trained on no larger ones.
pub const NATIVE_AREA_PX: u32 = 256 * 256;
/// Steps that give a good picture.
pub const DEFAULT_STEPS: u32 = 20;
/// Guidance that gives a good picture.
pub const DEFAULT_GUIDANCE: f32 = 4.0;

/// Token id of padding, and of the end of a text (`recipe/encode_latents.py`).
const PAD: u32 = 0;
const END: u32 = 1;

/// `config.json`: the sizes of the three networks.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct BuiltinConfig {
    /// Pictures to latents.
    pub autoencoder: AutoencoderConfig,
    /// Tokens to text states.
    pub text_encoder: TextEncoderConfig,
    /// Latents to velocities.
    pub dit: DitConfig,
}

impl BuiltinConfig {
    /// The configuration in the binary.
    ///
    /// # Errors
    /// [`ModelError::Config`].
    pub fn shipped() -> Result<Self, ModelError> {
        serde_json::from_str(CONFIG)
            .map_err(|e| ModelError::Config { model: "built-in model".into(), why: e.to_string() })
    }
}

/// The three networks; its field names are the checkpoint's first words.
#[derive(Module, Debug)]
pub struct Networks {
    /// Pictures to latents and back.
    pub autoencoder: Autoencoder,
    /// Tokens to text states.
    pub text_encoder: TextEncoder,
    /// Latents to velocities.
    pub dit: Dit,
}

impl Networks {
    /// Random weights.
    ///
    /// # Errors
    /// [`ModelError::Config`].
    pub fn new(config: &BuiltinConfig, device: &Device) -> Result<Self, ModelError> {
        Ok(Self {
            autoencoder: Autoencoder::new(&config.autoencoder, device),
            text_encoder: TextEncoder::new(&config.text_encoder, device),
            dit: Dit::new(&config.dit, device)?,
        })
    }
}

/// Text states and which of them count.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// `[1, tokens, context]`.
    pub states: Tensor<3>,
    /// `[1, tokens]`, true where a state counts.
    pub mask: Tensor<2, Bool>,
}

impl Encoded {
    /// Several texts as one batch; shorter ones are padded with states that do
    /// not count.
    ///
    /// # Shapes
    /// - output: `[batch, tokens, context]`, `[batch, tokens]`
    pub fn stack(texts: &[&Encoded]) -> (Tensor<3>, Tensor<2, Bool>) {
        let longest = texts.iter().map(|text| text.states.dims()[1]).max().unwrap_or(0);
        let padded = |text: &&Encoded| {
            let [_, tokens, context] = text.states.dims();
            let device = text.states.device();
            let missing = longest - tokens;
            if missing == 0 {
                return (text.states.clone(), text.mask.clone());
            }
            let zeros = Tensor::zeros([1, missing, context], (&device, text.states.dtype()));
            let unseen = Tensor::<2>::zeros([1, missing], &device).greater_elem(0.0);
            (
                Tensor::cat(vec![text.states.clone(), zeros], 1),
                Tensor::cat(vec![text.mask.clone(), unseen], 1),
            )
        };
        let (states, masks) = texts.iter().map(padded).unzip();
        (Tensor::cat(states, 0), Tensor::cat(masks, 0))
    }
}

/// The built-in model on a device.
pub struct Builtin {
    networks: Networks,
    tokenizer: Tokenizer,
    config: BuiltinConfig,
    device: Device,
}

impl Builtin {
    /// Loads the weights in the binary onto `device`.
    ///
    /// # Errors
    /// [`ModelError`], when the binary was built from parts that do not fit.
    pub fn load(device: &Device) -> Result<Self, ModelError> {
        let config = BuiltinConfig::shipped()?;
        let mut networks = Networks::new(&config, device)?;
        weights::load_f32(&mut networks, WEIGHTS, "built-in model")?;
        Self::with_networks(networks, config, device)
    }

    /// The built-in tokenizer with networks of one's own, as training makes them.
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`].
    pub fn with_networks(
        networks: Networks,
        config: BuiltinConfig,
        device: &Device,
    ) -> Result<Self, ModelError> {
        Ok(Self { networks, tokenizer: tokenizer()?, config, device: device.clone() })
    }

    /// Sizes of the networks.
    pub fn config(&self) -> &BuiltinConfig {
        &self.config
    }

    /// The networks.
    pub fn networks(&self) -> &Networks {
        &self.networks
    }

    /// Encodes a prompt.
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`].
    pub fn encode_text(&self, prompt: &str) -> Result<Encoded, ModelError> {
        let ids = token_ids(&self.tokenizer, prompt, self.config.text_encoder.max_tokens)?;
        let count = ids.len();
        let ids = Tensor::<2, Int>::from_data(TensorData::new(ids, [1, count]), &self.device);
        let mask = Tensor::<2>::ones([1, count], &self.device).greater_elem(0.0);
        Ok(Encoded { states: self.networks.text_encoder.forward(ids, mask.clone()), mask })
    }

    /// What stands for "no text".
    pub fn null_text(&self) -> Encoded {
        let states = self.networks.dit.null_context();
        Encoded { states, mask: Tensor::<2>::ones([1, 1], &self.device).greater_elem(0.0) }
    }

    /// The shape of the latent of a picture, `[1, channels, h, w]`.
    pub fn latent_shape(&self, width_px: u32, height_px: u32) -> [usize; 4] {
        let side = |px: u32| px as usize / DOWNSCALE;
        [1, self.config.autoencoder.latent_channels, side(height_px), side(width_px)]
    }
}

/// The built-in tokenizer.
///
/// # Errors
/// [`ModelError::Tokenizer`].
pub fn tokenizer() -> Result<Tokenizer, ModelError> {
    Tokenizer::from_bytes(TOKENIZER).map_err(|e| tokenizer_error(&*e))
}

fn tokenizer_error(error: &dyn std::error::Error) -> ModelError {
    ModelError::Tokenizer { model: "built-in model".into(), why: error.to_string() }
}

/// Trained numbers and bytes of the weights in the binary.
///
/// # Errors
/// [`ModelError::Weights`].
pub fn shipped_size() -> Result<(usize, usize), ModelError> {
    let (_, header) = safetensors::SafeTensors::read_metadata(WEIGHTS)
        .map_err(|e| ModelError::Weights { model: "built-in model".into(), why: e.to_string() })?;
    let count = header.tensors().values().map(|info| info.shape.iter().product::<usize>()).sum();
    Ok((count, WEIGHTS.len()))
}

/// Ids of a text, closed by the end token, at most `max_tokens`.
///
/// # Errors
/// [`ModelError::Tokenizer`].
pub fn token_ids(tokenizer: &Tokenizer, text: &str, max_tokens: usize) -> Result<Vec<i64>, ModelError> {
    let encoding = tokenizer.encode_fast(text, false).map_err(|e| tokenizer_error(&*e))?;
    let mut ids: Vec<i64> = encoding
        .get_ids()
        .iter()
        .filter(|&&id| id != PAD)
        .take(max_tokens.saturating_sub(1))
        .map(|&id| id.into())
        .collect();
    ids.push(END.into());
    Ok(ids)
}

/// The size at which the model paints a picture asked for in this size: the
/// same aspect ratio as nearly as multiples of [`SIDE_STEP_PX`] allow, and as
/// many of the pixels it was trained on as that leaves.
pub fn native_size(width_px: u32, height_px: u32) -> (u32, u32) {
    let wanted = (width_px as f64 / height_px as f64).ln();
    let mut best = (f64::INFINITY, (256, 256));
    // A side of a quarter of the square's to four times it: an aspect of 1:16
    // to 16:1 at the same area. Beyond that nothing sensible can be painted.
    for columns in 2..=32 {
        for rows in 2..=32 {
            let (w, h) = (columns * SIDE_STEP_PX, rows * SIDE_STEP_PX);
            if w * h > NATIVE_AREA_PX {
                continue;
            }
            let skew = ((w as f64 / h as f64).ln() - wanted).abs();
            let shrink = (NATIVE_AREA_PX as f64 / (w * h) as f64).ln();
            // Skew weighs more: a squashed picture is worse than a coarse one.
            let cost = 3.0 * skew + shrink;
            if cost < best.0 {
                best = (cost, (w, h));
            }
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn native_sizes_are_the_trained_ones_where_they_fit() {
        assert_eq!(native_size(256, 256), (256, 256));
        assert_eq!(native_size(1024, 1024), (256, 256));
        assert_eq!(native_size(288, 192), (288, 192));
        assert_eq!(native_size(900, 600), (288, 192));
        assert_eq!(native_size(192, 288), (192, 288));
        for (w, h) in [(64, 2048), (2048, 64), (1920, 1080), (100, 70)] {
            let (nw, nh) = native_size(w, h);
            assert!(nw % SIDE_STEP_PX == 0 && nh % SIDE_STEP_PX == 0 && nw * nh <= NATIVE_AREA_PX);
            let skew = (nw as f64 / nh as f64 / (w as f64 / h as f64)).ln().abs();
            assert!(skew < 0.75, "{w}x{h} becomes {nw}x{nh}");
        }
    }

    #[test]
    fn any_text_has_tokens_and_none_is_too_long() {
        let tokenizer = tokenizer().unwrap();
        for text in ["", "a fox", "雪中的狐狸 🦊", &"word ".repeat(500), "<pad><pad>"] {
            let ids = token_ids(&tokenizer, text, 64).unwrap();
            assert!((1..=64).contains(&ids.len()));
            assert_eq!(ids.last(), Some(&1));
            assert!(!ids.contains(&0), "padding must not come from a text");
        }
        assert_eq!(token_ids(&tokenizer, "A Fox", 64).unwrap(), token_ids(&tokenizer, "a fox", 64).unwrap());
    }
}
