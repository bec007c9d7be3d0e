//! She or he: by nouns, names and what somebody wears.

use super::company::Member;
use crate::story::doc::Doc;
use crate::story::lexicon::Concept;
use crate::story::lexicon::words::holds_any;
use crate::story::names::given::is_womans;
use crate::story::types::{CharacterKind, Language};

/// Grammatical gender as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gender {
    /// Not known yet, or a thing.
    #[default]
    Unknown,
    /// She.
    Female,
    /// He.
    Male,
}

impl Gender {
    /// Whether two mentions may be of one person.
    pub fn agrees(self, other: Gender) -> bool {
        self == other || self == Gender::Unknown || other == Gender::Unknown
    }
}

/// The gender that a noun of people.ron tells.
pub fn gender_of(concept: &Concept) -> Gender {
    if concept.is("f") {
        Gender::Female
    } else if concept.is("m") {
        Gender::Male
    } else {
        Gender::Unknown
    }
}

/// Clothes and hair of women; parts of the words of a fact.
const WOMENS_LOOKS: &str = "裙 辫 旗袍 发簪 耳环 dress skirt gown plait braids pigtails bonnet";

/// Beards; parts of the words of a fact.
const BEARDS: &str = "胡 须 beard moustache whiskers";

/// Characters of Chinese given names of women.
const WOMENS_CHARACTERS: &str =
    "梅芳娟丽兰莲秀婷霞燕娘妹婉莉娜菊娇芬萍玲琴珍花蓉薇颖倩雅琳莹媛妮瑶姗嫣翠姑穗蕾莎娥";

/// A guess where no pronoun or noun tells: by the characters of a Chinese name
/// and by what somebody wears.
pub fn likely_gender(doc: &Doc, m: &Member) -> Gender {
    if m.kind.is_some_and(|k| k != CharacterKind::Human) || m.narrator {
        return Gender::Unknown;
    }
    let tells = |list: &str| m.facts.iter().any(|f| holds_any(&f.text, list));
    let named = doc.language == Language::Chinese
        && m.names.iter().any(|(n, _)| n.contains(|c: char| WOMENS_CHARACTERS.contains(c)));
    let woman = doc.language == Language::English
        && m.names.iter().any(|(n, _)| is_womans(n.split(' ').next().unwrap_or("")));
    if tells(BEARDS) {
        Gender::Male
    } else if named || woman || tells(WOMENS_LOOKS) {
        Gender::Female
    } else {
        Gender::Unknown
    }
}
