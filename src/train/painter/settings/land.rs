//! Forest, meadow, mountains, snowfield.

use rand::Rng;

use super::super::canvas::{Easel, blob, limb, oval, poly};
use super::super::colour::Rgb;
use super::super::sky::ridge;
use super::{growth, snowed};

/// Trunks in three planes, crowns above, a pale path below.
pub fn forest(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let phase = rng.random_range(0.0..6.0);
    // Far: a wall of crowns in the haze, with a gap of sky above it.
    for (depth, y, tone) in [(0.80, 0.27, 0x7fae74), (0.52, 0.37, 0x4f8f4e)] {
        easel.depth = depth;
        let colour = snowed(easel, Rgb::hex(tone)).mix(Rgb::hex(tone), 0.5);
        easel.fill(ridge(wide, y, 0.035, 1.5, phase + depth * 5.0, 1.2), colour);
    }
    easel.depth = 0.5;
    let floor = snowed(easel, Rgb::hex(0x5f7440));
    easel.fill(ridge(wide, 0.60, 0.008, 0.8, phase, 1.2), floor);
    // Middle: whole trees, the smaller ones further in.
    for index in 0..4 {
        easel.depth = 0.36;
        let share = [0.16, 0.38, 0.64, 0.85][index] + rng.random_range(-0.04..0.04);
        let high = if index == 1 || index == 2 { 0.40 } else { 0.52 };
        growth::round_tree(
            easel,
            rng,
            wide * share,
            0.645,
            high,
            Rgb::hex(if index % 2 == 0 { 0x4c8a45 } else { 0x5f9a4a }),
        );
    }
    easel.depth = 0.25;
    easel.fill(ridge(wide, 0.68, 0.012, 0.7, phase + 2.0, 1.2), snowed(easel, Rgb::hex(0x4f6b36)));
    // A pale path leads in.
    let turn = rng.random_range(-0.12..0.12);
    let mid = wide / 2.0;
    easel.depth = 0.12;
    easel.dab(
        blob(&[
            (mid - 0.36, 1.1),
            (mid - 0.20 + turn, 0.84),
            (mid - 0.05 - turn, 0.67),
            (mid + 0.02 - turn, 0.67),
            (mid + 0.12 + turn, 0.84),
            (mid + 0.36, 1.1),
        ]),
        snowed(easel, Rgb::hex(0xb59a6c)),
        0.75,
    );
    // Near: two thick trunks at the edges and the roof of leaves.
    easel.depth = 0.08;
    for x in [wide * rng.random_range(0.02..0.08), wide * rng.random_range(0.92..0.98)] {
        trunk(easel, x, 0.80, 0.042, Rgb::hex(0x5a4232));
    }
    let leaf = Rgb::hex(0x3c7a3e).mix(Rgb::hex(0xf2f5fa), easel.light.snow * 0.45);
    for side in [0.0, wide] {
        let lean = if side == 0.0 { 1.0 } else { -1.0 };
        let at = |dx: f32, y: f32| (side + lean * dx, y);
        easel.fill(
            blob(&[
                at(-0.3, -0.3),
                at(0.44, -0.3),
                at(0.46, 0.05),
                at(0.36, 0.15),
                at(0.26, 0.14),
                at(0.20, 0.27),
                at(0.06, 0.30),
                at(-0.05, 0.42),
                at(-0.3, 0.40),
            ]),
            leaf,
        );
        easel.dab(
            blob(&[
                at(-0.2, -0.1),
                at(0.30, -0.1),
                at(0.30, 0.05),
                at(0.16, 0.10),
                at(0.06, 0.19),
                at(-0.2, 0.22),
            ]),
            leaf.lighter(0.18),
            0.45,
        );
    }
}

