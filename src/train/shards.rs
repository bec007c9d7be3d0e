//! A folder of painted shards: several threads paint it, it can be stopped and
//! goes on where it was.

use std::{
    fs, io,
    ops::ControlFlow,
    path::Path,
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
};

use serde::{Deserialize, Serialize};

use super::{
    TrainError, batches,
    data::{self, Shape, ShardError},
    files::write_atomically,
};

/// Pictures of a full shard.
pub const SHARD_PICTURES: u32 = 256;
/// What the folder was painted with.
const NOTE_NAME: &str = "painted.json";

#[derive(Serialize, Deserialize, PartialEq)]
struct Note {
    seed: u64,
    shard_pictures: u32,
}

/// How far [`paint_folder`] is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PaintingProgress {
    /// Pictures that are on the disk.
    pub pictures_done: u64,
    /// Pictures that were there before.
    pub pictures_before: u64,
    /// Pictures in all.
    pub pictures: u64,
}

/// Paints shards of [`SHARD_PICTURES`] until `dir` holds `count` pictures of
/// this seed. The pictures depend on the seed alone, not on `count` or
/// `threads`. `report` may stop it; shards in work are finished first.
///
/// # Errors
/// [`TrainError::Interrupted`], [`TrainError::File`], and
/// [`TrainError::Settings`] for a folder that another seed painted.
pub fn paint_folder(
    dir: &Path,
    seed: u64,
    count: u64,
    threads: usize,
    mut report: impl FnMut(PaintingProgress) -> ControlFlow<()>,
) -> Result<(), TrainError> {
    fs::create_dir_all(dir).map_err(TrainError::writing(dir))?;
    check_note(dir, seed)?;
    let mut missing = Vec::new();
    let mut pictures_done = 0;
    for index in 0..count.div_ceil(SHARD_PICTURES.into()) {
        let index = u32::try_from(index)
            .map_err(|_| TrainError::Settings(format!("{count} pictures are too many for one folder")))?;
        let wanted = (count - u64::from(index) * u64::from(SHARD_PICTURES)).min(SHARD_PICTURES.into()) as u32;
        let there = pictures_of(dir, index);
        if there >= wanted as usize {
            pictures_done += u64::from(wanted);
        } else {
            missing.push((index, wanted, there > 0));
        }
    }
    let pictures_before = pictures_done;
    let progress = |pictures_done| PaintingProgress { pictures_done, pictures_before, pictures: count };
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (done, finished) = mpsc::channel();
    let outcome = std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, missing.len().max(1)) {
            let (done, next, stop, missing) = (done.clone(), &next, &stop, &missing);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let Some(&(index, wanted, shorter_is_there)) =
                        missing.get(next.fetch_add(1, Ordering::Relaxed))
                    else {
                        break;
                    };
                    let painted = paint_shard(dir, seed, index, wanted, shorter_is_there);
                    if done.send(painted.map(|()| wanted)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(done);
        let mut outcome = Ok(());
        let mut tell = |pictures_done, outcome: &mut Result<(), TrainError>| {
            if report(progress(pictures_done)).is_break() && outcome.is_ok() {
                *outcome = Err(TrainError::Interrupted);
            }
        };
        tell(pictures_done, &mut outcome);
        loop {
            stop.store(outcome.is_err(), Ordering::Relaxed);
            // The timeout lets an interrupt be seen before the shard is done.
            match finished.recv_timeout(std::time::Duration::from_millis(200)) {
                Ok(Ok(wanted)) => pictures_done += u64::from(wanted),
                Ok(Err(error)) => outcome = outcome.and(Err(error)),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break outcome,
            }
            tell(pictures_done, &mut outcome);
        }
    });
    // A wish to stop that came with the last shard changes nothing.
    if pictures_done >= count { Ok(()) } else { outcome }
}

/// Refuses a folder that another seed painted; notes the seed in a new one.
fn check_note(dir: &Path, seed: u64) -> Result<(), TrainError> {
    let path = dir.join(NOTE_NAME);
    let note = Note { seed, shard_pictures: SHARD_PICTURES };
    match fs::read(&path) {
        Ok(bytes) => match serde_json::from_slice::<Note>(&bytes) {
            Ok(found) if found == note => Ok(()),
            Ok(found) => Err(TrainError::data(
                dir,
                format!(
                    "the folder was painted with seed {}; use it again or take another folder",
                    found.seed
                ),
            )),
            Err(error) => Err(TrainError::data(&path, format!("the note cannot be read ({error})"))),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if batches::shards_of(dir).is_ok() {
                return Err(TrainError::data(
                    dir,
                    "the folder holds shards of another origin; take another folder",
                ));
            }
            let text = serde_json::to_vec(&note).map_err(|e| TrainError::Settings(e.to_string()))?;
            write_atomically(&path, |out| out.write_all(&text))
        }
        Err(error) => Err(TrainError::reading(&path)(error)),
    }
}

/// Pictures of a shard that is there; 0 where there is none.
fn pictures_of(dir: &Path, index: u32) -> usize {
    let path = dir.join(format!("shard-{index:05}.safetensors"));
    let header = batches::read_header(&path);
    header
        .ok()
        .and_then(|(_, header)| header.info("images").and_then(|info| info.shape.first().copied()))
        .unwrap_or(0)
}

fn paint_shard(
    dir: &Path,
    seed: u64,
    index: u32,
    count: u32,
    shorter_is_there: bool,
) -> Result<(), TrainError> {
    if shorter_is_there {
        // The last shard of a smaller count: its pictures are painted again, as
        // they were, with more after them.
        let path = dir.join(format!("shard-{index:05}.safetensors"));
        fs::remove_file(&path).map_err(TrainError::writing(&path))?;
    }
    match data::write_shard(dir, seed, index, count, Shape::for_shard(index)) {
        Ok(_) => Ok(()),
        Err(ShardError::Io { error, path }) => Err(TrainError::writing(Path::new(&path))(error)),
        Err(error) => Err(TrainError::data(dir, format!("the shard cannot be stored ({error})"))),
    }
}
