//! Crossings of a line: where things stand in, true crossings out; and how many of them were counted. Pure.

use std::{collections::HashMap, time::Duration};

use steadycast::nouns::place::Line;

/// Most time between a true crossing and the one that was counted for it: seldom results tell late.
const WITHIN: Duration = Duration::from_millis(1500);

/// A crossing of the line.
#[derive(Clone, Copy, Debug)]
pub struct Passage {
    pub at: Duration,
    pub is_vehicle: bool,
    pub is_inbound: bool,
}

/// Finds true crossings between the line's ends.
pub struct Passages {
    from: [f64; 2],
    along: [f64; 2],
    /// On which side of the line everything was last.
    sides: HashMap<u64, bool>,
    pub found: Vec<Passage>,
}

impl Passages {
    /// The crossings of a line in pictures of `size` pixels; none yet.
    pub fn new(line: &Line, size: (usize, usize)) -> Passages {
        let pixels = |[x, y]: [f64; 2]| [x * size.0 as f64, y * size.1 as f64];
        let (from, to) = (pixels(line.from), pixels(line.to));
        Passages { from, along: [to[0] - from[0], to[1] - from[1]], sides: HashMap::new(), found: Vec::new() }
    }

    /// Notes where the foot of a thing is, in pixels. Times must rise.
    pub fn step(&mut self, at: Duration, id: u64, is_vehicle: bool, foot: [f32; 2]) {
        let [x, y] = [f64::from(foot[0]) - self.from[0], f64::from(foot[1]) - self.from[1]];
        let [along_x, along_y] = self.along;
        let is_inbound = along_x * y - along_y * x > 0.0;
        let share = (along_x * x + along_y * y) / (along_x * along_x + along_y * along_y);
        let before = self.sides.insert(id, is_inbound);
        if before.is_some_and(|before| before != is_inbound) && (0.0..=1.0).contains(&share) {
            self.found.push(Passage { at, is_vehicle, is_inbound });
        }
    }
}

/// True crossings, counted ones, and those of them that belong together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub crossed: usize,
    counted: usize,
    matched: usize,
}

impl Tally {
    /// Adds the crossings of vehicles, or of all others. Each counted one belongs to the nearest true one
    /// that is free, goes the same way and is not far in time.
    pub fn add(&mut self, crossed: &[Passage], counted: &[Passage], vehicles: bool) {
        let of = |all: &[Passage]| -> Vec<Passage> {
            all.iter().filter(|one| one.is_vehicle == vehicles).copied().collect()
        };
        let (mut free, counted) = (of(crossed), of(counted));
        self.crossed += free.len();
        self.counted += counted.len();
        for one in counted {
            let near = free.iter().enumerate().filter(|(_, other)| other.is_inbound == one.is_inbound);
            let near = near.map(|(n, other)| (n, other.at.abs_diff(one.at)));
            if let Some((n, _)) = near.filter(|(_, off)| *off <= WITHIN).min_by_key(|(_, off)| *off) {
                free.swap_remove(n);
                self.matched += 1;
            }
        }
    }

    /// Share of the true crossings that was counted, percent.
    pub fn share(&self) -> f64 {
        self.matched as f64 / self.crossed as f64 * 100.0
    }

    /// Share of the counted crossings that were none, percent; 0 where none was counted.
    pub fn false_share(&self) -> f64 {
        (self.counted - self.matched) as f64 / self.counted.max(1) as f64 * 100.0
    }
}
