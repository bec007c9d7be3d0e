//! Pictures and masks in memory, and the hash that names a picture.

use std::{fmt, io::Cursor, path::Path, sync::Arc};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The longest side a picture may have, in pixels. Larger ones are refused
/// before memory is asked for.
pub const MAX_SIDE_PX: u32 = 8192;

/// What can be wrong with a picture or a mask.
#[derive(Debug, thiserror::Error)]
pub enum RasterError {
    /// The bytes do not match the size.
    #[error("a {width_px}x{height_px} picture needs {expected} bytes, but {found} were given")]
    ByteCount {
        /// Width asked for.
        width_px: u32,
        /// Height asked for.
        height_px: u32,
        /// Bytes that such a picture has.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// A side is zero or beyond [`MAX_SIDE_PX`].
    #[error(
        "a picture of {width_px}x{height_px} pixels is not possible: each side must be 1 to {MAX_SIDE_PX}"
    )]
    Size {
        /// Width asked for.
        width_px: u32,
        /// Height asked for.
        height_px: u32,
    },
    /// The file could not be read or written.
    #[error("{doing} failed: {source}: {path}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The bytes are no picture that this program reads.
    #[error("this is not a readable PNG or JPEG picture ({why}){}", at(.path))]
    Format {
        /// What the decoder said.
        why: String,
        /// The file, where there is one.
        path: Option<String>,
    },
}

fn at(path: &Option<String>) -> String {
    path.as_ref().map(|p| format!(": {p}")).unwrap_or_default()
}

/// An RGBA picture, 8 bits a channel, straight alpha, rows from the top.
///
/// Cloning is cheap: the bytes are shared.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width_px: u32,
    height_px: u32,
    rgba: Arc<[u8]>,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({}x{})", self.width_px, self.height_px)
    }
}

impl Picture {
    /// A picture from `width_px * height_px * 4` bytes.
    ///
    /// # Errors
    /// [`RasterError::Size`] and [`RasterError::ByteCount`].
    pub fn from_rgba(width_px: u32, height_px: u32, rgba: Vec<u8>) -> Result<Self, RasterError> {
        check_size(width_px, height_px)?;
        let expected = width_px as usize * height_px as usize * 4;
        if rgba.len() != expected {
            return Err(RasterError::ByteCount { width_px, height_px, expected, found: rgba.len() });
        }
        Ok(Self { width_px, height_px, rgba: rgba.into() })
    }

    /// A picture of one colour.
    ///
    /// # Errors
    /// [`RasterError::Size`].
    pub fn filled(width_px: u32, height_px: u32, colour: [u8; 4]) -> Result<Self, RasterError> {
        check_size(width_px, height_px)?;
        let count = width_px as usize * height_px as usize;
        Self::from_rgba(width_px, height_px, colour.repeat(count))
    }

    /// Width in pixels, at least 1.
    pub fn width_px(&self) -> u32 {
        self.width_px
    }

    /// Height in pixels, at least 1.
    pub fn height_px(&self) -> u32 {
        self.height_px
    }

    /// `[width, height]` in pixels, as window toolkits like it.
    pub fn size_px(&self) -> [usize; 2] {
        [self.width_px as usize, self.height_px as usize]
    }

    /// The bytes, RGBA, rows from the top.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// The name of this picture: a hash of its size and its bytes.
    pub fn id(&self) -> ImageId {
        let mut hash = Sha256::new();
        hash.update(self.width_px.to_le_bytes());
        hash.update(self.height_px.to_le_bytes());
        hash.update(&self.rgba);
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        ImageId(id)
    }

