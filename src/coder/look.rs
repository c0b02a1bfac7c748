//! How far what is kept is from the picture: in go coefficients, kept values and a quality, out come squared
//! errors, exactly. The transform is orthonormal, so nothing is transformed back. What follows from them is
//! not decided here.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;

use super::{
    block::Block,
    kept::{Errors, HEAD, Kept, Table},
    moved::Moved,
    quantise,
    tables::SIZE,
    tile::BLOCKS,
};

/// What a look goes by.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// What is kept.
    pub kept: &'a Kept,
    /// At which quality.
    pub table: &'a Table,
    /// What was measured of the picture.
    pub moved: &'a Moved,
}

/// Looks on any processor.
pub(super) fn look(mcus: &[[Block; BLOCKS]], look: &Look, blocks: &[u32], errors: &mut [Errors]) {
    for (block, errors) in blocks.iter().zip(errors) {
        *errors = errors_of(mcus, look.kept, look.table, *block as usize);
    }
}

/// Errors of one MCU.
fn errors_of(mcus: &[[Block; BLOCKS]], kept: &Kept, table: &Table, mcu: usize) -> Errors {
    let mut errors = Errors::default();
    for (number, block) in mcus[mcu].iter().enumerate() {
        let class = usize::from(number > 3);
        let (head, tail, _) = kept.block(mcu, number);
        let mut values = [0; SIZE];
        quantise::quantise(block, &table.divisors[class], &mut values);
        for (n, own) in values.into_iter().enumerate() {
            let held = if n < HEAD { head[n] } else { tail[n - HEAD] };
            let error = |value: i16| {
                let value = i32::from(value) * i32::from(table.steps[class][n]);
                u64::from(value.abs_diff(block.0[n].into())).pow(2)
            };
            errors.held[class] += error(held);
            errors.own[class] += error(own);
        }
    }
    errors
}
