//! What a writer asks of a published model, against the reference's numbers
//! and against what must not change: noise from a file, LoRA on every part,
//! shards, storage in half width, odd sizes and prompts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::{
    collections::BTreeMap,
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde_json::{Value, json};
use vignette::engine::{
    DeviceChoice, DumpedTensor, EngineError, ModelChoice, Observer, Painted, Progress, Request, Size,
    burn::BurnEngine, folder::inspect, paint_here,
};

fn fixture(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/published").join(path)
}

/// Keeps the warnings.
#[derive(Default)]
struct Listener(Vec<String>);

impl Observer for Listener {
    fn progress(&mut self, _: Progress) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn warning(&mut self, text: String) {
        self.0.push(text);
    }
}

fn paint(request: &Request) -> Result<Painted, EngineError> {
    paint_here(&mut BurnEngine::open(DeviceChoice::Cpu).unwrap(), request, &mut Listener::default())
}

fn request(folder: &Path, prompt: &str) -> Request {
    Request {
        model: ModelChoice::Folder(folder.to_owned()),
        size: Some(Size { width_px: 64, height_px: 64 }),
        steps: Some(1),
        dump: true,
        ..Request::new(prompt, 5)
    }
}

fn dumped<'a>(painted: &'a Painted, name: &str) -> &'a DumpedTensor {
    painted.dump.iter().find(|tensor| tensor.name == name).unwrap_or_else(|| panic!("no {name} was dumped"))
}

/// The largest difference, relative to the larger of 1 and the largest expected value.
fn error_of(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    assert!(found.iter().all(|x| x.is_finite()));
    let largest = expected.iter().fold(1f32, |most, x| most.max(x.abs()));
    found.iter().zip(expected).fold(0f32, |most, (a, b)| most.max((a - b).abs())) / largest
}

type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

fn read(file: &Path) -> Tensors {
    let bytes = fs::read(file).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let floats = |view: TensorView<'_>| -> Vec<f32> {
        view.data().as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
    };
    file.iter()
        .filter(|(_, view)| view.dtype() == Dtype::F32)
        .map(|(name, view)| (name.to_owned(), (view.shape().to_vec(), floats(view))))
        .collect()
}

fn write(file: &Path, tensors: &Tensors, dtype: Dtype) {
    let bytes = |values: &[f32]| -> Vec<u8> {
        match dtype {
            Dtype::F16 => values.iter().flat_map(|x| half::f16::from_f32(*x).to_le_bytes()).collect(),
            Dtype::BF16 => values.iter().flat_map(|x| half::bf16::from_f32(*x).to_le_bytes()).collect(),
            _ => values.iter().flat_map(|x| x.to_le_bytes()).collect(),
        }
    };
    let data: Vec<(&String, &Vec<usize>, Vec<u8>)> =
        tensors.iter().map(|(name, (shape, values))| (name, shape, bytes(values))).collect();
    let views = data.iter().map(|(name, shape, bytes)| {
        (name.as_str(), TensorView::new(dtype, (*shape).clone(), bytes).unwrap())
    });
    safetensors::serialize_to_file(views, None, file).unwrap();
}

/// A copy of a fixture without its expected tensors.
fn copy(family: &str) -> tempfile::TempDir {
    fn all(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let to = to.join(path.file_name().unwrap());
            if path.is_dir() {
                all(&path, &to);
            } else if !path.file_name().unwrap().to_string_lossy().starts_with("expected") {
                fs::copy(&path, to).unwrap();
            }
        }
    }
    let folder = tempfile::TempDir::new().unwrap();
    all(&fixture(family), folder.path());
    folder
}

const TRANSFORMER: &str = "transformer/diffusion_pytorch_model.safetensors";

