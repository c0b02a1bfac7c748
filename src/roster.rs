//! The roster: which cameras there are to be, as the cameras file and the API describe them.
//!
//! In come the file, looked at each second, and changes over HTTP; out go settings to the registry, which has
//! the running cameras. A description that is wrong is refused as a whole, and what runs goes on. Changes
//! over HTTP are written into the file first, and taken out of it again where they cannot be carried out, so
//! that nothing is done by halves.

mod allowed;
pub mod bounds;
mod bring;
mod common;
mod defaults;
mod described;
mod edit;
mod entry;
mod error;
mod file;
mod having;
mod mistake;
mod reading;
mod rules;
pub(crate) mod text;
mod turn;
mod using;
mod written;
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
    bring::{Running, bring},
    described::{Described, Turn},
    edit::Edit,
    file::{CamerasFile, Stamp},
    reading::{read, warn_of_readers},
    written::Written,
};
pub use self::{
    defaults::Defaults, entry::Entry, error::RosterError, mistake::Mistake, rules::ALL, text::Entries,
    wrong::Wrong,
};
use crate::{
    registry::{CameraSettings, DEFAULT_CAMERA, Registry, RegistryError},
    tools::{memory, metrics::Metrics},
};

/// Tells whether the cameras of a file make sense, as a server would take them over.
///
/// # Errors
/// Why not, with the line.
pub fn check(file: PathBuf, defaults: &Defaults) -> Result<(), RosterError> {
    read(&CamerasFile::new(file), defaults, None, &Entries::new()).map(drop)
}

/// Name of what is only tried, which is no camera's.
const TRIED: &str = "tried";

