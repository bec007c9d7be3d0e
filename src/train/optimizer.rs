//! AdamW over named weights, with clipping and a moving average of the weights.
//!
//! burn's own optimizer keys its state by random ids, clips each tensor by
//! itself and keeps no average; this one keys by path, so that a checkpoint
//! means the same in another process, and clips by the norm of all gradients
//! together, as PyTorch's `clip_grad_norm_` does.

use std::collections::BTreeMap;

use burn::tensor::Tensor;

use super::{
    TrainError,
    pupil::Pupil,
    tensors::{self, Named},
};

/// Decay of the mean of the gradients.
const BETA_1: f64 = 0.9;
/// Decay of the mean of their squares; shorter than usual, as the recipe has it.
const BETA_2: f64 = 0.95;
/// Keeps the division finite.
const EPSILON: f64 = 1e-8;
/// Pull towards zero of weights of two or more dimensions.
const WEIGHT_DECAY: f64 = 0.01;
/// The largest norm of all gradients together.
pub const MAX_NORM: f64 = 1.0;

/// Gradients of a [`Pupil`]'s weights by path, flat.
#[derive(Clone, Debug, Default)]
pub struct NamedGradients(pub(super) Named);

impl NamedGradients {
    /// Adds those of another batch.
    pub fn add(&mut self, other: Self) {
        for (path, gradient) in other.0 {
            match self.0.remove(&path) {
                Some(sum) => self.0.insert(path, sum + gradient),
                None => self.0.insert(path, gradient),
            };
        }
    }

    /// The values of each, for tests and diagnosis.
    ///
    /// # Errors
    /// [`TrainError::Device`].
    pub fn values(&self) -> Result<BTreeMap<String, Vec<f32>>, TrainError> {
        self.0.iter().map(|(path, g)| Ok((path.clone(), tensors::values(g.clone())?))).collect()
    }

    /// The norm of all of them together, `[1]`; `None` where there are none.
    fn norm(&self) -> Option<Tensor<1>> {
        self.0.values().map(tensors::sum_of_squares).reduce(|a, b| a + b).map(Tensor::sqrt)
    }
}

/// What the optimizer knows of one weight, flat.
#[derive(Clone, Debug)]
struct Slot {
    moment_1: Tensor<1>,
    moment_2: Tensor<1>,
    /// The moving average of the weight.
    average: Tensor<1>,
}

/// AdamW (Loshchilov & Hutter 2019) and the averaged weights.
#[derive(Clone, Debug)]
pub struct Optimizer {
    slots: BTreeMap<String, Slot>,
    steps: u64,
}

impl Optimizer {
    /// Begins with the average at the present weights.
    pub fn new(pupil: &Pupil) -> Self {
        let slots = tensors::weights(pupil)
            .into_iter()
            .map(|(path, weight)| {
                let zeros = weight.zeros_like();
                (path, Slot { moment_1: zeros.clone(), moment_2: zeros, average: weight })
            })
            .collect();
        Self { slots, steps: 0 }
    }

    /// One step: clips the gradients, moves the weights and their average.
    /// Returns the pupil and the norm of the gradients before clipping, `[1]`.
    pub fn step(
        &mut self,
        pupil: Pupil,
        mut gradients: NamedGradients,
        learning_rate: f64,
        ema_decay: f64,
    ) -> (Pupil, Option<Tensor<1>>) {
        self.steps += 1;
        let norm = gradients.norm();
        // Computed on the device: reading the norm here would wait for it.
        let shrink = norm.clone().map(|norm| (norm + 1e-6).recip().mul_scalar(MAX_NORM).clamp_max(1.0));
        let power = self.steps.min(i32::MAX as u64) as i32;
        let (unbias_1, unbias_2) = (1.0 - BETA_1.powi(power), 1.0 - BETA_2.powi(power));
        let pupil = tensors::map_weights(pupil, |path, dimensions, weight| {
            let slot = self.slots.get_mut(path)?;
            let gradient = gradients.0.remove(path)?;
            let gradient = match &shrink {
                Some(shrink) => gradient * shrink.clone(),
                None => gradient,
            };
            let square = gradient.clone() * gradient.clone();
            slot.moment_1 = mix(slot.moment_1.clone(), gradient, BETA_1);
            slot.moment_2 = mix(slot.moment_2.clone(), square, BETA_2);
            let spread = slot.moment_2.clone().div_scalar(unbias_2).sqrt().add_scalar(EPSILON);
            let change = slot.moment_1.clone().mul_scalar(learning_rate / unbias_1) / spread;
            let kept =
                if dimensions > 1 { weight.mul_scalar(1.0 - learning_rate * WEIGHT_DECAY) } else { weight };
            let weight = kept - change;
            slot.average = mix(slot.average.clone(), weight.clone(), ema_decay);
            Some(weight)
        });
        (pupil, norm)
    }

    /// Steps done.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The averaged weights in a pupil like `like`.
    ///
    /// # Errors
    /// [`TrainError::Settings`] if `like` is of another kind.
    pub fn averaged(&self, like: Pupil) -> Result<Pupil, TrainError> {
        tensors::with_weights(like, &self.part(|slot| &slot.average)).map_err(TrainError::Settings)
    }

    /// First moments, second moments and averages by path.
    pub(super) fn parts(&self) -> [Named; 3] {
        [self.part(|slot| &slot.moment_1), self.part(|slot| &slot.moment_2), self.part(|slot| &slot.average)]
    }

    /// The optimizer that [`Self::parts`] came from.
    ///
    /// # Errors
    /// The path of the first weight that they lack or have in another size.
    pub(super) fn from_parts(pupil: &Pupil, parts: [Named; 3], steps: u64) -> Result<Self, String> {
        let mut fresh = Self::new(pupil);
        let [mut moment_1, mut moment_2, mut average] = parts;
        for (path, slot) in &mut fresh.slots {
            let size = slot.average.dims();
            let take = |from: &mut Named| {
                let found = from.remove(path).filter(|tensor| tensor.dims() == size);
                found.ok_or_else(|| format!("the state of '{path}' is missing"))
            };
            *slot = Slot {
                moment_1: take(&mut moment_1)?,
                moment_2: take(&mut moment_2)?,
                average: take(&mut average)?,
            };
        }
        fresh.steps = steps;
        Ok(fresh)
    }

    fn part(&self, of: impl Fn(&Slot) -> &Tensor<1>) -> Named {
        self.slots.iter().map(|(path, slot)| (path.clone(), of(slot).clone())).collect()
    }
}

/// `old * share + new * (1 - share)`.
fn mix(old: Tensor<1>, new: Tensor<1>, share: f64) -> Tensor<1> {
    old.mul_scalar(share) + new.mul_scalar(1.0 - share)
}
