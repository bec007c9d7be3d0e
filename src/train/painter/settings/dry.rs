//! Desert, cave and ruins: sand and stone.

use rand::Rng;

use super::super::canvas::{Easel, blob, curve, limb, oval, poly, rect, ring};
use super::super::colour::Rgb;
use super::super::sky::ridge;
use super::super::spec::SceneSpec;
use super::super::weather;
use super::{growth, land, snowed};

/// Dunes, a table mountain far off, a cactus.
pub fn desert(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let phase = rng.random_range(0.0..6.0);
    easel.depth = 0.75;
    let mesa = wide * if easel.light.from_left { 0.70 } else { 0.30 };
    let at = |dx: f32, y: f32| (mesa + dx, y);
    easel.fill(
        poly(&[
            at(-0.30, 0.60),
            at(-0.20, 0.45),
            at(-0.16, 0.40),
            at(0.03, 0.395),
            at(0.06, 0.43),
            at(0.17, 0.435),
            at(0.20, 0.48),
            at(0.30, 0.60),
        ]),
        Rgb::hex(0xb5694c),
    );
    for (depth, y, swell, waves, tone) in [
        (0.55, 0.535, 0.022, 0.65, 0xe0ab66),
        (0.30, 0.615, 0.030, 0.5, 0xe9b264),
        (0.06, 0.735, 0.026, 0.42, 0xf2c273),
    ] {
        easel.depth = depth;
        let turn = phase + depth * 7.0;
        let sand = Rgb::hex(tone);
        easel.fill(ridge(wide, y, swell, waves, turn, 1.3), sand);
        // The lee side of the dune lies in shade.
        let lee: Vec<(f32, f32)> = (0..=8)
            .map(|step| {
                let x = wide * (0.06 + 0.055 * step as f32) + depth * 0.5;
                let rise = (x * waves * std::f32::consts::TAU + turn).sin();
                (
                    x,
                    y + swell
                        * (rise + 0.35 * ((x * waves * std::f32::consts::TAU + turn) * 1.7 + 1.3).sin())
                        + 0.012,
                )
            })
            .collect();
        let mut shade = lee.clone();
        shade.push((wide * 0.62 + depth * 0.5, y + 0.10));
        shade.push((wide * 0.25 + depth * 0.5, y + 0.075));
        easel.dab(blob(&shade), sand.darker(0.30), 0.30);
    }
    easel.depth = 0.12;
    let side = if rng.random_bool(0.5) { 0.10 } else { 0.90 };
    cactus(easel, wide * side + rng.random_range(-0.02..0.02), 0.79, 0.36);
    cactus(easel, wide * (1.0 - side) + rng.random_range(-0.03..0.03), 0.685, 0.15);
    easel.depth = 0.03;
    for _ in 0..5 {
        let (x, y) = (rng.random_range(0.04..wide - 0.04), rng.random_range(0.80..0.98));
        easel.stroke(
            curve(&[(x - 0.08, y), (x - 0.02, y - 0.010), (x + 0.04, y), (x + 0.09, y - 0.008)]),
            Rgb::hex(0xc89450),
            0.7,
            0.006,
        );
    }
}

fn cactus(easel: &mut Easel, x: f32, y: f32, high: f32) {
    let green = Rgb::hex(0x4c8b4c);
    let at = |dx: f32, dy: f32, half: f32| (x + dx * high, y + dy * high, half * high);
    for (side, root, elbow, top) in [(-1.0, -0.38, 0.24, -0.74), (1.0, -0.50, 0.22, -0.84)] {
        easel.fill(
            limb(&[
                at(0.02 * side, root, 0.065),
                at(elbow * side, root - 0.02, 0.070),
                at(elbow * side * 1.06, top, 0.060),
            ]),
            green.darker(0.08),
        );
    }
    easel.fill(limb(&[at(0.0, 0.0, 0.10), at(0.0, -0.5, 0.105), at(0.0, -0.94, 0.085)]), green);
    for dx in [-0.035, 0.035] {
        let (from, to) = (at(dx, -0.04, 0.0), at(dx, -0.92, 0.0));
        easel.stroke(curve(&[(from.0, from.1), (to.0, to.1)]), green.lighter(0.30), 0.6, 0.014 * high);
    }
}