/// As `generate --noise FILE#NAME --dump` does it. The cases ask for the
/// tokens that the pipelines pad to on their own.
#[test]
fn noise_from_a_file_leads_to_the_references_latents() {
    let folder = copy("pixart_alpha");
    // The command line knows one scheduler, the folder's.
    fs::copy(
        folder.path().join("scheduler_mild/scheduler_config.json"),
        folder.path().join("scheduler/scheduler_config.json"),
    )
    .unwrap();
    let file = fixture("pixart_alpha/expected.safetensors");
    let expected = read(&file);
    let painted = paint(&Request {
        steps: Some(5),
        guidance: Some(4.5),
        noise: Some((file, "cfg/in.latents".into())),
        ..request(folder.path(), "A photo of a Red Fox sitting in fresh snow at sunrise  ")
    })
    .unwrap();
    for step in 0..5 {
        let expected = &expected[&format!("cfg/mid.step{step}.prev_sample")].1;
        let error = error_of(&dumped(&painted, &format!("latents_{}", step + 1)).values, expected);
        assert!(error < 1e-4, "step {step}: {error:e}");
    }
    let image: Vec<f32> = dumped(&painted, "image").values.iter().map(|x| (x + 1.0) / 2.0).collect();
    let error = error_of(&image, &expected["cfg/out.image"].1);
    assert!(error < 1e-4, "image: {error:e}");
}

/// A checkpoint in shards is the same checkpoint, and `models check` counts it alike.
#[test]
fn shards_paint_what_the_whole_file_does() {
    let folder = copy("sd3");
    let whole = paint(&request(folder.path(), "a castle")).unwrap();
    let parameters = inspect(folder.path()).unwrap().parameters;
    let file = folder.path().join(TRANSFORMER);
    let mut shards = [Tensors::new(), Tensors::new(), Tensors::new()];
    let mut map = serde_json::Map::new();
    let name = |i: usize| format!("diffusion_pytorch_model-{:05}-of-00003.safetensors", i + 1);
    for (i, (key, tensor)) in read(&file).into_iter().enumerate() {
        map.insert(key.clone(), Value::from(name(i % 3)));
        shards[i % 3].insert(key, tensor);
    }
    for (i, shard) in shards.iter().enumerate() {
        write(&file.with_file_name(name(i)), shard, Dtype::F32);
    }
    fs::remove_file(&file).unwrap();
    let index = json!({ "metadata": { "total_size": 1 }, "weight_map": map });
    fs::write(file.with_file_name("diffusion_pytorch_model.safetensors.index.json"), index.to_string())
        .unwrap();
    let sharded = paint(&request(folder.path(), "a castle")).unwrap();
    assert_eq!(dumped(&whole, "latents").values, dumped(&sharded, "latents").values);
    assert_eq!(inspect(folder.path()).unwrap().parameters, parameters);
    fs::remove_file(file.with_file_name(name(1))).unwrap();
    let error = paint(&request(folder.path(), "a castle")).unwrap_err().to_string();
    assert!(error.contains("00002-of-00003"), "{error}");
}

/// Halves are widened exactly: a file in f16 or bf16 paints what a file of the
/// rounded numbers in f32 does.
#[test]
fn storage_in_half_width_changes_nothing_but_the_rounding() {
    for (dtype, round) in [
        (Dtype::F16, (|x| half::f16::from_f32(x).to_f32()) as fn(f32) -> f32),
        (Dtype::BF16, |x| half::bf16::from_f32(x).to_f32()),
    ] {
        let (narrow, wide) = (copy("pixart_alpha"), copy("pixart_alpha"));
        for part in [TRANSFORMER, "text_encoder/model.safetensors", "vae/diffusion_pytorch_model.safetensors"]
        {
            let mut tensors = read(&narrow.path().join(part));
            write(&narrow.path().join(part), &tensors, dtype);
            tensors.values_mut().for_each(|(_, values)| values.iter_mut().for_each(|x| *x = round(*x)));
            write(&wide.path().join(part), &tensors, Dtype::F32);
        }
        let [narrow, wide] = [narrow, wide].map(|folder| paint(&request(folder.path(), "two cats")).unwrap());
        for name in ["prompt_embeds", "latents", "image"] {
            assert_eq!(dumped(&narrow, name).values, dumped(&wide, name).values, "{dtype:?} {name}");
        }
    }
}

