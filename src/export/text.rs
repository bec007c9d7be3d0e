//! Words to lines of glyphs: faces by script, shaping, line breaks.

use std::ops::Range;

use icu_segmenter::{LineSegmenter, options::LineBreakOptions};
use rustybuzz::{Direction, UnicodeBuffer};

use super::fonts::{FaceId, Fonts, is_chinese};

/// A glyph in a line. Lengths in units of the type size.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Glyph {
    pub face: FaceId,
    pub id: u16,
    pub advance: f32,
    pub offset: (f32, f32),
    /// Bytes of the line's text that it stands for.
    pub bytes: Range<usize>,
}

/// A line of text ready to be drawn.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Line {
    pub text: String,
    pub glyphs: Vec<Glyph>,
    /// In units of the type size.
    pub width: f32,
}

/// Sets `text` in lines no wider than `width` (in units of the type size),
/// except where a single letter is wider, and about equally long: the last line
/// is not left with a single word. A text that needs more than `max_lines` ends
/// in an ellipsis; the flag says whether it did.
pub(super) fn set(
    fonts: &mut Fonts,
    text: &str,
    face: FaceId,
    width: f32,
    max_lines: usize,
) -> (Vec<Line>, bool) {
    let text = cleaned(text);
    let shaped = Shaped::new(fonts, &text, face);
    let lines = shaped.lines(width);
    if lines.len() <= max_lines {
        return (if lines.len() > 1 { shaped.balanced(width, lines) } else { lines }, false);
    }
    let mut lines = lines;
    lines.truncate(max_lines);
    if let Some(last) = lines.last_mut() {
        let mut kept = last.text.trim_end().to_owned();
        loop {
            let shorter = kept.trim_end_matches(|c: char| c.is_whitespace() || ",;:，；：、。.".contains(c));
            let cut = line_of(fonts, &format!("{shorter}…"), face);
            if cut.width <= width || kept.is_empty() {
                *last = cut;
                break;
            }
            kept.pop();
        }
    }
    (lines, true)
}

/// One line, however wide.
pub(super) fn line_of(fonts: &mut Fonts, text: &str, face: FaceId) -> Line {
    let glyphs = shape(fonts, text, face);
    line_from(text, &glyphs, 0..text.len())
}

/// A text with its glyphs and the places where lines may end.
struct Shaped<'a> {
    text: &'a str,
    glyphs: Vec<Glyph>,
    breaks: Vec<usize>,
}

impl<'a> Shaped<'a> {
    fn new(fonts: &mut Fonts, text: &'a str, face: FaceId) -> Self {
        let glyphs = shape(fonts, text, face);
        let breaks = LineSegmenter::new_auto(LineBreakOptions::default())
            .segment_str(text)
            .filter(|&at| !parts_quotation(text, at))
            .collect();
        Self { text, glyphs, breaks }
    }

    /// Lines filled one after the other.
    fn lines(&self, width: f32) -> Vec<Line> {
        let (text, glyphs) = (self.text, &self.glyphs);
        let mut lines = Vec::new();
        let mut start = 0;
        let mut fitting = 0;
        for &end in &self.breaks {
            if end <= start {
                continue;
            }
            if width_of(text, glyphs, start..end) > width && fitting > start {
                lines.push(line_from(text, glyphs, start..fitting));
                start = fitting;
            }
            // A word wider than the column is broken between letters.
            while width_of(text, glyphs, start..end) > width {
                let Some(cut) = last_that_fits(text, glyphs, start..end, width) else { break };
                lines.push(line_from(text, glyphs, start..cut));
                start = cut;
            }
            fitting = end;
            if text.get(..end).is_some_and(|head| head.ends_with('\n')) {
                lines.push(line_from(text, glyphs, start..end));
                start = end;
            }
        }
        if start < text.len() {
            lines.push(line_from(text, glyphs, start..text.len()));
        }
        lines
    }

