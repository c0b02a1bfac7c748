//! Quantising: in goes a block of coefficients, out come the values to be coded and a bit for each that is
//! not zero. How values become bits belongs to `scan`.

use super::{Block, tables::SIZE};

/// Division by the steps of one quality, each times the eight that the transform left in, as multiplications.
///
/// A divisor d in 2^s + 1 ..= 2^(s+1) has the reciprocal m = ceil(2^(16+s) / d), which fits into 16 bits. n *
/// m / 2^(16+s) is above n / d by less than n / 2^(16+s), which for n < 2^15 is at most 1 / d: too little to
/// reach the next multiple of 1 / d, and all halves are such multiples since d is even. So both round to the
/// same integer. Coefficients stay within 2^13.
#[repr(C, align(64))]
pub(super) struct Divisors {
    /// m above.
    reciprocal: [u16; SIZE],
    /// 2^(15-s): multiplying by it, adding 2^14 and keeping the bits from 2^15 upwards divides by 2^s and
    /// rounds.
    scale: [i16; SIZE],
}

impl Divisors {
    /// For steps in zigzag order.
    pub(super) fn new(steps: &[u8; SIZE]) -> Self {
        let mut divisors = Divisors { reciprocal: [0; SIZE], scale: [0; SIZE] };
        for (n, step) in steps.iter().enumerate() {
            let divisor = u32::from(*step) * 8;
            let shift = (divisor - 1).ilog2();
            divisors.reciprocal[n] = (1u32 << (16 + shift)).div_ceil(divisor) as u16;
            divisors.scale[n] = 1 << (15 - shift);
        }
        divisors
    }
}

/// Quantises on any processor; bit n of the result says that value n is not zero.
pub(super) fn quantise(block: &Block, divisors: &Divisors, values: &mut [i16; SIZE]) -> u64 {
    let mut mask = 0;
    for (eight, target) in values.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        let at = |n: usize| 8 * eight + n;
        let magnitudes: [u16; 8] = std::array::from_fn(|n| {
            let product =
                (u32::from(block.0[at(n)].unsigned_abs()) * u32::from(divisors.reciprocal[at(n)])) >> 16;
            ((product * u32::from(divisors.scale[at(n)].unsigned_abs()) + (1 << 14)) >> 15) as u16
        });
        // All ones where the coefficient is negative: exclusive or and subtraction negate.
        let signs: [u16; 8] = std::array::from_fn(|n| (block.0[at(n)] >> 15) as u16);
        *target = std::array::from_fn(|n| (magnitudes[n] ^ signs[n]).wrapping_sub(signs[n]) as i16);
        // Multiplying gathers the lowest bits of eight bytes in the highest byte.
        let present = u64::from_le_bytes(magnitudes.map(|magnitude| u8::from(magnitude != 0)));
        mask |= (present.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * eight);
    }
    mask
}

/// The same, 16 at a time.
#[cfg(target_arch = "x86_64")]
pub(super) mod avx2 {
    use std::arch::x86_64::*;

    use super::{Block, Divisors, SIZE};
    use crate::encode::coder::sys::{load32, store32};

    /// [`super::quantise`].
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(in crate::encode::coder) fn quantise(
        block: &Block,
        divisors: &Divisors,
        values: &mut [i16; SIZE],
    ) -> u64 {
        let mut quarters = [_mm256_setzero_si256(); 4];
        let (reciprocals, scales) = (divisors.reciprocal.as_chunks().0, divisors.scale.as_chunks().0);
        let (blocks, targets) = (block.0.as_chunks::<16>().0, values.as_chunks_mut::<16>().0);
        for (n, quarter) in quarters.iter_mut().enumerate() {
            let coefficients = load32(&blocks[n]);
            let products =
                _mm256_mulhi_epu16(_mm256_abs_epi16(coefficients), load32::<[u16; 16]>(&reciprocals[n]));
            let quotients = _mm256_mulhrs_epi16(products, load32::<[i16; 16]>(&scales[n]));
            *quarter = _mm256_sign_epi16(quotients, coefficients);
            store32(&mut targets[n], *quarter);
        }
        let zeros = |a: __m256i, b: __m256i| {
            let bytes = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(a, b));
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256())) as u32
        };
        let [a, b, c, d] = quarters;
        !(u64::from(zeros(a, b)) | u64::from(zeros(c, d)) << 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_coefficient_is_divided_by_every_step_exactly_and_halves_go_outwards() {
        for step in 1..=255_u8 {
            let divisors = Divisors::new(&[step; SIZE]);
            for first in (-8192..=8192_i32).step_by(SIZE) {
                let block = Block(std::array::from_fn(|n| (first + n as i32) as i16));
                let divisor = 8 * i32::from(step);
                let expected = block
                    .0
                    .map(|c| ((i32::from(c).abs() + divisor / 2) / divisor * i32::from(c).signum()) as i16);
                let expected_mask =
                    (0..SIZE).filter(|n| expected[*n] != 0).fold(0, |mask, n| mask | 1_u64 << n);
                let mut values = [0; SIZE];
                assert_eq!(quantise(&block, &divisors, &mut values), expected_mask);
                assert_eq!(values, expected, "step {step}");
            }
        }
    }
}
