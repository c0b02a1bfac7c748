//! How much single viewers may have made of a stream: encoding waits while one thing is made. Pure.

use std::time::{Duration, Instant};

/// Work that may be done within [`FILLED_EVERY`], in blocks that are packed: at 720p about 5 ms.
const MOST: usize = 24_000;

/// Work of whatever is made besides its blocks: which ones they are, and its headers.
const EACH: usize = 300;

/// Time after which a purse is full again: about that between two frames.
const FILLED_EVERY: Duration = Duration::from_millis(30);

/// What is left to spend for single viewers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Purse {
    spent: usize,
    filled_at: Option<Instant>,
}

impl Purse {
    /// Whether something may be made for one viewer now.
    pub fn has_some(&mut self, now: Instant) -> bool {
        self.fill(now);
        self.spent < MOST
    }

    /// Whether half is left: what nobody waits for is made of that alone.
    pub fn has_half(&mut self, now: Instant) -> bool {
        self.fill(now);
        self.spent < MOST / 2
    }

    /// Takes that something of so many blocks is made.
    pub fn spend(&mut self, blocks: usize) {
        self.spent += EACH + blocks;
    }

    fn fill(&mut self, now: Instant) {
        let is_due = |at: Instant| now.saturating_duration_since(at) >= FILLED_EVERY;
        if self.filled_at.is_none_or(is_due) {
            *self = Purse { spent: 0, filled_at: Some(now) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purse_is_spent_by_work_and_full_again_in_its_time() {
        let (now, mut purse) = (Instant::now(), Purse::default());
        let mut messages = 0;
        while purse.has_some(now) {
            assert_eq!(purse.has_half(now), messages < 15);
            purse.spend(500);
            messages += 1;
        }
        assert_eq!(messages, 30);
        let later = now + FILLED_EVERY;
        assert!(!purse.has_some(later - Duration::from_millis(1)) && purse.has_half(later));
        purse.spend(MOST);
        assert!(!purse.has_some(later));
    }
}
