//! How much a word of place looks like the place of the action.
//!
//! Prepositions raise it; talk, memory, what is only looked at or thought of,
//! and halves of compounds lower it.

use crate::story::doc::{Doc, Hit, Sentence, World};
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::looks::{is_adjective, looks_word};
use crate::story::setting::{Place, trust};
use crate::story::types::Language;

/// What a hit of a place is worth; `None` where it names no place.
pub fn place(doc: &Doc, sentence: &Sentence, hit: &Hit, concept: &Concept) -> Option<Place> {
    let lex = lexicon();
    let mut w = concept.weight * trust(doc, sentence, hit, 0.15);
    if hit.negated {
        w = 0.1 * concept.weight;
    }
    if w <= 0.0 {
        return None;
    }
    let token = doc.tokens.get(hit.token)?;
    let mut from = hit.token;
    match doc.language {
        Language::English => {
            let mut t = hit.token;
            let mut preposition = "";
            let mut determined = false;
            for back in 0..8 {
                if t <= sentence.tokens.start || doc.tokens.get(t).is_some_and(|x| x.opens) {
                    break;
                }
                t -= 1;
                let word = doc.word(t);
                // "the edge of the wood" is in the wood.
                let part = word == "of"
                    && t > sentence.tokens.start
                    && among(
                        doc.word(t - 1),
                        "edge side top middle centre center bottom end foot mouth heart bank corner length steps front rest depths floor back doorway threshold wall walls roof door window windows far shadow shade gate outskirts banks shore sides rim lip head",
                    );
                if part {
                    determined = false;
                    continue;
                }
                if lex.cue_en("locative", word)
                    || among(
                        word,
                        "of from left out reached entered crossed climbed found explored searched visited",
                    )
                {
                    preposition = word;
                    break;
                }
                // "In the morning the sky was red": "in" leads the morning.
                let own = doc.tokens.get(t).is_some_and(|x| x.possessive);
                if determined && !own && !among(word, "all both half the a an his her its their my our of") {
                    break;
                }
                determined |= own || among(word, "the a an his her its their my our this that");
                // The noun's own modifiers belong to the surface: "old tin mine".
                let small = lex.cue_en("function", word)
                    || doc.tokens.get(t).is_some_and(|x| x.capital && t == sentence.tokens.start);
                let verb = lex.has_english(word, Class::Action) || word.ends_with("ed");
                if !small
                    && !verb
                    && t + 1 == from
                    && from + 2 > hit.token
                    && back < 2
                    && !doc.tokens.get(t).is_some_and(|x| x.possessive)
                {
                    from = t;
                }
            }
            // "a window that looks out to sea": seen from elsewhere.
            if (hit.token.saturating_sub(6).max(sentence.tokens.start)..hit.token).any(|t| {
                among(doc.word(t), "look looks looked looking gazed staring stared view views facing faced overlooking overlooked")
            }) && matches!(preposition, "to" | "over" | "on" | "onto" | "across" | "of" | "towards" | "toward" | "")
            {
                w *= 0.4;
            }
            // "Outside it had begun to rain on the roof": they are inside.
            if among(doc.word(sentence.tokens.start), "outside elsewhere")
                && hit.token > sentence.tokens.start
            {
                w *= 0.4;
            }
            // The sky is a place for those who fly.
            if concept.id == "sky" && !among(preposition, "in into through across among above on") {
                w *= 0.3;
            }
            // A place thought of is not the place of the action.
            let thought = hit.token > sentence.tokens.start && matches!(doc.word(hit.token - 1), "about")
                || hit.token > sentence.tokens.start + 1 && doc.word(hit.token - 2) == "about";
            if thought {
                w *= 0.15;
            }
            // "There was a hut at the edge": a place brought on stage.
            let staged = preposition.is_empty()
                && (sentence.tokens.start..hit.token).rev().take(6).any(|t| doc.word(t) == "there");
            w *= match preposition {
                "" if staged => 1.3,
                // "The submersible had been built": what the paragraph is about.
                "" if hit.token <= sentence.tokens.start + 2 && sentence.first
                    || is_head_of_clause(doc, sentence, hit.token)
                        && is_told_of(doc, hit.token + hit.len) =>
                {
                    1.0
                }
                "" => 0.6,
                "from" | "of" | "left" | "out" | "off" => 0.5,
                "beyond" | "above" | "past" | "behind" | "toward" | "towards" | "outside" | "over"
                | "around" | "round" => 1.0,
                _ => 1.6,
            };
            // "the station master", "castle gate": first half of a compound.
            let next = hit.token + hit.len;
            let joined =
                doc.tokens.get(next).is_some_and(|x| !x.opens && !lex.cue_en("function", doc.word(next)));
            let own = doc.word(hit.token);
            // "I had the hat inside mine": no mine.
            let led = hit.token.checked_sub(1).map_or("", |t| doc.word(t));
            if own == "mine" && (lex.cue_en("locative", led) || among(led, "is was of than with and")) {
                return None;
            }
            if joined && token.capital && doc.tokens.get(next).is_some_and(|x| x.capital) && !token.opens {
                // "Canal Street" is no canal.
                return None;
            }
            if joined && looks_word(own, is_adjective) {
                // "a fat green bottle" is on no green.
                return None;
            } else if joined && lex.has_english(doc.word(next), Class::Person) {
                w *= 0.2;
            } else if joined
                && !lex.has_english(doc.word(next), Class::Setting)
                && !lex.has_english(doc.word(next), Class::Action)
                && !doc.word(next).ends_with("ly")
                && !doc.word(next).ends_with("ed")
                && !doc.word(next).ends_with("ing")
                && !doc.tokens.get(next).is_some_and(|x| x.capital)
                && !among(
                    doc.word(next),
                    "day side floor wall walls door window table edge end itself again together alone",
                )
            {
                // "a forest fire", "the green bottle"
                w *= 0.45;
            }
            // "yellow squares", "iron bars": many of them are things.
            if hit.plural {
                w *= 0.6;
            }
            if token.capital && hit.token != sentence.tokens.start {
                w *= 0.8;
            }
        }
        Language::Chinese => {
            let before =
                if hit.token > sentence.tokens.start && !token.opens { doc.word(hit.token - 1) } else { "" };
            let earlier = if hit.token > sentence.tokens.start + 1 { doc.word(hit.token - 2) } else { "" };
            let next = doc.word(hit.token + 1);
            let follows = doc.tokens.get(hit.token + 1).is_some_and(|x| !x.opens);
            let led = |word: &str| lex.cue_zh("locative", word);
            let positioned = follows && lex.cue_zh("position", next);
            let ends_placed = token.end > token.start
                && doc
                    .word(hit.token)
                    .ends_with(['里', '上', '边', '中', '下', '口', '前', '外', '旁', '底']);
            w *= match (before, earlier) {
                ("从" | "出了" | "离开", _) => 0.6,
                (b, _) if led(b) => 1.7,
                (_, b) if led(b) => 1.4,
                // 敲开了岭下那家客栈: what leads the place leads its attributes as well.
                _ if (sentence.tokens.start..hit.token)
                    .rev()
                    .take(7)
                    .take_while(|t| !doc.tokens.get(*t + 1).is_some_and(|x| x.opens))
                    .any(|t| led(doc.word(t))) =>
                {
                    1.4
                }
                _ if positioned || ends_placed => 1.2,
                // 镇外只有一家客栈: a place brought on stage.
                _ if (sentence.tokens.start..hit.token)
                    .rev()
                    .take(4)
                    .take_while(|t| !doc.tokens.get(*t + 1).is_some_and(|x| x.opens))
                    .any(|t| matches!(doc.word(t), "有" | "是" | "叫")) =>
                {
                    1.3
                }
                _ => 0.6,
            };
            // 朝路上张望: looked at, and not walked on.
            let looked = among(before, "朝 向 往 朝着 向着 对着")
                && (hit.token + 1..hit.token + 5)
                    .take_while(|t| !doc.tokens.get(*t).is_some_and(|x| x.opens))
                    .any(|t| among(doc.word(t), "看 望 张望 看去 望去 眺望 看了看 望了望 看着 望着 指"));
            if looked {
                w *= 0.3;
            }
            // 客栈的门 is at the inn, 客栈的账 anywhere.
            let part = token.possessive
                && ["门", "大门", "院", "窗", "屋顶", "台阶", "柜台", "大堂", "角落", "尽头", "墙"]
                    .iter()
                    .any(|p| {
                        doc.text.get(token.end..).is_some_and(|r| r.trim_start_matches('的').starts_with(p))
                    });
            if part {
                w *= 1.8;
            } else if token.possessive && !positioned {
                w *= 0.6;
            }
            if doc.word(hit.token).chars().count() == 1 {
                w *= 0.8;
            }
        }
    }
    let start = doc.tokens.get(from).map_or(token.start, |t| t.start);
    let end = doc.tokens.get(hit.token + hit.len - 1).map_or(token.end, |t| t.end);
    // Among the stars a ship is on no sea.
    let aloft = doc.world == World::Space && matches!(concept.id.as_str(), "ship" | "station");
    let station = || lex.concepts.iter().position(|c| c.class == Class::Setting && c.id == "space station");
    let concept = aloft.then(station).flatten().unwrap_or(hit.concept);
    Some(Place { concept, weight: w, span: (start, end) })
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
    doc.tokens.get(after).is_some_and(|t| !t.opens)
        && among(
            doc.word(after),
            "was is were are lay stood stretched smelled smelt looked seemed had went ran",
        )
}
