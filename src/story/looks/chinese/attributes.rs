//! What stands before a Chinese noun and tells a look: 一个满脸胡子的男人.

use std::ops::Range;

use super::Page;
use crate::story::cast::How;
use crate::story::lexicon::{Class, lexicon};

impl Page<'_, '_> {
    /// 一盏白纸糊的灯, 大黄狗, 一个穿红衣服的小女孩
    pub(super) fn before_nouns(&mut self, clause: Range<usize>) {
        let lex = lexicon();
        let here = self.here;
        for m in here.iter().filter(|m| clause.contains(&m.token) && m.how == How::Noun) {
            let own = self.word(m.token).to_owned();
            let coloured = own.chars().count() > 1
                && own.char_indices().any(|(i, c)| {
                    own.get(i..i + c.len_utf8()).is_some_and(|w| {
                        lex.chinese(w).iter().any(|k| lex.concept(*k).is_some_and(|k| k.is("colour")))
                    })
                });
            if coloured {
                self.push(m.who, m.token, m.token + m.len);
            }
            let look = |t: usize| {
                lex.chinese(self.doc.word(t))
                    .iter()
                    .any(|k| lex.concept(*k).is_some_and(|k| k.class == Class::Look))
            };
            let mut from = m.token;
            while from > clause.start && m.token - from < 5 {
                let word = self.word(from - 1);
                if look(from - 1) || matches!(word, "的" | "做" | "糊") {
                    from -= 1;
                } else {
                    break;
                }
            }
            // The whole attribute back to the measure word, if it holds a look.
            if m.token > clause.start + 2 && self.word(m.token - 1) == "的" {
                let measure = (clause.start..m.token - 1).rev().take(9).find(|t| {
                    matches!(
                        self.word(*t),
                        "个" | "位"
                            | "名"
                            | "只"
                            | "条"
                            | "匹"
                            | "头"
                            | "盏"
                            | "群"
                            | "朵"
                            | "座"
                            | "架"
                            | "台"
                    ) && *t > clause.start
                        && "一两三那这几某另每".contains(self.word(*t - 1).chars().last().unwrap_or(' '))
                });
                if let Some(measure) = measure
                    && (measure + 1..m.token - 1).any(look)
                {
                    from = from.min(measure + 1);
                }
            }
            while from < m.token && self.word(from) == "的" {
                from += 1;
            }
            let adjective = (from..m.token).any(|t| {
                lex.chinese(self.word(t))
                    .iter()
                    .any(|k| lex.concept(*k).is_some_and(|k| k.class == Class::Look))
            });
            if from < m.token && adjective {
                self.push(m.who, from, m.token + m.len);
            }
        }
    }
}
