//! The one place where wishes come true.

use std::path::{Path, PathBuf};

use egui::{Context, ViewportCommand};

use super::{
    App,
    action::Action,
    background::{Lane, Message},
    dialogs::{Answer, Leave, Pick, PickRequest, Question},
    digest::Digest,
    error_words::{TextError, engine_error_words},
    jobs::Plan,
    samples::SAMPLES,
    state::{FileWork, Gravity},
    strings::fill,
    theme,
};
use crate::{
    engine::{ModelChoice, Request, Size},
    export::{self, ExportOptions},
    helper,
    story::{self, StoryOptions},
    storyboard::{self, Document, Edit, History, Images, Panel, PanelId},
};

/// A pause in typing after which a new step of undo begins.
const TYPING_PAUSE_SECS: f64 = 1.5;

/// The ending of project files.
const PROJECT_ENDING: &str = "vignette";

impl App {
    /// Does what a view asked for. [`App::apply`] sees to it that nothing
    /// overtakes an edit that takes long.
    pub(super) fn apply_now(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::Edit(edit) => {
                let left_out = matches!(edit, Edit::SkipScene(_));
                self.state.news = left_out.then(|| self.words().scene_left_out.to_owned());
                let next = self.beside_selection();
                let had_one = self.state.selected.is_some();
                self.edit(edit);
                self.forget_lost_panels();
                if had_one && self.state.selected.is_none() {
                    // Its details give way to the next one's, not to a gap.
                    self.state.selected = next.filter(|id| self.document().panel(*id).is_some());
                }
            }
            Action::Type(edit) => {
                let now = ctx.time();
                if now - self.typed_at_secs > TYPING_PAUSE_SECS {
                    self.history.seal();
                }
                self.typed_at_secs = now;
                self.state.news = None;
                self.history.apply(edit);
            }
            Action::Seal => self.history.seal(),
            Action::Undo => self.step_history(ctx, false),
            Action::Redo => self.step_history(ctx, true),
            Action::Select(panel) => {
                self.forget_caret_elsewhere(panel);
                self.state.scroll_story = panel.is_some() && panel != self.state.selected;
                self.state.selected = panel;
                self.state.also_selected.clear();
                self.state.compare = None;
                self.state.cast.shown &= panel.is_none();
                self.state.models_shown &= panel.is_none();
            }
            Action::StoryScrolled => self.state.scroll_story = false,
            Action::ToggleStory if self.state.crowded => {
                // What keeps it from sight gives way.
                self.state.story_hidden = false;
                self.state.history_shown = false;
                self.state.selected = None;
                self.state.also_selected.clear();
            }
            Action::ToggleStory => self.state.story_hidden = !self.state.story_hidden,
            Action::SetLanguage(language) => {
                self.state.language = language;
                self.state.preferences.language = Some(language);
                self.state.news = None;
                self.warn_of_missing_font();
            }
            Action::SetLook(look) => {
                self.state.look = look;
                self.state.preferences.look = Some(look);
                theme::choose(ctx, look);
                self.show_mask(ctx);
            }
            Action::FindScenes => self.find_scenes(),
            Action::ReadAlone => self.read_story(None),
            Action::SetHelper(helper) => self.state.preferences.helper = helper,
            Action::SetScenesWanted(count) => self.state.scenes_wanted = count,
            Action::OpenSample(index) => {
                if let Some(sample) = SAMPLES.get(index) {
                    // A sample shows what the program does, all of it.
                    self.state.paint_when_read = true;
                    self.begin_story(sample.text.to_owned());
                }
            }
            Action::BeginStory(text) => {
                self.state.paint_when_read = false;
                self.begin_story(text);
            }
            Action::OpenPath(path) => self.open_path(path),
            Action::Save => self.save(),
            Action::Pick(pick) => self.pick(pick),
            Action::IllustrateAll => self.illustrate_all(),
            Action::Paint(panel) => self.paint(panel),
            Action::Retry(panel) => {
                if let Some(failure) = self.jobs.take_failure(panel) {
                    self.retry(failure.plan);
                }
            }
            Action::Cancel(job) => {
                self.worker.cancel(job);
                if let Some(job) = self.jobs.get_mut(job) {
                    job.stopping = true;
                }
            }
            Action::CancelAll => {
                self.worker.cancel_all();
                self.jobs.stop_all();
            }
            Action::LockSeed(locked) => self.state.seed_locked = locked,
            Action::DrawSeed(panel) => {
                let seed = self.seeds.draw();
                self.edit(Edit::SetSeed(panel, seed));
            }
            Action::Mask(action) => self.apply_mask(ctx, action),
            Action::Models(action) => self.apply_to_models(ctx, action),
            Action::Dismiss(index) => {
                if index < self.state.notices.len() {
                    self.state.notices.remove(index);
                }
            }
            Action::DismissAll => self.state.notices.clear(),
            Action::Answer(answer) => self.answer(ctx, answer),
            Action::GoTo(steps) => {
                self.history.go_to(steps);
                self.after_step();
            }
            other => self.apply_to_view(ctx, other),
        }
    }

    /// Reads the story; with the writer's helper, where one is switched on.
    pub(super) fn find_scenes(&mut self) {
        if !self.state.reading {
            let helper = self.state.preferences.helper.settings();
            self.read_story(helper);
        }
    }

    fn read_story(&mut self, helper: Option<helper::Settings>) {
        let text = self.document().story.clone();
        // The writer's cast wins in every reading.
        let overrides = self.document().lasting_overrides();
        let options = StoryOptions { scenes: self.state.scenes_wanted, overrides, ..StoryOptions::default() };
        self.readings += 1;
        let reading = self.readings;
        // Saving must not wait for an answer.
        let lane = if helper.is_some() { Lane::Helper } else { Lane::Files };
        self.state.asking = helper.is_some();
        self.state.reading = self.background.run(lane, move || {
            let result = helper::read(&text, &options, helper.as_ref()).map(Box::new);
            Message::Read { reading, text, overrides: options.overrides, result }
        });
        if !self.state.reading {
            self.notify(Gravity::Warning, self.words().busy.to_owned());
        }
    }

    /// Another story or board comes: nothing of the old one stays open.
    fn leave_panels(&mut self) {
        // What is still being read is the old one.
        self.readings += 1;
        self.state.reading = false;
        self.state.asking = false;
        self.state.selected = None;
        self.state.also_selected.clear();
        self.state.mask = None;
        self.state.compare = None;
        self.state.caret = None;
        self.state.find = None;
        self.state.stories += 1;
        self.state.news = None;
        self.state.models_shown = false;
    }

    /// A new story on the desk; reads it at once. The board before it stays
    /// one step of undo away.
    pub(super) fn begin_story(&mut self, text: String) {
        self.leave_panels();
        self.edit(Edit::SetStory(text));
        self.find_scenes();
        self.warn_of_missing_font();
    }

    /// A request for a panel of this board.
    pub(super) fn request(&self, panel: &Panel, prompt: String, seed: u64) -> Request {
        let painting = &self.document().painting;
        Request {
            negative: self.document().negative(panel),
            model: painting.model.clone().map_or(ModelChoice::BuiltIn, ModelChoice::Folder),
            size: Some(Size { width_px: painting.width_px, height_px: painting.height_px }),
            steps: painting.steps,
            guidance: painting.guidance,
            ..Request::new(prompt, seed)
        }
    }

    fn plan(&self, id: PanelId) -> Option<Plan> {
        let document = self.document();
        let panel = document.panel(id)?;
        let prompt = document.full_prompt(panel);
        let request = self.request(panel, prompt.clone(), panel.seed);
        let with = Some(document.painted_with(panel));
        Some(Plan { panel: id, prompt, request, with, part_of: None, portrait_of: None })
    }

    pub(super) fn illustrate_all(&mut self) {
        let panels: Vec<_> = self.view().unpainted().map(|panel| panel.id).collect();
        for panel in panels {
            if let Some(plan) = self.plan(panel)
                && !self.submit(plan)
            {
                return;
            }
        }
    }

    /// Paints one panel. One that has the picture it asks for gets another seed
    /// first, unless the seed is locked.
    pub(super) fn paint(&mut self, id: PanelId) {
        if self.jobs.of_panel(id).is_some() {
            return;
        }
        if self.document().panel(id).is_some_and(|panel| panel.locked) {
            let n = self.number_of(id);
            self.notify(Gravity::Warning, fill(self.words().locked_hint, &[("n", &n)]));
            return;
        }
        let document = self.document();
        let same_again = document.panel(id).is_some_and(|panel| {
            panel.shown().is_some_and(|variant| variant.seed == panel.seed)
                && document.staleness(panel).is_none()
        });
        if same_again && !self.state.seed_locked {
            let seed = self.seeds.draw();
            self.edit(Edit::SetSeed(id, seed));
        }
        if let Some(plan) = self.plan(id) {
            self.submit(plan);
        }
    }

    /// Tries again with the words of now; a part of a picture as it was.
    pub(super) fn retry(&mut self, plan: Plan) {
        let as_it_was = plan.part_of.is_some() || plan.portrait_of.is_some();
        let plan = if as_it_was { Some(plan) } else { self.plan(plan.panel) };
        if let Some(plan) = plan {
            self.submit(plan);
        }
    }

    /// Queues a plan. `false` when the worker did not take it.
    pub(super) fn submit(&mut self, plan: Plan) -> bool {
        match self.worker.submit(plan.request.clone()) {
            Ok(job) => {
                self.state.news = None;
                self.jobs.add(job, plan);
                true
            }
            Err(error) => {
                let why = engine_error_words(self.words(), &error);
                let text = self.failure_words(&plan, &why);
                self.notify(Gravity::Error, text);
                false
            }
        }
    }

    /// That something could not be painted, and why.
    pub(super) fn failure_words(&self, plan: &Plan, why: &str) -> String {
        match &plan.portrait_of {
            Some(name) => fill(self.words().portrait_failed, &[("name", name), ("why", &why)]),
            None => fill(self.words().paint_failed, &[("n", &self.number_of(plan.panel)), ("why", &why)]),
        }
    }

    fn open_path(&mut self, path: PathBuf) {
        if self.unsaved() || self.jobs.is_busy() {
            self.state.question = Some(Question { leave: Leave::Open(path) });
        } else {
            self.open_now(path);
        }
    }

    fn open_now(&mut self, path: PathBuf) {
        let is_project = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(PROJECT_ENDING));
        let work = move || {
            if is_project {
                let result = storyboard::open(&path).map(Box::new);
                Message::ProjectOpened { path, result }
            } else {
                Message::TextOpened { result: read_text(&path) }
            }
        };
        self.file_work(FileWork::Opening, work);
    }

    fn file_work(&mut self, kind: FileWork, work: impl FnOnce() -> Message + Send + 'static) {
        if self.state.file_work.is_none() && self.background.run(Lane::Files, work) {
            self.state.file_work = Some(kind);
            self.state.news = None;
        } else {
            self.notify(Gravity::Warning, self.words().busy.to_owned());
        }
    }

    fn save(&mut self) {
        match self.state.file.clone() {
            Some(path) => self.save_to(path),
            None if self.document().story.is_empty() && self.document().panels.is_empty() => {}
            None => self.pick(Pick::SaveProject),
        }
    }

    fn save_to(&mut self, path: PathBuf) {
        self.history.seal();
        let document = Box::new(self.document().clone());
        let images = self.images.clone();
        self.file_work(FileWork::Saving, move || {
            let result = storyboard::save(&path, &document, &images);
            Message::Saved { path, document, result }
        });
    }

    fn pick(&mut self, pick: Pick) {
        let exports = matches!(pick, Pick::ExportPdf | Pick::ExportSheet | Pick::ExportFolder);
        if exports && self.document().panels.iter().all(|panel| panel.shown().is_none()) {
            self.notify(Gravity::Warning, self.words().nothing_to_export.to_owned());
            return;
        }
        let ending = match pick {
            Pick::SaveProject => PROJECT_ENDING,
            Pick::ExportPdf => "pdf",
            Pick::ExportSheet => "png",
            Pick::Open | Pick::ExportFolder | Pick::ModelFolder => "",
        };
        let file_name = format!("{}.{ending}", file_stem(&self.document().title));
        let future = (self.picker)(&PickRequest {
            pick,
            folder: self.state.preferences.last_folder.clone(),
            file_name,
            words: self.words(),
        });
        if !self.background.wait_for_dialog(pick, future) {
            self.notify(Gravity::Warning, self.words().busy.to_owned());
        }
    }

    pub(super) fn picked(&mut self, pick: Pick, path: PathBuf) {
        match pick {
            Pick::Open => self.open_path(path),
            Pick::SaveProject => self.save_to(with_ending(path, PROJECT_ENDING)),
            Pick::ExportPdf => self.export_to(with_ending(path, "pdf")),
            Pick::ExportSheet => self.export_to(with_ending(path, "png")),
            Pick::ExportFolder => self.export_to(path),
            Pick::ModelFolder => self.add_model_folder(path),
        }
    }

    fn export_to(&mut self, path: PathBuf) {
        let (document, images) = (self.document().clone(), self.images.clone());
        self.file_work(FileWork::Exporting, move || {
            let options = ExportOptions::default();
            let result = export::write(&document, &images, &path, &options);
            Message::Exported { path, result }
        });
    }

    fn answer(&mut self, ctx: &Context, answer: Answer) {
        match answer {
            Answer::Stay => self.state.question = None,
            Answer::Save => self.save(),
            Answer::Leave => self.leave(ctx),
        }
    }

    /// Goes on with what waited for the answer.
    pub(super) fn leave(&mut self, ctx: &Context) {
        let Some(question) = self.state.question.take() else {
            return;
        };
        match question.leave {
            Leave::Close => {
                self.may_close = true;
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
            Leave::Open(path) => {
                self.worker.cancel_all();
                self.jobs.stop_all();
                self.open_now(path);
            }
        }
    }

    pub(super) fn begin_board(&mut self, document: Document, images: Images, file: Option<PathBuf>) {
        self.leave_panels();
        self.forget_edits();
        self.state.paint_when_read = false;
        self.digest = Digest::default();
        self.state.file = file;
        self.history = History::new(document);
        self.images = images;
        self.thumbs.clear();
        self.jobs.clear_failures();
        // Its shapes and its name depend on what the folder says.
        if self.document().painting.model.is_some() {
            self.look_for_models();
        }
    }
}

