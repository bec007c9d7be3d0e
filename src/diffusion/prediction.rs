//! What a network predicts, and how `x0` and the noise follow from it.

use std::{fmt, str::FromStr};

use super::error::DiffusionError;

/// `sample * x + output * model_output`: a quantity as a linear combination of
/// the noisy latent and the network's output.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// Factor of the noisy latent.
    pub sample: f64,
    /// Factor of the network's output.
    pub output: f64,
}

impl Affine {
    /// `a * self + b * other`.
    pub fn combine(self, a: f64, other: Self, b: f64) -> Self {
        Self { sample: a * self.sample + b * other.sample, output: a * self.output + b * other.output }
    }
}

/// What the network's output means, for `x = alpha * x0 + sigma * noise`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prediction {
    /// The noise ("epsilon"; Ho et al. 2020, section 3.2).
    Noise,
    /// The clean latent `x0` (the reference's "sample"; the "cold diffusion"
    /// of the DiT tutorials).
    Sample,
    /// `v = alpha * noise - sigma * x0` (Salimans and Ho 2022, section 4).
    Velocity,
    /// `noise - x0`, the velocity of the straight path of flow matching
    /// (Lipman et al. 2023; Esser et al. 2024, section 2).
    Flow,
}

impl Prediction {
    /// Every kind, in the order in which messages list them.
    pub const ALL: [Self; 4] = [Self::Noise, Self::Sample, Self::Velocity, Self::Flow];

    /// The name used on the command line and in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Noise => "noise",
            Self::Sample => "sample",
            Self::Velocity => "velocity",
            Self::Flow => "flow",
        }
    }

    /// `x0` from the noisy latent and the output. `timestep` is for the message only.
    ///
    /// # Errors
    /// [`DiffusionError::NoSignal`] where `alpha = 0` and the output is the
    /// noise: `x = sigma * noise` holds nothing of `x0`.
    pub fn x0(self, alpha: f64, sigma: f64, timestep: f64) -> Result<Affine, DiffusionError> {
        let no_signal = DiffusionError::NoSignal { prediction: self.name(), timestep };
        Ok(match self {
            Self::Noise if alpha == 0.0 => return Err(no_signal),
            Self::Noise => Affine { sample: 1.0 / alpha, output: -sigma / alpha },
            Self::Sample => Affine { sample: 0.0, output: 1.0 },
            Self::Velocity => {
                // Solving x = alpha x0 + sigma n, v = alpha n - sigma x0; the
                // norm is 1 on a variance-preserving schedule.
                let norm = alpha * alpha + sigma * sigma;
                Affine { sample: alpha / norm, output: -sigma / norm }
            }
            Self::Flow => Affine { sample: 1.0 / (alpha + sigma), output: -sigma / (alpha + sigma) },
        })
    }

    /// The noise from the noisy latent and the output. `timestep` is for the message only.
    ///
    /// # Errors
    /// [`DiffusionError::NoNoise`] where `sigma = 0` and the output is `x0`.
    pub fn noise(self, alpha: f64, sigma: f64, timestep: f64) -> Result<Affine, DiffusionError> {
        let no_noise = DiffusionError::NoNoise { prediction: self.name(), timestep };
        Ok(match self {
            Self::Noise => Affine { sample: 0.0, output: 1.0 },
            Self::Sample if sigma == 0.0 => return Err(no_noise),
            Self::Sample => Affine { sample: 1.0 / sigma, output: -alpha / sigma },
            Self::Velocity => {
                let norm = alpha * alpha + sigma * sigma;
                Affine { sample: sigma / norm, output: alpha / norm }
            }
            Self::Flow => Affine { sample: 1.0 / (alpha + sigma), output: alpha / (alpha + sigma) },
        })
    }

    /// What a network should have answered, for training: a combination
    /// `(a, b)` of `a * x0 + b * noise`.
    pub fn target(self, alpha: f64, sigma: f64) -> (f64, f64) {
        match self {
            Self::Noise => (0.0, 1.0),
            Self::Sample => (1.0, 0.0),
            Self::Velocity => (-sigma, alpha),
            Self::Flow => (-1.0, 1.0),
        }
    }
}

impl fmt::Display for Prediction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Prediction {
    type Err = DiffusionError;

    /// Reads our names and the reference's (`epsilon`, `v_prediction`,
    /// `flow_prediction`).
    fn from_str(name: &str) -> Result<Self, DiffusionError> {
        match name {
            "noise" | "epsilon" => Ok(Self::Noise),
            "sample" => Ok(Self::Sample),
            "velocity" | "v_prediction" => Ok(Self::Velocity),
            "flow" | "flow_prediction" => Ok(Self::Flow),
            _ => Err(DiffusionError::UnknownPrediction {
                name: name.to_owned(),
                known: Self::ALL.map(Self::name).join(", "),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(affine: Affine, x: f64, output: f64) -> f64 {
        affine.sample * x + affine.output * output
    }

    #[test]
    fn every_kind_gives_back_the_picture_and_the_noise() {
        let (x0, noise) = (0.37, -1.21);
        for (alpha, sigma) in [(0.8, 0.6), (0.25, 0.75), (1e-3, 1.0), (1.0, 1e-6)] {
            let x = alpha * x0 + sigma * noise;
            for prediction in Prediction::ALL {
                let (a, b) = prediction.target(alpha, sigma);
                let output = a * x0 + b * noise;
                let x0_found = apply(prediction.x0(alpha, sigma, 0.0).unwrap(), x, output);
                let noise_found = apply(prediction.noise(alpha, sigma, 0.0).unwrap(), x, output);
                let x0_error = (x0_found - x0).abs();
                let noise_error = (noise_found - noise).abs();
                // The weak side of each kind is divided by alpha or sigma.
                assert!(x0_error < 1e-12, "{prediction}: x0 {x0_found} for {x0}");
                assert!(noise_error < 1e-9, "{prediction}: noise {noise_found} for {noise}");
            }
        }
    }

    #[test]
    fn a_division_by_zero_is_refused_with_a_reason() {
        let error = Prediction::Noise.x0(0.0, 1.0, 999.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a noise prediction cannot tell the picture at timestep 999, where no signal is left (alpha = 0): \
             the model must predict velocity or sample"
        );
        let error = Prediction::Sample.noise(1.0, 0.0, 0.0).unwrap_err();
        assert!(error.to_string().contains("sigma = 0"), "{error}");
        // The other kinds are defined at both ends.
        for prediction in [Prediction::Velocity, Prediction::Flow] {
            for (alpha, sigma) in [(0.0, 1.0), (1.0, 0.0)] {
                assert!(prediction.x0(alpha, sigma, 0.0).is_ok());
                assert!(prediction.noise(alpha, sigma, 0.0).is_ok());
            }
        }
    }

    #[test]
    fn names_go_both_ways_and_unknown_ones_are_listed() {
        for prediction in Prediction::ALL {
            assert_eq!(prediction.name().parse::<Prediction>(), Ok(prediction));
        }
        assert_eq!("epsilon".parse(), Ok(Prediction::Noise));
        let error = "score".parse::<Prediction>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no prediction called \"score\": choose one of noise, sample, velocity, flow"
        );
    }
}
