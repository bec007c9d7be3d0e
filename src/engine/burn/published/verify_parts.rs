//! The reference cases of single parts: text encoders, autoencoders, LoRAs and
//! transformers alone.

use std::path::Path;

use burn::tensor::{DType, Device, Tensor, TensorData};
use serde_json::Value;

use super::{
    values_of,
    verify::{Reference, error_of},
    verify_schedulers::verify_scheduler,
};
use crate::{
    engine::EngineError,
    models::{
        clip::{ClipTextEncoder, ClipTokenizer},
        config,
        dit_published::{Dit, DitConfig, DitLayout},
        kl_autoencoder::KlAutoencoder,
        lora::{Lora, TRANSFORMER},
        pixart::{PixArt, PixArtConfig},
        sd3::{Sd3, Sd3Config},
        t5::{T5Encoder, T5Tokenizer},
        tiny_autoencoder::TinyAutoencoder,
        weights::Weights,
    },
};

/// Stages with their errors.
type Found = Vec<(&'static str, f32)>;

/// Runs the case of a part; `None` for a kind that is not known.
///
/// # Errors
/// [`EngineError::Model`] when the part cannot be used.
pub(super) fn verify_part(
    folder: &Path,
    case: &Value,
    reference: &Reference<'_>,
    device: &Device,
) -> Result<Option<Found>, EngineError> {
    let bench = Bench { folder, case, reference, device };
    let kind = case.get("kind").and_then(Value::as_str).unwrap_or_default();
    Ok(Some(match kind {
        "clip" => bench.clip()?,
        "t5" => bench.t5()?,
        "vae" => bench.vae()?,
        "tiny" => bench.tiny()?,
        "lora_pixart" => bench.lora_pixart()?,
        "lora_sd3" => bench.lora_sd3()?,
        "" if case.get("cls").is_some() && case.get("config").is_some() => {
            verify_scheduler(folder, case, reference)?
        }
        // Of transformers alone, DiT's is the one that is known without a pipeline.
        "transformer" if folder.join("model_index.json").is_file() => bench.dit()?,
        _ => return Ok(None),
    }))
}

struct Bench<'a> {
    folder: &'a Path,
    case: &'a Value,
    reference: &'a Reference<'a>,
    device: &'a Device,
}

