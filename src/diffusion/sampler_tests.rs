//! A run's edges: strengths, step counts, perfect models, cancellation, masks.

use std::ops::ControlFlow;

use super::*;

/// Every pairing of solver and schedule that goes together.
fn pairings() -> Vec<(Solver, Schedule)> {
    let mut all = Vec::new();
    for solver in Solver::ALL {
        for betas in
            [DiscreteSchedule::linear(), DiscreteSchedule::scaled_linear(), DiscreteSchedule::cosine()]
        {
            for spacing in [Spacing::Leading, Spacing::Trailing, Spacing::Linspace] {
                let discrete = DiscreteSchedule { spacing, ..betas.clone() };
                all.push((solver, Schedule::Discrete(discrete)));
            }
        }
        for sigmas in
            [FlowSigmas::OneOverSteps, FlowSigmas::TrainingRange, FlowSigmas::DpmSolver, FlowSigmas::ToZero]
        {
            let flow = FlowSchedule { sigmas, ..FlowSchedule::shifted(3.0) };
            all.push((solver, Schedule::Flow(flow)));
        }
    }
    all
}

fn sampler(solver: Solver, schedule: Schedule, prediction: Prediction, steps: usize) -> Sampler {
    Sampler::new(SamplerConfig::new(solver, schedule, prediction, steps)).unwrap()
}

fn linear() -> Schedule {
    Schedule::Discrete(DiscreteSchedule::linear())
}

fn noise(index: usize, count: usize) -> Vec<f64> {
    standard_normal(5, NoiseStream::Step(index), count).into_iter().map(f64::from).collect()
}

/// Runs with a network that knows the picture, and gives the end.
fn run_perfect(sampler: &Sampler, start_index: usize, x0: &[f64]) -> Vec<f64> {
    let prediction = sampler.config().prediction;
    let start = sampler.add_noise(&x0.to_vec(), &noise(999, x0.len()), start_index).unwrap();
    let model = |index: usize, _, input: &Vec<f64>| {
        let Node { alpha, sigma, .. } = sampler.nodes()[index];
        let (a, b) = prediction.target(alpha, sigma);
        let output: Vec<f64> = input
            .iter()
            .zip(x0)
            // Without noise the noise may be anything: 0.
            .map(|(x, x0)| {
                let noise = if sigma == 0.0 { 0.0 } else { (x - alpha * x0) / sigma };
                a * x0 + b * noise
            })
            .collect();
        Ok::<_, DiffusionError>(output)
    };
    let end = denoise(
        sampler,
        start_index,
        start,
        model,
        |index| noise(index, x0.len()),
        |_| ControlFlow::<()>::Continue(()),
    );
    match end.unwrap() {
        ControlFlow::Continue(x) => x,
        ControlFlow::Break(()) => unreachable!(),
    }
}

const X0: [f64; 4] = [0.1, -0.7, 1.3, 0.0];

#[test]
fn a_perfect_model_gives_back_the_picture() {
    for (solver, schedule) in pairings() {
        for steps in [1, 2, 3, 7, 20] {
            let what = format!("{solver}, {steps} steps, {schedule:?}");
            let perfect = sampler(solver, schedule.clone(), Prediction::Sample, steps);
            assert_eq!(run_perfect(&perfect, 0, &X0), X0, "{what}");
            for prediction in [Prediction::Velocity, Prediction::Flow] {
                let end = run_perfect(&sampler(solver, schedule.clone(), prediction, steps), 0, &X0);
                for (end, x0) in end.iter().zip(X0) {
                    assert!((end - x0).abs() < 1e-9, "{what}, {prediction}: {end}, {x0}");
                }
            }
        }
    }
}

#[test]
fn noise_prediction_gives_back_the_picture_where_there_is_signal() {
    for (solver, schedule) in pairings() {
        if matches!(schedule, Schedule::Flow(_)) {
            continue;
        }
        let end = run_perfect(&sampler(solver, schedule.clone(), Prediction::Noise, 10), 0, &X0);
        for (end, x0) in end.iter().zip(X0) {
            // The noisiest timestep divides by alpha, 5e-5 for the cosine.
            assert!((end - x0).abs() < 1e-7, "{solver}, {schedule:?}: {end}, {x0}");
        }
    }
}

