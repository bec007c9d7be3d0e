//! Place, hour and weather of a scene in English, and the writer's own words
//! for a place.

use crate::story::doc::Doc;
use crate::story::lexicon::gloss::{self, Kind};
use crate::story::lexicon::words::article;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::text::paragraphs::is_han;
use crate::story::text::tidy;
use crate::story::types::{Language, Scene, TimeOfDay};

/// "in the old tin mine": the story's own words in English, the gloss or the
/// nearest idea in Chinese.
pub(super) fn place(scene: &Scene, language: Language) -> String {
    let own = scene.setting.split([',', '，']).next().unwrap_or("").trim();
    if own.is_empty() {
        return String::new();
    }
    let concept = setting_of(own, language);
    let lead = concept
        .and_then(|c| c.say.0.split(' ').next())
        .filter(|w| matches!(*w, "in" | "on" | "at" | "by"))
        .unwrap_or("in");
    if language == Language::Chinese || own.chars().any(is_han) {
        let told = gloss::all(own, &[Kind::Place]).first().map(|g| format!("{lead} {}", g.1));
        return told.or_else(|| concept.map(|c| c.say.0.clone())).unwrap_or_default();
    }
    let low = own.to_lowercase();
    let bare = ["the ", "a ", "an ", "his ", "her ", "my ", "their "]
        .iter()
        .find_map(|a| low.strip_prefix(a))
        .unwrap_or(&low);
    // One word says little: "in a forest" reads better than "in the forest".
    match concept {
        Some(c) if !bare.contains(' ') && c.say.0.contains(bare) => c.say.0.clone(),
        _ => format!("{lead} the {bare}"),
    }
}

/// A writer's words for a place as part of a prompt: "in a glass tower", 在古塔.
pub fn said_place(own: &str, language: Language) -> String {
    let own = tidy(own);
    if language == Language::Chinese {
        return if own.starts_with('在') { own } else { format!("在{own}") };
    }
    let first = own.split(' ').next().unwrap_or("").to_lowercase();
    if lexicon().cue_en("locative", &first) {
        return own;
    }
    let lead = setting_of(&own, language).and_then(|c| c.say.0.split(' ').next()).unwrap_or("in");
    format!("{lead} {}", article(&own))
}

/// The idea of a place by the words of a setting.
pub fn setting_of(own: &str, language: Language) -> Option<&'static Concept> {
    let doc = Doc::new(own, language, &[]);
    let lex = lexicon();
    doc.hits.iter().rev().filter_map(|h| lex.concept(h.concept)).find(|c| c.class == Class::Setting)
}

pub(super) fn hour(time: TimeOfDay) -> &'static str {
    match time {
        TimeOfDay::Dawn => "at dawn",
        TimeOfDay::Day => "in daylight",
        TimeOfDay::Dusk => "at dusk",
        TimeOfDay::Night => "at night",
        TimeOfDay::Unknown => "",
    }
}

pub(super) fn weather(scene: &Scene, language: Language) -> String {
    if language == Language::English {
        return scene.weather.clone();
    }
    let lex = lexicon();
    let concept = lex.concepts.iter().find(|c| c.class == Class::Weather && c.say.1 == scene.weather);
    concept.map_or(String::new(), |c| c.say.0.clone())
}
