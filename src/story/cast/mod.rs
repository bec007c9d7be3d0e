//! The cast: who acts in a story, under which names, and where they are.
//!
//! Each language finds its own mentions (`english`, `chinese`); `company` keeps
//! the members and resolves nouns and pronouns to them by recency and agreement of
//! kind and gender (the classic salience heuristics of Lappin and Leass 1994,
//! without a parser). This part decides in the end who is a character at all.

mod chinese;
mod company;
mod english;
mod gender;
mod reveal;

use crate::story::doc::{Doc, World};
use crate::story::lexicon::Class;
use crate::story::looks::{self, Fact};
use crate::story::types::{CharacterKind, Language};
use gender::likely_gender;

#[cfg(all(test, feature = "train"))]
pub use company::kind_of;
pub use company::{Company, How, Member, Mention};
pub use gender::Gender;

/// A finished member of the cast.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Name shown everywhere.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Kind.
    pub kind: CharacterKind,
    /// Facts of looks.
    pub facts: Vec<Fact>,
    /// Concepts of its nouns.
    pub concepts: Vec<usize>,
    /// Gender.
    pub gender: Gender,
    /// What a painter would call it, where a writer said so; else empty.
    pub what: String,
    /// The world it lives in.
    pub world: World,
    /// First scene, and one past the last, in which each of `facts` holds.
    pub spells: Vec<(usize, Option<usize>)>,
}

impl Part {
    /// The facts that hold in a scene.
    pub fn facts_in(&self, scene: usize) -> impl Iterator<Item = &str> {
        self.facts
            .iter()
            .enumerate()
            .filter(move |(i, _)| {
                self.spells
                    .get(*i)
                    .is_none_or(|(from, until)| *from <= scene && until.is_none_or(|u| scene < u))
            })
            .map(|(_, f)| f.text.as_str())
    }
}

/// The cast and where its members are.
#[derive(Debug, Default)]
pub struct Cast {
    /// Members, most present first.
    pub parts: Vec<Part>,
    /// For every sentence the members seen there (indices into `parts`).
    pub presence: Vec<Vec<usize>>,
    /// For every sentence those who act in it, in the order of the text.
    pub subjects: Vec<Vec<usize>>,
}

/// Reads the cast of a story.
pub fn read(doc: &Doc) -> Cast {
    let mut company = match doc.language {
        Language::English => english::read(doc),
        Language::Chinese => chinese::read(doc),
    };
    reveal::reveal(doc, &mut company);
    looks::read(doc, &mut company);
    finish(doc, company)
}

/// Decides who is a character, names them, orders them, and tells where they are.
fn finish(doc: &Doc, company: Company) -> Cast {
    let mut chosen: Vec<(usize, Part)> = company
        .members
        .iter()
        .enumerate()
        .filter(|(_, m)| m.merged.is_none() && is_character(doc, m))
        .map(|(i, m)| (i, part(doc, m)))
        .filter(|(_, part)| !part.name.is_empty())
        .collect();
    let count = |member: usize| company.members.get(member).map_or(0, |m| m.count);
    chosen.sort_by(|a, b| count(b.0).cmp(&count(a.0)).then(a.0.cmp(&b.0)));
    // Member -> index into the cast.
    let mut index = vec![None; company.members.len()];
    for (place, (member, _)) in chosen.iter().enumerate() {
        if let Some(slot) = index.get_mut(*member) {
            *slot = Some(place);
        }
    }
    let mut cast = Cast {
        parts: chosen.into_iter().map(|(_, part)| part).collect(),
        presence: vec![Vec::new(); doc.sentences.len()],
        subjects: vec![Vec::new(); doc.sentences.len()],
    };
    for m in company.mentions.iter().filter(|m| is_there(doc, &company, m)) {
        let Some(Some(place)) = index.get(company.root(m.who)) else {
            continue;
        };
        let acting = cast.subjects.get_mut(m.sentence).filter(|_| m.subject);
        for list in cast.presence.get_mut(m.sentence).into_iter().chain(acting) {
            if !list.contains(place) {
                list.push(*place);
            }
        }
    }
    cast
}

