//! A board as pages of simple shapes: what a PDF and a contact sheet share.
//!
//! Everything a reader sees is decided here, once. `pdf` and `sheet` only draw.

use super::{
    ExportWarning,
    fonts::{FaceId, Fonts, ITALIC, UPRIGHT},
    layout::{Layout, Paper, Plan, Rect},
    text::{Line, line_of, set},
};
use crate::{
    raster::{ImageId, Picture},
    storyboard::{Document, Images, Language, Mood, Panel, TimeOfDay},
};

/// A point of type in millimetres.
const POINT_MM: f32 = 25.4 / 72.0;

/// A colour, red to blue.
pub(super) type Colour = [u8; 3];

/// Type.
const INK: Colour = [0x24, 0x20, 0x1c];
/// Numbers, page numbers and whatever stands back.
const SOFT: Colour = [0x8b, 0x82, 0x78];
/// Rules and the edges of pictures.
const HAIRLINE: Colour = [0xd3, 0xca, 0xbd];
/// The ground of a panel that has no picture yet.
const EMPTY: Colour = [0xf5, 0xf1, 0xea];
/// The number on it.
const EMPTY_NUMBER: Colour = [0xcf, 0xc5, 0xb6];
/// The ground of a contact sheet.
const SHEET_PAPER: Colour = [0xfb, 0xf9, 0xf5];

/// One shape. Later ones lie over earlier ones.
pub(super) enum Shape {
    /// A filled rectangle; rules are thin ones.
    Fill(Rect, Colour),
    /// A picture that fills the rectangle, and what it shows in words.
    Picture { rect: Rect, panel: usize, id: ImageId, picture: Picture, alt: String },
    /// A line of text.
    Text(Text),
}

/// A line of text in its place.
pub(super) struct Text {
    pub line: Line,
    /// Left end of the base line.
    pub x: f32,
    pub baseline: f32,
    pub size: f32,
    pub colour: Colour,
    pub role: Role,
}

/// What a line of text is, for readers who hear the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// The board's title.
    Title,
    /// Words of a panel.
    Caption(usize),
    /// Page numbers and the like, which are not read out.
    Furniture,
}

/// A page: millimetres, or pixels on a contact sheet.
pub(super) struct Page {
    pub width: f32,
    pub height: f32,
    pub paper: Option<Colour>,
    pub shapes: Vec<Shape>,
    /// Panels on it with the top of each, for bookmarks.
    pub panels: Vec<(usize, f32)>,
}

/// A run of text with one style.
#[derive(Clone, Copy)]
struct Type {
    face: FaceId,
    size: f32,
    /// Distance of base lines.
    leading: f32,
    colour: Colour,
}

impl Type {
    fn new(face: FaceId, size: f32, leading: f32, colour: Colour) -> Self {
        Self { face, size, leading: size * leading, colour }
    }

    /// From the top of a line's box to its base line: small letters and
    /// ideographs stand in the middle of the box alike.
    fn ascent(&self) -> f32 {
        self.leading / 2.0 + self.size * 0.34
    }
}

/// Draws boards; collects what the writer should know.
pub(super) struct Composer<'a> {
    document: &'a Document,
    images: &'a Images,
    fonts: &'a mut Fonts,
    pub warnings: Vec<ExportWarning>,
}

/// The words of one panel, set.
struct Words {
    lines: Vec<(Line, Type)>,
    height: f32,
}

impl<'a> Composer<'a> {
    pub fn new(document: &'a Document, images: &'a Images, fonts: &'a mut Fonts) -> Self {
        Self { document, images, fonts, warnings: Vec::new() }
    }

