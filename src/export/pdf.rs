//! Pages as a PDF: captions are text, pictures lose nothing, fonts go along.

use std::{collections::HashMap, num::NonZeroU16, sync::Arc};

use krilla::{
    Data, SerializeSettings,
    color::rgb,
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect as PdfRect, Size, Transform},
    image::Image,
    metadata::Metadata,
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, FillRule},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, Tag, TagGroup, TagTree},
    text::{GlyphId, KrillaGlyph},
};

use super::{
    ExportError, ExportOptions, ExportWarning,
    compose::{Colour, Composer, Page, Role, Shape, Text},
    fonts::Fonts,
    layout::Rect,
    no_fonts,
};
use crate::{
    raster::ImageId,
    storyboard::{Document, Images, Language},
};

const POINTS_PER_MM: f32 = 72.0 / 25.4;

/// The board as a PDF, and what the writer should know about it.
///
/// Captions are real text (they can be searched, copied and read aloud), every
/// font used is embedded, pictures keep every bit, and each panel has a
/// bookmark. The same board gives the same bytes.
///
/// # Errors
/// [`ExportError::Empty`] for a board without panels, [`ExportError::Fault`]
/// when the PDF cannot be put together.
pub fn to_pdf(
    document: &Document,
    images: &Images,
    options: &ExportOptions,
) -> Result<(Vec<u8>, Vec<ExportWarning>), ExportError> {
    if document.panels.is_empty() {
        return Err(ExportError::Empty);
    }
    let mut fonts = Fonts::new().ok_or_else(no_fonts)?;
    pdf_with(document, images, options, &mut fonts)
}

fn pdf_with(
    document: &Document,
    images: &Images,
    options: &ExportOptions,
    fonts: &mut Fonts,
) -> Result<(Vec<u8>, Vec<ExportWarning>), ExportError> {
    let mut composer = Composer::new(document, images, fonts);
    let pages = composer.pages(options.paper, options.layout);
    let mut warnings = std::mem::take(&mut composer.warnings);
    warnings.extend(fonts.warnings());
    let bytes = Writer::new(document, images, fonts).write(&pages)?;
    Ok((bytes, warnings))
}

/// The pieces of a tagged PDF that belong to one panel.
#[derive(Default)]
struct Tagged {
    figure: Option<(String, Identifier)>,
    caption: Vec<Identifier>,
}

struct Writer<'a> {
    document: &'a Document,
    images: &'a Images,
    fonts: &'a Fonts,
    /// A picture that two panels show is embedded once.
    embedded: HashMap<ImageId, Image>,
    title: Vec<Identifier>,
    panels: Vec<Tagged>,
}

impl<'a> Writer<'a> {
    fn new(document: &'a Document, images: &'a Images, fonts: &'a Fonts) -> Self {
        let panels = document.panels.iter().map(|_| Tagged::default()).collect();
        Self { document, images, fonts, embedded: HashMap::new(), title: Vec::new(), panels }
    }

    fn write(mut self, pages: &[Page]) -> Result<Vec<u8>, ExportError> {
        let fault = |what: &str| ExportError::Fault(what.to_owned());
        let mut pdf =
            krilla::Document::new_with(SerializeSettings { enable_tagging: true, ..Default::default() });
        let mut outline = Outline::new();
        for (index, page) in pages.iter().enumerate() {
            let settings = PageSettings::from_wh(page.width * POINTS_PER_MM, page.height * POINTS_PER_MM)
                .ok_or_else(|| fault("a page without size"))?;
            let mut sheet = pdf.start_page_with(settings);
            let mut surface = sheet.surface();
            for shape in &page.shapes {
                self.draw(&mut surface, shape)?;
            }
            surface.finish();
            sheet.finish();
            for &(panel, top) in &page.panels {
                let place = Point::from_xy(0.0, (top - 4.0).max(0.0) * POINTS_PER_MM);
                outline.push_child(OutlineNode::new(self.bookmark(panel), XyzDestination::new(index, place)));
            }
        }
        pdf.set_outline(outline);
        pdf.set_tag_tree(self.tags());
        let language = match self.document.language {
            Language::English => "en",
            Language::Chinese => "zh-Hans",
        };
        pdf.set_metadata(
            Metadata::new()
                .title(self.document.title.clone())
                .language(language.to_owned())
                .creator(concat!("Vignette ", env!("CARGO_PKG_VERSION")).to_owned()),
        );
        pdf.finish().map_err(|error| fault(&format!("{error:?}")))
    }

    fn bookmark(&self, panel: usize) -> String {
        let title = self.document.panels.get(panel).map_or("", |panel| panel.scene.title.trim());
        match title {
            "" => (panel + 1).to_string(),
            title => format!("{}  {title}", panel + 1),
        }
    }

