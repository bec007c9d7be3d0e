//! The attention kernel of `shaders/attention.wgsl`: its variants and its launch.

use std::sync::atomic::{AtomicU64, Ordering};

use burn::{
    backend::{
        Backend, Dispatch, backend_extension,
        ops::{BoolTensorOps, FloatTensorOps},
        tensor::{BoolTensor, FloatTensor},
        wgpu::{
            CubeBackend, CubeDim, CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous,
        },
    },
    cubecl::{
        CubeCount, ExecutionMode,
        client::Client,
        features::Plane,
        prelude::KernelId,
        server::{KernelArguments, MetadataBindingInfo},
    },
    tensor::{Bool, BoolStore, DType, IntDType, Shape, Tensor},
};

use super::template::Directives;

/// The largest head the kernel takes: beyond it a row of q and one of the
/// output no longer fit into registers.
pub const MAX_HEAD_SIZE: usize = 128;

/// Bytes of workgroup memory that WebGPU promises on every device.
const WORKGROUP_BYTES: usize = 16 * 1024;

/// Threads of a workgroup: whole subgroups on every device, and no more, so
/// that short sequences still spread over the device.
const THREADS: usize = 64;

static LAUNCHES: AtomicU64 = AtomicU64::new(0);

/// How often the kernel was launched by this process. Burn computes lazily:
/// synchronize the device or read the result before looking.
pub fn launches() -> u64 {
    LAUNCHES.load(Ordering::Relaxed)
}

/// What a call brings to the choice of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Elements of a head, 1 to [`MAX_HEAD_SIZE`].
    pub head_size: usize,
    /// Query rows.
    pub queries: usize,
    /// Whether there is a key mask.
    pub masked: bool,
    /// Whether every row begins at a multiple of four elements.
    pub aligned: bool,
    /// Whether tensors hold f16.
    pub half: bool,
}

/// What a device brings to the choice of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceTraits {
    /// Threads can swap values within quads.
    pub quads: bool,
    /// A software driver.
    pub software: bool,
}

impl DeviceTraits {
    /// Asks the device.
    pub fn of(client: &Client) -> Self {
        let properties = client.properties();
        let hardware = &properties.hardware;
        let software = properties.identity.physical.is_none();
        // Burn declares no subgroup operations for a software driver even where
        // it has them; a single subgroup size is one that the driver stated.
        let stated = software && hardware.plane_size_min == hardware.plane_size_max;
        let subgroups = properties.features.plane.contains(Plane::Ops) || stated;
        Self { quads: subgroups && hardware.plane_size_min >= 4, software }
    }
}

/// What the shader's text depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Variant {
    /// Elements of a head, 1 to [`MAX_HEAD_SIZE`].
    pub head_size: usize,
    /// Whether there is a key mask.
    pub masked: bool,
    /// Whether rows can be read four elements at a time.
    pub aligned: bool,
    /// Whether tensors hold f16; it computes in f32 either way.
    pub half: bool,
    /// Neighbouring threads that share rows: 4 where the device has quads, else 1.
    pub lanes: usize,
    /// Query rows in a thread's registers.
    pub rows_per_thread: usize,
}

impl Variant {
    /// The variant for a call.
    pub fn new(call: Call, traits: DeviceTraits) -> Self {
        let lanes = if traits.quads { 4 } else { 1 };
        let chunks_per_thread = call.head_size.div_ceil(4).div_ceil(lanes);
        // Chunks of q in registers; the output takes as many again. 16 make 128
        // of the 255 registers that GPUs have at least. Software keeps them on
        // the stack and pays for every read of a tile instead: more rows a read.
        let (chunks, most_rows) = if traits.software { (64, 16) } else { (16, 4) };
        let rows_to_do = (call.queries * lanes).div_ceil(THREADS);
        let rows_per_thread = (chunks / chunks_per_thread).min(most_rows).min(rows_to_do).max(1);
        Self {
            head_size: call.head_size,
            masked: call.masked,
            aligned: call.aligned && call.head_size.is_multiple_of(4),
            half: call.half,
            lanes,
            rows_per_thread,
        }
    }

    /// Chunks of four elements that hold a head.
    fn chunks(&self) -> usize {
        self.head_size.div_ceil(4)
    }

    /// Chunks of a row that one thread keeps.
    fn chunks_per_thread(&self) -> usize {
        self.chunks().div_ceil(self.lanes)
    }

