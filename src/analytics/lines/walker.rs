//! A track as lines see it.

use std::{sync::Arc, time::Duration};

use crate::nouns::place::BBox;

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
