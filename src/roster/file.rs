//! The cameras file on disk: read when it has changed, exchanged as a whole when it is written.

use std::{
    fs::{self, File, Metadata},
    io::{self, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// What tells that a file is another one than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    changed: (i64, i64),
    inode: u64,
}

impl Stamp {
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

    /// The text of the file, and the stamp of what was read.
    ///
    /// # Errors
    /// Where it cannot be read, or is no text.
    pub fn read(&self) -> io::Result<(String, Stamp)> {
        let mut file = File::open(&self.path)?;
        // Taken before reading: what changes meanwhile is seen at the next look.
        let stamp = Stamp::of(&file.metadata()?);
        let text = io::read_to_string(&mut file)?;
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
        file.persist(&path).map_err(|error| error.error)?;
        // So that the new name is on the disk too.
        File::open(folder)?.sync_all()?;
        self.stamp()
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
        assert_eq!(file.read().expect("reads"), ("[b]\n".to_owned(), after));
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
