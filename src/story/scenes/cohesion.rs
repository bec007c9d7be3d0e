//! Lexical cohesion, after TextTiling (Hearst 1997): how much the words before
//! a sentence have in common with those from it on.

use std::collections::HashMap;
use std::ops::Range;

use crate::story::doc::Doc;
use crate::story::lexicon::lexicon;
use crate::story::types::Language;

/// Sentences on each side of a boundary that cohesion compares.
const BLOCK_SENTENCES: usize = 7;

/// Depth of the dip of cohesion before each sentence, scaled so that the
/// deepest common dips are near 1.
pub(super) fn cohesion_dips(doc: &Doc) -> Vec<f32> {
    let lex = lexicon();
    let n = doc.sentences.len();
    // Content words by stem, so that "knocks" and "knocked" agree.
    let mut stems: Vec<Option<usize>> = Vec::with_capacity(doc.words.len());
    let mut table: HashMap<String, usize> = HashMap::new();
    for word in &doc.words {
        let small = lex.cue_en("function", word)
            || lex.cue_zh("function", word)
            || !word.chars().any(char::is_alphabetic)
            || (doc.language == Language::English && word.len() < 3);
        stems.push((!small).then(|| {
            let next = table.len();
            *table.entry(stem(word)).or_insert(next)
        }));
    }
    let content = |s: usize| {
        let tokens = doc.sentences.get(s).map_or(0..0, |s| s.tokens.clone());
        tokens.filter_map(|t| doc.tokens.get(t).and_then(|t| stems.get(t.word).copied().flatten()))
    };
    // The two windows slide, so that the pass stays linear.
    let mut similarity = vec![0.0f32; n];
    let (mut left, mut right) = (Bag::default(), Bag::default());
    for s in 0..BLOCK_SENTENCES.min(n) {
        content(s).for_each(|w| right.add(w));
    }
    for (i, slot) in similarity.iter_mut().enumerate() {
        if i > 0 {
            content(i - 1).for_each(|w| left.add(w));
            content(i - 1).for_each(|w| right.remove(w));
            if i > BLOCK_SENTENCES {
                content(i - 1 - BLOCK_SENTENCES).for_each(|w| left.remove(w));
            }
            content(i + BLOCK_SENTENCES - 1).for_each(|w| right.add(w));
        }
        *slot = left.cosine(&right);
    }
    // Depth: how far similarity climbs on both sides, within a few sentences.
    let mut depths = vec![0.0f32; n];
    for i in 1..n {
        let now = similarity.get(i).copied().unwrap_or(0.0);
        let top = |r: Range<usize>| r.filter_map(|j| similarity.get(j)).copied().fold(now, f32::max);
        let depth = top(i.saturating_sub(6).max(1)..i) + top(i + 1..(i + 7).min(n)) - 2.0 * now;
        if let Some(slot) = depths.get_mut(i) {
            *slot = depth;
        }
    }
    let mean = depths.iter().sum::<f32>() / n.max(1) as f32;
    let spread = (depths.iter().map(|d| (d - mean).powi(2)).sum::<f32>() / n.max(1) as f32).sqrt();
    depths
        .iter()
        .map(|d| if spread > 1e-6 { ((d - mean) / (2.0 * spread)).clamp(-0.5, 1.0) } else { 0.0 })
        .collect()
}

fn stem(word: &str) -> String {
    for ending in ["ing", "ed", "es", "s", "ly"] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() >= 3
        {
            return stem.to_owned();
        }
    }
    word.to_owned()
}

/// A bag of words with the square of its norm kept up to date.
#[derive(Default)]
struct Bag {
    counts: HashMap<usize, f32>,
    square: f32,
}

impl Bag {
    fn add(&mut self, word: usize) {
        let count = self.counts.entry(word).or_insert(0.0);
        self.square += 2.0 * *count + 1.0;
        *count += 1.0;
    }

    fn remove(&mut self, word: usize) {
        if let Some(count) = self.counts.get_mut(&word) {
            self.square -= 2.0 * *count - 1.0;
            *count -= 1.0;
            if *count < 0.5 {
                self.counts.remove(&word);
            }
        }
    }

    fn cosine(&self, other: &Bag) -> f32 {
        let (small, large) =
            if self.counts.len() < other.counts.len() { (self, other) } else { (other, self) };
        let dot: f32 =
            small.counts.iter().map(|(w, a)| a * large.counts.get(w).copied().unwrap_or(0.0)).sum();
        // An empty side has nothing in common with anything.
        let norm = (self.square * other.square).sqrt();
        if norm < 1e-6 { 0.0 } else { dot / norm }
    }
}
