//! The English cast: proper names by their capitals and their verbs, nouns of
//! people.ron with an article or owner, appositions, and pronouns.

mod known_names;
mod named;
mod narrator;
mod noun_phrase;
mod nouns;
mod pronouns;
mod reference;
mod spirits;

use std::collections::{BTreeMap, HashMap};

use super::company::Company;
use super::gender::Gender;
use crate::story::doc::{Doc, Sentence};
use crate::story::lexicon::{Class, lexicon};
use crate::story::names::english::{accept, name_runs};
use named::Named;
use spirits::speaking_nouns;

/// Reads the cast of an English story.
pub fn read(doc: &Doc) -> Company {
    let runs = name_runs(doc);
    let names = accept(doc, &runs);
    let mut reader = Reader {
        doc,
        company: Company::default(),
        table: BTreeMap::new(),
        names: HashMap::new(),
        introduced: None,
        spirits: speaking_nouns(doc),
    };
    reader.enter_names(&names, &runs);
    reader.narrator(&names);
    for s in 0..doc.sentences.len() {
        reader.company.sweep(s);
        if let Some(sentence) = doc.sentences.get(s) {
            reader.sentence(s, sentence);
        }
    }
    reader.company
}

/// The state of one pass over the story.
pub struct Reader<'d, 'a> {
    /// The story.
    pub doc: &'d Doc<'a>,
    /// Everybody so far.
    pub company: Company,
    /// Name as written -> member.
    pub table: BTreeMap<String, usize>,
    /// First token of an accepted run -> (length in tokens, member, has a title).
    pub names: HashMap<usize, (usize, usize, bool)>,
    /// The sentence in which a name was all that was said, and whose it is.
    pub introduced: Option<(usize, usize)>,
    /// Nouns no list has for somebody, that speak all the same: "said the wind".
    pub spirits: Vec<String>,
}

impl Reader<'_, '_> {
    /// Reads one sentence token by token: names, spirits, nouns, pronouns.
    fn sentence(&mut self, s: usize, sentence: &Sentence) {
        let lex = lexicon();
        let mut t = sentence.tokens.start;
        while t < sentence.tokens.end {
            if let Some(&(len, who, title)) = self.names.get(&t) {
                self.named(Named { s, sentence, token: t, len, who, title });
                t += len;
                continue;
            }
            if !self.doc.quoted(t)
                && t > sentence.tokens.start
                && matches!(self.doc.word(t - 1), "the" | "a" | "that" | "this")
                && self.spirits.iter().any(|w| w == self.doc.word(t))
            {
                self.spirit(s, t);
                t += 1;
                continue;
            }
            let nouns = self.doc.hits_in(sentence, Class::Person).filter(|(h, _)| h.token == t);
            if let Some((hit, concept)) = nouns.max_by_key(|(h, _)| h.len) {
                let somebody = !hit.plural && !hit.likened && !hit.negated && !concept.is("group");
                if somebody && !self.doc.quoted(t) {
                    self.noun(s, sentence, t, hit.len, (hit.concept, concept));
                }
                t += hit.len;
                continue;
            }
            if !self.doc.quoted(t)
                && (lex.cue_en("pronoun", self.doc.word(t)) || matches!(self.doc.word(t), "i" | "me" | "my"))
            {
                self.pronoun(s, sentence, t);
            }
            t += 1;
        }
    }

    /// Somebody met lately who has no name, no trade and could be `who`.
    fn stranger(&self, s: usize, who: usize, window: usize) -> Option<usize> {
        let gender = self.company.get(who).map_or(Gender::Unknown, |m| m.gender);
        let own = self.company.root(who);
        let found = self.company.recent(s, window, |m| {
            let plain = m.names.is_empty()
                && !m.narrator
                && m.count > 0
                && m.ideas().all(|c| c.is("generic") && c.is("human"));
            (plain && m.gender.agrees(gender)).then_some(0.0)
        });
        found.filter(|f| *f != own)
    }
}
