//! [`super`] compiled for the processor's vectors and bit instructions: in go blocks, out come the bytes or
//! counts that the portable form gives.

use super::{BLOCKS, Block, Kept, Output, Scan, quantise};

/// [`super::push`].
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(in crate::coder) fn push(scan: &mut Scan, mcus: &[[Block; BLOCKS]], output: &mut Output) {
    scan.push_with(mcus, output, |block, divisors, values| quantise::avx2::quantise(block, divisors, values));
}

/// [`super::push_kept`].
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(in crate::coder) fn push_kept(scan: &mut Scan, kept: &Kept, which: &[u32], output: &mut Output) {
    scan.push_kept_with(kept, which, output);
}
