//! What arrives: frames in; rate, size, lateness and what the link carries out. Pure.
//!
//! Whether that is good or bad does not belong here.

use std::collections::VecDeque;

use super::train::Train;

/// Time over which a frame rate is measured, ms.
pub const WINDOW_MS: f64 = 5_000.0;

/// Time over which the latest rate is measured, ms: what was bad before that and is not any more is over.
const LATEST_MS: f64 = 1_000.0;

/// Share of its rate below which a camera stands still, or nearly so.
const FEW: f64 = 0.5;

/// Fewest frames that say anything about a link.
const LEAST_TRAIN: usize = 2;

/// A frame that has just arrived.
#[derive(Clone, Copy, Debug)]
pub struct Arrived {
    /// Number of the frame, among all that the camera gave.
    pub number: f64,
    /// Size of the frame.
    pub bytes: f64,
    /// How much longer the frame took than an empty message, milliseconds, where that is known.
    pub late_ms: Option<f64>,
}

/// A frame of the recent past.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    at_ms: f64,
    /// Number of the frame, among all that the camera gave.
    number: f64,
    bytes: f64,
    /// Whether the frame is of the rung that is judged.
    counts: bool,
}

/// The frames of the recent past.
#[derive(Clone, Debug)]
pub struct Arrivals {
    /// Time before which nothing counts for rates: the last step, reconnect or pause, or the first frame
    /// after it.
    since_ms: f64,
    /// Whether no frame of the judged rung has come since.
    waiting: bool,
    /// The last frame of any rung, or the moment from which one can be expected.
    last_ms: f64,
    frames: VecDeque<Arrival>,
    /// Frames of any rung: what arrives says as much about the link at one as at another.
    train: Train,
}

impl Arrivals {
    /// Arrivals of which there is none yet, at `now_ms`.
    pub fn new(now_ms: f64) -> Self {
        Arrivals {
            since_ms: now_ms,
            waiting: true,
            last_ms: now_ms,
            frames: VecDeque::new(),
            train: Train::default(),
        }
    }

    /// Has another rung judged from now on.
    pub fn restart(&mut self, now_ms: f64) {
        (self.since_ms, self.waiting) = (now_ms, true);
        self.frames.iter_mut().for_each(|frame| frame.counts = false);
    }

    /// Takes another frame; `counts` says whether it is of the rung that is judged.
    pub fn add(&mut self, Arrived { number, bytes, late_ms }: Arrived, counts: bool, now_ms: f64) {
        // Some arrivals are told in hindsight, and may lie before a restart.
        let gap = (now_ms - self.last_ms).max(0.0);
        // The link was free when the frame was sent, or else busy until the one before had arrived.
        self.train.add(bytes, late_ms.map_or(gap, |late| late.clamp(0.0, gap)), now_ms);
        self.last_ms = self.last_ms.max(now_ms);
        if counts && self.waiting {
            // It only starts the clock: what the link did before it may have been for another rung.
            (self.since_ms, self.waiting) = (now_ms, false);
        }
        self.frames.push_back(Arrival { at_ms: now_ms, number, bytes, counts });
        while self.frames.front().is_some_and(|frame| now_ms - frame.at_ms > WINDOW_MS) {
            self.frames.pop_front();
        }
    }

    /// Time without any frame.
    pub fn silence_ms(&self, now_ms: f64) -> f64 {
        now_ms - self.last_ms.max(if self.waiting { self.since_ms } else { 0.0 })
    }

    /// How much time rates are measured over.
    pub fn span_ms(&self, now_ms: f64) -> f64 {
        if self.waiting { 0.0 } else { (now_ms - self.since_ms).min(WINDOW_MS) }
    }

    /// Frames a second over the whole window, from a camera of `offered` frames a second.
    pub fn fps(&self, offered: f64, now_ms: f64) -> f64 {
        self.rate(offered, self.span_ms(now_ms), now_ms).unwrap_or_default()
    }

    /// Frames a second of late; over the whole window where none came of late, since then nobody knows why.
    pub fn latest_fps(&self, offered: f64, now_ms: f64) -> f64 {
        let latest = self.rate(offered, self.span_ms(now_ms).min(LATEST_MS), now_ms);
        latest.unwrap_or_else(|| self.fps(offered, now_ms))
    }

