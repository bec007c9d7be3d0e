//! The networks that learn: text encoder and DiT, trained together.

use burn::{
    module::{Module, ModuleVisitor, Param},
    tensor::{Bool, Device, Int, Tensor},
};
use serde::{Deserialize, Serialize};

use crate::models::{
    ModelError,
    builtin::{BuiltinConfig, Networks},
    dit::{Dit, DitConfig},
    text_encoder::{TextEncoder, TextEncoderConfig},
};

/// Sizes of a [`Pupil`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PupilConfig {
    /// Tokens to text states.
    pub text_encoder: TextEncoderConfig,
    /// Latents to velocities.
    pub dit: DitConfig,
}

impl From<&BuiltinConfig> for PupilConfig {
    fn from(config: &BuiltinConfig) -> Self {
        Self { text_encoder: config.text_encoder.clone(), dit: config.dit.clone() }
    }
}

/// Text encoder and DiT; the field names are the checkpoint's first words.
#[derive(Module, Debug)]
pub struct Pupil {
    /// Tokens to text states.
    pub text_encoder: TextEncoder,
    /// Latents to velocities.
    pub dit: Dit,
}

impl Pupil {
    /// Random weights, drawn at once.
    ///
    /// # Errors
    /// [`ModelError::Config`].
    pub fn new(config: &PupilConfig, seed: u64, device: &Device) -> Result<Self, ModelError> {
        struct DrawNow;
        impl ModuleVisitor for DrawNow {
            fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
                param.val();
            }
        }
        device.seed(seed);
        let pupil = Self {
            text_encoder: TextEncoder::new(&config.text_encoder, device),
            dit: Dit::new(&config.dit, device)?,
        };
        // burn draws a weight at its first use; drawn here in order, they
        // depend on the seed alone.
        pupil.visit(&mut DrawNow);
        Ok(pupil)
    }

    /// The trained part of a whole model.
    pub fn from_networks(networks: &Networks) -> Self {
        Self { text_encoder: networks.text_encoder.clone(), dit: networks.dit.clone() }
    }

    /// Text states and which of them count; where `dropped`, the learned null
    /// alone.
    ///
    /// # Shapes
    /// - `ids`, `mask`: `[batch, tokens]`, as [`TextEncoder::forward`] takes them
    /// - `dropped`: `[batch]`
    /// - output: `[batch, tokens, context]`, `[batch, tokens]`
    pub fn context(
        &self,
        ids: Tensor<2, Int>,
        mask: Tensor<2, Bool>,
        dropped: Tensor<1, Bool>,
    ) -> (Tensor<3>, Tensor<2, Bool>) {
        let [batch, tokens] = ids.dims();
        let states = self.text_encoder.forward(ids, mask.clone());
        let [_, _, context] = states.dims();
        let null = self.dit.null_context().expand([batch, tokens, context]);
        let states_dropped = dropped.clone().reshape([batch, 1, 1]).expand([batch, tokens, context]);
        // One state stands for "no text", as `Builtin::null_text` gives it.
        let only_first = Tensor::<1, Int>::arange(0..tokens as i64, &mask.device())
            .equal_elem(0)
            .reshape([1, tokens])
            .expand([batch, tokens]);
        let keys_dropped = dropped.reshape([batch, 1]).expand([batch, tokens]);
        (states.mask_where(states_dropped, null), mask.mask_where(keys_dropped, only_first))
    }

    /// # Shapes
    /// - `x`: `[batch, channels, h, w]`, noisy latents
    /// - `t`: `[batch]`, 0..1000
    /// - `ids`, `mask`, `dropped`: see [`Self::context`]
    /// - output: `[batch, channels, h, w]`, the velocity
    pub fn forward(
        &self,
        x: Tensor<4>,
        t: Tensor<1>,
        ids: Tensor<2, Int>,
        mask: Tensor<2, Bool>,
        dropped: Tensor<1, Bool>,
    ) -> Tensor<4> {
        let (states, mask) = self.context(ids, mask, dropped);
        self.dit.forward(x, t, states, mask)
    }
}
