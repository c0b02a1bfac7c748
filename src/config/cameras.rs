//! The setting of the cameras file, and what the file says.

use std::{collections::HashMap, path::PathBuf};

use super::values::path;
use crate::{
    cameras::{self, Survey},
    registry::DEFAULT_CAMERA,
};

/// Where cameras are described.
#[derive(Clone, Debug, clap::Args)]
pub struct Cameras {
    /// TOML file with the cameras' lines, zones and calibration; docs/analytics.md shows one
    #[arg(long, env = "STEADYCAST_CAMERAS", value_parser = path)]
    cameras: Option<PathBuf>,

    /// What the cameras file says, by camera.
    #[arg(skip)]
    surveys: HashMap<String, Survey>,
}

impl Cameras {
    /// Reads the cameras file, if there is one; refuses one that is wrong or names an unknown camera.
    pub(super) fn read(&mut self) -> Result<(), String> {
        // An empty line in .env means not set.
        let Some(path) = self.cameras.as_ref().filter(|path| !path.as_os_str().is_empty()) else {
            return Ok(());
        };
        self.surveys = cameras::read(path).map_err(|error| format!("--cameras: {error}"))?;
        match self.surveys.keys().find(|camera| *camera != DEFAULT_CAMERA) {
            None => Ok(()),
            Some(unknown) => Err(format!(
                "--cameras: the file names a camera {unknown:?}; there is one camera, [{DEFAULT_CAMERA}]"
            )),
        }
    }

    /// Returns lines, zones and calibration of a camera, where the cameras file has them.
    pub fn survey(&self, camera: &str) -> Option<&Survey> {
        self.surveys.get(camera)
    }
}
