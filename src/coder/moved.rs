//! What one pass over a frame's coefficients finds that every level of a tier wants to know. Data only: it is
//! measured by `motion`.

use super::tile::BLOCKS;

/// Frames after which each block's reference is renewed.
pub(super) const TURN: usize = 8;

/// Tail of a block of coefficients: its squares and the largest magnitude.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    /// Sum of squares.
    pub energy: u32,
    /// Largest magnitude.
    pub peak: u16,
}

/// What moved in a frame, and the tails of its blocks.
#[derive(Default)]
pub struct Moved {
    /// Frame number.
    pub(super) number: u64,
    /// Number of the frame that each block is compared with.
    pub(super) since: Vec<u64>,
    /// Squared change of heads of each block since then, luma, then chroma: 64 times that of samples.
    pub(super) energy: Vec<[u32; 2]>,
    /// Squared change of a block that stands still, as far as can be told; as `energy`.
    pub(super) noise: [u32; 2],
    /// Tails of each block.
    pub(super) tails: Vec<[Tail; BLOCKS]>,
}

impl Moved {
    /// Number of the frame.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Number of the frame with which block `block` is compared, and its squared change since, luma, then
    /// chroma: 64 times that of samples, of the first 16 of 64 coefficients alone. `None` for a block that is
    /// compared with nothing.
    pub fn since(&self, block: usize) -> Option<(u64, [u32; 2])> {
        Some((*self.since.get(block)?, *self.energy.get(block)?))
    }

    /// Squared change, as [`Moved::since`] tells it, of a block that stands still: sensor noise. A tenth of
    /// the blocks have changed less. Where all moves it is what moves least.
    pub fn noise(&self) -> [u32; 2] {
        self.noise
    }
}
