//! Edits as undo and lists of edits see them: what kind each is, what it is
//! about, and how far it reaches.

use super::{Edit, PanelId, history::EditName};
use crate::story::CastEdit;

/// What kind of change an edit is: what the undo entry of a menu says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EditKind {
    /// [`Edit::SetStory`].
    Story,
    /// [`Edit::SetReading`].
    Reading,
    /// [`Edit::SetTitle`].
    Title,
    /// [`Edit::SetStyle`].
    Style,
    /// [`Edit::SetSize`].
    Size,
    /// [`Edit::SetModel`].
    Model,
    /// [`Edit::SetSteps`].
    Steps,
    /// [`Edit::SetGuidance`].
    Guidance,
    /// [`Edit::SetNegative`].
    Negative,
    /// [`Edit::SetTone`].
    Tone,
    /// [`Edit::SetPrompt`].
    Prompt,
    /// [`Edit::SetCaption`].
    Caption,
    /// [`Edit::SetSeed`].
    Seed,
    /// [`Edit::AddVariant`].
    NewPicture,
    /// [`Edit::ChooseVariant`].
    Choice,
    /// [`Edit::RemoveVariant`].
    RemovePicture,
    /// [`Edit::RemovePanel`].
    RemovePanel,
    /// [`Edit::DuplicatePanel`].
    DuplicatePanel,
    /// [`Edit::MovePanel`].
    MovePanel,
    /// [`Edit::SetOrder`].
    Order,
    /// [`Edit::SetLocked`].
    Lock,
    /// [`Edit::SetStarred`].
    Star,
    /// [`Edit::MoveBoundary`].
    Boundary,
    /// [`Edit::SplitScene`].
    Split,
    /// [`Edit::MergeScenes`].
    Merge,
    /// [`Edit::SkipScene`].
    Skip,
    /// [`Edit::BringBack`].
    BringBack,
    /// [`Edit::SetKeyMoment`].
    KeyMoment,
    /// [`Edit::SetPart`].
    Part,
    /// [`Edit::SetAdded`].
    Added,
    /// [`Edit::SetShot`].
    Shot,
    /// [`Edit::SetPanelNegative`].
    PanelNegative,
    /// [`Edit::SetNotes`].
    Notes,
    /// [`Edit::Cast`] with [`CastEdit::Rename`].
    CastName,
    /// [`Edit::Cast`] with [`CastEdit::Looks`], and [`Edit::LooksFrom`].
    CastLooks,
    /// [`Edit::Cast`] with [`CastEdit::Kind`].
    CastKind,
    /// [`Edit::Cast`] with [`CastEdit::Merge`].
    CastMerge,
    /// [`Edit::Cast`] with [`CastEdit::Add`].
    CastAdd,
    /// [`Edit::Cast`] with [`CastEdit::Remove`].
    CastRemove,
    /// [`Edit::ForgetCast`].
    CastBack,
    /// [`Edit::SetPortrait`].
    Portrait,
    /// [`Edit::All`] of nothing.
    Nothing,
}

/// The pieces of a document that an edit can change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reach {
    /// Title, style, painting and portraits.
    Fields,
    /// One panel of the board.
    Panel(PanelId),
    /// Everything but the story's text.
    Board,
    /// Everything.
    Everything,
}

