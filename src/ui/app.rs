//! The application: what it owns, how it listens, and how it lays out a frame.

use std::path::{Path, PathBuf};

use egui::{CentralPanel, Context, Frame, Key, Margin, Panel, Ui, ViewportCommand};

use super::{
    Options,
    action::Action,
    background::{Background, Lane, Message},
    board_view, cast_view, command, compare_view,
    dialogs::{self, Leave, Picker, Question},
    digest::Digest,
    empty_view, fonts, history_view, inspector,
    jobs::Jobs,
    long_edits::LongEdits,
    mask_view,
    model_shelf::CheckModel,
    models_view, notices, overlay_view,
    preferences::{self, Preferences},
    queue_view,
    state::{Gravity, Notice, View, ViewState},
    status_view,
    story_cache::StoryCache,
    story_view,
    strings::{UiLanguage, Words},
    theme::{self, Look, size, space},
    thumbs::{self, Thumbs},
    toolbar,
};
use crate::{
    engine::{Worker, installed::Place},
    storyboard::{Document, History, Images, PanelId},
};

/// The window's application. See the module.
pub struct App {
    pub(super) history: History,
    pub(super) images: Images,
    pub(super) worker: Worker,
    pub(super) background: Background,
    pub(super) jobs: Jobs,
    pub(super) thumbs: Thumbs,
    pub(super) digest: Digest,
    story_cache: StoryCache,
    pub(super) state: ViewState,
    pub(super) picker: Picker,
    pub(super) seeds: Seeds,
    /// When a text was last typed into, in the window's seconds.
    pub(super) typed_at_secs: f64,
    /// A field had the keyboard at the end of the last frame.
    typing: bool,
    /// The fonts are there from the next frame on; whether one is Chinese.
    pub(super) fonts_arriving: Option<bool>,
    /// The window may close without asking again.
    pub(super) may_close: bool,
    /// Where preferences are kept.
    pub(super) preferences_path: Option<PathBuf>,
    /// What lies there.
    pub(super) preferences_kept: Preferences,
    /// Opens every part of a model and says what does not fit.
    pub(super) check_model: Option<CheckModel>,
    /// Where models are looked for; `None` is where programs keep them.
    pub(super) model_places: Option<Vec<Place>>,
    /// Memory that counts as free; `None` asks the system.
    pub(super) memory_free: Option<u64>,
    /// Previews shown since the window opened.
    pub(super) previews_shown: u32,
    /// Edits that are being made, and what waits for them.
    pub(super) long_edits: LongEdits,
    /// Readings of the story so far; only the newest counts.
    pub(super) readings: u64,
    title: String,
}

impl App {
    /// An application in this egui context, painting with this worker.
    pub fn new(ctx: &Context, worker: Worker, options: Options) -> Self {
        let Options {
            file,
            language,
            look,
            fonts: font_choice,
            picker,
            seed,
            preferences,
            built_in,
            check_model,
            model_places,
            memory_free,
        } = options;
        let kept = preferences.as_deref().map(Preferences::read).unwrap_or_default();
        let look = look.or(kept.look).unwrap_or_else(|| match ctx.system_theme() {
            Some(egui::Theme::Dark) => Look::Night,
            _ => Look::Paper,
        });
        theme::install(ctx, look);
        theme::set_motion(ctx, kept.reduced_motion);
        // The size of everything is a preference of ours, with steps of ours.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        fonts::install(ctx, fonts::Found::default());
        worker.set_previews(true);
        let mut state = ViewState {
            language: language.or(kept.language).unwrap_or_else(UiLanguage::of_system),
            look,
            preferences: kept.clone(),
            built_in,
            ..ViewState::default()
        };
        state.shelf.can_check = check_model.is_some();
        let mut app = Self {
            history: History::new(Document::default()),
            images: Images::new(),
            worker,
            background: Background::new(ctx),
            jobs: Jobs::default(),
            thumbs: Thumbs::default(),
            digest: Digest::default(),
            story_cache: StoryCache::default(),
            state,
            picker: picker.unwrap_or_else(dialogs::system_picker),
            seeds: Seeds::new(seed),
            typed_at_secs: f64::NEG_INFINITY,
            typing: false,
            fonts_arriving: None,
            may_close: false,
            preferences_path: preferences,
            preferences_kept: kept,
            check_model,
            model_places,
            memory_free,
            previews_shown: 0,
            long_edits: LongEdits::default(),
            readings: 0,
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
            || self.state.making
            || self.state.file_work.is_some()
            || self.state.has_cjk.is_none()
            || self.thumbs.is_busy()
            || self.state.shelf.looking
            || self.state.shelf.is_checking()
    }

    pub(super) fn words(&self) -> &'static Words {
        self.state.language.words()
    }

