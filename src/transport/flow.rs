//! One viewer's flow: whether its link takes another frame, and which rung is right for it where the server
//! decides.
//!
//! Clocks and socket in, `adapt`'s pure decisions out. A client's own acks count; where there are none, what
//! its kernel has is told by ours. What is sent is `link`'s and `mjpeg`'s.

mod room;
mod spare;

use std::time::{Duration, Instant};

use actix_web::rt::net::TcpStream;
use spare::Spare;

use super::{congestion::Congestion, offer::Offer, tcp_info::TcpInfo};
use crate::{
    adapt::{Controller, Decision, Delivered, Input, Ledger, Window},
    delta::Room,
    frame::EncodedFrame,
    hub::Condition,
    nouns::quality::Rung,
};

/// How often the connection is asked for what hardly changes: its round trip, and what was lost.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A socket that was full this recently is that of a slow link or a slow reader: then it is worth a system
/// call a frame to know what arrives.
const SLOW_FOR: Duration = Duration::from_secs(10);

/// A client that has not acked for this long counts as one that never acks (protocol).
const ACKED_LATELY: Duration = Duration::from_secs(2);

/// How often a controller decides.
const TICK_EVERY: Duration = Duration::from_millis(250);

/// One viewer's flow.
pub(super) struct Flow {
    began: Instant,
    witness: Witness,
    window: Window,
    ledger: Ledger,
    /// What the connection was like when it was last asked.
    info: Option<(Instant, TcpInfo)>,
    /// How the kernel controls it, and when that is to be thought over next.
    congestion: Option<(Instant, Congestion)>,
    /// The frame that was sent last.
    sent: Option<u64>,
    /// The last one that the client has acked, and when.
    acked: Option<u64>,
    acked_at: Option<Instant>,
    /// When a frame was last known to have arrived.
    received_at: Instant,
    /// When the socket last took no more.
    full_at: Option<Instant>,
    /// The frame that is being written.
    writing: Option<u64>,
    spare: Spare,
    auto: Option<Auto>,
}

/// Who tells what arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Witness {
    /// Nobody: the socket takes what it takes.
    Nobody,
    /// The client, by its acks.
    Client,
    /// The client's kernel, for one that acks nothing.
    Kernel,
}

/// A controller of the server's.
struct Auto {
    controller: Controller,
    decided_at: Option<Instant>,
    condition: Option<u64>,
}

impl Flow {
    /// A flow that has carried nothing yet.
    pub fn new() -> Self {
        let now = Instant::now();
        Flow {
            began: now,
            received_at: now,
            witness: Witness::Nobody,
            window: Window::default(),
            ledger: Ledger::default(),
            info: None,
            congestion: None,
            sent: None,
            acked: None,
            acked_at: None,
            full_at: None,
            writing: None,
            spare: Spare::new(now),
            auto: None,
        }
    }

    /// What was asked for last: from now on the server decides, or it does not.
    pub fn follow(&mut self, offer: Offer, now: Instant) {
        let now_ms = self.ms(now);
        self.auto = offer.rungs.map(|rungs| {
            // Viewers who share a link must not try together.
            let mut controller = Controller::new(rungs, offer.rung, fastrand::f64(), now_ms);
            controller.take(Input::Connected(true), now_ms);
            Auto { controller, decided_at: None, condition: None }
        });
    }

    /// The viewer gets another rung than it asked for, or again the one that it asked for. True where that
    /// was the server's own choice, which is then made anew from here.
    pub fn given(&mut self, rung: Rung, now: Instant) -> bool {
        let now_ms = self.ms(now);
        let Some(auto) = &mut self.auto else { return false };
        auto.controller.take(Input::Given(rung), now_ms);
        true
    }

    /// Looks at the socket, where that is worth it; to be called before anything is decided.
    pub fn look(&mut self, socket: &TcpStream, now: Instant) {
        self.call_witness(now);
        let due = self.info.is_none_or(|(at, _)| now.saturating_duration_since(at) >= LOOK_EVERY);
        if self.witness != Witness::Kernel && !due {
            return;
        }
        let Some(info) = TcpInfo::of(socket) else { return };
        self.info = Some((now, info));
        self.control(socket, &info, now);
        self.window.set_round_trip(info.round_trip.as_secs_f64() * 1000.0);
        if self.witness == Witness::Kernel
            && let Some(number) = self.ledger.acked(info.acked)
        {
            // What is under way now tells whether that ack was the last one.
            let is_waiting = self.ledger.is_waiting();
            let at = if is_waiting { Some(now) } else { now.checked_sub(info.since_ack) };
            self.received(number, at.unwrap_or(now));
            // Refinements that came with their frame.
            if !is_waiting && self.window.awaits(number) {
                self.received(number, at.unwrap_or(now));
            }
        }
    }

    fn control(&mut self, socket: &TcpStream, info: &TcpInfo, now: Instant) {
        let (at, congestion) = self.congestion.get_or_insert_with(|| (now, Congestion::of(socket)));
        if *at <= now {
            congestion.second(socket, info);
            *at = now + LOOK_EVERY;
        }
    }

    /// Whether another frame may be sent.
    pub fn allows(&mut self, now: Instant) -> bool {
        let now_ms = self.ms(now);
        match (self.witness, self.info) {
            (Witness::Nobody, _) => true,
            (Witness::Kernel, Some((_, info))) if self.is_slow(now) => {
                self.window.allows(now_ms) && self.ledger.is_read(info.room, now_ms)
            }
            (Witness::Kernel | Witness::Client, _) => self.window.allows(now_ms),
        }
    }

