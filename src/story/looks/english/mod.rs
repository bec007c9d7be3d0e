//! English facts of looks.
//!
//! Four shapes of phrase tell them: a list after "had", "wore", "with" or "in"
//! ("a snub nose, a gap between her front teeth and hair the colour of straw":
//! `lists`); a noun of body or clothes with an owner ("her grey eyes": `owned`);
//! adjectives of somebody ("a big green frog", "was small and brown", "thin as a
//! rake": `said`); and measures ("a boy of about twenty": `measures`).

mod lists;
mod measures;
mod owned;
mod said;
mod words;

use super::{Fact, is_adjective, is_noun, looks_word};
use crate::story::cast::{How, Mention};
use crate::story::doc::{Doc, Sentence};
use crate::story::lexicon::words::among;
use crate::story::text::tidy;
use words::CLAUSE;

/// One sentence while its facts are collected.
pub(super) struct Page<'d, 'a> {
    pub(super) doc: &'d Doc<'a>,
    pub(super) sentence: &'d Sentence,
    pub(super) here: &'d [Mention],
    before: &'d [Mention],
    /// Tokens that already belong to a fact.
    used: Vec<(usize, usize)>,
    out: &'d mut Vec<(usize, Fact)>,
}

/// Adds the facts of one sentence. `before` are the mentions of the sentence
/// before, if it stands in the same paragraph.
pub fn read(
    doc: &Doc,
    sentence: &Sentence,
    here: &[Mention],
    before: &[Mention],
    out: &mut Vec<(usize, Fact)>,
) {
    let mut page = Page { doc, sentence, here, before, used: Vec::new(), out };
    page.lists();
    page.nouns();
    page.phrases();
    page.predicates();
    page.measures();
}

impl Page<'_, '_> {
    pub(super) fn word(&self, t: usize) -> &str {
        if t < self.sentence.tokens.end { self.doc.word(t) } else { "" }
    }

    pub(super) fn opens(&self, t: usize) -> bool {
        self.doc.tokens.get(t).is_none_or(|x| x.opens)
    }

    pub(super) fn quoted(&self, t: usize) -> bool {
        self.doc.quoted(t)
    }

    pub(super) fn adjective(&self, t: usize) -> bool {
        t < self.sentence.tokens.end && adjective_at(self.doc, t)
    }

    pub(super) fn noun(&self, t: usize) -> bool {
        t < self.sentence.tokens.end && noun_at(self.doc, t)
    }

    pub(super) fn noun_of(&self, t: usize, tag: &str) -> bool {
        t < self.sentence.tokens.end && looks_word(self.doc.word(t), |c| c.is(tag))
    }

    pub(super) fn taken(&self, t: usize) -> bool {
        self.used.iter().any(|u| u.0 <= t && t < u.1)
    }

    /// The text between the token before `t` and `t`, trimmed.
    pub(super) fn gap(&self, t: usize) -> &str {
        let end = t.checked_sub(1).and_then(|b| self.doc.tokens.get(b)).map_or(0, |b| b.end);
        let start = self.doc.tokens.get(t).map_or(end, |x| x.start);
        // A possessive ending is no part of the token before.
        self.doc.text.get(end..start).unwrap_or("").trim_start_matches(['\'', '’', 's']).trim()
    }

    pub(super) fn push(&mut self, who: usize, from: usize, to: usize) {
        if to <= from {
            return;
        }
        let text = tidy(self.doc.span(from..to));
        self.push_text(who, from, to, text);
    }

    pub(super) fn push_text(&mut self, who: usize, from: usize, to: usize, text: String) {
        let start = self.doc.tokens.get(from).map_or(0, |t| t.start);
        let end = to.checked_sub(1).and_then(|t| self.doc.tokens.get(t)).map_or(start, |t| t.end);
        self.out.push((who, Fact { text, span: (start, end), ..Fact::default() }));
        self.used.push((from, to));
    }

