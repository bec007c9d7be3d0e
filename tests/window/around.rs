//! Commands by name, keys, settings and what is remembered.

use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable;
use vignette::ui::{
    FontChoice, Look, UiLanguage, action::Action, command::Command, preferences::Preferences, strings::fill,
};

use super::{Setup, painted};

#[test]
fn every_command_is_found_by_its_name() {
    let mut setup = Setup::new();
    setup.options.fonts = FontChoice::System;
    let mut window = setup.open();
    let words = window.words;
    window.keys(Modifiers::COMMAND, Key::K);
    assert!(window.has(Command::Shortcuts.name(words)));
    window.harness.event(Event::Text("paper and night".into()));
    window.run();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.app().state().look, Look::Night);
    assert!(window.app().state().overlay.is_none());
    // By the other language's name, and by its letters.
    window.keys(Modifiers::COMMAND, Key::K);
    window.harness.event(Event::Text("快捷键".into()));
    window.run();
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(window.has(words.group_painting), "the cheat sheet is there");
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.app().state().overlay.is_none());
    window.keys(Modifiers::NONE, Key::F1);
    assert!(window.has(words.group_painting));
    window.click(words.close);
    window.keys(Modifiers::COMMAND, Key::K);
    window.harness.event(Event::Text("qqqq".into()));
    window.run();
    assert!(window.has(words.palette_none));
}

#[test]
fn a_sample_story_is_one_click_away_and_its_board_paints() {
    let mut window = Setup::new().open();
    let words = window.words;
    window.click(&fill(words.sample_name, &[("title", &words.lantern_title)]));
    window.settle();
    assert!(window.panels().len() >= 3 && window.panels().iter().all(painted));
}

#[test]
fn preferences_are_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vignette/preferences.json");
    let mut setup = Setup::new();
    setup.options.preferences = Some(path.clone());
    let mut window = setup.open();
    for action in [
        Action::SetLook(Look::Night),
        Action::ShowNumbers(true),
        Action::ReduceMotion(true),
        Action::SetScale(1.1),
        Action::SetCardScale(0.8),
    ] {
        window.act(action);
    }
    window.run();
    // The file is written by a thread of its own, which ends with the window.
    drop(window);
    let kept = Preferences::read(&path);
    assert_eq!((kept.look, kept.numbers, kept.reduced_motion), (Some(Look::Night), true, true));
    assert_eq!((kept.scale, kept.card_scale), (1.1, 0.8));
    let mut setup = Setup::new();
    setup.options.look = None;
    setup.options.language = Some(UiLanguage::English);
    setup.options.preferences = Some(path);
    let window = setup.open();
    assert_eq!(window.app().state().look, Look::Night);
    assert!(window.app().state().preferences.numbers);
}

#[test]
fn everything_becomes_larger_as_far_as_there_is_room() {
    let mut setup = Setup::new();
    setup.size = [900.0, 600.0];
    let mut window = setup.open();
    window.keys(Modifiers::COMMAND, Key::Plus);
    assert!((window.harness.ctx.zoom_factor() - 1.1).abs() < 0.01);
    window.act(Action::SetScale(2.0));
    window.run();
    let zoom = window.harness.ctx.zoom_factor();
    assert!(zoom > 1.1 && zoom < 1.3, "{zoom}: the controls still fit");
    window.keys(Modifiers::COMMAND, Key::Num0);
    window.run();
    assert!((window.harness.ctx.zoom_factor() - 1.0).abs() < 0.01);
    window.act(Action::ReduceMotion(true));
    let still = window.harness.ctx.global_style();
    assert_eq!(still.animation_time, 0.0);
    assert!(window.harness.get_by_label(window.words.settings).rect().width() > 0.0);
}

#[test]
fn the_story_comes_back_where_there_is_room_for_one_thing_only() {
    let mut window = Setup::new().open();
    window.paste_story();
    window.harness.set_size(egui::vec2(840.0, 600.0));
    window.run();
    let words = window.words;
    assert!(window.has(words.story_name));
    window.act(Action::ToggleHistory);
    assert!(!window.has(words.story_name), "the list takes its place");
    window.keys(Modifiers::COMMAND, Key::B);
    assert!(window.has(words.story_name) && !window.has(words.history_hint));
    window.select(1);
    assert!(!window.has(words.story_name));
    window.click(words.toggle_story);
    assert!(window.has(words.story_name));
}
