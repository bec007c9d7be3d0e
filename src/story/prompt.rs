//! Prompts in the built-in painter's canonical form.
//!
//! English: "a girl in a red coat standing, holding a lantern, in a forest, at
//! night, rain, mysterious"; Chinese the same in Chinese. The painter knows few
//! words: everybody and every place is said by the nearest of them, and a thing
//! that none comes near is left out (`taught_tests` holds every word to the
//! painter's captions). Styles are added elsewhere.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::cast::{Cast, Gender, Part};
use super::gloss::{self, Kind};
use super::lexicon::{Class, Concept, lexicon};
use super::names_zh;
use super::sentences::{Doc, Hit, Sentence};
use super::setting::Frame;
use super::text::among;
use super::types::{CharacterKind, Language, Mood, TimeOfDay};

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
    let who = subjects(doc, cast, key, scene);
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
    push(mood(frame.mood, doc.language).to_owned(), PartSource::Mood);
    parts
}

/// At most two members for the picture: who acts in the key moment, who else is
/// there, or else who is most seen in the scene.
fn subjects(doc: &Doc, cast: &Cast, key: usize, scene: &Range<usize>) -> Vec<usize> {
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
    let _ = doc;
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
    let told = concepts.iter().filter(|c| !c.near.is_empty() && c.class == Class::Person).max_by_key(|c| {
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

/// "nine years old", 九岁: an age below sixteen.
fn is_child_age(fact: &str) -> bool {
    let first = fact.split(' ').next().unwrap_or("");
    let words = [
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen",
    ];
    let number = words.contains(&first) || first.parse::<u32>().is_ok_and(|n| n < 16);
    let han =
        ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五"];
    (number && fact.ends_with("years old"))
        || fact.strip_suffix('岁').is_some_and(|n| han.contains(&n) || n.parse::<u32>().is_ok_and(|n| n < 16))
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

/// A thing of the key moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// The painter knows it; `word` is the painter's then, else the story's.
    pub painted: bool,
    /// It fits into a hand.
    pub held: bool,
    /// With its article.
    pub word: String,
    /// How much it is the very thing the painter knows.
    rank: u8,
}

/// Whether a thing stands behind a figure and in nobody's hand.
pub fn is_large(concept: &Concept) -> bool {
    matches!(concept.near.as_str(), "boat" | "tent" | "well" | "wheelbarrow")
}

/// The thing of the key moment that says most. Things that are themselves the
/// subject are left out.
pub fn prop(doc: &Doc, key: usize, who: &[usize], cast: &Cast) -> Option<Thing> {
    let sentence = doc.sentences.get(key)?;
    let lex = lexicon();
    let acting = |id: &str| {
        who.iter()
            .filter_map(|w| cast.parts.get(*w))
            .any(|p| p.concepts.iter().filter_map(|c| lex.concept(*c)).any(|c| c.id == id))
    };
    let mut best: Option<Thing> = None;
    for (hit, concept) in doc.hits_in(sentence, Class::Prop) {
        if hit.negated || hit.likened || doc.quoted(hit.token) || acting(&concept.id) {
            continue;
        }
        let own = doc.span(hit.token..hit.token + hit.len).to_lowercase();
        let large = is_large(concept);
        if (!large && placed(doc, sentence, hit.token)) || is_no_thing(doc, hit, concept) {
            continue;
        }
        let concept = bell_or_clock(doc, sentence, &own, concept);
        let word = match (concept.near.is_empty(), doc.language) {
            (true, Language::English) if hit.plural => own.clone(),
            (true, Language::English) => article(&own),
            (true, _) => own.clone(),
            (false, Language::English) => article(&concept.say.0),
            (false, Language::Chinese) => concept.say.1.clone(),
        };
        let painted = !concept.near.is_empty();
        let same = own.contains(concept.say.0.as_str()) || own.contains(concept.say.1.as_str());
        let rank = u8::from(painted) * (1 + u8::from(same));
        if best.as_ref().is_none_or(|b| rank > b.rank) {
            best = Some(Thing { painted, held: !large, word, rank });
        }
    }
    best
}

/// "Along the ring", "in the box", 从箱子里: a place to be and nothing to hold.
fn placed(doc: &Doc, sentence: &Sentence, token: usize) -> bool {
    let lead =
        |n: usize| token.checked_sub(n).filter(|t| *t >= sentence.tokens.start).map_or("", |t| doc.word(t));
    if doc.language == Language::Chinese {
        return matches!(lead(1), "从" | "在" | "往" | "向")
            || matches!(doc.word(token + 1), "里" | "上" | "下" | "旁" | "前");
    }
    let place = |w: &str| among(w, "in into along across behind under at onto inside of beside from on");
    place(lead(1)) || (place(lead(2)) && among(lead(1), "the a an his her its their my"))
}

/// "The well-known man", "ears that stick out": a word of a thing that is none.
fn is_no_thing(doc: &Doc, hit: &Hit, concept: &Concept) -> bool {
    let last = hit.token + hit.len - 1;
    let next = doc.tokens.get(last + 1).filter(|t| !t.opens).map_or("", |_| doc.word(last + 1));
    let before = hit.token.checked_sub(1).map_or("", |t| doc.word(t));
    let bare = !among(doc.word(hit.token), "the a");
    let verb =
        doc.language == Language::English && bare && among(before, "to that will would who they could can");
    // "a well dressed man"
    let adverb =
        concept.id == "well" && (next.ends_with("ed") || among(next, "known worn made read meant kept fed"));
    // "the crown of the hill"
    let top = concept.id == "crown" && next == "of";
    verb || adverb || top
}

/// 钟 is a clock, unless it is struck or hangs in a temple or tower.
fn bell_or_clock(doc: &Doc, sentence: &Sentence, own: &str, concept: &'static Concept) -> &'static Concept {
    if concept.id != "clock" || !matches!(own, "钟" | "大钟" | "古钟" | "老钟" | "旧钟") {
        return concept;
    }
    let text = doc.text.get(sentence.start..sentence.end).unwrap_or("");
    let here = ["敲", "撞", "寺", "庙", "塔", "教堂", "铃", "钟绳", "铜"].iter().any(|w| text.contains(w));
    let story =
        doc.words.iter().any(|w| matches!(w.as_str(), "敲钟" | "撞钟" | "敲响了钟" | "钟绳" | "铜钟"));
    let bell = lexicon().concepts.iter().find(|c| c.class == Class::Prop && c.id == "bell");
    bell.filter(|_| here || story).unwrap_or(concept)
}

/// The painter's phrase for a place; its `drawn` or `near` names one of the
/// places the painter knows.
pub fn place(concept: &Concept, language: Language) -> String {
    let id = match if concept.drawn.is_empty() { concept.near.as_str() } else { concept.drawn.as_str() } {
        "city street" => "street",
        "open sea" => "sea",
        "night sky" => "sky",
        "room" if language == Language::English => return "in a room".to_owned(),
        "room" => return "在房间里".to_owned(),
        other => other,
    };
    let known = lexicon().concepts.iter().find(|c| c.class == Class::Setting && c.id == id);
    known
        .map(|c| if language == Language::English { c.say.0.clone() } else { c.say.1.clone() })
        .unwrap_or_default()
}

/// The painter's word for a weather.
pub fn weather(concept: &Concept, language: Language) -> &'static str {
    match (concept.near.as_str(), language) {
        ("rain", Language::English) => "rain",
        ("rain", Language::Chinese) => "下雨",
        ("storm", Language::English) => "storm",
        ("storm", Language::Chinese) => "暴风雨",
        ("snow", Language::English) => "snow",
        ("snow", Language::Chinese) => "下雪",
        ("fog", Language::English) => "fog",
        ("fog", Language::Chinese) => "有雾",
        ("wind", Language::English) => "wind",
        ("wind", Language::Chinese) => "刮风",
        (_, Language::English) => "clear",
        (_, Language::Chinese) => "晴",
    }
}

/// The painter's garment for a story's, on a figure.
pub fn worn(garment: &str, figure: &str) -> &'static str {
    let lady = matches!(figure, "girl" | "woman" | "old woman" | "queen" | "witch");
    let robed = matches!(figure, "king" | "queen" | "witch" | "wizard");
    let plain = matches!(figure, "boy" | "man" | "old man" | "pirate");
    let is = |list: &str| among(garment, list);
    if lady
        && is(
            "dress gown skirt frock apron pinafore nightgown nightdress nightie sundress petticoat smock kimono sari tunic overalls dungarees",
        )
    {
        "dress"
    } else if figure != "queen" && is("cloak cape shawl poncho mantle hood") {
        "cloak"
    } else if robed && is("robe robes gown kimono cassock toga") {
        "robe"
    } else if plain
        && is(
            "jacket blazer anorak parka uniform waistcoat vest sweater jumper jersey cardigan hoodie pullover overalls shirt",
        )
    {
        "jacket"
    } else if plain && is("raincoat oilskin oilskins mac mackintosh") {
        "raincoat"
    } else {
        "coat"
    }
}

/// The painter's words for a time of day; empty where it is unknown.
pub fn time(time: TimeOfDay, language: Language) -> &'static str {
    match (language, time) {
        (_, TimeOfDay::Unknown) => "",
        (Language::English, TimeOfDay::Dawn) => "at dawn",
        (Language::English, TimeOfDay::Day) => "in the day",
        (Language::English, TimeOfDay::Dusk) => "at dusk",
        (Language::English, TimeOfDay::Night) => "at night",
        (Language::Chinese, TimeOfDay::Dawn) => "黎明",
        (Language::Chinese, TimeOfDay::Day) => "白天",
        (Language::Chinese, TimeOfDay::Dusk) => "黄昏",
        (Language::Chinese, TimeOfDay::Night) => "夜晚",
    }
}

/// The word for a mood; empty for none.
pub fn mood(mood: Mood, language: Language) -> &'static str {
    match (language, mood) {
        (_, Mood::Neutral) => "",
        (Language::English, Mood::Joyful) => "joyful",
        (Language::English, Mood::Calm) => "calm",
        (Language::English, Mood::Tense) => "tense",
        (Language::English, Mood::Sad) => "sad",
        (Language::English, Mood::Mysterious) => "mysterious",
        (Language::English, Mood::Frightening) => "frightening",
        (Language::English, Mood::Hopeful) => "hopeful",
        (Language::Chinese, Mood::Joyful) => "欢快",
        (Language::Chinese, Mood::Calm) => "宁静",
        (Language::Chinese, Mood::Tense) => "紧张",
        (Language::Chinese, Mood::Sad) => "悲伤",
        (Language::Chinese, Mood::Mysterious) => "神秘",
        (Language::Chinese, Mood::Frightening) => "可怕",
        (Language::Chinese, Mood::Hopeful) => "充满希望",
    }
}

