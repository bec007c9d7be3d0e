//! The sky: gradient, sun or moon, stars, clouds.

use rand::Rng;

use super::canvas::{Easel, blob, oval};
use super::colour::Rgb;
use super::words::{Style, Time, Weather};

/// A wavy line from left to right of the picture and the land below it.
pub fn ridge(wide: f32, y: f32, swell: f32, waves: f32, phase: f32, bottom: f32) -> Option<tiny_skia::Path> {
    let steps = 12;
    let mut points: Vec<(f32, f32)> = (0..=steps)
        .map(|step| {
            let x = -0.3 + (wide + 0.6) * step as f32 / steps as f32;
            let turn = x * waves * std::f32::consts::TAU + phase;
            (x, y + swell * (turn.sin() + 0.35 * (turn * 1.7 + 1.3).sin()))
        })
        .collect();
    points.push((wide + 0.6, bottom));
    points.push((-0.6, bottom));
    blob(&points)
}

/// Paints the sky over the whole picture.
pub fn sky(easel: &mut Easel, rng: &mut impl Rng, time: Time, weather: Weather) {
    let (wide, light) = (easel.wide, easel.light);
    let [zenith, middle, low] = light.sky;
    let span = -0.02;
    if easel.style == Style::PaperCut {
        // Paper has no gradients: four sheets, each a little nearer to the horizon's colour.
        easel.wash(span, span, wide + 0.04, 1.04, &[(0.0, zenith, 1.0), (1.0, zenith, 1.0)]);
        let sheets =
            [(0.17, zenith.mix(middle, 0.55)), (0.32, middle), (0.46, middle.mix(low, 0.6)), (0.58, low)];
        let phase = rng.random_range(0.0..6.0);
        for (index, (y, colour)) in sheets.into_iter().enumerate() {
            let path = ridge(wide, y, 0.018, 0.55, phase + index as f32 * 1.9, 1.2);
            for (shift, alpha) in [(0.010, 0.05), (0.005, 0.07)] {
                easel.within(0.0, -shift, 1.0, 1.0, |e| e.raw(path.clone(), Rgb(0.05, 0.05, 0.12), alpha));
            }
            easel.raw(path, colour, 1.0);
        }
    } else {
        easel.wash(
            span,
            span,
            wide + 0.04,
            1.04,
            &[(0.0, zenith, 1.0), (0.27, middle, 1.0), (0.52, low, 1.0), (1.0, low, 1.0)],
        );
    }
    let x = if light.from_left { wide * 0.2 } else { wide * 0.8 } + rng.random_range(-0.04..0.04);
    let open = match weather {
        Weather::Clear => 1.0,
        Weather::Snow => 0.45,
        Weather::Rain | Weather::Storm => 0.0,
        Weather::Fog => 0.35,
        Weather::Wind => 0.9,
    };
    match time {
        Time::Night => {
            if matches!(weather, Weather::Clear | Weather::Wind) {
                for _ in 0..26 {
                    let (sx, sy) = (rng.random_range(0.0..wide), rng.random_range(0.02..0.46));
                    let size = rng.random_range(0.0035..0.0075);
                    easel.raw(oval(sx, sy, size, size), Rgb::hex(0xfff6d8), 0.85);
                }
            }
            moon(easel, x, 0.15, open);
        }
        Time::Day => {
            if open > 0.0 {
                easel.glow(x, 0.14, 0.30, Rgb::hex(0xfff3c0), 0.75 * open);
                easel.raw(oval(x, 0.14, 0.055, 0.055), Rgb::hex(0xfff2b0), open);
            }
        }
        Time::Dawn | Time::Dusk => {
            let (core, air, y) = if time == Time::Dawn {
                (Rgb::hex(0xfff0c8), Rgb::hex(0xffd9a0), 0.44)
            } else {
                (Rgb::hex(0xffd070), Rgb::hex(0xff8a3c), 0.47)
            };
            if open > 0.0 {
                easel.glow(x, y, 0.55, air, 0.65 * open);
                easel.raw(oval(x, y, 0.07, 0.07), core, open);
            }
        }
    }
    clouds(easel, rng, time, weather);
}

