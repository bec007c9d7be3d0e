//! Where panels go on paper: pure geometry in millimetres, origin at the top
//! left of the page.

use std::str::FromStr;

/// A paper size.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Paper {
    /// 210 by 297 mm.
    #[default]
    A4,
    /// A4 lying.
    A4Landscape,
    /// 148 by 210 mm.
    A5,
    /// A5 lying.
    A5Landscape,
    /// 297 by 420 mm.
    A3,
    /// 8.5 by 11 inches.
    Letter,
    /// Letter lying.
    LetterLandscape,
    /// 210 by 210 mm, a picture book.
    Square,
}

impl Paper {
    /// Every paper, in the order in which to offer them.
    pub const ALL: [Self; 8] = [
        Self::A4,
        Self::A4Landscape,
        Self::A5,
        Self::A5Landscape,
        Self::A3,
        Self::Letter,
        Self::LetterLandscape,
        Self::Square,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::A4Landscape => "a4-landscape",
            Self::A5 => "a5",
            Self::A5Landscape => "a5-landscape",
            Self::A3 => "a3",
            Self::Letter => "letter",
            Self::LetterLandscape => "letter-landscape",
            Self::Square => "square",
        }
    }

    /// Width and height in millimetres.
    pub fn size_mm(self) -> (f32, f32) {
        match self {
            Self::A4 => (210.0, 297.0),
            Self::A4Landscape => (297.0, 210.0),
            Self::A5 => (148.0, 210.0),
            Self::A5Landscape => (210.0, 148.0),
            Self::A3 => (297.0, 420.0),
            Self::Letter => (215.9, 279.4),
            Self::LetterLandscape => (279.4, 215.9),
            Self::Square => (210.0, 210.0),
        }
    }
}

impl FromStr for Paper {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        named(name, &Self::ALL, Self::name, "paper")
    }
}

/// How panels share pages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Layout {
    /// Rows of panels, each with its caption below.
    #[default]
    Grid,
    /// A cover, then one panel a page, large, with its caption below.
    Storybook,
    /// One panel a row, its caption and what the scene is made of beside it.
    List,
}

impl Layout {
    /// Every layout, in the order in which to offer them.
    pub const ALL: [Self; 3] = [Self::Grid, Self::Storybook, Self::List];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Storybook => "storybook",
            Self::List => "list",
        }
    }
}

impl FromStr for Layout {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        named(name, &Self::ALL, Self::name, "layout")
    }
}

fn named<T: Copy>(text: &str, all: &[T], name: fn(T) -> &'static str, what: &str) -> Result<T, String> {
    let wanted = text.trim().to_lowercase().replace(['_', ' '], "-");
    all.iter().copied().find(|&one| name(one) == wanted).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|&one| name(one)).collect();
        format!("'{text}' is no {what}; use {}", names.join(", "))
    })
}

/// A rectangle; millimetres on paper, pixels on a contact sheet.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Rect {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Rect {
    pub fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height }
    }

    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }

    /// The largest rectangle of this aspect (width over height) in the middle.
    pub fn fitted(&self, aspect: f32) -> Self {
        let (width, height) = fit(self.width, self.height, aspect);
        Self::new(self.x + (self.width - width) / 2.0, self.y + (self.height - height) / 2.0, width, height)
    }
}

/// The largest size of this aspect within `width` and `height`.
fn fit(width: f32, height: f32, aspect: f32) -> (f32, f32) {
    if width > height * aspect { (height * aspect, height) } else { (width, width / aspect) }
}

/// One panel on a page.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Cell {
    /// Which panel, from 0.
    pub panel: usize,
    /// The box for its picture.
    pub picture: Rect,
    /// The box for its words.
    pub words: Rect,
}

/// Everything that follows from paper, layout and the number of panels, before
/// any word is measured.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    layout: Layout,
    /// What the margins leave.
    pub body: Rect,
    /// How much smaller or larger than on A4 type and gaps are.
    pub scale: f32,
    columns: usize,
    /// From the left edge of a column to that of the next.
    pitch: f32,
    gutter: f32,
    row_gap: f32,
    words_gap: f32,
    picture: (f32, f32),
}

impl Plan {
    /// `aspect` is the width of most pictures over their height.
    pub fn new(paper: Paper, layout: Layout, panels: usize, aspect: f32) -> Self {
        let (width, height) = paper.size_mm();
        let short = width.min(height);
        // Type shrinks less than paper does, or A5 could not be read.
        let scale = (short / 210.0).sqrt().clamp(0.82, 1.2);
        let side = short * 0.083;
        let (top, bottom) = (short * 0.08, short * 0.095);
        let body = Rect::new(side, top, width - 2.0 * side, height - top - bottom);
        let aspect = aspect.clamp(0.4, 2.5);
        let (gutter, words_gap, row_gap) = (8.0 * scale, 2.6 * scale, 7.0 * scale);
        let mut plan = Self {
            layout,
            body,
            scale,
            columns: 1,
            pitch: body.width,
            gutter,
            row_gap,
            words_gap,
            picture: (0.0, 0.0),
        };
        match layout {
            Layout::Grid => plan.set_grid(panels, aspect, width > height),
            Layout::Storybook => plan.picture = fit(body.width, body.height * 0.7, aspect),
            // Four rows on upright A4.
            Layout::List => {
                plan.picture = fit(body.width * 0.44, (body.height * 0.2).max(46.0 * scale), aspect)
            }
        }
        plan
    }

