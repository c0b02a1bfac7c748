//! A viewer's wish for a key frame, and when it is granted. Pure.

use std::time::{Duration, Instant};

/// Least time between two key frames that one viewer gets because it asks for them. A key frame takes as many
/// bytes as many deltas, and no viewer that keeps up needs one more often.
const LEAST_APART: Duration = Duration::from_millis(500);

/// One viewer's wish.
#[derive(Debug, Default)]
pub(super) struct Keys {
    is_asked: bool,
    granted_at: Option<Instant>,
}

impl Keys {
    /// The viewer wants a key frame. Wishes that come before it is granted are one.
    pub fn ask(&mut self) {
        self.is_asked = true;
    }

    /// Whether there is a wish that was not granted.
    pub fn are_wanted(&self) -> bool {
        self.is_asked
    }

    /// Whether the next frame is to be a key frame. With that the wish is granted; one that comes too early
    /// waits for its time.
    pub fn are_due(&mut self, now: Instant) -> bool {
        let is_early = self.granted_at.is_some_and(|at| now.saturating_duration_since(at) < LEAST_APART);
        let is_due = self.is_asked && !is_early;
        if is_due {
            (self.is_asked, self.granted_at) = (false, Some(now));
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_granted_at_once_and_the_next_one_in_its_time() {
        let begin = Instant::now();
        let at = |ms| begin + Duration::from_millis(ms);
        let mut keys = Keys::default();
        assert!(!keys.are_due(at(0)));
        keys.ask();
        assert!(keys.are_due(at(10)));
        assert!(!keys.are_due(at(600)), "granted once");
        keys.ask();
        assert!(keys.are_due(at(620)));
        keys.ask();
        keys.ask();
        assert!(!keys.are_due(at(1_119)) && keys.are_wanted());
        assert!(keys.are_due(at(1_120)), "nobody is left without");
        assert!(!keys.are_due(at(1_700)) && !keys.are_wanted(), "two wishes were one");
    }
}
