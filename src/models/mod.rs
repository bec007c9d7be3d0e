//! Networks, one file per published architecture.
//!
//! A field of a struct is the key of the checkpoint and the term of the paper.
//! [`builtin`] assembles the model that ships in the binary.

pub mod autoencoder;
pub mod builtin;
pub mod clip;
mod clip_tokenizer;
pub mod config;
pub mod dit;
pub mod dit_published;
pub mod flux;
pub mod kl_autoencoder;
mod kl_layers;
pub mod layers;
pub mod lora;
pub mod pixart;
pub mod published_attention;
pub mod published_layers;
pub mod qwen3;
pub mod sd3;
mod sentencepiece;
pub mod slots;
pub mod t5;
mod t5_tokenizer;
mod text_attention;
pub mod text_encoder;
pub mod tiny_autoencoder;
mod tokenize;
pub mod weights;
pub mod zimage;

/// Why a model could not be used. Each is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file of a model that is missing, damaged or of a kind that is not read.
    #[error("{why}: {}", path.display())]
    File {
        /// What was found and what was expected.
        why: String,
        /// The file, or the folder that should hold it.
        path: std::path::PathBuf,
    },
    /// Weights that do not fit the network.
    #[error("the weights of the {model} do not fit: {why}")]
    Weights {
        /// Which model or part.
        model: String,
        /// The tensor, what was found and what was expected.
        why: String,
    },
    /// A configuration that cannot be built.
    #[error("the configuration of the {model} is not usable: {why}")]
    Config {
        /// Which model or part.
        model: String,
        /// The key, what was found and what is allowed.
        why: String,
    },
    /// The tokenizer could not be read or failed on a text.
    #[error("the tokenizer of the {model} failed: {why}")]
    Tokenizer {
        /// Which model.
        model: String,
        /// What it said.
        why: String,
    },
    /// A size that the network cannot paint.
    #[error("{model} cannot paint {width_px}x{height_px} pixels: {why}")]
    Size {
        /// Which model.
        model: String,
        /// Width asked for.
        width_px: usize,
        /// Height asked for.
        height_px: usize,
        /// What is possible.
        why: String,
    },
}
