//! The multistep DPM-Solver and DPM-Solver++ (Lu et al. 2022a, 2022b).

use super::error::DiffusionError;
use super::solver::{StepCoefficients, Transition};
use super::timeline::Node;

/// Which integral is approximated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DpmAlgorithm {
    /// Of the predicted `x0` (DPM-Solver++; Lu et al. 2022b, algorithm 2).
    PlusPlus,
    /// Of the predicted noise (DPM-Solver; Lu et al. 2022a).
    Plain,
    /// DPM-Solver++ of the SDE: adds noise at every step (Lu et al. 2022b, section 5).
    SdePlusPlus,
}

/// How the slope between two predictions enters the second order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DpmSolverType {
    /// The midpoint rule (the papers' choice).
    Midpoint,
    /// The exact integral of the straight line between the two.
    Heun,
}

/// Settings of the multistep DPM-Solver; the default is DPM-Solver++(2M).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DpmOptions {
    /// Which integral is approximated.
    pub algorithm: DpmAlgorithm,
    /// 1, 2 or 3 (2 at most for [`DpmAlgorithm::SdePlusPlus`]).
    ///
    /// 3 gives the curvature half the weight of the exact integral, as the
    /// authors' code and the reference do, so that it converges at second
    /// order, though with a smaller error than 2.
    pub order: usize,
    /// How the slope enters the second order.
    pub solver_type: DpmSolverType,
    /// Lower the order towards the end of runs shorter than 15 steps.
    pub lower_order_final: bool,
    /// Take the last step with order 1 in any case.
    pub euler_at_final: bool,
    /// Leave out timesteps whose `ln(alpha / sigma)` is below this (-5.1 for
    /// the cosine schedule); minus infinity keeps all.
    pub lambda_min_clipped: f64,
}

impl Default for DpmOptions {
    fn default() -> Self {
        Self {
            algorithm: DpmAlgorithm::PlusPlus,
            order: 2,
            solver_type: DpmSolverType::Midpoint,
            lower_order_final: true,
            euler_at_final: false,
            lambda_min_clipped: f64::NEG_INFINITY,
        }
    }
}

/// Runs shorter than this lower their order at the end, if asked to.
const SHORT_RUN_STEPS: usize = 15;

impl DpmOptions {
    /// Refuses orders that do not exist.
    pub(super) fn check(&self) -> Result<(), DiffusionError> {
        let most = match self.algorithm {
            DpmAlgorithm::SdePlusPlus => 2,
            DpmAlgorithm::PlusPlus | DpmAlgorithm::Plain => 3,
        };
        if (1..=most).contains(&self.order) {
            Ok(())
        } else {
            Err(DiffusionError::Config(format!(
                "a DPM-Solver of order {} is not possible here: choose 1 to {most}",
                self.order
            )))
        }
    }

    /// The order of step `index` with `known` earlier predictions at hand.
    pub(super) fn order_at(&self, index: usize, steps: usize, ends_clean: bool, known: usize) -> usize {
        let short = self.lower_order_final && steps < SHORT_RUN_STEPS;
        let last = index + 1 == steps;
        let limit = if last && (self.euler_at_final || short || ends_clean) {
            1
        } else if index + 2 == steps && short {
            2
        } else {
            self.order
        };
        self.order.min(limit).min(known + 1)
    }
}

/// Half the logarithm of the signal-to-noise ratio; infinite at both ends.
fn lambda(node: &Node) -> f64 {
    node.alpha.ln() - node.sigma.ln()
}

