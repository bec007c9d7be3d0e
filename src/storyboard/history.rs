//! Undo and redo, one step a gesture.

use std::{
    cell::Cell,
    collections::{HashSet, VecDeque},
    sync::atomic::{AtomicU64, Ordering},
};

use super::{
    Document, Edit, EditKind, PanelId, Variant,
    change::{Change, Places},
};
use crate::raster::ImageId;

/// Steps kept for undo. The oldest go first.
const MAX_STEPS: usize = 500;

/// A number that no state of any history has had.
fn fresh_version() -> u64 {
    static VERSIONS: AtomicU64 = AtomicU64::new(1);
    VERSIONS.fetch_add(1, Ordering::Relaxed)
}

/// A document with its past and its future.
///
/// # Gestures
/// Edits that come in streams (typing, dragging a slider) merge with the step
/// before them when that was of the same field of the same panel, until
/// [`History::seal`] says that the gesture is over. An edit that changes
/// nothing is no step.
///
/// # Finished pictures
/// Painting takes long, and a picture may arrive at any moment, so undo never
/// throws one away:
///
/// - The picture joins its panel in *every* state of the history. A state that
///   has the panel without a shown picture shows the new one: a picture that
///   fills an empty panel is no step, and undoing what the writer did before
///   or meanwhile does not blank the panel.
/// - A picture that takes the place of a shown one is a step of its own. Its
///   undo shows the earlier picture again; the new one stays among the
///   panel's variants.
///
/// So for every edit but [`Edit::AddVariant`] apply and undo give back an equal
/// document.
#[derive(Clone, Debug)]
pub struct History {
    document: Document,
    /// The document as it was last saved or opened.
    saved: Document,
    past: VecDeque<Step>,
    future: Vec<Step>,
    /// Whether the last step may still grow.
    open: bool,
    /// Whether the document differs from the saved one, once somebody asked:
    /// a window asks in every frame, and comparing takes long.
    changed: Cell<Option<bool>>,
    /// Another one after every change of the document.
    version: u64,
}

/// One step: what to put back, and what the menu calls it.
#[derive(Clone, Debug)]
struct Step {
    kind: EditKind,
    panel: Option<PanelId>,
    /// The member of the cast it is about, by the name of then.
    member: Option<String>,
    change: Change,
}

/// What an edit is, and about which panel or member of the cast.
pub(super) type EditName = (EditKind, Option<PanelId>, Option<String>);

/// A step as a list of edits shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StepName<'a> {
    /// What was done.
    pub kind: EditKind,
    /// The panel it is about.
    pub panel: Option<PanelId>,
    /// The member of the cast it is about.
    pub member: Option<&'a str>,
}

impl Step {
    fn name(&self) -> StepName<'_> {
        StepName { kind: self.kind, panel: self.panel, member: self.member.as_deref() }
    }
}

impl History {
    /// A document without a past. It counts as saved.
    pub fn new(document: Document) -> Self {
        Self {
            saved: document.clone(),
            document,
            past: VecDeque::new(),
            future: Vec::new(),
            open: false,
            changed: Cell::new(Some(false)),
            version: fresh_version(),
        }
    }

    /// The document as it is now.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// A number that tells this state of the document from every other, so that
    /// what was computed from it can be kept until it changes.
    pub fn version(&self) -> u64 {
        self.version
    }

    fn note_change(&mut self) {
        self.version = fresh_version();
        self.changed.set(None);
    }

    /// Makes a change; see the type's comment for what becomes one step.
    pub fn apply(&mut self, edit: Edit) {
        self.note_change();
        if let Edit::AddVariant(panel, variant) = edit {
            return self.add_variant(panel, &variant);
        }
        let name = edit.step_name();
        let change = if let Edit::SetStory(story) = edit {
            // The long text is handed over, not copied.
            let places = Places::of(&self.document);
            Change::of_story(self.document.replace_story(story), places)
        } else {
            let change = Change::of(&self.document, edit.reach());
            edit.apply_to(&mut self.document);
            change
        };
        self.record(name, change);
    }

    /// Puts another state in the place of the current one; see
    /// [`History::record`].
    pub(super) fn replace(&mut self, document: Document) {
        self.note_change();
        self.document = document;
    }

    /// Makes a step of what the document was before: a new one, or a part of
    /// the gesture that is under way.
    pub(super) fn record(&mut self, (kind, panel, member): EditName, mut change: Change) {
        change.keep_differences(&self.document);
        if change.is_empty() {
            return;
        }
        self.future.clear();
        let last = self
            .past
            .back_mut()
            .filter(|step| self.open && kind.is_stream() && step.kind == kind && step.panel == panel);
        if let Some(step) = last {
            step.change.absorb(change);
            if step.change.changes_nothing_in(&self.document) {
                // Typed and taken back by hand: there is nothing to undo.
                self.past.pop_back();
                self.open = false;
            }
        } else {
            self.push(Step { kind, panel, member, change });
            self.open = true;
        }
    }

