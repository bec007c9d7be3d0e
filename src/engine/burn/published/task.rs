//! One picture wanted of a published model, with every default filled in.

use std::path::PathBuf;

use burn::tensor::{Device, Tensor, TensorData};

use super::{
    bins::binned,
    network::{Config, SkipLayers},
    tensors::{noise_from_file, tensor_from_picture},
};
use crate::{
    diffusion::{Solver, mask_to_latent_area, mask_to_latent_nearest},
    engine::{
        EngineError, MAX_SIDE_PX, Request, Size,
        folder::{Family, ModelFolder},
    },
    raster::Mask,
};

/// Below this share of the pixels that PixArt was trained on, a picture is
/// painted at the size asked for; above it, at the nearest size of its table.
const LEAST_BINNED_SHARE: f64 = 0.5;

/// No side is painted larger, whatever a configuration says.
const MOST_PAINTED_PX: u32 = 2 * MAX_SIDE_PX;

/// Where pictures stand, in pixels: width and height.
pub(super) type SizePx = (u32, u32);

/// A picture to start from.
#[derive(Clone, Debug)]
pub(super) struct Start {
    /// `[1, 3, h, w]` at the painted size, -1..1.
    pub image: Tensor<4>,
    pub strength: f64,
    /// The draw from the autoencoder's posterior, in a latent's shape; from the seed when absent.
    pub posterior_noise: Option<Tensor<4>>,
}

/// Everything that a run needs to know.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub prompt: String,
    /// Other prompts for the second and third text encoder.
    pub prompt_2: Option<String>,
    pub prompt_3: Option<String>,
    pub negative: String,
    pub class: usize,
    /// The size painted.
    pub painted: SizePx,
    /// The size delivered.
    pub delivered: SizePx,
    pub steps: usize,
    pub guidance: f64,
    /// FLUX's classifier-free guidance.
    pub true_guidance: Option<f64>,
    pub skip_layers: Option<SkipLayers>,
    pub solver: Option<Solver>,
    pub seed: u64,
    /// The noise to begin with, in a latent's shape; from the seed when absent.
    pub noise: Option<Tensor<4>>,
    /// Whether latents are dumped as the noise came: packed (FLUX).
    pub packed: bool,
    pub start: Option<Start>,
    /// 1 where the latent is repainted, `[1, 1, h, w]`.
    pub mask: Option<Tensor<4>>,
    /// Tokens that a T5 or Qwen prompt is padded to; the pipeline's own when absent.
    pub max_tokens: Option<usize>,
    /// States of CLIP: how many blocks before the last but one.
    pub clip_skip: usize,
    /// Noise levels before the shift, instead of the pipeline's own.
    pub sigmas: Option<Vec<f64>>,
    /// The scheduler's folder within the model.
    pub scheduler: PathBuf,
}

impl Task {
    /// A text-to-image task with the family's defaults.
    pub fn new(config: &Config, painted: SizePx) -> Self {
        let (steps, guidance) = config.defaults();
        Self {
            prompt: String::new(),
            prompt_2: None,
            prompt_3: None,
            negative: String::new(),
            class: 0,
            painted,
            delivered: painted,
            steps: steps as usize,
            guidance: f64::from(guidance),
            true_guidance: None,
            skip_layers: None,
            solver: None,
            seed: 0,
            noise: None,
            packed: false,
            start: None,
            mask: None,
            max_tokens: match config {
                // A caption is padded to a multiple of 32, and two more places stand behind it.
                Config::ZImage(config) => {
                    Some((config.axes_lens[0].saturating_sub(2) / 32 * 32).clamp(1, 512))
                }
                _ => None,
            },
            clip_skip: 0,
            sigmas: None,
            scheduler: PathBuf::from("scheduler"),
        }
    }

