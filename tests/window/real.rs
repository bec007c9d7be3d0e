//! The window with the engine that paints for real: the built-in model on the
//! CPU, from a pasted story to a PDF.

use std::{ops::ControlFlow, process::Command};

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use vignette::{
    engine::{DeviceChoice, Engine, Observer, Progress, Request, Size, burn::BurnEngine},
    raster::Picture,
    storyboard::Edit,
    ui::{action::Action, dialogs::Pick},
};

use super::{Setup, notice_texts, open_with, painted, picker, picture};

/// Enough for a composition; what they look like is `tests/evaluation.rs`'s matter.
const STEPS: u32 = 8;

struct Silent;

impl Observer for Silent {
    fn progress(&mut self, _: Progress) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// How much of the range of values a picture uses, 0 to 255: a flat or empty
/// one uses little.
fn range(picture: &Picture) -> u8 {
    let values = || picture.rgba().chunks_exact(4).map(|pixel| pixel[1]);
    values().max().unwrap() - values().min().unwrap()
}

#[test]
fn a_story_is_painted_repainted_and_printed_by_the_built_in_model() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("kite.pdf");
    let mut setup = Setup::new();
    setup.options.picker = picker(vec![(Pick::ExportPdf, pdf.clone())]);
    let mut window = open_with(setup.size, setup.options, || BurnEngine::open(DeviceChoice::Cpu));
    let words = window.words;
    window.act(Action::SetScenesWanted(Some(2)));
    window.paste_story();
    window.act(Action::Edit(Edit::SetSteps(Some(STEPS))));
    window.click(words.illustrate);
    window.settle();
    assert_eq!(window.panels().len(), 2);
    assert!(window.panels().iter().all(painted), "{:?}", notice_texts(&window));

    // What hangs on the board is what its words and its seed give.
    let shown = window.panels()[0].shown().unwrap().clone();
    let painting = window.app().document().painting.clone();
    let request = Request {
        size: Some(Size { width_px: painting.width_px, height_px: painting.height_px }),
        steps: Some(STEPS),
        ..Request::new(shown.prompt.clone(), shown.seed)
    };
    let mut engine = BurnEngine::open(DeviceChoice::Cpu).unwrap();
    let first = picture(&window, 0);
    assert_eq!(engine.paint(&request, &mut Silent).unwrap().picture, first);
    assert!(range(&first) > 96, "the picture is nearly flat: {}", range(&first));
    assert_ne!(window.panels()[1].shown().unwrap().image, shown.image);

    // A part of it anew: everything else stays, byte for byte.
    window.select(1);
    window.click(words.repaint_part);
    window.harness.get_by_label(words.mask_canvas).focus();
    window.run();
    window.keys(Modifiers::NONE, Key::Space);
    let mask = window.app().state().mask.as_ref().unwrap().mask.clone();
    window.replace_text(words.mask_prompt, "a red fox");
    window.click(words.mask_go);
    window.settle();
    let second = picture(&window, 1);
    let kept = |at: usize| first.rgba()[4 * at..4 * at + 4] == second.rgba()[4 * at..4 * at + 4];
    let (under, outside): (Vec<usize>, Vec<usize>) =
        (0..mask.repaint().len()).partition(|at| mask.repaint()[*at] > 0);
    assert!(outside.into_iter().all(kept), "the mask keeps what it does not cover");
    assert!(!under.into_iter().all(kept), "nothing was repainted under the brush");
    window.click(words.mask_back);

    window.act(Action::Pick(Pick::ExportPdf));
    window.settle();
    let text = Command::new("pdftotext").arg(&pdf).arg("-").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    let caption = window.panels()[0].caption.split(' ').next().unwrap().to_owned();
    assert!(text.contains(&caption), "no \"{caption}\" in the PDF's text: {text}");
}
