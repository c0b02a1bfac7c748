//! People on bicycles at the road's edges: where they are, and how they sit.
//!
//! What a bicycle looks like is in `things`.

use std::f32::consts::{PI, TAU};

use super::site::{EDGES, ENDS};
use crate::source::scene::{
    colour::{Colour, rgb},
    gait::Skeleton,
    geometry::{Vec2, Vec3, vec2},
    outfit::{Legs, Load, Outfit},
    tick::TICK_S,
};

/// Riding speeds that people like, metres a second: 12 to 25 km/h.
const LIKED_SPEED: [f32; 2] = [3.3, 6.9];
/// Way for one turn of the pedals, metres: a usual gear.
const TURN_M: f32 = 5.2;
/// Length of a crank, and height of its axle, metres.
const CRANK: [f32; 2] = [0.17, 0.29];
/// Room between riders one after another, metres.
const ENTRY_GAP: f32 = 6.0;
/// Paints of frames.
const PAINTS: [Colour; 5] =
    [rgb(30, 32, 36), rgb(150, 40, 42), rgb(44, 72, 122), rgb(206, 206, 200), rgb(52, 96, 66)];

/// Somebody on a bicycle.
#[derive(Clone, Debug)]
pub struct Rider {
    /// Number of the person, never used again.
    pub id: u64,
    /// Number of the bicycle, never used again.
    pub bicycle: u64,
    /// Looks.
    pub outfit: Outfit,
    /// Paint of the bicycle's frame.
    pub paint: Colour,
    side: usize,
    /// Metres from where the way begins.
    along: f32,
    before: f32,
    speed: f32,
}

impl Rider {
    /// Unit vector of the riding direction.
    pub fn ahead(&self) -> Vec2 {
        if self.side == 0 { vec2(0.0, 1.0) } else { vec2(0.0, -1.0) }
    }

    /// Place between the wheels on the ground, metres, at a share of the last tick.
    pub fn at(&self, share: f32) -> Vec2 {
        let along = self.before + (self.along - self.before) * share;
        let y = if self.side == 0 { ENDS[0] + along } else { ENDS[1] - along };
        vec2(EDGES[self.side], y)
    }

    /// Metres a second over the last tick.
    pub fn velocity(&self) -> Vec2 {
        (self.at(1.0) - self.at(0.0)) * (1.0 / TICK_S)
    }

    /// The joints of the body on the saddle, at a share of the last tick.
    pub fn skeleton(&self, share: f32) -> Skeleton {
        let along = self.before + (self.along - self.before) * share;
        let (at, ahead, size) = (self.at(share), self.ahead(), self.outfit.height / 1.75);
        let point = |x: f32, y: f32, z: f32| -> Vec3 { (at + ahead * x + ahead.left() * y).up(z) };
        let both = |x: f32, y: f32, z: f32| [point(x, y, z), point(x, -y, z)];
        let up = |z: f32| 0.95 + (z - 0.95) * size;
        let feet = [0.0, PI].map(|shift| {
            let turn = along / TURN_M * TAU + shift;
            [0.02 + CRANK[0] * turn.sin(), CRANK[1] + 0.05 + CRANK[0] * turn.cos()]
        });
        let leg = |n: usize| if n == 0 { 0.1 } else { -0.1 };
        let ankle = |n: usize| point(feet[n][0], leg(n), feet[n][1] + 0.07);
        // The knee is forward of the line from hip to ankle, the more the nearer the foot is to the hip.
        let knee = |n: usize| {
            let [x, z] = feet[n];
            point(-0.13 + x * 0.5 + 0.3 * (z / 0.6).min(1.0), leg(n), 0.5 * (0.95 + z) + 0.09)
        };
        Skeleton {
            head: point(0.24, 0.0, up(1.62)),
            neck: point(0.18, 0.0, up(1.46)),
            shoulders: both(0.14, 0.19, up(1.4)),
            elbows: both(0.32, 0.24, up(1.17)),
            hands: both(0.5, 0.22, 1.05),
            hips: both(-0.15, 0.09, 0.95),
            knees: [knee(0), knee(1)],
            ankles: [ankle(0), ankle(1)],
            toes: [0, 1].map(|n| point(feet[n][0] + 0.16, leg(n), feet[n][1])),
            ahead: ahead.up(0.0),
        }
    }
}

/// Everybody on a bicycle.
#[derive(Clone, Debug)]
pub struct Riders {
    all: Vec<Rider>,
    wanted: usize,
    rng: fastrand::Rng,
}

impl Riders {
    /// An empty road on which `count` people will ride.
    pub fn new(count: u32, seed: u64) -> Riders {
        Riders { all: Vec::new(), wanted: count as usize, rng: fastrand::Rng::with_seed(seed ^ 0xb1c7) }
    }

    /// Everybody on a bicycle.
    pub fn all(&self) -> &[Rider] {
        &self.all
    }

    /// One tick on. Newcomers and their bicycles take their numbers from `next_id`.
    pub fn step(&mut self, next_id: &mut u64) {
        for n in 0..self.all.len() {
            let (side, along) = (self.all[n].side, self.all[n].along);
            let mut ahead = self.all.iter().filter(|other| other.side == side && other.along > along);
            // Nobody overtakes: who comes near goes as fast as who is before.
            let held = ahead.find(|other| other.along - along < 2.5).map(|other| other.speed);
            let rider = &mut self.all[n];
            rider.before = along;
            rider.along += held.unwrap_or(rider.speed).min(rider.speed) * TICK_S;
        }
        self.all.retain(|rider| rider.along < ENDS[1] - ENDS[0]);
        if self.all.len() < self.wanted && self.rng.u32(0..100) < 2 {
            self.enter(next_id);
        }
    }

    fn enter(&mut self, next_id: &mut u64) {
        let rng = &mut self.rng;
        let side = rng.usize(0..2);
        let speed = LIKED_SPEED[0] + (LIKED_SPEED[1] - LIKED_SPEED[0]) * rng.f32();
        let mut outfit = Outfit::new(rng.u64(..));
        outfit.height = outfit.height.max(1.56);
        outfit.legs = if outfit.legs == Legs::Skirt { Legs::Trousers } else { outfit.legs };
        if let Load::Hand(colour, _) = outfit.load {
            outfit.load = Load::Back(colour);
        }
        let paint = PAINTS[rng.usize(0..PAINTS.len())];
        if self.all.iter().any(|rider| rider.side == side && rider.along < ENTRY_GAP) {
            return;
        }
        let (id, bicycle) = (*next_id, *next_id + 1);
        *next_id += 2;
        self.all.push(Rider { id, bicycle, outfit, paint, side, along: 0.0, before: 0.0, speed });
    }
}
