//! The easel: shapes in scene units, filled the way a style fills them.
//!
//! Scene units: the picture is 1 high and [`Easel::wide`] wide, y grows
//! downwards, the origin is the top left corner.

use tiny_skia::{
    BlendMode, Color, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Paint, Path, PathBuilder,
    Pixmap, Point, RadialGradient, Rect, Shader, SpreadMode, Stroke, Transform,
};

use super::colour::Rgb;
use super::light::Light;
use super::words::Style;

/// A closed smooth curve through `points` (Catmull-Rom).
pub fn blob(points: &[(f32, f32)]) -> Option<Path> {
    let mut path = PathBuilder::new();
    smooth_loop(&mut path, points);
    path.finish()
}

/// The rectangle from `corner` to `opposite` without the smooth hole `inner`,
/// whose points go clockwise.
pub fn ring(corner: (f32, f32), opposite: (f32, f32), inner: &[(f32, f32)]) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.move_to(corner.0, corner.1);
    path.line_to(opposite.0, corner.1);
    path.line_to(opposite.0, opposite.1);
    path.line_to(corner.0, opposite.1);
    path.close();
    // Filled by winding: the hole runs the other way.
    let backwards: Vec<(f32, f32)> = inner.iter().rev().copied().collect();
    smooth_loop(&mut path, &backwards);
    path.finish()
}

fn smooth_loop(path: &mut PathBuilder, points: &[(f32, f32)]) {
    let count = points.len();
    if count < 3 {
        return;
    }
    let at = |index: usize| points[index % count];
    path.move_to(points[0].0, points[0].1);
    for index in 0..count {
        let (before, from, to, after) = (at(index + count - 1), at(index), at(index + 1), at(index + 2));
        path.cubic_to(
            from.0 + (to.0 - before.0) / 6.0,
            from.1 + (to.1 - before.1) / 6.0,
            to.0 - (after.0 - from.0) / 6.0,
            to.1 - (after.1 - from.1) / 6.0,
            to.0,
            to.1,
        );
    }
    path.close();
}

/// A closed shape with straight sides.
pub fn poly(points: &[(f32, f32)]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (index, point) in points.iter().enumerate() {
        if index == 0 {
            path.move_to(point.0, point.1);
        } else {
            path.line_to(point.0, point.1);
        }
    }
    path.close();
    path.finish()
}

/// An open smooth curve through `points`.
pub fn curve(points: &[(f32, f32)]) -> Option<Path> {
    let count = points.len();
    let mut path = PathBuilder::new();
    path.move_to(points.first()?.0, points.first()?.1);
    for index in 0..count - 1 {
        let before = points[index.saturating_sub(1)];
        let (from, to) = (points[index], points[index + 1]);
        let after = points[(index + 2).min(count - 1)];
        path.cubic_to(
            from.0 + (to.0 - before.0) / 6.0,
            from.1 + (to.1 - before.1) / 6.0,
            to.0 - (after.0 - from.0) / 6.0,
            to.1 - (after.1 - from.1) / 6.0,
            to.0,
            to.1,
        );
    }
    path.finish()
}

/// An ellipse with half axes `rx`, `ry`.
pub fn oval(x: f32, y: f32, rx: f32, ry: f32) -> Option<Path> {
    PathBuilder::from_oval(Rect::from_xywh(x - rx, y - ry, 2.0 * rx, 2.0 * ry)?)
}

/// A rectangle from its top left corner.
pub fn rect(x: f32, y: f32, w: f32, h: f32) -> Option<Path> {
    Some(PathBuilder::from_rect(Rect::from_xywh(x, y, w, h)?))
}

