//! What views need to know of the document in every frame and what takes a
//! walk over the whole of it to find out: found out once a change.

use std::collections::{HashMap, HashSet};

use crate::storyboard::{Document, PanelId, Staleness};

/// A scene's place in the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// First character, in Unicode scalar values.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The place of its first panel on the board; among those left out for a
    /// scene that is left out.
    pub place: usize,
    /// That panel. Copies of a panel share a scene.
    pub panel: PanelId,
    /// The writer leaves it out.
    pub skipped: bool,
}

/// How long a text is, as its language counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Length {
    /// Nothing to count.
    #[default]
    Nothing,
    /// Words, of a text in letters.
    Words(usize),
    /// Characters (and words in letters among them), of a Chinese text.
    Characters(usize),
}

/// The digest.
#[derive(Default)]
pub struct Digest {
    version: Option<u64>,
    /// Scenes in the order of the text; none of them empty.
    pub spans: Vec<Span>,
    /// Of the story.
    pub length: Length,
    /// There is text that belongs to no scene.
    pub has_loose_text: bool,
    touched: HashSet<PanelId>,
    stale: HashMap<PanelId, Staleness>,
}

impl Digest {
    /// Brings it up to date; `version` tells one state of the document from
    /// another.
    pub fn refresh(&mut self, version: u64, document: &Document) {
        if self.version == Some(version) {
            return;
        }
        self.version = Some(version);
        self.length = length_of(&document.story);
        self.spans = spans_of(document);
        let places = BytePlaces::of(document);
        self.touched = document
            .panels
            .iter()
            .filter(|panel| {
                let now = places.text(&document.story, panel.scene.start, panel.scene.end);
                now.trim() != panel.text.trim()
            })
            .map(|panel| panel.id)
            .collect();
        let mut loose = false;
        let mut reached = 0;
        for span in &self.spans {
            loose |= has_words(places.text(&document.story, reached, span.start));
            reached = reached.max(span.end);
        }
        self.has_loose_text = loose || has_words(places.text(&document.story, reached, usize::MAX));
        let panels = document.panels.iter();
        self.stale = panels.filter_map(|panel| Some((panel.id, document.staleness(panel)?))).collect();
    }

    /// Whether the words of a panel's scene were edited since it was read.
    pub fn is_touched(&self, panel: PanelId) -> bool {
        self.touched.contains(&panel)
    }

    /// Why a panel's picture no longer is what the panel asks for.
    pub fn staleness(&self, panel: PanelId) -> Option<Staleness> {
        self.stale.get(&panel).copied()
    }

    /// Whether the text has moved on since its scenes were found.
    pub fn text_changed(&self) -> bool {
        !self.touched.is_empty() || self.has_loose_text
    }
}

fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Words for a text of Latin letters, characters for a Chinese one.
pub fn length_of(text: &str) -> Length {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}');
    let (mut han, mut letters, mut words) = (0_usize, 0_usize, 0_usize);
    let mut inside = false;
    if text.is_ascii() {
        // Counted at every keystroke: by bytes where bytes are characters.
        for byte in text.bytes() {
            let letter = byte.is_ascii_alphanumeric();
            words += usize::from(letter && !inside);
            inside = letter || (inside && matches!(byte, b'\'' | b'-'));
        }
        return if words == 0 { Length::Nothing } else { Length::Words(words) };
    }
    for c in text.chars() {
        if is_han(c) {
            han += 1;
            inside = false;
        } else if c.is_alphanumeric() {
            letters += 1;
            words += usize::from(!inside);
            inside = true;
        } else if !matches!(c, '\'' | '’' | '-') {
            inside = false;
        }
    }
    match (han, words) {
        (0, 0) => Length::Nothing,
        _ if han >= letters => Length::Characters(han + words),
        _ => Length::Words(words + han),
    }
}

fn spans_of(document: &Document) -> Vec<Span> {
    let mut seen = HashSet::new();
    let panels = document.panels.iter().enumerate().map(|(place, panel)| (place, panel, false));
    let skipped = document.skipped.iter().enumerate().map(|(place, panel)| (place, panel, true));
    let mut spans: Vec<Span> = panels
        .chain(skipped)
        .filter(|(_, panel, _)| panel.scene.start < panel.scene.end && seen.insert(panel.scene.start))
        .map(|(place, panel, skipped)| Span {
            start: panel.scene.start,
            end: panel.scene.end,
            place,
            panel: panel.id,
            skipped,
        })
        .collect();
    spans.sort_by_key(|span| span.start);
    spans
}

/// Byte offsets of the ends of scenes: a slice by characters walks over the
/// whole text, and there may be hundreds.
struct BytePlaces(Vec<(usize, usize)>);

impl BytePlaces {
    fn of(document: &Document) -> Self {
        let scenes = document.panels.iter().chain(&document.skipped).map(|panel| &panel.scene);
        let mut wanted: Vec<usize> = scenes.flat_map(|scene| [scene.start, scene.end]).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut places = vec![(0, 0)];
        let mut next = wanted.into_iter().peekable();
        for (count, (byte, _)) in document.story.char_indices().enumerate() {
            if next.next_if_eq(&count).is_some() {
                places.push((count, byte));
            }
        }
        Self(places)
    }

    fn byte(&self, story: &str, offset: usize) -> usize {
        let found = self.0.binary_search_by_key(&offset, |(count, _)| *count);
        found.ok().and_then(|at| self.0.get(at)).map_or(story.len(), |(_, byte)| *byte)
    }

    /// The text between two ends of scenes; up to the story's end for any
    /// other offset.
    fn text<'a>(&self, story: &'a str, start: usize, end: usize) -> &'a str {
        let (from, to) = (self.byte(story, start), self.byte(story, end));
        story.get(from..to).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        story::{self, StoryOptions},
        storyboard::{Edit, History},
    };

    #[test]
    fn texts_are_counted_as_their_language_counts() {
        assert_eq!(length_of("Don’t stop, well-known fox!"), Length::Words(4));
        assert_eq!(length_of("小雨走上山坡。"), Length::Characters(6));
        assert_eq!(length_of("小雨用 Wi-Fi 上网。"), Length::Characters(6));
        assert_eq!(length_of(" … "), Length::Nothing);
    }

    #[test]
    fn edited_scenes_and_loose_text_are_noticed() {
        let text =
            "Ada climbed the green hill with her kite.\n\n***\n\nThe wind took it over the sea at night.";
        let reading =
            story::read(text, &StoryOptions { scenes: Some(2), ..StoryOptions::default() }).unwrap();
        let mut history = History::new(Document::from_reading(text, &reading, 1));
        let mut digest = Digest::default();
        digest.refresh(history.version(), history.document());
        assert_eq!(digest.spans.len(), 2);
        assert!(!digest.text_changed());
        history.apply(Edit::SetStory(text.replace("green", "steep green")));
        digest.refresh(history.version(), history.document());
        let [first, second] = [0, 1].map(|place: usize| history.document().panels[place].id);
        assert!(digest.is_touched(first) && !digest.is_touched(second));
        history.undo();
        digest.refresh(history.version(), history.document());
        assert!(!digest.text_changed());
        history.apply(Edit::RemovePanel(first));
        digest.refresh(history.version(), history.document());
        assert!(!digest.text_changed() && digest.spans[0].skipped, "a scene that is left out is known");
    }
}
