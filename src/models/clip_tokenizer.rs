//! CLIP's tokenizer: lower-cased byte-level BPE whose words end in `</w>`.
//!
//! Source: transformers, `CLIPTokenizer` and `convert_slow_tokenizer.py`.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Map, Value, json};
use tokenizers::Tokenizer;

use super::{ModelError, config, tokenize};

const MODEL: &str = "CLIP text encoder";
const START: &str = "<|startoftext|>";
const END: &str = "<|endoftext|>";
/// Words, apostrophe endings, single digits, runs of signs.
const WORDS: &str = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";
/// Tokens of a text where `tokenizer_config.json` does not say.
const LENGTH: usize = 77;

/// Text to token ids of one length.
#[derive(Clone, Debug)]
pub struct ClipTokenizer {
    tokenizer: Tokenizer,
    start: u32,
    end: u32,
    pad: u32,
    length: usize,
}

impl ClipTokenizer {
    /// Reads `tokenizer.json`, or else `vocab.json` and `merges.txt`, with
    /// `tokenizer_config.json` for the special tokens.
    ///
    /// # Errors
    /// [`ModelError`] naming the file.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let settings = tokenize::settings(folder, MODEL)?;
        let whole = folder.join("tokenizer.json");
        let tokenizer = if whole.is_file() {
            tokenize::open_json(&whole, MODEL)?
        } else {
            let vocab: BTreeMap<String, u32> = config::read(&folder.join("vocab.json"), MODEL)?;
            let merges = config::text(&folder.join("merges.txt"))?;
            tokenize::from_json(assembled(&settings, vocab, &merges).to_string().as_bytes(), MODEL)
                .map_err(|error| config::named(error, folder))?
        };
        let id = |key, default| {
            let token = tokenize::special(&settings, key, default);
            tokenizer.token_to_id(token).ok_or_else(|| ModelError::Tokenizer {
                model: MODEL.into(),
                why: format!("its {key} '{token}' is not in the vocabulary: {}", folder.display()),
            })
        };
        let (start, end, pad) = (id("bos_token", START)?, id("eos_token", END)?, id("pad_token", END)?);
        let length = tokenize::max_length(&settings).unwrap_or(LENGTH).max(2);
        Ok(Self { tokenizer, start, end, pad, length })
    }

    /// Tokens of every text: start, at most two fewer of its own, end, padding.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Token ids of a text, `length` of them (CLIP has learned 77 positions).
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`].
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let own = tokenize::ids(&self.tokenizer, text, MODEL)?;
        let mut ids = vec![self.start];
        ids.extend(own.into_iter().take(self.length - 2));
        ids.push(self.end);
        ids.resize(self.length, self.pad);
        Ok(ids)
    }
}

/// `tokenizer.json` as transformers would make it of the older files.
fn assembled(settings: &Map<String, Value>, vocab: BTreeMap<String, u32>, merges: &str) -> Value {
    // A padding token such as CLIP-G's "!" is cut out of texts like any special token.
    let mut added: BTreeMap<u32, Value> = BTreeMap::new();
    let mut add = |content: &str, id: Option<u32>, manners: Option<&Value>| {
        let Some(id) = id.or_else(|| vocab.get(content).copied()) else { return };
        let manner = |key| manners.and_then(|m| m.get(key)?.as_bool()).unwrap_or(false);
        added.entry(id).or_insert_with(|| {
            json!({
                "id": id, "content": content, "special": true,
                "single_word": manner("single_word"), "lstrip": manner("lstrip"), "rstrip": manner("rstrip"),
                "normalized": manner("normalized"),
            })
        });
    };
    if let Some(Value::Object(listed)) = settings.get("added_tokens_decoder") {
        for (id, manners) in listed {
            if let Some(content) = manners.get("content").and_then(Value::as_str) {
                add(content, id.parse().ok(), Some(manners));
            }
        }
    }
    for (key, default) in [("bos_token", START), ("eos_token", END), ("unk_token", END), ("pad_token", END)] {
        add(tokenize::special(settings, key, default), None, settings.get(key));
    }
    let merges: Vec<&str> = merges
        .lines()
        .enumerate()
        .filter(|(i, line)| !(line.is_empty() || *i == 0 && line.starts_with("#version")))
        .map(|(_, line)| line)
        .collect();
    let unknown = tokenize::special(settings, "unk_token", END);
    json!({
        "version": "1.0",
        "added_tokens": added.into_values().collect::<Vec<Value>>(),
        "normalizer": { "type": "Sequence", "normalizers": [
            { "type": "NFC" },
            { "type": "Replace", "pattern": { "Regex": r"\s+" }, "content": " " },
            { "type": "Lowercase" },
        ] },
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
            { "type": "Split", "pattern": { "Regex": WORDS }, "behavior": "Removed", "invert": true },
            { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true },
        ] },
        "model": {
            "type": "BPE", "unk_token": unknown, "continuing_subword_prefix": "",
            "end_of_word_suffix": "</w>", "fuse_unk": false, "vocab": vocab, "merges": merges,
        },
    })
}
