//! The engine that paints for real, on burn.
//!
//! The only part of the engine that knows networks and solvers.

mod adapters;
mod builtin;

use burn::tensor::Device;

use super::{
    DeviceChoice, Engine, EngineError, MAX_STEPS, ModelChoice, Observer, Painted, Progress, Request, Stage,
};
use crate::models::{self, ModelError};

pub use adapters::{Adapter, ChosenDevice, adapters, choose_device};

/// Paints with the built-in model on one device.
pub struct BurnEngine {
    device: Device,
    name: String,
    notice: Option<String>,
    builtin: Option<models::builtin::Builtin>,
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
        Ok(Self { device: chosen.device, name: chosen.name, notice: chosen.notice, builtin: None })
    }

    /// Something the writer should know about the device: a wish not met.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }
}

impl Engine for BurnEngine {
    fn paint(&mut self, request: &Request, observer: &mut dyn Observer) -> Result<Painted, EngineError> {
        check(request)?;
        if let ModelChoice::Folder(folder) = &request.model {
            return Err(EngineError::Model(format!(
                "published models cannot be used yet; use the built-in model: {}",
                folder.display()
            )));
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
