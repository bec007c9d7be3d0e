//! The station: a platform under a roof, a clock, a train with steam up.

use rand::Rng;

use super::super::canvas::{Easel, blob, curve, oval, poly, rect};
use super::super::colour::Rgb;
use super::super::sky::ridge;
use super::{snowed, window_light};

/// Paints the station.
pub fn station(easel: &mut Easel, rng: &mut impl Rng) {
    let wide = easel.wide;
    easel.depth = 0.8;
    easel.fill(
        ridge(wide, 0.46, 0.03, 0.6, rng.random_range(0.0..6.0), 1.2),
        snowed(easel, Rgb::hex(0x7f9c88)),
    );
    easel.depth = 0.3;
    easel.fill(rect(-0.3, 0.64, wide + 0.6, 0.2), Rgb::hex(0x6d6660));
    let paint = [0x2f6b4c, 0xa8342e, 0x2c5a92].map(Rgb::hex)[rng.random_range(0..3)];
    let right = rng.random_bool(0.5);
    easel.depth = 0.18;
    let turn = if right { 1.0 } else { -1.0 };
    easel.within(wide * 0.5, 0.0, turn, 1.0, |e| train(e, wide, paint));
    easel.depth = 0.06;
    let tile = snowed(easel, Rgb::hex(0xb5aca2));
    easel.fill(poly(&[(-0.3, 1.3), (-0.3, 0.725), (wide + 0.3, 0.725), (wide + 0.3, 1.3)]), tile);
    easel.dab(rect(-0.3, 0.725, wide + 0.6, 0.020), Rgb::hex(0xf2e3a0), 0.95);
    for y in [0.80, 0.88, 0.965] {
        easel.dab(rect(-0.3, y, wide + 0.6, 0.005), tile.darker(0.35), 0.6);
    }
    let mid = wide * 0.5;
    for step in -4..=4_i32 {
        let slant = step as f32 * 0.17;
        easel.stroke(
            curve(&[(mid + slant, 0.745), (mid + slant * 1.9, 1.05)]),
            tile.darker(0.35),
            0.5,
            0.004,
        );
    }
    roof(easel, wide);
}

/// A locomotive that looks to the right and its carriage; x = 0 is the middle.
fn train(easel: &mut Easel, wide: f32, paint: Rgb) {
    let iron = Rgb::hex(0x34353c);
    let reach = wide * 0.5 + 0.1;
    // Steam.
    for (dx, y, size, alpha) in
        [(0.27, 0.335, 0.045, 0.85), (0.19, 0.28, 0.065, 0.75), (0.07, 0.235, 0.085, 0.6)]
    {
        easel.dab(oval(dx, y, size, size * 0.8), Rgb::hex(0xf2f2f0), alpha);
    }
    // The carriage with its windows.
    easel.fill(poly(&[(-reach, 0.66), (-reach, 0.44), (-0.09, 0.44), (-0.09, 0.66)]), paint);
    easel.fill(
        poly(&[(-reach, 0.445), (-reach, 0.405), (-0.10, 0.405), (-0.07, 0.445)]),
        snowed(easel, iron.lighter(0.15)),
    );
    easel.dab(rect(-reach, 0.60, reach - 0.09, 0.016), Rgb::hex(0xf0d48a), 0.9);
    let glass = easel.seen(Rgb::hex(0x9fb8c8)).mix(window_light(easel), 0.3 + 0.7 * easel.light.lamps);
    let mut x = -0.19;
    while x > -reach - 0.1 {
        easel.dab(rect(x - 0.008, 0.470, 0.091, 0.106), Rgb::hex(0xf4e8cc), 0.9);
        easel.raw(rect(x, 0.478, 0.075, 0.09), glass, 1.0);
        if easel.light.lamps > 0.5 {
            easel.glow(x + 0.037, 0.52, 0.12, Rgb::hex(0xffb45a), 0.4);
        }
        x -= 0.125;
    }
    // Cab, boiler, chimney, lamp.
    easel.fill(rect(-0.06, 0.405, 0.135, 0.255), paint.darker(0.12));
    easel.raw(rect(-0.03, 0.44, 0.075, 0.075), glass, 1.0);
    easel.fill(poly(&[(-0.08, 0.41), (-0.08, 0.385), (0.095, 0.385), (0.095, 0.41)]), iron);
    easel.fill(
        blob(&[
            (0.06, 0.50),
            (0.10, 0.475),
            (0.30, 0.475),
            (0.335, 0.50),
            (0.34, 0.60),
            (0.30, 0.635),
            (0.06, 0.635),
        ]),
        paint,
    );
    for bx in [0.13, 0.22] {
        easel.dab(rect(bx, 0.478, 0.013, 0.155), Rgb::hex(0xe8b536), 0.95);
    }
    easel.fill(poly(&[(0.255, 0.48), (0.245, 0.385), (0.315, 0.385), (0.300, 0.48)]), iron);
    easel.fill(oval(0.175, 0.472, 0.030, 0.026), Rgb::hex(0xe8b536));
    let lamp = easel.seen(Rgb::hex(0xf4efd8)).mix(Rgb::hex(0xffe6a0), easel.light.lamps);
    easel.raw(oval(0.345, 0.515, 0.020, 0.022), lamp, 1.0);
    if easel.light.lamps > 0.3 {
        easel.glow(0.36, 0.515, 0.20, Rgb::hex(0xffd98a), 0.7 * easel.light.lamps);
    }
    easel.fill(rect(-reach, 0.635, reach + 0.37, 0.028), iron);
    easel.fill(poly(&[(0.33, 0.64), (0.42, 0.715), (0.33, 0.715)]), iron);
    for (wx, size) in [
        (0.28, 0.040),
        (0.19, 0.040),
        (0.02, 0.052),
        (-0.18, 0.038),
        (-0.30, 0.038),
        (-0.52, 0.038),
        (-0.64, 0.038),
    ] {
        easel.fill(oval(wx, 0.685, size, size), Rgb::hex(0x7a2e2a));
        easel.dab(oval(wx, 0.685, size * 0.35, size * 0.35), Rgb::hex(0xd8c8a0), 1.0);
    }
    easel.dab(rect(-reach - 0.1, 0.718, 2.0 * reach + 0.3, 0.008), Rgb::hex(0xc4c8cc), 0.9);
}

