//! Published models against what their authors' pipelines compute with the
//! same weights and the same noise: the transformers block by block, then whole
//! pipelines, on the CPU and through the kernels.
//!
//! The folders in `tests/fixtures/published` were made by the reference
//! implementation with random weights.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::{ops::ControlFlow, path::PathBuf};

use burn::{
    module::Module,
    tensor::{Bool, DType, Device, Tensor, TensorData},
};
use safetensors::{Dtype, SafeTensors};
use vignette::{
    engine::{
        DeviceChoice, Engine, ModelChoice, Observer, Progress, Request, Size,
        burn::BurnEngine,
        folder::{Family, inspect},
        paint_here,
    },
    models::{
        config,
        dit_published::{Dit, DitConfig, DitLayout},
        flux::{Flux, FluxConfig, FluxInputs},
        pixart::{PixArt, PixArtConfig},
        sd3::{Sd3, Sd3Config},
        weights::{Renames, Weights},
        zimage::{ZImage, ZImageConfig},
    },
};

/// Largest error of one network, relative to the reference's largest value.
const NETWORK_TOLERANCE: f32 = 1e-5;

fn fixture(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/published").join(path)
}

fn load<M: Module>(module: &mut M, folder: &str, renames: &Renames) {
    let weights = Weights::open(&fixture(folder).join("transformer")).unwrap();
    weights.load(module, renames, DType::F32, folder).unwrap();
}

fn config<T: serde::de::DeserializeOwned>(folder: &str) -> T {
    config::read(&fixture(folder).join("transformer/config.json"), folder).unwrap()
}

/// The tensors of one case.
struct Case {
    bytes: Vec<u8>,
    name: &'static str,
    device: Device,
}

impl Case {
    fn open(folder: &str, name: &'static str, device: &Device) -> Self {
        let bytes = std::fs::read(fixture(folder).join("expected.safetensors")).unwrap();
        Self { bytes, name, device: device.clone() }
    }

    fn values(&self, key: &str) -> (Vec<f32>, Vec<usize>) {
        let file = SafeTensors::deserialize(&self.bytes).unwrap();
        let view = file.tensor(&format!("{}/{key}", self.name)).unwrap_or_else(|_| panic!("no {key}"));
        let data = view.data();
        let values = match view.dtype() {
            Dtype::F32 => data.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            Dtype::I64 => data.as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b) as f32).collect(),
            other => panic!("{key} is {other:?}"),
        };
        (values, view.shape().to_vec())
    }

    fn tensor<const D: usize>(&self, key: &str) -> Tensor<D> {
        let (values, shape) = self.values(key);
        Tensor::from_data(TensorData::new(values, shape), &self.device)
    }

    #[track_caller]
    fn compare<const D: usize>(&self, key: &str, found: Tensor<D>) {
        let (expected, shape) = self.values(key);
        assert_eq!(found.dims().to_vec(), shape, "{key}");
        let found: Vec<f32> = found.into_data().try_to_vec().unwrap();
        let largest = expected.iter().fold(1f32, |most, x| most.max(x.abs()));
        let error = found.iter().zip(&expected).fold(0f32, |most, (a, b)| most.max((a - b).abs())) / largest;
        assert!(
            error <= NETWORK_TOLERANCE,
            "{} {key}: an error of {error:e}, at most {NETWORK_TOLERANCE:e} is allowed",
            self.name
        );
    }
}

fn pixart(folder: &str, case: &'static str) {
    let device = Device::flex();
    let config: PixArtConfig = config(folder);
    let mut model = PixArt::new(&config, &device).unwrap();
    load(&mut model, folder, &PixArt::renames());
    let case = Case::open(folder, case, &device);
    let t = case.values("mid.call0.timestep").0;
    let mask: Tensor<2, Bool> = case.tensor::<2>("mid.call0.encoder_attention_mask").greater_elem(0.5);
    let latent: Tensor<4> = case.tensor("mid.call0.hidden_states");
    let [_, _, h, w] = latent.dims();
    let size_px = (8.0 * h as f32, 8.0 * w as f32);
    let text = case.tensor("mid.call0.encoder_hidden_states");
    let (out, traced) = model.forward_traced(latent, &t, text, Some(mask), size_px).unwrap();
    if case.name == "cfg" && folder != "pixart_sigma" {
        for (index, block) in traced.into_iter().enumerate() {
            case.compare(&format!("mid.call0.transformer_blocks.{index}.out0"), block);
        }
    }
    case.compare("mid.call0.output", out);
}

