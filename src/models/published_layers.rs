//! Layers that two or more of the published transformers share, named as in
//! the checkpoints of the diffusers layout.

use burn::{
    module::Module,
    nn::{Linear, LinearConfig, conv::Conv2d, conv::Conv2dConfig},
    tensor::{
        Device, Tensor, TensorData,
        activation::{gelu_approximate, silu},
        module::layer_norm,
    },
};

use super::{ModelError, weights::Renames};

/// Width of every published sinusoidal timestep embedding.
pub const FREQUENCY_SIZE: usize = 256;

/// Refuses the value of a key, by its name.
pub fn refuse(model: &str, key: &str, found: impl std::fmt::Debug, expected: &str) -> ModelError {
    ModelError::Config {
        model: model.to_owned(),
        why: format!("{key} is {found:?}, but only {expected} can be followed"),
    }
}

/// Whether a value is the only one that can be followed.
///
/// # Errors
/// [`ModelError::Config`] naming it when it is another.
pub fn demand<T: PartialEq + std::fmt::Debug + ?Sized>(
    model: &str,
    key: &str,
    found: &T,
    expected: &T,
) -> Result<(), ModelError> {
    if found == expected { Ok(()) } else { Err(refuse(model, key, found, &format!("{expected:?}"))) }
}

/// Whether numbers that a network is built from are all in 1 to 1,000,000.
///
/// # Errors
/// [`ModelError::Config`] naming the first that is not.
pub fn check_counts(model: &str, counts: &[(&str, usize)]) -> Result<(), ModelError> {
    match counts.iter().find(|(_, count)| !(1..=1_000_000).contains(count)) {
        Some((key, count)) => Err(refuse(model, key, count, "1 to 1000000")),
        None => Ok(()),
    }
}

/// Whether numbers of blocks are at most 1,000: each is built before any
/// weight is looked at.
///
/// # Errors
/// [`ModelError::Config`] naming the first that is not.
pub fn check_depth(model: &str, counts: &[(&str, usize)]) -> Result<(), ModelError> {
    match counts.iter().find(|(_, count)| *count > 1000) {
        Some((key, count)) => Err(refuse(model, key, count, "at most 1000")),
        None => Ok(()),
    }
}

/// Sinusoidal embedding of timesteps, cosines first (the reference's
/// `get_timestep_embedding` with `flip_sin_to_cos`).
///
/// The angles are rounded to 32 bits as the reference's are, then their
/// cosines are taken in 64, on the host: shaders are free to be coarse about
/// the cosine of 1000.
///
/// # Shapes
/// - `t`: one value a row, 0..1000
/// - output: `[t.len(), size]`; `size` is even
///
/// `frequency_shift` is the reference's `downscale_freq_shift`: 1 for its DiT, else 0.
pub fn sinusoid(t: &[f32], size: usize, frequency_shift: f32, device: &Device) -> Tensor<2> {
    let half = size / 2;
    let frequency = |k: usize| {
        let exponent = -(10_000f32.ln()) * k as f32;
        (exponent / (half as f32 - frequency_shift)).exp()
    };
    let mut values = Vec::with_capacity(t.len() * size);
    for &t in t {
        let angle = |k: usize| f64::from(t * frequency(k));
        values.extend((0..half).map(|k| angle(k).cos() as f32));
        values.extend((0..half).map(|k| angle(k).sin() as f32));
    }
    Tensor::from_data(TensorData::new(values, [t.len(), size]), device)
}

/// What stands between the two layers of an [`EmbeddingMlp`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Between {
    /// `x * sigmoid(x)`: timesteps, pooled text.
    Silu,
    /// The tanh form of GELU: captions.
    Gelu,
}

/// Two linear layers with an activation between them: the reference's
/// `TimestepEmbedding` and `PixArtAlphaTextProjection`.
#[derive(Module, Debug)]
pub struct EmbeddingMlp {
    linear_1: Linear,
    linear_2: Linear,
}

impl EmbeddingMlp {
    /// Random weights.
    pub fn new(from: usize, width: usize, device: &Device) -> Self {
        Self::with_inner(from, width, width, device)
    }

    /// Random weights with another width between the layers.
    pub fn with_inner(from: usize, inner: usize, width: usize, device: &Device) -> Self {
        Self { linear_1: linear(from, inner, device), linear_2: linear(inner, width, device) }
    }

    /// # Shapes
    /// - `x`: `[.., from]`
    /// - output: `[.., width]`
    pub fn forward<const D: usize>(&self, x: Tensor<D>, between: Between) -> Tensor<D> {
        let x = self.linear_1.forward(x);
        self.linear_2.forward(match between {
            Between::Silu => silu(x),
            Between::Gelu => gelu_approximate(x),
        })
    }

