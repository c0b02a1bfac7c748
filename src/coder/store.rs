//! Values of chosen MCUs on their way into their places: in go coefficients and a table, out come quantised
//! values in [`Kept`]. Which MCUs are chosen is not decided here.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;

use super::{
    block::Block,
    kept::{HEAD, Kept, Table},
    quantise,
    tables::SIZE,
    tile::BLOCKS,
};

/// By what values are quantised, and where they go.
pub(super) struct Storing<'a> {
    /// Quality.
    pub table: &'a Table,
    /// Their places.
    pub kept: &'a mut Kept,
    /// How many values of each MCU are not zero.
    pub weights: &'a mut [u16],
}

/// Stores on any processor.
pub(super) fn store(mcus: &[[Block; BLOCKS]], blocks: &[u32], storing: &mut Storing) {
    let Storing { table, kept, weights } = storing;
    let mut values = [0; SIZE];
    for block in blocks {
        let (at, mut weight) = (*block as usize, 0);
        for (number, block) in mcus[at].iter().enumerate() {
            let mask = quantise::quantise(block, &table.divisors[usize::from(number > 3)], &mut values);
            kept.heads[at][number].copy_from_slice(&values[..HEAD]);
            kept.tails[at][number].copy_from_slice(&values[HEAD..]);
            kept.masks[at][number] = mask;
            weight += mask.count_ones() as u16;
        }
        weights[at] = weight;
    }
}
