//! `vignette illustrate`: the main job, from a story to a storyboard.

use std::path::PathBuf;

use clap::Args;

use super::{
    Failure, catch_interrupts, interrupted,
    painting::{Meter, PaintingOptions},
    read_story,
};
use crate::{
    engine::{Engine, ModelChoice, Request, Size, Upcoming},
    export::{self, ExportOptions},
    story::{self, StoryOptions},
    storyboard::{Document, Edit, History, Images, Style, Variant},
};

#[derive(Args)]
#[command(
    after_help = "Example: vignette illustrate story.txt --scenes 6 --style \"paper cut\" --out board.pdf --out board.vignette"
)]
pub(super) struct Options {
    /// The story, UTF-8 (or UTF-16 with a byte order mark)
    #[arg(value_name = "STORY.txt")]
    story: PathBuf,
    /// How many panels; without it the number follows the story
    #[arg(long, value_name = "N")]
    scenes: Option<usize>,
    /// A style preset by name, or any words
    #[arg(long, value_name = "NAME|TEXT", default_value = "watercolour")]
    style: String,
    #[command(flatten)]
    painting: PaintingOptions,
    /// Where to: .pdf, .png (one contact sheet), .vignette (a project) or a folder; may be repeated
    #[arg(long, value_name = "PATH", required = true)]
    out: Vec<PathBuf>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    // Whatever can be wrong with the input is found before an hour of painting.
    let text = read_story(&options.story)?;
    let model = options.painting.model()?;
    for path in &options.out {
        export::check_writable(path).map_err(Failure::input)?;
    }
    let reading = story::read(&text, &StoryOptions { scenes: options.scenes, ..StoryOptions::default() })
        .map_err(|e| Failure::Input(format!("{e}: {}", options.story.display())))?;
    catch_interrupts()?;

    let mut document = Document::from_reading(&text, &reading, options.painting.seed);
    document.style = Style::named(&options.style);
    if let Some(Size { width_px, height_px }) = options.painting.size {
        document.painting.width_px = width_px;
        document.painting.height_px = height_px;
    }
    document.painting.steps = options.painting.steps;
    document.painting.guidance = options.painting.guidance;
    if let ModelChoice::Folder(folder) = &model {
        document.painting.model = Some(folder.clone());
        document.retell();
    }

    let (document, images) = paint_all(document, model, options)?;
    let mut warnings = Vec::new();
    for path in &options.out {
        if interrupted() {
            return Err(Failure::Interrupted);
        }
        let found =
            export::write(&document, &images, path, &ExportOptions::default()).map_err(Failure::work)?;
        warnings.extend(found);
        eprintln!("wrote {}", path.display());
    }
    warnings.sort();
    warnings.dedup();
    warnings.iter().for_each(|warning| eprintln!("vignette: {warning}"));
    Ok(())
}

fn paint_all(
    document: Document,
    model: ModelChoice,
    options: &Options,
) -> Result<(Document, Images), Failure> {
    let mut engine = options.painting.open_engine()?;
    let requests: Vec<_> = document
        .panels
        .iter()
        .map(|panel| {
            let request = Request {
                model: model.clone(),
                negative: document.painting.negative.clone(),
                size: Some(Size {
                    width_px: document.painting.width_px,
                    height_px: document.painting.height_px,
                }),
                steps: document.painting.steps,
                guidance: document.painting.guidance,
                ..Request::new(document.full_prompt(panel), panel.seed)
            };
            (panel.id, request)
        })
        .collect();

    engine.foresee(requests.iter().map(|(_, request)| Upcoming::of(request)).collect());
    let mut images = Images::default();
    let mut history = History::new(document);
    let mut meter = Meter::new();
    let count = requests.len();
    for (number, (panel, request)) in requests.into_iter().enumerate() {
        let label = format!("panel {} of {count}", number + 1);
        let painted = meter.paint(&mut engine, &request, &label, count)?;
        let document = history.document();
        let variant = Variant {
            image: images.insert(painted.picture),
            prompt: request.prompt,
            seed: request.seed,
            parameters: painted.parameters,
            with: document.panel(panel).map(|panel| document.painted_with(panel)),
        };
        history.apply(Edit::AddVariant(panel, variant));
    }
    meter.finish();
    Ok((history.document().clone(), images))
}
