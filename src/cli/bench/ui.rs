//! `vignette bench ui`: a frame of the window, without a window.

use clap::Args;
use serde::Serialize;

use crate::{
    cli::{Failure, catch_interrupts, interrupted, print_json, print_text},
    ui::bench::{Plan, Timing, measure},
};

#[derive(Args, Clone, Copy)]
pub(super) struct Options {
    /// Panels on the board
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=2000))]
    panels: u32,
    /// Side of each picture in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(64..=2048))]
    side: u32,
    /// Counted frames of each way
    #[arg(long, value_name = "N", default_value_t = 600, value_parser = clap::value_parser!(u32).range(10..=100_000))]
    frames: u32,
    /// Print one JSON value
    #[arg(long)]
    json: bool,
}

/// Milliseconds a frame.
#[derive(Serialize)]
struct Frames {
    p50_ms: f64,
    p99_ms: f64,
    longest_ms: f64,
    processor_ms: Option<f64>,
    processor_p99_ms: Option<f64>,
}

impl From<Timing> for Frames {
    fn from(timing: Timing) -> Self {
        let Timing { p50_ms, p99_ms, longest_ms, processor_ms, processor_p99_ms } = timing;
        Self { p50_ms, p99_ms, longest_ms, processor_ms, processor_p99_ms }
    }
}

/// A ratio over 1 means that the window is better than the obvious way.
#[derive(Serialize)]
struct Report {
    panels: u32,
    side_px: u32,
    frames: u32,
    previews: u32,
    scrolling: Frames,
    typing: Frames,
    plain: Frames,
    plain_typing: Frames,
    times_faster_p50: f64,
    times_faster_p99: f64,
    times_faster_typing_p50: f64,
    times_faster_typing_p99: f64,
    idle_frames_share: f64,
    picture_mb: f64,
    times_less_memory: f64,
}

pub(super) fn run(options: Options) -> Result<(), Failure> {
    catch_interrupts()?;
    let Options { panels, side, frames, json } = options;
    let plan = Plan { panels: panels as usize, side_px: side, frames };
    let found = measure(plan, &|| !interrupted()).map_err(Failure::Work)?.ok_or(Failure::Interrupted)?;
    let report = Report {
        panels,
        side_px: side,
        frames,
        previews: found.previews,
        times_faster_p50: found.plain.p50_ms / found.scrolling.p50_ms.max(1e-6),
        times_faster_p99: found.plain.p99_ms / found.scrolling.p99_ms.max(1e-6),
        times_faster_typing_p50: found.plain_typing.p50_ms / found.typing.p50_ms.max(1e-6),
        times_faster_typing_p99: found.plain_typing.p99_ms / found.typing.p99_ms.max(1e-6),
        scrolling: found.scrolling.into(),
        typing: found.typing.into(),
        plain: found.plain.into(),
        plain_typing: found.plain_typing.into(),
        idle_frames_share: found.idle_share,
        picture_mb: found.picture_bytes as f64 / 1e6,
        times_less_memory: found.plain_bytes as f64 / (found.picture_bytes as f64).max(1.0),
    };
    if json {
        return print_json(&report);
    }
    let line = |name: &str, frames: &Frames| {
        let own = frames.processor_ms.zip(frames.processor_p99_ms);
        let own = own.map_or(String::new(), |(mean, p99)| {
            format!("; of the processor {mean:.2} ms (mean), {p99:.2} ms (p99)")
        });
        format!(
            "{name}: {:.2} ms a frame (p50), {:.2} ms (p99), {:.2} ms at worst{own}",
            frames.p50_ms, frames.p99_ms, frames.longest_ms
        )
    };
    print_text(&format!(
        "{panels} panels of {side}x{side} pixels, {frames} frames each, {} previews\n{}\n{}\n{}\n{}\n\
         {:.1} times as fast as the obvious way in scrolling (p50), {:.1} times (p99)\n\
         {:.1} times as fast in typing (p50), {:.1} times (p99)\n\
         {:.0} MB of pictures in memory, {:.1} times less\n\
         idle: {:.1} % of frames drawn",
        report.previews,
        line("scrolling", &report.scrolling),
        line("typing", &report.typing),
        line("the obvious way, scrolling", &report.plain),
        line("the obvious way, typing", &report.plain_typing),
        report.times_faster_p50,
        report.times_faster_p99,
        report.times_faster_typing_p50,
        report.times_faster_typing_p99,
        report.picture_mb,
        report.times_less_memory,
        100.0 * report.idle_frames_share,
    ))
}
