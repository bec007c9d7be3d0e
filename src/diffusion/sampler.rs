//! A run: its table, one step, and the loop over all steps.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use super::dpm::{self, DpmAlgorithm, DpmOptions};
use super::error::DiffusionError;
use super::latent::Latent;
use super::prediction::Prediction;
use super::schedule::{AlphaTable, Schedule, Spacing};
use super::solver::{Solver, StepCoefficients, Transition, Variance};
use super::timeline::{self, Node};

/// Everything that a run needs to know before it starts.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplerConfig {
    /// How a step is taken.
    pub solver: Solver,
    /// Where the noise levels come from.
    pub schedule: Schedule,
    /// What the network predicts.
    pub prediction: Prediction,
    /// How many steps, 1 to the schedule's training timesteps.
    pub steps: usize,
    /// DDIM's share of fresh noise, 0 to 1.
    pub eta: f64,
    /// The variance of DDPM's noise.
    pub variance: Variance,
    /// Limit `|x0|` to this at every step (the reference's `clip_sample`);
    /// for models that work on pixels in -1..1.
    pub clip_x0: Option<f64>,
    /// Settings of the DPM-Solver.
    pub dpm: DpmOptions,
    /// Keep two habits of the reference that a run is better off without, for
    /// published models must give what their authors get: DDIM goes back by
    /// `train_steps / steps` timesteps even where the table's next row lies
    /// elsewhere; DDPM adds noise at the last step too, unless that is timestep 0.
    pub follow_reference: bool,
}

impl SamplerConfig {
    /// A run with the solver's usual settings: `eta` 0, small fixed variance,
    /// no clipping, DPM-Solver++(2M).
    pub fn new(solver: Solver, schedule: Schedule, prediction: Prediction, steps: usize) -> Self {
        Self {
            solver,
            schedule,
            prediction,
            steps,
            eta: 0.0,
            variance: Variance::FixedSmall,
            clip_x0: None,
            dpm: DpmOptions::default(),
            follow_reference: false,
        }
    }
}

/// What a network answered.
#[derive(Debug, Clone)]
pub struct ModelOutput<L> {
    /// The prediction, in the latent's shape.
    pub prediction: L,
    /// The second half of the channels of a model with learned variance.
    pub variance: Option<L>,
}

impl<L> From<L> for ModelOutput<L> {
    fn from(prediction: L) -> Self {
        Self { prediction, variance: None }
    }
}

/// Earlier predictions that multistep solvers look back at. Start every run
/// with an empty one.
#[derive(Debug, Clone)]
pub struct History<L> {
    /// The newest first.
    converted: VecDeque<L>,
}

impl<L> History<L> {
    /// No earlier predictions.
    pub fn new() -> Self {
        Self { converted: VecDeque::new() }
    }
}

impl<L> Default for History<L> {
    fn default() -> Self {
        Self::new()
    }
}

/// A checked run: one row per step and one behind the last.
#[derive(Debug, Clone)]
pub struct Sampler {
    config: SamplerConfig,
    nodes: Vec<Node>,
    timesteps: Vec<f64>,
    /// Every training timestep, where the schedule has them.
    table: Option<AlphaTable>,
}

impl Sampler {
    /// Builds the table and checks every step of it.
    ///
    /// # Errors
    /// [`DiffusionError`] for steps, eta, orders or betas out of range, for
    /// parts that do not go together, and for a prediction that is undefined
    /// somewhere on the way.
    pub fn new(config: SamplerConfig) -> Result<Self, DiffusionError> {
        if !(0.0..=1.0).contains(&config.eta) {
            return Err(DiffusionError::Config(format!(
                "an eta of {} is not possible: give 0 to 1",
                config.eta
            )));
        }
        // NaN is no limit either.
        if let Some(limit) = config.clip_x0
            && (limit.is_nan() || limit <= 0.0)
        {
            return Err(DiffusionError::Config(format!(
                "clipping to {limit} is not possible: the limit must be above 0"
            )));
        }
        config.dpm.check()?;
        if config.clip_x0.is_some()
            && config.solver == Solver::DpmPlusPlus2M
            && config.dpm.algorithm == DpmAlgorithm::Plain
        {
            return Err(DiffusionError::Config(
                "the plain DPM-Solver works on the noise and cannot clip the picture: use dpmsolver++"
                    .to_owned(),
            ));
        }
        let nodes =
            timeline::nodes(&config.schedule, config.solver, config.steps, config.dpm.lambda_min_clipped)?;
        let timesteps = nodes.iter().take(nodes.len().saturating_sub(1)).map(|node| node.timestep).collect();
        let table = match &config.schedule {
            Schedule::Discrete(discrete) => Some(discrete.table()?),
            Schedule::Flow(_) => None,
        };
        let sampler = Self { config, nodes, timesteps, table };
        for index in 0..sampler.steps() {
            sampler.coefficients(index, index.min(2))?;
        }
        Ok(sampler)
    }

