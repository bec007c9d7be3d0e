//! What a writer does to scenes by hand: move their ends, split, join, leave
//! out, and choose the sentence to be painted.

use icu_segmenter::SentenceSegmenter;

use super::{Document, Panel, PanelId, document::seed_of, wording};
use crate::story::{self, StoryOptions, slice};

/// The sentences of a text in order, `[start, end)` in Unicode scalar values,
/// without the white space around them. A blank line ends a sentence too.
pub fn sentences(text: &str) -> Vec<(usize, usize)> {
    let segmenter = SentenceSegmenter::new(Default::default());
    let mut found = Vec::new();
    let mut chars_before = 0;
    let mut block_start = 0;
    // Blank lines end paragraphs; the segmenter sees one paragraph at a time.
    let mut ends: Vec<usize> = text.match_indices("\n\n").map(|(at, _)| at + 2).collect();
    ends.push(text.len());
    for end in ends {
        let block = text.get(block_start..end).unwrap_or("");
        let mut from = 0;
        // A single line end is a mere space, but the rules would end a sentence
        // there: the segmenter gets a copy of the same length.
        let flat = block.replace('\n', " ");
        for to in segmenter.segment_str(&flat).skip(1) {
            let piece = block.get(from..to).unwrap_or("");
            let count = piece.chars().count();
            let lead = piece.chars().take_while(|c| c.is_whitespace()).count();
            let words = piece.trim();
            if words.chars().any(char::is_alphanumeric) {
                found.push((chars_before + lead, chars_before + lead + words.chars().count()));
            } else if let Some(last) = found.last_mut().filter(|_| !words.is_empty() && from > 0) {
                // A closing quote that stands alone belongs to what it closes.
                last.1 = chars_before + lead + words.chars().count();
            }
            chars_before += count;
            from = to;
        }
        block_start = end;
    }
    give_openings_to_what_they_open(text, &mut found);
    found
}

/// The rules leave an opening quote with the sentence before it.
fn give_openings_to_what_they_open(text: &str, found: &mut [(usize, usize)]) {
    let letters: Vec<char> = text.chars().collect();
    let opens = |at: usize| letters.get(at).is_some_and(|c| "“‘「『《（(".contains(*c));
    let blank = |at: usize| letters.get(at).is_some_and(|c| c.is_whitespace());
    for at in 1..found.len() {
        let Some([before, after]) = found.get_mut(at - 1..=at) else { continue };
        while before.1 > before.0 + 1 && (opens(before.1 - 1) || blank(before.1 - 1)) {
            before.1 -= 1;
            if opens(before.1) {
                after.0 = before.1;
            }
        }
    }
}

impl Document {
    /// The distinct scenes in the order of the story: start and end.
    pub(super) fn scene_ranges(&self) -> Vec<(usize, usize)> {
        let all = self.panels.iter().chain(&self.skipped);
        let mut ranges: Vec<_> = all.map(|panel| (panel.scene.start, panel.scene.end)).collect();
        ranges.sort_unstable();
        ranges.dedup();
        ranges.retain(|(start, end)| start < end);
        ranges
    }

    /// The scene after this one in the story.
    fn next_scene(&self, start: usize) -> Option<(usize, usize)> {
        self.scene_ranges().into_iter().find(|(other, _)| *other > start)
    }

    fn scene_of(&self, id: PanelId) -> Option<(usize, usize)> {
        let panel = self.panels.iter().chain(&self.skipped).find(|panel| panel.id == id)?;
        let range = (panel.scene.start, panel.scene.end);
        (range.0 < range.1).then_some(range)
    }

    /// Gives every panel of the scene `[start, end)` another range.
    fn set_range(&mut self, range: (usize, usize), to: (usize, usize)) {
        let mut panels = std::mem::take(&mut self.panels);
        let mut skipped = std::mem::take(&mut self.skipped);
        for panel in panels.iter_mut().chain(&mut skipped) {
            if (panel.scene.start, panel.scene.end) == range {
                self.cut(panel, to);
            }
        }
        self.panels = panels;
        self.skipped = skipped;
    }

