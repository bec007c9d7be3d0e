//! What `illustrate` and `generate` share: opening the engine and showing how
//! far it is.

use std::{ops::ControlFlow, path::PathBuf, time::Instant};

use clap::Args;
use indicatif::ProgressBar;

use super::{Failure, interrupted, progress_bar};
use crate::engine::{
    self, DeviceChoice, Engine, MAX_STEPS, ModelChoice, Observer, Painted, Progress, Request, Size, Stage,
    burn::BurnEngine,
};

/// Options that every painting command takes.
#[derive(Args)]
pub(super) struct PaintingOptions {
    /// The model: builtin, or the folder of a published one
    #[arg(long, value_name = "NAME|DIR", default_value = "builtin")]
    pub model: String,
    /// Picture size in pixels, for example 288x192
    #[arg(long, value_name = "WxH")]
    pub size: Option<Size>,
    /// Denoising steps, 1 to 1000
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=MAX_STEPS as i64))]
    pub steps: Option<u32>,
    /// How strictly to follow the prompt; 1 is not at all more than without guidance
    #[arg(long, value_name = "G", value_parser = guidance)]
    pub guidance: Option<f32>,
    /// Draws the noise; the same seed gives the same picture
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
    /// Where to compute: auto, gpu or cpu
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: DeviceChoice,
}

/// A guidance on the command line.
pub(super) fn guidance(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if (0.0..=100.0).contains(&value) => Ok(value),
        _ => Err("guidance is a number from 0 to 100".into()),
    }
}

impl PaintingOptions {
    /// The model that `--model` names.
    pub fn model(&self) -> Result<ModelChoice, Failure> {
        if self.model == "builtin" {
            return Ok(ModelChoice::BuiltIn);
        }
        let folder = PathBuf::from(&self.model);
        if folder.is_dir() {
            Ok(ModelChoice::Folder(folder))
        } else {
            Err(Failure::Input(format!(
                "there is no model '{}'; use builtin or the folder of a model (vignette models list shows what is installed)",
                self.model
            )))
        }
    }

    /// Opens the device and says which it is.
    pub fn open_engine(&self) -> Result<BurnEngine, Failure> {
        let engine = BurnEngine::open(self.device)?;
        if let Some(notice) = engine.notice() {
            eprintln!("vignette: {notice}");
        }
        Ok(engine)
    }
}

/// Shows the progress of several pictures: a bar on a terminal, plain lines
/// elsewhere.
pub(super) struct Meter {
    bar: ProgressBar,
    terminal: bool,
    label: String,
    steps_before: u64,
    last_stage: Option<Stage>,
    since: Instant,
}

impl Meter {
    /// Nothing is shown before the first step.
    pub fn new() -> Self {
        let (bar, terminal) = progress_bar("{msg} [{bar:30}] {percent}% {eta} left");
        Self { bar, terminal, label: String::new(), steps_before: 0, last_stage: None, since: Instant::now() }
    }

    /// Paints one picture under this label.
    pub fn paint(
        &mut self,
        engine: &mut impl Engine,
        request: &Request,
        label: &str,
        pictures: usize,
    ) -> Result<Painted, Failure> {
        self.label = label.to_owned();
        self.last_stage = None;
        let mut observer = MeterObserver { meter: self, pictures: pictures as u64 };
        let painted = engine::paint_here(engine, request, &mut observer)?;
        self.steps_before += 1;
        if !self.terminal {
            let secs = self.since.elapsed().as_secs_f32();
            eprintln!("{label}: done after {secs:.0} s");
        }
        Ok(painted)
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

struct MeterObserver<'a> {
    meter: &'a mut Meter,
    pictures: u64,
}

impl Observer for MeterObserver<'_> {
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        let meter = &mut *self.meter;
        let steps = u64::from(progress.steps.max(1));
        meter.bar.set_length(self.pictures * steps);
        meter.bar.set_position(meter.steps_before * steps + u64::from(progress.step));
        if meter.last_stage != Some(progress.stage) {
            meter.last_stage = Some(progress.stage);
            let doing = match progress.stage {
                Stage::Loading => "reading the model",
                Stage::Encoding => "reading the prompt",
                Stage::Denoising => "painting",
                Stage::Decoding => "finishing",
            };
            if meter.terminal {
                meter.bar.set_message(format!("{}: {doing}", meter.label));
            } else if progress.stage == Stage::Denoising {
                eprintln!("{}: {doing}, {steps} steps", meter.label);
            }
        }
        if interrupted() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn warning(&mut self, text: String) {
        self.meter.bar.suspend(|| eprintln!("vignette: {text}"));
    }
}
