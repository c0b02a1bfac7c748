//! [`super`] for 16 coefficients at a time, with the vectors of AVX2: in go a block and divisors, out come
//! the values and bits that the portable form gives.

use std::arch::x86_64::*;

use super::{Block, Divisors, SIZE};
use crate::coder::sys::lanes::{load32, store32};

/// [`super::quantise`].
#[inline]
#[target_feature(enable = "avx2")]
pub(in crate::coder) fn quantise(block: &Block, divisors: &Divisors, values: &mut [i16; SIZE]) -> u64 {
    let (quarters, mask) = quarters(block, divisors);
    for (target, quarter) in values.as_chunks_mut::<16>().0.iter_mut().zip(quarters) {
        store32(target, quarter);
    }
    mask
}

/// The values of [`super::quantise`], sixteen each, and its result.
#[inline]
#[target_feature(enable = "avx2")]
pub(in crate::coder) fn quarters(block: &Block, divisors: &Divisors) -> ([__m256i; 4], u64) {
    let mut quarters = [_mm256_setzero_si256(); 4];
    let (reciprocals, scales) = (divisors.reciprocal.as_chunks().0, divisors.scale.as_chunks().0);
    let blocks = block.0.as_chunks::<16>().0;
    for (n, quarter) in quarters.iter_mut().enumerate() {
        let coefficients = load32(&blocks[n]);
        let products =
            _mm256_mulhi_epu16(_mm256_abs_epi16(coefficients), load32::<[u16; 16]>(&reciprocals[n]));
        let quotients = _mm256_mulhrs_epi16(products, load32::<[i16; 16]>(&scales[n]));
        *quarter = _mm256_sign_epi16(quotients, coefficients);
    }
    let zeros = |a: __m256i, b: __m256i| {
        let bytes = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(a, b));
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256())) as u32
    };
    let [a, b, c, d] = quarters;
    (quarters, !(u64::from(zeros(a, b)) | u64::from(zeros(c, d)) << 32))
}

/// What quantising leaves of the magnitudes of sixteen coefficients, the `quarter`th of a block: magnitude
/// minus quotient times eightfold step.
#[inline]
#[target_feature(enable = "avx2")]
pub(in crate::coder) fn remainders(
    coefficients: __m256i,
    divisors: &Divisors,
    quarter: usize,
    steps: __m256i,
) -> __m256i {
    let (reciprocals, scales) = (divisors.reciprocal.as_chunks::<16>().0, divisors.scale.as_chunks::<16>().0);
    let magnitudes = _mm256_abs_epi16(coefficients);
    let products = _mm256_mulhi_epu16(magnitudes, load32::<[u16; 16]>(&reciprocals[quarter]));
    let quotients = _mm256_mulhrs_epi16(products, load32::<[i16; 16]>(&scales[quarter]));
    _mm256_sub_epi16(magnitudes, _mm256_mullo_epi16(quotients, steps))
}
