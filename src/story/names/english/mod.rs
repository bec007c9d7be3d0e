//! English names: runs of capitals, and what their surroundings say about them
//! (before a verb, after "said", after a preposition of place, spoken to).

mod evidence;
mod predicate;

use crate::story::doc::{Doc, Sentence};
use crate::story::lexicon::lexicon;
use crate::story::lexicon::numerals::cardinal;
use crate::story::text::tidy;

pub use evidence::{Evidence, accept};
pub use predicate::{acts, is_speech, is_verb, spoken_by};

/// Words of the longest run, with its title.
const LONGEST_NAME: usize = 4;

/// A run of capitalised words.
#[derive(Debug, Clone)]
pub struct Run {
    /// First token, without a title.
    pub token: usize,
    /// Number of tokens.
    pub len: usize,
    /// A title stands right before.
    pub title: bool,
}

impl Run {
    /// First token, with the title.
    pub fn head(&self) -> usize {
        self.token - usize::from(self.title && self.token > 0)
    }
}

/// Numbers that are names in this story: "Unit Seven", "said Seven".
fn numbers(doc: &Doc) -> Vec<usize> {
    let number = |w: &str| cardinal(w).is_some_and(|n| n <= 12);
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

/// Runs of capitals that may be names, in the order of the text.
pub fn name_runs(doc: &Doc) -> Vec<Run> {
    let capitals = Capitals { doc, numbers: numbers(doc) };
    let mut runs = Vec::new();
    for sentence in doc.sentences.iter().filter(|s| !is_shouted(doc, s)) {
        let mut t = sentence.tokens.start;
        while t < sentence.tokens.end {
            t = capitals.run_at(sentence, t, &mut runs);
        }
    }
    runs
}

/// A line in capitals (a telegram, a shout) says nothing about names.
fn is_shouted(doc: &Doc, sentence: &Sentence) -> bool {
    let text = doc.text.get(sentence.start..sentence.end).unwrap_or("");
    let upper = text.chars().filter(|c| c.is_uppercase()).count();
    upper * 2 > text.chars().filter(|c| c.is_alphabetic()).count()
}

/// Which capitalised words may be part of a name.
struct Capitals<'d, 'a> {
    doc: &'d Doc<'a>,
    /// Words of numbers that are names in this story.
    numbers: Vec<usize>,
}

impl Capitals<'_, '_> {
    /// Adds the run that begins at token `t`, if one does; gives the token to look
    /// at next.
    fn run_at(&self, sentence: &Sentence, t: usize, runs: &mut Vec<Run>) -> usize {
        let opens = |t: usize| self.doc.tokens.get(t).is_some_and(|x| x.opens);
        // "Presently Peter": the adverb is no part of the name.
        let adverb = self.doc.word(t).ends_with("ly") && opens(t) && self.is_name_word(t + 1);
        if adverb && !opens(t + 1) || !self.is_name_word(t) && !self.is_title(t) {
            return t + 1;
        }
        let mut end = t + 1;
        while end < sentence.tokens.end && end < t + LONGEST_NAME && self.is_name_word(end) {
            let possessive = self.doc.tokens.get(end - 1).is_some_and(|x| x.possessive);
            // The stop of "Mr." ends no name.
            if opens(end) && !self.is_title(end - 1) || possessive {
                break;
            }
            end += 1;
        }
        let title = self.is_title(t) && end > t + 1;
        let token = t + usize::from(title);
        if self.is_name_word(token) {
            runs.push(Run { token, len: end - token, title });
        }
        end
    }

    /// Whether a token may be a word of a name.
    fn is_name_word(&self, t: usize) -> bool {
        let (lex, word) = (lexicon(), self.doc.word(t));
        let Some(token) = self.doc.tokens.get(t) else { return false };
        let written = self.doc.text.get(token.start..token.end).unwrap_or("");
        token.capital
            && token.end - token.start > 1
            && !lex.cue_en("weekday", word)
            && (!lex.cue_en("function", word) || self.numbers.contains(&token.word))
            && !word.contains('\'')
            && !written.chars().skip(1).all(char::is_uppercase)
    }

    fn is_title(&self, t: usize) -> bool {
        self.doc.tokens.get(t).is_some_and(|x| x.capital) && lexicon().cue_en("title", self.doc.word(t))
    }
}

/// A run as the story writes it, on one line.
pub fn run_name(doc: &Doc, run: &Run) -> String {
    tidy(doc.span(run.token..run.token + run.len))
}
