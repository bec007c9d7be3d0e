//! The project file: one SQLite database that holds everything.
//!
//! | table      | holds                                                        |
//! |------------|--------------------------------------------------------------|
//! | `meta`     | `program` and `format`, for people who look inside           |
//! | `document` | one row: the [`Document`] as RON text                        |
//! | `picture`  | PNG bytes by picture id                                      |
//!
//! The header of the database carries [`APPLICATION_ID`] and, as
//! `user_version`, [`FORMAT_VERSION`]; both are read from the bytes before
//! SQLite is asked for anything. Fields that are new take their default in an
//! older file without a new version; the version goes up with every change that
//! an older program would misread or lose.

use std::{
    collections::HashSet,
    fmt,
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use rusqlite::{Connection, OpenFlags};

use super::{Document, Images, atomic::Replacement};
use crate::raster::{ImageId, Picture, RasterError};

/// Marks a SQLite database as a project of ours: `Vgnt`.
pub const APPLICATION_ID: u32 = u32::from_be_bytes(*b"Vgnt");
/// The version of project files that this program writes.
pub const FORMAT_VERSION: u32 = 2;

/// Every SQLite file begins with these bytes.
const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Why a project could not be opened or saved. Each is one sentence that says
/// what to do next.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read.
    #[error("the project cannot be read ({source}): {path}")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error(
        "the project cannot be saved here ({why}); the file is as it was, so choose another place: {path}"
    )]
    Write {
        /// The file.
        path: String,
        /// What the system said.
        why: String,
    },
    /// The file is something else.
    #[error("this is not a Vignette project but {what}: {path}")]
    NotAProject {
        /// The file.
        path: String,
        /// What it is.
        what: &'static str,
    },
    /// The file is a project, and part of it is gone.
    #[error("this project is damaged ({why}); open a copy from a backup: {path}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// A newer program wrote the file.
    #[error(
        "this project was saved by a newer Vignette (format {found}, this program knows up to {}); update Vignette to open it: {path}",
        FORMAT_VERSION
    )]
    Newer {
        /// The file.
        path: String,
        /// Its version.
        found: u32,
    },
    /// A picture that the document names is not at hand. A fault of our own.
    #[error(
        "the project cannot be saved because the picture {id} is missing in memory; please report it: {path}"
    )]
    MissingPicture {
        /// The file.
        path: String,
        /// The picture.
        id: ImageId,
    },
    /// A picture cannot be encoded.
    #[error("the project cannot be saved: {source}: {path}")]
    Picture {
        /// The file.
        path: String,
        /// Why.
        source: RasterError,
    },
}

/// What is lacking in a project that opened all the same. It reads as a
/// sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OpenWarning {
    /// So many pictures could not be decoded.
    Spoilt(usize),
    /// The portrait of somebody is not there.
    NoPortrait(String),
    /// Pictures of a panel are not there.
    Lost {
        /// Its number on the board.
        panel: usize,
        /// How many.
        lost: usize,
        /// It has others.
        others: bool,
    },
}

impl fmt::Display for OpenWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spoilt(1) => write!(f, "one picture in the project is spoilt and was left out"),
            Self::Spoilt(n) => write!(f, "{n} pictures in the project are spoilt and were left out"),
            Self::NoPortrait(name) => {
                write!(f, "the portrait of {name} is missing from the project; choose another one")
            }
            Self::Lost { panel, lost: 1, others: false } => {
                write!(f, "the picture of panel {panel} is missing from the project; paint it again")
            }
            Self::Lost { panel, others: false, .. } => {
                write!(f, "all pictures of panel {panel} are missing from the project; paint it again")
            }
            Self::Lost { panel, lost: 1, others: true } => {
                write!(f, "one picture of panel {panel} is missing from the project; another one is left")
            }
            Self::Lost { panel, lost, others: true } => {
                write!(f, "{lost} pictures of panel {panel} are missing from the project; others are left")
            }
        }
    }
}

/// An opened project.
#[derive(Debug)]
pub struct Opened {
    /// The document. Every image it names is in `images`.
    pub document: Document,
    /// Its pictures.
    pub images: Images,
    /// What was lost, one sentence each; empty for a sound file.
    pub warnings: Vec<OpenWarning>,
}

/// What a file holds, before and after migrations.
struct Parts {
    document: String,
    /// Ids in hexadecimal digits and PNG bytes.
    pictures: Vec<(String, Vec<u8>)>,
}

