//! What follows a Chinese subject: adverbs, particles, verbs.

use crate::story::lexicon::{Class, lexicon};

/// Words that may stand between a subject and its verb.
pub const BETWEEN: [&str; 44] = [
    "忽然",
    "突然",
    "小声",
    "大声",
    "轻轻",
    "慢慢",
    "连忙",
    "赶紧",
    "悄悄",
    "静静",
    "已经",
    "终于",
    "一下子",
    "急忙",
    "一直",
    "也",
    "又",
    "就",
    "便",
    "还",
    "没有",
    "没",
    "不",
    "都",
    "才",
    "正",
    "只",
    "再",
    "却",
    "先",
    "从来",
    "偷偷",
    "紧紧",
    "立刻",
    "马上",
    "低声",
    "高兴地",
    "好像",
    "常常",
    "总是",
    "独自",
    "一个人",
    "默默",
    "缓缓",
];

/// Particles and verbs that follow a subject and that the verb list lacks.
const AFTER_SUBJECT: [&str; 36] = [
    "疼得",
    "痛得",
    "吓得",
    "急得",
    "气得",
    "冻得",
    "累得",
    "乐得",
    "羞得",
    "饿得",
    "困得",
    "高兴得",
    "把",
    "被",
    "从",
    "在",
    "是",
    "用",
    "有",
    "今年",
    "对",
    "向",
    "朝",
    "给",
    "和",
    "跟",
    "的",
    "每天",
    "心里",
    "点",
    "摇",
    "望",
    "住",
    "很",
    "叹",
    "愣",
];

/// Whether what follows makes a subject of what stands before.
pub fn acts(rest: &str) -> bool {
    let mut rest = rest;
    for _ in 0..2 {
        if let Some(word) = BETWEEN.iter().filter(|w| rest.starts_with(**w)).max_by_key(|w| w.len()) {
            rest = rest.strip_prefix(*word).unwrap_or(rest).trim_start_matches('地');
        }
    }
    AFTER_SUBJECT.iter().any(|w| rest.starts_with(w)) || starts_with_verb(rest)
}

pub(super) fn starts_with_verb(rest: &str) -> bool {
    let lex = lexicon();
    let ends: Vec<usize> = rest.char_indices().map(|(i, c)| i + c.len_utf8()).take(3).collect();
    ends.iter()
        .rev()
        .filter_map(|&e| rest.get(..e))
        .any(|w| lex.chinese(w).iter().any(|c| lex.concept(*c).is_some_and(|c| c.class == Class::Action)))
}
