//! Chinese facts of looks: whole clauses such as 剪着短短的学生头, and the
//! adjectives before a noun (一盏白纸糊的灯).

use super::cast::{How, Mention};
use super::lexicon::{Class, Concept, lexicon};
use super::looks::{is_adjective, is_noun};
use super::sentences::{Doc, Hit, Sentence};
use super::setting::tidy;

/// Chinese facts are whole clauses: 剪着短短的学生头, 左脸有一颗小痣.
pub fn read(
    doc: &Doc,
    sentence: &Sentence,
    here: &[Mention],
    before: &[Mention],
    facts: &mut Vec<(usize, String)>,
) {
    let mut clause_start = sentence.tokens.start;
    let mut last_who: Option<usize> = None;
    let carried = before
        .iter()
        .rev()
        .find(|m| m.subject && !m.owner)
        .or_else(|| before.iter().rev().find(|m| !m.owner))
        .map(|m| m.who);
    while clause_start < sentence.tokens.end {
        let mut end = clause_start + 1;
        while end < sentence.tokens.end && !doc.tokens.get(end).is_some_and(|t| t.opens) {
            end += 1;
        }
        let clause = clause_start..end;
        clause_start = end;
        if doc.quoted(clause.start) {
            continue;
        }
        let inside = |m: &&Mention| clause.contains(&m.token);
        let hits: Vec<(&Hit, &Concept)> = doc
            .hits_in(sentence, Class::Look)
            .filter(|(h, _)| clause.contains(&h.token) && !h.likened)
            .collect();
        let noun = hits.iter().find(|(_, c)| is_noun(c));
        let adjective = hits.iter().any(|(_, c)| is_adjective(c));
        let verb =
            doc.hits_in(sentence, Class::Action).any(|(h, c)| clause.contains(&h.token) && c.is("wear"))
                || clause.clone().any(|t| {
                    matches!(
                        doc.word(t),
                        "摘下"
                            | "戴上"
                            | "披上"
                            | "脱下"
                            | "是"
                            | "像"
                            | "结"
                            | "露出"
                            | "写着"
                            | "只剩"
                            | "刷"
                            | "肿着"
                    )
                });
        // 头发留得很长: what is spoken of is what somebody spoken of before has.
        let of_body = hits.first().is_some_and(|(h, c)| h.token == clause.start && is_noun(c));
        let last_told = here.iter().rfind(|m| m.token < clause.start && !m.owner);
        let told_of = last_told.map(|m| m.who);
        // 石头给它刷了漆，灯泡…: what was done to goes on, who did it does not.
        let done_to = last_told.filter(|m| !m.subject).map(|m| m.who);
        let earlier = done_to.or(last_who).or(told_of).or(carried);
        let mut subject = earlier.filter(|_| of_body).or_else(|| {
            here.iter()
                .find(|m| inside(m) && (m.subject || m.token == clause.start))
                .or_else(|| here.iter().find(|m| inside(m) && m.owner))
                .map(|m| m.who)
        });
        if subject.is_none() {
            subject = done_to.or(last_who).or(told_of);
        }
        if subject.is_none() {
            subject = here.iter().find(|m| inside(m)).map(|m| m.who).or(carried);
        }
        if let Some(who) = subject {
            last_who = Some(who);
            // Drop the one spoken of from the front: the fact is what is said.
            let from = here
                .iter()
                .filter(|m| inside(m) && m.token == clause.start && m.who == who)
                .map(|m| m.token + m.len)
                .next()
                .unwrap_or(clause.start);
            let from = if doc.word(from) == "的" || doc.word(from) == "今年" { from + 1 } else { from };
            let text = if from < clause.end { tidy(doc.span(from..clause.end)) } else { String::new() };
            let length = text.chars().count();
            // Somebody going, seeing, talking is an action and no look.
            let busy = doc.hits_in(sentence, Class::Action).any(|(h, c)| {
                clause.contains(&h.token)
                    && (c.is("mind") || c.is("talk") || matches!(c.id.as_str(), "walk" | "see" | "fly"))
            }) || text.starts_with('把')
                || clause.clone().any(|t| matches!(doc.word(t), "掀开" | "伸" | "伸出" | "划出" | "翻"));
            let told = !busy
                && match noun {
                    Some(_) => adjective || verb,
                    None => {
                        adjective
                            && (here.iter().any(|m| m.token == clause.start)
                                || hits.first().is_some_and(|(h, _)| {
                                    h.token == clause.start
                                        || (h.token == clause.start + 1
                                            && doc.word(clause.start).chars().count() == 1)
                                }))
                            && length <= 8
                            && hits.iter().any(|(_, c)| c.is("colour") || c.is("size") || c.is("texture"))
                            && hits.len() * 2 + 2 >= clause.len()
                    }
                };
            if told && (2..=22).contains(&length) {
                facts.push((who, text));
            } else if told && length > 22 {
                facts.push((who, text.chars().take(22).collect()));
            }
        }
        // 她七岁, 他今年十二岁
        let clause_text = doc.span(clause.clone());
        if let Some(at) = clause_text.find('岁')
            && let Some(who) = subject
        {
            let before = clause_text.get(..at).unwrap_or("");
            let digits: String = before
                .chars()
                .rev()
                .take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十百".contains(*c))
                .collect();
            let digits: String = digits.chars().rev().collect();
            let ends = clause_text.ends_with('岁') || clause_text.ends_with("岁了");
            if !digits.is_empty() && ends && !sentence.memory {
                facts.push((who, format!("{digits}岁")));
            }
        }
        // Adjectives right before the one mentioned: 一盏白纸糊的灯, 大黄狗.
        for m in here.iter().filter(inside).filter(|m| m.how == How::Noun) {
            let own = doc.word(m.token);
            let lex = lexicon();
            let coloured = own.chars().count() > 1
                && own.char_indices().any(|(i, c)| {
                    own.get(i..i + c.len_utf8()).is_some_and(|w| {
                        lex.chinese(w).iter().any(|k| lex.concept(*k).is_some_and(|k| k.is("colour")))
                    })
                });
            if coloured {
                facts.push((m.who, own.to_owned()));
            }
            let mut from = m.token;
            while from > clause.start && m.token - from < 5 {
                let word = doc.word(from - 1);
                let look =
                    lex.chinese(word).iter().any(|k| lex.concept(*k).is_some_and(|k| k.class == Class::Look));
                if look || word == "的" || word == "做" || word == "糊" {
                    from -= 1;
                } else {
                    break;
                }
            }
            while from < m.token && doc.word(from) == "的" {
                from += 1;
            }
            if from < m.token
                && (from..m.token).any(|t| {
                    lex.chinese(doc.word(t)).iter().any(|k| lex.concept(*k).is_some_and(is_adjective))
                })
            {
                facts.push((m.who, tidy(doc.span(from..m.token + m.len))));
            }
        }
    }
}
