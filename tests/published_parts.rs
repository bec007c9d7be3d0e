//! Parts of published models against what the reference implementation
//! computes with the same weights: tiny random ones, written by diffusers and
//! transformers in their own folder layout (`tests/fixtures/published/parts`).
//!
//! On the CPU backend every tensor must agree to 1e-4 of the larger of 1 and
//! the reference's largest number, on a graphics adapter to 5e-3. Software
//! Vulkan counts as an adapter; `packaging/test` installs it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use burn::tensor::{DType, Device, DeviceKind, Tensor, TensorData};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::Deserialize;
use vignette::models::{
    clip::{ClipStates, ClipTextEncoder, ClipTokenizer},
    kl_autoencoder::KlAutoencoder,
    t5::{T5Encoder, T5Tokenizer},
    tiny_autoencoder::TinyAutoencoder,
};

const CPU: f32 = 1e-4;
const GPU: f32 = 5e-3;

fn part(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/published/parts").join(name)
}

fn gpu() -> Device {
    let found = pollster::block_on(
        wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle())
            .enumerate_adapters(wgpu::Backends::PRIMARY),
    );
    assert!(
        !found.is_empty(),
        "there is no graphics adapter: run packaging/test, which installs software Vulkan"
    );
    Device::wgpu(DeviceKind::DefaultDevice)
}

/// What the reference computed.
struct Expected {
    bytes: Vec<u8>,
}

impl Expected {
    fn of(name: &str) -> Self {
        Self { bytes: fs::read(part(name).join("expected.safetensors")).unwrap() }
    }

    fn floats<const D: usize>(&self, name: &str, device: &Device) -> Tensor<D> {
        let file = SafeTensors::deserialize(&self.bytes).unwrap();
        let view = file.tensor(name).unwrap();
        assert_eq!(view.dtype(), Dtype::F32, "{name}");
        let values: Vec<f32> =
            view.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
        Tensor::from_data(TensorData::new(values, view.shape().to_vec()), device)
    }

    fn ids(&self, name: &str) -> Vec<Vec<u32>> {
        let file = SafeTensors::deserialize(&self.bytes).unwrap();
        let view = file.tensor(name).unwrap();
        assert_eq!(view.dtype(), Dtype::I64, "{name}");
        let values: Vec<u32> =
            view.data().chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().unwrap()) as u32).collect();
        values.chunks(view.shape()[1]).map(<[u32]>::to_vec).collect()
    }

    fn check<const D: usize>(&self, name: &str, actual: Tensor<D>, tolerance: f32) {
        // On the CPU: long sums of one row are wrong on some software drivers.
        let expected: Tensor<D> = self.floats(name, &Device::flex());
        assert_eq!(actual.dims(), expected.dims(), "{name}");
        let values = |tensor: Tensor<D>| -> Vec<f32> { tensor.into_data().try_to_vec().unwrap() };
        let (actual, expected) = (values(actual), values(expected));
        let largest = expected.iter().fold(1.0_f32, |largest, x| largest.max(x.abs()));
        let error = actual.iter().zip(&expected).fold(0.0_f32, |worst, (a, e)| {
            let error = (a - e).abs() / largest;
            if error.is_nan() { f32::INFINITY } else { worst.max(error) }
        });
        println!("{name}: {error:.1e}");
        assert!(error <= tolerance, "{name}: relative error {error:e} is not under {tolerance:e}");
    }
}

#[derive(Deserialize)]
struct Case {
    prompts: Vec<String>,
    max_length: usize,
}

fn case(name: &str) -> Case {
    serde_json::from_slice(&fs::read(part(name).join("expected.json")).unwrap()).unwrap()
}

fn encode_clip(folder: &Path, ids: &[Vec<u32>], device: &Device) -> ClipStates {
    ClipTextEncoder::open(folder, device, DType::F32).unwrap().encode(ids).unwrap()
}

