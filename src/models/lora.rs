//! LoRA: low-rank changes to a network's weights, kept beside the weights.
//!
//! Hu et al. 2022, "LoRA: Low-Rank Adaptation of Large Language Models",
//! section 4.1. A change `scale * alpha / rank * B A` goes into the weight's
//! slot ([`super::slots`]); the base is never written, so removing is exact,
//! costs no memory and no reloading.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use burn::{
    module::Module,
    tensor::{DType, Tensor, TensorData},
};
use serde_json::{Map, Value};

pub use super::slots::Adapters;
use super::{
    ModelError, config,
    slots::Change,
    weights::{Renames, Weights},
};

const MODEL: &str = "LoRA";
/// The part that keys without a part belong to.
pub const TRANSFORMER: &str = "transformer";
/// Parts that a key may begin with (diffusers' pipelines; `unet` is what older
/// trainers call the network that denoises).
const PARTS: [&str; 6] =
    [TRANSFORMER, "unet", "text_encoder", "text_encoder_2", "text_encoder_3", "text_encoder_4"];
/// What peft puts before every key.
const PEFT: &str = "base_model.model.";

/// One weight's change.
#[derive(Clone, PartialEq, Debug)]
struct Pair {
    /// `[rank, inputs]`, row-major; the inputs of a convolution are its
    /// channels and cells.
    down: Vec<f32>,
    /// `[outputs, rank]`, row-major.
    up: Vec<f32>,
    rank: usize,
    /// `alpha / rank`, or over its root where the trainer said so.
    factor: f64,
}

/// An opened LoRA file.
#[derive(Clone, Debug)]
pub struct Lora {
    path: PathBuf,
    /// Changes by part and by the weight's key within it.
    pairs: BTreeMap<(String, String), Pair>,
}

impl Lora {
    /// Reads a file in the layout of diffusers or peft, with alpha beside the
    /// weights, in the header (`lora_adapter_metadata`), or in peft's
    /// `adapter_config.json` beside the file; alpha is the rank otherwise.
    ///
    /// # Errors
    /// [`ModelError`] naming the tensor or setting that is not understood.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let weights = Weights::open(path)?;
        let file = weights.path().to_owned();
        let settings = Settings::find(&weights)?;
        let wrong = |why: String| ModelError::Weights {
            model: MODEL.into(),
            why: format!("{why}: {}", file.display()),
        };
        let mut halves: BTreeMap<&str, [Option<&str>; 3]> = BTreeMap::new();
        for name in weights.names() {
            let (target, slot) = half(name).ok_or_else(|| {
                wrong(format!(
                    "tensor '{name}' is in no layout that is read (diffusers: ...lora_A.weight; peft: {PEFT}...)"
                ))
            })?;
            halves.entry(target).or_default()[slot] = Some(name);
        }
        let mut pairs = BTreeMap::new();
        for (target, [down, up, alpha]) in halves {
            let (Some(down), Some(up)) = (down, up) else {
                return Err(wrong(format!("tensor '{target}' has only one half of a pair")));
            };
            let shape = |name| weights.shape(name).unwrap_or_default();
            let (&[rank, ..], &[_, columns, ..]) = (shape(down), shape(up)) else {
                return Err(wrong(format!("'{down}' of shape {:?} is no matrix", shape(down))));
            };
            let is_pair = rank == columns && rank > 0 && shape(up)[2..].iter().all(|&side| side == 1);
            if !is_pair {
                return Err(wrong(format!(
                    "'{down}' of shape {:?} and '{up}' of shape {:?} are no pair",
                    shape(down),
                    shape(up)
                )));
            }
            let (part, key) = part_and_key(target);
            let alpha = match alpha {
                Some(name) => match weights.floats(name)?.as_slice() {
                    [alpha] => Some(f64::from(*alpha)),
                    _ => return Err(wrong(format!("'{name}' is no single number"))),
                },
                None => None,
            };
            let factor = settings.factor(part, key, rank, alpha);
            let pair = Pair { down: weights.floats(down)?, up: weights.floats(up)?, rank, factor };
            pairs.insert((part.to_owned(), key.to_owned()), pair);
        }
        if pairs.is_empty() {
            return Err(wrong("the file holds no tensors".into()));
        }
        Ok(Self { path: file, pairs })
    }

    /// The parts that it changes: [`TRANSFORMER`], `text_encoder`, ...
    pub fn parts(&self) -> Vec<&str> {
        let mut parts: Vec<&str> = self.pairs.keys().map(|(part, _)| part.as_str()).collect();
        parts.dedup();
        parts
    }

    /// Changes a transformer; what is returned changes it again or back.
    /// `renames` is the table that its weights were loaded with.
    ///
    /// # Errors
    /// [`ModelError::Weights`], when the file's tensors do not fit the network.
    pub fn apply<M: Module>(
        &self,
        module: &mut M,
        renames: &Renames,
        scale: f64,
    ) -> Result<Adapters, ModelError> {
        let adapters = Adapters::attach(module)?;
        adapters.add(self, TRANSFORMER, renames, scale)?;
        Ok(adapters)
    }
}