    /// Frames a second by the clock alone, over the whole window or of late, whichever is fewer.
    pub fn clock_fps(&self, now_ms: f64) -> f64 {
        let of = |span_ms: f64| self.counted(span_ms, now_ms).count() as f64 * 1000.0 / span_ms.max(1.0);
        let span_ms = self.span_ms(now_ms);
        f64::min(of(span_ms), of(span_ms.min(LATEST_MS)))
    }

    /// Frames a second over the last `span_ms`: by the clock, or by the numbers where the camera gives few. A
    /// camera whose picture stands still gives one a second.
    fn rate(&self, offered: f64, span_ms: f64, now_ms: f64) -> Option<f64> {
        let count = self.counted(span_ms, now_ms).count() as f64;
        let first = self.counted(span_ms, now_ms).next()?.number;
        let before = self
            .frames
            .iter()
            .rev()
            .find(|frame| frame.number < first)
            .map_or(first - 1.0, |frame| frame.number);
        let last = self.frames.back().map_or(first, |frame| frame.number);
        let given = last - before;
        let by_clock = count * 1000.0 / span_ms;
        let by_numbers = offered * count / given.max(1.0);
        let gives_few = given * 1000.0 / span_ms < offered * FEW;
        Some(if gives_few || given <= count { by_clock.max(by_numbers) } else { by_clock })
    }

    fn counted(&self, span_ms: f64, now_ms: f64) -> impl Iterator<Item = &Arrival> {
        let start = f64::max(now_ms - span_ms, self.since_ms);
        self.frames.iter().filter(move |frame| frame.counts && frame.at_ms > start)
    }

    /// Mean size of the judged rung's frames in bytes.
    pub fn bytes(&self) -> Option<f64> {
        let sizes = self.frames.iter().filter(|frame| frame.counts).map(|frame| frame.bytes);
        let (count, sum) = sizes.fold((0.0, 0.0), |(count, sum), bytes| (count + 1.0, sum + bytes));
        (count > 0.0).then(|| sum / count)
    }

    /// What the link carries at least, bytes a second; see [`Train`].
    pub fn capacity(&self, now_ms: f64) -> Option<f64> {
        self.train.capacity(now_ms).filter(|_| self.train.len(now_ms) >= LEAST_TRAIN)
    }

    /// What the link carries at least by its very last frames, bytes a second, where that is less than
    /// before.
    pub fn latest_capacity(&self, now_ms: f64) -> Option<f64> {
        self.train.latest_capacity(now_ms).filter(|_| self.train.len(now_ms) >= LEAST_TRAIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrived(number: f64, late_ms: Option<f64>) -> Arrived {
        Arrived { number, bytes: 5_000.0, late_ms }
    }

    #[test]
    fn a_frame_told_in_hindsight_behind_a_restart_does_no_harm() {
        let mut arrivals = Arrivals::new(1_000.0);
        arrivals.add(arrived(1.0, Some(30.0)), true, 975.0);
        arrivals.add(arrived(2.0, Some(30.0)), true, 1_010.0);
        assert!(arrivals.capacity(1_010.0).is_some_and(|capacity| capacity > 0.0));
        assert!(arrivals.silence_ms(1_010.0) >= 0.0);
    }

    /// The rate after frames of these numbers, so many milliseconds apart.
    fn rate(numbers: &[u32], apart_ms: f64) -> f64 {
        let mut arrivals = Arrivals::new(0.0);
        for (n, number) in numbers.iter().enumerate() {
            arrivals.add(arrived(f64::from(*number), None), true, n as f64 * apart_ms);
        }
        arrivals.fps(34.0, (numbers.len() - 1) as f64 * apart_ms)
    }

    #[test]
    fn a_camera_that_gives_few_is_judged_by_what_is_missing() {
        assert_eq!(rate(&[1, 2, 3, 4, 5], 1_000.0), 34.0);
        // Five changes a second, one of twenty missing.
        let changes: Vec<u32> = (1..=20).filter(|number| *number != 7).collect();
        assert!(rate(&changes, 200.0) > 31.0);
        // Every second frame of a camera that gives all.
        let halved: Vec<u32> = (0..60).map(|n| n * 2).collect();
        assert!((rate(&halved, 1000.0 / 17.0) - 17.0).abs() < 0.5);
    }
}
