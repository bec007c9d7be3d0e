//! The names of a story as members, before it is read: short and long forms of
//! one name, titles, couples.

use std::collections::{BTreeMap, HashMap};

use super::Reader;
use crate::story::cast::company::{Member, note_concept, note_name, note_noun};
use crate::story::cast::gender::Gender;
use crate::story::lexicon::words::capital;
use crate::story::lexicon::{Class, lexicon};
use crate::story::names::english::{Evidence, Run, run_name};
use crate::story::names::given::same_given_name;
use crate::story::types::CharacterKind;

impl Reader<'_, '_> {
    pub(super) fn enter_names(&mut self, names: &HashMap<String, Evidence>, runs: &[Run]) {
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
}
