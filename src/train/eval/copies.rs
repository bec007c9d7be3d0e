//! Whether the model paints pictures of its training set again.
//!
//! A picture is a near copy when one training picture is far nearer to it than
//! its neighbours are: at most [`NEAR`] times as far as the [`NEIGHBOURS`]
//! nearest are on average (Carlini et al. 2023, section 4: extraction from
//! diffusion models; the ratio keeps flat skies, which all look alike, from
//! being copies of each other). It is asked twice, of thumbnails of 32x32 pixels
//! and of the probe's features, and a near copy is one by both: the painter has
//! few layouts of each setting, so that the pixels of two scenes with other
//! figures can be near, and features do not see where things stand.
//!
//! Two figures say what the answer is worth: the share of the painter's own
//! pictures of the same held-out scenes that are near copies by chance, and the
//! share of planted copies (training pictures through the autoencoder) found.

use std::ops::ControlFlow;

use rayon::prelude::*;

use super::{
    candidate::{Candidate, SIDE_PX},
    probe::{DOWNSCALE, Probe, shrunk},
};
use crate::train::{
    TrainError, data,
    painter::{self, RgbPicture, SceneSpec},
    shards::SHARD_PICTURES,
};

/// How much nearer than its neighbours a copy's model is.
pub const NEAR: f64 = 0.5;
/// Neighbours that the nearest is compared to.
pub const NEIGHBOURS: usize = 50;
/// Side of a thumbnail, pixels.
const THUMBNAIL_PX: usize = 32;
/// Training pictures are painted at the size that the probe looks at: at a
/// quarter of the cost they differ less than an autoencoder would change them.
const SKETCH_PX: usize = SIDE_PX / DOWNSCALE;
/// Pictures between two looks at the wish to stop.
const CHUNK: usize = 128;
/// Training pictures that are planted as copies.
const PLANTED: usize = 24;

/// The pictures that a model was trained on, as its recipe paints them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrainingSet {
    /// Of `vignette train data`.
    pub seed: u64,
    /// How many pictures.
    pub count: usize,
}

impl Default for TrainingSet {
    /// That of `assets/models/builtin/recipe/run`.
    fn default() -> Self {
        Self { seed: 20_261_123, count: 40_000 }
    }
}

impl TrainingSet {
    /// Whether it is large enough to look for copies in.
    ///
    /// # Errors
    /// [`TrainError::Settings`] for a set without neighbours.
    pub fn check(self) -> Result<(), TrainError> {
        if self.count > NEIGHBOURS {
            return Ok(());
        }
        Err(TrainError::Settings(format!(
            "a training set of {} pictures is too small to look for copies in; it takes more than {NEIGHBOURS}",
            self.count
        )))
    }

    /// The scene of a picture.
    fn scene(self, index: usize) -> SceneSpec {
        let shard = SHARD_PICTURES as usize;
        data::record(self.seed, (index / shard) as u32, (index % shard) as u32).spec
    }
}

/// What of a picture is compared.
struct Sketch {
    /// [`THUMBNAIL_PX`] squared times three bytes.
    thumbnail: Vec<u8>,
    feature: Vec<f32>,
}

/// The training set, sketched.
pub struct Copies {
    sketches: Vec<Sketch>,
    /// One over the spread of each feature.
    scale: Vec<f32>,
    training: TrainingSet,
}

/// How near a picture's nearest training picture is, against its neighbours.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Nearness {
    /// By thumbnails, 0 (the same) to 1 (as far as all others).
    pub pixels: f64,
    /// By features.
    pub features: f64,
}

impl Nearness {
    /// Whether it is a near copy.
    pub fn is_copy(self) -> bool {
        self.pixels < NEAR && self.features < NEAR
    }
}

