//! `steadycast doctor`: what this machine lacks of what the settings want.

use std::path::{Path, PathBuf};

use crate::{
    config::Config,
    doctor::{Grade, Wants, look, text},
};

/// A look at this machine.
#[derive(Debug)]
pub struct DoctorTask {
    wants: Wants,
    config: Config,
}

impl DoctorTask {
    /// A look at what these settings want.
    pub(super) fn of(config: Config) -> Self {
        // The folder of a bare name has an empty one.
        let named = |folder: &&Path| !folder.as_os_str().is_empty();
        let folder = |file: PathBuf| file.parent().filter(named).unwrap_or(Path::new(".")).to_owned();
        let history = config.history.settings().map(|settings| ("history", folder(settings.database)));
        let uploads = config.uploads.settings().map(|settings| ("uploads", settings.folder));
        let cameras = config.cameras.file().map(|file| ("cameras file", file.to_owned()));
        // It is written beside, and put in its place.
        let beside = cameras.clone().map(|(_, file)| ("cameras folder", folder(file)));
        let source = config.capture.source().file().map(|file| ("source", file.to_owned()));
        let wants = Wants {
            address: config.listen.address(),
            folders: history.into_iter().chain(uploads).chain(beside).collect(),
            files: cameras.into_iter().chain(source).collect(),
            models: config.analytics.models_dir().to_owned(),
            connections: u64::from(config.limits.max_connections),
            cameras: None,
        };
        DoctorTask { wants, config }
    }

    /// Looks, and prints what was found; `cameras` says what is wrong with what the cameras file of these
    /// settings describes.
    ///
    /// # Errors
    /// How many things are in the way.
    pub fn run(self, cameras: impl FnOnce(&Config) -> Option<String>) -> Result<(), String> {
        let DoctorTask { wants, config } = self;
        let found = look(&Wants { cameras: cameras(&config), ..wants });
        print!("{}", text(&found));
        match found.iter().filter(|one| one.grade == Grade::Bad).count() {
            0 => Ok(()),
            bad => Err(format!("{bad} of {} are in the way", found.len())),
        }
    }
}