fn trunk(easel: &mut Easel, x: f32, foot: f32, half: f32, bark: Rgb) {
    easel.fill(
        blob(&[
            (x - half * 2.1, foot + 0.012),
            (x - half * 1.05, foot - half * 1.8),
            (x - half * 0.9, 0.3),
            (x - half, -0.1),
            (x + half, -0.1),
            (x + half * 0.9, 0.3),
            (x + half * 1.05, foot - half * 1.8),
            (x + half * 2.1, foot + 0.012),
            (x, foot + half * 0.4),
        ]),
        bark,
    );
    let lit = if easel.light.from_left { -0.5 } else { 0.5 };
    easel.dab(
        limb(&[
            (x + lit * half, foot - half * 2.0, half * 0.2),
            (x + lit * half, 0.3, half * 0.25),
            (x + lit * half, -0.1, half * 0.2),
        ]),
        bark.lighter(0.3),
        0.5,
    );
}

/// Rolling hills, one tree, flowers.
pub fn meadow(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let phase = rng.random_range(0.0..6.0);
    for (depth, y, swell, tone) in [
        (0.85, 0.50, 0.03, 0x8db87a),
        (0.55, 0.57, 0.025, 0x83b95c),
        (0.28, 0.64, 0.02, 0x78b24c),
        (0.08, 0.75, 0.02, 0x69a63f),
    ] {
        easel.depth = depth;
        let colour = snowed(easel, Rgb::hex(tone));
        easel.fill(ridge(wide, y, swell, 0.5, phase + depth * 4.0, 1.3), colour);
        if depth == 0.55 {
            let x = wide
                * if rng.random_bool(0.5) {
                    rng.random_range(0.06..0.2)
                } else {
                    rng.random_range(0.8..0.94)
                };
            growth::round_tree(easel, rng, x, 0.61, 0.27, Rgb::hex(0x4f8b3f));
        }
    }
    let petals = [0xf25f5c, 0xffd34d, 0xffffff, 0xb57ad6].map(Rgb::hex);
    let petal = petals[rng.random_range(0..petals.len())];
    let other = petals[rng.random_range(0..petals.len())];
    let cover = 1.0 - easel.light.snow * 0.8;
    for index in 0..26 {
        let y = 0.72 + 0.28 * (index as f32 / 26.0).powf(0.8);
        let size = 0.006 + 0.012 * (y - 0.7) / 0.3;
        let x = rng.random_range(0.0..wide);
        easel.dab(oval(x, y, size, size * 0.85), if index % 3 == 0 { other } else { petal }, cover);
    }
}

/// Peaks with snow caps, firs, a rocky floor.
pub fn mountains(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    for (depth, base, high, tone, peaks) in [(0.85, 0.62, 0.36, 0x8796b4, 3), (0.5, 0.66, 0.44, 0x6d7b98, 2)]
    {
        easel.depth = depth;
        for index in 0..peaks {
            let x = wide * (index as f32 + rng.random_range(0.25..0.75)) / peaks as f32
                + if peaks == 2 { wide * if index == 0 { -0.16 } else { 0.16 } } else { 0.0 };
            let rise = high * rng.random_range(0.75..1.0);
            peak(easel, x, base, rise, Rgb::hex(tone));
        }
    }
    easel.depth = 0.4;
    easel.fill(
        ridge(wide, 0.63, 0.015, 0.7, rng.random_range(0.0..6.0), 1.2),
        snowed(easel, Rgb::hex(0x5f7f5e)),
    );
    for index in 0..6 {
        easel.depth = 0.32;
        let x = wide * (index as f32 + rng.random_range(0.1..0.9)) / 6.0;
        // The middle stays open for the figures.
        let edge = (x / wide - 0.5).abs() * 2.0;
        growth::fir(easel, x, 0.68, 0.09 + 0.12 * edge, Rgb::hex(0x3d6650));
    }
    easel.depth = 0.12;
    easel.fill(
        ridge(wide, 0.70, 0.014, 0.6, rng.random_range(0.0..6.0), 1.2),
        snowed(easel, Rgb::hex(0x8d8a78)),
    );
    for (share, y, size) in [(0.05, 0.80, 0.09), (0.95, 0.84, 0.11), (0.22, 0.74, 0.04), (0.8, 0.75, 0.045)] {
        easel.depth = 0.05;
        let x = wide * share + rng.random_range(-0.02..0.02);
        rock(easel, x, y, size);
    }
}