impl Copies {
    /// Paints and sketches a training set. `report` gets the pictures done and
    /// may stop it.
    ///
    /// # Errors
    /// As [`TrainingSet::check`]; [`TrainError::Interrupted`],
    /// [`TrainError::Device`].
    pub fn new(
        training: TrainingSet,
        probe: &Probe,
        mut report: impl FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Self, TrainError> {
        training.check()?;
        let mut sketches = Vec::with_capacity(training.count);
        while sketches.len() < training.count {
            if report(sketches.len()).is_break() {
                return Err(TrainError::Interrupted);
            }
            let range = sketches.len()..training.count.min(sketches.len() + CHUNK);
            // All of them as squares, also those that were painted oblong.
            let side = SKETCH_PX as u32;
            let pictures: Vec<RgbPicture> = range
                .into_par_iter()
                .map(|index| painter::paint(&training.scene(index), side, side))
                .collect();
            sketches.extend(sketched(&pictures, probe)?);
        }
        let size = sketches.first().map_or(0, |sketch| sketch.feature.len());
        let count = sketches.len() as f64;
        let scale = (0..size)
            .map(|at| {
                let values = || sketches.iter().map(|sketch| f64::from(sketch.feature[at]));
                let mean = values().sum::<f64>() / count;
                let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
                // A feature that never speaks says nothing of nearness.
                if variance > 1e-12 { (1.0 / variance.sqrt()) as f32 } else { 0.0 }
            })
            .collect();
        Ok(Self { sketches, scale, training })
    }

    /// How near each picture is to its nearest training picture.
    ///
    /// # Errors
    /// [`TrainError::Settings`] for pictures that are no squares of [`SIDE_PX`],
    /// [`TrainError::Device`].
    pub fn nearness(&self, pictures: &[RgbPicture], probe: &Probe) -> Result<Vec<Nearness>, TrainError> {
        let halves: Vec<RgbPicture> = pictures.iter().map(|picture| shrunk(picture, DOWNSCALE)).collect();
        let sketches = sketched(&halves, probe)?;
        Ok(sketches.par_iter().map(|sketch| self.nearness_of(sketch)).collect())
    }

    fn nearness_of(&self, sketch: &Sketch) -> Nearness {
        let pixels = self.sketches.iter().map(|other| apart(&sketch.thumbnail, &other.thumbnail)).collect();
        let features = self
            .sketches
            .iter()
            .map(|other| {
                let parts = sketch.feature.iter().zip(&other.feature).zip(&self.scale);
                let sum: f32 = parts.map(|((a, b), scale)| ((a - b) * scale).powi(2)).sum();
                f64::from(sum).sqrt()
            })
            .collect();
        Nearness { pixels: ratio(pixels), features: ratio(features) }
    }

    /// The share of planted copies that are found: training pictures as the
    /// candidate's autoencoder gives them back.
    ///
    /// # Errors
    /// As [`Self::nearness`].
    pub fn planted_found(&self, candidate: &Candidate, probe: &Probe) -> Result<f64, TrainError> {
        let side = SIDE_PX as u32;
        let count = PLANTED.min(self.training.count);
        let mut found = 0;
        for number in 0..count {
            let scene = self.training.scene(number * (self.training.count / count));
            let back = candidate.reconstruct(&[painter::paint(&scene, side, side)])?;
            found += self.nearness(&back, probe)?.iter().filter(|near| near.is_copy()).count();
        }
        Ok(found as f64 / count as f64)
    }
}

/// Sketches of pictures of [`SKETCH_PX`].
fn sketched(pictures: &[RgbPicture], probe: &Probe) -> Result<Vec<Sketch>, TrainError> {
    let side = SKETCH_PX as u32;
    if pictures.iter().any(|picture| (picture.width_px, picture.height_px) != (side, side)) {
        return Err(TrainError::Settings(format!("copies are looked for in squares of {SIDE_PX} pixels")));
    }
    let readings = probe.read_halves(pictures)?;
    let sketch = |(picture, reading): (&RgbPicture, super::probe::Reading)| Sketch {
        thumbnail: shrunk(picture, SKETCH_PX / THUMBNAIL_PX).pixels,
        feature: reading.feature.into_iter().map(|value| value as f32).collect(),
    };
    Ok(pictures.iter().zip(readings).map(sketch).collect())
}

/// The root mean square difference of two thumbnails, 0..=255.
fn apart(a: &[u8], b: &[u8]) -> f64 {
    let sum: u32 = a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum();
    (f64::from(sum) / a.len().max(1) as f64).sqrt()
}

/// The smallest distance over the mean of the smallest [`NEIGHBOURS`].
fn ratio(mut distances: Vec<f64>) -> f64 {
    let count = NEIGHBOURS.min(distances.len());
    if count < distances.len() {
        distances.select_nth_unstable_by(count, f64::total_cmp);
    }
    let nearest = distances[..count].iter().copied().fold(f64::INFINITY, f64::min);
    let mean = distances[..count].iter().sum::<f64>() / count as f64;
    // Where all neighbours are equal there is no nearest one.
    if mean > 0.0 { nearest / mean } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_compares_the_nearest_with_the_fifty_nearest() {
        let mut far: Vec<f64> = (0..200).map(|k| 100.0 + f64::from(k)).collect();
        assert!((ratio(far.clone()) - 100.0 / 124.5).abs() < 1e-12);
        far[150] = 10.0;
        let mean = (10.0 + (0..49).map(|k| 100.0 + f64::from(k)).sum::<f64>()) / 50.0;
        assert!((ratio(far) - 10.0 / mean).abs() < 1e-12);
        assert_eq!(ratio(vec![0.0; 80]), 1.0);
        assert!(Nearness { pixels: 0.4, features: 0.4 }.is_copy());
        assert!(!Nearness { pixels: 0.4, features: 0.9 }.is_copy());
        assert!(!Nearness { pixels: 0.9, features: 0.4 }.is_copy());
    }

    #[test]
    fn a_picture_is_nearly_the_same_at_half_its_size() {
        // What makes it right to paint the training set small.
        let training = TrainingSet { seed: 1, count: 24 };
        for index in 0..training.count {
            let scene = training.scene(index);
            let whole = painter::paint(&scene, SIDE_PX as u32, SIDE_PX as u32);
            let small = painter::paint(&scene, SKETCH_PX as u32, SKETCH_PX as u32);
            let other = painter::paint(&training.scene(index + 100), SKETCH_PX as u32, SKETCH_PX as u32);
            let own = shrunk(&whole, SIDE_PX / THUMBNAIL_PX);
            let [small, other] = [small, other].map(|picture| shrunk(&picture, SKETCH_PX / THUMBNAIL_PX));
            let (near, far) = (apart(&own.pixels, &small.pixels), apart(&own.pixels, &other.pixels));
            assert!(near < 10.0 && near < 0.3 * far, "{index}: {near} to itself, {far} to another");
        }
    }
}
