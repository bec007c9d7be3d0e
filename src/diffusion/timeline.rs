//! The rows of a run: timestep, signal and noise at each step, and behind the last.

use super::error::DiffusionError;
use super::flow::FlowSchedule;
use super::schedule::{
    AlphaTable, BetaSchedule, DiscreteSchedule, FinalNode, Schedule, Spacing, interpolate, karras_levels,
    linspace, timestep_of_level,
};
use super::solver::Solver;

/// One row of a run's table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// What the network is told: 0 (clean) to the number of training timesteps.
    pub timestep: f64,
    /// Factor of the signal in what the network sees.
    pub alpha: f64,
    /// Factor of the noise in what the network sees.
    pub sigma: f64,
    /// The network sees `input_scale * latent`. 1 except for the Euler solver
    /// on a discrete schedule, which keeps the signal at full size.
    pub input_scale: f64,
}

impl Node {
    fn unscaled(timestep: f64, alpha: f64, sigma: f64) -> Self {
        Self { timestep, alpha, sigma, input_scale: 1.0 }
    }

    /// A row whose noise level is `level = sigma / alpha` on a
    /// variance-preserving schedule.
    fn of_level(timestep: f64, level: f64) -> Self {
        let alpha = 1.0 / (1.0 + level * level).sqrt();
        Self::unscaled(timestep, alpha, level * alpha)
    }

    /// Factor of the signal in the latent itself.
    pub fn latent_alpha(&self) -> f64 {
        self.alpha / self.input_scale
    }

    /// Factor of the noise in the latent itself.
    pub fn latent_sigma(&self) -> f64 {
        self.sigma / self.input_scale
    }
}

/// Rounds to the nearest whole number, halves to even, as numpy does.
fn round(value: f64) -> f64 {
    value.round_ties_even()
}

/// The most steps that a run of `train_steps` timesteps may have.
fn check_steps(steps: usize, most: usize) -> Result<(), DiffusionError> {
    if steps == 0 {
        return Err(DiffusionError::NoSteps { most });
    }
    if steps > most {
        return Err(DiffusionError::TooManySteps { steps, most });
    }
    Ok(())
}

/// The rows of a run, one more than there are steps.
///
/// `lambda_min_clipped` is the DPM-Solver's, see `DpmOptions`.
///
/// # Errors
/// [`DiffusionError`] for a number of steps out of range or a schedule that
/// the solver cannot follow.
pub(super) fn nodes(
    schedule: &Schedule,
    solver: Solver,
    steps: usize,
    lambda_min_clipped: f64,
) -> Result<Vec<Node>, DiffusionError> {
    match schedule {
        Schedule::Flow(flow) => flow_nodes(flow, steps),
        Schedule::Discrete(discrete) => match solver {
            Solver::Ddpm | Solver::Ddim | Solver::Cold => ddim_nodes(discrete, solver, steps),
            Solver::DpmPlusPlus2M => dpm_nodes(discrete, steps, lambda_min_clipped),
            Solver::Euler => euler_nodes(discrete, steps),
        },
    }
}

fn flow_nodes(flow: &FlowSchedule, steps: usize) -> Result<Vec<Node>, DiffusionError> {
    check_steps(steps, flow.train_steps)?;
    let mut nodes: Vec<Node> = flow
        .levels(steps)?
        .into_iter()
        .map(|level| Node::unscaled(flow.timestep(level), 1.0 - level, level))
        .collect();
    nodes.push(Node::unscaled(0.0, 1.0, 0.0));
    Ok(nodes)
}

/// Rows of DDPM, DDIM and cold sampling: whole timesteps, looked up directly.
fn ddim_nodes(
    discrete: &DiscreteSchedule,
    solver: Solver,
    steps: usize,
) -> Result<Vec<Node>, DiffusionError> {
    if discrete.karras {
        return Err(DiffusionError::Config(format!(
            "the {solver} solver visits whole timesteps and cannot use Karras noise levels: choose dpm++2m or euler"
        )));
    }
    let train_steps = discrete.train_steps;
    check_steps(steps, train_steps)?;
    let timesteps = match discrete.spacing {
        Spacing::Linspace => whole_linspace(train_steps, steps),
        Spacing::Leading => leading(train_steps / steps, steps, discrete.steps_offset),
        Spacing::Trailing => trailing(train_steps as f64, train_steps, steps),
    };
    check_timesteps(&timesteps, discrete, steps)?;
    let table = discrete.table()?;
    let mut nodes: Vec<Node> = timesteps
        .iter()
        .map(|&timestep| {
            let (alpha, sigma) = table.alpha_sigma(timestep as usize);
            Node::unscaled(timestep, alpha, sigma)
        })
        .collect();
    nodes.push(final_node(discrete, &table));
    Ok(nodes)
}

