//! What is asked of a source that can choose.

/// What is asked of a source that can choose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wish {
    /// Frames a second: the ceiling, what a webcam is asked for, and the rate of the scene.
    pub fps: f64,
    /// Width and height in pixels, of a webcam and of the scene.
    pub size: (usize, usize),
    /// Frames a second at which a file is played, instead of by its timestamps.
    pub file_fps: Option<f64>,
    /// Pictures a second that are asked of a page that gives one each time.
    pub snapshot_fps: f64,
}
