//! A track as lines see it.

use std::{sync::Arc, time::Duration};

use crate::nouns::place::BBox;

/// Most distance between a box and the border that may cut it, heights of the box: steady boxes are late.
const CUT: f32 = 0.1;

/// A track as lines see it.
#[derive(Clone, Debug)]
pub struct Walker {
    /// Number of the track.
    pub track_id: u64,
    /// What it is.
    pub class: Arc<str>,
    /// When it was there.
    pub at: Duration,
    /// Box around it, pixels of the picture.
    pub bbox: BBox,
    /// Whether it is a part of another one, such as the rider of a bicycle, and never counts by itself.
    pub is_part: bool,
}

impl Walker {
    /// Whether the left or the right border of frames of that size in pixels may cut the box.
    pub fn is_cut_sideways(&self, (width, _): (usize, usize)) -> bool {
        let room = CUT * self.bbox.height();
        self.bbox.x1 <= room || self.bbox.x2 >= width as f32 - room
    }
}
