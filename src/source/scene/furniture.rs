//! Street furniture: planters, lamps, benches, signals, bollards, trees, as marks and shadows.
//!
//! Where it stands is in `site`. What people may walk behind is returned as separate things, to be drawn
//! between the people.

use super::colour::{Colour, rgb};
use super::geometry::{Rect, Vec2, Vec3, vec2, vec3};
use super::kind::Kind;
use super::paint::Mark;
use super::road;
use super::shape::Shape;
use super::site::{BENCHES, FAR_KERB, LAMPS, NEAR_KERB, PLANTERS, Planter, ROAD_ENDS, ZEBRA_HALF, ZEBRA_X};
use super::sprite::Sprite;
use super::view::{Limb, View};
use std::f32::consts::TAU;

const STEEL: Colour = rgb(74, 78, 80);
const WOOD: Colour = rgb(138, 102, 68);
const CONCRETE: Colour = rgb(150, 146, 140);
const SOIL: Colour = rgb(72, 58, 46);
const TRUNK: Colour = rgb(88, 74, 60);
const LEAVES: [Colour; 5] =
    [rgb(56, 84, 42), rgb(70, 100, 50), rgb(86, 116, 58), rgb(46, 70, 38), rgb(100, 126, 66)];
const FLOWERS: [Colour; 3] = [rgb(206, 84, 96), rgb(226, 190, 84), rgb(224, 216, 222)];
/// Height of a planter's wall, metres.
const PLANTER_WALL: f32 = 0.48;
/// Distance between bollards along the plaza's edge, metres.
const BOLLARD_EVERY: f32 = 2.4;
/// Where the trees stand: along the road; all in one row before the fronts.
const TREES_X: [f32; 6] = [-17.0, -9.4, -2.6, 9.2, 16.4, 24.0];
const TREES_Y: f32 = 34.6;

/// A piece of furniture that people may walk behind.
pub struct Fixture {
    /// Distance across the site, metres: what is nearer is drawn later.
    pub y: f32,
    /// From back to front.
    pub marks: Vec<Mark>,
    /// The box around all marks.
    pub bounds: Rect,
    /// The marks, drawn.
    pub sprite: Sprite,
}

impl Fixture {
    fn new(y: f32, marks: Vec<Mark>, [width, height]: [usize; 2]) -> Fixture {
        let bounds = marks.iter().fold(Rect::EMPTY, |bounds, mark| bounds.union(mark.shape.bounds()));
        let sprite = Sprite::new(&marks, bounds, width, height);
        Fixture { y, marks, bounds, sprite }
    }
}

/// All furniture among the people of a place, for pictures of that width and height.
pub fn fixtures(view: &View, kind: Kind, size: [usize; 2]) -> Vec<Fixture> {
    match kind {
        Kind::Plaza => plaza_fixtures(view, size),
        Kind::Road => road::LAMPS
            .iter()
            .map(|foot| (foot.y, lamp(*foot)))
            .map(|(y, limbs)| {
                Fixture::new(y, limbs.iter().filter_map(|limb| view.limb(limb)).collect(), size)
            })
            .collect(),
    }
}

/// All furniture among the plaza's people.
fn plaza_fixtures(view: &View, size: [usize; 2]) -> Vec<Fixture> {
    let mut all = Vec::new();
    for (index, planter) in PLANTERS.iter().enumerate() {
        all.push(Fixture::new(planter.centre.y, planter_marks(view, planter, index as u64), size));
    }
    let posts = LAMPS.into_iter().map(|foot| (foot.y, lamp(foot))).chain(signals());
    let benches = BENCHES.into_iter().map(|middle| (middle.y, bench(middle)));
    let bollards = bollards().map(|foot| (foot.y, bollard(foot)));
    for (y, limbs) in posts.chain(benches).chain(bollards) {
        all.push(Fixture::new(y, limbs.iter().filter_map(|limb| view.limb(limb)).collect(), size));
    }
    all
}

/// The trees before the plaza's fronts, from far to near; the road has none.
pub fn trees(view: &View, kind: Kind) -> Vec<Mark> {
    let mut marks = Vec::new();
    if kind == Kind::Road {
        return marks;
    }
    for (index, &x) in TREES_X.iter().enumerate() {
        let foot = vec2(x, TREES_Y);
        let trunk = Limb::new([foot.up(0.0), foot.up(2.4)], [0.14, 0.09], TRUNK);
        marks.extend(view.limb(&trunk));
        let crown = Blob { middle: foot.up(3.3), size: vec3(1.5, 1.2, 1.25), leaf: 0.13, count: 900 };
        marks.extend(leaves(view, &crown, 100 + index as u64));
    }
    marks
}

