//! Vehicles on two lanes: they follow each other, stop for the zebra crossing, come and go.
//!
//! What they look like is in `model` and `body`; the signal is in `signal`.

use super::driver::{Leader, STANDING_GAP, TIME_GAP, acceleration};
use super::geometry::{Vec2, vec2};
use super::model::Model;
use super::site::{LANE_WIDTH, NEAR_KERB, ROAD_ENDS, STOP_BEFORE_ZEBRA, ZEBRA_HALF, ZEBRA_X};
use super::tick::TICK_S;

/// Length of a lane, metres.
const LANE_LENGTH: f32 = ROAD_ENDS[1] - ROAD_ENDS[0];
/// Speeds that drivers like, metres a second: 22 to 48 km/h.
const LIKED_SPEED: [f32; 2] = [6.1, 13.3];
/// Hardest braking, metres a second squared; whoever would need more at a red signal drives on.
const HARD_BRAKING: f32 = 4.0;
/// Length of a usual vehicle with its standing gap, metres.
const ROOM: f32 = 6.3;
/// However dense the traffic, drivers like to go at least this fast, metres a second (16 km/h).
const SLOWEST_FLOW: f32 = 4.4;
/// Free road that a new vehicle needs before it, metres.
const ENTRY_GAP: f32 = 5.0;

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
}

impl Vehicle {
    /// Unit vector of its driving direction.
    pub fn ahead(&self) -> Vec2 {
        if self.lane == 0 { vec2(1.0, 0.0) } else { vec2(-1.0, 0.0) }
    }

    /// Middle of the vehicle on the ground, metres, at a share of the last tick.
    pub fn at(&self, share: f32) -> Vec2 {
        let along = self.before + (self.along - self.before) * share;
        let x = if self.lane == 0 { ROAD_ENDS[0] + along } else { ROAD_ENDS[1] - along };
        vec2(x, NEAR_KERB + (self.lane as f32 + 0.5) * LANE_WIDTH)
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
}

/// All vehicles.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// From the first to the last on each lane.
    lanes: [Vec<Vehicle>; 2],
    wanted: [usize; 2],
    rng: fastrand::Rng,
}

impl Traffic {
    /// An empty road on which `count` vehicles will drive.
    pub fn new(count: u32, seed: u64) -> Traffic {
        let count = count as usize;
        let rng = fastrand::Rng::with_seed(seed ^ 0x7a_ff1c);
        Traffic { lanes: [Vec::new(), Vec::new()], wanted: [count.div_ceil(2), count / 2], rng }
    }

    /// All vehicles on the road.
    pub fn vehicles(&self) -> impl Iterator<Item = &Vehicle> {
        self.lanes.iter().flatten()
    }

    /// Whether a vehicle stands or drives on the zebra crossing.
    pub fn on_zebra(&self) -> bool {
        self.vehicles().any(|vehicle| {
            let line = stop_line(vehicle.lane);
            vehicle.nose() > line + 0.3 && vehicle.rear() < line + 2.0 * (ZEBRA_HALF + STOP_BEFORE_ZEBRA)
        })
    }

    /// One tick on; `may_go` is false while the signal is red for vehicles. New vehicles take their number
    /// from `next_id`.
    pub fn step(&mut self, may_go: bool, next_id: &mut u64) {
        for lane in 0..2 {
            let mut leader: Option<(f32, f32)> = None;
            for vehicle in &mut self.lanes[lane] {
                drive(vehicle, leader, may_go);
                leader = Some((vehicle.rear(), vehicle.speed));
            }
            self.lanes[lane].retain(|vehicle| vehicle.along < LANE_LENGTH);
            if self.lanes[lane].len() < self.wanted[lane] {
                self.enter(lane, next_id);
            }
        }
    }

