//! What a step learns from: latents, captions, noise and timesteps, drawn so
//! that step `k` of a seed is the same in every run, resumed or not.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
};

use burn::tensor::{Bool, Device, Int, Tensor, TensorData};
use half::f16;
use rand::Rng;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use safetensors::{Dtype, tensor::Metadata};

use super::TrainError;
use crate::diffusion::{NoiseStream, standard_normal};

/// Keeps the draws of pictures, of noise and of timesteps apart: each has a
/// generator with a key of its own.
const CHOICE_KEY: u64 = 0x6368_6f69_6365;
const TIME_KEY: u64 = 0x7469_6d65;
/// Texts are padded to a multiple of this, so that few shapes occur: a GPU
/// tunes its kernels for each.
const TOKEN_STEP: usize = 16;
/// Mean of the logit of a timestep: noisier than even, because a picture's
/// composition is decided there (Esser et al. 2024, section 3.1).
const LOGIT_MEAN: f32 = 0.5;
/// How much more a cell counts that a figure covers. Figures are a tenth of a
/// picture and most of what a reader looks at; the best answer in each cell stays
/// the same, so this spends the network's attention without bending its aim.
const FIGURE_WEIGHT: f32 = 9.0;
/// The largest header of a safetensors file, as its library has it.
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// The finished shards of a folder, in order.
///
/// # Errors
/// [`TrainError::Data`] when there are none.
pub fn shards_of(folder: &Path) -> Result<Vec<PathBuf>, TrainError> {
    let entries = fs::read_dir(folder)
        .map_err(|e| TrainError::data(folder, format!("the folder of shards cannot be read ({e})")))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("shard-") && name.ends_with(".safetensors")
        })
        .collect();
    found.sort();
    if found.is_empty() {
        return Err(TrainError::data(folder, "there are no shards; make some with `vignette train data`"));
    }
    Ok(found)
}

/// The header of a safetensors file and where its tensors begin, without the
/// tensors themselves.
pub(super) fn read_header(path: &Path) -> Result<(u64, Metadata), TrainError> {
    let mut file = File::open(path).map_err(TrainError::reading(path))?;
    let mut length = [0; 8];
    file.read_exact(&mut length).map_err(TrainError::reading(path))?;
    let count = u64::from_le_bytes(length);
    if count > MAX_HEADER_BYTES {
        return Err(TrainError::data(path, "the file is no safetensors file"));
    }
    let mut bytes = Vec::new();
    file.take(count).read_to_end(&mut bytes).map_err(TrainError::reading(path))?;
    // `SafeTensors::read_metadata` wants the whole file in memory.
    let header = serde_json::from_slice(&bytes)
        .map_err(|e| TrainError::data(path, format!("the file is no safetensors file ({e})")))?;
    Ok((8 + count, header))
}

/// A shard of latents on the disk; rows are read as they are drawn.
struct LatentShard {
    path: PathBuf,
    file: File,
    rows: usize,
    /// Channels, height, width.
    shape: [usize; 3],
    captions: usize,
    max_tokens: usize,
    latents_at: u64,
    ids_at: u64,
    /// Where the maps of figures are; shards of an older painter have none.
    figures_at: Option<u64>,
}

