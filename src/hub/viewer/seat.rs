//! A viewer's seat in the audience of a view, and what is counted at it.

use std::sync::Arc;

use crate::{
    frame::{EncodedFrame, now_us},
    hub::{
        audience::{Audience, Bell},
        channel::Channel,
    },
    nouns::{
        form::{Form, Part},
        layers::View,
        quality::Rung,
    },
    tools::metrics::{Histogram, IntCounter, IntGauge, Metrics},
};

/// What `/metrics` calls the parts, in the order of [`place`].
const KINDS: [&str; 4] = ["key", "delta", "sweep", "refined"];

/// A viewer's seat in the audience of a view; left when dropped.
pub(super) struct Seat {
    pub channel: Arc<Channel>,
    pub audience: Arc<Audience>,
    pub view: View,
    pub form: Form,
    pub bell: Bell,
    pub counters: Counters,
}

/// The counters of one seat, looked up once rather than at each frame.
pub(super) struct Counters {
    sent: IntCounter,
    bytes: IntCounter,
    skipped: IntCounter,
    viewers: IntGauge,
    delivery: Histogram,
    /// Of those who get deltas alone.
    parts: Option<Parts>,
}

/// The counters of the seat of a viewer who gets deltas.
struct Parts {
    frames: [IntCounter; 4],
    bytes: [IntCounter; 4],
    blocks: IntCounter,
    refined_blocks: IntCounter,
    keys_asked: IntCounter,
}

impl Seat {
    /// A seat among those who watch `view` in that form; `None` where the camera is gone.
    pub fn take(
        channel: &Arc<Channel>,
        view: View,
        form: Form,
        bell: Bell,
        metrics: &Metrics,
    ) -> Option<Self> {
        let counters = channel.while_there(|| Counters::of(channel.camera(), view.rung, form, metrics))?;
        let audience = channel.enter(view, form, &bell);
        counters.viewers.inc();
        Some(Seat { channel: Arc::clone(channel), audience, view, form, bell, counters })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.counters.viewers.dec();
        self.channel.leave(self.view, self.form, &self.bell);
    }
}

impl Counters {
    fn of(camera: &str, rung: Rung, form: Form, metrics: &Metrics) -> Self {
        let level = rung.level.to_string();
        Counters {
            sent: metrics.frames_sent.with_label_values(&[camera, &level]),
            bytes: metrics.bytes_sent.with_label_values(&[camera]),
            skipped: metrics.frames_skipped.with_label_values(&[camera, "viewer_slow"]),
            viewers: metrics.viewers.with_label_values(&[camera, &level]),
            delivery: metrics.delivery.with_label_values(&[camera]),
            parts: (form == Form::Delta).then(|| Parts::of(camera, rung, metrics)),
        }
    }

    /// Counts what goes to the viewer's socket, by its bytes and kind.
    pub fn sent(&self, frame: &EncodedFrame) {
        self.bytes.inc_by(frame.message.len() as u64);
        if let Some(parts) = &self.parts {
            parts.sent(frame);
        }
    }

    /// Counts a frame that the viewer did not have, and how long that was on its way.
    pub fn delivered(&self, frame: &EncodedFrame) {
        self.sent.inc();
        self.delivery.observe(now_us().saturating_sub(frame.captured_us) as f64 / 1e6);
    }

    /// Counts frames that the viewer did not get.
    pub fn skipped(&self, frames: u64) {
        self.skipped.inc_by(frames);
    }

    /// Counts a key frame that comes next because the viewer asked for it.
    pub fn key_asked(&self) {
        if let Some(parts) = &self.parts {
            parts.keys_asked.inc();
        }
    }
}

impl Parts {
    fn of(camera: &str, rung: Rung, metrics: &Metrics) -> Self {
        let (level, scale) = (rung.level.to_string(), rung.tier.scale().to_string());
        let labels = KINDS.map(|kind| [camera, &*level, &*scale, kind]);
        let deltas = &metrics.deltas;
        Parts {
            frames: labels.map(|labels| deltas.frames.with_label_values(&labels)),
            bytes: labels.map(|labels| deltas.bytes.with_label_values(&labels)),
            blocks: deltas.blocks.with_label_values(&[camera]),
            refined_blocks: deltas.refined_blocks.with_label_values(&[camera]),
            keys_asked: deltas.keys_asked.with_label_values(&[camera]),
        }
    }

    fn sent(&self, frame: &EncodedFrame) {
        let place = place(frame.part);
        self.frames[place].inc();
        self.bytes[place].inc_by(frame.message.len() as u64);
        let blocks = if frame.part == Part::Refined { &self.refined_blocks } else { &self.blocks };
        blocks.inc_by(u64::from(frame.blocks));
    }
}

/// Place of a part in [`KINDS`].
fn place(part: Part) -> usize {
    match part {
        Part::Whole => 0,
        Part::Delta => 1,
        Part::Sweep => 2,
        Part::Refined => 3,
    }
}
