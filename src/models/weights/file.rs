//! One safetensors file: its header, read with distrust, and its numbers, read
//! a piece at a time.
//!
//! Format: <https://huggingface.co/docs/safetensors>, 8 bytes of length, a JSON
//! header, then the numbers without gaps.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt,
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use half::{f16, slice::HalfBitsSliceExt, slice::HalfFloatSliceExt};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, Visitor},
};

use super::{
    halves::{HalfKind, Halves},
    mapped::{Floats, MappedFile},
};
use crate::models::ModelError;

/// The longest header that the reference reader takes.
const MAX_HEADER: u64 = 100_000_000;
/// Longer names and more dimensions than any model has.
const MAX_NAME: usize = 1024;
const MAX_DIMENSIONS: usize = 16;
/// How what Git leaves in place of a large file begins.
const LFS: &[u8; 8] = b"version ";

/// How numbers are stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Storage {
    /// 64-bit floats.
    F64,
    /// 32-bit floats.
    F32,
    /// Half precision.
    F16,
    /// Brain floats.
    Bf16,
    /// Something that no network of ours holds: integers, 8-bit floats. It is
    /// known by its width in bytes, so that the file can be checked.
    Other(&'static str, usize),
}

impl Storage {
    /// By the format's name.
    fn named(name: &str) -> Option<Self> {
        let other = |name, bytes| Some(Self::Other(name, bytes));
        match name {
            "F64" => Some(Self::F64),
            "F32" => Some(Self::F32),
            "F16" => Some(Self::F16),
            "BF16" => Some(Self::Bf16),
            "BOOL" => other("BOOL", 1),
            "U8" => other("U8", 1),
            "I8" => other("I8", 1),
            "F8_E4M3" => other("F8_E4M3", 1),
            "F8_E5M2" => other("F8_E5M2", 1),
            "F8_E8M0" => other("F8_E8M0", 1),
            "I16" => other("I16", 2),
            "U16" => other("U16", 2),
            "I32" => other("I32", 4),
            "U32" => other("U32", 4),
            "I64" => other("I64", 8),
            "U64" => other("U64", 8),
            "C64" => other("C64", 8),
            _ => None,
        }
    }

    /// Bytes of one number.
    pub fn bytes(self) -> usize {
        match self {
            Self::F64 => 8,
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
            Self::Other(_, bytes) => bytes,
        }
    }

    /// Turns stored bytes into floats; `None` for what is no float of ours.
    ///
    /// `bytes` holds as many numbers as `values`.
    fn decode(self, bytes: &[u8], values: &mut [f32], halves: &mut Vec<u16>) -> Option<()> {
        match self {
            Self::F64 => {
                for (value, bytes) in values.iter_mut().zip(bytes.as_chunks::<8>().0) {
                    *value = f64::from_le_bytes(*bytes) as f32;
                }
            }
            Self::F32 => {
                for (value, bytes) in values.iter_mut().zip(bytes.as_chunks::<4>().0) {
                    *value = f32::from_le_bytes(*bytes);
                }
            }
            Self::F16 => {
                // By the slice, which takes the processor's own instruction.
                halves.clear();
                halves.extend(bytes.as_chunks::<2>().0.iter().map(|bytes| u16::from_le_bytes(*bytes)));
                let stored: &[f16] = halves.reinterpret_cast();
                stored.convert_to_f32_slice(values);
            }
            Self::Bf16 => {
                for (value, bytes) in values.iter_mut().zip(bytes.as_chunks::<2>().0) {
                    *value = f32::from_bits(u32::from(u16::from_le_bytes(*bytes)) << 16);
                }
            }
            Self::Other(..) => return None,
        }
        Some(())
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F64 => "F64",
            Self::F32 => "F32",
            Self::F16 => "F16",
            Self::Bf16 => "BF16",
            Self::Other(name, _) => name,
        })
    }
}

/// Where a tensor lies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// How its numbers are stored.
    pub storage: Storage,
    /// Its dimensions, slowest first.
    pub shape: Vec<usize>,
    /// The position of its first byte in the file.
    start: u64,
}

impl Stored {
    /// Numbers in it.
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// Bytes in the file.
    pub fn bytes(&self) -> usize {
        self.count() * self.storage.bytes()
    }
}

/// Where the bytes are.
enum Source {
    File(File),
    Bytes(Cow<'static, [u8]>),
}

/// An opened safetensors file.
pub struct SafetensorsFile {
    /// Its path, or what stands for one.
    pub path: PathBuf,
    /// The header's free words.
    pub metadata: BTreeMap<String, String>,
    /// Its tensors by name.
    pub tensors: BTreeMap<String, Stored>,
    source: Source,
    /// The file in memory, once some of it was wanted so; none where that cannot be had.
    mapped: OnceLock<Option<MappedFile>>,
}

/// As [`std::fmt::Debug`] of the header: the numbers would fill the screen.
impl fmt::Debug for SafetensorsFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SafetensorsFile")
            .field("path", &self.path)
            .field("tensors", &self.tensors.len())
            .finish_non_exhaustive()
    }
}

