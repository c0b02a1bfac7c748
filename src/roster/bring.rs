//! What is described, carried out: one of the registry's cameras becomes as its settings say.
//!
//! In come a name and settings, out go calls of the registry. What there is tells what is to be done, not
//! what was done before: so another try does whatever a refusal or a panic has left undone.

use std::path::PathBuf;

use super::error::RosterError;
use crate::{
    nouns::rule::Rule,
    registry::{CameraSettings, Registry, RegistryError},
    tools::fence::Around,
};

/// Cameras that run, or are to.
pub trait Running: Send + Sync {
    /// Whether there is a camera of that name.
    fn has(&self, name: &str) -> bool;

    /// Starts another camera.
    ///
    /// # Errors
    /// Why it is not started; there is no such camera then.
    fn add(&self, settings: CameraSettings) -> Result<(), RegistryError>;

    /// Takes other settings of a camera over.
    ///
    /// # Errors
    /// Why it is not changed, or not in everything.
    fn change(&self, settings: CameraSettings) -> Result<(), RegistryError>;

    /// Takes a camera down.
    ///
    /// # Errors
    /// Why it is not taken down.
    fn remove(&self, name: &str) -> Result<(), RegistryError>;

    /// Sets the rules of all cameras.
    fn set_common_rules(&self, rules: Vec<Rule>);

    /// Names and sources of the cameras whose source is a file.
    fn file_sources(&self) -> Vec<(String, PathBuf)>;

    /// Has a camera give its source up, a file that is deleted.
    fn give_up_file(&self, name: &str);
}

impl Running for Registry {
    fn has(&self, name: &str) -> bool {
        self.camera(name).is_some()
    }

    fn add(&self, settings: CameraSettings) -> Result<(), RegistryError> {
        Registry::add(self, settings).map(drop)
    }

    fn change(&self, settings: CameraSettings) -> Result<(), RegistryError> {
        Registry::change(self, settings)
    }

    fn remove(&self, name: &str) -> Result<(), RegistryError> {
        Registry::remove(self, name)
    }

    fn set_common_rules(&self, rules: Vec<Rule>) {
        Registry::set_common_rules(self, rules);
    }

    fn file_sources(&self) -> Vec<(String, PathBuf)> {
        Registry::file_sources(self)
    }

    fn give_up_file(&self, name: &str) {
        Registry::give_up_file(self, name);
    }
}

/// Has the camera `name` be as `settings` say, or gone where there are none.
///
/// # Errors
/// What the registry refuses, or that it panicked: the camera is taken down then, so that the next try begins
/// anew.
pub fn bring(running: &dyn Running, name: &str, settings: Option<CameraSettings>) -> Result<(), RosterError> {
    let is_there = running.has(name);
    let act = || match settings {
        // What is changed says the registry, which knows what was.
        Some(settings) if is_there => running.change(settings).map(|()| None),
        Some(settings) => running.add(settings).map(|()| Some("added")),
        None if is_there => running.remove(name).map(|()| Some("removed")),
        None => Ok(None),
    };
    if let Ok(done) = Around::here().run(act) {
        if let Some(done) = done? {
            log::info!("camera {name}: {done}");
        }
        return Ok(());
    }
    // Where there is none, that is what is wanted; a second panic is counted, and changes nothing.
    if let Ok(Ok(())) = Around::here().run(|| running.remove(name)) {
        log::warn!("camera {name}: taken down after a fault of this program");
    }
    Err(RosterError::Fault(name.to_owned()))
}
