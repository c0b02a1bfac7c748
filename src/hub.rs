//! Stage 4, newest frame per camera and rung, and who watches: loss is a count, never a queue.
//!
//! In come encoded frames and how the camera fares; out goes to each viewer the newest of what it wants, when
//! it asks. Sockets and messages are `transport`'s.

mod channel;
mod events;
mod viewer;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};

use dashmap::DashMap;
use thiserror::Error;

pub use channel::{CameraNow, Channel, Condition, Finding, Findings};
pub use events::Events;
pub use viewer::{Place, Viewer};

use crate::{
    cameras::Survey,
    encode::{Encoder, Merger, Moved, Stream},
    frame::EncodedFrame,
    nouns::quality::Rung,
    protocol::CloseCode,
    tools::metrics::Metrics,
};

/// The camera that a path without a name means.
pub const DEFAULT_CAMERA: &str = "main";

/// Why a viewer is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum JoinError {
    /// No camera of that name.
    #[error("no such camera; /api/status lists them")]
    NoCamera,
    /// As many viewers as allowed are watching.
    #[error("viewer limit reached; try later")]
    Full,
    /// The server is stopping.
    #[error("server stopping")]
    Stopping,
}

impl JoinError {
    /// The close code that tells it.
    pub fn close_code(self) -> CloseCode {
        match self {
            JoinError::NoCamera => CloseCode::NoCamera,
            JoinError::Full => CloseCode::TryLater,
            JoinError::Stopping => CloseCode::GoingAway,
        }
    }
}

/// All cameras and their viewers.
pub struct Hub {
    channels: DashMap<Arc<str>, Arc<Channel>>,
    encoder: Encoder,
    metrics: Metrics,
    max_viewers: usize,
    viewers: Arc<AtomicUsize>,
    stopping: Arc<AtomicBool>,
}

impl Hub {
    /// A hub without cameras that lets `max_viewers` in.
    pub fn new(encoder: Encoder, metrics: Metrics, max_viewers: usize) -> Self {
        Hub {
            channels: DashMap::new(),
            encoder,
            metrics,
            max_viewers,
            viewers: Arc::default(),
            stopping: Arc::default(),
        }
    }

    /// Adds a camera and what is known of its place; its picture is expected to have `size` pixels until the
    /// first frame tells.
    pub fn add(&self, camera: &str, size: (usize, usize), survey: Survey) -> Arc<Channel> {
        let name: Arc<str> = Arc::from(camera);
        let channel = Arc::new(Channel::new(Arc::clone(&name), size, survey));
        self.channels.insert(name, Arc::clone(&channel));
        channel
    }

    /// A camera by its name.
    pub fn channel(&self, camera: &str) -> Option<Arc<Channel>> {
        self.channels.get(camera).map(|channel| Arc::clone(&channel))
    }

    /// Every camera, by name.
    pub fn channels(&self) -> Vec<Arc<Channel>> {
        let mut channels: Vec<_> = self.channels.iter().map(|entry| Arc::clone(&entry)).collect();
        channels.sort_by(|a, b| a.camera().cmp(b.camera()));
        channels
    }

    /// A finished frame for its viewers.
    pub fn publish(&self, stream: &Stream, frame: &Arc<EncodedFrame>) {
        if let Some(channel) = self.channel(&stream.camera) {
            channel.publish(frame);
        }
    }

    /// Lets a viewer in.
    ///
    /// # Errors
    /// [`JoinError`]: no such camera, too many viewers, or stopping.
    pub fn join(&self, camera: &str, rung: Rung) -> Result<Viewer, JoinError> {
        if self.stopping.load(Ordering::SeqCst) {
            return Err(JoinError::Stopping);
        }
        let channel = self.channel(camera).ok_or(JoinError::NoCamera)?;
        let place = Place::take(&self.viewers, self.max_viewers).ok_or(JoinError::Full)?;
        Ok(Viewer::new(channel, rung, self.encoder.clone(), self.metrics.clone(), place))
    }

    /// The rungs of a camera that somebody watches now, lowest first.
    pub fn watched(&self, camera: &str) -> Vec<Rung> {
        self.encoder.wanted(camera)
    }

    /// Has `merger` look at what encoding takes and who watches what, and moves viewers where it says so.
    pub fn merge(&self, merger: &mut Merger, now: Instant) {
        let mut lately = self.encoder.lately();
        let channels = self.channels();
        for channel in &channels {
            let moved = channel.moved().into_iter().map(|(asked, given, viewers)| {
                let asked = Stream { camera: Arc::clone(channel.camera()), rung: asked };
                Moved { asked, given, viewers }
            });
            lately.moved.extend(moved.filter(|moved| moved.viewers > 0));
        }
        let changed = merger.step(lately, now);
        let load = merger.load();
        self.metrics.encode_load.set(load);
        for channel in channels.iter().filter(|_| changed) {
            let merged = merger.closed(channel.camera());
            self.metrics.rungs_merged.with_label_values(&[channel.camera()]).set(merged.len() as i64);
            tell_of_merging(channel, &merged, load);
            channel.merge(merged);
        }
    }

