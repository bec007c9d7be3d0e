//! Village, city street, castle.

use rand::Rng;

use super::super::canvas::{Easel, blob, oval, poly, rect};
use super::super::colour::Rgb;
use super::super::sky::ridge;
use super::{growth, snowed, window_light};

/// A lit or dark window with a cross bar.
fn window(easel: &mut Easel, x: f32, y: f32, w: f32, h: f32) {
    let glass = window_light(easel).mix(easel.light.haze, easel.depth * easel.light.haze_share * 0.4);
    easel.dab(rect(x - 0.12 * w, y - 0.1 * h, w * 1.24, h * 1.2), Rgb::hex(0xf1e6d0), 0.9);
    easel.raw(rect(x, y, w, h), glass, 1.0);
    easel.dab(rect(x + 0.44 * w, y, 0.12 * w, h), Rgb::hex(0x6b5138), 0.9);
    let lamps = easel.light.lamps;
    if lamps > 0.5 {
        easel.glow(x + w / 2.0, y + h / 2.0, w * 2.4, Rgb::hex(0xffb45a), 0.42 * lamps);
    }
}

/// A cottage; (`x`, `y`) is the middle of its foot, `high` without the chimney.
fn cottage(easel: &mut Easel, x: f32, y: f32, high: f32, wall: Rgb, roof: Rgb) {
    let at = |dx: f32, dy: f32| (x + dx * high, y + dy * high);
    let roof = snowed(easel, roof);
    easel.fill(poly(&[at(0.26, -1.1), at(0.40, -1.1), at(0.40, -0.7), at(0.26, -0.7)]), Rgb::hex(0x8a6a5a));
    easel.fill(poly(&[at(-0.5, 0.0), at(-0.5, -0.55), at(0.5, -0.55), at(0.5, 0.0)]), wall);
    easel.fill(poly(&[at(-0.64, -0.48), at(-0.34, -1.0), at(0.34, -1.0), at(0.64, -0.48)]), roof);
    easel.dab(
        poly(&[at(-0.5, -0.48), at(-0.5, -0.42), at(0.5, -0.42), at(0.5, -0.48)]),
        wall.darker(0.4),
        0.4,
    );
    easel.dab(
        poly(&[at(-0.09, 0.0), at(-0.09, -0.30), at(0.0, -0.36), at(0.09, -0.30), at(0.09, 0.0)]),
        Rgb::hex(0x6f4a30),
        1.0,
    );
    for dx in [-0.38, 0.22] {
        let corner = at(dx, -0.36);
        window(easel, corner.0, corner.1, 0.16 * high, 0.17 * high);
    }
}

/// Cottages along a path.
pub fn village(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let phase = rng.random_range(0.0..6.0);
    easel.depth = 0.8;
    easel.fill(ridge(wide, 0.48, 0.035, 0.6, phase, 1.2), snowed(easel, Rgb::hex(0x83a878)));
    easel.depth = 0.5;
    easel.fill(ridge(wide, 0.57, 0.012, 0.8, phase + 1.0, 1.2), snowed(easel, Rgb::hex(0x86ad62)));
    let walls = [0xf0dfc0, 0xe9cfae, 0xdfe3dc, 0xecc9b4].map(Rgb::hex);
    let roofs = [0xb4513a, 0x8d5a3c, 0x56697e, 0xc0703f].map(Rgb::hex);
    let first = rng.random_range(0..4);
    for (index, (share, high)) in [(0.40, 0.15), (0.62, 0.14)].into_iter().enumerate() {
        easel.depth = 0.45;
        let x = wide * (share + rng.random_range(-0.03..0.03));
        cottage(easel, x, 0.625, high, walls[(first + index) % 4], roofs[(first + index + 2) % 4]);
    }
    easel.depth = 0.22;
    easel.fill(ridge(wide, 0.645, 0.01, 0.6, phase + 2.0, 1.2), snowed(easel, Rgb::hex(0x79a552)));
    for (index, (share, high)) in [(0.13, 0.30), (0.87, 0.32)].into_iter().enumerate() {
        easel.depth = 0.15;
        let x = wide * (share + rng.random_range(-0.03..0.03));
        growth::bush(easel, x + if index == 0 { 0.2 } else { -0.2 }, 0.71, 0.05, Rgb::hex(0x4e8344));
        cottage(easel, x, 0.715, high, walls[(first + index + 2) % 4], roofs[(first + index) % 4]);
    }
    easel.depth = 0.08;
    let mid = wide / 2.0 + rng.random_range(-0.05..0.05);
    easel.dab(
        blob(&[
            (mid - 0.42, 1.1),
            (mid - 0.22, 0.85),
            (mid - 0.03, 0.645),
            (mid + 0.03, 0.645),
            (mid + 0.16, 0.85),
            (mid + 0.36, 1.1),
        ]),
        snowed(easel, Rgb::hex(0xd2b98a)),
        0.95,
    );
}

