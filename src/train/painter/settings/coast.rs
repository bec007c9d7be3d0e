//! Harbour, open sea, beach, riverbank: everything with water.

use rand::Rng;

use super::super::canvas::{Easel, blob, curve, limb, oval, poly, rect};
use super::super::colour::Rgb;
use super::super::sky::ridge;
use super::{growth, snowed};

/// Water from `top` to `bottom`: the sky's colours, a path of light, ripples.
fn water(easel: &mut Easel, rng: &mut impl Rng, top: f32, bottom: f32) {
    let (wide, light) = (easel.wide, easel.light);
    let blue = Rgb::hex(0x3f8fb5).times(light.ambient);
    let far = blue.mix(light.sky[2], 0.55);
    let near = blue.mix(light.sky[0], 0.35).times_all(0.86);
    easel.wash(-0.3, top, wide + 0.6, bottom - top, &[(0.0, far, 1.0), (1.0, near, 1.0)]);
    let x = if light.from_left { wide * 0.2 } else { wide * 0.8 };
    for step in 0..6 {
        let share = (step as f32 + 0.5) / 6.0;
        let y = top + (bottom - top) * share * share;
        let half = 0.035 + 0.07 * share;
        easel.raw(oval(x, y + 0.008, half, 0.005 + 0.004 * share), light.rim, 0.30 + 0.30 * light.rim_share);
    }
    let rows = 5;
    for row in 0..rows {
        let share = (row as f32 + 0.5) / rows as f32;
        let y = top + (bottom - top) * share;
        for _ in 0..3 {
            let x = rng.random_range(0.0..wide);
            let half = 0.04 + 0.07 * share;
            easel.raw(
                limb(&[
                    (x - half, y, 0.001),
                    (x, y - 0.004 - 0.006 * share, 0.003 + 0.003 * share),
                    (x + half, y, 0.001),
                ]),
                far.lighter(0.25),
                0.55,
            );
        }
    }
}

/// A quay of planks, moored boats, a lighthouse, the open roads behind.
pub fn harbour(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    easel.depth = 0.85;
    let side = if rng.random_bool(0.5) { 1.0 } else { -1.0 };
    let mid = wide * 0.5;
    let phase = rng.random_range(0.0..6.0);
    easel.fill(ridge(wide, 0.515, 0.02, 0.45, phase, 0.60), Rgb::hex(0x7c93a0));
    water(easel, rng, 0.545, 0.85);
    // Lighthouse on its rock.
    easel.depth = 0.35;
    lighthouse(easel, mid + side * wide * 0.36, 0.60, 0.36);
    // Boats at anchor.
    for (share, size, tone) in [(-0.16, 0.20, 0xb5473a), (-0.40, 0.27, 0x3f6a94)] {
        easel.depth = if size < 0.25 { 0.35 } else { 0.2 };
        let x = mid + side * share * wide + rng.random_range(-0.03..0.03);
        sailing_boat(easel, x, 0.60 + (size - 0.2) * 0.9, size, Rgb::hex(tone));
    }
    // The quay.
    easel.depth = 0.05;
    let plank = snowed(easel, Rgb::hex(0xa98a63));
    easel.fill(poly(&[(-0.3, 1.2), (-0.3, 0.755), (wide + 0.3, 0.755), (wide + 0.3, 1.2)]), plank);
    easel.dab(rect(-0.3, 0.755, wide + 0.6, 0.022), plank.darker(0.35), 0.9);
    for y in [0.83, 0.905] {
        easel.dab(rect(-0.3, y, wide + 0.6, 0.005), plank.darker(0.45), 0.7);
    }
    for share in [0.06, 0.94] {
        let x = wide * share;
        easel.fill(rect(x - 0.026, 0.675, 0.052, 0.125), Rgb::hex(0x6d4f38));
        easel.fill(oval(x, 0.675, 0.030, 0.011), snowed(easel, Rgb::hex(0x8a684a)));
    }
}

