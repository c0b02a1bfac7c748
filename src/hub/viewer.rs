//! One viewer's side of the hub: what it wants, what it had last, what it missed.
//!
//! Leaves by being dropped. What goes onto the wire, and when, is `transport`'s.

use std::{sync::Arc, task::Waker};

use atomic_waker::AtomicWaker;

use super::{
    audience::{Audience, Bell},
    channel::{Channel, Over},
    condition::Condition,
    permit::Pass,
    supply::Supply,
};
use crate::{
    encode::{Stream, Want},
    frame::{EncodedFrame, now_us},
    nouns::{form::Form, layers::View, quality::Rung},
    protocol::Status,
    tools::metrics::{Histogram, IntCounter, IntGauge, Metrics},
};

/// A viewer's seat in the audience of a view; left when dropped.
struct Seat {
    channel: Arc<Channel>,
    audience: Arc<Audience>,
    view: View,
    bell: Bell,
    counters: Counters,
}

/// A viewer who gets another rung than was asked for; counted by the channel while this lives.
struct Moved {
    channel: Arc<Channel>,
    asked: View,
    given: Rung,
}

/// The counters of one seat, looked up once rather than at each frame.
struct Counters {
    sent: IntCounter,
    bytes: IntCounter,
    skipped: IntCounter,
    viewers: IntGauge,
    delivery: Histogram,
}

/// A viewer of one camera.
pub struct Viewer {
    supply: Supply,
    metrics: Metrics,
    // Dropped before the seat: while nobody wants a rung, its audience may still be there, but never the
    // reverse, or the next to sit down would find a rung that is wanted already and no frame.
    want: Want,
    seat: Seat,
    asked: View,
    moved: Option<Moved>,
    last: Option<u64>,
    skipped: u64,
    _pass: Pass,
}

impl Seat {
    /// A seat among those who watch `view`; `None` where the camera is gone.
    fn take(channel: &Arc<Channel>, view: View, bell: Bell, metrics: &Metrics) -> Option<Self> {
        let counters = channel.while_there(|| Counters::of(channel.camera(), view.rung, metrics))?;
        let audience = channel.enter(view, &bell);
        counters.viewers.inc();
        Some(Seat { channel: Arc::clone(channel), audience, view, bell, counters })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.counters.viewers.dec();
        self.channel.leave(self.view, &self.bell);
    }
}

impl Moved {
    fn new(channel: &Arc<Channel>, asked: View, given: Rung) -> Self {
        channel.count_moved((asked, given), |viewers| viewers + 1);
        Moved { channel: Arc::clone(channel), asked, given }
    }
}

impl Drop for Moved {
    fn drop(&mut self) {
        self.channel.count_moved((self.asked, self.given), |viewers| viewers.saturating_sub(1));
    }
}

impl Counters {
    fn of(camera: &str, rung: Rung, metrics: &Metrics) -> Self {
        let level = rung.level.to_string();
        Counters {
            sent: metrics.frames_sent.with_label_values(&[camera, &level]),
            bytes: metrics.bytes_sent.with_label_values(&[camera]),
            skipped: metrics.frames_skipped.with_label_values(&[camera, "viewer_slow"]),
            viewers: metrics.viewers.with_label_values(&[camera, &level]),
            delivery: metrics.delivery.with_label_values(&[camera]),
        }
    }
}

impl Viewer {
    /// A viewer of `view`; `None` where the camera is gone.
    pub(super) fn new(
        channel: &Arc<Channel>,
        view: View,
        supply: Supply,
        metrics: Metrics,
        pass: Pass,
    ) -> Option<Self> {
        // Seated before wanting: the frame that wanting brings must find its audience.
        let seat = Seat::take(channel, view, Bell::default(), &metrics)?;
        let want = supply.want(&Stream::of(channel.camera(), view), Form::Whole);
        let (asked, moved, last, skipped) = (view, None, None, 0);
        Some(Viewer { supply, metrics, want, seat, asked, moved, last, skipped, _pass: pass })
    }

