//! What arrives: frames in; rate, size, lateness and what the link carries out. Pure.
//!
//! Whether that is good or bad does not belong here.

use std::collections::VecDeque;

use super::train::Train;
use crate::nouns::form::Part;

/// Time over which a frame rate is measured, ms.
pub const WINDOW_MS: f64 = 5_000.0;

/// Time over which the latest rate is measured, ms: what was bad before that and is not any more is over.
const LATEST_MS: f64 = 1_000.0;

/// Share of its rate below which a camera stands still, or nearly so.
const FEW: f64 = 0.5;

/// Fewest frames that say anything about a link.
const LEAST_TRAIN: usize = 2;

/// Longest time that a picture may take to become complete, ms: each message of a sweep brings one row of
/// blocks at least, and forty-five of them are the picture of most cameras.
const SWEPT_MS: f64 = 2_000.0;

/// Fewest parts of a picture that tell that it does not become complete: a camera whose picture stands still
/// gives one part a second, of which the link could carry more.
const LEAST_PARTS: usize = 10;

/// Least time of the link that changes take which come as a sweep, ms: what takes less comes at once.
const OVER_MS: f64 = 150.0;

/// A frame that has just arrived.
#[derive(Clone, Copy, Debug)]
pub struct Arrived {
    /// Number of the frame, among all that the camera gave.
    pub number: f64,
    /// Size of the frame.
    pub bytes: f64,
    /// How much longer the frame took than an empty message, milliseconds, where that is known.
    pub late_ms: Option<f64>,
    /// What the frame holds.
    pub part: Part,
}

/// What frames of the judged rung take, bytes each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// Mean of the whole window.
    pub mean: f64,
    /// Mean of the last second where frames are deltas, whose sizes vary with what moves; `None` where they
    /// are complete pictures.
    pub latest: Option<f64>,
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
    /// Whether the size tells what the rung takes where frames are deltas. That of a sweep tells what the
    /// link takes, and one complete picture comes once: it is a rung's first, or was asked for. Only of a run
    /// of them, as a pan brings, those behind the first tell.
    tells: bool,
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
    /// Whether frames are deltas.
    deltas: bool,
    /// Whether the judged rung's frame before was a complete picture.
    whole_before: bool,
    /// Since when pictures of the judged rung have been incomplete.
    incomplete_ms: Option<f64>,
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
            deltas: false,
            whole_before: false,
            incomplete_ms: None,
        }
    }

    /// Has another rung judged from now on.
    pub fn restart(&mut self, now_ms: f64) {
        (self.since_ms, self.waiting) = (now_ms, true);
        (self.whole_before, self.incomplete_ms) = (false, None);
        self.frames.iter_mut().for_each(|frame| frame.counts = false);
    }

    /// Takes another frame; `counts` says whether it is of the rung that is judged. Sharper blocks of a frame
    /// that was there before are no other frame: they only tell what the link carries.
    pub fn add(&mut self, arrived: Arrived, counts: bool, now_ms: f64) {
        let Arrived { number, bytes, late_ms, part } = arrived;
        // Some arrivals are told in hindsight, and may lie before a restart.
        let gap = (now_ms - self.last_ms).max(0.0);
        // The link was free when the frame was sent, or else busy until the one before had arrived.
        self.train.add(bytes, late_ms.map_or(gap, |late| late.clamp(0.0, gap)), now_ms);
        self.last_ms = self.last_ms.max(now_ms);
        self.deltas |= part != Part::Whole;
        if part == Part::Refined {
            return;
        }
        if counts && self.waiting {
            // It only starts the clock: what the link did before it may have been for another rung.
            (self.since_ms, self.waiting) = (now_ms, false);
        }
        let tells = part == Part::Delta || part == Part::Whole && self.whole_before;
        if counts {
            self.whole_before = part == Part::Whole;
            let since_ms = self.incomplete_ms.unwrap_or(now_ms);
            self.incomplete_ms = (part == Part::Sweep).then_some(since_ms);
        }
        self.frames.push_back(Arrival { at_ms: now_ms, number, bytes, counts, tells });
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
    /// None at all where pictures stay incomplete: nobody sees the parts of a sweep as pictures for so long.
    pub fn latest_fps(&self, offered: f64, now_ms: f64) -> f64 {
        if self.stays_incomplete() {
            return 0.0;
        }
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

    /// What frames of the judged rung take; `None` where nothing tells.
    pub fn sizes(&self, now_ms: f64) -> Option<Sizes> {
        if !self.deltas {
            return Some(Sizes { mean: self.mean(f64::NEG_INFINITY, |_| true)?, latest: None });
        }
        if self.stays_incomplete() {
            // Changes take more than what comes, which is what the link takes.
            let bytes = self.latest_capacity(now_ms)? * OVER_MS / 1000.0;
            return Some(Sizes { mean: bytes, latest: Some(bytes) });
        }
        let mean = self.mean(f64::NEG_INFINITY, |frame| frame.tells)?;
        // No part of a sweep takes more than the changes that it stands for.
        let sweeps = self.incomplete_ms.is_some();
        let latest = self.mean(now_ms - LATEST_MS, |frame| frame.tells || sweeps);
        Some(Sizes { mean, latest: Some(latest.unwrap_or(mean)) })
    }

    /// Mean size of those of the judged rung's frames after `since_ms` that `tells`, bytes.
    fn mean(&self, since_ms: f64, tells: impl Fn(&Arrival) -> bool) -> Option<f64> {
        let of_rung = self.frames.iter().filter(|frame| frame.counts && frame.at_ms > since_ms);
        let sizes = of_rung.filter(|frame| tells(frame)).map(|frame| frame.bytes);
        let (count, sum) = sizes.fold((0.0, 0.0), |(count, sum), bytes| (count + 1.0, sum + bytes));
        (count > 0.0).then(|| sum / count)
    }

    /// Whether pictures have been incomplete for so long that more changes in each than the link carries.
    fn stays_incomplete(&self) -> bool {
        let Some((since_ms, newest)) = self.incomplete_ms.zip(self.frames.back()) else { return false };
        let parts = self.frames.iter().filter(|frame| frame.counts && frame.at_ms >= since_ms).count();
        newest.at_ms - since_ms >= SWEPT_MS && parts >= LEAST_PARTS
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
mod tests;
