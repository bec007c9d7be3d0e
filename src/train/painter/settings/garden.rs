//! The garden, and the sky above the clouds.

use rand::Rng;

use super::super::canvas::{Easel, blob, curve, limb, oval, poly, rect};
use super::super::colour::Rgb;
use super::super::sky::ridge;
use super::{growth, snowed};

/// A hedge with an arch of roses, beds of tulips, a gravel path.
pub fn garden(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let mid = wide * 0.5 + rng.random_range(-0.06..0.06);
    easel.depth = 0.7;
    for index in 0..5 {
        let x = wide * (index as f32 + rng.random_range(0.2..0.8)) / 5.0;
        let high = rng.random_range(0.20..0.28);
        growth::round_tree(easel, rng, x, 0.56, high, Rgb::hex(0x6ca05c));
    }
    easel.depth = 0.30;
    let hedge = snowed(easel, Rgb::hex(0x3f7d42));
    easel.fill(poly(&[(-0.2, 0.72), (-0.2, 0.475), (wide + 0.2, 0.475), (wide + 0.2, 0.72)]), hedge);
    for index in 0..9 {
        let x = wide * (index as f32 + 0.5) / 9.0;
        easel.dab(oval(x, 0.478, wide * 0.075, 0.026), hedge.lighter(0.06), 1.0);
        easel.dab(oval(x + 0.03, 0.55, 0.05, 0.020), hedge.lighter(0.16), 0.5);
    }
    easel.depth = 0.18;
    easel.fill(ridge(wide, 0.655, 0.006, 0.6, 1.0, 1.3), snowed(easel, Rgb::hex(0x7db552)));
    easel.dab(
        blob(&[
            (mid - 0.40, 1.1),
            (mid - 0.15, 0.80),
            (mid - 0.075, 0.645),
            (mid + 0.075, 0.645),
            (mid + 0.15, 0.80),
            (mid + 0.40, 1.1),
        ]),
        snowed(easel, Rgb::hex(0xe6cfa0)),
        1.0,
    );
    rose_arch(easel, rng, mid, 0.665);
    // Beds in perspective on both sides of the path.
    let petals = [0xe8413c, 0xffc93c, 0xf28ab8, 0xfbfbf6, 0x9a62c8].map(Rgb::hex);
    let first = rng.random_range(0..petals.len());
    for row in 0..3 {
        let near = row as f32 / 2.0;
        easel.depth = 0.15 - 0.12 * near;
        let y = 0.725 + 0.125 * near;
        let size = 0.020 + 0.017 * near;
        for side in [-1.0_f32, 1.0] {
            let petal = petals[(first + row + usize::from(side > 0.0)) % petals.len()];
            let inner = 0.13 + 0.16 * near;
            let count = 5 - row / 2;
            easel.dab(
                oval(mid + side * (inner + 0.22), y + size * 0.7, 0.24, size * 0.9),
                Rgb::hex(0x6b4a34),
                0.85,
            );
            for index in 0..count {
                let x = mid
                    + side * (inner + (0.032 + 0.055 * near + 0.042) * index as f32)
                    + rng.random_range(-0.008..0.008);
                tulip(easel, x, y + rng.random_range(-0.006..0.006), size, petal);
            }
        }
    }
}

fn tulip(easel: &mut Easel, x: f32, y: f32, size: f32, petal: Rgb) {
    let at = |dx: f32, dy: f32| (x + dx * size, y + dy * size);
    let leaf = Rgb::hex(0x4c9146);
    easel.stroke(curve(&[at(0.0, 0.6), at(0.0, -0.9)]), leaf, 1.0, size * 0.22);
    easel.dab(blob(&[at(0.0, 0.6), at(-0.6, -0.2), at(-0.75, -0.7), at(-0.2, -0.1)]), leaf, 1.0);
    easel.dab(blob(&[at(0.0, 0.6), at(0.6, -0.1), at(0.8, -0.5), at(0.2, 0.0)]), leaf.darker(0.12), 1.0);
    easel.dab(
        poly(&[
            at(-0.62, -1.9),
            at(-0.28, -1.55),
            at(0.0, -2.0),
            at(0.28, -1.55),
            at(0.62, -1.9),
            at(0.60, -1.1),
            at(0.0, -0.75),
            at(-0.60, -1.1),
        ]),
        petal.times_all(0.94),
        1.0,
    );
}

