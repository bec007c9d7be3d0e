//! What a model folder holds, read from its JSON files and the headers of its
//! weights alone: cheap for a folder of any size, and nothing in it is executed.

mod files;
mod inspect;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Serialize;
use serde_json::Value;

pub(super) use inspect::memory_needed;
pub use inspect::{FolderReport, PartReport, SCHEDULERS, inspect};

use files::{pickled, read_json};

/// Why a folder is not usable. Each names the file and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Not a folder of any model.
    #[error("{why}: {}", path.display())]
    Unusable {
        /// What is wrong and what to do.
        why: String,
        /// Which file or folder.
        path: PathBuf,
    },
}

fn unusable(path: &Path, why: impl Into<String>) -> FolderError {
    FolderError::Unusable { why: why.into(), path: path.to_owned() }
}

/// A published family.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Family {
    /// Class-conditional DiT (Peebles and Xie 2023).
    #[serde(rename = "DiT")]
    Dit,
    /// PixArt-alpha (Chen et al. 2023).
    #[serde(rename = "PixArt-alpha")]
    PixArtAlpha,
    /// PixArt-Sigma (Chen et al. 2024).
    #[serde(rename = "PixArt-Sigma")]
    PixArtSigma,
    /// Stable Diffusion 3 and 3.5 (Esser et al. 2024).
    #[serde(rename = "SD3")]
    Sd3,
    /// FLUX.1 (Black Forest Labs 2024).
    #[serde(rename = "FLUX.1")]
    Flux,
    /// Z-Image (Tongyi 2025).
    #[serde(rename = "Z-Image")]
    ZImage,
}

impl Family {
    /// The family of a pipeline class.
    fn of_pipeline(class: &str) -> Option<Self> {
        Some(match class {
            "DiTPipeline" => Self::Dit,
            "PixArtAlphaPipeline" => Self::PixArtAlpha,
            "PixArtSigmaPipeline" => Self::PixArtSigma,
            "StableDiffusion3Pipeline"
            | "StableDiffusion3Img2ImgPipeline"
            | "StableDiffusion3InpaintPipeline" => Self::Sd3,
            "FluxPipeline" | "FluxImg2ImgPipeline" | "FluxInpaintPipeline" => Self::Flux,
            "ZImagePipeline" | "ZImageImg2ImgPipeline" => Self::ZImage,
            _ => return None,
        })
    }

    /// Its name for the writer.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dit => "DiT",
            Self::PixArtAlpha => "PixArt-alpha",
            Self::PixArtSigma => "PixArt-Sigma",
            Self::Sd3 => "SD3",
            Self::Flux => "FLUX.1",
            Self::ZImage => "Z-Image",
        }
    }

    /// The parts that its pipeline needs, and those it can do without.
    fn parts(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Dit => (&["scheduler", "transformer", "vae"], &[]),
            Self::PixArtAlpha | Self::PixArtSigma | Self::ZImage => {
                (&["scheduler", "tokenizer", "text_encoder", "transformer", "vae"], &[])
            }
            Self::Sd3 => (
                &[
                    "scheduler",
                    "tokenizer",
                    "text_encoder",
                    "tokenizer_2",
                    "text_encoder_2",
                    "transformer",
                    "vae",
                ],
                &["tokenizer_3", "text_encoder_3"],
            ),
            Self::Flux => (
                &[
                    "scheduler",
                    "tokenizer",
                    "text_encoder",
                    "tokenizer_2",
                    "text_encoder_2",
                    "transformer",
                    "vae",
                ],
                &[],
            ),
        }
    }
}

/// A folder in the layout of diffusers: its `model_index.json`.
#[derive(Clone, Debug)]
pub struct ModelFolder {
    /// The folder.
    pub path: PathBuf,
    /// The pipeline's class, as the folder names it.
    pub pipeline: String,
    /// Its family.
    pub family: Family,
    /// Parts by name with their classes; parts declared absent are left out.
    pub parts: BTreeMap<String, String>,
    /// Names of classes by index, where the folder has them.
    pub labels: BTreeMap<usize, String>,
}

impl ModelFolder {
    /// Reads `model_index.json`.
    ///
    /// # Errors
    /// [`FolderError`] when there is none, or its pipeline is not supported, by name.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let index = path.join("model_index.json");
        if !path.is_dir() {
            return Err(unusable(path, "this is no folder; give the folder that holds model_index.json"));
        }
        if !index.is_file() {
            let why = match pickled(path) {
                Some(file) => format!(
                    "{file} is a pickled checkpoint, which could run code; convert it to safetensors in the diffusers layout"
                ),
                None => {
                    "there is no model_index.json; give a model folder in the diffusers layout".to_owned()
                }
            };
            return Err(unusable(path, why));
        }
        let value = read_json(&index)?;
        let pipeline = value.get("_class_name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let family = Family::of_pipeline(&pipeline).ok_or_else(|| {
            unusable(
                &index,
                format!(
                    "the pipeline '{pipeline}' is not supported; supported are DiT, PixArt-alpha, PixArt-Sigma, SD3, FLUX.1 and Z-Image"
                ),
            )
        })?;
        let map = value.as_object().cloned().unwrap_or_default();
        let parts = map
            .iter()
            .filter(|(name, _)| !name.starts_with('_'))
            .filter_map(|(name, value)| {
                let class = value.as_array()?.get(1)?.as_str()?;
                Some((name.clone(), class.to_owned()))
            })
            .collect();
        let labels = map
            .get("id2label")
            .and_then(Value::as_object)
            .map(|labels| {
                labels
                    .iter()
                    .filter_map(|(id, label)| Some((id.parse().ok()?, label.as_str()?.to_owned())))
                    .collect()
            })
            .unwrap_or_default();
        Ok(Self { path: path.to_owned(), pipeline, family, parts, labels })
    }

    /// Whether the folder declares a part.
    pub fn has(&self, part: &str) -> bool {
        self.parts.contains_key(part)
    }

    /// The folder of a part.
    pub fn part(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

#[cfg(test)]
mod tests;
