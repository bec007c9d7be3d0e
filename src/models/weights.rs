//! Weights from safetensors into networks.
//!
//! - [`Weights`] is an opened checkpoint: one file, or several with an index.
//! - [`Renames`] is the table from its keys to our field paths.
//! - [`file`] reads one file with distrust.
//!
//! Numbers are read by position, a tensor at a time, so that the host never
//! holds more than one converted tensor beside the page cache. On the CPU the
//! large ones stay in the file instead: see [`mapped`] and [`halves`].

pub mod file;
mod fill;
pub mod halves;
pub mod mapped;
pub mod random;
mod renames;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use burn::{module::Module, tensor::DType};
use serde_json::Value;

pub use file::{SafetensorsFile, Storage, Stored};
pub use renames::Renames;

use super::{ModelError, slots::Adapters};

/// Names of checkpoints in the order in which they are looked for.
const INDEXES: [&str; 4] = [
    "diffusion_pytorch_model.safetensors.index.json",
    "model.safetensors.index.json",
    "diffusion_pytorch_model.safetensors.index.fp16.json",
    "model.safetensors.index.fp16.json",
];
const SINGLES: [&str; 4] = [
    "diffusion_pytorch_model.safetensors",
    "model.safetensors",
    "diffusion_pytorch_model.fp16.safetensors",
    "model.fp16.safetensors",
];
/// Checkpoints that run code when they are opened.
const PICKLED: [&str; 6] = ["bin", "ckpt", "pt", "pth", "pkl", "pickle"];
/// An index is a list of names; a longer one is none.
const MAX_INDEX_BYTES: u64 = 100_000_000;

/// A tensor and the file that holds it.
struct Entry {
    stored: Stored,
    file: usize,
}

impl Entry {
    /// The first dimension; 1 for a single number.
    fn rows(&self) -> usize {
        self.stored.shape.first().copied().unwrap_or(1)
    }
}

struct Opened {
    path: PathBuf,
    files: Vec<SafetensorsFile>,
    entries: BTreeMap<String, Entry>,
}

/// An opened checkpoint: one safetensors file, or shards with an index.
///
/// Clones share the open files.
#[derive(Clone)]
pub struct Weights(Arc<Opened>);

impl std::fmt::Debug for Weights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Weights")
            .field("path", &self.0.path)
            .field("files", &self.0.files.len())
            .field("tensors", &self.0.entries.len())
            .finish()
    }
}

impl Weights {
    /// Opens the checkpoint in a folder as diffusers and transformers lay it
    /// out (an index is preferred to a single file, full precision to `fp16`),
    /// or a file: safetensors, or an index.
    ///
    /// # Errors
    /// [`ModelError::File`]: nothing there, a pickled checkpoint, a missing
    /// shard, a damaged file.
    pub fn open(folder_or_file: &Path) -> Result<Self, ModelError> {
        let path = find(folder_or_file)?;
        if path.extension().is_some_and(|e| e == "json") {
            return Self::open_shards(&path);
        }
        Ok(Self::single(SafetensorsFile::open(&path)?))
    }

