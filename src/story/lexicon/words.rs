//! Words in lists, and articles before them.

/// Whether `word` is one of the words of `list`, which single spaces part.
pub fn among(word: &str, list: &str) -> bool {
    list.split(' ').any(|w| w == word)
}

/// Whether `text` begins with one of the words of `list`, which single spaces part.
pub fn begins_with_any(text: &str, list: &str) -> bool {
    list.split(' ').any(|w| text.starts_with(w))
}

/// Whether one of the words of `list`, which single spaces part, is written anywhere
/// in `text`.
pub fn holds_any(text: &str, list: &str) -> bool {
    list.split(' ').any(|w| text.contains(w))
}

/// With "a" or "an" by the first letter.
pub fn a_or_an(noun: &str) -> String {
    let vowel = noun.chars().next().is_some_and(|c| "aeiou".contains(c));
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// With "a" or "an", except before plurals and what has an article already.
pub fn article(noun: &str) -> String {
    let first = noun.split_whitespace().next().unwrap_or("");
    let head = noun.split(" with ").next().unwrap_or(noun).split(" of ").next().unwrap_or(noun);
    let last = head.split_whitespace().next_back().unwrap_or("");
    let plural = last.ends_with('s') && !last.ends_with("ss") && !matches!(last, "canvas" | "dress");
    let mass = among(
        last,
        "hair fur skin armour armor stubble rust paint wine tea water rain snow fire soup build teeth feet sackcloth clothing",
    );
    let has = among(first, "a an the one two three four six eight no his her its");
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
