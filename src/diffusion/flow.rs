//! Noise levels of flow matching: `x = (1 - sigma) * x0 + sigma * noise`,
//! sigma from 1 down to 0, shifted towards noise for larger pictures.

use super::error::DiffusionError;
use super::schedule::{karras_levels, linspace};

/// How noise levels are moved towards the noisy end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shift {
    /// `shift * s / (1 + (shift - 1) * s)` (Esser et al. 2024, equation 23);
    /// 1 moves nothing, SD3 uses 3. Must be above 0.
    Static(f64),
    /// By the number of image tokens (the FLUX pipelines).
    Dynamic {
        /// See [`dynamic_shift_mu`].
        mu: f64,
        /// How `mu` acts.
        curve: ShiftCurve,
    },
}

/// How the `mu` of a dynamic shift acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShiftCurve {
    /// `e^mu / (e^mu + 1/s - 1)`: a static shift of `e^mu`.
    Exponential,
    /// `mu / (mu + 1/s - 1)`: a static shift of `mu`.
    Linear,
}

/// The noise levels before the shift.
#[derive(Debug, Clone, PartialEq)]
pub enum FlowSigmas {
    /// `linspace(1, 1/steps, steps)`: what FLUX passes, and what our own
    /// models use.
    OneOverSteps,
    /// `linspace(1, sigma_min, steps)` with `sigma_min` the last training
    /// timestep's, which a static shift has moved already: it is applied to
    /// `sigma_min` twice, as in the reference (SD3).
    TrainingRange,
    /// `linspace(1, 0, steps)`: the older schedule of Z-Image, whose last step
    /// does nothing.
    ToZero,
    /// What the reference's multistep DPM-Solver uses with `use_flow_sigmas`:
    /// `1 - linspace(1, 1/train_steps, steps + 1)` without its first value,
    /// falling; timesteps cut to whole numbers.
    DpmSolver,
    /// Levels given one by one, falling, each in 0 to 1.
    Given(Vec<f64>),
}

/// A flow-matching schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowSchedule {
    /// The timestep that stands for pure noise, 1000 as a rule.
    pub train_steps: usize,
    /// The shift.
    pub shift: Shift,
    /// The levels before the shift.
    pub sigmas: FlowSigmas,
    /// Stretch the shifted levels so that the last is this one, in 0 to 1
    /// (the reference's `shift_terminal`).
    pub shift_terminal: Option<f64>,
    /// Respace the shifted levels as Karras et al. 2022.
    pub karras: bool,
    /// Compute in 32-bit floats in the reference's order: networks are told a
    /// thousand times the level, and some of them see its last digit.
    pub in_f32: bool,
}

impl FlowSchedule {
    /// Timesteps 0 to 1000, a static shift, levels from 1 to `1/steps`.
    pub fn shifted(shift: f64) -> Self {
        Self {
            train_steps: 1000,
            shift: Shift::Static(shift),
            sigmas: FlowSigmas::OneOverSteps,
            shift_terminal: None,
            karras: false,
            in_f32: false,
        }
    }

    /// The `steps` noise levels of a run, falling, without the final 0.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] for a shift or a level out of range.
    pub(super) fn levels(&self, steps: usize) -> Result<Vec<f64>, DiffusionError> {
        let shift = self.shift.factor()?;
        if self.train_steps == 0 {
            return Err(DiffusionError::Config("a schedule needs at least 1 training timestep".to_owned()));
        }
        let lowest = 1.0 / self.train_steps as f64;
        let single = |s: f64| if self.in_f32 { self.shift.shifted_in_f32(s) } else { shifted(shift, s) };
        let raw = match &self.sigmas {
            FlowSigmas::OneOverSteps => linspace(1.0, 1.0 / steps as f64, steps),
            FlowSigmas::ToZero => linspace(1.0, 0.0, steps),
            FlowSigmas::TrainingRange => {
                let [max, min] = match self.shift {
                    Shift::Static(_) => [1.0, lowest].map(single),
                    Shift::Dynamic { .. } => [1.0, lowest],
                };
                linspace(max, min, steps)
            }
            FlowSigmas::DpmSolver => {
                linspace(1.0, lowest, steps + 1).into_iter().skip(1).rev().map(|alpha| 1.0 - alpha).collect()
            }
            FlowSigmas::Given(levels) => {
                check_given(levels, steps)?;
                levels.clone()
            }
        };
        // What a pipeline passes the reference turns into 32 bits first, its own levels last.
        let own = matches!(self.sigmas, FlowSigmas::TrainingRange | FlowSigmas::DpmSolver);
        let mut levels: Vec<f64> =
            raw.into_iter().map(|s| if own { shifted(shift, s) } else { single(s) }).collect();
        if let Some(terminal) = self.shift_terminal {
            stretch_to(&mut levels, terminal)?;
        }
        if self.karras
            && let (Some(&max), Some(&min)) = (levels.first(), levels.last())
        {
            levels = karras_levels(max, min, steps);
        }
        if self.in_f32 {
            levels.iter_mut().for_each(|level| *level = f64::from(*level as f32));
        }
        Ok(levels)
    }

