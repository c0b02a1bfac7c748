//! Riders: people on two-wheelers, whom a model finds twice, told by boxes that lie on each other and move
//! alike. A class of their own says that they ride. Pure.

use std::{collections::HashMap, time::Duration};

use super::{
    kind::{Kind, is_rider},
    track::{Look, Track},
};
use crate::nouns::place::{BBox, Velocity};

/// Least share of the narrower box's width that both have in common.
const COMMON_WIDTH: f32 = 0.5;

/// How far a rider's feet may be below the wheels, as a share of the two-wheeler's height: boxes tremble.
const BELOW: f32 = 0.15;

/// Most difference of the velocities of a rider and what he rides, heights of the rider a second.
const ALIKE: f32 = 0.6;

/// Least velocity at which people ride, heights of the rider a second: who stands beside a parked bicycle
/// does not.
const RIDING: f32 = 0.4;

/// Longest time since a rider was last seen on what he rides at which he still rides it: boxes tremble, and
/// are missed.
const STILL_RIDES: Duration = Duration::from_millis(1500);

/// Who rides what.
#[derive(Default)]
pub struct Riders {
    /// Numbers of the riders' tracks, with what each rides.
    mounts: HashMap<u64, Mount>,
}

/// What somebody rides.
struct Mount {
    track_id: u64,
    /// When he was last seen on it.
    seen: Duration,
}

impl Riders {
    /// Finds out who rides what, of the tracks that are there now. A two-wheeler has one rider.
    pub fn step(&mut self, Look { at, apart }: Look, tracks: &[Track]) {
        let still = STILL_RIDES.max(apart * 2);
        self.mounts.retain(|_, mount| at.saturating_sub(mount.seen) <= still);
        let people = tracks.iter().filter(|one| is_rider(&one.class) || Kind::of(&one.class) == Kind::Person);
        let is_cycle = |one: &&Track| Kind::of(&one.class) == Kind::Cycle && !is_rider(&one.class);
        let cycles: Vec<&Track> = tracks.iter().filter(is_cycle).collect();
        for person in people {
            // Who has ridden goes on doing so at a red light.
            let known = self.mounts.get(&person.id).map(|mount| mount.track_id);
            let sits = |cycle: &&&Track| match known {
                Some(track_id) => track_id == cycle.id,
                None => {
                    are_alike(person, cycle)
                        && (is_rider(&person.class) || speed(person.velocity, person) >= RIDING)
                        && !self.mounts.values().any(|mount| mount.track_id == cycle.id)
                }
            };
            if let Some(cycle) = cycles.iter().find(|cycle| sits_on(person, cycle) && sits(cycle)) {
                self.mounts.insert(person.id, Mount { track_id: cycle.id, seen: at });
            }
        }
    }

    /// Forgets tracks that are over; `lives` says which are not.
    pub fn forget(&mut self, lives: impl Fn(u64) -> bool) {
        self.mounts.retain(|rider, mount| lives(*rider) && lives(mount.track_id));
    }

    /// Whether a track is a rider, and counts as what he rides.
    pub fn rides(&self, track_id: u64) -> bool {
        self.mounts.contains_key(&track_id)
    }

    /// The tracks without the riders, whose boxes go to what they ride.
    pub fn united(&self, tracks: Vec<Track>) -> Vec<Track> {
        let boxes: HashMap<u64, BBox> = tracks
            .iter()
            .filter_map(|track| self.mounts.get(&track.id).map(|mount| (mount.track_id, track.bbox)))
            .collect();
        let unite = |track: Track| match boxes.get(&track.id) {
            Some(rider) => Track { bbox: around(&track.bbox, rider), ..track },
            None => track,
        };
        tracks.into_iter().filter(|track| !self.rides(track.id)).map(unite).collect()
    }
}

/// Whether a person's box lies on a two-wheeler's as a rider's does.
fn sits_on(person: &Track, cycle: &Track) -> bool {
    let (person, cycle) = (&person.bbox, &cycle.bbox);
    let common = person.x2.min(cycle.x2) - person.x1.max(cycle.x1);
    let wheels = cycle.y2 + cycle.height() * BELOW;
    common >= COMMON_WIDTH * person.width().min(cycle.width())
        && person.y1 < cycle.y1
        && (cycle.y1..=wheels).contains(&person.y2)
}

