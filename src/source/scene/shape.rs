//! The two convex shapes everything is drawn from, as signed distances along one row of samples.
//!
//! Colour and blending are in `paint`; what the shapes stand for is in `figure`, `body` and `furniture`.

use super::geometry::{Rect, Vec2};

/// Polygon edges shorter than this many samples are left out: their direction would be noise.
const SHORTEST_EDGE: f32 = 1e-3;

/// A convex shape in the picture, in samples.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Everything within a radius of a line.
    Capsule(Capsule),
    /// The inside of a convex polygon.
    Polygon(Polygon),
}

/// Everything within a radius of the line from `start` along `along`; the radius grows by `taper` from
/// `radius` on. A disc if the line has no length.
#[derive(Clone, Debug)]
pub struct Capsule {
    start: Vec2,
    along: Vec2,
    radius: f32,
    taper: f32,
    /// 1 / length squared; divisions are kept out of the rows.
    inverse: f32,
    /// Change of x for one row along the line; 0 for level lines.
    lean: f32,
}

/// The inside of a convex polygon.
#[derive(Clone, Debug)]
pub struct Polygon {
    edges: Vec<Edge>,
    bounds: Rect,
}

/// The outward side of one edge: the distance of a point outside it is `normal . point + offset`.
#[derive(Clone, Debug)]
struct Edge {
    normal: Vec2,
    offset: f32,
    /// 1 / `normal.x`, or 0 for edges that are level.
    inverse_x: f32,
}

impl Shape {
    /// A disc.
    #[cfg(test)]
    pub fn disc(centre: Vec2, radius: f32) -> Shape {
        Shape::capsule([centre, centre], [radius, radius])
    }

    /// Everything within a radius of the line between the ends; the radius runs evenly from one end's to the
    /// other's.
    pub fn capsule(ends: [Vec2; 2], radii: [f32; 2]) -> Shape {
        let along = ends[1] - ends[0];
        let lean = if along.y.abs() > SHORTEST_EDGE { along.x / along.y } else { 0.0 };
        let inverse = 1.0 / along.dot(along).max(1e-6);
        Shape::Capsule(Capsule {
            start: ends[0],
            along,
            radius: radii[0],
            taper: radii[1] - radii[0],
            inverse,
            lean,
        })
    }

    /// The convex polygon with these corners in either turning direction, grown outwards by `grow` samples.
    /// Nothing at all if the corners lie on one line.
    pub fn polygon(corners: &[Vec2], grow: f32) -> Shape {
        let following = corners.iter().cycle().skip(1);
        let area: f32 = corners.iter().zip(following.clone()).map(|(a, b)| a.cross(*b)).sum();
        if area.abs() < SHORTEST_EDGE {
            return Shape::Polygon(Polygon { edges: Vec::new(), bounds: Rect::EMPTY });
        }
        let side = if area < 0.0 { 1.0 } else { -1.0 };
        let mut edges = Vec::with_capacity(corners.len());
        for (&a, &b) in corners.iter().zip(following) {
            let along = b - a;
            if along.length() > SHORTEST_EDGE {
                let normal = along.unit().left() * side;
                let inverse_x = if normal.x.abs() > 1e-4 { 1.0 / normal.x } else { 0.0 };
                edges.push(Edge { normal, offset: -normal.dot(a) - grow, inverse_x });
            }
        }
        let bounds =
            corners.iter().fold(Rect::EMPTY, |bounds, &corner| bounds.with_disc(corner, grow.max(0.0)));
        Shape::Polygon(Polygon { edges, bounds })
    }

    /// The smallest box around the shape.
    pub fn bounds(&self) -> Rect {
        match self {
            Shape::Capsule(Capsule { start, along, radius, taper, .. }) => {
                Rect::EMPTY.with_disc(*start, *radius).with_disc(*start + *along, radius + taper)
            }
            Shape::Polygon(polygon) => polygon.bounds,
        }
    }

    /// The x from and to which the row at `y` may lie within `reach` samples of the shape; empty if from >
    /// to.
    pub fn span(&self, y: f32, reach: f32) -> (f32, f32) {
        match self {
            Shape::Capsule(capsule) => capsule.span(y, reach),
            Shape::Polygon(polygon) => polygon.span(y, reach),
        }
    }

    /// Signed distances (negative inside, in samples) of the points (`xs[i]`, `y`) into `out[i]`.
    pub fn distances(&self, y: f32, xs: &[f32], out: &mut [f32]) {
        match self {
            Shape::Capsule(capsule) => capsule.distances(y, xs, out),
            Shape::Polygon(polygon) => polygon.distances(y, xs, out),
        }
    }
}

