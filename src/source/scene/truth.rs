//! Exact ground truth: what is in the picture, where, how fast, and how much of it is seen.
//!
//! Detection, tracking and their scores do not belong here.

use super::actor::Actor;
use super::class::Class;
use super::geometry::Rect;
use super::paint::Mark;

/// The facts about one person or vehicle that is at least partly inside the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// Number of the person or vehicle, the same in every frame and never used again.
    pub id: u64,
    /// What it is.
    pub class: Class,
    /// Middle of a person's head or of a vehicle's roof: x, y in samples; may lie outside the picture.
    pub head: [f32; 2],
    /// The box around what is drawn, without the shadow, cut at the picture's borders: left, top, right,
    /// bottom in samples.
    pub bounds: [f32; 4],
    /// Share of its own samples that are inside the picture and not covered by anything nearer, 0 to 1.
    pub visible: f32,
    /// Where it stands, metres: y away from the mast, x across; on the plaza x runs along its road.
    pub position: [f32; 2],
    /// Metres a second, along the same axes.
    pub velocity: [f32; 2],
    /// Metres a second.
    pub speed: f32,
}

/// How far around the picture the samples of a thing are counted, in widths and heights of the picture.
const AROUND: f32 = 1.0;
/// Pictures at least this wide are measured at half resolution.
const HALF_FROM_WIDTH: usize = 960;

/// Measures what is seen of things laid over each other, the nearest first.
pub struct Stencil {
    width: usize,
    height: usize,
    /// Samples of the picture between two of the stencil.
    step: usize,
    columns: usize,
    taken: Vec<bool>,
}

impl Stencil {
    /// An empty stencil for a picture of that size in samples.
    pub fn new(width: usize, height: usize) -> Stencil {
        let step = if width >= HALF_FROM_WIDTH { 2 } else { 1 };
        let (columns, rows) = (width.div_ceil(step), height.div_ceil(step));
        Stencil { width, height, step, columns, taken: vec![false; columns * rows] }
    }

    /// Puts a thing behind all before, and returns the share of its samples that can be seen.
    pub fn put(&mut self, marks: &[Mark], bounds: Rect) -> f32 {
        if bounds.clipped(self.width, self.height).is_none() {
            return 0.0;
        }
        let step = self.step as f32;
        let bounds = self.near(bounds);
        let (first, last) = ((bounds.left / step).floor() as i64, (bounds.right / step).ceil() as i64);
        let xs: Vec<f32> = (first..last).map(|column| (column as f32 + 0.5) * step).collect();
        let (mut nearest, mut distances) = (vec![0.0f32; xs.len()], vec![0.0f32; xs.len()]);
        let (mut all, mut seen) = (0u32, 0u32);
        for row in (bounds.top / step).floor() as i64..(bounds.bottom / step).ceil() as i64 {
            let y = (row as f32 + 0.5) * step;
            nearest.fill(f32::MAX);
            for mark in marks
                .iter()
                .filter(|mark| (mark.shape.bounds().top..=mark.shape.bounds().bottom).contains(&y))
            {
                let (from, to) = mark.shape.span(y, 0.0);
                let from = ((from / step - first as f32).max(0.0) as usize).min(xs.len());
                let to = ((to / step - first as f32).max(0.0).ceil() as usize).clamp(from, xs.len());
                mark.shape.distances(y, &xs[from..to], &mut distances[from..to]);
                for (nearest, &distance) in nearest[from..to].iter_mut().zip(&distances[from..to]) {
                    *nearest = nearest.min(distance);
                }
            }
            for (column, _) in (first..last).zip(&nearest).filter(|(_, distance)| **distance < 0.0) {
                all += 1;
                if let Some(taken) = self.cell(column, row) {
                    seen += u32::from(!*taken);
                    *taken = true;
                }
            }
        }
        if all == 0 { 0.0 } else { seen as f32 / all as f32 }
    }

    /// The part of a box that is at most a few pictures away: what passes the lens is vast, and need not be
    /// counted sample by sample.
    fn near(&self, bounds: Rect) -> Rect {
        let (width, height) = (self.width as f32, self.height as f32);
        Rect {
            left: bounds.left.max(-AROUND * width),
            top: bounds.top.max(-AROUND * height),
            right: bounds.right.min((1.0 + AROUND) * width),
            bottom: bounds.bottom.min((1.0 + AROUND) * height),
        }
    }

    /// The cell, if it is inside the picture.
    fn cell(&mut self, column: i64, row: i64) -> Option<&mut bool> {
        let (column, row) = (usize::try_from(column).ok()?, usize::try_from(row).ok()?);
        if column < self.columns { self.taken.get_mut(row * self.columns + column) } else { None }
    }
}

/// The facts about one actor, of which the share `visible` is seen; nothing if it is outside the picture.
pub fn truth_of(actor: &Actor, visible: f32, width: usize, height: usize) -> Option<Truth> {
    let Rect { left, top, right, bottom } = actor.bounds.clipped(width, height)?;
    Some(Truth {
        id: actor.id,
        class: actor.class,
        head: [actor.head.x, actor.head.y],
        bounds: [left, top, right, bottom],
        visible,
        position: [actor.at.x, actor.at.y],
        velocity: [actor.velocity.x, actor.velocity.y],
        speed: actor.velocity.length(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scene::colour::rgb;
    use crate::source::scene::geometry::vec2;
    use crate::source::scene::shape::Shape;

    fn disc(x: f32, y: f32) -> (Vec<Mark>, Rect) {
        let shape = Shape::disc(vec2(x, y), 10.0);
        let bounds = shape.bounds();
        (vec![Mark::flat(shape, rgb(0, 0, 0))], bounds)
    }

    #[test]
    fn what_is_covered_or_outside_is_not_visible() {
        let mut stencil = Stencil::new(200, 100);
        let mut put = |x, y| {
            let (marks, bounds) = disc(x, y);
            stencil.put(&marks, bounds)
        };
        assert_eq!(put(50.0, 50.0), 1.0);
        assert_eq!(put(50.0, 50.0), 0.0);
        let beside = put(60.0, 50.0);
        assert!(beside > 0.3 && beside < 0.8, "{beside}");
        assert!((put(0.0, 20.0) - 0.5).abs() < 0.02);
        assert_eq!(put(-30.0, 20.0), 0.0);
    }
}
