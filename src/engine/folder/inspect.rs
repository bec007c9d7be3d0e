//! What a folder holds, what it lacks and what it needs.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Serialize;
use serde_json::Value;

use super::{
    super::{MAX_SIDE_PX, MIN_SIDE_PX, memory},
    Family, FolderError, ModelFolder,
    files::{
        bytes_below, is_lora, licence, read_header, read_json, subfolders, weight_files,
        weight_files_complete,
    },
    unusable,
};

/// The schedulers that are followed (`diffusion::SchedulerConfig`).
pub const SCHEDULERS: [&str; 5] = [
    "DDPMScheduler",
    "DDIMScheduler",
    "DPMSolverMultistepScheduler",
    "EulerDiscreteScheduler",
    "FlowMatchEulerDiscreteScheduler",
];

/// One part of a model, as [`inspect`] finds it.
#[derive(Clone, Debug, Serialize)]
pub struct PartReport {
    /// The folder's name.
    pub name: String,
    /// Its class, where one is declared.
    pub class: String,
    /// Numbers in its weights; 0 for a part without weights.
    pub parameters: u64,
    /// Bytes of memory that they take on the CPU: those stored in half width
    /// stay so but for the autoencoder's, the others are 32-bit floats.
    pub memory_bytes: u64,
    /// Bytes on disk, weights and all.
    pub bytes: u64,
    /// How the weights are stored, largest share first: `F32`, `F16`, `BF16`.
    pub stored: Vec<String>,
}

/// What a folder is, as [`inspect`] finds it.
#[derive(Clone, Debug, Serialize)]
pub struct FolderReport {
    /// The folder.
    pub path: PathBuf,
    /// What it is, in words.
    pub kind: String,
    /// The family, for a whole model.
    pub family: Option<Family>,
    /// Its pipeline's class, for a whole model.
    pub pipeline: Option<String>,
    /// The parts found.
    pub parts: Vec<PartReport>,
    /// The licence as the folder states it.
    pub licence: Option<String>,
    /// What is missing or not usable, one sentence with its file each, begun by
    /// the part's name; empty for a usable model.
    pub problems: Vec<String>,
    /// Bytes on disk in all.
    pub bytes: u64,
    /// Numbers in all weights.
    pub parameters: u64,
    /// Memory that painting needs on the CPU, one part after another and the text
    /// encoders together, in bytes.
    pub memory_needed_bytes: u64,
    /// Memory with all parts resident, in bytes.
    pub memory_for_all_bytes: u64,
    /// Memory that is free on this machine, where the system tells.
    pub memory_available_bytes: Option<u64>,
    /// Whether the need is met; unknown where the system does not tell.
    pub fits: Option<bool>,
    /// The side of the square pictures that it was trained on, in pixels, for
    /// a whole model.
    pub native_side_px: Option<u32>,
}

impl FolderReport {
    /// Whether the model can be painted with.
    pub fn usable(&self) -> bool {
        self.family.is_some() && self.problems.is_empty()
    }
}

/// Looks at a folder: a whole model, a single part, or a folder of parts.
///
/// # Errors
/// [`FolderError`] when it holds no model at all or one of an unsupported kind.
pub fn inspect(path: &Path) -> Result<FolderReport, FolderError> {
    let mut problems = Vec::new();
    let mut parts = Vec::new();
    let (kind, family, pipeline);
    if path.join("model_index.json").is_file() {
        let folder = ModelFolder::open(path)?;
        let (needed, optional) = folder.family.parts();
        for &name in needed.iter().chain(optional) {
            match folder.parts.get(name) {
                Some(class) => parts.push(inspect_part(&folder.part(name), name, class, &mut problems)),
                None if needed.contains(&name) => {
                    let why = format!("model_index.json names no {name}, which {} needs", folder.pipeline);
                    problems.push(unusable(&path.join("model_index.json"), why).to_string());
                }
                None => {}
            }
        }
        kind = format!("{} model", folder.family.name());
        (family, pipeline) = (Some(folder.family), Some(folder.pipeline));
    } else {
        if !path.is_dir() {
            return Err(unusable(path, "this is no folder; give the folder of a model"));
        }
        (family, pipeline) = (None, None);
        if path.join("config.json").is_file() || path.join("scheduler_config.json").is_file() {
            parts.push(inspect_part(path, "", "", &mut problems));
            kind = "part of a model".to_owned();
        } else {
            for folder in subfolders(path) {
                let name =
                    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let holds =
                    ["config.json", "scheduler_config.json", "tokenizer_config.json", "adapter_config.json"]
                        .iter()
                        .any(|file| folder.join(file).is_file());
                if holds || weight_files(&folder).iter().any(|file| is_lora(file)) {
                    parts.push(inspect_part(&folder, &name, "", &mut problems));
                }
            }
            kind = if parts.is_empty() { "reference cases" } else { "folder of parts" }.to_owned();
            if parts.is_empty() && !path.join("expected.json").is_file() {
                // The same error as for painting: it says what a model folder has.
                ModelFolder::open(path)?;
            }
        }
    }
    let parameters = parts.iter().fold(0u64, |sum, part: &PartReport| sum.saturating_add(part.parameters));
    let all = parts.iter().fold(0u64, |sum, part| sum.saturating_add(part.memory_bytes));
    // The text encoders are resident together, everything else one after another.
    let together = |part: &&PartReport| part.name.starts_with("text_encoder");
    let text = parts.iter().filter(together).fold(0u64, |sum, part| sum.saturating_add(part.memory_bytes));
    let largest = parts.iter().map(|part| part.memory_bytes).max().unwrap_or(0).max(text);
    let vae = parts.iter().find(|part| part.name == "vae").map_or(0, |part| part.memory_bytes);
    let memory_needed_bytes = memory_needed(largest, if largest == vae { 0 } else { vae });
    let memory_available_bytes = memory::available_bytes();
    Ok(FolderReport {
        path: path.to_owned(),
        kind,
        family,
        pipeline,
        licence: licence(path),
        problems,
        bytes: bytes_below(path),
        parameters,
        memory_needed_bytes,
        memory_for_all_bytes: memory_needed(all, 0),
        memory_available_bytes,
        fits: memory_available_bytes.map(|available| memory_needed_bytes <= available),
        native_side_px: family.map(|family| native_side_px(path, family)),
        parts,
    })
}

