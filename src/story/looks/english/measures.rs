//! English facts of age and size.

use super::Page;
use super::words::is_verb_word;
use crate::story::cast::How;
use crate::story::lexicon::numerals::{cardinal, is_decade};
use crate::story::lexicon::words::among;

impl Page<'_, '_> {
    /// Age and size: "was eleven", "a boy of about twenty", "about the size of a
    /// loaf", "twice her height".
    pub(super) fn measures(&mut self) {
        for t in self.sentence.tokens.clone() {
            if self.quoted(t) {
                continue;
            }
            let (word, next) = (self.word(t).to_owned(), self.word(t + 1).to_owned());
            let age = word == "of"
                && (self.number(t + 1)
                    || (matches!(next.as_str(), "about" | "some" | "perhaps") && self.number(t + 2)));
            if age
                && let Some((who, first)) =
                    self.here.iter().find(|m| m.token + m.len == t).map(|m| (m.who, m.token))
            {
                self.push(who, first, t + if self.number(t + 1) { 2 } else { 3 });
            }
            let about = usize::from(among(next.as_str(), "about perhaps nearly almost only"));
            let old = matches!(word.as_str(), "was" | "is" | "turned" | "am")
                && self.number(t + 1 + about)
                && (among(self.word(t + 2 + about), "years and or then now like")
                    || self.opens(t + 2 + about));
            if old
                && let Some(who) = self
                    .here
                    .iter()
                    .find(|m| {
                        let who = self.doc.word(t - 1) == "who" && m.token + m.len + 1 == t;
                        (m.token + m.len == t && (m.subject || m.how != How::Noun)) || who
                    })
                    .map(|m| m.who)
            {
                let text = format!("{} years old", self.word(t + 1 + about));
                self.push_text(who, t + 1, t + 2 + about, text);
            }
            let sized = (word == "size" && next == "of")
                || (matches!(word.as_str(), "twice" | "half")
                    && matches!(self.word(t + 2), "height" | "size"))
                || (matches!(word.as_str(), "large" | "big" | "tall" | "small")
                    && next == "as"
                    && !self.taken(t));
            if sized && let Some(who) = self.told_before(t) {
                let to = self.clause_end(t + 2, 4);
                let to = (t + 3..to).find(|k| is_verb_word(self.word(*k))).unwrap_or(to);
                self.push(who, t, to);
            }
        }
    }
}

impl Page<'_, '_> {
    /// "eleven", "twenty-three", "40", "sixties": a number of years. (One and two
    /// count things rather than years.)
    fn number(&self, t: usize) -> bool {
        let word = self.word(t);
        let first = word.split('-').next().unwrap_or("");
        let digits = word.len() <= 2 && !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
        cardinal(first).is_some_and(|n| n > 2) || is_decade(first) || digits
    }
}
