//! The names of a story as members, before it is read: short and long forms of
//! one name, titles, couples.

use std::collections::{BTreeMap, HashMap};

use super::Reader;
use crate::story::cast::company::{Member, note_concept, note_name, note_noun};
use crate::story::cast::gender::Gender;
use crate::story::lexicon::words::{among, capital};
use crate::story::lexicon::{Class, lexicon};
use crate::story::names::english::{Evidence, Run, run_name};
use crate::story::names::given::same_given_name;
use crate::story::types::CharacterKind;

/// Titles before the name of a woman.
const WOMENS_TITLES: &str = "miss mrs ms lady madame queen aunt princess duchess countess";

/// Titles before the name of a man.
const MENS_TITLES: &str = "mr sir lord king uncle prince duke count";

/// Titles of men and women that say nothing else.
const PLAIN_TITLES: [(&str, Gender); 2] =
    [("miss mrs ms lady madame", Gender::Female), ("mr sir lord", Gender::Male)];

/// What the pronouns behind a member's names say: she or he, it, and how often a
/// title stands before them.
#[derive(Default, Clone, Copy)]
struct Votes {
    people: usize,
    things: usize,
    titles: usize,
}

impl Reader<'_, '_> {
    /// Makes members of the accepted names, and finds where they stand.
    pub(super) fn enter_names(&mut self, names: &HashMap<String, Evidence>, runs: &[Run]) {
        let mut votes: BTreeMap<usize, Votes> = BTreeMap::new();
        let mut sorted: Vec<(&String, &Evidence)> = names.iter().collect();
        // Long names first, so that "Ines" finds "Ines Varro"; then by name,
        // for a hash map has no order of its own.
        sorted.sort_by(|a, b| b.0.matches(' ').count().cmp(&a.0.matches(' ').count()).then(a.0.cmp(b.0)));
        for (name, e) in sorted {
            let who = self.bearer(name).unwrap_or_else(|| self.company.add(Member::default()));
            let [she, he, it] = e.votes;
            let sums = votes.entry(who).or_default();
            sums.people += she + he;
            sums.things += it;
            sums.titles += e.titled;
            self.note_evidence(who, name, e);
            self.table.insert(name.clone(), who);
        }
        // "Unit Seven ... It swept the dust": a thing, until a noun says what.
        for (who, sums) in votes {
            if let Some(m) = self.company.get_mut(who)
                && m.kind.is_none()
                && sums.things > 0
                && sums.people + sums.titles == 0
            {
                m.kind = Some(CharacterKind::Object);
            }
        }
        self.enter_runs(runs);
    }

    /// The one member whose longer name has this one as its first or last word, or
    /// who goes by another form of the same given name.
    fn bearer(&self, name: &str) -> Option<usize> {
        let first = |long: &str| long.split(' ').next() == Some(name);
        let last = |long: &str| long.contains(' ') && long.split(' ').next_back() == Some(name);
        let short = |other: &str| same_given_name(other.split(' ').next().unwrap_or(""), name);
        let of = |test: &dyn Fn(&str) -> bool| -> Vec<usize> {
            self.table.iter().filter(|(other, _)| test(other)).map(|(_, who)| *who).collect()
        };
        match (of(&first).as_slice(), of(&last).as_slice(), of(&short).as_slice()) {
            ([one], ..) | ([], [one], _) | ([], [], [one]) => Some(*one),
            _ => None,
        }
    }

    /// What the evidence for a name tells of its bearer: kind, gender, counts.
    fn note_evidence(&mut self, who: usize, name: &str, e: &Evidence) {
        // "the Lamp", "Fox": a name that is a word tells what bears it.
        let word = name.to_lowercase();
        let meant =
            lexicon().english_word(&word).find(|(_, c)| matches!(c.class, Class::Person | Class::Prop));
        let [she, he, it] = e.votes;
        let Some(m) = self.company.get_mut(who) else { return };
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

    /// Finds the member of every run of capitals.
    fn enter_runs(&mut self, runs: &[Run]) {
        let couples = self.couples(runs);
        for run in runs {
            let name = run_name(self.doc, run);
            if let Some(&who) = self.table.get(&name) {
                let lady = couples.get(&name).filter(|_| self.title_gender(run) == Gender::Female);
                self.names.insert(run.token, (run.len, lady.copied().unwrap_or(who), run.title));
            } else if run.len == 1 && run.title {
                self.enter_surname(run, &name);
            }
        }
    }

    /// "Miss Vole" where only "Merrin Vole" is known: the one whose gender agrees
    /// with the title.
    fn enter_surname(&mut self, run: &Run, surname: &str) {
        let title = self.title_of(run);
        let told = PLAIN_TITLES.iter().find(|(list, _)| among(title, list));
        let wanted = told.map_or(Gender::Unknown, |t| t.1);
        let ending = format!(" {surname}");
        let known = self.table.iter().filter(|(n, _)| n.ends_with(&ending)).map(|(_, w)| *w);
        let agrees = |who: &usize| self.company.get(*who).is_some_and(|m| m.gender.agrees(wanted));
        let Some(who) = known.into_iter().find(agrees) else { return };
        let shown = format!("{} {surname}", capital(title));
        self.names.insert(run.token, (run.len, who, true));
        if let Some(m) = self.company.get_mut(who) {
            if m.gender == Gender::Unknown {
                m.gender = wanted;
            }
            note_noun(m, &shown.to_lowercase(), &shown, 1);
        }
    }

    /// The lower-case title before a run; only where it has one.
    fn title_of(&self, run: &Run) -> &str {
        run.token.checked_sub(1).filter(|_| run.title).map_or("", |t| self.doc.word(t))
    }

    fn title_gender(&self, run: &Run) -> Gender {
        let title = self.title_of(run);
        if among(title, WOMENS_TITLES) {
            Gender::Female
        } else if among(title, MENS_TITLES) {
            Gender::Male
        } else {
            Gender::Unknown
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
}
