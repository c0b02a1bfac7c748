//! Counting lines: where tracks stand, time after time, in; who crossed which line, and which way, out. Pure.
//!
//! A track has crossed when it was clearly on one side, is clearly on the other, and went through between the
//! line's ends. It counts once each way: whoever dithers on the line is not counted again and again.

use std::collections::HashMap;

use crate::nouns::{
    count::LineCount,
    event::Direction,
    place::{Fraction, Line},
};

/// Least distance from the line at which a track is clearly on one side, heights of its box: boxes tremble by
/// a few hundredths.
const CLEAR: f64 = 0.05;

/// A track as lines see it.
#[derive(Clone, Copy, Debug)]
pub struct Walker {
    /// Number of the track.
    pub track_id: u64,
    /// Place where it stands.
    pub foot: Fraction,
    /// Height of its box as a fraction of the frame's height.
    pub height: f64,
}

/// A line that was crossed.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// The line.
    pub line: String,
    /// Number of the track that crossed it.
    pub track_id: u64,
    /// Direction of the crossing.
    pub direction: Direction,
}

/// One camera's lines and counts.
pub struct LineCounter {
    gates: Vec<Gate>,
    /// Width of the frame by its height: distances are measured in heights of the frame.
    aspect: f64,
}

/// One line, its counts, and who is beside it.
struct Gate {
    line: Line,
    inbound: u64,
    outbound: u64,
    seen: HashMap<u64, Seen>,
}

/// What is remembered of a track.
#[derive(Default)]
struct Seen {
    /// Last place that was clearly on a side.
    clear: Option<Side>,
    /// Whether it has crossed inwards.
    inbound: bool,
    /// Whether it has crossed outwards.
    outbound: bool,
}

/// A place beside a line, in heights of the frame.
struct Side {
    foot: [f64; 2],
    /// Distance from the line; negative is left of it.
    distance: f64,
}

impl LineCounter {
    /// The lines of a camera whose frames have that aspect; nobody has crossed yet.
    pub fn new(lines: &[Line], aspect: f64) -> Self {
        let gate = |line: &Line| Gate { line: line.clone(), inbound: 0, outbound: 0, seen: HashMap::new() };
        LineCounter { gates: lines.iter().map(gate).collect(), aspect }
    }

    /// Goes on with other lines: one that is drawn as before keeps its counts, and who is beside it.
    pub fn redraw(&mut self, lines: &[Line]) {
        let fresh = LineCounter::new(lines, self.aspect);
        let mut before = std::mem::replace(&mut self.gates, fresh.gates);
        for gate in &mut self.gates {
            if let Some(place) = before.iter().position(|old| old.line == gate.line) {
                *gate = before.swap_remove(place);
            }
        }
    }

    /// Notes where everybody is now. Returns who has crossed a line since the last time.
    pub fn step(&mut self, walkers: &[Walker]) -> Vec<Crossing> {
        let aspect = self.aspect;
        self.gates
            .iter_mut()
            .flat_map(|gate| {
                walkers.iter().filter_map(|walker| gate.step(walker, aspect)).collect::<Vec<_>>()
            })
            .collect()
    }

    /// Goes on with frames of another aspect: nobody has a side any more, the counts stay.
    pub fn resize(&mut self, aspect: f64) {
        self.aspect = aspect;
        self.gates.iter_mut().for_each(|gate| gate.seen.clear());
    }

    /// Forgets tracks that are over; `lives` says which are not.
    pub fn forget(&mut self, lives: impl Fn(u64) -> bool) {
        self.gates.iter_mut().for_each(|gate| gate.seen.retain(|track_id, _| lives(*track_id)));
    }

    /// The counts so far.
    pub fn counts(&self) -> Vec<LineCount> {
        let count = |gate: &Gate| LineCount {
            id: gate.line.id.clone(),
            inbound: gate.inbound,
            outbound: gate.outbound,
            ..LineCount::default()
        };
        self.gates.iter().map(count).collect()
    }
}

impl Gate {
    /// Notes where a track is now; gives the crossing, if this was one.
    fn step(&mut self, walker: &Walker, aspect: f64) -> Option<Crossing> {
        let square = |[x, y]: Fraction| [x * aspect, y];
        let (from, to, foot) = (square(self.line.from), square(self.line.to), square(walker.foot));
        let along = [to[0] - from[0], to[1] - from[1]];
        let distance = cross(along, [foot[0] - from[0], foot[1] - from[1]]) / along[0].hypot(along[1]);
        if distance.abs() < CLEAR * walker.height {
            return None;
        }
        let seen = self.seen.entry(walker.track_id).or_default();
        let before = seen.clear.replace(Side { foot, distance })?;
        let stays = before.distance.signum() == distance.signum();
        if stays || !between_ends(before.foot, foot, [from, along]) {
            return None;
        }
        let direction = if distance > 0.0 { Direction::Inbound } else { Direction::Outbound };
        self.count(walker.track_id, direction)
    }

