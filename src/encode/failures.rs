//! Frames that were not encoded: in goes each with its reason, out come a count of those that a camera sent
//! broken, and now and then a line in the log.

use std::{sync::Arc, time::Instant};

use dashmap::DashMap;
use parking_lot::Mutex;

use super::{
    error::{EncodeError, PixelsError},
    queue::Job,
};
use crate::tools::{log_limit::LogLimit, metrics::Metrics};

/// What was said and counted of frames that were not encoded.
pub(super) struct Failures {
    /// Each camera's last frame that did not decode.
    broken: DashMap<Arc<str>, Broken>,
    /// Guards when a frame that was not encoded for another reason was last said; held for a moment.
    refused: Mutex<LogLimit>,
    metrics: Metrics,
}

/// A camera's last frame that did not decode.
#[derive(Default)]
struct Broken {
    /// Number of the frame.
    number: u64,
    /// When such a frame is worth saying.
    said: LogLimit,
}

impl Failures {
    /// No failure yet; broken frames will be counted in `metrics`.
    pub fn new(metrics: Metrics) -> Self {
        Failures { broken: DashMap::new(), refused: Mutex::default(), metrics }
    }

    /// Forgets a camera.
    pub fn forget(&self, camera: &str) {
        self.broken.remove(camera);
    }

    /// Tells that a frame was not encoded. One that the camera sent broken is counted, once for all its
    /// rungs.
    pub fn tell(&self, job: &Job, error: &EncodeError) {
        let (camera, number) = (&job.stream.camera, job.frame.number);
        if !matches!(error, EncodeError::Pixels(PixelsError::Camera(_))) {
            if self.refused.lock().is_due(Instant::now()) {
                log::error!("frame {number} of camera {camera} was not encoded: {error}");
            }
            return;
        }
        let mut broken = self.broken.entry(Arc::clone(camera)).or_default();
        if broken.number < number {
            broken.number = number;
            self.metrics.frames_skipped.with_label_values(&[&**camera, "broken"]).inc();
            if broken.said.is_due(Instant::now()) {
                log::warn!("frame {number} of camera {camera} is skipped: {error}");
            }
        }
    }
}
