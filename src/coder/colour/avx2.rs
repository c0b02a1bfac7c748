//! [`super`] for 16 pixels at a time, with the vectors of AVX2: in go two rows of pixels, out come the row
//! pairs of tiles that the portable form gives.

use std::arch::x86_64::*;

use super::{BITS, MCU, ROW, Tile, for_each_tile};
use crate::coder::sys::lanes::{load16, load32, store16, store32};

/// [`super::convert`].
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(in crate::coder) fn convert(rows: [&[u8]; 2], pair: usize, tiles: &mut [Tile]) {
    for_each_tile(rows, pair, tiles, |rows, luma, chroma| columns(rows, luma, chroma));
}

/// Two weights as one 32-bit lane, for the multiply-and-add of 16-bit pairs.
const fn weights(low: i32, high: i32) -> i32 {
    (low & 0xFFFF) | (high << 16)
}

/// Eight pixels as 32-bit lanes: (red, green), and (blue, 2), the 2 carrying the rounding term that 16
/// bits cannot hold at once.
type Eight = (__m256i, __m256i);

/// Where the bytes of four pixels go in each half of a vector: `wanted` names the byte of a pixel for
/// each byte of its lane, or none. The pixels start at byte 0 below and at byte `above` above.
const fn mask(wanted: [i8; 4], above: i8) -> [i8; 32] {
    let mut mask = [-1; 32];
    let mut at = 0;
    while at < 32 {
        let (pixel, start) = ((at % 16 / 4) as i8, if at < 16 { 0 } else { above });
        if wanted[at % 4] >= 0 {
            mask[at] = 3 * pixel + start + wanted[at % 4];
        }
        at += 1;
    }
    mask
}

/// Takes eight pixels apart, four from each half; those in the upper half start at byte `ABOVE` of it.
#[inline]
#[target_feature(enable = "avx2")]
fn take_apart<const ABOVE: i8>(bytes: __m256i) -> Eight {
    let red_green = load32(const { &mask([2, -1, 1, -1], ABOVE) });
    let blue = load32(const { &mask([0, -1, -1, -1], ABOVE) });
    let blue = _mm256_or_si256(_mm256_shuffle_epi8(bytes, blue), _mm256_set1_epi32(2 << 16));
    (_mm256_shuffle_epi8(bytes, red_green), blue)
}

/// Luma in 32-bit lanes. Green's weight is too large for 16 bits: 65,536 of it come by adding the (red,
/// green) lane itself, whose red half is taken back from red's weight.
#[inline]
#[target_feature(enable = "avx2")]
fn luma_of((red_green, blue): Eight) -> __m256i {
    let [b, g, r] = super::LUMA;
    let sum = _mm256_add_epi32(
        _mm256_madd_epi16(red_green, _mm256_set1_epi32(weights(r - 1, g - (1 << BITS)))),
        _mm256_madd_epi16(blue, _mm256_set1_epi32(weights(b, super::HALF / 2))),
    );
    _mm256_srli_epi32::<16>(_mm256_add_epi32(sum, red_green))
}

/// The chroma that `weights` describe, as n in 127 - n: negated because 32,768 fits into 16 bits only as
/// a negative number.
#[inline]
#[target_feature(enable = "avx2")]
fn chroma_of((red_green, blue): Eight, [b, g, r]: [i32; 3]) -> __m256i {
    let sum = _mm256_add_epi32(
        _mm256_madd_epi16(red_green, _mm256_set1_epi32(weights(-r, -g))),
        _mm256_madd_epi16(blue, _mm256_set1_epi32(weights(-b, -super::HALF / 2))),
    );
    _mm256_srai_epi32::<16>(sum)
}

/// The average chroma of eight squares of four pixels, in 32-bit lanes, from pixels 0 to 3 and 8 to 11,
/// then 4 to 7 and 12 to 15.
#[inline]
#[target_feature(enable = "avx2")]
fn average(top: [Eight; 2], bottom: [Eight; 2], weights: [i32; 3]) -> __m256i {
    let left = _mm256_add_epi32(chroma_of(top[0], weights), chroma_of(bottom[0], weights));
    let right = _mm256_add_epi32(chroma_of(top[1], weights), chroma_of(bottom[1], weights));
    let columns = _mm256_packs_epi32(left, right);
    let squares = _mm256_madd_epi16(columns, _mm256_set1_epi16(1));
    // Four times 127, and the rounding term that alternates between 1 and 2.
    let from = _mm256_setr_epi32(509, 510, 509, 510, 509, 510, 509, 510);
    _mm256_srli_epi32::<2>(_mm256_sub_epi32(from, squares))
}

/// A row of pixels, taken apart.
#[inline]
#[target_feature(enable = "avx2")]
fn pixels(row: &[u8; ROW]) -> [Eight; 2] {
    let at = |offset: usize| {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&row[offset..offset + 16]);
        load16(&bytes)
    };
    // The last four pixels start 4 bytes into the last 16 bytes.
    [take_apart::<0>(_mm256_set_m128i(at(24), at(0))), take_apart::<4>(_mm256_set_m128i(at(32), at(12)))]
}

/// Sixteen columns of two rows.
#[inline]
#[target_feature(enable = "avx2")]
fn columns([top, bottom]: [&[u8; ROW]; 2], luma: &mut [[u8; MCU]; 2], chroma: &mut [u8; MCU]) {
    let (top, bottom) = (pixels(top), pixels(bottom));
    let row = |pixels: [Eight; 2]| _mm256_packs_epi32(luma_of(pixels[0]), luma_of(pixels[1]));
    let both = _mm256_packus_epi16(row(top), row(bottom));
    store32(luma, _mm256_permute4x64_epi64::<0b11_01_10_00>(both));
    let (cb, cr) = (average(top, bottom, super::CB), average(top, bottom, super::CR));
    let both = _mm256_packs_epi32(cb, cr);
    let both = _mm256_packus_epi16(both, both);
    let order = _mm256_setr_epi32(0, 4, 1, 5, 0, 4, 1, 5);
    store16(chroma, _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(both, order)));
}
