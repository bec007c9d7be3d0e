//! What a writer changed by hand, in a form that outlives every new reading.
//!
//! A reading is derived; an override is the writer's word. Overrides are kept
//! with the project, handed to [`crate::story::read`] with the (edited) text, and win
//! over everything derived. Members of the cast are found again by name or
//! alias (`cast_edits`), places in the text by the words of their sentence and by
//! roughly where they stood (`anchors`), so that edits elsewhere lose none of them.
//! What cannot be placed any more comes back in [`crate::story::Reading::unplaced`],
//! never silently.

mod anchors;
mod cast_edits;
mod wishes;

use serde::{Deserialize, Serialize};

use crate::story::shot::Shot;
use crate::story::types::{Character, CharacterKind, Mood, TimeOfDay};

pub use anchors::{anchor, place};
pub use cast_edits::apply_to_cast;
pub use wishes::{wish, wishes};

/// A place in the text that survives edits elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Anchor {
    /// The sentence, on one line with single spaces.
    pub quote: String,
    /// Where it stood, in Unicode scalar values; decides between equal sentences.
    pub at: usize,
}

/// One change of the cast. `who` is a name or an alias, in any case of letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CastEdit {
    /// Calls a member by another name; the old one becomes an alias.
    Rename {
        /// Whom.
        who: String,
        /// The new name.
        name: String,
    },
    /// Two members are one: `who` joins `into`.
    Merge {
        /// The one who disappears.
        who: String,
        /// The one who stays.
        into: String,
    },
    /// A member the reading did not find. Where one of that name was found, its
    /// kind, aliases and looks are taken from here.
    Add {
        /// The member; `appearance` tells the looks.
        character: Character,
    },
    /// Not a member of the cast.
    Remove {
        /// Whom.
        who: String,
    },
    /// What a member is.
    Kind {
        /// Whom.
        who: String,
        /// Human, animal ...
        kind: CharacterKind,
    },
    /// How a member looks, in every scene, in place of what the text tells.
    Looks {
        /// Whom.
        who: String,
        /// Short facts: "a red coat".
        looks: Vec<String>,
    },
}

/// One change of the scene that holds an anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SceneChange {
    /// A scene begins at the anchor.
    Starts,
    /// No scene begins at the anchor.
    GoesOn,
    /// The anchor is the key moment of its scene.
    KeyMoment,
    /// The title.
    Title(String),
    /// Where it plays.
    Setting(String),
    /// When.
    Time(TimeOfDay),
    /// The weather; empty for none.
    Weather(String),
    /// The feeling.
    Mood(Mood),
    /// Who is there, by name.
    Characters(Vec<String>),
    /// How near the picture is.
    Shot(Shot),
}

/// A change of a scene and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneEdit {
    /// A sentence of the scene.
    #[serde(default)]
    pub anchor: Anchor,
    /// What to change.
    pub change: SceneChange,
}

/// Everything a writer changed by hand. Later edits win over earlier ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overrides {
    /// Of the cast, applied in this order.
    pub cast: Vec<CastEdit>,
    /// Of scenes, applied in this order.
    pub scenes: Vec<SceneEdit>,
}

