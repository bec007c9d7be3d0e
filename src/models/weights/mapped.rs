//! Weights that stay in their file: mapped into memory, where the system may
//! drop and reread them as it likes.
//!
//! A mapped file that is cut short ends a program that touches what is gone.
//! So each reading looks first whether the file still has its bytes, and has
//! the system fetch them where it can (Linux), which reports a medium that was
//! pulled out instead of ending the program. What is left is the blink between
//! that look and the product. There is no way to return an error from the
//! reading of a weight in the middle of a network, so it unwinds with one, and
//! [`watching`] makes it an error again.

use std::{
    fmt,
    fs::File,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use burn::tensor::{AllocationProperty, Bytes};
use memmap2::Mmap;

use crate::models::ModelError;

/// Buffers for widened numbers that a file keeps for its next products, of
/// which one is at work at a time.
const SPARE: usize = 1;

struct Mapping {
    map: Mmap,
    file: File,
    path: PathBuf,
    /// Memory that held widened numbers: asking the system for new memory takes
    /// as long as widening.
    spare: Mutex<Vec<Vec<f32>>>,
}

/// A file's bytes in memory.
#[derive(Clone)]
pub struct MappedFile(Arc<Mapping>);

impl MappedFile {
    /// Maps a file; `None` where the system cannot. `path` is for errors.
    pub fn map(file: &File, path: &Path) -> Option<Self> {
        let file = file.try_clone().ok()?;
        // SAFETY: the bytes are only ever read as plain numbers, for which any
        // value is valid; that others may change the file meanwhile can at
        // worst change these numbers.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(&file) }.ok()?;
        Some(Self(Arc::new(Mapping { map, file, path: path.to_owned(), spare: Mutex::default() })))
    }

    /// Where `count` numbers of `width` bytes lie from byte `start` on, when the
    /// file has them.
    pub fn place(&self, start: u64, count: usize, width: usize) -> Option<Range<usize>> {
        let start = usize::try_from(start).ok()?;
        let end = count.checked_mul(width)?.checked_add(start)?;
        (end <= self.0.map.len()).then_some(start..end)
    }

    /// The bytes of a place, once the file was found to have them still.
    ///
    /// Unwinds with a [`ModelError`] where it has not; see [`watching`].
    pub(super) fn bytes(&self, place: &Range<usize>) -> &[u8] {
        let found = self.0.file.metadata().map_or(0, |about| about.len());
        if found < place.end as u64 || !self.fetched(place) {
            resume_unwind(Box::new(ModelError::File {
                path: self.0.path.clone(),
                why: format!(
                    "the file was changed or taken away while it was in use: it has {found} bytes of {}; put the \
                     whole file back and try again",
                    self.0.map.len()
                ),
            }));
        }
        self.0.map.get(place.clone()).unwrap_or_default()
    }

    /// Has the system fetch a place in one go, where it can; false where it
    /// says that the place is gone.
    #[cfg(target_os = "linux")]
    fn fetched(&self, place: &Range<usize>) -> bool {
        /// "Bad address": what lies behind the mapping cannot be had.
        const EFAULT: i32 = 14;
        let map = &self.0.map;
        let _ = map.advise_range(memmap2::Advice::WillNeed, place.start, place.len());
        match map.advise_range(memmap2::Advice::PopulateRead, place.start, place.len()) {
            Ok(()) => true,
            // Older systems do not know this one; a touch fetches there.
            Err(error) => error.raw_os_error() != Some(EFAULT),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn fetched(&self, _place: &Range<usize>) -> bool {
        true
    }

    /// Memory for `count` numbers, of which those that were in it before are left.
    pub(super) fn room(&self, count: usize) -> Vec<f32> {
        let spare = self.0.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match spare {
            Some(mut room) if room.capacity() >= count => {
                room.resize(count, 0.0);
                room
            }
            // Fresh zeros take no time until they are touched.
            _ => vec![0.0; count],
        }
    }

    /// Numbers as a tensor's memory, which comes back for the next ones.
    pub(super) fn lend(&self, values: Vec<f32>) -> Bytes {
        let lent = Lent { values, home: self.clone() };
        Bytes::from_shared(bytes::Bytes::from_owner(lent), AllocationProperty::Other)
    }
}

/// Widened numbers on their way through a product.
struct Lent {
    values: Vec<f32>,
    home: MappedFile,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        bytemuck::cast_slice(&self.values)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut spare = self.home.0.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.push(std::mem::take(&mut self.values));
        // The largest stay: they serve every matrix.
        spare.sort_by_key(Vec::capacity);
        let surplus = spare.len().saturating_sub(SPARE);
        spare.drain(..surplus);
    }
}

/// 32-bit floats of a mapped file, which a tensor reads where they lie.
#[derive(Clone)]
pub struct Floats {
    map: MappedFile,
    place: Range<usize>,
}

impl fmt::Debug for Floats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} F32 in a file", self.place.len() / 4)
    }
}