/// A limb: a smooth band through `(x, y, half width)` points with round ends.
pub fn limb(points: &[(f32, f32, f32)]) -> Option<Path> {
    let count = points.len();
    if count < 2 {
        return None;
    }
    let mut left = Vec::with_capacity(count * 2 + 2);
    let mut right = Vec::with_capacity(count);
    let direction = |a: (f32, f32, f32), b: (f32, f32, f32)| {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = (dx * dx + dy * dy).sqrt().max(1e-6);
        (dx / length, dy / length)
    };
    for index in 0..count {
        let (dx, dy) = direction(points[index.saturating_sub(1)], points[(index + 1).min(count - 1)]);
        let (x, y, half) = points[index];
        left.push((x + dy * half, y - dx * half));
        right.push((x - dy * half, y + dx * half));
    }
    let (dx, dy) = direction(points[count - 2], points[count - 1]);
    let last = points[count - 1];
    left.push((last.0 + dx * last.2, last.1 + dy * last.2));
    left.extend(right.into_iter().rev());
    let (dx, dy) = direction(points[0], points[1]);
    let first = points[0];
    left.push((first.0 - dx * first.2, first.1 - dy * first.2));
    blob(&left)
}

/// What is being painted decides how strong outlines and shadows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Sky, land, houses.
    Scenery,
    /// People, animals and what they carry.
    Figure,
}

/// A picture in the making.
pub struct Easel {
    /// The pixels so far, premultiplied.
    pub map: Pixmap,
    /// How much of each pixel figures cover so far, 0..=255.
    pub figures: Vec<u8>,
    /// How shapes are filled.
    pub style: Style,
    /// The light that falls on every colour.
    pub light: Light,
    /// Picture width in scene units (height is 1).
    pub wide: f32,
    /// 0 at the viewer, 1 at the horizon: how much haze a colour gets.
    pub depth: f32,
    /// What is being painted.
    pub role: Role,
    /// How much larger than life held things are drawn, so that they can be read from afar.
    pub prop_scale: f32,
    /// How far the upper body of a seated figure has sunk, figure units.
    pub sunk: f32,
    high_px: f32,
    to_px: Transform,
}

impl Easel {
    /// An empty picture; `None` for a size without pixels.
    pub fn new(width_px: u32, height_px: u32, style: Style, light: Light) -> Option<Self> {
        let map = Pixmap::new(width_px, height_px)?;
        let high_px = height_px as f32;
        Some(Self {
            map,
            figures: vec![0; width_px as usize * height_px as usize],
            style,
            light,
            wide: width_px as f32 / high_px,
            depth: 0.0,
            role: Role::Scenery,
            prop_scale: 1.0,
            sunk: 0.0,
            high_px,
            to_px: Transform::from_scale(high_px, high_px),
        })
    }

    /// One picture height in pixels.
    pub fn high_px(&self) -> f32 {
        self.high_px
    }

    /// Paints with the origin moved to (`x`, `y`) and everything `scale` times
    /// as large; a negative `scale_x` mirrors.
    pub fn within(&mut self, x: f32, y: f32, scale_x: f32, scale_y: f32, paint: impl FnOnce(&mut Self)) {
        let outer = self.to_px;
        self.to_px = outer.pre_translate(x, y).pre_scale(scale_x, scale_y);
        paint(self);
        self.to_px = outer;
    }

    /// Paints turned by `degrees` (clockwise) about (`x`, `y`), which becomes the origin.
    pub fn turned(&mut self, x: f32, y: f32, degrees: f32, paint: impl FnOnce(&mut Self)) {
        let outer = self.to_px;
        self.to_px = outer.pre_translate(x, y).pre_rotate(degrees);
        paint(self);
        self.to_px = outer;
    }

    /// The colour as the light and the air show it here.
    pub fn seen(&self, colour: Rgb) -> Rgb {
        let lit = match self.role {
            Role::Scenery => colour.times(self.light.ambient),
            Role::Figure => colour.times(self.light.figure),
        };
        lit.mix(self.light.haze, (self.depth * self.light.haze_share).min(0.95))
    }

    /// The colour as this style lays it down for what is being painted.
    pub fn pigment(&self, colour: Rgb) -> Rgb {
        if self.style != Style::Ink || self.role == Role::Figure {
            return colour;
        }
        // An ink drawing spends its colour on the figures: the rest is a pale wash.
        let luma = colour.luma();
        Rgb(luma, luma, luma).mix(colour, 0.50).mix(Rgb(0.97, 0.94, 0.87), 0.36 * luma)
    }