#[test]
fn timesteps_fall_and_their_number_is_what_was_asked_for() {
    for (solver, schedule) in pairings() {
        for steps in [1, 2, 7, 16, 50, 333] {
            let sampler = sampler(solver, schedule.clone(), Prediction::Velocity, steps);
            assert_eq!(sampler.timesteps().len(), steps, "{solver}, {schedule:?}");
            assert_eq!(sampler.nodes().len(), steps + 1);
            let falling = sampler.timesteps().windows(2).all(|t| t[0] > t[1]);
            assert!(falling, "{solver}, {schedule:?}: {:?}", sampler.timesteps());
            let sigmas = sampler.sigmas();
            assert!(sigmas.windows(2).all(|s| s[0] >= s[1]), "{sigmas:?}");
        }
    }
}

#[test]
fn known_timesteps() {
    let timesteps = |solver, spacing, steps_offset, steps| {
        let discrete = DiscreteSchedule { spacing, steps_offset, ..DiscreteSchedule::linear() };
        sampler(solver, Schedule::Discrete(discrete), Prediction::Noise, steps).timesteps().to_vec()
    };
    // Lin et al. 2023, table 2, for ten steps (counted from 0 here).
    assert_eq!(
        timesteps(Solver::Ddim, Spacing::Leading, 1, 10),
        [901.0, 801.0, 701.0, 601.0, 501.0, 401.0, 301.0, 201.0, 101.0, 1.0]
    );
    assert_eq!(
        timesteps(Solver::Ddim, Spacing::Trailing, 0, 10),
        [999.0, 899.0, 799.0, 699.0, 599.0, 499.0, 399.0, 299.0, 199.0, 99.0]
    );
    assert_eq!(timesteps(Solver::Ddim, Spacing::Linspace, 0, 4), [999.0, 666.0, 333.0, 0.0]);
    assert_eq!(timesteps(Solver::Ddim, Spacing::Trailing, 0, 1), [999.0]);
    assert_eq!(timesteps(Solver::Ddim, Spacing::Leading, 0, 1), [0.0]);
    assert_eq!(timesteps(Solver::DpmPlusPlus2M, Spacing::Linspace, 0, 1), [999.0]);
    // numpy rounds halves to even: 1000 / 16 = 62.5.
    assert_eq!(timesteps(Solver::Ddim, Spacing::Trailing, 0, 16)[..4], [999.0, 937.0, 874.0, 811.0]);
}

#[test]
fn the_cosine_schedule_can_leave_out_its_noisiest_timesteps() {
    let config = SamplerConfig {
        dpm: DpmOptions { lambda_min_clipped: -5.1, ..DpmOptions::default() },
        ..SamplerConfig::new(
            Solver::DpmPlusPlus2M,
            Schedule::Discrete(DiscreteSchedule { spacing: Spacing::Linspace, ..DiscreteSchedule::cosine() }),
            Prediction::Noise,
            20,
        )
    };
    let sampler = Sampler::new(config).unwrap();
    let sigmas = sampler.sigmas();
    assert!(-sigmas[0].ln() >= -5.1, "{}", sigmas[0]);
    assert!(sampler.timesteps()[0] < 999.0);
}

#[test]
fn numbers_of_steps_out_of_range_are_refused_in_one_sentence() {
    for (solver, schedule) in pairings() {
        let message = |steps| {
            Sampler::new(SamplerConfig::new(solver, schedule.clone(), Prediction::Velocity, steps))
                .unwrap_err()
                .to_string()
        };
        assert!(message(0).starts_with("0 steps paint nothing: ask for 1 to "), "{}", message(0));
        let many = message(1001);
        assert!(many.starts_with("1001 steps are more than this schedule has: ask for 1 to "), "{many}");
        assert!(!many.contains('\n') && message(usize::MAX).contains("ask for"));
    }
    let offset =
        DiscreteSchedule { spacing: Spacing::Leading, steps_offset: 1, ..DiscreteSchedule::linear() };
    let config = SamplerConfig::new(Solver::Ddim, Schedule::Discrete(offset), Prediction::Noise, 1000);
    assert_eq!(
        Sampler::new(config).unwrap_err().to_string(),
        "1000 steps with a steps_offset of 1 would visit timestep 1000 of 0 to 999: ask for fewer steps"
    );
}

