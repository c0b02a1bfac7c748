//! Steps: how long the rows of a series are, and where each begins. Pure.

use std::str::FromStr;

use super::{calendar::Calendar, rollup::MINUTE_S, store::HOUR_S};

/// Length of a series' rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One minute.
    Minute,
    /// Five minutes.
    FiveMinutes,
    /// A quarter of an hour.
    Quarter,
    /// One hour.
    Hour,
    /// One day of a calendar, of 23 to 25 hours.
    Day,
}

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "1m" => Ok(Step::Minute),
            "5m" => Ok(Step::FiveMinutes),
            "15m" => Ok(Step::Quarter),
            "1h" => Ok(Step::Hour),
            "1d" => Ok(Step::Day),
            _ => Err(format!("a step is 1m, 5m, 15m, 1h or 1d; {text:?} is none")),
        }
    }
}

impl Step {
    /// Length in seconds; `None` of days, which differ.
    fn seconds(self) -> Option<i64> {
        match self {
            Step::Minute => Some(MINUTE_S),
            Step::FiveMinutes => Some(5 * MINUTE_S),
            Step::Quarter => Some(15 * MINUTE_S),
            Step::Hour => Some(HOUR_S),
            Step::Day => None,
        }
    }
}

impl Step {
    /// Returns the least length in seconds: days have 23 hours at least.
    pub fn least_seconds(self) -> i64 {
        self.seconds().unwrap_or(23 * HOUR_S)
    }
}

/// Rows' places: seconds since the Unix epoch at which a row begins and at which it ends.
pub type Bin = (i64, i64);

/// The rows of a time.
pub struct Bins {
    step: Step,
    /// Beginnings of the days, and the end of the last; empty for other steps.
    days: Vec<i64>,
}

impl Bins {
    /// The rows that reach into the time from `from_s` until `to_s`.
    pub fn new(step: Step, (from_s, to_s): (i64, i64), calendar: &Calendar) -> Self {
        let mut days = Vec::new();
        if step == Step::Day {
            let mut day = calendar.day_of(from_s);
            while day < to_s {
                days.push(day);
                day = calendar.day_after(day).max(day + 1);
            }
            days.push(day);
        }
        Bins { step, days }
    }

    /// Whether hours that begin with those of UTC lie within one row each.
    pub fn hold_whole_hours(&self) -> bool {
        matches!(self.step, Step::Hour | Step::Day) && self.days.iter().all(|day| day % HOUR_S == 0)
    }

    /// Whether a row is no shorter than an hour.
    pub fn are_long(&self) -> bool {
        matches!(self.step, Step::Hour | Step::Day)
    }

    /// The row into which a moment falls; `None` beyond the days.
    pub fn of(&self, at_s: i64) -> Option<Bin> {
        if let Some(length) = self.step.seconds() {
            let from = at_s - at_s.rem_euclid(length);
            return Some((from, from + length));
        }
        let next = self.days.partition_point(|day| *day <= at_s);
        Some((*self.days.get(next.checked_sub(1)?)?, *self.days.get(next)?))
    }
}
