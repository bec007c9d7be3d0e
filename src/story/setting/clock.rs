//! Hours of the clock.

use crate::story::doc::{Doc, Sentence};

/// Hours told by the clock: "at half past one in the morning", "ten o'clock at
/// night", 23:40. Gives the slot (dawn, day, dusk, night) and its weight.
pub fn clock(doc: &Doc, sentence: &Sentence) -> Option<(usize, f32)> {
    const HOURS: [&str; 13] = [
        "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];
    let mut bare = None;
    for t in sentence.tokens.clone() {
        let word = doc.word(t);
        let quoted = doc.quoted(t);
        let named = HOURS.iter().position(|h| *h == word).filter(|h| *h > 0);
        let Some(hour) = named.or_else(|| word.parse::<usize>().ok().filter(|h| (1..=24).contains(h))) else {
            continue;
        };
        let (start, end) = doc.tokens.get(t).map_or((0, 0), |x| (x.start, x.end));
        // 23:40: digits, a colon, two digits.
        let rest = doc.text.get(end..).unwrap_or("");
        let minutes: String = rest.chars().skip(1).take(2).collect();
        let digital = rest.starts_with([':', '：'])
            && minutes.chars().count() == 2
            && minutes.chars().all(|c| c.is_ascii_digit())
            && !doc.text.get(..start).is_some_and(|b| b.ends_with([':', '：', '.']));
        let after: Vec<&str> =
            (t + 1..t + 6).take_while(|u| *u < sentence.tokens.end).map(|u| doc.word(u)).collect();
        let within = |w: &str| after.iter().take(4).any(|a| *a == w);
        let morning = within("morning") && within("in") || matches!(after.first(), Some(&"a.m" | &"am"));
        let evening = (within("evening") || within("afternoon")) && within("in")
            || matches!(after.first(), Some(&"p.m" | &"pm"));
        let night = within("night") && within("at");
        let hour24 = if digital && !(morning || evening || night) {
            hour
        } else if morning {
            hour % 12
        } else if evening {
            hour % 12 + 12
        } else if night {
            if hour % 12 < 5 { hour % 12 } else { hour % 12 + 12 }
        } else {
            // "By ten the hall was full of boxes": by day, unless more is said.
            let led = t.checked_sub(1).filter(|b| *b >= sentence.tokens.start).map_or("", |b| doc.word(b));
            let of_hours =
                matches!(led, "by" | "at" | "after" | "past" | "until" | "before" | "nearly" | "about");
            let ends = doc.tokens.get(t + 1).is_none_or(|x| x.opens)
                || matches!(
                    after.first(),
                    Some(&("o'clock" | "when" | "the" | "they" | "we" | "he" | "she" | "i" | "and"))
                );
            // "two by two"
            let paired = t.checked_sub(2).is_some_and(|b| doc.word(b) == word);
            let by_day = !paired && matches!(hour, 1..=4 | 8..=11) && named.is_some();
            if of_hours && ends && by_day && !quoted && bare.is_none() && led != "about" {
                bare = Some((1, 1.0 * if sentence.memory { 0.1 } else { 1.0 }));
            }
            continue;
        };
        let slot = match hour24 {
            5 | 6 => 0,
            7..=16 => 1,
            17..=19 => 2,
            _ => 3,
        };
        return Some((slot, if quoted { 0.5 } else { 3.0 } * if sentence.memory { 0.1 } else { 1.0 }));
    }
    bare
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
