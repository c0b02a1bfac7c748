//! A box that may be something, as a model gives it. Pure.

use crate::nouns::place::BBox;

/// A box that may be something, in pixels of the model's input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Number of its class.
    pub class: usize,
    /// How sure the model is.
    pub confidence: f32,
    /// Box around it.
    pub bbox: BBox,
}

impl Candidate {
    /// Whether its box lies anywhere: sizes come out of exponentials, and arithmetic in halves overflows.
    pub fn has_place(&self) -> bool {
        let BBox { x1, y1, x2, y2 } = self.bbox;
        [x1, y1, x2, y2].into_iter().all(f32::is_finite)
    }
}
