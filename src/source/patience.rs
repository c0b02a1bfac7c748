//! How long to wait for what a camera sends next, a picture or a packet: times of those in, a duration out.
//! Pure. Some cameras send a picture in ten seconds.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::limits::READ_TIMEOUT;

/// Longest wait for the second picture or packet: nothing is known yet of how often the camera sends.
const AT_FIRST: Duration = Duration::from_secs(15);

/// Usual intervals that the next picture or packet may take: a late one is no reason to connect anew.
const INTERVALS: u32 = 3;

/// Longest wait for the next picture or packet, whatever is usual.
const AT_MOST: Duration = Duration::from_secs(40);

/// Intervals that tell what is usual. The longest of them counts, since several may come at once.
const REMEMBERED: usize = 5;

/// Most time between two that have come at once, as what had gathered while a stream was looked at.
const AT_ONCE: Duration = Duration::from_millis(5);

/// What is known of a camera's intervals.
#[derive(Debug)]
pub(super) struct Patience {
    last: Instant,
    intervals: VecDeque<Duration>,
}

impl Patience {
    /// A camera whose first picture or packet came, or is waited for, `now`.
    pub fn new(now: Instant) -> Self {
        Patience { last: now, intervals: VecDeque::with_capacity(REMEMBERED) }
    }

    /// Notes that another picture or packet came.
    pub fn came(&mut self, now: Instant) {
        let interval = now.saturating_duration_since(self.last);
        if self.intervals.is_empty() && interval < AT_ONCE {
            // What had gathered before; nothing is known yet.
            self.last = now;
            return;
        }
        self.intervals.truncate(REMEMBERED - 1);
        self.intervals.push_front(interval);
        self.last = now;
    }

    /// Time since the last picture or packet came, or since the first has been waited for.
    pub fn quiet_for(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.last)
    }

    /// Longest wait for the next picture or packet.
    pub fn limit(&self) -> Duration {
        self.intervals
            .iter()
            .max()
            .map_or(AT_FIRST, |usual| (*usual * INTERVALS).clamp(READ_TIMEOUT, AT_MOST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_at_once_in_the_beginning_says_nothing() {
        assert_eq!(limit(&[0.0, 0.001, 0.0]), limit(&[]));
        assert!((limit(&[0.0, 10.0]) - 30.0).abs() < 0.01);
    }

    /// What is waited for the next picture, after pictures at these intervals, in seconds.
    fn limit(intervals: &[f64]) -> f64 {
        let mut now = Instant::now();
        let mut patience = Patience::new(now);
        for interval in intervals {
            now += Duration::from_secs_f64(*interval);
            patience.came(now);
        }
        patience.limit().as_secs_f64()
    }

    #[test]
    fn slow_cameras_are_waited_for_and_quick_ones_are_not() {
        for (intervals, expected) in [
            (&[][..], 15.0),
            (&[0.04; 3], 5.0),
            (&[3.0], 9.0),
            (&[10.0, 10.0, 0.001, 10.0, 0.001], 30.0),
            (&[14.0], 40.0),
            (&[10.0, 0.04, 0.04, 0.04, 0.04, 0.04], 5.0),
        ] {
            assert_eq!(limit(intervals), expected, "{intervals:?}");
        }
    }
}