fn lighthouse(easel: &mut Easel, x: f32, y: f32, high: f32) {
    let at = |dx: f32, dy: f32| (x + dx * high, y - dy * high);
    easel.fill(
        blob(&[at(-0.5, -0.06), at(-0.36, 0.08), at(-0.1, 0.14), at(0.2, 0.12), at(0.5, -0.06)]),
        Rgb::hex(0x777d80),
    );
    easel.fill(
        poly(&[at(-0.13, 0.08), at(-0.085, 0.80), at(0.085, 0.80), at(0.13, 0.08)]),
        Rgb::hex(0xf4efe6),
    );
    for low in [0.22, 0.52] {
        let half = |height: f32| 0.13 - 0.045 * (height - 0.08) / 0.72;
        easel.dab(
            poly(&[
                at(-half(low), low),
                at(-half(low + 0.14), low + 0.14),
                at(half(low + 0.14), low + 0.14),
                at(half(low), low),
            ]),
            Rgb::hex(0xc8403a),
            1.0,
        );
    }
    let lamps = easel.light.lamps;
    let glass = easel.seen(Rgb::hex(0xbfd3dc)).mix(Rgb::hex(0xffe9a0), lamps);
    easel.raw(poly(&[at(-0.07, 0.80), at(-0.07, 0.92), at(0.07, 0.92), at(0.07, 0.80)]), glass, 1.0);
    easel.fill(poly(&[at(-0.10, 0.91), at(0.0, 1.03), at(0.10, 0.91)]), Rgb::hex(0xb23a34));
    if lamps > 0.2 {
        let lamp = at(0.0, 0.86);
        easel.glow(lamp.0, lamp.1, 0.20, Rgb::hex(0xffdf9a), 0.8 * lamps);
    }
}

/// A small sailing boat; `size` is its length.
fn sailing_boat(easel: &mut Easel, x: f32, y: f32, size: f32, hull: Rgb) {
    let at = |dx: f32, dy: f32| (x + dx * size, y - dy * size);
    easel.dab(oval(x, y + 0.012, size * 0.45, 0.012), Rgb::hex(0x24465c), 0.35);
    easel.fill(
        poly(&[at(-0.018, 0.12), at(-0.012, 1.15), at(0.012, 1.15), at(0.018, 0.12)]),
        Rgb::hex(0x6a4c34),
    );
    easel.fill(
        blob(&[at(0.04, 0.26), at(0.04, 0.7), at(0.05, 1.08), at(0.22, 0.72), at(0.42, 0.28), at(0.2, 0.25)]),
        Rgb::hex(0xf2e7d0),
    );
    easel.fill(
        blob(&[
            at(-0.05, 0.28),
            at(-0.04, 0.62),
            at(-0.05, 0.96),
            at(-0.16, 0.66),
            at(-0.34, 0.31),
            at(-0.2, 0.27),
        ]),
        Rgb::hex(0xe6d3b0),
    );
    easel.fill(
        blob(&[
            at(-0.5, 0.2),
            at(-0.36, -0.01),
            at(0.0, -0.05),
            at(0.36, -0.01),
            at(0.52, 0.22),
            at(0.0, 0.15),
        ]),
        hull,
    );
}

/// Nothing but waves, a far island and a gull.
pub fn open_sea(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let island = wide * if easel.light.from_left { 0.82 } else { 0.18 };
    easel.depth = 0.85;
    easel.fill(
        blob(&[
            (island - 0.18, 0.59),
            (island - 0.08, 0.535),
            (island + 0.02, 0.51),
            (island + 0.1, 0.545),
            (island + 0.2, 0.59),
        ]),
        Rgb::hex(0x6f8f86),
    );
    water(easel, rng, 0.56, 1.1);
    let phase = rng.random_range(0.0..6.0);
    for (index, (y, swell)) in [(0.66, 0.010), (0.77, 0.015), (0.89, 0.020)].into_iter().enumerate() {
        easel.depth = 0.42 - 0.18 * index as f32;
        wave(easel, y, swell, phase + 2.1 * index as f32, 0x3b86ad - 0x05080a * index as u32);
    }
}

/// A band of swell with a pale crest.
fn wave(easel: &mut Easel, y: f32, swell: f32, phase: f32, tone: u32) {
    let wide = easel.wide;
    let colour = Rgb::hex(tone).mix(easel.light.sky[1], 0.18);
    easel.fill(ridge(wide, y, swell, 1.1, phase, 1.3), colour);
    let crest: Vec<(f32, f32)> = (0..=14)
        .map(|step| {
            let x = -0.2 + (wide + 0.4) * step as f32 / 14.0;
            let turn = x * 1.1 * std::f32::consts::TAU + phase;
            (x, y + 0.008 + swell * (turn.sin() + 0.35 * (turn * 1.7 + 1.3).sin()))
        })
        .collect();
    easel.stroke(curve(&crest), Rgb::hex(0xe4f2f5), 0.55, 0.007);
}

