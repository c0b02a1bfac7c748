//! What every kind of source is allowed: how long a picture may take, and how many may be broken.

use std::time::Duration;

/// Longest wait for a picture of a camera whose pace is not known.
pub const READ_TIMEOUT: Duration = Duration::from_secs(5);

/// Most pictures in a row that may be broken before a source counts as lost.
pub(super) const MOST_BROKEN: usize = 30;
