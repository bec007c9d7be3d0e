//! Looks: short literal facts such as "a long brown plait", taken from the text
//! where a noun of body, clothes or build comes with an adjective or a "with".

use super::cast::{Company, How, Mention};
use super::lexicon::{Class, Concept, lexicon};
use super::looks_zh;
use super::sentences::{Doc, Hit, Sentence};
use super::setting::tidy;
use super::types::Language;

/// Facts kept of one character; more would drown a prompt.
const MOST_FACTS: usize = 14;

/// A noun of body, clothes or build.
pub fn is_noun(c: &Concept) -> bool {
    c.is("body") || c.is("clothes") || c.is("feature")
}

/// An adjective that can be seen.
pub fn is_adjective(c: &Concept) -> bool {
    c.class == Class::Look && !is_noun(c)
}

/// Adds the facts of the whole text to the members they belong to.
pub fn read(doc: &Doc, company: &mut Company) {
    let mut by_sentence: Vec<Vec<Mention>> = vec![Vec::new(); doc.sentences.len()];
    for m in &company.mentions {
        if let Some(list) = by_sentence.get_mut(m.sentence) {
            list.push(m.clone());
        }
    }
    let mut facts: Vec<(usize, String)> = Vec::new();
    for (s, sentence) in doc.sentences.iter().enumerate() {
        if sentence.talk > 0.9 {
            continue;
        }
        let here = by_sentence.get(s).map_or(&[][..], Vec::as_slice);
        // A sentence that names nobody goes on about the one before.
        let before = by_sentence.get(s.saturating_sub(1)).map_or(&[][..], Vec::as_slice);
        match doc.language {
            Language::English => english(doc, sentence, here, &mut facts),
            Language::Chinese => looks_zh::read(doc, sentence, here, before, &mut facts),
        }
    }
    for (who, fact) in facts {
        if let Some(m) = company.get_mut(who) {
            let fact = trim_loose_end(&fact);
            if fact.is_empty() {
                continue;
            }
            let low = fact.to_lowercase();
            let repeats = m.facts.iter().any(|f| f.to_lowercase().contains(&low));
            if !repeats && m.facts.len() < MOST_FACTS {
                m.facts.push(fact);
            }
        }
    }
}

/// Drops small words that a cut left hanging: "bigger than".
fn trim_loose_end(fact: &str) -> String {
    let hanging = [
        "than", "as", "that", "of", "in", "with", "to", "the", "a", "an", "and", "her", "his", "its", "from",
        "whom", "had", "was", "is", "on", "at", "for", "by",
    ];
    let mut words: Vec<&str> = fact.split(' ').collect();
    while words.last().is_some_and(|w| hanging.contains(w)) {
        words.pop();
    }
    words.join(" ")
}

fn adjective_at(doc: &Doc, token: usize) -> bool {
    let lex = lexicon();
    let word = doc.word(token);
    let listed = |w: &str| {
        lex.english(w).iter().any(|p| p.rest.is_empty() && lex.concept(p.concept).is_some_and(is_adjective))
    };
    listed(word) || word.rsplit_once('-').is_some_and(|(head, tail)| listed(tail) || listed(head))
}

fn noun_at(doc: &Doc, token: usize) -> bool {
    let lex = lexicon();
    lex.english(doc.word(token))
        .iter()
        .any(|p| p.rest.is_empty() && lex.concept(p.concept).is_some_and(is_noun))
}

