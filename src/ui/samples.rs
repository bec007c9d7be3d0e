//! The stories that the empty window offers.

use super::strings::{UiLanguage, Words};
use crate::story::Language;

/// A sample story.
pub struct Sample {
    /// Its whole text.
    pub text: &'static str,
    /// Its title in the window's language.
    pub title: fn(&Words) -> &'static str,
    /// One sentence about it in the window's language.
    pub about: fn(&Words) -> &'static str,
    /// Its own language.
    pub language: Language,
    /// A small picture of it, PNG.
    pub picture: &'static [u8],
}

/// All of them, in the order shown.
pub static SAMPLES: [Sample; 3] = [
    Sample {
        text: include_str!("../../assets/stories/the-lantern-keeper.txt"),
        title: |words| words.lantern_title,
        about: |words| words.lantern_text,
        language: Language::English,
        picture: include_bytes!("../../assets/stories/the-lantern-keeper.png"),
    },
    Sample {
        text: include_str!("../../assets/stories/the-kings-owl.txt"),
        title: |words| words.owl_title,
        about: |words| words.owl_text,
        language: Language::English,
        picture: include_bytes!("../../assets/stories/the-kings-owl.png"),
    },
    Sample {
        text: include_str!("../../assets/stories/the-red-umbrella.zh.txt"),
        title: |words| words.umbrella_title,
        about: |words| words.umbrella_text,
        language: Language::Chinese,
        picture: include_bytes!("../../assets/stories/the-red-umbrella.png"),
    },
];

/// Places in [`SAMPLES`], those in the window's language first.
pub fn samples_for(language: UiLanguage) -> [usize; 3] {
    let own = match language {
        UiLanguage::English => Language::English,
        UiLanguage::Chinese => Language::Chinese,
    };
    let mut places = [0, 1, 2];
    // The sort keeps the order of the rest.
    places.sort_by_key(|place| SAMPLES.get(*place).is_none_or(|sample| sample.language != own));
    places
}

/// The sample that a writer in this language sees first.
pub fn first_sample(language: UiLanguage) -> usize {
    samples_for(language)[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Picture;

    #[test]
    fn samples_have_pictures_and_come_in_the_writers_language_first() {
        for sample in &SAMPLES {
            assert!(Picture::decode(sample.picture).is_ok());
        }
        assert_eq!(samples_for(UiLanguage::English), [0, 1, 2]);
        assert_eq!(samples_for(UiLanguage::Chinese), [2, 0, 1]);
    }
}
