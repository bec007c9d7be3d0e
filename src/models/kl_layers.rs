//! The layers of the KL autoencoder, on pictures cut into strips.
//!
//! A large picture's activations exceed what a device binds at once, and the
//! workspace of a convolution over all of it exceeds memory. So every layer
//! takes a [`Strips`]: some rows at a time, with the neighbouring rows that its
//! convolution looks at, and norms over all strips together. The numbers are
//! those of the whole picture but for rounding, so that there are no seams.

use burn::{
    module::Module,
    nn::{
        GroupNorm, GroupNormConfig, Linear, LinearConfig,
        conv::{Conv2d, Conv2dConfig},
    },
    tensor::{DType, Device, Tensor, activation::silu, module::conv2d, ops::ConvOptions},
};

use crate::kernels;

/// The epsilon of every norm of the autoencoder (`vae.py` of diffusers).
const NORM_EPSILON: f64 = 1e-6;

/// Rows of a picture, top to bottom: `[batch, channels, rows, width]` each.
#[derive(Clone, Debug)]
pub struct Strips(pub Vec<Tensor<4>>);

impl Strips {
    /// A whole picture, cut so that no strip exceeds `most` numbers (but for
    /// strips of `step` rows, which are not cut further). Cuts lie at
    /// multiples of `step`.
    pub fn cut(x: Tensor<4>, most: usize, step: usize) -> Self {
        let [batch, channels, height, width] = x.dims();
        let rows = (most / (batch * channels * width).max(1) / step * step).max(step);
        if rows >= height {
            return Self(vec![x]);
        }
        let cut = |first| x.clone().narrow(2, first, rows.min(height - first));
        Self((0..height).step_by(rows).map(cut).collect())
    }

    /// The strips put together.
    pub fn whole(self) -> Tensor<4> {
        Tensor::cat(self.0, 2)
    }

    /// Strip `i` with one row of each neighbour, and whether there is one above and below.
    fn with_neighbours(&self, i: usize) -> (Tensor<4>, bool, bool) {
        let (above, below) = (i > 0, i + 1 < self.0.len());
        if !above && !below {
            return (self.0[i].clone(), false, false);
        }
        let mut parts = Vec::new();
        if above {
            let strip = &self.0[i - 1];
            parts.push(strip.clone().narrow(2, strip.dims()[2] - 1, 1));
        }
        parts.push(self.0[i].clone());
        if below {
            parts.push(self.0[i + 1].clone().narrow(2, 0, 1));
        }
        (Tensor::cat(parts, 2), above, below)
    }

    /// A 3x3 convolution of what `before` makes of each strip.
    fn convolve(&self, conv: &Conv2d, before: impl Fn(Tensor<4>) -> Tensor<4>) -> Self {
        let strip = |i| {
            let (x, above, below) = self.with_neighbours(i);
            // At the picture's edges zeros stand beyond, elsewhere the neighbours do.
            let padding = [(usize::from(!above), usize::from(!below)), (1, 1)];
            convolution(before(x), conv, [1, 1], padding)
        };
        Self((0..self.0.len()).map(strip).collect())
    }

    /// The mean of a function over all rows of each group.
    ///
    /// # Shapes
    /// - `work`: `[batch, groups, n, width]` to the same
    /// - output: `[batch, groups, 1, 1]`, f32
    fn group_mean(&self, groups: usize, work: impl Fn(Tensor<4>) -> Tensor<4>) -> Tensor<4> {
        let total: usize = self.0.iter().map(|strip| strip.dims()[2]).sum();
        let part = |strip: &Tensor<4>| {
            let [batch, channels, rows, width] = strip.dims();
            let x = strip.clone().cast(DType::F32).reshape([batch, groups, channels / groups * rows, width]);
            // Row by row first: long sums in one go lose digits.
            work(x).mean_dim(3).mean_dim(2) * (rows as f32 / total as f32)
        };
        let mut parts = self.0.iter().map(part);
        let first = parts.next().unwrap_or_else(|| Tensor::zeros([1, groups, 1, 1], &Device::default()));
        parts.fold(first, |sum, part| sum + part)
    }

    /// Norm, SiLU and a 3x3 convolution.
    pub fn norm_silu_convolve(&self, norm: &GroupNorm, conv: &Conv2d) -> Self {
        let norm = Normed::of(self, norm);
        self.convolve(conv, |x| silu(norm.apply(x)))
    }
}

