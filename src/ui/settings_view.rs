//! The window's settings, in a menu at the lower right.

use egui::{
    Align, Button, Layout, PopupCloseBehavior, RichText, ScrollArea, Ui,
    containers::menu::{MenuButton, MenuConfig},
};

use super::{
    action::{Action, Overlay},
    helper_view::helper_ui,
    icons::{Icon, icon_atom},
    state::View,
    strings::UiLanguage,
    theme::{Look, size, space, type_size},
    widgets::{check_ui, field_label_ui, icon_button_ui, named, square},
};

/// Draws the button that opens them.
pub fn settings_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let button = Button::new(icon_atom(Icon::Settings)).frame_when_inactive(false);
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = square(ui, |ui| {
        MenuButton::from_button(button).config(config).ui(ui, |ui| {
            // What a small window has no room for is scrolled to.
            let height = ui.ctx().content_rect().height() - size::STATUS - space::XXL;
            let area = ScrollArea::vertical().auto_shrink([false, true]);
            ui.set_width(size::SETTINGS);
            area.max_height(height).min_scrolled_height(height).show(ui, |ui| menu_ui(ui, view, actions));
        })
    });
    named(response, view.words.settings);
}

fn menu_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    ui.spacing_mut().button_padding = egui::vec2(10.0, 6.0);
    ui.add_space(space::XS);
    field_label_ui(ui, view.palette, words.settings_look);
    ui.horizontal(|ui| {
        for (look, name) in [(Look::Paper, words.paper), (Look::Night, words.night_theme)] {
            if ui.selectable_label(view.state.look == look, name).clicked() {
                actions.push(Action::SetLook(look));
            }
        }
    });
    field_label_ui(ui, view.palette, words.settings_language);
    ui.horizontal(|ui| {
        for language in [UiLanguage::English, UiLanguage::Chinese] {
            // In its own script only where that can be drawn.
            let name = match (language, view.state.has_cjk) {
                (UiLanguage::English, _) => UiLanguage::Chinese.words().language_own,
                (UiLanguage::Chinese, Some(true)) => UiLanguage::English.words().language_own,
                (UiLanguage::Chinese, _) => words.chinese_plain,
            };
            if ui.selectable_label(view.state.language == language, name).clicked() {
                actions.push(Action::SetLanguage(language));
            }
        }
    });
    field_label_ui(ui, view.palette, words.settings_scale);
    ui.horizontal(|ui| {
        let preferences = &view.state.preferences;
        let (smaller, larger) = (preferences.scaled(false), preferences.scaled(true));
        if icon_button_ui(ui, Icon::Minus, words.smaller, smaller < preferences.scale).clicked() {
            actions.push(Action::SetScale(smaller));
        }
        let percent = format!("{:.0} %", preferences.scale * 100.0);
        ui.label(RichText::new(percent).size(type_size::BODY));
        if icon_button_ui(ui, Icon::Plus, words.larger, larger > preferences.scale).clicked() {
            actions.push(Action::SetScale(larger));
        }
    });
    let mut numbers = view.state.preferences.numbers;
    if check_ui(ui, view.palette, &mut numbers, words.settings_numbers)
        .on_hover_text(words.settings_numbers_hint)
        .changed()
    {
        actions.push(Action::ShowNumbers(numbers));
    }
    let mut still = view.state.preferences.reduced_motion;
    if check_ui(ui, view.palette, &mut still, words.settings_motion).changed() {
        actions.push(Action::ReduceMotion(still));
    }
    ui.separator();
    helper_ui(ui, view, actions);
    ui.separator();
    ui.with_layout(Layout::top_down_justified(Align::LEFT), |ui| {
        for (name, overlay) in
            [(words.do_palette, Overlay::Palette), (words.do_shortcuts, Overlay::Shortcuts)]
        {
            if ui.button(name).clicked() {
                actions.push(Action::Show(Some(overlay)));
                ui.close();
            }
        }
    });
}
