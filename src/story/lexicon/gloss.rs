//! Chinese to English for prompts, word by word, from `assets/lexicon/glosses`.
//!
//! A prompt needs no grammar, only things a painter can find: "red woollen
//! coat", "long white beard". So a phrase is cut by the longest glosses in it;
//! what has none is left out.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// What a gloss is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Somebody.
    Who,
    /// Clothes.
    Wear,
    /// A part of the body or of a machine.
    Body,
    /// An adjective of looks.
    Look,
    /// A thing.
    Thing,
    /// A place, with its article.
    Place,
    /// An action, as "-ing".
    Act,
}

#[derive(Deserialize)]
struct List {
    kind: Kind,
    words: String,
}

/// English by Chinese word and kind.
struct Glosses {
    words: HashMap<String, Vec<(Kind, String)>>,
    longest: usize,
}

const SOURCE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lexicon/glosses.ron"));

/// The list, parsed at first use; one that does not parse (which a unit test
/// rules out) is empty, and prompts get poorer.
fn glosses() -> &'static Glosses {
    static GLOSSES: OnceLock<Glosses> = OnceLock::new();
    GLOSSES.get_or_init(|| {
        let mut all = Glosses { words: HashMap::new(), longest: 0 };
        for list in ron::from_str::<Vec<List>>(SOURCE).unwrap_or_default() {
            for (zh, en) in list.words.split(',').filter_map(|pair| pair.split_once('=')) {
                all.longest = all.longest.max(zh.trim().chars().count());
                all.words.entry(zh.trim().to_owned()).or_default().push((list.kind, en.trim().to_owned()));
            }
        }
        all
    })
}

/// The English of a whole word, if it has a gloss of one of the kinds.
pub fn word(zh: &str, kinds: &[Kind]) -> Option<&'static str> {
    glosses().words.get(zh)?.iter().find(|(k, _)| kinds.contains(k)).map(|(_, en)| en.as_str())
}

/// Everything in `text` with a gloss of one of the kinds, in order, the longest
/// words first taken.
pub fn all(text: &str, kinds: &[Kind]) -> Vec<(Kind, &'static str)> {
    let table = glosses();
    let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
    let mut out = Vec::new();
    let mut i = 0;
    while i + 1 < bounds.len() {
        let mut step = 1;
        for n in (1..=table.longest).rev() {
            let (Some(&a), Some(&b)) = (bounds.get(i), bounds.get(i + n)) else { continue };
            let found = table.words.get(text.get(a..b).unwrap_or(""));
            if let Some(hit) = found.and_then(|list| list.iter().find(|(k, _)| kinds.contains(k))) {
                out.push((hit.0, hit.1.as_str()));
                step = n;
                break;
            }
        }
        i += step;
    }
    out
}

/// A fact of looks in English: "wearing a red woollen coat", "long braid".
/// Empty where nothing of it has a gloss.
pub fn fact(text: &str) -> String {
    let mut nouns: Vec<(Kind, String)> = Vec::new();
    let mut adjectives: Vec<&str> = Vec::new();
    // What it is like is no part of it: 瘦得像根竹竿 has no bamboo.
    let text = text.split(['像', '如']).next().unwrap_or(text);
    for (kind, en) in all(text, &[Kind::Wear, Kind::Body, Kind::Look]) {
        if kind == Kind::Look {
            if !adjectives.contains(&en) {
                adjectives.push(en);
            }
            continue;
        }
        let lead = std::mem::take(&mut adjectives).join(" ");
        nouns.push((kind, format!("{lead} {en}").trim().to_owned()));
    }
    // 头发花白: what follows the noun is said of it.
    let rest = adjectives.join(" ");
    match nouns.last_mut() {
        Some((_, last)) if !rest.is_empty() => *last = format!("{rest} {last}"),
        None => return rest,
        _ => {}
    }
    let wear: Vec<&str> = nouns.iter().filter(|n| n.0 == Kind::Wear).map(|n| n.1.as_str()).collect();
    let body: Vec<&str> = nouns.iter().filter(|n| n.0 == Kind::Body).map(|n| n.1.as_str()).collect();
    // 左眉上一道刀疤 is a scar; the eyebrow only says where.
    let body = body.last().map_or(String::new(), |b| (*b).to_owned());
    match (wear.as_slice(), body.is_empty()) {
        ([], _) => body,
        (worn, _) => worn.join(" and "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_parses_and_is_broad() {
        let lists = ron::from_str::<Vec<List>>(SOURCE);
        assert!(lists.is_ok(), "{:?}", lists.err());
        assert!(glosses().words.len() > 700, "{}", glosses().words.len());
        assert!(glosses().words.values().flatten().all(|(_, en)| en.is_ascii() && !en.is_empty()));
    }

    #[test]
    fn facts_become_english() {
        assert_eq!(fact("穿一件崭新的红呢大衣"), "brand-new red woollen coat");
        assert_eq!(fact("头发花白"), "grizzled hair");
        assert_eq!(fact("左眉上一道刀疤"), "scar of a sword");
        assert_eq!(fact("瘦得像根竹竿"), "thin");
        assert_eq!(fact("什么也没有"), "");
    }
}
