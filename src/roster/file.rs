//! The cameras file on disk: read when it has changed, exchanged as a whole when it is written.
//!
//! An edit by hand that comes in between is not overwritten: what was there is looked at again once it has
//! been exchanged, and put back where it is not what was read. Only who has opened the file before and writes
//! into it afterwards writes into the old one. On a file system that does not exchange names, the file is
//! looked at right before it is replaced, and an edit between the two is lost.

use std::{
    fs::{self, DirEntry, File, Metadata, Permissions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, PermissionsExt, fchown},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use rustix::{
    fs::{CWD, RenameFlags, renameat_with},
    io::Errno,
};
use tempfile::{NamedTempFile, PersistError};

use crate::tools::exchange;

/// What the names of files begin and end with that are to be exchanged for the cameras file.
const BEGINS: &str = ".cameras-";
const ENDS: &str = ".toml";

/// What the name of such a file gets behind it where it holds an edit by hand: nobody removes it then.
const EDITED: &str = ".edited";

/// Letters and digits between [`BEGINS`] and [`ENDS`].
const BETWEEN: usize = 6;

/// Time after which such a file is nobody's any more: writing it takes no second.
const LEFT_AFTER: Duration = Duration::from_secs(60);

/// Right by which every user of a machine may read a file (inode(7)).
const EVERYBODY_READS: u32 = 0o004;

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
        age(self.changed, now).is_none_or(|age| age >= RESTS_FOR)
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

    /// Whether every user of this machine may read the file. Who shares it with a group has meant to.
    pub fn is_open(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|metadata| metadata.mode() & EVERYBODY_READS != 0)
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
        self.read_by(known, SystemTime::now)
    }

    /// What [`CamerasFile::read`] does, where `now` tells the time once the text has been read: what is
    /// written behind that moment passes for something of the future.
    fn read_by(&self, known: Option<Stamp>, now: impl Fn() -> SystemTime) -> io::Result<(String, Stamp)> {
        let mut file = File::open(&self.path)?;
        let stamp = Stamp::of(&file.metadata()?);
        let text = io::read_to_string(&mut file)?;
        let may_change = known != Some(stamp) && !stamp.rests(now());
        if may_change || Stamp::of(&file.metadata()?) != stamp {
            return Err(io::Error::new(io::ErrorKind::WouldBlock, "it is being written; try again"));
        }
        Ok((text, stamp))
    }

    /// Exchanges the file, which says `before`, for one of another text: whole and on the disk, or not at
    /// all. Rights, owner and group stay as they are, as far as the system lets us, and so does a link by
    /// which the file is reached.
    ///
    /// # Errors
    /// Where it says something else by now, which is of the kind `WouldBlock`, or where it cannot be written;
    /// it is as it was then.
    pub fn exchange(&self, before: &str, text: &str) -> io::Result<Stamp> {
        let path = fs::canonicalize(&self.path)?;
        let folder = folder_of(&path);
        let file =
            tempfile::Builder::new().prefix(BEGINS).rand_bytes(BETWEEN).suffix(ENDS).tempfile_in(folder);
        let mut file = file.map_err(exchange::without_path)?;
        file.as_file_mut().write_all(text.as_bytes())?;
        make_like(file.as_file(), &fs::metadata(&path)?)?;
        file.as_file().sync_all()?;
        let written = swap(file, &path, before)?;
        // So that the new name is on the disk too; it is exchanged by now, whatever comes of that.
        exchange::sync_folder(&path);
        written.metadata().map(|metadata| Stamp::of(&metadata))
    }

    /// Removes what a program has left beside the file that was killed while it wrote: it may hold passwords.
    pub fn clear_up(&self, now: SystemTime) {
        let Ok(path) = fs::canonicalize(&self.path) else { return };
        let Ok(entries) = fs::read_dir(folder_of(&path)) else { return };
        for left in entries.flatten().filter(|entry| is_left_over(entry, now)) {
            match fs::remove_file(left.path()) {
                Ok(()) => log::info!("removed {}, which an earlier run has left", left.path().display()),
                Err(error) => log::warn!("{} cannot be removed: {error}", left.path().display()),
            }
        }
    }
}

/// The error of a file that says something else by now.
fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::WouldBlock, "it says something else by now")
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}

/// Time since a moment of a file, in seconds and nanoseconds since the Unix epoch; `None` of one that is
/// still to come, which says nothing, and of one before the epoch.
fn age((seconds, nanoseconds): (i64, i64), now: SystemTime) -> Option<Duration> {
    let since = Duration::new(u64::try_from(seconds).ok()?, nanoseconds as u32);
    now.duration_since(UNIX_EPOCH + since).ok()
}

