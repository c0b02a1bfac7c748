//! From the frame to the ground: measured places in, metres out.
//!
//! Pure geometry over a flat ground. Whose feet stand there, and how fast, is `analytics`'.

use serde::{Deserialize, Serialize};

use crate::nouns::place::Fraction;

/// Most metres of ground that a thousandth of the frame's width or height may span. Beyond, towards the
/// horizon, a box that trembles by a pixel would run.
const MOST_STRETCH: f64 = 1.0;

/// A place of the frame that was measured on the ground.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Place in the frame.
    pub at: Fraction,
    /// Place on the ground, metres.
    pub metres: [f64; 2],
}

/// A projective map from fractions of the frame to metres on the ground, from the middle of the places that
/// were measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Ground {
    /// Row by row; the last element is 1.
    map: [f64; 9],
    /// Sign of the map's denominator on the near side of the horizon.
    near: f64,
    /// Ground that the measured places span, square metres.
    area: f64,
    /// The frame's places that span it.
    span: Vec<Fraction>,
}

impl Ground {
    /// The map of a camera that looks straight down: `metres` across a frame of `size` pixels.
    pub fn across(metres: f64, size: (usize, usize)) -> Ground {
        let down = metres * size.1 as f64 / size.0.max(1) as f64;
        let span = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
        Ground {
            map: [metres, 0.0, 0.0, 0.0, down, 0.0, 0.0, 0.0, 1.0],
            near: 1.0,
            area: metres * down,
            span,
        }
    }

    /// The map through four places of the frame and where they are on the ground, metres; `None` where no
    /// camera sees them so, or three of them lie on a line.
    ///
    /// The homography through four pairs of points, by the direct linear transformation with its last element
    /// fixed at 1 (Hartley and Zisserman, Multiple View Geometry, 2nd edition, section 4.1).
    pub fn through(points: &[Measured; 4]) -> Option<Ground> {
        let points = &centred(*points);
        let [a, b, c, d, e, f, g, h] = solved(equations(points))?;
        let near = side_of_horizon(points, [g, h])?;
        let points = in_turn(*points);
        let (span, metres) = (points.map(|point| point.at).to_vec(), points.map(|point| point.metres));
        Some(Ground { map: [a, b, c, d, e, f, g, h, 1.0], near, area: area(&metres), span })
    }

    /// Place on the ground, metres, of one in the frame; `None` above the horizon and close below it.
    pub fn at(&self, [x, y]: Fraction) -> Option<[f64; 2]> {
        let [a, b, c, d, e, f, g, h, i] = self.map;
        let depth = g * x + h * y + i;
        if depth * self.near <= 0.0 {
            return None;
        }
        let [u, v] = [(a * x + b * y + c) / depth, (d * x + e * y + f) / depth];
        // The map's derivatives: metres for the whole width and the whole height.
        let along_x = ((a - u * g) / depth).hypot((d - v * g) / depth);
        let along_y = ((b - u * h) / depth).hypot((e - v * h) / depth);
        (along_x.max(along_y) / 1000.0 <= MOST_STRETCH).then_some([u, v])
    }

    /// Ground that the measured places span, square metres.
    pub fn area(&self) -> f64 {
        self.area
    }

    /// Places of the frame between which the ground was measured.
    pub fn span(&self) -> &[Fraction] {
        &self.span
    }
}

/// Sign of a map's denominator at all four places; `None` where they lie on both sides of the horizon, and
/// cannot be on the ground.
fn side_of_horizon(points: &[Measured; 4], [g, h]: [f64; 2]) -> Option<f64> {
    let sides = points.map(|Measured { at: [x, y], .. }| g * x + h * y + 1.0);
    let near = sides[0].signum();
    sides.iter().all(|side| side.signum() == near).then_some(near)
}

/// The equations of the map through four places, the right side being the ninth column.
fn equations(points: &[Measured; 4]) -> [[f64; 9]; 8] {
    let mut rows = [[0.0; 9]; 8];
    for (pair, Measured { at: [x, y], metres: [u, v] }) in rows.chunks_exact_mut(2).zip(points) {
        pair[0] = [*x, *y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, *u];
        pair[1] = [0.0, 0.0, 0.0, *x, *y, 1.0, -v * x, -v * y, *v];
    }
    rows
}

/// The places in metres from their middle: coordinates of a country's grid have millions of metres, which
/// would cost digits.
fn centred(points: [Measured; 4]) -> [Measured; 4] {
    let middle = [0, 1].map(|axis| points.iter().map(|point| point.metres[axis]).sum::<f64>() / 4.0);
    points.map(|Measured { at, metres }| Measured {
        at,
        metres: [metres[0] - middle[0], metres[1] - middle[1]],
    })
}

