//! Pictures of the window, compared with those in `tests/snapshots`.

use egui::vec2;
use egui_kittest::kittest::Queryable;
use vignette::{
    engine::installed::Place,
    story::{Language, Mood, Scene, TimeOfDay, slice},
    storyboard::{self, Document, Edit, Images, Panel, PanelId, Style},
    ui::{
        FontChoice, UiLanguage,
        action::{Action, ModelAction, Overlay},
        preferences::HelperChoice,
        strings::fill,
    },
};

use super::{STORY, Setup, Window, close, matrix::SIZES};

/// A board made by hand, so that the pictures of the window do not depend on
/// how stories are read.
fn board(story: &str, title: &str, language: Language, scenes: &[(&str, &str)]) -> Document {
    let place_of = |words: &str| story[..story.find(words).unwrap()].chars().count();
    let mut breaks: Vec<usize> = scenes.iter().map(|(first, _)| place_of(first)).collect();
    breaks[0] = 0;
    breaks.push(story.chars().count());
    let chinese = language == Language::Chinese;
    let panels = scenes
        .iter()
        .enumerate()
        .map(|(place, (first, prompt))| Panel {
            id: PanelId(place as u64 + 1),
            scene: Scene {
                start: breaks[place],
                end: breaks[place + 1],
                title: String::new(),
                key_moment: (place_of(first), place_of(first) + first.chars().count()),
                prompt: (*prompt).to_owned(),
                setting: if chinese { "山坡" } else { "hill" }.to_owned(),
                time: TimeOfDay::Dusk,
                weather: if chinese { "风" } else { "wind" }.to_owned(),
                mood: Mood::Hopeful,
                characters: vec![if chinese { "小雨" } else { "Ada" }.to_owned()],
                ..Scene::default()
            },
            text: slice(story, breaks[place], breaks[place + 1]).to_owned(),
            caption: (*prompt).to_owned(),
            seed: 40 + place as u64,
            ..Panel::default()
        })
        .collect();
    Document {
        title: title.to_owned(),
        story: story.to_owned(),
        language,
        style: Style::Free(String::new()),
        panels,
        next_panel: scenes.len() as u64 + 1,
        ..Document::default()
    }
}

fn open_board(mut setup: Setup, document: &Document) -> Window<'static> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("board.vignette");
    storyboard::save(&path, document, &Images::new()).unwrap();
    setup.options.file = Some(path);
    let mut window = setup.open();
    // Where the file lies is not the same on two machines.
    window.settle();
    window
}

const ENGLISH: [(&str, &str); 5] = [
    ("In the morning Ada carried her red kite", "Ada carries her red kite up the green hill"),
    ("At noon the string broke.", "The string breaks and the kite flies away"),
    ("The kite flew over the forest", "Ada runs through the forest at dusk"),
    ("In the evening an old man", "!fail An old man by the sea"),
    ("They watched the boats", "Boats come home in the evening light"),
];

fn setup() -> Setup {
    let mut setup = Setup::new();
    setup.options.fonts = FontChoice::System;
    setup.options.model_places = Some(vec![
        place("ComfyUI", "tests/fixtures/published/pixart_sigma"),
        place("Hugging Face", "tests/fixtures/published/flux_dev"),
    ]);
    setup
}

/// A relative path: a test runs in the package's folder, and pictures must not
/// show where that lies.
fn place(program: &'static str, path: &str) -> Place {
    Place { program, path: path.into(), depth: 0, single_files: Vec::new() }
}

#[test]
fn the_empty_window() {
    setup().open().matrix("empty");
}

#[test]
fn a_story_without_its_scenes() {
    let document = Document { story: STORY.to_owned(), title: "The Kite".into(), ..Document::default() };
    open_board(setup(), &document).matrix_of("ready", &SIZES[..1]);
}

#[test]
fn a_board_in_every_state() {
    let mut window = open_board(setup(), &board(STORY, "The Kite", Language::English, &ENGLISH));
    for place in [0, 1, 3] {
        window.act(Action::Paint(PanelId(place + 1)));
    }
    window.settle();
    window.act(Action::Edit(Edit::SetPrompt(PanelId(2), Some("A blue kite".into()))));
    window.act(Action::Select(Some(PanelId(2))));
    window.act(Action::DismissAll);
    window.matrix("board");
}

#[test]
fn a_notice_of_what_failed() {
    let mut window = open_board(setup(), &board(STORY, "The Kite", Language::English, &ENGLISH));
    window.act(Action::Paint(PanelId(4)));
    window.settle();
    window.snapshot("notice");
}

#[test]
fn the_question_before_closing() {
    let mut window = open_board(setup(), &board(STORY, "The Kite", Language::English, &ENGLISH));
    window.act(Action::Edit(Edit::SetTitle("The Red Kite".into())));
    close(&mut window);
    window.matrix_of("question", &SIZES[..1]);
}

