//! Pictures of the painter's shards as latents, encoded once.
//!
//! A cached shard has the name of its source and the form that the recipe's
//! `encode_latents.py` writes: `latents` f16 `[pictures, channels, h, w]`, `ids`
//! i16 `[pictures, captions, max_tokens]`, padded with zeros, and `figures` u8
//! `[pictures, h, w]` where the source has them. Its metadata
//! says which autoencoder, tokenizer and source it came from, so that a change
//! of any of them encodes anew.

use std::{
    collections::HashMap,
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use burn::tensor::{Device, Tensor, TensorData};
use half::f16;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokenizers::Tokenizer;

use super::{TrainError, batches, files::write_atomically, tensors};
use crate::models::{
    autoencoder::{Autoencoder, DOWNSCALE},
    builtin::token_ids,
};

/// Pictures that are encoded at once.
const ENCODE_BATCH: usize = 16;

/// Turns shards of pictures into shards of latents.
pub struct LatentEncoder {
    autoencoder: Autoencoder,
    tokenizer: Tokenizer,
    max_tokens: usize,
    /// Digest of autoencoder, tokenizer and `max_tokens`.
    fingerprint: String,
    device: Device,
}

/// How far [`LatentEncoder::encode_folder`] is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EncodingProgress {
    /// Shards that are done or were cached.
    pub shards_done: usize,
    /// Shards in all.
    pub shards: usize,
    /// Pictures of the present shard that are done.
    pub pictures_done: usize,
    /// Pictures of the present shard.
    pub pictures: usize,
}

#[derive(Deserialize)]
struct Line {
    captions: Vec<String>,
}