    /// The same number of lines at the smallest width that gives it, found by
    /// halving: a column of 80 mm is known to half a millimetre after seven.
    fn balanced(&self, width: f32, filled: Vec<Line>) -> Vec<Line> {
        let count = filled.len();
        let mut best = filled;
        let (mut low, mut high) = (width * 0.4, width);
        for _ in 0..7 {
            let middle = (low + high) / 2.0;
            let lines = self.lines(middle);
            // A word that is broken at the smaller width is no gain.
            if lines.len() <= count && lines.iter().all(|line| line.width <= middle) {
                best = lines;
                high = middle;
            } else {
                low = middle;
            }
        }
        best
    }
}

/// Whether a break here would leave a quotation mark on the wrong side. Unicode
/// cannot tell opening from closing in every language and so allows it between
/// Chinese characters; in Chinese and English these marks are clear.
fn parts_quotation(text: &str, at: usize) -> bool {
    if at >= text.len() {
        return false;
    }
    let before = text.get(..at).and_then(|head| head.chars().next_back());
    let after = text.get(at..).and_then(|rest| rest.chars().next());
    matches!(before, Some('“' | '‘'))
        || (matches!(after, Some('”' | '’')) && before.is_some_and(|c| !c.is_whitespace()))
}

/// Line ends of every system as `\n`, no blank at either end, and no control
/// characters, which fonts answer with boxes.
fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}'], "\n");
    let text = text.replace('\t', " ");
    text.trim().chars().filter(|&c| c == '\n' || !(c.is_control() || c == '\u{feff}')).collect()
}

/// The glyphs of a stretch of text, white space at its end left out.
fn glyphs_of<'a>(text: &str, glyphs: &'a [Glyph], range: Range<usize>) -> &'a [Glyph] {
    let end = range.start + text.get(range.clone()).map_or(0, |part| part.trim_end().len());
    let first = glyphs.partition_point(|glyph| glyph.bytes.start < range.start);
    let last = glyphs.partition_point(|glyph| glyph.bytes.start < end);
    glyphs.get(first..last).unwrap_or(&[])
}

fn width_of(text: &str, glyphs: &[Glyph], range: Range<usize>) -> f32 {
    glyphs_of(text, glyphs, range).iter().map(|glyph| glyph.advance).sum()
}

/// Where to break a word that is too wide: before the first glyph that does not
/// fit, but after at least one.
fn last_that_fits(text: &str, glyphs: &[Glyph], range: Range<usize>, width: f32) -> Option<usize> {
    let mut used = 0.0;
    let mut seen: Option<usize> = None;
    for glyph in glyphs_of(text, glyphs, range.clone()) {
        used += glyph.advance;
        // Marks that belong to the letter before share its bytes.
        let starts_letter = seen.is_some_and(|before| glyph.bytes.start > before);
        if used > width && starts_letter {
            return Some(glyph.bytes.start);
        }
        seen = Some(glyph.bytes.start);
    }
    None
}

fn line_from(text: &str, glyphs: &[Glyph], range: Range<usize>) -> Line {
    let part = text.get(range.clone()).unwrap_or("").trim_end();
    let glyphs: Vec<Glyph> = glyphs_of(text, glyphs, range.clone())
        .iter()
        .map(|glyph| {
            let end = (glyph.bytes.end - range.start).min(part.len());
            Glyph { bytes: glyph.bytes.start - range.start..end, ..glyph.clone() }
        })
        .collect();
    let width = glyphs.iter().map(|glyph| glyph.advance).sum();
    Line { text: part.to_owned(), glyphs, width }
}

/// Marks that Latin and Chinese faces draw differently: curly quotation marks,
/// ellipsis, dashes and the middle dot.
fn is_shared_mark(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·' | '‥')
}

