//! Lines to paragraphs: blank lines, indents, headings and scene breaks.
//!
//! Knows every line ending (`\n`, `\r\n`, `\r`), hard-wrapped text (a lone line
//! end is white space), indented paragraphs without blank lines (as Chinese
//! books have them), one-line-a-paragraph text, and markdown headings.

use crate::story::text::is_blank;

/// What stands above a paragraph, strongest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Break {
    /// Nothing: an ordinary new paragraph.
    None,
    /// A line of ornaments: `***`, `---`, `#`.
    Ornament,
    /// A heading or chapter title.
    Heading,
}

/// One paragraph of prose, in byte offsets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// First byte, with headings and ornaments glued on in front.
    pub open: usize,
    /// First byte of the prose.
    pub start: usize,
    /// One past the last byte that is not blank.
    pub end: usize,
    /// What stands above.
    pub above: Break,
    /// Text of the heading above, without markdown signs.
    pub heading: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Line {
    Blank,
    Ornament,
    Heading,
    /// A heading only where the lines around agree.
    Soft,
    Indented,
    Prose,
}

/// Cuts a text into paragraphs. Every byte that is not blank lies in exactly
/// one of them (`open..end`); empty only for a blank text.
pub fn blocks(text: &str) -> Vec<Block> {
    let lines = lines(text);
    let kinds: Vec<Line> = lines.iter().map(|&(a, b)| classify(text.get(a..b).unwrap_or(""))).collect();
    let per_line = one_line_a_paragraph(text, &lines, &kinds);
    let mut out: Vec<Block> = Vec::new();
    // Marker lines waiting for the prose below them.
    let mut pending: Option<(usize, usize, Break, Option<String>)> = None;
    let mut joins = false;
    for (i, (&(a, b), &kind)) in lines.iter().zip(&kinds).enumerate() {
        let line = text.get(a..b).unwrap_or("");
        let blank_at = |j: Option<usize>| j.and_then(|j| kinds.get(j)).is_none_or(|k| *k == Line::Blank);
        let alone = blank_at(i.checked_sub(1)) && blank_at(Some(i + 1));
        let marker = match kind {
            Line::Blank => {
                joins = false;
                continue;
            }
            Line::Ornament => Some(Break::Ornament),
            Line::Heading => Some(Break::Heading),
            Line::Soft if blank_at(i.checked_sub(1)) && soft_marker(line) => Some(Break::Heading),
            Line::Soft if alone || (out.is_empty() && pending.is_none() && i + 1 < lines.len()) => {
                Some(Break::Heading)
            }
            _ => None,
        };
        let trimmed = line.trim_matches(is_blank);
        let start = a + (line.len() - line.trim_start_matches(is_blank).len());
        let end = start + trimmed.len();
        if let Some(above) = marker {
            let title = trimmed.trim_start_matches('#').trim();
            let title = (above == Break::Heading && !title.is_empty()).then(|| title.to_owned());
            pending = Some(match pending.take() {
                None => (start, end, above, title),
                Some((open, _, before, old)) => (open, end, before.max(above), title.or(old)),
            });
            joins = false;
            continue;
        }
        let new = !joins || kind == Line::Indented || per_line;
        match out.last_mut() {
            Some(last) if !new => last.end = end,
            _ => {
                let (open, _, above, heading) = pending.take().unwrap_or((start, start, Break::None, None));
                out.push(Block { open, start, end, above, heading });
            }
        }
        joins = true;
    }
    if let Some((open, end, _, _)) = pending {
        match out.last_mut() {
            Some(last) => last.end = end,
            // Nothing but headings: read them as prose.
            None => out.push(Block { open, start: open, end, above: Break::None, heading: None }),
        }
    }
    out
}

