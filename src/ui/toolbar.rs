//! The bar at the top: the board's title, files, undo, and what is painted how.

use egui::{
    Align, Atom, Button, Frame, Layout, Margin, PopupCloseBehavior, RichText, TextEdit, Ui,
    containers::menu::{MenuButton, MenuConfig},
    vec2,
};

use super::{
    action::{Action, CastAction},
    dialogs::Pick,
    icons::{Icon, icon_atom, paint},
    shapes::{SHAPES, Shape},
    state::View,
    strings::fill,
    style_gallery::{gallery_ui, style_name},
    theme::{self, size, space, type_size},
    widgets::{icon_button_ui, named, primary_button_ui, square, toggle_ui},
};
use crate::storyboard::Edit;

/// Width of the button that shows the styles, in a small window and in one
/// with room for the longest name.
const STYLE_WIDTH: [f32; 2] = [116.0, 156.0];
/// From this width of the window there is that room.
const ROOMY: f32 = 1000.0;

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
    let hidden = view.state.story_hidden || view.state.crowded;
    if toggle_ui(ui, Icon::Story, words.toggle_story, !hidden).clicked() {
        actions.push(Action::ToggleStory);
    }
    ui.add_space(space::S);
    let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(22.0), egui::Sense::hover());
    paint(ui.painter(), rect, Icon::Mark, view.palette.accent);
    let mut title = view.document.title.clone();
    // What the other groups need, measured in the longer language.
    const OTHERS: f32 = 714.0;
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
    let name = style_name(view);
    let width = STYLE_WIDTH[usize::from(ui.ctx().content_rect().width() >= ROOMY)];
    let button = Button::new((name.as_str(), Atom::grow(), icon_atom(Icon::Down)))
        .truncate()
        .min_size(vec2(width, size::CONTROL));
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = ui
        .scope(|ui| {
            ui.set_max_width(width);
            MenuButton::from_button(button).config(config).ui(ui, |ui| gallery_ui(ui, view, actions))
        })
        .inner;
    named(response, &fill(view.words.style_now, &[("name", &name)]));
}

fn shape_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let painting = &view.document.painting;
    let side = view.native_side_px();
    // Drawn from the right, so the last comes first.
    for shape in SHAPES.into_iter().rev() {
        let (icon, name) = match shape {
            Shape::Square => (Icon::Square, words.shape_square),
            Shape::Wide => (Icon::Landscape, words.shape_landscape),
            Shape::Tall => (Icon::Portrait, words.shape_portrait),
        };
        let (width_px, height_px) = shape.size_px(side);
        let name = fill(name, &[("w", &width_px), ("h", &height_px)]);
        let on = (painting.width_px, painting.height_px) == (width_px, height_px);
        if toggle_ui(ui, icon, &name, on).clicked() && !on {
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
