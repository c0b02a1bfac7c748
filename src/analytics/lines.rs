//! Counting lines: where tracks are, time after time, in; who crossed which line, and which way, out. Pure.
//!
//! What a track has to do to have crossed one line is `gate`'s.

mod crossing;
mod gate;
mod walker;

use self::gate::Gate;
pub use self::{crossing::Crossing, walker::Walker};
use super::track::Look;
use crate::nouns::{count::LineCount, place::Line};

/// One camera's lines and counts.
pub struct LineCounter {
    gates: Vec<Gate>,
    /// Width and height of the frame in pixels.
    size: (usize, usize),
}

impl LineCounter {
    /// The lines of a camera; nobody has crossed yet.
    pub fn new(lines: &[Line]) -> Self {
        LineCounter { gates: lines.iter().map(Gate::new).collect(), size: (1, 1) }
    }

    /// Goes on with other lines: one that is drawn as before keeps its counts, and who is beside it.
    pub fn redraw(&mut self, lines: &[Line]) {
        let mut before = std::mem::take(&mut self.gates);
        let gate = |line: &Line| match before.iter().position(|old| old.line() == line) {
            Some(place) => before.swap_remove(place),
            None => Gate::new(line),
        };
        self.gates = lines.iter().map(gate).collect();
    }

    /// Notes where everybody is. Returns who has crossed a line since the last time.
    pub fn step(&mut self, look: Look, walkers: &[Walker]) -> Vec<Crossing> {
        let mut crossings = Vec::new();
        for gate in &mut self.gates {
            crossings.extend(walkers.iter().filter_map(|walker| gate.step(walker, self.size)));
            crossings.extend(gate.settle(look));
        }
        crossings
    }

    /// Goes on with frames of another size in pixels: nobody has a side any more, the counts stay. Returns
    /// who has crossed a line, as far as was seen.
    pub fn resize(&mut self, size: (usize, usize)) -> Vec<Crossing> {
        self.size = size;
        self.gates.iter_mut().flat_map(Gate::start_anew).collect()
    }

    /// Has lines that name no classes count every class, or people and vehicles only.
    pub fn count_all(&mut self, all: bool) {
        self.gates.iter_mut().for_each(|gate| gate.count_all(all));
    }

    /// Forgets tracks that are over; `lives` says which are not.
    pub fn forget(&mut self, lives: impl Fn(u64) -> bool) {
        self.gates.iter_mut().for_each(|gate| gate.forget(&lives));
    }

    /// The counts so far.
    pub fn counts(&self) -> Vec<LineCount> {
        self.gates.iter().map(|gate| gate.count().clone()).collect()
    }
}
