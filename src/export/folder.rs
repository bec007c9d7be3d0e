//! One PNG a panel, and `board.json` that says what they are.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{ExportError, ExportWarning};
use crate::storyboard::{Document, Images, Language, Mood, Panel, TimeOfDay, atomic};

/// The file that describes the others.
const BOARD: &str = "board.json";
/// Marks a `board.json` of ours.
const PROGRAM: &str = "Vignette";
/// Bytes of a title that go into a file name: forty Latin letters, fourteen
/// Chinese characters.
const NAME_BYTES: usize = 42;

#[derive(Serialize)]
struct Board<'a> {
    program: &'static str,
    version: &'static str,
    title: &'a str,
    language: Language,
    style: &'a str,
    panels: Vec<BoardPanel<'a>>,
}

#[derive(Serialize)]
struct BoardPanel<'a> {
    number: usize,
    /// `null` for a panel that was not painted.
    file: Option<String>,
    title: &'a str,
    caption: &'a str,
    /// What was painted, or what would be.
    prompt: String,
    seed: u64,
    parameters: &'a [(String, String)],
    start: usize,
    end: usize,
    setting: &'a str,
    time: TimeOfDay,
    weather: &'a str,
    mood: Mood,
    characters: &'a [String],
}

/// What is read back of an earlier export.
#[derive(Deserialize)]
struct Earlier {
    program: String,
    panels: Vec<EarlierPanel>,
}

#[derive(Deserialize)]
struct EarlierPanel {
    file: Option<String>,
}

/// Writes one PNG for each painted panel and `board.json` into a folder, which
/// is made if need be. Files of other origin in it are left alone; those of an
/// earlier export that the new one has no use for go.
///
/// Everything is written beside the folder first and moved when it is
/// complete. Returns what the writer should know.
///
/// # Errors
/// [`ExportError::Empty`], [`ExportError::Unwritable`] and
/// [`ExportError::Fault`].
pub fn to_folder(
    document: &Document,
    images: &Images,
    folder: &Path,
) -> Result<Vec<ExportWarning>, ExportError> {
    if document.panels.is_empty() {
        return Err(ExportError::Empty);
    }
    let refused = |error: io::Error| ExportError::unwritable(folder, &error);
    if folder.exists() && !folder.is_dir() {
        return Err(ExportError::Unwritable {
            path: folder.display().to_string(),
            why: "it is a file".to_owned(),
        });
    }
    let (files, warnings) = files_of(document, images)?;
    // Inside a folder that exists, else beside it: moving never crosses from
    // one file system to another.
    let place = if folder.is_dir() { folder } else { atomic::folder_of(folder) };
    let staging = tempfile::Builder::new().prefix(".vignette-export-").tempdir_in(place).map_err(refused)?;
    for (name, bytes) in &files {
        fs::write(staging.path().join(name), bytes).map_err(refused)?;
    }
    if folder.is_dir() {
        let stale = stale_files(folder, &files);
        for (name, _) in &files {
            fs::rename(staging.path().join(name), folder.join(name)).map_err(refused)?;
        }
        // Last, when the new files are in place; one that cannot be removed
        // does no harm.
        stale.iter().for_each(|path| drop(fs::remove_file(path)));
        return Ok(warnings);
    }
    #[cfg(unix)]
    {
        // The staging folder is private; the result is a folder like any other.
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(staging.path(), fs::Permissions::from_mode(0o755)).map_err(refused)?;
    }
    fs::rename(staging.path(), folder).map_err(refused)?;
    // It has moved: there is nothing left to clean up under the old name.
    let _ = staging.keep();
    Ok(warnings)
}

/// Names and bytes, `board.json` last, so that a reader who sees it sees all.
type Files = Vec<(String, Vec<u8>)>;

fn files_of(document: &Document, images: &Images) -> Result<(Files, Vec<ExportWarning>), ExportError> {
    let fault = |what: String| ExportError::Fault(what);
    let mut files = Files::new();
    let mut warnings = Vec::new();
    let mut panels = Vec::new();
    let digits = document.panels.len().to_string().len().max(2);
    for (index, panel) in document.panels.iter().enumerate() {
        let number = index + 1;
        let shown = panel.shown().and_then(|shown| Some((shown, images.get(shown.image)?)));
        let file = match shown {
            Some((variant, picture)) => {
                let name = file_name(number, digits, panel);
                let mut text = vec![
                    ("Title".to_owned(), panel.scene.title.clone()),
                    ("Description".to_owned(), panel.caption.clone()),
                ];
                text.extend(variant.parameters.iter().cloned());
                for (keyword, value) in
                    [("prompt", variant.prompt.clone()), ("seed", variant.seed.to_string())]
                {
                    if !text.iter().any(|(known, _)| known == keyword) {
                        text.push((keyword.to_owned(), value));
                    }
                }
                text.retain(|(_, value)| !value.is_empty());
                let png = picture.to_png(&text).map_err(|error| fault(error.to_string()))?;
                files.push((name.clone(), png));
                Some(name)
            }
            None => {
                warnings.push(ExportWarning::NoPicture { panel: number });
                None
            }
        };
        let variant = panel.shown();
        let scene = &panel.scene;
        panels.push(BoardPanel {
            number,
            file,
            title: &scene.title,
            caption: &panel.caption,
            prompt: variant.map_or_else(|| document.full_prompt(panel), |variant| variant.prompt.clone()),
            seed: variant.map_or(panel.seed, |variant| variant.seed),
            parameters: variant.map_or(&[], |variant| &variant.parameters),
            start: scene.start,
            end: scene.end,
            setting: &scene.setting,
            time: scene.time,
            weather: &scene.weather,
            mood: scene.mood,
            characters: &scene.characters,
        });
    }
    let board = Board {
        program: PROGRAM,
        version: env!("CARGO_PKG_VERSION"),
        title: &document.title,
        language: document.language,
        style: document.style.name(document.language),
        panels,
    };
    let mut json = serde_json::to_vec_pretty(&board).map_err(|error| fault(error.to_string()))?;
    json.push(b'\n');
    files.push((BOARD.to_owned(), json));
    Ok((files, warnings))
}

