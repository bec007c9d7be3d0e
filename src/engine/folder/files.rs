//! The files of a model folder: JSON, headers of weights, the licence.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{FolderError, unusable};

/// The most bytes that the header of a safetensors file may have; the format's own limit.
const MOST_HEADER_BYTES: u64 = 100 << 20;
/// Longer than any configuration or index.
const MOST_JSON_BYTES: u64 = 100 << 20;
/// Longer than any card or licence.
const MOST_TEXT_BYTES: u64 = 4 << 20;
/// How what Git leaves in place of a large file begins.
const LFS: &[u8; 8] = b"version ";

/// Whether a file holds a LoRA, by its name.
pub(super) fn is_lora(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().contains("lora"))
}

/// The safetensors files of a folder, without those of a variant where the
/// plain one is there.
pub(super) fn weight_files(folder: &Path) -> Vec<PathBuf> {
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
pub(super) fn weight_files_complete(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let index =
        entries(folder).into_iter().find(|path| path.to_string_lossy().ends_with(".safetensors.index.json"));
    if let Some(index) = index {
        let wrong = |why: String| Err(unusable(&index, why));
        let value = read_json(&index)?;
        let Some(map) = value.get("weight_map").and_then(Value::as_object) else {
            return wrong("the index has no 'weight_map' from tensors to files; fetch it again".to_owned());
        };
        let mut shards: Vec<&str> = map.values().filter_map(Value::as_str).collect();
        shards.sort_unstable();
        shards.dedup();
        // Only names: an index must not point elsewhere.
        let plain = |shard: &str| {
            Path::new(shard).file_name().is_some_and(|name| name == shard)
                && !shard.contains('\\')
                && shard.ends_with(".safetensors")
        };
        if let Some(shard) = shards.iter().find(|shard| !plain(shard)) {
            return wrong(format!(
                "the index names '{}', which is no safetensors file beside it; download the model again",
                shard.escape_debug()
            ));
        }
        if let Some(missing) = shards.iter().find(|shard| !folder.join(shard).is_file()) {
            return wrong(format!("the shard {missing} is missing; download the whole model"));
        }
        return Ok(shards.into_iter().map(|shard| folder.join(shard)).collect());
    }
    let found = weight_files(folder);
    if found.is_empty() {
        let why = match pickled(folder) {
            Some(file) => {
                format!("{file} is a pickled checkpoint, which could run code; convert it to safetensors")
            }
            None => "there are no weights (.safetensors); download the whole model".to_owned(),
        };
        return Err(unusable(folder, why));
    }
    Ok(found)
}

/// The name of a pickled checkpoint in a folder.
pub(super) fn pickled(folder: &Path) -> Option<String> {
    entries(folder).into_iter().find_map(|path| {
        let ending = path.extension()?.to_str()?;
        let name = path.file_name()?.to_string_lossy().into_owned();
        ["bin", "pt", "pth", "ckpt", "pkl"].contains(&ending).then_some(name)
    })
}

/// Numbers by stored type, from the header of a safetensors file.
pub(super) fn read_header(path: &Path) -> Result<Vec<(String, u64)>, FolderError> {
    let wrong = |why: String| unusable(path, format!("this is no readable safetensors file ({why})"));
    let about = fs::metadata(path).map_err(|e| wrong(e.to_string()))?;
    // Opening a pipe would wait for somebody to write into it.
    if !about.is_file() {
        return Err(wrong("it is no file".into()));
    }
    let mut file = File::open(path).map_err(|e| wrong(e.to_string()))?;
    let size = about.len();
    let mut length = [0; 8];
    file.read_exact(&mut length).map_err(|_| wrong(format!("it has {size} bytes, fewer than 8")))?;
    if length == *LFS {
        return Err(unusable(
            path,
            "this is a pointer of Git LFS, not the weights themselves; fetch them (`git lfs pull`)",
        ));
    }
    let length = u64::from_le_bytes(length);
    if length > MOST_HEADER_BYTES || length + 8 > size {
        return Err(wrong(format!("its header claims {length} bytes of {size}")));
    }
    let mut header = vec![0; length as usize];
    file.read_exact(&mut header).map_err(|e| wrong(e.to_string()))?;
    let value: Value = serde_json::from_slice(&header).map_err(|e| wrong(e.to_string()))?;
    let mut found = Vec::new();
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
        let body = size - 8 - length;
        if last > body {
            return Err(wrong(format!(
                "it is cut off: the tensor '{name}' ends at byte {last} of {body} that are there; download it again"
            )));
        }
    }
    Ok(found)
}

/// Reads a JSON file. Bare `NaN` and infinities, which the reference writes,
/// count as `null`.
pub(super) fn read_json(path: &Path) -> Result<Value, FolderError> {
    let unread = |e| unusable(path, format!("the file cannot be read ({e}); download the whole model"));
    let about = fs::metadata(path).map_err(unread)?;
    if !about.is_file() {
        return Err(unusable(path, "this is no file"));
    }
    let length = about.len();
    if length > MOST_JSON_BYTES {
        return Err(unusable(
            path,
            format!("the file has {length} bytes; at most {MOST_JSON_BYTES} are allowed"),
        ));
    }
    let text = fs::read_to_string(path).map_err(unread)?;
    let cleaned = ["-Infinity", "Infinity", "NaN"]
        .iter()
        .fold(text, |text, word| text.replace(&format!(": {word}"), ": null"));
    serde_json::from_str(&cleaned).map_err(|e| unusable(path, format!("this is no JSON ({e})")))
}

/// The licence that the model card's front matter or a licence file states.
pub(super) fn licence(folder: &Path) -> Option<String> {
    for card in ["README.md", "readme.md"] {
        let Some(text) = small_text(&folder.join(card)) else { continue };
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
    let text = small_text(&file)?;
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(|line| line.chars().take(120).collect())
}

/// The text of a small file, where it is one.
fn small_text(path: &Path) -> Option<String> {
    let about = fs::metadata(path).ok()?;
    (about.is_file() && about.len() <= MOST_TEXT_BYTES).then(|| fs::read_to_string(path).ok())?
}

/// Files and folders directly in a folder, by name; none where it cannot be read.
pub(super) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.sort();
    found
}

pub(super) fn subfolders(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir()).collect()
}

/// Bytes of all files below a folder. Links are followed once, as caches of
/// downloads are made of them; a folder behind a link is not entered.
pub(super) fn bytes_below(folder: &Path) -> u64 {
    entries(folder)
        .iter()
        .map(|path| match (fs::symlink_metadata(path), fs::metadata(path)) {
            (Ok(own), _) if own.is_dir() => bytes_below(path),
            (_, Ok(target)) if target.is_file() => target.len(),
            _ => 0,
        })
        .sum()
}
