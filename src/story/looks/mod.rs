//! Looks: short literal facts such as "a long brown plait", each with the place
//! in the text that states it, and from which sentence on it holds.
//!
//! The languages find facts in their own ways (`english`, `chinese`); this
//! part keeps them in order and drops repetitions; `slots` decides which later fact
//! replaces which earlier one: hair that was cut, a cloak put on, old age.

mod chinese;
mod english;
mod slots;

use crate::story::cast::{Company, Mention};
use crate::story::doc::Doc;
use crate::story::lexicon::words::{among, begins_with_any, holds_any};
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::types::{CharacterKind, Language};

pub use slots::{Slot, slot, spells};

/// Facts kept of one character; more would drown a prompt.
const MOST_FACTS: usize = 24;

/// One stated fact of looks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fact {
    /// The fact in the story's words, on one line.
    pub text: String,
    /// Where the text states it, bytes.
    pub span: (usize, usize),
    /// The sentence that states it.
    pub sentence: usize,
    /// Told by the writer: holds in every scene.
    pub fixed: bool,
}

/// A noun of body, clothes or build.
pub fn is_noun(c: &Concept) -> bool {
    c.is("body") || c.is("clothes") || c.is("feature")
}

/// An adjective that can be seen.
pub fn is_adjective(c: &Concept) -> bool {
    c.class == Class::Look && !is_noun(c)
}

/// Whether some concept of looks that `test` accepts is written as this word.
pub fn looks_word(word: &str, test: impl Fn(&Concept) -> bool) -> bool {
    lexicon().english_word(word).any(|(_, c)| c.class == Class::Look && test(c))
}

/// Adds the facts of the whole text to the members they belong to.
pub fn read(doc: &Doc, company: &mut Company) {
    // Mentions stand in the order of the sentences.
    let mut until = 0;
    let mut last: &[Mention] = &[];
    let mut facts: Vec<(usize, Fact)> = Vec::new();
    for (s, sentence) in doc.sentences.iter().enumerate() {
        let from = until;
        while company.mentions.get(until).is_some_and(|m| m.sentence <= s) {
            until += 1;
        }
        let here = company.mentions.get(from..until).unwrap_or(&[]);
        // A sentence that names nobody goes on about the one before.
        let before = if !sentence.first || doc.language == Language::Chinese { last } else { &[] };
        last = here;
        if sentence.talk > 0.9 {
            continue;
        }
        let first = facts.len();
        match doc.language {
            Language::English => english::read(doc, sentence, here, before, &mut facts),
            Language::Chinese => chinese::read(doc, sentence, here, before, &mut facts),
        }
        for fact in facts.iter_mut().skip(first) {
            fact.1.sentence = s;
        }
    }
    facts.sort_by_key(|(_, f)| (f.sentence, f.span.0));
    for (who, mut fact) in facts {
        if let Some(m) = company.get_mut(who) {
            fact.text = trim_loose_end(&fact.text);
            let person = m.kind.is_none_or(|k| k == CharacterKind::Human);
            if fact.text.is_empty() || is_no_look(doc, &fact, person) {
                continue;
            }
            let low = fact.text.to_lowercase();
            let repeats = m.facts.iter().any(|f| f.text.to_lowercase().contains(&low));
            if !repeats && m.facts.len() < MOST_FACTS {
                // A longer wording of the same place in the text wins.
                m.facts.retain(|f| !(fact.span.0 <= f.span.0 && f.span.1 <= fact.span.1));
                m.facts.push(fact);
            }
        }
    }
}

/// Words of something done to somebody else.
const OF_ANOTHER: &str = "在他 在她 在它 在我 给他 给她";

/// Words of what happens all of a sudden.
const SUDDEN: &str = "一下子 忽然 突然 顿时 出手";

/// What things have, and people have not.
const OF_THINGS: &str = "漆 秒针 指针 钟壳 灯泡 轮子 镜头 铆钉 照片";

/// Small words that a cut leaves hanging.
const LOOSE_ENDS: &str = "than as that of in with to the a an and her his its from whom had was is on at for by or but which who like even when if so too";

/// What reads like a look and is none: clothes that are missing, what is put on
/// somebody else, what happens all of a sudden, and of people the paint of a thing.
fn is_no_look(doc: &Doc, fact: &Fact, person: bool) -> bool {
    let before = doc.text.get(..fact.span.0).unwrap_or("");
    let lacking = before.split_whitespace().rev().take(2).any(|w| w.eq_ignore_ascii_case("without"));
    let of_another = holds_any(&fact.text, OF_ANOTHER);
    let event = holds_any(&fact.text, SUDDEN) || begins_with_any(&fact.text, "直到 等到 如果 除了");
    lacking || of_another || event || (person && holds_any(&fact.text, OF_THINGS))
}

/// Drops small words that a cut left hanging: "bigger than".
fn trim_loose_end(fact: &str) -> String {
    let mut words: Vec<&str> = fact.split(' ').collect();
    while words.last().is_some_and(|w| among(w, LOOSE_ENDS)) {
        words.pop();
    }
    words.join(" ")
}
