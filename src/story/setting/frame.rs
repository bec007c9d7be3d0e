//! Place, time, weather and mood of each scene, added up from what its
//! sentences say (`setting`) and inherited from the scene before where it says
//! nothing.

use crate::story::doc::{Doc, World};
use crate::story::lexicon::lexicon;
use crate::story::lexicon::words::among;
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

/// Places where people are by day.
const PLACES_BY_DAY: &str = "market school office shop meadow garden beach hedge workshop library theatre police harbour pond tree town village";

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

/// Evidence of one scene, added up.
#[derive(Default)]
struct Sums {
    /// Concept, sum of weights, best single weight with its words (bytes).
    places: Vec<(usize, f32, f32, (usize, usize))>,
    /// Dawn, day, dusk, night.
    times: [f32; 4],
    /// Concepts with sums of weights.
    weathers: Vec<(usize, f32)>,
    /// In the order of the moods' list.
    moods: [f32; 7],
}

impl Sums {
    /// Adds the sentences of a scene up; `here` is the place of the scene before.
    fn of(part: &[Evidence], here: Option<usize>) -> Sums {
        // How fast the opening's advantage fades: a scene says where it is early.
        let early = |i: usize| 1.0 + 0.9 / (1.0 + i as f32 * 0.5);
        let mut sums = Sums::default();
        for (i, e) in part.iter().enumerate() {
            for p in &e.places {
                let w = if loses_to_rival(p, e, part, here) { 0.0 } else { p.weight * early(i) };
                sums.add_place(p, w);
            }
            for (sum, t) in sums.times.iter_mut().zip(e.times) {
                *sum += t * early(i);
            }
            for &(concept, w) in &e.weather {
                match sums.weathers.iter_mut().find(|q| q.0 == concept) {
                    Some(q) => q.1 += w * early(i),
                    None => sums.weathers.push((concept, w * early(i))),
                }
            }
            // Many words of one mood in a sentence say it once more, not five times.
            for (sum, m) in sums.moods.iter_mut().zip(e.moods) {
                *sum += m.min(6.0);
            }
        }
        sums.places.sort_by(|a, b| b.1.total_cmp(&a.1));
        sums.weathers.sort_by(|a, b| b.1.total_cmp(&a.1));
        sums
    }

    fn add_place(&mut self, place: &Place, w: f32) {
        match self.places.iter_mut().find(|q| q.0 == place.concept) {
            Some(q) => {
                q.1 += w;
                if w > q.2 {
                    (q.2, q.3) = (w, place.span);
                }
            }
            None => self.places.push((place.concept, w, w, place.span)),
        }
    }

    /// Who runs from the beach into the sea is at the beach; who has landed stands
    /// on the ground.
    fn prefer_ground(&mut self, lands: bool) {
        let over = |top: &str, ground: &dyn Fn(&str) -> bool, share: f32| {
            let best = self.places.first().filter(|p| id_of(p.0) == top)?;
            self.places.iter().position(|p| ground(id_of(p.0)) && p.1 >= share * best.1)
        };
        let aboard = self.places.iter().any(|p| id_of(p.0) == "ship" && p.1 >= 1.0);
        let shore = over("sea", &|id| id == "beach", 0.45).filter(|_| !aboard);
        let landed = over("space station", &|id| GROUNDS.contains(&id), 0.3).filter(|_| lands);
        if let Some(at) = shore.or(landed) {
            let ground = self.places.remove(at);
            self.places.insert(0, ground);
        }
    }
}

/// A landing is by a river or on the stairs: what else the scene has of either
/// decides.
fn loses_to_rival(place: &Place, e: &Evidence, part: &[Evidence], here: Option<usize>) -> bool {
    let Some(rival) = e.places.iter().find(|q| q.span == place.span && q.concept != place.concept) else {
        return false;
    };
    let support = |concept: usize| -> f32 {
        let alone = |q: &&Place| q.concept == concept && q.span != place.span;
        part.iter().flat_map(|e| &e.places).filter(alone).map(|q| q.weight).sum::<f32>()
            + if here == Some(concept) { 0.5 } else { 0.0 }
    };
    support(rival.concept) > support(place.concept)
}

/// What the first sentences of a scene say of the time that has passed.
struct Passage {
    /// So long that the hour before says nothing.
    long: bool,
    /// To another time.
    jumped: bool,
    /// To another time, and surely.
    surely: bool,
    /// To another day.
    new_day: bool,
}

impl Passage {
    fn of(part: &[Evidence]) -> Passage {
        let opening = |test: &dyn Fn(&Evidence) -> bool| part.iter().take(2).any(test);
        Passage {
            long: opening(&|e| e.long_jump),
            jumped: opening(&|e| e.jump >= 0.4),
            surely: opening(&|e| e.jump >= 0.8),
            new_day: opening(&|e| e.new_day && e.jump >= 0.4),
        }
    }
}

