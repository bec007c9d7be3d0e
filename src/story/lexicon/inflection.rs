//! Regular inflection of English: plurals of nouns, endings of verbs.

use super::Class;

/// The forms an English entry is found under: itself, and for single words the
/// regular plural (nouns) or the regular -s, -ed, -ing (verbs). Nonsense such
/// as "wented" is made too; it never occurs, so it costs a few bytes only.
pub(super) fn forms(class: Class, word: &str) -> Vec<(String, bool)> {
    let mut all = vec![(word.to_owned(), false)];
    match class {
        Class::Setting | Class::Prop | Class::Person => {
            if let Some(plural) = plural(word) {
                all.push((plural, true));
            }
        }
        Class::Action if !word.contains(' ') && !word.ends_with("ed") && !word.ends_with("ing") => {
            let stem = word.strip_suffix('e').unwrap_or(word);
            let doubled = doubles(word);
            let last: String = word.chars().last().filter(|_| doubled).into_iter().collect();
            all.push((format!("{stem}{last}ing"), false));
            all.push((format!("{stem}{last}ed"), false));
            all.push((format!("{word}s"), false));
        }
        _ => {}
    }
    all
}

/// The regular plural of the last word of `phrase`; `None` for a word that
/// already looks plural.
fn plural(phrase: &str) -> Option<String> {
    if let Some(stem) = phrase.strip_suffix("man") {
        return Some(format!("{stem}men"));
    }
    if let Some(stem) = phrase.strip_suffix("mouse") {
        return Some(format!("{stem}mice"));
    }
    if let Some(stem) = phrase.strip_suffix("wolf") {
        return Some(format!("{stem}wolves"));
    }
    if phrase.ends_with("ss") || phrase.ends_with("ch") || phrase.ends_with("sh") || phrase.ends_with('x') {
        return Some(format!("{phrase}es"));
    }
    if phrase.ends_with('s') {
        return None;
    }
    let mut tail = phrase.chars().rev();
    if let (Some('y'), Some(before)) = (tail.next(), tail.next())
        && !"aeiou".contains(before)
    {
        return phrase.strip_suffix('y').map(|stem| format!("{stem}ies"));
    }
    Some(format!("{phrase}s"))
}

/// Whether a short verb doubles its last consonant ("sit", "hop").
fn doubles(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let vowel = |c: char| "aeiou".contains(c);
    match letters.as_slice() {
        [.., a, b, c] if word.len() <= 4 => !vowel(*a) && vowel(*b) && !vowel(*c) && !"wxy".contains(*c),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_follow_the_regular_rules() {
        assert_eq!(plural("ferryman").as_deref(), Some("ferrymen"));
        assert_eq!(plural("fairy").as_deref(), Some("fairies"));
        assert_eq!(plural("fox").as_deref(), Some("foxes"));
        assert_eq!(plural("boy").as_deref(), Some("boys"));
        let verbs: Vec<String> = forms(Class::Action, "hop").into_iter().map(|f| f.0).collect();
        assert_eq!(verbs, ["hop", "hopping", "hopped", "hops"]);
    }
}
