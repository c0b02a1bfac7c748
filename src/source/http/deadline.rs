//! Time that is left until a deadline.

use std::time::{Duration, Instant};

/// Time until the deadline; `None` where it has passed.
pub(super) fn left(deadline: Instant) -> Option<Duration> {
    deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
}
