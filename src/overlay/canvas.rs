//! Filled rectangles on planes, mixed with what is there, and cut at the picture's borders.
//!
//! In go planes, a rectangle, a colour and how much of the picture it covers. Slanted lines are `strokes`',
//! letters `letters`'.

use super::{
    ink::{Ink, SHADE},
    rect::Rect,
};
use crate::nouns::picture::Planes;

/// How much of what was there is covered, in 256ths: 256 hides it.
pub(super) type Cover = u16;

/// The cover that hides what was there.
pub(super) const WHOLE: Cover = 256;

/// Cover of the dark seam around a box's line, which shows the line on bright ground: 45 %.
const SEAM: Cover = 115;

/// Lengths of a dash and of the gap behind it along an old box, pixels.
const DASH: [i32; 2] = [4, 3];

/// One of a picture's planes.
pub(super) struct Plane<'a> {
    /// Samples, row by row.
    pub samples: &'a mut [u8],
    /// Samples in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Pixels that a sample stands for, on each axis.
    pub step: i32,
    /// The part of a colour that goes into this plane.
    pub part: fn(Ink) -> u8,
}

/// How the edge of a box is drawn.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    /// Colour.
    pub ink: Ink,
    /// Width of the line, pixels.
    pub width: i32,
    /// Cover of the line.
    pub cover: Cover,
    /// Whether the line is dashed.
    pub is_dashed: bool,
}

/// Returns a share of 0 to 1 as a cover.
pub(super) fn cover_of(share: f32) -> Cover {
    // Rounding by the processor takes instructions that not every one has.
    (share.clamp(0.0, 1.0) * f32::from(WHOLE) + 0.5) as Cover
}

/// Mixes a sample with another one.
#[inline(always)]
pub(super) fn mix(old: u8, new: u8, cover: Cover) -> u8 {
    // At most 255 * 256 + 128, which fits.
    ((u16::from(old) * (WHOLE - cover) + u16::from(new) * cover + 128) >> 8) as u8
}

/// Takes a picture apart.
pub(super) fn planes_of(planes: &mut Planes) -> [Plane<'_>; 3] {
    let (width, height) = (planes.chroma_width(), planes.chroma_height());
    [
        Plane {
            samples: &mut planes.y,
            width: planes.width,
            height: planes.height,
            step: 1,
            part: |ink| ink.luma,
        },
        Plane { samples: &mut planes.u, width, height, step: 2, part: |ink| ink.blue },
        Plane { samples: &mut planes.v, width, height, step: 2, part: |ink| ink.red },
    ]
}

impl Plane<'_> {
    /// Mixes a rectangle of pixels with a colour.
    fn fill(&mut self, rect: Rect, ink: Ink, cover: Cover) {
        let ([left, right], [top, bottom]) = (
            self.samples_of(rect.x, rect.right(), self.width),
            self.samples_of(rect.y, rect.bottom(), self.height),
        );
        let value = (self.part)(ink);
        let Some(rows) = self.samples.get_mut(top * self.width..bottom * self.width) else { return };
        if left >= right {
            return;
        }
        for row in rows.chunks_exact_mut(self.width) {
            row[left..right].iter_mut().for_each(|sample| *sample = mix(*sample, value, cover));
        }
    }

    /// The samples that stand for the pixels `from` up to `to` of an axis with so many samples; none where
    /// the second of the two returned is not above the first.
    fn samples_of(&self, from: i32, to: i32, length: usize) -> [usize; 2] {
        let inside = |sample: i32| usize::try_from(sample).unwrap_or(0).min(length);
        let (first, behind) =
            (inside(from.div_euclid(self.step)), inside((to + self.step - 1).div_euclid(self.step)));
        [first, if from < to { behind.max(first) } else { first }]
    }
}

/// Fills a rectangle, as far as it is inside the picture.
pub(super) fn fill(planes: &mut Planes, rect: Rect, ink: Ink, cover: Cover) {
    for mut plane in planes_of(planes) {
        plane.fill(rect, ink, cover);
    }
}

/// Draws a box: a line along the inside of its edges, in a dark seam.
pub(super) fn draw_box(planes: &mut Planes, rect: Rect, edge: Edge) {
    let seam = (u32::from(SEAM) * u32::from(edge.cover) / u32::from(WHOLE)) as Cover;
    for bar in bars(rect.grown(1), edge.width + 2) {
        fill(planes, bar, SHADE, seam);
    }
    for bar in bars(rect, edge.width) {
        if edge.is_dashed {
            dashes(bar).for_each(|dash| fill(planes, dash, edge.ink, edge.cover));
        } else {
            fill(planes, bar, edge.ink, edge.cover);
        }
    }
}

/// The four sides of a frame that lies along the inside of a rectangle; none share a pixel.
fn bars(rect: Rect, thick: i32) -> [Rect; 4] {
    let thick = thick.min(rect.width).min(rect.height);
    let lower = thick.min(rect.height - thick);
    let right = thick.min(rect.width - thick);
    let (y, height) = (rect.y + thick, rect.height - thick - lower);
    [
        Rect { height: thick, ..rect },
        Rect { y: rect.bottom() - lower, height: lower, ..rect },
        Rect { y, width: thick, height, ..rect },
        Rect { x: rect.right() - right, y, width: right, height },
    ]
}

