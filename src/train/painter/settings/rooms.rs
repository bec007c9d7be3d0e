//! Kitchen and library.

use rand::Rng;

use super::super::canvas::{Easel, blob, curve, limb, oval, poly, rect};
use super::super::colour::Rgb;
use super::super::spec::SceneSpec;
use super::indoors;

/// A stove with its fire, a dresser of plates, hanging pans, a tiled floor.
pub fn kitchen(easel: &mut Easel, rng: &mut impl Rng, spec: &SceneSpec) {
    let wide = easel.wide;
    easel.depth = 0.0;
    let wall = [0xf0ddb4, 0xd9e0c8, 0xe8cdb8].map(Rgb::hex)[rng.random_range(0..3)];
    easel.dab(rect(-0.3, -0.3, wide + 0.6, 1.2), wall, 1.0);
    // Tiles on the lower wall and on the floor.
    let glaze = Rgb::hex(0x8fb4c0);
    easel.fill(rect(-0.3, 0.50, wide + 0.6, 0.21), glaze.lighter(0.35));
    let columns = (13.0 * wide).round() as i32;
    for index in 0..=columns {
        let x = wide * index as f32 / columns as f32;
        easel.dab(rect(x, 0.50, 0.005, 0.20), glaze.darker(0.1), 0.7);
    }
    for y in [0.50, 0.565, 0.63] {
        easel.dab(rect(-0.3, y, wide + 0.6, 0.006), glaze.darker(0.1), 0.8);
    }
    floor_tiles(easel, wide);
    let left = easel.light.from_left;
    let window_x = if left { wide * 0.64 } else { wide * 0.36 };
    indoors::window(easel, rng, spec, window_x, 0.145, (0.15, 0.46), Rgb::hex(0x5b8fc0));
    indoors::beam(easel, window_x, 0.145);
    let side = if left { -1.0 } else { 1.0 };
    stove(easel, wide * 0.5 + side * (wide * 0.5 - 0.15));
    dresser(easel, wide * 0.5 - side * (wide * 0.5 - 0.13));
    // Pans on a rail over the stove.
    let rail = wide * 0.5 + side * (wide * 0.5 - 0.28);
    easel.dab(rect(rail - 0.16, 0.075, 0.32, 0.012), Rgb::hex(0x5a4030), 1.0);
    for (dx, size, tone) in [(-0.10, 0.050, 0xc0703a), (0.01, 0.040, 0x6d7680), (0.10, 0.046, 0xc0703a)] {
        easel.stroke(curve(&[(rail + dx, 0.085), (rail + dx, 0.145)]), Rgb::hex(0x4a4038), 1.0, 0.010);
        easel.fill(oval(rail + dx, 0.17 + size * 0.2, size, size), Rgb::hex(tone));
        easel.dab(
            oval(rail + dx - size * 0.25, 0.16 + size * 0.1, size * 0.35, size * 0.5),
            Rgb::hex(tone).lighter(0.4),
            0.6,
        );
    }
}

fn floor_tiles(easel: &mut Easel, wide: f32) {
    let (pale, dark) = (Rgb::hex(0xe2cfae), Rgb::hex(0xb06a4a));
    easel.fill(poly(&[(-0.3, 1.3), (-0.3, 0.70), (wide + 0.3, 0.70), (wide + 0.3, 1.3)]), pale);
    let mid = wide * 0.5;
    let rows = [0.705, 0.765, 0.845, 0.955, 1.10];
    for row in 0..4 {
        for column in -6..6_i32 {
            if (column + row as i32).rem_euclid(2) == 0 {
                continue;
            }
            let x = |line: i32, y: f32| mid + line as f32 * 0.155 * (0.75 + (y - 0.70) * 1.6);
            let (top, low) = (rows[row], rows[row + 1]);
            easel.dab(
                poly(&[
                    (x(column, top), top),
                    (x(column + 1, top), top),
                    (x(column + 1, low), low),
                    (x(column, low), low),
                ]),
                dark,
                0.85,
            );
        }
    }
}

