//! The Chinese cast: names (found by `names_zh`), kinship nouns, animals, and
//! things that act.

use std::collections::HashMap;

use super::cast::{
    Company, Gender, How, Member, Mention, gender_of, kind_of, note_concept, note_name, note_noun,
};
use super::lexicon::{Class, Concept, lexicon};
use super::names_zh::{BETWEEN, acts};
use super::sentences::{Doc, Sentence};
use super::types::CharacterKind;

/// Reads the cast of a Chinese story whose names are already whole tokens.
pub fn read(doc: &Doc) -> Company {
    let mut reader = Reader {
        doc,
        company: Company::default(),
        names: HashMap::new(),
        things: HashMap::new(),
        introduced: None,
    };
    reader.things = reader.acting_things();
    reader.narrator();
    for s in 0..doc.sentences.len() {
        if let Some(sentence) = doc.sentences.get(s) {
            reader.sentence(s, sentence);
        }
    }
    reader.company
}

struct Reader<'d, 'a> {
    doc: &'d Doc<'a>,
    company: Company,
    names: HashMap<String, usize>,
    /// Prop concepts that act like somebody: how often.
    things: HashMap<usize, usize>,
    /// A name told in talk, and the sentence.
    introduced: Option<(usize, String)>,
}

impl Reader<'_, '_> {
    /// Whether the phrase that ends before token `after` acts.
    fn acts(&self, sentence: &Sentence, after: usize) -> bool {
        let free = self.doc.tokens.get(after).is_some_and(|t| !t.opens && after < sentence.tokens.end);
        let from = self.doc.tokens.get(after).map_or(sentence.end, |t| t.start);
        free && acts(self.doc.text.get(from..sentence.end).unwrap_or(""))
    }

    /// Things that say, jump, hide ...: subjects of verbs that need a will, at
    /// least three times.
    fn acting_things(&self) -> HashMap<usize, usize> {
        let willing = [
            "说",
            "问",
            "跳",
            "走",
            "跑",
            "站",
            "坐",
            "等",
            "回头",
            "钻",
            "躲",
            "抖",
            "不肯",
            "不说话",
            "睡",
            "醒",
            "笑",
            "哭",
            "听",
            "看",
            "退",
            "追",
            "喊",
            "叫",
            "想",
            "游",
            "飞",
            "眨",
            "靠",
        ];
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for sentence in &self.doc.sentences {
            for (hit, _) in self.doc.hits_in(sentence, Class::Prop) {
                if self.doc.quoted(hit.token) || hit.likened {
                    continue;
                }
                let from = self.doc.tokens.get(hit.token).map_or(0, |t| t.end);
                let rest = self.doc.text.get(from..sentence.end).unwrap_or("");
                let mut rest = rest;
                for _ in 0..2 {
                    if let Some(word) = BETWEEN
                        .iter()
                        .filter(|w| **w != "不" && rest.starts_with(**w))
                        .max_by_key(|w| w.len())
                    {
                        rest = rest.strip_prefix(*word).unwrap_or(rest);
                    }
                }
                if willing.iter().any(|w| rest.starts_with(w)) {
                    *counts.entry(hit.concept).or_default() += 1;
                }
            }
        }
        counts.retain(|_, n| *n >= 3);
        counts
    }

    fn narrator(&mut self) {
        let count = self
            .doc
            .tokens
            .iter()
            .filter(|t| !t.quoted && self.doc.words.get(t.word).is_some_and(|w| w == "我"))
            .count();
        if count < 5 || count * 250 < self.doc.tokens.len() {
            return;
        }
        let who = self.company.add(Member {
            narrator: true,
            kind: Some(CharacterKind::Human),
            ..Member::default()
        });
        self.names.insert("我".to_owned(), who);
    }

    fn sentence(&mut self, s: usize, sentence: &Sentence) {
        let mut t = sentence.tokens.start;
        while t < sentence.tokens.end {
            let Some(token) = self.doc.tokens.get(t) else {
                break;
            };
            let word = self.doc.word(t).to_owned();
            if token.quoted {
                // “我是小满。”铁人说: the one who says so bears the name.
                if token.capital
                    && (t.saturating_sub(5).max(sentence.tokens.start)..t).any(|b| {
                        self.doc.word(b) == "我" && matches!(self.doc.word(b + 1), "是" | "叫" | "名叫")
                    })
                {
                    self.introduced = Some((s, word));
                }
                t += 1;
                continue;
            }
            if token.capital {
                self.named(s, sentence, t, &word);
            } else if let Some((hit, concept)) =
                self.doc.hits_in(sentence, Class::Person).find(|(h, _)| h.token == t)
            {
                if !hit.likened && !hit.negated {
                    if concept.is("group") {
                        self.group(s, t)
                    } else {
                        self.noun(s, sentence, t, &word, hit.concept, concept)
                    }
                }
            } else if let Some((hit, concept)) = self.doc.hits_in(sentence, Class::Prop).find(|(h, c)| {
                h.token == t
                    && self.things.keys().any(|k| lexicon().concept(*k).is_some_and(|k| k.id == c.id))
            }) {
                if !hit.likened {
                    self.noun(s, sentence, t, &word, hit.concept, concept);
                }
            } else if matches!(word.as_str(), "他" | "她" | "它" | "我") {
                self.pronoun(s, sentence, t, &word);
            } else if lexicon().cues_zh("group").contains(&word) {
                self.group(s, t);
            }
            t += 1;
        }
    }

    /// "They": everybody of the last few sentences is still there.
    fn group(&mut self, s: usize, t: usize) {
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
            self.company.mention(Mention {
                sentence: s,
                token: t,
                len: 1,
                who,
                how: How::Pronoun,
                subject: false,
                owner: false,
            });
        }
    }

    fn named(&mut self, s: usize, sentence: &Sentence, t: usize, word: &str) {
        let who = match self.names.get(word) {
            Some(&who) => who,
            None => {
                let who = self.company.add(Member::default());
                self.names.insert(word.to_owned(), who);
                who
            }
        };
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
        if let Some(noun) = touching.or(introduced)
            && self.company.get(noun).is_some_and(|m| m.names.is_empty())
        {
            self.company.merge(noun, who);
        }
        let speaks = self.speaks(t + 1);
        if let Some(m) = self.company.get_mut(who) {
            note_name(m, word, 1);
            m.speaks += usize::from(speaks);
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

    fn speaks(&self, after: usize) -> bool {
        (after..after + 3).any(|t| {
            matches!(
                self.doc.word(t),
                "说" | "问" | "说道" | "问道" | "喊" | "小声说" | "大声说" | "道" | "笑着说" | "喊道"
            )
        })
    }

    fn noun(&mut self, s: usize, sentence: &Sentence, t: usize, word: &str, index: usize, concept: &Concept) {
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
        let known = self.known(s, word, index, concept, indefinite);
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
        for (i, m) in self.company.members.iter().enumerate().filter(|(_, m)| m.merged.is_none()) {
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
        if concept.class == Class::Prop || (indefinite && !concept.is("young")) {
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
                && (m.kind == kind || m.kind.is_none())
                && (m.gender == gender || m.gender == Gender::Unknown)
                && !(concept.is("young") && grown);
            fits.then_some(0.0)
        })
    }

    fn pronoun(&mut self, s: usize, sentence: &Sentence, t: usize, word: &str) {
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
                let known = if m.gender == Gender::Unknown { -1.5 } else { 0.0 };
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
