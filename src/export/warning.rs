//! What the writer should know of an export that worked.

use std::fmt;

/// What an export could not show. It reads as a sentence.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ExportWarning {
    /// A caption is longer than its place.
    CaptionCut {
        /// The panel's number on the board.
        panel: usize,
        /// Lines that were kept.
        lines: usize,
    },
    /// A caption is longer than its place on the contact sheet.
    CaptionCutOnSheet {
        /// The panel's number on the board.
        panel: usize,
        /// Lines that were kept.
        lines: usize,
    },
    /// No font of this computer has these Chinese characters.
    NoChineseFont(String),
    /// No font of this computer has these characters.
    NoFont(String),
    /// A panel has no picture, and so no file.
    NoPicture {
        /// The panel's number on the board.
        panel: usize,
    },
}

impl fmt::Display for ExportWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CaptionCut { panel, lines } => write!(
                f,
                "the caption of panel {panel} is longer than its place and was cut after {lines} lines; shorten it \
                 or choose another layout"
            ),
            Self::CaptionCutOnSheet { panel, lines } => {
                write!(f, "the caption of panel {panel} was cut after {lines} lines on the contact sheet")
            }
            Self::NoChineseFont(sample) => write!(
                f,
                "no font on this computer has the Chinese characters of the captions ({sample}), so they are printed as \
                 boxes; install a Chinese font such as Noto Serif CJK (Debian and Ubuntu: sudo apt install \
                 fonts-noto-cjk) and export again"
            ),
            Self::NoFont(sample) => {
                write!(
                    f,
                    "no font on this computer has these characters, so they are printed as boxes: {sample}"
                )
            }
            Self::NoPicture { panel } => {
                write!(f, "panel {panel} has no picture, so there is no file for it")
            }
        }
    }
}
