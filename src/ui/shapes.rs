//! The shapes a picture can have, at the size that suits a model.

use crate::engine::MAX_SIDE_PX;

/// Width against height.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// As wide as high.
    Square,
    /// Wider than high, about 3 : 2.
    Wide,
    /// Higher than wide, about 2 : 3.
    Tall,
}

/// All of them, in the order shown.
pub const SHAPES: [Shape; 3] = [Shape::Square, Shape::Wide, Shape::Tall];

impl Shape {
    /// Width and height for a model that paints squares of this side, in
    /// pixels: about as many pixels as the square has, in whole steps of 32
    /// (which every model's latent cells divide), or 16 for small pictures.
    pub fn size_px(self, side: u32) -> (u32, u32) {
        // The built-in model was trained at these two.
        let (long, short) = if side == 256 {
            (288, 192)
        } else {
            let step = if side < 256 { 16 } else { 32 };
            let near = |numerator: u32| ((side * numerator / 16).div_ceil(step) * step).min(MAX_SIDE_PX);
            (near(19), near(13))
        };
        match self {
            Self::Square => (side, side),
            Self::Wide => (long, short),
            Self::Tall => (short, long),
        }
    }
}

/// The shape that a size is nearest to.
pub fn like(width_px: u32, height_px: u32) -> Shape {
    match width_px.cmp(&height_px) {
        std::cmp::Ordering::Equal => Shape::Square,
        std::cmp::Ordering::Greater => Shape::Wide,
        std::cmp::Ordering::Less => Shape::Tall,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_have_about_the_pixels_that_a_model_knows() {
        assert_eq!(Shape::Wide.size_px(256), (288, 192));
        assert_eq!(Shape::Wide.size_px(1024), (1216, 832));
        assert_eq!(Shape::Tall.size_px(512), (416, 608));
        for side in [64, 128, 256, 512, 768, 1024, 2048] {
            for shape in SHAPES {
                let (width, height) = shape.size_px(side);
                assert_eq!(like(width, height), shape, "{side}");
                assert_eq!((width % 16, height % 16), (0, 0), "{side}");
                let share = f64::from(width * height) / f64::from(side * side);
                assert!((0.8..1.35).contains(&share), "{side}: {width}x{height}");
            }
        }
    }
}
