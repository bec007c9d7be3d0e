//! Layers that two or more networks share.

use burn::{
    module::Module,
    nn::{Linear, LinearConfig},
    tensor::{Bool, Device, Tensor, activation, module::layer_norm},
};

use crate::kernels;

/// The epsilon of every layer norm of the DiT (DiT, `models.py`).
pub const NORM_EPSILON: f64 = 1e-6;

/// Multi-head attention; with a context of its own it is cross-attention.
#[derive(Module, Debug)]
pub struct Attention {
    q: Linear,
    kv: Linear,
    proj: Linear,
    num_heads: usize,
}

impl Attention {
    /// Random weights. `context_size` is the width of keys' and values' source;
    /// it equals `hidden_size` for self-attention.
    pub fn new(hidden_size: usize, num_heads: usize, context_size: usize, device: &Device) -> Self {
        Self {
            q: LinearConfig::new(hidden_size, hidden_size).init(device),
            kv: LinearConfig::new(context_size, 2 * hidden_size).init(device),
            proj: LinearConfig::new(hidden_size, hidden_size).init(device),
            num_heads,
        }
    }

    /// The same layer with its output set to zero, so that a residual branch
    /// begins as the identity.
    pub fn with_zero_output(mut self, device: &Device) -> Self {
        self.proj = zero_linear(self.proj, device);
        self
    }

    /// Attends to `x` itself.
    ///
    /// # Shapes
    /// - `x`: `[batch, tokens, hidden]`
    /// - `key_mask`: `[batch, tokens]`, true where a token counts
    /// - output: `[batch, tokens, hidden]`
    pub fn forward(&self, x: Tensor<3>, key_mask: Option<Tensor<2, Bool>>) -> Tensor<3> {
        self.forward_cross(x.clone(), x, key_mask)
    }

    /// Attends to `context`.
    ///
    /// # Shapes
    /// - `x`: `[batch, tokens, hidden]`
    /// - `context`: `[batch, keys, context]`
    /// - `key_mask`: `[batch, keys]`, true where a key counts
    /// - output: `[batch, tokens, hidden]`
    pub fn forward_cross(
        &self,
        x: Tensor<3>,
        context: Tensor<3>,
        key_mask: Option<Tensor<2, Bool>>,
    ) -> Tensor<3> {
        let [batch, tokens, hidden] = x.dims();
        let [_, keys, _] = context.dims();
        let (heads, head_size) = (self.num_heads, hidden / self.num_heads);
        let split = |t: Tensor<3>, count| t.reshape([batch, count, heads, head_size]).swap_dims(1, 2);
        let q = split(self.q.forward(x), tokens);
        let kv = self.kv.forward(context);
        let k = split(kv.clone().narrow(2, 0, hidden), keys);
        let v = split(kv.narrow(2, hidden, hidden), keys);
        let out = kernels::attention(q, k, v, key_mask, None);
        self.proj.forward(out.swap_dims(1, 2).reshape([batch, tokens, hidden]))
    }
}

/// Two linear layers with a GELU between them (tanh form, as in DiT), four
/// times as wide inside.
#[derive(Module, Debug)]
pub struct Mlp {
    fc1: Linear,
    fc2: Linear,
}

impl Mlp {
    /// Random weights.
    pub fn new(hidden_size: usize, device: &Device) -> Self {
        Self {
            fc1: LinearConfig::new(hidden_size, 4 * hidden_size).init(device),
            fc2: LinearConfig::new(4 * hidden_size, hidden_size).init(device),
        }
    }

    /// # Shapes
    /// - `x`, output: `[batch, tokens, hidden]`
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.fc2.forward(activation::gelu_approximate(self.fc1.forward(x)))
    }
}

/// A linear layer whose weight and bias are zero.
pub fn zero_linear(layer: Linear, device: &Device) -> Linear {
    let [d_input, d_output] = layer.weight.dims();
    let initializer = burn::nn::Initializer::Zeros;
    LinearConfig::new(d_input, d_output).with_initializer(initializer).init(device)
}

