//! A model of random numbers in PixArt-Sigma's true shape, and how long it
//! takes to load: what a large model asks of a machine, without fetching one.

use std::{fs, io::Read, path::Path, time::Instant};

use burn::tensor::{DType, Device};
use serde_json::json;

use super::{
    EngineError,
    network::{Config, Network},
};
use crate::{
    engine::folder::ModelFolder,
    models::{
        ModelError,
        kl_autoencoder::{DownBlockType, KlAutoencoder, KlConfig, UpBlockType},
        pixart::{PixArt, PixArtConfig},
        t5::{FeedForward, T5Config, T5Encoder},
        weights::random,
    },
};

/// How much a plain reader takes at a time, as `cat` does.
const PLAIN_BUFFER: usize = 128 << 10;

/// Sizes of a trial.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrialSizes {
    /// Blocks of the transformer; 28 in truth.
    pub blocks: usize,
    /// Its heads of 72; 16 in truth.
    pub heads: usize,
    /// Blocks of the T5; 24 in truth, 9.5 GB of them.
    pub text_blocks: usize,
    /// Width of the T5; 4096 in truth.
    pub text_width: usize,
    /// Channels of the autoencoder's first level; 128 in truth.
    pub vae_width: usize,
}

impl TrialSizes {
    /// The transformer and autoencoder in their true shapes (0.6 billion
    /// numbers), with one block of the T5.
    pub const FULL: Self = Self { blocks: 28, heads: 16, text_blocks: 1, text_width: 4096, vae_width: 128 };
    /// The same in small.
    pub const SMALL: Self = Self { blocks: 2, heads: 4, text_blocks: 1, text_width: 256, vae_width: 32 };
}

