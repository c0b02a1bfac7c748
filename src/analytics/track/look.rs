//! A frame as the tracker sees it: when it was, and how far others are from it.

use std::time::Duration;

/// When a frame was looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Time of the frame.
    pub at: Duration,
    /// Time until the next one is to be expected, such as this one took; zero where it is not known.
    pub apart: Duration,
}
