//! Project files: round trips, old and newer versions, damage, a kill half way.

use std::process::Command;

use super::*;
use crate::storyboard::{
    CastEdit, Edit, History, PaintedWith, PartSource, Shot, Style, Variant, document::tests::by_paragraph,
};

const STORY: &str =
    "\u{feff}A \"fox\" knocked — twice.\r\n\n雪夜里，门开了。\n\nIt was \\very\\ late \u{1b}[0m.";

fn picture(shade: u8) -> Picture {
    let bytes = (0..40 * 30 * 4).map(|i| (i as u8).wrapping_mul(2 * shade + 1)).collect();
    Picture::from_rgba(40, 30, bytes).unwrap()
}

fn project() -> (Document, Images) {
    let mut history = History::new(Document::from_reading(STORY, &by_paragraph(STORY), 1));
    let mut images = Images::new();
    let panels: Vec<_> = history.document().panels.iter().map(|panel| panel.id).collect();
    for (i, &panel) in panels.iter().enumerate().take(2) {
        for shade in 0..=i as u8 {
            let image = images.insert(picture(10 * i as u8 + shade));
            let parameters = vec![("steps".to_owned(), "20".to_owned())];
            let with = Some(PaintedWith { negative: "人, \"text\"".into(), ..PaintedWith::default() });
            history.apply(Edit::AddVariant(
                panel,
                Variant { image, prompt: "狐狸".into(), seed: u64::MAX, parameters, with },
            ));
        }
    }
    let face = images.insert(picture(40));
    let panel = panels[0];
    for edit in [
        Edit::SetPart(panel, PartSource::Setting, Some("under a \"bridge\"".into())),
        Edit::SetAdded(panel, "fireflies".into()),
        Edit::SetShot(panel, Some(Shot::Close)),
        Edit::SetNotes(panel, "ask\nOda".into()),
        Edit::SetPanelNegative(panel, "人".into()),
        Edit::Cast(CastEdit::Looks { who: "狐狸".into(), looks: vec!["a red coat".into()] }),
        Edit::SetPortrait("狐狸".into(), Some(face)),
    ] {
        history.apply(edit);
    }
    history.apply(Edit::SetStyle(Style::Free("oil, \"thick\"".into())));
    history.apply(Edit::SetGuidance(Some(4.5)));
    history.apply(Edit::SetModel(Some("/models/某个".into())));
    (history.document().clone(), images)
}

fn saved() -> (tempfile::TempDir, std::path::PathBuf, Document, Images) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("board.vignette");
    let (document, images) = project();
    save(&path, &document, &images).unwrap();
    (folder, path, document, images)
}

fn change(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn a_project_comes_back_as_it_was() {
    let (folder, path, document, mut images) = saved();
    let opened = open(&path).unwrap();
    assert_eq!(opened.document, document);
    assert_eq!(opened.warnings, []);
    for id in document.image_ids() {
        assert_eq!(opened.images.get(id), images.get(id));
    }
    // A picture that nothing names is not saved; a second save replaces the first.
    images.insert(picture(99));
    save(&path, &document, &images).unwrap();
    assert_eq!(open(&path).unwrap().images.len(), 4);
    // Nothing but the project is left in the folder.
    assert_eq!(count(folder.path()), 1);
    // What was opened saves again, byte for byte the same pictures.
    let again = folder.path().join("again.vignette");
    save(&again, &opened.document, &opened.images).unwrap();
    assert_eq!(open(&again).unwrap().document, document);
}

#[test]
fn an_empty_board_and_names_of_any_kind_work() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "空.vignette",
        "with space?mode=memory.vignette",
        "file:x.vignette",
        &format!("{}.vignette", "长".repeat(70)),
    ] {
        let path = folder.path().join(name);
        save(&path, &Document::default(), &Images::new()).unwrap();
        assert_eq!(open(&path).unwrap().document, Document::default(), "{name}");
    }
}

/// The first form of the document, as a file of version 1 may hold it: fields
/// that came later are not there.
#[test]
fn an_older_document_opens_with_defaults() {
    let (_folder, path, ..) = saved();
    let old = "(title: \"Old\", story: \"Once.\", panels: [(id: (4), caption: \"c\", seed: 3)])";
    change(
        &path,
        &format!("UPDATE document SET ron = '{old}'; DELETE FROM picture; PRAGMA user_version = 1"),
    );
    let opened = open(&path).unwrap();
    assert_eq!((opened.document.title.as_str(), opened.document.panels[0].seed), ("Old", 3));
    assert_eq!(opened.document.style, Style::default());
    assert_eq!(opened.document.next_panel, 5);
    let panel = &opened.document.panels[0];
    assert!(opened.document.overrides.is_empty() && opened.document.portraits.is_empty());
    assert!(panel.notes.is_empty() && panel.own_parts.is_empty() && panel.own_shot.is_none());
    assert!(opened.warnings.is_empty());
}

#[test]
fn migrations_run_in_order_from_the_version_found() {
    let steps: [Migration; 3] = [
        |parts| {
            parts.document.push('2');
            Ok(())
        },
        |parts| {
            parts.document.push('3');
            Ok(())
        },
        |parts| {
            if parts.document.is_empty() {
                Err("empty".into())
            } else {
                parts.document.push('4');
                Ok(())
            }
        },
    ];
    for (from, expected) in [(1, "x234"), (2, "x34"), (3, "x4"), (4, "x")] {
        let mut parts = Parts { document: "x".into(), pictures: Vec::new() };
        migrate(&mut parts, from, &steps).unwrap();
        assert_eq!(parts.document, expected);
    }
    let mut empty = Parts { document: String::new(), pictures: Vec::new() };
    assert_eq!(migrate(&mut empty, 3, &steps), Err("empty".into()));
}

