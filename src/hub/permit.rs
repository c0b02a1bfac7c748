//! Permits: as many viewers as the limit allows.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::sets::InSet;

/// What a viewer holds while it watches, and gives back by being dropped.
pub(super) struct Pass {
    _permit: Permit,
    _set: InSet,
}

impl Pass {
    /// The pass of a viewer who has both.
    pub fn new(permit: Permit, set: InSet) -> Self {
        Pass { _permit: permit, _set: set }
    }
}

/// One of the permits that the viewer limit allows; free again when dropped.
pub(super) struct Permit(Arc<AtomicUsize>);

impl Permit {
    /// Takes one, unless `limit` are taken.
    pub fn take(taken: &Arc<AtomicUsize>, limit: usize) -> Option<Permit> {
        let below = |count| (count < limit).then_some(count + 1);
        taken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, below).ok()?;
        Some(Permit(Arc::clone(taken)))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