impl EditKind {
    /// A stable key, for tables of translated words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Story => "story",
            Self::Reading => "reading",
            Self::Title => "title",
            Self::Style => "style",
            Self::Size => "size",
            Self::Model => "model",
            Self::Steps => "steps",
            Self::Guidance => "guidance",
            Self::Negative => "negative",
            Self::Tone => "tone",
            Self::Prompt => "prompt",
            Self::Caption => "caption",
            Self::Seed => "seed",
            Self::NewPicture => "new-picture",
            Self::Choice => "choice",
            Self::RemovePicture => "remove-picture",
            Self::RemovePanel => "remove-panel",
            Self::DuplicatePanel => "duplicate-panel",
            Self::MovePanel => "move-panel",
            Self::Order => "order",
            Self::Lock => "lock",
            Self::Star => "star",
            Self::Boundary => "boundary",
            Self::Split => "split",
            Self::Merge => "merge",
            Self::Skip => "skip",
            Self::BringBack => "bring-back",
            Self::KeyMoment => "key-moment",
            Self::Part => "part",
            Self::Added => "added",
            Self::Shot => "shot",
            Self::PanelNegative => "panel-negative",
            Self::Notes => "notes",
            Self::CastName => "cast-name",
            Self::CastLooks => "cast-looks",
            Self::CastKind => "cast-kind",
            Self::CastMerge => "cast-merge",
            Self::CastAdd => "cast-add",
            Self::CastRemove => "cast-remove",
            Self::CastBack => "cast-back",
            Self::Portrait => "portrait",
            Self::Nothing => "nothing",
        }
    }

    /// Whether such edits come in streams, one a keystroke or a frame of a
    /// drag, so that a stream is one step for undo.
    pub(super) fn is_stream(self) -> bool {
        match self {
            Self::Story
            | Self::Title
            | Self::Style
            | Self::Size
            | Self::Steps
            | Self::Guidance
            | Self::Negative
            | Self::Tone
            | Self::Prompt
            | Self::Part
            | Self::Added
            | Self::PanelNegative
            | Self::Notes
            | Self::Caption
            | Self::Seed
            | Self::MovePanel => true,
            Self::Reading
            | Self::Model
            | Self::NewPicture
            | Self::Choice
            | Self::RemovePicture
            | Self::RemovePanel
            | Self::DuplicatePanel
            | Self::Order
            | Self::Lock
            | Self::Star
            | Self::Boundary
            | Self::Split
            | Self::Merge
            | Self::Skip
            | Self::BringBack
            | Self::KeyMoment
            | Self::Shot
            | Self::CastName
            | Self::CastLooks
            | Self::CastKind
            | Self::CastMerge
            | Self::CastAdd
            | Self::CastRemove
            | Self::CastBack
            | Self::Portrait
            | Self::Nothing => false,
        }
    }
}

impl Edit {
    /// What kind of change it is.
    pub fn kind(&self) -> EditKind {
        match self {
            Self::SetStory(_) => EditKind::Story,
            Self::SetReading { .. } | Self::SetProposals(_) => EditKind::Reading,
            Self::SetTitle(_) => EditKind::Title,
            Self::SetStyle(_) => EditKind::Style,
            Self::SetSize { .. } => EditKind::Size,
            Self::SetModel(_) => EditKind::Model,
            Self::SetSteps(_) => EditKind::Steps,
            Self::SetGuidance(_) => EditKind::Guidance,
            Self::SetNegative(_) => EditKind::Negative,
            Self::SetTone(_) => EditKind::Tone,
            Self::SetPrompt(..) => EditKind::Prompt,
            Self::SetCaption(..) => EditKind::Caption,
            Self::SetSeed(..) => EditKind::Seed,
            Self::AddVariant(..) => EditKind::NewPicture,
            Self::ChooseVariant(..) => EditKind::Choice,
            Self::RemoveVariant(..) => EditKind::RemovePicture,
            Self::RemovePanel(_) => EditKind::RemovePanel,
            Self::DuplicatePanel(_) => EditKind::DuplicatePanel,
            Self::MovePanel(..) => EditKind::MovePanel,
            Self::SetOrder(_) => EditKind::Order,
            Self::SetLocked(..) => EditKind::Lock,
            Self::SetStarred(..) => EditKind::Star,
            Self::MoveBoundary(..) => EditKind::Boundary,
            Self::SplitScene { .. } => EditKind::Split,
            Self::MergeScenes(_) => EditKind::Merge,
            Self::SkipScene(_) => EditKind::Skip,
            Self::BringBack(_) => EditKind::BringBack,
            Self::SetKeyMoment(..) => EditKind::KeyMoment,
            Self::SetPart(..) => EditKind::Part,
            Self::SetAdded(..) => EditKind::Added,
            Self::SetShot(..) => EditKind::Shot,
            Self::SetPanelNegative(..) => EditKind::PanelNegative,
            Self::SetNotes(..) => EditKind::Notes,
            Self::Cast(edit) => match edit {
                CastEdit::Rename { .. } => EditKind::CastName,
                CastEdit::Looks { .. } => EditKind::CastLooks,
                CastEdit::Kind { .. } => EditKind::CastKind,
                CastEdit::Merge { .. } => EditKind::CastMerge,
                CastEdit::Add { .. } => EditKind::CastAdd,
                CastEdit::Remove { .. } => EditKind::CastRemove,
            },
            Self::ForgetCast(_) => EditKind::CastBack,
            Self::LooksFrom { .. } => EditKind::CastLooks,
            Self::SetPortrait(..) => EditKind::Portrait,
            Self::All(edits) => edits.first().map_or(EditKind::Nothing, Self::kind),
        }
    }

