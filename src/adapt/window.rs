//! The flow-control window: how much may be under way to a viewer that acknowledges frames. Pure.
//!
//! What is under way fills the link, and beyond that a queue in front of it. So a frame may be sent while
//! what is under way does not exceed what the link carries in its round trip and a little more; one frame may
//! always be. Delay stays bounded however slow the link, and a long link is filled.

use std::{collections::VecDeque, mem};

use super::{known::Known, train::Train};
use crate::nouns::{form::Part, quality::Rung};

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

/// Share of what may be under way that is, at most, where there is room for more than frames.
const SPARE_SHARE: f64 = 0.5;

/// Most frames a second that a camera gives.
const FASTEST_FPS: f64 = 34.0;

/// Most frames under way, which is more than any link needs: 34 FPS over 2 s of round trip.
const LARGEST: usize = 68;

/// Most messages that are kept: as many frames, each with refinements behind it.
const MOST_KEPT: usize = 2 * LARGEST;

/// Longest time for which the least delay counts where the system does not tell the round trip, ms: routes
/// change.
const LEAST_LASTS_MS: f64 = 30_000.0;

/// A message with a frame, or with refinements of one, under way.
#[derive(Clone, Copy, Debug)]
struct Sent {
    number: u64,
    rung: Rung,
    part: Part,
    bytes: f64,
    at_ms: f64,
    /// Whether the link was full: a frame was held back before this message, or while it was behind another.
    held_up: bool,
}

