//! English pronouns, resolved by salience and agreement (Lappin and Leass 1994).

use super::Reader;
use crate::story::cast::company::{How, Member, Mention};
use crate::story::cast::gender::Gender;
use crate::story::doc::Sentence;
use crate::story::lexicon::lexicon;
use crate::story::lexicon::words::among;
use crate::story::names::english::acts;
use crate::story::types::CharacterKind;

impl Reader<'_, '_> {
    pub(super) fn pronoun(&mut self, s: usize, sentence: &Sentence, t: usize) {
        let word = self.doc.word(t);
        let subject = matches!(word, "he" | "she" | "it" | "i") && acts(self.doc, t, t + 1);
        let owner = matches!(word, "his" | "its" | "my")
            || (word == "her"
                && self.doc.tokens.get(t + 1).is_some_and(|x| !x.opens)
                && (!lexicon().cue_en("function", self.doc.word(t + 1))
                    || among(self.doc.word(t + 1), "back own very first last two other")));
        let who = match word {
            "i" | "me" | "my" => self.table.get("I").copied(),
            "they" | "them" | "their" | "themselves" => None,
            _ => {
                let gender = match word {
                    "she" | "her" | "hers" | "herself" => Gender::Female,
                    "he" | "him" | "his" | "himself" => Gender::Male,
                    _ => Gender::Unknown,
                };
                // "It" is often nobody ("it was dark"): only what was just spoken of.
                let window = match (gender, subject) {
                    (Gender::Unknown, _) => 2,
                    (_, true) => 14,
                    _ => 9,
                };
                // "The gander came down, beating his great white wings."
                let last = self
                    .company
                    .mentions
                    .iter()
                    .rev()
                    .take_while(|m| owner && m.sentence == s)
                    .find(|m| !m.owner);
                let beast = last.map(|m| self.company.root(m.who)).filter(|w| {
                    self.company.get(*w).is_some_and(|m| {
                        m.kind.is_some_and(|k| k != CharacterKind::Human)
                            && (m.gender == gender || m.gender == Gender::Unknown)
                    })
                });
                let rival = self.company.mentions.iter().rev().take_while(|m| m.sentence == s).any(|m| {
                    self.company.get(m.who).is_some_and(|m| {
                        m.kind.is_none_or(|k| k == CharacterKind::Human) && m.gender == gender
                    })
                });
                let beast = beast.filter(|_| !rival && gender != Gender::Unknown);
                let found = beast.or_else(|| {
                    self.company.recent(s, window, |m| {
                        let person = m.kind.is_none_or(|k| k == CharacterKind::Human);
                        if m.narrator {
                            return None;
                        }
                        // Agreement outweighs a few sentences of distance.
                        match (gender, m.gender) {
                            (Gender::Unknown, _) if person => None,
                            (Gender::Unknown, Gender::Unknown) => Some(0.0),
                            (Gender::Unknown, _) => Some(-2.5),
                            (g, own) if own == g => Some(0.0),
                            (_, Gender::Unknown) if person => Some(-2.0),
                            (_, Gender::Unknown) if m.kind == Some(CharacterKind::Animal) && m.acts >= 1 => {
                                Some(-3.5)
                            }
                            _ => None,
                        }
                    })
                });
                // The only one of that sex in the story so far, however long ago.
                let found = found.or_else(|| {
                    if gender == Gender::Unknown {
                        return None;
                    }
                    let mut same = self
                        .company
                        .living()
                        .filter(|(_, m)| m.gender == gender && m.count > 0 && !m.narrator && m.last + 80 > s);
                    same.next().filter(|_| same.next().is_none()).map(|(i, _)| i)
                });
                // Nobody yet: she will be named later.
                match found {
                    None if subject && gender != Gender::Unknown && !sentence.memory => {
                        Some(self.company.add(Member {
                            gender,
                            kind: Some(CharacterKind::Human),
                            ..Member::default()
                        }))
                    }
                    found => found,
                }
            }
        };
        let Some(who) = who else { return };
        if let Some(m) = self.company.get_mut(who)
            && m.gender == Gender::Unknown
            && subject
        {
            m.gender = match word {
                "she" => Gender::Female,
                "he" => Gender::Male,
                _ => Gender::Unknown,
            };
        }
        self.company.mention(Mention {
            sentence: s,
            token: t,
            len: 1,
            who,
            how: How::Pronoun,
            subject,
            owner,
        });
    }
}
