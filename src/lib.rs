//! Vignette illustrates stories on the writer's own machine.
//!
//! ```text
//! story text -> scenes -> prompts -> requests -> engine (worker thread) -> models + diffusion -> kernels
//!                                                                                     |
//! ui / export  <-  storyboard document  <-  edits  <-  events  <-  images  <----------+
//! ```
//!
//! # Import law
//!
//! - [`story`], [`raster`], [`diffusion`], [`kernels`] import no sibling.
//! - [`models`] imports [`kernels`] only. [`engine`] imports [`story`] and
//!   [`raster`]; only `engine::burn` adds [`models`] and [`diffusion`].
//! - [`helper`] imports [`story`]; the crate that speaks to its server appears
//!   there alone.
//! - [`storyboard`] imports [`story`] and [`raster`]. [`export`] imports
//!   [`storyboard`] and [`raster`].
//! - [`ui`] imports everything but [`models`], [`diffusion`], [`kernels`] and
//!   `engine::burn`. egui appears in [`ui`] and `main` alone; burn appears in
//!   `engine::burn`, [`models`], [`diffusion`], [`kernels`] and `train` alone.
//!
//! `tests/import_law.rs` reads the `use` lines and enforces it.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod cli;
pub mod diffusion;
pub mod engine;
pub mod export;
pub mod helper;
pub mod kernels;
pub mod models;
pub mod raster;
pub mod story;
pub mod storyboard;
#[cfg(feature = "train")]
pub mod train;
pub mod ui;
