//! Pictures on the graphics card: only those that are shown, only as large as
//! they are shown, and not more bytes than a fixed number.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeSet, HashMap},
};

use egui::{Color32, ColorImage, Context, TextureHandle, TextureOptions};

use crate::raster::{ImageId, Picture};

/// A picture at a size.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ThumbKey {
    /// The picture.
    pub image: ImageId,
    /// Its longer side, one of [`SIDES_PX`].
    pub side_px: u32,
}

/// Sizes that are kept, so that resizing the window does not scale every
/// picture anew at every step. Close enough that the card shrinks a texture by
/// less than half, where its linear filter is sharp.
const SIDES_PX: [u32; 11] = [96, 144, 192, 288, 384, 576, 768, 1152, 1536, 2304, 3072];

/// Textures kept at most, in bytes; what a window of 4K shows at once fits.
const LIMIT_BYTES: usize = 128 << 20;

struct Entry {
    texture: TextureHandle,
    bytes: usize,
    used_in_frame: Cell<u64>,
}

/// The store.
#[derive(Default)]
pub struct Thumbs {
    ready: HashMap<ThumbKey, Entry>,
    /// Being scaled.
    pending: BTreeSet<ThumbKey>,
    /// Asked for by a view in this frame and not there yet.
    wanted: RefCell<BTreeSet<ThumbKey>>,
    frame: u64,
}

impl Thumbs {
    /// The picture so that its longer side has at least `side_px` pixels. When
    /// it is not there yet it is noted as wanted, and the nearest size that is
    /// there stands in.
    pub fn get(&self, image: ImageId, side_px: f32) -> Option<&TextureHandle> {
        let side = SIDES_PX.into_iter().find(|&s| s as f32 >= side_px).unwrap_or(SIDES_PX[10]);
        let key = ThumbKey { image, side_px: side };
        let found = self.ready.get(&key).or_else(|| {
            if !self.pending.contains(&key) {
                self.wanted.borrow_mut().insert(key);
            }
            SIDES_PX.iter().rev().find_map(|&side_px| self.ready.get(&ThumbKey { image, side_px }))
        })?;
        found.used_in_frame.set(self.frame);
        Some(&found.texture)
    }

    /// What the views of this frame missed; it counts as pending from now on.
    pub fn take_wanted(&mut self) -> Vec<ThumbKey> {
        let wanted = std::mem::take(self.wanted.get_mut());
        self.pending.extend(&wanted);
        wanted.into_iter().collect()
    }

    /// Takes a scaled picture in, or notes that there is none.
    pub fn insert(&mut self, key: ThumbKey, texture: Option<TextureHandle>) {
        if let Some(texture) = texture {
            // One that cannot be scaled stays pending, or it would be tried in
            // every frame.
            self.pending.remove(&key);
            let used_in_frame = Cell::new(self.frame);
            let bytes = texture.byte_size();
            self.ready.insert(key, Entry { texture, bytes, used_in_frame });
        }
    }

    /// Work that was not taken on is asked for again by the next frame.
    pub fn forget_pending(&mut self, key: ThumbKey) {
        self.pending.remove(&key);
    }

    /// Whether something is being scaled.
    pub fn is_busy(&self) -> bool {
        !self.pending.is_empty()
    }

    /// A new frame begins: lets go of what was not shown for longest.
    pub fn begin_frame(&mut self) {
        self.frame += 1;
        let mut bytes = self.bytes();
        if bytes > LIMIT_BYTES {
            let mut ages: Vec<_> =
                self.ready.iter().map(|(k, e)| (e.used_in_frame.get(), *k, e.bytes)).collect();
            ages.sort_unstable();
            for (used, key, size) in ages {
                if bytes <= LIMIT_BYTES || used + 1 >= self.frame {
                    break;
                }
                self.ready.remove(&key);
                bytes -= size;
            }
        }
    }

    /// Memory that the textures take, in bytes.
    pub fn bytes(&self) -> usize {
        self.ready.values().map(|entry| entry.bytes).sum()
    }

    /// Forgets everything: another project was opened.
    pub fn clear(&mut self) {
        self.ready.clear();
        self.pending.clear();
        self.wanted.get_mut().clear();
    }
}

/// Scales a picture for the screen. Never up: the card does that for free.
pub fn upload(ctx: &Context, key: ThumbKey, picture: &Picture) -> Option<TextureHandle> {
    let (w, h) = (picture.width_px(), picture.height_px());
    let scale = f64::from(key.side_px) / f64::from(w.max(h));
    let scaled = if scale < 1.0 {
        let side = |px: u32| ((f64::from(px) * scale).round() as u32).max(1);
        picture.resized(side(w), side(h)).ok()?
    } else {
        picture.clone()
    };
    let image = ColorImage::from_rgba_unmultiplied(scaled.size_px(), scaled.rgba());
    Some(ctx.load_texture(key.image.to_string(), image, TextureOptions::LINEAR))
}

/// A preview for the screen, at most about `side_px` wide and high. Takes every
/// n-th pixel and no heed of transparency: previews are rough, and this runs on
/// the window's thread.
pub fn preview_image(picture: &Picture, side_px: u32) -> ColorImage {
    let [w, h] = picture.size_px();
    let step = w.max(h).div_ceil(side_px.max(1) as usize).max(1);
    let (columns, rows) = (w.div_ceil(step), h.div_ceil(step));
    let mut pixels = Vec::with_capacity(rows * columns);
    for row in picture.rgba().chunks_exact(4 * w).step_by(step) {
        pixels.extend(row.chunks(4 * step).map(|pixel| match pixel {
            [r, g, b, ..] => Color32::from_rgb(*r, *g, *b),
            _ => Color32::BLACK,
        }));
    }
    ColorImage::new([columns, rows], pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn previews_keep_every_nth_pixel() {
        let rgba: Vec<u8> = (0..7 * 5).flat_map(|i| [i, 0, 0, 255]).collect();
        let picture = Picture::from_rgba(7, 5, rgba).unwrap();
        let reds = |side: u32| -> Vec<u8> {
            let image = preview_image(&picture, side);
            assert_eq!(image.pixels.len(), image.size[0] * image.size[1]);
            image.pixels.iter().map(Color32::r).collect()
        };
        assert_eq!(reds(9).len(), 35);
        assert_eq!(reds(4), [0, 2, 4, 6, 14, 16, 18, 20, 28, 30, 32, 34]);
        assert_eq!(reds(2), [0, 4, 28, 32]);
    }

    #[test]
    fn textures_stay_within_their_bytes() {
        let ctx = Context::default();
        let mut thumbs = Thumbs::default();
        let picture = Picture::filled(1152, 1152, [9; 4]).unwrap();
        for n in 0..40_u8 {
            thumbs.begin_frame();
            let mut id = [0; 32];
            id[31] = n % 16;
            id[30] = n / 16;
            let hex: String = id.iter().map(|nibble| format!("{nibble:x}")).collect();
            let key = ThumbKey { image: ImageId::from_hex(&hex).unwrap(), side_px: 1152 };
            thumbs.insert(key, upload(&ctx, key, &picture));
        }
        thumbs.begin_frame();
        let one = 1152 * 1152 * 4;
        assert!(thumbs.bytes() <= LIMIT_BYTES, "{} bytes", thumbs.bytes());
        assert!(thumbs.bytes() > LIMIT_BYTES - 2 * one, "no more goes than must");
    }
}
