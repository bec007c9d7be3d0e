//! The numbers of painting, for those who want them: they hold for the whole
//! board.

use std::ops::RangeInclusive;

use egui::{Align, DragValue, Layout, Ui, vec2};

use super::{
    action::Action,
    state::View,
    theme::{Palette, sans, size, type_size},
    widgets::{check_ui, field_label_ui, gap, hint, named, text_area_ui},
};
use crate::storyboard::Edit;

/// Steps on offer; a model may refuse more.
const STEPS: RangeInclusive<u32> = 1..=100;
/// Guidance on offer; 1 is none.
const GUIDANCE: RangeInclusive<f32> = 1.0..=20.0;

/// What a number begins with when the model no longer decides.
const FIRST_STEPS: u32 = 20;
const FIRST_GUIDANCE: f32 = 4.0;

/// Width of a number's name, in points.
const NAME: f32 = 76.0;

/// Draws the fields.
pub fn numbers_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let painting = &view.document.painting;
    gap(ui);
    field_label_ui(ui, view.palette, words.numbers_title);
    let mut steps = painting.steps;
    row_ui(ui, view.palette, words.steps, words.by_model, &mut steps, FIRST_STEPS, |ui, value| {
        ui.add(DragValue::new(value).range(STEPS).speed(0.2))
    });
    if steps != painting.steps {
        actions.push(Action::Type(Edit::SetSteps(steps)));
    }
    let mut guidance = painting.guidance;
    row_ui(ui, view.palette, words.guidance, words.by_model, &mut guidance, FIRST_GUIDANCE, |ui, value| {
        ui.add(DragValue::new(value).range(GUIDANCE).speed(0.05).fixed_decimals(1))
    });
    if guidance != painting.guidance {
        actions.push(Action::Type(Edit::SetGuidance(guidance)));
    }
    let label = field_label_ui(ui, view.palette, words.negative);
    let mut negative = painting.negative.clone();
    let response = text_area_ui(ui, &mut negative, 2, sans(type_size::BODY), |field| {
        field.id_salt("negative").hint_text(hint(words.panel_negative_hint))
    });
    let response = response.labelled_by(label.id).accessible_name(words.negative);
    if response.changed() {
        actions.push(Action::Type(Edit::SetNegative(negative)));
    }
    if response.lost_focus() {
        actions.push(Action::Seal);
    }
}

/// A number, or the model's own.
fn row_ui<T: Copy>(
    ui: &mut Ui,
    palette: &Palette,
    name: &str,
    by_model: &str,
    value: &mut Option<T>,
    first: T,
    field: impl FnOnce(&mut Ui, &mut T) -> egui::Response,
) {
    ui.horizontal(|ui| {
        // As wide in every row, so that what follows stands in a column.
        ui.allocate_ui_with_layout(vec2(NAME, size::CONTROL), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(NAME);
            ui.label(name);
        });
        // Ticked: the model decides. The number comes last, so that ticking it
        // away moves nothing.
        let mut by_itself = value.is_none();
        let check = check_ui(ui, palette, &mut by_itself, by_model);
        if let Some(number) = value {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| named(field(ui, number), name));
        }
        if check.accessible_name(format!("{name}: {by_model}")).changed() {
            *value = (!by_itself).then_some(value.unwrap_or(first));
        }
    });
}
