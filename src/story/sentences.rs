//! Paragraphs to sentences, tokens and concept hits: the page that every other
//! part of the room reads from.
//!
//! Tokens are words in English; in Chinese they are the longest words of the lexicon and the names
//! of the cast, and single characters elsewhere (forward maximum matching),
//! which needs no segmentation model.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::breaks::{Block, Break, blocks, is_han};
use super::lexicon::{Class, Concept, lexicon};
use super::segment::{Quotes, sentence_ranges};
use super::types::Language;

/// Tokens of the longest Chinese phrase of time, weather or mood.
const LONGEST_PHRASE_TOKENS: usize = 5;

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

/// The world a story plays in, as far as it changes what words mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum World {
    /// Long ago, or any time.
    #[default]
    Any,
    /// Cars, telephones, rifles: a guard is no knight.
    Modern,
    /// Starships and stations: a ship is on no sea.
    Space,
}

/// Words of a world that it takes to be in it.
const WORDS_OF_A_WORLD: usize = 3;

impl<'a> Doc<'a> {
    /// Takes a story apart. `names` are words to keep whole (Chinese names).
    pub fn new(text: &'a str, language: Language, names: &[String]) -> Doc<'a> {
        let blocks = blocks(text);
        let ranges = sentence_ranges(text, &blocks);
        let mut doc = Doc {
            text,
            language,
            blocks,
            sentences: Vec::with_capacity(ranges.len()),
            tokens: Vec::new(),
            hits: Vec::new(),
            words: Vec::new(),
            world: World::Any,
        };
        let mut vocabulary: HashMap<String, usize> = HashMap::new();
        let longest_name = names.iter().map(|n| n.chars().count()).max().unwrap_or(0);
        let names: HashMap<&str, ()> = names.iter().map(|n| (n.as_str(), ())).collect();
        let mut quotes = Quotes::default();
        let mut last_paragraph = usize::MAX;
        for (paragraph, start, end) in ranges {
            let first = paragraph != last_paragraph;
            if first {
                quotes = Quotes::default();
                last_paragraph = paragraph;
            }
            let open = match doc.blocks.get(paragraph) {
                Some(b) if first => b.open,
                _ => start,
            };
            let token_start = doc.tokens.len();
            let body = text.get(start..end).unwrap_or("");
            let talk = match language {
                Language::English => doc.english_tokens(body, start, &mut quotes, &mut vocabulary),
                Language::Chinese => {
                    doc.chinese_tokens(body, start, &mut quotes, &mut vocabulary, &names, longest_name)
                }
            };
            let tokens = token_start..doc.tokens.len();
            let hit_start = doc.hits.len();
            doc.find_hits(tokens.clone());
            let hits = hit_start..doc.hits.len();
            doc.sentences.push(Sentence {
                open,
                start,
                end,
                paragraph,
                first,
                tokens,
                hits,
                talk,
                memory: false,
            });
        }
        doc.mark_memories();
        doc.world = doc.find_world();
        doc
    }

    /// Counts words that only the one or the other world has.
    fn find_world(&self) -> World {
        let lex = lexicon();
        let of = |id: &str| -> HashSet<usize> {
            let told = |w: &String| match self.language {
                Language::English => lex.cue_en(id, w),
                Language::Chinese => lex.cue_zh(id, w),
            };
            self.words.iter().enumerate().filter(|(_, w)| told(w)).map(|(i, _)| i).collect()
        };
        let count = |words: &HashSet<usize>| {
            self.tokens.iter().filter(|t| words.contains(&t.word)).take(WORDS_OF_A_WORLD).count()
        };
        let (sure, likely) = (count(&of("spacefaring")), count(&of("starborne")));
        if sure > 0 && sure + likely >= WORDS_OF_A_WORLD {
            World::Space
        } else if count(&of("modern")) >= WORDS_OF_A_WORLD {
            World::Modern
        } else {
            World::Any
        }
    }

    fn english_tokens(
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

    fn chinese_tokens(
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

    fn find_hits(&mut self, tokens: Range<usize>) {
        let lex = lexicon();
        let mut found: Vec<Hit> = Vec::new();
        for t in tokens.clone() {
            let word = self.word(t);
            if self.language == Language::Chinese {
                // A name is only a name: 小雨 is no rain.
                if self.tokens.get(t).is_some_and(|x| x.capital) {
                    continue;
                }
                self.chinese_hits(&tokens, t, &mut found);
                continue;
            }
            let mut phrases = lex.english(word);
            if phrases.is_empty()
                && let Some((_, tail)) = word.rsplit_once('-')
            {
                phrases = lex.english(tail);
            }
            for phrase in phrases {
                let len = phrase.rest.len() + 1;
                let fits = t + len <= tokens.end
                    && phrase.rest.iter().enumerate().all(|(k, w)| {
                        self.word(t + 1 + k) == w && !self.tokens.get(t + 1 + k).is_some_and(|tok| tok.opens)
                    });
                if fits {
                    let concept = phrase.concept;
                    found.push(Hit {
                        token: t,
                        len,
                        concept,
                        plural: phrase.plural,
                        likened: false,
                        negated: false,
                    });
                }
            }
        }
        // Within a list a longer phrase hides the shorter ones inside it:
        // "railway arch" is no arch, "old man" no man.
        // (But "at dusk", which jumps in time, must not hide "dusk".)
        let class = |h: &Hit| lex.concept(h.concept).map(|c| (c.class, c.id == "jump"));
        let kept: Vec<Hit> = found
            .iter()
            .filter(|h| {
                !found.iter().any(|o| {
                    o.len > h.len
                        && o.token <= h.token
                        && h.token + h.len <= o.token + o.len
                        && class(o) == class(h)
                })
            })
            .cloned()
            .collect();
        let first = self.hits.len();
        self.hits.extend(kept);
        for h in first..self.hits.len() {
            let Some(hit) = self.hits.get(h) else {
                continue;
            };
            let (token, len) = (hit.token, hit.len);
            let likened = self.is_likened(&tokens, token);
            let negated = self.is_negated(&tokens, token, len);
            if let Some(hit) = self.hits.get_mut(h) {
                hit.likened = likened;
                hit.negated = negated;
            }
        }
    }

    /// The words of the lexicon that begin at token `t`: the token itself, and
    /// phrases of it and the tokens right behind it.
    fn chinese_hits(&self, tokens: &Range<usize>, t: usize, found: &mut Vec<Hit>) {
        let lex = lexicon();
        let Some(first) = self.tokens.get(t) else { return };
        for len in 1..=LONGEST_PHRASE_TOKENS.min(tokens.end - t) {
            let Some(last) = self.tokens.get(t + len - 1) else { break };
            if len > 1 && (last.opens || last.capital) {
                break;
            }
            for &concept in lex.chinese(self.text.get(first.start..last.end).unwrap_or("")) {
                found.push(Hit { token: t, len, concept, plural: false, likened: false, negated: false });
            }
        }
    }

    /// Whether a token stands in a comparison: after "like a", "as ... as",
    /// "as if" or 像, within the same clause.
    fn is_likened(&self, tokens: &Range<usize>, token: usize) -> bool {
        let lex = lexicon();
        let reach = if self.language == Language::Chinese { 12 } else { 7 };
        // 男孩一样的短发
        if self.language == Language::Chinese
            && self.tokens.get(token + 1).is_some_and(|x| !x.opens && token + 1 < tokens.end)
            && self.tokens.get(token).and_then(|x| self.text.get(x.end..)).is_some_and(|rest| {
                ["一样", "似的", "一般的", "般的", "那样的", "模样的"].iter().any(|w| rest.starts_with(w))
            })
        {
            return true;
        }
        let mut t = token;
        for _ in 0..reach {
            if t <= tokens.start || self.tokens.get(t).is_none_or(|x| x.opens) {
                return false;
            }
            t -= 1;
            let word = self.word(t);
            if self.language == Language::Chinese {
                if lex.cue_zh("metaphor", word) {
                    return true;
                }
                continue;
            }
            let previous = if t > tokens.start { self.word(t - 1) } else { "" };
            let next = self.word(t + 1);
            match word {
                // "something about the size of a dog"
                "of" if matches!(previous, "size" | "shape" | "height") => return true,
                // "would you like a boat" and "she liked" compare nothing.
                "like" => {
                    return !matches!(
                        previous,
                        "i" | "you" | "we" | "they" | "would" | "d" | "to" | "not" | "don't" | "never"
                    );
                }
                "as" if matches!(next, "if" | "though") => return true,
                // "as yellow as lamps": the second "as" compares.
                "as" => {
                    return (tokens.start..t).rev().take(4).any(|u| self.word(u) == "as")
                        || (!previous.is_empty()
                            && matches!(next, "a" | "an")
                            && (lex.cue_en("metaphor", previous)
                                || super::looks::looks_word(previous, super::looks::is_adjective)));
                }
                _ => {}
            }
        }
        false
    }

    /// Whether "no", "not", "never", 没 or 不 stands shortly before.
    fn is_negated(&self, tokens: &Range<usize>, token: usize, len: usize) -> bool {
        let lex = lexicon();
        let own = (token..token + len).any(|t| lex.cue_en("negation", self.word(t)));
        if own {
            return false;
        }
        let reach = if self.language == Language::Chinese { 3 } else { 4 };
        let mut t = token;
        for _ in 0..reach {
            if t <= tokens.start || self.tokens.get(t).is_none_or(|x| x.opens) {
                return false;
            }
            t -= 1;
            let word = self.word(t);
            let negates = match self.language {
                Language::English => lex.cue_en("negation", word),
                Language::Chinese => lex.cue_zh("negation", word),
            };
            if negates {
                return true;
            }
        }
        false
    }

    /// Marks sentences told of an earlier time: from a strong cue ("when she was
    /// six", 五岁那年) to the end of the paragraph or the next "now".
    fn mark_memories(&mut self) {
        let mut inside = false;
        for s in 0..self.sentences.len() {
            let Some(sentence) = self.sentences.get(s) else {
                continue;
            };
            if sentence.first {
                inside = false;
            }
            let words: Vec<&str> = sentence.tokens.clone().map(|t| self.word(t)).collect();
            let back = words
                .iter()
                .any(|w| matches!(*w, "now" | "nowadays" | "tonight" | "今晚" | "现在" | "如今" | "此刻"));
            if back {
                inside = false;
            }
            let narrated = sentence.talk < 0.5;
            if narrated && !back && self.recalls(sentence, &words) {
                inside = true;
            }
            let memory = inside;
            if let Some(sentence) = self.sentences.get_mut(s) {
                sentence.memory = memory;
            }
        }
    }

    fn recalls(&self, sentence: &Sentence, words: &[&str]) -> bool {
        let Some(text) = self.text.get(sentence.start..sentence.end) else {
            return false;
        };
        if self.language == Language::Chinese {
            let strong = [
                "岁那年",
                "小时候",
                "那年夏天",
                "那年冬天",
                "那年春天",
                "那年秋天",
                "想起那",
                "还记得",
                "多年前",
                "许多年前",
                "年前的",
                "那是前年",
                "那是去年",
                "当年",
            ];
            return strong.iter().any(|cue| text.contains(cue));
        }
        let had = words.windows(2).filter(|w| w.first() == Some(&"had")).count();
        let triple = words.windows(3).any(|w| match w {
            ["when", who, "was" | "were"] => matches!(*who, "i" | "he" | "she" | "they" | "we"),
            ["as", "a", age] => matches!(*age, "child" | "boy" | "girl"),
            ["in", "those", "days"] => true,
            _ => false,
        });
        let was_young = words.windows(4).any(|w| match w {
            ["when", _, "was" | "were", age] => {
                matches!(
                    *age,
                    "a" | "little"
                        | "young"
                        | "small"
                        | "six"
                        | "seven"
                        | "five"
                        | "four"
                        | "eight"
                        | "nine"
                        | "ten"
                        | "eleven"
                        | "twelve"
                        | "nineteen"
                        | "eighteen"
                        | "twenty"
                        | "sixteen"
                        | "seventeen"
                        | "fifteen"
                        | "fourteen"
                        | "thirteen"
                )
            }
            _ => false,
        });
        // "down to the canal, where they used to sail" is no memory.
        let habit = words.iter().enumerate().any(|(i, w)| {
            let behind = |n: usize| i.checked_sub(n).and_then(|k| words.get(k)).copied().unwrap_or("");
            *w == "used"
                && words.get(i + 1) == Some(&"to")
                && !(1..4).any(|n| matches!(behind(n), "where" | "which" | "that" | "than" | "as"))
        });
        let ago = habit
            || words.windows(2).any(|w| {
                matches!(
                    w,
                    ["years" | "summers" | "winters", "ago" | "before" | "earlier"] | ["back", "then"]
                )
            });
        let thinking = words.windows(2).any(|w| {
            matches!(
                w,
                ["thinking" | "thought" | "memory" | "memories", "of" | "about"]
                    | ["remembered" | "recalled", _]
            )
        });
        was_young || (triple && words.contains(&"child")) || (ago && had > 0) || (thinking && had > 0)
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

fn intern(words: &mut Vec<String>, vocabulary: &mut HashMap<String, usize>, word: String) -> usize {
    if let Some(&id) = vocabulary.get(&word) {
        return id;
    }
    let id = words.len();
    words.push(word.clone());
    vocabulary.insert(word, id);
    id
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
