//! Numbers from files into a network's parameters, one tensor at a time.

use std::collections::{HashMap, HashSet};

use burn::{
    module::{Module, ModuleMapper, Param},
    tensor::{Bool, DType, Element, Int, Shape, Tensor, TensorData, bf16, f16},
};
use half::{slice::HalfFloatSliceExt, vec::HalfBitsVecExt};
use rayon::prelude::*;

use super::{Entry, Renames, SafetensorsFile, Storage, Stored, Weights};
use crate::models::{
    ModelError,
    slots::{Adapters, Kept},
};

/// Numbers of one piece of work: 256 KiB of f32.
const PIECE: usize = 64 * 1024;

/// Matrices of at most this many numbers are laid out anew when they have to be
/// transposed. Larger ones are only read the other way round: moving them takes
/// longer than all the rest of loading, and costs their products little (on the
/// CPU between nothing and a third, on 2 cores).
const MOVED: usize = 1 << 20;

/// Weights of at least this many numbers stay in their file on the CPU; smaller
/// ones are not worth widening again and again.
const KEPT: usize = 1 << 16;

/// A type that numbers are loaded as.
trait Loaded: Element {
    /// How a file stores this type.
    const STORAGE: Storage;

    /// Zeros: memory that the system hands out as such, untouched, so that the
    /// threads that fill it share the work of touching it.
    fn zeros(count: usize) -> Vec<Self>;

    /// Converts a piece.
    fn convert(from: &[f32], to: &mut [Self]);

    /// Reads a piece that is stored as this type.
    fn read(
        file: &SafetensorsFile,
        name: &str,
        stored: &Stored,
        from: usize,
        to: &mut [Self],
    ) -> Result<(), ModelError>;
}

impl Loaded for f32 {
    const STORAGE: Storage = Storage::F32;

    fn zeros(count: usize) -> Vec<Self> {
        vec![0.0; count]
    }

    fn convert(from: &[f32], to: &mut [Self]) {
        to.copy_from_slice(from);
    }

    fn read(
        file: &SafetensorsFile,
        name: &str,
        stored: &Stored,
        from: usize,
        to: &mut [Self],
    ) -> Result<(), ModelError> {
        file.read_floats(name, stored, from, to)
    }
}

/// The same for both half-width types.
macro_rules! loaded_as_halves {
    ($($half:ty, $storage:expr;)*) => {$(
        impl Loaded for $half {
            const STORAGE: Storage = $storage;

            fn zeros(count: usize) -> Vec<Self> {
                vec![0u16; count].reinterpret_into()
            }

            fn convert(from: &[f32], to: &mut [Self]) {
                to.convert_from_f32_slice(from);
            }

            fn read(
                file: &SafetensorsFile,
                name: &str,
                stored: &Stored,
                from: usize,
                to: &mut [Self],
            ) -> Result<(), ModelError> {
                let bits = to.reinterpret_cast_mut();
                file.read_bytes(name, stored, from, bytemuck::cast_slice_mut(bits))?;
                bits.iter_mut().for_each(|bits| *bits = u16::from_le(*bits));
                Ok(())
            }
        }
    )*};
}

loaded_as_halves! {
    f16, Storage::F16;
    bf16, Storage::Bf16;
}

/// Numbers of one row.
fn columns_of(entry: &Entry) -> usize {
    entry.stored.count().checked_div(entry.rows()).unwrap_or(0)
}

/// Some rows of a tensor, converted, by as many threads as there are.
fn read<T: Loaded>(
    weights: &Weights,
    name: &str,
    entry: &Entry,
    (first, rows): (usize, usize),
) -> Result<Vec<T>, ModelError> {
    let (file, stored) = (weights.file(entry), &entry.stored);
    let columns = columns_of(entry);
    let begin = first * columns;
    let mut values = T::zeros(rows * columns);
    values.par_chunks_mut(PIECE).enumerate().try_for_each_init(Vec::new, |floats, (i, piece)| {
        let from = begin + i * PIECE;
        if stored.storage == T::STORAGE || T::STORAGE == Storage::F32 {
            return T::read(file, name, stored, from, piece);
        }
        floats.resize(piece.len(), 0.0);
        file.read_floats(name, stored, from, floats)?;
        T::convert(floats, piece);
        Ok(())
    })?;
    Ok(values)
}

/// Numbers of a tensor, those of a matrix of `columns` columns transposed if it is to be `moved`.
fn data<T: Loaded + Copy>(values: Vec<T>, shape: Vec<usize>, moved: bool, columns: usize) -> TensorData {
    if !moved || values.is_empty() {
        return TensorData::new(values, shape);
    }
    let rows = values.len() / columns;
    let turned: Vec<T> = (0..values.len()).map(|i| values[i % rows * columns + i / rows]).collect();
    TensorData::new(turned, shape)
}

