//! The pictures that an evaluation asks for: scenes held out from training,
//! each with a caption and with what that caption states.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::attributes::Attribute;
use crate::train::painter::{self, SceneSpec, Weather};

/// Keeps the draws of the evaluation apart from those of the training data.
const KEY: u64 = 0x6576_616c_7561_7465;
/// Captions that are drawn for a scene; the one that states most is taken.
const TRIES: usize = 32;
/// The same where the side is to be stated.
const TRIES_FOR_SIDE: usize = 120;
/// Of so many pictures one is to state the side, also the middle, which captions
/// do seldom.
const SIDE_EVERY: usize = 3;

/// A picture to ask for.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Prompt {
    /// What it is to show.
    pub spec: SceneSpec,
    /// How it is asked for.
    pub caption: String,
    /// What the caption says; nothing else is held against the picture.
    pub stated: Vec<Attribute>,
    /// Of the model's noise: `vignette generate --seed` paints the same picture.
    pub seed: u64,
}

impl Prompt {
    /// The class asked for, if the caption asks for one.
    pub fn asks(&self, attribute: Attribute) -> Option<&'static str> {
        if self.stated.contains(&attribute) { attribute.of(&self.spec) } else { None }
    }

    /// Whether the caption is in Chinese.
    pub fn is_chinese(&self) -> bool {
        self.caption.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
    }
}

/// `count` prompts of a seed; a smaller count gives the first ones of a larger.
pub fn prompts(seed: u64, count: usize) -> Vec<Prompt> {
    (0..count).map(|index| prompt(seed, index)).collect()
}

fn prompt(seed: u64, index: usize) -> Prompt {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ KEY);
    rng.set_stream(index as u64);
    let spec = loop {
        let spec = SceneSpec::random(&mut rng);
        if spec.is_held_out() {
            break spec;
        }
    };
    let wants = |attribute: &Attribute| match attribute {
        Attribute::Side => index.is_multiple_of(SIDE_EVERY),
        // What a writer does not mention.
        Attribute::Weather => spec.weather != Weather::Clear,
        _ => true,
    };
    let asked = Attribute::ALL.into_iter().filter(|attribute| attribute.of(&spec).is_some());
    let wanted: Vec<Attribute> = asked.filter(wants).collect();
    let mut best: Option<(bool, usize, String, Vec<Attribute>)> = None;
    let wants_side = wanted.contains(&Attribute::Side);
    for _ in 0..if wants_side { TRIES_FOR_SIDE } else { TRIES } {
        let before = rng.clone();
        let caption = painter::caption(&spec, &mut rng);
        // A side that is wanted comes first: it is what few captions state.
        let side = !wants_side || Attribute::Side.is_stated(&spec, &before);
        if !side && best.as_ref().is_some_and(|(had_side, ..)| *had_side) {
            continue;
        }
        let stated: Vec<Attribute> =
            Attribute::ALL.into_iter().filter(|attribute| attribute.is_stated(&spec, &before)).collect();
        let met = wanted.iter().filter(|attribute| stated.contains(attribute)).count();
        if best.as_ref().is_none_or(|(had_side, had, ..)| (side, met) > (*had_side, *had)) {
            best = Some((side, met, caption, stated));
        }
        if side && met == wanted.len() {
            break;
        }
    }
    let (caption, stated) = best.map(|(.., caption, stated)| (caption, stated)).unwrap_or_default();
    Prompt { spec, caption, stated, seed: seed.wrapping_add(index as u64) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::data;
    use std::collections::HashSet;

    fn triples(spec: &SceneSpec) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> + '_ {
        spec.subjects.iter().map(|who| (who.subject.name(), spec.setting.name(), spec.time.name()))
    }

    #[test]
    fn no_prompt_asks_for_what_was_trained_on() {
        let prompts = prompts(2026, 300);
        let trained: HashSet<_> = (0..8)
            .flat_map(|shard| (0..256).map(move |index| data::record(1, shard, index).spec))
            .flat_map(|spec| triples(&spec).collect::<Vec<_>>())
            .collect();
        for prompt in &prompts {
            assert!(prompt.spec.is_held_out());
            assert!(triples(&prompt.spec).any(|triple| !trained.contains(&triple)), "{}", prompt.caption);
        }
        let different: HashSet<&str> = prompts.iter().map(|prompt| prompt.caption.as_str()).collect();
        assert!(different.len() > 290, "captions repeat: {}", different.len());
    }

    #[test]
    fn prompts_depend_on_their_seed_and_place_alone() {
        assert_eq!(prompts(5, 3), prompts(5, 6)[..3]);
        assert_ne!(prompts(5, 1)[0].caption, prompts(6, 1)[0].caption);
    }

    #[test]
    fn every_attribute_is_asked_often_in_both_languages() {
        let prompts = prompts(2026, 300);
        let chinese = prompts.iter().filter(|prompt| prompt.is_chinese()).count();
        assert!((60..200).contains(&chinese), "{chinese} in Chinese");
        for attribute in Attribute::ALL {
            let asked = prompts.iter().filter(|prompt| prompt.asks(attribute).is_some()).count();
            assert!(asked >= 55, "{attribute:?} is asked {asked} times of 300");
            assert!(prompts.iter().all(|p| p.asks(attribute).is_none() || attribute.of(&p.spec).is_some()));
        }
        // Clear weather, where it is asked for, is said.
        let clear = |prompt: &&Prompt| prompt.asks(Attribute::Weather) == Some("clear");
        for prompt in prompts.iter().filter(clear) {
            let words = ["clear", "fine", "晴"];
            assert!(words.iter().any(|word| prompt.caption.contains(word)), "{}", prompt.caption);
        }
    }
}
