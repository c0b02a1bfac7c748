//! A line that was crossed.

use std::{sync::Arc, time::Duration};

use crate::nouns::place::Direction;

/// A line that was crossed.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// The line.
    pub line: String,
    /// Number of the track that crossed it.
    pub track_id: u64,
    /// What crossed it.
    pub class: Arc<str>,
    /// Direction of the crossing.
    pub direction: Direction,
    /// When the track was first seen beyond the line.
    pub at: Duration,
}