    /// The task of a request. `scale` is how many pixels a latent cell stands
    /// for, a side. Warnings are added to `warnings`.
    ///
    /// # Errors
    /// [`EngineError::Request`] for noise that does not fit, an unknown class or solver.
    pub fn of_request(
        request: &Request,
        folder: &ModelFolder,
        config: &Config,
        scale: usize,
        device: &Device,
        warnings: &mut Vec<String>,
    ) -> Result<Self, EngineError> {
        let noise = request.noise.as_ref().map(|(file, name)| noise_from_file(file, name)).transpose()?;
        let channels = config.latent_channels();
        let cells = match noise.as_ref().map(|(_, shape)| shape.as_slice()) {
            Some(&[1, found, h, w]) if found == channels => Some((h, w)),
            _ => None,
        };
        let (painted, delivered) = sizes(request.size, cells, folder.family, config, scale, warnings);
        if painted.0.max(painted.1) > MOST_PAINTED_PX {
            return Err(EngineError::Model(format!(
                "a patch of {} cells of {scale} pixels each leaves no size that can be painted: {}",
                config.patch(),
                folder.path.display()
            )));
        }
        let (rows, columns) = (painted.1 as usize / scale, painted.0 as usize / scale);
        let shape = [1, channels, rows, columns];
        let mut task = Self { delivered, ..Self::new(config, painted) };
        if let (Some((values, found)), Some((file, name))) = (noise, &request.noise) {
            let packed_shape = [1, rows / 2 * (columns / 2), 4 * channels];
            task.packed = folder.family == Family::Flux && found == packed_shape;
            task.noise = if task.packed {
                let packed = Tensor::<3>::from_data(TensorData::new(values, packed_shape), device);
                Some(crate::models::flux::unpack(packed, rows / 2, columns / 2))
            } else if found == shape {
                Some(Tensor::from_data(TensorData::new(values, shape), device))
            } else {
                return Err(EngineError::Request(format!(
                    "the noise '{name}' is {found:?}, but a picture of {}x{} needs {shape:?}: {}",
                    painted.0,
                    painted.1,
                    file.display()
                )));
            };
        }
        task.prompt.clone_from(&request.prompt);
        task.negative.clone_from(&request.negative);
        task.seed = request.seed;
        task.steps = request.steps.map_or(task.steps, |steps| steps as usize);
        task.guidance = request.guidance.map_or(task.guidance, f64::from);
        task.solver = request.solver.as_deref().map(str::parse).transpose()?;
        match config {
            Config::Dit(config) => {
                task.class = class_of(request, folder, config.num_embeds_ada_norm)?;
            }
            _ if request.class.is_some() => {
                return Err(EngineError::Request(format!(
                    "{} paints from words, not from classes; leave the class out",
                    folder.family.name()
                )));
            }
            _ => {}
        }
        task.true_guidance = request.true_guidance.map(f64::from);
        match (config, task.true_guidance) {
            (Config::Flux(_), Some(scale)) if scale > 1.0 => {}
            (Config::Flux(_), _) if !request.negative.trim().is_empty() => {
                warnings.push(
                    "FLUX heeds a negative prompt only under a true guidance above 1; it is left out"
                        .to_owned(),
                );
            }
            (Config::Flux(_), _) | (_, None) => {}
            (_, Some(_)) => {
                return Err(EngineError::Request(format!(
                    "{} has no true guidance, only FLUX has; leave it out",
                    folder.family.name()
                )));
            }
        }
        if let Some(init) = &request.init {
            let picture = init.picture.resized(painted.0, painted.1)?;
            task.start = Some(Start {
                image: tensor_from_picture(&picture, device),
                strength: f64::from(init.strength),
                posterior_noise: None,
            });
        }
        if let Some(mask) = &request.mask {
            task.mask = Some(latent_mask(&mask.resized(painted.0, painted.1)?, columns, rows, device)?);
        }
        Ok(task)
    }
}

/// The size to paint at and the size to deliver.
fn sizes(
    wanted: Option<Size>,
    noise_cells: Option<(usize, usize)>,
    family: Family,
    config: &Config,
    scale: usize,
    warnings: &mut Vec<String>,
) -> (SizePx, SizePx) {
    let native =
        u32::try_from(config.native_cells().saturating_mul(scale)).unwrap_or(u32::MAX).min(MAX_SIDE_PX);
    let step = u32::try_from(config.patch().saturating_mul(scale)).unwrap_or(u32::MAX).min(1 << 24);
    let rounded = |(w, h): SizePx| {
        let near = |side: u32| (side + step / 2) / step * step;
        (near(w).max(step), near(h).max(step))
    };
    let wanted = wanted.map(|size| (size.width_px, size.height_px));
    let sample_size = match config {
        Config::PixArt(config) => config.sample_size,
        _ => 0,
    };
    if let Some((h, w)) = noise_cells {
        // The noise says what is painted; the size, how it is delivered.
        let painted = ((w * scale) as u32, (h * scale) as u32);
        let delivered = wanted.unwrap_or(painted);
        let fits =
            rounded(delivered) == painted || binned(sample_size, delivered.0, delivered.1) == Some(painted);
        if fits && rounded(painted) == painted {
            return (painted, delivered);
        }
    }
    let delivered = wanted.unwrap_or_else(|| rounded((native, native)));
    let share = f64::from(delivered.0) * f64::from(delivered.1) / (f64::from(native) * f64::from(native));
    let by_table = binned(sample_size, delivered.0, delivered.1)
        .filter(|_| noise_cells.is_none() && share >= LEAST_BINNED_SHARE);
    let mut painted = by_table.unwrap_or_else(|| rounded(delivered));
    let most = u32::try_from(config.most_cells().saturating_mul(scale)).unwrap_or(u32::MAX) / step * step;
    let longest = painted.0.max(painted.1);
    if longest > most {
        let shrink = |side: u32| (f64::from(side) * f64::from(most) / f64::from(longest)) as u32;
        painted = rounded((shrink(painted.0), shrink(painted.1)));
        painted = (painted.0.min(most), painted.1.min(most));
        warnings.push(format!(
            "{} paints at most {most} pixels a side; the picture is painted at {}x{} and enlarged",
            family.name(),
            painted.0,
            painted.1
        ));
    }
    (painted, delivered)
}