/// The coefficients of one step of the given order.
///
/// `earlier` holds the rows of the steps before, the nearest first; `order - 1`
/// of them are read.
///
/// # Errors
/// Where the prediction is undefined, and for [`DpmAlgorithm::Plain`] at the
/// clean end, where its integral has no value.
pub(super) fn coefficients(
    options: &DpmOptions,
    transition: &Transition,
    order: usize,
    earlier: [Option<Node>; 2],
) -> Result<StepCoefficients, DiffusionError> {
    let Transition { from, to, .. } = *transition;
    let convert = match options.algorithm {
        DpmAlgorithm::PlusPlus | DpmAlgorithm::SdePlusPlus => transition.x0()?,
        DpmAlgorithm::Plain => transition.noise()?,
    };
    let plain = options.algorithm == DpmAlgorithm::Plain;
    if plain && (to.sigma == 0.0 || from.alpha == 0.0) {
        return Err(DiffusionError::Config(
            "the plain DPM-Solver cannot start without signal or end without noise: \
             use final_sigmas_type sigma_min, or dpmsolver++"
                .to_owned(),
        ));
    }
    let mut step = StepCoefficients {
        convert,
        clip: transition.clip,
        sample: 1.0,
        output: 0.0,
        converted: [0.0; 3],
        noise: 0.0,
        learned: None,
    };
    // Two rows of one timestep (1000 steps on 1000 timesteps): nothing to
    // integrate over, and h = 0 would be divided by.
    if from.alpha == to.alpha && from.sigma == to.sigma {
        return Ok(step);
    }
    let h = lambda(&to) - lambda(&from);
    // e^-h without logarithms, so that both ends of the path are exact.
    let decay = (to.sigma * from.alpha) / (to.alpha * from.sigma);
    // Ratios of the earlier strides to this one. A stride of length 0 tells no
    // slope, and neither does an infinite one (a start without signal): the
    // order falls to what is left.
    let stride = |near: Option<Node>, far: Option<Node>| {
        let length = lambda(&near?) - lambda(&far?);
        (length.is_finite() && length > 0.0 && h.is_finite()).then_some(length / h)
    };
    let r0 = stride(Some(from), earlier[0]);
    let r1 = stride(earlier[0], earlier[1]);
    let order = match (order, r0, r1) {
        (1, ..) | (_, None, _) => 1,
        (2, ..) | (_, _, None) => 2,
        _ => 3,
    };

    // Factors of D0 (the newest m), D1 (its slope) and D2 (its curvature).
    let (d0, d1, d2);
    match options.algorithm {
        DpmAlgorithm::PlusPlus => {
            let phi = decay - 1.0;
            step.sample = to.sigma / from.sigma;
            d0 = -to.alpha * phi;
            d1 = match (order, options.solver_type) {
                (2, DpmSolverType::Midpoint) => -0.5 * to.alpha * phi,
                _ => to.alpha * (phi / h + 1.0),
            };
            d2 = -to.alpha * ((phi + h) / (h * h) - 0.5);
        }
        DpmAlgorithm::Plain => {
            let phi = 1.0 / decay - 1.0;
            step.sample = to.alpha / from.alpha;
            d0 = -to.sigma * phi;
            d1 = match (order, options.solver_type) {
                (2, DpmSolverType::Midpoint) => -0.5 * to.sigma * phi,
                _ => -to.sigma * (phi / h - 1.0),
            };
            d2 = -to.sigma * ((phi - h) / (h * h) - 0.5);
        }
        DpmAlgorithm::SdePlusPlus => {
            let renewed = 1.0 - decay * decay;
            step.sample = to.sigma / from.sigma * decay;
            step.noise = to.sigma * renewed.max(0.0).sqrt();
            d0 = to.alpha * renewed;
            d1 = match options.solver_type {
                DpmSolverType::Midpoint => 0.5 * to.alpha * renewed,
                DpmSolverType::Heun => to.alpha * (renewed / (-2.0 * h) + 1.0),
            };
            d2 = 0.0;
        }
    }
    step.converted = match (order, r0, r1) {
        (2, Some(r0), _) => [d0 + d1 / r0, -d1 / r0, 0.0],
        (3, Some(r0), Some(r1)) => {
            // D1_0 = (m0 - m1) / r0, D1_1 = (m1 - m2) / r1,
            // D1 = D1_0 + r0 / (r0 + r1) (D1_0 - D1_1), D2 = (D1_0 - D1_1) / (r0 + r1).
            let bend = (d1 * r0 + d2) / (r0 + r1);
            let (near, far) = (d1 + bend, -bend);
            [d0 + near / r0, far / r1 - near / r0, -far / r1]
        }
        _ => [d0, 0.0, 0.0],
    };
    Ok(step)
}
