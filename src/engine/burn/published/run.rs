//! A run: noise, denoising, decoding, for every family alike.

use std::cell::RefCell;

use burn::tensor::{DType, Device, Tensor};

use super::{
    Dump,
    bins::resize_and_crop,
    network::{Config, Guided, Network},
    parts::Vae,
    task::Task,
    tensors::seeded_noise,
};
use crate::{
    diffusion::{FlowSigmas, Inpaint, NoiseStream, Sampler, SchedulerConfig, SchedulerInputs},
    engine::{
        EngineError, Observer, Stage,
        burn::{
            denoising::{Start, denoise_watched},
            report,
        },
        folder::ModelFolder,
    },
    models::{config, flux::pack},
};

/// Longest side of the latent that a preview is decoded from.
const PREVIEW_CELLS: usize = 32;

/// What a run needs besides its task.
pub(super) struct Bench<'a> {
    pub config: &'a Config,
    pub network: &'a Network,
    pub vae: &'a Vae,
    pub device: &'a Device,
    pub dtype: DType,
}

/// The run of a task.
///
/// # Errors
/// [`EngineError::Model`] for a scheduler that cannot be followed,
/// [`EngineError::Request`] for steps or a solver that it does not allow.
pub(super) fn sampler_of(
    folder: &ModelFolder,
    network: &Config,
    task: &Task,
    scale: usize,
) -> Result<Sampler, EngineError> {
    let path = folder.path.join(&task.scheduler).join("scheduler_config.json");
    let wrong = |why: String| EngineError::Model(format!("{why}: {}", path.display()));
    let text = config::text(&path)?;
    let mut scheduler = SchedulerConfig::from_json(&text).map_err(|e| wrong(e.to_string()))?;
    let flow = scheduler.class_name() == "FlowMatchEulerDiscreteScheduler";
    if let Some(solver) = task.solver {
        scheduler = scheduler.with_solver(solver);
    }
    let side = |px: u32| px as usize / scale / network.patch();
    let sigmas = match (&task.sigmas, network) {
        (Some(levels), _) => Some(FlowSigmas::Given(levels.clone())),
        (None, Config::Flux(_) | Config::ZImage(_)) if flow => Some(FlowSigmas::OneOverSteps),
        _ => None,
    };
    let inputs = SchedulerInputs {
        image_seq_len: Some(side(task.painted.0) * side(task.painted.1)),
        sigmas,
        ..SchedulerInputs::default()
    };
    let run = scheduler.sampler_config(task.steps, &inputs).map_err(|e| wrong(e.to_string()))?;
    // Either the file or the number of steps is to blame.
    Sampler::new(run).map_err(|e| EngineError::Request(format!("{e}: {}", path.display())))
}

/// Paints a task: the picture `[1, 3, height, width]`, -1..1, at the size to deliver.
///
/// # Errors
/// [`EngineError::Cancelled`] when the observer said stop, otherwise why not.
pub(super) fn run(
    bench: &Bench<'_>,
    task: &Task,
    guided: &Guided,
    sampler: &Sampler,
    trace: &mut Dump,
    observer: &mut dyn Observer,
) -> Result<Tensor<4>, EngineError> {
    let steps = sampler.steps() as u32;
    let scale = bench.vae.scale();
    let cells = |px: u32| px as usize / scale;
    let shape = [1, bench.config.latent_channels(), cells(task.painted.1), cells(task.painted.0)];
    let draw = |stream| seeded_noise(task.seed, stream, shape, bench.device);
    let noise = task.noise.clone().unwrap_or_else(|| draw(NoiseStream::Initial));

    let (original, first) = match &task.start {
        Some(start) => {
            let posterior = start.posterior_noise.clone().unwrap_or_else(|| draw(NoiseStream::Posterior));
            let original = bench.vae.encode(start.image.clone(), posterior);
            (Some(original), sampler.start_index_for_strength(start.strength)?)
        }
        None => (None, 0),
    };
    let latents = sampler.start(original.as_ref(), &noise, first)?;
    let inpaint = match (&task.mask, original) {
        (Some(mask), Some(original)) => Some(Inpaint { original, noise, mask: mask.clone() }),
        _ => None,
    };

    // Both closures write to the trace, one after the other.
    let shared = RefCell::new(&mut *trace);
    let model = |index: usize, timestep: f64, x: &Tensor<4>| {
        let mut trace = shared.borrow_mut();
        bench
            .network
            .predict(x, (index - first, timestep), guided, bench.dtype, &mut trace)
            .map_err(EngineError::from)
    };
    let fresh = |index| draw(NoiseStream::Step(index));
    let keep = |name: &str, latents: &Tensor<4>| {
        let mut trace = shared.borrow_mut();
        if task.packed {
            trace.keep(name, &pack(latents.clone()));
        } else {
            trace.keep(name, latents);
        }
    };
    let start = Start { sampler, first, latents, inpaint };
    let latents =
        denoise_watched(start, model, fresh, keep, |x0: &Tensor<4>| preview(bench.vae, x0), observer)?;

    report(observer, Stage::Decoding, steps, steps)?;
    let image = bench.vae.decode(latents);
    let (width, height) = (task.delivered.0 as usize, task.delivered.1 as usize);
    let image = resize_and_crop(image, width, height)?.clamp(-1.0, 1.0);
    trace.keep("image", &image);
    report(observer, Stage::Decoding, steps, steps)?;
    Ok(image)
}

/// The emerging picture: by the tiny autoencoder where there is one, else
/// decoded from a shrunken latent, a fraction of the work of a whole decoding
/// and right in colour and layout.
fn preview(vae: &Vae, x0: &Tensor<4>) -> Tensor<4> {
    if let Some(image) = vae.decode_tiny(x0.clone()) {
        return image;
    }
    let [batch, channels, h, w] = x0.dims();
    let by = h.max(w).div_ceil(PREVIEW_CELLS);
    let (rows, columns) = (h / by, w / by);
    if by == 1 || rows == 0 || columns == 0 {
        return vae.decode(x0.clone());
    }
    let whole = x0.clone().narrow(2, 0, rows * by).narrow(3, 0, columns * by);
    let small = whole.reshape([batch, channels, rows, by, columns * by]).mean_dim(3);
    let small = small.reshape([batch, channels, rows, columns, by]).mean_dim(4);
    vae.decode(small.reshape([batch, channels, rows, columns]))
}