/// Rows of an entry that go to one path.
struct Part<'w> {
    name: &'w str,
    entry: &'w Entry,
    index: usize,
    parts: usize,
}

/// Fills the parameters of a module as they come by.
struct Filler<'w> {
    weights: &'w Weights,
    renames: &'w Renames,
    dtype: DType,
    /// Where halves that stay in their file are put.
    adapters: &'w Adapters,
    /// What belongs to each path; taken out when used.
    parts: HashMap<String, Part<'w>>,
    trail: Trail,
    missing: Vec<(String, Vec<usize>)>,
    error: Option<Failure>,
}

/// Why filling stopped.
enum Failure {
    /// The file, in its own words.
    File(ModelError),
    /// File and network do not belong together.
    Misfit(String),
}

/// The way from a network to the parameter that is visited.
#[derive(Default)]
pub(super) struct Trail {
    path: Vec<String>,
    containers: Vec<String>,
}

impl Trail {
    pub fn enter(&mut self, name: &str, container_type: &str) {
        // The variant of an enum is no word of a key.
        if !container_type.starts_with("Enum:") {
            self.path.push(name.to_owned());
        }
        self.containers.push(container_type.to_owned());
    }

    pub fn exit(&mut self, container_type: &str) {
        self.containers.pop();
        if !container_type.starts_with("Enum:") {
            self.path.pop();
        }
    }

    /// The path in the words of PyTorch, and whether the parameter is the
    /// weight of a linear layer, which PyTorch stores transposed.
    pub fn place(&self) -> (String, bool) {
        let kind = self.containers.iter().rev().find_map(|kind| kind.strip_prefix("Struct:")).unwrap_or("");
        let mut words: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let norm = matches!(kind, "LayerNorm" | "GroupNorm" | "RmsNorm" | "BatchNorm" | "InstanceNorm");
        if let Some(last) = words.last_mut() {
            match *last {
                "gamma" if norm => *last = "weight",
                "beta" if norm => *last = "bias",
                _ => {}
            }
        }
        (words.join("."), kind == "Linear" && words.last() == Some(&"weight"))
    }
}

impl Filler<'_> {
    fn next<const D: usize>(&mut self, device: &burn::tensor::Device, shape: Shape) -> Option<Tensor<D>> {
        let (path, linear) = self.trail.place();
        let transposed = linear && D == 2;
        let own: Vec<usize> = shape.to_vec();
        let expected: Vec<usize> = if transposed { own.iter().rev().copied().collect() } else { own.clone() };
        let Some(part) = self.parts.remove(&path) else {
            self.missing.push((path, expected));
            return None;
        };
        let mut found = part.entry.stored.shape.clone();
        let rows = match found.first_mut() {
            Some(rows) if part.parts > 1 && rows.is_multiple_of(part.parts) => {
                *rows /= part.parts;
                *rows
            }
            Some(_) if part.parts > 1 => 0,
            Some(rows) => *rows,
            None => 1,
        };
        // A 1x1 convolution and a linear layer hold the same numbers.
        if without_ones(&found) != without_ones(&expected) || rows * part.parts != part.entry.rows() {
            self.fail(Failure::Misfit(format!(
                "tensor '{}' has the shape {:?}, but {} was expected: {}",
                part.name,
                part.entry.stored.shape,
                if part.parts > 1 {
                    format!("{} times {expected:?}", part.parts)
                } else {
                    format!("{expected:?}")
                },
                self.weights.file(part.entry).path.display()
            )));
            return None;
        }
        let dtype = if self.renames.is_in_f32(&path) { DType::F32 } else { self.dtype };
        let span = (part.index * rows, rows);
        let (weights, name, entry) = (self.weights, part.name, part.entry);
        let columns = *own.first().unwrap_or(&1);
        let count = shape.num_elements();
        let stays = dtype == DType::F32 && count >= KEPT && *device == burn::tensor::Device::flex();
        let (file, from) = (weights.file(entry), span.0 * columns_of(entry));
        if stays && transposed {
            let halves = file.halves(&entry.stored, from, count);
            if halves.is_some_and(|halves| self.adapters.hold(&path, Kept::Halves(halves))) {
                // Something of the right shape that takes no memory: it is never read.
                let nothing = Tensor::<D>::zeros([1; D], (device, dtype));
                return Some(nothing.expand(shape));
            }
        }
        let moved = transposed && count <= MOVED;
        let stored = if transposed && !moved { expected } else { own };
        if stays
            && !moved
            && let Some(floats) = file.floats(&entry.stored, from, count)
            && self.adapters.hold(&path, Kept::Floats(floats.clone()))
        {
            let data = TensorData::from_bytes(floats.lent(), stored, dtype);
            let tensor = Tensor::from_data(data, (device, dtype));
            return Some(if transposed { tensor.swap_dims(0, 1) } else { tensor });
        }
        let data = match dtype {
            DType::F32 => read::<f32>(weights, name, entry, span).map(|v| data(v, stored, moved, columns)),
            DType::F16 => read::<f16>(weights, name, entry, span).map(|v| data(v, stored, moved, columns)),
            DType::BF16 => read::<bf16>(weights, name, entry, span).map(|v| data(v, stored, moved, columns)),
            other => {
                self.fail(Failure::Misfit(format!("weights cannot be loaded as {other:?}")));
                return None;
            }
        };
        match data {
            Ok(data) => {
                let tensor = Tensor::from_data(data, (device, dtype));
                Some(if transposed && !moved { tensor.swap_dims(0, 1) } else { tensor })
            }
            Err(error) => {
                self.fail(Failure::File(error));
                None
            }
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.error.get_or_insert(failure);
    }

    fn other_kind(&mut self) {
        let (path, _) = self.trail.place();
        self.fail(Failure::Misfit(format!("'{path}' holds no floats; only floats are loaded")));
    }
}