    fn title(&self) -> &'a str {
        match (self.document.title.trim(), self.document.language) {
            ("", Language::English) => "Storyboard",
            ("", Language::Chinese) => "分镜",
            (title, _) => title,
        }
    }

    fn picture_of(&self, panel: &Panel) -> Option<(ImageId, Picture)> {
        let id = panel.shown()?.image;
        Some((id, self.images.get(id)?))
    }

    /// Width over height of the middle one of all pictures; of those to be
    /// painted while there are none.
    fn aspect(&self) -> f32 {
        let mut aspects: Vec<f32> = self
            .document
            .panels
            .iter()
            .filter_map(|panel| self.images.size_px(panel.shown()?.image))
            .map(|(width_px, height_px)| width_px as f32 / height_px.max(1) as f32)
            .collect();
        aspects.sort_by(f32::total_cmp);
        let painting = &self.document.painting;
        let planned = painting.width_px.max(1) as f32 / painting.height_px.max(1) as f32;
        aspects.get(aspects.len() / 2).copied().unwrap_or(planned)
    }

    /// "Watercolour · 6 panels", in the story's language.
    fn subtitle(&self) -> String {
        let language = self.document.language;
        let count = self.document.panels.len();
        let panels = match (language, count) {
            (Language::English, 1) => "1 panel".to_owned(),
            (Language::English, n) => format!("{n} panels"),
            (Language::Chinese, n) => format!("{n} 幅"),
        };
        match self.document.style.name(language) {
            "" => panels,
            style => format!("{style} · {panels}"),
        }
    }

    /// The face of what stands beside the story's own words. Chinese has no
    /// italics, and a slanted number among upright characters is a slip.
    fn aside(&self) -> FaceId {
        match self.document.language {
            Language::English => ITALIC,
            Language::Chinese => UPRIGHT,
        }
    }

    /// The board on paper.
    pub fn pages(&mut self, paper: Paper, layout: Layout) -> Vec<Page> {
        let panels = &self.document.panels;
        let plan = Plan::new(paper, layout, panels.len(), self.aspect());
        let (width, height) = paper.size_mm();
        let blank = || Page { width, height, paper: None, shapes: Vec::new(), panels: Vec::new() };
        let points = POINT_MM * plan.scale;
        let mut pages = Vec::new();
        let mut first = blank();
        let first_top = match layout {
            Layout::Storybook => {
                self.cover(&mut first, &plan, points);
                pages.push(first);
                first = blank();
                plan.body.y
            }
            Layout::Grid | Layout::List => self.heading(&mut first, &plan, points),
        };
        let words: Vec<Words> =
            panels.iter().enumerate().map(|(i, p)| self.words(i, p, layout, &plan, points)).collect();
        let heights: Vec<f32> = words.iter().map(|words| words.height).collect();
        let mut words: Vec<Option<Words>> = words.into_iter().map(Some).collect();
        let mut page = Some(first);
        for cells in plan.pages(first_top, &heights) {
            let mut page = page.take().unwrap_or_else(blank);
            for cell in cells {
                let Some(panel) = panels.get(cell.panel) else { continue };
                page.panels.push((cell.panel, cell.picture.y));
                self.picture_box(&mut page, panel, cell.panel, cell.picture, 0.18);
                let words = words.get_mut(cell.panel).and_then(Option::take);
                let Some(words) = words else { continue };
                let (x, y, role) = (cell.words.x, cell.words.y, Role::Caption(cell.panel));
                if layout == Layout::Storybook {
                    place(&mut page, words.lines, x, y, Some(cell.words.width), role);
                } else {
                    self.number(&mut page, cell.panel, x, y, caption_type(layout, points));
                    place(&mut page, words.lines, x + number_width(points), y, None, role);
                }
            }
            pages.push(page);
        }
        self.page_numbers(&mut pages, &plan, layout, points);
        pages
    }

    /// Title, style and a rule at the head of the first page. Returns where
    /// panels may begin.
    fn heading(&mut self, page: &mut Page, plan: &Plan, points: f32) -> f32 {
        let body = plan.body;
        let title = Type::new(UPRIGHT, 21.0 * points, 1.18, INK);
        let (lines, _) = set(self.fonts, self.title(), title.face, body.width / title.size, 2);
        let lines: Vec<_> = lines.into_iter().map(|line| (line, title)).collect();
        let mut top = body.y + lines.len() as f32 * title.leading;
        place(page, lines, body.x, body.y, None, Role::Title);
        let subtitle = Type::new(self.aside(), 9.5 * points, 1.5, SOFT);
        let line = line_of(self.fonts, &self.subtitle(), subtitle.face);
        place(page, vec![(line, subtitle)], body.x, top + 0.6 * points, None, Role::Furniture);
        top += 0.6 * points + subtitle.leading + 3.0 * points;
        page.shapes.push(Shape::Fill(Rect::new(body.x, top, body.width, 0.22), HAIRLINE));
        top + 13.0 * points
    }

    /// The first page of a storybook.
    fn cover(&mut self, page: &mut Page, plan: &Plan, points: f32) {
        let body = plan.body;
        let title = Type::new(UPRIGHT, 34.0 * points, 1.2, INK);
        let (lines, _) = set(self.fonts, self.title(), title.face, body.width * 0.86 / title.size, 4);
        let height = lines.len() as f32 * title.leading;
        let center = body.x + body.width / 2.0;
        // With the base of the title at the golden section the page rests.
        let top = body.y + (body.height * 0.382 - height).max(0.0);
        let lines: Vec<_> = lines.into_iter().map(|line| (line, title)).collect();
        place(page, lines, body.x, top, Some(body.width), Role::Title);
        let rule = body.width * 0.12;
        let y = top + height + 9.0 * points;
        page.shapes.push(Shape::Fill(Rect::new(center - rule / 2.0, y, rule, 0.25), SOFT));
        let subtitle = Type::new(self.aside(), 12.0 * points, 1.5, SOFT);
        let line = line_of(self.fonts, &self.subtitle(), subtitle.face);
        place(page, vec![(line, subtitle)], body.x, y + 8.0 * points, Some(body.width), Role::Furniture);
    }

    fn words(&mut self, index: usize, panel: &Panel, layout: Layout, plan: &Plan, points: f32) -> Words {
        let caption = caption_type(layout, points);
        let indent = if layout == Layout::Storybook { 0.0 } else { number_width(points) };
        let width = plan.words_width() - indent;
        let note = Type::new(self.aside(), 8.5 * points, 1.42, SOFT);
        let notes = match layout {
            Layout::List => self.notes(panel),
            Layout::Grid | Layout::Storybook => String::new(),
        };
        let (notes, _) = set(self.fonts, &notes, note.face, width / note.size, 3);
        let limit = plan.words_height_limit() - notes.len() as f32 * note.leading;
        let max_lines = (limit / caption.leading).floor().max(1.0) as usize;
        let (lines, cut) = set(self.fonts, &panel.caption, caption.face, width / caption.size, max_lines);
        if cut {
            self.warnings.push(ExportWarning::CaptionCut { panel: index + 1, lines: max_lines });
        }
        let height = lines.len().max(1) as f32 * caption.leading + notes.len() as f32 * note.leading;
        let lines = lines.into_iter().map(|line| (line, caption));
        Words { lines: lines.chain(notes.into_iter().map(|line| (line, note))).collect(), height }
    }

    /// What a scene is made of, in one line.
    fn notes(&self, panel: &Panel) -> String {
        let scene = &panel.scene;
        let language = self.document.language;
        let mut parts = vec![scene.setting.as_str(), time_word(scene.time, language), scene.weather.as_str()];
        parts.push(mood_word(scene.mood, language));
        let joint = if language == Language::Chinese { "、" } else { ", " };
        let people = scene.characters.join(joint);
        parts.push(&people);
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }

    /// The number that hangs in the margin of a caption.
    fn number(&mut self, page: &mut Page, index: usize, x: f32, y: f32, caption: Type) {
        let line = line_of(self.fonts, &(index + 1).to_string(), caption.face);
        place(page, vec![(line, Type { colour: SOFT, ..caption })], x, y, None, Role::Furniture);
    }

    /// A panel's picture, or the empty frame that waits for it.
    fn picture_box(&mut self, page: &mut Page, panel: &Panel, index: usize, frame: Rect, edge: f32) {
        if let Some((id, picture)) = self.picture_of(panel) {
            let rect = frame.fitted(picture.width_px() as f32 / picture.height_px() as f32);
            let alt = panel.shown().map(|variant| variant.prompt.clone()).unwrap_or_default();
            page.shapes.push(Shape::Picture { rect, panel: index, id, picture, alt });
            outline(page, rect, edge);
            return;
        }
        page.shapes.push(Shape::Fill(frame, EMPTY));
        outline(page, frame, edge);
        let size = frame.height * 0.3;
        let line = line_of(self.fonts, &(index + 1).to_string(), UPRIGHT);
        let x = frame.x + (frame.width - line.width * size) / 2.0;
        let baseline = frame.y + frame.height / 2.0 + size * 0.33;
        page.shapes.push(Shape::Text(Text {
            line,
            x,
            baseline,
            size,
            colour: EMPTY_NUMBER,
            role: Role::Furniture,
        }));
    }

    fn page_numbers(&mut self, pages: &mut [Page], plan: &Plan, layout: Layout, points: f32) {
        let count = pages.len();
        let style = Type::new(UPRIGHT, 8.5 * points, 1.2, SOFT);
        let title_style = Type { face: self.aside(), ..style };
        let body = plan.body;
        let (title, _) = set(self.fonts, self.title(), title_style.face, body.width * 0.6 / style.size, 1);
        for (index, page) in pages.iter_mut().enumerate() {
            // A single page needs no number, a cover none either.
            if count == 1 || (layout == Layout::Storybook && index == 0) {
                continue;
            }
            let y = body.bottom() + (page.height - body.bottom()) * 0.42;
            let line = match layout {
                Layout::Storybook => line_of(self.fonts, &index.to_string(), UPRIGHT),
                Layout::Grid | Layout::List => {
                    line_of(self.fonts, &format!("{} / {count}", index + 1), UPRIGHT)
                }
            };
            let center = body.x + (body.width - line.width * style.size) / 2.0;
            let x = match layout {
                Layout::Storybook => center,
                Layout::Grid | Layout::List => body.right() - line.width * style.size,
            };
            place(page, vec![(line, style)], x, y, None, Role::Furniture);
            if layout != Layout::Storybook && index > 0 {
                let title = title.iter().map(|line| (line.clone(), title_style)).collect();
                place(page, title, body.x, y, None, Role::Furniture);
            }
        }
    }

    /// The whole board as one picture, `limit` pixels a side at most.
    pub fn sheet(&mut self, limit: f32) -> Page {
        let panels = &self.document.panels;
        let aspect = self.aspect().clamp(0.4, 2.5);
        let count = panels.len().max(1);
        // About as wide as tall, whatever the shape of the pictures.
        let columns = (((count as f32) / aspect).sqrt() * 1.1).round().clamp(1.0, count as f32);
        let width_px =
            panels.iter().filter_map(|panel| self.images.size_px(panel.shown()?.image)).map(|(w, _)| w).max();
        let cell = (width_px.unwrap_or(0) as f32).clamp(480.0, 768.0);
        let (margin, gutter) = (cell * 0.16, cell * 0.09);
        let picture = (cell, cell / aspect);
        let caption = Type::new(UPRIGHT, cell * 0.042, 1.42, INK);
        let indent = cell * 0.07;
        let mut width = 2.0 * margin + columns * cell + (columns - 1.0) * gutter;
        // A single small picture leaves its title too little room.
        width = width.max(560.0);
        let left = (width - columns * cell - (columns - 1.0) * gutter) / 2.0;
        let mut page =
            Page { width, height: 0.0, paper: Some(SHEET_PAPER), shapes: Vec::new(), panels: Vec::new() };
        let title = Type::new(UPRIGHT, (width * 0.032).clamp(28.0, cell * 0.12), 1.2, INK);
        let (lines, _) = set(self.fonts, self.title(), title.face, (width - 2.0 * left) / title.size, 2);
        let mut top = margin * 0.8 + lines.len() as f32 * title.leading;
        place(
            &mut page,
            lines.into_iter().map(|line| (line, title)).collect(),
            left,
            margin * 0.8,
            None,
            Role::Title,
        );
        let subtitle = Type::new(self.aside(), title.size * 0.5, 1.5, SOFT);
        let line = line_of(self.fonts, &self.subtitle(), subtitle.face);
        place(&mut page, vec![(line, subtitle)], left, top, None, Role::Furniture);
        top += subtitle.leading + gutter * 0.5;
        page.shapes.push(Shape::Fill(Rect::new(left, top, width - 2.0 * left, 1.0), HAIRLINE));
        top += gutter * 0.8;
        for (row, members) in panels.chunks(columns as usize).enumerate() {
            let mut tallest = caption.leading;
            for (column, panel) in members.iter().enumerate() {
                let index = row * columns as usize + column;
                let x = left + column as f32 * (cell + gutter);
                self.picture_box(&mut page, panel, index, Rect::new(x, top, picture.0, picture.1), 1.0);
                let (lines, cut) =
                    set(self.fonts, &panel.caption, caption.face, (cell - indent) / caption.size, 4);
                if cut {
                    self.warnings.push(ExportWarning::CaptionCutOnSheet { panel: index + 1, lines: 4 });
                }
                tallest = tallest.max(lines.len() as f32 * caption.leading);
                let y = top + picture.1 + cell * 0.025;
                let lines = lines.into_iter().map(|line| (line, caption)).collect();
                self.number(&mut page, index, x, y, caption);
                place(&mut page, lines, x + indent, y, None, Role::Caption(index));
            }
            top += picture.1 + cell * 0.025 + tallest + gutter * 0.8;
        }
        page.height = top - gutter * 0.8 + margin * 0.8;
        let factor = (limit / page.width.max(page.height)).min(1.0);
        page.scaled(factor)
    }
}

