//! Prompts in the built-in painter's canonical form.
//!
//! English: "a girl in a red coat standing, holding a lantern, in a forest, at
//! night, rain, close-up, mysterious"; Chinese the same in Chinese. The painter knows few
//! words: everybody and every place is said by the nearest of them, and a thing
//! that none comes near is left out (`train::vocabulary_tests` holds every word to the
//! painter's captions). Styles are added elsewhere.
//!
//! `figure` words the members, `colour` what they wear, `thing` what they hold;
//! `phrase` writes for painters that read sentences.

mod action;
mod colour;
mod describe;
mod figure;
pub mod painter_words;
pub mod phrase;
mod place_words;
pub mod thing;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::story::cast::Cast;
use crate::story::doc::Doc;
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, lexicon};
use crate::story::setting::frame::Frame;
use crate::story::shot::Shot;
use crate::story::types::Language;
use figure::{can_fly, subject};
use painter_words::{mood, place, time, weather};
use thing::prop;

#[cfg(all(test, feature = "train"))]
pub use figure::noun;
pub use figure::what;
pub use place_words::{said_place, setting_of};

/// Where a part of a prompt comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PartSource {
    /// The key moment: pose and prop.
    #[default]
    KeyMoment,
    /// The cast: subjects and their colours.
    Cast,
    /// The place.
    Setting,
    /// The time of day.
    Time,
    /// The weather.
    Weather,
    /// The mood.
    Mood,
    /// How near the picture is.
    Shot,
    /// Colours and light.
    Tone,
}

/// A comma-separated part of a prompt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct PromptPart {
    /// The words.
    pub text: String,
    /// Where they come from.
    pub source: PartSource,
}

/// Joins the parts as the language does.
pub fn join(parts: &[PromptPart], language: Language) -> String {
    let texts: Vec<&str> = parts.iter().map(|p| p.text.as_str()).collect();
    match language {
        Language::English => texts.join(", "),
        Language::Chinese => texts.join("，"),
    }
}

/// Composes the prompt of one scene, most important first.
pub fn parts(
    doc: &Doc,
    cast: &Cast,
    frame: &Frame,
    shot: Shot,
    key: usize,
    (index, scene): (usize, &Range<usize>),
) -> Vec<PromptPart> {
    let english = doc.language == Language::English;
    let mut parts = Vec::new();
    let mut push = |text: String, source| {
        if !text.is_empty() {
            parts.push(PromptPart { text, source });
        }
    };
    let who = subjects(cast, key, scene);
    let flies = who.first().and_then(|w| cast.parts.get(*w)).is_none_or(can_fly);
    let pose = pose(doc, key, flies);
    let figures: Vec<String> =
        who.iter().filter_map(|w| cast.parts.get(*w)).map(|p| subject(p, doc.language, index)).collect();
    let mut figures_once: Vec<String> = Vec::new();
    for f in figures {
        if !figures_once.contains(&f) {
            figures_once.push(f);
        }
    }
    let posed = pose_word(pose, doc.language);
    match figures_once.as_slice() {
        [] => {}
        [one] if english => push(format!("{one} {posed}"), PartSource::Cast),
        [one] => push(format!("{one}{posed}"), PartSource::Cast),
        [a, b, ..] if english => push(format!("{a} {posed} with {b}"), PartSource::Cast),
        [a, b, ..] => push(format!("{a}{posed}，和{b}在一起"), PartSource::Cast),
    }
    // Of two figures the first named stands on the left anyway.
    if figures_once.len() == 1 {
        push(side(doc, key).to_owned(), PartSource::KeyMoment);
    }
    if let Some((held, word)) = prop(doc, key, &who, cast).filter(|p| p.painted).map(|p| (p.held, p.word)) {
        let text = match (english, held && !figures_once.is_empty()) {
            (true, true) => format!("holding {word}"),
            (true, false) => format!("with {word}"),
            (false, true) => format!("拿着{word}"),
            (false, false) => format!("有{word}"),
        };
        push(text, PartSource::KeyMoment);
    }
    if let Some(c) = frame.place.as_ref().and_then(|p| lexicon().concept(p.0)) {
        push(place(c, doc.language), PartSource::Setting);
    }
    push(time(frame.time, doc.language).to_owned(), PartSource::Time);
    if let Some(c) = frame.weather.and_then(|w| lexicon().concept(w)) {
        push(weather(c, doc.language).to_owned(), PartSource::Weather);
    }
    // A medium shot is what silence means, and there is nobody to be close to.
    if shot == Shot::Wide || shot == Shot::Close && !figures_once.is_empty() {
        push(shot.words(doc.language).to_owned(), PartSource::Shot);
    }
    push(mood(frame.mood, doc.language).to_owned(), PartSource::Mood);
    parts
}

