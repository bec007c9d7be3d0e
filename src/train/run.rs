//! A whole training run in a work folder: it can be stopped at any time and
//! goes on where it was.
//!
//! ```text
//! WORK/checkpoint.safetensors   everything needed to go on
//!      latents/shard-*          the pictures, encoded once
//!      loss.csv                 one line every few steps
//!      sheet-00001000.png       samples after so many steps
//! ```

use std::{
    fmt::Write as _,
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use burn::tensor::{Device, Tensor};
use tokenizers::Tokenizer;

use super::{
    TrainError,
    batches::LatentStore,
    checkpoint::{self, Checkpoint},
    files::write_atomically,
    latents::{EncodingProgress, LatentEncoder},
    pupil::{Pupil, PupilConfig},
    samples,
    settings::Settings,
    tensors,
    trainer::{StepReport, Trainer},
};
use crate::models::{
    autoencoder::Autoencoder,
    builtin::{self, Builtin},
};

/// Steps between two lines of `loss.csv`.
const LOG_EVERY: u64 = 10;
/// How much work an end without warning may cost.
const SAVE_EVERY: Duration = Duration::from_secs(5 * 60);
const LOSS_HEADER: &str = "step,pictures,loss,gradient_norm,learning_rate,minutes,pictures_per_sec\n";

/// What a new run begins from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// The weights in the binary.
    Builtin,
    /// Random weights.
    Scratch,
}

/// A run as the command line asks for it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The folder of shards of pictures.
    pub data: PathBuf,
    /// The folder of the run.
    pub work: PathBuf,
    /// Where a new run begins; a run that goes on has begun already.
    pub start: Start,
    /// What it is asked to do.
    pub settings: Settings,
    /// Steps between two sample sheets; `None` for a sheet at the end alone, 0
    /// for none at all.
    pub sheet_every: Option<u64>,
}

/// What a run tells while it goes on. The answer `Break` stops it, with a
/// checkpoint if training has begun.
#[derive(Debug)]
pub enum RunEvent<'a> {
    /// Pictures are being encoded.
    Encoding(EncodingProgress),
    /// Training begins or goes on.
    Begins {
        /// Steps done before.
        step: u64,
        /// Pictures to learn from.
        pictures: usize,
        /// Settings that differ from those the run had before.
        changes: &'a [String],
    },
    /// A step is done.
    Step {
        /// Steps done.
        step: u64,
        /// Share of the run that is done, 0..=1.
        progress: f64,
    },
    /// A line of `loss.csv`.
    Loss(LossLine),
    /// A sheet was written.
    Sheet(&'a Path),
}

/// What is measured over the last few steps.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LossLine {
    /// Steps done.
    pub step: u64,
    /// Pictures learned from so far.
    pub pictures: u64,
    /// Mean loss since the last line.
    pub loss: f64,
    /// Mean norm of the gradients since the last line, before clipping.
    pub gradient_norm: f64,
    /// Of the last step.
    pub learning_rate: f64,
    /// Minutes of training so far.
    pub minutes: f64,
    /// Pictures learned from each second since the last line.
    pub pictures_per_sec: f64,
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Outcome {
    /// Steps done.
    pub step: u64,
    /// Pictures learned from so far.
    pub pictures: u64,
    /// Whether it reached its length; else it was stopped.
    pub finished: bool,
}