/// A bar cut into dashes along its longer side.
fn dashes(bar: Rect) -> impl Iterator<Item = Rect> {
    let [dash, gap] = DASH;
    let is_lying = bar.width >= bar.height;
    let length = if is_lying { bar.width } else { bar.height };
    (0..length).step_by((dash + gap) as usize).map(move |at| {
        let long = dash.min(length - at);
        if is_lying {
            Rect { x: bar.x + at, width: long, ..bar }
        } else {
            Rect { y: bar.y + at, height: long, ..bar }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Ink = Ink::of([255, 0, 0]);

    fn rect(x: i32, y: i32, width: i32, height: i32) -> Rect {
        Rect { x, y, width, height }
    }

    fn edge(width: i32) -> Edge {
        Edge { ink: RED, width, cover: WHOLE, is_dashed: false }
    }

    #[test]
    fn a_fill_covers_its_pixels_and_their_chroma_and_nothing_else() {
        let mut planes = Planes::grey(40, 30, 200);
        fill(&mut planes, rect(10, 8, 6, 4), RED, WHOLE);
        for (n, luma) in planes.y.iter().enumerate() {
            let is_inside = (10..16).contains(&(n % 40)) && (8..12).contains(&(n / 40));
            assert_eq!(*luma, if is_inside { RED.luma } else { 200 }, "{} {}", n % 40, n / 40);
        }
        for (n, (blue, red)) in planes.u.iter().zip(&planes.v).enumerate() {
            let is_inside = (5..8).contains(&(n % 20)) && (4..6).contains(&(n / 20));
            assert_eq!([*blue, *red], if is_inside { [RED.blue, RED.red] } else { [128, 128] });
        }
    }

    #[test]
    fn half_a_cover_is_half_of_each() {
        assert_eq!([mix(100, 200, 128), mix(7, 200, 0), mix(7, 200, WHOLE)], [150, 7, 200]);
        assert_eq!([mix(255, 255, 77), mix(0, 255, WHOLE)], [255; 2]);
        assert_eq!([cover_of(0.5), cover_of(7.0), cover_of(-1.0)], [128, 256, 0]);
    }

    #[test]
    fn what_reaches_out_of_a_picture_of_any_size_is_cut() {
        for (width, height) in [(0, 0), (1, 1), (2, 1), (3, 5), (33, 21)] {
            for rect in [
                rect(-50, -50, 500, 500),
                rect(-9, 3, 4, 4),
                rect(30, 18, 60, 70),
                rect(5, 5, 0, 0),
                rect(5, 5, -3, 9),
                rect(9999, 9999, 3, 3),
                rect(-1, -1, 3, 3),
            ] {
                let mut planes = Planes::grey(width, height, 50);
                fill(&mut planes, rect, RED, WHOLE);
                draw_box(&mut planes, rect, edge(2));
                draw_box(&mut planes, rect, Edge { is_dashed: true, ..edge(2) });
                assert_eq!((planes.y.len(), planes.width), (width * height, width));
            }
        }
    }

    #[test]
    fn a_box_is_a_line_along_the_inside_of_its_edges_in_a_dark_seam() {
        let mut planes = Planes::grey(100, 80, 200);
        draw_box(&mut planes, rect(20, 30, 40, 40), edge(2));
        let at = |x: usize, y: usize| planes.y[y * 100 + x];
        assert_eq!([at(20, 50), at(21, 50), at(59, 50), at(40, 31), at(40, 69), at(20, 30)], [RED.luma; 6]);
        assert!([at(19, 50), at(22, 50), at(60, 50), at(40, 29), at(19, 29)].iter().all(|luma| *luma < 130));
        assert_eq!([at(40, 50), at(18, 50), at(61, 50), at(40, 71)], [200; 4]);
    }

    #[test]
    fn sides_share_no_pixel_however_small_the_box() {
        for (width, height) in [(1, 1), (2, 9), (3, 3), (4, 5), (9, 2), (20, 20)] {
            let sides = bars(rect(0, 0, width, height), 2);
            let area: i64 = sides.iter().filter(|side| side.area() > 0).map(|side| side.area()).sum();
            let inner = (i64::from(width) - 4).max(0) * (i64::from(height) - 4).max(0);
            assert_eq!(area, i64::from(width * height) - inner, "{width}x{height}: {sides:?}");
        }
    }

    #[test]
    fn dashes_leave_gaps_and_end_with_their_side() {
        let lying: Vec<[i32; 2]> = dashes(rect(10, 0, 16, 2)).map(|dash| [dash.x, dash.width]).collect();
        assert_eq!(lying, [[10, 4], [17, 4], [24, 2]]);
        assert_eq!(dashes(rect(0, 5, 2, 8)).map(|dash| dash.y).collect::<Vec<_>>(), [5, 12]);
    }
}
