//! Vehicles one behind another on two lanes: they come, follow each other and leave.
//!
//! In: where the lanes lie, how drivers like to drive, and ticks. Out: vehicles with places and speeds. Why
//! somebody stops on the way is told from outside (`traffic`, the road's `lanes`).

use super::{
    driver::{Leader, STANDING_GAP, TIME_GAP, acceleration},
    geometry::Vec2,
    model::Model,
    tick::TICK_S,
};

/// Length of a usual vehicle with its standing gap, metres.
const ROOM: f32 = 6.3;
/// Free road that a new vehicle needs before it, metres.
const ENTRY_GAP: f32 = 5.0;
/// Share of the ticks with room for a new vehicle in which it comes, percent: a pause of random length keeps
/// vehicles from coming in step.
const COMING: u32 = 4;

/// A lane: where it begins, and which way it goes.
#[derive(Clone, Copy, Debug)]
pub struct Lane {
    /// Middle of its beginning on the ground, metres.
    pub from: Vec2,
    /// Unit vector of the driving direction.
    pub ahead: Vec2,
}

/// Two lanes, and how they are driven on.
#[derive(Clone, Copy, Debug)]
pub struct Road {
    /// The lanes.
    pub lanes: [Lane; 2],
    /// Length of each, metres.
    pub length: f32,
    /// Speeds that drivers like, metres a second.
    pub liked_speed: [f32; 2],
    /// However dense the traffic, drivers like to go at least this fast, metres a second.
    pub slowest_flow: f32,
    /// Hardest braking, metres a second squared.
    pub hardest_braking: f32,
}

/// The rear end of a vehicle, or anything else to keep away from.
#[derive(Clone, Copy, Debug)]
pub struct Tail {
    /// Metres from the lane's start.
    pub at: f32,
    /// Metres a second.
    pub speed: f32,
}

/// One vehicle, and what its road knows of it besides.
#[derive(Clone, Debug)]
pub struct Vehicle<T> {
    /// Number of the vehicle, never used again.
    pub id: u64,
    /// Looks and measures.
    pub model: Model,
    /// Number of its lane.
    pub lane: usize,
    /// Speed, metres a second.
    pub speed: f32,
    /// What its road knows of it besides.
    pub own: T,
    on: Lane,
    /// Middle of the vehicle, metres from the lane's start.
    along: f32,
    before: f32,
    liked: f32,
}

impl<T> Vehicle<T> {
    /// Unit vector of its driving direction.
    pub fn ahead(&self) -> Vec2 {
        self.on.ahead
    }

    /// Middle of the vehicle on the ground, metres, at a share of the last tick.
    pub fn at(&self, share: f32) -> Vec2 {
        self.on.from + self.on.ahead * (self.before + (self.along - self.before) * share)
    }

    /// Metres a second over the last tick.
    pub fn velocity(&self) -> Vec2 {
        (self.at(1.0) - self.at(0.0)) * (1.0 / TICK_S)
    }

    /// Rear end of the vehicle, metres from the lane's start.
    pub fn rear(&self) -> f32 {
        self.along - self.model.length * 0.5
    }

    /// Front end of the vehicle, metres from the lane's start.
    pub fn nose(&self) -> f32 {
        self.along + self.model.length * 0.5
    }

    /// The driver's acceleration behind whatever is ahead, metres a second squared.
    pub fn following(&self, tail: Option<Tail>) -> f32 {
        let leader = tail.map(|tail| Leader { gap: tail.at - self.nose(), speed: tail.speed });
        acceleration(self.speed, self.liked, leader)
    }

    /// The driver's acceleration towards a place where the nose is to come to a stop.
    pub fn stopping(&self, at: f32) -> f32 {
        // That is a leader who stands there; the gap that such a one would be given is taken off again.
        self.following(Some(Tail { at: at + STANDING_GAP - 0.5, speed: 0.0 }))
    }

    /// One tick on.
    fn step(&mut self, acceleration: f32) {
        self.speed = (self.speed + acceleration * TICK_S).max(0.0);
        self.before = self.along;
        self.along += self.speed * TICK_S;
    }
}

/// All vehicles of a road.
#[derive(Clone, Debug)]
pub struct Convoys<T> {
    road: Road,
    /// From the first to the last on each lane.
    lanes: [Vec<Vehicle<T>>; 2],
    wanted: [usize; 2],
    rng: fastrand::Rng,
}

impl<T> Convoys<T> {
    /// An empty road on which `count` vehicles will drive.
    pub fn new(road: Road, count: u32, seed: u64) -> Convoys<T> {
        let (count, rng) = (count as usize, fastrand::Rng::with_seed(seed));
        Convoys { road, lanes: [Vec::new(), Vec::new()], wanted: [count.div_ceil(2), count / 2], rng }
    }

