//! What systemd is told: that the program serves, that it makes progress, and that it ends.
//!
//! Outside of systemd nobody is told. The watchdog is fed while the program's main task runs and every camera
//! that says it is streaming has new frames: a program that stands still is started again. Whether
//! connections are taken is not asked: a flood of them must not have the program ended.

use std::{
    collections::HashMap,
    convert::Infallible,
    future::pending,
    sync::Arc,
    time::{Duration, Instant},
};

use sd_notify::NotifyState;
use tokio::time::sleep;

use crate::{nouns::state::CameraState, registry::Registry};

/// Time after which a camera that is streaming must have a new frame: more than the slowest source takes.
const HUNG_AFTER: Duration = Duration::from_secs(90);

/// Tells that the program serves.
pub(super) fn ready() {
    tell(NotifyState::Ready);
}

/// Tells that the program ends.
pub(super) fn stopping() {
    tell(NotifyState::Stopping);
}

fn tell(state: NotifyState) {
    if let Err(error) = sd_notify::notify(&[state]) {
        log::debug!("systemd is not told: {error}");
    }
}

/// Feeds the watchdog, where there is one, three times in its period.
pub(super) async fn feed(registry: Arc<Registry>) -> Infallible {
    let Some(period) = sd_notify::watchdog_enabled() else { return pending().await };
    let mut progress = Progress::default();
    loop {
        let cameras = registry.cameras();
        let seen = cameras.iter().map(|camera| {
            let report = camera.feed().report();
            (Arc::clone(camera.name()), report.state, report.frame_count)
        });
        match progress.stuck(seen, Instant::now()) {
            None => tell(NotifyState::Watchdog),
            Some(camera) => log::error!("camera {camera} says it is streaming and has no new frames"),
        }
        sleep(period / 3).await;
    }
}

/// When each camera had a new frame last.
#[derive(Default)]
struct Progress(HashMap<Arc<str>, (u64, Instant)>);

impl Progress {
    /// Returns a camera that is streaming and has had no new frame for too long.
    fn stuck(
        &mut self,
        cameras: impl Iterator<Item = (Arc<str>, CameraState, u64)>,
        now: Instant,
    ) -> Option<Arc<str>> {
        let before = std::mem::take(&mut self.0);
        let mut stuck = None;
        for (camera, _, frames) in cameras.filter(|(_, state, _)| *state == CameraState::Streaming) {
            let last = before.get(&camera).filter(|(count, _)| *count == frames);
            let since = last.map_or(now, |(_, at)| *at);
            if now.saturating_duration_since(since) >= HUNG_AFTER {
                stuck = Some(Arc::clone(&camera));
            }
            self.0.insert(camera, (frames, since));
        }
        stuck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_camera_that_streams_without_frames_for_long_is_stuck() {
        let (mut progress, start) = (Progress::default(), Instant::now());
        let mut look = |state, frames, seconds| {
            let seen = [(Arc::from("gate"), state, frames)].into_iter();
            progress.stuck(seen, start + Duration::from_secs(seconds)).is_some()
        };
        let streams = CameraState::Streaming;
        assert!(!look(streams, 5, 0) && !look(streams, 5, 89) && look(streams, 5, 90));
        assert!(!look(streams, 6, 100) && !look(CameraState::Reconnecting, 6, 300));
        assert!(!look(streams, 6, 301), "it has just come back");
    }
}
