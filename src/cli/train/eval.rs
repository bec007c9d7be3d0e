//! `vignette train eval`: how well the built-in model paints what it is asked.

use std::{fmt::Write, path::PathBuf, time::Instant};

use clap::Args;

use super::{Gauge, wish};
use crate::{
    cli::{Failure, catch_interrupts, print_json, print_text},
    engine::{DeviceChoice, burn::choose_device},
    train::eval::{
        self, DEFAULT_COUNT, DEFAULT_SEED, Judged, Plan,
        copies::TrainingSet,
        probe::DEFAULT_PATH,
        report::{Report, Tally},
    },
};

#[derive(Args)]
pub(super) struct Options {
    /// Print one JSON value
    #[arg(long)]
    json: bool,
    /// A folder of weights as `train export` writes it; the built-in ones by default
    #[arg(long, value_name = "DIR")]
    weights: Option<PathBuf>,
    /// Measure only how well the probe reads the painter's own pictures
    #[arg(long, conflicts_with_all = ["weights", "sheet"])]
    only_probe: bool,
    /// Held-out prompts to paint
    #[arg(long, value_name = "N", default_value_t = DEFAULT_COUNT as u32, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    count: u32,
    /// Draws scenes, captions and noise
    #[arg(long, value_name = "S", default_value_t = DEFAULT_SEED)]
    seed: u64,
    /// The trained probe
    #[arg(long, value_name = "FILE", default_value = DEFAULT_PATH)]
    probe: PathBuf,
    /// Write the first 48 pictures as one, and what they were to show as .json beside it
    #[arg(long, value_name = "IMAGE.png")]
    sheet: Option<PathBuf>,
    /// Threads to compute with; all processors by default
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// The --seed of the `train data` that painted the training pictures
    #[arg(long, value_name = "S", default_value_t = TrainingSet::default().seed)]
    training_seed: u64,
    /// Training pictures to look for near copies of; 0 looks for none
    #[arg(long, value_name = "N", default_value_t = TrainingSet::default().count as u32)]
    training_count: u32,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    if let Some(sheet) = &options.sheet
        && sheet.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("png"))
    {
        return Err(Failure::Input(format!("the picture's name must end in .png: {}", sheet.display())));
    }
    if let Some(threads) = options.threads {
        // Fails only where a pool is there already, which is as well.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global();
    }
    catch_interrupts()?;
    let device = choose_device(DeviceChoice::Cpu, &[])?;
    let plan = Plan {
        judged: match (&options.weights, options.only_probe) {
            (Some(folder), _) => Judged::Folder(folder.clone()),
            (None, true) => Judged::Probe,
            (None, false) => Judged::Shipped,
        },
        probe: options.probe.clone(),
        count: options.count as usize,
        seed: options.seed,
        training: (options.training_count > 0)
            .then_some(TrainingSet { seed: options.training_seed, count: options.training_count as usize }),
        sheet: options.sheet.clone(),
    };
    let mut gauge = Gauge::new("{msg} [{bar:30}] {pos}/{len} pictures, {eta} left");
    let mut phase = ("", Instant::now());
    let outcome = eval::evaluate(&plan, &device.device, |progress| {
        if phase.0 != progress.doing {
            phase = (progress.doing, Instant::now());
            gauge.restart();
            if !gauge.terminal {
                eprintln!("{}: {} pictures", progress.doing, progress.of);
            }
        }
        gauge.show(progress.done as u64, progress.of as u64, progress.doing, || {
            let each = phase.1.elapsed().as_secs_f64() / progress.done.max(1) as f64;
            let left = if progress.done == 0 {
                String::new()
            } else {
                format!(", {} left", in_words(each * (progress.of - progress.done) as f64))
            };
            format!("{}: {} of {} pictures{left}", progress.doing, progress.done, progress.of)
        });
        wish()
    });
    gauge.finish();
    let report = outcome?;
    if options.json { print_json(&report) } else { print_text(&text_of(&report)) }
}

fn in_words(seconds: f64) -> String {
    if seconds < 90.0 { format!("{seconds:.0} seconds") } else { format!("{:.0} minutes", seconds / 60.0) }
}

/// The report as a page to read.
fn text_of(report: &Report) -> String {
    let mut page = String::new();
    let percent = |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{:.1}%", 100.0 * share));
    // Writing to a string cannot fail.
    let mut line = |text: String| _ = writeln!(page, "{text}");
    let what = report.model.as_deref().unwrap_or("the probe alone");
    line(format!(
        "{} held-out prompts ({} Chinese), seed {}: {what}, {} steps, guidance {}",
        report.pictures, report.chinese, report.seed, report.steps, report.guidance
    ));
    line(format!(
        "{:<10}{:>7}{:>11}{:>10}{:>13}{:>8}{:>10}",
        "attribute", "asked", "generated", "painter", "autoencoder", "ratio", "shuffled"
    ));
    for of in &report.attributes {
        line(format!(
            "{:<10}{:>7}{:>11}{:>10}{:>13}{:>8}{:>10}",
            of.attribute.name(),
            of.asked,
            percent(of.generated),
            percent(Some(of.painted)),
            percent(of.reconstructed),
            of.ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}")),
            percent(of.shuffled),
        ));
    }
    if let Some(mean) = report.mean_ratio {
        line(format!("mean ratio {mean:.3} (each counted as at most 1)"));
    }
    let kinds = |table: &std::collections::BTreeMap<&str, Tally>| {
        let one = |(kind, tally): (&&str, &Tally)| {
            let share = |right: usize| format!("{:.1}%", 100.0 * right as f64 / tally.asked.max(1) as f64);
            let generated = tally.generated.map_or(String::new(), |right| format!("{} / ", share(right)));
            format!("{kind} {generated}{} of {}", share(tally.painted), tally.asked)
        };
        table.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    line(format!("subject by shot (generated / painter): {}", kinds(&report.subject_by_shot)));
    line(format!("subject by language (generated / painter): {}", kinds(&report.subject_by_language)));
    if let Some(psnr) = report.autoencoder_psnr_db {
        line(format!("autoencoder {psnr:.2} dB"));
    }
    if let Some(frechet) = &report.frechet {
        let of = |distance: Option<f64>| distance.map_or("-".to_owned(), |distance| format!("{distance:.3}"));
        line(format!(
            "Frechet distance {} (autoencoder {}, other seeds {:.3}; {} features)",
            of(frechet.generated),
            of(frechet.reconstructed),
            frechet.floor,
            frechet.features
        ));
    }
    if let Some(copies) = &report.near_copies {
        line(format!(
            "near copies {} of {} training pictures (held-out scenes by the painter {}; planted copies found {})",
            percent(Some(copies.generated)),
            copies.training_pictures,
            percent(Some(copies.painted)),
            percent(Some(copies.planted_found))
        ));
    }
    for goal in &report.goals {
        let (sign, limit) = match (goal.at_least, goal.at_most) {
            (Some(limit), _) => ("at least", limit),
            (None, limit) => ("at most", limit.unwrap_or_default()),
        };
        let met = if goal.met { "met" } else { "missed" };
        line(format!("{met:<7}{}: {:.3}, {sign} {limit}", goal.what, goal.value));
    }
    page
}
