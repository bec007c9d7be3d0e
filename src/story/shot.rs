//! How near a picture stands, and in which colours and light.
//!
//! The shot follows the key moment: a face or a hand wants a close one, a
//! journey or a landscape a wide one. The tone follows the mood and the hour;
//! the pairs of palette and light are those of colour scripts in animation (warm
//! and bright for joy, cold and hard for fear).

use serde::{Deserialize, Serialize};

use super::lexicon::Class;
use super::sentences::Doc;
use super::types::{Language, Mood, TimeOfDay};

/// How near the picture is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shot {
    /// The place, with people small in it.
    Wide,
    /// Whole figures.
    #[default]
    Medium,
    /// A face, a hand, a thing.
    Close,
}

impl Shot {
    /// The words of a prompt in this language.
    pub fn words(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Wide, Language::English) => "wide shot",
            (Self::Medium, Language::English) => "medium shot",
            (Self::Close, Language::English) => "close-up",
            (Self::Wide, Language::Chinese) => "远景",
            (Self::Medium, Language::Chinese) => "中景",
            (Self::Close, Language::Chinese) => "特写",
        }
    }
}

/// Colours and light of a picture, or of a whole board.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Tone {
    /// "cold blue palette"; empty follows the mood.
    pub palette: String,
    /// "hard side light"; empty follows the mood and the hour.
    pub light: String,
    /// How much of it goes into prompts, 0 (nothing) to 100: up to 33 the light
    /// alone, above that the palette as well, above 80 in strong words.
    pub strength: u8,
}

impl Default for Tone {
    fn default() -> Self {
        Self { palette: String::new(), light: String::new(), strength: 60 }
    }
}

impl Tone {
    /// The tone of a scene on a board whose own tone is `board`: the board's
    /// words where it has some, the mood's elsewhere.
    pub fn of(mood: Mood, time: TimeOfDay, board: &Tone) -> Tone {
        let (palette, light) = match mood {
            Mood::Joyful => ("bright warm colours", "sunny light"),
            Mood::Calm => ("soft muted colours", "gentle diffused light"),
            Mood::Tense => ("high contrast colours", "hard side light"),
            Mood::Sad => ("faded blue and grey colours", "dim flat light"),
            Mood::Mysterious => ("deep teal and violet colours", "glowing light in shadow"),
            Mood::Frightening => ("cold dark colours", "harsh light from below"),
            Mood::Hopeful => ("warm gold colours", "light breaking through"),
            Mood::Neutral => ("natural colours", "natural light"),
        };
        // A sunny night and a moonlit noon would contradict the hour.
        let light = match (mood, time) {
            (Mood::Joyful, TimeOfDay::Night) => "warm lamplight",
            (Mood::Joyful, TimeOfDay::Dusk) | (Mood::Calm, TimeOfDay::Dusk) => "golden evening light",
            (Mood::Calm | Mood::Neutral, TimeOfDay::Night) => "soft moonlight",
            (Mood::Hopeful, TimeOfDay::Night) => "a warm light in the dark",
            (Mood::Hopeful, TimeOfDay::Dawn) => "first morning light",
            _ => light,
        };
        let own = |board: &str, mood: &str| if board.is_empty() { mood.to_owned() } else { board.to_owned() };
        Tone {
            palette: own(&board.palette, palette),
            light: own(&board.light, light),
            strength: board.strength,
        }
    }

    /// The words that go into a prompt, most important first; none at strength 0.
    pub fn words(&self) -> Vec<String> {
        if self.strength == 0 {
            return Vec::new();
        }
        let strong = |s: &str| if self.strength > 80 { format!("strongly {s}") } else { s.to_owned() };
        let mut out = vec![self.light.clone()];
        if self.strength > 33 {
            out.push(strong(&self.palette));
        }
        out.retain(|s| !s.trim().is_empty());
        out
    }
}

/// The shot that the key moment asks for; `present` is how many members of the
/// cast are in it.
pub fn shot(doc: &Doc, key: usize, present: usize) -> Shot {
    let Some(sentence) = doc.sentences.get(key) else {
        return Shot::Medium;
    };
    let (mut near, mut far) = (0.0f32, 0.0f32);
    for (hit, concept) in doc.hits_of(sentence) {
        if doc.quoted(hit.token) || hit.likened || hit.negated {
            continue;
        }
        match concept.class {
            Class::Look if concept.is("body") => near += 0.6,
            Class::Prop => near += 0.2,
            Class::Action if concept.is("move") => far += 0.5,
            Class::Action if concept.id == "handle" => near += 0.3,
            Class::Action if concept.is("talk") => near += 0.2,
            // Furniture and rooms are near; hills and seas are far.
            Class::Setting if concept.weight < 0.75 => near += 0.1,
            Class::Setting => {
                let outdoors = [
                    "forest",
                    "meadow",
                    "hill",
                    "mountains",
                    "snowfield",
                    "desert",
                    "sea",
                    "beach",
                    "river",
                    "pond",
                    "sky",
                    "space",
                    "battlefield",
                    "town",
                    "village",
                    "castle",
                    "street",
                    "harbour",
                    "path",
                ];
                far += if outdoors.contains(&concept.id.as_str()) { 0.7 } else { 0.2 };
            }
            Class::Weather => far += 0.4,
            Class::Person if concept.is("group") => far += 0.5,
            _ => {}
        }
    }
    far += match present {
        0 => 0.8,
        1 => 0.0,
        2 => 0.2,
        _ => 0.6,
    };
    match near - far {
        d if d >= 0.9 => Shot::Close,
        d if d <= -0.9 => Shot::Wide,
        _ => Shot::Medium,
    }
}

#[cfg(test)]
mod tests {
    use super::super::types::Language;
    use super::*;

    fn shot_of(text: &str, present: usize) -> Shot {
        shot(&Doc::new(text, Language::English, &[]), 0, present)
    }

    #[test]
    fn faces_are_near_and_landscapes_far() {
        assert_eq!(shot_of("A tear ran down her nose and fell on her hand.", 1), Shot::Close);
        assert_eq!(shot_of("They walked over the snow-covered hills to the sea.", 3), Shot::Wide);
        assert_eq!(shot_of("The old man sat at the table.", 1), Shot::Medium);
    }

    #[test]
    fn tone_follows_the_mood_and_the_board() {
        let board = Tone::default();
        let sad = Tone::of(Mood::Sad, TimeOfDay::Day, &board);
        assert!(sad.palette.contains("blue") && sad.words().len() == 2, "{sad:?}");
        let sepia = Tone { palette: "sepia".into(), strength: 100, ..Tone::default() };
        let scene = Tone::of(Mood::Sad, TimeOfDay::Day, &sepia);
        assert_eq!(scene.words(), ["dim flat light", "strongly sepia"]);
        assert!(Tone::of(Mood::Joyful, TimeOfDay::Night, &board).light.contains("lamp"));
        assert!(Tone { strength: 0, ..scene }.words().is_empty());
    }
}