fn dit(case: &'static str) {
    let device = Device::flex();
    let config: DitConfig = config("dit");
    let mut model = Dit::new(&config, DitLayout::Diffusers, &device).unwrap();
    load(&mut model, "dit", &Dit::renames(DitLayout::Diffusers));
    let case = Case::open("dit", case, &device);
    let t = case.values("mid.call0.timestep").0;
    let classes: Vec<usize> = case.values("mid.call0.class_labels").0.iter().map(|&c| c as usize).collect();
    let (out, traced) = model.forward_traced(case.tensor("mid.call0.hidden_states"), &t, &classes).unwrap();
    if case.name == "ddim_cfg_mild" {
        for (index, block) in traced.into_iter().enumerate() {
            case.compare(&format!("mid.call0.transformer_blocks.{index}.out0"), block);
        }
    }
    case.compare("mid.call0.output", out);
}

fn sd3(folder: &str, case: &'static str) {
    let device = Device::flex();
    let config: Sd3Config = config(folder);
    let mut model = Sd3::new(&config, &device).unwrap();
    load(&mut model, folder, &Sd3::renames());
    let case = Case::open(folder, case, &device);
    let t = case.values("mid.call0.timestep").0;
    let latent = case.tensor("mid.call0.hidden_states");
    let text = case.tensor("mid.call0.encoder_hidden_states");
    let pooled = case.tensor("mid.call0.pooled_projections");
    let (out, traced) = model.forward_traced(latent, &t, text, pooled, &[]).unwrap();
    if case.name == "cfg" {
        for (index, (x, text)) in traced.into_iter().enumerate() {
            if let Some(text) = text {
                case.compare(&format!("mid.call0.transformer_blocks.{index}.out0"), text);
            }
            case.compare(&format!("mid.call0.transformer_blocks.{index}.out1"), x);
        }
    }
    case.compare("mid.call0.output", out);
}

fn flux(folder: &str, case: &'static str, (rows, columns): (usize, usize)) {
    let device = Device::flex();
    let config: FluxConfig = config(folder);
    let mut model = Flux::new(&config, &device).unwrap();
    load(&mut model, folder, &Flux::renames());
    let case = Case::open(folder, case, &device);
    let t: Vec<f32> = case.values("mid.call0.timestep").0.iter().map(|t| t * 1000.0).collect();
    let guidance = if config.guidance_embeds { case.values("mid.call0.guidance").0 } else { vec![0.0] };
    let inputs = FluxInputs {
        t: &t,
        guidance: &guidance,
        text: case.tensor("mid.call0.encoder_hidden_states"),
        pooled: case.tensor("mid.call0.pooled_projections"),
    };
    let (out, traced) = model.forward_traced(case.tensor("mid.call0.hidden_states"), rows, columns, inputs);
    if case.name == "txt2img" {
        for (index, (x, text)) in traced.into_iter().enumerate() {
            let block = match index.checked_sub(config.num_layers) {
                None => format!("mid.call0.transformer_blocks.{index}"),
                Some(single) => format!("mid.call0.single_transformer_blocks.{single}"),
            };
            case.compare(&format!("{block}.out0"), text);
            case.compare(&format!("{block}.out1"), x);
        }
    }
    case.compare("mid.call0.output", out);
}

#[test]
fn dit_computes_what_the_reference_does() {
    for case in ["ddim_cfg_mild", "dpm_cfg"] {
        dit(case);
    }
}

#[test]
fn pixart_computes_what_the_reference_does() {
    for case in ["cfg", "batch2_neg"] {
        pixart("pixart_alpha", case);
    }
    pixart("pixart_sigma", "binned");
}

#[test]
fn sd3_computes_what_the_reference_does() {
    for case in ["cfg", "clip_skip_3prompts"] {
        sd3("sd3", case);
    }
    sd3("sd35m", "skip_layer_guidance");
}

#[test]
fn flux_computes_what_the_reference_does() {
    flux("flux_dev", "txt2img", (4, 6));
}

