//! Denoising before an observer, the same for every model: the masked original
//! is put back after each step, latents are kept, previews and progress told.

use std::ops::ControlFlow;

use burn::tensor::Tensor;

use super::{report, tensors::picture_from_tensor};
use crate::{
    diffusion::{Inpaint, ModelOutput, Sampler, denoise},
    engine::{EngineError, Observer, Stage},
};

/// Steps from one preview to the next: decoding one may take as long as a step.
const PREVIEW_EVERY: usize = 3;

/// Where denoising begins.
pub(super) struct Start<'a> {
    pub sampler: &'a Sampler,
    /// The first step that is done.
    pub first: usize,
    /// `[1, channels, height, width]`.
    pub latents: Tensor<4>,
    /// What stays of the picture, when a part is repainted.
    pub inpaint: Option<Inpaint<Tensor<4>>>,
}

/// The clean latents `[1, channels, height, width]`. `keep` gets `latents_0`
/// before the first step, `latents_1`... after each and `latents` at the end;
/// `preview` decodes an estimate of the clean latents.
///
/// # Errors
/// [`EngineError::Cancelled`] when the observer said stop, otherwise why not.
pub(super) fn denoise_watched<O: Into<ModelOutput<Tensor<4>>>>(
    start: Start<'_>,
    model: impl FnMut(usize, f64, &Tensor<4>) -> Result<O, EngineError>,
    noise: impl FnMut(usize) -> Tensor<4>,
    mut keep: impl FnMut(&str, &Tensor<4>),
    preview: impl Fn(&Tensor<4>) -> Tensor<4>,
    observer: &mut dyn Observer,
) -> Result<Tensor<4>, EngineError> {
    let Start { sampler, first, latents, inpaint } = start;
    let steps = sampler.steps() as u32;
    keep("latents_0", &latents);
    report(observer, Stage::Denoising, first as u32, steps)?;
    let outcome = denoise(sampler, first, latents, model, noise, |step| {
        if let Some(inpaint) = &inpaint {
            match inpaint.blend(sampler, step.index, step.sample) {
                Ok(blended) => *step.sample = blended,
                Err(error) => return ControlFlow::Break(EngineError::from(error)),
            }
        }
        keep(&format!("latents_{}", step.index + 1 - first), step.sample);
        let due = step.index % PREVIEW_EVERY == 0 && step.index + 1 < step.steps;
        if due && observer.wants_preview() {
            // A preview that fails is not worth failing the picture for.
            if let Ok(picture) = picture_from_tensor(preview(step.x0)) {
                observer.preview(picture);
            }
        }
        match report(observer, Stage::Denoising, step.index as u32 + 1, steps) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    })?;
    match outcome {
        ControlFlow::Continue(latents) => {
            keep("latents", &latents);
            Ok(latents)
        }
        ControlFlow::Break(error) => Err(error),
    }
}
