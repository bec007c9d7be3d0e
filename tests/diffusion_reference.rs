//! The schedulers against those of diffusers 0.42.1, stepped with a toy model.
//!
//! `tests/fixtures/schedulers` is a copy of `shared/reference/schedulers`:
//! configurations, timesteps, noise levels, and every step's latent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use safetensors::{Dtype, SafeTensors};
use serde_json::Value;
use vignette::diffusion::{
    DiffusionError, FlowSigmas, ModelOutput, Prediction, Sampler, SchedulerConfig, SchedulerInputs, denoise,
};

/// Configurations of the reference set that are not followed, each with the
/// reason. The test fails when one of them starts to work, and when a
/// configuration that is not listed does not.
const UNSUPPORTED: &[(&str, &str)] = &[];

/// Largest difference to the reference, relative to the larger of 1 and the
/// reference tensor's largest value. The reference computes in `f32`, we in `f64`.
const TOLERANCE: f64 = 1e-5;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schedulers")
}

fn tensor(file: &SafeTensors<'_>, name: &str) -> Option<Vec<f64>> {
    let view = file.tensor(name).ok()?;
    let data = view.data();
    Some(match view.dtype() {
        Dtype::F32 => {
            data.chunks_exact(4).map(|b| f64::from(f32::from_le_bytes(b.try_into().unwrap()))).collect()
        }
        Dtype::I64 => {
            data.chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().unwrap()) as f64).collect()
        }
        other => panic!("{name} has type {other:?}"),
    })
}

/// The largest difference, relative to the larger of 1 and the largest
/// expected value. Lengths must agree.
fn error(actual: &[f64], expected: &[f64], what: &str) -> f64 {
    assert_eq!(actual.len(), expected.len(), "{what}: lengths");
    let largest = expected.iter().fold(1.0, |m: f64, x| m.max(x.abs()));
    actual.iter().zip(expected).fold(0.0, |worst: f64, (a, e)| {
        assert!(a.is_finite(), "{what}: {a}");
        worst.max((a - e).abs())
    }) / largest
}

/// The toy network: `(0.9 or, for the sample, 0.6) * tanh(x) + 0.01 * t / 1000`,
/// and `tanh(x / 2)` for a learned variance.
fn toy_model(prediction: Prediction, timestep: f64, x: &[f64]) -> ModelOutput<Vec<f64>> {
    let size = if prediction == Prediction::Sample { 0.6 } else { 0.9 };
    ModelOutput {
        prediction: x.iter().map(|x| size * x.tanh() + 0.01 * timestep / 1000.0).collect(),
        variance: Some(x.iter().map(|x| (0.5 * x).tanh()).collect()),
    }
}

/// A latent of 2x3x4 with each row of four reversed: what the reference added
/// as noise in `out.noised`.
fn flipped(x: &[f64]) -> Vec<f64> {
    x.chunks_exact(4).flat_map(|row| row.iter().rev().copied()).collect()
}

