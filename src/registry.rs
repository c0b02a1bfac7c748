//! The registry: which cameras there are. Cameras are added, changed, switched and removed while others run.
//!
//! In come settings, out come running cameras by their names. Whatever a change has to wait for, it waits for
//! on the thread that asks: no viewer and no other camera's pictures do.

mod camera;
mod degraded;
mod report;
mod settings;

use std::{
    collections::BTreeMap,
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use parking_lot::{Mutex, MutexGuard, RwLock};
use thiserror::Error;

use crate::{
    frame::now_us,
    nouns::{event::Event, rule::Rule},
};

pub use self::{
    camera::{Camera, Stages},
    settings::{BadSettings, CameraSettings},
};

/// The camera that a path without a name means.
pub const DEFAULT_CAMERA: &str = "main";

/// Why cameras are not changed as asked.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// There is a camera of that name.
    #[error("there is a camera {0} already")]
    Known(String),
    /// There is no camera of that name.
    #[error("there is no camera {0}")]
    Unknown(String),
    /// No camera can be like that.
    #[error(transparent)]
    Settings(#[from] BadSettings),
    /// The server stops.
    #[error("the server is stopping")]
    Stopping,
    /// No thread can be started.
    #[error("camera {camera}: {why}")]
    Io {
        /// Which camera.
        camera: String,
        /// What the system says.
        why: io::Error,
    },
}

/// All running cameras.
pub struct Registry {
    stages: Stages,
    /// Guards which cameras there are; held to look one up, or to exchange one.
    cameras: RwLock<BTreeMap<Arc<str>, Arc<Camera>>>,
    /// Held by whoever adds, changes or removes a camera, so that nothing is done to one that is being taken
    /// down. True once the server stops.
    changing: Mutex<bool>,
    /// Guards the rules of all cameras; held to look or to exchange them.
    common_rules: RwLock<Arc<[Rule]>>,
    /// Number of the last frame of all cameras that were removed: one that comes back goes on behind it.
    last_number: AtomicU64,
}

impl Registry {
    /// A registry without cameras.
    pub fn new(stages: Stages) -> Self {
        let (cameras, changing, last_number) = (RwLock::default(), Mutex::default(), AtomicU64::new(0));
        Registry { stages, cameras, changing, common_rules: RwLock::default(), last_number }
    }

    /// A camera by its name.
    pub fn camera(&self, name: &str) -> Option<Arc<Camera>> {
        self.cameras.read().get(name).cloned()
    }

    /// The camera that is meant where none is named: [`DEFAULT_CAMERA`], or else the first by name.
    pub fn default_camera(&self) -> Option<Arc<Camera>> {
        let cameras = self.cameras.read();
        cameras.get(DEFAULT_CAMERA).or_else(|| cameras.values().next()).cloned()
    }

    /// Every camera, by name.
    pub fn cameras(&self) -> Vec<Arc<Camera>> {
        self.cameras.read().values().cloned().collect()
    }

    /// The rules of all cameras, as they were written; the same allocation until they are others.
    pub fn common_rules(&self) -> Arc<[Rule]> {
        Arc::clone(&self.common_rules.read())
    }

    /// A sentence about a rule of all cameras that no camera can meet, since none has the line or the zone
    /// that it names; `None` where some camera can meet each, and where there are no cameras.
    pub fn unmet_rule(&self) -> Option<String> {
        let now: Vec<_> = self.cameras().iter().map(|camera| camera.channel().condition()).collect();
        let why = |rule: &Rule| {
            let mut lacks = now.iter().map(|now| rule.lacks(&now.survey.lines, &now.survey.zones));
            let (what, name) = lacks.next()??;
            lacks
                .all(|lacks| lacks.is_some())
                .then(|| format!("rule {}: no camera has the {what} {name:?}", rule.id))
        };
        self.common_rules().iter().find_map(why)
    }

    /// Sets the rules of all cameras.
    pub fn set_common_rules(&self, rules: Vec<Rule>) {
        *self.common_rules.write() = rules.into();
    }

    /// Names and sources of the cameras whose source is a file, also of those that are switched off.
    pub fn file_sources(&self) -> Vec<(String, PathBuf)> {
        let source = |camera: Arc<Camera>| Some((camera.name().to_string(), camera.source_file()?));
        self.cameras().into_iter().filter_map(source).collect()
    }

    /// Has a camera give its source up, a file that somebody has deleted; does nothing where there is no such
    /// camera.
    pub fn give_up_file(&self, name: &str) {
        if let Some(camera) = self.camera(name) {
            camera.give_up_file();
        }
    }

    /// Starts another camera.
    ///
    /// # Errors
    /// A name that is taken or is none, wishes that no source can have, no thread, or the end of the server.
    pub fn add(&self, settings: CameraSettings) -> Result<Arc<Camera>, RegistryError> {
        settings.check()?;
        let _changing = self.begin()?;
        let name = settings.name.clone();
        if self.camera(&name).is_some() {
            return Err(RegistryError::Known(name));
        }
        let last_number = self.last_number.load(Ordering::Relaxed);
        let camera = Camera::start(settings, last_number, &self.stages)
            .map_err(|why| RegistryError::Io { camera: name, why })?;
        let camera = Arc::new(camera);
        self.cameras.write().insert(Arc::clone(camera.name()), Arc::clone(&camera));
        self.stages.tell(&camera, Event::CameraAdded { at_us: now_us() });
        Ok(camera)
    }

    /// Takes other settings of a camera over, while its viewers watch.
    ///
    /// # Errors
    /// No such camera, wishes that no source can have, no thread for the models, or the end of the server.
    pub fn change(&self, settings: CameraSettings) -> Result<(), RegistryError> {
        settings.check()?;
        let _changing = self.begin()?;
        let name = settings.name.clone();
        let camera = self.known(&name)?;
        let before = camera.settings();
        let changed = camera.change(settings, &self.stages);
        // Its source may be another one even where its models could not be started.
        let now = camera.settings();
        for event in told(&before, &now, changed.is_ok()) {
            self.stages.tell(&camera, event);
        }
        if changed.is_ok() {
            log::info!("camera {name}: changed{}", said(&before, &now));
        }
        changed.map_err(|why| RegistryError::Io { camera: name, why })
    }

    /// Takes a camera down. Waits until its source is released, or for as long as a hung one may keep
    /// anybody. What the allocator keeps of its memory, others may use; `tools::memory` gives it back.
    ///
    /// # Errors
    /// No such camera.
    pub fn remove(&self, name: &str) -> Result<(), RegistryError> {
        let _changing = self.begin()?;
        let camera =
            self.cameras.write().remove(name).ok_or_else(|| RegistryError::Unknown(name.to_owned()))?;
        camera.take_down(&self.stages);
        self.last_number.fetch_max(camera.feed().last_number(), Ordering::Relaxed);
        self.stages.tell(&camera, Event::CameraRemoved { at_us: now_us() });
        Ok(())
    }

    /// Stops all cameras at once and waits until their sources are released.
    pub fn stop(&self) {
        *self.changing.lock() = true;
        let cameras = self.cameras();
        thread::scope(|scope| cameras.iter().for_each(|camera| drop(scope.spawn(|| camera.stop()))));
    }

    /// Begins a change, once those under way are done.
    fn begin(&self) -> Result<MutexGuard<'_, bool>, RegistryError> {
        let changing = self.changing.lock();
        if *changing { Err(RegistryError::Stopping) } else { Ok(changing) }
    }

    fn known(&self, name: &str) -> Result<Arc<Camera>, RegistryError> {
        self.camera(name).ok_or_else(|| RegistryError::Unknown(name.to_owned()))
    }
}

