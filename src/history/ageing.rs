//! The time by which is judged what is too old. Pure, with time passed in.
//!
//! Retention deletes by age, and age by a wrong clock is wrong: one that is set years ahead would have all of
//! history deleted within a minute. So retention has a time of its own. It follows the system's clock at a
//! bounded pace only: after some hours by a wrong clock, a few times as many hours of the oldest are gone,
//! and not everything; after a wrong date that is soon set right, nothing is lost or kept for years. Time in
//! which the program did not run is made up for once a run, so that a machine that works an hour a day or a
//! day a week does not keep more and more.

use std::time::{Duration, Instant};

/// Seconds by which retention's time goes ahead or back at most in a second of work.
const PACE: u64 = 4;

/// Most seconds that are made up for once a run: a week off, and what is a day late.
const OFF_S: i64 = 8 * 86_400;

/// Work behind which they are made up for: by then clocks that the network sets are right, and a program that
/// is started again and again does not get there.
const MADE_UP_AFTER: Duration = Duration::from_secs(5 * 60);

/// Earliest time that a right clock can tell, seconds since the Unix epoch; in November 2023. Machines whose
/// clock stands still while they are off may begin in 1970.
const EARLIEST_S: i64 = 1_700_000_000;

/// The age of things, as retention sees it.
#[derive(Debug, Default)]
pub struct Ageing {
    /// Time by which was judged last, seconds since the Unix epoch; `None` where nothing was.
    judged_s: Option<i64>,
    /// When that was; `None` before the first time of this run.
    judged_at: Option<Instant>,
    /// When this run began to judge.
    began: Option<Instant>,
    /// Whether the time off before this run is made up for.
    has_made_up: bool,
}

impl Ageing {
    /// Goes on from the time by which a database was judged last, seconds since the Unix epoch.
    pub fn go_on(&mut self, judged_s: Option<i64>) {
        self.judged_s = judged_s;
    }

    /// Returns the time by which age is judged at `now_s` by the system's clock, both in seconds since the
    /// Unix epoch. `None` where nothing can be judged.
    pub fn judge(&mut self, now_s: i64, now: Instant) -> Option<i64> {
        let before = self.judged_at.replace(now).unwrap_or(now);
        let began = *self.began.get_or_insert(now);
        if now_s < EARLIEST_S {
            return None;
        }
        let worked = now.saturating_duration_since(before).as_secs();
        let mut step = i64::try_from(worked.saturating_mul(PACE)).unwrap_or(i64::MAX);
        if !self.has_made_up && now.saturating_duration_since(began) >= MADE_UP_AFTER {
            self.has_made_up = true;
            step = step.saturating_add(OFF_S);
        }
        let within = |before: i64| now_s.clamp(before.saturating_sub(step), before.saturating_add(step));
        self.judged_s = Some(self.judged_s.map_or(now_s, within));
        self.judged_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: i64 = 1_800_000_000;
    const DAY_S: i64 = 86_400;

    /// A run of the program behind another one that judged last by `judged_s`: what is judged each minute,
    /// where the system's clock goes on from `now_s`.
    fn run(judged_s: Option<i64>, now_s: i64, minutes: u64) -> Vec<i64> {
        let (mut ageing, start) = (Ageing::default(), Instant::now());
        ageing.go_on(judged_s);
        let judge = |minute: u64| {
            let after = Duration::from_secs(60 * minute);
            ageing.judge(now_s + after.as_secs() as i64, start + after).expect("is judged")
        };
        (0..=minutes).map(judge).collect()
    }

    #[test]
    fn retentions_time_is_the_clocks_while_that_goes_on_as_it_should() {
        assert_eq!(run(None, NOW_S, 2), [NOW_S, NOW_S + 60, NOW_S + 120]);
        assert_eq!(run(Some(NOW_S - 60), NOW_S, 1), [NOW_S - 60, NOW_S + 60]);
        assert_eq!(run(Some(NOW_S), NOW_S - 7000, 1), [NOW_S, NOW_S - 240], "set back");
    }

    #[test]
    fn a_clock_that_is_set_ahead_is_followed_slowly() {
        let years = 4 * 365 * DAY_S;
        let judged = run(Some(NOW_S), NOW_S + years, 600);
        assert_eq!(judged[4], NOW_S + 4 * 240);
        assert_eq!(judged[600], NOW_S + 4 * 36_000 + OFF_S);
        let mut ageing = Ageing::default();
        ageing.go_on(Some(NOW_S));
        let start = Instant::now();
        let mut at = |minute: u32, now_s| ageing.judge(now_s, start + Duration::from_secs(60) * minute);
        (0..10).for_each(|minute| assert_eq!(at(minute, NOW_S), Some(NOW_S)));
        assert_eq!(at(10, NOW_S + years), Some(NOW_S + 240), "what was off before this run is made up for");
        assert_eq!(at(11, NOW_S), Some(NOW_S), "set right again");
    }

    #[test]
    fn a_machine_that_works_now_and_then_keeps_up() {
        for (every_s, minutes) in [(DAY_S, 10), (DAY_S, 120), (7 * DAY_S, 60)] {
            let mut judged_s = None;
            for n in 0..60 {
                let now_s = NOW_S + n * every_s;
                judged_s = run(judged_s, now_s, minutes).last().copied();
                assert_eq!(judged_s, Some(now_s + 60 * minutes as i64), "run {n}, each {every_s} s");
            }
        }
        let again = |judged_s, _| run(judged_s, NOW_S + 400 * DAY_S, 2).pop();
        let judged_s = (0..1000).fold(Some(NOW_S), again);
        assert_eq!(judged_s, Some(NOW_S + 1000 * 480), "a program that ends at once makes up for nothing");
    }

    #[test]
    fn a_clock_that_does_not_go_yet_judges_nothing() {
        let (mut ageing, now) = (Ageing::default(), Instant::now());
        assert_eq!(ageing.judge(3600, now), None);
        ageing.go_on(Some(NOW_S));
        let later = now + Duration::from_secs(3600);
        assert_eq!(ageing.judge(7200, later), None);
        assert_eq!(ageing.judge(NOW_S + DAY_S, later), Some(NOW_S + DAY_S), "nothing was made up for so far");
    }
}