    /// What the network is told of a level.
    pub(super) fn timestep(&self, level: f64) -> f64 {
        if self.in_f32 {
            f64::from(level as f32 * self.train_steps as f32)
        } else if self.whole_timesteps() {
            (level * self.train_steps as f64).trunc()
        } else {
            level * self.train_steps as f64
        }
    }

    /// Whether timesteps are cut to whole numbers.
    fn whole_timesteps(&self) -> bool {
        matches!(self.sigmas, FlowSigmas::DpmSolver)
    }

    /// One level after the static or dynamic shift, for training: `s` in 0 to 1.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] for a shift out of range.
    pub fn shift_level(&self, s: f64) -> Result<f64, DiffusionError> {
        Ok(shifted(self.shift.factor()?, s))
    }
}

impl Shift {
    /// The factor `f` of `f * s / (1 + (f - 1) * s)`.
    fn factor(self) -> Result<f64, DiffusionError> {
        let factor = match self {
            Self::Static(shift) => shift,
            Self::Dynamic { mu, curve: ShiftCurve::Exponential } => mu.exp(),
            Self::Dynamic { mu, curve: ShiftCurve::Linear } => mu,
        };
        if factor.is_finite() && factor > 0.0 {
            Ok(factor)
        } else {
            Err(DiffusionError::Config(format!(
                "a flow shift of {factor} is not possible: it must be above 0"
            )))
        }
    }

    /// A level after the shift, each operation rounded as the reference's is.
    fn shifted_in_f32(self, s: f64) -> f64 {
        let s = s as f32;
        let turned = |factor: f64| factor as f32 / (factor as f32 + (1.0 / s - 1.0));
        f64::from(match self {
            Self::Static(shift) => shift as f32 * s / (1.0 + (shift - 1.0) as f32 * s),
            Self::Dynamic { mu, curve: ShiftCurve::Exponential } => turned(mu.exp()),
            Self::Dynamic { mu, curve: ShiftCurve::Linear } => turned(mu),
        })
    }
}

/// `mu` of the dynamic shift for a picture of `image_seq_len` tokens: the
/// straight line through `(base_seq_len, base_shift)` and `(max_seq_len,
/// max_shift)` (FLUX: 256, 0.5 and 4096, 1.15).
///
/// # Errors
/// [`DiffusionError::Config`] when both points have the same length.
pub fn dynamic_shift_mu(
    image_seq_len: usize,
    base_seq_len: usize,
    max_seq_len: usize,
    base_shift: f64,
    max_shift: f64,
) -> Result<f64, DiffusionError> {
    if base_seq_len == max_seq_len {
        return Err(DiffusionError::Config(format!(
            "dynamic shifting needs two different image lengths, but both are {base_seq_len}"
        )));
    }
    let slope = (max_shift - base_shift) / (max_seq_len as f64 - base_seq_len as f64);
    let intercept = base_shift - slope * base_seq_len as f64;
    Ok(image_seq_len as f64 * slope + intercept)
}

/// `f * s / (1 + (f - 1) * s)`. The divisor is at least the smaller of 1 and
/// `f`, so it is never 0 for `f > 0` and `s` in 0 to 1.
fn shifted(factor: f64, s: f64) -> f64 {
    factor * s / (1.0 + (factor - 1.0) * s)
}

/// Stretches levels away from 1 so that the last becomes `terminal`.
fn stretch_to(levels: &mut [f64], terminal: f64) -> Result<(), DiffusionError> {
    if !(0.0..1.0).contains(&terminal) {
        return Err(DiffusionError::Config(format!(
            "a terminal noise level of {terminal} is not possible: give 0 to 1, 1 excluded"
        )));
    }
    let Some(last) = levels.last().copied() else {
        return Ok(());
    };
    // One step starts and ends at level 1: there is nothing to stretch.
    if last == 1.0 {
        return Ok(());
    }
    let scale = (1.0 - last) / (1.0 - terminal);
    for level in levels.iter_mut() {
        *level = 1.0 - (1.0 - *level) / scale;
    }
    Ok(())
}

