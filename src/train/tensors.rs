//! A module's weights by name, and back.

use std::collections::BTreeMap;

use burn::{
    module::{Module, ModuleMapper, ModuleVisitor, Param},
    tensor::{Device, Gradients, Tensor, TensorData},
};

use super::TrainError;

/// Flat values of each weight under its path in the module
/// (`dit.blocks.0.attn.q.weight`), on a device without autodiff.
pub(super) type Named = BTreeMap<String, Tensor<1>>;

/// The values of one tensor.
pub(super) fn values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, TrainError> {
    tensor.try_into_vec_as::<f32>().map_err(|e| TrainError::Device(e.to_string()))
}

/// All weights of a module.
pub(super) fn weights(module: &impl Module) -> Named {
    struct Collect(Path, Named);
    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.1.insert(self.0.join(), flat(param.val().without_autodiff()));
        }
        fn enter_module(&mut self, name: &str, _kind: &str) {
            self.0.enter(name);
        }
        fn exit_module(&mut self, _name: &str, _kind: &str) {
            self.0.leave();
        }
    }
    let mut collect = Collect(Path::default(), Named::new());
    module.visit(&mut collect);
    collect.1
}

/// The gradients of a module's weights, taken out of `gradients`.
pub(super) fn gradients(module: &impl Module, gradients: Gradients) -> Named {
    struct Collect(Path, Gradients, Named);
    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Some(gradient) = param.val().grad_remove(&mut self.1) {
                self.2.insert(self.0.join(), flat(gradient));
            }
        }
        fn enter_module(&mut self, name: &str, _kind: &str) {
            self.0.enter(name);
        }
        fn exit_module(&mut self, _name: &str, _kind: &str) {
            self.0.leave();
        }
    }
    let mut collect = Collect(Path::default(), gradients, Named::new());
    module.visit(&mut collect);
    collect.2
}

/// Replaces a module's weights; `next` gets the path, the number of dimensions
/// and the flat present values, and gives the new ones, or `None` to keep them.
/// Ids, shapes and autodiff stay as they are.
pub(super) fn map_weights<M: Module>(
    module: M,
    next: impl FnMut(&str, usize, Tensor<1>) -> Option<Tensor<1>>,
) -> M {
    struct Map<F>(Path, F);
    impl<F: FnMut(&str, usize, Tensor<1>) -> Option<Tensor<1>>> ModuleMapper for Map<F> {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let path = self.0.join();
            let (id, old, mapper) = param.consume();
            let (autodiff, learns, shape) = (old.is_autodiff(), old.is_require_grad(), old.dims());
            let old = old.without_autodiff();
            let new = match (self.1)(&path, D, flat(old.clone())) {
                Some(new) => new.reshape(shape),
                None => old,
            };
            let new = if autodiff { Tensor::from_inner(new).set_require_grad(learns) } else { new };
            Param::from_mapped_value(id, new, mapper)
        }
        fn enter_module(&mut self, name: &str, _kind: &str) {
            self.0.enter(name);
        }
        fn exit_module(&mut self, _name: &str, _kind: &str) {
            self.0.leave();
        }
    }
    module.map(&mut Map(Path::default(), next))
}

/// Sets all weights of a module.
///
/// # Errors
/// The path of the first weight that `named` lacks or has in another size.
pub(super) fn with_weights<M: Module>(module: M, named: &Named) -> Result<M, String> {
    let mut wrong = None;
    let module = map_weights(module, |path, _, old| {
        let new = named.get(path).filter(|new| new.dims() == old.dims()).cloned();
        if new.is_none() && wrong.is_none() {
            wrong = Some(path.to_owned());
        }
        new
    });
    match wrong {
        Some(path) => Err(format!("'{path}' is missing or of another size")),
        None => Ok(module),
    }
}

/// The sum of squares of one tensor.
///
/// # Shapes
/// - output: `[1]`
pub(super) fn sum_of_squares(tensor: &Tensor<1>) -> Tensor<1> {
    // In two stages: software Vulkan gets the plain sum of a long tensor wrong,
    // and a sum of partial sums rounds less anywhere.
    const ROW: usize = 1024;
    let [count] = tensor.dims();
    let squares = tensor.clone() * tensor.clone();
    if count > ROW && count.is_multiple_of(ROW) {
        squares.reshape([count / ROW, ROW]).sum_dim(1).sum()
    } else {
        squares.sum()
    }
}

/// A tensor of these values on a device.
pub(super) fn from_values(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let count = values.len();
    Tensor::from_data(TensorData::new(values, [count]), device)
}

fn flat<const D: usize>(tensor: Tensor<D>) -> Tensor<1> {
    let count = tensor.shape().num_elements();
    tensor.reshape([count])
}

/// Where a traversal is.
#[derive(Default)]
struct Path(Vec<String>);

impl Path {
    fn enter(&mut self, name: &str) {
        self.0.push(name.to_owned());
    }

    fn leave(&mut self) {
        self.0.pop();
    }

    fn join(&self) -> String {
        self.0.join(".")
    }
}
