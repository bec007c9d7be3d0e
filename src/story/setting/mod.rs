//! Place, time and weather.
//!
//! This part reads what one sentence says about them (and about the mood) by the
//! lexicon: talk, memories, comparisons and denied things count little or nothing.
//! `place` weighs places, `hours` words of time, `clock` the hours of the clock;
//! `frame` adds the sentences of a scene up.

mod clock;
pub mod frame;
mod hours;
mod place;

use crate::story::doc::{Doc, Hit, Sentence, World};
use crate::story::lexicon::Class;
use crate::story::lexicon::words::among;
use crate::story::mood::MOODS;
use crate::story::types::{Language, TimeOfDay};
use clock::clock;
use hours::time;
use place::place;

/// Words of a landing.
const LANDING: &str = "landed landing lander touched grounded crashed 着陆 降落 登陆 落在 停在 坠毁 降落在";

/// Verbs of what stops.
const ENDING: &str = "stopped ceased melted lifted gone ended over passed cleared thinned died blown";

/// The times that evidence is counted for.
pub const TIMES: [(&str, TimeOfDay); 4] = [
    ("dawn", TimeOfDay::Dawn),
    ("day", TimeOfDay::Day),
    ("dusk", TimeOfDay::Dusk),
    ("night", TimeOfDay::Night),
];

/// A place that a sentence names.
#[derive(Debug, Clone)]
pub struct Place {
    /// Index of its concept.
    pub concept: usize,
    /// How much it looks like the place of the action, 0 upwards.
    pub weight: f32,
    /// The story's own words for it, bytes.
    pub span: (usize, usize),
}

/// What one sentence says about place, time, weather and mood.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Dawn, day, dusk, night.
    pub times: [f32; 4],
    /// A jump in time at the head of the sentence, 0 to 1.
    pub jump: f32,
    /// The jump is so long that the time of day before it says nothing.
    pub long_jump: bool,
    /// To another day, whose hour nobody tells: by day, most likely.
    pub new_day: bool,
    /// Places.
    pub places: Vec<Place>,
    /// Weather concepts with weights.
    pub weather: Vec<(usize, f32)>,
    /// In the order of the moods' list.
    pub moods: [f32; 7],
    /// Somebody moves to another place.
    pub moves: bool,
    /// A ship comes or has come down.
    pub lands: bool,
}

/// The share of its usual weight that a hit keeps.
pub fn trust(doc: &Doc, sentence: &Sentence, hit: &Hit, in_talk: f32) -> f32 {
    // "There was no moon" is night all the same.
    let moonless = hit.negated && among(doc.word(hit.token), "moon stars star 月亮 月光 星星");
    if hit.likened || (hit.negated && !moonless) {
        return 0.0;
    }
    let talk = if doc.quoted(hit.token) { in_talk } else { 1.0 };
    talk * if sentence.memory { 0.1 } else { 1.0 }
}

/// Reads one sentence.
pub fn evidence(doc: &Doc, sentence: &Sentence) -> Evidence {
    let mut e = Evidence::default();
    for (hit, concept) in doc.hits_of(sentence) {
        match concept.class {
            Class::Time => time(doc, sentence, hit, concept, &mut e),
            Class::Setting if !hit.likened => {
                if let Some(place) = place(doc, sentence, hit, concept) {
                    e.places.push(place);
                }
            }
            Class::Weather => {
                let w = concept.weight * trust(doc, sentence, hit, 0.3);
                if w > 0.0 && !is_over(doc, sentence, hit) {
                    e.weather.push((hit.concept, w));
                }
            }
            Class::Mood => {
                let mut w = concept.weight * if sentence.memory { 0.7 } else { 1.0 };
                if hit.negated {
                    w *= 0.2;
                }
                if hit.likened {
                    w *= 0.4;
                }
                if doc.quoted(hit.token) {
                    w *= 0.7;
                }
                if let Some(slot) = mood_slot(&concept.id).and_then(|i| e.moods.get_mut(i)) {
                    *slot += w;
                }
            }
            Class::Action => e.moves |= concept.is("move") && !doc.quoted(hit.token),
            _ => {}
        }
    }
    e.lands = doc.world == World::Space && sentence.tokens.clone().any(|t| among(doc.word(t), LANDING));
    if let Some((slot, w)) = clock(doc, sentence)
        && let Some(time) = e.times.get_mut(slot)
    {
        *time += w;
    }
    let text = doc.text.get(sentence.start..sentence.end).unwrap_or("");
    let shouts = text.matches(['!', '！']).count().min(2) as f32;
    if let Some(tense) = e.moods.get_mut(2) {
        *tense += 0.25 * shouts;
    }
    e
}

/// "The snow had gone", "the rain stopped"; "a storm of dust" was none either.
fn is_over(doc: &Doc, sentence: &Sentence, hit: &Hit) -> bool {
    if doc.language == Language::Chinese {
        return false;
    }
    let word = |n: usize| {
        let t = hit.token + hit.len + n;
        let free = t < sentence.tokens.end && !doc.tokens.get(t).is_some_and(|x| x.opens);
        if free { doc.word(t) } else { "" }
    };
    let ends = |w: &str| among(w, ENDING);
    let helped =
        among(word(0), "had has was were is have") && (ends(word(1)) || word(1) == "all" && ends(word(2)));
    let of = word(0) == "of" && !among(word(1), "rain snow hail sleet the");
    ends(word(0)) || helped || of
}

fn mood_slot(id: &str) -> Option<usize> {
    MOODS.iter().position(|(name, _)| *name == id)
}
