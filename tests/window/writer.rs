//! What a writer says: shots, notes, the words of a picture by their origin, the
//! cast, and the list of edits to go back to.

use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use vignette::{
    storyboard::{CastEdit, Edit, PartSource, Shot},
    ui::{Look, action::Action, strings::fill},
};

use super::{Setup, Window, painted};

const FERRY: &str = "Oda ran to the river at dawn. She wore a red coat. The ferryman waved at Oda.\n\n***\n\n\
    At night Oda sat in the kitchen with the ferryman. Rain fell on the roof.\n\n***\n\n\
    Next morning the ferryman walked to the market alone. He bought a goose.\n";

fn board() -> Window<'static> {
    let mut window = Setup::new().open();
    window.act(Action::SetScenesWanted(Some(3)));
    window.act(Action::BeginStory(FERRY.to_owned()));
    window.settle();
    assert_eq!(window.panels().len(), 3);
    window
}

fn undo(window: &mut Window<'_>) {
    // Out of any field first, so that the keys mean the whole document.
    window.keys(Modifiers::NONE, Key::Escape);
    window.click(window.words.undo);
}

fn names(window: &Window<'_>) -> Vec<String> {
    window.app().document().cast.iter().map(|member| member.name.clone()).collect()
}

fn prompt(window: &Window<'_>, place: usize) -> String {
    let document = window.app().document();
    document.panels[place].scene_prompt(document.language).into_owned()
}

/// Brings something into sight: the pointer reaches nothing else.
fn reach(window: &mut Window<'_>, name: &str) {
    window.harness.get_by_label(name).scroll_to_me();
    window.run();
    window.run();
}

/// Types into a field of the cast's page, where Enter makes it count.
fn enter(window: &mut Window<'_>, field: &str, text: &str) {
    window.replace_text(field, text);
    window.keys(Modifiers::NONE, Key::Enter);
}

#[test]
fn shot_and_notes_stand_on_the_board_and_go_back() {
    let mut window = board();
    let words = window.words;
    window.select(1);
    let derived = window.panels()[0].scene.shot;
    let other =
        if derived == Shot::Close { (Shot::Wide, words.shot_wide) } else { (Shot::Close, words.shot_close) };
    window.click(other.1);
    assert_eq!(window.panels()[0].shot(), other.0);
    assert_eq!(window.panels()[0].scene.shot, derived, "what the story says is kept apart");
    let card = |window: &Window<'_>, what: &str| {
        let all = window.harness.query_all_by_label_contains("Panel 1, ");
        all.into_iter().any(|node| node.accesskit_node().label().is_some_and(|name| name.contains(what)))
    };
    assert!(card(&window, other.1), "the card names the shot");
    reach(&mut window, words.notes);
    window.replace_text(words.notes, "more fog here");
    assert_eq!(window.panels()[0].notes, "more fog here");
    assert!(card(&window, "more fog here"), "and the notes");
    assert!(!prompt(&window, 0).contains("fog"), "notes are not painted");
    undo(&mut window);
    assert_eq!(window.panels()[0].notes, "");
    undo(&mut window);
    assert_eq!((window.panels()[0].shot(), window.panels()[0].own_shot), (derived, None));
    // What to avoid here, besides what the whole board avoids.
    window.select(1);
    reach(&mut window, words.panel_negative);
    window.replace_text(words.panel_negative, "boats");
    let document = window.app().document();
    assert_eq!(document.negative(&document.panels[0]), "boats");
    undo(&mut window);
    assert_eq!(window.panels()[0].negative, "");
}