/// A grey boulder with a lit face.
pub fn rock(easel: &mut Easel, x: f32, y: f32, size: f32) {
    let at = |dx: f32, dy: f32| (x + dx * size, y + dy * size);
    let stone = Rgb::hex(0x85858c);
    easel.fill(
        poly(&[
            at(-1.0, 0.1),
            at(-0.8, -0.5),
            at(-0.2, -0.85),
            at(0.5, -0.7),
            at(0.95, -0.2),
            at(1.0, 0.12),
            at(0.0, 0.2),
        ]),
        stone,
    );
    let top = snowed(easel, stone.lighter(0.3));
    easel.dab(poly(&[at(-0.8, -0.5), at(-0.2, -0.85), at(0.5, -0.7), at(0.1, -0.45)]), top, 0.8);
}

fn peak(easel: &mut Easel, x: f32, base: f32, high: f32, stone: Rgb) {
    let at = |dx: f32, dy: f32| (x + dx * high, base - dy * high);
    easel.fill(
        poly(&[
            at(-0.95, -0.1),
            at(-0.62, 0.3),
            at(-0.45, 0.42),
            at(-0.14, 0.86),
            at(0.0, 1.0),
            at(0.16, 0.82),
            at(0.4, 0.5),
            at(0.6, 0.32),
            at(0.98, -0.1),
        ]),
        stone,
    );
    // The side away from the light lies in shade.
    let side = if easel.light.from_left { 1.0 } else { -1.0 };
    easel.dab(
        poly(&[
            at(0.0, 1.0),
            at(side * 0.16, 0.82),
            at(side * 0.4, 0.5),
            at(side * 0.6, 0.32),
            at(side * 0.97, -0.1),
            at(side * 0.2, -0.1),
            at(side * 0.12, 0.4),
            at(side * -0.03, 0.7),
        ]),
        stone.darker(0.3),
        0.55,
    );
    easel.dab(
        poly(&[
            at(0.0, 1.0),
            at(0.16, 0.82),
            at(0.27, 0.66),
            at(0.13, 0.72),
            at(0.05, 0.6),
            at(-0.07, 0.72),
            at(-0.18, 0.62),
            at(-0.25, 0.7),
            at(-0.14, 0.86),
        ]),
        Rgb::hex(0xf6f8fc),
        0.96,
    );
}

/// White swells, firs under snow, blue shadows.
pub fn snowfield(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let phase = rng.random_range(0.0..6.0);
    easel.depth = 0.8;
    for index in 0..3 {
        let x = wide * (index as f32 + rng.random_range(0.3..0.7)) / 3.0;
        let at = |dx: f32, y: f32| (x + dx, y);
        easel.fill(
            blob(&[at(-0.4, 0.64), at(-0.2, 0.52), at(0.0, 0.44), at(0.2, 0.51), at(0.4, 0.64)]),
            Rgb::hex(0xc3d2e6),
        );
    }
    for (depth, y, tone) in [(0.55, 0.56, 0xdfe8f3), (0.3, 0.64, 0xe9f0f8), (0.06, 0.76, 0xf5f8fc)] {
        easel.depth = depth;
        easel.fill(ridge(wide, y, 0.02, 0.45, phase + depth * 5.0, 1.3), Rgb::hex(tone));
        if depth > 0.1 {
            for index in 0..4 {
                let share = [0.04, 0.2, 0.82, 0.96][index] + rng.random_range(-0.05..0.05);
                let high = if depth > 0.5 { 0.15 } else { 0.28 } * rng.random_range(0.8..1.1);
                growth::fir(easel, wide * share, y + 0.035, high, Rgb::hex(0x41695c));
            }
        }
    }
    let lean = rng.random_range(-0.1..0.1);
    easel.dab(
        blob(&[(0.1 * wide, 0.9 + lean * 0.2), (0.4 * wide, 0.86), (0.75 * wide, 0.9), (0.5 * wide, 0.935)]),
        Rgb::hex(0xb4c8e6),
        0.45,
    );
}