    /// What the run was asked to be.
    pub fn config(&self) -> &SamplerConfig {
        &self.config
    }

    /// What the network is told at each step, falling. One per step.
    pub fn timesteps(&self) -> &[f64] {
        &self.timesteps
    }

    /// How many steps there are.
    pub fn steps(&self) -> usize {
        self.timesteps.len()
    }

    /// The table: one row per step and one behind the last.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Noise per signal at each row of the table (`sigma / alpha`, for flow
    /// matching `sigma`), one more than there are steps: what the reference
    /// calls `sigmas`.
    pub fn sigmas(&self) -> Vec<f64> {
        let flow = matches!(self.config.schedule, Schedule::Flow(_));
        self.nodes.iter().map(|node| if flow { node.sigma } else { node.sigma / node.alpha }).collect()
    }

    /// What standard normal noise must be multiplied by to start a run at
    /// step 0.
    ///
    /// 1, except for Euler on a discrete schedule: there the latent holds the
    /// signal at full size under the first row's noise.
    pub fn init_noise_sigma(&self) -> f64 {
        let (Schedule::Discrete(discrete), Solver::Euler, Some(first)) =
            (&self.config.schedule, self.config.solver, self.nodes.first())
        else {
            return 1.0;
        };
        let level = first.latent_sigma();
        match discrete.spacing {
            Spacing::Leading => (level * level + 1.0).sqrt(),
            Spacing::Linspace | Spacing::Trailing => level,
        }
    }

    /// The step at which an image-to-image run starts: 0 for strength 1 (all
    /// steps), [`Sampler::steps`] for strength 0 (none).
    ///
    /// The reference's arithmetic of its SD3 and FLUX pipelines:
    /// `floor(steps - min(steps * strength, steps))`.
    ///
    /// # Errors
    /// [`DiffusionError::Strength`] outside 0 to 1.
    pub fn start_index_for_strength(&self, strength: f64) -> Result<usize, DiffusionError> {
        if !(0.0..=1.0).contains(&strength) {
            return Err(DiffusionError::Strength { strength });
        }
        let steps = self.steps() as f64;
        Ok((steps - (steps * strength).min(steps)).max(0.0).floor() as usize)
    }

    /// The clean latent `x0` with the noise of row `index`; at
    /// `index == steps()` the row behind the last step, which on most
    /// schedules is `x0` itself.
    ///
    /// # Errors
    /// [`DiffusionError::StepIndex`] beyond the table.
    pub fn add_noise<L: Latent>(&self, x0: &L, noise: &L, index: usize) -> Result<L, DiffusionError> {
        let node = self.node(index)?;
        Ok(linear([(node.latent_alpha(), Some(x0)), (node.latent_sigma(), Some(noise))])
            .unwrap_or_else(|| x0.scale(0.0)))
    }

    /// The latent that a run starts from: the noise alone at full strength or
    /// where there is no original, else the original under the first row's noise.
    ///
    /// At full strength the original is left out even where the schedule's
    /// first row would keep a trace of it, as in the reference's inpainting.
    ///
    /// # Errors
    /// [`DiffusionError::StepIndex`] beyond the table.
    pub fn start<L: Latent>(
        &self,
        original: Option<&L>,
        noise: &L,
        start_index: usize,
    ) -> Result<L, DiffusionError> {
        match original {
            Some(original) if start_index > 0 => self.add_noise(original, noise, start_index),
            _ if self.init_noise_sigma() == 1.0 => Ok(noise.clone()),
            _ => Ok(noise.scale(self.init_noise_sigma())),
        }
    }

    /// What the network must be given for the latent `x` at step `index`.
    ///
    /// # Errors
    /// [`DiffusionError::StepIndex`] beyond the table.
    pub fn model_input<L: Latent>(&self, x: &L, index: usize) -> Result<L, DiffusionError> {
        let scale = self.node(index)?.input_scale;
        Ok(if scale == 1.0 { x.clone() } else { x.scale(scale) })
    }