fn stove(easel: &mut Easel, x: f32) {
    let iron = Rgb::hex(0x44464e);
    easel.fill(rect(x - 0.03, -0.1, 0.06, 0.60), iron.darker(0.2));
    easel.fill(poly(&[(x - 0.145, 0.79), (x - 0.145, 0.50), (x + 0.145, 0.50), (x + 0.145, 0.79)]), iron);
    easel.fill(rect(x - 0.16, 0.475, 0.32, 0.035), iron.lighter(0.15));
    easel.raw(
        blob(&[(x - 0.075, 0.745), (x - 0.08, 0.62), (x, 0.585), (x + 0.08, 0.62), (x + 0.075, 0.745)]),
        Rgb::hex(0xd9481c),
        1.0,
    );
    for (dx, high) in [(-0.035, 0.08), (0.03, 0.09), (0.0, 0.12)] {
        easel.raw(
            blob(&[
                (x + dx - 0.028, 0.74),
                (x + dx - 0.02, 0.74 - high * 0.5),
                (x + dx, 0.74 - high),
                (x + dx + 0.02, 0.74 - high * 0.5),
                (x + dx + 0.028, 0.74),
            ]),
            if dx == 0.0 { Rgb::hex(0xffe28a) } else { Rgb::hex(0xff9a2e) },
            1.0,
        );
    }
    easel.glow(x, 0.67, 0.34, Rgb::hex(0xff9a40), 0.28 + 0.42 * easel.light.lamps);
    // A pot that steams.
    easel.fill(
        poly(&[(x - 0.075, 0.475), (x - 0.085, 0.385), (x + 0.085, 0.385), (x + 0.075, 0.475)]),
        Rgb::hex(0xb8432f),
    );
    easel.fill(oval(x, 0.385, 0.088, 0.018), Rgb::hex(0xd8644a));
    for dx in [-0.03, 0.03] {
        easel.stroke(
            curve(&[(x + dx, 0.36), (x + dx + 0.02, 0.32), (x + dx - 0.01, 0.28), (x + dx + 0.02, 0.23)]),
            Rgb::hex(0xfbf8f2),
            0.6,
            0.014,
        );
    }
}

fn dresser(easel: &mut Easel, x: f32) {
    let wood = Rgb::hex(0x9a6a42);
    easel.fill(rect(x - 0.15, 0.13, 0.30, 0.36), wood.darker(0.2));
    for (row, y) in [0.24, 0.36, 0.48].into_iter().enumerate() {
        easel.fill(rect(x - 0.16, y, 0.32, 0.018), wood);
        let glazes = [0xf6f2e6, 0x4f86b8, 0xe0b84a].map(Rgb::hex);
        for index in 0..3 {
            let px = x - 0.095 + 0.095 * index as f32;
            let glaze = glazes[(index + row) % 3];
            if row == 1 {
                easel.fill(
                    poly(&[
                        (px - 0.028, y),
                        (px - 0.032, y - 0.055),
                        (px + 0.032, y - 0.055),
                        (px + 0.028, y),
                    ]),
                    glaze,
                );
            } else {
                easel.fill(oval(px, y - 0.040, 0.038, 0.040), glaze);
                easel.dab(oval(px, y - 0.040, 0.022, 0.023), glaze.darker(0.16), 0.8);
            }
        }
    }
    easel.fill(poly(&[(x - 0.17, 0.80), (x - 0.17, 0.53), (x + 0.17, 0.53), (x + 0.17, 0.80)]), wood);
    easel.fill(rect(x - 0.185, 0.515, 0.37, 0.026), wood.lighter(0.15));
    for dx in [-0.085, 0.085] {
        easel.dab(rect(x + dx - 0.066, 0.575, 0.132, 0.19), wood.darker(0.25), 0.6);
        easel.dab(oval(x + dx * 0.35, 0.67, 0.012, 0.012), Rgb::hex(0xe8c46a), 1.0);
    }
    // Bread on the board.
    easel.fill(
        blob(&[(x - 0.09, 0.515), (x - 0.08, 0.465), (x, 0.445), (x + 0.08, 0.465), (x + 0.09, 0.515)]),
        Rgb::hex(0xcf8f42),
    );
    for dx in [-0.035, 0.0, 0.035] {
        easel.stroke(
            curve(&[(x + dx - 0.012, 0.485), (x + dx + 0.012, 0.460)]),
            Rgb::hex(0xf2d49a),
            0.9,
            0.008,
        );
    }
}

