//! What the window knows besides the document, and how views see all of it.

use std::{collections::BTreeSet, path::PathBuf};

use egui::TextureHandle;

use super::{
    action::Overlay,
    dialogs::Question,
    digest::Digest,
    jobs::{Job, Jobs, Standing},
    model_shelf::{BUILT_IN_SIDE_PX, BuiltIn, Shelf},
    preferences::Preferences,
    story_cache::StoryCache,
    strings::{UiLanguage, Words},
    theme::{Look, Palette},
    thumbs::Thumbs,
};
use crate::{
    engine::{JobId, installed::name_of_model},
    raster::{ImageId, Mask},
    storyboard::{Document, Edit, Panel, PanelId, Staleness},
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
    /// For panels that could not be painted: why, and which. What stops one
    /// usually stops all of them, and is said once.
    pub failed: Option<(String, BTreeSet<PanelId>)>,
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

/// What the palette looks for and which command is marked.
#[derive(Default)]
pub struct PaletteState {
    /// What was typed.
    pub query: String,
    /// The marked one among those that fit.
    pub at: usize,
}

/// The cast's page.
#[derive(Default)]
pub struct CastState {
    /// It is shown.
    pub shown: bool,
    /// Whose details are shown, by name or alias; else the first one's.
    pub member: Option<String>,
}

/// The search in the story.
#[derive(Default)]
pub struct FindState {
    /// What is searched.
    pub query: String,
    /// Which of the places found is the current one.
    pub at: usize,
    /// The story should scroll there.
    pub scroll: bool,
    /// The field should take the keyboard.
    pub focus: bool,
}

/// Two versions of a panel's picture side by side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CompareState {
    /// The panel.
    pub panel: PanelId,
    /// The version on the left.
    pub left: usize,
    /// The version on the right.
    pub right: usize,
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
    /// Panels that are selected besides that one.
    pub also_selected: BTreeSet<PanelId>,
    /// The palette or the cheat sheet.
    pub overlay: Option<Overlay>,
    /// The palette's contents.
    pub palette: PaletteState,
    /// The search in the story.
    pub find: Option<FindState>,
    /// Where the story's caret is.
    pub caret: Option<usize>,
    /// The versions that are compared.
    pub compare: Option<CompareState>,
    /// The cast's page.
    pub cast: CastState,
    /// The list of edits is shown.
    pub history_shown: bool,
    /// The models page is shown.
    pub models_shown: bool,
    /// The models that were found.
    pub shelf: Shelf,
    /// What is known of the model in the binary.
    pub built_in: Option<BuiltIn>,
    /// The queue is shown.
    pub queue_shown: bool,
    /// The queue is held back.
    pub paused: bool,
    /// The board is painted as soon as the story is read.
    pub paint_when_read: bool,
    /// What is remembered for the next start.
    pub preferences: Preferences,
    /// The story should scroll to the selected scene.
    pub scroll_story: bool,
    /// How many stories were opened: each begins at its beginning.
    pub stories: u64,
    /// The story is hidden.
    pub story_hidden: bool,
    /// The window is too narrow for the story beside what else is shown.
    pub crowded: bool,
    /// How many scenes the next reading looks for.
    pub scenes_wanted: Option<usize>,
    /// The story is being read.
    pub reading: bool,
    /// The writer's helper is asked about it.
    pub asking: bool,
    /// An edit that reads in the story is being made.
    pub making: bool,
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
    /// Has a picture that is no longer what it asks for.
    Stale(Staleness),
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
    /// What was found out about the document.
    pub digest: &'a Digest,
    /// What the story's view keeps from frame to frame.
    pub story_cache: &'a StoryCache,
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
    /// Whether the board's scenes are being found, up to the moment that they
    /// are there.
    pub fn is_reading(&self) -> bool {
        self.state.reading || (self.state.making && self.document.panels.is_empty())
    }

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
        match (panel.shown(), self.digest.staleness(panel.id)) {
            (None, _) => Standpoint::Empty,
            (Some(_), Some(why)) => Standpoint::Stale(why),
            (Some(_), None) => Standpoint::Painted,
        }
    }

    /// The selected panel and its place on the board.
    pub fn selected(&self) -> Option<(usize, &Panel)> {
        let id = self.state.selected?;
        self.document.panels.iter().enumerate().find(|(_, panel)| panel.id == id)
    }

    /// Panels that Illustrate would paint.
    pub fn unpainted(&self) -> impl Iterator<Item = &Panel> {
        self.document.panels.iter().filter(|panel| {
            panel.shown().is_none() && !panel.locked && self.jobs.of_panel(panel.id).is_none()
        })
    }

    /// The side of the square picture that the board's model paints best, in
    /// pixels; for a model that nobody has looked at, what its board asks for.
    pub fn native_side_px(&self) -> u32 {
        let painting = &self.document.painting;
        match &painting.model {
            None => BUILT_IN_SIDE_PX,
            Some(path) => self.state.shelf.native_side_px(path).unwrap_or_else(|| {
                let pixels = f64::from(painting.width_px) * f64::from(painting.height_px);
                let side = pixels.sqrt() as u32;
                [1024, 512].into_iter().find(|usual| side * 10 >= usual * 9).unwrap_or(BUILT_IN_SIDE_PX)
            }),
        }
    }

    /// The name of the model that paints this board.
    pub fn model_name(&self) -> String {
        match &self.document.painting.model {
            None => self.words.model_built_in.to_owned(),
            Some(path) => name_of_model(path),
        }
    }

    /// Whether a panel is among those selected.
    pub fn is_selected(&self, id: PanelId) -> bool {
        self.state.selected == Some(id) || self.state.also_selected.contains(&id)
    }

    /// The selected panels in the order of the board.
    pub fn selection(&self) -> Vec<PanelId> {
        self.document.panels.iter().map(|panel| panel.id).filter(|id| self.is_selected(*id)).collect()
    }

    /// The selected panels when this is one of them; else this one alone.
    pub fn selection_with(&self, id: PanelId) -> Vec<PanelId> {
        if self.is_selected(id) { self.selection() } else { vec![id] }
    }

    /// Whether something is so of every selected panel.
    pub fn all_selected(&self, so: impl Fn(&Panel) -> bool) -> bool {
        self.selection().into_iter().filter_map(|id| self.document.panel(id)).all(so)
    }

    /// The order of the board with these panels in this gap (0 is before the
    /// first panel).
    pub fn order_with(&self, moving: &[PanelId], gap: usize) -> Vec<PanelId> {
        let ids: Vec<PanelId> = self.document.panels.iter().map(|panel| panel.id).collect();
        let (before, after) = ids.split_at(gap.min(ids.len()));
        let stays = |id: &&PanelId| !moving.contains(id);
        let moving = ids.iter().filter(|id| moving.contains(id));
        before.iter().filter(stays).chain(moving).chain(after.iter().filter(stays)).copied().collect()
    }

    /// The selected panels one place earlier or later; `None` where they stand
    /// at the end already.
    pub fn moved(&self, step: isize) -> Option<Edit> {
        let moving = self.selection();
        let places = || moving.iter().filter_map(|id| self.document.position(*id));
        let gap = if step < 0 {
            places().min()?.checked_sub(1)?
        } else {
            let gap = places().max()? + 2;
            (gap <= self.document.panels.len()).then_some(gap)?
        };
        Some(Edit::SetOrder(self.order_with(&moving, gap)))
    }
}
