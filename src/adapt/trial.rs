//! The trial of a rung that was only tried: where it was tried from in, until when it is judged more strictly
//! out. Pure.

use crate::nouns::quality::Rung;

/// Length of a trial, ms: longer than it takes a scene to get busy.
const TRIAL_MS: f64 = 11_000.0;

/// Frames a second, of a camera of 34, below which a rung on trial is left: what only just fits now will not
/// for long.
pub const TRIAL_FPS: f64 = 31.0;

/// Longest time for which the rate of a rung on trial may be too low, ms.
pub const SLOW_ON_TRIAL_MS: f64 = 600.0;

/// A rung's trial.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    from: Rung,
    until_ms: f64,
}

impl Trial {
    /// A trial that begins at `now_ms`; where it fails, the way goes back to `from`, or further.
    pub fn new(from: Rung, now_ms: f64) -> Self {
        Trial { from, until_ms: now_ms + TRIAL_MS }
    }

    /// Where the rung was tried from; `None` when the trial is over.
    pub fn from(&self, now_ms: f64) -> Option<Rung> {
        (now_ms < self.until_ms).then_some(self.from)
    }
}
