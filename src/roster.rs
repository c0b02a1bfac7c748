//! The roster: which cameras there are to be, as the cameras file and the API describe them.
//!
//! In come the file, looked at each second, and changes over HTTP; out go settings to the registry, which has
//! the running cameras. A description that is wrong is refused as a whole, and what runs goes on. Changes
//! over HTTP are written into the file first, so that nothing is done by halves.

mod allowed;
pub mod bounds;
mod changes;
mod defaults;
mod described;
mod edit;
mod entry;
mod error;
mod file;
mod having;
mod mistake;
mod text;
mod turn;
mod wrong;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use parking_lot::{Mutex, RwLock};
use serde_json::{Map, Value};

use self::{
    allowed::Allowed,
    changes::Changes,
    described::{Described, Turn},
    edit::Edit,
    file::{CamerasFile, Stamp},
    having::having,
};
pub use self::{
    defaults::Defaults, entry::Entry, error::RosterError, mistake::Mistake, text::Entries, wrong::Wrong,
};
use crate::{
    registry::{CameraSettings, DEFAULT_CAMERA, Registry, RegistryError},
    tools::{memory, metrics::Metrics},
};

/// Name of what is only tried, which is no camera's.
const TRIED: &str = "tried";

/// Where the roster is kept.
pub struct Roster {
    registry: Arc<Registry>,
    defaults: Defaults,
    /// Folder whose files may be sources over HTTP.
    media: Option<PathBuf>,
    file: Option<CamerasFile>,
    metrics: Metrics,
    /// Guards what is described; held while cameras are changed, which may take seconds.
    described: Mutex<Described>,
    /// Guards what is told of it; held to read or to exchange it.
    told: RwLock<Arc<Described>>,
}

impl Roster {
    /// A roster that is kept in `file`, or nowhere; nothing runs yet.
    pub fn new(registry: Arc<Registry>, defaults: Defaults, file: Option<PathBuf>, metrics: Metrics) -> Self {
        let file = file.map(CamerasFile::new);
        let (described, told) = (Mutex::default(), RwLock::default());
        Roster { registry, defaults, media: None, file, metrics, described, told }
    }

    /// Lets files of `folder` be sources over HTTP.
    #[must_use]
    pub fn with_media(self, folder: Option<PathBuf>) -> Self {
        Roster { media: folder, ..self }
    }

    /// Starts the cameras that are described: those of the file, or else the default one.
    ///
    /// # Errors
    /// What is wrong with the file, or no thread.
    pub fn start(&self) -> Result<(), RosterError> {
        let mut described = self.turn();
        let Some(file) = &self.file else {
            let entries = Entries::from([(DEFAULT_CAMERA.to_owned(), Entry::default())]);
            return self.take_over(&mut described, entries);
        };
        let (entries, stamp) = self.read(file, None)?;
        file.clear_up(SystemTime::now());
        described.looked_at = Some(stamp);
        if entries.is_empty() {
            log::warn!("cameras file {} describes no camera yet", file.path().display());
        }
        self.take_over(&mut described, entries)
    }

    /// Looks whether the file has changed, and takes it over where it is right. Where it is wrong, that is
    /// said once, and everything goes on as it is.
    pub fn look(&self) {
        let Some(file) = &self.file else { return };
        let mut described = self.turn();
        let stamp = file.stamp().ok();
        let is_known = stamp == described.looked_at && (stamp.is_some() || described.refused.is_some());
        if is_known || stamp.is_some_and(|stamp| !stamp.rests(SystemTime::now())) {
            return;
        }
        match self.read(file, None) {
            Ok(read) => self.take_over_file(file, &mut described, read),
            Err(error) => {
                described.looked_at = stamp;
                self.note(&mut described, Err(error));
            }
        }
    }

    /// Why the present file is not taken over, as every viewer may know it; `None` where it is.
    pub fn refused(&self) -> Option<String> {
        self.told.read().refused.clone()
    }

