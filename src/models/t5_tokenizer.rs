//! T5's tokenizer: a sentencepiece unigram model.
//!
//! Source: transformers, `T5TokenizerFast` and `T5Converter`.

use std::path::Path;

use tokenizers::{
    AddedToken, Tokenizer,
    models::unigram::Unigram,
    normalizers::Precompiled,
    pre_tokenizers::{
        PreTokenizerWrapper,
        metaspace::{Metaspace, PrependScheme},
        sequence::Sequence,
        whitespace::WhitespaceSplit,
    },
};

use super::{
    ModelError, config,
    sentencepiece::{PieceKind, SentencePiece},
    tokenize,
};

const MODEL: &str = "T5 text encoder";
/// Sentinels beyond the vocabulary where `tokenizer_config.json` does not say.
const EXTRA_IDS: u64 = 100;

/// Text to token ids.
#[derive(Clone, Debug)]
pub struct T5Tokenizer {
    tokenizer: Tokenizer,
    end: u32,
    pad: u32,
    length: Option<usize>,
}

/// A padded text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaddedText {
    /// Token ids.
    pub ids: Vec<u32>,
    /// Which of them are no padding.
    pub mask: Vec<bool>,
}

impl T5Tokenizer {
    /// Reads `tokenizer.json`, or else `spiece.model`.
    ///
    /// # Errors
    /// [`ModelError`] naming the file.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let settings = tokenize::settings(folder, MODEL)?;
        let (whole, pieces) = (folder.join("tokenizer.json"), folder.join("spiece.model"));
        let (tokenizer, file) = if whole.is_file() {
            (tokenize::open_json(&whole, MODEL)?, whole)
        } else {
            let extra = settings.get("extra_ids").and_then(serde_json::Value::as_u64).unwrap_or(EXTRA_IDS);
            let tokenizer = from_pieces(&tokenize::bytes(&pieces)?, extra.min(10_000))
                .map_err(|error| config::named(error, &pieces))?;
            (tokenizer, pieces)
        };
        let id = |key, default| {
            let token = tokenize::special(&settings, key, default);
            tokenizer.token_to_id(token).ok_or_else(|| ModelError::Tokenizer {
                model: MODEL.into(),
                why: format!("its {key} '{token}' is not in the vocabulary: {}", file.display()),
            })
        };
        let (end, pad) = (id("eos_token", "</s>")?, id("pad_token", "<pad>")?);
        Ok(Self { tokenizer, end, pad, length: tokenize::max_length(&settings) })
    }

    /// `model_max_length`, where the folder gives one.
    pub fn length(&self) -> Option<usize> {
        self.length
    }

    /// A text of exactly `length` tokens, at least one: cut off or padded, and
    /// closed by the end token either way.
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`].
    pub fn padded(&self, text: &str, length: usize) -> Result<PaddedText, ModelError> {
        let mut ids = tokenize::ids(&self.tokenizer, text, MODEL)?;
        ids.truncate(length.saturating_sub(1));
        ids.push(self.end);
        let mut mask = vec![true; ids.len()];
        ids.resize(length.max(1), self.pad);
        mask.resize(length.max(1), false);
        Ok(PaddedText { ids, mask })
    }
}

/// The tokenizer that transformers makes of a `spiece.model`.
fn from_pieces(bytes: &[u8], extra_ids: u64) -> Result<Tokenizer, ModelError> {
    tokenize::guarded(MODEL, || {
        let model = SentencePiece::parse(bytes)?;
        let marks = model.pieces.iter().filter(|p| matches!(p.kind, PieceKind::Control | PieceKind::Unknown));
        let mut special: Vec<String> = marks.map(|piece| piece.text.clone()).collect();
        let mut vocab: Vec<(String, f64)> =
            model.pieces.iter().map(|piece| (piece.text.clone(), f64::from(piece.score))).collect();
        // The sentinels count down: the first has the highest id.
        for i in (0..extra_ids).rev() {
            let sentinel = format!("<extra_id_{i}>");
            if model.pieces.iter().all(|piece| piece.text != sentinel) {
                vocab.push((sentinel.clone(), 0.0));
            }
            special.push(sentinel);
        }
        let unigram =
            Unigram::from(vocab, Some(model.unknown), model.byte_fallback).map_err(|e| e.to_string())?;
        let mut tokenizer = Tokenizer::new(unigram);
        if !model.charsmap.is_empty() {
            let normalizer = Precompiled::from(&model.charsmap).map_err(|e| e.to_string())?;
            tokenizer.with_normalizer(Some(normalizer)).map_err(|e| e.to_string())?;
        }
        let words = Sequence::new(vec![
            PreTokenizerWrapper::WhitespaceSplit(WhitespaceSplit),
            PreTokenizerWrapper::Metaspace(Metaspace::new('▁', PrependScheme::Always, true)),
        ]);
        tokenizer.with_pre_tokenizer(Some(words));
        let special: Vec<AddedToken> =
            special.into_iter().map(|text| AddedToken::from(text, true).normalized(false)).collect();
        tokenizer.add_special_tokens(special).map_err(|e| e.to_string())?;
        Ok(tokenizer)
    })
}
