//! Everything that moves, in steps of a fixed tick: a time in, people, vehicles and the signal at that time
//! out.
//!
//! A seed and a time always give one state, however often and in which steps it is asked for.
//! Drawing does not belong here.

use super::params::SceneParams;
use super::people::{People, Person};
use super::signal::{Phase, Signal};
use super::tick::{TICK, seconds};
use super::traffic::{Traffic, Vehicle};
use std::time::Duration;

/// How long the site has been busy when the scene's time begins: flows and groups are then as they stay.
const WARM_UP_S: f32 = 60.0;

/// The moving part of the scene.
#[derive(Clone, Debug)]
pub struct World {
    people: People,
    traffic: Traffic,
    signal: Signal,
    next_id: u64,
    /// Ticks since the scene's time began; the state is that of `tick`, and each mover knows where it was one
    /// tick before.
    tick: u128,
}

impl World {
    /// The world at time zero.
    pub fn new(params: &SceneParams) -> World {
        let mut next_id = 1;
        let people = People::new(params.people, params.seed, &mut next_id);
        let traffic = Traffic::new(params.vehicles, params.seed);
        let mut world = World { people, traffic, signal: Signal::new(), next_id, tick: 0 };
        for _ in 0..seconds(WARM_UP_S) {
            world.step();
        }
        world.tick = 0;
        world
    }

    /// Moves on to `time` and returns which share of the last tick has passed then. An earlier time than the
    /// last one shows the start of the last tick.
    pub fn advance(&mut self, time: Duration) -> f32 {
        let (nanos, tick) = (time.as_nanos(), TICK.as_nanos());
        while self.tick * tick < nanos {
            self.step();
        }
        let into = (nanos + tick).saturating_sub(self.tick * tick);
        into.min(tick) as f32 / tick as f32
    }

    /// Everybody on foot.
    pub fn people(&self) -> &[Person] {
        self.people.people()
    }

    /// Everything on the road.
    pub fn vehicles(&self) -> impl Iterator<Item = &Vehicle> {
        self.traffic.vehicles()
    }

    fn step(&mut self) {
        let people_on_it = self.people().iter().any(Person::on_road);
        self.signal.step(people_on_it, self.traffic.on_zebra());
        self.people.step(self.signal.phase() == Phase::Walk, &mut self.next_id);
        self.traffic.step(self.signal.phase() == Phase::Drive, &mut self.next_id);
        self.tick += 1;
    }
}
