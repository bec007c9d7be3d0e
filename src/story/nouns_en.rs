//! English noun phrases that speak of somebody: "the ferryman", "his niece
//! Oda", "a woman named Jessamy". Decides whom they mean.

use super::cast::Gender;
use super::cast::{How, Member, Mention, gender_of, note_concept, note_noun};
use super::cast_en::Reader;
use super::lexicon::{Class, Concept, lexicon};
use super::names_en::{acts, is_verb, spoken_by};
use super::sentences::{Doc, Sentence};
use super::text::among;
use super::types::CharacterKind;

impl Reader<'_, '_> {
    /// Reads the noun of people.ron at token `t` with its article or owner.
    pub fn noun(
        &mut self,
        s: usize,
        sentence: &Sentence,
        t: usize,
        len: usize,
        index: usize,
        concept: &Concept,
    ) {
        let doc = self.doc;
        let after = t + len;
        let noun = doc.span(t..after).to_lowercase();
        // "the station master's", "a dog kennel": first part of a compound.
        let compound = doc.tokens.get(after).is_some_and(|x| !x.opens && !x.capital)
            && !doc.tokens.get(after - 1).is_some_and(|x| x.possessive)
            && after < sentence.tokens.end
            && !lexicon().cue_en("function", doc.word(after))
            && !is_verb(doc, after)
            && !doc.word(after).ends_with("ly")
            && !doc.word(after).ends_with("ing");
        let determiner = determiner(doc, sentence, t);
        let first = determiner.start;
        let speaks = spoken_by(doc, first);
        let subject = acts(doc, first, after);
        let owner = doc.tokens.get(after - 1).is_some_and(|x| x.possessive);
        if compound && !subject {
            return;
        }
        // "His niece Oda", "the ferryman Brannoc".
        let next_name = self
            .names
            .get(&after)
            .filter(|_| doc.tokens.get(after).is_some_and(|x| !x.opens) && !owner)
            .copied();
        // "Posy the moth", "Oda, a girl", "Button was a drone".
        let mut linked = next_name.map(|n| n.1);
        if linked.is_none() {
            linked = self.apposition(s, sentence, first, after, &determiner, concept.is("generic"));
        }
        let relation = determiner.owner.clone();
        let possessor = match relation {
            Owner::None => None,
            Owner::Pronoun => self.company.recent(s, 4, |m| {
                (m.kind.is_none_or(|k| k == CharacterKind::Human) || m.acts > 1).then_some(0.0)
            }),
            Owner::First => self.table.get("I").copied(),
            Owner::Noun(token) => self.owner_at(token),
        };
        if determiner.kind == Article::None && linked.is_none() && !concept.is("kin") && !subject {
            return;
        }
        // "She is an owl" said of a moth speaks of somebody new, and so did "she".
        if next_name.is_none()
            && let Some(l) = linked
            && self.company.get(l).is_some_and(|m| clashes(m, concept))
        {
            linked = None;
            let fresh = self
                .known(s, &noun, index, concept, &determiner, possessor)
                .unwrap_or_else(|| self.company.add(Member::default()));
            if let Some(last) =
                self.company.mentions.last_mut().filter(|m| m.sentence == s && m.how == How::Pronoun)
            {
                last.who = fresh;
                linked = Some(fresh);
            }
        }
        // "Said the foreman" of the thin man who came in a moment ago.
        if linked.is_none() && speaks && determiner.kind == Article::Definite && !concept.is("generic") {
            let stale = self
                .company
                .living()
                .filter(|(_, m)| m.nouns.iter().any(|n| n.0 == noun))
                .all(|(_, m)| m.last + 15 < s);
            if stale
                && let Some(stranger) = self.company.recent(s, 3, |m| {
                    (m.names.is_empty()
                        && !m.narrator
                        && m.count > 0
                        && m.count <= 3
                        && !m.concepts.is_empty()
                        && m.concepts
                            .iter()
                            .filter_map(|c| lexicon().concept(*c))
                            .all(|c| c.is("generic") && c.is("human"))
                        && (m.gender == gender_of(concept)
                            || m.gender == Gender::Unknown
                            || gender_of(concept) == Gender::Unknown))
                        .then_some(0.0)
                })
            {
                let old = self.known(s, &noun, index, concept, &determiner, possessor);
                if let Some(old) = old {
                    self.company.merge(stranger, old);
                } else {
                    linked = Some(stranger);
                }
            }
        }
        let who = match linked {
            Some(who) => who,
            None => match self.known(s, &noun, index, concept, &determiner, possessor) {
                Some(who) => who,
                None => {
                    // Predicate nouns make nobody: "it was a man's coat".
                    let predicate = determiner.kind == Article::Indefinite
                        && first > sentence.tokens.start
                        && among(doc.word(first - 1), "was is were be become became than")
                        && first.checked_sub(2).is_none_or(|b| doc.word(b) != "there");
                    if predicate {
                        return;
                    }
                    self.company.add(Member::default())
                }
            },
        };
        let mut who = who;
        if speaks
            && let Some((_, named)) = self.introduced.take_if(|i| i.0 == s)
            && self.company.get(who).is_some_and(|m| m.names.is_empty() && !m.narrator)
        {
            self.company.merge(who, named);
            who = self.company.root(named);
        }
        let shown = match possessor.and_then(|p| self.company.get(p)).filter(|_| concept.is("kin")) {
            Some(_) => {
                let phrase = super::setting::tidy(doc.span(first..after));
                if matches!(determiner.owner, Owner::Noun(_)) { phrase } else { format!("the {noun}") }
            }
            None => format!("the {noun}"),
        };
        if let Some(m) = self.company.get_mut(who) {
            note_noun(m, &noun, &shown, 1);
            note_concept(m, index, concept);
            m.speaks += usize::from(speaks);
            if m.kin_of.is_none() && concept.is("kin") {
                m.kin_of = possessor;
            }
        }
        if next_name.is_none() {
            self.company.mention(Mention {
                sentence: s,
                token: t,
                len,
                who,
                how: How::Noun,
                subject: subject || speaks,
                owner,
            });
        }
        if let (Some(owner), true) = (possessor, concept.is("kin")) {
            self.inverse(owner, who, &noun);
        }
    }