    /// The panel it is about, unless it is about the whole board.
    pub fn panel(&self) -> Option<PanelId> {
        match self {
            Self::SetPrompt(id, _)
            | Self::SetPart(id, ..)
            | Self::SetAdded(id, _)
            | Self::SetShot(id, _)
            | Self::SetPanelNegative(id, _)
            | Self::SetNotes(id, _)
            | Self::SetCaption(id, _)
            | Self::SetSeed(id, _)
            | Self::AddVariant(id, _)
            | Self::ChooseVariant(id, _)
            | Self::RemoveVariant(id, _)
            | Self::RemovePanel(id)
            | Self::DuplicatePanel(id)
            | Self::MovePanel(id, _)
            | Self::SetLocked(id, _)
            | Self::SetStarred(id, _)
            | Self::MoveBoundary(id, _)
            | Self::SplitScene { panel: id, .. }
            | Self::MergeScenes(id)
            | Self::SkipScene(id)
            | Self::BringBack(id)
            | Self::SetKeyMoment(id, _) => Some(*id),
            _ => None,
        }
    }

    /// The member of the cast it is about, by name.
    pub fn member(&self) -> Option<&str> {
        match self {
            Self::Cast(edit) | Self::ForgetCast(edit) => Some(match edit {
                CastEdit::Rename { who, .. }
                | CastEdit::Merge { who, .. }
                | CastEdit::Remove { who }
                | CastEdit::Kind { who, .. }
                | CastEdit::Looks { who, .. } => who,
                CastEdit::Add { character } => &character.name,
            }),
            Self::SetPortrait(name, _) | Self::LooksFrom { who: name, .. } => Some(name),
            _ => None,
        }
    }

    /// What a step that it makes is called.
    pub(super) fn step_name(&self) -> EditName {
        (self.kind(), self.panel(), self.member().map(str::to_owned))
    }

    /// How far it can reach. Whatever [`Edit::apply_to`] changes lies within.
    pub(super) fn reach(&self) -> Reach {
        match self {
            Self::SetTitle(_)
            | Self::SetStyle(_)
            | Self::SetSize { .. }
            | Self::SetSteps(_)
            | Self::SetGuidance(_)
            | Self::SetNegative(_)
            | Self::SetPortrait(..) => Reach::Fields,
            // Every scene is worded anew for the model and the tone; the others
            // move panels and scenes about, or change the cast.
            Self::SetModel(_)
            | Self::SetTone(_)
            | Self::SetReading { .. }
            | Self::SetProposals(_)
            | Self::RemovePanel(_)
            | Self::DuplicatePanel(_)
            | Self::MovePanel(..)
            | Self::SetOrder(_)
            | Self::MoveBoundary(..)
            | Self::SplitScene { .. }
            | Self::MergeScenes(_)
            | Self::SkipScene(_)
            | Self::BringBack(_)
            | Self::SetKeyMoment(..)
            | Self::Cast(_)
            | Self::ForgetCast(_)
            | Self::LooksFrom { .. } => Reach::Board,
            Self::SetStory(_) | Self::All(_) => Reach::Everything,
            // What is left is about one panel and changes nothing else.
            _ => self.panel().map_or(Reach::Everything, Reach::Panel),
        }
    }
}
