//! Rain, snow, fog, storm and wind about the scene.

use rand::Rng;

use super::canvas::{Easel, blob, curve, oval, poly};
use super::colour::Rgb;
use super::words::{Time, Weather};

/// Veils and lightning between the far planes and the figures.
pub fn air_behind(easel: &mut Easel, rng: &mut impl Rng, weather: Weather) {
    let wide = easel.wide;
    match weather {
        Weather::Fog => {
            let fog = easel.light.haze.lighter(0.10);
            easel.wash(
                -0.02,
                0.18,
                wide + 0.04,
                0.82,
                &[(0.0, fog, 0.0), (0.40, fog, 0.62), (0.62, fog, 0.50), (1.0, fog, 0.18)],
            );
        }
        Weather::Storm => {
            // Away from where a lone figure most often stands.
            let share = if rng.random_bool(0.5) { 0.22 } else { 0.78 };
            bolt(easel, wide * share + rng.random_range(-0.05..0.05), 0.10, 0.42);
        }
        _ => {}
    }
}

/// What falls or drifts in front of everything.
pub fn air_before(easel: &mut Easel, rng: &mut impl Rng, weather: Weather, time: Time) {
    let wide = easel.wide;
    match weather {
        Weather::Clear => {}
        Weather::Rain => rain(easel, rng, time, 6, 0.22),
        Weather::Storm => rain(easel, rng, time, 8, 0.55),
        Weather::Snow => {
            let columns = (9.0 * wide).round().max(4.0) as u32;
            for row in 0..8 {
                for column in 0..columns {
                    let x = wide * (column as f32 + rng.random_range(0.0..1.0)) / columns as f32;
                    let y = (row as f32 + rng.random_range(0.0..1.0)) / 8.0;
                    let size = rng.random_range(0.006..0.0125);
                    easel.raw(oval(x, y, size, size), Rgb::hex(0xfdfeff), 0.9);
                }
            }
        }
        Weather::Fog => {
            let fog = easel.light.haze.lighter(0.14);
            for (share, y, half) in [(0.15, 0.66, 0.45), (0.85, 0.58, 0.42), (0.5, 0.90, 0.5)] {
                let x = wide * share + rng.random_range(-0.1..0.1);
                easel.within(x, y, 1.0, 0.22, |e| e.soft(0.0, 0.0, half, fog, 0.55));
            }
        }
        Weather::Wind => {
            for (share, y) in [(0.02, 0.17), (0.46, 0.30), (0.12, 0.47), (0.56, 0.66)] {
                let x = wide * (share + rng.random_range(-0.06..0.06));
                gust(easel, x, y + rng.random_range(-0.03..0.03), 0.36);
            }
            for index in 0..15 {
                let x = wide * (index as f32 + rng.random_range(0.0..1.0)) / 15.0;
                let y = rng.random_range(0.06..0.92);
                leaf(easel, x, y, rng.random_range(0.017..0.027), index);
            }
        }
    }
}

/// `rows` rows of drops; `lean` is how far a drop drifts for its length.
fn rain(easel: &mut Easel, rng: &mut impl Rng, time: Time, rows: u32, lean: f32) {
    let wide = easel.wide;
    let drop = if time == Time::Night { Rgb::hex(0x9fb6d6) } else { Rgb::hex(0xf0f5fa) };
    // One jittered cell a drop: even cover, no clumps.
    let columns = (11.0 * wide).round().max(5.0) as u32;
    for row in 0..rows {
        for column in 0..columns {
            let x = wide * (column as f32 + rng.random_range(0.0..1.0)) / columns as f32 + 0.03;
            let y = (row as f32 + rng.random_range(0.0..1.0)) / rows as f32 - 0.05;
            let long = rng.random_range(0.06..0.10);
            easel.stroke_raw(curve(&[(x, y), (x - lean * long, y + long)]), drop, 0.55, 0.0055);
        }
    }
}

/// A flash of lightning from (`x`, `y`) down over `high`.
pub fn bolt(easel: &mut Easel, x: f32, y: f32, high: f32) {
    let at = |dx: f32, dy: f32| (x + dx * high, y + dy * high);
    let zigzag = poly(&[
        at(0.02, 0.0),
        at(-0.16, 0.42),
        at(-0.02, 0.42),
        at(-0.17, 0.74),
        at(-0.07, 0.73),
        at(-0.20, 1.0),
        at(0.12, 0.62),
        at(0.02, 0.62),
        at(0.17, 0.31),
        at(0.05, 0.31),
        at(0.17, 0.0),
    ]);
    easel.glow(x, y + high * 0.35, high * 0.95, Rgb::hex(0xd8dcff), 0.55);
    easel.raw(zigzag, Rgb::hex(0xfff3a8), 1.0);
}

/// A line of moving air that ends in a curl.
pub fn gust(easel: &mut Easel, x: f32, y: f32, long: f32) {
    let at = |dx: f32, dy: f32| (x + dx * long, y + dy * long);
    easel.stroke_raw(
        curve(&[
            at(0.0, 0.06),
            at(0.30, 0.0),
            at(0.62, 0.05),
            at(0.92, -0.02),
            at(0.99, -0.13),
            at(0.90, -0.20),
            at(0.82, -0.13),
            at(0.87, -0.07),
        ]),
        Rgb::hex(0xf6fafc),
        0.75,
        0.008,
    );
    easel.stroke_raw(
        curve(&[at(0.12, 0.17), at(0.40, 0.12), at(0.66, 0.16)]),
        Rgb::hex(0xf6fafc),
        0.6,
        0.006,
    );
}

/// A leaf on the wind; `kind` turns and tints it.
pub fn leaf(easel: &mut Easel, x: f32, y: f32, size: f32, kind: usize) {
    let tints = [0xe8892c, 0xc8402c, 0xe8c23c, 0x7a9a3a].map(Rgb::hex);
    easel.turned(x, y, kind as f32 * 67.0, |e| {
        e.raw(
            blob(&[(-size, 0.0), (-0.3 * size, -0.52 * size), (size, 0.0), (-0.3 * size, 0.52 * size)]),
            tints[kind % tints.len()],
            0.95,
        );
    });
}
