//! Pixel art: large square pixels of few colours.

use super::finish::RgbPicture;

/// Pixels of pixel art on the height of a picture, or a few less or more.
const ROWS: u32 = 64;

/// Levels of brightness, by its square root: the eye sees dark steps best.
const LEVELS: f32 = 12.0;

/// Steps of tint.
const TINTS: f32 = 12.0;

/// Order in which a 2x2 tile of pixels takes the next level (Bayer).
const BAYER: [[u8; 2]; 2] = [[0, 2], [3, 1]];

/// Turns the painted pixels (premultiplied RGBA, opaque) into about [`ROWS`] rows of
/// squares. Land and sky are dithered between few levels; figures are flat.
pub fn pixelate(painted: &[u8], figures: &[u8], width_px: u32, height_px: u32) -> RgbPicture {
    let (wide, high) = (width_px as usize, height_px as usize);
    // A power of two, so that squares and the autoencoder's cells share edges.
    let cell = ((height_px / ROWS) as usize).max(1).next_power_of_two();
    let mut pixels = vec![0; wide * high * 3];
    for (row, top) in (0..high).step_by(cell).enumerate() {
        let low = (top + cell).min(high);
        for (column, left) in (0..wide).step_by(cell).enumerate() {
            let right = (left + cell).min(wide);
            let (colour, covered) = sample(painted, figures, wide, (left, right), (top, low));
            let lift =
                (f32::from(BAYER[row & 1][column & 1]) / 4.0 - 0.375) * if covered { 0.0 } else { 0.30 };
            let colour = quantised(colour, lift);
            for y in top..low {
                for x in left..right {
                    pixels[(y * wide + x) * 3..][..3].copy_from_slice(&colour);
                }
            }
        }
    }
    RgbPicture { width_px, height_px, pixels }
}

/// The nearest colour of few: brightness in [`LEVELS`], tint in coarser steps.
/// Tints are rounded apart from brightness, so that grey stays grey.
fn quantised(colour: [u8; 3], lift: f32) -> [u8; 3] {
    let [r, g, b] = colour.map(|value| f32::from(value) / 255.0);
    let luma = 0.299 * r + 0.587 * g + 0.114 * b;
    let level = ((luma.sqrt() * (LEVELS - 1.0) + lift).round() / (LEVELS - 1.0)).max(0.0);
    let new = level * level;
    let tint = |value: f32| new + ((value - luma) * TINTS).round() / TINTS;
    [r, g, b].map(|value| (tint(value).clamp(0.0, 1.0) * 255.0) as u8)
}

/// The pixel of a cell that is nearest to the cell's mean, so that edges stay
/// hard, and whether figures cover most of the cell.
fn sample(
    painted: &[u8],
    figures: &[u8],
    wide: usize,
    (left, right): (usize, usize),
    (top, low): (usize, usize),
) -> ([u8; 3], bool) {
    let (mut sums, mut covered, mut count) = ([0_u32; 3], 0_u32, 0_u32);
    for y in top..low {
        for x in left..right {
            let at = y * wide + x;
            covered += u32::from(figures[at]);
            count += 1;
            for (sum, value) in sums.iter_mut().zip(&painted[at * 4..at * 4 + 3]) {
                *sum += u32::from(*value);
            }
        }
    }
    let mean = sums.map(|sum| sum / count.max(1));
    let mut best = (u32::MAX, [0; 3]);
    for y in top..low {
        for x in left..right {
            let at = (y * wide + x) * 4;
            let own = [painted[at], painted[at + 1], painted[at + 2]];
            let far = own.iter().zip(mean).map(|(value, mean)| u32::from(*value).abs_diff(mean)).sum();
            if far < best.0 {
                best = (far, own);
            }
        }
    }
    (best.1, covered > 127 * count)
}