/// Memory for a largest part and the autoencoder that stays beside it, in
/// bytes: a tenth on top for what is computed.
pub(in crate::engine) fn memory_needed(largest: u64, autoencoder: u64) -> u64 {
    let bytes = largest.saturating_add(autoencoder);
    bytes.saturating_add(bytes / 10)
}

/// What the transformer's `sample_size` (in latent cells of 8 pixels) says;
/// 1024 where it says nothing, as in FLUX.1 and Z-Image.
fn native_side_px(folder: &Path, family: Family) -> u32 {
    let config = read_json(&folder.join("transformer/config.json")).unwrap_or_default();
    let cells = config.get("sample_size").and_then(Value::as_u64);
    match (family, cells) {
        (Family::Flux | Family::ZImage, _) | (_, None) => 1024,
        (_, Some(cells)) => {
            let side = u32::try_from(cells.saturating_mul(8)).unwrap_or(MAX_SIDE_PX);
            side.clamp(MIN_SIDE_PX, MAX_SIDE_PX)
        }
    }
}

fn inspect_part(folder: &Path, name: &str, class: &str, problems: &mut Vec<String>) -> PartReport {
    let label = if name.is_empty() { "this part" } else { name };
    let mut report = PartReport {
        name: name.to_owned(),
        class: class.to_owned(),
        parameters: 0,
        memory_bytes: 0,
        bytes: bytes_below(folder),
        stored: Vec::new(),
    };
    if !folder.is_dir() {
        problems.push(unusable(folder, format!("{label} is missing; download the whole model")).to_string());
        return report;
    }
    let mut complain = |error: FolderError| problems.push(format!("{label}: {error}"));
    if name.starts_with("tokenizer") {
        let known = ["tokenizer.json", "spiece.model", "vocab.json"];
        if !known.iter().any(|file| folder.join(file).is_file()) {
            complain(unusable(folder, format!("there is no {}", known.join(", "))));
        }
        return report;
    }
    if folder.join("scheduler_config.json").is_file() || name.starts_with("scheduler") {
        let file = folder.join("scheduler_config.json");
        match read_json(&file) {
            Ok(config) => {
                // The file counts, whatever model_index.json says.
                let class = class_of(&config);
                if !SCHEDULERS.contains(&class.as_str()) {
                    let why =
                        format!("the scheduler {class} is unknown; known are {}", SCHEDULERS.join(", "));
                    complain(unusable(&file, why));
                }
                report.class = class;
            }
            Err(error) => complain(error),
        }
        return report;
    }
    if !folder.join("adapter_config.json").is_file() && weight_files(folder).iter().all(|file| !is_lora(file))
    {
        match read_json(&folder.join("config.json")) {
            Ok(config) if report.class.is_empty() => report.class = class_of(&config),
            Ok(_) => {}
            Err(error) => complain(error),
        }
    }
    let files = match weight_files_complete(folder) {
        Ok(files) => files,
        Err(error) => {
            complain(error);
            return report;
        }
    };
    let mut stored: BTreeMap<String, u64> = BTreeMap::new();
    for file in files {
        match read_header(&file) {
            Ok(tensors) => {
                for (dtype, count) in tensors {
                    // The autoencoder's convolutions are widened when they are loaded.
                    let stays = matches!(dtype.as_str(), "F16" | "BF16") && name != "vae";
                    let width = if stays { 2 } else { 4 };
                    report.parameters = report.parameters.saturating_add(count);
                    report.memory_bytes = report.memory_bytes.saturating_add(count.saturating_mul(width));
                    let sum = stored.entry(dtype).or_default();
                    *sum = sum.saturating_add(count);
                }
            }
            Err(error) => complain(error),
        }
    }
    let mut stored: Vec<(String, u64)> = stored.into_iter().collect();
    stored.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    report.stored = stored.into_iter().map(|(dtype, _)| dtype).collect();
    report
}

/// The class that a configuration names.
fn class_of(config: &Value) -> String {
    let class = config.get("_class_name").or_else(|| config.get("architectures")?.get(0));
    class.and_then(Value::as_str).unwrap_or_default().to_owned()
}
