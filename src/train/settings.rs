//! What a training run is asked to do, and its schedules as pure functions.

use std::{f64::consts::PI, fmt};

use serde::{Deserialize, Serialize};

use super::TrainError;

/// The cosine ends at this share of the learning rate rather than at zero, so
/// that the last steps still count.
const FINAL_SHARE: f64 = 0.01;

/// How long a run lasts, over all its resumptions.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// So many optimizer steps.
    Steps(u64),
    /// So many minutes of training. The learning rate then follows the clock,
    /// so only [`Length::Steps`] gives the same result twice.
    Minutes(f64),
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steps(steps) => write!(f, "{steps} steps"),
            Self::Minutes(minutes) => write!(f, "{minutes} minutes"),
        }
    }
}

impl Length {
    /// How much of the run is done, 0..=1.
    pub fn progress(self, step: u64, minutes: f64) -> f64 {
        let done = match self {
            Self::Steps(0) => 1.0,
            Self::Steps(steps) => step as f64 / steps as f64,
            Self::Minutes(limit) if limit > 0.0 => minutes / limit,
            Self::Minutes(_) => 1.0,
        };
        done.clamp(0.0, 1.0)
    }
}

/// The settings of a run. Its checkpoints carry them.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// When it ends.
    pub length: Length,
    /// Pictures that are computed at once.
    pub batch: usize,
    /// Batches whose gradients are averaged for one step.
    pub accumulate: usize,
    /// The highest learning rate.
    pub learning_rate: f64,
    /// Steps over which the learning rate climbs to its highest.
    pub warmup_steps: u64,
    /// How much of the averaged weights stays at each step, 0..1.
    pub ema_decay: f64,
    /// Share of the captions replaced by the learned null, for guidance, 0..1.
    pub caption_drop: f64,
    /// Draws pictures, captions, noise and timesteps.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            length: Length::Minutes(60.0),
            batch: 32,
            accumulate: 1,
            learning_rate: 5e-4,
            warmup_steps: 300,
            ema_decay: 0.9995,
            caption_drop: 0.1,
            seed: 0,
        }
    }
}

impl Settings {
    /// Whether a run can follow these settings.
    ///
    /// # Errors
    /// [`TrainError::Settings`] naming the first that it cannot.
    pub fn check(&self) -> Result<(), TrainError> {
        let bad_length = match self.length {
            Length::Steps(steps) => steps == 0,
            Length::Minutes(minutes) => !(minutes.is_finite() && minutes > 0.0),
        };
        let why = if bad_length {
            "the run must last at least one step or some time; see --steps and --minutes".to_owned()
        } else if !(1..=4096).contains(&self.batch) || !(1..=4096).contains(&self.accumulate) {
            "--batch and --accumulate are 1 to 4096".to_owned()
        } else if !(self.learning_rate > 0.0 && self.learning_rate <= 1.0) {
            format!("a learning rate of {} is not possible; use more than 0, at most 1", self.learning_rate)
        } else if !(0.0..1.0).contains(&self.ema_decay) {
            format!("an EMA decay of {} is not possible; use 0 up to below 1", self.ema_decay)
        } else if !(0.0..=1.0).contains(&self.caption_drop) {
            format!("a caption drop of {} is not possible; use 0 to 1", self.caption_drop)
        } else {
            return Ok(());
        };
        Err(TrainError::Settings(why))
    }

    /// Pictures that one step learns from.
    pub fn pictures_per_step(&self) -> usize {
        self.batch * self.accumulate
    }

    /// The learning rate of a step: a linear climb over the warm-up times a
    /// cosine from 1 to [`FINAL_SHARE`] over the whole run (SGDR, Loshchilov &
    /// Hutter 2017, equation 5, without restarts).
    ///
    /// `step` counts from 0; `minutes` is the time trained so far.
    pub fn learning_rate_at(&self, step: u64, minutes: f64) -> f64 {
        let climb = match self.warmup_steps {
            0 => 1.0,
            steps => ((step + 1) as f64 / steps as f64).min(1.0),
        };
        let cosine = 0.5 * (1.0 + (PI * self.length.progress(step, minutes)).cos());
        self.learning_rate * climb * (FINAL_SHARE + (1.0 - FINAL_SHARE) * cosine)
    }

    /// How much of the averaged weights stays at a step (from 0). Early on it is
    /// less, so that the random start is soon forgotten (as TensorFlow's
    /// `ExponentialMovingAverage` with `num_updates`).
    pub fn ema_decay_at(&self, step: u64) -> f64 {
        let done = (step + 1) as f64;
        self.ema_decay.min((1.0 + done) / (10.0 + done))
    }

