//! The solvers against exact solutions.
//!
//! For data that are normal with mean `m` and deviation `s`, the noisy latent
//! at `(alpha, sigma)` is normal with variance `alpha^2 s^2 + sigma^2`, the best
//! prediction is known, and the probability-flow ODE carries
//! `(x - alpha m) / sqrt(alpha^2 s^2 + sigma^2)` along unchanged.

use std::ops::ControlFlow;

use super::*;

/// Normal data of one dimension.
#[derive(Clone, Copy)]
struct Gaussian {
    mean: f64,
    std: f64,
}

const DATA: Gaussian = Gaussian { mean: 0.7, std: 0.4 };

impl Gaussian {
    fn spread(self, alpha: f64, sigma: f64) -> f64 {
        (alpha * self.std).hypot(sigma)
    }

    /// The best prediction from what the network sees.
    fn predict(self, prediction: Prediction, node: Node, seen: f64) -> f64 {
        let Node { alpha, sigma, .. } = node;
        let surprise = (seen - alpha * self.mean) / self.spread(alpha, sigma).powi(2);
        let x0 = self.mean + alpha * self.std.powi(2) * surprise;
        let noise = sigma * surprise;
        let (a, b) = prediction.target(alpha, sigma);
        a * x0 + b * noise
    }

    /// Where the ODE carries `x` from one row to another.
    fn exact(self, from: Node, to: Node, x: f64) -> f64 {
        let spread = |node: Node| self.spread(node.latent_alpha(), node.latent_sigma());
        let score = (x - from.latent_alpha() * self.mean) / spread(from);
        to.latent_alpha() * self.mean + score * spread(to)
    }

    fn run(self, sampler: &Sampler, x: Vec<f64>, noise: impl FnMut(usize) -> Vec<f64>) -> Vec<f64> {
        let model = |index: usize, _, input: &Vec<f64>| {
            let node = sampler.nodes()[index];
            let output: Vec<f64> =
                input.iter().map(|&seen| self.predict(sampler.config().prediction, node, seen)).collect();
            Ok::<_, DiffusionError>(output)
        };
        let end = denoise(sampler, 0, x, model, noise, |_| ControlFlow::<()>::Continue(()));
        match end.unwrap() {
            ControlFlow::Continue(x) => x,
            ControlFlow::Break(()) => unreachable!(),
        }
    }

    /// The largest error of an ODE solver over a few starting points.
    fn ode_error(self, config: SamplerConfig) -> f64 {
        let sampler = Sampler::new(config).unwrap();
        let (first, last) = (sampler.nodes()[0], *sampler.nodes().last().unwrap());
        let start: Vec<f64> = [-2.0, -0.5, 0.3, 1.7]
            .iter()
            .map(|score| {
                let spread = self.spread(first.latent_alpha(), first.latent_sigma());
                first.latent_alpha() * self.mean + score * spread
            })
            .collect();
        let end = self.run(&sampler, start.clone(), |_| panic!("an ODE needs no noise"));
        start.iter().zip(end).map(|(&x, end)| (end - self.exact(first, last, x)).abs()).fold(0.0, f64::max)
    }
}

/// Doubles the steps and checks that the error falls by `2^order`, within a fifth.
fn check_order(what: &str, order: i32, steps: &[usize], config: impl Fn(usize) -> SamplerConfig) {
    let errors: Vec<f64> = steps.iter().map(|&n| DATA.ode_error(config(n))).collect();
    let ratios: Vec<f64> = errors.windows(2).map(|pair| pair[0] / pair[1]).collect();
    println!("{what}: steps {steps:?}, errors {errors:?}, ratios {ratios:.2?}");
    let expected = 2f64.powi(order);
    for ratio in ratios {
        assert!(
            (ratio / expected - 1.0).abs() < 0.2,
            "{what}: ratio {ratio}, expected {expected}; errors {errors:?}"
        );
    }
}

fn discrete(karras: bool) -> Schedule {
    Schedule::Discrete(DiscreteSchedule {
        karras,
        final_node: if karras { FinalNode::FirstTimestep } else { FinalNode::Clean },
        ..DiscreteSchedule::scaled_linear()
    })
}

