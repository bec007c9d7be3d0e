//! Whether a word that stands where names stand is a name.

use super::Count;
use super::predicate::{BETWEEN, starts_with_verb};
use crate::story::lexicon::words::among;
use crate::story::lexicon::{Class, lexicon};

/// Characters that the tail of a name is none of: 许棠说, 阿宁的.
const NO_TAIL: &str = "的了着是在有把被说问道想看和也又就都还没不从去来到地得着过这那一个们么吗呢吧，忽突今";

/// Words with a prefix of names (小, 老) that are none.
const NO_NAMES: &str = "小声 老是 小心 小时 老大 小孩 老人 小小 老老";

/// Last characters of what somebody is: 庄主, 更夫.
const TRADES: &str = "主长官师匠员夫徒婆娘嫂爷叔伯婶侠士客商帝后妃将帅仆仙魔妖僧尼";

/// Whether a word is a name, by where it stands (`count`) and how often it was
/// introduced as one (`told`).
pub(super) fn named(word: &str, count: Count, told: usize) -> bool {
    let chars: Vec<char> = word.chars().collect();
    let (Some(&first), Some(&last)) = (chars.first(), chars.last()) else {
        return false;
    };
    let often = count.acts * 10 >= count.heads * 6;
    // 小雨, 小雪, 小河: a common noun that speaks and acts.
    if chars.len() == 2 && is_common_noun(word) && count.says >= 1 && count.acts >= 3 && often {
        return true;
    }
    if told > 0 && chars.len() <= 3 {
        return count.heads + told >= 2;
    }
    if is_other_word(word) || BETWEEN.contains(&word) {
        return false;
    }
    let verbal_tail = chars.len() > 2 && starts_with_verb(&last.to_string());
    if chars.iter().skip(1).any(|c| NO_TAIL.contains(*c)) || verbal_tail || chars.len() == 4 {
        return false;
    }
    let lex = lexicon();
    if "阿小老".contains(first) && chars.len() == 2 && !among(word, NO_NAMES) {
        return count.acts >= 2 || count.heads >= 3;
    }
    if lex.cue_zh("function", first.encode_utf8(&mut [0; 4])) {
        return false;
    }
    if !lex.chinese(word).is_empty() || lex.cue_zh("blocker", word) {
        // A common noun is a name only if it acts again and again: 石头.
        return count.acts >= 4 && often && lex.chinese_word(word).all(|(_, c)| c.class == Class::Cue);
    }
    if has_surname(word) && chars.len() <= 3 {
        return count.acts >= 2;
    }
    if chars.len() == 2 && TRADES.contains(last) {
        return count.acts >= 2;
    }
    chars.len() <= 3 && count.acts >= 4 && often
}

/// A word of the lexicon for no act, time, person or small word.
fn is_common_noun(word: &str) -> bool {
    let mut concepts = lexicon().chinese_word(word).peekable();
    concepts.peek().is_some()
        && concepts.all(|(_, c)| !matches!(c.class, Class::Action | Class::Time | Class::Person | Class::Cue))
}

/// A word of the lexicon that is no name unless it is introduced.
fn is_other_word(word: &str) -> bool {
    lexicon().chinese_word(word).any(|(_, c)| {
        matches!(
            c.class,
            Class::Action | Class::Time | Class::Person | Class::Setting | Class::Mood | Class::Weather
        )
    })
}

/// Whether a word begins with a surname of one or two characters.
fn has_surname(word: &str) -> bool {
    [1, 2].iter().any(|n| {
        let end = word.char_indices().nth(*n).map(|(byte, _)| byte);
        end.and_then(|end| word.get(..end)).is_some_and(|s| lexicon().cue_zh("surname", s))
    })
}