    /// A checkpoint in memory; `name` stands for the path in errors.
    ///
    /// # Errors
    /// [`ModelError::File`], when it is damaged.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>, name: &str) -> Result<Self, ModelError> {
        Ok(Self::single(SafetensorsFile::from_bytes(bytes, name)?))
    }

    fn single(mut file: SafetensorsFile) -> Self {
        let tensors = std::mem::take(&mut file.tensors);
        let entries = tensors.into_iter().map(|(name, stored)| (name, Entry { stored, file: 0 })).collect();
        Self(Arc::new(Opened { path: file.path.clone(), files: vec![file], entries }))
    }

    fn open_shards(index: &Path) -> Result<Self, ModelError> {
        let wrong = |why: String| ModelError::File { path: index.to_owned(), why };
        let length =
            std::fs::metadata(index).map_err(|e| wrong(format!("the index cannot be read ({e})")))?.len();
        if length > MAX_INDEX_BYTES {
            return Err(wrong(format!(
                "the index has {length} bytes; at most {MAX_INDEX_BYTES} are allowed"
            )));
        }
        let text = std::fs::read(index).map_err(|e| wrong(format!("the index cannot be read ({e})")))?;
        let whole: Value =
            serde_json::from_slice(&text).map_err(|e| wrong(format!("the index is no JSON ({e})")))?;
        let map = whole.get("weight_map").and_then(Value::as_object).ok_or_else(|| {
            wrong("the index has no 'weight_map' from tensors to files; fetch it again".into())
        })?;
        let mut weight_map: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, file) in map {
            let file = file.as_str().ok_or_else(|| {
                wrong(format!("the index says {file} of tensor '{name}'; expected was a file's name"))
            })?;
            weight_map.insert(name, file);
        }
        let shards: BTreeSet<&str> = weight_map.values().copied().collect();
        let folder = index.parent().unwrap_or(Path::new(""));
        for shard in &shards {
            // Only a name: an index must not point elsewhere.
            let plain =
                Path::new(shard).file_name().is_some_and(|name| name == *shard) && !shard.contains('\\');
            if !plain || !shard.ends_with(".safetensors") {
                return Err(wrong(format!(
                    "the index names '{}', which is no safetensors file beside it",
                    shard.escape_debug()
                )));
            }
        }
        let missing: Vec<&str> =
            shards.iter().copied().filter(|shard| !folder.join(shard).is_file()).collect();
        if !missing.is_empty() {
            return Err(wrong(format!(
                "{} of {} shards are missing: {}; fetch them into the folder of the index",
                missing.len(),
                shards.len(),
                missing.join(", ")
            )));
        }
        let mut files = Vec::new();
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for shard in &shards {
            let mut file = SafetensorsFile::open(&folder.join(shard))?;
            for (name, stored) in std::mem::take(&mut file.tensors) {
                match weight_map.get(name.as_str()) {
                    Some(home) if home == shard => {
                        entries.insert(name, Entry { stored, file: files.len() });
                    }
                    Some(home) => {
                        return Err(wrong(format!(
                            "tensor '{name}' is in '{shard}', but the index says '{home}'"
                        )));
                    }
                    None => return Err(wrong(format!("tensor '{name}' of '{shard}' is not in the index"))),
                }
            }
            files.push(file);
        }
        if let Some((name, shard)) = weight_map.iter().find(|(name, _)| !entries.contains_key(**name)) {
            return Err(wrong(format!("tensor '{name}' should be in '{shard}' but is not there")));
        }
        Ok(Self(Arc::new(Opened { path: index.to_owned(), files, entries })))
    }

    /// The file, or the index of the shards.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Keys in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.entries.keys().map(String::as_str)
    }

    /// A tensor's dimensions.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.entry(name).map(|entry| entry.stored.shape.as_slice())
    }

    /// How a tensor is stored.
    pub fn storage(&self, name: &str) -> Option<Storage> {
        self.entry(name).map(|entry| entry.stored.storage)
    }

    /// Numbers in all tensors.
    pub fn count(&self) -> usize {
        self.0.entries.values().map(|entry| entry.stored.count()).sum()
    }

    /// Bytes of all tensors in their files.
    pub fn bytes(&self) -> u64 {
        self.0.entries.values().map(|entry| entry.stored.bytes() as u64).sum()
    }

    /// The free words of the header; of the first shard where there are several.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.0.files[0].metadata
    }

    /// Fills `module`, tensor by tensor: read, converted to `dtype` (f32, f16
    /// or bf16), weights of linear layers transposed as burn holds them, sent
    /// to the device. `module` should be fresh from its constructor, whose
    /// random numbers are then never drawn. It stays as it was on an error.
    ///
    /// What is returned has a slot for each weight, for LoRA.
    ///
    /// # Errors
    /// [`ModelError::Weights`] naming the first tensor that is missing, of
    /// another shape, or not part of the module; [`ModelError::File`] when the
    /// file cannot be read.
    pub fn load<M: Module>(
        &self,
        module: &mut M,
        renames: &Renames,
        dtype: DType,
        model: &str,
    ) -> Result<Adapters, ModelError> {
        let mut slotted = module.clone();
        let adapters = Adapters::attach(&mut slotted)?;
        fill::load(self, &mut slotted, renames, dtype, model, &adapters)?;
        *module = slotted;
        Ok(adapters)
    }

    /// A whole tensor as floats, row-major.
    ///
    /// # Errors
    /// [`ModelError::File`], when it is not there or holds no floats.
    pub fn floats(&self, name: &str) -> Result<Vec<f32>, ModelError> {
        let entry = self.expect(name)?;
        let mut values = vec![0.0; entry.stored.count()];
        self.file(entry).read_floats(name, &entry.stored, 0, &mut values)?;
        Ok(values)
    }

    /// Some rows of a table, one after another; only they are read.
    ///
    /// # Errors
    /// [`ModelError::File`], when the tensor is no table of floats or has no such row.
    pub fn rows(&self, name: &str, rows: &[usize]) -> Result<Vec<f32>, ModelError> {
        let entry = self.expect(name)?;
        let wrong = |why: String| ModelError::File { path: self.file(entry).path.clone(), why };
        let &[height, width] = entry.stored.shape.as_slice() else {
            return Err(wrong(format!(
                "tensor '{name}' has the shape {:?}; expected was a table",
                entry.stored.shape
            )));
        };
        let mut values = vec![0.0; rows.len() * width];
        for (&row, values) in rows.iter().zip(values.chunks_mut(width.max(1))) {
            if row >= height {
                return Err(wrong(format!("row {row} of tensor '{name}' was asked for, which has {height}")));
            }
            self.file(entry).read_floats(name, &entry.stored, row * width, values)?;
        }
        Ok(values)
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.0.entries.get(name)
    }

    fn expect(&self, name: &str) -> Result<&Entry, ModelError> {
        self.entry(name).ok_or_else(|| ModelError::File {
            path: self.0.path.clone(),
            why: format!("tensor '{name}' is missing"),
        })
    }

    fn file(&self, entry: &Entry) -> &SafetensorsFile {
        &self.0.files[entry.file]
    }
}