/// Shadows of everything here: shape, softness in samples, strength.
pub fn shadows(view: &View, kind: Kind) -> Vec<(Shape, f32, f32)> {
    let soft = view.camera.focal() / 420.0;
    match kind {
        Kind::Plaza => plaza_shadows(view, soft),
        Kind::Road => road::LAMPS
            .into_iter()
            .flat_map(lamp)
            .filter_map(|limb| view.limb_shadow(&limb))
            .map(|shape| (shape, 2.0 * soft, 0.9))
            .collect(),
    }
}

/// Shadows on the plaza.
fn plaza_shadows(view: &View, soft: f32) -> Vec<(Shape, f32, f32)> {
    let mut all = Vec::new();
    for planter in &PLANTERS {
        let circle = |height: f32, share: f32| ring_points(planter.centre, planter.radius * share, height);
        let wall: Vec<Vec3> = circle(0.0, 1.0).into_iter().chain(circle(PLANTER_WALL, 1.0)).collect();
        let shrub: Vec<Vec3> = circle(0.3, 0.9).into_iter().chain(circle(1.15, 0.6)).collect();
        all.extend(
            [wall, shrub]
                .iter()
                .filter_map(|solid| view.solid_shadow(solid))
                .map(|shape| (shape, 2.0 * soft, 1.0)),
        );
    }
    let posts = LAMPS
        .into_iter()
        .map(lamp)
        .chain(signals().into_iter().map(|(_, limbs)| limbs))
        .chain(BENCHES.map(bench));
    let posts = posts.chain(bollards().map(bollard)).flatten();
    all.extend(posts.filter_map(|limb| view.limb_shadow(&limb)).map(|shape| (shape, 2.0 * soft, 0.9)));
    for x in TREES_X {
        let crown = Limb::new([vec3(x, TREES_Y - 0.3, 2.9), vec3(x, TREES_Y, 3.9)], [1.5, 1.0], TRUNK);
        let trunk = Limb::new([vec3(x, TREES_Y, 0.0), vec3(x, TREES_Y, 3.0)], [0.16, 0.12], TRUNK);
        all.extend(view.limb_shadow(&crown).map(|shape| (shape, 10.0 * soft, 0.8)));
        all.extend(view.limb_shadow(&trunk).map(|shape| (shape, 2.0 * soft, 0.9)));
    }
    all
}

/// Points on a level circle, anticlockwise from above.
fn ring_points(centre: Vec2, radius: f32, height: f32) -> Vec<Vec3> {
    (0..20).map(|step| (centre + Vec2::at_angle(step as f32 * TAU / 20.0) * radius).up(height)).collect()
}

/// A round wall with soil and shrubs in it.
fn planter_marks(view: &View, planter: &Planter, seed: u64) -> Vec<Mark> {
    let low = ring_points(planter.centre, planter.radius, 0.0);
    let high = ring_points(planter.centre, planter.radius, PLANTER_WALL);
    let soil = ring_points(planter.centre, planter.radius - 0.14, PLANTER_WALL);
    let mut marks = Vec::new();
    for i in 0..low.len() {
        let next = (i + 1) % low.len();
        let quad = [low[i], low[next], high[next], high[i]];
        let light = view.light_on(super::view::face_normal(&quad));
        marks.extend(view.face(&quad, CONCRETE.lit(light)));
    }
    marks.extend(view.face(&high, CONCRETE.lit(1.12)));
    marks.extend(view.face(&soil, SOIL));
    let size = planter.radius * 0.72;
    let shrub =
        Blob { middle: planter.centre.up(0.72), size: vec3(size, size, 0.42), leaf: 0.09, count: 380 };
    marks.extend(leaves(view, &shrub, seed));
    marks.extend(flowers(view, planter, seed));
    marks
}

/// Flowers along the edge of the soil that faces the camera.
fn flowers(view: &View, planter: &Planter, seed: u64) -> Vec<Mark> {
    let mut rng = fastrand::Rng::with_seed(seed ^ 0xf10e);
    let colour = FLOWERS[seed as usize % FLOWERS.len()];
    (0..26)
        .filter_map(|_| {
            let spot = planter.centre
                + Vec2::at_angle(-TAU * (0.03 + 0.44 * rng.f32()))
                    * (planter.radius - 0.26 - 0.12 * rng.f32());
            let place = spot.up(PLANTER_WALL + 0.08 + 0.12 * rng.f32());
            view.limb(&Limb::new([place, place], [0.045; 2], colour.lit(0.8 + 0.35 * rng.f32())))
        })
        .collect()
}

/// A heap of leaves.
struct Blob {
    middle: Vec3,
    /// Half its extent along each axis, metres.
    size: Vec3,
    /// Radius of one tuft of leaves, metres.
    leaf: f32,
    count: usize,
}