/// A frame that has arrived.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delivered {
    /// Number of the frame.
    pub number: u64,
    /// The rung it was made at.
    pub rung: Rung,
    /// What the message held.
    pub part: Part,
    /// Size of the message.
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
    known: Known,
    /// Whether the link has been full since the last message was sent.
    is_full: bool,
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
        if self.frames() >= LARGEST {
            return false;
        }
        match self.estimate(now_ms) {
            Some((capacity, base_ms)) => self.has_room(capacity, base_ms),
            None => self.frames() < INITIAL,
        }
    }

    /// Takes that there was a frame which this window did not allow. Where that is for the bytes under way
    /// the link is full: of those messages each waits for the one before it, and the next one for all.
    pub fn refused(&mut self, now_ms: f64) {
        // Too many small frames are none that fill a link: their acks stay away for another reason.
        let is_filled = |(capacity, base_ms): (f64, f64)| {
            self.under_way_ms(capacity) > base_ms + queue_ms(capacity, base_ms)
        };
        if self.estimate(now_ms).is_some_and(is_filled) {
            self.in_flight.iter_mut().skip(1).for_each(|sent| sent.held_up = true);
            self.filled();
        }
    }

    /// Takes that the socket did not take at once what was sent last: what is sent next waits for that.
    pub fn filled(&mut self) {
        self.is_full = true;
    }

    /// Whether there is room for more than frames: half of what may be under way, or more, is not. Always so
    /// before the first ack.
    pub fn is_half_empty(&self, now_ms: f64) -> bool {
        if self.last_ack.is_none() {
            return true;
        }
        match self.estimate(now_ms) {
            Some((capacity, base_ms)) => {
                let most_ms = base_ms + queue_ms(capacity, base_ms);
                self.under_way_ms(capacity) <= most_ms * SPARE_SHARE
            }
            // Of a link that is not known, one frame.
            None => self.in_flight.len() < INITIAL,
        }
    }

    /// Bytes a second that the link is known to carry, by messages that filled it or, where that is more, by
    /// what it carried lately; `None` where none has filled it. What frames tell that leave it idle is a
    /// lower bound, and may be far below.
    pub fn known_capacity(&self, now_ms: f64) -> Option<f64> {
        self.known.capacity(self.train.latest_capacity(now_ms))
    }

    /// Whether an ack of frame `number` would say something: it, or refinements of it, are under way.
    pub fn awaits(&self, number: u64) -> bool {
        self.in_flight.iter().rev().any(|sent| sent.number == number)
    }

    /// Whether a link of that capacity, bytes a second, and that round trip has room for another frame.
    fn has_room(&self, capacity: f64, base_ms: f64) -> bool {
        let under_way_ms = self.under_way_ms(capacity);
        let queue_ms = queue_ms(capacity, base_ms);
        // However fast the link was, a viewer whose acks stay away gets no more than the camera gives in that
        // time.
        let most_frames = (FASTEST_FPS * (base_ms + queue_ms.max(ACK_MS)) / 1000.0) as usize + 1;
        let count = self.frames();
        count < most_frames
            && (under_way_ms <= base_ms + queue_ms || count < INITIAL && under_way_ms <= base_ms + ACK_MS)
    }

    /// What the link carried lately, bytes a second, and its round trip, where both are known.
    fn estimate(&self, now_ms: f64) -> Option<(f64, f64)> {
        self.train.latest_capacity(now_ms).zip(self.base_ms())
    }

    /// Time for which what is under way keeps a link of that capacity, bytes a second, busy.
    fn under_way_ms(&self, capacity: f64) -> f64 {
        self.in_flight.iter().map(|sent| sent.bytes).sum::<f64>() * 1000.0 / capacity
    }

    /// Frames under way. Refinements, which go beside them, are bytes alone: they must not keep a frame back
    /// that the link has room for.
    fn frames(&self) -> usize {
        self.in_flight.iter().filter(|sent| sent.part != Part::Refined).count()
    }

    /// Takes that frame `number` of `bytes` bytes, made at `rung`, was handed to the socket: a complete
    /// picture, unless [`Window::held`] says otherwise.
    pub fn sent(&mut self, number: u64, rung: Rung, bytes: usize, now_ms: f64) {
        if self.in_flight.len() >= MOST_KEPT {
            // A viewer that does not ack: what is kept only tells what a first ack speaks of.
            self.in_flight.pop_front();
        }
        let (part, bytes, held_up) = (Part::Whole, bytes as f64, mem::take(&mut self.is_full));
        self.in_flight.push_back(Sent { number, rung, part, bytes, at_ms: now_ms, held_up });
    }

    /// Takes what the message that was sent last held.
    pub fn held(&mut self, part: Part) {
        if let Some(sent) = self.in_flight.back_mut() {
            sent.part = part;
        }
    }

    /// Takes that the viewer has received every frame up to `number`. Returns those that it had not told of
    /// before. Numbers that were never sent are ignored.
    ///
    /// Refinements have the number of the frame that they belong to, which may have been acked before they
    /// are there. So of several messages of that number each ack tells of one.
    pub fn acked(&mut self, number: u64, now_ms: f64) -> Vec<Delivered> {
        let before = self.in_flight.iter().take_while(|sent| sent.number < number).count();
        let is_there = self.in_flight.get(before).is_some_and(|sent| sent.number == number);
        let count = before + usize::from(is_there);
        let arrived: Vec<Sent> = self.in_flight.drain(..count).collect();
        let Some(newest) = arrived.last() else { return Vec::new() };
        self.see_delay(now_ms - newest.at_ms, now_ms);
        let base_ms = self.base_ms().unwrap_or_default();
        let late = |sent: &Sent| (now_ms - sent.at_ms - base_ms).max(0.0);
        // The link was free when the frame was sent, or busy until the one before it was acked.
        let gap = self.last_ack.map_or(f64::INFINITY, |last| now_ms - last);
        let bytes: f64 = arrived.iter().map(|sent| sent.bytes).sum();
        let busy_ms = arrived.first().map_or(gap, late).min(gap);
        self.train.add(bytes, busy_ms, now_ms);
        let waited = arrived.first().is_some_and(|first| self.has_waited(first));
        self.known.add(bytes, busy_ms, waited, now_ms);
        self.last_ack = Some(now_ms);
        let delivered = |sent: &Sent| {
            let Sent { number, rung, part, bytes, .. } = *sent;
            Delivered { number, rung, part, bytes, late_ms: late(sent) }
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

    /// Whether a message waited for the one before it: the link was full, and without that it could have been
    /// acked before. Late acks alone do not make a full link: a page may be busy, a route become longer.
    fn has_waited(&self, sent: &Sent) -> bool {
        let least_ms = self.least.map_or(0.0, |least| least.ms);
        sent.held_up && self.last_ack.is_some_and(|last| last > sent.at_ms + least_ms)
    }

    /// The round trip of an empty link.
    fn base_ms(&self) -> Option<f64> {
        self.round_trip_ms.or(self.least.map(|least| least.ms))
    }
}

/// Longest queueing on a link of that capacity, bytes a second, and that round trip, ms.
fn queue_ms(capacity: f64, base_ms: f64) -> f64 {
    (QUEUE_MS * (MEGABYTE / capacity).powf(QUEUE_POWER))
        .clamp(LEAST_QUEUE_MS, MOST_QUEUE_MS)
        .max(base_ms * QUEUE_SHARE)
}

#[cfg(test)]
mod tests;
