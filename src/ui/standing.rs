//! How panels and jobs stand, in words.

use super::{
    jobs::{Job, Standing},
    state::Standpoint,
    strings::{Words, fill},
};
use crate::{engine::Stage, storyboard::Staleness};

/// How a panel stands, in words.
pub fn state_words(words: &Words, standpoint: &Standpoint<'_>) -> String {
    match standpoint {
        Standpoint::Empty => words.state_empty.to_owned(),
        Standpoint::Queued(_, 0) => words.state_queued.to_owned(),
        Standpoint::Queued(_, n) => fill(words.state_queued_nth, &[("n", n)]),
        Standpoint::Painting(..) => words.state_painting.to_owned(),
        Standpoint::Failed(_) => words.state_failed.to_owned(),
        Standpoint::Stale(why) => stale_words(words, *why).0.to_owned(),
        Standpoint::Painted => words.state_painted.to_owned(),
    }
}

/// Why a picture no longer is what its panel asks for, in a few words and in a
/// sentence.
pub fn stale_words(words: &Words, why: Staleness) -> (&'static str, &'static str) {
    match why {
        Staleness::Words => (words.state_stale, words.stale_hint),
        Staleness::Avoided => (words.state_avoided, words.avoided_hint),
        Staleness::Model => (words.state_other_model, words.other_model_hint),
        Staleness::Shape => (words.state_other_shape, words.other_shape_hint),
    }
}

/// What a job is doing, in words: its step and the time left.
pub fn job_words(words: &Words, job: &Job) -> String {
    if job.stopping {
        return words.stopping.to_owned();
    }
    let (progress, left_secs) = match job.standing {
        Standing::Waiting => return words.state_queued.to_owned(),
        Standing::Storing => return words.stage_decoding.to_owned(),
        Standing::Painting { progress, left_secs } => (progress, left_secs),
    };
    let stage = match progress.map(|p| (p.stage, p)) {
        None => return words.state_painting.to_owned(),
        Some((Stage::Loading, _)) => words.stage_loading.to_owned(),
        Some((Stage::Encoding, _)) => words.stage_encoding.to_owned(),
        Some((Stage::Decoding, _)) => words.stage_decoding.to_owned(),
        Some((Stage::Denoising, p)) => {
            // The one under way, after those that are done: there is no step 0.
            let step = (p.step + 1).min(p.steps);
            fill(words.stage_denoising, &[("step", &step), ("steps", &p.steps)])
        }
    };
    match left_secs {
        Some(secs) if secs >= 1.0 => format!("{stage} · {}", left_words(words, secs)),
        _ => stage,
    }
}

/// The time left, in words.
pub fn left_words(words: &Words, secs: f32) -> String {
    // More than a day means that the estimate is worth nothing.
    let secs = secs.clamp(0.0, 86_400.0);
    if secs < 90.0 {
        fill(words.left_secs, &[("n", &(secs.ceil() as u32))])
    } else {
        fill(words.left_mins, &[("n", &((secs / 60.0).ceil() as u32))])
    }
}
