//! The writer's helper in the settings: whether it is asked, where, and what
//! that means.

use egui::{Align, Label, Layout, Margin, RichText, Stroke, TextEdit, Ui};

use super::{
    action::Action,
    preferences::HELPER_URL,
    state::View,
    theme::type_size,
    widgets::{check_ui, field_label_ui},
};

/// Draws the switch and, once it is on, who is asked.
pub fn helper_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let now = &view.state.preferences.helper;
    let mut wanted = now.clone();
    field_label_ui(ui, palette, words.helper);
    check_ui(ui, palette, &mut wanted.on, words.helper_on).on_hover_text(words.helper_hint);
    if now.on {
        let text = RichText::new(words.helper_hint).size(type_size::SMALL).color(palette.ink_soft);
        // A menu spreads its words over the width.
        ui.with_layout(Layout::top_down(Align::LEFT), |ui| ui.add(Label::new(text).wrap()));
        field_ui(ui, view, words.helper_url, HELPER_URL, &mut wanted.url);
        field_ui(ui, view, words.helper_model, words.helper_model_first, &mut wanted.model);
        check_ui(ui, palette, &mut wanted.anywhere, words.helper_anywhere)
            .on_hover_text(words.helper_anywhere_hint);
    }
    if wanted != *now {
        actions.push(Action::SetHelper(wanted));
    }
}

fn field_ui(ui: &mut Ui, view: &View<'_>, name: &str, hint: &str, text: &mut String) {
    let label = field_label_ui(ui, view.palette, name);
    // A menu draws its fields without a frame; this one is to be seen.
    ui.scope(|ui| {
        ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.0, view.palette.line_strong);
        let field = TextEdit::singleline(text)
            .id_salt(name)
            .hint_text(hint)
            .margin(Margin::symmetric(8, 6))
            .desired_width(f32::INFINITY);
        ui.add(field).labelled_by(label.id).accessible_name(name);
    });
}
