//! The last pass: paper, pigment and the trembling hand, by style.
//!
//! Every sheet of a style has the same grain, and lines that repeat do so
//! within [`CELL_PX`]: a model then learns the paper once, and neither its
//! autoencoder nor its prompt has to say where each fibre lies.

use super::colour::Rgb;
use super::pixels;
use super::words::Style;

/// Side of an autoencoder's cell at the sizes of training, in pixels.
const CELL_PX: f32 = 16.0;

/// A finished picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RgbPicture {
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// `height_px * width_px * 3` bytes, rows from the top, sRGB.
    pub pixels: Vec<u8>,
}

/// Smooth noise on a lattice, -1..=1, from a table of 4096 values.
struct Noise {
    table: Vec<f32>,
}

impl Noise {
    fn new(seed: u64) -> Self {
        let mut state = seed ^ 0x9e37_79b9_7f4a_7c15;
        let table = (0..4096)
            .map(|_| {
                // splitmix64
                state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = state;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                ((z ^ (z >> 31)) >> 40) as f32 / (1u64 << 23) as f32 - 1.0
            })
            .collect();
        Self { table }
    }

    /// The value at (`x`, `y`) in lattice units, both at least 0.
    fn at(&self, x: f32, y: f32) -> f32 {
        let (column, row) = (x as usize, y as usize);
        let (dx, dy) = (x - column as f32, y - row as f32);
        let ease = |t: f32| t * t * (3.0 - 2.0 * t);
        let (sx, sy) = (ease(dx), ease(dy));
        let cell = |c: usize, r: usize| self.table[((r & 63) << 6) | (c & 63)];
        let top = cell(column, row) + (cell(column + 1, row) - cell(column, row)) * sx;
        let low = cell(column, row + 1) + (cell(column + 1, row + 1) - cell(column, row + 1)) * sx;
        top + (low - top) * sy
    }
}

/// How strongly a style bends, tints and grains. Lengths in [`texture_unit`]s.
struct Recipe {
    bend: f32,
    bend_cell: f32,
    grain: f32,
    blotch: f32,
    paper: Rgb,
    paper_share: f32,
    saturation: f32,
}

/// `None` for pixel art, which has no pigment.
fn recipe(style: Style) -> Option<Recipe> {
    Some(match style {
        Style::Watercolour => Recipe {
            bend: 2.2,
            bend_cell: 20.0,
            grain: 0.022,
            blotch: 0.12,
            paper: Rgb(0.985, 0.965, 0.925),
            paper_share: 0.13,
            saturation: 1.0,
        },
        Style::Ink => Recipe {
            bend: 1.3,
            bend_cell: 15.0,
            grain: 0.010,
            blotch: 0.03,
            paper: Rgb(0.965, 0.935, 0.865),
            paper_share: 0.16,
            saturation: 0.90,
        },
        Style::PaperCut => Recipe {
            bend: 0.5,
            bend_cell: 26.0,
            grain: 0.012,
            blotch: 0.012,
            paper: Rgb(0.97, 0.96, 0.94),
            paper_share: 0.0,
            saturation: 1.12,
        },
        Style::Pastel => Recipe {
            bend: 1.5,
            bend_cell: 8.0,
            grain: 0.016,
            blotch: 0.05,
            paper: Rgb(0.97, 0.89, 0.77),
            paper_share: 0.20,
            saturation: 0.95,
        },
        Style::Woodcut => Recipe {
            bend: 0.9,
            bend_cell: 9.0,
            grain: 0.02,
            blotch: 0.03,
            paper: Rgb(0.965, 0.925, 0.825),
            paper_share: 0.05,
            saturation: 1.15,
        },
        Style::PixelArt => return None,
    })
}

/// Pixels of a unit of texture: 1 at the sizes of training, 2 at twice these.
fn texture_unit(height_px: u32) -> f32 {
    (height_px as f32 / 256.0).log2().round().exp2()
}

/// A printed tint: few tones, and lines cut where it is neither light nor dark.
fn carve(colour: Rgb, figure: bool, y: f32, grain: f32) -> Rgb {
    let luma = colour.luma().max(0.01);
    // Few tones; figures keep one more, and paper stays paper.
    let steps = if figure { 5.0 } else { 4.0 };
    let tone = (((luma * steps).floor() + 0.5) / steps).max(luma - 0.08);
    let tint = colour.mix(colour.times_all((tone / luma).min(2.0)), 0.7);
    // Level lines that swell with the dark.
    let along = y * 2.0 / CELL_PX;
    let line = ((along - along.floor() - 0.5).abs() * 2.0 + 0.10 * grain).clamp(0.0, 1.0);
    let dark = 1.0 - luma;
    let black = Rgb(0.10, 0.085, 0.09);
    let (from, most) = if figure { (0.70, 0.20) } else { (0.42, 0.42) };
    let share = ((dark - from) * 1.25).clamp(0.0, most);
    let cut = ((share - line) * 7.0 + 0.5).clamp(0.0, 1.0) * (share * 12.0).min(1.0);
    tint.mix(black, cut * if figure { 0.40 } else { 0.62 })
}

