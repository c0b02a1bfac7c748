//! An encoder of delta frames for one viewer, in bytes alone: how much of the picture changes in, which kind
//! of frame of how many bytes comes next out. For tests only.

use std::mem;

use crate::nouns::{form::Part, quality::Rung};

/// Bytes of a delta frame that are no blocks.
const HEADERS: f64 = 450.0;

/// Longest time of the link that a key frame, or a delta in one piece, may take, ms.
const KEY_MS: f64 = 150.0;

/// Time of the link that one message of a sweep takes, ms.
const CUT_MS: f64 = 1000.0 / 30.0;

/// Share of a complete picture from which on a delta is not worth its while.
const KEY_SHARE: f64 = 0.9;

/// Part of a frame's changes that lies elsewhere than those of the frame before.
const ELSEWHERE: f64 = 0.1;

/// Rows of blocks at full size.
const ROWS: f64 = 45.0;

/// Share of a complete picture's bytes that changes from one frame to the next at full size, by the times of
/// both in milliseconds.
pub type Scene = fn(f64, f64) -> f64;

/// What one viewer holds, and what it lacks.
#[derive(Clone, Copy)]
pub struct Deltas {
    scene: Scene,
    /// When the picture before was captured.
    before: f64,
    /// Share that has changed after the viewer's frame.
    changed: f64,
    /// The rung of what the viewer holds.
    held: Option<Rung>,
    sweep: Option<Sweep>,
}

/// A picture that comes in several messages.
#[derive(Clone, Copy)]
struct Sweep {
    /// Share of the rows that is still to come.
    left: f64,
    /// Bytes that all rows together lacked when it began.
    lacks: f64,
}

impl Deltas {
    /// An encoder for a viewer who has just come.
    pub fn new(scene: Scene) -> Self {
        Deltas { scene, before: 0.0, changed: 0.0, held: None, sweep: None }
    }

    /// Takes that the camera has given another picture.
    pub fn captured(&mut self, now: f64) {
        let share = (self.scene)(mem::replace(&mut self.before, now), now);
        self.changed = (self.changed.max(share) + ELSEWHERE * self.changed.min(share)).min(1.0);
    }

    /// What comes next, of which kind and of how many bytes, where a complete picture of the rung takes
    /// `whole` and the link is known to carry `rate` bytes a millisecond.
    pub fn next(&mut self, rung: Rung, whole: f64, rate: Option<f64>) -> (Part, f64) {
        let moves = mem::take(&mut self.changed).powf(power(rung)) * whole;
        let held = self.held.replace(rung);
        let same = held == Some(rung);
        let fits = |bytes: f64| rate.is_none_or(|rate| bytes <= rate * KEY_MS);
        let delta = HEADERS + moves;
        if same && self.sweep.is_none() && fits(delta) && delta < KEY_SHARE * whole {
            return (Part::Delta, delta);
        }
        let Some(rate) = rate.filter(|_| held.is_some() && !fits(whole)) else {
            self.sweep = None;
            return (Part::Whole, whole);
        };
        // After a cut in the middle of a sweep what is there already is no better than what is not.
        let under_way = self.sweep.filter(|sweep| same && fits(moves * (1.0 - sweep.left)));
        let sweep = under_way.unwrap_or(Sweep { left: 1.0, lacks: if same { moves } else { whole } });
        let room = rate * CUT_MS - HEADERS;
        let elsewhere = if moves <= room { moves } else { moves * (1.0 - sweep.left) };
        let row = 1.0 / (ROWS / f64::from(rung.tier.scale())).ceil();
        let rows = ((room - elsewhere) / sweep.lacks).max(row).min(sweep.left);
        let left = sweep.left - rows;
        self.sweep = (left > 1e-9).then_some(Sweep { left, ..sweep });
        (Part::Sweep, HEADERS + elsewhere + rows * sweep.lacks)
    }
}

/// Power to which a share of changes is taken: the means of a smaller picture hide noise, but no cut.
/// Reckoned, not measured.
fn power(rung: Rung) -> f64 {
    match rung.tier.scale() {
        1 => 1.0,
        2 => 1.3,
        _ => 1.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapt::scenario::rung;

    #[test]
    fn whoever_comes_gets_a_picture_then_changes_and_what_the_link_cannot_take_in_parts() {
        let mut deltas = Deltas::new(|_, now| if now < 100.0 { 0.1 } else { 1.0 });
        let mut next = |now: f64, level, rate| {
            deltas.captured(now);
            deltas.next(rung(1, level), 40_000.0, rate)
        };
        assert_eq!(next(0.0, 60, Some(100.0)), (Part::Whole, 40_000.0));
        assert_eq!(next(30.0, 60, Some(100.0)), (Part::Delta, 4_450.0));
        // A cut: a picture where it fits, a sweep where it does not.
        assert_eq!(next(100.0, 60, Some(1_000.0)), (Part::Whole, 40_000.0));
        assert_eq!(next(100.0, 60, None), (Part::Whole, 40_000.0));
        let (part, bytes) = next(100.0, 60, Some(100.0));
        assert!(part == Part::Sweep && bytes < 3_400.0, "{bytes}");
    }

    #[test]
    fn a_sweep_ends_and_brings_the_whole_picture() {
        let mut deltas = Deltas::new(|_, _| 0.02);
        let mut next = |level| {
            deltas.captured(0.0);
            deltas.next(rung(1, level), 40_000.0, Some(100.0))
        };
        assert_eq!(next(60).0, Part::Whole);
        let sweep: Vec<f64> = std::iter::repeat_with(|| next(65))
            .take_while(|one| one.0 == Part::Sweep)
            .map(|one| one.1)
            .collect();
        let blocks: f64 = sweep.iter().map(|bytes| bytes - HEADERS - 800.0).sum();
        assert!((blocks - 40_000.0).abs() < 1.0 && sweep.len() < 25, "{sweep:?}");
        assert_eq!(next(65).0, Part::Delta);
    }
}
