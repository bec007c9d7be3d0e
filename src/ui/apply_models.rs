//! Wishes about models: looking for them, and choosing one for the board.

use std::path::{Path, PathBuf};

use egui::Context;

use super::{
    App,
    action::ModelAction,
    background::{Lane, Message},
    model_shelf::{BUILT_IN_SIDE_PX, Check, Findings, look},
    shapes::like,
    state::Gravity,
    strings::fill,
};
use crate::{
    engine::{installed::usual_places, memory},
    storyboard::Edit,
};

impl App {
    pub(super) fn apply_to_models(&mut self, ctx: &Context, action: ModelAction) {
        match action {
            ModelAction::Show(shown) => {
                self.state.models_shown = shown;
                if shown {
                    self.state.mask = None;
                    self.state.compare = None;
                    self.look_for_models();
                }
            }
            ModelAction::Look => {
                // Files may have changed since they were opened.
                self.state.shelf.checks.retain(|_, check| *check == Check::Running);
                self.look_for_models();
            }
            ModelAction::Check(folder) => self.check(folder),
            ModelAction::Forget(folder) => {
                self.state.preferences.model_folders.retain(|known| *known != folder);
                self.look_for_models();
            }
            ModelAction::Use(model) => self.use_model(model),
            ModelAction::Copy(text) => {
                self.state.news = Some(fill(self.words().copied, &[("text", &text)]));
                ctx.copy_text(text);
            }
        }
    }

    /// Looks around on a thread: disks may be slow.
    pub(super) fn look_for_models(&mut self) {
        let shelf = &mut self.state.shelf;
        if shelf.looking {
            shelf.again = true;
            return;
        }
        let added = self.state.preferences.model_folders.clone();
        let of_board = self.history.document().painting.model.clone();
        let places = self.model_places.clone();
        let memory_free = self.memory_free;
        shelf.looking = self.background.run(Lane::Models, move || {
            let places = places.unwrap_or_else(usual_places);
            let mut found = look(&added, of_board.as_deref(), &places);
            found.memory_free = memory_free.or_else(memory::available_bytes);
            Message::Models(Box::new(found))
        });
        if !shelf.looking {
            self.notify(Gravity::Warning, self.words().busy.to_owned());
        }
    }

    /// Opens a model's parts on a thread of their own: that may take a while.
    fn check(&mut self, folder: PathBuf) {
        let Some(check) = self.check_model else { return };
        if self.state.shelf.checks.get(&folder) == Some(&Check::Running) {
            return;
        }
        let path = folder.clone();
        let runs = self.background.run(Lane::Checks, move || {
            let problems = check(&path);
            Message::Checked { path, problems }
        });
        if runs {
            self.state.shelf.checks.insert(folder, Check::Running);
        } else {
            self.notify(Gravity::Warning, self.words().busy.to_owned());
        }
    }

    pub(super) fn models_found(&mut self, findings: Findings) {
        let shelf = &mut self.state.shelf;
        shelf.findings = findings;
        shelf.looking = false;
        if std::mem::take(&mut shelf.again) {
            self.look_for_models();
        }
    }

    pub(super) fn add_model_folder(&mut self, folder: PathBuf) {
        let known = &mut self.state.preferences.model_folders;
        if !known.contains(&folder) {
            known.push(folder);
        }
        self.state.models_shown = true;
        self.look_for_models();
    }

    /// Side of the square picture that the board's model paints best, in pixels.
    fn side_of(&self, model: Option<&Path>) -> Option<u32> {
        match model {
            None => Some(BUILT_IN_SIDE_PX),
            Some(path) => self.state.shelf.native_side_px(path),
        }
    }

    /// Another model, as one step of undo, with the size that suits it and
    /// its own steps and guidance: those of another model mean nothing to it.
    fn use_model(&mut self, model: Option<PathBuf>) {
        let painting = &self.document().painting;
        if painting.model == model {
            return;
        }
        let mut edits = vec![Edit::SetModel(model.clone()), Edit::SetSteps(None), Edit::SetGuidance(None)];
        if let Some(side) = self.side_of(model.as_deref()) {
            let (width_px, height_px) = like(painting.width_px, painting.height_px).size_px(side);
            edits.push(Edit::SetSize { width_px, height_px });
        }
        self.edit(Edit::All(edits));
    }
}
