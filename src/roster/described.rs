//! What is described at present: cameras by their names, and the file in which they stand.

use std::collections::BTreeSet;

use super::{entry::Entry, error::RosterError, file::Stamp, rules::ALL, text::Entries, turn};
use crate::registry::RegistryError;

/// What is described, while nobody else may change it.
pub type Turn<'a> = turn::Turn<'a, Described>;

/// What is described at present.
#[derive(Clone, Default)]
pub struct Described {
    /// Each camera's description.
    pub entries: Entries,
    /// Names of cameras that may not be as they are described: noted before anything is done to them, so that
    /// what is not done is tried again, whatever it was that came in between.
    pub apart: BTreeSet<String>,
    /// The file that was looked at last, right or wrong.
    pub looked_at: Option<Stamp>,
    /// Why the present file is not taken over.
    pub refused: Option<String>,
    /// Why a camera is not as it is described.
    pub failed: Option<String>,
}

impl Described {
    /// Describes cameras otherwise, as the file of that stamp does; `None` where there is no file.
    pub fn describe(&mut self, entries: Entries, stamp: Option<Stamp>) {
        let names = self.entries.keys().chain(entries.keys());
        let differing = names.filter(|name| self.entries.get(*name) != entries.get(*name));
        self.apart.extend(differing.cloned());
        self.entries = entries;
        self.looked_at = stamp;
    }

    /// The descriptions with another one of a camera, or with none of it.
    pub fn with(&self, name: &str, entry: Option<Entry>) -> Entries {
        let mut entries = self.entries.clone();
        match entry {
            Some(entry) => drop(entries.insert(name.to_owned(), entry)),
            None => drop(entries.remove(name)),
        }
        entries
    }

    /// Tells whether what is described is what the file of that stamp says.
    pub fn is_taken_over(&self, stamp: Option<Stamp>) -> bool {
        stamp.is_some() && stamp == self.looked_at && self.refused.is_none()
    }

    /// Why cameras are not as the present file says, or as they were changed over HTTP.
    pub fn trouble(&self) -> Option<&str> {
        self.refused.as_deref().or(self.failed.as_deref())
    }

    /// The description of a camera.
    ///
    /// # Errors
    /// No such camera.
    pub fn known(&self, name: &str) -> Result<&Entry, RosterError> {
        self.entries
            .get(name)
            .filter(|_| name != ALL)
            .ok_or_else(|| RegistryError::Unknown(name.to_owned()).into())
    }
}
