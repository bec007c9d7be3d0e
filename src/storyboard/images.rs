//! The pixels that a document's ids name.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use crate::raster::{ImageId, Picture, RasterError};

/// Pictures by id. Cloning shares them, so that a save can run on a thread of
/// its own while the window goes on.
#[derive(Clone, Default, Debug)]
pub struct Images {
    entries: HashMap<ImageId, Arc<Entry>>,
}

#[derive(Debug)]
struct Entry {
    picture: Picture,
    /// The picture as PNG, once somebody wanted it: a save encodes only what
    /// no save before it has encoded.
    png: OnceLock<Arc<[u8]>>,
}

impl Images {
    /// No pictures.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a picture and returns its name.
    pub fn insert(&mut self, picture: Picture) -> ImageId {
        let id = picture.id();
        self.entries.entry(id).or_insert_with(|| Arc::new(Entry { picture, png: OnceLock::new() }));
        id
    }

    /// Keeps a picture whose PNG bytes are at hand.
    pub(super) fn insert_with_png(&mut self, picture: Picture, png: Vec<u8>) -> ImageId {
        let id = picture.id();
        let entry =
            self.entries.entry(id).or_insert_with(|| Arc::new(Entry { picture, png: OnceLock::new() }));
        // Losing the race against another thread is fine: both have the bytes.
        let _ = entry.png.set(png.into());
        id
    }

    /// The picture of this name.
    pub fn get(&self, id: ImageId) -> Option<&Picture> {
        self.entries.get(&id).map(|entry| &entry.picture)
    }

    /// The picture of this name as PNG bytes without text chunks. Encoded once.
    ///
    /// # Errors
    /// [`RasterError::Format`] when it cannot be encoded.
    pub fn png(&self, id: ImageId) -> Option<Result<Arc<[u8]>, RasterError>> {
        let entry = self.entries.get(&id)?;
        if let Some(png) = entry.png.get() {
            return Some(Ok(png.clone()));
        }
        Some(entry.picture.to_png(&[]).map(|bytes| {
            let bytes: Arc<[u8]> = bytes.into();
            entry.png.get_or_init(|| bytes).clone()
        }))
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
        assert_eq!(Picture::decode(&png).unwrap(), *copy.get(red).unwrap());
        assert!(images.png(red).is_none());
    }
}
