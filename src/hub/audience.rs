//! The viewers of one view: its newest frame, and whom to wake when there is another one.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use atomic_waker::AtomicWaker;
use parking_lot::Mutex;

use crate::{delta::Advance, frame::EncodedFrame};

/// One viewer's bell.
pub(super) type Bell = Arc<AtomicWaker>;

/// By how many viewers the order of waking moves on each time: a prime, so that every viewer has its turn at
/// every place.
const NEXT_FIRST: usize = 997;

/// The viewers of one view in one form: of a rung, with the same layers.
#[derive(Default)]
pub(super) struct Audience {
    /// Guards the newest frame of those who get complete pictures; held to clone or replace the pointer.
    newest: Mutex<Option<Arc<EncodedFrame>>>,
    /// Guards the newest frame of those who get deltas; held to clone or replace the pointer.
    advanced: Mutex<Option<Arc<Advance>>>,
    /// Guards who is to be woken; held to clone the list, or to change it, so that waking a thousand viewers
    /// holds nobody up.
    bells: Mutex<Arc<Vec<Bell>>>,
    /// Who was woken first the last time.
    first: AtomicUsize,
}

impl Audience {
    /// The newest frame, if there is one.
    pub fn newest(&self) -> Option<Arc<EncodedFrame>> {
        self.newest.lock().clone()
    }

    /// The newest frame of those who get deltas, if there is one.
    pub fn advanced(&self) -> Option<Arc<Advance>> {
        self.advanced.lock().clone()
    }

    /// Wakes everybody. Each time another one comes first: with many viewers the last is served a good part
    /// of a frame's time after the first, and that must not always be the same one.
    pub fn ring(&self) {
        let bells = Arc::clone(&self.bells.lock());
        let first = self.first.fetch_add(NEXT_FIRST, Ordering::Relaxed) % bells.len().max(1);
        let (early, late) = bells.split_at(first);
        late.iter().chain(early).for_each(|bell| bell.wake());
    }

    /// Takes a newer frame; false where it is none.
    pub fn take(&self, frame: &Arc<EncodedFrame>) -> bool {
        let mut newest = self.newest.lock();
        let is_newer = newest.as_ref().is_none_or(|newest| newest.number < frame.number);
        if is_newer {
            *newest = Some(Arc::clone(frame));
        }
        is_newer
    }

    /// Takes a newer frame for those who get deltas; false where it is none.
    pub fn advance(&self, advance: &Arc<Advance>) -> bool {
        let mut advanced = self.advanced.lock();
        let is_newer = advanced.as_ref().is_none_or(|advanced| advanced.number < advance.number);
        if is_newer {
            *advanced = Some(Arc::clone(advance));
        }
        is_newer
    }

    /// One viewer more.
    pub fn enter(&self, bell: &Bell) {
        Arc::make_mut(&mut self.bells.lock()).push(Arc::clone(bell));
    }

    /// One viewer less; true if it was the last.
    pub fn leave(&self, bell: &Bell) -> bool {
        let mut bells = self.bells.lock();
        Arc::make_mut(&mut bells).retain(|other| !Arc::ptr_eq(other, bell));
        bells.is_empty()
    }
}