/// Rock all round, a mouth with the day in it, glowing crystals.
pub fn cave(easel: &mut Easel, rng: &mut impl Rng, spec: &SceneSpec) {
    let wide = easel.wide;
    let mid = wide * 0.5 + rng.random_range(-0.05..0.05);
    // What is seen through the mouth: a valley, and all the weather.
    easel.depth = 0.6;
    easel.fill(
        ridge(wide, 0.47, 0.04, 0.8, rng.random_range(0.0..6.0), 1.2),
        snowed(easel, Rgb::hex(0x86a880)),
    );
    easel.depth = 0.4;
    easel.fill(
        ridge(wide, 0.56, 0.015, 0.8, rng.random_range(0.0..6.0), 1.2),
        snowed(easel, Rgb::hex(0x74a05c)),
    );
    for share in [-0.16, 0.15] {
        growth::fir(easel, mid + share, 0.60, 0.13, Rgb::hex(0x3d6650));
    }
    weather::air_behind(easel, rng, spec.weather);
    weather::air_before(easel, rng, spec.weather, spec.time);
    easel.depth = 0.0;
    let stone = Rgb::hex(0x7d6d6a);
    let half = (wide * 0.34).min(0.36);
    for (grow, tone, lift) in [(1.0, 0.0, 0.0), (1.28, 0.26, -0.04), (1.62, 0.48, -0.07)] {
        let mut inner = Vec::new();
        for (dx, y) in [
            (-0.86, 0.86),
            (-1.0, 0.60),
            (-0.94, 0.42),
            (-0.70, 0.24),
            (-0.46, 0.20),
            (-0.16, 0.11),
            (0.14, 0.145),
            (0.42, 0.13),
            (0.66, 0.24),
            (0.90, 0.36),
            (1.0, 0.60),
            (0.86, 0.86),
        ] {
            let wobble = rng.random_range(-0.03..0.03);
            inner.push((mid + dx * half * grow + wobble, y + lift * 2.0 + wobble * 0.6));
        }
        easel.fill(ring((-0.5, -0.5), (wide + 0.5, 1.6), &inner), stone.darker(tone));
    }
    // The floor, and the light that falls in.
    let floor = Rgb::hex(0x8d7b70);
    easel.fill(ridge(wide, 0.665, 0.010, 0.9, rng.random_range(0.0..6.0), 1.3), floor);
    let light = easel.light;
    let bright = light.sky[2].mix(Rgb::hex(0xfff2d0), 0.35);
    easel.raw(
        poly(&[
            (mid - half * 0.72, 0.672),
            (mid + half * 0.72, 0.672),
            (mid + half * 1.25, 1.02),
            (mid - half * 1.25, 1.02),
        ]),
        bright,
        0.14 + 0.16 * (1.0 - light.lamps),
    );
    for (share, y, size) in [(0.05, 0.80, 0.10), (0.96, 0.84, 0.11), (0.17, 0.715, 0.04), (0.86, 0.72, 0.045)]
    {
        land::rock(easel, wide * share + rng.random_range(-0.02..0.02), y, size);
    }
    for (share, long) in [(0.10, 0.20), (0.20, 0.12), (0.80, 0.15), (0.91, 0.22)] {
        let x = wide * share + rng.random_range(-0.03..0.03);
        easel.fill(
            poly(&[(x - 0.045, -0.02), (x + 0.045, -0.02), (x + 0.006, long), (x - 0.006, long)]),
            stone.darker(0.38),
        );
    }
    let hues = [0x58d8e8, 0xb98af2, 0x7df0b0].map(Rgb::hex);
    let hue = hues[rng.random_range(0..hues.len())];
    for (share, y, size) in [(0.10, 0.86, 0.085), (0.90, 0.77, 0.075)] {
        crystals(easel, wide * share, y, size, hue);
    }
}

fn crystals(easel: &mut Easel, x: f32, y: f32, size: f32, hue: Rgb) {
    let at = |dx: f32, dy: f32| (x + dx * size, y + dy * size);
    easel.glow(x, y - size, size * 3.0, hue, 0.45);
    for (lean, high, half, tone) in [(-0.5, 1.2, 0.22, 0.25), (0.55, 1.0, 0.2, 0.3), (0.05, 1.8, 0.28, 0.0)] {
        easel.raw(
            poly(&[
                at(lean * 0.3 - half, 0.0),
                at(lean - half, -high * 0.72),
                at(lean, -high),
                at(lean + half, -high * 0.72),
                at(lean * 0.3 + half, 0.0),
            ]),
            hue.darker(tone),
            1.0,
        );
        easel.raw(
            poly(&[
                at(lean * 0.3 - half * 0.2, 0.0),
                at(lean - half * 0.2, -high * 0.7),
                at(lean, -high),
                at(lean - half, -high * 0.72),
                at(lean * 0.3 - half, 0.0),
            ]),
            hue.lighter(0.45),
            0.7,
        );
    }
}

