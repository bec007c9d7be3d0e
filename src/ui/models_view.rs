//! The models page: what is installed, what paints this board, and what could
//! be fetched.

use std::path::PathBuf;

use egui::{
    Align, Color32, CornerRadius, Frame, Label, Layout, Margin, RichText, ScrollArea, Sense, Stroke, Ui, vec2,
};
use egui_extras::{Size, StripBuilder};

use super::{
    action::{Action, ModelAction},
    dialogs::Pick,
    icons::{Icon, paint},
    model_shelf::{Check, Model, Unreadable},
    models_to_fetch::{copy_ui, to_fetch_ui},
    state::View,
    strings::{UiLanguage, Words, fill},
    theme::{TEXT_LINE_PT, serif, size, space, type_size},
    widgets::{button_ui, chip_ui, field_label_ui, icon_button_ui, one_line_ui},
};
use crate::engine::folder::{Family, FolderReport};

/// Draws the page.
pub fn models_ui(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    Frame::new().inner_margin(Margin::same(space::L as i8)).show(ui, |ui| {
        ui.set_max_width(ui.available_width().min(size::PAGE + space::S));
        header_ui(ui, view, &mut actions);
        ui.add_space(space::S);
        ScrollArea::vertical().id_salt("models").auto_shrink(false).show(ui, |ui| {
            // Room for the scroll bar.
            ui.set_max_width(ui.available_width() - space::S);
            built_in_ui(ui, view, &mut actions);
            for model in &view.state.shelf.findings.models {
                model_ui(ui, view, model, &mut actions);
            }
            added_ui(ui, view, &mut actions);
            unreadable_ui(ui, view);
            ui.add_space(space::L);
            to_fetch_ui(ui, view, &mut actions);
            ui.add_space(space::XL);
        });
    });
    actions
}

fn header_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    ui.horizontal(|ui| {
        if button_ui(ui, Icon::Left, words.mask_back, true).clicked() {
            actions.push(Action::Models(ModelAction::Show(false)));
        }
        ui.add_space(space::S);
        ui.label(RichText::new(words.models).font(serif(type_size::TITLE)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if button_ui(ui, Icon::Plus, words.models_add, true)
                .on_hover_text(words.models_add_hint)
                .clicked()
            {
                actions.push(Action::Pick(Pick::ModelFolder));
            }
            let looking = view.state.shelf.looking;
            if icon_button_ui(ui, Icon::Repaint, words.models_look, !looking).clicked() {
                actions.push(Action::Models(ModelAction::Look));
            }
            if looking {
                ui.label(
                    RichText::new(words.models_looking).size(type_size::SMALL).color(view.palette.ink_soft),
                );
            }
        });
    });
}

/// A fact of a model: its label and what it is, with a mark where it is good
/// or bad news.
struct Fact<'a> {
    label: &'a str,
    value: String,
    mark: Option<(Icon, Color32, &'a str)>,
}

/// Frame of a model's card; `paints` marks the one that paints this board.
fn card_ui(ui: &mut Ui, view: &View<'_>, paints: bool, contents: impl FnOnce(&mut Ui)) {
    let palette = view.palette;
    let line = if paints { Stroke::new(2.0, palette.accent) } else { Stroke::new(1.0, palette.line) };
    Frame::new()
        .fill(palette.card)
        .stroke(line)
        .corner_radius(CornerRadius::same(size::ROUND_CARD))
        .inner_margin(Margin::same(space::M as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            contents(ui);
        });
    ui.add_space(space::XS);
}

/// A button beside a model's name.
struct TitleButton<'a> {
    shown: &'a str,
    /// As those hear it who do not see beside which name it stands.
    name: String,
    hint: &'a str,
    wish: ModelAction,
}

/// The button that lets a model paint this board.
fn use_button<'a>(words: &'a Words, name: &str, model: Option<PathBuf>) -> TitleButton<'a> {
    let full = fill(words.model_use_name, &[("name", &name)]);
    TitleButton { shown: words.model_use, name: full, hint: "", wish: ModelAction::Use(model) }
}

