//! Contact sheets, for looking.

use super::finish::RgbPicture;

/// Lays pictures of one size out in rows of `columns` with a white gutter of 4
/// pixels. Pictures of another size than the first are left out.
pub fn contact_sheet(pictures: &[RgbPicture], columns: u32) -> RgbPicture {
    let columns = columns.max(1);
    let Some(first) = pictures.first() else {
        return RgbPicture { width_px: 0, height_px: 0, pixels: Vec::new() };
    };
    let gutter = 4;
    let rows = (pictures.len() as u32).div_ceil(columns);
    let (cell_wide, cell_high) = (first.width_px + gutter, first.height_px + gutter);
    let (width_px, height_px) = (cell_wide * columns + gutter, cell_high * rows + gutter);
    let mut pixels = vec![255; (width_px * height_px * 3) as usize];
    for (index, picture) in pictures.iter().enumerate() {
        if (picture.width_px, picture.height_px) != (first.width_px, first.height_px) {
            continue;
        }
        let left = gutter + cell_wide * (index as u32 % columns);
        let top = gutter + cell_high * (index as u32 / columns);
        let line = (picture.width_px * 3) as usize;
        for (row, source) in picture.pixels.chunks_exact(line).enumerate() {
            let start = (((top + row as u32) * width_px + left) * 3) as usize;
            pixels[start..start + line].copy_from_slice(source);
        }
    }
    RgbPicture { width_px, height_px, pixels }
}
