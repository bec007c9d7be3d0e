//! A story taken apart: paragraphs, sentences, tokens and concept hits. The page
//! that every other part of the room reads from.
//!
//! Tokens are words in English; in Chinese they are the longest words of the lexicon and the names
//! of the cast, and single characters elsewhere (forward maximum matching),
//! which needs no segmentation model.

mod hits;
mod memory;
mod tokens;
mod world;

use std::ops::Range;

use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::text::paragraphs::{Block, Break, blocks};
use crate::story::text::sentences::sentence_ranges;
use crate::story::types::Language;
use tokens::Tokenizer;

pub use world::World;

/// A word, or in Chinese possibly a single character. Offsets are bytes.
#[derive(Debug, Clone)]
pub struct Token {
    /// First byte.
    pub start: usize,
    /// One past the last byte, without a possessive ending.
    pub end: usize,
    /// Index into [`Doc::words`] (lower case).
    pub word: usize,
    /// Begins with a capital letter.
    pub capital: bool,
    /// Ends in `'s` (which is not part of the word).
    pub possessive: bool,
    /// Stands inside quotation marks.
    pub quoted: bool,
    /// Punctuation (or the sentence's beginning) stands right before.
    pub opens: bool,
}

/// A concept found in the text.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Index of the first token.
    pub token: usize,
    /// Number of tokens.
    pub len: usize,
    /// Index into the lexicon's concepts.
    pub concept: usize,
    /// A plural form.
    pub plural: bool,
    /// Inside a comparison ("like a cat"): nothing that is really there.
    pub likened: bool,
    /// Denied ("no boat").
    pub negated: bool,
}

/// A sentence. Offsets are bytes.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// First byte, with headings and ornaments glued on in front.
    pub open: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Index of its paragraph.
    pub paragraph: usize,
    /// It is the first of its paragraph.
    pub first: bool,
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Its hits.
    pub hits: Range<usize>,
    /// Share of its letters inside quotation marks, 0 to 1.
    pub talk: f32,
    /// Told of an earlier time than the scene's frame.
    pub memory: bool,
}

/// A story taken apart.
#[derive(Debug)]
pub struct Doc<'a> {
    /// The text itself.
    pub text: &'a str,
    /// Its language.
    pub language: Language,
    /// Paragraphs.
    pub blocks: Vec<Block>,
    /// Sentences in order.
    pub sentences: Vec<Sentence>,
    /// Tokens in order.
    pub tokens: Vec<Token>,
    /// Hits in order.
    pub hits: Vec<Hit>,
    /// Distinct words, lower case.
    pub words: Vec<String>,
    /// The world it plays in.
    pub world: World,
}

impl<'a> Doc<'a> {
    /// Takes a story apart. `names` are words to keep whole (Chinese names).
    pub fn new(text: &'a str, language: Language, names: &[String]) -> Doc<'a> {
        let blocks = blocks(text);
        let ranges = sentence_ranges(text, &blocks);
        let mut tokenizer = Tokenizer::new(language, names);
        let mut sentences: Vec<Sentence> = Vec::with_capacity(ranges.len());
        for (paragraph, start, end) in ranges {
            let first = sentences.last().is_none_or(|s| s.paragraph != paragraph);
            if first {
                tokenizer.begin_paragraph();
            }
            let (tokens, talk) = tokenizer.read(text.get(start..end).unwrap_or(""), start);
            let open = blocks.get(paragraph).filter(|_| first).map_or(start, |b| b.open);
            let (hits, memory) = (0..0, false);
            sentences.push(Sentence { open, start, end, paragraph, first, tokens, hits, talk, memory });
        }
        let (tokens, words) = tokenizer.finish();
        let (hits, world) = (Vec::new(), World::Any);
        let mut doc = Doc { text, language, blocks, sentences, tokens, hits, words, world };
        doc.find_hits();
        doc.mark_memories();
        doc.world = doc.find_world();
        doc
    }

    /// The lower-case word of a token; empty past the end.
    pub fn word(&self, token: usize) -> &str {
        self.tokens.get(token).and_then(|t| self.words.get(t.word)).map_or("", String::as_str)
    }

    /// The text from the first byte of one token to the last of another.
    pub fn span(&self, tokens: Range<usize>) -> &'a str {
        let from = self.tokens.get(tokens.start).map_or(0, |t| t.start);
        let to = tokens.end.checked_sub(1).and_then(|t| self.tokens.get(t)).map_or(0, |t| t.end);
        self.text.get(from..to).unwrap_or("")
    }

    /// The hits of a sentence with their concepts.
    pub fn hits_of(
        &self,
        sentence: &Sentence,
    ) -> impl Iterator<Item = (&Hit, &'static Concept)> + use<'_, 'a> {
        let lex = lexicon();
        self.hits
            .get(sentence.hits.clone())
            .unwrap_or(&[])
            .iter()
            .filter_map(|h| Some((h, lex.concept(h.concept)?)))
    }

    /// The hits of one class in a sentence.
    pub fn hits_in(
        &self,
        sentence: &Sentence,
        class: Class,
    ) -> impl Iterator<Item = (&Hit, &'static Concept)> + use<'_, 'a> {
        self.hits_of(sentence).filter(move |(_, c)| c.class == class)
    }

    /// Whether a token is a quoted one.
    pub fn quoted(&self, token: usize) -> bool {
        self.tokens.get(token).is_some_and(|t| t.quoted)
    }

    /// What stands above the paragraph of a sentence, if it is its first.
    pub fn above(&self, sentence: &Sentence) -> Break {
        if !sentence.first {
            return Break::None;
        }
        self.blocks.get(sentence.paragraph).map_or(Break::None, |b| b.above)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn talk_and_hits() {
        let doc = Doc::new(
            "“A forest,” said Mara. The hill looked like a castle. There was no boat.",
            Language::English,
            &[],
        );
        assert!(doc.sentences.first().is_some_and(|s| s.talk > 0.3 && s.talk < 0.7));
        let likened: Vec<bool> = doc
            .hits
            .iter()
            .filter(|h| lexicon().concept(h.concept).is_some_and(|c| c.id == "castle"))
            .map(|h| h.likened)
            .collect();
        assert_eq!(likened, [true]);
        assert!(
            doc.hits
                .iter()
                .any(|h| h.negated && lexicon().concept(h.concept).is_some_and(|c| c.id == "boat"))
        );
    }
}
