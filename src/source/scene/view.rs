//! From solids in metres to marks in the picture: balls, limbs and flat faces, shaded by the sun and darkened
//! by the lens.
//!
//! Filling the marks is in `paint`; which solids a person or a car consists of is in `figure` and `body`.

use super::camera::GroundCamera;
use super::colour::Colour;
use super::geometry::{Vec2, Vec3, convex_hull, vec2};
use super::paint::Mark;
use super::shape::Shape;
use super::site::{SHADOW, sun};

/// Luma lost in the corners of the picture, as a share: mild for a fixed lens.
const VIGNETTE: f32 = 0.2;
/// How much brighter than its middle a round thing is where it faces the sun, as a share.
const ROUNDNESS: f32 = 0.3;
/// Light on a face turned away from the sun, as a share of `colour`.
const AMBIENT: f32 = 0.55;
/// Light that the sun adds to a face turned towards it.
const DIRECT: f32 = 0.5;
/// Light that the sky adds to a face turned up.
const SKY: f32 = 0.12;
/// Faces reach this many samples over their outlines, so that no ground shines through between neighbours.
const SEAM: f32 = 0.45;

/// The camera, and the light as it sees it.
pub struct View {
    /// The projection.
    pub camera: GroundCamera,
    middle: Vec2,
    /// Direction to the sun in the picture, length 1.
    light: Vec2,
    sun: Vec3,
}

/// A thick line in space: a limb, a ball, a post.
#[derive(Clone, Copy, Debug)]
pub struct Limb {
    /// Both ends, metres.
    pub ends: [Vec3; 2],
    /// Radius at both ends, metres.
    pub radii: [f32; 2],
    /// Colour of its surface.
    pub colour: Colour,
    /// The middle and radius (metres) of the larger round thing that it is a part of and is shaded with.
    pub part_of: Option<(Vec3, f32)>,
}

impl Limb {
    /// A limb that is shaded by itself.
    pub fn new(ends: [Vec3; 2], radii: [f32; 2], colour: Colour) -> Limb {
        Limb { ends, radii, colour, part_of: None }
    }

    /// A ball.
    pub fn ball(middle: Vec3, radius: f32, colour: Colour) -> Limb {
        Limb::new([middle, middle], [radius, radius], colour)
    }
}

impl View {
    /// The plaza's view in a picture of that size.
    #[cfg(test)]
    pub fn new(width: usize, height: usize) -> View {
        View::through(GroundCamera::new(width, height), width, height)
    }

    /// The view through a camera, in a picture of that size.
    pub fn through(camera: GroundCamera, width: usize, height: usize) -> View {
        let lens = camera.lens();
        // Two points of a ray towards the sun, seen from the lens, give its direction in the picture.
        let start = lens + camera.forward() * 20.0;
        let seen = |point| camera.sight(point).map_or(Vec2::default(), |sight| sight.at);
        let light = (seen(start + sun()) - seen(start)).unit();
        View { camera, middle: vec2(width.max(1) as f32, height.max(1) as f32) * 0.5, light, sun: sun() }
    }

    /// What the lens leaves of the light at a place in the picture, as a share.
    pub fn vignette(&self, at: Vec2) -> f32 {
        let offset = at - self.middle;
        1.0 - VIGNETTE * (offset.dot(offset) / self.middle.dot(self.middle)).min(1.5)
    }

    /// How bright a face with that outward normal (length 1) is, as a share of its colour.
    pub fn light_on(&self, normal: Vec3) -> f32 {
        AMBIENT + DIRECT * normal.dot(self.sun).max(0.0) + SKY * normal.z.max(0.0)
    }

