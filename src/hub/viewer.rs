//! One viewer's side of the hub: what it wants, what it had last, what it missed.
//!
//! Leaves by being dropped. What goes onto the wire, and when, is `transport`'s.

mod deltas;
mod seat;

use std::{sync::Arc, task::Waker};

use atomic_waker::AtomicWaker;
use seat::Seat;

use super::{
    audience::Bell,
    channel::{Channel, Over},
    condition::Condition,
    permit::Pass,
    supply::Supply,
};
use crate::{
    delta::Held,
    encode::{Stream, Want},
    frame::EncodedFrame,
    nouns::{form::Form, layers::View, quality::Rung},
    protocol::Status,
    tools::metrics::Metrics,
};

/// What a viewer gets frames by, and where they are counted.
pub(super) struct Means {
    /// Where its frames come from.
    pub supply: Supply,
    /// Where they are counted.
    pub metrics: Metrics,
}

/// What there is for a viewer.
#[derive(Clone, Debug)]
pub enum Taken {
    /// A frame.
    Frame(Arc<EncodedFrame>),
    /// Nothing at this moment: somebody else is at the stream, for a millisecond or two, or so much was made
    /// for others that it has to wait. The viewer has to ask again by itself.
    Later,
    /// Nothing that it has not had; it is woken when there is another.
    Nothing,
}

/// A viewer who gets another rung than was asked for; counted by the channel while this lives.
struct Moved {
    channel: Arc<Channel>,
    asked: View,
    given: Rung,
}

/// A viewer of one camera.
pub struct Viewer {
    means: Means,
    // Dropped before the seat: while nobody wants a rung, its audience may still be there, but never the
    // reverse, or the next to sit down would find a rung that is wanted already and no frame.
    want: Want,
    seat: Seat,
    asked: View,
    moved: Option<Moved>,
    /// Number of the frame that it had last.
    last: Option<u64>,
    skipped: u64,
    /// What it can apply deltas to; `None` before its first frame, behind a slate, and while it needs a key
    /// frame.
    held: Option<Held>,
    /// Whether it has asked for a key frame that it has not got.
    needs_key: bool,
    _pass: Pass,
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

impl Viewer {
    /// A viewer of `view` in that form; `None` where the camera is gone.
    pub(super) fn new(
        channel: &Arc<Channel>,
        view: View,
        form: Form,
        means: Means,
        pass: Pass,
    ) -> Option<Self> {
        // Seated before wanting: the frame that wanting brings must find its audience.
        let seat = Seat::take(channel, view, form, Bell::default(), &means.metrics)?;
        let want = means.supply.want(&Stream::of(channel.camera(), view), form);
        let (asked, moved, last, skipped, held, needs_key) = (view, None, None, 0, None, false);
        Some(Viewer { means, want, seat, asked, moved, last, skipped, held, needs_key, _pass: pass })
    }

    /// The camera that is watched.
    pub fn channel(&self) -> &Channel {
        &self.seat.channel
    }

    /// The rung that is watched.
    pub fn rung(&self) -> Rung {
        self.seat.view.rung
    }

    /// The form in which frames come.
    pub fn form(&self) -> Form {
        self.seat.form
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

    /// What is held stays: it is of another stream's life then, so what follows is a key frame or a sweep.
    fn switch(&mut self, rung: Rung) {
        let Seat { ref channel, form, ref bell, .. } = self.seat;
        let view = View { rung, ..self.asked };
        // Of a camera that is gone nothing more comes, whatever the rung.
        let Some(seat) = Seat::take(channel, view, form, Arc::clone(bell), &self.means.metrics) else {
            return;
        };
        self.want = self.means.supply.want(&Stream::of(channel.camera(), view), form);
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

    /// The newest complete picture, if this viewer has not had it; those in between are counted as skipped.
    /// For viewers in that form; to others none comes.
    pub fn take_frame(&mut self) -> Option<Arc<EncodedFrame>> {
        let frame =
            self.seat.audience.newest().filter(|frame| self.last.is_none_or(|last| frame.number > last))?;
        self.note(&frame);
        Some(frame)
    }

    /// Counts a frame that goes to the viewer, and those that it missed. A key frame that was asked for, of
    /// the frame that it had, is bytes alone.
    fn note(&mut self, frame: &EncodedFrame) {
        let counters = &self.seat.counters;
        counters.sent(frame);
        let last = self.last.replace(frame.number);
        if last == Some(frame.number) {
            return;
        }
        if let Some(last) = last {
            let skipped = frame.number - last - 1;
            self.skipped += skipped;
            counters.skipped(skipped);
        }
        counters.delivered(frame);
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

#[cfg(test)]
mod tests;
