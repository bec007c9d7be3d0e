//! How a board is drawn: a preset or the writer's own words.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::story::Language;

/// The style of a board that nobody has chosen one for.
const DEFAULT_STYLE: &str = "watercolour";

/// How the pictures of a board are drawn.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Style {
    /// One of [`style_presets`], by its id.
    Preset(String),
    /// The writer's own words; they go before the scene as they stand.
    Free(String),
}

impl Default for Style {
    fn default() -> Self {
        Self::Preset(DEFAULT_STYLE.to_owned())
    }
}

/// A style offered by name.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StylePreset {
    /// Its name in project files and on the command line; never changes.
    pub id: String,
    /// Its name for English readers.
    pub name_en: String,
    /// Its name for Chinese readers.
    pub name_zh: String,
    /// The words that go before an English scene.
    pub prompt_en: String,
    /// The words that go before a Chinese scene.
    pub prompt_zh: String,
    /// Whether the built-in model was trained on it.
    pub built_in: bool,
    /// Other names that [`Style::named`] takes.
    pub also: Vec<String>,
}

impl StylePreset {
    /// Its name for readers of this language.
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::English => &self.name_en,
            Language::Chinese => &self.name_zh,
        }
    }

    /// Its words for the prompt of a scene in this language.
    pub fn prompt(&self, language: Language) -> &str {
        match language {
            Language::English => &self.prompt_en,
            Language::Chinese => &self.prompt_zh,
        }
    }
}

/// The styles offered by name, in the order in which they are offered.
pub fn style_presets() -> &'static [StylePreset] {
    static PRESETS: LazyLock<Vec<StylePreset>> = LazyLock::new(|| {
        // The file is compiled in and read by a test; were it broken all the
        // same, free styles would still work.
        ron::from_str(include_str!("../../assets/styles.ron")).unwrap_or_else(|error| {
            log::error!("the list of styles in the program is broken: {error}");
            Vec::new()
        })
    });
    &PRESETS
}

impl Style {
    /// The preset of this id or name (in either language, whatever its case),
    /// or else the text as a free style. A blank text is the default style.
    pub fn named(text: &str) -> Self {
        let wanted = normal_name(text);
        if wanted.is_empty() {
            return Self::default();
        }
        let known = style_presets().iter().find(|preset| {
            [&preset.id, &preset.name_en, &preset.name_zh]
                .into_iter()
                .chain(&preset.also)
                .any(|name| normal_name(name) == wanted)
        });
        match known {
            Some(preset) => Self::Preset(preset.id.clone()),
            None => Self::Free(text.trim().to_owned()),
        }
    }

    /// The preset, unless the style is free or comes from a program that knows
    /// more presets than this one.
    pub fn preset(&self) -> Option<&'static StylePreset> {
        match self {
            Self::Preset(id) => style_presets().iter().find(|preset| preset.id == *id),
            Self::Free(_) => None,
        }
    }

    /// Its name for readers of this language.
    pub fn name(&self, language: Language) -> &str {
        match (self, self.preset()) {
            (_, Some(preset)) => preset.name(language),
            (Self::Preset(text) | Self::Free(text), None) => text,
        }
    }

    /// The words that go before a scene in this language; may be empty.
    pub fn words(&self, language: Language) -> &str {
        match (self, self.preset()) {
            (_, Some(preset)) => preset.prompt(language),
            (Self::Preset(text) | Self::Free(text), None) => text.trim(),
        }
    }

    /// The whole prompt: the style's words, a comma of the scene's language,
    /// the scene.
    pub fn prompt_with(&self, scene_prompt: &str, language: Language) -> String {
        let (words, scene) = (self.words(language), scene_prompt.trim());
        if words.is_empty() || scene.is_empty() {
            return format!("{words}{scene}");
        }
        let comma = match language {
            Language::English => ", ",
            Language::Chinese => "，",
        };
        format!("{words}{comma}{scene}")
    }
}

/// Lower case with every run of spaces, hyphens and underscores as one space.
fn normal_name(name: &str) -> String {
    name.to_lowercase()
        .split(|c: char| c.is_whitespace() || c == '-' || c == '_')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_presets_is_sound() {
        let presets: Vec<StylePreset> = ron::from_str(include_str!("../../assets/styles.ron")).unwrap();
        assert_eq!(presets.len(), style_presets().len());
        assert!(Style::default().preset().is_some());
        let mut names = std::collections::HashSet::new();
        for preset in &presets {
            let own: std::collections::HashSet<_> =
                [&preset.id, &preset.name_en, &preset.name_zh].into_iter().map(|n| normal_name(n)).collect();
            for name in own.into_iter().chain(preset.also.iter().map(|n| normal_name(n))) {
                assert!(names.insert(name.clone()), "{name} names two styles");
            }
        }
    }

    #[test]
    fn names_find_presets_and_other_words_are_free() {
        for name in ["paper-cut", "Paper Cut", " PAPER_CUT ", "剪纸", "papercut"] {
            assert_eq!(Style::named(name), Style::Preset("paper-cut".into()), "{name}");
        }
        assert_eq!(Style::named("Watercolor"), Style::default());
        assert_eq!(Style::named("  "), Style::default());
        assert_eq!(Style::named(" oil on oak "), Style::Free("oil on oak".into()));
    }

    #[test]
    fn the_style_goes_before_the_scene() {
        let style = Style::default();
        assert_eq!(style.prompt_with("a girl on a hill", Language::English), "watercolour, a girl on a hill");
        assert_eq!(style.prompt_with("山上的女孩", Language::Chinese), "水彩，山上的女孩");
        assert_eq!(Style::Free(String::new()).prompt_with(" a fox ", Language::English), "a fox");
        assert_eq!(Style::named("oil").prompt_with("", Language::English), "oil");
        // A preset of a newer program keeps its id as words.
        assert_eq!(Style::Preset("gouache".into()).prompt_with("a fox", Language::English), "gouache, a fox");
    }
}
