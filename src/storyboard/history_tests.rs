//! Laws of undo and redo.

use super::*;
use crate::storyboard::{
    Style,
    document::tests::{by_paragraph, variant},
};

const STORY: &str = "A fox knocked.\n\nThe hunter opened.\n\nIt was very late.";

fn history() -> History {
    History::new(Document::from_reading(STORY, &by_paragraph(STORY), 1))
}

fn caption(history: &History, panel: usize) -> &str {
    &history.document().panels[panel].caption
}

fn type_caption(history: &mut History, panel: u64, text: &str) {
    for end in 1..=text.len() {
        history.apply(Edit::SetCaption(PanelId(panel), text[..end].to_owned()));
    }
}

#[test]
fn a_gesture_is_one_step_until_it_is_sealed() {
    let mut history = history();
    let before = history.document().clone();
    type_caption(&mut history, 1, "First");
    history.seal();
    type_caption(&mut history, 1, "Second");
    type_caption(&mut history, 2, "Other");
    history.apply(Edit::SetTitle("T".into()));
    assert_eq!(history.undo_label(), Some(EditKind::Title));
    assert!(history.undo() && history.undo());
    assert_eq!(caption(&history, 0), "Second");
    assert!(history.undo());
    assert_eq!(caption(&history, 0), "First");
    assert_eq!(history.redo_label(), Some(EditKind::Caption));
    assert!(history.undo());
    assert_eq!(*history.document(), before);
    assert!(!history.undo() && !history.can_undo());
    while history.redo() {}
    assert_eq!((caption(&history, 0), caption(&history, 1)), ("Second", "Other"));
    // After an undo a gesture does not go on where it was.
    history.undo();
    type_caption(&mut history, 2, "New");
    assert!(!history.can_redo());
    history.undo();
    assert_eq!(caption(&history, 1), "Other");
}

#[test]
fn what_changes_nothing_is_no_step() {
    let mut history = history();
    history.apply(Edit::SetTitle(history.document().title.clone()));
    history.apply(Edit::RemovePanel(PanelId(99)));
    assert!(!history.can_undo());
    history.apply(Edit::SetTitle("x".into()));
    history.undo();
    history.apply(Edit::SetSeed(PanelId(1), history.document().panels[0].seed));
    assert!(history.can_redo(), "an edit that changes nothing must not cost the future");
    let old = history.document().title.clone();
    history.apply(Edit::SetTitle("y".into()));
    history.apply(Edit::SetTitle(old));
    assert!(!history.can_undo(), "typed and taken back by hand");
}

#[test]
fn a_picture_for_an_empty_panel_survives_undo_and_is_no_step() {
    let mut history = history();
    type_caption(&mut history, 1, "Ca");
    history.apply(Edit::AddVariant(PanelId(1), variant(1)));
    type_caption(&mut history, 1, "Capt");
    history.undo();
    assert_eq!(history.document().panels[0].shown(), Some(&variant(1)));
    assert!(!history.can_undo(), "typing on both sides of it is one gesture");
    history.redo();
    assert_eq!(caption(&history, 0), "Capt");
    assert_eq!(history.document().panels[0].shown(), Some(&variant(1)));
}

#[test]
fn undoing_a_repainting_shows_the_earlier_picture_and_keeps_the_new_one() {
    let mut history = history();
    history.apply(Edit::AddVariant(PanelId(2), variant(1)));
    history.apply(Edit::AddVariant(PanelId(2), variant(2)));
    assert_eq!(history.undo_label(), Some(EditKind::NewPicture));
    history.undo();
    let panel = &history.document().panels[1];
    assert_eq!(panel.shown(), Some(&variant(1)));
    assert_eq!(panel.variants.len(), 2);
    history.redo();
    assert_eq!(history.document().panels[1].shown(), Some(&variant(2)));
}

#[test]
fn a_picture_reaches_a_panel_that_was_removed_meanwhile() {
    let mut history = history();
    history.apply(Edit::RemovePanel(PanelId(3)));
    history.apply(Edit::AddVariant(PanelId(3), variant(5)));
    assert_eq!(history.document().panels.len(), 2);
    assert!(history.reachable_images().contains(&variant(5).image));
    history.undo();
    assert_eq!(history.document().panels[2].shown(), Some(&variant(5)));
}

