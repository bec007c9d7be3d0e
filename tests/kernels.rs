//! Attention against its literal twin, on a real graphics adapter and on the
//! CPU backend. Software Vulkan counts as an adapter; `packaging/test` installs
//! it. Without any adapter these tests fail: they are never skipped in silence.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::tensor::{Bool, DType, Device, DeviceKind, Tensor, TensorData, Tolerance, f16};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use vignette::kernels::{
    Dims, Path, attention, attention_by_tensors,
    flash::{self, Call, DeviceTraits, Variant},
    path_for, reference,
};

/// One test at a time on the adapter, because launches are counted.
static ADAPTER: Mutex<()> = Mutex::new(());

fn gpu() -> (Device, MutexGuard<'static, ()>) {
    let guard = ADAPTER.lock().unwrap_or_else(PoisonError::into_inner);
    let found = pollster::block_on(
        wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle())
            .enumerate_adapters(wgpu::Backends::PRIMARY),
    );
    assert!(
        !found.is_empty(),
        "there is no graphics adapter: run packaging/test, which installs software Vulkan"
    );
    (Device::wgpu(DeviceKind::DefaultDevice), guard)
}

/// Inputs of one call, row-major.
struct Case {
    dims: Dims,
    query: Vec<f32>,
    key: Vec<f32>,
    value: Vec<f32>,
    mask: Option<Vec<bool>>,
}

fn dims(batch: usize, heads: usize, queries: usize, keys: usize, head_size: usize) -> Dims {
    Dims { batch, heads, queries, keys, head_size }
}

impl Case {
    /// Numbers from -1 to 1, rounded to f16 so that both precisions agree on the inputs.
    fn new(dims: Dims) -> Self {
        let mut rng =
            ChaCha8Rng::seed_from_u64((dims.queries * 1000 + dims.keys * 10 + dims.head_size) as u64);
        let mut random = |tokens: usize| -> Vec<f32> {
            (0..dims.batch * dims.heads * tokens * dims.head_size)
                .map(|_| f16::from_f32(rng.random_range(-1.0..1.0)).to_f32())
                .collect()
        };
        let (query, key, value) = (random(dims.queries), random(dims.keys), random(dims.keys));
        Self { dims, query, key, value, mask: None }
    }

    fn masked(mut self, counts: impl Fn(usize, usize) -> bool) -> Self {
        let Dims { batch, keys, .. } = self.dims;
        self.mask = Some((0..batch * keys).map(|i| counts(i / keys, i % keys)).collect());
        self
    }

    fn scale(&self) -> f32 {
        1.0 / (self.dims.head_size as f32).sqrt()
    }

    fn expected(&self) -> Vec<f64> {
        let mask = self.mask.as_deref();
        reference::attention(&self.query, &self.key, &self.value, mask, self.scale(), self.dims)
    }

    fn tensor(&self, values: &[f32], tokens: usize, device: &Device) -> Tensor<4> {
        let Dims { batch, heads, head_size, .. } = self.dims;
        Tensor::from_data(TensorData::new(values.to_vec(), [batch, heads, tokens, head_size]), device)
    }

    /// Query, key, value and mask on a device.
    #[allow(clippy::type_complexity)]
    fn inputs(&self, device: &Device) -> ([Tensor<4>; 3], Option<Tensor<2, Bool>>) {
        let Dims { batch, queries, keys, .. } = self.dims;
        let mask = self
            .mask
            .as_ref()
            .map(|mask| Tensor::from_data(TensorData::new(mask.clone(), [batch, keys]), device));
        let tensors = [
            self.tensor(&self.query, queries, device),
            self.tensor(&self.key, keys, device),
            self.tensor(&self.value, keys, device),
        ];
        (tensors, mask)
    }

    fn run(&self, device: &Device) -> Tensor<4> {
        let ([query, key, value], mask) = self.inputs(device);
        attention(query, key, value, mask, None)
    }

    /// Runs on a device and compares with the twin, relative to the largest expected number.
    fn check(&self, device: &Device, path: Path) {
        assert_eq!(path_for(device, DType::F32, self.dims), path, "{:?}", self.dims);
        let before = flash::launches();
        let actual = self.run(device);
        close(actual, &self.expected(), 1e-5, &format!("{path:?} {:?}", self.dims));
        let launched = flash::launches() > before;
        assert_eq!(launched, path == Path::Flash, "{:?}: was our kernel what ran?", self.dims);
    }
}

