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
use crate::story::lexicon::{Class, Concept};
use crate::story::text::tidy;

/// Characters kept of one fact.
const LONGEST_FACT: usize = 24;

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
        let inside: Vec<&Mention> = self.here.iter().filter(|m| clause.contains(&m.token)).collect();
        let hits = self.hits(&clause);
        // 头发留得很长 speaks of whoever was spoken of; 许棠的脸 of 许棠.
        let of_body = hits.first().is_some_and(|(h, c)| h.token <= clause.start + 1 && is_noun(c));
        let first = inside
            .iter()
            .find(|m| m.token == clause.start || (!of_body && m.subject && m.token <= clause.start + 4));
        let mut from = clause.start;
        let mut who = self.spoken_of;
        if let Some(m) = first {
            who = Some(m.who);
            if m.token <= clause.start + 1 {
                from = m.token + m.len;
            }
        }
        while from < clause.end
            && matches!(
                self.word(from),
                "的" | "今年" | "呢" | "啊" | "也" | "却" | "就" | "便" | "都" | "正" | "又"
            )
            && !self.word(from).is_empty()
        {
            from += 1;
        }
        // 那三根指头的人: somebody else, whom nobody has named.
        let foreign = first.is_none()
            && (clause.start..clause.end)
                .any(|t| self.word(t) == "人" && t > clause.start && self.word(t - 1) == "的");
        let told = !foreign && from < clause.end && self.is_look(&clause, from, &hits);
        if told && let Some(who) = who {
            self.push(who, from, clause.end);
        }
        self.age(&clause, who);
        // Whom the next clauses are about: the subject; in 门口站着一个老人 the
        // one who is brought on; and whom something was done to with 给 or 把.
        // 那是一个铁做的人: what follows is about somebody whom nobody has named.
        if foreign
            && (clause.start..clause.end).any(|t| matches!(self.word(t), "是" | "有" | "站着" | "坐着"))
        {
            self.spoken_of = None;
            return;
        }
        if of_body && told && first.is_none() {
            return;
        }
        if let Some(m) = first {
            self.spoken_of = Some(m.who);
            self.told = true;
        }
        let brought = inside.iter().rev().find(|m| !m.owner && m.how != How::Pronoun);
        let staged = clause.clone().any(|t| {
            matches!(
                self.word(t),
                "有" | "来了"
                    | "是"
                    | "站着"
                    | "坐着"
                    | "走来"
                    | "进来"
                    | "蹲着"
                    | "躺着"
                    | "住着"
                    | "趴着"
                    | "放着"
                    | "牵着"
                    | "带着"
            )
        });
        if let Some(m) = brought
            && (first.is_none() && (staged || !self.told)
                || staged
                    && first.is_some_and(|f| {
                        f.token != m.token && self.doc.word(m.token.saturating_sub(1)) != "在"
                    }))
        {
            self.spoken_of = Some(m.who);
        }
        let done_to = inside.iter().rev().find(|m| {
            m.token > clause.start
                && !m.subject
                && matches!(self.word(m.token - 1), "给" | "把" | "替" | "为")
        });
        if let Some(m) = done_to {
            self.spoken_of = Some(m.who);
        }
    }
}
