//! The road itself in ground metres: lanes, pavements, lamps, the counting line, the camera's mast.
//!
//! How things look or move does not belong here. The origin is the foot of the mast, y runs along the road.

use crate::source::scene::{
    camera::Mast,
    geometry::{Vec2, vec2},
};

/// The camera: on a mast of usual height at the kerb, turned a little towards the road.
pub const MAST: Mast = Mast { height: 6.5, pitch_degrees: 25.0, yaw_degrees: -10.0 };

/// Middle of each lane, metres from the mast: away from the camera, and towards it.
pub const LANES: [f32; 2] = [-2.85, -6.55];
/// The road's edges, metres from the mast.
pub const KERBS: [f32; 2] = [-8.4, -1.0];
/// Where cyclists ride: away from the camera, and towards it, metres from the mast.
pub const EDGES: [f32; 2] = [-1.4, -8.0];
/// Far edges of the pavements, metres from the mast; grass follows.
pub const PAVEMENTS: [f32; 2] = [-12.4, 3.6];
/// Where lanes begin and end along the road, metres from the mast: a whole bus is outside the picture there.
pub const ENDS: [f32; 2] = [-9.0, 68.0];

/// A line near the camera that every vehicle crosses, from left to right in the picture: its ends in ground
/// metres.
pub const LINE: [Vec2; 2] = [vec2(-9.3, 10.0), vec2(-0.7, 10.0)];

/// Feet of the street lamps.
pub const LAMPS: [Vec2; 3] = [vec2(-0.6, 21.0), vec2(-8.9, 33.0), vec2(-0.6, 45.0)];
