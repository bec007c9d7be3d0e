//! Reading the reference's `scheduler_config.json`.
//!
//! Keys and their defaults are those of diffusers 0.42; a class, a schedule or
//! a switch that is not supported is refused by name rather than passed over.
//! Keys that change nothing here are not looked at.

use serde_json::{Map, Value};

use super::dpm::{DpmAlgorithm, DpmOptions, DpmSolverType};
use super::error::DiffusionError;
use super::flow::{FlowSchedule, FlowSigmas, Shift, ShiftCurve, dynamic_shift_mu};
use super::prediction::Prediction;
use super::sampler::SamplerConfig;
use super::schedule::{BetaSchedule, DiscreteSchedule, FinalNode, Schedule, Spacing};
use super::solver::{Solver, Variance};

/// The classes that can be followed.
const CLASSES: [&str; 5] = [
    "DDPMScheduler",
    "DDIMScheduler",
    "DPMSolverMultistepScheduler",
    "EulerDiscreteScheduler",
    "FlowMatchEulerDiscreteScheduler",
];

/// A published model's scheduler.
#[derive(Debug, Clone, PartialEq)]
pub struct SchedulerConfig {
    class_name: String,
    /// The run that the file describes, but for the number of steps.
    run: SamplerConfig,
    /// Where the shift depends on the picture's size.
    dynamic_shift: Option<DynamicShift>,
}

/// The straight line from image length to `mu`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct DynamicShift {
    base_seq_len: usize,
    max_seq_len: usize,
    base_shift: f64,
    max_shift: f64,
    curve: ShiftCurve,
}

/// What a pipeline adds to its scheduler's file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SchedulerInputs {
    /// How many tokens the picture has in the transformer; needed where the
    /// shift depends on it (FLUX).
    pub image_seq_len: Option<usize>,
    /// The noise levels that the pipeline passes, before the shift
    /// ([`FlowSigmas::OneOverSteps`] for FLUX); for flow matching alone.
    pub sigmas: Option<FlowSigmas>,
    /// DDIM's `eta`, 0 to 1.
    pub eta: f64,
}

impl SchedulerConfig {
    /// Reads the text of a `scheduler_config.json`. A bare `-Infinity`, which the
    /// reference writes, is taken as absent.
    ///
    /// # Errors
    /// [`DiffusionError::SchedulerConfig`] for text that is not JSON, an
    /// unknown class, or a key whose value cannot be followed, by its name.
    pub fn from_json(text: &str) -> Result<Self, DiffusionError> {
        let value: Value = serde_json::from_str(&without_bare_numbers(text))
            .map_err(|error| refused(format!("it is no JSON ({error})")))?;
        let Value::Object(map) = value else {
            return Err(refused("it holds no JSON object".to_owned()));
        };
        Keys { map: &map }.read()
    }

    /// The reference's name of the class.
    pub fn class_name(&self) -> &str {
        &self.class_name
    }

    /// What the network predicts.
    pub fn prediction(&self) -> Prediction {
        self.run.prediction
    }

    /// The solver that the file names.
    pub fn solver(&self) -> Solver {
        self.run.solver
    }

    /// Whether [`SchedulerInputs::image_seq_len`] is needed.
    pub fn needs_image_seq_len(&self) -> bool {
        self.dynamic_shift.is_some()
    }

    /// The same model under another solver, as the writer may ask. Betas,
    /// shift and prediction stay; the solver's own settings are the usual ones.
    pub fn with_solver(mut self, solver: Solver) -> Self {
        if solver != self.run.solver {
            self.run.solver = solver;
            self.run.dpm = DpmOptions::default();
            if let Schedule::Discrete(discrete) = &mut self.run.schedule {
                discrete.karras &= matches!(solver, Solver::Euler | Solver::DpmPlusPlus2M);
            }
        }
        self
    }

