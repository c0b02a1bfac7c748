//! Speeds on the ground: where a track stands time after time in, kilometres an hour out. Pure.
//!
//! How a thing moves is `motion`'s; where the feet of a box are on the ground, and how sure that is, is told
//! by whoever asks.

mod matrix;
mod motion;

use std::time::Duration;

use self::{
    matrix::{Matrix, Vector},
    motion::{Motion, Place},
};
use super::kind::Kind;

/// Least time from the first place to the last of a speed that is trustworthy.
const LEAST_SPAN: Duration = Duration::from_secs(1);

/// Least places of a speed that is trustworthy.
const LEAST_PLACES: u32 = 4;

/// Longest time without a new place after which there still is a speed.
const STALE_AFTER: Duration = Duration::from_secs(1);

/// Most standard deviations by which a place is off that is believed.
const MOST_SURPRISE: f64 = 4.0;

/// Places in a row that are not believed after which the track has become another thing.
const MOST_SLIPS: u32 = 3;

/// Metres a second in kilometres an hour.
const KMH: f64 = 3.6;

/// Where a track stands on the ground.
#[derive(Clone, Copy, Debug)]
pub struct Footing {
    /// Metres along both axes of the ground.
    pub metres: [f64; 2],
    /// Metres along both axes by which the place changes with the standard error of the box sideways, and of
    /// its lower edge.
    pub errors: [[f64; 2]; 2],
}

/// One track's way over the ground.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    motion: Option<Motion>,
    /// When the way began.
    since: Duration,
    /// Places that were believed.
    places: u32,
    /// Places in a row that were not.
    slips: u32,
}

impl Pace {
    /// Notes where the track, a thing of that kind, stands at `now`. Times must rise; one that does not is
    /// ignored. A place where it cannot be is a slip of its box; after some in a row the track has become
    /// another thing, and everything begins anew.
    pub fn note(&mut self, now: Duration, footing: &Footing, kind: Kind) {
        let [sideways, lower] = footing.errors.map(Vector);
        let place =
            Place { at: now, metres: Vector(footing.metres), doubt: Matrix::of_errors(sideways, lower) };
        let Some(motion) = &mut self.motion else { return self.begin(&place) };
        if motion.at() >= now {
            return;
        }
        motion.predict(now, kind.ground_acceleration());
        if motion.surprise(&place) <= MOST_SURPRISE {
            motion.update(&place);
            (self.places, self.slips) = (self.places + 1, 0);
            return;
        }
        self.slips += 1;
        if self.slips >= MOST_SLIPS {
            self.begin(&place);
        }
    }

    /// Begins anew where nothing is known but one place.
    fn begin(&mut self, place: &Place) {
        *self = Pace { motion: Some(Motion::new(place)), since: place.at, places: 1, slips: 0 };
    }

    /// The track's speed at `now` in kilometres an hour; `None` while too little is known or it is not sure,
    /// and beyond what the kind is capable of.
    pub fn kmh(&self, now: Duration, kind: Kind) -> Option<f32> {
        let motion = self.motion.as_ref()?;
        let is_known = self.places >= LEAST_PLACES
            && self.slips == 0
            && motion.at().saturating_sub(self.since) >= LEAST_SPAN
            && now.saturating_sub(motion.at()) <= STALE_AFTER;
        let speed = motion.speed();
        let is_sure = motion.doubt() <= (speed * kind.most_doubt()).max(kind.most_doubt_standing());
        (is_known && is_sure && speed * KMH <= kind.fastest_kmh()).then_some((speed * KMH) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(time: u64) -> Duration {
        Duration::from_millis(time)
    }

    /// A place that is known to five centimetres.
    fn at(x: f64, y: f64) -> Footing {
        Footing { metres: [x, y], errors: [[0.05, 0.0], [0.0, 0.05]] }
    }

    /// A walk of 1.4 m/s to which `change` does something at each tenth of a second, three seconds long.
    fn walk(change: impl Fn(u64, f64) -> f64) -> Pace {
        let (mut pace, mut random) = (Pace::default(), fastrand::Rng::with_seed(5));
        for n in 0..30 {
            let tremble = random.f64() * 0.14 - 0.07;
            pace.note(millis(n * 100), &at(change(n, 1.4 * n as f64 * 0.1) + tremble, 7.0), Kind::Person);
        }
        pace
    }

    #[test]
    fn a_trembling_walk_has_its_speed() {
        let kmh = walk(|_, x| x).kmh(millis(2_950), Kind::Person).expect("long enough");
        assert!((kmh - 1.4 * 3.6).abs() < 0.6, "{kmh}");
    }

    #[test]
    fn there_is_none_before_it_is_trustworthy_nor_when_it_is_old() {
        let mut pace = Pace::default();
        for n in 0..=9 {
            pace.note(millis(n * 100), &at(n as f64, 0.0), Kind::Vehicle);
            assert_eq!(pace.kmh(millis(n * 100), Kind::Vehicle), None);
        }
        pace.note(millis(1_000), &at(10.0, 0.0), Kind::Vehicle);
        let kmh = pace.kmh(millis(1_000), Kind::Vehicle).expect("long enough");
        assert!((kmh - 36.0).abs() < 0.5, "{kmh}");
        assert_eq!(pace.kmh(millis(2_100), Kind::Vehicle), None);
    }

    #[test]
    fn times_that_stand_still_do_no_harm() {
        let mut pace = Pace::default();
        for n in 0..20 {
            pace.note(millis(1_000), &at(f64::from(n), 0.0), Kind::Vehicle);
        }
        assert_eq!(pace.kmh(millis(1_000), Kind::Vehicle), None);
    }

    #[test]
    fn places_that_say_nothing_give_no_speed() {
        let mut pace = Pace::default();
        for n in 0..30 {
            let far = Footing { metres: [0.0, 1.4 * n as f64 * 0.1], errors: [[0.3, 0.0], [0.0, 4.0]] };
            pace.note(millis(n * 100), &far, Kind::Person);
        }
        assert_eq!(pace.kmh(millis(2_950), Kind::Person), None);
    }

    #[test]
    fn a_place_that_is_far_off_once_does_not_change_the_speed() {
        let pace = walk(|n, x| if n == 24 { x + 1.2 } else { x });
        let kmh = pace.kmh(millis(2_950), Kind::Person);
        assert!(kmh.is_some_and(|kmh| (kmh - 5.04).abs() < 0.6), "{kmh:?}");
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
