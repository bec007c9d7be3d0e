//! The word lists of `assets/lexicon`, indexed for both languages.
//!
//! A *concept* is one idea ("lantern") with its words in English and Chinese,
//! so that everything after tokenising works on concepts and not on words.

pub mod gloss;
mod inflection;
pub mod numerals;
pub mod words;

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;

use inflection::forms;

/// Which list a concept comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A place.
    Setting,
    /// A cue to the time of day, or to a jump in time.
    Time,
    /// Weather.
    Weather,
    /// A word that colours the mood.
    Mood,
    /// A thing to hold or to stand beside.
    Prop,
    /// Anyone who can act: people, animals, creatures, robots.
    Person,
    /// A noun or adjective of looks.
    Look,
    /// A verb.
    Action,
    /// A small word that steers the reading.
    Cue,
}

/// One idea with what the rest of the room needs to know about it.
#[derive(Debug)]
pub struct Concept {
    /// The list it comes from.
    pub class: Class,
    /// Its name within the list; several entries may share one.
    pub id: String,
    /// The built-in painter's nearest word, or empty.
    pub near: String,
    /// What the painter is asked for instead, where it has nothing near and two
    /// such places are not alike; mostly empty.
    pub drawn: String,
    /// How strongly a mention counts; 1 is ordinary.
    pub weight: f32,
    /// The phrase a prompt uses, English then Chinese; may be empty.
    pub say: (String, String),
    /// Markers such as `f`, `kin`, `animal`; see the comment atop each file.
    pub tags: Vec<String>,
}

impl Concept {
    /// Whether the concept carries `tag`.
    pub fn is(&self, tag: &str) -> bool {
        self.tags.iter().any(|t| t == tag)
    }
}

/// As a concept stands in the RON files.
#[derive(Deserialize)]
struct Raw {
    id: String,
    #[serde(default)]
    near: String,
    #[serde(default)]
    drawn: String,
    #[serde(default = "one")]
    weight: f32,
    #[serde(default)]
    say: (String, String),
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    en: String,
    #[serde(default)]
    zh: String,
}

fn one() -> f32 {
    1.0
}

/// A way to write a concept in English: the words after the first.
#[derive(Debug)]
pub struct Phrase {
    /// The words that must follow the key word.
    pub rest: Vec<String>,
    /// Index into [`Lexicon::concepts`].
    pub concept: usize,
    /// The form is a plural that was made from a listed singular.
    pub plural: bool,
}

/// What a Chinese word is written for.
#[derive(Debug, Default)]
struct Chinese {
    concepts: Vec<usize>,
    /// It is kept whole when a sentence is cut into tokens.
    whole: bool,
}

/// All lists together.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Every concept; indices into this are stable for the life of the program.
    pub concepts: Vec<Concept>,
    en: HashMap<String, Vec<Phrase>>,
    zh: HashMap<String, Chinese>,
    /// Characters in the longest Chinese word.
    pub zh_longest: usize,
    cues_en: HashMap<String, HashSet<String>>,
    cues_zh: HashMap<String, HashSet<String>>,
}

/// The text of one list, compiled into the program.
macro_rules! list {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lexicon/", $name, ".ron"))
    };
}

const LISTS: [(Class, &str); 9] = [
    (Class::Setting, list!("settings")),
    (Class::Time, list!("times")),
    (Class::Weather, list!("weathers")),
    (Class::Mood, list!("moods")),
    (Class::Prop, list!("props")),
    (Class::Person, list!("people")),
    (Class::Look, list!("looks")),
    (Class::Action, list!("actions")),
    (Class::Cue, list!("cues")),
];

/// The lexicon, parsed at first use. A list that does not parse (which a unit
/// test rules out) is left empty: readings get poorer, nothing fails.
pub fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let mut lexicon = Lexicon::default();
        for (class, text) in LISTS {
            for raw in ron::from_str::<Vec<Raw>>(text).unwrap_or_default() {
                lexicon.add(class, raw);
            }
        }
        lexicon
    })
}

/// What tales for children call animals by.
const ANIMAL_TITLES: [&str; 26] = [
    "爷爷", "奶奶", "婆婆", "公公", "妈妈", "爸爸", "大婶", "大叔", "大爷", "大娘", "伯伯", "叔叔", "阿姨",
    "姐姐", "哥哥", "妹妹", "弟弟", "大哥", "大姐", "先生", "太太", "小姐", "大王", "医生", "老师", "博士",
];