/// The events of a change that was carried out, or only tried: by what the camera was, and has become.
/// A try that fails again has changed nothing more, and nothing is told of it.
fn told(before: &CameraSettings, now: &CameraSettings, is_done: bool) -> Vec<Event> {
    let at_us = now_us();
    let is_switched = before.on != now.on;
    let is_another = !before.is_like(now) || (is_done && !is_switched);
    let switched = if now.on { Event::CameraStarted { at_us } } else { Event::CameraStopped { at_us } };
    let changed = is_another.then(|| Event::CameraChanged { at_us, changed: now.changes(before) });
    changed.into_iter().chain(is_switched.then_some(switched)).collect()
}

/// What is said on the log of a change: which settings are others now, behind a colon.
fn said(before: &CameraSettings, now: &CameraSettings) -> String {
    let mut changed = now.changes(before);
    changed.extend((before.on != now.on).then_some("enabled"));
    if changed.is_empty() { String::new() } else { format!(": {}", changed.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cameras::Survey, capture::CaptureSettings, source::Wish};

    fn camera(source: &str, on: bool) -> CameraSettings {
        let wish = Wish { fps: 20.0, size: (320, 180), file_fps: None, snapshot_fps: 1.0 };
        let address = source.parse().expect("an address");
        CameraSettings {
            name: "main".to_owned(),
            source: CaptureSettings { address, wish, frozen_after: None },
            on,
            survey: Survey::default(),
            analytics: None,
            rules: Vec::new(),
        }
    }

    #[test]
    fn a_change_that_fails_again_and_again_is_told_once_and_so_is_its_success() {
        let (first, other, off) = (camera("0", true), camera("1", true), camera("1", false));
        let kinds = |before, now, is_done| -> Vec<&str> {
            told(before, now, is_done).iter().map(Event::kind).collect()
        };
        // The source is another one by the time at which the models get no thread.
        assert_eq!(kinds(&first, &other, false), ["camera_changed"]);
        for _ in 0..3 {
            assert!(kinds(&other, &other, false).is_empty(), "nothing more has changed");
        }
        assert_eq!(kinds(&other, &other, true), ["camera_changed"], "its description may be another one");
        assert_eq!(kinds(&other, &off, true), ["camera_stopped"]);
        assert_eq!(kinds(&off, &first, true), ["camera_changed", "camera_started"]);
    }

    #[test]
    fn what_was_changed_is_named_and_no_value_is() {
        let (first, mut other) =
            (camera("rtsp://cam/live", true), camera("rtsp://me:hunter2@cam/live", false));
        other.source.wish.fps = 7.0;
        let Some(Event::CameraChanged { changed, .. }) = told(&first, &other, true).into_iter().next() else {
            panic!("it is another one")
        };
        assert_eq!(changed, ["source", "fps"]);
        assert_eq!([said(&first, &other), said(&first, &first)], [": source, fps, enabled", ""]);
    }
}