impl SafetensorsFile {
    /// Opens a file and checks its header.
    ///
    /// # Errors
    /// [`ModelError::File`], naming what does not hold.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let wrong = |why: String| ModelError::File { path: path.to_owned(), why };
        // Before it is opened: a pipe would wait for somebody to write into it.
        let info = std::fs::metadata(path).map_err(|e| wrong(format!("the file cannot be opened ({e})")))?;
        if !info.is_file() {
            return Err(wrong("this is no file".into()));
        }
        let file = File::open(path).map_err(|e| wrong(format!("the file cannot be opened ({e})")))?;
        Self::read(Source::File(file), info.len(), path)
    }

    /// The same for bytes in memory; `name` stands for the path in errors.
    ///
    /// # Errors
    /// As [`SafetensorsFile::open`].
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>, name: &str) -> Result<Self, ModelError> {
        let bytes = bytes.into();
        let length = bytes.len() as u64;
        Self::read(Source::Bytes(bytes), length, Path::new(name))
    }

    fn read(source: Source, length: u64, path: &Path) -> Result<Self, ModelError> {
        let wrong = |why: String| ModelError::File { path: path.to_owned(), why };
        if length < 8 {
            return Err(wrong(format!(
                "the file has {length} bytes, fewer than the 8 that begin a safetensors file"
            )));
        }
        let mut eight = [0; 8];
        source.read_at(&mut eight, 0).map_err(|e| wrong(format!("the file cannot be read ({e})")))?;
        if eight == *LFS {
            return Err(wrong(
                "this is a pointer of Git LFS, not the weights themselves; fetch them (`git lfs pull`)"
                    .into(),
            ));
        }
        let header_length = u64::from_le_bytes(eight);
        if header_length > MAX_HEADER {
            return Err(wrong(format!(
                "the header claims {header_length} bytes, more than the {MAX_HEADER} that are allowed: this is \
                 no safetensors file, or a damaged one"
            )));
        }
        let first = 8 + header_length;
        if first > length {
            return Err(wrong(format!(
                "the header claims {header_length} bytes but {} are there: the file is cut off",
                length - 8
            )));
        }
        let mut header = vec![0; header_length as usize];
        source.read_at(&mut header, 8).map_err(|e| wrong(format!("the header cannot be read ({e})")))?;
        let Header { metadata, tensors } =
            serde_json::from_slice(&header).map_err(|e| wrong(format!("the header is not right: {e}")))?;
        let mut stored = BTreeMap::new();
        let mut spans = Vec::with_capacity(tensors.len());
        for (name, raw) in tensors {
            let (entry, end) =
                raw.check(first, length).map_err(|why| wrong(format!("tensor '{name}' {why}")))?;
            spans.push((entry.start, end, name.clone()));
            stored.insert(name, entry);
        }
        spans.sort_unstable();
        let mut expected = first;
        let mut before = String::from("the header");
        for (start, end, name) in spans {
            if start != expected {
                let how = if start < expected { "overlaps with" } else { "leaves a gap after" };
                return Err(wrong(format!(
                    "tensor '{name}' {how} {before}: it begins at byte {start}, expected was {expected}"
                )));
            }
            expected = end;
            before = format!("tensor '{name}'");
        }
        if expected != length {
            return Err(wrong(format!(
                "the file has {length} bytes, but its tensors end at byte {expected}"
            )));
        }
        Ok(Self { path: path.to_owned(), metadata, tensors: stored, source, mapped: OnceLock::new() })
    }

    /// `count` numbers of a tensor stored in half width, from its `from`th on,
    /// left in the file; `None` for other types and where files cannot be mapped.
    pub fn halves(&self, tensor: &Stored, from: usize, count: usize) -> Option<Halves> {
        let kind = HalfKind::of(tensor.storage)?;
        let mapped = self.mapped()?;
        let place = mapped.place(tensor.start + 2 * from as u64, count, 2)?;
        Some(Halves::new(mapped.clone(), kind, place))
    }

    /// The same for a tensor stored in f32.
    pub fn floats(&self, tensor: &Stored, from: usize, count: usize) -> Option<Floats> {
        let mapped = self.mapped().filter(|_| tensor.storage == Storage::F32)?;
        let place = mapped.place(tensor.start + 4 * from as u64, count, 4)?;
        Floats::new(mapped.clone(), place)
    }

    fn mapped(&self) -> Option<&MappedFile> {
        let Source::File(file) = &self.source else { return None };
        self.mapped.get_or_init(|| MappedFile::map(file, &self.path)).as_ref()
    }

    /// Reads `values.len()` numbers of a tensor from its `from`th on.
    ///
    /// # Errors
    /// [`ModelError::File`], when the file cannot be read or holds no floats there.
    pub fn read_floats(
        &self,
        name: &str,
        tensor: &Stored,
        from: usize,
        values: &mut [f32],
    ) -> Result<(), ModelError> {
        /// Numbers at a time: small enough to stay in a near cache.
        const BLOCK: usize = 32 * 1024;
        if tensor.storage == Storage::F32 {
            self.read_bytes(name, tensor, from, bytemuck::cast_slice_mut(values))?;
            values.iter_mut().for_each(|value| *value = f32::from_bits(u32::from_le(value.to_bits())));
            return Ok(());
        }
        let width = tensor.storage.bytes();
        let mut buffer = vec![0; BLOCK.min(values.len()) * width];
        let mut halves = Vec::new();
        for (i, block) in values.chunks_mut(BLOCK).enumerate() {
            let bytes = &mut buffer[..block.len() * width];
            self.read_bytes(name, tensor, from + i * BLOCK, bytes)?;
            tensor.storage.decode(bytes, block, &mut halves).ok_or_else(|| ModelError::File {
                path: self.path.clone(),
                why: format!(
                    "tensor '{name}' is stored as {}; expected was F32, F16 or BF16",
                    tensor.storage
                ),
            })?;
        }
        Ok(())
    }

    /// Reads a tensor's bytes from its `from`th number on, until `bytes` is full.
    ///
    /// # Errors
    /// [`ModelError::File`], when the file cannot be read.
    pub fn read_bytes(
        &self,
        name: &str,
        tensor: &Stored,
        from: usize,
        bytes: &mut [u8],
    ) -> Result<(), ModelError> {
        let at = tensor.start + (from * tensor.storage.bytes()) as u64;
        self.source.read_at(bytes, at).map_err(|e| ModelError::File {
            path: self.path.clone(),
            why: format!("tensor '{name}' cannot be read ({e})"),
        })
    }
}