#[test]
fn each_part_of_a_prompt_is_changed_by_itself_and_given_back() {
    let mut window = board();
    let words = window.words;
    window.act(Action::Paint(window.panels()[0].id));
    window.settle();
    window.select(1);
    let whole = prompt(&window, 0);
    window.click(words.parts);
    let part = fill(words.part_name, &[("part", &words.part_cast)]);
    reach(&mut window, &part);
    window.replace_text(&part, "an otter in a hat");
    let said = prompt(&window, 0);
    assert!(said.contains("an otter in a hat") && said != whole, "{said}");
    assert_eq!(window.panels()[0].own_parts[0].source, PartSource::Cast);
    assert!(window.has("Panel 1, words changed"), "the picture is of other words now");
    reach(&mut window, words.part_added);
    window.replace_text(words.part_added, "fireflies");
    assert!(prompt(&window, 0).ends_with("fireflies"));
    undo(&mut window);
    assert_eq!(prompt(&window, 0), said);
    window.select(1);
    let back = fill(words.part_back, &[("part", &words.part_cast)]);
    reach(&mut window, &back);
    window.click(&back);
    assert_eq!(prompt(&window, 0), whole);
    assert!(window.has("Panel 1, painted"));
    undo(&mut window);
    assert_eq!(prompt(&window, 0), said);
}

#[test]
fn the_cast_is_edited_and_its_scenes_follow() {
    let mut window = board();
    let words = window.words;
    window.click(words.illustrate);
    window.settle();
    window.keys(Modifiers::COMMAND, Key::P);
    assert!(window.has("Oda, "), "the page lists who appears");
    let before = [0, 1, 2].map(|place| prompt(&window, place));
    assert!(before[0].contains("red coat"), "{before:?}");

    // Looks, and where the story says so.
    window.harness.get_by_label_contains("Oda, ").click();
    window.run();
    let at = window.app().document().cast.iter().find(|m| m.name == "Oda").unwrap();
    let at = at.looks.iter().position(|look| look.text.contains("red coat")).unwrap();
    let stated =
        window.app().document().cast.iter().find(|m| m.name == "Oda").unwrap().looks[at].text.clone();
    window.click(&fill(words.cast_where, &[("look", &stated)]));
    assert!(window.app().state().find.as_ref().unwrap().query.contains("red coat"));
    window.act(Action::Find(false));
    enter(&mut window, &fill(words.cast_look_n, &[("n", &(at + 1))]), "a green coat");
    let after = [0, 1, 2].map(|place| prompt(&window, place));
    assert!(after[0].contains("green coat"), "{after:?}");
    assert_eq!(after[2], before[2], "a scene without her stays as it was");
    window.click(words.undo);
    assert_eq!(prompt(&window, 0), before[0]);
    window.click(words.redo);

    // In the story's words again.
    window.click(words.cast_looks_back);
    assert_eq!(prompt(&window, 0), before[0]);
    window.click(words.undo);

    // The panels of those scenes are stale, the others are not.
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.has("Panel 1, words changed") && window.has("Panel 3, painted"));

    // All of them are painted again at once, and none of the others.
    window.keys(Modifiers::COMMAND | Modifiers::SHIFT, Key::R);
    window.settle();
    assert!(window.has("Panel 1, painted"));
    assert_eq!([0, 2].map(|place: usize| window.panels()[place].variants.len()), [2, 1]);

    // What the writer said holds when the scenes are found anew.
    window.keys(Modifiers::COMMAND, Key::R);
    window.settle();
    assert!(prompt(&window, 0).contains("green coat"));
}

