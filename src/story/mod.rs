//! From story text to scenes, cast, setting, mood and prompts: pure functions,
//! no input or output, no sibling room.
//!
//! # The way of a text
//!
//! [`decode`] makes characters of bytes; `text` finds paragraphs, headings and
//! scene breaks, and cuts sentences (UAX #29, mended for prose); `doc` cuts tokens
//! and looks every word up in the lexicon (`assets/lexicon`: English and Chinese
//! words share concepts).
//!
//! - **Names.** `names` finds proper names by capitals and verbs or, in Chinese, by
//!   where they stand.
//! - **Cast.** `cast` finds who is mentioned where: names, nouns, appositions and
//!   pronouns by salience (Lappin and Leass 1994, without a parser); `narrator` tells
//!   of "I", `reveal` of strangers whose name comes later.
//! - **Looks.** `looks` takes stated facts with their places, each language in its
//!   own way; `slots` decides which later fact replaces which earlier one, so that
//!   every scene has the looks that hold there.
//! - **Place, time, weather.** `setting` weighs what each sentence says (negation,
//!   comparison, talk and memory count little) and reads hours; its `frame` adds a
//!   scene up, which inherits what it leaves unsaid.
//! - **Scenes.** `scenes` scores every sentence start (breaks, jumps of time,
//!   changes of place and cast, dips of cohesion: Hearst 1997) and cuts by a
//!   dynamic program with a prior on length (Utiyama and Isahara 2001, Heinonen
//!   1998). The weights are a logistic regression on annotated stories.
//! - **Key moment.** `moment` ranks the sentences of a scene, log-linearly.
//! - **Mood.** `mood` weighs words of feeling beyond what prose holds anyway,
//!   with weak priors from the arc of stories (Freytag 1863; Reagan et al. 2016).
//! - **Prompts.** `prompt` speaks the built-in painter's words; [`prompt_for`]
//!   English for CLIP and T5, from Chinese by glosses; `shot` gives nearness and
//!   [`Tone`].
//! - **The writer.** [`Overrides`] win over everything derived, in every later
//!   reading of the edited text.
//!
//! Nothing is random: the same text always gives the same reading.

mod assemble;
mod cast;
mod doc;
mod lexicon;
mod looks;
mod moment;
mod mood;
mod names;
mod overrides;
mod prompt;
mod scenes;
mod setting;
mod shot;
#[cfg(test)]
mod tests;
mod text;
mod types;
#[cfg(all(test, feature = "train"))]
pub(crate) mod vocabulary;

pub use overrides::{Anchor, CastEdit, Overrides, SceneChange, SceneEdit, anchor};
pub use prompt::phrase::{PromptTarget, estimate_tokens, portrait_for, prompt_for};
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
