//! The Chinese cast: names (found by `names::chinese`), kinship nouns, animals, and
//! things that act.

mod named;
mod nouns;
mod pronouns;
mod spirits;

use std::collections::HashMap;

use super::company::{Company, Member};
use crate::story::doc::{Doc, Sentence};
use crate::story::lexicon::{Class, lexicon};
use crate::story::names::chinese::acts;
use crate::story::types::CharacterKind;

/// Reads the cast of a Chinese story whose names are already whole tokens.
pub fn read(doc: &Doc) -> Company {
    let mut reader = Reader {
        doc,
        company: Company::default(),
        names: HashMap::new(),
        things: HashMap::new(),
        spirits: HashMap::new(),
        introduced: None,
    };
    reader.things = reader.acting_things();
    reader.spirits = reader.speaking_words();
    reader.narrator();
    for s in 0..doc.sentences.len() {
        reader.company.sweep(s);
        if let Some(sentence) = doc.sentences.get(s) {
            reader.sentence(s, sentence);
        }
    }
    reader.company
}

struct Reader<'d, 'a> {
    doc: &'d Doc<'a>,
    company: Company,
    names: HashMap<String, usize>,
    /// Prop concepts that act like somebody: how often.
    things: HashMap<usize, usize>,
    /// Words of weather, sky and place that speak and act: the cloud of a fairy
    /// tale.
    spirits: HashMap<String, usize>,
    /// A name told in talk, and the sentence.
    introduced: Option<(usize, String)>,
}

impl Reader<'_, '_> {
    /// Whether the phrase that ends before token `after` acts.
    fn acts(&self, sentence: &Sentence, after: usize) -> bool {
        let free = self.doc.tokens.get(after).is_some_and(|t| !t.opens && after < sentence.tokens.end);
        let from = self.doc.tokens.get(after).map_or(sentence.end, |t| t.start);
        free && acts(self.doc.text.get(from..sentence.end).unwrap_or(""))
    }

    fn speaks(&self, after: usize) -> bool {
        (after..after + 3).any(|t| {
            matches!(
                self.doc.word(t),
                "说" | "问" | "说道" | "问道" | "喊" | "小声说" | "大声说" | "道" | "笑着说" | "喊道"
            )
        })
    }

    fn narrator(&mut self) {
        let count = self
            .doc
            .tokens
            .iter()
            .filter(|t| !t.quoted && self.doc.words.get(t.word).is_some_and(|w| w == "我"))
            .count();
        if count < 5 || count * 250 < self.doc.tokens.len() {
            return;
        }
        let who = self.company.add(Member {
            narrator: true,
            kind: Some(CharacterKind::Human),
            ..Member::default()
        });
        self.names.insert("我".to_owned(), who);
    }

    fn sentence(&mut self, s: usize, sentence: &Sentence) {
        let mut t = sentence.tokens.start;
        while t < sentence.tokens.end {
            let Some(token) = self.doc.tokens.get(t) else {
                break;
            };
            let word = self.doc.word(t).to_owned();
            if token.quoted {
                // “我是小满。”铁人说: the one who says so bears the name.
                let told = token.capital
                    && t > sentence.tokens.start
                    && (matches!(self.doc.word(t - 1), "我叫" | "叫")
                        || (self.doc.word(t - 1) == "是"
                            && t > sentence.tokens.start + 1
                            && self.doc.word(t - 2) == "我"));
                if told && self.speaker_is(s, sentence, &word) {
                    t += 1;
                    continue;
                }
                if token.capital
                    && (t.saturating_sub(5).max(sentence.tokens.start)..t).any(|b| {
                        self.doc.word(b) == "我" && matches!(self.doc.word(b + 1), "是" | "叫" | "名叫")
                    })
                {
                    self.introduced = Some((s, word));
                }
                t += 1;
                continue;
            }
            if token.capital {
                self.named(s, sentence, t, &word);
            } else if let Some((hit, concept)) =
                self.doc.hits_in(sentence, Class::Person).find(|(h, _)| h.token == t)
            {
                if !hit.likened && !hit.negated {
                    if concept.is("group") {
                        self.group(s, t)
                    } else {
                        self.noun(s, sentence, t, &word, hit.concept, concept)
                    }
                }
            } else if let Some((hit, concept)) = self.doc.hits_in(sentence, Class::Prop).find(|(h, c)| {
                h.token == t
                    && self.things.keys().any(|k| lexicon().concept(*k).is_some_and(|k| k.id == c.id))
            }) {
                if !hit.likened {
                    self.noun(s, sentence, t, &word, hit.concept, concept);
                }
            } else if self.spirits.contains_key(&word) {
                self.named(s, sentence, t, &word);
                if let Some(&who) = self.names.get(&word)
                    && let Some(m) = self.company.get_mut(who)
                {
                    m.kind = m.kind.or(Some(CharacterKind::Creature));
                }
            } else if matches!(word.as_str(), "这" | "那" | "此" | "来" | "个" | "一个")
                && self.doc.word(t + 1) == "人"
            {
                self.somebody(s, sentence, t);
            } else if matches!(word.as_str(), "他" | "她" | "它" | "我") {
                self.pronoun(s, sentence, t, &word);
            } else if lexicon().cue_zh("group", &word) {
                self.group(s, t);
            }
            t += 1;
        }
    }
}
