//! Which sentences are told of an earlier time than the story's own.

use super::{Doc, Sentence};
use crate::story::lexicon::numerals::cardinal;
use crate::story::lexicon::words::{among, holds_any};
use crate::story::types::Language;

/// Words that bring a story back to its own time.
const NOW: &str = "now nowadays tonight 今晚 现在 如今 此刻";

/// Chinese words of an earlier time; parts of a sentence.
const MEMORIES: &str = "岁那年 小时候 那年夏天 那年冬天 那年春天 那年秋天 想起那 还记得 多年前 许多年前 年前的 那是前年 那是去年 当年";

/// Words behind "when she was" that tell of a child.
const YOUNG: &str = "a little young small";

/// Ages behind "when she was"; fewer count things: "when there were three".
const AGES: std::ops::RangeInclusive<u32> = 4..=20;

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
            let back = words.iter().any(|w| among(w, NOW));
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

    /// Whether a sentence begins to tell of an earlier time.
    fn recalls(&self, sentence: &Sentence, words: &[&str]) -> bool {
        match self.language {
            Language::English => recalls_in_english(words),
            Language::Chinese => {
                let text = self.text.get(sentence.start..sentence.end).unwrap_or("");
                holds_any(text, MEMORIES)
            }
        }
    }
}

/// "When she was nine", "years ago they had", "remembered the ...".
fn recalls_in_english(words: &[&str]) -> bool {
    let had = words.windows(2).any(|w| w.first() == Some(&"had"));
    let young = words.windows(4).any(|w| match w {
        ["when", _, "was" | "were", age] => {
            among(age, YOUNG) || cardinal(age).is_some_and(|n| AGES.contains(&n))
        }
        _ => false,
    });
    let child = words.contains(&"child")
        && words.windows(3).any(|w| match w {
            ["when", who, "was" | "were"] => among(who, "i he she they we"),
            ["as", "a", age] => among(age, "child boy girl"),
            ["in", "those", "days"] => true,
            _ => false,
        });
    let ago = words.windows(2).any(|w| {
        matches!(w, ["years" | "summers" | "winters", "ago" | "before" | "earlier"] | ["back", "then"])
    });
    let thinking = words.windows(2).any(|w| {
        matches!(
            w,
            ["thinking" | "thought" | "memory" | "memories", "of" | "about"] | ["remembered" | "recalled", _]
        )
    });
    young || child || had && (ago || thinking || tells_a_habit(words))
}

/// "We used to sail"; but "down to the canal, where they used to sail" is no memory.
fn tells_a_habit(words: &[&str]) -> bool {
    words.iter().enumerate().any(|(i, w)| {
        let before = |n: usize| i.checked_sub(n).and_then(|k| words.get(k)).copied().unwrap_or("");
        *w == "used"
            && words.get(i + 1) == Some(&"to")
            && !(1..4).any(|n| among(before(n), "where which that than as"))
    })
}
