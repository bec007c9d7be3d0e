//! What a reading of a story is made of: the vocabulary that the storyboard,
//! the window and the command line share with this room.

use serde::{Deserialize, Serialize};

use super::overrides::Overrides;
use super::prompt::PromptPart;
use super::shot::{Shot, Tone};

/// How to read a story.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoryOptions {
    /// Number of scenes asked for; `None` lets the story decide. A story with
    /// fewer sentences than this gives as many scenes as it has sentences.
    pub scenes: Option<usize>,
    /// What the writer changed by hand: wins over everything derived.
    pub overrides: Overrides,
    /// The tone of the board as a whole.
    pub tone: Tone,
}

/// Why a text could not be read as a story.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoryError {
    /// No visible character at all.
    #[error("the story is empty: paste or write some text first")]
    Empty,
    /// Characters, but no letter or digit in any script.
    #[error("the text holds no words: a story needs at least one sentence")]
    NoWords,
    /// `Some(0)` scenes were asked for.
    #[error("the number of scenes must be 1 or more")]
    NoScenes,
    /// Bytes that are not UTF-8 and carry no UTF-16 byte order mark.
    #[error("the text is not UTF-8: byte {offset} is invalid; save it as UTF-8 and try again")]
    NotUtf8 {
        /// Offset in bytes, from 0, of the first byte that is not UTF-8.
        offset: usize,
    },
    /// A UTF-16 file with an unpaired surrogate or half a unit at its end.
    #[error("the text is broken UTF-16: byte {offset} is invalid; save it as UTF-8 and try again")]
    NotUtf16 {
        /// Offset in bytes, from 0, of the first bad code unit.
        offset: usize,
    },
    /// A file of control bytes: an image, an archive, a word processor's file.
    #[error("this is not a text file (byte {offset} is a control code); export the story as plain text")]
    Binary {
        /// Offset in bytes, from 0, of the first control byte.
        offset: usize,
    },
}

/// The language a story is written in, decided by its letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English, and every text that is not Chinese.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Chinese.
    #[serde(rename = "zh")]
    Chinese,
}

/// The time of day of a scene's frame, not of memories told in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeOfDay {
    /// First light and early morning.
    Dawn,
    /// Morning to late afternoon.
    Day,
    /// Sunset and evening.
    Dusk,
    /// After dark.
    Night,
    /// The text does not say.
    #[default]
    Unknown,
}

/// The feeling of a scene.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mood {
    /// Laughter, triumph, play.
    Joyful,
    /// Quiet, rest, warmth.
    Calm,
    /// Haste, threat, conflict.
    Tense,
    /// Loss, tears, regret.
    Sad,
    /// Wonder, secrets, the unexplained.
    Mysterious,
    /// Fear and horror.
    Frightening,
    /// Help, promise, light ahead.
    Hopeful,
    /// None of these stands out.
    #[default]
    Neutral,
}

/// What a character is, for the shape a painter gives it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CharacterKind {
    /// A person.
    #[default]
    Human,
    /// An animal of this world, whether or not it talks.
    Animal,
    /// A ghost, a dragon, a visitor: alive, and no animal of this world.
    Creature,
    /// A made thing that acts: a robot, a lamp, a ship.
    Object,
}

/// One scene: a stretch of text that would be one picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scene {
    /// First character, in Unicode scalar values from the start of the text.
    pub start: usize,
    /// One past the last character, in Unicode scalar values.
    pub end: usize,
    /// A short title: the heading above the scene, or its key moment cut short.
    pub title: String,
    /// The sentence most worth a picture, `[start, end)` in scalar values.
    pub key_moment: (usize, usize),
    /// What to paint, in the built-in model's canonical form and the story's
    /// language, without any style.
    pub prompt: String,
    /// Where the scene plays, in the story's own word; empty if unknown.
    pub setting: String,
    /// Time of day of the scene.
    pub time: TimeOfDay,
    /// Weather as one word of the story's language; empty if the text has none.
    pub weather: String,
    /// The feeling of the scene.
    pub mood: Mood,
    /// Names (as in the cast) of the characters who are there.
    pub characters: Vec<String>,
    /// How near the picture is.
    pub shot: Shot,
    /// Colours and light, after the mood and the board.
    pub tone: Tone,
    /// The parts of `prompt` with where each comes from.
    pub parts: Vec<PromptPart>,
}

/// One stated look with its place in the text and the scenes it holds in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// The fact, in the story's words.
    pub text: String,
    /// Where the text states it, `[start, end)` in scalar values; empty for a
    /// writer's own.
    pub span: (usize, usize),
    /// First scene (from 0) in which it holds.
    pub from_scene: usize,
    /// One past the last scene in which it holds; `None` to the end.
    pub until_scene: Option<usize>,
}

/// One member of the cast.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Character {
    /// The name used everywhere else.
    pub name: String,
    /// Other ways the text refers to the character.
    pub aliases: Vec<String>,
    /// What the character is.
    pub kind: CharacterKind,
    /// Short literal facts of looks, in the order the text states them.
    pub appearance: Vec<String>,
    /// The same facts with their places and the scenes they hold in.
    pub looks: Vec<Look>,
    /// What a painter would call the character, in English: "old woman",
    /// "heron", "robot".
    pub what: String,
}

/// Everything this room found out about a story.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// The story's language.
    pub language: Language,
    /// Scenes in order; they do not overlap and cover all text that is not blank.
    pub scenes: Vec<Scene>,
    /// The cast, most present first.
    pub cast: Vec<Character>,
    /// The writer's changes that found nothing to change in this text.
    #[serde(skip_serializing_if = "Overrides::is_empty")]
    pub unplaced: Overrides,
}
