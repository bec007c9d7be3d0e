//! The story's scenes in the words of the model that paints the board, and in
//! the tone of the board as a whole.
//!
//! A reading words its prompts for the built-in model. Published models read
//! English sentences with looks, shot, palette and light, so that the parts of
//! every scene are told anew when the model or the tone changes; the reading's
//! own parts are kept beside them. What the writer wrote is never touched.

use serde::{Deserialize, Serialize};

use super::{Document, Panel};
use crate::story::{self, Language, PartSource, PromptPart, PromptTarget, Reading, Scene};

/// What a scene's prompt was before it was told anew, and what it is since.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Retold {
    /// The prompt as it was read.
    pub prompt: String,
    /// Its parts.
    pub parts: Vec<PromptPart>,
    /// The parts that took their place. A scene that has others by now was read
    /// again, and those are the reading's own.
    pub now: Vec<PromptPart>,
}

impl Panel {
    /// The prompt as the story was read, and its parts.
    fn as_read(&self) -> (String, Vec<PromptPart>) {
        match &self.retold {
            Some(retold) if retold.now == self.scene.parts => (retold.prompt.clone(), retold.parts.clone()),
            _ => (self.scene.prompt.clone(), self.scene.parts.clone()),
        }
    }

    /// Takes `now` for its parts; without any, those that were read.
    pub(super) fn retell(&mut self, now: Option<Vec<PromptPart>>, language: Language) {
        let (prompt, parts) = self.as_read();
        match now {
            Some(now) if now != parts => {
                self.scene.prompt = story::join_parts(&now, language);
                self.scene.parts.clone_from(&now);
                self.retold = Some(Retold { prompt, parts, now });
            }
            _ => {
                (self.scene.prompt, self.scene.parts) = (prompt, parts);
                self.retold = None;
            }
        }
    }
}

impl Document {
    /// For whom prompts are worded: every published model has an encoder that
    /// reads English sentences.
    pub fn prompt_target(&self) -> PromptTarget {
        if self.painting.model.is_some() { PromptTarget::T5 } else { PromptTarget::BuiltIn }
    }

    /// The language of the prompts that follow the story: the story's, or
    /// English for published models.
    pub fn prompt_language(&self) -> Language {
        if self.prompt_target() == PromptTarget::BuiltIn { self.language } else { Language::English }
    }

    /// Words every scene for the board's model and tone. Edits do so where they
    /// have to; who changes a document without one calls it afterwards.
    pub fn retell(&mut self) {
        let target = self.prompt_target();
        let own_tone = self.own_tone();
        let mut all = self.panels.iter().chain(&self.skipped);
        if target == PromptTarget::BuiltIn && own_tone.is_empty() && all.all(|p| p.retold.is_none()) {
            return;
        }
        let language = self.prompt_language();
        let reading = self.as_reading();
        let mut panels = std::mem::take(&mut self.panels);
        let mut skipped = std::mem::take(&mut self.skipped);
        for panel in panels.iter_mut().chain(&mut skipped) {
            let now = match target {
                PromptTarget::BuiltIn => {
                    let (_, mut parts) = panel.as_read();
                    // A scene without parts has a prompt of an older program.
                    let told = !parts.is_empty() && !own_tone.is_empty();
                    parts.extend(own_tone.iter().cloned());
                    told.then_some(parts)
                }
                _ => reading
                    .scenes
                    .iter()
                    .position(|s| s.start == panel.scene.start && s.end == panel.scene.end)
                    .map(|index| story::prompt_for(&self.story, &reading, index, target, &self.tone))
                    .filter(|parts| !parts.is_empty()),
            };
            panel.retell(now, language);
        }
        self.panels = panels;
        self.skipped = skipped;
    }

    /// The writer's own words of tone. The built-in painter knows none, so that
    /// what the mood would say is left out of its prompts; a writer who asks for
    /// a palette gets it said.
    fn own_tone(&self) -> Vec<PromptPart> {
        let own = [self.tone.light.trim(), self.tone.palette.trim()];
        let wanted = own.into_iter().filter(|words| !words.is_empty() && self.tone.strength > 0);
        wanted.map(|words| PromptPart { text: words.to_owned(), source: PartSource::Tone }).collect()
    }

