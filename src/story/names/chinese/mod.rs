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

/// Words that are read as names in the story, longest first. Must run before
/// the text is cut into tokens. Linear in the text.
pub fn names(text: &str) -> Vec<String> {
    let lex = lexicon();
    let mut seen: HashMap<&str, Count> = HashMap::new();
    let mut introduced: HashMap<&str, usize> = HashMap::new();
    let mut with_title: HashMap<&str, usize> = HashMap::new();
    for clause in text.split(|c: char| !c.is_alphanumeric()) {
        let bounds: Vec<usize> = clause.char_indices().map(|(i, _)| i).chain([clause.len()]).collect();
        let part = |a: usize, b: usize| match (bounds.get(a), bounds.get(b)) {
            (Some(&a), Some(&b)) => clause.get(a..b).unwrap_or(""),
            _ => "",
        };
        for n in 2..=4 {
            let word = part(0, n);
            if word.is_empty() || !word.chars().all(is_han) {
                break;
            }
            // 老裁缝 is an old tailor and nobody called 老裁.
            if n == 2
                && word.starts_with(['老', '小', '大', '阿'])
                && person_noun_at(part(1, bounds.len() - 1))
            {
                continue;
            }
            let rest = bounds.get(n).and_then(|&b| clause.get(b..)).unwrap_or("");
            let e = seen.entry(word).or_default();
            e.heads += 1;
            e.acts += usize::from(acts(rest));
            e.says += usize::from(
                rest.starts_with(['说', '问', '喊'])
                    || (acts(rest) && (rest.ends_with('说') || rest.ends_with('问'))),
            );
        }
        for name in titled(clause) {
            *with_title.entry(name).or_default() += 1;
        }
        if let Some(name) = called_after_noun(clause) {
            *introduced.entry(name).or_default() += 1;
        }
        for cue in ["名叫", "叫做", "名字叫", "我叫", "名字是", "他叫", "她叫", "它叫", "的叫"]
        {
            let Some(at) = clause.find(cue) else { continue };
            let rest = clause.get(at + cue.len()..).unwrap_or("");
            // A name ends with the clause, or is two or three characters long.
            let end: Vec<usize> = rest.char_indices().map(|(i, _)| i).chain([rest.len()]).collect();
            let whole = end.len() - 1;
            let n = if (1..=4).contains(&whole) { whole } else { 2 };
            if let Some(name) = end.get(n).and_then(|&e| rest.get(..e))
                && n >= 2
                && name.chars().all(is_han)
            {
                *introduced.entry(name).or_default() += 1;
            }
        }
    }
    let mut chosen: Vec<(&str, usize)> = Vec::new();
    for (word, count) in &seen {
        let told = introduced.get(word).copied().unwrap_or(0);
        // 小满: a prefix that makes names, seen often anywhere.
        let mut count = *count;
        if count.heads == 2
            && word.starts_with(['阿', '小', '老'])
            && word.chars().count() == 2
            && text.matches(word).take(4).count() >= 4
        {
            count.heads = 3;
        }
        if named(word, count, told) {
            chosen.push((word, count.acts + 3 * told));
        }
    }
    for (word, told) in &introduced {
        if !seen.contains_key(word) && text.matches(word).take(3).count() >= 2 && lex.chinese(word).is_empty()
        {
            chosen.push((word, 3 * told));
        }
    }
    chosen.retain(|(word, _)| !with_title.keys().any(|t| t.starts_with(word) && t.len() > word.len()));
    for (word, count) in &with_title {
        if *count >= 2 || seen.get(word).is_some_and(|c| c.acts >= 1) {
            chosen.push((word, 3 * count));
        }
    }
    // 许棠 and 许棠紧: the shorter unless nearly every occurrence goes on; and
    // no name that is only the tail or head of a better one.
    let all = chosen.clone();
    chosen.retain(|(word, _)| {
        let heads = seen.get(word).map_or(0, |c| c.heads);
        let longer = all.iter().any(|(o, _)| {
            o.len() > word.len()
                && o.starts_with(word)
                && seen.get(o).map_or(0, |c| c.heads) * 10 >= heads * 8
        });
        let shorter = all.iter().any(|(o, _)| {
            o.len() < word.len() && word.starts_with(o) && seen.get(o).map_or(0, |c| c.heads) * 8 > heads * 10
        });
        !longer && !shorter
    });
    chosen.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    chosen.truncate(200);
    let mut names: Vec<String> = chosen.into_iter().map(|c| c.0.to_owned()).collect();
    names.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    names
}

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
