//! Words that mean nothing to the painter: moods, names, the story-teller's
//! phrases. Captions carry them now and then, so that they do no harm.

use rand::Rng;
use rand::seq::IndexedRandom;

use super::words::Language;

/// The moods that the story reader adds to a prompt.
const MOODS_EN: [&str; 7] = ["joyful", "calm", "tense", "sad", "mysterious", "frightening", "hopeful"];
const MOODS_ZH: [&str; 7] = ["欢快", "宁静", "紧张", "悲伤", "神秘", "可怕", "充满希望"];

const NAMES_EN: [&str; 16] = [
    "Mara",
    "Wren",
    "Pip",
    "Tom",
    "Lena",
    "Oskar",
    "Juniper",
    "Elias",
    "Captain Holt",
    "Mrs Finch",
    "Bramble",
    "Ada",
    "Tomas",
    "Ivy",
    "Old Ben",
    "Nell",
];
const NAMES_ZH: [&str; 10] =
    ["阿明", "小玲", "石头", "阿福", "小豆子", "梅子", "老周", "小安", "阿婆", "大壮"];

const LEADS_EN: [&str; 8] = [
    "once upon a time",
    "long ago",
    "this is how it was",
    "at last",
    "suddenly",
    "and so",
    "the story begins",
    "nobody knew why",
];
const LEADS_ZH: [&str; 6] = ["从前", "很久以前", "有一天", "忽然", "据说", "终于"];

const TAILS_EN: [&str; 16] = [
    "says the old tale",
    "as if in a dream",
    "thinking of home",
    "for the first time",
    "who could not sleep",
    "without a word",
    "full of wonder",
    "listening",
    "highly detailed",
    "masterpiece",
    "children's picture",
    "storybook illustration",
    "beautiful",
    "the end of the journey",
    "waving to somebody",
    "cinematic",
];
const TAILS_ZH: [&str; 12] = [
    "故事里这样说",
    "像做梦一样",
    "想着回家",
    "第一次",
    "谁也没有说话",
    "心里很高兴",
    "绘本插图",
    "精美",
    "细节丰富",
    "听着什么",
    "向谁挥手",
    "童话",
];

/// One of the moods.
pub fn mood(language: Language, rng: &mut impl Rng) -> &'static str {
    let list = if language == Language::English { &MOODS_EN } else { &MOODS_ZH };
    list.choose(rng).copied().unwrap_or("")
}

/// `text` with something that says nothing about the picture.
pub fn added(text: String, language: Language, rng: &mut impl Rng) -> String {
    let english = language == Language::English;
    let comma = if english { ", " } else { "，" };
    let choose = |list: &[&'static str], rng: &mut _| list.choose(rng).copied().unwrap_or("");
    let full = text.ends_with(['.', '。']);
    match rng.random_range(0..5) {
        0 => {
            let name = choose(if english { &NAMES_EN } else { &NAMES_ZH }, rng);
            format!("{name}{comma}{text}")
        }
        1 => {
            let lead = choose(if english { &LEADS_EN } else { &LEADS_ZH }, rng);
            format!("{lead}{comma}{text}")
        }
        2 if !full => format!("{text}{comma}{}", mood(language, rng)),
        _ => {
            let tail = choose(if english { &TAILS_EN } else { &TAILS_ZH }, rng);
            match (full, english) {
                (false, _) => format!("{text}{comma}{tail}"),
                // After a full stop it is a sentence of its own.
                (true, true) => format!("{text} {}.", super::wording::capital(tail)),
                (true, false) => format!("{text}{tail}。"),
            }
        }
    }
}