/// One band of sea in front of the boat that carries the figure.
pub fn front_wave(easel: &mut Easel, rng: &mut impl Rng, y: f32) {
    easel.depth = 0.0;
    wave(easel, y, 0.014, rng.random_range(0.0..6.0), 0x2f76a0);
}

/// The near side of a rowing boat: `half` its half length, (`x`, `y`) the
/// middle of its rim. Everything below the rim of who sits in it is hidden.
pub fn rowing_boat_hull(easel: &mut Easel, x: f32, y: f32, half: f32, hull: Rgb) {
    let at = |dx: f32, dy: f32| (x + dx * half, y + dy * half);
    easel.fill(
        blob(&[
            at(-1.05, -0.14),
            at(-0.6, -0.02),
            at(0.0, 0.02),
            at(0.6, -0.02),
            at(1.05, -0.14),
            at(0.86, 0.26),
            at(0.5, 0.42),
            at(-0.5, 0.42),
            at(-0.86, 0.26),
        ]),
        hull,
    );
    easel.stroke(
        curve(&[at(-1.03, -0.12), at(-0.55, 0.01), at(0.0, 0.05), at(0.55, 0.01), at(1.03, -0.12)]),
        hull.lighter(0.35),
        0.9,
        half * 0.055,
    );
    easel.stroke(
        curve(&[at(-0.92, 0.12), at(-0.5, 0.2), at(0.0, 0.23), at(0.5, 0.2), at(0.92, 0.12)]),
        hull.darker(0.35),
        0.6,
        half * 0.03,
    );
}

/// The far inner side of the same boat, painted before who sits in it.
pub fn rowing_boat_inside(easel: &mut Easel, x: f32, y: f32, half: f32, hull: Rgb) {
    let at = |dx: f32, dy: f32| (x + dx * half, y + dy * half);
    easel.fill(
        blob(&[
            at(-1.05, -0.14),
            at(-0.5, -0.20),
            at(0.5, -0.20),
            at(1.05, -0.14),
            at(0.5, 0.1),
            at(-0.5, 0.1),
        ]),
        hull.darker(0.45),
    );
}

/// Sand, surf and the sea.
pub fn beach(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let side = if rng.random_bool(0.5) { 0.06 } else { 0.94 };
    water(easel, rng, 0.50, 0.80);
    easel.depth = 0.6;
    let head = wide * side;
    easel.fill(
        blob(&[
            (head - 0.34, 0.525),
            (head - 0.2, 0.42),
            (head, 0.37),
            (head + 0.2, 0.42),
            (head + 0.34, 0.525),
            (head, 0.535),
        ]),
        Rgb::hex(0x7b9470),
    );
    let phase = rng.random_range(0.0..6.0);
    easel.depth = 0.15;
    easel.dab(ridge(wide, 0.655, 0.016, 0.6, phase, 1.3), Rgb::hex(0xf4fafa), 0.9);
    easel.dab(ridge(wide, 0.672, 0.016, 0.6, phase, 1.3), Rgb::hex(0xb99f70), 1.0);
    easel.depth = 0.06;
    easel.fill(ridge(wide, 0.70, 0.016, 0.6, phase + 0.3, 1.3), snowed(easel, Rgb::hex(0xecd29a)));
    for _ in 0..3 {
        let (x, y) = (rng.random_range(0.05..wide - 0.05), rng.random_range(0.78..0.97));
        easel.dab(oval(x, y, 0.13, 0.010), Rgb::hex(0xd2b278), 0.6);
    }
    let (x, y) = (wide * (1.0 - side) * 0.9 + 0.03, 0.93);
    let star: Vec<(f32, f32)> = (0..10)
        .map(|index| {
            let turn = index as f32 * std::f32::consts::TAU / 10.0 - 1.5;
            let reach = if index % 2 == 0 { 0.035 } else { 0.015 };
            (x + turn.cos() * reach, y + turn.sin() * reach * 0.7)
        })
        .collect();
    easel.fill(blob(&star), Rgb::hex(0xe8744c));
}

