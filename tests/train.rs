//! The trainer: it learns, resumes as if it had never stopped, and what it
//! exports is what it trained. Toy networks and data, but for the last tests.

#![cfg(feature = "train")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::BTreeMap,
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use burn::{
    module::{Module, ModuleVisitor, Param},
    tensor::{Device, Tensor, TensorData},
};
use half::f16;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use vignette::{
    diffusion::{NoiseStream, standard_normal},
    models::{
        autoencoder::{Autoencoder, AutoencoderConfig},
        builtin::{self, Builtin, BuiltinConfig, Networks},
        dit::DitConfig,
        text_encoder::TextEncoderConfig,
        weights,
    },
    train::{
        TrainError,
        batches::LatentStore,
        checkpoint::Checkpoint,
        export,
        latents::LatentEncoder,
        pupil::{Pupil, PupilConfig},
        run::{RunEvent, Session},
        samples,
        settings::{Length, Settings},
        trainer::Trainer,
    },
};

const CHANNELS: usize = 4;
const SIDE: usize = 4;
const TOKENS: usize = 4;

fn tiny() -> PupilConfig {
    PupilConfig {
        text_encoder: TextEncoderConfig {
            vocab_size: 16,
            max_tokens: TOKENS,
            hidden_size: 16,
            depth: 1,
            num_heads: 2,
        },
        dit: DitConfig {
            in_channels: CHANNELS,
            patch_size: 2,
            hidden_size: 32,
            depth: 2,
            num_heads: 4,
            context_size: 16,
            conditioning: Default::default(),
        },
    }
}

fn tiny_settings(steps: u64) -> Settings {
    Settings {
        length: Length::Steps(steps),
        batch: 8,
        learning_rate: 3e-3,
        warmup_steps: 5,
        ema_decay: 0.98,
        ..Settings::default()
    }
}

/// What a caption stands for: a picture of one sign a channel, a pattern per word.
fn pattern(word: usize) -> Vec<f32> {
    let sign = |channel: usize, y: usize, x: usize| match (word + channel) % 4 {
        0 => x < SIDE / 2,
        1 => y < SIDE / 2,
        2 => (x + y).is_multiple_of(2),
        _ => word.is_multiple_of(2),
    };
    (0..CHANNELS * SIDE * SIDE)
        .map(|at| if sign(at / (SIDE * SIDE), at / SIDE % SIDE, at % SIDE) { 1.0 } else { -1.0 })
        .collect()
}

/// The words of a caption: the word itself and the end.
fn caption(word: usize) -> Vec<i64> {
    vec![2 + word as i64, 1]
}

const WORDS: usize = 4;

/// A shard of `rows` latents with two captions each (the second one longer).
fn write_latents(path: &Path, rows: usize, with_figures: bool) {
    let (mut latents, mut ids) = (Vec::new(), Vec::<u8>::new());
    for row in 0..rows {
        let word = row % WORDS;
        let noise = standard_normal(row as u64, NoiseStream::Initial, CHANNELS * SIDE * SIDE);
        for (value, noise) in pattern(word).into_iter().zip(noise) {
            latents.extend(f16::from_f32(value + 0.1 * noise).to_le_bytes());
        }
        for extra in [false, true] {
            let mut text = caption(word);
            if extra {
                text.insert(1, 10);
            }
            text.resize(TOKENS, 0);
            ids.extend(text.into_iter().flat_map(|id| (id as i16).to_le_bytes()));
        }
    }
    // A figure covers the first column.
    let figures: Vec<u8> = (0..rows * SIDE * SIDE).map(|at| if at % SIDE == 0 { 255 } else { 0 }).collect();
    let mut views = vec![
        ("latents", TensorView::new(Dtype::F16, vec![rows, CHANNELS, SIDE, SIDE], &latents).unwrap()),
        ("ids", TensorView::new(Dtype::I16, vec![rows, 2, TOKENS], &ids).unwrap()),
    ];
    if with_figures {
        views.push(("figures", TensorView::new(Dtype::U8, vec![rows, SIDE, SIDE], &figures).unwrap()));
    }
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

struct Toy {
    folder: tempfile::TempDir,
    shards: Vec<PathBuf>,
    device: Device,
}

impl Toy {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shards: Vec<PathBuf> =
            (0..2).map(|index| folder.path().join(format!("shard-{index:05}.safetensors"))).collect();
        write_latents(&shards[0], 24, true);
        // As an older painter left them.
        write_latents(&shards[1], 8, false);
        Self { folder, shards, device: Device::flex() }
    }

    fn store(&self) -> LatentStore {
        LatentStore::open(&self.shards).unwrap()
    }

    fn pupil(&self) -> Pupil {
        Pupil::new(&tiny(), 3, &self.device).unwrap()
    }

    fn trainer(&self, pupil: &Pupil, settings: Settings) -> Trainer {
        Trainer::new(pupil.clone(), tiny(), settings, self.store(), &self.device).unwrap()
    }
}

