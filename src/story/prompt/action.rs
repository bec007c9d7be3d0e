//! What happens in the key moment, in English.

use super::phrase::PromptTarget;
use super::{pose, thing};
use crate::story::cast::Cast;
use crate::story::doc::Doc;
use crate::story::lexicon::gloss::{self, Kind};
use crate::story::lexicon::words::article;
use crate::story::text::tidy;
use crate::story::types::{Character, Language, Reading};

/// What happens in the key moment. For T5 an English story gives its own
/// sentence, with names said as what they are; else verbs and things.
pub(super) fn action(doc: &Doc, key: &str, reading: &Reading, target: PromptTarget) -> String {
    match (reading.language, target) {
        (Language::English, PromptTarget::T5) => sentence(key, &reading.cast),
        (Language::English, _) => {
            let pose = pose(doc, 0, true);
            let held = thing::prop(doc, 0, &[], &Cast::default());
            let held = held.map(|t| format!(", {} {}", if t.held { "holding" } else { "with" }, t.word));
            format!("{pose}{}", held.unwrap_or_default())
        }
        (Language::Chinese, _) => {
            let narrated: String = doc
                .tokens
                .iter()
                .filter(|t| !t.quoted)
                .filter_map(|t| doc.text.get(t.start..t.end))
                .collect();
            let mut doing: Vec<&str> = Vec::new();
            let mut things: Vec<&str> = Vec::new();
            for (kind, en) in gloss::all(&narrated, &[Kind::Act, Kind::Thing, Kind::Wear, Kind::Body]) {
                match kind {
                    Kind::Act if !doing.contains(&en) && doing.len() < 2 => doing.push(en),
                    Kind::Thing if !things.contains(&en) && things.len() < 2 => things.push(en),
                    _ => {}
                }
            }
            let things: Vec<String> = things.iter().map(|t| article(t)).collect();
            match (doing.is_empty(), things.is_empty()) {
                (true, true) => String::new(),
                (true, false) => format!("with {}", things.join(" and ")),
                (false, true) => doing.join(" and "),
                (false, false) => format!("{}, {}", doing.join(" and "), things.join(" and ")),
            }
        }
    }
}

/// The key sentence without its talk, names replaced, at most 45 words.
fn sentence(key: &str, cast: &[Character]) -> String {
    let doc = Doc::new(key, Language::English, &[]);
    let mut spans: Vec<(usize, usize, String)> = Vec::new();
    // Talk is not painted.
    let mut open = None;
    for t in &doc.tokens {
        match (t.quoted, open) {
            (true, None) => open = Some(t.start),
            (false, Some(from)) => {
                spans.push((from, t.start, String::new()));
                open = None;
            }
            _ => {}
        }
    }
    if let Some(from) = open {
        spans.push((from, key.len(), String::new()));
    }
    for c in cast {
        let mut calls: Vec<&String> = std::iter::once(&c.name)
            .chain(&c.aliases)
            .filter(|n| n.starts_with(char::is_uppercase) && n.len() > 1)
            .collect();
        calls.sort_by_key(|n| std::cmp::Reverse(n.len()));
        for name in calls {
            for (at, _) in key.match_indices(name.as_str()) {
                let end = at + name.len();
                let inside = spans.iter().any(|s| s.0 < end && at < s.1);
                let word =
                    !key.get(..at).and_then(|t| t.chars().next_back()).is_some_and(char::is_alphanumeric)
                        && !key.get(end..).and_then(|t| t.chars().next()).is_some_and(char::is_alphanumeric);
                // "The Owl" is the owl already.
                let common =
                    key.get(..at).is_some_and(|t| t.trim_end().ends_with("he") && t.trim_end().len() >= 3);
                if !inside && word && !common && !c.what.is_empty() {
                    spans.push((at, end, format!("the {}", c.what)));
                }
            }
        }
    }
    spans.sort();
    let mut out = String::new();
    let mut at = 0;
    for (from, to, with) in spans {
        if from < at {
            continue;
        }
        out.push_str(key.get(at..from).unwrap_or(""));
        out.push_str(&with);
        at = to;
    }
    out.push_str(key.get(at..).unwrap_or(""));
    let clean = tidy(&out.replace(['"', '“', '”', '*', '_'], " "));
    let clean = clean.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let words: Vec<&str> = clean.split_whitespace().collect();
    // A tag such as "said the girl" alone shows nothing.
    if words.len() < 4 { String::new() } else { words.iter().take(45).copied().collect::<Vec<_>>().join(" ") }
}