fn read_text(path: &Path) -> Result<String, TextError> {
    let bytes = std::fs::read(path).map_err(|error| TextError::Read(path.to_owned(), error))?;
    story::decode(&bytes).map_err(|error| TextError::Decode(path.to_owned(), error))
}

fn with_ending(path: PathBuf, ending: &str) -> PathBuf {
    let has = path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending));
    if has {
        return path;
    }
    // Appended, not replaced: "chapter 1.2" must not become "chapter 1.pdf".
    let mut name = path.into_os_string();
    name.push(".");
    name.push(ending);
    name.into()
}

/// A title as a file name: without what file systems refuse.
fn file_stem(title: &str) -> String {
    let kept: String = title
        .chars()
        .map(|c| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { ' ' } else { c })
        .take(60)
        .collect();
    let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let kept = kept.trim_matches('.').trim();
    if kept.is_empty() { "storyboard".to_owned() } else { kept.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_fit_for_files() {
        assert_eq!(file_stem("The King's Owl: part 1/2?"), "The King's Owl part 1 2");
        assert_eq!(file_stem("红雨伞"), "红雨伞");
        assert_eq!(file_stem(" ... "), "storyboard");
        assert_eq!(with_ending("a/b 1.2".into(), "pdf"), PathBuf::from("a/b 1.2.pdf"));
        assert_eq!(with_ending("a/b.PDF".into(), "pdf"), PathBuf::from("a/b.PDF"));
    }
}