/// Numbers that look drawn.
fn numbers(count: usize, seed: f32, size: f32) -> Vec<f32> {
    (0..count).map(|i| ((i as f32 + seed) * 12.9898).sin() * size).collect()
}

/// A LoRA on transformer, CLIP and T5 paints what a folder does whose weights
/// were changed by hand, and leaves no trace when it is taken away.
#[test]
fn loras_change_text_encoders_too() {
    let targets = [
        ("transformer", TRANSFORMER, "transformer_blocks.0.attn.to_q", 3.0),
        (
            "text_encoder",
            "text_encoder/model.safetensors",
            "text_model.encoder.layers.0.self_attn.q_proj",
            1.0,
        ),
        ("text_encoder_2", "text_encoder_2/model.safetensors", "text_model.encoder.layers.1.mlp.fc1", 2.0),
        (
            "text_encoder_3",
            "text_encoder_3/model.safetensors",
            "encoder.block.0.layer.0.SelfAttention.q",
            5.0,
        ),
    ];
    let (rank, scale) = (2, 0.7);
    let (plain, changed) = (fixture("sd3"), copy("sd3"));
    let mut lora = Tensors::new();
    for (part, file, key, seed) in targets {
        let file = changed.path().join(file);
        let mut tensors = read(&file);
        let (shape, values) = tensors.get_mut(&format!("{key}.weight")).unwrap();
        let (outputs, inputs) = (shape[0], shape[1]);
        let down = numbers(rank * inputs, seed, 0.5);
        let up = numbers(outputs * rank, seed + 100.0, 0.5);
        for y in 0..outputs {
            for x in 0..inputs {
                let change: f32 = (0..rank).map(|r| up[y * rank + r] * down[r * inputs + x]).sum();
                values[y * inputs + x] += scale * change;
            }
        }
        write(&file, &tensors, Dtype::F32);
        lora.insert(format!("{part}.{key}.lora_A.weight"), (vec![rank, inputs], down));
        lora.insert(format!("{part}.{key}.lora_B.weight"), (vec![outputs, rank], up));
    }
    let file = changed.path().join("style_lora.safetensors");
    write(&file, &lora, Dtype::F32);

    let mut engine = BurnEngine::open(DeviceChoice::Cpu).unwrap();
    let mut listener = Listener::default();
    let before = paint_here(&mut engine, &request(&plain, "a fox"), &mut listener).unwrap();
    let with = Request { loras: vec![(file.clone(), scale)], ..request(&plain, "a fox") };
    let with = paint_here(&mut engine, &with, &mut listener).unwrap();
    let again = paint_here(&mut engine, &request(&plain, "a fox"), &mut listener).unwrap();
    let by_hand = paint(&request(changed.path(), "a fox")).unwrap();
    assert!(listener.0.is_empty(), "{:?}", listener.0);
    for name in ["prompt_embeds", "pooled", "latents"] {
        let [before, with, again, by_hand] =
            [&before, &with, &again, &by_hand].map(|painted| &dumped(painted, name).values);
        assert!(error_of(with, by_hand) < 1e-4, "{name}: {:e}", error_of(with, by_hand));
        assert!(error_of(with, before) > 1e-3, "{name} did not change");
        assert_eq!(before, again, "{name} is not what it was");
    }

    // A model without those encoders says what is left out; with nothing left it refuses.
    let other = Request { loras: vec![(file.clone(), 1.0)], class: Some(3), ..request(&fixture("dit"), "") };
    let error = paint(&other).unwrap_err().to_string();
    assert!(error.contains("transformer_blocks.0.attn.to_q") && error.contains("style_lora"), "{error}");
    lora.retain(|name, _| name.starts_with("text_encoder_3"));
    write(&file, &lora, Dtype::F32);
    let error = paint(&other).unwrap_err().to_string();
    assert!(error.contains("text_encoder_3, which this DiT model has not"), "{error}");
}

