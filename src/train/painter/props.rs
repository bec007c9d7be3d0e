//! The objects that matter in a story.
//!
//! Each is painted in its own units: its foot at the origin, about 1 high,
//! growing upwards to y = -1.

use super::canvas::{Easel, blob, curve, limb, oval, poly, rect};
use super::colour::Rgb;
use super::large_props;
use super::words::{Colour, Prop};

/// Gold of bells and keys.
const GOLD: Rgb = Rgb::hex(0xe8b536);

/// Where a hand takes the prop, in its units.
pub fn grip(prop: Prop) -> (f32, f32) {
    match prop {
        Prop::Lantern => (0.0, -0.98),
        Prop::Book => (0.0, -0.22),
        Prop::Umbrella => (0.0, -0.16),
        Prop::Bell => (0.0, -0.92),
        Prop::Basket => (0.0, -0.92),
        Prop::Sword => (0.0, -0.10),
        Prop::Key => (0.0, -0.90),
        Prop::Clock => (0.0, -0.10),
        Prop::Crown => (0.0, -0.06),
        Prop::Letter => (0.0, -0.24),
        Prop::Candle => (0.0, -0.12),
        Prop::Boat | Prop::Tent | Prop::Well | Prop::Wheelbarrow | Prop::Kite => (0.0, 0.0),
    }
}

/// Paints a prop upright. `beside` is the colour of who it belongs to: where
/// the prop has a free colour it differs from that.
pub fn paint(easel: &mut Easel, prop: Prop, beside: Colour) {
    match prop {
        Prop::Lantern => lantern(easel),
        Prop::Book => book(easel, free_colour(beside)),
        Prop::Umbrella => umbrella(easel, free_colour(beside)),
        Prop::Boat => large_props::boat(easel),
        Prop::Tent => large_props::tent(easel),
        Prop::Well => large_props::well(easel),
        Prop::Wheelbarrow => large_props::wheelbarrow(easel),
        Prop::Clock => clock(easel, free_colour(beside)),
        Prop::Crown => crown(easel),
        Prop::Letter => letter(easel),
        Prop::Candle => candle(easel),
        Prop::Bell => bell(easel),
        Prop::Kite => easel.within(0.0, -0.5, 1.0, 1.0, |e| kite(e, free_colour(beside))),
        Prop::Basket => basket(easel),
        Prop::Sword => sword(easel),
        Prop::Key => key(easel),
    }
}

/// Paints a prop the way it would be left on the ground.
pub fn paint_on_ground(easel: &mut Easel, prop: Prop, beside: Colour) {
    match prop {
        // A sword stands with its point in the ground, an umbrella lies open.
        Prop::Sword => easel.turned(0.0, -0.92, 180.0, |e| paint(e, prop, beside)),
        Prop::Umbrella => {
            easel.turned(-0.28, -0.20, 48.0, |e| e.within(0.0, 0.0, 0.95, 0.95, |e| paint(e, prop, beside)))
        }
        // A letter leans against nothing: it stands on its edge, a little turned.
        Prop::Letter => {
            easel.turned(0.0, 0.0, -6.0, |e| e.within(0.0, 0.08, 1.1, 1.1, |e| paint(e, prop, beside)))
        }
        Prop::Key => easel.turned(0.05, 0.0, -14.0, |e| paint(e, prop, beside)),
        _ => paint(easel, prop, beside),
    }
}

fn free_colour(beside: Colour) -> Rgb {
    match beside {
        Colour::Red | Colour::Orange | Colour::Brown => Rgb::hex(0x2f6fb8),
        _ => Rgb::hex(0xd8423a),
    }
}

fn lantern(easel: &mut Easel) {
    let lamps = easel.light.lamps;
    let iron = Rgb::hex(0x4a3b30);
    easel.glow(0.0, -0.36, 1.25, Rgb::hex(0xffb84f), 0.30 + 0.60 * lamps);
    easel.stroke(
        curve(&[(-0.16, -0.66), (-0.14, -0.90), (0.0, -1.0), (0.14, -0.90), (0.16, -0.66)]),
        iron,
        1.0,
        0.055,
    );
    easel.fill(poly(&[(-0.26, -0.02), (-0.22, -0.62), (0.22, -0.62), (0.26, -0.02)]), iron);
    easel.raw(poly(&[(-0.20, -0.10), (-0.17, -0.56), (0.17, -0.56), (0.20, -0.10)]), Rgb::hex(0xffd45e), 1.0);
    easel.raw(oval(0.0, -0.30, 0.10, 0.16), Rgb::hex(0xfff6cf), 1.0);
    easel.fill(poly(&[(-0.30, -0.60), (-0.10, -0.76), (0.10, -0.76), (0.30, -0.60)]), iron);
    easel.fill(poly(&[(-0.30, 0.0), (-0.30, -0.08), (0.30, -0.08), (0.30, 0.0)]), iron);
    easel.glow(0.0, -0.32, 0.5, Rgb::hex(0xffd98a), 0.35 + 0.4 * lamps);
}

