//! The coefficients of one block: what the transform makes, and quantising takes.

use super::tables::SIZE;

/// The coefficients of 8 x 8 samples in zigzag order.
#[derive(Clone)]
#[repr(C, align(64))]
pub(super) struct Block(pub(super) [i16; SIZE]);

impl Block {
    /// No coefficient but zeros.
    pub(super) const ZERO: Block = Block([0; SIZE]);

    /// The block's mean without its detail.
    pub(super) fn flat(&self) -> Block {
        let mut flat = Block::ZERO;
        flat.0[0] = self.0[0];
        flat
    }
}
