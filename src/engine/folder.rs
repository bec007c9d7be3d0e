//! What a model folder holds, read from its JSON files and the headers of its
//! weights alone: cheap for a folder of any size, and nothing in it is executed.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use serde::Serialize;
use serde_json::Value;

use super::{MAX_SIDE_PX, MIN_SIDE_PX, memory};

/// The most bytes that the header of a safetensors file may have; the format's own limit.
const MOST_HEADER_BYTES: u64 = 100 << 20;

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

/// One part of a model, as [`inspect`] finds it.
#[derive(Clone, Debug, Serialize)]
pub struct PartReport {
    /// The folder's name.
    pub name: String,
    /// Its class, where one is declared.
    pub class: String,
    /// Numbers in its weights; 0 for a part without weights.
    pub parameters: u64,
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
    /// What is missing or not usable, one sentence each; empty for a usable model.
    pub problems: Vec<String>,
    /// Bytes on disk in all.
    pub bytes: u64,
    /// Numbers in all weights.
    pub parameters: u64,
    /// Memory that painting needs in 32-bit floats, one part after another, in bytes.
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
                    problems
                        .push(format!("model_index.json names no {name}, which {} needs", folder.pipeline));
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
    let parameters = parts.iter().map(|part: &PartReport| part.parameters).sum();
    let largest = parts.iter().map(|part| part.parameters).max().unwrap_or(0);
    let vae = parts.iter().find(|part| part.name == "vae").map_or(0, |part| part.parameters);
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
        memory_for_all_bytes: memory_needed(parameters, 0),
        memory_available_bytes,
        fits: memory_available_bytes.map(|available| memory_needed_bytes <= available),
        native_side_px: family.map(|family| native_side_px(path, family)),
        parts,
    })
}

/// Memory for a largest part and the autoencoder beside it, in bytes: four
/// bytes a number, and a tenth on top for what is computed.
pub(super) fn memory_needed(largest: u64, autoencoder: u64) -> u64 {
    let numbers = largest.saturating_add(autoencoder);
    numbers.saturating_mul(4).saturating_add(numbers.saturating_mul(4) / 10)
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
        bytes: bytes_below(folder),
        stored: Vec::new(),
    };
    if !folder.is_dir() {
        problems.push(format!("the folder {label} is missing; download the whole model"));
        return report;
    }
    let mut complain = |why: String| problems.push(format!("{label}: {why}"));
    if name.starts_with("tokenizer") {
        let known = ["tokenizer.json", "spiece.model", "vocab.json"];
        if !known.iter().any(|file| folder.join(file).is_file()) {
            complain(format!("there is no {}", known.join(", ")));
        }
        return report;
    }
    if folder.join("scheduler_config.json").is_file() || name.starts_with("scheduler") {
        match read_json(&folder.join("scheduler_config.json")) {
            Ok(config) if report.class.is_empty() => report.class = class_of(&config),
            Ok(_) => {}
            Err(error) => complain(error.to_string()),
        }
        return report;
    }
    if !folder.join("adapter_config.json").is_file() && weight_files(folder).iter().all(|file| !is_lora(file))
    {
        match read_json(&folder.join("config.json")) {
            Ok(config) if report.class.is_empty() => report.class = class_of(&config),
            Ok(_) => {}
            Err(error) => complain(error.to_string()),
        }
    }
    let files = match weight_files_complete(folder) {
        Ok(files) => files,
        Err(why) => {
            complain(why);
            return report;
        }
    };
    let mut stored: BTreeMap<String, u64> = BTreeMap::new();
    for file in files {
        match read_header(&file) {
            Ok(tensors) => {
                for (dtype, count) in tensors {
                    report.parameters += count;
                    *stored.entry(dtype).or_default() += count;
                }
            }
            Err(error) => complain(error.to_string()),
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

fn is_lora(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().contains("lora"))
}

/// The safetensors files of a folder, without those of a variant where the
/// plain one is there.
fn weight_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = entries(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "safetensors"))
        // What `models verify` reads is no weight.
        .filter(|path| !path.ends_with("expected.safetensors"))
        .collect();
    let plain = ["diffusion_pytorch_model.safetensors", "model.safetensors"];
    if let Some(file) = files.iter().find(|file| plain.iter().any(|plain| file.ends_with(plain))).cloned() {
        files = vec![file];
    }
    files
}

