//! Files that nobody else may read: the database's, and the one of the key that signs tokens.

use std::{
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::Path,
};

use super::error::AccountsError;
use crate::{
    access::key::{Key, hex, random},
    tools::{
        exchange::{self, folder_of},
        own,
    },
};

/// What others may do with a file, of its mode.
const OTHERS: u32 = 0o077;

/// Longest file of a key, bytes.
const LONGEST_KEY: u64 = 4096;

/// What tells a file from another that came in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
    changed: (i64, i64),
}

/// Returns which file stands at `path`, and for one that is exchanged in place when; `None` where there is
/// none.
pub fn identity(path: &Path) -> Option<Identity> {
    let found = fs::metadata(path).ok()?;
    Some(Identity { device: found.dev(), inode: found.ino(), changed: (found.mtime(), found.mtime_nsec()) })
}

/// Whether the same file stands at a path, whatever was written into it.
pub fn is_same(one: Option<Identity>, other: Option<Identity>) -> bool {
    let place = |file: Identity| (file.device, file.inode);
    one.map(place) == other.map(place)
}

/// Makes the folder of `path`, where there is none, for nobody else.
///
/// # Errors
/// What the system says.
pub fn make_folder(path: &Path) -> Result<(), AccountsError> {
    let folder = folder_of(path);
    let failed =
        |why| AccountsError::Io { what: format!("the folder {} cannot be made", folder.display()), why };
    own::make_folder(folder).map_err(failed)
}

/// Makes a file of these bytes where there is none: whole or not at all for whoever reads it meanwhile, and
/// its owner's alone from the beginning.
///
/// # Errors
/// What the system says, of the file named as `what` it is and where.
pub fn make_own(path: &Path, bytes: &[u8], what: &str) -> Result<(), AccountsError> {
    match exchange::make(path, bytes, own::FILE) {
        Ok(()) => Ok(()),
        // Another process was first, and its file is the one.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(why) => Err(AccountsError::Io { what: format!("{what} {} cannot be made", path.display()), why }),
    }
}

/// Whether others may read a file.
pub fn is_shown(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.mode() & OTHERS != 0)
}

/// Reads the key of a file; `None` where there is no file.
///
/// # Errors
/// A file that others may read or write, that cannot be read, or whose secret is too short.
pub fn key_of(path: &Path) -> Result<Option<Key>, AccountsError> {
    let wrong = |why: String| AccountsError::Key { path: path.to_owned(), why };
    let failed = |error: io::Error| wrong(format!("cannot be read: {error}"));
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    // What is open is looked at, so that no other file comes in between.
    if file.metadata().map_err(failed)?.mode() & OTHERS != 0 {
        return Err(wrong("may be read by others, who could sign tokens: chmod 600".to_owned()));
    }
    let mut secret = Vec::new();
    file.take(LONGEST_KEY).read_to_end(&mut secret).map_err(failed)?;
    Key::new(secret.trim_ascii()).map(Some).map_err(|short| wrong(format!("is of no use: {short}")))
}

/// Reads the key of a file, or makes both where there is no file.
///
/// # Errors
/// Errors of [`key_of`], or a file that cannot be made.
pub fn make_key(path: &Path) -> Result<Key, AccountsError> {
    if let Some(key) = key_of(path)? {
        return Ok(key);
    }
    make_folder(path)?;
    make_own(path, format!("{}\n", hex(&random::<32>())).as_bytes(), "the key file")?;
    key_of(path)?.ok_or(AccountsError::NoKey)
}
