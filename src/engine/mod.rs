//! The contract between whoever wants a picture and whoever paints it.
//!
//! A [`Request`] owns everything that a job needs. [`Worker`] runs an
//! [`Engine`] on a thread of its own and answers with [`Event`]s; previews go
//! into a latest-value slot, so that a slow reader never queues frames.
//! [`burn::BurnEngine`] is the real engine, [`fake::FakeEngine`] its
//! deterministic twin for tests of the window.

pub mod burn;
pub mod fake;
pub mod folder;
pub mod installed;
pub mod memory;
pub mod sources;
mod worker;

use std::{ops::ControlFlow, path::PathBuf, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::raster::{Mask, Picture};

pub use worker::{Preview, Worker, paint_here};

/// The smallest side that can be asked for, in pixels.
pub const MIN_SIDE_PX: u32 = 16;
/// The largest side that can be asked for, in pixels.
pub const MAX_SIDE_PX: u32 = 2048;
/// The most steps that can be asked for.
pub const MAX_STEPS: u32 = 1000;

/// Names a job; unique within a [`Worker`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct JobId(pub u64);

/// Which model paints.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum ModelChoice {
    /// The one in the binary.
    #[default]
    BuiltIn,
    /// A model folder in the layout of its publisher.
    Folder(PathBuf),
}

/// Where the arithmetic happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum DeviceChoice {
    /// A real GPU when there is one, else the CPU backend.
    #[default]
    Auto,
    /// The wgpu backend; software Vulkan counts.
    Gpu,
    /// The CPU backend.
    Cpu,
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "auto" => Ok(Self::Auto),
            "gpu" => Ok(Self::Gpu),
            "cpu" => Ok(Self::Cpu),
            _ => Err(format!("'{name}' is no device; use auto, gpu or cpu")),
        }
    }
}

/// Number format of the computation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Precision {
    /// What suits device and model.
    #[default]
    Auto,
    /// 32-bit floats.
    F32,
    /// 16-bit floats where the device can.
    F16,
}

/// Width and height of a picture in pixels.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Size {
    /// Width, [`MIN_SIDE_PX`] to [`MAX_SIDE_PX`].
    pub width_px: u32,
    /// Height, [`MIN_SIDE_PX`] to [`MAX_SIDE_PX`].
    pub height_px: u32,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let sides = text.split_once(['x', 'X', '×']);
        let parsed = sides.and_then(|(w, h)| Some((w.trim().parse().ok()?, h.trim().parse().ok()?)));
        let Some((width_px, height_px)) = parsed else {
            return Err(format!("'{text}' is no size; write it as WIDTHxHEIGHT, for example 256x256"));
        };
        let allowed = MIN_SIDE_PX..=MAX_SIDE_PX;
        if !allowed.contains(&width_px) || !allowed.contains(&height_px) {
            return Err(format!(
                "{text} is not possible; each side must be {MIN_SIDE_PX} to {MAX_SIDE_PX} pixels"
            ));
        }
        Ok(Self { width_px, height_px })
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}", self.width_px, self.height_px)
    }
}

/// A picture to start from instead of noise.
#[derive(Clone, Debug)]
pub struct Init {
    /// The picture; scaled to the request's size when it differs.
    pub picture: Picture,
    /// How much may change: 0 keeps the picture, 1 ignores it.
    pub strength: f32,
}

/// One picture wanted. Fields left `None` take the model's own defaults.
#[derive(Clone, Debug)]
pub struct Request {
    /// What to paint, in words.
    pub prompt: String,
    /// What to avoid; empty for nothing.
    pub negative: String,
    /// Who paints.
    pub model: ModelChoice,
    /// Class index, for class-conditional models.
    pub class: Option<u32>,
    /// Picture size.
    pub size: Option<Size>,
    /// Denoising steps, 1 to [`MAX_STEPS`].
    pub steps: Option<u32>,
    /// Solver by name; see `diffusion::Solver`.
    pub solver: Option<String>,
    /// Classifier-free guidance scale; 1 is none.
    pub guidance: Option<f32>,
    /// FLUX's classifier-free guidance beside the one that its network is told;
    /// 1 is none. It doubles the work, and is what heeds `negative`.
    pub true_guidance: Option<f32>,
    /// Draws the initial noise; the same on every device.
    pub seed: u64,
    /// Image-to-image, and what is kept when repainting.
    pub init: Option<Init>,
    /// Repaints only here; needs `init`.
    pub mask: Option<Mask>,
    /// LoRA files with their scales.
    pub loras: Vec<(PathBuf, f32)>,
    /// Takes the initial latent from `(file, tensor name)` instead of the seed.
    pub noise: Option<(PathBuf, String)>,
    /// Keeps every tensor that `--dump` promises, in [`Painted::dump`].
    pub dump: bool,
    /// Number format.
    pub precision: Precision,
}

impl Request {
    /// A request for `prompt` with everything else left to the model.
    pub fn new(prompt: impl Into<String>, seed: u64) -> Self {
        Self {
            prompt: prompt.into(),
            negative: String::new(),
            model: ModelChoice::BuiltIn,
            class: None,
            size: None,
            steps: None,
            solver: None,
            guidance: None,
            true_guidance: None,
            seed,
            init: None,
            mask: None,
            loras: Vec::new(),
            noise: None,
            dump: false,
            precision: Precision::Auto,
        }
    }
}

