//! Numbers in words: English cardinals, and Chinese numerals to 99.

/// English cardinals from one on.
const CARDINALS: [&str; 20] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// Tens from thirty on.
const TENS: [&str; 8] = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred"];

/// Decades of a life.
const DECADES: [&str; 8] =
    ["twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"];

/// The value of an English cardinal of one word in small letters: 1 to 20 and the
/// tens to 100.
pub fn cardinal(word: &str) -> Option<u32> {
    let value = |at: usize, first: usize, step: usize| u32::try_from(first + at * step).ok();
    let small = CARDINALS.iter().position(|c| *c == word).and_then(|at| value(at, 1, 1));
    small.or_else(|| TENS.iter().position(|c| *c == word).and_then(|at| value(at, 30, 10)))
}

/// Whether an English word in small letters is a decade of a life: "sixties".
pub fn is_decade(word: &str) -> bool {
    DECADES.contains(&word)
}

/// The value of a Chinese numeral to 99, or of digits. 十多 and 十几 count as 十.
pub fn chinese(zh: &str) -> Option<u32> {
    if let Ok(n) = zh.parse() {
        return Some(n);
    }
    let zh = zh.trim_end_matches(['多', '来', '几']);
    let digit = |c: char| "零一二三四五六七八九".chars().position(|d| d == c).map(|d| d as u32);
    let (tens, ones) = zh.split_once('十').map_or((None, zh), |(t, o)| (Some(t), o));
    let ones = if ones.is_empty() { Some(0) } else { ones.chars().next().and_then(digit) };
    match tens {
        None => ones.filter(|_| zh.chars().count() == 1),
        Some("") => ones.map(|o| 10 + o),
        Some(t) => t.chars().next().and_then(digit).zip(ones).map(|(t, o)| 10 * t + o),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_both_languages() {
        let values: Vec<Option<u32>> =
            ["one", "seventeen", "twenty", "ninety", "hundred", "none"].map(cardinal).into();
        assert_eq!(values, [Some(1), Some(17), Some(20), Some(90), Some(100), None]);
        let values: Vec<Option<u32>> =
            ["九", "十", "十七", "十几", "二十", "三十四", "8", "百", "几"].map(chinese).into();
        let wanted = [9, 10, 17, 10, 20, 34, 8].map(Some);
        assert_eq!(values, [wanted.as_slice(), &[None, None]].concat());
        assert!(is_decade("eighties") && !is_decade("eighty"));
    }
}
