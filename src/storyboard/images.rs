//! The pixels that a document's ids name.
//!
//! Pictures are kept as PNG bytes and decoded when somebody looks; what was
//! decoded last is kept in a cache of fixed size. A board of 200 pictures of
//! 1024 by 1024 pixels would take 800 MB as pixels and takes a tenth of that.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use crate::raster::{ImageId, Picture, RasterError};

/// Decoded pictures that are kept, in bytes: 24 pictures of 1024 by 1024.
const DECODED_LIMIT_BYTES: usize = 96 << 20;

/// Pictures by id. Cloning shares them, so that a save can run on a thread of
/// its own while the window goes on.
#[derive(Clone, Default, Debug)]
pub struct Images {
    entries: HashMap<ImageId, Arc<Entry>>,
    decoded: Arc<Decoded>,
}

struct Entry {
    size_px: (u32, u32),
    /// The pixels, until there is a PNG.
    raw: Mutex<Option<Picture>>,
    png: OnceLock<Arc<[u8]>>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.png.get().map(|png| png.len());
        write!(f, "Entry({}x{}, PNG of {bytes:?} bytes)", self.size_px.0, self.size_px.1)
    }
}

impl Entry {
    fn of(picture: Picture) -> Self {
        let size_px = (picture.width_px(), picture.height_px());
        Self { size_px, raw: Mutex::new(Some(picture)), png: OnceLock::new() }
    }

    fn png(&self) -> Result<Arc<[u8]>, RasterError> {
        if let Some(png) = self.png.get() {
            return Ok(png.clone());
        }
        let raw = lock(&self.raw).clone();
        let Some(picture) = raw else {
            // Another thread has encoded it since: pixels go after the PNG came.
            return self.png.get().cloned().ok_or_else(|| RasterError::Format {
                why: "the picture is neither in pixels nor in PNG".into(),
                path: None,
            });
        };
        let bytes: Arc<[u8]> = picture.to_png(&[])?.into();
        let png = self.png.get_or_init(|| bytes).clone();
        *lock(&self.raw) = None;
        Ok(png)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is guarded here is whole after every statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The pictures decoded last, newest at the back.
#[derive(Default)]
struct Decoded(Mutex<VecDeque<(ImageId, Picture)>>);

impl fmt::Debug for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decoded({} bytes)", self.bytes())
    }
}

impl Decoded {
    fn get(&self, id: ImageId) -> Option<Picture> {
        let mut kept = lock(&self.0);
        let place = kept.iter().position(|(known, _)| *known == id)?;
        let entry = kept.remove(place)?;
        let picture = entry.1.clone();
        kept.push_back(entry);
        Some(picture)
    }

    fn put(&self, id: ImageId, picture: Picture) {
        let mut kept = lock(&self.0);
        kept.retain(|(known, _)| *known != id);
        kept.push_back((id, picture));
        let mut bytes: usize = kept.iter().map(|(_, picture)| picture.rgba().len()).sum();
        // The newest stays, however large.
        while bytes > DECODED_LIMIT_BYTES && kept.len() > 1 {
            bytes -= kept.pop_front().map_or(0, |(_, picture)| picture.rgba().len());
        }
    }

    fn bytes(&self) -> usize {
        lock(&self.0).iter().map(|(_, picture)| picture.rgba().len()).sum()
    }
}

/// One picture of [`Images`], to be looked at on another thread.
#[derive(Clone, Debug)]
pub struct ImageHandle {
    id: ImageId,
    entry: Arc<Entry>,
    decoded: Arc<Decoded>,
}

impl ImageHandle {
    /// The picture, decoded when it is not at hand. Slow then: 15 ms for 1024
    /// by 1024 pixels.
    pub fn picture(&self) -> Option<Picture> {
        if let Some(raw) = lock(&self.entry.raw).as_ref() {
            return Some(raw.clone());
        }
        self.decoded.get(self.id).or_else(|| {
            let picture = Picture::decode(self.entry.png.get()?).ok()?;
            self.decoded.put(self.id, picture.clone());
            Some(picture)
        })
    }
}

/// A picture with its name and its PNG bytes, made away from the window's
/// thread: hashing and encoding take long.
#[derive(Clone, Debug)]
pub struct KeptPicture {
    id: ImageId,
    entry: Arc<Entry>,
}

impl KeptPicture {
    /// Hashes and encodes a picture. One that cannot be encoded is kept in
    /// pixels; a save will say why.
    pub fn of(picture: Picture) -> Self {
        let id = picture.id();
        let entry = Arc::new(Entry::of(picture));
        if let Err(error) = entry.png() {
            log::warn!("a picture stays in memory as pixels: {error}");
        }
        Self { id, entry }
    }
}

