//! Vehicles on the road's two lanes: they follow each other, stop for a moment here and there, come and go.
//!
//! What they look like is in `model` and `body`.

use super::site::{ENDS, LANES};
use crate::source::scene::{
    driver::{Leader, STANDING_GAP, TIME_GAP, acceleration},
    geometry::{Vec2, vec2},
    model::Model,
    tick::{TICK_S, seconds},
};

/// Length of a lane, metres.
const LENGTH: f32 = ENDS[1] - ENDS[0];
/// Speeds that drivers like, metres a second: 20 to 60 km/h.
const LIKED_SPEED: [f32; 2] = [5.6, 16.7];
/// Hardest braking, metres a second squared.
const HARD_BRAKING: f32 = 6.0;
/// Length of a usual vehicle with its standing gap, metres.
const ROOM: f32 = 6.3;
/// However dense the traffic, drivers like to go at least this fast, metres a second.
const SLOWEST_FLOW: f32 = 5.6;
/// Free road that a new vehicle needs before it, metres.
const ENTRY_GAP: f32 = 5.0;
/// How many of a hundred drivers stop on their way.
const STOPPING: u32 = 14;
/// Where those stop, metres along their lane.
const STOPS_AT: [f32; 2] = [18.0, 60.0];
/// How long they stand, seconds.
const STANDS_S: [f32; 2] = [1.0, 4.0];

/// A place where a driver will stop.
#[derive(Clone, Debug)]
struct Stop {
    nose_at: f32,
    ticks: u32,
}

/// One vehicle.
#[derive(Clone, Debug)]
pub struct Vehicle {
    /// Number of the vehicle, never used again.
    pub id: u64,
    /// Looks and measures.
    pub model: Model,
    lane: usize,
    /// Middle of the vehicle, metres from the lane's start.
    along: f32,
    before: f32,
    speed: f32,
    liked: f32,
    stop: Option<Stop>,
}

impl Vehicle {
    /// Unit vector of its driving direction.
    pub fn ahead(&self) -> Vec2 {
        if self.lane == 0 { vec2(0.0, 1.0) } else { vec2(0.0, -1.0) }
    }

    /// Middle of the vehicle on the ground, metres, at a share of the last tick.
    pub fn at(&self, share: f32) -> Vec2 {
        let along = self.before + (self.along - self.before) * share;
        let y = if self.lane == 0 { ENDS[0] + along } else { ENDS[1] - along };
        vec2(LANES[self.lane], y)
    }

    /// Metres a second over the last tick.
    pub fn velocity(&self) -> Vec2 {
        (self.at(1.0) - self.at(0.0)) * (1.0 / TICK_S)
    }

    fn rear(&self) -> f32 {
        self.along - self.model.length * 0.5
    }

    fn nose(&self) -> f32 {
        self.along + self.model.length * 0.5
    }

    /// One tick behind `leader` (its rear and speed).
    fn drive(&mut self, leader: Option<(f32, f32)>) {
        let nose = self.nose();
        let behind = |(rear, speed): (f32, f32)| Some(Leader { gap: rear - nose, speed });
        let mut change = acceleration(self.speed, self.liked, leader.and_then(behind));
        if let Some(stop) = &mut self.stop {
            // The gap that a leader who stands there would be given is taken off again.
            let there = (stop.nose_at + STANDING_GAP - 0.5, 0.0);
            change = change.min(acceleration(self.speed, self.liked, behind(there)));
            stop.ticks -= u32::from(self.speed < 0.3 && stop.ticks > 0);
            if stop.ticks == 0 {
                self.stop = None;
            }
        }
        self.speed = (self.speed + change.max(-HARD_BRAKING) * TICK_S).max(0.0);
        self.before = self.along;
        self.along += self.speed * TICK_S;
    }
}

/// All vehicles.
#[derive(Clone, Debug)]
pub struct Lanes {
    /// From the first to the last on each lane.
    lanes: [Vec<Vehicle>; 2],
    wanted: [usize; 2],
    rng: fastrand::Rng,
}

impl Lanes {
    /// An empty road on which `count` vehicles will drive.
    pub fn new(count: u32, seed: u64) -> Lanes {
        let count = count as usize;
        let rng = fastrand::Rng::with_seed(seed ^ 0x10ad);
        Lanes { lanes: [Vec::new(), Vec::new()], wanted: [count.div_ceil(2), count / 2], rng }
    }

    /// All vehicles on the road.
    pub fn vehicles(&self) -> impl Iterator<Item = &Vehicle> {
        self.lanes.iter().flatten()
    }

    /// One tick on. New vehicles take their number from `next_id`.
    pub fn step(&mut self, next_id: &mut u64) {
        for lane in 0..2 {
            let mut leader: Option<(f32, f32)> = None;
            for vehicle in &mut self.lanes[lane] {
                vehicle.drive(leader);
                leader = Some((vehicle.rear(), vehicle.speed));
            }
            self.lanes[lane].retain(|vehicle| vehicle.along < LENGTH);
            if self.lanes[lane].len() < self.wanted[lane] {
                self.enter(lane, next_id);
            }
        }
    }

    /// Lets a new vehicle in, if the lane's start is free.
    fn enter(&mut self, lane: usize, next_id: &mut u64) {
        let model = Model::new(self.rng.u64(..));
        let spacing = LENGTH / self.wanted[lane].max(1) as f32;
        // The more vehicles are wanted, the slower they must be to stay at their distance.
        let liked = self.between(LIKED_SPEED).min(((spacing - ROOM) / TIME_GAP).max(SLOWEST_FLOW));
        let stop = (self.rng.u32(0..100) < STOPPING)
            .then(|| Stop { nose_at: self.between(STOPS_AT), ticks: seconds(self.between(STANDS_S)) });
        let gap = self.lanes[lane].last().map_or(f32::MAX, |last| last.rear() - model.length * 0.5);
        // A pause of random length between vehicles keeps them from coming in step.
        if gap < ENTRY_GAP || self.rng.u32(0..100) >= 4 {
            return;
        }
        let speed = liked.min((gap - STANDING_GAP) / TIME_GAP);
        let id = *next_id;
        *next_id += 1;
        self.lanes[lane].push(Vehicle { id, model, lane, along: 0.0, before: 0.0, speed, liked, stop });
    }

    /// An even draw from a range.
    fn between(&mut self, [from, to]: [f32; 2]) -> f32 {
        from + (to - from) * self.rng.f32()
    }
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
            for lane in &lanes.lanes {
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