    /// Timesteps to vectors, in the type of the weights.
    ///
    /// # Shapes
    /// - output: `[t.len(), width]`
    pub fn of_timesteps(&self, t: &[f32], frequency_shift: f32) -> Tensor<2> {
        let weight = self.linear_1.weight.val();
        let waves = sinusoid(t, FREQUENCY_SIZE, frequency_shift, &weight.device());
        self.forward(waves.cast(weight.dtype()), Between::Silu)
    }
}

/// Timestep and pooled text to the conditioning vector of SD3 and FLUX.
#[derive(Module, Debug)]
pub struct TimeTextEmbed {
    timestep_embedder: EmbeddingMlp,
    guidance_embedder: Option<EmbeddingMlp>,
    text_embedder: EmbeddingMlp,
}

impl TimeTextEmbed {
    /// Random weights; with `guidance`, the guidance scale is embedded too.
    pub fn new(width: usize, pooled: usize, guidance: bool, device: &Device) -> Self {
        Self {
            timestep_embedder: EmbeddingMlp::new(FREQUENCY_SIZE, width, device),
            guidance_embedder: guidance.then(|| EmbeddingMlp::new(FREQUENCY_SIZE, width, device)),
            text_embedder: EmbeddingMlp::new(pooled, width, device),
        }
    }

    /// # Shapes
    /// - `t`: one timestep a row, 0..1000; `guidance` as many, times 1000, or none
    /// - `pooled`: `[batch, pooled]`
    /// - output: `[batch, width]`
    pub fn forward(&self, t: &[f32], guidance: Option<&[f32]>, pooled: Tensor<2>) -> Tensor<2> {
        let time = self.timestep_embedder.of_timesteps(t, 0.0);
        let time = match (&self.guidance_embedder, guidance) {
            (Some(embedder), Some(guidance)) => time + embedder.of_timesteps(guidance, 0.0),
            _ => time,
        };
        time + self.text_embedder.forward(pooled, Between::Silu)
    }
}

/// A linear layer with a bias.
pub fn linear(from: usize, to: usize, device: &Device) -> Linear {
    LinearConfig::new(from, to).init(device)
}

/// A linear layer with or without a bias.
pub fn linear_if(bias: bool, from: usize, to: usize, device: &Device) -> Linear {
    LinearConfig::new(from, to).with_bias(bias).init(device)
}

/// The input half of a [`FeedForward`].
#[derive(Module, Debug)]
pub struct FeedForwardIn {
    proj: Linear,
}

/// Two linear layers with a tanh GELU between them; `net.0` and `net.2` of the
/// checkpoint, `net.1` being a dropout.
#[derive(Module, Debug)]
pub struct FeedForward {
    net_0: FeedForwardIn,
    net_2: Linear,
}

/// Where a [`FeedForward`]'s weights stand in a checkpoint.
pub fn feed_forward_renames() -> Renames {
    Renames::none().rule("**.net.0.proj.*", "**.net_0.proj.*").rule("**.net.2.*", "**.net_2.*")
}

impl FeedForward {
    /// Random weights, four times as wide inside.
    pub fn new(width: usize, device: &Device) -> Self {
        Self {
            net_0: FeedForwardIn { proj: linear(width, 4 * width, device) },
            net_2: linear(4 * width, width, device),
        }
    }

    /// # Shapes
    /// - `x`, output: `[batch, tokens, width]`
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.net_2.forward(gelu_approximate(self.net_0.proj.forward(x)))
    }
}

/// A linear layer under the name `linear`: what a modulated norm computes
/// shift, scale and gate with.
#[derive(Module, Debug)]
pub struct Modulation {
    linear: Linear,
}

impl Modulation {
    /// Random weights for `parts` vectors of `width`.
    pub fn new(width: usize, parts: usize, device: &Device) -> Self {
        Self { linear: linear(width, parts * width, device) }
    }

    /// The `N` vectors of `silu(c)`, in the checkpoint's order.
    ///
    /// # Shapes
    /// - `c`: `[batch, width]`
    /// - output: `N` times `[batch, 1, width]`
    pub fn parts<const N: usize>(&self, c: Tensor<2>) -> [Tensor<3>; N] {
        let [batch, width] = c.dims();
        let all = self.linear.forward(silu(c)).reshape([batch, N, width]);
        std::array::from_fn(|index| all.clone().narrow(1, index, 1))
    }
}

/// Layer norm without weights of its own.
///
/// # Shapes
/// - `x`, output: `[batch, tokens, width]`
pub fn bare_norm(x: Tensor<3>, epsilon: f64) -> Tensor<3> {
    let [_, _, width] = x.dims();
    let ones = Tensor::ones([width], (&x.device(), x.dtype()));
    layer_norm(x, ones, None, epsilon)
}

