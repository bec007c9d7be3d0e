//! What becomes of work that threads have done: files, readings, dialogs.

use std::{path::PathBuf, time::Duration};

use egui::Context;

use super::{
    App,
    action::Action,
    background::Message,
    error_words::{
        export_error_words, export_warning_words, file_error_words, helper_error_words, open_warning_words,
        story_error_words, text_error_words,
    },
    fonts,
    model_shelf::Check,
    state::Gravity,
    strings::fill,
};
use crate::{
    helper::Helped,
    storyboard::{Document, Edit, FileError, Images, Opened},
};

/// A file dialog that is gone sooner than this never was.
const NO_DIALOG: Duration = Duration::from_millis(600);

impl App {
    /// Chinese on the desk and no face for it: says so, once.
    pub(super) fn warn_of_missing_font(&mut self) {
        if self.state.has_cjk == Some(false) && self.shows_chinese() {
            self.notify(Gravity::Warning, self.words().no_cjk_font.to_owned());
        }
    }

    pub(super) fn take_message(&mut self, ctx: &Context, message: Message) {
        let words = self.words();
        match message {
            // The writer went on without it, or asked anew.
            Message::Read { reading, .. } if reading != self.readings => {}
            Message::Read { text, overrides, result, .. } => {
                self.state.reading = false;
                self.state.asking = false;
                match result {
                    // The text moved on while it was read: read it again.
                    Ok(_)
                        if text != self.document().story
                            || overrides != self.document().lasting_overrides() =>
                    {
                        self.find_scenes();
                    }
                    Ok(helped) => self.take_reading(ctx, *helped),
                    Err(error) => {
                        let why = story_error_words(words, &error);
                        self.notify(Gravity::Error, fill(words.read_failed, &[("why", &why)]));
                    }
                }
            }
            Message::Made { draft, made } => self.edit_made(ctx, draft, made.map(|made| *made)),
            Message::TextOpened { result } => {
                self.state.file_work = None;
                match result {
                    Ok(text) => {
                        self.begin_board(Document::default(), Images::new(), None);
                        self.begin_story(text);
                    }
                    Err(error) => {
                        let why = text_error_words(words, &error);
                        self.notify(Gravity::Error, fill(words.open_failed, &[("why", &why)]));
                    }
                }
            }
            Message::ProjectOpened { path, result } => {
                self.state.file_work = None;
                match result {
                    Ok(opened) => {
                        let Opened { document, images, warnings } = *opened;
                        self.state.preferences.remember_project(&path);
                        self.begin_board(document, images, Some(path));
                        for warning in &warnings {
                            self.notify(Gravity::Warning, open_warning_words(words, warning));
                        }
                        self.warn_of_missing_font();
                    }
                    Err(error) => {
                        let why = file_error_words(words, &error);
                        self.notify(Gravity::Error, fill(words.open_failed, &[("why", &why)]));
                    }
                }
            }
            Message::Saved { path, document, result } => self.saved(ctx, path, *document, result),
            Message::Exported { path, result } => {
                self.state.file_work = None;
                match result {
                    Ok(warnings) => {
                        let text = fill(words.exported, &[("path", &path.display())]);
                        self.notify(Gravity::Done, text);
                        for warning in &warnings {
                            self.notify(Gravity::Warning, export_warning_words(words, warning));
                        }
                    }
                    Err(error) => {
                        let why = export_error_words(words, &error);
                        self.notify(Gravity::Error, fill(words.export_failed, &[("why", &why)]));
                    }
                }
            }
            Message::Picked { pick, path: Some(path), .. } => self.picked(pick, path),
            Message::Picked { path: None, open_for, .. } => {
                // The dialog library says "cancelled" also where the system
                // has no dialogs; nobody cancels as fast as that.
                if open_for < NO_DIALOG {
                    self.notify(Gravity::Warning, words.no_dialog.to_owned());
                }
            }
            Message::Stored { job, picture, parameters } => self.take_picture(job, picture, parameters),
            Message::Thumb { key, texture } => self.thumbs.insert(key, texture),
            Message::Models(findings) => self.models_found(*findings),
            Message::Checked { path, problems } => {
                self.state.shelf.checks.insert(path, Check::Done(problems));
            }
            Message::Fonts(found) => {
                self.fonts_arriving = Some(found.has_cjk());
                fonts::install(ctx, found);
                ctx.request_repaint();
            }
            Message::Remembered(result) => {
                if let Err(why) = result {
                    self.notify(Gravity::Warning, fill(words.preferences_failed, &[("why", &why)]));
                }
            }
            Message::Fault(why) => {
                // Whatever it was, it is over.
                self.state.reading = false;
                self.state.asking = false;
                self.state.file_work = None;
                self.state.shelf.looking = false;
                self.state.shelf.checks.retain(|_, check| *check != Check::Running);
                self.notify(Gravity::Error, fill(words.fault, &[("why", &why)]));
            }
        }
    }

    fn take_reading(&mut self, ctx: &Context, helped: Helped) {
        let Helped { reading, prompts, notice } = helped;
        let seed = self.seeds.draw();
        let proposes = prompts.iter().any(|prompt| !prompt.is_empty());
        let read = Edit::SetReading { reading, seed };
        let edit = if proposes { Edit::All(vec![read, Edit::SetProposals(prompts)]) } else { read };
        self.edit(edit);
        if let Some(error) = notice {
            let why = helper_error_words(self.words(), &error);
            self.notify(Gravity::Warning, fill(self.words().helper_failed, &[("why", &why)]));
        }
        if std::mem::take(&mut self.state.paint_when_read) {
            self.apply(ctx, Action::IllustrateAll);
        }
    }

    fn saved(&mut self, ctx: &Context, path: PathBuf, document: Document, result: Result<(), FileError>) {
        let words = self.words();
        self.state.file_work = None;
        match result {
            Ok(()) => {
                // What changed while the file was written is still unsaved.
                self.history.mark_saved_as(document);
                self.state.news = Some(fill(words.saved, &[("path", &path.display())]));
                self.state.preferences.remember_project(&path);
                self.state.file = Some(path);
                if self.state.question.is_some() && !self.unsaved() {
                    self.leave(ctx);
                }
            }
            Err(error) => {
                let why = file_error_words(words, &error);
                self.notify(Gravity::Error, fill(words.save_failed, &[("why", &why)]));
            }
        }
    }
}