    /// Counts a track that crosses; gives the crossing, if it is the track's first this way.
    fn count(&mut self, track_id: u64, direction: Direction) -> Option<Crossing> {
        let seen = self.seen.entry(track_id).or_default();
        let (counted, count) = match direction {
            Direction::Inbound => (&mut seen.inbound, &mut self.inbound),
            Direction::Outbound => (&mut seen.outbound, &mut self.outbound),
        };
        if std::mem::replace(counted, true) {
            return None;
        }
        *count += 1;
        Some(Crossing { line: self.line.id.clone(), track_id, direction })
    }
}

/// Whether the way from `before` to `after`, which lie on different sides of the line, meets it between its
/// ends.
fn between_ends(before: [f64; 2], after: [f64; 2], [from, along]: [[f64; 2]; 2]) -> bool {
    let way = [after[0] - before[0], after[1] - before[1]];
    let start = [before[0] - from[0], before[1] - from[1]];
    (0.0..=1.0).contains(&(cross(start, way) / cross(along, way)))
}

/// The cross product of two directions: negative where `b` points to the left of `a`.
fn cross(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line across the middle, drawn from left to right.
    fn counter() -> LineCounter {
        LineCounter::new(&[Line::new("gate", [0.25, 0.5], [0.75, 0.5])], 16.0 / 9.0)
    }

    fn walk(counter: &mut LineCounter, track_id: u64, feet: &[Fraction]) -> Vec<Direction> {
        let step = |foot: &Fraction| counter.step(&[Walker { track_id, foot: *foot, height: 0.2 }]);
        feet.iter().flat_map(step).map(|crossing| crossing.direction).collect()
    }

    fn counts(counter: &LineCounter) -> (u64, u64) {
        let counts = &counter.counts()[0];
        (counts.inbound, counts.outbound)
    }

    #[test]
    fn downwards_through_a_line_from_left_to_right_is_inbound() {
        let mut counter = counter();
        assert_eq!(
            walk(&mut counter, 1, &[[0.5, 0.4], [0.5, 0.49], [0.5, 0.51], [0.5, 0.6]]),
            [Direction::Inbound]
        );
        assert_eq!(walk(&mut counter, 2, &[[0.4, 0.7], [0.4, 0.3]]), [Direction::Outbound]);
        assert_eq!(counts(&counter), (1, 1));
    }

    #[test]
    fn a_line_that_stays_keeps_its_counts_when_others_are_drawn() {
        let mut counter = counter();
        walk(&mut counter, 1, &[[0.5, 0.4], [0.5, 0.6], [0.5, 0.45]]);
        let gate = Line::new("gate", [0.25, 0.5], [0.75, 0.5]);
        let door = Line::new("door", [0.1, 0.1], [0.2, 0.1]);
        counter.redraw(&[door.clone(), gate.clone()]);
        let counts = |counter: &LineCounter| -> Vec<(String, u64)> {
            counter.counts().into_iter().map(|count| (count.id, count.inbound + count.outbound)).collect()
        };
        assert_eq!(counts(&counter), [("door".to_owned(), 0), ("gate".to_owned(), 2)]);
        counter.redraw(&[Line { to: [0.8, 0.5], ..gate }]);
        assert_eq!(counts(&counter), [("gate".to_owned(), 0)], "another line of that name");
    }

    #[test]
    fn who_dithers_on_the_line_counts_once_each_way() {
        let mut counter = counter();
        let trembling: Vec<Fraction> =
            (0..40).map(|n| [0.5, if n % 2 == 0 { 0.492 } else { 0.508 }]).collect();
        walk(&mut counter, 1, &[[0.5, 0.4]]);
        assert_eq!(walk(&mut counter, 1, &trembling), []);
        let pacing: Vec<Fraction> = (0..10).map(|n| [0.5, if n % 2 == 0 { 0.55 } else { 0.45 }]).collect();
        walk(&mut counter, 1, &pacing);
        assert_eq!(counts(&counter), (1, 1));
    }

    #[test]
    fn who_goes_around_its_end_has_not_crossed() {
        let mut counter = counter();
        assert_eq!(walk(&mut counter, 1, &[[0.2, 0.4], [0.2, 0.6], [0.9, 0.6], [0.9, 0.4]]), []);
    }

    #[test]
    fn a_track_that_was_not_seen_for_a_while_still_counts() {
        let mut counter = counter();
        walk(&mut counter, 1, &[[0.5, 0.3]]);
        counter.forget(|track_id| track_id == 1);
        assert_eq!(walk(&mut counter, 1, &[[0.5, 0.8]]), [Direction::Inbound]);
        counter.forget(|_| false);
        assert_eq!(walk(&mut counter, 1, &[[0.5, 0.2]]), [], "a forgotten track begins anew");
    }
}
