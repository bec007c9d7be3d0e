//! A canvas in memory: rectangles, pictures, and outlines of letters.

use rustybuzz::ttf_parser::OutlineBuilder;

use super::{compose::Colour, layout::Rect};
use crate::raster::{Picture, RasterError};

/// Straight pieces that a curve is drawn with. At the sizes of captions eight
/// are within a tenth of a pixel.
const CURVE_PIECES: u32 = 8;

/// Opaque RGB pixels.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Canvas {
    pub fn new(width: usize, height: usize, paper: Colour) -> Self {
        Self { width, height, rgb: paper.repeat(width * height) }
    }

    /// The canvas as a picture.
    pub fn into_picture(self) -> Result<Picture, RasterError> {
        let rgba = self.rgb.chunks_exact(3).flat_map(|p| p.iter().copied().chain([255])).collect();
        Picture::from_rgba(self.width as u32, self.height as u32, rgba)
    }

    /// Lays a colour over a pixel; `cover` from 0 (nothing) to 1 (all of it).
    fn blend(&mut self, x: usize, y: usize, colour: Colour, cover: f32) {
        if x >= self.width || y >= self.height || cover <= 0.0 {
            return;
        }
        let at = (y * self.width + x) * 3;
        let Some(pixel) = self.rgb.get_mut(at..at + 3) else { return };
        for (below, above) in pixel.iter_mut().zip(colour) {
            let mixed = f32::from(*below) + (f32::from(above) - f32::from(*below)) * cover.min(1.0);
            *below = mixed.round() as u8;
        }
    }

    /// A filled rectangle with its edges on whole pixels; at least one wide.
    pub fn fill(&mut self, rect: &Rect, colour: Colour) {
        let (x, y, width, height) = on_pixels(rect);
        for row in y..(y + height).min(self.height) {
            for column in x..(x + width).min(self.width) {
                self.blend(column, row, colour, 1.0);
            }
        }
    }

    /// A picture scaled to the rectangle.
    pub fn picture(&mut self, rect: &Rect, picture: &Picture) -> Result<(), RasterError> {
        let (x, y, width, height) = on_pixels(rect);
        let scaled = picture.resized(width as u32, height as u32)?;
        for (row, line) in scaled.rgba().chunks_exact(width * 4).enumerate() {
            for (column, pixel) in line.chunks_exact(4).enumerate() {
                if let [red, green, blue, alpha] = *pixel {
                    self.blend(x + column, y + row, [red, green, blue], f32::from(alpha) / 255.0);
                }
            }
        }
        Ok(())
    }

    /// An outline filled with a colour.
    pub fn outline(&mut self, outline: &Outline, colour: Colour) {
        let Some((x0, y0, x1, y1)) = outline.bounds() else { return };
        let left = x0.floor().clamp(0.0, self.width as f32);
        let top = y0.floor().clamp(0.0, self.height as f32);
        let width = (x1.ceil().clamp(left, self.width as f32) - left) as usize + 1;
        let height = (y1.ceil().clamp(top, self.height as f32) - top) as usize + 1;
        let mut cover = Coverage { width, height, sums: vec![0.0; width * height + 1] };
        for &(from, to) in &outline.pieces {
            cover.line((from.0 - left, from.1 - top), (to.0 - left, to.1 - top));
        }
        for row in 0..height {
            let mut sum = 0.0;
            for column in 0..width {
                sum += cover.sums.get(row * width + column).copied().unwrap_or(0.0);
                self.blend(left as usize + column, top as usize + row, colour, sum.abs());
            }
        }
    }
}

/// The nearest pixels, at least one in each direction.
fn on_pixels(rect: &Rect) -> (usize, usize, usize, usize) {
    let (x, y) = (rect.x.max(0.0).round(), rect.y.max(0.0).round());
    let width = (rect.right().round() - x).max(1.0);
    let height = (rect.bottom().round() - y).max(1.0);
    (x as usize, y as usize, width as usize, height as usize)
}

/// How much of each pixel an outline covers, as differences along each row:
/// their running sum is the coverage. Every piece adds the area to its right
/// with the sign of its direction, so closed outlines come out as filled.
struct Coverage {
    width: usize,
    height: usize,
    sums: Vec<f32>,
}

