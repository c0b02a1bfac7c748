//! A roster with cameras that only note what is done to them, for the tests of what is refused.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
};

use tempfile::TempDir;

use super::*;
use crate::{nouns::rule::Rule, roster::file::RESTS_FOR};

/// What becomes of an attempt to start or to change a camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fault {
    /// There is no thread; what was changed by then stays so.
    Refused,
    Panics,
}

/// Cameras by their frames a second, in the place of running ones.
#[derive(Default)]
pub(super) struct Noted {
    pub(super) cameras: Mutex<BTreeMap<String, f64>>,
    /// What the next attempts meet, and how many of them.
    faults: Mutex<BTreeMap<String, (Fault, u32)>>,
    calls: Mutex<Vec<String>>,
    /// The cameras whose source is a file.
    pub(super) files: Mutex<Vec<(String, PathBuf)>>,
    /// What somebody does at the next attempt.
    pub(super) meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Noted {
    /// Has the next `attempts` at a camera meet that.
    pub(super) fn arm(&self, camera: &str, fault: Fault, attempts: u32) {
        self.faults.lock().insert(camera.to_owned(), (fault, attempts));
    }

    pub(super) fn rate(&self, camera: &str) -> Option<f64> {
        self.cameras.lock().get(camera).copied()
    }

    fn note(&self, call: &str, camera: &str) {
        self.calls.lock().push(format!("{call} {camera}"));
    }

    fn attempt(&self, camera: &str) -> Result<(), RegistryError> {
        if let Some(meanwhile) = self.meanwhile.lock().take() {
            meanwhile();
        }
        let met = self.faults.lock().get_mut(camera).filter(|(_, attempts)| *attempts > 0).map(|met| {
            met.1 -= 1;
            met.0
        });
        match met {
            Some(Fault::Refused) => {
                Err(RegistryError::Io { camera: camera.to_owned(), why: io::Error::other("no thread") })
            }
            Some(Fault::Panics) => panic!("a test wants it"),
            None => Ok(()),
        }
    }
}

impl Running for Noted {
    fn has(&self, name: &str) -> bool {
        self.rate(name).is_some()
    }

    fn add(&self, settings: CameraSettings) -> Result<(), RegistryError> {
        self.note("add", &settings.name);
        if self.has(&settings.name) {
            return Err(RegistryError::Known(settings.name));
        }
        self.attempt(&settings.name)?;
        self.cameras.lock().insert(settings.name, settings.source.wish.fps);
        Ok(())
    }

    fn change(&self, settings: CameraSettings) -> Result<(), RegistryError> {
        self.note("change", &settings.name);
        let rate = settings.source.wish.fps;
        match self.cameras.lock().get_mut(&settings.name) {
            Some(camera) => *camera = rate,
            None => return Err(RegistryError::Unknown(settings.name)),
        }
        self.attempt(&settings.name)
    }

    fn remove(&self, name: &str) -> Result<(), RegistryError> {
        self.note("remove", name);
        let removed = self.cameras.lock().remove(name);
        removed.map(drop).ok_or_else(|| RegistryError::Unknown(name.to_owned()))
    }

    fn set_common_rules(&self, rules: Vec<Rule>) {
        let ids: Vec<String> = rules.into_iter().map(|rule| rule.id).collect();
        self.note("rules", &ids.join(","));
    }

    fn file_sources(&self) -> Vec<(String, PathBuf)> {
        self.files.lock().clone()
    }

    fn give_up_file(&self, name: &str) {
        self.note("give up", name);
    }
}

/// A roster that has started, its cameras, and its file where it has one.
pub(super) struct Stage {
    pub(super) roster: Roster,
    pub(super) noted: Arc<Noted>,
    pub(super) folder: TempDir,
}

impl Stage {
    pub(super) fn start(text: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = text.map(|_| CamerasFile::new(folder.path().join("cameras.toml")));
        let (noted, metrics) = (Arc::new(Noted::default()), Metrics::new().expect("names differ"));
        let running: Arc<Noted> = Arc::clone(&noted);
        let (described, told) = (Mutex::default(), RwLock::default());
        let roster = Roster { running, defaults: defaults(), file, metrics, described, told };
        let stage = Stage { roster, noted, folder };
        if let Some(text) = text {
            stage.by_hand(text);
        }
        stage.roster.start().expect("nothing is refused");
        stage
    }

    /// Where the file is.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("cameras.toml")
    }

    /// Writes the file by hand, so long ago that it rests.
    pub(super) fn by_hand(&self, text: &str) {
        write_by_hand(&self.path(), text);
    }

    /// What the file says; `None` where there is none.
    pub(super) fn text(&self) -> Option<String> {
        fs::read_to_string(self.path()).ok()
    }

    pub(super) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.noted.calls.lock())
    }

    pub(super) fn is_refused(&self) -> bool {
        let told = self.roster.refused().is_some();
        assert_eq!(self.roster.metrics.cameras_file_refused.get(), i64::from(told));
        told
    }
}

pub(super) fn write_by_hand(path: &Path, text: &str) {
    fs::write(path, text).expect("writes");
    let file = File::options().write(true).open(path).expect("is there");
    file.set_modified(SystemTime::now() - 2 * RESTS_FOR).expect("is ours");
}

pub(super) fn fields(value: &Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}
