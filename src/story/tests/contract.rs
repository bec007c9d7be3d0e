//! What every reading of any text keeps to.

use super::{LANTERN, OWL, check, scenes_of};
use crate::story::*;

#[test]
fn odd_texts_give_valid_scenes_or_a_sentence() {
    let long = "word ".repeat(3000);
    let odd = [
        "One.",
        "\u{feff}One. Two.",
        "a\r\nb\r\n\r\nc\r\n",
        "***\n\nText.\n\n***",
        "# Title only",
        "第一章",
        "שלום עולם. הוא הלך ליער.",
        "😀 🐉! 👩‍👩‍👧‍👦 hello 🦊.",
        "\"\"\"“‘「『x",
        "1",
        "No stops at all and no end in sight",
        "雪雪雪雪雪雪",
        "她说：“我叫小雪。”",
        "He said he had had had. Like. Like a. As. As if",
        long.as_str(),
    ];
    for text in odd {
        for scenes in [None, Some(1), Some(2), Some(7), Some(100_000)] {
            match read(text, &StoryOptions { scenes, ..StoryOptions::default() }) {
                Ok(reading) => check(text, &reading),
                Err(e) => panic!("{text:?}: {e}"),
            }
        }
    }
    for text in ["", " \n\u{3000}", "\u{feff}"] {
        assert_eq!(read(text, &StoryOptions::default()), Err(StoryError::Empty));
    }
    assert_eq!(read("... !? ***", &StoryOptions::default()), Err(StoryError::NoWords));
    assert_eq!(
        read("x", &StoryOptions { scenes: Some(0), ..StoryOptions::default() }),
        Err(StoryError::NoScenes)
    );
}

#[test]
fn pieces_of_stories_never_break_it() {
    // A small generator in place of a fuzzer: every seed is another shuffle.
    let alphabet: Vec<char> =
        "ab A.!?\"“”‘’'\n\r\t*-#—…的他她说在雪。！？，「」1５ é\u{3000}\u{200f}😀\u{301}ß".chars().collect();
    let mut seed = 1u64;
    for _ in 0..400 {
        let mut text = String::new();
        for _ in 0..(seed % 60 + 1) {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push(alphabet[(seed >> 33) as usize % alphabet.len()]);
        }
        if let Ok(reading) = read(&text, &StoryOptions::default()) {
            check(&text, &reading);
        }
        let ranges = split_evenly(&text, 3);
        assert!(ranges.windows(2).all(|w| w[0].1 == w[1].0));
    }
}

#[test]
fn asked_numbers_of_scenes_are_kept() {
    for n in [1, 2, 5, 12, 40] {
        assert_eq!(scenes_of(LANTERN, Some(n)).len(), n);
    }
    assert_eq!(scenes_of("One. Two. Three.", Some(9)).len(), 3);
}

#[test]
fn line_endings_and_wraps_do_not_move_scenes() {
    let plain = scenes_of(LANTERN, None);
    let dos = LANTERN.replace('\n', "\r\n");
    let heads = |text: &str, scenes: &[Scene]| -> Vec<String> {
        scenes.iter().map(|s| slice(text, s.key_moment.0, s.key_moment.0 + 12).to_owned()).collect()
    };
    let again = scenes_of(&dos, None);
    assert_eq!(heads(LANTERN, &plain), heads(&dos, &again));
    let wrapped = LANTERN.replace(". ", ".\n");
    assert_eq!(heads(LANTERN, &plain), heads(&wrapped, &scenes_of(&wrapped, None)));
}

#[test]
fn json_is_the_contract() {
    let reading = read(OWL, &StoryOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    let json = serde_json::to_value(&reading).unwrap_or_default();
    assert_eq!(json["language"], "en");
    assert!(json["scenes"][0]["key_moment"].as_array().is_some_and(|a| a.len() == 2));
    assert_eq!(json["scenes"][1]["time"], "day");
    let back: Result<Reading, _> = serde_json::from_value(json);
    assert_eq!(back.ok(), Some(reading));
}

#[test]
fn prompt_parts_join_to_the_prompt() {
    let parts = prompt_parts(OWL, &StoryOptions::default()).unwrap_or_default();
    let scenes = scenes_of(OWL, None);
    assert_eq!(parts.len(), scenes.len());
    for (p, s) in parts.iter().zip(scenes) {
        assert_eq!(prompt::join(p, Language::English), s.prompt);
        assert!(s.prompt.split_whitespace().count() <= 40, "{}", s.prompt);
    }
}

#[test]
fn a_scene_drawn_by_hand_reads_what_was_told_before() {
    let text = "Oda wore a red coat. At dusk she walked into the forest. Rain fell.\n\n\
        She climbed over a log. She lifted the lantern and listened.\n\nNext morning Oda sat in the kitchen.";
    let start = text.find("She climbed").unwrap_or(0);
    let end = text.find("Next morning").unwrap_or(0);
    let options = StoryOptions::default();
    let scene = read_scene(text, &options, (start, end), None).unwrap_or_default();
    assert_eq!((scene.start, scene.end), (start, end));
    assert!(scene.characters.iter().any(|c| c == "Oda"), "{scene:?}");
    assert!(scene.prompt.contains("red coat") && scene.prompt.contains("in a forest"), "{}", scene.prompt);
    assert_eq!(scene.time, TimeOfDay::Dusk);
    assert!(scene.parts.iter().any(|p| p.source == PartSource::Setting));
    let from = text.find("She lifted").unwrap_or(0);
    let moment = (from, end - 2);
    let scene = read_scene(text, &options, (start, end), Some(moment)).unwrap_or_default();
    assert_eq!(scene.key_moment, moment);
    assert!(scene.prompt.contains("holding a lantern"), "{}", scene.prompt);
    assert_eq!(read_scene(text, &options, (text.len(), text.len()), None), Err(StoryError::NoWords));
    // Far inside a long book only what is near is read, and offsets hold.
    let long = format!("{}{text}", "The sea was calm. 海。\n\n".repeat(12_000));
    let shift = long.chars().count() - text.chars().count();
    let scene = read_scene(&long, &options, (start + shift, end + shift), None).unwrap_or_default();
    assert!(slice(&long, scene.key_moment.0, scene.key_moment.1).starts_with("She "), "{scene:?}");
    assert!(scene.prompt.contains("red coat"), "{}", scene.prompt);
}

#[test]
fn a_long_story_takes_linear_time() {
    // A quarter of 1 MB against the whole: four times the work is linear,
    // sixteen quadratic, however busy the machine is.
    let timed = |bytes: usize| {
        let novel = LANTERN.repeat(bytes / LANTERN.len() + 1);
        let started = std::time::Instant::now();
        check(&novel, &read(&novel, &StoryOptions::default()).unwrap_or_else(|e| panic!("{e}")));
        started.elapsed()
    };
    let (quarter, whole) = (timed(250_000), timed(1_000_000));
    assert!(whole < quarter * 10, "a quarter of the text took {quarter:?}, the whole {whole:?}");
}
