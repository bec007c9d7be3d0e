//! Whom an English noun phrase means: somebody it stands in apposition to, or
//! somebody met before.

use super::Reader;
use super::noun_phrase::{Article, Determiner, Owner};
use crate::story::cast::company::{How, Member, kind_of};
use crate::story::cast::gender::{Gender, gender_of};
use crate::story::doc::Sentence;
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::names::english::is_verb;
use crate::story::types::CharacterKind;

impl Reader<'_, '_> {
    /// A member that the noun phrase renames.
    pub(super) fn apposition(
        &mut self,
        s: usize,
        sentence: &Sentence,
        first: usize,
        after: usize,
        d: &Determiner,
        generic: bool,
    ) -> Option<usize> {
        let doc = self.doc;
        // "a woman named Jessamy Coll", "the boy called Tom"
        let named =
            matches!(doc.word(after), "named" | "called") && doc.tokens.get(after).is_some_and(|x| !x.opens);
        if named
            && let Some(n) = self.names.get(&(after + 1)).or_else(|| self.names.get(&(after + 2))).copied()
        {
            // "The smith was a woman named Jessamy": the smith too.
            let copula = first.checked_sub(1).is_some_and(|b| matches!(doc.word(b), "was" | "is"));
            let smith = self
                .company
                .mentions
                .iter()
                .find(|m| m.sentence == s && m.how == How::Noun && m.token < first)
                .map(|m| m.who);
            if copula
                && let Some(smith) =
                    smith.filter(|w| self.company.get(*w).is_some_and(|m| m.names.is_empty()))
            {
                self.company.merge(smith, n.1);
            }
            return Some(n.1);
        }
        // "the captain, Strake,"
        let before = first.checked_sub(1).filter(|b| *b >= sentence.tokens.start)?;
        let last = self.company.mentions.last().filter(|m| m.sentence == s)?;
        let who = self.company.root(last.who);
        let touching = last.token + last.len == first;
        let comma = doc.tokens.get(first).is_some_and(|x| x.opens)
            && doc
                .text
                .get(doc.tokens.get(before)?.end..doc.tokens.get(first)?.start)
                .is_some_and(|gap| gap.trim() == ",");
        // "the geologist, a broad untidy man with a beard"
        let described = comma
            && generic
            && d.kind == Article::Indefinite
            && last.how == How::Noun
            && doc
                .tokens
                .get(after)
                .is_none_or(|x| x.opens || among(doc.word(after), "with in of who whose"));
        // "the guard at the gate, a fat man"
        let behind = last.token + last.len;
        let placed = behind < first
            && first - behind <= 6
            && lexicon().cue_en("locative", doc.word(behind))
            && (behind..first).all(|t| doc.tokens.get(t).is_some_and(|x| !x.opens) && !is_verb(doc, t));
        if (touching || placed) && described && !last.owner {
            return Some(who);
        }
        // "He followed the girl over the hill, a short round man": the subject,
        // where the nearest cannot be meant.
        let closing = comma
            && generic
            && d.kind == Article::Indefinite
            && doc
                .tokens
                .get(after)
                .is_none_or(|x| x.opens || among(doc.word(after), "with in of who whose"));
        if closing && let Some((own, concept)) = self.meant(after) {
            let subject = self
                .company
                .mentions
                .iter()
                .find(|m| m.sentence == s && m.subject && !m.owner && m.token + 4 < first)
                .map(|m| self.company.root(m.who));
            let fits = |m: &Member| {
                m.kind.is_none_or(|k| k == CharacterKind::Human)
                    && m.gender == own
                    && !m.narrator
                    && !clashes(m, concept)
            };
            if own != Gender::Unknown
                && let Some(subject) = subject.filter(|w| self.company.get(*w).is_some_and(fits))
            {
                return Some(subject);
            }
        }
        if touching
            && last.how == How::Name
            && !last.owner
            && d.kind != Article::None
            && (!comma || d.kind != Article::Possessive)
            && (doc.word(first) != "a" || comma)
        {
            // "Oda, the ferryman's niece," but not "Oda, a boy and a dog".
            let closes = doc
                .tokens
                .get(after)
                .is_none_or(|x| x.opens || among(doc.word(after), "with in of who whose"))
                || after >= sentence.tokens.end
                || !comma;
            return closes.then_some(who);
        }
        // "Button was a maintenance drone", "She is an owl, a very old owl"
        let copula = among(doc.word(before), "was is am became be");
        let from_subject = last.token + last.len == before
            || (last.subject && before - (last.token + last.len).min(before) < 6);
        // "He was the geologist": a trade that nobody else has yet.
        let role = matches!(d.kind, Article::Definite | Article::Possessive)
            && !generic
            && last.how != How::Noun
            && self.company.living().all(|(_, m)| m.nouns.iter().all(|n| n.0 != doc.word(after - 1)));
        if copula && from_subject && (d.kind == Article::Indefinite || role) && last.subject {
            return Some(who);
        }
        None
    }

