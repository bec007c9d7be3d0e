//! What the published tokenizers share.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use serde_json::{Map, Value};
use tokenizers::Tokenizer;

use super::{ModelError, config};

/// Longer than any vocabulary.
const MAX_BYTES: u64 = 256 << 20;

/// A tokenizer from its JSON. Padding and truncation that the file may ask
/// for are switched off: the pipelines have rules of their own.
///
/// # Errors
/// [`ModelError::Tokenizer`].
pub fn from_json(json: &[u8], model: &str) -> Result<Tokenizer, ModelError> {
    guarded(model, || {
        let mut tokenizer = Tokenizer::from_bytes(json).map_err(|e| e.to_string())?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|e| e.to_string())?;
        Ok(tokenizer)
    })
}

/// As [`from_json`], from a file: those of large vocabularies have over 10 MB.
///
/// # Errors
/// [`ModelError`] naming the file.
pub fn open_json(file: &Path, model: &str) -> Result<Tokenizer, ModelError> {
    from_json(&bytes(file)?, model).map_err(|error| config::named(error, file))
}

/// A tokenizer's file.
///
/// # Errors
/// [`ModelError::File`].
pub fn bytes(file: &Path) -> Result<Vec<u8>, ModelError> {
    let wrong = |why: String| ModelError::File { path: file.to_owned(), why };
    let unread = |e| wrong(format!("the file cannot be read ({e})"));
    let length = std::fs::metadata(file).map_err(unread)?.len();
    if length > MAX_BYTES {
        return Err(wrong(format!("the file has {length} bytes; at most {MAX_BYTES} are allowed")));
    }
    std::fs::read(file).map_err(unread)
}

/// Ids of a text without special tokens around it.
///
/// # Errors
/// [`ModelError::Tokenizer`].
pub fn ids(tokenizer: &Tokenizer, text: &str, model: &str) -> Result<Vec<u32>, ModelError> {
    guarded(model, || {
        let encoding = tokenizer.encode_fast(text, false).map_err(|e| e.to_string())?;
        Ok(encoding.get_ids().to_vec())
    })
}

/// Runs what a damaged file could make panic: tables of the normalizers are
/// used by their crate without a look at their bounds.
///
/// # Errors
/// [`ModelError::Tokenizer`].
pub fn guarded<T>(model: &str, work: impl FnOnce() -> Result<T, String>) -> Result<T, ModelError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err("its tables are damaged".into()))
        .map_err(|why| ModelError::Tokenizer { model: model.to_owned(), why })
}

/// `tokenizer_config.json`, or nothing when it is not there.
///
/// # Errors
/// [`ModelError`], when it is there but cannot be read.
pub fn settings(folder: &Path, model: &str) -> Result<Map<String, Value>, ModelError> {
    let file = folder.join("tokenizer_config.json");
    if file.is_file() { config::read(&file, model) } else { Ok(Map::new()) }
}

/// A special token's text: either bare, or in an object with its manners.
pub fn special<'s>(settings: &'s Map<String, Value>, key: &str, default: &'s str) -> &'s str {
    let value = settings.get(key);
    value.and_then(|value| value.as_str().or_else(|| value.get("content")?.as_str())).unwrap_or(default)
}

/// `model_max_length`, when it is a length: "no limit" is written as 1e30.
pub fn max_length(settings: &Map<String, Value>) -> Option<usize> {
    let length = settings.get("model_max_length")?.as_u64()?;
    (length < 1 << 20).then_some(length as usize)
}
