//! Everything that a view can ask for. [`super::App::apply`] does it.

use std::path::PathBuf;

use super::{
    dialogs::{Answer, Pick},
    preferences::HelperChoice,
    strings::UiLanguage,
    theme::Look,
};
use crate::{
    engine::JobId,
    storyboard::{Edit, PanelId},
};

/// One wish.
#[derive(Clone, Debug)]
pub enum Action {
    /// An edit that is complete in itself: one step of undo.
    Edit(Edit),
    /// An edit that is one of many of a gesture (typing, dragging); they
    /// become one step of undo.
    Type(Edit),
    /// The gesture is over.
    Seal,
    /// Takes the last step back.
    Undo,
    /// Takes it forward again.
    Redo,
    /// Shows a panel's details, or none.
    Select(Option<PanelId>),
    /// Adds a panel to those selected or takes it away; with `true` all panels
    /// up to this one.
    SelectMore(PanelId, bool),
    /// Selects every panel.
    SelectAll,
    /// Shows the palette or the cheat sheet, or neither.
    Show(Option<Overlay>),
    /// What the palette looks for.
    PaletteQuery(String),
    /// Which of the palette's commands is marked.
    PaletteAt(usize),
    /// Opens or closes the search in the story.
    Find(bool),
    /// What is searched.
    FindQuery(String),
    /// The search's field has taken the keyboard.
    FindFocused,
    /// To a later or earlier place that was found.
    FindStep(isize),
    /// The story's caret is here.
    Caret(Option<usize>),
    /// Cuts the scene at the caret in two.
    SplitAtCaret,
    /// The sentence at the caret becomes its scene's key moment.
    MomentAtCaret,
    /// Compares versions of a panel.
    Compare(PanelId),
    /// Which version stands on the left and on the right.
    CompareWith(usize, usize),
    /// Back from comparing.
    EndCompare,
    /// Shows or hides the queue.
    ToggleQueue,
    /// Holds the queue back, or lets it go.
    Pause(bool),
    /// Moves a waiting job to this place among those that wait.
    MoveJob(JobId, usize),
    /// Tries everything again that failed.
    RetryFailed,
    /// Whether numbers are shown.
    ShowNumbers(bool),
    /// Whether nothing moves that need not.
    ReduceMotion(bool),
    /// Size of everything.
    SetScale(f32),
    /// Size of the cards.
    SetCardScale(f32),
    /// The story has scrolled to the selected scene.
    StoryScrolled,
    /// Shows or hides the story.
    ToggleStory,
    /// The language of the window.
    SetLanguage(UiLanguage),
    /// Light or dark.
    SetLook(Look),
    /// Reads the story and lays out its panels.
    FindScenes,
    /// Reads the story without the helper who is being asked.
    ReadAlone,
    /// Who helps to read the story, and whether.
    SetHelper(HelperChoice),
    /// How many scenes the next reading looks for.
    SetScenesWanted(Option<usize>),
    /// Puts a sample story on the desk.
    OpenSample(usize),
    /// Puts a story on the desk.
    BeginStory(String),
    /// Opens a story or a project.
    OpenPath(PathBuf),
    /// Saves, asking for a place when there is none yet.
    Save,
    /// Shows a file dialog.
    Pick(Pick),
    /// Paints every panel without a picture.
    IllustrateAll,
    /// Paints one panel.
    Paint(PanelId),
    /// Paints these panels, whether or not they have a picture.
    PaintAll(Vec<PanelId>),
    /// Tries again what failed.
    Retry(PanelId),
    /// Stops one job.
    Cancel(JobId),
    /// Stops every job.
    CancelAll,
    /// Whether painting again keeps the seed.
    LockSeed(bool),
    /// Another seed for a panel.
    DrawSeed(PanelId),
    /// Something about models.
    Models(ModelAction),
    /// Something about the part to repaint.
    Mask(MaskAction),
    /// Takes a notice away.
    Dismiss(usize),
    /// Takes all notices away.
    DismissAll,
    /// The answer to the question on the screen.
    Answer(Answer),
    /// Something about the cast.
    Cast(CastAction),
    /// Shows or hides the list of edits.
    ToggleHistory,
    /// Goes back or forward until so many edits lie behind.
    GoTo(usize),
}

/// A wish of the cast's page. What changes the cast is an [`Edit`].
#[derive(Clone, Debug)]
pub enum CastAction {
    /// Shows the page, or the board again.
    Show(bool),
    /// Shows the page with this member.
    Open(String),
    /// Which member's details are shown.
    Choose(String),
    /// A name cannot be given: somebody else has it.
    Taken(String),
    /// Paints a portrait of this member.
    Paint(String),
    /// Shows a place of the story, in Unicode scalar values.
    ShowInStory((usize, usize)),
}

/// A wish about models.
#[derive(Clone, Debug)]
pub enum ModelAction {
    /// Shows the models page, or the board again.
    Show(bool),
    /// Looks for models.
    Look,
    /// Takes a folder off the writer's list; it stays where it is.
    Forget(PathBuf),
    /// The model in this folder paints this board; `None` is the built-in one.
    Use(Option<PathBuf>),
    /// Opens every part of the model in this folder, as painting does.
    Check(PathBuf),
    /// Puts words on the clipboard.
    Copy(String),
}

/// What lies over everything else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overlay {
    /// Every command, by name.
    Palette,
    /// Every command with its keys.
    Shortcuts,
}

/// A wish of the mask view. Positions and sizes in pixels of the picture.
#[derive(Clone, Debug)]
pub enum MaskAction {
    /// Begins with the picture that a panel shows.
    Begin(PanelId),
    /// Back to the board.
    End,
    /// A gesture of the brush begins: one step of undo.
    StrokeBegin,
    /// The brush moves.
    Stroke {
        /// From here.
        from: (f32, f32),
        /// To here.
        to: (f32, f32),
        /// Erases, whatever the tool.
        erase: bool,
    },
    /// Where the keyboard's brush is.
    MoveBrush((f32, f32)),
    /// Brush or eraser.
    SetErase(bool),
    /// Radius of the brush.
    SetRadius(f32),
    /// Empties the mask.
    Clear,
    /// What should be there.
    SetPrompt(String),
    /// How much may change, from 0 to 1.
    SetStrength(f32),
    /// Sends it to the engine.
    Repaint,
}
