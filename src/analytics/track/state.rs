//! A track as it is after a frame: what leaves the tracker.

use std::{sync::Arc, time::Duration};

use crate::nouns::place::{BBox, Velocity};

/// One thing that is followed, as it is after a frame.
#[derive(Clone, Debug)]
pub struct Track {
    /// Number of the track for as long as it is followed, never used again.
    pub id: u64,
    /// Class that it was given most, by confidence.
    pub class: Arc<str>,
    /// Confidence of its last detection.
    pub confidence: f32,
    /// Smoothed box as it is shown, pixels of the picture.
    pub bbox: BBox,
    /// Box that was found, pixels of the picture, believed as far as the known height lets it; the expected
    /// one where it is not seen.
    pub found: BBox,
    /// Box that trembles least, pixels of the picture; somewhat late where things turn.
    pub steady: BBox,
    /// Velocity, pixels a second.
    pub velocity: Velocity,
    /// Whether it is seen; else something hides it, and its box is where it is expected.
    pub is_seen: bool,
    /// Where it was before it was sure to be a thing, oldest first; told once.
    pub before: Vec<Place>,
}

/// Where a track was, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Time of the frame.
    pub at: Duration,
    /// Box, pixels of the picture.
    pub bbox: BBox,
}
