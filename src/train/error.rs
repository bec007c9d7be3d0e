//! What can go wrong in training.

use std::path::{Path, PathBuf};

use crate::{diffusion::DiffusionError, models::ModelError, raster::RasterError};

/// Why training could not begin or go on. Each is one sentence that says what
/// to do.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Training data that is missing or not in the expected form.
    #[error("{why}: {}", path.display())]
    Data {
        /// What is wrong and what to do.
        why: String,
        /// The file or folder.
        path: PathBuf,
    },
    /// A setting that cannot be used, or that does not fit the run it resumes.
    #[error("{0}")]
    Settings(String),
    /// A checkpoint that cannot be read.
    #[error("the checkpoint cannot be used ({why}); take another work folder: {}", path.display())]
    Checkpoint {
        /// What is wrong.
        why: String,
        /// The file.
        path: PathBuf,
    },
    /// A file that cannot be read or written.
    #[error("the file cannot be {verb} ({source}): {}", path.display())]
    File {
        /// `read` or `written`.
        verb: &'static str,
        /// What the system said.
        source: std::io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The loss is no number any more.
    #[error(
        "the loss of step {step} is not a number; resume from the last checkpoint with a smaller learning rate"
    )]
    Diverged {
        /// The step that found it.
        step: u64,
    },
    /// The device failed.
    #[error("the device failed ({0}); a smaller batch may help")]
    Device(String),
    /// The network does not fit.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Sampling failed.
    #[error(transparent)]
    Diffusion(#[from] DiffusionError),
    /// A picture could not be made or written.
    #[error(transparent)]
    Picture(#[from] RasterError),
    /// The user asked to stop.
    #[error("stopped")]
    Interrupted,
}

impl TrainError {
    /// Whether what was asked for is at fault, rather than the work.
    pub fn is_bad_input(&self) -> bool {
        matches!(self, Self::Data { .. } | Self::Settings(_) | Self::Checkpoint { .. })
    }

    pub(super) fn data(path: &Path, why: impl Into<String>) -> Self {
        Self::Data { why: why.into(), path: path.to_owned() }
    }

    pub(super) fn reading(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { verb: "read", source, path }
    }

    pub(super) fn writing(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { verb: "written", source, path }
    }
}
