//! Edits that read in the story: a thread makes them, one after the other, and
//! what else the writer wishes of the document meanwhile waits for its turn.
//! Typing does not wait: a letter must be seen.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
};

use egui::Context;

use super::{
    App,
    action::{Action, CastAction, MaskAction, ModelAction},
    background::{Lane, Message},
    state::Gravity,
    strings::fill,
};
use crate::storyboard::{Edit, Made};

/// Wishes that wait. While an edit is made it stands in front.
#[derive(Default)]
pub(super) struct LongEdits {
    wishes: VecDeque<Action>,
    /// The number of the draft that is being made.
    at_work: Option<u64>,
    drafts: u64,
}

/// Whether a wish is about the document, so that it has to come after the edits
/// that were wished before it.
fn is_about_document(action: &Action) -> bool {
    matches!(
        action,
        Action::Edit(_)
            | Action::Undo
            | Action::Redo
            | Action::GoTo(_)
            | Action::SplitAtCaret
            | Action::MomentAtCaret
            | Action::FindScenes
            | Action::BeginStory(_)
            | Action::OpenSample(_)
            | Action::Save
            | Action::IllustrateAll
            | Action::Paint(_)
            | Action::PaintAll(_)
            | Action::Retry(_)
            | Action::RetryFailed
            | Action::DrawSeed(_)
            | Action::Mask(MaskAction::Begin(_) | MaskAction::Repaint)
            | Action::Models(ModelAction::Use(_))
            | Action::Cast(CastAction::Choose(_) | CastAction::Paint(_))
    )
}

impl App {
    /// Whether an edit is being made.
    pub fn is_making(&self) -> bool {
        self.long_edits.at_work.is_some()
    }

    /// Does what a view asked for, or has it wait for an edit that takes long.
    pub fn apply(&mut self, ctx: &Context, action: Action) {
        if self.is_making() {
            if matches!(action, Action::Type(Edit::SetStory(_))) {
                // It was typed into the text that the edits were wished for.
                self.finish_edits(ctx);
            } else if is_about_document(&action) {
                return self.long_edits.wishes.push_back(action);
            }
        }
        self.apply_now(ctx, action);
    }

    /// One edit that is a step of undo of its own; at once, or by a thread.
    pub(super) fn edit(&mut self, edit: Edit) {
        if !edit.takes_long() {
            self.edit_now(edit);
        } else if self.is_making() {
            self.long_edits.wishes.push_back(Action::Edit(edit));
        } else {
            self.long_edits.wishes.push_front(Action::Edit(edit));
            self.make();
        }
    }

    fn edit_now(&mut self, edit: Edit) {
        self.history.seal();
        self.history.apply(edit);
        self.history.seal();
    }

    /// Has a thread make the edit that stands in front.
    fn make(&mut self) {
        let Some(Action::Edit(edit)) = self.long_edits.wishes.front() else { return };
        let draft = self.history.draft(edit.clone());
        self.long_edits.drafts += 1;
        let number = self.long_edits.drafts;
        let work = move || {
            let made = catch_unwind(AssertUnwindSafe(|| draft.make())).ok();
            Message::Made { draft: number, made: made.map(Box::new) }
        };
        if self.background.run(Lane::Edits, work) {
            self.long_edits.at_work = Some(number);
            self.state.making = true;
        } else if let Some(Action::Edit(edit)) = self.long_edits.wishes.pop_front() {
            // No thread: late beats never.
            self.edit_now(edit);
        }
    }

    pub(super) fn edit_made(&mut self, ctx: &Context, draft: u64, made: Option<Made>) {
        if self.long_edits.at_work != Some(draft) {
            // Another board was opened, or the edit was made without the thread.
            return;
        }
        self.history.seal();
        match made.map(|made| self.history.take(made)) {
            // A picture came meanwhile, or a caption was typed.
            Some(Err(_)) => return self.make(),
            Some(Ok(())) => self.history.seal(),
            None => {
                let text = fill(self.words().fault, &[("why", &"edit")]);
                self.notify(Gravity::Error, text);
            }
        }
        self.long_edits.wishes.pop_front();
        self.rest();
        self.forget_lost_panels();
        while !self.is_making()
            && let Some(action) = self.long_edits.wishes.pop_front()
        {
            self.apply_now(ctx, action);
        }
    }

    /// Makes on this thread what a thread has not made yet.
    fn finish_edits(&mut self, ctx: &Context) {
        while let Some(action) = self.long_edits.wishes.pop_front() {
            self.rest();
            match action {
                Action::Edit(edit) => self.edit_now(edit),
                other => self.apply_now(ctx, other),
            }
        }
        self.rest();
        self.forget_lost_panels();
    }

    fn rest(&mut self) {
        self.long_edits.at_work = None;
        self.state.making = false;
    }

    /// Another board: nothing of the old one is made any more.
    pub(super) fn forget_edits(&mut self) {
        self.long_edits.wishes.clear();
        self.rest();
    }
}
