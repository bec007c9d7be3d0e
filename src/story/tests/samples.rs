//! What the sample stories and short tales say.

use super::{LANTERN, OWL, UMBRELLA, scenes_of};
use crate::story::text::{paragraphs, sentences};
use crate::story::*;

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
            vec!["红伞", "那天早上", "中午，", "下午起了大风", "傍晚，他们", "夜里，雨停了", "天亮的时候"],
        ),
    ]
}

#[test]
fn beats_even_spacing_on_the_sample_stories() {
    let (mut ours, mut even) = (0.0, 0.0);
    for (text, marks) in annotated() {
        let blocks = paragraphs::blocks(text);
        let starts: Vec<usize> = sentences::sentence_ranges(text, &blocks).iter().map(|s| s.1).collect();
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
    assert!(wren.is_some_and(|c| c.appearance.iter().any(|f| f.contains("red coat"))), "{:?}", english.cast);
    assert!(english.cast.iter().any(|c| c.name == "Fox" && c.kind == CharacterKind::Animal));
    assert!(english.scenes.iter().any(|s| s.prompt.contains("in a forest") && s.time == TimeOfDay::Night));
    assert!(english.scenes.iter().any(|s| s.prompt.contains("girl in a red coat")), "{:?}", english.scenes);
    let chinese = read(UMBRELLA, &StoryOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(chinese.language, Language::Chinese);
    assert!(chinese.cast.iter().any(|c| c.name == "小雨"), "{:?}", chinese.cast);
    assert!(chinese.scenes.iter().any(|s| s.prompt.contains("在森林里")));
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
        let c =
            reading.cast.iter().find(|c| c.name.contains(name) || c.aliases.iter().any(|a| a.contains(name)));
        c.map(|c| c.appearance.join(", ")).unwrap_or_default()
    };
    let kind = |name: &str| reading.cast.iter().find(|c| c.name == name).map(|c| c.kind);
    assert_eq!(kind("Biscuit"), Some(CharacterKind::Animal));
    assert!(looks("Jory").contains("ears that stick out"), "{}", looks("Jory"));
    assert!(looks("Amara").contains("silver suit"), "{}", looks("Amara"));
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
