//! Where scenes begin: scores for every sentence start, and the cut that
//! maximises them.
//!
//! The score of a boundary (`features`) adds explicit breaks, jumps of time, changes of
//! place and of cast, and a dip of lexical cohesion between the blocks on its
//! two sides (`cohesion`: TextTiling, Hearst 1997). The cut (`segmentation`) is a dynamic
//! program over all sentences (as Utiyama and Isahara 2001 and Heinonen 1998 do for
//! topics): the sum of boundary scores less a cost for scenes much shorter or longer than
//! the story's length makes likely. It is exact and linear in the text, for the
//! length of a scene is bounded.

mod cohesion;
mod features;
mod segmentation;

use std::ops::Range;

use crate::story::doc::Doc;
use crate::story::setting::Evidence;
use crate::story::types::Language;
use features::scores;
use segmentation::{exactly, segment};

/// A boundary must score more than this to pay for itself.
const PRICE: f32 = 1.4;

/// Score of a boundary that the writer set; more than all others could weigh.
const PINNED: f32 = 1000.0;

/// Characters present in each sentence: ids into the cast.
pub type Presence = Vec<Vec<usize>>;

/// Cuts the story into scenes, as ranges of sentences. `asked` is the number of
/// scenes wanted; fewer come back only if the story has fewer sentences.
/// `pins` are the writer's boundaries: a sentence, and whether a scene begins there.
pub fn cut(
    doc: &Doc,
    evidence: &[Evidence],
    presence: &Presence,
    asked: Option<usize>,
    pins: &[(usize, bool)],
) -> Vec<Range<usize>> {
    let n = doc.sentences.len();
    if n == 0 {
        return Vec::new();
    }
    let mut scores = scores(doc, evidence, presence);
    for &(s, starts) in pins {
        if let Some(score) = scores.get_mut(s).filter(|_| s > 0) {
            *score = if starts { PINNED } else { -PINNED };
        }
    }
    let sizes = sizes(doc);
    let total: f32 = sizes.iter().sum();
    let starts = match asked {
        None => segment(&scores, &sizes, typical_scene(total), PRICE),
        Some(k) => exactly(&scores, &sizes, total, k.clamp(1, n)),
    };
    let ends = starts.iter().skip(1).copied().chain([n]);
    starts.iter().copied().zip(ends).map(|(a, b)| a..b).collect()
}

/// Length of each sentence in words; Chinese counts two words for three
/// characters, which is about what a translation has.
fn sizes(doc: &Doc) -> Vec<f32> {
    doc.sentences
        .iter()
        .map(|s| match doc.language {
            Language::English => s.tokens.len() as f32,
            Language::Chinese => {
                doc.text.get(s.start..s.end).unwrap_or("").chars().filter(|c| c.is_alphanumeric()).count()
                    as f32
                    * 0.65
            }
        })
        .map(|words| words.max(1.0))
        .collect()
}

/// The likely length of a scene in words. It grows with the square root of the
/// story: a picture book of 400 words turns a page every 80, a tale of 1,200
/// words has scenes of 130, a chapter of a novel some of 500.
fn typical_scene(words: f32) -> f32 {
    (words.sqrt() / 0.25).clamp(30.0, 1800.0)
}

/// Beeferman's Pk of a cut against a reference, both as starts of scenes among
/// `n` sentences: the share of pairs half a scene apart that are wrongly put
/// together or apart. Lower is better. For tests and reports.
#[cfg(test)]
pub fn pk(reference: &[usize], cut: &[usize], n: usize) -> f32 {
    let label = |starts: &[usize], i: usize| starts.iter().filter(|s| **s <= i && **s > 0).count();
    let k = ((n as f32 / (2.0 * reference.len().max(1) as f32)).round() as usize).max(2);
    let pairs = n.saturating_sub(k);
    let bad = (0..pairs)
        .filter(|&i| (label(reference, i) == label(reference, i + k)) != (label(cut, i) == label(cut, i + k)))
        .count();
    bad as f32 / pairs.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pk_of_itself_is_zero() {
        assert_eq!(pk(&[0, 5, 9], &[0, 5, 9], 14), 0.0);
        assert!(pk(&[0, 5, 9], &[0, 2, 12], 14) > 0.2);
    }
}
