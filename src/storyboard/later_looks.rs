//! Looks that a member of the cast has from somewhere in the story on, by the
//! writer's word: the girl who cuts her hair, the king without his crown.
//!
//! The story's room takes a writer's looks for the whole story only, so that
//! the story is read once more for every place where somebody's change; each
//! scene takes its words from the reading that holds there.

use serde::{Deserialize, Serialize};

use super::{Document, members::same_name};
use crate::story::{CastEdit, Character, Look, Overrides, Reading, Scene};

/// How somebody looks from a place of the story on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LaterLooks {
    /// Whom, by the name of then; it stays an alias when the name changes.
    pub who: String,
    /// A character of the story; it moves along as the story is edited. The
    /// scene that holds it is the first with these looks.
    pub at: usize,
    /// Short facts: "a green coat".
    pub looks: Vec<String>,
}

impl LaterLooks {
    /// Whether they hold in a scene.
    fn holds_in(&self, scene: &Scene) -> bool {
        self.at < scene.end
    }
}

impl Document {
    /// Takes looks from a place on into the document, or out of it.
    pub(super) fn set_later_looks(&mut self, who: String, at: usize, looks: Option<Vec<String>>) {
        let before = self.read_as_cut();
        self.later_looks.retain(|old| !(same_name(&old.who, &who) && old.at == at));
        if let Some(looks) = looks {
            self.later_looks.push(LaterLooks { who, at, looks });
            self.later_looks.sort_by(|a, b| (a.at, &a.who).cmp(&(b.at, &b.who)));
        }
        self.read_cast_anew(before);
    }

    /// Words anew what a reading that knows nothing of them has just worded.
    pub(super) fn follow_later_looks(&mut self) {
        if !self.later_looks.is_empty() {
            let plain = self.reading_until(0);
            self.read_cast_anew(plain);
        }
    }

    /// The writer's changes of the cast as they stand in a scene that ends
    /// before this character: later words about somebody's looks win.
    pub(super) fn overrides_until(&self, end: usize) -> Overrides {
        let mut overrides = self.lasting_overrides();
        let later = self.later_looks.iter().filter(|later| later.at < end);
        overrides.cast.extend(later.map(|l| CastEdit::Looks { who: l.who.clone(), looks: l.looks.clone() }));
        overrides
    }

    /// Gives the scenes of a reading the words of those readings that hold there.
    pub(super) fn with_later_looks(&self, mut reading: Reading) -> Reading {
        let mut last = 0;
        for later in &self.later_looks {
            // Two at one place are one stage.
            if later.at < last {
                continue;
            }
            last = later.at + 1;
            let Some(stage) = self.reading_until(last) else { continue };
            for (scene, other) in reading.scenes.iter_mut().zip(stage.scenes) {
                if later.holds_in(scene) && scene.start == other.start {
                    scene.prompt = other.prompt;
                    scene.parts = other.parts;
                }
            }
        }
        reading
    }

    /// The cast as it looks in these scenes, for who tells a scene by its place
    /// among them.
    pub(super) fn cast_in(&self, scenes: &[Scene]) -> Vec<Character> {
        let mut cast = self.cast.clone();
        for later in &self.later_looks {
            let called = |member: &&mut Character| {
                same_name(&member.name, &later.who)
                    || member.aliases.iter().any(|alias| same_name(alias, &later.who))
            };
            let Some(member) = cast.iter_mut().find(called) else { continue };
            let Some(from) = scenes.iter().position(|scene| later.holds_in(scene)) else { continue };
            for look in &mut member.looks {
                look.until_scene = Some(look.until_scene.map_or(from, |until| until.min(from)));
            }
            member.looks.retain(|look| look.until_scene.is_none_or(|until| until > look.from_scene));
            let own = later.looks.iter().map(|text| Look {
                text: text.clone(),
                from_scene: from,
                ..Look::default()
            });
            member.looks.extend(own);
        }
        cast
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        story::{self, StoryOptions},
        storyboard::{Edit, EditKind, History},
    };

