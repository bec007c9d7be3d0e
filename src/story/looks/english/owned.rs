//! English facts of looks told of what somebody has: "her eyes were yellow",
//! "the fox's red tail", "a smear of grease across her nose".

use super::Page;
use super::words::{BUSY, CLAUSE, HAVING, STARTERS, be, is_on};
use crate::story::doc::Hit;
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::looks::is_noun;

/// Modifiers before a noun that are looked at.
const MOST_MODIFIERS: usize = 5;

/// What hair and clothes have done to them: "his hair stuck up like a brush".
const STYLED: &str = "stuck hung stood fell cut tied pinned gathered plaited curled like";

/// Where things are held rather than worn.
const HOLDING: &str =
    "hand hands arm arms back shoulder shoulders fingers mouth feet pocket bag lap knees coat sleeve";

/// What goes on with the description of a noun behind it.
const POSTMODIFIERS: &str =
    "with in of on stuck down over made like that as round around at upon the gone cut tied rolled pinned";

/// A noun of looks with its modifiers.
struct Phrase {
    /// First token of the modifiers.
    from: usize,
    /// Token of the noun.
    noun: usize,
    /// One past the noun.
    after: usize,
    /// A modifier can be seen.
    visual: bool,
    /// It is a garment, and not of the body.
    clothes: bool,
}

impl Page<'_, '_> {
    /// Nouns of looks with an owner of their own: "her eyes were yellow", "the
    /// fox's red tail", "a smear of grease across her nose".
    pub(super) fn nouns(&mut self) {
        let hits: Vec<(Hit, &Concept)> =
            self.doc.hits_in(self.sentence, Class::Look).map(|(h, c)| (h.clone(), c)).collect();
        for (hit, concept) in hits {
            if self.taken(hit.token) || hit.likened || self.quoted(hit.token) || !is_noun(concept) {
                continue;
            }
            if let Some((who, from, to)) = self.noun_fact(&hit, concept) {
                self.push(who, from, to);
            }
        }
    }

    /// Who has the looks of a noun, and the tokens that tell them.
    fn noun_fact(&self, hit: &Hit, concept: &Concept) -> Option<(usize, usize, usize)> {
        let noun = hit.token;
        let mut from = self.modifiers(noun);
        let visual = (from..noun).any(|t| self.adjective(t));
        // "her own kerchief"
        if from > self.sentence.tokens.start + 1 && self.word(from - 1) == "own" {
            from -= 1;
        }
        let phrase = Phrase { from, noun, after: noun + hit.len, visual, clothes: concept.is("clothes") };
        match self.possessor(from) {
            Some(owner) => {
                let who = owner?;
                self.on_body(from, noun, who).or_else(|| self.owned(&phrase, who))
            }
            None => self.loose(&phrase),
        }
    }

    /// First token of the modifiers of a noun: "long grey" of "her long grey hair".
    fn modifiers(&self, noun: usize) -> usize {
        let lex = lexicon();
        let start = self.sentence.tokens.start;
        let mut from = noun;
        while from > start && noun - from < MOST_MODIFIERS {
            let word = self.word(from - 1);
            let adjective = self.adjective(from - 1);
            let joined = !self.opens(from) || (adjective && self.gap(from) == ",");
            let small =
                lex.cue_en("function", word) || lex.cue_en("locative", word) || STARTERS.contains(&word);
            let verb =
                lex.has_english(word, Class::Action) && !word.ends_with("ing") || HAVING.contains(&word);
            let owner = self.doc.tokens.get(from - 1).is_some_and(|t| t.possessive);
            let and = word == "and" && from - 1 > start && self.adjective(from) && self.adjective(from - 2);
            if !joined || (((small || verb) && !adjective || owner) && !and) {
                break;
            }
            from -= 1;
        }
        from
    }

    /// Who owns what begins at `from`: `None` where nothing says that anybody
    /// does, `Some(None)` where nobody knows who.
    fn possessor(&self, from: usize) -> Option<Option<usize>> {
        let before = from.checked_sub(1).filter(|b| *b >= self.sentence.tokens.start)?;
        if among(self.word(before), "her his its their my") {
            let owner = self.here.iter().find(|m| m.token + 1 == from).map(|m| m.who);
            // An unresolved owner: who was spoken of last.
            return Some(owner.or_else(|| self.told_near(from)));
        }
        let possessive = self.doc.tokens.get(before).is_some_and(|t| t.possessive);
        let owner = self.here.iter().rev().filter(|_| possessive).find(|m| m.token + m.len == from);
        owner.map(|m| Some(m.who))
    }

