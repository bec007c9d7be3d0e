//! Place, time, weather and mood of each scene, added up from what its
//! sentences say (`setting`) and inherited from the scene before where it says
//! nothing.

use crate::story::doc::{Doc, World};
use crate::story::lexicon::lexicon;
use crate::story::mood;
use crate::story::setting::{Evidence, Place, TIMES};
use crate::story::text::tidy;
use crate::story::types::{Mood, TimeOfDay};

/// Places under an open sky that a ship can land on.
const GROUNDS: [&str; 11] = [
    "planet",
    "forest",
    "meadow",
    "hill",
    "mountains",
    "snowfield",
    "desert",
    "beach",
    "ruins",
    "village",
    "garden",
];

/// Buildings that have rooms of their own.
const BUILDINGS: [&str; 12] = [
    "inn",
    "shop",
    "castle",
    "school",
    "hospital",
    "church",
    "library",
    "theatre",
    "space station",
    "ship",
    "office",
    "workshop",
];

/// Place, time, weather and mood of one scene.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Best place: concept and the story's own words.
    pub place: Option<(usize, String)>,
    /// Second place, when it comes close.
    pub second: Option<String>,
    /// Time of day.
    pub time: TimeOfDay,
    /// Strength of the evidence for the time; below 2 it is not passed on.
    time_weight: f32,
    /// Weather concept.
    pub weather: Option<usize>,
    /// Mood.
    pub mood: Mood,
}

/// Frames of all scenes; `scenes` are ranges of sentences.
pub fn frames(doc: &Doc, evidence: &[Evidence], scenes: &[std::ops::Range<usize>]) -> Vec<Frame> {
    let mut out: Vec<Frame> = Vec::new();
    for (index, scene) in scenes.iter().enumerate() {
        let part = evidence.get(scene.clone()).unwrap_or(&[]);
        let frame = frame(doc, part, out.last(), (index, scenes.len()));
        out.push(frame);
    }
    out
}

fn frame(doc: &Doc, part: &[Evidence], before: Option<&Frame>, (index, count): (usize, usize)) -> Frame {
    // How fast the opening's advantage fades: a scene says where it is early.
    let early = |i: usize| 1.0 + 0.9 / (1.0 + i as f32 * 0.5);
    let mut places: Vec<(usize, f32, f32, (usize, usize))> = Vec::new();
    let mut times = [0.0f32; 4];
    let mut weathers: Vec<(usize, f32)> = Vec::new();
    let mut moods = [0.0f32; 7];
    for (i, e) in part.iter().enumerate() {
        for p in &e.places {
            // A landing is by a river or on the stairs: what else the scene has
            // of either decides.
            let rival = e.places.iter().find(|q| q.span == p.span && q.concept != p.concept);
            let support = |concept: usize| -> f32 {
                let alone = |q: &&Place| q.concept == concept && !(q.span == p.span && rival.is_some());
                part.iter().flat_map(|e| &e.places).filter(alone).map(|q| q.weight).sum::<f32>()
                    + if before.and_then(|b| b.place.as_ref()).is_some_and(|b| b.0 == concept) {
                        0.5
                    } else {
                        0.0
                    }
            };
            let w = match rival {
                Some(q) if support(q.concept) > support(p.concept) => 0.0,
                _ => p.weight * early(i),
            };
            match places.iter_mut().find(|q| q.0 == p.concept) {
                Some(q) => {
                    q.1 += w;
                    if w > q.2 {
                        (q.2, q.3) = (w, p.span);
                    }
                }
                None => places.push((p.concept, w, w, p.span)),
            }
        }
        for (sum, t) in times.iter_mut().zip(e.times) {
            *sum += t * early(i);
        }
        for &(concept, w) in &e.weather {
            match weathers.iter_mut().find(|q| q.0 == concept) {
                Some(q) => q.1 += w * early(i),
                None => weathers.push((concept, w * early(i))),
            }
        }
        // Many words of one mood in a sentence say it once more, not five times.
        for (sum, m) in moods.iter_mut().zip(e.moods) {
            *sum += m.min(6.0);
        }
    }
    places.sort_by(|a, b| b.1.total_cmp(&a.1));
    let id_of = |concept: usize| lexicon().concept(concept).map_or("", |c| c.id.as_str());
    // Who runs from the beach into the sea is at the beach; who has landed
    // stands on the ground.
    let over = |top: &str, ground: &dyn Fn(&str) -> bool, share: f32| {
        let best = places.first().filter(|p| id_of(p.0) == top)?;
        places.iter().position(|p| ground(id_of(p.0)) && p.1 >= share * best.1)
    };
    let aboard = places.iter().any(|p| id_of(p.0) == "ship" && p.1 >= 1.0);
    let shore = over("sea", &|id| id == "beach", 0.45).filter(|_| !aboard);
    let landed =
        over("space station", &|id| GROUNDS.contains(&id), 0.3).filter(|_| part.iter().any(|e| e.lands));
    if let Some(at) = shore.or(landed) {
        let ground = places.remove(at);
        places.insert(0, ground);
    }
    let long_jump = part.iter().take(2).any(|e| e.long_jump);
    let own = |span: (usize, usize)| tidy(doc.text.get(span.0..span.1).unwrap_or(""));
    let best = places.first().filter(|p| p.1 >= 0.7);
    let place = match (best, before) {
        (Some(p), _) => Some((p.0, own(p.3))),
        (None, Some(b)) if !long_jump => b.place.clone(),
        _ => places.first().map(|p| (p.0, own(p.3))),
    };
    // A doorway or a window is part of the place the story was in already, and
    // a hall or a staircase of the inn it was in.
    let furniture = |concept: usize| lexicon().concept(concept).is_some_and(|c| c.weight < 0.75);
    let room = |concept: usize| furniture(concept) || id_of(concept) == "house";
    let carried = before
        .and_then(|b| b.place.clone())
        .filter(|b| {
            let part = best.is_some_and(|p| {
                p.0 != b.0 && (furniture(p.0) || room(p.0) && BUILDINGS.contains(&id_of(b.0)))
            });
            !long_jump && part && !room(b.0)
        })
        .map(|b| b.1);
    let second = best.and_then(|b| places.get(1).filter(|p| p.1 > 0.55 * b.1 && p.1 > 0.9)).map(|p| own(p.3));
    let second = carried.or(second);

    let (slot, time_weight) = strongest(&times);
    let (time, time_weight) = if time_weight >= 1.0 {
        (TIMES.get(slot).map_or(TimeOfDay::Unknown, |t| t.1), time_weight)
    } else {
        let jumped = part.iter().take(2).any(|e| e.jump >= 0.4);
        let new_day = part.iter().take(2).any(|e| e.new_day && e.jump >= 0.4);
        match before {
            Some(_) if new_day && doc.world == World::Space => (TimeOfDay::Unknown, 0.0),
            Some(_) if new_day => (TimeOfDay::Day, 1.0),
            // Dawn and dusk are short: the next scene may still be in them, and
            // no scene that begins with a jump.
            Some(b) if matches!(b.time, TimeOfDay::Dawn | TimeOfDay::Dusk) => {
                if long_jump || jumped || b.time_weight < 2.5 {
                    (TimeOfDay::Unknown, 0.0)
                } else {
                    (b.time, b.time_weight.min(6.0) * 0.55)
                }
            }
            Some(b) if !long_jump && b.time_weight >= 2.5 => (b.time, b.time_weight.min(6.0) * 0.85),
            _ => (TimeOfDay::Unknown, 0.0),
        }
    };
    weathers.sort_by(|a, b| b.1.total_cmp(&a.1));
    let jumped = part.iter().take(2).any(|e| e.jump >= 0.8);
    let weather = match weathers.first() {
        Some(w) if w.1 >= 1.0 => Some(w.0),
        _ if jumped || long_jump => None,
        // Rain, snow and fog stay until something changes; a breeze does not.
        _ => {
            before.and_then(|b| b.weather).filter(|w| lexicon().concept(*w).is_some_and(|c| c.weight >= 2.0))
        }
    };
    let id =
        |concept: Option<usize>| concept.and_then(|c| lexicon().concept(c)).map_or("", |c| c.id.as_str());
    let (place_id, weather_id) = (id(place.as_ref().map(|p| p.0)), id(weather));
    // Whoever came to school at dawn is there by day.
    let day_came = time == TimeOfDay::Dawn && strongest(&times).1 < 1.0;
    let time =
        if (time == TimeOfDay::Unknown || day_came) && likely_day(place_id, weather_id, before, long_jump) {
            TimeOfDay::Day
        } else {
            time
        };
    let context =
        mood::Context { index, count, time, weather: weather_id, place: place_id, sentences: part.len() };
    let mood = mood::decide(&moods, &context);
    Frame { place, second, time, time_weight, weather, mood }
}

