//! From story text to scenes, cast, setting, mood and prompts: pure functions,
//! no input or output, no sibling room.
//!
//! # The way of a text
//!
//! [`decode`] makes characters of bytes; `breaks` finds paragraphs, headings and
//! scene breaks; `segment` cuts sentences (UAX #29, mended for prose) and
//! `sentences` tokens, and looks every word up in the lexicon
//! (`assets/lexicon`: English and Chinese words share concepts).
//!
//! - **Cast.** `cast_en` and `cast_zh` find who is mentioned where: names by
//!   capitals and verbs or, in Chinese, by where they stand (`names_en`,
//!   `names_zh`), nouns, appositions and pronouns by salience (Lappin and Leass
//!   1994, without a parser); `narrator_en` tells of "I", `reveal` of strangers
//!   whose name comes later.
//! - **Looks.** `looks_en` and `looks_zh` take stated facts with their places;
//!   `looks` decides which later fact replaces which earlier one, so that every
//!   scene has the looks that hold there.
//! - **Place, time, weather.** `setting` and `place` weigh what each sentence says
//!   (negation, comparison, talk and memory count little), `clock` reads hours;
//!   `frame` adds a scene up, which inherits what it leaves unsaid.
//! - **Scenes.** `scenes` scores every sentence start (breaks, jumps of time,
//!   changes of place and cast, dips of cohesion: Hearst 1997) and cuts by a
//!   dynamic program with a prior on length (Utiyama and Isahara 2001, Heinonen
//!   1998). The weights are a logistic regression on annotated stories.
//! - **Key moment.** `moment` ranks the sentences of a scene, log-linearly.
//! - **Mood.** `mood` weighs words of feeling beyond what prose holds anyway,
//!   with weak priors from the arc of stories (Freytag 1863; Reagan et al. 2016).
//! - **Prompts.** `prompt` speaks the built-in painter's words; [`prompt_for`]
//!   English for CLIP and T5, from Chinese by `gloss`; `shot` gives nearness and
//!   [`Tone`].
//! - **The writer.** [`Overrides`] win over everything derived, in every later
//!   reading of the edited text.
//!
//! Nothing is random: the same text always gives the same reading.

mod assemble;
mod breaks;
mod cast;
mod cast_en;
mod cast_zh;
mod clock;
mod frame;
mod given_names;
mod gloss;
#[cfg(test)]
mod held_tests;
mod lexicon;
mod looks;
mod looks_en;
mod looks_owned;
mod looks_said;
mod looks_zh;
mod moment;
mod mood;
mod names_en;
mod names_zh;
mod narrator_en;
mod nouns_en;
mod overrides;
mod painter_words;
mod phrase;
mod place;
mod prompt;
#[cfg(test)]
mod reading_tests;
mod reveal;
mod scenes;
mod segment;
mod sentences;
mod setting;
mod shot;
mod text;
mod thing;
mod types;
#[cfg(all(test, feature = "train"))]
pub(crate) mod vocabulary;

pub use overrides::{Anchor, CastEdit, Overrides, SceneChange, SceneEdit, anchor};
pub use phrase::{PromptTarget, estimate_tokens, prompt_for};
pub use prompt::{PartSource, PromptPart, join as join_parts};
pub use shot::{Shot, Tone};
pub use text::{decode, slice, split_evenly};
pub use types::{
    Character, CharacterKind, Language, Look, Mood, Reading, Scene, StoryError, StoryOptions, TimeOfDay,
};

/// Reads a story. Takes time and memory linear in the text (a novel of 1 MB in
/// well under two seconds). The writer's [`StoryOptions::overrides`] win over
/// everything derived; those that found nothing come back in
/// [`Reading::unplaced`].
///
/// # Errors
/// [`StoryError::Empty`] for a blank text, [`StoryError::NoWords`] for one
/// without a letter or digit, [`StoryError::NoScenes`] when 0 scenes are asked
/// for.
pub fn read(text: &str, options: &StoryOptions) -> Result<Reading, StoryError> {
    assemble::read(text, options)
}

/// Reads one stretch `range` of a story (`[start, end)` in scalar values, as a
/// writer drew it) as a scene: who is there, where and when come from the whole
/// story around it (120,000 bytes on both sides). `moment` is the sentence to
/// be painted, where the writer chose one.
///
/// # Errors
/// As [`read`]; [`StoryError::NoWords`] also where the stretch holds none.
pub fn read_scene(
    text: &str,
    options: &StoryOptions,
    range: (usize, usize),
    moment: Option<(usize, usize)>,
) -> Result<Scene, StoryError> {
    assemble::read_range(text, options, range, moment)
}