    /// "Her eyes were yellow", "his coat", "his hair stuck up like a brush".
    fn owned(&self, p: &Phrase, who: usize) -> Option<(usize, usize, usize)> {
        let (noun, after) = (self.word(p.noun), p.after);
        if let Some(verb) = (after..after + 2).find(|t| !self.opens(*t) && be(self.word(*t))) {
            let adjective = (verb + 1..verb + 6)
                .take_while(|t| !self.opens(*t))
                .any(|t| self.adjective(t) || self.word(t) == "like");
            let to = if adjective { self.clause_end(verb + 1, 12) } else { after };
            return (adjective || p.visual).then_some((who, p.from, to));
        }
        // Clothes that belong to somebody are worn; of the body only what is described.
        let worn = p.clothes
            && !self.thrown_off(p.from)
            && !(after..after + 4).any(|t| self.word(t) == "off")
            && !among(noun, "bag pocket handkerchief ring collar sleeve sleeves buttons");
        // "His hair stuck up like a brush."
        let styled = !p.clothes && !BUSY.contains(&noun) && among(self.word(after), STYLED);
        (p.visual || worn || styled).then(|| (who, p.from, self.described_end(after)))
    }

    /// What nobody is said to own, where it is described: "up and down on six thin
    /// legs", "brass buttons and all", "long legs opening".
    fn loose(&self, p: &Phrase) -> Option<(usize, usize, usize)> {
        let lead = match p.from > self.sentence.tokens.start {
            true => self.word(p.from - 1),
            false => "",
        };
        let noun = self.word(p.noun);
        let stands =
            lead == "on" && !p.clothes && among(noun, "legs feet paws wheels") && p.noun > p.from + 1;
        if stands && p.visual {
            return Some((self.told_near(p.noun)?, p.from, p.after));
        }
        let loose = match p.clothes {
            true => lead != "the",
            false => self.opens(p.from) || among(lead, "and a an out back up"),
        };
        let described = loose && !BUSY.contains(&noun) || self.opens(p.from);
        if !p.visual || !described {
            return None;
        }
        Some((self.told_near(p.noun)?, p.from, self.described_end(p.after)))
    }

    /// "lost the hat", "took off her coat".
    fn thrown_off(&self, from: usize) -> bool {
        (from.saturating_sub(4).max(self.sentence.tokens.start)..from)
            .any(|t| among(self.word(t), "off lost without dropped threw lose"))
    }

    /// "with ice in his eyelashes", "a smear of grease across her nose": the
    /// thing on the body is the fact.
    fn on_body(&self, from: usize, noun: usize, owner: usize) -> Option<(usize, usize, usize)> {
        if among(self.word(noun), HOLDING) {
            return None;
        }
        let start = self.sentence.tokens.start;
        let place = from.checked_sub(2).filter(|p| *p >= start && is_on(self.word(*p)))?;
        let mut first = place;
        while first > start && place - first < 7 && !self.opens(first) {
            let word = self.word(first - 1);
            if among(word, "with was were had is and") {
                break;
            }
            if CLAUSE.contains(&word) || self.here.iter().any(|m| m.token == first - 1) {
                return None;
            }
            // An action ends the phrase: "put a hand on his hair" tells nothing.
            if lexicon().has_english(word, Class::Action)
                && !matches!(word, "stuck" | "painted" | "rolled")
                && !self.adjective(first - 1)
            {
                return None;
            }
            first -= 1;
        }
        let article = matches!(self.word(first), "a" | "an" | "the");
        let begin = if article { first + 1 } else { first };
        let led = first > start && among(self.word(first - 1), "with was were had is");
        (led || article && self.opens(first)).then_some((owner, begin, noun + 1)).filter(|f| f.1 + 1 < f.2)
    }

    /// One past the description that goes on at `after`.
    fn described_end(&self, after: usize) -> usize {
        let goes_on = !self.opens(after) && among(self.word(after), POSTMODIFIERS);
        if goes_on { self.clause_end(after, 8) } else { after }
    }
}
