//! Prompts in English for painters that read sentences: CLIP (Stable Diffusion
//! 3, 77 tokens) and T5 (PixArt, Stable Diffusion 3, FLUX, up to 300).
//!
//! Works from a finished reading, so that a writer's change of a scene shows at
//! once. Names mean nothing to a painter: everybody is told by what they are and
//! how they look in that scene. Parts stand in the order of their weight, and
//! the last go first where the encoder's room is short.

use super::breaks::is_han;
use super::gloss::{self, Kind};
use super::lexicon::{Class, Concept, lexicon};
use super::prompt::{PartSource, PromptPart};
use super::sentences::Doc;
use super::setting::tidy;
use super::shot::Tone;
use super::text::{among, slice};
use super::types::{Character, Language, Reading, Scene, TimeOfDay};

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
    let mood = super::painter_words::mood(scene.mood, Language::English);
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

/// "an old woman with a long grey plait, wearing a blue cloak".
pub fn describe(character: &Character, scene: usize, most: usize) -> String {
    let noun = if character.what.is_empty() { "figure" } else { character.what.as_str() };
    let lex = lexicon();
    let (mut before, mut worn, mut with) = (Vec::new(), Vec::new(), Vec::new());
    let valid =
        character.looks.iter().filter(|l| l.from_scene <= scene && l.until_scene.is_none_or(|u| scene < u));
    let mut told = 0;
    // The last told of a garment is the one worn; clothes and hair say most.
    let mut facts: Vec<String> = valid.map(|l| english_fact(&l.text)).filter(|f| !f.is_empty()).collect();
    facts.dedup();
    facts.sort_by_key(|f| std::cmp::Reverse(super::looks::slot(f) != super::looks::Slot::Lasting));
    for fact in facts {
        if told >= most {
            break;
        }
        let words: Vec<&str> = fact.split_whitespace().collect();
        let tagged = |tag: &str| {
            words.iter().any(|w| {
                lex.english(w.trim_matches(','))
                    .iter()
                    .any(|p| lex.concept(p.concept).is_some_and(|c| c.class == Class::Look && c.is(tag)))
            })
        };
        if fact.ends_with("years old") {
            before.push(fact.clone());
            continue;
        }
        told += 1;
        if tagged("body") || tagged("feature") {
            with.push(fact);
        } else if tagged("clothes") {
            worn.push(fact);
        } else if words.len() <= 3 && !noun.contains(fact.as_str()) {
            before.push(fact);
        } else {
            told -= 1;
        }
    }
    let age = before.iter().position(|b| b.ends_with("years old")).map(|i| before.remove(i));
    let lead = before.iter().map(|b| b.replace(" and ", ", ")).collect::<Vec<_>>().join(", ");
    let mut out = article(format!("{lead} {noun}").trim());
    if let Some(age) = age {
        out.push_str(&format!(", {age},"));
    }
    if !with.is_empty() {
        out.push_str(&format!(" with {}", with.iter().map(|w| article(w)).collect::<Vec<_>>().join(" and ")));
    }
    if !worn.is_empty() {
        out.push_str(&format!(
            " wearing {}",
            worn.iter().map(|w| article(w)).collect::<Vec<_>>().join(" and ")
        ));
    }
    out
}

/// A fact in English; Chinese ones by their glosses.
fn english_fact(fact: &str) -> String {
    if !fact.chars().any(is_han) {
        return fact.to_owned();
    }
    if let Some(age) = fact.strip_suffix('岁') {
        return number(age).map_or(String::new(), |n| format!("{n} years old"));
    }
    gloss::fact(fact)
}

/// Chinese numerals to 99, and digits.
fn number(zh: &str) -> Option<u32> {
    if let Ok(n) = zh.parse() {
        return Some(n);
    }
    let zh = zh.trim_end_matches(['多', '来', '几']);
    let digit = |c: char| "零一二三四五六七八九".chars().position(|d| d == c).map(|d| d as u32);
    let (tens, ones) = zh.split_once('十').map_or((None, zh), |(t, o)| (Some(t), o));
    let ones = if ones.is_empty() { Some(0) } else { ones.chars().next().and_then(digit) };
    match tens {
        None => ones.filter(|_| zh.chars().count() == 1),
        Some("") => ones.map(|o| 10 + o),
        Some(t) => t.chars().next().and_then(digit).zip(ones).map(|(t, o)| 10 * t + o),
    }
}