/// Name and kind on the left; on the right that it paints this board, or what
/// can be done with it.
fn title_ui(
    ui: &mut Ui,
    view: &View<'_>,
    name: &str,
    kind: &str,
    paints: bool,
    buttons: Vec<TitleButton<'_>>,
    actions: &mut Vec<Action>,
) {
    let (words, palette) = (view.words, view.palette);
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), size::CONTROL),
        Layout::right_to_left(Align::Center),
        |ui| {
            if paints {
                ui.label(RichText::new(words.model_paints).color(palette.accent));
                let (rect, _) = ui.allocate_exact_size(vec2(size::ICON, size::ICON), Sense::hover());
                paint(ui.painter(), rect, Icon::Done, palette.accent);
                ui.add_space(space::S);
            }
            for TitleButton { shown, name, hint, wish } in buttons {
                let mut button = ui.button(shown).accessible_name(name);
                if !hint.is_empty() {
                    button = button.on_hover_text(hint);
                }
                if button.clicked() {
                    actions.push(Action::Models(wish));
                }
            }
            ui.add_space(space::S);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                // The chip's room is kept free, so that a long name is cut instead.
                let chip = if kind.is_empty() { 0.0 } else { 104.0 };
                let room = (ui.available_width() - chip).max(60.0);
                ui.scope(|ui| {
                    ui.set_max_width(room);
                    one_line_ui(ui, RichText::new(name).font(serif(type_size::STORY)));
                });
                if !kind.is_empty() {
                    chip_ui(ui, kind, palette.ink_soft, palette.card_hover);
                }
            });
        },
    );
}

fn facts_ui(ui: &mut Ui, view: &View<'_>, facts: Vec<Fact<'_>>) {
    let palette = view.palette;
    let count = facts.len();
    ui.allocate_ui(vec2(ui.available_width(), 42.0), |ui| {
        StripBuilder::new(ui).sizes(Size::remainder(), count).horizontal(|mut strip| {
            for fact in facts {
                strip.cell(|ui| {
                    ui.spacing_mut().item_spacing = vec2(space::XS, 0.0);
                    field_label_ui(ui, palette, fact.label);
                    let hover = fact.mark.map(|(.., hover)| hover);
                    let row = ui.horizontal(|ui| {
                        ui.spacing_mut().interact_size.y = 20.0;
                        if let Some((icon, colour, _)) = fact.mark {
                            let (rect, _) = ui.allocate_exact_size(vec2(16.0, 18.0), Sense::hover());
                            paint(ui.painter(), rect, icon, colour);
                        }
                        one_line_ui(ui, RichText::new(&fact.value))
                    });
                    if let Some(hover) = hover {
                        row.inner.on_hover_text(hover);
                    }
                });
            }
        });
    });
}

fn built_in_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let paints = view.document.painting.model.is_none();
    card_ui(ui, view, paints, |ui| {
        let name = words.model_built_in;
        let choose = (!paints).then(|| use_button(words, name, None));
        title_ui(ui, view, name, "", paints, choose.into_iter().collect(), actions);
        let text = RichText::new(words.model_built_in_text).color(view.palette.ink_soft);
        ui.add(Label::new(text.size(type_size::SMALL).line_height(Some(20.0))).wrap());
        ui.add_space(space::XS);
        if let Some(built_in) = view.state.built_in {
            // The whole of it in 32-bit floats, by the rule for folders.
            let needed = built_in.parameters * 4 + built_in.parameters * 4 / 10;
            facts_ui(
                ui,
                view,
                vec![
                    plain(words.model_numbers, count_words(view.state.language, built_in.parameters)),
                    plain(words.model_on_disk, bytes_words(built_in.bytes)),
                    memory_fact(view, needed),
                    plain(words.model_licence, "MIT OR Apache-2.0".to_owned()),
                ],
            );
        }
    });
}