    /// All vehicles on the road.
    pub fn vehicles(&self) -> impl Iterator<Item = &Vehicle<T>> {
        self.lanes.iter().flatten()
    }

    /// The vehicles of each lane, from the first to the last.
    #[cfg(test)]
    pub fn lanes(&self) -> &[Vec<Vehicle<T>>; 2] {
        &self.lanes
    }

    /// One tick on: `drive` says how each vehicle accelerates behind the one before it. New ones take their
    /// number from `next_id`; what the road knows of them comes from `own`.
    pub fn step(
        &mut self,
        next_id: &mut u64,
        drive: impl Fn(&mut Vehicle<T>, Option<Tail>) -> f32,
        own: impl Fn(&mut fastrand::Rng) -> T,
    ) {
        for lane in 0..2 {
            let mut tail = None;
            for vehicle in &mut self.lanes[lane] {
                let acceleration = drive(vehicle, tail).max(-self.road.hardest_braking);
                vehicle.step(acceleration);
                tail = Some(Tail { at: vehicle.rear(), speed: vehicle.speed });
            }
            self.lanes[lane].retain(|vehicle| vehicle.along < self.road.length);
            if self.lanes[lane].len() < self.wanted[lane] {
                self.enter(lane, next_id, &own);
            }
        }
    }

    /// Lets a new vehicle in, if the lane's start is free.
    fn enter(&mut self, lane: usize, next_id: &mut u64, own: impl Fn(&mut fastrand::Rng) -> T) {
        let model = Model::new(self.rng.u64(..));
        let [slow, fast] = self.road.liked_speed;
        let liked = slow + (fast - slow) * self.rng.f32();
        // The more vehicles are wanted, the slower they must be to stay at their distance.
        let spacing = self.road.length / self.wanted[lane].max(1) as f32;
        let liked = liked.min(((spacing - ROOM) / TIME_GAP).max(self.road.slowest_flow));
        let own = own(&mut self.rng);
        let gap = self.lanes[lane].last().map_or(f32::MAX, |last| last.rear() - model.length * 0.5);
        if gap < ENTRY_GAP || self.rng.u32(0..100) >= COMING {
            return;
        }
        let speed = liked.min((gap - STANDING_GAP) / TIME_GAP);
        let (id, on) = (*next_id, self.road.lanes[lane]);
        *next_id += 1;
        self.lanes[lane].push(Vehicle { id, model, lane, speed, own, on, along: 0.0, before: 0.0, liked });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::geometry::vec2;

    const ROAD: Road = Road {
        lanes: [
            Lane { from: vec2(0.0, 2.0), ahead: vec2(1.0, 0.0) },
            Lane { from: vec2(80.0, 5.0), ahead: vec2(-1.0, 0.0) },
        ],
        length: 80.0,
        liked_speed: [6.0, 14.0],
        slowest_flow: 4.0,
        hardest_braking: 8.0,
    };

    #[test]
    fn vehicles_stop_where_they_are_told_to_go_on_and_never_overlap() {
        let (mut convoys, mut next_id) = (Convoys::new(ROAD, 6, 3), 1);
        for tick in 0..5_000 {
            let drive = |vehicle: &mut Vehicle<()>, tail| {
                let free = vehicle.following(tail);
                if tick < 2_000 && vehicle.nose() < 60.0 { free.min(vehicle.stopping(60.0)) } else { free }
            };
            convoys.step(&mut next_id, drive, |_| ());
            for lane in convoys.lanes() {
                assert!(lane.windows(2).all(|pair| pair[0].rear() > pair[1].nose()));
            }
            if tick == 1_999 {
                let standing = convoys.vehicles().filter(|vehicle| vehicle.speed < 0.1);
                assert_eq!(standing.filter(|vehicle| vehicle.nose() < 60.0).count(), 6);
            }
        }
        assert!(next_id > 30, "{next_id} vehicles in two minutes");
    }

    #[test]
    fn lanes_lead_from_their_beginnings_in_their_directions() {
        let (mut convoys, mut next_id) = (Convoys::new(ROAD, 2, 5), 1);
        let mut before: Vec<(u64, Vec2)> = Vec::new();
        for _ in 0..500 {
            convoys.step(&mut next_id, |vehicle, tail| vehicle.following(tail), |_| ());
            for vehicle in convoys.vehicles() {
                let (at, [y, way]) = (vehicle.at(1.0), [[2.0, 1.0], [5.0, -1.0]][vehicle.lane]);
                assert_eq!((at.y, vehicle.ahead()), (y, vec2(way, 0.0)));
                let last = before.iter().find(|(id, _)| *id == vehicle.id);
                assert!(last.is_none_or(|(_, last)| (at.x - last.x) * way >= 0.0));
            }
            before = convoys.vehicles().map(|vehicle| (vehicle.id, vehicle.at(1.0))).collect();
        }
        assert!(!before.is_empty());
    }
}