/// Whether a scene that never says when it plays plays by day: people are at
/// market, in school and in the fields by day, and a hot or clear sky is a day's.
fn likely_day(place: &str, weather: &str, before: Option<&Frame>, long_jump: bool) -> bool {
    let by_day = [
        "market", "school", "office", "shop", "meadow", "garden", "beach", "hedge", "workshop", "library",
        "theatre", "police", "harbour", "pond", "tree", "town", "village",
    ];
    let after_night = before.is_some_and(|b| b.time == TimeOfDay::Night) && !long_jump;
    !after_night && (by_day.contains(&place) || matches!(weather, "hot" | "clear"))
}

fn strongest(values: &[f32]) -> (usize, f32) {
    values.iter().copied().enumerate().fold((0, 0.0), |best, (i, v)| if v > best.1 { (i, v) } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::setting::evidence;
    use crate::story::types::Language;

    fn frame_of(text: &str, language: Language) -> Frame {
        let doc = Doc::new(text, language, &[]);
        let e: Vec<Evidence> = doc.sentences.iter().map(|s| evidence(&doc, s)).collect();
        let all = 0..doc.sentences.len();
        frames(&doc, &e, &[all]).remove(0)
    }

    fn place_id(f: &Frame) -> Option<String> {
        f.place.as_ref().and_then(|p| lexicon().concept(p.0)).map(|c| c.id.clone())
    }

    #[test]
    fn english_frame() {
        let f = frame_of(
            "At midnight the girl walked into the forest. Rain fell. It was not day.",
            Language::English,
        );
        assert_eq!(place_id(&f).as_deref(), Some("forest"));
        assert_eq!(f.time, TimeOfDay::Night);
        assert_eq!(f.weather.and_then(|w| lexicon().concept(w)).map(|c| c.id.as_str()), Some("rain"));
    }

    #[test]
    fn chinese_frame() {
        let f = frame_of("清晨，小女孩在河边走着。雾很大。", Language::Chinese);
        assert_eq!(place_id(&f).as_deref(), Some("river"));
        assert_eq!(f.time, TimeOfDay::Dawn);
    }

    #[test]
    fn comparisons_and_talk_set_no_scene() {
        let f = frame_of(
            "The cottage was as tall as a castle. \"The desert is far,\" said Tom.",
            Language::English,
        );
        assert_eq!(place_id(&f).as_deref(), Some("house"));
    }
}
