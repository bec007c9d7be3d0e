//! Training shards: pictures and their captions on disk.
//!
//! A shard is two files: `shard-XXXXX.safetensors` with the tensor `images`,
//! u8 `[N, H, W, 3]`, and `figures`, u8 `[N, H/16, W/16]` (how much of each cell
//! figures and props cover: a loss may weigh those more), and `shard-XXXXX.jsonl`, one line a picture with its
//! spec and [`CAPTIONS`] captions. The tensors are written last and renamed
//! into place, so a shard that has them is complete and a resume skips it.

use std::fs;
use std::io;
use std::path::Path;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use safetensors::tensor::{Dtype, SafeTensorError, TensorView};
use serde::{Deserialize, Serialize};

use super::painter::{self, SceneSpec};

/// Captions for each picture.
pub const CAPTIONS: usize = 6;

/// Side of a cell of the map of figures, pixels.
pub const CELL_PX: usize = 16;

/// Width and height of the pictures of a shard, pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
}

impl Shape {
    /// The shape of shard `shard_index`: of every four shards two are square,
    /// one is landscape, one is portrait.
    pub fn for_shard(shard_index: u32) -> Self {
        let (width_px, height_px) = match shard_index % 4 {
            1 => (288, 192),
            3 => (192, 288),
            _ => (256, 256),
        };
        Self { width_px, height_px }
    }
}

/// One line of a shard's `.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What the picture shows.
    pub spec: SceneSpec,
    /// [`CAPTIONS`] ways to say it.
    pub captions: Vec<String>,
}

/// Why a shard could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ShardError {
    /// The folder or a file could not be written.
    #[error("cannot write the shard: {error}; check the disk and the folder: {path}")]
    Io {
        /// What the system said.
        error: io::Error,
        /// The file concerned.
        path: String,
    },
    /// The tensors could not be packed.
    #[error("cannot pack the pictures: {0}")]
    Pack(#[from] SafeTensorError),
    /// A record could not be written as JSON.
    #[error("cannot write a caption record: {0}")]
    Json(#[from] serde_json::Error),
}

/// The scene of picture `index` of a shard, and the captions that go with it.
/// Scenes that are held out for evaluation are passed over.
pub fn record(seed: u64, shard_index: u32, index: u32) -> Record {
    // One stream a picture: a shard's pictures do not depend on their number.
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(u64::from(shard_index) << 32 | u64::from(index));
    let spec = loop {
        let spec = SceneSpec::random(&mut rng);
        if !spec.is_held_out() {
            break spec;
        }
    };
    let captions = (0..CAPTIONS).map(|_| painter::caption(&spec, &mut rng)).collect();
    Record { spec, captions }
}

/// Writes shard `shard_index` with `count` pictures of `shape` into `dir`.
/// Returns `false` if it was there already.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write_shard(
    dir: &Path,
    seed: u64,
    shard_index: u32,
    count: u32,
    shape: Shape,
) -> Result<bool, ShardError> {
    let tensors_path = dir.join(format!("shard-{shard_index:05}.safetensors"));
    let lines_path = dir.join(format!("shard-{shard_index:05}.jsonl"));
    if tensors_path.exists() && lines_path.exists() {
        return Ok(false);
    }
    fs::create_dir_all(dir).map_err(|error| io_error(error, dir))?;
    let mut pixels = Vec::with_capacity(count as usize * (shape.width_px * shape.height_px * 3) as usize);
    let mut figures = Vec::new();
    let mut lines = String::new();
    for index in 0..count {
        let record = record(seed, shard_index, index);
        let painting = painter::paint_with_figures(&record.spec, shape.width_px, shape.height_px);
        pixels.extend(painting.picture.pixels);
        figures.extend(cells(&painting.figures, shape.width_px as usize));
        lines.push_str(&serde_json::to_string(&record)?);
        lines.push('\n');
    }
    let (high, wide) = (shape.height_px as usize, shape.width_px as usize);
    let images = TensorView::new(Dtype::U8, vec![count as usize, high, wide, 3], &pixels)?;
    let map_dims = vec![count as usize, high.div_ceil(CELL_PX), wide.div_ceil(CELL_PX)];
    let figures = TensorView::new(Dtype::U8, map_dims, &figures)?;
    let packed = safetensors::serialize([("images", images), ("figures", figures)], None)?;
    write_whole(&lines_path, lines.as_bytes())?;
    write_whole(&tensors_path, &packed)?;
    Ok(true)
}

