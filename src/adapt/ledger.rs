//! Which frames a client's kernel has, for clients that acknowledge none: byte counts of the connection in,
//! frame numbers and whether the client reads them out. Pure.
//!
//! A kernel that has a frame need not have a program that reads it. Where none does, the kernel's room for
//! more bytes shrinks, and that is how it is noticed.

use std::collections::VecDeque;

/// Least share of the most room it ever had that a peer has if it reads as fast as we send. No more than
/// half: Linux announces more room only when it has doubled.
const ROOM_SHARE: f64 = 0.5;

/// Longest time for which a peer with less room gets no frame, ms: its room may be smaller for good.
const ROOM_WAITS_MS: f64 = 1_000.0;

/// Share of the most room that a peer ever had that is left of it after a second: it counts less as time
/// passes.
const ROOM_FADES: f64 = 0.97;

/// Most messages that are kept, more than any link holds: 68 frames, each with refinements behind it.
const LARGEST: usize = 2 * 68;

/// The frames under way on one connection.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Frames that the peer's kernel does not have whole yet.
    frames: VecDeque<FrameEnd>,
    /// The most room that the peer ever had.
    widest: Room,
    /// Since when the peer has had too little room, ms.
    narrow_since: Option<f64>,
}

/// Where a frame ends.
#[derive(Clone, Copy, Debug)]
struct FrameEnd {
    /// Number of the frame.
    number: u64,
    /// Bytes of the connection up to its end.
    end: u64,
}

/// Room for bytes, which counts less as time passes.
#[derive(Clone, Copy, Debug, Default)]
struct Room {
    bytes: f64,
    /// When `bytes` was reckoned.
    at_ms: f64,
}

impl Room {
    /// What is left of it at `now_ms`.
    fn faded(self, now_ms: f64) -> f64 {
        self.bytes * ROOM_FADES.powf((now_ms - self.at_ms) / 1000.0)
    }
}

impl Ledger {
    /// Takes that frame `number` was sent and ends at byte `end` of the connection.
    pub fn sent(&mut self, number: u64, end: u64) {
        if self.frames.len() == LARGEST {
            self.frames.pop_front();
        }
        self.frames.push_back(FrameEnd { number, end });
    }

    /// Takes that the peer's kernel has `bytes` bytes of the connection. Returns the number of the last frame
    /// that it now has whole, if that is another one than before.
    pub fn acked(&mut self, bytes: u64) -> Option<u64> {
        let mut newest = None;
        while let Some(frame) = self.frames.front().copied().filter(|frame| frame.end <= bytes) {
            self.frames.pop_front();
            newest = Some(frame.number);
        }
        newest
    }

    /// Whether frames are under way.
    pub fn is_waiting(&self) -> bool {
        !self.frames.is_empty()
    }

    /// Whether a peer whose kernel would take `room` more bytes reads fast enough to be sent another frame.
    pub fn is_read(&mut self, room: u32, now_ms: f64) -> bool {
        let room = f64::from(room);
        self.widest = Room { bytes: self.widest.faded(now_ms).max(room), at_ms: now_ms };
        if room >= self.widest.bytes * ROOM_SHARE {
            self.narrow_since = None;
            return true;
        }
        let since = *self.narrow_since.get_or_insert(now_ms);
        now_ms - since >= ROOM_WAITS_MS
    }

    /// Has a peer with little room, to which a frame was sent all the same, wait anew before the next one.
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
        assert!(ledger.frames.len() <= LARGEST);
    }
}
