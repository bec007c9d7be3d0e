//! The window's icons, drawn with lines so that they are sharp at any scale
//! and take the colour of the text beside them.
//!
//! Each is drawn on a square of 24 by 24 units with a margin of 3.

use egui::{Atom, Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, Vec2};

use super::theme::size;

/// A drawing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Icon {
    /// Open a file.
    Open,
    /// Save.
    Save,
    /// Export.
    Export,
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// A page of text.
    Story,
    /// Look for scenes.
    Find,
    /// A brush.
    Brush,
    /// An eraser.
    Eraser,
    /// Paint again.
    Repaint,
    /// A die.
    Dice,
    /// A closed lock.
    Locked,
    /// An open lock.
    Unlocked,
    /// Close, cancel.
    Close,
    /// Something failed.
    Failed,
    /// A warning.
    Warning,
    /// All is well.
    Done,
    /// Waiting.
    Clock,
    /// No picture yet.
    Picture,
    /// Words that changed.
    Pencil,
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// The sun: to the light theme.
    Sun,
    /// The moon: to the dark theme.
    Moon,
    /// More of the same.
    Duplicate,
    /// Remove.
    Trash,
    /// A favourite.
    Star,
    /// Upwards.
    Up,
    /// Downwards.
    Down,
    /// Let go on.
    Play,
    /// Hold back.
    Pause,
    /// Settings.
    Settings,
    /// Less.
    Minus,
    /// More.
    Plus,
    /// Cut in two.
    Split,
    /// Join.
    Merge,
    /// Leave out.
    Skip,
    /// The moment to be painted.
    Moment,
    /// Two side by side.
    Compare,
    /// Look for words.
    Search,
    /// Members of the cast.
    Cast,
    /// What was done before.
    History,
    /// A list of work.
    Queue,
    /// A picture's shape.
    Square,
    /// A picture's shape.
    Landscape,
    /// A picture's shape.
    Portrait,
}

/// An icon as part of a button or a label; takes the text's colour.
pub fn icon_atom(icon: Icon) -> Atom<'static> {
    Atom::paint(Vec2::splat(size::ICON), move |ui: &Ui, args| {
        paint(ui.painter(), args.rect, icon, args.fallback_text_color);
    })
}

struct Pen<'a> {
    painter: &'a Painter,
    rect: Rect,
    stroke: Stroke,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> Pos2 {
        self.rect.lerp_inside(Vec2::new(x / 24.0, y / 24.0))
    }

    fn length(&self, units: f32) -> f32 {
        units / 24.0 * self.rect.width()
    }

    fn line(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|&(x, y)| self.at(x, y)).collect();
        self.painter.add(Shape::line(points, self.stroke));
    }

    fn closed(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|&(x, y)| self.at(x, y)).collect();
        self.painter.add(Shape::closed_line(points, self.stroke));
    }

    fn frame(&self, x0: f32, y0: f32, x1: f32, y1: f32, radius: f32) {
        let rect = Rect::from_min_max(self.at(x0, y0), self.at(x1, y1));
        self.painter.rect_stroke(rect, self.length(radius), self.stroke, StrokeKind::Middle);
    }

    fn circle(&self, x: f32, y: f32, radius: f32) {
        self.painter.circle_stroke(self.at(x, y), self.length(radius), self.stroke);
    }

    fn dot(&self, x: f32, y: f32, radius: f32) {
        self.painter.circle_filled(self.at(x, y), self.length(radius), self.stroke.color);
    }

    /// Angles in degrees, clockwise from the right.
    fn arc(&self, x: f32, y: f32, radius: f32, from: f32, to: f32) {
        const PARTS: usize = 20;
        let points: Vec<_> = (0..=PARTS)
            .map(|i| {
                let angle = (from + (to - from) * i as f32 / PARTS as f32).to_radians();
                (x + radius * angle.cos(), y + radius * angle.sin())
            })
            .collect();
        self.line(&points);
    }
}

