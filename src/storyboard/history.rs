//! Undo and redo, one step a gesture.

use std::{
    cell::Cell,
    collections::{HashSet, VecDeque},
    mem,
};

use super::{Document, Edit, EditKind, Painting, Panel, PanelId, Portrait, Style, Variant, edit::Reach};
use crate::{
    raster::ImageId,
    story::{Character, Language, Overrides, Tone},
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
    /// The member of the cast it is about, by the name of then.
    member: Option<String>,
    change: Change,
}

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

/// What moves along when the story is edited: where each panel's scene and its
/// key moment stand (on the board, then of those left out), and where the looks
/// of the cast are stated.
#[derive(Clone, PartialEq, Debug)]
struct Places {
    scenes: Vec<(usize, usize, (usize, usize))>,
    looks: Vec<(usize, usize)>,
}

impl Places {
    fn of(document: &Document) -> Self {
        let panels = document.panels.iter().chain(&document.skipped).map(|panel| &panel.scene);
        let looks = document.cast.iter().flat_map(|member| &member.looks);
        Self {
            scenes: panels.map(|scene| (scene.start, scene.end, scene.key_moment)).collect(),
            looks: looks.map(|look| look.span).collect(),
        }
    }

    fn swap(&mut self, document: &mut Document) {
        let panels = document.panels.iter_mut().chain(&mut document.skipped);
        for (place, panel) in self.scenes.iter_mut().zip(panels) {
            let scene = &mut panel.scene;
            mem::swap(&mut place.0, &mut scene.start);
            mem::swap(&mut place.1, &mut scene.end);
            mem::swap(&mut place.2, &mut scene.key_moment);
        }
        let looks = document.cast.iter_mut().flat_map(|member| &mut member.looks);
        for (span, look) in self.looks.iter_mut().zip(looks) {
            mem::swap(span, &mut look.span);
        }
    }
}

/// The pieces of a document in which two states differ, as they are in the
/// state that is *not* current. An edit says how far it reaches
/// ([`Edit::reach`]), and nothing beyond that is copied or compared: typing a
/// caption costs one panel, typing the story no panel at all.
#[derive(Clone, Debug, Default)]
struct Change {
    title: Option<String>,
    suggested_title: Option<String>,
    story: Option<String>,
    places: Option<Places>,
    language: Option<Language>,
    style: Option<Style>,
    painting: Option<Painting>,
    tone: Option<Tone>,
    cast: Option<Vec<Character>>,
    overrides: Option<Overrides>,
    portraits: Option<Vec<Portrait>>,
    /// One panel of the board, where nothing else differs.
    panel: Option<Box<Panel>>,
    panels: Option<Vec<Panel>>,
    skipped: Option<Vec<Panel>>,
}

/// Does something with each piece: the one in a change and the one in a
/// document.
macro_rules! each_piece {
    ($change:expr, $document:expr, $do:ident) => {
        $do(&mut $change.title, &mut $document.title);
        $do(&mut $change.suggested_title, &mut $document.suggested_title);
        $do(&mut $change.story, &mut $document.story);
        $do(&mut $change.language, &mut $document.language);
        $do(&mut $change.style, &mut $document.style);
        $do(&mut $change.painting, &mut $document.painting);
        $do(&mut $change.tone, &mut $document.tone);
        $do(&mut $change.cast, &mut $document.cast);
        $do(&mut $change.overrides, &mut $document.overrides);
        $do(&mut $change.portraits, &mut $document.portraits);
        $do(&mut $change.panels, &mut $document.panels);
        $do(&mut $change.skipped, &mut $document.skipped);
    };
}

impl Change {
    /// Everything within reach as it is now.
    fn of(document: &Document, reach: Reach) -> Self {
        let mut change = Self::default();
        match reach {
            Reach::Fields => {
                change.title = Some(document.title.clone());
                change.style = Some(document.style.clone());
                change.painting = Some(document.painting.clone());
                change.portraits = Some(document.portraits.clone());
            }
            Reach::Panel(id) => change.panel = document.panel(id).cloned().map(Box::new),
            Reach::Board | Reach::Everything => {
                change.title = Some(document.title.clone());
                change.suggested_title = Some(document.suggested_title.clone());
                change.language = Some(document.language);
                change.style = Some(document.style.clone());
                change.painting = Some(document.painting.clone());
                change.tone = Some(document.tone.clone());
                change.cast = Some(document.cast.clone());
                change.overrides = Some(document.overrides.clone());
                change.portraits = Some(document.portraits.clone());
                change.panels = Some(document.panels.clone());
                change.skipped = Some(document.skipped.clone());
                change.story = (reach == Reach::Everything).then(|| document.story.clone());
            }
        }
        change
    }