/// All weights of a module by path.
fn weights_of(module: &impl Module) -> BTreeMap<String, Vec<f32>> {
    #[derive(Default)]
    struct Collect(Vec<String>, BTreeMap<String, Vec<f32>>);
    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.1.insert(self.0.join("."), param.val().into_data().try_to_vec().unwrap());
        }
        fn enter_module(&mut self, name: &str, _: &str) {
            self.0.push(name.into());
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.0.pop();
        }
    }
    let mut collect = Collect::default();
    module.visit(&mut collect);
    collect.1
}

fn assert_near(what: &str, a: &BTreeMap<String, Vec<f32>>, b: &BTreeMap<String, Vec<f32>>, tolerance: f32) {
    assert!(a.len() > 30 && a.keys().eq(b.keys()), "{what}: the names differ");
    for (path, values) in a {
        for (x, y) in values.iter().zip(&b[path]) {
            assert!((x - y).abs() <= tolerance, "{what}: {path}: {x} and {y} differ by {}", (x - y).abs());
        }
    }
}

#[test]
fn it_learns_what_the_captions_say() {
    let toy = Toy::new();
    let settings = Settings { batch: 16, ..tiny_settings(300) };
    let mut trainer = toy.trainer(&toy.pupil(), settings);
    let mut losses = Vec::new();
    for _ in 0..300 {
        losses.push(trainer.step(0.0).unwrap().loss.into_scalar::<f32>());
    }
    let mean = |range: &[f32]| range.iter().sum::<f32>() / range.len() as f32;
    let (first, last) = (mean(&losses[..5]), mean(&losses[280..]));
    // An untrained network predicts 0: its loss is the variance of the target,
    // that of the noise (1) plus that of the latents (1.01).
    assert!((first - 2.0).abs() < 0.25, "the first loss is {first}, expected about 2");
    assert!(last < 0.5, "the last loss is {last}, expected far below 2");

    let pupil = trainer.averaged().unwrap();
    let texts: Vec<Vec<i64>> = (0..WORDS).map(caption).collect();
    let size = CHANNELS * SIDE * SIDE;
    let noise = standard_normal(5, NoiseStream::Initial, WORDS * size);
    let noise = Tensor::from_data(TensorData::new(noise, [WORDS, CHANNELS, SIDE, SIDE]), &toy.device);
    let painted = samples::sample(&pupil, &texts, noise, 12, 1.5).unwrap();
    let painted: Vec<f32> = painted.into_data().try_to_vec().unwrap();
    for word in 0..WORDS {
        let own = &painted[word * size..(word + 1) * size];
        let distance = |other: usize| {
            let apart = own.iter().zip(pattern(other)).map(|(a, b)| (a - b) * (a - b));
            (apart.sum::<f32>() / size as f32).sqrt()
        };
        let right = distance(word);
        let wrong = (0..WORDS).filter(|&w| w != word).map(distance).fold(f32::INFINITY, f32::min);
        assert!(right < 0.7 * wrong, "word {word}: {right} from its own pattern, {wrong} from another");
    }
}