    /// Query rows of a workgroup.
    pub fn rows(&self) -> usize {
        self.rows_per_thread * THREADS / self.lanes
    }

    /// Keys in workgroup memory at a time: whole fours within 16 KiB.
    pub fn key_tile(&self) -> usize {
        // A chunk of k and one of v (16 bytes each) for each chunk, and the mask's f32.
        let bytes_per_key = 2 * 16 * self.chunks_per_thread() * self.lanes + 4;
        (WORKGROUP_BYTES / bytes_per_key / 4 * 4).clamp(4, 64)
    }

    /// The shader with its directives carried out and its values registered.
    pub fn template(&self) -> SourceTemplate {
        let directives = Directives::default()
            .range("chunks", self.chunks_per_thread())
            .range("rows", self.rows_per_thread)
            .flag("masked", self.masked)
            .flag("aligned", self.aligned)
            .flag("quads", self.lanes == 4)
            .flag("padded", !self.chunks().is_multiple_of(self.lanes));
        // A mistake in the directives becomes a compile error that quotes it.
        let source = directives
            .expand(include_str!("../../shaders/attention.wgsl"))
            .unwrap_or_else(|error| format!("the shader's template is wrong: {error}"));
        let scalar = if self.half { "f16" } else { "f32" };
        let storage = if self.aligned { format!("vec4<{scalar}>") } else { scalar.to_owned() };
        SourceTemplate::new(source)
            .register("enable", if self.half { "enable f16;" } else { "" })
            .register("storage", storage)
            .register("info_binding", if self.masked { "5" } else { "4" })
            .register("head_size", self.head_size.to_string())
            .register("chunks", self.chunks().to_string())
            .register("lanes", self.lanes.to_string())
            .register("stride", (self.chunks_per_thread() * self.lanes).to_string())
            .register("rows_per_thread", self.rows_per_thread.to_string())
            .register("threads", THREADS.to_string())
            .register("key_tile", self.key_tile().to_string())
    }
}

impl KernelSource for Variant {
    fn source(&self) -> SourceTemplate {
        self.template()
    }