/// The four places in the order in which they follow around their middle.
fn in_turn(mut points: [Measured; 4]) -> [Measured; 4] {
    let middle = [0, 1].map(|axis| points.iter().map(|point| point.at[axis]).sum::<f64>() / 4.0);
    let angle = |point: &Measured| (point.at[1] - middle[1]).atan2(point.at[0] - middle[0]);
    points.sort_by(|a, b| angle(a).total_cmp(&angle(b)));
    points
}

/// Area of a polygon (the shoelace formula).
fn area(corners: &[[f64; 2]]) -> f64 {
    let twice: f64 =
        corners.iter().zip(corners.iter().cycle().skip(1)).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum();
    twice.abs() / 2.0
}

/// Gaussian elimination with pivots on eight equations, the right side being the ninth column.
fn solved(mut rows: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let pivot = (column..8).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        if rows[pivot][column].abs() < 1e-9 {
            return None;
        }
        rows.swap(column, pivot);
        let pivot = rows[column];
        for row in (0..8).filter(|row| *row != column) {
            let factor = rows[row][column] / pivot[column];
            rows[row].iter_mut().zip(pivot).for_each(|(value, above)| *value -= factor * above);
        }
    }
    Some(std::array::from_fn(|n| rows[n][8] / rows[n][n]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::{GroundCamera, vec2};

    const SIZE: (usize, usize) = (1280, 720);

    fn seen(camera: &GroundCamera, x: f32, y: f32) -> Measured {
        let at = camera.ground_to_pixel(vec2(x, y)).expect("in front of the camera");
        Measured {
            at: [f64::from(at.x) / SIZE.0 as f64, f64::from(at.y) / SIZE.1 as f64],
            metres: [f64::from(x), f64::from(y)],
        }
    }

    const CORNERS: [[f32; 2]; 4] = [[-4.0, 10.0], [9.0, 22.0], [8.0, 9.0], [-6.0, 23.0]];

    /// The scene's camera, its ground lying `away` metres off.
    fn ground(camera: &GroundCamera, away: f64) -> Ground {
        let moved = |Measured { at, metres }| Measured { at, metres: metres.map(|metre: f64| metre + away) };
        Ground::through(&CORNERS.map(|[x, y]| moved(seen(camera, x, y)))).expect("a camera")
    }

    #[test]
    fn four_points_give_the_whole_ground() {
        let camera = GroundCamera::new(SIZE.0, SIZE.1);
        for away in [0.0, 5_000_000.0] {
            let ground = ground(&camera, away);
            let off = |x: f32, y: f32| {
                let Measured { at, metres } = seen(&camera, x, y);
                let found = ground.at(at).expect("below the horizon");
                [found[0] - metres[0], found[1] - metres[1]]
            };
            // Where zero is does not matter, as long as it is the same everywhere.
            let zero = off(0.0, 12.0);
            for (x, y) in [(5.0, 20.0), (3.0, 30.0)] {
                let off = off(x, y);
                assert!((off[0] - zero[0]).hypot(off[1] - zero[1]) < 0.01, "{off:?}, {zero:?}");
            }
            assert!((140.0..220.0).contains(&ground.area()), "{}", ground.area());
        }
    }

    #[test]
    fn close_to_the_horizon_and_above_there_is_no_ground() {
        let camera = GroundCamera::new(SIZE.0, SIZE.1);
        let ground = ground(&camera, 0.0);
        assert!(ground.at([0.5, -3.0]).is_none(), "above");
        assert!(ground.at(seen(&camera, 0.0, 40.0).at).is_some(), "people are still told apart here");
        assert!(ground.at(seen(&camera, 0.0, 400.0).at).is_none(), "a pixel is several metres here");
    }

    #[test]
    fn looking_straight_down_needs_one_figure() {
        let ground = Ground::across(16.0, (1600, 900));
        assert_eq!(ground.at([0.5, 1.0]), Some([8.0, 9.0]));
        assert_eq!(ground.area(), 144.0);
    }

    #[test]
    fn points_that_no_camera_sees_so_are_refused() {
        // Two corners exchanged: the ground would have to turn over.
        let crossed = [
            ([0.0, 0.0], [0.0, 0.0]),
            ([1.0, 0.0], [1.0, 0.0]),
            ([1.0, 1.0], [0.0, 1.0]),
            ([0.0, 1.0], [1.0, 1.0]),
        ]
        .map(|(at, metres)| Measured { at, metres });
        assert!(Ground::through(&crossed).is_none());
    }
}
