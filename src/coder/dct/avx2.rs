//! [`super`] for two blocks at a time, side by side in the halves of AVX2's vectors: in go tiles, out come
//! the coefficients that the portable form gives.

use std::arch::x86_64::*;

use super::{BITS, BLOCKS, Block, EVEN, EXTRA, LEVEL_SHIFT, MCU, ODD, SIDE, SIZE, Tile, ZIGZAG};
use crate::coder::sys::lanes::{load16, load32, store16};

/// [`super::transform`].
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(in crate::coder) fn transform(tiles: &[Tile], mcus: &mut [[Block; BLOCKS]]) {
    for (tile, blocks) in tiles.iter().zip(mcus) {
        let luma = tile.luma.as_flattened();
        let rows = [luma.first_chunk(), luma.last_chunk(), Some(&tile.chroma)];
        for (rows, blocks) in rows.into_iter().flatten().zip(blocks.as_chunks_mut().0) {
            pair(rows, blocks);
        }
    }
}

/// Eight rows of two blocks.
#[inline]
#[target_feature(enable = "avx2")]
fn pair(rows: &[[u8; MCU]; SIDE], blocks: &mut [Block; 2]) {
    let mut values = [_mm256_setzero_si256(); SIDE];
    for (value, row) in values.iter_mut().zip(rows) {
        *value = _mm256_cvtepu8_epi16(load16(row));
    }
    values = pass::<{ BITS as i32 - EXTRA as i32 }>(transpose(values));
    values[0] = _mm256_sub_epi16(values[0], _mm256_set1_epi16(LEVEL_SHIFT));
    zigzag(pass::<{ BITS as i32 + EXTRA as i32 }>(transpose(values)), blocks);
}

/// Rows become columns in both halves.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose(r: [__m256i; SIDE]) -> [__m256i; SIDE] {
    let low = |n: usize| _mm256_unpacklo_epi16(r[n], r[n + 4]);
    let high = |n: usize| _mm256_unpackhi_epi16(r[n], r[n + 4]);
    // Interleaving rows four apart, three times over, moves the three bits of the row number behind those
    // of the column.
    let a = [low(0), high(0), low(1), high(1), low(2), high(2), low(3), high(3)];
    let low = |n: usize| _mm256_unpacklo_epi16(a[n], a[n + 4]);
    let high = |n: usize| _mm256_unpackhi_epi16(a[n], a[n + 4]);
    let b = [low(0), high(0), low(1), high(1), low(2), high(2), low(3), high(3)];
    let low = |n: usize| _mm256_unpacklo_epi16(b[n], b[n + 4]);
    let high = |n: usize| _mm256_unpackhi_epi16(b[n], b[n + 4]);
    [low(0), high(0), low(1), high(1), low(2), high(2), low(3), high(3)]
}

/// Two 16-bit vectors, interleaved for multiplying and adding pairs.
type Pairs = [__m256i; 2];

/// Pairs of lanes of `a` and `b`.
#[inline]
#[target_feature(enable = "avx2")]
fn pairs(a: __m256i, b: __m256i) -> Pairs {
    [_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)]
}

/// A pair of weights in every lane.
#[inline]
#[target_feature(enable = "avx2")]
fn weights(first: i16, second: i16) -> __m256i {
    _mm256_set1_epi32(i32::from(first) & 0xFFFF | i32::from(second) << 16)
}

/// Sums without their lowest `DOWN` bits, rounded.
#[inline]
#[target_feature(enable = "avx2")]
fn rounded<const DOWN: i32>(sums: Pairs) -> __m256i {
    let half = _mm256_set1_epi32(1 << DOWN >> 1);
    let [low, high] = sums.map(|sum| _mm256_srai_epi32::<DOWN>(_mm256_add_epi32(sum, half)));
    _mm256_packs_epi32(low, high)
}

