//! Runs the reference cases of a model folder: what `models verify` reports.

use std::path::Path;

use burn::tensor::{DType, Device, Tensor, TensorData};
use safetensors::{Dtype, SafeTensors};
use serde::Serialize;
use serde_json::Value;

use super::{
    Dump, Published,
    network::{Config, SkipLayers},
    task::{Start, Task},
    verify_parts::verify_part,
};
use crate::{
    diffusion::mask_to_latent_nearest,
    engine::{DumpedTensor, EngineError, Observer},
};

/// One comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// The case's name; with its number where a case holds several pictures.
    pub case: String,
    /// `timesteps`, `sigmas`, `noised`, `tokens`, `text`, `pooled`, `call0`, `latents`, `image`, `lora` or
    /// `removed`.
    pub stage: String,
    /// The largest difference, relative to the larger of 1 and the reference's largest value.
    pub max_rel_error: f32,
    /// Whether it is within the tolerance.
    pub ok: bool,
}

/// What [`verify`] found.
#[derive(Clone, Debug, Serialize)]
pub struct Verification {
    /// Every comparison.
    pub cases: Vec<Check>,
    /// The largest error of all.
    pub worst: f32,
    /// Cases left out, and why.
    pub skipped: Vec<String>,
}

impl Verification {
    fn add(&mut self, case: &str, checks: Vec<(&'static str, f32)>, tolerance: f32) {
        for (stage, error) in checks {
            self.worst = self.worst.max(error);
            // A NaN is no success.
            let ok = error <= tolerance;
            self.cases.push(Check {
                case: case.to_owned(),
                stage: stage.to_owned(),
                max_rel_error: error,
                ok,
            });
        }
    }
}

/// Runs the cases of `expected.json` in a folder and compares each stage with
/// `expected.safetensors`. `tolerance` is relative to the larger of 1 and the
/// reference's largest value.
///
/// # Errors
/// [`EngineError`] when the folder holds no such cases, or its model cannot be used.
pub fn verify(
    folder: &Path,
    device: &Device,
    tolerance: f32,
    observer: &mut dyn Observer,
) -> Result<Verification, EngineError> {
    let wrong = |path: &Path, why: String| EngineError::Model(format!("{why}: {}", path.display()));
    let list = folder.join("expected.json");
    let text = std::fs::read_to_string(&list)
        .map_err(|e| wrong(&list, format!("there are no reference cases to read ({e})")))?;
    let value: Value =
        serde_json::from_str(&text).map_err(|e| wrong(&list, format!("this is no JSON ({e})")))?;
    let tensors = folder.join("expected.safetensors");
    let bytes =
        std::fs::read(&tensors).map_err(|e| wrong(&tensors, format!("the file cannot be read ({e})")))?;
    let file = SafeTensors::deserialize(&bytes)
        .map_err(|e| wrong(&tensors, format!("this is no readable safetensors file ({e})")))?;
    let mut found = Verification { cases: Vec::new(), worst: 0.0, skipped: Vec::new() };
    let mut model: Option<Published> = None;
    for case in value.get("cases").and_then(Value::as_array).into_iter().flatten() {
        let name = case.get("name").and_then(Value::as_str).unwrap_or_default();
        let reference = Reference { file: &file, case: name };
        if case.get("pipeline").is_none() {
            match verify_part(folder, case, &reference, device)? {
                Some(checks) => found.add(name, checks, tolerance),
                None => found.skipped.push(format!("{name}: {}", why_skipped(case))),
            }
            continue;
        }
        let path = match case.get("model_dir").and_then(Value::as_str) {
            Some(relative) => folder.join(relative),
            None => folder.to_owned(),
        };
        if model.as_ref().is_none_or(|model| model.path() != path) {
            model = Some(Published::open(&path)?);
        }
        let Some(model) = &mut model else { continue };
        let pictures = reference.pictures();
        for item in 0..pictures {
            let label = if pictures == 1 { name.to_owned() } else { format!("{name}[{item}]") };
            let checks = Runner { reference: &reference, case, item, pictures, device }
                .run(model, observer)
                .map_err(|error| match error {
                    EngineError::Model(why) | EngineError::Request(why) => {
                        EngineError::Model(format!("case {label}: {why}"))
                    }
                    other => other,
                })?;
            found.add(&label, checks, tolerance);
        }
    }
    Ok(found)
}

/// Why a case of a part is left out, by the name of its class or kind.
fn why_skipped(case: &Value) -> String {
    let word = |key: &str| case.get(key).and_then(Value::as_str).unwrap_or_default();
    match (word("cls"), word("kind")) {
        ("", "") => "what it is a case of is not said".to_owned(),
        ("", kind) => format!("cases of the kind '{kind}' are not known"),
        (class, _) => format!("{class} is no network of a supported family"),
    }
}

/// The expected tensors of one case.
pub(super) struct Reference<'a> {
    file: &'a SafeTensors<'a>,
    case: &'a str,
}