#[test]
fn a_newer_file_is_refused_by_its_version() {
    let (_folder, path, ..) = saved();
    change(&path, "PRAGMA user_version = 7");
    let error = open(&path).unwrap_err();
    assert!(matches!(error, FileError::Newer { found: 7, .. }), "{error}");
    let known = format!("format 7, this program knows up to {FORMAT_VERSION}");
    assert!(error.to_string().contains(&known), "{error}");
}

#[test]
fn other_files_are_named_for_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("empty"), b"").unwrap();
    fs::write(at("text"), b"Once upon a time").unwrap();
    fs::write(at("png"), picture(1).to_png(&[]).unwrap()).unwrap();
    change(&at("other.db"), "CREATE TABLE t (x)");
    for (name, what) in [
        ("empty", "an empty file"),
        ("text", "another kind"),
        ("png", "another kind"),
        ("other.db", "another program"),
        ("", "a folder"),
    ] {
        let error = open(&at(name)).unwrap_err();
        assert!(matches!(error, FileError::NotAProject { .. }), "{error}");
        assert!(error.to_string().contains(what), "{error}");
    }
    assert!(matches!(open(&at("none")), Err(FileError::Read { .. })));
}

#[test]
fn a_cut_or_garbled_file_never_opens_wrongly() {
    let (_folder, path, document, _) = saved();
    let whole = fs::read(&path).unwrap();
    for length in [1, 15, 16, 60, 99, 100, 1000, 4096, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let error = open(&path).unwrap_err();
        assert!(
            matches!(error, FileError::NotAProject { .. } | FileError::Damaged { .. }),
            "{length}: {error}"
        );
    }
    // A page of noise anywhere: an error, or a document that is whole.
    for page in 0..whole.len() / 4096 {
        let mut garbled = whole.clone();
        garbled[page * 4096 + 100..(page + 1) * 4096].fill(0xa5);
        fs::write(&path, &garbled).unwrap();
        match open(&path) {
            Ok(opened) => {
                assert_eq!(opened.document.story, document.story);
                assert!(opened.document.image_ids().all(|id| opened.images.contains(id)));
            }
            Err(error) => assert!(matches!(error, FileError::Damaged { .. }), "{error}"),
        }
    }
    fs::write(&path, &whole).unwrap();
    change(&path, "DELETE FROM document");
    assert!(open(&path).unwrap_err().to_string().contains("document is gone"));
}

#[test]
fn lost_pictures_are_left_out_with_a_warning() {
    let (_folder, path, document, _) = saved();
    let shown = document.panels[1].shown().unwrap().image;
    change(&path, &format!("DELETE FROM picture WHERE id = '{shown}'"));
    let opened = open(&path).unwrap();
    assert_eq!(opened.document.panels[1].chosen, Some(0));
    assert_eq!(opened.document.panels[1].variants.len(), 1);
    assert_eq!(opened.warnings, [OpenWarning::Lost { panel: 2, lost: 1, others: true }]);
    assert_eq!(
        opened.warnings[0].to_string(),
        "one picture of panel 2 is missing from the project; another one is left"
    );
    change(&path, "UPDATE picture SET png = x'00'");
    let opened = open(&path).unwrap();
    assert_eq!(opened.document.image_ids().count(), 0);
    assert_eq!(opened.document.panels.len(), 3);
    // The spoilt ones, panels 1 and 2, and the portrait.
    assert_eq!(opened.warnings.len(), 4);
    // A picture under a wrong name is not shown as another.
    let other = picture(77);
    let png = other.to_png(&[]).unwrap();
    Connection::open(&path).unwrap().execute("UPDATE picture SET png = ?1", [png]).unwrap();
    assert!(open(&path).unwrap().images.is_empty());
}

#[test]
fn what_cannot_be_saved_leaves_the_old_file() {
    let (folder, path, document, images) = saved();
    let before = fs::read(&path).unwrap();
    let error = save(&path, &document, &Images::new()).unwrap_err();
    assert!(matches!(error, FileError::MissingPicture { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(count(folder.path()), 1);
    for place in [folder.path().to_owned(), folder.path().join("none/x.vignette"), path.join("x.vignette")] {
        let error = save(&place, &document, &images).unwrap_err();
        assert!(matches!(error, FileError::Write { .. }), "{error}");
    }
}

const KILLED_SAVE: &str = "VIGNETTE_TEST_KILLED_SAVE";

/// The child of the next test: fills the new file and dies before the rename.
#[test]
fn child_that_dies_half_way() {
    let Ok(path) = std::env::var(KILLED_SAVE) else { return };
    let (mut document, images) = project();
    document.title = "half written".into();
    let pictures: Vec<_> = document.image_ids().map(|id| (id, images.png(id).unwrap().unwrap())).collect();
    let replacement = Replacement::of(Path::new(&path)).unwrap();
    fill(replacement.path(), "(title: \"half written\")", &pictures).unwrap();
    std::process::abort();
}

#[test]
fn a_program_killed_in_the_middle_of_a_save_loses_nothing() {
    let (folder, path, document, images) = saved();
    let before = fs::read(&path).unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "storyboard::file::tests::child_that_dies_half_way"])
        .env(KILLED_SAVE, &path)
        .output()
        .unwrap();
    assert!(!child.status.success());
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(count(folder.path()), 2, "the project and what the killed program left");
    assert_eq!(open(&path).unwrap().document, document);
    save(&path, &document, &images).unwrap();
    assert_eq!(open(&path).unwrap().document, document);
}
