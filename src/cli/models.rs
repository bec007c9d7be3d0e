//! `vignette models`: what is installed, what a folder holds, and whether it
//! computes what its authors' pipeline does.

use std::{io::IsTerminal, ops::ControlFlow, path::PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Failure, catch_interrupts, interrupted, print_json, print_text};
use crate::{
    engine::{
        DeviceChoice, Observer, Progress,
        burn::{
            BurnEngine, builtin_summary,
            published::{self, Verification},
        },
        folder::{FolderReport, inspect},
        installed::usual_places,
    },
    ui::{
        model_shelf::{Model, look},
        preferences::{self, Preferences},
    },
};

#[derive(Args)]
#[command(after_help = "Example: vignette models check ~/models/PixArt-Sigma-XL-2-512-MS")]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists the installed models
    #[command(after_help = "Example: vignette models list --json")]
    List {
        /// Print one JSON value
        #[arg(long)]
        json: bool,
    },
    /// Says what a model folder holds, what it lacks and whether it fits in memory
    #[command(after_help = "Example: vignette models check ~/models/PixArt-Sigma-XL-2-512-MS --json")]
    Check {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Print one JSON value
        #[arg(long)]
        json: bool,
    },
    /// Runs the reference cases of a folder with expected.json and expected.safetensors
    #[command(after_help = "Example: vignette models verify reference/sd3 --device cpu --json")]
    Verify {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Where to compute: auto, gpu or cpu
        #[arg(long, value_name = "DEVICE", default_value = "auto")]
        device: DeviceChoice,
        /// Print one JSON value
        #[arg(long)]
        json: bool,
    },
}

#[derive(Serialize)]
struct Listing {
    models: Vec<Entry>,
    /// Models that are single files, in layouts that are not read.
    unreadable: Vec<Unreadable>,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    description: String,
    parameters: u64,
    bytes: u64,
    /// As the folder states it.
    licence: Option<String>,
    /// What to give to --model; none for the built-in model.
    path: Option<PathBuf>,
    /// Whether it can be painted with, as far as its headers tell.
    usable: bool,
    problems: Vec<String>,
}

#[derive(Serialize)]
struct Unreadable {
    path: PathBuf,
    count: usize,
}

impl Entry {
    fn of_folder(model: Model) -> Self {
        let usable = model.usable();
        let (name, path) = (model.name, Some(model.path));
        match model.report {
            Ok(report) => Self {
                name,
                description: report.kind,
                parameters: report.parameters,
                bytes: report.bytes,
                licence: report.licence,
                path,
                usable,
                problems: report.problems,
            },
            Err(problem) => Self {
                name,
                description: "unknown model".to_owned(),
                parameters: 0,
                bytes: 0,
                licence: None,
                path,
                usable,
                problems: vec![problem],
            },
        }
    }

    /// Its lines for people.
    fn lines(&self) -> String {
        let licence = self.licence.as_deref().unwrap_or("licence not stated");
        let numbers = format!("{} numbers, {}, {licence}", short(self.parameters), mib(self.bytes));
        let mut lines = vec![format!("{}: {} ({numbers})", self.name, self.description)];
        lines.extend(self.path.as_ref().map(|path| format!("  --model {}", path.display())));
        lines.extend(self.problems.iter().map(|problem| format!("  problem: {problem}")));
        lines.join("\n")
    }
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    match &options.command {
        Command::List { json } => list(*json),
        Command::Check { folder, json } => check(folder.clone(), *json),
        Command::Verify { folder, device, json } => verify(folder.clone(), *device, *json),
    }
}

fn list(json: bool) -> Result<(), Failure> {
    let summary = builtin_summary()?;
    let builtin = Entry {
        name: "builtin".to_owned(),
        description: summary.description,
        parameters: summary.parameters as u64,
        bytes: summary.bytes as u64,
        licence: Some("MIT OR Apache-2.0".to_owned()),
        path: None,
        usable: true,
        problems: Vec::new(),
    };
    // The folders that the window looks into, those that the writer added there first.
    let added = preferences::usual_path().map(|path| Preferences::read(&path).model_folders);
    let found = look(&added.unwrap_or_default(), None, &usual_places());
    let listing = Listing {
        models: std::iter::once(builtin).chain(found.models.into_iter().map(Entry::of_folder)).collect(),
        unreadable: found
            .unreadable
            .into_iter()
            .map(|other| Unreadable { path: other.path, count: other.count })
            .collect(),
    };
    if json {
        return print_json(&listing);
    }
    for model in &listing.models {
        print_text(&model.lines())?;
    }
    for other in &listing.unreadable {
        print_text(&format!(
            "left out: {} models that are single files, which are not read (only folders in the diffusers layout are): {}",
            other.count,
            other.path.display()
        ))?;
    }
    Ok(())
}

