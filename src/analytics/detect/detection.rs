//! A thing that a detector found, and what it looks like where others hide it. Pure.

use std::sync::Arc;

use crate::{analytics::appearance::Appearance, frame::Picture, nouns::place::BBox};

/// Least confidence of a detection that hides what is behind it, and that its model answers for.
pub const SURE: f32 = 0.3;

/// One thing that the model found in a frame, by a box around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// What it is.
    pub class: Arc<str>,
    /// How sure the model is, 0 to 1.
    pub confidence: f32,
    /// Box around it, in pixels of the picture.
    pub bbox: BBox,
    /// What it looks like.
    pub appearance: Appearance,
    /// Whether the box lies under a surer one of its class: the same thing once more, or somebody behind. One
    /// picture does not tell; `track` can.
    pub is_under: bool,
}

/// Gives each detection its appearance. Who stands lower in the picture stands before the others.
pub fn note_appearances(found: &mut [Detection], picture: &Picture) {
    let hides = |one: &&Detection| !one.is_under && one.confidence >= SURE;
    let hiding: Vec<BBox> = found.iter().filter(hides).map(|one| one.bbox).collect();
    for one in found {
        let is_before = |other: &&BBox| other.y2 > one.bbox.y2 && other.iou(&one.bbox) > 0.0;
        let before: Vec<BBox> = hiding.iter().filter(is_before).copied().collect();
        one.appearance = Appearance::of(picture, &one.bbox, &before);
    }
}
