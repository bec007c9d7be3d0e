//! Whether a word that stands where names stand is a name.

use super::Count;
use super::predicate::{BETWEEN, starts_with_verb};
use crate::story::lexicon::{Class, lexicon};

pub(super) fn named(word: &str, count: Count, told: usize) -> bool {
    let lex = lexicon();
    let chars: Vec<char> = word.chars().collect();
    let (Some(&first), Some(&last)) = (chars.first(), chars.last()) else {
        return false;
    };
    let small = |c: char| lex.cue_zh("function", c.encode_utf8(&mut [0; 4]));
    let common = lex.chinese(word).iter().all(|c| {
        lex.concept(*c)
            .is_some_and(|c| !matches!(c.class, Class::Action | Class::Time | Class::Person | Class::Cue))
    });
    if !lex.chinese(word).is_empty()
        && common
        && chars.len() == 2
        && count.says >= 1
        && count.acts >= 3
        && count.acts * 10 >= count.heads * 6
    {
        // 小雨, 小雪, 小河: a common noun that speaks and acts.
        return true;
    }
    let verbal = |w: &str| {
        lex.chinese(w).iter().any(|c| {
            lex.concept(*c).is_some_and(|c| {
                matches!(
                    c.class,
                    Class::Action
                        | Class::Time
                        | Class::Person
                        | Class::Setting
                        | Class::Mood
                        | Class::Weather
                )
            })
        })
    };
    if told > 0 && chars.len() <= 3 {
        return count.heads + told >= 2;
    }
    if verbal(word) || BETWEEN.contains(&word) {
        return false;
    }
    // The tail of a name is no verb or particle: 许棠说, 阿宁的.
    let tail: String = last.to_string();
    if chars.iter().skip(1).any(|c| {
        "的了着是在有把被说问道想看和也又就都还没不从去来到地得着过这那一个们么吗呢吧，忽突今".contains(*c)
    }) || (chars.len() > 2 && starts_with_verb(&tail))
    {
        return false;
    }
    if chars.len() == 4 {
        return false;
    }
    let prefixed = "阿小老".contains(first)
        && chars.len() == 2
        && !["小声", "老是", "小心", "小时", "老大", "小孩", "老人", "小小", "老老"].contains(&word);
    let surname = [1, 2].iter().any(|n| {
        word.char_indices().nth(*n).and_then(|(b, _)| word.get(..b)).is_some_and(|s| lex.cue_zh("surname", s))
    });
    let listed = !lex.chinese(word).is_empty() || lex.cue_zh("blocker", word);
    if prefixed {
        return count.acts >= 2 || count.heads >= 3;
    }
    if small(first) {
        return false;
    }
    if listed {
        // A common noun is a name only if it acts again and again: 石头.
        return count.acts >= 4
            && count.acts * 10 >= count.heads * 6
            && lex.chinese(word).iter().all(|c| lex.concept(*c).is_some_and(|c| c.class == Class::Cue));
    }
    if surname && chars.len() <= 3 {
        return count.acts >= 2;
    }
    // 庄主, 更夫: what somebody is, by the last character.
    if chars.len() == 2 && "主长官师匠员夫徒婆娘嫂爷叔伯婶侠士客商帝后妃将帅仆仙魔妖僧尼".contains(last)
    {
        return count.acts >= 2;
    }
    chars.len() <= 3 && count.acts >= 4 && count.acts * 10 >= count.heads * 6
}