fn model_ui(ui: &mut Ui, view: &View<'_>, model: &Model, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let paints = view.document.painting.model.as_ref() == Some(&model.path);
    card_ui(ui, view, paints, |ui| {
        let family = model.report.as_ref().ok().and_then(|report| report.family);
        let check = view.state.shelf.checks.get(&model.path);
        let refused = matches!(check, Some(Check::Done(problems)) if !problems.is_empty());
        let mut buttons = Vec::new();
        if model.usable() && !refused && !paints {
            buttons.push(use_button(words, &model.name, Some(model.path.clone())));
        }
        if model.usable() && view.state.shelf.can_check && check != Some(&Check::Running) {
            let name = fill(words.model_check_name, &[("name", &model.name)]);
            let (shown, hint) = (words.model_check, words.model_check_hint);
            buttons.push(TitleButton { shown, name, hint, wish: ModelAction::Check(model.path.clone()) });
        }
        title_ui(ui, view, &model.name, family.map_or("", |f| f.name()), paints, buttons, actions);
        let path = model.path.display().to_string();
        let place = match model.program {
            "" => path.clone(),
            program => format!("{program} · {path}"),
        };
        let name = fill(words.copy_path, &[("name", &model.name)]);
        copy_ui(ui, view, &place, &name, path, actions);
        match &model.report {
            Ok(report) => {
                report_ui(ui, view, report);
                check_ui(ui, view, check);
                if family == Some(Family::Dit) {
                    sentence_ui(ui, Icon::Warning, palette.warning, words.model_classes);
                }
            }
            Err(why) => {
                let text = fill(words.model_unusable, &[("why", why)]);
                sentence_ui(ui, Icon::Failed, palette.error, &text);
            }
        }
    });
}

fn report_ui(ui: &mut Ui, view: &View<'_>, report: &FolderReport) {
    let (words, palette) = (view.words, view.palette);
    ui.add_space(space::XS);
    let licence = report.licence.clone().unwrap_or_else(|| words.model_no_licence.to_owned());
    facts_ui(
        ui,
        view,
        vec![
            plain(words.model_numbers, count_words(view.state.language, report.parameters)),
            plain(words.model_on_disk, bytes_words(report.bytes)),
            memory_fact(view, report.memory_needed_bytes),
            plain(words.model_licence, licence),
        ],
    );
    if let Some(free) = view.state.shelf.findings.memory_free
        && report.memory_needed_bytes > free
    {
        let text = fill(words.model_too_large, &[("free", &bytes_words(free))]);
        sentence_ui(ui, Icon::Warning, palette.warning, &text);
    }
    for problem in &report.problems {
        let text = fill(words.model_problem, &[("why", problem)]);
        sentence_ui(ui, Icon::Failed, palette.error, &text);
    }
}

/// What came of opening every part.
fn check_ui(ui: &mut Ui, view: &View<'_>, check: Option<&Check>) {
    let (words, palette) = (view.words, view.palette);
    match check {
        None => {}
        Some(Check::Running) => sentence_ui(ui, Icon::Clock, palette.ink_soft, words.model_checking),
        Some(Check::Done(problems)) if problems.is_empty() => {
            sentence_ui(ui, Icon::Done, palette.good, words.model_sound);
        }
        Some(Check::Done(problems)) => {
            for problem in problems {
                let text = fill(words.model_problem, &[("why", problem)]);
                sentence_ui(ui, Icon::Failed, palette.error, &text);
            }
        }
    }
}

fn plain(label: &str, value: String) -> Fact<'_> {
    Fact { label, value, mark: None }
}

/// What a model needs, and whether this machine has it free.
fn memory_fact<'a>(view: &View<'a>, needed: u64) -> Fact<'a> {
    let words = view.words;
    let mark = memory_mark(view, needed);
    Fact { label: words.model_memory, value: bytes_words(needed), mark }
}

/// Whether so much memory is free, where the system told.
pub fn memory_mark<'a>(view: &View<'a>, needed: u64) -> Option<(Icon, Color32, &'a str)> {
    let (words, palette) = (view.words, view.palette);
    Some(if needed <= view.state.shelf.findings.memory_free? {
        (Icon::Done, palette.good, words.model_fits)
    } else {
        (Icon::Warning, palette.warning, words.model_fits_not)
    })
}

