//! Soft shadows: shapes are gathered in a mask, then the ground under the mask is darkened once.
//!
//! Gathering first keeps the overlapping shadows of one person's limbs, or of two people, from darkening
//! twice. Where shadows fall is computed by whoever casts them.

use super::geometry::Rect;
use super::paint::{columns, grown};
use super::shape::{Shape, kept_in};
use crate::nouns::picture::Planes;

/// Share of the luma that a full shadow takes away, in 256ths: sky light keeps filling it.
const DEPTH: u16 = 122;
/// Adding it moves the rounded value of a small float into its lowest bits (see `paint`).
const ROUND: f32 = 8_388_608.0;

/// The mask of one picture's shadows; empty between pictures.
pub struct ShadowMask {
    width: usize,
    height: usize,
    /// 0 in the light, 255 in full shadow.
    depth: Vec<u8>,
    touched: Vec<[usize; 4]>,
    xs: Vec<f32>,
    distances: Vec<f32>,
}

impl ShadowMask {
    /// An empty mask for a picture of that size.
    pub fn new(width: usize, height: usize) -> ShadowMask {
        ShadowMask {
            width,
            height,
            depth: vec![0; width * height],
            touched: Vec::new(),
            xs: (0..width).map(|x| x as f32 + 0.5).collect(),
            distances: vec![0.0; width],
        }
    }

    /// Adds a shape whose edge is `softness` samples wide; `strength` 1 is a full shadow.
    pub fn cast(&mut self, shape: &Shape, softness: f32, strength: f32) {
        let Some(area) = self.area(grown(shape.bounds(), softness)) else { return };
        let [left, top, right, bottom] = area;
        let (steep, full) = (1.0 / softness.max(0.5), 255.0 * strength.clamp(0.0, 1.0));
        for row in top..bottom {
            let y = row as f32 + 0.5;
            let Some((left, right)) = columns(shape.span(y, softness), left, right, self.width) else {
                continue;
            };
            let (xs, distances) = (&self.xs[left..right], &mut self.distances[..right - left]);
            shape.distances(y, xs, distances);
            let depths = &mut self.depth[row * self.width + left..row * self.width + right];
            for (depth, &distance) in depths.iter_mut().zip(distances.iter()) {
                let cover = kept_in(0.5 - distance * steep, 0.0, 1.0);
                *depth = (*depth).max((cover * full + ROUND).to_bits() as u8);
            }
        }
        self.touched.push(area);
    }

    /// Darkens what the mask covers and empties the mask.
    pub fn darken(&mut self, planes: &mut Planes) {
        for [left, top, right, bottom] in std::mem::take(&mut self.touched) {
            for row in top..bottom {
                let span = row * self.width + left..row * self.width + right;
                for (luma, depth) in planes.y[span.clone()].iter_mut().zip(&mut self.depth[span]) {
                    let kept = 256 - ((DEPTH * u16::from(*depth)) >> 8);
                    *luma = ((u16::from(*luma) * kept) >> 8) as u8;
                    *depth = 0;
                }
            }
        }
    }

    /// The samples that a box touches: left, top, right, bottom.
    fn area(&self, bounds: Rect) -> Option<[usize; 4]> {
        let cut = bounds.clipped(self.width, self.height)?;
        let (right, bottom) = (cut.right.ceil() as usize, cut.bottom.ceil() as usize);
        Some([cut.left as usize, cut.top as usize, right.min(self.width), bottom.min(self.height)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::geometry::vec2;

    #[test]
    fn overlapping_shadows_darken_once() {
        let (mut one, mut two) = (Planes::grey(33, 21, 200), Planes::grey(33, 21, 200));
        let mut mask = ShadowMask::new(33, 21);
        mask.cast(&Shape::disc(vec2(16.0, 10.0), 6.0), 2.0, 1.0);
        mask.darken(&mut one);
        for _ in 0..2 {
            mask.cast(&Shape::disc(vec2(16.0, 10.0), 6.0), 2.0, 1.0);
        }
        mask.darken(&mut two);
        assert!(one.y[10 * 33 + 16] < 120);
        assert_eq!(one.y, two.y);
    }

    #[test]
    fn the_mask_is_empty_afterwards() {
        let mut mask = ShadowMask::new(16, 16);
        mask.cast(&Shape::disc(vec2(8.0, 8.0), 5.0), 1.0, 1.0);
        mask.darken(&mut Planes::grey(16, 16, 90));
        let mut untouched = Planes::grey(16, 16, 90);
        mask.darken(&mut untouched);
        assert_eq!(untouched, Planes::grey(16, 16, 90));
    }
}