/// Broken columns, an arch under ivy, fallen blocks in the grass.
pub fn ruins(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let phase = rng.random_range(0.0..6.0);
    easel.depth = 0.85;
    easel.fill(ridge(wide, 0.49, 0.035, 0.6, phase, 1.2), snowed(easel, Rgb::hex(0x86a48a)));
    easel.depth = 0.5;
    easel.fill(ridge(wide, 0.60, 0.012, 0.7, phase + 1.0, 1.2), snowed(easel, Rgb::hex(0x83a45e)));
    let stone = Rgb::hex(0xcbc2b0);
    easel.depth = 0.42;
    for (share, high) in [(0.30, 0.17), (0.44, 0.24), (0.60, 0.12)] {
        column(easel, wide * share + rng.random_range(-0.02..0.02), 0.635, high, 0.020, stone, false);
    }
    // The arch stands on one side, whole columns on the other.
    let side = if rng.random_bool(0.5) { 1.0 } else { -1.0 };
    let x = wide * (0.5 + 0.28 * side);
    easel.depth = 0.20;
    arch(easel, x, 0.70, stone);
    easel.depth = 0.22;
    easel.fill(ridge(wide, 0.685, 0.012, 0.6, phase + 2.0, 1.2), snowed(easel, Rgb::hex(0x76994e)));
    let far = wide * 0.5 - side * wide * 0.5;
    easel.depth = 0.10;
    column(easel, far + side * 0.085, 0.80, 0.62, 0.042, stone, true);
    column(easel, far + side * 0.235, 0.735, 0.34, 0.034, stone.darker(0.05), false);
    easel.depth = 0.06;
    for (share, y, size) in [(0.12, 0.86, 0.09), (0.90, 0.80, 0.075), (0.80, 0.905, 0.06)] {
        let left = wide * share - size + rng.random_range(-0.02..0.02);
        let top = snowed(easel, stone.lighter(0.25));
        easel.fill(
            poly(&[
                (left, y),
                (left + 0.012, y - size),
                (left + size * 1.9, y - size * 0.85),
                (left + size * 1.8, y + 0.014),
            ]),
            stone.darker(0.06),
        );
        easel.dab(
            poly(&[
                (left + 0.012, y - size),
                (left + size * 0.4, y - size * 1.25),
                (left + size * 2.1, y - size * 1.1),
                (left + size * 1.9, y - size * 0.85),
            ]),
            top,
            0.95,
        );
    }
}

fn column(easel: &mut Easel, x: f32, foot: f32, high: f32, half: f32, stone: Rgb, whole: bool) {
    let top = foot - high;
    if whole {
        easel.fill(
            poly(&[(x - half, foot), (x - half * 0.86, top), (x + half * 0.86, top), (x + half, foot)]),
            stone,
        );
        easel.fill(
            rect(x - half * 1.45, top - half * 0.9, half * 2.9, half * 0.9),
            snowed(easel, stone.lighter(0.12)),
        );
    } else {
        easel.fill(
            poly(&[
                (x - half, foot),
                (x - half * 0.9, top + half * 0.9),
                (x - half * 0.3, top),
                (x + half * 0.2, top + half * 1.3),
                (x + half * 0.9, top + half * 0.5),
                (x + half, foot),
            ]),
            stone,
        );
    }
    for dx in [-0.45, 0.0, 0.45] {
        easel.dab(
            rect(x + dx * half - half * 0.07, top + half * 1.4, half * 0.14, high - half * 1.5),
            stone.darker(0.40),
            0.55,
        );
    }
    easel.fill(rect(x - half * 1.4, foot - half * 0.7, half * 2.8, half * 0.8), stone.darker(0.10));
}

fn arch(easel: &mut Easel, x: f32, foot: f32, stone: Rgb) {
    let at = |dx: f32, dy: f32| (x + dx, foot - dy);
    let mut points = vec![
        at(-0.21, 0.0),
        at(-0.205, 0.36),
        at(-0.16, 0.45),
        at(-0.06, 0.47),
        at(0.03, 0.44),
        at(0.10, 0.46),
    ];
    // The broken shoulder.
    points.extend([at(0.14, 0.38), at(0.20, 0.35), at(0.21, 0.0), at(0.125, 0.0), at(0.125, 0.22)]);
    for step in 0..7 {
        let turn = step as f32 / 6.0 * std::f32::consts::PI;
        points.push(at(0.118 * turn.cos(), 0.25 + 0.10 * turn.sin()));
    }
    points.extend([at(-0.125, 0.22), at(-0.125, 0.0)]);
    easel.fill(poly(&points), stone);
    for (dx, dy, w) in [
        (-0.20, 0.10, 0.07),
        (-0.20, 0.24, 0.07),
        (0.13, 0.12, 0.07),
        (0.13, 0.26, 0.07),
        (-0.15, 0.40, 0.10),
    ] {
        let corner = at(dx, dy);
        easel.dab(rect(corner.0, corner.1, w, 0.006), stone.darker(0.45), 0.6);
    }
    let ivy = snowed(easel, Rgb::hex(0x4f8a42));
    for (dx, dy, size) in [
        (-0.17, 0.44, 0.045),
        (-0.20, 0.36, 0.040),
        (-0.19, 0.28, 0.034),
        (-0.10, 0.46, 0.036),
        (-0.205, 0.20, 0.026),
        (0.17, 0.35, 0.034),
        (0.185, 0.28, 0.028),
    ] {
        let spot = at(dx, dy);
        easel.dab(oval(spot.0, spot.1, size, size * 0.85), ivy.darker(dy * 0.4), 1.0);
    }
}