/// The parts of every scene's prompt with where each comes from, in the order
/// of the scenes. Joined they are [`Scene::prompt`].
///
/// # Errors
/// As [`read`].
pub fn prompt_parts(text: &str, options: &StoryOptions) -> Result<Vec<Vec<PromptPart>>, StoryError> {
    Ok(assemble::read(text, options)?.scenes.into_iter().map(|s| s.parts).collect())
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    const LANTERN: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/stories/the-lantern-keeper.txt"));
    const UMBRELLA: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/stories/the-red-umbrella.zh.txt"));
    const OWL: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/stories/the-kings-owl.txt"));

    /// The sample stories with the words that open each of their scenes.
    fn annotated() -> Vec<(&'static str, Vec<&'static str>)> {
        vec![
            (
                LANTERN,
                vec![
                    "The Lantern Keeper",
                    "The road ran straight",
                    "It was past midnight",
                    "Beyond the castle",
                    "Fog lay on the harbour",
                    "At dawn the fog",
                    "That winter",
                ],
            ),
            (OWL, vec!["The King's Owl", "Next morning", "At dusk the three", "They came out into"]),
            (
                UMBRELLA,
                vec![
                    "红伞",
                    "那天早上",
                    "中午，",
                    "下午起了大风",
                    "傍晚，他们",
                    "夜里，雨停了",
                    "天亮的时候",
                ],
            ),
        ]
    }

    fn scenes_of(text: &str, scenes: Option<usize>) -> Vec<Scene> {
        read(text, &StoryOptions { scenes, ..StoryOptions::default() }).map(|r| r.scenes).unwrap_or_default()
    }

    /// Everything the contract promises about offsets.
    fn check(text: &str, reading: &Reading) {
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        assert!(!reading.scenes.is_empty());
        for s in &reading.scenes {
            assert!(at <= s.start && s.start < s.end && s.end <= chars.len(), "{s:?}");
            assert!(chars[at..s.start].iter().all(|c| text::is_blank(*c)), "text lost before {}", s.start);
            let (a, b) = s.key_moment;
            assert!(s.start <= a && a < b && b <= s.end, "{s:?}");
            assert!(!s.prompt.is_empty() && !s.title.is_empty(), "{s:?}");
            at = s.end;
        }
        assert!(chars[at..].iter().all(|c| text::is_blank(*c)), "text lost at the end");
    }

    #[test]
    fn beats_even_spacing_on_the_sample_stories() {
        let (mut ours, mut even) = (0.0, 0.0);
        for (text, marks) in annotated() {
            let blocks = breaks::blocks(text);
            let starts: Vec<usize> = segment::sentence_ranges(text, &blocks).iter().map(|s| s.1).collect();
            let n = starts.len();
            let sentence = |byte: usize| starts.iter().rposition(|s| *s <= byte).unwrap_or(0);
            let gold: Vec<usize> = marks.iter().filter_map(|m| text.find(m)).map(sentence).collect();
            assert_eq!(gold.len(), marks.len(), "a mark is not in the text");
            let byte = |scalar: usize| text.char_indices().nth(scalar).map_or(text.len(), |c| c.0);
            // A heading stands before the first sentence of its scene.
            let first = |s: usize| starts.iter().position(|b| *b >= byte(s)).unwrap_or(0);
            let cut: Vec<usize> = scenes_of(text, None).iter().map(|s| first(s.start)).collect();
            let naive: Vec<usize> = split_evenly(text, gold.len()).iter().map(|s| first(s.0)).collect();
            ours += scenes::pk(&gold, &cut, n);
            even += scenes::pk(&gold, &naive, n);
        }
        assert!(ours < 0.5 * even, "Pk summed over three stories: ours {ours}, even spacing {even}");
    }

    #[test]
    fn reads_what_the_sample_stories_say() {
        let english = read(LANTERN, &StoryOptions::default()).unwrap_or_else(|e| panic!("{e}"));
        let wren = english.cast.iter().find(|c| c.name == "Wren");
        assert!(
            wren.is_some_and(|c| c.appearance.iter().any(|f| f.contains("red coat"))),
            "{:?}",
            english.cast
        );
        assert!(english.cast.iter().any(|c| c.name == "Fox" && c.kind == CharacterKind::Animal));
        assert!(
            english.scenes.iter().any(|s| s.prompt.contains("in a forest") && s.time == TimeOfDay::Night)
        );
        assert!(
            english.scenes.iter().any(|s| s.prompt.contains("girl in a red coat")),
            "{:?}",
            english.scenes
        );
        let chinese = read(UMBRELLA, &StoryOptions::default()).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(chinese.language, Language::Chinese);
        assert!(chinese.cast.iter().any(|c| c.name == "小雨"), "{:?}", chinese.cast);
        assert!(chinese.scenes.iter().any(|s| s.prompt.contains("在森林里")));
    }

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
            "ab A.!?\"“”‘’'\n\r\t*-#—…的他她说在雪。！？，「」1５ é\u{3000}\u{200f}😀\u{301}ß"
                .chars()
                .collect();
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
    fn names_by_apposition_introduction_and_number() {
        let text = "Unit Seven had been alone for years. It swept the dust. \"I am here,\" said Seven.\n\n\
            A young woman climbed down the ladder in a silver suit. \"I'm Captain Amara Osei,\" she said. \
            Amara took off her helmet. The Earth hung over the horizon.\n\n\
            Jory, who lives at the farm, came with a basket of eggs. He has ears that stick out. \
            The cat, Biscuit, jumped into the flour. Jory and I laughed, and Biscuit ran away.";
        let reading = read(text, &StoryOptions::default()).unwrap_or_default();
        let names: Vec<&str> = reading.cast.iter().map(|c| c.name.as_str()).collect();
        for name in ["Seven", "Amara", "Jory", "Biscuit"] {
            let told = |c: &Character| c.name == name || c.aliases.iter().any(|a| a.contains(name));
            assert!(reading.cast.iter().any(told), "{name} is not in {names:?}");
        }
        assert!(!names.contains(&"Earth"), "{names:?}");
        let looks = |name: &str| {
            let c = reading
                .cast
                .iter()
                .find(|c| c.name.contains(name) || c.aliases.iter().any(|a| a.contains(name)));
            c.map(|c| c.appearance.join(", ")).unwrap_or_default()
        };
        let kind = |name: &str| reading.cast.iter().find(|c| c.name == name).map(|c| c.kind);
        assert_eq!(kind("Biscuit"), Some(CharacterKind::Animal));
        assert!(looks("Jory").contains("ears that stick out"), "{}", looks("Jory"));
        assert!(looks("Amara").contains("silver suit"), "{}", looks("Amara"));
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
        assert!(
            scene.prompt.contains("red coat") && scene.prompt.contains("in a forest"),
            "{}",
            scene.prompt
        );
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
    fn who_is_described_in_passing_is_who_was_named() {
        let cast = |text: &str| read(text, &StoryOptions::default()).unwrap_or_default().cast;
        let english = cast(
            "The guard at the gate, a fat man with a yellow moustache, laughed at her boots. The guard ran away.",
        );
        let guard = english.iter().find(|c| c.name == "Guard").map(|c| c.appearance.join(", "));
        assert!(guard.as_ref().is_some_and(|looks| looks.contains("yellow moustache")), "{english:?}");
        let chinese = cast(
            "沈孤舟踏着雪走上山来。庙前，一个小乞丐缩在门槛上，冻得嘴唇发紫。沈孤舟看了他一眼。小乞丐说：“前面去不得。”沈孤舟没有回答。小乞丐望着他。",
        );
        let names: Vec<&str> = chinese.iter().map(|c| c.name.as_str()).collect();
        assert!(names.contains(&"沈孤舟") && names.contains(&"小乞丐"), "{names:?}");
        let wrapped = cast("班长走在最前面，自己披着一条麻袋。班长回头看了看我们。班长笑了。");
        assert!(wrapped.iter().any(|c| c.appearance.iter().any(|a| a.contains("麻袋"))), "{wrapped:?}");
    }

    #[test]
    fn weather_that_is_over_is_none() {
        let weather = |text: &str| {
            let reading = read(text, &StoryOptions { scenes: Some(1), ..StoryOptions::default() });
            reading.ok().and_then(|r| r.scenes.into_iter().next()).map(|s| s.weather).unwrap_or_default()
        };
        assert_eq!(weather("The snow had gone and the meadow was full of cowslips."), "");
        assert_eq!(weather("The ship landed in a storm of grey dust."), "");
        assert_eq!(weather("The rain had not let up since Tuesday."), "rain");
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
}

#[cfg(test)]
#[path = "fuzz_tests.rs"]
mod fuzz_tests;
