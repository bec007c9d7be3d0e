//! The evaluation cannot flatter: its probe sees what the painter paints, and
//! neither noise nor the wrong prompt passes for the right picture.

#![cfg(feature = "train")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader, Read},
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use burn::tensor::{Device, Tensor, TensorData};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use safetensors::SafeTensors;
use vignette::{
    engine::{DeviceChoice, Engine, Observer, Progress, Request, Size, burn::BurnEngine},
    train::{
        eval::{
            DEFAULT_SEED,
            attributes::Attribute,
            candidate::Candidate,
            copies::{Copies, TrainingSet},
            probe::{DEFAULT_PATH, Probe, Reading},
            prompts::{Prompt, prompts},
            report::{AttributeReport, score, subjects_by},
        },
        painter::{self, RgbPicture},
    },
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn shipped_probe() -> Probe {
    Probe::open(&root().join(DEFAULT_PATH), &Device::flex()).unwrap()
}

fn paint(prompts: &[Prompt]) -> Vec<RgbPicture> {
    prompts.iter().map(|prompt| painter::paint(&prompt.spec, 256, 256)).collect()
}

/// Accuracies of readings against these prompts, beside those of true pictures.
fn scores(prompts: &[Prompt], painted: &[Reading], others: &[Reading]) -> Vec<AttributeReport> {
    Attribute::ALL
        .into_iter()
        .map(|attribute| score(attribute, prompts, painted, Some(others), None))
        .collect()
}

/// The most that guessing can reach, three standard errors of luck included:
/// always saying the commonest class.
fn chance(of: &AttributeReport) -> f64 {
    let asked = of.asked as f64;
    let commonest = of.classes.values().map(|tally| tally.asked).max().unwrap_or(0) as f64 / asked;
    commonest + 3.0 * (commonest * (1.0 - commonest) / asked).sqrt()
}

fn floats<const D: usize>(file: &SafeTensors<'_>, name: &str) -> Tensor<D> {
    let view = file.tensor(name).unwrap();
    let values: Vec<f32> =
        view.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
    Tensor::from_data(TensorData::new(values, view.shape().to_vec()), &Device::flex())
}

fn assert_close<const D: usize>(what: &str, actual: Tensor<D>, expected: Tensor<D>) {
    assert_eq!(actual.dims(), expected.dims(), "{what}");
    let largest = expected.clone().abs().max().into_scalar::<f32>().max(1.0);
    let error = (actual - expected).abs().max().into_scalar::<f32>() / largest;
    assert!(error < 1e-4, "{what}: relative error {error} is not under 1e-4");
}

#[test]
fn the_probe_is_that_of_the_recipe() {
    // Written by assets/models/builtin/recipe/parity_probe.py.
    let folder = root().join("tests/fixtures/recipe");
    let probe =
        Probe::from_bytes(fs::read(folder.join("probe.safetensors")).unwrap(), &Device::flex()).unwrap();
    let expected = fs::read(folder.join("probe_expected.safetensors")).unwrap();
    let expected = SafeTensors::deserialize(&expected).unwrap();
    let (logits, feature) = probe.network().forward(floats(&expected, "in.image"));
    assert_eq!(logits.len(), probe.heads().len());
    for (index, values) in logits.into_iter().enumerate() {
        assert_close("logits", values, floats(&expected, &format!("out.logits.{index}")));
    }
    assert_close("feature", feature, floats(&expected, "out.feature"));
    assert_eq!(probe.heads()[0], (Attribute::Time, ["dawn", "day", "night"].map(str::to_owned).to_vec()));
}

#[test]
fn the_probe_sees_what_the_painter_paints_and_nothing_in_noise() {
    let probe = shipped_probe();
    let prompts = prompts(DEFAULT_SEED + 1, 240);
    let painted = paint(&prompts);
    let readings = probe.read(&painted).unwrap();

    // The painter's own pictures: nearly all is read, and the ratio is 1.
    for of in scores(&prompts, &readings, &readings) {
        let least = match of.attribute {
            Attribute::Setting | Attribute::Time | Attribute::Style => 0.93,
            // Small figures are hard to tell; a large one at the side fills the middle too.
            Attribute::Subject | Attribute::Side => 0.78,
            _ => 0.88,
        };
        assert!(of.painted >= least, "{:?}: {} of {} pictures", of.attribute, of.painted, of.asked);
        assert_eq!(of.ratio, Some(1.0), "{:?}", of.attribute);
        // Held against other prompts they say nothing.
        let shuffled = of.shuffled.unwrap();
        assert!(shuffled <= chance(&of), "{:?}: {shuffled} of shuffled prompts", of.attribute);
    }
    let shots = subjects_by(&prompts, &readings, None, |prompt| prompt.spec.shot.name());
    for shot in ["medium", "close"] {
        let share = shots[shot].painted as f64 / shots[shot].asked as f64;
        assert!(share >= 0.83, "{shot}: {share}");
    }

    // Noise.
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let noise: Vec<RgbPicture> = painted
        .iter()
        .map(|picture| RgbPicture {
            pixels: picture.pixels.iter().map(|_| rng.random()).collect(),
            ..*picture
        })
        .collect();
    for of in scores(&prompts, &readings, &probe.read(&noise).unwrap()) {
        let generated = of.generated.unwrap();
        assert!(generated <= chance(&of), "{:?}: {generated} of noise", of.attribute);
    }

    // A blur that leaves the colours only is no better than the picture.
    let blurred: Vec<RgbPicture> = painted.iter().map(|picture| blocks(picture, 32)).collect();
    for of in scores(&prompts, &readings, &probe.read(&blurred).unwrap()) {
        // A setting and the colour of a coat are seen in a blur too.
        if of.attribute == Attribute::Subject {
            assert!(
                of.generated.unwrap() < 0.6 * of.painted,
                "{:?}: {:?} of a blur",
                of.attribute,
                of.generated
            );
        }
    }
}

/// A picture in flat squares of `side` pixels, each the mean of what it covers.
fn blocks(picture: &RgbPicture, side: usize) -> RgbPicture {
    let wide = picture.width_px as usize;
    let mut out = picture.clone();
    let place = |at: usize| (at / 3 / wide / side * (wide / side) + at / 3 % wide / side) * 3 + at % 3;
    let mut sums: HashMap<usize, usize> = HashMap::new();
    for (at, value) in picture.pixels.iter().enumerate() {
        *sums.entry(place(at)).or_default() += usize::from(*value);
    }
    for (at, value) in out.pixels.iter_mut().enumerate() {
        *value = (sums[&place(at)] / (side * side)) as u8;
    }
    out
}

#[test]
fn a_probe_older_than_the_painter_is_refused() {
    let bytes = fs::read(root().join(DEFAULT_PATH)).unwrap();
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let mut notes = header.metadata().clone().unwrap();
    let classes = notes["classes"].replace("\"dragon\"", "\"unicorn\"");
    assert_ne!(classes, notes["classes"]);
    notes.insert("classes".into(), classes);
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.safetensors");
    fs::write(&path, safetensors::serialize(tensors.tensors(), Some(notes)).unwrap()).unwrap();
    let error = Probe::open(&path, &Device::flex()).err().unwrap();
    let text = error.to_string();
    assert!(error.is_bad_input() && text.contains("does not know the subject 'dragon'"), "{text}");
    assert!(text.contains("train_probe.py") && text.ends_with("old.safetensors"), "{text}");
}

struct Patient;

impl Observer for Patient {
    fn progress(&mut self, _: Progress) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

#[test]
fn pictures_are_those_that_the_program_paints() {
    // In one batch, of texts of different lengths, against one by one.
    let prompts = prompts(DEFAULT_SEED, 2);
    let steps = 3;
    let batch = Candidate::shipped(&Device::flex()).unwrap().paint(&prompts, steps).unwrap();
    let mut engine = BurnEngine::open(DeviceChoice::Cpu).unwrap();
    for (prompt, painted) in prompts.iter().zip(batch) {
        let mut request = Request::new(prompt.caption.clone(), prompt.seed);
        request.size = Some(Size { width_px: 256, height_px: 256 });
        request.steps = Some(steps);
        let picture = engine.paint(&request, &mut Patient).unwrap().picture;
        let rgb = picture.rgba().chunks_exact(4).flat_map(|pixel| &pixel[..3]);
        let apart = rgb.zip(&painted.pixels).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(apart <= 1, "pixels differ by {apart}");
    }
}

#[test]
fn planted_copies_are_found_and_held_out_pictures_are_none() {
    let (device, probe) = (Device::flex(), shipped_probe());
    let candidate = Candidate::shipped(&device).unwrap();
    let training = TrainingSet { seed: 1, count: 400 };
    let copies = Copies::new(training, &probe, |_| ControlFlow::Continue(())).unwrap();
    let found = copies.planted_found(&candidate, &probe).unwrap();
    assert!(found >= 0.8, "only {found} of the planted copies are found");
    let painted = paint(&prompts(DEFAULT_SEED, 60));
    let near = copies.nearness(&painted, &probe).unwrap();
    let share = near.iter().filter(|near| near.is_copy()).count() as f64 / near.len() as f64;
    assert!(share <= 0.05, "{share} of held-out pictures pass for copies");

    let small = TrainingSet { count: 50, ..training };
    let error = Copies::new(small, &probe, |_| ControlFlow::Continue(())).err().unwrap().to_string();
    assert!(error.contains("50 pictures is too small"), "{error}");
}

fn vignette(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vignette"));
    command.args(["train", "eval"]).args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn the_command_prints_one_json_value_and_writes_its_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let probe = root().join(DEFAULT_PATH);
    let probe = probe.to_str().unwrap();
    let output = vignette(
        &["--json", "--count", "3", "--probe", probe, "--training-count", "60", "--sheet", "sheet.png"],
        folder,
    );
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["pictures"], 3);
    assert_eq!(report["attributes"].as_array().unwrap().len(), Attribute::ALL.len());
    assert!(report["autoencoder_psnr_db"].as_f64().unwrap() > 20.0, "{report}");
    assert!(report["frechet"]["generated"].as_f64().unwrap() > 0.0, "{report}");
    assert_eq!(report["near_copies"]["training_pictures"], 60);
    assert!(report["goals"].as_array().unwrap().iter().all(|goal| goal["met"].is_boolean()));
    let shown: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.join("sheet.json")).unwrap()).unwrap();
    let asked = prompts(DEFAULT_SEED, 3);
    for (entry, prompt) in shown.as_array().unwrap().iter().zip(&asked) {
        assert_eq!(entry["prompt"], prompt.caption.as_str());
        assert_eq!(entry["asked"]["setting"].as_str(), prompt.asks(Attribute::Setting));
    }
    assert!(vignette::raster::Picture::open(&folder.join("sheet.png")).is_ok());

    // The probe alone, as a page.
    let output = vignette(&["--only-probe", "--count", "3", "--probe", probe], folder);
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("the probe alone") && page.contains("subject by shot ("), "{page}");

    for (arguments, part) in [
        (&["--count", "3"][..], "train_probe.py"),
        (&["--count", "1", "--probe", probe], "--count"),
        (&["--count", "3", "--probe", probe, "--sheet", "sheet.txt"], ".png"),
        (&["--count", "3", "--probe", probe, "--weights", "nowhere"], "nowhere"),
        (&["--count", "3", "--probe", probe, "--training-count", "9"], "too small"),
    ] {
        let output = vignette(arguments, folder);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && error.contains(part), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty() && error.lines().count() == 1, "{error}");
    }
}

#[test]
fn an_interrupt_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let probe = root().join(DEFAULT_PATH);
    let mut child = Command::new(env!("CARGO_BIN_EXE_vignette"))
        .args(["train", "eval", "--sheet", "sheet.png", "--probe", probe.to_str().unwrap()])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("painting true pictures") {
        assert!(errors.read_line(&mut said).unwrap() > 0, "it ended: {said}");
    }
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    errors.read_to_string(&mut said).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(output.stdout.is_empty() && said.ends_with("stopped; nothing was written\n"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
