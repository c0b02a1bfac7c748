//! The pinhole camera on its mast: ground metres in, picture samples out, and back.
//!
//! Lens distortion, drawing and motion do not belong here. The origin of the ground is the foot of the mast;
//! x runs along the road, y away from the mast, z up.

use super::geometry::{Vec2, Vec3, vec2, vec3};

/// The plaza's mast: of a usual height for watching a square, turned so that the view is oblique.
const PLAZA: Mast = Mast { height: 10.0, pitch_degrees: 30.0, yaw_degrees: 14.0 };
/// Half the horizontal field of view of a 16:9 picture, degrees (a 3.7 mm lens on a 1/2.9" sensor, usual on
/// such masts).
const HALF_FIELD_DEGREES: f32 = 31.0;
/// Height by width of the widest view; other shapes of picture show a cut-out of it.
const WIDEST_VIEW: f32 = 9.0 / 16.0;
/// Nothing nearer to the lens than this is projected, metres.
const NEAREST_M: f32 = 0.5;
/// Distance at which faces that reach behind the lens are cut off, metres: nearer, they would be vast.
const CUT_M: f32 = 1.0;

/// How a camera is mounted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mast {
    /// Height of the lens above the ground, metres.
    pub height: f32,
    /// How far the camera looks down, degrees below the horizon.
    pub pitch_degrees: f32,
    /// How far the camera is turned to the right of the y axis, degrees.
    pub yaw_degrees: f32,
}

/// A point of space as the camera sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// Where in the picture, in samples; sample centres are at halves.
    pub at: Vec2,
    /// Samples that one metre spans there, across the line of sight.
    pub scale: f32,
}

/// The calibrated camera: a pinhole over a flat ground. The same place is seen at every picture size.
#[derive(Clone, Debug, PartialEq)]
pub struct GroundCamera {
    height: f32,
    centre: Vec2,
    focal: f32,
    right: Vec3,
    down: Vec3,
    forward: Vec3,
}

impl GroundCamera {
    /// The plaza's camera for a picture of that size in samples.
    pub fn new(width: usize, height: usize) -> GroundCamera {
        GroundCamera::on(PLAZA, width, height)
    }

    /// The camera on a mast for a picture of that size in samples. Shapes other than 16:9 see a centred
    /// cut-out of the 16:9 view.
    pub fn on(mast: Mast, width: usize, height: usize) -> GroundCamera {
        let (width, height) = (width.max(1) as f32, height.max(1) as f32);
        let (pitch, yaw) = (mast.pitch_degrees.to_radians(), mast.yaw_degrees.to_radians());
        let ahead = vec2(yaw.sin(), yaw.cos());
        GroundCamera {
            height: mast.height,
            centre: vec2(width, height) * 0.5,
            focal: width.max(height / WIDEST_VIEW) * 0.5 / HALF_FIELD_DEGREES.to_radians().tan(),
            right: vec3(ahead.y, -ahead.x, 0.0),
            down: vec3(-ahead.x * pitch.sin(), -ahead.y * pitch.sin(), -pitch.cos()),
            forward: vec3(ahead.x * pitch.cos(), ahead.y * pitch.cos(), -pitch.sin()),
        }
    }

    /// Where the lens is, metres.
    pub fn lens(&self) -> Vec3 {
        vec3(0.0, 0.0, self.height)
    }

    /// The direction of view, length 1.
    pub fn forward(&self) -> Vec3 {
        self.forward
    }

    /// Focal length in samples: a metre at one metre's depth.
    pub fn focal(&self) -> f32 {
        self.focal
    }

    /// Where a point of space appears, also outside the picture; `None` behind or just before the lens.
    pub fn sight(&self, point: Vec3) -> Option<Sight> {
        let ray = point - self.lens();
        let depth = ray.dot(self.forward);
        if depth < NEAREST_M {
            return None;
        }
        let scale = self.focal / depth;
        Some(Sight {
            at: vec2(self.centre.x + ray.dot(self.right) * scale, self.centre.y + ray.dot(self.down) * scale),
            scale,
        })
    }

    /// The outline of a flat face without the part that is behind the lens or just before it (Sutherland and
    /// Hodgman 1974, one plane); `None` where nothing is left.
    pub fn cut(&self, corners: &[Vec3]) -> Option<Vec<Vec2>> {
        let depth = |corner: Vec3| (corner - self.lens()).dot(self.forward) - CUT_M;
        let mut kept = Vec::with_capacity(corners.len() + 1);
        for (&one, &next) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            let (here, there) = (depth(one), depth(next));
            if here >= 0.0 {
                kept.push(one);
            }
            if (here >= 0.0) != (there >= 0.0) {
                kept.push(one + (next - one) * (here / (here - there)));
            }
        }
        if kept.len() < 3 {
            return None;
        }
        kept.into_iter().map(|corner| self.sight(corner).map(|sight| sight.at)).collect()
    }

    /// The picture position (samples) of a ground point (metres); `None` behind the camera.
    pub fn ground_to_pixel(&self, ground: Vec2) -> Option<Vec2> {
        self.sight(ground.up(0.0)).map(|sight| sight.at)
    }

    /// The ground point (metres) seen at a picture position (samples); `None` at or above the horizon.
    pub fn pixel_to_ground(&self, pixel: Vec2) -> Option<Vec2> {
        let ray = self.ray(pixel);
        if ray.z > -1e-4 {
            return None;
        }
        Some(ray.ground() * (self.height / -ray.z))
    }

    /// The direction of sight through a picture position, not of length 1.
    pub fn ray(&self, pixel: Vec2) -> Vec3 {
        let offset = (pixel - self.centre) * (1.0 / self.focal);
        self.forward + self.right * offset.x + self.down * offset.y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ground_to_pixel_and_back_is_the_same_place() {
        for (width, height) in [(1280, 720), (161, 91), (3840, 2160), (480, 640)] {
            let camera = GroundCamera::new(width, height);
            for (x, y) in [(0.0, 12.0), (-6.0, 18.5), (14.0, 27.0), (3.0, 40.0)] {
                let pixel = camera.ground_to_pixel(vec2(x, y)).expect("in front of the camera");
                let ground = camera.pixel_to_ground(pixel).expect("below the horizon");
                assert!((ground - vec2(x, y)).length() < 0.01, "{ground:?}");
            }
        }
    }

    #[test]
    fn the_horizon_is_above_every_picture() {
        for (width, height) in [(1280, 720), (160, 2160), (3840, 90)] {
            assert!(GroundCamera::new(width, height).pixel_to_ground(vec2(0.0, 0.0)).is_some());
        }
    }

    #[test]
    fn nearer_things_are_larger_and_lower() {
        let camera = GroundCamera::new(1280, 720);
        let near = camera.sight(vec3(2.0, 12.0, 0.0)).expect("in view");
        let far = camera.sight(vec3(4.0, 24.0, 0.0)).expect("in view");
        assert!(near.scale > far.scale && near.at.y > far.at.y);
        assert_eq!(camera.sight(vec3(0.0, -30.0, 0.0)), None);
    }
}
