//! Damaged and hostile model folders: every one is painted with or refused by
//! one sentence that names the file, and none makes the program panic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::{
    fs,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use rand::{Rng, seq::IndexedRandom};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use serde_json::Value;
use vignette::{
    engine::{
        DeviceChoice, EngineError, ModelChoice, Observer, Progress, Request, Size, Stage,
        burn::{
            BurnEngine,
            published::{
                problems,
                trial::{TrialSizes, write},
            },
        },
        folder::inspect,
        paint_here,
    },
    models::lora::Lora,
};

fn fixture(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/published").join(path)
}

struct Silent;

impl Observer for Silent {
    fn progress(&mut self, _: Progress) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// The files below a folder, but what `models verify` reads.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else if !path.file_name().unwrap().to_string_lossy().starts_with("expected") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A copy of a fixture that may be spoilt.
struct Victim {
    folder: tempfile::TempDir,
    family: &'static str,
}

impl Victim {
    fn of(family: &'static str) -> Self {
        let (folder, from) = (tempfile::TempDir::new().unwrap(), fixture(family));
        for file in files_below(&from) {
            let to = folder.path().join(file.strip_prefix(&from).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(file, to).unwrap();
        }
        Self { folder, family }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Looks at the folder and paints with it; what is wrong with the answer, if anything is.
    fn try_out(&self) -> Result<Option<EngineError>, String> {
        let request = Request {
            model: ModelChoice::Folder(self.path().to_owned()),
            class: (self.family == "dit").then_some(1),
            size: Some(Size { width_px: 32, height_px: 32 }),
            steps: Some(1),
            guidance: Some(1.0),
            ..Request::new("a red fox", 1)
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let _ = inspect(self.path()).map_err(|e| e.to_string());
            let _ = problems(self.path());
            let mut engine = BurnEngine::open(DeviceChoice::Cpu).unwrap();
            paint_here(&mut engine, &request, &mut Silent)
        }));
        let error = match outcome {
            Err(_) => return Err("it panicked".into()),
            Ok(Ok(_)) => return Ok(None),
            Ok(Err(error)) => error,
        };
        let text = error.to_string();
        let named = text.contains(&*self.path().to_string_lossy());
        let sentence = !text.trim().is_empty() && !text.contains('\n') && text.len() < 1200;
        match &error {
            EngineError::Fault(_) => Err(format!("a fault of our own: {text}")),
            _ if !named => Err(format!("no file is named: {text}")),
            _ if !sentence => Err(format!("this is no sentence: {text}")),
            _ => Ok(Some(error)),
        }
    }

    /// Spoils one file, tries the folder out, and mends it.
    fn with(&self, file: &Path, bytes: &[u8], what: &str, complaints: &mut Vec<String>) -> bool {
        let good = fs::read(file).unwrap();
        fs::write(file, bytes).unwrap();
        let outcome = self.try_out();
        fs::write(file, good).unwrap();
        let name = file.strip_prefix(self.path()).unwrap().display();
        match outcome {
            Err(why) => {
                complaints.push(format!("{} {name}, {what}: {why}", self.family));
                false
            }
            Ok(error) => error.is_some(),
        }
    }
}

/// Bytes of a file that are worth spoiling: the header of weights, all of the rest.
fn spoilable(file: &Path, bytes: &[u8]) -> usize {
    if file.extension().is_some_and(|ending| ending == "safetensors") {
        let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        (8 + header).min(bytes.len())
    } else {
        bytes.len()
    }
}

#[test]
fn flipped_bytes_never_panic() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut complaints = Vec::new();
    let mut refused = 0;
    for family in ["pixart_alpha", "sd3", "dit"] {
        let victim = Victim::of(family);
        assert!(victim.try_out().unwrap().is_none(), "{family} must paint before it is spoilt");
        for file in files_below(victim.path()) {
            let good = fs::read(&file).unwrap();
            let end = spoilable(&file, &good);
            for round in 0..4 {
                let mut bytes = good.clone();
                for _ in 0..1 + round {
                    let at = random.random_range(0..end);
                    bytes[at] ^= 1 << random.random_range(0..8);
                }
                refused += usize::from(victim.with(&file, &bytes, "flipped", &mut complaints));
            }
            let cut = random.random_range(0..good.len());
            refused +=
                usize::from(victim.with(&file, &good[..cut], &format!("cut at {cut}"), &mut complaints));
        }
    }
    assert!(complaints.is_empty(), "{}\n{} in all", complaints.join("\n"), complaints.len());
    assert!(refused > 60, "only {refused} were refused: the spoiling spoils nothing");
}

