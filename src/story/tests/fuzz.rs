//! Any text gives valid scenes or one clear sentence: a seeded loop in place of
//! a fuzzer, over alphabets that real pastes are made of.

use crate::story::*;

/// Numbers by Knuth's linear congruential generator: the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below.max(1)
    }
}

/// Everything the contract promises, and that every prompt can be written.
fn check(text: &str, options: &StoryOptions) {
    let reading = match read(text, options) {
        Ok(reading) => reading,
        Err(error) => {
            let sentence = error.to_string();
            assert!(!sentence.is_empty() && !sentence.contains('\n'), "{sentence}");
            return;
        }
    };
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    assert!(!reading.scenes.is_empty(), "{text:?}");
    for s in &reading.scenes {
        assert!(at <= s.start && s.start < s.end && s.end <= chars.len(), "{s:?} of {text:?}");
        assert!(
            chars[at..s.start].iter().all(|c| text::is_blank(*c)),
            "text lost before {} of {text:?}",
            s.start
        );
        let (a, b) = s.key_moment;
        assert!(s.start <= a && a < b && b <= s.end, "{s:?} of {text:?}");
        assert!(!s.prompt.is_empty() && !s.title.is_empty(), "{s:?}");
        at = s.end;
    }
    assert!(chars[at..].iter().all(|c| text::is_blank(*c)), "text lost at the end of {text:?}");
    for c in &reading.cast {
        for look in &c.looks {
            let (a, b) = look.span;
            assert!(a <= b && b <= chars.len(), "{look:?} of {text:?}");
            assert!(look.from_scene < reading.scenes.len(), "{look:?}");
            assert!(look.until_scene.is_none_or(|u| u > look.from_scene), "{look:?}");
        }
    }
    for target in [PromptTarget::BuiltIn, PromptTarget::Clip, PromptTarget::T5] {
        for i in 0..reading.scenes.len().min(4) {
            let parts = prompt_for(text, &reading, i, target, &Tone::default());
            let prompt = prompt::join(&parts, Language::English);
            assert!(
                target == PromptTarget::BuiltIn || estimate_tokens(&prompt) <= target.most_tokens(),
                "{prompt}"
            );
        }
    }
}

#[test]
fn random_characters_of_every_kind() {
    let ranges: [(u32, u32); 12] = [
        (0x20, 0x7f),
        (0xa0, 0x24f),
        (0x300, 0x36f),
        (0x5d0, 0x6ff),
        (0x900, 0x97f),
        (0xe00, 0xe7f),
        (0x2000, 0x206f),
        (0x3000, 0x30ff),
        (0x4e00, 0x9fff),
        (0xff00, 0xffef),
        (0x1f300, 0x1faff),
        (0x20000, 0x2a6df),
    ];
    let mut dice = Dice(7);
    for _ in 0..250 {
        let mut text = String::new();
        let mixed = dice.roll(3) == 0;
        let mut range = ranges[dice.roll(ranges.len())];
        for _ in 0..dice.roll(160) + 1 {
            if mixed {
                range = ranges[dice.roll(ranges.len())];
            }
            let code = range.0 + dice.roll((range.1 - range.0) as usize) as u32;
            text.extend(char::from_u32(code));
            if dice.roll(7) == 0 {
                text.push([' ', '\n', '.', '。', '"', '”', '\r', ','][dice.roll(8)]);
            }
        }
        check(&text, &StoryOptions::default());
    }
}

#[test]
fn shuffled_words_of_both_languages() {
    let words: Vec<&str> = "the a Oda Mr. Mrs. Pell she he it was had with in on of and , . ! ? “ ” ' — red coat long hair old man girl \
        fox lantern forest at night Next morning *** # \n \n\n \r\n \t said walked sat was like as if not no her his eyes blue \
        小雨 老裁缝 说 ： “ ” 他 她 穿着 红色 大衣 头发 像 是 一 个 的 人 森林 里 夜里 第二天 。 ， ！ 第一章 周老师 叫 我 跑 哭 12 岁"
        .split(' ')
        .collect();
    let mut dice = Dice(99);
    for round in 0..200 {
        let mut text = String::new();
        let glue = if round % 3 == 0 { "" } else { " " };
        for _ in 0..dice.roll(120) + 1 {
            text.push_str(words[dice.roll(words.len())]);
            text.push_str(glue);
        }
        let scenes = [None, Some(1), Some(3), Some(50)][dice.roll(4)];
        check(&text, &StoryOptions { scenes, ..StoryOptions::default() });
    }
}

#[test]
fn only_punctuation_only_marks_only_one_letter() {
    for text in [
        "。。。！？",
        "\u{301}\u{301}",
        "\u{200f}\u{200e}",
        "“”‘’「」",
        "a",
        "雪",
        "١",
        "🦊",
        "\u{feff}\n",
        "-\n-\n-",
        "# #\n## x",
    ] {
        check(text, &StoryOptions::default());
    }
}
