//! The words that a panel is painted from: what the story gives, and apart
//! from it what the writer made of that.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Document, Panel};
use crate::story::{Language, PartSource, PromptPart, Shot};

/// What the writer says in place of a part that the story gives. The part is
/// known by where it comes from, so that the writer's words stay when the story
/// is read anew and the part says something else.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OwnPart {
    /// The part that gives way.
    pub source: PartSource,
    /// The writer's words; none leave the part out.
    pub text: String,
}

/// A part of a panel's prompt, as it is painted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PanelPart<'a> {
    /// Where it comes from.
    pub source: PartSource,
    /// What the story gives.
    pub derived: Cow<'a, str>,
    /// What the writer says instead; `None` where the story's words stand.
    pub own: Option<&'a str>,
}

impl PanelPart<'_> {
    /// What is painted; empty for a part that is left out.
    pub fn words(&self) -> &str {
        self.own.unwrap_or(&self.derived)
    }
}

fn comma(language: Language) -> &'static str {
    match language {
        Language::English => ", ",
        Language::Chinese => "，",
    }
}

impl Panel {
    /// How near its picture is: the writer's choice, or the story's.
    pub fn shot(&self) -> Shot {
        self.own_shot.unwrap_or(self.scene.shot)
    }

    /// The parts of its prompt with what the writer changed kept apart; each
    /// source once. What the writer wrote as a whole ([`Panel::prompt`]) is
    /// none of them.
    pub fn parts(&self, language: Language) -> Vec<PanelPart<'_>> {
        let mut parts: Vec<PanelPart<'_>> = Vec::new();
        let mut add = |source: PartSource, text: &'_ str| match parts.iter_mut().find(|p| p.source == source)
        {
            Some(part) => {
                let joined = part.derived.to_mut();
                joined.push_str(comma(language));
                joined.push_str(text);
            }
            None => {
                parts.push(PanelPart { source, derived: Cow::Owned(text.to_owned()), own: None });
            }
        };
        if self.scene.parts.is_empty() && !self.scene.prompt.is_empty() {
            // A scene of an older project: all of it came from somewhere.
            add(PartSource::KeyMoment, &self.scene.prompt);
        }
        for PromptPart { text, source } in &self.scene.parts {
            add(*source, text);
        }
        if let Some(shot) = self.own_shot {
            let words = shot.words(language);
            match parts.iter_mut().find(|part| part.source == PartSource::Shot) {
                Some(part) => part.derived = words.into(),
                None => parts.push(PanelPart { source: PartSource::Shot, derived: words.into(), own: None }),
            }
        }
        for own in &self.own_parts {
            match parts.iter_mut().find(|part| part.source == own.source) {
                Some(part) => part.own = Some(&own.text),
                // The story gives nothing of this kind any more; the writer still does.
                None => parts.push(PanelPart {
                    source: own.source,
                    derived: Cow::Borrowed(""),
                    own: Some(&own.text),
                }),
            }
        }
        parts
    }

    /// The prompt to paint from, without style.
    pub fn scene_prompt(&self, language: Language) -> Cow<'_, str> {
        match &self.prompt {
            Some(prompt) => prompt.into(),
            None => self.composed_prompt(language),
        }
    }

    /// The prompt that its parts make, whether or not the writer wrote another
    /// one as a whole.
    pub fn composed_prompt(&self, language: Language) -> Cow<'_, str> {
        if self.own_parts.is_empty() && self.added.trim().is_empty() && self.own_shot.is_none() {
            return (&self.scene.prompt).into();
        }
        let parts = self.parts(language);
        let said = parts.iter().map(PanelPart::words).chain([self.added.as_str()]);
        let said: Vec<&str> = said.map(str::trim).filter(|words| !words.is_empty()).collect();
        said.join(comma(language)).into()
    }

    /// Says something in place of a part, or lets the story speak again.
    pub(super) fn set_part(&mut self, source: PartSource, text: Option<String>) {
        self.own_parts.retain(|own| own.source != source);
        if let Some(text) = text {
            self.own_parts.push(OwnPart { source, text });
            // One order, so that changing parts there and back changes nothing.
            self.own_parts.sort_by_key(|own| own.source as u8);
        }
    }
}

impl Document {
    /// Gives each scene the prompt proposed for it.
    pub(super) fn set_proposals(&mut self, prompts: &[String]) {
        for ((start, _), prompt) in self.scene_ranges().into_iter().zip(prompts) {
            for panel in self.panels.iter_mut().chain(&mut self.skipped) {
                if panel.scene.start == start {
                    panel.proposal.clone_from(prompt);
                }
            }
        }
    }

