//! Speeds on the ground: where a track stood in the last moments in, kilometres an hour out. Pure.

use std::{collections::VecDeque, time::Duration};

use super::kind::Kind;

/// Time over which a speed is smoothed: two steps of somebody walking and more, and short against how
/// long people are seen.
pub const SMOOTHED_OVER: Duration = Duration::from_secs(2);

/// Least time between the first and the last place of a speed that is trustworthy.
const LEAST_SPAN: Duration = Duration::from_secs(1);

/// Least places of a speed that is trustworthy.
const LEAST_PLACES: usize = 4;

/// Longest time without a new place after which there still is a speed.
const STALE_AFTER: Duration = Duration::from_secs(1);

/// Times the middle one of all places' distances from the straight way beyond which a place is not believed.
const OUTLYING: f64 = 3.0;

/// Distance from the straight way within which a place is always believed, metres.
const BELIEVED: f64 = 0.1;

/// Most distance of the middle place from the straight way, as a share of the way, at which there is a speed:
/// beyond, it is no way of one thing.
const MOST_OFF: f64 = 0.2;

/// Most distance of the middle place of what hardly moves, metres.
const MOST_OFF_STANDING: f64 = 0.35;

/// How much faster than any thing of its kind a track may seem between two results: places tremble.
const SEEMS: f64 = 1.5;

/// Least distance between two places that is a jump, metres.
const LEAST_JUMP: f64 = 1.0;

/// Metres a second in kilometres an hour.
const KMH: f64 = 3.6;

/// One track's way over the ground.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    /// Places of the last moments, oldest first.
    places: VecDeque<Place>,
    /// Whether the last place was one that the track cannot have got to.
    has_slipped: bool,
}

/// Where a track stood, and when.
#[derive(Clone, Copy, Debug)]
struct Place {
    at: Duration,
    metres: [f64; 2],
}

impl Pace {
    /// Notes where the track, a thing of that kind, stood at `now`. Times must rise; one that does not is
    /// ignored. A place that no such thing can have got to is a slip of its box; where the next one is no
    /// nearer, the track has become another thing, and everything begins anew.
    pub fn note(&mut self, now: Duration, metres: [f64; 2], kind: Kind) {
        if let Some(last) = self.places.back() {
            if last.at >= now {
                return;
            }
            let [x, y] = [metres[0] - last.metres[0], metres[1] - last.metres[1]];
            let reach = kind.fastest_kmh() / KMH * (now - last.at).as_secs_f64() * SEEMS;
            if x.hypot(y) > reach.max(LEAST_JUMP) {
                if !std::mem::replace(&mut self.has_slipped, true) {
                    return;
                }
                self.places.clear();
            }
        }
        self.has_slipped = false;
        self.places.push_back(Place { at: now, metres });
        while self.places.front().is_some_and(|first| now - first.at > SMOOTHED_OVER) {
            self.places.pop_front();
        }
    }

    /// The track's speed at `now` in kilometres an hour, smoothed over [`SMOOTHED_OVER`]; `None` while too
    /// little is known, where the places are no way of one thing, and beyond what the kind is capable of.
    pub fn kmh(&self, now: Duration, kind: Kind) -> Option<f32> {
        let (first, last) = (self.places.front()?.at, self.places.back()?.at);
        let is_known = self.places.len() >= LEAST_PLACES
            && last - first >= LEAST_SPAN
            && now.saturating_sub(last) <= STALE_AFTER;
        let way = is_known.then(|| self.believed()).flatten()?;
        let kmh = way.speed() * KMH;
        (kmh <= kind.fastest_kmh()).then_some(kmh as f32)
    }

    /// The straight way through the places that are believed; `None` where they are no way.
    fn believed(&self) -> Option<Way> {
        let places: Vec<Place> = self.places.iter().copied().collect();
        let rough = Way::through(&places)?;
        let middle = rough.middle_distance(&places);
        let limit = (middle * OUTLYING).max(BELIEVED);
        let near: Vec<Place> =
            places.iter().copied().filter(|place| rough.distance(place) <= limit).collect();
        let way = Way::through(&near)?;
        let span = (near.last()?.at - near.first()?.at).as_secs_f64();
        let most_off = (way.speed() * span * MOST_OFF).max(MOST_OFF_STANDING);
        (near.len() >= LEAST_PLACES && way.middle_distance(&near) <= most_off).then_some(way)
    }
}

