//! English pronouns, resolved by salience and agreement (Lappin and Leass 1994).

use super::Reader;
use crate::story::cast::company::{Member, Mention};
use crate::story::cast::gender::Gender;
use crate::story::doc::Sentence;
use crate::story::lexicon::lexicon;
use crate::story::lexicon::words::among;
use crate::story::names::english::acts;
use crate::story::types::CharacterKind;

/// Function words that "her" may own something behind: "her own coat".
const AFTER_POSSESSIVE_HER: &str = "back own very first last two other";

/// Sentences within which somebody seen only once is still the one meant by "he".
const LONGEST_SILENCE: usize = 80;

/// A pronoun, where it stands.
struct Pronoun {
    /// Index of the sentence.
    s: usize,
    /// What it says of the gender.
    gender: Gender,
    /// It does something.
    subject: bool,
    /// It owns something.
    owner: bool,
}

impl Reader<'_, '_> {
    pub(super) fn pronoun(&mut self, s: usize, sentence: &Sentence, t: usize) {
        let word = self.doc.word(t);
        let subject = matches!(word, "he" | "she" | "it" | "i") && acts(self.doc, t, t + 1);
        let owner = matches!(word, "his" | "its" | "my") || (word == "her" && self.is_possessive_her(t));
        let gender = match word {
            "she" | "her" | "hers" | "herself" => Gender::Female,
            "he" | "him" | "his" | "himself" => Gender::Male,
            _ => Gender::Unknown,
        };
        let who = match word {
            "i" | "me" | "my" => self.table.get("I").copied(),
            "they" | "them" | "their" | "themselves" => None,
            _ => {
                let pronoun = Pronoun { s, gender, subject, owner };
                self.antecedent(&pronoun).or_else(|| {
                    // Nobody yet: she will be named later.
                    let new = subject && gender != Gender::Unknown && !sentence.memory;
                    new.then(|| {
                        self.company.add(Member {
                            gender,
                            kind: Some(CharacterKind::Human),
                            ..Member::default()
                        })
                    })
                })
            }
        };
        let Some(who) = who else { return };
        if let Some(m) = self.company.get_mut(who)
            && m.gender == Gender::Unknown
            && subject
        {
            m.gender = gender;
        }
        self.company.mention(Mention { subject, owner, ..Mention::pronoun(s, t, who) });
    }

    /// "her coat", and not "saw her and ran".
    fn is_possessive_her(&self, t: usize) -> bool {
        let next = self.doc.word(t + 1);
        self.doc.tokens.get(t + 1).is_some_and(|x| !x.opens)
            && (!lexicon().cue_en("function", next) || among(next, AFTER_POSSESSIVE_HER))
    }

    /// Whom a pronoun of the third person means.
    fn antecedent(&self, p: &Pronoun) -> Option<usize> {
        // "It" is often nobody ("it was dark"): only what was just spoken of.
        let window = match (p.gender, p.subject) {
            (Gender::Unknown, _) => 2,
            (_, true) => 14,
            _ => 9,
        };
        self.owning_beast(p)
            .or_else(|| self.company.recent(p.s, window, |m| agreement(m, p.gender)))
            .or_else(|| self.only_one(p))
    }

    /// "The gander came down, beating his great white wings."
    fn owning_beast(&self, p: &Pronoun) -> Option<usize> {
        if !p.owner || p.gender == Gender::Unknown {
            return None;
        }
        let here = || self.company.mentions.iter().rev().take_while(|m| m.sentence == p.s);
        let who = here().find(|m| !m.owner).map(|m| self.company.root(m.who))?;
        let beast = |m: &Member| {
            m.kind.is_some_and(|k| k != CharacterKind::Human)
                && (m.gender == p.gender || m.gender == Gender::Unknown)
        };
        let rival = |m: &Member| m.kind.is_none_or(|k| k == CharacterKind::Human) && m.gender == p.gender;
        let meant = self.company.get(who).is_some_and(beast)
            && !here().any(|m| self.company.get(m.who).is_some_and(rival));
        meant.then_some(who)
    }

    /// The only one of that gender in the story so far, however long ago.
    fn only_one(&self, p: &Pronoun) -> Option<usize> {
        if p.gender == Gender::Unknown {
            return None;
        }
        let mut same = self.company.living().filter(|(_, m)| {
            m.gender == p.gender && m.count > 0 && !m.narrator && m.last + LONGEST_SILENCE > p.s
        });
        same.next().filter(|_| same.next().is_none()).map(|(i, _)| i)
    }
}

/// How well a pronoun of some gender agrees with a member, in sentences of
/// distance that it makes up for; `None` where it cannot be meant.
fn agreement(m: &Member, gender: Gender) -> Option<f32> {
    if m.narrator {
        return None;
    }
    let person = m.kind.is_none_or(|k| k == CharacterKind::Human);
    match (gender, m.gender) {
        (Gender::Unknown, _) if person => None,
        (Gender::Unknown, Gender::Unknown) => Some(0.0),
        (Gender::Unknown, _) => Some(-2.5),
        (wanted, own) if own == wanted => Some(0.0),
        (_, Gender::Unknown) if person => Some(-2.0),
        (_, Gender::Unknown) if m.kind == Some(CharacterKind::Animal) && m.acts >= 1 => Some(-3.5),
        _ => None,
    }
}
