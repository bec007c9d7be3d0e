//! Whether a model folder can be painted with, found by opening every part of
//! it as painting does.
//!
//! On the CPU large weights stay in their files, so this reads configurations,
//! tokenizers, headers and what is small, one part after another.

use std::path::Path;

use burn::tensor::{DType, Device};

use super::{
    network::{Config, Network},
    parts::Vae,
    run::sampler_of,
    task::Task,
    text::Encoders,
};
use crate::engine::{EngineError, folder::ModelFolder};

/// What painting with a whole model would refuse: a sentence a part that names
/// the file, what was found in it and what was expected. Empty when all parts
/// are sound.
pub fn problems(path: &Path) -> Vec<String> {
    let device = Device::flex();
    let config = ModelFolder::open(path)
        .map_err(EngineError::from)
        .and_then(|folder| Ok((Config::read(&folder)?, folder)));
    let (config, folder) = match config {
        Ok(found) => found,
        Err(error) => return vec![error.to_string()],
    };
    let scheduler = || {
        // Where the autoencoder does not say, it is told of below.
        let scale = Vae::scale_of(&folder).unwrap_or(8);
        let side = u32::try_from(config.native_cells().saturating_mul(scale)).unwrap_or(u32::MAX);
        sampler_of(&folder, &config, &Task::new(&config, (side, side)), scale)
    };
    // Each is dropped before the next one is opened.
    let outcomes: [(&str, Result<(), EngineError>); 4] = [
        ("scheduler", scheduler().map(drop)),
        ("text encoders", Encoders::load(&folder, &config, &device).map(drop)),
        ("transformer", Network::load(&config, &folder, &device, DType::F32).map(drop)),
        ("vae", Vae::load(&folder, &device).map(drop)),
    ];
    outcomes.into_iter().filter_map(|(part, outcome)| Some(format!("{part}: {}", outcome.err()?))).collect()
}
