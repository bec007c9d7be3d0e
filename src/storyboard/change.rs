//! What two states of a document differ in, which is all that undo keeps.

use std::mem;

use super::{Document, LaterLooks, Painting, Panel, Portrait, Style, edit_kind::Reach};
use crate::story::{Character, Language, Overrides, Tone};

/// What moves along when the story is edited: where each panel's scene and its
/// key moment stand (on the board, then of those left out), and where the looks
/// of the cast are stated and change.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Places {
    scenes: Vec<(usize, usize, (usize, usize))>,
    looks: Vec<(usize, usize)>,
    later: Vec<usize>,
}

impl Places {
    pub(super) fn of(document: &Document) -> Self {
        let panels = document.panels.iter().chain(&document.skipped).map(|panel| &panel.scene);
        let looks = document.cast.iter().flat_map(|member| &member.looks);
        Self {
            scenes: panels.map(|scene| (scene.start, scene.end, scene.key_moment)).collect(),
            looks: looks.map(|look| look.span).collect(),
            later: document.later_looks.iter().map(|later| later.at).collect(),
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
        for (at, later) in self.later.iter_mut().zip(&mut document.later_looks) {
            mem::swap(at, &mut later.at);
        }
    }
}

/// The pieces of a document in which two states differ, as they are in the
/// state that is *not* current. An edit says how far it reaches
/// ([`Edit::reach`]), and nothing beyond that is copied or compared: typing a
/// caption costs one panel, typing the story no panel at all.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
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
    later_looks: Option<Vec<LaterLooks>>,
    pub(super) portraits: Option<Vec<Portrait>>,
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
        $do(&mut $change.later_looks, &mut $document.later_looks);
        $do(&mut $change.portraits, &mut $document.portraits);
        $do(&mut $change.panels, &mut $document.panels);
        $do(&mut $change.skipped, &mut $document.skipped);
    };
}

impl Change {
    /// Another text, with the places of what it moved.
    pub(super) fn of_story(was: String, places: Places) -> Self {
        Self { story: Some(was), places: Some(places), ..Self::default() }
    }

    /// One panel of the board.
    pub(super) fn of_panel(was: Panel) -> Self {
        Self { panel: Some(Box::new(was)), ..Self::default() }
    }

    /// Everything within reach as it is now.
    pub(super) fn of(document: &Document, reach: Reach) -> Self {
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
                change.later_looks = Some(document.later_looks.clone());
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
    pub(super) fn keep_differences(&mut self, document: &Document) {
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
        differing(&mut self.later_looks, &document.later_looks);
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

    pub(super) fn is_empty(&self) -> bool {
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
        look(&mut none, &self.later_looks);
        look(&mut none, &self.portraits);
        look(&mut none, &self.panel);
        look(&mut none, &self.panels);
        look(&mut none, &self.skipped);
        none
    }

    /// Puts these pieces into the document and keeps those that it had.
    pub(super) fn swap(&mut self, document: &mut Document) {
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
    pub(super) fn absorb(&mut self, mut later: Self) {
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
    pub(super) fn changes_nothing_in(&self, document: &Document) -> bool {
        let mut rest = self.clone();
        rest.keep_differences(document);
        rest.is_empty()
    }

    /// Every panel that it would bring back.
    pub(super) fn panels(&self) -> impl Iterator<Item = &Panel> {
        self.panels.iter().chain(&self.skipped).flatten().chain(self.panel.as_deref())
    }

    pub(super) fn panels_mut(&mut self) -> impl Iterator<Item = &mut Panel> {
        self.panels.iter_mut().chain(&mut self.skipped).flatten().chain(self.panel.as_deref_mut())
    }
}
