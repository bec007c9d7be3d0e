//! Painting with the models of others, from the folder that a writer already
//! has, as their authors' pipelines do.
//!
//! Parts are loaded when they are needed: text encoders first, then the
//! transformer beside the autoencoder. What fits into memory stays for the next
//! picture; encoded prompts stay in any case. Latents, guidance and solver are
//! f32 whatever the transformer computes in; text encoders and autoencoder
//! always compute in f32, since T5's states and the autoencoder's activations
//! leave the range of f16.

mod bins;
mod changes;
mod check;
mod network;
mod parts;
mod run;
mod task;
mod text;
pub mod trial;
mod verify;
mod verify_parts;
mod verify_schedulers;

use std::path::{Path, PathBuf};

use burn::tensor::{DType, Device, Tensor};

use super::{report, tensors};
use crate::{
    diffusion::composite_pixels,
    engine::{
        EngineError, Observer, Painted, Precision, Request, Stage, Upcoming,
        folder::{FolderError, ModelFolder, inspect},
        memory,
    },
    models::{lora::Adapters, weights::mapped::watching},
    raster::Picture,
};

use changes::{Changes, apply_to_encoders, apply_to_transformer};
use network::{Condition, Config, Guided, Network};
use parts::Vae;
use task::Task;
use tensors::{Dump, picture_from_tensor, values_of};
use text::{Encoders, Texts};

pub use check::problems;
pub use verify::{Check, Verification, verify};

/// Prompts that stay encoded: a long board with variants.
const MOST_PROMPTS: usize = 512;

impl From<FolderError> for EngineError {
    fn from(error: FolderError) -> Self {
        Self::Model(error.to_string())
    }
}

/// The transformer on the device, and what it was loaded with.
struct Loaded {
    network: Network,
    /// The slots of its weights.
    adapters: Adapters,
    dtype: DType,
    /// The changes in them.
    loras: Vec<(PathBuf, f32)>,
}

/// A published model, with whatever of it is resident.
pub(super) struct Published {
    folder: ModelFolder,
    config: Config,
    vae: Option<Vae>,
    vae_scale: usize,
    loaded: Option<Loaded>,
    encoders: Option<Encoders>,
    prompts: Vec<(Texts, Condition)>,
    /// The changes that these prompts were encoded with.
    changes: Changes,
    /// Prompts that will be asked for next, encoded in the same visit.
    upcoming: Vec<Texts>,
    /// Bytes that the parts take, for what may stay resident.
    transformer_bytes: u64,
    text_bytes: u64,
    stored_in_f16: bool,
}