#[test]
fn zimage_computes_what_the_reference_does() {
    let device = Device::flex();
    let config: ZImageConfig = config("zimage");
    let mut model = ZImage::new(&config, &device).unwrap();
    load(&mut model, "zimage", &ZImage::renames());
    let case = Case::open("zimage", "turbo_nocfg", &device);
    let t = case.values("mid.call0.timestep").0[0];
    let caption: Tensor<2> = case.tensor("mid.call0.cap_feats.item0");
    let latent: Tensor<4> = case.tensor("in.latents");
    let (out, traced) = model.forward_traced(latent, t, caption.unsqueeze_dim(0)).unwrap();
    let [one, channels, h, w] = out.dims();
    for (name, blocks) in [
        ("noise_refiner", traced.noise_refiner),
        ("context_refiner", traced.context_refiner),
        ("layers", traced.layers),
    ] {
        for (index, block) in blocks.into_iter().enumerate() {
            case.compare(&format!("mid.call0.{name}.{index}.out0"), block);
        }
    }
    case.compare("mid.call0.output.item0", out.reshape([channels, one, h, w]));
}

#[test]
fn the_authors_own_checkpoint_of_dit_is_read_too() {
    // The same network under the keys of both layouts: what differs between the
    // repositories (the timestep's frequencies, an epsilon) does not depend on them.
    let device = Device::flex();
    let config = DitConfig {
        num_attention_heads: 2,
        attention_head_dim: 4,
        num_layers: 2,
        num_embeds_ada_norm: 5,
        out_channels: Some(8),
        ..DitConfig::default()
    };
    let width = config.width();
    let mut number = 0.0f32;
    let mut tensors: Vec<(String, Vec<usize>, Vec<f32>)> = Vec::new();
    let mut add = |name: String, shape: &[usize]| {
        let values = (0..shape.iter().product::<usize>())
            .map(|_| {
                number += 1.0;
                (number * 0.7).sin() * 0.3
            })
            .collect();
        tensors.push((name, shape.to_vec(), values));
    };
    let mut layer = |name: &str, out: usize, into: usize| {
        add(format!("{name}.weight"), &[out, into]);
        add(format!("{name}.bias"), &[out]);
    };
    layer("t_embedder.mlp.0", width, 256);
    layer("t_embedder.mlp.2", width, width);
    for block in 0..2 {
        layer(&format!("blocks.{block}.attn.qkv"), 3 * width, width);
        layer(&format!("blocks.{block}.attn.proj"), width, width);
        layer(&format!("blocks.{block}.mlp.fc1"), 4 * width, width);
        layer(&format!("blocks.{block}.mlp.fc2"), width, 4 * width);
        layer(&format!("blocks.{block}.adaLN_modulation.1"), 6 * width, width);
    }
    layer("final_layer.linear", 32, width);
    layer("final_layer.adaLN_modulation.1", 2 * width, width);
    add("y_embedder.embedding_table.weight".into(), &[6, width]);
    add("x_embedder.proj.weight".into(), &[width, 4, 2, 2]);
    add("x_embedder.proj.bias".into(), &[width]);
    add("pos_embed".into(), &[1, 256, width]);
    let bytes: Vec<Vec<u8>> =
        tensors.iter().map(|(.., values)| values.iter().flat_map(|v| v.to_le_bytes()).collect()).collect();
    let views = tensors.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
        (name.clone(), safetensors::tensor::TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap())
    });
    let file = safetensors::serialize(views, None).unwrap();
    let mut model = Dit::new(&config, DitLayout::Original, &device).unwrap();
    let weights = Weights::from_bytes(file, "DiT-XL-2.safetensors").unwrap();
    weights.load(&mut model, &Dit::renames(DitLayout::Original), DType::F32, "DiT").unwrap();
    // One linear layer by hand: queries come before keys in the fused tensor.
    let out = model.forward(Tensor::ones([1, 4, 4, 4], &device), &[3.0], &[2]).unwrap();
    let other = model.forward(Tensor::ones([1, 4, 4, 4], &device), &[3.0], &[4]).unwrap();
    assert_eq!(out.dims(), [1, 8, 4, 4]);
    assert!((out - other).abs().max().into_scalar::<f32>() > 1e-6, "the class changes nothing");
}

/// Looks at nothing and never stops.
struct Silent;

