//! English facts of looks said of somebody: adjectives of a noun phrase, and
//! predicates.

use super::Page;
use super::words::{STARTERS, be, is_verb_word};
use crate::story::cast::How;
use crate::story::lexicon::lexicon;
use crate::story::lexicon::words::among;

/// Adverbs of degree between a copula and its adjective.
const DEGREES: &str =
    "very so now as all still quite rather already both a bit too extremely perfectly almost nearly";

/// Adjectives that are adverbs behind verbs of motion: "she looked round".
const ADVERBS_OF_MOTION: &str = "round straight wide dark wild long short bright cold flat sharp quiet";

/// Adjectives that tell nothing of somebody unless they close the clause.
const NUMBERS_AND_LOOSE_ADJECTIVES: &str = "no two three four six eight half missing bright fresh great lost single double straight long short cross one-eyed";

impl Page<'_, '_> {
    /// Adjectives of a noun phrase that means somebody: "a big green frog", "a
    /// broad untidy man".
    pub(super) fn phrases(&mut self) {
        let here = self.here;
        for m in here.iter().filter(|m| m.how != How::Pronoun && !self.doc.quoted(m.token)) {
            let start = self.sentence.tokens.start;
            let mut from = m.token;
            while from > start && m.token - from < 5 {
                let word = self.word(from - 1);
                let comma = self.opens(from) && self.gap(from) == "," && self.adjective(from - 1);
                if (self.opens(from) && !comma) || self.doc.tokens.get(from - 1).is_some_and(|t| t.possessive)
                {
                    break;
                }
                let adjective = self.adjective(from - 1);
                let small = STARTERS.contains(&word) && !matches!(word, "one" | "two" | "three")
                    || lexicon().cue_en("function", word)
                    || lexicon().cue_en("locative", word)
                    || is_verb_word(word);
                if small && !adjective && !matches!(word, "very" | "all" | "and") {
                    break;
                }
                from -= 1;
            }
            while from < m.token && among(self.word(from), "and all very one two three only the same other") {
                from += 1;
            }
            if from < m.token && (from..m.token).any(|t| self.adjective(t)) && !self.taken(from) {
                self.push(m.who, from, m.token);
            }
            // "an old greatcoat of a man", "a long thin streak of a man"
            if m.token >= start + 4
                && self.word(m.token - 1) == "a"
                && self.word(m.token - 2) == "of"
                && self.adjective(m.token - 4)
            {
                let mut first = m.token - 4;
                while first > start && self.adjective(first - 1) {
                    first -= 1;
                }
                self.push(m.who, first, m.token + m.len);
            }
        }
    }

    /// "Posy is small and brown and furry", "broad as a door", "had gone grey".
    pub(super) fn predicates(&mut self) {
        for t in self.sentence.tokens.clone() {
            let free = !self.quoted(t) && self.adjective(t) && !self.taken(t);
            if !free || (self.noun(t + 1) && !self.opens(t + 1)) {
                continue;
            }
            let copula = self.copula(t);
            let Some(who) = self.said_of(t, copula) else { continue };
            if !self.is_way_or_number(t, copula) {
                self.push(who, t, self.clause_end(t + 1, 7));
            }
        }
    }

    /// The copula that leads the adjective at `t`, over adverbs of degree.
    fn copula(&self, t: usize) -> Option<usize> {
        let mut back = (self.sentence.tokens.start..t).rev().take(4);
        let found = back.find(|b| be(self.doc.word(*b)) || !among(self.doc.word(*b), DEGREES));
        found.filter(|b| be(self.doc.word(*b)))
    }

    /// Of whom the adjective at `t` is said.
    fn said_of(&self, t: usize, copula: Option<usize>) -> Option<usize> {
        if let Some(verb) = copula {
            let mut before = self.here.iter().rev().filter(|m| !m.owner && m.token < verb);
            return before.find(|m| m.token + m.len + 2 > verb).map(|m| m.who);
        }
        let start = self.sentence.tokens.start;
        let first = t > start;
        // "broad as a door", "all wet"
        let as_before = first && self.doc.word(t - 1) == "as";
        let all = first && self.doc.word(t - 1) == "all";
        let at = if as_before { t - 1 } else { t };
        let comma = at > start && self.opens(at) && self.gap(at) == "," || all && self.opens(t - 1);
        // "Judith, thin and tired, ..."
        let beside = || self.here.iter().any(|m| m.token + m.len == at && m.how != How::Pronoun);
        (comma && (self.doc.word(t + 1) == "as" || all || beside())).then(|| self.told_near(t)).flatten()
    }

    /// "She went round the seats", "all three of us", "it was no man": no fact.
    fn is_way_or_number(&self, t: usize, copula: Option<usize>) -> bool {
        let (word, next) = (self.word(t), self.word(t + 1));
        let verb = copula.map_or("", |c| self.doc.word(c));
        let adverb = among(verb, "went turned looked going turning gone") && among(word, ADVERBS_OF_MOTION);
        // "All round the king"
        let preposition = word == "round" && among(next, "the a his her its them him");
        // "the bear was two miles away"
        let number = copula.is_some() && among(word, NUMBERS_AND_LOOSE_ADJECTIVES);
        adverb || preposition || next == "of" || number && !(next == "as" || self.opens(t + 1))
    }
}
