//! Paragraphs to sentences, and which of their words are spoken.
//!
//! Sentence boundaries come from Unicode Standard Annex #29 (icu_segmenter) and
//! are mended where prose differs from its default rules: abbreviations,
//! `"Go!" she said.`, and fragments without a letter.

use icu_segmenter::SentenceSegmenter;

use crate::story::text::is_blank;
use crate::story::text::paragraphs::{Block, is_han};
use crate::story::types::Language;

/// Sentences longer than this many bytes are cut at white space or after a
/// comma, so that a text without any full stop still has parts to choose from.
const LONGEST_SENTENCE_BYTES: usize = 1500;

/// Chinese if at least a fifth of the letters are Chinese characters: names and
/// numbers in Latin letters are common in Chinese prose, the reverse is not.
pub fn language_of(text: &str) -> Language {
    let (mut han, mut letters) = (0usize, 0usize);
    for c in text.chars().filter(|c| c.is_alphabetic()).take(20_000) {
        letters += 1;
        han += usize::from(is_han(c));
    }
    if han * 5 > letters { Language::Chinese } else { Language::English }
}

/// Byte ranges of the sentences of every paragraph: `(paragraph, start, end)`.
pub fn sentence_ranges(text: &str, blocks: &[Block]) -> Vec<(usize, usize, usize)> {
    let segmenter = SentenceSegmenter::new(Default::default());
    let mut out: Vec<(usize, usize, usize)> = Vec::new();
    for (p, block) in blocks.iter().enumerate() {
        // A line end inside a paragraph is a mere space, but UAX #29 would end
        // the sentence there: look at a copy of the same length.
        let raw = text.get(block.start..block.end).unwrap_or("");
        let flat: String = raw.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }).collect();
        let mut from = 0;
        let first = out.len();
        for to in segmenter.segment_str(&flat).skip(1) {
            // The rules leave an opening quote with the sentence before it.
            let to = to - hanging_quote(flat.get(from..to).unwrap_or(""));
            let to = to + glued_marks(flat.get(from..to).unwrap_or(""), flat.get(to..).unwrap_or(""));
            let piece = flat.get(from..to).unwrap_or("");
            let rest = flat.get(to..).unwrap_or("");
            if to < flat.len() && runs_on(piece, rest) {
                continue;
            }
            push_range(&mut out, first, p, block.start, from, piece);
            from = to;
        }
        push_range(&mut out, first, p, block.start, from, flat.get(from..).unwrap_or(""));
    }
    out
}

/// Bytes of the opening quotes at the end of a sentence, with the space around
/// them; 0 where there is nothing else.
fn hanging_quote(piece: &str) -> usize {
    let opens = |c: char| matches!(c, '“' | '‘' | '「' | '『' | '《');
    if !piece.trim_end().ends_with(opens) {
        return 0;
    }
    let head = piece.trim_end_matches(|c: char| opens(c) || c.is_whitespace());
    if head.is_empty() { 0 } else { piece.len() - head.len() }
}

/// Bytes of the marks right behind a sentence that close it: the `*"` of
/// `"It says, *I can fly.*" She wept.`, which the rules leave to the next.
fn glued_marks(piece: &str, rest: &str) -> usize {
    if piece.ends_with(char::is_whitespace) || !rest.starts_with(['*', '_']) {
        return 0;
    }
    let tail = rest.trim_start_matches(['*', '_', '"', '”', '’', '\'']);
    if tail.starts_with(char::is_whitespace) { rest.len() - tail.len() } else { 0 }
}

/// Adds one sentence, trimmed, cut if it is too long to be one, or joined to
/// the one before if it holds no letter.
fn push_range(
    out: &mut Vec<(usize, usize, usize)>,
    first: usize,
    p: usize,
    base: usize,
    from: usize,
    piece: &str,
) {
    let body = piece.trim_start_matches(is_blank);
    let mut start = base + from + (piece.len() - body.len());
    let mut body = body.trim_end_matches(is_blank);
    if body.is_empty() {
        return;
    }
    if !body.chars().any(char::is_alphanumeric)
        && out.len() > first
        && let Some(last) = out.last_mut()
    {
        last.2 = start + body.len();
        return;
    }
    while body.len() > LONGEST_SENTENCE_BYTES {
        let mut cut = None;
        let mut at_most = 0;
        for (i, c) in body.char_indices() {
            if i > LONGEST_SENTENCE_BYTES {
                break;
            }
            at_most = i;
            if i > LONGEST_SENTENCE_BYTES / 3 && (is_blank(c) || "，、；,;".contains(c)) {
                cut = Some(i + c.len_utf8());
            }
        }
        let (head, tail) = body.split_at(cut.unwrap_or(at_most).max(1));
        out.push((p, start, start + head.trim_end_matches(is_blank).len()));
        let rest = tail.trim_start_matches(is_blank);
        start += head.len() + (tail.len() - rest.len());
        body = rest;
    }
    if !body.is_empty() {
        out.push((p, start, start + body.len()));
    }
}

