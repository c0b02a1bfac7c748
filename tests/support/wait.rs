//! Waiting for a condition, never for a time: bounded, and says what did not happen.

use std::{
    thread,
    time::{Duration, Instant},
};

/// How long anything may take that should take milliseconds: long enough for a busy shared machine.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Time between two looks at a condition.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Waits until `look` finds something; panics with `what` after `limit`.
pub fn until_some<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "not within {limit:?}: {what}");
        thread::sleep(LOOK_EVERY);
    }
}

/// Waits until `holds`; panics with `what` after `limit`.
pub fn until(what: &str, limit: Duration, mut holds: impl FnMut() -> bool) {
    until_some(what, limit, || holds().then_some(()));
}
