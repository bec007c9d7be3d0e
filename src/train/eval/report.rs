//! The figures of an evaluation and how they come about.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{attributes::Attribute, probe::Reading, prompts::Prompt};

/// Right answers to one question.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
pub struct Tally {
    /// Pictures whose caption states the attribute.
    pub asked: usize,
    /// Of them, generated pictures that the probe reads as asked; absent where
    /// the probe alone is measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated: Option<usize>,
    /// Pictures of the same scenes by the painter that it reads right.
    pub painted: usize,
}

impl Tally {
    fn share(self, right: usize) -> f64 {
        if self.asked == 0 { 0.0 } else { right as f64 / self.asked as f64 }
    }

    fn ratio(self) -> Option<f64> {
        // Without a right answer on true pictures nothing can be compared.
        self.generated.filter(|_| self.painted > 0).map(|generated| generated as f64 / self.painted as f64)
    }
}

/// What was found of one attribute. Shares are of the pictures asked for it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AttributeReport {
    /// Which one.
    pub attribute: Attribute,
    /// Pictures whose caption states it.
    pub asked: usize,
    /// Share of generated pictures that the probe reads as asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated: Option<f64>,
    /// The same of the painter's pictures of the same scenes.
    pub painted: f64,
    /// The same of the painter's pictures after the autoencoder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconstructed: Option<f64>,
    /// `generated / painted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    /// What generated pictures reach when each is held against the prompt of
    /// another one: the accuracy of chance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shuffled: Option<f64>,
    /// Right answers by class asked for.
    pub classes: BTreeMap<&'static str, Tally>,
}

/// Scores readings of one attribute.
pub fn score(
    attribute: Attribute,
    prompts: &[Prompt],
    painted: &[Reading],
    generated: Option<&[Reading]>,
    reconstructed: Option<&[Reading]>,
) -> AttributeReport {
    let asked: Vec<(usize, &'static str)> = prompts
        .iter()
        .enumerate()
        .filter_map(|(index, prompt)| Some((index, prompt.asks(attribute)?)))
        .collect();
    let mut classes: BTreeMap<&'static str, Tally> = BTreeMap::new();
    for (index, class) in &asked {
        let right = |readings: &[Reading]| usize::from(readings[*index].answer(attribute) == Some(class));
        let tally = classes.entry(class).or_default();
        tally.asked += 1;
        tally.painted += right(painted);
        if let Some(generated) = generated {
            tally.generated = Some(tally.generated.unwrap_or(0) + right(generated));
        }
    }
    let total = Tally {
        asked: asked.len(),
        painted: classes.values().map(|tally| tally.painted).sum(),
        generated: generated.map(|_| classes.values().filter_map(|tally| tally.generated).sum()),
    };
    // Against the class of the picture half the way round: another scene, and
    // the same number of each class.
    let shift = asked.len() / 2;
    let shuffled = generated.map(|readings| {
        let others = asked.iter().cycle().skip(shift);
        asked
            .iter()
            .zip(others)
            .filter(|((i, _), (_, class))| readings[*i].answer(attribute) == Some(class))
            .count()
    });
    let right = |readings: &[Reading]| {
        asked.iter().filter(|(index, class)| readings[*index].answer(attribute) == Some(class)).count()
    };
    AttributeReport {
        attribute,
        asked: total.asked,
        generated: total.generated.map(|right| total.share(right)),
        painted: total.share(total.painted),
        reconstructed: reconstructed.map(|readings| total.share(right(readings))),
        ratio: total.ratio(),
        shuffled: shuffled.map(|right| total.share(right)),
        classes,
    }
}

/// Right subjects of pictures of one kind.
pub fn subjects_by(
    prompts: &[Prompt],
    painted: &[Reading],
    generated: Option<&[Reading]>,
    kind: impl Fn(&Prompt) -> &'static str,
) -> BTreeMap<&'static str, Tally> {
    let mut kinds: BTreeMap<&'static str, Tally> = BTreeMap::new();
    for (index, prompt) in prompts.iter().enumerate() {
        let Some(class) = prompt.asks(Attribute::Subject) else { continue };
        let right =
            |readings: &[Reading]| usize::from(readings[index].answer(Attribute::Subject) == Some(class));
        let tally = kinds.entry(kind(prompt)).or_default();
        tally.asked += 1;
        tally.painted += right(painted);
        if let Some(generated) = generated {
            tally.generated = Some(tally.generated.unwrap_or(0) + right(generated));
        }
    }
    kinds
}

