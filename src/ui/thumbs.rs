//! Pictures on the graphics card: only those that are shown, only as large as
//! they are shown, and not more than a fixed number.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeSet, HashMap},
};

use egui::{ColorImage, Context, TextureHandle, TextureOptions};

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
/// picture anew at every step.
const SIDES_PX: [u32; 6] = [96, 192, 384, 768, 1536, 3072];

/// Textures kept at most; a board of 200 panels with its versions fits.
const LIMIT: usize = 320;

struct Entry {
    texture: TextureHandle,
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
        let side = SIDES_PX.into_iter().find(|&s| s as f32 >= side_px).unwrap_or(SIDES_PX[5]);
        let key = ThumbKey { image, side_px: side };
        let found = self.ready.get(&key).or_else(|| {
            if !self.pending.contains(&key) {
                self.wanted.borrow_mut().insert(key);
            }
            let mut other: Vec<_> =
                SIDES_PX.iter().filter_map(|&side_px| self.ready.get(&ThumbKey { image, side_px })).collect();
            other.pop()
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
            self.ready.insert(key, Entry { texture, used_in_frame });
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
        if self.ready.len() > LIMIT {
            let mut ages: Vec<_> = self.ready.iter().map(|(k, e)| (e.used_in_frame.get(), *k)).collect();
            ages.sort_unstable();
            let surplus = self.ready.len() - LIMIT;
            for (used, key) in ages.into_iter().take(surplus) {
                if used + 1 < self.frame {
                    self.ready.remove(&key);
                }
            }
        }
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
/// n-th pixel: previews are rough, and this runs on the window's thread.
pub fn preview_image(picture: &Picture, side_px: u32) -> ColorImage {
    let (w, h) = (picture.width_px(), picture.height_px());
    let step = w.max(h).div_ceil(side_px).max(1) as usize;
    if step == 1 {
        return ColorImage::from_rgba_unmultiplied(picture.size_px(), picture.rgba());
    }
    let (rows, columns) = (h as usize / step, w as usize / step);
    let mut rgba = Vec::with_capacity(rows * columns * 4);
    for y in 0..rows {
        for x in 0..columns {
            let at = 4 * (y * step * w as usize + x * step);
            rgba.extend_from_slice(picture.rgba().get(at..at + 4).unwrap_or(&[0; 4]));
        }
    }
    ColorImage::from_rgba_unmultiplied([columns, rows], &rgba)
}
