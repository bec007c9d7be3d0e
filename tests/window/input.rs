//! Chinese as it is typed: an input method shows what it composes before it
//! commits it.

use egui::{Event, ImeEvent, Key, Modifiers};
use vignette::ui::{FontChoice, UiLanguage, action::Action};

use super::{STORY, Setup, Window};

fn preedit(text: &str) -> Event {
    let chars = text.chars().count();
    Event::Ime(ImeEvent::Preedit { text: text.to_owned(), active_range_chars: Some(chars..chars) })
}

fn commit(text: &str) -> Event {
    Event::Ime(ImeEvent::Commit(text.to_owned()))
}

fn desk() -> Window<'static> {
    let mut setup = Setup::new();
    setup.options.language = Some(UiLanguage::Chinese);
    setup.options.fonts = FontChoice::System;
    setup.open()
}

/// Composes letter by letter, a frame each, and takes the first candidate.
fn compose(window: &mut Window<'_>, letters: &str, text: &str) {
    for (at, c) in letters.char_indices() {
        window.harness.event(preedit(&letters[..at + c.len_utf8()]));
        window.run();
    }
    at_once(window, vec![preedit(""), commit(text)]);
}

/// Events that come between two frames.
fn at_once(window: &mut Window<'_>, events: Vec<Event>) {
    window.harness.input_mut().events.extend(events);
    window.run();
}

#[test]
fn a_story_is_composed_and_undone_without_half_a_word() {
    let mut window = desk();
    window.click(window.words.story_name);
    compose(&mut window, "jintian", "今天");
    at_once(&mut window, vec![commit("，")]);
    compose(&mut window, "xiayu", "下雨");
    at_once(&mut window, vec![commit("。")]);
    assert_eq!(window.app().document().story, "今天，下雨。");
    // A slow frame: the word and the stop behind it come together.
    for letters in ["f", "fe", "feng"] {
        window.harness.event(preedit(letters));
        window.run();
    }
    at_once(&mut window, vec![preedit(""), commit("风"), commit("！")]);
    assert_eq!(window.app().document().story, "今天，下雨。风！");
    window.keys(Modifiers::NONE, Key::Escape);
    for _ in 0..8 {
        window.act(Action::Undo);
        let story = &window.app().document().story;
        assert!(!story.contains(|c: char| c.is_ascii_alphabetic()), "undo shows half a word: {story}");
    }
    assert_eq!(window.app().document().story, "");
}

#[test]
fn a_composition_that_is_given_up_leaves_nothing() {
    let mut window = desk();
    window.click(window.words.story_name);
    compose(&mut window, "shan", "山");
    window.harness.event(preedit("sh"));
    window.run();
    at_once(&mut window, vec![preedit("")]);
    assert_eq!(window.app().document().story, "山");
}

#[test]
fn captions_names_and_commands_are_composed_too() {
    let mut window = desk();
    let words = window.words;
    window.act(Action::BeginStory(STORY.to_owned()));
    window.settle();
    window.act(Action::Select(Some(window.panels()[0].id)));
    window.click(words.caption);
    window.keys(Modifiers::COMMAND, Key::A);
    compose(&mut window, "yueliang", "月亮");
    at_once(&mut window, vec![commit("。")]);
    assert_eq!(window.panels()[0].caption, "月亮。");
    window.keys(Modifiers::NONE, Key::Escape);

    window.keys(Modifiers::COMMAND, Key::P);
    window.click(words.cast_new);
    compose(&mut window, "xiaoman", "小满");
    assert!(!window.app().document().cast.iter().any(|member| member.name == "小满"), "not yet entered");
    window.keys(Modifiers::NONE, Key::Enter);
    window.settle();
    assert!(window.app().document().cast.iter().any(|member| member.name == "小满"));

    window.keys(Modifiers::COMMAND, Key::K);
    compose(&mut window, "kuaijie", "快捷键");
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(window.has(words.group_painting), "the cheat sheet is there");

    // And the story is searched in Chinese.
    window.keys(Modifiers::NONE, Key::Escape);
    window.act(Action::BeginStory("山上有灯。灯下有人。\n".to_owned()));
    window.settle();
    window.keys(Modifiers::COMMAND, Key::F);
    compose(&mut window, "deng", "灯");
    assert_eq!(window.app().state().find.as_ref().unwrap().query, "灯");
    assert!(window.has("1 / 2"), "two places are found");
}
