//! How much a word of place looks like the place of the action.
//!
//! Prepositions raise it; talk, memory, what is only looked at or thought of,
//! and halves of compounds lower it.

mod chinese;
mod english;

use super::{Place, trust};
use crate::story::doc::{Doc, Hit, Sentence, World};
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::types::Language;

/// What a hit of a place is worth; `None` where it names no place.
pub fn place(doc: &Doc, sentence: &Sentence, hit: &Hit, concept: &Concept) -> Option<Place> {
    let base =
        if hit.negated { 0.1 * concept.weight } else { concept.weight * trust(doc, sentence, hit, 0.15) };
    if base <= 0.0 {
        return None;
    }
    let token = doc.tokens.get(hit.token)?;
    let (weight, first) = match doc.language {
        Language::English => english::weigh(doc, sentence, hit, concept, base)?,
        Language::Chinese => (chinese::weigh(doc, sentence, hit, base)?, hit.token),
    };
    let start = doc.tokens.get(first).map_or(token.start, |t| t.start);
    let end = doc.tokens.get(hit.token + hit.len - 1).map_or(token.end, |t| t.end);
    Some(Place { concept: in_its_world(doc, hit, concept), weight, span: (start, end) })
}

/// Among the stars a ship is on no sea: the concept that the place really is.
fn in_its_world(doc: &Doc, hit: &Hit, concept: &Concept) -> usize {
    let aloft = doc.world == World::Space && matches!(concept.id.as_str(), "ship" | "station");
    let station =
        || lexicon().concepts.iter().position(|c| c.class == Class::Setting && c.id == "space station");
    aloft.then(station).flatten().unwrap_or(hit.concept)
}
