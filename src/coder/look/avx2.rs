//! [`super::look`] for 16 values at a time, with a way past tails of which nothing is left: in go what the
//! portable form takes, out come the errors that it gives.

use std::arch::x86_64::*;

use super::{BLOCKS, Block, Errors, HEAD, LUMA, Look, most_of_tail};
use crate::coder::{
    kept::TAIL,
    quantise::{Divisors, avx2::remainders},
    sys::lanes::{load32, prefetch},
};

/// Blocks of each class in an MCU: luma, chroma.
const CLASSES: [(usize, std::ops::Range<usize>); 2] = [(0, 0..LUMA), (1, LUMA..BLOCKS)];

/// Distance in MCUs at which what each look reads is fetched ahead: the ones to look at lie scattered over
/// more than the caches of a core hold, and what is kept of them was last used a frame ago.
const LATER: usize = 12;
/// Distance in MCUs at which kept tails are fetched ahead, where their masks, fetched before, say that there
/// are any.
const SOON: usize = 6;

/// Sixteen coefficients, the `n`th of four.
#[inline]
#[target_feature(enable = "avx2")]
pub(in crate::coder) fn quarter(block: &Block, n: usize) -> __m256i {
    load32::<[i16; 16]>(&block.0.as_chunks::<16>().0[n])
}

/// Sums of two squares, in eight lanes.
#[inline]
#[target_feature(enable = "avx2")]
pub(in crate::coder) fn squares(values: __m256i) -> __m256i {
    _mm256_madd_epi16(values, values)
}

/// The sum of eight lanes. Four blocks' squared errors stay below 2^32.
#[inline]
#[target_feature(enable = "avx2")]
pub(in crate::coder) fn sum(values: __m256i) -> u32 {
    let four = _mm_add_epi32(_mm256_castsi256_si128(values), _mm256_extracti128_si256::<1>(values));
    let two = _mm_add_epi32(four, _mm_shuffle_epi32::<0b01_00_11_10>(four));
    let one = _mm_add_epi32(two, _mm_shuffle_epi32::<0b10_11_00_01>(two));
    _mm_cvtsi128_si32(one) as u32
}

/// Squared errors of a tail: of what is kept, and of quantising.
#[inline]
#[target_feature(enable = "avx2")]
fn tail(block: &Block, kept: &[i16; TAIL], divisors: &Divisors, steps: &[[i16; 16]]) -> [__m256i; 2] {
    let (mut held, mut own) = (_mm256_setzero_si256(), _mm256_setzero_si256());
    for (n, (was, step)) in (1..).zip(kept.as_chunks::<16>().0.iter().zip(&steps[1..])) {
        let (part, step) = (quarter(block, n), load32::<[i16; 16]>(step));
        let was = _mm256_mullo_epi16(load32::<[i16; 16]>(was), step);
        held = _mm256_add_epi32(held, squares(_mm256_sub_epi16(part, was)));
        own = _mm256_add_epi32(own, squares(remainders(part, divisors, n, step)));
    }
    [held, own]
}

/// Squared errors of some blocks' heads: of what is kept, and of quantising.
#[inline]
#[target_feature(enable = "avx2")]
fn heads(blocks: &[Block], kept: &[[i16; HEAD]], divisors: &Divisors, step: __m256i) -> [__m256i; 2] {
    let (mut held, mut own) = (_mm256_setzero_si256(), _mm256_setzero_si256());
    for (block, kept) in blocks.iter().zip(kept) {
        let head = quarter(block, 0);
        let was = _mm256_mullo_epi16(load32::<[i16; 16]>(kept), step);
        held = _mm256_add_epi32(held, squares(_mm256_sub_epi16(head, was)));
        own = _mm256_add_epi32(own, squares(remainders(head, divisors, 0, step)));
    }
    [held, own]
}

/// Has what looks to come will read brought into the processor's caches.
#[inline]
#[target_feature(enable = "avx2")]
fn fetch(mcus: &[[Block; BLOCKS]], Look { kept, moved, .. }: &Look, blocks: &[u32]) {
    if let Some(later) = blocks.get(LATER) {
        let later = *later as usize;
        prefetch(&kept.masks[later]);
        prefetch(&kept.heads[later]);
        prefetch(&moved.tails[later]);
        mcus[later].iter().for_each(|block| prefetch(&block.0[..HEAD]));
    }
    if let Some(soon) = blocks.get(SOON) {
        let soon = *soon as usize;
        if kept.masks[soon].iter().any(|mask| mask >> HEAD != 0) {
            prefetch(&kept.tails[soon]);
        }
    }
}

/// [`super::look`].
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(in crate::coder) fn look(mcus: &[[Block; BLOCKS]], look: &Look, blocks: &[u32], errors: &mut [Errors]) {
    for (n, errors) in errors.iter_mut().enumerate().take(blocks.len()) {
        fetch(mcus, look, &blocks[n..]);
        let at = blocks[n] as usize;
        *errors = errors_of(&mcus[at], look, at);
    }
}

/// Errors of the MCU `at`.
#[inline]
#[target_feature(enable = "avx2")]
fn errors_of(mcu: &[Block; BLOCKS], look: &Look, at: usize) -> Errors {
    let &Look { kept, table, moved, enough } = look;
    let (tails, masks) = (&moved.tails[at], &kept.masks[at]);
    let mut errors = Errors::default();
    for (class, numbers) in CLASSES {
        let (steps, divisors) = (table.steps[class].as_chunks::<16>().0, &table.divisors[class]);
        let first = load32::<[i16; 16]>(&steps[0]);
        let [mut held, mut own] =
            heads(&mcu[numbers.clone()], &kept.heads[at][numbers.clone()], divisors, first);
        if let Some(enough) = enough.filter(|_| class == 0) {
            let tails: u64 = tails[..LUMA].iter().map(|tail| most_of_tail(*tail, table)).sum();
            let (held, own) = (u64::from(sum(held)), u64::from(sum(own)) + tails);
            if held > enough.bound(own) {
                return Errors { held: [held, 0], own: [own, 0], is_partial: true };
            }
        }
        let mut rest = 0;
        for number in numbers {
            // Nothing is kept of the tail and nothing would be: both errors are all of it.
            if masks[number] >> HEAD == 0 && tails[number].peak < table.quiet[class] {
                rest += u64::from(tails[number].energy);
                continue;
            }
            let [held_tail, own_tail] = tail(&mcu[number], &kept.tails[at][number], divisors, steps);
            (held, own) = (_mm256_add_epi32(held, held_tail), _mm256_add_epi32(own, own_tail));
        }
        errors.held[class] = u64::from(sum(held)) + rest;
        errors.own[class] = u64::from(sum(own)) + rest;
    }
    errors
}