impl Floats {
    /// Those at a place; `None` where the processor could not read them there.
    pub fn new(map: MappedFile, place: Range<usize>) -> Option<Self> {
        let aligned = place.start.is_multiple_of(align_of::<f32>());
        (aligned && cfg!(target_endian = "little")).then_some(Self { map, place })
    }

    /// As a tensor's memory.
    pub fn lent(&self) -> Bytes {
        Bytes::from_shared(bytes::Bytes::from_owner(self.clone()), AllocationProperty::File)
    }

    /// Looks whether they are still there, and has them fetched; how many there
    /// are. Unwinds as [`watching`] says.
    pub fn look(&self) -> usize {
        self.map.bytes(&self.place).len() / 4
    }
}

impl AsRef<[u8]> for Floats {
    fn as_ref(&self) -> &[u8] {
        self.map.0.map.get(self.place.clone()).unwrap_or_default()
    }
}

/// Does work that reads mapped weights; where a file was cut short meanwhile,
/// that is its error.
///
/// # Errors
/// Those of `work`, and [`ModelError::File`] for a file that is gone.
pub fn watching<T, E: From<ModelError>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| match payload.downcast::<ModelError>() {
        Ok(error) => Err((*error).into()),
        Err(payload) => resume_unwind(payload),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(bytes: &[u8]) -> (tempfile::NamedTempFile, MappedFile) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let mapped = MappedFile::map(file.as_file(), file.path()).unwrap();
        (file, mapped)
    }

    #[test]
    fn places_beyond_the_file_are_not_handed_out() {
        let (_file, mapped) = mapped(&[0; 6]);
        assert_eq!(mapped.place(2, 2, 2), Some(2..6));
        assert_eq!(mapped.place(2, 3, 2), None);
        assert_eq!(mapped.place(u64::MAX, 1, 2), None);
        assert_eq!(mapped.place(0, usize::MAX, 2), None);
    }

    /// The program lives on, and the file is named.
    #[cfg(unix)]
    #[test]
    fn a_file_that_was_cut_short_is_an_error() {
        let (file, mapped) = mapped(&[1; 1 << 16]);
        let floats = Floats::new(mapped.clone(), mapped.place(0, 1 << 14, 4).unwrap()).unwrap();
        let look = || watching(|| Ok::<_, ModelError>(floats.look()));
        assert_eq!(look().unwrap(), 1 << 14);
        std::fs::File::create(file.path()).unwrap().set_len(100).unwrap();
        let why = look().unwrap_err().to_string();
        assert!(why.contains("100 bytes of 65536") && why.contains(&*file.path().to_string_lossy()), "{why}");
    }

    #[test]
    fn memory_comes_back_for_the_next_numbers() {
        let (_file, mapped) = mapped(&[0; 8]);
        let first = mapped.room(1000);
        let at = first.as_ptr();
        drop(mapped.lend(first));
        let second = mapped.room(10);
        assert_eq!((second.as_ptr(), second.len()), (at, 10));
        let third = mapped.room(10);
        assert_ne!(third.as_ptr(), at, "it is lent once at a time");
        let lent: Vec<Bytes> = (0..5).map(|i| mapped.lend(vec![0.0; 10 + i])).collect();
        drop(lent);
        assert_eq!(mapped.0.spare.lock().unwrap().len(), SPARE);
    }

    #[test]
    fn floats_that_are_not_aligned_are_not_read_in_place() {
        let (_file, mapped) = mapped(&[0; 64]);
        assert!(Floats::new(mapped.clone(), 4..12).is_some());
        assert!(Floats::new(mapped, 6..14).is_none());
    }
}
