//! A trained model as the files that the program loads and that PyTorch reads.

use std::{fs, path::Path};

use burn::{
    store::{BurnToPyTorchAdapter, FloatCastAdapter, ModuleAdapter, ModuleSnapshot, SafetensorsStore},
    tensor::{DType, Device},
};
use serde::Serialize;

use super::{
    TrainError,
    checkpoint::{self, Checkpoint, Header},
    files::write_atomically,
    pupil::Pupil,
    tensors,
};
use crate::models::{
    ModelError,
    autoencoder::AutoencoderConfig,
    builtin::{self, Builtin, BuiltinConfig, Networks},
    dit::DitConfig,
    text_encoder::TextEncoderConfig,
};

/// The largest 16-bit float.
const F16_MAX: f32 = 65_504.0;

#[derive(Serialize)]
struct ConfigFile<'a> {
    autoencoder: &'a AutoencoderConfig,
    text_encoder: &'a TextEncoderConfig,
    dit: &'a DitConfig,
}

/// Writes `model.safetensors` (f16, keys and layout of the PyTorch recipe),
/// `config.json` and `tokenizer.json` into `out`, as `recipe/export.py` does.
///
/// # Errors
/// [`TrainError::File`]; [`TrainError::Settings`] for weights that are no
/// numbers or too large for 16-bit floats.
pub fn export(
    networks: &Networks,
    config: &BuiltinConfig,
    metadata: &[(&str, String)],
    out: &Path,
) -> Result<(), TrainError> {
    for (path, weight) in tensors::weights(networks) {
        if tensors::values(weight)?.iter().any(|value| value.abs() > F16_MAX || value.is_nan()) {
            return Err(TrainError::Settings(format!(
                "'{path}' holds what a 16-bit float cannot; the run diverged"
            )));
        }
    }
    let weights = weights_bytes(networks, metadata)?;
    let BuiltinConfig { autoencoder, text_encoder, dit } = config;
    let mut sizes = serde_json::to_string_pretty(&ConfigFile { autoencoder, text_encoder, dit })
        .map_err(|e| TrainError::Settings(e.to_string()))?;
    sizes.push('\n');
    let tokenizer = builtin::tokenizer()?
        .to_string(false)
        .map_err(|e| ModelError::Tokenizer { model: "built-in model".into(), why: e.to_string() })?;

    fs::create_dir_all(out).map_err(TrainError::writing(out))?;
    write_atomically(&out.join("tokenizer.json"), |file| file.write_all(tokenizer.as_bytes()))?;
    write_atomically(&out.join("config.json"), |file| file.write_all(sizes.as_bytes()))?;
    write_atomically(&out.join("model.safetensors"), |file| file.write_all(&weights))
}

/// Exports the averaged weights of the run in `work`, with the autoencoder that
/// it learned with. Returns where the run stands.
///
/// # Errors
/// As [`export`], and [`TrainError::Data`] where no run is.
pub fn export_run(work: &Path, out: &Path) -> Result<Header, TrainError> {
    let device = Device::flex();
    let path = work.join(checkpoint::FILE_NAME);
    let Checkpoint { header, pupil, optimizer } = Checkpoint::load(&path, &device)?.ok_or_else(|| {
        TrainError::data(work, "there is no training run to export; make one with `vignette train run`")
    })?;
    let Pupil { text_encoder, dit } = optimizer.averaged(pupil)?;
    let teacher = Builtin::load(&device)?;
    let networks = Networks { autoencoder: teacher.networks().autoencoder.clone(), text_encoder, dit };
    let config = BuiltinConfig {
        autoencoder: teacher.config().autoencoder.clone(),
        text_encoder: header.config.text_encoder.clone(),
        dit: header.config.dit.clone(),
    };
    let metadata = [("pictures_seen", header.pictures.to_string()), ("steps", header.step.to_string())];
    export(&networks, &config, &metadata, out)?;
    Ok(header)
}

fn weights_bytes(networks: &Networks, metadata: &[(&str, String)]) -> Result<Vec<u8>, TrainError> {
    let wrong = |why: String| ModelError::Weights { model: "trained model".into(), why };
    let mut store = SafetensorsStore::from_bytes(None)
        .with_to_adapter(BurnToPyTorchAdapter.chain(FloatCastAdapter::to(DType::F16)))
        .clear_metadata();
    for (key, value) in metadata {
        store = store.metadata(*key, value.clone());
    }
    networks.save_into(&mut store).map_err(|e| wrong(e.to_string()))?;
    Ok(store.get_bytes().map_err(|e| wrong(e.to_string()))?)
}
