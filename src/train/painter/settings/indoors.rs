//! The bedroom, and the window of every room: it shows the hour and the weather.

use rand::Rng;

use super::super::canvas::{Easel, blob, curve, limb, oval, poly, rect};
use super::super::colour::Rgb;
use super::super::spec::SceneSpec;
use super::super::weather;
use super::super::words::{Time, Weather};

/// Paints the room. The window is large: it is all that tells the weather.
pub fn bedroom(easel: &mut Easel, rng: &mut impl Rng, spec: &SceneSpec) {
    let wide = easel.wide;
    easel.depth = 0.0;
    let walls = [0xe6cfae, 0xbfd0c4, 0xd8bfc6, 0xc3cbdc].map(Rgb::hex);
    let wall = walls[rng.random_range(0..walls.len())];
    easel.dab(rect(-0.3, -0.3, wide + 0.6, 1.2), wall, 1.0);
    for stripe in 0..8 {
        let x = wide * (stripe as f32 + 0.25) / 8.0;
        easel.dab(rect(x, -0.3, wide / 18.0, 1.2), wall.lighter(0.14), 0.5);
    }
    let floor = Rgb::hex(0xa9794f);
    easel.fill(poly(&[(-0.3, 1.3), (-0.3, 0.70), (wide + 0.3, 0.70), (wide + 0.3, 1.3)]), floor);
    easel.dab(rect(-0.3, 0.68, wide + 0.6, 0.03), Rgb::hex(0xf0e6d4), 0.95);
    for y in [0.79, 0.89] {
        easel.dab(rect(-0.3, y, wide + 0.6, 0.005), floor.darker(0.4), 0.5);
    }
    let bed_right = !easel.light.from_left;
    let window_x = if bed_right { wide * 0.30 } else { wide * 0.70 };
    window(easel, rng, spec, window_x, 0.175, (0.13, 0.54), Rgb::hex(0xc66a5c));
    beam(easel, window_x, 0.175);
    let side = if bed_right { 1.0 } else { -1.0 };
    bed(easel, wide * 0.5 + side * (wide * 0.5 - 0.24), side, rng.random_range(0..4));
    let rug = [0xb5524a, 0x4f7a94, 0x7a9a5a, 0x8a6a9a].map(Rgb::hex)[rng.random_range(0..4)];
    easel.fill(oval(wide * 0.48, 0.90, 0.40_f32.min(wide * 0.45), 0.075), rug);
    easel.dab(oval(wide * 0.48, 0.90, 0.31_f32.min(wide * 0.35), 0.052), rug.lighter(0.35), 0.6);
}

/// The light that falls through a window of half width `half` at `x`.
pub(super) fn beam(easel: &mut Easel, x: f32, half: f32) {
    let light = easel.light;
    // By night the lamps are stronger than the moon.
    let alpha = 0.30 * (1.0 - 0.65 * light.lamps);
    let away = if light.from_left { 0.16 } else { -0.16 };
    let colour = light.sky[2].mix(light.rim, 0.6);
    easel.raw(
        poly(&[
            (x - half + away * 0.4, 0.715),
            (x + half + away * 0.4, 0.715),
            (x + half * 1.25 + away, 0.90),
            (x - half * 1.25 + away, 0.90),
        ]),
        colour,
        alpha,
    );
}

