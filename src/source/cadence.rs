//! How a source wants to be read.

/// How a source wants to be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cadence {
    /// A picture exists when it is asked for: the scene.
    OnDemand,
    /// Each picture carries its time; reading is faster than playing: a file.
    Timed,
    /// Reading waits until the camera has a picture.
    Live,
}
