//! The cast: who acts in a story, under which names, and where they are.
//!
//! Each language finds its own mentions (`cast_en`, `cast_zh`); this part keeps
//! the members, resolves nouns and pronouns to them by recency and agreement of
//! kind and gender (the classic salience heuristics of Lappin and Leass 1994,
//! without a parser), and in the end decides who is a character at all.

use super::given_names::is_womans;
use super::lexicon::{Class, Concept, lexicon};
use super::looks::Fact;
use super::sentences::{Doc, World};
use super::types::{CharacterKind, Language};
use super::{cast_en, cast_zh, looks, reveal};

/// Grammatical gender as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gender {
    /// Not known yet, or a thing.
    #[default]
    Unknown,
    /// She.
    Female,
    /// He.
    Male,
}

/// How a mention refers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By name.
    Name,
    /// By a noun: "the ferryman".
    Noun,
    /// By a pronoun.
    Pronoun,
}

/// One place where the text refers to a member.
#[derive(Debug, Clone)]
pub struct Mention {
    /// Sentence index.
    pub sentence: usize,
    /// First token.
    pub token: usize,
    /// Number of tokens.
    pub len: usize,
    /// Member index.
    pub who: usize,
    /// Name, noun or pronoun.
    pub how: How,
    /// Does something (stands before a verb or after "said").
    pub subject: bool,
    /// Only owns something ("Anna's coat").
    pub owner: bool,
}

/// Somebody who may turn out to be a character.
#[derive(Debug, Clone, Default)]
pub struct Member {
    /// Proper names, each with how often it occurs.
    pub names: Vec<(String, usize)>,
    /// Nouns ("ferryman") with the phrase shown as an alias and a count.
    pub nouns: Vec<(String, String, usize)>,
    /// Lexicon concept of the nouns, for kind and for the painter's word.
    pub concepts: Vec<usize>,
    /// Gender.
    pub gender: Gender,
    /// Kind, once something told it.
    pub kind: Option<CharacterKind>,
    /// Last sentence with a mention.
    pub last: usize,
    /// Narrative mentions other than as an owner.
    pub count: usize,
    /// Mentions as a subject.
    pub acts: usize,
    /// Mentions as a speaker.
    pub speaks: usize,
    /// Tells the story.
    pub narrator: bool,
    /// Somebody this one is the niece, son ... of.
    pub kin_of: Option<usize>,
    /// Was merged into another member.
    pub merged: Option<usize>,
    /// Facts of looks, in order.
    pub facts: Vec<Fact>,
}

/// Everybody and every mention, while the text is read.
#[derive(Debug, Default)]
pub struct Company {
    /// Members; merged ones stay as empty shells.
    pub members: Vec<Member>,
    /// Mentions in the order of the text.
    pub mentions: Vec<Mention>,
    /// Members that a noun may still mean; see [`Company::sweep`].
    alive: Vec<usize>,
}

impl Company {
    /// Follows merges.
    pub fn root(&self, mut who: usize) -> usize {
        // Merges never form a ring; the bound guards against a slip.
        for _ in 0..self.members.len() {
            match self.members.get(who).and_then(|m| m.merged) {
                Some(next) => who = next,
                None => break,
            }
        }
        who
    }

    /// Adds a member.
    pub fn add(&mut self, member: Member) -> usize {
        self.members.push(member);
        self.alive.push(self.members.len() - 1);
        self.members.len() - 1
    }

    /// Members that are not merged away nor forgotten.
    pub fn living(&self) -> impl DoubleEndedIterator<Item = (usize, &Member)> {
        self.alive
            .iter()
            .filter_map(|i| Some((*i, self.members.get(*i)?)))
            .filter(|(_, m)| m.merged.is_none())
    }

    /// Forgets passers-by of long ago, so that a long book stays linear.
    pub fn sweep(&mut self, sentence: usize) {
        if !sentence.is_multiple_of(256) {
            return;
        }
        let members = &self.members;
        self.alive.retain(|i| {
            members.get(*i).is_some_and(|m| {
                m.merged.is_none()
                    && (!m.names.is_empty() || m.narrator || m.count > 3 || m.last + 400 > sentence)
            })
        });
    }

    /// The living member.
    pub fn get(&self, who: usize) -> Option<&Member> {
        self.members.get(self.root(who))
    }

    /// The living member, to change.
    pub fn get_mut(&mut self, who: usize) -> Option<&mut Member> {
        let root = self.root(who);
        self.members.get_mut(root)
    }

