//! The place itself in ground metres: plaza, road, zebra crossing, pavement, fronts, street furniture, sun.
//!
//! Facts that motion and drawing must agree on. How things look or move does not belong here.

use super::geometry::{Vec2, Vec3, vec2, vec3};

/// Edge between plaza and road, metres from the mast.
pub const NEAR_KERB: f32 = 24.0;
/// Width of one of the two lanes, metres (usual for a city street).
pub const LANE_WIDTH: f32 = 3.5;
/// Edge between road and the pavement beyond it, metres from the mast.
pub const FAR_KERB: f32 = NEAR_KERB + 2.0 * LANE_WIDTH;
/// Distance of the shop fronts behind the pavement, metres from the mast.
pub const FRONTS: f32 = 35.6;
/// Middle of the zebra crossing along the road, metres.
pub const ZEBRA_X: f32 = 3.0;
/// Half the width of the zebra crossing along the road, metres.
pub const ZEBRA_HALF: f32 = 2.0;
/// Where the nose of a waiting vehicle stays, metres before the zebra's edge.
pub const STOP_BEFORE_ZEBRA: f32 = 1.6;
/// Where the road enters and leaves the simulated site, metres: far enough out that a whole bus is outside
/// the picture.
pub const ROAD_ENDS: [f32; 2] = [-26.0, 42.0];
/// How far people keep from the kerbs, metres.
pub const KERB_MARGIN: f32 = 0.7;

/// A line across the plaza, from the near side to the road, that people cross from both sides all the time:
/// its two ends in ground metres. More than sixty people cross it each way in five minutes of the default
/// scene.
pub const COUNTING_LINE: [Vec2; 2] = [vec2(1.6, 6.5), vec2(6.0, NEAR_KERB)];

/// Where a shadow falls for each metre of height, ground metres: sun at the left and behind the camera, 45
/// degrees high.
pub const SHADOW: Vec2 = vec2(0.95, 0.28);

/// The direction to the sun, length 1.
pub fn sun() -> Vec3 {
    vec3(-SHADOW.x, -SHADOW.y, 1.0).unit()
}

/// A round planter with shrubs: centre and radius, metres. People walk around it.
pub struct Planter {
    /// Middle.
    pub centre: Vec2,
    /// Radius of its wall.
    pub radius: f32,
}

/// The planters of the plaza.
pub const PLANTERS: [Planter; 3] = [
    Planter { centre: vec2(-3.6, 20.0), radius: 1.25 },
    Planter { centre: vec2(11.6, 19.6), radius: 1.25 },
    Planter { centre: vec2(8.6, 10.4), radius: 1.05 },
];

/// Feet of the street lamps.
pub const LAMPS: [Vec2; 2] = [vec2(-7.2, 23.3), vec2(15.2, 21.9)];

/// Middles of the benches; all run along the road.
pub const BENCHES: [Vec2; 3] = [vec2(0.6, 22.0), vec2(8.4, 21.8), vec2(-2.8, 14.2)];

/// Where people meet and stand talking.
pub const MEETING_PLACES: [Vec2; 6] =
    [vec2(1.0, 17.4), vec2(-1.4, 11.0), vec2(6.6, 14.2), vec2(11.4, 16.0), vec2(4.0, 20.4), vec2(2.8, 10.2)];

/// Round things that people walk around: centre and radius, metres.
pub fn obstacles() -> impl Iterator<Item = (Vec2, f32)> {
    let planters = PLANTERS.iter().map(|planter| (planter.centre, planter.radius));
    let lamps = LAMPS.iter().map(|&foot| (foot, 0.15));
    let benches = BENCHES.iter().map(|&middle| (middle, 0.8));
    planters.chain(lamps).chain(benches)
}