impl Coverage {
    fn add(&mut self, row: usize, column: f32, value: f32) {
        // What lies left of the canvas covers the row from its start; what lies
        // right of it covers nothing.
        let column = column.max(0.0) as usize;
        if row < self.height
            && column < self.width
            && let Some(sum) = self.sums.get_mut(row * self.width + column)
        {
            *sum += value;
        }
    }

    fn line(&mut self, from: (f32, f32), to: (f32, f32)) {
        if from.1 == to.1 {
            return;
        }
        let (sign, (x0, y0), (x1, y1)) = if from.1 < to.1 { (1.0, from, to) } else { (-1.0, to, from) };
        let slope = (x1 - x0) / (y1 - y0);
        let bottom = y1.min(self.height as f32);
        let mut y = y0.max(0.0);
        let mut x = x0 + (y - y0) * slope;
        while y < bottom {
            let row = y as usize;
            let next_y = ((row + 1) as f32).min(bottom);
            let next_x = x + (next_y - y) * slope;
            self.row(row, x.min(next_x), x.max(next_x), sign * (next_y - y));
            (x, y) = (next_x, next_y);
        }
    }

    /// Part of a piece within one row of pixels, from `x0` to `x1` (left to
    /// right); `height` has the sign of its direction.
    fn row(&mut self, row: usize, x0: f32, x1: f32, height: f32) {
        let first = x0.floor();
        if x1 <= first + 1.0 {
            // All within one pixel: it is covered to the right of the middle.
            let right = 1.0 - ((x0 + x1) / 2.0 - first);
            self.add(row, first, height * right);
            self.add(row, first + 1.0, height * (1.0 - right));
            return;
        }
        // Across several pixels: a share of the height falls to each.
        let per_pixel = height / (x1 - x0);
        let mut x = x0;
        let mut column = first;
        while x < x1 {
            let end = (column + 1.0).min(x1);
            let share = per_pixel * (end - x);
            let right = 1.0 - ((x + end) / 2.0 - column);
            self.add(row, column, share * right);
            self.add(row, column + 1.0, share * (1.0 - right));
            x = end;
            column += 1.0;
        }
    }
}

/// An outline in pixels, cut into straight pieces.
pub(super) struct Outline {
    origin: (f32, f32),
    scale: f32,
    start: (f32, f32),
    at: (f32, f32),
    pieces: Vec<((f32, f32), (f32, f32))>,
}

impl Outline {
    /// An outline whose font units become pixels by `scale`, its base line at
    /// `origin`.
    pub fn at(origin: (f32, f32), scale: f32) -> Self {
        Self { origin, scale, start: (0.0, 0.0), at: (0.0, 0.0), pieces: Vec::new() }
    }

    /// Fonts count upwards, pictures downwards.
    fn pixel(&self, x: f32, y: f32) -> (f32, f32) {
        (self.origin.0 + x * self.scale, self.origin.1 - y * self.scale)
    }

    fn go(&mut self, to: (f32, f32)) {
        self.pieces.push((self.at, to));
        self.at = to;
    }