    /// Keeps a picture that was painted as a portrait. It is no step and is not
    /// taken back; which portrait somebody has is an edit
    /// ([`Edit::SetPortrait`]).
    pub fn keep_sketch(&mut self, variant: Variant) {
        if !self.document.sketches.iter().any(|kept| kept.image == variant.image) {
            self.note_change();
            self.document.sketches.push(variant);
        }
    }

    fn push(&mut self, step: Step) {
        self.past.push_back(step);
        if self.past.len() > MAX_STEPS {
            self.past.pop_front();
        }
    }

    fn add_variant(&mut self, id: PanelId, variant: &Variant) {
        let replaces = self
            .document
            .panel(id)
            .is_some_and(|panel| panel.shown().is_some_and(|shown| shown.image != variant.image));
        // Also where the panel is left out, and where it is as things stand.
        let states = self.past.iter_mut().chain(&mut self.future);
        let states = states.flat_map(|step| step.change.panels_mut());
        for panel in states.chain(&mut self.document.skipped).filter(|panel| panel.id == id) {
            let place = panel.keep_variant(variant);
            if panel.shown().is_none() {
                panel.chosen = Some(place);
            }
        }
        let Some(panel) = self.document.panel_mut(id) else { return };
        let place = panel.keep_variant(variant);
        if !replaces {
            panel.chosen = Some(place);
            return;
        }
        let change = Change::of_panel(panel.clone());
        panel.chosen = Some(place);
        self.future.clear();
        self.push(Step { kind: EditKind::NewPicture, panel: Some(id), member: None, change });
        self.open = false;
    }

    /// Ends a gesture: the next edit is a step of its own.
    pub fn seal(&mut self) {
        self.open = false;
    }

    /// Takes the last step back. `false` when there is none.
    pub fn undo(&mut self) -> bool {
        let Some(mut step) = self.past.pop_back() else { return false };
        self.note_change();
        step.change.swap(&mut self.document);
        self.future.push(step);
        self.open = false;
        true
    }

    /// Makes the step again that was taken back last. `false` when there is none.
    pub fn redo(&mut self) -> bool {
        let Some(mut step) = self.future.pop() else { return false };
        self.note_change();
        step.change.swap(&mut self.document);
        self.past.push_back(step);
        self.open = false;
        true
    }

    /// Whether there is a step to take back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step to make again.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// What the next [`History::undo`] takes back.
    pub fn undo_label(&self) -> Option<EditKind> {
        self.past.back().map(|step| step.kind)
    }

    /// What the next [`History::redo`] makes again.
    pub fn redo_label(&self) -> Option<EditKind> {
        self.future.last().map(|step| step.kind)
    }

    /// The steps behind, oldest first.
    pub fn past(&self) -> impl ExactSizeIterator<Item = StepName<'_>> {
        self.past.iter().map(Step::name)
    }

    /// The steps ahead that were taken back, the next one first.
    pub fn future(&self) -> impl ExactSizeIterator<Item = StepName<'_>> {
        self.future.iter().rev().map(Step::name)
    }

    /// Goes back or forward until `steps` of them lie behind, or as near as
    /// there are steps.
    pub fn go_to(&mut self, steps: usize) {
        while self.past.len() > steps && self.undo() {}
        while self.past.len() < steps && self.redo() {}
    }

    /// Whether the document differs from the one last saved or opened. Undoing
    /// back to that one counts as unchanged.
    pub fn is_changed_since_save(&self) -> bool {
        self.changed.get().unwrap_or_else(|| {
            let changed = self.document != self.saved;
            self.changed.set(Some(changed));
            changed
        })
    }

    /// Says that the document as it is now lies in a file.
    pub fn mark_saved(&mut self) {
        self.saved.clone_from(&self.document);
        self.changed.set(Some(false));
    }

    /// Says that this document lies in a file: one that was saved in the
    /// background, while the writer went on.
    pub fn mark_saved_as(&mut self, document: Document) {
        self.saved = document;
        self.changed.set(None);
    }

    /// Every picture that the document names, or that undo or redo could bring
    /// back. Nothing among them may be forgotten.
    pub fn reachable_images(&self) -> HashSet<ImageId> {
        let states = || self.past.iter().chain(&self.future).map(|step| &step.change);
        let panels = states().flat_map(Change::panels);
        let portraits = states().flat_map(|change| change.portraits.iter().flatten());
        panels
            .flat_map(|panel| &panel.variants)
            .map(|variant| variant.image)
            .chain(portraits.map(|portrait| portrait.image))
            .chain(self.document.image_ids())
            .collect()
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
