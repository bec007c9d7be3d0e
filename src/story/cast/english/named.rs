//! A name in the text: who bears it, and which stranger it turns out to be.

use super::Reader;
use crate::story::cast::company::{How, Member, Mention, note_concept, note_noun};
use crate::story::cast::gender::Gender;
use crate::story::doc::Sentence;
use crate::story::lexicon::words::{among, capital};
use crate::story::lexicon::{Class, lexicon};
use crate::story::looks::Fact;
use crate::story::names::english::{acts, is_speech, spoken_by};
use crate::story::types::CharacterKind;

/// Titles that tell a woman.
const WOMENS_TITLES: &str = "miss mrs ms lady queen princess aunt granny grandma grandmother mother sister";

/// Titles that tell a man.
const MENS_TITLES: &str = "mr sir lord king prince uncle grandpa grandfather father brother";

/// A name where it stands.
#[derive(Clone, Copy)]
pub(super) struct Named<'d> {
    /// Index of the sentence.
    pub s: usize,
    /// The sentence.
    pub sentence: &'d Sentence,
    /// First token of the name.
    pub token: usize,
    /// Number of tokens.
    pub len: usize,
    /// The member who bears it.
    pub who: usize,
    /// A title stands right before.
    pub title: bool,
}

impl Named<'_> {
    /// First token, with the title.
    fn head(self) -> usize {
        self.token - usize::from(self.title && self.token > self.sentence.tokens.start)
    }

    /// One past the last token.
    fn end(self) -> usize {
        self.token + self.len
    }
}

impl Reader<'_, '_> {
    /// Reads a name: first who it turns out to be, then the mention itself.
    pub(super) fn named(&mut self, n: Named) {
        if self.doc.quoted(n.token) {
            return self.named_in_talk(n);
        }
        let speaks = spoken_by(self.doc, n.head());
        let subject = acts(self.doc, n.head(), n.end());
        let owner = self.doc.tokens.get(n.end() - 1).is_some_and(|x| x.possessive) && !subject;
        let fresh = self.is_unseen(n.who);
        // Somebody described before being named: "A fellow with a ginger beard
        // ... Ginger looked at me".
        if fresh
            && (subject || speaks)
            && let Some(stranger) = self.stranger(n.s, n.who, 9)
        {
            self.company.merge(stranger, n.who);
        }
        if n.title {
            self.titled(n);
        }
        self.predicate_name(n);
        if fresh {
            self.it_was(n);
        }
        self.name_is(n);
        self.was_called(n);
        self.apposed(n);
        self.one_of_a_group(n);
        if let Some(m) = self.company.get_mut(n.who) {
            m.speaks += usize::from(speaks);
        }
        self.company.mention(Mention {
            sentence: n.s,
            token: n.token,
            len: n.len,
            who: n.who,
            how: How::Name,
            subject: subject || speaks,
            owner,
        });
    }

    /// The lower-case word `back` tokens before the name; empty outside the text.
    fn before(&self, n: Named, back: usize) -> &str {
        n.head().checked_sub(back).map_or("", |t| self.doc.word(t))
    }

    /// Whether nobody has spoken of the member yet.
    fn is_unseen(&self, who: usize) -> bool {
        self.company.get(who).is_some_and(|m| m.count == 0)
    }

    /// Whether the member has no name yet and does not tell the story.
    fn is_nameless(&self, who: usize) -> bool {
        self.company.get(who).is_some_and(|m| m.names.is_empty() && !m.narrator)
    }

    /// The last noun phrase of the sentence that `fits`.
    fn last_noun(&self, s: usize, fits: impl Fn(&Mention) -> bool) -> Option<usize> {
        let mut nouns = self.company.mentions.iter().rev().filter(|m| m.sentence == s && m.how == How::Noun);
        nouns.find(|m| fits(m)).map(|m| m.who)
    }

