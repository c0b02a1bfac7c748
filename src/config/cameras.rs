//! Settings of the cameras as a whole: where they are described, and which files may be their sources.

use std::path::{Path, PathBuf};

use super::values::path;

/// Where cameras are described.
#[derive(Clone, Debug, clap::Args)]
pub struct Cameras {
    /// TOML file that describes the cameras, a table for each; docs/cameras.md shows one. It is looked at
    /// each second
    #[arg(long, env = "STEADYCAST_CAMERAS", value_parser = path)]
    cameras: Option<PathBuf>,

    /// Folder whose files may be named as sources over HTTP; none: no file may
    #[arg(long, env = "STEADYCAST_MEDIA_DIR", value_parser = path)]
    media_dir: Option<PathBuf>,
}

impl Cameras {
    /// Returns the file that describes the cameras.
    pub fn file(&self) -> Option<&Path> {
        given(self.cameras.as_deref())
    }

    /// Returns the folder whose files may be named as sources over HTTP.
    pub fn media_dir(&self) -> Option<&Path> {
        given(self.media_dir.as_deref())
    }
}

/// A path that was given: an empty line in `.env` means not set.
fn given(path: Option<&Path>) -> Option<&Path> {
    path.filter(|path| !path.as_os_str().is_empty())
}