/// The weights of a part, all shards of them.
fn weight_files_complete(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let index =
        entries(folder).into_iter().find(|path| path.to_string_lossy().ends_with(".safetensors.index.json"));
    let found = weight_files(folder);
    if let Some(index) = index
        && found.len() != 1
    {
        let value = read_json(&index).map_err(|e| e.to_string())?;
        let map = value.get("weight_map").and_then(Value::as_object);
        let mut shards: Vec<&str> = map.into_iter().flatten().filter_map(|(_, file)| file.as_str()).collect();
        shards.sort_unstable();
        shards.dedup();
        if let Some(missing) = shards.iter().find(|shard| !folder.join(shard).is_file()) {
            return Err(format!("the shard {missing} is missing; download the whole model"));
        }
        return Ok(shards.into_iter().map(|shard| folder.join(shard)).collect());
    }
    if found.is_empty() {
        return Err(match pickled(folder) {
            Some(file) => {
                format!("{file} is a pickled checkpoint, which could run code; convert it to safetensors")
            }
            None => "there are no weights (.safetensors); download the whole model".to_owned(),
        });
    }
    Ok(found)
}

/// The name of a pickled checkpoint in a folder.
fn pickled(folder: &Path) -> Option<String> {
    entries(folder).into_iter().find_map(|path| {
        let ending = path.extension()?.to_str()?;
        let name = path.file_name()?.to_string_lossy().into_owned();
        ["bin", "pt", "pth", "ckpt", "pkl"].contains(&ending).then_some(name)
    })
}

/// Numbers by stored type, from the header of a safetensors file.
fn read_header(path: &Path) -> Result<Vec<(String, u64)>, FolderError> {
    let wrong = |why: String| unusable(path, format!("this is no readable safetensors file ({why})"));
    let mut file = File::open(path).map_err(|e| wrong(e.to_string()))?;
    let size = file.metadata().map_err(|e| wrong(e.to_string()))?.len();
    let mut length = [0; 8];
    file.read_exact(&mut length).map_err(|_| wrong("it is shorter than 8 bytes".into()))?;
    let length = u64::from_le_bytes(length);
    if length > MOST_HEADER_BYTES || length + 8 > size {
        return Err(wrong(format!("its header claims {length} bytes of {size}")));
    }
    let mut header = vec![0; length as usize];
    file.read_exact(&mut header).map_err(|e| wrong(e.to_string()))?;
    let value: Value = serde_json::from_slice(&header).map_err(|e| wrong(e.to_string()))?;
    let mut found = Vec::new();
    let mut end = 0;
    for (name, info) in value.as_object().into_iter().flatten().filter(|(name, _)| *name != "__metadata__") {
        let dtype = info.get("dtype").and_then(Value::as_str);
        let shape = info.get("shape").and_then(Value::as_array);
        let last = info.get("data_offsets").and_then(|offsets| offsets.get(1)?.as_u64());
        let (Some(dtype), Some(shape), Some(last)) = (dtype, shape, last) else {
            return Err(wrong(format!("the tensor '{name}' is not described")));
        };
        let count = shape
            .iter()
            .try_fold(1u64, |product, side| product.checked_mul(side.as_u64()?))
            .ok_or_else(|| wrong(format!("the shape of '{name}' is not possible")))?;
        found.push((dtype.to_owned(), count));
        end = end.max(last);
    }
    let body = size - 8 - length;
    if end > body {
        return Err(wrong(format!("it is cut off: {body} bytes of {end}; download it again")));
    }
    Ok(found)
}

/// Reads a JSON file. Bare `NaN` and infinities, which the reference writes,
/// count as `null`.
fn read_json(path: &Path) -> Result<Value, FolderError> {
    let text = fs::read_to_string(path)
        .map_err(|e| unusable(path, format!("the file cannot be read ({e}); download the whole model")))?;
    let cleaned = ["-Infinity", "Infinity", "NaN"]
        .iter()
        .fold(text, |text, word| text.replace(&format!(": {word}"), ": null"));
    serde_json::from_str(&cleaned).map_err(|e| unusable(path, format!("this is no JSON ({e})")))
}

/// The licence that the model card's front matter or a licence file states.
fn licence(folder: &Path) -> Option<String> {
    for card in ["README.md", "readme.md"] {
        let Ok(text) = fs::read_to_string(folder.join(card)) else { continue };
        let Some(front) = text.trim_start_matches('\u{feff}').strip_prefix("---") else { continue };
        let front = front.split("\n---").next().unwrap_or_default();
        let field = |key: &str| {
            let value = front.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?.trim();
            let value = value.trim_matches(['"', '\'']);
            (!value.is_empty()).then(|| value.to_owned())
        };
        // `license: other` says nothing; its name does.
        let found = field("license_name").or_else(|| field("license"));
        if found.is_some() {
            return found;
        }
    }
    let file = entries(folder).into_iter().find(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        path.is_file() && (name.starts_with("license") || name.starts_with("licence"))
    })?;
    let text = fs::read_to_string(file).ok()?;
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(|line| line.chars().take(120).collect())
}

/// Files and folders directly in a folder, by name; none where it cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.sort();
    found
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir()).collect()
}