    /// Fills a main shape: outlines, edges and shadows as the style has them.
    pub fn fill(&mut self, path: Option<Path>, colour: Rgb) {
        let Some(path) = path.and_then(|path| path.transform(self.to_px)) else { return };
        let colour = self.pigment(self.seen(colour));
        let unit = self.high_px / 256.0;
        let near = 1.0 - 0.75 * self.depth;
        let figure = self.role == Role::Figure;
        match self.style {
            Style::Watercolour => {
                let (top, bottom) =
                    (colour.mix(Rgb::WHITE, 0.13), colour.mix(self.light.haze, 0.06).times_all(0.94));
                self.gradient(&path, top, bottom, 1.0);
                let edge = colour.times_all(0.66);
                self.line_px(
                    &path,
                    edge,
                    if figure { 0.66 } else { 0.38 } * near,
                    if figure { 1.7 } else { 1.4 } * unit,
                );
            }
            Style::Ink => {
                self.flat(&path, colour, 1.0);
                let width = if figure { 1.8 } else { 1.35 } * unit * (0.55 + 0.45 * near);
                self.line_px(&path, Rgb(0.10, 0.09, 0.12), 0.25 + 0.65 * near, width);
            }
            Style::PaperCut => {
                let reach = if figure { 1.5 } else { 2.4 } * unit;
                for (share, alpha) in [(1.0, 0.12), (0.6, 0.13), (0.3, 0.15)] {
                    let shift = Transform::from_translate(reach * share * 0.7, reach * share);
                    if let Some(shadow) = path.clone().transform(shift) {
                        self.flat(&shadow, Rgb(0.05, 0.05, 0.10), alpha);
                    }
                }
                self.flat(&path, colour, 1.0);
                self.line_px(&path, colour.mix(Rgb::WHITE, 0.35), 0.35, 0.8 * unit);
            }
            Style::Woodcut => {
                self.flat(&path, colour, 1.0);
                let width = if figure { 2.5 } else { 2.1 } * unit * (0.40 + 0.60 * near);
                self.line_px(&path, Rgb(0.09, 0.07, 0.08), 0.30 + 0.66 * near, width);
            }
            Style::PixelArt => {
                // Lines are as wide as the pixels that they will become.
                self.flat(&path, colour, 1.0);
                if figure {
                    self.line_px(&path, colour.times_all(0.42), 0.85, 2.4 * unit);
                } else {
                    self.line_px(&path, colour.times_all(0.62), 0.30 * near, 2.4 * unit);
                }
            }
            Style::Pastel => {
                self.gradient(&path, colour.mix(Rgb(1.0, 0.96, 0.88), 0.16), colour.times_all(0.96), 1.0);
                if figure {
                    // Figures get a dark chalk line, or they would melt into the ground.
                    self.line_px(&path, colour.times_all(0.60), 0.55, 2.0 * unit);
                } else {
                    self.line_px(&path, colour.mix(Rgb(1.0, 0.95, 0.88), 0.25), 0.45, 2.2 * unit);
                }
            }
        }
    }

    /// Fills a detail: flat, without outline or shadow. `alpha` in 0..=1.
    pub fn dab(&mut self, path: Option<Path>, colour: Rgb, alpha: f32) {
        let colour = self.pigment(self.seen(colour));
        self.raw(path, colour, alpha);
    }

    /// Fills with a colour that gives its own light (windows, the moon).
    pub fn raw(&mut self, path: Option<Path>, colour: Rgb, alpha: f32) {
        if let Some(path) = path.and_then(|path| path.transform(self.to_px)) {
            self.flat(&path, colour, alpha);
        }
    }

    /// Draws a line of `width` (in current units) along `path`.
    pub fn stroke(&mut self, path: Option<Path>, colour: Rgb, alpha: f32, width: f32) {
        let colour = self.seen(colour);
        self.stroke_raw(path, colour, alpha, width);
    }

