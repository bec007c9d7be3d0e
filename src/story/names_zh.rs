//! Chinese names, found before tokenising by where they stand: at the head of
//! clauses, before verbs and verbs of speech, and after 名叫. Chinese has no
//! capitals, so counts must do.

use std::collections::HashMap;

use super::breaks::is_han;
use super::lexicon::{Class, lexicon};

/// Words that may stand between a subject and its verb.
pub const BETWEEN: [&str; 44] = [
    "忽然",
    "突然",
    "小声",
    "大声",
    "轻轻",
    "慢慢",
    "连忙",
    "赶紧",
    "悄悄",
    "静静",
    "已经",
    "终于",
    "一下子",
    "急忙",
    "一直",
    "也",
    "又",
    "就",
    "便",
    "还",
    "没有",
    "没",
    "不",
    "都",
    "才",
    "正",
    "只",
    "再",
    "却",
    "先",
    "从来",
    "偷偷",
    "紧紧",
    "立刻",
    "马上",
    "低声",
    "高兴地",
    "好像",
    "常常",
    "总是",
    "独自",
    "一个人",
    "默默",
    "缓缓",
];

/// Particles and verbs that follow a subject and that the verb list lacks.
const AFTER_SUBJECT: [&str; 36] = [
    "疼得",
    "痛得",
    "吓得",
    "急得",
    "气得",
    "冻得",
    "累得",
    "乐得",
    "羞得",
    "饿得",
    "困得",
    "高兴得",
    "把",
    "被",
    "从",
    "在",
    "是",
    "用",
    "有",
    "今年",
    "对",
    "向",
    "朝",
    "给",
    "和",
    "跟",
    "的",
    "每天",
    "心里",
    "点",
    "摇",
    "望",
    "住",
    "很",
    "叹",
    "愣",
];

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

/// Whether `rest` begins with a noun for somebody of two characters or more.
fn person_noun_at(rest: &str) -> bool {
    let lex = lexicon();
    let ends: Vec<usize> = rest.char_indices().map(|(i, c)| i + c.len_utf8()).take(4).collect();
    ends.iter()
        .skip(1)
        .filter_map(|&e| rest.get(..e))
        .any(|w| lex.chinese(w).iter().any(|c| lex.concept(*c).is_some_and(|c| c.class == Class::Person)))
}

/// 赵总监, 周老师, 王婶: a surname right before a noun for a person.
fn titled(clause: &str) -> Vec<&str> {
    let lex = lexicon();
    let mut found = Vec::new();
    let at: Vec<usize> = clause.char_indices().map(|(i, _)| i).chain([clause.len()]).collect();
    for i in 0..at.len().saturating_sub(2) {
        let piece = |a: usize, b: usize| match (at.get(a), at.get(b)) {
            (Some(&a), Some(&b)) => clause.get(a..b).unwrap_or(""),
            _ => "",
        };
        let surname = piece(i, i + 1);
        // 老师 has no surname before it in 语文老师; a word before it must not
        // run into the surname.
        if !lex.cue_zh("surname", surname) || (i > 0 && !lex.chinese(piece(i - 1, i + 1)).is_empty()) {
            continue;
        }
        for n in [3, 2, 1] {
            let title = piece(i + 1, i + 1 + n);
            let calls = !title.is_empty()
                && (n > 1 || "婶嫂姨叔伯爷奶婆哥姐工总队".contains(title))
                && lex.chinese(piece(i, i + 1 + n)).is_empty()
                && (n == 1
                    || lex.chinese(title).iter().any(|c| {
                        lex.concept(*c).is_some_and(|c| {
                            c.class == Class::Person && c.is("human") && !c.is("group") && !c.is("young")
                        })
                    }));
            if calls {
                found.push(piece(i, i + 1 + n));
                break;
            }
        }
    }
    found
}

/// The noun inside a titled name: 老师 of 周老师; empty without one.
pub fn title_of(name: &str) -> &str {
    let Some(first) = name.chars().next() else { return "" };
    let rest = name.get(first.len_utf8()..).unwrap_or("");
    let lex = lexicon();
    let person = lex.chinese(rest).iter().any(|c| lex.concept(*c).is_some_and(|c| c.class == Class::Person));
    let surname = name.get(..first.len_utf8()).is_some_and(|s| lex.cue_zh("surname", s));
    if person && surname { rest } else { "" }
}

/// 小姑娘叫明月: 叫 right after a noun for a person or animal, and a name up to
/// the end of the clause.
fn called_after_noun(clause: &str) -> Option<&str> {
    let lex = lexicon();
    let at = clause.find('叫')?;
    let (before, name) = (clause.get(..at)?, clause.get(at + '叫'.len_utf8()..)?);
    let person =
        before.char_indices().rev().take(4).filter_map(|(i, _)| before.get(i..)).any(|w| {
            lex.chinese(w).iter().any(|c| lex.concept(*c).is_some_and(|c| c.class == Class::Person))
        });
    let length = name.chars().count();
    (person
        && (2..=3).contains(&length)
        && name.chars().all(is_han)
        && !name.contains('着')
        && !name.contains('了'))
    .then_some(name)
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

/// Whether what follows makes a subject of what stands before.
pub fn acts(rest: &str) -> bool {
    let mut rest = rest;
    for _ in 0..2 {
        if let Some(word) = BETWEEN.iter().filter(|w| rest.starts_with(**w)).max_by_key(|w| w.len()) {
            rest = rest.strip_prefix(*word).unwrap_or(rest).trim_start_matches('地');
        }
    }
    AFTER_SUBJECT.iter().any(|w| rest.starts_with(w)) || starts_with_verb(rest)
}

fn starts_with_verb(rest: &str) -> bool {
    let lex = lexicon();
    let ends: Vec<usize> = rest.char_indices().map(|(i, c)| i + c.len_utf8()).take(3).collect();
    ends.iter()
        .rev()
        .filter_map(|&e| rest.get(..e))
        .any(|w| lex.chinese(w).iter().any(|c| lex.concept(*c).is_some_and(|c| c.class == Class::Action)))
}

fn named(word: &str, count: Count, told: usize) -> bool {
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
