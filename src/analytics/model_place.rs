//! From the name of a model to its file in the folder of models, and back.

use std::path::{Path, PathBuf};

/// Ending of a model's file, which may be left out.
pub const ENDING: &str = ".onnx";

/// Returns the file of the folder that a model's name means: as it is where there is such a file, else with
/// `.onnx` behind it. A point in a name begins no ending.
pub fn place_of(folder: &Path, name: &str) -> PathBuf {
    let place = folder.join(name);
    if name.ends_with(ENDING) || place.is_file() {
        return place;
    }
    folder.join(format!("{name}{ENDING}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_in_a_name_begins_no_ending() {
        let folder = tempfile::tempdir().expect("a folder");
        let models = folder.path();
        for name in ["best.v2.onnx", "own.model"] {
            std::fs::write(models.join(name), "").expect("writes");
        }
        for (name, file) in [
            ("best.v2", "best.v2.onnx"),
            ("best.v2.onnx", "best.v2.onnx"),
            ("own.model", "own.model"),
            ("yolox_nano", "yolox_nano.onnx"),
            ("yolox_nano.onnx", "yolox_nano.onnx"),
        ] {
            assert_eq!(place_of(models, name), models.join(file), "{name}");
        }
    }
}
