//! People and vehicles as things in the picture: the world at one moment in, marks and facts out.
//!
//! Filling the marks is in `paint`, counting what is seen of them in `truth`.

use super::body::Body;
use super::class::Class;
use super::figure::Figure;
use super::gait::Skeleton;
use super::geometry::{Rect, Vec2};
use super::paint::Mark;
use super::people::Person;
use super::shape::Shape;
use super::traffic::Vehicle;
use super::view::View;
use super::world::World;

/// Softness of shadows by the focal length: about two samples at 1280x720.
const SHADOW_SOFTNESS: f32 = 1.0 / 420.0;

/// A person or a vehicle at one moment.
pub struct Actor {
    /// Number of the person or vehicle.
    pub id: u64,
    /// What it is.
    pub class: Class,
    /// Middle of the head, or of the roof, in the picture.
    pub head: Vec2,
    /// Where it stands, metres.
    pub at: Vec2,
    /// Metres a second.
    pub velocity: Vec2,
    /// The box around all marks.
    pub bounds: Rect,
    /// What is drawn, from back to front.
    pub marks: Vec<Mark>,
    /// What lies in its shadow on the ground, and how soft the shadow's edge is, in samples.
    pub shadows: Vec<(Shape, f32)>,
}

/// All actors, from far to near.
pub fn actors(world: &World, share: f32, view: &View) -> Vec<Actor> {
    let people = world.people().iter().filter_map(|person| person_actor(person, share, view));
    let vehicles = world.vehicles().filter_map(|vehicle| vehicle_actor(vehicle, share, view));
    let mut all: Vec<Actor> = people.chain(vehicles).collect();
    all.sort_by(|a, b| b.at.y.total_cmp(&a.at.y));
    all
}

fn person_actor(person: &Person, share: f32, view: &View) -> Option<Actor> {
    let pose = person.pose(share);
    let skeleton = Skeleton::new(&pose, person.outfit.height);
    let head = view.camera.sight(skeleton.head)?;
    let figure = Figure::new(&skeleton, &person.outfit, view.camera.forward());
    let marks: Vec<Mark> = figure.limbs.iter().filter_map(|limb| view.limb(limb)).collect();
    let soft = view.camera.focal() * SHADOW_SOFTNESS;
    let shadows = figure.casters.iter().filter_map(|limb| Some((view.limb_shadow(limb)?, soft))).collect();
    let bounds = bounds(&marks);
    Some(Actor {
        id: person.id,
        class: Class::Person,
        head: head.at,
        at: pose.at,
        velocity: person.velocity(),
        bounds,
        marks,
        shadows,
    })
}

fn vehicle_actor(vehicle: &Vehicle, share: f32, view: &View) -> Option<Actor> {
    let at = vehicle.at(share);
    let roof = view.camera.sight(at.up(vehicle.model.height))?;
    let body = Body::new(view, &vehicle.model, at, vehicle.ahead());
    let soft = 2.0 * view.camera.focal() * SHADOW_SOFTNESS;
    let shadows = body.shadows().into_iter().map(|shape| (shape, soft)).collect();
    let marks = body.marks();
    let bounds = bounds(&marks);
    Some(Actor {
        id: vehicle.id,
        class: vehicle.model.class,
        head: roof.at,
        at,
        velocity: vehicle.velocity(),
        bounds,
        marks,
        shadows,
    })
}

fn bounds(marks: &[Mark]) -> Rect {
    marks.iter().fold(Rect::EMPTY, |bounds, mark| bounds.union(mark.shape.bounds()))
}