/// The face of each character.
fn faces_of(fonts: &mut Fonts, text: &str, preferred: FaceId) -> Vec<(usize, FaceId)> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let neighbour = |at: usize, step: isize| {
        let mut i = at as isize + step;
        while let Some(&(_, c)) = usize::try_from(i).ok().and_then(|i| chars.get(i)) {
            if !is_shared_mark(c) {
                return Some(c);
            }
            i += step;
        }
        None
    };
    let mut faces: Vec<(usize, FaceId)> = Vec::with_capacity(chars.len());
    for (at, &(byte, c)) in chars.iter().enumerate() {
        // A mark beside Chinese takes the Chinese form, which is as wide as an
        // ideograph; between Latin letters it does not.
        let in_chinese =
            is_shared_mark(c) && [neighbour(at, -1), neighbour(at, 1)].into_iter().flatten().any(is_chinese);
        let chinese = if in_chinese { fonts.chinese().filter(|&id| fonts.has(id, c)) } else { None };
        let before = faces.last().map(|&(_, face)| face);
        let face = if let Some(chinese) = chinese {
            chinese
        } else if c.is_whitespace() || is_joiner(c) {
            // Spaces and joiners go with what stands before them.
            before.unwrap_or(preferred)
        } else {
            fonts.face_for(c, preferred).unwrap_or(preferred)
        };
        faces.push((byte, face));
    }
    faces
}

/// Characters that have no form of their own: joiners and variation selectors.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}')
}

