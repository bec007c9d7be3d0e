//! The window, driven through the names that a screen reader hears, with the
//! engine's deterministic twin; once, in `real`, with the engine itself.
//!
//! Nothing here waits on the clock: a test steps the window whenever something
//! asked for a repaint, and fails if nothing does for a long time.
//!
//! The pictures in `tests/snapshots` were made with software Vulkan
//! (lavapipe). `UPDATE_SNAPSHOTS=1 cargo test --release --test window` makes
//! them anew; look at them before you commit them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "window/around.rs"]
mod around;
#[path = "window/board.rs"]
mod board;
#[path = "window/desk.rs"]
mod desk;
#[path = "window/helper.rs"]
mod helper;
#[path = "window/matrix.rs"]
mod matrix;
#[path = "window/models.rs"]
mod models;
#[path = "window/real.rs"]
mod real;
#[path = "window/snapshots.rs"]
mod snapshots;
#[path = "window/writer.rs"]
mod writer;

use std::{
    future::ready,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    time::Duration,
};

use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, TouchPhase, ViewportId, vec2};
use egui_kittest::{
    Harness, SnapshotOptions,
    kittest::{NodeT, Queryable},
};
use vignette::{
    engine::{
        Engine, EngineError, Worker,
        fake::{FakeEngine, Gate},
    },
    raster::Picture,
    storyboard::{Edit, Panel, PanelId, Style},
    ui::{
        App, FontChoice, Look, Options, UiLanguage,
        action::Action,
        dialogs::{Pick, Picker},
        model_shelf::BuiltIn,
        strings::{Words, fill},
    },
};

/// Long enough for the slowest machine; only a hanging test waits for it.
const HANGING: Duration = Duration::from_secs(180);

const WIDE: [f32; 2] = [1240.0, 760.0];

const STORY: &str = "The Kite\n\nIn the morning Ada carried her red kite up the green hill. The wind pulled at \
her coat.\n\n***\n\nAt noon the string broke. The kite flew over the forest and the river, and Ada ran after \
it.\n\n***\n\nIn the evening an old man by the sea gave it back to her. They watched the boats come home.\n";

struct Window<'a> {
    harness: Harness<'a, App>,
    repaints: mpsc::Receiver<()>,
    words: &'static Words,
}

struct Setup {
    size: [f32; 2],
    options: Options,
    engine: FakeEngine,
}

impl Setup {
    fn new() -> Self {
        let options = Options {
            language: Some(UiLanguage::English),
            look: Some(Look::Paper),
            fonts: FontChoice::Embedded,
            seed: Some(7),
            built_in: Some(BuiltIn { parameters: 20_400_000, bytes: 40_900_000 }),
            model_places: Some(Vec::new()),
            memory_free: Some(16 << 30),
            ..Options::default()
        };
        Self { size: WIDE, options, engine: FakeEngine::default() }
    }

    fn open(self) -> Window<'static> {
        let Self { size, options, engine } = self;
        open_with(size, options, move || Ok(engine))
    }
}

/// Opens the window with the engine that `build` makes on the worker's thread.
fn open_with<E: Engine>(
    size: [f32; 2],
    options: Options,
    build: impl FnOnce() -> Result<E, EngineError> + Send + 'static,
) -> Window<'static> {
    let words = options.language.unwrap_or_default().words();
    let (sender, repaints) = mpsc::channel();
    let harness = Harness::builder()
        .with_size(vec2(size[0], size[1]))
        .with_max_steps(64)
        .with_render_cursor(false)
        .wgpu()
        .build_eframe(move |creation| {
            let ctx = creation.egui_ctx.clone();
            ctx.set_request_repaint_callback(move |_| {
                let _ = sender.send(());
            });
            let woken = ctx.clone();
            let worker = Worker::spawn(build, move || woken.request_repaint()).unwrap();
            App::new(&ctx, worker, options)
        });
    let mut window = Window { harness, repaints, words };
    window.settle();
    window
}

