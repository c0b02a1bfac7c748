//! A detection that is offered to all tracks.

use crate::analytics::{detect::Detection, kind::Kind};

/// A detection that tracks may take.
pub(super) struct Offer<'a> {
    pub(super) detection: &'a Detection,
    /// What kind of thing it is.
    pub(super) kind: Kind,
    /// Whether it may start a track; else it can only keep one.
    pub(super) is_sure: bool,
    /// Whether the frame's border cuts its box.
    pub(super) is_cut: bool,
    /// Whether the border cuts something near, of which each result may show another part.
    pub(super) is_part: bool,
}
