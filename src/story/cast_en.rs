//! The English cast: proper names by their capitals and their verbs, nouns of
//! people.ron with an article or owner, appositions, and pronouns.

use std::collections::{BTreeMap, HashMap};

use super::cast::{Company, Gender, How, Member, Mention, note_concept, note_name, note_noun};
use super::lexicon::{Class, lexicon};
use super::names_en::{Evidence, Run, accept, acts, capital, name_runs, run_name, spoken_by};
use super::sentences::{Doc, Sentence};
use super::types::CharacterKind;

/// Reads the cast of an English story.
pub fn read(doc: &Doc) -> Company {
    let runs = name_runs(doc);
    let names = accept(doc, &runs);
    let mut reader =
        Reader { doc, company: Company::default(), table: BTreeMap::new(), names: HashMap::new() };
    reader.enter_names(&names, &runs);
    reader.narrator(&names);
    for s in 0..doc.sentences.len() {
        if let Some(sentence) = doc.sentences.get(s) {
            reader.sentence(s, sentence);
        }
    }
    reader.company
}

/// The state of one pass over the story.
pub struct Reader<'d, 'a> {
    pub doc: &'d Doc<'a>,
    pub company: Company,
    /// Name as written -> member.
    pub table: BTreeMap<String, usize>,
    /// First token of an accepted run -> (length, name, member).
    pub names: HashMap<usize, (usize, usize, bool)>,
}

impl Reader<'_, '_> {
    fn enter_names(&mut self, names: &HashMap<String, Evidence>, runs: &[Run]) {
        let mut sorted: Vec<(&String, &Evidence)> = names.iter().collect();
        // Long names first, so that "Ines" finds "Ines Varro"; then by name,
        // for a hash map has no order of its own.
        sorted.sort_by(|a, b| b.0.matches(' ').count().cmp(&a.0.matches(' ').count()).then(a.0.cmp(b.0)));
        for (name, e) in sorted {
            let part: Vec<usize> = self
                .table
                .iter()
                .filter(|(long, _)| long.split(' ').next() == Some(name.as_str()))
                .map(|(_, who)| *who)
                .collect();
            let last: Vec<usize> = self
                .table
                .iter()
                .filter(|(long, _)| long.contains(' ') && long.split(' ').next_back() == Some(name.as_str()))
                .map(|(_, who)| *who)
                .collect();
            let who = match (part.as_slice(), last.as_slice()) {
                ([one], _) | ([], [one]) => *one,
                _ => self.company.add(Member::default()),
            };
            let [she, he, it] = e.votes;
            // "the Lamp", "Fox": a name that is a word tells what bears it.
            let word = name.to_lowercase();
            let meant = lexicon()
                .english(&word)
                .iter()
                .filter(|p| p.rest.is_empty())
                .filter_map(|p| Some((p.concept, lexicon().concept(p.concept)?)))
                .find(|(_, c)| matches!(c.class, Class::Person | Class::Prop));
            if let Some(m) = self.company.get_mut(who) {
                if let Some((index, concept)) = meant
                    && !concept.is("group")
                    && (e.article * 2 > e.inner + e.head || e.titled > 0 || concept.is("kin"))
                {
                    note_concept(m, index, concept);
                    note_noun(m, &word, &format!("the {word}"), 0);
                }
                note_name(m, name, e.inner + e.head);
                if m.gender == Gender::Unknown && she != he {
                    m.gender = if she > he && she >= it {
                        Gender::Female
                    } else if he >= it {
                        Gender::Male
                    } else {
                        Gender::Unknown
                    };
                }
            }
            self.table.insert(name.clone(), who);
        }
        for run in runs {
            let name = run_name(self.doc, run);
            if let Some(&who) = self.table.get(&name) {
                self.names.insert(run.token, (run.len, who, run.title));
            } else if run.len == 1 && run.title {
                // "Miss Vole" where only "Merrin Vole" is known: the one whose
                // gender agrees with the title.
                let title = run.token.checked_sub(1).map_or("", |t| self.doc.word(t));
                let wanted = match title {
                    "miss" | "mrs" | "ms" | "lady" | "madame" => Gender::Female,
                    "mr" | "sir" | "lord" => Gender::Male,
                    _ => Gender::Unknown,
                };
                let fits = |who: &usize| {
                    self.company.get(*who).is_some_and(|m| {
                        wanted == Gender::Unknown || m.gender == wanted || m.gender == Gender::Unknown
                    })
                };
                let found = self
                    .table
                    .iter()
                    .filter(|(n, _)| n.ends_with(&format!(" {name}")))
                    .map(|(_, w)| *w)
                    .find(fits);
                if let Some(who) = found {
                    self.names.insert(run.token, (run.len, who, true));
                    if let Some(m) = self.company.get_mut(who) {
                        if m.gender == Gender::Unknown {
                            m.gender = wanted;
                        }
                        let shown = format!("{} {name}", capital(title));
                        note_noun(m, &shown.to_lowercase(), &shown, 1);
                    }
                }
            }
        }
    }

