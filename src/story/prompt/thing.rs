//! The thing that a key moment shows: a lantern in the hand, a well behind.

use crate::story::cast::Cast;
use crate::story::doc::{Doc, Hit, Sentence};
use crate::story::lexicon::words::among;
use crate::story::lexicon::words::article;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::types::Language;

/// Prepositions of a place to be.
const WHERE: &str = "in into along across behind under at onto inside of beside from on against outside over";

/// Verbs of a thing that is far off, and in nobody's hand.
const FAR_OFF: &str =
    "began rang tolled struck stood hung swung lay sounded sailed drifted moved went was were";

/// A thing of the key moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// The painter knows it; `word` is the painter's then, else the story's.
    pub painted: bool,
    /// It fits into a hand.
    pub held: bool,
    /// With its article.
    pub word: String,
    /// How much it is the very thing the painter knows.
    rank: u8,
}

/// Whether a thing stands behind a figure and in nobody's hand.
pub fn is_large(concept: &Concept) -> bool {
    matches!(concept.near.as_str(), "boat" | "tent" | "well" | "wheelbarrow")
}

/// The thing of the key moment that says most. Things that are themselves the
/// subject are left out.
pub fn prop(doc: &Doc, key: usize, who: &[usize], cast: &Cast) -> Option<Thing> {
    let sentence = doc.sentences.get(key)?;
    let lex = lexicon();
    let acting = |id: &str| {
        who.iter()
            .filter_map(|w| cast.parts.get(*w))
            .any(|p| p.concepts.iter().filter_map(|c| lex.concept(*c)).any(|c| c.id == id))
    };
    let mut best: Option<Thing> = None;
    for (hit, concept) in doc.hits_in(sentence, Class::Prop) {
        if hit.negated || hit.likened || doc.quoted(hit.token) || acting(&concept.id) {
            continue;
        }
        let own = doc.span(hit.token..hit.token + hit.len).to_lowercase();
        let large = is_large(concept);
        if (!large && placed(doc, sentence, hit.token)) || is_no_thing(doc, hit, concept) {
            continue;
        }
        let concept = bell_or_clock(doc, sentence, &own, concept);
        let word = match (concept.near.is_empty(), doc.language) {
            (true, Language::English) if hit.plural => own.clone(),
            (true, Language::English) => article(&own),
            (true, _) => own.clone(),
            (false, Language::English) => article(&concept.say.0),
            (false, Language::Chinese) => concept.say.1.clone(),
        };
        let painted = !concept.near.is_empty();
        let same = own.contains(concept.say.0.as_str()) || own.contains(concept.say.1.as_str());
        let rank = u8::from(painted) * (1 + u8::from(same));
        if best.as_ref().is_none_or(|b| rank > b.rank) {
            best = Some(Thing { painted, held: !large, word, rank });
        }
    }
    best
}

/// "Along the ring", "in the box", 从箱子里: a place to be and nothing to hold.
fn placed(doc: &Doc, sentence: &Sentence, token: usize) -> bool {
    let lead =
        |n: usize| token.checked_sub(n).filter(|t| *t >= sentence.tokens.start).map_or("", |t| doc.word(t));
    if doc.language == Language::Chinese {
        return matches!(lead(1), "从" | "在" | "往" | "向")
            || matches!(doc.word(token + 1), "里" | "上" | "下" | "旁" | "前");
    }
    let place = |w: &str| among(w, WHERE);
    place(lead(1)) || (place(lead(2)) && among(lead(1), "the a an his her its their my"))
}

/// "The well-known man", "ears that stick out": a word of a thing that is none.
fn is_no_thing(doc: &Doc, hit: &Hit, concept: &Concept) -> bool {
    let last = hit.token + hit.len - 1;
    let next = doc.tokens.get(last + 1).filter(|t| !t.opens).map_or("", |_| doc.word(last + 1));
    let before = hit.token.checked_sub(1).map_or("", |t| doc.word(t));
    let bare = !among(doc.word(hit.token), "the a");
    let verb =
        doc.language == Language::English && bare && among(before, "to that will would who they could can");
    // "a well dressed man"
    let adverb =
        concept.id == "well" && (next.ends_with("ed") || among(next, "known worn made read meant kept fed"));
    // 满墙的钟, 墙上的画
    let hung = doc.tokens.get(hit.token).and_then(|t| doc.text.get(..t.start)).is_some_and(|b| {
        ["墙的", "墙上的", "桌上的", "地上的", "屋里的", "天上的"].iter().any(|w| b.ends_with(w))
    });
    if hung {
        return true;
    }
    // "the crown of the hill", "with his crown on crooked"
    let top = concept.id == "crown" && (next == "of" || among(before, "his her") && among(next, "on in"));
    // "where she keeps the boxes": more than anybody holds.
    let many = hit.plural && concept.id == "basket";
    // "a bell began to ring": it is far off, and in nobody's hand.
    let acts = doc.language == Language::English && among(next, FAR_OFF);
    verb || adverb || top || many || acts && !is_large(concept)
}

/// 钟 is a clock, unless it is struck or hangs in a temple or tower.
fn bell_or_clock(doc: &Doc, sentence: &Sentence, own: &str, concept: &'static Concept) -> &'static Concept {
    if concept.id != "clock" || !matches!(own, "钟" | "大钟" | "古钟" | "老钟" | "旧钟") {
        return concept;
    }
    let text = doc.text.get(sentence.start..sentence.end).unwrap_or("");
    let here = ["敲", "撞", "寺", "庙", "塔", "教堂", "铃", "钟绳", "铜"].iter().any(|w| text.contains(w));
    let story =
        doc.words.iter().any(|w| matches!(w.as_str(), "敲钟" | "撞钟" | "敲响了钟" | "钟绳" | "铜钟"));
    let bell = lexicon().concepts.iter().find(|c| c.class == Class::Prop && c.id == "bell");
    bell.filter(|_| here || story).unwrap_or(concept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(text: &str, language: Language) -> Option<(bool, bool, String)> {
        let doc = Doc::new(text, language, &[]);
        prop(&doc, 0, &[], &Cast::default()).map(|t| (t.painted, t.held, t.word))
    }

    #[test]
    fn things_are_called_what_they_are() {
        let said = |text: &str, held: bool, word: &str| {
            let language = crate::story::text::sentences::language_of(text);
            assert_eq!(thing(text, language), Some((true, held, word.to_owned())), "{text}");
        };
        said("She lifted the candle out of the bucket.", true, "a candle");
        said("He read the letter again.", true, "a letter");
        said("The clock on the wall had stopped.", true, "a clock");
        said("The king took off his crown.", true, "a crown");
        said("She walked down to the well.", false, "a well");
        said("He pushed a wheelbarrow up the lane.", false, "a wheelbarrow");
        said("They slept beside the tent.", false, "a tent");
        said("她从箱子里拿出一只闹钟。", true, "时钟");
        said("墙上挂着一口旧钟。", true, "时钟");
        said("和尚敲响了大钟。", true, "铃铛");
        said("他吹灭了蜡烛。", true, "蜡烛");
        said("老人推着手推车走来。", false, "手推车");
        assert_eq!(thing("She slept well and had ears that stick out.", Language::English), None);
        assert_eq!(thing("A well dressed man came at ten.", Language::English), None);
        assert_eq!(thing("等了十分钟，十点钟他才来。", Language::Chinese), None);
    }
}
