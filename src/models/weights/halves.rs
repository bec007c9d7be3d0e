//! Half-width numbers that stay in their file and are widened when they are
//! read.
//!
//! The CPU computes in 32-bit floats, which need twice the memory of the
//! stored halves, and writing them once for every weight takes longer than all
//! the rest of loading. So the large matrices of a file stored in f16 or bf16
//! are mapped into memory, where the system may drop and reread them as it
//! likes, and each product widens its own matrix: work that is small beside
//! the product, into memory that the next product uses again.

use std::{fmt, fs::File, sync::Arc};

use half::{bf16, f16, slice::HalfBitsSliceExt, slice::HalfFloatSliceExt};
use memmap2::Mmap;
use rayon::prelude::*;

/// Numbers that are widened at a time: long enough for vector instructions.
const LANE: usize = 64;
const LANE_BYTES: usize = 2 * LANE;
/// Lanes of one piece of work.
const LANES_EACH: usize = 512;

/// Which half-width type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HalfKind {
    /// IEEE half precision.
    F16,
    /// Brain floats.
    Bf16,
}

/// A file's bytes in memory.
#[derive(Clone)]
pub struct MappedFile(Arc<Mmap>);

impl MappedFile {
    /// Maps a file; `None` where the system cannot.
    ///
    /// A file that is cut short while it is mapped ends the program, as it does
    /// every program that maps its weights. Tools that fetch models write a new
    /// file and rename it, which leaves the mapped one as it was.
    pub fn map(file: &File) -> Option<Self> {
        // SAFETY: the bytes are only ever read as plain numbers, for which any
        // value is valid; that others may change the file meanwhile can at
        // worst change these numbers.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(file) }.ok()?;
        #[cfg(unix)]
        let _ = map.advise(memmap2::Advice::WillNeed);
        Some(Self(Arc::new(map)))
    }

    /// The halves from byte `start` on, when the file still has them.
    pub fn halves(&self, kind: HalfKind, start: u64, count: usize) -> Option<Halves> {
        let start = usize::try_from(start).ok()?;
        let end = count.checked_mul(2)?.checked_add(start)?;
        (end <= self.0.len()).then(|| Halves { map: self.clone(), kind, start, end })
    }
}

/// Some numbers of a mapped file.
#[derive(Clone)]
pub struct Halves {
    map: MappedFile,
    kind: HalfKind,
    start: usize,
    end: usize,
}

impl fmt::Debug for Halves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} in a file", (self.end - self.start) / 2, self.kind)
    }
}

impl Halves {
    /// All of them as 32-bit floats, exactly, by as many threads as there are.
    pub fn widened(&self) -> Vec<f32> {
        widened(self.map.0.get(self.start..self.end).unwrap_or_default(), self.kind)
    }
}

fn widened(bytes: &[u8], kind: HalfKind) -> Vec<f32> {
    let (lanes, rest) = bytes.as_chunks::<LANE_BYTES>();
    // Room for the rest too, so that adding it moves nothing.
    let mut wide: Vec<[f32; LANE]> = Vec::with_capacity(lanes.len() + 1);
    lanes
        .par_iter()
        .with_min_len(LANES_EACH)
        .map(|lane| widened_lane(lane, kind))
        .collect_into_vec(&mut wide);
    let mut wide = wide.into_flattened();
    wide.extend(rest.as_chunks::<2>().0.iter().map(|pair| {
        let bits = u16::from_le_bytes(*pair);
        match kind {
            HalfKind::F16 => f16::from_bits(bits).to_f32(),
            HalfKind::Bf16 => bf16::from_bits(bits).to_f32(),
        }
    }));
    wide
}

fn widened_lane(bytes: &[u8; LANE_BYTES], kind: HalfKind) -> [f32; LANE] {
    let pairs = bytes.as_chunks::<2>().0;
    let bits: [u16; LANE] = std::array::from_fn(|i| u16::from_le_bytes(pairs[i]));
    let mut wide = [0.0; LANE];
    match kind {
        HalfKind::F16 => bits.reinterpret_cast::<f16>().convert_to_f32_slice(&mut wide),
        HalfKind::Bf16 => bits.reinterpret_cast::<bf16>().convert_to_f32_slice(&mut wide),
    }
    wide
}

impl HalfKind {
    /// Of a stored type, when it is one.
    pub fn of(storage: super::Storage) -> Option<Self> {
        match storage {
            super::Storage::F16 => Some(Self::F16),
            super::Storage::Bf16 => Some(Self::Bf16),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every bit pattern of both types, from places that are not aligned.
    #[test]
    fn every_half_is_widened_exactly() {
        for kind in [HalfKind::F16, HalfKind::Bf16] {
            let mut bytes: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
            bytes.extend((0..37u16).flat_map(u16::to_le_bytes));
            let one = |bits: u16| match kind {
                HalfKind::F16 => f16::from_bits(bits).to_f32(),
                HalfKind::Bf16 => bf16::from_bits(bits).to_f32(),
            };
            let wide = widened(&bytes, kind);
            assert_eq!(wide.len(), (1 << 16) + 37);
            for (i, &wide) in wide.iter().enumerate() {
                let expected = one(i as u16);
                let same = wide == expected || wide.is_nan() && expected.is_nan();
                assert!(same, "{kind:?} {i:04x}: {wide} for {expected}");
            }
        }
    }

    #[test]
    fn halves_beyond_the_file_are_not_handed_out() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), [0, 1, 0, 60, 0, 192]).unwrap();
        let mapped = MappedFile::map(file.as_file()).unwrap();
        assert_eq!(mapped.halves(HalfKind::F16, 2, 2).unwrap().widened(), [1.0, -2.0]);
        assert!(mapped.halves(HalfKind::F16, 2, 3).is_none());
        assert!(mapped.halves(HalfKind::F16, u64::MAX, 1).is_none());
        assert!(mapped.halves(HalfKind::F16, 0, usize::MAX).is_none());
    }
}