impl Reference<'_> {
    pub fn get(&self, key: &str) -> Option<(Vec<f32>, Vec<usize>)> {
        let view = self.file.tensor(&format!("{}/{key}", self.case)).ok()?;
        let data = view.data();
        let values = match view.dtype() {
            Dtype::F32 => data.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            Dtype::I64 => data.as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b) as f32).collect(),
            _ => return None,
        };
        Some((values, view.shape().to_vec()))
    }

    /// Pictures in the case.
    fn pictures(&self) -> usize {
        ["in.latents", "in.noise"]
            .iter()
            .find_map(|key| self.get(key))
            .map_or(1, |(_, shape)| shape[0].max(1))
    }

    /// Some rows of a tensor, one after another.
    fn rows(&self, key: &str, rows: &[usize]) -> Option<Vec<f32>> {
        let (values, shape) = self.get(key)?;
        let size = values.len() / shape.first().copied().filter(|&rows| rows > 0)?;
        let mut out = Vec::with_capacity(rows.len() * size);
        for row in rows {
            out.extend_from_slice(values.get(row * size..(row + 1) * size)?);
        }
        Some(out)
    }

    /// One row as a tensor of a batch of one.
    fn row_tensor<const D: usize>(&self, key: &str, row: usize, device: &Device) -> Option<Tensor<D>> {
        let (_, mut shape) = self.get(key)?;
        let values = self.rows(key, &[row])?;
        *shape.first_mut()? = 1;
        (shape.len() == D).then(|| Tensor::from_data(TensorData::new(values, shape), device))
    }
}

/// The largest difference, relative to the larger of 1 and the largest
/// expected value; infinite where the lengths differ or a value is no number.
pub(super) fn error_of(found: &[f32], expected: &[f32]) -> f32 {
    if found.len() != expected.len() || found.iter().any(|value| !value.is_finite()) {
        return f32::INFINITY;
    }
    let largest = expected.iter().fold(1f32, |most, value| most.max(value.abs()));
    found.iter().zip(expected).fold(0f32, |most, (a, b)| most.max((a - b).abs())) / largest
}

/// One picture of one case.
struct Runner<'a> {
    reference: &'a Reference<'a>,
    case: &'a Value,
    item: usize,
    pictures: usize,
    device: &'a Device,
}