/// Draws an icon into a square.
pub fn paint(painter: &Painter, rect: Rect, icon: Icon, colour: Color32) {
    let side = rect.width().min(rect.height());
    let rect = Rect::from_center_size(rect.center(), Vec2::splat(side));
    let pen = Pen { painter, rect, stroke: Stroke::new((side / 13.0).max(1.2), colour) };
    match icon {
        Icon::Open => {
            pen.line(&[(3.0, 18.5), (3.0, 5.5), (9.0, 5.5), (11.0, 8.0), (18.5, 8.0), (18.5, 11.0)]);
            pen.closed(&[(3.0, 18.5), (6.5, 11.0), (21.5, 11.0), (18.0, 18.5)]);
        }
        Icon::Save => {
            pen.closed(&[(4.0, 4.0), (16.5, 4.0), (20.0, 7.5), (20.0, 20.0), (4.0, 20.0)]);
            pen.line(&[(8.0, 4.0), (8.0, 9.0), (15.0, 9.0), (15.0, 4.0)]);
            pen.line(&[(7.5, 20.0), (7.5, 13.5), (16.5, 13.5), (16.5, 20.0)]);
        }
        Icon::Export => {
            pen.line(&[(4.0, 14.0), (4.0, 20.0), (20.0, 20.0), (20.0, 14.0)]);
            pen.line(&[(12.0, 15.5), (12.0, 3.8)]);
            pen.line(&[(7.5, 8.2), (12.0, 3.7), (16.5, 8.2)]);
        }
        Icon::Undo => {
            pen.line(&[(8.5, 4.0), (4.0, 8.5), (8.5, 13.0)]);
            pen.line(&[(4.2, 8.5), (14.5, 8.5)]);
            pen.arc(14.5, 13.8, 5.3, -90.0, 90.0);
            pen.line(&[(14.5, 19.1), (9.0, 19.1)]);
        }
        Icon::Redo => {
            pen.line(&[(15.5, 4.0), (20.0, 8.5), (15.5, 13.0)]);
            pen.line(&[(19.8, 8.5), (9.5, 8.5)]);
            pen.arc(9.5, 13.8, 5.3, -90.0, -270.0);
            pen.line(&[(9.5, 19.1), (15.0, 19.1)]);
        }
        Icon::Story => {
            pen.frame(4.5, 3.0, 19.5, 21.0, 2.5);
            pen.line(&[(8.0, 8.0), (16.0, 8.0)]);
            pen.line(&[(8.0, 12.0), (16.0, 12.0)]);
            pen.line(&[(8.0, 16.0), (13.0, 16.0)]);
        }
        Icon::Find | Icon::Search => {
            pen.circle(10.5, 10.5, 6.5);
            pen.line(&[(15.4, 15.4), (20.5, 20.5)]);
        }
        Icon::Brush => {
            pen.line(&[(20.5, 3.5), (11.5, 12.5)]);
            pen.closed(&[(11.8, 11.0), (14.0, 13.2), (11.0, 17.8), (4.0, 20.0), (6.6, 13.6)]);
        }
        Icon::Eraser => {
            pen.closed(&[(13.5, 4.0), (20.5, 11.0), (12.0, 19.5), (8.5, 19.5), (3.5, 14.5)]);
            pen.line(&[(8.5, 9.2), (15.4, 16.0)]);
            pen.line(&[(11.0, 19.5), (20.5, 19.5)]);
        }
        Icon::Repaint => {
            pen.arc(12.0, 12.0, 8.0, -60.0, 200.0);
            pen.line(&[(11.6, 5.6), (16.0, 5.0), (17.0, 9.4)]);
        }
        Icon::Dice => {
            pen.frame(4.0, 4.0, 20.0, 20.0, 4.0);
            for (x, y) in [(8.5, 8.5), (15.5, 8.5), (12.0, 12.0), (8.5, 15.5), (15.5, 15.5)] {
                pen.dot(x, y, 1.5);
            }
        }
        Icon::Locked | Icon::Unlocked => {
            pen.frame(5.0, 11.0, 19.0, 20.5, 2.5);
            pen.arc(12.0, 8.5, 4.2, 180.0, 360.0);
            pen.line(&[(7.8, 8.5), (7.8, 11.0)]);
            if icon == Icon::Locked {
                pen.line(&[(16.2, 8.5), (16.2, 11.0)]);
            }
            pen.dot(12.0, 15.6, 1.4);
        }
        Icon::Close => {
            pen.line(&[(6.0, 6.0), (18.0, 18.0)]);
            pen.line(&[(18.0, 6.0), (6.0, 18.0)]);
        }
        Icon::Failed => {
            pen.circle(12.0, 12.0, 8.5);
            pen.line(&[(9.0, 9.0), (15.0, 15.0)]);
            pen.line(&[(15.0, 9.0), (9.0, 15.0)]);
        }
        Icon::Warning => {
            pen.closed(&[(12.0, 3.8), (21.2, 20.0), (2.8, 20.0)]);
            pen.line(&[(12.0, 9.8), (12.0, 14.4)]);
            pen.dot(12.0, 17.2, 1.1);
        }
        Icon::Done => {
            pen.circle(12.0, 12.0, 8.5);
            pen.line(&[(8.0, 12.4), (11.0, 15.4), (16.2, 9.2)]);
        }
        Icon::Clock => {
            pen.circle(12.0, 12.0, 8.5);
            pen.line(&[(12.0, 7.2), (12.0, 12.0), (15.6, 14.2)]);
        }
        Icon::Picture => {
            pen.frame(3.0, 5.0, 21.0, 19.0, 2.5);
            pen.line(&[(4.0, 17.5), (9.5, 11.5), (13.0, 15.2), (15.5, 13.0), (20.0, 17.0)]);
            pen.circle(15.8, 9.2, 1.5);
        }
        Icon::Pencil => {
            pen.closed(&[(4.0, 20.0), (5.0, 15.5), (16.5, 4.0), (20.0, 7.5), (8.5, 19.0)]);
            pen.line(&[(13.8, 6.7), (17.3, 10.2)]);
        }
        Icon::Left => pen.line(&[(14.5, 5.5), (8.5, 12.0), (14.5, 18.5)]),
        Icon::Right => pen.line(&[(9.5, 5.5), (15.5, 12.0), (9.5, 18.5)]),
        Icon::Sun => {
            pen.circle(12.0, 12.0, 4.0);
            for step in 0..8 {
                let (sin, cos) = (step as f32 * 45.0_f32).to_radians().sin_cos();
                let end = |r: f32| (12.0 + r * cos, 12.0 + r * sin);
                pen.line(&[end(6.8), end(9.2)]);
            }
        }
        Icon::Moon => {
            // Outer circle and the circle that bites it meet at these angles.
            let mut points = Vec::new();
            let mut arc = |x: f32, y: f32, r: f32, from: f32, to: f32| {
                points.extend((0..=16).map(|i| {
                    let angle = (from + (to - from) * i as f32 / 16.0).to_radians();
                    (x + r * angle.cos(), y + r * angle.sin())
                }));
            };
            arc(11.5, 12.5, 8.0, 8.0, 262.0);
            arc(17.3, 6.7, 7.0, 196.0, 74.0);
            pen.closed(&points);
        }
        Icon::Duplicate => {
            pen.frame(8.5, 8.5, 20.0, 20.0, 2.5);
            pen.line(&[(15.5, 5.0), (15.5, 4.0), (4.0, 4.0), (4.0, 15.5), (5.0, 15.5)]);
        }
        Icon::Trash => {
            pen.line(&[(4.0, 6.5), (20.0, 6.5)]);
            pen.line(&[(9.0, 6.5), (9.0, 3.8), (15.0, 3.8), (15.0, 6.5)]);
            pen.line(&[(6.0, 6.5), (7.0, 20.2), (17.0, 20.2), (18.0, 6.5)]);
            pen.line(&[(10.2, 10.5), (10.6, 16.5)]);
            pen.line(&[(13.8, 10.5), (13.4, 16.5)]);
        }
        Icon::Star => {
            let points: Vec<_> = (0..10)
                .map(|i| {
                    let radius = if i % 2 == 0 { 9.0 } else { 4.0 };
                    let (sin, cos) = (i as f32 * 36.0 - 90.0_f32).to_radians().sin_cos();
                    (12.0 + radius * cos, 12.6 + radius * sin)
                })
                .collect();
            pen.closed(&points);
        }
        Icon::Up => pen.line(&[(5.5, 14.5), (12.0, 8.5), (18.5, 14.5)]),
        Icon::Down => pen.line(&[(5.5, 9.5), (12.0, 15.5), (18.5, 9.5)]),
        Icon::Play => pen.closed(&[(8.0, 5.0), (19.0, 12.0), (8.0, 19.0)]),
        Icon::Pause => {
            pen.line(&[(8.5, 5.5), (8.5, 18.5)]);
            pen.line(&[(15.5, 5.5), (15.5, 18.5)]);
        }
        Icon::Settings => {
            for (y, knob) in [(6.5, 15.5), (12.0, 8.5), (17.5, 14.0)] {
                pen.line(&[(3.5, y), (knob - 2.2, y)]);
                pen.line(&[(knob + 2.2, y), (20.5, y)]);
                pen.circle(knob, y, 2.2);
            }
        }
        Icon::Minus => pen.line(&[(6.0, 12.0), (18.0, 12.0)]),
        Icon::Plus => {
            pen.line(&[(6.0, 12.0), (18.0, 12.0)]);
            pen.line(&[(12.0, 6.0), (12.0, 18.0)]);
        }
        Icon::Split => {
            pen.line(&[(3.0, 12.0), (21.0, 12.0)]);
            pen.line(&[(8.5, 6.5), (12.0, 3.0), (15.5, 6.5)]);
            pen.line(&[(12.0, 3.2), (12.0, 9.0)]);
            pen.line(&[(8.5, 17.5), (12.0, 21.0), (15.5, 17.5)]);
            pen.line(&[(12.0, 20.8), (12.0, 15.0)]);
        }
        Icon::Merge => {
            pen.line(&[(3.0, 12.0), (21.0, 12.0)]);
            pen.line(&[(8.5, 5.5), (12.0, 9.0), (15.5, 5.5)]);
            pen.line(&[(12.0, 8.8), (12.0, 3.0)]);
            pen.line(&[(8.5, 18.5), (12.0, 15.0), (15.5, 18.5)]);
            pen.line(&[(12.0, 15.2), (12.0, 21.0)]);
        }
        Icon::Skip => {
            pen.arc(12.0, 18.0, 10.5, -145.0, -35.0);
            pen.arc(12.0, 6.0, 10.5, 35.0, 145.0);
            pen.circle(12.0, 12.0, 2.6);
            pen.line(&[(4.5, 19.5), (19.5, 4.5)]);
        }
        Icon::Moment => {
            pen.circle(12.0, 12.0, 7.5);
            pen.dot(12.0, 12.0, 2.4);
            for (x, y) in [(0.0, -1.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 0.0)] {
                pen.line(&[(12.0 + 5.5 * x, 12.0 + 5.5 * y), (12.0 + 10.0 * x, 12.0 + 10.0 * y)]);
            }
        }
        Icon::Compare => {
            pen.frame(3.0, 5.0, 10.5, 19.0, 1.5);
            pen.frame(13.5, 5.0, 21.0, 19.0, 1.5);
        }
        Icon::Cast => {
            pen.circle(9.0, 8.5, 3.6);
            pen.arc(9.0, 20.0, 6.2, 180.0, 360.0);
            pen.arc(15.5, 8.5, 3.4, -90.0, 90.0);
            pen.arc(15.0, 20.0, 6.2, -65.0, 0.0);
        }
        Icon::History => {
            pen.arc(12.5, 12.0, 8.0, -150.0, 150.0);
            pen.line(&[(3.6, 5.2), (5.4, 8.4), (9.0, 7.6)]);
            pen.line(&[(12.5, 7.5), (12.5, 12.2), (15.8, 14.2)]);
        }
        Icon::Queue => {
            for y in [6.5, 12.0, 17.5] {
                pen.dot(4.8, y, 1.4);
                pen.line(&[(9.0, y), (20.5, y)]);
            }
        }
        Icon::Square => pen.frame(5.5, 5.5, 18.5, 18.5, 1.5),
        Icon::Landscape => pen.frame(3.5, 6.8, 20.5, 17.2, 1.5),
        Icon::Portrait => pen.frame(6.8, 3.5, 17.2, 20.5, 1.5),
    }
}
