//! Files of the models' folder: written whole or not at all, and what the system says where it refuses.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::error::ModelsError;
use crate::tools::exchange;

/// Bytes that are read at once.
const CHUNK: usize = 1 << 16;

/// Returns the place where a file gathers until it is whole.
pub(super) fn part_of(place: &Path) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// Makes the folder of a file where it is missing.
///
/// # Errors
/// [`ModelsError::File`] with the folder.
pub(super) fn make_folder(place: &Path) -> Result<(), ModelsError> {
    let folder = place.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))
}

/// Puts a whole part into its place, so that even after a loss of power there is all of it or nothing.
///
/// # Errors
/// [`ModelsError::File`].
pub(super) fn finish(part: &Path, place: &Path) -> Result<(), ModelsError> {
    File::open(part).and_then(|file| file.sync_all()).map_err(|error| failed(part, &error))?;
    fs::rename(part, place).map_err(|error| failed(place, &error))?;
    exchange::sync_folder(place);
    Ok(())
}

/// Returns the SHA-256 of a file, in lower-case hex.
///
/// # Errors
/// [`ModelsError::File`].
pub(super) fn sha256(path: &Path) -> Result<String, ModelsError> {
    let mut file = File::open(path).map_err(|error| failed(path, &error))?;
    let (mut sum, mut chunk) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        match file.read(&mut chunk).map_err(|error| failed(path, &error))? {
            0 => break,
            read => sum.update(&chunk[..read]),
        }
    }
    Ok(sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Returns the error of a file or folder that the system refuses.
pub(super) fn failed(path: &Path, error: &io::Error) -> ModelsError {
    ModelsError::File { path: path.to_owned(), why: in_words(error) }
}

/// Returns what the system says, in words that say what is wrong.
fn in_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "there is no space left on the disk".to_owned(),
        ErrorKind::PermissionDenied => "this user may not read or write here".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system can only be read".to_owned(),
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::IsADirectory => "this is a folder".to_owned(),
        ErrorKind::NotADirectory => "a part of this path is a file, not a folder".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_beside_its_place_and_becomes_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("new/a.b.onnx");
        make_folder(&place).expect("makes it");
        let part = part_of(&place);
        assert_eq!(part, folder.path().join("new/a.b.onnx.part"));
        fs::write(&part, "abc").expect("writes");
        let sum = sha256(&part).expect("reads");
        // FIPS 180-2, appendix B.1.
        assert_eq!(sum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        finish(&part, &place).expect("moves");
        assert!(place.exists() && !part.exists());
    }

    #[test]
    fn what_the_system_refuses_is_said_in_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, "").expect("writes");
        let error = make_folder(&file.join("models/a.onnx")).expect_err("a file is no folder").to_string();
        assert!(error.contains("file/models") && error.contains("is a file, not a folder"), "{error}");
        let full = failed(&file, &io::Error::from(ErrorKind::StorageFull)).to_string();
        assert!(full.ends_with("file: there is no space left on the disk"), "{full}");
    }
}