fn english(doc: &Doc, sentence: &Sentence, here: &[Mention], facts: &mut Vec<(usize, String)>) {
    let start = sentence.tokens.start;
    // Tokens that already belong to a fact.
    let mut used: Vec<(usize, usize)> = Vec::new();
    for (hit, concept) in doc.hits_in(sentence, Class::Look) {
        let taken = used.iter().any(|u| u.0 <= hit.token && hit.token < u.1);
        if taken || hit.likened || doc.quoted(hit.token) || !is_noun(concept) {
            continue;
        }
        if let Some((who, from, to)) = noun_fact(doc, sentence, here, hit, concept) {
            facts.push((who, tidy(doc.span(from..to))));
            used.push((from, to));
        }
    }
    for m in here.iter().filter(|m| m.how != How::Pronoun && !doc.quoted(m.token)) {
        // Adjectives of the noun phrase itself: "a big green frog".
        let mut from = m.token;
        while from > start
            && (adjective_at(doc, from - 1) || matches!(doc.word(from - 1), "very" | "all"))
            && doc.tokens.get(from).is_some_and(|t| {
                !t.opens
                    || doc
                        .text
                        .get(doc.tokens.get(from - 1).map_or(0, |b| b.end)..t.start)
                        .is_some_and(|g| g.trim() == ",")
            })
        {
            from -= 1;
        }
        if from < m.token {
            facts.push((m.who, tidy(doc.span(from..m.token))));
        }
    }
    // "Posy is small and brown and furry", "broad as a door"
    for t in sentence.tokens.clone() {
        if doc.quoted(t)
            || !adjective_at(doc, t)
            || used.iter().any(|u| u.0 <= t && t < u.1)
            || noun_at(doc, t + 1)
        {
            continue;
        }
        let back: Vec<&str> = (start..t).rev().take(3).map(|b| doc.word(b)).collect();
        let be = |w: &&str| matches!(*w, "was" | "is" | "were" | "are" | "looked" | "became" | "grew");
        let copula = back.iter().position(be).filter(|p| {
            back.iter().take(*p).all(|w| {
                matches!(
                    *w,
                    "very" | "so" | "now" | "as" | "all" | "still" | "quite" | "rather" | "already" | "both"
                )
            })
        });
        let comma = doc.tokens.get(t).is_some_and(|x| x.opens)
            || matches!(back.first(), Some(&"all")) && doc.tokens.get(t - 1).is_some_and(|x| x.opens);
        let as_a = doc.word(t + 1) == "as";
        let who = match copula {
            Some(p) => {
                let verb = t - 1 - p;
                here.iter()
                    .rev()
                    .find(|m| !m.owner && m.token < verb && m.token + m.len + 2 > verb)
                    .map(|m| m.who)
            }
            None if comma && (as_a || t > start && doc.word(t - 1) == "all") => {
                here.iter().rev().find(|m| m.token < t && !m.owner).map(|m| m.who)
            }
            None => None,
        };
        let Some(who) = who else { continue };
        // No fact in "the bear was two miles away" or "it was no man".
        let number = matches!(
            doc.word(t),
            "no" | "two"
                | "three"
                | "four"
                | "six"
                | "eight"
                | "half"
                | "missing"
                | "bright"
                | "fresh"
                | "great"
                | "lost"
        );
        if number && copula.is_some() && doc.word(t) != "bright" {
            continue;
        }
        let to = clause_end(doc, sentence, t + 1, 7, true);
        facts.push((who, tidy(doc.span(t..to))));
        used.push((t, to));
    }
    measures(doc, sentence, here, facts);
}

/// Age and size: "was eleven", "a boy of about twenty", "about the size of a
/// loaf", "twice her height".
fn measures(doc: &Doc, sentence: &Sentence, here: &[Mention], facts: &mut Vec<(usize, String)>) {
    let number = |t: usize| {
        let w = doc.word(t);
        let first = w.split('-').next().unwrap_or("");
        matches!(
            first,
            "six"
                | "seven"
                | "eight"
                | "nine"
                | "ten"
                | "eleven"
                | "twelve"
                | "thirteen"
                | "fourteen"
                | "fifteen"
                | "sixteen"
                | "seventeen"
                | "eighteen"
                | "nineteen"
                | "twenty"
                | "thirty"
                | "forty"
                | "fifty"
                | "sixty"
                | "seventy"
                | "eighty"
                | "ninety"
        ) || (w.len() <= 2 && w.chars().all(|c| c.is_ascii_digit()) && !w.is_empty())
    };
    let before = |t: usize| here.iter().rev().find(|m| m.token < t && !m.owner);
    for t in sentence.tokens.clone() {
        if doc.quoted(t) {
            continue;
        }
        let (word, next) = (doc.word(t), doc.word(t + 1));
        let age = word == "of"
            && (number(t + 1) || (matches!(next, "about" | "some" | "perhaps") && number(t + 2)));
        if let Some(m) = here.iter().find(|m| age && m.token + m.len == t) {
            facts.push((m.who, tidy(doc.span(m.token..t + if number(t + 1) { 2 } else { 3 }))));
        }
        let old = matches!(word, "was" | "is" | "turned")
            && number(t + 1)
            && (doc.word(t + 2) == "years" || doc.tokens.get(t + 2).is_none_or(|x| x.opens));
        if let Some(m) = here.iter().find(|m| old && m.token + m.len == t && m.subject) {
            facts.push((m.who, format!("{next} years old")));
        }
        let sized = matches!((word, next), ("size", "of"))
            || (matches!(word, "twice" | "half") && matches!(doc.word(t + 2), "height" | "size"));
        if let Some(m) = before(t).filter(|_| sized) {
            facts.push((m.who, tidy(doc.span(t..clause_end(doc, sentence, t + 2, 4, false)))));
        }
    }
}