impl Source {
    /// Fills a buffer from a position, without moving any cursor.
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => {
                let at = at as usize;
                buffer.copy_from_slice(bytes.get(at..at + buffer.len()).ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
            Self::File(file) => read_exact_at(file, buffer, at),
        }
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, at)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut at: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, at)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => {
                buffer = &mut buffer[count..];
                at += count as u64;
            }
        }
    }
    Ok(())
}

/// The header's JSON. By hand, because a name given twice must not pass.
struct Header {
    metadata: BTreeMap<String, String>,
    tensors: BTreeMap<String, Raw>,
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Header;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with a tensor's place under its name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut header = Header { metadata: BTreeMap::new(), tensors: BTreeMap::new() };
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        header.metadata = map.next_value()?;
                        continue;
                    }
                    if name.len() > MAX_NAME {
                        return Err(A::Error::custom(format!(
                            "a tensor's name has {} bytes; at most {MAX_NAME} are allowed",
                            name.len()
                        )));
                    }
                    if name.chars().any(char::is_control) {
                        return Err(A::Error::custom(format!(
                            "the name of tensor '{}' holds control characters",
                            name.escape_debug()
                        )));
                    }
                    if header.tensors.contains_key(&name) {
                        let _: IgnoredAny = map.next_value()?;
                        return Err(A::Error::custom(format!("tensor '{name}' is there twice")));
                    }
                    let raw = map
                        .next_value()
                        .map_err(|e| A::Error::custom(format!("the entry of tensor '{name}': {e}")))?;
                    header.tensors.insert(name, raw);
                }
                Ok(header)
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// A tensor's entry as the header has it.
#[derive(Deserialize)]
struct Raw {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: (u64, u64),
}

impl Raw {
    /// The entry and the position of its end, when it lies within the file.
    fn check(self, first: u64, length: u64) -> Result<(Stored, u64), String> {
        let storage = Storage::named(&self.dtype)
            .ok_or_else(|| format!("has the unknown type '{}'", self.dtype.escape_debug()))?;
        if self.shape.len() > MAX_DIMENSIONS {
            return Err(format!("has {} dimensions; at most {MAX_DIMENSIONS} are allowed", self.shape.len()));
        }
        let bytes =
            self.shape.iter().try_fold(storage.bytes() as u64, |bytes, &side| bytes.checked_mul(side));
        let (begin, end) = self.data_offsets;
        if begin > end {
            return Err(format!("ends at byte {end} before it begins at byte {begin}"));
        }
        if bytes != Some(end - begin) {
            return Err(format!(
                "of shape {:?} and type {} needs {} bytes, but its place has {}",
                self.shape,
                self.dtype,
                bytes.map_or("uncountable".to_owned(), |bytes| bytes.to_string()),
                end - begin
            ));
        }
        if end > length - first {
            return Err(format!(
                "ends at byte {end} of {} that are there: the file is cut off",
                length - first
            ));
        }
        // No side is longer than the file here, unless another one is zero.
        let shape = self
            .shape
            .iter()
            .map(|&side| usize::try_from(side).ok().filter(|_| bytes != Some(0) || side < 1 << 32))
            .collect::<Option<Vec<usize>>>()
            .ok_or_else(|| format!("has the impossible shape {:?}", self.shape))?;
        if bytes == Some(0)
            && shape.iter().filter(|&&side| side > 0).try_fold(1usize, |n, &s| n.checked_mul(s)).is_none()
        {
            return Err(format!("has the impossible shape {:?}", self.shape));
        }
        Ok((Stored { storage, shape, start: first + begin }, first + end))
    }
}
