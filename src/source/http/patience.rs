//! How long to wait for a camera's next picture: times of pictures in, a duration out. Pure.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use crate::source::READ_TIMEOUT;

/// How long the second picture may take: nothing is known yet of how often the camera sends one.
const AT_FIRST: Duration = Duration::from_secs(15);

/// Usual intervals that a picture may take: one that is late is no reason to connect anew.
const INTERVALS: u32 = 3;

/// How long the next picture may take, whatever is usual.
const AT_MOST: Duration = Duration::from_secs(40);

/// Intervals that tell what is usual. The longest of them counts, since several pictures may come at once.
const REMEMBERED: usize = 5;

/// What is known of a camera's intervals.
#[derive(Debug)]
pub(super) struct Patience {
    last: Instant,
    intervals: VecDeque<Duration>,
}

impl Patience {
    /// A camera whose first picture came `now`.
    pub fn new(now: Instant) -> Self {
        Patience { last: now, intervals: VecDeque::with_capacity(REMEMBERED) }
    }

    /// Another picture came.
    pub fn picture(&mut self, now: Instant) {
        self.intervals.truncate(REMEMBERED - 1);
        self.intervals.push_front(now.saturating_duration_since(self.last));
        self.last = now;
    }

    /// How long the next one may take.
    pub fn limit(&self) -> Duration {
        self.intervals.iter().max().map_or(AT_FIRST, |usual| (*usual * INTERVALS).clamp(READ_TIMEOUT, AT_MOST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is waited for the next picture, after pictures at these intervals, in seconds.
    fn limit(intervals: &[f64]) -> f64 {
        let mut now = Instant::now();
        let mut patience = Patience::new(now);
        for interval in intervals {
            now += Duration::from_secs_f64(*interval);
            patience.picture(now);
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