#[test]
fn ddim_and_euler_converge_at_first_order() {
    for prediction in [Prediction::Noise, Prediction::Sample, Prediction::Velocity] {
        check_order(&format!("ddim, {prediction}"), 1, &[125, 250, 500], |steps| {
            SamplerConfig::new(Solver::Ddim, discrete(false), prediction, steps)
        });
        check_order(&format!("euler, karras, {prediction}"), 1, &[40, 80, 160], |steps| {
            SamplerConfig::new(Solver::Euler, discrete(true), prediction, steps)
        });
    }
    for shift in [1.0, 3.0] {
        check_order(&format!("euler, flow shift {shift}"), 1, &[40, 80, 160], |steps| {
            let flow = Schedule::Flow(FlowSchedule::shifted(shift));
            SamplerConfig::new(Solver::Euler, flow, Prediction::Flow, steps)
        });
    }
}

#[test]
fn dpm_solvers_converge_at_their_order() {
    let config = |prediction, steps, dpm: DpmOptions| SamplerConfig {
        dpm,
        ..SamplerConfig::new(Solver::DpmPlusPlus2M, discrete(true), prediction, steps)
    };
    let default = DpmOptions::default();
    for prediction in [Prediction::Noise, Prediction::Sample, Prediction::Velocity] {
        check_order(&format!("dpm++2m, {prediction}"), 2, &[40, 80, 160], |steps| {
            config(prediction, steps, default)
        });
    }
    let heun = DpmOptions { solver_type: DpmSolverType::Heun, ..default };
    check_order("dpm++2m heun", 2, &[40, 80, 160], |steps| config(Prediction::Noise, steps, heun));
    let plain = DpmOptions { algorithm: DpmAlgorithm::Plain, ..default };
    check_order("dpm 2m plain", 2, &[80, 160, 320], |steps| config(Prediction::Noise, steps, plain));
    let first = DpmOptions { order: 1, ..default };
    check_order("dpm++ order 1", 1, &[40, 80, 160], |steps| config(Prediction::Noise, steps, first));
    let third = DpmOptions { order: 3, ..default };
    // Second order, see `DpmOptions::order`; but a smaller error than 2M's.
    let three = |steps| config(Prediction::Noise, steps, third);
    check_order("dpm++ order 3", 2, &[40, 80, 160], three);
    let two = |steps| config(Prediction::Noise, steps, default);
    assert!(DATA.ode_error(three(40)) < DATA.ode_error(two(40)) / 2.0);
}

#[test]
fn the_second_order_is_far_better_at_twenty_steps() {
    let error = |order| {
        DATA.ode_error(SamplerConfig {
            dpm: DpmOptions { order, ..DpmOptions::default() },
            ..SamplerConfig::new(Solver::DpmPlusPlus2M, discrete(true), Prediction::Noise, 20)
        })
    };
    let (first, second) = (error(1), error(2));
    println!("20 steps: order 1 {first:.2e}, order 2 {second:.2e}");
    assert!(second < first / 4.0, "order 1 {first}, order 2 {second}");
}

#[test]
fn ddim_euler_and_the_first_order_solver_are_one_on_the_straight_path() {
    let flow = || Schedule::Flow(FlowSchedule::shifted(3.0));
    for prediction in [Prediction::Flow, Prediction::Velocity, Prediction::Sample] {
        let end = |solver| {
            let config = SamplerConfig {
                dpm: DpmOptions { order: 1, ..DpmOptions::default() },
                ..SamplerConfig::new(solver, flow(), prediction, 9)
            };
            let sampler = Sampler::new(config).unwrap();
            DATA.run(&sampler, vec![-1.0, 0.2, 2.5], |_| panic!("an ODE"))
        };
        let euler = end(Solver::Euler);
        for solver in [Solver::Ddim, Solver::Cold, Solver::DpmPlusPlus2M] {
            for (other, euler) in end(solver).iter().zip(&euler) {
                assert!((other - euler).abs() < 1e-12, "{solver}: {other}, {euler}");
            }
        }
    }
}

/// Mean and variance behind the last step of a stochastic run that starts from
/// standard normal noise. The data are normal, so every step is `a x + b + c z`.
fn moments(sampler: &Sampler) -> (f64, f64) {
    let (mut mean, mut variance) = (0.0, 1.0);
    for (index, &node) in sampler.nodes().iter().enumerate().take(sampler.steps()) {
        let step = |x: f64, z: f64| {
            let output = DATA.predict(sampler.config().prediction, node, x * node.input_scale);
            let next = sampler.step(
                index,
                &vec![x],
                &ModelOutput { prediction: vec![output], variance: Some(vec![0.0]) },
                &mut History::new(),
                Some(&vec![z]),
            );
            next.unwrap()[0]
        };
        let b = step(0.0, 0.0);
        let (a, c) = (step(1.0, 0.0) - b, step(0.0, 1.0) - b);
        mean = a * mean + b;
        variance = a * a * variance + c * c;
    }
    (mean, variance)
}

