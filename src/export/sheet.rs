//! The whole board as one picture.

use super::{
    ExportError, ExportWarning,
    compose::{Composer, Page, Shape, Text},
    fonts::Fonts,
    ink::{Canvas, Outline},
    no_fonts,
};
use crate::{
    raster::{MAX_SIDE_PX, RasterError},
    storyboard::{Document, Images},
};

/// The longest side of a contact sheet, in pixels. Larger boards are scaled.
const LIMIT_PX: f32 = 6000.0;
const _: () = assert!(LIMIT_PX <= MAX_SIDE_PX as f32);

/// The board as a contact sheet (PNG bytes), and what the writer should know.
///
/// # Errors
/// [`ExportError::Empty`] for a board without panels, [`ExportError::Fault`]
/// when the picture cannot be put together.
pub fn to_contact_sheet(
    document: &Document,
    images: &Images,
) -> Result<(Vec<u8>, Vec<ExportWarning>), ExportError> {
    if document.panels.is_empty() {
        return Err(ExportError::Empty);
    }
    let mut fonts = Fonts::new().ok_or_else(no_fonts)?;
    let mut composer = Composer::new(document, images, &mut fonts);
    let page = composer.sheet(LIMIT_PX);
    let mut warnings = std::mem::take(&mut composer.warnings);
    warnings.extend(fonts.warnings());
    let fault = |error: RasterError| ExportError::Fault(error.to_string());
    let canvas = draw(&page, &fonts).map_err(fault)?;
    let text = [("Title", document.title.as_str()), ("Software", "Vignette")];
    let text: Vec<(String, String)> = text
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .collect();
    let png = canvas.into_picture().and_then(|picture| picture.to_png(&text)).map_err(fault)?;
    Ok((png, warnings))
}

fn draw(page: &Page, fonts: &Fonts) -> Result<Canvas, RasterError> {
    let side = |length: f32| length.round().max(1.0) as usize;
    let mut canvas = Canvas::new(side(page.width), side(page.height), page.paper.unwrap_or([255; 3]));
    for shape in &page.shapes {
        match shape {
            Shape::Fill(rect, colour) => canvas.fill(rect, *colour),
            Shape::Picture { rect, picture, .. } => canvas.picture(rect, picture)?,
            Shape::Text(text) => draw_text(&mut canvas, text, fonts),
        }
    }
    Ok(canvas)
}

fn draw_text(canvas: &mut Canvas, text: &Text, fonts: &Fonts) {
    let mut x = text.x;
    for run in text.line.glyphs.chunk_by(|a, b| a.face == b.face) {
        let face = run.first().and_then(|glyph| fonts.face(glyph.face)).and_then(|face| face.for_outlines());
        for glyph in run {
            if let Some(face) = &face {
                let scale = text.size / f32::from(face.units_per_em().max(1));
                let (dx, dy) = glyph.offset;
                let origin = (x + dx * text.size, text.baseline - dy * text.size);
                let mut outline = Outline::at(origin, scale);
                face.outline_glyph(rustybuzz::ttf_parser::GlyphId(glyph.id), &mut outline);
                canvas.outline(&outline, text.colour);
            }
            x += glyph.advance * text.size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{export::tests::board, raster::Picture};

    #[test]
    fn a_sheet_holds_every_picture_and_no_more_pixels_than_allowed() {
        for count in [1, 2, 6, 7, 23, 120] {
            let (document, images) = board(count, "en");
            let (png, warnings) = to_contact_sheet(&document, &images).unwrap();
            assert!(warnings.is_empty(), "{warnings:?}");
            let picture = Picture::decode(&png).unwrap();
            let (width, height) = (picture.width_px() as f32, picture.height_px() as f32);
            assert!(width.max(height) <= LIMIT_PX, "{count}: {width}x{height}");
            assert!((0.4..2.5).contains(&(width / height)), "{count}: {width}x{height}");
            // Each panel has a colour of its own; look for all of them.
            for panel in &document.panels {
                let Some(shown) = panel.shown() else { continue };
                let wanted = images.get(shown.image).unwrap().rgba()[..3].to_vec();
                let found = picture
                    .rgba()
                    .chunks_exact(4)
                    .any(|p| p[..3].iter().zip(&wanted).all(|(a, b)| a.abs_diff(*b) < 2));
                assert!(found, "{count}: panel {:?}", panel.id);
            }
        }
    }

    #[test]
    fn captions_are_drawn() {
        let (mut document, images) = board(2, "zh");
        let with = to_contact_sheet(&document, &images).unwrap().0;
        document.panels.iter_mut().for_each(|panel| panel.caption.clear());
        let without = to_contact_sheet(&document, &images).unwrap().0;
        let dark = |png: &[u8]| {
            let picture = Picture::decode(png).unwrap();
            picture.rgba().chunks_exact(4).filter(|p| p[0] < 100 && p[1] < 90 && p[2] < 90).count()
        };
        assert!(dark(&with) > dark(&without) + 500);
    }

    #[test]
    fn an_empty_board_is_refused() {
        let error = to_contact_sheet(&Document::default(), &Images::new()).unwrap_err();
        assert!(matches!(error, ExportError::Empty));
    }
}
