//! The writer's changes of the cast.

use super::CastEdit;
use crate::story::cast::{Cast, Gender, Part};
use crate::story::doc::Doc;
use crate::story::looks::Fact;
use crate::story::text::paragraphs::is_han;
use crate::story::text::tidy;
use crate::story::types::Character;

/// Applies the changes of the cast; gives back those that found nobody.
pub fn apply_to_cast(doc: &Doc, cast: &mut Cast, edits: &[CastEdit]) -> Vec<CastEdit> {
    let mut lost = Vec::new();
    for edit in edits {
        let done = match edit {
            CastEdit::Rename { who, name } => rename(cast, who, name),
            CastEdit::Merge { who, into } => merge(cast, who, into),
            CastEdit::Remove { who } => remove(cast, who),
            CastEdit::Kind { who, kind } => change(cast, who, |p| p.kind = *kind),
            CastEdit::Looks { who, looks } => change(cast, who, |p| p.facts = fixed(looks)),
            CastEdit::Add { character } => {
                add(doc, cast, character);
                true
            }
        };
        if !done {
            lost.push(edit.clone());
        }
    }
    lost
}

fn fixed(looks: &[String]) -> Vec<Fact> {
    looks.iter().map(|l| Fact { text: tidy(l), fixed: true, ..Fact::default() }).collect()
}

/// The member of that name, or else of that alias.
pub fn member(cast: &Cast, who: &str) -> Option<usize> {
    let same = |s: &String| s.to_lowercase() == who.to_lowercase();
    let by_name = cast.parts.iter().position(|p| same(&p.name));
    by_name.or_else(|| cast.parts.iter().position(|p| p.aliases.iter().any(same)))
}

fn change(cast: &mut Cast, who: &str, change: impl FnOnce(&mut Part)) -> bool {
    match member(cast, who).and_then(|id| cast.parts.get_mut(id)) {
        Some(part) => {
            change(part);
            true
        }
        None => false,
    }
}

fn rename(cast: &mut Cast, who: &str, name: &str) -> bool {
    // Already called so, by an earlier reading or by the text itself.
    change(cast, who, |p| {
        let old = std::mem::replace(&mut p.name, name.to_owned());
        p.aliases.retain(|a| a != name);
        if old != name && !p.aliases.contains(&old) {
            p.aliases.insert(0, old);
        }
    }) || member(cast, name).is_some()
}

fn merge(cast: &mut Cast, who: &str, into: &str) -> bool {
    let (Some(from), Some(to)) = (member(cast, who), member(cast, into)) else {
        return false;
    };
    if from == to {
        return true;
    }
    let old = cast.parts.get(from).cloned();
    if let (Some(old), Some(part)) = (old, cast.parts.get_mut(to)) {
        for alias in std::iter::once(old.name).chain(old.aliases) {
            if alias != part.name && !part.aliases.contains(&alias) {
                part.aliases.push(alias);
            }
        }
        part.facts.extend(old.facts);
        part.facts.sort_by_key(|f| (f.sentence, f.span.0));
        part.concepts.extend(old.concepts);
        if part.gender == Gender::Unknown {
            part.gender = old.gender;
        }
    }
    for list in cast.presence.iter_mut().chain(cast.subjects.iter_mut()) {
        if list.contains(&from) {
            list.retain(|id| *id != from);
            if !list.contains(&to) {
                list.push(to);
            }
        }
    }
    take_out(cast, from);
    true
}

fn remove(cast: &mut Cast, who: &str) -> bool {
    // Nobody of that name is what the writer wanted.
    if let Some(id) = member(cast, who) {
        take_out(cast, id);
    }
    true
}

fn take_out(cast: &mut Cast, id: usize) {
    if id >= cast.parts.len() {
        return;
    }
    cast.parts.remove(id);
    for list in cast.presence.iter_mut().chain(cast.subjects.iter_mut()) {
        list.retain(|other| *other != id);
        for other in list.iter_mut().filter(|other| **other > id) {
            *other -= 1;
        }
    }
}

fn add(doc: &Doc, cast: &mut Cast, character: &Character) {
    let facts = fixed(&character.appearance);
    if let Some(part) = member(cast, &character.name).and_then(|id| cast.parts.get_mut(id)) {
        part.kind = character.kind;
        if !facts.is_empty() {
            part.facts = facts;
        }
        for alias in &character.aliases {
            if !part.aliases.contains(alias) {
                part.aliases.push(alias.clone());
            }
        }
        return;
    }
    let id = cast.parts.len();
    cast.parts.push(Part {
        name: character.name.clone(),
        aliases: character.aliases.clone(),
        kind: character.kind,
        facts,
        what: character.what.clone(),
        ..Part::default()
    });
    let calls: Vec<String> = std::iter::once(&character.name)
        .chain(&character.aliases)
        .map(|c| c.to_lowercase())
        .filter(|c| !c.trim().is_empty())
        .collect();
    for (s, sentence) in doc.sentences.iter().enumerate() {
        let text = doc.text.get(sentence.start..sentence.end).unwrap_or("").to_lowercase();
        if calls.iter().any(|c| called(&text, c))
            && let Some(list) = cast.presence.get_mut(s)
        {
            list.push(id);
        }
    }
}

/// Whether a lower-case text holds a name as a word of its own.
fn called(text: &str, name: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
    text.match_indices(name).any(|(at, found)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|t| t.chars().next());
        name.chars().any(is_han) || (!letter(before) && !letter(after))
    })
}
