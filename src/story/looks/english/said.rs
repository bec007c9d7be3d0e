//! English facts of looks said of somebody: adjectives of a noun phrase, and
//! predicates.

use super::Page;
use super::words::{STARTERS, be, is_verb_word};
use crate::story::cast::How;
use crate::story::lexicon::lexicon;
use crate::story::lexicon::words::among;

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
        let start = self.sentence.tokens.start;
        for t in self.sentence.tokens.clone() {
            if self.quoted(t)
                || !self.adjective(t)
                || self.taken(t)
                || (self.noun(t + 1) && !self.opens(t + 1))
            {
                continue;
            }
            let back: Vec<&str> = (start..t).rev().take(4).map(|b| self.doc.word(b)).collect();
            let degree = |w: &&str| {
                among(
                    w,
                    "very so now as all still quite rather already both a bit too extremely perfectly almost nearly",
                )
            };
            let copula = back.iter().position(|w| be(w)).filter(|p| back.iter().take(*p).all(degree));
            let as_before = t > start && self.doc.word(t - 1) == "as";
            let comma_at = if as_before { t - 1 } else { t };
            let comma = comma_at > start && self.opens(comma_at) && self.gap(comma_at) == ","
                || matches!(back.first(), Some(&"all")) && t > start && self.opens(t - 1);
            let as_a = self.doc.word(t + 1) == "as";
            // "Judith, thin and tired, ..."
            let beside =
                comma && self.here.iter().any(|m| m.token + m.len == comma_at && m.how != How::Pronoun);
            let who = match copula {
                Some(p) => {
                    let verb = t - 1 - p;
                    self.here
                        .iter()
                        .rev()
                        .find(|m| !m.owner && m.token < verb && m.token + m.len + 2 > verb)
                        .map(|m| m.who)
                }
                None if comma && (as_a || beside || matches!(back.first(), Some(&"all"))) => {
                    self.told_near(t)
                }
                None => None,
            };
            let Some(who) = who else { continue };
            // "She went round the seats", "all three of us".
            let verb = copula.and_then(|p| back.get(p)).copied().unwrap_or("");
            let adverb = among(verb, "went turned looked going turning gone")
                && among(
                    self.word(t),
                    "round straight wide dark wild long short bright cold flat sharp quiet",
                );
            // "All round the king"
            let preposition =
                self.word(t) == "round" && among(self.word(t + 1), "the a his her its them him");
            if adverb || preposition || self.word(t + 1) == "of" {
                continue;
            }
            // No fact in "the bear was two miles away" or "it was no man".
            let number = among(
                self.word(t),
                "no two three four six eight half missing bright fresh great lost single double straight long short cross one-eyed",
            );
            if number && copula.is_some() && !(as_a || self.opens(t + 1)) {
                continue;
            }
            let to = self.clause_end(t + 1, 7);
            self.push(who, t, to);
        }
    }
}
