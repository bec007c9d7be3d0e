//! Small words and kinds of words that English facts of looks are cut by.

use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, lexicon};
use crate::story::looks::{is_adjective, looks_word};

/// Words that bring a list of looks.
pub(super) const HAVING: [&str; 12] = [
    "had", "has", "have", "having", "wore", "wears", "wearing", "sported", "bore", "clad", "dressed", "with",
];

/// Articles, numbers and owners: what an item of a list may begin with.
pub(super) const STARTERS: [&str; 17] = [
    "a", "an", "the", "his", "her", "its", "their", "my", "one", "two", "three", "four", "six", "eight",
    "no", "some", "both",
];

/// Words at which a phrase ends.
pub(super) const CLAUSE: [&str; 21] = [
    "but", "who", "when", "while", "because", "so", "which", "he", "she", "they", "then", "was", "were",
    "is", "are", "had", "until", "if", "i", "we", "where",
];

/// Parts of the body that everybody has and that are mostly busy: they tell
/// something only with an adjective or a comparison.
pub(super) const BUSY: [&str; 43] = [
    "shoulder",
    "hip",
    "hips",
    "palms",
    "thumbs",
    "knuckles",
    "knuckle",
    "waist",
    "throat",
    "heel",
    "heels",
    "ankle",
    "ankles",
    "toe",
    "hand",
    "hands",
    "arm",
    "arms",
    "finger",
    "fingers",
    "foot",
    "feet",
    "knees",
    "knee",
    "back",
    "shoulder",
    "shoulders",
    "mouth",
    "head",
    "face",
    "eyes",
    "eye",
    "chin",
    "lips",
    "teeth",
    "elbow",
    "elbows",
    "palm",
    "thumb",
    "leg",
    "legs",
    "chest",
    "toes",
];

pub(super) fn be(word: &str) -> bool {
    among(
        word,
        "was is were are am looked looks became grew gone going turned turning went grown seemed stood been",
    )
}

pub(super) fn is_on(word: &str) -> bool {
    among(word, "in on over across round around upon behind down through under between at about")
}

pub(super) fn is_verb_word(word: &str) -> bool {
    lexicon().has_english(word, Class::Action) && !looks_word(word, is_adjective)
}

pub(super) fn looks_like_noun(word: &str) -> bool {
    let lex = lexicon();
    lex.has_english(word, Class::Setting)
        || lex.has_english(word, Class::Prop)
        || lex.has_english(word, Class::Person)
}
