//! Everything that moves on the road, in steps of a fixed tick: a time in, vehicles, walkers and riders at
//! that time out, and how often the picture has cut to another moment.
//!
//! A seed and a time always give one state, however often and in which steps it is asked for.
//! Drawing does not belong here.

use std::time::Duration;

use super::{
    lanes::{Lanes, Vehicle},
    riders::{Rider, Riders},
    walkers::{Walker, Walkers},
};
use crate::source::scene::{
    params::SceneParams,
    tick::{TICK, seconds},
};

/// How long the road has been busy when a moment begins: flows are then as they stay.
const WARM_UP_S: f32 = 60.0;

/// How many of a hundred people are on bicycles.
const RIDING: u32 = 20;

/// The moving part of the road.
#[derive(Clone, Debug)]
pub struct RoadWorld {
    params: SceneParams,
    busy: Busy,
    next_id: u64,
    tick: u64,
    cuts: u64,
}

/// Everything that moves in one uncut moment.
#[derive(Clone, Debug)]
struct Busy {
    lanes: Lanes,
    walkers: Walkers,
    riders: Riders,
}

impl Busy {
    /// A road that has been busy for a while.
    fn new(params: &SceneParams, cuts: u64, next_id: &mut u64) -> Busy {
        let seed = params.seed.wrapping_add(cuts.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let riders = params.people * RIDING / 100;
        let mut busy = Busy {
            lanes: Lanes::new(params.vehicles, seed),
            walkers: Walkers::new(params.people - riders, seed),
            riders: Riders::new(riders, seed),
        };
        for _ in 0..seconds(WARM_UP_S) {
            busy.step(next_id);
        }
        busy
    }

    fn step(&mut self, next_id: &mut u64) {
        self.lanes.step(next_id);
        self.walkers.step(next_id);
        self.riders.step(next_id);
    }
}

impl RoadWorld {
    /// The road at time zero.
    pub fn new(params: &SceneParams) -> RoadWorld {
        let mut next_id = 1;
        let busy = Busy::new(params, 0, &mut next_id);
        RoadWorld { params: *params, busy, next_id, tick: 0, cuts: 0 }
    }

    /// Moves on to `time` and returns which share of the last tick has passed then. An earlier time than the
    /// last one shows the start of the last tick.
    pub fn advance(&mut self, time: Duration) -> f32 {
        let (nanos, tick) = (time.as_nanos(), TICK.as_nanos());
        while u128::from(self.tick) * tick < nanos {
            self.step();
        }
        let into = (nanos + tick).saturating_sub(u128::from(self.tick) * tick);
        into.min(tick) as f32 / tick as f32
    }

    /// How often the picture has cut to another moment.
    pub fn cuts(&self) -> u64 {
        self.cuts
    }

    /// Everything on the lanes.
    pub fn vehicles(&self) -> impl Iterator<Item = &Vehicle> {
        self.busy.lanes.vehicles()
    }

    /// Everybody on foot.
    pub fn walkers(&self) -> &[Walker] {
        self.busy.walkers.all()
    }

    /// Everybody on a bicycle.
    pub fn riders(&self) -> &[Rider] {
        self.busy.riders.all()
    }

    fn step(&mut self) {
        let every = u64::from(self.params.cut_s) * u64::from(seconds(1.0));
        self.tick += 1;
        // The tick that begins at the cut is the first to show what comes after it.
        let began = self.tick - 1;
        if every > 0 && began > 0 && began.is_multiple_of(every) {
            self.cuts += 1;
            self.busy = Busy::new(&self.params, self.cuts, &mut self.next_id);
        }
        self.busy.step(&mut self.next_id);
    }
}