    /// The file in which cameras are kept.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_ref().map(CamerasFile::path)
    }

    /// How a camera is described, as it is shown to those who may change it.
    pub fn described(&self, name: &str) -> Option<Map<String, Value>> {
        self.told.read().entries.get(name).map(Entry::shown)
    }

    /// Does something for which no camera may have that file as its source meanwhile. Otherwise the names of
    /// those that have it, by whatever path, also where they are switched off.
    ///
    /// # Errors
    /// The names of the cameras.
    pub fn unless_used<T>(&self, file: &Path, work: impl FnOnce() -> T) -> Result<T, Vec<String>> {
        let begin = || {
            // The cameras file may name it since a moment ago; one that is wrong is not taken over.
            let turn = self.begin().unwrap_or_else(|_| self.turn());
            (turn, self.registry.file_sources())
        };
        let (_turn, names) = having(file, begin);
        if names.is_empty() { Ok(work()) } else { Err(names) }
    }

    /// How a camera is described, as every viewer may know it.
    pub fn described_to_viewers(&self, name: &str) -> Option<Map<String, Value>> {
        self.told.read().entries.get(name).map(Entry::public)
    }

    /// Adds a camera.
    ///
    /// # Errors
    /// A name that is taken, a description that is wrong, or a file that cannot be written.
    pub fn add(&self, name: &str, fields: &Map<String, Value>) -> Result<(), RosterError> {
        let mut described = self.begin()?;
        if described.entries.contains_key(name) {
            return Err(RegistryError::Known(name.to_owned()).into());
        }
        let entry = self.entry(name, &Entry::default(), fields)?;
        self.exchange(&mut described, name, Some(entry))
    }

    /// Changes a camera: what is given replaces what is described, and what is null is left out.
    ///
    /// # Errors
    /// No such camera, a description that is wrong, or a file that cannot be written.
    pub fn change(&self, name: &str, fields: &Map<String, Value>) -> Result<(), RosterError> {
        let mut described = self.begin()?;
        let before = described.known(name)?.clone();
        let entry = self.entry(name, &before, fields)?;
        self.exchange(&mut described, name, Some(entry))
    }

    /// Removes a camera.
    ///
    /// # Errors
    /// No such camera, or a file that cannot be written.
    pub fn remove(&self, name: &str) -> Result<(), RosterError> {
        let mut described = self.begin()?;
        described.known(name)?;
        self.exchange(&mut described, name, None)
    }

    /// What may be tried as a source over HTTP.
    ///
    /// # Errors
    /// What is no source, or none that may be named so.
    pub fn settings_to_try(&self, fields: &Map<String, Value>) -> Result<CameraSettings, RosterError> {
        let entry = self.entry(TRIED, &Entry::default(), fields)?;
        self.defaults.camera(TRIED, &entry).map_err(|wrong| RosterError::of(TRIED, wrong))
    }

    /// Waits for a turn at what is described; memory of cameras that go is given back behind it.
    fn turn(&self) -> Turn<'_> {
        Turn::new(&self.described, &memory::give_back)
    }

    /// Begins a change by the present file.
    fn begin(&self) -> Result<Turn<'_>, RosterError> {
        let mut described = self.turn();
        if let Some(file) = self.file.as_ref().filter(|file| !described.is_taken_over(file.stamp().ok())) {
            // Says what is wrong with it, and waits for whoever is writing it.
            let read = self.read(file, described.looked_at)?;
            self.take_over_file(file, &mut described, read);
        }
        Ok(described)
    }

    /// The entry with those changes, as far as they may be made over HTTP.
    fn entry(&self, name: &str, before: &Entry, fields: &Map<String, Value>) -> Result<Entry, RosterError> {
        let (media, models) = (self.media.as_deref(), self.defaults.models_dir.as_path());
        let uploads = self.defaults.uploads_dir.as_deref();
        Allowed { media, models, uploads }
            .changed(before, fields)
            .map_err(|wrong| RosterError::of(name, wrong))
    }

    /// Has `name` described by `entry`, or by nothing, in file and registry.
    fn exchange(
        &self,
        described: &mut Turn<'_>,
        name: &str,
        entry: Option<Entry>,
    ) -> Result<(), RosterError> {
        let mut entries = described.entries.clone();
        match &entry {
            Some(entry) => {
                self.defaults.camera(name, entry).map_err(|wrong| RosterError::of(name, wrong))?;
                entries.insert(name.to_owned(), entry.clone());
            }
            None => drop(entries.remove(name)),
        }
        if let Some(file) = &self.file {
            let edit = Edit { camera: name, had: described.entries.get(name), has: entry.as_ref() };
            let written = write(file, described.looked_at, &edit)?;
            described.looked_at = Some(written);
        }
        let taken = self.take_over(described, entries);
        if taken.is_ok() {
            self.note(described, Ok(()));
        }
        taken
    }

    /// Takes over what was read of the file.
    fn take_over_file(
        &self,
        file: &CamerasFile,
        described: &mut Turn<'_>,
        (entries, stamp): (Entries, Stamp),
    ) {
        described.looked_at = Some(stamp);
        let taken = self.take_over(described, entries);
        if taken.is_ok() {
            log::info!("cameras file {}: taken over", file.path().display());
        }
        self.note(described, taken);
    }

    /// Notes what came of taking a description over; says it where it was refused.
    fn note(&self, described: &mut Described, taken: Result<(), RosterError>) {
        described.refused = taken.err().map(|error| {
            log::error!("{error}; what runs goes on");
            error.public()
        });
        self.metrics.cameras_file_refused.set(i64::from(described.refused.is_some()));
        self.tell(described);
    }

    /// Reads the file, and checks every camera in it.
    fn read(&self, file: &CamerasFile, known: Option<Stamp>) -> Result<(Entries, Stamp), RosterError> {
        let path = || file.path().to_owned();
        let (text, stamp) =
            file.read_settled(known).map_err(|why| RosterError::Read { path: path(), why })?;
        let read = text::read(&text).map_err(|mistake| RosterError::Mistake { path: path(), mistake })?;
        for (name, entry) in &read.entries {
            if let Err(wrong) = self.defaults.camera(name, entry) {
                return Err(RosterError::Mistake { path: path(), mistake: read.mistake(name, &wrong) });
            }
        }
        Ok((read.entries, stamp))
    }

    /// Has the registry's cameras be those that are described; what is the same is not touched.
    fn take_over(&self, described: &mut Turn<'_>, entries: Entries) -> Result<(), RosterError> {
        let Changes { removed, changed, added } = Changes::of(&self.defaults, &described.entries, &entries)?;
        let before = std::mem::replace(&mut described.entries, entries);
        let mut outcome = Ok(());
        // Each is tried, so that one that fails holds no other up; it is as it was then, and tried again.
        let mut failed = |described: &mut Turn<'_>, name: &str, error| {
            match before.get(name) {
                Some(entry) => drop(described.entries.insert(name.to_owned(), entry.clone())),
                None => drop(described.entries.remove(name)),
            }
            described.looked_at = None;
            outcome = Err(RosterError::from(error));
        };
        for name in &removed {
            self.registry.remove(name).unwrap_or_else(|error| failed(described, name, error));
        }
        for settings in changed {
            let name = settings.name.clone();
            self.registry.change(settings).unwrap_or_else(|error| failed(described, &name, error));
        }
        for settings in added {
            let name = settings.name.clone();
            if let Err(error) = self.registry.add(settings) {
                failed(described, &name, error);
            }
        }
        self.tell(described);
        if !removed.is_empty() {
            // Once for all of them: each time goes through the whole heap.
            described.act_behind();
        }
        outcome
    }

    /// Has others see what is described.
    fn tell(&self, described: &Described) {
        *self.told.write() = Arc::new(described.clone());
    }
}

/// Writes an edit into the file that is `known`.
fn write(file: &CamerasFile, known: Option<Stamp>, edit: &Edit) -> Result<Stamp, RosterError> {
    let path = || file.path().to_owned();
    let (text, stamp) = file.read(known).map_err(|why| RosterError::Read { path: path(), why })?;
    if known != Some(stamp) {
        return Err(RosterError::Changed { path: path() });
    }
    let edited =
        edit.written_into(&text).map_err(|mistake| RosterError::Mistake { path: path(), mistake })?;
    file.exchange(&text, &edited).map_err(|why| match why.kind() {
        io::ErrorKind::WouldBlock => RosterError::Changed { path: path() },
        _ => RosterError::Write { path: path(), why },
    })
}

#[cfg(test)]
mod tests;
