//! Checkpoints of random numbers in a network's true shape, for trials of
//! loading and memory.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
};

use burn::{
    module::{Module, ModuleVisitor, Param},
    tensor::Tensor,
};
use half::f16;
use rand::Rng;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use serde_json::{Map, json};

use super::{Renames, fill::Trail};
use crate::models::ModelError;

/// Numbers that are drawn; a tensor repeats them.
const DRAWN: usize = 1 << 16;

/// A tensor to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blank {
    /// Its key.
    pub name: String,
    /// Its dimensions as PyTorch has them.
    pub shape: Vec<usize>,
}

/// The tensors of a network; `renames` leads from paths of fields to keys.
pub fn blanks_of<M: Module>(module: &M, renames: &Renames) -> Vec<Blank> {
    struct Collect<'a> {
        trail: Trail,
        renames: &'a Renames,
        found: Vec<Blank>,
    }
    impl ModuleVisitor for Collect<'_> {
        fn enter_module(&mut self, name: &str, container_type: &str) {
            self.trail.enter(name, container_type);
        }

        fn exit_module(&mut self, _name: &str, container_type: &str) {
            self.trail.exit(container_type);
        }

        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let (path, linear) = self.trail.place();
            let mut shape = param.lazy_shape().to_vec();
            if linear {
                shape.reverse();
            }
            self.found.push(Blank { name: self.renames.path(&path), shape });
        }
    }
    let mut collect = Collect { trail: Trail::default(), renames, found: Vec::new() };
    module.visit(&mut collect);
    collect.found
}

/// Writes tensors as f16: matrices of a spread that keeps a network's numbers
/// of order one, weights of norms near one, the rest near zero. Returns the
/// bytes written.
///
/// # Errors
/// [`ModelError::File`].
pub fn write(path: &Path, blanks: &[Blank]) -> Result<u64, ModelError> {
    let wrong = |e: std::io::Error| ModelError::File {
        path: path.to_owned(),
        why: format!("the file cannot be written ({e})"),
    };
    let mut header = Map::new();
    let mut end = 0;
    for blank in blanks {
        let begin = end;
        end += 2 * blank.shape.iter().product::<usize>() as u64;
        let entry = json!({ "dtype": "F16", "shape": blank.shape, "data_offsets": [begin, end] });
        header.insert(blank.name.clone(), entry);
    }
    let mut header = serde_json::Value::Object(header).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(wrong)?;
    }
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let drawn: Vec<f32> = (0..DRAWN).map(|_| random.random_range(-1.0..1.0)).collect();
    let mut out = BufWriter::new(File::create(path).map_err(wrong)?);
    out.write_all(&(header.len() as u64).to_le_bytes()).map_err(wrong)?;
    out.write_all(&header).map_err(wrong)?;
    for blank in blanks {
        let (middle, spread) = match blank.shape.as_slice() {
            [_] if blank.name.ends_with("norm.weight")
                || blank.name.contains("norm") && blank.name.ends_with(".weight") =>
            {
                (1.0, 0.1)
            }
            [_] => (0.0, 0.01),
            // Uniform numbers have a third of the variance.
            shape => (0.0, (3.0 / shape[1..].iter().product::<usize>().max(1) as f32).sqrt()),
        };
        let halves: Vec<u8> =
            drawn.iter().flat_map(|x| f16::from_f32(middle + spread * x).to_le_bytes()).collect();
        let mut rest = 2 * blank.shape.iter().product::<usize>();
        while rest > 0 {
            let count = rest.min(halves.len());
            out.write_all(&halves[..count]).map_err(wrong)?;
            rest -= count;
        }
    }
    out.flush().map_err(wrong)?;
    Ok(8 + header.len() as u64 + end)
}
