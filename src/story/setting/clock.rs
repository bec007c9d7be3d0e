//! Hours of the clock.

use crate::story::doc::{Doc, Sentence};
use crate::story::lexicon::numerals::cardinal;
use crate::story::lexicon::words::among;

/// Words before a bare hour: "by ten the hall was full".
const BEFORE_HOURS: &str = "by at after past until before nearly";

/// Words that go on behind a bare hour.
const AFTER_HOURS: &str = "o'clock when the they we he she i and";

/// Hours told by the clock: "at half past one in the morning", "ten o'clock at
/// night", 23:40. Gives the slot (dawn, day, dusk, night) and its weight.
pub fn clock(doc: &Doc, sentence: &Sentence) -> Option<(usize, f32)> {
    let memory = if sentence.memory { 0.1 } else { 1.0 };
    let mut bare = None;
    for t in sentence.tokens.clone() {
        let Some(hour) = hour(doc.word(t)) else { continue };
        let quoted = doc.quoted(t);
        match half_of_day(doc, sentence, t, hour) {
            Some(hour24) => {
                let slot = match hour24 {
                    5 | 6 => 0,
                    7..=16 => 1,
                    17..=19 => 2,
                    _ => 3,
                };
                return Some((slot, if quoted { 0.5 } else { 3.0 } * memory));
            }
            // "By ten the hall was full of boxes": by day, unless more is said.
            None if bare.is_none() && !quoted && is_bare_hour_of_day(doc, sentence, t, hour) => {
                bare = Some((1, 1.0 * memory));
            }
            None => {}
        }
    }
    bare
}

/// The hour that a word or number tells, 1 to 24.
fn hour(word: &str) -> Option<u32> {
    let named = cardinal(word).filter(|h| *h <= 12);
    named.or_else(|| word.parse().ok().filter(|h| (1..=24).contains(h)))
}

/// The words behind token `t`, five at most.
fn words_behind<'d>(doc: &'d Doc, sentence: &Sentence, t: usize) -> Vec<&'d str> {
    (t + 1..(t + 6).min(sentence.tokens.end)).map(|u| doc.word(u)).collect()
}

/// The hour of 24, where digits or the words behind say which half of the day.
fn half_of_day(doc: &Doc, sentence: &Sentence, t: usize, hour: u32) -> Option<u32> {
    let after = words_behind(doc, sentence, t);
    let within = |w: &str| after.iter().take(4).any(|a| *a == w);
    let morning = within("morning") && within("in") || matches!(after.first(), Some(&"a.m" | &"am"));
    let evening = (within("evening") || within("afternoon")) && within("in")
        || matches!(after.first(), Some(&"p.m" | &"pm"));
    let small = hour % 12;
    if morning {
        Some(small)
    } else if evening {
        Some(small + 12)
    } else if within("night") && within("at") {
        Some(if small < 5 { small } else { small + 12 })
    } else {
        is_digital(doc, t).then_some(hour)
    }
}

/// 23:40: digits, a colon, two digits.
fn is_digital(doc: &Doc, t: usize) -> bool {
    let Some(token) = doc.tokens.get(t) else { return false };
    let rest = doc.text.get(token.end..).unwrap_or("");
    let minutes: Vec<char> = rest.chars().skip(1).take(2).collect();
    rest.starts_with([':', '：'])
        && minutes.len() == 2
        && minutes.iter().all(char::is_ascii_digit)
        && !doc.text.get(..token.start).is_some_and(|b| b.ends_with([':', '：', '.']))
}

/// An hour in words that nothing tells the half of the day of, and that is more
/// likely by day.
fn is_bare_hour_of_day(doc: &Doc, sentence: &Sentence, t: usize, hour: u32) -> bool {
    let led = t.checked_sub(1).filter(|b| *b >= sentence.tokens.start).map_or("", |b| doc.word(b));
    let ends = doc.tokens.get(t + 1).is_none_or(|x| x.opens)
        || words_behind(doc, sentence, t).first().is_some_and(|w| among(w, AFTER_HOURS));
    // "two by two"
    let paired = t.checked_sub(2).is_some_and(|b| doc.word(b) == doc.word(t));
    let in_words = cardinal(doc.word(t)).is_some();
    among(led, BEFORE_HOURS) && ends && !paired && in_words && matches!(hour, 1..=4 | 8..=11)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::types::Language;

    fn slot(text: &str) -> Option<usize> {
        let doc = Doc::new(text, Language::English, &[]);
        doc.sentences.first().and_then(|s| clock(&doc, s)).map(|c| c.0)
    }

    #[test]
    fn hours_with_a_half_of_the_day() {
        assert_eq!(slot("It was half past one in the morning."), Some(3));
        assert_eq!(slot("They met at six in the morning."), Some(0));
        assert_eq!(slot("At ten o'clock at night he rang."), Some(3));
        assert_eq!(slot("At three in the afternoon it rained."), Some(1));
        assert_eq!(slot("The log said 23:40 when it stopped."), Some(3));
        assert_eq!(slot("She had three apples and a pear."), None);
        assert_eq!(slot("By ten the hall was full of boxes."), Some(1));
        assert_eq!(slot("At ten at night the bell rang."), Some(3));
        assert_eq!(slot("He looked at three of them."), None);
    }
}
