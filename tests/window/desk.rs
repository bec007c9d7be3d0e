//! The desk: searching, and scenes drawn by hand.

use egui::{Event, Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable;
use vignette::{
    storyboard::Edit,
    ui::{action::Action, strings::fill},
};

use super::{STORY, Setup, Window, painted};

fn desk() -> Window<'static> {
    let mut window = Setup::new().open();
    window.paste_story();
    window
}

fn place(words: &str) -> usize {
    STORY[..STORY.find(words).unwrap()].chars().count()
}

#[test]
fn words_are_searched_in_the_story() {
    let mut window = desk();
    let words = window.words;
    window.keys(Modifiers::COMMAND, Key::F);
    window.run();
    window.harness.event(Event::Text("kite".into()));
    window.run();
    assert_eq!(window.app().state().find.as_ref().unwrap().query, "kite");
    assert!(window.has(&fill(words.find_count, &[("at", &1), ("all", &3)])));
    window.keys(Modifiers::NONE, Key::F3);
    assert!(window.has(&fill(words.find_count, &[("at", &2), ("all", &3)])));
    window.click(words.find_next);
    window.click(words.find_next);
    assert!(window.has(&fill(words.find_count, &[("at", &1), ("all", &3)])), "round and round");
    window.keys(Modifiers::SHIFT, Key::F3);
    assert!(window.has(&fill(words.find_count, &[("at", &3), ("all", &3)])));
    window.replace_text(words.find_hint, "whale");
    assert!(window.has(words.find_none));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.app().state().find.is_none());
    assert_eq!(window.app().document().story, STORY, "searching changes nothing");
}

#[test]
fn what_is_typed_as_the_search_opens_arrives_in_its_field() {
    let mut window = desk();
    window.click(window.words.story_name);
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.harness.step();
    // The very frame in which the field is drawn for the first time.
    window.harness.event(Event::Text("kite".into()));
    window.harness.step();
    window.run();
    assert_eq!(window.app().state().find.as_ref().unwrap().query, "kite");
    assert_eq!(window.app().document().story, STORY);
}

#[test]
fn what_was_undone_and_left_out_is_said_in_words() {
    let mut window = desk();
    let words = window.words;
    window.select(1);
    window.click(words.skip_scene);
    assert!(window.has(words.scene_left_out), "how it comes back");
    window.keys(Modifiers::COMMAND, Key::Z);
    assert!(window.has(&fill(words.undone, &[("what", &words.did_skip)])));
    window.keys(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert!(window.has(&fill(words.redone, &[("what", &words.did_skip)])));
    window.act(Action::Edit(Edit::SetTitle("Ada".to_owned())));
    assert!(!window.has(&fill(words.redone, &[("what", &words.did_skip)])), "old news make room");
}

#[test]
fn the_tools_are_for_the_scene_that_was_chosen_last() {
    let mut window = desk();
    let ids: Vec<_> = window.panels().iter().map(|panel| panel.id).collect();
    // The caret in the last scene, then a click on the first one's card.
    window.act(Action::Caret(Some(place("They watched") + 2)));
    window.select(1);
    window.click(window.words.skip_scene);
    assert!(!window.panels().iter().any(|panel| panel.id == ids[0]), "the one that is marked is left out");
    assert_eq!(window.panels().len(), ids.len() - 1);
}

#[test]
fn scenes_are_split_joined_left_out_and_brought_back() {
    let mut window = desk();
    let words = window.words;
    window.click(words.illustrate);
    window.settle();
    let count = window.panels().len();
    let caret = place("The kite flew") + 3;
    window.act(Action::Caret(Some(caret)));
    window.click(words.split_here);
    assert_eq!(window.panels().len(), count + 1);
    let new = window.panels().iter().find(|panel| !painted(panel)).expect("the new scene has no picture yet");
    assert!(window.panels().iter().filter(|panel| painted(panel)).count() == count);
    assert!(new.scene.start == place("The kite flew") || new.scene.end == place("The kite flew"));
    window.act(Action::Caret(Some(place("At noon") + 2)));
    window.click(words.merge_next);
    assert_eq!(window.panels().len(), count);
    assert!(window.panels().iter().all(painted), "joined scenes keep what was painted");
    window.click(words.skip_scene);
    assert_eq!(window.panels().len(), count - 1);
    assert!(!window.has(words.text_changed), "a scene that is left out is no surprise");
    window.harness.get_by_label_contains("Scene left out: ").click();
    window.run();
    assert_eq!(window.panels().len(), count);
    // Another sentence to be painted.
    let moment = place("They watched") + 2;
    window.act(Action::Caret(Some(moment)));
    window.click(words.moment_here);
    let panel = window.panels().iter().find(|panel| panel.scene.key_moment.0 == place("They watched"));
    assert!(panel.is_some_and(|panel| panel.suggested_caption.starts_with("They watched the boats")));
}

#[test]
fn the_end_of_a_scene_moves_by_sentences() {
    let mut window = desk();
    let starts = |window: &Window<'_>| -> Vec<usize> {
        let mut starts: Vec<usize> = window.panels().iter().map(|panel| panel.scene.start).collect();
        starts.sort_unstable();
        starts
    };
    let before = starts(&window);
    window.harness.get_by_label_contains("End of scene 1").focus();
    window.run();
    window.keys(Modifiers::NONE, Key::ArrowUp);
    let moved = starts(&window);
    assert!(moved[1] < before[1] && moved[0] == before[0], "{before:?} {moved:?}");
    assert!(window.panels().iter().all(|panel| panel.scene.start < panel.scene.end));
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(starts(&window), before);
    // By dragging: up by two rows.
    let handle = window.harness.get_by_label_contains("End of scene 1").rect().center();
    window.harness.drag_at(handle);
    window.run();
    window.harness.hover_at(handle - vec2(0.0, 60.0));
    window.run();
    window.harness.hover_at(handle - vec2(0.0, 90.0));
    window.run();
    window.harness.drop_at(handle - vec2(0.0, 90.0));
    window.run();
    assert!(starts(&window)[1] < before[1], "{:?}", starts(&window));
}

#[test]
fn edited_scenes_keep_their_pictures_and_say_so() {
    let mut window = desk();
    window.click(window.words.illustrate);
    window.settle();
    let known: Vec<_> = window.panels().iter().map(|panel| (panel.id, panel.variants.clone())).collect();
    let text = STORY.replace("green hill", "steep green hill").replace("old man", "very old man");
    window.act(Action::Edit(Edit::SetStory(text.clone())));
    assert!(window.has(window.words.text_changed));
    assert!(window.has(window.words.scene_changed), "the ribbon of the scene says so");
    let now: Vec<_> = window.panels().iter().map(|panel| (panel.id, panel.variants.clone())).collect();
    assert_eq!(now, known);
    window.click(window.words.find_scenes_again);
    window.settle();
    assert!(!window.has(window.words.text_changed));
    let now: Vec<_> = window.panels().iter().map(|panel| (panel.id, panel.variants.clone())).collect();
    assert_eq!(now, known, "a new reading finds them again");
}