    /// The whole prompt of a panel: style first, then the scene.
    pub fn full_prompt(&self, panel: &Panel) -> String {
        let language = self.words_language(panel);
        self.style.prompt_with(&panel.scene_prompt(language), language)
    }

    /// The language of a panel's prompt: what the writer wrote as a whole is in
    /// the writer's, what follows the story in the model's.
    pub fn words_language(&self, panel: &Panel) -> Language {
        if panel.prompt.is_some() { self.language } else { self.prompt_language() }
    }

    /// What to avoid in a panel's picture: what the whole board avoids, and
    /// what this panel does.
    pub fn negative(&self, panel: &Panel) -> String {
        let both = [self.painting.negative.trim(), panel.negative.trim()];
        let said: Vec<&str> = both.into_iter().filter(|words| !words.is_empty()).collect();
        said.join(comma(self.language))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        story::{self, StoryOptions},
        storyboard::{Edit, History},
    };

    const STORY: &str = "In the morning Ada carried a lantern through the forest. Rain fell on the leaves.";

    fn board() -> History {
        let reading = story::read(STORY, &StoryOptions::default()).unwrap();
        History::new(Document::from_reading(STORY, &reading, 1))
    }

    fn prompt(history: &History) -> String {
        let document = history.document();
        document.panels[0].scene_prompt(document.language).into_owned()
    }

    #[test]
    fn parts_are_changed_left_out_and_given_back() {
        let mut history = board();
        let id = history.document().panels[0].id;
        let whole = prompt(&history);
        let sources: Vec<_> = history.document().panels[0].parts(Language::English);
        let derived: Vec<&str> = sources.iter().map(PanelPart::words).collect();
        assert_eq!(derived.join(", "), whole, "the parts are the prompt");
        history.apply(Edit::SetPart(id, PartSource::Setting, Some("under a bridge".into())));
        history.seal();
        assert!(prompt(&history).contains("under a bridge") && !prompt(&history).contains("forest"));
        history.apply(Edit::SetPart(id, PartSource::Cast, Some(String::new())));
        history.seal();
        assert!(!prompt(&history).contains("standing"));
        history.apply(Edit::SetAdded(id, "many fireflies".into()));
        history.seal();
        assert!(prompt(&history).ends_with(", many fireflies"), "{}", prompt(&history));
        history.apply(Edit::SetShot(id, Some(Shot::Close)));
        assert!(prompt(&history).contains("close-up"));
        assert_eq!(history.document().panels[0].shot(), Shot::Close);
        while history.undo() {}
        assert_eq!(prompt(&history), whole);
        while history.redo() {}
        history.apply(Edit::SetPart(id, PartSource::Cast, None));
        assert!(prompt(&history).contains("under a bridge") && prompt(&history) != whole);
        // The whole prompt in other words wins over all of it.
        history.apply(Edit::SetPrompt(id, Some("a whale".into())));
        assert_eq!(prompt(&history), "a whale");
    }

    #[test]
    fn proposals_stand_beside_the_storys_words_until_the_scene_says_something_else() {
        let mut history = board();
        let whole = prompt(&history);
        history.apply(Edit::SetProposals(vec!["a girl with a lantern".into(), "nobody".into()]));
        assert_eq!(history.document().panels[0].proposal, "a girl with a lantern");
        assert_eq!(prompt(&history), whole, "a proposal is not painted");
        let again = |history: &mut History| {
            let reading = story::read(&history.document().story, &StoryOptions::default()).unwrap();
            history.apply(Edit::SetReading { reading, seed: 1 });
        };
        again(&mut history);
        assert_eq!(history.document().panels[0].proposal, "a girl with a lantern");
        history.apply(Edit::SetStory(STORY.replace("lantern", "kite")));
        again(&mut history);
        assert_eq!(history.document().panels[0].proposal, "");
        while history.undo() {}
        assert_eq!(history.document().panels[0].proposal, "");
    }

    #[test]
    fn both_negatives_count() {
        let mut history = board();
        let id = history.document().panels[0].id;
        history.apply(Edit::SetNegative("text".into()));
        history.apply(Edit::SetPanelNegative(id, " people ".into()));
        let document = history.document();
        assert_eq!(document.negative(&document.panels[0]), "text, people");
        history.undo();
        assert_eq!(history.document().negative(&history.document().panels[0]), "text");
    }
}
