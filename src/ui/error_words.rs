//! Why something did not work, in the window's language. What only the system
//! or a model could say stays in its own words.

use std::{io, path::PathBuf};

use super::strings::{Words, fill};
use crate::{
    engine::EngineError,
    export::{ExportError, ExportWarning},
    helper::{HelperError, MOST_CHARACTERS},
    story::StoryError,
    storyboard::{FileError, OpenWarning},
};

/// Why a text file could not be opened.
#[derive(Debug)]
pub enum TextError {
    /// The system did not give it.
    Read(PathBuf, io::Error),
    /// It is no text.
    Decode(PathBuf, StoryError),
}

/// Why the engine did not paint.
pub fn engine_error_words(words: &Words, error: &EngineError) -> String {
    match error {
        EngineError::Request(why) => fill(words.error_request, &[("why", why)]),
        EngineError::Model(why) => fill(words.error_model, &[("why", why)]),
        EngineError::Device { device, why } => fill(words.error_device, &[("device", device), ("why", why)]),
        EngineError::OutOfMemory { why } => fill(words.error_memory, &[("why", why)]),
        EngineError::Fault(why) => fill(words.error_fault, &[("why", why)]),
        EngineError::QueueFull(n) => fill(words.error_full, &[("n", n)]),
        EngineError::Ended => words.error_ended.to_owned(),
        EngineError::Cancelled => words.error_cancelled.to_owned(),
    }
}

/// Why a story could not be read.
pub fn story_error_words(words: &Words, error: &StoryError) -> String {
    match error {
        StoryError::Empty => words.error_empty.to_owned(),
        StoryError::NoWords => words.error_no_words.to_owned(),
        StoryError::NoScenes => words.error_no_scenes.to_owned(),
        StoryError::NotUtf8 { offset } | StoryError::NotUtf16 { offset } => {
            fill(words.error_encoding, &[("offset", offset)])
        }
        StoryError::Binary { offset } => fill(words.error_binary, &[("offset", offset)]),
    }
}

/// Why the writer's helper was of no help.
pub fn helper_error_words(words: &Words, error: &HelperError) -> String {
    match error {
        HelperError::Address { url, .. } => fill(words.helper_address_wrong, &[("url", url)]),
        HelperError::Elsewhere { host } => fill(words.helper_elsewhere, &[("host", host)]),
        HelperError::TooLong { found } => {
            fill(words.helper_too_long, &[("n", found), ("most", &MOST_CHARACTERS)])
        }
        HelperError::Silent(why) => fill(words.helper_silent, &[("why", why)]),
        HelperError::Unusable(why) => fill(words.helper_unusable, &[("why", why)]),
        HelperError::Story(error) => story_error_words(words, error),
    }
}

/// Why a text file could not be opened.
pub fn text_error_words(words: &Words, error: &TextError) -> String {
    let (why, path) = match error {
        TextError::Read(path, error) => (io_words(words, error), path),
        TextError::Decode(path, error) => (story_error_words(words, error), path),
    };
    fill(words.why_where, &[("why", &why), ("path", &path.display())])
}

/// Why a project could not be opened or saved.
pub fn file_error_words(words: &Words, error: &FileError) -> String {
    let (why, path) = match error {
        FileError::Read { path, source } => (io_words(words, source), path),
        FileError::Write { path, why } => (fill(words.error_write, &[("why", &known_why(words, why))]), path),
        FileError::NotAProject { path, what } => {
            let what = match *what {
                "a folder" => words.what_folder,
                "an empty file" => words.what_empty,
                "a database of another program" => words.what_database,
                _ => words.what_other,
            };
            (fill(words.error_no_project, &[("what", &what)]), path)
        }
        FileError::Damaged { path, why } => {
            (fill(words.error_damaged, &[("why", &known_why(words, why))]), path)
        }
        FileError::Newer { path, found } => (fill(words.error_newer, &[("found", found)]), path),
        FileError::MissingPicture { path, id } => (fill(words.error_missing_picture, &[("id", id)]), path),
        FileError::Picture { path, source } => (source.to_string(), path),
    };
    fill(words.why_where, &[("why", &why), ("path", path)])
}

/// Why a board could not be exported.
pub fn export_error_words(words: &Words, error: &ExportError) -> String {
    match error {
        ExportError::Empty => words.nothing_to_export.to_owned(),
        ExportError::Unwritable { path, why } => {
            let why = fill(words.error_write, &[("why", &known_why(words, why))]);
            fill(words.why_where, &[("why", &why), ("path", path)])
        }
        ExportError::Ending { ending, path } => {
            let why = fill(words.error_ending, &[("ending", ending)]);
            fill(words.why_where, &[("why", &why), ("path", path)])
        }
        ExportError::Project(error) => file_error_words(words, error),
        ExportError::Fault(why) => fill(words.fault, &[("why", why)]),
    }
}

/// What is lacking in a project that was opened.
pub fn open_warning_words(words: &Words, warning: &OpenWarning) -> String {
    match warning {
        OpenWarning::Spoilt(n) => fill(words.warn_spoilt, &[("n", n)]),
        OpenWarning::NoPortrait(name) => fill(words.warn_no_portrait, &[("name", name)]),
        OpenWarning::Lost { panel, others: false, .. } => fill(words.warn_lost, &[("n", panel)]),
        OpenWarning::Lost { panel, others: true, .. } => fill(words.warn_lost_some, &[("n", panel)]),
    }
}

