//! Standard normal noise from a seed, the same bits on every device and platform.
//!
//! # Definition
//!
//! - The generator is ChaCha8 (Bernstein 2008) with the seed's eight bytes,
//!   little-endian, as the first bytes of its key and zeros as the rest; the
//!   stream number is its nonce.
//! - Each pair of values takes two 64-bit words `a`, `b`, in this order:
//!   `u = ((a >> 11) + 1) / 2^53` in (0, 1], `v = (b >> 11) / 2^53` in [0, 1).
//! - Box and Muller 1958, in `f64`: `r = sqrt(-2 ln u)`, the values are
//!   `r cos(2 pi v)`, then `r sin(2 pi v)`, each rounded to `f32`.
//! - An odd count drops the last sine. A longer draw begins with a shorter one.
//! - A tensor takes the values in row-major order (`[batch, channels, height, width]`).
//!
//! Logarithm, sine and cosine are written out below in additions,
//! multiplications and divisions, which IEEE 754 defines to the last bit;
//! those of the platforms' libraries differ in it. (`sqrt` is defined too.)

use std::f64::consts::{FRAC_PI_2, LN_2, SQRT_2};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What noise is for: each use has its own stream, so that the noise of step
/// 7 is the same whether or not the run began at step 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoiseStream {
    /// The noise that a run starts from.
    Initial,
    /// The fresh noise of step `index` of a stochastic solver.
    Step(usize),
    /// The draw from the autoencoder's posterior, when a picture is encoded.
    Posterior,
}

impl NoiseStream {
    /// The generator's stream number.
    fn number(self) -> u64 {
        match self {
            Self::Initial => 0,
            Self::Posterior => 1,
            Self::Step(index) => 2 + index as u64,
        }
    }
}

/// `count` standard normal values, as defined by this module.
pub fn standard_normal(seed: u64, stream: NoiseStream, count: usize) -> Vec<f32> {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let mut generator = ChaCha8Rng::from_seed(key);
    generator.set_stream(stream.number());
    const UNIT: f64 = 1.0 / (1u64 << 53) as f64;
    let mut values = Vec::with_capacity(count + 1);
    while values.len() < count {
        // The 1 keeps the logarithm finite.
        let u = ((generator.next_u64() >> 11) + 1) as f64 * UNIT;
        let v = (generator.next_u64() >> 11) as f64 * UNIT;
        let radius = (-2.0 * ln(u)).sqrt();
        let (sin, cos) = sin_cos_turns(v);
        values.push((radius * cos) as f32);
        values.push((radius * sin) as f32);
    }
    values.truncate(count);
    values
}

/// The natural logarithm for `x` in (0, 1], to about 1e-16 relative.
fn ln(x: f64) -> f64 {
    // x = mantissa * 2^exponent. The smallest x here is 2^-53, a normal number.
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i64 - 1023;
    let mut mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    // A mantissa around 1 keeps the series short and x near 1 exact.
    if mantissa > SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    // ln m = 2 artanh(s), s = (m - 1) / (m + 1), |s| < 0.172: twelve terms
    // leave less than 1e-18.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let mut sum = 0.0;
    for k in (0..12).rev() {
        sum = sum * square + 1.0 / (2 * k + 1) as f64;
    }
    exponent as f64 * LN_2 + 2.0 * s * sum
}

