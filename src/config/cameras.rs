//! Settings of the cameras as a whole: where they are described, and which files may be their sources.

use std::path::{Path, PathBuf};

use super::values::{Networks, networks, path};
use crate::access::Network;

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

    /// Link-local networks and addresses of metadata services at which cameras may be reached all the same,
    /// separated by commas, such as 169.254.7.0/24
    #[arg(long, env = "STEADYCAST_ALLOW_SOURCES", default_value = "", value_parser = networks)]
    allow_sources: Networks,
}

impl Cameras {
    /// Returns the file that describes the cameras.
    pub fn file(&self) -> Option<&Path> {
        given(self.cameras.as_deref())
    }

    /// Returns the networks at which cameras may be reached although they are link-local.
    pub fn allowed(&self) -> &[Network] {
        &self.allow_sources.0
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