impl Capsule {
    fn span(&self, y: f32, reach: f32) -> (f32, f32) {
        let radius = larger(self.radius, self.radius + self.taper) + reach;
        let offset = y - self.start.y;
        let (low, high) = if self.along.y < 0.0 { (self.along.y, 0.0) } else { (0.0, self.along.y) };
        if offset < low - radius || offset > high + radius {
            return (1.0, 0.0);
        }
        if high - low <= SHORTEST_EDGE {
            let (left, right) = if self.along.x < 0.0 { (self.along.x, 0.0) } else { (0.0, self.along.x) };
            return (self.start.x + left - radius, self.start.x + right + radius);
        }
        // Only the part of the line that is this near to the row matters.
        let one = self.start.x + kept_in(offset - radius, low, high) * self.lean;
        let other = self.start.x + kept_in(offset + radius, low, high) * self.lean;
        if one < other { (one - radius, other + radius) } else { (other - radius, one + radius) }
    }

    fn distances(&self, y: f32, xs: &[f32], out: &mut [f32]) {
        let &Capsule { start, along, radius, taper, inverse, .. } = self;
        let dy = y - start.y;
        let lift = dy * along.y;
        for (distance, &x) in out.iter_mut().zip(xs) {
            let dx = x - start.x;
            let t = kept_in((dx * along.x + lift) * inverse, 0.0, 1.0);
            let (ox, oy) = (dx - t * along.x, dy - t * along.y);
            *distance = (ox * ox + oy * oy).sqrt() - radius - t * taper;
        }
    }
}

impl Polygon {
    fn span(&self, y: f32, reach: f32) -> (f32, f32) {
        let (mut from, mut to) = (self.bounds.left - reach, self.bounds.right + reach);
        for edge in &self.edges {
            let room = reach - edge.normal.y * y - edge.offset;
            let limit = room * edge.inverse_x;
            if edge.inverse_x > 0.0 {
                to = if limit < to { limit } else { to };
            } else if edge.inverse_x < 0.0 {
                from = larger(limit, from);
            } else if room < 0.0 {
                return (1.0, 0.0);
            }
        }
        (from, to)
    }

    fn distances(&self, y: f32, xs: &[f32], out: &mut [f32]) {
        out.fill(if self.edges.is_empty() { f32::MAX } else { f32::MIN });
        for edge in &self.edges {
            let base = edge.normal.y * y + edge.offset;
            for (distance, &x) in out.iter_mut().zip(xs) {
                *distance = larger(*distance, edge.normal.x * x + base);
            }
        }
    }
}

/// Samples that the compiled loops handle together: rows of a multiple of it have no slow rest.
pub const LANES: usize = 4;

/// The larger; unlike `f32::max` it does not look for NaN, which leaves one instruction of four.
#[inline(always)]
pub fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// `value` kept between `low` and `high`, in two instructions.
#[inline(always)]
pub fn kept_in(value: f32, low: f32, high: f32) -> f32 {
    let raised = if value > low { value } else { low };
    if raised < high { raised } else { high }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::geometry::vec2;

    #[test]
    fn span_holds_all_near_points() {
        let capsule = Shape::capsule([vec2(3.0, 4.0), vec2(20.0, 30.0)], [3.0, 5.0]);
        let polygon =
            Shape::polygon(&[vec2(5.0, 2.0), vec2(30.0, 9.0), vec2(21.0, 33.0), vec2(2.0, 14.0)], 0.5);
        for shape in [capsule, polygon] {
            for y in -5..45 {
                let (from, to) = shape.span(y as f32, 1.0);
                for x in -10..50 {
                    let near = distance(&shape, x as f32, y as f32) < 1.0;
                    assert!(!near || (from..=to).contains(&(x as f32)), "{x} {y} of {shape:?}");
                }
            }
        }
    }

    fn distance(shape: &Shape, x: f32, y: f32) -> f32 {
        let mut out = [0.0];
        shape.distances(y, &[x], &mut out);
        out[0]
    }

    #[test]
    fn capsule_distance_is_signed() {
        let shape = Shape::capsule([vec2(0.0, 0.0), vec2(10.0, 0.0)], [2.0, 2.0]);
        assert!((distance(&shape, 5.0, 0.0) + 2.0).abs() < 1e-5);
        assert!((distance(&shape, 13.0, 0.0) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn polygon_turns_either_way() {
        let corners = [vec2(0.0, 0.0), vec2(4.0, 0.0), vec2(4.0, 4.0), vec2(0.0, 4.0)];
        let reversed: Vec<Vec2> = corners.iter().rev().copied().collect();
        for shape in [Shape::polygon(&corners, 0.0), Shape::polygon(&reversed, 0.0)] {
            assert!((distance(&shape, 2.0, 2.0) + 2.0).abs() < 1e-5);
            assert!((distance(&shape, 5.0, 2.0) - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn flat_polygons_draw_nothing() {
        let flat = Shape::polygon(&[vec2(1.0, 1.0), vec2(5.0, 5.0), vec2(3.0, 3.0)], 0.5);
        assert!(distance(&flat, 3.0, 3.0) > 100.0);
    }
}