    /// PNG bytes, with `text` as text chunks (`iTXt` where Latin-1 will not do).
    ///
    /// # Errors
    /// [`RasterError::Format`] when the encoder refuses a keyword.
    pub fn to_png(&self, text: &[(String, String)]) -> Result<Vec<u8>, RasterError> {
        let fail = |e: png::EncodingError| RasterError::Format { why: e.to_string(), path: None };
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, self.width_px, self.height_px);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        for (keyword, value) in text {
            encoder.add_itxt_chunk(keyword.clone(), value.clone()).map_err(fail)?;
        }
        let mut writer = encoder.write_header().map_err(fail)?;
        writer.write_image_data(&self.rgba).map_err(fail)?;
        writer.finish().map_err(fail)?;
        Ok(out)
    }

    /// Reads PNG or JPEG bytes.
    ///
    /// # Errors
    /// [`RasterError::Format`], and [`RasterError::Size`] before memory for a
    /// hostile size is asked for.
    pub fn decode(bytes: &[u8]) -> Result<Self, RasterError> {
        let fail = |e: image::ImageError| RasterError::Format { why: e.to_string(), path: None };
        let mut reader = image::ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|e| RasterError::Format { why: e.to_string(), path: None })?;
        let mut limits = image::Limits::default();
        limits.max_image_width = Some(MAX_SIDE_PX);
        limits.max_image_height = Some(MAX_SIDE_PX);
        reader.limits(limits);
        let decoded = reader.decode().map_err(fail)?.into_rgba8();
        Self::from_rgba(decoded.width(), decoded.height(), decoded.into_raw())
    }

    /// Reads a PNG or JPEG file.
    ///
    /// # Errors
    /// [`RasterError::Io`] and [`RasterError::Format`], both naming the file.
    pub fn open(path: &Path) -> Result<Self, RasterError> {
        let bytes = std::fs::read(path).map_err(|source| RasterError::Io {
            doing: "reading the picture",
            path: path.display().to_string(),
            source,
        })?;
        Self::decode(&bytes).map_err(|e| match e {
            RasterError::Format { why, .. } => {
                RasterError::Format { why, path: Some(path.display().to_string()) }
            }
            other => other,
        })
    }

    /// The picture scaled to exactly this size (Lanczos down and up).
    ///
    /// # Errors
    /// [`RasterError::Size`].
    pub fn resized(&self, width_px: u32, height_px: u32) -> Result<Self, RasterError> {
        check_size(width_px, height_px)?;
        if (width_px, height_px) == (self.width_px, self.height_px) {
            return Ok(self.clone());
        }
        let source: image::RgbaImage =
            image::ImageBuffer::from_raw(self.width_px, self.height_px, self.rgba.to_vec())
                .ok_or(RasterError::Size { width_px: self.width_px, height_px: self.height_px })?;
        let filter = image::imageops::FilterType::Lanczos3;
        let scaled = image::imageops::resize(&source, width_px, height_px, filter);
        Self::from_rgba(width_px, height_px, scaled.into_raw())
    }
}

fn check_size(width_px: u32, height_px: u32) -> Result<(), RasterError> {
    if (1..=MAX_SIDE_PX).contains(&width_px) && (1..=MAX_SIDE_PX).contains(&height_px) {
        Ok(())
    } else {
        Err(RasterError::Size { width_px, height_px })
    }
}

/// The name of a picture: the first 128 bits of a SHA-256 over size and bytes.
///
/// Equal pictures have equal names, so a storyboard stores each once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageId([u8; 16]);

impl ImageId {
    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// An id from the 32 hexadecimal digits that [`fmt::Display`] writes.
    pub fn from_hex(digits: &str) -> Option<Self> {
        if digits.len() != 32 || !digits.is_ascii() {
            return None;
        }
        let mut bytes = [0; 16];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImageId({self})")
    }
}

impl Serialize for ImageId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ImageId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        Self::from_hex(&digits)
            .ok_or_else(|| serde::de::Error::custom("a picture's id is 32 hexadecimal digits"))
    }
}

/// Where to repaint: one byte a pixel, 255 = repaint, 0 = keep, rows from the top.
#[derive(Clone, PartialEq, Eq)]
pub struct Mask {
    width_px: u32,
    height_px: u32,
    repaint: Vec<u8>,
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mask({}x{})", self.width_px, self.height_px)
    }
}

impl Mask {
    /// A mask that keeps everything.
    ///
    /// # Errors
    /// [`RasterError::Size`].
    pub fn keep_all(width_px: u32, height_px: u32) -> Result<Self, RasterError> {
        check_size(width_px, height_px)?;
        let count = width_px as usize * height_px as usize;
        Ok(Self { width_px, height_px, repaint: vec![0; count] })
    }

    /// A mask from a picture's brightness: white is repainted, black is kept.
    /// Transparent pixels are kept.
    pub fn from_picture(picture: &Picture) -> Self {
        let repaint = picture
            .rgba()
            .chunks_exact(4)
            .map(|p| {
                // Rec. 601 luma in 1/1000; alpha scales it down.
                let luma = (299 * p[0] as u32 + 587 * p[1] as u32 + 114 * p[2] as u32) / 1000;
                (luma * p[3] as u32 / 255) as u8
            })
            .collect();
        Self { width_px: picture.width_px, height_px: picture.height_px, repaint }
    }

    /// Width in pixels.
    pub fn width_px(&self) -> u32 {
        self.width_px
    }

    /// Height in pixels.
    pub fn height_px(&self) -> u32 {
        self.height_px
    }

    /// One byte a pixel, rows from the top: 255 = repaint, 0 = keep.
    pub fn repaint(&self) -> &[u8] {
        &self.repaint
    }

    /// Whether nothing at all would be repainted.
    pub fn is_empty(&self) -> bool {
        self.repaint.iter().all(|&v| v == 0)
    }

