//! Noise schedules with discrete training timesteps: betas, the cumulative
//! product of alphas, and which timesteps a run visits. Pure `f64` tables.

use std::f64::consts::FRAC_PI_2;

use super::error::DiffusionError;
use super::flow::FlowSchedule;

/// Where a run's noise levels come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// Betas over discrete training timesteps (DDPM and its heirs).
    Discrete(DiscreteSchedule),
    /// The straight path of flow matching.
    Flow(FlowSchedule),
}

/// The betas, that is how much noise each training timestep adds.
#[derive(Debug, Clone, PartialEq)]
pub enum BetaSchedule {
    /// Evenly spaced betas (Ho et al. 2020, section 4).
    Linear {
        /// The first beta, 1e-4 in the paper.
        start: f64,
        /// The last beta, 0.02 in the paper.
        end: f64,
    },
    /// Evenly spaced square roots of betas (Rombach et al. 2022, the
    /// reference's `scaled_linear`).
    ScaledLinear {
        /// The first beta, 0.00085 in latent diffusion.
        start: f64,
        /// The last beta, 0.012 in latent diffusion.
        end: f64,
    },
    /// `alphas_cumprod` follows a squared cosine, betas at most 0.999 (Nichol
    /// and Dhariwal 2021, section 3.2; the reference's `squaredcos_cap_v2`).
    Cosine,
    /// Betas given one by one (the reference's `trained_betas`).
    Given(Vec<f64>),
}

/// Which of the training timesteps a run visits (Lin et al. 2023, table 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// Multiples of a stride from 0 up: never visits the noisiest timestep.
    Leading,
    /// A stride from the noisiest timestep down.
    Trailing,
    /// Evenly spaced with both ends.
    Linspace,
}

/// What lies behind the last timestep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinalNode {
    /// The clean picture: `alpha = 1, sigma = 0` (the reference's
    /// `set_alpha_to_one: true`, `final_sigmas_type: zero`).
    Clean,
    /// The first training timestep's noise is left in (`set_alpha_to_one:
    /// false`, `final_sigmas_type: sigma_min`).
    FirstTimestep,
}

/// A schedule of betas and how a run walks over it.
#[derive(Debug, Clone, PartialEq)]
pub struct DiscreteSchedule {
    /// The betas.
    pub betas: BetaSchedule,
    /// How many timesteps the model was trained with, 1000 as a rule.
    pub train_steps: usize,
    /// Rescale so that the last timestep holds no signal at all (Lin et al.
    /// 2023, algorithm 1). The model must then predict velocity or sample.
    pub zero_terminal_snr: bool,
    /// Which timesteps a run visits.
    pub spacing: Spacing,
    /// Added to every timestep when the spacing is [`Spacing::Leading`].
    pub steps_offset: usize,
    /// What lies behind the last timestep.
    pub final_node: FinalNode,
    /// Space the noise levels as Karras et al. 2022, equation 5 (rho 7);
    /// for the DPM-Solver and Euler alone.
    pub karras: bool,
}

impl DiscreteSchedule {
    /// Betas 1e-4 to 0.02 over 1000 timesteps, trailing spacing, down to the
    /// clean picture.
    pub fn linear() -> Self {
        Self::with(BetaSchedule::Linear { start: 1e-4, end: 0.02 })
    }

    /// Square roots of betas 0.00085 to 0.012 over 1000 timesteps, trailing spacing.
    pub fn scaled_linear() -> Self {
        Self::with(BetaSchedule::ScaledLinear { start: 0.00085, end: 0.012 })
    }

    /// The cosine schedule over 1000 timesteps, trailing spacing.
    pub fn cosine() -> Self {
        Self::with(BetaSchedule::Cosine)
    }

    /// The given betas over 1000 timesteps (or as many as are given one by
    /// one), trailing spacing.
    ///
    /// Trailing, because a run must start where the model saw pure noise: the
    /// leading stride starts short of it, and a single step would visit
    /// timestep 0 (Lin et al. 2023, section 3.3).
    pub fn with(betas: BetaSchedule) -> Self {
        let train_steps = match &betas {
            BetaSchedule::Given(betas) => betas.len(),
            _ => 1000,
        };
        Self {
            betas,
            train_steps,
            zero_terminal_snr: false,
            spacing: Spacing::Trailing,
            steps_offset: 0,
            final_node: FinalNode::Clean,
            karras: false,
        }
    }

