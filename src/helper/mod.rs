//! An optional helper for the writer: a language model on the writer's own
//! machine (Ollama, llama.cpp or anything else that speaks OpenAI's chat
//! interface) proposes scenes and prompts.
//!
//! It is off until the writer names a server, and only a server on this machine
//! is asked unless the writer says otherwise, for the whole story is sent to it.
//! What comes back is believed only where it can be held against the text: every
//! quote must stand there, in order. Cast, setting, time and mood come from the
//! built-in reading in any case, and so does everything else when the helper
//! fails: [`read`] never fails for the helper's sake, it tells what was wrong.
//!
//! [`propose`] and [`read`] block, for [`Settings::timeout`] at most: a window
//! calls them off its own thread.

mod answer;
mod wire;

use std::time::Duration;

use crate::story::{self, Reading, SceneChange, SceneEdit, StoryError, StoryOptions};

pub use answer::Proposal;

/// Characters of a story that a helper is sent at most: what the context of a
/// model at home holds.
pub const MOST_CHARACTERS: usize = 60_000;

/// Which helper to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where it listens: `http://localhost:11434`, with or without `/v1`.
    pub url: String,
    /// The model's name; empty takes the first that the server has.
    pub model: String,
    /// Also servers on other machines may be asked.
    pub anywhere: bool,
    /// How long an answer may take, everything together.
    pub timeout: Duration,
}

impl Settings {
    /// A server on this machine, its first model, two minutes.
    pub fn local(url: &str) -> Self {
        Self { url: url.to_owned(), model: String::new(), anywhere: false, timeout: Duration::from_secs(120) }
    }
}

/// Why the helper's word does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HelperError {
    /// The address is none that can be asked.
    #[error("the helper's address is not one of the form http://localhost:11434 ({why}): {url}")]
    Address {
        /// What is wrong with it.
        why: &'static str,
        /// The address.
        url: String,
    },
    /// The server is not on this machine.
    #[error(
        "the helper at {host} is not on this machine, and the whole story would be sent there; allow it if that is wanted"
    )]
    Elsewhere {
        /// The host.
        host: String,
    },
    /// The story is longer than a helper can read.
    #[error("the story has {found} characters and a helper is sent {MOST_CHARACTERS} at most")]
    TooLong {
        /// Its characters.
        found: usize,
    },
    /// No answer, or one that is no success.
    #[error("the helper did not answer ({0}); is its server running?")]
    Silent(String),
    /// The answer is not what was asked for.
    #[error("the helper's answer is not usable: {0}")]
    Unusable(String),
    /// The story itself cannot be read.
    #[error(transparent)]
    Story(#[from] StoryError),
}

/// A reading and what the helper had to do with it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Helped {
    /// The reading; scenes, key moments and titles are the helper's where it was
    /// believed.
    pub reading: Reading,
    /// For every scene of the reading the prompt that the helper proposes: an
    /// English sentence, empty where it proposes none. The scene's own prompt,
    /// which the built-in model understands, stays beside it.
    pub prompts: Vec<String>,
    /// Why the built-in reading stands alone.
    pub notice: Option<HelperError>,
}

/// Reads a story with a helper, if there is one; without, or where it fails, as
/// [`story::read`] does.
///
/// # Errors
/// As [`story::read`]; never because of the helper.
pub fn read(text: &str, options: &StoryOptions, helper: Option<&Settings>) -> Result<Helped, StoryError> {
    let alone = |notice| {
        let reading = story::read(text, options)?;
        let prompts = vec![String::new(); reading.scenes.len()];
        Ok(Helped { reading, prompts, notice })
    };
    let Some(settings) = helper else { return alone(None) };
    match propose(text, options.scenes, settings).and_then(|found| Ok(apply(text, options, &found)?)) {
        Ok(helped) => Ok(helped),
        // The built-in reading says itself what is wrong with a story.
        Err(HelperError::Story(_)) => alone(None),
        Err(notice) => alone(Some(notice)),
    }
}

/// Asks the helper for scenes; `wanted` is how many, where the writer said.
/// Everything it quotes stands in the text, in order.
///
/// # Errors
/// [`HelperError`]: what is wrong with the address, the server or the answer.
pub fn propose(text: &str, wanted: Option<usize>, settings: &Settings) -> Result<Vec<Proposal>, HelperError> {
    let found = text.chars().count();
    if found > MOST_CHARACTERS {
        return Err(HelperError::TooLong { found });
    }
    if !text.chars().any(char::is_alphanumeric) {
        return Err(StoryError::NoWords.into());
    }
    let server = wire::Server::find(settings)?;
    let said = server.ask(&answer::instructions(wanted), text)?;
    answer::proposals(&said, text, wanted)
}

/// The built-in reading with the helper's scenes, key moments and titles. What
/// the writer changed by hand wins over both.
fn apply(text: &str, options: &StoryOptions, proposals: &[Proposal]) -> Result<Helped, StoryError> {
    let mut edits: Vec<SceneEdit> = Vec::new();
    let mut edit = |at: usize, change| edits.push(SceneEdit { anchor: story::anchor(text, at), change });
    for (place, proposal) in proposals.iter().enumerate() {
        if place > 0 {
            edit(proposal.start, SceneChange::Starts);
        }
        edit(proposal.key_moment.0, SceneChange::KeyMoment);
        if !proposal.title.is_empty() {
            edit(proposal.key_moment.0, SceneChange::Title(proposal.title.clone()));
        }
    }
    let drawn = |edit: &SceneEdit| matches!(edit.change, SceneChange::Starts | SceneChange::GoesOn);
    let free = !options.overrides.scenes.iter().any(drawn);
    let mut helped = options.clone();
    helped.scenes = Some(proposals.len()).filter(|_| free);
    helped.overrides.scenes.splice(0..0, edits);
    let mut reading = story::read(text, &helped)?;
    // Only the writer's own changes are worth a word when they find no place.
    reading.unplaced.scenes.retain(|lost| options.overrides.scenes.contains(lost));
    let prompts = reading
        .scenes
        .iter()
        .map(|scene| {
            let inside = |p: &&Proposal| scene.start <= p.key_moment.0 && p.key_moment.0 < scene.end;
            proposals.iter().find(inside).map(|p| p.prompt.clone()).unwrap_or_default()
        })
        .collect();
    Ok(Helped { reading, prompts, notice: None })
}

#[cfg(test)]
#[path = "helper_tests.rs"]
mod tests;