/// `01-the-lamp.png`: letters and digits of any script, which every file system
/// of today takes, and hyphens. The number keeps names apart and keeps clear of
/// the names that Windows reserves.
fn file_name(number: usize, digits: usize, panel: &Panel) -> String {
    let title = match panel.scene.title.trim() {
        "" => panel.caption.trim(),
        title => title,
    };
    let mut slug = String::new();
    for c in title.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !matches!(c, '\'' | '’') && !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let end =
        slug.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|&end| end <= NAME_BYTES).last();
    let head = slug.get(..end.unwrap_or(0)).unwrap_or_default();
    // Cut between words where the cut would go through one.
    let through_word =
        head.len() < slug.len() && !slug.get(head.len()..).is_some_and(|rest| rest.starts_with('-'));
    let slug = match head.rfind('-') {
        Some(at) if through_word && at > head.len() / 2 => head.get(..at).unwrap_or(head),
        _ => head.trim_end_matches('-'),
    };
    if slug.is_empty() { format!("{number:0digits$}.png") } else { format!("{number:0digits$}-{slug}.png") }
}

/// Files of an earlier export that the new one does not replace.
fn stale_files(folder: &Path, files: &Files) -> Vec<PathBuf> {
    let earlier =
        fs::read(folder.join(BOARD)).ok().and_then(|bytes| serde_json::from_slice::<Earlier>(&bytes).ok());
    let Some(earlier) = earlier.filter(|earlier| earlier.program == PROGRAM) else { return Vec::new() };
    earlier
        .panels
        .into_iter()
        .filter_map(|panel| panel.file)
        // The list is a file that anybody may have edited: it names pictures in
        // this folder and nothing else.
        .filter(|name| name.ends_with(".png") && !name.contains(['/', '\\', ':']))
        .filter(|name| files.iter().all(|(new, _)| new != name))
        .map(|name| folder.join(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{export::tests::board, raster::Picture};

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn every_picture_and_the_board_are_written() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("out");
        let (mut document, images) = board(3, "en");
        document.panels[1].chosen = None;
        let warnings = to_folder(&document, &images, &folder).unwrap();
        assert_eq!(warnings, [ExportWarning::NoPicture { panel: 2 }]);
        assert_eq!(names(&folder), ["01-scene-1.png", "03-scene-3.png", BOARD]);
        assert_eq!(names(parent.path()), ["out"]);
        let picture = Picture::open(&folder.join("03-scene-3.png")).unwrap();
        assert_eq!(picture.id(), document.panels[2].shown().unwrap().image);
        let json: serde_json::Value = serde_json::from_slice(&fs::read(folder.join(BOARD)).unwrap()).unwrap();
        assert_eq!(json["panels"][0]["file"], "01-scene-1.png");
        assert_eq!(json["panels"][1]["file"], serde_json::Value::Null);
        assert_eq!(json["panels"][2]["caption"], document.panels[2].caption);
        assert_eq!(json["language"], "en");
    }

    #[test]
    fn a_second_export_replaces_the_first_and_spares_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let (mut document, images) = board(4, "en");
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        fs::write(folder.path().join("09-other.png"), "mine").unwrap();
        to_folder(&document, &images, folder.path()).unwrap();
        document.panels.truncate(2);
        document.panels[0].scene.title = "Renamed".into();
        to_folder(&document, &images, folder.path()).unwrap();
        assert_eq!(
            names(folder.path()),
            ["01-renamed.png", "02-scene-2.png", "09-other.png", BOARD, "notes.txt"]
        );
        // A board.json that was tampered with removes nothing elsewhere.
        let evil = r#"{"program":"Vignette","panels":[{"file":"../x.png"},{"file":"notes.txt"}]}"#;
        fs::write(folder.path().join(BOARD), evil).unwrap();
        to_folder(&document, &images, folder.path()).unwrap();
        assert!(folder.path().join("notes.txt").exists());
    }

    #[test]
    fn names_suit_any_file_system() {
        let name = |title: &str| {
            let mut panel = Panel::default();
            panel.scene.title = title.into();
            file_name(7, 2, &panel)
        };
        assert_eq!(name("The Keeper's “Lamp”: 9/10?"), "07-the-keepers-lamp-9-10.png");
        assert_eq!(name("../../etc/passwd"), "07-etc-passwd.png");
        assert_eq!(name("雪夜：狐狸敲门。"), "07-雪夜-狐狸敲门.png");
        assert_eq!(name("CON"), "07-con.png");
        assert_eq!(name("..."), "07.png");
        assert_eq!(name(&"long words ".repeat(20)), "07-long-words-long-words-long-words-long.png");
        assert_eq!(name("可是今晚，水面上漂着许多许多灯，方的、圆的"), "07-可是今晚-水面上漂着许多许多.png");
        assert!(name(&"雪".repeat(300)).len() < 60);
        assert_eq!(
            file_name(12, 3, &Panel { caption: "By caption".into(), ..Panel::default() }),
            "012-by-caption.png"
        );
    }
}
