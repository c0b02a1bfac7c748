//! What a link carries, told from frames that went over it: sizes and how long the link was busy with each
//! in, bytes a second out. Pure.
//!
//! A frame is a packet train: while it passes, the link does nothing else for this viewer. While a link is
//! full the figure is exact; where frames leave it idle it is a lower bound, since what else makes a frame
//! late counts as well.

use std::collections::VecDeque;

/// Most frames that count: the last ones.
const FRAMES: usize = 20;

/// Longest time for which a frame counts, ms.
const LASTS_MS: f64 = 3_000.0;

/// Number of frames from which on the slowest one does not count: a link that stood still for a moment is no
/// slow link.
const WITHOUT_SLOWEST: usize = 5;

/// Number of the last frames that tell whether a link has just become slower.
const LATEST: usize = 4;

/// Least time for which a frame is taken to keep a link busy, ms: timers are no finer.
const LEAST_BUSY_MS: f64 = 0.1;

/// A frame that went over the link.
#[derive(Clone, Copy, Debug)]
struct Passed {
    at_ms: f64,
    bytes: f64,
    /// How long the link was busy with it.
    busy_ms: f64,
}

impl Passed {
    fn slowness(&self) -> f64 {
        self.busy_ms / self.bytes
    }
}

/// The last frames of a link.
#[derive(Clone, Debug, Default)]
pub struct Train {
    frames: VecDeque<Passed>,
}

impl Train {
    /// Takes a frame of `bytes` bytes that has passed and kept the link busy for `busy_ms`.
    pub fn add(&mut self, bytes: f64, busy_ms: f64, now_ms: f64) {
        if self.frames.len() == FRAMES {
            self.frames.pop_front();
        }
        self.frames.push_back(Passed { at_ms: now_ms, bytes, busy_ms: busy_ms.max(LEAST_BUSY_MS) });
    }

    /// How many frames the figure would rest on.
    pub fn len(&self, now_ms: f64) -> usize {
        self.recent(now_ms).count()
    }

    /// Bytes that the figure would rest on.
    pub fn bytes(&self, now_ms: f64) -> f64 {
        sum(self.recent(now_ms)).0
    }

    /// Bytes a second that the link carries: the harmonic mean of the frames' rates, each weighted by its
    /// size. `None` where no frame passed lately.
    pub fn capacity(&self, now_ms: f64) -> Option<f64> {
        let (bytes, busy_ms) = sum(self.recent(now_ms));
        let slowest = self.recent(now_ms).max_by(|a, b| a.slowness().total_cmp(&b.slowness()));
        let (bytes, busy_ms) = match slowest {
            Some(slowest) if self.len(now_ms) >= WITHOUT_SLOWEST => {
                (bytes - slowest.bytes, busy_ms - slowest.busy_ms)
            }
            _ => (bytes, busy_ms),
        };
        (busy_ms > 0.0).then(|| bytes * 1000.0 / busy_ms)
    }

    /// Bytes a second that the link carried during the last few frames, where that is less than before. This
    /// figure follows a link that has become slower, and is misled by one that stood still for a moment.
    pub fn latest_capacity(&self, now_ms: f64) -> Option<f64> {
        let capacity = self.capacity(now_ms)?;
        let (bytes, busy_ms) = sum(self.recent(now_ms).skip(self.len(now_ms).saturating_sub(LATEST)));
        Some(f64::min(capacity, bytes * 1000.0 / busy_ms))
    }

    fn recent(&self, now_ms: f64) -> impl Iterator<Item = &Passed> {
        self.frames.iter().filter(move |frame| now_ms - frame.at_ms <= LASTS_MS)
    }
}

/// Bytes of all, and how long the link was busy with them, milliseconds.
fn sum<'a>(frames: impl Iterator<Item = &'a Passed>) -> (f64, f64) {
    frames.fold((0.0, 0.0), |(bytes, busy_ms), frame| (bytes + frame.bytes, busy_ms + frame.busy_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_frames_weigh_more_and_old_ones_nothing() {
        let mut train = Train::default();
        assert_eq!(train.capacity(0.0), None);
        train.add(9_000.0, 90.0, 100.0);
        train.add(1_000.0, 110.0, 200.0);
        assert_eq!(train.capacity(200.0), Some(50_000.0));
        assert_eq!(train.capacity(3_150.0).map(f64::round), Some(9_091.0));
        assert_eq!(train.capacity(4_000.0), None);
    }

    #[test]
    fn one_frame_that_was_held_up_says_nothing() {
        let mut train = Train::default();
        (1..=5).for_each(|n| train.add(1_000.0, if n == 3 { 900.0 } else { 10.0 }, n as f64));
        assert_eq!(train.capacity(5.0), Some(100_000.0));
    }

    #[test]
    fn the_last_frames_tell_that_a_link_has_become_slower() {
        let mut train = Train::default();
        (0..16).for_each(|n| train.add(10_000.0, 10.0, n as f64));
        (16..20).for_each(|n| train.add(10_000.0, 100.0, n as f64));
        assert_eq!(train.latest_capacity(20.0), Some(100_000.0));
        assert!(train.capacity(20.0) > Some(350_000.0));
        (20..24).for_each(|n| train.add(10_000.0, 1.0, n as f64));
        assert_eq!(train.latest_capacity(24.0), train.capacity(24.0), "it never tells more");
    }

    #[test]
    fn a_fast_link_is_no_division_by_zero() {
        let mut train = Train::default();
        train.add(10_000.0, 0.0, 0.0);
        assert!(train.capacity(0.0).is_some_and(|capacity| capacity.is_finite() && capacity > 1e7));
    }
}