#[test]
fn accumulated_gradients_are_those_of_one_large_batch() {
    let toy = Toy::new();
    // A network that has learned a little: at the start most gradients are zero.
    let mut trainer = toy.trainer(&toy.pupil(), Settings { accumulate: 2, ..tiny_settings(100) });
    for _ in 0..10 {
        trainer.step(0.0).unwrap();
    }
    let draw = trainer.draw().unwrap();
    assert_eq!(draw.count(), 16);
    let (whole, loss) = trainer.gradients(&draw, 16);
    for batch in [8, 6] {
        let (parts, loss_of_parts) = trainer.gradients(&draw, batch);
        assert_near("gradients", &whole.values().unwrap(), &parts.values().unwrap(), 1e-5);
        let apart = loss.clone().into_scalar::<f32>() - loss_of_parts.into_scalar::<f32>();
        assert!(apart.abs() < 1e-5, "the losses differ by {apart}");
    }
    assert!(whole.values().unwrap().values().flatten().any(|g| g.abs() > 1e-3), "the gradients are zero");
}

#[test]
fn a_resumed_run_is_the_uninterrupted_one() {
    let toy = Toy::new();
    let start = toy.pupil();
    let mut whole = toy.trainer(&start, tiny_settings(12));
    for _ in 0..12 {
        whole.step(0.0).unwrap();
    }
    let path = toy.folder.path().join("checkpoint.safetensors");
    let mut first = toy.trainer(&start, tiny_settings(12));
    for _ in 0..5 {
        first.step(0.0).unwrap();
    }
    first.checkpoint(1.5).save(&path).unwrap();
    drop(first);
    let found = Checkpoint::load(&path, &toy.device).unwrap().unwrap();
    assert_eq!((found.header.step, found.header.pictures, found.header.minutes), (5, 40, 1.5));
    assert_eq!((&found.header.config, &found.header.settings), (&tiny(), &tiny_settings(12)));
    let mut second = Trainer::resume(found, toy.store(), &toy.device).unwrap();
    for _ in 5..12 {
        second.step(0.0).unwrap();
    }
    let (a, b) = (whole.checkpoint(0.0), second.checkpoint(0.0));
    assert_near("weights", &weights_of(&a.pupil), &weights_of(&b.pupil), 1e-6);
    let averages = [&whole, &second].map(|trainer| weights_of(&trainer.averaged().unwrap()));
    assert_near("averages", &averages[0], &averages[1], 1e-6);
    assert_ne!(weights_of(&a.pupil), weights_of(&start));
}

#[test]
fn a_step_draws_the_same_in_every_run() {
    let toy = Toy::new();
    let draw = |seed, step| toy.store().draw(seed, step, 16, 0.3).unwrap();
    let mut used = toy.store();
    for step in 0..3 {
        // Whatever was drawn before makes no difference.
        assert_eq!(used.draw(1, step, 16, 0.3).unwrap(), draw(1, step));
    }
    assert_ne!(draw(1, 0), draw(1, 1));
    assert_ne!(draw(1, 0), draw(2, 0));
    let batch = draw(1, 0).batch(0..16, &toy.device);
    assert_eq!(batch.latents.dims(), [16, CHANNELS, SIDE, SIDE]);
    let dropped = (0..40).flat_map(|step| {
        let batch = draw(1, step).batch(0..16, &toy.device);
        batch.dropped.into_data().try_to_vec::<bool>().unwrap()
    });
    let share = dropped.filter(|&dropped| dropped).count() as f64 / 640.0;
    assert!((share - 0.3).abs() < 0.08, "{share} of the captions are dropped, expected 0.3");
}

#[test]
fn cells_of_figures_count_more() {
    let folder = tempfile::tempdir().unwrap();
    let weights_of_shard = |with_figures| {
        let path = folder.path().join("shard-00000.safetensors");
        write_latents(&path, 6, with_figures);
        let draw = LatentStore::open(&[path]).unwrap().draw(3, 0, 5, 0.0).unwrap();
        let weights = draw.batch(0..5, &Device::flex()).weights;
        assert_eq!(weights.dims(), [5, 1, SIDE, SIDE]);
        weights.into_data().try_to_vec::<f32>().unwrap()
    };
    assert!(weights_of_shard(false).iter().all(|&weight| weight == 1.0));
    let weights = weights_of_shard(true);
    let (figure, ground) = (weights[0], weights[1]);
    assert!((figure / ground - 10.0).abs() < 1e-5, "{figure} against {ground}");
    assert!(weights.iter().enumerate().all(|(at, &w)| w == if at % SIDE == 0 { figure } else { ground }));
    let mean = weights.iter().sum::<f32>() / weights.len() as f32;
    assert!((mean - 1.0).abs() < 1e-5, "{mean}");
}

