//! What a writer does to the cast by hand, and what follows from it for the
//! scenes.
//!
//! The writer's changes are kept as [`Overrides`] and handed to every later
//! reading, so that they win over what the text tells for ever.

use serde::{Deserialize, Serialize};

use super::{Document, Panel};
use crate::{
    raster::ImageId,
    story::{
        self, Anchor, CastEdit, Character, Overrides, Reading, Scene, SceneChange, SceneEdit, StoryOptions,
        slice,
    },
};

/// The picture of a member of the cast.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Portrait {
    /// Whose, by the name in the cast.
    pub name: String,
    /// The picture.
    pub image: ImageId,
}

/// Names are the same whatever their case, as the story's room has it.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

impl Document {
    /// The picture of a member of the cast, when the writer chose one.
    pub fn portrait(&self, name: &str) -> Option<ImageId> {
        self.portraits.iter().find(|portrait| same_name(&portrait.name, name)).map(|portrait| portrait.image)
    }

    pub(super) fn set_portrait(&mut self, name: String, image: Option<ImageId>) {
        self.portraits.retain(|portrait| !same_name(&portrait.name, &name));
        if let Some(image) = image {
            self.portraits.push(Portrait { name, image });
            self.portraits.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }

    /// What a portrait of a member is painted from: style, who it is, looks.
    pub fn portrait_prompt(&self, member: &Character) -> String {
        let language = self.prompt_language();
        self.style.prompt_with(&story::portrait_for(member, self.prompt_target(), language), language)
    }

    /// The writer's changes that hold in every reading: those of the cast.
    /// Scenes drawn by hand are the panels' own.
    pub fn lasting_overrides(&self) -> Overrides {
        Overrides { cast: self.overrides.cast.clone(), scenes: Vec::new() }
    }

    /// Makes a change of the cast and reads again what follows from it: the
    /// cast itself, and prompts and names of those scenes that read otherwise
    /// with it than without.
    pub(super) fn edit_cast(&mut self, edit: CastEdit) {
        let before = self.read_as_cut();
        self.follow_with_portraits(&edit);
        self.remember(edit);
        self.read_cast_anew(before);
    }

    /// Forgets a change of the cast: the story speaks again.
    pub(super) fn forget_cast(&mut self, edit: &CastEdit) {
        let before = self.read_as_cut();
        self.overrides.cast.retain(|old| old != edit);
        self.read_cast_anew(before);
    }

    pub(super) fn read_cast_anew(&mut self, before: Option<Reading>) {
        let Some(after) = self.read_as_cut() else {
            // Nothing to read yet; the change waits for the story.
            return;
        };
        let before = before.unwrap_or_default();
        let mut panels = std::mem::take(&mut self.panels);
        let mut skipped = std::mem::take(&mut self.skipped);
        for panel in panels.iter_mut().chain(&mut skipped) {
            // Compared are words for the built-in model; the edit words them anew.
            panel.retell(None, self.language);
            follow(panel, scene_at(&before, panel), scene_at(&after, panel));
        }
        self.panels = panels;
        self.skipped = skipped;
        self.cast = after.cast;
    }

    /// Adds a change to those remembered. One that says the same of the same
    /// member again takes the older one's place.
    fn remember(&mut self, edit: CastEdit) {
        let renewed = |old: &CastEdit| match (old, &edit) {
            (CastEdit::Looks { who: a, .. }, CastEdit::Looks { who: b, .. })
            | (CastEdit::Kind { who: a, .. }, CastEdit::Kind { who: b, .. })
            | (CastEdit::Remove { who: a }, CastEdit::Remove { who: b }) => same_name(a, b),
            _ => false,
        };
        self.overrides.cast.retain(|old| !renewed(old));
        self.overrides.cast.push(edit);
    }

    fn follow_with_portraits(&mut self, edit: &CastEdit) {
        match edit {
            CastEdit::Rename { who, name } => {
                for portrait in self.portraits.iter_mut().filter(|portrait| same_name(&portrait.name, who)) {
                    portrait.name.clone_from(name);
                }
            }
            CastEdit::Merge { who, into } => {
                let image = self.portrait(into).or_else(|| self.portrait(who));
                self.set_portrait(who.clone(), None);
                self.set_portrait(into.clone(), image);
            }
            _ => {}
        }
    }

    /// A reading of the story as it stands in which the scenes begin, and have
    /// their key moments, where the board has them.
    pub(super) fn read_as_cut(&self) -> Option<Reading> {
        self.reading_until(0).map(|reading| self.with_later_looks(reading))
    }

    /// The same with the cast as it looks in a scene that ends at this character.
    pub(super) fn reading_until(&self, end: usize) -> Option<Reading> {
        let ranges = self.scene_ranges();
        let mut overrides = self.overrides_until(end);
        let mut pin = |at: usize, end: usize, change: SceneChange| {
            // An anchor is found in the scene's own text: looking for it in the
            // whole story would take long for a board of hundreds.
            let mut anchor: Anchor = story::anchor(slice(&self.story, at, end), 0);
            anchor.at += at;
            overrides.scenes.push(SceneEdit { anchor, change });
        };
        for (place, &(start, end)) in ranges.iter().enumerate() {
            if place > 0 {
                pin(start, end, SceneChange::Starts);
            }
            let panel = self.panels.iter().chain(&self.skipped).find(|panel| panel.scene.start == start);
            if let Some(moment) = panel.map(|panel| panel.scene.key_moment).filter(|m| m.0 < m.1) {
                pin(moment.0, end.max(moment.1), SceneChange::KeyMoment);
            }
        }
        let scenes = Some(ranges.len()).filter(|count| *count > 0);
        story::read(&self.story, &StoryOptions { scenes, overrides, ..StoryOptions::default() }).ok()
    }
}

/// The scene of a reading that shares most text with a panel's.
fn scene_at<'a>(reading: &'a Reading, panel: &Panel) -> Option<&'a Scene> {
    let shared =
        |scene: &&Scene| scene.end.min(panel.scene.end).saturating_sub(scene.start.max(panel.scene.start));
    reading.scenes.iter().max_by_key(shared).filter(|scene| shared(scene) > 0)
}

