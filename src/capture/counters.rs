//! The counters of one camera's capture, looked up once: what still counts when the camera has been removed
//! counts in none of the server's.

use crate::tools::metrics::{Histogram, IntCounter, Metrics};

/// What one camera's capture counts.
pub(super) struct Counters {
    /// Frames handed on, slates and repeated pictures included.
    pub captured: IntCounter,
    /// Seconds from one captured frame to the next.
    pub interval: Histogram,
    /// Seconds from a frame's deadline to the start of its capture.
    pub lateness: Histogram,
    /// Pictures that cannot be used.
    pub broken: IntCounter,
    /// Pictures dropped before any work, because they come too fast.
    pub too_fast: IntCounter,
    /// Times the source was opened again.
    pub reconnects: IntCounter,
}

impl Counters {
    /// Looks the counters of `camera` up.
    pub fn of(camera: &str, metrics: &Metrics) -> Self {
        let skipped = |reason| metrics.frames_skipped.with_label_values(&[camera, reason]);
        Counters {
            captured: metrics.frames_captured.with_label_values(&[camera]),
            interval: metrics.capture_interval.with_label_values(&[camera]),
            lateness: metrics.capture_lateness.with_label_values(&[camera]),
            broken: skipped("broken"),
            too_fast: skipped("too_fast"),
            reconnects: metrics.source_reconnects.with_label_values(&[camera]),
        }
    }
}