#[test]
fn a_thousand_steps_stay_finite() {
    // 1001 whole numbers out of 1000: two rows of the DPM-Solver are the same.
    for (solver, schedule) in pairings() {
        let most = match (solver, &schedule) {
            (Solver::DpmPlusPlus2M, Schedule::Discrete(d)) if d.spacing == Spacing::Leading => 999,
            _ => 1000,
        };
        let sampler = sampler(solver, schedule.clone(), Prediction::Sample, most);
        assert_eq!(run_perfect(&sampler, 0, &X0), X0, "{solver}, {schedule:?}");
    }
}

#[test]
fn strength_chooses_where_the_run_starts() {
    let sampler = sampler(Solver::Euler, Schedule::Flow(FlowSchedule::shifted(3.0)), Prediction::Flow, 5);
    let start = |strength| sampler.start_index_for_strength(strength).unwrap();
    // 0.65 of 5 steps: shared/reference/sd3_img2img_inpaint starts at the second.
    assert_eq!([start(1.0), start(0.8), start(0.65), start(0.2), start(0.0)], [0, 1, 1, 4, 5]);
    for strength in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        let error = sampler.start_index_for_strength(strength).unwrap_err();
        assert!(error.to_string().contains("give 0 (keep the picture) to 1"), "{error}");
    }
    // Strength 0 asks the network nothing and keeps the picture as it is.
    let untouched = denoise(
        &sampler,
        5,
        sampler.add_noise(&X0.to_vec(), &noise(0, 4), 5).unwrap(),
        |_, _, _: &Vec<f64>| -> Result<Vec<f64>, DiffusionError> { panic!("asked") },
        |_| panic!("asked"),
        |_| ControlFlow::<()>::Continue(()),
    );
    assert_eq!(untouched, Ok(ControlFlow::Continue(X0.to_vec())));
    // Every start of a perfect run ends at the picture.
    for start_index in 0..5 {
        for (found, x0) in run_perfect(&sampler, start_index, &X0).iter().zip(X0) {
            assert!((found - x0).abs() < 1e-12);
        }
    }
}

#[test]
fn a_run_starts_from_noise_or_from_the_original_under_noise() {
    let sampler = sampler(Solver::Euler, linear(), Prediction::Noise, 5);
    let (x0, fresh) = (X0.to_vec(), noise(0, 4));
    let full = fresh.scale(sampler.init_noise_sigma());
    assert!(sampler.init_noise_sigma() > 100.0);
    assert_eq!(sampler.start(None, &fresh, 0), Ok(full.clone()));
    assert_eq!(sampler.start(Some(&x0), &fresh, 0), Ok(full));
    let later = sampler.add_noise(&x0, &fresh, 2);
    assert_eq!(sampler.start(Some(&x0), &fresh, 2), later);
    assert_eq!(sampler.start(Some(&x0), &fresh, 5), Ok(x0));
}

#[test]
fn a_start_beyond_the_table_is_refused() {
    let sampler = sampler(Solver::Ddim, linear(), Prediction::Noise, 5);
    let missing = DiffusionError::StepIndex { index: 6, steps: 5 };
    let x = X0.to_vec();
    let model = |_, _, x: &Vec<f64>| Ok::<_, DiffusionError>(x.clone());
    let end = denoise(&sampler, 6, x.clone(), model, |_| unreachable!(), |_| ControlFlow::<()>::Continue(()));
    assert_eq!(end, Err(missing.clone()));
    assert_eq!(sampler.add_noise(&x, &x, 6), Err(missing));
    let output = ModelOutput::from(x.clone());
    assert!(sampler.step(5, &x, &output, &mut History::new(), None).is_err());
}

#[test]
fn where_no_signal_is_left_the_noise_cannot_be_predicted() {
    let zero_snr = DiscreteSchedule { zero_terminal_snr: true, ..DiscreteSchedule::scaled_linear() };
    let new = |solver, schedule: &Schedule, prediction| {
        Sampler::new(SamplerConfig::new(solver, schedule.clone(), prediction, 4))
    };
    for (schedule, timestep) in
        [(Schedule::Discrete(zero_snr), 999.0), (Schedule::Flow(FlowSchedule::shifted(1.0)), 1000.0)]
    {
        assert_eq!(
            new(Solver::Ddim, &schedule, Prediction::Noise).unwrap_err(),
            DiffusionError::NoSignal { prediction: "noise", timestep }
        );
        for prediction in [Prediction::Velocity, Prediction::Sample, Prediction::Flow] {
            for solver in Solver::ALL {
                let end = run_perfect(&new(solver, &schedule, prediction).unwrap(), 0, &X0);
                for (end, x0) in end.iter().zip(X0) {
                    assert!((end - x0).abs() < 1e-9, "{solver}, {prediction}: {end}, {x0}");
                }
            }
        }
    }
}

