//! What the evaluation asks of a picture, and whether a caption states it.

use rand::Rng;
use serde::Serialize;

use crate::train::painter::{
    self, Colour, Language, Place, SceneSpec, Setting, Style, Subject, SubjectSpec, Time, Weather,
};

/// A question that a probe answers by one of several classes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    /// Who it is, where there is one figure.
    Subject,
    /// Where it happens.
    Setting,
    /// When it happens.
    Time,
    /// What the sky does.
    Weather,
    /// How it is painted.
    Style,
    /// The colour of the figure's clothes or coat, where there is one figure.
    Colour,
    /// How many figures there are.
    Count,
    /// The third of the picture where the figure stands, where there is one.
    Side,
}

/// The numbers of figures that the painter paints, as classes.
const COUNTS: [&str; 3] = ["0", "1", "2"];

impl Attribute {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 8] = [
        Self::Subject,
        Self::Setting,
        Self::Time,
        Self::Weather,
        Self::Style,
        Self::Colour,
        Self::Count,
        Self::Side,
    ];

    /// The name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Setting => "setting",
            Self::Time => "time",
            Self::Weather => "weather",
            Self::Style => "style",
            Self::Colour => "colour",
            Self::Count => "count",
            Self::Side => "side",
        }
    }

    /// The attribute of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attribute| attribute.name() == name)
    }

    /// Every class that the painter can paint.
    pub fn classes(self) -> Vec<&'static str> {
        match self {
            Self::Subject => Subject::ALL.map(Subject::name).to_vec(),
            Self::Setting => Setting::ALL.map(Setting::name).to_vec(),
            Self::Time => Time::ALL.map(Time::name).to_vec(),
            Self::Weather => Weather::ALL.map(Weather::name).to_vec(),
            Self::Style => Style::ALL.map(Style::name).to_vec(),
            Self::Colour => Colour::ALL.map(Colour::name).to_vec(),
            Self::Count => COUNTS.to_vec(),
            Self::Side => Place::ALL.map(Place::name).to_vec(),
        }
    }

    /// What a scene shows; `None` where the question makes no sense of it. Who
    /// of two figures is meant cannot be said in one word, so questions of one
    /// figure are asked only where there is one.
    pub fn of(self, spec: &SceneSpec) -> Option<&'static str> {
        let one = match spec.subjects.as_slice() {
            [one] => Some(one),
            _ => None,
        };
        match self {
            Self::Subject => one.map(|who| who.subject.name()),
            Self::Setting => Some(spec.setting.name()),
            Self::Time => Some(spec.time.name()),
            Self::Weather => Some(spec.weather.name()),
            Self::Style => Some(spec.style.name()),
            Self::Colour => one.map(|who| who.colour.name()),
            Self::Count => COUNTS.get(spec.subjects.len()).copied(),
            Self::Side => one.map(|who| who.place.name()),
        }
    }

    /// Whether the caption that `rng` words for `spec` states this attribute:
    /// with the same random choices every other value gives another caption.
    /// Weather and side must be said in their words besides, since a caption that
    /// says neither means clear weather and the middle.
    pub fn is_stated(self, spec: &SceneSpec, rng: &(impl Rng + Clone)) -> bool {
        if self.of(spec).is_none() {
            return false;
        }
        let caption = painter::caption(spec, &mut rng.clone());
        let words = |language| match (self, spec.subjects.first()) {
            (Self::Weather, _) => Some(spec.weather.words(language)),
            (Self::Side, Some(who)) => Some(who.place.words(language)),
            _ => None,
        };
        let said = [Language::English, Language::Chinese].into_iter().any(|language| {
            words(language).is_none_or(|words| words.iter().any(|word| caption.contains(word)))
        });
        said && self.others(spec).all(|other| painter::caption(&other, &mut rng.clone()) != caption)
    }

    /// The scene with every other value of this attribute, whether or not the
    /// painter would paint it so.
    fn others(self, spec: &SceneSpec) -> impl Iterator<Item = SceneSpec> {
        let mut scenes: Vec<SceneSpec> = Vec::new();
        let mut with = |edit: &dyn Fn(&mut SceneSpec)| {
            let mut other = spec.clone();
            edit(&mut other);
            scenes.push(other);
        };
        let of_first = |edit: &dyn Fn(&mut SubjectSpec), scene: &mut SceneSpec| {
            if let Some(first) = scene.subjects.first_mut() {
                edit(first);
            }
        };
        match self {
            Self::Subject => Subject::ALL
                .into_iter()
                .for_each(|value| with(&|scene| of_first(&|who| who.subject = value, scene))),
            Self::Setting => Setting::ALL.into_iter().for_each(|value| with(&|scene| scene.setting = value)),
            Self::Time => Time::ALL.into_iter().for_each(|value| with(&|scene| scene.time = value)),
            Self::Weather => Weather::ALL.into_iter().for_each(|value| with(&|scene| scene.weather = value)),
            Self::Style => Style::ALL.into_iter().for_each(|value| with(&|scene| scene.style = value)),
            Self::Colour => Colour::ALL
                .into_iter()
                .for_each(|value| with(&|scene| of_first(&|who| who.colour = value, scene))),
            Self::Side => Place::ALL
                .into_iter()
                .for_each(|value| with(&|scene| of_first(&|who| who.place = value, scene))),
            Self::Count => {
                with(&|scene| scene.subjects.truncate(1));
                with(&|scene| scene.subjects.extend(spec.subjects.first().copied()));
                with(&|scene| scene.subjects.clear());
            }
        }
        let own = self.of(spec);
        scenes.into_iter().filter(move |scene| self.of(scene).is_some() && self.of(scene) != own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn names_are_those_of_the_shards() {
        // The recipe labels pictures by what serde writes into a shard.
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..2000 {
            let spec = SceneSpec::random(&mut rng);
            let stored = serde_json::to_value(&spec).unwrap();
            for attribute in Attribute::ALL {
                let stored = match attribute {
                    Attribute::Count => continue,
                    Attribute::Subject => &stored["subjects"][0]["subject"],
                    Attribute::Colour => &stored["subjects"][0]["colour"],
                    Attribute::Side => &stored["subjects"][0]["place"],
                    other => &stored[other.name()],
                };
                let Some(class) = attribute.of(&spec) else { continue };
                assert_eq!(stored.as_str(), Some(class), "{attribute:?}");
                assert!(attribute.classes().contains(&class), "{attribute:?}: {class}");
            }
        }
    }

    #[test]
    fn a_caption_states_what_its_words_say() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut stated = [0; 8];
        for _ in 0..400 {
            let spec = SceneSpec::random(&mut rng);
            let before = rng.clone();
            let caption = painter::caption(&spec, &mut rng);
            let says = |words: &[&str]| words.iter().any(|word| caption.to_lowercase().contains(word));
            let both = |words: &dyn Fn(Language) -> &'static [&'static str]| {
                says(words(Language::English)) || says(words(Language::Chinese))
            };
            for (index, attribute) in Attribute::ALL.into_iter().enumerate() {
                if !attribute.is_stated(&spec, &before) {
                    continue;
                }
                stated[index] += 1;
                let there = match attribute {
                    Attribute::Subject => both(&|l| spec.subjects[0].subject.words(l)),
                    Attribute::Setting => {
                        both(&|l| spec.setting.words(l)) || both(&|l| spec.setting.phrases(l))
                    }
                    Attribute::Time => both(&|l| spec.time.words(l)),
                    Attribute::Weather => both(&|l| spec.weather.words(l)),
                    Attribute::Style => both(&|l| spec.style.words(l)),
                    Attribute::Colour => both(&|l| spec.subjects[0].colour.words(l)),
                    Attribute::Side => both(&|l| spec.subjects[0].place.words(l)),
                    Attribute::Count => true,
                };
                assert!(there, "{attribute:?} is not in: {caption}");
            }
            // And the other way round, where words are plain enough to look for.
            if both(&|l| spec.style.words(l)) {
                assert!(Attribute::Style.is_stated(&spec, &before), "the style is in: {caption}");
            }
        }
        assert!(stated.iter().all(|&count| count >= 5), "{stated:?}");
        assert!(stated[1] < 400 && stated[5] < 300 && stated[7] < 250, "all is always stated: {stated:?}");
    }
}
