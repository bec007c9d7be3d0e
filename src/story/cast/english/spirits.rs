//! Nouns that no list has for somebody and that speak all the same: the wind
//! and the teapot of a fairy tale.

use std::collections::BTreeMap;

use super::Reader;
use crate::story::cast::company::{How, Member, Mention, note_noun};
use crate::story::doc::Doc;
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, lexicon};
use crate::story::looks::{is_adjective, looks_word};
use crate::story::names::english::{acts, spoken_by};
use crate::story::types::CharacterKind;

/// Nouns that stand before verbs of speech and are nobody.
const SPEAKING_THINGS: &str =
    "voice voices other others reply answer radio letter sign note words whole crowd class";

/// Nouns after "the" that speak at least twice, or once and act twice: the wind
/// and the teapot of a fairy tale.
pub(super) fn speaking_nouns(doc: &Doc) -> Vec<String> {
    let lex = lexicon();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for t in 1..doc.tokens.len() {
        let word = doc.word(t);
        let plain = doc.tokens.get(t).is_some_and(|x| !x.quoted && !x.opens && !x.capital && !x.possessive);
        if !plain
            || !matches!(doc.word(t - 1), "the" | "this" | "that")
            || lex.cue_en("function", word)
            || lex.has_english(word, Class::Person)
            || looks_word(word, is_adjective)
            || among(word, SPEAKING_THINGS)
        {
            continue;
        }
        let after = t + 1;
        let talks = doc.tokens.get(after).is_some_and(|x| !x.opens && !x.quoted)
            && lex.english_word(doc.word(after)).any(|(_, c)| c.id == "say");
        let says =
            spoken_by(doc, t - 1) || (talks && (doc.quoted(after + 1) || doc.quoted(t.saturating_sub(2))));
        let count = counts.entry(word).or_default();
        count.0 += usize::from(says);
        count.1 += usize::from(acts(doc, t - 1, after));
    }
    counts
        .into_iter()
        .filter(|(_, c)| c.0 >= 2 || (c.0 >= 1 && c.1 >= 4))
        .map(|(w, _)| w.to_owned())
        .collect()
}

impl Reader<'_, '_> {
    /// A noun of [`speaking_nouns`] at token `t`.
    pub(super) fn spirit(&mut self, s: usize, t: usize) {
        let word = self.doc.word(t).to_owned();
        let key = format!("the {word}");
        let thing = lexicon().has_english(&word, Class::Prop);
        let who = match self.table.get(&key) {
            Some(&who) => who,
            None => {
                let kind = if thing { CharacterKind::Object } else { CharacterKind::Creature };
                let who = self.company.add(Member { kind: Some(kind), ..Member::default() });
                self.table.insert(key.clone(), who);
                who
            }
        };
        let speaks = spoken_by(self.doc, t - 1);
        let subject = speaks || acts(self.doc, t - 1, t + 1);
        let owner = self.doc.tokens.get(t).is_some_and(|x| x.possessive);
        if let Some(m) = self.company.get_mut(who) {
            note_noun(m, &word, &key, 1);
            m.speaks += usize::from(speaks);
        }
        self.company.mention(Mention { sentence: s, token: t, len: 1, who, how: How::Noun, subject, owner });
    }
}