/// Turns the painted pixels (premultiplied RGBA, opaque) into the picture.
/// `figures` is how much of each pixel figures cover: their shapes stay cleaner.
pub fn finish(painted: &[u8], figures: &[u8], width_px: u32, height_px: u32, style: Style) -> RgbPicture {
    let Some(recipe) = recipe(style) else { return pixels::pixelate(painted, figures, width_px, height_px) };
    let (wide, high) = (width_px as usize, height_px as usize);
    let noise = Noise::new(style as u64);
    let unit = texture_unit(height_px);
    let mut pixels = Vec::with_capacity(wide * high * 3);
    let read = |x: usize, y: usize| {
        let at = (y * wide + x) * 4;
        Rgb(f32::from(painted[at]), f32::from(painted[at + 1]), f32::from(painted[at + 2]))
            .times_all(1.0 / 255.0)
    };
    for row in 0..high {
        for column in 0..wide {
            let (x, y) = (column as f32 / unit, row as f32 / unit);
            let cell = 1.0 / recipe.bend_cell;
            let bend_x = recipe.bend * noise.at(x * cell, y * cell);
            let bend_y = recipe.bend * noise.at(x * cell + 31.5, y * cell + 17.25);
            let from_x = (column as f32 + bend_x * unit).clamp(0.0, (wide - 1) as f32);
            let from_y = (row as f32 + bend_y * unit).clamp(0.0, (high - 1) as f32);
            let (left, top) = (from_x as usize, from_y as usize);
            let (right, low) = ((left + 1).min(wide - 1), (top + 1).min(high - 1));
            let (dx, dy) = (from_x - left as f32, from_y - top as f32);
            let upper = read(left, top).mix(read(right, top), dx);
            let lower = read(left, low).mix(read(right, low), dx);
            let mut colour = upper.mix(lower, dy);
            if style == Style::Pastel {
                // Rubbed with a finger: no edge stays sharp.
                let reach = (1.2 * unit).round().max(1.0) as usize;
                let (west, east) = (left.saturating_sub(reach), (left + reach).min(wide - 1));
                let (north, south) = (top.saturating_sub(reach), (top + reach).min(high - 1));
                let around = read(west, north)
                    .mix(read(east, south), 0.5)
                    .mix(read(east, north).mix(read(west, south), 0.5), 0.5);
                colour = colour.mix(around, 0.36);
            }

            let luma = colour.luma();
            colour = Rgb(luma, luma, luma).mix(colour, recipe.saturation);
            let blotch =
                noise.at(x / 34.0 + 7.5, y / 34.0 + 3.5) * 0.65 + noise.at(x / 13.0 + 40.0, y / 13.0) * 0.35;
            let grain = noise.at(x / 2.2 + 11.0, y / 2.2 + 5.0);
            match style {
                Style::Watercolour => {
                    // Pigment pools: thin where the noise is high, and the paper shines through.
                    let thin = (recipe.paper_share + recipe.blotch * blotch).max(0.0) * (0.35 + 0.65 * luma);
                    colour = colour
                        .mix(recipe.paper, thin)
                        .times_all(1.0 - 0.4 * recipe.blotch * (1.0 - blotch) * 0.5);
                    // The wash stops short of the edge of the sheet.
                    let edge = (x.min(y)).min((wide as f32 / unit - x).min(high as f32 / unit - y));
                    let margin = 5.0 + 2.5 * blotch + 1.5 * noise.at(x / 7.0, y / 7.0 + 9.0);
                    let bare = ((margin - edge) / 2.5).clamp(0.0, 1.0);
                    colour = colour.mix(recipe.paper, bare * 0.96);
                }
                Style::Ink => {
                    colour = colour.mix(
                        recipe.paper,
                        (recipe.paper_share + recipe.blotch * blotch) * (0.45 + 0.55 * luma),
                    );
                    // Hatching: the darker the wash, the stronger the strokes.
                    let tone = ((0.46 - luma) * 3.0).clamp(0.0, 1.0);
                    let along = (x + y) * 2.0 / CELL_PX;
                    let stroke = ((along - along.floor() - 0.5).abs() * 4.0 - 1.0).clamp(0.0, 1.0);
                    colour = colour.times_all(1.0 - 0.20 * tone * stroke);
                }
                Style::PaperCut => {
                    colour = colour.times_all(1.0 + recipe.blotch * blotch);
                }
                Style::Woodcut => {
                    let own = figures[(from_y as usize * wide) + from_x as usize] > 127;
                    colour = carve(colour, own, y, grain);
                    colour = colour.mix(recipe.paper, recipe.paper_share + recipe.blotch * blotch);
                }
                Style::PixelArt => {}
                Style::Pastel => {
                    // Chalk catches the tooth of the paper. The strokes lie almost level:
                    // steep ones would look like rain.
                    let tooth = noise.at((x + 0.3 * y) / 9.0, (y - 0.3 * x + 4096.0) / 3.6);
                    colour =
                        colour.mix(recipe.paper, (recipe.paper_share + 0.065 * tooth) * (0.3 + 0.7 * luma));
                    colour = colour.times_all(1.0 + recipe.blotch * blotch * luma);
                }
            }
            let colour = colour.times_all(1.0 + recipe.grain * grain);
            for channel in [colour.0, colour.1, colour.2] {
                pixels.push((channel.clamp(0.0, 1.0) * 255.0 + 0.5) as u8);
            }
        }
    }
    RgbPicture { width_px, height_px, pixels }
}
