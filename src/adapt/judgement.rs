//! What the frames that arrive say about a rung: rates and the time that they were seen for in, a judgement
//! out. Pure.
//!
//! What follows from it is the controller's.

/// Shortest time over which a rate is judged, ms: right after a step one late frame would look like a slow
/// link.
const JUDGE_AFTER_MS: f64 = 2_000.0;

/// Shortest time over which a rate is judged that is high enough, ms: that every frame arrives is seen
/// sooner.
const JUDGE_ENOUGH_MS: f64 = 700.0;

/// Shortest time over which a rate is judged that is far too low, ms.
const JUDGE_SOON_MS: f64 = 1_000.0;

/// A rate is far too low below this share of what is too few already.
const FAR_TOO_FEW: f64 = 0.6;

/// Frames a second, and what is too few of them.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Frames a second that arrive.
    pub fps: f64,
    /// Frames a second that are too few.
    pub least: f64,
}

/// Frames a second over a long time and of late, and what is too few of them.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Frames a second that arrive, over the whole window.
    pub fps: f64,
    /// Frames a second that arrive of late.
    pub latest: f64,
    /// Frames a second that are too few.
    pub least: f64,
}

/// What rates say about a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// The rates were not seen for long enough.
    Measuring,
    /// All frames arrive.
    Enough,
    /// The rate is as it should be.
    InBand,
    /// The rate is a little too low.
    TooFew,
    /// Far too few frames arrive of late.
    FarTooFew,
}

impl Rate {
    /// Whether a rate that is too low is not far too low.
    pub fn is_nearly_enough(self) -> bool {
        self.fps >= self.least * FAR_TOO_FEW
    }
}

impl Rates {
    /// Judges rates that were seen for `span_ms` at a rung; above `enough` there is room for more.
    pub fn judge(self, enough: f64, span_ms: f64) -> Judgement {
        let Rates { fps, latest, least } = self;
        if span_ms < JUDGE_ENOUGH_MS {
            Judgement::Measuring
        } else if fps > enough && latest > enough {
            Judgement::Enough
        } else if span_ms < JUDGE_SOON_MS {
            Judgement::Measuring
        } else if latest < least * FAR_TOO_FEW {
            Judgement::FarTooFew
        } else if span_ms < JUDGE_AFTER_MS {
            Judgement::Measuring
        } else if fps < least && latest < least {
            Judgement::TooFew
        } else {
            // What was bad and is not any more is over.
            Judgement::InBand
        }
    }

    /// The rate over the whole window.
    pub fn overall(self) -> Rate {
        Rate { fps: self.fps, least: self.least }
    }

    /// The rate of late.
    pub fn of_late(self) -> Rate {
        Rate { fps: self.latest, least: self.least }
    }
}