impl Images {
    /// No pictures.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a picture and returns its name. Hashes it on this thread, and
    /// keeps its pixels until somebody wants the PNG; see [`KeptPicture`].
    pub fn insert(&mut self, picture: Picture) -> ImageId {
        let id = picture.id();
        self.entries.entry(id).or_insert_with(|| Arc::new(Entry::of(picture)));
        id
    }

    /// Keeps a picture that was hashed and encoded before.
    pub fn keep(&mut self, kept: KeptPicture) -> ImageId {
        let KeptPicture { id, entry } = kept;
        self.entries.entry(id).or_insert(entry);
        id
    }

    /// Keeps a picture whose PNG bytes are at hand. `id` is the picture's.
    pub(super) fn insert_png(&mut self, id: ImageId, size_px: (u32, u32), png: Vec<u8>) {
        self.entries.entry(id).or_insert_with(|| {
            Arc::new(Entry { size_px, raw: Mutex::new(None), png: OnceLock::from(Arc::from(png)) })
        });
    }

    /// The picture of this name, for another thread.
    pub fn handle(&self, id: ImageId) -> Option<ImageHandle> {
        let entry = self.entries.get(&id)?.clone();
        Some(ImageHandle { id, entry, decoded: self.decoded.clone() })
    }

    /// The picture of this name; decoded when it is not at hand, see
    /// [`ImageHandle::picture`].
    pub fn get(&self, id: ImageId) -> Option<Picture> {
        self.handle(id)?.picture()
    }

    /// Width and height in pixels of the picture of this name, at no cost.
    pub fn size_px(&self, id: ImageId) -> Option<(u32, u32)> {
        self.entries.get(&id).map(|entry| entry.size_px)
    }

    /// The picture of this name as PNG bytes without text chunks. Encoded once.
    ///
    /// # Errors
    /// [`RasterError::Format`] when it cannot be encoded.
    pub fn png(&self, id: ImageId) -> Option<Result<Arc<[u8]>, RasterError>> {
        self.entries.get(&id).map(|entry| entry.png())
    }

    /// Whether a picture of this name is kept.
    pub fn contains(&self, id: ImageId) -> bool {
        self.entries.contains_key(&id)
    }

    /// Forgets every picture that is not named in `reachable`; take that from
    /// [`super::History::reachable_images`], or undo loses pictures.
    pub fn retain(&mut self, reachable: &HashSet<ImageId>) {
        self.entries.retain(|id, _| reachable.contains(id));
    }

    /// How many pictures are kept.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every name.
    pub fn ids(&self) -> impl Iterator<Item = ImageId> + '_ {
        self.entries.keys().copied()
    }

    /// Memory that the pictures take, in bytes: PNG, pixels that wait to be
    /// encoded, and what was decoded last.
    pub fn bytes(&self) -> usize {
        let entries = self.entries.values().map(|entry| {
            let raw = lock(&entry.raw).as_ref().map_or(0, |picture| picture.rgba().len());
            raw + entry.png.get().map_or(0, |png| png.len())
        });
        entries.sum::<usize>() + self.decoded.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_pictures_are_kept_once_and_the_unreachable_go() {
        let mut images = Images::new();
        let red = images.insert(Picture::filled(2, 2, [255, 0, 0, 255]).unwrap());
        let again = images.insert(Picture::filled(2, 2, [255, 0, 0, 255]).unwrap());
        let blue = images.insert(Picture::filled(2, 2, [0, 0, 255, 255]).unwrap());
        assert_eq!(red, again);
        assert_eq!(images.len(), 2);
        let copy = images.clone();
        images.retain(&HashSet::from([blue]));
        assert!(!images.contains(red) && images.contains(blue) && !images.is_empty());
        assert_eq!(copy.ids().count(), 2);
        let png = copy.png(red).unwrap().unwrap();
        assert!(Arc::ptr_eq(&png, &copy.png(red).unwrap().unwrap()));
        assert_eq!(Picture::decode(&png).unwrap(), copy.get(red).unwrap());
        assert!(images.png(red).is_none());
    }

    #[test]
    fn memory_stays_within_its_bounds() {
        let mut images = Images::new();
        // 40 pictures of 4 MB: 160 MB as pixels.
        let ids: Vec<ImageId> = (0..40)
            .map(|shade| {
                let picture = Picture::filled(1024, 1024, [shade, 9, 9, 255]).unwrap();
                images.keep(KeptPicture::of(picture))
            })
            .collect();
        for (shade, id) in ids.iter().enumerate() {
            assert_eq!(images.size_px(*id), Some((1024, 1024)));
            assert_eq!(images.get(*id).unwrap().rgba()[0], shade as u8);
            assert_eq!(images.get(*id).unwrap().id(), *id);
        }
        assert!(images.bytes() < DECODED_LIMIT_BYTES + (4 << 20), "{} bytes", images.bytes());
        assert!(images.bytes() > DECODED_LIMIT_BYTES / 2, "what was looked at last is at hand");
    }
}
