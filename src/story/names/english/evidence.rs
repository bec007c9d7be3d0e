//! Which runs of capitals are names of characters, by counts over the story.

use std::collections::HashMap;

use super::{Run, acts, is_speech, run_name, spoken_by};
use crate::story::doc::Doc;
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, lexicon};

/// Prepositions that govern a name.
const PREPOSITIONS: &str =
    "in at to from of through near across into over past around toward towards on for with by behind beyond";

/// Those of them that govern people as often as places.
const PREPOSITIONS_OF_PEOPLE: &str = "to of with for by on past behind toward towards";

/// Tokens behind a name in which a pronoun votes.
const VOTE_TOKENS: usize = 22;

/// What the counts say about a run of capitals.
#[derive(Debug, Default, Clone)]
pub struct Evidence {
    /// Occurrences in the narration where a capital means something.
    pub inner: usize,
    /// Occurrences at the head of a sentence or speech.
    pub head: usize,
    /// Occurrences inside talk.
    pub talk: usize,
    /// Before a verb, or after "said".
    pub acts: usize,
    /// After a preposition of place.
    pub places: usize,
    /// Spoken to or introduced: "You're Dacey", "my name is", "named".
    pub called: usize,
    /// With a title: "Mrs. Rabbit".
    pub titled: usize,
    /// After "the".
    pub article: usize,
    /// Votes of the pronouns that follow: she, he, it.
    pub votes: [usize; 3],
}

/// Names that belong to characters, with their evidence.
pub fn accept(doc: &Doc, runs: &[Run]) -> HashMap<String, Evidence> {
    let mut all: HashMap<String, Evidence> = HashMap::new();
    for (i, run) in runs.iter().enumerate() {
        let e = all.entry(run_name(doc, run)).or_default();
        if doc.quoted(run.token) {
            e.note_in_talk(doc, run);
        } else if doc.tokens.get(run.token).is_some() {
            e.note_in_narration(doc, run);
            if let Some(vote) = pronoun_behind(doc, runs, i).and_then(|v| e.votes.get_mut(v)) {
                *vote += 1;
            }
        }
    }
    let mut lower: HashMap<&str, usize> = HashMap::new();
    for t in doc.tokens.iter().filter(|t| !t.capital) {
        if let Some(word) = doc.words.get(t.word) {
            *lower.entry(word.as_str()).or_default() += 1;
        }
    }
    // "Dora Quill": a quill alone is she, even at the head of a sentence.
    let parts_of: Vec<String> = all
        .iter()
        .filter(|(name, e)| name.contains(' ') && (e.titled > 0 || e.acts > 0 || e.called > 0))
        .flat_map(|(name, _)| name.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    all.retain(|name, e| {
        let low = name.to_lowercase();
        let known_part = !low.contains(' ') && parts_of.contains(name);
        let common = lower.get(low.as_str()).is_some_and(|n| *n > 0);
        known_part && e.acts + e.called > 0 || e.tell_a_character(&low, common)
    });
    all
}

impl Evidence {
    /// Counts a run inside talk.
    fn note_in_talk(&mut self, doc: &Doc, run: &Run) {
        self.talk += 1;
        let named = among(word_before(doc, run), "you i name called it is me");
        // Spoken to: commas or the quotes' ends on both sides.
        let closed = doc.tokens.get(run.token + run.len).is_none_or(|t| t.opens);
        self.called += usize::from(named || (is_head(doc, run) && closed));
    }

    /// Counts a run in the narration.
    fn note_in_narration(&mut self, doc: &Doc, run: &Run) {
        let (before, next) = (word_before(doc, run), run.token + run.len);
        let (head, apposed) = (is_head(doc, run), is_apposed(doc, run));
        if head && !apposed {
            self.head += 1;
        } else {
            self.inner += 1;
        }
        if apposed {
            self.called += 2;
            self.acts += 1;
        }
        // "Jory, who lives at the farm": places have no "who".
        self.called += usize::from(matches!(doc.word(next), "who" | "whose"));
        // "Jory and I sat"
        self.acts += usize::from(doc.word(next) == "and" && matches!(doc.word(next + 1), "i" | "he" | "she"));
        self.titled += usize::from(run.title);
        self.article += usize::from(before == "the");
        if matches!(before, "named" | "called") {
            self.called += 2;
        }
        // "the smith at Harrow was": the verb is the smith's.
        if !head && among(before, PREPOSITIONS) {
            self.places += 1 + usize::from(!among(before, PREPOSITIONS_OF_PEOPLE));
        } else if acts(doc, run.head(), next) {
            self.acts += 1;
        }
    }

    /// Whether the counts are those of somebody. `low` is the name in small letters;
    /// `common` tells that the story writes it so as well.
    fn tell_a_character(&self, low: &str, common: bool) -> bool {
        let lex = lexicon();
        let long = low.contains(' ');
        if long && low.rsplit(' ').next().is_some_and(|w| lex.cue_en("placeword", w)) {
            return false;
        }
        let word = common || !lex.english(low).is_empty();
        if !long && word && self.inner < 2 {
            // A common word at the head of a sentence is no name.
            return self.called >= 2 && self.acts >= 1;
        }
        let known = self.inner + self.head;
        let narrated = known > 0
            && (self.acts >= 1 || self.called >= 1)
            && 2 * self.acts + 2 * self.called >= self.places
            && (self.inner > 0 || self.acts >= 2 || self.called > 0 || self.talk > 0 || long);
        narrated || (known == 0 && self.called >= 1 && self.talk >= 1)
    }
}

/// The word before a run and its title.
fn word_before<'d>(doc: &'d Doc, run: &Run) -> &'d str {
    run.token.checked_sub(1 + usize::from(run.title)).map_or("", |t| doc.word(t))
}