    /// The board's scenes as one reading of the story.
    fn as_reading(&self) -> Reading {
        let panels = self.panels.iter().chain(&self.skipped);
        let mut scenes: Vec<Scene> = panels.map(|panel| panel.scene.clone()).collect();
        scenes.sort_by_key(|scene| (scene.start, scene.end));
        scenes.dedup_by_key(|scene| (scene.start, scene.end));
        let cast = self.cast_in(&scenes);
        Reading { language: self.language, scenes, cast, ..Reading::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        story::{StoryOptions, Tone},
        storyboard::{Edit, EditKind, History},
    };

    const STORY: &str = "At dusk Ada carried a lantern into the forest. She wore a red coat and cried.\n\n***\n\n\
        Next morning Ada laughed in the kitchen. The sun shone on her.";

    fn board(story: &str) -> History {
        let reading = story::read(story, &StoryOptions::default()).unwrap();
        History::new(Document::from_reading(story, &reading, 1))
    }

    fn prompts(history: &History) -> Vec<String> {
        history.document().panels.iter().map(|panel| history.document().full_prompt(panel)).collect()
    }

    #[test]
    fn published_models_are_told_of_palette_and_light() {
        let mut history = board(STORY);
        let before = history.document().clone();
        history.apply(Edit::SetModel(Some("models/flux".into())));
        let flux = prompts(&history);
        assert!(flux[0].contains("light") && flux[0].contains("red coat"), "{flux:?}");
        let first = &history.document().panels[0].scene;
        assert!(first.parts.iter().any(|part| part.source == PartSource::Tone), "{:?}", first.parts);
        // The board as a whole in another tone, or in none.
        let tone = Tone { palette: "sepia".into(), ..Tone::default() };
        history.apply(Edit::SetTone(tone.clone()));
        assert_eq!(history.undo_label(), Some(EditKind::Tone));
        assert!(prompts(&history).iter().all(|prompt| prompt.contains("sepia")));
        history.seal();
        history.apply(Edit::SetTone(Tone { strength: 0, ..tone }));
        let untoned = &history.document().panels[0].scene.parts;
        assert!(untoned.iter().all(|part| part.source != PartSource::Tone), "{untoned:?}");
        // Back at the built-in model the reading's own words stand again.
        while history.undo() {}
        assert_eq!(*history.document(), before);
        while history.redo() {}
        history.apply(Edit::SetModel(None));
        history.apply(Edit::SetTone(Tone::default()));
        assert_eq!(history.document().panels, before.panels);
    }

    #[test]
    fn the_built_in_model_hears_only_a_palette_that_the_writer_asked_for() {
        let mut history = board(STORY);
        let before = prompts(&history);
        history.apply(Edit::SetTone(Tone { strength: 100, ..Tone::default() }));
        assert_eq!(prompts(&history), before);
        history.apply(Edit::SetTone(Tone { palette: "sepia".into(), ..Tone::default() }));
        assert!(
            prompts(&history).iter().all(|prompt| prompt.ends_with(", sepia")),
            "{:?}",
            prompts(&history)
        );
    }

    #[test]
    fn a_chinese_story_is_told_in_english_and_the_writers_words_stay() {
        let story = "傍晚，小雨提着灯笼走进森林。她穿着红色的大衣。\n\n第二天早上，小雨在厨房里笑了。";
        let mut history = board(story);
        let id = history.document().panels[0].id;
        history.apply(Edit::SetModel(Some("models/flux".into())));
        let told = prompts(&history);
        assert!(told[0].starts_with("watercolour, ") && told[0].is_ascii(), "{told:?}");
        history.apply(Edit::SetPrompt(id, Some("一只鲸鱼".into())));
        assert_eq!(prompts(&history)[0], "水彩，一只鲸鱼");
        // A scene drawn by hand is worded for the model too.
        let moment = history.document().panels[0].scene.key_moment;
        let at = story.chars().position(|c| c == '她').unwrap();
        history.apply(Edit::SetPrompt(id, None));
        history.apply(Edit::SetKeyMoment(id, (at, moment.1.max(at + 9))));
        assert!(prompts(&history)[0].is_ascii(), "{:?}", prompts(&history));
        // And a new reading.
        let reading =
            story::read(story, &StoryOptions { scenes: Some(1), ..StoryOptions::default() }).unwrap();
        history.apply(Edit::SetReading { reading, seed: 2 });
        assert!(prompts(&history).iter().all(|p| p.is_ascii()), "{:?}", prompts(&history));
    }
}