/// Layer norm without weights of its own.
///
/// # Shapes
/// - `x`, output: `[batch, tokens, hidden]`
pub fn plain_layer_norm(x: Tensor<3>) -> Tensor<3> {
    let [_, _, hidden] = x.dims();
    let ones = Tensor::ones([hidden], (&x.device(), x.dtype()));
    layer_norm(x, ones, None, NORM_EPSILON)
}

/// `x * (1 + scale) + shift`, one shift and scale per picture (DiT, section 3.2).
///
/// # Shapes
/// - `x`, output: `[batch, tokens, hidden]`
/// - `shift`, `scale`: `[batch, hidden]`
pub fn modulate(x: Tensor<3>, shift: Tensor<2>, scale: Tensor<2>) -> Tensor<3> {
    x * (scale.unsqueeze_dim::<3>(1) + 1.0) + shift.unsqueeze_dim::<3>(1)
}

/// Sinusoidal embedding of timesteps, cosines first (DiT, `models.py`).
///
/// # Shapes
/// - `t`: `[batch]`, 0..1000
/// - output: `[batch, size]`; `size` is even
pub fn timestep_embedding(t: Tensor<1>, size: usize) -> Tensor<2> {
    const MAX_PERIOD: f64 = 10_000.0;
    let half = size / 2;
    let frequencies: Vec<f32> =
        (0..half).map(|k| (-MAX_PERIOD.ln() * k as f64 / half as f64).exp() as f32).collect();
    let frequencies = Tensor::<1>::from_floats(frequencies.as_slice(), &t.device());
    let angles = t.unsqueeze_dim::<2>(1) * frequencies.unsqueeze_dim::<2>(0);
    Tensor::cat(vec![angles.clone().cos(), angles.sin()], 1)
}

/// `[n, c * r * r, h, w]` to `[n, c, h * r, w * r]`, as PyTorch's `pixel_shuffle`.
pub fn pixel_shuffle(x: Tensor<4>, r: usize) -> Tensor<4> {
    let [n, channels, h, w] = x.dims();
    let c = channels / (r * r);
    x.reshape([n, c, r, r, h, w]).permute([0, 1, 4, 2, 5, 3]).reshape([n, c, h * r, w * r])
}

/// `[n, c, h * r, w * r]` to `[n, c * r * r, h, w]`, as PyTorch's `pixel_unshuffle`.
pub fn pixel_unshuffle(x: Tensor<4>, r: usize) -> Tensor<4> {
    let [n, c, height, width] = x.dims();
    let (h, w) = (height / r, width / r);
    x.reshape([n, c, h, r, w, r]).permute([0, 1, 3, 5, 2, 4]).reshape([n, c * r * r, h, w])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixel_shuffle_moves_channels_into_space_and_back() {
        let device = Device::flex();
        let x =
            Tensor::<1, burn::tensor::Int>::arange(0..2 * 8 * 3 * 5, &device).float().reshape([2, 8, 3, 5]);
        let shuffled = pixel_shuffle(x.clone(), 2);
        assert_eq!(shuffled.dims(), [2, 2, 6, 10]);
        // PyTorch's rule: out[n, c, h*r+i, w*r+j] = in[n, c*r*r + i*r + j, h, w].
        let at = |t: &Tensor<4>, i: [usize; 4]| {
            t.clone()
                .slice([i[0]..i[0] + 1, i[1]..i[1] + 1, i[2]..i[2] + 1, i[3]..i[3] + 1])
                .into_scalar::<f32>()
        };
        assert_eq!(at(&shuffled, [1, 1, 5, 8]), at(&x, [1, 4 + 2, 2, 4]));
        assert_eq!(pixel_unshuffle(shuffled, 2).into_data(), x.into_data());
    }

    #[test]
    fn timestep_embedding_begins_with_cosines() {
        let t = Tensor::<1>::from_floats([0.0, 500.0], &Device::flex());
        let values: Vec<f32> = timestep_embedding(t, 8).into_data().try_to_vec().unwrap();
        assert_eq!(&values[..8], [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        assert!((values[8] - 500f32.cos()).abs() < 1e-4);
        assert!((values[15] - (500.0 * 10_000f32.powf(-0.75)).sin()).abs() < 1e-4);
    }
}
