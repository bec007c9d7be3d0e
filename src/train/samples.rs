//! Pictures painted while training, to look at: the loss does not show whether
//! a fox is a fox.

use std::{ops::ControlFlow, path::Path};

use burn::tensor::{Bool, Int, Tensor, TensorData};
use tokenizers::Tokenizer;

use super::{
    TrainError,
    files::write_atomically,
    pupil::{Pupil, PupilConfig},
    tensors,
};
use crate::{
    diffusion::{
        FlowSchedule, Guidance, NoiseStream, Prediction, Sampler, SamplerConfig, Schedule, Solver, denoise,
        standard_normal,
    },
    models::{
        autoencoder::{Autoencoder, DOWNSCALE},
        builtin::{DEFAULT_GUIDANCE, DEFAULT_STEPS, token_ids},
    },
    raster::Picture,
};

/// What the pictures of a sheet are to show; the same as the recipe's.
pub const SHEET_PROMPTS: [&str; 12] = [
    "watercolour, a girl in a red coat standing, holding a lantern, in a forest, at night, snow",
    "ink, a red fox walking, in a meadow, in the day, clear",
    "paper cut, an old man in a blue coat, in a harbour, at dusk",
    "pastel, a brown bear sitting, by a river, at dawn, fog",
    "watercolour, a witch in a black dress, at a castle, at night",
    "a white rabbit in a snowfield, in the day, snow",
    "a green dragon flying over the mountains, at dusk",
    "paper cut, a boy with a kite on a beach, in the day",
    "水彩，穿黄衣服的小男孩站着，拿着雨伞，在城市街道上，白天，下雨",
    "剪纸，一只白猫坐着，在卧室里，夜晚",
    "粉彩，穿紫衣服的老奶奶，在村庄里，黄昏",
    "墨线，一只棕猫头鹰，在森林里，夜晚",
];
/// The noise of all sheets, so that they can be compared.
const SHEET_SEED: u64 = 7;
/// Pictures side by side.
const SHEET_COLUMNS: usize = 4;
/// Side of a picture of a sheet.
const SHEET_SIDE_PX: usize = 256;
/// As the engine paints: see `SHIFT` in `engine/burn/builtin.rs`.
const SHIFT: f64 = 2.0;

/// Latents of these texts, painted from `noise` by Euler steps under guidance,
/// all in one batch.
///
/// # Shapes
/// - `texts`: token ids of each picture's text, at least one each
/// - `noise`, output: `[texts, channels, h, w]`
///
/// # Errors
/// [`TrainError::Diffusion`] for impossible steps.
pub fn sample(
    pupil: &Pupil,
    texts: &[Vec<i64>],
    noise: Tensor<4>,
    steps: usize,
    guidance: f64,
) -> Result<Tensor<4>, TrainError> {
    let count = texts.len();
    let device = noise.device();
    let longest = texts.iter().map(Vec::len).max().unwrap_or(1);
    let padded: Vec<i64> = texts
        .iter()
        .flat_map(|ids| ids.iter().copied().chain(std::iter::repeat_n(0, longest - ids.len())))
        .collect();
    let ids = Tensor::<2, Int>::from_data(TensorData::new(padded, [count, longest]), &device);
    let mask = ids.clone().not_equal_elem(0);
    let dropped: Vec<bool> = (0..2 * count).map(|row| row >= count).collect();
    let dropped = Tensor::<1, Bool>::from_data(TensorData::new(dropped, [2 * count]), &device);
    let (states, mask) = pupil.context(
        Tensor::cat(vec![ids.clone(), ids], 0),
        Tensor::cat(vec![mask.clone(), mask], 0),
        dropped,
    );

    let guidance = Guidance::new(guidance);
    let schedule = Schedule::Flow(FlowSchedule::shifted(SHIFT));
    let sampler = Sampler::new(SamplerConfig::new(Solver::Euler, schedule, Prediction::Flow, steps))?;
    let velocity = |_: usize, timestep: f64, x: &Tensor<4>| -> Result<Tensor<4>, TrainError> {
        let times = Tensor::<1>::full([2 * count], timestep, &device);
        let twice = Tensor::cat(vec![x.clone(), x.clone()], 0);
        let both = pupil.dit.forward(twice, times, states.clone(), mask.clone());
        Ok(guidance.combine(&both.clone().narrow(0, 0, count), &both.narrow(0, count, count)))
    };
    let fresh = |_: usize| noise.zeros_like();
    match denoise(&sampler, 0, noise.clone(), velocity, fresh, |_| ControlFlow::<()>::Continue(()))? {
        ControlFlow::Continue(latents) => Ok(latents),
        ControlFlow::Break(()) => Err(TrainError::Interrupted),
    }
}

/// Paints [`SHEET_PROMPTS`] and writes them as one PNG.
///
/// # Errors
/// [`TrainError`] of tokenizing, sampling and writing.
pub fn write_sheet(
    pupil: &Pupil,
    autoencoder: &Autoencoder,
    tokenizer: &Tokenizer,
    config: &PupilConfig,
    path: &Path,
) -> Result<(), TrainError> {
    let texts = SHEET_PROMPTS
        .iter()
        .map(|prompt| token_ids(tokenizer, prompt, config.text_encoder.max_tokens))
        .collect::<Result<Vec<_>, _>>()?;
    let device = pupil.dit.null_context().device();
    let side = SHEET_SIDE_PX / DOWNSCALE;
    let shape = [texts.len(), config.dit.in_channels, side, side];
    let noise = standard_normal(SHEET_SEED, NoiseStream::Initial, shape.iter().product());
    let noise = Tensor::from_data(TensorData::new(noise, shape), &device);
    let steps = DEFAULT_STEPS as usize;
    let latents = sample(pupil, &texts, noise, steps, f64::from(DEFAULT_GUIDANCE))?;
    let images = autoencoder.decode(latents);
    let size = images.dims();
    let png = sheet(&tensors::values(images)?, size)?.to_png(&[])?;
    write_atomically(path, |out| out.write_all(&png))
}

/// Pictures side by side, [`SHEET_COLUMNS`] a row.
///
/// # Shapes
/// - `values`: `[count, 3, height, width]`, -1..1
fn sheet(values: &[f32], [count, _, height, width]: [usize; 4]) -> Result<Picture, TrainError> {
    let (columns, rows) = (SHEET_COLUMNS, count.div_ceil(SHEET_COLUMNS));
    let mut rgba = vec![255; columns * width * rows * height * 4];
    for picture in 0..count {
        for y in 0..height {
            for x in 0..width {
                let row = picture / columns * height + y;
                let at = 4 * (row * columns * width + picture % columns * width + x);
                for channel in 0..3 {
                    let value = values[((picture * 3 + channel) * height + y) * width + x];
                    rgba[at + channel] = ((value.clamp(-1.0, 1.0) + 1.0) * 127.5).round() as u8;
                }
            }
        }
    }
    Ok(Picture::from_rgba((columns * width) as u32, (rows * height) as u32, rgba)?)
}
