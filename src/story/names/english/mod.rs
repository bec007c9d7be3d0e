//! English names: runs of capitals, and what their surroundings say about them
//! (before a verb, after "said", after a preposition of place, spoken to).

mod evidence;
mod predicate;

use crate::story::doc::Doc;
use crate::story::lexicon::lexicon;
use crate::story::lexicon::words::among;
use crate::story::text::tidy;

pub use evidence::{Evidence, accept};
pub use predicate::{acts, is_speech, is_verb, spoken_by};

/// A run of capitalised words.
#[derive(Debug, Clone)]
pub struct Run {
    pub token: usize,
    pub len: usize,
    pub title: bool,
}

/// Numbers that are names in this story: "Unit Seven", "said Seven".
fn numbers(doc: &Doc) -> Vec<usize> {
    let number = |w: &str| among(w, "one two three four five six seven eight nine ten eleven twelve");
    let mut found: Vec<usize> = doc
        .tokens
        .iter()
        .filter(|t| t.capital && !t.opens && doc.words.get(t.word).is_some_and(|w| number(w)))
        .map(|t| t.word)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

pub fn name_runs(doc: &Doc) -> Vec<Run> {
    let lex = lexicon();
    let mut runs = Vec::new();
    let numbers = numbers(doc);
    for sentence in &doc.sentences {
        // A line in capitals (a telegram, a shout) says nothing about names.
        let text = doc.text.get(sentence.start..sentence.end).unwrap_or("");
        let upper = text.chars().filter(|c| c.is_uppercase()).count();
        if upper * 2 > text.chars().filter(|c| c.is_alphabetic()).count() {
            continue;
        }
        let mut t = sentence.tokens.start;
        while t < sentence.tokens.end {
            let usable = |t: usize| {
                doc.tokens.get(t).is_some_and(|x| x.capital && x.end - x.start > 1)
                    && !lex.cue_en("weekday", doc.word(t))
                    && (!lex.cue_en("function", doc.word(t))
                        || doc.tokens.get(t).is_some_and(|x| numbers.contains(&x.word)))
                    && !doc.word(t).contains('\'')
                    && !doc
                        .text
                        .get(doc.tokens.get(t).map_or(0..0, |x| x.start..x.end))
                        .unwrap_or("")
                        .chars()
                        .skip(1)
                        .all(char::is_uppercase)
            };
            // "Presently Peter": the adverb is no part of the name.
            let adverb =
                doc.word(t).ends_with("ly") && doc.tokens.get(t).is_some_and(|x| x.opens) && usable(t + 1);
            if adverb && doc.tokens.get(t + 1).is_some_and(|x| !x.opens) {
                t += 1;
                continue;
            }
            let title_word =
                |t: usize| doc.tokens.get(t).is_some_and(|x| x.capital) && lex.cue_en("title", doc.word(t));
            if !usable(t) && !title_word(t) {
                t += 1;
                continue;
            }
            let mut end = t + 1;
            while end < sentence.tokens.end && end < t + 4 && usable(end) {
                let opens = doc.tokens.get(end).is_some_and(|x| x.opens);
                let dotted = opens && title_word(end - 1);
                if (opens && !dotted) || doc.tokens.get(end - 1).is_some_and(|x| x.possessive) {
                    break;
                }
                end += 1;
            }
            let title = title_word(t) && end > t + 1;
            let token = if title { t + 1 } else { t };
            if usable(token) {
                runs.push(Run { token, len: end - token, title });
            }
            t = end;
        }
    }
    runs
}

pub fn run_name(doc: &Doc, run: &Run) -> String {
    tidy(doc.span(run.token..run.token + run.len))
}