    /// The clean latent that the network's output stands for at step `index`;
    /// for previews. Limited as the steps are.
    ///
    /// # Errors
    /// [`DiffusionError::StepIndex`] beyond the table.
    pub fn predict_x0<L: Latent>(
        &self,
        index: usize,
        x: &L,
        output: &ModelOutput<L>,
    ) -> Result<L, DiffusionError> {
        let transition = self.transition(index)?;
        let convert = transition.x0()?;
        let x0 = linear([(convert.sample, Some(x)), (convert.output, Some(&output.prediction))])
            .unwrap_or_else(|| x.scale(0.0));
        Ok(match transition.clip {
            Some(limit) => x0.clamp_abs(limit),
            None => x0,
        })
    }

    /// Whether step `index` adds noise, given that the run started earlier.
    pub fn needs_noise(&self, index: usize) -> bool {
        self.coefficients(index, 2).is_ok_and(|step| step.noise != 0.0)
    }

    /// The coefficients of step `index` with `known` earlier predictions.
    ///
    /// # Errors
    /// [`DiffusionError::StepIndex`] beyond the table.
    pub fn coefficients(&self, index: usize, known: usize) -> Result<StepCoefficients, DiffusionError> {
        let transition = self.transition(index)?;
        match self.config.solver {
            Solver::Ddim => transition.ddim(self.config.eta),
            Solver::Cold => transition.cold(),
            Solver::Euler => transition.ddim(0.0),
            Solver::Ddpm => {
                let last = index + 1 == self.steps();
                let add_noise =
                    if self.config.follow_reference { transition.from.timestep > 0.0 } else { !last };
                transition.ddpm(self.config.variance, add_noise)
            }
            Solver::DpmPlusPlus2M => {
                let options = &self.config.dpm;
                let ends_clean = self.nodes.last().is_some_and(|node| node.sigma == 0.0);
                let order = options.order_at(index, self.steps(), ends_clean, known);
                let before = |back: usize| {
                    let row = index.checked_sub(back)?;
                    self.nodes.get(row).copied()
                };
                dpm::coefficients(options, &transition, order, [before(1), before(2)])
            }
        }
    }

    /// One step: the latent at row `index + 1` from the latent `x` at row
    /// `index` and the network's output there. `noise` is standard normal and
    /// needed where [`Sampler::needs_noise`] says so.
    ///
    /// # Errors
    /// [`DiffusionError`] for a step beyond the table, missing noise or a
    /// missing learned variance.
    pub fn step<L: Latent>(
        &self,
        index: usize,
        x: &L,
        output: &ModelOutput<L>,
        history: &mut History<L>,
        noise: Option<&L>,
    ) -> Result<L, DiffusionError> {
        let step = self.coefficients(index, history.converted.len())?;
        let looks_back = match self.config.solver {
            Solver::DpmPlusPlus2M => self.config.dpm.order - 1,
            _ => 0,
        };
        let converted = if step.converted[0] != 0.0 || looks_back > 0 {
            let m = linear([(step.convert.sample, Some(x)), (step.convert.output, Some(&output.prediction))])
                .unwrap_or_else(|| x.scale(0.0));
            Some(match step.clip {
                Some(limit) => m.clamp_abs(limit),
                None => m,
            })
        } else {
            None
        };
        let noise = match (step.noise != 0.0, noise, step.learned) {
            (false, ..) => None,
            (true, None, _) => {
                return Err(DiffusionError::MissingNoise { index, solver: self.config.solver.name() });
            }
            (true, Some(noise), None) => Some(noise.clone()),
            (true, Some(noise), Some(learned)) => {
                let exponent = output.variance.as_ref().ok_or(DiffusionError::MissingVariance { index })?;
                Some(noise.mul_exp(exponent, learned.slope, learned.intercept))
            }
        };
        let next = linear([
            (step.sample, Some(x)),
            (step.output, Some(&output.prediction)),
            (step.converted[0], converted.as_ref()),
            (step.converted[1], history.converted.front()),
            (step.converted[2], history.converted.get(1)),
            (step.noise, noise.as_ref()),
        ])
        .unwrap_or_else(|| x.scale(0.0));
        if let (Some(converted), true) = (converted, looks_back > 0) {
            history.converted.push_front(converted);
            history.converted.truncate(looks_back);
        }
        Ok(next)
    }

    fn node(&self, index: usize) -> Result<&Node, DiffusionError> {
        self.nodes.get(index).ok_or(DiffusionError::StepIndex { index, steps: self.steps() })
    }