/// Whether a file is one that was to be exchanged for the cameras file and never was. Its content may be
/// older than its name, so the time at which it was renamed counts.
fn is_left_over(entry: &DirEntry, now: SystemTime) -> bool {
    let name = entry.file_name();
    let between = name.to_str().and_then(|name| name.strip_prefix(BEGINS)?.strip_suffix(ENDS));
    let is_named =
        between.is_some_and(|text| text.len() == BETWEEN && text.bytes().all(|b| b.is_ascii_alphanumeric()));
    let is_old = |file: Metadata| {
        file.is_file() && age((file.ctime(), file.ctime_nsec()), now).is_some_and(|age| age >= LEFT_AFTER)
    };
    is_named && entry.metadata().is_ok_and(is_old)
}

/// Gives a file the owner, the group and the rights of `other`, as far as the system lets us. Where the group
/// is another one, it may do what everybody may.
fn make_like(file: &File, other: &Metadata) -> io::Result<()> {
    let mode = other.mode() & 0o7777;
    let everybodys = (mode & 0o007) << 3;
    let is_groups = fchown(file, None, Some(other.gid())).is_ok();
    let mode = if is_groups { mode } else { (mode & !0o070) | everybodys };
    if let Err(error) = fchown(file, Some(other.uid()), None) {
        log::debug!("the owner of the cameras file changes: {error}");
    }
    file.set_permissions(Permissions::from_mode(mode))
}

fn says(path: &Path, text: &str) -> bool {
    fs::read(path).is_ok_and(|found| found == text.as_bytes())
}

/// Puts a file in the place of the one at `path`, which says `before`.
///
/// # Errors
/// Where the file says something else by now, or did until its name was taken: it is back then.
fn swap(written: NamedTempFile, path: &Path, before: &str) -> io::Result<File> {
    if !says(path, before) {
        return Err(changed());
    }
    exchange_names(written, path, before)
}

fn exchange_names(written: NamedTempFile, path: &Path, before: &str) -> io::Result<File> {
    match renameat_with(CWD, written.path(), CWD, path, RenameFlags::EXCHANGE) {
        // The one that was there has the other's name now, and goes with it.
        Ok(()) if says(written.path(), before) => Ok(written.into_file()),
        Ok(()) => put_back(written, path),
        // Not every file system exchanges names.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            written.persist(path).map_err(|error| error.error)
        }
        Err(error) => Err(error.into()),
    }
}