    /// As [`Self::stroke`], with a colour the light does not change.
    pub fn stroke_raw(&mut self, path: Option<Path>, colour: Rgb, alpha: f32, width: f32) {
        let scale = (self.to_px.sx.hypot(self.to_px.ky) * self.to_px.sy.hypot(self.to_px.kx)).sqrt();
        if let Some(path) = path.and_then(|path| path.transform(self.to_px)) {
            self.line_px(&path, colour, alpha, (width * scale).max(0.7 * self.high_px / 256.0));
        }
    }

    /// A soft round glow that brightens what is behind it.
    pub fn glow(&mut self, x: f32, y: f32, radius: f32, colour: Rgb, alpha: f32) {
        self.halo(x, y, radius, colour, alpha, BlendMode::Screen);
    }

    /// A soft round patch laid over what is behind it.
    pub fn soft(&mut self, x: f32, y: f32, radius: f32, colour: Rgb, alpha: f32) {
        self.halo(x, y, radius, colour, alpha, BlendMode::SourceOver);
    }

    fn halo(&mut self, x: f32, y: f32, radius: f32, colour: Rgb, alpha: f32, blend_mode: BlendMode) {
        let centre = Point::from_xy(x, y);
        let stops = vec![
            GradientStop::new(0.0, colour.skia(alpha)),
            GradientStop::new(0.35, colour.skia(alpha * 0.55)),
            GradientStop::new(1.0, colour.skia(0.0)),
        ];
        let shader =
            RadialGradient::new(centre, 0.0, centre, radius, stops, SpreadMode::Pad, Transform::identity());
        let (Some(shader), Some(path)) = (shader, oval(x, y, radius, radius)) else { return };
        let paint = Paint { shader, blend_mode, anti_alias: false, ..Paint::default() };
        self.map.fill_path(&path, &paint, FillRule::Winding, self.to_px, None);
    }

    /// A vertical gradient over a rectangle, colours unlit.
    /// `stops` are (share of the height, colour, alpha).
    pub fn wash(&mut self, x: f32, y: f32, w: f32, h: f32, stops: &[(f32, Rgb, f32)]) {
        let stops = stops
            .iter()
            .map(|(at, colour, alpha)| GradientStop::new(*at, self.pigment(*colour).skia(*alpha)))
            .collect();
        let shader = LinearGradient::new(
            Point::from_xy(0.0, y),
            Point::from_xy(0.0, y + h),
            stops,
            SpreadMode::Pad,
            Transform::identity(),
        );
        let (Some(shader), Some(path)) = (shader, rect(x, y, w, h)) else { return };
        let paint = Paint { shader, anti_alias: false, ..Paint::default() };
        self.map.fill_path(&path, &paint, FillRule::Winding, self.to_px, None);
    }

    fn gradient(&mut self, path: &Path, top: Rgb, bottom: Rgb, alpha: f32) {
        let bounds = path.bounds();
        let shader = LinearGradient::new(
            Point::from_xy(bounds.left(), bounds.top()),
            Point::from_xy(bounds.left(), bounds.bottom()),
            vec![GradientStop::new(0.0, top.skia(alpha)), GradientStop::new(1.0, bottom.skia(alpha))],
            SpreadMode::Pad,
            Transform::identity(),
        );
        // A shape without height has no gradient.
        let shader = shader.unwrap_or(Shader::SolidColor(bottom.skia(alpha)));
        let paint = Paint { shader, anti_alias: true, ..Paint::default() };
        self.map.fill_path(path, &paint, FillRule::Winding, Transform::identity(), None);
    }

    fn flat(&mut self, path: &Path, colour: Rgb, alpha: f32) {
        let paint = solid(colour.skia(alpha));
        self.map.fill_path(path, &paint, FillRule::Winding, Transform::identity(), None);
    }

    fn line_px(&mut self, path: &Path, colour: Rgb, alpha: f32, width_px: f32) {
        let stroke = Stroke {
            width: width_px,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        self.map.stroke_path(path, &solid(colour.skia(alpha)), &stroke, Transform::identity(), None);
    }
}

fn solid(colour: Color) -> Paint<'static> {
    Paint { shader: Shader::SolidColor(colour), anti_alias: true, ..Paint::default() }
}
