//! Schedules, solvers and the short loop that turns noise into a picture.
//!
//! A schedule is a pure function to a table of `f64`; a solver turns two
//! neighbouring rows of that table into the coefficients of one linear
//! combination; [`denoise`] walks over the rows. Nothing here knows a network:
//! the model is a closure.
//!
//! ```text
//! SamplerConfig --Sampler::new--> nodes (timestep, alpha, sigma)
//!                                   |
//! noise --> denoise: for each pair of neighbours { model(x) -> step -> after_step } --> latent
//! ```
//!
//! # Conventions
//!
//! - A noisy latent is `x = alpha * x0 + sigma * noise`, `noise ~ N(0, 1)`.
//!   Variance-preserving schedules keep `alpha^2 + sigma^2 = 1`, flow matching
//!   keeps `alpha + sigma = 1`.
//! - Timesteps run from the noisy end down to 0 and are given to the network
//!   as they are (0 to 1000 for published models).
//! - The arithmetic is written once, over the [`Latent`] trait: burn tensors
//!   in the program, `Vec<f64>` in the tests.

mod dpm;
mod error;
mod flow;
mod guidance;
mod inpaint;
mod latent;
mod noise;
mod prediction;
mod sampler;
mod schedule;
mod scheduler_config;
mod solver;
mod tensor;
mod timeline;

#[cfg(test)]
mod analytic_tests;
#[cfg(test)]
mod sampler_tests;

pub use dpm::{DpmAlgorithm, DpmOptions, DpmSolverType};
pub use error::DiffusionError;
pub use flow::{FlowSchedule, FlowSigmas, Shift, ShiftCurve, dynamic_shift_mu};
pub use guidance::Guidance;
pub use inpaint::{Inpaint, composite_pixels, mask_to_latent_area, mask_to_latent_nearest};
pub use latent::Latent;
pub use noise::{NoiseStream, standard_normal};
pub use prediction::{Affine, Prediction};
pub use sampler::{AfterStep, History, ModelOutput, Sampler, SamplerConfig, denoise};
pub use schedule::{AlphaTable, BetaSchedule, DiscreteSchedule, FinalNode, Schedule, Spacing};
pub use scheduler_config::{SchedulerConfig, SchedulerInputs};
pub use solver::{LearnedVariance, Solver, StepCoefficients, Variance};
pub use timeline::Node;
