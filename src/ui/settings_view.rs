//! The window's settings, in a menu at the lower right.

use egui::{
    Align, Button, Frame, Label, Layout, Margin, PopupCloseBehavior, RichText, Role, ScrollArea, Separator,
    Stroke, Ui, WidgetInfo,
    containers::menu::{MenuButton, MenuConfig},
    vec2,
};

use super::{
    action::{Action, Overlay},
    command::Command,
    helper_view::helper_ui,
    icons::{Icon, icon_atom},
    state::View,
    strings::UiLanguage,
    theme::{Look, serif, size, space, type_size},
    widgets::{check_ui, icon_button_ui, named, one_line_ui, square},
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

/// Width of the names of the choices, in points.
const NAME: f32 = 116.0;

fn menu_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    // A menu's own margin is for its rows; this is a page.
    Frame::new().inner_margin(Margin::same(space::S as i8)).show(ui, |ui| {
        ui.spacing_mut().button_padding = vec2(10.0, 6.0);
        let words = view.words;
        ui.label(RichText::new(words.settings).font(serif(type_size::TITLE)));
        ui.add_space(space::XS);
        looks_ui(ui, view, actions);
        line_ui(ui);
        habits_ui(ui, view, actions);
        line_ui(ui);
        helper_ui(ui, view, actions);
        line_ui(ui);
        ui.with_layout(Layout::top_down_justified(Align::LEFT), |ui| {
            for (name, command, overlay) in [
                (words.do_palette, Command::Palette, Overlay::Palette),
                (words.do_shortcuts, Command::Shortcuts, Overlay::Shortcuts),
            ] {
                let keys = command.keys_text(ui.ctx()).unwrap_or_default();
                if ui.add(Button::new(name).shortcut_text(keys)).accessible_name(name).clicked() {
                    actions.push(Action::Show(Some(overlay)));
                    ui.close();
                }
            }
        });
    });
}

fn line_ui(ui: &mut Ui) {
    ui.add(Separator::default().spacing(space::L));
}

/// How the window looks: theme, language, size.
fn looks_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    row_ui(ui, view, words.settings_look, |ui| {
        for (look, name) in [(Look::Paper, words.paper), (Look::Night, words.night_theme)] {
            if choice_ui(ui, view.state.look == look, name) {
                actions.push(Action::SetLook(look));
            }
        }
    });
    row_ui(ui, view, words.settings_language, |ui| {
        for language in [UiLanguage::English, UiLanguage::Chinese] {
            // In its own script only where that can be drawn.
            let name = match (language, view.state.has_cjk) {
                (UiLanguage::English, _) => UiLanguage::Chinese.words().language_own,
                (UiLanguage::Chinese, Some(true)) => UiLanguage::English.words().language_own,
                (UiLanguage::Chinese, _) => words.chinese_plain,
            };
            if choice_ui(ui, view.state.language == language, name) {
                actions.push(Action::SetLanguage(language));
            }
        }
    });
    row_ui(ui, view, words.settings_scale, |ui| {
        let preferences = &view.state.preferences;
        let (smaller, larger) = (preferences.scaled(false), preferences.scaled(true));
        if icon_button_ui(ui, Icon::Minus, words.smaller, smaller < preferences.scale).clicked() {
            actions.push(Action::SetScale(smaller));
        }
        // As wide for 75 % as for 200 %, so that the button stays under the pointer.
        let percent = format!("{:.0} %", preferences.scale * 100.0);
        ui.add_sized(vec2(52.0, size::CONTROL), Label::new(percent));
        if icon_button_ui(ui, Icon::Plus, words.larger, larger > preferences.scale).clicked() {
            actions.push(Action::SetScale(larger));
        }
    });
}

/// How the window behaves.
fn habits_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let mut numbers = view.state.preferences.numbers;
    if check_ui(ui, palette, &mut numbers, words.settings_numbers).changed() {
        actions.push(Action::ShowNumbers(numbers));
    }
    below_ui(ui, view, words.settings_numbers_hint);
    let mut still = view.state.preferences.reduced_motion;
    if check_ui(ui, palette, &mut still, words.settings_motion).changed() {
        actions.push(Action::ReduceMotion(still));
    }
    below_ui(ui, view, words.settings_motion_hint);
}

/// A choice beside its name.
fn row_ui(ui: &mut Ui, view: &View<'_>, name: &str, choices: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        // A menu draws its buttons without a frame; these are to be seen.
        ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.0, view.palette.line_strong);
        ui.allocate_ui_with_layout(vec2(NAME, size::CONTROL), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(NAME);
            one_line_ui(ui, name);
        });
        choices(ui);
    });
}

/// One of two choices; whether it was taken.
fn choice_ui(ui: &mut Ui, on: bool, name: &str) -> bool {
    let button = Button::selectable(on, name).frame_when_inactive(true).min_size(vec2(80.0, size::CONTROL));
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, name));
    response.clicked() && !on
}

/// What a switch does, in small letters below its words.
fn below_ui(ui: &mut Ui, view: &View<'_>, text: &str) {
    let text = RichText::new(text).size(type_size::SMALL).color(view.palette.ink_soft);
    ui.add_space(-space::S);
    ui.horizontal_top(|ui| {
        ui.add_space(size::CHECK);
        // A menu spreads its words over the width.
        ui.with_layout(Layout::top_down(Align::LEFT), |ui| ui.add(Label::new(text).wrap()));
    });
}
