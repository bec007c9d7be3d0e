//! The determiner of an English noun phrase, looked for over its adjectives.

use crate::story::doc::{Doc, Sentence};
use crate::story::lexicon::{Class, lexicon};
use crate::story::names::english::is_verb;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Article {
    None,
    Definite,
    Indefinite,
    Possessive,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    None,
    /// his, her, its, their
    Pronoun,
    /// my, our
    First,
    /// The token of a noun or name with 's.
    Noun(usize),
}

pub(super) struct Determiner {
    pub(super) kind: Article,
    pub(super) owner: Owner,
    /// First token of the whole noun phrase.
    pub(super) start: usize,
}

/// Looks back over the adjectives of a noun for its article or owner.
pub(super) fn determiner(doc: &Doc, sentence: &Sentence, noun: usize) -> Determiner {
    let lex = lexicon();
    let mut t = noun;
    let mut start = noun;
    for _ in 0..5 {
        if t <= sentence.tokens.start
            || (doc.tokens.get(t).is_some_and(|x| x.opens) && !comma_between_adjectives(doc, t))
        {
            break;
        }
        t -= 1;
        let word = doc.word(t);
        let (kind, owner) = match word {
            "the" | "that" | "this" => (Article::Definite, Owner::None),
            "a" | "an" | "one" | "another" | "some" => (Article::Indefinite, Owner::None),
            "his" | "her" | "its" | "their" => (Article::Possessive, Owner::Pronoun),
            "my" | "our" => (Article::Possessive, Owner::First),
            "your" => (Article::Possessive, Owner::None),
            _ if doc.tokens.get(t).is_some_and(|x| x.possessive) => (Article::Possessive, Owner::Noun(t)),
            "very" | "other" | "only" | "own" => {
                start = t;
                continue;
            }
            _ if lex.cue_en("function", word) || lex.cue_en("locative", word) => break,
            _ => {
                let verb = is_verb(doc, t) && !lex.has_english(word, Class::Look);
                if verb {
                    break;
                }
                start = t;
                continue;
            }
        };
        // "the ferryman's niece": the article before the owner belongs too.
        let mut first = t;
        if let Owner::Noun(o) = owner
            && o > sentence.tokens.start
            && matches!(doc.word(o - 1), "the" | "a" | "his" | "her")
        {
            first = o - 1;
        }
        return Determiner { kind, owner, start: first };
    }
    Determiner { kind: Article::None, owner: Owner::None, start: if start == noun { noun } else { start } }
}

/// "a big, green frog"
fn comma_between_adjectives(doc: &Doc, t: usize) -> bool {
    let lex = lexicon();
    let Some(before) = t.checked_sub(1) else {
        return false;
    };
    let adjective = |t: usize| {
        lex.english(doc.word(t)).iter().any(|p| {
            p.rest.is_empty()
                && lex.concept(p.concept).is_some_and(|c| {
                    c.class == Class::Look && !c.is("body") && !c.is("clothes") && !c.is("feature")
                })
        })
    };
    let gap = match (doc.tokens.get(before), doc.tokens.get(t)) {
        (Some(a), Some(b)) => doc.text.get(a.end..b.start).unwrap_or(""),
        _ => "",
    };
    if gap.trim() != "," {
        return false;
    }
    // "A big, slow, sandy-haired man": one of a row that begins with an article.
    let row = || {
        (0..3)
            .map_while(|n| before.checked_sub(n))
            .any(|b| doc.tokens.get(b).is_some_and(|x| !x.quoted) && matches!(doc.word(b), "a" | "an"))
    };
    adjective(before) || (row() && !is_verb(doc, before))
}
