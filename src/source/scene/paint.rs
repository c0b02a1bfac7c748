//! Anti-aliased filling of shapes, straight into the planes.
//!
//! Each shape is laid over luma at full and over chroma at half resolution, row by row, in loops that the
//! compiler vectorises. Which shapes, in which order, does not belong here.

use super::colour::Colour;
use super::geometry::{Rect, Vec2};
use super::shape::{LANES, Shape, kept_in};
use crate::nouns::picture::Planes;

/// Width of the soft edge of everything that moves, in samples: what lens and demosaicing of a real camera
/// leave.
const EDGE: f32 = 1.9;
/// Adding it moves the rounded value of a small float into its lowest bits: rounding that vectorises, unlike
/// a checked cast.
const ROUND: f32 = 8_388_608.0;

/// One filled shape of a thing.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Where.
    pub shape: Shape,
    /// In which colour, at `middle`.
    pub colour: Colour,
    /// Luma gained for each sample right and down of `middle`: rounds the shape off.
    pub slope: Vec2,
    /// Where `colour` holds exactly.
    pub middle: Vec2,
}

impl Mark {
    /// A shape in one flat colour.
    #[cfg(test)]
    pub fn flat(shape: Shape, colour: Colour) -> Mark {
        Mark { shape, colour, slope: Vec2::default(), middle: Vec2::default() }
    }
}

/// Scratch rows for filling shapes in a picture of one width.
pub struct Painter {
    /// Luma sample centres.
    fine: Vec<f32>,
    /// Chroma sample centres, in luma samples.
    coarse: Vec<f32>,
    distances: Vec<f32>,
}

impl Painter {
    /// A painter for pictures that are `width` samples wide.
    pub fn new(width: usize) -> Painter {
        Painter {
            fine: (0..width).map(|x| x as f32 + 0.5).collect(),
            coarse: (0..width.div_ceil(2)).map(|x| (2 * x + 1) as f32).collect(),
            distances: vec![0.0; width],
        }
    }

    /// Lays `mark` over the picture.
    pub fn fill(&mut self, planes: &mut Planes, mark: &Mark) {
        let Some(bounds) = grown(mark.shape.bounds(), EDGE).clipped(planes.width, planes.height) else {
            return;
        };
        let (width, chroma_width) = (planes.width, planes.chroma_width());
        let (left, right) = (bounds.left as usize, (bounds.right.ceil() as usize).min(width));
        let (top, bottom) = (bounds.top as usize, (bounds.bottom.ceil() as usize).min(planes.height));
        for row in top..bottom {
            let y = row as f32 + 0.5;
            let Some((left, right)) = columns(mark.shape.span(y, EDGE), left, right, width) else { continue };
            let (xs, distances) = (&self.fine[left..right], &mut self.distances[..right - left]);
            mark.shape.distances(y, xs, distances);
            let level = mark.colour.y + (y - mark.middle.y) * mark.slope.y - mark.middle.x * mark.slope.x;
            let luma = Ramp { level, slope: mark.slope.x, softness: EDGE };
            luma.blend(&mut planes.y[row * width + left..row * width + right], xs, distances);
        }
        let (first, last) = (left / 2, right.div_ceil(2));
        for row in top / 2..bottom.div_ceil(2) {
            let y = (2 * row + 1) as f32;
            let (from, to) = mark.shape.span(y, 2.0 * EDGE);
            let Some((left, right)) = columns((from * 0.5, to * 0.5), first, last, chroma_width) else {
                continue;
            };
            let (xs, distances) = (&self.coarse[left..right], &mut self.distances[..right - left]);
            mark.shape.distances(y, xs, distances);
            for (plane, level) in [(&mut planes.u, mark.colour.u), (&mut planes.v, mark.colour.v)] {
                let chroma = Ramp { level, slope: 0.0, softness: 2.0 * EDGE };
                chroma.blend(
                    &mut plane[row * chroma_width + left..row * chroma_width + right],
                    xs,
                    distances,
                );
            }
        }
    }
}

/// The columns of a row that a span touches, within `first..last`; widened to whole blocks where the picture
/// is wide enough, which changes nothing outside the shape and spares the slow rest of a block.
pub fn columns((from, to): (f32, f32), first: usize, last: usize, width: usize) -> Option<(usize, usize)> {
    if from > to {
        return None;
    }
    let left = first.max(from.max(0.0) as usize);
    let right = last.min(to.max(0.0) as usize + 1);
    (left < right).then(|| (left, (left + (right - left).next_multiple_of(LANES)).min(width)))
}

/// The box with `by` more samples on each side.
pub fn grown(bounds: Rect, by: f32) -> Rect {
    Rect {
        left: bounds.left - by,
        top: bounds.top - by,
        right: bounds.right + by,
        bottom: bounds.bottom + by,
    }
}

/// The value of one plane along one row of a shape.
struct Ramp {
    /// Value at x = 0.
    level: f32,
    /// Change per sample.
    slope: f32,
    /// Width of the soft edge, in samples.
    softness: f32,
}

impl Ramp {
    /// Mixes the ramp into `row` by how far each sample is inside the shape.
    fn blend(&self, row: &mut [u8], xs: &[f32], distances: &[f32]) {
        let (level, slope, steep) = (self.level, self.slope, 1.0 / self.softness);
        for ((sample, &x), &distance) in row.iter_mut().zip(xs).zip(distances) {
            let cover = kept_in(0.5 - distance * steep, 0.0, 1.0);
            let old = f32::from(*sample);
            let new = kept_in(level + x * slope, 0.0, 255.0);
            *sample = (old + (new - old) * cover + ROUND).to_bits() as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::colour::rgb;
    use crate::source::scene::geometry::vec2;

    #[test]
    fn inside_takes_the_colour_outside_keeps_its_own() {
        let mut planes = Planes::grey(41, 31, 50);
        Painter::new(41).fill(&mut planes, &Mark::flat(Shape::disc(vec2(20.0, 15.0), 8.0), rgb(255, 0, 0)));
        assert_eq!((planes.y[15 * 41 + 20], planes.v[7 * 21 + 10]), (76, 255));
        assert_eq!((planes.y[0], planes.v[0]), (50, 128));
    }

    #[test]
    fn shapes_across_and_outside_the_borders_are_cut() {
        let mut painter = Painter::new(9);
        for (x, y) in [(0.0, 0.0), (9.0, 7.0), (-50.0, 3.0), (4.0, 900.0)] {
            painter
                .fill(&mut Planes::grey(9, 7, 50), &Mark::flat(Shape::disc(vec2(x, y), 6.0), rgb(9, 9, 9)));
        }
    }
}