/// The weight that a tensor belongs to, and what it is of its change: 0 down,
/// 1 up, 2 alpha.
fn half(name: &str) -> Option<(&str, usize)> {
    const ENDS: [(&str, usize); 10] = [
        (".lora_A.weight", 0),
        (".lora_B.weight", 1),
        (".lora_A.default.weight", 0),
        (".lora_B.default.weight", 1),
        (".lora.down.weight", 0),
        (".lora.up.weight", 1),
        (".lora_linear_layer.down.weight", 0),
        (".lora_linear_layer.up.weight", 1),
        (".lora.alpha", 2),
        (".alpha", 2),
    ];
    ENDS.iter().find_map(|(end, slot)| Some((name.strip_suffix(end)?, *slot)))
}

/// The part and the rest of a weight's key.
fn part_and_key(target: &str) -> (&str, &str) {
    let target = target.strip_prefix(PEFT).unwrap_or(target);
    match target.split_once('.') {
        Some(("unet", key)) => (TRANSFORMER, key),
        Some((part, key)) if PARTS.contains(&part) => (part, key),
        _ => (TRANSFORMER, target),
    }
}

/// What trainers note down beside the tensors.
#[derive(Default)]
struct Settings(Map<String, Value>);

impl Settings {
    fn find(weights: &Weights) -> Result<Self, ModelError> {
        let beside = weights.path().with_file_name("adapter_config.json");
        let settings = if let Some(text) = weights.metadata().get("lora_adapter_metadata") {
            Self(config::parse(text, MODEL).map_err(|error| config::named(error, weights.path()))?)
        } else if beside.is_file() {
            Self(config::read(&beside, MODEL)?)
        } else {
            Self::default()
        };
        let refused = settings.0.iter().find(|(key, value)| {
            let key = key.rsplit('.').next().unwrap_or("");
            let on = value.as_bool().unwrap_or(false);
            matches!(key, "use_dora" | "lora_bias") && on
                || key == "bias" && value.as_str().is_some_and(|v| v != "none")
        });
        match refused {
            Some((key, value)) => Err(ModelError::Config {
                model: MODEL.into(),
                why: format!("'{key}' is {value}, which is not supported: {}", weights.path().display()),
            }),
            None => Ok(settings),
        }
    }

    /// A setting of a part: with the part's name before it, or alone.
    fn get(&self, part: &str, key: &str) -> Option<&Value> {
        self.0.get(&format!("{part}.{key}")).or_else(|| self.0.get(key))
    }

    /// What the product of a pair is multiplied with.
    fn factor(&self, part: &str, key: &str, rank: usize, alpha: Option<f64>) -> f64 {
        // A pattern stands for the end of a weight's key, from a dot on.
        let pattern = self.get(part, "alpha_pattern").and_then(Value::as_object).and_then(|patterns| {
            let fits =
                |pattern: &str| key.strip_suffix(pattern).is_some_and(|r| r.is_empty() || r.ends_with('.'));
            patterns.iter().find(|(pattern, _)| fits(pattern)).and_then(|(_, alpha)| alpha.as_f64())
        });
        let general = || self.get(part, "lora_alpha").and_then(Value::as_f64);
        let rooted = self.get(part, "use_rslora").and_then(Value::as_bool).unwrap_or(false);
        let rank = rank as f64;
        let alpha = alpha.or(pattern).or_else(general).unwrap_or(rank);
        if rooted { alpha / rank.sqrt() } else { alpha / rank }
    }
}

impl Adapters {
    /// Adds a LoRA's changes to one part, times `scale` (any number), to what is there.
    ///
    /// # Errors
    /// [`ModelError::Weights`] naming the first tensor that does not fit, or
    /// when the file changes nothing of that part; nothing is changed then.
    pub fn add(&self, lora: &Lora, part: &str, renames: &Renames, scale: f64) -> Result<(), ModelError> {
        let wrong = |why: String| ModelError::Weights {
            model: MODEL.into(),
            why: format!("{why}: {}", lora.path.display()),
        };
        let mut changes = Vec::new();
        for ((_, key), pair) in lora.pairs.iter().filter(|((of, _), _)| of == part) {
            let path = renames.path(&format!("{key}.weight"));
            let target =
                self.target(&path).ok_or_else(|| wrong(format!("the network has no weight '{key}'")))?;
            let (inputs, outputs) = (pair.down.len() / pair.rank, pair.up.len() / pair.rank);
            let linear = target.shape.len() == 2;
            let expected = match target.shape.as_slice() {
                &[inputs, outputs] => (inputs, outputs),
                shape => (shape[1..].iter().product(), shape[0]),
            };
            if expected != (inputs, outputs) {
                return Err(wrong(format!(
                    "the change of '{key}' is for {inputs} inputs and {outputs} outputs, but the weight has {} and {}",
                    expected.0, expected.1
                )));
            }
            let tensor = |values: &[f32], rows: usize| {
                let shape = [rows, values.len() / rows];
                Tensor::<2>::from_data(TensorData::new(values.to_vec(), shape), (&target.device, DType::F32))
            };
            let down = tensor(&pair.down, pair.rank);
            let up = tensor(&pair.up, outputs) * (scale * pair.factor) as f32;
            // Weights of linear layers lie transposed, those of convolutions as stored.
            let (left, right) = if linear { (down.transpose(), up.transpose()) } else { (up, down) };
            changes.push((target, Change { left, right }));
        }
        if changes.is_empty() {
            return Err(wrong(format!("it changes nothing of the {part}, only {}", lora.parts().join(", "))));
        }
        for (target, change) in changes {
            target.push(change);
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "lora_tests.rs"]
mod tests;
