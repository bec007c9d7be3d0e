//! Ages in Chinese: 她七岁, 十七岁的见习生陆遥.

use std::ops::Range;

use super::Page;
use crate::story::looks::Fact;

impl Page<'_, '_> {
    /// 她七岁, 今年十二岁
    pub(super) fn age(&mut self, clause: &Range<usize>, who: Option<usize>) {
        let text = self.doc.span(clause.clone());
        let Some(at) = text.find('岁') else { return };
        let before = text.get(..at).unwrap_or("");
        let digits: Vec<char> = before
            .chars()
            .rev()
            .take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十百多来几".contains(*c))
            .collect();
        let digits: String = digits.into_iter().rev().collect();
        // 十七岁的见习生陆遥
        let first = self.doc.tokens.get(clause.start).map_or(0, |t| t.start);
        let after = text.get(at..).is_some_and(|r| r.starts_with("岁的"));
        let bearer = after
            .then(|| {
                self.here.iter().find(|m| {
                    clause.contains(&m.token)
                        && !m.owner
                        && self
                            .doc
                            .tokens
                            .get(m.token)
                            .is_some_and(|t| t.start >= first + at && t.start <= first + at + 24)
                })
            })
            .flatten()
            // 照片上三岁的我 was three then.
            .filter(|m| self.word(m.token) != "我")
            .map(|m| m.who);
        let who = bearer.or(who);
        let ends = text.ends_with('岁') || text.ends_with("岁了") || bearer.is_some();
        if !digits.is_empty()
            && ends
            && !self.sentence.memory
            && !["比", "差一", "大了", "小了"].iter().any(|w| before.contains(w))
            && let Some(who) = who
        {
            let start = self.doc.tokens.get(clause.start).map_or(0, |t| t.start) + at - digits.len();
            let span = (start, start + digits.len() + '岁'.len_utf8());
            self.out.push((who, Fact { text: format!("{digits}岁"), span, ..Fact::default() }));
        }
    }
}
