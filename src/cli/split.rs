//! `vignette split`: a story's scenes, as text or JSON.

use std::{fmt::Write, path::PathBuf};

use clap::Args;

use super::{Failure, one_line, print_json, print_text, read_story};
use crate::story::{self, Reading, StoryOptions};

#[derive(Args)]
#[command(after_help = "Example: vignette split story.txt --scenes 6 --json")]
pub(super) struct Options {
    /// The story, UTF-8 (or UTF-16 with a byte order mark)
    #[arg(value_name = "STORY.txt")]
    story: PathBuf,
    /// How many scenes; without it the number follows the story
    #[arg(long, value_name = "N")]
    scenes: Option<usize>,
    /// Print one JSON value
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let text = read_story(&options.story)?;
    let reading = story::read(&text, &StoryOptions { scenes: options.scenes, ..StoryOptions::default() })
        .map_err(|e| Failure::Input(format!("{e}: {}", options.story.display())))?;
    if options.json {
        return print_json(&reading);
    }
    print_text(&summary(&text, &reading).map_err(Failure::work)?)
}

/// The reading for people.
fn summary(text: &str, reading: &Reading) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    for (number, scene) in reading.scenes.iter().enumerate() {
        writeln!(out, "{}. {} [{}..{}]", number + 1, scene.title, scene.start, scene.end)?;
        let (from, to) = scene.key_moment;
        writeln!(out, "   key moment: {}", one_line(story::slice(text, from, to)))?;
        writeln!(out, "   prompt:     {}", scene.prompt)?;
        writeln!(out, "   picture:    {}; {}", scene.shot.words(), scene.tone.words().join(", "))?;
        if !scene.characters.is_empty() {
            writeln!(out, "   characters: {}", scene.characters.join(", "))?;
        }
    }
    for character in &reading.cast {
        let looks = character.appearance.join(", ");
        writeln!(out, "{}{}{looks}", character.name, if looks.is_empty() { "" } else { ": " })?;
    }
    Ok(out)
}