/// Tall houses on both sides, lamps, paving.
pub fn city_street(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let mid = wide * 0.5;
    easel.depth = 0.85;
    for index in 0..6 {
        let x = wide * (0.2 + 0.1 * index as f32);
        let high = rng.random_range(0.16..0.32);
        easel.fill(rect(x, 0.62 - high, wide * 0.11, high + 0.05), Rgb::hex(0x8c93a8));
    }
    easel.depth = 0.1;
    easel.fill(
        poly(&[(-0.1, 1.1), (-0.1, 0.615), (wide + 0.1, 0.615), (wide + 0.1, 1.1)]),
        snowed(easel, Rgb::hex(0x9a948e)),
    );
    // Paving lines run to the vanishing point.
    easel.dab(
        poly(&[(mid - 0.50, 1.1), (mid - 0.02, 0.62), (mid + 0.02, 0.62), (mid + 0.50, 1.1)]),
        snowed(easel, Rgb::hex(0xb9b2a8)),
        0.8,
    );
    let walls = [0xc97a5a, 0xd9b382, 0x8ea3b0, 0xc9a0a0, 0xa8b08a, 0xe0d2b4].map(Rgb::hex);
    let first = rng.random_range(0..6);
    for side in [-1.0_f32, 1.0] {
        for plane in 0..3 {
            // Three houses a side; each nearer one is taller, lower and further out.
            let near = plane as f32 / 2.0;
            easel.depth = 0.5 - 0.4 * near;
            let inner = mid + side * (0.10 + 0.20 * near) * wide.max(0.75);
            let outer = inner + side * (0.16 + 0.14 * near) * wide.max(0.75);
            let foot = 0.635 + 0.105 * near;
            let top = 0.30 - 0.26 * near + rng.random_range(-0.03..0.03);
            let wall = walls[(first + plane * 2 + usize::from(side > 0.0)) % 6];
            house_front(easel, inner, outer, foot, top, wall, side);
        }
    }
    for side in [-1.0_f32, 1.0] {
        easel.depth = 0.05;
        street_lamp(easel, mid + side * 0.235 * wide.max(0.75), 0.745, 0.33);
    }
}

fn house_front(easel: &mut Easel, inner: f32, outer: f32, foot: f32, top: f32, wall: Rgb, side: f32) {
    let (left, right) = (inner.min(outer), inner.max(outer));
    easel.fill(poly(&[(left, foot), (left, top), (right, top), (right, foot)]), wall);
    // A gable towards the street.
    let tip = ((left + right) / 2.0, top - (right - left) * 0.42);
    easel.fill(
        poly(&[(left - 0.012, top + 0.006), tip, (right + 0.012, top + 0.006)]),
        snowed(easel, wall.darker(0.45)),
    );
    let w = (right - left) * 0.2;
    let rows = 3;
    for row in 0..rows {
        let y = top + (foot - top) * (0.1 + 0.29 * row as f32);
        for column in [0.18, 0.62] {
            let x = left + (right - left) * column;
            if row == rows - 1 && (column > 0.5) == (side < 0.0) {
                easel.dab(
                    rect(x - 0.1 * w, foot - (foot - top) * 0.24, w * 1.2, (foot - top) * 0.24),
                    Rgb::hex(0x5b3f2e),
                    1.0,
                );
            } else {
                window(easel, x, y, w, (foot - top) * 0.15);
            }
        }
    }
}

/// A street lamp; lit when the hour asks for it.
pub fn street_lamp(easel: &mut Easel, x: f32, y: f32, high: f32) {
    let iron = Rgb::hex(0x2f3238);
    easel.fill(rect(x - 0.008, y - high, 0.016, high), iron);
    easel.fill(poly(&[(x - 0.024, y), (x - 0.012, y - 0.03), (x + 0.012, y - 0.03), (x + 0.024, y)]), iron);
    let lamps = easel.light.lamps;
    let glass = easel.seen(Rgb::hex(0xe8e4cf)).mix(Rgb::hex(0xffdf8e), lamps);
    easel.raw(
        poly(&[
            (x - 0.018, y - high),
            (x - 0.028, y - high - 0.06),
            (x + 0.028, y - high - 0.06),
            (x + 0.018, y - high),
        ]),
        glass,
        1.0,
    );
    easel.fill(
        poly(&[(x - 0.036, y - high - 0.058), (x, y - high - 0.09), (x + 0.036, y - high - 0.058)]),
        iron,
    );
    if lamps > 0.2 {
        easel.glow(x, y - high - 0.03, 0.20, Rgb::hex(0xffc46a), 0.7 * lamps);
    }
}