fn frame(doc: &Doc, part: &[Evidence], before: Option<&Frame>, (index, count): (usize, usize)) -> Frame {
    let here = before.and_then(|b| b.place.as_ref()).map(|p| p.0);
    let mut sums = Sums::of(part, here);
    sums.prefer_ground(part.iter().any(|e| e.lands));
    let passage = Passage::of(part);
    let (place, second) = places(doc, &sums, before, &passage);
    let (told, time_weight) = hour(doc, &sums.times, before, &passage);
    let weather = weather(&sums, before, &passage);
    let place_id = place.as_ref().map_or("", |p| id_of(p.0));
    let weather_id = weather.map_or("", id_of);
    // Whoever came to school at dawn is there by day.
    let day_came = told == TimeOfDay::Dawn && strongest(&sums.times).1 < 1.0;
    let unsaid = told == TimeOfDay::Unknown || day_came;
    let by_day = unsaid && likely_day(place_id, weather_id, before, passage.long);
    let time = if by_day { TimeOfDay::Day } else { told };
    let context =
        mood::Context { index, count, time, weather: weather_id, place: place_id, sentences: part.len() };
    let mood = mood::decide(&sums.moods, &context);
    Frame { place, second, time, time_weight, weather, mood }
}

fn id_of(concept: usize) -> &'static str {
    lexicon().concept(concept).map_or("", |c| c.id.as_str())
}

/// The place of a scene with the story's words, and the words of a second one.
fn places(
    doc: &Doc,
    sums: &Sums,
    before: Option<&Frame>,
    passage: &Passage,
) -> (Option<(usize, String)>, Option<String>) {
    let own = |span: (usize, usize)| tidy(doc.text.get(span.0..span.1).unwrap_or(""));
    let best = sums.places.first().filter(|p| p.1 >= 0.7);
    let place = match (best, before) {
        (Some(p), _) => Some((p.0, own(p.3))),
        (None, Some(b)) if !passage.long => b.place.clone(),
        _ => sums.places.first().map(|p| (p.0, own(p.3))),
    };
    // A doorway or a window is part of the place the story was in already, and
    // a hall or a staircase of the inn it was in.
    let furniture = |concept: usize| lexicon().concept(concept).is_some_and(|c| c.weight < 0.75);
    let room = |concept: usize| furniture(concept) || id_of(concept) == "house";
    let is_part = |p: usize, of: usize| {
        p != of && (furniture(p) || room(p) && BUILDINGS.contains(&id_of(of))) && !room(of)
    };
    let carried = before
        .and_then(|b| b.place.clone())
        .filter(|b| !passage.long && best.is_some_and(|p| is_part(p.0, b.0)))
        .map(|b| b.1);
    let close = |best: f32, p: &&(usize, f32, f32, (usize, usize))| p.1 > 0.55 * best && p.1 > 0.9;
    let second = best.and_then(|b| sums.places.get(1).filter(|p| close(b.1, p))).map(|p| own(p.3));
    (place, carried.or(second))
}

/// The time of day that a scene tells or inherits, with its weight.
fn hour(doc: &Doc, times: &[f32; 4], before: Option<&Frame>, passage: &Passage) -> (TimeOfDay, f32) {
    let (slot, weight) = strongest(times);
    if weight >= 1.0 {
        return (TIMES.get(slot).map_or(TimeOfDay::Unknown, |t| t.1), weight);
    }
    let unknown = (TimeOfDay::Unknown, 0.0);
    let Some(b) = before else { return unknown };
    if passage.new_day {
        return if doc.world == World::Space { unknown } else { (TimeOfDay::Day, 1.0) };
    }
    if passage.long || b.time_weight < 2.5 {
        return unknown;
    }
    // Dawn and dusk are short: the next scene may still be in them, and
    // no scene that begins with a jump.
    let share = match b.time {
        TimeOfDay::Dawn | TimeOfDay::Dusk if passage.jumped => return unknown,
        TimeOfDay::Dawn | TimeOfDay::Dusk => 0.55,
        _ => 0.85,
    };
    (b.time, b.time_weight.min(6.0) * share)
}

/// The weather that a scene tells or inherits.
fn weather(sums: &Sums, before: Option<&Frame>, passage: &Passage) -> Option<usize> {
    match sums.weathers.first() {
        Some(w) if w.1 >= 1.0 => Some(w.0),
        _ if passage.surely || passage.long => None,
        // Rain, snow and fog stay until something changes; a breeze does not.
        _ => {
            before.and_then(|b| b.weather).filter(|w| lexicon().concept(*w).is_some_and(|c| c.weight >= 2.0))
        }
    }
}

/// Whether a scene that never says when it plays plays by day: people are at
/// market, in school and in the fields by day, and a hot or clear sky is a day's.
fn likely_day(place: &str, weather: &str, before: Option<&Frame>, long_jump: bool) -> bool {
    let after_night = before.is_some_and(|b| b.time == TimeOfDay::Night) && !long_jump;
    !after_night && (among(place, PLACES_BY_DAY) || matches!(weather, "hot" | "clear"))
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