    /// Opens every rung that is closed, without asking whether all are too many.
    pub fn unmerge(&self) {
        for channel in self.channels().iter().filter(|channel| !channel.condition().merged.is_empty()) {
            self.metrics.rungs_merged.with_label_values(&[channel.camera()]).set(0);
            channel.merge(Vec::new());
        }
    }

    /// Lets nobody in any more and wakes everybody, so that each socket closes.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        for channel in self.channels() {
            channel.stop();
        }
    }
}

/// Says in the log when merging begins and ends, and to whom it wants to know what is merged.
fn tell_of_merging(channel: &Channel, merged: &[(Rung, Rung)], load: f64) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        frame::Frame,
        nouns::{
            picture::Planes,
            quality::{Level, Tier},
        },
    };

    fn rung(quality: u32) -> Rung {
        Rung { tier: Tier::Full, level: Level::at_or_below(quality).expect("on the ladder") }
    }

    /// A hub whose encoder has no camera: frames come from the test.
    fn hub(max_viewers: usize) -> Hub {
        let metrics = Metrics::new().expect("names differ");
        let pool = Encoder::start(1, metrics.clone(), Box::new(|_, _| {})).expect("starts");
        let hub = Hub::new(pool.encoder(), metrics, max_viewers);
        hub.add("main", (4, 4), Survey::default());
        pool.stop();
        hub
    }

    fn publish(hub: &Hub, number: u64, quality: u32) {
        let frame = Frame::slate(number, 0, Planes::grey(4, 4, 0));
        let encoded = EncodedFrame::new("main", &frame, rung(quality), &[0xFF, 0xD8, 0xFF, 0xD9]);
        let stream = Stream { camera: Arc::from("main"), rung: rung(quality) };
        hub.publish(&stream, &Arc::new(encoded));
    }

    #[test]
    fn a_slow_viewer_gets_the_newest_frame_and_a_count() {
        let hub = hub(10);
        let mut viewer = hub.join("main", rung(80)).expect("joins");
        publish(&hub, 1, 80);
        assert_eq!(viewer.take_frame().map(|frame| frame.number), Some(1));
        (2..=9).for_each(|number| publish(&hub, number, 80));
        assert_eq!(viewer.take_frame().map(|frame| frame.number), Some(9));
        assert!(viewer.take_frame().is_none());
        assert_eq!(viewer.status().skipped, 7);
    }

    #[test]
    fn numbers_never_go_back() {
        let hub = hub(10);
        let mut viewer = hub.join("main", rung(80)).expect("joins");
        publish(&hub, 5, 80);
        publish(&hub, 4, 80);
        assert_eq!(viewer.take_frame().map(|frame| frame.number), Some(5));
    }

    #[test]
    fn after_a_switch_only_the_new_level_is_sent() {
        let hub = hub(10);
        let mut viewer = hub.join("main", rung(80)).expect("joins");
        publish(&hub, 1, 80);
        viewer.ask(rung(30));
        assert!(viewer.take_frame().is_none(), "the frame at 80 is for others");
        publish(&hub, 2, 30);
        assert_eq!(viewer.take_frame().map(|frame| (frame.number, frame.rung)), Some((2, rung(30))));
        assert_eq!(hub.watched("main"), [rung(30)]);
    }

    #[test]
    fn who_leaves_is_forgotten_and_frees_a_place() {
        let hub = hub(1);
        let viewer = hub.join("main", rung(80)).expect("joins");
        publish(&hub, 1, 80);
        assert_eq!(hub.join("main", rung(80)).err(), Some(JoinError::Full));
        drop(viewer);
        assert!(hub.watched("main").is_empty());
        let mut later = hub.join("main", rung(80)).expect("there is room again");
        assert!(later.take_frame().is_none(), "an old frame of a level nobody watched is not shown");
    }

    #[test]
    fn a_shared_level_outlives_one_of_its_viewers() {
        let hub = hub(10);
        let first = hub.join("main", rung(80)).expect("joins");
        let mut second = hub.join("main", rung(80)).expect("joins");
        publish(&hub, 1, 80);
        drop(first);
        assert_eq!(second.take_frame().map(|frame| frame.number), Some(1));
    }

    #[test]
    fn strangers_and_latecomers_are_told_why() {
        let hub = hub(10);
        assert_eq!(hub.join("garden", rung(80)).err(), Some(JoinError::NoCamera));
        let viewer = hub.join("main", rung(80)).expect("joins");
        hub.stop();
        assert!(viewer.stopping());
        assert_eq!(hub.join("main", rung(80)).err(), Some(JoinError::Stopping));
    }
}
