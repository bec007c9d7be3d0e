//! The model that is judged: the built-in one or a folder of weights.

use std::{fs, path::Path};

use burn::tensor::{Device, Tensor, TensorData};
use tokenizers::Tokenizer;

use super::{probe::tensor_of, prompts::Prompt};
use crate::{
    diffusion::{NoiseStream, standard_normal},
    models::{
        autoencoder::{Autoencoder, DOWNSCALE},
        builtin::{self, Builtin, BuiltinConfig, DEFAULT_GUIDANCE, DEFAULT_STEPS, NAME, Networks, token_ids},
        weights,
    },
    train::{TrainError, painter::RgbPicture, pupil::Pupil, samples, tensors},
};

/// Side of the pictures that are asked for.
pub const SIDE_PX: usize = 256;

/// A model that paints from prompts.
pub struct Candidate {
    name: String,
    pupil: Pupil,
    autoencoder: Autoencoder,
    tokenizer: Tokenizer,
    max_tokens: usize,
    channels: usize,
    device: Device,
}

impl Candidate {
    /// The weights in the binary.
    ///
    /// # Errors
    /// [`TrainError::Model`].
    pub fn shipped(device: &Device) -> Result<Self, TrainError> {
        let model = Builtin::load(device)?;
        Ok(Self::new(NAME.into(), model.networks(), model.config(), builtin::tokenizer()?, device))
    }

    /// The weights of a folder, as `vignette train export` writes it.
    ///
    /// # Errors
    /// [`TrainError::Data`] naming the file that is missing or does not fit.
    pub fn open(folder: &Path, device: &Device) -> Result<Self, TrainError> {
        let read = |name: &str| {
            let path = folder.join(name);
            let wrong = |error| {
                TrainError::data(
                    &path,
                    format!(
                        "the model cannot be read ({error}); `vignette train export` writes such a folder"
                    ),
                )
            };
            fs::read(&path).map_err(wrong)
        };
        let wrong = |name: &str, why: String| TrainError::data(&folder.join(name), why);
        let config: BuiltinConfig = serde_json::from_slice(&read("config.json")?)
            .map_err(|e| wrong("config.json", format!("the sizes of the model cannot be read ({e})")))?;
        let tokenizer = Tokenizer::from_bytes(read("tokenizer.json")?)
            .map_err(|e| wrong("tokenizer.json", format!("the tokenizer cannot be read ({e})")))?;
        let mut networks = Networks::new(&config, device).map_err(|e| wrong("config.json", e.to_string()))?;
        weights::load_f32(&mut networks, read("model.safetensors")?, "model")
            .map_err(|e| wrong("model.safetensors", e.to_string()))?;
        Ok(Self::new(folder.display().to_string(), &networks, &config, tokenizer, device))
    }

    fn new(
        name: String,
        networks: &Networks,
        config: &BuiltinConfig,
        tokenizer: Tokenizer,
        device: &Device,
    ) -> Self {
        Self {
            name,
            pupil: Pupil::from_networks(networks),
            autoencoder: networks.autoencoder.clone(),
            tokenizer,
            max_tokens: config.text_encoder.max_tokens,
            channels: config.autoencoder.latent_channels,
            device: device.clone(),
        }
    }

    /// `builtin`, or the folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Paints prompts in one batch, as `vignette generate` does each by itself
    /// with its seed and the model's defaults, but for `steps`.
    ///
    /// # Errors
    /// [`TrainError`] of the tokenizer, the solver and the device.
    pub fn paint(&self, prompts: &[Prompt], steps: u32) -> Result<Vec<RgbPicture>, TrainError> {
        let texts = prompts
            .iter()
            .map(|prompt| token_ids(&self.tokenizer, &prompt.caption, self.max_tokens))
            .collect::<Result<Vec<_>, _>>()?;
        let side = SIDE_PX / DOWNSCALE;
        let one = self.channels * side * side;
        let noise: Vec<f32> = prompts
            .iter()
            .flat_map(|prompt| standard_normal(prompt.seed, NoiseStream::Initial, one))
            .collect();
        let shape = [prompts.len(), self.channels, side, side];
        let noise = Tensor::from_data(TensorData::new(noise, shape), &self.device);
        let latents =
            samples::sample(&self.pupil, &texts, noise, steps as usize, f64::from(DEFAULT_GUIDANCE))?;
        self.decode(latents)
    }

    /// Pictures as the autoencoder gives them back: the best that the model
    /// could paint.
    ///
    /// # Errors
    /// [`TrainError::Settings`] for pictures of several sizes,
    /// [`TrainError::Device`].
    pub fn reconstruct(&self, pictures: &[RgbPicture]) -> Result<Vec<RgbPicture>, TrainError> {
        self.decode(self.autoencoder.encode(tensor_of(pictures, DOWNSCALE, &self.device)?))
    }

    fn decode(&self, latents: Tensor<4>) -> Result<Vec<RgbPicture>, TrainError> {
        let images = self.autoencoder.decode(latents).permute([0, 2, 3, 1]);
        let [_, height, width, channels] = images.dims();
        let values = tensors::values(images)?;
        // What is no number would be read as black.
        if values.iter().any(|value| !value.is_finite()) {
            return Err(TrainError::Device("a picture holds values that are not numbers".into()));
        }
        let byte = |value: &f32| ((value.clamp(-1.0, 1.0) + 1.0) * 127.5).round() as u8;
        Ok(values
            .chunks_exact(height * width * channels)
            .map(|one| RgbPicture {
                width_px: width as u32,
                height_px: height as u32,
                pixels: one.iter().map(byte).collect(),
            })
            .collect())
    }
}

/// Steps that a picture takes by default.
pub const fn default_steps() -> u32 {
    DEFAULT_STEPS
}

/// The peak signal-to-noise ratio of pictures against others, in dB, over all
/// pixels of all pictures together; infinite where they are equal.
pub fn psnr_db(pictures: &[RgbPicture], others: &[RgbPicture]) -> f64 {
    let (mut sum, mut count) = (0_u64, 0_u64);
    for (a, b) in pictures.iter().zip(others) {
        sum += a.pixels.iter().zip(&b.pixels).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum::<u64>();
        count += a.pixels.len() as u64;
    }
    10.0 * (255.0 * 255.0 * count as f64 / sum as f64).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_of_a_known_error() {
        let of = |value| RgbPicture { width_px: 2, height_px: 1, pixels: vec![value; 6] };
        // 20 log10(255 / 5)
        assert!((psnr_db(&[of(100), of(7)], &[of(105), of(2)]) - 34.1514).abs() < 1e-3);
        assert_eq!(psnr_db(&[of(3)], &[of(3)]), f64::INFINITY);
    }

    #[test]
    fn a_folder_without_a_model_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Candidate::open(folder.path(), &Device::flex()).err().unwrap();
        assert!(error.is_bad_input() && error.to_string().ends_with("config.json"), "{error}");
        fs::write(folder.path().join("config.json"), "{}").unwrap();
        let error = Candidate::open(folder.path(), &Device::flex()).err().unwrap();
        assert!(error.to_string().contains("sizes of the model"), "{error}");
    }
}
