//! Sentences to tokens, in both languages.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::Token;
use crate::story::lexicon::lexicon;
use crate::story::text::paragraphs::is_han;
use crate::story::text::sentences::Quotes;
use crate::story::types::Language;

/// Clitics that are no part of a word; the first is the possessive ending.
const CLITICS: &str = "'s 'd 'll 're 've 'm";

/// Cuts the sentences of one story, in order.
pub(super) struct Tokenizer<'n> {
    language: Language,
    /// Words to keep whole, and the length of the longest in characters.
    names: HashSet<&'n str>,
    longest_name: usize,
    quotes: Quotes,
    tokens: Vec<Token>,
    words: Vec<String>,
    /// Index into `words`.
    vocabulary: HashMap<String, usize>,
}

/// Letters of one sentence, and those of them inside quotation marks.
#[derive(Default)]
struct Letters {
    all: usize,
    quoted: usize,
}

impl<'n> Tokenizer<'n> {
    pub(super) fn new(language: Language, names: &'n [String]) -> Tokenizer<'n> {
        Tokenizer {
            language,
            names: names.iter().map(String::as_str).collect(),
            longest_name: names.iter().map(|n| n.chars().count()).max().unwrap_or(0),
            quotes: Quotes::default(),
            tokens: Vec::new(),
            words: Vec::new(),
            vocabulary: HashMap::new(),
        }
    }

    /// Forgets the quotation marks that the paragraph before left open.
    pub(super) fn begin_paragraph(&mut self) {
        self.quotes = Quotes::default();
    }

    /// Cuts a sentence that begins at byte `base` of the text. Gives its tokens and
    /// the share of its letters inside quotation marks, 0 to 1.
    pub(super) fn read(&mut self, sentence: &str, base: usize) -> (Range<usize>, f32) {
        let first = self.tokens.len();
        let letters = match self.language {
            Language::English => self.read_english(sentence, base),
            Language::Chinese => self.read_chinese(sentence, base),
        };
        let talk = if letters.all == 0 { 0.0 } else { letters.quoted as f32 / letters.all as f32 };
        (first..self.tokens.len(), talk)
    }

    /// The tokens, and the distinct words that they point into.
    pub(super) fn finish(self) -> (Vec<Token>, Vec<String>) {
        (self.tokens, self.words)
    }

    fn read_english(&mut self, sentence: &str, base: usize) -> Letters {
        let mut letters = Letters::default();
        let (mut at, mut before, mut opens) = (0, ' ', true);
        while let Some(c) = char_at(sentence, at) {
            if !c.is_alphanumeric() {
                at += c.len_utf8();
                self.quotes.step(before, c, char_at(sentence, at).unwrap_or(' '));
                opens |= !c.is_whitespace() && c != '-' && c != '*' && c != '_';
                before = c;
                continue;
            }
            let end = word_end(sentence, at);
            let raw = sentence.get(at..end).unwrap_or("");
            let quoted = self.quotes.open();
            let known = self.vocabulary.get(raw).filter(|_| raw.bytes().all(|b| b.is_ascii_lowercase()));
            let token = if let Some(&word) = known {
                // Most words are known already, in small letters.
                letters.add(raw.len(), quoted);
                let (start, end) = (base + at, base + end);
                Token { start, end, word, capital: false, possessive: false, quoted, opens }
            } else {
                letters.add(raw.chars().count(), quoted);
                let (lower, keep, possessive) = without_clitic(raw);
                let (start, end) = (base + at, base + at + keep);
                let word = self.intern(lower);
                Token { start, end, word, capital: c.is_uppercase(), possessive, quoted, opens }
            };
            self.tokens.push(token);
            opens = false;
            before = raw.chars().next_back().unwrap_or(c);
            at = end;
        }
        letters
    }

    fn read_chinese(&mut self, sentence: &str, base: usize) -> Letters {
        let mut letters = Letters::default();
        let (mut i, mut before, mut opens) = (0, ' ', true);
        let chars: Vec<(usize, char)> = sentence.char_indices().collect();
        let at = |i: usize| chars.get(i).map_or(sentence.len(), |&(byte, _)| byte);
        let char_of = |i: usize| chars.get(i).map(|&(_, c)| c);
        while let Some(&(start, c)) = chars.get(i) {
            if !c.is_alphanumeric() {
                self.quotes.step(before, c, char_of(i + 1).unwrap_or(' '));
                opens |= !c.is_whitespace();
                before = c;
                i += 1;
                continue;
            }
            let len = if is_han(c) {
                // The longest name or word that begins here (forward maximum matching).
                let most = lexicon().zh_longest.max(self.longest_name).min(chars.len() - i);
                let whole = |n: &usize| {
                    let word = sentence.get(start..at(i + n)).unwrap_or("");
                    self.names.contains(word) || lexicon().chinese_whole(word)
                };
                (2..=most).rev().find(whole).unwrap_or(1)
            } else {
                let rest = chars.iter().skip(i).take_while(|(_, d)| d.is_alphanumeric() && !is_han(*d));
                rest.count()
            };
            let raw = sentence.get(start..at(i + len)).unwrap_or("");
            let quoted = self.quotes.open();
            letters.add(len, quoted);
            let token = Token {
                start: base + start,
                end: base + at(i + len),
                word: self.intern(raw.to_lowercase()),
                capital: self.names.contains(raw),
                possessive: char_of(i + len) == Some('的'),
                quoted,
                opens: std::mem::take(&mut opens),
            };
            self.tokens.push(token);
            i += len;
            before = c;
        }
        letters
    }

    /// The index of a word, which is added where it is new.
    fn intern(&mut self, word: String) -> usize {
        if let Some(&index) = self.vocabulary.get(&word) {
            return index;
        }
        self.words.push(word.clone());
        self.vocabulary.insert(word, self.words.len() - 1);
        self.words.len() - 1
    }
}

impl Letters {
    fn add(&mut self, letters: usize, quoted: bool) {
        self.all += letters;
        self.quoted += if quoted { letters } else { 0 };
    }
}

/// The character that begins at a byte; `None` at the end.
fn char_at(text: &str, byte: usize) -> Option<char> {
    text.get(byte..).and_then(|rest| rest.chars().next())
}

/// One past the last byte of the English word that begins at `from`: letters and
/// digits, joined by apostrophes and hyphens.
fn word_end(text: &str, from: usize) -> usize {
    let mut chars = text.get(from..).unwrap_or("").char_indices().peekable();
    let mut end = from;
    while let Some((i, c)) = chars.next() {
        let joint =
            matches!(c, '\'' | '’' | '-') && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        if !c.is_alphanumeric() && !joint {
            break;
        }
        end = from + i + c.len_utf8();
    }
    end
}

/// A word in small letters without its clitic ("she'll", "Anna's"), its length in
/// bytes without it, and whether it was the possessive.
fn without_clitic(raw: &str) -> (String, usize, bool) {
    let mut lower = raw.to_lowercase().replace('’', "'");
    let cut = lower.rfind('\'');
    let clitic = cut.and_then(|cut| lower.get(cut..)).unwrap_or("");
    if clitic.is_empty() || !CLITICS.split(' ').any(|c| c == clitic) {
        return (lower, raw.len(), false);
    }
    let possessive = clitic == "'s";
    lower.truncate(cut.unwrap_or(lower.len()));
    (lower, raw.rfind(['\'', '’']).unwrap_or(raw.len()), possessive)
}
