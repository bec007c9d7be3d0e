//! The English cast: proper names by their capitals and their verbs, nouns of
//! people.ron with an article or owner, appositions, and pronouns.

use std::collections::{BTreeMap, HashMap};

use super::cast::{Company, Gender, How, Member, Mention, note_concept, note_name, note_noun};
use super::given_names::same_given_name;
use super::lexicon::{Class, lexicon};
use super::looks::{Fact, is_adjective, looks_word};
use super::names_en::{Evidence, Run, accept, acts, capital, name_runs, run_name, spoken_by};
use super::sentences::{Doc, Sentence};
use super::text::among;
use super::types::CharacterKind;

/// Reads the cast of an English story.
pub fn read(doc: &Doc) -> Company {
    let runs = name_runs(doc);
    let names = accept(doc, &runs);
    let mut reader = Reader {
        doc,
        company: Company::default(),
        table: BTreeMap::new(),
        names: HashMap::new(),
        introduced: None,
        spirits: speaking_nouns(doc),
    };
    reader.enter_names(&names, &runs);
    reader.narrator(&names);
    for s in 0..doc.sentences.len() {
        reader.company.sweep(s);
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
    /// Somebody whose name was all that was said, and the sentence.
    pub introduced: Option<(usize, usize)>,
    /// Nouns no list has for somebody, that speak all the same: "said the wind".
    pub spirits: Vec<String>,
}

fn is_talk(word: &str) -> bool {
    let lex = lexicon();
    lex.english(word)
        .iter()
        .any(|p| p.rest.is_empty() && lex.concept(p.concept).is_some_and(|c| c.is("talk")))
}

/// Nouns after "the" that speak at least twice, or once and act twice: the wind
/// and the teapot of a fairy tale.
fn speaking_nouns(doc: &Doc) -> Vec<String> {
    let lex = lexicon();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for t in 1..doc.tokens.len() {
        let word = doc.word(t);
        let plain = doc.tokens.get(t).is_some_and(|x| !x.quoted && !x.opens && !x.capital && !x.possessive);
        if !plain
            || !matches!(doc.word(t - 1), "the" | "this" | "that")
            || lex.cue_en("function", word)
            || lex.has_english(word, Class::Person)
            || looks_word(word, is_adjective)
            || among(
                word,
                "voice voices other others reply answer radio letter sign note words whole crowd class",
            )
        {
            continue;
        }
        let after = t + 1;
        let talks = doc.tokens.get(after).is_some_and(|x| !x.opens && !x.quoted)
            && lex
                .english(doc.word(after))
                .iter()
                .any(|p| p.rest.is_empty() && lex.concept(p.concept).is_some_and(|c| c.id == "say"));
        let says =
            spoken_by(doc, t - 1) || (talks && (doc.quoted(after + 1) || doc.quoted(t.saturating_sub(2))));
        let count = counts.entry(word).or_default();
        count.0 += usize::from(says);
        count.1 += usize::from(acts(doc, t - 1, after));
    }
    counts
        .into_iter()
        .filter(|(_, c)| c.0 >= 2 || (c.0 >= 1 && c.1 >= 4))
        .map(|(w, _)| w.to_owned())
        .collect()
}

impl Reader<'_, '_> {
    fn enter_names(&mut self, names: &HashMap<String, Evidence>, runs: &[Run]) {
        let mut told: BTreeMap<usize, [usize; 3]> = BTreeMap::new();
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
            let short: Vec<usize> = self
                .table
                .iter()
                .filter(|(other, _)| same_given_name(other.split(' ').next().unwrap_or(""), name))
                .map(|(_, who)| *who)
                .collect();
            let who = match (part.as_slice(), last.as_slice(), short.as_slice()) {
                ([one], ..) | ([], [one], _) | ([], [], [one]) => *one,
                _ => self.company.add(Member::default()),
            };
            let [she, he, it] = e.votes;
            let sums = told.entry(who).or_default();
            *sums = [sums[0] + she + he, sums[1] + it, sums[2] + e.titled];
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
        // "Unit Seven ... It swept the dust": a thing, until a noun says what.
        for (who, [people, things, titles]) in told {
            if let Some(m) = self.company.get_mut(who)
                && m.kind.is_none()
                && things > 0
                && people + titles == 0
            {
                m.kind = Some(CharacterKind::Object);
            }
        }
        let couples = self.couples(runs);
        for run in runs {
            let name = run_name(self.doc, run);
            if let Some(&who) = self.table.get(&name) {
                let lady = couples.get(&name).filter(|_| self.title_gender(run) == Gender::Female);
                self.names.insert(run.token, (run.len, lady.copied().unwrap_or(who), run.title));
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

    fn title_gender(&self, run: &Run) -> Gender {
        match run.token.checked_sub(1).filter(|_| run.title).map_or("", |t| self.doc.word(t)) {
            "miss" | "mrs" | "ms" | "lady" | "madame" | "queen" | "aunt" | "princess" | "duchess"
            | "countess" => Gender::Female,
            "mr" | "sir" | "lord" | "king" | "uncle" | "prince" | "duke" | "count" => Gender::Male,
            _ => Gender::Unknown,
        }
    }

    /// Names that a man and a woman share: Mr. and Mrs. Abernathy. Gives the
    /// woman a member of her own.
    fn couples(&mut self, runs: &[Run]) -> HashMap<String, usize> {
        let mut titled: BTreeMap<String, (bool, Option<usize>)> = BTreeMap::new();
        for run in runs {
            let entry = titled.entry(run_name(self.doc, run)).or_default();
            match self.title_gender(run) {
                Gender::Male => entry.0 = true,
                Gender::Female => entry.1 = entry.1.or(Some(run.token)),
                Gender::Unknown => {}
            }
        }
        let mut out = HashMap::new();
        for (name, (sir, lady)) in titled {
            let (true, Some(token), Some(&man)) = (sir, lady, self.table.get(&name)) else { continue };
            let title = token.checked_sub(1).map_or("", |t| self.doc.word(t));
            let shown = format!("{} {name}", capital(title));
            let who = self.company.add(Member {
                gender: Gender::Female,
                kind: Some(CharacterKind::Human),
                ..Member::default()
            });
            if let Some(m) = self.company.get_mut(who) {
                note_name(m, &shown, 1);
            }
            if let Some(m) = self.company.get_mut(man) {
                m.gender = Gender::Male;
            }
            self.table.insert(shown, who);
            out.insert(name, who);
        }
        out
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
            if !self.doc.quoted(t)
                && t > sentence.tokens.start
                && matches!(self.doc.word(t - 1), "the" | "a" | "that" | "this")
                && self.spirits.iter().any(|w| w == self.doc.word(t))
            {
                self.spirit(s, t);
                t += 1;
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

    /// A noun of [`speaking_nouns`] at token `t`.
    fn spirit(&mut self, s: usize, t: usize) {
        let word = self.doc.word(t).to_owned();
        let key = format!("the {word}");
        let thing = lexicon().has_english(&word, Class::Prop);
        let who = match self.table.get(&key) {
            Some(&who) => who,
            None => {
                let kind = if thing { CharacterKind::Object } else { CharacterKind::Creature };
                let who = self.company.add(Member { kind: Some(kind), ..Member::default() });
                self.table.insert(key.clone(), who);
                who
            }
        };
        let speaks = spoken_by(self.doc, t - 1);
        let subject = speaks || acts(self.doc, t - 1, t + 1);
        let owner = self.doc.tokens.get(t).is_some_and(|x| x.possessive);
        if let Some(m) = self.company.get_mut(who) {
            note_noun(m, &word, &key, 1);
            m.speaks += usize::from(speaks);
        }
        self.company.mention(Mention { sentence: s, token: t, len: 1, who, how: How::Noun, subject, owner });
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

    fn pronoun(&mut self, s: usize, sentence: &Sentence, t: usize) {
        let word = self.doc.word(t);
        let subject = matches!(word, "he" | "she" | "it" | "i") && acts(self.doc, t, t + 1);
        let owner = matches!(word, "his" | "its" | "my")
            || (word == "her"
                && self.doc.tokens.get(t + 1).is_some_and(|x| !x.opens)
                && (!lexicon().cue_en("function", self.doc.word(t + 1))
                    || among(self.doc.word(t + 1), "back own very first last two other")));
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
                    (_, true) => 14,
                    _ => 9,
                };
                // "The gander came down, beating his great white wings."
                let last = self
                    .company
                    .mentions
                    .iter()
                    .rev()
                    .take_while(|m| owner && m.sentence == s)
                    .find(|m| !m.owner);
                let beast = last.map(|m| self.company.root(m.who)).filter(|w| {
                    self.company.get(*w).is_some_and(|m| {
                        m.kind.is_some_and(|k| k != CharacterKind::Human)
                            && (m.gender == gender || m.gender == Gender::Unknown)
                    })
                });
                let rival = self.company.mentions.iter().rev().take_while(|m| m.sentence == s).any(|m| {
                    self.company.get(m.who).is_some_and(|m| {
                        m.kind.is_none_or(|k| k == CharacterKind::Human) && m.gender == gender
                    })
                });
                let beast = beast.filter(|_| !rival && gender != Gender::Unknown);
                let found = beast.or_else(|| {
                    self.company.recent(s, window, |m| {
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
                            (_, Gender::Unknown) if m.kind == Some(CharacterKind::Animal) && m.acts >= 1 => {
                                Some(-3.5)
                            }
                            _ => None,
                        }
                    })
                });
                // The only one of that sex in the story so far, however long ago.
                let found = found.or_else(|| {
                    if gender == Gender::Unknown {
                        return None;
                    }
                    let mut same = self
                        .company
                        .living()
                        .filter(|(_, m)| m.gender == gender && m.count > 0 && !m.narrator && m.last + 80 > s);
                    same.next().filter(|_| same.next().is_none()).map(|(i, _)| i)
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
