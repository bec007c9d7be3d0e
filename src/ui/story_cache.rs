//! What the story's view keeps from frame to frame: a long text costs too much
//! to take apart sixty times a second.
//!
//! The layout itself (a galley) lives in egui's own cache, which knows when
//! glyphs move in the font's texture; kept here is what leads to it and what
//! follows from it.

use std::{
    cell::{Ref, RefCell},
    ops::Range,
    sync::Arc,
};

use egui::{
    Color32, FontId, Galley, TextBuffer, TextFormat, Ui,
    text::{CharIndex, LayoutJob},
};

use super::{
    digest::Span,
    state::View,
    theme::{STORY_LINE_PT, reading, space, type_size},
};
use crate::storyboard::sentences;

/// A stretch of the text on a ground of its own, in Unicode scalar values.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mark {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The ground.
    pub colour: Color32,
}

/// Where a ribbon begins and ends, in points below the top of the text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Edge {
    /// Its upper end.
    pub top: f32,
    /// Its lower end.
    pub bottom: f32,
}

struct Prepared {
    marks: Vec<Mark>,
    font: FontId,
    ink: Color32,
    job: LayoutJob,
}

/// Stretches of a text, `[start, end)` in Unicode scalar values.
type Ranges = Vec<(usize, usize)>;

/// A text, a query, and where it stands.
type Found = (String, String, Ranges);

/// The ribbons of these scenes beside this text.
type Placed = (Arc<Galley>, Vec<Span>, Vec<Edge>);

/// The least height of a ribbon, so that each can be seen and clicked.
const RIBBON_MIN: f32 = 10.0;

/// The cache.
#[derive(Default)]
pub struct StoryCache {
    prepared: RefCell<Option<Prepared>>,
    found: RefCell<Option<Found>>,
    sentences: RefCell<Option<(String, Ranges)>>,
    edges: RefCell<Option<Placed>>,
}

impl StoryCache {
    /// The text as it is laid out in a column of this width.
    pub fn lay_out(&self, ui: &Ui, view: &View<'_>, text: &str, marks: &[Mark], width: f32) -> Arc<Galley> {
        let font = reading(type_size::STORY, view.document.language);
        let ink = view.palette.ink;
        let mut prepared = self.prepared.borrow_mut();
        let fits = prepared.as_ref().is_some_and(|kept| {
            kept.job.text == text && kept.marks == marks && kept.font == font && kept.ink == ink
        });
        if !fits {
            let job = job_of(text, marks, &font, ink);
            *prepared = Some(Prepared { marks: marks.to_vec(), font, ink, job });
        }
        let mut job = prepared.as_ref().map(|kept| kept.job.clone()).unwrap_or_default();
        job.wrap.max_width = width;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    }

    /// Where a query stands in the text; see [`find_all`].
    pub fn found(&self, text: &str, query: &str) -> Ref<'_, Vec<(usize, usize)>> {
        let fits = self.found.borrow().as_ref().is_some_and(|(t, q, _)| t == text && q == query);
        if !fits {
            *self.found.borrow_mut() = Some((text.to_owned(), query.to_owned(), find_all(text, query)));
        }
        Ref::map(self.found.borrow(), |kept| kept.as_ref().map_or(&NOWHERE, |(.., found)| found))
    }

    /// The sentences of the text.
    pub fn sentences(&self, text: &str) -> Ref<'_, Vec<(usize, usize)>> {
        let fits = self.sentences.borrow().as_ref().is_some_and(|(t, _)| t == text);
        if !fits {
            *self.sentences.borrow_mut() = Some((text.to_owned(), sentences(text)));
        }
        Ref::map(self.sentences.borrow(), |kept| kept.as_ref().map_or(&NOWHERE, |(_, found)| found))
    }

    /// Where the ribbons of these scenes stand beside this text.
    pub fn edges(&self, galley: &Arc<Galley>, spans: &[Span]) -> Ref<'_, Vec<Edge>> {
        let fits = self.edges.borrow().as_ref().is_some_and(|(g, s, _)| Arc::ptr_eq(g, galley) && s == spans);
        if !fits {
            *self.edges.borrow_mut() = Some((galley.clone(), spans.to_vec(), edges_of(galley, spans)));
        }
        Ref::map(self.edges.borrow(), |kept| {
            static NONE: Vec<Edge> = Vec::new();
            kept.as_ref().map_or(&NONE, |(.., edges)| edges)
        })
    }
}

