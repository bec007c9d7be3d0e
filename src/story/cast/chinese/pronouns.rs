//! Chinese pronouns, words for groups, and 这人.

use super::Reader;
use crate::story::cast::company::{Member, Mention};
use crate::story::cast::gender::Gender;
use crate::story::doc::Sentence;
use crate::story::types::CharacterKind;

impl Reader<'_, '_> {
    /// 这人, 那人 and, where nobody stands before it, 一个人: whoever came in.
    pub(super) fn somebody(&mut self, s: usize, sentence: &Sentence, t: usize) {
        let after = self.doc.word(t + 2);
        if matches!(after, "家" | "们" | "间" | "群" | "类")
            || self.doc.tokens.get(t + 1).is_some_and(|x| x.opens)
        {
            return;
        }
        let fresh = matches!(self.doc.word(t), "个" | "一个");
        let subject = self.acts(sentence, t + 2);
        // 她一个人 is alone; 每一个人 is everybody.
        let clause = self.clause_start(sentence, t);
        if fresh
            && (!subject
                || t > clause + 1
                || self.company.mentions.iter().rev().take(4).any(|m| m.sentence == s && m.token >= clause))
        {
            return;
        }
        let known = self.company.recent(s, 6, |m| {
            (!fresh && !m.narrator && m.kind.is_none_or(|k| k == CharacterKind::Human))
                .then_some(if m.names.is_empty() { 1.0 } else { 0.0 })
        });
        let who = known.unwrap_or_else(|| {
            self.company.add(Member { kind: Some(CharacterKind::Human), ..Member::default() })
        });
        self.company.mention(Mention { len: 2, subject, ..Mention::pronoun(s, t, who) });
    }

    /// "They": everybody of the last few sentences is still there.
    pub(super) fn group(&mut self, s: usize, t: usize) {
        let mut ids: Vec<usize> = self
            .company
            .mentions
            .iter()
            .rev()
            .take(30)
            .filter(|m| m.sentence + 5 >= s && m.subject)
            .map(|m| self.company.root(m.who))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        for who in ids.into_iter().take(3) {
            self.company.mention(Mention::pronoun(s, t, who));
        }
    }

    pub(super) fn pronoun(&mut self, s: usize, sentence: &Sentence, t: usize, word: &str) {
        if self.doc.word(t + 1) == "们" {
            self.group(s, t);
            return;
        }
        let subject = self.acts(sentence, t + 1);
        let owner = self.doc.tokens.get(t).is_some_and(|x| x.possessive);
        let who = if word == "我" {
            self.names.get("我").copied()
        } else {
            self.company.recent(s, 7, |m| {
                let person = m.kind.is_none_or(|k| k == CharacterKind::Human);
                let known = if m.gender == Gender::Unknown { -1.2 } else { 0.0 };
                match word {
                    "她" => (!m.narrator && person && m.gender != Gender::Male).then_some(known),
                    "他" => (!m.narrator && person && m.gender != Gender::Female).then_some(known),
                    _ => (!person).then_some(0.0),
                }
            })
        };
        let Some(who) = who else { return };
        if let Some(m) = self.company.get_mut(who)
            && m.gender == Gender::Unknown
        {
            m.gender = match word {
                "她" => Gender::Female,
                "他" => Gender::Male,
                _ => Gender::Unknown,
            };
        }
        self.company.mention(Mention { subject, owner, ..Mention::pronoun(s, t, who) });
    }
}
