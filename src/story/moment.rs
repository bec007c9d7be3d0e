//! The key moment: the sentence of a scene most worth a picture.
//!
//! A sentence earns points for what a painter can use (somebody doing something,
//! things, colours, places, light, a comparison) and loses them for what cannot
//! be painted: talk, thoughts, denials, memories. The points are the weights of
//! a log-linear ranker over the sentences of a scene, fitted on annotated
//! stories of the project's own and rounded.

use std::ops::Range;

use super::cast::Cast;
use super::doc::Doc;
use super::lexicon::Class;
use super::setting::Evidence;
use super::types::Language;

/// Number of features of a sentence.
const FEATURES: usize = 26;

/// Points for one unit of each feature, in the order of [`features`].
const WEIGHTS: [f32; FEATURES] = [
    0.6, 0.2, 0.15, 0.1, 0.45, -0.25, 0.0, 0.7, -0.15, 0.7, -0.9, -0.25, -0.35, -0.5, -0.5, -0.3, -0.9, 0.7,
    -0.1, 2.05, -0.5, 0.55, -0.3, -0.15, 0.3, 0.3,
];

/// Index of the best sentence of a scene; `None` for an empty range.
pub fn key_moment(doc: &Doc, cast: &Cast, evidence: &[Evidence], scene: &Range<usize>) -> Option<usize> {
    let mut best: Option<(f32, usize)> = None;
    for s in scene.clone() {
        let points: f32 =
            features(doc, cast, evidence, s, scene).iter().zip(WEIGHTS).map(|(f, w)| f * w).sum();
        if best.is_none_or(|b| points > b.0) {
            best = Some((points, s));
        }
    }
    best.map(|b| b.1)
}

/// What sentence `s` of `scene` offers to a painter.
fn features(
    doc: &Doc,
    cast: &Cast,
    evidence: &[Evidence],
    s: usize,
    scene: &Range<usize>,
) -> [f32; FEATURES] {
    let Some(sentence) = doc.sentences.get(s) else {
        return [0.0; FEATURES];
    };
    let (mut acts, mut mind, mut looks, mut people, mut things, mut places, mut light) =
        (0, 0, 0, 0, 0, 0, 0);
    let (mut denied, mut likened, mut talk_verb, mut handles, mut worn, mut goes) = (0, 0, 0, 0, 0, 0);
    for (hit, concept) in doc.hits_of(sentence) {
        if doc.quoted(hit.token) {
            continue;
        }
        denied += usize::from(hit.negated && concept.class != Class::Mood);
        likened += usize::from(hit.likened && concept.class != Class::Mood);
        if hit.negated {
            continue;
        }
        match concept.class {
            Class::Action => {
                acts += usize::from(concept.is("act"));
                handles += usize::from(concept.id == "handle");
                mind += usize::from(concept.is("mind"));
                talk_verb += usize::from(concept.is("talk"));
                worn += usize::from(concept.is("wear"));
                goes += usize::from(concept.is("move"));
            }
            Class::Look => looks += 1,
            Class::Prop => things += 1,
            Class::Person => people += 1,
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
    let text = doc.text.get(sentence.start..sentence.end).unwrap_or("");
    let feeling = evidence.get(s).map_or(0.0, |e| e.moods.iter().sum::<f32>().min(6.0) / 3.0);
    let place = (s - scene.start.min(s)) as f32 / scene.len().max(1) as f32;
    [
        cap(acts, 4),
        cap(handles, 3),
        cap(looks, 5),
        cap(people, 3),
        cap(things, 3),
        cap(places, 3),
        cap(light, 2),
        cap(cast.presence.get(s).map_or(0, Vec::len), 3),
        cap(cast.subjects.get(s).map_or(0, Vec::len), 2),
        cap(likened, 1),
        sentence.talk,
        cap(mind, 2),
        cap(denied, 2),
        cap(talk_verb, 1),
        f32::from(u8::from(sentence.memory)),
        f32::from(u8::from(text.ends_with(['?', '？']))),
        f32::from(u8::from(words < 6.0)),
        f32::from(u8::from(words > 14.0)),
        f32::from(u8::from(words > 45.0)),
        place,
        f32::from(u8::from(s == scene.start)),
        feeling,
        // Said of clothes, or of a way, and not of what is done.
        cap(worn, 1),
        cap(goes, 2),
        cap(cast.subjects.get(s).map_or(0, Vec::len), 1),
        f32::from(u8::from(s + 1 == scene.end)),
    ]
}
