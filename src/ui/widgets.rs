//! Small pieces that several views share.

use std::{fmt::Debug, hash::Hash, ops::RangeInclusive};

use egui::{
    Button, Color32, FontId, Label, Margin, Rect, Response, RichText, Role, Sense, Slider, Stroke,
    TextBuffer, TextEdit, Ui, UiBuilder, Vec2, WidgetInfo, WidgetText, style::WidgetVisuals, text::LayoutJob,
    vec2,
};

use super::{
    icons::{Icon, icon_atom, paint},
    theme::{FIELD_LINE_PT, Palette, sans, size, space, type_size},
};

/// A piece of a view whose controls stay the same ones whatever comes and goes
/// before them. egui numbers controls in their order; a click counts only where
/// the control that was pressed is released, and focus is a control's too, so
/// that a word which appears while a picture is painted would lose both.
pub fn steady<R>(ui: &mut Ui, salt: impl Hash + Debug, add: impl FnOnce(&mut Ui) -> R) -> R {
    let id = ui.scope_id().with(salt);
    ui.scope_builder(UiBuilder::new().scope_id(id), add).inner
}

/// A button with an icon and no words; its name is spoken and shown on hover.
pub fn icon_button_ui(ui: &mut Ui, icon: Icon, name: &str, enabled: bool) -> Response {
    let button = Button::new(icon_atom(icon)).frame_when_inactive(false);
    named(square(ui, |ui| ui.add_enabled(enabled, button)), name)
}

/// The same for a row of tools in a narrow panel.
pub fn tool_button_ui(ui: &mut Ui, icon: Icon, name: &str, enabled: bool) -> Response {
    let button = Button::new(icon_atom(icon)).frame_when_inactive(false);
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = Vec2::new((size::TOOL - size::ICON) / 2.0, space::XS);
        named(ui.add_enabled(enabled, button), name)
    })
    .inner
}

/// Draws an icon's button as a square as high as other controls.
pub fn square<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = Vec2::splat((size::CONTROL - size::ICON) / 2.0);
        add(ui)
    })
    .inner
}

/// The same, small and for use on cards.
pub fn small_icon_button_ui(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = Vec2::splat(3.0);
        ui.spacing_mut().interact_size = Vec2::splat(24.0);
        named(ui.add(Button::new(icon_atom(icon)).min_size(Vec2::splat(24.0))), name)
    })
    .inner
}

/// An icon button that is on or off.
pub fn toggle_ui(ui: &mut Ui, icon: Icon, name: &str, on: bool) -> Response {
    let button = Button::selectable(on, icon_atom(icon));
    let response = named(square(ui, |ui| ui.add(button)), name);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, on, name));
    response
}

/// Gives a control a name for those who listen and for those who hover.
pub fn named(response: Response, name: &str) -> Response {
    let response = response.on_hover_text(name).on_disabled_hover_text(name);
    response.accessible_name(name)
}

/// The arrow of a list to choose from, as on every button that opens something.
pub fn chevron(ui: &Ui, rect: Rect, visuals: &WidgetVisuals, _open: bool) {
    let rect = Rect::from_center_size(rect.center(), Vec2::splat(size::ICON));
    paint(ui.painter(), rect, Icon::Down, visuals.fg_stroke.color);
}

/// A button with an icon and words.
pub fn button_ui(ui: &mut Ui, icon: Icon, words: &str, enabled: bool) -> Response {
    ui.add_enabled(enabled, Button::new((icon_atom(icon), words)))
}

/// The one button of a view that matters most.
pub fn primary_button_ui(ui: &mut Ui, palette: &Palette, icon: Icon, words: &str, enabled: bool) -> Response {
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        for (visuals, fill) in [
            (&mut widgets.inactive, palette.accent),
            (&mut widgets.hovered, palette.accent_hover),
            (&mut widgets.active, palette.accent_hover),
        ] {
            visuals.weak_bg_fill = fill;
            visuals.fg_stroke.color = palette.on_accent;
            visuals.bg_stroke = Stroke::NONE;
        }
        // What has the keyboard's focus must be seen on the accent too.
        widgets.active.bg_stroke = Stroke::new(2.0, palette.ink);
        ui.spacing_mut().button_padding.x = 14.0;
        ui.add_enabled(enabled, Button::new((icon_atom(icon), words)))
    })
    .inner
}

/// A box to tick, with an outline that is seen on any ground.
pub fn check_ui(ui: &mut Ui, palette: &Palette, value: &mut bool, words: &str) -> Response {
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        widgets.inactive.bg_fill = palette.card;
        widgets.inactive.bg_stroke = Stroke::new(1.0, palette.line_strong);
        ui.checkbox(value, words)
    })
    .inner
}