    /// The table of `alphas_cumprod`.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] for no timesteps, betas outside 0 to 1, or
    /// given betas whose number is not `train_steps`.
    pub fn table(&self) -> Result<AlphaTable, DiffusionError> {
        let betas = self.betas.values(self.train_steps)?;
        let mut alphas_cumprod = Vec::with_capacity(betas.len());
        let mut product = 1.0;
        for beta in betas {
            product *= 1.0 - beta;
            alphas_cumprod.push(product);
        }
        if self.zero_terminal_snr {
            rescale_to_zero_terminal_snr(&mut alphas_cumprod);
        }
        Ok(AlphaTable { alphas_cumprod })
    }
}

impl BetaSchedule {
    /// The betas of `count` timesteps.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] when `count` is 0, a beta is not in 0 to 1
    /// (ends excluded), or the given betas are not `count`.
    pub fn values(&self, count: usize) -> Result<Vec<f64>, DiffusionError> {
        if count == 0 {
            return Err(DiffusionError::Config("a schedule needs at least 1 training timestep".to_owned()));
        }
        let betas = match self {
            Self::Linear { start, end } => linspace(*start, *end, count),
            Self::ScaledLinear { start, end } => {
                linspace(start.sqrt(), end.sqrt(), count).into_iter().map(|root| root * root).collect()
            }
            Self::Cosine => {
                let alpha_bar = |t: f64| ((t + 0.008) / 1.008 * FRAC_PI_2).cos().powi(2);
                (0..count)
                    .map(|i| {
                        let from = i as f64 / count as f64;
                        let to = (i + 1) as f64 / count as f64;
                        // The cap keeps the last beta, whose alpha is 0, usable.
                        (1.0 - alpha_bar(to) / alpha_bar(from)).min(0.999)
                    })
                    .collect()
            }
            Self::Given(betas) => betas.clone(),
        };
        if betas.len() != count {
            return Err(DiffusionError::Config(format!(
                "{} betas are given for {count} training timesteps: the numbers must agree",
                betas.len()
            )));
        }
        // A beta of 0 leaves the first timestep without noise and every
        // division by sigma undefined; NaN fails both comparisons.
        match betas.iter().find(|beta| !(**beta > 0.0 && **beta < 1.0)) {
            Some(beta) => Err(DiffusionError::Config(format!(
                "a beta of {beta} is not possible: betas lie between 0 and 1, both excluded"
            ))),
            None => Ok(betas),
        }
    }
}

/// `alphas_cumprod` for each training timestep, and what follows from it.
#[derive(Debug, Clone, PartialEq)]
pub struct AlphaTable {
    alphas_cumprod: Vec<f64>,
}

impl AlphaTable {
    /// The share of signal variance left at each timestep, falling from
    /// nearly 1 to nearly 0.
    pub fn alphas_cumprod(&self) -> &[f64] {
        &self.alphas_cumprod
    }

    /// How many timesteps there are.
    pub fn len(&self) -> usize {
        self.alphas_cumprod.len()
    }

    /// Whether there are none (never true of a table made by [`DiscreteSchedule::table`]).
    pub fn is_empty(&self) -> bool {
        self.alphas_cumprod.is_empty()
    }

    /// `(alpha, sigma)` at a training timestep: the factors of signal and
    /// noise, whose squares add to 1. A timestep beyond the table counts as
    /// its last.
    pub fn alpha_sigma(&self, timestep: usize) -> (f64, f64) {
        let last = self.alphas_cumprod.len().saturating_sub(1);
        let alpha_bar = self.alphas_cumprod.get(timestep.min(last)).copied().unwrap_or(1.0);
        (alpha_bar.sqrt(), (1.0 - alpha_bar).sqrt())
    }

    /// Signal-to-noise ratio `alpha^2 / sigma^2` at a training timestep, for
    /// the weighting of training losses (Hang et al. 2023). Infinite where no
    /// noise is left.
    pub fn snr(&self, timestep: usize) -> f64 {
        let (alpha, sigma) = self.alpha_sigma(timestep);
        (alpha * alpha) / (sigma * sigma)
    }

