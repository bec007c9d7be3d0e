//! Two versions of a picture side by side, to choose one.

use egui::{
    Align, Frame, Label, Layout, Margin, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    Vec2, WidgetInfo, vec2,
};

use super::{
    action::Action,
    card_view::WHOLE,
    icons::Icon,
    state::{CompareState, View},
    strings::fill,
    theme::{serif, size, space, type_size},
    widgets::{button_ui, icon_button_ui, primary_button_ui},
};
use crate::storyboard::{Edit, Panel};

/// Draws both versions.
pub fn compare_ui(ui: &mut Ui, view: &View<'_>, compare: CompareState) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some((place, panel)) =
        view.document.panels.iter().enumerate().find(|(_, panel)| panel.id == compare.panel)
    else {
        actions.push(Action::EndCompare);
        return actions;
    };
    Frame::new().inner_margin(Margin::same(space::L as i8)).show(ui, |ui| {
        ui.horizontal(|ui| {
            if button_ui(ui, Icon::Left, view.words.mask_back, true).clicked() {
                actions.push(Action::EndCompare);
            }
            ui.add_space(space::S);
            let title = fill(view.words.compare_title, &[("n", &(place + 1))]);
            // Cut rather than pushed: what is too wide widens the whole view.
            ui.add(Label::new(RichText::new(title).font(serif(type_size::TITLE))).truncate());
        });
        ui.add_space(space::S);
        let room = ui.available_size();
        let (area, _) = ui.allocate_exact_size(room, Sense::hover());
        let beside = area.width() > area.height() * 1.1;
        let gap = space::L;
        let (left, right) = if beside {
            let width = (area.width() - gap) / 2.0;
            let half = vec2(width, area.height());
            (
                Rect::from_min_size(area.min, half),
                Rect::from_min_size(area.min + vec2(width + gap, 0.0), half),
            )
        } else {
            let height = (area.height() - gap) / 2.0;
            let half = vec2(area.width(), height);
            (
                Rect::from_min_size(area.min, half),
                Rect::from_min_size(area.min + vec2(0.0, height + gap), half),
            )
        };
        for (rect, index, is_left) in [(left, compare.left, true), (right, compare.right, false)] {
            ui.scope_builder(UiBuilder::new().max_rect(rect).id_salt(is_left), |ui| {
                side_ui(ui, view, panel, compare, index, is_left, &mut actions);
            });
        }
    });
    actions
}

fn side_ui(
    ui: &mut Ui,
    view: &View<'_>,
    panel: &Panel,
    compare: CompareState,
    index: usize,
    is_left: bool,
    actions: &mut Vec<Action>,
) {
    let (words, palette) = (view.words, view.palette);
    let Some(variant) = panel.variants.get(index) else { return };
    let all = panel.variants.len();
    let chosen = panel.chosen == Some(index);
    let footer = size::CONTROL + space::S;
    let room = vec2(ui.available_width(), (ui.available_height() - footer).max(60.0));
    let (area, response) = ui.allocate_exact_size(room, Sense::hover());
    let name = fill(words.version_nth, &[("n", &(index + 1)), ("all", &all)]);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    let wanted = area.width().max(area.height()) * ui.pixels_per_point();
    let mut picture = area;
    if let Some(texture) = view.thumbs.get(variant.image, wanted) {
        let size = texture.size_vec2();
        let scale = (area.width() / size.x.max(1.0)).min(area.height() / size.y.max(1.0));
        picture = Rect::from_center_size(area.center(), (size * scale).floor());
        ui.painter().add(
            egui::epaint::RectShape::filled(picture, 4.0, egui::Color32::WHITE)
                .with_texture(texture.id(), WHOLE),
        );
    }
    let line = if chosen { Stroke::new(3.0, palette.accent) } else { Stroke::new(1.0, palette.line_strong) };
    ui.painter().rect_stroke(picture, 4.0, line, StrokeKind::Outside);
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        let to = |index: usize| {
            if is_left { (index, compare.right) } else { (compare.left, index) }
        };
        let steps = [
            (Icon::Left, words.version_earlier, index.checked_sub(1)),
            (Icon::Right, words.version_later, Some(index + 1).filter(|next| *next < all)),
        ];
        for (icon, name, next) in steps {
            if icon_button_ui(ui, icon, name, next.is_some()).clicked()
                && let Some((left, right)) = next.map(to)
            {
                actions.push(Action::CompareWith(left, right));
            }
        }
        let text = if view.state.preferences.numbers {
            format!("{name} · {} {}", words.seed, variant.seed)
        } else {
            name.clone()
        };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if chosen {
                ui.add(Label::new(RichText::new(words.version_shown).color(palette.accent)));
            } else {
                let keep = fill(words.keep_version, &[("n", &(index + 1))]);
                if primary_button_ui(ui, palette, Icon::Done, &keep, !panel.locked).clicked() {
                    actions.push(Action::Edit(Edit::ChooseVariant(panel.id, index)));
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(
                    Label::new(RichText::new(text).size(type_size::SMALL).color(palette.ink_soft)).truncate(),
                );
            });
        });
    });
    // The least that both halves need, so that none is pushed out of sight.
    ui.allocate_space(Vec2::ZERO);
}