    const STORY: &str = "Oda ran to the river at dawn. She wore a red coat. The ferryman waved at Oda.\n\n***\n\n\
        At night Oda sat in the kitchen with the ferryman. Rain fell on the roof.\n\n***\n\n\
        Next morning Oda walked to the market alone. She bought a goose.";

    fn board() -> History {
        let options = StoryOptions { scenes: Some(3), ..StoryOptions::default() };
        let reading = story::read(STORY, &options).unwrap();
        assert_eq!(reading.scenes.len(), 3);
        History::new(Document::from_reading(STORY, &reading, 1))
    }

    fn prompts(history: &History) -> Vec<String> {
        history.document().panels.iter().map(|panel| panel.scene.prompt.clone()).collect()
    }

    /// Oda from the scene at this place on.
    fn from(history: &History, place: usize, looks: Option<&[&str]>) -> Edit {
        let at = history.document().panels[place].scene.start;
        let looks = looks.map(|looks| looks.iter().map(|look| (*look).to_owned()).collect());
        Edit::LooksFrom { who: "Oda".into(), at, looks }
    }

    #[test]
    fn somebody_looks_different_from_a_scene_on() {
        let mut history = board();
        let before = history.document().clone();
        let first = prompts(&history);
        assert!(first[0].contains("red coat"), "{first:?}");
        history.apply(from(&history, 1, Some(&["a green coat"])));
        let two = prompts(&history);
        assert_eq!(two[0], first[0], "before it she looks as ever");
        assert!(two[1].contains("green coat") && two[2].contains("green coat"), "{two:?}");
        assert_eq!(history.undo_label(), Some(EditKind::CastLooks));
        history.apply(from(&history, 2, Some(&["a blue coat"])));
        let three = prompts(&history);
        assert_eq!(three[..2], two[..2]);
        assert!(three[2].contains("blue coat") && !three[2].contains("green"), "{three:?}");
        // Said again, it is one change.
        history.apply(from(&history, 2, Some(&["a white coat"])));
        assert_eq!(history.document().later_looks.len(), 2);
        history.undo();
        assert_eq!(prompts(&history), three);
        // A new reading keeps them, and an edit of the text moves them along.
        history.apply(Edit::SetStory(format!("Long ago it began.\n\n{STORY}")));
        let options = StoryOptions { scenes: Some(3), ..StoryOptions::default() };
        let reading = story::read(&history.document().story, &options).unwrap();
        history.apply(Edit::SetReading { reading, seed: 1 });
        let again = prompts(&history);
        assert!(again[1].contains("green coat") && again[2].contains("blue coat"), "{again:?}");
        assert!(!again[0].contains("green"), "{again:?}");
        history.undo();
        history.undo();
        assert_eq!(prompts(&history), three);
        history.apply(from(&history, 1, None));
        assert!(!prompts(&history)[1].contains("green") && prompts(&history)[2] == three[2]);
        while history.undo() {}
        assert_eq!(*history.document(), before);
    }

    #[test]
    fn published_models_and_scenes_drawn_by_hand_are_told_too() {
        let mut history = board();
        history.apply(from(&history, 1, Some(&["a green coat"])));
        let at = STORY.find("She bought").unwrap();
        history.apply(Edit::SplitScene { panel: history.document().panels[2].id, at, seed: 1 });
        history.apply(Edit::SetModel(Some("models/flux".into())));
        let told = prompts(&history);
        assert!(told[0].contains("red coat") && !told[0].contains("green"), "{told:?}");
        assert!(told[1..3].iter().all(|prompt| prompt.contains("green coat")), "{told:?}");
        history.apply(Edit::SetModel(None));
        assert!(prompts(&history)[1].contains("green coat") && prompts(&history)[0].contains("red coat"));
        // A new name is no new person.
        let rename = CastEdit::Rename { who: "Oda".into(), name: "Ada".into() };
        history.apply(Edit::Cast(rename));
        assert!(prompts(&history)[1].contains("green coat"), "{:?}", prompts(&history));
    }
}
