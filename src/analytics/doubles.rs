//! Vehicles that a model finds twice under two names, such as a lorry and its cab: tracks in, which of them
//! is part of another out. Pure.
//!
//! Boxes that lie on each other are `sieve`'s. Here one lies inside another that is seen from its side,
//! stands on the same ground and goes the same way. From behind, a car that follows a lorry looks like that
//! as well; so what is higher than wide has no parts.

use std::{collections::HashMap, time::Duration};

use super::{
    kind::Kind,
    track::{Look, Track},
};
use crate::nouns::place::Velocity;

/// Least share of the part's box that lies inside the whole's.
const INSIDE: f32 = 0.85;

/// Most difference of the lower edges of part and whole, heights of the part: what stands in the next lane
/// stands lower or higher.
const LEVEL: f32 = 0.15;

/// Least width of what is seen from its side, heights of its box.
const WIDE: f32 = 1.2;

/// Least velocity at which a vehicle moves, heights of the part a second: of what stands, nothing shows
/// whether it belongs together.
const MOVES: f32 = 0.4;

/// Most difference of the velocities of part and whole, heights of the part a second.
const ALIKE: f32 = 0.5;

/// Most difference of the velocities as a share of the whole's: both ends of what comes near part.
const ALIKE_SHARE: f32 = 0.3;

/// Least time for which both go the same way until they are one.
const HELD: Duration = Duration::from_millis(500);

/// Least results in which they do.
const HELD_RESULTS: u32 = 3;

/// Longest time since a part was last seen inside the whole at which it is one: boxes are missed.
const STILL: Duration = Duration::from_millis(1500);

/// Which vehicles are parts of others.
#[derive(Default)]
pub struct Doubles {
    /// Numbers of the parts' tracks, with what each is part of.
    parts: HashMap<u64, Part>,
}

/// What is known of a track that may be part of another.
struct Part {
    /// Number of the other track.
    whole: u64,
    /// When both were first seen together, and when last.
    since: Duration,
    seen: Duration,
    /// Results in which both went the same way.
    results: u32,
    is_sure: bool,
}

impl Doubles {
    /// Finds out which tracks are parts of others, of those that are there now.
    pub fn step(&mut self, Look { at, apart }: Look, tracks: &[Track]) {
        let still = STILL.max(apart * 2);
        self.parts.retain(|_, part| at.saturating_sub(part.seen) <= still);
        let is_vehicle = |one: &&Track| one.is_seen && Kind::of(&one.class) == Kind::Vehicle;
        let vehicles: Vec<&Track> = tracks.iter().filter(is_vehicle).collect();
        for whole in &vehicles {
            let mut inside = vehicles.iter().filter(|part| lies_inside(part, whole));
            // A box around several vehicles is none of them.
            if let (Some(part), None) = (inside.next(), inside.next()) {
                self.note(at, part, whole);
            }
        }
    }

    /// Notes that a vehicle lies inside another one.
    fn note(&mut self, at: Duration, part: &Track, whole: &Track) {
        // What is one goes on being so where it stops; what goes another way begins anew.
        if !self.is_part(part.id) && !go_the_same_way(part, whole) {
            self.parts.remove(&part.id);
            return;
        }
        let new = Part { whole: whole.id, since: at, seen: at, results: 0, is_sure: false };
        let known = self.parts.entry(part.id).or_insert(new);
        if known.whole != whole.id {
            return;
        }
        (known.seen, known.results) = (at, known.results + 1);
        known.is_sure |= known.results >= HELD_RESULTS && at.saturating_sub(known.since) >= HELD;
    }

    /// Forgets tracks that are over; `lives` says which are not.
    pub fn forget(&mut self, lives: impl Fn(u64) -> bool) {
        self.parts.retain(|track_id, part| lives(*track_id) && lives(part.whole));
    }

    /// Whether a track is part of another one, and counts as that.
    pub fn is_part(&self, track_id: u64) -> bool {
        self.parts.get(&track_id).is_some_and(|part| part.is_sure)
    }

    /// The tracks without the parts of others that are among them.
    pub fn united(&self, tracks: Vec<Track>) -> Vec<Track> {
        let there: Vec<u64> = tracks.iter().map(|track| track.id).collect();
        let is_shown = |part: &Part| !(part.is_sure && there.contains(&part.whole));
        let shown = tracks.into_iter().filter(|track| self.parts.get(&track.id).is_none_or(is_shown));
        shown.collect()
    }
}

/// Whether a vehicle's box lies inside another's that has another name, is seen from its side and stands on
/// the same ground.
fn lies_inside(part: &Track, whole: &Track) -> bool {
    let (inner, outer) = (&part.bbox, &whole.bbox);
    part.class != whole.class
        && inner.area() < outer.area()
        && inner.overlap_area(outer) >= INSIDE * inner.area()
        && outer.width() >= WIDE * outer.height()
        && (inner.y2 - outer.y2).abs() <= LEVEL * inner.height()
}

