//! Painting with the built-in model: text, noise, denoising, decoding.

use burn::tensor::{Device, Tensor, TensorData};

use super::{
    denoising::{Start, denoise_watched},
    report,
    tensors::{Dump, noise_from_file, picture_from_tensor, seeded_noise, tensor_from_picture},
};
use crate::{
    diffusion::{
        FlowSchedule, Guidance, Inpaint, NoiseStream, Prediction, Sampler, SamplerConfig, Schedule, Solver,
        composite_pixels, mask_to_latent_area,
    },
    engine::{EngineError, Observer, Painted, Request, Size, Stage},
    models::builtin::{Builtin, DEFAULT_GUIDANCE, Encoded, NATIVE_AREA_PX, native_size},
    raster::{Mask, Picture},
};

/// Shift of the noise levels towards noise (Esser et al. 2024, equation 23):
/// with few steps the composition deserves more of them than the detail.
const SHIFT: f64 = 2.0;

pub(super) fn paint(
    model: &Builtin,
    request: &Request,
    steps: u32,
    device: &Device,
    device_name: &str,
    observer: &mut dyn Observer,
) -> Result<Painted, EngineError> {
    refuse_what_the_model_lacks(request)?;
    let size = request.size.unwrap_or(Size { width_px: 256, height_px: 256 });
    let (width_px, height_px) = native_size(size.width_px, size.height_px);
    if size.width_px * size.height_px > 4 * NATIVE_AREA_PX {
        observer.warning(format!(
            "the built-in model paints at {width_px}x{height_px}; the picture is enlarged to {size}"
        ));
    }
    let shape = model.latent_shape(width_px, height_px);
    let guidance = Guidance::new(f64::from(request.guidance.unwrap_or(DEFAULT_GUIDANCE)));
    let solver = request.solver.as_deref().unwrap_or("euler").parse::<Solver>()?;
    let schedule = Schedule::Flow(FlowSchedule::shifted(SHIFT));
    let sampler = Sampler::new(SamplerConfig::new(solver, schedule, Prediction::Flow, steps as usize))?;
    let mut dump = Dump::new(request.dump);

    report(observer, Stage::Encoding, 0, steps)?;
    let prompt = model.encode_text(&request.prompt)?;
    let negative = if request.negative.trim().is_empty() {
        model.null_text()
    } else {
        model.encode_text(&request.negative)?
    };
    dump.keep("prompt_embeds", &prompt.states);
    dump.keep("negative_prompt_embeds", &negative.states);

    let noise = match &request.noise {
        Some((file, name)) => {
            let (values, found) = noise_from_file(file, name)?;
            if found != shape {
                return Err(EngineError::Request(format!(
                    "the noise '{name}' is {found:?}, but this picture needs {shape:?}: {}",
                    file.display()
                )));
            }
            Tensor::from_data(TensorData::new(values, shape), device)
        }
        None => seeded_noise(request.seed, NoiseStream::Initial, shape, device),
    };
    let init = match &request.init {
        Some(init) => {
            let picture = init.picture.resized(width_px, height_px)?;
            Some((model.networks().autoencoder.encode(tensor_from_picture(&picture, device)), init.strength))
        }
        None => None,
    };
    let (first, latents) = match &init {
        Some((original, strength)) => {
            let first = sampler.start_index_for_strength(f64::from(*strength))?;
            (first, sampler.add_noise(original, &noise, first)?)
        }
        None => (0, noise.clone()),
    };
    let inpaint = match (&request.mask, &init) {
        (Some(mask), Some((original, _))) => Some(Inpaint {
            original: original.clone(),
            noise: noise.clone(),
            mask: latent_mask(mask, width_px, height_px, shape, device)?,
        }),
        _ => None,
    };

    let velocity = |_: usize, timestep: f64, x: &Tensor<4>| -> Result<Tensor<4>, EngineError> {
        Ok(guided_velocity(model, guidance, timestep, x, &prompt, &negative))
    };
    let step_noise = |index| seeded_noise(request.seed, NoiseStream::Step(index), shape, device);
    let decode = |latents: &Tensor<4>| model.networks().autoencoder.decode(latents.clone());
    let keep = |name: &str, latents: &Tensor<4>| dump.keep(name, latents);
    let start = Start { sampler: &sampler, first, latents, inpaint };
    let latents = denoise_watched(start, velocity, step_noise, keep, decode, observer)?;

    report(observer, Stage::Decoding, steps, steps)?;
    let image = decode(&latents);
    dump.keep("image", &image);
    let painted = picture_from_tensor(image)?.resized(size.width_px, size.height_px)?;
    let picture = match (&request.mask, &request.init) {
        (Some(mask), Some(init)) => {
            let mask = mask.resized(size.width_px, size.height_px)?;
            let original = init.picture.resized(size.width_px, size.height_px)?;
            let rgba = composite_pixels(original.rgba(), painted.rgba(), mask.repaint(), 4)?;
            Picture::from_rgba(size.width_px, size.height_px, rgba)?
        }
        _ => painted,
    };
    report(observer, Stage::Decoding, steps, steps)?;
    let mut parameters = vec![
        ("prompt", request.prompt.clone()),
        ("negative", request.negative.clone()),
        ("seed", request.seed.to_string()),
        ("steps", steps.to_string()),
        ("guidance", guidance.scale.to_string()),
        ("solver", solver.to_string()),
        ("size", size.to_string()),
        ("model", crate::models::builtin::NAME.to_owned()),
        ("device", device_name.to_owned()),
        ("program", concat!("vignette ", env!("CARGO_PKG_VERSION")).to_owned()),
    ];
    if let Some((_, strength)) = &init {
        parameters.push(("strength", strength.to_string()));
    }
    parameters.retain(|(_, value)| !value.is_empty());
    let parameters = parameters.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Ok(Painted { picture, parameters, dump: dump.tensors })
}