    /// Columns and the size of pictures of a grid. Pictures shrink a little
    /// where that lets one more row on the page; the first column keeps the
    /// left edge of the body and the last one the right edge.
    fn set_grid(&mut self, panels: usize, aspect: f32, lying: bool) {
        let most = 2 + usize::from(lying) + usize::from(aspect < 0.9);
        // Two wide pictures stand better above each other than side by side.
        self.columns = if panels <= 2 && !lying && aspect >= 0.9 { 1 } else { panels.clamp(1, most) };
        let columns = self.columns as f32;
        let column = (self.body.width - self.gutter * (columns - 1.0)) / columns;
        let tallest = self.body.height * if panels == 1 { 0.56 } else { 0.38 };
        let (mut width, mut height) = fit(column, tallest, aspect);
        // Heading and captions of the usual length.
        let free = self.body.height - 25.0 * self.scale + self.row_gap;
        let beside = self.words_gap + 13.6 * self.scale + self.row_gap;
        let rows = (free / (height + beside)).floor().max(1.0);
        if panels as f32 > rows * columns {
            let smaller = free / (rows + 1.0) - beside;
            if smaller > height * 0.84 {
                (width, height) = fit(column, smaller, aspect);
            }
        }
        self.picture = (width, height);
        if self.columns > 1 {
            self.pitch = width + (self.body.width - columns * width) / (columns - 1.0);
        }
    }

    /// How wide words may run.
    pub fn words_width(&self) -> f32 {
        match self.layout {
            Layout::Grid if self.columns == 1 => self.picture.0.max(self.body.width * 0.6),
            // Never nearer to the next column than the gutter, nor beyond the
            // picture of the last one.
            Layout::Grid => self.picture.0,
            Layout::Storybook => self.body.width * 0.86,
            Layout::List => self.body.width - self.picture.0 - self.gutter * 0.9,
        }
    }

    /// How tall words may become; longer ones must be cut.
    pub fn words_height_limit(&self) -> f32 {
        match self.layout {
            // On the first page a heading takes its share too.
            Layout::Grid => self.body.height * 0.8 - self.picture.1 - self.words_gap,
            Layout::Storybook => self.body.height - self.picture.1 - 2.6 * self.words_gap,
            Layout::List => self.body.height * 0.75,
        }
    }

    /// The boxes, page by page. `first_top` is where the first page's heading
    /// ends; `words` has the height of each panel's words.
    pub fn pages(&self, first_top: f32, words: &[f32]) -> Vec<Vec<Cell>> {
        if self.layout == Layout::Storybook {
            return words.iter().enumerate().map(|(i, &height)| vec![self.spread(i, height)]).collect();
        }
        let pages = self.filled(first_top, words, usize::MAX);
        // A last page with a single row looks forgotten: share the rows out,
        // as long as that takes no further page.
        let rows = |page: &Vec<Cell>| page.len().div_ceil(self.columns);
        let most = pages.iter().map(rows).max().unwrap_or(0);
        if pages.len() > 1 && pages.last().is_some_and(|last| 2 * rows(last) < most) {
            let even = words.len().div_ceil(self.columns).div_ceil(pages.len());
            let shared = self.filled(first_top, words, even);
            if shared.len() == pages.len() {
                return shared;
            }
        }
        pages
    }

    /// Rows one after the other, `most_rows` a page at most.
    fn filled(&self, first_top: f32, words: &[f32], most_rows: usize) -> Vec<Vec<Cell>> {
        let mut pages: Vec<Vec<Cell>> = Vec::new();
        let mut top = first_top;
        let mut page: Vec<Cell> = Vec::new();
        for (row, heights) in words.chunks(self.columns).enumerate() {
            let tallest = heights.iter().copied().fold(0.0, f32::max);
            let height = match self.layout {
                Layout::List => self.picture.1.max(tallest),
                Layout::Grid | Layout::Storybook => self.picture.1 + self.words_gap + tallest,
            };
            let full = page.len() >= most_rows.saturating_mul(self.columns);
            // On an empty page the row goes even if it is too tall, except below
            // the heading of the first page.
            let starts_page = page.is_empty() && (top <= self.body.y || !pages.is_empty());
            if full || (top + height > self.body.bottom() + 0.01 && !starts_page) {
                pages.push(std::mem::take(&mut page));
                top = self.body.y;
            }
            for (column, &words_height) in heights.iter().enumerate() {
                page.push(self.cell(row * self.columns + column, column, top, words_height));
            }
            top += height + self.row_gap;
        }
        if !page.is_empty() || pages.is_empty() {
            pages.push(page);
        }
        pages
    }