/// The file to open for a folder or file.
fn find(path: &Path) -> Result<PathBuf, ModelError> {
    let wrong = |why: &str| ModelError::File { path: path.to_owned(), why: why.to_owned() };
    let pickled = |path: &Path| {
        path.extension()
            .and_then(|e| e.to_str())
            .is_some_and(|e| PICKLED.contains(&e.to_ascii_lowercase().as_str()))
    };
    const CONVERT: &str = "a pickled checkpoint may run any code when it is opened, so it is refused; convert it to \
                           safetensors (`save_pretrained(..., safe_serialization=True)` of diffusers or transformers)";
    if !path.is_dir() {
        if pickled(path) {
            return Err(wrong(CONVERT));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let known = name.ends_with(".safetensors")
            || INDEXES.contains(&name.as_ref())
            || name.ends_with(".index.json");
        return match (path.is_file(), known) {
            (true, true) => Ok(path.to_owned()),
            (true, false) => Err(wrong("weights are read from .safetensors files, which this is not")),
            (false, _) => Err(wrong("there is no such file or folder")),
        };
    }
    if let Some(found) =
        INDEXES.iter().chain(&SINGLES).map(|name| path.join(name)).find(|path| path.is_file())
    {
        return Ok(found);
    }
    let listed = std::fs::read_dir(path).map_err(|e| wrong(&format!("the folder cannot be read ({e})")))?;
    let mut found: Vec<PathBuf> = listed.filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.sort();
    let mut files = found.iter().filter(|path| path.extension().is_some_and(|e| e == "safetensors"));
    match (files.next(), files.next()) {
        (Some(file), None) => Ok(file.clone()),
        (Some(_), Some(_)) => Err(wrong(
            "the folder holds several safetensors files and no index (model.safetensors.index.json or the like) \
             that says which belong together",
        )),
        (None, _) if found.iter().any(|path| pickled(path)) => Err(wrong(CONVERT)),
        (None, _) => Err(wrong("the folder holds no weights (model.safetensors or the like)")),
    }
}

/// Fills `module` from the bytes of a safetensors file in PyTorch's layout,
/// cast to 32-bit floats.
///
/// # Errors
/// [`ModelError::Weights`] naming the first tensor that is missing or of
/// another shape. Tensors that the module does not know are an error too: they
/// mean that file and network are not of one kind.
pub fn load_f32<M: Module>(
    module: &mut M,
    bytes: impl Into<Cow<'static, [u8]>>,
    model: &str,
) -> Result<(), ModelError> {
    let weights = Weights::from_bytes(bytes, model)
        .map_err(|e| ModelError::Weights { model: model.to_owned(), why: e.to_string() })?;
    // Without slots: the networks that train have nothing between weight and gradient.
    fill::load(&weights, module, &Renames::none(), DType::F32, model, &Adapters::default())
}

#[cfg(test)]
#[path = "weights/tests.rs"]
mod tests;
