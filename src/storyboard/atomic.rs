//! A file that appears whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tempfile::TempPath;

/// Ends the names of files that are being written.
const SUFFIX: &str = ".part";
/// A file in the making that nobody has touched for this long was left behind
/// by a program that was killed.
const STALE_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// A new version of a file, beside the one that it will replace. Dropped
/// without [`Replacement::commit`] it goes and the old file stays.
pub(crate) struct Replacement {
    target: PathBuf,
    temporary: TempPath,
}

impl Replacement {
    /// An empty file in the target's folder: on the same file system, so that
    /// the final rename cannot tear.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        // A link stays a link: what it points to is replaced.
        let target = match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => fs::canonicalize(path)?,
            _ => path.to_owned(),
        };
        let name = target
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
        let folder = folder_of(&target);
        let prefix = format!(".{}.", shortened(&name.to_string_lossy()));
        remove_stale(folder, &prefix);
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(SUFFIX);
        #[cfg(unix)]
        {
            // Temporary files are private by default; a project is as public as
            // any file that the writer saves (the system's mask still applies).
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let temporary = builder.tempfile_in(folder)?.into_temp_path();
        Ok(Self { target, temporary })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        &self.temporary
    }

    /// Waits until the bytes are on the disk, then takes the target's place.
    pub(crate) fn commit(self) -> io::Result<()> {
        File::options().write(true).open(&self.temporary)?.sync_all()?;
        if let Ok(old) = fs::metadata(&self.target) {
            fs::set_permissions(&self.temporary, old.permissions())?;
        }
        let Self { target, temporary } = self;
        temporary.persist(&target).map_err(|failed| failed.error)?;
        // The rename itself lies in the folder. Not every file system lets a
        // folder be synced; the file is whole either way.
        #[cfg(unix)]
        let _ = File::open(folder_of(&target)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

/// Writes a whole file, or leaves the old one as it was.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let replacement = Replacement::of(path)?;
    File::options().write(true).truncate(true).open(replacement.path())?.write_all(bytes)?;
    replacement.commit()
}

/// The folder that a file lies in; `.` for a bare name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The beginning of a name: file systems limit names to 255 bytes, and ours
/// adds to it.
fn shortened(name: &str) -> String {
    name.chars().take(40).collect()
}

/// Removes what killed saves of the same file left behind. Another program may
/// be saving it this moment, so only old ones go; failing is no harm.
fn remove_stale(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !(name.starts_with(prefix) && name.ends_with(SUFFIX)) {
            continue;
        }
        let age = entry.metadata().and_then(|found| found.modified()).ok();
        let age = age.and_then(|modified| SystemTime::now().duration_since(modified).ok());
        if age.is_some_and(|age| age > STALE_AFTER) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write_file(&path, b"one").unwrap();
        write_file(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        let given_up = Replacement::of(&path).unwrap();
        fs::write(given_up.path(), b"half").unwrap();
        drop(given_up);
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(folder.path()), ["a.txt"]);
        assert!(write_file(&folder.path().join("none/a.txt"), b"x").is_err());
        assert!(write_file(Path::new("/"), b"x").is_err());
    }

    #[test]
    fn only_old_leftovers_of_the_same_file_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let long_ago = SystemTime::now() - 2 * STALE_AFTER;
        for (name, old) in [(".a.txt.X1.part", true), (".a.txt.X2.part", false), (".b.txt.X3.part", true)] {
            let file = File::create(folder.path().join(name)).unwrap();
            if old {
                file.set_modified(long_ago).unwrap();
            }
        }
        write_file(&folder.path().join("a.txt"), b"x").unwrap();
        assert_eq!(names(folder.path()), [".a.txt.X2.part", ".b.txt.X3.part", "a.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_are_kept() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.txt"), folder.path().join("link.txt"));
        write_file(&path, b"one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write_file(&link, b"two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
