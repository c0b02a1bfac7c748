//! The coder's only `unsafe`: loading and storing vectors, and entering functions that are compiled for AVX2.
//! In go references and a proof that the processor can; no arithmetic belongs here.

#![allow(unsafe_code)]

/// Proof that this processor has AVX2 and the bit instructions that came with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx2(());

#[cfg(not(target_arch = "x86_64"))]
impl Avx2 {
    /// Never here.
    pub(super) fn detect() -> Option<Self> {
        None
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{load16, load32, store16, store32};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_loadu_si128, _mm_storeu_si128, _mm256_loadu_si256, _mm256_storeu_si256,
    };

    use super::Avx2;
    use crate::encode::coder::{
        Block, colour, dct,
        scan::{self, Scan, To},
        tile::{BLOCKS, Tile},
    };

    /// Data that one vector covers exactly.
    ///
    /// # Safety
    /// The type has `BYTES` bytes, no padding, and is valid whatever they hold.
    pub(crate) unsafe trait Plain<const BYTES: usize> {}
    // SAFETY: an array of 16 bytes.
    unsafe impl Plain<16> for [u8; 16] {}
    // SAFETY: an array of 8 times 2 bytes.
    unsafe impl Plain<16> for [i16; 8] {}
    // SAFETY: an array of twice 16 bytes.
    unsafe impl Plain<32> for [[u8; 16]; 2] {}
    // SAFETY: an array of 32 bytes.
    unsafe impl Plain<32> for [i8; 32] {}
    // SAFETY: an array of 16 times 2 bytes.
    unsafe impl Plain<32> for [i16; 16] {}
    // SAFETY: an array of 16 times 2 bytes.
    unsafe impl Plain<32> for [u16; 16] {}

    /// 16 bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn load16<T: Plain<16>>(from: &T) -> __m128i {
        // SAFETY: `Plain<16>` promises 16 bytes of any content; the load asks for no alignment.
        unsafe { _mm_loadu_si128(std::ptr::from_ref(from).cast()) }
    }

    /// 32 bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn load32<T: Plain<32>>(from: &T) -> __m256i {
        // SAFETY: `Plain<32>` promises 32 bytes of any content; the load asks for no alignment.
        unsafe { _mm256_loadu_si256(std::ptr::from_ref(from).cast()) }
    }

    /// 16 bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn store16<T: Plain<16>>(to: &mut T, value: __m128i) {
        // SAFETY: `Plain<16>` promises 16 bytes of any content; the store asks for no alignment.
        unsafe { _mm_storeu_si128(std::ptr::from_mut(to).cast(), value) }
    }

    /// 32 bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn store32<T: Plain<32>>(to: &mut T, value: __m256i) {
        // SAFETY: `Plain<32>` promises 32 bytes of any content; the store asks for no alignment.
        unsafe { _mm256_storeu_si256(std::ptr::from_mut(to).cast(), value) }
    }

    impl Avx2 {
        /// The proof, where the processor gives it.
        pub(crate) fn detect() -> Option<Self> {
            let all = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("lzcnt")
                && is_x86_feature_detected!("popcnt");
            all.then_some(Avx2(()))
        }

        /// [`colour::avx2::convert`].
        pub(crate) fn convert(self, rows: [&[u8]; 2], pair: usize, tiles: &mut [Tile]) {
            // SAFETY: `self` proves the features.
            unsafe { colour::avx2::convert(rows, pair, tiles) }
        }

        /// [`dct::avx2::transform`].
        pub(crate) fn transform(self, tiles: &[Tile], blocks: &mut [[Block; BLOCKS]]) {
            // SAFETY: `self` proves the features.
            unsafe { dct::avx2::transform(tiles, blocks) }
        }

        /// [`scan::avx2::push`].
        pub(crate) fn push(self, scan: &mut Scan, mcus: &[[Block; BLOCKS]], to: &mut To) {
            // SAFETY: `self` proves the features.
            unsafe { scan::avx2::push(scan, mcus, to) }
        }
    }
}
