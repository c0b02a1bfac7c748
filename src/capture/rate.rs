//! The measured capture rate: pure, with times passed in.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Age up to which frames count: long enough to be calm, short enough to follow a camera that slows down in
/// the dark.
const WINDOW: Duration = Duration::from_secs(3);

/// Frames that count however old they are: a camera of one in five seconds has a rate, too.
const FEWEST: usize = 2;

/// Intervals after which a silence is a pause, not jitter.
const PAUSE: f64 = 2.5;

/// Intervals of silence, where they take longer than [`WINDOW`], after which nothing is captured any more.
const END: f64 = 4.0;

/// Frames a second over the last [`WINDOW`], or between the last two where they are further apart.
#[derive(Debug, Default)]
pub struct Rate {
    times: VecDeque<Instant>,
}

impl Rate {
    /// A frame was captured.
    pub fn count(&mut self, now: Instant) {
        self.times.push_back(now);
        self.forget(now);
    }

    /// Frames a second as of `now`; 0 until two frames are there.
    pub fn fps(&mut self, now: Instant) -> f64 {
        self.forget(now);
        match (self.times.front(), self.times.back()) {
            (Some(first), Some(last)) if last > first => {
                let intervals = (self.times.len() - 1) as f64;
                let span = (*last - *first).as_secs_f64();
                let silence = now.saturating_duration_since(*last).as_secs_f64();
                if silence > WINDOW.as_secs_f64().max(END * span / intervals) {
                    return 0.0;
                }
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
        let is_old = |time: &Instant| now.saturating_duration_since(*time) > WINDOW;
        while self.times.len() > FEWEST && self.times.front().is_some_and(is_old) {
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
        assert!(
            (rate.fps(now + Duration::from_millis(90)) - 25.0).abs() < 0.01,
            "late by one frame is jitter"
        );
        let paused = rate.fps(now + Duration::from_millis(1200));
        assert!((14.0..16.0).contains(&paused), "{paused}");
    }

    #[test]
    fn a_slow_camera_has_its_rate_between_its_pictures_as_well() {
        for seconds in [1, 3, 5, 10] {
            let (mut rate, now) = after(3, Duration::from_secs(seconds));
            for silence in [0, 300, 990] {
                let told = rate.fps(now + Duration::from_millis(silence * seconds));
                assert!((told * seconds as f64 - 1.0).abs() < 0.01, "{told} for a picture in {seconds} s");
            }
            assert_eq!(rate.fps(now + Duration::from_secs(seconds * 5)), 0.0);
        }
    }

    #[test]
    fn a_camera_that_becomes_slow_or_fast_has_its_new_rate_with_its_next_pictures() {
        let (mut rate, now) = after(100, Duration::from_millis(40));
        rate.count(now + Duration::from_secs(5));
        assert!((rate.fps(now + Duration::from_secs(6)) - 0.2).abs() < 0.01);
        for n in 1..=100 {
            rate.count(now + Duration::from_secs(5) + Duration::from_millis(40) * n);
        }
        assert!((rate.fps(now + Duration::from_secs(9)) - 25.0).abs() < 0.5);
    }

    #[test]
    fn nothing_captured_is_no_rate() {
        let (mut rate, now) = after(100, Duration::from_millis(40));
        assert_eq!(rate.fps(now + Duration::from_secs(4)), 0.0);
    }
}
