//! The solvers, and the coefficients of one step of each.

use std::{fmt, str::FromStr};

use super::error::DiffusionError;
use super::prediction::{Affine, Prediction};
use super::timeline::Node;

/// How a run goes from one noise level to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Solver {
    /// Ancestral sampling (Ho et al. 2020, algorithm 2): adds noise at every step.
    Ddpm,
    /// DDIM (Song et al. 2021, equation 12), with `eta` from 0 (an ODE) to 1.
    Ddim,
    /// Multistep DPM-Solver, by default DPM-Solver++(2M) (Lu et al. 2022b, algorithm 2).
    DpmPlusPlus2M,
    /// Euler's method: on the straight path of flow matching, or on a discrete
    /// schedule in the coordinates of Karras et al. 2022.
    Euler,
    /// Cold sampling (Bansal et al. 2022, algorithm 2), for models that predict
    /// the sample: `x - D(x0, t) + D(x0, t - 1)`.
    Cold,
}

impl Solver {
    /// Every solver, in the order in which messages list them.
    pub const ALL: [Self; 5] = [Self::Ddpm, Self::Ddim, Self::DpmPlusPlus2M, Self::Euler, Self::Cold];

    /// The name used on the command line and in requests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ddpm => "ddpm",
            Self::Ddim => "ddim",
            Self::DpmPlusPlus2M => "dpm++2m",
            Self::Euler => "euler",
            Self::Cold => "cold",
        }
    }

    /// Every name, separated by commas, for messages and help.
    pub fn known_names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl fmt::Display for Solver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Solver {
    type Err = DiffusionError;

    fn from_str(name: &str) -> Result<Self, DiffusionError> {
        Self::ALL.into_iter().find(|solver| solver.name() == name).ok_or_else(|| {
            DiffusionError::UnknownSolver { name: name.to_owned(), known: Self::known_names() }
        })
    }
}

/// The variance of the noise that DDPM adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variance {
    /// The posterior variance for a known `x0` (the lower bound; Ho et al.
    /// 2020, section 3.2).
    FixedSmall,
    /// Beta itself (the upper bound).
    FixedLarge,
    /// Between the two, in the logarithm, by the network's second half of
    /// channels in -1..1 (Nichol and Dhariwal 2021, equation 15).
    LearnedRange,
}

/// `exp(slope * v + intercept)` is the standard deviation for a network's `v`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearnedVariance {
    /// Factor of `v`.
    pub slope: f64,
    /// Added.
    pub intercept: f64,
}

/// One step as a linear combination. With `m = convert.sample * x +
/// convert.output * output`, limited to `clip` where given, the next latent is
///
/// ```text
/// sample * x + output * model_output
///     + converted[0] * m + converted[1] * previous m + converted[2] * the one before
///     + noise * z * (learned: exp(slope * v + intercept))
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepCoefficients {
    /// How `m` (`x0`, or the noise for the plain DPM-Solver) is found.
    pub convert: Affine,
    /// The limit of `|m|`.
    pub clip: Option<f64>,
    /// Factor of the current latent.
    pub sample: f64,
    /// Factor of the network's output.
    pub output: f64,
    /// Factors of `m` and of those of the two steps before.
    pub converted: [f64; 3],
    /// Factor of fresh standard normal noise; 0 where the step adds none.
    pub noise: f64,
    /// Where the noise is scaled by what the network says.
    pub learned: Option<LearnedVariance>,
}

/// Two neighbouring rows and how to read the network's output at the first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transition {
    /// The row that the latent is at.
    pub from: Node,
    /// The row that it goes to.
    pub to: Node,
    /// What the network predicts.
    pub prediction: Prediction,
    /// Limit of `|x0|`.
    pub clip: Option<f64>,
}

impl Transition {
    /// `x0` from latent and output.
    pub fn x0(&self) -> Result<Affine, DiffusionError> {
        let Node { timestep, alpha, sigma, input_scale } = self.from;
        // The formulas hold for what the network saw, `input_scale * latent`.
        let seen = self.prediction.x0(alpha, sigma, timestep)?;
        Ok(Affine { sample: seen.sample * input_scale, ..seen })
    }

    /// The noise from latent and output.
    pub fn noise(&self) -> Result<Affine, DiffusionError> {
        let Node { timestep, alpha, sigma, input_scale } = self.from;
        let seen = self.prediction.noise(alpha, sigma, timestep)?;
        Ok(Affine { sample: seen.sample * input_scale, ..seen })
    }

    /// `signal * x0 + direction * noise + z_std * z`: the step of every
    /// single-step solver. Without a clip the two predictions are merged into
    /// factors of latent and output while still in `f64`, so that nothing large
    /// cancels in the tensors' precision.
    fn toward(&self, signal: f64, direction: f64, z_std: f64) -> Result<StepCoefficients, DiffusionError> {
        let convert = self.x0()?;
        // At the clean end the noise has no part, and need not be defined.
        let noise = if direction == 0.0 { Affine { sample: 0.0, output: 0.0 } } else { self.noise()? };
        let (rest, converted) = match self.clip {
            None => (convert.combine(signal, noise, direction), 0.0),
            Some(_) => (noise.combine(direction, noise, 0.0), signal),
        };
        Ok(StepCoefficients {
            convert,
            clip: self.clip,
            sample: rest.sample,
            output: rest.output,
            converted: [converted, 0.0, 0.0],
            noise: z_std,
            learned: None,
        })
    }

