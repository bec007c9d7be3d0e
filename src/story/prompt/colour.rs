//! The colour that a figure is painted in, by the facts of its looks.

use crate::story::cast::Part;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::text::paragraphs::is_han;

/// The first colour that the facts tell of clothes (people) or of anything
/// (animals and things), as the painter's word, with the garment.
pub(super) fn colour(part: &Part, human: bool, scene: usize) -> Option<(String, String)> {
    let lex = lexicon();
    for fact in part.facts_in(scene) {
        let low = fact.to_lowercase();
        let words: Vec<&str> =
            low.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter(|w| !w.is_empty()).collect();
        let looks = |w: &str| -> Vec<&'static Concept> {
            lex.english(w)
                .iter()
                .filter(|p| p.rest.is_empty())
                .filter_map(|p| lex.concept(p.concept))
                .filter(|c| c.class == Class::Look)
                .collect()
        };
        let at = words.iter().position(|w| looks(w).iter().any(|c| c.is("colour")));
        if let Some(at) = at {
            let near = words
                .get(at)
                .and_then(|w| looks(w).into_iter().find(|c| c.is("colour")))
                .map(|c| c.near.clone())?;
            // The noun that the colour is said of: the next one, or the one
            // before "was". "A grey beard down to his belt" has no grey belt.
            let noun =
                |w: &&&str| looks(w).iter().any(|c| c.is("clothes") || c.is("body") || c.is("feature"));
            let told =
                words.iter().take(at).rev().take(3).any(|w| matches!(*w, "was" | "were" | "is" | "are"));
            let noun = if told {
                words.iter().take(at).find(noun)
            } else {
                words.iter().skip(at).take(5).find(noun)
            };
            let garment = noun.filter(|w| looks(w).iter().any(|c| c.is("clothes")));
            match garment {
                Some(g) if human => return Some((near, (*g).to_owned())),
                None if human => continue,
                _ => {
                    // Only fur, feathers, shell or the whole: not a red bag.
                    let whole = garment.is_none()
                        && !words
                            .iter()
                            .any(|w| matches!(*w, "eye" | "eyes" | "nose" | "mark" | "tail" | "thread"));
                    if whole {
                        return Some((near, String::new()));
                    }
                }
            }
        }
        // Chinese: scan for colour words and garments as substrings.
        let has_han = fact.chars().any(is_han);
        if has_han && let Some(near) = colour_in_zh(fact) {
            let dressed = ["衣", "裙", "袍", "袄", "衫", "披", "围巾", "帽", "斗篷", "旗袍", "外套"]
                .iter()
                .any(|g| fact.contains(g));
            if dressed == human {
                return Some((near, "coat".to_owned()));
            }
        }
    }
    None
}

fn colour_in_zh(fact: &str) -> Option<String> {
    let lex = lexicon();
    let bounds: Vec<usize> = fact.char_indices().map(|(i, _)| i).chain([fact.len()]).collect();
    for i in 0..bounds.len() {
        for n in (1..=3).rev() {
            let (Some(&a), Some(&b)) = (bounds.get(i), bounds.get(i + n)) else {
                continue;
            };
            let word = fact.get(a..b).unwrap_or("");
            if let Some(c) = lex.chinese(word).iter().filter_map(|c| lex.concept(*c)).find(|c| c.is("colour"))
            {
                return Some(c.near.clone());
            }
        }
    }
    None
}
