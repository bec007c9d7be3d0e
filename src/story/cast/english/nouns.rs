//! English noun phrases that speak of somebody: "the ferryman", "his niece
//! Oda", "a woman named Jessamy".

use super::Reader;
use super::noun_phrase::{Article, Determiner, Owner, determiner};
use super::reference::clashes;
use crate::story::cast::company::{How, Member, Mention, note_concept, note_noun};
use crate::story::cast::gender::{Gender, gender_of};
use crate::story::doc::{Doc, Sentence};
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Concept, lexicon};
use crate::story::names::english::{acts, is_verb, spoken_by};
use crate::story::text::tidy;
use crate::story::types::CharacterKind;

/// A noun phrase of somebody, where it stands.
pub(super) struct NounPhrase<'d> {
    /// Index of the sentence.
    pub s: usize,
    /// The sentence.
    pub sentence: &'d Sentence,
    /// First token of the noun.
    pub token: usize,
    /// Number of tokens of the noun.
    pub len: usize,
    /// The noun, lower case.
    pub noun: String,
    /// Index of its concept.
    pub index: usize,
    /// Its concept.
    pub concept: &'d Concept,
    /// Its article or owner.
    pub determiner: Determiner,
    /// The member who owns it: "his niece".
    pub possessor: Option<usize>,
    /// A verb of speech stands before it.
    pub speaks: bool,
}

impl NounPhrase<'_> {
    /// First token of the whole phrase.
    pub(super) fn first(&self) -> usize {
        self.determiner.start
    }

    /// One past the noun.
    pub(super) fn after(&self) -> usize {
        self.token + self.len
    }
}

impl Reader<'_, '_> {
    /// Reads the noun of people.ron at token `t` with its article or owner.
    pub(super) fn noun(
        &mut self,
        s: usize,
        sentence: &Sentence,
        t: usize,
        len: usize,
        (index, concept): (usize, &Concept),
    ) {
        let doc = self.doc;
        let after = t + len;
        let determiner = determiner(doc, sentence, t);
        let subject = acts(doc, determiner.start, after);
        let owner = doc.tokens.get(after - 1).is_some_and(|x| x.possessive);
        if !subject && is_compound(doc, sentence, after) {
            return;
        }
        // "His niece Oda", "the ferryman Brannoc".
        let next_name = self
            .names
            .get(&after)
            .filter(|_| doc.tokens.get(after).is_some_and(|x| !x.opens) && !owner)
            .map(|n| n.1);
        let mut phrase = NounPhrase {
            s,
            sentence,
            token: t,
            len,
            noun: doc.span(t..after).to_lowercase(),
            index,
            concept,
            speaks: spoken_by(doc, determiner.start),
            determiner,
            possessor: None,
        };
        // "Posy the moth", "Oda, a girl", "Button was a drone".
        let linked = next_name.or_else(|| self.apposition(&phrase));
        phrase.possessor = self.possessor(&phrase);
        let bare = phrase.determiner.kind == Article::None;
        if bare && linked.is_none() && !concept.is("kin") && !subject {
            return;
        }
        let linked = match linked {
            Some(l) if next_name.is_none() && self.is_another(l, concept) => self.somebody_else(&phrase),
            linked => linked,
        };
        let linked = linked.or_else(|| self.stranger_who_speaks(&phrase));
        let Some(who) = linked.or_else(|| self.met_or_new(&phrase)) else { return };
        let who = self.introduced_speaker(&phrase, who);
        self.note(&phrase, who);
        if next_name.is_none() {
            let subject = subject || phrase.speaks;
            self.company.mention(Mention { sentence: s, token: t, len, who, how: How::Noun, subject, owner });
        }
        if let (Some(owner), true) = (phrase.possessor, concept.is("kin")) {
            self.note_converse(owner, who, &phrase.noun);
        }
    }

    /// The member whose the noun is.
    fn possessor(&self, phrase: &NounPhrase) -> Option<usize> {
        match phrase.determiner.owner {
            Owner::None => None,
            Owner::Pronoun => self.company.recent(phrase.s, 4, |m| {
                (m.kind.is_none_or(|k| k == CharacterKind::Human) || m.acts > 1).then_some(0.0)
            }),
            Owner::First => self.table.get("I").copied(),
            Owner::Noun(token) => self.owner_at(token),
        }
    }

    /// Whether the noun cannot be said of a member.
    fn is_another(&self, who: usize, concept: &Concept) -> bool {
        self.company.get(who).is_some_and(|m| clashes(m, concept))
    }

    /// "She is an owl" said of a moth speaks of somebody new, and so did "she".
    fn somebody_else(&mut self, phrase: &NounPhrase) -> Option<usize> {
        let fresh = self.known(phrase).unwrap_or_else(|| self.company.add(Member::default()));
        let last = self.company.mentions.last_mut();
        let last = last.filter(|m| m.sentence == phrase.s && m.how == How::Pronoun)?;
        last.who = fresh;
        Some(fresh)
    }

