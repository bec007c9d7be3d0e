//! Things and words of weather, sky and place that act and speak like somebody.

use std::collections::HashMap;

use super::Reader;
use crate::story::lexicon::Class;
use crate::story::lexicon::words::begins_with_any;
use crate::story::names::chinese::BETWEEN;

/// Verbs that need a will, for things.
const VERBS_OF_WILL: &str =
    "说 问 跳 走 跑 站 坐 等 回头 钻 躲 抖 不肯 不说话 睡 醒 笑 哭 听 看 退 追 喊 叫 想 游 飞 眨 靠";

/// Verbs and manners of somebody, for words of sky, weather and place.
const VERBS_OF_SPIRITS: &str =
    "想 笑 哭 睡 低着头 害怕 知道 觉得 看见 听 跑 走 躲 点点头 摇摇头 叹 弯着腰 趴 来 伸 眨 坐 跳 不肯 答应";

/// The first forty characters: as far as a clause goes.
fn opening(text: &str) -> &str {
    text.char_indices().nth(40).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

impl Reader<'_, '_> {
    /// Things that say, jump, hide ...: subjects of verbs that need a will, at
    /// least three times.
    pub(super) fn acting_things(&self) -> HashMap<usize, usize> {
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for sentence in &self.doc.sentences {
            for (hit, _) in self.doc.hits_in(sentence, Class::Prop) {
                if self.doc.quoted(hit.token) || hit.likened {
                    continue;
                }
                let from = self.doc.tokens.get(hit.token).map_or(0, |t| t.end);
                let rest = self.doc.text.get(from..sentence.end).unwrap_or("");
                let mut rest = rest;
                for _ in 0..2 {
                    if let Some(word) = BETWEEN
                        .iter()
                        .filter(|w| **w != "不" && rest.starts_with(**w))
                        .max_by_key(|w| w.len())
                    {
                        rest = rest.strip_prefix(*word).unwrap_or(rest);
                    }
                }
                if begins_with_any(rest, VERBS_OF_WILL) {
                    *counts.entry(hit.concept).or_default() += 1;
                }
            }
        }
        counts.retain(|_, n| *n >= 3);
        counts
    }

    /// Words of weather, time and place that say something and act, three
    /// times at least.
    pub(super) fn speaking_words(&self) -> HashMap<String, usize> {
        let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
        for sentence in &self.doc.sentences {
            let speech = self.doc.text.get(sentence.start..sentence.end).unwrap_or("").contains(['“', '「']);
            for (hit, concept) in self.doc.hits_of(sentence) {
                let soul =
                    matches!(concept.class, Class::Weather | Class::Time | Class::Setting) && hit.len == 1;
                if !soul || hit.likened || self.doc.quoted(hit.token) {
                    continue;
                }
                let from = self.doc.tokens.get(hit.token).map_or(0, |t| t.end);
                let rest = opening(self.doc.text.get(from..sentence.end).unwrap_or(""));
                let clause = rest.split(['，', '。', '：', '！', '？', '“', '「']).next().unwrap_or("");
                let says = clause.ends_with(['说', '问', '道', '喊']) || speech && clause.contains('说');
                let acts = says || begins_with_any(clause, VERBS_OF_SPIRITS);
                let count = counts.entry(self.doc.word(hit.token)).or_default();
                count.0 += usize::from(acts);
                count.1 += usize::from(says);
            }
        }
        counts
            .into_iter()
            .filter(|(_, c)| c.0 >= 3 && c.1 >= 1 || c.1 >= 2)
            .map(|(w, c)| (w.to_owned(), c.0))
            .collect()
    }
}