#[test]
fn the_first_step_is_adamw_and_the_average_follows() {
    let toy = Toy::new();
    let (rate, decay) = (0.01f32, 0.01f32);
    let settings =
        Settings { learning_rate: f64::from(rate), warmup_steps: 0, ..tiny_settings(1_000_000_000) };
    let mut trainer = toy.trainer(&toy.pupil(), settings.clone());
    let before = weights_of(&trainer.checkpoint(0.0).pupil);
    let draw = trainer.draw().unwrap();
    let gradients = trainer.gradients(&draw, 8).0.values().unwrap();
    let norm = gradients.values().flatten().map(|g| g * g).sum::<f32>().sqrt();
    let reported = trainer.step(0.0).unwrap().gradient_norm.unwrap().into_scalar::<f32>();
    assert!((reported - norm).abs() < 1e-4 * norm, "the norm is {norm}, reported {reported}");

    let after = weights_of(&trainer.checkpoint(0.0).pupil);
    let shrink = (1.0 / norm).min(1.0);
    for (path, weights) in &before {
        // Norms and biases are of one dimension and do not decay.
        let matrix = path.ends_with("weight") || path.ends_with("y_null");
        let kept = if matrix { 1.0 - rate * decay } else { 1.0 };
        for ((old, new), gradient) in weights.iter().zip(&after[path]).zip(&gradients[path]) {
            // The first unbiased moments are the gradient and its square.
            let gradient = gradient * shrink;
            let expected = old * kept - rate * gradient / (gradient.abs() + 1e-8);
            // Where the gradient is about epsilon, its rounding shows.
            let tolerance = if gradient.abs() < 1e-6 { rate } else { 2e-5 };
            assert!((new - expected).abs() < tolerance, "{path}: {new}, expected {expected}");
        }
    }

    let mut average = before;
    let mut weights = after;
    for step in 0..4 {
        let share = settings.ema_decay_at(step) as f32;
        for (path, values) in &mut average {
            for (old, new) in values.iter_mut().zip(&weights[path]) {
                *old = *old * share + new * (1.0 - share);
            }
        }
        assert_near("average", &weights_of(&trainer.averaged().unwrap()), &average, 1e-6);
        trainer.step(0.0).unwrap();
        weights = weights_of(&trainer.checkpoint(0.0).pupil);
    }
}

#[test]
fn a_checkpoint_is_old_or_new_and_never_half() {
    let toy = Toy::new();
    let path = toy.folder.path().join("checkpoint.safetensors");
    assert!(Checkpoint::load(&path, &toy.device).unwrap().is_none());
    let mut trainer = toy.trainer(&toy.pupil(), tiny_settings(10));
    trainer.step(0.0).unwrap();
    trainer.checkpoint(0.0).save(&path).unwrap();
    let old = fs::read(&path).unwrap();
    trainer.step(0.0).unwrap();

    // A run that was killed in the middle of writing the next one.
    let temporary = toy.folder.path().join("checkpoint.safetensors.tmp");
    fs::write(&temporary, &old[..old.len() / 2]).unwrap();
    let found = Checkpoint::load(&path, &toy.device).unwrap().unwrap();
    assert_eq!(found.header.step, 1);
    // A write that fails.
    fs::remove_file(&temporary).unwrap();
    fs::create_dir(&temporary).unwrap();
    let error = trainer.checkpoint(0.0).save(&path).unwrap_err();
    assert!(matches!(error, TrainError::File { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), old);
    fs::remove_dir(&temporary).unwrap();
    trainer.checkpoint(0.0).save(&path).unwrap();
    assert_eq!(Checkpoint::load(&path, &toy.device).unwrap().unwrap().header.step, 2);

    // Files that are none, are cut short, or come from a newer program.
    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        Checkpoint::load(&path, &toy.device).unwrap_err().to_string()
    };
    refused(b"no checkpoint");
    refused(&old[..old.len() / 2]);
    let said = br#"\"version\":1"#;
    let at = old.windows(said.len()).position(|bytes| bytes == said).unwrap();
    let mut bytes = old.clone();
    bytes[at + said.len() - 1] = b'9';
    assert!(refused(&bytes).contains("version 9"), "{}", refused(&bytes));
    write_latents(&path, 4, true);
    assert!(refused(&fs::read(&path).unwrap()).contains("no checkpoint of a training run"));
}

