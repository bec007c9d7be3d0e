//! Between pictures, files and tensors: what every painting model needs.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::{Dtype, SafeTensors};

use crate::{
    diffusion::{NoiseStream, standard_normal},
    engine::{DumpedTensor, EngineError},
    raster::Picture,
};

/// Standard normal noise of a seed, the same on every device.
pub(super) fn seeded_noise(seed: u64, stream: NoiseStream, shape: [usize; 4], device: &Device) -> Tensor<4> {
    let values = standard_normal(seed, stream, shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The values and the shape of a tensor in a file.
pub(super) fn noise_from_file(file: &Path, name: &str) -> Result<(Vec<f32>, Vec<usize>), EngineError> {
    let wrong = |why: String| EngineError::Request(format!("{why}: {}", file.display()));
    let bytes = std::fs::read(file).map_err(|e| wrong(format!("the noise cannot be read ({e})")))?;
    let tensors = SafeTensors::deserialize(&bytes)
        .map_err(|e| wrong(format!("the noise is not in a readable safetensors file ({e})")))?;
    let view = tensors
        .tensor(name)
        .map_err(|_| wrong(format!("there is no tensor '{name}' to take the noise from")))?;
    if view.dtype() != Dtype::F32 {
        return Err(wrong(format!("the noise '{name}' is {:?}, but F32 is needed", view.dtype())));
    }
    let values = view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    Ok((values, view.shape().to_vec()))
}

/// # Shapes
/// - output: `[1, 3, height, width]`, -1..1
pub(super) fn tensor_from_picture(picture: &Picture, device: &Device) -> Tensor<4> {
    let [width, height] = picture.size_px();
    let mut values = Vec::with_capacity(3 * width * height);
    for channel in 0..3 {
        values.extend(picture.rgba().chunks_exact(4).map(|pixel| f32::from(pixel[channel]) / 127.5 - 1.0));
    }
    Tensor::from_data(TensorData::new(values, [1, 3, height, width]), device)
}

/// The picture of a `[1, 3, height, width]` tensor in -1..1.
pub(super) fn picture_from_tensor(image: Tensor<4>) -> Result<Picture, EngineError> {
    let [_, _, height, width] = image.dims();
    let values = values_of(image)?;
    let plane = width * height;
    if values.iter().any(|value| !value.is_finite()) {
        return Err(EngineError::Fault("the picture holds values that are not numbers".into()));
    }
    let byte = |value: f32| ((value.clamp(-1.0, 1.0) + 1.0) * 127.5).round() as u8;
    let rgba = (0..plane)
        .flat_map(|at| [byte(values[at]), byte(values[plane + at]), byte(values[2 * plane + at]), 255])
        .collect();
    Ok(Picture::from_rgba(width as u32, height as u32, rgba)?)
}

pub(super) fn values_of<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, EngineError> {
    let data = tensor
        .try_into_data()
        .map_err(|e| EngineError::Device { device: "device".into(), why: e.to_string() })?;
    data.convert::<f32>().try_to_vec().map_err(|e| EngineError::Fault(format!("{e:?}")))
}

/// Takes tensors along, for `--dump` and for comparison with a reference.
#[derive(Debug, Default)]
pub(super) struct Dump {
    wanted: bool,
    /// Whether the network's raw outputs of the first step are kept too.
    calls: bool,
    pub tensors: Vec<DumpedTensor>,
}

impl Dump {
    /// An empty one that keeps nothing unless `wanted`.
    pub fn new(wanted: bool) -> Self {
        Self { wanted, ..Self::default() }
    }

    /// An empty one that keeps the network's raw outputs too.
    pub fn with_calls() -> Self {
        Self { wanted: true, calls: true, tensors: Vec::new() }
    }

    /// Takes a tensor along.
    pub fn keep<const D: usize>(&mut self, name: &str, tensor: &Tensor<D>) {
        if !self.wanted {
            return;
        }
        let shape = tensor.dims().to_vec();
        if let Ok(values) = values_of(tensor.clone()) {
            self.tensors.push(DumpedTensor { name: name.to_owned(), shape, values });
        }
    }

    /// The raw output of the network at a step: `call0`, then `call0.1`.
    pub fn call<const D: usize>(&mut self, index: usize, output: &Tensor<D>) {
        if self.calls && index == 0 {
            let first = self.get("call0").is_none();
            self.keep(if first { "call0" } else { "call0.1" }, output);
        }
    }

    /// What was kept under a name.
    pub fn get(&self, name: &str) -> Option<&DumpedTensor> {
        self.tensors.iter().find(|tensor| tensor.name == name)
    }
}
