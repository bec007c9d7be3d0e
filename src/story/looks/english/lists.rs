//! Lists of looks: "She had a snub nose, a gap between her teeth, and hair like
//! straw."

use super::Page;
use super::words::{BUSY, CLAUSE, HAVING, STARTERS, is_on, is_verb_word, looks_like_noun};
use crate::story::cast::How;
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, lexicon};

/// Words of [`STARTERS`] that are no part of a fact.
const DETERMINERS: usize = 8;

/// Prepositions of a way: "waded in over her boots".
const WAYS: &str = "over under up down out through across to from by at";

/// Words that bring a list of clothes.
const DRESSING: &str = "wore wears wearing clad dressed in put puts";

/// Participles behind "had" that the lexicon of actions lacks.
const PARTICIPLES: &str = "been gone taken given seen done made got to";

/// Verbs that go on with the story behind a noun of looks.
const FINITE_VERBS: &str = "stood sat came went lay looked said walked ran sits stands turned waited";

impl Page<'_, '_> {
    /// Takes the facts of every list in the sentence.
    pub(super) fn lists(&mut self) {
        let mut t = self.sentence.tokens.start;
        while t < self.sentence.tokens.end {
            t = self.list(t).unwrap_or(t + 1);
        }
    }

    /// Takes the facts of the list that a word at `t` brings; gives the token
    /// behind them, or `None` where there are none.
    fn list(&mut self, t: usize) -> Option<usize> {
        let first = self.first_item(t)?;
        let items = self.items(first);
        // "She waded in over her boots."
        let way = among(self.word(first), WAYS);
        let who = self.bearer(t, first).filter(|_| !items.is_empty() && !way)?;
        let clothed = among(self.word(t), DRESSING);
        let mut end = None;
        for &(from, to) in &items {
            // Later items are believed once one is about looks.
            let told = self.about_looks(from, to, clothed) || (end.is_some() && self.described(from, to));
            if told {
                let determined = STARTERS.iter().take(DETERMINERS).any(|s| *s == self.word(from));
                self.push(who, from + usize::from(determined), to);
                end = items.last().map(|i| i.1);
            }
        }
        end
    }

    /// The first token of the list that a word at `t` brings, if it does.
    fn first_item(&self, t: usize) -> Option<usize> {
        let (word, next) = (self.word(t), self.word(t + 1));
        let listed = HAVING.contains(&word)
            || (word == "in" && self.clothes_follow(t + 1))
            || (matches!(word, "put" | "puts" | "pulled" | "have") && next == "on");
        // "had found the hat" tells of the past, "had put on a hat" of looks.
        let perfect = matches!(word, "had" | "has" | "having" | "have");
        let put_on = perfect && matches!(next, "put" | "pulled") && self.word(t + 2) == "on";
        let past = perfect
            && !put_on
            && (is_verb_word(next)
                || lexicon().cue_en("auxiliary", next)
                || next.ends_with("ed") && !self.adjective(t + 1)
                || among(next, PARTICIPLES));
        let denied = t > self.sentence.tokens.start && matches!(self.word(t - 1), "never" | "not" | "had");
        if past || !listed || denied || self.quoted(t) || self.taken(t) {
            return None;
        }
        let mut first = t + 1 + if put_on { 2 } else { 0 };
        while among(self.word(first), "on in only still also now always") {
            first += 1;
        }
        Some(first)
    }

    /// Whose looks a list is: "with" speaks of the noun it follows, "had" of its
    /// subject.
    fn bearer(&self, t: usize, first: usize) -> Option<usize> {
        if matches!(self.word(t), "with" | "in") {
            // "after the girl, in his velvet slippers"
            let mut owners = self.here.iter().filter(|m| m.owner && m.how == How::Pronoun);
            let owner = owners.find(|m| m.token == first).map(|m| m.who);
            return owner.or_else(|| self.described_by(t));
        }
        let mut subjects = self.here.iter().rev().filter(|m| !m.owner && m.subject);
        subjects.find(|m| m.token < t).map(|m| m.who).or_else(|| self.told_before(t))
    }

    /// "in a green felt hat", "in his pyjamas", but not "in a hat shop".
    fn clothes_follow(&self, first: usize) -> bool {
        for t in first..first + 7 {
            if t > first && self.opens(t) && self.gap(t) != "," {
                return false;
            }
            if self.noun_of(t, "clothes") {
                let next = self.word(t + 1);
                return self.opens(t + 1)
                    || lexicon().cue_en("function", next)
                    || lexicon().cue_en("locative", next)
                    || next.ends_with("ed")
                    || !looks_like_noun(next);
            }
            let word = self.word(t);
            let part = STARTERS.contains(&word) || self.adjective(t) || t < first + 4;
            if !part || CLAUSE.contains(&word) {
                return false;
            }
        }
        false
    }