    fn bounds(&self) -> Option<(f32, f32, f32, f32)> {
        let points = self.pieces.iter().flat_map(|&(from, to)| [from, to]);
        points.fold(None, |found, (x, y)| {
            let (x0, y0, x1, y1) = found.unwrap_or((x, y, x, y));
            Some((x.min(x0), y.min(y0), x.max(x1), y.max(y1)))
        })
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.close();
        self.start = self.pixel(x, y);
        self.at = self.start;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.go(self.pixel(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (a, b, c) = (self.at, self.pixel(x1, y1), self.pixel(x, y));
        for piece in 1..=CURVE_PIECES {
            let t = piece as f32 / CURVE_PIECES as f32;
            let u = 1.0 - t;
            let mix = |a: f32, b: f32, c: f32| u * u * a + 2.0 * u * t * b + t * t * c;
            self.go((mix(a.0, b.0, c.0), mix(a.1, b.1, c.1)));
        }
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (a, b, c, d) = (self.at, self.pixel(x1, y1), self.pixel(x2, y2), self.pixel(x, y));
        for piece in 1..=CURVE_PIECES {
            let t = piece as f32 / CURVE_PIECES as f32;
            let u = 1.0 - t;
            let mix = |a: f32, b: f32, c: f32, d: f32| {
                u * u * u * a + 3.0 * u * u * t * b + 3.0 * u * t * t * c + t * t * t * d
            };
            self.go((mix(a.0, b.0, c.0, d.0), mix(a.1, b.1, c.1, d.1)));
        }
    }

    fn close(&mut self) {
        if self.at != self.start {
            self.go(self.start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: Colour = [0; 3];

    fn darkness(canvas: &Canvas) -> f32 {
        canvas.rgb.iter().step_by(3).map(|&v| 1.0 - f32::from(v) / 255.0).sum()
    }

    fn polygon(points: &[(f32, f32)]) -> Outline {
        let mut outline = Outline::at((0.0, 0.0), 1.0);
        for (i, &(x, y)) in points.iter().enumerate() {
            if i == 0 { outline.move_to(x, -y) } else { outline.line_to(x, -y) }
        }
        outline.close();
        outline
    }

    #[test]
    fn an_outline_covers_its_area() {
        for (points, area) in [
            (vec![(2.0, 2.0), (8.0, 2.0), (8.0, 8.0), (2.0, 8.0)], 36.0),
            (vec![(2.5, 2.25), (8.75, 2.25), (8.75, 8.5), (2.5, 8.5)], 39.0625),
            (vec![(1.3, 1.1), (17.9, 6.2), (4.4, 18.3)], 0.5 * (16.6_f32 * 17.2 - 3.1 * 5.1).abs()),
        ] {
            for reversed in [false, true] {
                let mut points = points.clone();
                if reversed {
                    points.reverse();
                }
                let mut canvas = Canvas::new(20, 20, [255; 3]);
                canvas.outline(&polygon(&points), BLACK);
                assert!(
                    (darkness(&canvas) - area).abs() < 0.15,
                    "{points:?}: {} for {area}",
                    darkness(&canvas)
                );
            }
        }
    }

    #[test]
    fn a_hole_stays_open_and_a_circle_is_round() {
        let mut outline = polygon(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
        let hole = polygon(&[(3.0, 3.0), (3.0, 7.0), (7.0, 7.0), (7.0, 3.0)]);
        outline.pieces.extend(hole.pieces);
        let mut canvas = Canvas::new(12, 12, [255; 3]);
        canvas.outline(&outline, BLACK);
        assert!((darkness(&canvas) - 84.0).abs() < 0.1);
        let mut circle = Outline::at((10.0, 10.0), 1.0);
        let k = 0.552_285 * 8.0;
        circle.move_to(8.0, 0.0);
        circle.curve_to(8.0, k, k, 8.0, 0.0, 8.0);
        circle.curve_to(-k, 8.0, -8.0, k, -8.0, 0.0);
        circle.curve_to(-8.0, -k, -k, -8.0, 0.0, -8.0);
        circle.curve_to(k, -8.0, 8.0, -k, 8.0, 0.0);
        let mut canvas = Canvas::new(20, 20, [255; 3]);
        canvas.outline(&circle, BLACK);
        let area = std::f32::consts::PI * 64.0;
        assert!((darkness(&canvas) - area).abs() / area < 0.01, "{}", darkness(&canvas));
    }

    #[test]
    fn what_lies_outside_is_cut_off() {
        let mut canvas = Canvas::new(10, 10, [255; 3]);
        canvas.outline(&polygon(&[(-50.0, -50.0), (5.0, -50.0), (5.0, 50.0), (-50.0, 50.0)]), BLACK);
        assert!((darkness(&canvas) - 50.0).abs() < 0.1, "{}", darkness(&canvas));
        canvas.outline(&polygon(&[(40.0, 1.0), (50.0, 1.0), (45.0, 9.0)]), BLACK);
        canvas.fill(&Rect::new(-5.0, 8.0, 500.0, 500.0), BLACK);
        let picture = Picture::filled(3, 3, [0, 0, 0, 0]).unwrap();
        canvas.picture(&Rect::new(8.0, 8.0, 9.0, 9.0), &picture).unwrap();
        assert!((darkness(&canvas) - 60.0).abs() < 0.1);
    }
}
