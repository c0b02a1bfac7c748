//! The time by which is judged what is too old. Pure, with time passed in.
//!
//! Retention deletes by age, and age by a wrong clock is wrong: one that is set years ahead would have all of
//! history deleted within a minute. So retention has a time of its own. It follows the system's clock at a
//! bounded pace only: after some hours by a wrong clock, a few times as many hours of the oldest are gone,
//! and not everything; after a wrong date that is soon set right, nothing is lost or kept for years. Who was
//! off for a week has what is too old a little longer.

use std::time::Duration;

/// Seconds by which retention's time goes ahead or back at most in a second of work: after a week off it has
/// caught up within two days and a half.
const PACE: u64 = 4;

/// Earliest time that a right clock can tell, seconds since the Unix epoch; in November 2023. Machines whose
/// clock stands still while they are off may begin in 1970.
const EARLIEST_S: i64 = 1_700_000_000;

/// Returns the time by which age is judged at `now_s` by the system's clock, when `before_s` was the last one
/// and `worked` has passed since; seconds since the Unix epoch. `None` where nothing can be judged.
pub fn judged(before_s: Option<i64>, now_s: i64, worked: Duration) -> Option<i64> {
    let step = i64::try_from(worked.as_secs().saturating_mul(PACE)).unwrap_or(i64::MAX);
    let within = |before: i64| now_s.clamp(before.saturating_sub(step), before.saturating_add(step));
    (now_s >= EARLIEST_S).then(|| before_s.map_or(now_s, within))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: i64 = 1_800_000_000;
    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn retentions_time_is_the_clocks_while_that_goes_on_as_it_should() {
        assert_eq!(judged(None, NOW_S, Duration::ZERO), Some(NOW_S));
        assert_eq!(judged(Some(NOW_S - 60), NOW_S, MINUTE), Some(NOW_S));
        assert_eq!(judged(Some(NOW_S), NOW_S - 7000, MINUTE), Some(NOW_S - 240), "set back");
    }

    #[test]
    fn a_clock_that_is_set_ahead_is_followed_slowly() {
        let (years, mut time) = (4 * 365 * 86_400, NOW_S);
        for minute in 1..=600 {
            time = judged(Some(time), NOW_S + years + minute * 60, MINUTE).expect("is judged");
        }
        assert_eq!(time, NOW_S + 4 * 36_000);
        assert_eq!(judged(Some(time), NOW_S + 36_000, MINUTE), Some(time - 240), "set right again");
    }

    #[test]
    fn a_clock_that_does_not_go_yet_judges_nothing() {
        assert_eq!(judged(None, 3600, MINUTE), None);
        assert_eq!(judged(Some(NOW_S), 3600, MINUTE), None);
    }
}
