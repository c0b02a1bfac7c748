//! Whether somebody's link did not take a complete picture that goes out for want of deltas: viewers say so,
//! encoding asks.

use std::sync::atomic::{AtomicU64, Ordering};

/// Frames for which a wish counts: two seconds at 34 a second. A viewer that still has it says so again.
const FRAMES: u64 = 68;

/// Wish of viewers whose links are too thin for a camera's own JPEGs.
#[derive(Debug, Default)]
pub struct Thin {
    /// Number of the newest frame that was too large for somebody; 0: none was.
    asked: AtomicU64,
}

impl Thin {
    /// Takes that frame `number` is too large for somebody.
    pub fn ask(&self, number: u64) {
        self.asked.fetch_max(number, Ordering::Relaxed);
    }

    /// Whether frame `number` will be too large for somebody, as far as is known.
    pub fn is_asked(&self, number: u64) -> bool {
        let asked = self.asked.load(Ordering::Relaxed);
        asked > 0 && number.saturating_sub(asked) <= FRAMES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_counts_for_two_seconds() {
        let thin = Thin::default();
        assert!(!thin.is_asked(1));
        thin.ask(7);
        thin.ask(5);
        assert_eq!([7, 75, 76].map(|number| thin.is_asked(number)), [true, true, false]);
    }
}
