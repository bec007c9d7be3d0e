//! One training step after another: rectified flow (Liu et al. 2022).
//!
//! `x_t = (1 - t) x_0 + t noise`; the network sees `x_t`, `1000 t` and the
//! caption and predicts `noise - x_0`.

use burn::{
    module::Module,
    tensor::{Device, Tensor},
};

use super::{
    TrainError,
    batches::{Batch, Draw, LatentStore},
    checkpoint::{Checkpoint, Header},
    optimizer::{NamedGradients, Optimizer},
    pupil::{Pupil, PupilConfig},
    settings::Settings,
    tensors,
};

/// Networks, optimizer and data of a run.
pub struct Trainer {
    /// With autodiff.
    pupil: Pupil,
    config: PupilConfig,
    optimizer: Optimizer,
    settings: Settings,
    store: LatentStore,
    /// With autodiff.
    device: Device,
    step: u64,
    pictures: u64,
}

/// What a step says of itself. The numbers stay on the device until they are
/// asked for, so that it need not wait for them.
pub struct StepReport {
    /// Mean squared error of the velocity, `[1]`; about 2 for an untrained
    /// network on latents of mean 0 and spread 1.
    pub loss: Tensor<1>,
    /// Norm of all gradients together before clipping, `[1]`.
    pub gradient_norm: Option<Tensor<1>>,
    /// The learning rate that was used.
    pub learning_rate: f64,
}

impl Trainer {
    /// Begins a run from these weights.
    ///
    /// # Errors
    /// [`TrainError::Settings`] for settings or data that do not fit.
    pub fn new(
        pupil: Pupil,
        config: PupilConfig,
        settings: Settings,
        store: LatentStore,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let header = Header { step: 0, pictures: 0, minutes: 0.0, settings, config };
        let optimizer = Optimizer::new(&pupil);
        Self::resume(Checkpoint { header, pupil, optimizer }, store, device)
    }

    /// Goes on from a checkpoint, under its header's settings.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn resume(checkpoint: Checkpoint, store: LatentStore, device: &Device) -> Result<Self, TrainError> {
        let Checkpoint { header, pupil, optimizer } = checkpoint;
        header.settings.check()?;
        let channels = header.config.dit.in_channels;
        if store.channels() != channels {
            return Err(TrainError::Settings(format!(
                "the latents have {} channels, and the network takes {channels}",
                store.channels()
            )));
        }
        Ok(Self {
            pupil: pupil.train(),
            config: header.config,
            optimizer,
            settings: header.settings,
            store,
            device: device.clone().autodiff(),
            step: header.step,
            pictures: header.pictures,
        })
    }

    /// Steps done.
    pub fn steps_done(&self) -> u64 {
        self.step
    }

    /// Pictures learned from so far, each time counted.
    pub fn pictures_seen(&self) -> u64 {
        self.pictures
    }

    /// What the run was asked to do.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Sizes of the networks.
    pub fn config(&self) -> &PupilConfig {
        &self.config
    }

    /// What the next step learns from.
    ///
    /// # Errors
    /// [`TrainError::File`].
    pub fn draw(&mut self) -> Result<Draw, TrainError> {
        let Settings { seed, caption_drop, .. } = self.settings;
        self.store.draw(seed, self.step, self.settings.pictures_per_step(), caption_drop)
    }

    /// Mean gradients over a draw, and the mean loss, `[1]`. The draw goes
    /// through the network `batch` pictures at a time.
    pub fn gradients(&self, draw: &Draw, batch: usize) -> (NamedGradients, Tensor<1>) {
        let mut sum = NamedGradients::default();
        let mut losses = Vec::new();
        let batch = batch.max(1);
        for first in (0..draw.count()).step_by(batch) {
            let range = first..(first + batch).min(draw.count());
            // A last batch that is smaller counts for less.
            let share = range.len() as f64 / draw.count() as f64;
            let loss = flow_loss(&self.pupil, draw.batch(range, &self.device)).mul_scalar(share);
            losses.push(loss.clone().without_autodiff());
            sum.add(NamedGradients(tensors::gradients(&self.pupil, loss.backward())));
        }
        (sum, Tensor::cat(losses, 0).sum())
    }

    /// One step. `minutes` is the time trained so far, which the learning rate
    /// of a run by the clock follows.
    ///
    /// # Errors
    /// [`TrainError::File`], when the latents cannot be read.
    pub fn step(&mut self, minutes: f64) -> Result<StepReport, TrainError> {
        let draw = self.draw()?;
        let (gradients, loss) = self.gradients(&draw, self.settings.batch);
        let learning_rate = self.settings.learning_rate_at(self.step, minutes);
        let ema_decay = self.settings.ema_decay_at(self.step);
        let gradient_norm = self.apply(gradients, learning_rate, ema_decay);
        self.step += 1;
        self.pictures += draw.count() as u64;
        Ok(StepReport { loss, gradient_norm, learning_rate })
    }

    /// Moves the weights and their average. Returns the norm of the gradients.
    pub fn apply(
        &mut self,
        gradients: NamedGradients,
        learning_rate: f64,
        ema_decay: f64,
    ) -> Option<Tensor<1>> {
        let (pupil, gradient_norm) =
            self.optimizer.step(self.pupil.clone(), gradients, learning_rate, ema_decay);
        self.pupil = pupil;
        gradient_norm
    }

    /// The averaged weights, on the device without autodiff.
    ///
    /// # Errors
    /// None in practice: the average has the weights' form.
    pub fn averaged(&self) -> Result<Pupil, TrainError> {
        self.optimizer.averaged(self.pupil.valid())
    }

    /// The run as it stands after `minutes` of training.
    pub fn checkpoint(&self, minutes: f64) -> Checkpoint {
        let header = Header {
            step: self.step,
            pictures: self.pictures,
            minutes,
            settings: self.settings.clone(),
            config: self.config.clone(),
        };
        Checkpoint { header, pupil: self.pupil.valid(), optimizer: self.optimizer.clone() }
    }
}

/// The squared error of the velocity, averaged over a batch by the weights of
/// its cells.
///
/// # Shapes
/// - output: `[1]`
pub fn flow_loss(pupil: &Pupil, batch: Batch) -> Tensor<1> {
    let Batch { latents, weights, noise, times, ids, mask, dropped } = batch;
    let [count, _, h, w] = latents.dims();
    let level = times.clone().reshape([count, 1, 1, 1]);
    let target = noise.clone() - latents.clone();
    let mixed = latents + level * target.clone();
    let velocity = pupil.forward(mixed, times.mul_scalar(1000.0), ids, mask, dropped);
    let error = velocity - target;
    let by_cell = (error.clone() * error).mean_dim(1) * weights;
    // By picture first: see `tensors::sum_of_squares`.
    by_cell.reshape([count, h * w]).mean_dim(1).reshape([count]).mean()
}
