//! [`super::store`] for 16 values at a time, with the vectors of AVX2: in go what the portable form takes,
//! out come the values that it stores.

use super::{BLOCKS, Block, HEAD, Storing};
use crate::coder::{quantise::avx2::quarters, sys::lanes::store32};

/// [`super::store`].
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(in crate::coder) fn store(mcus: &[[Block; BLOCKS]], blocks: &[u32], storing: &mut Storing) {
    let Storing { table, kept, weights } = storing;
    for block in blocks {
        let (at, mut weight) = (*block as usize, 0);
        let (heads, tails, masks) = (&mut kept.heads[at], &mut kept.tails[at], &mut kept.masks[at]);
        for (number, block) in mcus[at].iter().enumerate() {
            let (values, mask) = quarters(block, &table.divisors[usize::from(number > 3)]);
            store32::<[i16; 16]>(&mut heads[number], values[0]);
            // Most tails were nothing and are nothing.
            if (mask | masks[number]) >> HEAD != 0 {
                for (part, values) in tails[number].as_chunks_mut::<16>().0.iter_mut().zip(&values[1..]) {
                    store32::<[i16; 16]>(part, *values);
                }
            }
            masks[number] = mask;
            weight += mask.count_ones() as u16;
        }
        weights[at] = weight;
    }
}