impl Lexicon {
    fn add(&mut self, class: Class, raw: Raw) {
        let concept = self.concepts.len();
        let words = |list: &str| -> Vec<String> {
            list.split(',').map(|w| w.trim().to_owned()).filter(|w| !w.is_empty()).collect()
        };
        let (en, mut zh) = (words(&raw.en), words(&raw.zh));
        if class == Class::Person && raw.tags.iter().any(|t| t == "animal") {
            // 猫头鹰婆婆, 熊爸爸: animals with the titles of people.
            let titled: Vec<String> =
                zh.iter().flat_map(|w| ANIMAL_TITLES.iter().map(move |t| format!("{w}{t}"))).collect();
            zh.extend(titled);
        }
        for word in &en {
            for (form, plural) in forms(class, word) {
                let mut parts = form.split(' ').map(str::to_owned);
                let Some(first) = parts.next() else { continue };
                let rest: Vec<String> = parts.collect();
                let list = self.en.entry(first).or_default();
                // "soldiers" is listed as a crowd and made from "soldier".
                if !list.iter().any(|p| p.rest == rest && p.concept == concept) {
                    list.push(Phrase { rest, concept, plural });
                }
            }
        }
        for word in &zh {
            self.zh_longest = self.zh_longest.max(word.chars().count());
            let entry = self.zh.entry(word.clone()).or_default();
            if !entry.concepts.contains(&concept) {
                entry.concepts.push(concept);
            }
            // 眼圈红了 colours the mood, and is a fact about eyes as well.
            let most = match class {
                Class::Mood => 2,
                Class::Time | Class::Weather => 4,
                _ => usize::MAX,
            };
            entry.whole |= word.chars().count() <= most;
        }
        if class == Class::Cue {
            self.cues_en.entry(raw.id.clone()).or_default().extend(en);
            self.cues_zh.entry(raw.id.clone()).or_default().extend(zh);
        }
        self.concepts.push(Concept {
            class,
            id: raw.id,
            near: raw.near,
            drawn: raw.drawn,
            weight: raw.weight,
            say: raw.say,
            tags: raw.tags,
        });
    }

    /// English phrases that begin with the lower-case `word`.
    pub fn english(&self, word: &str) -> &[Phrase] {
        self.en.get(word).map_or(&[], Vec::as_slice)
    }

    /// Indices of the concepts written exactly as the Chinese `word`.
    pub fn chinese(&self, word: &str) -> &[usize] {
        self.zh.get(word).map_or(&[], |w| w.concepts.as_slice())
    }

    /// Concepts written exactly as the Chinese `word`, with their indices.
    pub fn chinese_word(&self, word: &str) -> impl Iterator<Item = (usize, &Concept)> {
        self.chinese(word).iter().filter_map(|c| Some((*c, self.concept(*c)?)))
    }

    /// Whether `word` is kept whole when a Chinese sentence is cut into tokens;
    /// the longer words of time, weather and mood are phrases of several.
    pub fn chinese_whole(&self, word: &str) -> bool {
        self.zh.get(word).is_some_and(|w| w.whole)
    }

    /// Concepts written as this single lower-case English word, with their indices.
    pub fn english_word(&self, word: &str) -> impl Iterator<Item = (usize, &Concept)> {
        let single = self.english(word).iter().filter(|p| p.rest.is_empty());
        single.filter_map(|p| Some((p.concept, self.concept(p.concept)?)))
    }

    /// Concepts written as this whole lower-case English phrase, with their indices.
    pub fn english_phrase<'a>(&'a self, phrase: &'a str) -> impl Iterator<Item = (usize, &'a Concept)> {
        let mut words = phrase.split(' ');
        let first = self.english(words.next().unwrap_or("")).iter();
        let whole = first.filter(move |p| words.clone().eq(p.rest.iter().map(String::as_str)));
        whole.filter_map(|p| Some((p.concept, self.concept(p.concept)?)))
    }

    /// Whether some English concept of `class` is written as this single word.
    pub fn has_english(&self, word: &str, class: Class) -> bool {
        self.english_word(word).any(|(_, c)| c.class == class)
    }

    /// The concept at an index.
    pub fn concept(&self, index: usize) -> Option<&Concept> {
        self.concepts.get(index)
    }

    /// English words of looks with a tag, as listed.
    #[cfg(all(test, feature = "train"))]
    pub fn looks(&self, tag: &str) -> Vec<&str> {
        let tagged = |p: &Phrase| {
            p.rest.is_empty() && self.concept(p.concept).is_some_and(|c| c.class == Class::Look && c.is(tag))
        };
        self.en.iter().filter(|(_, list)| list.iter().any(tagged)).map(|(word, _)| word.as_str()).collect()
    }

    /// Whether `word` stands in the English part of the cue list `id`.
    pub fn cue_en(&self, id: &str, word: &str) -> bool {
        self.cues_en.get(id).is_some_and(|list| list.contains(word))
    }

    /// Whether `word` stands in the Chinese part of the cue list `id`.
    pub fn cue_zh(&self, id: &str, word: &str) -> bool {
        self.cues_zh.get(id).is_some_and(|list| list.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_parses_and_is_broad() {
        for (class, text) in LISTS {
            let list = ron::from_str::<Vec<Raw>>(text);
            assert!(list.is_ok(), "{class:?}: {:?}", list.err());
            for raw in list.unwrap_or_default() {
                assert!(!raw.id.is_empty(), "{class:?} has an entry without id");
                let spoken = !raw.en.is_empty() || !raw.zh.is_empty();
                assert!(spoken, "{class:?} {} has no words", raw.id);
                if class == Class::Setting || class == Class::Weather {
                    assert!(!raw.say.0.is_empty() && !raw.say.1.is_empty(), "{} says nothing", raw.id);
                }
            }
        }
        assert!(lexicon().en.len() > 2000, "{} English words", lexicon().en.len());
        assert!(lexicon().zh.len() > 1500, "{} Chinese words", lexicon().zh.len());
    }

    #[test]
    fn both_languages_share_a_concept() {
        let lex = lexicon();
        let en = lex.english("forest").iter().find(|p| p.rest.is_empty()).map(|p| p.concept);
        assert!(en.is_some_and(|c| lex.chinese("森林").contains(&c)));
    }
}
