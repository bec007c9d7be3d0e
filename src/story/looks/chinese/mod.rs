//! Chinese facts of looks: whole clauses such as 剪着短短的学生头 or 左脸有一颗小痣,
//! and what stands before the noun of somebody (一个满脸胡子的男人).
//!
//! Chinese drops its subjects, so a sentence is read clause by clause with the
//! one spoken of kept in mind.

mod age;
mod attributes;
mod predicate;

use std::ops::Range;

use super::{Fact, is_noun};
use crate::story::cast::{How, Mention};
use crate::story::doc::{Doc, Hit, Sentence};
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, Concept};
use crate::story::text::tidy;

/// Characters kept of one fact.
const LONGEST_FACT: usize = 24;

/// Adverbs and particles between a subject and its predicate.
const BEFORE_PREDICATE: &str = "的 今年 呢 啊 也 却 就 便 都 正 又";

/// Verbs that bring somebody on: 门口站着一个老人.
const PRESENTING: &str = "有 来了 是 站着 坐着 走来 进来 蹲着 躺着 住着 趴着 放着 牵着 带着";

/// Adds the facts of one sentence. `before` are the mentions of the sentence
/// before it.
pub fn read(
    doc: &Doc,
    sentence: &Sentence,
    here: &[Mention],
    before: &[Mention],
    out: &mut Vec<(usize, Fact)>,
) {
    let carried = before
        .iter()
        .rev()
        .find(|m| m.subject && !m.owner)
        .or_else(|| before.iter().rev().find(|m| !m.owner))
        .map(|m| m.who);
    let mut page = Page { doc, sentence, here, out, spoken_of: carried, told: false };
    let mut start = sentence.tokens.start;
    while start < sentence.tokens.end {
        let mut end = start + 1;
        while end < sentence.tokens.end && !doc.tokens.get(end).is_some_and(|t| t.opens) {
            end += 1;
        }
        if !doc.quoted(start) {
            page.clause(start..end);
            page.before_nouns(start..end);
        }
        start = end;
    }
}

/// One sentence while its facts are collected.
struct Page<'d, 'a> {
    doc: &'d Doc<'a>,
    sentence: &'d Sentence,
    here: &'d [Mention],
    out: &'d mut Vec<(usize, Fact)>,
    /// Whom the clauses without a subject are about.
    spoken_of: Option<usize>,
    /// `spoken_of` was named in this sentence.
    told: bool,
}

impl Page<'_, '_> {
    fn word(&self, t: usize) -> &str {
        self.doc.word(t)
    }

    fn hits(&self, clause: &Range<usize>) -> Vec<(&Hit, &'static Concept)> {
        // 一头鲸: there it measures.
        let measure = |t: usize| {
            matches!(self.word(t), "头" | "口" | "面")
                && t.checked_sub(1).is_some_and(|b| {
                    matches!(self.word(b), "一" | "两" | "三" | "几" | "那" | "这" | "每" | "一头" | "半")
                })
        };
        self.doc
            .hits_in(self.sentence, Class::Look)
            .filter(|(h, _)| clause.contains(&h.token) && !measure(h.token))
            .collect()
    }

    fn push(&mut self, who: usize, from: usize, to: usize) {
        let text = tidy(self.doc.span(from..to));
        let text: String = text.chars().take(LONGEST_FACT).collect();
        if text.chars().count() < 2 {
            return;
        }
        let start = self.doc.tokens.get(from).map_or(0, |t| t.start);
        let end = to.checked_sub(1).and_then(|t| self.doc.tokens.get(t)).map_or(start, |t| t.end);
        self.out.push((who, Fact { text, span: (start, end), ..Fact::default() }));
    }

    fn clause(&mut self, clause: Range<usize>) {
        let hits = self.hits(&clause);
        // 头发留得很长 speaks of whoever was spoken of; 许棠的脸 of 许棠.
        let of_body = hits.first().is_some_and(|(h, c)| h.token <= clause.start + 1 && is_noun(c));
        let here = self.here;
        let mut inside = here.iter().filter(|m| clause.contains(&m.token));
        let subject = inside
            .find(|m| m.token == clause.start || (!of_body && m.subject && m.token <= clause.start + 4));
        let who = subject.map(|m| m.who).or(self.spoken_of);
        let mut from =
            subject.filter(|m| m.token <= clause.start + 1).map_or(clause.start, |m| m.token + m.len);
        while from < clause.end && among(self.word(from), BEFORE_PREDICATE) {
            from += 1;
        }
        let foreign = subject.is_none() && self.is_of_another(&clause);
        let told = !foreign && from < clause.end && self.is_look(&clause, from, &hits);
        if told && let Some(who) = who {
            self.push(who, from, clause.end);
        }
        self.age(&clause, who);
        // 那是一个铁做的人: what follows is about somebody whom nobody has named.
        if foreign && clause.clone().any(|t| among(self.word(t), "是 有 站着 坐着")) {
            self.spoken_of = None;
            return;
        }
        if !(of_body && told && subject.is_none()) {
            self.follow(&clause, subject);
        }
    }

    /// 那三根指头的人: somebody else, whom nobody has named.
    fn is_of_another(&self, clause: &Range<usize>) -> bool {
        clause.clone().skip(1).any(|t| self.word(t) == "人" && self.word(t - 1) == "的")
    }

    /// Finds whom the next clauses are about: the subject; in 门口站着一个老人 the
    /// one who is brought on; and whom something was done to with 给 or 把.
    fn follow(&mut self, clause: &Range<usize>, subject: Option<&Mention>) {
        if let Some(m) = subject {
            self.spoken_of = Some(m.who);
            self.told = true;
        }
        let here = self.here;
        let inside = || here.iter().rev().filter(|m| clause.contains(&m.token));
        let staged = clause.clone().any(|t| among(self.word(t), PRESENTING));
        let brought = inside().find(|m| !m.owner && m.how != How::Pronoun).filter(|m| match subject {
            None => staged || !self.told,
            Some(f) => staged && f.token != m.token && self.doc.word(m.token.saturating_sub(1)) != "在",
        });
        let done_to = inside()
            .find(|m| m.token > clause.start && !m.subject && among(self.word(m.token - 1), "给 把 替 为"));
        if let Some(m) = done_to.or(brought) {
            self.spoken_of = Some(m.who);
        }
    }
}
