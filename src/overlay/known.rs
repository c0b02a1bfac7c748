//! What painting starts from: what is known of a camera, and the picture that is painted over.

use super::heat::Tint;
use crate::{cameras::Survey, nouns::result::AnalyticsResult};

/// What is known of a camera when a picture of it is painted.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// The newest result in which things were found.
    pub objects: Option<Seen<'a>>,
    /// The newest result in which people were counted.
    pub crowd: Option<Seen<'a>>,
    /// The crowd of that result as colours for pictures of this size, where heat is wanted.
    pub tint: Option<&'a Tint>,
    /// Lines and zones; `None` while nothing counts on them.
    pub survey: Option<&'a Survey>,
}

/// A model's newest result.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The result.
    pub result: &'a AnalyticsResult,
    /// Time between the capture of this model's last frame and that of this one, microseconds; `None` for its
    /// first.
    pub since_us: Option<u64>,
}

/// The picture that is painted over, and how it lies to the camera's own.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    /// Width and height of the camera's picture, pixels: boxes are measured in these.
    pub frame: (usize, usize),
    /// How many times smaller the painted picture is on each axis, rounded up to whole pixels.
    pub scale: u32,
    /// When the source returned the picture, microseconds since the Unix epoch.
    pub captured_us: u64,
    /// Number of the frame with which the picture's take may have begun: what was found in an earlier one is
    /// not to be seen on it.
    pub take: u64,
}
