//! Puts a scene together: planes, places, light on the figures.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tiny_skia::{Pixmap, PixmapPaint, Transform};

use super::canvas::{Easel, Role, oval};
use super::colour::Rgb;
use super::finish::{RgbPicture, finish};
use super::light::Light;
use super::spec::{Carry, SceneSpec, SubjectSpec};
use super::words::{Colour, Place, Pose, Prop, Setting, Shot, Span, Style, Subject};
use super::{props, settings, sky, subjects, weather};

/// A picture and where its figures are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Painting {
    /// What is seen.
    pub picture: RgbPicture,
    /// How much of each pixel figures and props cover, 0..=255, row by row.
    /// What hides them in the foreground is not taken off.
    pub figures: Vec<u8>,
}

/// Paints a scene. The same spec and size give the same bytes. Sizes from 64 to
/// 1024 pixels a side are meant; smaller ones are raised to 1 pixel.
pub fn paint(spec: &SceneSpec, width_px: u32, height_px: u32) -> RgbPicture {
    paint_with_figures(spec, width_px, height_px).picture
}

/// As [`paint`], with the map of the figures.
pub fn paint_with_figures(spec: &SceneSpec, width_px: u32, height_px: u32) -> Painting {
    let (width_px, height_px) = (width_px.max(1), height_px.max(1));
    let mut rng = ChaCha8Rng::seed_from_u64(spec.seed);
    // The light falls on the first figure's face.
    let from_left = spec.subjects.first().is_none_or(|who| who.facing_left);
    let light = Light::new(spec.setting, spec.time, spec.weather, from_left);
    let Some(mut easel) = Easel::new(width_px, height_px, spec.style, light) else {
        // Only a picture too large for memory has no easel.
        let picture = RgbPicture { width_px: 0, height_px: 0, pixels: Vec::new() };
        return Painting { picture, figures: Vec::new() };
    };
    if !spec.setting.is_indoors() {
        sky::sky(&mut easel, &mut rng, spec.time, spec.weather);
    }
    let zoom = match spec.shot {
        // A room is small already.
        _ if spec.setting.is_indoors() => 1.0,
        Shot::Wide => 1.0,
        Shot::Medium => 1.10,
        Shot::Close => 1.28,
    };
    let (mid, eye) = (easel.wide / 2.0, 0.74);
    easel.within(mid * (1.0 - zoom), eye * (1.0 - zoom), zoom, zoom, |e| {
        settings::paint_behind(e, &mut rng, spec);
    });
    if !spec.setting.is_sheltered() {
        weather::air_behind(&mut easel, &mut rng, spec.weather);
    }
    let places = arrange(&easel, spec);
    large_prop(&mut easel, spec, &places);
    // Far figures first, so that near ones cover them.
    let mut order: Vec<usize> = (0..spec.subjects.len()).collect();
    order.sort_by(|a, b| places[*a].foot.total_cmp(&places[*b].foot));
    for index in order {
        figure(&mut easel, spec, index, places[index]);
    }
    if spec.subjects.is_empty() {
        lone_prop(&mut easel, spec);
    }
    easel.role = Role::Scenery;
    settings::paint_front(&mut easel, &mut rng, spec);
    if !spec.setting.is_sheltered() {
        // The same drops fall in every rain: see `finish`.
        let mut air = ChaCha8Rng::seed_from_u64(spec.weather as u64);
        weather::air_before(&mut easel, &mut air, spec.weather, spec.time);
    }
    let picture = finish(easel.map.data(), &easel.figures, width_px, height_px, spec.style);
    Painting { picture, figures: easel.figures }
}

/// Where a figure stands: scene units.
#[derive(Debug, Clone, Copy)]
struct Spot {
    x: f32,
    foot: f32,
    scale: f32,
    depth: f32,
}

/// Figures stand on a grid and have one size a shot, so that what a small model
/// learns of a figure in one place serves it in every other: a picture of about
/// 8 by 8 cells, 6 high in landscape and 9 in portrait. At the sizes of training
/// a cell is 32 pixels, which is one token.
struct Grid {
    columns: f32,
    rows: f32,
}

impl Grid {
    fn new(wide: f32) -> Self {
        let rows = (8.0 / wide.sqrt()).floor().max(1.0);
        Self { columns: wide * rows, rows }
    }