#[test]
fn a_session_stops_when_told_and_goes_on() {
    let toy = Toy::new();
    let work = toy.folder.path().join("work");
    let start = toy.pupil();
    let session = |trainer| Session::new(trainer, &work, 0.0, None).unwrap();
    let stop_after = |last: u64| {
        move |event: RunEvent<'_>| match event {
            RunEvent::Step { step, .. } if step >= last => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    };
    let outcome = session(toy.trainer(&start, tiny_settings(35))).go(stop_after(14)).unwrap();
    assert_eq!((outcome.step, outcome.pictures, outcome.finished), (14, 14 * 8, false));
    let log = || fs::read_to_string(work.join("loss.csv")).unwrap();
    // A killed run logs steps that its checkpoint does not know.
    fs::write(work.join("loss.csv"), log() + "20,160,1.0,1.0,1e-3,0.1,9.0\n").unwrap();

    let path = work.join("checkpoint.safetensors");
    let found = Checkpoint::load(&path, &toy.device).unwrap().unwrap();
    let trainer = Trainer::resume(found, toy.store(), &toy.device).unwrap();
    let outcome = session(trainer).go(stop_after(1000)).unwrap();
    assert_eq!((outcome.step, outcome.finished), (35, true));
    let log = log();
    let steps: Vec<&str> = log.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(steps, ["step", "10", "20", "30"], "{log}");
    assert!(!log.contains("160,1.0"), "{log}");
    assert_eq!(Checkpoint::load(&path, &toy.device).unwrap().unwrap().header.step, 35);
}

