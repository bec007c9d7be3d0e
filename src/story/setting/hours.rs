//! Words of the time of day, and of jumps to another time.

use super::{Evidence, TIMES, trust};
use crate::story::doc::{Doc, Hit, Sentence};
use crate::story::lexicon::Concept;
use crate::story::lexicon::words::among;
use crate::story::text::paragraphs::is_han;
use crate::story::types::Language;

pub(super) fn time(doc: &Doc, sentence: &Sentence, hit: &Hit, concept: &Concept, e: &mut Evidence) {
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
