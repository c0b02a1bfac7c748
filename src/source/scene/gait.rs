//! How a walking body moves: height, step phase and pace in, joints in metres out.
//!
//! Clothes and drawing are in `figure`; where people walk is in `people`.

use super::geometry::{Vec2, Vec3, vec3};
use std::f32::consts::PI;

/// A body at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Pose {
    /// Where it stands, ground metres.
    pub at: Vec2,
    /// Where it faces, radians from x towards y.
    pub heading: f32,
    /// Step phase, radians; two steps are one turn.
    pub phase: f32,
    /// How much the limbs swing: 0 standing, 1 at a walking pace.
    pub swing: f32,
}

/// Joints of a body, metres. Pairs are left, right.
pub struct Skeleton {
    /// Middle of the head.
    pub head: Vec3,
    /// Foot of the neck.
    pub neck: Vec3,
    /// Shoulder joints.
    pub shoulders: [Vec3; 2],
    /// Elbows.
    pub elbows: [Vec3; 2],
    /// Hands.
    pub hands: [Vec3; 2],
    /// Hip joints.
    pub hips: [Vec3; 2],
    /// Knees.
    pub knees: [Vec3; 2],
    /// Ankles.
    pub ankles: [Vec3; 2],
    /// Tips of the shoes.
    pub toes: [Vec3; 2],
    /// Unit vector ahead.
    pub ahead: Vec3,
}

// Lengths as shares of the body's height, after Drillis and Contini's segment lengths (Winter, Biomechanics,
// table 4.1).
const HEAD: f32 = 0.93;
const NECK: f32 = 0.85;
const SHOULDER: f32 = 0.81;
const SHOULDER_OUT: f32 = 0.112;
const UPPER_ARM: f32 = 0.172;
const FOREARM: f32 = 0.17;
const HIP_OUT: f32 = 0.052;
const THIGH: f32 = 0.245;
const SHIN: f32 = 0.246;
const ANKLE: f32 = 0.039;
const FOOT: f32 = 0.11;

/// Largest swing of the thigh at a walking pace, radians (about 25 degrees each way).
const THIGH_SWING: f32 = 0.44;
/// Largest bend of the knee in the swing phase, radians (about 60 degrees).
const KNEE_BEND: f32 = 0.95;
/// Largest swing of the arm, radians.
const ARM_SWING: f32 = 0.42;

impl Skeleton {
    /// The joints of a body `height` metres tall in `pose`.
    pub fn new(pose: &Pose, height: f32) -> Skeleton {
        let ahead = Vec2::at_angle(pose.heading);
        let frame = Frame { at: pose.at, ahead, left: ahead.left(), unit: height };
        // Local offsets are (ahead, left, up) in shares of the height, with the hip joints at height 0.
        let legs = [0.0, PI].map(|shift| Leg::new(pose.phase + shift, pose.swing));
        let lowest = legs.iter().map(|leg| leg.ankle.1).fold(0.0, f32::min);
        let hip = ANKLE - lowest;
        let lift = hip - (THIGH + SHIN + ANKLE);
        let side = [1.0, -1.0];
        let pair = |make: &dyn Fn(usize) -> (f32, f32, f32)| [0, 1].map(|i| frame.point(make(i)));
        let arms = [PI, 0.0].map(|shift| Arm::new(pose.phase + shift, pose.swing));
        Skeleton {
            head: frame.point((0.012 + 0.01 * pose.swing, 0.0, HEAD + lift)),
            neck: frame.point((0.0, 0.0, NECK + lift)),
            shoulders: pair(&|i| (0.0, side[i] * SHOULDER_OUT, SHOULDER + lift)),
            elbows: pair(&|i| {
                (arms[i].elbow.0, side[i] * (SHOULDER_OUT + 0.02), SHOULDER + lift + arms[i].elbow.1)
            }),
            hands: pair(&|i| {
                (arms[i].hand.0, side[i] * (SHOULDER_OUT + 0.012), SHOULDER + lift + arms[i].hand.1)
            }),
            hips: pair(&|i| (0.0, side[i] * HIP_OUT, hip)),
            knees: pair(&|i| (legs[i].knee.0, side[i] * HIP_OUT, hip + legs[i].knee.1)),
            ankles: pair(&|i| (legs[i].ankle.0, side[i] * HIP_OUT, hip + legs[i].ankle.1)),
            toes: pair(&|i| (legs[i].toe.0, side[i] * (HIP_OUT + 0.01), hip + legs[i].toe.1)),
            ahead: vec3(ahead.x, ahead.y, 0.0),
        }
    }
}

/// A body's own axes on the ground.
struct Frame {
    at: Vec2,
    ahead: Vec2,
    left: Vec2,
    unit: f32,
}

impl Frame {
    fn point(&self, (ahead, left, up): (f32, f32, f32)) -> Vec3 {
        (self.at + self.ahead * (ahead * self.unit) + self.left * (left * self.unit))
            .up((up * self.unit).max(0.0))
    }
}

/// Joints of one leg, (ahead, up) from the hip in shares of the height.
struct Leg {
    knee: (f32, f32),
    ankle: (f32, f32),
    toe: (f32, f32),
}

impl Leg {
    fn new(phase: f32, swing: f32) -> Leg {
        let thigh = THIGH_SWING * swing * phase.sin() + 0.04 * swing;
        let forward = phase.cos().max(0.0);
        let bend = swing * (0.1 + KNEE_BEND * forward * forward);
        let shin = thigh - bend;
        let knee = (THIGH * thigh.sin(), -THIGH * thigh.cos());
        let ankle = (knee.0 + SHIN * shin.sin(), knee.1 - SHIN * shin.cos());
        let tilt = 0.25 - 0.5 * bend;
        let toe =
            (ankle.0 + FOOT * tilt.cos(), ankle.1 - ANKLE * 0.5 - FOOT * (0.25 - tilt).sin().max(0.0) * 0.8);
        Leg { knee, ankle, toe }
    }
}

/// Joints of one arm, (ahead, up) from the shoulder in shares of the height.
struct Arm {
    elbow: (f32, f32),
    hand: (f32, f32),
}

impl Arm {
    fn new(phase: f32, swing: f32) -> Arm {
        let upper = ARM_SWING * swing * phase.sin() - 0.05;
        let fore = upper + 0.22 + 0.3 * swing;
        let elbow = (UPPER_ARM * upper.sin(), -UPPER_ARM * upper.cos());
        Arm { elbow, hand: (elbow.0 + FOREARM * fore.sin(), elbow.1 - FOREARM * fore.cos()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::geometry::vec2;

    #[test]
    fn the_lower_foot_stays_on_the_ground_and_the_head_on_top() {
        for step in 0..24 {
            let pose = Pose { at: vec2(3.0, 9.0), heading: 1.0, phase: step as f32 * 0.26, swing: 1.0 };
            let skeleton = Skeleton::new(&pose, 1.8);
            let lowest = skeleton.ankles[0].z.min(skeleton.ankles[1].z);
            assert!((lowest - ANKLE * 1.8).abs() < 1e-4, "{lowest}");
            assert!(skeleton.head.z > 1.55 && skeleton.head.z < 1.8);
        }
    }

    #[test]
    fn a_standing_body_is_upright_and_even() {
        let pose = Pose { at: vec2(0.0, 10.0), heading: 0.0, phase: 1.3, swing: 0.0 };
        let skeleton = Skeleton::new(&pose, 1.7);
        assert!((skeleton.ankles[0].z - skeleton.ankles[1].z).abs() < 1e-5);
        assert!((skeleton.ankles[0].x - skeleton.hips[0].x).abs() < 1e-4);
    }
}
