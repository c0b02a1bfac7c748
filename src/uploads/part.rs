//! An upload that is coming: a file under a name that is no upload's, gone as soon as nobody holds it.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use rustix::fs::statvfs;
use tempfile::{Builder, NamedTempFile};

use super::{
    error::UploadError,
    room::{Room, Share},
    settings::UploadSettings,
};
use crate::tools::{
    exchange, own,
    threads::{Role, spawn},
};

/// What the names of files begin with that are no uploads: still coming, or being deleted.
pub(super) const PREFIX: &str = ".part-";

/// An upload that is coming; deleted when dropped.
#[derive(Debug)]
pub struct Part {
    /// `None` once it is kept.
    file: Option<NamedTempFile>,
    share: Share,
    bytes: u64,
    most_bytes: u64,
}

impl Part {
    /// Begins an upload of `announced` bytes, for which there is room.
    pub(super) fn begin(
        settings: &UploadSettings,
        room: &Arc<Room>,
        announced: Option<u64>,
    ) -> Result<Self, UploadError> {
        let UploadSettings { folder, most_bytes, .. } = settings;
        let announced = announced.unwrap_or(0);
        check(announced, *most_bytes)?;
        own::make_folder(folder)?;
        let mut share = Share::of(room);
        claim(&mut share, announced, folder)?;
        let file = Builder::new().prefix(PREFIX).tempfile_in(folder)?;
        // Tells another start of the program that somebody is at it.
        if let Err(error) = file.as_file().lock() {
            log::debug!("the folder of uploads has no locks: {error}");
        }
        Ok(Part { file: Some(file), share, bytes: 0, most_bytes: *most_bytes })
    }

    /// Appends a piece of the file.
    ///
    /// # Errors
    /// A file that has become too large, or a disk without room for it.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), UploadError> {
        let bytes = piece.len() as u64;
        let grown = self.bytes.saturating_add(bytes);
        check(grown, self.most_bytes)?;
        let file = self.file.as_mut().ok_or(UploadError::Off)?;
        claim(&mut self.share, bytes, file.path())?;
        file.write_all(piece)?;
        self.share.written(bytes);
        self.bytes = grown;
        Ok(())
    }

    /// Bytes that have come.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where the file is for now.
    pub(super) fn path(&self) -> &Path {
        self.file.as_ref().map_or(Path::new(""), NamedTempFile::path)
    }

    /// Gives the file its name, for good.
    ///
    /// # Errors
    /// What the disk says; the file is gone then.
    pub(super) fn keep(mut self, path: &Path) -> io::Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        // So that the new name is on the disk too; the file has it by now, whatever comes of that.
        exchange::sync_folder(path);
        Ok(())
    }
}

/// Refuses what has more bytes than an upload may have.
fn check(bytes: u64, most: u64) -> Result<(), UploadError> {
    if bytes > most { Err(UploadError::TooLarge(most)) } else { Ok(()) }
}

/// Claims room for `bytes` on the disk of a path.
fn claim(share: &mut Share, bytes: u64, path: &Path) -> Result<(), UploadError> {
    let free = || -> io::Result<u64> {
        let room = statvfs(path)?;
        Ok(room.f_bavail.saturating_mul(room.f_frsize))
    };
    if share.claim(bytes, free)? { Ok(()) } else { Err(UploadError::NoRoom) }
}

/// Gigabytes take a while to be deleted, for which whoever drops them does not wait.
impl Drop for Part {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            // Its promise ends when the file is gone. Without a thread it is deleted here and now.
            let share = self.share.take();
            let _ = spawn(Role::History, "upload", move || drop((file, share)));
        }
    }
}

/// Deletes what was still coming, or being deleted, when the program ended; what another program is at is
/// left to it.
pub(super) fn delete_left(folder: &Path) {
    // Made by the first upload.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let is_part = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
        let is_taken = || {
            let file = File::open(&path);
            file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
        };
        if !is_part || is_taken() {
            continue;
        }
        match fs::remove_file(&path) {
            Ok(()) => log::info!("what an earlier run has left of an upload is deleted: {}", path.display()),
            Err(error) => {
                log::warn!("what an earlier run has left of an upload stays: {}: {error}", path.display())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        thread,
        time::{Duration, Instant},
    };

    use super::*;

    fn settings(folder: &Path) -> UploadSettings {
        UploadSettings { folder: folder.to_owned(), most_bytes: 10, reserve_bytes: 0 }
    }

    fn begin(settings: &UploadSettings, announced: Option<u64>) -> Result<Part, UploadError> {
        Part::begin(settings, &Arc::new(Room::new(settings.reserve_bytes)), announced)
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).expect("is there").count()
    }

    /// Waits until the folder holds that many files: what is dropped is deleted by another thread.
    fn until_there_are(count: usize, folder: &Path) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while files(folder) != count {
            assert!(Instant::now() < deadline, "{} files instead of {count}", files(folder));
            thread::yield_now();
        }
    }

    #[test]
    fn what_is_dropped_or_left_leaves_nothing_and_what_is_under_way_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        let mut part = begin(&settings(path), None).expect("begins");
        part.write(b"12345").expect("writes");
        fs::write(path.join(".part-left"), "x").expect("writes");
        fs::write(path.join("mine.txt"), "x").expect("writes");
        delete_left(path);
        assert_eq!(files(path), 2, "what is under way, and what is none of ours");
        drop(part);
        until_there_are(1, path);
    }

    #[test]
    fn a_file_grows_to_its_bound_and_leaves_the_reserve_free() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = settings(folder.path());
        let refused = |announced| begin(&settings, announced).expect_err("is too large");
        assert!(matches!(refused(Some(11)), UploadError::TooLarge(10)));
        assert!(matches!(refused(Some(u64::MAX)), UploadError::TooLarge(10)));
        let mut part = begin(&settings, Some(10)).expect("fits");
        part.write(b"1234567890").expect("fits");
        assert!(matches!(part.write(b"1"), Err(UploadError::TooLarge(10))));
        let all = UploadSettings { reserve_bytes: u64::MAX, ..settings };
        assert!(matches!(begin(&all, None), Err(UploadError::NoRoom)));
        drop(part);
        until_there_are(0, folder.path());
    }

    #[test]
    fn a_kept_file_has_its_name_and_what_was_sent() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut part = begin(&settings(folder.path()), None).expect("begins");
        part.write(b"123").expect("fits");
        part.write(b"45").expect("fits");
        part.keep(&folder.path().join("kept")).expect("is kept");
        assert_eq!(fs::read(folder.path().join("kept")).expect("is there"), b"12345");
        assert_eq!(files(folder.path()), 1);
    }
}
