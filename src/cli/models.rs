//! `vignette models`: what is installed.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Failure, print_json, print_text};
use crate::engine::burn::builtin_summary;

#[derive(Args)]
#[command(after_help = "Example: vignette models list --json")]
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
}

#[derive(Serialize)]
struct Listing {
    models: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    name: &'static str,
    description: String,
    parameters: usize,
    bytes: usize,
    licence: &'static str,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let Command::List { json } = options.command;
    let summary = builtin_summary()?;
    let builtin = Entry {
        name: "builtin",
        description: summary.description,
        parameters: summary.parameters,
        bytes: summary.bytes,
        licence: "MIT OR Apache-2.0",
    };
    let listing = Listing { models: vec![builtin] };
    if json {
        return print_json(&listing);
    }
    for model in &listing.models {
        print_text(&format!(
            "{}: {} ({:.1} M parameters, {:.1} MiB, {})",
            model.name,
            model.description,
            model.parameters as f64 / 1e6,
            model.bytes as f64 / (1 << 20) as f64,
            model.licence
        ))?;
    }
    Ok(())
}
