//! Slanted lines, discs and arrow heads on planes: smooth at their edges, in a dark seam that shows them on
//! bright ground, and cut at the picture's borders.

use std::ops::Range;

use super::{
    canvas::{Cover, Plane, cover_of, mix, planes_of},
    ink::{Ink, SHADE},
};
use crate::nouns::picture::Planes;

/// A place on the picture, pixels from its upper left corner.
pub(super) type Spot = [f32; 2];

/// Width of the seam beyond a line's edge, pixels.
const SEAM: f32 = 1.0;

/// Length below which a line is a dot, samples.
const DOT: f32 = 1e-3;

/// How a line is drawn.
#[derive(Clone, Copy)]
pub(super) struct Stroke {
    /// Colour.
    pub ink: Ink,
    /// Half of its width, pixels.
    pub half: f32,
    /// Cover of the seam, 0 to 1.
    pub seam_cover: f32,
    /// Lengths of a dash and of the gap behind it, pixels; the seam has no gaps.
    pub dash: Option<[f32; 2]>,
}

/// Draws a line with round ends; a disc where both ends are at one place.
pub(super) fn line(planes: &mut Planes, ends: [Spot; 2], stroke: Stroke) {
    for mut surface in surfaces_of(planes, stroke.ink) {
        let pen = Pen::of(stroke, surface.step);
        let segment = Segment::of(ends.map(|spot| spot.map(|value| value / surface.step)));
        for row in covered(segment.ends.map(|end| end[1]), pen.reach(), surface.height) {
            let columns = segment.columns(row, pen.reach(), surface.width);
            surface.mark(row, columns, |spot| pen.covers(segment.nearness(spot)));
        }
    }
}

/// Fills a triangle, in whichever order its corners are.
pub(super) fn triangle(planes: &mut Planes, corners: [Spot; 3], stroke: Stroke) {
    for mut surface in surfaces_of(planes, stroke.ink) {
        let pen = Pen { half: 0.0, ..Pen::of(stroke, surface.step) };
        let corners = corners.map(|spot| spot.map(|value| value / surface.step));
        let columns = covered(corners.map(|corner| corner[0]), pen.reach(), surface.width);
        for row in covered(corners.map(|corner| corner[1]), pen.reach(), surface.height) {
            let covers = |spot| pen.covers(Nearness { distance: outside(corners, spot), along: 0.0 });
            surface.mark(row, columns.clone(), covers);
        }
    }
}

/// Planes of one size: that of luma, or both of chroma, of which each sample is covered alike.
struct Surface<'a> {
    planes: Vec<Inked<'a>>,
    width: usize,
    height: usize,
    /// Pixels that a sample stands for, on each axis.
    step: f32,
    /// What is covered of a row's samples. Kept from row to row for its buffer.
    covers: Vec<Covers>,
}

/// A plane, and what of the colours goes into it.
struct Inked<'a> {
    samples: &'a mut [u8],
    value: u8,
    shade: u8,
}

/// How much the seam covers of a sample, and the line over it.
#[derive(Clone, Copy)]
struct Covers {
    seam: Cover,
    line: Cover,
}

/// Takes a picture apart: luma, and both planes of chroma.
fn surfaces_of(planes: &mut Planes, ink: Ink) -> [Surface<'_>; 2] {
    let [luma, blue, red] = planes_of(planes);
    [Surface::of(luma, None, ink), Surface::of(blue, Some(red), ink)]
}

impl<'a> Surface<'a> {
    fn of(first: Plane<'a>, second: Option<Plane<'a>>, ink: Ink) -> Self {
        let (width, height, step) = (first.width, first.height, first.step as f32);
        let inked =
            |Plane { samples, part, .. }: Plane<'a>| Inked { samples, value: part(ink), shade: part(SHADE) };
        let planes = [Some(first), second].into_iter().flatten().map(inked).collect();
        Surface { planes, width, height, step, covers: Vec::new() }
    }

    /// Marks a row's samples.
    fn mark(&mut self, row: usize, columns: Range<usize>, covers: impl Fn(Spot) -> Covers) {
        let start = row * self.width + columns.start;
        let y = row as f32 + 0.5;
        self.covers.clear();
        self.covers.extend(columns.map(|column| covers([column as f32 + 0.5, y])));
        for Inked { samples, value, shade } in &mut self.planes {
            let samples = samples.get_mut(start..start + self.covers.len()).unwrap_or_default();
            for (sample, covers) in samples.iter_mut().zip(&self.covers) {
                *sample = mix(mix(*sample, *shade, covers.seam), *value, covers.line);
            }
        }
    }
}

