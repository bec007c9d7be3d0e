//! The PDF as a file: its text, its fonts, its bytes.

use std::{fs, process::Command};

use super::*;
use crate::export::{Layout, Paper, tests::board};

fn pdf(count: usize, language: &str, layout: Layout) -> Vec<u8> {
    let (document, images) = board(count, language);
    let (bytes, warnings) = to_pdf(&document, &images, &ExportOptions { paper: Paper::A4, layout }).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    bytes
}

/// What a poppler tool says about the file.
fn poppler(tool: &str, arguments: &[&str], bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.pdf");
    fs::write(&path, bytes).unwrap();
    let mut command = Command::new(tool);
    command.args(arguments).arg(&path);
    if tool == "pdftotext" {
        command.arg("-");
    }
    let output = command.output().expect("poppler is needed: run packaging/test, which installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn count(bytes: &[u8], needle: &[u8]) -> usize {
    bytes.windows(needle.len()).filter(|window| *window == needle).count()
}

#[test]
fn the_same_board_gives_the_same_bytes() {
    let first = pdf(7, "en", Layout::Grid);
    assert_eq!(first, pdf(7, "en", Layout::Grid));
    assert!(first.starts_with(b"%PDF-1.") && first.trim_ascii_end().ends_with(b"%%EOF"));
    assert_eq!(count(&first, b"/Subtype /Image") + count(&first, b"/Subtype/Image"), 7);
}

#[test]
fn captions_can_be_read_back_in_both_languages() {
    for (language, needles) in [
        ("en", ["Lighthouse Keeper’s Daughter", "Mara rowed to the island", "“Ninety steps,” he said — and"]),
        ("zh", ["雪夜里的小狐狸 Mara", "小狐狸轻轻敲了三下门。", "老猎人说：“进来吧，"]),
    ] {
        for layout in Layout::ALL {
            let text = poppler("pdftotext", &["-raw"], &pdf(7, language, layout));
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            for needle in needles {
                assert!(squeezed(&text).contains(&squeezed(needle)), "{layout:?} {needle}: {text}");
            }
        }
    }
}

#[test]
fn fonts_are_embedded_as_subsets_with_their_meaning() {
    let bytes = pdf(6, "zh", Layout::List);
    assert!(bytes.len() < 500_000, "{} bytes: the fonts are not cut down", bytes.len());
    let fonts = poppler("pdffonts", &[], &bytes);
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(rows.len() >= 2, "{fonts}");
    for row in rows {
        let columns: Vec<&str> = row.split_whitespace().collect();
        // ... embedded, subset, unicode map, object and generation.
        assert_eq!(columns[columns.len() - 5..columns.len() - 2], ["yes", "yes", "yes"], "{row}");
    }
}

#[test]
fn a_picture_shown_twice_is_embedded_once() {
    let (mut document, images) = board(2, "en");
    document.panels[1].variants = document.panels[0].variants.clone();
    let (bytes, _) = to_pdf(&document, &images, &ExportOptions::default()).unwrap();
    assert_eq!(count(&bytes, b"/Subtype /Image") + count(&bytes, b"/Subtype/Image"), 1);
}

#[test]
fn without_a_chinese_font_there_is_a_pdf_and_a_warning() {
    let (document, images) = board(3, "zh");
    let (bytes, warnings) =
        pdf_with(&document, &images, &ExportOptions::default(), &mut Fonts::own()).unwrap();
    assert!(bytes.starts_with(b"%PDF"));
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].to_string().contains("install a Chinese font"), "{warnings:?}");
    let (document, images) = board(3, "en");
    let (_, warnings) = pdf_with(&document, &images, &ExportOptions::default(), &mut Fonts::own()).unwrap();
    assert!(warnings.is_empty(), "an English board needs no font of the system: {warnings:?}");
}

#[test]
fn a_board_of_odd_characters_still_exports() {
    let (mut document, images) = board(1, "en");
    document.panels[0].caption =
        "tab\there\u{0}\u{7f} \u{202e}odd\u{feff} 🦊 e\u{301} \u{1F468}\u{200D}\u{1F469} ﷽ สวัสดี".into();
    document.title = "\n".into();
    let (bytes, _) = to_pdf(&document, &images, &ExportOptions::default()).unwrap();
    assert!(bytes.starts_with(b"%PDF"));
    assert!(matches!(
        to_pdf(&Document::default(), &images, &ExportOptions::default()),
        Err(ExportError::Empty)
    ));
}
