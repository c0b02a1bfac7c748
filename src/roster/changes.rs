//! Which cameras change from one description to the next. Pure.

use super::{defaults::Defaults, error::RosterError, text::Entries};
use crate::registry::CameraSettings;

/// Which cameras change.
#[derive(Default)]
pub struct Changes {
    /// Names of cameras that are described no more.
    pub removed: Vec<String>,
    /// Settings of cameras that are described otherwise.
    pub changed: Vec<CameraSettings>,
    /// Settings of cameras that were not described before.
    pub added: Vec<CameraSettings>,
}

impl Changes {
    /// The changes from `before` to `now`.
    ///
    /// # Errors
    /// What is wrong with a camera.
    pub fn of(defaults: &Defaults, before: &Entries, now: &Entries) -> Result<Changes, RosterError> {
        let mut changes = Changes::default();
        changes.removed.extend(before.keys().filter(|name| !now.contains_key(*name)).cloned());
        for (name, entry) in now {
            let settings = || defaults.camera(name, entry).map_err(|wrong| RosterError::of(name, wrong));
            match before.get(name) {
                Some(same) if same == entry => {}
                Some(_) => changes.changed.push(settings()?),
                None => changes.added.push(settings()?),
            }
        }
        Ok(changes)
    }
}
