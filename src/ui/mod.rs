//! The window.
//!
//! [`App::logic`](eframe::App::logic) drains what the painting thread and the
//! background have to say, also while the window is hidden. The views, one a
//! file, read a [`state::View`] and return [`action::Action`]s; `App::apply`
//! is the one place that does them. Colours and sizes live in [`theme`], words
//! in [`strings`]. Nothing slow happens on this thread: see [`background`].
//!
//! The window knows the engine by its contract only; whoever calls [`run`]
//! brings a [`WorkerFactory`].

pub mod action;
mod app;
mod apply;
mod apply_message;
mod apply_models;
mod apply_steps;
mod apply_view;
pub mod background;
pub mod bench;
mod board_view;
mod card_view;
mod cast_looks_view;
mod cast_member_view;
mod cast_view;
pub mod command;
mod compare_view;
pub mod dialogs;
pub mod digest;
mod empty_view;
pub mod error_words;
mod events;
mod find_view;
pub mod fonts;
mod helper_view;
mod history_view;
mod icons;
mod inspector;
pub mod jobs;
mod long_edits;
mod mask;
mod mask_view;
pub mod model_shelf;
mod models_to_fetch;
mod models_view;
mod notices;
mod numbers;
mod overlay_view;
pub mod preferences;
mod queue_view;
mod samples;
mod scene_handles;
mod settings_view;
pub mod shapes;
mod standing;
pub mod state;
mod status_view;
pub mod story_cache;
mod story_view;
pub mod strings;
mod style_gallery;
pub mod theme;
pub mod thumbs;
mod tone_view;
mod toolbar;
mod widgets;
mod words_view;

use std::path::PathBuf;

use egui::ViewportBuilder;

use crate::engine::{EngineError, Worker, installed::Place};

pub use app::App;
pub use dialogs::Picker;
pub use fonts::FontChoice;
pub use strings::UiLanguage;
pub use theme::Look;

/// Builds the painting thread; gets a function that wakes the window.
pub type WorkerFactory = Box<dyn FnOnce(Box<dyn Fn() + Send>) -> Result<Worker, EngineError> + Send>;

/// How the window begins.
#[derive(Default)]
pub struct Options {
    /// A project or a text file to open.
    pub file: Option<PathBuf>,
    /// The window's language; `None` is the system's.
    pub language: Option<UiLanguage>,
    /// Light or dark; `None` is the system's.
    pub look: Option<Look>,
    /// Where fonts come from.
    pub fonts: FontChoice,
    /// File dialogs; `None` is the system's.
    pub picker: Option<Picker>,
    /// Where preferences are kept; `None` forgets them.
    pub preferences: Option<PathBuf>,
    /// Draws the seeds of panels; `None` takes the clock.
    pub seed: Option<u64>,
    /// What the models page says of the model in the binary.
    pub built_in: Option<model_shelf::BuiltIn>,
    /// Opens every part of a model and says what does not fit; `None` offers no
    /// check.
    pub check_model: Option<model_shelf::CheckModel>,
    /// Where models are looked for; `None` is where programs usually keep them.
    pub model_places: Option<Vec<Place>>,
    /// Memory that counts as free, in bytes; `None` asks the system.
    pub memory_free: Option<u64>,
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// One sentence when the system gives no window or no painting thread.
pub fn run(options: Options, build_worker: WorkerFactory) -> Result<(), String> {
    let [width, height] = theme::size::WINDOW;
    let native = eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("Vignette")
            .with_app_id("vignette")
            .with_inner_size([width, height])
            .with_min_inner_size(theme::size::WINDOW_MIN)
            .with_drag_and_drop(true)
            .with_icon(icon()),
        centered: true,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "vignette",
        native,
        Box::new(move |creation| {
            let ctx = creation.egui_ctx.clone();
            let worker = build_worker(Box::new({
                let ctx = ctx.clone();
                move || ctx.request_repaint()
            }))?;
            Ok(Box::new(App::new(&ctx, worker, options)))
        }),
    )
    .map_err(|error| {
        format!(
            "the window could not be opened ({error}); the commands work without one: see vignette --help"
        )
    })
}

/// The program's icon: a hill and a sun in a frame, 64 by 64.
fn icon() -> egui::IconData {
    const SIDE: i32 = 64;
    let (ground, hill, sun) = ([0xA9, 0x47, 0x2B, 255], [0xF9, 0xF5, 0xEC, 255], [0xF2, 0xC1, 0x6B, 255]);
    let mut rgba = Vec::with_capacity((SIDE * SIDE * 4) as usize);
    for y in 0..SIDE {
        for x in 0..SIDE {
            let inside = |cx: i32, cy: i32, r: i32| (x - cx).pow(2) + (y - cy).pow(2) <= r * r;
            // A square with round corners: outside only beyond a corner's circle.
            let (cx, cy) = (x.clamp(12, SIDE - 13), y.clamp(12, SIDE - 13));
            let colour = if !inside(cx, cy, 12) {
                [0; 4]
            } else if inside(44, 20, 7) {
                sun
            } else if (inside(20, 62, 24) || inside(50, 66, 24)) && y < 54 {
                hill
            } else {
                ground
            };
            rgba.extend_from_slice(&colour);
        }
    }
    egui::IconData { rgba, width: SIDE as u32, height: SIDE as u32 }
}
