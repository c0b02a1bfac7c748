//! What is known of a stream where it is decided what a viewer is sent: numbers only.

use super::{changes::Changes, estimate::Estimate};

/// Bytes that a run of blocks takes in a frame's segment: two small numbers.
const RUN_BYTES: usize = 2;

/// What is known of a stream.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    /// Which frame changed each block last.
    pub changes: &'a Changes,
    /// Values of each block that are not zero.
    pub weights: &'a [u16],
    /// How many bytes they take.
    pub estimate: Estimate,
    /// How many bytes all of them take: what stands still has shorter codes than what moves.
    pub whole: Estimate,
    /// Life of the stream.
    pub life: u64,
    /// Number of its newest frame.
    pub number: u64,
}

/// What some blocks cost, before anybody knows in which JPEG.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Values that are not zero.
    pub values: u64,
    /// How many blocks.
    pub blocks: usize,
    /// Runs that they make.
    pub runs: usize,
}

impl Cost {
    /// Sum of costs.
    pub fn sum(costs: &[Cost]) -> Cost {
        costs.iter().fold(Cost::default(), |sum, cost| sum.and(*cost))
    }

    /// Sum of this cost and another.
    pub fn and(self, other: Cost) -> Cost {
        Cost {
            values: self.values + other.values,
            blocks: self.blocks + other.blocks,
            runs: self.runs + other.runs,
        }
    }
}

impl State<'_> {
    /// What blocks cost, which rise.
    pub fn cost(&self, blocks: impl Iterator<Item = u32>) -> Cost {
        let mut next = None;
        blocks.fold(Cost::default(), |sum, block| {
            let begins_a_run = next.replace(block + 1) != Some(block);
            let values = self.weights.get(block as usize).copied().unwrap_or_default();
            sum.and(Cost { values: values.into(), blocks: 1, runs: begins_a_run.into() })
        })
    }

    /// Bytes that a JPEG of that cost takes.
    pub fn bytes_of(&self, cost: Cost) -> usize {
        self.estimate.bytes(cost.values, cost.blocks) + cost.runs * RUN_BYTES
    }

    /// Bytes that a JPEG of those blocks takes.
    pub fn bytes(&self, blocks: &[u32]) -> usize {
        self.bytes_of(self.cost(blocks.iter().copied()))
    }

    /// Bytes that a key frame takes.
    pub fn whole_bytes(&self) -> usize {
        let values = self.weights.iter().map(|weight| u64::from(*weight)).sum();
        self.whole.bytes(values, self.weights.len())
    }
}