/// The roof of the platform on two posts, a clock hanging from it.
fn roof(easel: &mut Easel, wide: f32) {
    let iron = Rgb::hex(0x3f4a52);
    easel.depth = 0.04;
    for share in [0.055, 0.945] {
        let x = wide * share;
        easel.fill(rect(x - 0.014, 0.10, 0.028, 0.66), iron);
        for side in [-1.0, 1.0] {
            easel.stroke(
                curve(&[(x, 0.24), (x + side * 0.05, 0.19), (x + side * 0.10, 0.125)]),
                iron,
                1.0,
                0.014,
            );
        }
    }
    easel.fill(
        poly(&[(-0.3, -0.3), (wide + 0.3, -0.3), (wide + 0.3, 0.085), (-0.3, 0.085)]),
        Rgb::hex(0x8d4f3c),
    );
    // A scalloped board along the edge.
    let board = snowed(easel, Rgb::hex(0xf0e4cc));
    let teeth = (12.0 * wide).round().max(4.0) as usize;
    for index in 0..teeth {
        let x = wide * index as f32 / teeth as f32;
        let step = wide / teeth as f32;
        easel.dab(
            poly(&[(x, 0.080), (x + step, 0.080), (x + step, 0.105), (x + step / 2.0, 0.128), (x, 0.105)]),
            board,
            1.0,
        );
    }
    let (x, y) = (wide * if easel.light.from_left { 0.76 } else { 0.24 }, 0.215);
    easel.stroke(curve(&[(x, 0.09), (x, 0.15)]), iron, 1.0, 0.016);
    easel.fill(oval(x, y, 0.075, 0.075), iron);
    let face = Rgb::hex(0xfbf4e0);
    let lit = easel.seen(face).mix(face, easel.light.lamps);
    easel.raw(oval(x, y, 0.060, 0.060), lit, 1.0);
    easel.stroke(curve(&[(x, y), (x, y - 0.044)]), Rgb::hex(0x2a2624), 1.0, 0.009);
    easel.stroke(curve(&[(x, y), (x + 0.028, y + 0.014)]), Rgb::hex(0x2a2624), 1.0, 0.010);
}