    /// A limb, rounded off by the sun.
    pub fn limb(&self, limb: &Limb) -> Option<Mark> {
        let [a, b] = [self.camera.sight(limb.ends[0])?, self.camera.sight(limb.ends[1])?];
        let radii = [limb.radii[0] * a.scale, limb.radii[1] * b.scale];
        let middle = (a.at + b.at) * 0.5;
        let colour = limb.colour.lit(self.vignette(middle));
        let across = (b.at - a.at).unit().left();
        // Along a limb the light does not change, so only the part of its direction across the limb counts.
        let towards = if across == Vec2::default() { self.light } else { across * across.dot(self.light) };
        let (towards, middle, radius) = match limb.part_of {
            None => (towards, middle, (radii[0] + radii[1]) * 0.5),
            Some((whole, radius)) => (self.light, self.camera.sight(whole)?.at, radius * a.scale),
        };
        let slope = towards * (ROUNDNESS * colour.y / radius.max(0.3));
        Some(Mark { shape: Shape::capsule([a.at, b.at], radii), colour, slope, middle })
    }

    /// A flat face of that colour (already lit), or nothing if it is turned away from the camera. Corners run
    /// anticlockwise as seen from outside.
    pub fn face(&self, corners: &[Vec3], colour: Colour) -> Option<Mark> {
        let (first, normal) = (*corners.first()?, face_normal(corners));
        if normal.dot(self.camera.lens() - first) <= 0.0 {
            return None;
        }
        let outline = self.outline(corners)?;
        let middle =
            outline.iter().fold(Vec2::default(), |sum, &corner| sum + corner) * (1.0 / outline.len() as f32);
        let shape = Shape::polygon(&outline, SEAM);
        Some(Mark { shape, colour: colour.lit(self.vignette(middle)), slope: Vec2::default(), middle })
    }

    /// The corners' places in the picture; where some are behind the lens, those of the part before it.
    pub fn outline(&self, corners: &[Vec3]) -> Option<Vec<Vec2>> {
        let whole: Option<Vec<Vec2>> =
            corners.iter().map(|&corner| Some(self.camera.sight(corner)?.at)).collect();
        whole.or_else(|| self.camera.cut(corners))
    }

    /// The shadow of a limb on the ground.
    pub fn limb_shadow(&self, limb: &Limb) -> Option<Shape> {
        let [a, b] = limb.ends.map(|end| self.camera.sight(shadow_of(end).up(0.0)));
        let (a, b) = (a?, b?);
        Some(Shape::capsule([a.at, b.at], [limb.radii[0] * a.scale * 0.8, limb.radii[1] * b.scale * 0.8]))
    }

    /// The shadow on the ground of the convex solid around those corners.
    pub fn solid_shadow(&self, corners: &[Vec3]) -> Option<Shape> {
        let fallen: Vec<Vec3> = corners.iter().map(|&corner| shadow_of(corner).up(0.0)).collect();
        Some(Shape::polygon(&convex_hull(self.outline(&fallen)?), 0.0))
    }
}

/// Outward normal (length 1) of a flat face whose corners run anticlockwise as seen from outside.
pub fn face_normal(corners: &[Vec3]) -> Vec3 {
    match corners {
        // The longest diagonals of a quad are the steadiest; for others the first three corners do.
        [a, b, c, d] => (*c - *a).cross(*d - *b).unit(),
        [a, b, c, ..] => (*b - *a).cross(*c - *a).unit(),
        _ => Vec3::default(),
    }
}

/// Where the shadow of a point falls on the ground.
fn shadow_of(point: Vec3) -> Vec2 {
    point.ground() + SHADOW * point.z.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::colour::rgb;
    use crate::source::scene::geometry::vec3;

    #[test]
    fn faces_turned_away_are_not_drawn() {
        let view = View::new(640, 360);
        let up = [vec3(0.0, 15.0, 0.0), vec3(1.0, 15.0, 0.0), vec3(1.0, 16.0, 0.0), vec3(0.0, 16.0, 0.0)];
        let down: Vec<Vec3> = up.iter().rev().copied().collect();
        assert!(view.face(&up, rgb(9, 9, 9)).is_some());
        assert!(view.face(&down, rgb(9, 9, 9)).is_none());
    }

    #[test]
    fn corners_of_the_picture_are_darker() {
        let view = View::new(640, 360);
        assert!(view.vignette(vec2(0.0, 0.0)) < view.vignette(vec2(320.0, 180.0)));
    }
}