/// A group norm whose statistics are known.
struct Normed {
    mean: Tensor<4>,
    deviation: Tensor<4>,
    gamma: Tensor<4>,
    beta: Tensor<4>,
    groups: usize,
}

impl Normed {
    fn of(strips: &Strips, norm: &GroupNorm) -> Self {
        let groups = norm.num_groups;
        let mean = strips.group_mean(groups, |x| x);
        let variance = strips.group_mean(groups, |x| {
            let apart = x - mean.clone();
            apart.clone() * apart
        });
        let affine = |values: &Option<burn::module::Param<Tensor<1>>>, otherwise: f32| {
            let values = match values {
                Some(values) => values.val().cast(DType::F32),
                None => Tensor::full([norm.num_channels], otherwise, &mean.device()),
            };
            values.reshape([1, norm.num_channels, 1, 1])
        };
        let deviation = (variance + norm.epsilon).sqrt();
        Self { gamma: affine(&norm.gamma, 1.0), beta: affine(&norm.beta, 0.0), mean, deviation, groups }
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, channels, rows, width] = x.dims();
        let dtype = x.dtype();
        let grouped = x.cast(DType::F32).reshape([batch, self.groups, channels / self.groups * rows, width]);
        let even = (grouped - self.mean.clone()) / self.deviation.clone();
        (even.reshape([batch, channels, rows, width]) * self.gamma.clone() + self.beta.clone()).cast(dtype)
    }
}

fn convolution(x: Tensor<4>, conv: &Conv2d, stride: [usize; 2], padding: [(usize, usize); 2]) -> Tensor<4> {
    let options = ConvOptions::new_with_padding(stride, padding, [1, 1], 1);
    conv2d(x, conv.weight.val(), conv.bias.as_ref().map(|bias| bias.val()), options)
}

/// A convolution of `side` x `side` cells; strides and padding are given where it is used.
pub fn conv(from: usize, to: usize, side: usize, device: &Device) -> Conv2d {
    Conv2dConfig::new([from, to], [side, side]).init(device)
}

/// A norm of the autoencoder.
pub fn group_norm(groups: usize, channels: usize, device: &Device) -> GroupNorm {
    GroupNormConfig::new(groups, channels).with_epsilon(NORM_EPSILON).init(device)
}

/// A 1x1 convolution.
pub fn pointwise(x: Tensor<4>, conv: &Conv2d) -> Tensor<4> {
    convolution(x, conv, [1, 1], [(0, 0), (0, 0)])
}

/// A 3x3 convolution.
pub fn conv3x3(x: &Strips, conv: &Conv2d) -> Strips {
    x.convolve(conv, |x| x)
}

/// Every cell `factor` times in both directions.
///
/// # Shapes
/// - `x`: `[batch, channels, h, w]`
/// - output: `[batch, channels, h * factor, w * factor]`
pub fn upsample(x: Tensor<4>, factor: usize) -> Tensor<4> {
    let [batch, channels, h, w] = x.dims();
    x.reshape([batch * channels, h, 1, w, 1]).expand([batch * channels, h, factor, w, factor]).reshape([
        batch,
        channels,
        h * factor,
        w * factor,
    ])
}

/// `x + conv2(silu(norm2(conv1(silu(norm1(x))))))`.
#[derive(Module, Debug)]
pub struct ResnetBlock {
    norm1: GroupNorm,
    conv1: Conv2d,
    norm2: GroupNorm,
    conv2: Conv2d,
    conv_shortcut: Option<Conv2d>,
}

impl ResnetBlock {
    /// Random weights.
    pub fn new(from: usize, to: usize, groups: usize, device: &Device) -> Self {
        Self {
            norm1: group_norm(groups, from, device),
            conv1: conv(from, to, 3, device),
            norm2: group_norm(groups, to, device),
            conv2: conv(to, to, 3, device),
            conv_shortcut: (from != to).then(|| conv(from, to, 1, device)),
        }
    }

    /// Keeps how the picture is cut.
    pub fn forward(&self, x: Strips) -> Strips {
        let inside = x.norm_silu_convolve(&self.norm1, &self.conv1);
        let norm = Normed::of(&inside, &self.norm2);
        let out = inside.convolve(&self.conv2, |x| silu(norm.apply(x)));
        let short = |x| match &self.conv_shortcut {
            Some(conv) => pointwise(x, conv),
            None => x,
        };
        Strips(x.0.into_iter().zip(out.0).map(|(x, out)| short(x) + out).collect())
    }
}

