//! Whether a source lives, and what to do where it does not: pure, with time passed in.
//!
//! Life is frames arriving, not an open socket. The threads and the slate itself are elsewhere in `capture`.

use std::time::{Duration, Instant};

use super::retry::{HEALTHY_AFTER, Retry};
use crate::{
    protocol::CameraState,
    source::{FIRST_PICTURE_TIMEOUT, Reason, ReasonCode},
};

/// Without a picture for this long, viewers get a slate.
pub const SLATE_AFTER: Duration = Duration::from_secs(2);

/// One slate in this time.
const SLATE_EVERY: Duration = Duration::from_secs(1);

/// A source that has not delivered its first picture after this long is abandoned; a little longer than its own limits, which may
/// not hold.
const FIRST_PICTURE_WITHIN: Duration = FIRST_PICTURE_TIMEOUT.saturating_add(Duration::from_secs(1));

/// A source that has delivered and then pauses for this long is abandoned; longer than OpenCV's own limit for reading.
const NEXT_PICTURE_WITHIN: Duration = Duration::from_secs(6);

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Open the source in a fresh thread, abandoning any older one.
    Open,
    /// Show why there is no picture.
    Slate(Reason),
}

/// What became of the source since it was last looked at.
#[derive(Debug)]
enum Phase {
    /// Not opened, or waiting before opening again.
    Waiting { until: Instant, why: Option<Reason> },
    /// A thread is opening it or reading from it.
    Reading { since: Instant },
}

/// The life of one camera's source.
#[derive(Debug)]
pub struct Life {
    phase: Phase,
    retry: Retry,
    began: Instant,
    last_picture: Option<Instant>,
    /// First picture since the source was opened last.
    delivering_since: Option<Instant>,
    next_slate: Instant,
}

impl Life {
    /// A source that is to be opened `now`; `seed` spreads retries.
    pub fn new(now: Instant, seed: u64) -> Self {
        Life {
            phase: Phase::Waiting { until: now, why: None },
            retry: Retry::new(seed),
            began: now,
            last_picture: None,
            delivering_since: None,
            next_slate: now + SLATE_AFTER,
        }
    }

    /// A picture arrived.
    pub fn picture(&mut self, now: Instant) {
        self.last_picture = Some(now);
        self.next_slate = now + SLATE_AFTER;
        let since = *self.delivering_since.get_or_insert(now);
        if now.saturating_duration_since(since) >= HEALTHY_AFTER {
            self.retry.succeeded();
        }
    }

    /// The reading thread gave up, or had to be given up.
    pub fn failed(&mut self, now: Instant, why: Reason) {
        self.delivering_since = None;
        self.phase = Phase::Waiting { until: now + self.retry.next_wait(), why: Some(why) };
    }

    /// What to do now; to be asked until it says nothing.
    pub fn step(&mut self, now: Instant) -> Option<Step> {
        if let Some(silence) = self.hung(now) {
            let seconds = silence.as_secs();
            self.failed(now, Reason::new(ReasonCode::Silent, format!("no picture for {seconds} s")));
        }
        if let Phase::Waiting { until, .. } = self.phase
            && now >= until
        {
            self.phase = Phase::Reading { since: now };
            // A picture that was under way when the last thread failed does not speak for this one.
            self.delivering_since = None;
            return Some(Step::Open);
        }
        if now >= self.next_slate {
            self.next_slate = now + SLATE_EVERY;
            return Some(Step::Slate(self.why(now)));
        }
        None
    }

    /// When [`Life::step`] has to be asked again at the latest.
    pub fn next_step(&self, now: Instant) -> Instant {
        let opening = match &self.phase {
            Phase::Waiting { until, .. } => *until,
            Phase::Reading { .. } => now + SLATE_EVERY,
        };
        opening.min(self.next_slate)
    }

    /// What viewers are told.
    pub fn state(&self, now: Instant) -> CameraState {
        match (&self.phase, self.last_picture) {
            (_, None) => CameraState::Connecting,
            (Phase::Reading { .. }, Some(last)) if now.saturating_duration_since(last) < SLATE_AFTER && self.delivers() => {
                CameraState::Streaming
            }
            _ => CameraState::Reconnecting,
        }
    }

    /// Why there is no picture, in words for a viewer.
    pub fn why(&self, now: Instant) -> Reason {
        match &self.phase {
            Phase::Waiting { why: Some(why), .. } => why.clone(),
            _ => {
                let since = self.last_picture.unwrap_or(self.began);
                let seconds = now.saturating_duration_since(since).as_secs();
                Reason::new(ReasonCode::NoPicture, format!("no picture for {seconds} s"))
            }
        }
    }

    fn delivers(&self) -> bool {
        self.delivering_since.is_some()
    }