    /// The niece of Brannoc calls him uncle: lets "her uncle" find him.
    fn inverse(&mut self, owner: usize, who: usize, noun: &str) {
        let pair = match noun {
            "niece" | "nephew" => ["uncle", "aunt"],
            "daughter" | "son" | "child" => ["father", "mother"],
            "granddaughter" | "grandson" | "grandchild" => ["grandfather", "grandmother"],
            _ => return,
        };
        if self.company.root(owner) == self.company.root(who) {
            return;
        }
        if let Some(m) = self.company.get_mut(owner) {
            let [male, female] = pair;
            if m.gender != Gender::Female {
                note_noun(m, male, &format!("the {male}"), 0);
            }
            if m.gender != Gender::Male {
                note_noun(m, female, &format!("the {female}"), 0);
            }
        }
    }

    fn owner_at(&self, token: usize) -> Option<usize> {
        let m = self
            .company
            .mentions
            .iter()
            .rev()
            .take(6)
            .find(|m| m.token <= token && token < m.token + m.len)?;
        Some(self.company.root(m.who))
    }

    /// A member that the noun phrase renames.
    fn apposition(
        &mut self,
        s: usize,
        sentence: &Sentence,
        first: usize,
        after: usize,
        d: &Determiner,
        generic: bool,
    ) -> Option<usize> {
        let doc = self.doc;
        // "a woman named Jessamy Coll", "the boy called Tom"
        let named =
            matches!(doc.word(after), "named" | "called") && doc.tokens.get(after).is_some_and(|x| !x.opens);
        if named
            && let Some(n) = self.names.get(&(after + 1)).or_else(|| self.names.get(&(after + 2))).copied()
        {
            // "The smith was a woman named Jessamy": the smith too.
            let copula = first.checked_sub(1).is_some_and(|b| matches!(doc.word(b), "was" | "is"));
            let smith = self
                .company
                .mentions
                .iter()
                .find(|m| m.sentence == s && m.how == How::Noun && m.token < first)
                .map(|m| m.who);
            if copula
                && let Some(smith) =
                    smith.filter(|w| self.company.get(*w).is_some_and(|m| m.names.is_empty()))
            {
                self.company.merge(smith, n.1);
            }
            return Some(n.1);
        }
        // "the captain, Strake,"
        let before = first.checked_sub(1).filter(|b| *b >= sentence.tokens.start)?;
        let last = self.company.mentions.last().filter(|m| m.sentence == s)?;
        let who = self.company.root(last.who);
        let touching = last.token + last.len == first;
        let comma = doc.tokens.get(first).is_some_and(|x| x.opens)
            && doc
                .text
                .get(doc.tokens.get(before)?.end..doc.tokens.get(first)?.start)
                .is_some_and(|gap| gap.trim() == ",");
        // "the geologist, a broad untidy man with a beard"
        let described = comma
            && generic
            && d.kind == Article::Indefinite
            && last.how == How::Noun
            && doc
                .tokens
                .get(after)
                .is_none_or(|x| x.opens || among(doc.word(after), "with in of who whose"));
        // "the guard at the gate, a fat man"
        let behind = last.token + last.len;
        let placed = behind < first
            && first - behind <= 6
            && lexicon().cue_en("locative", doc.word(behind))
            && (behind..first).all(|t| doc.tokens.get(t).is_some_and(|x| !x.opens) && !is_verb(doc, t));
        if (touching || placed) && described && !last.owner {
            return Some(who);
        }
        // "He followed the girl over the hill, a short round man": the subject,
        // where the nearest cannot be meant.
        let closing = comma
            && generic
            && d.kind == Article::Indefinite
            && doc
                .tokens
                .get(after)
                .is_none_or(|x| x.opens || among(doc.word(after), "with in of who whose"));
        if closing && let Some((own, concept)) = self.meant(after) {
            let subject = self
                .company
                .mentions
                .iter()
                .find(|m| m.sentence == s && m.subject && !m.owner && m.token + 4 < first)
                .map(|m| self.company.root(m.who));
            let fits = |m: &Member| {
                m.kind.is_none_or(|k| k == CharacterKind::Human)
                    && m.gender == own
                    && !m.narrator
                    && !clashes(m, concept)
            };
            if own != Gender::Unknown
                && let Some(subject) = subject.filter(|w| self.company.get(*w).is_some_and(fits))
            {
                return Some(subject);
            }
        }
        if touching
            && last.how == How::Name
            && !last.owner
            && d.kind != Article::None
            && (!comma || d.kind != Article::Possessive)
            && (doc.word(first) != "a" || comma)
        {
            // "Oda, the ferryman's niece," but not "Oda, a boy and a dog".
            let closes = doc
                .tokens
                .get(after)
                .is_none_or(|x| x.opens || among(doc.word(after), "with in of who whose"))
                || after >= sentence.tokens.end
                || !comma;
            return closes.then_some(who);
        }
        // "Button was a maintenance drone", "She is an owl, a very old owl"
        let copula = among(doc.word(before), "was is am became be");
        let from_subject = last.token + last.len == before
            || (last.subject && before - (last.token + last.len).min(before) < 6);
        // "He was the geologist": a trade that nobody else has yet.
        let role = matches!(d.kind, Article::Definite | Article::Possessive)
            && !generic
            && last.how != How::Noun
            && self.company.living().all(|(_, m)| m.nouns.iter().all(|n| n.0 != doc.word(after - 1)));
        if copula && from_subject && (d.kind == Article::Indefinite || role) && last.subject {
            return Some(who);
        }
        None
    }

