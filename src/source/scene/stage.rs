//! The place that is shown, with everything that moves there: a time in, actors out.
//!
//! Motion is each place's own; drawing is the scene's.

use std::time::Duration;

use super::{
    actor::{self, Actor},
    kind::Kind,
    params::SceneParams,
    road::{self, RoadWorld},
    view::View,
    world::World,
};

/// One of the places.
pub enum Stage {
    /// The plaza.
    Plaza(Box<World>),
    /// The road.
    Road(Box<RoadWorld>),
}

impl Stage {
    /// The place at time zero.
    pub fn new(params: &SceneParams) -> Stage {
        match params.kind {
            Kind::Plaza => Stage::Plaza(Box::new(World::new(params))),
            Kind::Road => Stage::Road(Box::new(RoadWorld::new(params))),
        }
    }

    /// Moves on to `time` (never back); gives everybody who is there then.
    pub fn actors(&mut self, time: Duration, view: &View) -> Vec<Actor> {
        match self {
            Stage::Plaza(world) => {
                let share = world.advance(time);
                actor::actors(world, share, view)
            }
            Stage::Road(world) => {
                let share = world.advance(time);
                road::actors(world, share, view)
            }
        }
    }

    /// How often the picture has cut to another moment; the plaza's never does.
    pub fn cuts(&self) -> u64 {
        match self {
            Stage::Plaza(_) => 0,
            Stage::Road(world) => world.cuts(),
        }
    }
}
