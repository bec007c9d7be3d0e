//! Every command by name: what the palette offers, the cheat sheet lists and
//! the keyboard reaches.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::{
    action::{Action, CastAction, MaskAction, ModelAction, Overlay},
    dialogs::Pick,
    samples::first_sample,
    state::View,
    strings::Words,
};
use crate::storyboard::Edit;

/// A command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the catalogue says what each is")]
pub enum Command {
    Palette,
    Shortcuts,
    Open,
    Save,
    ExportPdf,
    ExportSheet,
    ExportFolder,
    Undo,
    Redo,
    Find,
    FindNext,
    FindPrevious,
    FindScenes,
    ToggleStory,
    Illustrate,
    PaintSelection,
    RepaintStale,
    RepaintPart,
    Compare,
    NextPanel,
    PreviousPanel,
    SelectAll,
    MoveEarlier,
    MoveLater,
    Duplicate,
    Lock,
    Star,
    Remove,
    Cast,
    History,
    Queue,
    Models,
    Sample,
    Pause,
    CancelAll,
    RetryFailed,
    Look,
    Language,
    Numbers,
    ReducedMotion,
    Larger,
    Smaller,
    NormalSize,
}

/// What a command is about; the cheat sheet's headings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the catalogue says what each is")]
pub enum Group {
    Files,
    Story,
    Board,
    Painting,
    Window,
}

impl Group {
    /// All, in the order of the cheat sheet.
    pub const ALL: [Self; 5] = [Self::Files, Self::Story, Self::Board, Self::Painting, Self::Window];

    /// Its heading.
    pub fn name(self, words: &Words) -> &'static str {
        match self {
            Self::Files => words.group_files,
            Self::Story => words.group_story,
            Self::Board => words.group_board,
            Self::Painting => words.group_painting,
            Self::Window => words.group_window,
        }
    }
}

const NONE: Modifiers = Modifiers::NONE;
const CTRL: Modifiers = Modifiers::COMMAND;
const SHIFT: Modifiers = Modifiers::SHIFT;
const ALT: Modifiers = Modifiers::ALT;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

