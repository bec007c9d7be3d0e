//! Prompts to what the transformers are told, by each family's rules of
//! padding, masks and order.

use burn::tensor::{DType, Device, Tensor};

use super::{
    network::{Condition, Config},
    task::Task,
};
use crate::{
    engine::{
        EngineError,
        folder::{Family, ModelFolder},
    },
    models::{
        clip::{ClipStates, ClipTextEncoder, ClipTokenizer},
        lora::Adapters,
        qwen3::Qwen3TextEncoder,
        t5::{T5Encoder, T5Tokenizer},
        weights::Renames,
    },
};

/// Tokens that a prompt is padded to, where the reference's pipeline says so.
const fn default_tokens(family: Family) -> usize {
    match family {
        Family::PixArtAlpha => 120,
        Family::PixArtSigma => 300,
        Family::Sd3 => 256,
        Family::Flux | Family::ZImage => 512,
        Family::Dit => 0,
    }
}

/// A prompt as the text encoders of a model are given it: the cache's key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Texts {
    /// One for each text encoder; the first stands in for absent ones.
    prompts: [String; 3],
    max_tokens: usize,
    clip_skip: usize,
}

impl Texts {
    /// The prompt and the negative prompt of a task.
    pub fn of_task(folder: &ModelFolder, task: &Task) -> [Self; 2] {
        let family = folder.family;
        let cleaned = |text: &str| match family {
            // As the reference without its caption cleaning.
            Family::PixArtAlpha | Family::PixArtSigma => text.to_lowercase().trim().to_owned(),
            _ => text.to_owned(),
        };
        let max_tokens = task.max_tokens.unwrap_or(default_tokens(family));
        let other = |prompt: &Option<String>| cleaned(prompt.as_ref().unwrap_or(&task.prompt));
        let negative = cleaned(&task.negative);
        [
            Self {
                prompts: [cleaned(&task.prompt), other(&task.prompt_2), other(&task.prompt_3)],
                max_tokens,
                clip_skip: task.clip_skip,
            },
            // The reference skips no blocks for what to avoid.
            Self { prompts: [negative.clone(), negative.clone(), negative], max_tokens, clip_skip: 0 },
        ]
    }
}

/// T5 with its tokenizer.
pub(super) struct T5 {
    tokenizer: T5Tokenizer,
    encoder: T5Encoder,
}

impl T5 {
    fn open(folder: &ModelFolder, number: &str, device: &Device) -> Result<Self, EngineError> {
        Ok(Self {
            tokenizer: T5Tokenizer::open(&folder.part(&format!("tokenizer{number}")))?,
            encoder: T5Encoder::open(&folder.part(&format!("text_encoder{number}")), device, DType::F32)?,
        })
    }
}

/// CLIP with its tokenizer.
pub(super) struct Clip {
    tokenizer: ClipTokenizer,
    encoder: ClipTextEncoder,
}

impl Clip {
    fn open(folder: &ModelFolder, number: &str, device: &Device) -> Result<Self, EngineError> {
        Ok(Self {
            tokenizer: ClipTokenizer::open(&folder.part(&format!("tokenizer{number}")))?,
            encoder: ClipTextEncoder::open(
                &folder.part(&format!("text_encoder{number}")),
                device,
                DType::F32,
            )?,
        })
    }

    fn encode(&self, text: &str) -> Result<ClipStates, EngineError> {
        Ok(self.encoder.encode(&[self.tokenizer.ids(text)?])?)
    }
}

/// The text encoders of a family on a device.
pub(super) enum Encoders {
    /// Classes need none.
    None,
    PixArt(Box<T5>),
    Sd3 {
        clip: Box<[Clip; 2]>,
        t5: Option<Box<T5>>,
        width: usize,
    },
    Flux {
        clip: Box<Clip>,
        t5: Box<T5>,
    },
    ZImage(Box<Qwen3TextEncoder>),
}

impl Encoders {
    /// Loads them. All compute in f32.
    pub fn load(folder: &ModelFolder, config: &Config, device: &Device) -> Result<Self, EngineError> {
        Ok(match config {
            Config::Dit(_) => Self::None,
            Config::PixArt(_) => Self::PixArt(Box::new(T5::open(folder, "", device)?)),
            Config::Sd3(config) => Self::Sd3 {
                clip: Box::new([Clip::open(folder, "", device)?, Clip::open(folder, "_2", device)?]),
                t5: match folder.has("text_encoder_3") {
                    true => Some(Box::new(T5::open(folder, "_3", device)?)),
                    false => None,
                },
                width: config.joint_attention_dim,
            },
            Config::Flux(_) => Self::Flux {
                clip: Box::new(Clip::open(folder, "", device)?),
                t5: Box::new(T5::open(folder, "_2", device)?),
            },
            Config::ZImage(_) => Self::ZImage(Box::new(Qwen3TextEncoder::open(
                &folder.part("text_encoder"),
                &folder.part("tokenizer"),
                device,
            )?)),
        })
    }

