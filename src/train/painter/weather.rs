//! Rain, snow and fog in front of the scene.

use rand::Rng;

use super::canvas::{Easel, curve, oval};
use super::colour::Rgb;
use super::words::{Time, Weather};

/// Veils between the far planes and the figures.
pub fn air_behind(easel: &mut Easel, weather: Weather) {
    if weather == Weather::Fog {
        let (wide, fog) = (easel.wide, easel.light.haze.lighter(0.10));
        easel.wash(
            -0.02,
            0.18,
            wide + 0.04,
            0.82,
            &[(0.0, fog, 0.0), (0.40, fog, 0.62), (0.62, fog, 0.50), (1.0, fog, 0.18)],
        );
    }
}

/// What falls or drifts in front of everything.
pub fn air_before(easel: &mut Easel, rng: &mut impl Rng, weather: Weather, time: Time) {
    let wide = easel.wide;
    match weather {
        Weather::Clear => {}
        Weather::Rain => {
            let drop = if time == Time::Night { Rgb::hex(0x9fb6d6) } else { Rgb::hex(0xf0f5fa) };
            // One jittered cell a drop: even cover, no clumps.
            let columns = (11.0 * wide).round().max(5.0) as u32;
            for row in 0..6 {
                for column in 0..columns {
                    let x = wide * (column as f32 + rng.random_range(0.0..1.0)) / columns as f32 + 0.03;
                    let y = (row as f32 + rng.random_range(0.0..1.0)) / 6.0 - 0.05;
                    let long = rng.random_range(0.06..0.10);
                    easel.stroke_raw(curve(&[(x, y), (x - 0.22 * long, y + long)]), drop, 0.55, 0.0055);
                }
            }
        }
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
    }
}