    /// Makes `from` the same as `into`.
    pub fn merge(&mut self, from: usize, into: usize) {
        let (from, into) = (self.root(from), self.root(into));
        if from == into {
            return;
        }
        let Some(old) = self.members.get_mut(from).map(std::mem::take) else {
            return;
        };
        if let Some(shell) = self.members.get_mut(from) {
            shell.merged = Some(into);
        }
        let Some(new) = self.members.get_mut(into) else {
            return;
        };
        for (name, count) in old.names {
            note_name(new, &name, count);
        }
        for (noun, shown, count) in old.nouns {
            note_noun(new, &noun, &shown, count);
        }
        for concept in old.concepts {
            if !new.concepts.contains(&concept) {
                new.concepts.push(concept);
            }
        }
        if new.gender == Gender::Unknown {
            new.gender = old.gender;
        }
        new.kind = new.kind.or(old.kind);
        new.last = new.last.max(old.last);
        new.count += old.count;
        new.acts += old.acts;
        new.speaks += old.speaks;
        new.narrator |= old.narrator;
        new.facts.extend(old.facts);
    }

    /// Records a mention.
    pub fn mention(&mut self, mention: Mention) {
        let (sentence, owner, subject) = (mention.sentence, mention.owner, mention.subject);
        if let Some(member) = self.get_mut(mention.who) {
            member.last = sentence;
            member.count += usize::from(!owner);
            member.acts += usize::from(subject);
        }
        self.mentions.push(mention);
    }

    /// The most recent member that `fits`, by mentions of the last `window`
    /// sentences. `fits` gives a bonus in sentences, or nothing to exclude.
    /// Subjects are preferred within the same sentence.
    pub fn recent(
        &self,
        sentence: usize,
        window: usize,
        fits: impl Fn(&Member) -> Option<f32>,
    ) -> Option<usize> {
        let oldest = sentence.saturating_sub(window);
        let mut best: Option<(f32, usize)> = None;
        for (age, m) in self.mentions.iter().rev().enumerate().take(60) {
            if m.sentence < oldest {
                break;
            }
            let who = self.root(m.who);
            let Some(bonus) = self.members.get(who).and_then(&fits) else {
                continue;
            };
            let mut score = bonus - ((sentence - m.sentence.min(sentence)) as f32) - 0.05 * age as f32;
            score += if m.subject { 0.8 } else { 0.0 };
            score += if m.how == How::Name { 0.2 } else { 0.0 };
            score -= if m.owner { 0.8 } else { 0.0 };
            if best.is_none_or(|b| score > b.0) {
                best = Some((score, who));
            }
        }
        best.map(|b| b.1)
    }
}

/// Adds a proper name to a member.
pub fn note_name(member: &mut Member, name: &str, count: usize) {
    match member.names.iter_mut().find(|n| n.0 == name) {
        Some(n) => n.1 += count,
        None => member.names.push((name.to_owned(), count)),
    }
}

/// Adds a noun to a member, with the phrase that shows it.
pub fn note_noun(member: &mut Member, noun: &str, shown: &str, count: usize) {
    match member.nouns.iter_mut().find(|n| n.0 == noun) {
        Some(n) => n.2 += count,
        None => member.nouns.push((noun.to_owned(), shown.to_owned(), count)),
    }
}

/// Learns from a noun of the lexicon what a member is.
pub fn note_concept(member: &mut Member, index: usize, concept: &Concept) {
    if !member.concepts.contains(&index) {
        member.concepts.push(index);
    }
    if member.gender == Gender::Unknown {
        member.gender = gender_of(concept);
    }
    let kind = kind_of(concept);
    // "the creature" may be said of anything; "fox" settles it.
    let settled = match member.kind {
        None => false,
        Some(CharacterKind::Human) => kind.is_none() || concept.is("generic"),
        // What was only called "it" is the cat that it is called now.
        Some(CharacterKind::Object) => {
            concept.class != Class::Person || concept.is("generic") || concept.is("human")
        }
        Some(_) => true,
    };
    if !settled {
        member.kind = kind.or(member.kind);
    }
}

/// The kind that a noun of people.ron tells.
pub fn kind_of(concept: &Concept) -> Option<CharacterKind> {
    match concept.class {
        Class::Person if concept.is("human") => Some(CharacterKind::Human),
        Class::Person if concept.is("animal") => Some(CharacterKind::Animal),
        Class::Person if concept.is("creature") => Some(CharacterKind::Creature),
        Class::Person | Class::Prop => Some(CharacterKind::Object),
        _ => None,
    }
}

