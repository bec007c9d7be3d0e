//! The engine that paints for real, on burn.
//!
//! The only part of the engine that knows networks and solvers.

mod adapters;
mod builtin;
mod denoising;
pub mod published;
mod tensors;

use std::path::Path;

use burn::tensor::Device;

use super::{
    DeviceChoice, Engine, EngineError, MAX_STEPS, ModelChoice, Observer, Painted, Progress, Request, Stage,
    Upcoming,
};
use crate::models::{self, ModelError};

pub use adapters::{Adapter, ChosenDevice, adapters, choose_device};

/// Largest difference from the reference that [`BurnEngine::verify`] accepts
/// on the CPU backend, relative to the reference's largest value.
pub const CPU_TOLERANCE: f32 = 1e-3;
/// The same through the kernels.
pub const GPU_TOLERANCE: f32 = 5e-3;

/// Paints with the built-in model or a published one, on one device.
pub struct BurnEngine {
    device: Device,
    name: String,
    notice: Option<String>,
    builtin: Option<models::builtin::Builtin>,
    /// The published model painted with last.
    published: Option<published::Published>,
    /// What waits behind the next picture.
    upcoming: Vec<Upcoming>,
}

impl BurnEngine {
    /// Chooses a device. Models are loaded when first asked for.
    ///
    /// # Errors
    /// [`EngineError::Device`].
    pub fn open(choice: DeviceChoice) -> Result<Self, EngineError> {
        // The CPU needs no look at graphics drivers, some of which are slow or broken.
        let adapters = if choice == DeviceChoice::Cpu { Vec::new() } else { adapters() };
        let chosen = choose_device(choice, &adapters)?;
        Ok(Self {
            device: chosen.device,
            name: chosen.name,
            notice: chosen.notice,
            builtin: None,
            published: None,
            upcoming: Vec::new(),
        })
    }

    /// Something the writer should know about the device: a wish not met.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// Runs the reference cases of a model folder.
    ///
    /// # Errors
    /// [`EngineError`] when the folder holds no cases or its model cannot be used.
    pub fn verify(
        &self,
        folder: &Path,
        observer: &mut dyn Observer,
    ) -> Result<published::Verification, EngineError> {
        let tolerance = if self.name == "CPU" { CPU_TOLERANCE } else { GPU_TOLERANCE };
        published::verify(folder, &self.device, tolerance, observer)
    }

    /// The published model in a folder; another one makes room for it.
    fn published(&mut self, folder: &Path) -> Result<&mut published::Published, EngineError> {
        if self.published.as_ref().is_some_and(|model| model.path() != folder) {
            self.published = None;
        }
        Ok(match &mut self.published {
            Some(model) => model,
            empty => empty.insert(published::Published::open(folder)?),
        })
    }
}

impl Engine for BurnEngine {
    fn paint(&mut self, request: &Request, observer: &mut dyn Observer) -> Result<Painted, EngineError> {
        check(request)?;
        if let ModelChoice::Folder(folder) = &request.model {
            let (device, name) = (self.device.clone(), self.name.clone());
            let mut upcoming = std::mem::take(&mut self.upcoming);
            upcoming.retain(|next| next.model == request.model);
            let model = self.published(folder)?;
            model.foresee(&upcoming);
            return model.paint(request, &device, &name, observer);
        }
        if request.true_guidance.is_some() {
            return Err(EngineError::Request("only FLUX has a true guidance; leave it out".into()));
        }
        let steps = request.steps.unwrap_or(models::builtin::DEFAULT_STEPS);
        report(observer, Stage::Loading, 0, steps)?;
        let builtin = match &mut self.builtin {
            Some(loaded) => loaded,
            empty => empty.insert(models::builtin::Builtin::load(&self.device)?),
        };
        builtin::paint(builtin, request, steps, &self.device, &self.name, observer)
    }

    fn device_name(&self) -> String {
        self.name.clone()
    }

    fn foresee(&mut self, upcoming: Vec<Upcoming>) {
        self.upcoming = upcoming;
    }
}

/// Tells the observer; its wish to stop becomes an error.
fn report(observer: &mut dyn Observer, stage: Stage, step: u32, steps: u32) -> Result<(), EngineError> {
    if observer.progress(Progress { stage, step, steps }).is_break() {
        Err(EngineError::Cancelled)
    } else {
        Ok(())
    }
}

/// What holds for every model.
fn check(request: &Request) -> Result<(), EngineError> {
    let wrong = |why: String| Err(EngineError::Request(why));
    if let Some(steps) = request.steps
        && !(1..=MAX_STEPS).contains(&steps)
    {
        return wrong(format!("{steps} steps are not possible; use 1 to {MAX_STEPS}"));
    }
    if let Some(guidance) = request.guidance
        && !(0.0..=100.0).contains(&guidance)
    {
        return wrong(format!("a guidance of {guidance} is not possible; use 0 to 100"));
    }
    if let Some(guidance) = request.true_guidance
        && !(0.0..=100.0).contains(&guidance)
    {
        return wrong(format!("a true guidance of {guidance} is not possible; use 0 to 100"));
    }
    if let Some(init) = &request.init
        && !(0.0..=1.0).contains(&init.strength)
    {
        return wrong(format!("a strength of {} is not possible; use 0 to 1", init.strength));
    }
    if request.mask.is_some() && request.init.is_none() {
        return wrong("a mask needs a picture to repaint; give one as the initial picture".into());
    }
    if request.mask.as_ref().is_some_and(crate::raster::Mask::is_empty) {
        return wrong("the mask marks nothing to repaint; paint some of it white".into());
    }
    Ok(())
}

impl From<ModelError> for EngineError {
    fn from(error: ModelError) -> Self {
        Self::Model(error.to_string())
    }
}

impl From<crate::diffusion::DiffusionError> for EngineError {
    fn from(error: crate::diffusion::DiffusionError) -> Self {
        Self::Request(error.to_string())
    }
}

impl From<crate::raster::RasterError> for EngineError {
    fn from(error: crate::raster::RasterError) -> Self {
        Self::Request(error.to_string())
    }
}

/// What `models list` says of the built-in model.
pub struct BuiltinSummary {
    /// Kind and native size.
    pub description: String,
    /// Trained numbers in all.
    pub parameters: usize,
    /// Size in the binary.
    pub bytes: usize,
}

/// Describes the built-in model without loading it onto a device.
///
/// # Errors
/// [`EngineError::Model`], when the binary was built from parts that do not fit.
pub fn builtin_summary() -> Result<BuiltinSummary, EngineError> {
    let config = models::builtin::BuiltinConfig::shipped()?;
    let (parameters, bytes) = models::builtin::shipped_size()?;
    let (width, depth) = (config.dit.hidden_size, config.dit.depth);
    Ok(BuiltinSummary {
        description: format!(
            "text-conditioned DiT, {depth} blocks of {width}, paints at about 256x256 pixels"
        ),
        parameters,
        bytes,
    })
}