fn book(easel: &mut Easel, cover: Rgb) {
    easel.fill(
        poly(&[(-0.58, -0.52), (0.0, -0.38), (0.58, -0.52), (0.58, -0.06), (0.0, 0.08), (-0.58, -0.06)]),
        cover,
    );
    let page = Rgb::hex(0xfbf5e4);
    easel.fill(
        blob(&[(0.0, -0.42), (-0.25, -0.58), (-0.52, -0.56), (-0.52, -0.14), (-0.25, -0.14), (0.0, 0.0)]),
        page,
    );
    easel.fill(
        blob(&[(0.0, -0.42), (0.25, -0.58), (0.52, -0.56), (0.52, -0.14), (0.25, -0.14), (0.0, 0.0)]),
        page.darker(0.04),
    );
    for (x, y) in [(-0.27, -0.44), (-0.27, -0.30), (0.27, -0.44), (0.27, -0.30)] {
        easel.stroke(curve(&[(x - 0.15, y), (x + 0.15, y)]), Rgb::hex(0x8c8678), 0.7, 0.035);
    }
    easel.stroke(curve(&[(0.0, -0.42), (0.0, 0.0)]), Rgb::hex(0x8c8070), 0.8, 0.03);
}

fn umbrella(easel: &mut Easel, cloth: Rgb) {
    easel.stroke(curve(&[(0.0, 0.0), (0.0, -0.95)]), Rgb::hex(0x5b4636), 1.0, 0.032);
    easel.stroke(
        curve(&[(0.0, -0.02), (0.02, 0.05), (0.07, 0.05), (0.085, 0.0)]),
        Rgb::hex(0x5b4636),
        1.0,
        0.032,
    );
    easel.fill(
        blob(&[
            (-0.50, -0.62),
            (-0.42, -0.80),
            (-0.22, -0.95),
            (0.0, -1.0),
            (0.22, -0.95),
            (0.42, -0.80),
            (0.50, -0.62),
            (0.34, -0.67),
            (0.17, -0.62),
            (0.0, -0.67),
            (-0.17, -0.62),
            (-0.34, -0.67),
        ]),
        cloth,
    );
    easel.dab(
        blob(&[(-0.17, -0.63), (-0.13, -0.84), (0.0, -0.99), (0.13, -0.84), (0.17, -0.63), (0.0, -0.67)]),
        cloth.lighter(0.28),
        0.7,
    );
    easel.stroke(curve(&[(0.0, -1.0), (0.0, -1.06)]), Rgb::hex(0x5b4636), 1.0, 0.03);
}

fn bell(easel: &mut Easel) {
    easel.fill(limb(&[(0.0, -0.62, 0.05), (0.0, -0.98, 0.065)]), Rgb::hex(0x7a4f30));
    easel.fill(oval(0.0, -0.03, 0.09, 0.08), GOLD.darker(0.35));
    easel.fill(
        blob(&[
            (-0.40, -0.06),
            (-0.28, -0.24),
            (-0.24, -0.46),
            (-0.14, -0.64),
            (0.0, -0.68),
            (0.14, -0.64),
            (0.24, -0.46),
            (0.28, -0.24),
            (0.40, -0.06),
            (0.0, -0.02),
        ]),
        GOLD,
    );
    easel.dab(
        blob(&[(-0.20, -0.22), (-0.16, -0.46), (-0.08, -0.58), (-0.05, -0.40), (-0.08, -0.2)]),
        GOLD.lighter(0.6),
        0.8,
    );
    easel.stroke(curve(&[(-0.33, -0.15), (0.0, -0.12), (0.33, -0.15)]), GOLD.darker(0.4), 0.8, 0.035);
}

fn kite(easel: &mut Easel, cloth: Rgb) {
    let (top, right, low, left) = ((0.0, -0.5), (0.34, -0.12), (0.0, 0.5), (-0.34, -0.12));
    easel.fill(poly(&[top, right, low, left]), cloth);
    easel.dab(poly(&[top, right, (0.0, -0.12)]), Rgb::hex(0xf6d24a), 1.0);
    easel.dab(poly(&[low, left, (0.0, -0.12)]), Rgb::hex(0xf6d24a), 1.0);
    easel.stroke(curve(&[top, low]), Rgb::hex(0x5a4636), 0.8, 0.025);
    easel.stroke(curve(&[left, right]), Rgb::hex(0x5a4636), 0.8, 0.025);
}