/// What happens in the key moment. For T5 an English story gives its own
/// sentence, with names said as what they are; else verbs and things.
fn action(doc: &Doc, key: &str, reading: &Reading, target: PromptTarget) -> String {
    match (reading.language, target) {
        (Language::English, PromptTarget::T5) => sentence(key, &reading.cast),
        (Language::English, _) => {
            let pose = super::prompt::pose(doc, 0, true);
            let held = super::thing::prop(doc, 0, &[], &super::cast::Cast::default());
            let held = held.map(|t| format!(", {} {}", if t.held { "holding" } else { "with" }, t.word));
            format!("{pose}{}", held.unwrap_or_default())
        }
        (Language::Chinese, _) => {
            let narrated: String = doc
                .tokens
                .iter()
                .filter(|t| !t.quoted)
                .filter_map(|t| doc.text.get(t.start..t.end))
                .collect();
            let mut doing: Vec<&str> = Vec::new();
            let mut things: Vec<&str> = Vec::new();
            for (kind, en) in gloss::all(&narrated, &[Kind::Act, Kind::Thing, Kind::Wear, Kind::Body]) {
                match kind {
                    Kind::Act if !doing.contains(&en) && doing.len() < 2 => doing.push(en),
                    Kind::Thing if !things.contains(&en) && things.len() < 2 => things.push(en),
                    _ => {}
                }
            }
            let things: Vec<String> = things.iter().map(|t| article(t)).collect();
            match (doing.is_empty(), things.is_empty()) {
                (true, true) => String::new(),
                (true, false) => format!("with {}", things.join(" and ")),
                (false, true) => doing.join(" and "),
                (false, false) => format!("{}, {}", doing.join(" and "), things.join(" and ")),
            }
        }
    }
}

/// The key sentence without its talk, names replaced, at most 45 words.
fn sentence(key: &str, cast: &[Character]) -> String {
    let doc = Doc::new(key, Language::English, &[]);
    let mut spans: Vec<(usize, usize, String)> = Vec::new();
    // Talk is not painted.
    let mut open = None;
    for t in &doc.tokens {
        match (t.quoted, open) {
            (true, None) => open = Some(t.start),
            (false, Some(from)) => {
                spans.push((from, t.start, String::new()));
                open = None;
            }
            _ => {}
        }
    }
    if let Some(from) = open {
        spans.push((from, key.len(), String::new()));
    }
    for c in cast {
        let mut calls: Vec<&String> = std::iter::once(&c.name)
            .chain(&c.aliases)
            .filter(|n| n.starts_with(char::is_uppercase) && n.len() > 1)
            .collect();
        calls.sort_by_key(|n| std::cmp::Reverse(n.len()));
        for name in calls {
            for (at, _) in key.match_indices(name.as_str()) {
                let end = at + name.len();
                let inside = spans.iter().any(|s| s.0 < end && at < s.1);
                let word =
                    !key.get(..at).and_then(|t| t.chars().next_back()).is_some_and(char::is_alphanumeric)
                        && !key.get(end..).and_then(|t| t.chars().next()).is_some_and(char::is_alphanumeric);
                // "The Owl" is the owl already.
                let common =
                    key.get(..at).is_some_and(|t| t.trim_end().ends_with("he") && t.trim_end().len() >= 3);
                if !inside && word && !common && !c.what.is_empty() {
                    spans.push((at, end, format!("the {}", c.what)));
                }
            }
        }
    }
    spans.sort();
    let mut out = String::new();
    let mut at = 0;
    for (from, to, with) in spans {
        if from < at {
            continue;
        }
        out.push_str(key.get(at..from).unwrap_or(""));
        out.push_str(&with);
        at = to;
    }
    out.push_str(key.get(at..).unwrap_or(""));
    let clean = tidy(&out.replace(['"', '“', '”', '*', '_'], " "));
    let clean = clean.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let words: Vec<&str> = clean.split_whitespace().collect();
    // A tag such as "said the girl" alone shows nothing.
    if words.len() < 4 { String::new() } else { words.iter().take(45).copied().collect::<Vec<_>>().join(" ") }
}

