//! `vignette train`: paints training data, trains the built-in model on it,
//! exports the result and measures it.

mod eval;

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use clap::{Args, Subcommand, ValueEnum};
use indicatif::ProgressBar;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{Failure, catch_interrupts, interrupted, print_text, progress_bar};
use crate::{
    engine::{
        DeviceChoice,
        burn::{adapters, choose_device},
    },
    raster::Picture,
    train::{
        TrainError, export,
        painter::{self, SceneSpec},
        run::{self, Plan, RunEvent, Start},
        settings::{Length, Settings},
        shards, write_atomically,
    },
};

/// Pictures of a contact sheet, and how many side by side.
const SHEET_PICTURES: u32 = 24;
const SHEET_COLUMNS: u32 = 6;
const SHEET_SIDE_PX: u32 = 256;
/// Where there is no terminal, how often a line says how far it is.
const LINE_EVERY: Duration = Duration::from_secs(30);

#[derive(Args)]
#[command(
    after_help = "Example: vignette train data --out shards --count 20000 && vignette train run --data shards --work work --minutes 120 && vignette train export --work work --out model"
)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Paints pictures with captions to learn from
    #[command(after_help = "Example: vignette train data --out shards --count 20000")]
    Data(DataOptions),
    /// Trains text encoder and DiT, or goes on with it
    #[command(
        after_help = "Example: vignette train run --data shards --work work --steps 20000 --sheet-every 1000"
    )]
    Run(RunOptions),
    /// Writes a trained model in the form of the built-in one
    #[command(after_help = "Example: vignette train export --work work --out model")]
    Export {
        /// The folder of the run
        #[arg(long, value_name = "DIR")]
        work: PathBuf,
        /// The folder to write model.safetensors, config.json and tokenizer.json to
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Measures how well the built-in model paints what it is asked
    #[command(after_help = "Example: vignette train eval --json --sheet sheet.png")]
    Eval(eval::Options),
    /// Paints a contact sheet of training pictures, to look at
    #[command(after_help = "Example: vignette train sheet --out sheet.png --seed 3")]
    Sheet {
        /// The picture to write, .png
        #[arg(long, value_name = "IMAGE.png")]
        out: PathBuf,
        /// Draws the scenes
        #[arg(long, value_name = "S", default_value_t = 0)]
        seed: u64,
    },
}

#[derive(Args)]
struct DataOptions {
    /// The folder to write shards to; what it has of them already stays
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Pictures in all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    count: u64,
    /// Draws the scenes
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Threads that paint; all processors by default
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

#[derive(Args)]
struct RunOptions {
    /// The folder of shards, as `train data` writes them
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The folder of the run; a run that is there goes on
    #[arg(long, value_name = "DIR")]
    work: PathBuf,
    /// What a new run begins from
    #[arg(long, value_name = "START", default_value = "builtin")]
    from: From,
    /// How long to train, in steps, counted from the run's beginning
    #[arg(long, value_name = "N", conflicts_with = "minutes")]
    steps: Option<u64>,
    /// How long to train, in minutes, counted from the run's beginning; 60 by default
    #[arg(long, value_name = "M")]
    minutes: Option<f64>,
    /// Pictures that are computed at once
    #[arg(long, value_name = "N", default_value_t = 32)]
    batch: usize,
    /// Batches whose gradients are averaged for one step
    #[arg(long, value_name = "N", default_value_t = 1)]
    accumulate: usize,
    /// The highest learning rate
    #[arg(long, value_name = "RATE", default_value_t = 5e-4)]
    lr: f64,
    /// Steps over which the learning rate climbs
    #[arg(long, value_name = "N", default_value_t = 300)]
    warmup: u64,
    /// How much of the averaged weights stays at each step, 0 to below 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.9995)]
    ema: f64,
    /// Share of the captions left out, so that guidance works, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    caption_drop: f64,
    /// Where to compute: auto, gpu or cpu
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    device: DeviceChoice,
    /// Draws pictures, captions, noise and timesteps
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Steps between two sheets of samples; one at the end by default, 0 for none
    #[arg(long, value_name = "N")]
    sheet_every: Option<u64>,
}

/// What a new run begins from.
#[derive(Clone, Copy, ValueEnum)]
enum From {
    /// The built-in weights
    Builtin,
    /// Random weights
    Scratch,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    match &options.command {
        Command::Data(options) => paint_data(options),
        Command::Run(options) => train(options),
        Command::Export { work, out } => export_model(work, out),
        Command::Eval(options) => eval::run(options),
        Command::Sheet { out, seed } => paint_sheet(out, *seed),
    }
}

impl std::convert::From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        match error {
            TrainError::Interrupted => Self::Interrupted,
            error if error.is_bad_input() => Self::input(error),
            error => Self::work(error),
        }
    }
}

