//! Speeds on the ground: where a track stood in the last moments in, kilometres an hour out. Pure.

use std::{collections::VecDeque, time::Duration};

/// Time over which a speed is smoothed: two steps of somebody walking and more, and short against how
/// long people are seen.
pub const SMOOTHED_OVER: Duration = Duration::from_secs(2);

/// Least time between the first and the last place of a speed that is trustworthy.
const LEAST_SPAN: Duration = Duration::from_secs(1);

/// Least places of a speed that is trustworthy.
const LEAST_PLACES: usize = 5;

/// Longest time without a new place after which there still is a speed.
const STALE_AFTER: Duration = Duration::from_secs(1);

/// Metres a second in kilometres an hour.
const KMH: f64 = 3.6;

/// One track's way over the ground.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    /// Places of the last moments, oldest first.
    places: VecDeque<Place>,
}

/// Where a track stood, and when.
#[derive(Clone, Copy, Debug)]
struct Place {
    at: Duration,
    metres: [f64; 2],
}

impl Pace {
    /// Notes where the track stood at `now`. Times must rise; one that does not is ignored.
    pub fn note(&mut self, now: Duration, metres: [f64; 2]) {
        if self.places.back().is_some_and(|last| last.at >= now) {
            return;
        }
        self.places.push_back(Place { at: now, metres });
        while self.places.front().is_some_and(|first| now - first.at > SMOOTHED_OVER) {
            self.places.pop_front();
        }
    }

    /// The track's speed at `now` in kilometres an hour, smoothed over [`SMOOTHED_OVER`]; `None` while too
    /// little is known.
    pub fn kmh(&self, now: Duration) -> Option<f32> {
        let (first, last) = (self.places.front()?.at, self.places.back()?.at);
        let is_known = self.places.len() >= LEAST_PLACES
            && last - first >= LEAST_SPAN
            && now.saturating_sub(last) <= STALE_AFTER;
        is_known.then(|| {
            let [x, y] = self.slope(first);
            (x.hypot(y) * KMH) as f32
        })
    }

    /// Metres a second along both axes: the slope of the straight line through the places that leaves the
    /// least squares, since single places tremble by a good part of a step.
    fn slope(&self, first: Duration) -> [f64; 2] {
        let count = self.places.len() as f64;
        let seconds = |place: &Place| (place.at - first).as_secs_f64();
        let mean_time = self.places.iter().map(seconds).sum::<f64>() / count;
        let spread: f64 = self.places.iter().map(|place| (seconds(place) - mean_time).powi(2)).sum();
        [0, 1].map(|axis| {
            let along = self.places.iter().map(|place| (seconds(place) - mean_time) * place.metres[axis]);
            along.sum::<f64>() / spread
        })
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