/// The values of a JSON object's keys, each replaced by numbers and kinds that
/// no model has.
#[test]
fn impossible_configurations_are_refused() {
    let values: [Value; 5] =
        [Value::from(0), Value::from(-1), Value::from(999_983), Value::from(u64::MAX), Value::from("what")];
    let mut complaints = Vec::new();
    for family in ["pixart_alpha", "sd3", "dit", "flux_dev", "zimage"] {
        let victim = Victim::of(family);
        let configs = files_below(victim.path()).into_iter().filter(|file| {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let weights =
                ["transformer", "vae", "text_encoder", "text_encoder_2", "text_encoder_3", "scheduler"];
            let part = file.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
            name.ends_with("config.json") && weights.contains(&part.as_str())
        });
        for file in configs {
            // The reference writes bare infinities.
            let text = fs::read_to_string(&file).unwrap().replace("-Infinity", "null");
            let config: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
            for key in config.keys().filter(|key| !key.starts_with('_')) {
                for value in &values {
                    let mut spoilt = config.clone();
                    spoilt.insert(key.clone(), value.clone());
                    let bytes = Value::Object(spoilt).to_string();
                    victim.with(&file, bytes.as_bytes(), &format!("{key} = {value}"), &mut complaints);
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{}\n{} in all", complaints.join("\n"), complaints.len());
}

/// What `models check` finds without painting is one sentence that names the
/// part, the file and what is wrong in it.
#[test]
fn checking_finds_what_painting_would_refuse() {
    type Spoil = fn(&Path);
    const WEIGHTS: &str = "diffusion_pytorch_model.safetensors";
    fn change(file: PathBuf, from: &str, to: &str) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{} has no {from}", file.display());
        fs::write(file, text.replacen(from, to, 1)).unwrap();
    }
    fn header(file: PathBuf, from: &str, to: &str) {
        let bytes = fs::read(&file).unwrap();
        let end = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        let text = std::str::from_utf8(&bytes[8..end]).unwrap();
        assert!(text.contains(from), "{} has no {from}", file.display());
        let text = text.replacen(from, to, 1);
        let mut spoilt = (text.len() as u64).to_le_bytes().to_vec();
        spoilt.extend(text.bytes());
        spoilt.extend(&bytes[end..]);
        fs::write(file, spoilt).unwrap();
    }
    fn index(at: &Path, text: &str) {
        fs::rename(at.join("transformer").join(WEIGHTS), at.join("transformer/a.safetensors")).unwrap();
        fs::write(at.join("transformer").join(format!("{WEIGHTS}.index.json")), text).unwrap();
    }
    let cases: &[(Spoil, &[&str])] = &[
        (|_| (), &[]),
        (
            |at| index(at, r#"{"weight_map":{"x":"b.safetensors"}}"#),
            &["transformer", "b.safetensors is missing", "index.json"],
        ),
        (
            |at| index(at, r#"{"weight_map":{"x":"/etc/x.safetensors"}}"#),
            &["'/etc/x.safetensors'", "index.json"],
        ),
        (
            |at| index(at, r#"{"weight_map":{"x":"a.safetensors"}}"#),
            &["transformer: tensor", "not in the index"],
        ),
        (|at| index(at, "[]"), &["no 'weight_map'"]),
        (
            |at| header(at.join("transformer").join(WEIGHTS), "pos_embed.proj.bias", "pos_embed.proj.bios"),
            &["transformer", "'pos_embed.proj.bias'", "is missing", WEIGHTS],
        ),
        (
            |at| change(at.join("transformer/config.json"), r#""in_channels": 16"#, r#""in_channels": 8"#),
            &["'pos_embed.proj.weight'", "expected", WEIGHTS],
        ),
        (
            |at| {
                change(at.join("transformer/config.json"), r#""num_layers": "#, r#""num_layers": NaN, "x": "#)
            },
            &["num_layers", "NaN", "transformer/config.json"],
        ),
        (
            |at| change(at.join("vae/config.json"), r#""silu""#, r#""mish""#),
            &["vae", "'act_fn' is \"mish\"", "vae/config.json"],
        ),
        (
            |at| change(at.join("scheduler/scheduler_config.json"), r#""shift": 3.0"#, r#""shift": NaN"#),
            &["scheduler", "shift is \"NaN\"", "scheduler_config.json"],
        ),
        (
            |at| fs::remove_file(at.join("tokenizer/merges.txt")).unwrap(),
            &["text encoders", "tokenizer/merges.txt"],
        ),
        (
            |at| {
                fs::write(at.join("vae").join(WEIGHTS), "version https://git-lfs.github.com/spec/v1").unwrap()
            },
            &["vae", "git lfs pull", WEIGHTS],
        ),
        (|at| fs::write(at.join("vae").join(WEIGHTS), "").unwrap(), &["vae", "0 bytes", WEIGHTS]),
        (|at| fs::remove_dir_all(at.join("text_encoder_2")).unwrap(), &["text_encoder_2 is missing"]),
    ];
    for (spoil, words) in cases {
        let victim = Victim::of("sd3");
        spoil(victim.path());
        let mut found = inspect(victim.path()).unwrap().problems;
        if found.is_empty() {
            found = problems(victim.path());
        }
        assert_eq!(found.is_empty(), words.is_empty(), "{found:?} for {words:?}");
        for problem in &found {
            assert!(problem.contains(&*victim.path().to_string_lossy()), "no file is named: {problem}");
            assert!(problem.matches(&*victim.path().to_string_lossy()).count() == 1, "twice: {problem}");
        }
        for word in *words {
            assert!(found.iter().any(|problem| problem.contains(word)), "'{word}' is not in {found:?}");
        }
        assert_eq!(victim.try_out().unwrap().is_none(), words.is_empty(), "check and painting agree");
    }
}

/// Opening a pipe would wait for ever.
#[cfg(unix)]
#[test]
fn pipes_in_place_of_files_are_refused() {
    for file in [
        "transformer/diffusion_pytorch_model.safetensors",
        "transformer/config.json",
        "scheduler/scheduler_config.json",
        "model_index.json",
    ] {
        let victim = Victim::of("sd3");
        let path = victim.path().join(file);
        fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert!(victim.try_out().unwrap().is_some(), "{file}");
    }
}

/// Weights that are not numbers are the model's fault, not the program's.
#[test]
fn weights_of_nan_are_told_of() {
    let victim = Victim::of("sd3");
    let file = victim.path().join("transformer/diffusion_pytorch_model.safetensors");
    let mut bytes = fs::read(&file).unwrap();
    let first = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    bytes[first..].fill(0xff);
    fs::write(&file, bytes).unwrap();
    let error = victim.try_out().unwrap().unwrap().to_string();
    assert!(error.contains("not numbers") && error.contains("weights are damaged"), "{error}");
}

/// A file that is cut short while it is painted with is an error that names
/// it, and put back it is painted with again.
#[cfg(unix)]
#[test]
fn a_file_cut_short_while_painting_is_an_error() {
    /// Cuts the file when the first step is done.
    struct Cut(PathBuf);
    impl Observer for Cut {
        fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
            if progress.stage == Stage::Denoising && progress.step == 1 {
                fs::File::options().write(true).open(&self.0).unwrap().set_len(5000).unwrap();
            }
            ControlFlow::Continue(())
        }
    }
    let folder = tempfile::TempDir::new().unwrap();
    write(folder.path(), TrialSizes::SMALL).unwrap();
    let file = folder.path().join("transformer/diffusion_pytorch_model.safetensors");
    let whole = fs::read(&file).unwrap();
    let request = Request {
        model: ModelChoice::Folder(folder.path().to_owned()),
        size: Some(Size { width_px: 32, height_px: 32 }),
        steps: Some(3),
        ..Request::new("a fox", 1)
    };
    let mut engine = BurnEngine::open(DeviceChoice::Cpu).unwrap();
    let error = paint_here(&mut engine, &request, &mut Cut(file.clone())).unwrap_err();
    assert!(matches!(error, EngineError::Model(_)), "{error}");
    let error = error.to_string();
    assert!(error.contains("5000 bytes of") && error.contains(&*file.to_string_lossy()), "{error}");
    fs::write(&file, whole).unwrap();
    paint_here(&mut engine, &request, &mut Silent).unwrap();
}

/// A safetensors file of this header and that many zeros.
fn weights(header: &str, count: usize) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &vec![0; count]].concat()
}

#[test]
fn hostile_headers_are_refused_by_file_and_tensor() {
    let victim = Victim::of("pixart_alpha");
    let file = victim.path().join("transformer/diffusion_pytorch_model.safetensors");
    let entry = |name: &str, shape: &str, begin: u64, end: u64| {
        format!(r#""{name}":{{"dtype":"F32","shape":{shape},"data_offsets":[{begin},{end}]}}"#)
    };
    for (bytes, words) in [
        (u64::MAX.to_le_bytes().to_vec(), vec!["header"]),
        ((1u64 << 40).to_le_bytes().to_vec(), vec!["header"]),
        (weights("", 0)[..4].to_vec(), vec!["8"]),
        (weights("[]", 0), vec!["header"]),
        (weights("{\"a\":3}", 0), vec!["'a'"]),
        (weights(&format!("{{{}}}", entry("a", "[4294967296,4294967296]", 0, 8)), 8), vec!["'a'"]),
        (weights(&format!("{{{}}}", entry("a", "[18446744073709551615,2]", 0, 8)), 8), vec!["'a'"]),
        (weights(&format!("{{{}}}", entry("a", "[2]", 8, 0)), 8), vec!["'a'"]),
        (weights(&format!("{{{}}}", entry("a", "[2]", 0, 800)), 8), vec!["'a'"]),
        (
            weights(&format!("{{{},{}}}", entry("a", "[2]", 0, 8), entry("b", "[2]", 4, 12)), 12),
            vec!["'b'", "overlaps"],
        ),
        (weights(&format!("{{{}}}", entry("a", "[2]", 8, 16)), 16), vec!["'a'", "gap"]),
        (
            weights(&format!("{{{},{}}}", entry("a", "[2]", 0, 8), entry("a", "[2]", 0, 8)), 8),
            vec!["'a'", "twice"],
        ),
        (weights(&format!("{{{}}}", entry("a", "[2]", 0, 8)), 8), vec!["tensor"]),
    ] {
        let good = fs::read(&file).unwrap();
        fs::write(&file, &bytes).unwrap();
        let error = victim.try_out().unwrap().expect("a hostile file was painted with").to_string();
        fs::write(&file, good).unwrap();
        for word in words {
            assert!(error.contains(word), "'{word}' is not in: {error}");
        }
    }
}

#[test]
fn nothing_outside_the_folder_is_read_and_pickles_are_refused() {
    // What lies outside would be noticed: it is a directory where a file is wanted.
    let victim = Victim::of("pixart_alpha");
    let index = victim.path().join("model_index.json");
    let mut parts: serde_json::Map<String, Value> =
        serde_json::from_slice(&fs::read(&index).unwrap()).unwrap();
    parts.insert("../../outside".into(), serde_json::json!(["diffusers", "AutoencoderKL"]));
    parts.insert("transformer".into(), serde_json::json!(["diffusers", "../../outside"]));
    fs::write(&index, Value::Object(parts).to_string()).unwrap();
    assert!(victim.try_out().unwrap().is_none(), "class names and unknown parts lead nowhere");

    let transformer = victim.path().join("transformer");
    let file = transformer.join("diffusion_pytorch_model.safetensors");
    fs::rename(&file, transformer.join("part.safetensors")).unwrap();
    fs::copy(transformer.join("part.safetensors"), transformer.join("other.safetensors")).unwrap();
    for shard in ["../../vae/diffusion_pytorch_model.safetensors", "/etc/passwd", "..\\x.safetensors"] {
        let map = serde_json::json!({ "weight_map": { "a": shard } });
        fs::write(file.with_file_name("diffusion_pytorch_model.safetensors.index.json"), map.to_string())
            .unwrap();
        let error = victim.try_out().unwrap().unwrap().to_string();
        assert!(error.contains("no safetensors file beside it"), "{error}");
        let problems = inspect(victim.path()).unwrap().problems.join("; ");
        assert!(problems.contains("no safetensors file beside it"), "{problems}");
    }

    for entry in fs::read_dir(&transformer).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") || path.to_string_lossy().contains("index")
        {
            fs::remove_file(path).unwrap();
        }
    }
    fs::write(transformer.join("diffusion_pytorch_model.bin"), b"\x80\x04cos\nsystem\n").unwrap();
    let error = victim.try_out().unwrap().unwrap().to_string();
    assert!(error.contains("pickled") && error.contains("safetensors"), "{error}");
}

#[test]
fn an_unknown_scheduler_is_refused_by_name() {
    let victim = Victim::of("sd3");
    let file = victim.path().join("scheduler/scheduler_config.json");
    fs::write(&file, r#"{"_class_name":"LCMScheduler"}"#).unwrap();
    let error = victim.try_out().unwrap().unwrap().to_string();
    assert!(error.contains("LCMScheduler") && error.contains("FlowMatchEulerDiscreteScheduler"), "{error}");
    let report = inspect(victim.path()).unwrap();
    assert!(report.problems.iter().any(|problem| problem.contains("LCMScheduler")), "{:?}", report.problems);
    // Both rooms know the same ones.
    for class in vignette::engine::folder::SCHEDULERS {
        let text = format!(r#"{{"_class_name":"{class}"}}"#);
        vignette::diffusion::SchedulerConfig::from_json(&text).unwrap();
    }
}

#[test]
fn damaged_loras_never_panic() {
    let folder = tempfile::TempDir::new().unwrap();
    let header = r#"{"__metadata__":{"lora_adapter_metadata":"{\"r\":2,\"lora_alpha\":3}"},"transformer.a.lora_A.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"transformer.a.lora_B.weight":{"dtype":"F32","shape":[4,2],"data_offsets":[24,56]}}"#;
    let good = weights(header, 56);
    let path = folder.path().join("lora.safetensors");
    fs::write(&path, &good).unwrap();
    Lora::open(&path).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let places: Vec<usize> = (0..8 + header.len()).collect();
    let mut refused = 0;
    for _ in 0..2000 {
        let mut bytes = good.clone();
        bytes[*places.choose(&mut random).unwrap()] = random.random();
        fs::write(&path, &bytes).unwrap();
        if let Err(error) = Lora::open(&path) {
            refused += 1;
            let text = error.to_string();
            assert!(!text.contains('\n') && text.contains("lora.safetensors"), "{text}");
        }
    }
    assert!(refused > 1000, "only {refused} were refused");
}
