//! The hand-off from capture to one model's thread: the newest frame or none.
//!
//! What is done with a frame, and how often one is asked for, is `worker`'s.

use std::{sync::Arc, time::Instant};

use parking_lot::{Condvar, Mutex};

use crate::frame::Frame;

/// Holds the newest frame until somebody takes it.
#[derive(Default)]
pub(super) struct Inbox {
    /// Guards the newest frame and whether the thread is to end; held for a few instructions.
    newest: Mutex<Newest>,
    /// Signalled when either changes.
    ready: Condvar,
}

/// What waits for a model's thread.
#[derive(Default)]
struct Newest {
    frame: Option<Arc<Frame>>,
    /// Whether the thread is to end.
    is_stopped: bool,
}

impl Inbox {
    /// Puts in a new frame; one that waits is replaced. Called by the capture thread, which must never wait
    /// for a thread of the lowest priority: while that one has the lock, the frame is passed over.
    pub fn put(&self, frame: &Arc<Frame>) {
        let Some(mut newest) = self.newest.try_lock() else { return };
        let replaced = newest.frame.replace(Arc::clone(frame));
        drop(newest);
        self.ready.notify_one();
        // Freed by nobody who holds the lock.
        drop(replaced);
    }

    /// Ends the thread.
    pub fn stop(&self) {
        self.newest.lock().is_stopped = true;
        self.ready.notify_all();
    }

    /// Waits until there is a frame that is `fit`, from `earliest` on, which may change while it waits;
    /// others are let go. False at the end.
    pub fn wait(&self, earliest: impl Fn() -> Instant, fit: impl Fn(&Frame) -> bool) -> bool {
        let mut newest = self.newest.lock();
        loop {
            if newest.is_stopped {
                return false;
            }
            let earliest = earliest();
            if Instant::now() < earliest {
                // Each frame that comes has it look again.
                self.ready.wait_until(&mut newest, earliest);
                continue;
            }
            match &newest.frame {
                Some(frame) if fit(frame) => return true,
                Some(_) => newest.frame = None,
                None => self.ready.wait(&mut newest),
            }
        }
    }

    /// Takes the newest frame; `None` where there is none.
    pub fn take(&self) -> Option<Arc<Frame>> {
        self.newest.lock().frame.take()
    }

    /// Whether it is over.
    pub fn is_stopped(&self) -> bool {
        self.newest.lock().is_stopped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::picture::Planes;

    fn frame(number: u64) -> Arc<Frame> {
        Arc::new(Frame::slate(number, 0, Planes::grey(2, 2, 0)))
    }

    #[test]
    fn capture_never_waits_for_the_inbox() {
        let inbox = Inbox::default();
        let held = inbox.newest.lock();
        inbox.put(&frame(1));
        drop(held);
        assert!(inbox.newest.lock().frame.is_none(), "passed over");
        inbox.put(&frame(2));
        assert!(inbox.take().is_some());
    }

    #[test]
    fn only_the_newest_frame_waits_and_none_after_the_end() {
        let inbox = Inbox::default();
        (1..=3).for_each(|number| inbox.put(&frame(number)));
        assert!(inbox.wait(Instant::now, |_| true));
        assert_eq!(inbox.take().map(|frame| frame.number), Some(3));
        assert!(inbox.take().is_none());
        inbox.put(&frame(4));
        inbox.stop();
        assert!(inbox.is_stopped() && !inbox.wait(Instant::now, |_| true));
    }
}
