//! A sheet of the first pictures of an evaluation, to look at, and beside it
//! what was asked for and what the probe read.

use std::{collections::BTreeMap, path::Path};

use serde::Serialize;

use super::{attributes::Attribute, probe::Reading, prompts::Prompt};
use crate::{
    raster::Picture,
    train::{TrainError, painter, painter::RgbPicture, write_atomically},
};

/// Pictures of a sheet.
const PICTURES: usize = 48;
/// Side by side.
const COLUMNS: usize = 8;

/// One picture of the sheet.
#[derive(Serialize)]
struct Entry<'a> {
    row: usize,
    column: usize,
    prompt: &'a str,
    seed: u64,
    /// What the prompt states.
    asked: BTreeMap<&'static str, &'static str>,
    /// What the probe read of that.
    read: BTreeMap<&'static str, &'a str>,
}

/// Writes the sheet to `path` and what it shows to the .json beside it.
///
/// # Errors
/// [`TrainError::File`].
pub(super) fn write(
    path: &Path,
    prompts: &[Prompt],
    pictures: &[RgbPicture],
    readings: &[Reading],
) -> Result<(), TrainError> {
    let count = PICTURES.min(pictures.len());
    let sheet = painter::contact_sheet(&pictures[..count], COLUMNS as u32);
    let rgba = sheet.pixels.chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect();
    let png = Picture::from_rgba(sheet.width_px, sheet.height_px, rgba)?.to_png(&[])?;
    let entries: Vec<Entry<'_>> = prompts[..count]
        .iter()
        .zip(readings)
        .enumerate()
        .map(|(index, (prompt, reading))| {
            let stated = || {
                let asked = |attribute| Some((attribute, prompt.asks(attribute)?));
                Attribute::ALL.into_iter().filter_map(asked)
            };
            Entry {
                row: index / COLUMNS + 1,
                column: index % COLUMNS + 1,
                prompt: &prompt.caption,
                seed: prompt.seed,
                asked: stated().map(|(attribute, class)| (attribute.name(), class)).collect(),
                read: stated()
                    .filter_map(|(attribute, _)| Some((attribute.name(), reading.answer(attribute)?)))
                    .collect(),
            }
        })
        .collect();
    let text = serde_json::to_string_pretty(&entries).map_err(|e| TrainError::Settings(e.to_string()))?;
    write_atomically(path, |file| file.write_all(&png))?;
    write_atomically(&path.with_extension("json"), |file| writeln!(file, "{text}"))
}