fn close(actual: Tensor<4>, expected: &[f64], tolerance: f64, what: &str) {
    let actual: Vec<f32> = actual.cast(DType::F32).into_data().try_to_vec().unwrap();
    assert_eq!(actual.len(), expected.len(), "{what}: number of elements");
    let largest = expected.iter().fold(1.0_f64, |largest, x| largest.max(x.abs()));
    for (i, (&actual, &expected)) in actual.iter().zip(expected).enumerate() {
        let error = (f64::from(actual) - expected).abs() / largest;
        // Written so that NaN fails.
        assert!(
            error <= tolerance,
            "{what}: element {i}: actual {actual}, expected {expected}, error {error:.2e} of at most {tolerance:.0e}"
        );
    }
}

#[test]
fn kernel_agrees_for_every_head_size() {
    let (device, _guard) = gpu();
    for head_size in [1, 3, 40, 48, 64, 72, 80, 96, 127, 128] {
        Case::new(dims(1, 2, 7, 65, head_size)).check(&device, Path::Flash);
    }
}

#[test]
fn kernel_agrees_for_ragged_lengths_batches_and_heads() {
    let (device, _guard) = gpu();
    for (queries, keys) in [(1, 1), (1, 130), (7, 64), (64, 7), (65, 65), (130, 130), (300, 5)] {
        Case::new(dims(2, 3, queries, keys, 16)).check(&device, Path::Flash);
    }
}

#[test]
fn kernel_masks_keys() {
    let (device, _guard) = gpu();
    for keys in [1, 7, 65, 130] {
        // A different tail for each batch, and holes.
        Case::new(dims(2, 2, 33, keys, 24))
            .masked(|batch, key| key == 0 || (key < keys - batch * keys / 2 && key % 5 != 3))
            .check(&device, Path::Flash);
    }
    // The first tiles masked entirely: the running maximum starts late.
    Case::new(dims(1, 1, 9, 130, 64)).masked(|_, key| key >= 120).check(&device, Path::Flash);
}

#[test]
fn fully_masked_rows_are_zero_on_every_path() {
    let (device, _guard) = gpu();
    let case = Case::new(dims(2, 2, 9, 70, 12)).masked(|batch, _| batch == 1);
    case.check(&device, Path::Flash);
    case.check(&Device::flex(), Path::Flex);
    case.check(&Device::flex().autodiff(), Path::Tensors);
    let expected = case.expected();
    assert!(expected[..expected.len() / 2].iter().all(|&x| x == 0.0), "the twin gives zeros too");
}

#[test]
fn huge_logits_are_safe_on_every_path() {
    let (device, _guard) = gpu();
    for sign in [1.0, -1.0] {
        // Scores around +-10,000; the keys differ enough for a clear winner, as
        // f32 cannot resolve small differences there.
        let mut case = Case::new(dims(1, 2, 17, 70, 16));
        case.query.fill(100.0);
        for (i, key) in case.key.iter_mut().enumerate() {
            *key = sign * (100.0 - (i / 16 % 70) as f32);
        }
        case.check(&device, Path::Flash);
        case.check(&Device::flex(), Path::Flex);
        case.check(&Device::flex().autodiff(), Path::Tensors);
    }
}

#[test]
fn kernel_reads_strided_views_and_its_output_can_be_reshaped() {
    let (device, _guard) = gpu();
    for head_size in [48, 6] {
        let case = Case::new(dims(2, 3, 37, 37, head_size));
        let Dims { batch, heads, queries, head_size, .. } = case.dims;
        let hidden = heads * head_size;
        let ([query, key, value], _) = case.inputs(&device);
        // As a model makes them: [batch, tokens, hidden] split into heads, keys
        // and values being two halves of one product.
        let merge = |t: Tensor<4>| t.swap_dims(1, 2).reshape([batch, queries, hidden]);
        let split = |t: Tensor<3>| t.reshape([batch, queries, heads, head_size]).swap_dims(1, 2);
        let kv = Tensor::cat(vec![merge(key), merge(value)], 2);
        let out = attention(
            split(merge(query)),
            split(kv.clone().narrow(2, 0, hidden)),
            split(kv.narrow(2, hidden, hidden)),
            None,
            None,
        );
        let merged = merge(out.clone()) * 1.0;
        close(out, &case.expected(), 1e-5, "split");
        close(split(merged), &case.expected(), 1e-5, "split, merged and split again");
    }
}

