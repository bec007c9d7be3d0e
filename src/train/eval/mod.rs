//! Measures the built-in model: does a picture show what its prompt asks for?
//!
//! ```text
//! prompts (held-out scenes) -> candidate (the model) -> pictures -+
//!        |                                                        +-> probe -> report
//!        +-> painter -> true pictures -> autoencoder -------------+
//! ```
//!
//! Why the figures cannot flatter: the scenes' (subject, setting, time) were
//! never trained on; the probe learned from the painter's pictures alone; each
//! accuracy stands beside the same probe's accuracy on the painter's pictures of
//! the same scenes, and beside that of shuffled prompts; and only what a caption
//! states is held against its picture.

pub mod attributes;
pub mod candidate;
pub mod copies;
pub mod frechet;
pub mod probe;
pub mod prompts;
pub mod report;
mod sheet;

use std::{ops::ControlFlow, path::PathBuf, time::Instant};

use burn::tensor::Device;
use rayon::prelude::*;

use self::{
    attributes::Attribute,
    candidate::{Candidate, SIDE_PX, psnr_db},
    copies::{Copies, TrainingSet},
    frechet::Gaussian,
    probe::{Probe, Reading},
    prompts::Prompt,
    report::{CopiesReport, FrechetReport, Report, score, subjects_by},
};
use super::{
    TrainError,
    painter::{self, RgbPicture},
};
use crate::models::builtin::DEFAULT_GUIDANCE;

/// Prompts of an evaluation that is to be compared with others.
pub const DEFAULT_COUNT: usize = 600;
/// Their seed.
pub const DEFAULT_SEED: u64 = 2026;
/// Pictures that the model paints at once: more are no faster on a CPU, and an
/// interrupt waits for them.
const PAINT_BATCH: usize = 4;
/// Pictures that the painter paints between two looks at the wish to stop.
const CHUNK: usize = 32;

/// An evaluation as the command line asks for it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Which model.
    pub judged: Judged,
    /// The probe's file.
    pub probe: PathBuf,
    /// Prompts.
    pub count: usize,
    /// Draws scenes, captions and noise.
    pub seed: u64,
    /// Where near copies are looked for, if at all.
    pub training: Option<TrainingSet>,
    /// Where a sheet of the first pictures goes, a .png; a .json goes beside it.
    pub sheet: Option<PathBuf>,
}

/// What is judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Judged {
    /// The weights in the binary.
    Shipped,
    /// Those of a folder.
    Folder(PathBuf),
    /// Nothing but the probe's own sight.
    Probe,
}

/// How far an evaluation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// What it is doing.
    pub doing: &'static str,
    /// Pictures done.
    pub done: usize,
    /// Pictures to do.
    pub of: usize,
}

