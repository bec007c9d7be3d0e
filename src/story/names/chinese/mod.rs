//! Chinese names, found before tokenising by where they stand: at the head of
//! clauses, before verbs and verbs of speech, and after 名叫. Chinese has no
//! capitals, so counts must do.

mod judgement;
mod predicate;
mod titles;

use std::collections::HashMap;

use crate::story::lexicon::lexicon;
use crate::story::text::paragraphs::is_han;
use judgement::named;
use titles::{called_after_noun, person_noun_at, titled};

pub use predicate::{BETWEEN, acts};
pub use titles::title_of;

/// Most names of one story.
const MOST_NAMES: usize = 200;

/// What stands before a name that is introduced.
const INTRODUCING: [&str; 9] = ["名叫", "叫做", "名字叫", "我叫", "名字是", "他叫", "她叫", "它叫", "的叫"];

/// Words that are read as names in the story, longest first. Must run before
/// the text is cut into tokens. Linear in the text.
pub fn names(text: &str) -> Vec<String> {
    let mut candidates = Candidates::default();
    for clause in text.split(|c: char| !c.is_alphanumeric()) {
        candidates.read(clause);
    }
    let mut chosen = candidates.chosen(text);
    candidates.drop_parts_of_others(&mut chosen);
    chosen.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    chosen.truncate(MOST_NAMES);
    let mut names: Vec<String> = chosen.into_iter().map(|c| c.0.to_owned()).collect();
    names.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    names
}

/// Words where names stand, with what their places say of them.
#[derive(Default)]
struct Candidates<'t> {
    /// At the head of a clause.
    seen: HashMap<&'t str, Count>,
    /// Behind 名叫 and the like: how often.
    introduced: HashMap<&'t str, usize>,
    /// A surname before a noun for a person (周老师): how often.
    titled: HashMap<&'t str, usize>,
}

impl<'t> Candidates<'t> {
    /// Counts the candidates of one clause.
    fn read(&mut self, clause: &'t str) {
        self.read_head(clause);
        for name in titled(clause) {
            *self.titled.entry(name).or_default() += 1;
        }
        let called = called_after_noun(clause);
        let behind = INTRODUCING.iter().filter_map(|cue| {
            let rest = clause.get(clause.find(cue)? + cue.len()..)?;
            introduced_name(rest)
        });
        for name in called.into_iter().chain(behind) {
            *self.introduced.entry(name).or_default() += 1;
        }
    }

    /// Counts the words of two to four characters at the head of a clause.
    fn read_head(&mut self, clause: &'t str) {
        let bounds: Vec<usize> = clause.char_indices().map(|(i, _)| i).chain([clause.len()]).collect();
        for n in 2..=4 {
            let Some((word, rest)) = bounds.get(n).and_then(|&b| clause.split_at_checked(b)) else { break };
            if !word.chars().all(is_han) {
                break;
            }
            // 老裁缝 is an old tailor and nobody called 老裁.
            let behind = bounds.get(1).and_then(|&b| clause.get(b..)).unwrap_or("");
            if n == 2 && word.starts_with(['老', '小', '大', '阿']) && person_noun_at(behind) {
                continue;
            }
            let acting = acts(rest);
            let e = self.seen.entry(word).or_default();
            e.heads += 1;
            e.acts += usize::from(acting);
            e.says +=
                usize::from(rest.starts_with(['说', '问', '喊']) || acting && rest.ends_with(['说', '问']));
        }
    }

    /// The candidates that are names, each with how sure that is.
    fn chosen(&self, text: &str) -> Vec<(&'t str, usize)> {
        let mut chosen: Vec<(&str, usize)> = Vec::new();
        for (word, count) in &self.seen {
            let told = self.introduced.get(word).copied().unwrap_or(0);
            let mut count = *count;
            // 小满: a prefix that makes names, seen often anywhere.
            let prefixed = word.starts_with(['阿', '小', '老']) && word.chars().count() == 2;
            if count.heads == 2 && prefixed && text.matches(word).take(4).count() >= 4 {
                count.heads = 3;
            }
            if named(word, count, told) {
                chosen.push((word, count.acts + 3 * told));
            }
        }
        for (word, told) in self.introduced.iter().filter(|(word, _)| !self.seen.contains_key(*word)) {
            if text.matches(word).take(3).count() >= 2 && lexicon().chinese(word).is_empty() {
                chosen.push((word, 3 * told));
            }
        }
        chosen.retain(|(word, _)| !self.titled.keys().any(|t| t.starts_with(word) && t.len() > word.len()));
        for (word, count) in &self.titled {
            if *count >= 2 || self.seen.get(word).is_some_and(|c| c.acts >= 1) {
                chosen.push((word, 3 * count));
            }
        }
        chosen
    }

    /// 许棠 and 许棠紧: keeps the shorter unless nearly every occurrence goes on, and
    /// no name that is only the tail or head of a better one.
    fn drop_parts_of_others(&self, chosen: &mut Vec<(&'t str, usize)>) {
        let all = chosen.clone();
        let heads = |word: &str| self.seen.get(word).map_or(0, |c| c.heads);
        chosen.retain(|(word, _)| {
            let own = heads(word);
            let longer = all
                .iter()
                .any(|(o, _)| o.len() > word.len() && o.starts_with(word) && heads(o) * 10 >= own * 8);
            let shorter = all
                .iter()
                .any(|(o, _)| o.len() < word.len() && word.starts_with(o) && heads(o) * 8 > own * 10);
            !longer && !shorter
        });
    }
}

/// The name that `rest` of a clause begins with: it ends with the clause, or is two
/// characters long.
fn introduced_name(rest: &str) -> Option<&str> {
    let whole = rest.chars().count();
    let n = if (1..=4).contains(&whole) { whole } else { 2 };
    let name = rest.get(..rest.char_indices().map(|(i, _)| i).chain([rest.len()]).nth(n)?)?;
    (n >= 2 && name.chars().all(is_han)).then_some(name)
}

/// How often a word stands where subjects do.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    /// At the head of a clause.
    heads: usize,
    /// There, and before a verb.
    acts: usize,
    /// There, and before a verb of speech.
    says: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_place_and_introduction() {
        let text = "阿明走进屋里。阿明说：“好。”旁边有一条狗，名叫旺财。旺财叫了一声。王小山站起来。王小山笑了。王小山跑了。";
        let found = names(text);
        for name in ["阿明", "旺财", "王小山"] {
            assert!(found.iter().any(|n| n == name), "{name} not in {found:?}");
        }
        assert!(!found.iter().any(|n| n.contains('走') || n.contains('说')), "{found:?}");
    }
}
