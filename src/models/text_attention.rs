//! What the published text encoders share: attention with an additive bias,
//! activations by name, and token tables that stay in their files.

use burn::tensor::{DType, Device, Tensor, TensorData, activation};
use serde::Deserialize;

use super::{ModelError, weights::Weights};

/// Activation functions of transformers, by its names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// `x * sigmoid(1.702 x)`, of the first CLIP.
    QuickGelu,
    /// The exact form, with the error function.
    Gelu,
    /// The tanh form.
    #[serde(alias = "gelu_pytorch_tanh", alias = "gelu_fast")]
    GeluNew,
    /// `max(x, 0)`.
    Relu,
    /// `x * sigmoid(x)`.
    #[serde(alias = "swish")]
    Silu,
}

impl Activation {
    /// # Shapes
    /// - `x`, output: any
    pub fn apply<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::QuickGelu => x.clone() * activation::sigmoid(x * 1.702),
            Self::Gelu => activation::gelu(x),
            Self::GeluNew => activation::gelu_approximate(x),
            Self::Relu => activation::relu(x),
            Self::Silu => activation::silu(x),
        }
    }
}

/// `softmax(q k^T * scale + bias) v`; the softmax is computed in f32.
///
/// The kernels' attention takes neither biases nor causal masks; these texts
/// have at most a few hundred tokens, so plain tensor operations serve.
///
/// # Shapes
/// - `query`, `key`, `value`: `[batch, heads, tokens, head_size]`
/// - `bias`: `[batch or 1, heads or 1, tokens, tokens]`
/// - output: `[batch, heads, tokens, head_size]`
pub fn biased_attention(
    query: Tensor<4>,
    key: Tensor<4>,
    value: Tensor<4>,
    bias: Tensor<4>,
    scale: f32,
) -> Tensor<4> {
    let dtype = value.dtype();
    let scores = query.cast(DType::F32).mul_scalar(scale).matmul(key.cast(DType::F32).swap_dims(2, 3)) + bias;
    activation::softmax(scores, 3).cast(dtype).matmul(value)
}

/// A table of token states that is read from its file row by row: at tens of
/// thousands of tokens it is larger than what some devices bind at once, and a
/// prompt needs some hundred rows of it.
#[derive(Clone, Debug)]
pub struct TokenTable {
    weights: Weights,
    key: String,
    model: String,
    rows: usize,
    width: usize,
}

impl TokenTable {
    /// The table under the first of `keys` that the weights hold.
    ///
    /// # Errors
    /// [`ModelError::Weights`], when there is none of that width with at least `rows` rows.
    pub fn new(
        weights: &Weights,
        keys: &[&str],
        rows: usize,
        width: usize,
        model: &str,
    ) -> Result<Self, ModelError> {
        let wrong = |why: String| ModelError::Weights { model: model.to_owned(), why };
        let key = keys.iter().find(|key| weights.shape(key).is_some()).ok_or_else(|| {
            wrong(format!("tensor '{}' is missing: {}", keys.join("' or '"), weights.path().display()))
        })?;
        match weights.shape(key) {
            Some(&[height, found]) if found == width && height >= rows => Ok(Self {
                weights: weights.clone(),
                key: (*key).to_owned(),
                model: model.to_owned(),
                rows: height,
                width,
            }),
            found => Err(wrong(format!(
                "tensor '{key}' has the shape {:?}, but {:?} was expected: {}",
                found.unwrap_or_default(),
                [rows, width],
                weights.path().display()
            ))),
        }
    }

    /// The states of texts of one length, row-major.
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`] for an id beyond the table; [`ModelError::File`].
    pub fn read(&self, ids: &[Vec<u32>]) -> Result<Vec<f32>, ModelError> {
        let rows: Vec<usize> = ids.iter().flatten().map(|&id| id as usize).collect();
        if let Some(beyond) = rows.iter().find(|&&row| row >= self.rows) {
            return Err(ModelError::Tokenizer {
                model: self.model.clone(),
                why: format!("it gave token {beyond}, but the text encoder knows {} tokens", self.rows),
            });
        }
        self.weights.rows(&self.key, &rows)
    }

    /// As [`TokenTable::read`], on a device.
    ///
    /// # Shapes
    /// - output: `[texts, tokens, width]`, f32
    ///
    /// # Errors
    /// As [`TokenTable::read`].
    pub fn states(&self, ids: &[Vec<u32>], device: &Device) -> Result<Tensor<3>, ModelError> {
        let tokens = same_length(ids, &self.model)?;
        let values = self.read(ids)?;
        Ok(Tensor::from_data(TensorData::new(values, [ids.len(), tokens, self.width]), (device, DType::F32)))
    }
}

/// The length that all texts have.
///
/// # Errors
/// [`ModelError::Tokenizer`], when there is no text, an empty one, or two lengths.
pub fn same_length(ids: &[Vec<u32>], model: &str) -> Result<usize, ModelError> {
    match ids.first().map(Vec::len) {
        Some(tokens) if tokens > 0 && ids.iter().all(|text| text.len() == tokens) => Ok(tokens),
        _ => Err(ModelError::Tokenizer {
            model: model.to_owned(),
            why: "texts of one batch must have the same length, at least one token".into(),
        }),
    }
}