impl Runner<'_> {
    fn word(&self, key: &str) -> Option<String> {
        match self.case.get(key)? {
            Value::String(word) => Some(word.clone()),
            Value::Array(words) => words.get(self.item)?.as_str().map(str::to_owned),
            _ => None,
        }
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.case.get(key)?.as_f64()
    }

    fn count(&self, key: &str) -> Option<usize> {
        Some(self.case.get(key)?.as_u64()? as usize)
    }

    fn task(&self, model: &Published) -> Result<Task, EngineError> {
        let missing = |what: &str| EngineError::Model(format!("the case has no {what}"));
        let (config, scale) = (&model.config, model.vae_scale);
        let side = |key: &str| self.count(key).map(|px| px as u32).ok_or_else(|| missing(key));
        let delivered = (side("width")?, side("height")?);
        let noise_key = ["in.latents_unpacked", "in.latents", "in.noise"]
            .into_iter()
            .find(|key| self.reference.get(key).is_some())
            .ok_or_else(|| missing("initial noise"))?;
        let noise: Tensor<4> = self
            .reference
            .row_tensor(noise_key, self.item, self.device)
            .ok_or_else(|| missing("initial noise of four dimensions"))?;
        let [_, _, h, w] = noise.dims();
        let painted = ((w * scale) as u32, (h * scale) as u32);
        let mut task = Task { delivered, ..Task::new(config, painted) };
        task.noise = Some(noise);
        task.packed = matches!(config, Config::Flux(_));
        task.prompt = self.word("prompt").unwrap_or_default();
        task.prompt_2 = self.word("prompt_2");
        task.prompt_3 = self.word("prompt_3");
        task.negative = self.word("negative_prompt").unwrap_or_default();
        task.class = self
            .case
            .get("class_labels")
            .and_then(|labels| labels.get(self.item)?.as_u64())
            .map_or(0, |class| class as usize);
        task.steps = self.count("steps").ok_or_else(|| missing("steps"))?;
        task.guidance = self.number("guidance_scale").ok_or_else(|| missing("guidance_scale"))?;
        task.true_guidance = self.number("true_cfg_scale");
        task.max_tokens = self.count("max_sequence_length").or(task.max_tokens);
        task.clip_skip = self.count("clip_skip").unwrap_or(0);
        task.sigmas = self
            .case
            .get("sigmas")
            .and_then(Value::as_array)
            .map(|levels| levels.iter().filter_map(Value::as_f64).collect());
        if let Some(scheduler) = self.word("scheduler") {
            task.scheduler = scheduler.into();
        }
        if let Some(slg) = self.case.get("slg") {
            let layers = slg.get("skip_guidance_layers").and_then(Value::as_array);
            let number = |key: &str| slg.get(key).and_then(Value::as_f64);
            task.skip_layers = Some(SkipLayers {
                layers: layers
                    .into_iter()
                    .flatten()
                    .filter_map(|layer| Some(layer.as_u64()? as usize))
                    .collect(),
                scale: number("skip_layer_guidance_scale").unwrap_or(2.8),
                start: number("skip_layer_guidance_start").unwrap_or(0.01),
                stop: number("skip_layer_guidance_stop").unwrap_or(0.2),
            });
        }
        if let Some(image) = self.reference.row_tensor::<4>("in.image01", self.item, self.device) {
            task.start = Some(Start {
                image: image.mul_scalar(2.0).sub_scalar(1.0),
                strength: self.number("strength").unwrap_or(1.0),
                posterior_noise: self.reference.row_tensor("in.vae_eps", self.item, self.device),
            });
        }
        if let Some((mask, shape)) = self.reference.get("in.mask") {
            let cut: Vec<f32> = mask.iter().map(|&value| if value >= 0.5 { 1.0 } else { 0.0 }).collect();
            let from = (shape[shape.len() - 1], shape[shape.len() - 2]);
            let cells = mask_to_latent_nearest(&cut, from, (w, h))?;
            task.mask = Some(Tensor::from_data(TensorData::new(cells, [1, 1, h, w]), self.device));
        }
        Ok(task)
    }

    fn run(
        &self,
        model: &mut Published,
        observer: &mut dyn Observer,
    ) -> Result<Vec<(&'static str, f32)>, EngineError> {
        let task = self.task(model)?;
        let mut trace = Dump::with_calls();
        model.run(&task, DType::F32, &[], self.device, &mut trace, observer)?;
        let mut checks = Vec::new();
        let mut push = |stage: &'static str, errors: Vec<f32>| {
            if let Some(worst) = errors.into_iter().reduce(f32::max) {
                checks.push((stage, worst));
            }
        };
        if let Some((expected, _)) = self.reference.get("mid.timesteps") {
            let sampler = super::run::sampler_of(&model.folder, &model.config, &task, model.vae_scale)?;
            let found: Vec<f32> = sampler.timesteps().iter().map(|&t| t as f32).collect();
            push("timesteps", vec![error_of(&found, &expected)]);
        }
        push("text", self.text(&trace));
        push("call0", self.call0(&trace));
        push("latents", self.latents(&trace));
        push("image", self.image(&trace).into_iter().collect());
        Ok(checks)
    }

    /// The rows that belong to this picture where the reference's batch holds
    /// both halves of guidance: all first halves, then all second ones.
    fn both_rows(&self, key: &str) -> Vec<usize> {
        let rows = self.reference.get(key).map_or(0, |(_, shape)| shape[0]);
        if rows == 2 * self.pictures { vec![self.item, self.pictures + self.item] } else { vec![self.item] }
    }

    fn text(&self, trace: &Dump) -> Vec<f32> {
        let pair = |positive: &str, negative: &str| {
            let mut values = trace.get(negative).map(|tensor| tensor.values.clone()).unwrap_or_default();
            values.extend(trace.get(positive)?.values.iter());
            Some(values)
        };
        let mut errors = Vec::new();
        for (key, positive, negative) in [
            ("mid.call0.encoder_hidden_states", "prompt_embeds", "negative_prompt_embeds"),
            ("mid.call0.pooled_projections", "pooled", "negative_pooled"),
        ] {
            let rows = self.both_rows(key);
            let Some(expected) = self.reference.rows(key, &rows) else { continue };
            // FLUX asks for both prompts in calls of their own.
            let negative = if rows.len() == 2 { negative } else { "" };
            errors.push(pair(positive, negative).map_or(f32::INFINITY, |found| error_of(&found, &expected)));
        }
        for (key, name) in [
            ("mid.call0.cap_feats.item0", "prompt_embeds"),
            ("mid.call0.cap_feats.item1", "negative_prompt_embeds"),
        ] {
            if let Some((expected, _)) = self.reference.get(key) {
                let found = trace.get(name).map(|tensor| tensor.values.as_slice()).unwrap_or_default();
                errors.push(error_of(found, &expected));
            }
        }
        errors
    }

    fn call0(&self, trace: &Dump) -> Vec<f32> {
        let found = |name: &str| trace.get(name).map(|tensor| tensor.values.as_slice()).unwrap_or_default();
        let mut errors = Vec::new();
        if let Some(expected) = self.reference.rows("mid.call0.output", &self.both_rows("mid.call0.output")) {
            errors.push(error_of(found("call0"), &expected));
        }
        for (key, name) in [("mid.call0.output.item0", "call0"), ("mid.call0.output.item1", "call0.1")] {
            if let Some((expected, _)) = self.reference.get(key) {
                errors.push(error_of(found(name), &expected));
            }
        }
        errors
    }

    fn latents(&self, trace: &Dump) -> Vec<f32> {
        let mut errors = Vec::new();
        for step in 0.. {
            let Some(found) = trace.get(&format!("latents_{}", step + 1)) else { break };
            let expected =
                [format!("mid.step{step}.latents_after_blend"), format!("mid.step{step}.prev_sample")]
                    .iter()
                    .find_map(|key| self.reference.rows(key, &[self.item]));
            errors.extend(expected.map(|expected| error_of(&found.values, &expected)));
        }
        if let (Some(found), Some(expected)) =
            (trace.get("latents"), self.reference.rows("out.final_latents", &[self.item]))
        {
            errors.push(error_of(&found.values, &expected));
        }
        errors
    }

    fn image(&self, trace: &Dump) -> Option<f32> {
        let DumpedTensor { shape, values, .. } = trace.get("image")?;
        let unit: Vec<f32> = values.iter().map(|value| (value + 1.0) / 2.0).collect();
        let whole = ["out.image_with_shift_factor", "out.image"]
            .iter()
            .find_map(|key| self.reference.rows(key, &[self.item]));
        if let Some(expected) = whole {
            return Some(error_of(&unit, &expected));
        }
        let expected = self.reference.rows("out.image_stride8", &[self.item])?;
        let (h, w) = (shape[2], shape[3]);
        let mut strided = Vec::with_capacity(expected.len());
        for plane in unit.chunks_exact(h * w) {
            for row in (0..h).step_by(8) {
                strided.extend((0..w).step_by(8).map(|column| plane[row * w + column]));
            }
        }
        Some(error_of(&strided, &expected))
    }
}
