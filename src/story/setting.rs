//! What one sentence says about place, time, weather and mood, by the lexicon:
//! talk, memories, comparisons and denied things count little or nothing
//! (`place` weighs places, `frame` adds the sentences of a scene up).

use super::breaks::is_han;
use super::clock::clock;
use super::lexicon::{Class, Concept};
use super::mood::MOODS;
use super::place::place;
use super::sentences::{Doc, Hit, Sentence, World};
use super::text::among;
use super::types::{Language, TimeOfDay};

/// The times that evidence is counted for.
pub const TIMES: [(&str, TimeOfDay); 4] = [
    ("dawn", TimeOfDay::Dawn),
    ("day", TimeOfDay::Day),
    ("dusk", TimeOfDay::Dusk),
    ("night", TimeOfDay::Night),
];

/// A place that a sentence names.
#[derive(Debug, Clone)]
pub struct Place {
    /// Index of its concept.
    pub concept: usize,
    /// How much it looks like the place of the action, 0 upwards.
    pub weight: f32,
    /// The story's own words for it, bytes.
    pub span: (usize, usize),
}

/// What one sentence says about place, time, weather and mood.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Dawn, day, dusk, night.
    pub times: [f32; 4],
    /// A jump in time at the head of the sentence, 0 to 1.
    pub jump: f32,
    /// The jump is so long that the time of day before it says nothing.
    pub long_jump: bool,
    /// To another day, whose hour nobody tells: by day, most likely.
    pub new_day: bool,
    /// Places.
    pub places: Vec<Place>,
    /// Weather concepts with weights.
    pub weather: Vec<(usize, f32)>,
    /// In the order of the moods' list.
    pub moods: [f32; 7],
    /// Somebody moves to another place.
    pub moves: bool,
    /// A ship comes or has come down.
    pub lands: bool,
}

/// The share of its usual weight that a hit keeps.
pub fn trust(doc: &Doc, sentence: &Sentence, hit: &Hit, in_talk: f32) -> f32 {
    // "There was no moon" is night all the same.
    let moonless = hit.negated && among(doc.word(hit.token), "moon stars star 月亮 月光 星星");
    if hit.likened || (hit.negated && !moonless) {
        return 0.0;
    }
    let talk = if doc.quoted(hit.token) { in_talk } else { 1.0 };
    talk * if sentence.memory { 0.1 } else { 1.0 }
}

/// Reads one sentence.
pub fn evidence(doc: &Doc, sentence: &Sentence) -> Evidence {
    let mut e = Evidence::default();
    for (hit, concept) in doc.hits_of(sentence) {
        match concept.class {
            Class::Time => time(doc, sentence, hit, concept, &mut e),
            Class::Setting if !hit.likened => {
                if let Some(place) = place(doc, sentence, hit, concept) {
                    e.places.push(place);
                }
            }
            Class::Weather => {
                let w = concept.weight * trust(doc, sentence, hit, 0.3);
                if w > 0.0 && !is_over(doc, sentence, hit) {
                    e.weather.push((hit.concept, w));
                }
            }
            Class::Mood => {
                let mut w = concept.weight * if sentence.memory { 0.7 } else { 1.0 };
                if hit.negated {
                    w *= 0.2;
                }
                if hit.likened {
                    w *= 0.4;
                }
                if doc.quoted(hit.token) {
                    w *= 0.7;
                }
                if let Some(slot) = mood_slot(&concept.id).and_then(|i| e.moods.get_mut(i)) {
                    *slot += w;
                }
            }
            Class::Action => e.moves |= concept.is("move") && !doc.quoted(hit.token),
            _ => {}
        }
    }
    e.lands = doc.world == World::Space
        && sentence.tokens.clone().any(|t| {
            among(
                doc.word(t),
                "landed landing lander touched grounded crashed 着陆 降落 登陆 落在 停在 坠毁 降落在",
            )
        });
    if let Some((slot, w)) = clock(doc, sentence)
        && let Some(time) = e.times.get_mut(slot)
    {
        *time += w;
    }
    let text = doc.text.get(sentence.start..sentence.end).unwrap_or("");
    let shouts = text.matches(['!', '！']).count().min(2) as f32;
    if let Some(tense) = e.moods.get_mut(2) {
        *tense += 0.25 * shouts;
    }
    e
}

