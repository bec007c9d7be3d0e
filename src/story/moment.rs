//! The key moment: the sentence of a scene most worth a picture.
//!
//! A sentence earns points for what a painter can use (somebody doing something,
//! things, colours, places, light, a comparison) and loses them for what cannot
//! be painted: talk, thoughts, denials, memories.

use std::ops::Range;

use super::cast::Cast;
use super::lexicon::Class;
use super::sentences::Doc;
use super::types::Language;

/// Index of the best sentence of a scene; `None` for an empty range.
pub fn key_moment(doc: &Doc, cast: &Cast, scene: &Range<usize>) -> Option<usize> {
    let count = scene.len().max(1) as f32;
    let mut best: Option<(f32, usize)> = None;
    for s in scene.clone() {
        // A climax comes late rather than early, but hardly in the last words.
        let place = (s - scene.start) as f32 / count;
        let score = score(doc, cast, s) + 0.9 * place;
        if best.is_none_or(|b| score > b.0) {
            best = Some((score, s));
        }
    }
    best.map(|b| b.1)
}

/// Points of one sentence.
pub fn score(doc: &Doc, cast: &Cast, s: usize) -> f32 {
    let Some(sentence) = doc.sentences.get(s) else {
        return f32::MIN;
    };
    let (mut acts, mut mind, mut looks, mut things, mut places, mut light, mut denied, mut likened) =
        (0, 0, 0, 0, 0, 0, 0, 0);
    let mut talk_verb = 0;
    for (hit, concept) in doc.hits_of(sentence) {
        if doc.quoted(hit.token) {
            continue;
        }
        denied += usize::from(hit.negated);
        likened += usize::from(hit.likened);
        if hit.negated {
            continue;
        }
        match concept.class {
            Class::Action if concept.is("act") => acts += 1,
            Class::Action if concept.is("mind") => mind += 1,
            Class::Action if concept.is("talk") => talk_verb += 1,
            Class::Look => looks += 1,
            Class::Prop => things += 1,
            Class::Person => looks += 1,
            Class::Setting => places += 1,
            Class::Weather | Class::Time if concept.id != "jump" => light += 1,
            _ => {}
        }
    }
    let cap = |n: usize, most: usize| n.min(most) as f32;
    let words = match doc.language {
        Language::English => sentence.tokens.len() as f32,
        Language::Chinese => {
            doc.text.get(sentence.start..sentence.end).unwrap_or("").chars().count() as f32 * 0.6
        }
    };
    let present = cast.presence.get(s).map_or(0, Vec::len);
    let active = cast.subjects.get(s).map_or(0, Vec::len);
    let mut score = 0.8 * cap(acts, 3)
        + 0.45 * cap(looks, 4)
        + 0.55 * cap(things, 3)
        + 0.4 * cap(places, 2)
        + 0.3 * cap(light, 2);
    score += 0.5 * cap(present, 2) + 0.5 * cap(active, 1) + 0.5 * cap(likened, 1);
    score -= 3.2 * sentence.talk + 0.9 * cap(mind, 2) + 0.5 * cap(denied, 2) + 0.3 * cap(talk_verb, 1);
    if sentence.memory {
        score -= 1.5;
    }
    let text = doc.text.get(sentence.start..sentence.end).unwrap_or("");
    if text.ends_with(['?', '？']) {
        score -= 1.0;
    }
    score += match words {
        w if w < 5.0 => -1.5,
        w if w < 9.0 => -0.4,
        w if w > 60.0 => -0.8,
        w if w > 14.0 => 0.4,
        _ => 0.0,
    };
    score
}
