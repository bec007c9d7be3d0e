//! Words in lists, and articles before them.

/// Whether `word` is one of the words of `list`, which single spaces part.
pub fn among(word: &str, list: &str) -> bool {
    // Bytes: this is asked of nearly every word of a story.
    list.as_bytes().split(|b| *b == b' ').any(|w| w == word.as_bytes())
}

/// Whether `text` begins with one of the words of `list`, which single spaces part.
pub fn begins_with_any(text: &str, list: &str) -> bool {
    list.as_bytes().split(|b| *b == b' ').any(|w| text.as_bytes().starts_with(w))
}

/// Whether one of the words of `list`, which single spaces part, is written anywhere
/// in `text`.
pub fn holds_any(text: &str, list: &str) -> bool {
    list.split(' ').any(|w| text.contains(w))
}

/// Nouns that end in -s and are no plurals.
const SINGULARS_IN_S: &str = "canvas thermos abacus";

/// Nouns, also plurals without -s, that take no article.
const MASS_NOUNS: &str = "hair fur skin armour armor stubble rust paint wine tea water rain snow fire soup build teeth feet sackcloth clothing";

/// Determiners and numbers that stand in an article's place.
const DETERMINERS: &str = "a an the one two three four six eight no his her its";

/// With "a" or "an", except before plurals and what has an article already.
pub fn article(noun: &str) -> String {
    let first = noun.split_whitespace().next().unwrap_or("");
    let head = noun.split(" with ").next().unwrap_or(noun).split(" of ").next().unwrap_or(noun);
    let last = head.split_whitespace().next_back().unwrap_or("");
    let plural = last.ends_with('s') && !last.ends_with("ss") && !among(last, SINGULARS_IN_S);
    let mass = among(last, MASS_NOUNS);
    let has = among(first, DETERMINERS);
    if plural || mass || has || noun.is_empty() {
        return noun.to_owned();
    }
    let vowel = noun.chars().next().is_some_and(|c| "aeiouAEIOU".contains(c));
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// With a capital first letter.
pub fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_stand_before_what_can_be_counted_and_is_one() {
        for noun in ["tickets", "soup", "her coat", "two lanterns"] {
            assert_eq!(article(noun), noun);
        }
        for (noun, with) in
            [("owl", "an owl"), ("thermos", "a thermos"), ("glass of water", "a glass of water")]
        {
            assert_eq!(article(noun), with);
        }
    }

    #[test]
    fn lists_hold_whole_words() {
        assert!(among("灯", "门 灯") && !among("ant", "an ant's") && !among("", "a b"));
        assert!(begins_with_any("是一只猫", "成 是一") && holds_any("不是猫", "狗 猫"));
    }
}
