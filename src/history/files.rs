//! The database's files: their folder made, a damaged one moved aside, one that was exchanged told.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use url::Url;

use super::error::Trouble;
use crate::tools::own;

/// What SQLite writes beside a database: its log, and the index of that.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// What tells a file from another that came in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
}

/// Returns which file stands at `path`; `None` where there is none.
pub fn identity(path: &Path) -> Option<Identity> {
    let metadata = fs::metadata(path).ok()?;
    Some(Identity { device: metadata.dev(), inode: metadata.ino() })
}

/// Returns the name by which SQLite opens `path` as a file that nobody changes, which needs nothing beside it
/// ("Uniform Resource Identifiers", `immutable`); `None` where there is a log, whose last transactions would
/// not be seen.
pub fn unchanging(path: &Path) -> Option<String> {
    let has_log = fs::metadata(with_suffix(path, BESIDE[0])).is_ok_and(|log| log.len() > 0);
    let url = Url::from_file_path(std::path::absolute(path).ok()?).ok()?;
    (!has_log).then(|| format!("{url}?immutable=1"))
}

/// Makes the folder of `path`, where there is none, for nobody else.
///
/// # Errors
/// What the system says.
pub fn make_folder(path: &Path) -> Result<(), Trouble> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let failed = |why| Trouble::Io { what: "the folder of the database cannot be made".to_owned(), why };
    own::make_folder(folder).map_err(failed)
}

/// Moves a damaged database and what belongs to it aside; returns where it is now.
///
/// # Errors
/// What the system says.
pub fn move_aside(path: &Path, now: jiff::Timestamp) -> Result<PathBuf, Trouble> {
    if !was_database(path) {
        return Err(Trouble::NoDatabase);
    }
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut aside = with_suffix(path, &format!(".damaged-{stamp}"));
    let mut more = 1;
    while aside.exists() {
        more += 1;
        aside = with_suffix(path, &format!(".damaged-{stamp}-{more}"));
    }
    let failed = |why| Trouble::Io { what: format!("{} cannot be moved aside", path.display()), why };
    // The log first: without it nobody takes it for one of the database that comes next.
    for beside in BESIDE {
        match fs::rename(with_suffix(path, beside), with_suffix(&aside, beside)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    fs::rename(path, &aside).map_err(failed)?;
    Ok(aside)
}

/// Whether a file is named as databases are, or begins as one does ("The SQLite Database File Format",
/// section 1.3): what is neither is somebody's, and stays where it is.
fn was_database(path: &Path) -> bool {
    if path.extension().is_some_and(|ending| ["db", "sqlite", "sqlite3"].iter().any(|known| ending == *known))
    {
        return true;
    }
    let mut head = [0; 16];
    let begins = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    begins.is_ok() && head == *b"SQLite format 3\0"
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