#[test]
fn the_mask_view() {
    let mut window = open_board(setup(), &board(STORY, "The Kite", Language::English, &ENGLISH));
    window.act(Action::Paint(PanelId(1)));
    window.settle();
    window.select(1);
    window.click(window.words.repaint_part);
    let canvas = window.harness.get_by_label(window.words.mask_canvas).rect();
    window.harness.drag_at(canvas.center() - vec2(60.0, 20.0));
    window.run();
    window.harness.hover_at(canvas.center() + vec2(60.0, 20.0));
    window.run();
    window.harness.drop_at(canvas.center() + vec2(60.0, 20.0));
    window.run();
    window.matrix("mask");
}

#[test]
fn a_chinese_story_in_the_chinese_window() {
    let story = "红风筝\n\n清晨，小雨拿着红色的风筝走上绿色的山坡。“风真大！”她说。\n\n中午，线断了，风筝飞过了森林\
        和小河，小雨一路追着它跑。\n\n傍晚，海边的老爷爷把风筝还给了她。他们一起看着渔船回家。\n";
    let scenes = [
        ("清晨，小雨拿着红色的风筝", "小雨拿着红色的风筝走上山坡"),
        ("中午，线断了", "风筝飞过了森林"),
        ("傍晚，海边的老爷爷", "海边的老爷爷，傍晚"),
    ];
    let mut setup = setup();
    setup.options.language = Some(UiLanguage::Chinese);
    let mut window = open_board(setup, &board(story, "红风筝", Language::Chinese, &scenes));
    assert_eq!(
        window.app().state().has_cjk,
        Some(true),
        "this test needs a Chinese font; the test script installs fonts-noto-cjk"
    );
    window.click(window.words.illustrate);
    window.settle();
    window.act(Action::Select(Some(PanelId(2))));
    // The Chinese face is the system's: another release of it moves edges.
    window.snapshot_with("board_chinese", 600);
}

/// A board with everything that a panel can be: painted, starred, locked,
/// chosen from several versions.
fn busy_board() -> Window<'static> {
    let mut window = open_board(setup(), &board(STORY, "The Kite", Language::English, &ENGLISH));
    for place in [1, 1, 2, 3] {
        window.act(Action::Paint(PanelId(place)));
        window.settle();
    }
    window.act(Action::Edit(Edit::SetLocked(PanelId(2), true)));
    window.act(Action::Edit(Edit::SetStarred(PanelId(1), true)));
    window
}

#[test]
fn versions_side_by_side() {
    let mut window = busy_board();
    window.act(Action::Compare(PanelId(1)));
    window.matrix("compare");
}

#[test]
fn several_panels_the_queue_and_the_search() {
    let mut window = busy_board();
    window.act(Action::Paint(PanelId(4)));
    window.settle();
    window.act(Action::DismissAll);
    window.act(Action::ToggleQueue);
    window.act(Action::Find(true));
    window.act(Action::FindQuery("kite".into()));
    window.act(Action::Edit(Edit::SkipScene(PanelId(5))));
    window.act(Action::Select(Some(PanelId(1))));
    window.act(Action::SelectMore(PanelId(3), true));
    window.matrix("several");
}

#[test]
fn the_palette() {
    let mut window = open_board(setup(), &board(STORY, "The Kite", Language::English, &ENGLISH));
    window.act(Action::Show(Some(Overlay::Palette)));
    window.act(Action::PaletteQuery("pa".into()));
    window.matrix_of("palette", &SIZES[..1]);
}

#[test]
fn the_cheat_sheet() {
    let mut window = open_board(setup(), &board(STORY, "The Kite", Language::English, &ENGLISH));
    window.act(Action::Show(Some(Overlay::Shortcuts)));
    window.matrix("shortcuts");
}

#[test]
fn the_models_page() {
    let mut window = busy_board();
    window.act(Action::Select(None));
    window.act(Action::Models(ModelAction::Show(true)));
    window.settle();
    window.act(Action::Models(ModelAction::Use(Some("tests/fixtures/published/pixart_sigma".into()))));
    window.matrix("models");
    window.harness.set_size(SIZES[0].1.into());
    window.scroll(4000.0);
    window.matrix_of("models_to_fetch", &SIZES[..1]);
}

#[test]
fn the_gallery_of_styles() {
    let mut window = busy_board();
    window.act(Action::Select(None));
    window.act(Action::Edit(Edit::SetStyle(Style::Preset("paper-cut".into()))));
    window.click(&fill(window.words.style_now, &[("name", &"Paper cut")]));
    window.matrix("styles");
    assert!(window.has(window.words.style_gallery), "the gallery stays open as the window is resized");
}

#[test]
fn the_settings() {
    let mut window = busy_board();
    window.act(Action::Select(None));
    window.click(window.words.settings);
    window.matrix_of("settings", &SIZES[..1]);
    window.act(Action::SetHelper(HelperChoice { on: true, ..HelperChoice::default() }));
    window.matrix_of("helper", &SIZES[1..]);
}