fn without_ones(shape: &[usize]) -> &[usize] {
    let mut shape = shape;
    while let [rest @ .., 1] = shape {
        shape = rest;
    }
    shape
}

impl ModuleMapper for Filler<'_> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.trail.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, container_type: &str) {
        self.trail.exit(container_type);
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.error.is_some() {
            return param;
        }
        // Lazily, so that random numbers are never drawn only to be replaced.
        let (device, shape, id) = (param.lazy_device(), param.lazy_shape(), param.id);
        match self.next(&device, shape) {
            Some(tensor) => param.transform_for_load(tensor, id),
            None => param,
        }
    }

    fn map_int<const D: usize>(&mut self, param: Param<Tensor<D, Int>>) -> Param<Tensor<D, Int>> {
        self.other_kind();
        param
    }

    fn map_bool<const D: usize>(&mut self, param: Param<Tensor<D, Bool>>) -> Param<Tensor<D, Bool>> {
        self.other_kind();
        param
    }
}

/// What [`Weights::load`] does; `adapters` are the module's slots, if it has any.
pub(super) fn load<M: Module>(
    weights: &Weights,
    module: &mut M,
    renames: &Renames,
    dtype: DType,
    model: &str,
    adapters: &Adapters,
) -> Result<(), ModelError> {
    let misfit = |why: String| ModelError::Weights { model: model.to_owned(), why };
    let mut parts: HashMap<String, Part> = HashMap::new();
    let mut owners: HashMap<String, &str> = HashMap::new();
    // Spare keys last, so that they give way to the keys that they repeat.
    let mut names: Vec<(bool, &str)> = weights.names().map(|name| (renames.is_spare(name), name)).collect();
    names.sort_unstable();
    for (spare, name) in names {
        let Some(entry) = weights.entry(name) else { continue };
        let targets = renames.targets(name);
        let count = targets.len();
        for (index, path) in targets.into_iter().enumerate() {
            match owners.get(&path) {
                Some(_) if spare => continue,
                Some(other) => {
                    return Err(misfit(format!(
                        "tensors '{other}' and '{name}' are both '{path}': {}",
                        weights.file(entry).path.display()
                    )));
                }
                None => {}
            }
            owners.insert(path.clone(), name);
            parts.insert(path, Part { name, entry, index, parts: count });
        }
    }
    let mut filler = Filler {
        weights,
        renames,
        dtype,
        adapters,
        parts,
        trail: Trail::default(),
        missing: Vec::new(),
        error: None,
    };
    // A clone shares its parameters, so this copies nothing.
    let filled = module.clone().map(&mut filler);
    match filler.error {
        Some(Failure::File(error)) => return Err(error),
        Some(Failure::Misfit(why)) => return Err(misfit(why)),
        None => {}
    }
    let files = weights.path().display();
    if let Some((path, shape)) = filler.missing.first() {
        return Err(misfit(format!(
            "tensor '{path}' of shape {shape:?} is missing ({} in all): {files}",
            filler.missing.len()
        )));
    }
    let unused: HashSet<&str> = filler.parts.values().map(|part| part.name).collect();
    if let Some(name) = unused.iter().min() {
        return Err(misfit(format!(
            "tensor '{name}' is not part of this model ({} in all): {files}",
            unused.len()
        )));
    }
    *module = filled;
    Ok(())
}
