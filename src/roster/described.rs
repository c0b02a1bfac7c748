//! What is described at present: cameras by their names, and the file in which they stand.

use super::{entry::Entry, error::RosterError, file::Stamp, text::Entries, turn};
use crate::registry::RegistryError;

/// What is described, while nobody else may change it.
pub type Turn<'a> = turn::Turn<'a, Described>;

/// What is described at present.
#[derive(Clone, Default)]
pub struct Described {
    /// Each camera's description.
    pub entries: Entries,
    /// The file that was looked at last, right or wrong.
    pub looked_at: Option<Stamp>,
    /// Why the present file is not taken over.
    pub refused: Option<String>,
}

impl Described {
    /// Tells whether what is described is what the file of that stamp says.
    pub fn is_taken_over(&self, stamp: Option<Stamp>) -> bool {
        stamp.is_some() && stamp == self.looked_at && self.refused.is_none()
    }

    /// The description of a camera.
    ///
    /// # Errors
    /// No such camera.
    pub fn known(&self, name: &str) -> Result<&Entry, RosterError> {
        self.entries.get(name).ok_or_else(|| RegistryError::Unknown(name.to_owned()).into())
    }
}
