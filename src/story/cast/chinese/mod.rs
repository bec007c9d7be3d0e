//! The Chinese cast: names (found by `names::chinese`), kinship nouns, animals, and
//! things that act.

mod named;
mod nouns;
mod pronouns;
mod spirits;

use std::collections::HashMap;

use super::company::{Company, Member};
use crate::story::doc::{Doc, Sentence};
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::names::chinese::acts;
use crate::story::types::CharacterKind;
use nouns::NounAt;

/// Verbs of speech that follow a speaker.
const VERBS_OF_SPEECH: &str = "说 问 说道 问道 喊 小声说 大声说 道 笑着说 喊道";

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

/// The state of one pass over the story.
struct Reader<'d, 'a> {
    doc: &'d Doc<'a>,
    company: Company,
    /// Name as written -> member.
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

    /// Whether a verb of speech stands among the three tokens from `after` on.
    fn speaks(&self, after: usize) -> bool {
        (after..after + 3).any(|t| among(self.doc.word(t), VERBS_OF_SPEECH))
    }

    /// First person: 我 all through the narration.
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

    /// Reads one sentence token by token.
    fn sentence(&mut self, s: usize, sentence: &Sentence) {
        for t in sentence.tokens.clone() {
            let Some(token) = self.doc.tokens.get(t) else {
                break;
            };
            let word = self.doc.word(t).to_owned();
            if token.quoted {
                self.spoken(s, sentence, t, word);
            } else if token.capital {
                self.named(s, sentence, t, &word);
            } else {
                self.narrated(s, sentence, t, &word);
            }
        }
    }

    /// “我是小满。”铁人说: the one who says so bears the name.
    fn spoken(&mut self, s: usize, sentence: &Sentence, t: usize, word: String) {
        let (doc, start) = (self.doc, sentence.tokens.start);
        if !doc.tokens.get(t).is_some_and(|x| x.capital) {
            return;
        }
        let told = t > start
            && (matches!(doc.word(t - 1), "我叫" | "叫")
                || (doc.word(t - 1) == "是" && t > start + 1 && doc.word(t - 2) == "我"));
        if told && self.speaker_is(s, sentence, &word) {
            return;
        }
        let mut before = t.saturating_sub(5).max(start)..t;
        if before.any(|b| doc.word(b) == "我" && matches!(doc.word(b + 1), "是" | "叫" | "名叫")) {
            self.introduced = Some((s, word));
        }
    }

    /// A word of the narration that is no name.
    fn narrated(&mut self, s: usize, sentence: &Sentence, t: usize, word: &str) {
        let doc = self.doc;
        if let Some((hit, concept)) = doc.hits_in(sentence, Class::Person).find(|(h, _)| h.token == t) {
            if hit.likened || hit.negated {
                return;
            }
            if concept.is("group") {
                self.group(s, t);
            } else {
                self.noun(&NounAt { s, sentence, token: t, word, index: hit.concept, concept });
            }
        } else if let Some((hit, concept)) =
            doc.hits_in(sentence, Class::Prop).find(|(h, c)| h.token == t && self.is_acting_thing(c))
        {
            if !hit.likened {
                self.noun(&NounAt { s, sentence, token: t, word, index: hit.concept, concept });
            }
        } else if self.spirits.contains_key(word) {
            self.named(s, sentence, t, word);
            if let Some(&who) = self.names.get(word)
                && let Some(m) = self.company.get_mut(who)
            {
                m.kind = m.kind.or(Some(CharacterKind::Creature));
            }
        } else if among(word, "这 那 此 来 个 一个") && doc.word(t + 1) == "人" {
            self.somebody(s, sentence, t);
        } else if matches!(word, "他" | "她" | "它" | "我") {
            self.pronoun(s, sentence, t, word);
        } else if lexicon().cue_zh("group", word) {
            self.group(s, t);
        }
    }

    /// Whether a thing of this idea acts like somebody.
    fn is_acting_thing(&self, concept: &Concept) -> bool {
        self.things.keys().any(|k| lexicon().concept(*k).is_some_and(|k| k.id == concept.id))
    }
}
