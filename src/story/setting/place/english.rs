//! English nouns of place: the preposition before them, and what makes a mere
//! mention of them.

use crate::story::doc::{Doc, Hit, Sentence};
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::looks::{is_adjective, looks_word};

/// Tokens before the noun that are looked at for its preposition.
const REACH: usize = 8;

/// Partitive nouns: the edge of the wood is in the wood.
const PARTITIVES: &str = "edge side top middle centre center bottom end foot mouth heart bank corner length steps front rest depths floor back doorway threshold wall walls roof door window windows far shadow shade gate outskirts banks shore sides rim lip head";

/// Verbs and particles that take a place as prepositions do.
const LEADING: &str = "of from left out reached entered crossed climbed found explored searched visited";

/// What may stand between a preposition and the determiner that it leads.
const BEFORE_DETERMINER: &str = "all both half the a an his her its their my our of";

/// Determiners of a noun of place.
const DETERMINERS: &str = "the a an his her its their my our this that";

/// Verbs and nouns of looking.
const GAZING: &str =
    "look looks looked looking gazed staring stared view views facing faced overlooking overlooked";

/// Second halves that leave a compound a place: "castle gate" is none of them.
const PLACING_SECOND_HALVES: &str =
    "day side floor wall walls door window table edge end itself again together alone";

/// Verbs that tell of the place itself: "the corridor was dark".
const TOLD_OF_PLACES: &str = "was is were are lay stood stretched smelled smelt looked seemed had went ran";

/// What a noun of place is worth as the place of the action, from `base` on, and
/// the first token of its noun phrase; `None` where it names no place.
pub(super) fn weigh(
    doc: &Doc,
    sentence: &Sentence,
    hit: &Hit,
    concept: &Concept,
    base: f32,
) -> Option<(f32, usize)> {
    if is_name_or_adjective(doc, hit) {
        return None;
    }
    let lead = lead(doc, sentence, hit);
    let mut w = base;
    if is_looked_at(doc, sentence, hit.token, lead.preposition) {
        w *= 0.4;
    }
    // "Outside it had begun to rain on the roof": they are inside.
    let outside = among(doc.word(sentence.tokens.start), "outside elsewhere");
    if outside && hit.token > sentence.tokens.start {
        w *= 0.4;
    }
    // The sky is a place for those who fly.
    if concept.id == "sky" && !among(lead.preposition, "in into through across among above on") {
        w *= 0.3;
    }
    if is_thought_of(doc, sentence, hit.token) {
        w *= 0.15;
    }
    w *= worth_of_preposition(doc, sentence, hit, lead.preposition);
    w *= worth_in_compound(doc, hit);
    // "yellow squares", "iron bars": many of them are things.
    if hit.plural {
        w *= 0.6;
    }
    if doc.tokens.get(hit.token).is_some_and(|t| t.capital) && hit.token != sentence.tokens.start {
        w *= 0.8;
    }
    Some((w, lead.first))
}

/// What leads a noun phrase.
struct Lead<'d> {
    /// Its preposition, or a verb that takes a place; empty without one.
    preposition: &'d str,
    /// Its first token but for determiners: "old tin mine".
    first: usize,
}

/// Looks back from a noun for its preposition, over determiners, modifiers and
/// partitives.
fn lead<'d>(doc: &'d Doc, sentence: &Sentence, hit: &Hit) -> Lead<'d> {
    let lex = lexicon();
    let mut lead = Lead { preposition: "", first: hit.token };
    let mut t = hit.token;
    let mut determined = false;
    for back in 0..REACH {
        if t <= sentence.tokens.start || doc.tokens.get(t).is_some_and(|x| x.opens) {
            break;
        }
        t -= 1;
        let word = doc.word(t);
        let partitive = word == "of" && t > sentence.tokens.start && among(doc.word(t - 1), PARTITIVES);
        if partitive {
            determined = false;
            continue;
        }
        if lex.cue_en("locative", word) || among(word, LEADING) {
            lead.preposition = word;
            break;
        }
        // "In the morning the sky was red": "in" leads the morning.
        let possessive = doc.tokens.get(t).is_some_and(|x| x.possessive);
        if determined && !possessive && !among(word, BEFORE_DETERMINER) {
            break;
        }
        determined |= possessive || among(word, DETERMINERS);
        // The noun's own modifiers belong to the surface: "old tin mine".
        let small = lex.cue_en("function", word)
            || doc.tokens.get(t).is_some_and(|x| x.capital && t == sentence.tokens.start);
        let verb = lex.has_english(word, Class::Action) || word.ends_with("ed");
        let near = t + 1 == lead.first && lead.first + 2 > hit.token && back < 2;
        if !small && !verb && near && !possessive {
            lead.first = t;
        }
    }
    lead
}

