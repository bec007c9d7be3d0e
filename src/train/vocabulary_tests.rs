//! Prompts for the built-in model use only words that the painter's captions
//! teach it: a word that no caption holds paints nothing.

use std::collections::HashSet;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::painter::{
    Colour, Language, Pose, Prop, SceneSpec, Setting, Shot, Style, Subject, Time, Weather, caption,
};
use crate::story::{self, vocabulary};

const LANGUAGES: [(story::Language, Language); 2] =
    [(story::Language::English, Language::English), (story::Language::Chinese, Language::Chinese)];

fn taught<'a>(lists: impl Iterator<Item = &'a [&'a str]>) -> HashSet<&'a str> {
    lists.flatten().copied().collect()
}

fn untaught(said: &[vocabulary::Said], taught: &HashSet<&str>) -> Vec<vocabulary::Said> {
    said.iter().filter(|(word, _)| !taught.contains(word.as_str())).cloned().collect()
}

#[test]
fn every_word_of_a_prompt_is_taught() {
    for (reader, painter) in LANGUAGES {
        let words = vocabulary::words(reader);
        let checks = [
            ("subject", &words.subjects, taught(Subject::ALL.iter().map(|v| v.words(painter)))),
            ("colour", &words.colours, taught(Colour::ALL.iter().map(|v| v.words(painter)))),
            ("pose", &words.poses, taught(Pose::ALL.iter().map(|v| v.words(painter)))),
            ("setting", &words.places, taught(Setting::ALL.iter().map(|v| v.phrases(painter)))),
            ("time", &words.times, taught(Time::ALL.iter().map(|v| v.words(painter)))),
            ("weather", &words.weathers, taught(Weather::ALL.iter().map(|v| v.words(painter)))),
        ];
        for (what, said, taught) in checks {
            assert!(said.len() > 3, "{what}: the walk found only {said:?}");
            let strange = untaught(said, &taught);
            assert!(strange.is_empty(), "{what}: no caption teaches {strange:?}");
        }
        let strange = untaught(&words.shots, &taught(Shot::ALL.iter().map(|v| v.words(painter))));
        assert!(words.shots.len() == 2 && strange.is_empty(), "shots: {:?}", words.shots);
    }
}

#[test]
fn things_are_the_painters_and_stand_where_it_puts_them() {
    for (reader, painter) in LANGUAGES {
        let said = vocabulary::words(reader).props;
        for prop in Prop::ALL {
            let canonical = prop.words(painter)[0];
            assert!(said.iter().any(|((word, _), _)| word == canonical), "no story has a {canonical}");
        }
        for ((word, from), held) in said {
            let prop = Prop::ALL.into_iter().find(|p| p.words(painter)[0] == word);
            let prop = prop.unwrap_or_else(|| panic!("{from}: no caption calls a thing \"{word}\""));
            assert_eq!(held, !prop.is_large(), "{word} in a hand");
        }
    }
}

#[test]
fn clothes_and_moods_are_in_captions() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let mut captions = String::new();
    for _ in 0..6000 {
        let spec = SceneSpec::random(&mut rng);
        captions += &caption(&spec, &mut rng);
        captions += "\n";
    }
    for (reader, _) in LANGUAGES {
        let words = vocabulary::words(reader);
        for (mood, _) in &words.moods {
            assert!(captions.contains(mood.as_str()), "no caption is {mood}");
        }
    }
    for (garment, figure) in vocabulary::words(story::Language::English).garments {
        let worn = captions
            .lines()
            .any(|line| line.contains(&format!(" {garment}")) && line.contains(figure.as_str()));
        assert!(worn, "no caption has a {figure} in a {garment}");
    }
}

#[test]
fn styles_of_the_built_in_model_are_taught() {
    #[derive(serde::Deserialize)]
    struct Preset {
        prompt_en: String,
        prompt_zh: String,
        built_in: bool,
    }
    let presets: Vec<Preset> = ron::from_str(include_str!("../../assets/styles.ron")).unwrap();
    assert!(presets.len() > 3);
    for preset in presets.iter().filter(|preset| preset.built_in) {
        for (word, language) in
            [(&preset.prompt_en, Language::English), (&preset.prompt_zh, Language::Chinese)]
        {
            let known = taught(Style::ALL.iter().map(|v| v.words(language)));
            assert!(known.contains(word.as_str()), "no caption is in {word}");
        }
    }
}
