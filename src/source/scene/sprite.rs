//! Things that never change, drawn once and then laid over each picture: marks in, ready samples with their
//! transparency out.
//!
//! Street furniture has hundreds of marks; as sprites it costs next to nothing per frame. Things that move
//! are filled by `paint` directly.

use super::geometry::Rect;
use super::paint::{Mark, Painter, grown};
use crate::nouns::picture::Planes;

/// One plane of a sprite: a picture sample becomes `ink + sample * keep / 255`.
struct Layer {
    /// Left, top, width, height in samples of this plane.
    area: [usize; 4],
    ink: Vec<u8>,
    keep: Vec<u8>,
}

/// Ready samples of one thing, at its place in pictures of one size.
pub struct Sprite {
    layers: Option<[Layer; 3]>,
}

impl Sprite {
    /// Draws the marks inside `bounds` for pictures of `width` x `height` samples.
    pub fn new(marks: &[Mark], bounds: Rect, width: usize, height: usize) -> Sprite {
        let Some(cut) = grown(bounds, 2.0).clipped(width, height) else { return Sprite { layers: None } };
        let (left, top) = (cut.left as usize / 2, cut.top as usize / 2);
        let right = (cut.right.ceil() as usize).div_ceil(2).min(width.div_ceil(2));
        let bottom = (cut.bottom.ceil() as usize).div_ceil(2).min(height.div_ceil(2));
        let coarse = [left, top, right - left, bottom - top];
        let fine = [2 * left, 2 * top, (2 * right).min(width) - 2 * left, (2 * bottom).min(height) - 2 * top];
        // What is painted over black is the ink; how much lighter it is over white is what shows through.
        let mut painter = Painter::new(width);
        let [black, white] = [0, 255].map(|level| {
            let mut planes = Planes::grey(width, height, level);
            planes.u.fill(level);
            planes.v.fill(level);
            marks.iter().for_each(|mark| painter.fill(&mut planes, mark));
            planes
        });
        let chroma_width = black.chroma_width();
        Sprite {
            layers: Some([
                Layer::new(fine, width, &black.y, &white.y),
                Layer::new(coarse, chroma_width, &black.u, &white.u),
                Layer::new(coarse, chroma_width, &black.v, &white.v),
            ]),
        }
    }

    /// Lays the sprite over a picture of the size it was made for.
    pub fn lay(&self, planes: &mut Planes) {
        let Some([y, u, v]) = &self.layers else { return };
        let (width, chroma_width) = (planes.width, planes.chroma_width());
        y.lay(&mut planes.y, width);
        u.lay(&mut planes.u, chroma_width);
        v.lay(&mut planes.v, chroma_width);
    }
}

impl Layer {
    fn new(area: [usize; 4], stride: usize, black: &[u8], white: &[u8]) -> Layer {
        let [left, top, width, height] = area;
        let cut = |plane: &[u8]| -> Vec<u8> {
            let rows = plane.chunks_exact(stride).skip(top).take(height);
            rows.flat_map(|row| &row[left..left + width]).copied().collect()
        };
        let (ink, white) = (cut(black), cut(white));
        let keep = white.iter().zip(&ink).map(|(white, ink)| white.saturating_sub(*ink)).collect();
        Layer { area, ink, keep }
    }

    fn lay(&self, plane: &mut [u8], stride: usize) {
        let [left, top, width, height] = self.area;
        let rows = plane.chunks_exact_mut(stride).skip(top).take(height);
        let own = self.ink.chunks_exact(width.max(1)).zip(self.keep.chunks_exact(width.max(1)));
        for (row, (ink, keep)) in rows.zip(own) {
            for ((sample, ink), keep) in row[left..left + width].iter_mut().zip(ink).zip(keep) {
                let kept = u16::from(*sample) * u16::from(*keep);
                // x / 255 for x up to 255 * 255, rounded, without a division.
                let kept = (kept + 128 + ((kept + 128) >> 8)) >> 8;
                *sample = ink.saturating_add(kept as u8);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::colour::rgb;
    use crate::source::scene::geometry::vec2;
    use crate::source::scene::shape::Shape;

    #[test]
    fn a_sprite_looks_like_its_marks() {
        let (width, height) = (61, 45);
        for (x, y) in [(30.0, 20.0), (1.0, 44.0), (60.0, 3.0)] {
            let shape = Shape::disc(vec2(x, y), 9.0);
            let bounds = shape.bounds();
            let marks = [Mark::flat(shape, rgb(200, 40, 90))];
            let (mut direct, mut laid) = (Planes::grey(width, height, 77), Planes::grey(width, height, 77));
            Painter::new(width).fill(&mut direct, &marks[0]);
            Sprite::new(&marks, bounds, width, height).lay(&mut laid);
            let far = direct
                .y
                .iter()
                .zip(&laid.y)
                .chain(direct.v.iter().zip(&laid.v))
                .map(|(a, b)| a.abs_diff(*b))
                .max();
            assert!(far <= Some(2), "{far:?}");
        }
    }

    #[test]
    fn a_sprite_outside_the_picture_is_nothing() {
        let shape = Shape::disc(vec2(-90.0, 5.0), 3.0);
        let bounds = shape.bounds();
        let mut planes = Planes::grey(16, 16, 50);
        Sprite::new(&[Mark::flat(shape, rgb(0, 0, 0))], bounds, 16, 16).lay(&mut planes);
        assert_eq!(planes, Planes::grey(16, 16, 50));
    }
}
