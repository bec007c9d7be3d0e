//! Where the lexicon's concepts stand in the text, and which of them are only
//! compared with or denied.

use std::ops::Range;

use super::{Doc, Hit};
use crate::story::lexicon::lexicon;
use crate::story::looks::{is_adjective, looks_word};
use crate::story::types::Language;

/// Tokens of the longest Chinese phrase of time, weather or mood.
const LONGEST_PHRASE_TOKENS: usize = 5;

impl<'a> Doc<'a> {
    pub(super) fn find_hits(&mut self, tokens: Range<usize>) {
        let lex = lexicon();
        let mut found: Vec<Hit> = Vec::new();
        for t in tokens.clone() {
            let word = self.word(t);
            if self.language == Language::Chinese {
                // A name is only a name: 小雨 is no rain.
                if self.tokens.get(t).is_some_and(|x| x.capital) {
                    continue;
                }
                self.chinese_hits(&tokens, t, &mut found);
                continue;
            }
            let mut phrases = lex.english(word);
            if phrases.is_empty()
                && let Some((_, tail)) = word.rsplit_once('-')
            {
                phrases = lex.english(tail);
            }
            for phrase in phrases {
                let len = phrase.rest.len() + 1;
                let fits = t + len <= tokens.end
                    && phrase.rest.iter().enumerate().all(|(k, w)| {
                        self.word(t + 1 + k) == w && !self.tokens.get(t + 1 + k).is_some_and(|tok| tok.opens)
                    });
                if fits {
                    let concept = phrase.concept;
                    found.push(Hit {
                        token: t,
                        len,
                        concept,
                        plural: phrase.plural,
                        likened: false,
                        negated: false,
                    });
                }
            }
        }
        // Within a list a longer phrase hides the shorter ones inside it:
        // "railway arch" is no arch, "old man" no man.
        // (But "at dusk", which jumps in time, must not hide "dusk".)
        let class = |h: &Hit| lex.concept(h.concept).map(|c| (c.class, c.id == "jump"));
        let kept: Vec<Hit> = found
            .iter()
            .filter(|h| {
                !found.iter().any(|o| {
                    o.len > h.len
                        && o.token <= h.token
                        && h.token + h.len <= o.token + o.len
                        && class(o) == class(h)
                })
            })
            .cloned()
            .collect();
        let first = self.hits.len();
        self.hits.extend(kept);
        for h in first..self.hits.len() {
            let Some(hit) = self.hits.get(h) else {
                continue;
            };
            let (token, len) = (hit.token, hit.len);
            let likened = self.is_likened(&tokens, token);
            let negated = self.is_negated(&tokens, token, len);
            if let Some(hit) = self.hits.get_mut(h) {
                hit.likened = likened;
                hit.negated = negated;
            }
        }
    }

    /// The words of the lexicon that begin at token `t`: the token itself, and
    /// phrases of it and the tokens right behind it.
    fn chinese_hits(&self, tokens: &Range<usize>, t: usize, found: &mut Vec<Hit>) {
        let lex = lexicon();
        let Some(first) = self.tokens.get(t) else { return };
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
