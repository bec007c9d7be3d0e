//! Where scenes begin: scores for every sentence start, and the cut that
//! maximises them.
//!
//! The score of a boundary adds explicit breaks, jumps of time, changes of
//! place and of cast, and a dip of lexical cohesion between the blocks on its
//! two sides (TextTiling, Hearst 1997). The cut is a dynamic program over all
//! sentences (as Utiyama and Isahara 2001 and Heinonen 1998 do for topics): the
//! sum of boundary scores less a cost for scenes much shorter or longer than
//! the story's length makes likely. It is exact and linear in the text, for the
//! length of a scene is bounded.

use std::collections::HashMap;
use std::ops::Range;

use super::breaks::Break;
use super::lexicon::lexicon;
use super::sentences::Doc;
use super::setting::Evidence;
use super::types::Language;

/// Sentences on each side of a boundary that cohesion compares.
const BLOCK_SENTENCES: usize = 7;

/// Most sentences of a scene, unless a few scenes were asked for. Only texts of
/// tiny sentences come near; without it they would take quadratic time.
const LONGEST_SCENE_SENTENCES: usize = 400;

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

/// Number of features of a boundary.
const FEATURES: usize = 21;

/// What one unit of each feature of [`features`] is worth, in the same order.
const WEIGHTS: [f32; FEATURES] = [
    2.0, 1.4, -2.4, -0.7, -1.0, -0.95, -0.35, 0.7, -0.5, 1.45, 1.0, 1.1, 0.1, 0.45, 0.15, 0.7, 0.4, 0.65,
    0.55, 0.05, 0.0,
];

/// Score of a boundary before each sentence; the first is 0.
fn scores(doc: &Doc, evidence: &[Evidence], presence: &Presence) -> Vec<f32> {
    let mut out = Vec::with_capacity(doc.sentences.len());
    features(doc, evidence, presence, |f| out.push(f.iter().zip(WEIGHTS).map(|(f, w)| f * w).sum()));
    if let Some(first) = out.first_mut() {
        *first = 0.0;
    }
    out
}

/// What speaks for and against a boundary before each sentence, handed to `each`
/// in order.
fn features(doc: &Doc, evidence: &[Evidence], presence: &Presence, mut each: impl FnMut([f32; FEATURES])) {
    let lex = lexicon();
    let dips = cohesion_dips(doc);
    let n = doc.sentences.len();
    let long_paragraphs = n > 30 * doc.blocks.len();
    let mut here: Option<usize> = None;
    let mut hour: Option<usize> = None;
    let on = |yes: bool| f32::from(u8::from(yes));
    for (i, sentence) in doc.sentences.iter().enumerate() {
        let e = evidence.get(i);
        let above = doc.above(sentence);
        let opener = doc.word(sentence.tokens.start);
        let pronoun = matches!(opener, "he" | "she" | "他" | "她" | "它");
        let shift =
            !pronoun && sentence.talk < 0.3 && (lex.cue_en("shift", opener) || lex.cue_zh("shift", opener));
        // The paragraph's own opening may say it one sentence later.
        let next = evidence.get(i + 1).filter(|_| doc.sentences.get(i + 1).is_some_and(|s| !s.first));
        let moves = e.is_some_and(|e| e.moves) && sentence.first && sentence.talk < 0.3;
        let placed = e.is_some_and(|e| !e.places.is_empty());
        // Another time of day than the one last told.
        let told = e.and_then(|e| {
            let top = e.times.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
            top.filter(|t| t.1 >= 1.5).map(|t| t.0)
        });
        let new_hour = told.is_some() && hour.is_some() && told != hour;
        let spoken_before = i.checked_sub(1).and_then(|b| doc.sentences.get(b)).is_some_and(|s| s.talk > 0.5);
        each([
            on(above == Break::Heading),
            on(above == Break::Ornament),
            // Inside a paragraph a scene seldom changes.
            on(!sentence.first && !long_paragraphs),
            on(!sentence.first && long_paragraphs),
            // Talk answers talk: a scene rarely opens in the middle of it.
            on(sentence.talk > 0.6),
            on(sentence.talk <= 0.6 && doc.quoted(sentence.tokens.start)),
            // "He picked up" goes on with somebody; "So" and "But" turn a page.
            on(pronoun),
            on(shift),
            on(sentence.memory),
            e.map_or(0.0, |e| e.jump),
            next.map_or(0.0, |e| e.jump),
            place_shift(i, doc, evidence, here),
            on(moves && !placed),
            on(moves && placed),
            weather_shift(i, evidence),
            cast_shift(i, presence),
            dips.get(i).copied().unwrap_or(0.0),
            on(new_hour),
            on(e.is_some_and(|e| e.long_jump)),
            on(spoken_before && sentence.talk < 0.3),
            on(newcomer(i, presence)),
        ]);
        if let Some(best) = e.and_then(|e| {
            e.places.iter().filter(|p| p.weight >= 1.0).max_by(|a, b| a.weight.total_cmp(&b.weight))
        }) {
            here = Some(best.concept);
        }
        hour = told.or(hour);
    }
}

