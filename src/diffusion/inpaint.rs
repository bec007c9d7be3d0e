//! Repainting a region: the latent outside the mask follows the original's
//! noisy path, and at the end the original's pixels are put back byte for byte.

use super::error::DiffusionError;
use super::latent::Latent;
use super::sampler::Sampler;

/// What a repaint needs besides the run itself.
///
/// At each step the latent outside the mask is replaced by the original under
/// the noise of the row just reached (the "replacement" of Song et al. 2021,
/// appendix I; the arithmetic of the reference's inpainting pipelines, which
/// use one noise for the whole run).
#[derive(Debug, Clone)]
pub struct Inpaint<L> {
    /// The original's clean latent.
    pub original: L,
    /// The noise that the run started from.
    pub noise: L,
    /// 1 where the picture is repainted, 0 where it is kept, at the latent's
    /// size; the channel dimension may be 1 where the latent type broadcasts.
    pub mask: L,
}

impl<L: Latent> Inpaint<L> {
    /// The latent at row `index + 1` with the original put back outside the
    /// mask. Call it after each step, with that step's `index`.
    ///
    /// # Errors
    /// [`DiffusionError::StepIndex`] beyond the table.
    pub fn blend(&self, sampler: &Sampler, index: usize, sample: &L) -> Result<L, DiffusionError> {
        let kept = sampler.add_noise(&self.original, &self.noise, index + 1)?;
        Ok(sample.mask_mix(&kept, &self.mask))
    }
}

fn check_length(what: &'static str, expected: usize, found: usize) -> Result<(), DiffusionError> {
    if expected == found { Ok(()) } else { Err(DiffusionError::Length { what, expected, found }) }
}

fn check_mask(mask: &[f32], from: (usize, usize), to: (usize, usize)) -> Result<(), DiffusionError> {
    check_length("the mask", from.0 * from.1, mask.len())?;
    if [from.0, from.1, to.0, to.1].contains(&0) {
        return Err(DiffusionError::Config(format!(
            "a mask of {}x{} cannot be brought to {}x{}: no side may be 0",
            from.0, from.1, to.0, to.1
        )));
    }
    Ok(())
}

/// A mask of `from` (width, height) pixels brought to the latent grid `to` by
/// averaging: each latent gets the share of its area that is masked, in 0..1.
/// Row by row.
///
/// # Errors
/// [`DiffusionError`] when a side is 0 or the mask's length is not width x height.
pub fn mask_to_latent_area(
    mask: &[f32],
    from: (usize, usize),
    to: (usize, usize),
) -> Result<Vec<f32>, DiffusionError> {
    check_mask(mask, from, to)?;
    let columns = coverage(from.0, to.0);
    let rows = coverage(from.1, to.1);
    let mut out = Vec::with_capacity(to.0 * to.1);
    for row in &rows {
        for column in &columns {
            let mut sum = 0.0;
            let mut weight = 0.0;
            for &(y, row_share) in row {
                for &(x, column_share) in column {
                    let share = row_share * column_share;
                    let value = mask.get(y * from.0 + x).copied().unwrap_or(0.0);
                    sum += share * f64::from(value);
                    weight += share;
                }
            }
            // Every cell covers a positive area, so the weight is above 0.
            out.push((sum / weight) as f32);
        }
    }
    Ok(out)
}

/// For each of `to` cells the pixels of `from` that it covers, with the length
/// of the overlap in pixels.
fn coverage(from: usize, to: usize) -> Vec<Vec<(usize, f64)>> {
    let scale = from as f64 / to as f64;
    (0..to)
        .map(|cell| {
            let (start, end) = (cell as f64 * scale, (cell + 1) as f64 * scale);
            let first = (start.floor() as usize).min(from - 1);
            let last = (end.ceil() as usize).clamp(first + 1, from);
            (first..last)
                .map(|pixel| {
                    let overlap = end.min(pixel as f64 + 1.0) - start.max(pixel as f64);
                    (pixel, overlap.max(0.0))
                })
                .filter(|&(_, overlap)| overlap > 0.0)
                .collect()
        })
        .collect()
}

/// A mask of `from` (width, height) pixels brought to the latent grid `to` by
/// the nearest pixel, `floor(cell * from / to)`, as the reference does (torch's
/// `interpolate` with mode `nearest`, whose scale is an `f32`). Row by row.
///
/// # Errors
/// [`DiffusionError`] when a side is 0 or the mask's length is not width x height.
pub fn mask_to_latent_nearest(
    mask: &[f32],
    from: (usize, usize),
    to: (usize, usize),
) -> Result<Vec<f32>, DiffusionError> {
    check_mask(mask, from, to)?;
    let nearest = |cell: usize, from: usize, to: usize| {
        let scale = from as f32 / to as f32;
        ((cell as f32 * scale).floor() as usize).min(from - 1)
    };
    let mut out = Vec::with_capacity(to.0 * to.1);
    for row in 0..to.1 {
        let y = nearest(row, from.1, to.1);
        for column in 0..to.0 {
            let x = nearest(column, from.0, to.0);
            out.push(mask.get(y * from.0 + x).copied().unwrap_or(0.0));
        }
    }
    Ok(out)
}

