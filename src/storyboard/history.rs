//! Undo and redo, one step a gesture.

use std::{
    cell::Cell,
    collections::{HashSet, VecDeque},
    mem,
};

use super::{Document, Edit, EditKind, Painting, Panel, PanelId, Style, Variant};
use crate::{
    raster::ImageId,
    story::{Character, Language, Tone},
};

/// Steps kept for undo. The oldest go first.
const MAX_STEPS: usize = 500;

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
    /// Goes up with every change of the document.
    version: u64,
}

/// One step: what to put back, and what the menu calls it.
#[derive(Clone, Debug)]
struct Step {
    kind: EditKind,
    panel: Option<PanelId>,
    change: Change,
}

/// The fields of a document in which two states differ, as they are in the
/// state that is *not* current. Most edits touch one field, so a long story is
/// not copied for each of them.
#[derive(Clone, Debug, Default)]
struct Change {
    title: Option<String>,
    suggested_title: Option<String>,
    story: Option<String>,
    language: Option<Language>,
    style: Option<Style>,
    painting: Option<Painting>,
    tone: Option<Tone>,
    cast: Option<Vec<Character>>,
    panels: Option<Vec<Panel>>,
    skipped: Option<Vec<Panel>>,
}

/// `Some(was)` where the two differ.
fn differing<T: PartialEq>(was: T, is: &T) -> Option<T> {
    (was != *is).then_some(was)
}

fn exchange<T>(kept: &mut Option<T>, current: &mut T) {
    if let Some(kept) = kept {
        mem::swap(kept, current);
    }
}

impl Change {
    /// What differs in `was`. The next panel's number is left out on purpose:
    /// it only ever grows, or undo and redo would name two panels alike.
    fn between(was: Document, is: &Document) -> Self {
        Self {
            title: differing(was.title, &is.title),
            suggested_title: differing(was.suggested_title, &is.suggested_title),
            story: differing(was.story, &is.story),
            language: differing(was.language, &is.language),
            style: differing(was.style, &is.style),
            painting: differing(was.painting, &is.painting),
            tone: differing(was.tone, &is.tone),
            cast: differing(was.cast, &is.cast),
            panels: differing(was.panels, &is.panels),
            skipped: differing(was.skipped, &is.skipped),
        }
    }

    fn is_empty(&self) -> bool {
        self.title.is_none()
            && self.suggested_title.is_none()
            && self.story.is_none()
            && self.language.is_none()
            && self.style.is_none()
            && self.painting.is_none()
            && self.tone.is_none()
            && self.cast.is_none()
            && self.panels.is_none()
            && self.skipped.is_none()
    }

    /// Puts these fields into the document and keeps those that it had.
    fn swap(&mut self, document: &mut Document) {
        exchange(&mut self.title, &mut document.title);
        exchange(&mut self.suggested_title, &mut document.suggested_title);
        exchange(&mut self.story, &mut document.story);
        exchange(&mut self.language, &mut document.language);
        exchange(&mut self.style, &mut document.style);
        exchange(&mut self.painting, &mut document.painting);
        exchange(&mut self.tone, &mut document.tone);
        exchange(&mut self.cast, &mut document.cast);
        exchange(&mut self.panels, &mut document.panels);
        exchange(&mut self.skipped, &mut document.skipped);
    }

    /// Adds to `self`, which is older, what `later` holds that it lacks: the
    /// change from before both to after both.
    fn absorb(&mut self, later: Self) {
        fn first<T>(older: &mut Option<T>, later: Option<T>) {
            if older.is_none() {
                *older = later;
            }
        }
        first(&mut self.title, later.title);
        first(&mut self.suggested_title, later.suggested_title);
        first(&mut self.story, later.story);
        first(&mut self.language, later.language);
        first(&mut self.style, later.style);
        first(&mut self.painting, later.painting);
        first(&mut self.tone, later.tone);
        first(&mut self.cast, later.cast);
        first(&mut self.panels, later.panels);
        first(&mut self.skipped, later.skipped);
    }

    /// Whether putting it back would change nothing.
    fn changes_nothing_in(&self, document: &Document) -> bool {
        fn same<T: PartialEq>(kept: &Option<T>, current: &T) -> bool {
            kept.as_ref().is_none_or(|kept| kept == current)
        }
        same(&self.title, &document.title)
            && same(&self.suggested_title, &document.suggested_title)
            && same(&self.story, &document.story)
            && same(&self.language, &document.language)
            && same(&self.style, &document.style)
            && same(&self.painting, &document.painting)
            && same(&self.tone, &document.tone)
            && same(&self.cast, &document.cast)
            && same(&self.panels, &document.panels)
            && same(&self.skipped, &document.skipped)
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
            version: 0,
        }
    }

    /// The document as it is now.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// A number that goes up with every change of the document, so that what
    /// was computed from it can be kept until then.
    pub fn version(&self) -> u64 {
        self.version
    }

    fn note_change(&mut self) {
        self.version += 1;
        self.changed.set(None);
    }

    /// Makes a change; see the type's comment for what becomes one step.
    pub fn apply(&mut self, edit: Edit) {
        self.note_change();
        if let Edit::AddVariant(panel, variant) = edit {
            return self.add_variant(panel, &variant);
        }
        let (kind, panel) = (edit.kind(), edit.panel());
        let was = self.document.clone();
        edit.apply_to(&mut self.document);
        let change = Change::between(was, &self.document);
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
            self.push(Step { kind, panel, change });
            self.open = true;
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
        let states = self.past.iter_mut().chain(&mut self.future).flat_map(|step| {
            let Change { panels, skipped, .. } = &mut step.change;
            panels.iter_mut().chain(skipped.iter_mut()).flatten()
        });
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
        let was = self.document.panels.clone();
        if let Some(panel) = self.document.panel_mut(id) {
            panel.chosen = Some(place);
        }
        self.future.clear();
        let change = Change { panels: Some(was), ..Change::default() };
        self.push(Step { kind: EditKind::NewPicture, panel: Some(id), change });
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
        let states = self.past.iter().chain(&self.future).flat_map(|step| {
            let Change { panels, skipped, .. } = &step.change;
            panels.iter().chain(skipped.iter()).flatten()
        });
        states
            .flat_map(|panel| &panel.variants)
            .map(|variant| variant.image)
            .chain(self.document.image_ids())
            .collect()
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