    /// The run that the file describes, with this many steps.
    ///
    /// # Errors
    /// [`DiffusionError::SchedulerConfig`] when the picture's length is needed
    /// and missing, or noise levels are given for a schedule of betas.
    pub fn sampler_config(
        &self,
        steps: usize,
        inputs: &SchedulerInputs,
    ) -> Result<SamplerConfig, DiffusionError> {
        let mut run = self.run.clone();
        run.steps = steps;
        if run.solver == Solver::Ddim {
            run.eta = inputs.eta;
        }
        match &mut run.schedule {
            Schedule::Flow(flow) => {
                if let Some(sigmas) = &inputs.sigmas {
                    flow.sigmas = sigmas.clone();
                }
                if let Some(shift) = self.dynamic_shift {
                    let length = inputs.image_seq_len.ok_or_else(|| {
                        refused(
                            "use_dynamic_shifting needs the number of image tokens, which was not given"
                                .to_owned(),
                        )
                    })?;
                    flow.shift = Shift::Dynamic {
                        mu: dynamic_shift_mu(
                            length,
                            shift.base_seq_len,
                            shift.max_seq_len,
                            shift.base_shift,
                            shift.max_shift,
                        )?,
                        curve: shift.curve,
                    };
                }
            }
            Schedule::Discrete(_) if inputs.sigmas.is_some() => {
                return Err(refused(format!("{} takes no noise levels from a pipeline", self.class_name)));
            }
            Schedule::Discrete(_) => {}
        }
        Ok(run)
    }
}

fn refused(why: String) -> DiffusionError {
    DiffusionError::SchedulerConfig(why)
}

/// Replaces a bare `-Infinity` outside strings by `null`, and `NaN` and
/// `Infinity` by strings, which are refused where a number is looked for.
fn without_bare_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_string = false;
    while let Some(first) = rest.chars().next() {
        let mut taken = first.len_utf8();
        if in_string {
            match first {
                // The escaped character, a quote perhaps, is taken with it.
                '\\' => taken += rest[1..].chars().next().map_or(0, char::len_utf8),
                '"' => in_string = false,
                _ => {}
            }
        } else {
            in_string = first == '"';
            let words = [("-Infinity", "null"), ("Infinity", "\"Infinity\""), ("NaN", "\"NaN\"")];
            if let Some((word, instead)) = words.into_iter().find(|(word, _)| rest.starts_with(word)) {
                out.push_str(instead);
                rest = &rest[word.len()..];
                continue;
            }
        }
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    out
}

/// The keys of one file, read with the reference's defaults. An absent key and
/// `null` are the same.
struct Keys<'a> {
    map: &'a Map<String, Value>,
}

