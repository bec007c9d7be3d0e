//! Prompts in English for painters that read sentences: CLIP (Stable Diffusion
//! 3, 77 tokens) and T5 (PixArt, Stable Diffusion 3, FLUX, up to 300).
//!
//! Works from a finished reading, so that a writer's change of a scene shows at
//! once. Names mean nothing to a painter: everybody is told by what they are and
//! how they look in that scene (`describe`), doing what the key moment tells
//! (`action`). Parts stand in the order of their weight, and the last go first where
//! the encoder's room is short.

use super::action::action;
use super::describe::describe;
use super::figure::portrait;
use super::painter_words;
use super::place_words::{hour, place, weather};
use super::{PartSource, PromptPart};
use crate::story::doc::Doc;
use crate::story::shot::{Shot, Tone};
use crate::story::text::paragraphs::is_han;
use crate::story::text::{slice, tidy};
use crate::story::types::{Character, Language, Reading, Scene};

/// For whom a prompt is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PromptTarget {
    /// The built-in painter: its own few words, in the story's language.
    #[default]
    BuiltIn,
    /// A CLIP text encoder: 77 tokens with both ends.
    Clip,
    /// A T5 text encoder: up to 300 tokens.
    T5,
}

impl PromptTarget {
    /// Most tokens of a prompt, by [`estimate_tokens`].
    pub fn most_tokens(self) -> usize {
        match self {
            Self::BuiltIn => 77,
            // Begin and end marks take two.
            Self::Clip => 75,
            Self::T5 => 300,
        }
    }

    /// Characters described, and facts told of each.
    fn detail(self) -> (usize, usize) {
        match self {
            Self::BuiltIn | Self::Clip => (2, 2),
            Self::T5 => (3, 5),
        }
    }
}

/// A careful upper estimate of how many tokens a text takes: one a word, one
/// more for every six letters beyond the first six, one a punctuation mark, two
/// a Chinese character.
pub fn estimate_tokens(text: &str) -> usize {
    let mut tokens = 0;
    let mut letters = 0usize;
    for c in text.chars().chain([' ']) {
        if c.is_alphanumeric() && !is_han(c) {
            letters += 1;
            continue;
        }
        tokens += letters.div_ceil(6);
        letters = 0;
        tokens += if is_han(c) { 2 } else { usize::from(!c.is_whitespace()) };
    }
    tokens
}

/// The prompt of a character's portrait for `target`: in `language` for
/// [`PromptTarget::BuiltIn`], in English for others.
pub fn portrait_for(character: &Character, target: PromptTarget, language: Language) -> String {
    if target == PromptTarget::BuiltIn {
        return portrait(character, language);
    }
    format!(
        "portrait of {}, {}",
        describe(character, 0, target.detail().1),
        Shot::Close.words(Language::English)
    )
}

/// The prompt of scene `index` of a reading of `text` for `target`, part by
/// part, most important first; joined with ", " they fit the target's tokens.
/// For [`PromptTarget::BuiltIn`] these are the scene's own parts. Empty when
/// there is no such scene. `board` is the tone of the board as a whole.
pub fn prompt_for(
    text: &str,
    reading: &Reading,
    index: usize,
    target: PromptTarget,
    board: &Tone,
) -> Vec<PromptPart> {
    let Some(scene) = reading.scenes.get(index) else {
        return Vec::new();
    };
    if target == PromptTarget::BuiltIn {
        return scene.parts.clone();
    }
    let key = slice(text, scene.key_moment.0, scene.key_moment.1);
    let doc = Doc::new(key, reading.language, &names(&reading.cast));
    let figures = figures(key, scene, &reading.cast, target.detail().0);
    let mut parts: Vec<PromptPart> = Vec::new();
    let mut push = |text: String, source: PartSource| {
        let text = tidy(&text);
        if !text.is_empty() {
            parts.push(PromptPart { text, source });
        }
    };
    let described: Vec<String> = figures.iter().map(|c| describe(c, index, target.detail().1)).collect();
    let action = action(&doc, key, reading, target);
    match (described.split_first(), target) {
        (Some((first, rest)), _) => {
            let doing =
                if action.is_empty() || target == PromptTarget::T5 && reading.language == Language::English {
                    String::new()
                } else {
                    format!(" {action}")
                };
            push(format!("{first}{doing}"), PartSource::Cast);
            for other in rest {
                push(format!("with {other}"), PartSource::Cast);
            }
            if doing.is_empty() {
                push(action, PartSource::KeyMoment);
            }
        }
        (None, _) => push(action, PartSource::KeyMoment),
    }
    push(place(scene, reading.language), PartSource::Setting);
    push(hour(scene.time).to_owned(), PartSource::Time);
    push(weather(scene, reading.language), PartSource::Weather);
    push(scene.shot.words(Language::English).to_owned(), PartSource::Shot);
    let mood = painter_words::mood(scene.mood, Language::English);
    push(if mood.is_empty() { String::new() } else { format!("{mood} mood") }, PartSource::Mood);
    let tone = Tone::of(scene.mood, scene.time, board);
    for words in tone.words() {
        push(words, PartSource::Tone);
    }
    fit(parts, target)
}

fn names(cast: &[Character]) -> Vec<String> {
    cast.iter()
        .flat_map(|c| std::iter::once(&c.name).chain(&c.aliases))
        .filter(|n| n.chars().all(is_han))
        .cloned()
        .collect()
}

/// Who is in the picture: those the key moment names, in its order, and then
/// those present in the scene.
fn figures<'c>(key: &str, scene: &Scene, cast: &'c [Character], most: usize) -> Vec<&'c Character> {
    let low = key.to_lowercase();
    let mut named: Vec<(usize, &Character)> = Vec::new();
    for c in cast {
        let at = std::iter::once(&c.name)
            .chain(&c.aliases)
            .filter(|n| n.chars().count() > 1)
            .filter_map(|n| low.find(&n.to_lowercase()))
            .min();
        if let Some(at) = at.filter(|_| scene.characters.contains(&c.name)) {
            named.push((at, c));
        }
    }
    named.sort_by_key(|n| n.0);
    let mut out: Vec<&Character> = named.into_iter().map(|n| n.1).collect();
    // Pronouns speak of those who are most there.
    let wanted = if out.is_empty() { 2 } else { 1 };
    for name in scene.characters.iter().take(wanted) {
        if let Some(c) = cast.iter().find(|c| &c.name == name)
            && !out.iter().any(|o| o.name == c.name)
        {
            out.push(c);
        }
    }
    out.truncate(most);
    out
}

/// Drops repetitions and, from the end, what does not fit.
fn fit(parts: Vec<PromptPart>, target: PromptTarget) -> Vec<PromptPart> {
    let mut out: Vec<PromptPart> = Vec::new();
    for part in parts {
        let low = part.text.to_lowercase();
        if !out.iter().any(|p| p.text.to_lowercase().contains(&low)) {
            out.push(part);
        }
    }
    let total = |parts: &[PromptPart]| estimate_tokens(&super::join(parts, Language::English));
    while out.len() > 1 && total(&out) > target.most_tokens() {
        out.pop();
    }
    // One part alone that is too long is cut at a word.
    if let Some(only) = out.first_mut() {
        while estimate_tokens(&only.text) > target.most_tokens() {
            match only.text.rfind(' ') {
                Some(at) => only.text.truncate(at),
                None => break,
            }
        }
    }
    out
}

#[cfg(test)]
#[path = "phrase_tests.rs"]
mod tests;
