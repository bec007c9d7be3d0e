//! Attention as the published transformers share it: heads, norms of queries
//! and keys, rotary positions. Named as in the checkpoints of the diffusers layout.

use burn::{
    module::Module,
    nn::{Linear, RmsNorm, RmsNormConfig},
    tensor::{Bool, Device, Tensor, TensorData},
};

use super::published_layers::{linear, linear_if};
use crate::kernels;

/// Root-mean-square norm of each head of queries or keys.
pub fn head_norm(head_size: usize, epsilon: f64, device: &Device) -> RmsNorm {
    RmsNormConfig::new(head_size).with_epsilon(epsilon).init(device)
}

/// `[batch, tokens, heads * size]` to `[batch, heads, tokens, size]`.
pub fn split_heads(x: Tensor<3>, heads: usize) -> Tensor<4> {
    let [batch, tokens, width] = x.dims();
    x.reshape([batch, tokens, heads, width / heads]).swap_dims(1, 2)
}

/// `[batch, heads, tokens, size]` to `[batch, tokens, heads * size]`.
pub fn join_heads(x: Tensor<4>) -> Tensor<3> {
    let [batch, heads, tokens, size] = x.dims();
    x.swap_dims(1, 2).reshape([batch, tokens, heads * size])
}

/// Attention of one stream, to itself or to a context.
#[derive(Module, Debug)]
pub struct StreamAttention {
    /// Queries.
    pub to_q: Linear,
    /// Keys.
    pub to_k: Linear,
    /// Values.
    pub to_v: Linear,
    /// Norm of each query, where the model has one.
    pub norm_q: Option<RmsNorm>,
    /// Norm of each key, where the model has one.
    pub norm_k: Option<RmsNorm>,
    /// The output projection; a list of one, since the checkpoint says `to_out.0`.
    /// Empty where what follows projects (FLUX's single stream).
    pub to_out: Vec<Linear>,
    /// Heads.
    pub heads: usize,
}

/// What a [`StreamAttention`] is made of.
#[derive(Clone, Copy, Debug)]
pub struct StreamSizes {
    /// Width of the stream.
    pub width: usize,
    /// Width of the source of keys and values.
    pub context: usize,
    /// Heads.
    pub heads: usize,
    /// Elements of a head.
    pub head_size: usize,
    /// Whether `to_q`, `to_k` and `to_v` have biases.
    pub bias: bool,
    /// Epsilon of the norms of queries and keys, where there are any.
    pub qk_norm: Option<f64>,
}

impl StreamAttention {
    /// Random weights.
    pub fn new(sizes: StreamSizes, device: &Device) -> Self {
        let StreamSizes { width, context, heads, head_size, bias, qk_norm } = sizes;
        let inner = heads * head_size;
        let norm = || qk_norm.map(|epsilon| head_norm(head_size, epsilon, device));
        Self {
            to_q: linear_if(bias, width, inner, device),
            to_k: linear_if(bias, context, inner, device),
            to_v: linear_if(bias, context, inner, device),
            norm_q: norm(),
            norm_k: norm(),
            to_out: vec![linear(inner, width, device)],
            heads,
        }
    }

    /// Queries, keys and values of one stream, by heads, normed.
    ///
    /// # Shapes
    /// - `x`, `source`: `[batch, tokens, width]`
    /// - output: three times `[batch, heads, tokens, head_size]`
    pub fn qkv(&self, x: Tensor<3>, source: Tensor<3>) -> [Tensor<4>; 3] {
        let normed = |x: Tensor<4>, norm: &Option<RmsNorm>| match norm {
            Some(norm) => norm.forward(x),
            None => x,
        };
        [
            normed(split_heads(self.to_q.forward(x), self.heads), &self.norm_q),
            normed(split_heads(self.to_k.forward(source.clone()), self.heads), &self.norm_k),
            split_heads(self.to_v.forward(source), self.heads),
        ]
    }

