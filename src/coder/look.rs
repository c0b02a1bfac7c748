//! How far what is kept is from the picture: in go coefficients, kept values and a quality, out come squared
//! errors, exact but where a look ends early. The transform is orthonormal, so nothing is transformed back.
//! What follows from them is not decided here.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;

use std::ops::Range;

use super::{
    block::Block,
    kept::{Errors, HEAD, Kept, Table},
    moved::{Moved, Tail},
    quantise,
    tables::SIZE,
    tile::BLOCKS,
};

/// Blocks of luma in an MCU, before those of chroma.
const LUMA: usize = 4;

/// What a look goes by.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// What is kept.
    pub kept: &'a Kept,
    /// At which quality.
    pub table: &'a Table,
    /// What was measured of the picture.
    pub moved: &'a Moved,
    /// Bound of luma beyond which a block need not be looked at any further; `None`: each is looked at to its
    /// end.
    pub enough: Option<Enough>,
}

/// Bound of the squared error of one class of an MCU, beyond which it counts as changed: as in [`Errors`].
#[derive(Clone, Copy, Debug)]
pub struct Enough {
    /// What the level's own error is multiplied by, in parts of [`Enough::PARTS`].
    pub factor: u64,
    /// What is added to that.
    pub floor: u64,
}

impl Enough {
    /// Parts of one in which factors are given.
    pub const PARTS: u64 = 64;

    /// The bound where the level's own squared error is `own`.
    #[inline]
    pub fn bound(self, own: u64) -> u64 {
        own * self.factor / Enough::PARTS + self.floor
    }
}

/// Most of what quantising gets wrong of a luma block's tail: all of it, or half a step of each coefficient.
#[inline]
fn most_of_tail(tail: Tail, table: &Table) -> u64 {
    u64::from(tail.energy).min(table.worst_tail)
}

/// Looks on any processor.
pub(super) fn look(mcus: &[[Block; BLOCKS]], look: &Look, blocks: &[u32], errors: &mut [Errors]) {
    for (block, errors) in blocks.iter().zip(errors) {
        *errors = errors_of(mcus, look, *block as usize);
    }
}

/// Errors of one MCU.
fn errors_of(mcus: &[[Block; BLOCKS]], &Look { kept, table, moved, enough }: &Look, mcu: usize) -> Errors {
    let blocks = &mcus[mcu];
    let part = |number: usize, part| {
        let (head, tail, _) = kept.block(mcu, number);
        part_of(&blocks[number], &[&head[..], &tail[..]].concat(), table, (usize::from(number >= LUMA), part))
    };
    let mut errors = Errors::default();
    if let Some(enough) = enough {
        for number in 0..LUMA {
            let [held, own] = part(number, 0..HEAD);
            errors.held[0] += held;
            errors.own[0] += own + most_of_tail(moved.tails[mcu][number], table);
        }
        if errors.held[0] > enough.bound(errors.own[0]) {
            return Errors { is_partial: true, ..errors };
        }
        errors = Errors::default();
    }
    for number in 0..BLOCKS {
        let [held, own] = part(number, 0..SIZE);
        errors.held[usize::from(number >= LUMA)] += held;
        errors.own[usize::from(number >= LUMA)] += own;
    }
    errors
}

/// Squared errors of a part of a block's coefficients, by the class of its table: of what is kept, and of
/// quantising.
fn part_of(block: &Block, kept: &[i16], table: &Table, (class, part): (usize, Range<usize>)) -> [u64; 2] {
    let mut values = [0; SIZE];
    quantise::quantise(block, &table.divisors[class], &mut values);
    let error = |n: usize, value: i16| {
        let value = i32::from(value) * i32::from(table.steps[class][n]);
        u64::from(value.abs_diff(block.0[n].into())).pow(2)
    };
    [part.clone().map(|n| error(n, kept[n])).sum(), part.map(|n| error(n, values[n])).sum()]
}
