//! [`super`] for 16 coefficients at a time, with the vectors of AVX2: in go what the portable form takes, out
//! comes what it gives.

use std::arch::x86_64::*;

use super::{BLOCKS, Block, HEAD, Renewed, Tail};
use crate::coder::{
    look::avx2::{quarter, squares, sum},
    sys::lanes::{load32, store32},
};

/// The largest of sixteen lanes, none of which is negative.
#[inline]
#[target_feature(enable = "avx2")]
fn largest(values: __m256i) -> u16 {
    let eight = _mm_max_epi16(_mm256_castsi256_si128(values), _mm256_extracti128_si256::<1>(values));
    // There is an instruction for the least of eight: of what is largest the complement is that.
    let least = _mm_minpos_epu16(_mm_xor_si128(eight, _mm_set1_epi16(-1)));
    !(_mm_cvtsi128_si32(least) as u16)
}

/// [`super::tails`].
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(in crate::coder) fn tails(mcus: &[[Block; BLOCKS]], tails: &mut [[Tail; BLOCKS]]) {
    for (mcu, tails) in mcus.iter().zip(tails) {
        for (block, tail) in mcu.iter().zip(tails) {
            let (a, b, c) = (quarter(block, 1), quarter(block, 2), quarter(block, 3));
            let energy = _mm256_add_epi32(_mm256_add_epi32(squares(a), squares(b)), squares(c));
            let peaks = _mm256_max_epi16(
                _mm256_max_epi16(_mm256_abs_epi16(a), _mm256_abs_epi16(b)),
                _mm256_abs_epi16(c),
            );
            *tail = Tail { energy: sum(energy), peak: largest(peaks) };
        }
    }
}

/// [`super::compare`].
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(in crate::coder) fn compare(
    mcus: &[[Block; BLOCKS]],
    heads: &mut [[[i16; HEAD]; BLOCKS]],
    renewed: Renewed,
    energy: &mut [[u32; 2]],
) {
    for (at, ((mcu, heads), energy)) in mcus.iter().zip(heads).zip(energy).enumerate() {
        let (mut luma, mut chroma) = (_mm256_setzero_si256(), _mm256_setzero_si256());
        let is_renewed = renewed.has(at);
        for (number, (block, head)) in mcu.iter().zip(heads).enumerate() {
            let now = quarter(block, 0);
            let change = squares(_mm256_sub_epi16(now, load32::<[i16; 16]>(head)));
            if number > 3 {
                chroma = _mm256_add_epi32(chroma, change);
            } else {
                luma = _mm256_add_epi32(luma, change);
            }
            if is_renewed {
                store32::<[i16; 16]>(head, now);
            }
        }
        *energy = [sum(luma), sum(chroma)];
    }
}
