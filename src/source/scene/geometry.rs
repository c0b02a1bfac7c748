//! Points and boxes: the small vector arithmetic that motion and drawing share.
//!
//! Ground metres use x along the road and y away from the camera mast, heights use z; picture samples use x
//! right and y down. Anything that knows about the camera or the site does not belong here.

use std::ops::{Add, Mul, Sub};

/// A point or a direction in the ground plane (metres) or in the picture (samples).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vec2 {
    /// Along the road, or right.
    pub x: f32,
    /// Away from the mast, or down.
    pub y: f32,
}

/// A point or a direction in space, metres; `z` is the height above the ground.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vec3 {
    /// Along the road.
    pub x: f32,
    /// Away from the mast.
    pub y: f32,
    /// Up.
    pub z: f32,
}

/// Shorthand for [`Vec2`].
pub const fn vec2(x: f32, y: f32) -> Vec2 {
    Vec2 { x, y }
}

/// Shorthand for [`Vec3`].
pub const fn vec3(x: f32, y: f32, z: f32) -> Vec3 {
    Vec3 { x, y, z }
}

impl Vec2 {
    /// Inner product.
    pub fn dot(self, other: Vec2) -> f32 {
        self.x * other.x + self.y * other.y
    }

    /// Outer product: positive if `other` lies to the left of `self` in a frame with y up.
    pub fn cross(self, other: Vec2) -> f32 {
        self.x * other.y - self.y * other.x
    }

    /// Length.
    pub fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    /// The direction with length 1; zero stays zero.
    pub fn unit(self) -> Vec2 {
        let length = self.length();
        if length > 1e-6 { self * (1.0 / length) } else { Vec2::default() }
    }

    /// A quarter turn to the left in a frame with y up.
    pub fn left(self) -> Vec2 {
        vec2(-self.y, self.x)
    }

    /// The unit vector at `angle` radians from x towards y.
    pub fn at_angle(angle: f32) -> Vec2 {
        vec2(angle.cos(), angle.sin())
    }

    /// The angle of this direction in radians, from x towards y.
    pub fn angle(self) -> f32 {
        self.y.atan2(self.x)
    }

    /// The point `height` metres above this one.
    pub fn up(self, height: f32) -> Vec3 {
        vec3(self.x, self.y, height)
    }
}

impl Vec3 {
    /// Inner product.
    pub fn dot(self, other: Vec3) -> f32 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    /// Vector product.
    pub fn cross(self, other: Vec3) -> Vec3 {
        vec3(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    /// The direction with length 1; zero stays zero.
    pub fn unit(self) -> Vec3 {
        let length = self.dot(self).sqrt();
        if length > 1e-9 { self * (1.0 / length) } else { Vec3::default() }
    }

    /// The point straight below on the ground.
    pub fn ground(self) -> Vec2 {
        vec2(self.x, self.y)
    }
}

impl Add for Vec2 {
    type Output = Vec2;
    fn add(self, other: Vec2) -> Vec2 {
        vec2(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Vec2 {
    type Output = Vec2;
    fn sub(self, other: Vec2) -> Vec2 {
        vec2(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f32> for Vec2 {
    type Output = Vec2;
    fn mul(self, factor: f32) -> Vec2 {
        vec2(self.x * factor, self.y * factor)
    }
}

impl Add for Vec3 {
    type Output = Vec3;
    fn add(self, other: Vec3) -> Vec3 {
        vec3(self.x + other.x, self.y + other.y, self.z + other.z)
    }
}

impl Sub for Vec3 {
    type Output = Vec3;
    fn sub(self, other: Vec3) -> Vec3 {
        vec3(self.x - other.x, self.y - other.y, self.z - other.z)
    }
}

impl Mul<f32> for Vec3 {
    type Output = Vec3;
    fn mul(self, factor: f32) -> Vec3 {
        vec3(self.x * factor, self.y * factor, self.z * factor)
    }
}

/// An upright box in the picture, in samples; empty while `left > right`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Smallest x.
    pub left: f32,
    /// Smallest y.
    pub top: f32,
    /// Largest x.
    pub right: f32,
    /// Largest y.
    pub bottom: f32,
}

impl Rect {
    /// The box around nothing.
    pub const EMPTY: Rect = Rect { left: f32::MAX, top: f32::MAX, right: f32::MIN, bottom: f32::MIN };

    /// The smallest box around this one and the disc of `radius` at `centre`.
    pub fn with_disc(self, centre: Vec2, radius: f32) -> Rect {
        self.union(Rect {
            left: centre.x - radius,
            top: centre.y - radius,
            right: centre.x + radius,
            bottom: centre.y + radius,
        })
    }

    /// The smallest box around both.
    pub fn union(self, other: Rect) -> Rect {
        Rect {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// The part inside a picture of that size, or nothing.
    pub fn clipped(self, width: usize, height: usize) -> Option<Rect> {
        let cut = Rect {
            left: self.left.max(0.0),
            top: self.top.max(0.0),
            right: self.right.min(width as f32),
            bottom: self.bottom.min(height as f32),
        };
        (cut.left < cut.right && cut.top < cut.bottom).then_some(cut)
    }
}

/// The corners of the convex hull of `points` (Andrew's monotone chain), in one turning direction.
pub fn convex_hull(mut points: Vec<Vec2>) -> Vec<Vec2> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let mut hull: Vec<Vec2> = Vec::with_capacity(points.len() + 1);
    let reversed: Vec<Vec2> = points.iter().rev().copied().collect();
    for half in [points, reversed] {
        let start = hull.len();
        for point in half {
            while hull.len() >= start + 2 && turns_wrong(&hull, point) {
                hull.pop();
            }
            hull.push(point);
        }
        hull.pop();
    }
    hull
}

/// Whether going on to `point` would make the chain's last corner a dent.
fn turns_wrong(chain: &[Vec2], point: Vec2) -> bool {
    matches!(chain, [.., a, b] if (*b - *a).cross(point - *b) <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hull_drops_points_inside() {
        let square = [vec2(0.0, 0.0), vec2(2.0, 0.0), vec2(2.0, 2.0), vec2(0.0, 2.0)];
        let mut points = square.to_vec();
        points.push(vec2(1.0, 1.2));
        let hull = convex_hull(points);
        assert_eq!(hull.len(), 4);
        assert!(square.iter().all(|corner| hull.contains(corner)));
    }

    #[test]
    fn clipping_a_box_outside_leaves_nothing() {
        assert_eq!(Rect::EMPTY.with_disc(vec2(-5.0, 4.0), 2.0).clipped(10, 10), None);
        assert_eq!(Rect::EMPTY.clipped(10, 10), None);
    }
}