    /// A name inside talk mentions nobody, but may tell who is there.
    fn named_in_talk(&mut self, n: Named) {
        let (head, start) = (n.head(), n.sentence.tokens.start);
        // “Callum,” he said: a whole speech, and nobody of that name before.
        let whole = (head == start || !self.doc.quoted(head - 1)) && !self.doc.quoted(n.end());
        let (tag, behind) = (self.doc.word(n.end()), n.end() + 1);
        if whole && matches!(tag, "he" | "she") && is_speech(self.doc, behind) && self.is_unseen(n.who) {
            let gender = if tag == "he" { Gender::Male } else { Gender::Female };
            return self.says_own_name(n, gender);
        }
        // “Mrs. Abernathy,” said the client.
        let unseen = self.company.get(n.who).is_some_and(|m| m.count == 0 && !m.narrator);
        if whole && unseen && is_speech(self.doc, n.end()) && matches!(self.doc.word(behind), "the" | "a") {
            self.introduced = Some((n.s, n.who));
            return;
        }
        // "My name is Merrin": the stranger who has just come in.
        let (last, second) = (self.before(n, 1), self.before(n, 2));
        let own = (last == "is" && second == "name" && self.before(n, 3) == "my")
            || matches!((second, last), ("i", "am") | ("call", "me"))
            || (last == "i" && (n.title || n.token > start + 1));
        if own
            && !self.company.get(n.who).is_some_and(|m| m.narrator || m.count > 0)
            && let Some(stranger) = self.stranger(n.s, n.who, 12)
        {
            self.company.merge(stranger, n.who);
        }
    }

    /// “Callum,” he said: the nameless one of that gender who was last there.
    fn says_own_name(&mut self, n: Named, gender: Gender) {
        let agrees =
            self.company.get(n.who).is_some_and(|m| m.gender == gender || m.gender == Gender::Unknown);
        let speaker = self.company.recent(n.s, 12, |m| {
            let human = m.kind.is_none_or(|k| k == CharacterKind::Human);
            (!m.narrator && m.gender == gender && human).then_some(0.0)
        });
        if let Some(speaker) = speaker.filter(|_| agrees)
            && self.company.get(speaker).is_some_and(|m| m.names.is_empty())
        {
            self.company.merge(speaker, n.who);
        }
    }

    /// What a title tells: another name, the gender, a trade, old age.
    fn titled(&mut self, n: Named) {
        let Some(at) = n.token.checked_sub(1) else { return };
        let word = self.doc.word(at).to_owned();
        let shown = format!("{} {}", capital(&word), self.doc.span(n.token..n.end()));
        let span = self.doc.tokens.get(at).map_or((0, 0), |x| (x.start, x.end));
        if let Some(m) = self.company.get_mut(n.who) {
            note_noun(m, &shown.to_lowercase(), &shown, 1);
            if among(&word, WOMENS_TITLES) {
                m.gender = Gender::Female;
            } else if among(&word, MENS_TITLES) {
                m.gender = Gender::Male;
            } else if word == "old" && !m.facts.iter().any(|f| f.text == "old") {
                m.facts.push(Fact { text: "old".to_owned(), span, sentence: n.s, fixed: false });
            }
        }
        for (index, concept) in lexicon().english_word(&word).filter(|(_, c)| c.class == Class::Person) {
            if let Some(m) = self.company.get_mut(n.who) {
                note_concept(m, index, concept);
            }
        }
    }

    /// "I must tell you about the cook. He is Mr Crabbe."
    fn predicate_name(&mut self, n: Named) {
        let head = n.head();
        if head != n.sentence.tokens.start + 2 || !among(self.before(n, 1), "is was") {
            return;
        }
        let pronoun = self.company.mentions.last().filter(|m| m.sentence == n.s && m.how == How::Pronoun);
        let Some(same) = pronoun.filter(|m| m.token + 2 == head).map(|m| self.company.root(m.who)) else {
            return;
        };
        // Whoever "he" was taken for, he is this one.
        if self.company.get(same).is_some_and(|m| !m.names.is_empty())
            && let Some(last) = self.company.mentions.last_mut()
        {
            last.who = n.who;
        }
        if same != self.company.root(n.who) && self.is_nameless(same) {
            self.company.merge(same, n.who);
        }
    }

    /// "It was Oakes.": whoever was described a moment ago.
    fn it_was(&mut self, n: Named) {
        let head = n.head();
        if head != n.sentence.tokens.start + 2
            || !matches!((self.before(n, 2), self.before(n, 1)), ("it", "was" | "is"))
        {
            return;
        }
        let own = self.company.root(n.who);
        let gender = self.company.get(n.who).map_or(Gender::Unknown, |m| m.gender);
        let stranger = self.company.recent(n.s, 8, |m| {
            let plain = m.names.is_empty()
                && !m.narrator
                && m.count > 0
                && m.kind.is_none_or(|k| k == CharacterKind::Human);
            (plain && m.gender.agrees(gender)).then_some(0.0)
        });
        if let Some(stranger) = stranger.filter(|x| *x != own) {
            self.company.merge(stranger, n.who);
        }
    }