/// The gender that a noun of people.ron tells.
pub fn gender_of(concept: &Concept) -> Gender {
    if concept.is("f") {
        Gender::Female
    } else if concept.is("m") {
        Gender::Male
    } else {
        Gender::Unknown
    }
}

/// A finished member of the cast.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Name shown everywhere.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Kind.
    pub kind: CharacterKind,
    /// Facts of looks.
    pub facts: Vec<Fact>,
    /// Concepts of its nouns.
    pub concepts: Vec<usize>,
    /// Gender.
    pub gender: Gender,
    /// What a painter would call it, where a writer said so; else empty.
    pub what: String,
    /// The world it lives in.
    pub world: World,
    /// First scene, and one past the last, in which each of `facts` holds.
    pub spells: Vec<(usize, Option<usize>)>,
}

impl Part {
    /// The facts that hold in a scene.
    pub fn facts_in(&self, scene: usize) -> impl Iterator<Item = &str> {
        self.facts
            .iter()
            .enumerate()
            .filter(move |(i, _)| {
                self.spells
                    .get(*i)
                    .is_none_or(|(from, until)| *from <= scene && until.is_none_or(|u| scene < u))
            })
            .map(|(_, f)| f.text.as_str())
    }
}

/// The cast and where its members are.
#[derive(Debug, Default)]
pub struct Cast {
    /// Members, most present first.
    pub parts: Vec<Part>,
    /// For every sentence the members seen there (indices into `parts`).
    pub presence: Vec<Vec<usize>>,
    /// For every sentence those who act in it, in the order of the text.
    pub subjects: Vec<Vec<usize>>,
}

/// Reads the cast of a story.
pub fn read(doc: &Doc) -> Cast {
    let mut company = match doc.language {
        Language::English => cast_en::read(doc),
        Language::Chinese => cast_zh::read(doc),
    };
    reveal::reveal(doc, &mut company);
    looks::read(doc, &mut company);
    finish(doc, company)
}

/// Decides who is a character, names them and orders them.
fn finish(doc: &Doc, company: Company) -> Cast {
    let mut chosen: Vec<(usize, Part, usize)> = Vec::new();
    for (i, m) in company.members.iter().enumerate() {
        if m.merged.is_some() || !is_character(doc, m) {
            continue;
        }
        let (name, aliases) = names(doc, m);
        if name.is_empty() {
            continue;
        }
        let part = Part {
            name,
            aliases,
            kind: m.kind.unwrap_or(CharacterKind::Human),
            facts: m.facts.clone(),
            concepts: m.concepts.clone(),
            gender: if m.gender == Gender::Unknown { likely_gender(doc, m) } else { m.gender },
            what: String::new(),
            world: doc.world,
            spells: Vec::new(),
        };
        chosen.push((i, part, m.count));
    }
    chosen.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    let mut index = vec![None; company.members.len()];
    for (place, (member, _, _)) in chosen.iter().enumerate() {
        if let Some(slot) = index.get_mut(*member) {
            *slot = Some(place);
        }
    }
    let mut presence = vec![Vec::new(); doc.sentences.len()];
    let mut subjects = vec![Vec::new(); doc.sentences.len()];
    for m in &company.mentions {
        let Some(Some(place)) = index.get(company.root(m.who)) else {
            continue;
        };
        let memory = doc.sentences.get(m.sentence).is_some_and(|s| s.memory);
        let narrator = company.get(m.who).is_some_and(|p| p.narrator);
        // "What the heron had told her": the heron is not there.
        let told = m.how != How::Pronoun
            && doc.language == Language::English
            && doc.word(m.token + m.len) == "had"
            && doc.word(m.token + m.len + 1).ends_with(['d', 'n', 't'])
            && doc.word(m.token + m.len + 1) != "a";
        if m.owner || told || (memory && !narrator) {
            continue;
        }
        if let Some(list) = presence.get_mut(m.sentence)
            && !list.contains(place)
        {
            list.push(*place);
        }
        if m.subject
            && let Some(list) = subjects.get_mut(m.sentence)
            && !list.contains(place)
        {
            list.push(*place);
        }
    }
    Cast { parts: chosen.into_iter().map(|(_, part, _)| part).collect(), presence, subjects }
}

