//! Files that are exchanged as a whole: bytes in, a file out that is there with all of them or not at all.
//!
//! A file is written under another name beside its place, brought to the disk, and only then given its name.
//! What fails leaves nothing behind.

use std::{
    fs::{File, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use tempfile::{Builder, NamedTempFile};

/// Puts a file of these bytes in the place of the one at `path`, if there is one. Its mode is `mode`, less
/// the umask of the process.
///
/// # Errors
/// What the system says; what was there before is there still.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    written(path, bytes, mode)?.persist(path).map_err(|error| error.error)?;
    sync_folder(path);
    Ok(())
}

/// Makes a file of these bytes at `path`, where there is none. Its mode is `mode`, less the umask of the
/// process.
///
/// # Errors
/// What the system says; of the kind `AlreadyExists` where a file is there, which stays as it is.
pub fn make(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    written(path, bytes, mode)?.persist_noclobber(path).map_err(|error| error.error)?;
    sync_folder(path);
    Ok(())
}

/// Brings the name of the file at `path` to the disk. What fails there is no error: the file has its name.
pub fn sync_folder(path: &Path) {
    let folder = folder_of(path);
    if let Err(error) = File::open(folder).and_then(|folder| folder.sync_all()) {
        log::debug!("folder {}: {error}", folder.display());
    }
}

/// Returns an error of `tempfile` as everybody may know it: its text ends with a path that nobody has named.
pub fn without_path(error: io::Error) -> io::Error {
    let text = error.to_string();
    io::Error::new(error.kind(), text.split(" at path ").next().unwrap_or_default())
}

/// A file of these bytes beside `path`, on the disk; gone when dropped.
fn written(path: &Path, bytes: &[u8], mode: u32) -> io::Result<NamedTempFile> {
    let made = Builder::new().permissions(Permissions::from_mode(mode)).tempfile_in(folder_of(path));
    let mut made = made.map_err(without_path)?;
    made.as_file_mut().write_all(bytes)?;
    made.as_file().sync_all()?;
    Ok(made)
}

/// Returns the folder that a file stands in; the current one where the path names none.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    /// Names of what is in a folder.
    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("can be read").flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_exchanged_as_a_whole_with_its_mode_and_nothing_stays_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = folder.path().join("key");
        fs::write(&key, "an old one that everybody may read").expect("is written");
        fs::set_permissions(&key, Permissions::from_mode(0o644)).expect("is its owner's");
        replace(&key, b"new", 0o600).expect("is exchanged");
        assert_eq!(fs::read(&key).expect("is there"), b"new");
        let mode = fs::metadata(&key).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{mode:o}");
        assert_eq!(names(folder.path()), ["key"]);
    }

    #[test]
    fn what_is_there_is_not_overwritten_by_what_is_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        make(&file, b"first", 0o600).expect("is made");
        let again = make(&file, b"second", 0o600).expect_err("is there");
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&file).expect("is there"), b"first");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let [target, link] = ["target", "link"].map(|name| folder.path().join(name));
        fs::write(&target, b"another's").expect("is written");
        symlink(&target, &link).expect("is made");
        replace(&link, b"new", 0o600).expect("is exchanged");
        assert!(fs::symlink_metadata(&link).expect("is there").is_file());
        let [kept, new] = [&target, &link].map(|path| fs::read(path).expect("is there"));
        assert_eq!((&kept[..], &new[..]), (&b"another's"[..], &b"new"[..]));
    }

    #[test]
    fn where_a_link_leads_nowhere_nothing_is_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let [nowhere, link] = ["nowhere", "link"].map(|name| folder.path().join(name));
        symlink(&nowhere, &link).expect("is made");
        let taken = make(&link, b"new", 0o600).expect_err("the link is there");
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(names(folder.path()), ["link"]);
    }

    #[test]
    fn what_fails_leaves_nothing_behind_and_names_no_other_file() {
        let folder = tempfile::tempdir().expect("a folder");
        // A folder in its place is not replaced.
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).expect("is made");
        assert!(replace(&taken, b"bytes", 0o600).is_err());
        assert_eq!(names(folder.path()), ["taken"]);
        let nowhere = replace(&folder.path().join("missing/file"), b"bytes", 0o600).expect_err("no folder");
        assert_eq!(nowhere.kind(), io::ErrorKind::NotFound);
        assert!(!nowhere.to_string().contains(" at path "), "{nowhere}");
    }
}