    /// The gender and the concept that the noun before token `after` tells.
    fn meant(&self, after: usize) -> Option<(Gender, &'static Concept)> {
        let lex = lexicon();
        lex.english(self.doc.word(after.checked_sub(1)?))
            .iter()
            .filter(|p| p.rest.is_empty())
            .filter_map(|p| lex.concept(p.concept))
            .find(|c| c.class == Class::Person)
            .map(|c| (gender_of(c), c))
    }

    /// A member already met that the noun can mean.
    fn known(
        &self,
        s: usize,
        noun: &str,
        index: usize,
        concept: &Concept,
        d: &Determiner,
        possessor: Option<usize>,
    ) -> Option<usize> {
        let possessor = possessor.map(|p| self.company.root(p));
        let by_noun = |m: &Member| m.nouns.iter().any(|n| n.0 == noun);
        let indefinite = d.kind == Article::Indefinite;
        if concept.is("kin")
            && let Some(p) = possessor
        {
            // Nobody is their own uncle; and "her uncle" need not be "his".
            let found = self.company.living().rev().find(|(i, m)| {
                *i != p
                    && by_noun(m)
                    && (m.kin_of.is_none()
                        || m.kin_of.map(|k| self.company.root(k)) == Some(p)
                        || m.kin_of.is_some())
            });
            return found.map(|f| f.0);
        }
        if !(indefinite && concept.is("generic")) {
            // The same noun: the last one called so.
            let mut same: Vec<(usize, usize)> =
                self.company.living().filter(|(_, m)| by_noun(m)).map(|(i, m)| (m.last, i)).collect();
            same.sort_unstable();
            if let Some(&(_, who)) = same.last() {
                return Some(who);
            }
        }
        // "Next door's little girl": nobody of the story owns her, nor is she of it.
        let foreign = matches!(d.owner, Owner::Noun(_)) && possessor.is_none() && concept.is("generic");
        if indefinite || foreign || (d.kind == Article::None && concept.is("generic")) {
            return None;
        }
        // The same idea under another word ("the bird" for the heron), or any
        // fitting person for "the girl".
        let gender = gender_of(concept);
        let kind = super::cast::kind_of(concept);
        self.company.recent(s, 40, |m| {
            if m.narrator {
                return None;
            }
            // No grown-up is "the girl"; a niece or a child of nine very likely is.
            let own = || m.concepts.iter().filter_map(|c| lexicon().concept(*c));
            let grown = own().any(|c| {
                c.is("human")
                    && !c.is("young")
                    && (c.is("generic")
                        || c.is("old")
                        || matches!(c.id.as_str(), "mother" | "father" | "wife" | "husband"))
            });
            if concept.is("young") && grown {
                return None;
            }
            let bonus = if concept.is("young") && own().any(|c| c.is("young")) { 4.0 } else { 0.0 };
            let same_idea = m.concepts.contains(&index)
                && concept.class == Class::Person
                && !concept.is("human")
                && concept.id != "animal";
            let agrees = (m.gender == gender || m.gender == Gender::Unknown || gender == Gender::Unknown)
                && (m.kind == kind || (m.kind.is_none() && kind == Some(CharacterKind::Human)));
            let lex = lexicon();
            let ages = m.concepts.iter().filter_map(|c| lex.concept(*c)).all(|c| {
                c.is("young") == concept.is("young") || (!c.is("young") && !c.is("old") && !concept.is("old"))
            });
            let meant = same_idea
                || (concept.is("generic")
                    && agrees
                    && ages
                    && gender != Gender::Unknown
                    && !m.names.is_empty())
                || (concept.is("generic") && kind != Some(CharacterKind::Human) && m.kind == kind);
            meant.then_some(bonus + if m.gender == gender && gender != Gender::Unknown { 3.0 } else { 0.0 })
        })
    }
}

/// Whether a noun cannot be said of a member: an owl of a moth, but a king or a
/// woman of a smith.
fn clashes(m: &Member, concept: &Concept) -> bool {
    let lex = lexicon();
    let beast = |c: &Concept| !c.is("human") && !c.is("generic");
    let new_beast = beast(concept);
    m.concepts.iter().filter_map(|c| lex.concept(*c)).any(|c| {
        c.class == Class::Person && beast(c) && new_beast && (c.id != concept.id || c.id == "animal")
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Article {
    None,
    Definite,
    Indefinite,
    Possessive,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Owner {
    None,
    /// his, her, its, their
    Pronoun,
    /// my, our
    First,
    /// The token of a noun or name with 's.
    Noun(usize),
}

struct Determiner {
    kind: Article,
    owner: Owner,
    /// First token of the whole noun phrase.
    start: usize,
}

/// Looks back over the adjectives of a noun for its article or owner.
fn determiner(doc: &Doc, sentence: &Sentence, noun: usize) -> Determiner {
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