    fn transition(&self, index: usize) -> Result<Transition, DiffusionError> {
        let missing = DiffusionError::StepIndex { index, steps: self.steps() };
        let (Some(&from), Some(&next)) = (self.nodes.get(index), self.nodes.get(index + 1)) else {
            return Err(missing);
        };
        let to = match (&self.config.schedule, self.config.solver) {
            (Schedule::Discrete(discrete), Solver::Ddim) if self.config.follow_reference => {
                self.one_stride_back(discrete.train_steps, from)?
            }
            _ => next,
        };
        Ok(Transition { from, to, prediction: self.config.prediction, clip: self.config.clip_x0 })
    }

    /// The row `train_steps / steps` timesteps before `from`, in whole
    /// numbers, or the one behind the last.
    fn one_stride_back(&self, train_steps: usize, from: Node) -> Result<Node, DiffusionError> {
        let timestep = from.timestep - (train_steps / self.steps().max(1)) as f64;
        match &self.table {
            Some(table) if timestep >= 0.0 => {
                let (alpha, sigma) = table.alpha_sigma(timestep as usize);
                Ok(Node { timestep, alpha, sigma, input_scale: 1.0 })
            }
            _ => self.node(self.steps()).copied(),
        }
    }
}

/// The sum of `factor * latent`, left to right. Terms with factor 0 are left
/// out, so that what they hold (a non-finite `x0` where no signal is left)
/// does no harm; a single term with factor 1 is passed on unchanged. `None`
/// when nothing is left.
fn linear<'a, L: Latent + 'a, const N: usize>(terms: [(f64, Option<&'a L>); N]) -> Option<L> {
    let mut sum: Option<L> = None;
    // The first term waits for its partner, which saves one pass over the data.
    let mut first: Option<(f64, &L)> = None;
    for (factor, latent) in terms {
        let Some(latent) = latent.filter(|_| factor != 0.0) else {
            continue;
        };
        sum = match (sum, first.take()) {
            (Some(sum), _) => Some(sum.axpby(1.0, latent, factor)),
            (None, Some((first_factor, first))) => Some(first.axpby(first_factor, latent, factor)),
            (None, None) => {
                first = Some((factor, latent));
                None
            }
        };
    }
    match (sum, first) {
        (Some(sum), _) => Some(sum),
        (None, Some((1.0, only))) => Some(only.clone()),
        (None, Some((factor, only))) => Some(only.scale(factor)),
        (None, None) => None,
    }
}

/// What `after_step` is shown.
#[derive(Debug)]
pub struct AfterStep<'a, L> {
    /// The step just taken, from 0.
    pub index: usize,
    /// How many steps the run has; the last has `index + 1 == steps`.
    pub steps: usize,
    /// The latent at row `index + 1`; may be replaced (inpainting).
    pub sample: &'a mut L,
    /// What the network held for the clean picture; for previews.
    pub x0: &'a L,
}

/// Walks from row `start_index` to the end.
///
/// - `model(index, timestep, input)` is the network with guidance applied;
///   its input is scaled already ([`Sampler::model_input`]).
/// - `noise(index)` is asked for standard normal noise by stochastic steps alone.
/// - `after_step` sees each step's result, may change it, and may end the run:
///   `Break(b)` gives `Ok(Break(b))`, which is how a run is cancelled.
///
/// A `start_index` of [`Sampler::steps`] (strength 0) gives `x` back.
///
/// # Errors
/// What `model` returns, and [`DiffusionError`] as by [`Sampler::step`].
pub fn denoise<L, O, B, E>(
    sampler: &Sampler,
    start_index: usize,
    x: L,
    mut model: impl FnMut(usize, f64, &L) -> Result<O, E>,
    mut noise: impl FnMut(usize) -> L,
    mut after_step: impl FnMut(AfterStep<'_, L>) -> ControlFlow<B>,
) -> Result<ControlFlow<B, L>, E>
where
    L: Latent,
    O: Into<ModelOutput<L>>,
    E: From<DiffusionError>,
{
    let mut x = x;
    let mut history = History::new();
    let steps = sampler.steps();
    if start_index > steps {
        return Err(DiffusionError::StepIndex { index: start_index, steps }.into());
    }
    for (index, &timestep) in sampler.timesteps().iter().enumerate().skip(start_index) {
        let input = sampler.model_input(&x, index)?;
        let output = model(index, timestep, &input)?.into();
        let x0 = sampler.predict_x0(index, &x, &output)?;
        let fresh = sampler.needs_noise(index).then(|| noise(index));
        x = sampler.step(index, &x, &output, &mut history, fresh.as_ref())?;
        let report = AfterStep { index, steps, sample: &mut x, x0: &x0 };
        if let ControlFlow::Break(stop) = after_step(report) {
            return Ok(ControlFlow::Break(stop));
        }
    }
    Ok(ControlFlow::Continue(x))
}