    /// `sigma / alpha` for each timestep, rising: the noise level in the
    /// coordinates in which the signal keeps its size (Karras et al. 2022).
    ///
    /// A last timestep without signal counts as `alphas_cumprod = 2^-24`, as
    /// in the reference: its level would be infinite.
    pub(super) fn noise_levels(&self) -> Vec<f64> {
        self.alphas_cumprod
            .iter()
            .map(|alpha_bar| alpha_bar.max(2f64.powi(-24)))
            .map(|alpha_bar| ((1.0 - alpha_bar) / alpha_bar).sqrt())
            .collect()
    }
}

/// Moves `alphas_cumprod` so that the last entry is exactly 0 and the first
/// stays (Lin et al. 2023, algorithm 1).
fn rescale_to_zero_terminal_snr(alphas_cumprod: &mut [f64]) {
    let (Some(first), Some(last)) =
        (alphas_cumprod.first().map(|a| a.sqrt()), alphas_cumprod.last().map(|a| a.sqrt()))
    else {
        return;
    };
    // A table of one entry has no slope to rescale.
    if first == last {
        return;
    }
    for alpha_bar in alphas_cumprod.iter_mut() {
        let root = (alpha_bar.sqrt() - last) * first / (first - last);
        *alpha_bar = root * root;
    }
}

/// `count` evenly spaced values from `start` to `end`, both included; only
/// `start` when `count` is 1 (numpy's `linspace`, whose rounding it follows).
pub(super) fn linspace(start: f64, end: f64, count: usize) -> Vec<f64> {
    if count <= 1 {
        return vec![start; count];
    }
    let step = (end - start) / (count - 1) as f64;
    let mut values: Vec<f64> = (0..count).map(|i| start + i as f64 * step).collect();
    if let Some(last) = values.last_mut() {
        *last = end;
    }
    values
}

/// Linear interpolation in `table` at a fractional index, held at both ends.
pub(super) fn interpolate(table: &[f64], index: f64) -> f64 {
    let last = table.len().saturating_sub(1);
    let index = index.clamp(0.0, last as f64);
    let low = index.floor() as usize;
    let low_value = table.get(low).copied().unwrap_or(0.0);
    let high_value = table.get((low + 1).min(last)).copied().unwrap_or(low_value);
    low_value + (high_value - low_value) * (index - low as f64)
}

/// `count` noise levels from `max` down to `min`, evenly spaced in the seventh
/// root (Karras et al. 2022, equation 5).
pub(super) fn karras_levels(max: f64, min: f64, count: usize) -> Vec<f64> {
    const RHO: f64 = 7.0;
    linspace(0.0, 1.0, count)
        .into_iter()
        .map(|ramp| {
            let (max_root, min_root) = (max.powf(1.0 / RHO), min.powf(1.0 / RHO));
            (max_root + ramp * (min_root - max_root)).powf(RHO)
        })
        .collect()
}