impl Page {
    fn scaled(mut self, factor: f32) -> Self {
        if factor == 1.0 {
            return self;
        }
        let scale = |rect: &mut Rect| {
            *rect = Rect::new(rect.x * factor, rect.y * factor, rect.width * factor, rect.height * factor);
        };
        for shape in &mut self.shapes {
            match shape {
                Shape::Fill(rect, _) | Shape::Picture { rect, .. } => scale(rect),
                Shape::Text(text) => {
                    text.x *= factor;
                    text.baseline *= factor;
                    text.size *= factor;
                }
            }
        }
        self.width *= factor;
        self.height *= factor;
        self
    }
}

fn caption_type(layout: Layout, points: f32) -> Type {
    match layout {
        Layout::Grid => Type::new(UPRIGHT, 9.4 * points, 1.36, INK),
        Layout::Storybook => Type::new(UPRIGHT, 14.0 * points, 1.5, INK),
        Layout::List => Type::new(UPRIGHT, 11.0 * points, 1.42, INK),
    }
}

/// The room that a panel's number takes before its caption.
fn number_width(points: f32) -> f32 {
    17.0 * points
}

/// Lines one below the other, from the top of the first line's box; each in
/// the middle of `center` where that is given.
fn place(page: &mut Page, lines: Vec<(Line, Type)>, x: f32, top: f32, center: Option<f32>, role: Role) {
    let mut y = top;
    for (line, style) in lines {
        let x = x + center.map_or(0.0, |width| (width - line.width * style.size) / 2.0);
        let (baseline, size, colour) = (y + style.ascent(), style.size, style.colour);
        y += style.leading;
        page.shapes.push(Shape::Text(Text { line, x, baseline, size, colour, role }));
    }
}