#[test]
fn a_run_that_diverges_keeps_the_older_checkpoint() {
    let toy = Toy::new();
    let work = toy.folder.path().join("work");
    let mut trainer = toy.trainer(&toy.pupil(), tiny_settings(40));
    trainer.step(0.0).unwrap();
    fs::create_dir(&work).unwrap();
    let path = work.join("checkpoint.safetensors");
    trainer.checkpoint(0.0).save(&path).unwrap();
    let old = fs::read(&path).unwrap();
    // Latents that are no numbers give such a loss.
    let rows = 4;
    let latents = f16::NAN.to_le_bytes().repeat(rows * CHANNELS * SIDE * SIDE);
    let ids = 1i16.to_le_bytes().repeat(rows * TOKENS);
    let views = [
        ("latents", TensorView::new(Dtype::F16, vec![rows, CHANNELS, SIDE, SIDE], &latents).unwrap()),
        ("ids", TensorView::new(Dtype::I16, vec![rows, 1, TOKENS], &ids).unwrap()),
    ];
    let shard = toy.folder.path().join("shard-bad.safetensors");
    fs::write(&shard, safetensors::serialize(views, None).unwrap()).unwrap();
    let found = Checkpoint::load(&path, &toy.device).unwrap().unwrap();
    let trainer = Trainer::resume(found, LatentStore::open(&[shard]).unwrap(), &toy.device).unwrap();
    let error =
        Session::new(trainer, &work, 0.0, None).unwrap().go(|_| ControlFlow::Continue(())).unwrap_err();
    assert!(matches!(error, TrainError::Diverged { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), old);
}

/// A shard as the painter writes it.
fn write_pictures(folder: &Path, rows: usize, captions: &[&str]) -> Vec<u8> {
    let bytes: Vec<u8> = (0..rows * 32 * 48 * 3).map(|at| (at * 7 % 251) as u8).collect();
    let view = TensorView::new(Dtype::U8, vec![rows, 32, 48, 3], &bytes).unwrap();
    let cells = TensorView::new(Dtype::U8, vec![rows, 2, 3], &bytes[..rows * 6]).unwrap();
    let file = safetensors::serialize([("images", view), ("figures", cells)], None).unwrap();
    fs::write(folder.join("shard-00000.safetensors"), file).unwrap();
    let line = serde_json::json!({ "spec": {}, "captions": captions }).to_string() + "\n";
    fs::write(folder.join("shard-00000.jsonl"), line.repeat(rows)).unwrap();
    bytes
}

#[test]
fn pictures_are_encoded_once() {
    let folder = tempfile::tempdir().unwrap();
    let (data, cache) = (folder.path().join("data"), folder.path().join("cache"));
    fs::create_dir(&data).unwrap();
    let device = Device::flex();
    let config = AutoencoderConfig { latent_channels: 5, widths: [4, 6, 8], blocks: 1 };
    let autoencoder = Autoencoder::new(&config, &device);
    let tokenizer = builtin::tokenizer().unwrap();
    let encoder = LatentEncoder::new(autoencoder.clone(), tokenizer.clone(), 16, &device).unwrap();
    let batches = std::cell::Cell::new(0);
    let encode = || {
        encoder.encode_folder(&data, &cache, |_| {
            batches.set(batches.get() + 1);
            ControlFlow::Continue(())
        })
    };
    let error = encode().unwrap_err();
    assert!(error.is_bad_input() && error.to_string().contains("vignette train data"), "{error}");

    let pixels = write_pictures(&data, 20, &["a red fox", "一只红狐狸"]);
    let shards = encode().unwrap();
    assert_eq!(batches.get(), 2);
    assert_eq!(encode().unwrap(), shards);
    assert_eq!(batches.get(), 2, "what is cached is encoded again");

    let bytes = fs::read(&shards[0]).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let (latents, ids) = (file.tensor("latents").unwrap(), file.tensor("ids").unwrap());
    assert_eq!((latents.shape(), ids.shape()), (&[20, 5, 2, 3][..], &[20, 2, 16][..]));
    assert_eq!(file.tensor("figures").unwrap().data(), &pixels[..20 * 6]);
    let values = |data: &[u8]| -> Vec<[u8; 2]> { data.as_chunks::<2>().0.to_vec() };
    let signed: Vec<f32> = pixels.iter().map(|&byte| f32::from(byte) / 127.5 - 1.0).collect();
    let image = Tensor::<4>::from_data(TensorData::new(signed, [20, 32, 48, 3]), &device);
    let expected: Vec<f32> =
        autoencoder.encode(image.permute([0, 3, 1, 2])).into_data().try_to_vec().unwrap();
    for (actual, expected) in values(latents.data()).into_iter().zip(expected) {
        let actual = f16::from_le_bytes(actual).to_f32();
        assert!((actual - expected).abs() <= 1e-3 * expected.abs().max(1.0), "{actual}, expected {expected}");
    }
    let second: Vec<i64> = values(ids.data())[16..32]
        .iter()
        .map(|b| i64::from(i16::from_le_bytes(*b)))
        .filter(|&id| id != 0)
        .collect();
    assert_eq!(second, builtin::token_ids(&tokenizer, "一只红狐狸", 16).unwrap());

    // Another source, another autoencoder, and a stop each make their own.
    write_pictures(&data, 10, &["a red fox"]);
    encode().unwrap();
    assert_eq!(batches.get(), 3);
    let other = Autoencoder::new(&config, &device);
    let other = LatentEncoder::new(other, tokenizer, 16, &device).unwrap();
    let error = other.encode_folder(&data, &cache, |_| ControlFlow::Break(())).unwrap_err();
    assert!(matches!(error, TrainError::Interrupted), "{error}");
    assert!(LatentStore::open(&shards).is_ok(), "the older shard is gone");
    fs::write(data.join("shard-00000.jsonl"), "{\"captions\":[\"one\"]}\n").unwrap();
    assert!(encode().unwrap_err().to_string().contains("do not match the pictures"));
}

fn tiny_networks(device: &Device) -> (BuiltinConfig, Networks) {
    let PupilConfig { text_encoder, dit } = tiny();
    let autoencoder = AutoencoderConfig { latent_channels: CHANNELS, widths: [4, 6, 8], blocks: 1 };
    let config = BuiltinConfig { autoencoder, text_encoder, dit };
    let networks = Networks::new(&config, device).unwrap();
    (config, networks)
}

#[test]
fn an_exported_model_gives_the_same_velocities() {
    let toy = Toy::new();
    let device = &toy.device;
    let mut trainer = toy.trainer(&toy.pupil(), tiny_settings(30));
    for _ in 0..30 {
        trainer.step(0.0).unwrap();
    }
    let trained = trainer.averaged().unwrap();
    let (config, mut networks) = tiny_networks(device);
    networks.text_encoder = trained.text_encoder.clone();
    networks.dit = trained.dit.clone();
    let out = toy.folder.path().join("out");
    export::export(&networks, &config, &[("steps", "30".into())], &out).unwrap();

    let read = |name: &str| fs::read(out.join(name)).unwrap();
    let config_read: BuiltinConfig = serde_json::from_slice(&read("config.json")).unwrap();
    assert_eq!(config_read, config);
    let tokenizer = tokenizers::Tokenizer::from_bytes(read("tokenizer.json")).unwrap();
    assert_eq!(
        builtin::token_ids(&tokenizer, "A fox 狐狸", 64).unwrap(),
        builtin::token_ids(&builtin::tokenizer().unwrap(), "A fox 狐狸", 64).unwrap()
    );
    let mut loaded = Networks::new(&config_read, device).unwrap();
    weights::load_f32(&mut loaded, read("model.safetensors"), "exported model").unwrap();

    let batch = trainer.draw().unwrap().batch(0..8, device);
    let velocity = |networks: &Networks| {
        let pupil = Pupil::from_networks(networks);
        let (times, ids) = (batch.times.clone().mul_scalar(1000.0), batch.ids.clone());
        pupil.forward(batch.noise.clone(), times, ids, batch.mask.clone(), batch.dropped.clone())
    };
    let (expected, actual) = (velocity(&networks), velocity(&loaded));
    let largest = expected.clone().abs().max().into_scalar::<f32>();
    let error = (actual - expected).abs().max().into_scalar::<f32>();
    assert!(largest > 0.5, "the velocities are about zero: {largest}");
    // Weights are rounded to 11 bits; four layers deep that adds up to a little more.
    assert!(error < 5e-3 * largest, "the error is {error} of {largest}");
    let image = Tensor::<4>::ones([1, 3, 32, 32], device).mul_scalar(0.3);
    let apart = networks.autoencoder.encode(image.clone()) - loaded.autoencoder.encode(image);
    assert!(apart.abs().max().into_scalar::<f32>() < 1e-2);

    networks.dit = networks.dit.map(&mut Spoil);
    let error = export::export(&networks, &config, &[], &toy.folder.path().join("bad")).unwrap_err();
    assert!(error.to_string().contains("16-bit float"), "{error}");
    assert!(!toy.folder.path().join("bad").exists());
}

/// Makes every weight a number that 16 bits cannot hold.
struct Spoil;

impl burn::module::ModuleMapper for Spoil {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|tensor| tensor.add_scalar(1e6))
    }
}