impl Window<'_> {
    fn app(&self) -> &App {
        self.harness.state()
    }

    fn panels(&self) -> &[Panel] {
        &self.app().document().panels
    }

    /// Steps until the window is at rest and edits that take long are made.
    fn run(&mut self) {
        self.harness.run();
        if self.app().is_making() {
            self.until("the edit is made", |app| !app.is_making());
        }
    }

    /// Steps until the window says so.
    fn until(&mut self, what: &str, done: impl Fn(&App) -> bool) {
        loop {
            self.harness.step();
            if done(self.harness.state()) {
                break;
            }
            let woken = self.repaints.recv_timeout(HANGING);
            assert!(woken.is_ok(), "nothing happens any more, and yet not: {what}; {}", self.standing());
        }
        self.harness.run();
    }

    /// What is still under way, for a test that hangs.
    fn standing(&self) -> String {
        let (jobs, state) = (self.app().jobs(), self.app().state());
        let jobs: Vec<_> = jobs.iter().map(|(id, job)| (id, job.standing, job.stopping)).collect();
        let files = (state.reading, state.making, state.file_work, state.shelf.looking);
        format!("jobs {jobs:?}, paused {}, files {files:?}, notices {:?}", state.paused, state.notices)
    }

    /// Steps until nothing is under way. Twice, because what is shown at the
    /// end of the first round may ask for pictures of its own.
    fn settle(&mut self) {
        self.until("all work is done", |app| !app.is_busy());
        self.until("all pictures are there", |app| !app.is_busy());
    }

    fn click(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.run();
    }

    fn act(&mut self, action: Action) {
        let ctx = self.harness.ctx.clone();
        self.harness.state_mut().apply(&ctx, action);
        ctx.request_repaint();
        self.run();
    }

    fn keys(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.run();
    }

    fn has(&self, name: &str) -> bool {
        self.harness.query_all_by_label_contains(name).next().is_some()
    }

    fn paste_story(&mut self) {
        self.click(self.words.story_name);
        self.harness.event(Event::Paste(STORY.to_owned()));
        self.run();
        self.settle();
    }

    fn select(&mut self, n: usize) {
        let name = fill(self.words.panel_n, &[("n", &n)]);
        self.harness.get_by_label_contains(&format!("{name}, ")).click();
        self.run();
        assert_eq!(self.app().state().selected, Some(self.panels()[n - 1].id));
    }

    /// Turns the wheel over the middle of the window.
    fn scroll(&mut self, by: f32) {
        self.harness.hover_at(self.harness.ctx.content_rect().center());
        self.harness.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            source: MouseWheelSource::Unknown,
            delta: vec2(0.0, -by),
            phase: TouchPhase::Move,
            modifiers: Modifiers::NONE,
        });
        self.run();
    }

    fn replace_text(&mut self, field: &str, text: &str) {
        self.click(field);
        self.keys(Modifiers::COMMAND, Key::A);
        self.harness.event(Event::Text(text.to_owned()));
        self.run();
    }

    fn snapshot(&mut self, name: &str) {
        // Font files of another release move a few pixels at the edges.
        self.snapshot_with(name, 24);
    }

    fn snapshot_with(&mut self, name: &str, max_failed_pixels: usize) {
        self.harness.remove_cursor();
        self.settle();
        let options = SnapshotOptions::new().threshold(2.0).max_failed_pixels(max_failed_pixels);
        self.harness.snapshot_options(name, &options);
    }
}

fn painted(panel: &Panel) -> bool {
    panel.shown().is_some()
}

// ------------------------------------------------------------------ flows --

