//! Words of the time of day, and of jumps to another time.

use super::{Evidence, TIMES, trust};
use crate::story::doc::{Doc, Hit, Sentence};
use crate::story::lexicon::Concept;
use crate::story::lexicon::words::{among, holds_any};
use crate::story::text::paragraphs::is_han;
use crate::story::types::Language;

/// Parts of words of a jump so long that the hour before it says nothing.
const LONG_JUMPS: [&str; 20] = [
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

/// Parts of words of a jump to another day.
const DAYS: &str = "day 第二天 第三天 次日 翌日 隔天 几天 星期 周末";

/// Quantifiers of a whole time: "all afternoon" is how long it took.
const WHOLE: &str = "all whole every each long";

/// The same in Chinese, of what is done again and again.
const EVERY: &str = "每天 每日 天天 每年 年年 每晚 每到";

/// What the sun does at dusk.
const SETTING: &str = "set setting sets sink sank sinking down low gone dipped 落 落山 下山 西 沉 落下";

/// What the sun does at dawn.
const RISING: &str = "up rise rose rises rising climbed climbs 升 升起 出来 爬上 露出 冒出";

/// How much what the sun does tells more than that there is one.
const SUN_MOVES: f32 = 2.3;

/// Adds what a word of time says to the evidence of its sentence.
pub(super) fn time(doc: &Doc, sentence: &Sentence, hit: &Hit, concept: &Concept, e: &mut Evidence) {
    if concept.id == "jump" && doc.quoted(hit.token) || is_of_another_day(doc, sentence, hit, concept) {
        return;
    }
    let at = hit.token - sentence.tokens.start;
    let leads = match doc.language {
        Language::English => at < 9,
        Language::Chinese => at < 8,
    };
    if concept.id == "jump" {
        if leads && !sentence.memory {
            jump(doc, hit, at, concept.weight, e);
        }
        return;
    }
    let worth = concept.weight * trust(doc, sentence, hit, 0.2) * worth_of_lead(doc, sentence, hit);
    let (id, w) = match sun(doc, sentence, hit) {
        Some(id) => (id, worth * SUN_MOVES),
        None => (concept.id.as_str(), worth),
    };
    if let Some(i) = TIMES.iter().position(|(name, _)| *name == id)
        && let Some(slot) = e.times.get_mut(i)
    {
        *slot += w;
        if leads && concept.weight > 2.0 && w > 1.0 {
            e.jump = e.jump.max(0.8);
        }
    }
}

/// The word right before a hit within its sentence; empty without one.
fn word_before<'d>(doc: &'d Doc, sentence: &Sentence, hit: &Hit) -> &'d str {
    if hit.token > sentence.tokens.start { doc.word(hit.token - 1) } else { "" }
}

/// "the night before", "last night": another night than this one.
fn is_of_another_day(doc: &Doc, sentence: &Sentence, hit: &Hit, concept: &Concept) -> bool {
    let at = hit.token - sentence.tokens.start;
    let before = doc.word(hit.token + hit.len) == "before" && concept.weight > 2.0;
    let last = word_before(doc, sentence, hit) == "last"
        && concept.id != "jump"
        && (at < 2 || !matches!(doc.word(hit.token - 2), "the" | "a"));
    before || last
}

/// A jump in time `at` tokens into its sentence: how sure, how long, and whether
/// to another day.
fn jump(doc: &Doc, hit: &Hit, at: usize, weight: f32, e: &mut Evidence) {
    let own = doc.span(hit.token..hit.token + hit.len).to_lowercase();
    let strong = if at < 4 && own.chars().count() > 4 || own.chars().any(is_han) { 1.0 } else { 0.5 };
    let tier = if weight > 1.5 { 1.0 } else { 0.45 };
    e.jump = e.jump.max(tier * if at < 4 { strong } else { 0.4 });
    e.new_day |= holds_any(&own, DAYS) && !among(&own, "nowadays today") && own != "one day";
    e.long_jump |= LONG_JUMPS.iter().any(|l| own.contains(l)) || own == "later";
}

/// "By evening" is where the story has come to; "all afternoon" is how long it
/// took.
fn worth_of_lead(doc: &Doc, sentence: &Sentence, hit: &Hit) -> f32 {
    let before = word_before(doc, sentence, hit);
    if matches!(before, "by" | "towards" | "toward") {
        1.5
    } else if among(before, WHOLE) || doc.language == Language::Chinese && among(before, EVERY) {
        0.45
    } else {
        1.0
    }
}

/// What the sun does: the time of day by its rising or setting.
fn sun(doc: &Doc, sentence: &Sentence, hit: &Hit) -> Option<&'static str> {
    if !matches!(doc.word(hit.token), "sun" | "太阳" | "日头") || hit.len != 1 {
        return None;
    }
    let does = |list: &str| {
        (hit.token + 1..hit.token + 6)
            .take_while(|t| *t < sentence.tokens.end && !doc.tokens.get(*t).is_some_and(|x| x.opens))
            .any(|t| among(doc.word(t), list))
    };
    if does(SETTING) {
        Some("dusk")
    } else if does(RISING) {
        Some("dawn")
    } else {
        None
    }
}