const ABBREVIATIONS: [&str; 22] = [
    "mr", "mrs", "ms", "dr", "st", "prof", "capt", "col", "sgt", "lt", "no", "vs", "etc", "jr", "sr", "mt",
    "e.g", "i.e", "rev", "gen", "messrs", "mme",
];

/// Whether the sentence does not really end after `piece`.
fn runs_on(piece: &str, rest: &str) -> bool {
    let next = rest.trim_start().chars().next();
    if next.is_some_and(char::is_lowercase) {
        return true;
    }
    let body = piece.trim_end();
    let Some(body) = body.strip_suffix('.') else {
        return false;
    };
    let word = body.rsplit(|c: char| !(c.is_ascii_alphabetic() || c == '.')).next().unwrap_or("");
    let initial = word.len() == 1 && word != "I" && word.chars().all(|c| c.is_ascii_uppercase());
    initial || (!word.is_empty() && ABBREVIATIONS.contains(&word.to_ascii_lowercase().as_str()))
}

/// Which quotation marks are open. Every paragraph starts afresh, so that one
/// forgotten mark spoils one paragraph and not the book.
#[derive(Debug, Default, Clone, Copy)]
pub struct Quotes {
    straight: bool,
    double: bool,
    single: bool,
    corner: u8,
}

impl Quotes {
    /// Whether any is open.
    pub fn open(self) -> bool {
        self.straight || self.double || self.single || self.corner > 0
    }

    /// Reads one mark between two characters.
    pub fn step(&mut self, before: char, mark: char, after: char) {
        let stop = matches!(before, '.' | ',' | '!' | '?' | '…' | '—' | '-' | '。' | '！' | '？');
        match mark {
            '"' => self.straight = !self.straight,
            '“' | '„' => self.double = true,
            '”' => self.double = false,
            '「' | '『' => self.corner = self.corner.saturating_add(1),
            '」' | '』' => self.corner = self.corner.saturating_sub(1),
            // British single quotes: an apostrophe never opens after a space
            // before a capital and closes after a stop.
            '‘' | '\'' if before.is_whitespace() && after.is_uppercase() => self.single = true,
            '’' | '\'' if self.single && stop => self.single = false,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::text::paragraphs::blocks;

    fn sentences(text: &str) -> Vec<&str> {
        let blocks = blocks(text);
        sentence_ranges(text, &blocks).into_iter().map(|(_, a, b)| text.get(a..b).unwrap_or("?")).collect()
    }

    #[test]
    fn english_sentences() {
        let text = "\"Go!\" she said. Mr. Pell ran\r\nhome. \"Why?\" He knew.";
        assert_eq!(sentences(text), ["\"Go!\" she said.", "Mr. Pell ran\r\nhome.", "\"Why?\"", "He knew."]);
        let marked = sentences("\"It says, *I can fly.*\" She wept. *No.* He ran.");
        assert_eq!(marked, ["\"It says, *I can fly.*\"", "She wept.", "*No.*", "He ran."]);
    }

    #[test]
    fn chinese_sentences() {
        assert_eq!(sentences("“谁？”妈妈问。雨停了！她走了。").len(), 4);
        assert_eq!(sentences("他忽然笑了。“好剑法。”他说。"), ["他忽然笑了。", "“好剑法。”", "他说。"]);
    }

    #[test]
    fn long_lines_are_cut() {
        let text = "word ".repeat(5000);
        assert!(sentences(&text).iter().all(|s| s.len() <= LONGEST_SENTENCE_BYTES));
        let solid = "x".repeat(20_000);
        assert_eq!(sentences(&solid).iter().map(|s| s.len()).sum::<usize>(), 20_000);
    }
}