    /// Tells the writer one sentence. The same sentence is not told twice.
    pub(super) fn notify(&mut self, gravity: Gravity, text: String) {
        let notice = Notice { gravity, text, failed: None };
        if !self.state.notices.contains(&notice) {
            self.state.notices.push(notice);
        }
    }

    /// Whether something is not saved.
    pub fn unsaved(&self) -> bool {
        self.state.making || self.history.is_changed_since_save()
    }

    /// The number on a panel's card; 0 when it is no longer on the board.
    pub(super) fn number_of(&self, panel: PanelId) -> usize {
        let place = self.document().panels.iter().position(|p| p.id == panel);
        place.map_or(0, |place| place + 1)
    }

    pub(super) fn view(&self) -> View<'_> {
        View {
            document: self.history.document(),
            jobs: &self.jobs,
            thumbs: &self.thumbs,
            digest: &self.digest,
            story_cache: &self.story_cache,
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
        if self.state.queue_shown {
            // Not most of a small window.
            let height = size::QUEUE.min(0.3 * ui.ctx().content_rect().height());
            let queue = Panel::bottom("queue").default_size(height).size_range(120.0..=420.0);
            queue.frame(side).show(ui, |ui| actions.extend(queue_view::queue_ui(ui, &view)));
            name_edge(ui, "queue", view.words.queue_edge);
        }
        if !self.state.story_hidden && !self.state.crowded {
            let width = if narrow { size::STORY_NARROW } else { size::STORY };
            // The salt holds the width class, so that each keeps its own size.
            Panel::left(("story", narrow))
                .default_size(width)
                .size_range(size::STORY_LEAST..=size::STORY_MOST)
                .frame(side)
                .show(ui, |ui| actions.extend(story_view::story_ui(ui, &view)));
            name_edge(ui, ("story", narrow), view.words.story_edge);
        }
        if self.state.history_shown {
            let list = Panel::right("history").exact_size(size::HISTORY).resizable(false).frame(side);
            list.show(ui, |ui| actions.extend(history_view::history_ui(ui, &view, &self.history)));
        }
        // Where there is no room for both, the list takes the place of the details.
        let room = !(narrow && self.state.history_shown);
        if view.selected().is_some()
            && self.state.mask.is_none()
            && !self.state.cast.shown
            && !self.state.models_shown
            && room
        {
            let width = if narrow { size::INSPECTOR_NARROW } else { size::INSPECTOR };
            Panel::right(("inspector", narrow)).exact_size(width).resizable(false).frame(side).show(
                ui,
                |ui| {
                    actions.extend(inspector::inspector_ui(ui, &view));
                },
            );
        }
        let board = CentralPanel::no_frame().frame(board_view::frame(palette)).show(ui, |ui| {
            actions.extend(if self.state.models_shown {
                models_view::models_ui(ui, &view)
            } else if let Some(mask) = &self.state.mask {
                mask_view::mask_ui(ui, &view, mask)
            } else if let Some(compare) = self.state.compare {
                compare_view::compare_ui(ui, &view, compare)
            } else if self.state.cast.shown {
                cast_view::cast_ui(ui, &view)
            } else if view.document.story.trim().is_empty() && view.document.panels.is_empty() {
                empty_view::empty_ui(ui, &view)
            } else {
                board_view::board_ui(ui, &view)
            });
        });
        actions.extend(notices::notices_ui(ui.ctx(), &view, board.response.rect));
        actions.extend(overlay_view::overlay_ui(ui.ctx(), &view));
        actions.extend(dialogs::question_ui(ui.ctx(), &view));
        actions
    }