impl Observer for Silent {
    fn progress(&mut self, _: Progress) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Runs every case of a folder from prompt to picture.
#[track_caller]
fn verify(folder: &str, device: DeviceChoice) {
    let engine = BurnEngine::open(device).unwrap();
    let found = engine.verify(&fixture(folder), &mut Silent).unwrap();
    assert!(!found.cases.is_empty(), "{folder} holds no cases");
    for stage in ["latents", "image"] {
        assert!(found.cases.iter().any(|check| check.stage == stage), "{folder}: no {stage} was compared");
    }
    let wrong: Vec<_> = found.cases.iter().filter(|check| !check.ok).collect();
    assert!(wrong.is_empty(), "{folder} on {}: {wrong:#?}", engine.device_name());
}

#[test]
fn every_family_paints_what_its_authors_pipeline_does() {
    for folder in
        ["dit", "pixart_alpha", "pixart_sigma", "sd3", "sd35m", "flux_dev", "zimage", "sd3_img2img_inpaint"]
    {
        verify(folder, DeviceChoice::Cpu);
    }
}

#[test]
fn a_whole_pipeline_runs_through_the_kernels() {
    verify("pixart_alpha", DeviceChoice::Gpu);
}

#[test]
fn folders_are_described_without_loading_them() {
    for (folder, family) in [
        ("dit", Family::Dit),
        ("pixart_alpha", Family::PixArtAlpha),
        ("pixart_sigma", Family::PixArtSigma),
        ("sd3", Family::Sd3),
        ("flux_dev", Family::Flux),
        ("zimage", Family::ZImage),
    ] {
        let report = inspect(&fixture(folder)).unwrap();
        assert!(report.usable(), "{folder}: {:?}", report.problems);
        assert_eq!(report.family, Some(family));
        assert!(report.parameters > 10_000 && report.memory_needed_bytes > 0);
    }
}

#[test]
fn requests_paint_repaint_and_stop() {
    let mut engine = BurnEngine::open(DeviceChoice::Cpu).unwrap();
    let mut request = Request {
        model: ModelChoice::Folder(fixture("sd3")),
        size: Some(Size { width_px: 70, height_px: 64 }),
        steps: Some(2),
        dump: true,
        ..Request::new("a glass of water", 3)
    };
    let painted = paint_here(&mut engine, &request, &mut Silent).unwrap();
    assert_eq!(painted.picture.size_px(), [70, 64]);
    let shape = |name: &str| {
        painted.dump.iter().find(|tensor| tensor.name == name).map(|tensor| tensor.shape.clone()).unwrap()
    };
    assert_eq!(shape("prompt_embeds"), [1, 333, 48]);
    assert_eq!(shape("pooled"), [1, 40]);
    for name in ["latents_0", "latents_1", "latents_2", "latents"] {
        assert_eq!(shape(name), [1, 16, 8, 8]);
    }
    assert_eq!(shape("image"), [1, 3, 64, 70]);

    // Kept pixels come back byte for byte.
    let mut mask = vignette::raster::Mask::keep_all(70, 64).unwrap();
    mask.stroke((50.0, 30.0), (60.0, 30.0), 8.0, 1.0, false);
    request.init = Some(vignette::engine::Init { picture: painted.picture.clone(), strength: 1.0 });
    request.mask = Some(mask.clone());
    request.seed = 4;
    let repainted = paint_here(&mut engine, &request, &mut Silent).unwrap();
    let pixels = |picture: &vignette::raster::Picture| {
        picture.rgba().chunks(4).map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    let (before, after) = (pixels(&painted.picture), pixels(&repainted.picture));
    for ((before, after), &repaint) in before.iter().zip(&after).zip(mask.repaint()) {
        assert!(repaint > 0 || before == after, "a kept pixel changed");
    }
    assert_ne!(before, after);

    /// Stops at the second report of denoising.
    struct Stop(u32);
    impl Observer for Stop {
        fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
            if progress.stage == vignette::engine::Stage::Denoising {
                self.0 += 1;
            }
            if self.0 > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }
    let stopped = paint_here(&mut engine, &request, &mut Stop(0)).unwrap_err();
    assert!(matches!(stopped, vignette::engine::EngineError::Cancelled), "{stopped}");
}