fn check(folder: PathBuf, json: bool) -> Result<(), Failure> {
    let mut report = inspect(&folder).map_err(Failure::input)?;
    if report.usable() {
        // What no header tells: whether every part fits its configuration.
        report.problems = published::problems(&folder);
    }
    if json {
        return print_json(&report);
    }
    print_text(&summary(&report))
}

/// The report for people.
fn summary(report: &FolderReport) -> String {
    let mut lines = Vec::new();
    let pipeline = report.pipeline.as_ref().map(|class| format!(" ({class})")).unwrap_or_default();
    lines.push(format!("{}: {}{pipeline}", report.path.display(), report.kind));
    for part in &report.parts {
        let name = if part.name.is_empty() { "part" } else { &part.name };
        let numbers = match part.parameters {
            0 => String::new(),
            count => format!(", {} numbers stored as {}", short(count), part.stored.join(" and ")),
        };
        let class = if part.class.is_empty() { String::new() } else { format!("{}, ", part.class) };
        lines.push(format!("  {name}: {class}{}{numbers}", mib(part.bytes)));
    }
    let licence = report.licence.as_deref().unwrap_or("not stated; look at where the model came from");
    lines.push(format!("licence: {licence}"));
    lines.push(format!("on disk: {}", mib(report.bytes)));
    let free = match (report.memory_available_bytes, report.fits) {
        (Some(bytes), Some(true)) => format!("; {} are free, so it fits", mib(bytes)),
        (Some(bytes), _) => format!("; only {} are free", mib(bytes)),
        (None, _) => String::new(),
    };
    lines.push(format!("memory needed: {}{free}", mib(report.memory_needed_bytes)));
    for problem in &report.problems {
        lines.push(format!("problem: {problem}"));
    }
    lines.push(match (report.usable(), report.family.is_some()) {
        (true, _) => "this model can be painted with".to_owned(),
        (false, true) => "this model cannot be painted with as it is".to_owned(),
        (false, false) => "this is no whole model; a model folder has a model_index.json".to_owned(),
    });
    lines.join("\n")
}

fn mib(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / (1 << 20) as f64)
}

fn short(count: u64) -> String {
    match count {
        1_000_000_000.. => format!("{:.1} B", count as f64 / 1e9),
        1_000_000.. => format!("{:.1} M", count as f64 / 1e6),
        _ => format!("{:.1} K", count as f64 / 1e3),
    }
}

fn verify(folder: PathBuf, device: DeviceChoice, json: bool) -> Result<(), Failure> {
    catch_interrupts()?;
    let engine = BurnEngine::open(device)?;
    if let Some(notice) = engine.notice() {
        eprintln!("vignette: {notice}");
    }
    let found = engine.verify(&folder, &mut Patience { told: false })?;
    if json {
        print_json(&found)?;
    } else {
        print_text(&table(&found))?;
    }
    match found.cases.iter().filter(|check| !check.ok).count() {
        0 => Ok(()),
        wrong => Err(Failure::Work(format!(
            "{wrong} of {} comparisons differ from the reference (worst {:.1e}): {}",
            found.cases.len(),
            found.worst,
            folder.display()
        ))),
    }
}

fn table(found: &Verification) -> String {
    let mut lines: Vec<String> = found
        .cases
        .iter()
        .map(|check| {
            let verdict = if check.ok { "ok" } else { "DIFFERS" };
            format!("{:24} {:10} {:9.1e}  {verdict}", check.case, check.stage, check.max_rel_error)
        })
        .collect();
    lines.extend(found.skipped.iter().map(|why| format!("left out: {why}")));
    lines.push(format!("worst: {:.1e}", found.worst));
    lines.join("\n")
}

/// Says once that it is at work, where nobody would see otherwise.
struct Patience {
    told: bool,
}

impl Observer for Patience {
    fn progress(&mut self, _: Progress) -> ControlFlow<()> {
        if !self.told && !std::io::stderr().is_terminal() {
            eprintln!("running the reference cases");
        }
        self.told = true;
        if interrupted() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn warning(&mut self, text: String) {
        eprintln!("vignette: {text}");
    }
}