#[test]
fn members_are_renamed_joined_added_and_removed() {
    let mut window = board();
    let words = window.words;
    window.click(words.illustrate);
    window.settle();
    window.click(words.do_cast);
    let first = names(&window);
    window.harness.get_by_label_contains("Ferryman, ").click();
    window.run();

    enter(&mut window, &fill(words.cast_name_of, &[("name", &"Ferryman")]), "Oda");
    assert_eq!(names(&window), first, "a name that is taken is not given twice");
    assert!(window.has(&fill(words.cast_taken, &[("name", &"Oda")])));
    window.act(Action::DismissAll);
    enter(&mut window, &fill(words.cast_name_of, &[("name", &"Ferryman")]), "Brannoc");
    assert!(names(&window).contains(&"Brannoc".to_owned()));
    assert!(window.panels()[2].scene.characters.contains(&"Brannoc".to_owned()));

    // A portrait, from a picture of the board.
    let name = window.harness.query_all_by_label_contains("of panel 3").next().unwrap();
    name.click();
    window.run();
    let face = window.app().document().portrait("Brannoc");
    assert_eq!(face, window.panels()[2].shown().map(|variant| variant.image));
    window.click(words.undo);
    assert_eq!(window.app().document().portrait("Brannoc"), None);

    // Or a painted one, which undo does not throw away.
    reach(&mut window, words.portrait_paint);
    window.click(words.portrait_paint);
    window.settle();
    let painted = window.app().document().portrait("Brannoc").unwrap();
    assert!(window.app().images().contains(painted));
    window.click(words.undo);
    assert_eq!(window.app().document().portrait("Brannoc"), None);
    assert_eq!(window.app().document().sketches[0].image, painted);
    let sketch = fill(words.portrait_sketch, &[("at", &1)]);
    reach(&mut window, &sketch);
    window.click(&sketch);
    assert_eq!(window.app().document().portrait("Brannoc"), Some(painted));
    window.click(words.undo);

    // Joined with somebody else.
    let merge = fill(words.cast_merge, &[("name", &"Brannoc")]);
    reach(&mut window, &merge);
    window.click(&merge);
    window.click("Oda");
    assert!(!names(&window).contains(&"Brannoc".to_owned()));
    window.click(words.undo);
    assert!(names(&window).contains(&"Brannoc".to_owned()));
    window.click(words.undo);
    assert_eq!(names(&window), first);

    // Added, removed, brought back.
    window.replace_text(words.cast_new, "Roof");
    window.click(words.cast_add);
    assert!(names(&window).contains(&"Roof".to_owned()));
    assert!(window.panels()[1].scene.characters.contains(&"Roof".to_owned()));
    window.click(words.undo);
    assert_eq!(names(&window), first);
    window.harness.get_by_label_contains("Oda, ").click();
    window.run();
    window.click(&fill(words.cast_remove, &[("name", &"Oda")]));
    assert!(!names(&window).contains(&"Oda".to_owned()));
    window.click(&fill(words.cast_bring_back, &[("name", &"Oda")]));
    assert_eq!(names(&window), first);

    // From a panel's details to somebody, and back to a panel.
    window.keys(Modifiers::NONE, Key::Escape);
    window.select(3);
    let open = fill(words.cast_open, &[("name", &"Ferryman")]);
    reach(&mut window, &open);
    window.click(&open);
    assert!(window.has(&fill(words.cast_name_of, &[("name", &"Ferryman")])));
    window.click(&fill(words.cast_to_panel, &[("n", &2)]));
    assert_eq!(window.app().state().selected, Some(window.panels()[1].id));
    assert!(!window.app().state().cast.shown);
}

#[test]
fn the_cast_and_the_history_look_well() {
    let mut window = board();
    let words = window.words;
    window.click(words.illustrate);
    window.settle();
    let (first, second) = (window.panels()[0].id, window.panels()[1].id);
    window.act(Action::Edit(Edit::SetNotes(first, "more fog over the water".into())));
    window.act(Action::Edit(Edit::SetShot(second, Some(Shot::Close))));
    let face = window.panels()[0].shown().unwrap().image;
    window.act(Action::Edit(Edit::SetPortrait("Oda".into(), Some(face))));
    let looks = vec!["a green coat".to_owned(), "two long plaits".to_owned()];
    window.act(Action::Edit(Edit::Cast(CastEdit::Looks { who: "Oda".into(), looks })));
    window.click(words.undo);
    window.act(Action::ToggleHistory);
    window.click(words.do_cast);
    window.harness.get_by_label_contains("Oda, ").click();
    window.run();
    window.snapshot("cast_paper");
    window.keys(Modifiers::NONE, Key::Escape);
    window.act(Action::ToggleHistory);
    window.act(Action::SetLook(Look::Night));
    let setting = Edit::SetPart(second, PartSource::Setting, Some("in a warm kitchen".into()));
    window.act(Action::Edit(setting));
    window.select(2);
    window.click(words.parts);
    window.snapshot("parts_night");
}

