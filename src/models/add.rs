//! Adding a model of one's own: copied into the folder once it has shown that it can be used.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    error::ModelsError,
    store::{failed, finish, make_folder, part_of, sha256},
};

/// Ending of the file beside a model that names its classes.
const NAMES: &str = "names";

/// Copies a model into the folder, with the file that names its classes where there is one; gives its place.
///
/// # Errors
/// [`ModelsError`]: another model of that name is there, or a file cannot be read or written.
pub(super) fn add(file: &Path, name: Option<&str>, folder: &Path) -> Result<PathBuf, ModelsError> {
    let stem = name.map(|name| name.trim().trim_end_matches(".onnx").to_owned());
    let stem = stem.or_else(|| file.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    let stem = stem.filter(|stem| !stem.is_empty() && !stem.contains('/'));
    let stem =
        stem.ok_or_else(|| ModelsError::Model("a model's name is a file's, without a /".to_owned()))?;
    let place = folder.join(format!("{stem}.onnx"));
    if place.exists() {
        if sha256(&place)? == sha256(file)? {
            return Ok(place);
        }
        return Err(ModelsError::Taken { path: place, instead: "--name chooses another name" });
    }
    make_folder(&place)?;
    copy(file, &place)?;
    let names = file.with_extension(NAMES);
    if names.exists() {
        copy(&names, &place.with_extension(NAMES))?;
    }
    Ok(place)
}

/// Copies a file whole or not at all.
fn copy(from: &Path, place: &Path) -> Result<(), ModelsError> {
    let part = part_of(place);
    let copied =
        fs::copy(from, &part).map_err(|error| failed(&part, &error)).and_then(|_| finish(&part, place));
    if copied.is_err() {
        // Where there is none there is none to delete.
        let _ = fs::remove_file(&part);
    }
    copied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_copied_with_its_names_under_its_own_or_another_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, models) = (folder.path().join("best.onnx"), folder.path().join("models"));
        fs::write(&file, "model").expect("writes");
        fs::write(folder.path().join("best.names"), "cow").expect("writes");
        assert_eq!(add(&file, None, &models).expect("is added"), models.join("best.onnx"));
        assert_eq!(fs::read(models.join("best.names")).expect("is there"), b"cow");
        assert_eq!(add(&file, None, &models).expect("is there already"), models.join("best.onnx"));
        assert_eq!(add(&file, Some("cows.onnx"), &models).expect("is added"), models.join("cows.onnx"));
        assert_eq!(fs::read_dir(&models).expect("is there").count(), 4);
    }

    #[test]
    fn another_model_of_that_name_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, models) = (folder.path().join("best.onnx"), folder.path().join("models"));
        fs::create_dir(&models).expect("is made");
        fs::write(&file, "new").expect("writes");
        fs::write(models.join("best.onnx"), "old").expect("writes");
        let error = add(&file, None, &models).expect_err("is taken").to_string();
        assert!(error.contains("--name"), "{error}");
        assert_eq!(fs::read(models.join("best.onnx")).expect("is there"), b"old");
        let error = add(&file, Some("../up"), &models).expect_err("no name").to_string();
        assert!(error.contains("without a /"), "{error}");
    }
}
