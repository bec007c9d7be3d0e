//! The transformers of all families behind one face: configuration, loading,
//! and one guided prediction.

use burn::tensor::{Bool, DType, Device, Tensor};

use super::Dump;
use crate::{
    diffusion::{Guidance, ModelOutput},
    engine::{
        EngineError,
        folder::{Family, ModelFolder},
    },
    models::{
        ModelError, config,
        dit_published::{Dit, DitConfig, DitLayout},
        flux::{Flux, FluxConfig, FluxInputs, pack, unpack},
        lora::Adapters,
        pixart::{PixArt, PixArtConfig},
        sd3::{Sd3, Sd3Config},
        weights::{Renames, Weights},
        zimage::{ZImage, ZImageConfig},
    },
};

/// `transformer/config.json` of any family.
#[derive(Clone, Debug)]
pub(super) enum Config {
    Dit(DitConfig),
    PixArt(PixArtConfig),
    Sd3(Sd3Config),
    Flux(FluxConfig),
    ZImage(ZImageConfig),
}

impl Config {
    pub fn read(folder: &ModelFolder) -> Result<Self, EngineError> {
        let path = folder.part("transformer").join("config.json");
        let config = match folder.family {
            Family::Dit => Self::Dit(config::read(&path, "DiT transformer")?),
            Family::PixArtAlpha | Family::PixArtSigma => {
                let mut config: PixArtConfig = config::read(&path, "PixArt transformer")?;
                if folder.family == Family::PixArtSigma {
                    // Sigma has no micro-conditions, whatever its side.
                    config.use_additional_conditions.get_or_insert(false);
                }
                Self::PixArt(config)
            }
            Family::Sd3 => Self::Sd3(config::read(&path, "SD3 transformer")?),
            Family::Flux => Self::Flux(config::read(&path, "FLUX transformer")?),
            Family::ZImage => Self::ZImage(config::read(&path, "Z-Image transformer")?),
        };
        config.check().map_err(|e| EngineError::Model(format!("{e}: {}", path.display())))?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ModelError> {
        match self {
            Self::Dit(config) => config.check(),
            Self::PixArt(config) => config.check(),
            Self::Sd3(config) => config.check(),
            Self::Flux(config) => config.check(),
            Self::ZImage(config) => config.check(),
        }
    }

    /// Channels of a latent.
    pub fn latent_channels(&self) -> usize {
        match self {
            Self::Dit(config) => config.in_channels,
            Self::PixArt(config) => config.in_channels,
            Self::Sd3(config) => config.in_channels,
            Self::Flux(config) => config.in_channels / 4,
            Self::ZImage(config) => config.in_channels,
        }
    }

    /// Side of a patch in latent cells.
    pub fn patch(&self) -> usize {
        match self {
            Self::Dit(config) => config.patch_size,
            Self::PixArt(config) => config.patch_size,
            Self::Sd3(config) => config.patch_size,
            Self::Flux(_) | Self::ZImage(_) => 2,
        }
    }

    /// Side of the latents that the model was trained on.
    pub fn native_cells(&self) -> usize {
        match self {
            Self::Dit(config) => config.sample_size,
            Self::PixArt(config) => config.sample_size,
            Self::Sd3(config) => config.sample_size.min(config.patch_size * config.pos_embed_max_size),
            Self::Flux(_) => 128,
            Self::ZImage(config) => 128.min(2 * config.axes_lens[1].min(config.axes_lens[2])),
        }
    }

    /// The longest side of a latent that the network has positions for.
    pub fn most_cells(&self) -> usize {
        match self {
            Self::Sd3(config) => config.patch_size * config.pos_embed_max_size,
            Self::ZImage(config) => 2 * config.axes_lens[1].min(config.axes_lens[2]),
            _ => usize::MAX,
        }
    }

    /// The guidance up to which the reference leaves the negative prompt out.
    pub fn unguided(&self) -> f64 {
        match self {
            // Its guidance is added to the prediction, not blended with it.
            Self::ZImage(_) => 0.0,
            _ => 1.0,
        }
    }

    /// Steps and guidance of the reference's pipeline or the model's card.
    pub fn defaults(&self) -> (u32, f32) {
        match self {
            Self::Dit(_) => (50, 4.0),
            Self::PixArt(_) => (20, 4.5),
            Self::Sd3(config) if config.dual_attention_layers.is_empty() => (28, 7.0),
            Self::Sd3(_) => (40, 4.5),
            Self::Flux(config) if config.guidance_embeds => (28, 3.5),
            Self::Flux(_) => (4, 0.0),
            // Those of the Turbo model; the base model says so on its card.
            Self::ZImage(_) => (9, 0.0),
        }
    }
}

/// What the network is told about the picture wanted.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// `[1, tokens, width]`; empty for classes.
    pub text: Tensor<3>,
    /// `[1, tokens]`, true where a state counts; absent where all do.
    pub mask: Option<Tensor<2, Bool>>,
    /// `[1, width]`; empty where the family has none.
    pub pooled: Tensor<2>,
    /// Class index, for class-conditional models.
    pub class: usize,
}