/// A sentence with a mark before it.
pub fn sentence_ui(ui: &mut Ui, icon: Icon, colour: Color32, text: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().interact_size.y = 20.0;
        let (rect, _) = ui.allocate_exact_size(vec2(size::ICON, 20.0), Sense::hover());
        paint(ui.painter(), rect, icon, colour);
        ui.add(Label::new(RichText::new(text).size(type_size::SMALL).line_height(Some(20.0))).wrap());
    });
}

fn added_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let folders = &view.state.preferences.model_folders;
    ui.add_space(space::M);
    heading_ui(ui, words.models_folders);
    if folders.is_empty() {
        let text = RichText::new(words.models_no_folders).color(palette.ink_soft);
        ui.add(Label::new(text.line_height(Some(TEXT_LINE_PT))).wrap());
    }
    for folder in folders {
        let path = folder.display().to_string();
        let found = view.state.shelf.findings.added.iter().find(|added| added.path == *folder);
        ui.allocate_ui_with_layout(
            vec2(ui.available_width(), size::CONTROL),
            Layout::right_to_left(Align::Center),
            |ui| {
                let name = fill(words.models_forget, &[("path", &path)]);
                if icon_button_ui(ui, Icon::Close, &name, true).clicked() {
                    actions.push(Action::Models(ModelAction::Forget(folder.clone())));
                }
                if let Some(found) = found {
                    let text = match found.models {
                        0 => words.models_none_here.to_owned(),
                        n => fill(words.models_n_here, &[("n", &n)]),
                    };
                    ui.label(RichText::new(text).size(type_size::SMALL).color(palette.ink_soft));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let (rect, _) = ui.allocate_exact_size(vec2(size::ICON, size::ICON), Sense::hover());
                    paint(ui.painter(), rect, Icon::Open, palette.ink_soft);
                    one_line_ui(ui, RichText::new(&path));
                });
            },
        );
    }
}

fn unreadable_ui(ui: &mut Ui, view: &View<'_>) {
    let words = view.words;
    for Unreadable { program, path, count } in &view.state.shelf.findings.unreadable {
        let path = path.display();
        let place = if program.is_empty() { path.to_string() } else { format!("{program}, {path}") };
        let text = fill(words.models_unreadable, &[("n", count), ("place", &place)]);
        sentence_ui(ui, Icon::Warning, view.palette.ink_soft, &text);
    }
}

/// The heading of a part of the page.
pub fn heading_ui(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(serif(type_size::TITLE)));
}

/// A number of bytes as people say it.
pub fn bytes_words(bytes: u64) -> String {
    let bytes = bytes as f64;
    match bytes {
        1e9.. => format!("{:.1} GB", bytes / 1e9),
        1e6.. => format!("{:.0} MB", bytes / 1e6),
        _ => format!("{:.0} kB", bytes / 1e3),
    }
}

/// A count of numbers as people say it: in millions and billions in English,
/// in ten thousands and hundred millions in Chinese.
fn count_words(language: UiLanguage, count: u64) -> String {
    let (words, count) = (language.words(), count as f64);
    let (many, very_many, places) = match language {
        UiLanguage::English => (1e6, 1e9, 1),
        UiLanguage::Chinese => (1e4, 1e8, 0),
    };
    if count >= very_many {
        fill(words.count_very_many, &[("n", &format!("{:.places$}", count / very_many))])
    } else if count >= many {
        fill(words.count_many, &[("n", &format!("{:.0}", count / many))])
    } else {
        format!("{count:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well_in_both_languages() {
        assert_eq!(bytes_words(40_894_464), "41 MB");
        assert_eq!(bytes_words(23_800_000_000), "23.8 GB");
        let said =
            |count| [UiLanguage::English, UiLanguage::Chinese].map(|language| count_words(language, count));
        assert_eq!(said(20_000_000), ["20 million", "2000 万"]);
        assert_eq!(said(11_900_000_000), ["11.9 billion", "119 亿"]);
    }
}
