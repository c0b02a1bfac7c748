//! Whether a file that is played is still where its address says: one that is deleted stays readable for
//! whoever has it open, and would be played for ever.
//!
//! In go times, out comes whether the file is gone. A file that another has taken the place of is none that
//! is gone: it is opened when the recording begins again. What is done about either is `ffmpeg`'s.

use std::{
    fs, io,
    path::PathBuf,
    time::{Duration, Instant},
};

use super::address::Address;
use crate::nouns::reason::{Reason, ReasonCode};

/// Shortest time between two looks at the disk.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Looks in a row at which there is no file, until it is gone: who writes a file anew may delete it first.
const MISSES: u32 = 2;

/// A look-out for one file.
#[derive(Debug)]
pub(super) struct Lookout {
    path: PathBuf,
    /// When the disk was last asked.
    looked: Instant,
    /// Looks in a row at which there was no file.
    misses: u32,
}

impl Lookout {
    /// A look-out for the file of an address, which is there `now`; `None` where the source is no file.
    pub(super) fn of(address: &Address, now: Instant) -> Option<Lookout> {
        address.file().map(|path| Lookout { path: path.to_owned(), looked: now, misses: 0 })
    }

    /// Whether the file is gone. Asks the disk once in [`LOOK_EVERY`] at most.
    pub(super) fn is_gone(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.looked) >= LOOK_EVERY {
            self.looked = now;
            // Whatever else the disk says, such as that a share does not answer, tells nothing of the file.
            let missing =
                fs::metadata(&self.path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
            self.misses = if missing { self.misses + 1 } else { 0 };
        }
        self.misses >= MISSES
    }
}

/// What is said of a file that is gone while it is played.
pub fn file_gone() -> Reason {
    Reason::new(ReasonCode::Missing, "the file is gone: it was deleted, moved or given another name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_gone_once_two_looks_do_not_find_it_and_no_sooner() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let path = file.path().to_owned();
        let began = Instant::now();
        let mut lookout = Lookout::of(&Address::File(path.clone()), began).expect("is a file");
        let mut is_gone = |ms: u64| lookout.is_gone(began + Duration::from_millis(ms));
        assert!(!is_gone(1_000));
        drop(file);
        assert!(!is_gone(1_900), "not looked at again yet");
        assert!(!is_gone(2_000), "it may be about to be written anew");
        fs::write(&path, "anew").expect("writes");
        assert!(!is_gone(3_000) && !is_gone(4_000), "it was");
        fs::remove_file(&path).expect("is there");
        assert_eq!([5_000, 5_900, 6_000, 6_001].map(is_gone), [false, false, true, true]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_a_file_that_is_gone_and_a_stream_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let [clip, link] = ["clip", "link"].map(|name| folder.path().join(name));
        fs::write(&clip, "a clip").expect("writes");
        std::os::unix::fs::symlink(&clip, &link).expect("links");
        let began = Instant::now();
        let mut lookout = Lookout::of(&Address::Upload(link), began).expect("is a file");
        assert!(!lookout.is_gone(began + LOOK_EVERY));
        fs::remove_file(&clip).expect("is there");
        assert!(!lookout.is_gone(began + 2 * LOOK_EVERY) && lookout.is_gone(began + 3 * LOOK_EVERY));
        let stream: Address = "rtsp://cam.example/live".parse().expect("an address");
        assert!(Lookout::of(&stream, began).is_none());
    }
}