fn check_clip(name: &str, device: &Device, tolerance: f32) {
    let expected = Expected::of(name);
    let ids = expected.ids("clip/out.input_ids");
    let states = encode_clip(&part(name).join("text_encoder"), &ids, device);
    expected.check("clip/out.hidden_states.0", states.hidden_states[0].clone(), tolerance);
    expected.check("clip/out.penultimate", states.skipped(0).unwrap(), tolerance);
    expected.check("clip/out.last_hidden_state", states.last_hidden_state, tolerance);
    match states.text_embeds {
        Some(embeds) => expected.check("clip/out.text_embeds", embeds, tolerance),
        None => expected.check("clip/out.pooler_output", states.pooled, tolerance),
    }
}

#[test]
fn clip_tokens_agree() {
    for name in ["clip_l", "clip_g"] {
        let (case, expected) = (case(name), Expected::of(name).ids("clip/out.input_ids"));
        let tokenizer = ClipTokenizer::open(&part(name).join("tokenizer")).unwrap();
        assert_eq!(tokenizer.length(), case.max_length);
        for (prompt, expected) in case.prompts.iter().zip(expected) {
            assert_eq!(tokenizer.ids(prompt).unwrap(), expected, "{name}: {prompt}");
        }
    }
    // CLIP-G pads with "!", which a text may contain too: it is one token either way.
    let ids = |name: &str, text: &str| {
        ClipTokenizer::open(&part(name).join("tokenizer")).unwrap().ids(text).unwrap()
    };
    let (g, l) = (ids("clip_g", "snow!"), ids("clip_l", "snow!"));
    assert_eq!((g[1], g[2], g[4], g[76]), (l[1], 0, 0, 0));
    assert_eq!((l[4], l[76]), (l[3], l[3]));
    assert_ne!(l[2], 0);
    assert_eq!(ids("clip_l", "  Red\n\tFOX "), ids("clip_l", "red fox"));
}

#[test]
fn clip_states_agree() {
    check_clip("clip_l", &Device::flex(), CPU);
    check_clip("clip_g", &Device::flex(), CPU);
}

#[test]
fn clip_skip_goes_back_by_layers() {
    let expected = Expected::of("clip_l");
    let ids = expected.ids("clip/out.input_ids");
    let states = encode_clip(&part("clip_l/text_encoder"), &ids, &Device::flex());
    assert_eq!(states.hidden_states.len(), 4);
    expected.check("clip/out.hidden_states.0", states.skipped(2).unwrap(), CPU);
    assert!(states.skipped(3).unwrap_err().to_string().contains("clip_skip 3 is not possible with 3 layers"));
    assert!(states.skipped(usize::MAX).is_err());
}

/// A part in a folder of its own, its weights changed on the way.
fn altered(
    from: &Path,
    weights: &str,
    alter: impl Fn(&str, &TensorView) -> Option<(String, Dtype, Vec<u8>)>,
) -> tempfile::TempDir {
    let folder = tempfile::TempDir::new().unwrap();
    fs::copy(from.join("config.json"), folder.path().join("config.json")).unwrap();
    let bytes = fs::read(from.join(weights)).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = file
        .iter()
        .filter_map(|(name, view)| {
            let (name, dtype, data) = alter(name, &view)?;
            Some((name, dtype, view.shape().to_vec(), data))
        })
        .collect();
    let views: HashMap<&str, TensorView> = tensors
        .iter()
        .map(|(name, dtype, shape, data)| {
            (name.as_str(), TensorView::new(*dtype, shape.clone(), data).unwrap())
        })
        .collect();
    safetensors::serialize_to_file(views, None, &folder.path().join("model.safetensors")).unwrap();
    folder
}

#[test]
fn clip_loads_without_the_prefix_and_from_half_floats() {
    let from = part("clip_l/text_encoder");
    let expected = Expected::of("clip_l");
    let ids = expected.ids("clip/out.input_ids");
    let bare = altered(&from, "model.safetensors", |name, view| {
        Some((name.strip_prefix("text_model.").unwrap().to_owned(), view.dtype(), view.data().to_vec()))
    });
    let states = encode_clip(bare.path(), &ids, &Device::flex());
    expected.check("clip/out.last_hidden_state", states.last_hidden_state, CPU);

    let rounded = |round: fn(f32) -> [u8; 2], dtype| {
        altered(&from, "model.safetensors", move |name, view| {
            let floats = view.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()));
            Some((name.to_owned(), dtype, floats.flat_map(round).collect()))
        })
    };
    for folder in [
        rounded(|x| half::f16::from_f32(x).to_le_bytes(), Dtype::F16),
        rounded(|x| half::bf16::from_f32(x).to_le_bytes(), Dtype::BF16),
    ] {
        let states = encode_clip(folder.path(), &ids, &Device::flex());
        expected.check("clip/out.last_hidden_state", states.last_hidden_state, 3e-2);
    }
}

