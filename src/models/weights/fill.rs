//! Numbers from files into a network's parameters, one tensor at a time.

use std::collections::{HashMap, HashSet};

use burn::{
    module::{Module, ModuleMapper, Param},
    tensor::{Bool, DType, Element, Int, Shape, Tensor, TensorData, bf16, f16},
};
use half::slice::HalfFloatSliceExt;
use rayon::prelude::*;

use super::{Entry, Renames, Weights};
use crate::models::ModelError;

/// Numbers of one piece of work: 256 KiB of f32.
const PIECE: usize = 64 * 1024;

/// A type that numbers are loaded as.
trait Loaded: Element {
    /// Converts a piece.
    fn convert(from: &[f32], to: &mut [Self]);
    /// Zero.
    const ZERO: Self;
}

impl Loaded for f32 {
    const ZERO: Self = 0.0;

    fn convert(from: &[f32], to: &mut [Self]) {
        to.copy_from_slice(from);
    }
}

impl Loaded for f16 {
    const ZERO: Self = f16::ZERO;

    fn convert(from: &[f32], to: &mut [Self]) {
        to.convert_from_f32_slice(from);
    }
}

impl Loaded for bf16 {
    const ZERO: Self = bf16::ZERO;

    fn convert(from: &[f32], to: &mut [Self]) {
        to.convert_from_f32_slice(from);
    }
}

/// A tensor's rows from `first` on, `rows` of them, converted; transposed to
/// `[columns, rows]` when asked.
fn read<T: Loaded>(
    weights: &Weights,
    name: &str,
    entry: &Entry,
    (first, rows): (usize, usize),
    transposed: bool,
) -> Result<Vec<T>, ModelError> {
    let file = weights.file(entry);
    let columns = if rows == 0 { 0 } else { entry.stored.count() / entry.stored.shape.first().unwrap_or(&1) };
    let mut values = vec![T::ZERO; rows * columns];
    if !transposed {
        let begin = first * columns;
        values.par_chunks_mut(PIECE).enumerate().try_for_each(|(i, piece)| {
            let mut floats = vec![0.0; piece.len()];
            file.read_floats(name, &entry.stored, begin + i * PIECE, &mut floats)?;
            T::convert(&floats, piece);
            Ok(())
        })?;
        return Ok(values);
    }
    if values.is_empty() {
        return Ok(values);
    }
    // Band after band of rows: wide enough that each column of the band fills
    // whole cache lines of the result, small enough to stay in the cache.
    let band_rows = (8 * PIECE / columns).clamp(16, 256).min(rows);
    let mut band = vec![0.0; band_rows * columns];
    let mut converted = vec![T::ZERO; band_rows * columns];
    for row in (0..rows).step_by(band_rows) {
        let height = band_rows.min(rows - row);
        let count = height * columns;
        let begin = (first + row) * columns;
        let pieces = band[..count].par_chunks_mut(PIECE).zip(converted[..count].par_chunks_mut(PIECE));
        pieces.enumerate().try_for_each(|(i, (floats, converted))| {
            file.read_floats(name, &entry.stored, begin + i * PIECE, floats)?;
            T::convert(floats, converted);
            Ok::<(), ModelError>(())
        })?;
        let converted = &converted[..count];
        values.par_chunks_mut(16 * rows).enumerate().for_each(|(block, lines)| {
            for (i, line) in lines.chunks_mut(rows).enumerate() {
                let column = block * 16 + i;
                for (y, value) in line[row..row + height].iter_mut().enumerate() {
                    *value = converted[y * columns + column];
                }
            }
        });
    }
    Ok(values)
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
    /// What belongs to each path; taken out when used.
    parts: HashMap<String, Part<'w>>,
    path: Vec<String>,
    containers: Vec<String>,
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

impl Filler<'_> {
    /// The path in the words of PyTorch, and whether the parameter is the
    /// weight of a linear layer, which PyTorch stores transposed.
    fn place(&self) -> (String, bool) {
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

    fn next<const D: usize>(&mut self, device: &burn::tensor::Device, shape: Shape) -> Option<Tensor<D>> {
        let (path, linear) = self.place();
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
        let data = match dtype {
            DType::F32 => {
                read::<f32>(weights, name, entry, span, transposed).map(|v| TensorData::new(v, own))
            }
            DType::F16 => {
                read::<f16>(weights, name, entry, span, transposed).map(|v| TensorData::new(v, own))
            }
            DType::BF16 => {
                read::<bf16>(weights, name, entry, span, transposed).map(|v| TensorData::new(v, own))
            }
            other => {
                self.fail(Failure::Misfit(format!("weights cannot be loaded as {other:?}")));
                return None;
            }
        };
        match data {
            Ok(data) => Some(Tensor::from_data(data, (device, dtype))),
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
        let (path, _) = self.place();
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
        // The variant of an enum is no word of a key.
        if !container_type.starts_with("Enum:") {
            self.path.push(name.to_owned());
        }
        self.containers.push(container_type.to_owned());
    }

    fn exit_module(&mut self, _name: &str, container_type: &str) {
        self.containers.pop();
        if !container_type.starts_with("Enum:") {
            self.path.pop();
        }
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

/// What [`Weights::load`] does.
pub(super) fn load<M: Module>(
    weights: &Weights,
    module: &mut M,
    renames: &Renames,
    dtype: DType,
    model: &str,
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
        parts,
        path: Vec::new(),
        containers: Vec::new(),
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
