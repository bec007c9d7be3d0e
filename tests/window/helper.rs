//! The writer's helper: off until it is switched on, believed where it quotes
//! the story, and no loss where it fails.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
};

use egui_kittest::kittest::Queryable;
use vignette::{
    story::slice,
    ui::{action::Action, preferences::HelperChoice, strings::fill},
};

use super::{HANGING, STORY, Setup, Window};

const SAYS: &str = r#"{"scenes":[
 {"starts_with":"In the morning Ada carried","key_moment":"The wind pulled at her coat.","prompt":"A girl holds a red kite in the wind."},
 {"starts_with":"In the evening an old man","key_moment":"They watched the boats come home.","prompt":"Two people watch boats at dusk."}
]}"#;

/// A server that gives one answer, once it may; tells its address.
fn server(content: &str) -> (String, mpsc::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = serde_json::json!({ "choices": [{ "message": { "content": content } }] }).to_string();
    let (go, may) = mpsc::channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        let mut piece = [0; 4096];
        while !String::from_utf8_lossy(&asked).contains("They watched the boats") {
            let count = stream.read(&mut piece).unwrap();
            asked.extend_from_slice(&piece[..count]);
            assert!(count > 0, "the story is sent");
        }
        // The test that lets nobody go has ended.
        if may.recv().is_ok() {
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    (url, go)
}

/// A window whose writer switches the helper on and tells who it is.
fn window_with(url: &str) -> Window<'static> {
    let mut window = Setup::new().open();
    let words = window.words;
    assert_eq!(window.app().state().preferences.helper.settings(), None, "off until it is switched on");
    window.click(words.settings);
    window.click(words.helper_on);
    window.replace_text(words.helper_url, url);
    window.replace_text(words.helper_model, "small");
    window.keys(egui::Modifiers::NONE, egui::Key::Escape);
    let settings = window.app().state().preferences.helper.settings().unwrap();
    assert_eq!((settings.url.as_str(), settings.anywhere), (url, false));
    window
}

fn paste(window: &mut Window<'_>) {
    window.act(Action::BeginStory(STORY.to_owned()));
}

#[test]
fn what_the_helper_proposes_becomes_scenes_and_its_words_are_offered() {
    let (url, go) = server(SAYS);
    let mut window = window_with(&url);
    let words = window.words;
    paste(&mut window);
    assert!(window.has(words.helper_asking), "the writer is told, and may go on meanwhile");
    window.act(Action::Edit(vignette::storyboard::Edit::SetTitle("My kite".into())));
    go.send(()).unwrap();
    window.settle();
    assert!(window.app().state().notices.is_empty(), "{:?}", window.app().state().notices);
    assert_eq!((window.panels().len(), window.app().document().title.as_str()), (2, "My kite"));
    let (from, to) = window.panels()[1].scene.key_moment;
    assert_eq!(slice(STORY, from, to), "They watched the boats come home.");
    // Its words are offered, and painted only when they are taken.
    window.select(1);
    assert!(window.has("A girl holds a red kite in the wind."));
    assert_eq!(window.panels()[0].prompt, None);
    window.harness.get_by_label(words.proposal_take).scroll_to_me();
    window.run();
    window.click(words.proposal_take);
    assert_eq!(window.panels()[0].prompt.as_deref(), Some("A girl holds a red kite in the wind."));
    assert!(!window.has(words.proposal_take));
    window.click(words.undo);
    assert_eq!(window.panels()[0].prompt, None);
}

#[test]
fn a_helper_that_fails_is_told_and_the_story_is_read_all_the_same() {
    let (url, go) = server("I would love to help!");
    let mut window = window_with(&url);
    let words = window.words;
    paste(&mut window);
    go.send(()).unwrap();
    window.settle();
    assert!(window.panels().len() >= 3, "the built-in reading stands");
    assert!(window.panels().iter().all(|panel| panel.proposal.is_empty()));
    let told = &window.app().state().notices;
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains("could not be used"), "{told:?}");
    window.act(Action::DismissAll);
    // Another machine is not asked.
    let mut choice = window.app().state().preferences.helper.clone();
    choice.url = "http://192.0.2.1:11434".into();
    window.act(Action::SetHelper(choice));
    window.click(words.find_scenes_again);
    window.settle();
    let elsewhere = fill(words.helper_elsewhere, &[("host", &"192.0.2.1")]);
    assert!(window.app().state().notices[0].text.contains(&elsewhere));
}

#[test]
fn an_answer_about_another_story_comes_too_late() {
    let (url, go) = server(SAYS);
    let mut window = window_with(&url);
    paste(&mut window);
    let off = HelperChoice { on: false, ..window.app().state().preferences.helper.clone() };
    window.act(Action::SetHelper(off));
    window.act(Action::BeginStory("A fox slept.\n\n***\n\nAt night it rained on the fox.".into()));
    window.settle();
    let read = window.app().document().clone();
    assert!(!read.panels.is_empty());
    // Nothing but the answer wakes the window from now on.
    while window.repaints.try_recv().is_ok() {}
    go.send(()).unwrap();
    window.repaints.recv_timeout(HANGING).unwrap();
    window.settle();
    assert_eq!(*window.app().document(), read);
    assert!(window.app().state().notices.is_empty());
}

#[test]
fn the_writer_need_not_wait_for_the_helper() {
    let (url, _go) = server(SAYS);
    let mut window = window_with(&url);
    paste(&mut window);
    assert!(window.panels().is_empty());
    window.click(window.words.helper_go_on);
    window.settle();
    assert!(window.panels().len() >= 3, "read without it");
    assert!(window.app().state().notices.is_empty());
}
