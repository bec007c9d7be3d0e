//! Chinese nouns that speak of somebody, and whom they mean.

use super::Reader;
use crate::story::cast::company::{How, Member, Mention, kind_of, note_concept, note_noun};
use crate::story::cast::gender::{Gender, gender_of};
use crate::story::doc::Sentence;
use crate::story::lexicon::words::{among, holds_any};
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::types::CharacterKind;

/// A numeral and a classifier: 一个满脸胡子的男人 is somebody new.
const INDEFINITE: &str = "一个 一位 一只 一条 一名 一头 一匹 一盏 一群";

/// Copulas and verbs of becoming.
const COPULAS: &str = "是 就是 原来是 变成 成了 变成了";

/// A copula with what makes a class of the noun behind it.
const CLASSIFYING: &str = "是一 是个 是只 是位 是名 是条 是头 成一 成了一 是我们 是这 是他 是她";

/// A noun of somebody, where it stands.
pub(super) struct NounAt<'d> {
    /// Index of the sentence.
    pub s: usize,
    /// The sentence.
    pub sentence: &'d Sentence,
    /// Its token.
    pub token: usize,
    /// The noun.
    pub word: &'d str,
    /// Index of its concept.
    pub index: usize,
    /// Its concept.
    pub concept: &'d Concept,
}

impl Reader<'_, '_> {
    /// Reads a noun of somebody.
    pub(super) fn noun(&mut self, n: &NounAt) {
        let &NounAt { s, sentence, token: t, word, index, concept } = n;
        let owner = self.doc.tokens.get(t).is_some_and(|x| x.possessive);
        let subject = !owner && self.acts(sentence, t + 1);
        let clause = self.clause_start(sentence, t);
        let owned_by = self.owned_by(n);
        let known = self
            .bearer_before(s, t)
            .or_else(|| self.said_of(n, clause))
            .filter(|_| !owner)
            .or_else(|| self.known(n, self.is_indefinite(clause, t)));
        let who = known.unwrap_or_else(|| self.company.add(Member::default()));
        // 镇长的女儿, with the owner.
        let shown = if owned_by.is_some() && concept.is("kin") {
            let from = self.company.mentions.last().map_or(t, |m| m.token);
            self.doc.span(from..t + 1)
        } else {
            word
        };
        let speaks = self.speaks(t + 1);
        if let Some(m) = self.company.get_mut(who) {
            if shown != word {
                note_noun(m, shown, shown, 1);
            }
            note_noun(m, word, word, 1);
            note_concept(m, index, concept);
            m.speaks += usize::from(speaks);
            if m.kin_of.is_none() {
                m.kin_of = owned_by;
            }
        }
        self.company.mention(Mention { sentence: s, token: t, len: 1, who, how: How::Noun, subject, owner });
        if speaks {
            self.name_introduced(s, who);
        }
    }

    /// Gives the speaker `who` a name that was told in talk right before.
    fn name_introduced(&mut self, s: usize, who: usize) {
        let Some((_, name)) = self.introduced.take_if(|i| i.0 + 1 >= s) else { return };
        if !self.company.get(who).is_some_and(|m| m.names.is_empty()) {
            return;
        }
        match self.names.get(&name) {
            Some(&known) => self.company.merge(who, known),
            None => {
                self.names.insert(name, who);
            }
        }
    }

    /// First token of the clause of token `t`.
    pub(super) fn clause_start(&self, sentence: &Sentence, t: usize) -> usize {
        let opens = |b: &usize| self.doc.tokens.get(*b).is_some_and(|x| x.opens);
        (sentence.tokens.start..=t).rev().find(opens).unwrap_or(t)
    }

    /// 一个满脸胡子的男人 is somebody new; 那个男人 is not.
    fn is_indefinite(&self, clause: usize, t: usize) -> bool {
        let lead = if clause < t { self.doc.span(clause..t) } else { "" };
        holds_any(lead, INDEFINITE) && !lead.contains(['那', '这'])
    }

    /// 镇长的女儿: the owner right before, with 的.
    fn owned_by(&self, n: &NounAt) -> Option<usize> {
        let before = if n.token > n.sentence.tokens.start { self.doc.word(n.token - 1) } else { "" };
        let last = self.company.mentions.last()?;
        let owns = last.sentence == n.s && last.token + last.len + 1 == n.token && last.owner;
        (before == "的" && n.token >= 2 && owns).then(|| self.company.root(last.who))
    }

