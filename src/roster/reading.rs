//! The cameras file, read and checked: which cameras it describes, or why it is not taken over; and whether
//! others may read it who should not.

use super::{
    defaults::Defaults,
    entry::Entry,
    error::RosterError,
    file::{CamerasFile, Stamp},
    text::{self, Entries},
};

/// Byte order mark, with which some editors begin a text (Unicode 23.8); TOML passes it over.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads the file, and checks every camera in it; `known` is a file that needs no rest.
///
/// # Errors
/// A file that cannot be read, or is wrong. One that holds nothing at all, where there are cameras `before`:
/// on a busy machine, `sed … > cameras.toml` leaves it empty for longer than a file must rest.
pub fn read(
    file: &CamerasFile,
    defaults: &Defaults,
    known: Option<Stamp>,
    before: &Entries,
) -> Result<(Entries, Stamp), RosterError> {
    let path = || file.path().to_owned();
    let (text, stamp) = file.read_settled(known).map_err(|why| RosterError::Read { path: path(), why })?;
    let says_nothing = text.trim_start_matches(BYTE_ORDER_MARK).trim().is_empty();
    if says_nothing && !before.is_empty() {
        return Err(RosterError::Empty { path: path() });
    }
    let read = text::read(&text).map_err(|mistake| RosterError::Mistake { path: path(), mistake })?;
    for (name, entry) in &read.entries {
        if let Err(wrong) = defaults.check(name, entry) {
            return Err(RosterError::Mistake { path: path(), mistake: read.mistake(name, &wrong) });
        }
    }
    warn_of_readers(file, &read.entries);
    Ok((read.entries, stamp))
}

/// Says on the log that everybody may read the passwords in a file, where that is so; to be called once each
/// time that it has changed.
pub fn warn_of_readers(file: &CamerasFile, entries: &Entries) {
    if entries.values().any(Entry::holds_secret) && file.is_open() {
        let path = file.path().display();
        log::warn!("every user of this machine may read cameras file {path}, where passwords are: chmod 600");
    }
}
