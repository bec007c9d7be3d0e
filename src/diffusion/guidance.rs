//! Classifier-free guidance.

use super::latent::Latent;

/// How strongly the prompt steers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guidance {
    /// 1 is the conditional prediction alone, larger steers away from the
    /// unconditional one (Ho and Salimans 2022; `scale = w + 1` in the paper's
    /// terms, as in the reference).
    pub scale: f64,
    /// Share, 0 to 1, of the result that is rescaled to the contrast of the
    /// conditional prediction (Lin et al. 2023, section 3.4; they suggest 0.7).
    pub rescale: f64,
}

impl Guidance {
    /// Guidance of the given scale without rescaling.
    pub fn new(scale: f64) -> Self {
        Self { scale, rescale: 0.0 }
    }

    /// Whether the network must be asked without the prompt too.
    pub fn needs_unconditional(&self) -> bool {
        self.scale != 1.0
    }

    /// `unconditional + scale * (conditional - unconditional)`, subtracted
    /// first as in the reference, whose rounding it so follows; then rescaled.
    pub fn combine<L: Latent>(&self, conditional: &L, unconditional: &L) -> L {
        if !self.needs_unconditional() {
            return conditional.clone();
        }
        let difference = conditional.axpby(1.0, unconditional, -1.0);
        let guided = unconditional.axpby(1.0, &difference, self.scale);
        if self.rescale == 0.0 {
            return guided;
        }
        let matched = guided.match_std(conditional);
        matched.axpby(self.rescale, &guided, 1.0 - self.rescale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guidance_starts_at_the_unconditional_prediction() {
        let (conditional, unconditional) = (vec![1.0, 2.0], vec![0.5, 3.0]);
        let guided = |scale| Guidance::new(scale).combine(&conditional, &unconditional);
        assert_eq!(guided(0.0), unconditional);
        assert_eq!(guided(1.0), conditional);
        assert_eq!(guided(4.0), [2.5, -1.0]);
        assert!(!Guidance::new(1.0).needs_unconditional());
        assert!(Guidance::new(0.0).needs_unconditional());
    }

    #[test]
    fn rescaling_brings_back_the_conditional_contrast() {
        let conditional = vec![1.0, -1.0, 2.0, -2.0];
        let unconditional = vec![0.5, 0.25, -0.5, 0.0];
        let deviation = |v: &[f64]| {
            let mean = v.iter().sum::<f64>() / v.len() as f64;
            (v.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / v.len() as f64).sqrt()
        };
        let guidance = Guidance { scale: 7.5, rescale: 1.0 };
        let rescaled = guidance.combine(&conditional, &unconditional);
        assert!((deviation(&rescaled) - deviation(&conditional)).abs() < 1e-12);
        let half = Guidance { rescale: 0.5, ..guidance };
        let plain = Guidance::new(7.5).combine(&conditional, &unconditional);
        for ((half, full), none) in
            half.combine(&conditional, &unconditional).iter().zip(&rescaled).zip(&plain)
        {
            assert!((half - (full + none) / 2.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_flat_prediction_is_not_divided_by_its_deviation() {
        let guidance = Guidance { scale: 2.0, rescale: 1.0 };
        let flat = guidance.combine(&vec![1.0, 1.0], &vec![0.0, 0.0]);
        assert_eq!(flat, [2.0, 2.0]);
    }
}