/// Tufts all over the blob, dark inside and below, light towards the sun, from far to near.
fn leaves(view: &View, blob: &Blob, seed: u64) -> Vec<Mark> {
    let mut rng = fastrand::Rng::with_seed(seed ^ 0x1eaf);
    let sun = super::site::sun();
    let mut tufts: Vec<(Vec3, f32, Colour)> = (0..blob.count)
        .map(|_| {
            let turn = Vec2::at_angle(TAU * rng.f32());
            let rise = 2.0 * rng.f32() - 1.0;
            let out = (1.0 - rise * rise).sqrt();
            let direction = vec3(turn.x * out, turn.y * out, rise);
            let depth = 0.45 + 0.55 * rng.f32().sqrt();
            let place =
                vec3(direction.x * blob.size.x, direction.y * blob.size.y, direction.z * blob.size.z) * depth;
            let light =
                (0.42 + 0.5 * depth * depth) * (0.85 + 0.4 * direction.dot(sun)) + 0.16 * (rng.f32() - 0.5);
            let colour = LEAVES[rng.usize(0..LEAVES.len())].lit(light.clamp(0.25, 1.4));
            (blob.middle + place, blob.leaf * (0.5 + 0.7 * rng.f32()), colour)
        })
        .collect();
    let forward = view.camera.forward();
    tufts.sort_by(|a, b| b.0.dot(forward).total_cmp(&a.0.dot(forward)));
    tufts
        .into_iter()
        .filter_map(|(place, radius, colour)| view.limb(&Limb::ball(place, radius, colour)))
        .collect()
}

/// Mast, arm and head of a street lamp.
fn lamp(foot: Vec2) -> Vec<Limb> {
    let arm = vec2(1.1, 0.3);
    vec![
        Limb::new([foot.up(0.0), foot.up(0.9)], [0.1, 0.09], STEEL.lit(0.85)),
        Limb::new([foot.up(0.9), foot.up(5.2)], [0.06, 0.045], STEEL),
        Limb::new([foot.up(5.2), (foot + arm).up(5.4)], [0.04, 0.04], STEEL),
        Limb::new([(foot + arm).up(5.38), (foot + arm * 1.5).up(5.42)], [0.1, 0.08], rgb(206, 206, 200)),
    ]
}

/// Seat and back of three planks each, on two feet.
fn bench(middle: Vec2) -> Vec<Limb> {
    let plank = |y: f32, z: f32, light: f32| {
        let ends = [-0.85, 0.85].map(|x| (middle + vec2(x, y)).up(z));
        Limb::new(ends, [0.05; 2], WOOD.lit(light))
    };
    let foot = |x: f32| {
        Limb::new([(middle + vec2(x, 0.0)).up(0.0), (middle + vec2(x, 0.0)).up(0.42)], [0.05; 2], STEEL)
    };
    let back = [plank(0.26, 0.82, 1.0), plank(0.25, 0.7, 0.9), plank(0.23, 0.58, 0.85)];
    let seat =
        [plank(0.18, 0.44, 1.0), plank(0.06, 0.44, 1.12), plank(-0.06, 0.44, 1.05), plank(-0.18, 0.43, 1.0)];
    back.into_iter().chain([foot(-0.65), foot(0.65)]).chain(seat).collect()
}

/// Feet of the bollards along the plaza's edge, none at the zebra crossing.
fn bollards() -> impl Iterator<Item = Vec2> {
    let count = ((ROAD_ENDS[1] - ROAD_ENDS[0]) / BOLLARD_EVERY) as usize;
    (0..count)
        .map(|index| vec2(ROAD_ENDS[0] + index as f32 * BOLLARD_EVERY, NEAR_KERB - 0.38))
        .filter(|foot| (foot.x - ZEBRA_X).abs() > ZEBRA_HALF + 0.4)
}

/// A post with a light band.
fn bollard(foot: Vec2) -> Vec<Limb> {
    vec![
        Limb::new([foot.up(0.0), foot.up(0.85)], [0.07; 2], STEEL.lit(0.8)),
        Limb::new([foot.up(0.66), foot.up(0.74)], [0.072; 2], rgb(208, 206, 200)),
    ]
}

/// The two signal posts at the zebra crossing.
fn signals() -> Vec<(f32, Vec<Limb>)> {
    let feet = [
        vec2(ZEBRA_X - ZEBRA_HALF - 0.7, NEAR_KERB - 0.45),
        vec2(ZEBRA_X + ZEBRA_HALF + 0.7, FAR_KERB + 0.45),
    ];
    let post = |foot: Vec2| {
        vec![
            Limb::new([foot.up(0.0), foot.up(2.9)], [0.055, 0.05], STEEL),
            Limb::new([foot.up(2.3), foot.up(3.0)], [0.14, 0.14], rgb(34, 36, 36)),
        ]
    };
    feet.map(|foot| (foot.y, post(foot))).into()
}