    /// Who is spoken of before token `t`: the nearest that is no owner; a
    /// sentence that begins without anybody goes on about the one before it.
    pub(super) fn told_before(&self, t: usize) -> Option<usize> {
        let near = self.here.iter().rev().find(|m| m.token < t && !m.owner);
        near.or_else(|| self.here.iter().rev().find(|m| m.token < t)).map(|m| m.who)
    }

    /// Whom "with" or "in" at `t` describes: the nearest before it, but the
    /// subject where the nearest is only looked at ("looked up at me with").
    fn described_by(&self, t: usize) -> Option<usize> {
        let near = self.here.iter().rev().find(|m| m.token < t && !m.owner);
        let object =
            near.is_some_and(|m| m.how == How::Pronoun && !m.subject && m.token > self.sentence.tokens.start);
        let subject = self.here.iter().rev().find(|m| m.token < t && m.subject && !m.owner);
        match (object, subject) {
            (true, Some(m)) => Some(m.who),
            _ => near.map(|m| m.who).or_else(|| self.told_near(t)),
        }
    }

    /// As [`Page::told_before`], or who comes after, or who was spoken of last.
    pub(super) fn told_near(&self, t: usize) -> Option<usize> {
        self.told_before(t)
            .or_else(|| self.here.iter().find(|m| !m.owner).map(|m| m.who))
            .or_else(|| self.before.iter().rev().find(|m| m.subject && !m.owner).map(|m| m.who))
    }

    /// End of a fact: at punctuation, at a new clause, or after `most` words.
    pub(super) fn clause_end(&self, from: usize, most: usize) -> usize {
        let mut t = from;
        while t < self.sentence.tokens.end && t < from + most {
            let word = self.word(t);
            let comma = self.opens(t);
            let and = word == "and" && !self.adjective(t + 1);
            if comma && !(t == from && self.adjective(t) && self.gap(t) == ",") {
                break;
            }
            if and || t > from && CLAUSE.contains(&word) {
                break;
            }
            t += 1;
        }
        t.max(from).min(self.sentence.tokens.end)
    }
}

fn adjective_at(doc: &Doc, token: usize) -> bool {
    let word = doc.word(token);
    looks_word(word, is_adjective)
        || word.rsplit_once('-').is_some_and(|(head, tail)| {
            looks_word(tail, is_adjective)
                || looks_word(head, is_adjective)
                || among(tail, "coloured colored eyed haired faced shaped nosed legged bearded")
        })
}

fn noun_at(doc: &Doc, token: usize) -> bool {
    looks_word(doc.word(token), is_noun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::cast;
    use crate::story::types::Language;

    fn looks(text: &str, name: &str) -> Vec<String> {
        let doc = Doc::new(text, Language::English, &[]);
        let cast = cast::read(&doc);
        let part = cast.parts.iter().find(|p| p.name == name);
        part.map(|p| p.facts.iter().map(|f| f.text.clone()).collect()).unwrap_or_default()
    }

    #[test]
    fn lists_of_looks() {
        let text = "Mara sat down. Mara had a snub nose, a gap between her front teeth, and hair the colour of straw. Mara sang.";
        assert_eq!(
            looks(text, "Mara"),
            ["snub nose", "gap between her front teeth", "hair the colour of straw"]
        );
        let text = "Tom ran. Tom came in with a pencil stuck through his hair, and sat down. Tom sang in a long blue coat.";
        assert_eq!(looks(text, "Tom"), ["pencil stuck through his hair", "long blue coat"]);
    }

    #[test]
    fn busy_hands_and_past_deeds_are_no_looks() {
        let text =
            "Mara had found the green hat. Mara stood with both hands on the wheel. Mara had gone home.";
        assert_eq!(looks(text, "Mara"), [""; 0]);
    }

    #[test]
    fn predicates_owners_and_measures() {
        let text = "Mara was eleven. Mara was as thin as a rake. Her eyes were yellow. She put on her old red cloak.";
        let found = looks(text, "Mara");
        for fact in ["eleven years old", "thin as a rake", "eyes were yellow", "old red cloak"] {
            assert!(found.iter().any(|f| f == fact), "{fact} not in {found:?}");
        }
    }
}
