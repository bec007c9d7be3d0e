//! Whom an English noun phrase means: somebody it stands in apposition to or is
//! said of, or somebody met before.

use super::Reader;
use super::noun_phrase::{Article, Owner};
use super::nouns::NounPhrase;
use crate::story::cast::company::{How, Member, Mention, kind_of};
use crate::story::cast::gender::{Gender, gender_of};
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::names::english::is_verb;
use crate::story::types::CharacterKind;

/// What may go on behind the noun of an apposition: "a fat man with ...".
const POSTMODIFIERS: &str = "with in of who whose";

impl Reader<'_, '_> {
    /// The member that the noun phrase renames, or that it is said of.
    pub(super) fn apposition(&mut self, p: &NounPhrase) -> Option<usize> {
        if let Some(named) = self.named_behind(p) {
            return Some(named);
        }
        let before = p.first().checked_sub(1).filter(|b| *b >= p.sentence.tokens.start)?;
        let last = self.company.mentions.last().filter(|m| m.sentence == p.s)?;
        let comma = self.comma_before(p);
        let found = self.described(p, last, comma).or_else(|| self.described_subject(p, comma));
        if found.is_some() {
            return found;
        }
        // "Oda, the ferryman's niece," but not "Oda, a boy and a dog".
        let kind = p.determiner.kind;
        if last.token + last.len == p.first()
            && last.how == How::Name
            && !last.owner
            && kind != Article::None
            && (!comma || kind != Article::Possessive)
            && (self.doc.word(p.first()) != "a" || comma)
        {
            let closes = self.closes(p) || p.after() >= p.sentence.tokens.end || !comma;
            return closes.then(|| self.company.root(last.who));
        }
        self.predicated(p, last, before)
    }

    /// "a woman named Jessamy Coll", "the boy called Tom".
    fn named_behind(&mut self, p: &NounPhrase) -> Option<usize> {
        let (doc, after) = (self.doc, p.after());
        let named =
            matches!(doc.word(after), "named" | "called") && doc.tokens.get(after).is_some_and(|x| !x.opens);
        let name = |t: usize| self.names.get(&t).map(|n| n.1);
        let bearer = named.then(|| name(after + 1).or_else(|| name(after + 2))).flatten()?;
        // "The smith was a woman named Jessamy": the smith too.
        let copula = p.first().checked_sub(1).is_some_and(|b| matches!(doc.word(b), "was" | "is"));
        let mut nouns = self.company.mentions.iter().filter(|m| m.sentence == p.s && m.how == How::Noun);
        let smith = nouns.find(|m| m.token < p.first()).map(|m| m.who);
        if copula
            && let Some(smith) = smith.filter(|w| self.company.get(*w).is_some_and(|m| m.names.is_empty()))
        {
            self.company.merge(smith, bearer);
        }
        Some(bearer)
    }

    /// A comma, and nothing else, stands before the phrase.
    fn comma_before(&self, p: &NounPhrase) -> bool {
        let tokens = &self.doc.tokens;
        let before = p.first().checked_sub(1).and_then(|b| tokens.get(b));
        let (Some(before), Some(first)) = (before, tokens.get(p.first())) else { return false };
        first.opens && self.doc.text.get(before.end..first.start).is_some_and(|gap| gap.trim() == ",")
    }

    /// The phrase ends behind its noun, or goes on with a postmodifier.
    fn closes(&self, p: &NounPhrase) -> bool {
        let next = self.doc.tokens.get(p.after());
        next.is_none_or(|x| x.opens || among(self.doc.word(p.after()), POSTMODIFIERS))
    }

    /// ", a fat man": a description behind a comma.
    fn is_description(&self, p: &NounPhrase, comma: bool) -> bool {
        comma && p.concept.is("generic") && p.determiner.kind == Article::Indefinite && self.closes(p)
    }

    /// "the geologist, a broad untidy man with a beard", "the guard at the gate, a
    /// fat man".
    fn described(&self, p: &NounPhrase, last: &Mention, comma: bool) -> Option<usize> {
        let (doc, first, behind) = (self.doc, p.first(), last.token + last.len);
        let touching = behind == first;
        let placed = behind < first
            && first - behind <= 6
            && lexicon().cue_en("locative", doc.word(behind))
            && (behind..first).all(|t| doc.tokens.get(t).is_some_and(|x| !x.opens) && !is_verb(doc, t));
        let told = last.how == How::Noun && !last.owner && self.is_description(p, comma);
        ((touching || placed) && told).then(|| self.company.root(last.who))
    }

    /// "He followed the girl over the hill, a short round man": the subject,
    /// where the nearest cannot be meant.
    fn described_subject(&self, p: &NounPhrase, comma: bool) -> Option<usize> {
        if !self.is_description(p, comma) {
            return None;
        }
        let (gender, concept) = self.meant(p.after())?;
        let mut subjects =
            self.company.mentions.iter().filter(|m| m.sentence == p.s && m.subject && !m.owner);
        let subject = subjects.find(|m| m.token + 4 < p.first()).map(|m| self.company.root(m.who))?;
        let fits = |m: &Member| {
            m.kind.is_none_or(|k| k == CharacterKind::Human)
                && m.gender == gender
                && !m.narrator
                && !clashes(m, concept)
        };
        (gender != Gender::Unknown && self.company.get(subject).is_some_and(fits)).then_some(subject)
    }

