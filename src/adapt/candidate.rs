//! A rung that may be stepped up to: what it is predicted to take and what the link carries in, whether and
//! how soon it may be tried out. Pure.
//!
//! Which rung that is does not belong here.

use super::judgement::Rates;
use crate::nouns::quality::Rung;

/// Shortest time from a step to a step up, ms.
const UP_EVERY_MS: f64 = 1_000.0;

/// Shortest time from a step to a step up that may be too much, ms.
const TRY_AFTER_MS: f64 = 2_000.0;

/// Largest share of what the link carries that a rung's predicted bytes may take on the way up.
const UP_FITS: f64 = 0.85;

/// A link that lets less than this share of the camera's frames through is full, and what it carries is known
/// exactly.
const FULL: f64 = 0.97;

/// A rung that may be stepped up to.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// Rung in question.
    pub rung: Rung,
    /// Bytes a second that it is predicted to take.
    pub needed: f64,
    /// Bytes a second that the link carries at least.
    pub capacity: f64,
}

impl Candidate {
    /// Whether the rung fits for all that is known; if not, it can only be tried.
    pub fn fits(self) -> bool {
        self.needed <= UP_FITS * self.capacity
    }

    /// Whether the link is full and carries too little for the rung. `highest` is the camera's rate.
    pub fn has_no_room(self, rates: Rates, highest: f64) -> bool {
        self.needed > self.capacity && rates.latest.min(rates.fps) < FULL * highest
    }

    /// How long the rung below must have been held, ms.
    pub fn patient_ms(self) -> f64 {
        if self.fits() { UP_EVERY_MS } else { TRY_AFTER_MS }
    }
}