/// A hairline around a rectangle: light pictures end where they end.
fn outline(page: &mut Page, rect: Rect, edge: f32) {
    // Half of it outside: renderers let a picture fill every pixel it touches.
    let rect = Rect::new(rect.x - edge / 2.0, rect.y - edge / 2.0, rect.width + edge, rect.height + edge);
    let Rect { x, y, width, height } = rect;
    for side in [
        Rect::new(x, y, width, edge),
        Rect::new(x, rect.bottom() - edge, width, edge),
        Rect::new(x, y, edge, height),
        Rect::new(rect.right() - edge, y, edge, height),
    ] {
        page.shapes.push(Shape::Fill(side, HAIRLINE));
    }
}

fn time_word(time: TimeOfDay, language: Language) -> &'static str {
    let (english, chinese) = match time {
        TimeOfDay::Dawn => ("dawn", "清晨"),
        TimeOfDay::Day => ("day", "白天"),
        TimeOfDay::Dusk => ("dusk", "黄昏"),
        TimeOfDay::Night => ("night", "夜晚"),
        TimeOfDay::Unknown => ("", ""),
    };
    if language == Language::Chinese { chinese } else { english }
}

fn mood_word(mood: Mood, language: Language) -> &'static str {
    let (english, chinese) = match mood {
        Mood::Joyful => ("joyful", "欢快"),
        Mood::Calm => ("calm", "宁静"),
        Mood::Tense => ("tense", "紧张"),
        Mood::Sad => ("sad", "悲伤"),
        Mood::Mysterious => ("mysterious", "神秘"),
        Mood::Frightening => ("frightening", "可怕"),
        Mood::Hopeful => ("hopeful", "充满希望"),
        Mood::Neutral => ("", ""),
    };
    if language == Language::Chinese { chinese } else { english }
}

#[cfg(test)]
#[path = "compose_tests.rs"]
mod tests;