    /// Checks that a run with these settings may go on from one with `before`.
    /// Returns what changed, for a notice.
    ///
    /// # Errors
    /// [`TrainError::Settings`] for a change of the seed: the random stream
    /// would be neither the old run's nor the new one's.
    pub fn changes_from(&self, before: &Self) -> Result<Vec<String>, TrainError> {
        if self.seed != before.seed {
            return Err(TrainError::Settings(format!(
                "the run in this work folder has the seed {}, not {}; resume it with its own or take another work folder",
                before.seed, self.seed
            )));
        }
        let mut changes = Vec::new();
        let mut note = |name: &str, old: String, new: String| {
            if old != new {
                changes.push(format!("{name} {new} instead of {old}"));
            }
        };
        note("length", before.length.to_string(), self.length.to_string());
        note("batch", before.batch.to_string(), self.batch.to_string());
        note("accumulate", before.accumulate.to_string(), self.accumulate.to_string());
        note("learning rate", before.learning_rate.to_string(), self.learning_rate.to_string());
        note("warm-up", before.warmup_steps.to_string(), self.warmup_steps.to_string());
        note("EMA decay", before.ema_decay.to_string(), self.ema_decay.to_string());
        note("caption drop", before.caption_drop.to_string(), self.caption_drop.to_string());
        Ok(changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            length: Length::Steps(1000),
            warmup_steps: 100,
            learning_rate: 1e-3,
            ..Settings::default()
        }
    }

    #[test]
    fn the_rate_climbs_falls_and_ends_small() {
        let at = |step| settings().learning_rate_at(step, 0.0);
        let close = |actual: f64, expected: f64| {
            assert!((actual - expected).abs() < 1e-12, "actual {actual}, expected {expected}");
        };
        close(at(0), 1e-5);
        close(at(49), 5e-4 * (0.01 + 0.99 * 0.5 * (1.0 + (PI * 0.049).cos())));
        close(at(500), 1e-3 * (0.01 + 0.99 * 0.5));
        close(at(1000), 1e-5);
        close(at(5000), 1e-5);
        for step in 100..1000 {
            assert!(at(step) < at(step - 1) || step == 100, "step {step}");
        }
    }

    #[test]
    fn a_run_by_the_clock_follows_it() {
        let settings = Settings { length: Length::Minutes(10.0), warmup_steps: 0, ..settings() };
        assert_eq!(settings.learning_rate_at(7, 0.0), 1e-3);
        assert!((settings.learning_rate_at(7, 5.0) - 1e-3 * 0.505).abs() < 1e-12);
        assert!((settings.learning_rate_at(7, 11.0) - 1e-5).abs() < 1e-12);
    }

    #[test]
    fn the_average_forgets_its_start() {
        let settings = settings();
        assert!((settings.ema_decay_at(0) - 2.0 / 11.0).abs() < 1e-12);
        assert!((settings.ema_decay_at(89) - 91.0 / 100.0).abs() < 1e-12);
        assert_eq!(settings.ema_decay_at(100_000), 0.9995);
    }

    #[test]
    fn impossible_settings_are_named() {
        let error = |settings: Settings| settings.check().unwrap_err().to_string();
        assert!(settings().check().is_ok());
        assert!(error(Settings { batch: 0, ..settings() }).contains("--batch"));
        assert!(error(Settings { learning_rate: f64::NAN, ..settings() }).contains("NaN"));
        assert!(error(Settings { ema_decay: 1.0, ..settings() }).contains("EMA"));
        assert!(error(Settings { length: Length::Minutes(0.0), ..settings() }).contains("--minutes"));
        assert!(error(Settings { caption_drop: -0.1, ..settings() }).contains("-0.1"));
    }

    #[test]
    fn another_seed_is_another_run() {
        let other = Settings { seed: 1, ..settings() };
        assert!(other.changes_from(&settings()).unwrap_err().to_string().contains("seed 0, not 1"));
        let other = Settings { batch: 8, learning_rate: 0.5, length: Length::Minutes(5.0), ..settings() };
        assert_eq!(
            other.changes_from(&settings()).unwrap(),
            [
                "length 5 minutes instead of 1000 steps",
                "batch 8 instead of 32",
                "learning rate 0.5 instead of 0.001"
            ]
        );
    }
}