/// A straight way at an even speed: the one through some places that leaves the least squares, since single
/// places tremble by a good part of a step.
struct Way {
    /// Time and place in its middle.
    time: Duration,
    middle: [f64; 2],
    /// Metres a second along both axes.
    velocity: [f64; 2],
}

impl Way {
    /// The way through these places; `None` where they are all of one time.
    fn through(places: &[Place]) -> Option<Way> {
        let first = places.first()?.at;
        let count = places.len() as f64;
        let seconds = |place: &Place| (place.at - first).as_secs_f64();
        let mean = |of: &dyn Fn(&Place) -> f64| places.iter().map(of).sum::<f64>() / count;
        let time = mean(&seconds);
        let spread: f64 = places.iter().map(|place| (seconds(place) - time).powi(2)).sum();
        let middle = [0, 1].map(|axis| mean(&|place| place.metres[axis]));
        let velocity = [0, 1].map(|axis| {
            let along = places.iter().map(|place| (seconds(place) - time) * place.metres[axis]);
            along.sum::<f64>() / spread
        });
        let time = first + Duration::from_secs_f64(time);
        (spread > 0.0).then_some(Way { time, middle, velocity })
    }

    /// Metres a second.
    fn speed(&self) -> f64 {
        self.velocity[0].hypot(self.velocity[1])
    }

    /// Metres between a place and where the way was then.
    fn distance(&self, place: &Place) -> f64 {
        let seconds = place.at.as_secs_f64() - self.time.as_secs_f64();
        let off = [0, 1].map(|axis| place.metres[axis] - self.middle[axis] - self.velocity[axis] * seconds);
        off[0].hypot(off[1])
    }

    /// The middle one of the places' distances.
    fn middle_distance(&self, places: &[Place]) -> f64 {
        let mut distances: Vec<f64> = places.iter().map(|place| self.distance(place)).collect();
        distances.sort_by(f64::total_cmp);
        distances.get(distances.len() / 2).copied().unwrap_or(0.0)
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
            pace.note(millis(n * 100), at, Kind::Person);
        }
        let kmh = pace.kmh(millis(2_950), Kind::Person).expect("long enough");
        assert!((kmh - 1.4 * 3.6).abs() < 0.4, "{kmh}");
    }

    #[test]
    fn there_is_none_before_it_is_trustworthy_nor_when_it_is_old() {
        let mut pace = Pace::default();
        for n in 0..=9 {
            pace.note(millis(n * 100), [n as f64, 0.0], Kind::Vehicle);
            assert_eq!(pace.kmh(millis(n * 100), Kind::Vehicle), None);
        }
        pace.note(millis(1_000), [10.0, 0.0], Kind::Vehicle);
        assert_eq!(pace.kmh(millis(1_000), Kind::Vehicle), Some(36.0));
        assert_eq!(pace.kmh(millis(2_100), Kind::Vehicle), None);
    }

    #[test]
    fn times_that_stand_still_do_no_harm() {
        let mut pace = Pace::default();
        for n in 0..20 {
            pace.note(millis(1_000), [f64::from(n), 0.0], Kind::Vehicle);
        }
        assert_eq!(pace.kmh(millis(1_000), Kind::Vehicle), None);
    }

    /// A walk of 1.4 m/s to which `change` does something at each tenth of a second.
    fn walk(change: impl Fn(u64, f64) -> f64) -> Pace {
        let mut pace = Pace::default();
        for n in 0..30 {
            pace.note(millis(n * 100), [change(n, 1.4 * n as f64 * 0.1), 0.0], Kind::Person);
        }
        pace
    }

    #[test]
    fn a_place_that_is_far_off_once_does_not_change_the_speed() {
        let kmh = walk(|n, x| if n == 24 { x + 1.2 } else { x }).kmh(millis(2_950), Kind::Person);
        assert!(kmh.is_some_and(|kmh| (kmh - 5.04).abs() < 0.3), "{kmh:?}");
    }

    #[test]
    fn where_a_track_jumps_to_somebody_else_there_is_no_speed_until_it_is_known_anew() {
        let pace = walk(|n, x| if n >= 25 { x + 9.0 } else { x });
        assert_eq!(pace.kmh(millis(2_950), Kind::Person), None);
    }

    #[test]
    fn nothing_is_faster_than_its_kind() {
        let pace = walk(|n, _| n as f64 * 1.0);
        assert_eq!(pace.kmh(millis(2_950), Kind::Person), None);
        assert!(pace.kmh(millis(2_950), Kind::Vehicle).is_some());
    }
}
