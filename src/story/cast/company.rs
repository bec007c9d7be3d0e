//! Everybody who may turn out to be a character, and every mention of them,
//! while the text is read.

use super::gender::{Gender, gender_of};
use crate::story::lexicon::{Class, Concept, lexicon};
use crate::story::looks::Fact;
use crate::story::types::CharacterKind;

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

impl Mention {
    /// A pronoun of one token that neither acts nor owns.
    pub fn pronoun(sentence: usize, token: usize, who: usize) -> Self {
        Self { sentence, token, len: 1, who, how: How::Pronoun, subject: false, owner: false }
    }
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

impl Member {
    /// The lexicon's concepts of its nouns.
    pub fn ideas(&self) -> impl Iterator<Item = &'static Concept> {
        self.concepts.iter().filter_map(|c| lexicon().concept(*c))
    }
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
