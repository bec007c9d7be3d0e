//! A name in the text: who bears it, and which stranger it turns out to be.

use super::Reader;
use crate::story::cast::company::{How, Member, Mention, note_concept, note_noun};
use crate::story::cast::gender::Gender;
use crate::story::doc::Sentence;
use crate::story::lexicon::words::{among, capital};
use crate::story::lexicon::{Class, lexicon};
use crate::story::looks::Fact;
use crate::story::names::english::{acts, spoken_by};
use crate::story::types::CharacterKind;

fn is_talk(word: &str) -> bool {
    let lex = lexicon();
    lex.english(word)
        .iter()
        .any(|p| p.rest.is_empty() && lex.concept(p.concept).is_some_and(|c| c.is("talk")))
}

impl Reader<'_, '_> {
    pub(super) fn named(
        &mut self,
        s: usize,
        sentence: &Sentence,
        t: usize,
        len: usize,
        who: usize,
        title: bool,
    ) {
        if self.doc.quoted(t) {
            // "My name is Merrin": the stranger who has just come in.
            let head = t - usize::from(title && t > sentence.tokens.start);
            let before = |n: usize| head.checked_sub(n).map_or("", |t| self.doc.word(t));
            let own = (before(1) == "is" && before(2) == "name" && before(3) == "my")
                || matches!((before(2), before(1)), ("i", "am") | ("call", "me"))
                || (before(1) == "i" && (title || t > sentence.tokens.start + 1));
            // “Callum,” he said: a whole speech, and nobody of that name before.
            let whole =
                (head == sentence.tokens.start || !self.doc.quoted(head - 1)) && !self.doc.quoted(t + len);
            let tag = t + len;
            let tells = whole
                && matches!(self.doc.word(tag), "he" | "she")
                && is_talk(self.doc.word(tag + 1))
                && self.company.get(who).is_some_and(|m| m.count == 0);
            if tells {
                let gender = if self.doc.word(tag) == "he" { Gender::Male } else { Gender::Female };
                let fits =
                    self.company.get(who).is_some_and(|m| m.gender == gender || m.gender == Gender::Unknown);
                let speaker = self.company.recent(s, 12, |m| {
                    (!m.narrator && (m.gender == gender) && m.kind.is_none_or(|k| k == CharacterKind::Human))
                        .then_some(0.0)
                });
                if let Some(speaker) = speaker.filter(|_| fits)
                    && self.company.get(speaker).is_some_and(|m| m.names.is_empty())
                {
                    self.company.merge(speaker, who);
                }
                return;
            }
            // “Mrs. Abernathy,” said the client.
            let unseen = self.company.get(who).is_some_and(|m| m.count == 0 && !m.narrator);
            if whole && unseen && is_talk(self.doc.word(tag)) && matches!(self.doc.word(tag + 1), "the" | "a")
            {
                self.introduced = Some((s, who));
                return;
            }
            if own
                && !self.company.get(who).is_some_and(|m| m.narrator || m.count > 0)
                && let Some(stranger) = self.stranger(s, who, 12)
            {
                self.company.merge(stranger, who);
            }
            return;
        }
        let head = t - usize::from(title && t > sentence.tokens.start);
        let speaks = spoken_by(self.doc, head);
        let subject = acts(self.doc, head, t + len);
        let owner = self.doc.tokens.get(t + len - 1).is_some_and(|x| x.possessive) && !subject;
        let fresh = self.company.get(who).is_some_and(|m| m.count == 0);
        // Somebody described before being named: "A fellow with a ginger beard
        // ... Ginger looked at me".
        if fresh
            && (subject || speaks)
            && let Some(stranger) = self.stranger(s, who, 9)
        {
            self.company.merge(stranger, who);
        }
        if title && let Some(word) = t.checked_sub(1).map(|t| self.doc.word(t).to_owned()) {
            let shown = format!("{} {}", capital(&word), self.doc.span(t..t + len));
            if let Some(m) = self.company.get_mut(who) {
                note_noun(m, &shown.to_lowercase(), &shown, 1);
                match word.as_str() {
                    "miss" | "mrs" | "ms" | "lady" | "queen" | "princess" | "aunt" | "granny" | "grandma"
                    | "grandmother" | "mother" | "sister" => m.gender = Gender::Female,
                    "mr" | "sir" | "lord" | "king" | "prince" | "uncle" | "grandpa" | "grandfather"
                    | "father" | "brother" => m.gender = Gender::Male,
                    "old" if !m.facts.iter().any(|f| f.text == "old") => {
                        let span = self.doc.tokens.get(t - 1).map_or((0, 0), |x| (x.start, x.end));
                        m.facts.push(Fact { text: "old".to_owned(), span, sentence: s, fixed: false });
                    }
                    _ => {}
                }
            }
            for phrase in lexicon().english(&word).iter().filter(|p| p.rest.is_empty()) {
                if let Some(c) = lexicon().concept(phrase.concept).filter(|c| c.class == Class::Person)
                    && let Some(m) = self.company.get_mut(who)
                {
                    note_concept(m, phrase.concept, c);
                }
            }
        }
        // "It was Oakes.": whoever was described a moment ago.
        let told = fresh
            && head == sentence.tokens.start + 2
            && matches!((self.doc.word(head - 2), self.doc.word(head - 1)), ("it", "was" | "is"));
        // "I must tell you about the cook. He is Mr Crabbe."
        let plain = self.company.mentions.last().filter(|m| m.sentence == s && m.how == How::Pronoun);
        let same = (head == sentence.tokens.start + 2 && among(self.doc.word(head - 1), "is was"))
            .then(|| plain.filter(|m| m.token + 2 == head).map(|m| self.company.root(m.who)))
            .flatten();
        // Whoever "he" was taken for, he is this one.
        if same.is_some_and(|w| self.company.get(w).is_some_and(|m| !m.names.is_empty()))
            && let Some(last) = self.company.mentions.last_mut()
        {
            last.who = who;
        }
        if let Some(same) = same.filter(|w| {
            *w != self.company.root(who)
                && self.company.get(*w).is_some_and(|m| m.names.is_empty() && !m.narrator)
        }) {
            self.company.merge(same, who);
        }
        if told {
            let own = self.company.root(who);
            let gender = self.company.get(who).map_or(Gender::Unknown, |m| m.gender);
            let stranger = self.company.recent(s, 8, |m| {
                let plain = m.names.is_empty()
                    && !m.narrator
                    && m.count > 0
                    && m.kind.is_none_or(|k| k == CharacterKind::Human);
                let agrees = m.gender == gender || gender == Gender::Unknown || m.gender == Gender::Unknown;
                (plain && agrees).then_some(0.0)
            });
            if let Some(stranger) = stranger.filter(|x| *x != own) {
                self.company.merge(stranger, who);
            }
        }
        // "His name is Tam", "the robot's name was Daisy".
        let before = |n: usize| head.checked_sub(n).filter(|b| *b >= sentence.tokens.start);
        let word = |n: usize| before(n).map_or("", |b| self.doc.word(b));
        if matches!(word(1), "is" | "was") && word(2) == "name" {
            let owner = before(3);
            let gender = match word(3) {
                "her" => Gender::Female,
                "his" => Gender::Male,
                _ => Gender::Unknown,
            };
            let nameless = |m: &Member| m.names.is_empty() && !m.narrator && m.count > 0;
            let noun = self
                .company
                .mentions
                .iter()
                .rev()
                .find(|m| {
                    m.sentence == s
                        && m.how == How::Noun
                        && owner.is_some_and(|o| m.token <= o && o < m.token + m.len)
                })
                .map(|m| m.who);
            let bearer = match word(3) {
                "his" | "her" | "its" => self.company.recent(s, 14, |m| {
                    let agrees =
                        m.gender == gender || gender == Gender::Unknown || m.gender == Gender::Unknown;
                    let beast = m.kind.is_some_and(|k| k != CharacterKind::Human) == (word(3) != "its");
                    (nameless(m) && agrees).then_some(if beast { -6.0 } else { 0.0 })
                }),
                _ => noun.filter(|n| self.company.get(*n).is_some_and(|m| m.names.is_empty() && !m.narrator)),
            };
            if let Some(bearer) = bearer.filter(|b| *b != self.company.root(who)) {
                self.company.merge(bearer, who);
            }
        }
        // "The sexton was called Tully."
        let called = head >= sentence.tokens.start + 3
            && matches!(self.doc.word(head - 1), "called" | "named")
            && matches!(self.doc.word(head - 2), "was" | "is");
        if called {
            let noun = self
                .company
                .mentions
                .iter()
                .rev()
                .find(|m| m.sentence == s && m.how == How::Noun && m.token < head)
                .map(|m| m.who);
            if let Some(noun) =
                noun.filter(|n| self.company.get(*n).is_some_and(|m| m.names.is_empty() && !m.narrator))
            {
                self.company.merge(noun, who);
            }
        }
        self.apposed(s, t, len, who);
        // "Four little rabbits, and their names were Flopsy, Mopsy ..."
        let kind_of_group = self
            .doc
            .hits_in(sentence, Class::Person)
            .find(|(h, c)| h.plural && !h.likened && h.token < t && !c.is("generic") && !c.is("group"))
            .filter(|(h, _)| (h.token..t).any(|b| matches!(self.doc.word(b), "names" | "named" | "called")))
            .map(|(h, c)| (h.concept, c));
        if let Some((index, concept)) = kind_of_group
            && let Some(m) = self.company.get_mut(who)
        {
            note_concept(m, index, concept);
        }
        if let Some(m) = self.company.get_mut(who) {
            m.speaks += usize::from(speaks);
        }
        self.company.mention(Mention {
            sentence: s,
            token: t,
            len,
            who,
            how: How::Name,
            subject: subject || speaks,
            owner,
        });
    }