/// Takes the contents of one version to the next.
type Migration = fn(&mut Parts) -> Result<(), String>;

/// The first entry takes version 1 to 2, and so on.
const MIGRATIONS: [Migration; FORMAT_VERSION as usize - 1] = [
    // Version 2 has the writer's cast, portraits, notes, shots and parts of
    // prompts, which a program of version 1 would lose when it saves. All of
    // them are empty in a project of version 1, which is what they default to.
    |_| Ok(()),
];

/// Saves a project: whole, or not at all. The pictures that the document names
/// are saved, no others.
///
/// # Errors
/// [`FileError::Write`], [`FileError::MissingPicture`] and
/// [`FileError::Picture`]; a file that was there before is untouched then.
pub fn save(path: &Path, document: &Document, images: &Images) -> Result<(), FileError> {
    let shown_path = || path.display().to_string();
    let refused = |why: String| FileError::Write { path: shown_path(), why };
    if path.is_dir() {
        return Err(refused("it is a folder".to_owned()));
    }
    let mut pictures = Vec::new();
    let mut seen = HashSet::new();
    for id in document.image_ids().filter(|&id| seen.insert(id)) {
        let png = images
            .png(id)
            .ok_or_else(|| FileError::MissingPicture { path: shown_path(), id })?
            .map_err(|source| FileError::Picture { path: shown_path(), source })?;
        pictures.push((id, png));
    }
    let pretty = ron::ser::PrettyConfig::default();
    let text = ron::ser::to_string_pretty(document, pretty).map_err(|e| refused(e.to_string()))?;

    let replacement = Replacement::of(path).map_err(|e| refused(e.to_string()))?;
    fill(replacement.path(), &text, &pictures).map_err(|e| refused(plain(&e)))?;
    replacement.commit().map_err(|e| refused(e.to_string()))
}

fn fill(path: &Path, document: &str, pictures: &[(ImageId, std::sync::Arc<[u8]>)]) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut database = Connection::open_with_flags(path, flags)?;
    // No journal and no waiting for the disk: this file is thrown away when
    // anything fails, and synced once as a whole when it is complete.
    database.execute_batch(&format!(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
         PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT_VERSION};"
    ))?;
    let transaction = database.transaction()?;
    transaction.execute_batch(
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
         CREATE TABLE document (only INTEGER PRIMARY KEY CHECK (only = 1), ron TEXT NOT NULL);
         CREATE TABLE picture (id TEXT PRIMARY KEY, png BLOB NOT NULL);",
    )?;
    for (key, value) in [
        ("program", concat!("Vignette ", env!("CARGO_PKG_VERSION"))),
        ("format", &FORMAT_VERSION.to_string()),
    ] {
        transaction.execute("INSERT INTO meta VALUES (?1, ?2)", [key, value])?;
    }
    transaction.execute("INSERT INTO document VALUES (1, ?1)", [document])?;
    {
        let mut insert = transaction.prepare("INSERT INTO picture VALUES (?1, ?2)")?;
        for (id, png) in pictures {
            insert.execute((id.to_string(), png.as_ref()))?;
        }
    }
    transaction.commit()?;
    database.close().map_err(|(_, error)| error)
}

/// Opens a project. A picture that is missing or spoilt is left out with a
/// warning; everything else opens whole or fails.
///
/// # Errors
/// [`FileError::Read`], [`FileError::NotAProject`], [`FileError::Damaged`] and
/// [`FileError::Newer`].
pub fn open(path: &Path) -> Result<Opened, FileError> {
    let version = version_of(path)?;
    let mut parts = read_parts(path)?;
    let damaged = |why: String| FileError::Damaged { path: path.display().to_string(), why };
    migrate(&mut parts, version, &MIGRATIONS).map_err(damaged)?;
    let mut document: Document =
        ron::from_str(&parts.document).map_err(|e| damaged(format!("its text is garbled at {}", e.span)))?;
    document.mend();
    let (images, mut warnings) = decode_pictures(parts.pictures);
    drop_missing(&mut document, &images, &mut warnings);
    Ok(Opened { document, images, warnings })
}