/// The mean coverage of each cell of [`CELL_PX`] pixels a side, row by row;
/// cells at the right and lower edge may be smaller.
fn cells(figures: &[u8], wide: usize) -> Vec<u8> {
    let mut means = Vec::new();
    for rows in figures.chunks(CELL_PX * wide.max(1)) {
        for left in (0..wide).step_by(CELL_PX) {
            let right = (left + CELL_PX).min(wide);
            let (mut sum, mut count) = (0_usize, 0);
            for row in rows.chunks(wide) {
                sum += row[left..right].iter().map(|value| usize::from(*value)).sum::<usize>();
                count += right - left;
            }
            means.push((sum / count.max(1)) as u8);
        }
    }
    means
}

/// Writes to a temporary sibling, then renames: no half file has the final name.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ShardError> {
    let part = path.with_extension("part");
    fs::write(&part, bytes).map_err(|error| io_error(error, &part))?;
    fs::rename(&part, path).map_err(|error| io_error(error, path))
}

fn io_error(error: io::Error, path: &Path) -> ShardError {
    ShardError::Io { error, path: path.display().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_round_trips_and_a_resume_skips_it() {
        let dir = std::env::temp_dir().join(format!("vignette-shard-{}", std::process::id()));
        let shape = Shape { width_px: 96, height_px: 64 };
        assert!(write_shard(&dir, 7, 3, 4, shape).unwrap());
        assert!(!write_shard(&dir, 7, 3, 4, shape).unwrap());

        let bytes = fs::read(dir.join("shard-00003.safetensors")).unwrap();
        let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let images = tensors.tensor("images").unwrap();
        assert_eq!((images.dtype(), images.shape()), (Dtype::U8, [4, 64, 96, 3].as_slice()));

        let figures = tensors.tensor("figures").unwrap();
        assert_eq!((figures.dtype(), figures.shape()), (Dtype::U8, [4, 4, 6].as_slice()));

        let lines = fs::read_to_string(dir.join("shard-00003.jsonl")).unwrap();
        let records: Vec<Record> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(records.len(), 4);
        for (index, record) in records.iter().enumerate() {
            assert_eq!(*record, super::record(7, 3, index as u32));
            assert_eq!(record.captions.len(), CAPTIONS);
            let painting = painter::paint_with_figures(&record.spec, 96, 64);
            let painted = painting.picture.pixels;
            assert_eq!(images.data()[index * painted.len()..(index + 1) * painted.len()], painted);
            assert_eq!(figures.data()[index * 24..(index + 1) * 24], cells(&painting.figures, 96));
        }
        assert!(fs::read_dir(&dir).unwrap().all(|file| file.unwrap().path().extension().unwrap() != "part"));
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn cells_are_means_and_the_last_may_be_narrow() {
        let (wide, high) = (24, 16);
        let mut map = vec![0; wide * high];
        map[0] = 255;
        for row in map.chunks_mut(wide) {
            row[16..].fill(200);
        }
        assert_eq!(cells(&map, wide), [0, 200]);
        map[..wide * 8].fill(255);
        assert_eq!(cells(&map, wide), [127, 227]);
    }

    #[test]
    fn no_training_scene_is_held_out() {
        assert!((0..2000).all(|index| !record(1, 0, index).spec.is_held_out()));
    }

    #[test]
    fn half_the_shards_are_square() {
        let shapes: Vec<(u32, u32)> =
            (0..4).map(Shape::for_shard).map(|s| (s.width_px, s.height_px)).collect();
        assert_eq!(shapes, [(256, 256), (288, 192), (256, 256), (192, 288)]);
    }
}