static NOWHERE: Vec<(usize, usize)> = Vec::new();

/// Every place where a query stands in a text, whatever its case, `[start,
/// end)` in Unicode scalar values; none for an empty query.
pub fn find_all(text: &str, query: &str) -> Vec<(usize, usize)> {
    // One character for one, or offsets would not fit the text.
    let lower = |c: char| c.to_lowercase().next().unwrap_or(c);
    let wanted: Vec<char> = query.trim().chars().map(lower).collect();
    let Some(first) = wanted.first() else { return Vec::new() };
    let letters: Vec<char> = text.chars().map(lower).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = letters.get(at..)
        && let Some(step) = rest.iter().position(|c| c == first)
    {
        at += step;
        if letters.get(at..).is_some_and(|rest| rest.starts_with(&wanted)) {
            found.push((at, at + wanted.len()));
            at += wanted.len();
        } else {
            at += 1;
        }
    }
    found
}

fn job_of(text: &str, marks: &[Mark], font: &FontId, ink: Color32) -> LayoutJob {
    let plain = TextFormat {
        font_id: font.clone(),
        color: ink,
        line_height: Some(STORY_LINE_PT),
        ..TextFormat::default()
    };
    let mut job = LayoutJob::default();
    let mut marks: Vec<&Mark> = marks.iter().filter(|mark| mark.start < mark.end).collect();
    marks.sort_by_key(|mark| mark.start);
    // One walk over the text turns characters into bytes for all marks.
    let mut chars = text.char_indices().map(|(byte, _)| byte).chain([text.len()]).enumerate().peekable();
    let mut byte_of = |offset: usize| {
        while chars.next_if(|(count, _)| *count < offset).is_some() {}
        chars.peek().map_or(text.len(), |(_, byte)| *byte)
    };
    let mut done = 0;
    for mark in marks {
        let (from, to) = (byte_of(mark.start).max(done), byte_of(mark.end));
        if from < to {
            job.append(text.get(done..from).unwrap_or(""), 0.0, plain.clone());
            let format = TextFormat { background: mark.colour, ..plain.clone() };
            job.append(text.get(from..to).unwrap_or(""), 0.0, format);
            done = to;
        }
    }
    job.append(text.get(done..).unwrap_or(""), 0.0, plain);
    job
}

/// Finds the places of characters in a layout, in the order of the text: one
/// walk over the rows serves all of them.
struct Rows<'a> {
    galley: &'a Galley,
    row: usize,
    /// The row's first character.
    first: usize,
}

impl Rows<'_> {
    /// The place of the caret before a character: its left, top and bottom. At
    /// the end of a row that is wrapped it stands behind that row. Offsets come
    /// in ascending order.
    fn at(&mut self, offset: usize) -> (f32, f32, f32) {
        let rows = &self.galley.rows;
        while let Some(row) = rows.get(self.row)
            && self.row + 1 < rows.len()
            && offset > self.first + row.char_count_excluding_newline().0
        {
            self.first += row.char_count_including_newline().0;
            self.row += 1;
        }
        let Some(row) = rows.get(self.row) else { return (0.0, 0.0, 0.0) };
        let column = offset.saturating_sub(self.first);
        (row.pos.x + row.x_offset(CharIndex(column)), row.min_y(), row.max_y())
    }
}

fn edges_of(galley: &Galley, spans: &[Span]) -> Vec<Edge> {
    let mut rows = Rows { galley, row: 0, first: 0 };
    // A row belongs to the scene of its first character.
    let starts: Vec<f32> = spans
        .iter()
        .map(|span| {
            let (left, top, bottom) = rows.at(span.start);
            if left > 0.5 { bottom } else { top }
        })
        .collect();
    let end = spans.last().map_or(0.0, |span| rows.at(span.end).2);
    let mut free_from = 0.0_f32;
    let mut edges = Vec::with_capacity(spans.len());
    for (index, start) in starts.iter().enumerate() {
        let bottom = starts.get(index + 1).copied().unwrap_or(end);
        let top = start.max(free_from);
        let bottom = (bottom - space::XS).max(top + RIBBON_MIN);
        free_from = bottom + space::XS;
        edges.push(Edge { top, bottom });
    }
    edges
}

