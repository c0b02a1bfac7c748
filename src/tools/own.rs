//! Files and folders that are their owner's alone: names in, what nobody else may read out.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// Mode of a folder that is its owner's alone.
const FOLDER: u32 = 0o700;

/// Mode of a file that is its owner's alone.
pub const FILE: u32 = 0o600;

/// Makes a folder, and those that it stands in, where there are none.
///
/// # Errors
/// What the system says.
pub fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER).create(path)
}

/// Makes a file, open to be written.
///
/// # Errors
/// What the system says; one that is there already too.
pub fn make_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(FILE).open(path)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn what_is_made_is_nobody_elses_and_what_is_there_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("data/tls");
        make_folder(&inner).expect("is made");
        make_folder(&inner).expect("is there");
        let file = inner.join("key");
        make_file(&file).expect("is made");
        let again = make_file(&file).expect_err("is there").kind();
        assert_eq!(again, io::ErrorKind::AlreadyExists);
        for path in [&file, &inner, &folder.path().join("data")] {
            let mode = fs::metadata(path).expect("is there").permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}: {mode:o}", path.display());
        }
    }
}
