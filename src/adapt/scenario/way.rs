//! The way of a viewer's frames: from the camera through the encoder onto the link, and off it again. For
//! tests only.

use super::{Input, Scenario, Sent, outcome::Seen};
use crate::{adapt::rungs::cost, nouns::form::Part};

/// From capture to the moment at which a frame can be sent.
const ENCODE_MS: f64 = 4.0;

/// By how much frames grow and shrink as people come and go, and how often; measured on a street scene.
const BREATH: f64 = 0.09;
const BREATH_MS: f64 = 10_000.0;

/// Fastest link whose rate a server minds, megabits a second.
const MINDED_MBIT: f64 = 20.0;

/// Share of what a link carries that a server knows of, from the first frame on. How it comes to know is not
/// told here: links that seem thinner than they are, or have changed, are for the tests of the window.
const KNOWN: f64 = 0.9;

/// Shortest time at a rung before blocks that stand still are sent sharper, ms.
const HELD_MS: f64 = 3_000.0;

/// Share of a link up to which frames leave room for sharper blocks, and the share that these take.
const SPARE: f64 = 0.8;
const REFINED: f64 = 0.125;

impl Scenario {
    /// Takes what has arrived.
    pub(super) fn arrive(&mut self, now: f64) {
        while let Some((at, sent)) = self.frames.front().copied().filter(|(at, _)| *at <= now) {
            self.frames.pop_front();
            let Sent { number, rung, bytes, part, .. } = sent;
            let age = at - sent.captured - self.one_way_ms;
            if part != Part::Refined {
                self.acks.push_back((at + self.one_way_ms + self.ack_ms, number));
                self.seen.push(Seen { at, age, bytes, rung });
            }
            // As golden files write it.
            let late_ms = Some((age * 10.0).round() / 10.0);
            self.feed(Input::Frame { number, rung, bytes, late_ms, slate: false, part });
        }
    }

    /// Sends the newest picture where that is due.
    pub(super) fn send(&mut self, now: f64) {
        let interval = if self.frozen { 1000.0 } else { (1000.0 / self.camera_fps).max(1.0) };
        if now >= self.next_capture {
            self.captured = (self.captured.0 + 1, now);
            self.next_capture += interval;
            if let Some(deltas) = &mut self.deltas {
                deltas.captured(now);
            }
        }
        let (number, captured) = self.captured;
        if number <= self.newest
            || now < captured + ENCODE_MS
            || !self.link.has_room(now)
            || !self.window.allows(now)
        {
            return;
        }
        self.newest = number;
        let rung = self.sent_rung;
        let (part, bytes) = self.made(now);
        self.window.sent(number, rung, bytes as usize, now);
        let sent = Sent { number, rung, bytes, captured, part };
        self.carry(sent, now);
        let held_ms = now - self.steps.last().map_or(0.0, |(at, ..)| *at);
        let whole_interval = self.link.rate() * interval;
        if part == Part::Delta && held_ms >= HELD_MS && bytes <= SPARE * whole_interval {
            let bytes = (REFINED * whole_interval).min(4_096.0).round();
            self.carry(Sent { bytes, part: Part::Refined, ..sent }, now);
        }
    }

    /// What the encoder makes of the newest picture, and how many bytes it has.
    fn made(&mut self, now: f64) -> (Part, f64) {
        // Frames of one scene differ by a few percent, and people come and go.
        let busy = 1.0 + BREATH * (now / BREATH_MS * std::f64::consts::TAU).sin();
        let whole = self.unit * cost(self.sent_rung);
        let trembles = 0.95 + 0.1 * self.random.f64();
        let Some(deltas) = &mut self.deltas else {
            return (Part::Whole, (whole * busy * trembles).round());
        };
        let known = !self.seen.is_empty() && self.link.mbit <= MINDED_MBIT;
        let rate = known.then(|| self.link.rate() * KNOWN);
        let (part, bytes) = deltas.next(self.sent_rung, whole * trembles, rate);
        (part, bytes.round())
    }

    /// Puts a frame on the link.
    fn carry(&mut self, sent: Sent, now: f64) {
        let through = self.link.carry(sent.bytes, now);
        let at = (through + self.one_way_ms + self.jitter_ms * self.random.f64()).max(self.last_arrival);
        self.last_arrival = at;
        self.frames.push_back((at, sent));
    }
}