/// Rows of the multistep DPM-Solver, as the reference's `set_timesteps`.
fn dpm_nodes(
    discrete: &DiscreteSchedule,
    steps: usize,
    lambda_min_clipped: f64,
) -> Result<Vec<Node>, DiffusionError> {
    let train_steps = discrete.train_steps;
    let table = discrete.table()?;
    let levels = table.noise_levels();
    // lambda = -ln(level); timesteps noisier than the clip are never visited,
    // for the cosine schedule's last alphas are too small to divide by.
    let usable = levels.iter().filter(|level| -level.ln() >= lambda_min_clipped).count();
    let most = match discrete.spacing {
        Spacing::Leading => usable.saturating_sub(1),
        Spacing::Trailing | Spacing::Linspace => usable,
    };
    check_steps(steps, most)?;
    let timesteps = match discrete.spacing {
        Spacing::Linspace => {
            let mut all = whole_linspace(usable, steps + 1);
            all.truncate(steps);
            all
        }
        // The lowest of steps + 1 multiples, timestep 0, is left out.
        Spacing::Leading => {
            let mut all = leading(usable / (steps + 1), steps + 1, discrete.steps_offset);
            all.truncate(steps);
            all
        }
        Spacing::Trailing => trailing(usable as f64, train_steps, steps),
    };
    check_timesteps(&timesteps, discrete, steps)?;
    let mut nodes: Vec<Node> = if discrete.karras {
        let (max, min) = ends(&levels);
        karras_levels(max, min, steps)
            .into_iter()
            .map(|level| {
                let timestep = timestep_of_level(&levels, level);
                // The reference rounds, except for the cosine schedule, which it cuts.
                let timestep = match discrete.betas {
                    BetaSchedule::Cosine => timestep.trunc(),
                    _ => round(timestep),
                };
                Node::of_level(timestep, level)
            })
            .collect()
    } else {
        timesteps.iter().map(|&timestep| Node::of_level(timestep, interpolate(&levels, timestep))).collect()
    };
    nodes.push(final_node(discrete, &table));
    Ok(nodes)
}

/// Rows of the Euler solver on a discrete schedule, in the coordinates of
/// Karras et al. 2022: the latent is `x0 + level * noise`.
fn euler_nodes(discrete: &DiscreteSchedule, steps: usize) -> Result<Vec<Node>, DiffusionError> {
    let train_steps = discrete.train_steps;
    check_steps(steps, train_steps)?;
    let mut timesteps = match discrete.spacing {
        // Not rounded: the noise levels are interpolated.
        Spacing::Linspace => {
            let mut all = linspace(0.0, train_steps as f64 - 1.0, steps);
            all.reverse();
            all
        }
        Spacing::Leading => leading(train_steps / steps, steps, discrete.steps_offset),
        Spacing::Trailing => trailing(train_steps as f64, train_steps, steps),
    };
    check_timesteps(&timesteps, discrete, steps)?;
    let table = discrete.table()?;
    let table_levels = table.noise_levels();
    let mut levels: Vec<f64> =
        timesteps.iter().map(|&timestep| interpolate(&table_levels, timestep)).collect();
    if discrete.karras
        && let (Some(&max), Some(&min)) = (levels.first(), levels.last())
    {
        levels = karras_levels(max, min, steps);
        timesteps = levels.iter().map(|&level| timestep_of_level(&table_levels, level)).collect();
    }
    let mut nodes: Vec<Node> =
        timesteps.into_iter().zip(levels).map(|(timestep, level)| Node::of_level(timestep, level)).collect();
    nodes.push(final_node(discrete, &table));
    for node in &mut nodes {
        node.input_scale = node.alpha;
    }
    Ok(nodes)
}

/// The row behind the last step.
fn final_node(discrete: &DiscreteSchedule, table: &AlphaTable) -> Node {
    match discrete.final_node {
        FinalNode::Clean => Node::unscaled(0.0, 1.0, 0.0),
        FinalNode::FirstTimestep => {
            let (alpha, sigma) = table.alpha_sigma(0);
            Node::unscaled(0.0, alpha, sigma)
        }
    }
}

/// `count` whole timesteps from `end - 1` down to 0.
fn whole_linspace(end: usize, count: usize) -> Vec<f64> {
    let mut timesteps: Vec<f64> = linspace(0.0, end as f64 - 1.0, count).into_iter().map(round).collect();
    timesteps.reverse();
    timesteps
}

/// `count` multiples of `stride` from the highest down to 0, moved up by `offset`.
fn leading(stride: usize, count: usize, offset: usize) -> Vec<f64> {
    (0..count).rev().map(|i| (i * stride + offset) as f64).collect()
}

/// Timesteps from `end - 1` down by `train_steps / steps`, as long as they are
/// not below 0.
fn trailing(end: f64, train_steps: usize, steps: usize) -> Vec<f64> {
    let stride = train_steps as f64 / steps as f64;
    (0..steps).map(|i| round(end - i as f64 * stride) - 1.0).take_while(|&timestep| timestep >= 0.0).collect()
}

/// Refuses timesteps beyond the table, which a `steps_offset` can make.
fn check_timesteps(
    timesteps: &[f64],
    discrete: &DiscreteSchedule,
    steps: usize,
) -> Result<(), DiffusionError> {
    let last = discrete.train_steps as f64 - 1.0;
    match timesteps.iter().find(|t| **t > last) {
        Some(timestep) => Err(DiffusionError::Config(format!(
            "{steps} steps with a steps_offset of {} would visit timestep {timestep} of 0 to {last}: ask for fewer steps",
            discrete.steps_offset
        ))),
        None => Ok(()),
    }
}

/// The highest and the lowest of rising levels.
fn ends(levels: &[f64]) -> (f64, f64) {
    match (levels.last(), levels.first()) {
        (Some(&max), Some(&min)) => (max, min),
        // A table is never empty: `BetaSchedule::values` refuses that.
        _ => (0.0, 0.0),
    }
}