impl Bench<'_> {
    fn values(&self, key: &str) -> Result<Vec<f32>, EngineError> {
        let missing = || EngineError::Model(format!("the case has no tensor {key}"));
        self.reference.get(key).map(|(values, _)| values).ok_or_else(missing)
    }

    fn tensor<const D: usize>(&self, key: &str) -> Result<Tensor<D>, EngineError> {
        match self.reference.get(key) {
            Some((values, shape)) if shape.len() == D => {
                Ok(Tensor::from_data(TensorData::new(values, shape), self.device))
            }
            _ => Err(EngineError::Model(format!("the case has no tensor {key} of {D} dimensions"))),
        }
    }

    /// The error of a result against an expected tensor.
    fn error<const D: usize>(&self, key: &str, found: Tensor<D>) -> Result<f32, EngineError> {
        Ok(error_of(&values_of(found)?, &self.values(key)?))
    }

    fn prompts(&self) -> Vec<&str> {
        let prompts = self.case.get("prompts").and_then(Value::as_array);
        prompts.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    fn clip(&self) -> Result<Found, EngineError> {
        let tokenizer = ClipTokenizer::open(&self.folder.join("tokenizer"))?;
        let encoder = ClipTextEncoder::open(&self.folder.join("text_encoder"), self.device, DType::F32)?;
        let ids =
            self.prompts().into_iter().map(|prompt| tokenizer.ids(prompt)).collect::<Result<Vec<_>, _>>()?;
        let states = encoder.encode(&ids)?;
        let mut worst = self.error("out.last_hidden_state", states.last_hidden_state.clone())?;
        for (index, state) in states.hidden_states.iter().enumerate() {
            worst = worst.max(self.error(&format!("out.hidden_states.{index}"), state.clone())?);
        }
        let pooled = match states.text_embeds {
            Some(embeds) if self.reference.get("out.text_embeds").is_some() => {
                self.error("out.text_embeds", embeds)?
            }
            _ => self.error("out.pooler_output", states.pooled)?,
        };
        Ok(vec![("tokens", self.token_error(&ids)?), ("text", worst), ("pooled", pooled)])
    }

    fn token_error(&self, ids: &[Vec<u32>]) -> Result<f32, EngineError> {
        let found: Vec<f32> = ids.iter().flatten().map(|&id| id as f32).collect();
        Ok(error_of(&found, &self.values("out.input_ids")?))
    }

    fn t5(&self) -> Result<Found, EngineError> {
        let tokenizer = T5Tokenizer::open(&self.folder.join("tokenizer"))?;
        let encoder = T5Encoder::open(&self.folder.join("text_encoder"), self.device, DType::F32)?;
        let length = self.case.get("max_length").and_then(Value::as_u64).unwrap_or(40) as usize;
        let padded = self
            .prompts()
            .into_iter()
            .map(|prompt| tokenizer.padded(prompt, length))
            .collect::<Result<Vec<_>, _>>()?;
        let (ids, masks): (Vec<_>, Vec<_>) = padded.into_iter().map(|text| (text.ids, text.mask)).unzip();
        let masked = self.error("out.masked", encoder.encode(&ids, Some(&masks))?)?;
        let unmasked = self.error("out.unmasked", encoder.encode(&ids, None)?)?;
        Ok(vec![("tokens", self.token_error(&ids)?), ("text", masked.max(unmasked))])
    }

    fn vae(&self) -> Result<Found, EngineError> {
        let vae = KlAutoencoder::open(self.folder, self.device, DType::F32)?;
        let posterior = vae.encode(self.tensor("in.image")?);
        let encoded = self.error("out.std", posterior.std())?.max(self.error("out.mean", posterior.mean)?);
        let decoded = self.error("out.decoded", vae.decode(self.tensor("in.latent")?))?;
        Ok(vec![("latents", encoded), ("image", decoded)])
    }

    fn tiny(&self) -> Result<Found, EngineError> {
        let tiny = TinyAutoencoder::open(self.folder, self.device, DType::F32)?;
        let encoded = self.error("out.latents", tiny.encode(self.tensor("in.image")?))?;
        let decoded = self.error("out.decoded", tiny.decode(self.tensor("in.latent")?))?;
        Ok(vec![("latents", encoded), ("image", decoded)])
    }

    fn lora(&self) -> Result<Lora, EngineError> {
        let file = self.case.get("lora").and_then(Value::as_str).unwrap_or_default();
        Ok(Lora::open(&self.folder.join(file))?)
    }

    /// The errors of a network without the LoRA, at both scales, and without it again.
    fn at_scales(
        &self,
        mut forward: impl FnMut() -> Result<Tensor<4>, EngineError>,
        mut change: impl FnMut(Option<f64>) -> Result<(), EngineError>,
    ) -> Result<Found, EngineError> {
        let plain = self.error("out.base", forward()?)?;
        let mut changed = 0f32;
        for (key, scale) in [("out.scale0.7", 0.7), ("out.scale1.0", 1.0)] {
            change(Some(scale))?;
            changed = changed.max(self.error(key, forward()?)?);
        }
        change(None)?;
        Ok(vec![("call0", plain), ("lora", changed), ("removed", self.error("out.base", forward()?)?)])
    }

    fn lora_pixart(&self) -> Result<Found, EngineError> {
        let folder = self.folder.join("transformer");
        let config: PixArtConfig = config::read(&folder.join("config.json"), "PixArt transformer")?;
        let mut network = PixArt::new(&config, self.device)?;
        let (weights, renames) = (Weights::open(&folder)?, PixArt::renames());
        let adapters = weights.load(&mut network, &renames, DType::F32, "PixArt transformer")?;
        let lora = self.lora()?;
        let t = self.values("in.timestep")?;
        let mask = self.tensor::<2>("in.encoder_attention_mask")?.greater_elem(0.5);
        self.at_scales(
            || {
                let text = self.tensor("in.encoder_hidden_states")?;
                let latent = self.tensor("in.hidden_states")?;
                Ok(network.forward(latent, &t, text, Some(mask.clone()), (0.0, 1.0))?)
            },
            |scale| {
                adapters.clear();
                scale.map_or(Ok(()), |scale| {
                    Ok(adapters.add(&lora, TRANSFORMER, &PixArt::renames(), scale)?)
                })
            },
        )
    }

    fn lora_sd3(&self) -> Result<Found, EngineError> {
        let folder = self.folder.join("transformer");
        let config: Sd3Config = config::read(&folder.join("config.json"), "SD3 transformer")?;
        let mut network = Sd3::new(&config, self.device)?;
        let (weights, renames) = (Weights::open(&folder)?, Sd3::renames());
        let adapters = weights.load(&mut network, &renames, DType::F32, "SD3 transformer")?;
        let lora = self.lora()?;
        let t = self.values("in.timestep")?;
        self.at_scales(
            || {
                let text = self.tensor("in.encoder_hidden_states")?;
                let pooled = self.tensor("in.pooled_projections")?;
                Ok(network.forward(self.tensor("in.hidden_states")?, &t, text, pooled, &[])?)
            },
            |scale| {
                adapters.clear();
                scale.map_or(Ok(()), |scale| Ok(adapters.add(&lora, TRANSFORMER, &Sd3::renames(), scale)?))
            },
        )
    }

    fn dit(&self) -> Result<Found, EngineError> {
        let folder = self.folder.join("transformer");
        let config: DitConfig = config::read(&folder.join("config.json"), "DiT transformer")?;
        let mut network = Dit::new(&config, DitLayout::Diffusers, self.device)?;
        let renames = Dit::renames(DitLayout::Diffusers);
        Weights::open(&folder)?.load(&mut network, &renames, DType::F32, "DiT transformer")?;
        let classes: Vec<usize> =
            self.values("in.class_labels")?.iter().map(|&class| class as usize).collect();
        let t = self.values("in.timestep")?;
        let out = network.forward(self.tensor("in.hidden_states")?, &t, &classes)?;
        Ok(vec![("call0", self.error("out.sample", out)?)])
    }
}