impl Condition {
    /// A class, and no text.
    pub fn of_class(class: usize, device: &Device) -> Self {
        Self {
            text: Tensor::zeros([1, 1, 1], device),
            mask: None,
            pooled: Tensor::zeros([1, 1], device),
            class,
        }
    }
}

/// Skip-layer guidance (SD3.5): steers away from what the network predicts
/// without some of its blocks.
#[derive(Clone, Debug)]
pub(super) struct SkipLayers {
    pub layers: Vec<usize>,
    pub scale: f64,
    /// Shares of the steps between which it acts.
    pub start: f64,
    pub stop: f64,
}

/// How a prediction is guided.
#[derive(Clone, Debug)]
pub(super) struct Guided {
    pub positive: Condition,
    /// Absent where there is no guidance.
    pub negative: Option<Condition>,
    /// The scale; for FLUX an input of the network.
    pub scale: f64,
    /// FLUX's classifier-free guidance, with `negative`.
    pub true_scale: f64,
    pub skip_layers: Option<SkipLayers>,
    pub steps: usize,
    /// Pixels of the picture as painted: height, width.
    pub size_px: (f32, f32),
}

/// A transformer on a device.
#[derive(Debug)]
pub(super) enum Network {
    Dit(Dit, DitLayout),
    PixArt(PixArt),
    Sd3(Sd3),
    Flux(Flux),
    ZImage(ZImage),
}

impl Network {
    /// Loads the transformer; with it come the slots of its weights, for LoRA.
    pub fn load(
        config: &Config,
        folder: &ModelFolder,
        device: &Device,
        dtype: DType,
    ) -> Result<(Self, Adapters), EngineError> {
        let weights = Weights::open(&folder.part("transformer"))?;
        let mut network = match config {
            Config::Dit(config) => {
                let original = weights.shape("x_embedder.proj.weight").is_some();
                let layout = if original { DitLayout::Original } else { DitLayout::Diffusers };
                Self::Dit(Dit::new(config, layout, device)?, layout)
            }
            Config::PixArt(config) => Self::PixArt(PixArt::new(config, device)?),
            Config::Sd3(config) => Self::Sd3(Sd3::new(config, device)?),
            Config::Flux(config) => Self::Flux(Flux::new(config, device)?),
            Config::ZImage(config) => Self::ZImage(ZImage::new(config, device)?),
        };
        let renames = network.renames();
        let adapters = match &mut network {
            Self::Dit(network, _) => weights.load(network, &renames, dtype, "DiT transformer"),
            Self::PixArt(network) => weights.load(network, &renames, dtype, "PixArt transformer"),
            Self::Sd3(network) => weights.load(network, &renames, dtype, "SD3 transformer"),
            Self::Flux(network) => weights.load(network, &renames, dtype, "FLUX transformer"),
            Self::ZImage(network) => weights.load(network, &renames, dtype, "Z-Image transformer"),
        }?;
        Ok((network, adapters))
    }

    /// The table from the checkpoint's keys to fields.
    pub fn renames(&self) -> Renames {
        match self {
            Self::Dit(_, layout) => Dit::renames(*layout),
            Self::PixArt(_) => PixArt::renames(),
            Self::Sd3(_) => Sd3::renames(),
            Self::Flux(_) => Flux::renames(),
            Self::ZImage(_) => ZImage::renames(),
        }
    }

