//! The helper against a server that answers from a list.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use super::*;

const STORY: &str = "Oda ran to the river at dawn. She wore a red coat.\r\nThe ferryman “waved” at her.\n\n\
    At night Oda sat in the kitchen with the ferryman. Rain fell on the roof.\n\n\
    Next morning she walked to the market alone. She bought a goose.";

const GOOD: &str = r#"<think>three scenes</think>```json
{"scenes":[
 {"starts_with":"Oda ran to the river","key_moment":"The ferryman \"waved\" at her.","title":"At the river","prompt":"A girl in a red coat runs along a river at dawn."},
 {"starts_with":"At night Oda sat","key_moment":"Rain fell on the roof.","prompt":"Two people in a kitchen\nat night, rain."},
 {"starts_with":"Next morning she walked","key_moment":"She bought a goose.","prompt":""}
]}```"#;

/// Serves one response a connection, in order; gives the address and what was
/// asked.
fn server(responses: Vec<String>) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = thread::spawn(move || {
        let mut asked = Vec::new();
        for response in responses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut piece = [0; 4096];
            loop {
                let count = stream.read(&mut piece).unwrap();
                request.extend_from_slice(&piece[..count]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length = head
                    .lines()
                    .find_map(|line| line.to_lowercase().strip_prefix("content-length:").map(str::to_owned))
                    .map_or(0, |n| n.trim().parse::<usize>().unwrap());
                if body.len() >= length || count == 0 {
                    asked.push(text);
                    break;
                }
            }
            stream.write_all(response.as_bytes()).unwrap();
        }
        asked
    });
    (url, asked)
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn says(content: &str) -> String {
    ok(&serde_json::json!({ "choices": [{ "message": { "content": content } }] }).to_string())
}

fn settings(url: &str) -> Settings {
    Settings { model: "small".into(), timeout: Duration::from_secs(20), ..Settings::local(url) }
}

fn asked_for(content: &str) -> Helped {
    let (url, asked) = server(vec![says(content)]);
    let helped = read(STORY, &StoryOptions::default(), Some(&settings(&url))).unwrap();
    asked.join().unwrap();
    helped
}

#[test]
fn proposals_become_scenes_and_the_rest_is_read() {
    let (url, asked) = server(vec![ok(r#"{"data":[{"id":"tiny"},{"id":"large"}]}"#), says(GOOD)]);
    let options = StoryOptions::default();
    let helped = read(STORY, &options, Some(&Settings { model: String::new(), ..settings(&url) })).unwrap();
    assert_eq!(helped.notice, None);
    let scenes = &helped.reading.scenes;
    assert_eq!(scenes.len(), 3);
    let key = |i: usize| story::slice(STORY, scenes[i].key_moment.0, scenes[i].key_moment.1);
    assert_eq!(
        (key(0), key(1), key(2)),
        ("The ferryman “waved” at her.", "Rain fell on the roof.", "She bought a goose.")
    );
    assert_eq!(scenes[0].title, "At the river");
    assert!(story::slice(STORY, scenes[2].start, scenes[2].end).starts_with("Next morning"));
    assert_eq!(helped.prompts[1], "Two people in a kitchen at night, rain.");
    assert!(scenes[1].prompt.contains("kitchen"), "the built-in prompt stays: {}", scenes[1].prompt);
    assert!(helped.reading.cast.iter().any(|c| c.name == "Oda"));
    let asked = asked.join().unwrap();
    assert!(asked[0].starts_with("GET /v1/models "), "{}", asked[0]);
    assert!(asked[1].starts_with("POST /v1/chat/completions ") && asked[1].contains("\"tiny\""));
    assert!(asked[1].contains("Oda ran to the river"), "the story is sent");
}

#[test]
fn without_a_helper_nothing_is_different() {
    let options = StoryOptions::default();
    let alone = story::read(STORY, &options).unwrap();
    let helped = read(STORY, &options, None).unwrap();
    assert_eq!((helped.reading, helped.notice), (alone, None));
    assert!(helped.prompts.iter().all(String::is_empty));
}

#[test]
fn every_failure_falls_back_with_a_notice() {
    let alone = story::read(STORY, &StoryOptions::default()).unwrap();
    let unusable = [
        "I would love to help!",
        r#"{"scenes":[]}"#,
        r#"{"scenes":[{"starts_with":"Oda ran"}]}"#,
        r#"{"scenes":[{"starts_with":"Oda flew to the moon","key_moment":"She bought a goose."}]}"#,
        r#"{"scenes":[{"starts_with":"Oda ran to","key_moment":"She bought a swan."}]}"#,
        // In the wrong order, and a key moment before its scene.
        r#"{"scenes":[{"starts_with":"At night Oda sat","key_moment":"Rain fell on the roof."},{"starts_with":"Oda ran to the river","key_moment":"She wore a red coat."}]}"#,
        r#"{"scenes":[{"starts_with":"At night Oda sat","key_moment":"She wore a red coat."}]}"#,
        r#"{"scenes":[{"starts_with":"Oda","key_moment":"a"}]}"#,
    ];
    for content in unusable {
        let helped = asked_for(content);
        assert!(matches!(helped.notice, Some(HelperError::Unusable(_))), "{content}: {:?}", helped.notice);
        assert_eq!(helped.reading, alone, "{content}");
    }
    let redirect = "HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n";
    let long = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\nx", 9 << 20);
    for response in ["HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", redirect, "", "rubbish\r\n\r\n", &long] {
        let (url, asked) = server(vec![response.to_owned()]);
        let helped = read(STORY, &StoryOptions::default(), Some(&settings(&url))).unwrap();
        assert!(matches!(helped.notice, Some(HelperError::Silent(_))), "{response}: {:?}", helped.notice);
        assert_eq!(helped.reading, alone);
        asked.join().unwrap();
    }
    // Nobody listens there any more.
    let (url, asked) = server(Vec::new());
    asked.join().unwrap();
    let helped = read(STORY, &StoryOptions::default(), Some(&settings(&url))).unwrap();
    assert!(matches!(helped.notice, Some(HelperError::Silent(_))), "{:?}", helped.notice);
}

#[test]
fn a_silent_server_is_left_after_its_time() {
    // It accepts by the system's backlog and never says a word.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let impatient = Settings { timeout: Duration::from_millis(30), ..settings(&url) };
    let helped = read(STORY, &StoryOptions::default(), Some(&impatient)).unwrap();
    assert!(matches!(helped.notice, Some(HelperError::Silent(_))), "{:?}", helped.notice);
}

#[test]
fn other_machines_are_asked_only_when_the_writer_says_so() {
    for url in ["http://192.0.2.1:9", "http://example.com", "http://0.0.0.0:1"] {
        let helped = read(STORY, &StoryOptions::default(), Some(&settings(url))).unwrap();
        assert!(matches!(helped.notice, Some(HelperError::Elsewhere { .. })), "{:?}", helped.notice);
    }
}

#[test]
fn numbers_of_scenes_and_the_writers_changes_count() {
    let (url, asked) = server(vec![says(GOOD)]);
    let two = StoryOptions { scenes: Some(2), ..StoryOptions::default() };
    let helped = read(STORY, &two, Some(&settings(&url))).unwrap();
    asked.join().unwrap();
    assert!(matches!(helped.notice, Some(HelperError::Unusable(_))));
    assert_eq!(helped.reading.scenes.len(), 2);
    let mut options = StoryOptions::default();
    let at = STORY.find("She wore").unwrap();
    let anchor = story::anchor(STORY, at);
    options.overrides.scenes.push(SceneEdit { anchor, change: SceneChange::KeyMoment });
    let (url, asked) = server(vec![says(GOOD)]);
    let helped = read(STORY, &options, Some(&settings(&url))).unwrap();
    asked.join().unwrap();
    let moment = helped.reading.scenes[0].key_moment;
    assert_eq!(story::slice(STORY, moment.0, moment.1), "She wore a red coat.");
    let long = "One more word. ".repeat(5000);
    let helped = read(&long, &StoryOptions::default(), Some(&settings("http://localhost:1"))).unwrap();
    assert!(matches!(helped.notice, Some(HelperError::TooLong { .. })));
    assert_eq!(read(" ", &StoryOptions::default(), Some(&settings(&url))), Err(StoryError::Empty));
}