impl Overrides {
    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.cast.is_empty() && self.scenes.is_empty()
    }
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;
    use crate::story::{StoryOptions, read};

    const STORY: &str = "Oda ran to the river at dawn. She had a red coat. The ferryman waved at Oda.\n\nAt night Oda sat in the kitchen with the ferryman. She cried. Rain fell on the roof.\n\nNext morning Oda walked to the market. Oda bought a goose. The goose bit Oda.";

    fn reading(text: &str, overrides: &Overrides) -> crate::story::Reading {
        let options = StoryOptions { overrides: overrides.clone(), ..StoryOptions::default() };
        read(text, &options).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn edits_of_the_cast_survive_another_text() {
        let overrides = Overrides {
            cast: vec![
                CastEdit::Rename { who: "Ferryman".into(), name: "Brannoc".into() },
                CastEdit::Looks { who: "Oda".into(), looks: vec!["a green hood".into()] },
                CastEdit::Remove { who: "Goose".into() },
                CastEdit::Add {
                    character: Character {
                        name: "Rain".into(),
                        kind: CharacterKind::Creature,
                        ..Character::default()
                    },
                },
            ],
            scenes: vec![],
        };
        for text in [STORY.to_owned(), format!("It began long ago.\n\n{STORY}")] {
            let r = reading(&text, &overrides);
            let names: Vec<&str> = r.cast.iter().map(|c| c.name.as_str()).collect();
            assert!(names.contains(&"Brannoc") && names.contains(&"Rain"), "{names:?}");
            assert!(!names.contains(&"Goose") && !names.contains(&"Ferryman"), "{names:?}");
            let oda = r.cast.iter().find(|c| c.name == "Oda");
            assert_eq!(oda.map(|c| c.appearance.clone()), Some(vec!["a green hood".to_owned()]));
            assert!(r.scenes.iter().any(|s| s.characters.iter().any(|c| c == "Rain")));
            assert!(r.unplaced.is_empty(), "{:?}", r.unplaced);
        }
    }

    #[test]
    fn merged_members_are_one() {
        let overrides = Overrides {
            cast: vec![CastEdit::Merge { who: "ferryman".into(), into: "Oda".into() }],
            scenes: vec![],
        };
        let r = reading(STORY, &overrides);
        assert!(r.cast.iter().all(|c| c.name != "Ferryman"));
        assert!(r.cast.iter().any(|c| c.name == "Oda" && c.aliases.iter().any(|a| a == "Ferryman")));
    }

    #[test]
    fn edits_of_scenes_follow_their_sentence() {
        let find = |text: &str, words: &str| {
            text.find(words).map_or(0, |b| text.get(..b).map_or(0, |t| t.chars().count()))
        };
        let at = |words: &str| anchor(STORY, find(STORY, words));
        let overrides = Overrides {
            cast: vec![],
            scenes: vec![
                SceneEdit { anchor: at("Oda bought"), change: SceneChange::Starts },
                SceneEdit { anchor: at("At night"), change: SceneChange::GoesOn },
                SceneEdit { anchor: at("The goose bit"), change: SceneChange::KeyMoment },
                SceneEdit { anchor: at("The goose bit"), change: SceneChange::Mood(Mood::Joyful) },
                SceneEdit { anchor: at("The goose bit"), change: SceneChange::Title("The bite".into()) },
                SceneEdit { anchor: at("The goose bit"), change: SceneChange::Setting("glass tower".into()) },
                SceneEdit { anchor: at("The goose bit"), change: SceneChange::Time(TimeOfDay::Dusk) },
            ],
        };
        // Elsewhere the text is edited, and the sentence itself a little.
        let edited = format!("A new beginning.\n\n{STORY}")
            .replace("She cried. ", "")
            .replace("bit Oda", "bit Oda hard");
        for text in [STORY.to_owned(), edited] {
            let r = reading(&text, &overrides);
            let starts: Vec<usize> = r.scenes.iter().map(|s| s.start).collect();
            assert!(starts.contains(&find(&text, "Oda bought")), "{starts:?} in {text}");
            assert!(!starts.contains(&find(&text, "At night")), "{starts:?}");
            let last = r.scenes.last().unwrap_or_else(|| panic!("no scenes"));
            assert_eq!(last.key_moment.0, find(&text, "The goose bit"));
            assert_eq!((last.mood, last.time), (Mood::Joyful, TimeOfDay::Dusk));
            assert_eq!((last.title.as_str(), last.setting.as_str()), ("The bite", "glass tower"));
            assert!(
                last.prompt.contains("glass tower") && last.prompt.contains("at dusk"),
                "{}",
                last.prompt
            );
        }
    }

    #[test]
    fn what_cannot_be_placed_comes_back() {
        let gone = SceneEdit {
            anchor: Anchor { quote: "Nobody ever wrote this sentence here.".into(), at: 4 },
            change: SceneChange::Mood(Mood::Sad),
        };
        let lost = CastEdit::Kind { who: "Zeno".into(), kind: CharacterKind::Animal };
        let overrides = Overrides { cast: vec![lost.clone()], scenes: vec![gone.clone()] };
        let r = reading(STORY, &overrides);
        assert_eq!(r.unplaced, Overrides { cast: vec![lost], scenes: vec![gone] });
    }
}
