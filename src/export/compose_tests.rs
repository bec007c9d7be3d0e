//! Pages: everything is on them, nothing lies over anything else.

use super::*;
use crate::export::tests::board;

fn texts(page: &Page) -> impl Iterator<Item = &Text> {
    page.shapes.iter().filter_map(|shape| match shape {
        Shape::Text(text) => Some(text),
        _ => None,
    })
}

fn caption(pages: &[Page], panel: usize) -> String {
    let lines = pages.iter().flat_map(texts).filter(|text| text.role == Role::Caption(panel));
    lines.map(|text| text.line.text.clone()).collect::<Vec<_>>().join(" ")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn every_caption_and_picture_is_on_a_page_and_inside_it() {
    let mut fonts = Fonts::new().unwrap();
    for language in ["en", "zh"] {
        for count in [1, 2, 6, 7, 23] {
            let (document, images) = board(count, language);
            for layout in Layout::ALL {
                for paper in [Paper::A4, Paper::A5, Paper::A4Landscape, Paper::Square] {
                    let mut composer = Composer::new(&document, &images, &mut fonts);
                    let pages = composer.pages(paper, layout);
                    assert!(composer.warnings.is_empty(), "{:?}", composer.warnings);
                    for (i, panel) in document.panels.iter().enumerate() {
                        assert!(
                            squeezed(&caption(&pages, i)).starts_with(&squeezed(&panel.caption)),
                            "{}",
                            panel.caption
                        );
                    }
                    let pictures = pages
                        .iter()
                        .flat_map(|page| &page.shapes)
                        .filter(|s| matches!(s, Shape::Picture { .. }));
                    assert_eq!(pictures.count(), count);
                    for page in &pages {
                        inside_and_apart(page);
                    }
                }
            }
        }
    }
}

/// Texts stay on the page and off the pictures and each other.
fn inside_and_apart(page: &Page) {
    let boxes: Vec<Rect> = texts(page)
        .map(|text| {
            Rect::new(text.x, text.baseline - 0.7 * text.size, text.line.width * text.size, 0.9 * text.size)
        })
        .filter(|rect| rect.width > 0.0)
        .collect();
    let pictures = page.shapes.iter().filter_map(|shape| match shape {
        Shape::Picture { rect, .. } => Some(*rect),
        _ => None,
    });
    let all: Vec<Rect> = boxes.iter().copied().chain(pictures).collect();
    for (i, a) in all.iter().enumerate() {
        assert!(
            a.x > 4.0 && a.y > 4.0 && a.right() < page.width - 4.0 && a.bottom() < page.height - 4.0,
            "{a:?}"
        );
        for b in all.iter().skip(i + 1) {
            let apart = a.right() <= b.x + 0.01
                || b.right() <= a.x + 0.01
                || a.bottom() <= b.y + 0.01
                || b.bottom() <= a.y + 0.01;
            assert!(apart, "{a:?} {b:?}");
        }
    }
}

#[test]
fn a_caption_beyond_all_measure_is_cut_with_a_warning() {
    let mut fonts = Fonts::own();
    let (mut document, images) = board(3, "en");
    document.panels[1].caption = "and then she walked on ".repeat(400);
    for layout in Layout::ALL {
        let mut composer = Composer::new(&document, &images, &mut fonts);
        let pages = composer.pages(Paper::A4, layout);
        assert_eq!(composer.warnings.len(), 1, "{layout:?}");
        assert!(composer.warnings[0].to_string().starts_with("the caption of panel 2 is longer"));
        pages.iter().for_each(inside_and_apart);
        assert!(caption(&pages, 1).contains('…'));
    }
}

#[test]
fn panels_without_pictures_are_empty_frames() {
    let mut fonts = Fonts::own();
    let (mut document, images) = board(2, "en");
    document.panels[0].chosen = None;
    document.panels[1].variants.clear();
    document.title = String::new();
    let mut composer = Composer::new(&document, &images, &mut fonts);
    let pages = composer.pages(Paper::A4, Layout::Grid);
    let frames = pages[0].shapes.iter().filter(|shape| matches!(shape, Shape::Fill(_, EMPTY)));
    assert_eq!(frames.count(), 2);
    assert!(texts(&pages[0]).any(|text| text.line.text == "Storyboard"));
    assert!(texts(&pages[0]).any(|text| text.line.text == "Watercolour · 2 panels"));
}

#[test]
fn a_sheet_keeps_within_its_limit() {
    let mut fonts = Fonts::own();
    for count in [1, 3, 10, 300] {
        let (document, images) = board(count, "en");
        let page = Composer::new(&document, &images, &mut fonts).sheet(3000.0);
        assert!(page.width.max(page.height) <= 3000.5, "{count}: {}x{}", page.width, page.height);
        inside_and_apart(&page);
    }
}
