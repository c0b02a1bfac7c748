//! How much anybody cares for a camera's results: from that follow how often it is looked at, and how fast
//! its waiting counts.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use crate::{cameras::Survey, nouns::place::Zone};

/// How many times as fast the waiting of a camera counts that somebody cares for.
const URGENT: f64 = 4.0;

/// Whether anybody cares for a camera's results at present.
#[derive(Debug, Default)]
pub(super) struct Interest {
    is_watched: AtomicBool,
    is_alarmed: AtomicBool,
}

/// Time between two looks, from start to start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Intervals {
    /// Where somebody watches, or something is counted.
    pub usual: Duration,
    /// Where nobody does and nothing is.
    pub idle: Duration,
}

impl Interest {
    /// Notes whether anybody watches.
    pub fn watched(&self, is_watched: bool) {
        self.is_watched.store(is_watched, Ordering::Relaxed);
    }

    /// Notes whether the risk is high.
    pub fn alarmed(&self, is_alarmed: bool) {
        self.is_alarmed.store(is_alarmed, Ordering::Relaxed);
    }

    /// How many times as fast the waiting of a camera with that survey counts.
    pub fn weight(&self, survey: &Survey) -> f64 {
        if counts(survey) || self.is_urgent() { URGENT } else { 1.0 }
    }

    /// Time between two looks of a camera with that survey. Lines, and zones that tell who loiters or that
    /// they fill, need every look.
    pub fn every(&self, survey: &Survey, intervals: Intervals) -> Duration {
        if counts(survey) || self.is_urgent() { intervals.usual } else { intervals.idle }
    }

    fn is_urgent(&self) -> bool {
        self.is_watched.load(Ordering::Relaxed) || self.is_alarmed.load(Ordering::Relaxed)
    }
}

/// Whether something is counted, which needs every look.
fn counts(survey: &Survey) -> bool {
    let told = |zone: &Zone| zone.loiter_s.is_some() || zone.above.is_some();
    !survey.lines.is_empty() || survey.zones.iter().any(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::place::Line;

    #[test]
    fn who_is_watched_or_alarmed_or_counts_is_looked_at_often() {
        let intervals = Intervals { usual: Duration::from_millis(66), idle: Duration::from_millis(500) };
        let (interest, empty) = (Interest::default(), Survey::default());
        assert_eq!((interest.every(&empty, intervals), interest.weight(&empty)), (intervals.idle, 1.0));
        let line = Survey { lines: vec![Line::new("a", [0.0, 0.5], [1.0, 0.5])], ..Survey::default() };
        assert_eq!((interest.every(&line, intervals), interest.weight(&line)), (intervals.usual, 4.0));
        let mut zone = Zone::new("z", vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]);
        let zoned = |zone: &Zone| Survey { zones: vec![zone.clone()], ..Survey::default() };
        assert_eq!(interest.every(&zoned(&zone), intervals), intervals.idle);
        for (loiter_s, above) in [(Some(60.0), None), (None, Some(20))] {
            (zone.loiter_s, zone.above) = (loiter_s, above);
            assert_eq!(interest.every(&zoned(&zone), intervals), intervals.usual, "{zone:?}");
        }
        for note in [Interest::watched, Interest::alarmed] {
            note(&interest, true);
            assert_eq!((interest.every(&empty, intervals), interest.weight(&empty)), (intervals.usual, 4.0));
            note(&interest, false);
        }
        assert_eq!(interest.weight(&empty), 1.0);
    }
}
