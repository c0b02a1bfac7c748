//! Adding a model of one's own: copied into the folder, with what belongs to it, once it has shown that it
//! can be used.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::{
    error::ModelsError,
    store::{failed, finish, make_folder, part_of, sha256},
};

/// Ending of the file beside a model that names its classes.
const NAMES: &str = "names";

/// What helps where the folder has another model of that name.
const NAME_IT: &str = "--name chooses another name";

/// What helps where the folder has other weights: their file's name stands inside of the model.
const MOVE_WEIGHTS: &str = "move it away, or export the model with its weights inside";

/// What helps where names lie in the folder that are none of the model's.
const MOVE_NAMES: &str =
    "it would name this model's classes: move it away, or choose another name with --name";

/// Copies a model into the folder, with the files that hold its weights (their names in a model's folder, and
/// where they lie) and that names its classes, where there are such; gives its place, and whether anything
/// was missing there. The model comes last: while it is not there, nothing is used.
///
/// # Errors
/// [`ModelsError`]: another file of one of the names is there, or a file cannot be read or written. What is
/// there is looked at before anything is written.
pub(super) fn add(
    file: &Path,
    weights: &BTreeMap<PathBuf, PathBuf>,
    name: Option<&str>,
    folder: &Path,
) -> Result<(PathBuf, bool), ModelsError> {
    let place = folder.join(format!("{}.onnx", stem(file, name)?));
    let (names, names_place) = (file.with_extension(NAMES), place.with_extension(NAMES));
    if names_place.exists() && !names.exists() {
        return Err(ModelsError::Taken { path: names_place, instead: MOVE_NAMES });
    }
    let weights = weights.iter().map(|(name, from)| (from.clone(), folder.join(name), MOVE_WEIGHTS));
    let names = names.exists().then_some((names, names_place, MOVE_NAMES));
    let model = (file.to_owned(), place.clone(), NAME_IT);
    let mut missing = Vec::new();
    for (from, place, instead) in weights.chain(names).chain([model]) {
        if is_missing(&from, &place, instead)? {
            missing.push((from, place));
        }
    }
    missing.iter().try_for_each(|(from, place)| copy(from, place))?;
    Ok((place, !missing.is_empty()))
}

