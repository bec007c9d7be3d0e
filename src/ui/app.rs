//! The application: what it owns, how it listens, and how it lays out a frame.

use std::path::Path;

use egui::{
    CentralPanel, Context, Frame, Key, KeyboardShortcut, Margin, Modifiers, Panel, Ui, ViewportCommand,
};

use super::{
    Options,
    action::Action,
    background::{Background, Lane, Message},
    board_view,
    dialogs::{self, Leave, Picker, Question},
    empty_view, fonts, inspector,
    jobs::{Jobs, Standing},
    mask_view, notices,
    state::{Gravity, Notice, View, ViewState},
    status_view, story_view,
    strings::{UiLanguage, Words, fill},
    theme::{self, Look, size, space},
    thumbs::{self, Thumbs},
    toolbar,
};
use crate::{
    engine::{EngineError, Event, JobId, Painted, Worker},
    raster::ImageId,
    story::StoryError,
    storyboard::{Document, Edit, History, Images, PanelId, Variant},
};

/// Longest side of a preview on the screen, in pixels.
const PREVIEW_SIDE_PX: u32 = 512;

/// The window's application. See the module.
pub struct App {
    pub(super) history: History,
    pub(super) images: Images,
    pub(super) worker: Worker,
    pub(super) background: Background,
    pub(super) jobs: Jobs,
    pub(super) thumbs: Thumbs,
    pub(super) state: ViewState,
    pub(super) picker: Picker,
    pub(super) seeds: Seeds,
    /// When a text was last typed into, in the window's seconds.
    pub(super) typed_at_secs: f64,
    /// The fonts are there from the next frame on; whether one is Chinese.
    pub(super) fonts_arriving: Option<bool>,
    /// The window may close without asking again.
    pub(super) may_close: bool,
    title: String,
}

impl App {
    /// An application in this egui context, painting with this worker.
    pub fn new(ctx: &Context, worker: Worker, options: Options) -> Self {
        let Options { file, language, look, fonts: font_choice, picker, seed } = options;
        let look = look.unwrap_or_else(|| match ctx.system_theme() {
            Some(egui::Theme::Dark) => Look::Night,
            _ => Look::Paper,
        });
        theme::install(ctx, look);
        fonts::install(ctx, fonts::Found::default());
        // The views see Ctrl + and Ctrl - through egui's own zoom.
        worker.set_previews(true);
        let mut app = Self {
            history: History::new(Document::default()),
            images: Images::new(),
            worker,
            background: Background::new(ctx),
            jobs: Jobs::default(),
            thumbs: Thumbs::default(),
            state: ViewState {
                language: language.unwrap_or_else(UiLanguage::of_system),
                look,
                ..ViewState::default()
            },
            picker: picker.unwrap_or_else(dialogs::system_picker),
            seeds: Seeds::new(seed),
            typed_at_secs: f64::NEG_INFINITY,
            fonts_arriving: None,
            may_close: false,
            title: String::new(),
        };
        if !app.background.run(Lane::Fonts, move || Message::Fonts(fonts::find(font_choice))) {
            app.state.has_cjk = Some(false);
        }
        if let Some(file) = file {
            app.apply(ctx, Action::OpenPath(file));
        }
        app
    }

    /// The document as it stands.
    pub fn document(&self) -> &Document {
        self.history.document()
    }

    /// What the window knows besides the document.
    pub fn state(&self) -> &ViewState {
        &self.state
    }

    /// The pictures that the document names.
    pub fn images(&self) -> &Images {
        &self.images
    }

    /// What is being painted.
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// Whether anything runs that will change what is shown: jobs, files,
    /// readings, pictures on their way to the screen.
    pub fn is_busy(&self) -> bool {
        self.jobs.is_busy()
            || self.state.reading
            || self.state.file_work.is_some()
            || self.state.has_cjk.is_none()
            || self.thumbs.is_busy()
    }

