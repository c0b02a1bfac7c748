//! The cameras file on disk: read when it has changed, exchanged as a whole when it is written.

use std::{
    fs::{self, File, Metadata},
    io::{self, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Time for which a file must not have changed to be read: who writes it in place has emptied it first.
pub const RESTS_FOR: Duration = Duration::from_millis(300);

/// What tells that a file is another one than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    changed: (i64, i64),
    inode: u64,
}

impl Stamp {
    /// Whether the file has rested for a moment: before, somebody may be in the middle of writing it.
    pub fn rests(&self, now: SystemTime) -> bool {
        let (seconds, nanoseconds) = self.changed;
        let since = u64::try_from(seconds).map(|seconds| Duration::new(seconds, nanoseconds as u32));
        let Ok(changed) = since.map(|since| UNIX_EPOCH + since) else { return true };
        // A time that is still to come says nothing.
        now.duration_since(changed).map_or(true, |age| age >= RESTS_FOR)
    }

    fn of(metadata: &Metadata) -> Self {
        let changed = (metadata.mtime(), metadata.mtime_nsec());
        Stamp { size: metadata.size(), changed, inode: metadata.ino() }
    }
}

/// The cameras file, where it is.
#[derive(Clone, Debug)]
pub struct CamerasFile {
    path: PathBuf,
}

impl CamerasFile {
    /// The file at `path`.
    pub fn new(path: PathBuf) -> Self {
        CamerasFile { path }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What tells the present file from another one.
    ///
    /// # Errors
    /// Where there is none, or it may not be looked at.
    pub fn stamp(&self) -> io::Result<Stamp> {
        fs::metadata(&self.path).map(|metadata| Stamp::of(&metadata))
    }

    /// The text of the file once it rests, and the stamp of what was read; `known` is one that needs no rest.
    /// Waits while somebody writes it, for a moment.
    ///
    /// # Errors
    /// Where it cannot be read, is no text, or goes on being written.
    pub fn read_settled(&self, known: Option<Stamp>) -> io::Result<(String, Stamp)> {
        let deadline = Instant::now() + 4 * RESTS_FOR;
        loop {
            match self.read(known) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && Instant::now() < deadline => {
                    thread::sleep(RESTS_FOR / 6);
                }
                read => return read,
            }
        }
    }

    /// The text of the file, and the stamp of what was read; `known` is one that needs no rest.
    ///
    /// # Errors
    /// Where it cannot be read, is no text, or is being written.
    pub fn read(&self, known: Option<Stamp>) -> io::Result<(String, Stamp)> {
        let mut file = File::open(&self.path)?;
        let stamp = Stamp::of(&file.metadata()?);
        let text = io::read_to_string(&mut file)?;
        let may_change = known != Some(stamp) && !stamp.rests(SystemTime::now());
        if may_change || Stamp::of(&file.metadata()?) != stamp {
            return Err(io::Error::new(io::ErrorKind::WouldBlock, "it is being written; try again"));
        }
        Ok((text, stamp))
    }

    /// Exchanges the file for one of that text: whole and on the disk, or not at all. Owner's rights stay as
    /// they are, and so does a link by which it is reached.
    ///
    /// # Errors
    /// Where it cannot be written; it is as it was then.
    pub fn write(&self, text: &str) -> io::Result<Stamp> {
        let path = fs::canonicalize(&self.path)?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        let rights = fs::metadata(&path)?.permissions();
        let mut file = tempfile::Builder::new().prefix(".cameras-").suffix(".toml").tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().set_permissions(rights)?;
        file.as_file().sync_all()?;
        let written = file.persist(&path).map_err(|error| error.error)?;
        // So that the new name is on the disk too; it is exchanged by now, whatever comes of that.
        if let Err(error) = File::open(folder).and_then(|folder| folder.sync_all()) {
            log::debug!("folder {}: {error}", folder.display());
        }
        written.metadata().map(|metadata| Stamp::of(&metadata))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_is_exchanged_as_a_whole_behind_its_link_and_keeps_its_rights() {
        let folder = tempfile::tempdir().expect("a folder");
        let (real, link) = (folder.path().join("real.toml"), folder.path().join("cameras.toml"));
        fs::write(&real, "[a]\n").expect("writes");
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("is ours");
        symlink(&real, &link).expect("links");
        let file = CamerasFile::new(link.clone());
        let before = file.stamp().expect("is there");
        let after = file.write("[b]\n").expect("writes");
        assert!(before != after && file.stamp().expect("is there") == after);
        assert_eq!(file.read(None).expect_err("has just been written").kind(), io::ErrorKind::WouldBlock);
        assert_eq!(file.read(Some(after)).expect("is known"), ("[b]\n".to_owned(), after));
        assert_eq!(file.read_settled(None).expect("rests"), ("[b]\n".to_owned(), after));
        let later = SystemTime::now() + RESTS_FOR;
        assert!(after.rests(later) && !after.rests(later - 2 * RESTS_FOR));
        assert!(fs::symlink_metadata(&link).expect("is there").is_symlink());
        assert_eq!(fs::metadata(&real).expect("is there").mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).expect("reads").count(), 2, "nothing is left behind");
    }

    #[test]
    fn a_file_that_is_not_there_is_not_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = CamerasFile::new(folder.path().join("cameras.toml"));
        assert_eq!(file.write("").expect_err("nothing there").kind(), io::ErrorKind::NotFound);
    }
}
