//! Vehicles on the road's two lanes: some of them stop for a moment here and there.
//!
//! How they follow each other, come and go is in `convoy`, what they look like in `model` and `body`.

use super::site::{ENDS, LANES};
use crate::source::scene::{
    convoy::{self, Convoys, Lane, Road, Tail},
    geometry::vec2,
    tick::seconds,
};

/// The lanes; drivers like 20 to 60 km/h.
const ROAD: Road = Road {
    lanes: [
        Lane { from: vec2(LANES[0], ENDS[0]), ahead: vec2(0.0, 1.0) },
        Lane { from: vec2(LANES[1], ENDS[1]), ahead: vec2(0.0, -1.0) },
    ],
    length: ENDS[1] - ENDS[0],
    liked_speed: [5.6, 16.7],
    slowest_flow: 5.6,
    hardest_braking: 6.0,
};
/// How many of a hundred drivers stop on their way.
const STOPPING: u32 = 14;
/// Where those stop, metres along their lane.
const STOPS_AT: [f32; 2] = [18.0, 60.0];
/// How long they stand, seconds.
const STANDS_S: [f32; 2] = [1.0, 4.0];

/// A place where a driver will stop.
#[derive(Clone, Debug)]
pub struct Stop {
    nose_at: f32,
    ticks: u32,
}

/// One vehicle, which may stop somewhere.
pub type Vehicle = convoy::Vehicle<Option<Stop>>;

/// All vehicles.
#[derive(Clone, Debug)]
pub struct Lanes {
    convoys: Convoys<Option<Stop>>,
}

impl Lanes {
    /// An empty road on which `count` vehicles will drive.
    pub fn new(count: u32, seed: u64) -> Lanes {
        Lanes { convoys: Convoys::new(ROAD, count, seed ^ 0x10ad) }
    }

    /// All vehicles on the road.
    pub fn vehicles(&self) -> impl Iterator<Item = &Vehicle> {
        self.convoys.vehicles()
    }

    /// One tick on. New vehicles take their number from `next_id`.
    pub fn step(&mut self, next_id: &mut u64) {
        self.convoys.step(next_id, acceleration, stop);
    }
}

/// How one driver accelerates; who has stood long enough goes on.
fn acceleration(vehicle: &mut Vehicle, tail: Option<Tail>) -> f32 {
    let behind = vehicle.following(tail);
    let Some(nose_at) = vehicle.own.as_ref().map(|stop| stop.nose_at) else { return behind };
    let (change, stands) = (behind.min(vehicle.stopping(nose_at)), vehicle.speed < 0.3);
    vehicle.own.take_if(|stop| {
        stop.ticks -= u32::from(stands && stop.ticks > 0);
        stop.ticks == 0
    });
    change
}

/// Where a new driver will stop, if anywhere.
fn stop(rng: &mut fastrand::Rng) -> Option<Stop> {
    let stops = rng.u32(0..100) < STOPPING;
    stops.then(|| Stop { nose_at: between(rng, STOPS_AT), ticks: seconds(between(rng, STANDS_S)) })
}

/// An even draw from a range.
fn between(rng: &mut fastrand::Rng, [from, to]: [f32; 2]) -> f32 {
    from + (to - from) * rng.f32()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vehicles_never_overlap_go_fast_and_some_stop() {
        let (mut lanes, mut next_id) = (Lanes::new(6, 3), 1);
        let (mut fastest, mut standing) = (0.0f32, 0);
        for _ in 0..15_000 {
            lanes.step(&mut next_id);
            for lane in lanes.convoys.lanes() {
                assert!(lane.windows(2).all(|pair| pair[0].rear() > pair[1].nose()));
                standing += lane.iter().filter(|vehicle| vehicle.speed < 0.1).count();
                fastest = lane.iter().map(|vehicle| vehicle.speed).fold(fastest, f32::max);
            }
        }
        assert!((13.0..=16.8).contains(&fastest), "{fastest}");
        assert!(standing > 500, "{standing}");
        assert!(next_id > 200, "{next_id} vehicles in ten minutes");
    }
}
