//! The bar at the top: the board's title, files, undo, and what is painted how.

use egui::{
    Align, Button, ComboBox, Frame, Layout, Margin, PopupCloseBehavior, RichText, TextEdit, Ui,
    containers::menu::MenuButton,
};

use super::{
    action::{Action, CastAction},
    dialogs::Pick,
    icons::{Icon, icon_atom, paint},
    state::View,
    strings::UiLanguage,
    theme::{self, space, type_size},
    widgets::{field_label_ui, icon_button_ui, named, primary_button_ui, square, toggle_ui},
};
use crate::{
    story::Language,
    storyboard::{Edit, Style, style_presets},
};

/// Shapes of a picture: icon, width and height in pixels.
const SHAPES: [(Icon, u32, u32); 3] =
    [(Icon::Square, 256, 256), (Icon::Landscape, 288, 192), (Icon::Portrait, 192, 288)];

/// Draws the bar.
pub fn toolbar_ui(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        title_ui(ui, view, &mut actions);
        separator_ui(ui, view);
        files_ui(ui, view, &mut actions);
        separator_ui(ui, view);
        let words = view.words;
        if icon_button_ui(ui, Icon::Undo, words.undo, view.can_undo).clicked() {
            actions.push(Action::Undo);
        }
        if icon_button_ui(ui, Icon::Redo, words.redo, view.can_redo).clicked() {
            actions.push(Action::Redo);
        }
        if toggle_ui(ui, Icon::History, words.do_history, view.state.history_shown).clicked() {
            actions.push(Action::ToggleHistory);
        }
        let cast = view.state.cast.shown;
        if toggle_ui(ui, Icon::Cast, words.do_cast, cast).clicked() {
            actions.push(Action::Cast(CastAction::Show(!cast)));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            illustrate_ui(ui, view, &mut actions);
            ui.spacing_mut().item_spacing.x = space::XS;
            ui.add_space(space::XS);
            shape_ui(ui, view, &mut actions);
            ui.add_space(space::XS);
            style_ui(ui, view, &mut actions);
        });
    });
    actions
}

fn separator_ui(ui: &mut Ui, view: &View<'_>) {
    ui.add_space(space::S);
    let (rect, _) = ui.allocate_exact_size(egui::vec2(1.0, space::XL), egui::Sense::hover());
    ui.painter().rect_filled(rect, 0.0, view.palette.line);
    ui.add_space(space::S);
}

fn title_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let hidden = view.state.story_hidden;
    if toggle_ui(ui, Icon::Story, words.toggle_story, !hidden).clicked() {
        actions.push(Action::ToggleStory);
    }
    ui.add_space(space::S);
    let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(22.0), egui::Sense::hover());
    paint(ui.painter(), rect, Icon::Mark, view.palette.accent);
    let mut title = view.document.title.clone();
    // What the other groups need, measured in the longer language.
    const OTHERS: f32 = 666.0;
    let width = (ui.available_width() - OTHERS).clamp(80.0, 320.0);
    let field = TextEdit::singleline(&mut title)
        .id_salt("title")
        .font(theme::serif(type_size::TITLE))
        .hint_text(RichText::new(words.untitled).font(theme::serif(type_size::TITLE)))
        .frame(Frame::new().inner_margin(Margin::symmetric(4, 4)))
        .desired_width(width);
    let response = named(ui.add(field), words.title_name);
    if response.changed() {
        actions.push(Action::Type(Edit::SetTitle(title)));
    }
    if response.lost_focus() {
        actions.push(Action::Seal);
    }
}

fn files_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let free = view.state.file_work.is_none();
    if icon_button_ui(ui, Icon::Open, words.open, free).clicked() {
        actions.push(Action::Pick(Pick::Open));
    }
    let can_save = free && (view.unsaved || view.state.file.is_none()) && !view.document.story.is_empty();
    let save = icon_button_ui(ui, Icon::Save, words.save, can_save);
    if view.unsaved {
        // The dot says in shape, not only in colour, that something is unsaved.
        let at = save.rect.right_top() + egui::vec2(-6.0, 6.0);
        ui.painter().circle_filled(at, 3.0, view.palette.accent);
    }
    if save.clicked() {
        actions.push(Action::Save);
    }
    ui.add_enabled_ui(free, |ui| {
        let button = Button::new(icon_atom(Icon::Export)).frame_when_inactive(false);
        let (response, _) = square(ui, |ui| {
            MenuButton::from_button(button).ui(ui, |ui| {
                ui.spacing_mut().button_padding = egui::vec2(10.0, 6.0);
                for (label, pick) in [
                    (words.export_pdf, Pick::ExportPdf),
                    (words.export_sheet, Pick::ExportSheet),
                    (words.export_folder, Pick::ExportFolder),
                ] {
                    if ui.button(label).clicked() {
                        actions.push(Action::Pick(pick));
                    }
                }
            })
        });
        named(response, words.export);
    });
}

fn style_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let style = &view.document.style;
    let language = match view.state.language {
        UiLanguage::English => Language::English,
        UiLanguage::Chinese => Language::Chinese,
    };
    let name = style.name(language);
    let combo = ComboBox::from_id_salt("style")
        .width(132.0)
        .truncate()
        .selected_text(if name.is_empty() { words.style } else { name })
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show_ui(ui, |ui| {
            ui.set_min_width(220.0);
            for preset in style_presets() {
                let wanted = Style::Preset(preset.id.clone());
                if ui.selectable_label(*style == wanted, preset.name(language)).clicked() {
                    actions.push(Action::Edit(Edit::SetStyle(wanted)));
                    ui.close();
                }
            }
            ui.separator();
            let label = field_label_ui(ui, view.palette, words.style_own);
            let mut own = match style {
                Style::Free(own) => own.clone(),
                Style::Preset(_) => String::new(),
            };
            let field =
                TextEdit::singleline(&mut own).hint_text(words.style_own_hint).desired_width(f32::INFINITY);
            let response = ui.add(field).labelled_by(label.id).accessible_name(words.style_words);
            if response.changed() {
                actions.push(Action::Type(Edit::SetStyle(Style::Free(own))));
            }
            if response.lost_focus() {
                actions.push(Action::Seal);
            }
        });
    named(combo.response, words.style);
}

fn shape_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let names = [words.shape_square, words.shape_landscape, words.shape_portrait];
    let painting = &view.document.painting;
    // Drawn from the right, so the last comes first.
    for ((icon, width_px, height_px), name) in SHAPES.into_iter().zip(names).rev() {
        let on = (painting.width_px, painting.height_px) == (width_px, height_px);
        if toggle_ui(ui, icon, name, on).clicked() && !on {
            actions.push(Action::Edit(Edit::SetSize { width_px, height_px }));
        }
    }
}

fn illustrate_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let some = view.unpainted().next().is_some();
    let response = primary_button_ui(ui, view.palette, Icon::Brush, words.illustrate, some)
        .on_hover_text(words.illustrate_hint)
        .on_disabled_hover_text(words.illustrate_nothing);
    if response.clicked() {
        actions.push(Action::IllustrateAll);
    }
}