    /// "The cat, Biscuit, jumped": Biscuit is the cat.
    fn apposed(&mut self, s: usize, t: usize, len: usize, who: usize) {
        let before = t.checked_sub(1).and_then(|b| self.doc.tokens.get(b));
        let (Some(before), Some(own)) = (before, self.doc.tokens.get(t)) else { return };
        let comma = self.doc.text.get(before.end..own.start).is_some_and(|gap| gap.trim() == ",");
        if !comma || self.doc.tokens.get(t + len).is_some_and(|x| !x.opens) {
            return;
        }
        let meant = lexicon()
            .english(self.doc.word(t - 1))
            .iter()
            .filter(|p| p.rest.is_empty() && !p.plural)
            .filter_map(|p| Some((p.concept, lexicon().concept(p.concept)?)))
            .find(|(_, c)| c.class == Class::Person && !c.is("group"));
        let Some((index, concept)) = meant else { return };
        let noun = self
            .company
            .mentions
            .iter()
            .rev()
            .take(6)
            .find(|m| m.sentence == s && m.how == How::Noun && m.token + m.len == t);
        if let Some(noun) = noun.map(|m| m.who)
            && self.company.get(noun).is_some_and(|m| m.names.is_empty() && !m.narrator)
        {
            self.company.merge(noun, who);
        }
        if let Some(m) = self.company.get_mut(who) {
            note_concept(m, index, concept);
        }
    }
}