/// The name of a model's file without its ending: the one that was chosen, or the file's own.
fn stem(file: &Path, name: Option<&str>) -> Result<String, ModelsError> {
    let stem = name.map(|name| name.trim().trim_end_matches(".onnx").to_owned());
    let stem = stem.or_else(|| file.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    let stem = stem.filter(|stem| !stem.is_empty() && !stem.contains('/'));
    stem.ok_or_else(|| ModelsError::Model("a model's name is a file's, without a /".to_owned()))
}

/// Whether a file is still to be copied to its place, where another one is an error.
fn is_missing(from: &Path, place: &Path, instead: &'static str) -> Result<bool, ModelsError> {
    match place.exists() {
        false => Ok(true),
        true if sha256(place)? == sha256(from)? => Ok(false),
        true => Err(ModelsError::Taken { path: place.to_owned(), instead }),
    }
}

/// Copies a file whole or not at all.
fn copy(from: &Path, place: &Path) -> Result<(), ModelsError> {
    let (sum, part) = (sha256(from)?, part_of(place));
    make_folder(place)?;
    let copied = fs::copy(from, &part).map_err(|error| failed(&part, &error));
    let copied = copied.and_then(|_| is_copy(&part, &sum)).and_then(|()| finish(&part, place));
    if copied.is_err() {
        // Where there is none there is none to delete.
        let _ = fs::remove_file(&part);
    }
    copied
}

/// Reads a copy again: a disk may not have kept what was written, and the file may have changed meanwhile.
fn is_copy(part: &Path, sum: &str) -> Result<(), ModelsError> {
    if sha256(part)? == sum {
        return Ok(());
    }
    let why = "the copy is not what was copied; try again".to_owned();
    Err(ModelsError::File { path: part.to_owned(), why })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds a model that has all weights inside.
    fn add(file: &Path, name: Option<&str>, folder: &Path) -> Result<(PathBuf, bool), ModelsError> {
        super::add(file, &BTreeMap::new(), name, folder)
    }

    /// A folder with a model, its weights and its names, and the folder of models in it.
    fn folder() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        for (file, text) in [("best.onnx", "model"), ("best.onnx.data", "weights"), ("best.names", "cow")] {
            fs::write(folder.path().join(file), text).expect("writes");
        }
        let (file, models) = (folder.path().join("best.onnx"), folder.path().join("models"));
        (folder, file, models)
    }

    #[test]
    fn weights_come_along_under_their_own_name_and_others_are_not_replaced() {
        let (_folder, file, models) = folder();
        let weights = BTreeMap::from([("best.onnx.data".into(), file.with_file_name("best.onnx.data"))]);
        super::add(&file, &weights, Some("cows"), &models).expect("is added");
        let read = |name: &str| fs::read_to_string(models.join(name)).expect("is there");
        assert_eq!((read("cows.onnx"), read("best.onnx.data")), ("model".into(), "weights".into()));
        fs::write(models.join("best.onnx.data"), "of another").expect("writes");
        let error = super::add(&file, &weights, None, &models).expect_err("other weights").to_string();
        assert!(error.contains("best.onnx.data is there already") && error.contains("inside"), "{error}");
        assert!(!models.join("best.onnx").exists() && !models.join("best.names").exists());
    }

    #[test]
    fn names_of_another_model_are_not_taken_for_its_own() {
        let (folder, file, models) = folder();
        fs::create_dir(&models).expect("is made");
        for has_names in [true, false] {
            fs::write(models.join("best.names"), "horse").expect("writes");
            let error = add(&file, None, &models).expect_err("others").to_string();
            assert!(error.contains("best.names is there") && error.contains("classes"), "{error}");
            assert!(!models.join("best.onnx").exists());
            if has_names {
                fs::remove_file(folder.path().join("best.names")).expect("is there");
            }
        }
    }

    #[test]
    fn adding_again_completes_what_failed() {
        let (_folder, file, models) = folder();
        fs::create_dir_all(models.join("best.names.part")).expect("is made");
        add(&file, None, &models).expect_err("a folder is in the way");
        assert!(!models.join("best.onnx").exists(), "the model comes last");
        fs::remove_dir(models.join("best.names.part")).expect("is there");
        fs::copy(&file, models.join("best.onnx")).expect("copies");
        add(&file, None, &models).expect("is added");
        assert_eq!(fs::read(models.join("best.names")).expect("is there"), b"cow");
    }

    #[test]
    fn a_copy_that_was_not_kept_is_none() {
        let (_folder, file, models) = folder();
        fs::create_dir(&models).expect("is made");
        // Linux keeps nothing of what is written there.
        std::os::unix::fs::symlink("/dev/null", models.join("best.onnx.part")).expect("links");
        let error = add(&file, None, &models).expect_err("is empty").to_string();
        assert!(error.contains("best.onnx.part: the copy is not"), "{error}");
        assert!(!models.join("best.onnx").exists());
    }

    #[test]
    fn a_model_is_copied_with_its_names_under_its_own_or_another_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, models) = (folder.path().join("best.onnx"), folder.path().join("models"));
        fs::write(&file, "model").expect("writes");
        fs::write(folder.path().join("best.names"), "cow").expect("writes");
        assert_eq!(add(&file, None, &models).expect("is added"), (models.join("best.onnx"), true));
        assert_eq!(fs::read(models.join("best.names")).expect("is there"), b"cow");
        assert_eq!(add(&file, None, &models).expect("is there already"), (models.join("best.onnx"), false));
        let (place, is_new) = add(&file, Some("cows.onnx"), &models).expect("is added");
        assert_eq!((place, is_new), (models.join("cows.onnx"), true));
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