/// Bytes of all files below a folder. Links are followed once, as caches of
/// downloads are made of them; a folder behind a link is not entered.
fn bytes_below(folder: &Path) -> u64 {
    entries(folder)
        .iter()
        .map(|path| match (fs::symlink_metadata(path), fs::metadata(path)) {
            (Ok(own), _) if own.is_dir() => bytes_below(path),
            (_, Ok(target)) if target.is_file() => target.len(),
            _ => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn weights(dtype: &str, shape: &str, body: usize) -> Vec<u8> {
        let header = format!(r#"{{"w":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[0,{body}]}}}}"#);
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(vec![0; body]);
        bytes
    }

    fn dit(folder: &Path) {
        write(
            &folder.join("model_index.json"),
            r#"{"_class_name":"DiTPipeline","scheduler":["diffusers","DDIMScheduler"],
                "transformer":["diffusers","Transformer2DModel"],"vae":["diffusers","AutoencoderKL"],
                "id2label":{"3":"tench"}}"#,
        );
        write(
            &folder.join("scheduler/scheduler_config.json"),
            r#"{"_class_name":"DDIMScheduler","x": -Infinity}"#,
        );
        for part in ["transformer", "vae"] {
            write(&folder.join(part).join("config.json"), "{}");
            write(
                &folder.join(part).join("diffusion_pytorch_model.safetensors"),
                weights("F16", "[2,3]", 12),
            );
        }
        write(&folder.join("README.md"), "---\nlicense: cc-by-nc-4.0\ntags: []\n---\n# DiT\n");
    }

    #[test]
    fn a_whole_model_is_described() {
        let folder = tempfile::tempdir().unwrap();
        dit(folder.path());
        let report = inspect(folder.path()).unwrap();
        assert!(report.usable(), "{:?}", report.problems);
        assert_eq!(report.family, Some(Family::Dit));
        assert_eq!(report.licence.as_deref(), Some("cc-by-nc-4.0"));
        assert_eq!(report.parameters, 12);
        assert_eq!(report.native_side_px, Some(1024), "nothing is said");
        write(&folder.path().join("transformer/config.json"), r#"{"sample_size":32}"#);
        assert_eq!(inspect(folder.path()).unwrap().native_side_px, Some(256));
        write(&folder.path().join("transformer/config.json"), r#"{"sample_size":99999999999999}"#);
        assert_eq!(inspect(folder.path()).unwrap().native_side_px, Some(2048));
        assert_eq!(report.parts[1].stored, ["F16"]);
        assert_eq!(ModelFolder::open(folder.path()).unwrap().labels[&3], "tench");
    }

    #[test]
    fn what_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        dit(folder.path());
        let problems_after = |change: &dyn Fn(&Path)| {
            change(folder.path());
            inspect(folder.path()).unwrap().problems.join("\n")
        };
        let weights_file = "transformer/diffusion_pytorch_model.safetensors";
        let cut = problems_after(&|at| write(&at.join(weights_file), &weights("F32", "[2,3]", 24)[..80]));
        assert!(cut.contains("transformer") && cut.contains("cut off"), "{cut}");
        let hostile = problems_after(&|at| write(&at.join(weights_file), u64::MAX.to_le_bytes()));
        assert!(hostile.contains("header"), "{hostile}");
        let pickle = problems_after(&|at| {
            fs::remove_file(at.join(weights_file)).unwrap();
            write(&at.join("transformer/diffusion_pytorch_model.bin"), "x");
        });
        assert!(pickle.contains("pickled"), "{pickle}");
        let shard = problems_after(&|at| {
            let index =
                r#"{"weight_map":{"a":"m-00001-of-00002.safetensors","b":"m-00002-of-00002.safetensors"}}"#;
            write(&at.join("transformer/m.safetensors.index.json"), index);
            write(&at.join("transformer/m-00001-of-00002.safetensors"), weights("F32", "[1]", 4));
            write(&at.join("transformer/m-00003.safetensors"), weights("F32", "[1]", 4));
        });
        assert!(shard.contains("m-00002-of-00002"), "{shard}");
        let gone = problems_after(&|at| fs::remove_dir_all(at.join("vae")).unwrap());
        assert!(gone.contains("vae"), "{gone}");
    }

    #[test]
    fn no_model_is_an_error_that_says_what_to_give() {
        let folder = tempfile::tempdir().unwrap();
        let why = inspect(folder.path()).unwrap_err().to_string();
        assert!(why.contains("model_index.json"), "{why}");
        write(&folder.path().join("model_index.json"), r#"{"_class_name":"KandinskyPipeline"}"#);
        let why = inspect(folder.path()).unwrap_err().to_string();
        assert!(why.contains("KandinskyPipeline"), "{why}");
        assert!(inspect(&folder.path().join("none")).is_err());
    }
}
