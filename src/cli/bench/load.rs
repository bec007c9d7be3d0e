//! `vignette bench load`: a large model of random numbers, loaded and painted
//! with once.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::{
    cli::{Failure, catch_interrupts, painting::Meter, print_json, print_text},
    engine::{
        DeviceChoice, ModelChoice, Request, Size,
        burn::{
            BurnEngine, adapters, choose_device,
            published::trial::{TrialSizes, time_loading, write},
        },
        memory,
    },
};

#[derive(Args, Clone)]
pub(super) struct Options {
    /// A model folder; random numbers in PixArt-Sigma's true shape (2 GB, deleted afterwards) otherwise
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// A small model instead of the true shape
    #[arg(long, conflicts_with = "folder")]
    small: bool,
    /// Where the random model is written; the system's folder for temporary files otherwise
    #[arg(long, value_name = "DIR", conflicts_with = "folder")]
    scratch: Option<PathBuf>,
    /// Where to compute: auto, gpu or cpu
    #[arg(long, value_name = "DEVICE", default_value = "cpu")]
    device: DeviceChoice,
    /// Print one JSON value
    #[arg(long)]
    json: bool,
}

/// Rates are gigabytes of the transformer's files a second.
#[derive(Serialize)]
struct Report {
    device: String,
    transformer_bytes: u64,
    plain_read_gb_per_s: f64,
    load_gb_per_s: f64,
    /// Of the plain reading's rate.
    load_share: f64,
    /// One step at 256x256 with everything around it: prompt, loading, decoding.
    picture_secs: f64,
    /// With mapped files.
    peak_memory_bytes: Option<u64>,
    /// Without them, after the picture.
    own_memory_bytes: Option<u64>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    catch_interrupts()?;
    let scratch = match &options.folder {
        Some(_) => None,
        None => Some(match &options.scratch {
            Some(folder) => tempfile::tempdir_in(folder),
            None => tempfile::tempdir(),
        }),
    };
    let scratch = scratch.transpose().map_err(|e| {
        Failure::Input(format!("no folder for the random model can be made ({e}); give one by --scratch"))
    })?;
    let folder = match (&options.folder, &scratch) {
        (Some(folder), _) => folder.clone(),
        (None, Some(scratch)) => {
            let sizes = if options.small { TrialSizes::SMALL } else { TrialSizes::FULL };
            write(scratch.path(), sizes)?;
            scratch.path().to_owned()
        }
        (None, None) => return Err(Failure::Work("there is no folder".into())),
    };
    let chosen = choose_device(options.device, &adapters())?;
    let loading = time_loading(&folder, &chosen.device, 3)?;
    let mut engine = BurnEngine::open(options.device)?;
    let request = Request {
        model: ModelChoice::Folder(folder),
        size: Some(Size { width_px: 256, height_px: 256 }),
        steps: Some(1),
        ..Request::new("a lighthouse", 1)
    };
    let begun = std::time::Instant::now();
    let mut meter = Meter::new();
    meter.paint(&mut engine, &request, "picture", 1)?;
    meter.finish();
    let gigabytes = loading.bytes as f64 / 1e9;
    let report = Report {
        device: chosen.name,
        transformer_bytes: loading.bytes,
        plain_read_gb_per_s: gigabytes / loading.plain_secs,
        load_gb_per_s: gigabytes / loading.load_secs,
        load_share: loading.plain_secs / loading.load_secs,
        picture_secs: begun.elapsed().as_secs_f64(),
        peak_memory_bytes: memory::peak_bytes(),
        own_memory_bytes: memory::own_bytes(),
    };
    if options.json {
        return print_json(&report);
    }
    let gib = |bytes: Option<u64>| {
        bytes.map_or("unknown".to_owned(), |bytes| format!("{:.2} GiB", bytes as f64 / (1u64 << 30) as f64))
    };
    print_text(&format!(
        "transformer of {gigabytes:.2} GB on {}: loaded at {:.2} GB/s, {:.2} of a plain reading's {:.2} GB/s; \
         one 256x256 step with everything around it {:.1} s; peak memory {}, of its own {}",
        report.device,
        report.load_gb_per_s,
        report.load_share,
        report.plain_read_gb_per_s,
        report.picture_secs,
        gib(report.peak_memory_bytes),
        gib(report.own_memory_bytes)
    ))
}
