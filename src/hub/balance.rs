//! Merging: has a merger look at what encoding takes and who watches what, and moves viewers where it says
//! so.
//!
//! What is closed is decided by `encode`'s merger, how a viewer moves by the viewer.

use std::{sync::Arc, time::Instant};

use super::{audiences::Audiences, channel::Channel};
use crate::{
    encode::{Encoder, Merger, Moved, Stream},
    nouns::{layers::View, quality::Rung},
    tools::metrics::Metrics,
};

/// What merging looks at and changes.
pub struct Balance {
    /// Who watches.
    pub audiences: Arc<Audiences>,
    /// What takes the processors' time.
    pub encoder: Encoder,
    /// Where load and merged rungs are noted.
    pub metrics: Metrics,
}

impl Balance {
    /// Has `merger` look at what encoding takes and who watches what, and moves viewers where it says so.
    pub fn look(&self, merger: &mut Merger, now: Instant) {
        let mut lately = self.encoder.lately();
        let channels = self.audiences.channels();
        for channel in &channels {
            let moved = channel.moved().into_iter().map(|(asked, given, viewers)| Moved {
                asked: Stream::of(channel.camera(), asked),
                given,
                viewers,
            });
            lately.moved.extend(moved);
        }
        merger.keep(|camera| channels.iter().any(|channel| &**channel.camera() == camera));
        merger.step(lately, now);
        let load = merger.load();
        self.metrics.encode_load.set(load);
        for channel in &channels {
            let merged = merger.closed(channel.camera());
            // Compared with what viewers are told, not with the last look: a camera may have come back.
            if *channel.condition().merged != *merged {
                self.note(channel, merged.len());
                tell_of_merging(channel, &merged, load);
                channel.merge(merged);
            }
        }
    }

    /// Opens every rung that is closed, without asking whether all are too many.
    pub fn open_all(&self) {
        for channel in
            self.audiences.channels().iter().filter(|channel| !channel.condition().merged.is_empty())
        {
            self.note(channel, 0);
            channel.merge(Vec::new());
        }
    }

    /// Notes how many rungs of a camera are merged, unless it is gone.
    fn note(&self, channel: &Channel, merged: usize) {
        let note = || self.metrics.rungs_merged.with_label_values(&[channel.camera()]).set(merged as i64);
        // Nobody asks about a camera that is gone.
        let _ = channel.while_there(note);
    }
}

/// Logs where merging begins and ends; for debugging, what is merged as well.
fn tell_of_merging(channel: &Channel, merged: &[(View, Rung)], load: f64) {
    let camera = channel.camera();
    match (channel.condition().merged.is_empty(), merged.is_empty()) {
        (true, false) => log::info!(
            "camera {camera}: too much to encode, the least watched rungs are merged into lower ones"
        ),
        (false, true) => log::info!("camera {camera}: every rung is encoded again"),
        _ => {}
    }
    let list =
        merged.iter().map(|(closed, given)| format!("{closed} as {given}")).collect::<Vec<_>>().join(", ");
    log::debug!(
        "camera {camera}: merged [{list}], what is left takes {:.0} % of the encoders' time",
        load * 100.0
    );
}