/// Trains by `plan` on `device` (without autodiff).
///
/// # Errors
/// [`TrainError`]; [`TrainError::Interrupted`] only where there is no checkpoint yet.
pub fn run(
    plan: &Plan,
    device: &Device,
    mut observe: impl FnMut(RunEvent<'_>) -> ControlFlow<()>,
) -> Result<Outcome, TrainError> {
    plan.settings.check()?;
    let teacher = Builtin::load(device)?;
    let max_tokens = teacher.config().text_encoder.max_tokens;
    let autoencoder = teacher.networks().autoencoder.clone();
    let tokenizer = builtin::tokenizer()?;

    let found = Checkpoint::load(&plan.work.join(checkpoint::FILE_NAME), device)?;
    let changes = match &found {
        Some(found) => plan.settings.changes_from(&found.header.settings)?,
        None => Vec::new(),
    };
    let encoder = LatentEncoder::new(autoencoder.clone(), tokenizer.clone(), max_tokens, device)?;
    let cached = encoder.encode_folder(&plan.data, &plan.work.join("latents"), |progress| {
        observe(RunEvent::Encoding(progress))
    })?;
    let store = LatentStore::open(&cached)?;
    let pictures = store.pictures();

    let (trainer, minutes) = match found {
        Some(mut found) => {
            found.header.settings = plan.settings.clone();
            let minutes = found.header.minutes;
            (Trainer::resume(found, store, device)?, minutes)
        }
        None => {
            let config = PupilConfig::from(teacher.config());
            let pupil = match plan.start {
                Start::Builtin => Pupil::from_networks(teacher.networks()),
                Start::Scratch => Pupil::new(&config, plan.settings.seed, device)?,
            };
            (Trainer::new(pupil, config, plan.settings.clone(), store, device)?, 0.0)
        }
    };
    let sheets = match plan.sheet_every {
        Some(0) => None,
        every => Some(SheetMaker { autoencoder, tokenizer, every }),
    };
    let session = Session::new(trainer, &plan.work, minutes, sheets)?;
    let step = session.trainer.steps_done();
    if observe(RunEvent::Begins { step, pictures, changes: &changes }).is_break() {
        // A run that goes on has its checkpoint already.
        let pictures = session.trainer.pictures_seen();
        return if step == 0 {
            Err(TrainError::Interrupted)
        } else {
            Ok(Outcome { step, pictures, finished: false })
        };
    }
    session.go(observe)
}

/// What sample sheets need beside the trained networks.
pub struct SheetMaker {
    /// Latents to pictures.
    pub autoencoder: Autoencoder,
    /// Prompts to tokens.
    pub tokenizer: Tokenizer,
    /// Steps between two sheets; `None` for a sheet at the end alone.
    pub every: Option<u64>,
}

/// A trainer at work in its folder.
pub struct Session {
    trainer: Trainer,
    work: PathBuf,
    minutes_before: f64,
    since: Instant,
    sheets: Option<SheetMaker>,
    log: LossLog,
}

impl Session {
    /// `minutes` is how long the run has trained before.
    ///
    /// # Errors
    /// [`TrainError::File`].
    pub fn new(
        trainer: Trainer,
        work: &Path,
        minutes: f64,
        sheets: Option<SheetMaker>,
    ) -> Result<Self, TrainError> {
        fs::create_dir_all(work).map_err(TrainError::writing(work))?;
        let log = LossLog::open(work.join("loss.csv"), &trainer)?;
        Ok(Self {
            trainer,
            work: work.to_owned(),
            minutes_before: minutes,
            since: Instant::now(),
            sheets,
            log,
        })
    }

    /// Trains until the run has its length or `observe` answers `Break`; either
    /// way the checkpoint is saved.
    ///
    /// # Errors
    /// [`TrainError`]; the last checkpoint stays.
    pub fn go(
        mut self,
        mut observe: impl FnMut(RunEvent<'_>) -> ControlFlow<()>,
    ) -> Result<Outcome, TrainError> {
        self.since = Instant::now();
        let mut saved = Instant::now();
        let (mut stopped, mut unsaved) = (false, false);
        self.log.restart_clock();
        while !stopped && self.progress() < 1.0 {
            let report = self.trainer.step(self.minutes())?;
            unsaved = true;
            let step = self.trainer.steps_done();
            self.log.note(report, self.trainer.pictures_seen());
            if step.is_multiple_of(LOG_EVERY)
                && let Some(line) = self.log.write(step, self.minutes())?
            {
                stopped |= observe(RunEvent::Loss(line)).is_break();
            }
            stopped |= observe(RunEvent::Step { step, progress: self.progress() }).is_break();
            let sheet_is_due = self
                .sheets
                .as_ref()
                .is_some_and(|sheets| sheets.every.is_some_and(|every| step.is_multiple_of(every.max(1))));
            if !stopped && self.progress() < 1.0 && (sheet_is_due || saved.elapsed() > SAVE_EVERY) {
                self.save()?;
                unsaved = false;
                if sheet_is_due {
                    stopped |= self.paint_sheet(&mut observe)?;
                }
                saved = Instant::now();
                self.log.restart_clock();
            }
        }
        let finished = self.progress() >= 1.0;
        if unsaved {
            self.save()?;
        }
        if finished {
            self.paint_sheet(&mut observe)?;
        }
        Ok(Outcome { step: self.trainer.steps_done(), pictures: self.trainer.pictures_seen(), finished })
    }

    fn minutes(&self) -> f64 {
        self.minutes_before + self.since.elapsed().as_secs_f64() / 60.0
    }

    fn progress(&self) -> f64 {
        self.trainer.settings().length.progress(self.trainer.steps_done(), self.minutes())
    }

    fn save(&mut self) -> Result<(), TrainError> {
        // What is not logged yet is looked at too: a checkpoint of a run that
        // diverged would replace the one worth resuming.
        self.log.check(self.trainer.steps_done())?;
        self.trainer.checkpoint(self.minutes()).save(&self.work.join(checkpoint::FILE_NAME))
    }

    /// Returns whether the observer wants to stop.
    fn paint_sheet(
        &self,
        observe: &mut impl FnMut(RunEvent<'_>) -> ControlFlow<()>,
    ) -> Result<bool, TrainError> {
        let Some(SheetMaker { autoencoder, tokenizer, .. }) = &self.sheets else {
            return Ok(false);
        };
        let path = self.work.join(format!("sheet-{:08}.png", self.trainer.steps_done()));
        samples::write_sheet(
            &self.trainer.averaged()?,
            autoencoder,
            tokenizer,
            self.trainer.config(),
            &path,
        )?;
        Ok(observe(RunEvent::Sheet(&path)).is_break())
    }
}

/// `loss.csv` and what goes into its next line.
struct LossLog {
    path: PathBuf,
    losses: Vec<Tensor<1>>,
    norms: Vec<Tensor<1>>,
    learning_rate: f64,
    pictures: u64,
    pictures_before: Option<u64>,
    since: Instant,
}

impl LossLog {
    /// Opens the log of a run. Lines of steps after the trainer's come from work
    /// that no checkpoint kept: they go.
    fn open(path: PathBuf, trainer: &Trainer) -> Result<Self, TrainError> {
        let step = trainer.steps_done();
        let old = match fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            other => other.map_err(TrainError::reading(&path))?,
        };
        let mut kept = LOSS_HEADER.to_owned();
        for line in old.lines() {
            let at = line.split(',').next().and_then(|first| first.parse::<u64>().ok());
            if at.is_some_and(|at| at <= step) {
                let _ = writeln!(kept, "{line}");
            }
        }
        write_atomically(&path, |out| out.write_all(kept.as_bytes()))?;
        Ok(Self {
            path,
            losses: Vec::new(),
            norms: Vec::new(),
            learning_rate: 0.0,
            pictures: trainer.pictures_seen(),
            pictures_before: None,
            since: Instant::now(),
        })
    }

    /// Time spent on checkpoints and sheets is not time spent on pictures.
    fn restart_clock(&mut self) {
        self.since = Instant::now();
        self.pictures_before = None;
    }

    fn note(&mut self, report: StepReport, pictures: u64) {
        self.losses.push(report.loss);
        self.norms.extend(report.gradient_norm);
        self.learning_rate = report.learning_rate;
        self.pictures_before.get_or_insert(self.pictures);
        self.pictures = pictures;
    }

    /// The mean of what is noted; an error if it is no number.
    fn check(&self, step: u64) -> Result<Option<(f64, f64)>, TrainError> {
        if self.losses.is_empty() {
            return Ok(None);
        }
        let mean = |tensors: &[Tensor<1>]| -> Result<f64, TrainError> {
            if tensors.is_empty() {
                return Ok(0.0);
            }
            let values = tensors::values(Tensor::cat(tensors.to_vec(), 0))?;
            Ok(values.iter().map(|&v| f64::from(v)).sum::<f64>() / values.len() as f64)
        };
        let (loss, norm) = (mean(&self.losses)?, mean(&self.norms)?);
        // The norm shows it a step before the loss does.
        if loss.is_finite() && norm.is_finite() {
            Ok(Some((loss, norm)))
        } else {
            Err(TrainError::Diverged { step })
        }
    }

    fn write(&mut self, step: u64, minutes: f64) -> Result<Option<LossLine>, TrainError> {
        let Some((loss, gradient_norm)) = self.check(step)? else {
            return Ok(None);
        };
        let pictures = self.pictures - self.pictures_before.unwrap_or(0);
        let line = LossLine {
            step,
            pictures: self.pictures,
            loss,
            gradient_norm,
            learning_rate: self.learning_rate,
            minutes,
            pictures_per_sec: pictures as f64 / self.since.elapsed().as_secs_f64().max(1e-9),
        };
        let text = format!(
            "{},{},{:.5},{:.4},{:.3e},{:.2},{:.2}\n",
            line.step,
            line.pictures,
            line.loss,
            line.gradient_norm,
            line.learning_rate,
            line.minutes,
            line.pictures_per_sec
        );
        fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&self.path)
            .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
            .map_err(TrainError::writing(&self.path))?;
        self.losses.clear();
        self.norms.clear();
        self.restart_clock();
        Ok(Some(line))
    }
}