/// A stroke on planes of one size, in their samples.
struct Pen {
    half: f32,
    seam: f32,
    seam_cover: f32,
    /// One divided by the length of a dash with its gap, and the dash's share of that length: 1 without gaps.
    dashes: [f32; 2],
}

/// Where a sample lies beside what is drawn.
struct Nearness {
    /// Distance from the middle of a line, or from the edge of an area, negative inside of it.
    distance: f32,
    /// How far along a line.
    along: f32,
}

impl Pen {
    fn of(Stroke { half, seam_cover, dash, .. }: Stroke, step: f32) -> Pen {
        let dashes = dash.map_or([0.0, 1.0], |[dash, gap]| [step / (dash + gap), dash / (dash + gap)]);
        Pen { half: half / step, seam: SEAM / step, seam_cover, dashes }
    }

    /// Distance within which samples change.
    fn reach(&self) -> f32 {
        self.half + self.seam + 0.5
    }

    /// What is covered of a sample. Edges are smooth over the width of one.
    #[inline(always)]
    fn covers(&self, Nearness { distance, along }: Nearness) -> Covers {
        let inside = self.half + 0.5 - distance;
        let [turns, dash] = self.dashes;
        // Rounded towards zero: before its beginning a line has no gap.
        let turns = along * turns;
        let is_gap = turns - turns as i32 as f32 > dash;
        let line = if is_gap { 0 } else { cover_of(inside) };
        Covers { seam: cover_of((inside + self.seam).clamp(0.0, 1.0) * self.seam_cover), line }
    }
}

/// The samples of an axis that places within `reach` of these are in.
fn covered<const N: usize>(places: [f32; N], reach: f32, length: usize) -> Range<usize> {
    let first = places.iter().copied().fold(f32::INFINITY, f32::min) - reach;
    let last = places.iter().copied().fold(f32::NEG_INFINITY, f32::max) + reach;
    // What lies left of the picture becomes 0.
    let end = (last.max(-1.0) as usize).saturating_add(usize::from(last > 0.0)).min(length);
    (first as usize).min(end)..end
}

/// A line's place on a plane, in its samples.
struct Segment {
    ends: [Spot; 2],
    /// One sample from the first end towards the second.
    along: Spot,
    length: f32,
}

impl Segment {
    fn of(ends: [Spot; 2]) -> Segment {
        let [from, to] = ends;
        let [x, y] = [to[0] - from[0], to[1] - from[1]];
        let length = x.hypot(y);
        if length < DOT {
            return Segment { ends, along: [1.0, 0.0], length: 0.0 };
        }
        Segment { ends, along: [x / length, y / length], length }
    }

    /// The samples of a row that may be within `reach`.
    fn columns(&self, row: usize, reach: f32, width: usize) -> Range<usize> {
        let [from, _] = self.ends;
        let all = covered(self.ends.map(|end| end[0]), reach, width);
        let [x, y] = self.along;
        if y.abs() < DOT {
            return all;
        }
        // Where the line, made longer, is at this row; and how wide its strip is there.
        let middle = from[0] + (row as f32 + 0.5 - from[1]) * x / y;
        let strip = covered([middle], reach / y.abs(), width);
        let end = all.end.min(strip.end);
        all.start.max(strip.start).min(end)..end
    }

    #[inline(always)]
    fn nearness(&self, spot: Spot) -> Nearness {
        let ([from, _], [x, y]) = (self.ends, self.along);
        let [across, down] = [spot[0] - from[0], spot[1] - from[1]];
        let (along, aside) = (across * x + down * y, across * y - down * x);
        let beyond = along - along.clamp(0.0, self.length);
        Nearness { distance: (beyond * beyond + aside * aside).sqrt(), along }
    }
}