#[test]
fn a_part_that_lacks_a_tensor_names_it() {
    let folder = altered(&part("clip_l/text_encoder"), "model.safetensors", |name, view| {
        (!name.ends_with("layers.1.mlp.fc2.bias"))
            .then(|| (name.to_owned(), view.dtype(), view.data().to_vec()))
    });
    let error = ClipTextEncoder::open(folder.path(), &Device::flex(), DType::F32).unwrap_err().to_string();
    assert!(
        error.contains("tensor 'encoder.layers.1.mlp.fc2.bias' of shape [24] is missing (1 in all)")
            && error.ends_with("model.safetensors"),
        "{error}"
    );
    let config = fs::read_to_string(folder.path().join("config.json")).unwrap().replace("quick_gelu", "mish");
    fs::write(folder.path().join("config.json"), config).unwrap();
    let error = ClipTextEncoder::open(folder.path(), &Device::flex(), DType::F32).unwrap_err().to_string();
    assert!(error.contains("'hidden_act' is \"mish\"") && error.ends_with("config.json"), "{error}");
}

#[test]
fn t5_tokens_agree() {
    let (case, expected) = (case("t5"), Expected::of("t5"));
    let tokenizer = T5Tokenizer::open(&part("t5/tokenizer")).unwrap();
    let (ids, masks) = (expected.ids("t5/out.input_ids"), expected.ids("t5/out.attention_mask"));
    for ((prompt, ids), mask) in case.prompts.iter().zip(ids).zip(masks) {
        let text = tokenizer.padded(prompt, case.max_length).unwrap();
        assert_eq!(text.ids, ids, "{prompt}");
        assert_eq!(text.mask.iter().map(|&counts| u32::from(counts)).collect::<Vec<_>>(), mask, "{prompt}");
    }
}

/// The same folder with and without `tokenizer.json`.
#[test]
fn t5_tokens_from_sentencepiece_are_those_of_tokenizer_json() {
    let folder = tempfile::TempDir::new().unwrap();
    for name in ["spiece.model", "tokenizer_config.json"] {
        fs::copy(part("t5/tokenizer_small").join(name), folder.path().join(name)).unwrap();
    }
    let (json, pieces) =
        (T5Tokenizer::open(&part("t5/tokenizer_small")).unwrap(), T5Tokenizer::open(folder.path()).unwrap());
    for text in [
        "a photo of a red fox in fresh snow",
        "  Tabs\tand\nlines,  double  spaces ",
        "unknown: 雪中的狐狸 🦊 ß",
        "caf\u{e9} cafe\u{301} ﬁne x² ½ Ａ",
        "<extra_id_0> and </s> and <pad> and <unk> and <extra_id_99>",
        "",
        "▁already▁escaped",
    ] {
        assert_eq!(json.padded(text, 24).unwrap(), pieces.padded(text, 24).unwrap(), "{text}");
    }
    let first = pieces.padded("<extra_id_0>", 2).unwrap().ids[0];
    assert_eq!(pieces.padded("<extra_id_99>", 2).unwrap().ids[0] + 99, first);

    fs::write(folder.path().join("spiece.model"), b"\x0a\xff\x01").unwrap();
    let error = T5Tokenizer::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("cut off") && error.ends_with("spiece.model"), "{error}");
}