/// What an export could not show.
pub fn export_warning_words(words: &Words, warning: &ExportWarning) -> String {
    match warning {
        ExportWarning::CaptionCut { panel, lines } => {
            fill(words.warn_caption_cut, &[("n", panel), ("lines", lines)])
        }
        ExportWarning::CaptionCutOnSheet { panel, lines } => {
            fill(words.warn_caption_cut_on_sheet, &[("n", panel), ("lines", lines)])
        }
        ExportWarning::NoChineseFont(sample) => fill(words.warn_no_chinese_font, &[("sample", sample)]),
        ExportWarning::NoFont(sample) => fill(words.warn_no_font, &[("sample", sample)]),
        ExportWarning::NoPicture { panel } => fill(words.warn_no_picture, &[("n", panel)]),
    }
}

/// What is said of damaged files and full disks; what only SQLite could say
/// stays in its words.
fn known_why<'a>(words: &Words, why: &'a str) -> &'a str {
    match why {
        "it is cut short" => words.why_cut_short,
        "its contents are garbled" => words.why_garbled,
        "its document is gone" => words.why_no_document,
        "the disk is full" => words.why_disk_full,
        other => other,
    }
}

/// What the system said about a file, where it says one of the usual things.
fn io_words(words: &Words, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => words.io_not_found.to_owned(),
        io::ErrorKind::PermissionDenied => words.io_denied.to_owned(),
        io::ErrorKind::IsADirectory => words.io_folder.to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::UiLanguage;

    /// Whether a sentence is Chinese but for what is quoted.
    fn is_chinese(sentence: &str) -> bool {
        sentence.chars().filter(|c| ('\u{4e00}'..'\u{9fff}').contains(c)).count() >= 4
    }

    #[test]
    fn every_kind_of_error_is_chinese_in_the_chinese_window() {
        let words = UiLanguage::Chinese.words();
        let path = || "/a.vignette".to_owned();
        let io = || io::Error::from(io::ErrorKind::NotFound);
        let mut told = Vec::new();
        for error in [
            FileError::Read { path: path(), source: io() },
            FileError::Write { path: path(), why: "x".into() },
            FileError::NotAProject { path: path(), what: "a folder" },
            FileError::Damaged { path: path(), why: "x".into() },
            FileError::Newer { path: path(), found: 9 },
        ] {
            told.push(file_error_words(words, &error));
            told.push(export_error_words(words, &ExportError::Project(error)));
        }
        for error in [
            ExportError::Empty,
            ExportError::Unwritable { path: path(), why: "x".into() },
            ExportError::Ending { ending: ".gif".into(), path: path() },
            ExportError::Fault("x".into()),
        ] {
            told.push(export_error_words(words, &error));
        }
        for error in [
            StoryError::Empty,
            StoryError::NoWords,
            StoryError::NoScenes,
            StoryError::NotUtf8 { offset: 7 },
            StoryError::Binary { offset: 7 },
        ] {
            told.push(story_error_words(words, &error));
            told.push(text_error_words(words, &TextError::Decode("/a.txt".into(), error)));
        }
        for error in [
            HelperError::Address { why: "x", url: "y".into() },
            HelperError::Elsewhere { host: "x".into() },
            HelperError::TooLong { found: 90_000 },
            HelperError::Silent("x".into()),
            HelperError::Unusable("x".into()),
            HelperError::Story(StoryError::Empty),
        ] {
            told.push(helper_error_words(words, &error));
        }
        told.push(text_error_words(words, &TextError::Read("/a.txt".into(), io())));
        for error in [
            EngineError::Cancelled,
            EngineError::Request("x".into()),
            EngineError::Model("x".into()),
            EngineError::Device { device: "GPU".into(), why: "x".into() },
            EngineError::OutOfMemory { why: "x".into() },
            EngineError::Fault("x".into()),
            EngineError::QueueFull(9),
            EngineError::Ended,
        ] {
            told.push(engine_error_words(words, &error));
        }
        for why in ["it is cut short", "its contents are garbled", "its document is gone", "the disk is full"]
        {
            told.push(known_why(words, why).to_owned());
        }
        for warning in [
            OpenWarning::Spoilt(2),
            OpenWarning::NoPortrait("阿宁".into()),
            OpenWarning::Lost { panel: 2, lost: 1, others: false },
            OpenWarning::Lost { panel: 2, lost: 1, others: true },
        ] {
            told.push(open_warning_words(words, &warning));
        }
        for warning in [
            ExportWarning::CaptionCut { panel: 1, lines: 4 },
            ExportWarning::CaptionCutOnSheet { panel: 1, lines: 4 },
            ExportWarning::NoChineseFont("雪".into()),
            ExportWarning::NoFont("x".into()),
            ExportWarning::NoPicture { panel: 1 },
        ] {
            told.push(export_warning_words(words, &warning));
        }
        for sentence in told {
            assert!(is_chinese(&sentence) && !sentence.contains('{'), "{sentence}");
        }
    }
}