    /// The camera that is watched.
    pub fn channel(&self) -> &Channel {
        &self.seat.channel
    }

    /// The rung that is watched.
    pub fn rung(&self) -> Rung {
        self.seat.view.rung
    }

    /// Asks for another rung from the next frame on, with the layers there are; others are not disturbed.
    /// Returns the rung that is given, which is another one where the one asked for is closed.
    pub fn ask(&mut self, rung: Rung) -> Rung {
        self.asked.rung = rung;
        let condition = self.channel().condition();
        self.settle(&condition);
        self.rung()
    }

    /// Goes to another rung where the one asked for is closed, and back when it is open again: from the next
    /// frame on, without missing one. To be called before each frame; the rung, if it is another one now.
    pub fn settle(&mut self, condition: &Condition) -> Option<Rung> {
        let rung = condition.given(self.asked);
        let changed = rung != self.rung();
        if changed {
            self.switch(rung);
        }
        let counted = self.moved.as_ref().map(|it| (it.asked, it.given));
        let is_moved = rung != self.asked.rung;
        if counted != is_moved.then_some((self.asked, rung)) {
            // The old one is counted out first.
            self.moved = None;
            self.moved = is_moved.then(|| Moved::new(&self.seat.channel, self.asked, rung));
        }
        changed.then_some(rung)
    }

    /// Counts the rung that is given as the one asked for: the viewer stays there when another one opens.
    pub fn accept(&mut self) {
        (self.asked, self.moved) = (self.seat.view, None);
    }

    fn switch(&mut self, rung: Rung) {
        let (channel, view) = (&self.seat.channel, View { rung, ..self.asked });
        // Of a camera that is gone nothing more comes, whatever the rung.
        let Some(seat) = Seat::take(channel, view, Arc::clone(&self.seat.bell), &self.metrics) else {
            return;
        };
        self.want = self.supply.want(&Stream::of(channel.camera(), view), Form::Whole);
        self.seat = seat;
    }

    /// Whom to wake when there is something new; to be called before asking for it, so that nothing falls in
    /// between.
    pub fn wake(&self, waker: &Waker) {
        self.seat.bell.register(waker);
    }

    /// A handle that wakes this viewer from moved.
    pub fn bell(&self) -> Arc<AtomicWaker> {
        Arc::clone(&self.seat.bell)
    }

    /// The newest frame, if this viewer has not had it; those in between are counted as skipped.
    pub fn take_frame(&mut self) -> Option<Arc<EncodedFrame>> {
        let frame =
            self.seat.audience.newest().filter(|frame| self.last.is_none_or(|last| frame.number > last))?;
        let counters = &self.seat.counters;
        if let Some(last) = self.last.replace(frame.number) {
            let skipped = frame.number - last - 1;
            self.skipped += skipped;
            counters.skipped.inc_by(skipped);
        }
        counters.sent.inc();
        counters.bytes.inc_by(frame.message.len() as u64);
        counters.delivery.observe(now_us().saturating_sub(frame.captured_us) as f64 / 1e6);
        Some(frame)
    }

    /// How the camera and this viewer fare.
    pub fn status(&self) -> Status {
        let channel = self.channel();
        let condition = channel.condition();
        // One decimal is what anybody reads, and keeps the message short.
        let camera = &condition.camera;
        let fps = (camera.fps * 10.0).round() / 10.0;
        Status {
            state: camera.state,
            fps,
            viewers: channel.viewers(),
            skipped: self.skipped,
            reason: camera.reason.as_ref().map(|reason| reason.text.clone()),
            reason_code: camera.reason.as_ref().map(|reason| reason.code),
            degraded: [&camera.degraded[..], &camera.server_degraded].concat(),
        }
    }

    /// Why there is nothing more to watch, once that is so.
    pub fn over(&self) -> Option<Over> {
        self.channel().over()
    }
}
