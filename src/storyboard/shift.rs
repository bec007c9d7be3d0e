//! Where the scenes of a story stand after its text was edited.

use super::Document;
use crate::story::slice;

/// Where a character of the old text stands in the new one: what comes before
/// the change stays, what comes after moves along, and what lies inside it
/// collapses to its beginning.
struct Shift {
    prefix: usize,
    suffix_from: usize,
    old_len: usize,
    new_len: usize,
}

impl Shift {
    /// Compares the two texts; offsets are Unicode scalar values.
    fn between(old: &str, new: &str) -> Self {
        // By bytes first, which is fast; the rest is counted in characters.
        let same = old.as_bytes().iter().zip(new.as_bytes()).take_while(|(a, b)| a == b).count();
        let mut from = same;
        while !old.is_char_boundary(from) || !new.is_char_boundary(from) {
            from -= 1;
        }
        let (head, old_rest, new_rest) =
            (old.get(..from).unwrap_or(""), old.get(from..).unwrap_or(""), new.get(from..).unwrap_or(""));
        let prefix = head.chars().count();
        let (old_rest_len, new_rest_len) = (old_rest.chars().count(), new_rest.chars().count());
        let alike = old_rest.bytes().rev().zip(new_rest.bytes().rev()).take_while(|(a, b)| a == b).count();
        let mut tail = old_rest.len() - alike;
        // Both tails have the same bytes, so they begin with a character together.
        while !old_rest.is_char_boundary(tail) {
            tail += 1;
        }
        let suffix = old_rest.get(tail..).unwrap_or("").chars().count();
        let (old_len, new_len) = (prefix + old_rest_len, prefix + new_rest_len);
        Self { prefix, suffix_from: old_len - suffix, old_len, new_len }
    }

    /// The place of an old offset in the new text.
    fn apply(&self, offset: usize) -> usize {
        if offset <= self.prefix {
            offset.min(self.new_len)
        } else if offset >= self.suffix_from {
            self.new_len.saturating_sub(self.old_len.saturating_sub(offset))
        } else {
            self.prefix
        }
    }

    /// The same for the end of a scene: what is written at the very end of the
    /// story belongs to its last scene.
    fn apply_end(&self, offset: usize) -> usize {
        if offset == self.old_len { self.new_len } else { self.apply(offset) }
    }
}

impl Document {
    /// Replaces the story's text; its scenes stay with their words. What a
    /// scene's text was when it was read stays in `Panel::text`. Gives the old
    /// text back.
    pub(super) fn replace_story(&mut self, story: String) -> String {
        let shift = Shift::between(&self.story, &story);
        let was = std::mem::replace(&mut self.story, story);
        self.move_scenes(&shift);
        was
    }

    fn move_scenes(&mut self, shift: &Shift) {
        for panel in self.panels.iter_mut().chain(&mut self.skipped) {
            let scene = &mut panel.scene;
            scene.start = shift.apply(scene.start);
            scene.end = shift.apply_end(scene.end).max(scene.start);
            let (from, to) = scene.key_moment;
            let from = shift.apply(from);
            scene.key_moment = (from, shift.apply(to).max(from));
        }
        for look in self.cast.iter_mut().flat_map(|member| &mut member.looks) {
            let from = shift.apply(look.span.0);
            look.span = (from, shift.apply(look.span.1).max(from));
        }
        for later in &mut self.later_looks {
            later.at = shift.apply(later.at);
        }
    }

    /// Puts the scenes of a project of an older program, which kept their
    /// places in the text as it was read, to their places in the text as it is.
    pub(super) fn find_scenes_again(&mut self) {
        let lie_there = self.panels.iter().chain(&self.skipped).all(|panel| {
            let scene = &panel.scene;
            scene.start <= scene.end && slice(&self.story, scene.start, scene.end) == panel.text
        });
        if lie_there {
            return;
        }
        let read = self.text_of_scenes();
        let known = self.panels.iter().chain(&self.skipped).all(|panel| {
            let scene = &panel.scene;
            // The length as well: a slice beyond the end is cut there.
            scene.end.saturating_sub(scene.start) == panel.text.chars().count()
                && slice(&read, scene.start, scene.end) == panel.text
        });
        // Otherwise the places are of the text as it is, and a scene was edited.
        if known {
            let shift = Shift::between(&read, &self.story);
            self.move_scenes(&shift);
        }
    }

    /// The text that was read, as far as the panels remember it.
    fn text_of_scenes(&self) -> String {
        let mut panels: Vec<_> = self.panels.iter().chain(&self.skipped).collect();
        panels.sort_by_key(|panel| panel.scene.start);
        let (mut text, mut length) = (String::new(), 0);
        for panel in panels {
            if panel.scene.start >= length {
                // Between scenes there is nothing but blank space.
                text.extend(std::iter::repeat_n('\n', panel.scene.start - length));
                text.push_str(&panel.text);
                length = panel.scene.start + panel.text.chars().count();
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{super::document::tests::by_paragraph, *};

    #[test]
    fn offsets_follow_an_edit() {
        let shift = Shift::between("one two three", "one and a half two three");
        assert_eq!(shift.apply(0), 0);
        assert_eq!(shift.apply(13), 24);
        assert_eq!(shift.apply(8), 19);
        let same = Shift::between("abc", "abc");
        assert_eq!([0, 1, 2, 3].map(|o| same.apply(o)), [0, 1, 2, 3]);
        let shorter = Shift::between("天亮了。雨停了。", "天亮了。");
        assert_eq!(shorter.apply(8), 4);
        assert_eq!(shorter.apply(2), 2);
        let empty = Shift::between("abc", "");
        assert_eq!(empty.apply(3), 0);
        // Two characters that share their first bytes.
        let near = Shift::between("雨a", "雪a");
        assert_eq!((near.apply(0), near.apply(1), near.apply(2)), (0, 1, 2));
    }

    fn texts(document: &Document) -> Vec<&str> {
        let scenes = document.panels.iter().map(|panel| &panel.scene);
        scenes.map(|scene| slice(&document.story, scene.start, scene.end).trim()).collect()
    }

    #[test]
    fn scenes_keep_their_words_through_several_edits() {
        let story = "One is here.\n\nTwo is there.\n\nThree is far.";
        let mut document = Document::from_reading(story, &by_paragraph(story), 1);
        for (from, to) in [("One is", "The first one is"), ("Three", "The third"), ("far.", "far away. Then")]
        {
            let story = document.story.replace(from, to);
            document.replace_story(story);
        }
        assert_eq!(
            texts(&document),
            ["The first one is here.", "Two is there.", "The third is far away. Then"]
        );
        assert_eq!(document.panels[2].text, "Three is far.", "what was read is remembered");
        document.replace_story(String::new());
        assert!(document.panels.iter().all(|panel| panel.scene.start == 0 && panel.scene.end == 0));
    }

    #[test]
    fn places_of_the_text_as_read_become_places_of_the_text_as_it_is() {
        let story = "One is here.\n\nTwo is there.";
        let mut document = Document::from_reading(story, &by_paragraph(story), 1);
        document.story = story.replace("is here.", "is here. And there.");
        document.find_scenes_again();
        assert_eq!(texts(&document), ["One is here. And there.", "Two is there."]);
        let known = document.clone();
        document.find_scenes_again();
        assert_eq!(document, known);
        // Edited inside a scene, with places of the text as it is.
        document.replace_story(document.story.replace("Two is", "Two was"));
        let edited = document.clone();
        document.find_scenes_again();
        assert_eq!(document, edited);
    }
}
