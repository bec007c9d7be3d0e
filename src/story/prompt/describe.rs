//! A member of the cast in English words for painters that read sentences.

use crate::story::lexicon::gloss;
use crate::story::lexicon::numerals;
use crate::story::lexicon::words::article;
use crate::story::lexicon::{Class, lexicon};
use crate::story::looks::{Slot, slot};
use crate::story::text::paragraphs::is_han;
use crate::story::types::Character;

/// "an old woman with a long grey plait, wearing a blue cloak".
pub fn describe(character: &Character, scene: usize, most: usize) -> String {
    let noun = if character.what.is_empty() { "figure" } else { character.what.as_str() };
    let lex = lexicon();
    let (mut before, mut worn, mut with) = (Vec::new(), Vec::new(), Vec::new());
    let valid =
        character.looks.iter().filter(|l| l.from_scene <= scene && l.until_scene.is_none_or(|u| scene < u));
    let mut told = 0;
    // The last told of a garment is the one worn; clothes and hair say most.
    let mut facts: Vec<String> = valid.map(|l| english_fact(&l.text)).filter(|f| !f.is_empty()).collect();
    facts.dedup();
    facts.sort_by_key(|f| std::cmp::Reverse(slot(f) != Slot::Lasting));
    for fact in facts {
        if told >= most {
            break;
        }
        let words: Vec<&str> = fact.split_whitespace().collect();
        let tagged = |tag: &str| {
            words.iter().any(|w| {
                lex.english(w.trim_matches(','))
                    .iter()
                    .any(|p| lex.concept(p.concept).is_some_and(|c| c.class == Class::Look && c.is(tag)))
            })
        };
        if fact.ends_with("years old") {
            before.push(fact.clone());
            continue;
        }
        told += 1;
        if tagged("body") || tagged("feature") {
            with.push(fact);
        } else if tagged("clothes") {
            worn.push(fact);
        } else if words.len() <= 3 && !noun.contains(fact.as_str()) {
            before.push(fact);
        } else {
            told -= 1;
        }
    }
    let age = before.iter().position(|b| b.ends_with("years old")).map(|i| before.remove(i));
    let lead = before.iter().map(|b| b.replace(" and ", ", ")).collect::<Vec<_>>().join(", ");
    let mut out = article(format!("{lead} {noun}").trim());
    if let Some(age) = age {
        out.push_str(&format!(", {age},"));
    }
    if !with.is_empty() {
        out.push_str(&format!(" with {}", with.iter().map(|w| article(w)).collect::<Vec<_>>().join(" and ")));
    }
    if !worn.is_empty() {
        out.push_str(&format!(
            " wearing {}",
            worn.iter().map(|w| article(w)).collect::<Vec<_>>().join(" and ")
        ));
    }
    out
}

/// A fact in English; Chinese ones by their glosses.
fn english_fact(fact: &str) -> String {
    if !fact.chars().any(is_han) {
        return fact.to_owned();
    }
    if let Some(age) = fact.strip_suffix('岁') {
        return numerals::chinese(age).map_or(String::new(), |n| format!("{n} years old"));
    }
    gloss::fact(fact)
}
