//! The noun that demand, queue and meter count by: a rung of a camera.

use std::sync::Arc;

use crate::nouns::quality::Rung;

/// A rung of a camera: what is encoded once and shared by all who watch it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stream {
    /// Name of the camera.
    pub camera: Arc<str>,
    /// Level and tier.
    pub rung: Rung,
}