/// Glyphs of a text, in its order, all from left to right.
fn shape(fonts: &mut Fonts, text: &str, preferred: FaceId) -> Vec<Glyph> {
    let faces = faces_of(fonts, text, preferred);
    let mut glyphs = Vec::new();
    for run in faces.chunk_by(|a, b| a.1 == b.1) {
        let Some(&(start, id)) = run.first() else { continue };
        let end = run.last().map_or(start, |&(last, _)| {
            last + text.get(last..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
        });
        let (Some(part), Some(face)) = (text.get(start..end), fonts.face(id)) else { continue };
        let Some(face) = face.for_shaping() else { continue };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(part);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let shaped = rustybuzz::shape(&face, &[], buffer);
        let per_em = face.units_per_em().max(1) as f32;
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        for (at, (info, position)) in infos.iter().zip(positions).enumerate() {
            let cluster = info.cluster as usize;
            let next = infos.get(at..).into_iter().flatten().map(|later| later.cluster as usize);
            let next = next.into_iter().find(|&later| later > cluster).unwrap_or(part.len());
            glyphs.push(Glyph {
                face: id,
                // Glyph ids of OpenType are 16 bits wide.
                id: u16::try_from(info.glyph_id).unwrap_or(0),
                advance: position.x_advance as f32 / per_em,
                offset: (position.x_offset as f32 / per_em, position.y_offset as f32 / per_em),
                bytes: start + cluster..start + next,
            });
        }
    }
    glyphs
}

#[cfg(test)]
mod tests {
    use super::{
        super::fonts::{ITALIC, UPRIGHT},
        *,
    };

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    /// Whatever is set, no line is too wide, no letter is lost, and every glyph
    /// names bytes of its line.
    fn check(fonts: &mut Fonts, text: &str, width: f32) -> Vec<Line> {
        let (lines, cut) = set(fonts, text, UPRIGHT, width, usize::MAX);
        assert!(!cut);
        let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert_eq!(visible(&texts(&lines).concat()), visible(text));
        for line in &lines {
            assert!(line.width <= width || line.glyphs.len() == 1, "{line:?}");
            assert!(line.glyphs.iter().all(|glyph| line.text.get(glyph.bytes.clone()).is_some()), "{line:?}");
            assert_eq!(line.text.trim_end(), line.text);
        }
        lines
    }

    #[test]
    fn english_breaks_between_words() {
        let mut fonts = Fonts::own();
        // A text that ends in an opening mark still wraps before its end.
        check(&mut fonts, "one two three four “", 5.0);
        let lines = check(&mut fonts, "The lamp went out at noon, and nobody knew why.", 8.0);
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| !line.text.starts_with([' ', ','])), "{:?}", texts(&lines));
        assert_eq!(texts(&check(&mut fonts, "one\r\ntwo\n\nthree", 50.0)), ["one", "two", "", "three"]);
        assert!(check(&mut fonts, " \n ", 10.0).is_empty());
        let long = check(&mut fonts, "Donaudampfschifffahrtsgesellschaft", 4.0);
        assert!(long.len() > 3);
        check(&mut fonts, "Donaudampfschiff", 0.1);
    }

    #[test]
    fn kerning_and_accents_are_shaped() {
        let mut fonts = Fonts::own();
        let width = |fonts: &mut Fonts, text| line_of(fonts, text, UPRIGHT).width;
        assert!(width(&mut fonts, "AV") < width(&mut fonts, "A") + width(&mut fonts, "V"));
        let line = line_of(&mut fonts, "e\u{301}a", ITALIC);
        assert_eq!(line.glyphs.last().unwrap().bytes, 3..4);
        assert_eq!(line.glyphs[0].bytes, 0..3);
    }

    #[test]
    fn chinese_breaks_anywhere_but_before_a_full_stop() {
        let mut fonts = Fonts::new().unwrap();
        let text = "雪夜里，小狐狸轻轻敲了三下门。老猎人说：“进来吧。”";
        for width in 5..20 {
            let lines = check(&mut fonts, text, width as f32 + 0.01);
            for line in &lines {
                assert!(!line.text.starts_with(['，', '。', '”', '：']), "{width}: {:?}", texts(&lines));
                assert!(!line.text.ends_with('“'), "{width}: {:?}", texts(&lines));
            }
        }
    }

    #[test]
    fn mixed_text_uses_both_faces_and_quotes_follow_their_neighbours() {
        let mut fonts = Fonts::new().unwrap();
        let line = line_of(&mut fonts, "小狐狸 Mara 说：“你好……” It’s “late”…", UPRIGHT);
        let chinese = fonts.chinese().unwrap();
        let face_at = |needle: &str| {
            let at = line.text.find(needle).unwrap();
            line.glyphs.iter().find(|glyph| glyph.bytes.contains(&at)).unwrap().face
        };
        assert_eq!(face_at("狐"), chinese);
        assert_eq!(face_at("Mara"), UPRIGHT);
        assert_eq!(face_at("“你"), chinese);
        assert_eq!(face_at("……”"), chinese);
        assert_eq!(face_at("’s"), UPRIGHT);
        assert_eq!(face_at("“late"), UPRIGHT);
        assert!(fonts.warnings().is_empty());
    }

    #[test]
    fn lines_are_about_equally_long() {
        let mut fonts = Fonts::own();
        let text = "She reached under the anvil and brought out a little blue glass jar, furred with dust.";
        for width in [12.0, 18.0, 24.0, 30.0] {
            let lines = check(&mut fonts, text, width);
            let longest = lines.iter().map(|line| line.width).fold(0.0, f32::max);
            let shortest = lines.iter().map(|line| line.width).fold(width, f32::min);
            assert!(shortest > longest * 0.55, "{width}: {:?}", texts(&lines));
        }
    }

    #[test]
    fn a_text_that_is_too_long_ends_in_an_ellipsis() {
        let mut fonts = Fonts::own();
        let text = "word ".repeat(100);
        let (lines, cut) = set(&mut fonts, &text, UPRIGHT, 12.0, 3);
        assert!(cut && lines.len() == 3);
        assert!(lines[2].text.ends_with("word…") && lines[2].width <= 12.0, "{:?}", lines[2].text);
        let (lines, cut) = set(&mut fonts, "word word", UPRIGHT, 12.0, 3);
        assert!(!cut && lines.len() == 1);
    }
}
