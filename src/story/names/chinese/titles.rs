//! Names told by a noun for a person: 周老师, 小姑娘叫明月.

use crate::story::lexicon::{Class, lexicon};
use crate::story::text::paragraphs::is_han;

/// Whether `rest` begins with a noun for somebody of two characters or more.
pub(super) fn person_noun_at(rest: &str) -> bool {
    let lex = lexicon();
    let ends: Vec<usize> = rest.char_indices().map(|(i, c)| i + c.len_utf8()).take(4).collect();
    ends.iter()
        .skip(1)
        .filter_map(|&e| rest.get(..e))
        .any(|w| lex.chinese(w).iter().any(|c| lex.concept(*c).is_some_and(|c| c.class == Class::Person)))
}

/// 赵总监, 周老师, 王婶: a surname right before a noun for a person.
pub(super) fn titled(clause: &str) -> Vec<&str> {
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
pub(super) fn called_after_noun(clause: &str) -> Option<&str> {
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
