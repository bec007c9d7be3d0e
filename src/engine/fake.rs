//! A deterministic engine without a model, for tests of the window.
//!
//! It paints a gradient whose colours come from prompt and seed, in a few
//! steps, as fast as it can. A prompt that begins with `!fail` fails, one that
//! begins with `!panic` panics, one that begins with `!warn` warns.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Condvar, Mutex, PoisonError},
};

use super::{Engine, EngineError, Observer, Painted, Progress, Request, Size, Stage};
use crate::raster::Picture;

/// The twin of the real engine. See the module.
#[derive(Default)]
pub struct FakeEngine {
    gate: Option<Arc<Gate>>,
}

/// Holds a [`FakeEngine`] at the first step of its first job until opened, so
/// that a test can look at a job at work without waiting on the clock.
#[derive(Default)]
pub struct Gate {
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Default)]
struct GateState {
    painting: bool,
    open: bool,
}

impl Gate {
    /// Returns once the engine stands at the gate.
    pub fn wait_until_painting(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while !state.painting {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Lets the engine go, for good.
    pub fn open(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).open = true;
        self.changed.notify_all();
    }

    fn pass(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.painting = true;
        self.changed.notify_all();
        while !state.open {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl FakeEngine {
    /// An engine that stops at the first step until its gate is opened.
    pub fn gated() -> (Self, Arc<Gate>) {
        let gate = Arc::new(Gate::default());
        (Self { gate: Some(gate.clone()) }, gate)
    }
}

const DEFAULT_SIZE: Size = Size { width_px: 256, height_px: 256 };
const DEFAULT_STEPS: u32 = 4;

impl Engine for FakeEngine {
    fn paint(&mut self, request: &Request, observer: &mut dyn Observer) -> Result<Painted, EngineError> {
        let size = request.size.unwrap_or(DEFAULT_SIZE);
        let steps = request.steps.unwrap_or(DEFAULT_STEPS);
        if request.prompt.starts_with("!warn") {
            observer.warning("this is the fake engine's warning".into());
        }
        for step in 0..=steps {
            let progress = Progress { stage: Stage::Denoising, step, steps };
            if observer.progress(progress).is_break() {
                return Err(EngineError::Cancelled);
            }
            if let Some(gate) = &self.gate {
                gate.pass();
            }
            if step < steps && observer.wants_preview() {
                observer.preview(gradient(request, size, step as f32 / steps as f32)?);
            }
            if let Some(rest) = request.prompt.strip_prefix("!panic") {
                #[allow(clippy::panic, reason = "the window must survive a panic in a driver")]
                {
                    panic!("the fake engine was asked to panic:{rest}");
                }
            }
            if request.prompt.starts_with("!fail") {
                return Err(EngineError::Model("the fake model fails when asked to; edit the prompt".into()));
            }
        }
        let parameters = vec![
            ("prompt".to_owned(), request.prompt.clone()),
            ("seed".to_owned(), request.seed.to_string()),
            ("steps".to_owned(), steps.to_string()),
            ("size".to_owned(), size.to_string()),
            ("model".to_owned(), "fake".to_owned()),
        ];
        Ok(Painted { picture: composited(request, size)?, parameters, dump: Vec::new() })
    }

    fn device_name(&self) -> String {
        "no device (fake engine)".into()
    }
}

/// The new picture inside the mask, the initial one outside, as the real one does.
fn composited(request: &Request, size: Size) -> Result<Picture, EngineError> {
    let fault = |e: crate::raster::RasterError| EngineError::Request(e.to_string());
    let painted = gradient(request, size, 1.0)?;
    let (Some(mask), Some(init)) = (&request.mask, &request.init) else {
        return Ok(painted);
    };
    let mask = mask.resized(size.width_px, size.height_px).map_err(fault)?;
    let kept = init.picture.resized(size.width_px, size.height_px).map_err(fault)?;
    let mut rgba = painted.rgba().to_vec();
    for (at, &repaint) in mask.repaint().iter().enumerate() {
        let pixel = 4 * at..4 * at + 4;
        for (new, old) in rgba[pixel.clone()].iter_mut().zip(&kept.rgba()[pixel]) {
            let (share, kept) = (repaint as u32, 255 - repaint as u32);
            *new = ((*new as u32 * share + *old as u32 * kept) / 255) as u8;
        }
    }
    Picture::from_rgba(size.width_px, size.height_px, rgba).map_err(fault)
}

fn gradient(request: &Request, size: Size, done: f32) -> Result<Picture, EngineError> {
    let mut hash = DefaultHasher::new();
    (&request.prompt, request.seed).hash(&mut hash);
    let bits = hash.finish().to_le_bytes();
    let mut rgba = Vec::with_capacity(size.width_px as usize * size.height_px as usize * 4);
    for y in 0..size.height_px {
        for x in 0..size.width_px {
            let (u, v) = (x as f32 / size.width_px as f32, y as f32 / size.height_px as f32);
            for channel in 0..3 {
                let (from, to) = (bits[channel] as f32, bits[channel + 3] as f32);
                let value = from + (to - from) * (u + v) / 2.0;
                rgba.push((128.0 + (value - 128.0) * done) as u8);
            }
            rgba.push(255);
        }
    }
    Picture::from_rgba(size.width_px, size.height_px, rgba).map_err(|e| EngineError::Request(e.to_string()))
}
