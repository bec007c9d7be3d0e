//! Times the paths of attention against each other.

use std::time::Instant;

use burn::tensor::{Device, Distribution, Tensor, module, ops::AttentionModuleOptions};

use super::{Dims, attention, attention_by_tensors};

/// Milliseconds of several runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// The shortest.
    pub min_ms: f64,
    /// The one in the middle.
    pub median_ms: f64,
}

/// One size, measured on one device by every way there is.
#[derive(Clone, Debug, PartialEq)]
pub struct AttentionTiming {
    /// The size.
    pub dims: Dims,
    /// [`attention`], which is the kernel on a graphics device.
    pub ours: Timing,
    /// Burn's own attention on the same device.
    pub burn: Timing,
    /// Matrix product, softmax, matrix product on the same device.
    pub tensors: Timing,
}

/// Heads, tokens and head size of the built-in model, of the paper's S and of
/// its XL, as queries and keys of one picture.
pub const SIZES: [[usize; 3]; 4] = [[6, 64, 48], [6, 256, 64], [6, 1024, 64], [16, 1024, 72]];

/// Times every way for one size.
///
/// # Errors
/// What the device reports when it cannot run one of them.
pub fn attention_timing(device: &Device, dims: Dims, runs: usize) -> Result<AttentionTiming, String> {
    let scale = 1.0 / (dims.head_size as f32).sqrt();
    Ok(AttentionTiming {
        dims,
        ours: ours(device, dims, runs)?,
        burn: time(device, dims, runs, |q, k, v| {
            module::attention(q, k, v, None, None, AttentionModuleOptions::default())
        })?,
        tensors: time(device, dims, runs, |q, k, v| attention_by_tensors(q, k, v, None, scale))?,
    })
}

/// Times [`attention`] alone.
///
/// # Errors
/// What the device reports when it cannot run it.
pub fn ours(device: &Device, dims: Dims, runs: usize) -> Result<Timing, String> {
    time(device, dims, runs, |q, k, v| attention(q, k, v, None, None))
}

fn time(
    device: &Device,
    dims: Dims,
    runs: usize,
    attend: impl Fn(Tensor<4>, Tensor<4>, Tensor<4>) -> Tensor<4>,
) -> Result<Timing, String> {
    let Dims { batch, heads, queries, keys, head_size } = dims;
    let random = |tokens| {
        let shape = [batch, heads, tokens, head_size];
        Tensor::<4>::random(shape, Distribution::Normal(0.0, 1.0), device)
    };
    let (q, k, v) = (random(queries), random(keys), random(keys));
    let mut all_ms = Vec::with_capacity(runs);
    // The first run compiles (and burn's tunes), the second warms the caches.
    for run in 0..runs.max(1) + 2 {
        device.sync().map_err(|error| error.to_string())?;
        let start = Instant::now();
        let out = attend(q.clone(), k.clone(), v.clone());
        device.sync().map_err(|error| error.to_string())?;
        if run >= 2 {
            all_ms.push(start.elapsed().as_secs_f64() * 1e3);
        }
        drop(out);
    }
    all_ms.sort_by(f64::total_cmp);
    Ok(Timing { min_ms: all_ms[0], median_ms: all_ms[all_ms.len() / 2] })
}