#[test]
fn the_history_goes_back_and_forward() {
    let mut window = board();
    let words = window.words;
    let as_it_was = window.app().document().clone();
    window.select(2);
    reach(&mut window, words.notes);
    window.replace_text(words.notes, "one");
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.app().state().selected.is_some(), "the key leaves the field and nothing else");
    reach(&mut window, words.star);
    window.click(words.star);
    window.act(Action::Paint(window.panels()[0].id));
    window.settle();
    reach(&mut window, words.duplicate);
    window.click(words.duplicate);
    assert_eq!(window.panels().len(), 4);
    window.keys(Modifiers::COMMAND, Key::H);
    let step = |what: &str| fill(words.history_of_panel, &[("what", &what), ("n", &2)]);
    assert!(window.has(words.did_reading) && window.has(&step(words.did_notes)));
    window.click(&step(words.did_notes));
    assert_eq!(window.panels().len(), 3);
    assert!(window.panels()[1].notes == "one" && !window.panels()[1].starred);
    assert!(painted(&window.panels()[0]), "nothing painted is thrown away");
    let undone = fill(words.history_undone, &[("what", &step(words.did_duplicate))]);
    window.click(&undone);
    assert!(window.panels().len() == 4 && window.panels()[1].starred);
    window.click(words.did_reading);
    assert_eq!(window.panels()[1].notes, "");
    assert_eq!(window.panels().len(), as_it_was.panels.len());
    window.click(words.history_start);
    assert!(window.panels().is_empty());
    window.click(&fill(words.history_undone, &[("what", &words.did_reading)]));
    assert_eq!(window.panels().len(), 3);
    assert!(painted(&window.panels()[0]));
    window.click(words.history_close);
    assert!(!window.has(words.history_hint));
}

#[test]
fn the_tone_of_the_board_is_chosen_said_and_taken_back() {
    let mut window = board();
    let words = window.words;
    window.click(words.illustrate);
    window.settle();
    let before = window.app().document().clone();
    let style = window.app().document().style.name(vignette::story::Language::English).to_owned();
    window.click(&fill(words.style_now, &[("name", &style)]));
    let choice = |title: &str, name: &str| format!("{title}{}{name}", words.comma);
    reach(&mut window, &choice(words.tone_colours, words.tone_sepia));
    window.click(&choice(words.tone_colours, words.tone_sepia));
    window.click(&choice(words.tone_light, words.light_dim));
    let tone = &window.app().document().tone;
    assert_eq!((tone.palette.as_str(), tone.light.as_str()), ("sepia", "dim light"));
    assert!([0, 1, 2].iter().all(|place| prompt(&window, *place).ends_with("dim light, sepia")));
    reach(&mut window, words.tone_own_colours);
    window.replace_text(words.tone_own_colours, "teal and orange");
    assert!(prompt(&window, 0).ends_with("teal and orange"), "{}", prompt(&window, 0));
    let strength = choice(words.tone_strength, words.tone_none);
    reach(&mut window, &strength);
    window.click(&strength);
    assert_eq!(prompt(&window, 0), before.panels[0].scene.prompt);
    window.keys(Modifiers::NONE, Key::Escape);
    for _ in 0..4 {
        window.click(words.undo);
    }
    assert_eq!(*window.app().document(), before, "four steps, back to where it was");
    window.click(words.redo);
    assert!(window.has("Panel 1, words changed"), "a picture of another tone says so");
}