#[test]
fn parts_that_do_not_go_together_are_refused() {
    let refused = |config: SamplerConfig| Sampler::new(config).unwrap_err().to_string();
    let base = |solver, schedule| SamplerConfig::new(solver, schedule, Prediction::Velocity, 4);
    let karras = Schedule::Discrete(DiscreteSchedule { karras: true, ..DiscreteSchedule::linear() });
    assert!(refused(base(Solver::Ddim, karras)).contains("Karras"));
    for eta in [-0.1, 1.5, f64::NAN] {
        let config = SamplerConfig { eta, ..base(Solver::Ddim, linear()) };
        assert!(refused(config).contains("give 0 to 1"));
    }
    let config = SamplerConfig { clip_x0: Some(0.0), ..base(Solver::Ddim, linear()) };
    assert!(refused(config).contains("above 0"));
    let plain = SamplerConfig {
        dpm: DpmOptions { algorithm: DpmAlgorithm::Plain, ..DpmOptions::default() },
        ..base(Solver::DpmPlusPlus2M, linear())
    };
    assert!(refused(plain).contains("sigma_min"));
    let order = SamplerConfig {
        dpm: DpmOptions { order: 0, ..DpmOptions::default() },
        ..base(Solver::DpmPlusPlus2M, linear())
    };
    assert!(refused(order).contains("choose 1 to 3"));
}

#[test]
fn solvers_have_names() {
    for solver in Solver::ALL {
        assert_eq!(solver.name().parse::<Solver>(), Ok(solver));
    }
    assert_eq!(
        "plms".parse::<Solver>().unwrap_err().to_string(),
        "there is no solver called \"plms\": choose one of ddpm, ddim, dpm++2m, euler, cold"
    );
}

#[test]
fn cold_sampling_is_ddim_unless_the_picture_is_clipped() {
    let steps = |solver, clip_x0| -> Vec<StepCoefficients> {
        let config =
            SamplerConfig { clip_x0, ..SamplerConfig::new(solver, linear(), Prediction::Sample, 10) };
        let sampler = Sampler::new(config).unwrap();
        (0..10).map(|i| sampler.coefficients(i, 0).unwrap()).collect()
    };
    assert_eq!(steps(Solver::Cold, None), steps(Solver::Ddim, None));
    assert_ne!(steps(Solver::Cold, Some(1.0)), steps(Solver::Ddim, Some(1.0)));
    // Bansal et al. 2022, algorithm 2, written out: x - D(x0, t) + D(x0, t - 1),
    // with the noise for which D(x0, t) = x.
    let config = SamplerConfig {
        clip_x0: Some(1.0),
        ..SamplerConfig::new(Solver::Cold, linear(), Prediction::Sample, 10)
    };
    let sampler = Sampler::new(config).unwrap();
    let (x, output) = (vec![0.3, -1.2], vec![0.5, -1.7]);
    for index in 0..10 {
        let (from, to) = (sampler.nodes()[index], sampler.nodes()[index + 1]);
        let next = sampler.step(index, &x, &output.clone().into(), &mut History::new(), None).unwrap();
        for ((x, output), next) in x.iter().zip(&output).zip(next) {
            let x0 = output.clamp(-1.0, 1.0);
            let noise = (x - from.alpha * x0) / from.sigma;
            let degrade = |node: Node| node.alpha * x0 + node.sigma * noise;
            let expected = x - degrade(from) + degrade(to);
            assert!((next - expected).abs() < 1e-12, "{next}, {expected}");
        }
    }
}

#[test]
fn a_learned_variance_lies_between_the_bounds() {
    let step = |variance, v: f64, index| {
        let config =
            SamplerConfig { variance, ..SamplerConfig::new(Solver::Ddpm, linear(), Prediction::Noise, 10) };
        let output = ModelOutput { prediction: vec![0.2], variance: Some(vec![v]) };
        let sampler = Sampler::new(config).unwrap();
        let next = sampler.step(index, &vec![0.5], &output, &mut History::new(), Some(&vec![1.0]));
        next.unwrap()[0]
    };
    for index in 0..10 {
        let low = step(Variance::FixedSmall, 0.0, index);
        let high = step(Variance::FixedLarge, 0.0, index);
        assert!((step(Variance::LearnedRange, -1.0, index) - low).abs() < 1e-12);
        assert!((step(Variance::LearnedRange, 1.0, index) - high).abs() < 1e-12);
        let middle = step(Variance::LearnedRange, 0.0, index);
        // The last step adds no noise, so that all three agree.
        assert!((low..=high).contains(&middle));
    }
}