/// Refuses given levels that are too few, too many, out of range or not falling.
fn check_given(levels: &[f64], steps: usize) -> Result<(), DiffusionError> {
    if levels.len() != steps {
        return Err(DiffusionError::Length {
            what: "the list of noise levels",
            expected: steps,
            found: levels.len(),
        });
    }
    if let Some(level) = levels.iter().find(|s| !(0.0..=1.0).contains(*s)) {
        return Err(DiffusionError::Config(format!(
            "a noise level of {level} is not possible: levels lie in 0 to 1"
        )));
    }
    if levels.windows(2).any(|pair| pair[0] < pair[1]) {
        return Err(DiffusionError::Config("the noise levels must fall from noise to picture".to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_of_one_moves_nothing_and_three_moves_towards_noise() {
        let plain = FlowSchedule::shifted(1.0).levels(4).unwrap();
        assert_eq!(plain, [1.0, 0.75, 0.5, 0.25]);
        let moved = FlowSchedule::shifted(3.0).levels(4).unwrap();
        assert_eq!(moved[0], 1.0);
        assert_eq!(moved[2], 0.75);
        assert!(plain.iter().zip(&moved).all(|(a, b)| b >= a));
    }

    #[test]
    fn the_training_range_shifts_its_lower_end_twice() {
        let schedule = FlowSchedule { sigmas: FlowSigmas::TrainingRange, ..FlowSchedule::shifted(3.0) };
        let levels = schedule.levels(5).unwrap();
        // shared/reference/schedulers, flow_shift3_5/out.sigmas.
        let expected = [1.0, 0.9003591, 0.7511211, 0.5029851, 0.0089285718];
        for (actual, expected) in levels.iter().zip(expected) {
            assert!((actual - expected).abs() < 1e-7, "{actual} for {expected}");
        }
    }

    /// Those that diffusers' `FlowMatchEulerDiscreteScheduler` gives for 7 steps.
    #[test]
    fn timesteps_have_the_references_last_digit() {
        let dynamic = |curve| Shift::Dynamic { mu: 0.63, curve };
        for (shift, sigmas, expected) in [
            (
                Shift::Static(1.7),
                FlowSigmas::TrainingRange,
                [1000.0f32, 894.928_83, 773.174_6, 630.421_6, 460.724_4, 255.659_67, 2.884_548_4],
            ),
            (
                Shift::Static(1.7),
                FlowSigmas::OneOverSteps,
                [1000.0, 910.714_36, 809.523_8, 693.877_56, 560.439_6, 404.761_9, 220.779_22],
            ),
            (
                Shift::Static(3.0),
                FlowSigmas::OneOverSteps,
                [1000.0, 947.368_4, 882.352_9, 800.000_06, 692.307_7, 545.454_65, 333.333_37],
            ),
            (
                dynamic(ShiftCurve::Exponential),
                FlowSigmas::OneOverSteps,
                [1000.0, 918.471_6, 824.377_4, 714.569_64, 584.753_54, 428.912_23, 238.347_73],
            ),
            (
                dynamic(ShiftCurve::Linear),
                FlowSigmas::TrainingRange,
                [1000.0, 759.255_7, 557.892_2, 386.977_42, 240.090_36, 112.497, 0.630_233_2],
            ),
        ] {
            let schedule = FlowSchedule { shift, sigmas, in_f32: true, ..FlowSchedule::shifted(1.0) };
            let told = schedule.levels(7).unwrap().into_iter().map(|s| schedule.timestep(s) as f32);
            assert_eq!(told.collect::<Vec<_>>(), expected, "{schedule:?}");
        }
        assert_eq!(FlowSchedule::shifted(3.0).timestep(0.6), 600.0);
    }

    #[test]
    fn the_dynamic_shift_follows_the_picture_size() {
        let mu = |seq_len| dynamic_shift_mu(seq_len, 256, 4096, 0.5, 1.15).unwrap();
        assert!((mu(256) - 0.5).abs() < 1e-12);
        assert!((mu(4096) - 1.15).abs() < 1e-12);
        assert!((mu(1024) - 0.63).abs() < 1e-12);
        assert!(dynamic_shift_mu(1, 256, 256, 0.5, 1.15).is_err());
        let exponential = Shift::Dynamic { mu: 3f64.ln(), curve: ShiftCurve::Exponential };
        assert!((exponential.factor().unwrap() - 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_terminal_level_is_reached() {
        let schedule = FlowSchedule { shift_terminal: Some(0.1), ..FlowSchedule::shifted(3.0) };
        let levels = schedule.levels(8).unwrap();
        assert_eq!(levels[0], 1.0);
        assert!((levels[7] - 0.1).abs() < 1e-12);
        // One step has nothing to stretch and must not divide by zero.
        assert_eq!(schedule.levels(1).unwrap(), [1.0]);
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for shift in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(FlowSchedule::shifted(shift).levels(4).is_err());
        }
        let given = |levels: &[f64]| FlowSchedule {
            sigmas: FlowSigmas::Given(levels.to_vec()),
            ..FlowSchedule::shifted(1.0)
        };
        assert!(given(&[1.0, 0.5]).levels(2).is_ok());
        assert!(given(&[1.0, 0.5]).levels(3).is_err());
        assert!(given(&[0.5, 1.0]).levels(2).is_err());
        assert!(given(&[1.5, 1.0]).levels(2).is_err());
        let terminal = FlowSchedule { shift_terminal: Some(1.0), ..FlowSchedule::shifted(1.0) };
        assert!(terminal.levels(4).is_err());
    }
}