fn article(noun: &str) -> String {
    let vowel = noun.chars().next().is_some_and(|c| "aeiou".contains(c));
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

fn noun_zh(near: &str) -> &str {
    match near {
        "girl" => "小女孩",
        "boy" => "小男孩",
        "woman" => "女人",
        "man" => "男人",
        "old woman" => "老奶奶",
        "old man" => "老爷爷",
        "king" => "国王",
        "queen" => "王后",
        "knight" => "骑士",
        "wizard" => "巫师",
        "witch" => "女巫",
        "pirate" => "海盗",
        "ghost" => "幽灵",
        "robot" => "机器人",
        "fox" => "狐狸",
        "bear" => "熊",
        "rabbit" => "兔子",
        "cat" => "猫",
        "dog" => "狗",
        "owl" => "猫头鹰",
        "dragon" => "龙",
        "wolf" => "狼",
        "horse" => "马",
        "deer" => "鹿",
        "crow" => "乌鸦",
        "mouse" => "老鼠",
        "tortoise" => "乌龟",
        "whale" => "鲸鱼",
        other => other,
    }
}

/// The painter's Chinese word for one of its colours.
pub fn colour_zh(near: &str) -> &str {
    match near {
        "red" => "红色",
        "blue" => "蓝色",
        "green" => "绿色",
        "yellow" => "黄色",
        "purple" => "紫色",
        "white" => "白色",
        "black" => "黑色",
        "brown" => "棕色",
        "orange" => "橙色",
        "grey" => "灰色",
        other => other,
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

    fn thing(text: &str, language: Language) -> Option<(bool, bool, String)> {
        let doc = Doc::new(text, language, &[]);
        prop(&doc, 0, &[], &Cast::default()).map(|t| (t.painted, t.held, t.word))
    }

    #[test]
    fn things_are_called_what_they_are() {
        let said = |text: &str, held: bool, word: &str| {
            let language = super::super::segment::language_of(text);
            assert_eq!(thing(text, language), Some((true, held, word.to_owned())), "{text}");
        };
        said("She lifted the candle out of the bucket.", true, "a candle");
        said("He read the letter again.", true, "a letter");
        said("The clock on the wall had stopped.", true, "a clock");
        said("The king took off his crown.", true, "a crown");
        said("She walked down to the well.", false, "a well");
        said("He pushed a wheelbarrow up the lane.", false, "a wheelbarrow");
        said("They slept beside the tent.", false, "a tent");
        said("她从箱子里拿出一只闹钟。", true, "时钟");
        said("墙上挂着一口旧钟。", true, "时钟");
        said("和尚敲响了大钟。", true, "铃铛");
        said("他吹灭了蜡烛。", true, "蜡烛");
        said("老人推着手推车走来。", false, "手推车");
        assert_eq!(thing("She slept well and had ears that stick out.", Language::English), None);
        assert_eq!(thing("A well dressed man came at ten.", Language::English), None);
        assert_eq!(thing("等了十分钟，十点钟他才来。", Language::Chinese), None);
    }
}
