//! How a camera's capture fares at one moment, for whoever asks.

use crate::{nouns::state::CameraState, source::Reason};

/// How a camera fares.
#[derive(Clone, Debug)]
pub struct Report {
    /// What the camera is doing.
    pub state: CameraState,
    /// Why the camera gives no pictures, or none that change; `None` while it does.
    pub reason: Option<Reason>,
    /// Where the pictures come from, as every viewer may see it.
    pub source: String,
    /// Width and height of the last picture, or those that are wished for.
    pub size: (usize, usize),
    /// Measured capture rate.
    pub fps: f64,
    /// Pictures captured, slates not counted.
    pub frame_count: u64,
    /// Time of the last picture in microseconds since the Unix epoch, slates not counted; `None` before the
    /// first.
    pub last_update_us: Option<u64>,
}