    fn draw(&mut self, surface: &mut Surface<'_>, shape: &Shape) -> Result<(), ExportError> {
        match shape {
            Shape::Fill(rect, colour) => {
                surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
                fill(surface, rect, *colour);
                surface.end_tagged();
            }
            Shape::Picture { rect, panel, id, alt, .. } => {
                let image = self.image(*id)?;
                let identifier = surface.start_tagged(ContentTag::Other);
                let size = Size::from_wh(rect.width * POINTS_PER_MM, rect.height * POINTS_PER_MM);
                if let Some(size) = size {
                    let place = Transform::from_translate(rect.x * POINTS_PER_MM, rect.y * POINTS_PER_MM);
                    surface.push_transform(&place);
                    surface.draw_image(image, size);
                    surface.pop();
                }
                surface.end_tagged();
                if let Some(tagged) = self.panels.get_mut(*panel) {
                    tagged.figure = Some((alt.clone(), identifier));
                }
            }
            Shape::Text(text) => self.text(surface, text),
        }
        Ok(())
    }

    fn image(&mut self, id: ImageId) -> Result<Image, ExportError> {
        if let Some(image) = self.embedded.get(&id) {
            return Ok(image.clone());
        }
        let fault = |why: String| ExportError::Fault(format!("a picture cannot be embedded: {why}"));
        let png = self.images.png(id).ok_or_else(|| fault("it is gone".to_owned()))?;
        let png = png.map_err(|error| fault(error.to_string()))?;
        let shared: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(png);
        // Small pictures are printed large: let the reader smooth them.
        let image = Image::from_png(Data::from(shared), true).map_err(fault)?;
        self.embedded.insert(id, image.clone());
        Ok(image)
    }

    fn text(&mut self, surface: &mut Surface<'_>, text: &Text) {
        if text.line.glyphs.is_empty() {
            return;
        }
        let tag = match text.role {
            Role::Furniture => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
            Role::Title | Role::Caption(_) => ContentTag::Span(SpanTag::empty()),
        };
        let identifier = surface.start_tagged(tag);
        surface.set_fill(Some(solid(text.colour)));
        let size = text.size * POINTS_PER_MM;
        let mut x = text.x * POINTS_PER_MM;
        let y = text.baseline * POINTS_PER_MM;
        for run in text.line.glyphs.chunk_by(|a, b| a.face == b.face) {
            let glyphs: Vec<KrillaGlyph> = run
                .iter()
                .map(|glyph| {
                    let id = GlyphId::new(glyph.id.into());
                    let (dx, dy) = glyph.offset;
                    KrillaGlyph::new(id, glyph.advance, dx, dy, 0.0, glyph.bytes.clone(), None)
                })
                .collect();
            if let Some(face) = run.first().and_then(|glyph| self.fonts.face(glyph.face)) {
                let start = Point::from_xy(x, y);
                surface.draw_glyphs(start, &glyphs, face.for_pdf.clone(), &text.line.text, size, false);
            }
            x += size * run.iter().map(|glyph| glyph.advance).sum::<f32>();
        }
        surface.end_tagged();
        match text.role {
            Role::Title => self.title.push(identifier),
            Role::Caption(panel) => {
                if let Some(tagged) = self.panels.get_mut(panel) {
                    tagged.caption.push(identifier);
                }
            }
            Role::Furniture => {}
        }
    }

    /// The board in reading order, for readers who hear it.
    fn tags(&mut self) -> TagTree {
        let mut tree = TagTree::new();
        let mut group = |mut tag: TagGroup, parts: Vec<Identifier>| {
            if !parts.is_empty() {
                parts.into_iter().for_each(|part| tag.push(part));
                tree.push(Node::from(tag));
            }
        };
        let title = self.document.title.clone();
        group(TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(title))), std::mem::take(&mut self.title));
        for panel in std::mem::take(&mut self.panels) {
            if let Some((alt, part)) = panel.figure {
                group(TagGroup::new(Tag::Figure(Some(alt))), vec![part]);
            }
            group(TagGroup::new(Tag::P), panel.caption);
        }
        tree
    }
}

fn solid([red, green, blue]: Colour) -> Fill {
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

fn fill(surface: &mut Surface<'_>, rect: &Rect, colour: Colour) {
    let scaled = |v: f32| v * POINTS_PER_MM;
    let area = PdfRect::from_xywh(scaled(rect.x), scaled(rect.y), scaled(rect.width), scaled(rect.height));
    let mut path = PathBuilder::new();
    if let Some(area) = area {
        path.push_rect(area);
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(solid(colour)));
        surface.draw_path(&path);
    }
}

#[cfg(test)]
#[path = "pdf_tests.rs"]
mod tests;