    /// Gives a panel's scene another range. What was derived from its text is
    /// kept as long as the key moment is still inside.
    fn cut(&self, panel: &mut Panel, (start, end): (usize, usize)) {
        let (from, to) = panel.scene.key_moment;
        if from >= start && to <= end {
            panel.scene.start = start;
            panel.scene.end = end;
        } else {
            self.derive(panel, (start, end), None);
        }
        slice(&self.story, start, end).clone_into(&mut panel.text);
    }

    /// Reads a stretch of the story as one scene, with the cast and the setting
    /// that the story around it tells: the one place that asks the story's room
    /// about scenes drawn by hand.
    fn derive(&self, panel: &mut Panel, (start, end): (usize, usize), moment: Option<(usize, usize)>) {
        let overrides = self.overrides_until(end);
        let options = StoryOptions { overrides, ..StoryOptions::default() };
        // A text that cannot be read keeps what the panel has.
        let read = story::read_scene(&self.story, &options, (start, end), moment);
        let mut scene = read.unwrap_or_else(|_| panel.scene.clone());
        scene.key_moment = moment.unwrap_or(scene.key_moment);
        scene.start = start;
        scene.end = end;
        let caption = wording::caption(&self.story, &scene, self.language);
        if panel.caption == panel.suggested_caption {
            panel.caption.clone_from(&caption);
        }
        panel.suggested_caption = caption;
        panel.scene = scene;
    }

    pub(super) fn move_boundary(&mut self, id: PanelId, to: usize) {
        let Some(first) = self.scene_of(id) else { return };
        let Some(second) = self.next_scene(first.0) else { return };
        if to > first.0 && to < second.1 && to != second.0 {
            self.set_range(first, (first.0, to));
            self.set_range(second, (to, second.1));
        }
    }

    pub(super) fn split_scene(&mut self, id: PanelId, at: usize, seed: u64) {
        let Some((start, end)) = self.scene_of(id) else { return };
        let blank = |from, to| slice(&self.story, from, to).trim().is_empty();
        if at <= start || at >= end || blank(start, at) || blank(at, end) {
            return;
        }
        let Some(place) = self.position(id) else { return };
        let (first, second) = ((start, at), (at, end));
        let moment = self.panels.get(place).map_or(0, |panel| panel.scene.key_moment.0);
        let (kept, new) = if moment < at { (first, second) } else { (second, first) };
        self.set_range((start, end), kept);
        let fresh = self.fresh_panel_id();
        let mut panel = Panel { id: fresh, seed: seed_of(seed, place), ..Panel::default() };
        self.derive(&mut panel, new, None);
        slice(&self.story, new.0, new.1).clone_into(&mut panel.text);
        let place = if moment < at { place + 1 } else { place };
        self.panels.insert(place.min(self.panels.len()), panel);
    }

    pub(super) fn merge_scenes(&mut self, id: PanelId) {
        let Some(first) = self.scene_of(id) else { return };
        let Some(second) = self.next_scene(first.0) else { return };
        let goes = |panel: &Panel| (panel.scene.start, panel.scene.end) == second;
        let mut pictures = Vec::new();
        for panel in self.panels.iter().chain(&self.skipped).filter(|panel| goes(panel)) {
            pictures.extend(panel.variants.iter().cloned());
        }
        self.panels.retain(|panel| !goes(panel));
        self.skipped.retain(|panel| !goes(panel));
        if let Some(panel) = self.panel_mut(id) {
            for picture in &pictures {
                panel.keep_variant(picture);
            }
            if panel.shown().is_none() {
                panel.chosen = panel.variants.len().checked_sub(1);
            }
        }
        self.set_range(first, (first.0, second.1));
    }

    pub(super) fn skip_scene(&mut self, id: PanelId) {
        let Some(range) = self.scene_of(id) else { return };
        let (goes, stays) = std::mem::take(&mut self.panels)
            .into_iter()
            .partition(|panel| (panel.scene.start, panel.scene.end) == range);
        self.panels = stays;
        self.set_aside(goes);
    }

    fn set_aside(&mut self, mut panels: Vec<Panel>) {
        self.skipped.append(&mut panels);
        self.skipped.sort_by_key(|panel| panel.scene.start);
    }