    /// Where figure `who` with this frame stands, in scene units.
    fn spot(&self, spec: &SceneSpec, who: &SubjectSpec, frame: subjects::Frame) -> Spot {
        let pair = spec.subjects.len() == 2;
        let (tall, ground) = match spec.shot {
            Shot::Wide => (3.0, self.rows - 1.0),
            Shot::Medium => (4.25, self.rows - 0.5),
            Shot::Close => (6.0, self.rows - 0.25),
        };
        let (span, drop, depth) = match who.span {
            Span::Near => (1.15, 0.25, 0.0),
            Span::Middle => (1.0, 0.0, 0.03),
            Span::Far => (0.72, -0.5, 0.16),
        };
        let mut foot: f32 = ground + drop;
        if who.pose == Pose::Flying {
            let share = match spec.shot {
                Shot::Wide => 0.52,
                Shot::Medium => 0.66,
                Shot::Close => 0.84,
            };
            foot = halves(self.rows * share, f32::round) + drop;
        }
        let afloat = in_a_boat(spec, who);
        if afloat {
            foot -= 0.5;
        }
        if swims(spec, who) {
            // In the water behind the shore.
            let shore = if spec.setting == Setting::OpenSea { 0.90 } else { 0.74 };
            foot = (foot - 1.0).min(halves(self.rows * shore, f32::round));
        }
        let half = if afloat { frame.half.max(0.5) } else { frame.half };
        let room = match (pair, who.place) {
            (true, _) => 0.50,
            // To one side: not so large that it is in the middle again.
            (false, Place::Left | Place::Right) => 0.66,
            (false, Place::Centre) => 0.94,
        };
        let scale =
            (tall * frame.size * span).min(self.columns * room / (2.0 * half)).min((foot - 0.2) / frame.high);
        let aside = halves(self.columns * 0.25, f32::floor);
        let middle = self.columns / 2.0;
        let x = match who.place {
            Place::Left => aside,
            Place::Right => self.columns - aside,
            // Where no line runs through the middle there is room to look into.
            Place::Centre if who.facing_left => middle.ceil(),
            Place::Centre => middle.floor(),
        };
        let reach = halves(half * scale + 0.1, f32::ceil).min(middle);
        let x = x.clamp(reach, self.columns - reach);
        Spot { x: x / self.rows, foot: foot / self.rows, scale: scale / self.rows, depth }
    }
}

/// Rounds to halves of a cell.
fn halves(value: f32, round: fn(f32) -> f32) -> f32 {
    round(value * 2.0) / 2.0
}

fn arrange(easel: &Easel, spec: &SceneSpec) -> Vec<Spot> {
    let grid = Grid::new(easel.wide);
    let figures = spec.subjects.iter().enumerate();
    figures.map(|(index, who)| grid.spot(spec, who, subjects::frame(who, held_prop(spec, index)))).collect()
}

/// At sea people and animals are in boats; what flies is over them.
fn in_a_boat(spec: &SceneSpec, who: &SubjectSpec) -> bool {
    spec.setting == Setting::OpenSea && who.pose != Pose::Flying && who.subject != Subject::Whale
}

/// Whether the figure is in the water itself.
fn swims(spec: &SceneSpec, who: &SubjectSpec) -> bool {
    who.subject == Subject::Whale && who.pose != Pose::Flying && spec.setting.is_watery()
}

/// The prop in the hands of figure `index`.
fn held_prop(spec: &SceneSpec, index: usize) -> Option<Prop> {
    if index == 0 && spec.carry() == Some(Carry::Held) { spec.prop } else { None }
}

/// Boats and tents stand behind the figures.
fn large_prop(easel: &mut Easel, spec: &SceneSpec, places: &[Spot]) {
    let Some(prop) = spec.prop.filter(|prop| prop.is_large()) else { return };
    let size = match (spec.shot, places.is_empty()) {
        (_, true) => 0.44,
        (Shot::Wide, _) => 0.27,
        (Shot::Medium, _) => 0.36,
        (Shot::Close, _) => 0.44,
    };
    let x = match places.first() {
        Some(spot) if places.len() == 2 => (spot.x + places[1].x) / 2.0,
        Some(spot) => {
            // On the side with more room, or where the figure looks.
            let right = if (spot.x - easel.wide / 2.0).abs() < 0.05 {
                !spec.subjects[0].facing_left
            } else {
                spot.x < easel.wide / 2.0
            };
            // Whole in the picture, and as far from the figure as that allows.
            let edge = size * 0.66 + 0.02;
            if right { (spot.x + 0.46).min(easel.wide - edge) } else { (spot.x - 0.46).max(edge) }
        }
        None => easel.wide / 2.0,
    };
    let foot = if prop == Prop::Boat { 0.86 } else { 0.82 };
    easel.role = Role::Figure;
    easel.depth = 0.08;
    ground_shadow(easel, x, foot, size * 0.55);
    on_a_layer(easel, size, |easel| {
        easel.within(x, foot, size, size, |e| props::paint(e, prop, Colour::White));
    });
    easel.depth = 0.0;
}