#[test]
fn pictures_that_undo_can_bring_back_are_reachable() {
    let mut history = history();
    history.apply(Edit::AddVariant(PanelId(1), variant(1)));
    history.apply(Edit::AddVariant(PanelId(1), variant(2)));
    history.apply(Edit::RemoveVariant(PanelId(1), 1));
    history.apply(Edit::RemovePanel(PanelId(1)));
    let kept: Vec<_> = history.document().image_ids().collect();
    assert_eq!(kept, [variant(1).image], "the panel is set aside with its picture");
    assert_eq!(history.reachable_images(), HashSet::from([variant(1).image, variant(2).image]));
    while history.undo() {}
    assert_eq!(history.reachable_images().len(), 2);
    let panel = &history.document().panels[0];
    assert_eq!((panel.variants.len(), panel.chosen), (2, Some(0)));
}

#[test]
fn a_new_reading_is_one_step() {
    let mut history = history();
    history.apply(Edit::AddVariant(PanelId(1), variant(1)));
    let before = history.document().clone();
    let story = "Something else entirely, far away and long ago.";
    history.apply(Edit::SetStory(story.into()));
    history.apply(Edit::SetReading { reading: by_paragraph(story), seed: 3 });
    assert_eq!(history.document().panels.len(), 1);
    history.undo();
    history.undo();
    assert_eq!(history.document().panels, before.panels);
    assert_eq!(history.document().title, before.title);
    history.redo();
    history.redo();
    assert_eq!(history.document().panels[0].id, PanelId(4));
}

#[test]
fn changed_since_save_follows_undo() {
    let mut history = history();
    assert!(!history.is_changed_since_save());
    history.apply(Edit::SetTitle("a".into()));
    assert!(history.is_changed_since_save());
    let in_the_background = history.document().clone();
    history.seal();
    history.apply(Edit::SetTitle("b".into()));
    history.mark_saved_as(in_the_background);
    assert!(history.is_changed_since_save());
    history.undo();
    assert!(!history.is_changed_since_save());
    history.redo();
    history.mark_saved();
    assert!(!history.is_changed_since_save());
    history.undo();
    assert!(history.is_changed_since_save());
    history.apply(Edit::AddVariant(PanelId(1), variant(1)));
    history.mark_saved();
    assert!(!history.is_changed_since_save());
}

#[test]
fn the_past_is_bounded() {
    let mut history = history();
    for seed in 0..MAX_STEPS as u64 + 50 {
        history.apply(Edit::SetSeed(PanelId(1), seed));
        history.seal();
    }
    let mut steps = 0;
    while history.undo() {
        steps += 1;
    }
    assert_eq!(steps, MAX_STEPS);
}

/// Random edits: undoing all of them gives the first document, redoing them
/// the last, whatever pictures arrived in between.
#[test]
fn undo_and_redo_are_inverse_for_random_edits() {
    let mut state = 12345_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for round in 0..60 {
        let mut history = history();
        let with_pictures = round % 2 == 1;
        let first = history.document().clone();
        let mut states = vec![first.clone()];
        let mut arrived = HashSet::new();
        for _ in 0..40 {
            let id = PanelId(1 + random(6));
            let text = format!("words {}", random(5));
            let depth = history.past.len();
            history.apply(match random(13) {
                0 => Edit::SetTitle(text),
                1 => Edit::SetStyle(Style::Free(text)),
                2 => Edit::SetSize { width_px: 64 + random(3) as u32, height_px: 64 },
                3 => Edit::SetPrompt(id, (random(3) > 0).then_some(text)),
                4 => Edit::SetCaption(id, text),
                5 => Edit::SetSeed(id, random(4)),
                6 => Edit::RemovePanel(id),
                7 => Edit::DuplicatePanel(id),
                8 => Edit::MovePanel(id, random(6) as usize),
                9 => Edit::SetNegative(text),
                10 => Edit::SetGuidance((random(2) > 0).then_some(random(5) as f32)),
                11 if with_pictures => {
                    let shade = random(200) as u8;
                    let known = history.document().panel(id).is_some();
                    if known {
                        arrived.insert(variant(shade).image);
                    }
                    Edit::AddVariant(id, variant(shade))
                }
                _ => Edit::ChooseVariant(id, random(3) as usize),
            });
            history.seal();
            if history.past.len() > depth {
                states.push(history.document().clone());
            }
            assert!(arrived.is_subset(&history.reachable_images()));
        }
        let last = history.document().clone();
        for expected in states.iter().rev().skip(1) {
            assert!(history.undo());
            if !with_pictures {
                let mut shown = history.document().clone();
                shown.next_panel = expected.next_panel;
                assert_eq!(shown, *expected);
            }
        }
        assert!(!history.can_undo());
        let ids = |document: &Document| document.panels.iter().map(|p| p.id).collect::<Vec<_>>();
        assert_eq!(ids(history.document()), ids(&first));
        while history.redo() {}
        assert_eq!(*history.document(), last);
        assert!(arrived.is_subset(&history.reachable_images()));
    }
}