/// Whether both move alike.
fn are_alike(person: &Track, cycle: &Track) -> bool {
    let (a, b) = (person.velocity, cycle.velocity);
    speed(Velocity { x: a.x - b.x, y: a.y - b.y }, person) <= ALIKE
}

/// A velocity in heights of a track's box a second.
fn speed(velocity: Velocity, track: &Track) -> f32 {
    velocity.x.hypot(velocity.y) / track.bbox.height().max(1.0)
}

/// The least box around both.
fn around(a: &BBox, b: &BBox) -> BBox {
    BBox { x1: a.x1.min(b.x1), y1: a.y1.min(b.y1), x2: a.x2.max(b.x2), y2: a.y2.max(b.y2) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analytics::track::fixtures::{look, track};

    fn cyclist(person_speed: f32, cycle_speed: f32) -> Vec<Track> {
        vec![
            track(1, "person", [100.0, 100.0, 130.0, 180.0], person_speed),
            track(2, "bicycle", [90.0, 140.0, 140.0, 190.0], cycle_speed),
        ]
    }

    #[test]
    fn a_cyclist_is_one_thing_also_at_a_red_light() {
        let mut riders = Riders::default();
        for (speed, rides) in [(0.0, false), (200.0, true), (0.0, true)] {
            riders.step(look(0), &cyclist(speed, speed));
            assert_eq!(riders.rides(1), rides, "{speed}");
        }
        let [united] = &riders.united(cyclist(0.0, 0.0))[..] else { panic!("is one") };
        assert_eq!((united.id, united.bbox.y1, united.bbox.y2), (2, 100.0, 190.0));
        riders.forget(|id| id == 1);
        assert!(!riders.rides(1));
    }

    #[test]
    fn who_is_called_a_rider_rides_also_where_he_has_not_moved_yet() {
        let mut riders = Riders::default();
        let mut both = cyclist(0.0, 0.0);
        (both[0].class, both[1].class) = (Arc::from("rider"), Arc::from("bike"));
        riders.step(look(0), &both);
        let [united] = &riders.united(both.clone())[..] else { panic!("is one") };
        assert_eq!((&*united.class, united.bbox.y1), ("bike", 100.0));
        // Another rider is nothing that can be ridden.
        both[1].class = Arc::from("rider");
        let mut riders = Riders::default();
        riders.step(look(0), &both);
        assert_eq!(riders.united(both).len(), 2);
    }

    #[test]
    fn who_passes_a_parked_bicycle_does_not_ride_it() {
        let mut riders = Riders::default();
        riders.step(look(0), &cyclist(80.0, 0.0));
        assert!(!riders.rides(1));
        assert_eq!(riders.united(cyclist(80.0, 0.0)).len(), 2);
    }

    #[test]
    fn who_walks_before_a_moving_bicycle_stands_lower() {
        let mut riders = Riders::default();
        let mut both = cyclist(100.0, 100.0);
        both[0].bbox.y2 = 230.0;
        riders.step(look(0), &both);
        assert!(!riders.rides(1));
    }

    #[test]
    fn a_rider_whose_bicycle_is_missed_for_a_moment_still_rides_it() {
        let mut riders = Riders::default();
        riders.step(look(0), &cyclist(200.0, 200.0));
        riders.step(look(500), &cyclist(0.0, 0.0)[..1]);
        assert!(riders.rides(1));
        riders.step(look(2_000), &cyclist(0.0, 0.0)[..1]);
        assert!(!riders.rides(1), "but not for ever");
    }

    #[test]
    fn a_bicycle_has_one_rider() {
        let mut riders = Riders::default();
        let mut three = cyclist(200.0, 200.0);
        three.push(track(3, "person", [95.0, 90.0, 125.0, 185.0], 200.0));
        riders.step(look(0), &three);
        assert_eq!([1, 3].map(|id| riders.rides(id)), [true, false]);
    }
}