/// Whether the sentence brings on somebody whom the forty before it lack.
fn newcomer(i: usize, presence: &Presence) -> bool {
    let before = presence.get(i.saturating_sub(40)..i).unwrap_or(&[]);
    presence.get(i).is_some_and(|now| now.iter().any(|who| !before.iter().any(|b| b.contains(who))))
}

/// How much the place changes before sentence `i`: the first place named in it
/// or in the next one, against the place last named before.
fn place_shift(i: usize, doc: &Doc, evidence: &[Evidence], here: Option<usize>) -> f32 {
    let lex = lexicon();
    let mut reach = vec![i];
    if doc.sentences.get(i + 1).is_some_and(|s| !s.first) {
        reach.push(i + 1);
    }
    let mut best = 0.0f32;
    for (k, j) in reach.into_iter().enumerate() {
        let Some(e) = evidence.get(j) else { continue };
        for place in e.places.iter().filter(|p| p.weight >= 0.6) {
            let near = |c: usize| lex.concept(c).map(|c| c.near.as_str());
            let known = Some(place.concept) == here;
            let recent = (i.saturating_sub(6)..i).any(|b| {
                evidence
                    .get(b)
                    .is_some_and(|e| e.places.iter().any(|p| p.concept == place.concept && p.weight >= 1.0))
            });
            let alike = here.is_some_and(|h| near(h) == near(place.concept) && near(h) != Some(""));
            let change = match (known, recent, alike) {
                (true, ..) => 0.0,
                (_, true, _) => 0.35,
                (_, _, true) => 0.45,
                _ => 0.85,
            };
            best = best.max(change * (place.weight / 1.6).min(1.0) * if k == 0 { 1.0 } else { 0.6 });
        }
    }
    best
}

/// A little for weather that nobody spoke of in the sentences before.
fn weather_shift(i: usize, evidence: &[Evidence]) -> f32 {
    let Some(e) = evidence.get(i) else { return 0.0 };
    let new = e.weather.iter().any(|w| {
        w.1 >= 1.0
            && !evidence
                .get(i.saturating_sub(8)..i)
                .unwrap_or(&[])
                .iter()
                .any(|b| b.weather.iter().any(|o| o.0 == w.0))
    });
    if new { 0.25 } else { 0.0 }
}

