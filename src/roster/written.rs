//! An edit of one camera that is written into the cameras file, and taken out again where it cannot be
//! carried out.
//!
//! In go the file and the edit, out comes what the file is from then on. What an edit does to the text is
//! `edit`'s; how files are read and exchanged is `file`'s.

use std::io;

use super::{
    edit::Edit,
    error::RosterError,
    file::{CamerasFile, Stamp},
};

/// An edit that stands in the file.
pub struct Written<'a> {
    file: &'a CamerasFile,
    before: String,
    text: String,
    /// The file with the edit.
    pub stamp: Stamp,
}

impl<'a> Written<'a> {
    /// Writes an edit into the file that is `known`.
    ///
    /// # Errors
    /// A file that is another one by now, is no TOML, or cannot be read or written; nothing is changed then.
    pub fn write(file: &'a CamerasFile, known: Option<Stamp>, edit: &Edit) -> Result<Self, RosterError> {
        let path = || file.path().to_owned();
        let (before, stamp) = file.read(known).map_err(|why| RosterError::Read { path: path(), why })?;
        if known != Some(stamp) {
            return Err(RosterError::Changed { path: path() });
        }
        let text =
            edit.written_into(&before).map_err(|mistake| RosterError::Mistake { path: path(), mistake })?;
        let stamp = file.exchange(&before, &text).map_err(|why| match why.kind() {
            io::ErrorKind::WouldBlock => RosterError::Changed { path: path() },
            _ => RosterError::Write { path: path(), why },
        })?;
        Ok(Written { file, before, text, stamp })
    }

    /// Has the file say what it said before, and returns what it is then.
    ///
    /// # Errors
    /// Where somebody has edited it since, which is of the kind `WouldBlock`, or it cannot be written: it is
    /// left as it is.
    pub fn take_out(self) -> io::Result<Stamp> {
        self.file.exchange(&self.text, &self.before)
    }
}