    pub(super) fn bring_back(&mut self, id: PanelId) {
        let Some(panel) = self.skipped.iter().find(|panel| panel.id == id) else { return };
        let range = (panel.scene.start, panel.scene.end);
        let (back, stays): (Vec<Panel>, Vec<Panel>) = std::mem::take(&mut self.skipped)
            .into_iter()
            .partition(|panel| (panel.scene.start, panel.scene.end) == range);
        self.skipped = stays;
        // Before the first panel of a later scene, wherever that stands.
        let place = self.panels.iter().position(|panel| panel.scene.start > range.0);
        let place = place.unwrap_or(self.panels.len());
        self.panels.splice(place..place, back);
    }

    pub(super) fn remove_panel(&mut self, id: PanelId) {
        let Some(place) = self.position(id) else { return };
        let panel = self.panels.remove(place);
        let same_scene = |other: &Panel| other.scene.start == panel.scene.start;
        let is_scene = panel.scene.start < panel.scene.end;
        if is_scene && !self.panels.iter().chain(&self.skipped).any(same_scene) {
            self.set_aside(vec![panel]);
        }
    }

    pub(super) fn set_key_moment(&mut self, id: PanelId, (from, to): (usize, usize)) {
        let Some(range) = self.scene_of(id) else { return };
        if from < range.0 || to > range.1 || from >= to {
            return;
        }
        let mut panels = std::mem::take(&mut self.panels);
        for panel in &mut panels {
            if (panel.scene.start, panel.scene.end) == range && panel.scene.key_moment != (from, to) {
                self.derive(panel, range, Some((from, to)));
            }
        }
        self.panels = panels;
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Edit, History,
            document::tests::{by_paragraph, variant},
        },
        *,
    };

    const STORY: &str = "Ada carried her red kite up the hill. The wind pulled at her coat.\n\n\
        The kite flew over the forest. Ada ran after it.\n\n\
        An old man by the sea gave it back. They watched the boats.";

    fn board() -> Document {
        let mut document = Document::from_reading(STORY, &by_paragraph(STORY), 7);
        for (shade, panel) in document.panels.iter_mut().enumerate() {
            let words = slice(STORY, panel.scene.start, panel.scene.end);
            let first = words.find('.').unwrap() + 1;
            panel.scene.key_moment = (panel.scene.start, panel.scene.start + first);
            panel.chosen = Some(panel.keep_variant(&variant(shade as u8)));
        }
        document
    }

    fn ids(panels: &[Panel]) -> Vec<u64> {
        panels.iter().map(|panel| panel.id.0).collect()
    }

    fn covered(document: &Document) {
        let ranges = document.scene_ranges();
        assert_eq!(ranges.first().map(|r| r.0), Some(0));
        assert_eq!(ranges.last().map(|r| r.1), Some(STORY.chars().count()));
        assert!(ranges.windows(2).all(|pair| pair[0].1 == pair[1].0), "{ranges:?}");
        for panel in document.panels.iter().chain(&document.skipped) {
            let scene = &panel.scene;
            assert_eq!(slice(STORY, scene.start, scene.end), panel.text);
            assert!(scene.key_moment.0 >= scene.start && scene.key_moment.1 <= scene.end, "{scene:?}");
        }
    }

    #[test]
    fn sentences_are_found_in_both_languages() {
        let found = |text: &str| -> Vec<String> {
            sentences(text).into_iter().map(|(from, to)| slice(text, from, to).to_owned()).collect()
        };
        assert_eq!(found(" One is here.  Two?\n\nThree\n***\n"), ["One is here.", "Two?", "Three\n***"]);
        assert_eq!(
            found("天亮了。“走吧！”他说。\n\n雨停了。"),
            ["天亮了。", "“走吧！”", "他说。", "雨停了。"]
        );
        assert!(found(" \n ").is_empty());
    }

    #[test]
    fn a_boundary_moves_and_pictures_stay() {
        let mut document = board();
        let second = document.panels[1].scene.start;
        let wind = STORY.find("The wind").unwrap();
        Edit::MoveBoundary(PanelId(1), wind).apply_to(&mut document);
        covered(&document);
        assert_eq!(document.panels[1].scene.start, wind);
        assert!(document.panels[1].text.starts_with("The wind"));
        assert!(document.panels.iter().all(|panel| panel.variants.len() == 1));
        // Past the key moment of the second scene: it gets another one.
        let sea = STORY.find("Ada ran").unwrap();
        Edit::MoveBoundary(PanelId(1), sea).apply_to(&mut document);
        covered(&document);
        assert!(
            document.panels[1].scene.prompt != "prompt of The kite flew over the forest. Ada ran after it."
        );
        let before = document.clone();
        for nowhere in [0, 9999, sea] {
            Edit::MoveBoundary(PanelId(1), nowhere).apply_to(&mut document);
        }
        Edit::MoveBoundary(PanelId(3), second).apply_to(&mut document);
        assert_eq!(document, before, "no boundary goes where no scene can be");
    }

    #[test]
    fn scenes_are_split_and_joined() {
        let mut document = board();
        let at = STORY.find("Ada ran").unwrap();
        Edit::SplitScene { panel: PanelId(2), at, seed: 3 }.apply_to(&mut document);
        covered(&document);
        assert_eq!(ids(&document.panels), [1, 2, 4, 3]);
        assert!(document.panels[2].variants.is_empty() && !document.panels[2].scene.prompt.is_empty());
        assert_eq!(document.panels[1].variants.len(), 1, "the part with the key moment has the picture");
        let whole = document.clone();
        Edit::SplitScene { panel: PanelId(4), at, seed: 3 }.apply_to(&mut document);
        assert_eq!(document, whole, "nothing to split off");
        Edit::MergeScenes(PanelId(2)).apply_to(&mut document);
        covered(&document);
        assert_eq!(ids(&document.panels), [1, 2, 3]);
        Edit::MergeScenes(PanelId(2)).apply_to(&mut document);
        covered(&document);
        assert_eq!(document.panels[1].variants.len(), 2, "pictures of both are kept");
        Edit::MergeScenes(PanelId(2)).apply_to(&mut document);
        assert_eq!(document.panels.len(), 2, "the last scene has no next");
    }

    #[test]
    fn a_scene_that_is_left_out_comes_back_with_its_pictures() {
        let mut history = History::new(board());
        history.apply(Edit::DuplicatePanel(PanelId(2)));
        history.apply(Edit::RemovePanel(PanelId(4)));
        assert!(history.document().skipped.is_empty(), "a copy is no scene");
        history.apply(Edit::SkipScene(PanelId(2)));
        assert_eq!(
            (ids(&history.document().panels), ids(&history.document().skipped)),
            (vec![1, 3], vec![2])
        );
        covered(history.document());
        let known = history.document().clone();
        let reading = by_paragraph(STORY);
        history.apply(Edit::SetReading { reading, seed: 9 });
        assert_eq!(ids(&history.document().skipped), ids(&known.skipped), "a new reading leaves it out");
        history.apply(Edit::AddVariant(PanelId(2), variant(200)));
        assert_eq!(history.document().skipped[0].variants.len(), 2, "a late picture finds it");
        history.apply(Edit::BringBack(PanelId(2)));
        assert_eq!(ids(&history.document().panels), [1, 2, 3]);
        assert_eq!(history.document().panels[1].variants.len(), 2);
        while history.undo() {}
        assert_eq!(ids(&history.document().panels), [1, 2, 3]);
    }

    #[test]
    fn another_sentence_becomes_the_key_moment() {
        let mut document = board();
        let from = STORY.find("Ada ran").unwrap();
        let moment = (from, from + "Ada ran after it.".len());
        Edit::SetKeyMoment(PanelId(2), moment).apply_to(&mut document);
        let panel = &document.panels[1];
        assert_eq!(panel.scene.key_moment, moment);
        assert_eq!(panel.suggested_caption, "Ada ran after it.");
        assert_ne!(panel.scene.prompt, board().panels[1].scene.prompt);
        assert_eq!(panel.variants.len(), 1);
        let before = document.clone();
        Edit::SetKeyMoment(PanelId(2), (0, 5)).apply_to(&mut document);
        assert_eq!(document, before, "a sentence of another scene is none of this one");
    }
}