/// A castle on its hill.
pub fn castle(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let phase = rng.random_range(0.0..6.0);
    easel.depth = 0.85;
    easel.fill(ridge(wide, 0.50, 0.04, 0.5, phase, 1.2), snowed(easel, Rgb::hex(0x7f9c84)));
    easel.depth = 0.45;
    let x = wide * 0.5 + rng.random_range(-0.06..0.06) * wide;
    let at = |dx: f32, y: f32| (x + dx, y);
    easel.fill(
        blob(&[
            at(-0.75, 0.75),
            at(-0.45, 0.60),
            at(-0.2, 0.545),
            at(0.2, 0.545),
            at(0.45, 0.60),
            at(0.75, 0.75),
        ]),
        snowed(easel, Rgb::hex(0x77a05c)),
    );
    easel.depth = 0.30;
    let stone = Rgb::hex(0xb9b2a6);
    let roofs = [0x3f6fa8, 0xa8433c, 0x6a4a8a].map(Rgb::hex);
    let roof = roofs[rng.random_range(0..3)];
    for (dx, half, top, foot) in [(-0.12, 0.05, 0.17, 0.57), (0.14, 0.045, 0.21, 0.57)] {
        tower(easel, x + dx, half, top, foot, stone.darker(0.08), roof);
    }
    wall(easel, x - 0.27, x + 0.27, 0.40, 0.59, stone);
    for (dx, half, top, foot) in [(-0.27, 0.058, 0.29, 0.60), (0.27, 0.058, 0.27, 0.60)] {
        tower(easel, x + dx, half, top, foot, stone.lighter(0.08), roof);
    }
    // Gate.
    let gate = Rgb::hex(0x4a3526);
    easel.dab(
        poly(&[
            at(-0.06, 0.595),
            at(-0.06, 0.50),
            at(-0.035, 0.465),
            at(0.0, 0.452),
            at(0.035, 0.465),
            at(0.06, 0.50),
            at(0.06, 0.595),
        ]),
        gate,
        1.0,
    );
    easel.depth = 0.12;
    easel.fill(ridge(wide, 0.68, 0.015, 0.5, phase + 1.5, 1.2), snowed(easel, Rgb::hex(0x6d9a4e)));
    easel.dab(
        blob(&[
            at(-0.035, 0.592),
            at(0.035, 0.592),
            at(0.10, 0.68),
            at(0.10, 0.82),
            (wide * 0.5 + 0.36, 1.1),
            (wide * 0.5 - 0.36, 1.1),
            at(-0.10, 0.82),
            at(-0.02, 0.68),
        ]),
        snowed(easel, Rgb::hex(0xd0bb8e)),
        0.95,
    );
    for share in [0.03, 0.97] {
        easel.depth = 0.1;
        growth::bush(easel, wide * share, 0.76, 0.10, Rgb::hex(0x4f8342));
    }
}

fn wall(easel: &mut Easel, left: f32, right: f32, top: f32, foot: f32, stone: Rgb) {
    let teeth = 9;
    let step = (right - left) / (teeth as f32 * 2.0 - 1.0);
    let mut points = vec![(left, foot)];
    for index in 0..teeth {
        let x = left + step * 2.0 * index as f32;
        points.extend([(x, top), (x + step, top), (x + step, top + 0.022), (x + 2.0 * step, top + 0.022)]);
    }
    points.truncate(points.len() - 2);
    points.push((right, foot));
    easel.fill(poly(&points), stone);
}

fn tower(easel: &mut Easel, x: f32, half: f32, top: f32, foot: f32, stone: Rgb, roof: Rgb) {
    easel.fill(rect(x - half, top, 2.0 * half, foot - top), stone);
    let shade = if easel.light.from_left { x + half * 0.3 } else { x - half };
    easel.dab(rect(shade, top, half * 0.7, foot - top), stone.darker(0.35), 0.4);
    easel.fill(
        poly(&[(x - half * 1.35, top + 0.01), (x, top - half * 2.5), (x + half * 1.35, top + 0.01)]),
        snowed(easel, roof),
    );
    let (w, h) = (half * 0.5, half * 0.85);
    let glass = window_light(easel);
    easel.raw(rect(x - w / 2.0, top + half * 0.9, w, h), glass, 1.0);
    easel.raw(oval(x, top + half * 0.9, w / 2.0, w / 2.0), glass, 1.0);
    if easel.light.lamps > 0.5 {
        easel.glow(x, top + half * 1.2, half * 1.6, Rgb::hex(0xffb45a), 0.4);
    }
    // A pennant.
    let tip = top - half * 2.5;
    easel.dab(poly(&[(x, tip - 0.045), (x + 0.05, tip - 0.032), (x, tip - 0.018)]), roof.lighter(0.15), 1.0);
    easel.stroke(super::super::canvas::curve(&[(x, tip), (x, tip - 0.048)]), Rgb::hex(0x4a4038), 1.0, 0.004);
}
