//! What a camera is doing, and how it fares.

use serde::Serialize;

/// What a camera is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CameraState {
    /// Pictures are arriving.
    Streaming,
    /// Pictures are arriving, and have all been the same for so long that the camera is probably stuck.
    Frozen,
    /// The first picture has not arrived yet.
    Connecting,
    /// Pictures arrived before, and the source is being reopened.
    Reconnecting,
    /// The camera was stopped on purpose.
    Stopped,
}

impl CameraState {
    /// Every state.
    pub const ALL: [CameraState; 5] = [
        CameraState::Streaming,
        CameraState::Frozen,
        CameraState::Connecting,
        CameraState::Reconnecting,
        CameraState::Stopped,
    ];

    /// Returns the state as messages name it.
    pub fn name(self) -> &'static str {
        match self {
            CameraState::Streaming => "streaming",
            CameraState::Frozen => "frozen",
            CameraState::Connecting => "connecting",
            CameraState::Reconnecting => "reconnecting",
            CameraState::Stopped => "stopped",
        }
    }

    /// Tells whether pictures arrive: new ones, or one that stays the same.
    pub fn delivers(self) -> bool {
        matches!(self, CameraState::Streaming | CameraState::Frozen)
    }
}

/// How a camera fares at a moment, about once a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pulse {
    /// When that was, microseconds since the Unix epoch.
    pub at_us: u64,
    /// Measured capture rate, frames a second.
    pub fps: f64,
    /// Whether the camera's detector knows what a person is, so that finding none means that none is there.
    pub tells_people: bool,
}
