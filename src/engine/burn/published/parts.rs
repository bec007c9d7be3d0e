//! The autoencoders of a model folder.

use burn::tensor::{DType, Device, Tensor};

use crate::{
    engine::{EngineError, folder::ModelFolder},
    models::{
        config,
        kl_autoencoder::{KlAutoencoder, KlConfig},
        tiny_autoencoder::TinyAutoencoder,
    },
};

/// Folders in which a tiny autoencoder for previews may lie.
const TINY: [&str; 4] = ["taesd", "taesd3", "taef1", "vae_tiny"];

/// The autoencoder, and a tiny one for previews where the folder has one.
/// Both compute in f32.
pub(super) struct Vae {
    whole: KlAutoencoder,
    tiny: Option<TinyAutoencoder>,
}

impl Vae {
    /// Loads the folder's autoencoders.
    pub fn load(folder: &ModelFolder, device: &Device) -> Result<Self, EngineError> {
        let whole = KlAutoencoder::open(&folder.part("vae"), device, DType::F32)?;
        let channels = whole.config().latent_channels;
        let tiny = TINY
            .iter()
            .map(|name| folder.part(name))
            .filter(|path| path.join("config.json").is_file())
            // Previews can be had without it, so its faults are no failure.
            .find_map(|path| TinyAutoencoder::open(&path, device, DType::F32).ok())
            .filter(|tiny| tiny.config().latent_channels == channels);
        Ok(Self { whole, tiny })
    }

    /// How many pixels a latent cell stands for, a side, from the folder's configuration.
    pub fn scale_of(folder: &ModelFolder) -> Result<usize, EngineError> {
        let path = folder.part("vae").join("config.json");
        Ok(config::read_checked(&path, "autoencoder", KlConfig::check)?.downscale())
    }

    /// How many pixels a latent cell stands for, a side.
    pub fn scale(&self) -> usize {
        self.whole.config().downscale()
    }

    /// A picture to a latent as the transformer wants it.
    ///
    /// # Shapes
    /// - `image`: `[1, 3, h, w]`, -1..1; `noise`: the latent's shape
    pub fn encode(&self, image: Tensor<4>, noise: Tensor<4>) -> Tensor<4> {
        self.whole.scale(self.whole.encode(image).sample(noise))
    }

    /// A latent of the transformer to a picture, -1..1 but for overshoot.
    pub fn decode(&self, latent: Tensor<4>) -> Tensor<4> {
        self.whole.decode(self.whole.unscale(latent))
    }

    /// The same by the tiny autoencoder, which works on the transformer's own latents.
    pub fn decode_tiny(&self, latent: Tensor<4>) -> Option<Tensor<4>> {
        self.tiny.as_ref().map(|tiny| tiny.decode(latent))
    }
}
