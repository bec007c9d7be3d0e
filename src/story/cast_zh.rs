//! The Chinese cast: names (found by `names_zh`), kinship nouns, animals, and
//! things that act.

use std::collections::HashMap;

use super::cast::{
    Company, Gender, How, Member, Mention, gender_of, kind_of, note_concept, note_name, note_noun,
};
use super::lexicon::{Class, Concept, lexicon};
use super::names_zh::{BETWEEN, acts, title_of};
use super::sentences::{Doc, Sentence};
use super::types::CharacterKind;

/// Reads the cast of a Chinese story whose names are already whole tokens.
pub fn read(doc: &Doc) -> Company {
    let mut reader = Reader {
        doc,
        company: Company::default(),
        names: HashMap::new(),
        things: HashMap::new(),
        spirits: HashMap::new(),
        introduced: None,
    };
    reader.things = reader.acting_things();
    reader.spirits = reader.speaking_words();
    reader.narrator();
    for s in 0..doc.sentences.len() {
        reader.company.sweep(s);
        if let Some(sentence) = doc.sentences.get(s) {
            reader.sentence(s, sentence);
        }
    }
    reader.company
}

/// The first forty characters: as far as a clause goes.
fn opening(text: &str) -> &str {
    text.char_indices().nth(40).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

struct Reader<'d, 'a> {
    doc: &'d Doc<'a>,
    company: Company,
    names: HashMap<String, usize>,
    /// Prop concepts that act like somebody: how often.
    things: HashMap<usize, usize>,
    /// Words of weather, sky and place that speak and act: the cloud of a fairy
    /// tale.
    spirits: HashMap<String, usize>,
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

    /// Words of weather, time and place that say something and act, three
    /// times at least.
    fn speaking_words(&self) -> HashMap<String, usize> {
        let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
        for sentence in &self.doc.sentences {
            let speech = self.doc.text.get(sentence.start..sentence.end).unwrap_or("").contains(['“', '「']);
            for (hit, concept) in self.doc.hits_of(sentence) {
                let soul =
                    matches!(concept.class, Class::Weather | Class::Time | Class::Setting) && hit.len == 1;
                if !soul || hit.likened || self.doc.quoted(hit.token) {
                    continue;
                }
                let from = self.doc.tokens.get(hit.token).map_or(0, |t| t.end);
                let rest = opening(self.doc.text.get(from..sentence.end).unwrap_or(""));
                let clause = rest.split(['，', '。', '：', '！', '？', '“', '「']).next().unwrap_or("");
                let says = clause.ends_with(['说', '问', '道', '喊']) || speech && clause.contains('说');
                let willing = [
                    "想",
                    "笑",
                    "哭",
                    "睡",
                    "低着头",
                    "害怕",
                    "知道",
                    "觉得",
                    "看见",
                    "听",
                    "跑",
                    "走",
                    "躲",
                    "点点头",
                    "摇摇头",
                    "叹",
                    "弯着腰",
                    "趴",
                    "来",
                    "伸",
                    "眨",
                    "坐",
                    "跳",
                    "不肯",
                    "答应",
                ];
                let acts = says || willing.iter().any(|w| clause.starts_with(w));
                let count = counts.entry(self.doc.word(hit.token)).or_default();
                count.0 += usize::from(acts);
                count.1 += usize::from(says);
            }
        }
        counts
            .into_iter()
            .filter(|(_, c)| c.0 >= 3 && c.1 >= 1 || c.1 >= 2)
            .map(|(w, c)| (w.to_owned(), c.0))
            .collect()
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
                let told = token.capital
                    && t > sentence.tokens.start
                    && (matches!(self.doc.word(t - 1), "我叫" | "叫")
                        || (self.doc.word(t - 1) == "是"
                            && t > sentence.tokens.start + 1
                            && self.doc.word(t - 2) == "我"));
                if told && self.speaker_is(s, sentence, &word) {
                    t += 1;
                    continue;
                }
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
            } else if self.spirits.contains_key(&word) {
                self.named(s, sentence, t, &word);
                if let Some(&who) = self.names.get(&word)
                    && let Some(m) = self.company.get_mut(who)
                {
                    m.kind = m.kind.or(Some(CharacterKind::Creature));
                }
            } else if matches!(word.as_str(), "这" | "那" | "此" | "来" | "个" | "一个")
                && self.doc.word(t + 1) == "人"
            {
                self.somebody(s, sentence, t);
            } else if matches!(word.as_str(), "他" | "她" | "它" | "我") {
                self.pronoun(s, sentence, t, &word);
            } else if lexicon().cue_zh("group", &word) {
                self.group(s, t);
            }
            t += 1;
        }
    }

    /// “我叫林一舟。” names whoever spoke last in the narration around it, if that
    /// one has no name yet.
    fn speaker_is(&mut self, s: usize, sentence: &Sentence, name: &str) -> bool {
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

    /// 这人, 那人 and, where nobody stands before it, 一个人: whoever came in.
    fn somebody(&mut self, s: usize, sentence: &Sentence, t: usize) {
        let after = self.doc.word(t + 2);
        if matches!(after, "家" | "们" | "间" | "群" | "类")
            || self.doc.tokens.get(t + 1).is_some_and(|x| x.opens)
        {
            return;
        }
        let fresh = matches!(self.doc.word(t), "个" | "一个");
        let subject = self.acts(sentence, t + 2);
        // 她一个人 is alone; 每一个人 is everybody.
        let clause = (sentence.tokens.start..=t)
            .rev()
            .find(|b| self.doc.tokens.get(*b).is_some_and(|x| x.opens))
            .unwrap_or(t);
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
        self.company.mention(Mention {
            sentence: s,
            token: t,
            len: 2,
            who,
            how: How::Pronoun,
            subject,
            owner: false,
        });
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
