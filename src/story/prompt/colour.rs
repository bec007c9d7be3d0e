//! The colour that a figure is painted in, by the facts of its looks.

use crate::story::cast::Part;
use crate::story::lexicon::words::{among, holds_any};
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::text::paragraphs::is_han;

/// What of an animal or a thing may have a colour that the whole has not.
const SMALL_PARTS: &str = "eye eyes nose mark tail thread";

/// Parts of Chinese words for garments.
const GARMENTS: &str = "衣 裙 袍 袄 衫 披 围巾 帽 斗篷 旗袍 外套";

/// Characters of the longest Chinese word for a colour that is looked for.
const LONGEST_COLOUR: usize = 3;

/// The first colour that the facts tell of clothes (people) or of anything
/// (animals and things), as the painter's word, with the garment.
pub(super) fn colour(part: &Part, human: bool, scene: usize) -> Option<(String, String)> {
    part.facts_in(scene).find_map(|fact| {
        let low = fact.to_lowercase();
        let words: Vec<&str> =
            low.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter(|w| !w.is_empty()).collect();
        let at = words.iter().position(|w| looks(w).any(|c| c.is("colour")));
        let english = at.and_then(|at| english_colour(&words, at, human));
        english.or_else(|| {
            // A person's fact in English has said what it has to say.
            let read = at.is_some() && human;
            if read { None } else { chinese_colour(fact, human) }
        })
    })
}

/// The concepts of looks written as this English word.
fn looks(word: &str) -> impl Iterator<Item = &'static Concept> {
    lexicon().english_word(word).map(|(_, c)| c).filter(|c| c.class == Class::Look)
}

/// The colour told by word `at` of an English fact.
fn english_colour(words: &[&str], at: usize, human: bool) -> Option<(String, String)> {
    let near = looks(words.get(at)?).find(|c| c.is("colour"))?.near.clone();
    // The noun that the colour is said of: the next one, or the one
    // before "was". "A grey beard down to his belt" has no grey belt.
    let noun = |w: &&&str| looks(w).any(|c| c.is("clothes") || c.is("body") || c.is("feature"));
    let predicate = words.iter().take(at).rev().take(3).any(|w| matches!(*w, "was" | "were" | "is" | "are"));
    let noun =
        if predicate { words.iter().take(at).find(noun) } else { words.iter().skip(at).take(5).find(noun) };
    let garment = noun.filter(|w| looks(w).any(|c| c.is("clothes")));
    if human {
        return garment.map(|g| (near, (*g).to_owned()));
    }
    // Only fur, feathers, shell or the whole: not a red bag.
    let whole = garment.is_none() && !words.iter().any(|w| among(w, SMALL_PARTS));
    whole.then(|| (near, String::new()))
}

/// The colour that a Chinese fact tells: of clothes for people, of anything else for
/// others.
fn chinese_colour(fact: &str, human: bool) -> Option<(String, String)> {
    let near = fact.chars().any(is_han).then(|| colour_word(fact)).flatten()?;
    (holds_any(fact, GARMENTS) == human).then(|| (near, "coat".to_owned()))
}

/// The painter's word for the first Chinese word of a colour in a fact.
fn colour_word(fact: &str) -> Option<String> {
    let bounds: Vec<usize> = fact.char_indices().map(|(i, _)| i).chain([fact.len()]).collect();
    let pieces = (0..bounds.len()).flat_map(|i| (1..=LONGEST_COLOUR).rev().map(move |n| (i, i + n)));
    pieces
        .filter_map(|(i, j)| fact.get(*bounds.get(i)?..*bounds.get(j)?))
        .find_map(|word| lexicon().chinese_word(word).map(|(_, c)| c).find(|c| c.is("colour")))
        .map(|c| c.near.clone())
}
