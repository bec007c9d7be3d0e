//! What stands around a noun phrase and makes a subject or a speaker of it.

use crate::story::doc::Doc;
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, lexicon};

/// Adverbs without -ly, and pronouns, between a subject and its verb.
const ADVERBS: &str = "only just then still always also himself herself itself";

/// What a noun phrase goes on with behind an inverted verb.
const AFTER_INVERSION: &str = "with in who as whose holding carrying dressed wearing of like and";

/// Verbs of posture and coming that stand before their subject.
const POSTURE: &str =
    "sat stood lay came hung crouched knelt sits stands lies comes waited perched walked slept";

pub fn is_verb(doc: &Doc, token: usize) -> bool {
    let word = doc.word(token);
    if doc.tokens.get(token).is_none_or(|t| t.opens || t.capital) {
        return false;
    }
    let auxiliary = lexicon().cue_en("auxiliary", word);
    auxiliary || (word.len() > 4 && word.ends_with("ed")) || lexicon().has_english(word, Class::Action)
}

/// Whether the noun phrase that ends before `after` does something.
pub fn acts(doc: &Doc, first: usize, after: usize) -> bool {
    if is_verb(doc, after) {
        return true;
    }
    let adverb = |w: &str| (w.len() > 3 && w.ends_with("ly")) || among(w, ADVERBS);
    let free = doc.tokens.get(after).is_some_and(|t| !t.opens);
    // "A boy of about twenty looked up": the verb behind the phrase is the boy's.
    if free && among(doc.word(after), "of with in at from") {
        for t in after + 1..after + 7 {
            if doc.tokens.get(t).is_none_or(|x| x.opens || x.quoted) {
                break;
            }
            if is_verb(doc, t) && !doc.word(t).ends_with("ing") {
                return true;
            }
        }
    }
    (free && adverb(doc.word(after)) && is_verb(doc, after + 1))
        || spoken_by(doc, first)
        || inverted(doc, first, after)
}

/// "In the fork of the tree sat the owl": a verb of place right before the
/// phrase, and a phrase of place at the head of the clause.
fn inverted(doc: &Doc, first: usize, after: usize) -> bool {
    let Some(verb) = first.checked_sub(1) else { return false };
    let closes = doc.tokens.get(after).is_none_or(|t| t.opens) || among(doc.word(after), AFTER_INVERSION);
    let posture = among(doc.word(verb), POSTURE);
    posture
        && closes
        && doc.tokens.get(verb).is_some_and(|t| !t.quoted)
        && (verb.saturating_sub(9)..verb)
            .rev()
            .find(|t| doc.tokens.get(*t).is_some_and(|x| x.opens))
            .is_some_and(|t| {
                lexicon().cue_en("locative", doc.word(t)) || among(doc.word(t), "there out and then next")
            })
}

/// Whether a token is a verb of speech.
pub fn is_speech(doc: &Doc, token: usize) -> bool {
    lexicon().english_word(doc.word(token)).any(|(_, c)| c.is("talk"))
}

/// `"...," said [the old] NAME`: a verb of speech right before, after a quote.
pub fn spoken_by(doc: &Doc, first: usize) -> bool {
    let Some(verb) = first.checked_sub(1) else {
        return false;
    };
    let opens = doc.tokens.get(verb).is_some_and(|t| t.opens && !t.quoted);
    let free = doc.tokens.get(first).is_some_and(|t| !t.opens);
    opens && free && is_speech(doc, verb)
}