    /// The gender and the concept that the noun before token `after` tells.
    fn meant(&self, after: usize) -> Option<(Gender, &'static Concept)> {
        let lex = lexicon();
        lex.english(self.doc.word(after.checked_sub(1)?))
            .iter()
            .filter(|p| p.rest.is_empty())
            .filter_map(|p| lex.concept(p.concept))
            .find(|c| c.class == Class::Person)
            .map(|c| (gender_of(c), c))
    }

    /// A member already met that the noun can mean.
    pub(super) fn known(
        &self,
        s: usize,
        noun: &str,
        index: usize,
        concept: &Concept,
        d: &Determiner,
        possessor: Option<usize>,
    ) -> Option<usize> {
        let possessor = possessor.map(|p| self.company.root(p));
        let by_noun = |m: &Member| m.nouns.iter().any(|n| n.0 == noun);
        let indefinite = d.kind == Article::Indefinite;
        if concept.is("kin")
            && let Some(p) = possessor
        {
            // Nobody is their own uncle; and "her uncle" need not be "his".
            let found = self.company.living().rev().find(|(i, m)| {
                *i != p
                    && by_noun(m)
                    && (m.kin_of.is_none()
                        || m.kin_of.map(|k| self.company.root(k)) == Some(p)
                        || m.kin_of.is_some())
            });
            return found.map(|f| f.0);
        }
        if !(indefinite && concept.is("generic")) {
            // The same noun: the last one called so.
            let mut same: Vec<(usize, usize)> =
                self.company.living().filter(|(_, m)| by_noun(m)).map(|(i, m)| (m.last, i)).collect();
            same.sort_unstable();
            if let Some(&(_, who)) = same.last() {
                return Some(who);
            }
        }
        // "Next door's little girl": nobody of the story owns her, nor is she of it.
        let foreign = matches!(d.owner, Owner::Noun(_)) && possessor.is_none() && concept.is("generic");
        if indefinite || foreign || (d.kind == Article::None && concept.is("generic")) {
            return None;
        }
        // The same idea under another word ("the bird" for the heron), or any
        // fitting person for "the girl".
        let gender = gender_of(concept);
        let kind = kind_of(concept);
        self.company.recent(s, 40, |m| {
            if m.narrator {
                return None;
            }
            // No grown-up is "the girl"; a niece or a child of nine very likely is.
            let own = || m.concepts.iter().filter_map(|c| lexicon().concept(*c));
            let grown = own().any(|c| {
                c.is("human")
                    && !c.is("young")
                    && (c.is("generic")
                        || c.is("old")
                        || matches!(c.id.as_str(), "mother" | "father" | "wife" | "husband"))
            });
            if concept.is("young") && grown {
                return None;
            }
            let bonus = if concept.is("young") && own().any(|c| c.is("young")) { 4.0 } else { 0.0 };
            let same_idea = m.concepts.contains(&index)
                && concept.class == Class::Person
                && !concept.is("human")
                && concept.id != "animal";
            let agrees = (m.gender == gender || m.gender == Gender::Unknown || gender == Gender::Unknown)
                && (m.kind == kind || (m.kind.is_none() && kind == Some(CharacterKind::Human)));
            let lex = lexicon();
            let ages = m.concepts.iter().filter_map(|c| lex.concept(*c)).all(|c| {
                c.is("young") == concept.is("young") || (!c.is("young") && !c.is("old") && !concept.is("old"))
            });
            let meant = same_idea
                || (concept.is("generic")
                    && agrees
                    && ages
                    && gender != Gender::Unknown
                    && !m.names.is_empty())
                || (concept.is("generic") && kind != Some(CharacterKind::Human) && m.kind == kind);
            meant.then_some(bonus + if m.gender == gender && gender != Gender::Unknown { 3.0 } else { 0.0 })
        })
    }
}

/// Whether a noun cannot be said of a member: an owl of a moth, but a king or a
/// woman of a smith.
pub(super) fn clashes(m: &Member, concept: &Concept) -> bool {
    let lex = lexicon();
    let beast = |c: &Concept| !c.is("human") && !c.is("generic");
    let new_beast = beast(concept);
    m.concepts.iter().filter_map(|c| lex.concept(*c)).any(|c| {
        c.class == Class::Person && beast(c) && new_beast && (c.id != concept.id || c.id == "animal")
    })
}