/// Errors of one case by what was compared.
fn run_case(case: &Value, file: &SafeTensors<'_>) -> Result<BTreeMap<&'static str, f64>, DiffusionError> {
    let name = case["name"].as_str().unwrap();
    let steps = case["steps"].as_u64().unwrap() as usize;
    let text = fs::read_to_string(folder().join(case["config"].as_str().unwrap())).unwrap();
    let config = SchedulerConfig::from_json(&text)?;
    let inputs = SchedulerInputs {
        image_seq_len: case["image_seq_len"].as_u64().map(|n| n as usize),
        sigmas: case.get("sigmas").map(|sigmas| {
            assert_eq!(sigmas, &format!("linspace(1, 1/{steps}, {steps})"));
            FlowSigmas::OneOverSteps
        }),
        eta: case["eta"].as_f64().unwrap(),
    };
    let sampler = Sampler::new(config.sampler_config(steps, &inputs)?)?;
    let expected = |key: &str| tensor(file, &format!("{name}/{key}"));

    let mut errors = BTreeMap::new();
    let timesteps = expected("out.timesteps").unwrap();
    if timesteps.iter().all(|t| t.fract() == 0.0) {
        let told: Vec<f64> = sampler.timesteps().iter().map(|&t| f64::from(t as f32)).collect();
        assert_eq!(told, timesteps, "{name}");
    }
    errors.insert("timesteps", error(sampler.timesteps(), &timesteps, name));
    if let Some(sigmas) = expected("out.sigmas") {
        errors.insert("sigmas", error(&sampler.sigmas(), &sigmas, name));
    }
    if let Some(sigma) = expected("out.init_noise_sigma") {
        errors.insert("init_noise_sigma", error(&[sampler.init_noise_sigma()], &sigma, name));
    }
    let x_t = expected("in.x_T").unwrap();
    let noised = sampler.add_noise(&x_t, &flipped(&x_t), steps / 2)?;
    errors.insert("noised", error(&noised, &expected("out.noised").unwrap(), name));

    let noises = expected("in.noise");
    let outputs = expected("mid.model_outputs").unwrap();
    let trajectory = expected("out.trajectory").unwrap();
    let size = x_t.len();
    let row = |all: &[f64], index: usize, size: usize| all[index * size..(index + 1) * size].to_vec();
    let start: Vec<f64> = x_t.iter().map(|x| x * sampler.init_noise_sigma()).collect();
    let mut worst_output: f64 = 0.0;
    let mut worst_latent = error(&start, &row(&trajectory, 0, size), name);
    let output_size = outputs.len() / steps;
    let model = |index: usize, timestep: f64, input: &Vec<f64>| {
        let output = toy_model(sampler.config().prediction, timestep, input);
        let mut both = output.prediction.clone();
        if output_size == 2 * size {
            both.extend(output.variance.iter().flatten());
        }
        let what = format!("{name}, output {index}");
        worst_output = worst_output.max(error(&both, &row(&outputs, index, output_size), &what));
        Ok::<_, DiffusionError>(output)
    };
    let noise = |index: usize| {
        let noises = noises.as_ref().unwrap_or_else(|| panic!("{name} must not ask for noise"));
        row(noises, index, size)
    };
    let after_step = |step: vignette::diffusion::AfterStep<'_, Vec<f64>>| {
        let expected = row(&trajectory, step.index + 1, size);
        let what = format!("{name}, step {}", step.index);
        worst_latent = worst_latent.max(error(step.sample, &expected, &what));
        ControlFlow::<()>::Continue(())
    };
    let end = denoise(&sampler, 0, start, model, noise, after_step)?;
    assert!(end.is_continue());
    errors.insert("model outputs", worst_output);
    errors.insert("latents", worst_latent);
    Ok(errors)
}

#[test]
fn every_configuration_steps_as_the_reference_does() {
    let cases: Value =
        serde_json::from_str(&fs::read_to_string(folder().join("expected.json")).unwrap()).unwrap();
    let bytes = fs::read(folder().join("expected.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut configurations = std::collections::BTreeSet::new();
    let mut worst: BTreeMap<&str, (f64, String)> = BTreeMap::new();
    let mut failures = Vec::new();
    for case in cases["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let configuration = case["config"].as_str().unwrap().split('/').next().unwrap();
        configurations.insert(configuration.to_owned());
        let reason = UNSUPPORTED.iter().find(|(name, _)| *name == configuration);
        match (run_case(case, &file), reason) {
            (Ok(errors), None) => {
                for (what, error) in errors {
                    if error > TOLERANCE {
                        failures.push(format!("{name}: {what} differ by {error:e}"));
                    }
                    let entry = worst.entry(what).or_default();
                    if error >= entry.0 {
                        *entry = (error, name.to_owned());
                    }
                }
            }
            (Ok(_), Some(_)) => failures.push(format!("{name} is listed as unsupported, but works")),
            (Err(error), None) => failures.push(format!("{name}: {error}")),
            (Err(error), Some((_, reason))) => {
                assert!(error.to_string().contains(reason), "{name}: {error}");
            }
        }
    }
    for (what, (error, name)) in &worst {
        println!("{what}: largest relative error {error:.2e} ({name})");
    }
    // Every folder of the fixtures is part of some case.
    let folders: usize =
        fs::read_dir(folder()).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count();
    assert_eq!(configurations.len(), folders);
    println!("{} configurations", configurations.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
