//! Sides of a line: where a track is and was, and whether what it did is a crossing. Pure.
//!
//! Distances are in heights of the track's box, which is about what a box trembles by and what people and
//! vehicles cover in a while.

use std::time::Duration;

use super::super::walker::Walker;
use crate::nouns::{place::Direction, place::Line};

/// Least distance from the line at which a track is clearly on one side, heights of its box: boxes tremble by
/// a few hundredths.
const CLEAR: f64 = 0.05;

/// Least time that a track has to be seen beyond the line.
const HELD: Duration = Duration::from_millis(350);

/// Least results in which it has to be seen there.
const HELD_RESULTS: u32 = 2;

/// Least way from side to side, heights of the box: who stands on the line and bends down has not crossed.
const WAY: f64 = 0.2;

/// Least part of that way beyond the line: who came from afar and sways on the line has not crossed either.
const BEYOND: f64 = 0.1;

/// Distance beyond the line, heights of the box, at which nothing needs to be held: no box is drawn so
/// wrongly.
const FAR: f64 = 0.75;

/// Least distance beyond the line, heights of the box, of a track that was seen there only once before it was
/// lost.
const LIKELY: f64 = 0.2;

/// Least distance beyond the line, heights of the box, of a track that comes back soon: who walks along a
/// line sways over it, and what he carries or passes changes his box by a third.
const BACK: f64 = 0.6;

/// Longest time between two passages that are soon after each other.
const BACK_SOON: Duration = Duration::from_secs(3);

/// Where a track is beside the line.
#[derive(Clone, Debug)]
pub(super) struct Side {
    at: Duration,
    /// Place in heights of the frame.
    place: [f64; 2],
    /// Distance from the line, heights of the box; negative is left of it.
    distance: f64,
    /// The farthest that it was from the line on this side, heights of the box.
    deepest: f64,
}

impl Side {
    /// Where a walker is in a frame of that size in pixels; `None` where its box has no size.
    pub fn of(line: &Line, walker: &Walker, size: (usize, usize)) -> Option<Side> {
        let (width, height) = (size.0 as f64, size.1 as f64);
        let [x, y] = walker.bbox.place_in(size, line.at);
        let place = [x * width / height, y];
        let [from, along] = laid(line, size);
        let off = cross(along, [place[0] - from[0], place[1] - from[1]]) / along[0].hypot(along[1]);
        let distance = off / (f64::from(walker.bbox.height()) / height);
        distance.is_finite().then_some(Side { at: walker.at, place, distance, deepest: distance.abs() })
    }

    /// Whether this is clearly a side, and not the line itself.
    pub fn is_clear(&self) -> bool {
        self.distance.abs() >= CLEAR
    }

    /// Whether the other one is on the other side.
    pub fn is_opposite(&self, other: &Side) -> bool {
        (self.distance > 0.0) != (other.distance > 0.0)
    }

    /// The newer place, which remembers how deep on this side the track ever was.
    pub fn deeper(self, newer: Side) -> Side {
        Side { deepest: self.deepest.max(newer.deepest), ..newer }
    }

    /// Whether the way to `after`, which lies on the other side, meets the line between its ends.
    pub fn meets_between_ends(&self, after: &Side, line: &Line, size: (usize, usize)) -> bool {
        let [from, along] = laid(line, size);
        let way = [after.place[0] - self.place[0], after.place[1] - self.place[1]];
        let start = [self.place[0] - from[0], self.place[1] - from[1]];
        (0.0..=1.0).contains(&(cross(start, way) / cross(along, way)))
    }
}

/// A crossing that is not sure yet.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// Direction of the crossing.
    pub direction: Direction,
    /// When the track was first seen beyond.
    pub since: Duration,
    /// Where it was before.
    pub from: Side,
    /// Results in which it was beyond.
    results: u32,
    /// The farthest that it was beyond, heights of the box.
    deepest: f64,
}

impl Pending {
    /// The crossing of a track that came `from` one side and is seen on the other.
    pub fn new(from: Side, seen: &Side) -> Self {
        let direction = if seen.distance > 0.0 { Direction::Inbound } else { Direction::Outbound };
        Pending { direction, since: seen.at, from, results: 1, deepest: seen.deepest }
    }

    /// Notes that the track is seen beyond once more.
    pub fn stays(&mut self, seen: &Side) {
        self.results += 1;
        self.deepest = self.deepest.max(seen.deepest);
    }

    /// Whether the track has crossed, at `now`, when it is seen beyond.
    pub fn is_sure(&self, now: Duration) -> bool {
        let is_held = self.results >= HELD_RESULTS && now.saturating_sub(self.since) >= HELD;
        (is_held && self.goes_on()) || (self.deepest >= FAR && self.goes_on())
    }

    /// Whether the track has crossed, if nothing more is seen of it.
    pub fn is_likely(&self) -> bool {
        self.goes_on() && (self.results >= HELD_RESULTS || self.deepest >= LIKELY)
    }

    /// Whether this is a way back, of a track that was first seen beyond the line `before`, and not the
    /// tremble of somebody who walks along the line.
    pub fn is_way_back(&self, before: Duration) -> bool {
        self.deepest >= BACK || self.since.saturating_sub(before) > BACK_SOON
    }

    /// Whether the track went far enough to have moved, all in all and beyond the line.
    fn goes_on(&self) -> bool {
        self.from.deepest + self.deepest >= WAY && self.deepest >= BEYOND
    }
}

/// Where a line begins and how it runs, in heights of the frame.
fn laid(line: &Line, size: (usize, usize)) -> [[f64; 2]; 2] {
    let aspect = size.0 as f64 / size.1.max(1) as f64;
    let [from, to] = [line.from, line.to].map(|[x, y]| [x * aspect, y]);
    [from, [to[0] - from[0], to[1] - from[1]]]
}

/// The cross product of two directions: negative where `b` points to the left of `a`.
fn cross(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}