    /// The guided prediction for the latent `x` at step `index`.
    ///
    /// The network computes in `dtype`; what comes out is f32, as guidance and
    /// solver take differences of nearly equal numbers.
    ///
    /// # Shapes
    /// - `x`: `[1, channels, h, w]`, f32
    pub fn predict(
        &self,
        x: &Tensor<4>,
        (index, timestep): (usize, f64),
        guided: &Guided,
        dtype: DType,
        trace: &mut Dump,
    ) -> Result<ModelOutput<Tensor<4>>, ModelError> {
        let t = timestep as f32;
        let x = x.clone().cast(dtype);
        match self {
            Self::Dit(network, _) => {
                // The reference puts the conditional half first.
                let mut classes = vec![guided.positive.class];
                classes.extend(guided.negative.as_ref().map(|negative| negative.class));
                let count = classes.len();
                let out =
                    network.forward(repeated(x.clone(), count), &vec![t; count], &classes)?.cast(DType::F32);
                trace.call(index, &out);
                let channels = x.dims()[1];
                let (first, rest) = (out.clone().narrow(0, 0, 1), out);
                let learned = first.dims()[1] == 2 * channels;
                let variance = learned.then(|| first.clone().narrow(1, channels, channels));
                let prediction = |half: Tensor<4>| half.narrow(1, 0, channels);
                let conditional = prediction(first);
                let prediction = if count == 2 {
                    Guidance::new(guided.scale).combine(&conditional, &prediction(rest.narrow(0, 1, 1)))
                } else {
                    conditional
                };
                Ok(ModelOutput { prediction, variance })
            }
            Self::PixArt(network) => {
                let channels = x.dims()[1];
                let mask = stacked(guided, |condition| condition.mask.clone());
                let out = network.forward(
                    repeated(x, guided.halves()),
                    &vec![t; guided.halves()],
                    guided.text(dtype),
                    mask,
                    guided.size_px,
                )?;
                let out = out.cast(DType::F32);
                trace.call(index, &out);
                let out = combined(out, guided);
                let learned = out.dims()[1] == 2 * channels;
                let variance = learned.then(|| out.clone().narrow(1, channels, channels));
                Ok(ModelOutput { prediction: out.narrow(1, 0, channels), variance })
            }
            Self::Sd3(network) => {
                let halves = guided.halves();
                let out = network.forward(
                    repeated(x.clone(), halves),
                    &vec![t; halves],
                    guided.text(dtype),
                    guided.pooled(dtype),
                    &[],
                )?;
                let out = out.cast(DType::F32);
                trace.call(index, &out);
                let mut prediction = combined(out.clone(), guided);
                if let Some(skip) = guided.skip_layers.as_ref().filter(|skip| skip.acts(index, guided)) {
                    let alone = Guided { negative: None, ..guided.clone() };
                    let without =
                        network.forward(x, &[t], alone.text(dtype), alone.pooled(dtype), &skip.layers)?;
                    let conditional = out.narrow(0, 1, 1);
                    prediction = prediction + (conditional - without.cast(DType::F32)).mul_scalar(skip.scale);
                }
                Ok(prediction.into())
            }
            Self::Flux(network) => {
                let [_, _, h, w] = x.dims();
                let (rows, columns) = (h / 2, w / 2);
                let packed = pack(x);
                let guidance = [guided.scale as f32];
                let mut ask = |condition: &Condition| {
                    let inputs = FluxInputs {
                        // The reference divides by 1000 and multiplies again.
                        t: &[t / 1000.0 * 1000.0],
                        guidance: &guidance,
                        text: condition.text.clone().cast(dtype),
                        pooled: condition.pooled.clone().cast(dtype),
                    };
                    let out = network.forward(packed.clone(), rows, columns, inputs).cast(DType::F32);
                    trace.call(index, &out);
                    unpack(out, rows, columns)
                };
                let prediction = ask(&guided.positive);
                Ok(match &guided.negative {
                    Some(negative) => Guidance::new(guided.true_scale).combine(&prediction, &ask(negative)),
                    None => prediction,
                }
                .into())
            }
            Self::ZImage(network) => {
                // In 32 bits as in the reference: near 1000 the difference loses digits.
                let time = (1000.0 - t) / 1000.0;
                let mut ask = |condition: &Condition| {
                    let out = network
                        .forward(x.clone(), time, condition.text.clone().cast(dtype))?
                        .cast(DType::F32);
                    trace.call(index, &out);
                    Ok::<_, ModelError>(out)
                };
                let prediction = ask(&guided.positive)?;
                let prediction = match &guided.negative {
                    Some(negative) => {
                        let difference = prediction.clone() - ask(negative)?;
                        prediction + difference.mul_scalar(guided.scale)
                    }
                    None => prediction,
                };
                // The network predicts towards the picture.
                Ok(prediction.neg().into())
            }
        }
    }
}

impl SkipLayers {
    /// Whether it acts at a step (the reference's comparison, both ends open).
    fn acts(&self, index: usize, guided: &Guided) -> bool {
        let (index, steps) = (index as f64, guided.steps as f64);
        guided.negative.is_some() && index > steps * self.start && index < steps * self.stop
    }
}

impl Guided {
    /// How many predictions one step asks for at once.
    fn halves(&self) -> usize {
        1 + usize::from(self.negative.is_some())
    }

    /// The text states, those of the negative prompt first.
    fn text(&self, dtype: DType) -> Tensor<3> {
        match &self.negative {
            Some(negative) => Tensor::cat(
                vec![negative.text.clone().cast(dtype), self.positive.text.clone().cast(dtype)],
                0,
            ),
            None => self.positive.text.clone().cast(dtype),
        }
    }

    /// The pooled texts, in the same order.
    fn pooled(&self, dtype: DType) -> Tensor<2> {
        match &self.negative {
            Some(negative) => Tensor::cat(
                vec![negative.pooled.clone().cast(dtype), self.positive.pooled.clone().cast(dtype)],
                0,
            ),
            None => self.positive.pooled.clone().cast(dtype),
        }
    }
}

/// The latent once for each half.
fn repeated(x: Tensor<4>, count: usize) -> Tensor<4> {
    if count == 1 { x } else { Tensor::cat(vec![x; count], 0) }
}

/// The masks of both halves, the negative prompt's first.
fn stacked(guided: &Guided, of: impl Fn(&Condition) -> Option<Tensor<2, Bool>>) -> Option<Tensor<2, Bool>> {
    match &guided.negative {
        Some(negative) => Some(Tensor::cat(vec![of(negative)?, of(&guided.positive)?], 0)),
        None => of(&guided.positive),
    }
}

/// Guidance over both halves, the unconditional one first.
fn combined(out: Tensor<4>, guided: &Guided) -> Tensor<4> {
    if guided.negative.is_none() {
        return out;
    }
    Guidance::new(guided.scale).combine(&out.clone().narrow(0, 1, 1), &out.narrow(0, 0, 1))
}