fn ancestral(solver: Solver, variance: Variance, eta: f64, steps: usize) -> Sampler {
    let schedule = Schedule::Discrete(DiscreteSchedule::linear());
    Sampler::new(SamplerConfig {
        variance,
        eta,
        ..SamplerConfig::new(solver, schedule, Prediction::Noise, steps)
    })
    .unwrap()
}

#[test]
fn ancestral_sampling_ends_at_the_data() {
    for (solver, variance, eta) in [
        (Solver::Ddpm, Variance::FixedSmall, 0.0),
        (Solver::Ddpm, Variance::FixedLarge, 0.0),
        (Solver::Ddpm, Variance::LearnedRange, 0.0),
        (Solver::Ddim, Variance::FixedSmall, 1.0),
        (Solver::Ddim, Variance::FixedSmall, 0.5),
    ] {
        let (mean, square) = moments(&ancestral(solver, variance, eta, 1000));
        let std = square.sqrt();
        println!("{solver} {variance:?} eta {eta}: mean {mean:.5}, deviation {std:.5}");
        assert!((mean - DATA.mean).abs() < 2e-3, "mean {mean}");
        assert!((std - DATA.std).abs() < 0.02 * DATA.std, "deviation {std}");
    }
    // The straight path of flow matching, on which small variance and DDIM
    // with eta 1 are the same.
    for (solver, eta) in [(Solver::Ddpm, 0.0), (Solver::Ddim, 1.0)] {
        let flow = Schedule::Flow(FlowSchedule::shifted(3.0));
        let config = SamplerConfig { eta, ..SamplerConfig::new(solver, flow, Prediction::Flow, 1000) };
        let (mean, square) = moments(&Sampler::new(config).unwrap());
        println!("{solver} on the straight path: mean {mean:.5}, deviation {:.5}", square.sqrt());
        assert!((mean - DATA.mean).abs() < 2e-3, "mean {mean}");
        assert!((square.sqrt() - DATA.std).abs() < 0.02 * DATA.std, "deviation {}", square.sqrt());
    }
    // The bounds of Ho et al. 2020: small variance errs low, large high.
    let deviation = |variance| moments(&ancestral(Solver::Ddpm, variance, 0.0, 100)).1.sqrt();
    assert!(deviation(Variance::FixedSmall) < deviation(Variance::FixedLarge));
}

#[test]
fn many_draws_have_the_predicted_mean_and_variance() {
    const DRAWS: usize = 20_000;
    let dpm_sde = {
        let config = SamplerConfig::new(Solver::DpmPlusPlus2M, discrete(false), Prediction::Noise, 50);
        Sampler::new(SamplerConfig {
            dpm: DpmOptions { algorithm: DpmAlgorithm::SdePlusPlus, order: 1, ..DpmOptions::default() },
            ..config
        })
        .unwrap()
    };
    for sampler in [
        ancestral(Solver::Ddpm, Variance::FixedSmall, 0.0, 50),
        ancestral(Solver::Ddpm, Variance::FixedLarge, 0.0, 50),
        ancestral(Solver::Ddim, Variance::FixedSmall, 1.0, 50),
        dpm_sde,
    ] {
        let draw =
            |stream| -> Vec<f64> { standard_normal(11, stream, DRAWS).into_iter().map(f64::from).collect() };
        let end = DATA.run(&sampler, draw(NoiseStream::Initial), |index| draw(NoiseStream::Step(index)));
        let count = DRAWS as f64;
        let mean = end.iter().sum::<f64>() / count;
        let variance = end.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
        let (mean_expected, variance_expected) = moments(&sampler);
        // Four standard errors.
        let mean_tolerance = 4.0 * (variance_expected / count).sqrt();
        let variance_tolerance = 4.0 * variance_expected * (2.0 / count).sqrt();
        assert!((mean - mean_expected).abs() < mean_tolerance, "mean {mean}, expected {mean_expected}");
        assert!(
            (variance - variance_expected).abs() < variance_tolerance,
            "variance {variance}, expected {variance_expected}"
        );
    }
}
