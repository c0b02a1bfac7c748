//! People on foot beside the road: they come in from the picture's borders, some near the camera, some with a
//! pram or a suitcase, and go.
//!
//! Bodies are in `figure`, what they have with them is in `things`.

use std::f32::consts::{PI, TAU};

use crate::source::scene::{
    gait::Pose,
    geometry::{Vec2, vec2},
    outfit::{Load, Outfit},
    tick::{TICK_S, seconds},
};

/// Walking speeds that people like, metres a second (Bohannon 1997: comfortable gait 1.0 to 1.5).
const LIKED_SPEED: [f32; 2] = [0.95, 1.6];
/// Highest speed with a pram, metres a second.
const WITH_PRAM: f32 = 1.2;
/// A place counts as reached within this distance, metres.
const REACHED: f32 = 0.4;
/// Fastest turn of a body, radians a second.
const TURN_RATE: f32 = 2.6;
/// How many of a hundred have a pram, and how many pull a suitcase.
const WITH_THING: [u32; 2] = [11, 13];
/// How many of a hundred stand still for a while on their way.
const STANDING: u32 = 18;
/// How long they stand, seconds.
const STANDS_S: [f32; 2] = [3.0, 14.0];
/// How far ways differ to each side, metres.
const SPREAD: f32 = 1.1;

/// Ways in ground metres, from outside the picture to outside it; each is walked both ways. Along the near
/// pavement and along the far one, in from the right border and from the left, and across the corner that is
/// nearest to the camera.
const WAYS: [&[Vec2]; 5] = [
    &[vec2(1.2, 2.6), vec2(1.6, 64.0)],
    &[vec2(-16.5, 17.0), vec2(-10.5, 21.0), vec2(-10.4, 64.0)],
    &[vec2(12.0, 10.5), vec2(1.6, 13.0), vec2(1.4, 64.0)],
    &[vec2(12.0, 9.0), vec2(2.2, 9.0), vec2(1.0, 2.6)],
    &[vec2(14.0, 16.0), vec2(1.8, 15.0), vec2(1.2, 2.6)],
];

/// What somebody has with them on wheels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A pram, pushed ahead.
    Pram,
    /// A suitcase, pulled behind.
    Suitcase,
}

/// One person.
#[derive(Clone, Debug)]
pub struct Walker {
    /// Their own number, never used again.
    pub id: u64,
    /// Looks.
    pub outfit: Outfit,
    /// What they have with them, and its number.
    pub thing: Option<(Thing, u64)>,
    /// What is left of the way, the next place last.
    way: Vec<Vec2>,
    liked: f32,
    now: Pose,
    before: Pose,
    /// Ticks to stand at the next place.
    stands: u32,
}

impl Walker {
    /// The body at a share of the last tick.
    pub fn pose(&self, share: f32) -> Pose {
        let between = |before: f32, now: f32| before + (now - before) * share;
        Pose {
            at: self.before.at + (self.now.at - self.before.at) * share,
            heading: self.before.heading + wrapped(self.now.heading - self.before.heading) * share,
            phase: between(self.before.phase, self.now.phase),
            swing: between(self.before.swing, self.now.swing),
        }
    }

    /// Metres a second over the last tick.
    pub fn velocity(&self) -> Vec2 {
        (self.now.at - self.before.at) * (1.0 / TICK_S)
    }

    /// One tick on.
    fn step(&mut self) {
        self.before = self.now;
        let Some(to) = self.way.last().copied() else { return };
        let rest = to - self.now.at;
        let arrives = rest.length() < REACHED;
        let stands = arrives && self.stands > 0 && self.way.len() > 1;
        self.stands -= u32::from(stands);
        if arrives && !stands {
            self.way.pop();
        }
        let speed = if stands { 0.0 } else { self.liked };
        let turn = if stands { 0.0 } else { wrapped(rest.angle() - self.now.heading) };
        self.now.heading += turn.clamp(-TURN_RATE * TICK_S, TURN_RATE * TICK_S);
        self.now.at = self.now.at + rest.unit() * (speed * TICK_S);
        // A stride (two steps) grows with body height and pace: 1.4 m at 1.3 m/s for 1.75 m.
        self.now.phase += speed * TICK_S / (self.outfit.height * (0.62 + 0.14 * speed)) * TAU;
        self.now.swing += ((speed / 1.3).min(1.15) - self.now.swing) * (TICK_S * 4.0);
    }
}

/// All people on foot.
#[derive(Clone, Debug)]
pub struct Walkers {
    all: Vec<Walker>,
    wanted: usize,
    rng: fastrand::Rng,
}

impl Walkers {
    /// An empty pavement on which `count` people will walk.
    pub fn new(count: u32, seed: u64) -> Walkers {
        let rng = fastrand::Rng::with_seed(seed ^ 0x3a1e);
        Walkers { all: Vec::new(), wanted: count as usize, rng }
    }

    /// Everybody on foot.
    pub fn all(&self) -> &[Walker] {
        &self.all
    }

    /// One tick on. Newcomers take their numbers from `next_id`.
    pub fn step(&mut self, next_id: &mut u64) {
        self.all.iter_mut().for_each(Walker::step);
        self.all.retain(|walker| !walker.way.is_empty());
        // A pause of random length keeps people from coming in step.
        if self.all.len() < self.wanted && self.rng.u32(0..100) < 5 {
            self.enter(next_id);
        }
    }

    fn enter(&mut self, next_id: &mut u64) {
        let rng = &mut self.rng;
        let way = WAYS[rng.usize(0..WAYS.len())];
        let shift = |rng: &mut fastrand::Rng| (2.0 * rng.f32() - 1.0) * SPREAD;
        let aside = vec2(shift(rng), shift(rng) * 0.5);
        let mut way: Vec<Vec2> = way.iter().map(|place| *place + aside).collect();
        if rng.bool() {
            way.reverse();
        }
        let mut outfit = Outfit::new(rng.u64(..));
        let kind = rng.u32(0..100);
        let thing = match kind {
            _ if outfit.height < 1.5 => None,
            _ if kind < WITH_THING[0] => Some(Thing::Pram),
            _ if kind < WITH_THING[0] + WITH_THING[1] => Some(Thing::Suitcase),
            _ => None,
        };
        let mut liked = LIKED_SPEED[0] + (LIKED_SPEED[1] - LIKED_SPEED[0]) * rng.f32();
        if thing.is_some() {
            outfit.load = Load::None;
            liked = liked.min(WITH_PRAM);
        }
        let stands = if rng.u32(0..100) < STANDING {
            seconds(STANDS_S[0] + (STANDS_S[1] - STANDS_S[0]) * rng.f32())
        } else {
            0
        };
        let phase = TAU * rng.f32();
        way.reverse();
        let Some(start) = way.pop() else { return };
        let heading = way.last().map_or(0.0, |next| (*next - start).angle());
        let now = Pose { at: start, heading, phase, swing: liked / 1.3 };
        let mut number = || {
            *next_id += 1;
            *next_id - 1
        };
        let (id, thing) = (number(), thing.map(|thing| (thing, number())));
        self.all.push(Walker { id, outfit, thing, way, liked, now, before: now, stands });
    }
}

/// The angle in -pi..pi.
fn wrapped(angle: f32) -> f32 {
    (angle + PI).rem_euclid(TAU) - PI
}