/// Byte ranges of lines without their terminators.
fn lines(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let (mut start, mut i) = (0, 0);
    while i < bytes.len() {
        let step = match (bytes.get(i), bytes.get(i + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\r' | b'\n'), _) => 1,
            _ => 0,
        };
        if step > 0 {
            out.push((start, i));
            start = i + step;
        }
        i += step.max(1);
    }
    out.push((start, bytes.len()));
    out
}

fn classify(line: &str) -> Line {
    let trimmed = line.trim_matches(is_blank);
    if trimmed.is_empty() {
        return Line::Blank;
    }
    // Long lines are prose, and need not be looked at closely.
    if trimmed.len() > 240 {
        return if indented(line) { Line::Indented } else { Line::Prose };
    }
    let ornament = |c: char| "*＊-_~=#·•◇◆—–※☆★♦".contains(c) || is_blank(c);
    if trimmed.chars().all(ornament) {
        return Line::Ornament;
    }
    let hashes = trimmed.chars().take_while(|c| *c == '#').count();
    if (1..=6).contains(&hashes) && trimmed.chars().nth(hashes).is_some_and(char::is_whitespace) {
        return Line::Heading;
    }
    if chinese_chapter(trimmed) {
        return Line::Heading;
    }
    if soft_marker(line) || title_like(trimmed) {
        return Line::Soft;
    }
    if indented(line) { Line::Indented } else { Line::Prose }
}

fn indented(line: &str) -> bool {
    line.starts_with("  ") || line.starts_with('\t') || line.starts_with('\u{3000}')
}

/// 第一章 坏掉的收音机
fn chinese_chapter(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('第') else {
        return false;
    };
    let rest = rest.trim_start_matches(|c: char| {
        c.is_ascii_digit() || "零〇一二两三四五六七八九十百千０１２３４５６７８９".contains(c)
    });
    rest.starts_with(['章', '节', '回', '幕', '部', '卷'])
        && rest.chars().count() <= 31
        && !rest.ends_with(['。', '，'])
}

/// "Chapter Two", "PART III: The Road", "IV.", "3", "三、"
fn soft_marker(line: &str) -> bool {
    let line = line.trim_matches(is_blank);
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or("");
    let keyword = ["chapter", "part", "book", "scene", "day", "act", "prologue", "epilogue"];
    let has_more = words.next().is_some();
    let lower = first.trim_end_matches([':', '.']).to_lowercase();
    if keyword.contains(&lower.as_str()) && first.starts_with(char::is_uppercase) {
        return (has_more || lower.ends_with("logue"))
            && line.chars().count() <= 75
            && !ends_sentence(line.trim_end_matches('.'));
    }
    let bare = line.trim_end_matches(['.', '、', ')']);
    let short = bare.chars().count() <= 6 && !bare.is_empty();
    short
        && (bare.chars().all(|c| "IVXLC".contains(c))
            || (bare.len() <= 3 && bare.chars().all(|c| c.is_ascii_digit()))
            || (bare.chars().count() <= 3 && bare.chars().all(|c| "一二三四五六七八九十".contains(c))))
}

/// A short line that reads like a title: no closing punctuation and, in
/// scripts that have capitals, every longer word capitalised.
fn title_like(line: &str) -> bool {
    if ends_sentence(line) || line.ends_with([',', '，', '、', ';', '；', ':', '：']) {
        return false;
    }
    let han = line.chars().filter(|c| is_han(*c)).count();
    if han > 0 {
        return han <= 14 && !line.chars().any(|c| "，。！？“”「」：；".contains(c));
    }
    let words: Vec<&str> = line.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)).collect();
    let capital = |w: &str| w.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
    !words.is_empty()
        && words.len() <= 9
        && words.first().is_some_and(|w| capital(w))
        && words.iter().filter(|w| w.chars().count() > 3).all(|w| capital(w))
        && !line.starts_with(['"', '“', '‘', '\''])
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end_matches(['"', '”', '’', '」', '』', '）', ')', '*', '_'])
        .ends_with(['.', '!', '?', '…', '。', '！', '？'])
}

/// Whether `c` is a Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' | '〇')
}

/// Text pasted with one line a paragraph and no blank lines: its lines end
/// where sentences end, unlike hard-wrapped prose.
fn one_line_a_paragraph(text: &str, lines: &[(usize, usize)], kinds: &[Line]) -> bool {
    let prose: Vec<&str> = lines
        .iter()
        .zip(kinds)
        .filter(|(_, k)| matches!(k, Line::Prose | Line::Indented))
        .map(|(&(a, b), _)| text.get(a..b).unwrap_or("").trim_matches(is_blank))
        .collect();
    let inner_blank = kinds.iter().skip(1).rev().skip(1).filter(|k| **k == Line::Blank).count();
    let closed = prose.iter().filter(|l| ends_sentence(l)).count();
    // A blank line under the title alone does not make blank-line paragraphs.
    prose.len() >= 3 && inner_blank * 8 <= prose.len() && closed * 10 >= prose.len() * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(text: &str) -> Vec<&str> {
        blocks(text).iter().map(|b| text.get(b.start..b.end).unwrap_or("?")).collect()
    }

    #[test]
    fn blank_lines_headings_and_ornaments() {
        let text = "# The Tram\r\n\r\nIt rained\r\nall night.\r\n\r\n***\r\n\r\nMorning came.\r\n";
        let b = blocks(text);
        assert_eq!(prose(text), ["It rained\r\nall night.", "Morning came."]);
        assert_eq!(b.iter().map(|b| b.above).collect::<Vec<_>>(), [Break::Heading, Break::Ornament]);
        assert_eq!(b.first().and_then(|b| b.heading.clone()).as_deref(), Some("The Tram"));
        assert_eq!(b.first().map(|b| b.open), Some(0));
    }

    #[test]
    fn chinese_indents_and_chapters() {
        let text = "信号山\n\n第一章 收音机\n\n　　雪停了。\n　　他走了。\n";
        assert_eq!(prose(text), ["雪停了。", "他走了。"]);
        assert_eq!(blocks(text).first().and_then(|b| b.heading.clone()).as_deref(), Some("第一章 收音机"));
    }

    #[test]
    fn lines_without_blank_lines_are_paragraphs_only_when_closed() {
        assert_eq!(prose("One day.\nHe ran.\nHe fell.\n").len(), 3);
        assert_eq!(prose("One day he\nran and he\nfell over.\n").len(), 1);
    }

    #[test]
    fn every_character_is_kept() {
        for text in ["***", "# only\n\n***\n", "a\r\rb", "\u{feff}\n x", "1.\n2.\n", "第一章\n第二章"] {
            let b = blocks(text);
            let mut at = 0;
            for block in &b {
                assert!(text.get(at..block.open).unwrap_or("?").chars().all(is_blank), "{text:?} {b:?}");
                at = block.end;
            }
            assert!(text.get(at..).unwrap_or("?").chars().all(is_blank), "{text:?} {b:?}");
        }
    }
}