/// The fractional training timestep whose noise level is `level`, by
/// interpolation in the logarithm (the reference's `_sigma_to_t`).
/// `levels` rises.
pub(super) fn timestep_of_level(levels: &[f64], level: f64) -> f64 {
    let count = levels.len();
    if count < 2 {
        return 0.0;
    }
    let log_level = level.max(1e-10).ln();
    let at_or_below = levels.iter().filter(|l| l.ln() <= log_level).count();
    let low = at_or_below.saturating_sub(1).min(count - 2);
    match (levels.get(low), levels.get(low + 1)) {
        (Some(low_level), Some(high_level)) => {
            let (low_log, high_log) = (low_level.ln(), high_level.ln());
            // Equal levels would divide by zero; either timestep serves.
            if low_log == high_log {
                return low as f64;
            }
            let weight = ((low_log - log_level) / (low_log - high_log)).clamp(0.0, 1.0);
            low as f64 + weight
        }
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(actual: f64, expected: f64, tolerance: f64, what: &str) {
        let error = (actual - expected).abs();
        assert!(error <= tolerance, "{what}: actual {actual}, expected {expected}, error {error}");
    }

    #[test]
    fn linear_betas_give_the_published_products() {
        let table = DiscreteSchedule::linear().table().unwrap();
        assert_eq!(table.len(), 1000);
        close(table.alphas_cumprod()[0], 0.9999, 1e-15, "first");
        // Ho et al. 2020: L_T is about 1e-5 bits, alphas_cumprod[999] = 4.0358e-5.
        close(table.alphas_cumprod()[999], 4.0358e-5, 5e-10, "last");
        close(table.alphas_cumprod()[500], 0.07786, 1e-4, "middle");
        let (alpha, sigma) = table.alpha_sigma(999);
        close(alpha * alpha + sigma * sigma, 1.0, 1e-15, "variance");
        close(sigma / alpha, 157.407, 1e-3, "noise level");
    }

    #[test]
    fn scaled_linear_betas_give_the_published_noise_levels() {
        let levels = DiscreteSchedule::scaled_linear().table().unwrap().noise_levels();
        // The sigma_min and sigma_max that k-diffusion names for latent diffusion.
        close(levels[0], 0.0292, 5e-5, "sigma_min");
        close(levels[999], 14.6146, 5e-5, "sigma_max");
    }

    #[test]
    fn the_cosine_schedule_follows_its_formula_until_the_cap() {
        let table = DiscreteSchedule::cosine().table().unwrap();
        let formula = |t: usize| {
            let f = |t: f64| ((t + 0.008) / 1.008 * FRAC_PI_2).cos().powi(2);
            f((t + 1) as f64 / 1000.0) / f(0.0)
        };
        for t in [0, 1, 250, 500, 900, 998] {
            close(table.alphas_cumprod()[t], formula(t), 1e-12, "cosine");
        }
        let betas = BetaSchedule::Cosine.values(1000).unwrap();
        assert_eq!(betas[999], 0.999);
        assert!(betas[998] < 0.999);
    }

    #[test]
    fn zero_terminal_snr_moves_the_last_entry_to_zero_and_keeps_the_first() {
        let plain = DiscreteSchedule::scaled_linear();
        let rescaled = DiscreteSchedule { zero_terminal_snr: true, ..plain.clone() };
        let (plain, rescaled) = (plain.table().unwrap(), rescaled.table().unwrap());
        assert_eq!(rescaled.alphas_cumprod()[999], 0.0);
        assert_eq!(rescaled.alpha_sigma(999), (0.0, 1.0));
        close(rescaled.alphas_cumprod()[0], plain.alphas_cumprod()[0], 1e-15, "first");
        assert!(rescaled.noise_levels()[999].is_finite());
        assert_eq!(rescaled.snr(999), 0.0);
    }

    #[test]
    fn bad_betas_are_refused() {
        let refused = |betas: BetaSchedule, count| betas.values(count).unwrap_err().to_string();
        assert_eq!(refused(BetaSchedule::Cosine, 0), "a schedule needs at least 1 training timestep");
        assert_eq!(
            refused(BetaSchedule::Given(vec![0.1, 0.2]), 3),
            "2 betas are given for 3 training timesteps: the numbers must agree"
        );
        for (start, end) in [(0.0, 0.1), (-0.1, 0.1), (0.1, 1.0), (f64::NAN, 0.1)] {
            let message = refused(BetaSchedule::Linear { start, end }, 10);
            assert!(message.contains("between 0 and 1"), "{message}");
        }
    }

    #[test]
    fn karras_levels_span_the_range_and_map_back_to_timesteps() {
        let levels = DiscreteSchedule::linear().table().unwrap().noise_levels();
        let karras = karras_levels(levels[999], levels[0], 20);
        close(karras[0], levels[999], 1e-9, "max");
        close(karras[19], levels[0], 1e-12, "min");
        assert!(karras.windows(2).all(|pair| pair[0] > pair[1]));
        for timestep in [0, 1, 500, 999] {
            let found = timestep_of_level(&levels, levels[timestep]);
            close(found, timestep as f64, 1e-9, "timestep");
        }
        assert_eq!(timestep_of_level(&levels, 0.0), 0.0);
        assert_eq!(timestep_of_level(&levels, 1e9), 999.0);
    }
}