impl Published {
    /// Reads a folder's configuration; weights are read when first needed.
    ///
    /// # Errors
    /// [`EngineError::Model`] naming what is missing or cannot be followed.
    pub fn open(path: &Path) -> Result<Self, EngineError> {
        let folder = ModelFolder::open(path)?;
        let config = Config::read(&folder)?;
        let report = inspect(path)?;
        if let Some(problem) = report.problems.first() {
            return Err(EngineError::Model(problem.clone()));
        }
        let bytes = |prefix: &str| {
            let parts = report.parts.iter().filter(|part| part.name.starts_with(prefix));
            parts.fold(0u64, |sum, part| sum.saturating_add(part.memory_bytes))
        };
        let stored_in_f16 = report
            .parts
            .iter()
            .any(|part| part.name == "transformer" && part.stored.first().is_some_and(|kind| kind == "F16"));
        Ok(Self {
            vae_scale: Vae::scale_of(&folder)?,
            transformer_bytes: bytes("transformer"),
            text_bytes: bytes("text_encoder"),
            folder,
            config,
            vae: None,
            loaded: None,
            encoders: None,
            prompts: Vec::new(),
            changes: Changes::default(),
            upcoming: Vec::new(),
            stored_in_f16,
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.folder.path
    }

    /// Tells which pictures will be wanted next, so that their prompts are
    /// encoded while the text encoders are resident.
    pub fn foresee(&mut self, upcoming: &[Upcoming]) {
        self.upcoming.clear();
        for request in upcoming {
            let mut task = Task::new(&self.config, (0, 0));
            task.prompt.clone_from(&request.prompt);
            task.negative.clone_from(&request.negative);
            self.upcoming.extend(Texts::of_task(&self.folder, &task));
        }
    }

    /// Paints one picture.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`] when the observer said stop, otherwise why not.
    pub fn paint(
        &mut self,
        request: &Request,
        device: &Device,
        device_name: &str,
        observer: &mut dyn Observer,
    ) -> Result<Painted, EngineError> {
        let mut warnings = Vec::new();
        let task =
            Task::of_request(request, &self.folder, &self.config, self.vae_scale, device, &mut warnings)?;
        let dtype = self.dtype_for(request.precision, device, device_name, &mut warnings);
        warnings.into_iter().for_each(|warning| observer.warning(warning));
        let mut trace = Dump::new(request.dump);
        let image = self.run(&task, dtype, &request.loras, device, &mut trace, observer)?;
        let painted = picture_from_tensor(image).map_err(|error| match error {
            // With weights of others it is not the program that is at fault.
            EngineError::Fault(why) => EngineError::Model(format!(
                "{why}; the weights are damaged, or too wide for the number format (try --precision f32): {}",
                self.folder.path.display()
            )),
            other => other,
        })?;
        let (width, height) = task.delivered;
        let picture = match (&request.mask, &request.init) {
            (Some(mask), Some(init)) => {
                let mask = mask.resized(width, height)?;
                let original = init.picture.resized(width, height)?;
                let rgba = composite_pixels(original.rgba(), painted.rgba(), mask.repaint(), 4)?;
                Picture::from_rgba(width, height, rgba)?
            }
            _ => painted,
        };
        let class = matches!(self.config, Config::Dit(_)).then(|| task.class.to_string());
        let mut parameters = vec![
            ("prompt", request.prompt.clone()),
            ("negative", request.negative.clone()),
            ("class", class.unwrap_or_default()),
            ("seed", request.seed.to_string()),
            ("steps", task.steps.to_string()),
            ("guidance", task.guidance.to_string()),
            ("solver", task.solver.map(|solver| solver.to_string()).unwrap_or_default()),
            ("size", format!("{width}x{height}")),
            ("model", self.folder.path.display().to_string()),
            ("family", self.folder.family.name().to_owned()),
            ("precision", if dtype == DType::F16 { "f16" } else { "f32" }.to_owned()),
            ("device", device_name.to_owned()),
            ("program", concat!("vignette ", env!("CARGO_PKG_VERSION")).to_owned()),
        ];
        if let Some(init) = &request.init {
            parameters.push(("strength", init.strength.to_string()));
        }
        for (file, scale) in &request.loras {
            parameters.push(("lora", format!("{}:{scale}", file.display())));
        }
        parameters.retain(|(_, value)| !value.is_empty());
        let parameters = parameters.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Ok(Painted { picture, parameters, dump: trace.tensors })
    }

    /// What the transformer computes in.
    fn dtype_for(
        &self,
        precision: Precision,
        device: &Device,
        name: &str,
        warnings: &mut Vec<String>,
    ) -> DType {
        let cpu = name == "CPU";
        let able = !cpu && device.supports_dtype(DType::F16);
        match precision {
            Precision::F32 => DType::F32,
            Precision::F16 if able => DType::F16,
            Precision::F16 => {
                warnings.push(format!("the {name} computes in 32-bit floats, not in f16"));
                DType::F32
            }
            // Weights stored in f16 were meant to be computed so; those in bf16 may not fit.
            Precision::Auto if able && self.stored_in_f16 && !name.contains("llvmpipe") => DType::F16,
            Precision::Auto => DType::F32,
        }
    }

    /// A task from its prompts to its picture, `[1, 3, height, width]`, -1..1.
    ///
    /// After an error of the model nothing of it stays resident: its files may
    /// have changed.
    fn run(
        &mut self,
        task: &Task,
        dtype: DType,
        loras: &[(PathBuf, f32)],
        device: &Device,
        trace: &mut Dump,
        observer: &mut dyn Observer,
    ) -> Result<Tensor<4>, EngineError> {
        let painted = watching(|| self.run_through(task, dtype, loras, device, trace, observer));
        if matches!(painted, Err(EngineError::Model(_))) {
            (self.loaded, self.encoders, self.vae) = (None, None, None);
        }
        painted
    }

    fn run_through(
        &mut self,
        task: &Task,
        dtype: DType,
        loras: &[(PathBuf, f32)],
        device: &Device,
        trace: &mut Dump,
        observer: &mut dyn Observer,
    ) -> Result<Tensor<4>, EngineError> {
        let sampler = run::sampler_of(&self.folder, &self.config, task, self.vae_scale)?;
        let steps = sampler.steps() as u32;
        self.change(loras, observer)?;
        let guided = self.guided(task, device, steps, observer)?;
        for (name, condition) in
            [("prompt_embeds", Some(&guided.positive)), ("negative_prompt_embeds", guided.negative.as_ref())]
        {
            let Some(condition) = condition.filter(|_| !matches!(self.config, Config::Dit(_))) else {
                continue;
            };
            trace.keep(name, &condition.text);
            if matches!(self.config, Config::Sd3(_) | Config::Flux(_)) {
                let pooled = if name.starts_with("neg") { "negative_pooled" } else { "pooled" };
                trace.keep(pooled, &condition.pooled);
            }
        }
        report(observer, Stage::Loading, 0, steps)?;
        self.load(dtype, loras, device)?;
        let (Some(loaded), Some(vae)) = (&self.loaded, &self.vae) else {
            return Err(EngineError::Fault("the model is not loaded".into()));
        };
        let bench = run::Bench { config: &self.config, network: &loaded.network, vae, device, dtype };
        run::run(&bench, task, &guided, &sampler, trace, observer)
    }

    /// The conditions of a task, from the cache or the text encoders.
    fn guided(
        &mut self,
        task: &Task,
        device: &Device,
        steps: u32,
        observer: &mut dyn Observer,
    ) -> Result<Guided, EngineError> {
        let wants_negative = task.guidance > self.config.unguided();
        let (positive, negative, true_scale) = if let Config::Dit(config) = &self.config {
            let null = wants_negative.then(|| Condition::of_class(config.num_embeds_ada_norm, device));
            (Condition::of_class(task.class, device), null, 1.0)
        } else {
            let texts = Texts::of_task(&self.folder, task);
            let true_scale = task.true_guidance.unwrap_or(1.0);
            let wants_negative =
                if matches!(self.config, Config::Flux(_)) { true_scale > 1.0 } else { wants_negative };
            let wanted = if wants_negative { &texts[..] } else { &texts[..1] };
            let mut found = self.encoded(wanted, device, steps, observer)?.into_iter();
            let positive = found.next().ok_or_else(|| EngineError::Fault("no prompt was encoded".into()))?;
            (positive, found.next(), true_scale)
        };
        Ok(Guided {
            positive,
            negative,
            scale: task.guidance,
            true_scale,
            skip_layers: task.skip_layers.clone(),
            steps: task.steps,
            size_px: (task.painted.1 as f32, task.painted.0 as f32),
        })
    }

    /// The conditions of these prompts, in their order.
    fn encoded(
        &mut self,
        wanted: &[Texts],
        device: &Device,
        steps: u32,
        observer: &mut dyn Observer,
    ) -> Result<Vec<Condition>, EngineError> {
        let known =
            |prompts: &[(Texts, Condition)], texts: &Texts| prompts.iter().any(|(known, _)| known == texts);
        if wanted.iter().any(|texts| !known(&self.prompts, texts)) {
            report(observer, Stage::Loading, 0, steps)?;
            let encoders = match self.encoders.take() {
                Some(encoders) => encoders,
                None => {
                    if !self.fits(self.text_bytes, 0) {
                        self.loaded = None;
                    }
                    let encoders = Encoders::load(&self.folder, &self.config, device)?;
                    apply_to_encoders(&self.changes, &encoders)?;
                    encoders
                }
            };
            report(observer, Stage::Encoding, 0, steps)?;
            if self.prompts.len() + wanted.len() + self.upcoming.len() > MOST_PROMPTS {
                self.prompts.clear();
            }
            let upcoming = std::mem::take(&mut self.upcoming);
            for texts in wanted.iter().chain(&upcoming) {
                if !known(&self.prompts, texts) {
                    let condition = encoders.encode(texts, &self.folder, &self.config, device)?;
                    self.prompts.push((texts.clone(), condition));
                    report(observer, Stage::Encoding, 0, steps)?;
                }
            }
            // The encoders stay when the transformer fits beside them.
            let missing = if self.loaded.is_some() { 0 } else { self.transformer_bytes };
            if self.fits(missing, self.text_bytes / 2) {
                self.encoders = Some(encoders);
            }
        }
        Ok(wanted
            .iter()
            .filter_map(|texts| Some(self.prompts.iter().find(|(known, _)| known == texts)?.1.clone()))
            .collect())
    }

    /// Whether so many more bytes fit into memory, with room for what stays for
    /// convenience. Unknown memory counts as short.
    fn fits(&self, more: u64, convenience: u64) -> bool {
        let needed = more.saturating_add(convenience);
        memory::available_bytes().is_some_and(|available| needed.saturating_add(needed / 5) <= available)
    }

    /// Takes note of the LoRAs wanted. Where they change what prompts become,
    /// the prompts encoded so far are forgotten.
    fn change(&mut self, loras: &[(PathBuf, f32)], observer: &mut dyn Observer) -> Result<(), EngineError> {
        if self.changes.wanted() == loras {
            return Ok(());
        }
        let changes = Changes::open(loras, &self.folder)?;
        changes.warnings().for_each(|warning| observer.warning(warning));
        if changes.of_text() != self.changes.of_text() {
            self.prompts.clear();
            if let Some(encoders) = &self.encoders {
                // They go where the changes do not fit: half changed would be worse.
                if let Err(error) = apply_to_encoders(&changes, encoders) {
                    self.encoders = None;
                    return Err(error);
                }
            }
        }
        self.changes = changes;
        Ok(())
    }

    /// Makes transformer and autoencoder resident.
    fn load(&mut self, dtype: DType, loras: &[(PathBuf, f32)], device: &Device) -> Result<(), EngineError> {
        if self.vae.is_none() {
            self.vae = Some(Vae::load(&self.folder, device)?);
        }
        if self.loaded.as_ref().is_none_or(|loaded| loaded.dtype != dtype) {
            // The old one goes before the new one comes.
            self.loaded = None;
            let (network, adapters) = Network::load(&self.config, &self.folder, device, dtype)?;
            self.loaded = Some(Loaded { network, adapters, dtype, loras: Vec::new() });
        }
        if let Some(loaded) = &mut self.loaded
            && loaded.loras != loras
        {
            // Forgotten first: an error below leaves the plain network.
            loaded.loras.clear();
            apply_to_transformer(&self.changes, &loaded.adapters, &loaded.network.renames())?;
            loaded.loras = loras.to_vec();
        }
        Ok(())
    }
}