    /// How long the reading thread has been silent, where that is too long.
    fn hung(&self, now: Instant) -> Option<Duration> {
        let Phase::Reading { since } = self.phase else { return None };
        let (from, limit) = match self.last_picture {
            Some(last) if self.delivers() => (last, NEXT_PICTURE_WITHIN),
            _ => (since, FIRST_PICTURE_WITHIN),
        };
        let silence = now.saturating_duration_since(from);
        (silence >= limit).then_some(silence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{READ_TIMEOUT, ffmpeg, http};

    /// A life in simulated time that notes what it was told to do, and when.
    struct Story {
        life: Life,
        start: Instant,
        now: Instant,
        opened: Vec<f64>,
        slates: Vec<(f64, String)>,
    }

    impl Story {
        fn new() -> Self {
            let start = Instant::now();
            Story { life: Life::new(start, 1), start, now: start, opened: vec![], slates: vec![] }
        }

        /// Runs for `seconds` in steps of 10 ms; a picture arrives every `interval_ms`, if at all.
        fn run(&mut self, seconds: f64, interval_ms: Option<u64>) -> &mut Self {
            let end = self.now + Duration::from_secs_f64(seconds);
            let mut tick = 0;
            while self.now < end {
                if interval_ms.is_some_and(|interval| (tick * 10) % interval == 0) {
                    self.life.picture(self.now);
                }
                while let Some(step) = self.life.step(self.now) {
                    let at = (self.now - self.start).as_secs_f64();
                    match step {
                        Step::Open => self.opened.push(at),
                        Step::Slate(why) => self.slates.push((at, why.text)),
                    }
                }
                self.now += Duration::from_millis(10);
                tick += 1;
            }
            self
        }

        fn fail(&mut self, why: &str) -> &mut Self {
            self.life.failed(self.now, Reason::new(ReasonCode::HungUp, why));
            self
        }

        fn state(&self) -> CameraState {
            self.life.state(self.now)
        }
    }

    #[test]
    fn a_healthy_source_is_opened_once_and_shows_no_slate() {
        let mut story = Story::new();
        story.run(60.0, Some(40));
        assert_eq!((story.opened.len(), story.slates.len(), story.state()), (1, 0, CameraState::Streaming));
    }

    #[test]
    fn a_picture_that_overtakes_its_threads_failure_does_not_bring_the_source_back() {
        let mut story = Story::new();
        story.run(10.0, Some(40)).fail("cable pulled");
        story.life.picture(story.now);
        for _ in 0..150 {
            story.run(0.01, None);
            assert_eq!(story.state(), CameraState::Reconnecting);
        }
        assert!(story.opened.len() > 1, "opened again meanwhile");
    }

    #[test]
    fn a_slow_camera_is_no_lost_one() {
        let mut story = Story::new();
        story.run(60.0, Some(1500));
        assert_eq!((story.opened.len(), story.slates.len(), story.state()), (1, 0, CameraState::Streaming));
    }

    #[test]
    fn after_two_seconds_without_a_picture_a_slate_a_second_says_why() {
        let mut story = Story::new();
        story.run(10.0, Some(40)).fail("cable pulled");
        assert_eq!(story.state(), CameraState::Reconnecting, "viewers know at once");
        story.run(0.3, None);
        assert!(story.slates.is_empty(), "but the last picture stays for a moment");
        story.fail("cable pulled").run(0.4, None).fail("cable pulled").run(4.3, None);
        let first = story.slates.first().expect("a slate");
        assert!((first.0 - 12.0).abs() < 0.1, "{first:?}");
        assert!((3..=4).contains(&story.slates.len()), "{:?}", story.slates);
    }

    #[test]
    fn before_the_first_picture_it_is_connecting_and_the_slate_says_why() {
        let mut story = Story::new();
        story.run(0.1, None).fail("no such file").run(2.4, None);
        assert_eq!(story.state(), CameraState::Connecting);
        assert!(story.slates.iter().any(|(_, why)| why.contains("no")), "{:?}", story.slates);
    }

    #[test]
    fn an_open_socket_without_pictures_is_abandoned() {
        let mut story = Story::new();
        story.run(10.0, Some(40)).run(8.0, None);
        assert_eq!(story.opened.len(), 2, "{:?}", story.opened);
        assert!((16.0..17.5).contains(&story.opened[1]), "{:?}", story.opened);
        story.run(5.0, Some(40));
        assert_eq!(story.state(), CameraState::Streaming);
    }

    #[test]
    fn a_source_that_hangs_while_opening_is_abandoned() {
        let mut story = Story::new();
        story.run(FIRST_PICTURE_WITHIN.as_secs_f64() + 2.0, None);
        assert_eq!(story.opened.len(), 2, "{:?}", story.opened);
    }

    #[test]
    fn a_source_that_is_opened_on_the_second_try_gets_its_time() {
        let both = http::OPEN_TIMEOUT + ffmpeg::OPEN_TIMEOUT + READ_TIMEOUT;
        let mut story = Story::new();
        story.run(both.as_secs_f64(), None).run(5.0, Some(40));
        assert_eq!((story.opened.len(), story.state()), (1, CameraState::Streaming), "{:?}", story.opened);
    }

    #[test]
    fn waits_grow_while_a_source_flaps_and_shrink_once_it_holds() {
        let mut story = Story::new();
        for _ in 0..6 {
            story.run(0.2, Some(40)).fail("gone");
            story.run(13.0, None);
        }
        let flapping = story.opened.len();
        story.run(6.0, Some(40)).fail("gone").run(0.7, None);
        assert_eq!(story.opened.len(), flapping + 1, "healthy for 5 s: opened again within 0.6 s");
    }
}
