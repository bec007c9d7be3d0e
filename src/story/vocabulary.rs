//! Every word that a prompt for the built-in painter can hold, by walking the
//! lexicons; `train` holds them to what the painter's captions teach.

use super::cast::{Gender, Part};
use super::lexicon::{Class, lexicon};
use super::shot::Shot;
use super::types::{CharacterKind, Language, Mood, TimeOfDay};
use super::{painter_words, prompt, thing};

/// A word, and what it is said of: "girl" or "well" for what was in the lists.
pub(crate) type Said = (String, String);

/// The words of one language by what they say.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// Nouns of figures.
    pub subjects: Vec<Said>,
    /// Colours of figures.
    pub colours: Vec<Said>,
    /// What people wear, with who wears it.
    pub garments: Vec<Said>,
    /// Poses.
    pub poses: Vec<Said>,
    /// Things, and whether they are held.
    pub props: Vec<(Said, bool)>,
    /// Phrases of places.
    pub places: Vec<Said>,
    /// Times of day.
    pub times: Vec<Said>,
    /// Weathers.
    pub weathers: Vec<Said>,
    /// Shots that are said.
    pub shots: Vec<Said>,
    /// Moods.
    pub moods: Vec<Said>,
}

/// All words of one language.
pub(crate) fn words(language: Language) -> Words {
    let english = language == Language::English;
    let mut all = Words::default();
    let of = |said: &(String, String)| if english { said.0.clone() } else { said.1.clone() };
    for (index, concept) in lexicon().concepts.iter().enumerate() {
        let from = concept.id.clone();
        match concept.class {
            Class::Person => {
                for gender in [Gender::Female, Gender::Male, Gender::Unknown] {
                    let part = Part {
                        concepts: vec![index],
                        gender,
                        kind: super::cast::kind_of(concept).unwrap_or_default(),
                        ..Part::default()
                    };
                    all.subjects.push((prompt::noun(&part, language, 0), from.clone()));
                }
            }
            Class::Setting => all.places.push((painter_words::place(concept, language), from)),
            Class::Weather => all.weathers.push((painter_words::weather(concept, language).to_owned(), from)),
            Class::Prop if !concept.near.is_empty() => {
                all.props.push(((of(&concept.say), from), !thing::is_large(concept)));
            }
            Class::Action if !concept.near.is_empty() => {
                all.poses.push((prompt::pose_word(&concept.near, language).to_owned(), from));
            }
            Class::Look if concept.is("colour") => {
                let word =
                    if english { concept.near.as_str() } else { painter_words::colour_zh(&concept.near) };
                all.colours.push((word.to_owned(), from));
            }
            _ => {}
        }
    }
    for kind in [CharacterKind::Human, CharacterKind::Animal, CharacterKind::Creature, CharacterKind::Object]
    {
        let part = Part { kind, ..Part::default() };
        all.subjects.push((prompt::noun(&part, language, 0), format!("{kind:?}")));
    }
    for figure in ["girl", "boy", "woman", "man", "king", "queen", "witch", "wizard", "knight", "pirate"] {
        for garment in lexicon().looks("clothes") {
            all.garments.push((painter_words::worn(garment, figure).to_owned(), figure.to_owned()));
        }
    }
    all.garments.sort();
    all.garments.dedup();
    for time in [TimeOfDay::Dawn, TimeOfDay::Day, TimeOfDay::Dusk, TimeOfDay::Night] {
        all.times.push((painter_words::time(time, language).to_owned(), format!("{time:?}")));
    }
    for shot in [Shot::Wide, Shot::Close] {
        all.shots.push((shot.words(language).to_owned(), format!("{shot:?}")));
    }
    for mood in
        [Mood::Joyful, Mood::Calm, Mood::Tense, Mood::Sad, Mood::Mysterious, Mood::Frightening, Mood::Hopeful]
    {
        all.moods.push((painter_words::mood(mood, language).to_owned(), format!("{mood:?}")));
    }
    all
}
