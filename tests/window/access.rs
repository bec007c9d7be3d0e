//! What a screen reader reads: every control of every view has a name, in both
//! languages, and nothing of the Chinese window is left in English.

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{By, NodeT, Queryable};
use vignette::{
    engine::installed::Place,
    ui::{
        FontChoice, UiLanguage,
        action::{Action, CastAction, MaskAction, ModelAction, Overlay},
        preferences::HelperChoice,
        strings::fill,
    },
};

use super::{STORY, Setup, Window, close, tab_to};

/// What is used with the keyboard or a click.
const CONTROLS: [Role; 12] = [
    Role::Button,
    Role::CheckBox,
    Role::RadioButton,
    Role::Switch,
    Role::Slider,
    Role::SpinButton,
    Role::ComboBox,
    Role::Link,
    Role::TextInput,
    Role::MultilineTextInput,
    Role::SearchInput,
    Role::DisclosureTriangle,
];

const CHINESE_STORY: &str = "红风筝\n\n清晨，小雨拿着红色的风筝走上绿色的山坡。她穿一件蓝色的外套。“风真大！”小雨说。\n\n\
***\n\n中午，线断了，风筝飞过了森林和小河，小雨一路追着它跑。\n\n***\n\n傍晚，海边的老爷爷把风筝还给了她。小雨和老爷爷\
一起看着渔船回家。\n";

/// Words that are the same in Chinese: names, units, keys.
const SAME: [&str; 5] = ["English", "LoRA", "MIT OR Apache-2.0", "http://localhost:11434", "Ctrl"];

fn walk(language: UiLanguage, mut look: impl FnMut(&str, &Window<'_>)) {
    let mut setup = Setup::new();
    setup.options.language = Some(language);
    setup.options.fonts = FontChoice::System;
    setup.options.check_model = Some(|_| Vec::new());
    let model = "tests/fixtures/published/flux_dev";
    setup.options.model_places =
        Some(vec![Place { program: "ComfyUI", path: model.into(), depth: 0, single_files: Vec::new() }]);
    let mut window = setup.open();
    let words = window.words;
    look("the empty desk", &window);
    window.act(Action::SetScenesWanted(Some(3)));
    let story = if language == UiLanguage::Chinese { CHINESE_STORY } else { STORY };
    window.act(Action::BeginStory(story.to_owned()));
    window.settle();
    assert_eq!(window.panels().len(), 3);
    look("a board without pictures", &window);
    window.act(Action::IllustrateAll);
    window.settle();
    let panels: Vec<_> = window.panels().iter().map(|panel| panel.id).collect();
    window.act(Action::Paint(panels[0]));
    window.settle();
    window.act(Action::ShowNumbers(true));
    window.act(Action::Select(Some(panels[0])));
    look("the details of a panel", &window);
    for group in [words.parts, words.painted_with] {
        window.harness.get_by_label(group).click_accesskit();
        window.run();
    }
    look("the details of a panel, unfolded", &window);
    window.act(Action::Find(true));
    window.act(Action::FindQuery("风筝".into()));
    window.act(Action::ToggleQueue);
    window.act(Action::ToggleHistory);
    look("the search, the queue and the history", &window);
    window.act(Action::ToggleQueue);
    window.act(Action::ToggleHistory);
    window.act(Action::Find(false));
    window.act(Action::SelectMore(panels[2], true));
    look("several panels", &window);
    window.act(Action::Select(Some(panels[0])));
    window.act(Action::Compare(panels[0]));
    look("two versions", &window);
    window.act(Action::EndCompare);
    window.act(Action::Mask(MaskAction::Begin(panels[0])));
    look("a part to repaint", &window);
    window.act(Action::Mask(MaskAction::End));
    window.act(Action::Cast(CastAction::Show(true)));
    look("the cast", &window);
    window.act(Action::Cast(CastAction::Show(false)));
    window.act(Action::Select(None));
    window.act(Action::Models(ModelAction::Show(true)));
    window.settle();
    window.act(Action::Models(ModelAction::Check(model.into())));
    window.settle();
    look("the models", &window);
    window.act(Action::Models(ModelAction::Show(false)));
    let style = fill(
        words.style_now,
        &[("name", &if language == UiLanguage::Chinese { "水彩" } else { "Watercolour" })],
    );
    window.act(Action::SetHelper(HelperChoice { on: true, ..HelperChoice::default() }));
    for menu in [style.as_str(), words.settings, words.export] {
        window.click(menu);
        look(menu, &window);
        window.keys(Modifiers::NONE, Key::Escape);
    }
    for overlay in [Overlay::Palette, Overlay::Shortcuts] {
        window.act(Action::Show(Some(overlay)));
        look("what lies over everything", &window);
    }
    window.act(Action::Show(None));
    close(&mut window);
    assert!(window.app().state().question.is_some());
    look("the question", &window);
}

#[test]
fn every_control_has_a_name() {
    for language in [UiLanguage::English, UiLanguage::Chinese] {
        let mut nameless = Vec::new();
        let mut seen = 0;
        walk(language, |view, window| {
            let controls = By::new().predicate(|node| CONTROLS.contains(&node.role()));
            for control in window.harness.query_all(controls) {
                let node = control.accesskit_node();
                seen += 1;
                if node.label().is_none_or(|label| label.trim().is_empty()) {
                    nameless.push(format!("{view}: {:?} at {:?}", node.role(), control.rect()));
                }
            }
        });
        assert!(seen > 500, "only {seen} controls were looked at");
        assert!(nameless.is_empty(), "{language:?}: without a name:\n{}", nameless.join("\n"));
    }
}

#[test]
fn the_chinese_window_is_chinese_throughout() {
    let mut english = Vec::new();
    walk(UiLanguage::Chinese, |view, window| {
        for node in window.harness.query_all(By::new().predicate(|_| true)) {
            let node = node.accesskit_node();
            for said in [node.label(), node.placeholder().map(str::to_owned)].into_iter().flatten() {
                // A Chinese sentence may name something foreign.
                let is_chinese = said.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c));
                let mut rest = said.clone();
                SAME.iter().for_each(|same| rest = rest.replace(same, ""));
                let word = rest.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() >= 4);
                if !is_chinese && word && !english.contains(&said) {
                    english.push(format!("{view}: {said}"));
                }
            }
        }
    });
    // What others have named: models, their pages and licences.
    english.retain(|said| !said.contains('/') && !said.contains('·') && !said.contains("flux"));
    english.sort();
    english.dedup();
    assert!(english.is_empty(), "{}", english.join("\n"));
}

