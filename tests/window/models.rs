//! The models page and the gallery of styles.

use std::{
    fs,
    future::ready,
    path::{Path, PathBuf},
};

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use vignette::{
    engine::{ModelChoice, fake::FakeEngine, folder::inspect, installed::Place},
    storyboard::Style,
    ui::{dialogs::Pick, model_shelf::CheckModel, shapes::Shape, strings::fill},
};

use super::{Setup, Window, tab_to};

const TINY: &str = "tests/fixtures/published/flux_dev";

fn with_a_model() -> Setup {
    let mut setup = Setup::new();
    setup.options.model_places =
        Some(vec![Place { program: "ComfyUI", path: TINY.into(), depth: 0, single_files: Vec::new() }]);
    setup
}

fn models_page(setup: Setup) -> Window<'static> {
    let mut window = setup.open();
    window.keys(Modifiers::COMMAND, Key::G);
    window.settle();
    assert!(window.has(window.words.models_add));
    window
}

#[test]
fn the_chosen_model_is_what_the_queue_paints_with() {
    let (engine, gate) = FakeEngine::gated();
    let mut window = models_page(Setup { engine, ..with_a_model() });
    let words = window.words;
    assert!(window.has(words.model_paints), "the built-in model paints at first");
    window.click(&fill(words.model_use_name, &[("name", &"flux_dev")]));
    let painting = &window.app().document().painting;
    assert_eq!(painting.model, Some(PathBuf::from(TINY)));
    let side = inspect(Path::new(TINY)).unwrap().native_side_px.unwrap();
    let wide = Shape::Wide.size_px(side);
    assert_ne!(wide, Shape::Wide.size_px(256));
    assert_eq!((painting.width_px, painting.height_px), wide, "a wide board stays wide, at the model's size");
    assert!(window.has(&fill(words.shape_square, &[("w", &side), ("h", &side)])));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.has(words.models_add), "Escape leaves the page");
    assert!(window.has(&fill(words.model_now, &[("name", &"flux_dev")])));

    window.paste_story();
    window.click(words.illustrate);
    for (_, job) in window.app().jobs().iter() {
        assert_eq!(job.plan.request.model, ModelChoice::Folder(TINY.into()));
        assert_eq!(job.plan.request.size.map(|size| (size.width_px, size.height_px)), Some(wide));
    }
    assert!(window.app().jobs().iter().count() >= 3);
    gate.open();
    window.settle();
    window.keys(Modifiers::COMMAND, Key::G);
    window.settle();
    window.click(&fill(words.model_use_name, &[("name", &words.model_built_in)]));
    assert_eq!(window.app().document().painting.model, None);
    assert_eq!(window.app().document().painting.width_px, 288);
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.app().document().painting.model, Some(TINY.into()), "one step takes it back");
    assert_eq!(window.app().document().painting.width_px, wide.0);
}

#[test]
fn a_folder_is_added_says_what_it_lacks_and_is_taken_off() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_owned();
    let model = root.join("half a model");
    fs::create_dir_all(&model).unwrap();
    fs::write(model.join("model_index.json"), r#"{"_class_name":"FluxPipeline"}"#).unwrap();
    fs::write(root.join("single.safetensors"), "x").unwrap();
    let mut setup = Setup::new();
    let chosen = root.clone();
    setup.options.picker = Some(Box::new(move |request| {
        assert_eq!(request.pick, Pick::ModelFolder);
        Box::pin(ready(Some(chosen.clone())))
    }));
    let mut window = models_page(setup);
    let words = window.words;
    assert!(window.has(words.models_no_folders));
    window.click(words.models_add);
    window.until("the folder is looked through", |app| !app.state().shelf.findings.added.is_empty());
    window.settle();
    assert_eq!(window.app().state().preferences.model_folders, std::slice::from_ref(&root));
    assert!(window.has("half a model"));
    assert!(window.has("names no scheduler"), "it says what is missing");
    assert!(!window.has(&fill(words.model_use_name, &[("name", &"half a model")])));
    assert!(window.has(&fill(words.models_n_here, &[("n", &1)])));
    assert!(window.has("Files in formats of other programs: 1"));
    let forget = fill(words.models_forget, &[("path", &root.display())]);
    window.harness.get_by_label(&forget).scroll_to_me();
    window.run();
    window.click(&forget);
    window.settle();
    assert!(window.app().state().preferences.model_folders.is_empty());
    assert!(!window.has("half a model"));
    assert!(model.is_dir(), "the folder stays");
    // Below what is in sight.
    let copy = fill(words.fetch_copy, &[("name", &"Tongyi-MAI/Z-Image-Turbo")]);
    window.harness.get_by_label(&copy).click_accesskit();
    window.run();
    assert!(window.has("Copied: hf download Tongyi-MAI/Z-Image-Turbo"));
    // Addresses too, of the model and of its licence.
    for words in [words.copy_page, words.copy_licence] {
        let copy = fill(words, &[("name", &"Tongyi-MAI/Z-Image-Turbo")]);
        window.harness.get_by_label(&copy).click_accesskit();
        window.run();
        assert!(window.has("Copied: https://huggingface.co/Tongyi-MAI/Z-Image-Turbo"));
    }
}

#[test]
fn a_model_is_checked_before_it_is_chosen() {
    const PROBLEM: &str = "vae: decoder.conv_in.weight is missing";
    let checks: [(CheckModel, bool); 2] = [(|_| Vec::new(), true), (|_| vec![PROBLEM.to_owned()], false)];
    for (check, sound) in checks {
        let mut setup = with_a_model();
        setup.options.check_model = Some(check);
        let mut window = models_page(setup);
        let words = window.words;
        let take = fill(words.model_use_name, &[("name", &"flux_dev")]);
        assert!(window.has(&take), "headers alone tell nothing against it");
        window.click(&fill(words.model_check_name, &[("name", &"flux_dev")]));
        window.settle();
        assert_eq!(window.has(words.model_sound), sound);
        assert_eq!(window.has(PROBLEM), !sound);
        assert_eq!(window.has(&take), sound, "what would be refused is not offered");
        // Files may have changed: looking again forgets what was found.
        window.click(words.models_look);
        window.settle();
        assert!(window.has(&take) && !window.has(words.model_sound) && !window.has(PROBLEM));
    }
    let window = models_page(with_a_model());
    let check = fill(window.words.model_check_name, &[("name", &"flux_dev")]);
    assert!(!window.has(&check), "no check without somebody who can");
}

#[test]
fn styles_are_chosen_by_their_pictures_and_by_the_keyboard() {
    let mut window = Setup::new().open();
    window.paste_story();
    let words = window.words;
    let button = |name: &str| fill(words.style_now, &[("name", &name)]);
    window.click(&button("Watercolour"));
    window.click("Woodcut");
    assert_eq!(window.app().document().style, Style::Preset("woodcut".into()));
    assert!(!window.has("Pixel art"), "the gallery closes");
    window.harness.get_by_label(&button("Woodcut")).focus();
    window.run();
    window.keys(Modifiers::NONE, Key::Enter);
    tab_to(&mut window, "Pixel art");
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.app().document().style, Style::Preset("pixel-art".into()));
    window.click(&button("Pixel art"));
    window.replace_text(words.style_words, "gold leaf");
    assert_eq!(window.app().document().style, Style::Free("gold leaf".into()));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.has(&button("gold leaf")));
}