    fn shortcuts(&self, ctx: &Context) -> Vec<Action> {
        // A question must be answered first, and an overlay be left.
        if self.state.question.is_some() || self.state.overlay.is_some() {
            return Vec::new();
        }
        let view = self.view();
        let mut actions = command::pressed(ctx, &view);
        // egui takes the focus away from a field as the Escape key comes: that
        // key has had its effect then.
        let busy_elsewhere =
            self.typing || ctx.memory(|memory| memory.focused().is_some()) || ctx.any_popup_open();
        if !busy_elsewhere && ctx.input(|input| input.key_pressed(Key::Escape)) {
            if self.state.models_shown {
                actions.push(Action::Models(super::action::ModelAction::Show(false)));
            } else if self.state.mask.is_some() {
                actions.push(Action::Mask(super::action::MaskAction::End));
            } else if self.state.compare.is_some() {
                actions.push(Action::EndCompare);
            } else if self.state.cast.shown {
                actions.push(Action::Cast(super::action::CastAction::Show(false)));
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

    /// Shows everything as large as the writer wants it, but not so large that
    /// the window has no room for it.
    fn fit_scale(&self, ctx: &Context) {
        let wanted = self.state.preferences.scale;
        let native = ctx.content_rect().size() * ctx.zoom_factor();
        let [width, height] = size::LEAST;
        let most = (native.x / width).min(native.y / height).max(preferences::SCALES[0]);
        // Before the first frame there is no size yet.
        let fits = if native.x.is_finite() && native.x > 1.0 && native.x < 30_000.0 { most } else { wanted };
        let zoom = wanted.min(fits);
        if (ctx.zoom_factor() - zoom).abs() > 0.001 {
            ctx.set_zoom_factor(zoom);
        }
    }

    /// Writes preferences down when they have changed.
    fn keep_preferences(&mut self) {
        let Some(path) = &self.preferences_path else { return };
        let now = &self.state.preferences;
        if *now == self.preferences_kept {
            return;
        }
        let (path, now) = (path.clone(), now.clone());
        self.preferences_kept.clone_from(&now);
        // A full lane is full of older preferences; the next change tries again.
        let _ = self.background.run(Lane::Preferences, move || Message::Remembered(now.write(&path)));
    }

    fn request_thumbs(&mut self, ctx: &Context) {
        for key in self.thumbs.take_wanted() {
            let Some(image) = self.images.handle(key.image) else {
                continue;
            };
            let on = ctx.clone();
            let work = move || {
                let texture = image.picture().and_then(|picture| thumbs::upload(&on, key, &picture));
                Message::Thumb { key, texture }
            };
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

impl App {
    /// Drains what threads have to say; also while the window is hidden.
    pub fn step(&mut self, ctx: &Context) {
        theme::choose(ctx, self.state.look);
        self.fit_scale(ctx);
        self.drain(ctx);
        self.keep_preferences();
        self.guard_closing(ctx);
        self.show_title(ctx);
    }

    /// Draws a frame and does what it asks for.
    pub fn draw(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        self.thumbs.begin_frame();
        self.digest.refresh(self.history.version(), self.history.document());
        let width = ctx.content_rect().width();
        let details = width < size::CROWDED && self.view().selected().is_some();
        self.state.crowded = details || (width < size::NARROW && self.state.history_shown);
        let mut actions = self.shortcuts(&ctx);
        actions.extend(self.take_dropped(&ctx));
        actions.extend(self.take_pasted(&ctx));
        actions.extend(self.frame_ui(ui));
        if let Some(find) = &mut self.state.find {
            find.scroll = false;
        }
        if !actions.is_empty() {
            actions.into_iter().for_each(|action| self.apply(&ctx, action));
            // What was just done is to be seen at once.
            ctx.request_repaint();
        }
        self.request_thumbs(&ctx);
        self.typing = ctx.text_edit_focused();
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.step(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        self.state.look.palette().desk.to_normalized_gamma_f32()
    }
}

/// Gives a panel's edge a name in the window's language: egui has an English
/// one for all.
fn name_edge(ui: &Ui, panel: impl egui::AsIdSalt, name: &str) {
    let edge = ui.scope_id().with(panel).with("__resize");
    ui.ctx().accesskit_node_builder(edge, |node| node.set_label(name));
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
