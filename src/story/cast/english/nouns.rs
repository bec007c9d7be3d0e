//! English noun phrases that speak of somebody: "the ferryman", "his niece
//! Oda", "a woman named Jessamy".

use super::Reader;
use super::noun_phrase::{Article, Owner, determiner};
use super::reference::clashes;
use crate::story::cast::company::{How, Member, Mention, note_concept, note_noun};
use crate::story::cast::gender::{Gender, gender_of};
use crate::story::doc::Sentence;
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Concept, lexicon};
use crate::story::names::english::{acts, is_verb, spoken_by};
use crate::story::text::tidy;
use crate::story::types::CharacterKind;

impl Reader<'_, '_> {
    /// Reads the noun of people.ron at token `t` with its article or owner.
    pub fn noun(
        &mut self,
        s: usize,
        sentence: &Sentence,
        t: usize,
        len: usize,
        index: usize,
        concept: &Concept,
    ) {
        let doc = self.doc;
        let after = t + len;
        let noun = doc.span(t..after).to_lowercase();
        // "the station master's", "a dog kennel": first part of a compound.
        let compound = doc.tokens.get(after).is_some_and(|x| !x.opens && !x.capital)
            && !doc.tokens.get(after - 1).is_some_and(|x| x.possessive)
            && after < sentence.tokens.end
            && !lexicon().cue_en("function", doc.word(after))
            && !is_verb(doc, after)
            && !doc.word(after).ends_with("ly")
            && !doc.word(after).ends_with("ing");
        let determiner = determiner(doc, sentence, t);
        let first = determiner.start;
        let speaks = spoken_by(doc, first);
        let subject = acts(doc, first, after);
        let owner = doc.tokens.get(after - 1).is_some_and(|x| x.possessive);
        if compound && !subject {
            return;
        }
        // "His niece Oda", "the ferryman Brannoc".
        let next_name = self
            .names
            .get(&after)
            .filter(|_| doc.tokens.get(after).is_some_and(|x| !x.opens) && !owner)
            .copied();
        // "Posy the moth", "Oda, a girl", "Button was a drone".
        let mut linked = next_name.map(|n| n.1);
        if linked.is_none() {
            linked = self.apposition(s, sentence, first, after, &determiner, concept.is("generic"));
        }
        let relation = determiner.owner.clone();
        let possessor = match relation {
            Owner::None => None,
            Owner::Pronoun => self.company.recent(s, 4, |m| {
                (m.kind.is_none_or(|k| k == CharacterKind::Human) || m.acts > 1).then_some(0.0)
            }),
            Owner::First => self.table.get("I").copied(),
            Owner::Noun(token) => self.owner_at(token),
        };
        if determiner.kind == Article::None && linked.is_none() && !concept.is("kin") && !subject {
            return;
        }
        // "She is an owl" said of a moth speaks of somebody new, and so did "she".
        if next_name.is_none()
            && let Some(l) = linked
            && self.company.get(l).is_some_and(|m| clashes(m, concept))
        {
            linked = None;
            let fresh = self
                .known(s, &noun, index, concept, &determiner, possessor)
                .unwrap_or_else(|| self.company.add(Member::default()));
            if let Some(last) =
                self.company.mentions.last_mut().filter(|m| m.sentence == s && m.how == How::Pronoun)
            {
                last.who = fresh;
                linked = Some(fresh);
            }
        }
        // "Said the foreman" of the thin man who came in a moment ago.
        if linked.is_none() && speaks && determiner.kind == Article::Definite && !concept.is("generic") {
            let stale = self
                .company
                .living()
                .filter(|(_, m)| m.nouns.iter().any(|n| n.0 == noun))
                .all(|(_, m)| m.last + 15 < s);
            if stale
                && let Some(stranger) = self.company.recent(s, 3, |m| {
                    (m.names.is_empty()
                        && !m.narrator
                        && m.count > 0
                        && m.count <= 3
                        && !m.concepts.is_empty()
                        && m.concepts
                            .iter()
                            .filter_map(|c| lexicon().concept(*c))
                            .all(|c| c.is("generic") && c.is("human"))
                        && (m.gender == gender_of(concept)
                            || m.gender == Gender::Unknown
                            || gender_of(concept) == Gender::Unknown))
                        .then_some(0.0)
                })
            {
                let old = self.known(s, &noun, index, concept, &determiner, possessor);
                if let Some(old) = old {
                    self.company.merge(stranger, old);
                } else {
                    linked = Some(stranger);
                }
            }
        }
        let who = match linked {
            Some(who) => who,
            None => match self.known(s, &noun, index, concept, &determiner, possessor) {
                Some(who) => who,
                None => {
                    // Predicate nouns make nobody: "it was a man's coat".
                    let predicate = determiner.kind == Article::Indefinite
                        && first > sentence.tokens.start
                        && among(doc.word(first - 1), "was is were be become became than")
                        && first.checked_sub(2).is_none_or(|b| doc.word(b) != "there");
                    if predicate {
                        return;
                    }
                    self.company.add(Member::default())
                }
            },
        };
        let mut who = who;
        if speaks
            && let Some((_, named)) = self.introduced.take_if(|i| i.0 == s)
            && self.company.get(who).is_some_and(|m| m.names.is_empty() && !m.narrator)
        {
            self.company.merge(who, named);
            who = self.company.root(named);
        }
        let shown = match possessor.and_then(|p| self.company.get(p)).filter(|_| concept.is("kin")) {
            Some(_) => {
                let phrase = tidy(doc.span(first..after));
                if matches!(determiner.owner, Owner::Noun(_)) { phrase } else { format!("the {noun}") }
            }
            None => format!("the {noun}"),
        };
        if let Some(m) = self.company.get_mut(who) {
            note_noun(m, &noun, &shown, 1);
            note_concept(m, index, concept);
            m.speaks += usize::from(speaks);
            if m.kin_of.is_none() && concept.is("kin") {
                m.kin_of = possessor;
            }
        }
        if next_name.is_none() {
            self.company.mention(Mention {
                sentence: s,
                token: t,
                len,
                who,
                how: How::Noun,
                subject: subject || speaks,
                owner,
            });
        }
        if let (Some(owner), true) = (possessor, concept.is("kin")) {
            self.inverse(owner, who, &noun);
        }
    }

    /// The niece of Brannoc calls him uncle: lets "her uncle" find him.
    fn inverse(&mut self, owner: usize, who: usize, noun: &str) {
        let pair = match noun {
            "niece" | "nephew" => ["uncle", "aunt"],
            "daughter" | "son" | "child" => ["father", "mother"],
            "granddaughter" | "grandson" | "grandchild" => ["grandfather", "grandmother"],
            _ => return,
        };
        if self.company.root(owner) == self.company.root(who) {
            return;
        }
        if let Some(m) = self.company.get_mut(owner) {
            let [male, female] = pair;
            if m.gender != Gender::Female {
                note_noun(m, male, &format!("the {male}"), 0);
            }
            if m.gender != Gender::Male {
                note_noun(m, female, &format!("the {female}"), 0);
            }
        }
    }

    fn owner_at(&self, token: usize) -> Option<usize> {
        let m = self
            .company
            .mentions
            .iter()
            .rev()
            .take(6)
            .find(|m| m.token <= token && token < m.token + m.len)?;
        Some(self.company.root(m.who))
    }
}
