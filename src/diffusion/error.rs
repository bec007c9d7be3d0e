//! What can be wrong with a schedule, a solver or what is given to them.

/// An error of this room. Each message is one sentence that says what to do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DiffusionError {
    /// No steps were asked for.
    #[error("0 steps paint nothing: ask for 1 to {most} steps")]
    NoSteps {
        /// The most steps that the schedule allows.
        most: usize,
    },
    /// More steps were asked for than the schedule has.
    #[error("{steps} steps are more than this schedule has: ask for 1 to {most} steps")]
    TooManySteps {
        /// Steps asked for.
        steps: usize,
        /// The most steps that the schedule allows.
        most: usize,
    },
    /// The solver's name is unknown.
    #[error("there is no solver called \"{name}\": choose one of {known}")]
    UnknownSolver {
        /// The name given.
        name: String,
        /// The names that exist, separated by commas.
        known: String,
    },
    /// The kind of prediction is unknown.
    #[error("there is no prediction called \"{name}\": choose one of {known}")]
    UnknownPrediction {
        /// The name given.
        name: String,
        /// The names that exist, separated by commas.
        known: String,
    },
    /// A strength outside 0 to 1, or not a number.
    #[error("a strength of {strength} is not possible: give 0 (keep the picture) to 1 (paint it anew)")]
    Strength {
        /// The strength given.
        strength: f64,
    },
    /// `x0` was to be found from the noise where no signal is left.
    #[error(
        "a {prediction} prediction cannot tell the picture at timestep {timestep}, where no signal is left (alpha = 0): \
         the model must predict velocity or sample"
    )]
    NoSignal {
        /// The kind of prediction.
        prediction: &'static str,
        /// Where.
        timestep: f64,
    },
    /// The noise was to be found from `x0` where no noise is left.
    #[error(
        "a {prediction} prediction cannot tell the noise at timestep {timestep}, where no noise is left (sigma = 0): \
         the first beta must be above 0"
    )]
    NoNoise {
        /// The kind of prediction.
        prediction: &'static str,
        /// Where.
        timestep: f64,
    },
    /// Parts of a configuration that do not go together, or a value out of range.
    #[error("{0}")]
    Config(String),
    /// A step outside the table.
    #[error("step {index} does not exist: the table has {steps} steps")]
    StepIndex {
        /// The index given.
        index: usize,
        /// How many steps there are.
        steps: usize,
    },
    /// A stochastic step was asked for without noise.
    #[error("step {index} of the {solver} solver adds noise, but none was given")]
    MissingNoise {
        /// The step.
        index: usize,
        /// The solver's name.
        solver: &'static str,
    },
    /// The variance was to come from the model, which gave none.
    #[error("the variance is learned, but the model's output at step {index} holds none")]
    MissingVariance {
        /// The step.
        index: usize,
    },
    /// Two buffers that must agree in length do not.
    #[error("{what} has {found} values where {expected} are needed")]
    Length {
        /// Which buffer.
        what: &'static str,
        /// How many values it must have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// A `scheduler_config.json` that cannot be followed.
    #[error("this scheduler_config.json cannot be followed: {0}")]
    SchedulerConfig(String),
}