/// A tensor taken along for inspection: name, shape, values in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub struct DumpedTensor {
    /// Name promised by `--dump`.
    pub name: String,
    /// Shape, outermost first.
    pub shape: Vec<usize>,
    /// Values.
    pub values: Vec<f32>,
}

/// A finished picture and what made it.
#[derive(Clone, Debug)]
pub struct Painted {
    /// The picture, opaque.
    pub picture: Picture,
    /// What made it, as keyword and value: prompt, seed, steps, guidance,
    /// solver, size, model, device; ready for PNG text chunks.
    pub parameters: Vec<(String, String)>,
    /// Tensors, when [`Request::dump`] was set.
    pub dump: Vec<DumpedTensor>,
}

/// A stage that may take long before or after the denoising steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The model is being read.
    Loading,
    /// The prompt is being encoded.
    Encoding,
    /// The latent is being denoised.
    Denoising,
    /// The picture is being decoded.
    Decoding,
}

/// How far a job is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Progress {
    /// What is going on.
    pub stage: Stage,
    /// Steps done.
    pub step: u32,
    /// Steps in all.
    pub steps: u32,
}

/// What a worker says. Every accepted job ends with exactly one of
/// [`Event::Finished`], [`Event::Cancelled`] and [`Event::Failed`].
#[derive(Clone, Debug)]
pub enum Event {
    /// The job left the queue.
    Started {
        /// Which job.
        job: JobId,
    },
    /// The job came further.
    Progress {
        /// Which job.
        job: JobId,
        /// How far.
        progress: Progress,
        /// Estimated seconds left for this job, once a step was timed.
        left_secs: Option<f32>,
    },
    /// Something the writer should know; the job goes on.
    Warning {
        /// Which job.
        job: JobId,
        /// One sentence.
        text: String,
    },
    /// The job is done.
    Finished {
        /// Which job.
        job: JobId,
        /// The result.
        painted: Arc<Painted>,
    },
    /// The job was stopped on request.
    Cancelled {
        /// Which job.
        job: JobId,
    },
    /// The job failed; the worker lives on.
    Failed {
        /// Which job.
        job: JobId,
        /// Why, and what to do.
        error: Arc<EngineError>,
    },
}

/// Why a picture could not be painted. Each says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Stopped on request. Not a failure: the worker reports [`Event::Cancelled`].
    #[error("stopped")]
    Cancelled,
    /// The request cannot be met as it stands.
    #[error("{0}")]
    Request(String),
    /// The model could not be used.
    #[error("{0}")]
    Model(String),
    /// The device refused to work.
    #[error("the {device} stopped working ({why}); try again, or choose the CPU as the device")]
    Device {
        /// Which device.
        device: String,
        /// What it said.
        why: String,
    },
    /// There is not enough memory.
    #[error(
        "there is not enough memory to paint this ({why}); try a smaller picture or close other programs"
    )]
    OutOfMemory {
        /// What was asked for.
        why: String,
    },
    /// A fault of our own.
    #[error("painting failed by a fault in the program ({0}); please report it with the prompt and the seed")]
    Fault(String),
    /// The queue is full.
    #[error("{0} pictures are waiting already; wait for some of them or cancel them")]
    QueueFull(usize),
    /// The worker has ended.
    #[error("the painting thread has ended; restart the program")]
    Ended,
}

impl EngineError {
    /// Whether the fault lies in what was asked for, rather than in the work.
    pub fn is_bad_request(&self) -> bool {
        matches!(self, Self::Request(_) | Self::Model(_))
    }
}

/// What an engine tells about a job while it works on it.
///
/// Every call is a chance to stop: on [`ControlFlow::Break`] the engine
/// returns [`EngineError::Cancelled`] as soon as it can, within one step.
pub trait Observer {
    /// The job came further.
    fn progress(&mut self, progress: Progress) -> ControlFlow<()>;
    /// Whether a preview would be looked at; painting one costs time.
    fn wants_preview(&self) -> bool {
        false
    }
    /// The emerging picture, at any size.
    fn preview(&mut self, _picture: Picture) {}
    /// Something the writer should know.
    fn warning(&mut self, _text: String) {}
}

/// What is known of a picture that waits its turn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Upcoming {
    /// Who will paint it.
    pub model: ModelChoice,
    /// What, in words.
    pub prompt: String,
    /// What to avoid.
    pub negative: String,
}

impl Upcoming {
    /// What is known of a request.
    pub fn of(request: &Request) -> Self {
        Self {
            model: request.model.clone(),
            prompt: request.prompt.clone(),
            negative: request.negative.clone(),
        }
    }
}

/// Paints pictures, one at a time, on the thread that owns it.
pub trait Engine {
    /// Paints one picture.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`] when the observer said stop; otherwise why
    /// not. The engine stays usable.
    fn paint(&mut self, request: &Request, observer: &mut dyn Observer) -> Result<Painted, EngineError>;

    /// The device in words, for the writer ("llvmpipe (software Vulkan)").
    fn device_name(&self) -> String;

    /// Tells what waits behind the next picture, so that prompts can be
    /// encoded together. Nothing has to come of it.
    fn foresee(&mut self, _upcoming: Vec<Upcoming>) {}
}