#[test]
fn a_story_becomes_a_board_and_a_panel_is_changed_and_changed_back() {
    let mut window = Setup::new().open();
    let words = window.words;
    assert!(window.has(words.empty_title), "an empty window teaches");

    window.paste_story();
    assert_eq!(window.app().document().story, STORY);
    let count = window.panels().len();
    assert!(count >= 3, "pasting finds the scenes, but there are {count}");
    assert!(window.panels().iter().all(|panel| !painted(panel)));
    assert!(window.has("Scene 1: "), "scenes are marked beside the text");

    window.click(words.illustrate);
    window.settle();
    assert!(window.panels().iter().all(painted), "Illustrate fills the board");
    assert!(!window.app().is_busy());

    // The prompt.
    window.select(2);
    let derived = window.panels()[1].scene.prompt.clone();
    window.click(words.prompt);
    window.harness.event(Event::Text(" with a blue dog".to_owned()));
    window.run();
    assert!(window.panels()[1].prompt.as_ref().unwrap().contains(" with a blue dog"));
    assert!(window.has(words.prompt_changed));
    assert!(window.has("Panel 2, words changed"), "a picture of other words says so");
    window.click(words.prompt_back);
    assert_eq!(window.panels()[1].prompt, None);
    assert!(window.has("Panel 2, painted"));
    window.replace_text(words.prompt, "a whale");
    assert_eq!(window.panels()[1].prompt.as_deref(), Some("a whale"));
    assert_eq!(window.panels()[1].scene.prompt, derived, "what the story says is kept apart");

    // Painted again.
    window.click(words.repaint);
    window.settle();
    assert_eq!(window.panels()[1].variants.len(), 2);
    assert!(window.panels()[1].shown().unwrap().prompt.contains("a whale"));
    assert!(window.has("Version 2 of 2"), "versions are kept side by side");
    let seed = window.panels()[1].seed;
    window.click(words.repaint);
    window.settle();
    assert_ne!(window.panels()[1].seed, seed, "painting the same words again takes a new seed");
    window.harness.get_by_label("Version 1 of 3").click();
    window.run();
    assert_eq!(window.panels()[1].chosen, Some(0));

    // A part of it.
    window.click(words.repaint_part);
    let canvas = window.harness.get_by_label(words.mask_canvas).rect();
    assert!(window.harness.get_by_label(words.mask_go).accesskit_node().is_disabled());
    window.harness.drag_at(canvas.center());
    window.run();
    window.harness.hover_at(canvas.center() + vec2(30.0, 0.0));
    window.run();
    window.harness.drop_at(canvas.center() + vec2(30.0, 0.0));
    window.run();
    window.replace_text(words.mask_prompt, "a lighthouse");
    window.click(words.mask_go);
    window.settle();
    let panel = &window.panels()[1];
    assert_eq!(panel.variants.len(), 4);
    let (before, after) = (panel.variants[0].clone(), panel.shown().unwrap().clone());
    assert_eq!(after.prompt, before.prompt, "the whole picture still has the words of the whole");
    assert!(after.parameters.iter().any(|(_, value)| value.contains("a lighthouse")));
    window.click(words.mask_back);

    // Back and forth.
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.panels()[1].shown(), Some(&before), "undo shows the picture from before");
    window.keys(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(window.panels()[1].shown(), Some(&after));
    for _ in 0..64 {
        window.keys(Modifiers::COMMAND, Key::Z);
    }
    assert!(window.panels().is_empty() && window.app().document().story.is_empty());
    for _ in 0..64 {
        window.keys(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    }
    assert_eq!(window.panels()[1].shown(), Some(&after), "undo throws nothing painted away");
    assert!(window.app().state().notices.is_empty());
}

#[test]
fn only_what_is_under_the_brush_changes() {
    let mut window = Setup::new().open();
    window.paste_story();
    window.act(Action::Paint(window.panels()[0].id));
    window.settle();
    window.select(1);
    window.click(window.words.repaint_part);
    // By keyboard alone: Space paints, the arrow keys move the brush.
    window.harness.get_by_label(window.words.mask_canvas).focus();
    window.run();
    window.keys(Modifiers::NONE, Key::Space);
    for _ in 0..3 {
        window.keys(Modifiers::NONE, Key::ArrowRight);
    }
    let state = window.app().state().mask.as_ref().unwrap();
    assert!(!state.mask.is_empty(), "Space paints");
    let mask = state.mask.clone();
    assert!(state.brush_at.0 > mask.width_px() as f32 / 2.0, "arrow keys move the brush");
    window.keys(Modifiers::COMMAND, Key::Z);
    assert!(window.app().state().mask.as_ref().unwrap().mask.is_empty(), "a stroke can be taken back");
    window.keys(Modifiers::COMMAND, Key::Y);
    assert_eq!(window.app().state().mask.as_ref().unwrap().mask, mask);
    window.replace_text(window.words.mask_prompt, "a lighthouse");
    window.click(window.words.mask_go);
    window.settle();
    let [before, after] = [0, 1].map(|v| picture(&window, v));
    let mut changed = 0;
    for (at, &repaint) in mask.repaint().iter().enumerate() {
        let [old, new] = [&before, &after].map(|p| &p.rgba()[4 * at..4 * at + 4]);
        if repaint == 0 {
            assert_eq!(old, new, "pixel {at} lies outside the mask");
        } else if old != new {
            changed += 1;
        }
    }
    assert!(changed > 100, "only {changed} pixels changed under the brush");
}

fn picture(window: &Window<'_>, variant: usize) -> Picture {
    let image = window.panels()[0].variants[variant].image;
    window.app().images().get(image).unwrap()
}

fn gated() -> (Window<'static>, Arc<Gate>) {
    let (engine, gate) = FakeEngine::gated();
    let mut window = Setup { engine, ..Setup::new() }.open();
    window.paste_story();
    (window, gate)
}

#[test]
fn one_job_or_all_can_be_cancelled() {
    let (mut window, gate) = gated();
    let words = window.words;
    window.click(words.illustrate);
    gate.wait_until_painting();
    window.until("the first panel paints", |app| {
        app.jobs().iter().any(|(_, job)| job.standing != vignette::ui::jobs::Standing::Waiting)
    });
    assert!(window.has("Panel 1, painting"));
    assert!(window.has("Panel 2, waiting"));
    window.click(&fill(words.cancel_panel, &[("n", &2)]));
    gate.open();
    window.settle();
    let [first, second, third] = [0, 1, 2].map(|place| painted(&window.panels()[place]));
    assert!(first && !second && third, "only the second was cancelled");

    let (mut window, gate) = gated();
    window.click(words.illustrate);
    gate.wait_until_painting();
    window.click(words.cancel_all);
    assert!(window.has(words.stopping) || window.app().jobs().is_busy());
    gate.open();
    window.settle();
    assert!(window.panels().iter().all(|panel| !painted(panel)));
    assert!(window.app().state().notices.is_empty(), "what was asked for is no error");
    assert!(window.has("Panel 1, no picture yet"));
}

#[test]
fn a_failed_panel_says_why_and_can_be_tried_again() {
    let mut window = Setup::new().open();
    let words = window.words;
    window.paste_story();
    window.act(Action::Edit(Edit::SetStyle(Style::Free(String::new()))));
    window.select(1);
    window.replace_text(words.prompt, "!fail at once");
    window.click(&fill(words.paint_panel, &[("n", &1)]));
    window.settle();
    assert!(window.has("Panel 1, failed"));
    assert!(window.has("the fake model fails when asked to"), "it says why");
    let notices = window.app().state().notices.len();
    assert_eq!(notices, 1);
    // It stays until it is dismissed.
    for _ in 0..20 {
        window.harness.step();
    }
    assert_eq!(window.app().state().notices.len(), 1);
    window.click(&fill(words.retry_panel, &[("n", &1)]));
    window.settle();
    assert!(window.has("Panel 1, failed"), "the same words fail again");
    assert_eq!(window.app().state().notices.len(), 1, "the same sentence is not told twice");
    window.click(words.dismiss);
    assert!(window.app().state().notices.is_empty());
    window.replace_text(words.prompt, "a hill");
    window.click(&fill(words.retry_panel, &[("n", &1)]));
    window.settle();
    assert!(window.has("Panel 1, painted"));
    // Warnings are told as well, and a panic in a driver leaves the window alive.
    window.replace_text(words.prompt, "!warn");
    window.click(words.repaint);
    window.settle();
    assert!(window.has("the fake engine's warning"));
    window.replace_text(words.prompt, "!panic out of memory");
    window.click(words.repaint);
    window.settle();
    assert!(window.has("not enough memory"));
    assert!(painted(&window.panels()[0]), "the picture from before is kept");
}

#[test]
fn a_picture_finds_its_panel_on_a_changed_board() {
    let (mut window, gate) = gated();
    let ids: Vec<PanelId> = window.panels().iter().map(|panel| panel.id).collect();
    window.act(Action::Paint(ids[2]));
    window.act(Action::Paint(ids[1]));
    gate.wait_until_painting();
    window.act(Action::Edit(Edit::MovePanel(ids[2], 0)));
    window.act(Action::Edit(Edit::RemovePanel(ids[1])));
    gate.open();
    window.settle();
    assert_eq!(window.panels()[0].id, ids[2]);
    assert!(painted(&window.panels()[0]));
    assert!(window.panels()[1..].iter().all(|panel| !painted(panel)));
    assert!(window.has(window.words.orphan), "a picture without a panel is no secret");
    window.keys(Modifiers::COMMAND, Key::Z);
    let back = window.panels().iter().find(|panel| panel.id == ids[1]);
    assert!(back.is_some_and(painted), "undo brings panel and picture back");
}

/// The writer clicks the window's close button.
fn close(window: &mut Window<'_>) {
    let viewport = window.harness.input_mut().viewports.entry(ViewportId::ROOT).or_default();
    viewport.events.push(egui::ViewportEvent::Close);
    window.run();
}

#[test]
fn closing_asks_when_something_would_be_lost() {
    let mut window = Setup::new().open();
    close(&mut window);
    assert!(window.app().state().question.is_none(), "nothing to lose, nothing to ask");

    let (mut window, gate) = gated();
    window.act(Action::Paint(window.panels()[0].id));
    gate.wait_until_painting();
    close(&mut window);
    assert!(window.has(window.words.close_unsaved));
    assert!(window.has(window.words.close_working));
    window.click(window.words.close_keep);
    assert!(window.app().state().question.is_none());
    gate.open();
    window.settle();
    assert!(painted(&window.panels()[0]), "work went on meanwhile");
}

// ------------------------------------------------------------------ files --

fn picker(answers: Vec<(Pick, PathBuf)>) -> Option<Picker> {
    Some(Box::new(move |request| {
        let path = answers.iter().find(|(pick, _)| *pick == request.pick).map(|(_, path)| path.clone());
        Box::pin(ready(path))
    }))
}

fn notice_texts(window: &Window<'_>) -> Vec<String> {
    window.app().state().notices.iter().map(|notice| notice.text.clone()).collect()
}

#[test]
fn a_project_is_saved_opened_and_exported() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("kite.vignette");
    let sheet = folder.path().join("sheet.png");
    let answers = vec![
        // Without its ending, as a writer may type it.
        (Pick::SaveProject, folder.path().join("kite")),
        (Pick::ExportSheet, sheet.clone()),
        (Pick::Open, project.clone()),
    ];
    let mut setup = Setup::new();
    setup.options.picker = picker(answers);
    let mut window = setup.open();
    window.paste_story();
    window.act(Action::Pick(Pick::ExportSheet));
    assert!(window.has(window.words.nothing_to_export));
    window.act(Action::DismissAll);
    window.click(window.words.illustrate);
    window.settle();
    window.keys(Modifiers::COMMAND, Key::S);
    window.until("the project is saved", |app| app.state().file.is_some() && !app.is_busy());
    assert_eq!(window.app().state().file.as_deref(), Some(project.as_path()));
    assert!(!window.app().unsaved());
    let saved = window.app().document().clone();

    window.act(Action::Pick(Pick::ExportSheet));
    window.until("the sheet is there", |app| !app.state().notices.is_empty());
    let exported = fill(window.words.exported, &[("path", &sheet.display())]);
    assert!(notice_texts(&window).contains(&exported), "{:?}", notice_texts(&window));
    assert!(sheet.is_file());

    window.act(Action::Edit(Edit::SetTitle("Another title".into())));
    window.keys(Modifiers::COMMAND, Key::O);
    window.until("it asks before it drops a change", |app| app.state().question.is_some());
    window.click(window.words.close_anyway);
    window.until("it is open", |app| app.document().title == saved.title && !app.is_busy());
    assert_eq!(*window.app().document(), saved);
    window.settle();
    assert!(window.panels().iter().all(|panel| {
        panel.variants.iter().all(|variant| window.app().images().get(variant.image).is_some())
    }));
}

