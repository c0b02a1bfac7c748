//! What is known of a stream where it is decided what a viewer is sent: numbers only.

use super::{changes::Changes, estimate::Estimate};

/// What is known of a stream.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    /// Which frame changed each block last.
    pub changes: &'a Changes,
    /// Values of each block that are not zero.
    pub weights: &'a [u16],
    /// How many bytes they take.
    pub estimate: Estimate,
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
}

impl Cost {
    /// All of those together.
    pub fn sum(costs: &[Cost]) -> Cost {
        costs.iter().fold(Cost::default(), |sum, cost| sum.and(*cost))
    }

    /// Both together.
    pub fn and(self, other: Cost) -> Cost {
        Cost { values: self.values + other.values, blocks: self.blocks + other.blocks }
    }
}

impl State<'_> {
    /// What a block costs.
    pub fn cost(&self, block: u32) -> Cost {
        let values = self.weights.get(block as usize).copied().unwrap_or_default();
        Cost { values: values.into(), blocks: 1 }
    }

    /// Bytes that a JPEG of that cost takes.
    pub fn bytes_of(&self, cost: Cost) -> usize {
        self.estimate.bytes(cost.values, cost.blocks)
    }

    /// Bytes that a JPEG of those blocks takes.
    pub fn bytes(&self, blocks: &[u32]) -> usize {
        self.bytes_of(blocks.iter().fold(Cost::default(), |sum, block| sum.and(self.cost(*block))))
    }

    /// Bytes that a key frame takes.
    pub fn whole_bytes(&self) -> usize {
        let values = self.weights.iter().map(|weight| u64::from(*weight)).sum();
        self.estimate.bytes(values, self.weights.len())
    }
}
