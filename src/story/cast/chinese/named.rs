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

    /// Reads a name at token `t`.
    pub(super) fn named(&mut self, s: usize, sentence: &Sentence, t: usize, word: &str) {
        let who = self.bearer(word);
        let fresh = self.company.get(who).is_some_and(|m| m.count == 0);
        let owner = self.doc.tokens.get(t).is_some_and(|x| x.possessive);
        let subject = !owner && self.acts(sentence, t + 1);
        let touching = self.noun_before(s, t);
        let told = touching
            .or_else(|| self.noun_called(s, sentence, t))
            .or_else(|| self.pronoun_called(s, sentence, t, who));
        if let Some(noun) = told
            && self.company.get(noun).is_some_and(|m| m.names.is_empty())
        {
            self.company.merge(noun, who);
        }
        let speaks = self.speaks(t + 1);
        // 一个人走了进来 … 沈铁衣说: somebody seen before being named.
        if fresh
            && (subject || speaks)
            && touching.is_none()
            && title_of(word).is_empty()
            && let Some(stranger) = self.stranger(s).filter(|x| *x != self.company.root(who))
        {
            self.company.merge(stranger, who);
        }
        if let Some(m) = self.company.get_mut(who) {
            note_name(m, word, 1);
            m.speaks += usize::from(speaks);
            if is_of_the_sky(word) {
                m.kind = m.kind.or(Some(CharacterKind::Creature));
            }
        }
        self.company.mention(Mention { sentence: s, token: t, len: 1, who, how: How::Name, subject, owner });
    }

    /// The member of that name, or the only one that it is another form of (沈大侠 is
    /// 沈铁衣, where only one has that surname), or somebody new.
    fn bearer(&mut self, word: &str) -> usize {
        if let Some(&who) = self.names.get(word) {
            return who;
        }
        let title = title_of(word);
        let surname = word.chars().next();
        let other_form = |other: &str| {
            title.is_empty() != title_of(other).is_empty()
                && other.chars().next() == surname
                && other.chars().count() > 1
        };
        let same: Vec<usize> =
            self.names.iter().filter(|(other, _)| other_form(other)).map(|(_, w)| *w).collect();
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

    /// 镇长的女儿许棠, 气象员小满: the noun right before a name.
    fn noun_before(&self, s: usize, t: usize) -> Option<usize> {
        let free = self.doc.tokens.get(t).is_some_and(|x| !x.opens);
        let last = self.company.mentions.last()?;
        let touches = last.sentence == s && last.token + last.len == t && last.how == How::Noun;
        (free && touches).then_some(last.who)
    }

    /// 一条大黄狗，名叫八斤: the noun that is called so.
    fn noun_called(&self, s: usize, sentence: &Sentence, t: usize) -> Option<usize> {
        let mut near = (sentence.tokens.start..t).rev().take(3);
        if !near.any(|b| matches!(self.doc.word(b), "叫" | "名")) {
            return None;
        }
        let mut nouns = self.company.mentions.iter().rev().filter(|m| m.sentence == s && m.how == How::Noun);
        nouns.find(|m| m.token + 8 >= t).map(|m| m.who)
    }

    /// 她叫麦穗: whoever "she" is.
    fn pronoun_called(&self, s: usize, sentence: &Sentence, t: usize, who: usize) -> Option<usize> {
        let head = t.saturating_sub(2);
        let called = t >= sentence.tokens.start + 2
            && matches!(self.doc.word(t - 1), "叫" | "名叫" | "叫做" | "是")
            && matches!(self.doc.word(head), "她" | "他" | "它" | "名字");
        if !called {
            return None;
        }
        let last = self.company.mentions.last().filter(|m| m.sentence == s && m.token + 1 >= head)?;
        (self.company.root(last.who) != self.company.root(who)).then_some(last.who)
    }

    /// Somebody met lately who has no name and no trade.
    fn stranger(&self, s: usize) -> Option<usize> {
        self.company.recent(s, 8, |m| {
            let plain = m.names.is_empty()
                && !m.narrator
                && m.count > 0
                && m.kind == Some(CharacterKind::Human)
                && m.ideas().all(|c| c.is("generic") && !c.is("old"));
            plain.then_some(0.0)
        })
    }

    /// What the noun in a titled name tells: 老师 of 周老师.
    fn note_title(&mut self, who: usize, title: &str) {
        let found = lexicon().chinese_word(title).find(|(_, c)| c.class == Class::Person);
        if let (Some((index, concept)), Some(m)) = (found, self.company.get_mut(who)) {
            note_noun(m, title, title, 0);
            note_concept(m, index, concept);
        }
    }
}

/// 乌云 that weeps is a cloud; 小雨 and 阿雪 are children.
fn is_of_the_sky(word: &str) -> bool {
    !word.starts_with(['小', '阿', '老'])
        && lexicon()
            .chinese_word(word)
            .any(|(_, c)| matches!(c.class, Class::Weather | Class::Time | Class::Setting))
}
