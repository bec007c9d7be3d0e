//! Prompts in the built-in painter's canonical form.
//!
//! English: "a girl in a red coat standing, holding a lantern, in a forest, at
//! night, rain, close-up, mysterious"; Chinese the same in Chinese. The painter knows few
//! words: everybody and every place is said by the nearest of them, and a thing
//! that none comes near is left out (`train::vocabulary_tests` holds every word to the
//! painter's captions). Styles are added elsewhere.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::cast::{Cast, Gender, Part};
use super::frame::Frame;
use super::gloss::{self, Kind};
use super::lexicon::{Class, Concept, lexicon};
use super::names_zh;
use super::painter_words::{article, colour_zh, mood, noun_zh, place, time, weather, worn};
use super::sentences::{Doc, World};
use super::shot::Shot;
use super::text::among;
use super::thing::prop;
use super::types::{CharacterKind, Language};

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

/// The painter's noun for a member.
pub fn noun(part: &Part, language: Language, scene: usize) -> String {
    let near = near(part, scene);
    if language == Language::English { near } else { noun_zh(&near).to_owned() }
}

/// The painter's words for a member: noun and colour.
fn subject(part: &Part, language: Language, scene: usize) -> String {
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
            let title = names_zh::title_of(call);
            gloss::word(title, &[Kind::Who]).map(str::to_owned)
        }),
        Language::English => {
            let bare = call.strip_prefix("the ").unwrap_or(call).to_lowercase();
            let told = lex.english(bare.split(' ').next().unwrap_or("")).iter().any(|p| {
                p.rest.join(" ") == bare.split(' ').skip(1).collect::<Vec<_>>().join(" ")
                    && part.concepts.contains(&p.concept)
                    && lex.concept(p.concept).is_some_and(|c| !c.is("kin") || c.is("old") || c.is("young"))
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

/// "nine years old", 九岁: an age below eighteen.
fn is_child_age(fact: &str) -> bool {
    let first = fact.split(' ').next().unwrap_or("");
    let words = [
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
    ];
    let number = words.contains(&first) || first.parse::<u32>().is_ok_and(|n| n < 18);
    let han = [
        "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五",
        "十六", "十七",
    ];
    (number && fact.ends_with("years old"))
        || fact.strip_suffix('岁').is_some_and(|n| han.contains(&n) || n.parse::<u32>().is_ok_and(|n| n < 18))
}

fn has_age(fact: &str) -> bool {
    if fact.ends_with("years old") {
        return false;
    }
    fact.split(|c: char| !c.is_alphanumeric()).any(|w| matches!(w, "old" | "elderly" | "aged" | "ancient"))
        || fact.contains('老')
}

/// The first colour that the facts tell of clothes (people) or of anything
/// (animals and things), as the painter's word, with the garment.
fn colour(part: &Part, human: bool, scene: usize) -> Option<(String, String)> {
    let lex = lexicon();
    for fact in part.facts_in(scene) {
        let low = fact.to_lowercase();
        let words: Vec<&str> =
            low.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter(|w| !w.is_empty()).collect();
        let looks = |w: &str| -> Vec<&'static Concept> {
            lex.english(w)
                .iter()
                .filter(|p| p.rest.is_empty())
                .filter_map(|p| lex.concept(p.concept))
                .filter(|c| c.class == Class::Look)
                .collect()
        };
        let at = words.iter().position(|w| looks(w).iter().any(|c| c.is("colour")));
        if let Some(at) = at {
            let near = words
                .get(at)
                .and_then(|w| looks(w).into_iter().find(|c| c.is("colour")))
                .map(|c| c.near.clone())?;
            // The noun that the colour is said of: the next one, or the one
            // before "was". "A grey beard down to his belt" has no grey belt.
            let noun =
                |w: &&&str| looks(w).iter().any(|c| c.is("clothes") || c.is("body") || c.is("feature"));
            let told =
                words.iter().take(at).rev().take(3).any(|w| matches!(*w, "was" | "were" | "is" | "are"));
            let noun = if told {
                words.iter().take(at).find(noun)
            } else {
                words.iter().skip(at).take(5).find(noun)
            };
            let garment = noun.filter(|w| looks(w).iter().any(|c| c.is("clothes")));
            match garment {
                Some(g) if human => return Some((near, (*g).to_owned())),
                None if human => continue,
                _ => {
                    // Only fur, feathers, shell or the whole: not a red bag.
                    let whole = garment.is_none()
                        && !words
                            .iter()
                            .any(|w| matches!(*w, "eye" | "eyes" | "nose" | "mark" | "tail" | "thread"));
                    if whole {
                        return Some((near, String::new()));
                    }
                }
            }
        }
        // Chinese: scan for colour words and garments as substrings.
        let has_han = fact.chars().any(super::breaks::is_han);
        if has_han && let Some(near) = colour_in_zh(fact) {
            let dressed = ["衣", "裙", "袍", "袄", "衫", "披", "围巾", "帽", "斗篷", "旗袍", "外套"]
                .iter()
                .any(|g| fact.contains(g));
            if dressed == human {
                return Some((near, "coat".to_owned()));
            }
        }
    }
    None
}

fn colour_in_zh(fact: &str) -> Option<String> {
    let lex = lexicon();
    let bounds: Vec<usize> = fact.char_indices().map(|(i, _)| i).chain([fact.len()]).collect();
    for i in 0..bounds.len() {
        for n in (1..=3).rev() {
            let (Some(&a), Some(&b)) = (bounds.get(i), bounds.get(i + n)) else {
                continue;
            };
            let word = fact.get(a..b).unwrap_or("");
            if let Some(c) = lex.chinese(word).iter().filter_map(|c| lex.concept(*c)).find(|c| c.is("colour"))
            {
                return Some(c.near.clone());
            }
        }
    }
    None
}

/// Whether a figure may be painted flying: birds, dragons, spirits and things,
/// and animals the painter has no word for (moths, bees).
fn can_fly(part: &Part) -> bool {
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
    use super::super::looks::Fact;
    use super::*;

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
    fn a_side_is_said_where_the_moment_tells_one() {
        let side_of = |text: &str, language: Language| side(&Doc::new(text, language, &[]), 0);
        assert_eq!(side_of("On the left a girl sat on a stone.", Language::English), "on the left");
        assert_eq!(side_of("He stood on the right, waiting.", Language::English), "on the right");
        assert_eq!(side_of("He walked along on the left bank.", Language::English), "");
        assert_eq!(side_of("He left the right shoe behind.", Language::English), "");
        assert_eq!(side_of("小女孩站在左边，手里提着灯笼。", Language::Chinese), "在左边");
        assert_eq!(side_of("他把右边的口袋翻了出来。", Language::Chinese), "");
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
}
