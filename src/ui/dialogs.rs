//! Questions: the system's file dialogs, and the one that guards unsaved work.

use std::{future::Future, path::PathBuf, pin::Pin};

use egui::{Align, Context, Frame, Id, Key, Label, Layout, Margin, Modal, RichText, Stroke};

use super::{
    action::Action,
    icons::Icon,
    state::View,
    strings::Words,
    theme::{serif, size, space, type_size},
    widgets::primary_button_ui,
};

/// What a file dialog is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pick {
    /// A story or a project to open.
    Open,
    /// Where the project goes.
    SaveProject,
    /// Where the PDF goes.
    ExportPdf,
    /// Where the contact sheet goes.
    ExportSheet,
    /// The folder for one picture a panel.
    ExportFolder,
    /// A folder of models to look into.
    ModelFolder,
}

/// What a file dialog is asked.
#[derive(Clone, Debug)]
pub struct PickRequest {
    /// What for.
    pub pick: Pick,
    /// The folder to begin in.
    pub folder: Option<PathBuf>,
    /// A name to begin with, without folder.
    pub file_name: String,
    /// The window's words.
    pub words: &'static Words,
}

/// The answer of a file dialog, when it comes; `None` when it was cancelled.
pub type PickFuture = Pin<Box<dyn Future<Output = Option<PathBuf>> + Send>>;

/// Shows file dialogs. Tests bring their own.
pub type Picker = Box<dyn Fn(&PickRequest) -> PickFuture>;

/// The system's own dialogs.
pub fn system_picker() -> Picker {
    Box::new(|request| {
        let words = request.words;
        let mut dialog = rfd::AsyncFileDialog::new();
        if let Some(folder) = &request.folder {
            dialog = dialog.set_directory(folder);
        }
        let save = |name: &str, ending: &str| {
            dialog.clone().add_filter(name, &[ending]).set_file_name(&request.file_name).save_file()
        };
        // The dialog is made here, on the window's thread, as macOS demands.
        match request.pick {
            Pick::Open => {
                let chosen = dialog.add_filter(words.pick_story, &["txt", "md", "vignette"]).pick_file();
                Box::pin(async move { chosen.await.map(|file| file.path().to_owned()) })
            }
            Pick::ExportFolder | Pick::ModelFolder => {
                let chosen = dialog.pick_folder();
                Box::pin(async move { chosen.await.map(|file| file.path().to_owned()) })
            }
            Pick::SaveProject | Pick::ExportPdf | Pick::ExportSheet => {
                let (name, ending) = match request.pick {
                    Pick::SaveProject => (words.pick_project, "vignette"),
                    Pick::ExportPdf => (words.pick_pdf, "pdf"),
                    _ => (words.pick_png, "png"),
                };
                let chosen = save(name, ending);
                Box::pin(async move { chosen.await.map(|file| file.path().to_owned()) })
            }
        }
    })
}

/// What waits for the answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Leave {
    /// The window is to close.
    Close,
    /// Another file is to be opened.
    Open(PathBuf),
}

/// A question on the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// What happens after it.
    pub leave: Leave,
}

/// What the writer answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Nothing happens.
    Stay,
    /// Save, and then go on.
    Save,
    /// Go on without saving.
    Leave,
}

/// Draws the question, if there is one.
pub fn question_ui(ctx: &Context, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some(question) = &view.state.question else {
        return actions;
    };
    let (words, palette) = (view.words, view.palette);
    let frame = Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(size::ROUND_CARD)
        .inner_margin(Margin::same(space::XL as i8))
        .shadow(ctx.global_style().visuals.window_shadow);
    let modal = Modal::new(Id::unique("question")).frame(frame).backdrop_color(palette.veil);
    let response = modal.show(ctx, |ui| {
        ui.set_width(size::DIALOG);
        let title = match question.leave {
            Leave::Close => words.close_title,
            Leave::Open(_) => words.leave_title,
        };
        ui.label(RichText::new(title).font(serif(type_size::TITLE)));
        ui.add_space(space::XS);
        if view.unsaved {
            ui.add(Label::new(words.close_unsaved).wrap());
        }
        if view.jobs.is_busy() {
            ui.add(Label::new(words.close_working).wrap());
        }
        ui.add_space(space::L);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if view.unsaved {
                let free = view.state.file_work.is_none();
                if primary_button_ui(ui, palette, Icon::Save, words.close_save, free).clicked() {
                    actions.push(Action::Answer(Answer::Save));
                }
            }
            let leave = if view.unsaved { words.close_anyway } else { words.close_stop };
            if ui.button(leave).clicked() {
                actions.push(Action::Answer(Answer::Leave));
            }
            let stay = ui.button(words.close_keep);
            if stay.clicked() {
                actions.push(Action::Answer(Answer::Stay));
            }
            // The safe answer has the keyboard when the question appears.
            if ui.memory(|memory| memory.focused().is_none()) {
                stay.request_focus();
            }
        });
    });
    let escaped = ctx.input(|input| input.key_pressed(Key::Escape));
    if (escaped || response.backdrop_response.clicked()) && actions.is_empty() {
        actions.push(Action::Answer(Answer::Stay));
    }
    actions
}
