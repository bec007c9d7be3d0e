//! The stories that the empty window offers.

use super::strings::Words;

/// A sample story.
pub struct Sample {
    /// Its whole text.
    pub text: &'static str,
    /// Its title in the window's language.
    pub title: fn(&Words) -> &'static str,
    /// One sentence about it in the window's language.
    pub about: fn(&Words) -> &'static str,
}

/// All of them, in the order shown.
pub static SAMPLES: [Sample; 3] = [
    Sample {
        text: include_str!("../../assets/stories/the-lantern-keeper.txt"),
        title: |words| words.lantern_title,
        about: |words| words.lantern_text,
    },
    Sample {
        text: include_str!("../../assets/stories/the-kings-owl.txt"),
        title: |words| words.owl_title,
        about: |words| words.owl_text,
    },
    Sample {
        text: include_str!("../../assets/stories/the-red-umbrella.zh.txt"),
        title: |words| words.umbrella_title,
        about: |words| words.umbrella_text,
    },
];
