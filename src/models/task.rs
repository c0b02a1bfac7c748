//! What the models command was told to do, and doing it.

use std::path::{Path, PathBuf};

use super::{
    add::add,
    catalogue::{CATALOGUE, Entry, find},
    check::{Checked, check},
    error::ModelsError,
    get::{Got, get},
    listing::list,
    picture,
    progress::{Progress, megabytes},
    shown::shown,
};
use crate::analytics::{place_of, weight_files};

/// What the models command was told to do.
#[derive(Clone, Debug)]
pub struct ModelsTask {
    /// Folder of the models.
    pub folder: PathBuf,
    /// What is to be done.
    pub what: What,
}

/// What is to be done with models.
#[derive(Clone, Debug)]
pub enum What {
    /// List those that there are, and those that can be got.
    List,
    /// Fetch a published one.
    Get {
        /// Name of the model in the catalogue.
        name: String,
        /// Address to fetch from, in place of the publisher's; what comes must be the same file.
        from: Option<String>,
    },
    /// Copy a file into the folder, if it can be used.
    Add {
        /// The file.
        file: PathBuf,
        /// Name of the model, in place of the file's.
        name: Option<String>,
    },
    /// Try a model.
    Check {
        /// The file, or the name of a model in the folder.
        file: PathBuf,
        /// Picture to look at, in place of the drawn scene's.
        picture: Option<PathBuf>,
        /// File that the picture is written to with what was found on it, as a JPEG.
        out: Option<PathBuf>,
    },
}

impl ModelsTask {
    /// Does it; gives what is to be told.
    ///
    /// # Errors
    /// [`ModelsError`].
    pub fn run(&self) -> Result<String, ModelsError> {
        let folder = &self.folder;
        match &self.what {
            What::List => Ok(list(folder)),
            What::Get { name, from } => fetched(name, from.as_deref(), folder),
            What::Add { file, name } => {
                let checked = check(file, &picture::drawn())?;
                let weights = weight_files(file).map_err(|error| ModelsError::Model(error.to_string()))?;
                let (place, is_new) = add(file, &weights, name.as_deref(), folder)?;
                let (text, how) = (checked.text(DRAWN), if is_new { "has it now" } else { "had it already" });
                Ok(format!("{text}\n{} {how}; {}", place.display(), usage(&place)))
            }
            What::Check { file, picture, out } => {
                let text = checked(&self.found(file), picture.as_deref(), out.as_deref())?;
                Ok(text)
            }
        }
    }

    /// The file itself, or the model of that name in the folder.
    fn found(&self, file: &Path) -> PathBuf {
        let is_name = file.components().count() == 1 && !file.exists();
        if is_name { place_of(&self.folder, &file.to_string_lossy()) } else { file.to_owned() }
    }
}

/// How the drawn scene is called in a report.
const DRAWN: &str = "the drawn scene";

/// Fetches a model; gives what is to be told.
fn fetched(name: &str, from: Option<&str>, folder: &Path) -> Result<String, ModelsError> {
    let entry = find(name).ok_or_else(|| ModelsError::Unknown { name: name.to_owned(), known: known() })?;
    let address = from.unwrap_or(entry.address);
    eprintln!("{}", announced(entry, address));
    let mut progress = Progress::towards(entry.bytes());
    let got = get(entry, address, folder, &mut |have| progress.show(have));
    drop(progress);
    Ok(match got? {
        Got::Fetched(place) => {
            format!("{} is there, as it was published; {}", place.display(), usage(&place))
        }
        Got::There(place) => format!("{} was there already; {}", place.display(), usage(&place)),
    })
}

/// What is told before a model is fetched: how much comes, from where, and under which licence.
fn announced(entry: &Entry, address: &str) -> String {
    format!("{}: {:.1} MB from {}, {}", entry.name, megabytes(entry.bytes()), shown(address), entry.licence)
}

/// Names of the catalogue's models.
fn known() -> String {
    CATALOGUE.map(|entry: Entry| entry.name).join(", ")
}

/// How a model in the folder is used.
fn usage(place: &Path) -> String {
    let name = place.file_stem().unwrap_or_default().to_string_lossy();
    format!("try it: steadycast models check {name}, use it: --detect-model {name}")
}

/// Tries a model, and writes the picture with what was found; gives what is to be told.
fn checked(file: &Path, picture: Option<&Path>, out: Option<&Path>) -> Result<String, ModelsError> {
    let mut planes = picture.map_or_else(|| Ok(picture::drawn()), picture::read)?;
    let checked: Checked = check(file, &planes)?;
    let shown = picture.map_or(DRAWN.to_owned(), |path| path.display().to_string());
    let mut text = checked.text(&shown);
    if let Some(out) = out {
        checked.paint(&mut planes);
        picture::write(&planes, out)?;
        text.push_str(&format!("\n  {:<10} {}", "picture", out.display()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(what: What) -> ModelsTask {
        ModelsTask { folder: "/nowhere/models".into(), what }
    }

    #[test]
    fn an_unknown_name_is_answered_with_those_there_are() {
        let get = What::Get { name: "yolov8n".to_owned(), from: None };
        let error = task(get).run().expect_err("AGPL").to_string();
        assert!(error.contains("yolov8n") && error.contains("yolox_nano, yolox_tiny"), "{error}");
    }

    #[test]
    fn what_is_told_before_a_download_has_no_password_and_no_token() {
        let told = announced(&CATALOGUE[0], "https://me:secret@mirror.example/a.onnx?token=secret");
        assert_eq!(told, "yolox_nano: 3.7 MB from https://mirror.example/a.onnx, Apache-2.0, Megvii");
    }

    #[test]
    fn a_name_is_a_model_of_the_folder_and_a_path_is_itself() {
        let found = |file: &str| task(What::List).found(Path::new(file));
        assert_eq!(found("yolox_nano"), Path::new("/nowhere/models/yolox_nano.onnx"));
        assert_eq!(found("yolox_nano.onnx"), Path::new("/nowhere/models/yolox_nano.onnx"));
        assert_eq!(found("best.v2"), Path::new("/nowhere/models/best.v2.onnx"));
        assert_eq!(found("./a.onnx"), Path::new("./a.onnx"));
        assert_eq!(found("Cargo.toml"), Path::new("Cargo.toml"), "a file that is there is meant");
    }
}
