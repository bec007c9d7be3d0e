//! She or he: by nouns, names and what somebody wears.

use super::company::Member;
use crate::story::doc::Doc;
use crate::story::lexicon::Concept;
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

/// A guess where no pronoun or noun tells: by the characters of a Chinese name
/// and by what somebody wears.
pub fn likely_gender(doc: &Doc, m: &Member) -> Gender {
    if m.kind.is_some_and(|k| k != CharacterKind::Human) || m.narrator {
        return Gender::Unknown;
    }
    let worn = [
        "裙", "辫", "旗袍", "发簪", "耳环", "dress", "skirt", "gown", "plait", "braids", "pigtails", "bonnet",
    ];
    let beard = ["胡", "须", "beard", "moustache", "whiskers"];
    let tells = |list: &[&str]| m.facts.iter().any(|f| list.iter().any(|w| f.text.contains(w)));
    let named = doc.language == Language::Chinese
        && m.names.iter().any(|(n, _)| {
            n.contains([
                '梅', '芳', '娟', '丽', '兰', '莲', '秀', '婷', '霞', '燕', '娘', '妹', '婉', '莉', '娜',
                '菊', '娇', '芬', '萍', '玲', '琴', '珍', '花', '蓉', '薇', '颖', '倩', '雅', '琳', '莹',
                '媛', '妮', '瑶', '姗', '嫣', '翠', '姑', '穗', '蕾', '莎', '娥',
            ])
        });
    let woman = doc.language == Language::English
        && m.names.iter().any(|(n, _)| is_womans(n.split(' ').next().unwrap_or("")));
    if tells(&beard) {
        Gender::Male
    } else if named || woman || tells(&worn) {
        Gender::Female
    } else {
        Gender::Unknown
    }
}