/// The one-dimensional transform of eight vectors; `DOWN` is [`BITS`] plus the bits to remove.
#[inline]
#[target_feature(enable = "avx2")]
fn pass<const DOWN: i32>(d: [__m256i; SIDE]) -> [__m256i; SIDE] {
    let sum = |n: usize| _mm256_add_epi16(d[n], d[7 - n]);
    let difference = |n: usize| _mm256_sub_epi16(d[n], d[7 - n]);
    let (t10, t13) = (_mm256_add_epi16(sum(0), sum(3)), _mm256_sub_epi16(sum(0), sum(3)));
    let (t11, t12) = (_mm256_add_epi16(sum(1), sum(2)), _mm256_sub_epi16(sum(1), sum(2)));
    let plain = |value: __m256i| {
        if DOWN < BITS as i32 {
            _mm256_slli_epi16::<{ EXTRA as i32 }>(value)
        } else {
            _mm256_srai_epi16::<{ EXTRA as i32 }>(_mm256_add_epi16(value, _mm256_set1_epi16(1 << EXTRA >> 1)))
        }
    };
    let inner = pairs(t13, t12);
    let even = |n: usize| {
        rounded::<DOWN>(inner.map(|pair| _mm256_madd_epi16(pair, weights(EVEN[n][0], EVEN[n][1]))))
    };
    let (near, far) = (pairs(difference(3), difference(2)), pairs(difference(1), difference(0)));
    let odd = |n: usize| {
        let sum = |half: usize| {
            _mm256_add_epi32(
                _mm256_madd_epi16(near[half], weights(ODD[n][0], ODD[n][1])),
                _mm256_madd_epi16(far[half], weights(ODD[n][2], ODD[n][3])),
            )
        };
        rounded::<DOWN>([sum(0), sum(1)])
    };
    let (first, middle) = (plain(_mm256_add_epi16(t10, t11)), plain(_mm256_sub_epi16(t10, t11)));
    [first, odd(0), even(0), odd(1), middle, odd(2), even(1), odd(3)]
}

/// For eight zigzag positions from `8 * part`: where each finds its bytes in row `row`; -1 (which makes a
/// zero) where it is in another.
const fn mask(part: usize, row: usize) -> [i8; 32] {
    let mut mask = [-1; 32];
    let mut at = 0;
    while at < 32 {
        let natural = ZIGZAG[8 * part + at % 16 / 2] as usize;
        if natural / SIDE == row {
            mask[at] = (natural % SIDE * 2 + at % 2) as i8;
        }
        at += 1;
    }
    mask
}

/// [`mask`] for every part and row.
const MASKS: [[[i8; 32]; SIDE]; SIDE] = {
    let mut masks = [[[0; 32]; SIDE]; SIDE];
    let mut at = 0;
    while at < SIZE {
        masks[at / SIDE][at % SIDE] = mask(at / SIDE, at % SIDE);
        at += 1;
    }
    masks
};

/// Rows that hold any of the eight zigzag positions from `8 * part`, as bounds.
const ROWS: [[usize; 2]; SIDE] = [[0, 3], [0, 5], [1, 7], [0, 4], [4, 8], [1, 7], [3, 8], [5, 8]];

/// Stores two blocks in zigzag order: every eight positions gather what they need from the rows that have
/// it.
#[inline]
#[target_feature(enable = "avx2")]
fn zigzag(rows: [__m256i; SIDE], [left, right]: &mut [Block; 2]) {
    static TABLE: [[[i8; 32]; SIDE]; SIDE] = MASKS;
    let parts = left.0.as_chunks_mut::<SIDE>().0.iter_mut().zip(right.0.as_chunks_mut::<SIDE>().0);
    for ((masks, bounds), (left, right)) in TABLE.iter().zip(ROWS).zip(parts) {
        let mut part = _mm256_setzero_si256();
        for row in bounds[0]..bounds[1] {
            part = _mm256_or_si256(part, _mm256_shuffle_epi8(rows[row], load32(&masks[row])));
        }
        store16(left, _mm256_castsi256_si128(part));
        store16(right, _mm256_extracti128_si256::<1>(part));
    }
}
