//! The setting of the folder that models are in.

use std::path::{Path, PathBuf};

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
}