/// A member as one of the cast.
fn part(doc: &Doc, m: &Member) -> Part {
    let (name, aliases) = names(doc, m);
    Part {
        name,
        aliases,
        kind: m.kind.unwrap_or(CharacterKind::Human),
        facts: m.facts.clone(),
        concepts: m.concepts.clone(),
        gender: if m.gender == Gender::Unknown { likely_gender(doc, m) } else { m.gender },
        what: String::new(),
        world: doc.world,
        spells: Vec::new(),
    }
}

/// Whether somebody who is spoken of is there as well: not in memories (but for
/// who tells them), nor as an owner, nor in "what the heron had told her".
fn is_there(doc: &Doc, company: &Company, m: &Mention) -> bool {
    let behind = m.token + m.len;
    let participle = doc.word(behind + 1);
    let told = m.how != How::Pronoun
        && doc.language == Language::English
        && doc.word(behind) == "had"
        && participle.ends_with(['d', 'n', 't']);
    let memory = doc.sentences.get(m.sentence).is_some_and(|s| s.memory);
    let narrator = company.get(m.who).is_some_and(|p| p.narrator);
    !m.owner && !told && (!memory || narrator)
}

/// Whether a member is worth a place in the cast.
fn is_character(doc: &Doc, m: &Member) -> bool {
    if m.narrator {
        return true;
    }
    if !m.names.is_empty() {
        return m.count >= 1 && (m.acts >= 1 || m.count >= 3 || !m.nouns.is_empty());
    }
    let generic = m.ideas().all(|c| c.is("generic"));
    let thing = m.kind == Some(CharacterKind::Object) && m.ideas().all(|c| c.class == Class::Prop);
    if thing {
        return m.acts >= 4 || (m.acts >= 3 && m.speaks >= 1);
    }
    // In a long book a walk-on needs more than two lines to be in the cast.
    let size = doc.sentences.len();
    let least = 2 + size / 1500;
    // Somebody described in passing who acts is worth a face in a short tale.
    if m.acts >= 1 && m.count >= 1 && m.facts.len() >= 2 && size < 1500 && m.kind.is_some() {
        return true;
    }
    if generic {
        m.acts >= 1 && m.count > least || m.speaks >= 1 && m.count >= least
    } else {
        m.acts >= 1 && m.count >= least
    }
}

/// The name to show and the aliases, by frequency.
fn names(doc: &Doc, m: &Member) -> (String, Vec<String>) {
    let mut all: Vec<(String, usize)> = m.names.clone();
    all.sort_by(|a, b| b.1.cmp(&a.1).then(b.0.len().cmp(&a.0.len())));
    let mut nouns = m.nouns.clone();
    nouns.sort_by_key(|n| std::cmp::Reverse(n.2));
    if doc.language == Language::Chinese {
        // 纸灯 says more than 灯, and two characters read better as a name.
        nouns.sort_by_key(|n| std::cmp::Reverse((n.2.min(3), n.0.chars().count().min(3), n.2)));
    }
    let nouns = nouns.into_iter().map(|n| n.1);
    let mut shown: Vec<String> = all.into_iter().map(|n| n.0).chain(nouns).collect();
    if m.narrator {
        shown.push("I".to_owned());
        shown.push("narrator".to_owned());
        if doc.language == Language::Chinese {
            shown.retain(|s| s != "I" && s != "narrator");
            shown.push("我".to_owned());
        } else if shown.len() == 2 {
            shown = vec!["Narrator".to_owned(), "I".to_owned()];
        }
    }
    let mut seen: Vec<String> = Vec::new();
    for s in shown {
        if !seen.iter().any(|o| o.eq_ignore_ascii_case(&s)) {
            seen.push(s);
        }
    }
    if seen.is_empty() {
        return (String::new(), Vec::new());
    }
    let mut name = seen.remove(0);
    // An unnamed character is called by the bare noun: "the heron" -> "Heron".
    if m.names.is_empty() && doc.language == Language::English {
        let bare = name.trim_start_matches("the ").to_owned();
        let mut letters = bare.chars();
        let title = letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or(bare);
        if title != name {
            seen.insert(0, std::mem::replace(&mut name, title));
        }
    }
    (name, seen)
}