/// A slider without its number, in the accent.
pub fn slider_ui(
    ui: &mut Ui,
    palette: &Palette,
    value: &mut f32,
    range: RangeInclusive<f32>,
    width: f32,
    name: &str,
) -> Response {
    ui.scope(|ui| {
        ui.spacing_mut().slider_width = width;
        // The handle is as large as the row is high: smaller than a button.
        ui.spacing_mut().interact_size.y = size::SLIDER;
        let visuals = ui.visuals_mut();
        visuals.selection.bg_fill = palette.accent;
        let widgets = &mut visuals.widgets;
        for state in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
            state.fg_stroke = Stroke::new(2.0, palette.accent);
        }
        widgets.hovered.bg_fill = palette.card;
        // The ring of what has the keyboard's focus.
        widgets.active.bg_fill = palette.accent;
        named(ui.add(Slider::new(value, range).show_value(false)), name)
    })
    .inner
}

/// A label above a field.
pub fn field_label_ui(ui: &mut Ui, palette: &Palette, words: &str) -> Response {
    ui.label(RichText::new(words).size(type_size::SMALL).color(palette.ink_soft))
}

/// A word in a rounded box.
pub fn chip_ui(ui: &mut Ui, words: &str, ink: Color32, ground: Color32) -> Response {
    // Painted, not a frame: a frame in a row grows as high as the row.
    let galley = ui.painter().layout_no_wrap(words.to_owned(), sans(type_size::SMALL), ink);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(12.0, 4.0), Sense::hover());
    ui.painter().rect_filled(rect, 4.0, ground);
    ui.painter().galley(rect.min + vec2(6.0, 2.0), galley, ink);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    response
}

/// A text field of several lines that fills the width. `dress` may change it.
pub fn text_area_ui(
    ui: &mut Ui,
    text: &mut String,
    rows: usize,
    font: FontId,
    dress: impl for<'t> FnOnce(TextEdit<'t>) -> TextEdit<'t>,
) -> Response {
    let ink = ui.visuals().widgets.inactive.text_color();
    let mut layouter = |ui: &Ui, text: &dyn TextBuffer, width: f32| {
        let mut job = LayoutJob::simple(text.as_str().to_owned(), font.clone(), ink, width);
        job.sections.iter_mut().for_each(|section| section.format.line_height = Some(FIELD_LINE_PT));
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let field = TextEdit::multiline(text)
        .desired_rows(1)
        .min_size(vec2(0.0, rows as f32 * FIELD_LINE_PT + 2.0 * space::S))
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(10, space::S as i8))
        .layouter(&mut layouter);
    ui.add(dress(field))
}

/// What an empty field of [`text_area_ui`] says, at the height of its text.
pub fn hint(words: &str) -> RichText {
    RichText::new(words).line_height(Some(FIELD_LINE_PT))
}

/// What unfolds a group: to the right while it is closed, down while it is open.
pub fn unfold(ui: &mut Ui, openness: f32, response: &Response) {
    let square = Rect::from_center_size(response.rect.center(), Vec2::splat(14.0));
    let icon = if openness < 0.5 { Icon::Right } else { Icon::Down };
    paint(ui.painter(), square, icon, ui.style().interact(response).fg_stroke.color);
}

/// A label of at most one line; the whole text on hover when it was cut.
pub fn one_line_ui(ui: &mut Ui, text: impl Into<WidgetText>) -> Response {
    ui.add(Label::new(text).truncate())
}

/// Empty room between groups.
pub fn gap(ui: &mut Ui) {
    ui.add_space(space::M);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steady_controls_keep_their_identity() {
        let ctx = egui::Context::default();
        let ids = |before: usize| {
            let mut ids = Vec::new();
            let output = ctx.run_ui(egui::RawInput::default(), |ui| {
                (0..before).for_each(|_| drop(ui.label("so many seconds left")));
                ids = vec![
                    steady(ui, "one", |ui| ui.button("Go on").id),
                    steady(ui, ("other", 1), |ui| ui.button("Go on").id),
                    ui.button("Go on").id,
                ];
            });
            output.drop_without_applying_deltas();
            ids
        };
        let (without, with) = (ids(0), ids(2));
        assert_eq!(without[..2], with[..2]);
        assert_ne!(without[0], without[1]);
        assert_ne!(without[2], with[2], "which is why");
    }
}
