//! `vignette doctor`: what this machine offers and what the program would use.

use std::fmt::Write;

use clap::Args;
use serde::Serialize;

use super::{Failure, print_json, print_text};
use crate::{
    engine::{
        DeviceChoice,
        burn::{Adapter, adapters, choose_device},
        installed::{search, usual_places},
        memory,
    },
    export::fonts_report,
};

#[derive(Args)]
#[command(after_help = "Example: vignette doctor --json")]
pub(super) struct Options {
    /// Print one JSON value
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    version: &'static str,
    cores: usize,
    memory_bytes: Option<u64>,
    adapters: Vec<Adapter>,
    device: String,
    why: String,
    fonts: Vec<(String, String)>,
    model_folders: Vec<String>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let adapters = adapters();
    let choice = choose_device(DeviceChoice::Auto, &adapters)?;
    let report = Report {
        version: env!("CARGO_PKG_VERSION"),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        memory_bytes: memory::total_bytes(),
        adapters,
        device: choice.name,
        why: choice.why,
        fonts: fonts_report(),
        model_folders: model_folders(),
    };
    if options.json {
        return print_json(&report);
    }
    print_text(&summary(&report).map_err(Failure::work)?)
}

/// Folders of models that lie where programs usually keep theirs.
fn model_folders() -> Vec<String> {
    let mut found: Vec<String> = usual_places()
        .iter()
        .flat_map(|place| search(place).models)
        .map(|folder| folder.display().to_string())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The report for people.
fn summary(report: &Report) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    writeln!(out, "vignette {}", report.version)?;
    writeln!(out, "cores: {}", report.cores)?;
    if let Some(bytes) = report.memory_bytes {
        writeln!(out, "memory: {:.1} GiB", bytes as f64 / (1u64 << 30) as f64)?;
    }
    if report.adapters.is_empty() {
        writeln!(out, "graphics adapters: none")?;
    }
    for adapter in &report.adapters {
        writeln!(
            out,
            "graphics adapter: {} ({}, {}, {}; buffers to {} MiB{}{})",
            adapter.name,
            adapter.kind,
            adapter.api,
            adapter.driver,
            adapter.max_buffer_bytes >> 20,
            if adapter.f16 { ", f16" } else { "" },
            if adapter.subgroups { ", subgroups" } else { "" },
        )?;
    }
    writeln!(out, "paints on: {} ({})", report.device, report.why)?;
    for (script, font) in &report.fonts {
        writeln!(out, "font for {script}: {font}")?;
    }
    for folder in &report.model_folders {
        writeln!(out, "model folder: {folder}")?;
    }
    Ok(out)
}
