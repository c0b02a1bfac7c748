//! Says when something that may happen at any rate is worth a line in the log: the first time, and then once
//! a minute. Pure.

use std::time::{Duration, Instant};

/// Shortest time between two lines about one kind of thing.
const EVERY: Duration = Duration::from_secs(60);

/// When one kind of thing was last said.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogLimit {
    last: Option<Instant>,
}

impl LogLimit {
    /// Starts with a kind of thing that has not happened yet.
    pub const fn new() -> Self {
        LogLimit { last: None }
    }

    /// Notes that the thing happened at `now`; returns whether to say so.
    pub fn is_due(&mut self, now: Instant) -> bool {
        let due = self.last.is_none_or(|last| now.saturating_duration_since(last) >= EVERY);
        if due {
            self.last = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_of_trouble_is_one_line() {
        let (mut limit, start) = (LogLimit::default(), Instant::now());
        let lines = (0..121).filter(|second| limit.is_due(start + Duration::from_secs(*second))).count();
        assert_eq!(lines, 3, "at 0, 60 and 120 s");
    }
}