/// "The snow had gone", "the rain stopped"; "a storm of dust" was none either.
fn is_over(doc: &Doc, sentence: &Sentence, hit: &Hit) -> bool {
    if doc.language == Language::Chinese {
        return false;
    }
    let word = |n: usize| {
        let t = hit.token + hit.len + n;
        let free = t < sentence.tokens.end && !doc.tokens.get(t).is_some_and(|x| x.opens);
        if free { doc.word(t) } else { "" }
    };
    let ends =
        |w: &str| among(w, "stopped ceased melted lifted gone ended over passed cleared thinned died blown");
    let helped =
        among(word(0), "had has was were is have") && (ends(word(1)) || word(1) == "all" && ends(word(2)));
    let of = word(0) == "of" && !among(word(1), "rain snow hail sleet the");
    ends(word(0)) || helped || of
}

fn mood_slot(id: &str) -> Option<usize> {
    MOODS.iter().position(|(name, _)| *name == id)
}

fn time(doc: &Doc, sentence: &Sentence, hit: &Hit, concept: &Concept, e: &mut Evidence) {
    let at = hit.token - sentence.tokens.start;
    if doc.quoted(hit.token) && concept.id == "jump" {
        return;
    }
    // "the night before", "last night": another night than this one.
    let (before, after) = (if at > 0 { doc.word(hit.token - 1) } else { "" }, doc.word(hit.token + hit.len));
    if (after == "before" && concept.weight > 2.0)
        || (before == "last"
            && concept.id != "jump"
            && (at < 2 || !matches!(doc.word(hit.token - 2), "the" | "a")))
    {
        return;
    }
    let leads = match doc.language {
        Language::English => at < 9,
        Language::Chinese => at < 8,
    };
    if concept.id == "jump" {
        if leads && !sentence.memory {
            let own = doc.span(hit.token..hit.token + hit.len).to_lowercase();
            let strong = if at < 4 && own.chars().count() > 4 || own.chars().any(is_han) { 1.0 } else { 0.5 };
            let tier = if concept.weight > 1.5 { 1.0 } else { 0.45 };
            e.jump = e.jump.max(tier * if at < 4 { strong } else { 0.4 });
            let long = [
                "year",
                "month",
                "week",
                "days later",
                "nowadays",
                "since then",
                "spring",
                "summer",
                "autumn",
                "winter",
                "年",
                "月",
                "春",
                "夏",
                "秋",
                "冬",
                "天后",
                "后来",
                "以后",
                "从此",
            ];
            let days = ["day", "第二天", "第三天", "次日", "翌日", "隔天", "几天", "星期", "周末"];
            e.new_day |=
                days.iter().any(|d| own.contains(d)) && !among(&own, "nowadays today") && own != "one day";
            e.long_jump |= long.iter().any(|l| own.contains(l)) || own == "later";
        }
        return;
    }
    let mut w = concept.weight * trust(doc, sentence, hit, 0.2);
    // "By evening" is where the story has come to; "all afternoon" is how long
    // it took.
    if matches!(before, "by" | "towards" | "toward") {
        w *= 1.5;
    } else if among(before, "all whole every each long")
        || doc.language == Language::Chinese && among(before, "每天 每日 天天 每年 年年 每晚 每到")
    {
        w *= 0.45;
    }
    let mut id = concept.id.as_str();
    // What the sun does tells more than that there is one.
    if matches!(doc.word(hit.token), "sun" | "太阳" | "日头") && hit.len == 1 {
        let next: Vec<&str> = (hit.token + 1..hit.token + 6)
            .take_while(|t| *t < sentence.tokens.end && !doc.tokens.get(*t).is_some_and(|x| x.opens))
            .map(|t| doc.word(t))
            .collect();
        let any = |list: &[&str]| next.iter().any(|w| list.contains(w));
        if any(&[
            "set", "setting", "sets", "sink", "sank", "sinking", "down", "low", "gone", "dipped", "落",
            "落山", "下山", "西", "沉", "落下",
        ]) {
            (id, w) = ("dusk", w * 2.3);
        } else if any(&[
            "up", "rise", "rose", "rises", "rising", "climbed", "climbs", "升", "升起", "出来", "爬上",
            "露出", "冒出",
        ]) {
            (id, w) = ("dawn", w * 2.3);
        }
    }
    if let Some(i) = TIMES.iter().position(|(name, _)| *name == id)
        && let Some(slot) = e.times.get_mut(i)
    {
        *slot += w;
        if leads && concept.weight > 2.0 && w > 1.0 {
            e.jump = e.jump.max(0.8);
        }
    }
}

/// One line, single spaces.
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