    fn id(&self) -> KernelId {
        // Unchecked leaves out naga's counter in every loop; the shader's loops
        // all end at a number known before they begin, and it guards its reads.
        KernelId::new::<Self>().info(*self).mode(ExecutionMode::Unchecked)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// Attention as an operation of the backend; burn's fusion defers it like its own.
#[backend_extension(Cube, Fusion)]
pub trait FlashOps: Backend {
    /// `traits` overrides what the device says of itself.
    ///
    /// # Shapes
    /// - `query`, output: `[batch, heads, queries, head_size]`
    /// - `key`, `value`: `[batch, heads, keys, head_size]`
    #[fusion(dtype = query, shape = query)]
    fn flash_attention(
        query: FloatTensor<Self>,
        key: FloatTensor<Self>,
        value: FloatTensor<Self>,
        scale: f32,
        traits: Option<DeviceTraits>,
    ) -> FloatTensor<Self>;

    /// # Shapes
    /// - as [`flash_attention`](Self::flash_attention)
    /// - `key_mask`: `[batch, keys]`, true where a key counts
    #[fusion(dtype = query, shape = query)]
    fn flash_attention_masked(
        query: FloatTensor<Self>,
        key: FloatTensor<Self>,
        value: FloatTensor<Self>,
        key_mask: BoolTensor<Self>,
        scale: f32,
        traits: Option<DeviceTraits>,
    ) -> FloatTensor<Self>;
}

impl FlashOps for CubeBackend {
    fn flash_attention(
        query: CubeTensor,
        key: CubeTensor,
        value: CubeTensor,
        scale: f32,
        traits: Option<DeviceTraits>,
    ) -> CubeTensor {
        launch([query, key, value], None, scale, traits)
    }

    fn flash_attention_masked(
        query: CubeTensor,
        key: CubeTensor,
        value: CubeTensor,
        key_mask: CubeTensor,
        scale: f32,
        traits: Option<DeviceTraits>,
    ) -> CubeTensor {
        // The shader reads words; a device that keeps booleans as bytes widens them here.
        let key_mask = match key_mask.dtype {
            DType::Bool(BoolStore::U32) => key_mask,
            _ => Self::bool_into_int(key_mask, IntDType::I32),
        };
        launch([query, key, value], Some(into_contiguous(key_mask)), scale, traits)
    }
}

/// The kernel by itself, whatever `kernels::path_for` would say; `traits`
/// overrides what the device says of itself, so that tests reach every variant.
///
/// # Shapes
/// As `kernels::attention`, which checks them; the device is a wgpu device
/// without autodiff.
pub fn attention(
    query: Tensor<4>,
    key: Tensor<4>,
    value: Tensor<4>,
    key_mask: Option<Tensor<2, Bool>>,
    scale: f32,
    traits: Option<DeviceTraits>,
) -> Tensor<4> {
    let [query, key, value] = [query, key, value].map(Tensor::into_dispatch);
    Tensor::from_dispatch(match key_mask {
        Some(mask) => {
            Dispatch::flash_attention_masked(query, key, value, mask.into_dispatch(), scale, traits)
        }
        None => Dispatch::flash_attention(query, key, value, scale, traits),
    })
}

/// Shapes were checked by `kernels::attention`.
fn launch(
    inputs: [CubeTensor; 3],
    key_mask: Option<CubeTensor>,
    scale: f32,
    traits: Option<DeviceTraits>,
) -> CubeTensor {
    let [query, key, value] = inputs.map(with_dense_rows);
    let [batch, heads, queries, head_size] = query.meta.shape().dims();
    let [_, _, keys, _] = key.meta.shape().dims();
    let (client, device, dtype) = (query.client.clone(), query.device.clone(), query.dtype);
    let half = dtype == DType::F16;

    let element_bytes = if half { 2 } else { 4 };
    let aligned = [&query, &key, &value].into_iter().all(|tensor| reads_by_four(tensor, element_bytes));
    let call = Call { head_size, queries, masked: key_mask.is_some(), aligned, half };
    let variant = Variant::new(call, traits.unwrap_or_else(|| DeviceTraits::of(&client)));

    let output_bytes = batch * heads * queries * head_size * element_bytes;
    let handle = client.empty(output_bytes);
    let output = CubeTensor::new_contiguous(
        client.clone(),
        device,
        Shape::new([batch, queries, heads, head_size]),
        handle,
        dtype,
    );

    let strides = |tensor: &CubeTensor| {
        let strides = tensor.meta.strides();
        [strides[0] as u32, strides[1] as u32, strides[2] as u32]
    };
    let score_scale = scale * std::f32::consts::LOG2_E;
    let mut words = vec![heads as u32, queries as u32, keys as u32, score_scale.to_bits()];
    for tensor in [&query, &key, &value] {
        words.extend(strides(tensor));
    }
    words.resize(16, 0);
    let info = words.chunks(2).map(|pair| u64::from(pair[0]) | u64::from(pair[1]) << 32).collect();

    let mut arguments = KernelArguments::new()
        .with_buffer(query.handle.binding())
        .with_buffer(key.handle.binding())
        .with_buffer(value.handle.binding())
        .with_buffer(output.handle.clone().binding());
    if let Some(key_mask) = key_mask {
        arguments = arguments.with_buffer(key_mask.handle.binding());
    }
    let arguments = arguments.with_info(MetadataBindingInfo::custom(info));
    let count = CubeCount::Static(queries.div_ceil(variant.rows()) as u32, heads as u32, batch as u32);
    let kernel = SourceKernel::new(variant, CubeDim::new_1d(THREADS as u32));
    client.launch(Box::new(kernel), count, arguments);
    LAUNCHES.fetch_add(1, Ordering::Relaxed);
    // [batch, queries, heads, head_size] in memory, as the caller sees it
    // [batch, heads, queries, head_size]: the caller's swap back costs nothing.
    CubeBackend::float_swap_dims(output, 1, 2)
}

/// The tensor itself when the kernel can walk its rows by stride, else a copy.
fn with_dense_rows(tensor: CubeTensor) -> CubeTensor {
    let dense = !tensor.meta.is_tiled() && (tensor.meta.strides()[3] == 1 || tensor.meta.shape()[3] == 1);
    if dense { tensor } else { into_contiguous(tensor) }
}

/// Whether every row begins at a multiple of four elements.
fn reads_by_four(tensor: &CubeTensor, element_bytes: usize) -> bool {
    let offset = tensor.handle.offset_start.unwrap_or(0);
    let strides = tensor.meta.strides();
    offset.is_multiple_of(4 * element_bytes as u64) && (0..3).all(|dim| strides[dim].is_multiple_of(4))
}