/// The side of the picture that the key moment itself puts somebody on; empty
/// where it tells of none.
fn side(doc: &Doc, key: usize) -> &'static str {
    let Some(sentence) = doc.sentences.get(key) else { return "" };
    for t in sentence.tokens.clone().filter(|t| !doc.quoted(*t)) {
        let before =
            |n: usize| t.checked_sub(n).filter(|b| *b >= sentence.tokens.start).map_or("", |b| doc.word(b));
        // "on the left bank", "turned to the left", 左手 tell something else.
        let ends = doc.tokens.get(t + 1).is_none_or(|x| x.opens || t + 1 >= sentence.tokens.end)
            || among(doc.word(t + 1), "of side stood sat was a the");
        match doc.word(t) {
            "left" if before(1) == "the" && matches!(before(2), "on" | "at") && ends => return "on the left",
            "right" if before(1) == "the" && matches!(before(2), "on" | "at") && ends => {
                return "on the right";
            }
            "左边" | "左侧" | "左" if left_or_right(doc, t, '左') => return "在左边",
            "右边" | "右侧" | "右" if left_or_right(doc, t, '右') => return "在右边",
            _ => {}
        }
    }
    ""
}

/// 站在左边, 左侧坐着: and not 左手 or 左边的口袋.
fn left_or_right(doc: &Doc, token: usize, side: char) -> bool {
    let Some(start) = doc.tokens.get(token).map(|t| t.start) else { return false };
    let rest = doc.text.get(start..).unwrap_or("").trim_start_matches(side);
    let Some(after) = rest.strip_prefix('边').or_else(|| rest.strip_prefix('侧')) else { return false };
    let placed = doc.text.get(..start).is_some_and(|b| b.ends_with('在'));
    placed && !after.starts_with('的') || after.starts_with(['站', '坐', '立', '是'])
}

/// At most two members for the picture: who acts in the key moment, who else is
/// there, or else who is most seen in the scene.
fn subjects(cast: &Cast, key: usize, scene: &Range<usize>) -> Vec<usize> {
    let mut who: Vec<usize> = Vec::new();
    let mut add = |id: usize| {
        if who.len() < 2 && !who.contains(&id) {
            who.push(id);
        }
    };
    cast.subjects.get(key).into_iter().flatten().for_each(|id| add(*id));
    cast.presence.get(key).into_iter().flatten().for_each(|id| add(*id));
    if who.is_empty() {
        let mut counts = vec![0usize; cast.parts.len()];
        for s in scene.clone() {
            for id in cast.presence.get(s).into_iter().flatten() {
                if let Some(n) = counts.get_mut(*id) {
                    *n += 1;
                }
            }
        }
        let top =
            counts.iter().enumerate().filter(|c| *c.1 > 0).max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(&a.0)));
        who.extend(top.map(|t| t.0));
    }
    who
}

/// The painter's pose by the verbs of the key moment.
pub fn pose(doc: &Doc, key: usize, flies: bool) -> &'static str {
    let Some(sentence) = doc.sentences.get(key) else {
        return "standing";
    };
    for (hit, concept) in doc.hits_in(sentence, Class::Action) {
        if hit.negated || hit.likened || doc.quoted(hit.token) {
            continue;
        }
        match concept.near.as_str() {
            "flying" if !flies => {}
            "" => {}
            near => return pose_word(near, Language::English),
        }
    }
    "standing"
}

/// The painter's word for a pose of the lexicon.
pub fn pose_word(near: &str, language: Language) -> &'static str {
    match (near, language) {
        ("sitting", Language::English) => "sitting",
        ("sitting", Language::Chinese) => "坐着",
        ("walking", Language::English) => "walking",
        ("walking", Language::Chinese) => "走着",
        ("flying", Language::English) => "flying",
        ("flying", Language::Chinese) => "飞着",
        (_, Language::English) => "standing",
        (_, Language::Chinese) => "站着",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_said_where_the_moment_tells_one() {
        let side_of = |text: &str, language: Language| side(&Doc::new(text, language, &[]), 0);
        assert_eq!(side_of("On the left a girl sat on a stone.", Language::English), "on the left");
        assert_eq!(side_of("He stood on the right, waiting.", Language::English), "on the right");
        assert_eq!(side_of("He walked along on the left bank.", Language::English), "");
        assert_eq!(side_of("He left the right shoe behind.", Language::English), "");
        assert_eq!(side_of("小女孩站在左边，手里提着灯笼。", Language::Chinese), "在左边");
        assert_eq!(side_of("他把右边的口袋翻了出来。", Language::Chinese), "");
    }
}
