//! Which frames a client's kernel has: byte counts of the connection in, frame numbers and whether it is read
//! there out. Pure.
//!
//! For clients that acknowledge no frames. What a kernel has, its program need not have read: but then it
//! takes ever less.

use std::collections::VecDeque;

/// A peer that takes less than this share of the most it ever took does not read as fast as we send. No more
/// than half: Linux announces more room only when it has doubled.
const ROOM_SHARE: f64 = 0.5;

/// Such a peer gets a frame all the same after this long: its room may be smaller for good.
const ROOM_WAITS_MS: f64 = 1_000.0;

/// The most that a peer ever took counts less as time passes: this share is left after a second.
const ROOM_FADES: f64 = 0.97;

/// More frames than any link holds.
const LARGEST: usize = 68;

/// The frames under way on one connection.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Number of each frame, and the connection's byte count at its end.
    ends: VecDeque<(u64, u64)>,
    /// The most room the peer ever had, faded, and when that was reckoned.
    widest: (f64, f64),
    /// Since when it has had too little.
    narrow_since: Option<f64>,
}

impl Ledger {
    /// Frame `number` ends at byte `end` of the connection.
    pub fn sent(&mut self, number: u64, end: u64) {
        if self.ends.len() == LARGEST {
            self.ends.pop_front();
        }
        self.ends.push_back((number, end));
    }

    /// The peer's kernel has `bytes` bytes of the connection: the number of the last frame that it now has
    /// whole, if that is another one than before.
    pub fn acked(&mut self, bytes: u64) -> Option<u64> {
        let mut newest = None;
        while let Some((number, _)) = self.ends.front().copied().filter(|(_, end)| *end <= bytes) {
            self.ends.pop_front();
            newest = Some(number);
        }
        newest
    }

    /// Whether frames are under way.
    pub fn is_waiting(&self) -> bool {
        !self.ends.is_empty()
    }

    /// Whether a peer whose kernel would take `room` more bytes reads fast enough to be sent another frame.
    pub fn is_read(&mut self, room: u32, now_ms: f64) -> bool {
        let (widest, at_ms) = self.widest;
        let faded = widest * ROOM_FADES.powf((now_ms - at_ms) / 1000.0);
        self.widest = (faded.max(f64::from(room)), now_ms);
        if f64::from(room) >= self.widest.0 * ROOM_SHARE {
            self.narrow_since = None;
            return true;
        }
        let since = *self.narrow_since.get_or_insert(now_ms);
        now_ms - since >= ROOM_WAITS_MS
    }

    /// A frame was sent although the peer had little room: it waits anew before the next one.
    pub fn wait_again(&mut self, now_ms: f64) {
        self.narrow_since = self.narrow_since.map(|_| now_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_there_when_its_last_byte_is() {
        let mut ledger = Ledger::default();
        ledger.sent(7, 1_000);
        ledger.sent(9, 3_000);
        ledger.sent(10, 4_000);
        assert_eq!(ledger.acked(999), None);
        assert_eq!(ledger.acked(3_500), Some(9));
        assert_eq!(ledger.acked(3_600), None);
        assert!(ledger.is_waiting());
        assert_eq!(ledger.acked(9_000), Some(10));
        assert!(!ledger.is_waiting());
    }

    #[test]
    fn who_does_not_read_takes_less_and_less() {
        let mut ledger = Ledger::default();
        assert!(ledger.is_read(60_000, 0.0) && ledger.is_read(200_000, 100.0));
        assert!(ledger.is_read(110_000, 200.0));
        assert!(!ledger.is_read(90_000, 300.0));
        assert!(ledger.is_read(105_000, 400.0), "it has read again");
    }

    #[test]
    fn a_peer_whose_room_got_small_for_good_is_not_starved() {
        let mut ledger = Ledger::default();
        ledger.is_read(1_000_000, 0.0);
        let mut frames = 0;
        for n in 0..600 {
            let now_ms = f64::from(n) * 100.0;
            if ledger.is_read(300_000, now_ms) {
                frames += 1;
                ledger.wait_again(now_ms);
            }
        }
        assert!(frames > 200, "{frames} in a minute");
    }

    #[test]
    fn what_nobody_acks_does_not_pile_up() {
        let mut ledger = Ledger::default();
        (0..1000).for_each(|number| ledger.sent(number, number));
        assert!(ledger.ends.len() <= LARGEST);
    }
}
