//! What the window knows besides the document, and how views see all of it.

use std::path::PathBuf;

use egui::TextureHandle;

use super::{
    dialogs::Question,
    jobs::{Job, Jobs, Standing},
    strings::{UiLanguage, Words},
    theme::{Look, Palette},
    thumbs::Thumbs,
};
use crate::{
    engine::JobId,
    raster::{ImageId, Mask},
    storyboard::{Document, Panel, PanelId},
};

/// How bad a notice is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gravity {
    /// Good news.
    Done,
    /// Worth knowing.
    Warning,
    /// Something did not work.
    Error,
}

/// One sentence to the writer. It stays until it is dismissed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// How bad.
    pub gravity: Gravity,
    /// The sentence.
    pub text: String,
}

/// A part of a picture that is to be repainted.
pub struct MaskState {
    /// The panel.
    pub panel: PanelId,
    /// The picture below the mask.
    pub image: ImageId,
    /// Where to repaint.
    pub mask: Mask,
    /// The mask before each gesture, newest last.
    pub past: Vec<Mask>,
    /// Undone gestures, newest last.
    pub future: Vec<Mask>,
    /// Eraser instead of brush.
    pub erase: bool,
    /// Radius of the brush, in pixels of the picture.
    pub radius_px: f32,
    /// The keyboard's brush, in pixels of the picture.
    pub brush_at: (f32, f32),
    /// What should be there.
    pub prompt: String,
    /// How much may change, from 0 to 1.
    pub strength: f32,
    /// The mask on the graphics card.
    pub overlay: Option<TextureHandle>,
    /// Just repainted: the mask is out of sight until the writer comes back to
    /// the picture, so that the result can be seen.
    pub resting: bool,
}

/// Everything that is not in the document.
#[derive(Default)]
pub struct ViewState {
    /// Language of the window.
    pub language: UiLanguage,
    /// Light or dark.
    pub look: Look,
    /// The panel whose details are shown.
    pub selected: Option<PanelId>,
    /// The story should scroll to the selected scene.
    pub scroll_story: bool,
    /// The story is hidden.
    pub story_hidden: bool,
    /// How many scenes the next reading looks for.
    pub scenes_wanted: Option<usize>,
    /// The text in which the panels' scenes were found.
    pub read_text: Option<String>,
    /// The story is being read.
    pub reading: bool,
    /// Files are being worked on: what to say meanwhile.
    pub file_work: Option<FileWork>,
    /// Painting again keeps the seed.
    pub seed_locked: bool,
    /// The part that is to be repainted.
    pub mask: Option<MaskState>,
    /// What the writer should know, oldest first.
    pub notices: Vec<Notice>,
    /// What was done last, for the status bar.
    pub news: Option<String>,
    /// The question on the screen.
    pub question: Option<Question>,
    /// The project's file.
    pub file: Option<PathBuf>,
    /// Whether a Chinese face is there; `None` while looking.
    pub has_cjk: Option<bool>,
}

/// Work on files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileWork {
    /// A project is being saved.
    Saving,
    /// A file is being opened.
    Opening,
    /// A board is being exported.
    Exporting,
}

/// How a panel stands.
pub enum Standpoint<'a> {
    /// No picture, nothing under way.
    Empty,
    /// Waits for its turn behind so many others.
    Queued(JobId, usize),
    /// At work.
    Painting(JobId, &'a Job),
    /// The last try failed, for this reason.
    Failed(&'a str),
    /// Has a picture of other words.
    Stale,
    /// Has its picture.
    Painted,
}

/// What views may look at.
pub struct View<'a> {
    /// The document.
    pub document: &'a Document,
    /// The jobs.
    pub jobs: &'a Jobs,
    /// The pictures.
    pub thumbs: &'a Thumbs,
    /// Everything else.
    pub state: &'a ViewState,
    /// The words of the window's language.
    pub words: &'static Words,
    /// The colours of its look.
    pub palette: &'static Palette,
    /// There is a step to take back.
    pub can_undo: bool,
    /// There is a step to take forward.
    pub can_redo: bool,
    /// Something is not saved.
    pub unsaved: bool,
}

impl View<'_> {
    /// How a panel stands.
    pub fn standpoint(&self, panel: &Panel) -> Standpoint<'_> {
        if let Some((id, job)) = self.jobs.of_panel(panel.id) {
            return match job.standing {
                Standing::Waiting => Standpoint::Queued(id, self.jobs.before(id)),
                _ => Standpoint::Painting(id, job),
            };
        }
        if let Some(failure) = self.jobs.failure(panel.id) {
            return Standpoint::Failed(&failure.why);
        }
        match panel.shown() {
            None => Standpoint::Empty,
            Some(variant) if variant.prompt != self.document.full_prompt(panel) => Standpoint::Stale,
            Some(_) => Standpoint::Painted,
        }
    }

    /// The selected panel and its place on the board.
    pub fn selected(&self) -> Option<(usize, &Panel)> {
        let id = self.state.selected?;
        self.document.panels.iter().enumerate().find(|(_, panel)| panel.id == id)
    }

    /// Panels that Illustrate would paint.
    pub fn unpainted(&self) -> impl Iterator<Item = &Panel> {
        self.document
            .panels
            .iter()
            .filter(|panel| panel.shown().is_none() && self.jobs.of_panel(panel.id).is_none())
    }
}

/// Where a character of the text that was read stands in the text as it is
/// now: what comes before the change stays, what comes after moves along, and
/// what lies inside it collapses to its beginning.
pub struct Shift {
    prefix: usize,
    suffix_from: usize,
    old_len: usize,
    new_len: usize,
}

impl Shift {
    /// The text is as it was read.
    pub fn unchanged() -> Self {
        Self { prefix: usize::MAX, suffix_from: usize::MAX, old_len: 0, new_len: usize::MAX }
    }

    /// Compares the two texts; offsets are Unicode scalar values.
    pub fn between(old: &str, new: &str) -> Self {
        let prefix = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
        let (old_len, new_len) = (old.chars().count(), new.chars().count());
        let most = old_len.min(new_len) - prefix;
        let suffix = old.chars().rev().zip(new.chars().rev()).take(most).take_while(|(a, b)| a == b).count();
        Self { prefix, suffix_from: old_len - suffix, old_len, new_len }
    }

    /// The place of an old offset in the new text.
    pub fn apply(&self, offset: usize) -> usize {
        if offset <= self.prefix {
            offset.min(self.new_len)
        } else if offset >= self.suffix_from {
            self.new_len.saturating_sub(self.old_len.saturating_sub(offset))
        } else {
            self.prefix
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_follow_an_edit() {
        let shift = Shift::between("one two three", "one and a half two three");
        assert_eq!(shift.apply(0), 0);
        assert_eq!(shift.apply(13), 24);
        assert_eq!(shift.apply(8), 19);
        let same = Shift::between("abc", "abc");
        assert_eq!([0, 1, 2, 3].map(|o| same.apply(o)), [0, 1, 2, 3]);
        let shorter = Shift::between("天亮了。雨停了。", "天亮了。");
        assert_eq!(shorter.apply(8), 4);
        assert_eq!(shorter.apply(2), 2);
        let empty = Shift::between("abc", "");
        assert_eq!(empty.apply(3), 0);
    }
}
