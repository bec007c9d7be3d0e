//! What stands before a Chinese noun and tells a look: 一个满脸胡子的男人.

use std::ops::Range;

use super::Page;
use crate::story::cast::{How, Mention};
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, lexicon};

/// Classifiers of people, animals and things that act.
const CLASSIFIERS: &str = "个 位 名 只 条 匹 头 盏 群 朵 座 架 台";

/// Numerals and demonstratives that a classifier follows.
const BEFORE_CLASSIFIER: &str = "一两三那这几某另每";

/// Tokens that a row of adjectives reaches back.
const ROW: usize = 5;

impl Page<'_, '_> {
    /// 一盏白纸糊的灯, 大黄狗, 一个穿红衣服的小女孩
    pub(super) fn before_nouns(&mut self, clause: Range<usize>) {
        let here = self.here;
        for m in here.iter().filter(|m| clause.contains(&m.token) && m.how == How::Noun) {
            if is_coloured(self.word(m.token)) {
                self.push(m.who, m.token, m.token + m.len);
            }
            let mut from = self.row_of_adjectives(&clause, m);
            if let Some(first) = self.attribute(&clause, m) {
                from = from.min(first);
            }
            while from < m.token && self.word(from) == "的" {
                from += 1;
            }
            if (from..m.token).any(|t| self.is_look_word(t)) {
                self.push(m.who, from, m.token + m.len);
            }
        }
    }

    fn is_look_word(&self, t: usize) -> bool {
        lexicon().chinese_word(self.doc.word(t)).any(|(_, c)| c.class == Class::Look)
    }

    /// First token of the adjectives right before a noun.
    fn row_of_adjectives(&self, clause: &Range<usize>, m: &Mention) -> usize {
        let mut from = m.token;
        while from > clause.start
            && m.token - from < ROW
            && (self.is_look_word(from - 1) || matches!(self.word(from - 1), "的" | "做" | "糊"))
        {
            from -= 1;
        }
        from
    }

    /// The whole attribute from behind the classifier to 的, if it holds a look.
    fn attribute(&self, clause: &Range<usize>, m: &Mention) -> Option<usize> {
        if m.token <= clause.start + 2 || self.word(m.token - 1) != "的" {
            return None;
        }
        let counted = |t: &usize| {
            among(self.word(*t), CLASSIFIERS)
                && *t > clause.start
                && BEFORE_CLASSIFIER.contains(self.word(*t - 1).chars().last().unwrap_or(' '))
        };
        let classifier = (clause.start..m.token - 1).rev().take(9).find(counted)?;
        (classifier + 1..m.token - 1).any(|t| self.is_look_word(t)).then_some(classifier + 1)
    }
}

/// 大黄狗: the noun itself tells a colour.
fn is_coloured(noun: &str) -> bool {
    let colour = |(i, c): (usize, char)| {
        noun.get(i..i + c.len_utf8()).is_some_and(|w| lexicon().chinese_word(w).any(|(_, c)| c.is("colour")))
    };
    noun.chars().count() > 1 && noun.char_indices().any(colour)
}