/// Puts an edit by hand back in its place, which has the name of what was written meanwhile. Where it cannot
/// be put back, what was written stays, and the edit is kept beside it.
///
/// # Errors
/// The file says something else, where the edit is back.
fn put_back(edited: NamedTempFile, path: &Path) -> io::Result<File> {
    let (written, beside, why) = match edited.persist(path) {
        Ok(_) => return Err(changed()),
        Err(PersistError { error, file }) => {
            let (written, beside) = file.keep()?;
            (written, beside, error)
        }
    };
    let mut kept = beside.clone().into_os_string();
    kept.push(EDITED);
    let kept = fs::rename(&beside, &kept).map_or(beside, |()| PathBuf::from(kept));
    log::error!(
        "cameras file {}: what was edited by hand meanwhile cannot be put back ({why}); it is in {}",
        path.display(),
        kept.display()
    );
    Ok(written)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{chown, symlink};

    use super::*;

    #[test]
    fn a_folder_that_takes_no_file_is_not_named() {
        // Nobody may add a file there, whoever runs the tests.
        let refused = CamerasFile::new("/proc/version".into()).exchange("", "").expect_err("takes no file");
        let said = refused.to_string();
        assert!(!said.is_empty() && !said.contains("proc") && !said.contains(BEGINS), "{said}");
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("reads").flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().into_string().expect("is text")).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_exchanged_as_a_whole_behind_its_link_and_keeps_its_rights() {
        let folder = tempfile::tempdir().expect("a folder");
        let (real, link) = (folder.path().join("real.toml"), folder.path().join("cameras.toml"));
        fs::write(&real, "[a]\n").expect("writes");
        fs::set_permissions(&real, Permissions::from_mode(0o640)).expect("is ours");
        // Only root may give it away; whose it is, it stays.
        let _ = chown(&real, Some(12_345), Some(54_321));
        symlink(&real, &link).expect("links");
        let whose = || {
            let found = fs::metadata(&real).expect("is there");
            (found.uid(), found.gid(), found.mode() & 0o777)
        };
        let (owner, file) = (whose(), CamerasFile::new(link.clone()));
        assert!(!file.is_open(), "its group alone may read it");
        let before = file.stamp().expect("is there");
        let after = file.exchange("[a]\n", "[b]\n").expect("writes");
        assert!(before != after && file.stamp().expect("is there") == after);
        assert_eq!(file.read(Some(after)).expect("is known"), ("[b]\n".to_owned(), after));
        assert_eq!(file.read_settled(None).expect("rests"), ("[b]\n".to_owned(), after));
        assert!(fs::symlink_metadata(&link).expect("is there").is_symlink());
        assert_eq!((whose(), owner.2), (owner, 0o640));
        assert_eq!(names(folder.path()), ["cameras.toml", "real.toml"], "nothing is left behind");
    }

    #[test]
    fn a_file_that_is_being_written_is_not_read_until_it_rests() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cameras.toml");
        let file = CamerasFile::new(path.clone());
        // As an editor that writes in place: emptied first, then written.
        for text in ["", "[a]\n"] {
            fs::write(&path, text).expect("writes");
            let written_at = fs::metadata(&path).and_then(|file| file.modified()).expect("is known");
            let read = |after: Duration| file.read_by(None, || written_at + after);
            let early = read(RESTS_FOR / 2).expect_err("has just been written");
            assert_eq!(early.kind(), io::ErrorKind::WouldBlock);
            let (found, stamp) = read(RESTS_FOR).expect("rests");
            assert_eq!(found, text);
            assert!(stamp.rests(written_at + RESTS_FOR) && !stamp.rests(written_at + RESTS_FOR / 2));
        }
    }

    #[test]
    fn what_somebody_wrote_meanwhile_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cameras.toml");
        let file = CamerasFile::new(path.clone());
        fs::write(&path, "[by_hand]\n").expect("writes");
        let before = file.stamp().expect("is there");
        let refused = file.exchange("[a]\n", "[b]\n").expect_err("it says something else");
        assert_eq!(refused.kind(), io::ErrorKind::WouldBlock);
        // Between the last look and the exchange of names.
        let mut written = NamedTempFile::new_in(folder.path()).expect("a file");
        written.write_all(b"[b]\n").expect("writes");
        if let Err(swapped) = exchange_names(written, &path, "[a]\n") {
            assert_eq!(swapped.kind(), io::ErrorKind::WouldBlock);
        } else {
            return eprintln!("this file system does not exchange names");
        }
        assert_eq!(file.read(Some(before)).expect("is as it was"), ("[by_hand]\n".to_owned(), before));
        assert_eq!(names(folder.path()), ["cameras.toml"]);
    }

    #[test]
    fn an_edit_that_cannot_be_put_back_is_kept_beside_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cameras.toml");
        // Stands for an edit: a folder exchanges names with a file, and takes the name of none.
        fs::create_dir(&path).expect("makes");
        fs::write(path.join("by_hand"), "").expect("writes");
        let mut written = NamedTempFile::new_in(folder.path()).expect("a file");
        written.write_all(b"[b]\n").expect("writes");
        let swapped = exchange_names(written, &path, "[a]\n");
        if swapped.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::IsADirectory) {
            return eprintln!("this file system does not exchange names");
        }
        swapped.expect("what was written stays");
        assert!(says(&path, "[b]\n"));
        let names = names(folder.path());
        assert!(names.len() == 2 && names[0].ends_with(EDITED) && names[1] == "cameras.toml", "{names:?}");
        assert!(folder.path().join(&names[0]).join("by_hand").exists());
    }

    #[test]
    fn what_a_killed_program_has_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = [
            ".cameras-abc12.toml",
            ".cameras-ab_123.toml",
            ".cameras-ab1234.toml~",
            ".cameras-ab1234.toml.edited",
            "cameras.toml",
        ];
        for name in [&kept[..], &[".cameras-Ab1234.toml"]].concat() {
            fs::write(folder.path().join(name), "").expect("writes");
        }
        fs::create_dir(folder.path().join(".cameras-folder.toml")).expect("makes");
        let file = CamerasFile::new(folder.path().join("cameras.toml"));
        file.clear_up(SystemTime::now());
        assert_eq!(names(folder.path()).len(), 7, "somebody may be writing it");
        file.clear_up(SystemTime::now() + LEFT_AFTER + Duration::from_secs(1));
        let mut left = names(folder.path());
        left.retain(|name| !kept.contains(&name.as_str()));
        assert_eq!(left, [".cameras-folder.toml"]);
    }

    #[test]
    fn a_file_that_is_not_there_is_not_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = CamerasFile::new(folder.path().join("cameras.toml"));
        assert_eq!(file.exchange("", "").expect_err("nothing there").kind(), io::ErrorKind::NotFound);
    }
}
