//! When FFmpeg has to give up waiting: a deadline that its network code asks after, some ten times a second.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// A deadline that is moved on from read to read. Cloning shares it.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    start: Instant,
    /// Milliseconds since `start`.
    deadline: Arc<AtomicU64>,
}

impl Watch {
    /// A watch whose deadline is `limit` from now.
    pub(super) fn new(limit: Duration) -> Self {
        let watch = Watch { start: Instant::now(), deadline: Arc::default() };
        watch.allow(limit);
        watch
    }

    /// Moves the deadline to `limit` from now.
    pub(super) fn allow(&self, limit: Duration) {
        let until = (self.start.elapsed() + limit).as_millis();
        self.deadline.store(u64::try_from(until).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Whether the deadline has passed.
    pub(super) fn is_over(&self) -> bool {
        self.start.elapsed().as_millis() >= u128::from(self.deadline.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_moves_on() {
        let watch = Watch::new(Duration::ZERO);
        assert!(watch.is_over());
        watch.clone().allow(Duration::from_secs(60));
        assert!(!watch.is_over());
    }
}
