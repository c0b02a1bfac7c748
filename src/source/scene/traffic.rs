//! Vehicles on the plaza's road: they stop for the zebra crossing.
//!
//! How they follow each other, come and go is in `convoy`, what they look like in `model` and `body`; the
//! signal is in `signal`.

use super::{
    convoy::{self, Convoys, Lane, Road, Tail},
    geometry::vec2,
    site::{LANE_WIDTH, NEAR_KERB, ROAD_ENDS, STOP_BEFORE_ZEBRA, ZEBRA_HALF, ZEBRA_X},
};

/// Hardest braking for which a driver stops at a red signal, metres a second squared; whoever would need more
/// drives on.
const HARD_BRAKING: f32 = 4.0;

/// The road; drivers like 22 to 48 km/h, and 16 in dense traffic.
const ROAD: Road = Road {
    lanes: [
        Lane { from: vec2(ROAD_ENDS[0], NEAR_KERB + 0.5 * LANE_WIDTH), ahead: vec2(1.0, 0.0) },
        Lane { from: vec2(ROAD_ENDS[1], NEAR_KERB + 1.5 * LANE_WIDTH), ahead: vec2(-1.0, 0.0) },
    ],
    length: ROAD_ENDS[1] - ROAD_ENDS[0],
    liked_speed: [6.1, 13.3],
    slowest_flow: 4.4,
    hardest_braking: 2.0 * HARD_BRAKING,
};

/// One vehicle.
pub type Vehicle = convoy::Vehicle<()>;

/// All vehicles.
#[derive(Clone, Debug)]
pub struct Traffic {
    convoys: Convoys<()>,
}

impl Traffic {
    /// An empty road on which `count` vehicles will drive.
    pub fn new(count: u32, seed: u64) -> Traffic {
        Traffic { convoys: Convoys::new(ROAD, count, seed ^ 0x7a_ff1c) }
    }

    /// All vehicles on the road.
    pub fn vehicles(&self) -> impl Iterator<Item = &Vehicle> {
        self.convoys.vehicles()
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
        self.convoys.step(next_id, |vehicle, tail| acceleration(vehicle, tail, may_go), |_| ());
    }
}

/// How one driver accelerates.
fn acceleration(vehicle: &Vehicle, tail: Option<Tail>, may_go: bool) -> f32 {
    let behind = vehicle.following(tail);
    let to_line = stop_line(vehicle.lane) - vehicle.nose();
    let can_stop = vehicle.speed * vehicle.speed < 2.0 * HARD_BRAKING * to_line + 1.0;
    if may_go || to_line <= 0.0 || !can_stop {
        return behind;
    }
    behind.min(vehicle.stopping(stop_line(vehicle.lane)))
}

/// Where noses stop, metres from the lane's start.
fn stop_line(lane: usize) -> f32 {
    let reach = ZEBRA_HALF + STOP_BEFORE_ZEBRA;
    if lane == 0 { ZEBRA_X - reach - ROAD_ENDS[0] } else { ROAD_ENDS[1] - ZEBRA_X - reach }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vehicles_keep_to_city_speeds() {
        let (mut traffic, mut next_id, mut fastest) = (Traffic::new(6, 3), 1, 0.0f32);
        for tick in 0..8_000 {
            traffic.step(tick / 500 % 2 == 0, &mut next_id);
            fastest = traffic.vehicles().map(|vehicle| vehicle.velocity().length()).fold(fastest, f32::max);
        }
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
