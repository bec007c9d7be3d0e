//! Attention and its parts: choose a path, check the named dimensions, launch.
//!
//! - [`attention`] is what a model calls. On a graphics device it runs the
//!   kernel of `shaders/attention.wgsl` ([`flash`]), on the CPU burn's own
//!   blocked attention, and plain tensor operations where gradients flow.
//! - [`path_for`] says which of them a call takes.
//! - [`reference`] is the literal twin that tests hold every path to.
//! - [`bench`] times the paths against each other.

pub mod bench;
pub mod flash;
pub mod reference;
pub mod template;

use burn::{
    backend::DispatchDevice,
    cubecl::Device as CubeDevice,
    tensor::{Bool, DType, Device, Tensor, activation::softmax, module, ops::AttentionModuleOptions},
};

use flash::MAX_HEAD_SIZE;

/// Scores in memory at a time where they have to be: 64 MiB of f32.
const MAX_SCORES: usize = 16 * 1024 * 1024;

/// Which way a call of [`attention`] goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// The kernel of `shaders/attention.wgsl`.
    Flash,
    /// Burn's attention on its CPU backend, blocked and threaded over heads.
    Flex,
    /// Matrix product, softmax, matrix product: differentiable, on any device.
    Tensors,
}

/// The numbers of a call, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dims {
    /// Pictures, or texts.
    pub batch: usize,
    /// Heads.
    pub heads: usize,
    /// Tokens that ask.
    pub queries: usize,
    /// Tokens that are looked at.
    pub keys: usize,
    /// Elements of a head.
    pub head_size: usize,
}

/// Which path [`attention`] takes on a device for tensors of this kind and size.
pub fn path_for(device: &Device, dtype: DType, dims: Dims) -> Path {
    match device.as_dispatch() {
        DispatchDevice::Flex(_) => Path::Flex,
        DispatchDevice::Cube(cube @ CubeDevice::Wgpu(_)) if matches!(dtype, DType::F32 | DType::F16) => {
            let client = cube.client();
            let properties = client.properties();
            let most_groups = properties.hardware.max_cube_count;
            // Every tensor has to fit into one binding; twice, because keys and
            // values may be two halves of one buffer.
            let largest_bytes =
                2 * 4 * dims.batch * dims.heads * dims.queries.max(dims.keys) * dims.head_size;
            let fits = (1..=MAX_HEAD_SIZE).contains(&dims.head_size)
                && dims.batch * dims.heads * dims.queries * dims.keys > 0
                && dims.heads <= most_groups.1 as usize
                && dims.batch <= most_groups.2 as usize
                && largest_bytes as u64 <= properties.memory.max_page_size;
            if fits { Path::Flash } else { Path::Tensors }
        }
        _ => Path::Tensors,
    }
}

/// Scaled dot-product attention over every key, `softmax(q k^T * scale) v`.
///
/// # Shapes
/// - `query`: `[batch, heads, queries, head_size]`
/// - `key`: `[batch, heads, keys, head_size]`
/// - `value`: `[batch, heads, keys, head_size]`
/// - `key_mask`: `[batch, keys]`, true where a key counts
/// - output: `[batch, heads, queries, head_size]`
///
/// `scale` is `1 / sqrt(head_size)` by default. A row without a key that counts
/// gives zeros. Strided inputs (after `swap_dims`, say) are read where they are.
/// On a device with autodiff the result is differentiable.
///
/// # Panics
/// When the shapes do not belong together, naming both.
pub fn attention(
    query: Tensor<4>,
    key: Tensor<4>,
    value: Tensor<4>,
    key_mask: Option<Tensor<2, Bool>>,
    scale: Option<f32>,
) -> Tensor<4> {
    let dims = check_dims(&query, &key, &value, key_mask.as_ref());
    let default_scale = 1.0 / (dims.head_size as f32).sqrt();
    let scale = scale.unwrap_or(default_scale);
    match path_for(&query.device(), query.dtype(), dims) {
        Path::Flash => flash::attention(query, key, value, key_mask, scale, None),
        Path::Flex => {
            let Dims { batch, queries, keys, .. } = dims;
            // Burn's mask is the other way round: true where a key is left out.
            let mask = key_mask
                .map(|mask| mask.bool_not().reshape([batch, 1, 1, keys]).expand([batch, 1, queries, keys]));
            let options = AttentionModuleOptions { scale: Some(f64::from(scale)), ..Default::default() };
            module::attention(query, key, value, mask, None, options)
        }
        Path::Tensors => attention_by_tensors(query, key, value, key_mask, scale),
    }
}

/// [`attention`] by plain tensor operations, so many queries at a time that the
/// scores stay below 64 MiB.
///
/// # Shapes
/// As [`attention`].
pub fn attention_by_tensors(
    query: Tensor<4>,
    key: Tensor<4>,
    value: Tensor<4>,
    key_mask: Option<Tensor<2, Bool>>,
    scale: f32,
) -> Tensor<4> {
    let Dims { batch, heads, queries, keys, head_size } = check_dims(&query, &key, &value, key_mask.as_ref());
    if keys == 0 || queries == 0 || batch == 0 || heads == 0 {
        return Tensor::zeros([batch, heads, queries, head_size], (&query.device(), query.dtype()));
    }
    let key = key.swap_dims(2, 3);
    let left_out = key_mask.map(|mask| mask.bool_not().reshape([batch, 1, 1, keys]));
    let attend = |query: Tensor<4>| {
        let scores = query.mul_scalar(scale).matmul(key.clone());
        let weights = match left_out.clone() {
            Some(left_out) => {
                // Finite, so that a fully masked row is no NaN; the second fill makes it zero.
                let left_out = left_out.expand(scores.dims());
                let lowest = if scores.dtype() == DType::F16 { -6e4 } else { -1e30 };
                softmax(scores.mask_fill(left_out.clone(), lowest), 3).mask_fill(left_out, 0.0)
            }
            None => softmax(scores, 3),
        };
        weights.matmul(value.clone())
    };
    let rows = (MAX_SCORES / (batch * heads * keys)).max(1);
    if rows >= queries {
        return attend(query);
    }
    let parts = (0..queries)
        .step_by(rows)
        .map(|first| attend(query.clone().narrow(2, first, rows.min(queries - first))))
        .collect();
    Tensor::cat(parts, 2)
}

/// The named dimensions of a call.
///
/// # Panics
/// When they do not belong together.
fn check_dims(
    query: &Tensor<4>,
    key: &Tensor<4>,
    value: &Tensor<4>,
    key_mask: Option<&Tensor<2, Bool>>,
) -> Dims {
    let [batch, heads, queries, head_size] = query.dims();
    let [key_batch, key_heads, keys, key_size] = key.dims();
    assert_eq!(
        [key_batch, key_heads, key_size],
        [batch, heads, head_size],
        "attention: batch, heads and head size of the keys differ from those of the queries"
    );
    assert_eq!(value.dims(), key.dims(), "attention: values and keys differ in shape");
    if let Some(mask) = key_mask {
        assert_eq!(mask.dims(), [batch, keys], "attention: the key mask is not [batch, keys]");
    }
    Dims { batch, heads, queries, keys, head_size }
}