    /// First person: "I" all through the narration. The name is one that others
    /// call the narrator by and the narration never uses.
    fn narrator(&mut self, names: &HashMap<String, Evidence>) {
        let spoken = |t: &&super::sentences::Token| !t.quoted;
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
        self.table.insert("I".to_owned(), who);
    }

    fn sentence(&mut self, s: usize, sentence: &Sentence) {
        let lex = lexicon();
        let mut t = sentence.tokens.start;
        while t < sentence.tokens.end {
            if let Some(&(len, who, title)) = self.names.get(&t) {
                self.named(s, sentence, t, len, who, title);
                t += len;
                continue;
            }
            let hit = self
                .doc
                .hits_in(sentence, Class::Person)
                .filter(|(h, _)| h.token == t)
                .max_by_key(|(h, _)| h.len)
                .map(|(h, c)| (h.len, h.concept, c, h.plural, h.likened, h.negated));
            if let Some((len, index, concept, plural, likened, negated)) = hit {
                if !plural && !likened && !negated && !concept.is("group") && !self.doc.quoted(t) {
                    self.noun(s, sentence, t, len, index, concept);
                }
                t += len;
                continue;
            }
            if !self.doc.quoted(t)
                && (lex.cue_en("pronoun", self.doc.word(t)) || matches!(self.doc.word(t), "i" | "me" | "my"))
            {
                self.pronoun(s, sentence, t);
            }
            t += 1;
        }
    }

    /// Somebody met lately who has no name, no trade and could be `who`.
    fn stranger(&self, s: usize, who: usize, window: usize) -> Option<usize> {
        let gender = self.company.get(who).map_or(Gender::Unknown, |m| m.gender);
        let own = self.company.root(who);
        let found = self.company.recent(s, window, |m| {
            let plain = m.names.is_empty()
                && !m.narrator
                && m.count > 0
                && m.concepts
                    .iter()
                    .filter_map(|c| lexicon().concept(*c))
                    .all(|c| c.is("generic") && c.is("human"));
            let agrees = m.gender == gender || gender == Gender::Unknown || m.gender == Gender::Unknown;
            (plain && agrees).then_some(0.0)
        });
        found.filter(|f| *f != own)
    }

    fn named(&mut self, s: usize, sentence: &Sentence, t: usize, len: usize, who: usize, title: bool) {
        if self.doc.quoted(t) {
            // "My name is Merrin": the stranger who has just come in.
            let before = |n: usize| t.checked_sub(n).map_or("", |t| self.doc.word(t));
            let own = (before(1) == "is" && before(2) == "name" && before(3) == "my")
                || matches!((before(2), before(1)), ("i", "am") | ("call", "me"))
                || (before(1) == "i" && t > sentence.tokens.start + 1);
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
                    "old" if !m.facts.contains(&"old".to_owned()) => m.facts.push("old".to_owned()),
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

    fn pronoun(&mut self, s: usize, sentence: &Sentence, t: usize) {
        let word = self.doc.word(t);
        let subject = matches!(word, "he" | "she" | "it" | "i") && acts(self.doc, t, t + 1);
        let owner = matches!(word, "his" | "its" | "my")
            || (word == "her"
                && self.doc.tokens.get(t + 1).is_some_and(|x| !x.opens)
                && !lexicon().cue_en("function", self.doc.word(t + 1)));
        let who = match word {
            "i" | "me" | "my" => self.table.get("I").copied(),
            "they" | "them" | "their" | "themselves" => None,
            _ => {
                let gender = match word {
                    "she" | "her" | "hers" | "herself" => Gender::Female,
                    "he" | "him" | "his" | "himself" => Gender::Male,
                    _ => Gender::Unknown,
                };
                // "It" is often nobody ("it was dark"): only what was just spoken of.
                let window = match (gender, subject) {
                    (Gender::Unknown, _) => 2,
                    (_, true) => 9,
                    _ => 7,
                };
                let found = self.company.recent(s, window, |m| {
                    let person = m.kind.is_none_or(|k| k == CharacterKind::Human);
                    if m.narrator {
                        return None;
                    }
                    // Agreement outweighs a few sentences of distance.
                    match (gender, m.gender) {
                        (Gender::Unknown, _) if person => None,
                        (Gender::Unknown, Gender::Unknown) => Some(0.0),
                        (Gender::Unknown, _) => Some(-2.5),
                        (g, own) if own == g => Some(0.0),
                        (_, Gender::Unknown) if person => Some(-2.0),
                        (_, Gender::Unknown) if m.kind == Some(CharacterKind::Animal) => Some(-3.5),
                        _ => None,
                    }
                });
                // Nobody yet: she will be named later.
                match found {
                    None if subject && gender != Gender::Unknown && !sentence.memory => {
                        Some(self.company.add(Member {
                            gender,
                            kind: Some(CharacterKind::Human),
                            ..Member::default()
                        }))
                    }
                    found => found,
                }
            }
        };
        let Some(who) = who else { return };
        if let Some(m) = self.company.get_mut(who)
            && m.gender == Gender::Unknown
            && subject
        {
            m.gender = match word {
                "she" => Gender::Female,
                "he" => Gender::Male,
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
