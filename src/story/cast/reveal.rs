//! Strangers whose name comes later.

use super::{Company, Gender, How, Member, Mention};
use crate::story::doc::Doc;
use crate::story::lexicon::lexicon;
use crate::story::types::CharacterKind;

/// Sentences between the last word of a stranger and the name that turns out
/// to be theirs.
const LONGEST_SECRET: usize = 40;

/// 一个戴斗笠的女子 of the first scene is 柳青 of the second: somebody without a
/// name who is much seen, and never again once a name comes up that nobody
/// introduces.
pub fn reveal(doc: &Doc, company: &mut Company) {
    let lex = lexicon();
    // First and last sentence of everybody, and where they are first named.
    let mut seen: Vec<Option<(usize, usize)>> = vec![None; company.members.len()];
    let mut named: Vec<Option<usize>> = vec![None; company.members.len()];
    for (at, m) in company.mentions.iter().enumerate() {
        let who = company.root(m.who);
        if let Some(slot) = seen.get_mut(who) {
            *slot = Some((slot.map_or(m.sentence, |s| s.0), m.sentence));
        }
        if let Some(slot) = named.get_mut(who).filter(|slot| slot.is_none() && m.how == How::Name) {
            *slot = Some(at);
        }
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (stranger, old) in company.members.iter().enumerate() {
        let plain =
            old.concepts.iter().filter_map(|c| lex.concept(*c)).all(|c| c.is("generic") && c.is("human"));
        let Some((met, left)) = seen.get(stranger).copied().flatten() else { continue };
        if old.merged.is_some() || old.narrator || !old.names.is_empty() || !plain || old.acts == 0 {
            continue;
        }
        let heir = company
            .members
            .iter()
            .enumerate()
            .filter_map(|(who, new)| {
                let name = company.mentions.get(named.get(who).copied().flatten()?)?;
                let first = name.sentence;
                let trade = new.concepts.iter().filter_map(|c| lex.concept(*c)).any(|c| !c.is("generic"));
                let near = new.gender == Gender::Unknown
                    && first <= left + 8
                    && addressed(doc, new, left.saturating_sub(4), first);
                let agrees = old.gender == new.gender || old.gender == Gender::Unknown || near;
                let fits = new.merged.is_none()
                    && !new.narrator
                    && !new.names.is_empty()
                    && !trade
                    && agrees
                    && new.kind.is_none_or(|k| k == CharacterKind::Human)
                    && old.kind.is_none_or(|k| k == CharacterKind::Human);
                let later = left < first && first <= left + LONGEST_SECRET;
                let sure = old.count >= 4 && old.acts >= 2 && old.gender == new.gender
                    || old.count >= 2 && addressed(doc, new, met, first);
                (fits && later && sure && new.acts >= 2 && !introduced(doc, name)).then_some((first, who))
            })
            .min();
        pairs.extend(heir.map(|(_, who)| (stranger, who)));
    }
    for (stranger, who) in pairs {
        // Two strangers cannot both be the one.
        if company.get(who).is_some_and(|m| m.merged.is_none()) {
            company.merge(stranger, who);
        }
    }
}

/// Whether somebody is called by the name in talk between two sentences.
fn addressed(doc: &Doc, member: &Member, from: usize, to: usize) -> bool {
    let first = |name: &str| name.split(' ').next().unwrap_or("").to_lowercase();
    let names: Vec<String> = member.names.iter().map(|n| first(&n.0)).collect();
    doc.sentences
        .get(from..=to.min(doc.sentences.len().saturating_sub(1)))
        .unwrap_or(&[])
        .iter()
        .flat_map(|s| s.tokens.clone())
        .any(|t| doc.quoted(t) && names.iter().any(|n| n == doc.word(t)))
}

/// Whether a name comes with an introduction: "a girl named Tess", 名叫八斤.
fn introduced(doc: &Doc, mention: &Mention) -> bool {
    let before = |n: usize| mention.token.checked_sub(n).map_or("", |t| doc.word(t));
    (1..4).any(|n| {
        matches!(
            before(n),
            "named" | "called" | "name" | "叫" | "名叫" | "名" | "叫做" | "一个" | "一位" | "位"
        )
    })
}
