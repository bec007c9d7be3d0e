//! Members of the cast in the painter's words: noun, age and colour.

use super::colour::colour;
use super::painter_words::{colour_zh, noun_zh, worn};
use super::pose_word;
use crate::story::cast::{Gender, Part};
use crate::story::doc::World;
use crate::story::lexicon::gloss::{self, Kind};
use crate::story::lexicon::numerals;
use crate::story::lexicon::words::article;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::looks::Fact;
use crate::story::names::chinese::title_of;
use crate::story::shot::Shot;
use crate::story::types::{Character, CharacterKind, Language};

/// The painter's noun for a member.
pub fn noun(part: &Part, language: Language, scene: usize) -> String {
    let near = near(part, scene);
    if language == Language::English { near } else { noun_zh(&near).to_owned() }
}

/// The painter's words for a member: noun and colour.
pub(super) fn subject(part: &Part, language: Language, scene: usize) -> String {
    let english = language == Language::English;
    let near = near(part, scene);
    let noun = noun(part, language, scene);
    let human = part.kind == CharacterKind::Human;
    let colour = colour(part, human, scene);
    match (english, human, colour) {
        (true, true, Some((c, garment))) => {
            format!("{} in {}", article(&noun), article(&format!("{c} {}", worn(&garment, &near))))
        }
        (true, false, Some((c, _))) => article(&format!("{c} {noun}")),
        (true, _, None) => article(&noun),
        (false, true, Some((c, _))) => {
            format!("穿{}衣服的{noun}", colour_zh(&c).trim_end_matches('色'))
        }
        (false, false, Some((c, _))) => format!("{}的{noun}", colour_zh(&c)),
        (false, _, None) => noun,
    }
}

/// A character by itself, as its portrait is painted: near, and standing still.
pub(super) fn portrait(character: &Character, language: Language) -> String {
    let part = told(character);
    let (subject, pose, shot) =
        (subject(&part, language, 0), pose_word("standing", language), Shot::Close.words(language));
    match language {
        Language::English => format!("{subject} {pose}, {shot}"),
        Language::Chinese => format!("{subject}{pose}，{shot}"),
    }
}

/// What is known of a character without the story's text: what it is called and
/// how it looks.
fn told(character: &Character) -> Part {
    let lex = lexicon();
    let what = character.what.to_lowercase();
    let last = what.rsplit(' ').next().unwrap_or("");
    let concepts =
        lex.english_phrase(&what).chain(lex.english_word(last)).map(|(concept, _)| concept).collect();
    // "old woman" tells an age as a fact would.
    let texts = character.looks.iter().map(|look| &look.text).chain([&character.what]);
    let facts = texts.map(|text| Fact { text: text.clone(), ..Fact::default() }).collect();
    Part { kind: character.kind, concepts, facts, ..Part::default() }
}

/// The painter's word for a member in a scene.
fn near(part: &Part, scene: usize) -> String {
    let lex = lexicon();
    let concepts: Vec<&Concept> = part.concepts.iter().filter_map(|c| lex.concept(*c)).collect();
    let old = part.facts_in(scene).any(has_age) || concepts.iter().any(|c| c.is("old"));
    let young = concepts.iter().any(|c| c.is("young")) || part.facts_in(scene).any(is_child_age);
    // Titles before ages before sexes: a king is painted as a king.
    // A captain is a pirate and a guard a knight only in old times.
    let dated = |c: &Concept| part.world != World::Any && matches!(c.id.as_str(), "captain" | "soldier");
    let told = concepts
        .iter()
        .filter(|c| !c.near.is_empty() && c.class == Class::Person && !dated(c))
        .max_by_key(|c| {
            (
                !matches!(c.near.as_str(), "man" | "woman" | "girl" | "boy"),
                !c.is("generic"),
                c.is("young") || c.is("f"),
            )
        });
    let mut near = match told {
        Some(c) => c.near.clone(),
        None if part.kind == CharacterKind::Human => match (part.gender, young) {
            (Gender::Female, true) => "girl".to_owned(),
            (_, true) => "boy".to_owned(),
            (Gender::Female, _) => "woman".to_owned(),
            _ => "man".to_owned(),
        },
        // The wind of a fairy tale floats, a lamp that walks has a body of tin.
        None if part.kind == CharacterKind::Creature => "ghost".to_owned(),
        None if part.kind == CharacterKind::Object => "robot".to_owned(),
        None => "fox".to_owned(),
    };
    if part.gender == Gender::Female && near == "man" {
        near = "woman".to_owned();
    }
    if part.gender == Gender::Female && near == "boy" {
        near = "girl".to_owned();
    }
    if part.gender == Gender::Male && near == "girl" {
        near = "boy".to_owned();
    }
    if old && (near == "man" || near == "woman") {
        near = format!("old {near}");
    }
    // A kitchen boy is called a boy as well as a waiter.
    if young && !old && near == "man" {
        near = "boy".to_owned();
    } else if young && !old && near == "woman" {
        near = "girl".to_owned();
    }
    near
}