    /// Takes that there was a frame which [`Flow::allows`] held back.
    pub fn refused(&mut self, now: Instant) {
        let now_ms = self.ms(now);
        self.window.refused(now_ms);
    }

    /// Finds out who tells what arrives from now on. What another one told does not count any more.
    fn call_witness(&mut self, now: Instant) {
        let witness = if self.acked_at.is_some_and(|at| now.saturating_duration_since(at) <= ACKED_LATELY) {
            Witness::Client
        } else if self.is_slow(now) || self.auto.is_some() {
            Witness::Kernel
        } else {
            Witness::Nobody
        };
        if witness != self.witness {
            // A first ack speaks of what was sent before it.
            if witness != Witness::Client {
                self.window.forget();
                self.ledger = Ledger::default();
            }
            self.witness = witness;
        }
    }

    fn is_slow(&self, now: Instant) -> bool {
        self.full_at.is_some_and(|at| now.saturating_duration_since(at) < SLOW_FOR)
    }

    /// How many bytes the link takes of a key frame, and of each message of a sweep, of a camera of that
    /// rate, frames a second.
    pub fn room(&self, fps: f64, now: Instant) -> Room {
        room::room(self.window.known_capacity(self.ms(now)), fps)
    }

    /// Bytes that refinements may take now, beside frames; `None` where they may take nothing.
    pub fn spare(&mut self, now: Instant) -> Option<usize> {
        let now_ms = self.ms(now);
        let capacity = self.window.known_capacity(now_ms);
        // Of a link that nothing else tells of, a full socket tells that it is no wide one.
        if capacity.is_none() && self.is_slow(now) || !self.window.is_half_empty(now_ms) {
            return None;
        }
        self.spare.bytes(capacity, now)
    }

    /// A frame, or refinements of the last one, go out next.
    pub fn sends(&mut self, frame: &EncodedFrame, now: Instant) {
        let (now_ms, bytes) = (self.ms(now), frame.message.len());
        self.window.sent(frame.number, frame.rung, bytes, now_ms);
        self.window.held(frame.part);
        self.spare.sent(frame.rung, frame.part, bytes, now);
        self.ledger.wait_again(now_ms);
        (self.sent, self.writing) = (Some(frame.number), Some(frame.number));
    }

    /// What was to be written has been; `full` says whether the socket did not take it at once.
    pub fn written(&mut self, socket: &TcpStream, full: bool, now: Instant) {
        if full {
            self.full_at = Some(now);
            self.window.filled();
        }
        let Some(number) = self.writing.take() else { return };
        self.call_witness(now);
        if self.witness == Witness::Kernel
            && let Some(info) = TcpInfo::of(socket)
        {
            self.ledger.sent(number, info.handed);
        }
    }

    /// The client says that it has every frame up to `number`.
    pub fn acked(&mut self, number: u64, now: Instant) {
        // What it was never sent, and what it has acked before, says nothing; but refinements have the number
        // of a frame that it may have acked.
        let is_news = Some(number) > self.acked || self.window.awaits(number);
        if Some(number) <= self.sent && is_news {
            (self.acked, self.acked_at) = (Some(number), Some(now));
            self.received(number, now);
        }
    }

    fn received(&mut self, number: u64, at: Instant) {
        // What the kernel tells in hindsight may lie before what was known already.
        self.received_at = self.received_at.max(at);
        let at_ms = self.ms(self.received_at);
        let delivered = self.window.acked(number, at_ms);
        let Some(auto) = &mut self.auto else { return };
        for frame in delivered {
            let (number, late_ms) = (frame.number, Some(frame.late_ms));
            let Delivered { rung, part, bytes, .. } = frame;
            let arrived = Input::Frame { number, rung, bytes, late_ms, slate: false, part };
            auto.controller.take(arrived, at_ms);
        }
    }

    /// The rung to go to now, where the server decides and has changed its mind.
    pub fn step(&mut self, condition: &Condition, now: Instant) -> Option<Rung> {
        let now_ms = self.ms(now);
        // On a system that does not tell what arrives there is nothing to decide by.
        if self.info.is_none() && self.acked_at.is_none() {
            return None;
        }
        let auto = self.auto.as_mut()?;
        if auto.decided_at.is_some_and(|at| now.saturating_duration_since(at) < TICK_EVERY) {
            return None;
        }
        auto.decided_at = Some(now);
        if auto.condition != Some(condition.version) {
            auto.condition = Some(condition.version);
            // A frozen camera delivers: the gaps in its numbers still tell what the link loses.
            let streaming = condition.camera.state.delivers();
            auto.controller.take(Input::Status { streaming, fps: condition.camera.fps }, now_ms);
        }
        match auto.controller.take(Input::Tick { painted_fps: None }, now_ms) {
            Decision::Step { from, to, reason } => {
                log::debug!(
                    "level {} of scale {} after {} of {}: {reason:?}",
                    to.level,
                    to.tier.scale(),
                    from.level,
                    from.tier.scale()
                );
                Some(to)
            }
            Decision::Hold(_) | Decision::None => None,
        }
    }

    fn ms(&self, at: Instant) -> f64 {
        at.saturating_duration_since(self.began).as_secs_f64() * 1000.0
    }
}

#[cfg(test)]
mod tests;