    pub(super) fn words(&self) -> &'static Words {
        self.state.language.words()
    }

    /// Tells the writer one sentence. The same sentence is not told twice.
    pub(super) fn notify(&mut self, gravity: Gravity, text: String) {
        let notice = Notice { gravity, text };
        if !self.state.notices.contains(&notice) {
            self.state.notices.push(notice);
        }
    }

    /// Whether something is not saved.
    pub fn unsaved(&self) -> bool {
        self.history.is_changed_since_save()
    }

    fn drain(&mut self, ctx: &Context) {
        if let Some(has_cjk) = self.fonts_arriving.take() {
            self.state.has_cjk = Some(has_cjk);
            self.warn_of_missing_font();
        }
        while let Some(message) = self.background.try_message() {
            self.take_message(ctx, message);
        }
        while let Some(event) = self.worker.try_event() {
            self.take_event(event);
        }
        if let Some(preview) = self.worker.take_preview()
            && let Some(job) = self.jobs.get_mut(preview.job)
        {
            let image = thumbs::preview_image(&preview.picture, PREVIEW_SIDE_PX);
            match &mut job.preview {
                Some(texture) => texture.set(image, egui::TextureOptions::LINEAR),
                None => {
                    let options = egui::TextureOptions::LINEAR;
                    job.preview = Some(ctx.load_texture("preview", image, options));
                }
            }
        }
    }

    fn take_event(&mut self, event: Event) {
        match event {
            Event::Started { job } => self.jobs.start(job),
            Event::Progress { job, progress, left_secs } => {
                if let Some(job) = self.jobs.get_mut(job) {
                    job.standing = Standing::Painting { progress: Some(progress), left_secs };
                }
            }
            Event::Warning { job: _, text } => self.notify(Gravity::Warning, text),
            Event::Finished { job, painted } => self.take_picture(job, &painted),
            Event::Cancelled { job } => {
                self.jobs.end(job);
            }
            Event::Failed { job, error } => {
                let why = engine_error_words(self.words(), &error);
                if let Some(panel) = self.jobs.fail(job, why.clone()) {
                    let n = self.number_of(panel);
                    let text = fill(self.words().paint_failed, &[("n", &n), ("why", &why)]);
                    self.notify(Gravity::Error, text);
                }
            }
        }
    }

    /// The number on a panel's card; 0 when it is no longer on the board.
    fn number_of(&self, panel: PanelId) -> usize {
        let place = self.document().panels.iter().position(|p| p.id == panel);
        place.map_or(0, |place| place + 1)
    }

    fn take_picture(&mut self, job: JobId, painted: &Painted) {
        let Some(job) = self.jobs.finish(job) else {
            return;
        };
        let plan = job.plan;
        if self.document().panel(plan.panel).is_none() {
            self.notify(Gravity::Warning, self.words().orphan.to_owned());
        }
        let image = self.images.insert(painted.picture.clone());
        let variant = Variant {
            image,
            prompt: plan.prompt,
            seed: plan.request.seed,
            parameters: painted.parameters.clone(),
        };
        // No seal around it: it must not cut a gesture that is under way, and
        // a panel that undo may bring back gets the picture as well.
        self.history.apply(Edit::AddVariant(plan.panel, variant));
        if let Some(part_of) = plan.part_of {
            self.rebase_mask(plan.panel, part_of, image);
        }
    }

    /// The next stroke of an open mask goes over the picture that it made.
    fn rebase_mask(&mut self, panel: PanelId, from: ImageId, to: ImageId) {
        if let Some(mask) = &mut self.state.mask
            && mask.panel == panel
            && mask.image == from
        {
            mask.image = to;
            mask.resting = true;
        }
    }

    pub(super) fn view(&self) -> View<'_> {
        View {
            document: self.history.document(),
            jobs: &self.jobs,
            thumbs: &self.thumbs,
            state: &self.state,
            words: self.words(),
            palette: self.state.look.palette(),
            can_undo: self.history.can_undo(),
            can_redo: self.history.can_redo(),
            unsaved: self.unsaved(),
        }
    }

    /// Whether there is Chinese to show.
    pub(super) fn shows_chinese(&self) -> bool {
        self.state.language == UiLanguage::Chinese || fonts::needs_cjk(&self.document().story)
    }

    fn frame_ui(&self, ui: &mut Ui) -> Vec<Action> {
        let view = self.view();
        let palette = view.palette;
        if self.state.has_cjk.is_none() && self.shows_chinese() {
            // A blank page for a moment, rather than boxes for letters.
            ui.painter().rect_filled(ui.max_rect(), 0.0, palette.desk);
            return Vec::new();
        }
        let narrow = ui.ctx().content_rect().width() < size::NARROW;
        let mut actions = Vec::new();
        let bar = Frame::new().fill(palette.surface).inner_margin(Margin::symmetric(space::M as i8, 0));
        let side = Frame::new().fill(palette.surface).inner_margin(Margin {
            left: space::M as i8,
            right: space::M as i8,
            top: space::M as i8,
            bottom: 0,
        });
        Panel::top("toolbar").exact_size(size::TOOLBAR).frame(bar).show(ui, |ui| {
            actions.extend(toolbar::toolbar_ui(ui, &view));
        });
        Panel::bottom("status").exact_size(size::STATUS).frame(bar).show(ui, |ui| {
            actions.extend(status_view::status_ui(ui, &view));
        });
        if !self.state.story_hidden {
            let width = if narrow { size::STORY_NARROW } else { size::STORY };
            // The salt holds the width class, so that each keeps its own size.
            Panel::left(("story", narrow))
                .default_size(width)
                .size_range(240.0..=560.0)
                .frame(side)
                .show(ui, |ui| actions.extend(story_view::story_ui(ui, &view)));
        }
        if view.selected().is_some() && self.state.mask.is_none() {
            let width = if narrow { size::INSPECTOR_NARROW } else { size::INSPECTOR };
            Panel::right(("inspector", narrow)).exact_size(width).resizable(false).frame(side).show(
                ui,
                |ui| {
                    actions.extend(inspector::inspector_ui(ui, &view));
                },
            );
        }
        let board = CentralPanel::no_frame().frame(board_view::frame(palette)).show(ui, |ui| {
            actions.extend(if let Some(mask) = &self.state.mask {
                mask_view::mask_ui(ui, &view, mask)
            } else if view.document.story.trim().is_empty() && view.document.panels.is_empty() {
                empty_view::empty_ui(ui, &view)
            } else {
                board_view::board_ui(ui, &view)
            });
        });
        actions.extend(notices::notices_ui(ui.ctx(), &view, board.response.rect));
        actions.extend(dialogs::question_ui(ui.ctx(), &view));
        actions
    }

    fn shortcuts(&self, ctx: &Context) -> Vec<Action> {
        // A question must be answered first.
        if self.state.question.is_some() {
            return Vec::new();
        }
        let shift = Modifiers::COMMAND.plus(Modifiers::SHIFT);
        // Longer ones first: a shorter one would take their key.
        let table = [
            (shift, Key::Z, Action::Redo),
            (Modifiers::COMMAND, Key::Y, Action::Redo),
            (Modifiers::COMMAND, Key::Z, Action::Undo),
            (Modifiers::COMMAND, Key::S, Action::Save),
            (Modifiers::COMMAND, Key::O, Action::Pick(dialogs::Pick::Open)),
            (Modifiers::COMMAND, Key::E, Action::Pick(dialogs::Pick::ExportPdf)),
            (Modifiers::COMMAND, Key::Enter, Action::IllustrateAll),
        ];
        let mut actions: Vec<_> = table
            .into_iter()
            .filter(|(modifiers, key, _)| {
                ctx.input_mut(|input| input.consume_shortcut(&KeyboardShortcut::new(*modifiers, *key)))
            })
            .map(|(.., action)| action)
            .collect();
        let busy_elsewhere = ctx.memory(|memory| memory.focused().is_some()) || ctx.any_popup_open();
        if !busy_elsewhere && ctx.input(|input| input.key_pressed(Key::Escape)) {
            if self.state.mask.is_some() {
                actions.push(Action::Mask(super::action::MaskAction::End));
            } else if self.state.selected.is_some() {
                actions.push(Action::Select(None));
            }
        }
        actions
    }

    fn guard_closing(&mut self, ctx: &Context) {
        if !ctx.input(|input| input.viewport().close_requested()) || self.may_close {
            return;
        }
        if self.unsaved() || self.jobs.is_busy() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.state.question = Some(Question { leave: Leave::Close });
        }
    }

    /// Title, unsaved or not, and how far the painting is.
    fn show_title(&mut self, ctx: &Context) {
        let document = self.document();
        let name = if document.title.is_empty() { self.words().untitled } else { &document.title };
        let mark = if self.unsaved() { " •" } else { "" };
        let title = if self.jobs.is_busy() {
            let percent = (self.jobs.fraction() * 100.0).round();
            format!("({percent}%) {name}{mark} – Vignette")
        } else {
            format!("{name}{mark} – Vignette")
        };
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    fn request_thumbs(&mut self, ctx: &Context) {
        for key in self.thumbs.take_wanted() {
            let Some(picture) = self.images.get(key.image).cloned() else {
                continue;
            };
            let on = ctx.clone();
            let work = move || Message::Thumb { key, texture: thumbs::upload(&on, key, &picture) };
            if !self.background.run(Lane::Pictures, work) {
                // The lane is full; its next result wakes the window.
                self.thumbs.forget_pending(key);
            }
        }
    }

    /// A story pasted onto the empty desk, with no field to receive it.
    fn take_pasted(&self, ctx: &Context) -> Option<Action> {
        let document = self.document();
        let empty = document.story.trim().is_empty() && document.panels.is_empty();
        if !empty || ctx.text_edit_focused() || self.state.question.is_some() {
            return None;
        }
        ctx.input(|input| {
            input.events.iter().find_map(|event| match event {
                egui::Event::Paste(text) if !text.trim().is_empty() => Some(Action::BeginStory(text.clone())),
                _ => None,
            })
        })
    }

    fn take_dropped(&self, ctx: &Context) -> Option<Action> {
        ctx.input(|input| {
            let file = input.raw.dropped_files.first()?;
            Some(Action::OpenPath(Path::to_owned(file.path())))
        })
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        theme::choose(ctx, self.state.look);
        self.drain(ctx);
        self.guard_closing(ctx);
        self.show_title(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        self.thumbs.begin_frame();
        let mut actions = self.shortcuts(&ctx);
        actions.extend(self.take_dropped(&ctx));
        actions.extend(self.take_pasted(&ctx));
        actions.extend(self.frame_ui(ui));
        if !actions.is_empty() {
            actions.into_iter().for_each(|action| self.apply(&ctx, action));
            // What was just done is to be seen at once.
            ctx.request_repaint();
        }
        self.request_thumbs(&ctx);
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        self.state.look.palette().desk.to_normalized_gamma_f32()
    }
}

/// Draws seeds (splitmix64).
pub(super) struct Seeds(u64);

impl Seeds {
    fn new(seed: Option<u64>) -> Self {
        Self(seed.unwrap_or_else(|| {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            now.map_or(1, |time| time.as_nanos() as u64)
        }))
    }

    /// Of at most ten digits: a writer may want to note one down.
    pub(super) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % 10_000_000_000
    }
}

/// Why the engine did not paint, in the window's language. Reasons that only
/// the engine knows stay in its own words.
pub(super) fn engine_error_words(words: &Words, error: &EngineError) -> String {
    match error {
        EngineError::Device { device, why } => fill(words.error_device, &[("device", device), ("why", why)]),
        EngineError::OutOfMemory { why } => fill(words.error_memory, &[("why", why)]),
        EngineError::Fault(why) => fill(words.error_fault, &[("why", why)]),
        EngineError::QueueFull(n) => fill(words.error_full, &[("n", n)]),
        EngineError::Ended => words.error_ended.to_owned(),
        EngineError::Cancelled | EngineError::Request(_) | EngineError::Model(_) => error.to_string(),
    }
}

/// Why a story could not be read, in the window's language.
pub(super) fn story_error_words(words: &Words, error: &StoryError) -> String {
    match error {
        StoryError::Empty => words.error_empty.to_owned(),
        StoryError::NoWords => words.error_no_words.to_owned(),
        other => other.to_string(),
    }
}