/// "in the old tin mine": the story's own words in English, the gloss or the
/// nearest idea in Chinese.
fn place(scene: &Scene, language: Language) -> String {
    let own = scene.setting.split([',', '，']).next().unwrap_or("").trim();
    if own.is_empty() {
        return String::new();
    }
    let concept = setting_of(own, language);
    let lead = concept
        .and_then(|c| c.say.0.split(' ').next())
        .filter(|w| matches!(*w, "in" | "on" | "at" | "by"))
        .unwrap_or("in");
    if language == Language::Chinese || own.chars().any(is_han) {
        let told = gloss::all(own, &[Kind::Place]).first().map(|g| format!("{lead} {}", g.1));
        return told.or_else(|| concept.map(|c| c.say.0.clone())).unwrap_or_default();
    }
    let low = own.to_lowercase();
    let bare = ["the ", "a ", "an ", "his ", "her ", "my ", "their "]
        .iter()
        .find_map(|a| low.strip_prefix(a))
        .unwrap_or(&low);
    // One word says little: "in a forest" reads better than "in the forest".
    match concept {
        Some(c) if !bare.contains(' ') && c.say.0.contains(bare) => c.say.0.clone(),
        _ => format!("{lead} the {bare}"),
    }
}

/// A writer's words for a place as part of a prompt: "in a glass tower", 在古塔.
pub fn said_place(own: &str, language: Language) -> String {
    let own = tidy(own);
    if language == Language::Chinese {
        return if own.starts_with('在') { own } else { format!("在{own}") };
    }
    let first = own.split(' ').next().unwrap_or("").to_lowercase();
    if lexicon().cue_en("locative", &first) {
        return own;
    }
    let lead = setting_of(&own, language).and_then(|c| c.say.0.split(' ').next()).unwrap_or("in");
    format!("{lead} {}", article(&own))
}

/// The idea of a place by the words of a setting.
pub fn setting_of(own: &str, language: Language) -> Option<&'static Concept> {
    let doc = Doc::new(own, language, &[]);
    let lex = lexicon();
    doc.hits.iter().rev().filter_map(|h| lex.concept(h.concept)).find(|c| c.class == Class::Setting)
}

fn hour(time: TimeOfDay) -> &'static str {
    match time {
        TimeOfDay::Dawn => "at dawn",
        TimeOfDay::Day => "in daylight",
        TimeOfDay::Dusk => "at dusk",
        TimeOfDay::Night => "at night",
        TimeOfDay::Unknown => "",
    }
}

fn weather(scene: &Scene, language: Language) -> String {
    if language == Language::English {
        return scene.weather.clone();
    }
    let lex = lexicon();
    let concept = lex.concepts.iter().find(|c| c.class == Class::Weather && c.say.1 == scene.weather);
    concept.map_or(String::new(), |c| c.say.0.clone())
}

/// With "a" or "an", except before plurals and what has an article already.
fn article(noun: &str) -> String {
    let first = noun.split_whitespace().next().unwrap_or("");
    let head = noun.split(" with ").next().unwrap_or(noun).split(" of ").next().unwrap_or(noun);
    let last = head.split_whitespace().next_back().unwrap_or("");
    let plural = last.ends_with('s') && !last.ends_with("ss") && !matches!(last, "canvas" | "dress");
    let mass = among(
        last,
        "hair fur skin armour armor stubble rust paint wine tea water rain snow fire soup build teeth feet sackcloth clothing",
    );
    let has = among(first, "a an the one two three four six eight no his her its");
    if plural || mass || has || noun.is_empty() {
        return noun.to_owned();
    }
    let vowel = noun.chars().next().is_some_and(|c| "aeiouAEIOU".contains(c));
    format!("{} {noun}", if vowel { "an" } else { "a" })
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
    let total = |parts: &[PromptPart]| estimate_tokens(&super::prompt::join(parts, Language::English));
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