#[test]
fn a_picture_that_avoids_other_things_says_so() {
    let mut window = board();
    let words = window.words;
    let first = window.panels()[0].id;
    window.act(Action::Paint(first));
    window.settle();
    assert!(window.has("Panel 1, painted"));
    window.act(Action::Edit(Edit::SetPanelNegative(first, "boats".into())));
    assert!(window.has(&format!("Panel 1, {}", words.state_avoided)));
    // Painting it again keeps the seed: it is another picture by its words.
    let seed = window.panels()[0].seed;
    window.act(Action::Paint(first));
    window.settle();
    assert_eq!(window.panels()[0].seed, seed);
    assert!(window.has("Panel 1, painted"));
    window.act(Action::Edit(Edit::SetSize { width_px: 192, height_px: 288 }));
    assert!(window.has(&format!("Panel 1, {}", words.state_other_shape)));
    window.act(Action::Edit(Edit::SetLocked(first, true)));
    assert!(window.has("Panel 1, painted"), "a locked picture is as the writer wants it");
}

#[test]
fn what_is_wished_while_an_edit_is_made_comes_after_it() {
    let mut window = board();
    let ctx = window.harness.ctx.clone();
    let title = window.app().document().title.clone();
    let looks = |look: &str| {
        Action::Edit(Edit::Cast(CastEdit::Looks { who: "Oda".into(), looks: vec![look.to_owned()] }))
    };
    let app = window.harness.state_mut();
    app.apply(&ctx, looks("a green coat"));
    assert!(app.is_making(), "a thread reads the story");
    app.apply(&ctx, looks("a blue coat"));
    app.apply(&ctx, Action::Edit(Edit::SetTitle("Oda".into())));
    app.apply(&ctx, Action::Undo);
    assert_eq!(app.document().title, title, "one after the other");
    window.run();
    assert!(prompt(&window, 0).contains("blue coat"), "{}", prompt(&window, 0));
    assert_eq!(window.app().document().title, title, "set, and taken back");
    // A letter is seen at once, and the edits that were wished before it count.
    let story = format!("{FERRY}The end.");
    let app = window.harness.state_mut();
    app.apply(&ctx, looks("a grey coat"));
    app.apply(&ctx, Action::Edit(Edit::SetTitle("Ferry".into())));
    app.apply(&ctx, Action::Type(Edit::SetStory(story.clone())));
    assert!(!app.is_making());
    assert_eq!((app.document().story.as_str(), app.document().title.as_str()), (story.as_str(), "Ferry"));
    window.run();
    assert!(prompt(&window, 0).contains("grey coat"));
    window.click(window.words.undo);
    window.click(window.words.undo);
    window.click(window.words.undo);
    assert!(prompt(&window, 0).contains("blue coat"), "three steps");
}

#[test]
fn somebody_looks_different_from_a_panel_on() {
    let mut window = board();
    let words = window.words;
    window.click(words.illustrate);
    window.settle();
    let before = window.app().document().clone();
    window.click(words.do_cast);
    window.harness.get_by_label_contains("Oda, ").click();
    window.run();
    reach(&mut window, words.cast_looks_later);
    window.click(words.cast_looks_later);
    let from = fill(words.cast_looks_from, &[("n", &2)]);
    window.click(&from);
    assert_eq!(window.app().document().later_looks.len(), 1, "it begins with the looks of until then");
    let field = format!("{from}{}{}", words.comma, fill(words.cast_look_n, &[("n", &1)]));
    reach(&mut window, &field);
    enter(&mut window, &field, "a green coat");
    assert!(prompt(&window, 0).contains("red coat") && prompt(&window, 1).contains("green coat"));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.has("Panel 1, painted") && window.has("Panel 2, words changed"));
    window.click(words.do_cast);
    window.snapshot("cast_later_paper");
    let remove = fill(words.cast_looks_from_remove, &[("which", &from)]);
    reach(&mut window, &remove);
    window.click(&remove);
    assert_eq!(prompt(&window, 1), before.panels[1].scene.prompt);
    for _ in 0..3 {
        window.click(words.undo);
    }
    assert_eq!(*window.app().document(), before);
}