/// `norm(x) * (1 + scale) + shift`.
///
/// # Shapes
/// - `x`, output: `[batch, tokens, width]`
/// - `shift`, `scale`: `[batch, 1, width]`
pub fn modulated(x: Tensor<3>, shift: Tensor<3>, scale: Tensor<3>, epsilon: f64) -> Tensor<3> {
    bare_norm(x, epsilon) * (scale + 1.0) + shift
}

/// Pixels of the latent to tokens by a convolution as wide as its stride.
#[derive(Module, Debug)]
pub struct PatchProjection {
    proj: Conv2d,
}

impl PatchProjection {
    /// Random weights.
    pub fn new(channels: usize, width: usize, patch: usize, device: &Device) -> Self {
        Self {
            proj: Conv2dConfig::new([channels, width], [patch, patch])
                .with_stride([patch, patch])
                .init(device),
        }
    }

    /// # Shapes
    /// - `x`: `[batch, channels, h, w]`
    /// - output: `[batch, h / patch * w / patch, width]`, row by row
    pub fn forward(&self, x: Tensor<4>) -> Tensor<3> {
        self.proj.forward(x).flatten::<3>(2, 3).swap_dims(1, 2)
    }
}

/// Tokens back to pixels of the latent; within a token the channel is the
/// innermost index (`nhwpqc->nchpwq`).
///
/// # Shapes
/// - `x`: `[batch, rows * columns, patch * patch * channels]`
/// - output: `[batch, channels, rows * patch, columns * patch]`
pub fn unpatchify(x: Tensor<3>, rows: usize, columns: usize, patch: usize) -> Tensor<4> {
    let [batch, _, size] = x.dims();
    let channels = size / (patch * patch);
    x.reshape([batch, rows, columns, patch, patch, channels]).permute([0, 5, 1, 3, 2, 4]).reshape([
        batch,
        channels,
        rows * patch,
        columns * patch,
    ])
}

/// Rows and columns of tokens in a latent of this height and width.
///
/// # Errors
/// [`ModelError::Weights`] when a side is no multiple of the patch.
pub fn token_grid(model: &str, h: usize, w: usize, patch: usize) -> Result<(usize, usize), ModelError> {
    if h == 0 || w == 0 || !h.is_multiple_of(patch) || !w.is_multiple_of(patch) {
        return Err(ModelError::Size {
            model: model.to_owned(),
            width_px: w,
            height_px: h,
            why: format!("each side of a latent must be a multiple of the patch of {patch}"),
        });
    }
    Ok((h / patch, w / patch))
}

/// Fixed 2-D sine-cosine positions as in DiT, PixArt and SD3
/// (`get_2d_sincos_pos_embed`): the first half of each row speaks of the
/// column, the second of the row, sines before cosines.
///
/// # Shapes
/// - output: `rows * columns` times `width`, row-major
///
/// Coordinates are scaled so that a grid of any size spans `base / interpolation`.
pub fn grid_positions(rows: usize, columns: usize, width: usize, base: f32, interpolation: f32) -> Vec<f32> {
    let quarter = width / 4;
    // Rounded to 32 bits where the reference rounds.
    let place = |index: usize, count: usize| index as f32 / (count as f32 / base) / interpolation;
    let wave = |place: f32| {
        let angle = |k: usize| f64::from(place) / 10_000f64.powf(k as f64 / quarter as f64);
        let sines = (0..quarter).map(|k| angle(k).sin() as f32);
        let cosines = (0..quarter).map(|k| angle(k).cos() as f32);
        sines.chain(cosines).collect::<Vec<f32>>()
    };
    let of_columns: Vec<_> = (0..columns).map(|column| wave(place(column, columns))).collect();
    let mut out = Vec::with_capacity(rows * columns * width);
    for row in 0..rows {
        let of_row = wave(place(row, rows));
        for of_column in &of_columns {
            out.extend_from_slice(of_column);
            out.extend_from_slice(&of_row);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_return_to_their_place() {
        let device = Device::flex();
        let (rows, columns, patch, channels) = (3, 2, 2, 5);
        let count = rows * columns * patch * patch * channels;
        let marked = Tensor::<1, burn::tensor::Int>::arange(0..count as i64, &device).float();
        let image =
            unpatchify(marked.reshape([1, rows * columns, patch * patch * channels]), rows, columns, patch);
        assert_eq!(image.dims(), [1, channels, 6, 4]);
        // Token 3 is row 1, column 1; its cell (1, 0) of channel 4.
        let value = image.slice([0..1, 4..5, 3..4, 2..3]).into_scalar::<f32>();
        assert_eq!(value as usize, 3 * patch * patch * channels + 2 * channels + 4);
    }
}
