//! English facts of looks told of what somebody has: "her eyes were yellow",
//! "the fox's red tail", "a smear of grease across her nose".

use super::Page;
use super::words::{BUSY, CLAUSE, HAVING, STARTERS, be, is_on};
use crate::story::doc::Hit;
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::looks::is_noun;

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

    fn noun_fact(&self, hit: &Hit, concept: &Concept) -> Option<(usize, usize, usize)> {
        let lex = lexicon();
        let start = self.sentence.tokens.start;
        let noun = hit.token;
        let mut from = noun;
        while from > start && noun - from < 5 {
            let word = self.word(from - 1);
            let adjective = self.adjective(from - 1);
            let joined = !self.opens(from) || (adjective && self.gap(from) == ",");
            let small =
                (lex.cue_en("function", word) || lex.cue_en("locative", word) || STARTERS.contains(&word))
                    && !adjective;
            let verb = (lex.has_english(word, Class::Action) && !word.ends_with("ing")
                || HAVING.contains(&word))
                && !adjective;
            let owner = self.doc.tokens.get(from - 1).is_some_and(|t| t.possessive);
            let and = word == "and" && from - 1 > start && self.adjective(from) && self.adjective(from - 2);
            if !joined || ((small || verb || owner) && !and) {
                break;
            }
            from -= 1;
        }
        let visual = (from..noun).any(|t| self.adjective(t));
        let after = noun + hit.len;
        // "her own kerchief"
        if from > start + 1 && self.word(from - 1) == "own" {
            from -= 1;
        }
        let lead = if from > start { self.word(from - 1) } else { "" };
        let mut owner = None;
        let mut own = among(lead, "her his its their my");
        if own {
            owner = self.here.iter().find(|m| m.token + 1 == from).map(|m| m.who);
            // An unresolved owner: who was spoken of last.
            owner = owner.or_else(|| self.told_near(from));
        } else if from > start && self.doc.tokens.get(from - 1).is_some_and(|t| t.possessive) {
            owner = self.here.iter().rev().find(|m| m.token + m.len == from).map(|m| m.who);
            own = owner.is_some();
        }
        if own && let Some(found) = self.on_body(from, noun, owner?) {
            return Some(found);
        }
        let body = !concept.is("clothes");
        if own {
            let who = owner?;
            let copula = (after..after + 2).find(|t| !self.opens(*t) && be(self.word(*t)));
            if let Some(verb) = copula {
                let adjective = (verb + 1..verb + 6)
                    .take_while(|t| !self.opens(*t))
                    .any(|t| self.adjective(t) || self.word(t) == "like");
                let to = if adjective { self.clause_end(verb + 1, 12) } else { after };
                return (adjective || visual).then_some((who, from, to));
            }
            // Clothes that belong to somebody are worn; of the body only what is described.
            let worn = concept.is("clothes")
                && !self.thrown_off(from)
                && !(after..after + 4).any(|t| self.word(t) == "off")
                && !among(self.word(noun), "bag pocket handkerchief ring collar sleeve sleeves buttons");
            // "His hair stuck up like a brush."
            let styled = body
                && !BUSY.contains(&self.word(noun))
                && among(
                    self.word(after),
                    "stuck hung stood fell cut tied pinned gathered plaited curled like",
                );
            if visual || worn || styled {
                let to = if self.describes(after) { self.clause_end(after, 8) } else { after };
                return Some((who, from, to));
            }
            return None;
        }
        // "up and down on six thin legs"
        let stands =
            lead == "on" && body && among(self.word(noun), "legs feet paws wheels") && noun > from + 1;
        if stands && visual {
            return Some((self.told_near(noun)?, from, after));
        }
        // Loose but described: "brass buttons and all", "long legs opening".
        let loose = visual
            && (concept.is("clothes") && lead != "the"
                || body && (self.opens(from) || lead == "and" || among(lead, "a an out back up")));
        if loose && !BUSY.contains(&self.word(noun)) || (visual && self.opens(from)) {
            let who = self.told_near(noun)?;
            let to = if self.describes(after) { self.clause_end(after, 8) } else { after };
            return Some((who, from, to));
        }
        None
    }

    /// "lost the hat", "took off her coat".
    fn thrown_off(&self, from: usize) -> bool {
        (from.saturating_sub(4).max(self.sentence.tokens.start)..from)
            .any(|t| among(self.word(t), "off lost without dropped threw lose"))
    }

    /// "with ice in his eyelashes", "a smear of grease across her nose": the
    /// thing on the body is the fact.
    fn on_body(&self, from: usize, noun: usize, owner: usize) -> Option<(usize, usize, usize)> {
        if among(
            self.word(noun),
            "hand hands arm arms back shoulder shoulders fingers mouth feet pocket bag lap knees coat sleeve",
        ) {
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

    fn describes(&self, after: usize) -> bool {
        !self.opens(after)
            && among(
                self.word(after),
                "with in of on stuck down over made like that as round around at upon the gone cut tied rolled pinned",
            )
    }
}