impl Keys<'_> {
    fn get(&self, key: &str) -> Option<&Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    fn wrong(&self, key: &str, expected: &str) -> DiffusionError {
        let found = self.map.get(key).map(Value::to_string).unwrap_or_default();
        refused(format!("{key} is {found} where {expected} is expected"))
    }

    fn number(&self, key: &str, default: f64) -> Result<f64, DiffusionError> {
        match self.get(key) {
            None => Ok(default),
            Some(value) => value.as_f64().ok_or_else(|| self.wrong(key, "a number")),
        }
    }

    fn count(&self, key: &str, default: usize) -> Result<usize, DiffusionError> {
        /// Beyond this a table would be asked for that no model has.
        const MOST: f64 = 1e6;
        let number = self.number(key, default as f64)?;
        if (0.0..=MOST).contains(&number) && number.fract() == 0.0 {
            Ok(number as usize)
        } else {
            Err(self.wrong(key, "a whole number from 0 to 1000000"))
        }
    }

    fn train_steps(&self) -> Result<usize, DiffusionError> {
        match self.count("num_train_timesteps", 1000)? {
            0 => Err(self.wrong("num_train_timesteps", "a whole number from 1 to 1000000")),
            count => Ok(count),
        }
    }

    fn flag(&self, key: &str, default: bool) -> Result<bool, DiffusionError> {
        match self.get(key) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(self.wrong(key, "true or false")),
        }
    }

    fn word(&self, key: &str, default: &'static str) -> Result<&str, DiffusionError> {
        match self.get(key) {
            None => Ok(default),
            Some(Value::String(word)) => Ok(word),
            Some(_) => Err(self.wrong(key, "a word")),
        }
    }

    /// One of the words, each with what it stands for.
    fn choice<T: Copy>(
        &self,
        key: &str,
        default: &'static str,
        choices: &[(&str, T)],
    ) -> Result<T, DiffusionError> {
        let word = self.word(key, default)?;
        choices.iter().find(|(name, _)| *name == word).map(|(_, choice)| *choice).ok_or_else(|| {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            refused(format!("{key} is \"{word}\", but only {} can be followed", names.join(", ")))
        })
    }

    /// Refuses switches that are not supported when they are on.
    fn refuse_on(&self, keys: &[&str]) -> Result<(), DiffusionError> {
        for key in keys {
            if self.flag(key, false)? {
                return Err(refused(format!("{key} is not supported")));
            }
        }
        Ok(())
    }

    fn read(&self) -> Result<SchedulerConfig, DiffusionError> {
        let class_name = self.word("_class_name", "")?.to_owned();
        let (run, dynamic_shift) = match class_name.as_str() {
            "DDPMScheduler" => (self.ddpm()?, None),
            "DDIMScheduler" => (self.ddim()?, None),
            "DPMSolverMultistepScheduler" => (self.dpm()?, None),
            "EulerDiscreteScheduler" => (self.euler()?, None),
            "FlowMatchEulerDiscreteScheduler" => self.flow_match()?,
            "" => return Err(refused("it names no _class_name".to_owned())),
            unknown => {
                return Err(refused(format!(
                    "the scheduler {unknown} is unknown; known are {}",
                    CLASSES.join(", ")
                )));
            }
        };
        Ok(SchedulerConfig { class_name, run, dynamic_shift })
    }

    fn ddpm(&self) -> Result<SamplerConfig, DiffusionError> {
        self.refuse_on(&["thresholding"])?;
        let mut run = self.discrete_run(Solver::Ddpm, "leading")?;
        run.clip_x0 = self.clip()?;
        run.variance = self.choice(
            "variance_type",
            "fixed_small",
            &[
                ("fixed_small", Variance::FixedSmall),
                ("fixed_small_log", Variance::FixedSmall),
                ("fixed_large", Variance::FixedLarge),
                ("learned_range", Variance::LearnedRange),
            ],
        )?;
        Ok(run)
    }

    fn ddim(&self) -> Result<SamplerConfig, DiffusionError> {
        self.refuse_on(&["thresholding"])?;
        let mut run = self.discrete_run(Solver::Ddim, "leading")?;
        run.clip_x0 = self.clip()?;
        if let Schedule::Discrete(discrete) = &mut run.schedule
            && !self.flag("set_alpha_to_one", true)?
        {
            discrete.final_node = FinalNode::FirstTimestep;
        }
        Ok(run)
    }

    fn dpm(&self) -> Result<SamplerConfig, DiffusionError> {
        self.refuse_on(&[
            "thresholding",
            "use_beta_sigmas",
            "use_dynamic_shifting",
            "use_exponential_sigmas",
            "use_lu_lambdas",
        ])?;
        let mut run = if self.flag("use_flow_sigmas", false)? {
            self.dpm_flow_run()?
        } else {
            self.discrete_run(Solver::DpmPlusPlus2M, "linspace")?
        };
        let final_node = self.final_node()?;
        match &mut run.schedule {
            Schedule::Discrete(discrete) => {
                discrete.final_node = final_node;
                discrete.karras = self.flag("use_karras_sigmas", false)?;
            }
            Schedule::Flow(_) if final_node != FinalNode::Clean => {
                return Err(refused(
                    "final_sigmas_type sigma_min with use_flow_sigmas is not supported".to_owned(),
                ));
            }
            Schedule::Flow(_) => {}
        }
        run.dpm = DpmOptions {
            algorithm: self.choice(
                "algorithm_type",
                "dpmsolver++",
                &[
                    ("dpmsolver++", DpmAlgorithm::PlusPlus),
                    ("dpmsolver", DpmAlgorithm::Plain),
                    ("sde-dpmsolver++", DpmAlgorithm::SdePlusPlus),
                ],
            )?,
            order: self.count("solver_order", 2)?,
            solver_type: self.choice(
                "solver_type",
                "midpoint",
                &[
                    ("midpoint", DpmSolverType::Midpoint),
                    ("heun", DpmSolverType::Heun),
                    // Names of other solvers, which the reference maps so.
                    ("logrho", DpmSolverType::Midpoint),
                    ("bh1", DpmSolverType::Midpoint),
                    ("bh2", DpmSolverType::Midpoint),
                ],
            )?,
            lower_order_final: self.flag("lower_order_final", true)?,
            euler_at_final: self.flag("euler_at_final", false)?,
            lambda_min_clipped: self.number("lambda_min_clipped", f64::NEG_INFINITY)?,
        };
        run.dpm.check().map_err(|error| refused(error.to_string()))?;
        Ok(run)
    }

    fn dpm_flow_run(&self) -> Result<SamplerConfig, DiffusionError> {
        let name = self.word("prediction_type", "epsilon")?;
        if name != "flow_prediction" {
            return Err(refused(format!(
                "prediction_type is \"{name}\", but use_flow_sigmas needs flow_prediction"
            )));
        }
        self.refuse_on(&["use_karras_sigmas"])?;
        let mut flow = FlowSchedule::shifted(self.number("flow_shift", 1.0)?);
        flow.train_steps = self.train_steps()?;
        flow.sigmas = FlowSigmas::DpmSolver;
        Ok(SamplerConfig {
            follow_reference: true,
            ..SamplerConfig::new(Solver::DpmPlusPlus2M, Schedule::Flow(flow), Prediction::Flow, 1)
        })
    }

    fn euler(&self) -> Result<SamplerConfig, DiffusionError> {
        self.refuse_on(&["use_beta_sigmas", "use_exponential_sigmas"])?;
        for key in ["sigma_min", "sigma_max"] {
            if self.get(key).is_some() {
                return Err(refused(format!("{key} is not supported")));
            }
        }
        self.choice("interpolation_type", "linear", &[("linear", ())])?;
        self.choice("timestep_type", "discrete", &[("discrete", ())])?;
        let mut run = self.discrete_run(Solver::Euler, "linspace")?;
        let final_node = self.final_node()?;
        let karras = self.flag("use_karras_sigmas", false)?;
        if let Schedule::Discrete(discrete) = &mut run.schedule {
            discrete.final_node = final_node;
            discrete.karras = karras;
        }
        Ok(run)
    }

    fn flow_match(&self) -> Result<(SamplerConfig, Option<DynamicShift>), DiffusionError> {
        self.refuse_on(&[
            "invert_sigmas",
            "stochastic_sampling",
            "use_beta_sigmas",
            "use_exponential_sigmas",
        ])?;
        let mut flow = FlowSchedule::shifted(self.number("shift", 1.0)?);
        flow.train_steps = self.train_steps()?;
        flow.sigmas = FlowSigmas::TrainingRange;
        flow.in_f32 = true;
        flow.karras = self.flag("use_karras_sigmas", false)?;
        // The reference takes 0 as absent.
        let terminal = self.number("shift_terminal", 0.0)?;
        flow.shift_terminal = (terminal != 0.0).then_some(terminal);
        let dynamic_shift = if self.flag("use_dynamic_shifting", false)? {
            Some(DynamicShift {
                base_seq_len: self.count("base_image_seq_len", 256)?,
                max_seq_len: self.count("max_image_seq_len", 4096)?,
                base_shift: self.number("base_shift", 0.5)?,
                max_shift: self.number("max_shift", 1.15)?,
                curve: self.choice(
                    "time_shift_type",
                    "exponential",
                    &[("exponential", ShiftCurve::Exponential), ("linear", ShiftCurve::Linear)],
                )?,
            })
        } else {
            None
        };
        let run = SamplerConfig {
            follow_reference: true,
            ..SamplerConfig::new(Solver::Euler, Schedule::Flow(flow), Prediction::Flow, 1)
        };
        Ok((run, dynamic_shift))
    }

    /// What every class with betas shares.
    fn discrete_run(
        &self,
        solver: Solver,
        default_spacing: &'static str,
    ) -> Result<SamplerConfig, DiffusionError> {
        let start = self.number("beta_start", 1e-4)?;
        let end = self.number("beta_end", 0.02)?;
        let betas = if let Some(betas) = self.trained_betas()? {
            BetaSchedule::Given(betas)
        } else {
            match self.word("beta_schedule", "linear")? {
                "linear" => BetaSchedule::Linear { start, end },
                "scaled_linear" => BetaSchedule::ScaledLinear { start, end },
                "squaredcos_cap_v2" => BetaSchedule::Cosine,
                other => {
                    return Err(refused(format!(
                        "beta_schedule is \"{other}\", but only linear, scaled_linear, squaredcos_cap_v2 can be followed"
                    )));
                }
            }
        };
        let given = match &betas {
            BetaSchedule::Given(betas) => betas.len(),
            _ => self.train_steps()?,
        };
        let discrete = DiscreteSchedule {
            train_steps: given,
            zero_terminal_snr: self.flag("rescale_betas_zero_snr", false)?,
            spacing: self.choice(
                "timestep_spacing",
                default_spacing,
                &[
                    ("leading", Spacing::Leading),
                    ("trailing", Spacing::Trailing),
                    ("linspace", Spacing::Linspace),
                ],
            )?,
            steps_offset: self.count("steps_offset", 0)?,
            ..DiscreteSchedule::with(betas)
        };
        let prediction = self.choice(
            "prediction_type",
            "epsilon",
            &[
                ("epsilon", Prediction::Noise),
                ("sample", Prediction::Sample),
                ("v_prediction", Prediction::Velocity),
            ],
        )?;
        Ok(SamplerConfig {
            follow_reference: true,
            ..SamplerConfig::new(solver, Schedule::Discrete(discrete), prediction, 1)
        })
    }

    fn trained_betas(&self) -> Result<Option<Vec<f64>>, DiffusionError> {
        let Some(value) = self.get("trained_betas") else {
            return Ok(None);
        };
        let betas: Option<Vec<f64>> =
            value.as_array().and_then(|values| values.iter().map(Value::as_f64).collect());
        match betas {
            Some(betas) => Ok(Some(betas)),
            None => Err(self.wrong("trained_betas", "a list of numbers")),
        }
    }

    fn clip(&self) -> Result<Option<f64>, DiffusionError> {
        if self.flag("clip_sample", true)? {
            Ok(Some(self.number("clip_sample_range", 1.0)?))
        } else {
            Ok(None)
        }
    }

    fn final_node(&self) -> Result<FinalNode, DiffusionError> {
        self.choice(
            "final_sigmas_type",
            "zero",
            &[("zero", FinalNode::Clean), ("sigma_min", FinalNode::FirstTimestep)],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        SchedulerConfig::from_json(text).unwrap_err().to_string()
    }

    #[test]
    fn bare_infinities_are_read_and_strings_are_left_alone() {
        assert_eq!(
            without_bare_numbers(r#"{"a": -Infinity, "b": NaN, "c\"NaN": "-Infinity", "d": [Infinity]}"#),
            r#"{"a": null, "b": "NaN", "c\"NaN": "-Infinity", "d": ["Infinity"]}"#
        );
        let config = SchedulerConfig::from_json(
            r#"{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity}"#,
        )
        .unwrap();
        assert_eq!(config.solver(), Solver::DpmPlusPlus2M);
        assert_eq!(config.run.dpm, DpmOptions::default());
    }

    #[test]
    fn defaults_are_those_of_the_reference() {
        let run = |class: &str| {
            SchedulerConfig::from_json(&format!(r#"{{"_class_name": "{class}"}}"#))
                .unwrap()
                .sampler_config(10, &SchedulerInputs::default())
                .unwrap()
        };
        let spacing = |run: &SamplerConfig| match &run.schedule {
            Schedule::Discrete(discrete) => discrete.spacing,
            Schedule::Flow(_) => panic!("no betas"),
        };
        let ddim = run("DDIMScheduler");
        assert_eq!(spacing(&ddim), Spacing::Leading);
        assert_eq!(ddim.clip_x0, Some(1.0));
        assert_eq!(run("DDPMScheduler").variance, Variance::FixedSmall);
        assert_eq!(spacing(&run("DPMSolverMultistepScheduler")), Spacing::Linspace);
        assert_eq!(spacing(&run("EulerDiscreteScheduler")), Spacing::Linspace);
        let flow = run("FlowMatchEulerDiscreteScheduler");
        assert_eq!((flow.solver, flow.prediction), (Solver::Euler, Prediction::Flow));
    }

    #[test]
    fn what_cannot_be_followed_is_refused_by_name() {
        let cases = [
            ("[]", "it holds no JSON object"),
            ("{}", "it names no _class_name"),
            (
                r#"{"_class_name": "PNDMScheduler"}"#,
                "the scheduler PNDMScheduler is unknown; known are DDPMScheduler, DDIMScheduler",
            ),
            (
                r#"{"_class_name": "DDPMScheduler", "beta_schedule": "sigmoid"}"#,
                "beta_schedule is \"sigmoid\"",
            ),
            (r#"{"_class_name": "DDIMScheduler", "thresholding": true}"#, "thresholding is not supported"),
            (
                r#"{"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": NaN}"#,
                "shift is \"NaN\" where a number is expected",
            ),
            (
                r#"{"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 0}"#,
                "num_train_timesteps is 0 where a whole number from 1",
            ),
            (
                r#"{"_class_name": "DDIMScheduler", "steps_offset": 0.5}"#,
                "steps_offset is 0.5 where a whole number",
            ),
            (
                r#"{"_class_name": "DDIMScheduler", "num_train_timesteps": 1e12}"#,
                "num_train_timesteps is 1000000000000.0 where a whole number",
            ),
            (
                r#"{"_class_name": "DDIMScheduler", "beta_end": "0.02"}"#,
                "beta_end is \"0.02\" where a number is expected",
            ),
            (
                r#"{"_class_name": "DPMSolverMultistepScheduler", "solver_order": 4}"#,
                "a DPM-Solver of order 4",
            ),
            (
                r#"{"_class_name": "DPMSolverMultistepScheduler", "use_lu_lambdas": true}"#,
                "use_lu_lambdas is not supported",
            ),
            (
                r#"{"_class_name": "DPMSolverMultistepScheduler", "use_flow_sigmas": true}"#,
                "use_flow_sigmas needs flow_prediction",
            ),
            (r#"{"_class_name": "EulerDiscreteScheduler", "sigma_max": 80.0}"#, "sigma_max is not supported"),
            (
                r#"{"_class_name": "FlowMatchEulerDiscreteScheduler", "invert_sigmas": true}"#,
                "invert_sigmas is not supported",
            ),
        ];
        for (text, expected) in cases {
            let message = error(text);
            assert!(message.contains(expected), "{text}: {message}");
            assert!(!message.contains('\n'), "{message}");
        }
        assert!(error("{").contains("it is no JSON"));
    }

    #[test]
    fn dynamic_shifting_asks_for_the_picture_size() {
        let config = SchedulerConfig::from_json(
            r#"{"_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": true}"#,
        )
        .unwrap();
        assert!(config.needs_image_seq_len());
        let missing = config.sampler_config(4, &SchedulerInputs::default());
        assert!(missing.unwrap_err().to_string().contains("image tokens"));
        let inputs = SchedulerInputs { image_seq_len: Some(1024), ..SchedulerInputs::default() };
        let Schedule::Flow(flow) = config.sampler_config(4, &inputs).unwrap().schedule else {
            panic!("no flow");
        };
        assert!(matches!(flow.shift, Shift::Dynamic { mu, .. } if (mu - 0.63).abs() < 1e-12));
    }

    #[test]
    fn another_solver_keeps_the_schedule() {
        let config = SchedulerConfig::from_json(
            r#"{"_class_name": "DPMSolverMultistepScheduler", "use_karras_sigmas": true, "solver_order": 3}"#,
        )
        .unwrap()
        .with_solver(Solver::Ddim);
        let run = config.sampler_config(10, &SchedulerInputs::default()).unwrap();
        assert_eq!(run.solver, Solver::Ddim);
        assert!(crate::diffusion::Sampler::new(run).is_ok());
    }
}
