//! The flow-control window: how much may be under way to a viewer that acknowledges frames. Pure.
//!
//! What is under way fills the link, and beyond that a queue in front of it. So a frame may be sent while
//! what is under way does not exceed what the link carries in its round trip and a little more; one frame may
//! always be. Delay stays bounded however slow the link, and a long link is filled.

use std::collections::VecDeque;

use super::train::Train;
use crate::nouns::quality::Rung;

/// Longest queueing on a link of a megabyte a second, ms: about a frame, and less than a person notices in
/// live video.
const QUEUE_MS: f64 = 40.0;

/// Bytes a second of the link that [`QUEUE_MS`] is for.
const MEGABYTE: f64 = 1_000_000.0;

/// Power of its rate by which a link that carries less may queue longer. Viewers who share a queue all see
/// its delay; so those with the dearest frames are the first to find it too long, and the shares become alike
/// (as in TCP Vegas, where a fixed number of bytes in the queue does it). And on a fast link little lies in
/// the way when it becomes slow.
const QUEUE_POWER: f64 = 0.6;

/// Least queueing that any link may have, ms.
const LEAST_QUEUE_MS: f64 = 30.0;

/// Most queueing that a link of a short round trip may have, ms.
const MOST_QUEUE_MS: f64 = 120.0;

/// Longest time for which a busy browser or Wi-Fi may well hold an ack, ms. So a second frame may be under
/// way beside one that takes less.
const ACK_MS: f64 = 60.0;

/// Share of the round trip that any link may queue for: a longer link trembles more.
const QUEUE_SHARE: f64 = 0.25;

/// Most frames that may be under way before anything is known.
const INITIAL: usize = 2;

/// Most frames a second that a camera gives.
const FASTEST_FPS: f64 = 34.0;

/// Most frames under way, which is more than any link needs: 34 FPS over 2 s of round trip.
const LARGEST: usize = 68;

/// Longest time for which the least delay counts where the system does not tell the round trip, ms: routes
/// change.
const LEAST_LASTS_MS: f64 = 30_000.0;

/// A frame under way.
#[derive(Clone, Copy, Debug)]
struct Sent {
    number: u64,
    rung: Rung,
    bytes: f64,
    at_ms: f64,
}

/// A frame that has arrived.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delivered {
    /// Number of the frame.
    pub number: u64,
    /// The rung it was made at.
    pub rung: Rung,
    /// Size of the frame.
    pub bytes: f64,
    /// How much longer the frame took than an empty message takes, milliseconds.
    pub late_ms: f64,
}

/// One viewer's window. Times are milliseconds of any steady clock.
#[derive(Clone, Debug, Default)]
pub struct Window {
    in_flight: VecDeque<Sent>,
    /// When the last ack came.
    last_ack: Option<f64>,
    /// The link's least round trip, as the system measured it.
    round_trip_ms: Option<f64>,
    /// The least time from sending to ack.
    least: Option<LeastDelay>,
    train: Train,
}

/// The least time from sending to ack, and when it was seen.
#[derive(Clone, Copy, Debug)]
struct LeastDelay {
    ms: f64,
    at_ms: f64,
}

impl Window {
    /// Takes the least round trip of an empty segment, as the system measured it.
    pub fn set_round_trip(&mut self, round_trip_ms: f64) {
        self.round_trip_ms = Some(round_trip_ms);
    }

    /// Forgets what is under way and what was learned of it.
    pub fn forget(&mut self) {
        *self = Window { round_trip_ms: self.round_trip_ms, ..Window::default() };
    }

    /// Whether another frame may be sent. Always so before the first ack.
    pub fn allows(&self, now_ms: f64) -> bool {
        if self.last_ack.is_none() || self.in_flight.is_empty() {
            return true;
        }
        if self.in_flight.len() >= LARGEST {
            return false;
        }
        match (self.train.latest_capacity(now_ms), self.base_ms()) {
            (Some(capacity), Some(base_ms)) => self.has_room(capacity, base_ms),
            _ => self.in_flight.len() < INITIAL,
        }
    }

    /// Whether a link of that capacity, bytes a second, and that round trip has room for another frame.
    fn has_room(&self, capacity: f64, base_ms: f64) -> bool {
        let under_way: f64 = self.in_flight.iter().map(|sent| sent.bytes).sum();
        let under_way_ms = under_way * 1000.0 / capacity;
        let queue_ms = (QUEUE_MS * (MEGABYTE / capacity).powf(QUEUE_POWER))
            .clamp(LEAST_QUEUE_MS, MOST_QUEUE_MS)
            .max(base_ms * QUEUE_SHARE);
        // However fast the link was, a viewer whose acks stay away gets no more than the camera gives in that
        // time.
        let most_frames = (FASTEST_FPS * (base_ms + queue_ms.max(ACK_MS)) / 1000.0) as usize + 1;
        let count = self.in_flight.len();
        count < most_frames
            && (under_way_ms <= base_ms + queue_ms || count < INITIAL && under_way_ms <= base_ms + ACK_MS)
    }

    /// Takes that frame `number` of `bytes` bytes, made at `rung`, was handed to the socket.
    pub fn sent(&mut self, number: u64, rung: Rung, bytes: usize, now_ms: f64) {
        if self.in_flight.len() >= LARGEST {
            // A viewer that does not ack: what is kept only tells what a first ack speaks of.
            self.in_flight.pop_front();
        }
        self.in_flight.push_back(Sent { number, rung, bytes: bytes as f64, at_ms: now_ms });
    }