/// A guess where no pronoun or noun tells: by the characters of a Chinese name
/// and by what somebody wears.
fn likely_gender(doc: &Doc, m: &Member) -> Gender {
    if m.kind.is_some_and(|k| k != CharacterKind::Human) || m.narrator {
        return Gender::Unknown;
    }
    let worn = [
        "裙", "辫", "旗袍", "发簪", "耳环", "dress", "skirt", "gown", "plait", "braids", "pigtails", "bonnet",
    ];
    let beard = ["胡", "须", "beard", "moustache", "whiskers"];
    let tells = |list: &[&str]| m.facts.iter().any(|f| list.iter().any(|w| f.text.contains(w)));
    let named = doc.language == Language::Chinese
        && m.names.iter().any(|(n, _)| {
            n.contains([
                '梅', '芳', '娟', '丽', '兰', '莲', '秀', '婷', '霞', '燕', '娘', '妹', '婉', '莉', '娜',
                '菊', '娇', '芬', '萍', '玲', '琴', '珍', '花', '蓉', '薇', '颖', '倩', '雅', '琳', '莹',
                '媛', '妮', '瑶', '姗', '嫣', '翠', '姑', '穗', '蕾', '莎', '娥',
            ])
        });
    let woman = doc.language == Language::English
        && m.names.iter().any(|(n, _)| is_womans(n.split(' ').next().unwrap_or("")));
    if tells(&beard) {
        Gender::Male
    } else if named || woman || tells(&worn) {
        Gender::Female
    } else {
        Gender::Unknown
    }
}

fn is_character(doc: &Doc, m: &Member) -> bool {
    if m.narrator {
        return true;
    }
    if !m.names.is_empty() {
        return m.count >= 1 && (m.acts >= 1 || m.count >= 3 || !m.nouns.is_empty());
    }
    let lex = lexicon();
    let generic = m.concepts.iter().filter_map(|c| lex.concept(*c)).all(|c| c.is("generic"));
    let thing = m.kind == Some(CharacterKind::Object)
        && m.concepts.iter().filter_map(|c| lex.concept(*c)).all(|c| c.class == Class::Prop);
    if thing {
        return m.acts >= 4 || (m.acts >= 3 && m.speaks >= 1);
    }
    // In a long book a walk-on needs more than two lines to be in the cast.
    let size = doc.sentences.len();
    let least = 2 + size / 1500;
    // Somebody described in passing who acts is worth a face in a short tale.
    if m.acts >= 1 && m.count >= 1 && m.facts.len() >= 2 && size < 1500 && m.kind.is_some() {
        return true;
    }
    if generic {
        m.acts >= 1 && m.count > least || m.speaks >= 1 && m.count >= least
    } else {
        m.acts >= 1 && m.count >= least
    }
}

/// The name to show and the aliases, by frequency.
fn names(doc: &Doc, m: &Member) -> (String, Vec<String>) {
    let mut all: Vec<(String, usize)> = m.names.clone();
    all.sort_by(|a, b| b.1.cmp(&a.1).then(b.0.len().cmp(&a.0.len())));
    let mut nouns = m.nouns.clone();
    nouns.sort_by_key(|n| std::cmp::Reverse(n.2));
    if doc.language == Language::Chinese {
        // 纸灯 says more than 灯, and two characters read better as a name.
        nouns.sort_by_key(|n| std::cmp::Reverse((n.2.min(3), n.0.chars().count().min(3), n.2)));
    }
    let nouns = nouns.into_iter().map(|n| n.1);
    let mut shown: Vec<String> = all.into_iter().map(|n| n.0).chain(nouns).collect();
    if m.narrator {
        shown.push("I".to_owned());
        shown.push("narrator".to_owned());
        if doc.language == Language::Chinese {
            shown.retain(|s| s != "I" && s != "narrator");
            shown.push("我".to_owned());
        } else if shown.len() == 2 {
            shown = vec!["Narrator".to_owned(), "I".to_owned()];
        }
    }
    let mut seen: Vec<String> = Vec::new();
    for s in shown {
        if !seen.iter().any(|o| o.eq_ignore_ascii_case(&s)) {
            seen.push(s);
        }
    }
    if seen.is_empty() {
        return (String::new(), Vec::new());
    }
    let mut name = seen.remove(0);
    // An unnamed character is called by the bare noun: "the heron" -> "Heron".
    if m.names.is_empty() && doc.language == Language::English {
        let bare = name.trim_start_matches("the ").to_owned();
        let mut letters = bare.chars();
        let title = letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or(bare);
        if title != name {
            seen.insert(0, std::mem::replace(&mut name, title));
        }
    }
    (name, seen)
}
