//! The LoRAs of a request: which parts of a model they change, and how they
//! get into those parts.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::text::Encoders;
use crate::{
    engine::{EngineError, folder::ModelFolder},
    models::{
        ModelError,
        lora::{Adapters, Lora, TRANSFORMER},
        weights::Renames,
    },
};

/// One LoRA.
#[derive(Clone, PartialEq, Debug)]
struct Change {
    file: PathBuf,
    scale: f32,
    /// The parts of the model that it changes.
    parts: BTreeSet<String>,
    /// What it would change too, but the model has not.
    spare: Vec<String>,
}

/// The LoRAs of a request. Their numbers are read where they go, as they may
/// be large and parts come and go.
#[derive(Default)]
pub(super) struct Changes {
    wanted: Vec<(PathBuf, f32)>,
    changes: Vec<Change>,
}

impl Changes {
    /// Looks into the files.
    ///
    /// # Errors
    /// [`EngineError::Model`] for a file that cannot be read or changes nothing of this model.
    pub fn open(wanted: &[(PathBuf, f32)], folder: &ModelFolder) -> Result<Self, EngineError> {
        let mut changes = Vec::new();
        for (file, scale) in wanted {
            let lora = Lora::open(file)?;
            let (parts, spare): (Vec<&str>, Vec<&str>) =
                lora.parts().into_iter().partition(|part| *part == TRANSFORMER || folder.has(part));
            if parts.is_empty() {
                return Err(EngineError::Model(format!(
                    "the LoRA changes the {}, which this {} model has not: {}",
                    spare.join(", "),
                    folder.family.name(),
                    file.display()
                )));
            }
            changes.push(Change {
                file: file.clone(),
                scale: *scale,
                parts: parts.into_iter().map(str::to_owned).collect(),
                spare: spare.into_iter().map(str::to_owned).collect(),
            });
        }
        Ok(Self { wanted: wanted.to_vec(), changes })
    }

    /// What was asked for.
    pub fn wanted(&self) -> &[(PathBuf, f32)] {
        &self.wanted
    }

    /// What of it changes text encoders, and so what prompts become.
    pub fn of_text(&self) -> Vec<(&Path, f32)> {
        let of_text = |change: &&Change| change.parts.iter().any(|part| part != TRANSFORMER);
        self.changes.iter().filter(of_text).map(|change| (change.file.as_path(), change.scale)).collect()
    }

    /// What is left out, a sentence each.
    pub fn warnings(&self) -> impl Iterator<Item = String> {
        self.changes.iter().filter(|change| !change.spare.is_empty()).map(|change| {
            format!(
                "the LoRA's changes to the {}, which the model has not, are left out: {}",
                change.spare.join(", "),
                change.file.display()
            )
        })
    }

    /// Puts what concerns these parts into their slots, in place of what was
    /// there. On an error nothing is left in them.
    fn apply(&self, parts: &[(&str, &Adapters, Renames)]) -> Result<(), ModelError> {
        let clear = || parts.iter().for_each(|(_, adapters, _)| adapters.clear());
        clear();
        for change in &self.changes {
            if !parts.iter().any(|(part, ..)| change.parts.contains(*part)) {
                continue;
            }
            let lora = Lora::open(&change.file)?;
            for (part, adapters, renames) in parts.iter().filter(|(part, ..)| change.parts.contains(*part)) {
                adapters.add(&lora, part, renames, f64::from(change.scale)).inspect_err(|_| clear())?;
            }
        }
        Ok(())
    }
}

/// Changes the transformer.
///
/// # Errors
/// [`EngineError::Model`], when a file does not fit it.
pub(super) fn apply_to_transformer(
    changes: &Changes,
    adapters: &Adapters,
    renames: &Renames,
) -> Result<(), EngineError> {
    Ok(changes.apply(&[(TRANSFORMER, adapters, renames.clone())])?)
}

/// Changes the text encoders.
///
/// # Errors
/// [`EngineError::Model`], when a file does not fit them.
pub(super) fn apply_to_encoders(changes: &Changes, encoders: &Encoders) -> Result<(), EngineError> {
    Ok(changes.apply(&encoders.adapters())?)
}