    /// Lets a new vehicle in, if the lane's start is free.
    fn enter(&mut self, lane: usize, next_id: &mut u64) {
        let model = Model::new(self.rng.u64(..));
        let liked = LIKED_SPEED[0] + (LIKED_SPEED[1] - LIKED_SPEED[0]) * self.rng.f32();
        // The more vehicles are wanted, the slower they must be to stay at their distance.
        let spacing = LANE_LENGTH / self.wanted[lane].max(1) as f32;
        let liked = liked.min(((spacing - ROOM) / TIME_GAP).max(SLOWEST_FLOW));
        let nose = model.length * 0.5;
        let gap = self.lanes[lane].last().map_or(f32::MAX, |last| last.rear() - nose);
        // A pause of random length between vehicles keeps them from coming in step.
        if gap < ENTRY_GAP || self.rng.u32(0..100) >= 4 {
            return;
        }
        let speed = liked.min((gap - STANDING_GAP) / TIME_GAP);
        let vehicle = Vehicle { id: *next_id, model, lane, along: 0.0, before: 0.0, speed, liked };
        *next_id += 1;
        self.lanes[lane].push(vehicle);
    }
}

/// One tick of one driver behind `leader` (its rear and speed).
fn drive(vehicle: &mut Vehicle, leader: Option<(f32, f32)>, may_go: bool) {
    let mut acceleration = following(vehicle, leader);
    let to_line = stop_line(vehicle.lane) - vehicle.nose();
    if !may_go && to_line > 0.0 && vehicle.speed * vehicle.speed < 2.0 * HARD_BRAKING * to_line + 1.0 {
        // The line is a leader that stands; the standing gap is kept to it as well, so it is set nearly that
        // much further on.
        acceleration =
            acceleration.min(following(vehicle, Some((stop_line(vehicle.lane) + STANDING_GAP - 0.5, 0.0))));
    }
    vehicle.speed = (vehicle.speed + acceleration.max(-2.0 * HARD_BRAKING) * TICK_S).max(0.0);
    vehicle.before = vehicle.along;
    vehicle.along += vehicle.speed * TICK_S;
}

/// The driver's acceleration behind `leader` (its rear and speed), metres a second squared.
fn following(vehicle: &Vehicle, leader: Option<(f32, f32)>) -> f32 {
    let leader = leader.map(|(rear, speed)| Leader { gap: rear - vehicle.nose(), speed });
    acceleration(vehicle.speed, vehicle.liked, leader)
}

/// Where noses stop, metres from the lane's start.
fn stop_line(lane: usize) -> f32 {
    let reach = ZEBRA_HALF + STOP_BEFORE_ZEBRA;
    if lane == 0 { ZEBRA_X - reach - ROAD_ENDS[0] } else { ROAD_ENDS[1] - ZEBRA_X - reach }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Drives for `ticks` with a signal that changes every 500 ticks.
    fn run(count: u32, ticks: u32, mut check: impl FnMut(&Traffic)) {
        let mut traffic = Traffic::new(count, 3);
        let mut next_id = 1;
        for tick in 0..ticks {
            traffic.step(tick / 500 % 2 == 0, &mut next_id);
            check(&traffic);
        }
    }

    #[test]
    fn vehicles_on_one_lane_never_overlap() {
        run(12, 12_000, |traffic| {
            for lane in &traffic.lanes {
                for pair in lane.windows(2) {
                    assert!(pair[0].rear() > pair[1].nose(), "{} and {}", pair[0].id, pair[1].id);
                }
            }
        });
    }

    #[test]
    fn vehicles_keep_to_city_speeds() {
        let mut fastest = 0.0f32;
        run(6, 8_000, |traffic| {
            fastest = traffic.vehicles().map(|vehicle| vehicle.velocity().length()).fold(fastest, f32::max);
        });
        assert!((9.0..=13.9).contains(&fastest), "{fastest}");
    }

    #[test]
    fn vehicles_stop_at_red() {
        let mut traffic = Traffic::new(6, 5);
        let mut next_id = 1;
        for _ in 0..2_000 {
            traffic.step(false, &mut next_id);
        }
        assert!(!traffic.on_zebra());
        assert!(
            traffic
                .vehicles()
                .all(|vehicle| vehicle.speed < 0.1 && vehicle.nose() < stop_line(vehicle.lane) + 0.2)
        );
        assert_eq!(traffic.vehicles().count(), 6);
    }
}
