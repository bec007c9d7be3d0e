//! Whole readings: what the contract promises, what the sample stories say, what
//! once went wrong, stories annotated by hand, and random text.
#![allow(clippy::panic)]

mod contract;
mod fuzz;
mod held;
mod readings;
mod samples;

use super::*;

const LANTERN: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/stories/the-lantern-keeper.txt"));

const UMBRELLA: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/stories/the-red-umbrella.zh.txt"));

const OWL: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/stories/the-kings-owl.txt"));

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
