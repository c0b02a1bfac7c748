//! Whether there is anything to judge: connection, page and camera in, a reason to pause out. Pure.
//!
//! Whether the pictures that come are enough does not belong here.

use super::decision::Pause;

/// What a viewer needs in order to see pictures.
#[derive(Clone, Copy, Debug)]
pub struct Presence {
    /// Whether there is a connection.
    connected: bool,
    /// Whether somebody can see the pictures.
    pub visible: bool,
    /// Whether the camera gives pictures, as the server says.
    pub streaming: bool,
    /// Whether the last frame was a slate, which comes before the server says so.
    pub slate: bool,
}

impl Default for Presence {
    /// A viewer in front of a camera that gives pictures, who is not connected yet.
    fn default() -> Self {
        Presence { connected: false, visible: true, streaming: true, slate: false }
    }
}

impl Presence {
    /// Takes a new connection, or the loss of one. How the camera fares is told anew, so until then all is
    /// well.
    pub fn connect(&mut self, connected: bool) {
        (self.connected, self.streaming, self.slate) = (connected, true, false);
    }

    /// Why no pictures are to be seen; `None` where they should be.
    pub fn pause(&self) -> Option<Pause> {
        if !self.connected {
            Some(Pause::Disconnected)
        } else if !self.visible {
            Some(Pause::Hidden)
        } else {
            (self.slate || !self.streaming).then_some(Pause::CameraAway)
        }
    }
}
