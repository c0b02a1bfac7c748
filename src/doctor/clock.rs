//! The clock: whether it is set. History, tokens and certificates go by it.

use std::time::{Duration, SystemTime};

use super::finding::{Finding, Grade};
use crate::{frame::now_s, history::Calendar};

/// Earliest time that can be right, seconds since the Unix epoch: the begin of 2026.
const EARLIEST_S: u64 = 1_767_225_600;

/// Whether the clock can be right.
pub fn clock() -> Finding {
    judged(now_s(), SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

fn judged(now_s: u64, since_epoch: Duration) -> Finding {
    if since_epoch.as_secs() < EARLIEST_S {
        return Finding::of(
            Grade::Bad,
            "clock",
            "stands before this program was made",
            "sudo timedatectl set-ntp true",
        );
    }
    Finding::good("clock", Calendar::system().written(now_s as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_never_set_is_bad() {
        assert_eq!(judged(60, Duration::from_secs(60)).grade, Grade::Bad);
        assert_eq!(judged(EARLIEST_S, Duration::from_secs(EARLIEST_S)).grade, Grade::Good);
    }
}
