//! `vignette export`: a project as PDF, PNG or a folder of pictures.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use crate::{
    export::{self, ExportOptions, Layout, Paper},
    storyboard,
};

#[derive(Args)]
#[command(after_help = "Example: vignette export board.vignette --out board.pdf --paper letter")]
pub(super) struct Options {
    /// The project
    #[arg(value_name = "PROJECT.vignette")]
    project: PathBuf,
    /// Where to: .pdf, .png (one contact sheet), .vignette or a folder
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    /// The page layout
    #[arg(long, value_name = "NAME", default_value = "grid")]
    layout: Layout,
    /// The paper
    #[arg(long, value_name = "NAME", default_value = "a4")]
    paper: Paper,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    export::check_writable(&options.out).map_err(Failure::input)?;
    let opened = storyboard::open(&options.project).map_err(Failure::input)?;
    let export_options = ExportOptions { paper: options.paper, layout: options.layout };
    let warnings = export::write(&opened.document, &opened.images, &options.out, &export_options)
        .map_err(Failure::work)?;
    opened.warnings.iter().for_each(|warning| eprintln!("vignette: {warning}"));
    warnings.iter().for_each(|warning| eprintln!("vignette: {warning}"));
    eprintln!("wrote {}", options.out.display());
    Ok(())
}