#[test]
fn every_kind_of_variant_agrees() {
    let (device, _guard) = gpu();
    let this = match device.as_dispatch() {
        burn::backend::DispatchDevice::Cube(cube) => DeviceTraits::of(&cube.client()),
        _ => panic!("a graphics device is one of CubeCL's"),
    };
    for quads in [false, true] {
        for software in [false, true] {
            if quads && !this.quads {
                eprintln!("this adapter has no quads: the variants that use them were not run");
                continue;
            }
            // Chunks that are and are no multiple of the lanes, rows by four and not.
            for head_size in [64, 20, 3] {
                let case = Case::new(dims(1, 2, 70, 41, head_size)).masked(|_, key| key % 7 != 2);
                let ([query, key, value], mask) = case.inputs(&device);
                let traits = DeviceTraits { quads, software };
                let out = flash::attention(query, key, value, mask, case.scale(), Some(traits));
                close(out, &case.expected(), 1e-5, &format!("{traits:?}, head size {head_size}"));
            }
        }
    }
}

#[test]
fn kernel_takes_a_scale() {
    let (device, _guard) = gpu();
    let case = Case::new(dims(1, 1, 5, 20, 8));
    let ([query, key, value], _) = case.inputs(&device);
    let expected = reference::attention(&case.query, &case.key, &case.value, None, 0.05, case.dims);
    close(attention(query, key, value, None, Some(0.05)), &expected, 1e-5, "scale 0.05");
}

#[test]
fn kernel_stores_f16_and_computes_in_f32() {
    let (device, _guard) = gpu();
    if !device.supports_dtype(DType::F16) {
        // The template's f16 variants still pass naga in `every_variant_passes_naga`.
        eprintln!("this adapter has no f16");
        return;
    }
    for head_size in [64, 5] {
        let case = Case::new(dims(1, 2, 33, 70, head_size)).masked(|_, key| key % 3 != 0);
        assert_eq!(path_for(&device, DType::F16, case.dims), Path::Flash);
        let ([query, key, value], mask) = case.inputs(&device);
        let [query, key, value] = [query, key, value].map(|t| t.cast(DType::F16));
        let out = attention(query, key, value, mask, None);
        assert_eq!(out.dtype(), DType::F16);
        // Half a unit in the last place of an f16 below 1.
        close(out, &case.expected(), 5e-4, "f16");
    }
}

#[test]
fn cpu_backend_agrees() {
    // No other test may launch the kernel while this one looks at the count.
    let _alone = ADAPTER.lock().unwrap_or_else(PoisonError::into_inner);
    let device = Device::flex();
    for (queries, keys, head_size) in [(1, 1, 1), (7, 65, 3), (65, 130, 72), (130, 7, 128), (600, 600, 8)] {
        Case::new(dims(2, 2, queries, keys, head_size)).check(&device, Path::Flex);
        Case::new(dims(2, 2, queries, keys, head_size))
            .masked(|batch, key| key % 4 != batch)
            .check(&device, Path::Flex);
    }
}

#[test]
fn training_takes_tensor_operations_and_gradients_flow() {
    let _alone = ADAPTER.lock().unwrap_or_else(PoisonError::into_inner);
    let device = Device::flex().autodiff();
    let case = Case::new(dims(1, 2, 5, 9, 8)).masked(|_, key| key < 6);
    case.check(&device, Path::Tensors);

    let ([query, key, value], mask) = case.inputs(&device);
    let [query, key, value] = [query, key, value].map(Tensor::require_grad);
    let out = attention(query.clone(), key.clone(), value.clone(), mask, None);
    let grads = out.sum().backward();
    let of = |t: &Tensor<4>| -> Vec<f32> { t.grad(&grads).unwrap().into_data().try_to_vec().unwrap() };
    // The weights of a row add up to one, so that the values' gradients add up
    // to the number of output elements, and masked keys get none.
    let value_grad = of(&value);
    let sum: f32 = value_grad.iter().sum();
    assert!((sum - (2 * 5 * 8) as f32).abs() < 1e-3, "sum of the values' gradients: {sum}");
    assert!(value_grad[6 * 8..9 * 8].iter().all(|&g| g == 0.0), "masked keys have no gradient");
    assert!(of(&query).iter().chain(&of(&key)).all(|g| g.is_finite()));
}