#[test]
fn what_cannot_be_opened_is_told_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&str, &[u8]); 3] = [
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("broken.vignette", b"not a project"),
        ("empty.txt", b" \n "),
    ];
    for (name, bytes) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        told_about(&path);
    }
    told_about(&folder.path().join("missing.txt"));
}

#[test]
fn errors_are_chinese_in_the_chinese_window() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.vignette");
    std::fs::write(&path, b"").unwrap();
    let mut setup = Setup::new();
    setup.options.language = Some(UiLanguage::Chinese);
    setup.options.fonts = FontChoice::System;
    let mut window = setup.open();
    window.act(Action::OpenPath(path));
    window.until("it says so", |app| !app.state().notices.is_empty());
    let told = notice_texts(&window);
    assert!(told[0].contains(window.words.what_empty) && !told[0].contains("this is"), "{told:?}");
}

fn told_about(path: &Path) {
    let mut window = Setup::new().open();
    window.act(Action::OpenPath(path.to_owned()));
    window.until("it says so", |app| !app.state().notices.is_empty());
    window.settle();
    let told = notice_texts(&window);
    assert_eq!(told.len(), 1, "{path:?}: {told:?}");
    assert!(!told[0].contains('\n'), "{told:?}");
    assert!(window.panels().is_empty());
}

