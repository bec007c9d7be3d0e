//! What could be fetched: a table of the published models that this program
//! can paint with, where they are and what they ask for.

use egui::{Align, Button, Label, Layout, RichText, Sense, Ui, vec2};
use egui_extras::{Column, TableBuilder};

use super::{
    action::{Action, ModelAction},
    icons::{Icon, paint},
    models_view::{bytes_words, heading_ui, memory_mark},
    state::View,
    strings::fill,
    theme::{TEXT_LINE_PT, size, space, type_size},
    widgets::{icon_button_ui, one_line_ui},
};
use crate::engine::sources::{SOURCES, Source};

const ROW: f32 = 48.0;

/// Draws what to do and the table.
pub fn to_fetch_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    heading_ui(ui, words.fetch_title);
    let text = RichText::new(words.fetch_text).color(palette.ink_soft).line_height(Some(TEXT_LINE_PT));
    ui.add(Label::new(text).wrap());
    ui.add_space(space::XS);
    let table = TableBuilder::new(ui)
        .id_salt("to fetch")
        .vscroll(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::remainder().at_least(200.0).clip(true))
        .column(Column::exact(68.0))
        .column(Column::exact(92.0))
        .column(Column::exact(148.0).clip(true))
        .column(Column::exact(size::CONTROL));
    table
        .header(size::ROW, |mut row| {
            for name in [words.fetch_model, words.fetch_size, words.model_memory, words.model_licence, ""] {
                row.col(|ui| {
                    one_line_ui(ui, RichText::new(name).size(type_size::SMALL).color(palette.ink_soft));
                });
            }
        })
        .body(|mut body| {
            for source in &SOURCES {
                body.row(ROW, |mut row| {
                    row.col(|ui| name_ui(ui, view, source, actions));
                    row.col(|ui| {
                        ui.label(bytes_words(source.download_bytes));
                    });
                    row.col(|ui| memory_ui(ui, view, source));
                    row.col(|ui| licence_ui(ui, view, source, actions));
                    row.col(|ui| {
                        let command = source.command();
                        let name = fill(words.fetch_copy, &[("name", &source.repository)]);
                        let button = icon_button_ui(ui, Icon::Duplicate, &name, true);
                        if button.on_hover_text(&command).clicked() {
                            actions.push(Action::Models(ModelAction::Copy(command)));
                        }
                    });
                });
            }
        });
}

/// Two lines in a cell, one below the other.
fn two_lines_ui(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.add_space(space::XS);
        contents(ui);
    });
}

fn name_ui(ui: &mut Ui, view: &View<'_>, source: &Source, actions: &mut Vec<Action>) {
    two_lines_ui(ui, |ui| {
        let (publisher, name) = source.repository.split_once('/').unwrap_or(("", source.repository));
        one_line_ui(ui, format!("{name} · {}", source.family.name()));
        let title = fill(view.words.copy_page, &[("name", &source.repository)]);
        let shown = format!("huggingface.co/{publisher}/{name}");
        copy_ui(ui, view, &shown, &title, format!("https://{}", source.page()), actions);
    });
}

/// Words that lie on the clipboard once they are clicked.
pub fn copy_ui(
    ui: &mut Ui,
    view: &View<'_>,
    words: &str,
    name: &str,
    copy: String,
    actions: &mut Vec<Action>,
) {
    let text = RichText::new(words).size(type_size::SMALL).color(view.palette.ink_soft).underline();
    let button = Button::new(text).frame(false).truncate();
    let response = ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = size::ICON;
        ui.spacing_mut().button_padding = vec2(0.0, 0.0);
        ui.add(button)
    });
    let response = response.inner.on_hover_text(format!("{name}\n{copy}")).accessible_name(name);
    if response.clicked() {
        actions.push(Action::Models(ModelAction::Copy(copy)));
    }
}

fn memory_ui(ui: &mut Ui, view: &View<'_>, source: &Source) {
    let needed = source.memory_needed_bytes();
    let mark = memory_mark(view, needed);
    if let Some((icon, colour, _)) = mark {
        let (rect, _) = ui.allocate_exact_size(vec2(16.0, 18.0), Sense::hover());
        paint(ui.painter(), rect, icon, colour);
    }
    let label = ui.label(bytes_words(needed));
    if let Some((.., hover)) = mark {
        label.on_hover_text(hover);
    }
}

/// The licence; its words stand on the model's page.
fn licence_ui(ui: &mut Ui, view: &View<'_>, source: &Source, actions: &mut Vec<Action>) {
    two_lines_ui(ui, |ui| {
        let name = fill(view.words.copy_licence, &[("name", &source.repository)]);
        let page = format!("https://{}", source.page());
        copy_ui(ui, view, source.licence, &name, page, actions);
        let note = if source.asks_consent { view.words.fetch_consent } else { view.words.fetch_free };
        one_line_ui(ui, RichText::new(note).size(type_size::SMALL).color(view.palette.ink_soft));
    });
}