#[test]
fn exporting_the_shipped_model_gives_the_shipped_weights() {
    let folder = tempfile::tempdir().unwrap();
    let model = Builtin::load(&Device::flex()).unwrap();
    export::export(model.networks(), model.config(), &[], folder.path()).unwrap();
    let shipped = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/models/builtin");
    let read = |folder: &Path| fs::read(folder.join("model.safetensors")).unwrap();
    let (a, b) = (read(&shipped), read(folder.path()));
    let (a, b) = (SafeTensors::deserialize(&a).unwrap(), SafeTensors::deserialize(&b).unwrap());
    let names = |file: &SafeTensors<'_>| {
        let mut names: Vec<String> = file.names().into_iter().map(str::to_owned).collect();
        names.sort();
        names
    };
    assert_eq!(names(&a), names(&b));
    for name in names(&a) {
        let (a, b) = (a.tensor(&name).unwrap(), b.tensor(&name).unwrap());
        assert_eq!((a.dtype(), a.shape()), (b.dtype(), b.shape()), "{name}");
        assert!(a.data() == b.data(), "{name} changed");
    }
    let config = |folder: &Path| -> serde_json::Value {
        serde_json::from_slice(&fs::read(folder.join("config.json")).unwrap()).unwrap()
    };
    assert_eq!(config(&shipped), config(folder.path()));
}

