//! Weights from safetensors into networks.

use burn::{
    store::{
        FloatCastAdapter, ModuleAdapter, ModuleSnapshot, ModuleStore, PyTorchToBurnAdapter, SafetensorsStore,
    },
    tensor::DType,
};

use super::ModelError;

/// Fills `module` from the bytes of a safetensors file in PyTorch's layout,
/// cast to 32-bit floats.
///
/// # Errors
/// [`ModelError::Weights`] naming the first tensor that is missing or of
/// another shape. Tensors that the module does not know are an error too: they
/// mean that file and network are not of one kind.
pub fn load_f32<M: ModuleSnapshot>(module: &mut M, bytes: Vec<u8>, model: &str) -> Result<(), ModelError> {
    let wrong = |why: String| ModelError::Weights { model: model.to_owned(), why };
    let mut store = SafetensorsStore::from_bytes(Some(bytes))
        .with_from_adapter(PyTorchToBurnAdapter.chain(FloatCastAdapter::to(DType::F32)))
        .allow_partial(true)
        .validate(false);
    let result = store.apply_to(module).map_err(|e| wrong(e.to_string()))?;
    if let Some(error) = result.errors.first() {
        return Err(wrong(error.to_string()));
    }
    if let Some((path, _)) = result.missing.first() {
        return Err(wrong(format!("tensor '{path}' is missing ({} in all)", result.missing.len())));
    }
    if let Some(path) = result.unused.first() {
        return Err(wrong(format!(
            "tensor '{path}' is not part of this model ({} in all)",
            result.unused.len()
        )));
    }
    Ok(())
}
