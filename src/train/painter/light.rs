//! What the hour and the weather do to every colour.

use super::colour::Rgb;
use super::words::{Setting, Time, Weather};

/// The light of a scene.
#[derive(Debug, Clone, Copy)]
pub struct Light {
    /// Sky colours: zenith, middle, horizon.
    pub sky: [Rgb; 3],
    /// What scenery colours are multiplied with.
    pub ambient: Rgb,
    /// What figure colours are multiplied with: never so dark that they drown.
    pub figure: Rgb,
    /// Colour of the rim that the sun or the moon draws on figures.
    pub rim: Rgb,
    /// Strength of that rim, 0..=1.
    pub rim_share: f32,
    /// Colour of far air.
    pub haze: Rgb,
    /// How much of a colour at the horizon is haze, 0..=1.
    pub haze_share: f32,
    /// Whether the sun or the moon stands on the left.
    pub from_left: bool,
    /// How brightly lamps and windows glow, 0 (day) ..=1 (night).
    pub lamps: f32,
    /// Strength of shadows on the ground, 0..=1.
    pub shadow: f32,
    /// Length of shadows in figure heights.
    pub shadow_reach: f32,
    /// Share of white that snow lays on the ground, 0..=1.
    pub snow: f32,
}

impl Light {
    /// The light of an hour in a weather at a place.
    pub fn new(setting: Setting, time: Time, weather: Weather, from_left: bool) -> Self {
        let hex = Rgb::hex;
        let (sky, ambient, figure, rim, rim_share) = match time {
            Time::Dawn => (
                [hex(0x8fb2dc), hex(0xf4bfc6), hex(0xffe6b4)],
                Rgb(1.0, 0.90, 0.89),
                Rgb(1.0, 0.94, 0.92),
                hex(0xffe9b8),
                0.55,
            ),
            Time::Day => {
                ([hex(0x4f9fe2), hex(0x93caf0), hex(0xdff2f8)], Rgb::WHITE, Rgb::WHITE, hex(0xfffbe6), 0.32)
            }
            Time::Dusk => (
                [hex(0x5a4796), hex(0xd4678a), hex(0xffac56)],
                Rgb(0.95, 0.72, 0.70),
                Rgb(1.0, 0.84, 0.78),
                hex(0xffb45a),
                0.70,
            ),
            Time::Night => (
                [hex(0x0c1638), hex(0x182b5c), hex(0x345088)],
                Rgb(0.36, 0.43, 0.68),
                Rgb(0.86, 0.87, 0.97),
                hex(0xbfd4ff),
                0.60,
            ),
        };
        let bright = match time {
            Time::Dawn => Rgb(0.97, 0.90, 0.90),
            Time::Day => Rgb::WHITE,
            Time::Dusk => Rgb(0.74, 0.60, 0.68),
            Time::Night => Rgb(0.25, 0.31, 0.50),
        };
        let (veil, veil_share, haze_share, shade) = match weather {
            Weather::Clear => (Rgb::WHITE, 0.0, 0.62, 1.0),
            Weather::Rain => (hex(0x8a96a6).times(bright), 0.68, 0.78, 0.86),
            Weather::Snow => (hex(0xd3dbe6).times(bright), 0.60, 0.76, 0.97),
            Weather::Storm => (hex(0x626c80).times(bright.mix(Rgb::WHITE, 0.12)), 0.80, 0.78, 0.76),
            Weather::Wind => (hex(0xc4d0d4).times(bright), 0.22, 0.66, 0.99),
            Weather::Fog => (hex(0xdcdfe0).times(bright.mix(Rgb::WHITE, 0.16)), 0.80, 1.06, 0.97),
        };
        let sky = sky.map(|colour| colour.mix(veil, veil_share));
        let wet = !matches!(weather, Weather::Clear | Weather::Wind);
        let mut light = Self {
            sky,
            ambient: ambient.times_all(shade),
            figure: figure.times_all(0.5 + 0.5 * shade),
            rim,
            rim_share: if wet { rim_share * 0.55 } else { rim_share },
            haze: sky[2].mix(sky[1], 0.3),
            haze_share,
            from_left,
            lamps: match time {
                Time::Day => {
                    if weather == Weather::Storm {
                        0.5
                    } else if wet {
                        0.15
                    } else {
                        0.0
                    }
                }
                Time::Dawn => 0.25,
                Time::Dusk => 0.8,
                Time::Night => 1.0,
            },
            shadow: if wet { 0.16 } else { 0.34 },
            shadow_reach: match time {
                Time::Day => 0.30,
                Time::Night => 0.45,
                Time::Dawn | Time::Dusk => 0.85,
            },
            snow: if weather == Weather::Snow || setting == Setting::Snowfield { 0.72 } else { 0.0 },
        };
        if setting == Setting::Cave {
            // Stone keeps the light out; crystals keep figures bright.
            light.ambient = light.ambient.times(Rgb(0.80, 0.76, 0.80));
            light.figure = light.figure.mix(Rgb::WHITE, 0.25);
            light.lamps = light.lamps.max(0.35);
            light.shadow_reach = 0.3;
            light.snow = 0.0;
        }
        if setting.is_indoors() {
            // Indoors a lamp and the window share the work: warmer, never foggy.
            light.ambient = match time {
                Time::Dawn => Rgb(1.0, 0.91, 0.86),
                Time::Day => Rgb::WHITE,
                Time::Dusk => Rgb(0.88, 0.70, 0.64),
                Time::Night => Rgb(0.50, 0.45, 0.56),
            };
            light.figure = light.ambient.mix(Rgb::WHITE, 0.45);
            light.snow = 0.0;
            light.haze_share = 0.0;
            light.shadow_reach = 0.3;
        }
        light
    }
}