/// Sine and cosine of `turns` full turns, `turns` in [0, 1).
fn sin_cos_turns(turns: f64) -> (f64, f64) {
    let quarter_turns = turns * 4.0;
    let nearest = (quarter_turns + 0.5).floor();
    // Exact; at most an eighth of a turn either way.
    let angle = (quarter_turns - nearest) * FRAC_PI_2;
    let square = angle * angle;
    // Taylor series; the first terms left out are below 1e-17.
    let (mut sin, mut cos) = (1.0, 1.0);
    for k in (1..=9).rev() {
        let k = f64::from(k);
        sin = 1.0 - sin * square / ((2.0 * k) * (2.0 * k + 1.0));
        cos = 1.0 - cos * square / ((2.0 * k - 1.0) * (2.0 * k));
    }
    sin *= angle;
    match nearest as i64 % 4 {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_values_never_change() {
        // Pictures are kept by their seed: a change here changes them all.
        let bits = |seed, stream| -> Vec<u32> {
            standard_normal(seed, stream, 5).into_iter().map(f32::to_bits).collect()
        };
        assert_eq!(bits(0, NoiseStream::Initial), PINNED[0]);
        assert_eq!(bits(42, NoiseStream::Initial), PINNED[1]);
        assert_eq!(bits(42, NoiseStream::Step(0)), PINNED[2]);
        assert_eq!(bits(u64::MAX, NoiseStream::Posterior), PINNED[3]);
    }

    /// Computed by a second implementation (Python, with its library's
    /// logarithm and circle functions), rounded to `f32`.
    const PINNED: [[u32; 5]; 4] = [
        [3201245875, 3202388553, 1067558496, 1066615385, 1068226449],
        [3198511243, 1068843522, 3209515851, 1063291146, 1058046436],
        [3218368229, 3203062201, 3211880656, 3205173988, 3200071897],
        [3206668008, 1069474646, 3193177346, 3201546199, 1033561882],
    ];

    #[test]
    fn a_longer_draw_begins_with_a_shorter_one() {
        let long = standard_normal(7, NoiseStream::Initial, 1001);
        for count in [0, 1, 2, 3, 1000] {
            assert_eq!(standard_normal(7, NoiseStream::Initial, count), long[..count]);
        }
    }

    #[test]
    fn streams_and_seeds_differ() {
        let draw = |seed, stream| standard_normal(seed, stream, 64);
        let first = draw(1, NoiseStream::Initial);
        for other in [
            draw(2, NoiseStream::Initial),
            draw(1, NoiseStream::Posterior),
            draw(1, NoiseStream::Step(0)),
            draw(1, NoiseStream::Step(1)),
        ] {
            assert!(first.iter().zip(&other).all(|(a, b)| a != b));
        }
    }

    #[test]
    fn the_values_are_standard_normal() {
        let values = standard_normal(3, NoiseStream::Initial, 1_000_000);
        let count = values.len() as f64;
        let moment = |power: i32| values.iter().map(|&x| f64::from(x).powi(power)).sum::<f64>() / count;
        // Four standard errors of each moment of a normal distribution.
        for (power, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let (actual, tolerance) = (moment(power), 4.0 * (variance / count).sqrt());
            assert!(
                (actual - expected).abs() < tolerance,
                "moment {power}: actual {actual}, expected {expected}, tolerance {tolerance}"
            );
        }
        let within = |limit: f32| values.iter().filter(|x| x.abs() < limit).count() as f64 / count;
        for (limit, share) in [(0.5, 0.382925), (1.0, 0.682689), (2.0, 0.954500), (3.0, 0.997300)] {
            assert!((within(limit) - share).abs() < 2e-3, "within {limit}");
        }
        // Neighbours, whether of one pair or of two, are independent.
        let product: f64 = values.windows(2).map(|p| f64::from(p[0] * p[1])).sum();
        assert!((product / count).abs() < 4e-3);
    }

    #[test]
    fn logarithm_and_circle_agree_with_the_library() {
        for i in 0..10_000u64 {
            let x = (i + 1) as f64 / 10_000.0;
            assert!((ln(x) - x.ln()).abs() <= 4e-16 * x.ln().abs(), "ln {x}");
            let turns = i as f64 / 10_000.0;
            let (sin, cos) = sin_cos_turns(turns);
            let (sin_expected, cos_expected) = (turns * std::f64::consts::TAU).sin_cos();
            assert!((sin - sin_expected).abs() < 1e-15, "sin {turns}");
            assert!((cos - cos_expected).abs() < 1e-15, "cos {turns}");
        }
        for exponent in 1..=53 {
            let x = 2f64.powi(-exponent);
            assert!((ln(x) - x.ln()).abs() <= 1e-15 * x.ln().abs());
        }
        assert_eq!(ln(1.0), 0.0);
    }
}
