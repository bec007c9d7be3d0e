//! Colours, and the pigments that the named colours stand for.

use tiny_skia::Color;

use super::words::Colour;

/// A colour in sRGB, each channel 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rgb(pub f32, pub f32, pub f32);

impl Rgb {
    /// White.
    pub const WHITE: Self = Self(1.0, 1.0, 1.0);

    /// From 0xRRGGBB.
    pub const fn hex(code: u32) -> Self {
        Self((code >> 16 & 255) as f32 / 255.0, (code >> 8 & 255) as f32 / 255.0, (code & 255) as f32 / 255.0)
    }

    /// `share` of the way towards `other`.
    pub fn mix(self, other: Self, share: f32) -> Self {
        let blend = |a: f32, b: f32| a + (b - a) * share;
        Self(blend(self.0, other.0), blend(self.1, other.1), blend(self.2, other.2))
    }

    /// Channel by channel product.
    pub fn times(self, other: Self) -> Self {
        Self(self.0 * other.0, self.1 * other.1, self.2 * other.2)
    }

    /// Every channel times `factor`.
    pub fn times_all(self, factor: f32) -> Self {
        Self(self.0 * factor, self.1 * factor, self.2 * factor)
    }

    /// Darker by `share`.
    pub fn darker(self, share: f32) -> Self {
        self.times_all(1.0 - share)
    }

    /// Lighter by `share`.
    pub fn lighter(self, share: f32) -> Self {
        self.mix(Self::WHITE, share)
    }

    /// Brightness as the eye weighs it, 0..=1.
    pub fn luma(self) -> f32 {
        0.299 * self.0 + 0.587 * self.1 + 0.114 * self.2
    }

    /// The painter's type; channels are clamped.
    pub fn skia(self, alpha: f32) -> Color {
        let clamp = |value: f32| value.clamp(0.0, 1.0);
        Color::from_rgba(clamp(self.0), clamp(self.1), clamp(self.2), clamp(alpha)).unwrap_or(Color::BLACK)
    }
}

/// Cloth of a named colour.
pub fn cloth(colour: Colour) -> Rgb {
    Rgb::hex(match colour {
        Colour::Red => 0xd2342f,
        Colour::Blue => 0x2f63c0,
        Colour::Green => 0x3c9a4c,
        Colour::Yellow => 0xf2c62e,
        Colour::Purple => 0x8445a8,
        Colour::White => 0xf4f1ea,
        Colour::Black => 0x2c2b33,
        Colour::Brown => 0x8a5a34,
        Colour::Orange => 0xec7f2a,
        Colour::Grey => 0x8d939c,
    })
}

/// Fur of a named colour: warmer and less saturated than cloth.
pub fn fur(colour: Colour) -> Rgb {
    Rgb::hex(match colour {
        Colour::Red => 0xcf5426,
        Colour::Orange => 0xe58b38,
        Colour::Brown => 0x86573a,
        Colour::Black => 0x35333b,
        Colour::White => 0xf3efe6,
        Colour::Grey => 0x8e9299,
        Colour::Yellow => 0xe0b65c,
        other => return cloth(other),
    })
}