#[test]
fn a_choice_made_with_the_keyboard_closes_its_list() {
    let mut setup = Setup::new();
    setup.options.language = Some(UiLanguage::English);
    let mut window = setup.open();
    let words = window.words;
    window.act(Action::SetScenesWanted(Some(3)));
    window.act(Action::BeginStory(STORY.to_owned()));
    window.settle();
    window.act(Action::Cast(CastAction::Show(true)));
    window.harness.get_by_label_contains("Ada, ").click();
    window.run();
    tab_to(&mut window, words.cast_looks_later);
    window.keys(Modifiers::NONE, Key::Enter);
    let from = fill(words.cast_looks_from, &[("n", &2)]);
    tab_to(&mut window, &from);
    window.keys(Modifiers::NONE, Key::Enter);
    window.settle();
    assert_eq!(window.app().document().later_looks.len(), 1);
    tab_to(&mut window, words.cast_kind);
    window.keys(Modifiers::NONE, Key::Enter);
    tab_to(&mut window, words.kind_creature);
    window.keys(Modifiers::NONE, Key::Enter);
    window.settle();
    assert!(!window.has(words.kind_object), "the list is closed");
}

#[test]
fn who_listens_hears_the_marked_command() {
    let mut window = Setup::new().open();
    let words = window.words;
    window.keys(Modifiers::COMMAND, Key::K);
    window.harness.event(egui::Event::Text("switch".into()));
    window.run();
    let heard = |window: &Window<'_>, name: &str| window.harness.get_by_label(name).is_focused();
    assert!(heard(&window, words.do_look) && !heard(&window, words.do_language));
    window.keys(Modifiers::NONE, Key::ArrowDown);
    assert!(!heard(&window, words.do_look) && heard(&window, words.do_language));
    window.harness.event(egui::Event::Text(" to".into()));
    window.run();
    assert_eq!(window.app().state().palette.query, "switch to", "the field has the keyboard all the time");
}

#[test]
fn a_story_is_illustrated_by_the_keyboard_alone() {
    let mut window = Setup::new().open();
    let words = window.words;
    tab_to(&mut window, words.story_name);
    window.harness.event(egui::Event::Text(STORY.to_owned()));
    window.run();
    window.keys(Modifiers::COMMAND, Key::R);
    window.settle();
    assert!(window.panels().len() >= 3);
    window.keys(Modifiers::COMMAND, Key::Enter);
    window.settle();
    assert!(window.panels().iter().all(super::painted));
    // Out of the story, to a panel, into its words, and painted again.
    window.keys(Modifiers::NONE, Key::Escape);
    window.keys(Modifiers::COMMAND, Key::ArrowRight);
    tab_to(&mut window, words.prompt);
    window.harness.event(egui::Event::Text("a lighthouse".into()));
    window.run();
    window.keys(Modifiers::COMMAND | Modifiers::SHIFT, Key::Enter);
    window.settle();
    assert_eq!(window.panels()[0].variants.len(), 2);
    assert!(window.panels()[0].shown().unwrap().prompt.contains("a lighthouse"));
}