    /// The slots of each encoder's weights, for LoRA, with the name of its part
    /// and the table that it was loaded with.
    pub fn adapters(&self) -> Vec<(&'static str, &Adapters, Renames)> {
        fn clip<'a>(part: &'static str, clip: &'a Clip) -> (&'static str, &'a Adapters, Renames) {
            (part, clip.encoder.adapters(), ClipTextEncoder::renames())
        }
        fn t5<'a>(part: &'static str, t5: &'a T5) -> (&'static str, &'a Adapters, Renames) {
            (part, t5.encoder.adapters(), T5Encoder::renames())
        }
        match self {
            Self::None => Vec::new(),
            Self::PixArt(one) => vec![t5("text_encoder", one)],
            Self::Sd3 { clip: both, t5: third, .. } => {
                let mut found = vec![clip("text_encoder", &both[0]), clip("text_encoder_2", &both[1])];
                found.extend(third.as_deref().map(|third| t5("text_encoder_3", third)));
                found
            }
            Self::Flux { clip: first, t5: second } => {
                vec![clip("text_encoder", first), t5("text_encoder_2", second)]
            }
            Self::ZImage(qwen) => vec![("text_encoder", qwen.adapters(), Qwen3TextEncoder::renames())],
        }
    }

    /// What the transformer is told of a prompt.
    ///
    /// # Errors
    /// [`EngineError::Model`], also when encoders and transformer are of different widths.
    pub fn encode(
        &self,
        texts: &Texts,
        folder: &ModelFolder,
        config: &Config,
        device: &Device,
    ) -> Result<Condition, EngineError> {
        let condition = self.states(texts, device).map_err(|error| match error {
            EngineError::Model(why) => EngineError::Model(format!("{why}: {}", folder.path.display())),
            other => other,
        })?;
        let (width, pooled) = match config {
            Config::Dit(_) => return Ok(condition),
            Config::PixArt(config) => (config.caption_channels.unwrap_or(config.width()), None),
            Config::Sd3(config) => (config.joint_attention_dim, Some(config.pooled_projection_dim)),
            Config::Flux(config) => (config.joint_attention_dim, Some(config.pooled_projection_dim)),
            Config::ZImage(config) => (config.cap_feat_dim, None),
        };
        let found = (condition.text.dims()[2], pooled.map(|_| condition.pooled.dims()[1]));
        if found == (width, pooled) {
            return Ok(condition);
        }
        let both = |(width, pooled): (usize, Option<usize>)| match pooled {
            Some(pooled) => format!("{width} numbers a token and {pooled} a text"),
            None => format!("{width} numbers a token"),
        };
        Err(EngineError::Model(format!(
            "the text encoders give {}, but the transformer takes {}; do the parts belong to one model?: {}",
            both(found),
            both((width, pooled)),
            folder.path.display()
        )))
    }

    /// The states of a prompt.
    fn states(&self, texts: &Texts, device: &Device) -> Result<Condition, EngineError> {
        let [first, second, third] = &texts.prompts;
        let empty = || Condition::of_class(0, device);
        Ok(match self {
            Self::None => empty(),
            Self::PixArt(t5) => {
                let padded = t5.tokenizer.padded(first, texts.max_tokens)?;
                let counts: Vec<f32> =
                    padded.mask.iter().map(|&counts| f32::from(u8::from(counts))).collect();
                let mask = Tensor::<1>::from_floats(counts.as_slice(), device).unsqueeze_dim::<2>(0);
                let text = t5.encoder.encode(&[padded.ids], Some(&[padded.mask]))?;
                Condition { text, mask: Some(mask.greater_elem(0.5)), ..empty() }
            }
            Self::Sd3 { clip, t5, width } => {
                let [l, g] = [clip[0].encode(first)?, clip[1].encode(second)?];
                let both = Tensor::cat(vec![l.skipped(texts.clip_skip)?, g.skipped(texts.clip_skip)?], 2);
                let [_, tokens, found] = both.dims();
                let missing = width.checked_sub(found).ok_or_else(|| {
                    EngineError::Model(format!(
                        "the text encoders give {found} numbers a token, but the transformer takes {width}"
                    ))
                })?;
                let both = if missing > 0 {
                    Tensor::cat(vec![both, Tensor::zeros([1, tokens, missing], device)], 2)
                } else {
                    both
                };
                let long = match t5 {
                    // All tokens count, padding too.
                    Some(t5) => {
                        let states =
                            t5.encoder.encode(&[t5.tokenizer.padded(third, texts.max_tokens)?.ids], None)?;
                        let [.., found] = states.dims();
                        if found != *width {
                            return Err(EngineError::Model(format!(
                                "the T5 gives {found} numbers a token, but the transformer takes {width}"
                            )));
                        }
                        states
                    }
                    None => Tensor::zeros([1, texts.max_tokens, *width], device),
                };
                let pooled = |states: ClipStates| {
                    states.text_embeds.ok_or_else(|| {
                        EngineError::Model("a CLIP text encoder of SD3 has no text_projection".to_owned())
                    })
                };
                Condition {
                    text: Tensor::cat(vec![both, long], 1),
                    pooled: Tensor::cat(vec![pooled(l)?, pooled(g)?], 1),
                    ..empty()
                }
            }
            Self::Flux { clip, t5 } => {
                let pooled = clip.encode(first)?.pooled;
                let ids = t5.tokenizer.padded(second, texts.max_tokens)?.ids;
                Condition { text: t5.encoder.encode(&[ids], None)?, pooled, ..empty() }
            }
            Self::ZImage(qwen) => {
                let ids = qwen.chat_ids(first, texts.max_tokens)?;
                Condition { text: qwen.encode(ids)?, ..empty() }
            }
        })
    }
}
