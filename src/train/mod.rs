//! Training of the built-in model: pictures of our own painter, and the
//! trainer that learns from them (feature `train`).
//!
//! ```text
//! painter -> data, shards (pictures and captions) -> latents (encoded once, cached)
//!                                                         |
//!      export <- checkpoint <- run <- trainer <- batches --+
//!                                |
//!                             samples (sheets to look at)
//! ```
//!
//! [`eval`] measures what came of it.
//!
//! The arithmetic is that of the PyTorch recipe in
//! `assets/models/builtin/recipe/`: rectified flow with logit-normal timesteps,
//! captions dropped to a learned null, AdamW, a moving average of the weights.

pub mod batches;
pub mod checkpoint;
pub mod data;
mod error;
pub mod eval;
pub mod export;
mod files;
pub mod latents;
pub mod optimizer;
pub mod painter;
pub mod pupil;
pub mod run;
pub mod samples;
pub mod settings;
pub mod shards;
mod tensors;
pub mod trainer;

#[cfg(test)]
#[allow(clippy::panic)]
mod vocabulary_tests;

pub use error::TrainError;
pub use files::write_atomically;