    /// Stamps a soft round brush from one point to another (a stroke segment).
    ///
    /// Coordinates in pixels from the top left; `radius_px` where the brush has
    /// faded to nothing; `hardness` 0..1 is the share of the radius that is
    /// fully repainted. `erase` takes away instead.
    pub fn stroke(&mut self, from: (f32, f32), to: (f32, f32), radius_px: f32, hardness: f32, erase: bool) {
        let radius = radius_px.max(0.5);
        let core = radius * hardness.clamp(0.0, 1.0);
        let clamp_to = |v: f32, side: u32| v.clamp(0.0, side as f32) as usize;
        let x0 = clamp_to(from.0.min(to.0) - radius, self.width_px);
        let x1 = clamp_to(from.0.max(to.0) + radius + 1.0, self.width_px);
        let y0 = clamp_to(from.1.min(to.1) - radius, self.height_px);
        let y1 = clamp_to(from.1.max(to.1) + radius + 1.0, self.height_px);
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length_squared = dx * dx + dy * dy;
        for y in y0..y1 {
            for x in x0..x1 {
                let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
                // A click without a drag is a segment of length zero: a dot.
                let along = if length_squared > 0.0 {
                    (((px - from.0) * dx + (py - from.1) * dy) / length_squared).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                let distance = (px - from.0 - along * dx).hypot(py - from.1 - along * dy);
                let strength = if distance <= core {
                    1.0
                } else if distance >= radius {
                    0.0
                } else {
                    (radius - distance) / (radius - core)
                };
                let value = (strength * 255.0).round() as u8;
                let at = &mut self.repaint[y * self.width_px as usize + x];
                *at = if erase { (*at).min(255 - value) } else { (*at).max(value) };
            }
        }
    }

    /// The mask scaled to this size (triangle filter).
    ///
    /// # Errors
    /// [`RasterError::Size`].
    pub fn resized(&self, width_px: u32, height_px: u32) -> Result<Self, RasterError> {
        check_size(width_px, height_px)?;
        if (width_px, height_px) == (self.width_px, self.height_px) {
            return Ok(self.clone());
        }
        let source: image::GrayImage =
            image::ImageBuffer::from_raw(self.width_px, self.height_px, self.repaint.clone())
                .ok_or(RasterError::Size { width_px: self.width_px, height_px: self.height_px })?;
        let filter = image::imageops::FilterType::Triangle;
        let scaled = image::imageops::resize(&source, width_px, height_px, filter);
        Ok(Self { width_px, height_px, repaint: scaled.into_raw() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_names_size_and_bytes() {
        let wide = Picture::filled(4, 2, [1, 2, 3, 255]).unwrap();
        let tall = Picture::filled(2, 4, [1, 2, 3, 255]).unwrap();
        assert_ne!(wide.id(), tall.id());
        assert_eq!(wide.id(), wide.clone().id());
        assert_eq!(ImageId::from_hex(&wide.id().to_string()), Some(wide.id()));
        assert_eq!(ImageId::from_hex("xyz"), None);
        assert_eq!(ImageId::from_hex(&"é".repeat(16)), None);
    }

    #[test]
    fn png_round_trip_keeps_bytes_and_text() {
        let bytes: Vec<u8> = (0..4 * 6).map(|v| v * 7).collect();
        let picture = Picture::from_rgba(3, 2, bytes).unwrap();
        let png = picture.to_png(&[("prompt".into(), "雪中的狐狸".into())]).unwrap();
        assert_eq!(Picture::decode(&png).unwrap(), picture);
        let reader = png::Decoder::new(Cursor::new(&png)).read_info().unwrap();
        let chunk = &reader.info().utf8_text[0];
        assert_eq!(chunk.keyword, "prompt");
        assert_eq!(chunk.get_text().unwrap(), "雪中的狐狸");
    }

    #[test]
    fn impossible_sizes_are_refused() {
        assert!(matches!(Picture::filled(0, 5, [0; 4]), Err(RasterError::Size { .. })));
        assert!(matches!(Picture::filled(100_000, 5, [0; 4]), Err(RasterError::Size { .. })));
        assert!(matches!(
            Picture::from_rgba(2, 2, vec![0; 3]),
            Err(RasterError::ByteCount { expected: 16, found: 3, .. })
        ));
        assert!(matches!(Picture::decode(b"story"), Err(RasterError::Format { .. })));
    }

    #[test]
    fn brush_paints_and_erases() {
        let mut mask = Mask::keep_all(20, 10).unwrap();
        assert!(mask.is_empty());
        mask.stroke((5.0, 5.0), (15.0, 5.0), 3.0, 0.5, false);
        assert_eq!(mask.repaint()[5 * 20 + 10], 255);
        assert_eq!(mask.repaint()[0], 0);
        mask.stroke((10.0, 5.0), (10.0, 5.0), 3.0, 1.0, true);
        assert_eq!(mask.repaint()[5 * 20 + 10], 0);
        assert_eq!(mask.repaint()[5 * 20 + 5], 255);
        mask.stroke((-50.0, -50.0), (500.0, 500.0), 2.0, 1.0, false);
    }

    #[test]
    fn mask_reads_brightness_and_alpha() {
        let picture = Picture::from_rgba(3, 1, vec![255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 0]);
        assert_eq!(Mask::from_picture(&picture.unwrap()).repaint(), [255, 0, 0]);
    }
}
