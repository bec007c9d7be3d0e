//! The command line, one file per subcommand.
//!
//! Exit status: 0 done, 1 a failure at work, 2 bad usage or bad input, 130
//! interrupted. Errors go to standard error as one sentence.

mod bench;
mod doctor;
mod export;
mod generate;
mod illustrate;
mod models;
mod painting;
mod split;
#[cfg(feature = "train")]
mod train;
mod window;

use std::{
    ffi::OsString,
    fmt,
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
};

use clap::{Parser, Subcommand, error::ErrorKind};
use indicatif::{ProgressBar, ProgressStyle};

use crate::engine::EngineError;

/// Illustrates stories on your own machine.
#[derive(Parser)]
#[command(
    name = "vignette",
    version,
    about = "Illustrates stories on your own machine: text in, storyboard out.",
    after_help = "Example: vignette illustrate story.txt --style \"paper cut\" --out board.pdf",
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// A project to open in the window
    #[arg(value_name = "FILE.vignette")]
    project: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Splits a story into scenes
    Split(split::Options),
    /// Turns a story into an illustrated storyboard
    Illustrate(illustrate::Options),
    /// Paints one picture
    Generate(generate::Options),
    /// Exports a project as PDF, PNG or a folder of pictures
    Export(export::Options),
    /// Lists and checks models
    Models(models::Options),
    /// Measures ratios against the obvious alternative
    Bench(bench::Options),
    /// Says what this machine offers and what the program would use
    Doctor(doctor::Options),
    /// Makes training data, trains and evaluates the built-in model
    #[cfg(feature = "train")]
    Train(train::Options),
}

/// Why a command ended without success.
#[derive(Debug)]
enum Failure {
    /// Bad usage or bad input: exit status 2.
    Input(String),
    /// A failure at work: exit status 1.
    Work(String),
    /// Interrupted by the user, nothing was written: exit status 130.
    Interrupted,
    /// Interrupted by the user, what is kept: exit status 130.
    #[cfg(feature = "train")]
    Stopped(String),
}

impl Failure {
    fn input(error: impl fmt::Display) -> Self {
        Self::Input(error.to_string())
    }

    fn work(error: impl fmt::Display) -> Self {
        Self::Work(error.to_string())
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Cancelled => Self::Interrupted,
            error if error.is_bad_request() => Self::input(error),
            error => Self::work(error),
        }
    }
}

/// Runs the program with these arguments.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return explain_usage(&error),
    };
    let outcome = match arguments.command {
        None => window::run(arguments.project),
        Some(Command::Split(options)) => split::run(&options),
        Some(Command::Illustrate(options)) => illustrate::run(&options),
        Some(Command::Generate(options)) => generate::run(&options),
        Some(Command::Export(options)) => export::run(&options),
        Some(Command::Models(options)) => models::run(&options),
        Some(Command::Bench(options)) => bench::run(&options),
        Some(Command::Doctor(options)) => doctor::run(&options),
        #[cfg(feature = "train")]
        Some(Command::Train(options)) => train::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Input(why)) => complain(&why, 2),
        Err(Failure::Work(why)) => complain(&why, 1),
        Err(Failure::Interrupted) => complain("stopped; nothing was written", 130),
        #[cfg(feature = "train")]
        Err(Failure::Stopped(kept)) => complain(&format!("stopped; {kept}"), 130),
    }
}

fn complain(why: &str, status: u8) -> ExitCode {
    // One sentence, whatever a library below put into its message.
    eprintln!("vignette: {}", one_line(why));
    ExitCode::from(status)
}

/// A text on one line, single spaces between its words.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn explain_usage(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A closed standard output is no concern of `--help`.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        _ => {
            let text = error.to_string();
            let sentence: Vec<&str> = text
                .lines()
                .map(str::trim)
                .filter(|line| {
                    !line.is_empty() && !line.starts_with("Usage:") && !line.starts_with("For more")
                })
                .collect();
            let sentence = sentence.join(" ");
            let sentence = sentence.strip_prefix("error: ").unwrap_or(&sentence);
            complain(&format!("{sentence} (see vignette --help)"), 2)
        }
    }
}

/// Reads a story file.
fn read_story(path: &Path) -> Result<String, Failure> {
    let bytes = read_input(path)?;
    crate::story::decode(&bytes).map_err(|e| Failure::Input(format!("{e}: {}", path.display())))
}

fn read_input(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|e| {
        Failure::Input(format!("the file cannot be read ({e}); check its name: {}", path.display()))
    })
}

/// Prints one JSON value and nothing else.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    print_text(&serde_json::to_string_pretty(value).map_err(Failure::work)?)
}

/// Prints a text and ends its line.
fn print_text(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    match writeln!(std::io::stdout().lock(), "{}", text.trim_end()) {
        // A reader such as `head` that has seen enough is no failure.
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Work(format!("standard output cannot be written ({e})")))
        }
        _ => Ok(()),
    }
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on an interrupt (Ctrl+C, SIGTERM) stops work at the next step. A
/// second one ends the program at once.
fn catch_interrupts() -> Result<(), Failure> {
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })
    .map_err(|e| Failure::Work(format!("interrupts cannot be caught ({e})")))
}

fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// A bar of progress that looks as `template` says, and whether there is a
/// terminal: elsewhere the bar is hidden.
fn progress_bar(template: &str) -> (ProgressBar, bool) {
    let terminal = std::io::stderr().is_terminal();
    let bar = if terminal { ProgressBar::new(0) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    (bar, terminal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