fn check_t5(device: &Device, tolerance: f32) {
    let expected = Expected::of("t5");
    let ids = expected.ids("t5/out.input_ids");
    let mask: Vec<Vec<bool>> = expected
        .ids("t5/out.attention_mask")
        .into_iter()
        .map(|row| row.into_iter().map(|counts| counts == 1).collect())
        .collect();
    let encoder = T5Encoder::open(&part("t5/text_encoder"), device, DType::F32).unwrap();
    let bias = encoder.position_bias(ids[0].len());
    expected.check("t5/mid.position_bias", bias, tolerance);
    expected.check("t5/out.unmasked", encoder.encode(&ids, None).unwrap(), tolerance);
    expected.check("t5/out.masked", encoder.encode(&ids, Some(&mask)).unwrap(), tolerance);
}

#[test]
fn t5_states_agree() {
    check_t5(&Device::flex(), CPU);
}

#[test]
fn t5_needs_one_token_table_and_refuses_ids_beyond_it() {
    let folder = altered(&part("t5/text_encoder"), "model.safetensors", |name, view| {
        (name != "shared.weight").then(|| (name.to_owned(), view.dtype(), view.data().to_vec()))
    });
    let encoder = T5Encoder::open(folder.path(), &Device::flex(), DType::F32).unwrap();
    let ids = Expected::of("t5").ids("t5/out.input_ids");
    Expected::of("t5").check("t5/out.unmasked", encoder.encode(&ids, None).unwrap(), CPU);
    let error = encoder.encode(&[vec![304]], None).unwrap_err().to_string();
    assert!(error.contains("token 304, but the text encoder knows 304"), "{error}");
    assert!(encoder.encode(&[vec![1, 2], vec![1]], None).is_err());
    assert!(encoder.encode(&[vec![1, 2]], Some(&[vec![true]])).is_err());
}

fn check_kl(name: &str, device: &Device, tolerance: f32) {
    let expected = Expected::of(name);
    let autoencoder = KlAutoencoder::open(&part(name), device, DType::F32).unwrap();
    let posterior = autoencoder.encode(expected.floats("vae/in.image", device));
    expected.check("vae/out.std", posterior.std(), tolerance);
    expected.check("vae/out.mean", posterior.mean, tolerance);
    expected.check("vae/out.logvar", posterior.logvar, tolerance);
    expected.check(
        "vae/out.decoded",
        autoencoder.decode(expected.floats("vae/in.latent", device)),
        tolerance,
    );
}

#[test]
fn kl_autoencoders_agree() {
    check_kl("vae_4ch", &Device::flex(), CPU);
    check_kl("vae_16ch", &Device::flex(), CPU);
}

/// Old configurations have no factor; FLUX's and SD3's have a shift too.
#[test]
fn latents_are_scaled_by_the_configuration() {
    let device = Device::flex();
    let open = |name| KlAutoencoder::open(&part(name), &device, DType::F32).unwrap();
    for (name, factor, shift) in [("vae_4ch", 0.18215, 0.0), ("vae_16ch", 1.5305, 0.0609)] {
        let autoencoder = open(name);
        let latent = Tensor::<4>::full([1, 1, 1, 1], 2.0, &device);
        let scaled = autoencoder.scale(latent.clone());
        assert!((scaled.clone().into_scalar::<f32>() - (2.0 - shift) * factor).abs() < 1e-6);
        assert!((autoencoder.unscale(scaled).into_scalar::<f32>() - 2.0).abs() < 1e-6);
        assert_eq!(autoencoder.config().downscale(), 8);
    }
}

/// Strips of a few rows against the whole picture: no seam, no tint.
#[test]
fn large_pictures_decode_and_encode_in_strips_alike() {
    let device = Device::flex();
    let whole = KlAutoencoder::open(&part("vae_4ch"), &device, DType::F32).unwrap();
    let expected = Expected::of("vae_4ch");
    let latent = expected.floats::<4>("vae/in.latent", &device);
    let latent = Tensor::cat(vec![latent.clone(), latent.clone() * -0.5, latent * 0.3], 2);
    let image = whole.decode(latent.clone());
    let posterior = whole.encode(image.clone().clamp(-1.0, 1.0));
    let apart = |a: Tensor<4>, b: Tensor<4>| {
        assert_eq!(a.dims(), b.dims());
        (a - b).abs().max().into_scalar::<f32>()
    };
    for most in [1, 3000, 12_000] {
        let strips = whole.clone().with_strips_of(most);
        let error = apart(strips.decode(latent.clone()), image.clone());
        assert!(error < 2e-5, "decoded in strips of {most}: {error}");
        let moments = strips.encode(image.clone().clamp(-1.0, 1.0));
        let error =
            apart(moments.mean, posterior.mean.clone()).max(apart(moments.logvar, posterior.logvar.clone()));
        assert!(error < 2e-5, "encoded in strips of {most}: {error}");
    }
}

