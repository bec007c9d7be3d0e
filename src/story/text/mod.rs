//! Bytes to text, and text to paragraphs and sentences.
//!
//! Every offset that leaves this room counts Unicode scalar values of the text
//! as [`decode`] returns it. A byte order mark is *kept*, as the character
//! U+FEFF at offset 0, because offsets are promised against the text as it
//! stands in the file; the reader treats it as white space.

pub mod paragraphs;
pub mod sentences;

use crate::story::types::StoryError;

/// Control characters that ordinary text files do hold: tab, line feed,
/// vertical tab, form feed, carriage return, and the escape and end-of-file
/// marks that old editors leave behind.
const TEXT_CONTROLS: [char; 7] = ['\t', '\n', '\u{b}', '\u{c}', '\r', '\u{1a}', '\u{1b}'];

/// Decodes a story file: UTF-8 with or without a byte order mark, or UTF-16
/// with one. The mark stays in the text as U+FEFF (see the module's comment).
///
/// # Errors
/// [`StoryError::NotUtf8`], [`StoryError::NotUtf16`] and [`StoryError::Binary`],
/// each with the offset in bytes of the first offence.
pub fn decode(bytes: &[u8]) -> Result<String, StoryError> {
    let (text, unit) = match bytes {
        [0xff, 0xfe, ..] => (decode_utf16(bytes, u16::from_le_bytes)?, 2),
        [0xfe, 0xff, ..] => (decode_utf16(bytes, u16::from_be_bytes)?, 2),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), 1),
            Err(error) => {
                let offset = error.valid_up_to();
                // An image or archive is better called what it is: look for
                // NUL bytes near its beginning before blaming the encoding.
                let head = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
                return Err(match head.iter().position(|&b| b == 0) {
                    Some(offset) => StoryError::Binary { offset },
                    None => StoryError::NotUtf8 { offset },
                });
            }
        },
    };
    let mut offset = 0;
    for c in text.chars() {
        if c.is_ascii_control() && c != '\u{7f}' && !TEXT_CONTROLS.contains(&c) {
            return Err(StoryError::Binary { offset });
        }
        offset += if unit == 1 { c.len_utf8() } else { 2 * c.len_utf16() };
    }
    Ok(text)
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, StoryError> {
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [a, b] => unit([*a, *b]),
        _ => 0,
    });
    let mut text = String::with_capacity(bytes.len());
    let mut offset = 0;
    for decoded in char::decode_utf16(units) {
        match decoded {
            Ok(c) => {
                offset += 2 * c.len_utf16();
                text.push(c);
            }
            Err(_) => return Err(StoryError::NotUtf16 { offset }),
        }
    }
    if bytes.len() % 2 == 1 {
        return Err(StoryError::NotUtf16 { offset: bytes.len() - 1 });
    }
    Ok(text)
}

/// The part of `text` from scalar value `start` up to `end`, both clamped to
/// the text; empty when `end <= start`. Linear in `end`: for many slices of a
/// long text keep byte offsets instead.
pub fn slice(text: &str, start: usize, end: usize) -> &str {
    if end <= start {
        return "";
    }
    let mut starts = text.char_indices().map(|(byte, _)| byte);
    let from = starts.nth(start).unwrap_or(text.len());
    let to = starts.nth(end - start - 1).unwrap_or(text.len());
    text.get(from..to).unwrap_or("")
}

/// The baseline that a real reading must beat: `scenes` paragraphs at even
/// steps through the story each open a scene. Returns `[start, end)` in scalar
/// values; fewer ranges than asked for when there are fewer paragraphs, none
/// for a blank text.
pub fn split_evenly(text: &str, scenes: usize) -> Vec<(usize, usize)> {
    let (starts, total) = paragraph_starts(text);
    let count = starts.len().min(scenes.max(1));
    let mut picked: Vec<usize> = (0..count)
        .map(|i| if count < 2 { 0 } else { i * (starts.len() - 1) / (count - 1) })
        .filter_map(|i| starts.get(i).copied())
        .collect();
    picked.dedup();
    if let Some(first) = picked.first_mut() {
        *first = 0;
    }
    let ends: Vec<usize> = picked.iter().skip(1).copied().chain([total]).collect();
    picked.into_iter().zip(ends).collect()
}

/// Where paragraphs start (blank-line blocks, or lines if no line is blank),
/// and the length of the text, all in scalar values.
fn paragraph_starts(text: &str) -> (Vec<usize>, usize) {
    let mut blocks = Vec::new();
    let mut lines = Vec::new();
    let (mut pos, mut line_start, mut blank_line, mut after_blank) = (0, 0, true, true);
    let mut inner_blank = false;
    for c in text.chars() {
        if c == '\n' {
            if blank_line {
                after_blank = true;
                inner_blank = true;
            }
            line_start = pos + 1;
            blank_line = true;
        } else if blank_line && !is_blank(c) {
            blank_line = false;
            lines.push(line_start);
            if std::mem::take(&mut after_blank) {
                blocks.push(line_start);
            }
        }
        pos += 1;
    }
    (if inner_blank { blocks } else { lines }, pos)
}

/// One line, single spaces.
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// White space, and the invisible marks that may stand where it does.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_editors_write() {
        assert_eq!(decode("héllo".as_bytes()).as_deref(), Ok("héllo"));
        assert_eq!(decode(b"\xef\xbb\xbfhi").as_deref(), Ok("\u{feff}hi"));
        assert_eq!(decode(b"\xff\xfeh\0i\0").as_deref(), Ok("\u{feff}hi"));
        assert_eq!(decode(b"\xfe\xff\0h\0i").as_deref(), Ok("\u{feff}hi"));
        assert_eq!(decode(b""), Ok(String::new()));
    }

    #[test]
    fn refuses_the_rest_by_offset() {
        assert_eq!(decode(b"caf\xe9 x"), Err(StoryError::NotUtf8 { offset: 3 }));
        assert_eq!(decode(b"\xff\xfeh\0i"), Err(StoryError::NotUtf16 { offset: 4 }));
        assert_eq!(decode(b"\xff\xfe\0\xd8h\0"), Err(StoryError::NotUtf16 { offset: 2 }));
        assert_eq!(decode(b"ab\0cd"), Err(StoryError::Binary { offset: 2 }));
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\0\0"), Err(StoryError::Binary { offset: 8 }));
    }

    #[test]
    fn slices_are_clamped() {
        assert_eq!(slice("añb", 1, 2), "ñ");
        assert_eq!(slice("añb", 2, 99), "b");
        assert_eq!(slice("añb", 9, 12), "");
        assert_eq!(slice("añb", 2, 1), "");
    }

    #[test]
    fn even_split_covers_everything() {
        let text = "a\n\nb\n\nc\n\nd";
        assert_eq!(split_evenly(text, 2), [(0, 9), (9, 10)]);
        assert_eq!(split_evenly(text, 99).len(), 4);
        assert!(split_evenly("  ", 3).is_empty());
    }
}
