//! The painter's own words for places, weathers, garments, times and moods, in
//! both languages (`train::vocabulary_tests` holds them to the painter's captions).

use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::types::{Language, Mood, TimeOfDay};

/// The painter's phrase for a place; its `drawn` or `near` names one of the
/// places the painter knows.
pub fn place(concept: &Concept, language: Language) -> String {
    let id = match if concept.drawn.is_empty() { concept.near.as_str() } else { concept.drawn.as_str() } {
        "city street" => "street",
        "open sea" => "sea",
        "night sky" => "sky",
        "room" if language == Language::English => return "in a room".to_owned(),
        "room" => return "在房间里".to_owned(),
        other => other,
    };
    let known = lexicon().concepts.iter().find(|c| c.class == Class::Setting && c.id == id);
    known
        .map(|c| if language == Language::English { c.say.0.clone() } else { c.say.1.clone() })
        .unwrap_or_default()
}

/// The painter's word for a weather.
pub fn weather(concept: &Concept, language: Language) -> &'static str {
    match (concept.near.as_str(), language) {
        ("rain", Language::English) => "rain",
        ("rain", Language::Chinese) => "下雨",
        ("storm", Language::English) => "storm",
        ("storm", Language::Chinese) => "暴风雨",
        ("snow", Language::English) => "snow",
        ("snow", Language::Chinese) => "下雪",
        ("fog", Language::English) => "fog",
        ("fog", Language::Chinese) => "有雾",
        ("wind", Language::English) => "wind",
        ("wind", Language::Chinese) => "刮风",
        (_, Language::English) => "clear",
        (_, Language::Chinese) => "晴",
    }
}

/// The painter's garment for a story's, on a figure.
pub fn worn(garment: &str, figure: &str) -> &'static str {
    let lady = matches!(figure, "girl" | "woman" | "old woman" | "queen" | "witch");
    let robed = matches!(figure, "king" | "queen" | "witch" | "wizard");
    let plain = matches!(figure, "boy" | "man" | "old man" | "pirate");
    let is = |list: &str| among(garment, list);
    if lady
        && is(
            "dress gown skirt frock apron pinafore nightgown nightdress nightie sundress petticoat smock kimono sari tunic overalls dungarees",
        )
    {
        "dress"
    } else if figure != "queen" && is("cloak cape shawl poncho mantle hood") {
        "cloak"
    } else if robed && is("robe robes gown kimono cassock toga") {
        "robe"
    } else if plain
        && is(
            "jacket blazer anorak parka uniform waistcoat vest sweater jumper jersey cardigan hoodie pullover overalls shirt",
        )
    {
        "jacket"
    } else if plain && is("raincoat oilskin oilskins mac mackintosh") {
        "raincoat"
    } else {
        "coat"
    }
}

/// The painter's words for a time of day; empty where it is unknown.
pub fn time(time: TimeOfDay, language: Language) -> &'static str {
    match (language, time) {
        (_, TimeOfDay::Unknown) => "",
        (Language::English, TimeOfDay::Dawn) => "at dawn",
        (Language::English, TimeOfDay::Day) => "in the day",
        (Language::English, TimeOfDay::Dusk) => "at dusk",
        (Language::English, TimeOfDay::Night) => "at night",
        (Language::Chinese, TimeOfDay::Dawn) => "黎明",
        (Language::Chinese, TimeOfDay::Day) => "白天",
        (Language::Chinese, TimeOfDay::Dusk) => "黄昏",
        (Language::Chinese, TimeOfDay::Night) => "夜晚",
    }
}

/// The word for a mood; empty for none.
pub fn mood(mood: Mood, language: Language) -> &'static str {
    match (language, mood) {
        (_, Mood::Neutral) => "",
        (Language::English, Mood::Joyful) => "joyful",
        (Language::English, Mood::Calm) => "calm",
        (Language::English, Mood::Tense) => "tense",
        (Language::English, Mood::Sad) => "sad",
        (Language::English, Mood::Mysterious) => "mysterious",
        (Language::English, Mood::Frightening) => "frightening",
        (Language::English, Mood::Hopeful) => "hopeful",
        (Language::Chinese, Mood::Joyful) => "欢快",
        (Language::Chinese, Mood::Calm) => "宁静",
        (Language::Chinese, Mood::Tense) => "紧张",
        (Language::Chinese, Mood::Sad) => "悲伤",
        (Language::Chinese, Mood::Mysterious) => "神秘",
        (Language::Chinese, Mood::Frightening) => "可怕",
        (Language::Chinese, Mood::Hopeful) => "充满希望",
    }
}

pub fn noun_zh(near: &str) -> &str {
    match near {
        "girl" => "小女孩",
        "boy" => "小男孩",
        "woman" => "女人",
        "man" => "男人",
        "old woman" => "老奶奶",
        "old man" => "老爷爷",
        "king" => "国王",
        "queen" => "王后",
        "knight" => "骑士",
        "wizard" => "巫师",
        "witch" => "女巫",
        "pirate" => "海盗",
        "ghost" => "幽灵",
        "robot" => "机器人",
        "fox" => "狐狸",
        "bear" => "熊",
        "rabbit" => "兔子",
        "cat" => "猫",
        "dog" => "狗",
        "owl" => "猫头鹰",
        "dragon" => "龙",
        "wolf" => "狼",
        "horse" => "马",
        "deer" => "鹿",
        "crow" => "乌鸦",
        "mouse" => "老鼠",
        "tortoise" => "乌龟",
        "whale" => "鲸鱼",
        other => other,
    }
}

/// The painter's Chinese word for one of its colours.
pub fn colour_zh(near: &str) -> &str {
    match near {
        "red" => "红色",
        "blue" => "蓝色",
        "green" => "绿色",
        "yellow" => "黄色",
        "purple" => "紫色",
        "white" => "白色",
        "black" => "黑色",
        "brown" => "棕色",
        "orange" => "橙色",
        "grey" => "灰色",
        other => other,
    }
}