    /// Items of a list that begins at `first`, as token ranges.
    fn items(&self, first: usize) -> Vec<(usize, usize)> {
        let mut items = Vec::new();
        let mut from = first;
        let mut t = first;
        let end = self.sentence.tokens.end.min(first + 44);
        loop {
            let stop = t >= end || self.quoted(t);
            let word = if stop { "" } else { self.word(t) };
            let comma = !stop && t > first && self.opens(t);
            let boundary = comma || (word == "and" && t > from);
            if stop || (boundary && !self.continues(t, from)) {
                if boundary && !stop && self.next_item(t).is_some() {
                    items.push((from, t));
                    from = self.next_item(t).unwrap_or(t);
                    t = from + 1;
                    continue;
                }
                items.push((from, t.min(self.sentence.tokens.end)));
                break;
            }
            // Relative clauses that describe go along ("that stood up", "you
            // could hang a coat on"); everything else that is a clause ends it.
            let finite = among(word, FINITE_VERBS)
                && (from..t).any(|k| self.noun(k))
                && !(from..t).any(|k| matches!(self.word(k), "that" | "which" | "who"));
            // "a beard that had come in ginger and white"
            let relative =
                t > from && among(word, "had was were is are") && among(self.word(t - 1), "that which whose");
            if t > from && (CLAUSE.contains(&word) && !relative || finite) {
                items.push((from, t));
                break;
            }
            if t - from > 13 {
                items.push((from, t));
                break;
            }
            t += 1;
        }
        items.retain(|(a, b)| b > a);
        items
    }

    /// "a big, green frog", "small and brown": the comma or "and" at `t` stands
    /// between adjectives of one item.
    fn continues(&self, t: usize, from: usize) -> bool {
        let (last, next) =
            if self.word(t) == "and" { (t.wrapping_sub(1), t + 1) } else { (t.wrapping_sub(1), t) };
        let bare = (from..t).all(|k| !self.noun(k) || self.adjective(k));
        (!self.opens(t) || self.gap(t) == ",") && bare && self.adjective(last) && self.adjective(next)
    }

    /// Where the next item begins behind a comma or an "and" at `t`.
    fn next_item(&self, t: usize) -> Option<usize> {
        if self.opens(t) && self.gap(t) != "," {
            return None;
        }
        let mut n = if self.word(t) == "and" { t + 1 } else { t };
        if matches!(self.word(n), "with" | "and") {
            n += 1;
        }
        if n > t && self.opens(n) && n != t {
            return None;
        }
        let word = self.word(n);
        let begins = STARTERS.contains(&word) || self.adjective(n) || self.noun(n);
        // "and his eyes were": a new clause, which speaks for itself.
        let verb = (n..n + 4)
            .any(|k| k > n && !self.opens(k) && matches!(self.word(k), "was" | "were" | "is" | "are"));
        (begins && !verb).then_some(n)
    }

    /// Whether tokens hold a noun of looks that tells something.
    fn about_looks(&self, from: usize, to: usize, clothed: bool) -> bool {
        let mut noun = None;
        for t in from..to {
            if self.noun(t) && !(self.word(t) == "ring" && self.word(t + 1) == "of") {
                noun = Some(t);
                break;
            }
        }
        let Some(noun) = noun else {
            return false;
        };
        let adjective = (from..noun).any(|t| self.adjective(t));
        if self.noun_of(noun, "clothes") {
            return clothed || adjective || to > noun + 1 || noun > from;
        }
        let busy = BUSY.contains(&self.word(noun));
        let follows = among(self.word(noun + 1), "like as of that the you so") && noun + 2 < to;
        // "ice in his eyelashes", "a pencil stuck in her bun".
        let on_body = noun > from + 1 && (from..noun).any(|t| is_on(self.word(t)));
        if busy {
            return (adjective && !self.held(noun))
                || follows
                || (on_body && !matches!(self.word(noun), "hand" | "hands"));
        }
        adjective || follows || on_body || noun > from || to > noun + 1
    }

    /// "with both hands on the wheel" shows what hands do, not what they are.
    fn held(&self, noun: usize) -> bool {
        among(self.word(noun.wrapping_sub(1)), "both one two free other left right")
    }

    /// A phrase with a visible adjective that is no number alone.
    fn described(&self, from: usize, to: usize) -> bool {
        let person = (from..to).any(|t| lexicon().has_english(self.word(t), Class::Person));
        let them = (from..to).any(|t| matches!(self.word(t), "them" | "ones" | "us"));
        !them
            && ((from..to).any(|t| self.noun(t))
                || (!person && to > from + 1 && (from..to).any(|t| self.adjective(t))))
    }
}