/// A kite in the sky: `at` its middle, `hand` the end of its string, scene units.
pub fn kite_in_the_air(easel: &mut Easel, at: (f32, f32), hand: (f32, f32), size: f32, beside: Colour) {
    let lean = if at.0 > hand.0 { 24.0 } else { -24.0 };
    let sag = ((at.0 + hand.0) / 2.0, (at.1 + hand.1) / 2.0 + 0.05);
    easel.stroke(curve(&[at, sag, hand]), Rgb::hex(0x5a5148), 0.9, 0.0045);
    let tail = if at.0 > hand.0 { -1.0 } else { 1.0 };
    let foot = (at.0 + tail * size * 0.2, at.1 + size * 0.46);
    easel.stroke(
        curve(&[
            foot,
            (foot.0 + tail * 0.03, foot.1 + 0.04),
            (foot.0 - tail * 0.005, foot.1 + 0.08),
            (foot.0 + tail * 0.03, foot.1 + 0.12),
        ]),
        Rgb::hex(0xf6d24a),
        1.0,
        0.009,
    );
    easel.turned(at.0, at.1, lean, |e| e.within(0.0, 0.0, size, size, |e| kite(e, free_colour(beside))));
}

fn basket(easel: &mut Easel) {
    let wicker = Rgb::hex(0xb98546);
    easel.stroke(
        curve(&[(-0.36, -0.42), (-0.28, -0.80), (0.0, -0.94), (0.28, -0.80), (0.36, -0.42)]),
        wicker.darker(0.25),
        1.0,
        0.06,
    );
    for (x, y, tone) in [(-0.2, -0.46, 0xcf3b32), (0.02, -0.50, 0xe0a02e), (0.22, -0.46, 0xcf3b32)] {
        easel.fill(oval(x, y, 0.14, 0.13), Rgb::hex(tone));
    }
    easel.fill(
        blob(&[
            (-0.42, -0.42),
            (0.0, -0.38),
            (0.42, -0.42),
            (0.35, -0.08),
            (0.2, 0.0),
            (-0.2, 0.0),
            (-0.35, -0.08),
        ]),
        wicker,
    );
    for y in [-0.28, -0.15] {
        easel.stroke(curve(&[(-0.36, y), (0.0, y + 0.03), (0.36, y)]), wicker.darker(0.4), 0.7, 0.035);
    }
    easel.stroke(curve(&[(-0.41, -0.41), (0.0, -0.37), (0.41, -0.41)]), wicker.lighter(0.3), 0.9, 0.05);
}

fn sword(easel: &mut Easel) {
    let steel = Rgb::hex(0xcfd6de);
    easel
        .fill(poly(&[(-0.062, -0.26), (-0.055, -0.92), (0.0, -1.05), (0.055, -0.92), (0.062, -0.26)]), steel);
    easel.dab(poly(&[(0.0, -0.26), (0.0, -1.04), (0.055, -0.92), (0.062, -0.26)]), steel.darker(0.25), 0.9);
    easel.fill(rect(-0.19, -0.29, 0.38, 0.065), GOLD);
    easel.fill(rect(-0.04, -0.23, 0.08, 0.19), Rgb::hex(0x6a3f2c));
    easel.fill(oval(0.0, -0.02, 0.06, 0.055), GOLD);
}

fn key(easel: &mut Easel) {
    easel.stroke(oval(0.0, -0.78, 0.18, 0.18), GOLD.darker(0.45), 1.0, 0.15);
    easel.stroke(oval(0.0, -0.78, 0.18, 0.18), GOLD, 1.0, 0.10);
    easel.fill(rect(-0.05, -0.60, 0.10, 0.60), GOLD);
    easel.fill(
        poly(&[
            (0.04, -0.02),
            (0.26, -0.02),
            (0.26, -0.11),
            (0.14, -0.11),
            (0.14, -0.16),
            (0.24, -0.16),
            (0.24, -0.25),
            (0.04, -0.25),
        ]),
        GOLD,
    );
}