#[test]
fn a_dialog_that_does_not_open_is_told_and_a_paste_finds_the_desk() {
    let mut setup = Setup::new();
    setup.options.picker = picker(Vec::new());
    let mut window = setup.open();
    // Nothing has the keyboard: the empty desk itself takes the story.
    window.harness.event(Event::Paste(STORY.to_owned()));
    window.run();
    window.settle();
    assert!(window.panels().len() >= 3);
    window.keys(Modifiers::COMMAND, Key::S);
    window.until("it says so", |app| !app.state().notices.is_empty());
    assert!(window.has(window.words.no_dialog));
}

// -------------------------------------------------------- language, access --

#[test]
fn the_language_changes_at_once() {
    let mut setup = Setup::new();
    setup.options.fonts = FontChoice::System;
    let mut window = setup.open();
    window.click(UiLanguage::English.words().language_name);
    assert!(window.has(UiLanguage::Chinese.words().empty_title));
    window.click(UiLanguage::Chinese.words().language_name);
    assert!(window.has(UiLanguage::English.words().empty_title));
}

#[test]
fn the_keyboard_reaches_samples_panels_and_details() {
    let mut window = Setup::new().open();
    let words = window.words;
    let sample = fill(words.sample_name, &[("title", &words.owl_title)]);
    tab_to(&mut window, &sample);
    window.keys(Modifiers::NONE, Key::Enter);
    window.settle();
    assert!(!window.panels().is_empty(), "a sample story is one key away");
    let second = window.harness.get_by_label_contains("Panel 2, ").accesskit_node().label().unwrap();
    tab_to(&mut window, &second);
    window.keys(Modifiers::NONE, Key::Space);
    assert_eq!(window.app().state().selected, Some(window.panels()[1].id));
    tab_to(&mut window, words.caption);
    window.act(Action::ShowNumbers(true));
    tab_to(&mut window, words.seed_new);
    let seed = window.panels()[1].seed;
    window.keys(Modifiers::NONE, Key::Enter);
    assert_ne!(window.panels()[1].seed, seed);
    window.act(Action::Edit(Edit::DuplicatePanel(window.panels()[0].id)));
    window.act(Action::Edit(Edit::RemoveVariant(window.panels()[1].id, 0)));
    assert!(!window.panels().iter().all(painted));
    window.keys(Modifiers::COMMAND, Key::Enter);
    window.settle();
    assert!(window.panels().iter().all(painted), "Ctrl and Enter illustrates");
}