#[test]
fn autoencoders_of_other_kinds_are_refused_by_name() {
    let folder = tempfile::TempDir::new().unwrap();
    let original = fs::read_to_string(part("vae_4ch").join("config.json")).unwrap();
    for (from, to, words) in [
        ("DownEncoderBlock2D", "AttnDownEncoderBlock2D", "'down_block_types' is "),
        ("silu", "mish", "'act_fn' is \"mish\""),
        ("\"norm_num_groups\": 4", "\"norm_num_groups\": 3", "cannot be parted into norm_num_groups 3"),
    ] {
        fs::write(folder.path().join("config.json"), original.replace(from, to)).unwrap();
        let error = KlAutoencoder::open(folder.path(), &Device::flex(), DType::F32).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn tiny_autoencoders_agree() {
    let device = Device::flex();
    for name in ["taesd", "taesd3"] {
        let expected = Expected::of(name);
        let tiny = TinyAutoencoder::open(&part(name), &device, DType::F32).unwrap();
        let latents = tiny.encode(expected.floats("tiny/in.image", &device));
        expected.check("tiny/out.scale_latents", tiny.scale_latents(latents.clone()), CPU);
        let scaled = expected.floats("tiny/out.scale_latents", &device);
        expected.check("tiny/out.unscale_latents", tiny.unscale_latents(scaled), CPU);
        expected.check("tiny/out.latents", latents, CPU);
        expected.check("tiny/out.decoded", tiny.decode(expected.floats("tiny/in.latent", &device)), CPU);
    }
}

#[test]
fn parts_agree_on_a_graphics_adapter() {
    let device = gpu();
    check_clip("clip_g", &device, GPU);
    check_t5(&device, GPU);
    check_kl("vae_16ch", &device, GPU);
}

/// Large weights lie transposed on the device and are read the other way round.
#[test]
fn large_weights_multiply_alike_on_a_graphics_adapter() {
    use burn::nn::{Linear, LinearConfig};
    use vignette::models::weights::{Renames, Weights};

    let (inputs, outputs) = (1000, 1100);
    let data: Vec<u8> =
        (0..inputs * outputs).flat_map(|i| ((i % 997) as f32 / 997.0 - 0.5).to_le_bytes()).collect();
    let view = TensorView::new(Dtype::F32, vec![outputs, inputs], &data).unwrap();
    let file = safetensors::serialize([("weight", view)], None).unwrap();
    let run = |device: &Device| -> Vec<f32> {
        let mut layer: Linear = LinearConfig::new(inputs, outputs).with_bias(false).init(device);
        let weights = Weights::from_bytes(file.clone(), "large").unwrap();
        weights.load(&mut layer, &Renames::none(), DType::F32, "test").unwrap();
        let x: Vec<f32> = (0..3 * inputs).map(|i| ((i * 7) % 31) as f32 / 31.0).collect();
        let x = Tensor::<2>::from_data(TensorData::new(x, [3, inputs]), device);
        layer.forward(x).into_data().try_to_vec().unwrap()
    };
    let (cpu, gpu) = (run(&Device::flex()), run(&gpu()));
    // The first sum, written out.
    let first: f64 =
        (0..inputs).map(|i| ((i * 7) % 31) as f64 / 31.0 * ((i % 997) as f64 / 997.0 - 0.5)).sum();
    assert!((f64::from(cpu[0]) - first).abs() < 1e-3, "{} for {first}", cpu[0]);
    let largest = cpu.iter().fold(1.0_f32, |largest, x| largest.max(x.abs()));
    for (c, g) in cpu.iter().zip(&gpu) {
        assert!((c - g).abs() <= 1e-4 * largest, "{g} for {c}");
    }
}
