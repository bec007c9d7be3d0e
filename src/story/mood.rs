//! The mood of a scene: what its words say, and what stories do.
//!
//! Words decide (`assets/lexicon/moods.ron`, summed in `setting`). Where they are
//! few or disagree, three weak opinions help: how a story's moods usually run
//! (it opens calm or strange, tightens in the middle and ends in hope or peace:
//! the arc of Freytag 1863, also what Reagan et al. 2016 found in 1,300 books),
//! the hour and the weather, and the kind of place.

use super::types::{Mood, TimeOfDay};

/// The moods that evidence is counted for, in the order of every array here.
pub const MOODS: [(&str, Mood); 7] = [
    ("joyful", Mood::Joyful),
    ("calm", Mood::Calm),
    ("tense", Mood::Tense),
    ("sad", Mood::Sad),
    ("mysterious", Mood::Mysterious),
    ("frightening", Mood::Frightening),
    ("hopeful", Mood::Hopeful),
];

/// What is known of a scene besides its words.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Its index.
    pub index: usize,
    /// How many scenes there are.
    pub count: usize,
    /// Its time.
    pub time: TimeOfDay,
    /// Id of its weather, or empty.
    pub weather: &'a str,
    /// Id of its place, or empty.
    pub place: &'a str,
    /// Sentences in it.
    pub sentences: usize,
}

/// The mood that fits best. `words` are the sums of the lexicon's evidence over
/// the scene.
pub fn decide(words: &[f32; 7], context: &Context) -> Mood {
    let scores = scores(words, context);
    let (slot, _) =
        scores.iter().enumerate().fold((0, f32::MIN), |b, (i, v)| if *v > b.1 { (i, *v) } else { b });
    // A scene of a few words without any feeling has none.
    if words.iter().sum::<f32>() < 0.3 && context.sentences < 3 && context.count > 1 {
        return Mood::Neutral;
    }
    MOODS.get(slot).map_or(Mood::Neutral, |m| m.1)
}

/// One number a mood.
fn scores(words: &[f32; 7], context: &Context) -> [f32; 7] {
    // Words beyond what prose holds anyway, in the unit of their scatter.
    let length = context.sentences.max(1) as f32;
    let mut out = [0.0; 7];
    for ((slot, w), usual) in out.iter_mut().zip(words).zip(USUAL) {
        *slot = WORDS * (w - usual * length) / length.sqrt();
    }
    // A smile at a deathbed is no joy, and quiet before a fight no peace.
    let [joyful, calm, tense, sad, _, frightening, _] = &mut out;
    let dark = sad.max(*frightening).max(0.0);
    if *joyful > 0.0 {
        *joyful -= DARK_OVER_JOY * dark;
    }
    *calm -= DARK_OVER_CALM * dark.max(*tense);
    let mut add = |opinion: &[f32; 7], weight: f32| {
        for (slot, o) in out.iter_mut().zip(opinion) {
            *slot += weight * o;
        }
    };
    add(&BASE, 1.0);
    let last = context.count.saturating_sub(1);
    if context.count >= 3 {
        if context.index == 0 {
            add(&FIRST, 1.0);
        } else if context.index == last {
            add(&LAST, 1.0);
        } else if context.index + 1 == last {
            add(&BEFORE_LAST, 1.0);
        }
    }
    match context.time {
        TimeOfDay::Night => add(&NIGHT, 1.0),
        TimeOfDay::Dawn => add(&DAWN, 1.0),
        TimeOfDay::Day => add(&DAY, 1.0),
        _ => {}
    }
    match context.weather {
        "storm" => add(&STORM, 1.0),
        "fog" => add(&FOG, 1.0),
        "wind" => add(&STORM, 0.5),
        "clear" => add(&CLEAR, 1.0),
        _ => {}
    }
    match context.place {
        "battlefield" | "police" => add(&STORM, 1.0),
        "graveyard" | "hospital" => add(&GRAVE, 1.0),
        "cave" | "ruins" | "space" | "planet" => add(&FOG, 1.0),
        "garden" | "meadow" | "kitchen" | "inn" | "market" | "pond" | "bed" => add(&CLEAR, 0.6),
        _ => {}
    }
    out
}

/// Weight of the words against the opinions below.
const WORDS: f32 = 1.5;
/// Half of what a sentence of ordinary fiction holds of each mood (measured):
/// all of it would punish long scenes for the words of their own mood.
const USUAL: [f32; 7] = [0.03, 0.03, 0.06, 0.065, 0.08, 0.045, 0.08];
/// How much grief or fear takes from joy.
const DARK_OVER_JOY: f32 = 0.45;
/// How much grief, fear or danger takes from peace.
const DARK_OVER_CALM: f32 = 0.2;
//                            joy  calm tense  sad  myst fright hope
const BASE: [f32; 7] = [0.0, 0.35, 0.25, 0.0, 0.3, -0.3, 0.0];
const FIRST: [f32; 7] = [0.0, 0.5, 0.0, 0.0, 0.3, -0.3, -0.6];
const BEFORE_LAST: [f32; 7] = [0.0, 0.0, 0.0, 0.1, 0.0, -0.2, 0.4];
const LAST: [f32; 7] = [0.5, 0.5, -0.6, -0.2, -0.5, -0.6, 0.7];
const NIGHT: [f32; 7] = [-0.2, 0.0, 0.1, 0.0, 0.3, 0.2, 0.0];
const DAWN: [f32; 7] = [0.0, 0.1, 0.0, 0.1, -0.1, -0.2, 0.4];
const DAY: [f32; 7] = [0.3, 0.2, 0.0, 0.0, -0.2, -0.3, 0.0];
const STORM: [f32; 7] = [-0.3, -0.4, 0.5, 0.0, 0.0, 0.4, 0.0];
const FOG: [f32; 7] = [-0.2, -0.1, 0.1, 0.0, 0.4, 0.2, 0.0];
const CLEAR: [f32; 7] = [0.3, 0.3, -0.2, -0.1, 0.0, -0.3, 0.1];
const GRAVE: [f32; 7] = [-0.3, 0.1, 0.0, 0.5, 0.1, 0.0, 0.0];

#[cfg(test)]
mod tests {
    use super::*;

    fn context(index: usize, count: usize) -> Context<'static> {
        Context { index, count, time: TimeOfDay::Unknown, weather: "", place: "", sentences: 9 }
    }

    #[test]
    fn words_win_over_the_arc() {
        let grief = [0.0, 0.0, 0.0, 12.0, 0.0, 0.0, 0.0];
        assert_eq!(decide(&grief, &context(4, 5)), Mood::Sad);
        let fear = [0.0, 0.0, 3.0, 0.0, 1.0, 14.0, 0.0];
        assert_eq!(decide(&fear, &context(0, 5)), Mood::Frightening);
    }

    #[test]
    fn without_words_a_story_opens_calm_and_ends_in_hope() {
        let none = [0.0; 7];
        assert_eq!(decide(&none, &context(0, 6)), Mood::Calm);
        assert!(matches!(decide(&none, &context(5, 6)), Mood::Hopeful | Mood::Calm));
    }
}