impl LatentShard {
    fn open(path: &Path) -> Result<Self, TrainError> {
        let (start, header) = read_header(path)?;
        let wrong =
            |why: &str| TrainError::data(path, format!("{why}; delete the file to have it made anew"));
        let part = |name: &str, dtype: Dtype| {
            header
                .info(name)
                .filter(|info| info.dtype == dtype)
                .filter(|info| {
                    let bytes = info.data_offsets.1.checked_sub(info.data_offsets.0);
                    bytes == Some(dtype.bitsize() / 8 * info.shape.iter().product::<usize>())
                })
                .ok_or_else(|| wrong(&format!("the shard lacks '{name}' in {dtype:?}")))
        };
        let (latents, ids) = (part("latents", Dtype::F16)?, part("ids", Dtype::I16)?);
        let &[rows, channels, h, w] = latents.shape.as_slice() else {
            return Err(wrong("'latents' has not four dimensions"));
        };
        let &[id_rows, captions, max_tokens] = ids.shape.as_slice() else {
            return Err(wrong("'ids' has not three dimensions"));
        };
        if id_rows != rows || rows * captions * max_tokens == 0 {
            return Err(wrong("the captions do not match the latents"));
        }
        let figures = header.info("figures").map(|_| part("figures", Dtype::U8)).transpose()?;
        if figures.is_some_and(|info| info.shape != [rows, h, w]) {
            return Err(wrong("the maps of figures do not match the latents"));
        }
        let at = |offset: usize| start + offset as u64;
        let file = File::open(path).map_err(TrainError::reading(path))?;
        let length = file.metadata().map_err(TrainError::reading(path))?.len();
        let end =
            [Some(latents), Some(ids), figures].into_iter().flatten().map(|info| info.data_offsets.1).max();
        if length < at(end.unwrap_or(0)) {
            return Err(wrong("the shard is cut short"));
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            rows,
            shape: [channels, h, w],
            captions,
            max_tokens,
            latents_at: at(latents.data_offsets.0),
            ids_at: at(ids.data_offsets.0),
            figures_at: figures.map(|info| at(info.data_offsets.0)),
        })
    }

    /// `count` items of `N` bytes, the first of them `index` items after `at`.
    fn read<const N: usize>(
        &mut self,
        at: u64,
        index: usize,
        count: usize,
    ) -> Result<Vec<[u8; N]>, TrainError> {
        let mut bytes = vec![0; N * count];
        self.file
            .seek(SeekFrom::Start(at + (N * index) as u64))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(TrainError::reading(&self.path))?;
        Ok(bytes.as_chunks::<N>().0.to_vec())
    }

    /// How much each cell of a picture counts in the loss.
    fn weights(&mut self, row: usize) -> Result<Vec<f32>, TrainError> {
        let [_, h, w] = self.shape;
        let Some(at) = self.figures_at else { return Ok(vec![1.0; h * w]) };
        let covered = self.read::<1>(at, row * h * w, h * w)?;
        Ok(covered.into_iter().map(|[cover]| 1.0 + FIGURE_WEIGHT * f32::from(cover) / 255.0).collect())
    }

    fn latent(&mut self, row: usize) -> Result<impl Iterator<Item = f32> + use<>, TrainError> {
        let count = self.shape.iter().product();
        let items = self.read::<2>(self.latents_at, row * count, count)?;
        Ok(items.into_iter().map(|bytes| f16::from_le_bytes(bytes).to_f32()))
    }

    fn ids(&mut self, row: usize, caption: usize) -> Result<impl Iterator<Item = i64> + use<>, TrainError> {
        let index = (row * self.captions + caption) * self.max_tokens;
        let items = self.read::<2>(self.ids_at, index, self.max_tokens)?;
        Ok(items.into_iter().map(|bytes| i16::from_le_bytes(bytes).into()))
    }
}

/// Shards of latents, grouped by shape: a batch holds one shape.
pub struct LatentStore {
    groups: Vec<Vec<LatentShard>>,
}

impl LatentStore {
    /// Opens shards as [`super::latents::LatentEncoder::encode_folder`] lists them.
    ///
    /// # Errors
    /// [`TrainError::Data`] naming the shard that is not in the expected form.
    pub fn open(paths: &[PathBuf]) -> Result<Self, TrainError> {
        let mut groups: Vec<Vec<LatentShard>> = Vec::new();
        for path in paths {
            let shard = LatentShard::open(path)?;
            match groups.iter_mut().find(|group| group[0].shape == shard.shape) {
                Some(group) => group.push(shard),
                None => groups.push(vec![shard]),
            }
        }
        match groups.first() {
            None => Err(TrainError::Settings("there are no latents to learn from".into())),
            Some(first) => {
                let channels = first[0].shape[0];
                match groups.iter().flatten().find(|shard| shard.shape[0] != channels) {
                    Some(odd) => Err(TrainError::data(&odd.path, "the shard has another number of channels")),
                    None => Ok(Self { groups }),
                }
            }
        }
    }

    /// Pictures in all.
    pub fn pictures(&self) -> usize {
        self.groups.iter().flatten().map(|shard| shard.rows).sum()
    }

    /// Channels of the latents.
    pub fn channels(&self) -> usize {
        self.groups[0][0].shape[0]
    }

    /// Draws what step `step` learns from: `count` pictures of one shape, each
    /// with one of its captions.
    ///
    /// # Errors
    /// [`TrainError::File`].
    pub fn draw(
        &mut self,
        seed: u64,
        step: u64,
        count: usize,
        caption_drop: f64,
    ) -> Result<Draw, TrainError> {
        let mut rng = choices(seed, step);
        let group = weighted(&mut rng, self.groups.iter().map(|group| rows_of(group)));
        let group = &mut self.groups[group];
        let shape = group[0].shape;
        let (mut latents, mut weights) = (Vec::new(), Vec::<f32>::new());
        let (mut rows, mut dropped) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for _ in 0..count {
            let shard = weighted(&mut rng, group.iter().map(|shard| shard.rows));
            let shard = &mut group[shard];
            let row = rng.random_range(0..shard.rows);
            let caption = rng.random_range(0..shard.captions);
            dropped.push(rng.random_bool(caption_drop));
            latents.extend(shard.latent(row)?);
            weights.extend(shard.weights(row)?);
            rows.push(shard.ids(row, caption)?.take_while(|&id| id != 0).collect::<Vec<_>>());
        }
        let longest = rows.iter().map(Vec::len).max().unwrap_or(0);
        let limit = group.iter().map(|shard| shard.max_tokens).max().unwrap_or(longest);
        let tokens = longest.next_multiple_of(TOKEN_STEP).min(limit).max(1);
        let mut ids = Vec::with_capacity(count * tokens);
        for mut row in rows {
            row.resize(tokens, 0);
            ids.extend(row);
        }
        let stream = NoiseStream::Step(step as usize);
        let noise = standard_normal(seed, stream, latents.len());
        // Logit-normal: most steps are spent where noise and picture balance.
        let times = standard_normal(seed ^ TIME_KEY, stream, count)
            .into_iter()
            .map(|x| 1.0 / (1.0 + (-x - LOGIT_MEAN).exp()))
            .collect();
        // A mean of 1 over the step, so that its batches add up however it is cut.
        let mean = weights.iter().sum::<f32>() / weights.len().max(1) as f32;
        weights.iter_mut().for_each(|weight| *weight /= mean.max(1.0));
        Ok(Draw { shape, latents, weights, noise, times, tokens, ids, dropped })
    }
}