/// Reads the version from the header, before anything is parsed.
fn version_of(path: &Path) -> Result<u32, FileError> {
    let shown_path = || path.display().to_string();
    let failed = |source| FileError::Read { path: shown_path(), source };
    let foreign = |what| FileError::NotAProject { path: shown_path(), what };
    let found = fs::metadata(path).map_err(failed)?;
    if found.is_dir() {
        return Err(foreign("a folder"));
    }
    let mut header = Vec::with_capacity(100);
    File::open(path).and_then(|file| file.take(100).read_to_end(&mut header)).map_err(failed)?;
    if header.is_empty() {
        return Err(foreign("an empty file"));
    }
    if !header.starts_with(SQLITE_MAGIC) {
        return Err(foreign("a file of another kind"));
    }
    let word = |at: usize| {
        let bytes = header.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u32::from_be_bytes)
    };
    let damaged = |why: &str| FileError::Damaged { path: shown_path(), why: why.to_owned() };
    let (Some(pages), Some(version), Some(application)) = (word(28), word(60), word(68)) else {
        return Err(damaged("it is cut short"));
    };
    if application != APPLICATION_ID || version == 0 {
        return Err(foreign("a database of another program"));
    }
    if version > FORMAT_VERSION {
        return Err(FileError::Newer { path: shown_path(), found: version });
    }
    // The page size is a 16-bit number in which 1 stands for 65536.
    let page_bytes = match header.get(16..18) {
        Some([0, 1]) => 65536,
        Some([high, low]) => u64::from(u16::from_be_bytes([*high, *low])),
        _ => 0,
    };
    if found.len() < u64::from(pages) * page_bytes {
        return Err(damaged("it is cut short"));
    }
    Ok(version)
}

fn read_parts(path: &Path) -> Result<Parts, FileError> {
    let read = || -> rusqlite::Result<Parts> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = Connection::open_with_flags(path, flags)?;
        let document = database.query_row("SELECT ron FROM document", [], |row| row.get(0))?;
        let mut select = database.prepare("SELECT id, png FROM picture")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Parts { document, pictures: rows.collect::<Result<_, _>>()? })
    };
    read().map_err(|e| FileError::Damaged { path: path.display().to_string(), why: plain(&e) })
}

/// Takes `parts` from version `from` to the newest that `steps` lead to.
fn migrate(parts: &mut Parts, from: u32, steps: &[Migration]) -> Result<(), String> {
    steps.iter().skip(from.saturating_sub(1) as usize).try_for_each(|step| step(parts))
}

fn decode_pictures(stored: Vec<(String, Vec<u8>)>) -> (Images, Vec<OpenWarning>) {
    let mut images = Images::new();
    let mut spoilt = 0_usize;
    for (id, png) in stored {
        let picture = Picture::decode(&png).ok();
        match picture.filter(|picture| Some(picture.id()) == ImageId::from_hex(&id)) {
            // The pixels go again: they are decoded anew when somebody looks.
            Some(picture) => {
                images.insert_png(picture.id(), (picture.width_px(), picture.height_px()), png);
            }
            None => spoilt += 1,
        }
    }
    let warning = (spoilt > 0).then_some(OpenWarning::Spoilt(spoilt));
    (images, warning.into_iter().collect())
}

/// Takes variants without a picture out of the document.
fn drop_missing(document: &mut Document, images: &Images, warnings: &mut Vec<OpenWarning>) {
    document.sketches.retain(|variant| images.contains(variant.image));
    document.portraits.retain(|portrait| {
        let there = images.contains(portrait.image);
        if !there {
            warnings.push(OpenWarning::NoPortrait(portrait.name.clone()));
        }
        there
    });
    for panel in &mut document.skipped {
        panel.variants.retain(|variant| images.contains(variant.image));
        if panel.shown().is_none() {
            panel.chosen = panel.variants.len().checked_sub(1);
        }
    }
    for (place, panel) in document.panels.iter_mut().enumerate() {
        let shown = panel.shown().map(|variant| variant.image);
        let before = panel.variants.len();
        panel.variants.retain(|variant| images.contains(variant.image));
        let lost = before - panel.variants.len();
        if lost == 0 {
            continue;
        }
        let still_there = panel.variants.iter().position(|variant| Some(variant.image) == shown);
        panel.chosen = still_there.or_else(|| panel.variants.len().checked_sub(1));
        warnings.push(OpenWarning::Lost { panel: place + 1, lost, others: panel.chosen.is_some() });
    }
}

/// What SQLite said, in words for a writer where we have them.
fn plain(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full".to_owned(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => "its contents are garbled".to_owned(),
        _ if matches!(error, rusqlite::Error::QueryReturnedNoRows) => "its document is gone".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