const fn key(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

impl Command {
    /// All of them. Where two share a key, the one with more modifiers comes
    /// first: the other one would take its key.
    pub const ALL: [Self; 43] = [
        Self::Palette,
        Self::Shortcuts,
        Self::Open,
        Self::Save,
        Self::ExportPdf,
        Self::ExportSheet,
        Self::ExportFolder,
        Self::Sample,
        Self::Undo,
        Self::Redo,
        Self::Find,
        Self::FindNext,
        Self::FindPrevious,
        Self::FindScenes,
        Self::ToggleStory,
        Self::Cast,
        Self::History,
        Self::Illustrate,
        Self::PaintSelection,
        Self::RepaintStale,
        Self::RepaintPart,
        Self::Queue,
        Self::Pause,
        Self::CancelAll,
        Self::RetryFailed,
        Self::Models,
        Self::PreviousPanel,
        Self::NextPanel,
        Self::SelectAll,
        Self::MoveEarlier,
        Self::MoveLater,
        Self::Duplicate,
        Self::Lock,
        Self::Star,
        Self::Compare,
        Self::Remove,
        Self::Look,
        Self::Language,
        Self::Numbers,
        Self::ReducedMotion,
        Self::Larger,
        Self::Smaller,
        Self::NormalSize,
    ];

    /// Its name.
    pub fn name(self, words: &Words) -> &'static str {
        match self {
            Self::Palette => words.do_palette,
            Self::Shortcuts => words.do_shortcuts,
            Self::Open => words.open,
            Self::Save => words.save,
            Self::ExportPdf => words.do_export_pdf,
            Self::ExportSheet => words.do_export_sheet,
            Self::ExportFolder => words.do_export_folder,
            Self::Undo => words.undo,
            Self::Redo => words.redo,
            Self::Find => words.find,
            Self::FindNext => words.find_next,
            Self::FindPrevious => words.find_previous,
            Self::FindScenes => words.find_scenes,
            Self::ToggleStory => words.toggle_story,
            Self::Illustrate => words.do_illustrate,
            Self::PaintSelection => words.do_paint,
            Self::RepaintStale => words.do_repaint_stale,
            Self::RepaintPart => words.repaint_part,
            Self::Compare => words.compare,
            Self::NextPanel => words.next_panel,
            Self::PreviousPanel => words.previous_panel,
            Self::SelectAll => words.select_all,
            Self::MoveEarlier => words.move_left,
            Self::MoveLater => words.move_right,
            Self::Duplicate => words.duplicate,
            Self::Lock => words.do_lock,
            Self::Star => words.do_star,
            Self::Remove => words.remove,
            Self::Cast => words.do_cast,
            Self::History => words.do_history,
            Self::Queue => words.do_queue,
            Self::Models => words.do_models,
            Self::Sample => words.do_sample,
            Self::Pause => words.do_pause,
            Self::CancelAll => words.cancel_all,
            Self::RetryFailed => words.retry_failed,
            Self::Look => words.do_look,
            Self::Language => words.do_language,
            Self::Numbers => words.do_numbers,
            Self::ReducedMotion => words.do_motion,
            Self::Larger => words.larger,
            Self::Smaller => words.smaller,
            Self::NormalSize => words.normal_size,
        }
    }

    /// What it is about.
    pub fn group(self) -> Group {
        match self {
            Self::Open
            | Self::Save
            | Self::ExportPdf
            | Self::ExportSheet
            | Self::ExportFolder
            | Self::Sample => Group::Files,
            Self::Undo
            | Self::Redo
            | Self::Find
            | Self::FindNext
            | Self::FindPrevious
            | Self::FindScenes
            | Self::Cast
            | Self::History
            | Self::ToggleStory => Group::Story,
            Self::NextPanel
            | Self::PreviousPanel
            | Self::SelectAll
            | Self::MoveEarlier
            | Self::MoveLater
            | Self::Duplicate
            | Self::Lock
            | Self::Star
            | Self::Remove
            | Self::Compare => Group::Board,
            Self::Illustrate
            | Self::PaintSelection
            | Self::RepaintStale
            | Self::RepaintPart
            | Self::Queue
            | Self::Models
            | Self::Pause
            | Self::CancelAll
            | Self::RetryFailed => Group::Painting,
            Self::Palette
            | Self::Shortcuts
            | Self::Look
            | Self::Language
            | Self::Numbers
            | Self::ReducedMotion
            | Self::Larger
            | Self::Smaller
            | Self::NormalSize => Group::Window,
        }
    }

    /// Its keys; the first is the one that is shown.
    pub fn keys(self) -> &'static [KeyboardShortcut] {
        match self {
            Self::Palette => const { &[key(CTRL, Key::K)] },
            Self::Shortcuts => const { &[key(NONE, Key::F1), key(NONE, Key::Questionmark)] },
            Self::Open => const { &[key(CTRL, Key::O)] },
            Self::Save => const { &[key(CTRL, Key::S)] },
            Self::ExportPdf => const { &[key(CTRL, Key::E)] },
            Self::Undo => const { &[key(CTRL, Key::Z)] },
            Self::Redo => const { &[key(CTRL_SHIFT, Key::Z), key(CTRL, Key::Y)] },
            Self::Find => const { &[key(CTRL, Key::F)] },
            Self::FindNext => const { &[key(NONE, Key::F3)] },
            Self::FindPrevious => const { &[key(SHIFT, Key::F3)] },
            Self::FindScenes => const { &[key(CTRL, Key::R)] },
            Self::ToggleStory => const { &[key(CTRL, Key::B)] },
            Self::Illustrate => const { &[key(CTRL, Key::Enter)] },
            Self::PaintSelection => const { &[key(CTRL_SHIFT, Key::Enter)] },
            Self::RepaintStale => const { &[key(CTRL_SHIFT, Key::R)] },
            Self::RepaintPart => const { &[key(CTRL, Key::M)] },
            Self::Compare => const { &[key(CTRL, Key::T)] },
            Self::NextPanel => const { &[key(CTRL, Key::ArrowRight), key(NONE, Key::PageDown)] },
            Self::PreviousPanel => const { &[key(CTRL, Key::ArrowLeft), key(NONE, Key::PageUp)] },
            Self::SelectAll => const { &[key(CTRL, Key::A)] },
            Self::MoveEarlier => const { &[key(ALT, Key::ArrowLeft)] },
            Self::MoveLater => const { &[key(ALT, Key::ArrowRight)] },
            Self::Duplicate => const { &[key(CTRL, Key::D)] },
            Self::Lock => const { &[key(CTRL, Key::L)] },
            Self::Star => const { &[key(CTRL, Key::I)] },
            Self::Remove => const { &[key(NONE, Key::Delete)] },
            Self::Cast => const { &[key(CTRL, Key::P)] },
            Self::History => const { &[key(CTRL, Key::H)] },
            Self::Queue => const { &[key(CTRL, Key::J)] },
            Self::Models => const { &[key(CTRL, Key::G)] },
            Self::Larger => const { &[key(CTRL, Key::Plus), key(CTRL, Key::Equals)] },
            Self::Smaller => const { &[key(CTRL, Key::Minus)] },
            Self::NormalSize => const { &[key(CTRL, Key::Num0)] },
            _ => &[],
        }
    }

    /// Whether its keys belong to the text while one is edited.
    fn is_of_text(self) -> bool {
        matches!(
            self,
            Self::NextPanel
                | Self::PreviousPanel
                | Self::SelectAll
                | Self::MoveEarlier
                | Self::MoveLater
                | Self::Remove
                | Self::Duplicate
        )
    }

    /// What it would do now; `None` while there is nothing to do.
    pub fn wish(self, view: &View<'_>) -> Option<Action> {
        let state = view.state;
        let has_story = !view.document.story.trim().is_empty();
        let selection = view.selection();
        let some = |ok: bool, action: Action| ok.then_some(action);
        let neighbour = |step: isize| {
            let panels = &view.document.panels;
            let place = match view.selected() {
                Some((place, _)) => place.checked_add_signed(step)?,
                None if step > 0 => 0,
                None => panels.len().checked_sub(1)?,
            };
            panels.get(place).map(|panel| Action::Select(Some(panel.id)))
        };
        let shown = view.selected().filter(|(_, panel)| panel.shown().is_some());
        match self {
            Self::Palette => Some(Action::Show(Some(Overlay::Palette))),
            Self::Shortcuts => Some(Action::Show(Some(Overlay::Shortcuts))),
            Self::Open => some(state.file_work.is_none(), Action::Pick(Pick::Open)),
            Self::Save => some(has_story && state.file_work.is_none(), Action::Save),
            Self::ExportPdf => some(has_story, Action::Pick(Pick::ExportPdf)),
            Self::ExportSheet => some(has_story, Action::Pick(Pick::ExportSheet)),
            Self::ExportFolder => some(has_story, Action::Pick(Pick::ExportFolder)),
            Self::Undo => some(view.can_undo || state.mask.is_some(), Action::Undo),
            Self::Redo => some(view.can_redo || state.mask.is_some(), Action::Redo),
            Self::Find => some(has_story, Action::Find(true)),
            Self::FindNext => some(state.find.is_some(), Action::FindStep(1)),
            Self::FindPrevious => some(state.find.is_some(), Action::FindStep(-1)),
            Self::FindScenes => some(has_story && !state.reading, Action::FindScenes),
            Self::ToggleStory => Some(Action::ToggleStory),
            Self::Illustrate => some(view.unpainted().next().is_some(), Action::IllustrateAll),
            Self::PaintSelection => {
                let free = |id| view.document.panel(id).is_some_and(|panel| !panel.locked);
                let panels: Vec<_> = selection.into_iter().filter(|id| free(*id)).collect();
                some(!panels.is_empty(), Action::PaintAll(panels))
            }
            Self::RepaintStale => {
                let panels = view.document.panels.iter().filter(|panel| {
                    view.digest.staleness(panel.id).is_some() && view.jobs.of_panel(panel.id).is_none()
                });
                let panels: Vec<_> = panels.map(|panel| panel.id).collect();
                some(!panels.is_empty(), Action::PaintAll(panels))
            }
            Self::RepaintPart => shown.map(|(_, panel)| Action::Mask(MaskAction::Begin(panel.id))),
            Self::Compare => shown
                .filter(|(_, panel)| panel.variants.len() > 1)
                .map(|(_, panel)| Action::Compare(panel.id)),
            Self::NextPanel => neighbour(1),
            Self::PreviousPanel => neighbour(-1),
            Self::SelectAll => some(!view.document.panels.is_empty(), Action::SelectAll),
            Self::MoveEarlier => view.moved(-1).map(Action::Edit),
            Self::MoveLater => view.moved(1).map(Action::Edit),
            Self::Duplicate => edits(selection.into_iter().map(Edit::DuplicatePanel)),
            Self::Lock => {
                let on = !view.all_selected(|panel| panel.locked);
                edits(selection.into_iter().map(|id| Edit::SetLocked(id, on)))
            }
            Self::Star => {
                let on = !view.all_selected(|panel| panel.starred);
                edits(selection.into_iter().map(|id| Edit::SetStarred(id, on)))
            }
            Self::Remove => {
                let free = |id| view.document.panel(id).is_some_and(|panel| !panel.locked);
                edits(selection.into_iter().filter(|id| free(*id)).map(Edit::RemovePanel))
            }
            Self::Cast => some(has_story, Action::Cast(CastAction::Show(!state.cast.shown))),
            Self::History => Some(Action::ToggleHistory),
            Self::Queue => Some(Action::ToggleQueue),
            Self::Sample => Some(Action::OpenSample(first_sample(state.language))),
            Self::Models => Some(Action::Models(ModelAction::Show(!state.models_shown))),
            Self::Pause => some(view.jobs.is_busy() || state.paused, Action::Pause(!state.paused)),
            Self::CancelAll => some(view.jobs.is_busy(), Action::CancelAll),
            Self::RetryFailed => some(view.jobs.failures().next().is_some(), Action::RetryFailed),
            Self::Look => Some(Action::SetLook(state.look.other())),
            Self::Language => Some(Action::SetLanguage(state.language.other())),
            Self::Numbers => Some(Action::ShowNumbers(!state.preferences.numbers)),
            Self::ReducedMotion => Some(Action::ReduceMotion(!state.preferences.reduced_motion)),
            Self::Larger => Some(Action::SetScale(state.preferences.scaled(true))),
            Self::Smaller => Some(Action::SetScale(state.preferences.scaled(false))),
            Self::NormalSize => Some(Action::SetScale(1.0)),
        }
    }

    /// Its first keys as they are printed on the keyboard.
    pub fn keys_text(self, ctx: &Context) -> Option<String> {
        self.keys().first().map(|shortcut| ctx.format_shortcut(shortcut))
    }
}

