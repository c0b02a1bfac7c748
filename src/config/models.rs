//! The setting of the folder that models are in, and where a model of that name is.

use std::path::{Path, PathBuf};

use crate::models::place_of;

/// Where models are.
#[derive(Clone, Debug, clap::Args)]
pub struct ModelsFolder {
    /// Folder of the models
    #[arg(long, env = "STEADYCAST_MODELS_DIR", default_value = "models")]
    models_dir: PathBuf,
}

impl ModelsFolder {
    /// Returns the folder.
    pub fn path(&self) -> &Path {
        &self.models_dir
    }

    /// Returns the file that a model's setting means: a path with a `/` as it is, else a file of the folder,
    /// whose `.onnx` may be left out.
    pub(super) fn place(&self, named: &str) -> PathBuf {
        if named.contains('/') {
            return PathBuf::from(named);
        }
        place_of(&self.models_dir, named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_file_of_the_folder_and_a_path_is_itself() {
        let folder = ModelsFolder { models_dir: PathBuf::from("/data/models") };
        for (named, file) in [
            ("yolox_nano", "/data/models/yolox_nano.onnx"),
            ("yolox_nano.onnx", "/data/models/yolox_nano.onnx"),
            ("best.v2", "/data/models/best.v2.onnx"),
            ("./yolox_nano", "./yolox_nano"),
            ("/srv/a.onnx", "/srv/a.onnx"),
        ] {
            assert_eq!(folder.place(named), Path::new(file), "{named}");
        }
    }
}
