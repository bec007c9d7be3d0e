//! Slots: how a network reads a weight that is more than its stored numbers.
//!
//! A slot may hold two things. What stayed in its file ([`Kept`]) stands in for
//! the base: halves are widened at each reading, floats are looked after.
//! Changes (LoRA) are added to the base at each reading, for the price of one
//! small matrix product a weight and pass; the base is never written, so taking
//! them away is exact.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use burn::{
    module::{Module, ModuleVisitor, Param, Reparameterization, Reparameterizer},
    tensor::{DType, Device, Tensor, TensorData},
};

use super::{
    ModelError,
    weights::{halves::Halves, mapped::Floats},
};

/// A low-rank change on a device.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// `left right` has the weight's numbers: `[d, rank]` and `[rank, e]`.
    pub left: Tensor<2>,
    pub right: Tensor<2>,
}

/// A base that stayed in its file, `[outputs, inputs]` as PyTorch lays it out.
#[derive(Clone, Debug)]
pub(super) enum Kept {
    /// In its place.
    Halves(Halves),
    /// What the base's tensor reads where it lies.
    Floats(Floats),
}

#[derive(Debug, Default)]
struct Content {
    kept: Option<Kept>,
    changes: Vec<Change>,
}

type Slot = Arc<RwLock<Content>>;

/// The reading of a weight through its slot.
#[derive(Module, Debug)]
pub struct SlotReading {
    #[module(skip)]
    slot: Slot,
}

impl Reparameterization for SlotReading {
    const NAME: &'static str = "slot";

    fn apply<const D: usize>(&self, base: Tensor<D>) -> Tensor<D> {
        let content = self.slot.read().unwrap_or_else(PoisonError::into_inner);
        let base = match &content.kept {
            Some(Kept::Halves(halves)) => {
                let mut shape = base.shape().to_vec();
                shape.reverse();
                let data = TensorData::from_bytes(halves.widened(), shape, DType::F32);
                // Only matrices of linear layers are held so.
                Tensor::<D>::from_data(data, (&base.device(), DType::F32)).swap_dims(0, D - 1)
            }
            Some(Kept::Floats(floats)) => {
                floats.look();
                base
            }
            None => base,
        };
        let changes = content.changes.iter().map(|change| change.left.clone().matmul(change.right.clone()));
        let Some(change) = changes.reduce(|sum, change| sum + change) else {
            return base;
        };
        let (shape, dtype) = (base.shape(), base.dtype());
        // In this order: the base may lie in a file, the change may be written to.
        (change.reshape(shape) + base.cast(DType::F32)).cast(dtype)
    }
}

/// A weight with its slot.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub shape: Vec<usize>,
    pub device: Device,
    slot: Slot,
}

impl Target {
    /// Adds a change to those that are there.
    pub fn push(&self, change: Change) {
        self.slot.write().unwrap_or_else(PoisonError::into_inner).changes.push(change);
    }
}

/// The slots of a network's weights. Clones of the network share them.
#[derive(Clone, Debug, Default)]
pub struct Adapters(BTreeMap<String, Target>);

/// Collects a slot for every weight of a linear layer or convolution.
struct Attach<'a>(&'a mut BTreeMap<String, Target>);

impl Reparameterizer for Attach<'_> {
    type Reparam = SlotReading;

    fn reparameterize<const D: usize>(
        &mut self,
        path: &str,
        param: Param<Tensor<D>>,
    ) -> (Param<Tensor<D>>, Option<SlotReading>) {
        if !path.ends_with(".weight") || !matches!(D, 2 | 4) {
            return (param, None);
        }
        let slot = Slot::default();
        let (shape, device) = (param.lazy_shape().to_vec(), param.lazy_device());
        self.0.insert(path.to_owned(), Target { shape, device, slot: slot.clone() });
        (param, Some(SlotReading { slot }))
    }
}

/// Whether a network has slots already.
struct HasSlots(bool);

impl ModuleVisitor for HasSlots {
    fn enter_module(&mut self, _name: &str, container_type: &str) {
        self.0 |= container_type == "Reparameterization";
    }
}

impl Adapters {
    /// Gives every weight of a linear layer or convolution an empty slot. This
    /// is done once for a network, mostly when its weights are loaded.
    ///
    /// # Errors
    /// [`ModelError::Weights`], when it has slots already.
    pub fn attach<M: Module>(module: &mut M) -> Result<Self, ModelError> {
        let mut has = HasSlots(false);
        module.visit(&mut has);
        if has.0 {
            return Err(ModelError::Weights {
                model: "LoRA".into(),
                why: "this network has slots for changes already; add to those".into(),
            });
        }
        let mut targets = BTreeMap::new();
        *module = module.clone().apply_reparameterization(Attach(&mut targets));
        Ok(Self(targets))
    }

    /// The weight at a path.
    pub(super) fn target(&self, path: &str) -> Option<&Target> {
        self.0.get(path)
    }

    /// Keeps a weight's base in its file; whether there is a slot for it.
    pub(super) fn hold(&self, path: &str, kept: Kept) -> bool {
        let Some(target) = self.0.get(path) else { return false };
        target.slot.write().unwrap_or_else(PoisonError::into_inner).kept = Some(kept);
        true
    }

    /// Reads every weight that stayed in its file once, as the first pass of the
    /// network will: for timings of loading. Returns how many numbers that were.
    pub fn read_all(&self) -> usize {
        let held = |target: &Target| target.slot.read().unwrap_or_else(PoisonError::into_inner).kept.clone();
        let kept = self.0.values().filter_map(held);
        kept.map(|kept| match kept {
            Kept::Halves(halves) => halves.widened().len() / size_of::<f32>(),
            Kept::Floats(floats) => floats.look(),
        })
        .sum()
    }

    /// Takes all changes away: the network is bit for bit what it was.
    pub fn clear(&self) {
        for target in self.0.values() {
            target.slot.write().unwrap_or_else(PoisonError::into_inner).changes.clear();
        }
    }
}
