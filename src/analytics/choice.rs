//! Which model is asked for: none, a file, or the one inside the program, which knows the drawn scene only.

use std::path::{Path, PathBuf};

use super::model_place::place_of;

/// Which model is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelChoice {
    /// No model.
    Off,
    /// No model was named: the one inside the program, where the pictures are the drawn scene's.
    Shipped,
    /// No model was named, and the one inside the program does not know these pictures.
    Unfit,
    /// The model in this file.
    File(PathBuf),
}

impl ModelChoice {
    /// The choice that a setting names: `none`, nothing for the one inside the program, a path with a `/` as
    /// it is, or a name or file of `folder`, whose `.onnx` may be left out.
    pub fn named(setting: &str, folder: &Path) -> ModelChoice {
        match setting.trim() {
            "none" => ModelChoice::Off,
            // An empty line in .env means not set.
            "" => ModelChoice::Shipped,
            path if path.contains('/') => ModelChoice::File(PathBuf::from(path)),
            name => ModelChoice::File(place_of(folder, name)),
        }
    }

    /// What is left of the choice where the pictures are the drawn scene's, or another source's.
    pub(super) fn fitted(&self, is_drawn: bool) -> ModelChoice {
        match self {
            ModelChoice::Shipped if !is_drawn => ModelChoice::Unfit,
            ModelChoice::Unfit if is_drawn => ModelChoice::Shipped,
            other => other.clone(),
        }
    }

    /// The file to load, `shipped` for the model inside the program; `None` where no model is to run.
    pub(super) fn file<'a>(&'a self, shipped: &'a str) -> Option<&'a Path> {
        match self {
            ModelChoice::Off | ModelChoice::Unfit => None,
            ModelChoice::Shipped => Some(Path::new(shipped)),
            ModelChoice::File(path) => Some(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_file_of_the_folder_and_a_path_is_itself() {
        for (named, file) in [
            ("yolox_nano", "/data/models/yolox_nano.onnx"),
            ("yolox_nano.onnx", "/data/models/yolox_nano.onnx"),
            ("best.v2", "/data/models/best.v2.onnx"),
            ("./yolox_nano", "./yolox_nano"),
            ("/srv/a.onnx", "/srv/a.onnx"),
        ] {
            let choice = ModelChoice::named(named, Path::new("/data/models"));
            assert_eq!(choice, ModelChoice::File(file.into()), "{named}");
        }
    }

    #[test]
    fn what_nobody_named_runs_on_the_drawn_scene_only_and_what_is_named_runs_everywhere() {
        let named = ModelChoice::File("models/detector.onnx".into());
        for (choice, drawn, other) in [
            (ModelChoice::Off, ModelChoice::Off, ModelChoice::Off),
            (ModelChoice::Shipped, ModelChoice::Shipped, ModelChoice::Unfit),
            (ModelChoice::Unfit, ModelChoice::Shipped, ModelChoice::Unfit),
            (named.clone(), named.clone(), named.clone()),
        ] {
            assert_eq!((choice.fitted(true), choice.fitted(false)), (drawn, other));
        }
        assert_eq!(ModelChoice::Shipped.file("a.onnx"), Some(Path::new("a.onnx")));
        assert_eq!(named.file("a.onnx"), Some(Path::new("models/detector.onnx")));
        assert!(ModelChoice::Unfit.file("a.onnx").is_none() && ModelChoice::Off.file("a.onnx").is_none());
    }
}
