//! The one who says "I": name, and what is told of it in passing.

use std::collections::HashMap;

use super::Reader;
use crate::story::cast::company::{Member, note_name};
use crate::story::cast::gender::Gender;
use crate::story::doc::Token;
use crate::story::lexicon::words::among;
use crate::story::looks::{is_adjective, looks_word};
use crate::story::names::english::Evidence;
use crate::story::types::CharacterKind;

/// What closes a letter, before the name of who wrote it.
const CLOSING: &str = "yours loving love sincerely faithfully affectionately truly ever regards wishes brother sister son daughter friend husband wife mother father";

/// How a woman or girl is spoken to.
const CALLED_WOMAN: &str = "miss madam ma'am missus girl lass lassie sister";

/// How a man or boy is spoken to.
const CALLED_MAN: &str = "sir mister boy lad laddie sonny brother";

/// What a woman calls hers.
const WOMANS: &str = "husband fiancé boyfriend dress skirt plait plaits pigtails braids petticoat bonnet frock lipstick apron stays nightdress gown";

/// What a woman says that she is.
const WOMAN: &str = "girl woman mother daughter wife widow governess nun sister aunt grandmother maid spinster schoolgirl nurse";

/// What a man calls his.
const MANS: &str = "wife girlfriend fiancée beard moustache whiskers regiment";

/// What a man says that he is.
const MAN: &str = "boy man father husband son soldier widower uncle grandfather schoolboy bachelor monk";

impl Reader<'_, '_> {
    /// First person: "I" all through the narration. The name is one that others
    /// call the narrator by and the narration never uses.
    pub fn narrator(&mut self, names: &HashMap<String, Evidence>) {
        let spoken = |t: &&Token| !t.quoted;
        let first = self
            .doc
            .tokens
            .iter()
            .filter(spoken)
            .filter(|t| self.doc.words.get(t.word).is_some_and(|w| w == "i"))
            .count();
        if first < 4 || first * 250 < self.doc.tokens.len() {
            return;
        }
        let mut called: Vec<(&String, &Evidence)> =
            names.iter().filter(|(_, e)| e.inner + e.head == 0 && e.called > 0).collect();
        // "Your loving brother, Ned": who signs a letter wrote it.
        let signed = self.signature();
        called.extend(names.iter().filter(|(name, _)| signed.as_ref() == Some(*name)));
        if let Some(at) = called.iter().position(|c| signed.as_ref() == Some(c.0)) {
            called = vec![called.swap_remove(at)];
        }
        called.sort_by(|a, b| b.1.called.cmp(&a.1.called).then(a.0.cmp(b.0)));
        let who = match called.first().and_then(|(name, _)| self.table.get(*name)) {
            Some(&who) => who,
            None => self.company.add(Member::default()),
        };
        if let Some(m) = self.company.get_mut(who) {
            m.narrator = true;
            m.kind = Some(CharacterKind::Human);
            if let Some((name, e)) = called.first() {
                note_name(m, name, e.talk);
            }
        }
        let told = self.narrator_gender();
        if let Some(m) = self.company.get_mut(who)
            && m.gender == Gender::Unknown
        {
            m.gender = told;
        }
        self.table.insert("I".to_owned(), who);
    }

    /// The name at the end of a letter.
    fn signature(&self) -> Option<String> {
        let last = self.doc.tokens.len().checked_sub(1)?;
        let before = |n: usize| last.checked_sub(n).map_or("", |t| self.doc.word(t));
        let closes = (1..4).any(|n| among(before(n), CLOSING));
        let name = self.doc.tokens.get(last).filter(|t| t.capital && closes)?;
        self.doc.text.get(name.start..name.end).map(str::to_owned)
    }

    /// What "I" tells of itself in passing: "my husband", "a girl of my age",
    /// "Come along, miss", a dress put on.
    fn narrator_gender(&self) -> Gender {
        let doc = self.doc;
        let (mut she, mut he) = (0usize, 0usize);
        for t in 1..doc.tokens.len() {
            let word = doc.word(t);
            let before = |n: usize| t.checked_sub(n).map_or("", |b| doc.word(b));
            if doc.quoted(t) {
                // Spoken to, most likely, and at the end of what is said.
                let called = doc.tokens.get(t).is_some_and(|x| x.opens)
                    && doc.tokens.get(t + 1).is_none_or(|x| x.opens);
                she += usize::from(called && among(word, CALLED_WOMAN));
                he += usize::from(called && among(word, CALLED_MAN));
                continue;
            }
            let mine = before(1) == "my" || before(2) == "my" && looks_word(before(1), is_adjective);
            let am = (1..4).any(|n| before(n) == "i") && (1..4).any(|n| among(before(n), "am was a as"));
            if mine && among(word, WOMANS) || am && among(word, WOMAN) {
                she += 1;
            } else if mine && among(word, MANS) || am && among(word, MAN) {
                he += 1;
            } else if among(word, "plaits pigtails braids") && (1..5).any(|n| before(n) == "i") {
                she += 1;
            }
        }
        match she.cmp(&he) {
            std::cmp::Ordering::Greater => Gender::Female,
            std::cmp::Ordering::Less => Gender::Male,
            std::cmp::Ordering::Equal => Gender::Unknown,
        }
    }
}