#[test]
fn tensor_operations_in_parts_agree_with_the_whole() {
    // 2 * 2050 * 4100 scores are more than 64 MiB, so that the queries are cut.
    let device = Device::flex();
    let case = Case::new(dims(1, 2, 2050, 4100, 1));
    let ([query, key, value], _) = case.inputs(&device);
    let scale = case.scale();
    let parts = attention_by_tensors(query.clone(), key.clone(), value.clone(), None, scale);
    let whole = attention(query, key, value, None, None);
    parts.into_data().assert_approx_eq::<f32>(&whole.into_data(), Tolerance::absolute(1e-5));
}

#[test]
fn too_large_a_head_falls_back() {
    let (device, _guard) = gpu();
    assert_eq!(path_for(&device, DType::F32, dims(1, 1, 4, 4, 129)), Path::Tensors);
    assert_eq!(path_for(&device.autodiff(), DType::F32, dims(1, 1, 4, 4, 64)), Path::Tensors);
}

#[test]
#[should_panic(expected = "the key mask is not [batch, keys]")]
fn a_wrong_mask_is_named() {
    let device = Device::flex();
    let tensor = Tensor::<4>::zeros([1, 1, 2, 4], &device);
    let mask = Tensor::<2, Bool>::from_data(TensorData::new(vec![true; 3], [1, 3]), &device);
    attention(tensor.clone(), tensor.clone(), tensor, Some(mask), None);
}

#[test]
fn every_variant_passes_naga_within_the_memory_webgpu_promises() {
    let mut checked = 0;
    for quads in [false, true] {
        for software in [false, true] {
            for head_size in 1..=flash::MAX_HEAD_SIZE {
                // Every shape of template, not every number in it.
                let lanes = if quads { 4 } else { 1 };
                if head_size > 8
                    && !head_size.is_multiple_of(24)
                    && !head_size.is_multiple_of(64)
                    && head_size != 127
                {
                    continue;
                }
                for flags in 0..8 {
                    let call = Call {
                        head_size,
                        queries: 512,
                        masked: flags & 1 != 0,
                        aligned: flags & 2 != 0,
                        half: flags & 4 != 0,
                    };
                    let variant = Variant::new(call, DeviceTraits { quads, software });
                    let chunks = head_size.div_ceil(4).next_multiple_of(lanes);
                    let bytes = variant.key_tile() * (2 * 16 * chunks + 4);
                    assert!(bytes <= 16 * 1024, "{variant:?} takes {bytes} bytes of workgroup memory");
                    validate(&variant.template().complete(), &format!("{variant:?}"));
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 100, "only {checked} variants were checked");
}

fn validate(source: &str, what: &str) {
    assert!(
        !source.contains("{{") && !source.contains("//@") && !source.contains('$'),
        "{what}: not filled in:\n{source}"
    );
    let module = naga::front::wgsl::parse_str(source)
        .unwrap_or_else(|error| panic!("{what}:\n{}", error.emit_to_string(source)));
    let mut validator = naga::valid::Validator::new(
        naga::valid::ValidationFlags::all(),
        naga::valid::Capabilities::SHADER_FLOAT16 | naga::valid::Capabilities::SUBGROUP,
    );
    let info = validator
        .validate(&module)
        .unwrap_or_else(|error| panic!("{what}: {}", error.emit_to_string(source)));
    // Automatic layouts drop a binding that the entry point does not use.
    let entry = info.get_entry_point(0);
    for (handle, variable) in module.global_variables.iter() {
        assert!(!entry[handle].is_empty(), "{what}: {:?} is declared and not used", variable.name);
    }
}
