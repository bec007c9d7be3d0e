//! `vignette bench`: ratios against the obvious alternative, measured in one run.

mod load;
mod ui;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Failure, interrupted, print_json, print_text};
use crate::{
    engine::{
        DeviceChoice,
        burn::{adapters, choose_device},
    },
    kernels::{Dims, bench},
};

#[derive(Args)]
#[command(after_help = "Example: vignette bench attention --json")]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Our attention kernel against burn's own and against plain tensor operations
    #[command(after_help = "Example: vignette bench attention --device gpu --runs 7 --json")]
    Attention {
        /// Where to compute: auto, gpu or cpu
        #[arg(long, value_name = "DEVICE", default_value = "gpu")]
        device: DeviceChoice,
        /// Counted runs of each way, after warm-up
        #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
        runs: u32,
        /// Print one JSON value
        #[arg(long)]
        json: bool,
    },
    /// A large published model, loaded against a plain reading of its files, and one step painted
    #[command(after_help = "Example: vignette bench load --json")]
    Load(load::Options),
    /// A frame of the window, without a window, against the obvious way to draw it
    #[command(after_help = "Example: vignette bench ui --panels 200 --json")]
    Ui(ui::Options),
}

#[derive(Serialize)]
struct Report {
    device: String,
    sizes: Vec<Row>,
}

/// Medians; a ratio over 1 means that ours is faster.
#[derive(Serialize)]
struct Row {
    heads: usize,
    tokens: usize,
    head_size: usize,
    ours_ms: f64,
    times_faster_than_burn: f64,
    times_faster_than_tensors: f64,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    match &options.command {
        Command::Attention { device, runs, json } => attention(*device, *runs, *json),
        Command::Load(options) => load::run(options),
        Command::Ui(options) => ui::run(*options),
    }
}

fn attention(device: DeviceChoice, runs: u32, json: bool) -> Result<(), Failure> {
    super::catch_interrupts()?;
    let chosen = choose_device(device, &adapters())?;
    if let Some(notice) = &chosen.notice {
        eprintln!("vignette: {notice}");
    }
    let mut sizes = Vec::new();
    for [heads, tokens, head_size] in bench::SIZES {
        if interrupted() {
            return Err(Failure::Interrupted);
        }
        let dims = Dims { batch: 1, heads, queries: tokens, keys: tokens, head_size };
        let timing = bench::attention_timing(&chosen.device, dims, runs as usize).map_err(Failure::work)?;
        let row = Row {
            heads,
            tokens,
            head_size,
            ours_ms: timing.ours.median_ms,
            times_faster_than_burn: timing.burn.median_ms / timing.ours.median_ms,
            times_faster_than_tensors: timing.tensors.median_ms / timing.ours.median_ms,
        };
        if !json {
            print_text(&format!(
                "{heads} heads x {tokens} tokens x {head_size}: {:.2} ms, {:.2} times as fast as burn's attention, \
                 {:.2} times as fast as plain tensor operations",
                row.ours_ms, row.times_faster_than_burn, row.times_faster_than_tensors
            ))?;
        }
        sizes.push(row);
    }
    if json { print_json(&Report { device: chosen.name, sizes }) } else { Ok(()) }
}
