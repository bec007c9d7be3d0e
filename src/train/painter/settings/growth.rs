//! Plants that several settings share.

use rand::Rng;

use super::super::canvas::{Easel, blob, curve, limb, oval, poly};
use super::super::colour::Rgb;
use super::snowed;

/// A broad tree with a round crown; (`x`, `y`) is the foot, `high` its height.
pub fn round_tree(easel: &mut Easel, rng: &mut impl Rng, x: f32, y: f32, high: f32, leaf: Rgb) {
    let lean = rng.random_range(-0.04..0.04) * high;
    easel.fill(
        limb(&[
            (x, y, 0.055 * high),
            (x + lean * 0.4, y - 0.25 * high, 0.038 * high),
            (x + lean, y - 0.6 * high, 0.03 * high),
        ]),
        Rgb::hex(0x6b4a32),
    );
    let leaf = snowed(easel, leaf);
    let crown = |dx: f32, dy: f32| (x + lean + dx * high, y + dy * high);
    easel.fill(
        blob(&[
            crown(-0.36, -0.52),
            crown(-0.38, -0.74),
            crown(-0.20, -0.92),
            crown(0.04, -1.0),
            crown(0.26, -0.90),
            crown(0.38, -0.70),
            crown(0.34, -0.50),
            crown(0.16, -0.40),
            crown(-0.14, -0.40),
        ]),
        leaf,
    );
    let (dx, dy) = if easel.light.from_left { (-0.12, -0.78) } else { (0.12, -0.78) };
    let spot = crown(dx, dy);
    easel.dab(oval(spot.0, spot.1, 0.19 * high, 0.13 * high), leaf.lighter(0.22), 0.55);
    let dark = crown(-dx * 0.8, -0.50);
    easel.dab(oval(dark.0, dark.1, 0.22 * high, 0.08 * high), leaf.darker(0.30), 0.45);
}

/// A fir of three tiers.
pub fn fir(easel: &mut Easel, x: f32, y: f32, high: f32, leaf: Rgb) {
    easel.fill(
        poly(&[
            (x - 0.035 * high, y),
            (x + 0.035 * high, y),
            (x + 0.025 * high, y - 0.2 * high),
            (x - 0.025 * high, y - 0.2 * high),
        ]),
        Rgb::hex(0x5a4030),
    );
    let snow = easel.light.snow;
    for (foot, top, half) in [(0.12, 0.56, 0.27), (0.36, 0.80, 0.21), (0.60, 1.0, 0.14)] {
        let tier = |dx: f32, dy: f32| (x + dx * high, y - dy * high);
        easel.fill(
            poly(&[
                tier(-half, foot),
                tier(-half * 0.45, foot - 0.03),
                tier(0.0, foot + 0.01),
                tier(half * 0.45, foot - 0.03),
                tier(half, foot),
                tier(0.0, top),
            ]),
            leaf,
        );
        if snow > 0.0 {
            let deep = foot + (top - foot) * 0.45;
            let side = half * 0.5;
            easel.dab(
                poly(&[
                    tier(-side, deep),
                    tier(-side * 0.3, deep + 0.05),
                    tier(side * 0.2, deep - 0.02),
                    tier(side, deep + 0.01),
                    tier(0.0, top),
                ]),
                Rgb::hex(0xf4f7fb),
                0.95,
            );
        }
    }
}

/// A bush; (`x`, `y`) is the middle of its foot.
pub fn bush(easel: &mut Easel, x: f32, y: f32, size: f32, leaf: Rgb) {
    let leaf = snowed(easel, leaf);
    let at = |dx: f32, dy: f32| (x + dx * size, y + dy * size);
    easel.fill(
        blob(&[
            at(-1.0, 0.0),
            at(-0.95, -0.45),
            at(-0.45, -0.62),
            at(-0.1, -0.88),
            at(0.4, -0.68),
            at(0.9, -0.5),
            at(1.0, 0.0),
            at(0.0, 0.08),
        ]),
        leaf,
    );
    easel.dab(oval(x, y - 0.62 * size, 0.4 * size, 0.14 * size), leaf.lighter(0.25), 0.5);
}

/// Ferns in both lower corners.
pub fn corner_ferns(easel: &mut Easel, rng: &mut impl Rng, leaf: Rgb) {
    let leaf = snowed(easel, leaf);
    for side in [0.0, easel.wide] {
        let lean = if side == 0.0 { 1.0 } else { -1.0 };
        for index in 0..4 {
            let reach = 0.10 + 0.03 * index as f32;
            let rise = 0.17 - 0.035 * index as f32 + rng.random_range(-0.01..0.01);
            let foot = (side + lean * 0.01 * index as f32, 1.03);
            easel.fill(
                limb(&[
                    (foot.0, foot.1, 0.006),
                    (foot.0 + lean * reach * 0.45, foot.1 - rise, 0.016),
                    (foot.0 + lean * reach, foot.1 - rise * 0.92, 0.004),
                ]),
                leaf.lighter(0.06 * index as f32),
            );
        }
    }
}

/// Grass in both lower corners.
pub fn corner_grass(easel: &mut Easel, rng: &mut impl Rng, leaf: Rgb) {
    let leaf = snowed(easel, leaf);
    for side in [0.0, easel.wide] {
        let lean = if side == 0.0 { 1.0 } else { -1.0 };
        for index in 0..6 {
            let x = side + lean * (0.02 + 0.03 * index as f32);
            let rise = 0.15 - 0.018 * index as f32 + rng.random_range(-0.015..0.015);
            let bend = rng.random_range(-0.03..0.05) * lean;
            easel.fill(
                limb(&[
                    (x, 1.03, 0.011),
                    (x + bend * 0.4, 1.03 - rise * 0.6, 0.008),
                    (x + bend, 1.03 - rise, 0.002),
                ]),
                leaf.lighter(0.05 * (index % 3) as f32),
            );
        }
    }
}

/// Reeds with brown heads at (`x`, `y`).
pub fn reeds(easel: &mut Easel, rng: &mut impl Rng, x: f32, y: f32, high: f32) {
    for index in 0..5 {
        let foot = x + (index as f32 - 2.0) * 0.022;
        let top = (foot + rng.random_range(-0.02..0.02), y - high * rng.random_range(0.75..1.0));
        easel.stroke(
            curve(&[(foot, y), ((foot + top.0) / 2.0, (y + top.1) / 2.0 - 0.01), top]),
            Rgb::hex(0x5f7a3c),
            1.0,
            0.007,
        );
        if index % 2 == 0 {
            easel.dab(oval(top.0, top.1 + 0.02, 0.009, 0.026), Rgb::hex(0x6f4a2b), 1.0);
        }
    }
}