/// A curtained window of half width `half` about `x`, from `top` to `foot`.
pub(super) fn window(
    easel: &mut Easel,
    rng: &mut impl Rng,
    spec: &SceneSpec,
    x: f32,
    half: f32,
    (top, foot): (f32, f32),
    cloth: Rgb,
) {
    let [zenith, middle, low] = easel.light.sky;
    easel.fill(rect(x - half - 0.025, top - 0.025, 2.0 * half + 0.05, foot - top + 0.05), Rgb::hex(0x8a6442));
    easel.wash(
        x - half,
        top,
        2.0 * half,
        foot - top,
        &[(0.0, zenith, 1.0), (0.55, middle, 1.0), (1.0, low, 1.0)],
    );
    let disc = (x + half * 0.45, top + 0.11);
    if matches!(spec.weather, Weather::Clear | Weather::Wind) {
        match spec.time {
            Time::Night => {
                easel.raw(oval(disc.0, disc.1, 0.045, 0.045), Rgb::hex(0xfdf6d8), 1.0);
                for _ in 0..7 {
                    let (sx, sy) = (
                        rng.random_range(x - half * 0.9..x + half * 0.2),
                        rng.random_range(top + 0.02..top + 0.24),
                    );
                    easel.raw(oval(sx, sy, 0.006, 0.006), Rgb::hex(0xfff6d8), 0.9);
                }
            }
            Time::Day => {
                easel.raw(oval(disc.0, disc.1, 0.04, 0.04), Rgb::hex(0xfff2b0), 1.0);
            }
            Time::Dawn => easel.raw(oval(x, foot - 0.12, 0.055, 0.055), Rgb::hex(0xfff0c8), 1.0),
            Time::Dusk => easel.raw(oval(x, foot - 0.12, 0.055, 0.055), Rgb::hex(0xffd070), 1.0),
        }
    }
    // A hill outside.
    let hill = Rgb::hex(if spec.weather == Weather::Snow { 0xe8eef5 } else { 0x76a060 });
    let outside =
        super::super::light::Light::new(super::super::words::Setting::Meadow, spec.time, spec.weather, true);
    let hill = hill.times(outside.ambient).mix(low, if spec.weather == Weather::Fog { 0.75 } else { 0.3 });
    easel.raw(
        poly(&[
            (x - half, foot),
            (x - half, foot - 0.07),
            (x - half * 0.3, foot - 0.11),
            (x + half * 0.4, foot - 0.085),
            (x + half, foot - 0.12),
            (x + half, foot),
        ]),
        hill,
        1.0,
    );
    outside_air(easel, rng, spec.weather, x, half, (top, foot));
    easel.dab(rect(x - 0.009, top, 0.018, foot - top), Rgb::hex(0x8a6442), 1.0);
    easel.dab(rect(x - half, (top + foot) / 2.0 - 0.009, 2.0 * half, 0.018), Rgb::hex(0x8a6442), 1.0);
    easel.fill(rect(x - half - 0.05, foot + 0.015, 2.0 * half + 0.10, 0.026), Rgb::hex(0x9c7550));
    for side in [-1.0, 1.0] {
        let at = |dx: f32, y: f32| (x + side * (half + dx), y);
        easel.fill(
            blob(&[
                at(-0.06, top - 0.03),
                at(0.07, top - 0.03),
                at(0.085, top + 0.22),
                at(0.075, foot + 0.06),
                at(-0.005, foot + 0.06),
                at(0.02, top + 0.29),
                at(-0.03, top + 0.12),
            ]),
            cloth,
        );
    }
    easel.fill(rect(x - half - 0.10, top - 0.055, 2.0 * half + 0.20, 0.022), Rgb::hex(0x6d4c33));
}

