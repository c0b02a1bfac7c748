//! A still picture as a source: shown once a second, and read anew when its file changes.
//!
//! In goes the picture, out come times and the same picture again; reading the file is `ffmpeg`'s.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    time::{Duration, SystemTime},
};

use super::address::Address;
use crate::nouns::picture::Planes;

/// Time between two showings.
const INTERVAL: Duration = Duration::from_secs(1);

/// What tells that a file is another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    bytes: u64,
    inode: u64,
}

impl Stamp {
    /// The stamp of an address that is a file; `None` of others, and while there is no such file: it may be
    /// about to be replaced.
    pub(super) fn of(address: &Address) -> Option<Stamp> {
        let (Address::File(path) | Address::Media { file: path, .. }) = address else { return None };
        let metadata = fs::metadata(path).ok()?;
        Some(Stamp { modified: metadata.modified().ok(), bytes: metadata.len(), inode: metadata.ino() })
    }
}

/// A picture that is shown over and over.
pub(super) struct Still {
    address: Address,
    /// The file as it is shown.
    stamp: Option<Stamp>,
    /// The file as it was when it was last looked at.
    seen: Option<Stamp>,
    picture: Planes,
    due: Duration,
}

impl Still {
    /// The picture of an address whose file was as `stamp` says when it was opened, and which was last due at
    /// `last`.
    pub(super) fn new(address: &Address, stamp: Option<Stamp>, picture: Planes, last: Duration) -> Self {
        Still { address: address.clone(), stamp, seen: stamp, picture, due: last }
    }

    /// Whether the file is another one than the one shown, and has been as it is now since this was asked
    /// before: one that is being written is waited for.
    pub(super) fn has_changed(&mut self) -> bool {
        let Some(now) = Stamp::of(&self.address) else { return false };
        let settled = self.seen.replace(now) == Some(now);
        let changed = settled && self.stamp != Some(now);
        if changed {
            self.stamp = Some(now);
        }
        changed
    }

    /// Takes the time at which the picture is to be shown next.
    pub(super) fn next_due(&mut self) -> Duration {
        self.due += INTERVAL;
        self.due
    }

    /// Time at which the picture was last to be shown.
    pub(super) fn due(&self) -> Duration {
        self.due
    }

    /// The picture.
    pub(super) fn picture(&self) -> &Planes {
        &self.picture
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_shown_once_a_second_until_its_file_changes() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let address = Address::File(file.path().to_owned());
        let mut still =
            Still::new(&address, Stamp::of(&address), Planes::grey(4, 4, 7), Duration::from_secs(5));
        assert_eq!([still.next_due(), still.next_due()].map(|due| due.as_secs()), [6, 7]);
        assert!(!still.has_changed());
        fs::write(file.path(), "another").expect("writes");
        assert!(!still.has_changed(), "it may be half written");
        assert!(still.has_changed() && !still.has_changed());
        drop(file);
        assert!(!still.has_changed(), "a file that is gone may be about to be replaced");
    }
}
