//! A Chinese name in the text: who bears it, and whom it is told of.

use super::Reader;
use crate::story::cast::company::{How, Member, Mention, note_concept, note_name, note_noun};
use crate::story::doc::Sentence;
use crate::story::lexicon::{Class, lexicon};
use crate::story::names::chinese::title_of;
use crate::story::types::CharacterKind;

impl Reader<'_, '_> {
    /// “我叫林一舟。” names whoever spoke last in the narration around it, if that
    /// one has no name yet.
    pub(super) fn speaker_is(&mut self, s: usize, sentence: &Sentence, name: &str) -> bool {
        let last = self
            .company
            .mentions
            .iter()
            .rev()
            .find(|m| m.sentence + usize::from(!sentence.first) >= s && !m.owner);
        let Some(who) = last.map(|m| self.company.root(m.who)) else {
            return false;
        };
        let nameless = self
            .company
            .get(who)
            .is_some_and(|m| m.names.is_empty() && m.kind.is_none_or(|k| k == CharacterKind::Human));
        if !nameless {
            return false;
        }
        match self.names.get(name) {
            Some(&known) => self.company.merge(who, known),
            None => {
                self.names.insert(name.to_owned(), who);
            }
        }
        if let Some(m) = self.company.get_mut(who) {
            note_name(m, name, 1);
        }
        true
    }

    pub(super) fn named(&mut self, s: usize, sentence: &Sentence, t: usize, word: &str) {
        let who = match self.names.get(word) {
            Some(&who) => who,
            None => {
                // 沈大侠 is 沈铁衣, where only one has that surname.
                let title = title_of(word);
                let surname = word.chars().next();
                let same: Vec<usize> = self
                    .names
                    .iter()
                    .filter(|(n, _)| {
                        (!title.is_empty() || !title_of(n).is_empty())
                            && n.chars().next() == surname
                            && n.chars().count() > 1
                    })
                    .filter(|(n, _)| title.is_empty() != title_of(n).is_empty())
                    .map(|(_, w)| *w)
                    .collect();
                let who = match same.as_slice() {
                    [one] => *one,
                    _ => self.company.add(Member::default()),
                };
                self.names.insert(word.to_owned(), who);
                if !title.is_empty() {
                    self.note_title(who, title);
                }
                who
            }
        };
        let fresh = self.company.get(who).is_some_and(|m| m.count == 0);
        let token_owner = self.doc.tokens.get(t).is_some_and(|x| x.possessive);
        let subject = !token_owner && self.acts(sentence, t + 1);
        // 镇长的女儿许棠, 气象员小满, 一条大黄狗，名叫八斤
        let touching = self
            .company
            .mentions
            .last()
            .filter(|m| {
                m.sentence == s
                    && m.token + m.len == t
                    && m.how == How::Noun
                    && self.doc.tokens.get(t).is_some_and(|x| !x.opens)
            })
            .map(|m| m.who);
        let called =
            (sentence.tokens.start..t).rev().take(3).any(|b| matches!(self.doc.word(b), "叫" | "名"));
        let introduced = if called {
            self.company
                .mentions
                .iter()
                .rev()
                .find(|m| m.sentence == s && m.how == How::Noun && m.token + 8 >= t)
                .map(|m| m.who)
        } else {
            None
        };
        // 她叫麦穗: whoever "she" is.
        let head = t.saturating_sub(2);
        let own = t >= sentence.tokens.start + 2
            && matches!(self.doc.word(t - 1), "叫" | "名叫" | "叫做" | "是")
            && matches!(self.doc.word(head), "她" | "他" | "它" | "名字");
        let pronoun = own
            .then(|| {
                self.company.mentions.last().filter(|m| m.sentence == s && m.token + 1 >= head).map(|m| m.who)
            })
            .flatten()
            .filter(|w| self.company.root(*w) != self.company.root(who));
        if let Some(noun) = touching.or(introduced).or(pronoun)
            && self.company.get(noun).is_some_and(|m| m.names.is_empty())
        {
            self.company.merge(noun, who);
        }
        let speaks = self.speaks(t + 1);
        // 一个人走了进来 … 沈铁衣说: somebody seen before being named.
        if fresh && (subject || speaks) && touching.is_none() && title_of(word).is_empty() {
            let own = self.company.root(who);
            let stranger = self.company.recent(s, 8, |m| {
                let plain = m.names.is_empty()
                    && !m.narrator
                    && m.count > 0
                    && m.kind == Some(CharacterKind::Human)
                    && m.concepts
                        .iter()
                        .filter_map(|c| lexicon().concept(*c))
                        .all(|c| c.is("generic") && !c.is("old"));
                plain.then_some(0.0)
            });
            if let Some(stranger) = stranger.filter(|x| *x != own) {
                self.company.merge(stranger, who);
            }
        }
        // 乌云 that weeps is a cloud; 小雨 and 阿雪 are children.
        let sky = !word.starts_with(['小', '阿', '老'])
            && lexicon()
                .chinese(word)
                .iter()
                .filter_map(|c| lexicon().concept(*c))
                .any(|c| matches!(c.class, Class::Weather | Class::Time | Class::Setting));
        if let Some(m) = self.company.get_mut(who) {
            note_name(m, word, 1);
            m.speaks += usize::from(speaks);
            if sky {
                m.kind = m.kind.or(Some(CharacterKind::Creature));
            }
        }
        self.company.mention(Mention {
            sentence: s,
            token: t,
            len: 1,
            who,
            how: How::Name,
            subject,
            owner: token_owner,
        });
    }

    fn note_title(&mut self, who: usize, title: &str) {
        let found = lexicon()
            .chinese(title)
            .iter()
            .filter_map(|c| Some((*c, lexicon().concept(*c)?)))
            .find(|(_, c)| c.class == Class::Person);
        if let (Some((index, concept)), Some(m)) = (found, self.company.get_mut(who)) {
            note_noun(m, title, title, 0);
            note_concept(m, index, concept);
        }
    }
}
