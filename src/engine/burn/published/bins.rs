//! The sizes that PixArt was trained on (diffusers, `ASPECT_RATIO_*_BIN`), and
//! bringing a picture painted at one of them to the size asked for.

use burn::tensor::{Tensor, TensorData};

use crate::engine::EngineError;

/// Aspect ratio (height to width), height and width, for a square of 1024;
/// those of 256 and 512 are a quarter and a half of them.
const BINS: [(f64, u32, u32); 33] = [
    (0.25, 512, 2048),
    (0.28, 512, 1856),
    (0.32, 576, 1792),
    (0.33, 576, 1728),
    (0.35, 576, 1664),
    (0.4, 640, 1600),
    (0.42, 640, 1536),
    (0.48, 704, 1472),
    (0.5, 704, 1408),
    (0.52, 704, 1344),
    (0.57, 768, 1344),
    (0.6, 768, 1280),
    (0.68, 832, 1216),
    (0.72, 832, 1152),
    (0.78, 896, 1152),
    (0.82, 896, 1088),
    (0.88, 960, 1088),
    (0.94, 960, 1024),
    (1.0, 1024, 1024),
    (1.07, 1024, 960),
    (1.13, 1088, 960),
    (1.21, 1088, 896),
    (1.29, 1152, 896),
    (1.38, 1152, 832),
    (1.46, 1216, 832),
    (1.67, 1280, 768),
    (1.75, 1344, 768),
    (2.0, 1408, 704),
    (2.09, 1472, 704),
    (2.4, 1536, 640),
    (2.5, 1600, 640),
    (3.0, 1728, 576),
    (4.0, 2048, 512),
];

/// What the table for a square of 2048 has besides, at half its size.
const MORE_AT_2048: [(f64, u32, u32); 9] = [
    (0.26, 512, 1984),
    (0.27, 512, 1920),
    (2.89, 1664, 576),
    (3.11, 1792, 576),
    (3.62, 1856, 512),
    (3.75, 1920, 512),
    (3.88, 1984, 512),
    (0.33, 576, 1728),
    (0.35, 576, 1664),
];

/// Width and height of the bin whose ratio comes nearest, for a model trained
/// on latents of this side; `None` for a side without a table.
pub(super) fn binned(sample_size: usize, width_px: u32, height_px: u32) -> Option<(u32, u32)> {
    let square = match sample_size {
        32 => 256,
        64 => 512,
        128 => 1024,
        256 => 2048,
        _ => return None,
    };
    let wanted = f64::from(height_px) / f64::from(width_px);
    let mut bins: Vec<_> = BINS.to_vec();
    if square == 2048 {
        bins.extend(MORE_AT_2048);
    }
    // In the table's order: of two ratios equally near, the first counts.
    bins.sort_by(|a, b| a.0.total_cmp(&b.0));
    let nearest = bins
        .iter()
        .enumerate()
        .min_by(|(i, a), (j, b)| {
            let (a, b) = ((a.0 - wanted).abs(), (b.0 - wanted).abs());
            a.total_cmp(&b).then(i.cmp(j))
        })
        .map(|(_, bin)| *bin)?;
    Some((nearest.2 * square / 1024, nearest.1 * square / 1024))
}

/// Scales a picture so that it covers the size and cuts off what stands over
/// (diffusers, `resize_and_crop_tensor`; bilinear, corners not aligned).
///
/// # Shapes
/// - `image`: `[1, 3, h, w]`
/// - output: `[1, 3, height, width]`
///
/// # Errors
/// [`EngineError`] when the device fails.
pub(super) fn resize_and_crop(
    image: Tensor<4>,
    width: usize,
    height: usize,
) -> Result<Tensor<4>, EngineError> {
    let [batch, channels, from_height, from_width] = image.dims();
    if (from_width, from_height) == (width, height) {
        return Ok(image);
    }
    let ratio = (height as f64 / from_height as f64).max(width as f64 / from_width as f64);
    let (wide, high) = ((from_width as f64 * ratio) as usize, (from_height as f64 * ratio) as usize);
    let (wide, high) = (wide.max(width), high.max(height));
    let device = image.device();
    let values = super::values_of(image)?;
    let columns = taps(from_width, wide, (wide - width) / 2, width);
    let rows = taps(from_height, high, (high - height) / 2, height);
    let mut out = Vec::with_capacity(batch * channels * width * height);
    for plane in values.chunks_exact(from_width * from_height) {
        let at = |row: usize, column: usize| plane.get(row * from_width + column).copied().unwrap_or(0.0);
        for &(top, bottom, down) in &rows {
            for &(left, right, along) in &columns {
                let upper = at(top, left) * (1.0 - along) + at(top, right) * along;
                let lower = at(bottom, left) * (1.0 - along) + at(bottom, right) * along;
                out.push(upper * (1.0 - down) + lower * down);
            }
        }
    }
    Ok(Tensor::from_data(TensorData::new(out, [batch, channels, height, width]), &device))
}

/// For each of `count` cells from `first` of a side scaled `from` to `to`: its
/// two neighbours and the second one's weight.
fn taps(from: usize, to: usize, first: usize, count: usize) -> Vec<(usize, usize, f32)> {
    let scale = from as f32 / to as f32;
    (first..first + count)
        .map(|cell| {
            let place = ((cell as f32 + 0.5) * scale - 0.5).max(0.0);
            let low = (place as usize).min(from - 1);
            (low, (low + 1).min(from - 1), place - low as f32)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn the_nearest_ratio_is_taken() {
        assert_eq!(binned(32, 300, 200), Some((304, 208)));
        assert_eq!(binned(128, 1024, 1024), Some((1024, 1024)));
        assert_eq!(binned(64, 100, 1000), Some((256, 1024)));
        assert_eq!(binned(8, 64, 64), None);
    }

    #[test]
    fn scaling_covers_and_cuts_the_middle() {
        let device = Device::flex();
        let ramp = Tensor::<1, burn::tensor::Int>::arange(0..8, &device).float().reshape([1, 1, 2, 4]);
        let same = resize_and_crop(ramp.clone(), 4, 2).unwrap();
        assert_eq!(same.into_data(), ramp.clone().into_data());
        let square: Vec<f32> = resize_and_crop(ramp, 2, 2).unwrap().into_data().try_to_vec().unwrap();
        assert_eq!(square, [1.0, 2.0, 5.0, 6.0]);
    }
}
