//! Which runs of capitals are names of characters, by counts over the story.

use std::collections::HashMap;

use super::{Run, acts, is_speech, run_name, spoken_by};
use crate::story::doc::Doc;
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, lexicon};

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
    let lex = lexicon();
    let mut all: HashMap<String, Evidence> = HashMap::new();
    for (i, run) in runs.iter().enumerate() {
        let e = all.entry(run_name(doc, run)).or_default();
        let Some(token) = doc.tokens.get(run.token) else {
            continue;
        };
        let before = run.token.checked_sub(1 + usize::from(run.title)).map_or("", |t| doc.word(t));
        // "the cat, Biscuit,": somebody by the noun before.
        let told = token.opens && !run.title && run.token > 0 && lex.has_english(before, Class::Person) && {
            let gap = run.token.checked_sub(1).and_then(|t| doc.tokens.get(t)).map_or(0, |b| b.end);
            let closed = doc.tokens.get(run.token + run.len).is_none_or(|t| t.opens);
            closed && doc.text.get(gap..token.start).is_some_and(|g| g.trim() == ",")
        };
        // The stop of "Mr." opens nothing.
        let head = token.opens && !run.title;
        if token.quoted {
            e.talk += 1;
            let named = among(before, "you i name called it is me");
            // Spoken to: commas or the quotes' ends on both sides.
            let closed = doc.tokens.get(run.token + run.len).is_none_or(|t| t.opens);
            e.called += usize::from(named || (head && closed));
            continue;
        }
        if head && !told {
            e.head += 1
        } else {
            e.inner += 1
        }
        if told {
            e.called += 2;
            e.acts += 1;
        }
        // "Jory, who lives at the farm": places have no "who".
        let next = run.token + run.len;
        e.called += usize::from(matches!(doc.word(next), "who" | "whose"));
        // "Jory and I sat"
        e.acts += usize::from(doc.word(next) == "and" && matches!(doc.word(next + 1), "i" | "he" | "she"));
        e.titled += usize::from(run.title);
        e.article += usize::from(before == "the");
        if matches!(before, "named" | "called") {
            e.called += 2;
        }
        // "the smith at Harrow was": the verb is the smith's.
        let governed = !head
            && among(
                before,
                "in at to from of through near across into over past around toward towards on for with by behind beyond",
            );
        if governed {
            let place = !among(before, "to of with for by on past behind toward towards");
            e.places += 1 + usize::from(place);
        } else if acts(doc, run.token - usize::from(run.title && run.token > 0), run.token + run.len) {
            e.acts += 1;
        }
        let spoken = spoken_by(doc, run.token - usize::from(run.title && run.token > 0));
        let calls = doc.quoted(run.token.saturating_sub(1)) && is_speech(doc, run.token + run.len);
        let spoken = spoken || calls;
        // The next pronoun of the narration, before any other name but a place's.
        let other = |r: &&Run| {
            let before = r.token.checked_sub(1).map_or("", |t| doc.word(t));
            !among(before, "in at on near to from")
        };
        let stop = runs
            .get(i + 1..)
            .and_then(|rest| rest.iter().take(3).find(other))
            .map_or(usize::MAX, |r| r.token);
        for t in run.token + run.len..(run.token + run.len + 22).min(stop).min(doc.tokens.len()) {
            if doc.quoted(t) {
                continue;
            }
            // Behind "said Hollis." the next "she" is mostly the other speaker.
            if spoken && ends_before(doc, t) {
                break;
            }
            // "the dead man's sleeve ... his wrist"
            if doc.tokens.get(t).is_some_and(|x| x.possessive) && lex.has_english(doc.word(t), Class::Person)
            {
                break;
            }
            let vote = match doc.word(t) {
                "she" | "her" | "herself" => 0,
                "he" | "his" | "him" | "himself" => 1,
                "it" | "its" | "itself" => 2,
                _ => continue,
            };
            if let Some(v) = e.votes.get_mut(vote) {
                *v += 1;
            }
            break;
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
        let parts: Vec<&str> = low.split(' ').collect();
        let known_part = parts.len() == 1 && parts_of.contains(name);
        if known_part && e.acts + e.called > 0 {
            return true;
        }
        if parts.last().is_some_and(|w| parts.len() > 1 && lex.cue_en("placeword", w)) {
            return false;
        }
        let plain = parts.len() == 1 && lower.get(low.as_str()).copied().unwrap_or(0) > 0;
        let word = parts.len() == 1 && !lex.english(&low).is_empty();
        if (plain || word) && e.inner < 2 {
            // A common word at the head of a sentence is no name.
            return e.called >= 2 && e.acts >= 1;
        }
        let person = 2 * e.acts + 2 * e.called;
        let known = e.inner + e.head;
        let narrated = known > 0
            && (e.acts >= 1 || e.called >= 1)
            && person >= e.places
            && (e.inner > 0 || e.acts >= 2 || e.called > 0 || e.talk > 0 || parts.len() > 1);
        narrated || (known == 0 && e.called >= 1 && e.talk >= 1)
    });
    all
}

/// Whether a sentence ends right before token `t`.
fn ends_before(doc: &Doc, t: usize) -> bool {
    let Some(before) = t.checked_sub(1).and_then(|b| doc.tokens.get(b)) else { return false };
    let gap = doc.tokens.get(t).and_then(|x| doc.text.get(before.end..x.start)).unwrap_or("");
    gap.contains(['.', '!', '?'])
}