/// What falls or flies behind the panes.
fn outside_air(
    easel: &mut Easel,
    rng: &mut impl Rng,
    weather: Weather,
    x: f32,
    half: f32,
    (top, foot): (f32, f32),
) {
    match weather {
        Weather::Clear | Weather::Fog => {}
        Weather::Rain | Weather::Storm => {
            let storm = weather == Weather::Storm;
            if storm {
                weather::bolt(easel, x - half * 0.35, top + 0.01, (foot - top) * 0.6);
            }
            let count = if storm { 20 } else { 14 };
            for index in 0..count {
                let sx = x - half + 2.0 * half * (index as f32 + 0.7) / (count + 1) as f32;
                let sy = rng.random_range(top + 0.01..foot - 0.09);
                let lean = if storm { 0.034 } else { 0.014 };
                let from = (sx.max(x - half + lean), sy);
                easel.stroke_raw(
                    curve(&[from, (from.0 - lean, sy + 0.075)]),
                    Rgb::hex(0xdbe8f2),
                    0.75,
                    0.006,
                );
            }
        }
        Weather::Snow => {
            for _ in 0..22 {
                let (sx, sy) = (
                    rng.random_range(x - half * 0.95..x + half * 0.95),
                    rng.random_range(top + 0.01..foot - 0.02),
                );
                easel.raw(oval(sx, sy, 0.0085, 0.0085), Rgb::WHITE, 0.95);
            }
        }
        Weather::Wind => {
            for y in [0.3, 0.62] {
                let y = top + (foot - top) * y;
                weather::gust(easel, x - half * 0.85, y, half * 1.3);
            }
            for index in 0..10 {
                let (sx, sy) = (
                    rng.random_range(x - half * 0.9..x + half * 0.9),
                    rng.random_range(top + 0.02..foot - 0.03),
                );
                weather::leaf(easel, sx, sy, 0.024, index);
            }
        }
    }
}

fn bed(easel: &mut Easel, x: f32, side: f32, tint: usize) {
    let at = |dx: f32, y: f32| (x + side * dx, y);
    let wood = Rgb::hex(0x80563a);
    let quilt = [0x5b82b0, 0xb86a6a, 0x6f9a70, 0x9a7ab0].map(Rgb::hex)[tint];
    // Head board at the outer side, foot board towards the middle.
    easel.fill(blob(&[at(0.20, 0.80), at(0.20, 0.46), at(0.24, 0.41), at(0.29, 0.46), at(0.29, 0.80)]), wood);
    easel.fill(poly(&[at(-0.20, 0.79), at(-0.20, 0.64), at(0.22, 0.64), at(0.22, 0.79)]), wood.darker(0.1));
    easel.fill(
        blob(&[at(0.06, 0.63), at(0.08, 0.55), at(0.17, 0.53), at(0.22, 0.57), at(0.22, 0.64)]),
        Rgb::hex(0xf8f3e8),
    );
    easel.fill(
        blob(&[
            at(-0.22, 0.77),
            at(-0.21, 0.62),
            at(-0.08, 0.585),
            at(0.08, 0.60),
            at(0.12, 0.64),
            at(0.12, 0.76),
            at(-0.04, 0.78),
        ]),
        quilt,
    );
    easel.dab(
        limb(&[
            (x + side * 0.09, 0.615, 0.016),
            (x + side * 0.10, 0.69, 0.018),
            (x + side * 0.10, 0.755, 0.014),
        ]),
        quilt.lighter(0.5),
        0.8,
    );
    easel.fill(
        blob(&[at(-0.25, 0.82), at(-0.25, 0.60), at(-0.22, 0.575), at(-0.19, 0.60), at(-0.19, 0.82)]),
        wood,
    );
    // A bedside lamp between bed and wall, on the inner side.
    let lamp = at(-0.36, 0.0).0;
    easel.fill(rect(lamp - 0.055, 0.64, 0.11, 0.15), wood.lighter(0.1));
    easel.fill(rect(lamp - 0.008, 0.56, 0.016, 0.08), Rgb::hex(0xc9a45a));
    let lamps = easel.light.lamps;
    let shade = easel.seen(Rgb::hex(0xf0dca8)).mix(Rgb::hex(0xffdd90), lamps);
    easel.raw(
        poly(&[(lamp - 0.055, 0.57), (lamp - 0.03, 0.49), (lamp + 0.03, 0.49), (lamp + 0.055, 0.57)]),
        shade,
        1.0,
    );
    if lamps > 0.2 {
        easel.glow(lamp, 0.53, 0.42, Rgb::hex(0xffb860), 0.62 * lamps);
    }
}
