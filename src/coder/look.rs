//! How far what is kept is from the picture: in go coefficients, kept values and a quality, out come squared
//! errors, exact but where a look ends early. The transform is orthonormal, so nothing is transformed back.
//! What follows from them is not decided here.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;

use super::{
    block::Block,
    kept::{Errors, HEAD, Kept, Table},
    moved::{Moved, Tail},
    quantise::{self, Divisors},
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
    let squares: [Squares; BLOCKS] = std::array::from_fn(|number| {
        let class = usize::from(number >= LUMA);
        let (head, tail, _) = kept.block(mcu, number);
        let mut held = [0; SIZE];
        held[..HEAD].copy_from_slice(head);
        held[HEAD..].copy_from_slice(tail);
        squares_of(&mcus[mcu][number], &held, &table.divisors[class], &table.steps[class])
    });
    let mut errors = Errors::default();
    if let Some(enough) = enough {
        for (Squares { held, own }, tail) in squares[..LUMA].iter().zip(&moved.tails[mcu]) {
            errors.held[0] += held[..HEAD].iter().sum::<u64>();
            errors.own[0] += own[..HEAD].iter().sum::<u64>() + most_of_tail(*tail, table);
        }
        if errors.held[0] > enough.bound(errors.own[0]) {
            return Errors { is_partial: true, ..errors };
        }
        errors = Errors::default();
    }
    for (number, Squares { held, own }) in squares.iter().enumerate() {
        errors.held[usize::from(number >= LUMA)] += held.iter().sum::<u64>();
        errors.own[usize::from(number >= LUMA)] += own.iter().sum::<u64>();
    }
    errors
}

/// Squared errors of each coefficient of a block.
struct Squares {
    /// Of what is kept.
    held: [u64; SIZE],
    /// Of quantising.
    own: [u64; SIZE],
}

fn squares_of(block: &Block, kept: &[i16; SIZE], divisors: &Divisors, steps: &[i16; SIZE]) -> Squares {
    let mut values = [0; SIZE];
    quantise::quantise(block, divisors, &mut values);
    let error = |n: usize, value: i16| {
        let value = i32::from(value) * i32::from(steps[n]);
        u64::from(value.abs_diff(block.0[n].into())).pow(2)
    };
    let errors = |values: &[i16; SIZE]| std::array::from_fn(|n| error(n, values[n]));
    Squares { held: errors(kept), own: errors(&values) }
}
