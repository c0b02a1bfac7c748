//! Quantising: in goes a block of coefficients, out come the values to be coded and a bit for each that is
//! not zero. How values become bits belongs to `scan`.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;

use super::{block::Block, tables::SIZE};

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