    /// The output projection, where there is one.
    pub fn project(&self, x: Tensor<3>) -> Tensor<3> {
        self.to_out.iter().fold(x, |x, layer| layer.forward(x))
    }

    /// # Shapes
    /// - `x`, output: `[batch, tokens, width]`
    /// - `source`: `[batch, keys, context]`
    /// - `key_mask`: `[batch, keys]`, true where a key counts
    pub fn forward(&self, x: Tensor<3>, source: Tensor<3>, key_mask: Option<Tensor<2, Bool>>) -> Tensor<3> {
        let [q, k, v] = self.qkv(x, source);
        self.project(join_heads(kernels::attention(q, k, v, key_mask, None)))
    }
}

/// Cosines and sines by which neighbouring pairs of a head are turned
/// (Su et al. 2021; FLUX's and Z-Image's interleaved form).
#[derive(Clone, Debug)]
pub struct Rotary {
    /// `[1, 1, tokens, head_size / 2, 1]`.
    cos: Tensor<5>,
    /// `[1, 1, tokens, head_size / 2, 1]`.
    sin: Tensor<5>,
}

impl Rotary {
    /// For tokens at these places, one coordinate an axis.
    ///
    /// `axes` are the elements of a head that speak of each axis, even, in
    /// order; `theta` is the base of the frequencies.
    pub fn new(places: &[[f32; 3]], axes: &[usize; 3], theta: f64, device: &Device) -> Self {
        let half: usize = axes.iter().sum::<usize>() / 2;
        let mut cos = Vec::with_capacity(places.len() * half);
        let mut sin = Vec::with_capacity(places.len() * half);
        for place in places {
            for (&coordinate, &size) in place.iter().zip(axes) {
                for k in 0..size / 2 {
                    let frequency = 1.0 / theta.powf(2.0 * k as f64 / size as f64);
                    // The reference's angle is rounded to 32 bits too.
                    let angle = f64::from((f64::from(coordinate) * frequency) as f32);
                    cos.push(angle.cos() as f32);
                    sin.push(angle.sin() as f32);
                }
            }
        }
        let shape = [1, 1, places.len(), half, 1];
        Self {
            cos: Tensor::from_data(TensorData::new(cos, shape), device),
            sin: Tensor::from_data(TensorData::new(sin, shape), device),
        }
    }

    /// # Shapes
    /// - `x`, output: `[batch, heads, tokens, head_size]`
    pub fn turn(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, heads, tokens, size] = x.dims();
        let dtype = x.dtype();
        let pairs = x.cast(self.cos.dtype()).reshape([batch, heads, tokens, size / 2, 2]);
        let (real, imaginary) = (pairs.clone().narrow(4, 0, 1), pairs.narrow(4, 1, 1));
        let turned = Tensor::cat(
            vec![
                real.clone() * self.cos.clone() - imaginary.clone() * self.sin.clone(),
                real * self.sin.clone() + imaginary * self.cos.clone(),
            ],
            4,
        );
        turned.reshape([batch, heads, tokens, size]).cast(dtype)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotation_keeps_lengths_and_turns_by_the_place() {
        let device = Device::flex();
        let rotary = Rotary::new(&[[0.0; 3], [1.0, 2.0, 0.0]], &[2, 2, 2], 10_000.0, &device);
        let x = Tensor::<1>::from_floats([1.0, 0.0, 0.0, 1.0, 3.0, 4.0].repeat(2).as_slice(), &device);
        let out: Vec<f32> = rotary.turn(x.reshape([1, 1, 2, 6])).into_data().try_to_vec().unwrap();
        assert_eq!(&out[..6], [1.0, 0.0, 0.0, 1.0, 3.0, 4.0]);
        for (found, expected) in
            out[6..].iter().zip([1f32.cos(), 1f32.sin(), -2f32.sin(), 2f32.cos(), 3.0, 4.0])
        {
            assert!((found - expected).abs() < 1e-6, "{found} where {expected} is expected");
        }
    }
}