/// Shelves up to the ceiling, a ladder, a tall window, a lamp on a desk.
pub fn library(easel: &mut Easel, rng: &mut impl Rng, spec: &SceneSpec) {
    let wide = easel.wide;
    easel.depth = 0.0;
    let wall = Rgb::hex(0x7d5a3e);
    easel.dab(rect(-0.3, -0.3, wide + 0.6, 1.2), wall, 1.0);
    let floor = Rgb::hex(0x8f5f3c);
    easel.fill(poly(&[(-0.3, 1.3), (-0.3, 0.70), (wide + 0.3, 0.70), (wide + 0.3, 1.3)]), floor);
    for y in [0.78, 0.87, 0.96] {
        easel.dab(rect(-0.3, y, wide + 0.6, 0.005), floor.darker(0.4), 0.5);
    }
    let mid = wide * 0.5;
    indoors::window(easel, rng, spec, mid, 0.125, (0.10, 0.53), Rgb::hex(0x3f7a5a));
    indoors::beam(easel, mid, 0.125);
    let gap = 0.225;
    for side in [-1.0_f32, 1.0] {
        let (left, right) = if side < 0.0 { (-0.10, mid - gap) } else { (mid + gap, wide + 0.10) };
        shelves(easel, rng, left, right);
    }
    // A ladder leans on one side, a lamp stands on the other.
    let side = if easel.light.from_left { -1.0 } else { 1.0 };
    let ladder = mid + side * (gap + 0.07);
    let wood = Rgb::hex(0xc99a5e);
    for dx in [-0.045, 0.045] {
        easel.stroke(
            curve(&[(ladder + dx - side * 0.05, 0.76), (ladder + dx + side * 0.02, 0.08)]),
            wood,
            1.0,
            0.015,
        );
    }
    for step in 0..7 {
        let share = (step as f32 + 0.6) / 7.4;
        let x = ladder - side * 0.05 + side * 0.07 * share;
        easel.stroke(
            curve(&[(x - 0.045, 0.76 - 0.68 * share), (x + 0.045, 0.76 - 0.68 * share)]),
            wood.darker(0.1),
            1.0,
            0.012,
        );
    }
    desk_lamp(easel, mid - side * (gap + 0.07));
    let rug = [0x9a3a3a, 0x3a5a8a, 0x4a7a4a].map(Rgb::hex)[rng.random_range(0..3)];
    easel.fill(oval(mid, 0.905, 0.42_f32.min(wide * 0.46), 0.075), rug);
    easel.dab(oval(mid, 0.905, 0.33_f32.min(wide * 0.36), 0.052), Rgb::hex(0xe2bf78), 0.8);
    easel.dab(oval(mid, 0.905, 0.30_f32.min(wide * 0.33), 0.045), rug, 1.0);
}

fn shelves(easel: &mut Easel, rng: &mut impl Rng, left: f32, right: f32) {
    let wood = Rgb::hex(0x6a4428);
    easel.fill(rect(left, -0.1, right - left, 0.86), wood);
    let spines =
        [0xb8403a, 0x3f6aa0, 0x4c8a54, 0xe0b24a, 0x8a4f92, 0xe6d8b8, 0xc8743a, 0x2f7a80].map(Rgb::hex);
    let mut tone = rng.random_range(0..spines.len());
    for row in 0..6 {
        let y = 0.045 + 0.128 * row as f32;
        easel.dab(rect(left + 0.012, y - 0.105, right - left - 0.024, 0.105), wood.darker(0.5), 1.0);
        let mut x = left + 0.018;
        while x < right - 0.035 {
            let thick = rng.random_range(0.020..0.040);
            let high = rng.random_range(0.070..0.098);
            if x + thick > 0.0 - 0.02 && x < easel.wide + 0.02 {
                easel.dab(rect(x, y - high, thick - 0.003, high), spines[tone % spines.len()], 1.0);
                easel.dab(rect(x, y - high * 0.78, thick - 0.003, 0.007), Rgb::hex(0xf2dc9a), 0.7);
            }
            tone += rng.random_range(1..4);
            x += thick;
        }
        easel.fill(rect(left - 0.006, y, right - left + 0.012, 0.016), wood.lighter(0.18));
    }
}

fn desk_lamp(easel: &mut Easel, x: f32) {
    let wood = Rgb::hex(0x8a5a34);
    easel.fill(
        poly(&[(x - 0.13, 0.60), (x + 0.13, 0.60), (x + 0.14, 0.635), (x - 0.14, 0.635)]),
        wood.lighter(0.12),
    );
    for dx in [-0.11, 0.11] {
        easel.fill(limb(&[(x + dx, 0.635, 0.012), (x + dx * 1.05, 0.79, 0.010)]), wood);
    }
    easel.fill(rect(x - 0.10, 0.565, 0.085, 0.018), Rgb::hex(0x3f6aa0));
    easel.fill(rect(x - 0.095, 0.583, 0.085, 0.018), Rgb::hex(0xb8403a));
    easel.fill(
        limb(&[(x + 0.05, 0.60, 0.024), (x + 0.05, 0.58, 0.008), (x + 0.05, 0.51, 0.008)]),
        Rgb::hex(0xd8b04a),
    );
    let lamps = easel.light.lamps;
    let shade = easel.seen(Rgb::hex(0x3f9a6a)).mix(Rgb::hex(0x8fe0a0), lamps * 0.6);
    easel.raw(
        blob(&[
            (x - 0.035, 0.525),
            (x - 0.02, 0.47),
            (x + 0.05, 0.45),
            (x + 0.12, 0.47),
            (x + 0.135, 0.525),
            (x + 0.05, 0.535),
        ]),
        shade,
        1.0,
    );
    if lamps > 0.1 {
        easel.raw(oval(x + 0.05, 0.535, 0.06, 0.012), Rgb::hex(0xfff0b8), lamps);
        easel.glow(x + 0.05, 0.545, 0.42, Rgb::hex(0xffc070), 0.60 * lamps);
    }
}
