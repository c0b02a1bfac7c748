//! [`super`] compiled for the processor's vectors and bit instructions: in go blocks, out come the bytes or
//! counts that the portable form gives.

use super::{BLOCKS, Block, Output, Scan, quantise};

/// [`super::push`].
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(in crate::coder) fn push(scan: &mut Scan, mcus: &[[Block; BLOCKS]], output: &mut Output) {
    scan.push_with(mcus, output, |block, divisors, values| quantise::avx2::quantise(block, divisors, values));
}
