//! What speaks for and against a scene's beginning before each sentence.

use std::ops::Range;

use super::Presence;
use super::cohesion::cohesion_dips;
use crate::story::doc::Doc;
use crate::story::lexicon::lexicon;
use crate::story::setting::Evidence;
use crate::story::text::paragraphs::Break;

/// Number of features of a boundary.
const FEATURES: usize = 21;

/// What one unit of each feature of [`features`] is worth, in the same order.
const WEIGHTS: [f32; FEATURES] = [
    2.0, 1.4, -2.4, -0.7, -1.0, -0.95, -0.35, 0.7, -0.5, 1.45, 1.0, 1.1, 0.1, 0.45, 0.15, 0.7, 0.4, 0.65,
    0.55, 0.05, 0.0,
];

/// Score of a boundary before each sentence; the first is 0.
pub(super) fn scores(doc: &Doc, evidence: &[Evidence], presence: &Presence) -> Vec<f32> {
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
