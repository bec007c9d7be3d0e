//! `vignette` without a command: the window.

use std::path::PathBuf;

use super::Failure;
use crate::{
    engine::{
        DeviceChoice, Worker,
        burn::{BurnEngine, builtin_summary, published},
    },
    ui,
};

pub(super) fn run(project: Option<PathBuf>) -> Result<(), Failure> {
    if let Some(path) = &project
        && !path.is_file()
    {
        return Err(Failure::Input(format!(
            "there is no such project; name a .vignette file, or a command (see vignette --help): {}",
            path.display()
        )));
    }
    let factory = |wake: Box<dyn Fn() + Send>| Worker::spawn(|| BurnEngine::open(DeviceChoice::Auto), wake);
    let preferences = ui::preferences::usual_path();
    let summary = builtin_summary()?;
    let built_in =
        Some(ui::model_shelf::BuiltIn { parameters: summary.parameters as u64, bytes: summary.bytes as u64 });
    let check_model: Option<ui::model_shelf::CheckModel> = Some(published::problems);
    let options = ui::Options { file: project, preferences, built_in, check_model, ..ui::Options::default() };
    ui::run(options, Box::new(factory)).map_err(Failure::work)
}