/// Attention of one head over all cells of a latent.
#[derive(Module, Debug)]
pub struct SpatialAttention {
    group_norm: GroupNorm,
    to_q: Linear,
    to_k: Linear,
    to_v: Linear,
    to_out: Linear,
}

impl SpatialAttention {
    /// Random weights.
    pub fn new(width: usize, groups: usize, device: &Device) -> Self {
        let linear = || LinearConfig::new(width, width).init(device);
        let group_norm = group_norm(groups, width, device);
        Self { group_norm, to_q: linear(), to_k: linear(), to_v: linear(), to_out: linear() }
    }

    /// # Shapes
    /// - `x`, output: `[batch, width, h, w]`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, width, h, w] = x.dims();
        let strips = Strips(vec![x.clone()]);
        let normed = Normed::of(&strips, &self.group_norm).apply(x.clone());
        let cells = normed.reshape([batch, width, h * w]).swap_dims(1, 2);
        let head = |layer: &Linear| layer.forward(cells.clone()).reshape([batch, 1, h * w, width]);
        let out = kernels::attention(head(&self.to_q), head(&self.to_k), head(&self.to_v), None, None);
        let out = self.to_out.forward(out.reshape([batch, h * w, width]));
        x + out.swap_dims(1, 2).reshape([batch, width, h, w])
    }
}

/// Residual blocks around an attention, at the latent's size.
#[derive(Module, Debug)]
pub struct MidBlock {
    resnets: Vec<ResnetBlock>,
    attentions: Vec<SpatialAttention>,
}

impl MidBlock {
    /// Random weights.
    pub fn new(width: usize, groups: usize, attention: bool, device: &Device) -> Self {
        Self {
            resnets: (0..2).map(|_| ResnetBlock::new(width, width, groups, device)).collect(),
            attentions: attention.then(|| SpatialAttention::new(width, groups, device)).into_iter().collect(),
        }
    }

    /// Keeps how the picture is cut, if `most` and `step` are those of the cut.
    pub fn forward(&self, x: Strips, most: usize, step: usize) -> Strips {
        let mut x = x;
        for (i, resnet) in self.resnets.iter().enumerate() {
            x = resnet.forward(x);
            if let (0, Some(attention)) = (i, self.attentions.first()) {
                x = Strips::cut(attention.forward(x.whole()), most, step);
            }
        }
        x
    }
}

/// The convolution that halves a picture, or that follows its doubling.
#[derive(Module, Debug)]
pub struct Resample {
    conv: Conv2d,
}

impl Resample {
    /// Random weights.
    pub fn new(width: usize, device: &Device) -> Self {
        Self { conv: conv(width, width, 3, device) }
    }

    /// Halves; zeros stand beyond the right and lower edge only. Every strip
    /// must have an even number of rows.
    pub fn down(&self, x: Strips) -> Strips {
        let strip = |i: usize| {
            let mut parts = vec![x.0[i].clone()];
            let below = x.0.get(i + 1);
            parts.extend(below.map(|next| next.clone().narrow(2, 0, 1)));
            let padding = [(0, usize::from(below.is_none())), (0, 1)];
            convolution(Tensor::cat(parts, 2), &self.conv, [2, 2], padding)
        };
        Strips((0..x.0.len()).map(strip).collect())
    }

    /// Doubles, and cuts each strip so that none exceeds `most` numbers.
    pub fn up(&self, x: Strips, most: usize) -> Strips {
        let x = Strips(x.0.into_iter().flat_map(|x| Strips::cut(x, most / 4, 1).0).collect());
        let strip = |i: usize| {
            let (rows, above, below) = x.with_neighbours(i);
            let mut rows = upsample(rows, 2);
            // Of a neighbour's doubled row the nearer one is needed.
            let height = rows.dims()[2] - usize::from(above) - usize::from(below);
            rows = rows.narrow(2, usize::from(above), height);
            let padding = [(usize::from(!above), usize::from(!below)), (1, 1)];
            convolution(rows, &self.conv, [1, 1], padding)
        };
        Strips((0..x.0.len()).map(strip).collect())
    }
}