/// The owner and the tokens of a fact around a noun of looks.
fn noun_fact(
    doc: &Doc,
    sentence: &Sentence,
    here: &[Mention],
    hit: &Hit,
    concept: &Concept,
) -> Option<(usize, usize, usize)> {
    let lex = lexicon();
    let start = sentence.tokens.start;
    let mut from = hit.token;
    while from > start {
        let opens = doc.tokens.get(from).is_some_and(|t| t.opens);
        let word = doc.word(from - 1);
        let adjective = adjective_at(doc, from - 1);
        let small = lex.cue_en("function", word) && !adjective;
        let verb = (lex.has_english(word, Class::Action) || word == "had" || word == "wore") && !adjective;
        let owner = doc.tokens.get(from - 1).is_some_and(|t| t.possessive) && !adjective;
        let joined = !opens
            || (adjective
                && doc
                    .tokens
                    .get(from)
                    .zip(doc.tokens.get(from - 1))
                    .is_some_and(|(b, a)| doc.text.get(a.end..b.start).is_some_and(|g| g.trim() == ",")));
        let and = word == "and" && from - 1 > start && adjective_at(doc, from) && adjective_at(doc, from - 2);
        if !joined
            || ((small || verb || owner || (lex.cue_en("locative", word) && !adjective)) && !and)
            || hit.token - from >= 5
        {
            break;
        }
        from -= 1;
    }
    let visual = (from..hit.token).any(|t| adjective_at(doc, t));
    let described = from < hit.token;
    let after = hit.token + hit.len;
    // What governs the phrase: up to six words back in the clause.
    let mut owner: Option<usize> = None;
    let mut governor = "";
    let mut at = from;
    let possessive = from.checked_sub(1).filter(|p| *p >= start).map(|p| doc.word(p)).unwrap_or("");
    let mut own = matches!(possessive, "her" | "his" | "its" | "their" | "my");
    if own {
        owner = here.iter().find(|m| m.token + 1 == from).map(|m| m.who);
    } else if from > start && doc.tokens.get(from - 1).is_some_and(|t| t.possessive) {
        owner = here.iter().rev().find(|m| m.token + m.len == from).map(|m| m.who);
        own = owner.is_some();
    }
    if owner.is_none() || concept.is("clothes") {
        for back in 0..9 {
            if at <= start {
                break;
            }
            at -= 1;
            let word = doc.word(at);
            if matches!(
                word,
                "with"
                    | "in"
                    | "wearing"
                    | "wore"
                    | "wears"
                    | "had"
                    | "has"
                    | "having"
                    | "dressed"
                    | "clad"
                    | "put"
                    | "puts"
                    | "pulled"
                    | "lost"
                    | "by"
                    | "stood"
                    | "of"
                    | "on"
                    | "was"
                    | "is"
            ) {
                governor = word;
                break;
            }
            // Lists go on: "three wheels, a dented shell and a lens".
            let listing = matches!(word, "a" | "an" | "and" | "the" | "two" | "one" | "single")
                || adjective_at(doc, at)
                || noun_at(doc, at)
                || back < 2;
            if !listing && back > 5 {
                break;
            }
        }
    }
    let wears = matches!(
        governor,
        "with"
            | "wearing"
            | "wore"
            | "wears"
            | "had"
            | "has"
            | "having"
            | "dressed"
            | "clad"
            | "puts"
            | "put"
            | "pulled"
    ) || (governor == "in" && concept.is("clothes"));
    if owner.is_none() && wears {
        owner = here
            .iter()
            .rev()
            .find(|m| m.token < at && !m.owner)
            .or_else(|| here.iter().rev().find(|m| m.token < at))
            .map(|m| m.who);
    }
    // "brass buttons and all", "long legs opening": loose, but described.
    let close = here
        .iter()
        .rev()
        .find(|m| m.token < hit.token)
        .is_some_and(|m| (m.token + 1..=from).all(|t| doc.tokens.get(t).is_some_and(|x| !x.opens)));
    let loose =
        (concept.is("body") && (close || possessive == "all")) || (concept.is("clothes") && described);
    if owner.is_none() && visual && loose {
        let known = here.iter().rev().find(|m| m.token < hit.token && !m.owner);
        owner = known.or_else(|| here.iter().rev().find(|m| m.token < hit.token)).map(|m| m.who);
    }
    // "with ice in his eyelashes", "with a leaf stuck on his nose": the thing on
    // the body is the fact.
    if own
        && concept.is("body")
        && !matches!(
            doc.word(hit.token),
            "hand"
                | "hands"
                | "arm"
                | "arms"
                | "teeth"
                | "back"
                | "shoulder"
                | "shoulders"
                | "fingers"
                | "mouth"
                | "feet"
        )
    {
        let with = (start..from)
            .rev()
            .take(8)
            .take_while(|t| doc.tokens.get(*t + 1).is_some_and(|x| !x.opens))
            .find(|t| doc.word(*t) == "with");
        let on = from >= 2
            && matches!(
                doc.word(from - 2),
                "in" | "on" | "over" | "across" | "round" | "around" | "upon" | "behind"
            );
        if let Some(with) = with.filter(|w| on && *w + 2 < from)
            && let Some(m) = here.iter().rev().find(|m| m.token < with && !m.owner)
        {
            let first = if matches!(doc.word(with + 1), "a" | "an" | "the") { with + 2 } else { with + 1 };
            return Some((m.who, first, hit.token + hit.len));
        }
    }
    let who = owner?;
    let copula = matches!(doc.word(after), "was" | "were" | "is" | "are");
    let follows = matches!(
        doc.word(after),
        "with"
            | "in"
            | "of"
            | "on"
            | "stuck"
            | "down"
            | "over"
            | "made"
            | "like"
            | "that"
            | "as"
            | "round"
            | "around"
            | "at"
            | "upon"
    ) && doc.tokens.get(after).is_some_and(|t| !t.opens);
    let to = if copula && own {
        let adjective = (after + 1..after + 6)
            .take_while(|t| *t < sentence.tokens.end)
            .any(|t| adjective_at(doc, t) && doc.tokens.get(t).is_some_and(|x| !x.opens));
        if !adjective && !visual {
            return None;
        }
        if adjective { clause_end(doc, sentence, after + 1, 12, true) } else { after }
    } else if follows || wears {
        clause_end(doc, sentence, after, 8, false)
    } else {
        after
    };
    let bare_clothes = !own
        && concept.is("clothes")
        && matches!(governor, "in" | "wearing" | "wore" | "wears" | "with")
        && at + 3 >= from;
    let told = visual
        || (described && wears)
        || (wears && follows && to > after + 1)
        || bare_clothes
        || (copula && own);
    (told && to > from).then_some((who, from, to))
}

/// End of a fact: at punctuation, at a new clause, or after `most` words.
fn clause_end(doc: &Doc, sentence: &Sentence, from: usize, most: usize, through_and: bool) -> usize {
    let mut t = from;
    while t < sentence.tokens.end && t < from + most {
        if doc.tokens.get(t).is_some_and(|x| x.opens) {
            break;
        }
        let word = doc.word(t);
        let and = word == "and" && !(through_and && adjective_at(doc, t + 1));
        let verb = !through_and
            && t > from
            && matches!(word, "was" | "were" | "is" | "are" | "stood" | "hung" | "sat" | "came" | "went")
            && doc.word(from) != "that";
        if verb
            || (and
                || matches!(
                    word,
                    "but"
                        | "who"
                        | "when"
                        | "while"
                        | "because"
                        | "so"
                        | "which"
                        | "he"
                        | "she"
                        | "they"
                        | "then"
                ))
            || (through_and && word == "that")
        {
            break;
        }
        t += 1;
    }
    t.max(from)
}