/// The class a request names: by index, or by a label that the prompt holds.
fn class_of(request: &Request, folder: &ModelFolder, classes: usize) -> Result<usize, EngineError> {
    if let Some(class) = request.class {
        let class = class as usize;
        return if class < classes {
            Ok(class)
        } else {
            Err(EngineError::Request(format!("there is no class {class}; use 0 to {}", classes - 1)))
        };
    }
    let prompt = format!(" {} ", words(&request.prompt));
    let named = folder
        .labels
        .iter()
        .flat_map(|(&id, label)| label.split(',').map(move |name| (id, words(name))))
        .filter(|(id, name)| *id < classes && !name.is_empty() && prompt.contains(&format!(" {name} ")))
        .max_by_key(|(id, name)| (name.len(), std::cmp::Reverse(*id)));
    named.map(|(id, _)| id).ok_or_else(|| {
        EngineError::Request(format!(
            "DiT paints classes, not words; give a class from 0 to {} or name one in the prompt",
            classes - 1
        ))
    })
}

/// Lower-case words parted by single spaces.
fn words(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The mask at the latent's size, by the reference's arithmetic: cut at the
/// middle of grey, then the nearest pixel.
///
/// A mask so thin that no cell's pixel lies in it takes every cell that it touches.
fn latent_mask(mask: &Mask, columns: usize, rows: usize, device: &Device) -> Result<Tensor<4>, EngineError> {
    let values: Vec<f32> = mask.repaint().iter().map(|&v| if v >= 128 { 1.0 } else { 0.0 }).collect();
    let from = (mask.width_px() as usize, mask.height_px() as usize);
    let mut cells = mask_to_latent_nearest(&values, from, (columns, rows))?;
    if !cells.contains(&1.0) {
        let touched: Vec<f32> = mask.repaint().iter().map(|&v| f32::from(v)).collect();
        cells = mask_to_latent_area(&touched, from, (columns, rows))?;
        cells.iter_mut().for_each(|cell| *cell = if *cell > 0.0 { 1.0 } else { 0.0 });
    }
    Ok(Tensor::from_data(TensorData::new(cells, [1, 1, rows, columns]), device))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{pixart::PixArtConfig, sd3::Sd3Config};

    fn of(config: &Config, wanted: Option<&str>, cells: Option<(usize, usize)>) -> (SizePx, SizePx, usize) {
        let mut warnings = Vec::new();
        let wanted = wanted.map(|size| size.parse().unwrap());
        let (painted, delivered) = sizes(wanted, cells, Family::Sd3, config, 8, &mut warnings);
        (painted, delivered, warnings.len())
    }

    #[test]
    fn sizes_are_multiples_of_a_patch_and_within_the_positions() {
        let config =
            Config::Sd3(Sd3Config { pos_embed_max_size: 12, sample_size: 16, ..Sd3Config::default() });
        assert_eq!(of(&config, None, None), ((128, 128), (128, 128), 0));
        assert_eq!(of(&config, Some("100x70"), None), ((96, 64), (100, 70), 0));
        assert_eq!(of(&config, Some("400x200"), None), ((192, 96), (400, 200), 1));
        assert_eq!(of(&config, None, Some((8, 12))), ((96, 64), (96, 64), 0));
    }

    #[test]
    fn pixart_paints_at_a_size_of_its_table() {
        let config = Config::PixArt(PixArtConfig { sample_size: 32, ..PixArtConfig::default() });
        assert_eq!(of(&config, Some("300x200"), None).0, (304, 208));
        // A small picture is painted as it is, and so is one whose noise says so.
        assert_eq!(of(&config, Some("64x64"), None).0, (64, 64));
        assert_eq!(of(&config, Some("300x200"), Some((26, 38))), ((304, 208), (300, 200), 0));
        assert_eq!(of(&config, Some("256x240"), Some((30, 32))), ((256, 240), (256, 240), 0));
    }

    #[test]
    fn classes_are_found_by_number_and_by_name() {
        let labels = [(1, "goldfish, Carassius auratus"), (7, "cock"), (9, "fish")];
        let folder = ModelFolder {
            path: "x".into(),
            pipeline: String::new(),
            family: Family::Dit,
            parts: Default::default(),
            labels: labels.map(|(id, label)| (id, label.to_owned())).into(),
        };
        let class = |prompt: &str, class| {
            class_of(&Request { class, ..Request::new(prompt, 0) }, &folder, 10).map_err(|e| e.to_string())
        };
        assert_eq!(class("", Some(3)), Ok(3));
        assert!(class("", Some(10)).unwrap_err().contains("0 to 9"));
        assert_eq!(class("A Goldfish, swimming", None), Ok(1));
        assert_eq!(class("a carassius auratus fish", None), Ok(1));
        assert!(class("a dragon", None).unwrap_err().contains("class"));
    }
}
