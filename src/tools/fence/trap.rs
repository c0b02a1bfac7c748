//! Panics that a test wants at a place of the product, to see what they cost.

use std::sync::atomic::{AtomicU64, Ordering};

use super::place::Place;

/// Panics that a test still wants at one place; none in a product that serves.
pub(super) struct Trap {
    /// Panics still wanted.
    wanted: AtomicU64,
    /// Passes for each panic, while some are wanted.
    every: AtomicU64,
    /// Passes since panics were wanted.
    passes: AtomicU64,
}

impl Trap {
    /// A trap in which nothing falls.
    pub(super) fn new() -> Self {
        Trap { wanted: AtomicU64::new(0), every: AtomicU64::new(1), passes: AtomicU64::new(0) }
    }

    /// Lets one pass in `every` panic until `count` have.
    pub(super) fn arm(&self, count: u64, every: u64) {
        self.passes.store(0, Ordering::Relaxed);
        self.every.store(every.max(1), Ordering::Relaxed);
        self.wanted.store(count, Ordering::Release);
    }

    /// Panics where a test wants that. Otherwise this is one relaxed load, once a frame or less often.
    pub(super) fn pass(&self, place: Place) {
        if self.wanted.load(Ordering::Relaxed) > 0 {
            self.fall(place);
        }
    }

    #[cold]
    fn fall(&self, place: Place) {
        let pass = self.passes.fetch_add(1, Ordering::Relaxed) + 1;
        let due = pass.is_multiple_of(self.every.load(Ordering::Relaxed));
        let take = |wanted: u64| wanted.checked_sub(1);
        if due && self.wanted.fetch_update(Ordering::AcqRel, Ordering::Relaxed, take).is_ok() {
            panic!("a test wants {place} to panic");
        }
    }
}