fn tab_to(window: &mut Window<'_>, name: &str) {
    for _ in 0..200 {
        if window.harness.get_by_label(name).is_focused() {
            return;
        }
        window.keys(Modifiers::NONE, Key::Tab);
    }
    panic!("Tab does not reach {name:?}");
}

#[test]
fn an_idle_window_does_not_repaint() {
    let mut window = Setup::new().open();
    window.paste_story();
    window.click(window.words.illustrate);
    window.settle();
    window.select(1);
    window.harness.remove_cursor();
    window.settle();
    window.harness.step();
    let delay = window.harness.output().viewport_output[&ViewportId::ROOT].repaint_delay;
    assert_eq!(
        delay,
        Duration::MAX,
        "somebody asked for another frame: {:?}",
        window.harness.ctx.repaint_causes()
    );
}

#[test]
fn a_missing_chinese_font_is_told() {
    let mut setup = Setup::new();
    setup.options.file = None;
    let (sender, _repaints) = mpsc::channel::<()>();
    drop(sender);
    // Without a Chinese face there is tofu on purpose.
    let Setup { options, engine, .. } = setup;
    let mut harness =
        Harness::builder().with_max_steps(64).allow_missing_glyphs().build_eframe(move |creation| {
            let ctx = creation.egui_ctx.clone();
            let worker = Worker::spawn(move || Ok(engine), || {}).unwrap();
            App::new(&ctx, worker, options)
        });
    let ctx = harness.ctx.clone();
    while harness.state().state().has_cjk.is_none() {
        harness.step();
        std::thread::yield_now();
    }
    harness.state_mut().apply(&ctx, Action::Edit(Edit::SetStory("小雨走上山坡。".into())));
    harness.state_mut().apply(&ctx, Action::SetLanguage(UiLanguage::Chinese));
    let told = &harness.state().state().notices;
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains("Noto Sans CJK"));
}
