//! Prompts for CLIP and T5, from English and Chinese stories.
#![allow(clippy::panic)]

use super::*;
use crate::story::{Mood, StoryOptions, read};

const LANTERN: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/stories/the-lantern-keeper.txt"));
const UMBRELLA: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/stories/the-red-umbrella.zh.txt"));

fn prompts(text: &str, target: PromptTarget) -> Vec<String> {
    let reading = read(text, &StoryOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    (0..reading.scenes.len())
        .map(|i| {
            let parts = prompt_for(text, &reading, i, target, &Tone::default());
            crate::story::prompt::join(&parts, Language::English)
        })
        .collect()
}

#[test]
fn prompts_fit_their_encoders_and_are_english() {
    for text in [LANTERN, UMBRELLA] {
        for target in [PromptTarget::Clip, PromptTarget::T5] {
            for prompt in prompts(text, target) {
                assert!(prompt.is_ascii() || !prompt.chars().any(is_han), "{prompt}");
                assert!(estimate_tokens(&prompt) <= target.most_tokens(), "{prompt}");
                assert!(prompt.split(' ').count() >= 5, "{prompt}");
            }
        }
    }
}

#[test]
fn names_give_way_to_looks() {
    let all = prompts(LANTERN, PromptTarget::T5).join(" | ");
    assert!(!all.contains("Wren"), "{all}");
    assert!(all.contains("red coat"), "{all}");
    assert!(all.contains("forest") && all.contains("at night"), "{all}");
}

#[test]
fn a_chinese_scene_in_english() {
    let text = "傍晚，下着大雨，小梅站在石桥上。小梅今年八岁，扎着两条辫子，穿一件红色的雨衣。小梅举着一盏灯笼，望着河水。小梅哭了。";
    let reading = read(text, &StoryOptions { scenes: Some(1), ..StoryOptions::default() })
        .unwrap_or_else(|e| panic!("{e}"));
    let parts = prompt_for(text, &reading, 0, PromptTarget::T5, &Tone::default());
    let prompt = crate::story::prompt::join(&parts, Language::English);
    for words in [
        "girl",
        "8 years old",
        "red raincoat",
        "holding up",
        "a lantern",
        "a stone bridge",
        "at dusk",
        "rain",
    ] {
        assert!(prompt.contains(words), "{words} not in {prompt}");
    }
    assert!(!prompt.chars().any(is_han), "{prompt}");
}

#[test]
fn looks_are_those_of_the_scene() {
    let text = "Mara had long red hair and a blue cloak. Mara walked through the forest at night.\n\n***\n\nNext morning Mara stood in the market. Mara had short black hair. Mara wore a yellow dress. Mara laughed.";
    let reading = read(text, &StoryOptions { scenes: Some(2), ..StoryOptions::default() })
        .unwrap_or_else(|e| panic!("{e}"));
    let at = |i: usize| {
        crate::story::prompt::join(
            &prompt_for(text, &reading, i, PromptTarget::T5, &Tone::default()),
            Language::English,
        )
    };
    assert!(at(0).contains("long red hair") && !at(0).contains("yellow dress"), "{}", at(0));
    assert!(at(1).contains("short black hair") && at(1).contains("yellow dress"), "{}", at(1));
    assert!(!at(1).contains("red hair") && !at(1).contains("cloak"), "{}", at(1));
    let mara = reading.cast.iter().find(|c| c.name == "Mara").unwrap_or_else(|| panic!("{:?}", reading.cast));
    let hair =
        mara.looks.iter().find(|l| l.text == "long red hair").unwrap_or_else(|| panic!("{:?}", mara.looks));
    assert_eq!(slice(text, hair.span.0, hair.span.1), "long red hair");
    assert_eq!((hair.from_scene, hair.until_scene), (0, Some(1)));
}

#[test]
fn a_writers_mood_and_tone_show_at_once() {
    let mut reading = read(LANTERN, &StoryOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    if let Some(scene) = reading.scenes.first_mut() {
        scene.mood = Mood::Frightening;
    }
    let board = Tone { palette: "sepia".into(), ..Tone::default() };
    let parts = prompt_for(LANTERN, &reading, 0, PromptTarget::T5, &board);
    assert!(parts.iter().any(|p| p.source == PartSource::Mood && p.text == "frightening mood"), "{parts:?}");
    assert!(parts.iter().any(|p| p.source == PartSource::Tone && p.text == "sepia"), "{parts:?}");
    assert_eq!(prompt_for(LANTERN, &reading, 999, PromptTarget::T5, &board), []);
    assert_eq!(prompt_for(LANTERN, &reading, 0, PromptTarget::BuiltIn, &board), reading.scenes[0].parts);
}

#[test]
fn tokens_are_estimated_from_above() {
    // CLIP's own counts: 3, 9, 4.
    assert!(estimate_tokens("a red coat") >= 3);
    assert!(estimate_tokens("an extraordinarily straw-coloured plait") >= 9);
    assert!(estimate_tokens("at night, rain") >= 4);
}