fn lone_prop(easel: &mut Easel, spec: &SceneSpec) {
    let Some(prop) = spec.prop.filter(|prop| !prop.is_large()) else { return };
    let size = if spec.shot == Shot::Wide { 0.26 } else { 0.38 };
    easel.role = Role::Figure;
    let x = easel.wide / 2.0;
    ground_shadow(easel, x, 0.88, size * 0.4);
    on_a_layer(easel, size, |easel| {
        easel.within(x, 0.88, size, size, |e| props::paint_on_ground(e, prop, Colour::White));
    });
}

fn ground_shadow(easel: &mut Easel, x: f32, foot: f32, half: f32) {
    let light = easel.light;
    let away = if light.from_left { 1.0 } else { -1.0 };
    let reach = half * (1.0 + light.shadow_reach);
    let shade = Rgb(0.08, 0.08, 0.18);
    let shift = away * half * light.shadow_reach * 0.8;
    easel.raw(oval(x + shift, foot, reach, (half * 0.20).min(0.03)), shade, light.shadow * 0.75);
    easel.raw(oval(x, foot, half * 0.8, (half * 0.15).min(0.022)), shade, light.shadow);
}

fn figure(easel: &mut Easel, spec: &SceneSpec, index: usize, spot: Spot) {
    let who = spec.subjects[index];
    let held = held_prop(spec, index);
    let afloat = in_a_boat(spec, &who);
    let frame = subjects::frame(&who, None);
    easel.role = Role::Figure;
    easel.depth = spot.depth;
    let floats = who.subject == Subject::Ghost || swims(spec, &who);
    if who.pose != Pose::Flying && !afloat && !floats {
        ground_shadow(easel, spot.x, spot.foot, frame.half * spot.scale * 0.85);
    }
    let facing = if who.facing_left { -1.0 } else { 1.0 };
    easel.prop_scale = match spec.shot {
        Shot::Wide => 1.40,
        Shot::Medium => 1.15,
        Shot::Close => 1.0,
    };
    let rim_y = spot.foot - 0.13 * spot.scale;
    let hull = Rgb::hex(0xa3683c);
    let boat_half = frame.half.max(0.42) * spot.scale * 1.12;
    on_a_layer(easel, spot.scale, |easel| {
        if held == Some(Prop::Kite) {
            kite(easel, &who, spot, facing);
        }
        if afloat {
            settings::rowing_boat_inside(easel, spot.x, rim_y, boat_half, hull);
        }
        easel.within(spot.x, spot.foot, facing * spot.scale, spot.scale, |e| {
            subjects::paint(e, &who, held, spec.seed.wrapping_add(index as u64));
        });
        if afloat {
            settings::rowing_boat_hull(easel, spot.x, rim_y, boat_half, hull);
        }
        if index == 0
            && spec.carry() == Some(Carry::Beside)
            && let Some(prop) = spec.prop.filter(|prop| !prop.is_large())
        {
            beside(easel, prop, &who, spot, frame.half, facing, spec.shot);
        }
    });
    easel.depth = 0.0;
}

/// A prop on the ground next to a figure without hands.
fn beside(easel: &mut Easel, prop: Prop, who: &SubjectSpec, spot: Spot, half: f32, facing: f32, shot: Shot) {
    let size = spot.scale * if shot == Shot::Wide { 0.78 } else { 0.58 };
    let reach = (half * 0.9) * spot.scale + size * 0.22;
    let mut x = spot.x + facing * reach;
    if x < size * 0.35 || x > easel.wide - size * 0.35 {
        x = spot.x - facing * reach;
    }
    x = x.clamp(size * 0.35, (easel.wide - size * 0.35).max(size * 0.35));
    let foot = spot.foot + 0.012;
    easel.within(x, foot, size, size, |e| props::paint_on_ground(e, prop, who.colour));
}

/// A kite high in the picture and its string down to the raised hand.
fn kite(easel: &mut Easel, who: &SubjectSpec, spot: Spot, facing: f32) {
    let (out, up) = subjects::high_hand(who.subject);
    // A seated figure's hand is lower.
    let sunk = if who.pose == Pose::Sitting { 0.14 } else { 0.0 };
    let hand = (spot.x + facing * spot.scale * out, spot.foot + spot.scale * (up + sunk));
    let x = (spot.x + facing * 0.34).clamp(0.16, (easel.wide - 0.16).max(0.16));
    let y = (hand.1 - 0.30).clamp(0.14, 0.34);
    props::kite_in_the_air(easel, (x, y), hand, 0.24, who.colour);
}

/// Paints what belongs to the figures on a sheet of its own and lays that down.
fn on_a_layer(easel: &mut Easel, scale: f32, paint: impl FnOnce(&mut Easel)) {
    let Some(layer) = Pixmap::new(easel.map.width(), easel.map.height()) else { return };
    let ground = std::mem::replace(&mut easel.map, layer);
    paint(easel);
    let layer = std::mem::replace(&mut easel.map, ground);
    lay_down(easel, layer, scale);
}