fn moon(easel: &mut Easel, x: f32, y: f32, open: f32) {
    if open <= 0.0 {
        return;
    }
    easel.glow(x, y, 0.34, Rgb::hex(0x9db8ee), 0.55 * open);
    easel.raw(oval(x, y, 0.068, 0.068), Rgb::hex(0xfdf6d8), open);
    let sea = Rgb::hex(0xe2dbc0);
    easel.raw(oval(x - 0.02, y - 0.014, 0.016, 0.014), sea, 0.7 * open);
    easel.raw(oval(x + 0.022, y + 0.016, 0.020, 0.017), sea, 0.7 * open);
    easel.raw(oval(x + 0.016, y - 0.03, 0.009, 0.008), sea, 0.7 * open);
}

fn clouds(easel: &mut Easel, rng: &mut impl Rng, time: Time, weather: Weather) {
    let [zenith, middle, low] = easel.light.sky;
    let (count, colour, alpha) = match (weather, time) {
        (Weather::Fog, _) => return,
        (Weather::Rain, _) => (5, zenith.darker(0.16), 0.85),
        (Weather::Storm, _) => (7, zenith.darker(0.38), 0.92),
        (Weather::Snow, _) => (4, zenith.lighter(0.18), 0.75),
        (Weather::Clear | Weather::Wind, Time::Day) => (rng.random_range(1..4), Rgb::hex(0xfdfdfb), 0.92),
        (Weather::Clear | Weather::Wind, Time::Dawn) => (rng.random_range(1..4), Rgb::hex(0xffe3dc), 0.8),
        (Weather::Clear | Weather::Wind, Time::Dusk) => {
            (rng.random_range(1..4), Rgb::hex(0xf58f86).mix(low, 0.2), 0.75)
        }
        (Weather::Clear | Weather::Wind, Time::Night) => (1, middle.lighter(0.12), 0.6),
    };
    for index in 0..count {
        let step = easel.wide / count as f32;
        let x = step * (index as f32 + rng.random_range(0.15..0.85));
        let y = rng.random_range(0.06..0.30);
        let size = rng.random_range(0.10..0.17) * if weather == Weather::Storm { 1.35 } else { 1.0 };
        // Wind draws the clouds out.
        let flat: f32 = if weather == Weather::Wind { 0.55 } else { 1.0 };
        easel.within(x, y, 1.0 / flat.sqrt(), flat, |e| cloud(e, 0.0, 0.0, size, colour, alpha));
    }
}

fn cloud(easel: &mut Easel, x: f32, y: f32, size: f32, colour: Rgb, alpha: f32) {
    let puff = |dx: f32, dy: f32| (x + dx * size, y + dy * size);
    let outline = blob(&[
        puff(-1.2, 0.22),
        puff(-0.95, -0.05),
        puff(-0.5, -0.12),
        puff(-0.2, -0.42),
        puff(0.25, -0.40),
        puff(0.5, -0.14),
        puff(0.95, -0.08),
        puff(1.2, 0.20),
        puff(0.5, 0.27),
        puff(-0.5, 0.27),
    ]);
    if easel.style == Style::PaperCut {
        easel.within(0.004, 0.008, 1.0, 1.0, |e| e.raw(outline.clone(), Rgb(0.05, 0.05, 0.12), 0.14));
    }
    easel.raw(outline.clone(), colour, alpha);
    if matches!(easel.style, Style::Ink | Style::Woodcut) {
        easel.stroke_raw(
            outline,
            Rgb(0.15, 0.14, 0.2),
            if easel.style == Style::Ink { 0.35 } else { 0.7 },
            0.004,
        );
    }
}