/// Where the roster is kept.
pub struct Roster {
    /// The registry.
    running: Arc<dyn Running>,
    defaults: Defaults,
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
        Roster { running: registry, defaults, file, metrics, described, told }
    }

    /// Starts the cameras that are described: those of the file, or else the default one.
    ///
    /// # Errors
    /// What is wrong with the file, or no thread.
    pub fn start(&self) -> Result<(), RosterError> {
        let mut described = self.turn();
        let (entries, stamp) = match &self.file {
            Some(file) => {
                let (entries, stamp) = read(file, &self.defaults, None, &described.entries)?;
                file.clear_up(SystemTime::now());
                if entries.keys().all(|name| name == ALL) {
                    log::warn!("cameras file {} describes no camera yet", file.path().display());
                }
                (entries, Some(stamp))
            }
            None => (Entries::from([(DEFAULT_CAMERA.to_owned(), Entry::default())]), None),
        };
        described.describe(entries, stamp);
        self.carry_out(&mut described, |_| true)
    }

    /// Looks whether the file has changed, and takes it over where it is right. Where it is wrong, that is
    /// said once, and everything goes on as it is. Cameras that could not be changed as they should be are
    /// tried again.
    pub fn look(&self) {
        let mut described = self.turn();
        let is_another = self.file.as_ref().is_some_and(|file| self.look_at(file, &mut described));
        if is_another || !described.apart.is_empty() {
            self.settle(&mut described, |_| true);
        }
    }

    /// Why the present file is not taken over, or a camera is not as it is described, as every viewer may
    /// know it; `None` where all is well.
    pub fn refused(&self) -> Option<String> {
        self.told.read().trouble().map(str::to_owned)
    }

    /// The file in which cameras are kept.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_ref().map(CamerasFile::path)
    }

    /// How a camera is described, as it is shown to those who may change it.
    pub fn described(&self, name: &str) -> Option<Map<String, Value>> {
        self.told.read().entries.get(name).map(Entry::shown)
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
        if name == ALL {
            let why = format!("the name {ALL} is taken: it stands for all cameras");
            return Err(RosterError::of(name, Wrong::whole(why)));
        }
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
        let entry = self.allowed(&Entry::default(), fields).map_err(RosterError::Tried)?;
        self.defaults.camera(TRIED, &entry).map_err(RosterError::Tried)
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
            let read = read(file, &self.defaults, described.looked_at, &described.entries)?;
            take_over(file, &mut described, read);
            self.settle(&mut described, |_| true);
        }
        Ok(described)
    }

    /// Looks at the file; tells whether it is another one, and rests.
    fn look_at(&self, file: &CamerasFile, described: &mut Described) -> bool {
        let stamp = file.stamp().ok();
        let is_known = stamp == described.looked_at && (stamp.is_some() || described.refused.is_some());
        if is_known || stamp.is_some_and(|stamp| !stamp.rests(SystemTime::now())) {
            return false;
        }
        match read(file, &self.defaults, None, &described.entries) {
            Ok(read) => take_over(file, described, read),
            Err(error) => {
                described.refused = Some(error.said(described.refused.as_deref()));
                described.looked_at = stamp;
            }
        }
        true
    }

    /// The entry with those changes, as far as they may be made over HTTP.
    fn entry(&self, name: &str, before: &Entry, fields: &Map<String, Value>) -> Result<Entry, RosterError> {
        self.allowed(before, fields).map_err(|wrong| RosterError::of(name, wrong))
    }

    /// What a description is with `fields` changed over HTTP.
    fn allowed(&self, before: &Entry, fields: &Map<String, Value>) -> Result<Entry, Wrong> {
        let (media, models) = (self.defaults.media_dir.as_deref(), self.defaults.models_dir.as_path());
        let uploads = self.defaults.uploads_dir.as_deref();
        Allowed { media, models, uploads }.changed(before, fields)
    }

    /// Has `name` described by `entry`, or by nothing, in file and registry; or as before in both.
    fn exchange(
        &self,
        described: &mut Turn<'_>,
        name: &str,
        entry: Option<Entry>,
    ) -> Result<(), RosterError> {
        if let Some(entry) = &entry {
            self.defaults.check(name, entry).map_err(|wrong| RosterError::of(name, wrong))?;
        }
        let (before, known) = (described.entries.clone(), described.looked_at);
        let edit = Edit { camera: name, had: before.get(name), has: entry.as_ref() };
        let written = self.file.as_ref().map(|file| Written::write(file, known, &edit)).transpose()?;
        let entries = described.with(name, entry);
        self.file.iter().for_each(|file| warn_of_readers(file, &entries));
        described.describe(entries, written.as_ref().map(|written| written.stamp));
        // Others may be apart already, and this change is none of theirs.
        let Err(refused) = self.carry_out(described, |apart| apart == name) else { return Ok(()) };
        log::warn!("a change over HTTP is not carried out, and is to be taken back: {refused}");
        let Err(why) = self.put_back(described, name, before, written) else { return Err(refused) };
        let path = self.file().map(Path::to_owned).unwrap_or_default();
        let stays = RosterError::Stays { path, why, refused: Box::new(refused) };
        self.note(described, &stays);
        Err(stays)
    }

    /// Has everything described as `before` a change of `name` that cannot be carried out.
    ///
    /// # Errors
    /// Why the file is not as before. Where it cannot be written, the change stays in it and is tried again;
    /// one that says something else by now is read at the next look.
    fn put_back(
        &self,
        described: &mut Turn<'_>,
        name: &str,
        before: Entries,
        written: Option<Written<'_>>,
    ) -> io::Result<()> {
        let taken_out = written.map(Written::take_out).transpose();
        let stamp = match &taken_out {
            Ok(stamp) => *stamp,
            Err(why) if why.kind() == io::ErrorKind::WouldBlock => None,
            Err(_) => return taken_out.map(drop),
        };
        described.describe(before, stamp);
        self.settle(described, |apart| apart == name);
        taken_out.map(drop)
    }

    /// Has the cameras that are `meant` be as they are described, and notes why one is not.
    fn settle(&self, described: &mut Turn<'_>, meant: impl Fn(&str) -> bool) {
        if let Err(error) = self.carry_out(described, meant) {
            self.note(described, &error);
        }
    }

    /// Notes why a camera is not as it is described, and has others see it.
    fn note(&self, described: &mut Turn<'_>, error: &RosterError) {
        described.failed = Some(error.said(described.failed.as_deref()));
        self.tell(described);
    }

    /// Has the registry's cameras be as they are described, of those that are apart the ones that are
    /// `meant`. Each is tried, so that one that fails holds no other up.
    fn carry_out(&self, described: &mut Turn<'_>, meant: impl Fn(&str) -> bool) -> Result<(), RosterError> {
        let mut names: Vec<String> = described.apart.iter().filter(|name| meant(name)).cloned().collect();
        // Who goes comes first, then who is there: they may have what others need, such as a webcam.
        names.sort_by_key(|name| (described.entries.contains_key(name), !self.running.has(name)));
        let mut outcome = Ok(());
        for name in names {
            match self.bring(described, &name) {
                Ok(()) => _ = described.apart.remove(&name),
                Err(error) => outcome = Err(error),
            }
        }
        if described.apart.is_empty() {
            described.failed = None;
        }
        self.tell(described);
        outcome
    }

    /// Has one of the registry's cameras be as it is described.
    fn bring(&self, described: &mut Turn<'_>, name: &str) -> Result<(), RosterError> {
        let entry = described.entries.get(name);
        if name == ALL {
            return self.bring_common(entry);
        }
        let settings = entry.map(|entry| self.defaults.camera(name, entry)).transpose();
        let settings = settings.map_err(|wrong| RosterError::of(name, wrong))?;
        if settings.is_none() {
            // Once for all that go: each time goes through the whole heap.
            described.act_behind();
        }
        bring(&*self.running, name, settings)
    }

    /// Has others see what is described.
    fn tell(&self, described: &Described) {
        self.metrics.cameras_file_refused.set(i64::from(described.trouble().is_some()));
        *self.told.write() = Arc::new(described.clone());
    }
}

/// Takes over what was read of the file.
fn take_over(file: &CamerasFile, described: &mut Described, (entries, stamp): (Entries, Stamp)) {
    described.describe(entries, Some(stamp));
    described.refused = None;
    log::info!("cameras file {}: taken over", file.path().display());
}

#[cfg(test)]
mod tests;