/// What a painter of many words would call a member, in English.
pub fn what(part: &Part, language: Language) -> String {
    if !part.what.is_empty() {
        return part.what.clone();
    }
    let lex = lexicon();
    // The most telling word it is called by: "blacksmith" before "man".
    let calls = std::iter::once(&part.name).chain(&part.aliases);
    let own = calls.clone().find_map(|call| match language {
        Language::Chinese => gloss::word(call, &[Kind::Who]).map(str::to_owned).or_else(|| {
            let title = title_of(call);
            gloss::word(title, &[Kind::Who]).map(str::to_owned)
        }),
        Language::English => {
            let bare = call.strip_prefix("the ").unwrap_or(call).to_lowercase();
            let told = lex.english_phrase(&bare).any(|(concept, c)| {
                part.concepts.contains(&concept) && (!c.is("kin") || c.is("old") || c.is("young"))
            });
            told.then_some(bare)
        }
    });
    let near = near(part, 0);
    let young = matches!(near.as_str(), "girl" | "boy");
    match own {
        Some(own) if !(young && part.kind == CharacterKind::Human && own.contains("apprentice")) => own,
        _ if !near.is_empty() => near,
        _ => match part.kind {
            CharacterKind::Human => "person".to_owned(),
            CharacterKind::Animal => "animal".to_owned(),
            CharacterKind::Creature => "strange creature".to_owned(),
            CharacterKind::Object => "thing".to_owned(),
        },
    }
}

/// Years below which somebody is a child.
const GROWN_UP: u32 = 18;

/// "nine years old", 九岁: an age of a child.
fn is_child_age(fact: &str) -> bool {
    let years = match (fact.strip_suffix("years old"), fact.strip_suffix('岁')) {
        (Some(number), _) => {
            let first = number.split(' ').next().unwrap_or("");
            numerals::cardinal(first).or_else(|| first.parse().ok())
        }
        (_, Some(number)) => numerals::chinese(number),
        _ => None,
    };
    years.is_some_and(|years| years < GROWN_UP)
}

/// "old", "elderly", 老; a number of years is no age in this sense.
fn has_age(fact: &str) -> bool {
    if fact.ends_with("years old") {
        return false;
    }
    fact.split(|c: char| !c.is_alphanumeric()).any(|w| matches!(w, "old" | "elderly" | "aged" | "ancient"))
        || fact.contains('老')
}

/// Whether a figure may be painted flying: birds, dragons, spirits and things,
/// and animals the painter has no word for (moths, bees).
pub(super) fn can_fly(part: &Part) -> bool {
    let lex = lexicon();
    let winged = ["owl", "crow", "dragon", "ghost"];
    match part.kind {
        CharacterKind::Human | CharacterKind::Object => false,
        CharacterKind::Animal => {
            part.concepts.iter().filter_map(|c| lex.concept(*c)).any(|c| winged.contains(&c.near.as_str()))
        }
        CharacterKind::Creature => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::types::Look;

    fn part(kind: CharacterKind, gender: Gender, concept: &str, facts: &[&str]) -> Part {
        let concepts = lexicon()
            .concepts
            .iter()
            .position(|c| c.id == concept && c.class == Class::Person)
            .into_iter()
            .collect();
        let facts = facts.iter().map(|f| Fact { text: (*f).to_owned(), ..Fact::default() }).collect();
        Part { name: "X".into(), kind, facts, concepts, gender, ..Part::default() }
    }

    #[test]
    fn subjects_in_the_painters_words() {
        let girl = part(CharacterKind::Human, Gender::Female, "girl", &["a long plait", "red coat"]);
        assert_eq!(subject(&girl, Language::English, 0), "a girl in a red coat");
        let cat = part(CharacterKind::Animal, Gender::Unknown, "cat", &["white"]);
        assert_eq!(subject(&cat, Language::English, 0), "a white cat");
        let ferryman = part(CharacterKind::Human, Gender::Male, "sailor", &["old"]);
        assert_eq!(subject(&ferryman, Language::English, 0), "an old man");
        let moth = Part { kind: CharacterKind::Creature, ..Part::default() };
        assert_eq!(subject(&moth, Language::English, 0), "a ghost");
        let crow = part(CharacterKind::Animal, Gender::Unknown, "crow", &[]);
        assert_eq!(subject(&crow, Language::Chinese, 0), "乌鸦");
        let apron = part(CharacterKind::Human, Gender::Female, "girl", &["green apron"]);
        assert_eq!(subject(&apron, Language::English, 0), "a girl in a green dress");
        let zh = part(CharacterKind::Human, Gender::Female, "girl", &["穿一件红色的大衣"]);
        assert_eq!(subject(&zh, Language::Chinese, 0), "穿红衣服的小女孩");
    }

    #[test]
    fn portraits_in_the_painters_words() {
        let portrait = |kind: CharacterKind, what: &str, looks: &[&str], language: Language| {
            let looks =
                looks.iter().map(|text| Look { text: (*text).to_owned(), ..Look::default() }).collect();
            super::portrait(&Character { kind, what: what.into(), looks, ..Character::default() }, language)
        };
        let (person, animal) = (CharacterKind::Human, CharacterKind::Animal);
        let girl = portrait(person, "girl", &["red coat"], Language::English);
        assert_eq!(girl, "a girl in a red coat standing, close-up");
        assert_eq!(portrait(person, "old woman", &[], Language::English), "an old woman standing, close-up");
        assert_eq!(portrait(animal, "heron", &["white"], Language::English).split(' ').next(), Some("a"));
        assert_eq!(
            portrait(person, "girl", &["穿一件红色的大衣"], Language::Chinese),
            "穿红衣服的小女孩站着，特写"
        );
    }

    #[test]
    fn ages_of_children() {
        for child in ["nine years old", "17 years old", "九岁", "十几岁"] {
            assert!(is_child_age(child), "{child}");
        }
        for grown in ["eighteen years old", "forty years old", "二十岁", "old", "九"] {
            assert!(!is_child_age(grown), "{grown}");
        }
    }
}