/// One less the overlap of the casts of the five sentences on each side, and
/// more for somebody never seen before.
fn cast_shift(i: usize, presence: &Presence) -> f32 {
    let side = |r: Range<usize>| -> Vec<usize> {
        let mut ids: Vec<usize> = presence.get(r).unwrap_or(&[]).iter().flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let before = side(i.saturating_sub(5)..i);
    let after = side(i..(i + 5).min(presence.len()));
    if before.is_empty() || after.is_empty() {
        return 0.0;
    }
    let common = after.iter().filter(|id| before.contains(id)).count();
    let union = before.len() + after.len() - common;
    1.0 - common as f32 / union as f32
}

/// Depth of the dip of cohesion before each sentence, scaled so that the
/// deepest common dips are near 1.
fn cohesion_dips(doc: &Doc) -> Vec<f32> {
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

/// Cost of a scene of `words` where `typical` is likely: the squared logarithm
/// of the ratio, dearer on the short side, where it also guards against scenes
/// of one sentence.
fn length_cost(words: f32, typical: f32) -> f32 {
    let ratio = (words / typical).ln();
    if ratio < 0.0 { 0.42 * ratio * ratio } else { 0.5 * ratio * ratio }
}

/// The best cut at a price per boundary: starts of scenes, the first being 0.
fn segment(scores: &[f32], sizes: &[f32], typical: f32, price: f32) -> Vec<usize> {
    let n = scores.len();
    let mut sums = vec![0.0f64];
    for size in sizes {
        sums.push(sums.last().copied().unwrap_or(0.0) + f64::from(*size));
    }
    let words = |a: usize, b: usize| {
        (sums.get(b).copied().unwrap_or(0.0) - sums.get(a).copied().unwrap_or(0.0)) as f32
    };
    // best[e]: value of the best cut of the first e sentences; f64, for a novel
    // adds up thousands of scenes.
    let mut best = vec![f64::NEG_INFINITY; n + 1];
    let mut from = vec![0usize; n + 1];
    if let Some(first) = best.first_mut() {
        *first = 0.0;
    }
    for end in 1..=n {
        let mut top = (f64::NEG_INFINITY, end - 1);
        for start in (end.saturating_sub(LONGEST_SCENE_SENTENCES)..end).rev() {
            let length = words(start, end);
            // Beyond four times the usual the cost only grows; stop there, but
            // always allow one sentence however long.
            if start + 1 < end && length > 4.0 * typical {
                break;
            }
            let gain = if start == 0 { 0.0 } else { scores.get(start).copied().unwrap_or(0.0) - price };
            let value = best.get(start).copied().unwrap_or(f64::NEG_INFINITY) + f64::from(gain)
                - f64::from(length_cost(length, typical));
            if value > top.0 {
                top = (value, start);
            }
        }
        if let (Some(b), Some(f)) = (best.get_mut(end), from.get_mut(end)) {
            (*b, *f) = top;
        }
    }
    let mut starts = Vec::new();
    let mut end = n;
    while end > 0 {
        let start = from.get(end).copied().unwrap_or(0);
        starts.push(start);
        end = start;
    }
    starts.reverse();
    starts
}

/// A cut into exactly `k` scenes: the price that gives about as many, found by
/// bisection (the Lagrangian of the constrained problem), then single
/// boundaries added or taken away by score.
fn exactly(scores: &[f32], sizes: &[f32], total: f32, k: usize) -> Vec<usize> {
    let typical = total / k as f32;
    let (mut low, mut high) = (-20.0f32, 20.0f32);
    let mut starts = segment(scores, sizes, typical, PRICE);
    for _ in 0..18 {
        if starts.len() == k {
            return starts;
        }
        let price = 0.5 * (low + high);
        starts = segment(scores, sizes, typical, price);
        if starts.len() > k { low = price } else { high = price }
    }
    let score = |i: usize| scores.get(i).copied().unwrap_or(f32::NEG_INFINITY);
    if starts.len() > k {
        let mut inner: Vec<usize> = starts.iter().skip(1).copied().collect();
        inner.sort_by(|a, b| score(*b).total_cmp(&score(*a)));
        inner.truncate(k - 1);
        starts = [0].into_iter().chain(inner).collect();
    } else if starts.len() < k {
        let mut others: Vec<usize> = (1..scores.len()).filter(|i| starts.binary_search(i).is_err()).collect();
        others.sort_by(|a, b| score(*b).total_cmp(&score(*a)));
        others.truncate(k - starts.len());
        starts.extend(others);
    }
    starts.sort_unstable();
    starts
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
    fn strong_boundaries_win_and_counts_are_kept() {
        let mut scores = vec![0.0; 40];
        for i in [10, 20, 30] {
            if let Some(s) = scores.get_mut(i) {
                *s = 3.0;
            }
        }
        let sizes = vec![12.0; 40];
        assert_eq!(segment(&scores, &sizes, 110.0, PRICE), [0, 10, 20, 30]);
        for k in 1..=40 {
            let starts = exactly(&scores, &sizes, 480.0, k);
            assert_eq!(starts.len(), k, "{starts:?}");
            assert!(starts.windows(2).all(|w| w[0] < w[1]));
        }
    }

    #[test]
    fn one_endless_sentence_is_one_scene() {
        assert_eq!(segment(&[0.0], &[1e9], 30.0, PRICE), [0]);
        assert_eq!(segment(&[0.0, 0.0], &[1e9, 1e9], 30.0, PRICE).first(), Some(&0));
    }

    #[test]
    fn pk_of_itself_is_zero() {
        assert_eq!(pk(&[0, 5, 9], &[0, 5, 9], 14), 0.0);
        assert!(pk(&[0, 5, 9], &[0, 2, 12], 14) > 0.2);
    }
}