    /// Forgets what is the same in the document. The next panel's number is
    /// left out on purpose: it only ever grows, or undo and redo would name two
    /// panels alike.
    fn keep_differences(&mut self, document: &Document) {
        fn differing<T: PartialEq>(kept: &mut Option<T>, current: &T) {
            if kept.as_ref() == Some(current) {
                *kept = None;
            }
        }
        differing(&mut self.title, &document.title);
        differing(&mut self.suggested_title, &document.suggested_title);
        differing(&mut self.story, &document.story);
        differing(&mut self.language, &document.language);
        differing(&mut self.style, &document.style);
        differing(&mut self.painting, &document.painting);
        differing(&mut self.tone, &document.tone);
        differing(&mut self.cast, &document.cast);
        differing(&mut self.overrides, &document.overrides);
        differing(&mut self.portraits, &document.portraits);
        differing(&mut self.panels, &document.panels);
        differing(&mut self.skipped, &document.skipped);
        if self.places.is_some() {
            differing(&mut self.places, &Places::of(document));
        }
        if self.panel.as_ref().is_some_and(|kept| document.panel(kept.id) == Some(&**kept)) {
            self.panel = None;
        }
    }

    fn is_empty(&self) -> bool {
        let mut none = true;
        fn look<T>(none: &mut bool, piece: &Option<T>) {
            *none &= piece.is_none();
        }
        look(&mut none, &self.title);
        look(&mut none, &self.suggested_title);
        look(&mut none, &self.story);
        look(&mut none, &self.places);
        look(&mut none, &self.language);
        look(&mut none, &self.style);
        look(&mut none, &self.painting);
        look(&mut none, &self.tone);
        look(&mut none, &self.cast);
        look(&mut none, &self.overrides);
        look(&mut none, &self.portraits);
        look(&mut none, &self.panel);
        look(&mut none, &self.panels);
        look(&mut none, &self.skipped);
        none
    }

    /// Puts these pieces into the document and keeps those that it had.
    fn swap(&mut self, document: &mut Document) {
        fn exchange<T>(kept: &mut Option<T>, current: &mut T) {
            if let Some(kept) = kept {
                mem::swap(kept, current);
            }
        }
        each_piece!(self, document, exchange);
        if let Some(kept) = &mut self.panel
            && let Some(current) = document.panel_mut(kept.id)
        {
            mem::swap(&mut **kept, current);
        }
        if let Some(places) = &mut self.places {
            places.swap(document);
        }
    }

    /// Adds to `self`, which is older, what `later` holds that it lacks: the
    /// change from before both to after both. Both are of one kind and panel,
    /// and so of one reach.
    fn absorb(&mut self, mut later: Self) {
        fn first<T>(older: &mut Option<T>, later: &mut Option<T>) {
            if older.is_none() {
                *older = later.take();
            }
        }
        each_piece!(self, later, first);
        first(&mut self.panel, &mut later.panel);
        first(&mut self.places, &mut later.places);
    }

    /// Whether putting it back would change nothing.
    fn changes_nothing_in(&self, document: &Document) -> bool {
        let mut rest = self.clone();
        rest.keep_differences(document);
        rest.is_empty()
    }

    /// Every panel that it would bring back.
    fn panels(&self) -> impl Iterator<Item = &Panel> {
        self.panels.iter().chain(&self.skipped).flatten().chain(self.panel.as_deref())
    }

    fn panels_mut(&mut self) -> impl Iterator<Item = &mut Panel> {
        self.panels.iter_mut().chain(&mut self.skipped).flatten().chain(self.panel.as_deref_mut())
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
        let (kind, panel, member) = (edit.kind(), edit.panel(), edit.member().map(str::to_owned));
        let mut change = if let Edit::SetStory(story) = edit {
            // The long text is handed over, not copied.
            let places = Some(Places::of(&self.document));
            Change { story: Some(self.document.replace_story(story)), places, ..Change::default() }
        } else {
            let change = Change::of(&self.document, edit.reach());
            edit.apply_to(&mut self.document);
            change
        };
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
        let was = Some(Box::new(panel.clone()));
        panel.chosen = Some(place);
        self.future.clear();
        let change = Change { panel: was, ..Change::default() };
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
