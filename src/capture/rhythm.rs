//! How far apart a source's pictures usually are, and so when the next one is late: pure, with time passed
//! in.
//!
//! Cameras give a picture in 40 ms, or in 10 s. Only their pictures tell which; what is done about a late one
//! is `life`'s.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Gaps between pictures that are remembered: the median of so many does not follow a single hiccup.
const REMEMBERED: usize = 5;

/// Longest interval that is learned: the slowest polling of snapshots.
const SLOWEST: Duration = Duration::from_secs(20);

/// Shortest time without a picture after which the source counts as paused.
pub const LATE_AFTER: Duration = Duration::from_secs(2);

/// Usual intervals after which a slow source's picture is late.
const LATE_INTERVALS: f64 = 2.5;

/// Time after which the second picture is late: it tells the interval, so this is the slowest camera's and a
/// little.
const SECOND_LATE_AFTER: Duration = Duration::from_secs(12);

/// Shortest time without a picture after which a connected source is given up; longer than the limits of
/// those who read.
const LOST_AFTER: Duration = Duration::from_secs(6);

/// Usual intervals, and [`LOST_MARGIN`], after which a slow source is given up.
const LOST_INTERVALS: u32 = 3;

/// Time that a source gets beyond [`LOST_INTERVALS`], and beyond its own patience.
const LOST_MARGIN: Duration = Duration::from_secs(1);

/// Time without a picture after which any source is given up.
const LOST_AT_LAST_AFTER: Duration = Duration::from_secs(45);

/// Time after which a source is given up whose second picture does not come.
const SECOND_LOST_AFTER: Duration = Duration::from_secs(16);

/// One source's usual interval, learned from its last pictures.
#[derive(Debug, Default)]
pub struct Rhythm {
    gaps: VecDeque<Duration>,
    last: Option<Instant>,
    /// Interval at which pictures are asked for, where it may be that they are.
    asked: Duration,
    /// How long the open source itself waits for a picture.
    patience: Duration,
}

impl Rhythm {
    /// Nothing is known, but that pictures may be asked for one in `asked`.
    pub fn new(asked: Duration) -> Self {
        Rhythm { asked, ..Rhythm::default() }
    }

    /// The source itself waits so long for a picture before it fails: it knows more than its thread being
    /// quiet tells.
    pub fn allow(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// A picture arrived.
    pub fn picture(&mut self, now: Instant) {
        if let Some(last) = self.last.replace(now) {
            self.gaps.truncate(REMEMBERED - 1);
            self.gaps.push_front(now.saturating_duration_since(last).min(SLOWEST));
        }
    }

    /// The source was lost: the time until its next picture is no interval.
    pub fn interrupt(&mut self) {
        self.last = None;
    }

    /// The source may have become another: a camera that slowed down in the dark was given up by its old
    /// interval.
    pub fn forget(&mut self) {
        self.interrupt();
        self.gaps.clear();
    }

    /// The usual interval; `None` until two pictures have come.
    pub fn usual(&self) -> Option<Duration> {
        let mut gaps: Vec<Duration> = self.gaps.iter().copied().collect();
        gaps.sort_unstable();
        // Decoders give their first pictures in a bunch: of one or two gaps the longer counts.
        if gaps.len() < 3 { gaps.last().copied() } else { gaps.get(gaps.len() / 2).copied() }
    }

    /// Time since the last picture after which the next is late.
    pub fn late_after(&self) -> Duration {
        match self.usual() {
            Some(usual) => LATE_AFTER.max(usual.mul_f64(LATE_INTERVALS)),
            None => SECOND_LATE_AFTER.max(self.asked.mul_f64(LATE_INTERVALS)),
        }
    }

    /// Time since the last picture, or sign of life, after which the source is given up.
    pub fn lost_after(&self) -> Duration {
        let by = |interval: Duration| interval * LOST_INTERVALS + LOST_MARGIN;
        let after = match self.usual() {
            Some(usual) => LOST_AFTER.max(by(usual)),
            None => SECOND_LOST_AFTER.max(by(self.asked)),
        };
        after.min(LOST_AT_LAST_AFTER).max(self.patience + LOST_MARGIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rhythm of pictures with these gaps, in milliseconds.
    fn of(gaps: &[u64]) -> Rhythm {
        let (mut rhythm, mut now) = (Rhythm::default(), Instant::now());
        rhythm.picture(now);
        for gap in gaps {
            now += Duration::from_millis(*gap);
            rhythm.picture(now);
        }
        rhythm
    }

    fn limits(rhythm: &Rhythm) -> [f64; 2] {
        [rhythm.late_after().as_secs_f64(), rhythm.lost_after().as_secs_f64()]
    }

    #[test]
    fn a_usual_camera_is_late_after_two_seconds_and_a_slow_one_after_two_and_a_half_pictures() {
        assert_eq!(limits(&of(&[40; 30])), [2.0, 6.0]);
        assert_eq!(limits(&of(&[3_000; 5])), [7.5, 10.0]);
        assert_eq!(limits(&of(&[10_000; 5])), [25.0, 31.0]);
        assert_eq!(limits(&of(&[60_000; 5]))[1], 45.0);
    }

    #[test]
    fn until_the_second_picture_there_is_patience() {
        assert_eq!(limits(&of(&[])), [12.0, 16.0]);
        assert_eq!(
            limits(&Rhythm::new(Duration::from_secs(20))),
            [50.0, 45.0],
            "where it is asked once in 20 s"
        );
    }

    #[test]
    fn a_source_that_waits_for_itself_is_not_given_up_before_it_gives_up() {
        for (patience, after) in [(5, 6.0), (10, 11.0), (30, 31.0)] {
            let mut rhythm = of(&[40; 30]);
            rhythm.allow(Duration::from_secs(patience));
            assert_eq!(limits(&rhythm), [2.0, after], "its own limit is {patience} s");
        }
    }

    #[test]
    fn one_hiccup_makes_no_slow_camera_and_a_bunch_no_fast_one() {
        assert_eq!(limits(&of(&[40, 40, 5_000, 40, 40]))[0], 2.0);
        assert_eq!(limits(&of(&[40, 5_000]))[0], 12.5);
        assert_eq!(limits(&of(&[40, 40, 40, 5_000, 5_000, 5_000]))[0], 12.5, "it did become slow");
    }

    #[test]
    fn the_time_while_it_was_lost_is_no_interval() {
        let mut rhythm = of(&[40; 5]);
        rhythm.interrupt();
        rhythm.picture(Instant::now() + Duration::from_secs(60));
        assert_eq!(limits(&rhythm), [2.0, 6.0]);
        rhythm.forget();
        assert_eq!(limits(&rhythm), [12.0, 16.0]);
    }
}
