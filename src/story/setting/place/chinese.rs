//! Chinese nouns of place: coverbs before them, localizers behind.

use crate::story::doc::{Doc, Hit, Sentence};
use crate::story::lexicon::lexicon;
use crate::story::lexicon::words::{among, begins_with_any};

/// Coverbs of direction: 朝路上张望 looks there and does not go.
const TOWARDS: &str = "朝 向 往 朝着 向着 对着";

/// Verbs of looking and pointing.
const GAZING: &str = "看 望 张望 看去 望去 眺望 看了看 望了望 看着 望着 指";

/// Localizers that a noun of place may end in.
const LOCALIZERS: [char; 10] = ['里', '上', '边', '中', '下', '口', '前', '外', '旁', '底'];

/// Parts of a building: 客栈的门 is at the inn, 客栈的账 anywhere.
const PARTS: &str = "门 大门 院 窗 屋顶 台阶 柜台 大堂 角落 尽头 墙";

/// What a noun of place is worth as the place of the action, from `base` on.
pub(super) fn weigh(doc: &Doc, sentence: &Sentence, hit: &Hit, base: f32) -> Option<f32> {
    let token = doc.tokens.get(hit.token)?;
    let follows = doc.tokens.get(hit.token + 1).is_some_and(|x| !x.opens);
    let localized = follows && lexicon().cue_zh("position", doc.word(hit.token + 1));
    let ends_localized = token.end > token.start && doc.word(hit.token).ends_with(LOCALIZERS);
    let mut w = base * worth_of_lead(doc, sentence, hit, localized || ends_localized);
    if is_looked_at(doc, sentence, hit) {
        w *= 0.3;
    }
    let of_part = token.possessive
        && doc
            .text
            .get(token.end..)
            .is_some_and(|rest| begins_with_any(rest.trim_start_matches('的'), PARTS));
    if of_part {
        w *= 1.8;
    } else if token.possessive && !localized {
        w *= 0.6;
    }
    if doc.word(hit.token).chars().count() == 1 {
        w *= 0.8;
    }
    Some(w)
}

/// The word right before the hit within its clause; empty without one.
fn word_before<'d>(doc: &'d Doc, sentence: &Sentence, hit: &Hit) -> &'d str {
    let free = hit.token > sentence.tokens.start && !doc.tokens.get(hit.token).is_some_and(|t| t.opens);
    if free { doc.word(hit.token - 1) } else { "" }
}

/// What stands before a noun of place says of it.
fn worth_of_lead(doc: &Doc, sentence: &Sentence, hit: &Hit, localized: bool) -> f32 {
    let leads = |word: &str| lexicon().cue_zh("locative", word);
    let earlier = if hit.token > sentence.tokens.start + 1 { doc.word(hit.token - 2) } else { "" };
    // The tokens of the clause before the hit, nearest first.
    let clause = |most: usize| {
        (sentence.tokens.start..hit.token)
            .rev()
            .take(most)
            .take_while(|t| !doc.tokens.get(*t + 1).is_some_and(|x| x.opens))
    };
    match word_before(doc, sentence, hit) {
        "从" | "出了" | "离开" => 0.6,
        before if leads(before) => 1.7,
        _ if leads(earlier) => 1.4,
        // 敲开了岭下那家客栈: what leads the place leads its attributes as well.
        _ if clause(7).any(|t| leads(doc.word(t))) => 1.4,
        _ if localized => 1.2,
        // 镇外只有一家客栈: a place brought on stage.
        _ if clause(4).any(|t| matches!(doc.word(t), "有" | "是" | "叫")) => 1.3,
        _ => 0.6,
    }
}

/// 朝路上张望: looked at, and not walked on.
fn is_looked_at(doc: &Doc, sentence: &Sentence, hit: &Hit) -> bool {
    among(word_before(doc, sentence, hit), TOWARDS)
        && (hit.token + 1..hit.token + 5)
            .take_while(|t| !doc.tokens.get(*t).is_some_and(|x| x.opens))
            .any(|t| among(doc.word(t), GAZING))
}