    /// "Said the foreman" of the thin man who came in a moment ago.
    fn stranger_who_speaks(&mut self, phrase: &NounPhrase) -> Option<usize> {
        let concept = phrase.concept;
        if !phrase.speaks || phrase.determiner.kind != Article::Definite || concept.is("generic") {
            return None;
        }
        let called = |m: &Member| m.nouns.iter().any(|n| n.0 == phrase.noun);
        let stale = self.company.living().filter(|(_, m)| called(m)).all(|(_, m)| m.last + 15 < phrase.s);
        if !stale {
            return None;
        }
        let stranger = self.company.recent(phrase.s, 3, |m| {
            let plain = !m.concepts.is_empty() && m.ideas().all(|c| c.is("generic") && c.is("human"));
            let seen = m.names.is_empty() && !m.narrator && m.count > 0 && m.count <= 3;
            (seen && plain && m.gender.agrees(gender_of(concept))).then_some(0.0)
        })?;
        match self.known(phrase) {
            Some(old) => {
                self.company.merge(stranger, old);
                None
            }
            None => Some(stranger),
        }
    }

    /// Somebody met before, or somebody new.
    fn met_or_new(&mut self, phrase: &NounPhrase) -> Option<usize> {
        if let Some(who) = self.known(phrase) {
            return Some(who);
        }
        // Predicate nouns make nobody: "it was a man's coat".
        let (doc, first) = (self.doc, phrase.first());
        let predicate = phrase.determiner.kind == Article::Indefinite
            && first > phrase.sentence.tokens.start
            && among(doc.word(first - 1), "was is were be become became than")
            && first.checked_sub(2).is_none_or(|b| doc.word(b) != "there");
        (!predicate).then(|| self.company.add(Member::default()))
    }

    /// “Mrs. Abernathy,” said the client: the client has that name from now on.
    fn introduced_speaker(&mut self, phrase: &NounPhrase, who: usize) -> usize {
        if phrase.speaks
            && let Some((_, named)) = self.introduced.take_if(|i| i.0 == phrase.s)
            && self.company.get(who).is_some_and(|m| m.names.is_empty() && !m.narrator)
        {
            self.company.merge(who, named);
            return self.company.root(named);
        }
        who
    }

    /// Keeps what the phrase tells of the member it means.
    fn note(&mut self, phrase: &NounPhrase, who: usize) {
        let noun = &phrase.noun;
        let kin = phrase.concept.is("kin");
        let owned = phrase.possessor.is_some_and(|p| self.company.get(p).is_some());
        // "the ferryman's niece" is an alias, "his niece" none.
        let shown = if kin && owned && matches!(phrase.determiner.owner, Owner::Noun(_)) {
            tidy(self.doc.span(phrase.first()..phrase.after()))
        } else {
            format!("the {noun}")
        };
        if let Some(m) = self.company.get_mut(who) {
            note_noun(m, noun, &shown, 1);
            note_concept(m, phrase.index, phrase.concept);
            m.speaks += usize::from(phrase.speaks);
            if m.kin_of.is_none() && kin {
                m.kin_of = phrase.possessor;
            }
        }
    }

    /// The niece of Brannoc calls him uncle: lets "her uncle" find him.
    fn note_converse(&mut self, owner: usize, who: usize, noun: &str) {
        let [male, female] = match noun {
            "niece" | "nephew" => ["uncle", "aunt"],
            "daughter" | "son" | "child" => ["father", "mother"],
            "granddaughter" | "grandson" | "grandchild" => ["grandfather", "grandmother"],
            _ => return,
        };
        if self.company.root(owner) == self.company.root(who) {
            return;
        }
        if let Some(m) = self.company.get_mut(owner) {
            if m.gender != Gender::Female {
                note_noun(m, male, &format!("the {male}"), 0);
            }
            if m.gender != Gender::Male {
                note_noun(m, female, &format!("the {female}"), 0);
            }
        }
    }

    /// The member that the mention over a token speaks of.
    fn owner_at(&self, token: usize) -> Option<usize> {
        let mut near = self.company.mentions.iter().rev().take(6);
        let m = near.find(|m| m.token <= token && token < m.token + m.len)?;
        Some(self.company.root(m.who))
    }
}

/// "the station master's", "a dog kennel": first part of a compound that ends
/// before `after`.
fn is_compound(doc: &Doc, sentence: &Sentence, after: usize) -> bool {
    doc.tokens.get(after).is_some_and(|x| !x.opens && !x.capital)
        && !doc.tokens.get(after - 1).is_some_and(|x| x.possessive)
        && after < sentence.tokens.end
        && !lexicon().cue_en("function", doc.word(after))
        && !is_verb(doc, after)
        && !doc.word(after).ends_with("ly")
        && !doc.word(after).ends_with("ing")
}
