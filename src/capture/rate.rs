//! The measured capture rate: pure, with times passed in.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Frames that old still count: long enough to be calm, short enough to follow a camera that slows down in the dark.
const WINDOW: Duration = Duration::from_secs(3);

/// A silence of more than this many intervals is a pause, not jitter.
const PAUSE: f64 = 2.5;

/// Frames a second over the last [`WINDOW`].
#[derive(Debug, Default)]
pub struct Rate {
    times: VecDeque<Instant>,
}

impl Rate {
    /// A frame was captured.
    pub fn count(&mut self, now: Instant) {
        self.forget(now);
        self.times.push_back(now);
    }

    /// Frames a second as of `now`; 0 until two frames are there.
    pub fn fps(&mut self, now: Instant) -> f64 {
        self.forget(now);
        match (self.times.front(), self.times.back()) {
            (Some(first), Some(last)) if last > first => {
                let intervals = (self.times.len() - 1) as f64;
                let span = (*last - *first).as_secs_f64();
                let silence = now.saturating_duration_since(*last).as_secs_f64();
                // A pause counts as soon as it is clearly one.
                let paused = silence > PAUSE * span / intervals;
                intervals / if paused { span + silence } else { span }
            }
            _ => 0.0,
        }
    }

    /// Starts over, as after a pause.
    pub fn clear(&mut self) {
        self.times.clear();
    }

    fn forget(&mut self, now: Instant) {
        while self.times.front().is_some_and(|time| now.saturating_duration_since(*time) > WINDOW) {
            self.times.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(count: u32, interval: Duration) -> (Rate, Instant) {
        let start = Instant::now();
        let mut rate = Rate::default();
        for n in 0..count {
            rate.count(start + interval * n);
        }
        (rate, start + interval * (count - 1))
    }

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let (mut rate, now) = after(1000, Duration::from_millis(40));
        assert!((rate.fps(now) - 25.0).abs() < 0.01);
        assert!(rate.times.len() < 80, "old frames are forgotten");
    }

    #[test]
    fn a_camera_that_pauses_gets_slower_at_once() {
        let (mut rate, now) = after(1000, Duration::from_millis(40));
        assert!((rate.fps(now + Duration::from_millis(90)) - 25.0).abs() < 0.01, "late by one frame is jitter");
        let paused = rate.fps(now + Duration::from_millis(1200));
        assert!((14.0..16.0).contains(&paused), "{paused}");
    }

    #[test]
    fn nothing_captured_is_no_rate() {
        let (mut rate, now) = after(100, Duration::from_millis(40));
        assert_eq!(rate.fps(now + Duration::from_secs(4)), 0.0);
    }
}
