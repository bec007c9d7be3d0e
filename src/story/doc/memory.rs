//! Which sentences are told of an earlier time than the story's own.

use super::{Doc, Sentence};
use crate::story::types::Language;

impl<'a> Doc<'a> {
    /// Marks sentences told of an earlier time: from a strong cue ("when she was
    /// six", 五岁那年) to the end of the paragraph or the next "now".
    pub(super) fn mark_memories(&mut self) {
        let mut inside = false;
        for s in 0..self.sentences.len() {
            let Some(sentence) = self.sentences.get(s) else {
                continue;
            };
            if sentence.first {
                inside = false;
            }
            let words: Vec<&str> = sentence.tokens.clone().map(|t| self.word(t)).collect();
            let back = words
                .iter()
                .any(|w| matches!(*w, "now" | "nowadays" | "tonight" | "今晚" | "现在" | "如今" | "此刻"));
            if back {
                inside = false;
            }
            let narrated = sentence.talk < 0.5;
            if narrated && !back && self.recalls(sentence, &words) {
                inside = true;
            }
            let memory = inside;
            if let Some(sentence) = self.sentences.get_mut(s) {
                sentence.memory = memory;
            }
        }
    }

    fn recalls(&self, sentence: &Sentence, words: &[&str]) -> bool {
        let Some(text) = self.text.get(sentence.start..sentence.end) else {
            return false;
        };
        if self.language == Language::Chinese {
            let strong = [
                "岁那年",
                "小时候",
                "那年夏天",
                "那年冬天",
                "那年春天",
                "那年秋天",
                "想起那",
                "还记得",
                "多年前",
                "许多年前",
                "年前的",
                "那是前年",
                "那是去年",
                "当年",
            ];
            return strong.iter().any(|cue| text.contains(cue));
        }
        let had = words.windows(2).filter(|w| w.first() == Some(&"had")).count();
        let triple = words.windows(3).any(|w| match w {
            ["when", who, "was" | "were"] => matches!(*who, "i" | "he" | "she" | "they" | "we"),
            ["as", "a", age] => matches!(*age, "child" | "boy" | "girl"),
            ["in", "those", "days"] => true,
            _ => false,
        });
        let was_young = words.windows(4).any(|w| match w {
            ["when", _, "was" | "were", age] => {
                matches!(
                    *age,
                    "a" | "little"
                        | "young"
                        | "small"
                        | "six"
                        | "seven"
                        | "five"
                        | "four"
                        | "eight"
                        | "nine"
                        | "ten"
                        | "eleven"
                        | "twelve"
                        | "nineteen"
                        | "eighteen"
                        | "twenty"
                        | "sixteen"
                        | "seventeen"
                        | "fifteen"
                        | "fourteen"
                        | "thirteen"
                )
            }
            _ => false,
        });
        // "down to the canal, where they used to sail" is no memory.
        let habit = words.iter().enumerate().any(|(i, w)| {
            let behind = |n: usize| i.checked_sub(n).and_then(|k| words.get(k)).copied().unwrap_or("");
            *w == "used"
                && words.get(i + 1) == Some(&"to")
                && !(1..4).any(|n| matches!(behind(n), "where" | "which" | "that" | "than" | "as"))
        });
        let ago = habit
            || words.windows(2).any(|w| {
                matches!(
                    w,
                    ["years" | "summers" | "winters", "ago" | "before" | "earlier"] | ["back", "then"]
                )
            });
        let thinking = words.windows(2).any(|w| {
            matches!(
                w,
                ["thinking" | "thought" | "memory" | "memories", "of" | "about"]
                    | ["remembered" | "recalled", _]
            )
        });
        was_young || (triple && words.contains(&"child")) || (ago && had > 0) || (thinking && had > 0)
    }
}
