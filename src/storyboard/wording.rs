//! Titles and captions that the story suggests.

use crate::story::{Language, Scene, slice};

/// Width of a caption in half-width columns: two lines of a small column at most.
const CAPTION_COLUMNS: usize = 110;
/// Width of a title in half-width columns.
const TITLE_COLUMNS: usize = 56;

/// The key moment of a scene as one readable line.
pub(super) fn caption(story: &str, scene: &Scene, language: Language) -> String {
    let moment = one_line(slice(story, scene.key_moment.0, scene.key_moment.1));
    if moment.is_empty() {
        // A scene without a key moment begins with its first words.
        let start = one_line(slice(story, scene.start, scene.end.min(scene.start + 400)));
        return shortened(&start, CAPTION_COLUMNS, language);
    }
    shortened(&moment, CAPTION_COLUMNS, language)
}

/// The first line of a story as a title.
pub(super) fn title(story: &str, language: Language) -> String {
    let line = story
        .lines()
        .map(|line| one_line(line.trim_start_matches(['#', '=', '*', '\u{feff}', ' ', '\t', '\u{3000}'])))
        .find(|line| line.chars().any(char::is_alphanumeric))
        .unwrap_or_default();
    let line = line.trim_end_matches(['#', '=', '*', ' ']);
    let short = shortened(line, TITLE_COLUMNS, language);
    // A heading needs no full stop; the mark of a cut, a question or a cry stays.
    let bare = short.strip_suffix(['.', '。']).filter(|bare| !bare.ends_with('.')).unwrap_or(&short);
    unwrapped(bare).to_owned()
}

/// White space of any kind and length as one space; none at the ends.
fn one_line(text: &str) -> String {
    let visible = text.replace(['\u{feff}', '\u{200b}'], " ");
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    // The opening mark of what comes next is no part of a line.
    line.trim_end_matches(['“', '‘', '「', '『', '《', '（', '(', ' ']).to_owned()
}

/// `《title》` and `"title"` without the marks, when they enclose all of it.
fn unwrapped(title: &str) -> &str {
    for (open, close) in [('《', '》'), ('"', '"'), ('“', '”'), ('「', '」')] {
        if let Some(inner) = title.strip_prefix(open).and_then(|rest| rest.strip_suffix(close))
            && !inner.contains([open, close])
            && !inner.trim().is_empty()
        {
            return inner.trim();
        }
    }
    title
}

/// Columns that a character takes where Latin letters take one.
fn columns(c: char) -> usize {
    let wide = matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}');
    1 + usize::from(wide)
}

/// The text, or as much of it as fits into `limit` columns followed by an
/// ellipsis; cut after a clause where one ends late enough, else after a word.
fn shortened(text: &str, limit: usize, language: Language) -> String {
    let mut used = 0;
    let mut fits = text.len();
    for (at, c) in text.char_indices() {
        used += columns(c);
        if used > limit {
            fits = at;
            break;
        }
    }
    if fits == text.len() {
        return text.to_owned();
    }
    let head = text.get(..fits).unwrap_or(text);
    let sentence = head.rfind(['.', '!', '?', '。', '！', '？']).filter(|&at| at * 2 > fits);
    if let Some(at) = sentence
        && let Some(mark) = head.get(at..).and_then(|rest| rest.chars().next())
        && mark != '.'
    {
        return head.get(..at + mark.len_utf8()).unwrap_or(head).to_owned();
    }
    let clause = head.rfind([',', ';', ':', '—', '，', '；', '：', '、']).filter(|&at| at * 5 > fits * 3);
    // Chinese breaks between any two characters; other text between words.
    let word = match language {
        Language::Chinese => Some(fits),
        Language::English => head.rfind(' ').filter(|&at| at * 2 > fits),
    };
    let cut = clause.or(word).unwrap_or(fits);
    let kept =
        head.get(..cut).unwrap_or(head).trim_end_matches([' ', ',', ';', ':', '—', '，', '；', '：', '、']);
    match language {
        Language::Chinese => format!("{kept}……"),
        Language::English => format!("{kept}…"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_come_from_the_first_line_with_words() {
        let title = |text| super::title(text, Language::English);
        assert_eq!(title("\u{feff}\n ***\n# The Ferry Bell\n\nIt rang."), "The Ferry Bell");
        assert_eq!(title("\"Home\"\nx"), "Home");
        assert_eq!(title("Who is there?\nx"), "Who is there?");
        assert_eq!(title("   \n"), "");
        let long =
            title("It was the year when the river froze over twice and nobody in the village would say why.");
        assert_eq!(long, "It was the year when the river froze over twice and…");
        assert_eq!(super::title("　《雪夜》\n正文", Language::Chinese), "雪夜");
        assert_eq!(super::title("从前有座山。\n", Language::Chinese), "从前有座山");
    }

    #[test]
    fn captions_are_one_line_that_ends_well() {
        let cut = |text| shortened(&one_line(text), 40, Language::English);
        assert_eq!(cut("Short  and\nsweet."), "Short and sweet.");
        assert_eq!(
            cut("The door, which nobody had opened for years, swung wide."),
            "The door, which nobody had opened for…"
        );
        assert_eq!(
            cut("She climbed to the very top, and there it was, the bell."),
            "She climbed to the very top…"
        );
        assert_eq!(
            cut("Is it really there? she asked him once more today."),
            "Is it really there? she asked him once…"
        );
        assert_eq!(
            cut("Is it really there at last? she asked him once more."),
            "Is it really there at last?"
        );
        assert_eq!(cut(&"x".repeat(60)), format!("{}…", "x".repeat(40)));
        assert_eq!(one_line("差一点踩到它。\n　　“"), "差一点踩到它。");
        let chinese = shortened(&"雪".repeat(30), 40, Language::Chinese);
        assert_eq!(chinese, format!("{}……", "雪".repeat(20)));
    }

    #[test]
    fn a_scene_without_a_key_moment_begins_with_its_first_words() {
        let scene = Scene { end: 9, ..crate::storyboard::Panel::default().scene };
        assert_eq!(caption("A fox sat\ndown.", &scene, Language::English), "A fox sat");
    }
}
