//! Everything that a run needs to go on, in one file that is replaced at once.
//!
//! A safetensors file: `weights/`, `average/`, `moment_1/` and `moment_2/`
//! before the path of each weight, flat f32 in burn's layout, and a
//! [`Header`] as JSON in the metadata. The random streams need no state of
//! their own: those of a step depend on seed and step alone.

use std::{collections::HashMap, fs, path::Path};

use burn::tensor::Device;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use super::{
    TrainError,
    files::write_atomically,
    optimizer::Optimizer,
    pupil::{Pupil, PupilConfig},
    settings::Settings,
    tensors::{self, Named},
};

/// The file's name in a work folder.
pub const FILE_NAME: &str = "checkpoint.safetensors";
/// The form of the file that this program writes.
const VERSION: u32 = 1;
const HEADER_KEY: &str = "vignette_train";
const PARTS: [&str; 4] = ["weights", "moment_1", "moment_2", "average"];

/// Where a run stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Header {
    /// Steps done.
    pub step: u64,
    /// Pictures learned from so far, each time counted.
    pub pictures: u64,
    /// Minutes of training so far.
    pub minutes: f64,
    /// What the run was asked to do.
    pub settings: Settings,
    /// Sizes of the networks.
    pub config: PupilConfig,
}

#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    version: u32,
    #[serde(flatten)]
    rest: T,
}

/// A run that can go on.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// Where it stands.
    pub header: Header,
    /// The networks, on a device without autodiff.
    pub pupil: Pupil,
    /// Moments and averaged weights.
    pub optimizer: Optimizer,
}

impl Checkpoint {
    /// Writes it; an older file stays whole until this one is on the disk.
    ///
    /// # Errors
    /// [`TrainError::File`], [`TrainError::Device`].
    pub fn save(&self, path: &Path) -> Result<(), TrainError> {
        let bytes = self.to_bytes(path)?;
        write_atomically(path, |out| out.write_all(&bytes))
    }

    fn to_bytes(&self, path: &Path) -> Result<Vec<u8>, TrainError> {
        let [moment_1, moment_2, average] = self.optimizer.parts();
        let parts = [tensors::weights(&self.pupil), moment_1, moment_2, average];
        let mut stored: Vec<(String, Vec<u8>)> = Vec::new();
        for (name, part) in PARTS.iter().zip(parts) {
            for (path, tensor) in part {
                let bytes = tensors::values(tensor)?.into_iter().flat_map(f32::to_le_bytes).collect();
                stored.push((format!("{name}/{path}"), bytes));
            }
        }
        let wrong = |why: String| TrainError::Checkpoint { why, path: path.to_owned() };
        let views = stored
            .iter()
            .map(|(name, bytes)| {
                TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes).map(|view| (name.as_str(), view))
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| wrong(e.to_string()))?;
        let header = Versioned { version: VERSION, rest: &self.header };
        let header = serde_json::to_string(&header).map_err(|e| wrong(e.to_string()))?;
        let metadata = HashMap::from([(HEADER_KEY.to_owned(), header)]);
        safetensors::serialize(views, Some(metadata)).map_err(|e| wrong(e.to_string()))
    }

    /// Reads one onto a device without autodiff; `None` where there is no file.
    ///
    /// # Errors
    /// [`TrainError::Checkpoint`] for another kind of file or one of a newer
    /// program.
    pub fn load(path: &Path, device: &Device) -> Result<Option<Self>, TrainError> {
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(TrainError::reading(path))?,
        };
        Self::from_bytes(&bytes, device)
            .map(Some)
            .map_err(|why| TrainError::Checkpoint { why, path: path.to_owned() })
    }

    fn from_bytes(bytes: &[u8], device: &Device) -> Result<Self, String> {
        let text = |e: safetensors::SafeTensorError| e.to_string();
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(text)?;
        let file = SafeTensors::deserialize(bytes).map_err(text)?;
        let header = metadata.metadata().as_ref().and_then(|found| found.get(HEADER_KEY));
        let header = header.ok_or("it is no checkpoint of a training run")?;
        // The version comes first: what follows may have changed with it.
        let version: Versioned<serde_json::Value> =
            serde_json::from_str(header).map_err(|e| e.to_string())?;
        if version.version > VERSION {
            return Err(format!(
                "it is of version {}, and this program knows up to {VERSION}",
                version.version
            ));
        }
        let Versioned { rest: header, .. } =
            serde_json::from_str::<Versioned<Header>>(header).map_err(|e| e.to_string())?;

        let mut parts = PARTS.map(|_| Named::new());
        for (name, view) in file.iter() {
            let (part, path) = name.split_once('/').ok_or_else(|| format!("'{name}' is not known"))?;
            let index = PARTS.iter().position(|known| *known == part);
            let index = index.ok_or_else(|| format!("'{name}' is not known"))?;
            if view.dtype() != Dtype::F32 {
                return Err(format!("'{name}' is {:?}, not F32", view.dtype()));
            }
            let values =
                view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            parts[index].insert(path.to_owned(), tensors::from_values(values, device));
        }
        let [weights, moment_1, moment_2, average] = parts;
        let pupil = Pupil::new(&header.config, 0, device).map_err(|e| e.to_string())?;
        let pupil = tensors::with_weights(pupil, &weights)?;
        let optimizer = Optimizer::from_parts(&pupil, [moment_1, moment_2, average], header.step)?;
        Ok(Self { header, pupil, optimizer })
    }
}
