//! The key moment: the sentence of a scene most worth a picture.
//!
//! A sentence earns points for what a painter can use (somebody doing something,
//! things, colours, places, light, a comparison) and loses them for what cannot
//! be painted: talk, thoughts, denials, memories. The points are the weights of
//! a log-linear ranker over the sentences of a scene, fitted on annotated
//! stories of the project's own and rounded.

use std::ops::Range;

use super::cast::Cast;
use super::doc::{Doc, Sentence};
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

/// Concepts of the narration of one sentence, counted by what they are.
#[derive(Default)]
struct Counts {
    /// Acts that can be seen, handling, dressing, moving.
    acts: usize,
    handles: usize,
    worn: usize,
    goes: usize,
    /// Thought and talk.
    mind: usize,
    talk_verbs: usize,
    /// What there is to be seen.
    looks: usize,
    people: usize,
    things: usize,
    places: usize,
    light: usize,
    /// What is not there.
    denied: usize,
    likened: usize,
}

impl Counts {
    fn of(doc: &Doc, sentence: &Sentence) -> Counts {
        let mut n = Counts::default();
        for (hit, concept) in doc.hits_of(sentence).filter(|(h, _)| !doc.quoted(h.token)) {
            n.denied += usize::from(hit.negated && concept.class != Class::Mood);
            n.likened += usize::from(hit.likened && concept.class != Class::Mood);
            if hit.negated {
                continue;
            }
            match concept.class {
                Class::Action => {
                    n.acts += usize::from(concept.is("act"));
                    n.handles += usize::from(concept.id == "handle");
                    n.mind += usize::from(concept.is("mind"));
                    n.talk_verbs += usize::from(concept.is("talk"));
                    n.worn += usize::from(concept.is("wear"));
                    n.goes += usize::from(concept.is("move"));
                }
                Class::Look => n.looks += 1,
                Class::Prop => n.things += 1,
                Class::Person => n.people += 1,
                Class::Setting => n.places += 1,
                Class::Weather | Class::Time if concept.id != "jump" => n.light += 1,
                _ => {}
            }
        }
        n
    }
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
    let n = Counts::of(doc, sentence);
    let cap = |n: usize, most: usize| n.min(most) as f32;
    let on = |yes: bool| f32::from(u8::from(yes));
    let text = doc.text.get(sentence.start..sentence.end).unwrap_or("");
    let words = match doc.language {
        Language::English => sentence.tokens.len() as f32,
        Language::Chinese => text.chars().count() as f32 * 0.6,
    };
    let feeling = evidence.get(s).map_or(0.0, |e| e.moods.iter().sum::<f32>().min(6.0) / 3.0);
    let place = (s - scene.start.min(s)) as f32 / scene.len().max(1) as f32;
    let subjects = cast.subjects.get(s).map_or(0, Vec::len);
    [
        cap(n.acts, 4),
        cap(n.handles, 3),
        cap(n.looks, 5),
        cap(n.people, 3),
        cap(n.things, 3),
        cap(n.places, 3),
        cap(n.light, 2),
        cap(cast.presence.get(s).map_or(0, Vec::len), 3),
        cap(subjects, 2),
        cap(n.likened, 1),
        sentence.talk,
        cap(n.mind, 2),
        cap(n.denied, 2),
        cap(n.talk_verbs, 1),
        on(sentence.memory),
        on(text.ends_with(['?', '？'])),
        on(words < 6.0),
        on(words > 14.0),
        on(words > 45.0),
        place,
        on(s == scene.start),
        feeling,
        // Said of clothes, or of a way, and not of what is done.
        cap(n.worn, 1),
        cap(n.goes, 2),
        cap(subjects, 1),
        on(s + 1 == scene.end),
    ]
}
