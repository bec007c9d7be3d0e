//! Boards as PDF, contact sheet, folder of pictures, or project.
//!
//! `layout` knows paper and boxes, `fonts` and `text` set lines, `compose` puts
//! a board together as pages of simple shapes, `pdf` and `sheet` (by way of
//! `ink`) draw them, `folder` writes single pictures. [`write`] chooses by the
//! path, and leaves nothing half-written.

mod compose;
mod folder;
mod fonts;
mod ink;
mod layout;
mod pdf;
mod sheet;
mod text;
mod warning;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::storyboard::{self, Document, FileError, Images, atomic};

pub use folder::to_folder;
pub use layout::{Layout, Paper};
pub use pdf::to_pdf;
pub use sheet::to_contact_sheet;
pub use warning::ExportWarning;

/// How a PDF is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ExportOptions {
    /// The paper.
    pub paper: Paper,
    /// How panels share pages.
    pub layout: Layout,
}

/// Why a board could not be exported. Each says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is nothing to export.
    #[error("the board has no panels yet; read a story first")]
    Empty,
    /// The place cannot be written to.
    #[error("cannot write here ({why}); choose another place: {path}")]
    Unwritable {
        /// File or folder.
        path: String,
        /// What the system said.
        why: String,
    },
    /// The path ends in a format that is not written.
    #[error("{ending} files cannot be written; use .pdf, .png, .vignette or the name of a folder: {path}")]
    Ending {
        /// The ending, with its dot.
        ending: String,
        /// The path.
        path: String,
    },
    /// The project could not be saved.
    #[error(transparent)]
    Project(#[from] FileError),
    /// A fault of our own.
    #[error("the export failed by a fault in the program ({0}); please report it with the project")]
    Fault(String),
}

impl ExportError {
    pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Self {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
            io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
            io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
            io::ErrorKind::StorageFull => "the disk is full".to_owned(),
            io::ErrorKind::NotADirectory => "part of the path is a file".to_owned(),
            _ => error.to_string(),
        };
        Self::Unwritable { path: path.display().to_string(), why }
    }
}

/// The program carries fonts, so this cannot happen to a tested build.
fn no_fonts() -> ExportError {
    ExportError::Fault("its own fonts are broken".to_owned())
}

/// What a path asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Pdf,
    Sheet,
    Project,
    Folder,
}

/// Endings that somebody may well type, and that would be strange as the name
/// of a folder.
const OTHER_ENDINGS: [&str; 22] = [
    "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "svg", "avif", "heic", "psd", "ps", "eps", "doc",
    "docx", "odt", "rtf", "html", "epub", "pptx", "zip", "txt",
];

fn kind_of(path: &Path) -> Result<Kind, ExportError> {
    // A folder that is there is a folder whatever its name.
    if path.is_dir() {
        return Ok(Kind::Folder);
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "pdf" => Ok(Kind::Pdf),
        "png" => Ok(Kind::Sheet),
        "vignette" => Ok(Kind::Project),
        other if OTHER_ENDINGS.contains(&other) => {
            Err(ExportError::Ending { ending: format!(".{other}"), path: path.display().to_string() })
        }
        _ => Ok(Kind::Folder),
    }
}

/// Writes the board to `path`: a PDF, a contact sheet (.png), a project
/// (.vignette), or a folder of pictures, by its ending. What was there before
/// is replaced when the new one is complete, and only then. Returns what the
/// writer should know, one sentence each.
///
/// # Errors
/// Any [`ExportError`].
pub fn write(
    document: &Document,
    images: &Images,
    path: &Path,
    options: &ExportOptions,
) -> Result<Vec<ExportWarning>, ExportError> {
    match kind_of(path)? {
        Kind::Pdf => {
            let (bytes, warnings) = to_pdf(document, images, options)?;
            write_file(path, &bytes)?;
            Ok(warnings)
        }
        Kind::Sheet => {
            let (bytes, warnings) = to_contact_sheet(document, images)?;
            write_file(path, &bytes)?;
            Ok(warnings)
        }
        Kind::Project => {
            storyboard::save(path, document, images)?;
            Ok(Vec::new())
        }
        Kind::Folder => to_folder(document, images, path),
    }
}

/// Writes a whole file, or leaves the old one as it was.
///
/// # Errors
/// [`ExportError::Unwritable`].
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    atomic::write_file(path, bytes).map_err(|error| ExportError::unwritable(path, &error))
}

/// Whether [`write`] or [`write_file`] could write to this path, found out by
/// making and removing a file beside it; so that an hour of painting does not
/// end at a folder that does not exist.
///
/// # Errors
/// [`ExportError::Unwritable`], and [`ExportError::Ending`] for a format that
/// is not written.
pub fn check_writable(path: &Path) -> Result<(), ExportError> {
    let refused =
        |why: &str| ExportError::Unwritable { path: path.display().to_string(), why: why.to_owned() };
    let kind = kind_of(path)?;
    let folder: PathBuf = if path.is_dir() { path.to_owned() } else { atomic::folder_of(path).to_owned() };
    if path.file_name().is_none() && !path.is_dir() {
        return Err(refused("the path names no file"));
    }
    if let Ok(found) = fs::metadata(path)
        && !found.is_dir()
    {
        if kind == Kind::Folder && path.extension().is_none() {
            return Err(refused("it is a file"));
        }
        if found.permissions().readonly() {
            return Err(refused("the file is write-protected"));
        }
    }
    match fs::metadata(&folder) {
        Err(error) => return Err(ExportError::unwritable(path, &error)),
        Ok(found) if !found.is_dir() => return Err(refused("part of the path is a file")),
        Ok(_) => {}
    }
    tempfile::Builder::new()
        .prefix(".vignette-check-")
        .tempfile_in(&folder)
        .map(drop)
        .map_err(|error| ExportError::unwritable(path, &error))
}

/// The faces that captions are set in on this machine, as script and family;
/// for Chinese an empty family when there is none.
pub fn fonts_report() -> Vec<(String, String)> {
    let chinese = fonts::Fonts::new().and_then(|mut fonts| fonts.chinese_family()).unwrap_or_default();
    vec![("Latin".to_owned(), "Source Serif Pro (built in)".to_owned()), ("Chinese".to_owned(), chinese)]
}

#[cfg(test)]
#[path = "export_tests.rs"]
mod tests;