fn wish() -> ControlFlow<()> {
    if interrupted() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

fn paint_data(options: &DataOptions) -> Result<(), Failure> {
    catch_interrupts()?;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = options.threads.map_or(processors, usize::from);
    let mut gauge = Gauge::new("{msg} [{bar:30}] {pos}/{len} pictures, {eta} left");
    let since = Instant::now();
    let mut painted = 0;
    let outcome = shards::paint_folder(&options.out, options.seed, options.count, threads, |progress| {
        painted = progress.pictures_done - progress.pictures_before;
        gauge.show(progress.pictures_done, progress.pictures, "painting", || {
            format!("{} of {} pictures painted", progress.pictures_done, progress.pictures)
        });
        wish()
    });
    gauge.finish();
    match outcome {
        Err(TrainError::Interrupted) => {
            return Err(Failure::Stopped(
                "the finished shards are kept, and the same command goes on".into(),
            ));
        }
        other => other?,
    }
    let rate = painted as f64 / since.elapsed().as_secs_f64().max(1e-9);
    let speed = if painted > 0 { format!(" ({painted} new, {rate:.1} a second)") } else { String::new() };
    print_text(&format!("{} pictures{speed}: {}", options.count, options.out.display()))?;
    Ok(())
}

fn train(options: &RunOptions) -> Result<(), Failure> {
    let length = match (options.steps, options.minutes) {
        (Some(steps), _) => Length::Steps(steps),
        (None, minutes) => Length::Minutes(minutes.unwrap_or(60.0)),
    };
    let plan = Plan {
        data: options.data.clone(),
        work: options.work.clone(),
        start: match options.from {
            From::Builtin => Start::Builtin,
            From::Scratch => Start::Scratch,
        },
        settings: Settings {
            length,
            batch: options.batch,
            accumulate: options.accumulate,
            learning_rate: options.lr,
            warmup_steps: options.warmup,
            ema_decay: options.ema,
            caption_drop: options.caption_drop,
            seed: options.seed,
        },
        sheet_every: options.sheet_every,
    };
    plan.settings.check()?;
    catch_interrupts()?;
    let found = if options.device == DeviceChoice::Cpu { Vec::new() } else { adapters() };
    let device = choose_device(options.device, &found)?;
    if let Some(notice) = &device.notice {
        eprintln!("vignette: {notice}");
    }
    let mut gauge = Gauge::new("{msg} [{bar:30}] {percent}% {eta} left");
    let mut last_loss = String::new();
    let outcome = run::run(&plan, &device.device, |event| {
        match event {
            RunEvent::Encoding(progress) => {
                let within = progress.pictures_done as f64 / progress.pictures.max(1) as f64;
                let done = ((progress.shards_done as f64 + within) * 100.0) as u64;
                gauge.show(done, 100 * progress.shards as u64, "encoding pictures", || {
                    format!("encoding pictures: {} of {} shards", progress.shards_done, progress.shards)
                });
            }
            RunEvent::Begins { step, pictures, changes } => {
                gauge.say(&format!("{pictures} pictures, on {}, from step {step}", device.name));
                if !changes.is_empty() {
                    gauge.say(&format!("the run goes on with {}", changes.join(", ")));
                }
            }
            RunEvent::Step { step, progress } => {
                // The clock of a run by minutes has no whole steps to count.
                gauge.show((progress * 1e4) as u64, 10_000, &format!("step {step} {last_loss}"), || {
                    format!("step {step}, {:.1}%, {last_loss}", progress * 100.0)
                });
            }
            RunEvent::Loss(line) => {
                last_loss = format!("loss {:.4}, {:.1} pictures/s", line.loss, line.pictures_per_sec);
            }
            RunEvent::Sheet(path) => gauge.say(&format!("samples: {}", path.display())),
        }
        wish()
    });
    gauge.finish();
    let outcome = match outcome {
        Err(TrainError::Interrupted) => {
            return Err(Failure::Stopped("training had not begun; the encoded pictures are kept".into()));
        }
        other => other?,
    };
    if !outcome.finished {
        return Err(Failure::Stopped(format!(
            "the checkpoint of step {} is saved, and the same command goes on: {}",
            outcome.step,
            options.work.display()
        )));
    }
    print_text(&format!(
        "{} steps, {} pictures seen: {}",
        outcome.step,
        outcome.pictures,
        options.work.display()
    ))?;
    Ok(())
}

fn export_model(work: &Path, out: &Path) -> Result<(), Failure> {
    let header = export::export_run(work, out)?;
    print_text(&format!("the model after {} steps: {}", header.step, out.display()))?;
    Ok(())
}

fn paint_sheet(out: &Path, seed: u64) -> Result<(), Failure> {
    if out.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("png")) {
        return Err(Failure::Input(format!("the picture's name must end in .png: {}", out.display())));
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut pictures = Vec::new();
    for number in 1..=SHEET_PICTURES {
        let spec = SceneSpec::random(&mut rng);
        print_text(&format!("{number}: {}", painter::caption(&spec, &mut rng)))?;
        pictures.push(painter::paint(&spec, SHEET_SIDE_PX, SHEET_SIDE_PX));
    }
    let sheet = painter::contact_sheet(&pictures, SHEET_COLUMNS);
    let rgba = sheet.pixels.chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect();
    let picture = Picture::from_rgba(sheet.width_px, sheet.height_px, rgba).map_err(Failure::work)?;
    let png = picture.to_png(&[]).map_err(Failure::work)?;
    write_atomically(out, |file| file.write_all(&png))?;
    Ok(())
}

/// How far long work is: a bar on a terminal, a line now and then elsewhere.
struct Gauge {
    bar: ProgressBar,
    terminal: bool,
    said: Instant,
}

impl Gauge {
    fn new(template: &str) -> Self {
        let (bar, terminal) = progress_bar(template);
        Self { bar, terminal, said: Instant::now() }
    }

    fn show(&mut self, done: u64, of: u64, message: &str, line: impl FnOnce() -> String) {
        if self.terminal {
            self.bar.set_length(of);
            self.bar.set_position(done);
            self.bar.set_message(message.to_owned());
        } else if self.said.elapsed() >= LINE_EVERY {
            self.said = Instant::now();
            eprintln!("{}", line());
        }
    }

    /// Another kind of work begins: its estimate owes nothing to the last one's.
    fn restart(&mut self) {
        self.bar.reset();
    }

    fn say(&self, text: &str) {
        self.bar.suspend(|| eprintln!("{text}"));
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
