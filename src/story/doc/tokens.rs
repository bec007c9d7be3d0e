//! Sentences to tokens, in both languages.

use std::collections::HashMap;

use super::{Doc, Token};
use crate::story::lexicon::lexicon;
use crate::story::text::paragraphs::is_han;
use crate::story::text::sentences::Quotes;

impl<'a> Doc<'a> {
    pub(super) fn english_tokens(
        &mut self,
        body: &str,
        base: usize,
        quotes: &mut Quotes,
        vocabulary: &mut HashMap<String, usize>,
    ) -> f32 {
        let (mut letters, mut inside) = (0usize, 0usize);
        let mut opens = true;
        let mut chars = body.char_indices().peekable();
        let mut before = ' ';
        while let Some((i, c)) = chars.next() {
            if !c.is_alphanumeric() {
                let after = chars.peek().map_or(' ', |&(_, c)| c);
                quotes.step(before, c, after);
                opens |= !c.is_whitespace() && c != '-' && c != '*' && c != '_';
                before = c;
                continue;
            }
            let mut end = i + c.len_utf8();
            let mut last = c;
            while let Some(&(j, d)) = chars.peek() {
                let joins = d.is_alphanumeric()
                    || (matches!(d, '\'' | '’' | '-')
                        && body
                            .get(j + d.len_utf8()..)
                            .and_then(|r| r.chars().next())
                            .is_some_and(char::is_alphanumeric));
                if !joins {
                    break;
                }
                end = j + d.len_utf8();
                last = d;
                chars.next();
            }
            let raw = body.get(i..end).unwrap_or("");
            // Most words are known already, in small letters.
            if let Some(&word) = vocabulary.get(raw).filter(|_| raw.bytes().all(|b| b.is_ascii_lowercase())) {
                letters += raw.len();
                inside += if quotes.open() { raw.len() } else { 0 };
                self.tokens.push(Token {
                    start: base + i,
                    end: base + end,
                    word,
                    capital: false,
                    possessive: false,
                    quoted: quotes.open(),
                    opens: std::mem::take(&mut opens),
                });
                before = last;
                continue;
            }
            let mut lower = raw.to_lowercase().replace('’', "'");
            let mut possessive = false;
            let mut keep = raw.len();
            if let Some(cut) = lower.rfind('\'')
                && matches!(lower.get(cut..), Some("'s" | "'d" | "'ll" | "'re" | "'ve" | "'m"))
            {
                possessive = lower.get(cut..) == Some("'s");
                lower.truncate(cut);
                keep = raw.rfind(['\'', '’']).unwrap_or(raw.len());
            }
            let count = raw.chars().count();
            letters += count;
            inside += if quotes.open() { count } else { 0 };
            let word = intern(&mut self.words, vocabulary, lower);
            self.tokens.push(Token {
                start: base + i,
                end: base + i + keep,
                word,
                capital: c.is_uppercase(),
                possessive,
                quoted: quotes.open(),
                opens: std::mem::take(&mut opens),
            });
            before = last;
        }
        if letters == 0 { 0.0 } else { inside as f32 / letters as f32 }
    }

    pub(super) fn chinese_tokens(
        &mut self,
        body: &str,
        base: usize,
        quotes: &mut Quotes,
        vocabulary: &mut HashMap<String, usize>,
        names: &HashMap<&str, ()>,
        longest_name: usize,
    ) -> f32 {
        let lex = lexicon();
        let (mut letters, mut inside) = (0usize, 0usize);
        let mut opens = true;
        let chars: Vec<(usize, char)> = body.char_indices().collect();
        let at = |i: usize| chars.get(i).map_or(body.len(), |&(b, _)| b);
        let mut i = 0;
        let mut before = ' ';
        while let Some(&(start, c)) = chars.get(i) {
            if !c.is_alphanumeric() {
                quotes.step(before, c, chars.get(i + 1).map_or(' ', |&(_, c)| c));
                opens |= !c.is_whitespace();
                before = c;
                i += 1;
                continue;
            }
            let mut len = 1;
            if is_han(c) {
                for n in (2..=lex.zh_longest.max(longest_name)).rev() {
                    let word = body.get(start..at(i + n)).unwrap_or("");
                    if i + n <= chars.len() && (names.contains_key(word) || lex.chinese_whole(word)) {
                        len = n;
                        break;
                    }
                }
            } else {
                while chars.get(i + len).is_some_and(|&(_, d)| d.is_alphanumeric() && !is_han(d)) {
                    len += 1;
                }
            }
            let raw = body.get(start..at(i + len)).unwrap_or("");
            letters += len;
            inside += if quotes.open() { len } else { 0 };
            let word = intern(&mut self.words, vocabulary, raw.to_lowercase());
            self.tokens.push(Token {
                start: base + start,
                end: base + at(i + len),
                word,
                capital: names.contains_key(raw),
                possessive: chars.get(i + len).is_some_and(|&(_, d)| d == '的'),
                quoted: quotes.open(),
                opens: std::mem::take(&mut opens),
            });
            i += len;
            before = c;
        }
        if letters == 0 { 0.0 } else { inside as f32 / letters as f32 }
    }
}

fn intern(words: &mut Vec<String>, vocabulary: &mut HashMap<String, usize>, word: String) -> usize {
    if let Some(&id) = vocabulary.get(&word) {
        return id;
    }
    let id = words.len();
    words.push(word.clone());
    vocabulary.insert(word, id);
    id
}
