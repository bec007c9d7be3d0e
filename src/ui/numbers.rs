//! The numbers of painting, for those who want them: those of the whole board,
//! and those that a picture was painted with.

use std::ops::RangeInclusive;

use egui::{Align, CollapsingHeader, DragValue, Label, Layout, RichText, Ui, vec2};

use super::{
    action::Action,
    state::View,
    strings::{Words, fill},
    theme::{Palette, sans, size, space, type_size},
    widgets::{check_ui, field_label_ui, gap, hint, named, text_area_ui, unfold},
};
use crate::storyboard::{Edit, Panel};

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

/// What a parameter of a picture is called; one of an engine to come keeps the
/// name that it has there.
fn parameter_words<'a>(words: &Words, key: &'a str) -> &'a str {
    match key {
        "prompt" => words.prompt,
        "negative" => words.did_negative,
        "seed" => words.seed,
        "steps" => words.steps,
        "guidance" => words.guidance,
        "strength" => words.mask_strength,
        "model" => words.fetch_model,
        "solver" => words.fact_solver,
        "size" => words.fact_size,
        "device" => words.fact_device,
        "program" => words.fact_program,
        "class" => words.fact_class,
        "family" => words.fact_family,
        "precision" => words.fact_precision,
        "lora" => "LoRA",
        other => other,
    }
}

/// Draws what the shown picture of a panel was painted with.
pub fn painted_with_ui(ui: &mut Ui, view: &View<'_>, panel: &Panel) {
    if let Some(variant) = panel.shown()
        && !variant.parameters.is_empty()
    {
        ui.add_space(space::S);
        let title =
            RichText::new(view.words.painted_with).size(type_size::SMALL).color(view.palette.ink_soft);
        CollapsingHeader::new(title).id_salt("painted with").icon(unfold).show_unindented(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            for (key, value) in &variant.parameters {
                let name = parameter_words(view.words, key);
                let line = fill(view.words.painted_fact, &[("name", &name), ("value", value)]);
                ui.add(Label::new(RichText::new(line).size(type_size::SMALL)).wrap().selectable(true));
            }
        });
    }
}