fn refuse_what_the_model_lacks(request: &Request) -> Result<(), EngineError> {
    let lacks = |what: &str| Err(EngineError::Request(format!("the built-in model {what}")));
    if request.class.is_some() {
        return lacks("paints from words, not from classes; leave the class out");
    }
    if !request.loras.is_empty() {
        return lacks("takes no LoRA; leave it out or use a published model");
    }
    if request.precision == crate::engine::Precision::F16 {
        return lacks("computes in 32-bit floats; use auto or f32 as the precision");
    }
    Ok(())
}

/// The velocity under classifier-free guidance (Ho & Salimans 2022), both
/// halves in one batch.
fn guided_velocity(
    model: &Builtin,
    guidance: Guidance,
    timestep: f64,
    x: &Tensor<4>,
    prompt: &Encoded,
    negative: &Encoded,
) -> Tensor<4> {
    let dit = &model.networks().dit;
    let time = |count| Tensor::<1>::full([count], timestep, &x.device());
    if !guidance.needs_unconditional() {
        return dit.forward(x.clone(), time(1), prompt.states.clone(), prompt.mask.clone());
    }
    let (states, mask) = Encoded::stack(&[prompt, negative]);
    let both = dit.forward(Tensor::cat(vec![x.clone(), x.clone()], 0), time(2), states, mask);
    guidance.combine(&both.clone().narrow(0, 0, 1), &both.narrow(0, 1, 1))
}

/// The mask at the latent's size, `[1, 1, h, w]`, 1 = repaint.
fn latent_mask(
    mask: &Mask,
    width_px: u32,
    height_px: u32,
    shape: [usize; 4],
    device: &Device,
) -> Result<Tensor<4>, EngineError> {
    let mask = mask.resized(width_px, height_px)?;
    let values: Vec<f32> = mask.repaint().iter().map(|&v| f32::from(v) / 255.0).collect();
    let [_, _, h, w] = shape;
    let cells = mask_to_latent_area(&values, (width_px as usize, height_px as usize), (w, h))?;
    // A cell that is repainted at all is painted whole: what shows of it blends
    // with the rest only if all of it was painted to fit.
    let cells: Vec<f32> = cells.into_iter().map(|v| if v > 0.0 { 1.0 } else { 0.0 }).collect();
    Ok(Tensor::from_data(TensorData::new(cells, [1, 1, h, w]), device))
}