fn clock(easel: &mut Easel, case: Rgb) {
    for x in [-0.22, 0.22] {
        easel.fill(limb(&[(x * 0.8, -0.12, 0.05), (x, -0.03, 0.045)]), case.darker(0.35));
        easel.fill(blob(&[(x * 0.55, -0.78), (x * 0.8, -0.96), (x * 1.5, -0.90), (x * 1.7, -0.70)]), GOLD);
    }
    easel.stroke(curve(&[(-0.06, -0.86), (0.0, -0.95), (0.06, -0.86)]), GOLD.darker(0.3), 1.0, 0.045);
    easel.fill(oval(0.0, -0.44, 0.40, 0.40), case);
    easel.fill(oval(0.0, -0.44, 0.31, 0.31), Rgb::hex(0xfdf8ea));
    for step in 0..12 {
        let turn = step as f32 * std::f32::consts::TAU / 12.0;
        let size = if step % 3 == 0 { 0.030 } else { 0.016 };
        easel.dab(oval(turn.cos() * 0.25, -0.44 + turn.sin() * 0.25, size, size), Rgb::hex(0x3a3430), 1.0);
    }
    easel.stroke(curve(&[(0.0, -0.44), (0.0, -0.64)]), Rgb::hex(0x2a2624), 1.0, 0.040);
    easel.stroke(curve(&[(0.0, -0.44), (0.14, -0.37)]), Rgb::hex(0x2a2624), 1.0, 0.045);
}

fn crown(easel: &mut Easel) {
    easel.dab(oval(0.0, -0.58, 0.40, 0.10), GOLD.darker(0.45), 1.0);
    easel.fill(
        poly(&[
            (-0.46, 0.0),
            (-0.58, -0.72),
            (-0.28, -0.40),
            (0.0, -0.86),
            (0.28, -0.40),
            (0.58, -0.72),
            (0.46, 0.0),
        ]),
        GOLD,
    );
    for (x, y) in [(-0.58, -0.74), (0.0, -0.88), (0.58, -0.74)] {
        easel.fill(oval(x, y, 0.075, 0.075), GOLD.lighter(0.35));
    }
    easel.dab(poly(&[(-0.47, -0.05), (-0.49, -0.20), (0.49, -0.20), (0.47, -0.05)]), GOLD.darker(0.22), 0.9);
    for (x, tone) in [(-0.28, 0x3a6cc0), (0.0, 0xd0342f), (0.28, 0x3a6cc0)] {
        easel.dab(oval(x, -0.125, 0.085, 0.075), Rgb::hex(tone), 1.0);
    }
}

fn letter(easel: &mut Easel) {
    let paper = Rgb::hex(0xfaf3e0);
    easel.fill(poly(&[(-0.48, -0.02), (-0.48, -0.62), (0.48, -0.62), (0.48, -0.02)]), paper);
    easel.dab(poly(&[(-0.47, -0.61), (0.47, -0.61), (0.0, -0.24)]), paper.darker(0.12), 1.0);
    for (x, y) in [(-0.47, -0.61), (0.47, -0.61)] {
        easel.stroke(curve(&[(x, y), (0.0, -0.24)]), Rgb::hex(0x9a8a6a), 0.9, 0.03);
    }
    for (x, y) in [(-0.47, -0.03), (0.47, -0.03)] {
        easel.stroke(curve(&[(x, y), (x * 0.25, -0.36)]), Rgb::hex(0x9a8a6a), 0.6, 0.022);
    }
    easel.fill(oval(0.0, -0.26, 0.12, 0.12), Rgb::hex(0xc8302c));
}

fn candle(easel: &mut Easel) {
    let lamps = easel.light.lamps;
    easel.glow(0.0, -0.78, 1.15, Rgb::hex(0xffb84f), 0.30 + 0.60 * lamps);
    easel.stroke(oval(0.34, -0.10, 0.085, 0.085), GOLD.darker(0.2), 1.0, 0.05);
    easel.fill(blob(&[(-0.36, -0.10), (-0.26, 0.0), (0.26, 0.0), (0.36, -0.10), (0.0, -0.06)]), GOLD);
    easel.fill(poly(&[(-0.13, -0.08), (-0.125, -0.60), (0.125, -0.60), (0.13, -0.08)]), Rgb::hex(0xfbf4e2));
    easel.fill(limb(&[(-0.09, -0.58, 0.045), (-0.10, -0.44, 0.04)]), Rgb::hex(0xfbf4e2));
    easel.stroke(curve(&[(0.0, -0.60), (0.01, -0.70)]), Rgb::hex(0x3a2c24), 1.0, 0.03);
    easel.raw(
        blob(&[(0.0, -1.02), (0.075, -0.84), (0.085, -0.73), (0.0, -0.64), (-0.085, -0.73), (-0.06, -0.86)]),
        Rgb::hex(0xffa832),
        1.0,
    );
    easel.raw(blob(&[(0.005, -0.90), (0.04, -0.78), (0.0, -0.67), (-0.04, -0.77)]), Rgb::hex(0xfff3b8), 1.0);
    easel.glow(0.0, -0.80, 0.42, Rgb::hex(0xffd98a), 0.40 + 0.4 * lamps);
}
