//! `vignette split`: a story's scenes, as text or JSON.

use std::{fmt::Write, path::PathBuf};

use clap::Args;

use super::{Failure, one_line, print_json, print_text, read_story};
use crate::{
    helper::{self, Helped, Settings},
    story::{self, Language, StoryOptions},
};

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
    /// A language model's server on this machine that proposes scenes and prompts (OpenAI's chat
    /// interface, e.g. Ollama or llama.cpp); where it fails the built-in reading stands
    #[arg(long, value_name = "URL")]
    helper: Option<String>,
    /// Which of the server's models; without it its first
    #[arg(long, value_name = "NAME", requires = "helper")]
    helper_model: Option<String>,
    /// Let the helper be on another machine: the whole story is sent there
    #[arg(long, requires = "helper")]
    helper_anywhere: bool,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let text = read_story(&options.story)?;
    let settings = options.helper.as_deref().map(|url| Settings {
        model: options.helper_model.clone().unwrap_or_default(),
        anywhere: options.helper_anywhere,
        ..Settings::local(url)
    });
    let wanted = StoryOptions { scenes: options.scenes, ..StoryOptions::default() };
    let helped = helper::read(&text, &wanted, settings.as_ref())
        .map_err(|e| Failure::Input(format!("{e}: {}", options.story.display())))?;
    if let Some(notice) = &helped.notice {
        eprintln!("vignette: {}; the built-in reading stands", one_line(&notice.to_string()));
    }
    if options.json && helped.prompts.iter().all(String::is_empty) {
        return print_json(&helped.reading);
    }
    if options.json {
        return print_json(&with_proposals(&helped).map_err(Failure::work)?);
    }
    print_text(&summary(&text, &helped).map_err(Failure::work)?)
}

/// The reading; scenes with a proposed prompt tell it as `proposed_prompt`.
fn with_proposals(helped: &Helped) -> serde_json::Result<serde_json::Value> {
    let mut value = serde_json::to_value(&helped.reading)?;
    let scenes = value.get_mut("scenes").and_then(|scenes| scenes.as_array_mut());
    for (scene, prompt) in scenes.into_iter().flatten().zip(&helped.prompts) {
        if let Some(scene) = scene.as_object_mut().filter(|_| !prompt.is_empty()) {
            scene.insert("proposed_prompt".to_owned(), prompt.as_str().into());
        }
    }
    Ok(value)
}

/// The reading for people.
fn summary(text: &str, helped: &Helped) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let reading = &helped.reading;
    for (number, scene) in reading.scenes.iter().enumerate() {
        writeln!(out, "{}. {} [{}..{}]", number + 1, scene.title, scene.start, scene.end)?;
        let (from, to) = scene.key_moment;
        writeln!(out, "   key moment: {}", one_line(story::slice(text, from, to)))?;
        writeln!(out, "   prompt:     {}", scene.prompt)?;
        if let Some(proposed) = helped.prompts.get(number).filter(|prompt| !prompt.is_empty()) {
            writeln!(out, "   proposed:   {proposed}")?;
        }
        writeln!(
            out,
            "   picture:    {}; {}",
            scene.shot.words(Language::English),
            scene.tone.words().join(", ")
        )?;
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
