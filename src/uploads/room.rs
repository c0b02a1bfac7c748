//! Room on the disk for uploads that are coming: what is free, less what others were promised, less what is
//! left free in any case.
//!
//! In go sizes, as they are announced and as they come, out comes whether they fit. What a disk has free is
//! told by whoever asks.

use std::{io, sync::Arc};

use parking_lot::Mutex;

/// Room that uploads share.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// Bytes of the disk that are left free.
    reserve: u64,
    /// Guards the bytes that were promised and are not written yet; held while the disk is asked, so that no
    /// two are promised the same.
    promised: Mutex<u64>,
}

impl Room {
    /// Room of which `reserve` bytes are left free.
    pub(super) fn new(reserve: u64) -> Self {
        Room { reserve, promised: Mutex::default() }
    }
}

/// Room of one upload; what it has not written is given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    room: Arc<Room>,
    /// Bytes that were promised and are not written yet.
    left: u64,
}

impl Share {
    /// A share of nothing yet.
    pub(super) fn of(room: &Arc<Room>) -> Self {
        Share { room: Arc::clone(room), left: 0 }
    }

    /// Has the next `bytes` promised, as far as they are not yet; false where they do not fit. `free` asks
    /// the disk.
    ///
    /// # Errors
    /// What the disk says.
    pub(super) fn claim(&mut self, bytes: u64, free: impl FnOnce() -> io::Result<u64>) -> io::Result<bool> {
        let more = bytes.saturating_sub(self.left);
        let mut promised = self.room.promised.lock();
        // What was promised may be gone all the same: uploads are not alone on their disk.
        let needed = if more > 0 { promised.saturating_add(more) } else { bytes };
        let fits = needed.saturating_add(self.room.reserve) <= free()?;
        if fits {
            *promised += more;
            self.left += more;
        }
        Ok(fits)
    }

    /// Notes that `bytes` of what was promised are on the disk.
    pub(super) fn written(&mut self, bytes: u64) {
        let bytes = bytes.min(self.left);
        // Whoever has nothing to give back does not wait for others, who may be asking a disk that hangs.
        if bytes > 0 {
            self.left -= bytes;
            *self.room.promised.lock() -= bytes;
        }
    }

    /// Takes all that is promised out of the share, for whoever gives it back.
    pub(super) fn take(&mut self) -> Share {
        Share { room: Arc::clone(&self.room), left: std::mem::take(&mut self.left) }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.written(self.left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a share gets so many bytes more of a disk with `free` bytes.
    fn gets(share: &mut Share, bytes: u64, free: u64) -> bool {
        share.claim(bytes, || Ok(free)).expect("the disk answers")
    }

    #[test]
    fn no_two_uploads_are_promised_the_same_room() {
        let room = Arc::new(Room::new(2));
        let (mut one, mut other) = (Share::of(&room), Share::of(&room));
        assert!(gets(&mut one, 6, 10));
        assert!(!gets(&mut other, 3, 10), "two are left, and two more are left free");
        assert!(gets(&mut other, 2, 10));
        // What is written is no longer free, and no longer promised.
        assert!(gets(&mut one, 4, 10));
        one.written(4);
        assert!(gets(&mut one, 2, 6) && !gets(&mut one, 3, 6), "the other has been promised the rest");
        drop(other);
        assert!(gets(&mut one, 4, 6), "what is not needed any more is given back");
        let rest = one.take();
        {
            let promised = room.promised.lock();
            assert!(*promised > 0);
            // Waits for nobody: nothing is left in it.
            drop(one);
        }
        drop(rest);
        assert_eq!(*room.promised.lock(), 0);
    }

    #[test]
    fn a_promise_does_not_help_where_others_have_filled_the_disk() {
        let room = Arc::new(Room::new(2));
        let mut share = Share::of(&room);
        assert!(gets(&mut share, 6, 10));
        assert!(!gets(&mut share, 3, 4) && gets(&mut share, 2, 4));
        assert!(share.claim(1, || Err(io::Error::other("gone"))).is_err());
        let all = Arc::new(Room::new(u64::MAX));
        assert!(!gets(&mut Share::of(&all), 0, 10));
    }
}