    /// Takes that the viewer has received every frame up to `number`. Returns those that it had not told of
    /// before. Numbers that were never sent are ignored.
    pub fn acked(&mut self, number: u64, now_ms: f64) -> Vec<Delivered> {
        let count = self.in_flight.iter().take_while(|sent| sent.number <= number).count();
        let arrived: Vec<Sent> = self.in_flight.drain(..count).collect();
        let Some(newest) = arrived.last() else { return Vec::new() };
        self.see_delay(now_ms - newest.at_ms, now_ms);
        let base_ms = self.base_ms().unwrap_or_default();
        let late = |sent: &Sent| (now_ms - sent.at_ms - base_ms).max(0.0);
        // The link was free when the frame was sent, or busy until the one before it was acked.
        let gap = self.last_ack.map_or(f64::INFINITY, |last| now_ms - last);
        let bytes: f64 = arrived.iter().map(|sent| sent.bytes).sum();
        self.train.add(bytes, arrived.first().map_or(gap, late).min(gap), now_ms);
        self.last_ack = Some(now_ms);
        let delivered = |sent: &Sent| {
            let Sent { number, rung, bytes, .. } = *sent;
            Delivered { number, rung, bytes, late_ms: late(sent) }
        };
        arrived.iter().map(delivered).collect()
    }

    /// Takes a time from sending to ack, ms.
    fn see_delay(&mut self, ms: f64, now_ms: f64) {
        let is_newer = |least: LeastDelay| ms <= least.ms || now_ms - least.at_ms > LEAST_LASTS_MS;
        if self.least.is_none_or(is_newer) {
            self.least = Some(LeastDelay { ms, at_ms: now_ms });
        }
    }

    /// The round trip of an empty link.
    fn base_ms(&self) -> Option<f64> {
        self.round_trip_ms.or(self.least.map(|least| least.ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::quality::{Level, Tier};

    const FRAME_MS: f64 = 1000.0 / 34.0;

    const RUNG: Rung = Rung { tier: Tier::Full, level: Level::MIN };

    /// A viewer that acks, on a link of 100 KB/s and a round trip of 100 ms, so that both are known.
    fn acking() -> (Window, f64) {
        let mut window = Window::default();
        window.set_round_trip(100.0);
        window.sent(0, RUNG, 10_000, 0.0);
        window.acked(0, 200.0);
        (window, 200.0)
    }

    #[test]
    fn what_is_under_way_fills_the_round_trip_and_a_short_queue() {
        let (mut window, now) = acking();
        // 160 ms of the link: 100 of its way and 60 in its queue.
        let sizes = [8_000, 8_000, 8_000];
        for (n, bytes) in (1..).zip(sizes) {
            assert!(window.allows(now), "{n}");
            window.sent(n, RUNG, bytes, now);
        }
        assert!(!window.allows(now));
        window.acked(1, now + 180.0);
        assert!(window.allows(now + 180.0));
    }

    #[test]
    fn one_frame_may_always_be_under_way() {
        let (mut window, now) = acking();
        assert!(window.allows(now));
        window.sent(1, RUNG, 1_000_000, now);
        assert!(!window.allows(now));
        let delivered = window.acked(1, now + 10_000.0);
        assert_eq!(delivered, [Delivered { number: 1, rung: RUNG, bytes: 1_000_000.0, late_ms: 9_900.0 }]);
        assert!(window.allows(now + 10_000.0));
    }

    #[test]
    fn without_a_measured_round_trip_the_least_delay_stands_for_it() {
        let mut window = Window::default();
        for n in 0..10 {
            let now = n as f64 * 100.0;
            window.sent(n, RUNG, 1_000, now);
            window.acked(n, now + 50.0);
        }
        window.sent(10, RUNG, 1_000, 1000.0);
        assert!(window.allows(1000.0), "nothing has been queued so far");
    }

    #[test]
    fn acks_count_from_the_first_one_however_late_it_comes() {
        let mut window = Window::default();
        window.set_round_trip(10.0);
        for number in 0..5 {
            assert!(window.allows(FRAME_MS * number as f64));
            window.sent(number, RUNG, 50_000, FRAME_MS * number as f64);
        }
        window.acked(0, 700.0);
        assert!(!window.allows(700.0), "four more are under way");
        window.acked(4, 710.0);
        assert!(window.allows(710.0));
    }

    #[test]
    fn a_viewer_that_never_acks_is_not_held_back() {
        let mut window = Window::default();
        for number in 0..1000 {
            let now = FRAME_MS * number as f64;
            assert!(window.allows(now));
            window.sent(number, RUNG, 50_000, now);
        }
        assert!(window.in_flight.len() <= LARGEST, "nothing piles up here");
    }

    #[test]
    fn acks_of_frames_never_sent_are_ignored() {
        let mut window = Window::default();
        window.acked(77, 0.0);
        assert!(window.last_ack.is_none());
        window.sent(1, RUNG, 1, 0.0);
        window.acked(u64::MAX, 1.0);
        assert!(window.in_flight.is_empty());
    }
}