    /// 名叫老铁的维修机器人: the name right before, told as such.
    fn bearer_before(&self, s: usize, t: usize) -> Option<usize> {
        let doc = self.doc;
        let last = self.company.mentions.last()?;
        let called = last.sentence == s
            && last.how == How::Name
            && last.token + 4 >= t
            && among(doc.word(last.token.saturating_sub(1)), "叫 名叫 叫做 叫作 唤作");
        let name_end = doc.tokens.get(last.token).map_or(0, |x| x.end);
        let attributive = || doc.text.get(name_end..).is_some_and(|r| r.starts_with('的'));
        (called && attributive()).then(|| self.company.root(last.who))
    }

    /// 针针是一只胖乎乎的刺猬: the subject that `是` says this noun of.
    fn said_of(&self, n: &NounAt, clause: usize) -> Option<usize> {
        let (t, concept) = (n.token, n.concept);
        let lead = self.doc.span(clause..t);
        let be = (clause..t).rev().find(|b| among(self.doc.word(*b), COPULAS))?;
        let classifying = holds_any(lead, CLASSIFYING) || be + 1 == t;
        if !classifying || lead.contains("不是") || (be > clause && self.doc.word(be - 1) == "的") {
            return None;
        }
        let mut mentions = self.company.mentions.iter().rev();
        let last = mentions.find(|m| m.sentence == n.s && m.token < be && !m.owner)?;
        // Only the subject right before it, or that of the clause before.
        let near = last.token >= clause || (be == clause && (last.subject || last.how == How::Name));
        let who = self.company.root(last.who);
        let beast = |c: &Concept| !c.is("human") && !c.is("generic");
        let clash = self.company.get(who).is_some_and(|m| {
            beast(concept) && (m.narrator || m.ideas().any(|c| beast(c) && c.id != concept.id))
        });
        (near && !clash).then_some(who)
    }

    /// A member already met that the noun can mean.
    fn known(&self, n: &NounAt, indefinite: bool) -> Option<usize> {
        let concept = n.concept;
        let (generic, young) = (concept.is("generic"), concept.is("young"));
        if !(indefinite && generic)
            && let Some(who) = self.called_so(n)
        {
            return Some(who);
        }
        // 一个小乞丐 is somebody new, 一个女孩 may be the one just named.
        if concept.class == Class::Prop || (indefinite && !(young && generic)) {
            return None;
        }
        // 女儿, 姑娘, 男孩: somebody already there who fits. Children's nouns
        // mostly rename the hero of a story for children.
        if !generic && !young {
            return None;
        }
        let (gender, kind) = (gender_of(concept), kind_of(concept));
        self.company.recent(n.s, 30, |m| {
            let grown = || m.ideas().any(|c| c.is("human") && !c.is("young"));
            let vague = m.kind != Some(CharacterKind::Human) || m.concepts.is_empty() || young;
            let fits = !m.narrator
                && !m.names.is_empty()
                && (!indefinite || vague)
                && (m.kind == kind || m.kind.is_none())
                && (m.gender == gender || m.gender == Gender::Unknown)
                && !(young && grown());
            fits.then_some(0.0)
        })
    }

    /// The last member called by the same noun, or by one of the same idea.
    fn called_so(&self, n: &NounAt) -> Option<usize> {
        let (word, concept) = (n.word, n.concept);
        let alike = |c: &usize| {
            *c == n.index
                || lexicon().concept(*c).is_some_and(|c| c.class == concept.class && c.id == concept.id)
        };
        let means = |m: &Member| {
            // 舅 and 舅舅, 灯 and 纸灯: one idea, one of the words inside the other.
            let by_idea = || {
                !concept.is("generic")
                    && m.concepts.iter().any(alike)
                    && (concept.class == Class::Prop
                        || m.nouns.iter().any(|n| n.0.contains(word) || word.contains(n.0.as_str())))
            };
            m.nouns.iter().any(|n| n.0 == word) || by_idea()
        };
        self.company.living().filter(|(_, m)| means(m)).map(|(i, m)| (m.last, i)).max().map(|f| f.1)
    }
}
