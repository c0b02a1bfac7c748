//! People and vehicles as things in the picture: the world at one moment in, marks and facts out.
//!
//! Filling the marks is in `paint`, counting what is seen of them in `truth`.

use super::body::Body;
use super::class::Class;
use super::figure::{Figure, depth};
use super::gait::Skeleton;
use super::geometry::{Rect, Vec2, vec2};
use super::model::Model;
use super::outfit::Outfit;
use super::paint::Mark;
use super::shape::Shape;
use super::view::{Limb, View};
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
    /// Distance across the site, metres: what is nearer is drawn later.
    pub depth: f32,
    /// Metres a second.
    pub velocity: Vec2,
    /// The box around all marks.
    pub bounds: Rect,
    /// What is drawn, from back to front.
    pub marks: Vec<Mark>,
    /// What lies in its shadow on the ground, and how soft the shadow's edge is, in samples.
    pub shadows: Vec<(Shape, f32)>,
}

/// One mover's number and motion.
#[derive(Clone, Copy, Debug)]
pub struct Who {
    /// Number of the mover.
    pub id: u64,
    /// Where it stands, metres.
    pub at: Vec2,
    /// Metres a second.
    pub velocity: Vec2,
}

impl Who {
    /// The actor of these marks; its head is the middle of its upper edge unless said otherwise.
    fn actor(self, class: Class, head: Option<Vec2>, marks: Vec<Mark>, shadows: Vec<(Shape, f32)>) -> Actor {
        let Who { id, at, velocity } = self;
        let bounds = bounds(&marks);
        let head = head.unwrap_or(vec2((bounds.left + bounds.right) * 0.5, bounds.top));
        Actor { id, class, head, at, depth: at.y, velocity, bounds, marks, shadows }
    }
}

/// All actors of the plaza, from far to near.
pub fn actors(world: &World, share: f32, view: &View) -> Vec<Actor> {
    let people = world.people().iter().filter_map(|one| {
        let pose = one.pose(share);
        let skeleton = Skeleton::new(&pose, one.outfit.height);
        person(view, Who { id: one.id, at: pose.at, velocity: one.velocity() }, &skeleton, &one.outfit)
    });
    let vehicles = world.vehicles().filter_map(|one| {
        let who = Who { id: one.id, at: one.at(share), velocity: one.velocity() };
        vehicle(view, who, &one.model, one.ahead())
    });
    let mut all: Vec<Actor> = people.chain(vehicles).collect();
    all.sort_by(|a, b| b.at.y.total_cmp(&a.at.y));
    all
}

/// A person in clothes; `None` behind the camera.
pub fn person(view: &View, who: Who, skeleton: &Skeleton, outfit: &Outfit) -> Option<Actor> {
    let head = view.camera.sight(skeleton.head)?;
    let figure = Figure::new(skeleton, outfit, view.camera.forward());
    let marks: Vec<Mark> = figure.limbs.iter().filter_map(|limb| view.limb(limb)).collect();
    Some(who.actor(Class::Person, Some(head.at), marks, shadows(view, &figure.casters)))
}

/// A vehicle that drives along `ahead` (length 1); `None` where nothing of it is before the camera.
pub fn vehicle(view: &View, who: Who, model: &Model, ahead: Vec2) -> Option<Actor> {
    let roof = view.camera.sight(who.at.up(model.height));
    let body = Body::new(view, model, who.at, ahead);
    let soft = 2.0 * view.camera.focal() * SHADOW_SOFTNESS;
    let shadows = body.shadows().into_iter().map(|shape| (shape, soft)).collect();
    let marks = body.marks();
    (!marks.is_empty()).then(|| who.actor(model.class, roof.map(|roof| roof.at), marks, shadows))
}

/// Something made of thick lines; `None` behind the camera.
pub fn thing(view: &View, who: Who, class: Class, limbs: &[Limb]) -> Option<Actor> {
    let forward = view.camera.forward();
    let mut sorted = limbs.to_vec();
    sorted.sort_by(|a, b| depth(b, forward).total_cmp(&depth(a, forward)));
    let marks: Vec<Mark> = sorted.iter().filter_map(|limb| view.limb(limb)).collect();
    (!marks.is_empty()).then(|| who.actor(class, None, marks, shadows(view, limbs)))
}

/// The shadows of a body's limbs.
fn shadows(view: &View, casters: &[Limb]) -> Vec<(Shape, f32)> {
    let soft = view.camera.focal() * SHADOW_SOFTNESS;
    casters.iter().filter_map(|limb| Some((view.limb_shadow(limb)?, soft))).collect()
}

fn bounds(marks: &[Mark]) -> Rect {
    marks.iter().fold(Rect::EMPTY, |bounds, mark| bounds.union(mark.shape.bounds()))
}
