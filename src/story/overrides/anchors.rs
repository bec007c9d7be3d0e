//! Places in a text that is edited, found again by the words of their sentence.

use super::{Anchor, SceneEdit};
use crate::story::doc::Doc;
use crate::story::text::paragraphs::{blocks, is_han};
use crate::story::text::sentences::sentence_ranges;
use crate::story::text::tidy;

/// Least likeness (Dice coefficient of words, 0 to 1) of a sentence that is
/// taken for an edited form of an anchor's.
const LEAST_LIKENESS: f32 = 0.55;

/// The anchor of the sentence that holds the scalar value `at` of `text`; for
/// the boundary of a scene give the scene's start, for its other properties any
/// place in it (its key moment is best, for that is what readers remember).
pub fn anchor(text: &str, at: usize) -> Anchor {
    let blocks = blocks(text);
    let byte = text.char_indices().nth(at).map_or(text.len(), |c| c.0);
    let ranges = sentence_ranges(text, &blocks);
    // A heading belongs to the sentence below it.
    let found = ranges.iter().find(|r| byte < r.2).or(ranges.last());
    let Some(&(_, from, to)) = found else { return Anchor::default() };
    Anchor {
        quote: tidy(text.get(from..to).unwrap_or("")),
        at: text.get(..from).map_or(0, |head| head.chars().count()),
    }
}

/// Sentence index of every edit, `None` where its sentence is gone.
pub fn place(doc: &Doc, edits: &[SceneEdit]) -> Vec<Option<usize>> {
    if edits.is_empty() {
        return Vec::new();
    }
    let texts: Vec<String> =
        doc.sentences.iter().map(|s| tidy(doc.text.get(s.start..s.end).unwrap_or(""))).collect();
    let mut starts = Vec::with_capacity(texts.len());
    let (mut at, mut count) = (0, 0);
    for s in &doc.sentences {
        count += doc.text.get(at..s.start).map_or(0, |t| t.chars().count());
        at = s.start;
        starts.push(count);
    }
    edits.iter().map(|e| find(&texts, &starts, &e.anchor)).collect()
}

fn find(texts: &[String], starts: &[usize], anchor: &Anchor) -> Option<usize> {
    let near = |i: &usize| starts.get(*i).map_or(usize::MAX, |s| s.abs_diff(anchor.at));
    let exact = (0..texts.len()).filter(|i| texts.get(*i) == Some(&anchor.quote)).min_by_key(near);
    if exact.is_some() {
        return exact;
    }
    let wanted = grams(&anchor.quote);
    let mut best: Option<(f32, usize)> = None;
    for (i, text) in texts.iter().enumerate() {
        // Nearness decides between two that are about as like.
        let likeness = dice(&wanted, &grams(text));
        let far = near(&i) as f32 / 200_000.0;
        if likeness >= LEAST_LIKENESS && best.is_none_or(|b| likeness - far > b.0) {
            best = Some((likeness - far, i));
        }
    }
    best.map(|b| b.1)
}

/// Words, or pairs of Chinese characters, sorted.
fn grams(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let low = text.to_lowercase();
    for word in low.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        if word.chars().any(is_han) {
            let chars: Vec<char> = word.chars().collect();
            out.extend(chars.windows(2).map(|w| w.iter().collect()));
        } else {
            out.push(word.to_owned());
        }
    }
    out.sort_unstable();
    out
}

fn dice(a: &[String], b: &[String]) -> f32 {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    // Two empty texts have nothing in common.
    2.0 * common as f32 / (a.len() + b.len()).max(1) as f32
}