/// Whether a part moves, and as the whole does.
fn go_the_same_way(part: &Track, whole: &Track) -> bool {
    let height = part.bbox.height().max(1.0);
    let (Velocity { x, y }, other) = (whole.velocity, part.velocity);
    let (speed, off) = (x.hypot(y), (x - other.x).hypot(y - other.y));
    speed >= MOVES * height && off <= (ALIKE * height).max(ALIKE_SHARE * speed)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analytics::track::fixtures::{look, track};

    /// A lorry with its cab, which is called a car.
    fn lorry() -> Vec<Track> {
        vec![
            track(1, "truck", [100.0, 100.0, 340.0, 220.0], 100.0),
            track(2, "car", [260.0, 110.0, 340.0, 220.0], 110.0),
        ]
    }

    /// Whether any of the tracks is part of another once they have been seen for a second.
    fn any_part(tracks: &[Track]) -> bool {
        let mut doubles = Doubles::default();
        (0..=10).for_each(|n| doubles.step(look(n * 100), tracks));
        tracks.iter().any(|track| doubles.is_part(track.id))
    }

    #[test]
    fn a_lorry_and_its_cab_are_one_after_half_a_second_on_the_same_way() {
        let mut doubles = Doubles::default();
        let told: Vec<bool> = (0..8)
            .map(|n| {
                doubles.step(look(n * 100), &lorry());
                doubles.is_part(2)
            })
            .collect();
        assert_eq!(told, [false, false, false, false, false, true, true, true]);
        assert!(!doubles.is_part(1));
        let shown: Vec<u64> = doubles.united(lorry()).iter().map(|track| track.id).collect();
        assert_eq!(shown, [1]);
        let alone = doubles.united(lorry().split_off(1));
        assert_eq!(alone.len(), 1, "where the lorry is missed, its cab is shown");
    }

    #[test]
    fn what_was_one_still_is_where_it_stops_until_it_is_seen_apart() {
        let mut doubles = Doubles::default();
        (0..8).for_each(|n| doubles.step(look(n * 100), &lorry()));
        let mut stopped = lorry();
        stopped.iter_mut().for_each(|track| track.velocity = Velocity { x: 0.0, y: 0.0 });
        doubles.step(look(1_500), &stopped);
        doubles.step(look(2_500), &stopped[1..]);
        assert!(doubles.is_part(2));
        doubles.step(look(3_100), &stopped[1..]);
        assert!(!doubles.is_part(2), "not for ever");
    }

    #[test]
    fn a_car_that_went_otherwise_is_itself_until_half_a_second_on_the_same_way() {
        let mut doubles = Doubles::default();
        let mut overtakes = lorry();
        overtakes[1].velocity.x = 300.0;
        (0..8).for_each(|n| doubles.step(look(n * 100), &overtakes));
        let told: Vec<bool> = (8..15)
            .map(|n| {
                doubles.step(look(n * 100), &lorry());
                doubles.is_part(2)
            })
            .collect();
        assert_eq!(told, [false, false, false, false, false, true, true]);
    }

    #[test]
    fn tracks_that_are_over_are_forgotten() {
        let mut doubles = Doubles::default();
        (0..8).for_each(|n| doubles.step(look(n * 100), &lorry()));
        doubles.forget(|id| id != 1);
        assert!(!doubles.is_part(2));
    }

    #[test]
    fn other_vehicles_before_a_lorry_are_themselves() {
        assert!(any_part(&lorry()), "or this tests nothing");
        let with = |change: fn(&mut Vec<Track>)| {
            let mut tracks = lorry();
            change(&mut tracks);
            any_part(&tracks)
        };
        for (is_part, why) in [
            (with(|tracks| tracks[1].velocity.x = 300.0), "it overtakes"),
            (with(|tracks| tracks.iter_mut().for_each(|one| one.velocity.x = 10.0)), "both stand"),
            (with(|tracks| tracks[1].bbox.y2 = 250.0), "it is nearer"),
            (with(|tracks| tracks[1].bbox.y2 = 190.0), "it is farther away"),
            (with(|tracks| tracks[0].bbox.x1 = 200.0), "seen from behind, it may follow the lorry"),
            (with(|tracks| tracks[1].class = Arc::from("truck")), "two of a name are the detector's matter"),
            (with(|tracks| tracks[1].class = Arc::from("person")), "nobody on foot is a part"),
            (
                with(|tracks| tracks.push(track(3, "car", [110.0, 130.0, 200.0, 220.0], 100.0))),
                "a box around two",
            ),
        ] {
            assert!(!is_part, "{why}");
        }
    }
}