/// Lays a painted figure onto the picture: a pale halo behind it, a lit rim
/// towards the sun or the moon, shade on the other side.
fn lay_down(easel: &mut Easel, mut layer: Pixmap, scale: f32) {
    let (wide, high) = (layer.width() as usize, layer.height() as usize);
    let light = easel.light;
    let reach = (easel.high_px() * (0.012 + 0.016 * scale)).max(1.5);
    let soft = blurred_alpha(layer.data(), wide, high, reach as usize);
    let paper = easel.style == Style::PaperCut;
    let strength = match easel.style {
        Style::PaperCut => 0.35,
        Style::Woodcut | Style::PixelArt => 0.55,
        _ => 1.0,
    };
    let toward = if light.from_left { -0.75 } else { 0.75 };
    let (dx, dy) = ((toward * reach).round() as isize, (-0.66 * reach).round() as isize);
    let sample = |x: isize, y: isize| {
        let (x, y) = (x.clamp(0, wide as isize - 1), y.clamp(0, high as isize - 1));
        soft[y as usize * wide + x as usize]
    };
    let mut halo = light.haze.lighter(0.35 + 0.10 * light.lamps);
    let mut halo_share = (if paper { 0.14 } else { 0.30 }) + 0.22 * light.lamps;
    if easel.style == Style::Woodcut && light.lamps > 0.5 {
        // By night a figure is cut free of the black block.
        (halo, halo_share) = (Rgb(0.90, 0.86, 0.74), 0.62);
    }
    let ground = easel.map.data_mut();
    let pixels = layer.data_mut();
    for y in 0..high {
        for x in 0..wide {
            let at = y * wide + x;
            if soft[at] <= 0.0 {
                continue;
            }
            let glow = halo_share * soft[at];
            for (channel, value) in [halo.0, halo.1, halo.2].into_iter().enumerate() {
                let below = f32::from(ground[at * 4 + channel]);
                ground[at * 4 + channel] = (below + (value.min(1.0) * 255.0 - below) * glow) as u8;
            }
            let alpha = pixels[at * 4 + 3];
            if alpha == 0 {
                continue;
            }
            // A lantern's glow is thin: it is not the lantern.
            let solid = (alpha.max(128) - 128) * 2;
            easel.figures[at] = easel.figures[at].max(solid + solid / 254);
            let (px, py) = (x as isize, y as isize);
            let slope = sample(px - dx, py - dy) - sample(px + dx, py + dy);
            let lit = (slope * 1.3 - 0.25).clamp(0.0, 1.0) * light.rim_share * strength;
            let shade = 1.0 - (-slope * 1.1 - 0.12).clamp(0.0, 0.8) * 0.36 * strength;
            for (channel, value) in [light.rim.0, light.rim.1, light.rim.2].into_iter().enumerate() {
                let own = f32::from(pixels[at * 4 + channel]) * shade;
                // Premultiplied: no channel may pass alpha.
                let target = value * f32::from(alpha);
                pixels[at * 4 + channel] = (own + (target - own) * lit).min(f32::from(alpha)) as u8;
            }
        }
    }
    easel.map.draw_pixmap(0, 0, layer.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
}

/// The alpha channel blurred twice with a box of `2 * reach + 1` pixels, 0..=1.
fn blurred_alpha(data: &[u8], wide: usize, high: usize, reach: usize) -> Vec<f32> {
    let mut from: Vec<f32> = data.chunks_exact(4).map(|pixel| f32::from(pixel[3]) / 255.0).collect();
    let mut to = vec![0.0; from.len()];
    for _ in 0..2 {
        box_blur(&from, &mut to, wide, high, 1, wide, reach);
        box_blur(&to, &mut from, high, wide, wide, 1, reach);
    }
    from
}

/// Blurs `lines` lines of `length` values; `step` and `stride` are the distances
/// between values of a line and between lines.
fn box_blur(
    from: &[f32],
    to: &mut [f32],
    length: usize,
    lines: usize,
    step: usize,
    stride: usize,
    reach: usize,
) {
    let share = 1.0 / (2 * reach + 1) as f32;
    for line in 0..lines {
        let start = line * stride;
        // Outside counts as empty.
        let mut sum: f32 = (0..reach.min(length)).map(|at| from[start + at * step]).sum();
        for at in 0..length {
            if at + reach < length {
                sum += from[start + (at + reach) * step];
            }
            if at > reach {
                sum -= from[start + (at - reach - 1) * step];
            }
            to[start + at * step] = (sum * share).clamp(0.0, 1.0);
        }
    }
}