    fn cell(&self, panel: usize, column: usize, top: f32, words_height: f32) -> Cell {
        let (width, height) = self.picture;
        let left = self.body.x + column as f32 * self.pitch;
        let (words_x, words_y) = match self.layout {
            Layout::List => (left + width + self.gutter * 0.9, top),
            Layout::Grid | Layout::Storybook => (left, top + height + self.words_gap),
        };
        Cell {
            panel,
            picture: Rect::new(left, top, width, height),
            words: Rect::new(words_x, words_y, self.words_width(), words_height),
        }
    }

    /// A storybook page: picture and caption as one block, a little above the
    /// middle, where the eye expects it.
    fn spread(&self, panel: usize, words_height: f32) -> Cell {
        let (width, height) = self.picture;
        let gap = 2.6 * self.words_gap;
        let free = (self.body.height - height - gap - words_height).max(0.0);
        let top = self.body.y + free * 0.36;
        let center = self.body.x + self.body.width / 2.0;
        Cell {
            panel,
            picture: Rect::new(center - width / 2.0, top, width, height),
            words: Rect::new(
                center - self.words_width() / 2.0,
                top + height + gap,
                self.words_width(),
                words_height,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(a: &Rect, b: &Rect) -> bool {
        a.x < b.right() - 0.01 && b.x < a.right() - 0.01 && a.y < b.bottom() - 0.01 && b.y < a.bottom() - 0.01
    }

    #[test]
    fn panels_lie_inside_the_margins_and_never_overlap() {
        for paper in Paper::ALL {
            for layout in Layout::ALL {
                for (count, aspect) in (1..=50).zip([1.5, 1.0, 0.667, 3.0, 0.2].into_iter().cycle()) {
                    let plan = Plan::new(paper, layout, count, aspect);
                    let limit = plan.words_height_limit();
                    assert!(limit > 15.0, "{paper:?} {layout:?} {count}: {limit}");
                    let words: Vec<f32> = (0..count)
                        .map(|i| if i % 11 == 4 { limit } else { 5.0 + (i % 7) as f32 * 4.0 })
                        .collect();
                    let pages = plan.pages(plan.body.y + plan.body.height * 0.18, &words);
                    let mut next = 0;
                    for page in &pages {
                        assert!(!page.is_empty());
                        let boxes: Vec<Rect> =
                            page.iter().flat_map(|cell| [cell.picture, cell.words]).collect();
                        for (i, a) in boxes.iter().enumerate() {
                            let inside = a.x >= plan.body.x - 0.01
                                && a.right() <= plan.body.right() + 0.01
                                && a.y >= plan.body.y - 0.01
                                && a.bottom() <= plan.body.bottom() + 0.01;
                            assert!(inside, "{paper:?} {layout:?} {count}: {a:?} outside {:?}", plan.body);
                            assert!(a.width > 10.0 && a.height > 3.0, "{paper:?} {layout:?}: {a:?}");
                            assert!(
                                boxes.iter().skip(i + 1).all(|b| !overlap(a, b)),
                                "{paper:?} {layout:?} {count}"
                            );
                        }
                        for cell in page {
                            assert_eq!(cell.panel, next);
                            next += 1;
                        }
                    }
                    assert_eq!(next, count);
                }
            }
        }
    }

    #[test]
    fn six_panels_of_the_built_in_shape_fill_one_upright_page() {
        for paper in [Paper::A4, Paper::Letter] {
            let plan = Plan::new(paper, Layout::Grid, 6, 1.5);
            assert_eq!(plan.pages(plan.body.y + 22.0, &[12.0; 6]).len(), 1, "{paper:?}");
        }
        // Seven are shared out: four and three, not six and one.
        let plan = Plan::new(Paper::A4, Layout::Grid, 7, 1.5);
        let sizes: Vec<usize> = plan.pages(plan.body.y + 22.0, &[12.0; 7]).iter().map(Vec::len).collect();
        assert_eq!(sizes, [4, 3]);
        assert!(Plan::new(Paper::A4, Layout::Grid, 0, 1.5).pages(40.0, &[]).concat().is_empty());
    }

    #[test]
    fn names_are_read_back() {
        for paper in Paper::ALL {
            assert_eq!(paper.name().parse(), Ok(paper));
        }
        for layout in Layout::ALL {
            assert_eq!(layout.name().parse(), Ok(layout));
        }
        assert_eq!("A4 Landscape".parse(), Ok(Paper::A4Landscape));
        let error = "b5".parse::<Paper>().unwrap_err();
        assert!(error.starts_with("'b5' is no paper; use a4, "), "{error}");
    }

    #[test]
    fn a_picture_fits_its_box() {
        let wide = Rect::new(0.0, 0.0, 100.0, 50.0);
        assert_eq!(wide.fitted(1.0), Rect::new(25.0, 0.0, 50.0, 50.0));
        assert_eq!(wide.fitted(4.0), Rect::new(0.0, 12.5, 100.0, 25.0));
    }
}
