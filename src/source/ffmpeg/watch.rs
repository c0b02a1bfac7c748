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

/// Longest wait for the first packet behind opening.
const FIRST: Duration = Duration::from_secs(15);

/// Longest wait for the next packet of a source that sends several a second.
const NEXT: Duration = Duration::from_secs(5);

/// Usual intervals that a packet may take; beyond that the source is silent.
const INTERVALS: u32 = 3;

/// Longest wait for a packet whatever is usual.
const LONGEST: Duration = Duration::from_secs(40);

/// How long the next packet may take, by how long packets took before: some cameras send a picture in ten seconds. Pure.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Patience {
    last: Option<Instant>,
    usual: Option<Duration>,
}

impl Patience {
    /// A packet came.
    pub(super) fn packet(&mut self, now: Instant) {
        if let Some(last) = self.last.replace(now) {
            let gap = now.saturating_duration_since(last);
            // Longer gaps count at once, shorter ones slowly: bursts say nothing about the next gap.
            self.usual = Some(self.usual.map_or(gap, |usual| gap.max(usual.mul_f64(0.9))));
        }
    }

    /// Longest wait for the next packet.
    pub(super) fn limit(&self) -> Duration {
        match self.usual {
            None => FIRST,
            Some(usual) => (usual * INTERVALS).clamp(NEXT, LONGEST),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(gaps: &[u64]) -> Duration {
        let (mut patience, mut now) = (Patience::default(), Instant::now());
        patience.packet(now);
        for gap in gaps {
            now += Duration::from_millis(*gap);
            patience.packet(now);
        }
        patience.limit()
    }

    #[test]
    fn a_source_is_waited_for_as_it_is_used_to() {
        assert_eq!(after(&[]), FIRST);
        assert_eq!(after(&[40; 100]), NEXT);
        assert_eq!(after(&[10_000, 10_000]), Duration::from_secs(30));
        assert_eq!(after(&[20_000]), LONGEST);
    }

    #[test]
    fn one_pause_does_not_make_a_source_slow_for_ever() {
        assert_eq!(after(&[&[10_000], &[40; 60][..]].concat()), NEXT);
    }

    #[test]
    fn a_deadline_moves_on() {
        let watch = Watch::new(Duration::ZERO);
        assert!(watch.is_over());
        watch.clone().allow(Duration::from_secs(60));
        assert!(!watch.is_over());
    }
}