/// Writes the model folder; returns the bytes of its weights.
///
/// # Errors
/// [`EngineError::Model`], when a file cannot be written.
pub fn write(folder: &Path, sizes: TrialSizes) -> Result<u64, EngineError> {
    let text = |name: &str, value: serde_json::Value| {
        let path = folder.join(name);
        let wrong = |e: std::io::Error| {
            EngineError::Model(format!("the file cannot be written ({e}): {}", path.display()))
        };
        path.parent().map_or(Ok(()), fs::create_dir_all).map_err(wrong)?;
        fs::write(&path, value.to_string()).map_err(wrong)
    };
    text(
        "model_index.json",
        json!({
            "_class_name": "PixArtSigmaPipeline",
            "scheduler": ["diffusers", "DPMSolverMultistepScheduler"],
            "text_encoder": ["transformers", "T5EncoderModel"],
            "tokenizer": ["transformers", "T5Tokenizer"],
            "transformer": ["diffusers", "PixArtTransformer2DModel"],
            "vae": ["diffusers", "AutoencoderKL"],
        }),
    )?;
    text(
        "scheduler/scheduler_config.json",
        json!({ "_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "dpmsolver++", "beta_end": 0.02 }),
    )?;

    let width = 72 * sizes.heads;
    let transformer = PixArtConfig {
        num_attention_heads: sizes.heads,
        num_layers: sizes.blocks,
        cross_attention_dim: Some(width),
        sample_size: 128,
        interpolation_scale: Some(2.0),
        use_additional_conditions: Some(false),
        caption_channels: Some(sizes.text_width),
        ..PixArtConfig::default()
    };
    text(
        "transformer/config.json",
        json!({
            "_class_name": "PixArtTransformer2DModel", "activation_fn": "gelu-approximate", "attention_bias": true,
            "attention_head_dim": 72, "num_attention_heads": sizes.heads, "num_layers": sizes.blocks,
            "cross_attention_dim": width, "caption_channels": sizes.text_width, "in_channels": 4, "out_channels": 8,
            "norm_type": "ada_norm_single", "patch_size": 2, "sample_size": 128, "interpolation_scale": 2,
            "use_additional_conditions": false,
        }),
    )?;
    let t5 = T5Config {
        d_model: sizes.text_width,
        d_kv: 64,
        d_ff: sizes.text_width / 2 * 5,
        num_layers: sizes.text_blocks,
        num_heads: sizes.text_width / 64,
        feed_forward_proj: FeedForward::GATED_GELU,
        ..T5Config::default()
    };
    text(
        "text_encoder/config.json",
        json!({
            "architectures": ["T5EncoderModel"], "d_model": t5.d_model, "d_kv": t5.d_kv, "d_ff": t5.d_ff,
            "num_layers": t5.num_layers, "num_heads": t5.num_heads, "vocab_size": t5.vocab_size,
            "feed_forward_proj": "gated-gelu",
        }),
    )?;
    let widths = [1, 2, 4, 4].map(|times| times * sizes.vae_width);
    let vae = KlConfig {
        down_block_types: vec![DownBlockType::DownEncoderBlock2D; 4],
        up_block_types: vec![UpBlockType::UpDecoderBlock2D; 4],
        block_out_channels: widths.to_vec(),
        layers_per_block: 2,
        ..KlConfig::default()
    };
    text(
        "vae/config.json",
        json!({
            "_class_name": "AutoencoderKL", "down_block_types": vec!["DownEncoderBlock2D"; 4],
            "up_block_types": vec!["UpDecoderBlock2D"; 4], "block_out_channels": widths, "layers_per_block": 2,
            "latent_channels": 4, "norm_num_groups": 32, "scaling_factor": 0.13025,
        }),
    )?;
    // Letters are tokens enough for a trial.
    let pieces = ["<pad>", "</s>", "<unk>", "\u{2581}"].into_iter().map(|piece| json!([piece, -1.0]));
    let letters = ('a'..='z').map(|letter| json!([letter.to_string(), -3.0]));
    text(
        "tokenizer/tokenizer.json",
        json!({
            "version": "1.0", "added_tokens": [], "normalizer": null, "post_processor": null, "decoder": null,
            "pre_tokenizer": { "type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": "always", "split": true },
            "model": { "type": "Unigram", "unk_id": 2, "byte_fallback": false,
                "vocab": pieces.chain(letters).collect::<Vec<_>>() },
        }),
    )?;
    let parts: [(&str, Result<Vec<random::Blank>, ModelError>); 3] = [
        ("transformer/diffusion_pytorch_model.safetensors", PixArt::blanks(&transformer)),
        ("text_encoder/model.safetensors", T5Encoder::blanks(&t5)),
        ("vae/diffusion_pytorch_model.safetensors", KlAutoencoder::blanks(&vae)),
    ];
    let mut bytes = 0;
    for (name, blanks) in parts {
        bytes += random::write(&folder.join(name), &blanks?)?;
    }
    Ok(bytes)
}

/// How long it took to load a transformer whose files are in the page cache.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Loading {
    /// Bytes of its files.
    pub bytes: u64,
    /// Seconds of reading them into a small buffer, as `cat` to nowhere does.
    pub plain_secs: f64,
    /// Seconds of loading, every number brought once into the form that the
    /// device computes with.
    pub load_secs: f64,
}

/// Times the loading of a folder's transformer against a plain reading of its
/// files, the best of `runs` each, one after the other.
///
/// # Errors
/// [`EngineError::Model`], when the folder cannot be used.
pub fn time_loading(folder: &Path, device: &Device, runs: usize) -> Result<Loading, EngineError> {
    let folder = ModelFolder::open(folder)?;
    let config = Config::read(&folder)?;
    let part = folder.part("transformer");
    let wrong = |e: std::io::Error| {
        EngineError::Model(format!("the folder cannot be read ({e}): {}", part.display()))
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(&part).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.extension().is_some_and(|ending| ending == "safetensors") {
            files.push(path);
        }
    }
    let mut buffer = vec![0; PLAIN_BUFFER];
    let mut plain = || {
        let mut bytes = 0;
        for path in &files {
            let mut file = fs::File::open(path)?;
            loop {
                match file.read(&mut buffer)? {
                    0 => break,
                    count => bytes += count as u64,
                }
            }
        }
        Ok::<u64, std::io::Error>(bytes)
    };
    // Once unmeasured, so that both find the files in the page cache.
    let bytes = plain().map_err(wrong)?;
    let mut found = Loading { bytes, plain_secs: f64::INFINITY, load_secs: f64::INFINITY };
    for _ in 0..runs {
        let begun = Instant::now();
        plain().map_err(wrong)?;
        found.plain_secs = found.plain_secs.min(begun.elapsed().as_secs_f64());
        let begun = Instant::now();
        let (network, adapters) = Network::load(&config, &folder, device, DType::F32)?;
        adapters.read_all();
        device.sync().map_err(|e| EngineError::Fault(format!("the device did not finish: {e:?}")))?;
        found.load_secs = found.load_secs.min(begun.elapsed().as_secs_f64());
        drop(network);
    }
    Ok(found)
}