fn rows_of(group: &[LatentShard]) -> usize {
    group.iter().map(|shard| shard.rows).sum()
}

/// The generator of a step's choices: its key is the seed, its nonce the step.
fn choices(seed: u64, step: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&CHOICE_KEY.to_le_bytes());
    let mut rng = ChaCha8Rng::from_seed(key);
    rng.set_stream(step);
    rng
}

/// An index, as likely as its weight; at least one weight is above zero.
fn weighted(rng: &mut impl RngCore, weights: impl Iterator<Item = usize> + Clone) -> usize {
    let mut at = rng.random_range(0..weights.clone().sum::<usize>().max(1));
    for (index, weight) in weights.enumerate() {
        match at.checked_sub(weight) {
            None => return index,
            Some(rest) => at = rest,
        }
    }
    0
}

/// What one step learns from, in host memory.
#[derive(Clone, PartialEq, Debug)]
pub struct Draw {
    /// Channels, height and width of a latent.
    shape: [usize; 3],
    /// `[count, channels, h, w]`.
    latents: Vec<f32>,
    /// `[count, h, w]`, mean 1: how much a cell counts in the loss.
    weights: Vec<f32>,
    /// `[count, channels, h, w]`.
    noise: Vec<f32>,
    /// `[count]`, 0..1; 1 is all noise.
    times: Vec<f32>,
    tokens: usize,
    /// `[count, tokens]`, 0 where there is none.
    ids: Vec<i64>,
    /// `[count]`, whether the caption is replaced by the learned null.
    dropped: Vec<bool>,
}

impl Draw {
    /// Pictures.
    pub fn count(&self) -> usize {
        self.times.len()
    }

    /// Some of the pictures on a device.
    pub fn batch(&self, range: Range<usize>, device: &Device) -> Batch {
        let count = range.len();
        let [channels, h, w] = self.shape;
        let size = channels * h * w;
        let picture = |values: &[f32]| {
            let values = values[range.start * size..range.end * size].to_vec();
            Tensor::<4>::from_data(TensorData::new(values, [count, channels, h, w]), device)
        };
        let ids = self.ids[range.start * self.tokens..range.end * self.tokens].to_vec();
        let mask: Vec<bool> = ids.iter().map(|&id| id != 0).collect();
        let of_row = |values: &[f32]| {
            Tensor::<1>::from_data(TensorData::new(values[range.clone()].to_vec(), [count]), device)
        };
        let cells = self.weights[range.start * h * w..range.end * h * w].to_vec();
        Batch {
            latents: picture(&self.latents),
            weights: Tensor::from_data(TensorData::new(cells, [count, 1, h, w]), device),
            noise: picture(&self.noise),
            times: of_row(&self.times),
            ids: Tensor::from_data(TensorData::new(ids, [count, self.tokens]), device),
            mask: Tensor::from_data(TensorData::new(mask, [count, self.tokens]), device),
            dropped: Tensor::from_data(TensorData::new(self.dropped[range].to_vec(), [count]), device),
        }
    }
}

/// Pictures of a [`Draw`] as tensors.
#[derive(Clone, Debug)]
pub struct Batch {
    /// `[batch, channels, h, w]`, mean 0 and spread 1.
    pub latents: Tensor<4>,
    /// `[batch, 1, h, w]`, mean 1 over a step: how much a cell counts in the loss.
    pub weights: Tensor<4>,
    /// `[batch, channels, h, w]`, standard normal.
    pub noise: Tensor<4>,
    /// `[batch]`, 0..1.
    pub times: Tensor<1>,
    /// `[batch, tokens]`.
    pub ids: Tensor<2, Int>,
    /// `[batch, tokens]`, true where a token counts.
    pub mask: Tensor<2, Bool>,
    /// `[batch]`, true where the caption is dropped.
    pub dropped: Tensor<1, Bool>,
}