/// Distances between clouds of features.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct FrechetReport {
    /// Length of the features.
    pub features: usize,
    /// Generated pictures to the painter's of the same scenes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated: Option<f64>,
    /// The painter's pictures after the autoencoder to those before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconstructed: Option<f64>,
    /// The painter's pictures to the painter's of the same scenes with other
    /// seeds: what a perfect model would reach with so many pictures.
    pub floor: f64,
}

/// Shares of near copies.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct CopiesReport {
    /// What they are looked for in: `seed` and `pictures` of `train data`.
    pub training_seed: u64,
    /// Pictures of the training set.
    pub training_pictures: usize,
    /// Share of generated pictures that are near copies.
    pub generated: f64,
    /// Of them, by thumbnails.
    pub generated_by_pixels: f64,
    /// Of them, by features.
    pub generated_by_features: f64,
    /// The same of the painter's pictures of the held-out scenes: chance.
    pub painted: f64,
    /// Share of planted copies that were found; 1 if the search can see.
    pub planted_found: f64,
}

/// A figure and what it is to reach.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Goal {
    /// What is measured.
    pub what: String,
    /// What it is.
    pub value: f64,
    /// What it is to be: at least or at most.
    pub at_least: Option<f64>,
    /// See `at_least`.
    pub at_most: Option<f64>,
    /// Whether it is.
    pub met: bool,
}

impl Goal {
    fn at_least(what: impl Into<String>, value: f64, limit: f64) -> Self {
        Self { what: what.into(), value, at_least: Some(limit), at_most: None, met: value >= limit }
    }

    fn at_most(what: impl Into<String>, value: f64, limit: f64) -> Self {
        Self { what: what.into(), value, at_least: None, at_most: Some(limit), met: value <= limit }
    }
}

/// An evaluation.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// `builtin`, a folder, or nothing where the probe alone is measured.
    pub model: Option<String>,
    /// Held-out prompts.
    pub pictures: usize,
    /// Of them, in Chinese.
    pub chinese: usize,
    /// Draws scenes, captions and noise.
    pub seed: u64,
    /// Of the solver.
    pub steps: u32,
    /// Of the classifier-free guidance.
    pub guidance: f32,
    /// Pictures that the probe learned from, as its file says.
    pub probe_pictures: Option<String>,
    /// One entry an attribute.
    pub attributes: Vec<AttributeReport>,
    /// The mean over attributes of the ratios, each counted as at most 1.
    pub mean_ratio: Option<f64>,
    /// Right subjects by shot.
    pub subject_by_shot: BTreeMap<&'static str, Tally>,
    /// Right subjects by language of the prompt.
    pub subject_by_language: BTreeMap<&'static str, Tally>,
    /// Of the model's autoencoder on the painter's pictures of the held-out scenes.
    pub autoencoder_psnr_db: Option<f64>,
    /// Distances in the probe's features.
    pub frechet: Option<FrechetReport>,
    /// Near copies of training pictures; absent where none were looked for.
    pub near_copies: Option<CopiesReport>,
    /// What the model is to reach; empty where the probe alone is measured.
    pub goals: Vec<Goal>,
    /// How long it took.
    pub seconds: f64,
}

impl Report {
    /// The mean ratio: no attribute that the model paints plainer than the
    /// painter makes up for another.
    pub fn mean_ratio_of(attributes: &[AttributeReport]) -> Option<f64> {
        let ratios: Vec<f64> =
            attributes.iter().filter_map(|of| of.ratio).map(|ratio| ratio.min(1.0)).collect();
        if ratios.is_empty() { None } else { Some(ratios.iter().sum::<f64>() / ratios.len() as f64) }
    }

    /// Sets the goals from the figures.
    pub fn with_goals(mut self) -> Self {
        if let Some(mean) = self.mean_ratio {
            self.goals.push(Goal::at_least("mean ratio", mean, 0.85));
        }
        for of in &self.attributes {
            let limit = if of.attribute == Attribute::Subject { 0.80 } else { 0.70 };
            if of.generated.is_some() {
                // Where the probe is blind nothing is reached.
                let ratio = of.ratio.unwrap_or(0.0);
                self.goals.push(Goal::at_least(format!("ratio of {}", of.attribute.name()), ratio, limit));
            }
        }
        if let Some(psnr) = self.autoencoder_psnr_db {
            self.goals.push(Goal::at_least("autoencoder PSNR, dB", psnr, 28.0));
        }
        if let Some(copies) = &self.near_copies {
            self.goals.push(Goal::at_most("near copies", copies.generated, 0.01));
        }
        self
    }
}