fn rose_arch(easel: &mut Easel, rng: &mut impl Rng, x: f32, foot: f32) {
    let leaf = snowed(easel, Rgb::hex(0x5a9a4c));
    // The gap in the hedge, then the arch.
    let gap = Rgb::hex(0x9fcf8a);
    easel.dab(
        blob(&[(x - 0.09, foot), (x - 0.095, 0.46), (x, 0.37), (x + 0.095, 0.46), (x + 0.09, foot)]),
        snowed(easel, gap),
        1.0,
    );
    easel.fill(
        limb(&[
            (x - 0.125, foot + 0.01, 0.022),
            (x - 0.13, 0.50, 0.030),
            (x - 0.10, 0.385, 0.034),
            (x, 0.325, 0.036),
            (x + 0.10, 0.385, 0.034),
            (x + 0.13, 0.50, 0.030),
            (x + 0.125, foot + 0.01, 0.022),
        ]),
        leaf,
    );
    for (dx, y) in [
        (-0.13, 0.60),
        (-0.125, 0.51),
        (-0.125, 0.43),
        (-0.085, 0.36),
        (-0.03, 0.33),
        (0.03, 0.325),
        (0.09, 0.365),
        (0.125, 0.44),
        (0.13, 0.53),
        (0.125, 0.61),
    ] {
        let (rx, ry) = (x + dx + rng.random_range(-0.01..0.01), y + rng.random_range(-0.01..0.01));
        easel.dab(oval(rx, ry, 0.019, 0.018), Rgb::hex(0xf0607c), 1.0);
        easel.dab(oval(rx + 0.003, ry - 0.003, 0.008, 0.008), Rgb::hex(0xffb0c0), 1.0);
    }
}

/// A sea of clouds under great stars; the figures stand on the nearest one.
pub fn night_sky(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    let light = easel.light;
    // A pale band across the sky, and stars large enough to be seen.
    let turn = if light.from_left { 24.0 } else { -24.0 };
    easel.turned(wide * 0.5, 0.28, turn, |e| {
        for (dx, half) in [(-0.5, 0.20), (-0.2, 0.26), (0.1, 0.26), (0.4, 0.22)] {
            e.within(dx, 0.0, 1.0, 0.42, |e| e.glow(0.0, 0.0, half, Rgb::hex(0x8aa0e8), 0.40));
        }
    });
    for index in 0..34 {
        let (x, y) = (rng.random_range(0.0..wide), rng.random_range(0.01..0.66));
        let size =
            if index % 5 == 0 { rng.random_range(0.016..0.026) } else { rng.random_range(0.004..0.008) };
        if index % 5 == 0 {
            sparkle(easel, x, y, size);
        } else {
            easel.raw(oval(x, y, size, size), Rgb::hex(0xfff6d8), 0.9);
        }
    }
    let (x, y) = (wide * rng.random_range(0.3..0.7), rng.random_range(0.12..0.3));
    let away = if light.from_left { 0.16 } else { -0.16 };
    easel.raw(limb(&[(x, y, 0.008), (x + away, y - 0.07, 0.001)]), Rgb::hex(0xdfe8ff), 0.7);
    sparkle(easel, x, y, 0.022);
    let phase = rng.random_range(0.0..6.0);
    for (depth, y, bump, tone) in
        [(0.55, 0.62, 0.055, 0x8fa0d8), (0.30, 0.70, 0.070, 0xaebcf0), (0.05, 0.80, 0.085, 0xd5def8)]
    {
        easel.depth = depth;
        easel.fill(bank(wide, y, bump, phase + depth * 9.0), Rgb::hex(tone).mix(Rgb::hex(0xd8e2ff), 0.25));
        // Light from the moon on the crests.
        for step in 0..4 {
            let cx = wide * (step as f32 + 0.5) / 4.0 + rng.random_range(-0.06..0.06);
            easel.dab(oval(cx, y + 0.018, 0.085, 0.014), Rgb::WHITE, 0.35);
        }
    }
}

fn sparkle(easel: &mut Easel, x: f32, y: f32, size: f32) {
    let s = size * 0.22;
    easel.glow(x, y, size * 2.0, Rgb::hex(0xfff0b8), 0.5);
    easel.raw(
        poly(&[
            (x, y - size),
            (x + s, y - s),
            (x + size, y),
            (x + s, y + s),
            (x, y + size),
            (x - s, y + s),
            (x - size, y),
            (x - s, y - s),
        ]),
        Rgb::hex(0xfff6d0),
        1.0,
    );
}

/// A bank of cloud: round heads along a line, down to the lower edge.
fn bank(wide: f32, y: f32, bump: f32, phase: f32) -> Option<tiny_skia::Path> {
    let mut points = Vec::new();
    let steps = 11;
    for step in 0..=steps {
        let x = -0.35 + (wide + 0.7) * step as f32 / steps as f32;
        let head = bump * (0.62 + 0.38 * (phase + step as f32 * 2.4).sin());
        let reach = (wide + 0.7) / steps as f32 * 0.36;
        points.extend([
            (x - reach, y - head * 0.55),
            (x, y - head),
            (x + reach, y - head * 0.55),
            (x + reach * 1.4, y - head * 0.10),
        ]);
    }
    points.push((wide + 0.6, 1.3));
    points.push((-0.6, 1.3));
    blob(&points)
}

/// Wisps about the feet.
pub fn wisps(easel: &mut Easel, rng: &mut impl Rng) {
    easel.depth = 0.0;
    let wide = easel.wide;
    easel.fill(bank(wide, 1.0, 0.06, rng.random_range(0.0..6.0)), Rgb::hex(0xe8eeff));
    easel.dab(rect(-0.1, 1.02, wide + 0.2, 0.1), Rgb::hex(0xe8eeff), 1.0);
}