fn vignette(arguments: &[&str], folder: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_vignette"));
    command.arg("train").args(arguments).current_dir(folder);
    command
}

/// Runs `vignette train` and returns exit status, output and errors.
fn outcome(arguments: &[&str], folder: &Path) -> (Option<i32>, String, String) {
    let output = vignette(arguments, folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const TRAIN: [&str; 12] = [
    "run",
    "--data",
    "shards",
    "--work",
    "work",
    "--batch",
    "1",
    "--device",
    "cpu",
    "--sheet-every",
    "0",
    "--steps",
];

#[test]
fn the_commands_paint_train_stop_go_on_and_export() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let paint = |count: &str, seed: &str| {
        outcome(&["data", "--out", "shards", "--count", count, "--seed", seed], folder)
    };
    let (status, said, _) = paint("2", "3");
    assert!(status == Some(0) && said.contains("2 pictures (2 new"), "{said}");
    let (status, said, _) = paint("2", "3");
    assert!(status == Some(0) && said.starts_with("2 pictures:"), "painted again: {said}");
    let (status, said, _) = paint("3", "3");
    assert!(status == Some(0) && said.contains("3 pictures"), "{said}");
    let (status, _, error) = paint("2", "4");
    assert!(status == Some(2) && error.contains("seed 3"), "{error}");

    let train = |steps| vignette(&[&TRAIN[..], &[steps]].concat(), folder);
    let finish = |steps| {
        let output = train(steps).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, error) = finish("1");
    assert!(status == Some(0) && error.contains("3 pictures, on CPU, from step 0"), "{error}");
    // A run that is told to stop saves, says so, and goes on.
    let mut child = train("100000").stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut errors = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("from step 1") {
        assert!(std::io::BufRead::read_line(&mut errors, &mut said).unwrap() > 0, "it ended: {said}");
    }
    let signal = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    std::io::Read::read_to_string(&mut errors, &mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("vignette: stopped; the checkpoint of step "), "{said}");
    let checkpoint = folder.join("work/checkpoint.safetensors");
    let step = Checkpoint::load(&checkpoint, &Device::flex()).unwrap().unwrap().header.step;
    assert!(step >= 1 && last.contains(&format!("step {step} is saved")), "{step}: {said}");
    let (status, error) = finish(&step.to_string());
    assert!(status == Some(0) && error.contains(&format!("from step {step}")), "{error}");

    let (status, _, error) = outcome(&["export", "--work", "work", "--out", "model"], folder);
    assert_eq!(status, Some(0), "{error}");
    let config: BuiltinConfig =
        serde_json::from_slice(&fs::read(folder.join("model/config.json")).unwrap()).unwrap();
    let mut networks = Networks::new(&config, &Device::flex()).unwrap();
    weights::load_f32(&mut networks, fs::read(folder.join("model/model.safetensors")).unwrap(), "exported")
        .unwrap();

    for (arguments, part) in [
        (&["export", "--work", "nowhere", "--out", "model"][..], "nowhere"),
        (&["run", "--data", "nowhere", "--work", "new", "--device", "cpu"], "nowhere"),
        (&["run", "--data", "shards", "--work", "work", "--device", "cpu", "--seed", "5"], "seed 0, not 5"),
        (&["run", "--data", "shards", "--work", "new", "--steps", "0"], "--steps"),
        (&["run", "--data", "shards", "--work", "new", "--lr", "-1"], "-1"),
        (&["run", "--data", "shards", "--work", "new", "--steps", "1", "--minutes", "1"], "--minutes"),
        (&["sheet", "--out", "sheet.txt"], "sheet.txt"),
        (&["data", "--out", "shards", "--count", "0"], "--count"),
    ] {
        let (status, _, error) = outcome(arguments, folder);
        assert!(status == Some(2) && error.contains(part), "{arguments:?}: {status:?} {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    assert!(!folder.join("new").exists(), "bad input left something behind");
}
