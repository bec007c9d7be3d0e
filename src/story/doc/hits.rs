//! Where the lexicon's concepts stand in the text, and which of them are only
//! compared with or denied.

use std::ops::Range;

use super::{Doc, Hit};
use crate::story::lexicon::lexicon;
use crate::story::looks::{is_adjective, looks_word};
use crate::story::types::Language;

/// Tokens of the longest Chinese phrase of time, weather or mood.
const LONGEST_PHRASE_TOKENS: usize = 5;

impl Doc<'_> {
    /// Finds the concepts of every sentence.
    pub(super) fn find_hits(&mut self) {
        for s in 0..self.sentences.len() {
            let Some(tokens) = self.sentences.get(s).map(|s| s.tokens.clone()) else { continue };
            let first = self.hits.len();
            let mut found = Vec::new();
            for t in tokens.clone() {
                match self.language {
                    Language::English => self.english_hits(&tokens, t, &mut found),
                    Language::Chinese => self.chinese_hits(&tokens, t, &mut found),
                }
            }
            for hit in longest(&found) {
                let likened = self.is_likened(&tokens, hit.token);
                let negated = self.is_negated(&tokens, hit.token, hit.len);
                self.hits.push(Hit { likened, negated, ..hit.clone() });
            }
            let last = self.hits.len();
            if let Some(sentence) = self.sentences.get_mut(s) {
                sentence.hits = first..last;
            }
        }
    }

    /// The phrases of the lexicon that begin at token `t`, or with the last part of
    /// a hyphened word.
    fn english_hits(&self, tokens: &Range<usize>, t: usize, found: &mut Vec<Hit>) {
        let word = self.word(t);
        let mut phrases = lexicon().english(word);
        if phrases.is_empty()
            && let Some((_, tail)) = word.rsplit_once('-')
        {
            phrases = lexicon().english(tail);
        }
        for phrase in phrases {
            let len = phrase.rest.len() + 1;
            let goes_on = |(k, w): (usize, &String)| {
                self.word(t + 1 + k) == w && !self.tokens.get(t + 1 + k).is_some_and(|x| x.opens)
            };
            if t + len <= tokens.end && phrase.rest.iter().enumerate().all(goes_on) {
                let (concept, plural) = (phrase.concept, phrase.plural);
                found.push(Hit { token: t, len, concept, plural, likened: false, negated: false });
            }
        }
    }

    /// The words of the lexicon that begin at token `t`: the token itself, and
    /// phrases of it and the tokens right behind it.
    fn chinese_hits(&self, tokens: &Range<usize>, t: usize, found: &mut Vec<Hit>) {
        let lex = lexicon();
        // A name is only a name: 小雨 is no rain.
        let Some(first) = self.tokens.get(t).filter(|x| !x.capital) else { return };
        for len in 1..=LONGEST_PHRASE_TOKENS.min(tokens.end - t) {
            let Some(last) = self.tokens.get(t + len - 1) else { break };
            if len > 1 && (last.opens || last.capital) {
                break;
            }
            for &concept in lex.chinese(self.text.get(first.start..last.end).unwrap_or("")) {
                found.push(Hit { token: t, len, concept, plural: false, likened: false, negated: false });
            }
        }
    }

    /// Whether a token stands in a comparison: after "like a", "as ... as",
    /// "as if" or 像, within the same clause.
    fn is_likened(&self, tokens: &Range<usize>, token: usize) -> bool {
        let lex = lexicon();
        let reach = if self.language == Language::Chinese { 12 } else { 7 };
        // 男孩一样的短发
        if self.language == Language::Chinese
            && self.tokens.get(token + 1).is_some_and(|x| !x.opens && token + 1 < tokens.end)
            && self.tokens.get(token).and_then(|x| self.text.get(x.end..)).is_some_and(|rest| {
                ["一样", "似的", "一般的", "般的", "那样的", "模样的"].iter().any(|w| rest.starts_with(w))
            })
        {
            return true;
        }
        let mut t = token;
        for _ in 0..reach {
            if t <= tokens.start || self.tokens.get(t).is_none_or(|x| x.opens) {
                return false;
            }
            t -= 1;
            let word = self.word(t);
            if self.language == Language::Chinese {
                if lex.cue_zh("metaphor", word) {
                    return true;
                }
                continue;
            }
            let previous = if t > tokens.start { self.word(t - 1) } else { "" };
            let next = self.word(t + 1);
            match word {
                // "something about the size of a dog"
                "of" if matches!(previous, "size" | "shape" | "height") => return true,
                // "would you like a boat" and "she liked" compare nothing.
                "like" => {
                    return !matches!(
                        previous,
                        "i" | "you" | "we" | "they" | "would" | "d" | "to" | "not" | "don't" | "never"
                    );
                }
                "as" if matches!(next, "if" | "though") => return true,
                // "as yellow as lamps": the second "as" compares.
                "as" => {
                    return (tokens.start..t).rev().take(4).any(|u| self.word(u) == "as")
                        || (!previous.is_empty()
                            && matches!(next, "a" | "an")
                            && (lex.cue_en("metaphor", previous) || looks_word(previous, is_adjective)));
                }
                _ => {}
            }
        }
        false
    }

    /// Whether "no", "not", "never", 没 or 不 stands shortly before.
    fn is_negated(&self, tokens: &Range<usize>, token: usize, len: usize) -> bool {
        let lex = lexicon();
        let own = (token..token + len).any(|t| lex.cue_en("negation", self.word(t)));
        if own {
            return false;
        }
        let reach = if self.language == Language::Chinese { 3 } else { 4 };
        let mut t = token;
        for _ in 0..reach {
            if t <= tokens.start || self.tokens.get(t).is_none_or(|x| x.opens) {
                return false;
            }
            t -= 1;
            let word = self.word(t);
            let negates = match self.language {
                Language::English => lex.cue_en("negation", word),
                Language::Chinese => lex.cue_zh("negation", word),
            };
            if negates {
                return true;
            }
        }
        false
    }
}

/// Hits without those inside a longer one of the same list: "railway arch" is no
/// arch, "old man" no man. (But "at dusk", which jumps in time, must not hide "dusk".)
fn longest(found: &[Hit]) -> impl Iterator<Item = &Hit> {
    let class = |h: &Hit| lexicon().concept(h.concept).map(|c| (c.class, c.id == "jump"));
    let inside = |h: &Hit, o: &Hit| o.token <= h.token && h.token + h.len <= o.token + o.len;
    found.iter().filter(move |h| !found.iter().any(|o| o.len > h.len && inside(h, o) && class(o) == class(h)))
}