impl LatentEncoder {
    /// With the frozen `autoencoder`, on a device without autodiff.
    ///
    /// # Errors
    /// [`TrainError::Device`], when the weights cannot be read back.
    pub fn new(
        autoencoder: Autoencoder,
        tokenizer: Tokenizer,
        max_tokens: usize,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let mut digest = Sha256::new();
        for (path, weight) in tensors::weights(&autoencoder) {
            digest.update(path.as_bytes());
            for value in tensors::values(weight)? {
                digest.update(value.to_le_bytes());
            }
        }
        let text = tokenizer.to_string(false).map_err(|e| TrainError::Settings(e.to_string()))?;
        digest.update(text.as_bytes());
        digest.update(max_tokens.to_le_bytes());
        let fingerprint = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { autoencoder, tokenizer, max_tokens, fingerprint, device: device.clone() })
    }

    /// Encodes the shards of `data` that `cache` lacks and returns the cached
    /// ones of all of them, in order. `report` may stop it between batches.
    ///
    /// # Errors
    /// [`TrainError::Data`] where there is nothing to learn from,
    /// [`TrainError::Interrupted`], [`TrainError::File`].
    pub fn encode_folder(
        &self,
        data: &Path,
        cache: &Path,
        mut report: impl FnMut(EncodingProgress) -> ControlFlow<()>,
    ) -> Result<Vec<PathBuf>, TrainError> {
        let sources = batches::shards_of(data)?;
        fs::create_dir_all(cache).map_err(TrainError::writing(cache))?;
        let mut cached = Vec::with_capacity(sources.len());
        for (index, source) in sources.iter().enumerate() {
            let target = cache.join(source.file_name().unwrap_or_default());
            let marks = self.marks_of(source)?;
            if !is_fresh(&target, &marks) {
                self.encode(source, &target, marks, |pictures_done, pictures| {
                    report(EncodingProgress {
                        shards_done: index,
                        shards: sources.len(),
                        pictures_done,
                        pictures,
                    })
                })?;
            }
            cached.push(target);
        }
        Ok(cached)
    }

    /// What a cached shard of this source says about itself.
    fn marks_of(&self, source: &Path) -> Result<HashMap<String, String>, TrainError> {
        let size = |path: &Path| fs::metadata(path).map(|data| data.len()).map_err(TrainError::reading(path));
        let source_sizes = format!("{}+{}", size(source)?, size(&source.with_extension("jsonl"))?);
        Ok(HashMap::from([
            ("fingerprint".to_owned(), self.fingerprint.clone()),
            ("source".to_owned(), source_sizes),
        ]))
    }

    fn encode(
        &self,
        source: &Path,
        target: &Path,
        marks: HashMap<String, String>,
        mut report: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<(), TrainError> {
        let bytes = fs::read(source).map_err(TrainError::reading(source))?;
        let wrong = |why: String| TrainError::data(source, why);
        let file =
            SafeTensors::deserialize(&bytes).map_err(|e| wrong(format!("the shard cannot be read ({e})")))?;
        let images = file.tensor("images").map_err(|_| wrong("the shard has no tensor 'images'".into()))?;
        let &[pictures, height, width, 3] = images.shape() else {
            return Err(wrong(format!("'images' is {:?}, not [pictures, height, width, 3]", images.shape())));
        };
        if images.dtype() != Dtype::U8 || pictures == 0 {
            return Err(wrong("'images' holds no bytes of pictures".into()));
        }
        if height == 0 || width == 0 || height % DOWNSCALE != 0 || width % DOWNSCALE != 0 {
            return Err(wrong(format!("pictures of {width}x{height} are no multiple of {DOWNSCALE} a side")));
        }
        let (ids, captions) = self.caption_ids(source, pictures)?;

        let picture_bytes = height * width * 3;
        let mut latents: Vec<u8> = Vec::new();
        let mut shape = Vec::new();
        for first in (0..pictures).step_by(ENCODE_BATCH) {
            if report(first, pictures).is_break() {
                return Err(TrainError::Interrupted);
            }
            let count = ENCODE_BATCH.min(pictures - first);
            let part = &images.data()[first * picture_bytes..(first + count) * picture_bytes];
            let latent = self.autoencoder.encode(self.signed(part, [count, height, width]));
            let [_, channels, h, w] = latent.dims();
            shape = vec![pictures, channels, h, w];
            for value in tensors::values(latent)? {
                latents.extend(f16::from_f32(value).to_le_bytes());
            }
        }
        let view = |dtype, shape, data| {
            TensorView::new(dtype, shape, data).map_err(|e| wrong(format!("the latents do not fit ({e})")))
        };
        let cells = vec![pictures, height / DOWNSCALE, width / DOWNSCALE];
        let mut parts = vec![
            ("latents", view(Dtype::F16, shape, &latents)?),
            ("ids", view(Dtype::I16, vec![pictures, captions, self.max_tokens], &ids)?),
        ];
        if let Ok(figures) = file.tensor("figures") {
            if figures.dtype() != Dtype::U8 || figures.shape() != cells {
                return Err(wrong(format!("'figures' is {:?}, not {cells:?} of bytes", figures.shape())));
            }
            parts.push(("figures", view(Dtype::U8, cells, figures.data())?));
        }
        let encoded = safetensors::serialize(parts, Some(marks))
            .map_err(|e| wrong(format!("the latents cannot be stored ({e})")))?;
        write_atomically(target, |out| out.write_all(&encoded))
    }

    /// # Shapes
    /// - `bytes`: `[count, height, width, 3]`
    /// - output: `[count, 3, height, width]`, -1..1
    fn signed(&self, bytes: &[u8], [count, height, width]: [usize; 3]) -> Tensor<4> {
        let values: Vec<f32> = bytes.iter().map(|&byte| f32::from(byte) / 127.5 - 1.0).collect();
        let data = TensorData::new(values, [count, height, width, 3]);
        Tensor::<4>::from_data(data, &self.device).permute([0, 3, 1, 2])
    }

    /// Token ids of all captions as bytes of i16, and how many captions each
    /// picture has.
    fn caption_ids(&self, source: &Path, pictures: usize) -> Result<(Vec<u8>, usize), TrainError> {
        let path = source.with_extension("jsonl");
        let text = fs::read_to_string(&path).map_err(TrainError::reading(&path))?;
        let lines = text
            .lines()
            .map(serde_json::from_str::<Line>)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| TrainError::data(&path, format!("the captions cannot be read ({e})")))?;
        let captions = lines.first().map_or(0, |line| line.captions.len());
        if lines.len() != pictures
            || captions == 0
            || lines.iter().any(|line| line.captions.len() != captions)
        {
            return Err(TrainError::data(
                &path,
                "the captions do not match the pictures; paint the shard anew",
            ));
        }
        let mut bytes = Vec::with_capacity(pictures * captions * self.max_tokens * 2);
        for caption in lines.iter().flat_map(|line| &line.captions) {
            let mut ids = token_ids(&self.tokenizer, caption, self.max_tokens)?;
            ids.resize(self.max_tokens, 0);
            for id in ids {
                let id = i16::try_from(id).map_err(|_| {
                    TrainError::Settings(format!(
                        "token {id} does not fit; use a vocabulary of at most 32768"
                    ))
                })?;
                bytes.extend(id.to_le_bytes());
            }
        }
        Ok((bytes, captions))
    }
}

/// Whether a cached shard carries exactly these marks.
fn is_fresh(target: &Path, marks: &HashMap<String, String>) -> bool {
    batches::read_header(target)
        .is_ok_and(|(_, header)| header.metadata().as_ref().is_some_and(|found| found == marks))
}
