//! When the next frame is due, and which frames come too fast: pure, with time passed in.
//!
//! Sleeping and reading are `reader`'s.

use std::time::{Duration, Instant};

/// Absolute deadlines at a rate: the n-th is `start + n / fps`, computed anew each time, so that errors do
/// not add up.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    start: Instant,
    /// Time from the first deadline of all to `start`, where the rate was changed last.
    before: Duration,
    fps: f64,
    next: u64,
}

/// A moment at which a frame should be captured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deadline {
    /// When.
    pub at: Instant,
    /// Time since the first deadline.
    pub time: Duration,
}

impl Deadlines {
    /// Deadlines from `start` on, `fps` a second.
    pub fn new(start: Instant, fps: f64) -> Self {
        Deadlines { start, before: Duration::ZERO, fps, next: 0 }
    }

    /// Goes on at `fps` a second from the last deadline on.
    pub fn set_rate(&mut self, fps: f64) {
        if fps == self.fps {
            return;
        }
        if let Some(last) = self.next.checked_sub(1) {
            let passed = Duration::from_secs_f64(last as f64 / self.fps);
            (self.start, self.before, self.next) = (self.start + passed, self.before + passed, 1);
        }
        self.fps = fps;
    }

    /// The next deadline. Those that `now` is more than a whole interval past are given up: catching up would
    /// make frames come in bursts.
    pub fn next(&mut self, now: Instant) -> Deadline {
        let passed = now.saturating_duration_since(self.start).as_secs_f64() * self.fps;
        // The deadline that has just passed may still be met late; older ones may not.
        self.next = self.next.max(passed.floor() as u64);
        let time = Duration::from_secs_f64(self.next as f64 / self.fps);
        self.next += 1;
        Deadline { at: self.start + time, time: self.before + time }
    }
}

/// Admits at most a given rate of frames that arrive by themselves, however unevenly.
#[derive(Clone, Copy, Debug)]
pub struct Throttle {
    interval: Duration,
    due: Option<Duration>,
}

/// How much of an interval a frame may come early: cameras and networks jitter, and a camera at exactly the
/// ceiling must lose none.
const EARLY: f64 = 0.3;

impl Throttle {
    /// Admits `fps` frames a second.
    pub fn new(fps: f64) -> Self {
        Throttle { interval: Duration::from_secs_f64(1.0 / fps), due: None }
    }

    /// Goes on with `fps` frames a second behind the last one that was admitted.
    pub fn set_rate(&mut self, fps: f64) {
        let before = std::mem::replace(&mut self.interval, Duration::from_secs_f64(1.0 / fps));
        self.due = self.due.map(|due| due.saturating_sub(before) + self.interval);
    }

    /// Whether the frame at `time` (from any fixed start) is wanted; a refused one costs no work.
    pub fn admits(&mut self, time: Duration) -> bool {
        let due = self.due.unwrap_or(time);
        if time + self.interval.mul_f64(EARLY) < due {
            return false;
        }
        // The schedule runs on from the last due time, so that the average holds; after a pause it starts at
        // the frame.
        let oldest = time.saturating_sub(self.interval);
        self.due = Some(due.max(oldest) + self.interval);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_do_not_drift() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new(start, 34.0);
        let mut now = start;
        for _ in 0..34 * 3600 {
            // Each frame is met 2 ms late and that delay is not carried on.
            now = deadlines.next(now).at + Duration::from_millis(2);
        }
        let off = (now - start).as_secs_f64() - 3600.0;
        assert!(off.abs() < 0.05, "{off} s off after an hour");
    }

    #[test]
    fn missed_deadlines_are_given_up() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new(start, 10.0);
        deadlines.next(start);
        let late = deadlines.next(start + Duration::from_millis(570));
        assert_eq!(late.time, Duration::from_millis(500), "the one just passed is met late");
        let next = deadlines.next(start + Duration::from_millis(575));
        assert_eq!(next.time, Duration::from_millis(600));
    }

    #[test]
    fn another_rate_goes_on_from_the_last_deadline() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new(start, 10.0);
        deadlines.set_rate(20.0);
        assert_eq!(deadlines.next(start).time, Duration::ZERO, "before the first one nothing has passed");
        assert_eq!(deadlines.next(start).time, Duration::from_millis(50));
        deadlines.set_rate(2.0);
        let slow = deadlines.next(start + Duration::from_millis(51));
        assert_eq!((slow.at, slow.time), (start + slow.time, Duration::from_millis(550)));
        deadlines.set_rate(2.0);
        deadlines.set_rate(100.0);
        let fast = deadlines.next(slow.at + Duration::from_millis(1));
        assert_eq!((fast.at, fast.time), (start + fast.time, Duration::from_millis(560)));
        let late = deadlines.next(fast.at + Duration::from_millis(35));
        assert_eq!(late.time, Duration::from_millis(590), "missed ones are given up at the new rate");
    }

    #[test]
    fn another_ceiling_holds_from_the_next_frame_on() {
        let mut throttle = Throttle::new(1.0);
        let admitted = |throttle: &mut Throttle, from_ms: u64| {
            (0..100).filter(|n| throttle.admits(Duration::from_millis(from_ms + n * 10))).count()
        };
        assert!((1..=2).contains(&admitted(&mut throttle, 0)), "1 in a second");
        throttle.set_rate(20.0);
        assert!((19..=22).contains(&admitted(&mut throttle, 1_000)), "20 in a second");
        throttle.set_rate(2.0);
        assert!((2..=3).contains(&admitted(&mut throttle, 2_000)), "2 in a second");
    }

    /// How many of a minute's frames, `interval_ms` apart with up to `jitter_ms` of delay, are admitted.
    fn admitted_in_a_minute(interval_ms: f64, jitter_ms: f64) -> (usize, usize) {
        let mut random = fastrand::Rng::with_seed(3);
        let mut throttle = Throttle::new(34.0);
        let count = (60_000.0 / interval_ms) as usize;
        let times = (0..count).map(|n| (n as f64 * interval_ms + random.f64() * jitter_ms) / 1000.0);
        let admitted = times.filter(|&time| throttle.admits(Duration::from_secs_f64(time))).count();
        (count, admitted)
    }

    #[test]
    fn a_camera_below_the_ceiling_loses_nothing() {
        for (interval, jitter) in
            [(1000.0 / 25.0, 10.0), (1000.0 / 30.0, 8.0), (1000.0 / 34.0, 8.0), (1000.0, 500.0)]
        {
            let (offered, admitted) = admitted_in_a_minute(interval, jitter);
            assert_eq!(offered, admitted, "{interval} ms apart");
        }
    }

    #[test]
    fn a_faster_camera_is_held_to_the_ceiling() {
        for fps in [35.0, 50.0, 60.0, 120.0] {
            let (_, admitted) = admitted_in_a_minute(1000.0 / fps, 5.0);
            assert!((2036..=2042).contains(&admitted), "{admitted} of 2040 at {fps} FPS");
        }
    }

    #[test]
    fn a_burst_after_a_pause_is_held_to_the_ceiling() {
        let mut throttle = Throttle::new(34.0);
        assert!(throttle.admits(Duration::ZERO));
        let burst = (0..20).filter(|n| throttle.admits(Duration::from_millis(60_000 + n))).count();
        assert!(burst <= 2, "{burst} frames within 20 ms");
    }
}