/// Several edits as one step; `None` for none.
fn edits(edits: impl Iterator<Item = Edit>) -> Option<Action> {
    let mut edits: Vec<Edit> = edits.collect();
    match edits.len() {
        0 => None,
        1 => edits.pop().map(Action::Edit),
        _ => Some(Action::Edit(Edit::All(edits))),
    }
}

/// All keys, those with Shift first: egui takes a key with Shift for the same
/// one without, too.
fn by_shift() -> impl Iterator<Item = (Command, &'static KeyboardShortcut)> {
    let of = |shift: bool| {
        let all =
            Command::ALL.into_iter().flat_map(|command| command.keys().iter().map(move |key| (command, key)));
        all.filter(move |(_, key)| key.modifiers.shift == shift)
    };
    of(true).chain(of(false))
}

/// What the keys pressed in this frame ask for.
pub fn pressed(ctx: &Context, view: &View<'_>) -> Vec<Action> {
    let typing = ctx.text_edit_focused();
    let canvas = view.state.mask.is_some();
    let mut actions = Vec::new();
    for (command, shortcut) in by_shift() {
        if (typing || canvas) && command.is_of_text() {
            continue;
        }
        // A question mark is a letter of a text.
        if typing && shortcut.modifiers.is_none() && shortcut.logical_key == Key::Questionmark {
            continue;
        }
        if ctx.input_mut(|input| input.consume_shortcut(shortcut)) {
            actions.extend(command.wish(view));
        }
    }
    actions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::UiLanguage;

    #[test]
    fn every_command_has_a_name_and_keys_of_its_own() {
        for language in [UiLanguage::English, UiLanguage::Chinese] {
            let mut names: Vec<_> = Command::ALL.iter().map(|c| c.name(language.words())).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), Command::ALL.len(), "two commands of one name");
        }
        let mut taken: Vec<KeyboardShortcut> = Vec::new();
        for (command, shortcut) in by_shift() {
            assert!(!taken.contains(shortcut), "{shortcut:?} of {command:?} is taken");
            // A shorter shortcut of the same key must come later.
            let shadow = taken.iter().find(|other| {
                other.logical_key == shortcut.logical_key
                    && shortcut.modifiers.contains(other.modifiers)
                    && !other.modifiers.is_none()
            });
            assert!(shadow.is_none(), "{shortcut:?} of {command:?} never comes: {shadow:?}");
            taken.push(*shortcut);
        }
        assert_eq!(taken.len(), Command::ALL.iter().map(|command| command.keys().len()).sum::<usize>());
    }
}
