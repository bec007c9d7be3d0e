//! The reference cases of schedulers alone, stepped with the toy network that
//! the reference was stepped with.

use std::{collections::BTreeMap, fs, ops::ControlFlow, path::Path};

use serde_json::Value;

use super::verify::Reference;
use crate::{
    diffusion::{
        AfterStep, DiffusionError, FlowSigmas, ModelOutput, Prediction, Sampler, SchedulerConfig,
        SchedulerInputs, denoise,
    },
    engine::EngineError,
};

/// Runs one case: the errors of its timesteps, noise levels, noised latent and
/// every step's latent.
///
/// # Errors
/// [`EngineError::Model`] for a configuration that cannot be followed, by name,
/// and for a case whose tensors are missing.
pub(super) fn verify_scheduler(
    folder: &Path,
    case: &Value,
    reference: &Reference<'_>,
) -> Result<Vec<(&'static str, f32)>, EngineError> {
    let path = folder.join(case.get("config").and_then(Value::as_str).unwrap_or_default());
    let wrong = |why: String| EngineError::Model(format!("{why}: {}", path.display()));
    let text = fs::read_to_string(&path).map_err(|e| wrong(format!("the file cannot be read ({e})")))?;
    let config = SchedulerConfig::from_json(&text).map_err(|e| wrong(e.to_string()))?;
    let count = |key: &str| case.get(key).and_then(Value::as_u64).map(|n| n as usize);
    let steps = count("steps").ok_or_else(|| wrong("the case has no steps".into()))?;
    let inputs = SchedulerInputs {
        image_seq_len: count("image_seq_len"),
        // The one list of noise levels that the reference's pipelines pass.
        sigmas: case.get("sigmas").map(|_| FlowSigmas::OneOverSteps),
        eta: case.get("eta").and_then(Value::as_f64).unwrap_or(0.0),
    };
    let sampler =
        config.sampler_config(steps, &inputs).and_then(Sampler::new).map_err(|e| wrong(e.to_string()))?;
    let expected = |key: &str| {
        let (values, _) =
            reference.get(key).ok_or_else(|| EngineError::Model(format!("the case has no tensor {key}")))?;
        Ok::<Vec<f64>, EngineError>(values.into_iter().map(f64::from).collect())
    };

    let mut errors: BTreeMap<&'static str, f64> = BTreeMap::new();
    errors.insert("timesteps", error_of(sampler.timesteps(), &expected("out.timesteps")?));
    if let Ok(sigmas) = expected("out.sigmas") {
        errors.insert("sigmas", error_of(&sampler.sigmas(), &sigmas));
    }
    let x_t = expected("in.x_T")?;
    let turned: Vec<f64> = x_t.chunks(4).flat_map(|row| row.iter().rev().copied()).collect();
    let noised = sampler.add_noise(&x_t, &turned, steps / 2).map_err(|e| wrong(e.to_string()))?;
    errors.insert("noised", error_of(&noised, &expected("out.noised")?));

    let size = x_t.len();
    let trajectory = expected("out.trajectory")?;
    let noises = expected("in.noise").unwrap_or_default();
    let row = |all: &[f64], index: usize| {
        all.get(index * size..(index + 1) * size).map(<[f64]>::to_vec).unwrap_or_default()
    };
    let start: Vec<f64> = x_t.iter().map(|x| x * sampler.init_noise_sigma()).collect();
    let mut worst = error_of(&start, &row(&trajectory, 0));
    let prediction = sampler.config().prediction;
    let model = |_: usize, timestep: f64, x: &Vec<f64>| Ok::<_, DiffusionError>(toy(prediction, timestep, x));
    let outcome = denoise(
        &sampler,
        0,
        start,
        model,
        |index| row(&noises, index),
        |step: AfterStep<'_, _>| {
            worst = worst.max(error_of(step.sample, &row(&trajectory, step.index + 1)));
            ControlFlow::<()>::Continue(())
        },
    );
    // Nothing stops it on the way.
    let _ = outcome.map_err(|e| wrong(e.to_string()))?;
    errors.insert("latents", worst);
    Ok(errors.into_iter().map(|(stage, error)| (stage, error as f32)).collect())
}

/// The toy network: `(0.9 or, for the sample, 0.6) * tanh(x) + 0.01 * t / 1000`,
/// and `tanh(x / 2)` for a learned variance.
fn toy(prediction: Prediction, timestep: f64, x: &[f64]) -> ModelOutput<Vec<f64>> {
    let size = if prediction == Prediction::Sample { 0.6 } else { 0.9 };
    ModelOutput {
        prediction: x.iter().map(|x| size * x.tanh() + 0.01 * timestep / 1000.0).collect(),
        variance: Some(x.iter().map(|x| (0.5 * x).tanh()).collect()),
    }
}

/// The largest difference, relative to the larger of 1 and the largest
/// expected value; infinite where the lengths differ or a value is no number.
fn error_of(found: &[f64], expected: &[f64]) -> f64 {
    if found.len() != expected.len() || found.iter().any(|value| !value.is_finite()) {
        return f64::INFINITY;
    }
    let largest = expected.iter().fold(1f64, |most, value| most.max(value.abs()));
    found.iter().zip(expected).fold(0f64, |most, (a, b)| most.max((a - b).abs())) / largest
}