/// How far a place is outside of a triangle; negative inside.
fn outside([a, b, c]: [Spot; 3], spot: Spot) -> f32 {
    let cross = |from: Spot, to: Spot, spot: Spot| {
        (to[0] - from[0]) * (spot[1] - from[1]) - (to[1] - from[1]) * (spot[0] - from[0])
    };
    let turn = cross(a, b, c).signum();
    let from_edge = |from: Spot, to: Spot| {
        -turn * cross(from, to, spot) / (to[0] - from[0]).hypot(to[1] - from[1]).max(DOT)
    };
    from_edge(a, b).max(from_edge(b, c)).max(from_edge(c, a))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Ink = Ink::of([255, 0, 0]);
    const STROKE: Stroke = Stroke { ink: RED, half: 1.0, seam_cover: 0.65, dash: None };

    fn drawn(ends: [Spot; 2], stroke: Stroke) -> Planes {
        let mut planes = Planes::grey(60, 40, 200);
        line(&mut planes, ends, stroke);
        planes
    }

    fn at(planes: &Planes, x: usize, y: usize) -> u8 {
        planes.y[y * planes.width + x]
    }

    #[test]
    fn a_line_is_as_wide_as_it_is_said_and_has_a_dark_seam() {
        for (planes, turn) in [
            (drawn([[10.0, 20.0], [50.0, 20.0]], STROKE), false),
            (drawn([[20.0, 5.0], [20.0, 35.0]], STROKE), true),
        ] {
            let across = |n: usize| if turn { at(&planes, n, 20) } else { at(&planes, 30, n) };
            assert_eq!([across(19), across(20)], [RED.luma; 2]);
            assert!(across(18) < 110 && across(21) < 110, "the seam: {} {}", across(18), across(21));
            assert_eq!([across(16), across(23)], [200; 2]);
        }
    }

    #[test]
    fn a_slanted_line_covers_its_own_area_and_is_smooth() {
        let planes = drawn([[10.0, 5.0], [45.0, 33.0]], Stroke { seam_cover: 0.0, ..STROKE });
        let covered: f32 =
            planes.y.iter().map(|luma| f32::from(200 - luma) / f32::from(200 - RED.luma)).sum();
        // The length times the width, and a disc for both ends.
        let area = 35.0_f32.hypot(28.0) * 2.0 + std::f32::consts::PI;
        assert!((covered / area - 1.0).abs() < 0.05, "{covered} of {area}");
        assert!(planes.y.iter().any(|luma| (100..180).contains(luma)), "some samples are covered in part");
        assert!(planes.v.iter().any(|red| *red > 220));
    }

    #[test]
    fn a_line_without_length_is_a_disc() {
        let planes = drawn([[30.0, 20.0]; 2], Stroke { half: 5.0, seam_cover: 0.0, ..STROKE });
        let covered = planes.y.iter().filter(|luma| **luma < 140).count() as f32;
        assert!((covered / (25.0 * std::f32::consts::PI) - 1.0).abs() < 0.1, "{covered}");
        assert_eq!([at(&planes, 30, 20), at(&planes, 36, 20), at(&planes, 30, 26)], [RED.luma, 200, 200]);
    }

    #[test]
    fn dashes_have_gaps_in_which_the_seam_goes_on() {
        let dashed = Stroke { dash: Some([7.0, 5.0]), ..STROKE };
        let planes = drawn([[5.0, 20.0], [55.0, 20.0]], dashed);
        let row: Vec<u8> = (6..54).map(|x| at(&planes, x, 20)).collect();
        let gaps = row.windows(2).filter(|pair| pair[0] == RED.luma && pair[1] != RED.luma).count();
        assert_eq!(gaps, 4);
        assert!(row.iter().all(|luma| *luma < 110), "{row:?}");
    }

    #[test]
    fn a_triangle_is_full_whichever_way_round_it_is_said() {
        let corners = [[10.0, 10.0], [40.0, 10.0], [10.0, 30.0]];
        let [mut one, mut other] = [(); 2].map(|()| Planes::grey(60, 40, 200));
        triangle(&mut one, corners, STROKE);
        triangle(&mut other, [corners[0], corners[2], corners[1]], STROKE);
        assert_eq!(one, other);
        assert_eq!(
            [at(&one, 15, 15), at(&one, 11, 25), at(&one, 35, 28), at(&one, 5, 5)],
            [RED.luma, RED.luma, 200, 200]
        );
    }

    #[test]
    fn what_reaches_out_of_a_picture_of_any_size_is_cut() {
        for (width, height) in [(0, 0), (1, 1), (3, 2), (17, 9)] {
            let mut planes = Planes::grey(width, height, 200);
            for ends in [
                [[-100.0, -50.0], [200.0, 90.0]],
                [[5.0, -9.0], [5.0, -2.0]],
                [[300.0, 3.0], [400.0, 3.0]],
                [[-3.0, 4.0], [-1.0, 4.0]],
            ] {
                line(&mut planes, ends, STROKE);
                triangle(&mut planes, [ends[0], ends[1], [4.0, 4.0]], STROKE);
            }
            assert_eq!(planes.y.len(), width * height);
        }
    }
}