    /// "Button was a maintenance drone", "She is an owl, a very old owl".
    fn predicated(&self, p: &NounPhrase, last: &Mention, before: usize) -> Option<usize> {
        let behind = last.token + last.len;
        let copula = among(self.doc.word(before), "was is am became be");
        let from_subject = behind == before || (last.subject && before - behind.min(before) < 6);
        // "He was the geologist": a trade that nobody else has yet.
        let last_word = || self.doc.word(p.after() - 1);
        let role = || {
            matches!(p.determiner.kind, Article::Definite | Article::Possessive)
                && !p.concept.is("generic")
                && last.how != How::Noun
                && self.company.living().all(|(_, m)| m.nouns.iter().all(|n| n.0 != last_word()))
        };
        let said =
            copula && from_subject && last.subject && (p.determiner.kind == Article::Indefinite || role());
        said.then(|| self.company.root(last.who))
    }

    /// The gender and the concept that the noun before token `after` tells.
    fn meant(&self, after: usize) -> Option<(Gender, &'static Concept)> {
        let (_, concept) = lexicon()
            .english_word(self.doc.word(after.checked_sub(1)?))
            .find(|(_, c)| c.class == Class::Person)?;
        Some((gender_of(concept), concept))
    }

    /// A member already met that the noun can mean.
    pub(super) fn known(&self, p: &NounPhrase) -> Option<usize> {
        let possessor = p.possessor.map(|p| self.company.root(p));
        let by_noun = |m: &Member| m.nouns.iter().any(|n| n.0 == p.noun);
        let (concept, kind) = (p.concept, p.determiner.kind);
        let (indefinite, generic) = (kind == Article::Indefinite, concept.is("generic"));
        if concept.is("kin")
            && let Some(own) = possessor
        {
            // Nobody is their own uncle; and "her uncle" may be "his" as well.
            return self.company.living().rev().find(|(i, m)| *i != own && by_noun(m)).map(|f| f.0);
        }
        if !(indefinite && generic) {
            // The same noun: the last one called so.
            let same = self.company.living().filter(|(_, m)| by_noun(m)).map(|(i, m)| (m.last, i)).max();
            if let Some((_, who)) = same {
                return Some(who);
            }
        }
        // "Next door's little girl": nobody of the story owns her, nor is she of it.
        let foreign = matches!(p.determiner.owner, Owner::Noun(_)) && possessor.is_none() && generic;
        if indefinite || foreign || (kind == Article::None && generic) {
            return None;
        }
        self.company.recent(p.s, 40, |m| likeness(m, p.index, concept))
    }
}

/// How well a noun may speak of a member that it has not named yet, as a bonus in
/// sentences: the same idea under another word ("the bird" for the heron), or any
/// fitting person for "the girl". `None` where it cannot.
fn likeness(m: &Member, index: usize, concept: &Concept) -> Option<f32> {
    if m.narrator {
        return None;
    }
    let (gender, kind) = (gender_of(concept), kind_of(concept));
    let (generic, young) = (concept.is("generic"), concept.is("young"));
    // No grown-up is "the girl"; a niece or a child of nine very likely is.
    let parent = |c: &Concept| matches!(c.id.as_str(), "mother" | "father" | "wife" | "husband");
    let grown = || {
        m.ideas().any(|c| c.is("human") && !c.is("young") && (c.is("generic") || c.is("old") || parent(c)))
    };
    if young && grown() {
        return None;
    }
    let same_idea = m.concepts.contains(&index)
        && concept.class == Class::Person
        && !concept.is("human")
        && concept.id != "animal";
    let agrees = m.gender.agrees(gender)
        && (m.kind == kind || (m.kind.is_none() && kind == Some(CharacterKind::Human)));
    let ages = || {
        m.ideas().all(|c| c.is("young") == young || (!c.is("young") && !c.is("old") && !concept.is("old")))
    };
    let person = generic && agrees && gender != Gender::Unknown && !m.names.is_empty() && ages();
    let beast = generic && kind != Some(CharacterKind::Human) && m.kind == kind;
    let bonus = if young && m.ideas().any(|c| c.is("young")) { 4.0 } else { 0.0 };
    let sure = if m.gender == gender && gender != Gender::Unknown { 3.0 } else { 0.0 };
    (same_idea || person || beast).then_some(bonus + sure)
}

/// Whether a noun cannot be said of a member: an owl of a moth, but a king or a
/// woman of a smith.
pub(super) fn clashes(m: &Member, concept: &Concept) -> bool {
    let beast = |c: &Concept| !c.is("human") && !c.is("generic");
    let other = |c: &Concept| c.id != concept.id || c.id == "animal";
    beast(concept) && m.ideas().any(|c| c.class == Class::Person && beast(c) && other(c))
}
