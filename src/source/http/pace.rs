//! When a camera of single pictures is asked next, and whether asking goes on: times and outcomes in, times
//! out. Pure.

use std::time::{Duration, Instant};

/// Polls in a row that fail before the camera counts as lost.
const MOST_FAILED: u32 = 3;

/// Longest time from a failed poll to the next one, however seldom the camera is asked.
const RETRY_WITHIN: Duration = Duration::from_secs(2);

/// Answers in a row that say that nothing has changed before the picture is asked for all the same: there are
/// cameras whose pictures keep their date.
const MOST_UNCHANGED: u32 = 10;

/// The rhythm of polls.
#[derive(Debug)]
pub(super) struct Pace {
    every: Duration,
    due: Instant,
    failed: u32,
}

impl Pace {
    /// A rhythm of `fps` polls a second, of which the last one began at `began`.
    pub fn new(fps: f64, began: Instant) -> Self {
        let every = Duration::try_from_secs_f64(1.0 / fps).unwrap_or(Duration::from_secs(1));
        Pace { every, due: began + every, failed: 0 }
    }

    /// When the next poll is due.
    pub fn due(&self) -> Instant {
        self.due
    }

    /// Notes that a poll that began then brought a picture.
    pub fn succeeded(&mut self, began: Instant) {
        self.failed = 0;
        self.due = began + self.every;
    }

    /// Notes that a poll failed `now`. Returns whether another one is worth it.
    pub fn failed(&mut self, now: Instant) -> bool {
        self.failed += 1;
        self.due = now + self.every.min(RETRY_WITHIN);
        self.failed < MOST_FAILED
    }
}

/// Whether the camera is asked for a picture only if that has changed.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    /// The picture's tag and date, as the camera gave them.
    tag: Option<String>,
    date: Option<String>,
    unchanged: u32,
    /// Whether it said that nothing had changed, and something had.
    lied: bool,
}

impl Conditions {
    /// Headers for the next request.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        if self.lied || self.unchanged >= MOST_UNCHANGED {
            return Vec::new();
        }
        let tag = self.tag.clone().map(|tag| ("If-None-Match", tag));
        tag.into_iter().chain(self.date.clone().map(|date| ("If-Modified-Since", date))).collect()
    }

    /// Notes that the camera said that nothing had changed.
    pub fn unchanged(&mut self) {
        self.unchanged += 1;
    }

    /// Notes that the camera sent a picture with this tag and date; `is_new` says whether it is another one
    /// than the last.
    pub fn picture(&mut self, tag: Option<&str>, date: Option<&str>, is_new: bool) {
        self.lied |= self.unchanged >= MOST_UNCHANGED && is_new;
        self.unchanged = 0;
        (self.tag, self.date) = (tag.map(str::to_owned), date.map(str::to_owned));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polls_keep_their_rate_however_long_each_takes() {
        let start = Instant::now();
        for fps in [0.05, 1.0, 10.0] {
            let mut pace = Pace::new(fps, start);
            let mut began = start;
            for n in 1..5 {
                let seconds = (pace.due() - start).as_secs_f64();
                assert!(
                    (seconds - f64::from(n) / fps).abs() < 1e-6,
                    "poll {n} of {fps} a second after {seconds} s"
                );
                began = began.max(pace.due());
                pace.succeeded(began);
            }
        }
    }

    #[test]
    fn polls_that_fail_are_repeated_soon_and_not_for_ever() {
        let now = Instant::now();
        for (fps, wait) in [(10.0, 0.1), (0.05, 2.0)] {
            let mut pace = Pace::new(fps, now);
            for _ in 0..5 {
                assert!(pace.failed(now) && pace.failed(now));
                assert!(((pace.due() - now).as_secs_f64() - wait).abs() < 1e-6);
                pace.succeeded(now);
            }
            assert!(pace.failed(now) && pace.failed(now) && !pace.failed(now));
        }
    }

    #[test]
    fn a_camera_whose_dates_stand_still_is_found_out() {
        let mut conditions = Conditions::default();
        assert!(conditions.headers().is_empty());
        conditions.picture(Some("\"a\""), Some("Tue"), true);
        let both = [("If-None-Match", "\"a\"".to_owned()), ("If-Modified-Since", "Tue".to_owned())];
        for is_new in [false, true] {
            for _ in 0..MOST_UNCHANGED {
                assert_eq!(conditions.headers(), both);
                conditions.unchanged();
            }
            assert!(conditions.headers().is_empty(), "asked for all the same");
            conditions.picture(Some("\"a\""), Some("Tue"), is_new);
        }
        assert!(conditions.headers().is_empty(), "not believed any more");
        let mut honest = Conditions::default();
        honest.picture(None, Some("Tue"), true);
        assert_eq!(honest.headers(), both[1..]);
    }
}
