//! English facts of looks.
//!
//! Four shapes of phrase tell them: a list after "had", "wore", "with" or "in"
//! ("a snub nose, a gap between her front teeth and hair the colour of straw");
//! a noun of body or clothes with an owner ("her grey eyes"); adjectives of
//! somebody ("a big green frog", "was small and brown", "thin as a rake"); and
//! measures ("a boy of about twenty").

use super::cast::{How, Mention};
use super::lexicon::{Class, lexicon};
use super::looks::{Fact, is_adjective, is_noun, looks_word};
use super::sentences::{Doc, Sentence};
use super::setting::tidy;
use super::text::among;

/// Words that bring a list of looks.
pub(super) const HAVING: [&str; 12] = [
    "had", "has", "have", "having", "wore", "wears", "wearing", "sported", "bore", "clad", "dressed", "with",
];

/// Articles, numbers and owners: what an item of a list may begin with.
pub(super) const STARTERS: [&str; 17] = [
    "a", "an", "the", "his", "her", "its", "their", "my", "one", "two", "three", "four", "six", "eight",
    "no", "some", "both",
];

/// Words at which a phrase ends.
pub(super) const CLAUSE: [&str; 21] = [
    "but", "who", "when", "while", "because", "so", "which", "he", "she", "they", "then", "was", "were",
    "is", "are", "had", "until", "if", "i", "we", "where",
];

/// Parts of the body that everybody has and that are mostly busy: they tell
/// something only with an adjective or a comparison.
pub(super) const BUSY: [&str; 43] = [
    "shoulder",
    "hip",
    "hips",
    "palms",
    "thumbs",
    "knuckles",
    "knuckle",
    "waist",
    "throat",
    "heel",
    "heels",
    "ankle",
    "ankles",
    "toe",
    "hand",
    "hands",
    "arm",
    "arms",
    "finger",
    "fingers",
    "foot",
    "feet",
    "knees",
    "knee",
    "back",
    "shoulder",
    "shoulders",
    "mouth",
    "head",
    "face",
    "eyes",
    "eye",
    "chin",
    "lips",
    "teeth",
    "elbow",
    "elbows",
    "palm",
    "thumb",
    "leg",
    "legs",
    "chest",
    "toes",
];

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

    /// "She had a snub nose, a gap between her teeth, and hair like straw."
    fn lists(&mut self) {
        let mut t = self.sentence.tokens.start;
        while t < self.sentence.tokens.end {
            let word = self.word(t);
            let listed = HAVING.contains(&word)
                || (word == "in" && self.clothes_follow(t + 1))
                || (matches!(word, "put" | "puts" | "pulled" | "have") && self.word(t + 1) == "on");
            // "had found the hat" tells of the past, "had put on a hat" of looks.
            let mut t_on = 0;
            if matches!(word, "had" | "has" | "having" | "have") {
                if matches!(self.word(t + 1), "put" | "pulled") && self.word(t + 2) == "on" {
                    t_on = 2;
                } else if is_verb_word(self.word(t + 1))
                    || lexicon().cue_en("auxiliary", self.word(t + 1))
                    || self.word(t + 1).ends_with("ed") && !self.adjective(t + 1)
                    || among(self.word(t + 1), "been gone taken given seen done made got to")
                {
                    t += 1;
                    continue;
                }
            }
            let denied =
                t > self.sentence.tokens.start && matches!(self.word(t - 1), "never" | "not" | "had");
            if !listed || denied || self.quoted(t) || self.taken(t) {
                t += 1;
                continue;
            }
            let mut first = t + 1 + t_on;
            while among(self.word(first), "on in only still also now always") {
                first += 1;
            }
            // "with" speaks of the noun it follows; "had" of its subject.
            let owned = self.here.iter().find(|m| m.token == first && m.owner && m.how == How::Pronoun);
            let who = if let Some(owner) = owned.filter(|_| matches!(word, "with" | "in")) {
                // "after the girl, in his velvet slippers"
                Some(owner.who)
            } else if matches!(word, "with" | "in") {
                self.described_by(t)
            } else {
                self.here
                    .iter()
                    .rev()
                    .find(|m| m.token < t && !m.owner && m.subject)
                    .map(|m| m.who)
                    .or_else(|| self.told_before(t))
            };
            let items = self.items(first);
            // "She waded in over her boots."
            let way = among(self.word(first), "over under up down out through across to from by at");
            let Some(who) = who.filter(|_| !items.is_empty() && !way) else {
                t += 1;
                continue;
            };
            let clothed = among(word, "wore wears wearing clad dressed in put puts");
            let mut any = false;
            for &(from, to) in &items {
                // Later items are believed once one is about looks.
                let told = self.about_looks(from, to, clothed) || (any && self.described(from, to));
                if told {
                    let from = if STARTERS.get(..8).is_some_and(|s| s.contains(&self.word(from))) {
                        from + 1
                    } else {
                        from
                    };
                    self.push(who, from, to);
                    any = true;
                }
            }
            t = if any { items.last().map_or(t + 1, |i| i.1) } else { t + 1 };
        }
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

    pub(super) fn noun_of(&self, t: usize, tag: &str) -> bool {
        t < self.sentence.tokens.end && looks_word(self.doc.word(t), |c| c.is(tag))
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
            let finite =
                among(word, "stood sat came went lay looked said walked ran sits stands turned waited")
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

    pub(super) fn number(&self, t: usize) -> bool {
        let w = self.word(t);
        let first = w.split('-').next().unwrap_or("");
        NUMBERS.contains(&first) || (w.len() <= 2 && !w.is_empty() && w.chars().all(|c| c.is_ascii_digit()))
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

const NUMBERS: [&str; 31] = [
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "twenties",
    "thirties",
    "forties",
    "fifties",
    "sixties",
];

pub(super) fn be(word: &str) -> bool {
    among(
        word,
        "was is were are am looked looks became grew gone going turned turning went grown seemed stood been",
    )
}

pub(super) fn is_on(word: &str) -> bool {
    among(word, "in on over across round around upon behind down through under between at about")
}

pub(super) fn is_verb_word(word: &str) -> bool {
    lexicon().has_english(word, Class::Action) && !looks_word(word, is_adjective)
}

fn looks_like_noun(word: &str) -> bool {
    let lex = lexicon();
    lex.has_english(word, Class::Setting)
        || lex.has_english(word, Class::Prop)
        || lex.has_english(word, Class::Person)
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
    use super::super::cast;
    use super::super::types::Language;
    use super::*;

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