    /// DDIM (Song et al. 2021, equations 12 and 16), written for any `alpha`
    /// and `sigma`: the noise is `eta * sigma_to * sqrt(1 - e^(-2h))` where
    /// `e^-h` is the ratio of noise to signal after the step to that before.
    pub fn ddim(&self, eta: f64) -> Result<StepCoefficients, DiffusionError> {
        let (alpha, sigma) = (self.from.latent_alpha(), self.from.latent_sigma());
        let (alpha_to, sigma_to) = (self.to.latent_alpha(), self.to.latent_sigma());
        // A row without noise has nothing to renew.
        let std = if eta == 0.0 || sigma == 0.0 {
            0.0
        } else {
            let decay = (sigma_to * alpha) / (alpha_to * sigma);
            eta * sigma_to * (1.0 - decay * decay).max(0.0).sqrt()
        };
        let direction = (sigma_to * sigma_to - std * std).max(0.0).sqrt();
        self.toward(alpha_to, direction, std)
    }

    /// Cold sampling. `D(x0, t) = alpha * x0 + sigma * noise` with the noise
    /// that makes `D(x0, t) = x`, so that `x - D(x0, t) + D(x0, t - 1)` is
    /// DDIM's step; but where `x0` is limited, the noise follows the limited one.
    pub fn cold(&self) -> Result<StepCoefficients, DiffusionError> {
        let Some(_) = self.clip else {
            return self.ddim(0.0);
        };
        let (alpha, sigma) = (self.from.latent_alpha(), self.from.latent_sigma());
        let (alpha_to, sigma_to) = (self.to.latent_alpha(), self.to.latent_sigma());
        // `x - alpha * x0` over a sigma of 0: there is no noise to carry on.
        let ratio = if sigma == 0.0 { 0.0 } else { sigma_to / sigma };
        Ok(StepCoefficients {
            convert: self.x0()?,
            clip: self.clip,
            sample: ratio,
            output: 0.0,
            converted: [alpha_to - alpha * ratio, 0.0, 0.0],
            noise: 0.0,
            learned: None,
        })
    }

    /// DDPM (Ho et al. 2020, equations 6 and 7), written for any `alpha` and
    /// `sigma` (Kingma et al. 2021, appendix A), so that it walks the straight
    /// path too. `add_noise` is false at the last step.
    pub fn ddpm(&self, variance: Variance, add_noise: bool) -> Result<StepCoefficients, DiffusionError> {
        let (alpha, sigma) = (self.from.alpha, self.from.sigma);
        let (alpha_to, sigma_to) = (self.to.alpha, self.to.sigma);
        // A row without noise holds x0 already; there is no variance to divide by.
        if sigma == 0.0 {
            return self.toward(alpha_to, sigma_to, 0.0);
        }
        // Signal and noise of the whole stride, from the row gone to up to here.
        let ratio = alpha / alpha_to;
        let beta_bar = sigma * sigma;
        let beta_bar_to = sigma_to * sigma_to;
        let beta = beta_bar - ratio * ratio * beta_bar_to;
        let (x0_factor, sample_factor) = if beta_bar_to == 0.0 {
            // At the clean end the posterior is x0 alone: said outright, so
            // that rounding leaves no trace of the noise.
            (alpha_to, 0.0)
        } else {
            (alpha_to * beta / beta_bar, ratio * beta_bar_to / beta_bar)
        };
        // The lower bound is 0 at the clean end; its logarithm must exist.
        let small = (beta_bar_to / beta_bar * beta).max(1e-20);
        let (noise, learned) = match variance {
            _ if !add_noise => (0.0, None),
            Variance::FixedSmall => (small.sqrt(), None),
            Variance::FixedLarge => (beta.max(0.0).sqrt(), None),
            Variance::LearnedRange => {
                let (low, high) = (small.ln(), beta.max(1e-20).ln());
                // v in -1..1 stands for (v + 1) / 2 of the way; half the
                // log-variance is the log of the deviation.
                let learned = LearnedVariance { slope: (high - low) / 4.0, intercept: (high + low) / 4.0 };
                (1.0, Some(learned))
            }
        };
        let convert = self.x0()?;
        let (rest, converted) = match self.clip {
            None => (
                Affine {
                    sample: sample_factor + x0_factor * convert.sample,
                    output: x0_factor * convert.output,
                },
                0.0,
            ),
            Some(_) => (Affine { sample: sample_factor, output: 0.0 }, x0_factor),
        };
        Ok(StepCoefficients {
            convert,
            clip: self.clip,
            sample: rest.sample,
            output: rest.output,
            converted: [converted, 0.0, 0.0],
            noise,
            learned,
        })
    }
}
