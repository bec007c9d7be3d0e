//! The storyboard: document, edits, history and project file.
//!
//! The [`Document`] is plain data and holds image ids; [`Images`] holds the
//! pixels. Everything that a writer does is an [`Edit`], applied by
//! [`History::apply`] and taken back by [`History::undo`].

pub(crate) mod atomic;
mod change;
mod document;
mod draft;
mod edit;
mod edit_kind;
mod file;
mod history;
mod images;
mod later_looks;
mod matching;
mod members;
mod scenes;
mod shift;
mod stale;
mod style;
mod telling;
mod wording;
mod words_of_panel;

/// What scenes are made of: part of the document, so that readers of documents
/// need not know the room that reads stories.
pub use crate::story::{
    CastEdit, Character, CharacterKind, Language, Mood, Overrides, PartSource, Scene, Shot, TimeOfDay,
};
pub use document::{Document, Painting, Panel, PanelId, Variant};
pub use draft::{Draft, Made};
pub use edit::Edit;
pub use edit_kind::EditKind;
pub use file::{APPLICATION_ID, FORMAT_VERSION, FileError, OpenWarning, Opened, open, save};
pub use history::{History, StepName};
pub use images::{ImageHandle, Images, KeptPicture};
pub use later_looks::LaterLooks;
pub use members::Portrait;
pub use scenes::sentences;
pub use stale::{PaintedWith, Staleness};
pub use style::{Style, StylePreset, style_presets};
pub use telling::Retold;
pub use words_of_panel::{OwnPart, PanelPart};
