//! Speeds on the ground: where a track stood in the last moments in, kilometres an hour out. Pure.

use std::{collections::VecDeque, time::Duration};

/// The time over which a speed is smoothed: two steps of somebody walking and more, and short against how
/// long people are seen.
pub const SMOOTHED_OVER: Duration = Duration::from_secs(2);

/// A speed is trustworthy from this span on.
const LEAST_SPAN: Duration = Duration::from_secs(1);

/// And from this many places on.
const LEAST_PLACES: usize = 5;

/// Without a new place for this long there is no speed any more.
const STALE_AFTER: Duration = Duration::from_secs(1);

/// Metres a second in kilometres an hour.
const KMH: f64 = 3.6;

/// One track's way over the ground.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    /// Times and metres, oldest first.
    places: VecDeque<(Duration, [f64; 2])>,
}

impl Pace {
    /// Notes where it stood at `now`. Times must rise; one that does not is ignored.
    pub fn note(&mut self, now: Duration, metres: [f64; 2]) {
        if self.places.back().is_some_and(|(last, _)| *last >= now) {
            return;
        }
        self.places.push_back((now, metres));
        while self.places.front().is_some_and(|(first, _)| now - *first > SMOOTHED_OVER) {
            self.places.pop_front();
        }
    }

    /// Its speed at `now` in kilometres an hour, smoothed over [`SMOOTHED_OVER`]; `None` while too little is
    /// known. The slope of the straight line through its places that leaves the least squares: single places
    /// tremble by a good part of a step.
    pub fn kmh(&self, now: Duration) -> Option<f32> {
        let ((first, _), (last, _)) = (self.places.front()?, self.places.back()?);
        if self.places.len() < LEAST_PLACES
            || *last - *first < LEAST_SPAN
            || now.saturating_sub(*last) > STALE_AFTER
        {
            return None;
        }
        let count = self.places.len() as f64;
        let seconds = |time: &Duration| (*time - *first).as_secs_f64();
        let mean_time = self.places.iter().map(|(time, _)| seconds(time)).sum::<f64>() / count;
        let spread: f64 = self.places.iter().map(|(time, _)| (seconds(time) - mean_time).powi(2)).sum();
        let slope = |axis: usize| {
            self.places.iter().map(|(time, metres)| (seconds(time) - mean_time) * metres[axis]).sum::<f64>()
                / spread
        };
        Some((slope(0).hypot(slope(1)) * KMH) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(time: u64) -> Duration {
        Duration::from_millis(time)
    }

    #[test]
    fn a_trembling_walk_has_its_speed() {
        let mut pace = Pace::default();
        let mut random = fastrand::Rng::with_seed(5);
        for n in 0..30 {
            let tremble = |random: &mut fastrand::Rng| random.f64() * 0.1 - 0.05;
            let at = [1.4 * n as f64 * 0.1 + tremble(&mut random), 7.0 + tremble(&mut random)];
            pace.note(millis(n * 100), at);
        }
        let kmh = pace.kmh(millis(2_950)).expect("long enough");
        assert!((kmh - 1.4 * 3.6).abs() < 0.4, "{kmh}");
    }

    #[test]
    fn there_is_none_before_it_is_trustworthy_nor_when_it_is_old() {
        let mut pace = Pace::default();
        for n in 0..=9 {
            pace.note(millis(n * 100), [n as f64, 0.0]);
            assert_eq!(pace.kmh(millis(n * 100)), None);
        }
        pace.note(millis(1_000), [10.0, 0.0]);
        assert_eq!(pace.kmh(millis(1_000)), Some(36.0));
        assert_eq!(pace.kmh(millis(2_100)), None);
    }

    #[test]
    fn times_that_stand_still_do_no_harm() {
        let mut pace = Pace::default();
        for n in 0..20 {
            pace.note(millis(1_000), [f64::from(n), 0.0]);
        }
        assert_eq!(pace.kmh(millis(1_000)), None);
    }
}
