//! Half-width numbers that stay in their file and are widened when they are
//! read.
//!
//! The CPU computes in 32-bit floats, which need twice the memory of the
//! stored halves, and writing them once for every weight takes longer than all
//! the rest of loading. So the large matrices of a file stored in f16 or bf16
//! stay mapped ([`super::mapped`]), and each product widens its own matrix:
//! work that is small beside the product, into memory that the next product
//! uses again.

use std::{fmt, ops::Range};

use burn::tensor::Bytes;
use half::{f16, slice::HalfBitsSliceExt, slice::HalfFloatSliceExt};
use rayon::prelude::*;

use super::mapped::MappedFile;

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

/// Some numbers of a mapped file.
#[derive(Clone)]
pub struct Halves {
    map: MappedFile,
    kind: HalfKind,
    place: Range<usize>,
}

impl fmt::Debug for Halves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} in a file", self.place.len() / 2, self.kind)
    }
}

impl Halves {
    /// Those at a place.
    pub fn new(map: MappedFile, kind: HalfKind, place: Range<usize>) -> Self {
        Self { map, kind, place }
    }

    /// All of them as 32-bit floats, exactly, by as many threads as there are:
    /// a tensor's memory. Unwinds with an error when the file is gone
    /// ([`super::mapped::watching`]).
    pub fn widened(&self) -> Bytes {
        let bytes = self.map.bytes(&self.place);
        let mut wide = self.map.room(bytes.len() / 2);
        widen(bytes, self.kind, &mut wide);
        self.map.lend(wide)
    }
}

/// Widens as many halves as `wide` has room for.
fn widen(bytes: &[u8], kind: HalfKind, wide: &mut [f32]) {
    let narrow = bytes.par_chunks(LANES_EACH * LANE_BYTES);
    let fast = has_f16c();
    narrow.zip(wide.par_chunks_mut(LANES_EACH * LANE)).for_each(|(bytes, wide)| match kind {
        #[cfg(target_arch = "x86_64")]
        HalfKind::F16 if fast => {
            // SAFETY: the processor has the instructions, as was just asked.
            #[allow(unsafe_code)]
            unsafe {
                widen_f16c(bytes, wide);
            }
        }
        HalfKind::F16 => widen_f16(bytes, wide),
        HalfKind::Bf16 => {
            for (wide, pair) in wide.iter_mut().zip(bytes.as_chunks::<2>().0) {
                *wide = f32::from_bits(u32::from(u16::from_le_bytes(*pair)) << 16);
            }
        }
    });
}

fn has_f16c() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("f16c") && is_x86_feature_detected!("avx");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// By the processor's instruction, eight at a time: three times as fast as
/// asking before each eight whether there is one.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,f16c")]
fn widen_f16c(bytes: &[u8], wide: &mut [f32]) {
    use std::arch::x86_64::{__m128i, _mm256_cvtph_ps};
    let (eights, rest) = bytes.as_chunks::<16>();
    let (wide_eights, wide_rest) = wide.as_chunks_mut::<8>();
    for (wide, eight) in wide_eights.iter_mut().zip(eights) {
        *wide = bytemuck::cast(_mm256_cvtph_ps(bytemuck::cast::<[u8; 16], __m128i>(*eight)));
    }
    widen_f16(rest, wide_rest);
}

/// The same on every processor.
fn widen_f16(bytes: &[u8], wide: &mut [f32]) {
    let (lanes, rest) = bytes.as_chunks::<LANE_BYTES>();
    let (wide_lanes, wide_rest) = wide.as_chunks_mut::<LANE>();
    for (wide, lane) in wide_lanes.iter_mut().zip(lanes) {
        let pairs = lane.as_chunks::<2>().0;
        let bits: [u16; LANE] = std::array::from_fn(|i| u16::from_le_bytes(pairs[i]));
        bits.reinterpret_cast::<f16>().convert_to_f32_slice(wide);
    }
    for (wide, pair) in wide_rest.iter_mut().zip(rest.as_chunks::<2>().0) {
        *wide = f16::from_bits(u16::from_le_bytes(*pair)).to_f32();
    }
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
    use half::bf16;

    use super::*;

    /// Every bit pattern of both types by every way, with a rest that fills no lane.
    #[test]
    fn every_half_is_widened_exactly() {
        let mut bytes: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
        bytes.extend((0..37u16).flat_map(u16::to_le_bytes));
        let count = (1 << 16) + 37;
        for kind in [HalfKind::F16, HalfKind::Bf16] {
            let one = |bits: u16| match kind {
                HalfKind::F16 => f16::from_bits(bits).to_f32(),
                HalfKind::Bf16 => bf16::from_bits(bits).to_f32(),
            };
            let mut wide = vec![1.0; count];
            widen(&bytes, kind, &mut wide);
            let mut plain = vec![1.0; count];
            if kind == HalfKind::F16 {
                widen_f16(&bytes, &mut plain);
            } else {
                plain.clone_from(&wide);
            }
            for i in 0..count {
                let expected = one(i as u16);
                let same = |found: f32| found == expected || found.is_nan() && expected.is_nan();
                assert!(same(wide[i]), "{kind:?} {i:04x}: {} for {expected}", wide[i]);
                assert!(same(plain[i]), "{kind:?} {i:04x}: {} for {expected}", plain[i]);
            }
        }
    }

    #[test]
    fn halves_are_read_from_their_place_in_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), [0, 1, 0, 60, 0, 192]).unwrap();
        let mapped = MappedFile::map(file.as_file(), file.path()).unwrap();
        let place = mapped.place(2, 2, 2).unwrap();
        let wide = Halves::new(mapped, HalfKind::F16, place).widened();
        assert_eq!(bytemuck::pod_collect_to_vec::<u8, f32>(&wide), [1.0, -2.0]);
    }
}