/// Takes into a panel's scene what a change of the cast changed in it. What
/// reads the same as before stays as the panel has it.
fn follow(panel: &mut Panel, before: Option<&Scene>, after: Option<&Scene>) {
    let Some(after) = after else { return };
    let differs = |piece: fn(&Scene) -> String| before.map(piece) != Some(piece(after));
    if differs(|scene| scene.prompt.clone()) {
        panel.scene.prompt.clone_from(&after.prompt);
        panel.scene.parts.clone_from(&after.parts);
    }
    if differs(|scene| scene.characters.join("\n")) {
        panel.scene.characters.clone_from(&after.characters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        story::CharacterKind,
        storyboard::{Edit, EditKind, History, document::tests::variant},
    };

    const STORY: &str = "Oda ran to the river at dawn. She wore a red coat. The ferryman waved at Oda.\n\n***\n\n\
        At night Oda sat in the kitchen with the ferryman. Rain fell on the roof.\n\n***\n\n\
        Next morning the ferryman walked to the market alone. He bought a goose.";

    fn board() -> History {
        let reading =
            story::read(STORY, &StoryOptions { scenes: Some(3), ..StoryOptions::default() }).unwrap();
        History::new(Document::from_reading(STORY, &reading, 1))
    }

    fn names(history: &History) -> Vec<&str> {
        history.document().cast.iter().map(|member| member.name.as_str()).collect()
    }

    fn prompts(history: &History) -> Vec<String> {
        history.document().panels.iter().map(|panel| panel.scene.prompt.clone()).collect()
    }

    fn looks(who: &str, looks: &[&str]) -> Edit {
        let looks = looks.iter().map(|look| (*look).to_owned()).collect();
        Edit::Cast(CastEdit::Looks { who: who.into(), looks })
    }

    #[test]
    fn other_looks_reach_the_prompts_of_their_scenes_and_no_others() {
        let mut history = board();
        let before = prompts(&history);
        assert!(before[0].contains("red coat"), "{before:?}");
        let as_it_was = history.document().clone();
        history.apply(looks("Oda", &["a green coat"]));
        let after = prompts(&history);
        assert!(after[0].contains("green coat") && !after[0].contains("red"), "{after:?}");
        assert_eq!(after[2], before[2], "the scene without her reads as before");
        assert_eq!(history.undo_label(), Some(EditKind::CastLooks));
        history.undo();
        assert_eq!(*history.document(), as_it_was);
        history.redo();
        assert_eq!(prompts(&history), after);
        // Said again, it is one change of the writer's, not two.
        history.apply(looks("oda", &["a blue coat"]));
        assert_eq!(history.document().overrides.cast.len(), 1);
        assert!(prompts(&history)[0].contains("blue coat"));
        let own = history.document().overrides.cast[0].clone();
        history.apply(Edit::ForgetCast(own));
        assert_eq!(prompts(&history), before, "the story speaks again");
    }

    #[test]
    fn the_writers_cast_wins_over_every_later_reading() {
        let mut history = board();
        history.apply(Edit::SetPortrait("Ferryman".into(), Some(variant(3).image)));
        history.apply(Edit::Cast(CastEdit::Rename { who: "Ferryman".into(), name: "Brannoc".into() }));
        assert!(names(&history).contains(&"Brannoc"), "{:?}", names(&history));
        assert_eq!(history.document().portrait("brannoc"), Some(variant(3).image));
        assert!(history.document().panels[2].scene.characters.iter().any(|name| name == "Brannoc"));
        let options = StoryOptions {
            scenes: Some(2),
            overrides: history.document().lasting_overrides(),
            ..StoryOptions::default()
        };
        history.apply(Edit::SetStory(format!("Long ago it began.\n\n{STORY}")));
        let reading = story::read(&history.document().story, &options).unwrap();
        history.apply(Edit::SetReading { reading, seed: 1 });
        assert!(names(&history).contains(&"Brannoc"));
        assert!(history.reachable_images().contains(&variant(3).image));
        // A painted portrait outlives every step back.
        history.keep_sketch(variant(4));
        history.keep_sketch(variant(4));
        while history.undo() {}
        assert_eq!(history.document().sketches, [variant(4)]);
        let oda = history.document().cast.iter().find(|member| member.name == "Oda").unwrap();
        let prompt = history.document().portrait_prompt(oda);
        assert!(prompt.contains("in a red coat") && prompt.contains("close-up"), "{prompt}");
        let mut document = history.document().clone();
        let oda = oda.clone();
        document.painting.model = Some("models/sigma".into());
        let prompt = document.portrait_prompt(&oda);
        assert!(prompt.contains("portrait of a") && prompt.contains("red coat"), "{prompt}");
    }

    #[test]
    fn members_join_come_and_go() {
        let mut history = board();
        let as_it_was = history.document().clone();
        history.apply(Edit::Cast(CastEdit::Merge { who: "Ferryman".into(), into: "Oda".into() }));
        assert!(!names(&history).contains(&"Ferryman"));
        let joined = history.document().panels[2].scene.characters.clone();
        assert!(joined.iter().any(|name| name == "Oda"), "{joined:?}");
        history.undo();
        assert_eq!(*history.document(), as_it_was);
        let character =
            Character { name: "Roof".into(), kind: CharacterKind::Object, ..Character::default() };
        history.apply(Edit::Cast(CastEdit::Add { character }));
        assert!(names(&history).contains(&"Roof"));
        assert!(history.document().panels[1].scene.characters.iter().any(|name| name == "Roof"));
        history.apply(Edit::Cast(CastEdit::Remove { who: "Roof".into() }));
        assert!(!names(&history).contains(&"Roof"));
        history.undo();
        history.undo();
        assert_eq!(*history.document(), as_it_was);
    }

    #[test]
    fn scenes_cut_by_hand_keep_their_cut() {
        let mut history = board();
        let at = STORY.find("The ferryman waved").unwrap();
        history.apply(Edit::SplitScene { panel: history.document().panels[0].id, at, seed: 1 });
        let cut: Vec<_> = history.document().panels.iter().map(|p| (p.scene.start, p.scene.end)).collect();
        history.apply(looks("Oda", &["a green coat"]));
        let still: Vec<_> = history.document().panels.iter().map(|p| (p.scene.start, p.scene.end)).collect();
        assert_eq!(still, cut);
        assert!(prompts(&history)[0].contains("green coat"), "{:?}", prompts(&history));
        // Without a story there is nobody, and nothing breaks.
        let mut empty = History::new(Document::default());
        empty.apply(looks("Oda", &["a green coat"]));
        assert_eq!(empty.document().overrides.cast.len(), 1);
    }
}