#[test]
fn flux_heeds_negative_prompts_under_true_guidance_alone() {
    let folder = fixture("flux_dev");
    let ask = |negative: &str, true_guidance| {
        let mut listener = Listener::default();
        let request =
            Request { negative: negative.into(), true_guidance, ..request(&folder, "a glass of water") };
        let painted = paint_here(&mut BurnEngine::open(DeviceChoice::Cpu).unwrap(), &request, &mut listener);
        (painted.unwrap(), listener.0)
    };
    let (plain, silent) = ask("", None);
    let (warned, warnings) = ask("blurry", None);
    let (guided, quiet) = ask("blurry", Some(2.5));
    assert!(silent.is_empty() && quiet.is_empty() && warnings[0].contains("true guidance"), "{warnings:?}");
    let latents = |painted: &Painted| dumped(painted, "latents").values.clone();
    assert_eq!(latents(&plain), latents(&warned));
    assert!(error_of(&latents(&guided), &latents(&plain)) > 1e-3);
    assert!(dumped(&guided, "negative_prompt_embeds").values.iter().any(|x| *x != 0.0));
    let other = Request { true_guidance: Some(2.0), ..request(&fixture("sd3"), "a") };
    assert!(paint(&other).unwrap_err().to_string().contains("only FLUX"));
}

/// The reference blends for every family but Z-Image, which adds: there a
/// guidance between 0 and 1 counts too.
#[test]
fn z_image_heeds_negative_prompts_from_zero_on() {
    for (family, guidance, heeded) in [
        ("zimage", 0.0, false),
        ("zimage", 0.5, true),
        ("zimage", 1.0, true),
        ("sd3", 0.5, false),
        ("sd3", 1.5, true),
    ] {
        let latents = |negative: &str| {
            let request = Request {
                guidance: Some(guidance),
                negative: negative.to_owned(),
                ..request(&fixture(family), "a fox")
            };
            dumped(&paint(&request).unwrap(), "latents").values.clone()
        };
        assert_eq!(latents("fog") != latents("a castle made of sand"), heeded, "{family} at {guidance}");
    }
}

/// One step, tall and wide, without words, with far too many, without guidance.
#[test]
fn every_family_paints_what_is_asked_for() {
    let long = "a red fox in fresh snow at dawn, ".repeat(80);
    for family in ["dit", "pixart_alpha", "pixart_sigma", "sd3", "sd35m", "flux_dev", "zimage"] {
        let mut engine = BurnEngine::open(DeviceChoice::Cpu).unwrap();
        for (prompt, guidance, (width_px, height_px)) in [
            ("", None, (48, 96)),
            (&long[..], Some(1.0), (96, 48)),
            ("雪", Some(6.0), (33, 50)),
            ("a", Some(0.0), (16, 16)),
        ] {
            let request = Request {
                guidance,
                class: (family == "dit").then_some(2),
                size: Some(Size { width_px, height_px }),
                ..request(&fixture(family), prompt)
            };
            let painted = paint_here(&mut engine, &request, &mut Listener::default())
                .unwrap_or_else(|error| panic!("{family} {width_px}x{height_px}: {error}"));
            assert_eq!(painted.picture.size_px(), [width_px as usize, height_px as usize], "{family}");
            assert!(dumped(&painted, "latents").values.iter().all(|x| x.is_finite()), "{family}");
        }
    }
}

/// What `vignette bench load` writes is a model like any other, its large
/// matrices left in their file.
#[test]
fn a_model_of_random_numbers_loads_and_paints() {
    use vignette::engine::burn::published::trial::{TrialSizes, time_loading, write};

    let folder = tempfile::TempDir::new().unwrap();
    let bytes = write(folder.path(), TrialSizes::SMALL).unwrap();
    let report = inspect(folder.path()).unwrap();
    assert!(report.usable(), "{:?}", report.problems);
    assert!(report.parameters * 2 <= bytes && report.parts.iter().all(|part| part.stored.len() <= 1));
    let loading = time_loading(folder.path(), &burn::tensor::Device::flex(), 1).unwrap();
    assert!(loading.bytes > 1_000_000 && loading.load_secs > 0.0 && loading.plain_secs > 0.0);
    let painted = paint(&request(folder.path(), "a lighthouse")).unwrap();
    assert!(dumped(&painted, "image").values.iter().all(|x| x.is_finite()));
}