/// A run at the head of a sentence, clause or speech; the stop of "Mr." opens
/// nothing.
fn is_head(doc: &Doc, run: &Run) -> bool {
    doc.tokens.get(run.token).is_some_and(|t| t.opens) && !run.title
}

/// "the cat, Biscuit,": somebody by the noun before.
fn is_apposed(doc: &Doc, run: &Run) -> bool {
    let Some(before) = run.token.checked_sub(1).and_then(|t| doc.tokens.get(t)) else { return false };
    let gap = || doc.tokens.get(run.token).and_then(|own| doc.text.get(before.end..own.start));
    is_head(doc, run)
        && lexicon().has_english(word_before(doc, run), Class::Person)
        && doc.tokens.get(run.token + run.len).is_none_or(|t| t.opens)
        && gap().is_some_and(|gap| gap.trim() == ",")
}

/// The next pronoun of the narration behind run `i`, before any other name but a
/// place's: the slot of its vote.
fn pronoun_behind(doc: &Doc, runs: &[Run], i: usize) -> Option<usize> {
    let run = runs.get(i)?;
    let calls = doc.quoted(run.token.saturating_sub(1)) && is_speech(doc, run.token + run.len);
    let spoken = calls || spoken_by(doc, run.head());
    let other = |r: &&Run| {
        let before = r.token.checked_sub(1).map_or("", |t| doc.word(t));
        !among(before, "in at on near to from")
    };
    let behind = runs.get(i + 1..).unwrap_or(&[]).iter().take(3).find(other);
    let stop = behind.map_or(usize::MAX, |r| r.token);
    let first = run.token + run.len;
    for t in (first..(first + VOTE_TOKENS).min(stop).min(doc.tokens.len())).filter(|t| !doc.quoted(*t)) {
        // Behind "said Hollis." the next "she" is mostly the other speaker.
        if spoken && ends_before(doc, t) {
            return None;
        }
        // "the dead man's sleeve ... his wrist"
        let possessive = doc.tokens.get(t).is_some_and(|x| x.possessive);
        if possessive && lexicon().has_english(doc.word(t), Class::Person) {
            return None;
        }
        match doc.word(t) {
            "she" | "her" | "herself" => return Some(0),
            "he" | "his" | "him" | "himself" => return Some(1),
            "it" | "its" | "itself" => return Some(2),
            _ => {}
        }
    }
    None
}

/// Whether a sentence ends right before token `t`.
fn ends_before(doc: &Doc, t: usize) -> bool {
    let Some(before) = t.checked_sub(1).and_then(|b| doc.tokens.get(b)) else { return false };
    let gap = doc.tokens.get(t).and_then(|x| doc.text.get(before.end..x.start)).unwrap_or("");
    gap.contains(['.', '!', '?'])
}
