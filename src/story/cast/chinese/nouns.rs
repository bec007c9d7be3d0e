//! Chinese nouns that speak of somebody, and whom they mean.

use super::Reader;
use crate::story::cast::company::{How, Member, Mention, kind_of, note_concept, note_noun};
use crate::story::cast::gender::{Gender, gender_of};
use crate::story::doc::Sentence;
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::types::CharacterKind;

impl Reader<'_, '_> {
    /// 针针是一只胖乎乎的刺猬: the subject that `是` says this noun of.
    fn said_of(&self, s: usize, clause: usize, t: usize, concept: &Concept) -> Option<usize> {
        let lead = self.doc.span(clause..t);
        let be = (clause..t)
            .rev()
            .find(|b| matches!(self.doc.word(*b), "是" | "就是" | "原来是" | "变成" | "成了" | "变成了"))?;
        let measured = [
            "是一",
            "是个",
            "是只",
            "是位",
            "是名",
            "是条",
            "是头",
            "成一",
            "成了一",
            "是我们",
            "是这",
            "是他",
            "是她",
        ]
        .iter()
        .any(|m| lead.contains(m))
            || be + 1 == t;
        if !measured || lead.contains("不是") || (be > clause && self.doc.word(be - 1) == "的") {
            return None;
        }
        let last =
            self.company.mentions.iter().rev().find(|m| m.sentence == s && m.token < be && !m.owner)?;
        // Only the subject right before it, or that of the clause before.
        let near = last.token >= clause || (be == clause && (last.subject || last.how == How::Name));
        let who = self.company.root(last.who);
        let beast = |c: &Concept| !c.is("human") && !c.is("generic");
        let clash = self.company.get(who).is_some_and(|m| {
            m.narrator && beast(concept)
                || m.concepts
                    .iter()
                    .filter_map(|c| lexicon().concept(*c))
                    .any(|c| beast(c) && beast(concept) && c.id != concept.id)
        });
        (near && !clash).then_some(who)
    }

    pub(super) fn noun(
        &mut self,
        s: usize,
        sentence: &Sentence,
        t: usize,
        word: &str,
        index: usize,
        concept: &Concept,
    ) {
        let doc = self.doc;
        let owner = doc.tokens.get(t).is_some_and(|x| x.possessive);
        let subject = !owner && self.acts(sentence, t + 1);
        let before = if t > sentence.tokens.start { doc.word(t - 1) } else { "" };
        // 一个满脸胡子的男人 is somebody new; 那个男人 is not.
        let clause = (sentence.tokens.start..=t)
            .rev()
            .find(|b| doc.tokens.get(*b).is_some_and(|x| x.opens))
            .unwrap_or(t);
        let lead = if clause < t { doc.span(clause..t) } else { "" };
        let indefinite = ["一个", "一位", "一只", "一条", "一名", "一头", "一匹", "一盏", "一群"]
            .iter()
            .any(|m| lead.contains(m))
            && !lead.contains('那')
            && !lead.contains('这');
        // 镇长的女儿: the owner right before, with 的.
        let owned_by = if before == "的" && t >= 2 {
            self.company
                .mentions
                .last()
                .filter(|m| m.sentence == s && m.token + m.len == t - 1 && m.owner)
                .map(|m| self.company.root(m.who))
        } else {
            None
        };
        // 名叫老铁的维修机器人: the name right before, told as such.
        let bearer = self
            .company
            .mentions
            .last()
            .filter(|m| {
                m.sentence == s
                    && m.how == How::Name
                    && m.token + 4 >= t
                    && matches!(doc.word(m.token.saturating_sub(1)), "叫" | "名叫" | "叫做" | "叫作" | "唤作")
                    && doc
                        .text
                        .get(doc.tokens.get(m.token).map_or(0, |x| x.end)..)
                        .is_some_and(|r| r.starts_with('的'))
            })
            .map(|m| self.company.root(m.who));
        let known = bearer
            .or_else(|| self.said_of(s, clause, t, concept))
            .filter(|_| !owner)
            .or_else(|| self.known(s, word, index, concept, indefinite));
        let who = known.unwrap_or_else(|| self.company.add(Member::default()));
        let shown = match owned_by.filter(|_| concept.is("kin")) {
            Some(_) => {
                let from = self.company.mentions.last().map_or(t, |m| m.token);
                doc.span(from..t + 1).to_owned()
            }
            None => word.to_owned(),
        };
        let speaks = self.speaks(t + 1);
        if let Some(m) = self.company.get_mut(who) {
            if shown != word {
                note_noun(m, &shown, &shown, 1);
            }
            note_noun(m, word, word, 1);
            note_concept(m, index, concept);
            m.speaks += usize::from(speaks);
            if m.kin_of.is_none() {
                m.kin_of = owned_by;
            }
        }
        self.company.mention(Mention { sentence: s, token: t, len: 1, who, how: How::Noun, subject, owner });
        if speaks
            && let Some((_, name)) = self.introduced.take_if(|i| i.0 + 1 >= s)
            && self.company.get(who).is_some_and(|m| m.names.is_empty())
        {
            match self.names.get(&name) {
                Some(&known) => self.company.merge(who, known),
                None => {
                    self.names.insert(name.clone(), who);
                }
            }
        }
    }

    fn known(
        &self,
        s: usize,
        word: &str,
        index: usize,
        concept: &Concept,
        indefinite: bool,
    ) -> Option<usize> {
        let lex = lexicon();
        let mut same: Vec<(usize, usize)> = Vec::new();
        for (i, m) in self.company.living() {
            let by_word = m.nouns.iter().any(|n| n.0 == word);
            // 舅 and 舅舅, 灯 and 纸灯: one idea, one of the words inside the other.
            let by_idea = m.concepts.iter().any(|c| {
                *c == index || lex.concept(*c).is_some_and(|c| c.class == concept.class && c.id == concept.id)
            }) && !concept.is("generic")
                && (m.nouns.iter().any(|n| n.0.contains(word) || word.contains(n.0.as_str()))
                    || concept.class == Class::Prop);
            if by_word || by_idea {
                same.push((m.last, i));
            }
        }
        same.sort_unstable();
        if !(indefinite && concept.is("generic"))
            && let Some(&(_, who)) = same.last()
        {
            return Some(who);
        }
        // 一个小乞丐 is somebody new, 一个女孩 may be the one just named.
        if concept.class == Class::Prop || (indefinite && !(concept.is("young") && concept.is("generic"))) {
            return None;
        }
        let gender = gender_of(concept);
        let kind = kind_of(concept);
        // 女儿, 姑娘, 男孩: somebody already there who fits. Children's nouns
        // mostly rename the hero of a story for children.
        let renames = concept.is("generic") || concept.is("young");
        if !renames {
            return None;
        }
        self.company.recent(s, 30, |m| {
            let grown =
                m.concepts.iter().filter_map(|c| lex.concept(*c)).any(|c| c.is("human") && !c.is("young"));
            let fits = !m.narrator
                && !m.names.is_empty()
                && (!indefinite
                    || m.kind != Some(CharacterKind::Human)
                    || m.concepts.is_empty()
                    || concept.is("young"))
                && (m.kind == kind || m.kind.is_none())
                && (m.gender == gender || m.gender == Gender::Unknown)
                && !(concept.is("young") && grown);
            fits.then_some(0.0)
        })
    }
}