#[test]
fn missing_noise_and_variance_are_reported() {
    let learned = SamplerConfig {
        variance: Variance::LearnedRange,
        ..SamplerConfig::new(Solver::Ddpm, linear(), Prediction::Noise, 4)
    };
    let sampler = Sampler::new(learned).unwrap();
    let x = vec![0.5];
    let output = ModelOutput::from(vec![0.2]);
    let step = |noise: Option<&Vec<f64>>| sampler.step(0, &x, &output, &mut History::new(), noise);
    let missing = DiffusionError::MissingNoise { index: 0, solver: "ddpm" };
    assert_eq!(step(None), Err(missing));
    assert_eq!(step(Some(&vec![1.0])), Err(DiffusionError::MissingVariance { index: 0 }));
    assert!(sampler.needs_noise(0) && !sampler.needs_noise(3));
}

#[test]
fn clipping_limits_the_picture() {
    for solver in Solver::ALL {
        let config = SamplerConfig {
            clip_x0: Some(0.5),
            ..SamplerConfig::new(solver, linear(), Prediction::Sample, 6)
        };
        let end = run_perfect(&Sampler::new(config).unwrap(), 0, &X0);
        assert_eq!(end, [0.1, -0.5, 0.5, 0.0], "{solver}");
    }
}

#[test]
fn a_run_can_be_stopped_and_watched() {
    let sampler = sampler(Solver::DpmPlusPlus2M, linear(), Prediction::Sample, 8);
    let mut asked = 0;
    let mut seen = Vec::new();
    let end = denoise(
        &sampler,
        0,
        X0.to_vec(),
        |index, timestep, _: &Vec<f64>| {
            assert_eq!(timestep, sampler.timesteps()[index]);
            asked += 1;
            Ok::<_, DiffusionError>(X0.to_vec())
        },
        |_| unreachable!(),
        |step| {
            assert_eq!(step.x0, &X0);
            seen.push((step.index, step.steps));
            if step.index == 2 { ControlFlow::Break("cancelled") } else { ControlFlow::Continue(()) }
        },
    );
    assert_eq!(end, Ok(ControlFlow::Break("cancelled")));
    assert_eq!((asked, seen), (3, vec![(0, 8), (1, 8), (2, 8)]));
}

#[test]
fn an_error_of_the_model_ends_the_run() {
    let sampler = sampler(Solver::Ddim, linear(), Prediction::Noise, 3);
    let broken = DiffusionError::Config("broken".to_owned());
    let end = denoise(
        &sampler,
        0,
        X0.to_vec(),
        |_, _, _: &Vec<f64>| Err::<Vec<f64>, _>(broken.clone()),
        |_| unreachable!(),
        |_| ControlFlow::<()>::Continue(()),
    );
    assert_eq!(end, Err(broken.clone()));
}

#[test]
fn repainting_keeps_what_lies_outside_the_mask() {
    for (solver, schedule) in pairings() {
        let sampler = sampler(solver, schedule.clone(), Prediction::Velocity, 6);
        let inpaint = Inpaint { original: X0.to_vec(), noise: noise(777, 4), mask: vec![1.0, 0.0, 0.5, 0.0] };
        let start = sampler.add_noise(&inpaint.original, &inpaint.noise, 0).unwrap();
        let end = denoise(
            &sampler,
            0,
            start,
            // A model that wants something else altogether.
            |_, _, input: &Vec<f64>| Ok::<_, DiffusionError>(input.scale(-0.3)),
            |index| noise(index, 4),
            |step| {
                *step.sample = inpaint.blend(&sampler, step.index, step.sample).unwrap();
                let kept = sampler.add_noise(&inpaint.original, &inpaint.noise, step.index + 1).unwrap();
                assert_eq!((step.sample[1], step.sample[3]), (kept[1], kept[3]));
                ControlFlow::<()>::Continue(())
            },
        );
        let Ok(ControlFlow::Continue(end)) = end else {
            panic!("{end:?}");
        };
        assert_eq!((end[1], end[3]), (X0[1], X0[3]), "{solver}, {schedule:?}");
        assert_ne!(end[0], X0[0]);
    }
}