/// A river that comes from under a stone bridge, trees beyond, a landing stage
/// and reeds here.
pub fn riverbank(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let phase = rng.random_range(0.0..6.0);
    easel.depth = 0.85;
    easel.fill(ridge(wide, 0.44, 0.035, 0.55, phase, 1.2), Rgb::hex(0x86a68c));
    easel.depth = 0.5;
    easel.fill(ridge(wide, 0.545, 0.008, 0.7, phase, 1.2), snowed(easel, Rgb::hex(0x86ab5e)));
    for index in 0..4 {
        let x = wide * (index as f32 + rng.random_range(0.2..0.8)) / 4.0;
        let high = rng.random_range(0.13..0.2);
        growth::round_tree(easel, rng, x, 0.565, high, Rgb::hex(0x5d9150));
    }
    water(easel, rng, 0.575, 0.80);
    easel.depth = 0.30;
    bridge(easel, wide * 0.5 + rng.random_range(-0.06..0.06), 0.605);
    easel.depth = 0.1;
    let stage = wide * if easel.light.from_left { 0.86 } else { 0.14 };
    let wood = Rgb::hex(0x8d6a48);
    for dx in [-0.10, 0.10] {
        easel.fill(rect(stage + dx - 0.012, 0.64, 0.024, 0.14), wood.darker(0.25));
    }
    easel.fill(
        poly(&[(stage - 0.12, 0.685), (stage + 0.12, 0.685), (stage + 0.17, 0.80), (stage - 0.17, 0.80)]),
        snowed(easel, wood),
    );
    for y in [0.715, 0.75] {
        easel.dab(rect(stage - 0.13, y, 0.26, 0.006), wood.darker(0.5), 0.7);
    }
    easel.fill(ridge(wide, 0.755, 0.014, 0.55, phase + 2.0, 1.3), snowed(easel, Rgb::hex(0x74a04e)));
    let far = wide - stage;
    growth::reeds(easel, rng, far, 0.80, 0.20);
}

/// A humped bridge; (`x`, `y`) is the middle of its foot.
fn bridge(easel: &mut Easel, x: f32, y: f32) {
    let stone = Rgb::hex(0xb3a596);
    let at = |dx: f32, dy: f32| (x + dx, y - dy);
    let crest = [
        (-0.40, 0.035),
        (-0.26, 0.085),
        (-0.10, 0.135),
        (0.0, 0.143),
        (0.10, 0.135),
        (0.26, 0.085),
        (0.40, 0.035),
    ];
    let mut points: Vec<(f32, f32)> = crest.iter().map(|(dx, dy)| at(*dx, *dy)).collect();
    points.extend([at(0.40, -0.012), at(0.125, -0.012)]);
    for step in 0..=8 {
        let turn = step as f32 / 8.0 * std::f32::consts::PI;
        points.push(at(0.125 * turn.cos(), 0.088 * turn.sin()));
    }
    points.extend([at(-0.125, -0.012), at(-0.40, -0.012)]);
    easel.fill(poly(&points), stone);
    // The ring of the arch and the courses.
    let ring: Vec<(f32, f32)> = (0..=8)
        .map(|step| {
            let turn = step as f32 / 8.0 * std::f32::consts::PI;
            at(0.137 * turn.cos(), 0.099 * turn.sin())
        })
        .collect();
    easel.stroke(curve(&ring), stone.darker(0.38), 0.85, 0.014);
    for (dx, dy) in
        [(-0.30, 0.03), (-0.22, 0.055), (-0.20, 0.015), (0.22, 0.055), (0.30, 0.025), (0.20, 0.01)]
    {
        let corner = at(dx, dy);
        easel.dab(rect(corner.0 - 0.022, corner.1, 0.044, 0.016), stone.darker(0.22), 0.6);
    }
    let cap: Vec<(f32, f32)> = crest.iter().map(|(dx, dy)| at(*dx, *dy + 0.006)).collect();
    easel.stroke(curve(&cap), snowed(easel, stone.lighter(0.35)), 1.0, 0.018);
}