    /// "His name is Tam", "the robot's name was Daisy".
    fn name_is(&mut self, n: Named) {
        let at = |back: usize| n.head().checked_sub(back).filter(|b| *b >= n.sentence.tokens.start);
        let word = |back: usize| at(back).map_or("", |b| self.doc.word(b));
        if !matches!(word(1), "is" | "was") || word(2) != "name" {
            return;
        }
        let possessor = word(3);
        let gender = match possessor {
            "her" => Gender::Female,
            "his" => Gender::Male,
            _ => Gender::Unknown,
        };
        let nameless = |m: &Member| m.names.is_empty() && !m.narrator && m.count > 0;
        let bearer = match possessor {
            "his" | "her" | "its" => self.company.recent(n.s, 14, |m| {
                let unlikely = m.kind.is_some_and(|k| k != CharacterKind::Human) == (possessor != "its");
                (nameless(m) && m.gender.agrees(gender)).then_some(if unlikely { -6.0 } else { 0.0 })
            }),
            _ => self
                .last_noun(n.s, |m| at(3).is_some_and(|o| m.token <= o && o < m.token + m.len))
                .filter(|noun| self.is_nameless(*noun)),
        };
        if let Some(bearer) = bearer.filter(|b| *b != self.company.root(n.who)) {
            self.company.merge(bearer, n.who);
        }
    }

    /// "The sexton was called Tully."
    fn was_called(&mut self, n: Named) {
        let head = n.head();
        let called = head >= n.sentence.tokens.start + 3
            && matches!(self.before(n, 1), "called" | "named")
            && matches!(self.before(n, 2), "was" | "is");
        if !called {
            return;
        }
        let noun = self.last_noun(n.s, |m| m.token < head);
        if let Some(noun) = noun.filter(|noun| self.is_nameless(*noun)) {
            self.company.merge(noun, n.who);
        }
    }

    /// "The cat, Biscuit, jumped": Biscuit is the cat.
    fn apposed(&mut self, n: Named) {
        let before = n.token.checked_sub(1).and_then(|b| self.doc.tokens.get(b));
        let (Some(before), Some(own)) = (before, self.doc.tokens.get(n.token)) else { return };
        let comma = self.doc.text.get(before.end..own.start).is_some_and(|gap| gap.trim() == ",");
        if !comma || self.doc.tokens.get(n.end()).is_some_and(|x| !x.opens) {
            return;
        }
        let mut phrases = lexicon().english(self.doc.word(n.token - 1)).iter();
        let meant = phrases.find_map(|p| {
            let concept = lexicon().concept(p.concept)?;
            let noun = p.rest.is_empty() && !p.plural;
            (noun && concept.class == Class::Person && !concept.is("group")).then_some((p.concept, concept))
        });
        let Some((index, concept)) = meant else { return };
        let noun = self
            .company
            .mentions
            .iter()
            .rev()
            .take(6)
            .find(|m| m.sentence == n.s && m.how == How::Noun && m.token + m.len == n.token);
        if let Some(noun) = noun.map(|m| m.who)
            && self.is_nameless(noun)
        {
            self.company.merge(noun, n.who);
        }
        if let Some(m) = self.company.get_mut(n.who) {
            note_concept(m, index, concept);
        }
    }

    /// "Four little rabbits, and their names were Flopsy, Mopsy ..."
    fn one_of_a_group(&mut self, n: Named) {
        let group = self
            .doc
            .hits_in(n.sentence, Class::Person)
            .find(|(h, c)| h.plural && !h.likened && h.token < n.token && !c.is("generic") && !c.is("group"))
            .filter(|(h, _)| {
                (h.token..n.token).any(|b| matches!(self.doc.word(b), "names" | "named" | "called"))
            })
            .map(|(h, c)| (h.concept, c));
        if let Some((index, concept)) = group
            && let Some(m) = self.company.get_mut(n.who)
        {
            note_concept(m, index, concept);
        }
    }
}
