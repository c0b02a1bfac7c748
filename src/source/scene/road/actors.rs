//! Vehicles, people and what they have with them as things in the picture: the road at one moment in, marks
//! and facts out.
//!
//! Whoever rides a bicycle is two things with one place and one speed: a person and a bicycle. A pram and a
//! suitcase are things of their own beside whoever has them.

use super::{
    riders::Rider,
    things::{Base, bicycle, pram, suitcase},
    walkers::{Thing, Walker},
    world::RoadWorld,
};
use crate::source::scene::{
    actor::{Actor, Who, person, thing, vehicle},
    class::Class,
    gait::Skeleton,
    geometry::Vec2,
    view::View,
};

/// How far a pram's middle is ahead of whoever pushes it, and a suitcase's behind whoever pulls it, metres.
const PRAM_AHEAD: f32 = 0.78;
const SUITCASE_BEHIND: f32 = 0.55;
/// How much farther than its rider a bicycle counts, metres: legs are drawn over the frame.
const BENEATH: f32 = 0.02;

/// All actors, in no order.
pub fn actors(world: &RoadWorld, share: f32, view: &View) -> Vec<Actor> {
    let vehicles = world.vehicles().filter_map(|one| {
        let who = Who { id: one.id, at: one.at(share), velocity: one.velocity() };
        vehicle(view, who, &one.model, one.ahead())
    });
    let walkers = world.walkers().iter().flat_map(|walker| on_foot(walker, share, view));
    let riders = world.riders().iter().flat_map(|rider| on_bicycle(rider, share, view));
    vehicles.chain(walkers).chain(riders).collect()
}

/// Somebody on foot, and what they have with them.
fn on_foot(walker: &Walker, share: f32, view: &View) -> impl Iterator<Item = Actor> {
    let (pose, velocity) = (walker.pose(share), walker.velocity());
    let skeleton = Skeleton::new(&pose, walker.outfit.height);
    let body = person(view, Who { id: walker.id, at: pose.at, velocity }, &skeleton, &walker.outfit);
    let ahead = Vec2::at_angle(pose.heading);
    let with = walker.thing.and_then(|(kind, id)| {
        let (class, reach) = match kind {
            Thing::Pram => (Class::Pram, PRAM_AHEAD),
            Thing::Suitcase => (Class::Suitcase, -SUITCASE_BEHIND),
        };
        let base = Base { at: pose.at + ahead * reach, ahead };
        let limbs = if kind == Thing::Pram { pram(&base, id) } else { suitcase(&base, id) };
        thing(view, Who { id, at: base.at, velocity }, class, &limbs)
    });
    body.into_iter().chain(with)
}

/// Somebody on a bicycle, and the bicycle.
fn on_bicycle(rider: &Rider, share: f32, view: &View) -> impl Iterator<Item = Actor> {
    let (at, ahead, velocity) = (rider.at(share), rider.ahead(), rider.velocity());
    let body = person(view, Who { id: rider.id, at, velocity }, &rider.skeleton(share), &rider.outfit);
    let limbs = bicycle(&Base { at, ahead }, rider.paint);
    let beneath = thing(view, Who { id: rider.bicycle, at, velocity }, Class::Bicycle, &limbs);
    let beneath = beneath.map(|bicycle| Actor { depth: at.y + BENEATH, ..bicycle });
    body.into_iter().chain(beneath)
}