/// Evaluates. `observe` is told how far it is and may stop it; nothing is
/// written then.
///
/// # Errors
/// [`TrainError::Data`] for a model or a probe that is not usable,
/// [`TrainError::Interrupted`], [`TrainError::File`] where the sheet cannot be
/// written.
pub fn evaluate(
    plan: &Plan,
    device: &Device,
    mut observe: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Report, TrainError> {
    let begun = Instant::now();
    if plan.count < 2 {
        return Err(TrainError::Settings("an evaluation takes at least 2 pictures; see --count".into()));
    }
    if let Some(training) = plan.training {
        training.check()?;
    }
    let probe = Probe::open(&plan.probe, device)?;
    let candidate = match &plan.judged {
        Judged::Shipped => Some(Candidate::shipped(device)?),
        Judged::Folder(folder) => Some(Candidate::open(folder, device)?),
        Judged::Probe => None,
    };
    let prompts = prompts::prompts(plan.seed, plan.count);
    let mut tell = |doing, done, of| match observe(Progress { doing, done, of }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(TrainError::Interrupted),
    };

    let painted = paint_scenes(&prompts, 0, |done, of| tell("painting true pictures", done, of))?;
    let painted_readings = probe.read(&painted)?;
    // The same scenes from other seeds: what chance alone puts between two sets.
    let again = paint_scenes(&prompts, 1, |done, of| tell("painting them once more", done, of))?;
    let floor = distance(&painted_readings, &probe.read(&again)?);
    drop(again);

    let Some(candidate) = candidate else {
        return Ok(assemble(plan, &probe, &prompts, &painted_readings, None, floor, begun));
    };
    let mut reconstructed = Vec::with_capacity(prompts.len());
    for batch in painted.chunks(PAINT_BATCH) {
        tell("autoencoder", reconstructed.len(), prompts.len())?;
        reconstructed.extend(candidate.reconstruct(batch)?);
    }
    let psnr = psnr_db(&painted, &reconstructed);
    let reconstructed_readings = probe.read(&reconstructed)?;
    drop(reconstructed);

    let mut generated = Vec::with_capacity(prompts.len());
    for batch in prompts.chunks(PAINT_BATCH) {
        tell("the model paints", generated.len(), prompts.len())?;
        generated.extend(candidate.paint(batch, candidate::default_steps())?);
    }
    let generated_readings = probe.read(&generated)?;

    let near_copies = match plan.training {
        None => None,
        Some(training) => {
            let copies = Copies::new(training, &probe, |done| {
                match tell("painting the training set", done, training.count) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            })?;
            tell("looking for copies", 0, 1)?;
            Some(copies_report(training, &copies, &candidate, &probe, &generated, &painted)?)
        }
    };
    let readings = Readings {
        generated: generated_readings,
        reconstructed: reconstructed_readings,
        model: candidate.name().to_owned(),
        psnr,
        near_copies,
    };
    let report = assemble(plan, &probe, &prompts, &painted_readings, Some(&readings), floor, begun);
    if let Some(path) = &plan.sheet {
        sheet::write(path, &prompts, &generated, &readings.generated)?;
    }
    Ok(report)
}

/// The painter's pictures of the prompts' scenes; `turn` gives each another seed.
fn paint_scenes(
    prompts: &[Prompt],
    turn: u64,
    mut tell: impl FnMut(usize, usize) -> Result<(), TrainError>,
) -> Result<Vec<RgbPicture>, TrainError> {
    let mut pictures = Vec::with_capacity(prompts.len());
    for chunk in prompts.chunks(CHUNK) {
        tell(pictures.len(), prompts.len())?;
        let paint = |prompt: &Prompt| {
            let mut spec = prompt.spec.clone();
            spec.seed = spec.seed.wrapping_add(turn);
            painter::paint(&spec, SIDE_PX as u32, SIDE_PX as u32)
        };
        let painted: Vec<RgbPicture> = chunk.par_iter().map(paint).collect();
        pictures.extend(painted);
    }
    Ok(pictures)
}

/// What was found of a model.
struct Readings {
    generated: Vec<Reading>,
    reconstructed: Vec<Reading>,
    model: String,
    psnr: f64,
    near_copies: Option<CopiesReport>,
}

fn assemble(
    plan: &Plan,
    probe: &Probe,
    prompts: &[Prompt],
    painted: &[Reading],
    of_model: Option<&Readings>,
    floor: Option<f64>,
    begun: Instant,
) -> Report {
    let generated = of_model.map(|readings| readings.generated.as_slice());
    let reconstructed = of_model.map(|readings| readings.reconstructed.as_slice());
    let attributes: Vec<_> = Attribute::ALL
        .into_iter()
        .map(|attribute| score(attribute, prompts, painted, generated, reconstructed))
        .collect();
    let frechet = floor.map(|floor| FrechetReport {
        features: painted.first().map_or(0, |reading| reading.feature.len()),
        generated: generated.and_then(|readings| distance(readings, painted)),
        reconstructed: reconstructed.and_then(|readings| distance(readings, painted)),
        floor,
    });
    let language = |prompt: &Prompt| if prompt.is_chinese() { "chinese" } else { "english" };
    Report {
        model: of_model.map(|readings| readings.model.clone()),
        pictures: prompts.len(),
        chinese: prompts.iter().filter(|prompt| prompt.is_chinese()).count(),
        seed: plan.seed,
        steps: candidate::default_steps(),
        guidance: DEFAULT_GUIDANCE,
        probe_pictures: probe.note("pictures").map(str::to_owned),
        mean_ratio: Report::mean_ratio_of(&attributes),
        subject_by_shot: subjects_by(prompts, painted, generated, |prompt| prompt.spec.shot.name()),
        subject_by_language: subjects_by(prompts, painted, generated, language),
        autoencoder_psnr_db: of_model.map(|readings| readings.psnr),
        frechet,
        near_copies: of_model.and_then(|readings| readings.near_copies.clone()),
        goals: Vec::new(),
        attributes,
        seconds: begun.elapsed().as_secs_f64(),
    }
    .with_goals()
}

/// The Frechet distance of two sets of readings.
fn distance(a: &[Reading], b: &[Reading]) -> Option<f64> {
    let fit = |readings: &[Reading]| {
        Gaussian::fit(&readings.iter().map(|reading| reading.feature.clone()).collect::<Vec<_>>())
    };
    Some(fit(a)?.distance(&fit(b)?))
}

fn copies_report(
    training: TrainingSet,
    copies: &Copies,
    candidate: &Candidate,
    probe: &Probe,
    generated: &[RgbPicture],
    painted: &[RgbPicture],
) -> Result<CopiesReport, TrainError> {
    let near = copies.nearness(generated, probe)?;
    let true_near = copies.nearness(painted, probe)?;
    let share = |count: usize, of: usize| count as f64 / of.max(1) as f64;
    let of_generated = |test: &dyn Fn(&copies::Nearness) -> bool| {
        share(near.iter().filter(|near| test(near)).count(), near.len())
    };
    Ok(CopiesReport {
        training_seed: training.seed,
        training_pictures: training.count,
        generated: of_generated(&|near| near.is_copy()),
        generated_by_pixels: of_generated(&|near| near.pixels < copies::NEAR),
        generated_by_features: of_generated(&|near| near.features < copies::NEAR),
        painted: share(true_near.iter().filter(|near| near.is_copy()).count(), true_near.len()),
        planted_found: copies.planted_found(candidate, probe)?,
    })
}