/// The painted picture with the original's pixels where the mask is 0, byte
/// for byte; 255 takes the painted pixel, values between mix the two, rounded
/// to the nearest.
///
/// `original` and `painted` hold `channels` bytes a pixel, `mask` one.
///
/// # Errors
/// [`DiffusionError::Length`] when the buffers do not agree.
pub fn composite_pixels(
    original: &[u8],
    painted: &[u8],
    mask: &[u8],
    channels: usize,
) -> Result<Vec<u8>, DiffusionError> {
    check_length("the original picture", mask.len() * channels, original.len())?;
    check_length("the painted picture", mask.len() * channels, painted.len())?;
    if channels == 0 {
        return Ok(Vec::new());
    }
    let mut out = Vec::with_capacity(original.len());
    let pixels = original.chunks_exact(channels).zip(painted.chunks_exact(channels));
    for ((kept, new), &mask) in pixels.zip(mask) {
        let share = u32::from(mask);
        out.extend(kept.iter().zip(new).map(|(&kept, &new)| {
            let mixed = u32::from(new) * share + u32::from(kept) * (255 - share);
            ((mixed + 127) / 255) as u8
        }));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn area_gives_the_masked_share_and_nearest_one_pixel() {
        // 4x2, left three columns masked.
        let mask = [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0];
        let area = mask_to_latent_area(&mask, (4, 2), (2, 1)).unwrap();
        assert_eq!(area, [1.0, 0.5]);
        let nearest = mask_to_latent_nearest(&mask, (4, 2), (2, 1)).unwrap();
        assert_eq!(nearest, [1.0, 1.0]);
        // No whole ratio: 3 to 2, the middle pixel is split.
        let area = mask_to_latent_area(&[1.0, 1.0, 0.0], (3, 1), (2, 1)).unwrap();
        assert!((area[0] - 1.0).abs() < 1e-6 && (area[1] - 1.0 / 3.0).abs() < 1e-6);
        let nearest = mask_to_latent_nearest(&[0.0, 1.0, 0.0], (3, 1), (2, 1)).unwrap();
        assert_eq!(nearest, [0.0, 1.0]);
        // The same size is a copy, a larger one repeats.
        assert_eq!(mask_to_latent_area(&mask, (4, 2), (4, 2)).unwrap(), mask);
        let larger = mask_to_latent_nearest(&[0.0, 1.0], (2, 1), (4, 2)).unwrap();
        assert_eq!(larger, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn full_masks_stay_full_at_odd_ratios() {
        for (from, to) in [((7, 5), (3, 2)), ((512, 384), (60, 47)), ((1, 1), (4, 4))] {
            let mask = vec![1.0; from.0 * from.1];
            let area = mask_to_latent_area(&mask, from, to).unwrap();
            assert_eq!(area.len(), to.0 * to.1);
            assert!(area.iter().all(|&m| m == 1.0), "{from:?} to {to:?}");
            let nearest = mask_to_latent_nearest(&mask, from, to).unwrap();
            assert!(nearest.iter().all(|&m| m == 1.0), "{from:?} to {to:?}");
        }
    }

    #[test]
    fn bad_sizes_are_refused() {
        assert!(mask_to_latent_area(&[1.0], (2, 2), (1, 1)).is_err());
        assert!(mask_to_latent_area(&[], (0, 0), (1, 1)).is_err());
        assert!(mask_to_latent_nearest(&[1.0], (1, 1), (0, 1)).is_err());
        let error = composite_pixels(&[0; 8], &[0; 7], &[0; 2], 4).unwrap_err();
        assert_eq!(error.to_string(), "the painted picture has 7 values where 8 are needed");
    }

    #[test]
    fn pixels_outside_the_mask_are_kept_byte_for_byte() {
        let original: Vec<u8> = (0..=255).collect();
        let painted: Vec<u8> = (0..=255).rev().collect();
        let kept = composite_pixels(&original, &painted, &[0; 64], 4).unwrap();
        assert_eq!(kept, original);
        let new = composite_pixels(&original, &painted, &[255; 64], 4).unwrap();
        assert_eq!(new, painted);
        let half = composite_pixels(&[0], &[255], &[128], 1).unwrap();
        assert_eq!(half, [128]);
    }
}