/// "a window that looks out to sea": seen from elsewhere.
fn is_looked_at(doc: &Doc, sentence: &Sentence, token: usize, preposition: &str) -> bool {
    let gaze =
        (token.saturating_sub(6).max(sentence.tokens.start)..token).any(|t| among(doc.word(t), GAZING));
    gaze && (preposition.is_empty() || among(preposition, "to over on onto across of towards toward"))
}

/// "She thought about the sea", "about the sea".
fn is_thought_of(doc: &Doc, sentence: &Sentence, token: usize) -> bool {
    token > sentence.tokens.start && doc.word(token - 1) == "about"
        || token > sentence.tokens.start + 1 && doc.word(token - 2) == "about"
}

/// What the preposition of a noun phrase, or a presentation without one, says.
fn worth_of_preposition(doc: &Doc, sentence: &Sentence, hit: &Hit, preposition: &str) -> f32 {
    // "There was a hut at the edge": a place brought on stage.
    let staged = preposition.is_empty()
        && (sentence.tokens.start..hit.token).rev().take(6).any(|t| doc.word(t) == "there");
    // "The submersible had been built": what the paragraph is about.
    let topic = || {
        hit.token <= sentence.tokens.start + 2 && sentence.first
            || is_head_of_clause(doc, sentence, hit.token) && is_told_of(doc, hit.token + hit.len)
    };
    match preposition {
        "" if staged => 1.3,
        "" if topic() => 1.0,
        "" => 0.6,
        "from" | "of" | "left" | "out" | "off" => 0.5,
        "beyond" | "above" | "past" | "behind" | "toward" | "towards" | "outside" | "over" | "around"
        | "round" => 1.0,
        _ => 1.6,
    }
}

/// Whether the noun goes on right behind the hit.
fn is_joined(doc: &Doc, next: usize) -> bool {
    doc.tokens.get(next).is_some_and(|x| !x.opens && !lexicon().cue_en("function", doc.word(next)))
}

/// "I had the hat inside mine", "Canal Street", "a fat green bottle": no place.
fn is_name_or_adjective(doc: &Doc, hit: &Hit) -> bool {
    let next = hit.token + hit.len;
    let own = doc.word(hit.token);
    let led = hit.token.checked_sub(1).map_or("", |t| doc.word(t));
    if own == "mine" && (lexicon().cue_en("locative", led) || among(led, "is was of than with and")) {
        return true;
    }
    let name = doc.tokens.get(hit.token).is_some_and(|t| t.capital && !t.opens)
        && doc.tokens.get(next).is_some_and(|x| x.capital);
    is_joined(doc, next) && (name || looks_word(own, is_adjective))
}

/// "the station master", "a forest fire": first half of a compound.
fn worth_in_compound(doc: &Doc, hit: &Hit) -> f32 {
    let lex = lexicon();
    let next = hit.token + hit.len;
    if !is_joined(doc, next) {
        return 1.0;
    }
    let word = doc.word(next);
    if lex.has_english(word, Class::Person) {
        return 0.2;
    }
    let goes_on = lex.has_english(word, Class::Setting)
        || lex.has_english(word, Class::Action)
        || ["ly", "ed", "ing"].iter().any(|ending| word.ends_with(ending))
        || doc.tokens.get(next).is_some_and(|x| x.capital)
        || among(word, PLACING_SECOND_HALVES);
    if goes_on { 1.0 } else { 0.45 }
}

/// "The number nine bus": nothing but the noun's own words before it.
fn is_head_of_clause(doc: &Doc, sentence: &Sentence, token: usize) -> bool {
    token <= sentence.tokens.start + 4
        && (sentence.tokens.start..token).all(|t| {
            !lexicon().has_english(doc.word(t), Class::Action)
                && (t == sentence.tokens.start || !doc.tokens.get(t).is_some_and(|x| x.opens))
                && !lexicon().cue_en("pronoun", doc.word(t))
        })
}

/// "The corridor was dark", "the beach is stones": the sentence is about it.
fn is_told_of(doc: &Doc, after: usize) -> bool {
    doc.tokens.get(after).is_some_and(|t| !t.opens) && among(doc.word(after), TOLD_OF_PLACES)
}