/// A text to be edited that is copied only when it is.
pub struct Draft<'a> {
    text: &'a str,
    changed: Option<String>,
}

impl<'a> Draft<'a> {
    /// A text as it stands.
    pub fn of(text: &'a str) -> Self {
        Self { text, changed: None }
    }

    /// The text as it was edited; `None` when it was not.
    pub fn into_changed(self) -> Option<String> {
        self.changed
    }

    fn own(&mut self) -> &mut String {
        self.changed.get_or_insert_with(|| self.text.to_owned())
    }
}

impl TextBuffer for Draft<'_> {
    fn is_mutable(&self) -> bool {
        true
    }

    fn as_str(&self) -> &str {
        self.changed.as_deref().unwrap_or(self.text)
    }

    fn insert_text(&mut self, text: &str, at: CharIndex) -> usize {
        self.own().insert_text(text, at)
    }

    fn delete_char_range(&mut self, range: Range<CharIndex>) {
        self.own().delete_char_range(range);
    }

    fn type_id(&self) -> std::any::TypeId {
        std::any::TypeId::of::<Draft<'static>>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_cut_the_text_without_losing_any() {
        let text = "天亮了。Ada woke up. 雨停了。";
        let mark = |start, end| Mark { start, end, colour: Color32::RED };
        let font = FontId::default();
        for marks in [vec![], vec![mark(4, 16)], vec![mark(17, 99), mark(0, 4), mark(2, 6)], vec![mark(5, 5)]]
        {
            let job = job_of(text, &marks, &font, Color32::BLACK);
            assert_eq!(job.text, text, "{marks:?}");
            let marked: Vec<&str> = job
                .sections
                .iter()
                .filter(|section| section.format.background == Color32::RED)
                .map(|section| &text[section.byte_range.start.0..section.byte_range.end.0])
                .collect();
            match marks.len() {
                0 => assert!(marked.is_empty()),
                3 => assert_eq!(marked, ["天亮了。", "Ad", "雨停了。"]),
                _ if marks[0].start < marks[0].end => assert_eq!(marked, ["Ada woke up."]),
                _ => assert!(marked.is_empty()),
            }
        }
    }

    #[test]
    fn words_are_found_whatever_their_case() {
        assert_eq!(find_all("Rain, rain, RAIN!", "rain"), [(0, 4), (6, 10), (12, 16)]);
        assert_eq!(find_all("雨停了。雨又下。", " 雨 "), [(0, 1), (4, 5)]);
        assert_eq!(find_all("aaaa", "aa"), [(0, 2), (2, 4)]);
        assert!(find_all("abc", "").is_empty() && find_all("", "a").is_empty());
        // A capital that becomes two letters in lower case.
        assert_eq!(find_all("İx y", "y"), [(3, 4)]);
    }

    #[test]
    fn places_are_those_that_the_layout_itself_tells() {
        let ctx = egui::Context::default();
        let output = ctx.run_ui(egui::RawInput::default(), |ui| {
            for text in
                ["", "\n", "one\n\ntwo three four five\n", "a long line that is wrapped 雨停了 several times"]
            {
                let job = LayoutJob::simple(text.to_owned(), FontId::default(), Color32::BLACK, 60.0);
                let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
                let mut rows = Rows { galley: &galley, row: 0, first: 0 };
                for offset in 0..=text.chars().count() {
                    let told = galley.pos_from_cursor(egui::text::CCursor::new(CharIndex(offset)));
                    assert_eq!(
                        rows.at(offset),
                        (told.left(), told.top(), told.bottom()),
                        "{text:?} at {offset}"
                    );
                }
            }
        });
        output.drop_without_applying_deltas();
    }

    #[test]
    fn a_draft_is_copied_when_it_is_edited() {
        let mut draft = Draft::of("雨停");
        assert_eq!(draft.as_str(), "雨停");
        draft.insert_text("了", CharIndex(2));
        assert_eq!(draft.as_str(), "雨停了");
        assert_eq!(draft.into_changed().as_deref(), Some("雨停了"));
        assert_eq!(Draft::of("x").into_changed(), None);
    }
}
