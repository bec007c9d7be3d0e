//! The few operations that a solver needs of a latent, so that one loop
//! serves burn tensors and plain vectors.

/// A latent, or anything else that can be combined linearly, element by element.
///
/// Implemented for burn's `Tensor<4>` (`[batch, channels, height, width]`) and
/// for `Vec<f64>` (one picture), the literal twin that tests run on.
///
/// The methods do not return errors: shapes are the caller's to keep equal
/// (burn panics on a mismatch; the vectors stop at the shorter one).
pub trait Latent: Clone {
    /// `a * self`.
    fn scale(&self, a: f64) -> Self;

    /// `a * self + b * other`.
    fn axpby(&self, a: f64, other: &Self, b: f64) -> Self;

    /// Each element limited to `-limit..=limit`.
    fn clamp_abs(&self, limit: f64) -> Self;

    /// `self * exp(slope * exponent + intercept)`, element by element: noise
    /// scaled by a learned log-variance.
    fn mul_exp(&self, exponent: &Self, slope: f64, intercept: f64) -> Self;

    /// `mask * self + (1 - mask) * other`, element by element. A mask of 0
    /// gives `other` exactly, as long as `self` is finite.
    fn mask_mix(&self, other: &Self, mask: &Self) -> Self;

    /// `self * std(reference) / std(self)`, each standard deviation taken over
    /// one picture of the batch. Where `std(self)` is 0 the picture stays as
    /// it is: nothing varies, so nothing can be rescaled.
    fn match_std(&self, reference: &Self) -> Self;
}

impl Latent for Vec<f64> {
    fn scale(&self, a: f64) -> Self {
        self.iter().map(|x| a * x).collect()
    }

    fn axpby(&self, a: f64, other: &Self, b: f64) -> Self {
        self.iter().zip(other).map(|(x, y)| a * x + b * y).collect()
    }

    fn clamp_abs(&self, limit: f64) -> Self {
        self.iter().map(|x| x.clamp(-limit, limit)).collect()
    }

    fn mul_exp(&self, exponent: &Self, slope: f64, intercept: f64) -> Self {
        self.iter().zip(exponent).map(|(x, e)| x * (slope * e + intercept).exp()).collect()
    }

    fn mask_mix(&self, other: &Self, mask: &Self) -> Self {
        self.iter().zip(other).zip(mask).map(|((x, y), m)| m * x + (1.0 - m) * y).collect()
    }

    fn match_std(&self, reference: &Self) -> Self {
        let own = standard_deviation(self);
        if own == 0.0 {
            return self.clone();
        }
        self.scale(standard_deviation(reference) / own)
    }
}

/// The standard deviation of a whole vector (population form; callers use the
/// ratio of two of the same length, in which the divisor cancels).
fn standard_deviation(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count).sqrt()
}
